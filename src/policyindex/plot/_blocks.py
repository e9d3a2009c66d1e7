"""Long lists of countries in columns, side by side within one Axes."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TypeAlias

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.transforms import Bbox

from . import _style as style
from . import _theme as theme
from ._look import PLAIN, Look
from ._panels import name_rows

MOST = 64
"""Most rows of a column: as many as a sheet of paper holds in legible type."""

TOP = 30
"""Rows that stay of a list that does not fit its Axes."""

COLUMN = 150
"""Least width of a column, in points."""

NAMES = 110
"""Width of the names of the rows and of the gap to the next column, in points."""

SHARE = 0.77
"""Share of a figure that its Axes have before the layout."""

PADS = 20
"""Height of the lower years and of the gaps between all parts, in points."""

GAP = 28
"""From a column to the labels of the next, in points: room for a number at the end of each row."""


Words: TypeAlias = tuple[str, str, str]
"""The title, the subtitle and the footnote of a list."""


def list_axes(ax: Axes | None, rows: int, words: Words, key_rows: int) -> Axes:
    """Return the user's Axes, or new ones that are high enough for a list of some rows."""
    columns = ceil(rows / MOST) or 1
    height = max(ceil(rows / columns), 4) * row_height()
    width = style.A4_WIDTH
    height += _around(words, SHARE * 72 * width, key_rows)
    return style.axes(ax, width=width, height=height / 72)


def _around(words: Words, width: float, key_rows: int) -> float:
    """Return the height of all that stands above and under a list, in points.

    A layout knows it only when the chart is drawn, and a list must be cut before that.
    """
    sizes = (1.15 * theme.title_size(), theme.text_size(), theme.small_size())
    lines = [
        size * (style.wrapped(each, width, size).count("\n") + 1) if each else 0
        for each, size in zip(words, sizes, strict=True)
    ]
    return 1.25 * sum(lines) + key_rows * theme.line_height() + theme.text_size() + PADS


def row_height() -> float:
    """Return the height of a row in legible type, in points."""
    return 1.3 * theme.small_size()


def most_rows(ax: Axes, words: Words, key_rows: int) -> int:
    """Return the number of rows for which Axes have room, in all columns together."""
    width, height = style.slot(ax)
    room = height - _around(words, style.size(ax)[0], key_rows)
    return max(int(room / row_height() + 0.01), 3) * max(int(width / COLUMN), 1)


def column_width(ax: Axes, columns: int) -> float:
    """Return about the width of one of several columns without its names, in points."""
    return style.slot(ax)[0] / columns - NAMES


def fold_words(most: int, n: int, look: Look) -> str:
    """Return a sentence about a list of n countries of which the first stand on the chart."""
    also = " and those highlighted" if look.highlight else ""
    height = (ceil(n / ceil(n / MOST)) * row_height() + 150) / 72
    return (
        f"Only {most} of {n:,} countries fit, the first{also}; "
        f"{style.A4_WIDTH:g} by {height:.0f} inches have room for all."
    )


def blocks(
    ax: Axes, names: Sequence[str], most: int, look: Look = PLAIN, units: Sequence[str] = ()
) -> list[tuple[Axes, slice]]:
    """Divide a list into columns of one row per name, each on Axes of its own.

    `most` rows have room in all columns together. `units` are the countries of the rows, so
    that those to stress stand out.

    A list that fits one column stands on `ax` itself. The first row is the top one, and row i of
    a column is at height i.
    """
    per_column = most // max(int(style.slot(ax)[0] / COLUMN), 1)
    columns = ceil(len(names) / min(per_column, MOST)) or 1
    rows = ceil(len(names) / columns)
    if columns == 1:
        name_rows(ax, names, rows, look, units, size=theme.small_size())
        return [(ax, slice(0, len(names)))]
    ax.set_axis_off()
    parts = []
    for column in range(columns):
        part = slice(column * rows, min((column + 1) * rows, len(names)))
        block = ax.inset_axes((0, 0, 1, 1), label=f"column {column + 1}")
        name_rows(block, names[part], rows, look, units[part], size=theme.small_size())
        parts.append((block, part))
    widest = max(
        label.get_window_extent().width for block, _ in parts for label in block.get_yticklabels()
    )
    label_width = widest * style.size(ax)[0] / ax.bbox.width + 4
    for column, (block, _) in enumerate(parts):
        block.set_axes_locator(_Column(ax, column, columns, label_width))
    return parts


def note_row(ax: Axes, row: float, text: str, colour: str | None = None) -> None:
    """Write at the right end of a row of a column."""
    note = ax.annotate(
        text,
        (1, row),
        xytext=(2, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="center",
        fontsize=theme.small_size(),
        color=theme.grey(ax) if colour is None else theme.as_text(colour, ax),
        annotation_clip=False,
    )
    style.plain(note)


class _Column:
    """Position of one of several columns within the Axes that they share."""

    def __init__(self, ax: Axes, column: int, columns: int, label_width: float) -> None:
        self._ax, self._column, self._columns = ax, column, columns
        self._label_width = label_width

    def __call__(self, _ax: Artist, _renderer: RendererBase | None) -> Bbox:
        whole = self._ax.get_position()
        point = whole.width / style.size(self._ax)[0]
        width = (whole.width + GAP * point) / self._columns
        left = whole.x0 + self._column * width + self._label_width * point
        right = whole.x0 + (self._column + 1) * width - GAP * point
        return Bbox.from_extents(left, whole.y0, right, whole.y1)
