"""Distributions of ranks: of how many others lie above a score, in independent trials. NumPy only.

Only sums of products of non-negative numbers enter: no difference, no quotient of distributions
and no Fourier transform. So every probability keeps its relative accuracy, however small, and is
never negative.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

Ints = NDArray[np.int64]

SMALLEST = 1e-304
"""Where windows are cut: far enough below 1e-290 for a mass of that size to stay accurate."""


class Window(NamedTuple):
    """The probabilities of consecutive counts, the first of them that of `start`."""

    start: int
    masses: Float64


ONE = Window(0, np.ones(1))


def ranks(scores: Float64, counts: Ints) -> Float64:
    """Compute the distribution of the rank of one member of each group.

    A rank is one plus the number of others above.

    Parameters
    ----------
    scores : ndarray, shape (groups, scores)
        The probability of each score, the lowest first, which all members of a group share.
    counts : ndarray of int, shape (groups,)
        The number of members, at least 1.

    Returns
    -------
    ndarray, shape (groups, members of all groups)
        The probability of each rank, from 1.
    """
    above, up_to = tails(scores)
    answer = np.zeros((len(scores), int(counts.sum())))
    for score in range(scores.shape[1]):
        needed = scores[:, score] > 0
        for group, (start, masses) in others(above[:, score], up_to[:, score], counts, needed):
            window = slice(start, start + len(masses))
            answer[group, window] += scores[group, score] * masses
    return answer


def tails(scores: Float64) -> tuple[Float64, Float64]:
    """Add up the probabilities above each score, and those of it and below, along the last axis."""
    above = np.zeros_like(scores)
    above[..., :-1] = np.cumsum(scores[..., :0:-1], -1)[..., ::-1]
    return above, np.cumsum(scores, -1)


def others(
    successes: Float64, failures: Float64, counts: Ints, needed: NDArray[np.bool_]
) -> Iterator[tuple[int, Window]]:
    """Yield the number of successes among all but one member of a group, for each needed group.

    Parameters
    ----------
    successes, failures : ndarray, shape (groups,)
        Probability of success and of failure of each member. Both are given, since the smaller
        one would lose digits as a difference from 1.
    counts : ndarray of int, shape (groups,)
    needed : ndarray of bool, shape (groups,)

    Notes
    -----
    The groups are the leaves of a tree. From the root down, what lies outside a half is what lies
    outside both, times the other half: about log2(groups) products for each group.
    """
    trials = list(zip(successes.tolist(), failures.tolist(), counts.tolist(), strict=True))
    leaves = [binomial(*trial) for trial in trials]
    # long windows near the root are multiplied least often
    order = np.argsort([len(leaf.masses) for leaf in leaves], kind="stable").tolist()
    for group, outside in _outsides(order, ONE, leaves, needed.tolist()):
        success, failure, count = trials[group]
        yield group, product(outside, binomial(success, failure, count - 1))


def _outsides(
    groups: list[int], outside: Window, leaves: Sequence[Window], needed: Sequence[bool]
) -> Iterator[tuple[int, Window]]:
    """Yield each needed group with the product of all other leaves and of `outside`."""
    if not any(needed[group] for group in groups):
        return
    if len(groups) == 1:
        yield groups[0], outside
        return
    lengths = np.cumsum([len(leaves[group].masses) for group in groups])
    half = 1 + int(np.searchsorted(lengths[:-2], lengths[-1] / 2))
    first, second = groups[:half], groups[half:]
    for these, those in ((first, second), (second, first)):
        if any(needed[group] for group in these):
            rest = product(outside, _product_of([leaves[group] for group in those]))
            yield from _outsides(these, rest, leaves, needed)


def _product_of(windows: Sequence[Window]) -> Window:
    """Multiply windows pairwise, so that factors are of like lengths."""
    row = list(windows)
    while len(row) > 1:
        pairs = [product(a, b) for a, b in zip(row[::2], row[1::2], strict=False)]
        row = pairs + row[len(row) - len(row) % 2 :]
    return row[0]


def binomial(success: float, failure: float, trials: int) -> Window:
    """Compute the number of successes in equal trials, by ratios from its mode.

    Parameters
    ----------
    success, failure : float
        Their probabilities.
    trials : int
    """
    if failure <= 0:
        return Window(trials, np.ones(1))
    mode = min(int((trials + 1) * success), trials)
    odds = success / failure
    up = np.arange(mode, trials, dtype=np.float64)
    down = np.arange(mode, 0, -1, dtype=np.float64)
    rising = np.cumprod((trials - up) / (up + 1) * odds)
    falling = np.cumprod(down / (trials - down + 1) / odds)
    masses = np.concatenate([falling[::-1], [1.0], rising])
    return _cut(0, masses / masses.sum())


def product(first: Window, second: Window) -> Window:
    """Compute the sum of two independent counts."""
    start = first.start + second.start
    short, long = sorted((first.masses, second.masses), key=len)
    if len(short) == 1 and short[0] == 1:
        return Window(start, long)
    return _cut(start, np.convolve(short, long))


def _cut(start: int, masses: Float64) -> Window:
    """Drop both ends as far as their masses are negligible."""
    if masses[0] >= SMALLEST and masses[-1] >= SMALLEST:
        return Window(start, masses)
    large = masses >= SMALLEST
    first, last = int(large.argmax()), len(large) - int(large[::-1].argmax())
    return Window(start + first, masses[first:last])
