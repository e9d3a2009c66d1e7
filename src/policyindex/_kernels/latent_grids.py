"""Latent positions on a grid: quadrature, first-order autoregression, and forward-backward passes.

A grid of several axes is a product of grids. Independent processes of the same persistence move on
it, so a step is a small matrix along each axis in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

Ints = NDArray[np.int64]

CELLS = 2**18
"""Largest number of cells in an array of one block of series: what a processor keeps at hand."""

PARTS = 8
"""Parts of a cell, an even number, in which a distribution is summed up."""

SMALLEST = 1e-15
"""The least mass in a tail, and the least standard deviation."""


class Grid(NamedTuple):
    """Points and what they weigh under the standard normal distribution."""

    points: Float64
    weights: Float64


def gauss_hermite(n: int) -> Grid:
    """Return the Gauss-Hermite rule of n points for the standard normal distribution."""
    points, weights = np.polynomial.hermite_e.hermegauss(n)
    return Grid(points, weights / weights.sum())


def even(n: int, limit: float) -> Grid:
    """Return n evenly spaced points from -limit to limit, weighted by the normal density."""
    points = np.linspace(-limit, limit, n)
    weights = np.exp(-(points**2) / 2)
    return Grid(points, weights / weights.sum())


def every_other(grid: Grid) -> Grid:
    """Return an even grid of about half the points."""
    return even(len(grid.points) // 2 + 1, float(grid.points[-1]))


class Steps:
    """One year of independent stationary AR(1) processes of unit variance on a product grid."""

    def __init__(self, grids: Sequence[Grid], persistence: float) -> None:
        pairs = [_transitions(grid.points, persistence) for grid in grids]
        self.matrices = [matrix for matrix, _ in pairs]
        """Of each axis, shape (points, points): from a row to a column; rows sum to 1."""
        self.slopes = [slope for _, slope in pairs]
        """The slope of each matrix on the persistence."""
        self.shape = tuple(len(grid.points) for grid in grids)
        """Points of each axis."""
        self.prior: Float64 = reduce(np.multiply.outer, [grid.weights for grid in grids]).ravel()
        """Shape (states,): the stationary distribution."""

    def ahead(self, states: Float64) -> Float64:
        """Return distributions one year later, a row each."""
        for axis, matrix in enumerate(self.matrices):
            states = self._along(states, axis, matrix)
        return states

    def behind(self, states: Float64) -> Float64:
        """Return the expectation, one year earlier, of a function of the state."""
        for axis, matrix in enumerate(self.matrices):
            states = self._along(states, axis, matrix.T)
        return states

    def behind_sloped(self, states: Float64, function: Float64) -> tuple[Float64, Float64]:
        """Return :meth:`behind` of a function, and the slope of its expectation on the persistence.

        `states` are the distributions one year earlier, a row each. A step is a product of a
        matrix for each axis, so its slope is a sum over axes: one moves by the slope of its
        matrix, those before it have moved ahead, those after it are behind.
        """
        partly = [states]
        for axis, matrix in enumerate(self.matrices[:-1]):
            partly.append(self._along(partly[-1], axis, matrix))
        slope = np.zeros(len(states))
        for axis in reversed(range(len(self.shape))):
            moved = self._along(partly[axis], axis, self.slopes[axis])
            slope += np.einsum("is,is->i", moved, function)
            function = self._along(function, axis, self.matrices[axis].T)
        return function, slope

    def _along(self, states: Float64, axis: int, matrix: Float64) -> Float64:
        n = len(matrix)
        if axis == len(self.shape) - 1:
            moved: Float64 = states.reshape(-1, n) @ matrix
        else:
            blocks = len(states) * int(np.prod(self.shape[:axis]))
            moved = np.matmul(matrix.T, states.reshape(blocks, n, -1))
        return moved.reshape(states.shape)


def _transitions(points: Float64, persistence: float) -> tuple[Float64, Float64]:
    """Return one year's matrix of an axis, and its slope on the persistence."""
    variance = 1 - persistence**2
    apart = points - persistence * points[:, None]
    exponents = -(apart**2) / (2 * variance)
    matrix = np.exp(exponents - exponents.max(1, keepdims=True))
    matrix /= matrix.sum(1, keepdims=True)
    slope = apart * points[:, None] / variance - persistence * apart**2 / variance**2
    slope -= (matrix * slope).sum(1, keepdims=True)
    return matrix, matrix * slope


class Smoothed(NamedTuple):
    """The states of some series, given all that was observed of each."""

    loglik: Float64
    """Shape (series,)."""
    posterior: Float64
    """Shape (years, series, states)."""
    forward: Float64
    """Shape (years, series, states): given what was observed until that year."""
    slope: Float64
    """Shape (series,): of the log likelihood on the persistence; NaN if not wanted."""


def smooth(likelihood: Float64, which: Ints, steps: Steps, *, sloped: bool = False) -> Smoothed:
    """Return the distribution of each year's state by a forward and a backward pass.

    Parameters
    ----------
    likelihood : ndarray, shape (observations, states)
        The probability of each observation, given the state.
    which : ndarray of int, shape (years, series)
        The observation of each year; -1 where nothing was observed.
    steps : Steps
    sloped : bool
        Whether to compute the slope on the persistence.

    Returns
    -------
    Smoothed
    """
    years, series = which.shape
    states = likelihood.shape[1]
    forward, scales = np.empty((years, series, states)), np.empty((years, series))
    predicted = np.broadcast_to(steps.prior, (series, states))
    for year in range(years):
        state = _observed(predicted, likelihood, which[year], forward[year])
        scales[year] = state.sum(1)
        state /= scales[year][:, None]
        if year < years - 1:
            predicted = steps.ahead(state)
    posterior, slope = np.empty_like(forward), np.full(series, 0.0 if sloped else np.nan)
    posterior[-1] = forward[-1]
    backward, coming = np.ones((series, states)), np.empty((series, states))
    for year in range(years - 1, 0, -1):
        _observed(backward, likelihood, which[year], coming)
        coming /= scales[year][:, None]
        if sloped:
            backward, part = steps.behind_sloped(forward[year - 1], coming)
            slope += part
        else:
            backward = steps.behind(coming)
        np.multiply(forward[year - 1], backward, out=posterior[year - 1])
    return Smoothed(np.log(scales).sum(0), posterior, forward, slope)


def _observed(states: Float64, likelihood: Float64, which: Ints, out: Float64) -> Float64:
    """Multiply a row of states for each series by the likelihood of what was observed."""
    for each, place in enumerate(which.tolist()):
        if place < 0:
            out[each] = states[each]
        else:
            np.multiply(states[each], likelihood[place], out=out[each])
    return out


def series_blocks(series: int, width: int, *, cells: int = CELLS) -> Iterator[slice]:
    """Yield runs of series, so that a run times the width stays within the bound."""
    most = max(cells // max(width, 1), 1)
    for begin in range(0, series, most):
        yield slice(begin, min(begin + most, series))


class Margin:
    """The distribution of one quantity, from masses of the states of a product grid.

    A state stands for a cell of the grid, so its mass counts as spread over it, falling evenly to
    the next states. That widens a distribution; it is brought back to the standard deviation of
    the masses, which on a grid is that of a smooth distribution. Between points it is interpolated
    on the scale of normal quantiles, exactly where it is normal.
    """

    def __init__(self, values: Float64, cell: float) -> None:
        """Values of the states, and how far the quantity moves along the longest side of a cell."""
        from scipy.sparse import coo_array

        self.values = values
        self.width = cell / PARTS
        lowest = values.min() - 2 * cell
        count = int((values.max() + 2 * cell - lowest) / self.width) + 2
        self.points = lowest + self.width * np.arange(count)
        """Evenly spaced, beyond all values."""
        places, states = (values - lowest) / self.width, np.arange(len(values))
        left = places.astype(np.int64)
        entries = np.concatenate([left + 1 - places, places - left])
        cells = np.concatenate([left, left + 1]), np.tile(states, 2)
        self.shares = coo_array((entries, cells), (count, len(values))).tocsr()
        """How much of each state lies at each point: the mean stays."""

    def moments(self, masses: Float64) -> tuple[Float64, Float64]:
        """Return the mean and the standard deviation of each row of masses."""
        first, second = (masses @ np.column_stack([self.values, self.values**2])).T
        return first, np.sqrt(np.maximum(second - first**2, 0))

    def quantiles(self, masses: Float64, shares: Sequence[float]) -> Float64:
        """Return quantiles of each row of masses, shape (rows, shares)."""
        from scipy.special import ndtri

        points, below, mean, stretch = self._cumulated(masses)
        rows, answer = np.arange(len(masses)), np.empty((len(masses), len(shares)))
        for column, share in enumerate(shares):
            right = np.clip((below < share).sum(1), 1, len(points) - 1)
            low, high = ndtri(below[rows, right - 1]), ndtri(below[rows, right])
            part = (ndtri(share) - low) / (high - low)
            answer[:, column] = points[right - 1] + np.clip(part, 0, 1) * self.width
        return mean + (answer - mean) / stretch

    def binned(self, masses: Float64, edges: Float64) -> Float64:
        """Return the mass of each row between edges that rise from minus infinity to infinity."""
        from scipy.special import ndtr, ndtri

        points, below, mean, stretch = self._cumulated(masses)
        places = (mean + (edges[1:-1] - mean) * stretch - points[0]) / self.width
        left = np.clip(places.astype(np.int64), 0, len(points) - 2)
        rows = np.arange(len(masses))[:, None]
        low, high = ndtri(below[rows, left]), ndtri(below[rows, left + 1])
        sums = np.zeros((len(masses), len(edges)))
        sums[:, 1:-1] = ndtr(low + np.clip(places - left, 0, 1) * (high - low))
        sums[:, -1] = 1
        return np.diff(sums)

    def _cumulated(self, masses: Float64) -> tuple[Float64, Float64, Float64, Float64]:
        """Return points, the mass below them in each row, its mean, and how it is widened."""
        at = (self.shares @ masses.T).T
        below = np.cumsum(at, 1)  # up to the next point
        for _ in range(2):  # first onto points, then between points
            sums = np.cumsum(below, 1)
            below = (sums[:, PARTS:] - sums[:, :-PARTS]) / PARTS
        points = self.points[PARTS + 1 :][: below.shape[1]] + self.width / 2
        mean, sd = (each[:, None] for each in self.moments(masses))
        spread = at @ self.points**2 - (at @ self.points) ** 2 + (PARTS * self.width) ** 2 / 6
        stretch = np.sqrt(np.maximum(spread, 0))[:, None] / np.maximum(sd, SMALLEST)
        return points, np.clip(below, SMALLEST, 1 - SMALLEST), mean, stretch
