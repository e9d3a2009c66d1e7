"""Columns of numbers and their codes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyindex._kernels import levels

numbers = st.one_of(
    st.integers(0, 4).map(float),
    st.sampled_from([np.nan, -0.0, -np.nan]),
    st.floats(),
    st.integers(-300, 300).map(float),
)

columns = st.lists(st.lists(numbers, min_size=3, max_size=3), min_size=1, max_size=3)


@given(columns, st.sampled_from([2, 4, 126]))
def test_codes_are_levels_or_there_are_none(columns: list[list[float]], best: int) -> None:
    answer = levels.codes([np.array(column) for column in columns], [best] * len(columns))
    flat = [number for column in columns for number in column]
    if all(np.isnan(number) or number in range(best + 1) for number in flat):
        assert answer is not None
        assert answer.ravel().tolist() == [-1 if np.isnan(each) else int(each) for each in flat]
    else:
        assert answer is None


@pytest.mark.parametrize("n", [0, 1, levels.BLOCK, 2 * levels.BLOCK + 1])
@pytest.mark.parametrize("order", ["C", "F"])
def test_blocks_change_nothing(n: int, order: str) -> None:
    table = np.random.default_rng(0).integers(-1, 5, (n, 3)).astype(np.float64)
    table[table < 0] = np.nan
    cells = np.asarray(table, order=order)  # type: ignore[call-overload]
    answer = levels.codes(list(cells.T), [4, 4, 4])
    np.testing.assert_array_equal(answer, np.nan_to_num(table, nan=-1).T)
    if n:
        cells[-1, 2] = 5
        assert levels.codes(list(cells.T), [4, 4, 5]) is not None
        assert levels.codes(list(cells.T), [4, 5, 4]) is None
