"""The maximum of a likelihood whose slopes by cluster are known: quasi-Newton, then Newton."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

Likelihood = Callable[[Float64], tuple[float, Float64]]
"""From parameters to the log likelihood and its slopes, shape (clusters, parameters)."""

STEP = 1e-5
"""Step of the differences of slopes that make the curvature."""

POLISHES = 6


class Maximum(NamedTuple):
    """Where a log likelihood is highest."""

    parameters: Float64
    loglik: float
    iterations: int
    information: Float64
    """Shape (parameters, parameters): the negative curvature."""
    scores: Float64
    """Shape (clusters, parameters): slopes of each cluster's part."""

    @property
    def gradient(self) -> float:
        """The largest slope, as an absolute value."""
        return float(np.abs(self.scores.sum(0)).max())

    @property
    def covariance(self) -> Float64:
        """The covariance of the parameters, robust to dependence within clusters.

        Missing with one cluster: its slopes add up to 0, which looks like certainty.
        """
        if len(self.scores) < 2:
            return np.full_like(self.information, np.nan)
        bread = np.linalg.pinv(self.information)
        return bread @ (self.scores.T @ self.scores) @ bread


def maximise(
    likelihood: Likelihood,
    start: Float64,
    *,
    tolerance: float,
    rounds: int,
    progress: Callable[[int, float], object] | None = None,
) -> Maximum:
    """Maximise a log likelihood.

    Parameters
    ----------
    likelihood : callable
    start : ndarray, shape (parameters,)
    tolerance : float
        The search ends where no slope is steeper.
    rounds : int
        Most iterations of the quasi-Newton search.
    progress : callable, optional
        Called after each iteration with its number and the log likelihood.

    Returns
    -------
    Maximum
        Compare its gradient with the tolerance: the search may have stopped short.

    Notes
    -----
    BFGS, which starts from the outer product of the clusters' slopes as curvature, and then Newton
    steps with the curvature from differences of slopes.
    """
    from scipy import optimize

    latest = np.nan

    def downward(vector: Float64) -> tuple[float, Float64]:
        nonlocal latest
        with np.errstate(all="ignore"):  # a long step may leave the range of numbers
            loglik, scores = likelihood(vector)
        if not np.isfinite(loglik) or not np.isfinite(scores).all():
            return np.inf, np.zeros(len(vector))
        latest = loglik
        return -loglik, -scores.sum(0)

    iteration = 0

    def report(_: Float64) -> None:
        nonlocal iteration
        iteration += 1
        if progress is not None:
            progress(iteration, latest)

    _, scores = likelihood(start)
    options: Any = {"gtol": tolerance, "maxiter": rounds, "hess_inv0": _inverse(scores.T @ scores)}
    minimize: Any = optimize.minimize
    search = minimize(
        downward,
        start,
        jac=True,
        method="BFGS",
        callback=report,
        options=options,
    )
    with np.errstate(all="ignore"):
        loglik, scores = likelihood(search.x)
        here = Maximum(search.x, loglik, iteration, np.eye(len(start)), scores)
        return refine(likelihood, curved(likelihood, here), tolerance=tolerance)


@np.errstate(all="ignore")  # a long step may leave the range of numbers
def refine(
    likelihood: Likelihood,
    start: Maximum,
    *,
    tolerance: float,
    progress: Callable[[int, float], object] | None = None,
) -> Maximum:
    """Move a maximum to that of a likelihood of nearly the same curvature, in few evaluations.

    Parameters
    ----------
    likelihood : callable
    start : Maximum
        Of the same likelihood, or of one that is cheaper.
    tolerance, progress
        As for :func:`maximise`.

    Returns
    -------
    Maximum
        Compare its gradient with the tolerance: the search may have stopped short.

    Notes
    -----
    Newton steps. The curvature is that of the start, which each step corrects (BFGS).
    """
    loglik, scores = likelihood(start.parameters)
    here = start._replace(loglik=loglik, scores=scores)
    for _ in range(POLISHES):
        gradient = here.scores.sum(0)
        if here.gradient <= tolerance or not np.isfinite(gradient).all():
            break
        move = np.linalg.lstsq(here.information, gradient)[0]
        loglik, scores = likelihood(here.parameters + move)
        if not loglik >= here.loglik - tolerance:
            break
        here = Maximum(
            here.parameters + move,
            loglik,
            here.iterations + 1,
            _corrected(here.information, move, gradient - scores.sum(0)),
            scores,
        )
        if progress is not None:
            progress(here.iterations, loglik)
    return here


def curved(likelihood: Likelihood, maximum: Maximum) -> Maximum:
    """Return a maximum with its curvature, by differences of slopes."""
    rows = []
    for place in range(len(maximum.parameters)):
        moved = maximum.parameters.copy()
        moved[place] += STEP
        rows.append((maximum.scores - likelihood(moved)[1]).sum(0) / STEP)
    matrix = np.array(rows)
    return maximum._replace(information=(matrix + matrix.T) / 2)


def _corrected(information: Float64, move: Float64, change: Float64) -> Float64:
    """Return a curvature under which a move changes the slopes as it did."""
    along = information @ move
    if not move @ change > 0 or not move @ along > 0:
        return information
    change, along = change / np.sqrt(move @ change), along / np.sqrt(move @ along)
    return information + np.outer(change, change) - np.outer(along, along)


def _inverse(matrix: Float64) -> Float64:
    """Return a positive definite inverse of a matrix that may be singular."""
    ridge = 1e-3 * np.trace(matrix) / len(matrix) + 1e-9
    inverse = np.linalg.inv(matrix + ridge * np.eye(len(matrix)))
    return (inverse + inverse.T) / 2
