"""Reading of codings next to plain `pandas.read_csv`, which checks nothing and knows no countries.

Run with ``python -m pytest benchmarks/test_reading.py``. It needs the file of the Human Trafficking
Indicators, ``hti_2001_2011.csv``, in the folder that ``POLICYINDEX_REAL_DATA`` names.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from policyindex import read_codings

PATH = Path(os.environ.get("POLICYINDEX_REAL_DATA", ""), "hti_2001_2011.csv")

pytestmark = pytest.mark.skipif(
    not PATH.is_file(), reason="POLICYINDEX_REAL_DATA names no folder with the file"
)


@pytest.mark.benchmark(group="1,587 reports in 67 columns")
@pytest.mark.filterwarnings("ignore::policyindex.ReadingWarning")
def test_read_codings(benchmark: Any) -> None:
    panel = benchmark(read_codings, PATH)
    assert panel.shape == (1587, 10)


@pytest.mark.benchmark(group="1,587 reports in 67 columns")
def test_read_csv_of_pandas(benchmark: Any) -> None:
    table = benchmark(pd.read_csv, PATH, encoding="latin-1")
    assert table.shape == (1587, 67)
