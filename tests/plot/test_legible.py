"""Seven charts are whole and legible at small sizes, at 600 pixels and under style sheets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.text import Text

import policyindex as pi
from pictures import SIZES, STYLES, axes, check_legible, texts_of
from policyindex import plot
from policyindex.plot._geometry import contrast

CHARTS: dict[str, Callable[..., Axes]] = {
    "movers": lambda panel, **to: plot.movers(panel, 2012, 2013, **to),
    "movers, highlight": lambda panel, **to: plot.movers(
        panel, 2000, 2009, highlight=["Nigeria", "Peru"], **to
    ),
    "standings": lambda panel, **to: plot.standings(panel, 2013, **to),
    "standings, region": lambda panel, **to: plot.standings(
        panel, 2013, region="Africa", highlight="Nigeria", **to
    ),
    "standings, thin year": lambda panel, **to: plot.standings(panel, 2014, **to),
    "yearly_means": plot.yearly_means,
    "decompose": plot.decompose,
    "decompose, one step": lambda panel, **to: plot.decompose(panel, 2005, 2006, **to),
    "event_study": lambda panel, **to: plot.event_study(panel, LAWS, window=(-5, 5), **to),
    "transitions": lambda panel, **to: plot.transitions(panel["protection"], **to),
    "transitions, overall": plot.transitions,
    "world": lambda panel, **to: plot.world(panel, 2013, **to),
    "world, region": lambda panel, **to: plot.world(
        panel, 2013, region="Western Africa", highlight="Nigeria", **to
    ),
}

LAWS = pd.Series({"DEU": 2005, "NGA": 2003, "ITA": 2003, "JPN": 2005}, name="full_law")

every_chart = pytest.mark.parametrize("kind", CHARTS)


def check_pixels(ax: Axes) -> None:
    """Check that all text has 9 pixels where the figure has 600."""
    width = ax.figure.figure.get_figwidth()
    assert [
        text.get_text()
        for text in texts_of(ax)
        if text.get_fontsize() / 72 * 600 / width < 9 - 1e-6
    ] == []


def check_contrast(ax: Axes) -> None:
    """Check that words on the ground of the chart have a contrast of 4.5."""
    ground = to_rgba(ax.get_facecolor())[:3]
    tiles = {text for child in [ax, *ax.child_axes] for text in child.texts if on_colour(text)}
    assert [
        text.get_text()
        for text in texts_of(ax)
        if text not in tiles and contrast(to_rgba(text.get_color())[:3], ground) < 4.5 - 1e-3
    ] == []


def on_colour(text: Text) -> bool:
    """Return whether a text stands on a colour of its own: a tile, a cell or a bar."""
    return text.get_color() in ("white", "black") or text.get_bbox_patch() is not None


@pytest.mark.slow
@pytest.mark.parametrize("sheet", STYLES)
@pytest.mark.parametrize("size", [*SIZES, None])
@every_chart
def test_a_chart_is_whole_at_any_size_under_any_style(
    kind: str, size: tuple[float, float] | None, sheet: str, published: pd.DataFrame
) -> None:
    with plt.style.context(sheet):
        before = dict(plt.rcParams)
        options: dict[str, Any] = {} if size is None else {"ax": axes(*size)}
        ax = CHARTS[kind](published, **options)
        check_legible(ax)
        check_pixels(ax)
        if not kind.startswith(("transitions", "world")):
            check_contrast(ax)
        assert dict(plt.rcParams) == before


@pytest.mark.slow
@pytest.mark.parametrize("case", ["one country", "all missing", "long names", "no codebook"])
@every_chart
def test_odd_data_are_drawn_or_refused(kind: str, case: str, published: pd.DataFrame) -> None:
    data = published
    if case == "one country":
        data = published.loc[["NGA"]]
    elif case == "all missing":
        data = published.loc[["NGA", "DEU", "ITA"]] * np.nan
    elif case == "long names":
        names = {code: f"{pi.countries.name(code)} and its dependencies" for code in ("NGA", "PER")}
        data = published.loc[["NGA", "DEU", "ITA", "PER"]].rename(index=names, level="country")
    elif kind.startswith(("standings", "yearly_means")) or kind == "transitions":
        pytest.skip("needs the dimensions of a codebook")
    else:
        data = published["overall"].rename("tip_score").to_frame("tip_score")["tip_score"]
    try:
        check_legible(CHARTS[kind](data))
    except ValueError as error:
        text = str(error)
        assert any(words in text for words in ("two countries", "must be", "must have", "must not"))
