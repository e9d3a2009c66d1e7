"""A Markov chain seen through errors: its prior and its transitions, by forward-backward passes.

Codes run along the last axis, a column per year, from 0; -1 is missing. Errors have a row per true
level and a column per coded one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

Ints = NDArray[np.int64]

ROUNDS = 60

PERSISTENCE = 0.75
"""By how much a chain stays where it is before the first round; the rest goes to any level."""


class Chain(NamedTuple):
    """A Markov chain of true levels."""

    prior: Float64
    """Shape (levels,): the share of years at each level."""
    transition: Float64
    """Shape (levels, levels): from a row to a column in one year."""


class Expected(NamedTuple):
    """What the codes lead to expect of the truth behind them."""

    levels: Float64
    """Shape (levels,): years at each level."""
    moves: Float64
    """Shape (levels, levels): steps of one year from a row to a column."""


def fit(
    codes: Ints, error: Float64, prior: Float64 | None = None, *, rounds: int = ROUNDS
) -> Chain:
    """Fit a chain to the codes of many series, the error being given.

    Parameters
    ----------
    codes : ndarray of int, shape (series, years)
    error : ndarray, shape (levels, levels)
    prior : ndarray, shape (levels,), optional
        Held as it is; by default it is fitted too.
    rounds : int

    Returns
    -------
    Chain

    Notes
    -----
    Baum-Welch: each round takes the expected steps, row by row over their sums, as the next
    transition, and the mean of the smoothed probabilities as the next prior. A level from which
    no step is expected has its transition as before.
    """
    n = len(error)
    series = Series(codes)
    chain = Chain(
        np.full(n, 1 / n) if prior is None else prior,
        PERSISTENCE * np.eye(n) + (1 - PERSISTENCE) / n,
    )
    if not series.counts:
        return chain
    for _ in range(rounds):
        mean = series.expected(error, chain)
        sums = mean.moves.sum(1, keepdims=True)
        steps = np.divide(mean.moves, sums, out=chain.transition.copy(), where=sums > 0)
        shares = mean.levels / mean.levels.sum() if prior is None else prior
        chain = Chain(shares, steps)
    return chain


class Series:
    """Distinct series of codes, each from its first to its last code, the longest on top.

    In between, a missing code is a year of which only the chain says anything.
    """

    def __init__(self, codes: Ints) -> None:
        coded = codes >= 0
        some = coded.any(1)
        codes, coded = codes[some], coded[some]
        if not len(codes):
            codes = coded = np.zeros((0, 1), np.int64)
        width = codes.shape[1]
        first = coded.argmax(1)
        columns = first[:, None] + np.arange(width)
        moved = np.take_along_axis(codes, np.minimum(columns, width - 1), 1)
        moved[columns >= width] = -1
        distinct, weights = np.unique(moved, axis=0, return_counts=True)
        lengths = width - (distinct[:, ::-1] >= 0).argmax(1)
        order = np.argsort(-lengths, kind="stable")
        self.codes = distinct[order]
        self.weights = weights[order].astype(np.float64)
        longest = int(lengths.max(initial=0))
        self.counts = [int((lengths > year).sum()) for year in range(longest)]
        """How many series are as long as that, by year."""

    def expected(self, error: Float64, chain: Chain) -> Expected:
        """Return the expected levels and steps of the truth, which begins with the prior."""
        seen = np.vstack([error.T, np.ones(len(error))])  # the last row: a missing code
        emitted = [seen[self.codes[:n, year]] for year, n in enumerate(self.counts)]
        forward, scales = [], []
        state = np.broadcast_to(chain.prior, (len(self.codes), len(error)))
        for year, n in enumerate(self.counts):
            state = (state if year == 0 else state[:n] @ chain.transition) * emitted[year]
            scale = state.sum(1, keepdims=True)
            state = state / scale
            forward.append(state)
            scales.append(scale)
        backward = np.ones_like(forward[-1])
        levels = self.weights[: len(backward)] @ forward[-1]
        moves = np.zeros_like(error)
        for year in range(len(self.counts) - 2, -1, -1):
            n, weights = self.counts[year + 1], self.weights
            ahead = emitted[year + 1] * backward / scales[year + 1]
            moves += (forward[year][:n] * weights[:n, None]).T @ ahead
            backward = np.ones_like(forward[year])
            backward[:n] = ahead @ chain.transition.T
            levels += weights[: len(backward)] @ (forward[year] * backward)
        return Expected(levels, moves * chain.transition)
