"""The number of successes in independent trials of unequal chances. NumPy only.

Counts run along the last axis, from 0 to the number of trials.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]


def successes(chances: Float64) -> Float64:
    """Distribute the number of successes.

    Parameters
    ----------
    chances : ndarray, shape (..., n)
        Chance of each trial.

    Returns
    -------
    ndarray, shape (..., n + 1)
        Probability of each count. Only sums of products of non-negative numbers enter, so even
        the smallest is accurate to about n units in the last place.
    """
    n = chances.shape[-1]
    found = np.zeros((n + 1, *chances.shape[:-1]))
    found[0] = 1
    for trial in range(n):
        chance = chances[..., trial]
        risen = found[: trial + 1] * chance
        found[: trial + 1] *= 1 - chance
        found[1 : trial + 2] += risen
    return np.moveaxis(found, 0, -1)


def without(successes: Float64, chance: Float64) -> Float64:
    """Distribute the number of successes when one of the trials is left out.

    Parameters
    ----------
    successes : ndarray, shape (..., n + 1)
        Probability of each count in n trials.
    chance : ndarray, shape (...)
        Chance of the trial to leave out, one of the n. Leading axes are broadcast.

    Returns
    -------
    ndarray, shape (..., n)

    Notes
    -----
    With f for n trials and g for the rest, ``f[k] = (1 - p) g[k] + p g[k - 1]`` gives
    ``g[k] = (f[k] - p g[k - 1]) / (1 - p)``. An error made at one step comes back multiplied by
    p / (1 - p), so this is stable for p <= 1/2: in absolute terms g is off by no more than twice
    the error of f. For p > 1/2 failures are counted instead.
    """
    shape = np.broadcast_shapes(successes.shape[:-1], chance.shape)
    turned = np.broadcast_to(chance > 0.5, shape)
    counts = np.moveaxis(np.broadcast_to(successes, (*shape, successes.shape[-1])), -1, 0)
    counts = np.where(turned, counts[::-1], counts)
    odds = np.where(turned, 1 - chance, chance)
    found = counts[:-1] / (1 - odds)
    odds = odds / (1 - odds)
    for count in range(1, len(found)):
        found[count] -= odds * found[count - 1]
    found = np.where(turned, found[::-1], found)
    return np.moveaxis(np.maximum(found, 0), 0, -1)
