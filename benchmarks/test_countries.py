"""Names to codes: 100,000 rows, and the longest name that a hostile file can hold.

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
def test_iso3(benchmark: Any, rows: pd.Series) -> None:
    assert benchmark(countries.iso3, rows).notna().all()


@pytest.mark.benchmark(group="100,080 names of 180 countries")
def test_map_with_a_mapping_at_hand(benchmark: Any, rows: pd.Series) -> None:
    codes = dict(zip(rows.unique(), countries.iso3(rows.unique()), strict=True))
    assert benchmark(rows.map, codes).notna().all()


@pytest.mark.benchmark(group="a name of two million letters")
def test_nearest(benchmark: Any) -> None:
    benchmark.pedantic(countries._nearest, ("x y, " * 400_000,), rounds=3)
