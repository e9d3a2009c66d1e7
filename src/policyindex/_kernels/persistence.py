"""Persistence: how strongly scores linger from one year to the next, in all countries together.

A country's scores are a level plus a stationary first-order autoregression plus rounding; all
countries share one coefficient ``phi``. Rows are countries, columns years; NaN where a score is
missing. NumPy only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float64 = NDArray[np.float64]

LEAST_COUNTRIES = 10
"""Countries below which an estimate is too uncertain to rest a test on."""

HALVINGS = 40
"""Bisections of the interval in which the coefficient lies."""

LEAST_SCORES = 5
"""The fewest scores of a country that the fit uses."""

HIGHEST = 0.99
"""The upper limit of phi."""

LEAST = 1e-13
"""Correlations below this are left out of long series."""

CELLS = 2_000_000
"""Numbers in a block of scratch memory."""


class Persistence(NamedTuple):
    """Persistence of a panel's scores; all except ``n`` are NaN if no country could be used."""

    phi: float
    """Correlation of a country's departures from its level in two consecutive years."""
    se: float
    """Standard error of ``phi``, over countries."""
    kappa: float
    """Share of the variance within countries that is not rounding."""
    n: int
    """Countries used."""


def rounding(values: ArrayLike) -> float:
    """Return the variance of rounding: 1/12 if all values are integers, otherwise 0."""
    array = np.asarray(values, dtype=np.float64)
    present = array[~np.isnan(array)]
    return 1 / 12 if np.array_equal(present, np.rint(present)) else 0.0


def fit(values: ArrayLike, years: ArrayLike) -> Persistence:
    """Estimate persistence from all countries together.

    Parameters
    ----------
    values : array, shape (countries, years)
        NaN where a score is missing.
    years : array of int, shape (years,)
        Increasing.

    Returns
    -------
    Persistence

    Notes
    -----
    A country is used if it has at least :data:`LEAST_SCORES` scores that are not all equal, two
    of them in consecutive years. With e the least-squares residuals of its scores on the year,
    let c be the sum of e(t) e(t+1), and D the sum of e(t)^2. Their expectations are proportional
    to a(phi) = tr(A M R M) and d(phi) = tr(M R M), where R = phi^abs(lag), M is the projection
    on residuals, and A has 1/2 at consecutive years; rounding adds nu a(0) and nu d(0). ``phi``
    solves sum[(c - nu a(0)) - (D - nu d(0)) a(phi) / d(phi)] = 0 on [0, 0.99], so that neither
    the short series nor the variances of the countries bias it.
    """
    rows = np.atleast_2d(np.asarray(values, dtype=np.float64))
    times = np.asarray(years, dtype=np.int64)
    nu = rounding(rows)
    rows = rows[_usable(rows, times)]
    if not len(rows):
        return Persistence(np.nan, np.nan, np.nan, 0)
    masks, which = patterns(~np.isnan(rows))
    products, squares = _residual_sums(rows, times)
    lags, pairs, squared = _weights(masks, times)
    at_zero = lags == 0
    a0, d0 = (weights[:, at_zero].sum(axis=1)[which] for weights in (pairs, squared))
    excess, spread = products - nu * a0, squares - nu * d0

    by_mask = np.bincount(which, weights=spread, minlength=len(masks))

    def ratio(phi: float) -> tuple[Float64, Float64]:
        """Return a/d and its derivative for each set of scored years."""
        powers = phi ** lags.astype(np.float64)
        slopes = np.zeros(len(lags))
        slopes[~at_zero] = lags[~at_zero] * phi ** (lags[~at_zero] - 1.0)
        a, d, da, dd = (w @ v for v in (powers, slopes) for w in (pairs, squared))
        return a / d, (da * d - a * dd) / d**2

    def balance(phi: float) -> float:
        return float(excess.sum() - by_mask @ ratio(phi)[0])

    if not balance(0.0) > 0:
        phi = 0.0
    elif balance(HIGHEST) > 0:
        phi = HIGHEST
    else:
        phi = _root(balance, 0.0, HIGHEST)
    quotient, derivative = ratio(phi)
    terms = excess - quotient[which] * spread
    with np.errstate(divide="ignore", invalid="ignore"):
        se = float(np.sqrt(terms @ terms) / abs(by_mask @ derivative))
    freedom = (squared @ phi ** lags.astype(np.float64))[which].sum()
    variance = max(float(spread.sum() / freedom), 0.0)
    return Persistence(phi, se, variance / (variance + nu) if nu else 1.0, len(rows))


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function that is positive at `low` and not at `high` crosses zero.

    Bisection: the answer lies on a grid of 2**40 steps, so that the rounding of the function does
    not show in it. SciPy has faster ways, but importing them takes longer than many bisections.
    """
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if function(middle) > 0:
            low = middle
        else:
            high = middle
    return high


def _usable(rows: Float64, times: NDArray[np.int64]) -> NDArray[np.bool_]:
    scored = ~np.isnan(rows)
    low = np.fmin.reduce(rows, axis=1, initial=np.inf)
    high = np.fmax.reduce(rows, axis=1, initial=-np.inf)
    paired = scored[:, 1:] & scored[:, :-1] & (np.diff(times) == 1)
    usable = (scored.sum(axis=1) >= LEAST_SCORES) & (low < high) & paired.any(axis=1)
    return np.asarray(usable)


def patterns(scored: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return the distinct sets of scored years, and the position of each row's set."""
    packed = np.ascontiguousarray(np.packbits(scored, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    return scored[first], which.ravel()


def _basis(masks: NDArray[np.bool_], times: NDArray[np.int64]) -> Float64:
    """Return an orthonormal basis of constant and line on scored years; shape (2, masks, t)."""
    present = masks.astype(np.float64)
    n = present.sum(axis=1, keepdims=True)
    since = (times - times[0]).astype(np.float64)
    centred = np.where(masks, since - (present @ since)[:, None] / n, 0.0)
    length = np.sqrt((centred**2).sum(axis=1, keepdims=True))
    return np.array([present / np.sqrt(n), centred / length])


def _residual_sums(rows: Float64, times: NDArray[np.int64]) -> tuple[Float64, Float64]:
    """Return c and D of each country."""
    scored = ~np.isnan(rows)
    level = np.nanmean(rows, axis=1, keepdims=True)
    residuals = np.where(scored, rows - level, 0.0)
    line = _basis(scored, times)[1]
    residuals -= line * (line * residuals).sum(axis=1, keepdims=True)
    consecutive = np.diff(times) == 1
    products = (residuals[:, 1:] * residuals[:, :-1])[:, consecutive].sum(axis=1)
    return products, (residuals**2).sum(axis=1)


def _weights(
    masks: NDArray[np.bool_], times: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Float64, Float64]:
    """Return lags, and for each set of years the sums of M A M and of M over each lag.

    So a(phi) and d(phi) are polynomials: the trace of a matrix times R is the sum over lags of
    phi^lag times the matrix's elements at that lag.
    """
    gaps = np.abs(times[:, None] - times)
    lags, position = np.unique(gaps, return_inverse=True)
    position = position.ravel()
    half = (np.diff(times) == 1)[:, None] / 2
    t = len(times)
    pairs, squared = np.empty((2, len(masks), len(lags)))
    for part in blocks(len(masks), t * t):
        scored = masks[part]
        basis = _basis(scored, times).swapaxes(0, 1)
        across = basis.swapaxes(1, 2)
        projection = scored[:, :, None] * np.eye(t) - across @ basis
        # A M by shifts, and M times that by the basis: M is 0 where a year is not scored.
        shifted = np.zeros_like(projection)
        shifted[:, 1:] = half * projection[:, :-1]
        shifted[:, :-1] += half * projection[:, 1:]
        sandwich = scored[:, :, None] * shifted - across @ (basis @ shifted)
        offsets = position + len(lags) * np.arange(len(scored))[:, None]
        for target, matrices in ((pairs, sandwich), (squared, projection)):
            sums = np.bincount(
                offsets.ravel(), weights=matrices.ravel(), minlength=len(lags) * len(scored)
            )
            target[part] = sums.reshape(len(scored), -1)
    return lags, pairs, squared


def blocks(count: int, size: int) -> Iterator[slice]:
    """Yield slices of `count` rows of `size` numbers that fit a block of scratch memory."""
    length = max(CELLS // max(size, 1), 1)
    for begin in range(0, count, length):
        yield slice(begin, min(begin + length, count))


def inflation(scored: ArrayLike, years: ArrayLike, *, phi: float, kappa: float = 1.0) -> Float64:
    """Compute by how much persistence inflates the variance of Mann-Kendall's S.

    Parameters
    ----------
    scored : array of bool, shape (countries, years)
        Whether a country has a score in a year.
    years : array of int, shape (years,)
        Increasing.
    phi, kappa : float
        As in :class:`Persistence`.

    Returns
    -------
    array of float, shape (countries,)
        At least 1; 1 with fewer than two scores.

    Notes
    -----
    Two differences of scores x(j) - x(i) and x(l) - x(k) that are jointly normal have signs whose
    product has the mean (2 / pi) arcsin(correlation). The sum over all pairs of pairs is the
    variance of S; n(n - 1)(2n + 5) / 18 is that of independent scores. The correlation of two
    scores is kappa phi^abs(lag), or 0 if phi^abs(lag) is below :data:`LEAST`.

    The mean depends on the gaps x, y and z between the four years in order, y being 0 if the pairs
    share a year, and gaps from the first lag without correlation on are all the same. So there are
    at most far^3 means, and for each set of scored years and each y the sum over years t of
    B[t] W[y] A[t + y], with W[y] the means by x and z, B[t] the numbers of years before t by x,
    and A[t + y] those after t + y by z. This takes O(far^3) time, and O(n far^3) for each set.
    """
    rows = np.atleast_2d(np.asarray(scored, dtype=bool))
    times = np.asarray(years, dtype=np.int64)
    if not rows.size or phi * kappa == 0:
        return np.ones(len(rows))
    masks, which = patterns(rows)
    longest = int(times[-1] - times[0])
    vanishing = int(np.log(LEAST) / np.log(phi)) + 1
    far = min(vanishing, longest + 1)
    r = kappa * phi ** np.arange(3.0 * far + 1)
    r[0], r[vanishing:] = 1, 0
    sums = np.zeros(len(masks))
    for part in blocks(len(masks), 3 * len(times) * far):
        before = _years_before(masks[part], times, far)
        after = _years_before(masks[part, ::-1], -times[::-1], far)[:, ::-1]
        for gap in range(min(far, longest)):
            _, second, third = np.intersect1d(times + gap, times, True, return_indices=True)
            if len(second):
                size = min(far, longest - gap)
                begin, end = before.take(second, axis=1), after.take(third, axis=1)
                angles = _angles(r, gap, size)
                sums[part] += _products(begin[:, :, :size], angles, end[:, :, :size])
        at_least_far = (times >= times[:, None] + far).astype(np.float64) @ after
        sums[part] += _products(before, _angles(r, far, far), at_least_far)
    n = masks.sum(axis=1)
    # Each pair with itself, and the pairs of different pairs, of which either is the first.
    variance = n * (n - 1) / 2 + 4 / np.pi * sums
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = variance / (n * (n - 1) * (2 * n + 5) / 18)
    return np.where(n > 1, np.maximum(ratio, 1.0), 1.0)[which]


def _years_before(masks: NDArray[np.bool_], times: NDArray[np.int64], far: int) -> Float64:
    """Count the scored years before each scored year, by their gap.

    The shape is (sets, years, gaps from 1 to `far`); the last is for this gap and longer ones.
    """
    since = times - times[0] + far
    scored = np.zeros((len(masks), since[-1] + 1))
    scored[:, since] = masks
    counts = scored[:, since[:, None] - np.arange(1, far + 1)]
    counts[:, :, -1] = np.cumsum(scored, axis=1)[:, since - far]
    return np.asarray(counts * masks[:, :, None])


def _products(before: Float64, angles: Float64, after: Float64) -> Float64:
    """Return for each set the sum over years of a row times the angles times a column."""
    # Each step runs over the sets one by one: a set has the same sum alone as among others.
    return np.asarray((before @ angles * after).sum(axis=2).sum(axis=1))


def _angles(r: Float64, gap: int, size: int) -> Float64:
    """Sum the arc sines of the correlations of two pairs of years, by the gaps between the years.

    There are three ways to make two pairs of four years in order, and as many to make two that
    share one of three. `gap` is that of the second and the third year; if it is 0, they are one.

    Returns
    -------
    array, shape (size, size)
        By the gap of the first two and by that of the last two, from 1.
    """
    with np.errstate(divide="ignore"):
        scale = 1 / np.sqrt(2 - 2 * r)  # of a difference; infinite at lag 0
    lags = np.arange(1, size + 1)
    x, z = lags[:, None], lags
    whole = x + gap + z
    separate = (r[x + gap] + r[z + gap] - r[gap] - r[whole]) * (scale[x] * scale[z])
    if gap == 0:
        same_first = (1 + r[z] - r[x] - r[whole]) * (scale[x] * scale[whole])
        return np.asarray(np.arcsin(separate) + np.arcsin(same_first) + np.arcsin(same_first.T))
    crossed = (r[x] + r[z] - r[gap] - r[whole]) * (scale[x + gap] * scale[z + gap])
    nested = (r[x] + r[z] - r[x + gap] - r[z + gap]) * (scale[gap] * scale[whole])
    return np.asarray(np.arcsin(separate) + np.arcsin(crossed) + np.arcsin(nested))
