"""A Markov chain seen through errors: its prior and its transitions, by forward-backward passes.

Codes run along the last axis, a column per year, from 0; -1 is missing. Errors have a row per true
level and a column per coded one.
"""

from __future__ import annotations

from itertools import pairwise
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
    series = Series(codes, error)
    chain = Chain(
        np.full(n, 1 / n) if prior is None else prior,
        PERSISTENCE * np.eye(n) + (1 - PERSISTENCE) / n,
    )
    if not len(series.weights):
        return chain
    for _ in range(rounds):
        mean = series.expected(chain)
        sums = mean.moves.sum(1, keepdims=True)
        steps = np.divide(mean.moves, sums, out=chain.transition.copy(), where=sums > 0)
        shares = mean.levels / mean.levels.sum() if prior is None else prior
        chain = Chain(shares, steps)
    return chain


class Series:
    """Distinct series of codes, each from its first to its last code, the longest on top.

    In between, a missing code is a year of which only the chain says anything. All years lie below
    one another, a row for each series that is as long.
    """

    def __init__(self, codes: Ints, error: Float64) -> None:
        coded = codes >= 0
        some = coded.any(1)
        codes, coded = codes[some], coded[some]
        width = codes.shape[1]
        first = coded.argmax(1) if width else np.zeros(0, np.intp)
        columns = first[:, None] + np.arange(width)
        moved = np.take_along_axis(codes, np.minimum(columns, width - 1), 1)
        moved[columns >= width] = -1
        distinct, frequencies = np.unique(moved, axis=0, return_counts=True)
        lengths = width - (distinct[:, ::-1] >= 0).argmax(1) if len(distinct) else first
        order = np.argsort(-lengths, kind="stable")
        counts = [int((lengths > year).sum()) for year in range(int(lengths.max(initial=0)))]
        ends = np.cumsum([0, *counts])
        self.years = [slice(begin, end) for begin, end in pairwise(ends.tolist())]
        """The rows of each year."""
        self.before = np.concatenate([[], *map(np.arange, counts[1:])]).astype(np.intp)
        self.before += np.repeat(ends[:-2], counts[1:])
        """From the second year on: the row of the same series in the year before."""
        ranks = [np.arange(n) for n in counts]
        self.weights = np.concatenate([[], *(frequencies[order[rank]] for rank in ranks)])
        likelihoods = np.vstack([error.T, np.ones(len(error))])  # the last row: a missing code
        cells = [distinct[order[rank], year] for year, rank in enumerate(ranks)]
        self.emitted = likelihoods[np.concatenate([[], *cells]).astype(np.intp)]
        """Shape (rows, levels): the probability of the code, given each true level."""

    def expected(self, chain: Chain) -> Expected:
        """Return the expected levels and steps of the truth, which begins with the prior."""
        forward, scales = np.empty_like(self.emitted), np.empty_like(self.weights)
        ones = np.ones(len(chain.prior))
        predicted: Float64 = chain.prior
        for rows, following in pairwise([*self.years, slice(0, 0)]):
            state = predicted * self.emitted[rows]
            scales[rows] = scale = state @ ones
            forward[rows] = state = state / scale[:, None]
            predicted = state[: following.stop - following.start] @ chain.transition
        scaled = self.emitted / scales[:, None]
        backward = np.ones_like(forward)
        for earlier, rows in reversed(list(pairwise(self.years))):
            ahead = scaled[rows] * backward[rows]
            backward[earlier][: len(ahead)] = ahead @ chain.transition.T
        later = slice(self.years[0].stop, None)
        weighted = self.weights[later, None] * forward[self.before]
        moves = weighted.T @ (scaled[later] * backward[later])
        return Expected(self.weights @ (forward * backward), moves * chain.transition)
