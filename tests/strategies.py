"""Codebooks with arbitrary monotone rules, and panels of codings for them."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from policyindex import Codebook, Dimension, Indicator


@st.composite
def codebooks(draw: Any) -> Codebook:
    dimensions = []
    for place in range(draw(st.integers(1, 3))):
        shape = draw(st.lists(st.integers(2, 4), min_size=1, max_size=3))
        names = [f"d{place}i{axis}" for axis in range(len(shape))]
        raw = draw(
            st.lists(st.integers(1, 5), min_size=int(np.prod(shape)), max_size=int(np.prod(shape)))
        )
        table = np.array(raw).reshape(shape)
        for axis in range(len(shape)):  # the least monotone table above the one drawn
            table = np.maximum.accumulate(table, axis)

        def rule(_table: Any = table, **levels: int) -> int:
            return int(_table[tuple(levels.values())])

        indicators = tuple(
            Indicator(name, tuple(f"level {level}" for level in range(size)))
            for name, size in zip(names, shape, strict=True)
        )
        dimensions.append(Dimension(f"d{place}", indicators, rule))
    return Codebook("drawn", tuple(dimensions))


@st.composite
def codings(draw: Any, codebook: Codebook, *, max_rows: int = 6) -> pd.DataFrame:
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from(["AUT", "DEU", "NGA", "USA"]), st.integers(2000, 2013)),
            unique=True,
            max_size=max_rows,
        )
    )
    columns = {
        each.name: draw(
            st.lists(
                st.none() | st.integers(0, len(each.levels) - 1),
                min_size=len(keys),
                max_size=len(keys),
            )
        )
        for each in codebook.indicators
    }
    index = pd.MultiIndex.from_arrays(
        [[key[0] for key in keys], np.array([key[1] for key in keys], dtype=np.int64)],
        names=["country", "year"],
    )
    return pd.DataFrame(columns, index=index, dtype=np.float64)


def completions(levels: list[float], shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Every way to fill the missing codings of one dimension."""
    options = [
        range(size) if np.isnan(level) else [int(level)]
        for level, size in zip(levels, shape, strict=True)
    ]
    return list(product(*options))
