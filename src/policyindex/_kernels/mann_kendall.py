"""The Mann-Kendall test of many series at once. NumPy only.

Series run along the last axis, one position per time; NaN where a value is missing. A *tie
pattern* holds the sizes of the groups of equal values in a series: ``(4, 1)`` for 5, 5, 5, 5, 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate
from math import erfc, factorial, prod, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import symmetric_beta

Float64 = NDArray[np.float64]

_erfc = np.vectorize(erfc, otypes=[np.float64])

BLOCK = 262_144
"""Pairs of values compared at a time, so that the scratch arrays stay in the processor's cache."""

PAIRS_UP_TO = 40
"""The longest series whose pairs are compared one by one; longer ones are counted by level."""

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
    pvalue_adjusted: Float64
    """``pvalue``, adjusted for the number of series."""
    critical: Float64
    """The smallest real size of S whose p-value is at most alpha; NaN if none is."""


class _Tests(NamedTuple):
    """P-values of series of one kind of null distribution, and those that they can have."""

    pvalue: Float64
    floor: Float64
    critical: Float64
    attainable: Float64
    """P-values that a series can have, ascending within a group of series."""
    step: Float64
    """For each: by how much the odds of a p-value as small rise there, times the series."""


def mann_kendall(
    values: ArrayLike,
    *,
    method: str = "auto",
    inflation: ArrayLike = 1.0,
    alpha: float = 0.05,
) -> MannKendall:
    """Test every series for a monotonic trend.

    Parameters
    ----------
    values : array, shape (..., t)
        NaN where a value is missing.
    method : {"auto", "exact", "normal"}
        Exact null distribution given the ties; normal approximation with tie and continuity
        correction; or the former up to :data:`EXACT_UP_TO` values and the latter beyond.
    inflation : array, shape (...) or a number
        By how much dependence inflates the variance of S; at least 1.
    alpha : float
        The level of :attr:`MannKendall.critical`.

    Returns
    -------
    MannKendall
        With fewer than two values all except ``n`` are NaN; with equal values ``tau`` is.

    Notes
    -----
    With an inflation of 1 the p-values assume that all orders of a series are equally likely. A
    larger one gives S the shape of a symmetric beta distribution on -(M + 1) .. M + 1, M the
    largest S: a value of S counts as the one that has the same quantile under the variance
    without inflation. Its p-value is interpolated between those of the values that S can have.

    All series are one family. ``pvalue_adjusted`` is the step-down adjustment for discrete tests
    of Doehler, Durand and Roquain (2018), doi:10.1214/18-EJS1441, which counts for each series
    only p-values that it can have. The normal distribution counts as continuous.
    """
    rows, shape = _rows(values)
    factor = np.broadcast_to(np.asarray(inflation, dtype=np.float64), shape).reshape(len(rows))
    s, ties = np.empty(len(rows), dtype=np.int64), np.empty(rows.shape, dtype=np.int64)
    counts = _by_pairs if rows.shape[1] <= PAIRS_UP_TO else _by_levels
    for part, block in _blocks(rows):
        s[part], ties[part] = counts(block)
    n, untied = _sum_over(ties, lambda size: size), _untied(ties)
    pvalue, floor, critical = np.full((3, len(rows)), np.nan)
    longest = {"auto": EXACT_UP_TO, "exact": np.inf, "normal": 0}[method]
    attainable, step, continuous = [np.empty(0)], [np.empty(0)], 0
    for compute, of_length in ((_exact, n <= longest), (_normal, n > longest)):
        tested = of_length & (n > 1)
        tests = compute(ties[tested], np.abs(s[tested]), factor[tested], alpha)
        pvalue[tested], floor[tested], critical[tested] = tests[:3]
        attainable.append(tests.attainable)
        step.append(tests.step)
        continuous += int(np.count_nonzero(tested)) if compute is _normal else 0
    adjusted = _step_down(pvalue, np.concatenate(attainable), np.concatenate(step), continuous)
    with np.errstate(invalid="ignore"):
        tau = s / np.sqrt(untied * (n * (n - 1) / 2))
        # Rounding must not part the critical S from the p-value.
        reached = np.fmin(critical, np.abs(s))
        critical = np.where(
            pvalue <= alpha, reached, np.maximum(critical, np.nextafter(np.abs(s), np.inf))
        )
    answers = (np.where(n > 1, s, np.nan), tau, pvalue, floor, adjusted, critical)
    return MannKendall(n.reshape(shape), *(answer.reshape(shape) for answer in answers))


def _step_down(pvalues: Float64, attainable: Float64, step: Float64, continuous: int) -> Float64:
    """Adjust the p-values of one family of discrete tests; NaN is not part of it.

    With F_i(t) the largest p-value up to t that series i can have, the k-th smallest p-value
    becomes the maximum over j <= k of sum F_i(p_j) / (1 - F_i(p_j)) / j. A continuous test has
    F_i(t) = t.
    """
    order = np.argsort(pvalues, kind="stable")
    ascending = pvalues[order][: np.count_nonzero(~np.isnan(pvalues))]
    sorting = np.argsort(attainable, kind="stable")
    odds = np.concatenate([[0.0], np.cumsum(step[sorting])])
    sums = odds[np.searchsorted(attainable[sorting], ascending, side="right")]
    if continuous:
        with np.errstate(divide="ignore"):
            sums = sums + continuous * ascending / (1 - ascending)
    scaled = np.minimum(sums / np.arange(1, len(ascending) + 1), 1.0)
    adjusted = np.full(len(pvalues), np.nan)
    adjusted[order[: len(ascending)]] = np.maximum.accumulate(scaled) if len(scaled) else scaled
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
    cells = t * (t - 1) // 2 if t <= PAIRS_UP_TO else 4 * t
    length = max(BLOCK // max(cells, 1), 1)
    for begin in range(0, len(rows), length):
        part = slice(begin, min(begin + length, len(rows)))
        yield part, np.ascontiguousarray(rows[part].T)


def _by_pairs(block: Float64) -> tuple[Float64, NDArray[np.int64]]:
    """Return S and the ties of series, from all pairs of times."""
    return _concordance(block), _ties(block)


def _by_levels(block: Float64) -> tuple[Float64, NDArray[np.int64]]:
    """Return S and the ties of series, from the earlier values below and above each level."""
    t, n = block.shape
    order = np.argsort(block, axis=0)  # missing values last
    ascending = np.take_along_axis(block, order, 0)
    rank = np.zeros((t, n), dtype=np.int64)
    np.cumsum(ascending[1:] != ascending[:-1], axis=0, out=rank[1:])
    levels = np.empty((t, n), dtype=np.int64)
    np.put_along_axis(levels, order, rank, 0)
    present = ~np.isnan(block)
    n_levels = int(levels.max(initial=-1, where=present)) + 1
    s = np.zeros(n)
    for level in range(n_levels):
        above = np.cumsum(np.sign(level - levels) * present, axis=0)
        s += above.sum(axis=0, where=present & (levels == level))
    cells = (levels + n_levels * np.arange(n))[present]
    sizes = np.bincount(cells, minlength=n_levels * n).reshape(n, n_levels)
    ties = np.bincount((sizes + (t + 1) * np.arange(n)[:, None]).ravel(), minlength=(t + 1) * n)
    return s, ties.reshape(n, t + 1)[:, 1:]


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


def _exact(ties: NDArray[np.int64], s: NDArray[np.int64], factor: Float64, alpha: float) -> _Tests:
    """Test series by the exact distribution; one table for each tie pattern and inflation."""
    if not len(ties):
        return _Tests(*[np.empty(0)] * 5)
    bytewise = np.ascontiguousarray(np.column_stack([ties, factor.view(np.int64)]))
    keys = bytewise.view(np.dtype((np.void, bytewise[0].nbytes))).ravel()
    _, first, which, sizes = np.unique(
        keys, return_index=True, return_inverse=True, return_counts=True
    )
    bases = [exact_pvalues(_pattern(groups)) for groups in ties[first].tolist()]
    most = np.array([len(base) - 1 for base in bases])
    variance, inflation = _variance(ties[first]), factor[first]
    lengths = most // 2 + 1
    starts = np.concatenate([[0], np.cumsum(lengths)])
    group = np.repeat(np.arange(len(first)), lengths)
    # S is a multiple of 2 away from the largest.
    support = (most % 2)[group] + 2 * (np.arange(starts[-1]) - starts[group])
    shrunk = _shrunk(support.astype(np.float64), most[group], variance[group], inflation[group])
    pvalues, critical = np.empty(len(support)), np.empty(len(first))
    for place, base in enumerate(bases):
        part = slice(starts[place], starts[place + 1])
        attained = base[support[part]]
        pvalues[part] = np.interp(shrunk[part], support[part], attained)
        critical[place] = _reaching(attained, support[part], alpha)
    critical = _stretched(critical, most, variance, inflation)
    with np.errstate(divide="ignore"):
        odds = pvalues / (1 - pvalues)
    before = np.concatenate([odds[1:], [0.0]])
    before[starts[1:] - 1] = 0.0
    with np.errstate(invalid="ignore"):
        step = np.where(odds == before, 0.0, (odds - before) * sizes[group])
    floor = pvalues[starts[1:] - 1]
    critical[floor > alpha] = np.nan
    return _Tests(pvalues[starts[which] + s // 2], floor[which], critical[which], pvalues, step)


def _reaching(attained: Float64, support: NDArray[np.int64], alpha: float) -> float:
    """Return the smallest real S whose interpolated p-value is at most alpha, or NaN."""
    place = int(np.searchsorted(-attained, -alpha))
    if place == len(attained):
        return np.nan
    return float(
        np.interp(-alpha, -attained[place - 1 : place + 1], support[place - 1 : place + 1])
    )


def _shape(most: NDArray[np.int64], variance: Float64) -> Float64:
    """Return the parameter of the symmetric beta on -(most + 1) .. most + 1 with a variance."""
    with np.errstate(divide="ignore"):
        return np.asarray(((most + 1.0) ** 2 / variance - 1) / 2)


def _moved(s: Float64, most: NDArray[np.int64], of: Float64, to: Float64) -> Float64:
    """Return the size of S that has, under one shape, the quantile of `s` under another."""
    return np.asarray(1 + (most + 1) * symmetric_beta.moved((s - 1) / (most + 1.0), of, to))


def _shrunk(s: Float64, most: NDArray[np.int64], variance: Float64, inflation: Float64) -> Float64:
    """Return the size of S without inflation as probable as `s` with it; 0 for certainty."""
    inflated = _shape(most, variance * inflation)
    result = np.where((inflated > 0) | (s <= 1), s, 0.0)
    moving = (inflation > 1) & (s > 1) & (inflated > 0)
    where = (most[moving], inflated[moving], _shape(most[moving], variance[moving]))
    result[moving] = np.minimum(_moved(s[moving], *where), s[moving])
    return result


def _stretched(
    s: Float64, most: NDArray[np.int64], variance: Float64, inflation: Float64
) -> Float64:
    """Return the size of S with inflation as probable as `s` without it: the inverse."""
    inflated = _shape(most, variance * inflation)
    result = s.copy()
    moving = (inflation > 1) & (s > 1) & (inflated > 0)
    where = (most[moving], _shape(most[moving], variance[moving]), inflated[moving])
    result[moving] = np.maximum(_moved(s[moving], *where), s[moving])
    return result


def _pattern(groups: list[int]) -> tuple[int, ...]:
    """Return the tie pattern of numbers of groups by size."""
    return tuple(size for size in range(len(groups), 0, -1) for _ in range(groups[size - 1]))


def _upper_quantile(tail: float) -> float:
    """Return the quantile of the normal distribution that an upper tail lies above."""
    below = 1 - tail
    if below < 1:
        return NormalDist().inv_cdf(below)
    return -NormalDist().inv_cdf(max(tail, SMALLEST))


SMALLEST = 5e-324
"""The least number above 0."""


def _normal(ties: NDArray[np.int64], s: NDArray[np.int64], factor: Float64, alpha: float) -> _Tests:
    """Test series by the normal distribution, with tie and continuity correction."""
    most, variance = _untied(ties), _variance(ties)
    deviation = np.sqrt(variance)
    tails = []
    for size in (s, most):
        shrunk = _shrunk(size.astype(np.float64), most, variance, factor)
        with np.errstate(invalid="ignore"):
            z = np.where(deviation > 0, np.maximum(np.minimum(shrunk, most) - 1, 0) / deviation, 0)
        tails.append(_erfc(z / sqrt(2)))
    critical = 1 + _upper_quantile(alpha / 2) * deviation
    critical = _stretched(np.minimum(critical, most), most, variance, factor)
    critical[tails[1] > alpha] = np.nan
    return _Tests(tails[0], tails[1], critical, np.empty(0), np.empty(0))
