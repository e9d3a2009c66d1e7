"""Places of the lines, dots and squares of charts, as coordinates for a template.

A report holds hundreds of small charts, which have to be small files, follow the reader's font
and dark mode, and shrink to a telephone; so they are drawn as plain SVG. Colours, ticks and the
places of labels are those of :mod:`policyindex.plot`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from .. import countries
from ..plot._geometry import apart, ink_on, layout, score_shades, ticks
from ..typing import Years
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
    """Through neighbouring years; open at gaps."""
    dots: str
    """A point for each year."""
    label: str
    x: float
    y: float


class Panel(NamedTuple):
    """A small chart of scores over time."""

    title: str
    words: str
    """The numbers, for readers who cannot see the chart."""
    ticks: list[tuple[float, int]]
    years: list[tuple[float, int]]
    lines: list[Line]
    undecided: list[tuple[float, float, float]]
    """Year, and lowest and highest possible score, where missing codings leave it undecided."""
    breaks: list[tuple[float, str]]
    """Year in which another source begins, and its title."""


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
    n: int


def panel(
    title: str,
    scale: tuple[int, int],
    years: Years,
    lines: Mapping[str, Mapping[int, float]],
    *,
    digits: Mapping[str, int],
    undecided: Iterable[tuple[int, float, float]] = (),
    breaks: Iterable[Break] = (),
) -> Panel:
    """Return a chart of lines over years, by the kind of each; years are in order."""
    across, up = _Axis(years, LEFT, WIDTH - RIGHT), _Axis(scale, HEIGHT - BOTTOM, TOP)
    first, last = years
    inside = {
        kind: {year: value for year, value in values.items() if first <= year <= last}
        for kind, values in lines.items()
    }
    drawn = {kind: values for kind, values in inside.items() if values}
    ends = [-up.at(values[max(values)]) for values in drawn.values()]
    heights = -apart(np.array(ends), LABEL, -HEIGHT + BOTTOM - 6, 0) if ends else ()
    seams = [(each.year, f"From {each.year}: {each.source}") for each in breaks]
    seams = [(year, words) for year, words in seams if first < year <= last]
    return Panel(
        title,
        ". ".join([_words(title, inside, digits), *(words for _, words in seams)]) + ".",
        [(up.at(tick), tick) for tick in _few(ticks(scale))],
        [(across.at(year), year) for year in sorted({first, last})],
        [
            _line(kind, values, across, up, digits[kind], float(height))
            for (kind, values), height in zip(drawn.items(), heights, strict=True)
        ],
        [
            (across.at(year), up.at(low), up.at(high))
            for year, low, high in undecided
            if first <= year <= last
        ],
        [(across.at(year), words) for year, words in seams],
    )


class _Axis:
    """Map values between two limits to places between two ends; a single value to the middle."""

    def __init__(self, limits: tuple[int, int], start: float, end: float) -> None:
        low, high = limits
        self._slope = (end - start) / (high - low) if high > low else 0.0
        self._base = start - low * self._slope if high > low else (start + end) / 2

    def at(self, value: float) -> float:
        return round(self._base + float(value) * self._slope, 1)


def _line(
    kind: str, values: Mapping[int, float], across: _Axis, up: _Axis, digits: int, height: float
) -> Line:
    """Return a line through the years, begun anew after each gap, with a label at its end."""
    points = [(across.at(year), up.at(value)) for year, value in values.items()]
    neighbours = [False, *(after - before == 1 for before, after in pairwise(values))]
    last = max(values)
    return Line(
        kind,
        "".join(
            f"{'L' if joined else 'M'}{x} {y}"
            for joined, (x, y) in zip(neighbours, points, strict=True)
        ),
        "".join(f"M{x} {y}h0" for x, y in points),
        f"{values[last]:.{digits}f}",
        round(across.at(last) + 6, 1),
        round(height, 1),
    )


def _few(ticks: list[int]) -> list[int]:
    """Thin out ticks of a small chart, keeping both ends."""
    return ticks[::2] if len(ticks) > 5 and len(ticks) % 2 else ticks


def _words(title: str, lines: Mapping[str, Mapping[int, float]], digits: Mapping[str, int]) -> str:
    parts = [
        f"{kind} "
        + (
            ", ".join(f"{year} {value:.{digits[kind]}f}" for year, value in values.items())
            or "no score"
        )
        for kind, values in lines.items()
    ]
    return f"{title}: {'; '.join(parts)}"


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


def shades(scores: Mapping[str, float], scale: tuple[int, int]) -> list[Shade]:
    """Return each score of a scale with its colour, the ink on it, and how many have it."""
    counts = Counter(scores.values())
    levels = range(scale[0], scale[1] + 1)
    return [
        Shade(
            score,
            "#" + "".join(f"{round(255 * channel):02x}" for channel in colour),
            ink_on(colour),
            counts[score],
        )
        for score, colour in zip(levels, score_shades(scale), strict=True)
    ]
