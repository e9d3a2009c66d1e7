"""One small chart for each country, all on the same scale."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import Unpack, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from .. import countries as places
from .._options import whole
from .._wording import signed
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..dynamics.change import _changes
from ..panel.selection import units_named
from ..typing import ChartOptions, Events, Scale
from . import _style as style
from . import _theme as theme
from ._events import draw_events, event_words
from ._look import look_of
from ._subject import Subject, subject_of
from ._time import draw_breaks, timeline
from .lines import draw_line

ENTRY = "entry"


def small_multiples(
    scores: pd.Series | pd.DataFrame,
    countries: str | Iterable[str],
    *,
    baseline: int | str | None = None,
    events: Events | None = None,
    codebook: Codebook = THREE_P,
    scale: Scale | None = None,
    lower_is_better: bool = False,
    figure: Figure | SubFigure | None = None,
    **options: Unpack[ChartOptions],
) -> Figure | SubFigure:
    """Draw the scores of each country on a small chart of its own, all on one scale.

    Each observed year has a marker, and no line crosses a gap. Thin years at the ends are left
    out, except the baseline, and the footnote names them. Higher is better.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall score; a panel stands for its column ``overall``.
    countries : str or iterable of str
        Names or codes, in the order of the charts; fifteen fill a sheet of paper.
    baseline : int or "entry", optional
        A dashed line at the score of this year, or of each country's first year, and the change
        from there to the last score.
    events : Series, index country, or mapping of str to int, optional
        A year for each country, drawn on its chart; or labels and their years, drawn on all.
    codebook : Codebook
        States the scale of the axes, by the name of the scores.
    scale : (int, int), optional
        Lowest and highest score, if the codebook does not state them.
    lower_is_better : bool
        Whether the lowest score is the best.
    figure : Figure or SubFigure, optional
        Where to draw; by default on a new one.
    **options
        ``title=``, ``subtitle=``, ``note=``, ``highlight=`` and ``palette=``, as for all charts;
        see :mod:`policyindex.plot`.

    Returns
    -------
    Figure
        `figure`, or a new one.

    Raises
    ------
    PanelError
        If the scores break their contract, or one is off its scale.
    ValueError
        If a country is unknown, or the baseline is not a valid option.

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
    subject = subject_of(scores, codebook, scale, lower_is_better=lower_is_better)
    checked = subject.scores
    units = units_named(checked, countries)
    look = look_of(options, checked)
    time = timeline(checked, subject.nouns, *_named_years(checked, baseline))
    table = time.table
    since = _since(checked, table, baseline)
    columns = min(len(units), 3 if len(units) <= 15 else 4)
    rows = ceil(len(units) / columns)
    width = style.A4_WIDTH * max(columns / 3, 0.6) if columns < 3 else style.A4_WIDTH
    figure = style.figure(figure, width=width, height=1.1 + 1.75 * rows * (3 / max(columns, 3)))
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for ax in grid[len(units) :]:
        ax.remove()
    break_note, titles = "", []
    for place, (ax, unit) in enumerate(zip(grid, units, strict=False)):
        style.frame(ax)
        style.year_axis(ax, table.columns.to_numpy())
        subject.fix_axis(ax.yaxis)
        ax.tick_params(labelbottom=place + columns >= len(units))
        scored = cast(pd.Series, table.loc[unit])
        draw_line(ax, scored, look.colour(ax, unit), width=1.4)
        if not scored.notna().any():
            style.note_empty(ax)
        if since is not None:
            _draw_change(ax, scored, since[unit].reindex(table.columns).dropna(), subject)
        draw_events(ax, events, {unit: theme.grey(ax)}, labelled=False)
        break_note = draw_breaks(ax, checked.attrs)
        name = places._short_name(unit)
        title = style.panel_title(ax, name)
        look.stress(title, unit, ax)
        titles.append(title)
    style.figure_heading(figure, look, subject.head, subject.scale_words(), over=titles[0])
    base = f"the first {subject.noun}" if baseline == ENTRY else f"the {subject.noun} of {baseline}"
    n = int(table.loc[units].notna().to_numpy().sum())
    style.figure_footnote(
        figure,
        look,
        checked.attrs,
        "" if baseline is None else f"Dashed: {base}, with the change since",
        event_words(events, labelled=False),
        f"n = {style.number_of(n, subject.noun, subject.nouns)}",
        break_note,
        time.note,
    )
    style.mark_synthetic(figure, checked.attrs)
    return figure


def _named_years(scores: pd.Series, baseline: int | str | None) -> list[int]:
    """Return the baseline, if it is a year of the data, or refuse one that is not valid."""
    if baseline is None or baseline == ENTRY:
        return []
    if not isinstance(baseline, int | np.integer):
        raise ValueError(f"baseline must be a year, {ENTRY!r} or None; got {baseline!r}")
    year = whole("baseline", baseline)
    return [year] if year in scores.index.get_level_values("year") else []


def _since(scores: pd.Series, table: pd.DataFrame, baseline: int | str | None) -> pd.Series | None:
    """Compute the change of each score since the baseline."""
    if baseline is None:
        return None
    if baseline != ENTRY:
        return _changes(scores, since=int(baseline))["change"]
    scored = table.notna()
    first = pd.Series(scored.idxmax(axis=1), table.index, np.float64).where(scored.any(axis=1))
    return _changes(scores, since=first)["change"]


def _draw_change(ax: Axes, scored: pd.Series, change: pd.Series, subject: Subject) -> None:
    """Draw the score at the baseline as a line, and write the last change."""
    if not len(change):
        return
    year, last = change.index[-1], change.iloc[-1]
    base = scored[year] - last
    ax.plot(
        [change.index[0], scored.index[-1]],
        [base, base],
        color=theme.grey(ax),
        linestyle=(0, (4, 2)),
        linewidth=0.9,
        zorder=2,
    )
    words = ax.set_title(
        signed(last, plus=True),
        loc="right",
        fontsize=theme.text_size(),
        color={1: theme.gain(ax), 0: theme.grey(ax), -1: theme.loss(ax)}[
            int(np.sign(last * subject.sign))
        ],
        pad=4,
    )
    style.plain(words)
