"""Lists of countries in columns, each row with two numbers, a name, a dot and a range."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from math import ceil
from typing import Any, NamedTuple, cast

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.transforms import (
    Affine2D,
    Affine2DBase,
    ScaledTranslation,
    blended_transform_factory,
)

from . import _style as style
from . import _theme as theme
from ._look import Look
from ._panels import name_rows, part, room_for, widest

ROW = 1.25
"""Height of a row, in sizes of its type."""

ABOVE = 25.0
"""Height of the headings of the columns, in points."""

TEXTS = 100.0
"""Height of the title, the subtitle and the notes on new Axes, in points."""

MOST, FOLDED = 92, 30
"""Most rows of a column, so that two columns hold all countries and leave the ranges room; and of
a list that has no room for all."""

COLUMN, GAP = 150.0, 12.0
"""Least width of a column, and the gap after it, in points."""

LISTED = "Listed: the first {} of {}, for which the chart has room"


class Words(NamedTuple):
    """The texts of a list."""

    title: str
    subtitle: str
    before: Sequence[str]
    """Notes before the one about the part of the rows that is listed."""
    after: Sequence[str]
    heads: tuple[str, str]
    """The headings of the numbers at the left and at the right of the names."""
    texts: float = TEXTS
    """The height of the title, the subtitle and the notes on new Axes, in points."""


def draw_list(
    ax: Axes | None,
    table: pd.DataFrame,
    top: int | None,
    words: Words,
    look: Look,
    attrs: dict[Any, Any],
    fix_axis: Callable[[Axes, float], None],
) -> Axes:
    """Draw the rows of a table as a list, or the first of them, and those to stress.

    Parameters
    ----------
    ax : Axes, optional
        By default new ones.
    table : DataFrame, index country
        ``name``, ``left`` and ``right``, which are text; ``at``, ``low`` and ``high``; ``tie``, the
        number of a group whose rows share a band, or 0; ``colour``, or a missing value.
    top : int, optional
        Most rows.
    words : Words
    look : Look
    attrs : dict
        Provenance.
    fix_axis : callable
        Sets limits and ticks of a column's horizontal axis, whose width in points it takes.
    """
    bold = look.highlight
    listed = first_rows(table, top, bold)
    some = "" if len(listed) == len(table) else f"Listed: {len(listed)} of {len(table)}"
    columns = ceil(len(listed) / MOST) or 1
    rows = max(ceil(len(listed) / columns), 3)
    row = ROW * theme.text_size()
    new = ax is None
    ax = style.axes(ax, width=style.A4_WIDTH, height=(words.texts + ABOVE + rows * row) / 72)
    if not new:
        notes = style.credit(attrs, *words.before, some, *words.after, LISTED)
        width, height = room_for(ax, look, words.title, words.subtitle, notes)
        columns, fitting = max(int(width / COLUMN), 1), max(int((height - ABOVE) / row), 1)
        if len(listed) > columns * fitting:
            listed = first_rows(table, min(FOLDED, columns * fitting), bold)
            some = LISTED.format(len(listed), len(table))
        columns = min(columns, ceil(len(listed) / fitting) or 1)
        rows = fitting
    rows = ceil(len(listed) / columns) if len(listed) > rows else max(rows, len(listed))
    widths = _widths(table, listed, words.heads, bold)
    for column in range(columns):
        across = column / columns, (column + 1) / columns
        margins = (sum(widths), 0, GAP if columns > 1 else 4, ABOVE)
        block = part(ax, "ranks", across, margins=margins)
        rows_of = listed.iloc[column * rows : (column + 1) * rows]
        _draw_rows(block, rows_of, look, rows, widths, words.heads)
        fix_axis(block, style.size(ax)[0] / columns - sum(widths) - GAP)
        block.tick_params(axis="x", labeltop=True, labelbottom=False)
    style.heading(ax, look, words.title, words.subtitle)
    if not len(table):
        style.note_empty(ax)
    style.footnote(ax, look, attrs, *words.before, some, *words.after)
    style.mark_synthetic(ax, attrs)
    return ax


def fix_ranks(ranked: int) -> Callable[[Axes, float], None]:
    """Return a function that sets an axis to ranks, from the first to the last."""

    def fix(ax: Axes, width: float) -> None:
        room = 0.03 * ranked
        ax.set_xlim(1 - room, ranked + room)
        ax.set_xticks(style.rank_ticks(ranked, width))

    return fix


def first_rows(table: pd.DataFrame, n: int | None, bold: list[str]) -> pd.DataFrame:
    """Return the first n rows; those of highlighted countries take the last places."""
    if n is None or n >= len(table):
        return table
    later = table.iloc[n:]
    further = later[later.index.isin(bold)]
    return pd.concat([table.iloc[: max(n - len(further), 0)], further])


def _widths(
    table: pd.DataFrame, listed: pd.DataFrame, heads: tuple[str, str], bold: list[str]
) -> list[float]:
    """Return the widths of the numbers at the left, the names and the other numbers, in points."""
    strong = bool(bold)
    left, right = heads
    return [
        max(widest(table["left"], bold=strong), widest([left])) + 5,
        max(widest(listed["name"], bold=strong), widest(["Country"])) + 4,
        max(widest(table["right"], bold=strong), widest([right])) + 7,
    ]


def _draw_rows(
    ax: Axes,
    table: pd.DataFrame,
    look: Look,
    rows: int,
    widths: list[float],
    heads: tuple[str, str],
) -> None:
    """Draw a column of the list: a number, the name, a number, the dot and its range."""
    strong = table.index.isin(look.highlight)
    name_rows(ax, list(table["name"]), rows, look, list(table.index))
    # The names are aligned at the left, between the numbers.
    ax.tick_params(axis="y", pad=widths[1] + widths[2])
    for label in ax.get_yticklabels():
        label.set_horizontalalignment("left")
    heights = range(len(table))
    for height, (left, right) in enumerate(zip(table["left"], table["right"], strict=True)):
        weight = "bold" if strong[height] else "normal"
        _write(ax, -sum(widths[1:]) - 5, height, left, weight)
        _write(ax, -7, height, right, weight)
    left, right = heads
    _write(ax, -sum(widths[1:]) - 5, -0.75, left, "normal", va="bottom")
    _write(ax, -sum(widths[1:]), -0.75, "Country", "normal", ha="left", va="bottom")
    _write(ax, -7, -0.75, right, "normal", va="bottom")
    usual = theme.series(ax)[0].colour
    own = [colour if isinstance(colour, str) else usual for colour in table["colour"]]
    colours = [
        look.colour(ax, str(unit), 1) if each else theme.as_line(colour, ax)
        for unit, each, colour in zip(table.index, strong, own, strict=True)
    ]
    ax.hlines(heights, table["low"], table["high"], color=colours, alpha=0.45, linewidth=2.4)
    ax.scatter(table["at"], heights, s=13, c=colours, zorder=3, clip_on=False)
    for _, group in groupby(heights, key=lambda height: table["tie"].iloc[height]):
        members = list(group)
        if int(table["tie"].iloc[members[0]]) % 2:
            _draw_band(ax, members[0] - 0.5, members[-1] + 0.5, sum(widths))


def _draw_band(ax: Axes, top: float, foot: float, left: float) -> None:
    """Draw a band behind some rows, and behind their words, which reach `left` points further."""
    look: dict[str, Any] = {"color": theme.faint(ax), "linewidth": 0, "zorder": 0}
    ax.axhspan(top, foot, **look)
    points = Affine2D().scale(1 / 72) + style.root(ax).dpi_scale_trans
    points += ScaledTranslation(0, 0, cast(Affine2DBase, ax.transAxes))
    words = blended_transform_factory(points, ax.transData)
    ax.add_patch(Rectangle((-left, top), left, foot - top, transform=words, clip_on=False, **look))


def _write(
    ax: Axes,
    x: float,
    row: float,
    words: str,
    weight: str,
    *,
    ha: str = "right",
    va: str = "center",
) -> None:
    heading = row < 0
    note = ax.annotate(
        words,
        (0, row),
        xytext=(x, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha=ha,
        va="center_baseline" if va == "center" else va,
        fontsize=theme.text_size(),
        fontweight=weight,
        color=theme.grey(ax) if heading else theme.ink(ax),
        annotation_clip=False,
    )
    style.plain(note)
