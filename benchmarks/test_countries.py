"""Names to codes: 100,000 rows, and a name as long as a hostile file can make it.

Run with ``python -m pytest benchmarks/test_countries.py``.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from policyindex import countries


@pytest.fixture(scope="module")
def rows() -> pd.Series:
    return pd.Series(countries.table()["name"].to_list()[:180] * 556)


@pytest.mark.benchmark(group="100,080 names of 180 countries")
def test_match(benchmark: Any, rows: pd.Series) -> None:
    assert None not in benchmark(countries._match, rows)


@pytest.mark.benchmark(group="100,080 names of 180 countries")
def test_map_with_a_mapping_at_hand(benchmark: Any, rows: pd.Series) -> None:
    known = dict(zip(rows.unique(), countries._match(rows.unique()), strict=True))
    assert benchmark(rows.map, known).notna().all()


@pytest.mark.benchmark(group="a name of two million letters")
def test_nearest(benchmark: Any) -> None:
    benchmark.pedantic(countries._nearest, ("x y, " * 400_000,), rounds=3)
