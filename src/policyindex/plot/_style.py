"""How every chart looks: colours, scales, titles, notes, and the mark on synthetic data.

All of it belongs to the one Axes or Figure at hand; no style or option of matplotlib is changed.
Text is never read as mathematics: a ``$`` in a name is a ``$``.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from math import ceil, inf
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure, SubFigure
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, MaxNLocator, StrMethodFormatter

from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.dimensions import scale_of
from ..panel.labels import label_of
from ._geometry import score_shades, ticks

Scale = tuple[float, float]

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
"""Told apart by colour-blind readers too, and each legible as text on white."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h")

GAIN, LOSS = PALETTE[:2]

INK, GREY, PALE = "#222222", "#666666", "#C8C8C8"
"""Text; notes and axes; what stands behind the subject."""

TITLE, TEXT, SMALL = 11, 8, 7
"""Sizes of type, in points."""

PAD = 3.5
"""Between an axis and its numbers, in points."""

LINE = 1.3 * SMALL
"""From one line of small type to the next, in points."""

A4_WIDTH, A4_HEIGHT = 7.5, 10.5
"""What the margins leave of a sheet, in inches."""

HATCH = "////"
"""No data."""


def axes(ax: Axes | None, *, width: float, height: float) -> Axes:
    """Return the Axes given, or new ones of a size in inches that pyplot knows and shows."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(width, height), layout="constrained")[1]


def figure(given: Figure | SubFigure | None, *, width: float, height: float) -> Figure | SubFigure:
    """Return the Figure given, or a new one of a size in inches that pyplot knows and shows."""
    if given is not None:
        return given
    import matplotlib.pyplot as plt

    return plt.figure(figsize=(width, height), layout="constrained")


def scale(scores: pd.Series, codebook: Codebook = THREE_P) -> Scale:
    """Return the scale of scores in the codebook, or else the integers around them."""
    bounds = scale_of(scores, codebook)
    if bounds is not None:
        return bounds
    return float(np.floor(scores.min())), float(np.ceil(scores.max()))


def rank_ticks(last: int, width: float = inf) -> list[int]:
    """Choose ranks to label: the first, and as many round ones as a width in points takes, to 5."""
    most = min(width / (0.64 * TEXT * len(str(last)) + 4) - 1, 5)
    step = next((step for step in (1, 2, 5, 10, 20, 50, 100) if last // step <= most), last)
    return [1, *range(max(step, 2), last + 1, step)]


def score_axis(axis: Axis, bounds: Scale) -> None:
    """Fix an axis to a scale, with whole ticks and room for the markers at its ends."""
    room = (bounds[1] - bounds[0] or 1) * 0.04
    axis.set_major_locator(FixedLocator(ticks(bounds)))
    axis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    limits = axis.axes.set_xlim if isinstance(axis, XAxis) else axis.axes.set_ylim
    limits(bounds[0] - room, bounds[1] + room)


def year_axis(ax: Axes, years: Iterable[int]) -> None:
    """Fix the horizontal axis to years, with whole ticks."""
    listed = list(years)
    ax.xaxis.set_major_locator(MaxNLocator(nbins="auto", integer=True, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    if listed:
        ax.set_xlim(min(listed) - 0.5, max(listed) + 0.5)


def counts_under(
    ax: Axes, at: Iterable[float], counts: Mapping[str, Iterable[float]], *, what: str = "year"
) -> None:
    """Label the places on the horizontal axis, and count under each what was averaged there.

    Where they have no room for all, only every second place is labelled, every third or so.
    """
    rows = zip(at, *counts.values(), strict=True)
    labels = {int(place): (signed(place), *(f"{n:.0f}" for n in found)) for place, *found in rows}
    if not labels:
        ax.set_xticks([])
        return
    longest = max(len(words) for label in labels.values() for words in label)
    needed = len(labels) * (0.64 * longest + 0.5) * TEXT
    step = ceil(needed / size(ax)[0]) or 1
    kept = {place: "\n".join(label) for place, label in labels.items() if place % step == 0}
    ax.tick_params(axis="x", pad=PAD)
    for tick in ax.set_xticks(list(kept), list(kept.values())):
        plain(tick.label1)
    # The same type from the same height: line by line beside the numbers.
    note = ax.annotate(
        "\n".join((what, *counts)),
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
    """Draw light lines across along one axis, and leave out the box."""
    ax.set_axisbelow(True)
    ax.grid(visible=False)
    ax.grid(axis=grid, color="#E6E6E6", linewidth=0.6)  # type: ignore[arg-type]
    ax.tick_params(length=0, labelsize=TEXT, labelcolor=GREY)
    for name, spine in ax.spines.items():
        spine.set_visible(name == "bottom" and grid == "y")
        spine.set_color(GREY)


def heading(ax: Axes, title: str, subtitle: str = "", *, rows: int = 0) -> None:
    """Set the title, and under it what is shown and on which scale.

    Both stand above a number of lines of small type that are left to other labels.
    """
    width = size(ax)[0]
    below = wrapped(subtitle, width, TEXT)
    lift = 7 + LINE * rows
    pad = lift + (13 + 1.3 * TEXT * below.count("\n") if below else 1)
    over = wrapped(title, width, 1.2 * TITLE)
    shown = ax.set_title(over, loc="left", fontsize=TITLE, fontweight="bold", color=INK, pad=pad)
    plain(shown)
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


def root(chart: Axes | Figure | SubFigure) -> Figure:
    """Return the outermost figure that a chart stands in."""
    # The figure of axes may be a part of another; the figure of a figure is the outermost.
    return chart.figure.figure


def size(chart: Axes | Figure | SubFigure) -> tuple[float, float]:
    """Return the width and the height of a chart, in points."""
    point = root(chart).dpi / 72
    return chart.bbox.width / point, chart.bbox.height / point


def footnote(ax: Axes, attrs: Mapping[Any, Any], *notes: str, under: Axes | None = None) -> None:
    """Set the notes and the source of the data under the horizontal axis and its label.

    The axis may be that of other Axes, which stand within these.
    """
    note = ax.annotate(
        wrapped(credit(attrs, *notes), size(ax)[0]),
        (0, 0),
        xytext=(0, -6),
        xycoords=(ax.transAxes, (under or ax).xaxis.label),
        textcoords="offset points",
        va="top",
        fontsize=SMALL,
        color=GREY,
        annotation_clip=False,
    )
    plain(note)


def figure_heading(figure: Figure | SubFigure, title: str) -> None:
    """Set the title over several charts."""
    shown = figure.suptitle(title, x=0.01, ha="left", fontsize=TITLE, fontweight="bold", color=INK)
    plain(shown)


def figure_footnote(figure: Figure | SubFigure, attrs: Mapping[Any, Any], *notes: str) -> None:
    """Set the notes and the source of the data under several charts."""
    shown = figure.supxlabel(
        wrapped(credit(attrs, *notes), size(figure)[0]),
        x=0.01,
        ha="left",
        fontsize=SMALL,
        color=GREY,
    )
    plain(shown)


def credit(attrs: Mapping[Any, Any], *notes: str) -> str:
    """Word a footnote: the notes, then the source of the data, each ended by a stop."""
    told = (*(note for note in notes if note), f"Source: {label_of(attrs)}")
    return " ".join(f"{note.removesuffix('.')}." for note in told)


def wrapped(text: str, width: float, type_size: float = SMALL) -> str:
    """Break a text into lines of a width in points."""
    return textwrap.fill(text, max(int(width / (0.52 * type_size)), 20))


def mark_synthetic(chart: Axes | Figure | SubFigure, attrs: Mapping[Any, Any]) -> None:
    """Write SYNTHETIC across a chart of data whose label says so."""
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
        color="#909090",  # between white and the darkest of the colours: seen on both
        alpha=0.25,
        zorder=10,
    )
    mark.set_in_layout(False)


def say_nothing_to_draw(ax: Axes, words: str = "no data") -> None:
    """Say in the middle of an empty chart what it is empty for want of."""
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
    """Have a text read as it stands, whatever signs of mathematics it holds."""
    text.set_parse_math(False)
    return text


def counted(n: int, singular: str, plural: str) -> str:
    """Word a number of things."""
    return f"{n:,} {singular if n == 1 else plural}"


def signed(value: float, *, plus: str = "") -> str:
    """Word a number, with a true minus sign."""
    return f"{value:{plus}g}".replace("-", "\N{MINUS SIGN}")


def subject(scores: pd.Series) -> str:
    """Name what scores measure: ``Overall score``."""
    return f"{scores.name} score".capitalize() if isinstance(scores.name, str) else "Score"


def score_colours(bounds: Scale) -> tuple[ListedColormap, BoundaryNorm]:
    """Return the colours of the scores of a scale as a colour map, and its norm."""
    shades = score_shades(bounds)
    edges = np.arange(int(bounds[0]), int(bounds[1]) + 2) - 0.5
    return ListedColormap(shades), BoundaryNorm(edges, len(shades))
