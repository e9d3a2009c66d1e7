"""The report: on codings, on scores, and cold from the shell (demo 1.5 s, published file 1.0 s).

Run with ``python -m pytest benchmarks/test_report.py``.
"""

from __future__ import annotations

import os
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


@pytest.mark.benchmark(group="a report on the published file, from the shell")
def test_report_on_the_published_file_cold(benchmark: Any, tmp_path: Path) -> None:
    folder = os.environ.get("POLICYINDEX_REAL_DATA")
    if not folder:
        pytest.skip("POLICYINDEX_REAL_DATA names no folder with the published file")
    source, path = Path(folder, "published_3p_2000_2013.dta"), tmp_path / "report.html"
    command = [sys.executable, "-m", "policyindex", "report", str(source), "-o", str(path)]
    benchmark.pedantic(subprocess.run, (command,), {"check": True}, rounds=3)
    assert path.stat().st_size < 2_000_000
