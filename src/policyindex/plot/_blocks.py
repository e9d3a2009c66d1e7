"""Long lists of countries in columns, side by side within one Axes."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.transforms import Bbox

from . import _style as style

MOST = 63
"""Most rows of a column: as many as a sheet of paper holds in legible type."""

ROW = 0.152
"""Height of a row, in inches."""

GAP = 24
"""From a column to the labels of the next, in points: room for a number at the end of each row."""


def list_axes(ax: Axes | None, rows: int, *, note_lines: int = 2) -> Axes:
    """Return the user's Axes, or new ones that are high enough for a list of some rows."""
    columns = ceil(rows / MOST) or 1
    height = max(ceil(rows / columns), 4) * ROW + 0.95 + note_lines * style.LINE / 72
    return style.axes(ax, width=style.A4_WIDTH, height=height)


def blocks(ax: Axes, names: Sequence[str]) -> list[tuple[Axes, slice]]:
    """Divide a list into columns of one row per name, each on Axes of its own.

    A list that fits one column stands on `ax` itself. The first row is the top one, and row i of
    a column is at height i.
    """
    columns = ceil(len(names) / MOST) or 1
    rows = ceil(len(names) / columns)
    type_size = min(style.size(ax)[1] / max(rows, 4) * 0.72, style.SMALL + 0.5)
    if columns == 1:
        _name_rows(ax, names, rows, type_size)
        return [(ax, slice(0, len(names)))]
    ax.set_axis_off()
    parts = []
    for column in range(columns):
        part = slice(column * rows, min((column + 1) * rows, len(names)))
        block = ax.inset_axes((0, 0, 1, 1))
        _name_rows(block, names[part], rows, type_size)
        parts.append((block, part))
    widest = max(
        label.get_window_extent().width for block, _ in parts for label in block.get_yticklabels()
    )
    label_width = widest * style.size(ax)[0] / ax.bbox.width + 4
    for column, (block, _) in enumerate(parts):
        block.set_axes_locator(_Column(ax, column, columns, label_width))
    return parts


def _name_rows(ax: Axes, names: Sequence[str], rows: int, type_size: float) -> None:
    style.frame(ax, grid="x")
    ax.set_ylim(max(rows, 1) - 0.5, -0.5)
    ax.set_yticks(range(len(names)), names)
    for label in ax.get_yticklabels():
        style.plain(label)
        label.set_fontsize(type_size)
        label.set_color(style.INK)


def note_row(ax: Axes, row: float, text: str, colour: str = style.GREY) -> None:
    """Write at the right end of a row of a column, in type no larger than that of its labels."""
    sizes = [label.get_fontsize() for label in ax.get_yticklabels()]
    note = ax.annotate(
        text,
        (1, row),
        xytext=(2, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="center",
        fontsize=min(style.SMALL - 0.5, *sizes),
        color=colour,
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
