"""Where everything stands in a chart: lines, dots and squares as coordinates for a template.

A report holds hundreds of small charts, which have to be small files, follow the reader's font
and dark mode, and shrink to a telephone; so they are drawn as plain SVG. Colours, ticks and the
places of labels are those of :mod:`policyindex.plot`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from .. import countries
from ..plot._geometry import Colour, apart, ink_on, layout, score_shades, ticks

WIDTH, HEIGHT = 240, 150
"""Of a panel, in its own units; a panel is shown about as large in pixels."""

LEFT, RIGHT, TOP, BOTTOM = 20, 40, 8, 20
"""What ticks and labels take up around a panel's lines."""

LABEL = 12
"""Height of a label."""

TILE = 26
"""Side of a tile of the map with the gap to the next."""


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
    said: str
    """The numbers, for those who cannot see the chart."""
    ticks: list[tuple[float, int]]
    years: list[tuple[float, int]]
    lines: list[Line]
    open: list[tuple[float, float, float]]
    """Place, and lowest and highest possible score, of the years left open."""


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
    years: tuple[int, int],
    lines: Mapping[str, pd.Series],
    *,
    digits: Mapping[str, int],
    bounds: pd.DataFrame | None = None,
) -> Panel:
    """Lay out lines over years, by the kind of each; `bounds` has a low and a high column."""
    across, up = _Axis(years, LEFT, WIDTH - RIGHT), _Axis(scale, HEIGHT - BOTTOM, TOP)
    known = {kind: scores.dropna() for kind, scores in lines.items()}
    shown = {kind: scores for kind, scores in known.items() if len(scores)}
    ends = np.array([-up.at(scores.iloc[-1]) for scores in shown.values()])
    places = -apart(ends, LABEL, -HEIGHT + BOTTOM - 6, 0) if len(ends) else ends
    drawn = [
        Line(
            kind,
            _path(across, up, scores),
            "".join(f"M{x} {y}h0" for x, y in _points(across, up, scores)),
            f"{scores.iloc[-1]:.{digits[kind]}f}",
            round(across.at(scores.index[-1]) + 6, 1),
            round(float(place), 1),
        )
        for (kind, scores), place in zip(shown.items(), places, strict=True)
    ]
    return Panel(
        title,
        _said(title, known, digits),
        [(up.at(tick), tick) for tick in _few(ticks(scale))],
        [(across.at(year), year) for year in sorted(set(years))],
        drawn,
        _open(across, up, bounds),
    )


class _Axis:
    """Take values between two bounds to places between two ends; one value to the middle."""

    def __init__(self, bounds: tuple[int, int], start: float, end: float) -> None:
        low, high = bounds
        self._slope = (end - start) / (high - low) if high > low else 0.0
        self._base = start - low * self._slope if high > low else (start + end) / 2

    def at(self, value: float) -> float:
        return round(self._base + float(value) * self._slope, 1)


def _points(across: _Axis, up: _Axis, scores: pd.Series) -> Iterator[tuple[float, float]]:
    for year, value in zip(scores.index.tolist(), scores.tolist(), strict=True):
        yield across.at(year), up.at(value)


def _path(across: _Axis, up: _Axis, scores: pd.Series) -> str:
    """Draw a line through the years, anew after each gap."""
    before = np.diff(scores.index.to_numpy(), prepend=-np.inf) == 1
    points = _points(across, up, scores)
    return "".join(
        f"{'L' if joined else 'M'}{x} {y}" for joined, (x, y) in zip(before, points, strict=True)
    )


def _few(ticks: list[int]) -> list[int]:
    """Thin out ticks of a small chart, keeping both ends."""
    return ticks[::2] if len(ticks) > 5 and len(ticks) % 2 else ticks


def _open(
    across: _Axis, up: _Axis, bounds: pd.DataFrame | None
) -> list[tuple[float, float, float]]:
    if bounds is None:
        return []
    undecided = bounds[bounds.iloc[:, 0] < bounds.iloc[:, 1]]
    return [
        (across.at(year), up.at(low), up.at(high)) for year, low, high in undecided.itertuples()
    ]


def _said(title: str, lines: Mapping[str, pd.Series], digits: Mapping[str, int]) -> str:
    told = [
        f"{kind} "
        + (
            ", ".join(f"{year} {value:.{digits[kind]}f}" for year, value in scores.items())
            or "no score"
        )
        for kind, scores in lines.items()
    ]
    return f"{title}: {'; '.join(told)}."


def tiles(scores: pd.Series) -> list[Tile]:
    """Lay out the map: every country's square, with its score if it has one."""
    known = scores.dropna()
    return [
        Tile(TILE * column, TILE * row, unit, countries.name(unit), known.get(unit))
        for unit, column, row in layout().itertuples()
    ]


def absent(scores: pd.Series) -> list[str]:
    """List the countries with a score that the map has no place for."""
    return [str(unit) for unit in scores.dropna().index if unit not in layout().index]


def shades(scores: pd.Series, scale: tuple[int, int]) -> list[Shade]:
    """Give each score of a scale its colour, the ink on it, and how many have it."""
    counts = scores.value_counts()
    levels = range(scale[0], scale[1] + 1)
    return [
        Shade(score, _hex(colour), ink_on(colour), int(counts.get(score, 0)))
        for score, colour in zip(levels, score_shades(scale), strict=True)
    ]


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in colour)
