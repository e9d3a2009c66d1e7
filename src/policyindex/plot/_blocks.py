"""Long lists of countries in columns, side by side within one Axes."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.transforms import Bbox

from . import _style as style
from . import _theme as theme
from ._look import PLAIN, Look

MOST = 61
"""Most rows of a column: as many as a sheet of paper holds in legible type."""

TOP = 30
"""Rows that stay of a list that does not fit its Axes."""

COLUMN = 150
"""Least width of a column, in points."""

HEAD = 100
"""Height of the title, the subtitle and the ticks of a list, in points."""

SHARE = 0.77
"""Share of a figure that its Axes have before the layout."""

GAP = 28
"""From a column to the labels of the next, in points: room for a number at the end of each row."""


def list_axes(ax: Axes | None, rows: int, *, note_lines: int = 2) -> Axes:
    """Return the user's Axes, or new ones that are high enough for a list of some rows."""
    columns = ceil(rows / MOST) or 1
    lines = max(ceil(rows / columns), 4) * row_height() + note_lines * theme.line_height()
    return style.axes(ax, width=style.A4_WIDTH, height=(lines + HEAD) / 72)


def row_height() -> float:
    """Return the height of a row in legible type, in points."""
    return 1.3 * theme.small_size()


def most_rows(ax: Axes, *, note_lines: int = 2) -> int:
    """Return the number of rows for which Axes have room, in all columns together."""
    return _column_rows(ax, note_lines) * max(int(style.size(ax)[0] / SHARE / COLUMN), 1)


def _column_rows(ax: Axes, note_lines: int = 2) -> int:
    height = style.size(ax)[1] / SHARE - HEAD - note_lines * theme.line_height()
    return max(int(height / row_height() + 0.01), 3)


def fold_words(most: int, n: int, things: str) -> str:
    """Return a sentence about a list of n things of which the first stand on the chart."""
    height = (ceil(n / ceil(n / MOST)) * row_height() + HEAD + 4 * theme.line_height()) / 72
    return (
        f"Only the first {most} of {n:,} {things} fit; {style.A4_WIDTH:g} by {height:.1f} inches "
        "have room for all"
    )


def blocks(
    ax: Axes,
    names: Sequence[str],
    look: Look = PLAIN,
    units: Sequence[str] = (),
    note_lines: int = 2,
) -> list[tuple[Axes, slice]]:
    """Divide a list into columns of one row per name, each on Axes of its own.

    `units` are the countries of the rows, so that those to stress stand out.

    A list that fits one column stands on `ax` itself. The first row is the top one, and row i of
    a column is at height i.
    """
    columns = ceil(len(names) / min(_column_rows(ax, note_lines), MOST)) or 1
    rows = ceil(len(names) / columns)
    if columns == 1:
        _name_rows(ax, names, rows, look, units)
        return [(ax, slice(0, len(names)))]
    ax.set_axis_off()
    parts = []
    for column in range(columns):
        part = slice(column * rows, min((column + 1) * rows, len(names)))
        block = ax.inset_axes((0, 0, 1, 1))
        _name_rows(block, names[part], rows, look, units[part])
        parts.append((block, part))
    widest = max(
        label.get_window_extent().width for block, _ in parts for label in block.get_yticklabels()
    )
    label_width = widest * style.size(ax)[0] / ax.bbox.width + 4
    for column, (block, _) in enumerate(parts):
        block.set_axes_locator(_Column(ax, column, columns, label_width))
    return parts


def _name_rows(ax: Axes, names: Sequence[str], rows: int, look: Look, units: Sequence[str]) -> None:
    style.frame(ax, grid="x")
    ax.set_ylim(max(rows, 1) - 0.5, -0.5)
    ax.set_yticks(range(len(names)), names)
    ink, size = theme.ink(ax), theme.small_size()
    for place, label in enumerate(ax.get_yticklabels()):
        style.plain(label)
        label.set_fontsize(size)
        label.set_color(ink)
        if place < len(units):
            look.stress(label, units[place], ax)


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
