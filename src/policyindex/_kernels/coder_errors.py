"""Errors of coders from their codings of the same rows, without the truth. NumPy only.

Codes have a row per country-year and a column per coder, from 0; -1 is missing. Errors have a row
per true level and a column per coded one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

Ints = NDArray[np.int64]

ROUNDS = 2000

TOLERANCE = 1e-10
"""Rounds end when no probability changes by more."""


class Coders(NamedTuple):
    """The errors of several coders, and the shares of the true levels."""

    errors: Float64
    """Shape (coders, levels, levels)."""
    prior: Float64
    """Shape (levels,)."""


def joint_counts(codes: Ints, levels: int) -> Float64:
    """Count pairs of codings by their levels, shape (levels, levels), each pair half either way."""
    first, second = codes[(codes >= 0).all(1)].T
    counts = np.zeros((levels, levels))
    np.add.at(counts, (first, second), 0.5)
    return counts + counts.T


def root(joint: Float64) -> tuple[Float64, float]:
    """Compute the error that two equal coders share.

    Parameters
    ----------
    joint : ndarray, shape (levels, levels)
        Symmetric counts or shares of pairs of codings; every level is coded.

    Returns
    -------
    error : ndarray, shape (levels, levels)
    least : float
        The least eigenvalue of what the root is taken of; below zero, the pairs are not those of
        two coders with the same error, and the error is that of the nearest that are.

    Notes
    -----
    With r the margins of the joint shares J, ``B = r^-1/2 J r^-1/2``; the error is
    ``r^-1/2 B^1/2 r^1/2``, negative entries cut to 0 and rows to sum 1.
    """
    shares = joint / joint.sum()
    scale = np.sqrt(shares.sum(1))
    values, vectors = np.linalg.eigh(shares / scale[:, None] / scale)
    half = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    error = np.maximum(half / scale[:, None] * scale, 0)
    return error / error.sum(1, keepdims=True), float(values.min())


def dawid_skene(codes: Ints, pseudo: Float64, *, rounds: int = ROUNDS) -> Coders:
    """Compute the errors of three or more coders who may differ, by their most likely values.

    Parameters
    ----------
    codes : ndarray of int, shape (rows, coders)
    pseudo : ndarray, shape (levels, levels)
        Codings to add to those of each coder: those that a Dirichlet prior is worth.
    rounds : int
        At most.

    Returns
    -------
    Coders
        A level that nothing speaks for keeps a row of equal probabilities.

    Notes
    -----
    The EM algorithm of Dawid and Skene, from the shares of the codings of each row.
    """
    n = len(pseudo)
    if not len(codes):
        sums = pseudo.sum(1, keepdims=True)
        error = np.divide(pseudo, sums, out=np.full((n, n), 1 / n), where=sums > 0)
        return Coders(np.tile(error, (codes.shape[1], 1, 1)), np.full(n, 1 / n))
    rows, weights = np.unique(codes, axis=0, return_counts=True)
    coded = np.eye(n + 1)[rows][..., :n]
    truth = coded.sum(1) / coded.sum((1, 2))[:, None]
    errors = np.full((rows.shape[1], n, n), np.nan)
    for _ in range(rounds):
        weighted = truth * weights[:, None]
        prior = weighted.sum(0) / weights.sum()
        counts = np.einsum("ri,rcj->cij", weighted, coded) + pseudo
        sums = counts.sum(2, keepdims=True)
        previous = errors
        errors = np.divide(counts, sums, out=np.full_like(counts, 1 / n), where=sums > 0)
        if np.abs(errors - previous).max() < TOLERANCE:
            break
        truth = np.broadcast_to(prior, truth.shape).copy()
        for coder in range(rows.shape[1]):
            # the last column stands for a missing coding
            truth *= np.column_stack([errors[coder], np.ones(n)])[:, rows[:, coder]].T
        truth /= truth.sum(1, keepdims=True)
    return Coders(errors, prior)
