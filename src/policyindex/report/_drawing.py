"""Places of the lines, dots and squares of charts, as coordinates for a template.

A report holds hundreds of small charts, which have to be small files, follow the reader's font
and dark mode, and shrink to a telephone; so they are drawn as plain SVG. Colours, ticks and the
places of labels are those of :mod:`policyindex.plot`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from .. import countries
from .._wording import runs, signed
from ..plot._geometry import Colour, apart, contrast, ink_on, layout, score_shades, ticks
from ..typing import Scale, Years
from ._material import Break

WIDTH, HEIGHT = 240, 150
"""Of a panel, in its own units; a panel is displayed at about as many pixels."""

LEFT, RIGHT, TOP, BOTTOM = 20, 40, 8, 20
"""Room for ticks and labels around the lines of a panel."""

LABEL = 12
"""Height of a label."""

TILE = 26
"""Side of a tile of the map, with the gap to the next."""


class Line(NamedTuple):
    """One line of a panel."""

    kind: str
    path: str
    """Through neighbouring years; open at gaps. Empty where :attr:`shared` has it."""
    dots: str
    """A point for each year."""
    shared: str
    """The identifier of a path that is on the page already."""
    label: str
    x: float
    y: float


class Frame(NamedTuple):
    """The grid and the ticks of panels of one scale and the same years."""

    ticks: tuple[tuple[float, str], ...]
    years: tuple[tuple[float, int], ...]


class Panel(NamedTuple):
    """A small chart of scores over time."""

    title: str
    words: str
    """The first and the last number, for readers who cannot see the chart."""
    ticks: tuple[tuple[float, str], ...]
    years: tuple[tuple[float, int], ...]
    frame: str
    """The identifier of the grid with these ticks and years, where it is on the page already."""
    lines: list[Line]
    undecided: list[tuple[float, float, float]]
    """Year, and lowest and highest possible score, where missing codings leave it undecided."""
    breaks: list[tuple[float, str]]
    """Year in which another source begins, and its title."""
    band: str = ""
    """The outline of the range around the line, in parts at gaps."""


class Shared:
    """Everything that several panels have alike: on the page once, and referred to."""

    def __init__(self) -> None:
        self.frames: dict[Frame, str] = {}
        self.paths: dict[str, str] = {}

    def frame(self, frame: Frame) -> str:
        """Return the identifier of a frame."""
        return self.frames.setdefault(frame, f":frame{len(self.frames)}")

    def path(self, path: str) -> str:
        """Return the identifier of a path."""
        return self.paths.setdefault(path, f":path{len(self.paths)}")


class Bar(NamedTuple):
    """A bar of a histogram, and the number of countries above it."""

    change: int
    label: str
    n: int
    x: float
    y: float
    height: float


class Histogram(NamedTuple):
    """How many countries changed by how many points."""

    bars: list[Bar]
    width: float
    step: float


class Tile(NamedTuple):
    """A country's square on the map."""

    x: int
    y: int
    unit: str
    name: str
    score: float | None


class Shade(NamedTuple):
    """A score's colour, and how many countries have it."""

    score: int
    fill: str
    ink: str
    edged: bool
    """Whether a tile needs an edge to stand out from a light page."""
    dark: Shade | None
    """The colour on a dark page, where the ramp is reversed."""
    n: int


def panel(
    title: str,
    scale: Scale,
    years: Years,
    lines: Mapping[str, Mapping[int, float]],
    *,
    digits: Mapping[str, int],
    undecided: Iterable[tuple[int, float, float]] = (),
    breaks: Iterable[Break] = (),
    band: Mapping[int, tuple[float, float]] | None = None,
    shared: Shared | None = None,
) -> Panel:
    """Return a chart of lines over years, by the kind of each; years are in order.

    `band` is the range of the line of the country. On a page of many charts, the frame and the
    lines of regions, which many have alike, are shared.
    """
    across, up, frame = _frame(scale, years)
    first, last = years
    inside = {
        kind: {year: value for year, value in values.items() if first <= year <= last}
        for kind, values in lines.items()
    }
    drawn = {kind: values for kind, values in inside.items() if values}
    heights = _heights(*(up.at(values[max(values)]) for values in drawn.values()))
    seams = [(each.year, f"From {each.year}: {each.source}") for each in breaks]
    seams = [(year, words) for year, words in seams if first < year <= last]
    return Panel(
        title,
        ". ".join([_words(title, inside, digits), *(words for _, words in seams)]) + ".",
        *frame,
        "" if shared is None else shared.frame(frame),
        [
            _line(kind, values, across, up, digits[kind], height, shared)
            for (kind, values), height in zip(drawn.items(), heights, strict=True)
        ],
        [
            (across.at(year), up.at(low), up.at(high))
            for year, low, high in undecided
            if first <= year <= last
        ],
        [(across.at(year), words) for year, words in seams],
        "" if band is None else _outline(band, across, up),
    )


def _outline(band: Mapping[int, tuple[float, float]], across: _Axis, up: _Axis) -> str:
    """Return the outline of a band, a part for each run of years; a year alone is a bar."""
    parts = []
    for first, last in runs(band):
        years = range(first, last + 1)
        places = [(across.at(year), *map(up.at, band[year])) for year in years]
        if len(places) == 1:
            ((x, low, high),) = places
            places = [(round(x - ALONE, 1), low, high), (round(x + ALONE, 1), low, high)]
        upper = [f"{x:g} {high:g}" for x, _, high in places]
        lower = [f"{x:g} {low:g}" for x, low, _ in reversed(places)]
        parts.append(f"M{'L'.join([*upper, *lower])}Z")
    return "".join(parts)


ALONE = 2.5
"""Half the width of the band of a year between two gaps."""


class _Axis:
    """Map values between two limits to places between two ends; a single value to the middle."""

    def __init__(self, limits: Scale, start: float, end: float) -> None:
        low, high = limits
        self._slope = (end - start) / (high - low) if high > low else 0.0
        self._base = start - low * self._slope if high > low else (start + end) / 2
        self._texts: dict[float, str] = {}

    def at(self, value: float) -> float:
        return round(self._base + float(value) * self._slope, 1)

    def text(self, value: float) -> str:
        """Return the place as text; few of the many values on a page are distinct."""
        if value not in self._texts:
            self._texts[value] = f"{self.at(value):g}"
        return self._texts[value]


@lru_cache
def _frame(scale: tuple[int, int], years: Years) -> tuple[_Axis, _Axis, Frame]:
    """Return the axes of a chart, across and up, and its frame."""
    across, up = _Axis(years, LEFT, WIDTH - RIGHT), _Axis(scale, HEIGHT - BOTTOM, TOP)
    frame = Frame(
        tuple((up.at(tick), signed(tick)) for tick in _few(ticks(scale))),
        tuple((across.at(year), year) for year in sorted(set(years))),
    )
    return across, up, frame


@lru_cache(maxsize=4096)
def _heights(*ends: float) -> list[float]:
    """Return where the labels of lines stand that end at these heights."""
    if not ends:
        return []
    places: list[float] = (-apart(-np.array(ends), LABEL, -HEIGHT + BOTTOM - 6, 0)).tolist()
    return places


def _line(
    kind: str,
    values: Mapping[int, float],
    across: _Axis,
    up: _Axis,
    digits: int,
    height: float,
    shared: Shared | None,
) -> Line:
    """Return a line through the years, begun anew after each gap, with a label at its end."""
    points = [f"{across.text(year)} {up.text(value)}" for year, value in values.items()]
    neighbours = [False, *(after - before == 1 for before, after in pairwise(values))]
    last = max(values)
    path = "".join(
        f"{'L' if joined else 'M'}{point}" for joined, point in zip(neighbours, points, strict=True)
    )
    dots = "".join(f"M{point}h0" for point in points)
    reference = ""
    if shared is not None and kind == REGION:
        reference, path, dots = shared.path(path + dots), "", ""
    return Line(
        kind,
        path,
        dots,
        reference,
        signed(values[last], digits),
        round(across.at(last) + 6, 1),
        round(height, 1),
    )


REGION = "region"
"""The kind of line that the countries of a region share."""


def _few(ticks: list[int]) -> list[int]:
    """Thin out ticks of a small chart, keeping both ends."""
    return ticks[::2] if len(ticks) > 5 and len(ticks) % 2 else ticks


def _words(title: str, lines: Mapping[str, Mapping[int, float]], digits: Mapping[str, int]) -> str:
    """Return the first and the last value of each line; tables beside the charts have them all."""
    parts = []
    for kind, values in lines.items():
        ends = dict.fromkeys([min(values), max(values)]) if values else ()
        text = ", ".join(f"{signed(values[year], digits[kind])} in {year}" for year in ends)
        parts.append(f"{WORDS.get(kind, kind)} {text or 'no score'}".strip())
    return f"{title}: {'; '.join(parts)}"


WORDS = {"own": "", "region": "mean of its region", "all": "all countries"}
"""Kinds of line in words."""


def histogram(counts: Mapping[int, int]) -> Histogram:
    """Return a bar for each change in points, from the greatest loss to the greatest gain."""
    step = BARS / max(len(counts), 5)
    most = max(counts.values(), default=1)
    bars = []
    for place, (change, n) in enumerate(counts.items()):
        height = round(PLOT * n / most, 1)
        label = signed(change, 0, plus=True)
        bars.append(Bar(change, label, n, round(place * step, 1), round(PLOT - height, 1), height))
    return Histogram(bars, round(step * len(counts), 1), round(step, 1))


BARS, PLOT = 520, 120
"""Width of a histogram, and the height of its highest bar."""


def tiles(scores: Mapping[str, float]) -> list[Tile]:
    """Return every country's square on the map, with its score if it has one."""
    return [
        Tile(TILE * column, TILE * row, unit, countries.name(unit), scores.get(unit))
        for unit, column, row in layout().itertuples()
    ]


def absent(scores: Mapping[str, float]) -> list[str]:
    """List the countries with a score that have no square on the map."""
    places = set(layout().index)
    return [unit for unit in scores if unit not in places]


def shades(scores: Mapping[str, float], scale: Scale) -> list[Shade]:
    """Return each score of a scale with its colour, the ink on it, and how many have it."""
    counts = Counter(scores.values())
    levels = range(int(scale[0]), int(scale[1]) + 1)
    ramp = score_shades(scale)
    return [
        _shade(score, colour, PAPER, _shade(score, other, DARK_PAPER, None, 0), counts[score])
        for score, colour, other in zip(levels, ramp, reversed(ramp), strict=True)
    ]


PAPER, DARK_PAPER = (0.99, 0.99, 0.98), (0.09, 0.1, 0.11)
"""The page behind the map, on a light and on a dark screen."""

CONTRAST = 3.0
"""Of a tile and the page behind it, below which it has an edge."""


def _shade(score: int, colour: Colour, paper: Colour, dark: Shade | None, n: int) -> Shade:
    edged = contrast(colour, paper) < CONTRAST
    fill = "#" + "".join(f"{round(255 * channel):02x}" for channel in colour)
    return Shade(score, fill, ink_on(colour), edged, dark, n)
