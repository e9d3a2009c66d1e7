"""Regions of weight space, and the share of each in which a profile takes each rank.

A region is a simplex: every weight is at least a minimum, and no dimension is lighter than the
next in an order. Its corners describe it, a row of integers each; the weights of a corner are the
row over its sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import arrangement

Ints = NDArray[np.int64]

Float64 = NDArray[np.float64]

SHIFTS = 16
"""Shifted copies of the quasi-random points; the standard error comes from their spread."""

KEYS = np.cumprod(np.full(len(arrangement.PROFILES), 0x9E3779B97F4A7C15, dtype=np.uint64))
"""A number of each profile, by which sets of profiles are told apart: their sums modulo 2^64.

The sets that occur are known, so that a test proves that no two of one profile have one sum.
"""

TABLE = 2**23
"""Most numbers in the table of shares of several years."""


class Year(NamedTuple):
    """What is ranked: the countries of a year by their profiles."""

    profiles: Float64
    """Shape (profiles, dimensions), all distinct."""
    counts: Ints
    """Shape (profiles,): how many countries have each."""


class Ranks(NamedTuple):
    """The competition ranks of the profiles of a year over a set of weightings."""

    shares: Float64
    """Shape (replicates, profiles, ranks): the share of the weightings for each rank from 1."""
    low: Ints
    """Shape (profiles,): the best rank at any weighting, also at those that have no share."""
    high: Ints
    """The worst one."""


class Weightings(NamedTuple):
    """A region of weight space, and the way to go through it."""

    ranks: Callable[[Sequence[Year]], Iterator[Ranks]]
    replicates: int
    description: str


def is_point(simplex: Ints) -> bool:
    """Return whether the corners coincide: only equal weights are left."""
    return bool((simplex == 1).all())


def is_exact(values: Float64) -> bool:
    """Return whether the arrangement of lines covers the profiles."""
    if values.shape[1] != 3:
        return False
    if not len(values):
        return True
    levels = values - values.min(0)
    return bool(np.all((levels == np.floor(levels)) & (levels <= arrangement.SPAN)))


def at_equal_weights() -> Weightings:
    """Rank at equal weights alone; ties share the better rank."""

    def ranks(years: Sequence[Year]) -> Iterator[Ranks]:
        for year in years:
            only = equal_ranks(*year)
            shares = np.equal(only[:, None], np.arange(1, year.counts.sum() + 1))
            yield Ranks(shares[None].astype(np.float64), only, only)

    return Weightings(ranks, 1, "equal weights alone")


def equal_ranks(profiles: Float64, counts: Ints) -> Ints:
    """Return one plus the number of countries whose profile has a strictly higher sum."""
    sums = profiles.sum(1)
    ranks: Ints = 1 + (sums > sums[:, None]) @ counts
    return ranks


def untied_ranks(profiles: Float64, counts: Ints) -> Float64:
    """Return the rank at equal weights with half of the ties between profiles resolved against.

    One plus the number of countries above, plus half of those with the same sum and another
    profile.
    """
    sums = profiles.sum(1)
    level = (sums == sums[:, None]) @ counts - counts
    ranks: Float64 = equal_ranks(profiles, counts) + level / 2
    return ranks


def over_cells(simplex: Ints, base: Float64) -> Weightings:
    """Rank in every cell and at every vertex of the arrangement of lines; exact.

    A rank on an edge or at a vertex is at most that in any cell next to it: what is strictly
    ahead there is strictly ahead nearby. So the worst rank is that of a cell, and the best that
    of a vertex.

    Parameters
    ----------
    simplex : ndarray of int, shape (3, 3)
        Corners of the region.
    base : ndarray, shape (3,)
        The lowest level of each dimension.
    """
    cells, vertices = _regions(tuple(map(tuple, simplex.tolist())))
    place_values = (arrangement.SPAN + 1) ** np.arange(2, -1, -1)

    def ranks(years: Sequence[Year]) -> Iterator[Ranks]:
        positions = [((year.profiles - base) @ place_values).astype(np.intp) for year in years]
        n = max((int(year.counts.sum()) for year in years), default=0)
        step = max(1, TABLE // (len(arrangement.PROFILES) * max(n, 1)))
        for first in range(0, len(years), step):
            part = slice(first, first + step)
            yield from _over_regions(cells, vertices, positions[part], years[part])

    return Weightings(ranks, 1, "all, exactly")


def over_draws(simplex: Ints, draws: int, rng: np.random.Generator) -> Weightings:
    """Rank at quasi-random weightings, in :data:`SHIFTS` replicates.

    The single weightings are equal weights and the corners of the region.

    Notes
    -----
    The points of a Halton sequence, shifted at random modulo 1 (Cranley and Patterson, 1976),
    once per replicate. Their sorted coordinates cut [0, 1] into pieces that are uniform on the
    simplex; the corners map it onto the region.
    """
    from scipy.stats import qmc

    n = len(simplex)
    plain = qmc.Halton(n - 1, scramble=False).random(-(-draws // SHIFTS))
    shifted = (plain + rng.random((SHIFTS, 1, n - 1))) % 1
    pieces = np.diff(np.sort(shifted, axis=-1), prepend=0, append=1)
    drawn = pieces @ (simplex / simplex.sum(1, keepdims=True))
    single = np.concatenate([np.ones((1, n), dtype=np.int64), simplex])

    def ranks(years: Sequence[Year]) -> Iterator[Ranks]:
        each = np.full(len(plain), 1 / len(plain))
        for profiles, counts in years:
            shares = np.stack(
                [
                    _rank_shares(np.argsort(-(weights @ profiles.T), axis=1), counts, each)
                    for weights in drawn
                ]
            )
            # levels and corners are integers, so that ties are exact
            scores = single @ profiles.T
            points = np.stack([_competition_ranks(row, counts) for row in scores])
            places = np.arange(1, shares.shape[2] + 1)
            taken = (shares > 0).any(0)
            low = np.minimum(np.where(taken, places, places[-1]).min(1), points.min(0))
            high = np.maximum(np.where(taken, places, 0).max(1), points.max(0))
            yield Ranks(shares, low, high)

    description = f"{draws} quasi-random draws, equal weights and corners"
    return Weightings(ranks, SHIFTS, description)


class _Regions:
    """The profiles ahead of each profile, in each of its own regions of the triangle.

    The lines on which a profile ties with others cut the triangle into far fewer regions than all
    lines do. Within one, the same profiles are ahead of it.
    """

    def __init__(self, order: NDArray[np.uint8], ties: NDArray[np.bool_], shares: Float64) -> None:
        places = np.arange(order.shape[1], dtype=np.uint8)
        first = np.where(ties, 0, places).astype(np.uint8)
        np.maximum.accumulate(first, axis=1, out=first)
        at = order.astype(np.intp)
        keys = KEYS[at]
        ahead = np.cumsum(keys, axis=1)
        ahead -= keys
        ahead = np.take_along_axis(ahead, first.astype(np.intp), axis=1)
        self.shares = shares
        self.first = np.empty_like(first)
        """The position of the best profile that ties with a profile, by cell and profile."""
        np.put_along_axis(self.first, at, first, axis=1)
        np.put_along_axis(keys, at, ahead, axis=1)
        self.keys = np.ascontiguousarray(keys.T)
        """The set of the profiles strictly ahead of a profile, by profile and cell."""
        self.regions: dict[int, tuple[NDArray[np.intp], NDArray[np.bool_], Float64]] = {}

    def of(self, profile: int) -> tuple[NDArray[np.intp], NDArray[np.bool_], Float64]:
        """Return profiles, and for each region which of them are ahead, and its share."""
        if profile not in self.regions:
            keys = self.keys[profile]
            cells = np.argsort(keys)
            begins = np.flatnonzero(np.diff(keys[cells], prepend=~keys[cells[:1]]))
            shares = np.add.reduceat(self.shares[cells], begins)
            first = self.first[cells[begins]]
            ahead = first < first[:, [profile]]
            others = np.flatnonzero(ahead.any(0))
            self.regions[profile] = others, ahead[:, others], shares
        return self.regions[profile]

    def ranks(self, profile: int, counts: NDArray[np.float32]) -> tuple[Ints, Float64]:
        """Return the competition ranks in each region, and the shares of the regions.

        Parameters
        ----------
        profile : int
        counts : ndarray, shape (profiles, years)

        Returns
        -------
        ndarray of int, shape (regions, years), and ndarray, shape (regions,)
        """
        others, ahead, shares = self.of(profile)
        # float32 holds the number of countries of a year exactly, and is multiplied fast
        above = ahead.astype(np.float32) @ counts[others]
        return 1 + above.astype(np.int64), shares


@lru_cache(maxsize=4)
def _regions(corners: tuple[tuple[int, ...], ...]) -> tuple[_Regions, _Regions]:
    """Return the regions of the cells and of the vertices of a triangle."""
    lines = arrangement.arrange(corners)
    return (
        _Regions(lines.order, np.zeros(lines.order.shape, dtype=bool), lines.shares),
        _Regions(lines.vertex_order, lines.vertex_ties, np.zeros(len(lines.vertices))),
    )


def _over_regions(
    cells: _Regions, vertices: _Regions, positions: list[NDArray[np.intp]], years: Sequence[Year]
) -> Iterator[Ranks]:
    """Rank the profiles of some years, whose positions among all profiles are known."""
    n = [int(year.counts.sum()) for year in years]
    counts = np.zeros((len(arrangement.PROFILES), len(years)), dtype=np.float32)
    for column, (rows, year) in enumerate(zip(positions, years, strict=True)):
        counts[rows, column] = year.counts
    shares = np.zeros((*counts.shape, max(n) + 1))
    low, high = np.zeros((2, *counts.shape), dtype=np.int64)
    for profile in np.flatnonzero(counts.any(1)).tolist():
        present = np.flatnonzero(counts[profile])
        ranks, areas = cells.ranks(profile, counts[:, present])
        high[profile, present] = ranks.max(0)
        low[profile, present] = vertices.ranks(profile, counts[:, present])[0].min(0)
        ranks += np.arange(len(present)) * shares.shape[2]
        areas = np.repeat(areas, len(present))
        sums = np.bincount(ranks.ravel(), areas, len(present) * shares.shape[2])
        shares[profile, present] = sums.reshape(len(present), -1)
    for column, rows in enumerate(positions):
        own = shares[rows, column, 1 : n[column] + 1]
        yield Ranks(own[None], low[rows, column], high[rows, column])


def _competition_ranks(scores: Float64, counts: Ints) -> Ints:
    """Return one plus the number of countries with a strictly higher score, for each profile."""
    different, rows = np.unique(-scores, return_inverse=True)
    number = np.bincount(rows, counts, len(different)).astype(np.int64)
    ranks: Ints = (1 + np.cumsum(number) - number)[rows]
    return ranks


def _rank_shares(order: NDArray[np.intp], counts: Ints, shares: Float64) -> Float64:
    """Add up the shares of the weightings under which each profile takes each rank.

    Parameters
    ----------
    order : ndarray of int, shape (weightings, profiles)
        The profiles under each weighting, best first.
    counts : ndarray of int, shape (profiles,)
        Number of countries with each profile.
    shares : ndarray, shape (weightings,)

    Returns
    -------
    ndarray, shape (profiles, ranks)
        Rank 1 first.
    """
    n = int(counts.sum())
    number = counts[order]
    cells = np.cumsum(number, axis=1)
    cells -= number
    cells += (np.arange(len(counts)) * n)[order]
    weights = np.repeat(shares, order.shape[1])
    sums = np.bincount(cells.ravel(), weights, len(counts) * n)
    return sums.reshape(len(counts), n).astype(np.float64, copy=False)
