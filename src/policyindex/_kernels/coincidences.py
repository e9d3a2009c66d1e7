"""Agreement of codings from tables of coincidences, batched over leading axes. NumPy only."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

DENSE = 128
"""Columns up to which a table with many zeros is an array."""


def levels_of(ratings: Float64) -> tuple[Float64, NDArray[np.intp]]:
    """Return the distinct ratings, ascending, and the number of each rating among them.

    Parameters
    ----------
    ratings : ndarray, shape (units, coders)
        NaN = not coded.

    Returns
    -------
    values : ndarray, shape (values,)
    levels : ndarray of int, shape (units, coders)
        From 0; -1 = not coded.
    """
    coded = ~np.isnan(ratings)
    values = np.unique(ratings[coded])
    levels = np.full(ratings.shape, -1, dtype=np.intp)
    levels[coded] = np.searchsorted(values, ratings[coded])
    return values, levels


def pairs(levels: NDArray[np.intp], n: int) -> Float64:
    """Count the ordered pairs of coders of a unit by their levels, over all units.

    Parameters
    ----------
    levels : ndarray of int, shape (units, coders)
        From 0 to n - 1, or -1 = not coded.
    n : int
        Number of levels.

    Returns
    -------
    ndarray, shape (n, n)
        Symmetric; a coder is not paired with itself.
    """
    table = np.zeros(n * n)
    for first, second in combinations(levels.T, 2):
        both = (first >= 0) & (second >= 0)
        table += np.bincount(first[both] * n + second[both], minlength=n * n)
    square = table.reshape(n, n)
    return np.asarray(square + square.T)


def summed(rows: NDArray[np.intp], columns: NDArray[np.intp], shape: tuple[int, int]) -> Any:
    """Return how often each row and column comes together; sparse if there are many columns."""
    if shape[1] <= DENSE:
        counts = np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1])
        return counts.reshape(shape).astype(np.float64)
    from scipy.sparse import coo_array

    return coo_array((np.ones(len(rows)), (rows, columns)), shape=shape).tocsr()


def alpha(table: Float64, values: Float64, metric: str) -> Float64:
    """Return Krippendorff's alpha of tables of coincidences.

    Parameters
    ----------
    table : ndarray, shape (..., values, values)
        Coincidences summed over units.
    values : ndarray, shape (values,)
        Ascending.
    metric : {"nominal", "ordinal", "interval"}

    Returns
    -------
    ndarray, shape (...)
        NaN where all codings are the same.

    Notes
    -----
    ``1 - (n - 1) sum(o * d) / sum(m m' * d)`` with o the table, m its margin, n its sum and d
    the squared difference: 0 or 1; of the values; or, ordinal, of their mean positions when all
    codings are sorted.
    """
    margin = table.sum(-1)
    if metric == "ordinal":
        positions = np.cumsum(margin, -1) - margin / 2
    else:
        positions = np.broadcast_to(values, margin.shape)
    squared = (positions[..., :, None] - positions[..., None, :]) ** 2
    if metric == "nominal":
        squared = (squared > 0).astype(np.float64)
    observed = (table * squared).sum((-2, -1))
    expected = (margin[..., :, None] * margin[..., None, :] * squared).sum((-2, -1))
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate: Float64 = 1 - (margin.sum(-1) - 1) * observed / expected
    return np.where(expected > 0, estimate, np.nan)


def kappa(table: Float64, values: Float64, power: int) -> Float64:
    """Return Cohen's kappa of cross tables; a disagreement weighs its difference to a power.

    Parameters
    ----------
    table : ndarray, shape (..., values, values)
        Numbers of units.
    values : ndarray, shape (values,)
    power : {0, 1, 2}
        Every disagreement alike, linear or quadratic weights.

    Returns
    -------
    ndarray, shape (...)
        NaN where no disagreement is expected: without units, or with a single value.
    """
    apart = np.abs(values[:, None] - values)
    weights = (apart > 0) * apart**power
    observed = (table * weights).sum((-2, -1)) * table.sum((-2, -1))
    margins = table.sum(-1)[..., :, None] * table.sum(-2)[..., None, :]
    expected = (margins * weights).sum((-2, -1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)


def spearman(first: Float64, second: Float64) -> float:
    """Return Spearman's rank correlation of two complete series; NaN where one is constant."""
    if not len(first):
        return np.nan
    x, y = _mid_ranks(first), _mid_ranks(second)
    x, y = x - x.mean(), y - y.mean()
    size = np.sqrt((x @ x) * (y @ y))
    return float(x @ y / size) if size > 0 else np.nan


def kendall(first: Float64, second: Float64) -> float:
    """Return Kendall's tau-b of two complete series; NaN where one is constant.

    Notes
    -----
    Concordant pairs are counted in the cross table: each cell with all cells higher in both.
    """
    (_, x), (_, y) = (np.unique(each, return_inverse=True) for each in (first, second))
    table = np.zeros((x.max(initial=-1) + 2, y.max(initial=-1) + 2))
    np.add.at(table, (x, y), 1)
    beyond = np.cumsum(np.cumsum(table[::-1, ::-1], 0), 1)[::-1, ::-1]
    concordant = (table[:-1, :-1] * beyond[1:, 1:]).sum()
    every, tied_x, tied_y, tied = (
        (sizes * (sizes - 1)).sum() / 2
        for sizes in (table.sum(), table.sum(1), table.sum(0), table)
    )
    discordant = every - tied_x - tied_y + tied - concordant
    size = np.sqrt((every - tied_x) * (every - tied_y))
    return float((concordant - discordant) / size) if size > 0 else np.nan


def _mid_ranks(values: Float64) -> Float64:
    _, positions, counts = np.unique(values, return_inverse=True, return_counts=True)
    middles: Float64 = np.cumsum(counts) - (counts - 1) / 2
    return middles[positions]
