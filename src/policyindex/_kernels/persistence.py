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

PAIRS_UP_TO = 60
"""The most years for which the inflation of the variance sums over pairs of pairs."""

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
    adjacent = (gaps == 1) / 2.0
    t = len(times)
    pairs, squared = np.empty((2, len(masks), len(lags)))
    for part in blocks(len(masks), t * t):
        scored = masks[part]
        basis = _basis(scored, times)
        both = scored[:, :, None] & scored[:, None, :]
        projection = both * np.eye(t) - np.einsum("kmi,kmj->mij", basis, basis)
        sandwich = projection @ np.where(both, adjacent, 0.0) @ projection
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
    scores is kappa phi^abs(lag). Beyond :data:`PAIRS_UP_TO` years the sum runs over lags, in
    O(n^3) time for each set of scored years.
    """
    rows = np.atleast_2d(np.asarray(scored, dtype=bool))
    times = np.asarray(years, dtype=np.int64)
    if not rows.size or phi * kappa == 0:
        return np.ones(len(rows))
    masks, which = patterns(rows)
    of_sum = _sums_of_pairs if rows.shape[1] <= PAIRS_UP_TO else _sums_of_lags
    n = masks.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = of_sum(masks, times, phi, kappa) / (n * (n - 1) * (2 * n + 5) / 18)
    return np.where(n > 1, np.maximum(ratio, 1.0), 1.0)[which]


def _correlation(lags: NDArray[np.int64], phi: float, kappa: float) -> Float64:
    return np.where(lags == 0, 1.0, kappa * phi ** np.abs(lags).astype(np.float64))


def _agreement(differences: Float64, first: Float64, second: Float64) -> Float64:
    """Return the mean product of the signs of two differences of scores."""
    correlation = differences / np.sqrt(first * second)
    # The arc sine turns a rounding error beside 1 into its square root.
    np.rint(correlation, out=correlation, where=np.abs(correlation) > 1 - 1e-14)
    return np.asarray(2 / np.pi * np.arcsin(correlation))


def _sums_of_pairs(
    masks: NDArray[np.bool_], times: NDArray[np.int64], phi: float, kappa: float
) -> Float64:
    """Sum over pairs of pairs: a quadratic form of the pairs that a set of years has."""
    before, after = np.triu_indices(len(times), 1)
    if not len(before):
        return np.zeros(len(masks))
    r = _correlation(times[:, None] - times, phi, kappa)
    spread = 2 - 2 * r[before, after]
    sums = np.zeros(len(masks))
    present = (masks[:, before] & masks[:, after]).astype(np.float64)
    for part in blocks(len(before), len(before)):
        i, j = before[part, None], after[part, None]
        together = r[j, after] - r[j, before] - r[i, after] + r[i, before]
        agreement = _agreement(together, spread[part, None], spread)
        sums += ((present[:, part] @ agreement) * present).sum(axis=1)
    return sums


def _sums_of_lags(
    masks: NDArray[np.bool_], times: NDArray[np.int64], phi: float, kappa: float
) -> Float64:
    """Sum over two lags and the offset between their first years, each times its count."""
    span = int(times[-1] - times[0]) + 1
    present = np.zeros((len(masks), span), dtype=bool)
    present[:, times - times[0]] = masks
    r = _correlation(np.arange(2 * span), phi, kappa)  # by lag
    offsets = np.arange(1 - span, span)
    transforms = [_transform(each) for each in present]
    sums = np.zeros(len(masks))
    for first in range(1, span):
        second = np.arange(1, first + 1)[:, None]
        ends = r[np.abs(offsets + second - first)] + r[np.abs(offsets)]
        together = ends - r[np.abs(offsets - first)] - r[np.abs(offsets + second)]
        agreement = _agreement(together, 2 - 2 * r[first], 2 - 2 * r[second])
        agreement[:-1] *= 2  # of two unequal lags either may be the first
        for row, transform in enumerate(transforms):
            counts = _counts(transform, present[row], first, second[:, 0], offsets)
            sums[row] += float((agreement * counts).sum())
    return sums


def _transform(present: NDArray[np.bool_]) -> NDArray[np.complex128] | None:
    """Return the spectrum of a set of years' pairs by lag; None for years in a row."""
    scored = np.flatnonzero(present)
    if not len(scored) or scored[-1] - scored[0] + 1 == len(scored):
        return None
    span = len(present)
    pairs = np.zeros((span, 2 * span))
    for lag in range(1, span):
        pairs[lag, : span - lag] = present[lag:] & present[:-lag]
    return np.asarray(np.fft.rfft(pairs, axis=1))


def _counts(
    transform: NDArray[np.complex128] | None,
    present: NDArray[np.bool_],
    first: int,
    second: NDArray[np.int64],
    offsets: NDArray[np.int64],
) -> Float64:
    """Count the years i with scores at i, i + first, i + offset and i + offset + second."""
    if transform is None:
        spread = np.maximum(first, offsets + second[:, None]) - np.minimum(0, offsets)
        return np.asarray(np.maximum(np.count_nonzero(present) - spread, 0.0))
    span = len(present)
    product = transform[second] * transform[first].conj()
    return np.asarray(np.rint(np.fft.irfft(product, 2 * span, axis=1))[:, offsets])
