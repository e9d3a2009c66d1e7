"""Score indicators whose points add, without a table of their combinations. NumPy only.

Points are integers by indicator and level that never fall. Codes are ``int8``, as in
:mod:`~policyindex._kernels.tables`. The sum of the points is the score, or thresholds raise it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .gather import gather
from .tables import Int8

Int64 = NDArray[np.int64]

MOST_CELLS = 4096
"""The largest table of the sums of several indicators, which are looked up together."""

MOST_SUMS = 200_000
"""The most different sums that are held while ways are counted."""


class Points(NamedTuple):
    """Points by indicator and level; the thresholds, if any; and the score below them all."""

    points: tuple[tuple[int, ...], ...]
    thresholds: tuple[int, ...] | None
    lowest: int


def bounds(columns: Sequence[Int8], rule: Points) -> tuple[Int64, Int64]:
    """Return the lowest and the highest score of each row over all completions.

    Parameters
    ----------
    columns : sequence of int8 arrays, each of shape (n,)
        Codes, one array per indicator.
    rule : Points
        The points.

    Returns
    -------
    low, high : int64 arrays, shape (n,)

    Raises
    ------
    ValueError
        As for :func:`~policyindex._kernels.gather.gather`.

    Notes
    -----
    Points never fall, so a missing coding adds least at level 0 and most at the best level.
    """
    low, high = np.zeros((2, len(columns[0])), dtype=np.int64)
    for group in _groups(rule.points):
        start, stop = group.start, group.stop
        least, most = _tables(rule.points[start:stop])
        low += gather(columns[start:stop], least, first=start)
        high += gather(columns[start:stop], most, first=start)
    return score(low, rule), score(high, rule)


def score(sums: Int64, rule: Points) -> Int64:
    """Return the score of sums of points."""
    if rule.thresholds is None:
        return sums
    reached = np.searchsorted(np.array(rule.thresholds), sums, side="right")
    return reached.astype(np.int64) + rule.lowest


def total(start: Sequence[int], rule: Points) -> int:
    """Return the sum of the points of levels."""
    return sum(points[level] for points, level in zip(rule.points, start, strict=True))


class Ways(NamedTuple):
    """The fewest single-level rises that reach a score, and the ways to take them."""

    steps: int | None
    """Number of steps; None where the score is out of reach."""
    n: int | None
    """Number of ways; None where they are too many to count."""
    first: tuple[tuple[int, ...], ...]
    """The levels afterwards of the first ways, earlier indicators first."""


@lru_cache(maxsize=4096)
def ways_up(rule: Points, start: tuple[int, ...], target: int, most: int) -> Ways:
    """Find every way to reach a score in the fewest steps, and list the first of them.

    Notes
    -----
    The most points that k steps can add, from each indicator onwards, follow from the last
    indicator backwards: ``most[i][k] = max over r of gain[i][r] + most[i + 1][k - r]``. They tell
    the fewest steps, and whether a beginning of a way can still reach the target.
    """
    missing = _needed(rule, target) - total(start, rule)
    gains = [
        [each - points[level] for each in points[level:]]
        for points, level in zip(rule.points, start, strict=True)
    ]
    if sum(gain[-1] for gain in gains) < missing:
        return Ways(None, 0, ())
    best = _most_points(gains, missing)
    fewest = int(np.argmax(best[0] >= missing))
    first = []
    for rises in _rises(gains, best, missing, fewest):
        first.append(tuple(level + rise for level, rise in zip(start, rises, strict=True)))
        if len(first) == most:
            break
    return Ways(fewest, _count(gains, best, missing, fewest), tuple(first))


def _needed(rule: Points, target: int) -> int:
    """Return the least sum of points whose score is the target or more."""
    if rule.thresholds is None:
        return target
    place = target - rule.lowest
    if place > len(rule.thresholds):
        return sum(points[-1] for points in rule.points) + 1
    return rule.thresholds[place - 1] if place > 0 else 0


def _groups(points: tuple[tuple[int, ...], ...]) -> Iterator[range]:
    """Cut the indicators into runs, each of few enough combinations for a table."""
    start, cells = 0, 1
    for place, by_level in enumerate(points):
        entries = len(by_level) + 1
        if cells * entries > MOST_CELLS:
            yield range(start, place)
            start, cells = place, 1
        cells *= entries
    yield range(start, len(points))


@lru_cache(maxsize=256)
def _tables(points: tuple[tuple[int, ...], ...]) -> tuple[Int64, Int64]:
    """Tabulate the least and the most points of every combination, with room for missing."""
    answer = []
    for missing in (0, -1):
        sums = np.zeros((), dtype=np.int64)
        for by_level in points:
            sums = np.add.outer(sums, np.array([by_level[missing], *by_level], dtype=np.int64))
        sums.setflags(write=False)
        answer.append(sums)
    return answer[0], answer[1]


def _most_points(gains: list[list[int]], missing: int) -> list[Int64]:
    """Return the most points of 0, 1, 2 ... steps from each indicator onwards.

    The steps end where they suffice: their number doubles until it does.
    """
    longest = sum(len(gain) - 1 for gain in gains)
    length = 8
    while True:
        size = min(length, longest) + 1
        table = [np.zeros(size, dtype=np.int64)]
        for gain in reversed(gains):
            further = table[-1].copy()
            for rise, points in enumerate(gain[1:size], start=1):
                np.maximum(further[rise:], points + table[-1][:-rise], out=further[rise:])
            table.append(further)
        if table[-1][-1] >= missing or size > longest:
            return table[::-1]
        length *= 2


def _rises(
    gains: list[list[int]], best: list[Int64], missing: int, steps: int
) -> Iterator[tuple[int, ...]]:
    """Yield the rises of every way, those that raise earlier indicators most first."""
    stack: list[tuple[tuple[int, ...], int, int]] = [((), missing, steps)]
    while stack:
        rises, wanted, left = stack.pop()
        place = len(rises)
        if place == len(gains):
            yield rises
            continue
        for rise, points in enumerate(gains[place][: left + 1]):
            if points + best[place + 1][left - rise] >= wanted:
                stack.append(((*rises, rise), wanted - points, left - rise))


def _count(gains: list[list[int]], best: list[Int64], missing: int, steps: int) -> int | None:
    """Count the ways, by the points that they still lack and the steps that are left."""
    states = Counter({(missing, steps): 1})
    for place, gain in enumerate(gains):
        onwards: Counter[tuple[int, int]] = Counter()
        for (wanted, left), n in states.items():
            for rise, points in enumerate(gain[: left + 1]):
                if points + best[place + 1][left - rise] >= wanted:
                    onwards[max(wanted - points, 0), left - rise] += n
        if len(onwards) > MOST_SUMS:
            return None
        states = onwards
    return states.total()
