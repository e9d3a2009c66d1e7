"""Distinct rows of bytes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from policyindex._kernels.profiles import distinct

tables = arrays(
    np.int8, st.tuples(st.integers(0, 12), st.integers(0, 18)), elements=st.integers(-1, 1)
)


@given(tables)
def test_rows_have_the_same_number_where_they_are_equal(rows: np.ndarray) -> None:
    first, numbers = distinct(rows)
    keys = [tuple(row) for row in rows.tolist()]
    assert len(first) == len(set(keys))
    for row, number in enumerate(numbers):
        assert keys[first[number]] == keys[row]
        assert first[number] == keys.index(keys[row])
