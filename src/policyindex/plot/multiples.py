"""One small chart for each country, all on the same scale."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Unpack, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.text import Text

from .. import countries as places
from .._options import whole
from .._wording import capital, signed
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..dynamics.change import _changes
from ..panel.selection import units_named, year_of
from ..typing import ChartOptions, Events, Scale
from . import _style as style
from . import _theme as theme
from ._events import draw_events, event_words
from ._findings import path
from ._labels import EndLabel, end_labels
from ._look import look_of
from ._multiples import multiples
from ._panels import widest
from ._subject import Subject, level_text, subject_of
from ._time import draw_breaks, timeline
from .lines import draw_line, draw_others

ENTRY = "entry"

BESIDE = 3.5
"""Width of the label at the end of a line and of the space beside it, in sizes of the type."""


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

    The other countries stand behind in grey. Each observed year has a marker, no line crosses a
    gap, and the last score is written at its end. Thin years at the ends are left
    out, except the baseline, and the footnote names them. Higher is better.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall score; a panel stands for its column ``overall``.
    countries : str or iterable of str
        Names or codes, in the order of the charts; fifteen fill a sheet of paper. Those to
        highlight join them.
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
        `figure`, or a new one. Its Axes have the codes of the countries as labels.

    Raises
    ------
    PanelError
        If the scores break their contract, or one is off its scale.
    ValueError
        If a country is unknown, the baseline is not a valid option, or the figure is too small.

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
    units = list(dict.fromkeys([*units, *look.highlight]))
    time = timeline(checked, subject.nouns, *_named_years(checked, baseline))
    table = time.table
    since = _since(checked, table, baseline)
    figure, cells = multiples(figure, units)
    break_note, titles, changes = "", [], []
    for ax, unit in zip(cells, units, strict=True):
        style.frame(ax)
        style.year_axis(ax, table.columns.to_numpy())
        subject.fix_axis(ax.yaxis)
        scored = cast(pd.Series, table.loc[unit])
        draw_others(ax, table.loc[[each for each in units if each != unit]], alpha=0.8)
        colour = look.colour(ax, unit)
        draw_line(ax, scored, colour, width=1.4)
        end_labels(ax, _end(scored, colour, bold=unit in look.highlight))
        if not scored.notna().any():
            style.note_empty(ax)
        if since is not None:
            change = since[unit].reindex(table.columns).dropna()
            changes.append(_draw_change(ax, scored, change, subject))
        draw_events(ax, events, {unit: theme.grey(ax)}, labelled=False)
        break_note = draw_breaks(ax, checked.attrs)
        title = style.panel_title(ax, places._short_name(unit))
        look.stress(title, unit, ax)
        titles.append(title)
    others = "Grey: the other countries of this chart" if len(units) > 1 else ""
    style.figure_heading(
        figure,
        look,
        f"{subject.head}: {_finding(table.loc[units], since, baseline, subject)}",
        ". ".join(filter(None, [subject.scale_words(), others])),
        over=titles[0],
    )
    unit = "" if _fit(titles, changes) else _without_units(changes, subject)
    n = int(table.loc[units].notna().to_numpy().sum())
    style.figure_footnote(
        figure,
        look,
        checked.attrs,
        _base_words(baseline, unit, subject),
        _absent_words(table.loc[units], since, baseline, subject),
        event_words(cells[0], events, units, labelled=False),
        f"n = {style.number_of(n, subject.noun, subject.nouns)}",
        break_note,
        time.note,
    )
    style.mark_synthetic(figure, checked.attrs)
    return figure


def _end(scored: pd.Series, colour: str, *, bold: bool) -> list[EndLabel]:
    """Return a label with the last score."""
    present = scored.dropna()
    if not len(present):
        return []
    year, last = float(present.index[-1]), float(present.iloc[-1])
    return [EndLabel(year, last, level_text(round(last, 2)), colour, bold)]


def _finding(
    table: pd.DataFrame, since: pd.Series | None, baseline: int | str | None, subject: Subject
) -> str:
    """Return how many of the countries drawn rose and fell, as a title goes on."""
    if len(table) == 1:
        return capital(path(str(table.index[0]), table.iloc[0], subject))
    years = f"{table.columns[0]} to {table.columns[-1]}"
    if since is None or baseline == ENTRY:
        last, first = table.ffill(axis=1).iloc[:, -1], table.bfill(axis=1).iloc[:, 0]
        changes, when = last - first, f"first to last {subject.noun}, {years}"
    else:
        inside = since[since.index.get_level_values("year").isin(table.columns)].dropna()
        changes, when = (
            inside.groupby(level="country").last().reindex(table.index),
            f"since {baseline}",
        )
    up, down = int((changes > 0).sum()), int((changes < 0).sum())
    if max(up, down) == len(table):
        everyone = "both" if len(table) == 2 else f"all {len(table)}"
        return f"{everyone} countries {'rose' if up else 'fell'}, {when}"
    return f"of these {len(table)} countries {up or 'none'} rose and {down or 'none'} fell, {when}"


def _named_years(scores: pd.Series, baseline: int | str | None) -> list[int]:
    """Return the baseline, if it is a year of the data, or refuse one that is not valid."""
    if baseline is None or baseline == ENTRY:
        return []
    if not isinstance(baseline, int | np.integer):
        raise ValueError(f"baseline must be a year, {ENTRY!r} or None; got {baseline!r}")
    return [year_of(scores, "baseline", whole("baseline", baseline))]


def _since(scores: pd.Series, table: pd.DataFrame, baseline: int | str | None) -> pd.Series | None:
    """Compute the change of each score since the baseline."""
    if baseline is None:
        return None
    if baseline != ENTRY:
        return _changes(scores, since=int(baseline))["change"]
    scored = table.notna()
    first = pd.Series(scored.idxmax(axis=1), table.index, np.float64).where(scored.any(axis=1))
    return _changes(scores, since=first)["change"]


def _draw_change(ax: Axes, scored: pd.Series, change: pd.Series, subject: Subject) -> Text:
    """Draw the score at the baseline as a line, and write the last change; return the words."""
    if not len(change):
        return ax.set_title("", loc="right")
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
        f"{signed(last, plus=True)}{_unit(last, subject)}",
        loc="right",
        fontsize=theme.text_size(),
        color=theme.as_text(
            {1: theme.gain(ax), 0: theme.grey(ax), -1: theme.loss(ax)}[
                int(np.sign(last * subject.sign))
            ],
            ax,
        ),
        pad=4,
    )
    return style.plain(words)


def _fit(names: list[Text], changes: list[Text]) -> bool:
    """Return whether each name and the change beside it fit above their chart."""
    pairs = zip(names, changes, strict=False)
    return all(
        widest([name.get_text()], bold=True) + widest([change.get_text()])
        < style.slot(cast(Axes, name.axes))[0] - BESIDE * theme.text_size()
        for name, change in pairs
    )


def _without_units(changes: list[Text], subject: Subject) -> str:
    """Leave the unit out of the changes, and return it for the footnote."""
    for change in changes:
        change.set_text(change.get_text().partition(" ")[0])
    return ", in points" if subject.is_score else ""


def _base_words(baseline: int | str | None, unit: str, subject: Subject) -> str:
    """Return a sentence about the dashed lines."""
    if baseline is None:
        return ""
    base = f"first {subject.noun}" if baseline == ENTRY else f"{subject.noun} of {baseline}"
    return f"Dashed: the {base}, with the change since{unit}"


def _absent_words(
    table: pd.DataFrame, since: pd.Series | None, baseline: int | str | None, subject: Subject
) -> str:
    """Return a sentence about countries that are drawn without a score at the baseline."""
    if since is None or baseline == ENTRY:
        return ""
    compared = since.dropna().index.unique("country")
    scored = table.index[table.notna().any(axis=1)]
    names = [places._short_name(unit) for unit in scored if unit not in compared]
    return f"No {subject.noun} in {baseline}: {', '.join(names)}" if names else ""


def _unit(change: float, subject: Subject) -> str:
    """Return the unit of a change of scores; other values have a unit that is not stated."""
    if not subject.is_score:
        return ""
    return " point" if abs(change) == 1 else " points"
