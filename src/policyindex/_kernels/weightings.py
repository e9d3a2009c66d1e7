"""Sets of weightings, and the share of them under which each rank is taken. NumPy and SciPy.

A set of weightings is a simplex: all with every weight at least a minimum, and no dimension
lighter than the next in a given order. It is described by its corners, a row of integers each,
which stand for the weights that are the row over its sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import arrangement

Ints = NDArray[np.int64]

Float64 = NDArray[np.float64]

SHIFTS = 16
"""Number of shifted copies of the quasi-random points, from which the standard error comes."""

BLOCK = 1024
"""Cells gone through at a time, so that the scratch arrays stay in the processor's cache."""


class Weightings(NamedTuple):
    """A set of weightings, and how it is gone through."""

    shares: Callable[[Float64, Ints], Iterator[Float64]]
    """Profiles (profiles, dimensions) and the number of countries with each -> for each replicate
    in turn the shares of the weightings, shape (profiles, ranks)."""
    replicates: int
    told: str


def is_point(simplex: Ints) -> bool:
    """Say whether the corners coincide, so that equal weights are all there is."""
    return bool((simplex == 1).all())


def is_exact(values: Float64) -> bool:
    """Say whether the profiles are among those that the arrangement of lines covers."""
    if values.shape[1] != 3:
        return False
    if not len(values):
        return True
    levels = values - values.min(0)
    return bool(np.all((levels == np.floor(levels)) & (levels <= arrangement.SPAN)))


def at_equal_weights() -> Weightings:
    """Give every profile its one rank at equal weights; ties share the better rank."""

    def shares(profiles: Float64, counts: Ints) -> Iterator[Float64]:
        taken = np.equal(equal_ranks(profiles, counts)[:, None], np.arange(1, counts.sum() + 1))
        yield taken.astype(np.float64)

    return Weightings(shares, 1, "equal weights alone")


def equal_ranks(profiles: Float64, counts: Ints) -> Ints:
    """Return one plus the number of countries whose profile has a strictly higher sum."""
    sums = np.round(profiles.sum(1), 12)
    ranks: Ints = 1 + (sums > sums[:, None]) @ counts
    return ranks


def over_cells(simplex: Ints, base: Float64) -> Weightings:
    """Rank in every cell of the arrangement of lines; exact.

    Parameters
    ----------
    simplex : ndarray of int, shape (3, 3)
        Corners of the set of weightings.
    base : ndarray, shape (3,)
        The lowest level of each dimension.
    """
    lines = arrangement.arrange(tuple(map(tuple, simplex.tolist())))
    place_values = (arrangement.SPAN + 1) ** np.arange(2, -1, -1)

    def shares(profiles: Float64, counts: Ints) -> Iterator[Float64]:
        places = ((profiles - base) @ place_values).astype(np.intp)
        numbers = np.full(len(arrangement.PROFILES), -1)
        numbers[places] = np.arange(len(places))
        found = np.zeros((len(places), counts.sum()))
        for first in range(0, len(lines.order), BLOCK):
            cells = slice(first, first + BLOCK)
            order, part = lines.order[cells], lines.shares[cells]
            present = (numbers >= 0)[order]
            kept = numbers[np.compress(present.ravel(), order)].reshape(len(part), len(places))
            found += _rank_shares(kept, counts, part)
        yield found

    return Weightings(shares, 1, "all, exactly")


def over_draws(simplex: Ints, draws: int, rng: np.random.Generator) -> Weightings:
    """Rank at quasi-random weightings, in :data:`SHIFTS` replicates.

    Notes
    -----
    The points of a Halton sequence, shifted at random modulo 1 (Cranley and Patterson, 1976),
    once per replicate. Their sorted coordinates cut [0, 1] into pieces that are uniform on the
    simplex; the corners map it onto the set of weightings.
    """
    from scipy.stats import qmc

    n = len(simplex)
    plain = qmc.Halton(n - 1, scramble=False).random(-(-draws // SHIFTS))
    shifted = (plain + rng.random((SHIFTS, 1, n - 1))) % 1
    pieces = np.diff(np.sort(shifted, axis=-1), prepend=0, append=1)
    points = pieces @ (simplex / simplex.sum(1, keepdims=True))

    def shares(profiles: Float64, counts: Ints) -> Iterator[Float64]:
        each = np.full(len(plain), 1 / len(plain))
        for some in points:
            yield _rank_shares(np.argsort(-(some @ profiles.T), axis=1), counts, each)

    return Weightings(shares, SHIFTS, f"{draws} quasi-random draws")


def _rank_shares(order: NDArray[np.intp], counts: Ints, shares: Float64) -> Float64:
    """Add up, for every profile and rank, the shares of the weightings that give it.

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
    places = np.cumsum(number, axis=1)
    places -= number
    places += (np.arange(len(counts)) * n)[order]
    weights = np.repeat(shares, order.shape[1])
    found = np.bincount(places.ravel(), weights, len(counts) * n)
    return found.reshape(len(counts), n).astype(np.float64, copy=False)
