"""The tables that follow from the table of a rule, each compared with a search of all of it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyindex import THREE_P, Dimension
from policyindex._kernels.gather import gather
from policyindex._kernels.tables import MISSING, bounds, minimal_rises, steps
from policyindex.testing import codebooks

dimensions = codebooks().map(lambda book: book.dimensions[0])


@given(dimensions)
def test_bounds_are_those_of_every_completion(dimension: Dimension) -> None:
    found = bounds(dimension.shape, dimension.table)
    scores = np.reshape(dimension.table, dimension.shape)
    for codes in product(*(range(MISSING, size) for size in dimension.shape)):
        place = tuple(code + 1 for code in codes)
        reached = scores[tuple(slice(None) if code == MISSING else code for code in codes)]
        low, high = np.min(reached), np.max(reached)
        assert (found.low[place], found.high[place]) == (low, high)
        assert found.score[place] == (low if low == high else MISSING)


@given(dimensions, st.integers(0, 7))
def test_steps_are_the_least_distance_to_a_score(dimension: Dimension, target: int) -> None:
    levels = list(product(*map(range, dimension.shape)))
    reached = [end for end, score in zip(levels, dimension.table, strict=True) if score >= target]
    found = steps(dimension.shape, dimension.table, target)
    for start in levels:
        rises = {
            end: sum(end) - sum(start)
            for end in reached
            if all(after >= before for after, before in zip(end, start, strict=True))
        }
        assert found[start] == min(rises.values(), default=-1)
        ways = minimal_rises(dimension.shape, dimension.table, start, target)
        assert list(ways) == sorted(
            (end for end, cost in rises.items() if cost == found[start]), reverse=True
        )


def test_tables_of_a_percentage_fit_into_bytes() -> None:
    """101 levels have 102 positions, and scores from 0 to 100."""
    scores = np.minimum(np.arange(101)[:, None] + 10 * np.arange(2), 100)
    found = bounds(scores.shape, tuple(scores.ravel().tolist()))
    assert found.low.shape == (102, 3)
    np.testing.assert_array_equal(found.score[1:, 1:], scores)
    np.testing.assert_array_equal(found.low[1:, 0], scores.min(axis=1))
    np.testing.assert_array_equal(found.high[0, 1:], scores.max(axis=0))
    assert (found.low[0, 0], found.high[0, 0], found.score[0, 0]) == (0, 100, MISSING)
    codes = np.indices((102, 3)).reshape(2, -1).astype(np.int8) - np.int8(1)
    np.testing.assert_array_equal(gather(list(codes), found.score), found.score.ravel())


def test_tables_are_shared_and_so_cannot_be_written_to() -> None:
    dimension = THREE_P.dimensions[0]
    made = bounds(dimension.shape, dimension.table)
    for table in (*made, steps(dimension.shape, dimension.table, 3)):
        assert table.dtype.kind == "i"
        with pytest.raises(ValueError, match="read-only"):
            table[:] = 0
