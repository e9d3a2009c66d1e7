"""One small chart for each country, all on the same scale."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from .. import countries as places
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..dynamics.change import changes
from ..panel.check import check_scores
from ..panel.counts import coverage
from ..panel.selection import some, trimmed, units_named
from ..panel.shape import wide
from ..typing import Events
from . import _style as style
from ._events import draw_events, event_words
from .lines import draw_line

ENTRY = "entry"


def small_multiples(
    scores: pd.Series,
    countries: str | Iterable[str],
    *,
    baseline: int | str | None = None,
    events: Events | None = None,
    codebook: Codebook = THREE_P,
    figure: Figure | SubFigure | None = None,
) -> Figure | SubFigure:
    """Draw the scores of each country on a small chart of its own, all on one scale.

    Each observed year has a marker, and no line crosses a gap. Higher is better.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    countries : str or iterable of str
        Names or codes, in the order of the charts; fifteen fill a sheet of paper.
    baseline : int or "entry", optional
        A dashed line at the score of this year, or of each country's first one, and the change
        since then to the last score.
    events : Series, index country, or mapping of str to int, optional
        A year for each country, drawn on its chart; or labels and their years, drawn on all.
    codebook : Codebook
        What fixes the scale of the axes, by the name of the scores.
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
        When the scores break their contract.
    ValueError
        When a country is unknown, or the baseline is none of the above.

    See Also
    --------
    policyindex.changes : The changes since the baseline.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["overall"]
    >>> chart = small_multiples(scores, ["DEU", "NGA", "PRK"], baseline=2002)
    >>> [ax.get_title(loc="left") for ax in chart.axes]
    ['Germany', 'Nigeria', 'North Korea']
    """
    checked = some(check_scores(scores))
    units = units_named(checked, countries)
    table = trimmed(wide(checked))
    bounds = style.scale(checked, codebook)
    since = _changes(checked, baseline)
    columns = min(len(units), 3 if len(units) <= 15 else 4)
    rows = ceil(len(units) / columns)
    width = style.A4_WIDTH * max(columns / 3, 0.6) if columns < 3 else style.A4_WIDTH
    figure = style.figure(figure, width=width, height=1.1 + 1.75 * rows * (3 / max(columns, 3)))
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for ax in grid[len(units) :]:
        ax.remove()
    for place, (ax, unit) in enumerate(zip(grid, units, strict=False)):
        style.frame(ax)
        style.year_axis(ax, table.columns.to_numpy())
        style.score_axis(ax.yaxis, bounds)
        ax.tick_params(labelbottom=place + columns >= len(units))
        scored = cast(pd.Series, table.loc[unit])
        draw_line(ax, scored, style.PALETTE[0], width=1.4)
        if not scored.notna().any():
            style.say_nothing_to_draw(ax)
        if since is not None:
            _draw_change(ax, scored, since[unit].dropna())
        draw_events(ax, events, {unit: style.GREY}, labelled=False)
        style.plain(
            ax.set_title(
                places._short_name(unit), loc="left", fontsize=style.TEXT, fontweight="bold", pad=4
            )
        )
    style.figure_heading(figure, style.subject(checked))
    told = "the first score" if baseline == ENTRY else f"the score of {baseline}"
    n = style.counted(table.loc[units].notna().to_numpy().sum(), "score", "scores")
    style.figure_footnote(
        figure,
        checked.attrs,
        "" if baseline is None else f"Dashed: {told}, with the change since.",
        event_words(events, labelled=False),
        f"n = {n}.",
    )
    style.mark_synthetic(figure, checked.attrs)
    return figure


def _changes(scores: pd.Series, baseline: int | str | None) -> pd.Series | None:
    """Compute the change of each score since the baseline."""
    if baseline is None:
        return None
    if isinstance(baseline, int | np.integer):
        return changes(scores, since=int(baseline))["change"]
    if baseline != ENTRY:
        raise ValueError(f"baseline must be a year, {ENTRY!r} or None; got {baseline!r}")
    first = coverage(scores.to_frame()).by_country["first_year"]
    return changes(scores, since=first)["change"]


def _draw_change(ax: Axes, scored: pd.Series, change: pd.Series) -> None:
    """Draw the score since which there is a change, and write the last change."""
    if not len(change):
        return
    year, last = change.index[-1], change.iloc[-1]
    base = scored[year] - last
    ax.plot(
        [change.index[0], scored.index[-1]],
        [base, base],
        color=style.GREY,
        linestyle=(0, (4, 2)),
        linewidth=0.9,
        zorder=2,
    )
    shown = ax.set_title(
        style.signed(last, plus="+" if last else ""),
        loc="right",
        fontsize=style.TEXT,
        color={1: style.GAIN, 0: style.GREY, -1: style.LOSS}[int(np.sign(last))],
        pad=4,
    )
    style.plain(shown)
