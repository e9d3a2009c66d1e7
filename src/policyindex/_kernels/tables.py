"""Derive tables from the table of a rule: bounds, fewest steps, shortest ways. NumPy only.

Codes are ``int8``: the level from 0, or :data:`MISSING`. A table with room for missing codings has
one more entry along each axis, *before* level 0, so that the position is the code plus one. Scores
are integers from 0 in the smallest type that holds them: ``int8`` up to 127.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Int8 = NDArray[np.int8]

Scores = NDArray[np.signedinteger[Any]]

MISSING = -1


class Bounds(NamedTuple):
    """Lowest and highest completion by code plus one, and the score where the two agree."""

    low: Scores
    high: Scores
    score: Scores


@lru_cache(maxsize=64)
def bounds(shape: tuple[int, ...], scores: tuple[int, ...]) -> Bounds:
    """Tabulate the lowest and highest score over every completion of missing codings.

    Parameters
    ----------
    shape : tuple of int
        Number of levels of each indicator.
    scores : tuple of int
        Score of every combination, the last indicator varying fastest.

    Returns
    -------
    Bounds
        Read-only arrays of shape ``(levels + 1, ...)``; ``score`` is :data:`MISSING` where the
        completions disagree.

    Notes
    -----
    A missing coding may hide any level, so its entry is the minimum (maximum) along its axis.
    Taken axis by axis, this is the minimum (maximum) over all completions, for any rule.
    """
    dtype = np.min_scalar_type(MISSING - max(scores))  # negative, so that it has a sign
    low = high = np.array(scores, dtype=dtype).reshape(shape)
    for axis in range(len(shape)):
        low = np.concatenate([low.min(axis, keepdims=True), low], axis)
        high = np.concatenate([high.max(axis, keepdims=True), high], axis)
    answer = Bounds(low, high, np.where(low == high, low, dtype.type(MISSING)))
    for table in answer:
        table.setflags(write=False)
    return answer


@lru_cache(maxsize=256)
def steps(shape: tuple[int, ...], scores: tuple[int, ...], target: int) -> NDArray[np.int32]:
    """Tabulate the fewest single-level rises that lift each combination to a score.

    Returns
    -------
    ndarray of int, shape ``shape``
        Number of steps; -1 where the score is out of reach.

    Notes
    -----
    Lowering an indicator never helps a monotone rule, so the fewest steps from x are the least
    distance to any y >= x that scores enough. The distance adds over the axes, so one sweep down
    each axis finds it: ``cost[x] = min(cost[y] + y - x)`` over the levels y >= x.
    """
    reached = np.array(scores).reshape(shape) >= target
    cost = np.where(reached, 0, np.inf)
    for axis, size in enumerate(shape):
        along, levels = np.moveaxis(cost, axis, -1), np.arange(size)
        from_best = (along + levels)[..., ::-1]
        along[...] = np.minimum.accumulate(from_best, axis=-1)[..., ::-1] - levels
    fewest = np.where(np.isinf(cost), -1, cost).astype(np.int32)
    fewest.setflags(write=False)
    return fewest


@lru_cache(maxsize=4096)
def minimal_rises(
    shape: tuple[int, ...], scores: tuple[int, ...], start: tuple[int, ...], target: int
) -> tuple[tuple[int, ...], ...]:
    """List every way to reach a score in the fewest steps, earlier indicators first.

    Parameters
    ----------
    start : tuple of int
        Level of each indicator; no level is missing.
    target : int
        Score to reach.

    Returns
    -------
    tuple of tuple of int
        Level of each indicator afterwards; empty where the score is out of reach.
    """
    fewest = steps(shape, scores, target)[start]
    above = tuple(slice(level, None) for level in start)
    reached = np.array(scores).reshape(shape)[above] >= target
    rises = np.indices(reached.shape).sum(0)
    ends = np.argwhere(reached & (rises == fewest)) + np.array(start)
    return tuple(tuple(levels) for levels in ends[::-1].tolist())
