"""The number of successes in independent trials of unequal probabilities. NumPy only.

Counts run along the last axis, from 0 to the number of trials.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]


def successes(probabilities: Float64) -> Float64:
    """Compute the distribution of the number of successes.

    Parameters
    ----------
    probabilities : ndarray, shape (..., n)
        Probability of success of each trial.

    Returns
    -------
    ndarray, shape (..., n + 1)
        Probability of each count. Only sums of products of non-negative numbers enter, so even
        the smallest is accurate to about n units in the last place.
    """
    n = probabilities.shape[-1]
    counts = np.zeros((n + 1, *probabilities.shape[:-1]))
    counts[0] = 1
    for trial in range(n):
        probability = probabilities[..., trial]
        risen = counts[: trial + 1] * probability
        counts[: trial + 1] *= 1 - probability
        counts[1 : trial + 2] += risen
    return np.moveaxis(counts, 0, -1)


def without(successes: Float64, probability: Float64) -> Float64:
    """Compute the distribution of the number of successes without one of the trials.

    Parameters
    ----------
    successes : ndarray, shape (..., n + 1)
        Probability of each count in n trials.
    probability : ndarray, shape (...)
        Probability of the trial to leave out, one of the n. Leading axes are broadcast.

    Returns
    -------
    ndarray, shape (..., n)

    Notes
    -----
    With f for n trials and g for the rest, ``f[k] = (1 - p) g[k] + p g[k - 1]`` gives
    ``g[k] = (f[k] - p g[k - 1]) / (1 - p)``. An error made at one step comes back multiplied by
    p / (1 - p), so this is stable for p <= 1/2: the absolute error of g is at most twice that
    of f. For p > 1/2 failures are counted instead.
    """
    shape = np.broadcast_shapes(successes.shape[:-1], probability.shape)
    turned = np.broadcast_to(probability > 0.5, shape)
    counts = np.moveaxis(np.broadcast_to(successes, (*shape, successes.shape[-1])), -1, 0)
    counts = np.where(turned, counts[::-1], counts)
    rarer = np.where(turned, 1 - probability, probability)
    rest = counts[:-1] / (1 - rarer)
    odds = rarer / (1 - rarer)
    for count in range(1, len(rest)):
        rest[count] -= odds * rest[count - 1]
    rest = np.where(turned, rest[::-1], rest)
    return np.moveaxis(np.maximum(rest, 0), 0, -1)
