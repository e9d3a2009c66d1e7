"""Colours and type: those of the user's style sheet, made legible on their ground.

They are looked up when a chart is drawn, so that ``plt.style.use`` works as for any other chart.
Sizes of type are in points. A chart 7.5 inches wide that a page shows at 600 pixels has all its
text at 9 pixels or more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from matplotlib import rcParams, rcParamsDefault
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure, SubFigure

from ._geometry import contrast

PALETTE = (
    "#00447F",
    "#E6700E",
    "#007A5C",
    "#222222",
    "#7711BB",
    "#C05098",
    "#881100",
    "#2211DD",
)
"""Distinct for colour-blind readers too; the first three also in grey print."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h")
"""One for each series of a chart, so that grey print keeps them apart."""

TEXT_CONTRAST, LINE_CONTRAST = 4.5, 3.0
"""Least contrast of text and of lines with their ground (W3C, WCAG 2.1)."""

STEPS = 40
"""Steps from a colour to black or white, of which the first that is legible is taken."""


class Series(NamedTuple):
    """The look of one of several lines."""

    colour: str
    marker: str


def title_size() -> float:
    return 11 * _scale()


def text_size() -> float:
    return 8.5 * _scale()


def small_size() -> float:
    """Return the size of notes: 9 pixels, where 7.5 inches are 600."""
    return 8.2 * _scale()


def line_height() -> float:
    """Return the distance from one line of small type to the next."""
    return 1.3 * small_size()


def _scale() -> float:
    return float(rcParams["font.size"]) / 10


def figure_size(width: float, height: float) -> tuple[float, float]:
    """Return the size of a new figure in inches: that of the user's style sheet, if it has one."""
    own = tuple(rcParams["figure.figsize"])
    return (width, height) if own == tuple(rcParamsDefault["figure.figsize"]) else own


def ink(chart: Axes | Figure | SubFigure) -> str:
    """Return the colour of titles and names."""
    return _text(chart, 0.13)


def grey(chart: Axes | Figure | SubFigure) -> str:
    """Return the colour of notes, numbers and axes."""
    return _text(chart, 0.4)


def pale(chart: Axes | Figure | SubFigure) -> str:
    """Return the colour of the background behind the subject."""
    return mixed(rcParams["text.color"], ground(chart), 0.78)


def faint(chart: Axes | Figure | SubFigure) -> str:
    """Return the colour of grid lines and bands."""
    return mixed(rcParams["text.color"], ground(chart), 0.9)


def ground(chart: Axes | Figure | SubFigure) -> str:
    """Return the colour on which a chart stands."""
    return _grounds(chart)[0]


def series(chart: Axes | Figure | SubFigure, n: int = len(PALETTE)) -> list[Series]:
    """Return the looks of some lines: the colours of the style sheet, if it has its own."""
    cycle = _cycle()
    return [
        Series(as_line(cycle[place % len(cycle)], chart), MARKERS[place % len(MARKERS)])
        for place in range(n)
    ]


def gain(chart: Axes | Figure | SubFigure) -> str:
    """Return the colour of improvement, the same under all style sheets."""
    return as_line(PALETTE[0], chart)


def loss(chart: Axes | Figure | SubFigure) -> str:
    """Return the colour of decline, the same under all style sheets."""
    return as_line(PALETTE[1], chart)


def as_line(colour: object, chart: Axes | Figure | SubFigure) -> str:
    """Return a colour, or its nearest twin that is visible as a line on a chart."""
    return legible(colour, _grounds(chart), LINE_CONTRAST)


def as_text(colour: object, chart: Axes | Figure | SubFigure) -> str:
    """Return a colour, or its nearest twin that is legible as text on a chart."""
    return legible(colour, _grounds(chart), TEXT_CONTRAST)


def legible(colour: object, grounds: Iterable[object], least: float) -> str:
    """Mix a colour with black or white until it stands out from its grounds."""
    under = [to_rgba(each)[:3] for each in grounds]  # type: ignore[arg-type]
    ends = ("black", "white")
    end = max(ends, key=lambda each: min(contrast(to_rgba(each)[:3], one) for one in under))
    for step in range(STEPS + 1):
        twin = mixed(colour, end, step / STEPS)
        if min(contrast(to_rgba(twin)[:3], each) for each in under) >= least:
            return twin
    return end


def mixed(colour: object, other: object, share: float) -> str:
    """Mix a colour with a share of another."""
    one, two = to_rgba(colour), to_rgba(other)  # type: ignore[arg-type]
    red, green, blue = ((1 - share) * one[at] + share * two[at] for at in range(3))
    return to_hex((red, green, blue))


def _text(chart: Axes | Figure | SubFigure, share: float) -> str:
    return as_text(mixed(rcParams["text.color"], ground(chart), share), chart)


def _cycle() -> list[str]:
    """Return the colours of lines of the style sheet; ours, if it leaves those of matplotlib."""
    cycle, usual = (
        each["axes.prop_cycle"].by_key().get("color", []) for each in (rcParams, rcParamsDefault)
    )
    return list(cycle) if cycle and cycle != usual else list(PALETTE)


def _grounds(chart: Axes | Figure | SubFigure) -> list[str]:
    """Return the colours behind a chart, that of its axes first; what is clear has none."""
    figure = chart.figure.figure
    faces = [figure.get_facecolor()]
    if isinstance(chart, Axes):
        faces.insert(0, chart.get_facecolor())
    seen = [to_hex(face) for face in faces if to_rgba(face)[3] > 0.5]
    # On a clear ground the text of the style sheet says which it is for.
    return seen or [
        "white" if contrast(to_rgba(rcParams["text.color"])[:3], (1, 1, 1)) > 4 else "black"
    ]
