"""Score the codes of one dimension, by the table of its rule or by the points of its indicators.

Scores are integers here: numerators over the common denominator of the dimension.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._kernels import points, tables
from .._kernels.gather import gather
from .._kernels.points import Points, Ways
from .._kernels.tables import MISSING, Int8
from ..codebooks.model import Dimension
from ..codebooks.rules import Additive

Integers: TypeAlias = NDArray[np.signedinteger[Any]]


def bounds(dimension: Dimension, codes: Mapping[str, Int8]) -> tuple[Integers, Integers]:
    """Return the lowest and the highest score of each row over all completions."""
    columns = [codes[each.name] for each in dimension.indicators]
    if dimension.additive:
        return points.bounds(columns, _whole(dimension.additive))
    by_place = tables.bounds(dimension.shape, dimension.numerators)
    return gather(columns, by_place.low), gather(columns, by_place.high)


def common_scores(dimension: Dimension, codes: Mapping[str, Int8]) -> Integers:
    """Return the score that all completions of each row share, or -1 where they differ."""
    if dimension.additive:
        low, high = bounds(dimension, codes)
        return np.where(low == high, low, MISSING)
    columns = [codes[each.name] for each in dimension.indicators]
    return gather(columns, tables.bounds(dimension.shape, dimension.numerators).score)


def write_scores(dimension: Dimension, codes: Mapping[str, Int8], out: NDArray[np.float64]) -> None:
    """Put into `out` the score that all completions of each row share, or NaN where they differ."""
    if dimension.additive:
        out[...] = _in_points(common_scores(dimension, codes), dimension.denominator)
    else:
        columns = [codes[each.name] for each in dimension.indicators]
        table = _table(dimension.shape, dimension.numerators, dimension.denominator)
        gather(columns, table, out=out)


@lru_cache(maxsize=64)
def _table(
    shape: tuple[int, ...], numerators: tuple[int, ...], denominator: int
) -> NDArray[np.float64]:
    """Tabulate the scores of a rule, with room for missing codings."""
    return _in_points(tables.bounds(shape, numerators).score, denominator)


def _in_points(numerators: Integers, denominator: int) -> NDArray[np.float64]:
    return np.where(numerators == MISSING, np.nan, numerators) / denominator


def score_at(dimension: Dimension, levels: tuple[int, ...]) -> int:
    """Return the score of levels, none of them missing."""
    if dimension.additive:
        rule = _whole(dimension.additive)
        return int(points.score(np.array([points.total(levels, rule)]), rule)[0])
    return dimension.numerators[int(np.ravel_multi_index(levels, dimension.shape))]


def ways_up(dimension: Dimension, start: tuple[int, ...], target: int, most: int) -> Ways:
    """Return the fewest single-level rises that reach a score, and the first ways to take them."""
    if dimension.additive:
        return points.ways_up(_whole(dimension.additive), start, target, most)
    shape, numerators = dimension.shape, dimension.numerators
    steps = int(tables.steps(shape, numerators, target)[start])
    ways = tables.minimal_rises(shape, numerators, start, target)
    return Ways(steps if steps >= 0 else None, len(ways), ways[:most])


@lru_cache(maxsize=64)
def _whole(rule: Additive) -> Points:
    """Return the points and thresholds in integers, multiplied by their common denominator."""
    scale = rule.denominator
    by_indicator = tuple(tuple(int(each * scale) for each in by_level) for by_level in rule.points)
    thresholds = None
    if rule.thresholds is not None:
        thresholds = tuple(int(each * scale) for each in rule.thresholds)
    return Points(by_indicator, thresholds, rule.lowest)
