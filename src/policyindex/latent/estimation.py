"""Likelihoods of the three models, and their maxima."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._kernels import graded_response
from .._kernels.latent_grids import Grid, every_other
from .._kernels.likelihood_maximum import Likelihood, Maximum, curved, maximise, refine
from .lattices import (
    Lattice,
    axes,
    blocks,
    lingering_lattice,
    profile_likelihoods,
    shares,
    static_lattice,
    steepest_first,
)
from .responses import Responses

Float64 = NDArray[np.float64]

Progress = Callable[[int, float], object]

TOLERANCE = 1e-3
"""The steepest slope of a log likelihood at its maximum: far less than one unit of a parameter's
standard error can change."""

NEAR = 0.1
"""The same, where a finer grid follows."""

SMALL = 2**12
"""Points of a product grid on which a search begins."""

ROUNDS = 500

MOST_PERSISTENT = 0.9999

PERSISTENCE = 0.8

CORRELATION = 0.5
"""Starts of a search."""


class Estimate(NamedTuple):
    """The maximum of a model's likelihood."""

    items: tuple[Float64, ...]
    """Parameters of each item."""
    persistence: float
    """NaN where years are independent."""
    factor: Float64
    """Shape (latents, axes): times its transpose, the correlations of the latent positions."""
    maximum: Maximum


def static(
    responses: Responses,
    grid: Grid,
    progress: Progress | None = None,
    start: Estimate | None = None,
) -> Estimate:
    """Fit one position for each row, independent of all others."""
    parts = graded_response.parts(responses.sizes)
    lattice = static_lattice(grid)
    counts = np.zeros((responses.series, len(responses.profiles)))
    np.add.at(counts, (responses.units, responses.place), 1)
    log_prior, often = np.log(lattice.prior), counts.sum(0)

    def likelihood(vector: Float64) -> tuple[float, Float64]:
        items = [vector[part] for part in parts]
        joint = profile_likelihoods(responses, items, lattice) + log_prior
        posterior, logliks = shares(joint)
        slopes = _item_slopes(items, lattice)
        scores = graded_response.row_scores(responses.profiles, slopes, posterior)
        return float(often @ logliks), counts @ scores

    maximum = _search(likelihood, _start(responses), start, progress)
    items = tuple(maximum.parameters[part] for part in parts)
    return Estimate(items, np.nan, np.eye(1), maximum)


def dynamic(
    responses: Responses,
    grid: Grid,
    progress: Progress | None = None,
    start: Estimate | None = None,
) -> Estimate:
    """Fit one position for each country that lingers from year to year."""
    parts = graded_response.parts(responses.sizes)

    def likelihood(vector: Float64) -> tuple[float, Float64]:
        items, rho = [vector[part] for part in parts], _persistence(vector[-1])
        lattice = lingering_lattice([grid], rho, np.eye(1))
        loglik, slopes, scores = _chain_scores(
            responses, items, lattice, _item_slopes(items, lattice)
        )
        return loglik, np.column_stack([scores, slopes * (1 - rho**2)])

    begin = np.append(_start(responses), np.arctanh(PERSISTENCE))
    maximum = _search(likelihood, begin, start, progress)
    items = tuple(maximum.parameters[part] for part in parts)
    return Estimate(items, _persistence(maximum.parameters[-1]), np.eye(1), maximum)


def correlated(
    responses: Responses,
    items: Sequence[Float64],
    grids: Sequence[Grid],
    progress: Progress | None = None,
    start: Estimate | None = None,
) -> Estimate:
    """Fit the persistence and the correlations of one position for each item, items being fixed.

    `grids` has one grid for each item.
    """
    n = len(items)
    order = steepest_first(items)
    sorted_codes = responses._replace(profiles=responses.profiles[:, order])
    sorted_items = [items[item] for item in order]

    def likelihood_on(grids: Sequence[Grid]) -> Likelihood:
        coordinates = axes(grids)

        def likelihood(vector: Float64) -> tuple[float, Float64]:
            rho, factor = _persistence(vector[0]), _factor(vector[1:], n)
            lattice = lingering_lattice(grids, rho, factor)
            loadings = []
            for item, own in enumerate(sorted_items):
                _, by_point = graded_response.slopes(own, lattice.of_item(item))
                loadings.append(by_point * coordinates[: item + 1, None])
            loglik, slopes, scores = _chain_scores(sorted_codes, sorted_items, lattice, loadings)
            return loglik, np.column_stack(
                [slopes * (1 - rho**2), scores @ _factor_slopes(vector[1:], n)]
            )

        return likelihood

    rho, whole = PERSISTENCE, np.full((n, n), CORRELATION) + (1 - CORRELATION) * np.eye(n)
    if start is not None:
        rho, whole = start.persistence, (start.factor @ start.factor.T)[np.ix_(order, order)]
    begin = np.append(np.arctanh(rho), _free(np.linalg.cholesky(whole)))
    stages = _stages([grids[item] for item in order])
    maximum = maximise(
        likelihood_on(stages[0]), begin, tolerance=TOLERANCE, rounds=ROUNDS, progress=progress
    )
    for stage in stages[1:]:
        last = stage is stages[-1]
        maximum = refine(
            likelihood_on(stage), maximum, tolerance=TOLERANCE if last else NEAR, progress=progress
        )
        if not last:
            maximum = curved(likelihood_on(stage), maximum)
    rho = _persistence(maximum.parameters[0])
    factor = _factor(maximum.parameters[1:], n)[np.argsort(order)]
    return Estimate(tuple(items), rho, factor, maximum)


def _stages(grids: Sequence[Grid]) -> list[list[Grid]]:
    """Return product grids of which each is half as fine as the next, from a small one on.

    A value on a fine grid takes seconds, and the maximum lies close to that of a coarser one.
    """
    stages = [list(grids)]
    while np.prod([len(grid.points) for grid in stages[0]]) > SMALL:
        stages.insert(0, [every_other(grid) for grid in stages[0]])
    return stages


def _persistence(free: float) -> float:
    """Return the persistence of a free parameter, short of 1, where a position would not move."""
    return float(np.clip(np.tanh(free), -MOST_PERSISTENT, MOST_PERSISTENT))


def _search(
    likelihood: Likelihood, begin: Float64, start: Estimate | None, progress: Progress | None
) -> Maximum:
    """Search near an estimate of the same parameters, if there is one, or else from a beginning."""
    if start is not None and len(start.maximum.parameters) == len(begin):
        near = refine(likelihood, start.maximum, tolerance=TOLERANCE, progress=progress)
        if near.gradient <= TOLERANCE:
            return curved(likelihood, near)
    return maximise(likelihood, begin, tolerance=TOLERANCE, rounds=ROUNDS, progress=progress)


def _start(responses: Responses) -> Float64:
    weights = np.bincount(responses.place).astype(np.float64)
    return graded_response.start(responses.profiles, responses.sizes, weights)


def _item_slopes(items: Sequence[Float64], lattice: Lattice) -> list[Float64]:
    return [graded_response.slopes(own, lattice.of_item(item))[0] for item, own in enumerate(items)]


def _chain_scores(
    responses: Responses,
    items: Sequence[Float64],
    lattice: Lattice,
    tables: Sequence[Float64],
) -> tuple[float, Float64, Float64]:
    """Return the log likelihood, and by country its slopes on the persistence and on `tables`."""
    loglik, slopes, scores = 0.0, np.zeros(responses.series), []
    for block in blocks(responses, items, lattice, sloped=True):
        assert block.smoothed is not None  # the lattice has steps
        loglik += float(block.logliks.sum())
        slopes[block.series] = block.smoothed.slope
        codes = responses.profiles[responses.place[block.rows]]
        scores.append(graded_response.row_scores(codes, tables, block.posterior))
    return loglik, slopes, responses.by_country(np.vstack(scores))


def _factor(free: Float64, n: int) -> Float64:
    """Return a Cholesky factor of correlations: each row a direction, its last entry positive."""
    factor, place = np.eye(n), 0
    for row in range(1, n):
        factor[row, :row] = free[place : place + row]
        factor[row] /= np.linalg.norm(factor[row])
        place += row
    return factor


def _free(factor: Float64) -> Float64:
    """Return the free parameters of a Cholesky factor: each row over its last entry."""
    return np.concatenate([factor[row, :row] / factor[row, row] for row in range(1, len(factor))])


def _factor_slopes(free: Float64, n: int) -> Float64:
    """Return the slopes of all entries of the factor's lower triangle, row by row, on `free`."""
    factor, lengths = _factor(free, n), 1 / np.diag(_factor(free, n))
    answer, place, begin = np.zeros((n * (n + 1) // 2, len(free))), 0, 1
    for row in range(1, n):
        own = factor[row, : row + 1]
        block = (np.eye(row + 1) - np.outer(own, own))[:, :row] / lengths[row]
        answer[begin : begin + row + 1, place : place + row] = block
        place, begin = place + row, begin + row + 1
    return answer
