"""Regions of weight space, and the share of each in which a profile takes each rank.

A region is a simplex: every weight is at least a minimum, and no dimension is lighter than the
next in an order. Its corners describe it, a row of integers each; the weights of a corner are the
row over its sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import arrangement

Ints = NDArray[np.int64]

Float64 = NDArray[np.float64]

SHIFTS = 16
"""Shifted copies of the quasi-random points; the standard error comes from their spread."""

BLOCK = 512
"""Cells per step, so that the scratch arrays stay in the processor's cache."""


class Weightings(NamedTuple):
    """A region of weight space, and the way to go through it."""

    shares: Callable[[Float64, Ints], Iterator[Float64]]
    """Takes profiles (profiles, dimensions) and the number of countries with each; yields for each
    replicate the shares of the weightings, shape (profiles, ranks)."""
    points: Callable[[Float64, Ints], Ints]
    """Takes the same; returns competition ranks at single weightings, which have no share, shape
    (weightings, profiles). Together with the ranks of a positive share they hold the extremes."""
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

    def points(profiles: Float64, counts: Ints) -> Ints:
        return equal_ranks(profiles, counts)[None]

    def shares(profiles: Float64, counts: Ints) -> Iterator[Float64]:
        ranks = np.arange(1, counts.sum() + 1)
        yield np.equal(points(profiles, counts).T, ranks).astype(np.float64)

    return Weightings(shares, points, 1, "equal weights alone")


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
    lines = arrangement.arrange(tuple(map(tuple, simplex.tolist())))
    place_values = (arrangement.SPAN + 1) ** np.arange(2, -1, -1)

    def positions_of(profiles: Float64) -> NDArray[np.intp]:
        return ((profiles - base) @ place_values).astype(np.intp)

    at_vertices = _Orders.of(lines.vertex_order, lines.vertex_ties)

    def points(profiles: Float64, counts: Ints) -> Ints:
        positions = positions_of(profiles)
        number = np.zeros(len(arrangement.PROFILES), dtype=np.int64)
        number[positions] = counts
        return at_vertices.competition_ranks(number, positions)

    def shares(profiles: Float64, counts: Ints) -> Iterator[Float64]:
        positions = positions_of(profiles)
        numbers = np.full(len(arrangement.PROFILES), -1)
        numbers[positions] = np.arange(len(positions))
        total = np.zeros((len(positions), counts.sum()))
        for first in range(0, len(lines.order), BLOCK):
            cells = slice(first, first + BLOCK)
            order, part = lines.order[cells], lines.shares[cells]
            present = (numbers >= 0)[order]
            own = numbers[np.compress(present.ravel(), order)].reshape(len(part), len(positions))
            total += _rank_shares(own, counts, part)
        yield total

    return Weightings(shares, points, 1, "all, exactly")


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

    def points(profiles: Float64, counts: Ints) -> Ints:
        # levels and corners are integers, so that ties are exact
        orders = _Orders.of(*arrangement.sorted_with_ties(single @ profiles.T))
        return orders.competition_ranks(counts, np.arange(len(profiles)))

    def shares(profiles: Float64, counts: Ints) -> Iterator[Float64]:
        each = np.full(len(plain), 1 / len(plain))
        for weights in drawn:
            yield _rank_shares(np.argsort(-(weights @ profiles.T), axis=1), counts, each)

    description = f"{draws} quasi-random draws, equal weights and corners"
    return Weightings(shares, points, SHIFTS, description)


class _Orders(NamedTuple):
    """The profiles under each weighting, best first; arrays of shape (weightings, profiles)."""

    order: NDArray[np.intp]
    """The profiles."""
    places: NDArray[np.intp]
    """The position of each profile in the order."""
    untied: NDArray[np.int32]
    """1 where a profile does not tie with the one before it in the order, otherwise 0."""

    @classmethod
    def of(cls, order: NDArray[Any], ties: NDArray[np.bool_]) -> _Orders:
        order = order.astype(np.intp)
        places = np.empty_like(order)
        np.put_along_axis(places, order, np.arange(order.shape[1])[None], axis=1)
        return cls(order, places, (~ties).astype(np.int32))

    def competition_ranks(self, counts: Ints, profiles: NDArray[np.intp]) -> Ints:
        """Return one plus the number of countries strictly above some of the profiles.

        Parameters
        ----------
        counts : ndarray of int, shape (all profiles,)
            Number of countries with each profile.
        profiles : ndarray of int, shape (profiles,)

        Returns
        -------
        ndarray of int, shape (weightings, profiles)
        """
        numbers = counts.astype(np.int32)
        ranks = np.empty((len(self.order), len(profiles)), dtype=np.int64)
        for first in range(0, len(ranks), BLOCK):
            part = slice(first, first + BLOCK)
            number = numbers[self.order[part]]
            above = np.cumsum(number, axis=1, dtype=np.int32)
            above -= number
            above *= self.untied[part]
            np.maximum.accumulate(above, axis=1, out=above)
            ranks[part] = np.take_along_axis(above, self.places[part, profiles], axis=1)
        return ranks + 1


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
