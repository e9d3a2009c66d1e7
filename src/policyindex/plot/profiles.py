"""One country on one page: its scores, its rank, its region."""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from .. import countries as places
from .._wording import listed, spanned
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..dynamics.averages import yearly_means
from ..panel.check import PanelError, check_panel
from ..panel.selection import some, units_named
from ..ranking import ranks
from ..robustness.weights import weight_ranks
from ..scoring.scores import overall, score, score_bounds
from . import _style as style
from ._labels import EndLabel, end_labels
from .lines import draw_line, draw_mean

BAR = 0.55
"""Width of the bars that shade a range, in years."""


def profile(
    panel: pd.DataFrame,
    country: str,
    *,
    codebook: Codebook = THREE_P,
    figure: Figure | SubFigure | None = None,
) -> Figure | SubFigure:
    """Draw everything about one country: overall score, rank, and each dimension.

    Each observed year has a marker, and no line crosses a gap. Bars shade what missing codings
    leave open, and the ranks under every weighting of the dimensions; dashed is the mean of the
    country's region, a country among the others. Higher is better; rank 1 is best.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        Codings, with a column per indicator of the codebook; or scores, with one per dimension.
    country : str
        Its name or code.
    codebook : Codebook
        What the columns mean.
    figure : Figure or SubFigure, optional
        Where to draw; by default on a new one. In a notebook end the line with ``;``, or it is
        shown twice.

    Returns
    -------
    Figure
        A new one.

    Raises
    ------
    PanelError
        When the panel breaks its contract, or has neither the indicators nor a dimension of the
        codebook.
    ValueError
        When the country is unknown, or there are several.

    See Also
    --------
    policyindex.explain : Why the scores are what they are.

    Examples
    --------
    >>> from policyindex import datasets
    >>> chart = profile(datasets.load_demo(), "Nigeria")
    >>> [ax.get_title(loc="left") for ax in chart.axes]
    ['Overall', 'Rank', 'Prosecution', 'Protection', 'Prevention']
    """
    found = _numbers(panel, codebook)
    units = units_named(found.scores, country)
    if len(units) > 1:
        raise ValueError(
            f"a profile is of one country; got {len(units)}: {listed(units)}; use small_multiples"
        )
    figure = style.figure(figure, width=style.A4_WIDTH, height=5.2)
    _draw(found, units[0], codebook, figure)
    return figure


class _Numbers(NamedTuple):
    """What profiles are drawn from."""

    scores: pd.DataFrame
    """The dimensions and ``overall``."""
    bounds: pd.DataFrame | None
    """Of codings, as :func:`policyindex.score_bounds` gives them."""
    ranks: pd.DataFrame
    """Index (country, year): ``rank``; ``low`` and ``high``, its range over all weightings."""
    n: pd.Series
    """Index year: countries ranked, where two or more are."""
    means: dict[str, pd.DataFrame]
    """By column of the scores, yearly averages by region."""


def _numbers(panel: pd.DataFrame, codebook: Codebook) -> _Numbers:
    checked = some(check_panel(panel))
    names = [each.name for each in codebook.dimensions]
    bounds = None
    if set(codebook.scales) <= set(checked.columns):
        scores, bounds = score(checked, codebook=codebook), score_bounds(checked, codebook=codebook)
    else:
        scores = checked[[name for name in names if name in checked]]
        if not scores.shape[1]:
            raise PanelError(
                f"the panel must have the indicators of the codebook {codebook.name}, or one of "
                f"its dimensions {', '.join(names)}; it has {', '.join(map(str, checked))}"
            )
        whole = checked["overall"] if "overall" in checked else overall(scores)
        scores = scores.assign(overall=whole)
    ranked = pd.DataFrame({"rank": ranks(scores["overall"])})
    n = ranked["rank"].groupby(level="year").count()
    # To be first of one says nothing; nor does a mean of one.
    ranked = ranked[n.reindex(ranked.index, level="year") > 1]
    ranked["low"] = ranked["high"] = ranked["rank"]
    if scores.shape[1] > 2:
        moved = weight_ranks(scores).reindex(ranked.index)
        # At equal weights, where many tie, a rank may be better than under any other weights.
        ranked["low"] = np.fmin(moved["rank_low"], ranked["rank"])
        ranked["high"] = np.fmax(moved["rank_high"], ranked["rank"])
    located = places.region(scores.index.unique("country")).notna().any()
    means = (
        {str(name): yearly_means(scores[name], by="region") for name in scores} if located else {}
    )
    means = {name: found.where(found["n"] > 1) for name, found in means.items()}
    return _Numbers(scores, bounds, ranked, n[n > 1], means)


def _draw(found: _Numbers, unit: str, codebook: Codebook, figure: Figure | SubFigure) -> None:
    years = _years(found)
    dimensions = [str(name) for name in found.scores if name != "overall"]
    rows = figure.add_gridspec(2, 1, height_ratios=(5, 4))
    above, below = rows[0].subgridspec(1, 2), rows[1].subgridspec(1, len(dimensions))
    _draw_scores(figure.add_subplot(above[0]), found, unit, "overall", years, codebook)
    _draw_rank(figure.add_subplot(above[1]), found, unit, years)
    for place, name in enumerate(dimensions):
        _draw_scores(figure.add_subplot(below[place]), found, unit, name, years, codebook)
    is_open = found.bounds is not None and found.scores.loc[unit].isna().to_numpy().any()
    style.figure_heading(figure, places.name(unit))
    region = places.region([unit]).iloc[0]
    style.figure_footnote(
        figure,
        found.scores.attrs,
        _mean_words(found, region),
        "Bars on scores: what missing codings leave open." if is_open else "",
        "Bars on ranks: best to worst under any weighting of the dimensions.",
    )
    style.mark_synthetic(figure, found.scores.attrs)


def _mean_words(found: _Numbers, region: object) -> str:
    """Say what the dashed lines are the means of, and of how many."""
    if not isinstance(region, str) or not found.means:
        return ""
    n = pd.concat(found.means).xs(region, level=1)["n"]
    if not n.notna().any():
        return ""
    return f"Dashed: mean of {region} (n = {spanned(n.min(), n.max())})."


def _years(found: _Numbers) -> range:
    """Return the years in which anything is scored, or else all."""
    years = found.scores.dropna(how="all").index.get_level_values("year")
    years = years if len(years) else found.scores.index.get_level_values("year")
    return range(years.min(), years.max() + 1) if len(years) else range(0)


def _draw_scores(
    ax: Axes, found: _Numbers, unit: str, name: str, years: range, codebook: Codebook
) -> None:
    """Draw one column of the scores: its bounds, the mean of the region, the country."""
    scores = found.scores[name]
    style.frame(ax)
    style.year_axis(ax, years)
    style.score_axis(ax.yaxis, style.scale(scores, codebook))
    scored = _of(scores, unit, years)
    colour = style.PALETTE[0]
    if found.bounds is not None:
        low = _of(found.bounds[f"{name}_low"], unit, years)
        high = _of(found.bounds[f"{name}_high"], unit, years)
        _shade(ax, low[high > low], high[high > low])
    labels = []
    region = places.region([unit]).iloc[0]
    if isinstance(region, str) and found.means:
        mean = found.means[name].loc[region]["mean"].reindex(years)
        draw_mean(ax, mean)
        labels += _labels(mean, style.GREY, ".1f")
    draw_line(ax, scored, colour, width=1.5)
    end_labels(ax, labels + _labels(scored, colour, "g"))
    if not len(ax.texts):
        style.say_nothing_to_draw(ax)
    _title(ax, name.capitalize())


def _draw_rank(ax: Axes, found: _Numbers, unit: str, years: range) -> None:
    style.frame(ax)
    style.year_axis(ax, years)
    of_unit = found.ranks[found.ranks.index.get_level_values("country") == unit]
    ranked = of_unit.droplevel("country").reindex(years)
    colour = style.PALETTE[0]
    _shade(ax, ranked["low"].dropna(), ranked["high"].dropna())
    draw_line(ax, ranked["rank"], colour, width=1.5)
    last = int(found.n.max()) if len(found.n) else 1
    ax.set_yticks(style.rank_ticks(max(last, 1)))
    ax.set_ylim(max(last, 2) * 1.04, 1 - 0.04 * max(last, 2))
    end_labels(ax, _labels(ranked["rank"], colour, "g"))
    if not len(ax.texts):
        style.say_nothing_to_draw(ax)
    n = f"of {spanned(found.n.min(), found.n.max())} countries" if len(found.n) else ""
    _title(ax, "Rank", n)


def _shade(ax: Axes, low: pd.Series, high: pd.Series) -> None:
    """Shade a range in each of its years: bars, so that a lone year is seen and no gap crossed."""
    ax.bar(
        low.index,
        high - low,
        BAR,
        bottom=low,
        color=style.PALETTE[0],
        alpha=0.22,
        linewidth=0,
        zorder=1.5,
    )


def _of(scores: pd.Series, unit: str, years: range) -> pd.Series:
    """Return one country's values by year."""
    return cast(pd.Series, scores.loc[unit]).reindex(years)


def _labels(values: pd.Series, colour: str, form: str) -> list[EndLabel]:
    """Label the last value of a line with itself."""
    known = values.dropna()
    if not len(known):
        return []
    x, y = float(known.index[-1]), float(known.iloc[-1])
    return [EndLabel(x, y, f"{y:{form}}", colour)]


def _title(ax: Axes, title: str, note: str = "") -> None:
    shown = ax.set_title(title, loc="left", fontsize=style.TEXT, fontweight="bold", pad=4)
    style.plain(shown)
    if note:
        style.plain(ax.set_title(note, loc="right", fontsize=style.SMALL, color=style.GREY, pad=4))
