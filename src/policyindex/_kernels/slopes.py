"""Slopes of many series at once, with limits that fit the Mann-Kendall test. NumPy only.

S(b) is Mann-Kendall's S of a series less b times the time: it never rises with b. The slope is
where S(b) is 0, the limits are where it reaches the critical size.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float64 = NDArray[np.float64]

Ints = NDArray[np.int64]

CELLS = 262_144
"""Differences of values in a block, so that the scratch arrays stay in the processor's cache."""

PAIRS_UP_TO = 20
"""The most times for which differences are listed pair by pair; beyond, equal ones are counted."""

MOST_SPAN = 100
"""The largest difference of integers that are counted."""

MARGIN = 2
"""Differences with a count of 0 at both ends of a histogram."""

STEPS = 20
"""Steps of Newton's method before bisection takes its place."""

STEEP = 1.0
"""The least fall of S with the slope at which a solution is taken as the only one."""

CLOSE = 1e-13
"""The last step of Newton's method: a share of the slope, or of 1 where it is smaller."""

HALVINGS = 48
"""Steps of bisection: they cut a bracket of 30 points a year to 1e-13."""

FIRST, LAST = "first", "last"
"""The ends of the slopes at which S is the target."""

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
    t = len(instants)
    span = _span(rows[enough]) if rounded and t > PAIRS_UP_TO else np.inf
    counted = span <= MOST_SPAN
    curves = _Histograms if counted else _Pairs
    for part in _blocks(enough, int(2 * span * t if counted else t * (t - 1) // 2)):
        if rounded:
            estimates[:, part] = _of_rounded(curves(rows[part], instants), size[part])
        else:
            estimates[:, part] = _of_pairs(rows[part], instants, size[part])
    slope, low, high = estimates
    slope = np.where(slope * sign < 0, 0.0, slope)
    with np.errstate(invalid="ignore"):
        rising, falling = sign >= size, sign <= -size
    low = np.where(rising, np.maximum(low, LEAST), np.where(falling, low, np.minimum(low, 0.0)))
    high = np.where(falling, np.minimum(high, -LEAST), np.where(rising, high, np.maximum(high, 0)))
    # A negative zero prints as -0.
    answers = (slope + 0.0, low + 0.0, high + 0.0)
    return Slopes(*(answer.reshape(shape) for answer in answers))


def _span(rows: Float64) -> float:
    """Return the largest difference within a series."""
    spans = np.fmax.reduce(rows, axis=1) - np.fmin.reduce(rows, axis=1)
    return float(spans.max(initial=0))


def _blocks(rows: Ints, cells: int) -> Iterator[Ints]:
    """Yield rows in blocks; each row needs so many cells."""
    length = max(CELLS // max(cells, 1), 1)
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


def _of_rounded(curves: _Curves, critical: Float64) -> tuple[Float64, ...]:
    """Solve S(b) for rounded values."""
    zero = np.zeros(len(critical))
    slope = _solved(curves, zero, zero, (FIRST, LAST))
    low = _solved(curves, critical, slope, (LAST,))
    high = _solved(curves, -critical, slope, (FIRST,))
    return slope, low, high


class _Curves(Protocol):
    """S(b) of several series."""

    reach: Float64
    """Within plus and minus these slopes is every one at which a pair changes by less than 1."""

    def at(self, b: Float64, rows: Ints) -> tuple[Float64, Float64]:
        """Return S(b) of some of the series, and by how much it falls with b."""


def _reach(rows: Float64) -> Float64:
    """Return bounds of the slopes at which a pair of values changes by less than 1."""
    return np.asarray(1.5 * (np.fmax.reduce(rows, axis=1) - np.fmin.reduce(rows, axis=1) + 1))


def _units(total: Float64) -> Float64:
    """Return the parts of 1 in which so many terms add up exactly in any order."""
    return np.asarray(2.0 ** -np.minimum(FRACTION_BITS, 51 - np.ceil(np.log2(total + 1))))


class _Pairs:
    """S(b) as a sum over all pairs of times."""

    def __init__(self, rows: Float64, times: Float64) -> None:
        before, after = np.triu_indices(len(times), 1)
        differences = rows[:, after] - rows[:, before]
        present = ~np.isnan(differences)
        self.differences = np.where(present, differences, 0.0)
        self.lags = times[after] - times[before]
        self.reach = _reach(rows)
        self.counts = present.astype(np.float64)
        self.unit = _units(self.counts.sum(axis=1))[:, None]
        self.fall_unit = _units(self.counts @ self.lags)[:, None]

    def at(self, b: Float64, rows: Ints) -> tuple[Float64, Float64]:
        u = self.differences[rows] - b[:, None] * self.lags
        size = np.minimum(np.abs(u), 1.0)
        s, fall = _parts(size, self.unit[rows], self.fall_unit[rows])
        counts = self.counts[rows]
        total = np.einsum("ij,ij->i", np.copysign(s, u), counts)
        return total, np.einsum("ij,ij,j->i", fall, counts, self.lags)


class _Histograms:
    """S(b) as a sum over lags, of how many pairs have each difference.

    At each lag only pairs of two neighbouring differences change by less than a point; all others
    count whole, and are added up beforehand.
    """

    def __init__(self, rows: Float64, times: Float64) -> None:
        counts = _counts(rows, times)
        width, self.n_lags = counts.shape[1:]
        self.lags = np.arange(1.0, self.n_lags + 1)
        self.middle = width // 2
        self.reach = _reach(rows)
        of_lag = counts.sum(axis=1, dtype=np.float64)
        self.unit = _units(of_lag.sum(axis=1))[:, None]
        self.fall_unit = _units(of_lag @ self.lags)[:, None]
        # by the difference just below, or at: pairs beyond the next one, less pairs before it
        up_to = np.cumsum(counts, axis=1)
        whole = np.zeros_like(counts)
        whole[:, 1:-1] = of_lag[:, None] - up_to[:, 2:] - up_to[:, :-2]
        self.counts, self.whole = counts.ravel(), whole.ravel()
        self.size = width * self.n_lags

    def at(self, b: Float64, rows: Ints) -> tuple[Float64, Float64]:
        change = b[:, None] * self.lags
        below = np.clip(np.floor(change), 1 - self.middle, self.middle - 2)
        cells = (below + self.middle).astype(np.int64) * self.n_lags + np.arange(self.n_lags)
        cells += self.size * rows[:, None]
        units = self.unit[rows], self.fall_unit[rows]
        s, fall = self.whole[cells].astype(np.float64), np.zeros(len(rows))
        for step, sign in ((0, -1), (1, 1)):
            size = np.clip(sign * (below + step - change), 0.0, 1.0)
            part, steepness = _parts(size, *units)
            counts = self.counts[cells + step * self.n_lags]
            s += sign * part * counts
            fall += (steepness * counts * self.lags).sum(axis=1)
        return s.sum(axis=1), fall


def _parts(size: Float64, unit: Float64, fall_unit: Float64) -> tuple[Float64, Float64]:
    """Return g of changes of a size up to 1, and its slope, in multiples of units."""
    s = np.rint(size * (2 - size) / unit) * unit
    return np.asarray(s), np.asarray(np.rint(2 * (1 - size) / fall_unit) * fall_unit)


def _counts(rows: Float64, times: Float64) -> NDArray[np.float32]:
    """Count the pairs of each series by difference and lag.

    Returns
    -------
    array, shape (series, differences, lags)
        The differences are consecutive, 0 in their middle, with zeros at both ends; lags from 1.

    Notes
    -----
    The autocorrelations of exp(i a x), for a = 0, 2 pi / n, ... with n differences, are the Fourier
    transform of the counts over the differences: integers to be rounded to.
    """
    place = (times - times[0]).astype(np.int64)
    span = int(place[-1]) + 1
    scored = ~np.isnan(rows)
    low = np.fmin.reduce(rows, axis=1, initial=np.inf)[:, None]
    levels = np.where(scored, rows - low, 0.0).astype(np.int64)
    most = int(levels.max(initial=0))
    n = 2 * most + 1
    roots = np.exp(2j * np.pi / n * np.arange(n))
    waves = np.zeros((len(rows), n, span - 1))
    signal = np.zeros((len(rows), span), dtype=np.complex128)
    for wave in range(most + 1):
        signal[:, place] = roots[np.arange(most + 1) * wave % n][levels] * scored
        spectrum = np.fft.fft(signal, 2 * span, axis=1)
        power = spectrum.real**2 + spectrum.imag**2
        correlation = np.fft.ihfft(power, axis=1)[:, 1:span]
        waves[:, wave] = correlation.real
        if wave:
            waves[:, -wave] = correlation.imag
    angles = 2 * np.pi / n * np.outer(np.arange(-most, most + 1), np.arange(most + 1))
    inverse = np.hstack([np.cos(angles) * 2, np.sin(angles[:, :0:-1]) * 2]) / n
    inverse[:, 0] /= 2
    counts = np.zeros((len(rows), n + 2 * MARGIN, span - 1), dtype=np.float32)
    np.rint(inverse @ waves, out=counts[:, MARGIN:-MARGIN])
    return counts


def _solved(curves: _Curves, target: Float64, start: Float64, ends: tuple[str, ...]) -> Float64:
    """Solve S(b) = target for each series, or return the middle of the ends of all solutions.

    Newton's method within a bracket. Where S is flat, or nearly, bisection takes its place.
    """
    answer = np.full(len(target), np.nan)
    left = np.flatnonzero(~np.isnan(target))
    low, high, b = -curves.reach, curves.reach.copy(), start.copy()
    for _ in range(STEPS):
        if not len(left):
            return answer
        here = b[left]
        s, fall = curves.at(here, left)
        excess = s - target[left]
        low[left] = np.where(excess >= 0, here, low[left])
        high[left] = np.where(excess <= 0, here, high[left])
        with np.errstate(divide="ignore", invalid="ignore"):
            there = here + excess / fall
        close = np.abs(there - here) <= CLOSE * np.maximum(np.abs(here), 1)
        settled = (fall >= STEEP) & close
        answer[left[settled]] = there[settled]
        inside = (there > low[left]) & (there < high[left])
        b[left] = np.where(inside, there, (low[left] + high[left]) / 2)
        left = left[~settled]
    answer[left] = sum(_bisected(curves, target, left, end) for end in ends) / len(ends)
    return answer


def _bisected(curves: _Curves, target: Float64, rows: Ints, end: str) -> Float64:
    """Return the first slope at which S is at most the target, or the last at which it is not."""
    low, high = -curves.reach[rows], curves.reach[rows]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        excess = curves.at(middle, rows)[0] - target[rows]
        beyond = excess <= 0 if end == FIRST else excess < 0
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return np.asarray((low + high) / 2)
