"""Several charts within one Axes: where they stand, and how many rows fit."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backend_bases import RendererBase
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FixedLocator
from matplotlib.transforms import Bbox

from . import _style as style
from . import _theme as theme
from ._look import PLAIN, Look

PADDING = 3.0
"""Between a chart and the edge of its figure, in points."""

GAPS = 26.0
"""Between the title, the subtitle, the chart and the notes, all together, in points."""


class Box:
    """Place of a part within Axes: shares of its width and height, less margins in points."""

    def __init__(
        self,
        ax: Axes,
        across: tuple[float, float],
        down: tuple[float, float],
        margins: tuple[float, float, float, float],
        height: float | None = None,
    ) -> None:
        self._ax, self._across, self._down, self.margins = ax, across, down, margins
        self._height = height

    def __call__(self, _ax: Artist, _renderer: RendererBase | None) -> Bbox:
        whole = self._ax.get_position()
        width, height = style.size(self._ax)
        point_x, point_y = whole.width / width, whole.height / height
        left, bottom, right, top = self.margins
        x0, x1 = (whole.x0 + share * whole.width for share in self._across)
        y0, y1 = (whole.y0 + share * whole.height for share in self._down)
        x0, x1 = x0 + left * point_x, x1 - right * point_x
        y0, y1 = y0 + bottom * point_y, y1 - top * point_y
        if self._height is not None:
            y1 = y0 + self._height * point_y
        # A part that has no room left still has a size, which matplotlib needs.
        return Bbox.from_extents(x0, y0, max(x1, x0 + point_x), max(y1, y0 + point_y))


def part(
    ax: Axes,
    name: str,
    across: tuple[float, float] = (0, 1),
    down: tuple[float, float] = (0, 1),
    *,
    margins: tuple[float, float, float, float] = (0, 0, 0, 0),
    height: float | None = None,
) -> Axes:
    """Return new Axes within others, which hide their own axis; `name` is their label.

    `across` and `down` are shares of the width from the left and of the height from the foot;
    `margins` are points at the left, the foot, the right and the top. With a `height` in points
    the part ends there.
    """
    ax.set_axis_off()
    child = ax.inset_axes((0, 0, 1, 1), label=name)
    child.set_axes_locator(Box(ax, across, down, margins, height))
    return child


def name_rows(
    ax: Axes,
    names: Sequence[str],
    rows: int,
    look: Look = PLAIN,
    units: Sequence[Any] = (),
    *,
    size: float | None = None,
) -> None:
    """Write a name at the left of each row, from the top.

    `units` are the countries of the rows, so that those to stress stand out; `size` is that of
    the type.
    """
    style.frame(ax, grid="x")
    ax.set_ylim(max(rows, 1) - 0.5, -0.5)
    ax.set_yticks(range(len(names)), names)
    ink, size = theme.ink(ax), size or theme.text_size()
    for row, label in enumerate(ax.get_yticklabels()):
        style.plain(label)
        label.set(fontsize=size, color=ink)
        if row < len(units):
            look.stress(label, str(units[row]), ax)


def widest(names: Iterable[str], *, bold: bool = False) -> float:
    """Return the width of the longest of some names in points, in the type of the rows."""
    weight = "bold" if bold else "normal"
    font = FontProperties(size=theme.text_size(), weight=weight)
    return max((_width(name, font) for name in names), default=0.0)


def _width(name: str, font: FontProperties) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of glyphs that the font lacks; drawing warns
        return float(text_to_path.get_text_width_height_descent(name, font, ismath=False)[0])


def height_of(words: str, size: float) -> float:
    """Return the height of a text of several lines, in points."""
    return 1.3 * size * (words.count("\n") + 1) if words else 0.0


def room_for(ax: Axes, look: Look, title: str, subtitle: str, notes: str) -> tuple[float, float]:
    """Return the width and the height, in points, that the texts of a chart leave it.

    A layout finds them out only when the chart is drawn, and a list must be cut before that.
    """
    title, subtitle = look.head(title, subtitle)
    notes = f"{notes} {look.note}"
    width, height = style.slot(ax)
    lines = style.size(ax)[0]
    above = height_of(style.wrapped(title, lines, 1.15 * theme.title_size()), theme.title_size())
    above += height_of(style.wrapped(subtitle, lines, theme.text_size()), theme.text_size())
    below = height_of(style.wrapped(notes, lines), theme.small_size())
    return width - 2 * PADDING, height - above - below - GAPS


def least_type(width: float) -> float:
    """Return the size of type that is 9 pixels high where a width in points has 600 pixels."""
    return 9 * width / 600


def thin_ticks(axis: Axis, width: float) -> None:
    """Label as many of the ticks of an axis as a width in points has room for, or both ends."""
    low, high = sorted(axis.get_view_interval())
    ticks = [tick for tick in axis.get_major_locator()() if low <= tick <= high]
    longest = max((len(f"{tick:g}") for tick in ticks), default=1)
    most = max(int(width / ((0.65 * longest + 0.6) * theme.text_size())), 1)
    if len(ticks) > most:
        step = ceil(len(ticks) / most)
        even = (each for each in range(step, len(ticks)) if (len(ticks) - 1) % each == 0)
        axis.set_major_locator(FixedLocator(ticks[:: next(even, len(ticks) - 1)]))
