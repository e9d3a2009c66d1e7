"""Means of linked units, and Moran's I. NumPy and SciPy only.

Values are an array of units by years, NaN where a unit has none. Weights are a sparse matrix of
units by units with a diagonal of zeros: row i holds the weights that unit i puts on others.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from math import factorial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

Weights = Any
"""A sparse matrix: the stubs of SciPy do not follow its arithmetic."""

RADIUS = 6371.0088
"""Mean radius of the Earth, in km."""

CELLS = 4_000_000
"""Permuted values in a block."""

ROUNDING = 1e-10
"""By how much the I of a permutation may fall short of the observed one and count as equal."""


class Means(NamedTuple):
    """The mean of each unit's peers, and its bounds; arrays of units by years."""

    mean: Float64
    n: Float64
    peers: Float64
    low: Float64
    high: Float64


def linked_means(values: Float64, weights: Weights, low: float, high: float) -> Means:
    """Return the weighted mean of the other units, with bounds over values from low to high."""
    present = ~np.isnan(values)
    links, everyone = _links(weights), np.ones_like(values)
    weights = _moderate(weights)
    return _means(
        weights @ np.where(present, values, 0.0),
        weights @ present.astype(np.float64),
        weights @ (~present).astype(np.float64),
        links @ present.astype(np.float64),
        links @ everyone,
        low,
        high,
    )


def group_means(values: Float64, groups: NDArray[np.intp], low: float, high: float) -> Means:
    """Return the mean of the other units of the group in each year; group -1 is none."""
    sums, n, absent = (np.zeros_like(values) for _ in range(3))
    present = ~np.isnan(values)
    for group in range(groups.max(initial=-1) + 1):
        members = groups == group
        rows = np.flatnonzero(members.any(axis=1))
        part, scored = members[rows], members[rows] & present[rows]
        for answer, cells in (
            (sums, np.where(scored, values[rows], 0.0)),
            (n, scored.astype(np.float64)),
            (absent, (part & ~scored).astype(np.float64)),
        ):
            answer[rows] += np.where(part, _of_others(cells), 0.0)
    return _means(sums, n, absent, n, n + absent, low, high)


def _of_others(cells: Float64) -> Float64:
    """Return the sum of all other rows: without a subtraction, so that the own row never enters."""
    above, below = np.zeros_like(cells), np.zeros_like(cells)
    np.cumsum(cells[:-1], axis=0, out=above[1:])
    np.cumsum(cells[:0:-1], axis=0, out=below[::-1][1:])
    return above + below


def _means(
    sums: Float64,
    scored: Float64,
    absent: Float64,
    n: Float64,
    peers: Float64,
    low: float,
    high: float,
) -> Means:
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(n > 0, sums / scored, np.nan)
        ends = [
            np.where(peers > 0, (sums + end * absent) / (scored + absent), np.nan)
            for end in (low, high)
        ]
    return Means(mean, n, peers, ends[0], ends[1])


def matrix(
    values: Float64, rows: NDArray[np.intp], columns: NDArray[np.intp], size: int
) -> Weights:
    """Return weights of `size` units from the rows, columns and values that are not zero."""
    from scipy.sparse import csr_array

    return csr_array((values, (rows, columns)), shape=(size, size))


def _links(weights: Weights) -> Weights:
    links = weights.copy()
    links.eliminate_zeros()
    links.data = np.ones_like(links.data, dtype=np.float64)
    return links


def _moderate(weights: Weights) -> Weights:
    """Return weights of at most 1 in the same ratios: divided by a power of 2, which is exact."""
    most = weights.max(axis=1).toarray().ravel()
    return _scaled(weights, np.ldexp(1.0, -np.frexp(most)[1]))


def _scaled(weights: Weights, factors: Float64) -> Weights:
    """Return weights with each row multiplied by its factor."""
    from scipy.sparse import diags_array

    return diags_array(factors) @ weights


def pairs_within(groups: NDArray[np.intp]) -> Weights:
    """Return a link of weight 1 between any two units of one group; group -1 is none."""
    size = len(groups)
    order = np.argsort(groups, kind="stable")
    order = order[groups[order] >= 0]
    parts = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1) if len(order) else []
    one = [np.repeat(part, len(part)) for part in parts]
    other = [np.tile(part, len(part)) for part in parts]
    rows, columns = (np.concatenate([[], *each]).astype(np.intp) for each in (one, other))
    apart = rows != columns
    return matrix(np.ones(int(apart.sum())), rows[apart], columns[apart], size)


def great_circles(latitude: Float64, longitude: Float64) -> Float64:
    """Return the distance of any two points in km, along a great circle of a sphere."""
    north, east = np.radians(latitude), np.radians(longitude)
    # the haversine formula, which is exact also for points that lie near each other
    half = np.sin((north[:, None] - north) / 2) ** 2 + np.cos(north[:, None]) * np.cos(north) * (
        np.sin((east[:, None] - east) / 2) ** 2
    )
    return np.asarray(2 * RADIUS * np.arcsin(np.sqrt(np.clip(half, 0, 1))))


class Moran(NamedTuple):
    """Moran's I of one year."""

    i: float
    n: int
    """Units with a value and a link to another one with a value."""
    unlinked: int
    """Units with a value and without such a link."""
    pvalue: float
    permutations: int
    """Number of permutations behind the p-value."""


def moran(values: Float64, weights: Weights, most: int, rng: np.random.Generator) -> Moran:
    """Return Moran's I of one year's values, and the share of permutations with at least this I.

    All permutations are used if they are at most `most`, otherwise that many at random and the
    observed one. The I is missing with fewer than three linked units or with equal values.
    """
    present = np.flatnonzero(~np.isnan(values))
    among = weights[present][:, present].tocsr()
    among.eliminate_zeros()
    linked = (np.diff(among.indptr) > 0) | (np.bincount(among.indices, minlength=len(present)) > 0)
    n, unlinked = int(linked.sum()), int((~linked).sum())
    series = values[present][linked]
    if n < 3 or series.min() == series.max():
        return Moran(np.nan, n, unlinked, np.nan, 0)
    rows: Weights = among[linked][:, linked]
    totals = np.asarray(rows.sum(axis=1)).ravel()
    rows = _scaled(rows, 1 / np.where(totals > 0, totals, 1.0))
    centred = series - series.mean()
    centred /= np.abs(centred).max()
    scale = n / (np.count_nonzero(totals) * (centred**2).sum())
    observed = float(scale * (centred @ (rows @ centred)))
    exact = n <= 20 and factorial(n) <= most
    m = factorial(n) if exact else most
    blocks = _orders(centred) if exact else _samples(centred, m, rng)
    above = sum(
        int((scale * (block * (rows @ block.T).T).sum(axis=1) >= observed - ROUNDING).sum())
        for block in blocks
    )
    return Moran(observed, n, unlinked, above / m if exact else (above + 1) / (m + 1), m)


def _orders(values: Float64) -> Iterator[Float64]:
    yield np.array(list(permutations(values)))


def _samples(values: Float64, m: int, rng: np.random.Generator) -> Iterator[Float64]:
    step = max(1, CELLS // len(values))
    for start in range(0, m, step):
        yield rng.permuted(np.tile(values, (min(step, m - start), 1)), axis=1)
