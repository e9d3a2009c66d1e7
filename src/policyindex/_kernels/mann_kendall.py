"""The Mann-Kendall test and Theil-Sen slopes of many series at once. NumPy only.

Series run along the last axis, one position per time; NaN where a value is missing. A *tie
pattern* holds the sizes of the groups of equal values in a series: ``(4, 1)`` for 5, 5, 5, 5, 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate, count
from math import erfc, factorial, prod, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float64 = NDArray[np.float64]

BLOCK = 262_144
"""Pairs of values compared at a time, so that the scratch arrays stay in the processor's cache."""

EXACT_UP_TO = 40
"""The longest series that method ``"auto"`` tests exactly."""

METHODS = ("auto", "exact", "normal")


class MannKendall(NamedTuple):
    """The test of each series; arrays of the shape of the leading axes."""

    n: NDArray[np.int64]
    """Values that are not missing."""
    s: Float64
    """Rising pairs less falling pairs."""
    tau: Float64
    """Kendall's tau-b of the values with time."""
    pvalue: Float64
    """Two-sided."""
    pvalue_floor: Float64
    """The smallest p-value that any order of the same values has."""


class TheilSen(NamedTuple):
    """The slope of each series, per unit of time; arrays of the shape of the leading axes."""

    slope: Float64
    low: Float64
    high: Float64


def mann_kendall(values: ArrayLike, *, method: str = "auto") -> MannKendall:
    """Test every series for a monotonic trend.

    Parameters
    ----------
    values : array, shape (..., t)
        NaN where a value is missing.
    method : {"auto", "exact", "normal"}
        Exact null distribution given the ties; normal approximation with tie and continuity
        correction; or the former up to :data:`EXACT_UP_TO` values and the latter beyond.

    Returns
    -------
    MannKendall
        With fewer than two values all except ``n`` are NaN; with equal values ``tau`` is.

    Notes
    -----
    The p-values assume that all orders of a series are equally likely.
    """
    rows, shape = _rows(values)
    s, ties = np.empty(len(rows), dtype=np.int64), np.empty(rows.shape, dtype=np.int64)
    for part, block in _blocks(rows):
        s[part], ties[part] = _concordance(block), _ties(block)
    n, untied = _sum_over(ties, lambda size: size), _untied(ties)
    pvalue, floor = np.full((2, len(rows)), np.nan)
    longest = {"auto": EXACT_UP_TO, "exact": np.inf, "normal": 0}[method]
    for compute, of_length in ((_exact, n <= longest), (_normal, n > longest)):
        tested = of_length & (n > 1)
        pvalue[tested], floor[tested] = compute(ties[tested], np.abs(s[tested]))
    with np.errstate(invalid="ignore"):
        tau = s / np.sqrt(untied * (n * (n - 1) / 2))
    answers = (np.where(n > 1, s, np.nan), tau, pvalue, floor)
    return MannKendall(n.reshape(shape), *(answer.reshape(shape) for answer in answers))


def theil_sen(values: ArrayLike, times: ArrayLike, *, alpha: float = 0.05) -> TheilSen:
    """Compute every series' slope: the median over pairs of times, with its limits.

    Parameters
    ----------
    values : array, shape (..., t)
        NaN where a value is missing.
    times : array, shape (t,)
        Increasing.
    alpha : float
        The limits contain the slope with a confidence of about 1 - alpha.

    Returns
    -------
    TheilSen
        NaN with fewer than two values; the limits also if even the lowest and the highest slope
        do not contain it with this confidence.

    Notes
    -----
    The limits are Sen's: with N slopes and the variance of S given the ties, the ordered slopes
    at positions (N -+ z sd(S)) / 2, rounded as ``scipy.stats.theilslopes`` rounds them. The
    slope lies outside all N if the values less slope times time are in order, which without ties
    has a probability of 2 / n!.
    """
    rows, shape = _rows(values)
    instants = np.asarray(times, dtype=np.float64)
    z = NormalDist().inv_cdf(1 - alpha / 2)
    enough = next(n for n in count(2) if 2 / factorial(n) <= alpha)
    estimates = np.empty((3, len(rows)))
    for part, block in _blocks(rows):
        slopes, ties = _slopes(block, instants), _ties(block)
        n = _sum_over(ties, lambda size: size)
        pairs = n * (n - 1) // 2
        reach = z * np.sqrt(_variance(ties))
        last = np.maximum(pairs - 1, 0)
        positions = [
            last // 2,
            pairs // 2,
            np.maximum(np.round((pairs - reach) / 2).astype(np.int64) - 1, 0),
            np.minimum(np.round((pairs + reach) / 2).astype(np.int64), last),
        ]
        below, above, low, high = np.take_along_axis(slopes, np.array(positions).T, axis=1).T
        estimates[:, part] = (below + above) / 2, low, high
        estimates[1:, part][:, n < enough] = np.nan
    return TheilSen(*(answer.reshape(shape) for answer in estimates))


def benjamini_hochberg(pvalues: ArrayLike) -> Float64:
    """Adjust p-values for the false discovery rate of the family along the last axis.

    Parameters
    ----------
    pvalues : array, shape (..., m)
        NaN where there is no test; it is not part of the family.

    Returns
    -------
    array of float, shape (..., m)
    """
    values = np.asarray(pvalues, dtype=np.float64)
    order = np.argsort(values, axis=-1)[..., ::-1]
    descending = np.take_along_axis(values, order, axis=-1)
    tests = np.count_nonzero(~np.isnan(values), axis=-1, keepdims=True)
    rank = np.arange(values.shape[-1], 0, -1)
    scaled = np.fmin.accumulate(descending * tests / rank, axis=-1)
    adjusted = np.empty_like(values)
    np.put_along_axis(adjusted, order, np.where(np.isnan(descending), np.nan, scaled), axis=-1)
    return adjusted


def inversions(sizes: tuple[int, ...]) -> list[int]:
    """Count the distinct orders of a multiset by their inversions, up to half of the most.

    Parameters
    ----------
    sizes : tuple of int
        The tie pattern, largest group first.

    Returns
    -------
    list of int
        The first half, the middle included, of the coefficients of the q-multinomial
        [n; n1, ..., nk], which are symmetric. Exact: Python integers.

    Notes
    -----
    The q-multinomial is the product of (1 - q^i) for i up to n, divided by the same product for
    each group. The largest group is cancelled first. One sweep down a power series multiplies it
    by 1 - q^i, and one sweep up divides it.
    """
    most = _most(sizes)
    series = [1] + [0] * (most // 2)
    for factor in range(sizes[0] + 1, sum(sizes) + 1):
        for power in range(most // 2, factor - 1, -1):
            series[power] -= series[power - factor]
    for size in sizes[1:]:
        for factor in range(1, size + 1):
            for power in range(factor, most // 2 + 1):
                series[power] += series[power - factor]
    return series


def _most(sizes: tuple[int, ...]) -> int:
    """Count the pairs of unequal values in a tie pattern: the largest S."""
    return (sum(sizes) ** 2 - sum(size**2 for size in sizes)) // 2


@lru_cache(maxsize=8192)
def exact_pvalues(sizes: tuple[int, ...]) -> Float64:
    """Compute the two-sided p-value for every size of S, given the ties.

    Parameters
    ----------
    sizes : tuple of int
        The tie pattern, largest group first.

    Returns
    -------
    array of float, shape (most + 1,)
        At position s the probability that ``|S| >= s`` if all orders are equally likely,
        correctly rounded. Read-only.
    """
    most = _most(sizes)
    orders = factorial(sum(sizes)) // prod(factorial(size) for size in sizes)
    # S is most - 2 * inversions, and as often s as -s.
    tails = list(accumulate(inversions(sizes)))
    table = np.array([1.0] + [2 * tails[(most - s) // 2] / orders for s in range(1, most + 1)])
    table.setflags(write=False)
    return table


def _rows(values: ArrayLike) -> tuple[Float64, tuple[int, ...]]:
    array = np.asarray(values, dtype=np.float64)
    return array.reshape(prod(array.shape[:-1]), array.shape[-1]), array.shape[:-1]


def _blocks(rows: Float64) -> Iterator[tuple[slice, Float64]]:
    """Yield the series in blocks with time along the first axis, and the rows of each block."""
    t = rows.shape[1]
    length = max(BLOCK // max(t * (t - 1) // 2, 1), 1)
    for begin in range(0, len(rows), length):
        part = slice(begin, min(begin + length, len(rows)))
        yield part, np.ascontiguousarray(rows[part].T)


def _concordance(block: Float64) -> Float64:
    s = np.zeros(block.shape[1])
    for lag in range(1, len(block)):
        s += np.nansum(np.sign(block[lag:] - block[:-lag]), axis=0)
    return s


def _ties(block: Float64) -> NDArray[np.int64]:
    """Count each series' groups of equal values by size; shape (series, t), size 1 first."""
    group = np.array(~np.isnan(block), dtype=np.int32)
    for lag in range(1, len(block)):
        equal = block[lag:] == block[:-lag]
        group[lag:] += equal
        group[:-lag] += equal
    ties = np.empty(block.shape, dtype=np.int64)
    for size in range(1, len(block) + 1):
        ties[size - 1] = (group == size).sum(axis=0) // size
    return ties.T


def _slopes(block: Float64, times: Float64) -> Float64:
    """Compute each series' slopes in ascending order, NaN last; shape (series, pairs)."""
    t = len(block)
    slopes = np.full((max(t * (t - 1) // 2, 1), block.shape[1]), np.nan)
    end = 0
    for lag in range(1, t):
        begin, end = end, end + t - lag
        slopes[begin:end] = (block[lag:] - block[:-lag]) / (times[lag:] - times[:-lag])[:, None]
    return np.sort(np.ascontiguousarray(slopes.T), axis=1)


def _sum_over(
    ties: NDArray[np.int64], term: Callable[[NDArray[np.int64]], NDArray[np.int64]]
) -> NDArray[np.int64]:
    """Return the sum of a term of the size over each series' groups of equal values."""
    return ties @ term(np.arange(1, ties.shape[1] + 1))


def _untied(ties: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count each series' pairs of unequal values, which is the largest S it can have."""
    n = _sum_over(ties, lambda size: size)
    return (n**2 - _sum_over(ties, lambda size: size**2)) // 2


def _variance(ties: NDArray[np.int64]) -> Float64:
    """Compute the variance of S given the ties."""
    n = _sum_over(ties, lambda size: size)
    tied = _sum_over(ties, lambda size: size * (size - 1) * (2 * size + 5))
    return np.asarray((n * (n - 1) * (2 * n + 5) - tied) / 18)


def _exact(ties: NDArray[np.int64], s: NDArray[np.int64]) -> tuple[Float64, Float64]:
    """Return the exact p-values and their floor, from one table for each tie pattern."""
    if not len(ties):
        return np.empty(0), np.empty(0)
    bytewise = np.ascontiguousarray(ties, dtype=np.min_scalar_type(ties.shape[1]))
    keys = bytewise.view(np.dtype((np.void, bytewise[0].nbytes))).ravel()
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    tables = [exact_pvalues(_pattern(groups)) for groups in ties[first].tolist()]
    starts = np.cumsum([0, *(len(table) for table in tables)])
    floors = np.array([table[-1] for table in tables])
    return np.concatenate(tables)[starts[which] + s], floors[which]


def _pattern(groups: list[int]) -> tuple[int, ...]:
    """Return the tie pattern of numbers of groups by size."""
    return tuple(size for size in range(len(groups), 0, -1) for _ in range(groups[size - 1]))


def _normal(ties: NDArray[np.int64], s: NDArray[np.int64]) -> tuple[Float64, Float64]:
    """Return normal p-values with tie and continuity correction, and their floor."""
    deviation = np.sqrt(_variance(ties))
    tails = []
    for size in (s, _untied(ties)):
        with np.errstate(invalid="ignore"):
            z = np.where(deviation > 0, np.maximum(size - 1, 0) / deviation, 0.0)
        tails.append(np.array([erfc(each / sqrt(2)) for each in z.tolist()]))
    return tails[0], tails[1]
