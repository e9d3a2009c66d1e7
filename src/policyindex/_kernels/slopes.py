"""Slopes of many series at once, with limits that fit the Mann-Kendall test. NumPy only.

S(b) is Mann-Kendall's S of a series less b times the time: it never rises with b. The slope is
where S(b) is 0, the limits are where it reaches the critical size.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float64 = NDArray[np.float64]

CELLS = 262_144
"""Differences of values in a block, so that the scratch arrays stay in the processor's cache."""

PAIRS_UP_TO = 200
"""The most times for which differences are listed pair by pair; beyond, equal ones are counted."""

HALVINGS = 36
"""Steps of bisection: they cut a bracket of 30 points a year to 5e-10."""

FRACTION_BITS = 40
"""Binary digits of a pair's part in S(b), so that sums over pairs are exact in any order."""

LEAST = float(np.nextafter(0, 1))
"""The smallest positive number: a limit that excludes 0 by no more than rounding."""


class Slopes(NamedTuple):
    """The slope of each series, per unit of time; arrays of the shape of the leading axes."""

    slope: Float64
    low: Float64
    high: Float64


def slopes(
    values: ArrayLike, times: ArrayLike, *, s: ArrayLike, critical: ArrayLike, rounded: bool
) -> Slopes:
    """Compute every series' slope and its limits.

    Parameters
    ----------
    values : array, shape (..., t)
        NaN where a value is missing.
    times : array of int, shape (t,)
        Increasing.
    s, critical : array, shape (...)
        Mann-Kendall's S of each series, and the size at which it is significant.
    rounded : bool
        Whether the values were rounded to integers.

    Returns
    -------
    Slopes
        NaN with fewer than two values; the limits also where `critical` is NaN.

    Notes
    -----
    S(b) is the sum over pairs of times i < j of g(x(j) - x(i) - b (t(j) - t(i))). Without
    rounding g is the sign, and the slope is the median of the slopes of all pairs. With it,
    g(u) = sign(u)(2 abs(u) - u^2) for abs(u) < 1: the mean sign with both roundings undone.
    The limits are the ends of the open interval in which abs(S(b)) is below the critical size. So
    0 lies between them, or on one, exactly where abs(S) is below it; a limit of 0 that excludes 0
    is moved to the next number.
    """
    array = np.asarray(values, dtype=np.float64)
    shape = array.shape[:-1]
    rows = array.reshape(prod(shape), array.shape[-1])
    instants = np.asarray(times, dtype=np.float64)
    size, sign = (np.asarray(each, dtype=np.float64).reshape(len(rows)) for each in (critical, s))
    estimates = np.full((3, len(rows)), np.nan)
    enough = np.flatnonzero((~np.isnan(rows)).sum(axis=1) > 1)
    solve = _of_rounded if rounded else _of_pairs
    for part in _blocks(enough, len(instants)):
        estimates[:, part] = solve(rows[part], instants, size[part])
    slope, low, high = estimates
    slope = np.where(slope * sign < 0, 0.0, slope)
    with np.errstate(invalid="ignore"):
        rising, falling = sign >= size, sign <= -size
    low = np.where(rising, np.maximum(low, LEAST), np.where(falling, low, np.minimum(low, 0.0)))
    high = np.where(falling, np.minimum(high, -LEAST), np.where(rising, high, np.maximum(high, 0)))
    # A negative zero prints as -0.
    answers = (slope + 0.0, low + 0.0, high + 0.0)
    return Slopes(*(answer.reshape(shape) for answer in answers))


def _blocks(rows: NDArray[np.int64], t: int) -> Iterator[NDArray[np.int64]]:
    length = max(CELLS // max(t * (t - 1) // 2, 1), 1)
    for begin in range(0, len(rows), length):
        yield rows[begin : begin + length]


def _of_pairs(rows: Float64, times: Float64, critical: Float64) -> tuple[Float64, ...]:
    """Solve S(b) for signs: it steps down by 2 at the slope of each pair."""
    before, after = np.triu_indices(len(times), 1)
    ordered = np.sort((rows[:, after] - rows[:, before]) / (times[after] - times[before]), axis=1)
    pairs = (~np.isnan(ordered)).sum(axis=1)
    beyond = np.where(np.isnan(critical), 0, (pairs - critical) // 2).astype(np.int64)
    positions = np.array([(pairs - 1) // 2, pairs // 2, beyond, pairs - 1 - beyond]).T
    below, above, low, high = np.take_along_axis(ordered, np.maximum(positions, 0), axis=1).T
    missing = np.isnan(critical)
    limits = tuple(np.where(missing, np.nan, limit) for limit in (low, high))
    return (np.asarray((below + above) / 2), *limits)


def _of_rounded(rows: Float64, times: Float64, critical: Float64) -> tuple[Float64, ...]:
    """Solve S(b) for rounded values, by bisection."""
    if len(times) > PAIRS_UP_TO:
        listed = [_counted(row, times) for row in rows]
        solved = [_solve(*each, critical[[place]]) for place, each in enumerate(listed)]
        return tuple(np.concatenate(each) for each in zip(*solved, strict=True))
    before, after = np.triu_indices(len(times), 1)
    differences = rows[:, after] - rows[:, before]
    counts = (~np.isnan(differences)).astype(np.float64)
    return _solve(np.nan_to_num(differences), times[after] - times[before], counts, critical)


def _counted(row: Float64, times: Float64) -> tuple[Float64, Float64, Float64]:
    """Return the distinct differences of a series, their lags, and how many pairs have both.

    The counts are cross-correlations of the indicators of levels, integers to be rounded to.
    """
    scored = ~np.isnan(row)
    place = (times[scored] - times[scored][0]).astype(np.int64)
    span = int(place[-1]) + 1
    levels, level = np.unique(row[scored], return_inverse=True)
    present = np.zeros((len(levels), span))
    present[level, place] = 1.0
    spectra = np.fft.rfft(present, 2 * span, axis=1)
    steps, step = np.unique(levels[:, None] - levels, return_inverse=True)
    step = step.reshape(len(levels), len(levels))
    products = np.zeros((len(steps), spectra.shape[1]), dtype=np.complex128)
    for start, spectrum in enumerate(spectra):
        products[step[:, start]] += spectrum.conj() * spectra
    counts = np.rint(np.fft.irfft(products, 2 * span, axis=1))[:, 1:span]
    kind, lag = np.nonzero(counts)
    return steps[kind][None], np.asarray(lag + 1.0, dtype=np.float64), counts[kind, lag][None]


def _solve(
    differences: Float64, lags: Float64, counts: Float64, critical: Float64
) -> tuple[Float64, ...]:
    """Solve S(b) = 0 and S(b) = -+critical; differences and counts of shape (series, pairs)."""
    zero = np.zeros(len(differences))
    # Within these slopes is every one at which a pair changes by less than a point.
    reach = 1.5 * ((np.abs(differences) + 1) / lags).max(axis=1, where=counts > 0, initial=0.0)
    most = counts.sum(axis=1).max(initial=1.0)
    unit = 2.0 ** -min(FRACTION_BITS, 52 - int(np.ceil(np.log2(most))))

    def s_of(b: Float64) -> Float64:
        u = differences - b[:, None] * lags
        size = np.minimum(np.abs(u), 1.0)
        parts = np.copysign(np.rint(size * (2 - size) / unit), u)
        return np.asarray((parts * counts).sum(axis=1) * unit)

    def last_at_least(target: Float64) -> Float64:
        low, high = -reach, reach.copy()
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            holds = s_of(middle) >= target
            low, high = np.where(holds, middle, low), np.where(holds, high, middle)
        return (low + high) / 2

    def first_at_most(target: Float64) -> Float64:
        low, high = -reach, reach.copy()
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            holds = s_of(middle) <= target
            low, high = np.where(holds, low, middle), np.where(holds, middle, high)
        return (low + high) / 2

    slope = (first_at_most(zero) + last_at_least(zero)) / 2
    missing = np.isnan(critical)
    limits = (last_at_least(critical), first_at_most(-critical))
    return (np.asarray(slope), *(np.where(missing, np.nan, limit) for limit in limits))
