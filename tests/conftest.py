"""Real files, reached through POLICYINDEX_REAL_DATA; tests that need them skip without it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def real_file() -> Callable[[str], Path]:
    def find(name: str) -> Path:
        folder = os.environ.get("POLICYINDEX_REAL_DATA")
        if not folder:
            pytest.skip("POLICYINDEX_REAL_DATA is not set: it names the folder of the real files")
        path = Path(folder, name)
        if not path.exists():
            pytest.skip(f"{name} is not in the folder that POLICYINDEX_REAL_DATA names")
        return path

    return find


@pytest.fixture(scope="session")
def published(real_file: Callable[[str], Path]) -> pd.DataFrame:
    """The published scores of 2000 to 2013."""
    from policyindex import read_scores

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Haiti 2009, which test_files.py is about
        return read_scores(real_file("published_3p_2000_2013.dta"))


@pytest.fixture(scope="session")
def hti(real_file: Callable[[str], Path]) -> pd.DataFrame:
    """The Human Trafficking Indicators as codings."""
    from policyindex import read_codings

    return read_codings(real_file("hti_2001_2011.csv"))
