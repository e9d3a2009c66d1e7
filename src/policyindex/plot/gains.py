"""Countries that moved between two years: the largest changes, and a histogram of all."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple, Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .. import countries as places
from .._options import in_order, whole
from .._wording import capital, signed
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..dynamics.change import Movers, _movers
from ..panel.selection import scored_year
from ..panel.shape import wide
from ..typing import ChartOptions, Scale
from . import _style as style
from . import _theme as theme
from ._blocks import note_row
from ._geometry import histogram
from ._look import Look, look_of
from ._panels import name_rows, part, room_for, thin_ticks, widest
from ._subject import Subject, subject_of
from ._time import thin_note

ROW = 1.45
"""Height of a row of a list, in sizes of its type."""

ABOVE = 28.0
"""Height of the heading of a list and of its numbers, in points."""

TEXTS = 84.0
"""Height of the title, the subtitle and the notes on new Axes, in points."""

BARS, FEWEST = 104.0, 60.0
"""Usual and least height of the histogram with its axis, in points."""

LOW = 190.0
"""Height of lists and histogram without room for the words under the lists, in points."""

UNDER = 28.0
"""Height of the numbers and the label of its axis, in points."""

MARGIN = 24.0
"""Room for the change at the end of a row, in points."""

COLUMN = 172.0
"""Least width of a list, in points."""

FEW, COLUMNS = 20, 4
"""Most rows of a list in one column, and most columns of longer ones."""

MOST_WORDS = 3
"""Most sizes of change that the words under a list name."""

MOST_TICKS = 17
"""Most numbers under the histogram."""

LIMITED = "The chart has room for {} of the countries that moved"


class _List(NamedTuple):
    """A column of countries that moved one way, in order."""

    gains: bool
    title: str
    rows: pd.DataFrame
    rest: str
    """The countries that moved this way and are not listed, in words."""


def movers(
    scores: pd.Series | pd.DataFrame,
    start: int,
    end: int,
    *,
    top: int | None = 10,
    codebook: Codebook = THREE_P,
    scale: Scale | None = None,
    lower_is_better: bool = False,
    ax: Axes | None = None,
    **options: Unpack[ChartOptions],
) -> Axes:
    """Draw the largest gains and losses between two years, and a histogram of all changes.

    Countries without a score in one of the years are left out, and the footnote counts them.
    Of equal changes those with the better score at the end come first; the others are counted
    under the list. Higher is better.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall score; a panel stands for its column ``overall``.
    start, end : int
        The two years.
    top : int or None
        Countries in each list; None for all that moved. Fewer where the Axes are small, which
        the footnote says.
    codebook : Codebook
        States the scale of the axis, by the name of the scores.
    scale : (int, int), optional
        Lowest and highest score, if the codebook does not state them.
    lower_is_better : bool
        Whether a fall is a gain.
    ax : Axes, optional
        Where to draw; by default on new ones. The lists and the histogram are ``child_axes`` of
        it, whose labels are ``gains``, ``losses`` and ``histogram``.
    **options
        ``title=``, ``subtitle=``, ``note=``, ``highlight=`` and ``palette=``, as for all charts;
        see :mod:`policyindex.plot`.
        Countries of ``highlight`` are listed even if others moved more.

    Returns
    -------
    Axes
        `ax`, or those of a new figure.

    Raises
    ------
    PanelError
        If the scores break their contract or have no row, or one is off its scale.
    ValueError
        If start or end is not a year with a score, start is not before end, no country has a
        score in both, or `top` is not a positive integer.

    See Also
    --------
    policyindex.movers : The numbers drawn.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["overall"]
    >>> ax = movers(scores, 2000, 2009, top=3)
    >>> "histogram" in [part.get_label() for part in ax.child_axes]
    True
    """
    subject = subject_of(scores, codebook, scale, lower_is_better=lower_is_better)
    checked = subject.scores
    start, end = scored_year(checked, "start", start), scored_year(checked, "end", end)
    in_order(start, end)
    most = None if top is None else whole("top", top, least=1)
    look = look_of(options, checked)
    bold = look.highlight
    moves = _movers(checked, start, end, lower_is_better=lower_is_better)
    _refuse_nothing(subject, moves, start, end)
    ways = [
        (gains, _in_order(subject, changes, start, end))
        for gains, changes in ((True, moves.gained), (False, moves.lost))
        if len(changes)
    ]
    wanted = [len(rows) if most is None else min(most, len(rows)) for _, rows in ways]
    title = f"{subject.head}: {_finding(subject, moves)}, {start} to {end}"
    n = style.number_of(moves.n, "country", "countries")
    subtitle = f"Ring {start}, dot {end}; {len(moves.stayed):,} of {n} did not change"
    notes = [
        f"n = {n} with a {subject.noun} in both years",
        *_absent(subject, moves, start, end),
        *_silent(subject, bold, moves, start, end),
        subject.scale_note(),
        *(thin_note(checked, year, subject.noun) for year in (start, end)),
    ]

    columns = 2 if max(wanted, default=0) <= FEW else COLUMNS
    rows = max(_rows(wanted, columns), 3)
    row = ROW * theme.text_size()
    new = ax is None
    ax = style.axes(ax, width=style.A4_WIDTH, height=(TEXTS + BARS + ABOVE + (rows + 1) * row) / 72)
    foot, under = BARS, 1.3 * row
    if not new:
        width, height = room_for(
            ax, look, title, subtitle, style.credit(checked.attrs, *notes, LIMITED)
        )
        foot, under = (BARS, 1.3 * row) if height > LOW else (FEWEST, 2.0)
        rows = max(int((height - ABOVE - foot - under) / row), 1)
        full, wanted = wanted, _fitting(wanted, max(int(width / COLUMN), len(ways)), rows)
        if most is not None and wanted != full:
            notes.append(LIMITED.format(sum(wanted)))
    lists = [
        each
        for (gains, moved), n in zip(ways, wanted, strict=True)
        for each in _lists(gains, _list_title(subject, gains), moved, n, rows, bold)
    ]
    names = widest((name for each in lists for name in each.rows["name"]), bold=bool(bold)) + 5
    for place, each in enumerate(lists):
        across = place / len(lists), (place + 1) / len(lists)
        label = "gains" if each.gains else "losses"
        block = part(ax, label, across, margins=(names, foot + under, MARGIN, ABOVE))
        strip = style.slot(ax)[0] / len(lists) - names - MARGIN - 8
        _draw_list(block, subject, each, look, rows, strip, roomy=under > row)
    chart = part(ax, "histogram", margins=(4, UNDER, 4, 0), height=foot - UNDER)
    _draw_histogram(chart, subject, moves, start, end)
    style.heading(ax, look, title, subtitle)
    if not moves.n:
        style.note_empty(ax)
    style.footnote(ax, look, checked.attrs, *notes)
    style.mark_synthetic(ax, checked.attrs)
    return ax


def _refuse_nothing(subject: Subject, moves: Movers, start: int, end: int) -> None:
    """Refuse years of other countries, e.g. a thin one; data without any score have a chart."""
    if not moves.n and moves.entered:
        alone = style.number_of(len(moves.left), "country has", "countries have")
        raise ValueError(
            f"a chart of movers needs a country with a {subject.noun} in both years; {alone} one "
            f"in {start} alone and {len(moves.entered):,} in {end} alone, the first "
            f"{moves.entered[0]}; choose another year"
        )


def _in_order(subject: Subject, changes: pd.Series, start: int, end: int) -> pd.DataFrame:
    """Return a row for each country, the largest change first, then the better score."""
    table = wide(subject.scores)[[start, end]].loc[changes.index].set_axis(["start", "end"], axis=1)
    names = [places._short_name(str(unit)) for unit in table.index]
    table = table.assign(change=changes, name=names, size=changes.abs())
    final = subject.sign * table["end"]
    return table.assign(final=final).sort_values(
        ["size", "final", "name"], ascending=[False, False, True]
    )


def _rows(lengths: list[int], columns: int) -> int:
    """Return the fewest rows in which lists fit some columns."""
    rows = 1
    while sum(ceil(n / rows) for n in lengths) > max(columns, len(lengths)):
        rows += 1
    return rows


def _fitting(lengths: list[int], columns: int, rows: int) -> list[int]:
    """Shorten lists, the one with the most columns first, until they fit some columns."""
    needed = [ceil(n / rows) for n in lengths]
    while sum(needed) > columns:
        needed[needed.index(max(needed))] -= 1
    return [min(n, rows * k) for n, k in zip(lengths, needed, strict=True)]


def _lists(
    gains: bool, title: str, moved: pd.DataFrame, n: int, rows: int, bold: list[str]
) -> list[_List]:
    """Divide the first n countries, and the bold ones among the others, into columns."""
    later = moved.iloc[n:]
    further = later[later.index.isin(bold)]
    # Those that the user asks for take the last places.
    listed = pd.concat([moved.iloc[: max(n - len(further), 0)], further]).iloc[:n]
    rest = moved.drop(index=listed.index)
    columns = [listed.iloc[at : at + rows] for at in range(0, len(listed), rows)]
    last = len(columns) - 1
    return [
        _List(gains, title if not place else "", each, _rest_words(rest) if place == last else "")
        for place, each in enumerate(columns)
    ]


def _rest_words(rest: pd.DataFrame) -> str:
    if not len(rest):
        return ""
    counts = rest["change"].value_counts()
    counts = counts.reindex(sorted(counts.index, key=abs, reverse=True))
    if len(counts) > MOST_WORDS:
        ends = [signed(each, plus=True) for each in (counts.index[0], counts.index[-1])]
        return f"and {len(rest):,} more, by {' to '.join(ends)}"
    sizes = ", ".join(
        f"{n:,} by {signed(size, plus=True)}"
        for size, n in zip(counts.index.to_numpy(dtype=float), counts, strict=True)
    )
    return f"and {sizes}"


def _list_title(subject: Subject, gains: bool) -> str:
    return f"{capital(_verbs(subject)[0 if gains else 1])} most"


def _verbs(subject: Subject) -> tuple[str, str]:
    return ("improved", "worsened") if subject.lower_is_better else ("rose", "fell")


def _finding(subject: Subject, moves: Movers) -> str:
    """Return how many countries moved either way, the larger number first."""
    counts = sorted(
        zip((len(moves.gained), len(moves.lost)), _verbs(subject), strict=True),
        key=lambda pair: -pair[0],
    )
    (more, verb), (fewer, other) = counts
    if not more:
        return "no country moved" if moves.n else f"no {subject.noun} in both years"
    first = f"{more:,} {'country' if more == 1 else 'countries'} {verb}"
    return f"{first} and {fewer:,} {other}" if fewer else f"{first} and none {other}"


def _absent(subject: Subject, moves: Movers, start: int, end: int) -> list[str]:
    """Return sentences about the countries that have one year and not the other."""
    return [
        f"{len(names):,} of {moves.n + len(names):,} countries with a {subject.noun} in {one} "
        f"{'has' if len(names) == 1 else 'have'} none in {other}"
        for names, one, other in ((moves.entered, end, start), (moves.left, start, end))
        if names
    ]


def _silent(subject: Subject, bold: list[str], moves: Movers, start: int, end: int) -> list[str]:
    """Return sentences about highlighted countries that are in no list."""
    stayed = [places._short_name(each) for each in bold if each in moves.stayed.index]
    compared = {*moves.gained.index, *moves.lost.index, *moves.stayed.index}
    without = [places._short_name(each) for each in bold if each not in compared]
    return [
        f"Unchanged: {', '.join(stayed)}" if stayed else "",
        f"Without a {subject.noun} in {start} or {end}: {', '.join(without)}" if without else "",
    ]


def _draw_list(
    ax: Axes, subject: Subject, each: _List, look: Look, rows: int, width: float, *, roomy: bool
) -> None:
    colour = theme.gain(ax) if each.gains else theme.loss(ax)
    names = list(each.rows["name"])
    name_rows(ax, names, rows, look, list(each.rows.index))
    subject.fix_axis(ax.xaxis)
    ax.tick_params(axis="x", labeltop=True, labelbottom=False)
    thin_ticks(ax.xaxis, width)
    for height, (unit, row) in enumerate(each.rows.iterrows()):
        if unit in look.highlight:
            ax.axhspan(height - 0.5, height + 0.5, color=theme.faint(ax), lw=0, zorder=0)
        ax.plot([row["start"], row["end"]], [height] * 2, color=colour, linewidth=1.8, zorder=2)
        ax.plot(row["start"], height, "o", color=colour, mfc=theme.ground(ax), markersize=4.5)
        ax.plot(row["end"], height, "o", color=colour, markersize=5)
        note_row(ax, height, signed(row["change"], plus=True), colour)
    if each.title:
        heading = ax.annotate(
            each.title,
            (0, 1),
            xytext=(0, 16),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=theme.text_size(),
            fontweight="bold",
            color=theme.as_text(colour, ax),
            annotation_clip=False,
        )
        style.plain(heading)
    if each.rest and roomy:
        note = ax.annotate(
            each.rest,
            (1, len(names) - 0.5),
            xytext=(0, -2),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
            va="top",
            fontsize=theme.small_size(),
            color=theme.grey(ax),
            annotation_clip=False,
        )
        style.plain(note)


def _draw_histogram(ax: Axes, subject: Subject, moves: Movers, start: int, end: int) -> None:
    changes = pd.concat([moves.gained, moves.lost, moves.stayed]).to_numpy(dtype=float)
    bins = histogram(changes)
    style.frame(ax)
    ax.grid(visible=False)
    ax.set_yticks([])
    width = max((each.high - each.low for each in bins), default=0.0) or 1.0
    for each in bins:
        middle = (each.low + each.high) / 2
        sign = subject.sign * np.sign(middle)
        colour = theme.grey(ax) if sign == 0 else theme.gain(ax) if sign > 0 else theme.loss(ax)
        ax.bar(middle, each.n, 0.86 * width, color=colour, zorder=2)
        if each.n:
            note = ax.annotate(
                f"{each.n:,}",
                (middle, each.n),
                xytext=(0, 1.5),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=theme.small_size(),
                color=theme.ink(ax),
            )
            style.plain(note)
    whole_steps = all(each.low == each.high for each in bins)
    if whole_steps:
        step = ceil(len(bins) / MOST_TICKS)
        ticks = [each.low for each in bins if each.low % step == 0]
    else:
        ticks = sorted({end for each in bins for end in (each.low, each.high)})
        ticks = [each for each in ticks if each % (ceil(len(ticks) / MOST_TICKS) * width) < 1e-9]
    labels = [signed(tick, plus=True) for tick in ticks]
    for tick in ax.set_xticks(ticks, labels):
        style.plain(tick.label1)
    ax.margins(x=0.02)
    ax.set_ylim(0, 1.22 * max((each.n for each in bins), default=1))
    unit = " in points" if subject.is_score else ""
    words = f"Countries by their change{unit}, {start} to {end}"
    style.plain(ax.set_xlabel(words, fontsize=theme.text_size(), color=theme.grey(ax), labelpad=2))
