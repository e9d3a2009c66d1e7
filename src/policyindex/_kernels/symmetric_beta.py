"""Symmetric beta distributions on -1 .. 1: tails, and the same quantile of another one. NumPy only.

With shape a, the density at u is proportional to (1 - u²)^(a - 1), and the variance is
1 / (2a + 1). SciPy has these functions, but importing it takes 0.1 s of each report.
"""

from __future__ import annotations

from math import lgamma

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

_TERMS = 500
"""The most terms of the continued fraction; their number grows with the root of the shape."""

_STEPS = 80
"""The most steps towards a quantile: those of Newton are fewer than ten, and halvings end here."""

_TINY = 1e-300


def log_tail(u: Float64, shape: Float64) -> Float64:
    """Return the logarithm of the probability that a value lies farther from 0 than `u`.

    Parameters
    ----------
    u : ndarray
        From 0 to 1.
    shape : ndarray
        More than 0.
    """
    below = (1 - u) * (1 + u)
    middle = below > (shape + 1) / (shape + 2.5)
    first, second = np.where(middle, 0.5, shape), np.where(middle, shape, 0.5)
    x = np.where(middle, u * u, below)
    with np.errstate(divide="ignore", invalid="ignore"):
        front = shape * np.log(below) + np.log(u) - _log_beta(shape)
        part = front + np.log(_fraction(first, second, x) / first)
        return np.where(middle, np.log1p(-np.exp(part)), part)


def moved(u: Float64, of: Float64, to: Float64) -> Float64:
    """Return the value whose tail under one shape is the tail of `u` under another.

    Parameters
    ----------
    u : ndarray
        More than 0, less than 1.
    of, to : ndarray
        The shape of `u`, and that of the answer.

    Notes
    -----
    Newton's method on the logarithm of the tail, from the value that is as many standard
    deviations away, inside a bracket that is halved where a step would leave it.
    """
    answer = u * np.sqrt((2 * of + 1) / (2 * to + 1))
    answer = np.where(answer < 1, answer, (u + 1) / 2)
    low, high = np.zeros_like(u), np.ones_like(u)
    target, scale = log_tail(u, of), np.log(2.0) - _log_beta(to)
    rows = np.arange(len(u))
    for _ in range(_STEPS):
        value, shape = answer[rows], to[rows]
        excess = log_tail(value, shape) - target[rows]
        low[rows] = np.where(excess > 0, value, low[rows])
        high[rows] = np.where(excess > 0, high[rows], value)
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            density = scale[rows] + (shape - 1) * np.log((1 - value) * (1 + value))
            step = value + excess * np.exp(excess + target[rows] - density)
        newton = (step >= low[rows]) & (step <= high[rows])  # at an end: the value itself
        answer[rows] = np.where(newton, step, (low[rows] + high[rows]) / 2)
        change = np.abs(answer[rows] - value)
        # after a short step of Newton's the error is of the order of its square
        short = change < 1e-8 * np.minimum(value, 1 - value)
        rows = rows[(change > 1e-15) & ~(newton & short)]
        if not len(rows):
            break
    return answer


def _log_beta(shape: Float64) -> Float64:
    """Return the logarithm of B(shape, 1/2)."""
    distinct, places = np.unique(shape, return_inverse=True)
    logs = [lgamma(each) + lgamma(0.5) - lgamma(each + 0.5) for each in distinct.tolist()]
    return np.array(logs)[places].reshape(shape.shape)


def _fraction(a: Float64, b: Float64, x: Float64) -> Float64:
    """Return the continued fraction of the incomplete beta function, by Lentz's method.

    Each element ends by itself, so that none depends on the others.
    """
    c = np.ones_like(x)
    d = 1 / _away(1 - (a + b) * x / (a + 1))
    value, ended = d.copy(), np.zeros(x.shape, dtype=bool)
    for m in range(1, _TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d, c = 1 / _away(1 + term * d), _away(1 + term / c)
            change = c * d
            value = np.where(ended, value, value * change)
        ended |= np.abs(change - 1) < 1e-15
        if ended.all():
            break
    return value


def _away(values: Float64) -> Float64:
    """Keep values away from 0, by which the method divides."""
    return np.where(np.abs(values) < _TINY, _TINY, values)
