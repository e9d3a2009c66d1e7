"""Style of all charts: colours, axes of years, titles, notes, the mark on synthetic data.

Everything is set on one Axes or Figure; no style or option of matplotlib is changed.
Text is never read as mathematics: a ``$`` in a name is a ``$``.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from math import ceil, inf
from typing import Any, cast

import numpy as np
from matplotlib import get_backend
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure, SubFigure
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, MaxNLocator, StrMethodFormatter
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from .._wording import quoted, signed
from ..panel.labels import label_of
from . import _theme as theme
from ._look import Look

PAD = 3.5
"""Between an axis and its numbers, in points."""

A4_WIDTH, A4_HEIGHT = 7.5, 10.5
"""A sheet of paper less its margins, in inches."""

HATCH = "////"
"""Pattern of a cell without data."""


def axes(ax: Axes | None, *, width: float, height: float) -> Axes:
    """Return the user's Axes, or new ones of a size in inches that pyplot shows."""
    if ax is not None:
        if not isinstance(ax, Axes):
            raise TypeError(f"ax must be Axes of Matplotlib; got {quoted(ax)}")
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=theme.figure_size(width, height), layout="constrained")[1]


class ShownOnce(Figure):
    """A figure that a notebook shows once: as the value of its cell, or at the end of it."""

    def _ipython_display_(self) -> None:
        import matplotlib.pyplot as plt

        backend = get_backend().lower()
        managed = plt.fignum_exists(getattr(self, "number", 0))
        if managed and "inline" not in backend and backend != "agg":
            return  # the backend has a canvas of its own
        stream = io.BytesIO()
        self.savefig(stream, format="png")
        # Only a notebook calls this, so that it is installed.
        notebook = import_module("IPython.display")
        notebook.display(notebook.Image(stream.getvalue()))
        if managed:
            # Otherwise the notebook would show it again at the end of the cell.
            plt.close(self)


def figure(chart: Figure | SubFigure | None, *, width: float, height: float) -> Figure | SubFigure:
    """Return the user's Figure, or a new one of a size in inches that pyplot shows."""
    if chart is not None:
        if not isinstance(chart, Figure | SubFigure):
            raise TypeError(f"figure must be a Figure of Matplotlib; got {quoted(chart)}")
        return chart
    import matplotlib.pyplot as plt

    return plt.figure(
        FigureClass=ShownOnce, figsize=theme.figure_size(width, height), layout="constrained"
    )


def rank_ticks(last: int, width: float = inf) -> list[int]:
    """Choose ranks to label: the first, and at most five round ones that fit a width in points."""
    most = min(width / (0.64 * theme.text_size() * len(str(last)) + 4) - 1, 5)
    step = next((step for step in (1, 2, 5, 10, 20, 50, 100) if last // step <= most), last)
    return [1, *range(max(step, 2), last + 1, step)]


def year_axis(ax: Axes, years: Iterable[int]) -> None:
    """Fix the horizontal axis to years, with whole ticks."""
    listed = list(years)
    ax.xaxis.set_major_locator(MaxNLocator(nbins="auto", integer=True, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    if len(set(listed)) == 1:  # on so short an axis the ticks would be fractions, or other years
        ax.xaxis.set_major_locator(FixedLocator(listed[:1]))
    if listed:
        ax.set_xlim(min(listed) - 0.5, max(listed) + 0.5)


def counts_under(
    ax: Axes, at: Iterable[float], counts: Mapping[str, Iterable[float]], *, name: str = "year"
) -> None:
    """Label positions on the horizontal axis, and write counts under each.

    Where labels would overlap, every second or third position has one.
    """
    rows = zip(at, *counts.values(), strict=True)
    labels = {int(place): (signed(place), *(f"{n:.0f}" for n in row)) for place, *row in rows}
    if not labels:
        ax.set_xticks([])
        return
    longest = max(len(words) for label in labels.values() for words in label)
    needed = len(labels) * (0.64 * longest + 0.5) * theme.text_size()
    step = ceil(needed / size(ax)[0]) or 1
    fitting = {place: "\n".join(label) for place, label in labels.items() if place % step == 0}
    ax.tick_params(axis="x", pad=PAD)
    for tick in ax.set_xticks(list(fitting), list(fitting.values())):
        plain(tick.label1)
    name_numbers(ax, (name, *counts))


def name_numbers(ax: Axes, names: Iterable[str]) -> None:
    """Name the rows of numbers under the horizontal axis, at the left of all of them."""
    # Same type and height as the tick labels, so that each word stands beside its numbers.
    note = ax.annotate(
        "\n".join(names),
        (0, 0),
        xytext=(-PAD, -PAD),
        xycoords=_Numbers(ax),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=theme.text_size(),
        color=theme.grey(ax),
        annotation_clip=False,
    )
    plain(note)


class _Numbers:
    """The box of Axes and of the numbers under them, which may stand out at the left."""

    def __init__(self, ax: Axes) -> None:
        self._ax = ax

    def __call__(self, renderer: RendererBase) -> Bbox:
        labels = self._ax.get_xticklabels()
        left = min((label.get_window_extent(renderer).x0 for label in labels), default=inf)
        whole = self._ax.bbox
        return Bbox.from_extents(min(left, whole.x0), whole.y0, whole.x1, whole.y1)


def frame(ax: Axes, *, grid: str = "y") -> None:
    """Draw light grid lines for one axis, and hide the box."""
    ax.set_axisbelow(True)
    ax.grid(visible=False)
    ax.grid(axis=grid, color=theme.faint(ax), linewidth=0.6)  # type: ignore[arg-type]
    ax.tick_params(length=0, labelsize=theme.text_size(), labelcolor=theme.grey(ax))
    for name, spine in ax.spines.items():
        spine.set_visible(name == "bottom" and grid == "y")
        spine.set_color(theme.grey(ax))


def heading(ax: Axes, look: Look, title: str, subtitle: str = "", *, rows: int = 0) -> None:
    """Write the title and, under it, the subtitle, or those of the user.

    Both stand above `rows` lines of small type, which other labels need. A title that the user
    sets later, at any place, stands above the subtitle and replaces this one.
    """
    title, subtitle = look.head(title, subtitle)
    below = wrapped(subtitle, size(ax)[0], theme.text_size())
    foot = 5 + theme.line_height() * rows
    lines = 1.3 * theme.text_size() * (below.count("\n") + 1) if below else 0
    # matplotlib moves titles above the Axes within these ones: so the words stand on such Axes.
    head = ax.inset_axes((0, 1, 1, 0.1))
    head.set_axes_locator(_Above(ax, foot + lines))
    head.set(label="heading", navigate=False)
    head.xaxis.set_visible(False)
    head.yaxis.set_visible(False)
    head.set_axis_off()
    if below:
        note = head.annotate(
            below,
            (0, 0),
            xytext=(0, foot),
            xycoords="axes fraction",
            textcoords="offset points",
            va="bottom",
            fontsize=theme.text_size(),
            linespacing=1.2,
            color=theme.grey(ax),
            annotation_clip=False,
        )
        plain(note)
    over = wrapped(title, size(ax)[0], 1.15 * theme.title_size())
    others = [loc for loc in ("center", "right") if not ax.get_title(loc=loc)]
    if len(others) < 2:  # the user has a title
        return
    own = ax.set_title(
        over, loc="left", fontsize=theme.title_size(), fontweight="bold", color=theme.ink(ax), pad=4
    )
    plain(own)
    for loc in others:
        ax.set_title("", loc=loc).add_callback(_Replace(own))  # type: ignore[arg-type]


class _Above:
    """Position of a strip of some height, in points, above Axes."""

    def __init__(self, ax: Axes, height: float) -> None:
        self._ax, self._height = ax, height

    def __call__(self, _ax: Artist, _renderer: RendererBase | None) -> Bbox:
        whole = self._ax.get_position()
        height = self._height * whole.height / size(self._ax)[1]
        return Bbox.from_extents(whole.x0, whole.y1, whole.x1, whole.y1 + height)


class _Replace:
    """Remove the default title as soon as another one has words."""

    def __init__(self, own: Text) -> None:
        self._own = own

    def __call__(self, other: Artist) -> None:
        if isinstance(other, Text) and other.get_text():
            self._own.set_text("")


def root(chart: Axes | Figure | SubFigure) -> Figure:
    """Return the outermost figure of a chart."""
    # The figure of axes may be a part of another; the figure of a figure is the outermost.
    return chart.figure.figure


def size(chart: Axes | Figure | SubFigure) -> tuple[float, float]:
    """Return the width and the height of a chart, in points."""
    point = root(chart).dpi / 72
    return chart.bbox.width / point, chart.bbox.height / point


def slot(ax: Axes) -> tuple[float, float]:
    """Return the width and the height, in points, that a figure has for Axes and their texts."""
    spec = ax.get_subplotspec()
    if spec is None or ax.figure is None:
        return size(ax)
    grid = spec.get_gridspec()
    width, height = size(ax.figure)
    sides = (grid.get_width_ratios(), spec.colspan), (grid.get_height_ratios(), spec.rowspan)
    across, down = (_share(np.array(ratios, np.float64), at) for ratios, at in sides)
    return width * across, height * down


def _share(ratios: NDArray[np.float64], at: range) -> float:
    """Return the share of some columns or rows of a grid."""
    return float(ratios[at.start : at.stop].sum() / ratios.sum())


def footnote(
    ax: Axes,
    look: Look,
    attrs: Mapping[Any, Any],
    *notes: str,
    under: Axes | None = None,
    end: float | None = None,
) -> None:
    """Write the notes and the source of the data under the horizontal axis and its label.

    `under` are Axes within these, whose axis is meant. Axes that hide their axis have the notes
    under their foot, or under `end`, in data, if the chart ends before its Axes.
    """
    lowest = under or ax
    words = wrapped(credit(attrs, *notes, look.note), size(ax)[0])
    place: dict[str, Any] = {
        "xytext": (0, -6),
        "textcoords": "offset points",
        "va": "top",
        "fontsize": theme.small_size(),
        "color": theme.grey(ax),
        "annotation_clip": False,
    }
    foot = (ax.transAxes, lowest.xaxis.label if lowest.axison else ax.transAxes)
    if end is None:
        plain(ax.annotate(words, (0, 0), xycoords=foot, **place))
        return
    # Where a chart ends depends on its layout; blank lines at the foot reserve the height for it.
    ax.annotate("\n".join(" " for _ in words.split("\n")), (0, 0), xycoords=foot, **place)
    note = ax.annotate(words, (0, end), xycoords=(ax.transAxes, ax.transData), **place)
    note.set_in_layout(False)
    plain(note)


def panel_title(ax: Axes, words: str) -> Text:
    """Write the title of one of several charts, and return it."""
    return plain(
        ax.set_title(
            words,
            loc="left",
            fontsize=theme.text_size(),
            fontweight="bold",
            color=theme.ink(ax),
            pad=4,
        )
    )


def need(chart: Axes | Figure | SubFigure, width: float, height: float, what: str) -> None:
    """Refuse a chart that is smaller, in inches, than its text needs."""
    scale = theme.text_size() / 8.5
    least = width * scale, height * scale
    own = tuple(round(length / 72, 2) for length in size(chart))
    if own[0] < least[0] - 0.01 or own[1] < least[1] - 0.01:
        raise ValueError(
            f"{what} needs a figure of at least {least[0]:.3g} by {least[1]:.3g} inches, so that "
            f"its text can be read; got {own[0]:g} by {own[1]:g}"
        )


def figure_heading(
    figure: Figure | SubFigure, look: Look, title: str, subtitle: str = "", *, over: Text
) -> None:
    """Write the title and the subtitle over several charts, `over` the title of the first."""
    title, subtitle = look.head(title, subtitle)
    width = size(figure)[0]
    if title:
        words = wrapped(title, width, 1.15 * theme.title_size())
        head = figure.suptitle(
            words,
            x=0.01,
            ha="left",
            fontsize=theme.title_size(),
            fontweight="bold",
            color=theme.ink(figure),
        )
        plain(head)
    if subtitle:
        below = wrapped(subtitle, 0.96 * width, theme.text_size())
        place: dict[str, Any] = {
            "xytext": (0, 5),
            "textcoords": "offset points",
            "va": "bottom",
            "fontsize": theme.text_size(),
            "linespacing": 1.2,
            "color": theme.grey(figure),
            "annotation_clip": False,
        }
        # The words are wider than the first chart; blank lines reserve their height for them.
        room = "\n".join(" " for _ in below.split("\n"))
        first = cast(Axes, over.axes)
        first.annotate(room, (0, 1), xycoords=(first.transAxes, over), **place)
        note = first.annotate(below, (0.01, 1), xycoords=(figure.transSubfigure, over), **place)
        note.set_in_layout(False)
        plain(note)


def figure_footnote(
    figure: Figure | SubFigure, look: Look, attrs: Mapping[Any, Any], *notes: str
) -> None:
    """Write the notes and the source of the data under several charts."""
    note = figure.supxlabel(
        wrapped(credit(attrs, *notes, look.note), 0.96 * size(figure)[0]),
        x=0.01,
        ha="left",
        fontsize=theme.small_size(),
        color=theme.grey(figure),
    )
    plain(note)


def credit(attrs: Mapping[Any, Any], *notes: str) -> str:
    """Return a footnote: the notes, then the source of the data, each ending with a full stop."""
    sentences = (*(note for note in notes if note), f"Source: {label_of(attrs)}")
    return " ".join(f"{note.removesuffix('.')}." for note in sentences)


def wrapped(text: str, width: float, type_size: float | None = None) -> str:
    """Break a text into lines of a width in points."""
    return textwrap.fill(text, max(int(width / (0.52 * (type_size or theme.small_size()))), 20))


def key_above(ax: Axes, handles: Sequence[Artist], columns: int = 4) -> None:
    """Write what the colours and signs of a chart are above it."""
    ax.legend(
        handles=list(handles),
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=columns,
        frameon=False,
        fontsize=theme.text_size(),
        labelcolor=theme.ink(ax),
        borderaxespad=0.2,
        handlelength=1.6,
        columnspacing=1.2,
        borderpad=0,
    )


def mark_synthetic(chart: Axes | Figure | SubFigure, attrs: Mapping[Any, Any]) -> None:
    """Write SYNTHETIC across a chart of data whose source says so."""
    if "SYNTHETIC" not in label_of(attrs):
        return
    width, height = size(chart)
    mark = chart.text(
        0.5,
        0.5,
        "SYNTHETIC",
        transform=chart.transAxes if isinstance(chart, Axes) else chart.transSubfigure,
        ha="center",
        va="center",
        fontsize=min(width / 7.5, height / 3, 60),
        fontweight="bold",
        rotation=20,
        color="#909090",  # between white and the darkest colour: visible on both
        alpha=0.25,
        zorder=10,
    )
    mark.set_in_layout(False)


def note_empty(ax: Axes, words: str = "no data") -> None:
    """Write in the centre of an empty chart why it is empty."""
    ax.text(
        0.5,
        0.5,
        words,
        transform=ax.transAxes,
        ha="center",
        va="center",
        fontsize=theme.text_size(),
        color=theme.grey(ax),
        bbox={"boxstyle": "square,pad=0.4", "fc": ax.get_facecolor(), "ec": "none"},
        zorder=5,
    )


def plain(text: Text) -> Text:
    """Return a text that is written as it stands, also where it holds signs of mathematics."""
    text.set_parse_math(False)
    return text


def number_of(n: int, singular: str, plural: str) -> str:
    """Return a number of things in digits, as all charts write numbers."""
    return f"{n:,} {singular if n == 1 else plural}"
