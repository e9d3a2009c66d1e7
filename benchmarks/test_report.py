"""The report on 177 countries in ten years: on codings, on scores, and cold from the shell.

Run with ``python -m pytest benchmarks/test_report.py``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from policyindex import datasets, report, score


@pytest.fixture(scope="module")
def codings() -> pd.DataFrame:
    return datasets.load_demo()


@pytest.mark.benchmark(group="a report on 177 countries")
def test_report_on_codings(benchmark: Any, codings: pd.DataFrame, tmp_path: Path) -> None:
    benchmark.pedantic(report.write, (codings, tmp_path / "report.html"), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="a report on 177 countries")
def test_report_on_scores(benchmark: Any, codings: pd.DataFrame, tmp_path: Path) -> None:
    scores = score(codings)
    benchmark.pedantic(report.write, (scores, tmp_path / "report.html"), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="a report on codings, from the shell")
def test_report_cold(benchmark: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    command = [sys.executable, "-m", "policyindex", "report", "-o", str(path)]
    benchmark.pedantic(subprocess.run, (command,), {"check": True}, rounds=3)
    assert path.stat().st_size > 1_000_000
