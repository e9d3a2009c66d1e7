"""Graded response items: the probability of each level given a latent position, and its slopes.

An item has a slope a and intercepts c, rising: P(level >= k | z) = logistic(a z - c_k). Its free
parameters are a, the first intercept, and the logarithms of the steps to the next ones. The
parameters of all items lie one after another in one vector. Levels count from 0; -1 is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

Ints = NDArray[np.int64]

SLOPE = 1.5
"""The slope of every item at the start of a fit."""

ATTENUATION = 0.346
"""By this share of the squared slope a logistic curve flattens where the position is averaged out:
(16 sqrt(3) / (15 pi))^2."""

GAP = 0.05
"""The least step between two intercepts at the start."""


def parts(sizes: Sequence[int]) -> list[slice]:
    """Return where the parameters of each item lie in the vector of all items."""
    return [slice(*ends) for ends in pairwise(accumulate(sizes, initial=0))]


def start(codes: Ints, sizes: Sequence[int], weights: Float64) -> Float64:
    """Return a start for the parameters: equal slopes, and the shares of the levels.

    Parameters
    ----------
    codes : ndarray of int, shape (rows, items)
    sizes : sequence of int
        Number of levels of each item.
    weights : ndarray, shape (rows,)
        How often each row occurs.

    Returns
    -------
    ndarray, shape (sum of sizes,)
    """
    vector = []
    for column, size in zip(codes.T, sizes, strict=True):
        coded = column >= 0
        counts = np.bincount(column[coded], weights[coded], size)
        at_or_above = np.cumsum(counts[::-1])[::-1][1:] / counts.sum()
        logits = np.log(at_or_above / (1 - at_or_above))
        intercepts = -logits * np.sqrt(1 + ATTENUATION * SLOPE**2)
        steps = np.log(np.maximum(np.diff(intercepts), GAP))
        vector += [SLOPE, intercepts[0], *steps]
    return np.array(vector)


def intercepts(own: Float64) -> Float64:
    """Return the intercepts of one item from its parameters."""
    return np.cumsum(np.concatenate([own[1:2], np.exp(own[2:])]))


def parameters(slope: float, levels: Float64) -> Float64:
    """Return the parameters of one item from its slope and its intercepts."""
    return np.concatenate([[slope], levels[:1], np.log(np.diff(levels))])


def log_probabilities(own: Float64, points: Float64) -> Float64:
    """Return the logarithm of the probability of each level of one item.

    Parameters
    ----------
    own : ndarray, shape (levels,)
        Parameters of the item.
    points : ndarray, shape (points,)

    Returns
    -------
    ndarray, shape (levels, points)

    Notes
    -----
    With u = a z - c_k and v = a z - c_(k+1) the probability of level k is logistic(u) -
    logistic(v) = logistic(u) logistic(-v) (1 - exp(v - u)), which keeps its relative accuracy.
    """
    below = np.logaddexp(0, -(own[0] * points - intercepts(own)[:, None]))  # -log P(at or above k)
    above = below + own[0] * points - intercepts(own)[:, None]  # -log P(below k)
    answer = np.zeros((len(own), len(points)))
    answer[1:] -= below
    answer[:-1] -= above
    answer[1:-1] += np.log(-np.expm1(-np.exp(own[2:])))[:, None]
    return answer


def slopes(own: Float64, points: Float64) -> tuple[Float64, Float64]:
    """Return the slopes of :func:`log_probabilities`.

    Returns
    -------
    by_parameter : ndarray, shape (parameters, levels, points)
    by_point : ndarray, shape (levels, points)
        The slope on the latent position.
    """
    from scipy.special import expit

    n, steps = len(own), np.exp(own[2:])
    at_or_above = expit(own[0] * points - intercepts(own)[:, None])
    by_position = np.zeros((n, len(points)))  # of a z, all intercepts staying
    by_position[1:] += 1 - at_or_above
    by_position[:-1] -= at_or_above
    by_intercept = np.zeros((n - 1, n, len(points)))
    for k in range(n - 1):
        by_intercept[k, k + 1] = -(1 - at_or_above[k])
        by_intercept[k, k] = at_or_above[k]
    narrow = 1 / np.expm1(steps)
    for k in range(n - 2):  # level k + 1 lies between the intercepts k and k + 1
        by_intercept[k, k + 1] -= narrow[k]
        by_intercept[k + 1, k + 1] += narrow[k]
    from_above = np.cumsum(by_intercept[::-1], 0)[::-1]  # this intercept and all above it move
    answer = np.empty((n, n, len(points)))
    answer[0] = by_position * points
    answer[1] = from_above[0]
    answer[2:] = from_above[1:] * steps[:, None, None]
    return answer, own[0] * by_position


def emitted(codes: Ints, tables: Sequence[Float64]) -> Float64:
    """Return the logarithm of the probability of each row of levels at each point.

    Parameters
    ----------
    codes : ndarray of int, shape (rows, items)
    tables : sequence of ndarray, each of shape (levels, points)
        :func:`log_probabilities` of each item.

    Returns
    -------
    ndarray, shape (rows, points)
    """
    answer = np.zeros((len(codes), tables[0].shape[1]))
    for column, table in zip(codes.T, tables, strict=True):
        coded = column >= 0
        answer[coded] += table[column[coded]]
    return answer


def row_scores(codes: Ints, tables: Sequence[Float64], posterior: Float64) -> Float64:
    """Return the expected slopes of each row's log probability, given the levels of all rows.

    Parameters
    ----------
    codes : ndarray of int, shape (rows, items)
    tables : sequence of ndarray, each of shape (parameters, levels, points)
        :func:`slopes` of each item.
    posterior : ndarray, shape (rows, points)

    Returns
    -------
    ndarray, shape (rows, all parameters)
    """
    rows, answers = np.arange(len(codes)), []
    for column, table in zip(codes.T, tables, strict=True):
        n, levels, points = table.shape
        expected = (posterior @ table.reshape(n * levels, points).T).reshape(-1, n, levels)
        answers.append(np.where(column[:, None] >= 0, expected[rows, :, column], 0))
    return np.hstack(answers)
