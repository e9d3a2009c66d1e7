"""Where a latent position may lie, and its distribution in each country and year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._kernels import graded_response, latent_grids
from .._kernels.latent_grids import Grid, Margin, Smoothed, Steps
from .responses import Responses

Float64 = NDArray[np.float64]

Ints = NDArray[np.int64]


class Lattice(NamedTuple):
    """The states of a model: points of a grid of independent axes."""

    grids: tuple[Grid, ...]
    """Of each axis."""
    factor: Float64
    """Shape (latents, axes): the latent positions are sums of the coordinates."""
    prior: Float64
    """Shape (states,)."""
    steps: Steps | None
    """One year of the process; None where years are independent."""
    positions: Float64
    """Shape (latents, states): the latent positions that a state stands for."""

    @property
    def latents(self) -> int:
        """The number of latent positions."""
        return len(self.factor)

    def of_item(self, item: int) -> Float64:
        """Return the position that an item responds to, at each state."""
        own: Float64 = self.positions[item if self.latents > 1 else 0]
        return own

    def margin(self, weights: Float64) -> Margin:
        """Return the means to sum up a weighted sum of the latent positions."""
        along = np.abs(weights @ self.factor)
        cell = max(
            float(each * np.diff(grid.points).max())
            for each, grid in zip(along, self.grids, strict=True)
        )
        return Margin(weights @ self.positions, cell)


class Block(NamedTuple):
    """The distribution of the states in the rows of some countries."""

    series: slice
    """The countries."""
    rows: slice
    """Their rows."""
    units: Ints
    """Shape (rows,): the country of each row, from 0 in the block."""
    years: Ints
    """Shape (rows,): the year of each row, from 0 in the block."""
    posterior: Float64
    """Shape (rows, states)."""
    logliks: Float64
    """Shape (countries,): the log likelihood of each."""
    smoothed: Smoothed | None
    """The passes behind it, over the years of the block; None where years are independent."""


def static_lattice(grid: Grid) -> Lattice:
    """Return one position, independent from row to row."""
    return Lattice((grid,), np.eye(1), grid.weights, None, grid.points[None])


def lingering_lattice(grids: Sequence[Grid], persistence: float, factor: Float64) -> Lattice:
    """Return positions of one persistence, the rows of a factor of their correlations."""
    steps = Steps(grids, persistence)
    return Lattice(tuple(grids), factor, steps.prior, steps, factor @ axes(grids))


def steepest_first(items: Sequence[Float64]) -> Ints:
    """Return the order of items by discrimination.

    The first axis of a grid is the position of the steepest item, so that only this axis must be
    as fine as that item needs.
    """
    return np.argsort([-abs(own[0]) for own in items], kind="stable")


def axes(grids: Sequence[Grid]) -> Float64:
    """Return the independent coordinates of each state, shape (axes, states)."""
    points = np.meshgrid(*[grid.points for grid in grids], indexing="ij")
    return np.stack([each.ravel() for each in points])


def blocks(
    responses: Responses,
    items: Sequence[Float64],
    lattice: Lattice,
    also: Callable[[slice], Float64] | None = None,
    *,
    sloped: bool = False,
) -> Iterator[Block]:
    """Yield the distribution of the states of all rows, some countries at a time.

    Parameters
    ----------
    responses : Responses
    items : sequence of ndarray, each of shape (levels,)
        Parameters of each item.
    lattice : Lattice
    also : callable, optional
        From rows to the log probability of anything else observed there, shape (rows, states).
    sloped : bool
        Whether to compute slopes on the persistence.

    Notes
    -----
    A stationary process starts anywhere, so a block runs from the first to the last row of its
    countries.
    """
    emitted = profile_likelihoods(responses, items, lattice)
    by_profile = _scaled(emitted)
    years = 1 if lattice.steps is None else responses.span
    for series in latent_grids.series_blocks(responses.series, years * len(lattice.prior)):
        ends = np.searchsorted(responses.units, [series.start, series.stop])
        rows, count = slice(*ends.tolist()), series.stop - series.start
        place, units = responses.place[rows], responses.units[rows] - series.start
        (masses, peaks), which = by_profile, place
        if also is not None:
            masses, peaks = _scaled(emitted[place] + also(rows))
            which = np.arange(len(place))
        calendar = responses.years[rows] - responses.years[rows].min()
        tops, smoothed = np.bincount(units, peaks[which], count), None
        if lattice.steps is None:
            joint = masses[which] * lattice.prior
            sums = joint.sum(1)
            logliks, posterior = np.bincount(units, np.log(sums), count), joint / sums[:, None]
        else:
            chain = np.full((calendar.max() + 1, count), -1)
            chain[calendar, units] = which
            smoothed = latent_grids.smooth(masses, chain, lattice.steps, sloped=sloped)
            logliks, posterior = smoothed.loglik, smoothed.posterior[calendar, units]
        yield Block(series, rows, units, calendar, posterior, logliks + tops, smoothed)


def profile_likelihoods(
    responses: Responses, items: Sequence[Float64], lattice: Lattice
) -> Float64:
    """Return the log probability of each distinct row at each state."""
    tables = [
        graded_response.log_probabilities(own, lattice.of_item(item))
        for item, own in enumerate(items)
    ]
    return graded_response.emitted(responses.profiles, tables)


def shares(joint: Float64) -> tuple[Float64, Float64]:
    """Return the distribution of the states of each row, and the log likelihood of each row."""
    masses, peaks = _scaled(joint)
    sums = masses.sum(1)
    return masses / sums[:, None], np.log(sums) + peaks


def _scaled(logs: Float64) -> tuple[Float64, Float64]:
    """Return numbers by their logarithms, the largest of each row being 1, and what it was."""
    peaks = logs.max(1)
    return np.exp(logs - peaks[:, None]), peaks
