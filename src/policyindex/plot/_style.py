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
from typing import Any

from matplotlib import get_backend
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from .._wording import signed
from ..panel.labels import label_of

PALETTE = (
    "#0072B2",
    "#D55E00",
    "#009966",
    "#6611AA",
    "#222222",
    "#994477",
    "#881100",
    "#2211DD",
)
"""Distinct for colour-blind readers too, and each legible as text on white."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h")

GAIN, LOSS = PALETTE[:2]

INK, GREY, PALE = "#222222", "#666666", "#C8C8C8"
"""Text; notes and axes; the background behind the subject."""

BAND = "#F0F0F0"
"""Behind every second group of rows."""

TITLE, TEXT, SMALL = 11, 8, 7
"""Sizes of type, in points."""

PAD = 3.5
"""Between an axis and its numbers, in points."""

LINE = 1.3 * SMALL
"""From one line of small type to the next, in points."""

A4_WIDTH, A4_HEIGHT = 7.5, 10.5
"""A sheet of paper less its margins, in inches."""

HATCH = "////"
"""Pattern of a cell without data."""


def axes(ax: Axes | None, *, width: float, height: float) -> Axes:
    """Return the user's Axes, or new ones of a size in inches that pyplot shows."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(width, height), layout="constrained")[1]


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
        return chart
    import matplotlib.pyplot as plt

    return plt.figure(FigureClass=ShownOnce, figsize=(width, height), layout="constrained")


def rank_ticks(last: int, width: float = inf) -> list[int]:
    """Choose ranks to label: the first, and at most five round ones that fit a width in points."""
    most = min(width / (0.64 * TEXT * len(str(last)) + 4) - 1, 5)
    step = next((step for step in (1, 2, 5, 10, 20, 50, 100) if last // step <= most), last)
    return [1, *range(max(step, 2), last + 1, step)]


def year_axis(ax: Axes, years: Iterable[int]) -> None:
    """Fix the horizontal axis to years, with whole ticks."""
    listed = list(years)
    ax.xaxis.set_major_locator(MaxNLocator(nbins="auto", integer=True, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
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
    needed = len(labels) * (0.64 * longest + 0.5) * TEXT
    step = ceil(needed / size(ax)[0]) or 1
    fitting = {place: "\n".join(label) for place, label in labels.items() if place % step == 0}
    ax.tick_params(axis="x", pad=PAD)
    for tick in ax.set_xticks(list(fitting), list(fitting.values())):
        plain(tick.label1)
    # Same type and height as the tick labels, so that each word stands beside its numbers.
    note = ax.annotate(
        "\n".join((name, *counts)),
        (0, 0),
        xytext=(-PAD, -PAD),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=TEXT,
        color=GREY,
        annotation_clip=False,
    )
    plain(note)


def frame(ax: Axes, *, grid: str = "y") -> None:
    """Draw light grid lines for one axis, and hide the box."""
    ax.set_axisbelow(True)
    ax.grid(visible=False)
    ax.grid(axis=grid, color="#E6E6E6", linewidth=0.6)  # type: ignore[arg-type]
    ax.tick_params(length=0, labelsize=TEXT, labelcolor=GREY)
    for name, spine in ax.spines.items():
        spine.set_visible(name == "bottom" and grid == "y")
        spine.set_color(GREY)


def heading(ax: Axes, title: str, subtitle: str = "", *, rows: int = 0) -> None:
    """Write the title and, under it, the subtitle.

    Both stand above `rows` lines of small type, which other labels need.
    """
    width = size(ax)[0]
    below = wrapped(subtitle, width, TEXT)
    lift = 7 + LINE * rows
    pad = lift + (13 + 1.3 * TEXT * below.count("\n") if below else 1)
    over = wrapped(title, width, 1.2 * TITLE)
    plain(ax.set_title(over, loc="left", fontsize=TITLE, fontweight="bold", color=INK, pad=pad))
    if below:
        plain(
            ax.annotate(
                below,
                (0, 1),
                xytext=(0, lift),
                xycoords="axes fraction",
                textcoords="offset points",
                fontsize=TEXT,
                color=GREY,
            )
        )


def least_type(width: float) -> float:
    """Return the size of type that is 9 pixels high where a width in points has 600 pixels."""
    return 9 * width / 600


def root(chart: Axes | Figure | SubFigure) -> Figure:
    """Return the outermost figure of a chart."""
    # The figure of axes may be a part of another; the figure of a figure is the outermost.
    return chart.figure.figure


def size(chart: Axes | Figure | SubFigure) -> tuple[float, float]:
    """Return the width and the height of a chart, in points."""
    point = root(chart).dpi / 72
    return chart.bbox.width / point, chart.bbox.height / point


def footnote(ax: Axes, attrs: Mapping[Any, Any], *notes: str, under: Axes | None = None) -> None:
    """Write the notes and the source of the data under the horizontal axis and its label.

    `under` are Axes within these, whose axis is meant. Axes that hide their axis have the notes
    under their foot.
    """
    lowest = under or ax
    note = ax.annotate(
        wrapped(credit(attrs, *notes), size(ax)[0]),
        (0, 0),
        xytext=(0, -6),
        xycoords=(ax.transAxes, lowest.xaxis.label if lowest.axison else ax.transAxes),
        textcoords="offset points",
        va="top",
        fontsize=SMALL,
        color=GREY,
        annotation_clip=False,
    )
    plain(note)


def figure_heading(figure: Figure | SubFigure, title: str) -> None:
    """Write the title over several charts."""
    plain(figure.suptitle(title, x=0.01, ha="left", fontsize=TITLE, fontweight="bold", color=INK))


def figure_footnote(figure: Figure | SubFigure, attrs: Mapping[Any, Any], *notes: str) -> None:
    """Write the notes and the source of the data under several charts."""
    note = figure.supxlabel(
        wrapped(credit(attrs, *notes), size(figure)[0]),
        x=0.01,
        ha="left",
        fontsize=SMALL,
        color=GREY,
    )
    plain(note)


def credit(attrs: Mapping[Any, Any], *notes: str) -> str:
    """Return a footnote: the notes, then the source of the data, each ending with a full stop."""
    sentences = (*(note for note in notes if note), f"Source: {label_of(attrs)}")
    return " ".join(f"{note.removesuffix('.')}." for note in sentences)


def wrapped(text: str, width: float, type_size: float = SMALL) -> str:
    """Break a text into lines of a width in points."""
    return textwrap.fill(text, max(int(width / (0.52 * type_size)), 20))


def key_above(ax: Axes, handles: Sequence[Artist], columns: int = 4) -> None:
    """Write what the colours and signs of a chart are above it."""
    ax.legend(
        handles=list(handles),
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=columns,
        frameon=False,
        fontsize=TEXT,
        labelcolor=INK,
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
        fontsize=TEXT,
        color=GREY,
        bbox={"boxstyle": "square,pad=0.4", "fc": ax.get_facecolor(), "ec": "none"},
        zorder=5,
    )


def plain(text: Text) -> Text:
    """Return a text that is written as it stands, also where it holds signs of mathematics."""
    text.set_parse_math(False)
    return text


def number_of(n: int, singular: str, plural: str) -> str:
    """Return a number of things in digits, as it stands after ``n =``."""
    return f"{n:,} {singular if n == 1 else plural}"
