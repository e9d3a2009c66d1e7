"""Scoring next to what a user would do instead, and next to copying the same bytes.

Run with ``python -m pytest benchmarks/test_scoring.py``.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest

from policyindex import THREE_P, datasets, score, score_codes

ROWS = 1_770_000  # 177 countries x 10 years x 1,000


@pytest.fixture(scope="module")
def columns() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    return {
        each.name: rng.integers(-1, len(each.levels), ROWS).astype(np.int8)
        for each in THREE_P.indicators
    }


def by_apply(row: pd.Series) -> pd.Series:
    """Score complete codings by the rules as a user would write them for ``DataFrame.apply``."""
    law = max(row["specific_law"], row["other_laws"])
    if law == 0:
        prosecution = 1
    elif law == 2 and row["enforcement"] == 2 and row["penalty"] == 1:
        prosecution = 5
    else:
        prosecution = min(1 + law + row["enforcement"], 4)
    gates = row["no_punishment"] + row["identification"]
    services = [
        "legal_assistance",
        "shelter",
        "health_care",
        "job_training",
        "residence_permit",
        "repatriation",
    ]
    support = (sum(row[name] for name in services) + 1) // 2
    protection = ((1, 1, 2, 3), (1, 2, 2, 3), (2, 3, 4, 5))[int(gates)][int(support)]
    measures = [each.name for each in THREE_P.dimensions[2].indicators]
    prevention = 1 + (sum(row[name] for name in measures) + 1) // 2
    return pd.Series([prosecution, protection, prevention, prosecution + protection + prevention])


def by_select(table: pd.DataFrame) -> pd.DataFrame:
    """Score complete codings by ``numpy.select`` over whole columns."""
    law = np.maximum(table["specific_law"], table["other_laws"])
    full = (law == 2) & (table["enforcement"] == 2) & (table["penalty"] == 1)
    prosecution = np.select([law == 0, full], [1, 5], np.minimum(1 + law + table["enforcement"], 4))
    services = table.loc[:, "legal_assistance":"repatriation"].sum(axis=1)
    gates = table["no_punishment"] + table["identification"]
    support = (services + 1) // 2
    protection = np.select(
        [gates == 2, (gates == 1) & (support == 0), gates == 1, support <= 1],
        [2 + support, 1, np.maximum(2, support), 1],
        support,
    )
    prevention = 1 + (table.loc[:, "campaigns":"international_cooperation"].sum(axis=1) + 1) // 2
    return pd.DataFrame(
        {
            "prosecution": prosecution,
            "protection": protection,
            "prevention": prevention,
            "overall": prosecution + protection + prevention,
        },
        index=table.index,
    )


@pytest.mark.benchmark(group="1,770,000 rows of int8 codes")
def test_score_codes(benchmark: Any, columns: dict[str, Any]) -> None:
    assert len(benchmark(score_codes, columns)) == 3


@pytest.mark.benchmark(group="1,770,000 rows of int8 codes")
def test_copy_of_the_same_bytes_into_place(benchmark: Any, columns: dict[str, Any]) -> None:
    place = {name: np.empty_like(column) for name, column in columns.items()}

    def run() -> None:
        for name, column in columns.items():
            np.copyto(place[name], column)

    benchmark(run)


@pytest.mark.benchmark(group="1,770,000 rows of int8 codes")
def test_copy_of_the_same_bytes_to_new_arrays(benchmark: Any, columns: dict[str, Any]) -> None:
    benchmark(lambda: [column.copy() for column in columns.values()])


@pytest.mark.benchmark(group="1,770,000 rows of int8 codes")
def test_copy_of_the_same_bytes_as_one_new_block(benchmark: Any, columns: dict[str, Any]) -> None:
    benchmark(np.stack(list(columns.values())).copy)


@pytest.mark.benchmark(group="1,770,000 rows of int8 codes")
def test_numpy_select(benchmark: Any, columns: dict[str, Any]) -> None:
    table = pd.DataFrame({name: np.maximum(column, 0) for name, column in columns.items()})
    benchmark.pedantic(by_select, (table,), rounds=3)


@pytest.fixture(scope="module")
def demo() -> pd.DataFrame:
    return datasets.load_demo()


@pytest.mark.benchmark(group="the demo")
def test_score(benchmark: Any, demo: pd.DataFrame) -> None:
    assert len(benchmark(score, demo)) == len(demo)


@pytest.mark.benchmark(group="the demo")
def test_demo_by_select(benchmark: Any, demo: pd.DataFrame) -> None:
    filled = demo.fillna(0)
    pd.testing.assert_frame_equal(by_select(filled), score(filled), check_dtype=False)
    benchmark(by_select, filled)


@pytest.mark.benchmark(group="the demo")
def test_demo_by_apply(benchmark: Any, demo: pd.DataFrame) -> None:
    filled = demo.fillna(0)
    scores = benchmark.pedantic(lambda: filled.apply(by_apply, axis=1), rounds=3)
    np.testing.assert_array_equal(scores.to_numpy(), score(filled).to_numpy())


@pytest.mark.benchmark(group="a fresh process")
@pytest.mark.parametrize("module", ["pandas", "policyindex"])
def test_import(benchmark: Any, module: str) -> None:
    command = [sys.executable, "-c", f"import {module}"]
    benchmark.pedantic(subprocess.run, (command,), {"check": True}, rounds=15, warmup_rounds=2)
