"""Hypothesis profiles; real files, of which POLICYINDEX_REAL_DATA names the folder."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

# Shared runners are slow at times, so no example has a deadline. The checks draw the same examples
# each time: a change fails on its own account only. `explore` looks for new ones. Sixty examples
# keep the README's tests within five minutes on two cores.
settings.register_profile(
    "fixed",
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "explore", settings.get_profile("fixed"), derandomize=False, max_examples=1000, print_blob=True
)
# `nox -s quick` is for the moment after a change: a tenth of the examples.
settings.register_profile("brief", settings.get_profile("fixed"), max_examples=10)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def pytest_runtest_teardown() -> None:
    """Close the charts of a test: pyplot keeps them, and warns of more than twenty."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture(scope="session")
def real_file() -> Callable[[str], Path]:
    """Return the path of a real file; skip the test where there is none."""

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
    """Return the published scores of 2000 to 2013."""
    from policyindex import read_scores

    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", UserWarning
        )  # Haiti 2009: tests/reading/test_files.py tests the warning
        return read_scores(real_file("published_3p_2000_2013.dta"))


@pytest.fixture(scope="session")
def hti(real_file: Callable[[str], Path]) -> pd.DataFrame:
    """Return the Human Trafficking Indicators as codings."""
    from policyindex import read_codings

    return read_codings(real_file("hti_2001_2011.csv"))


@pytest.fixture(scope="session")
def laws(real_file: Callable[[str], Path]) -> pd.Series:
    """Return the year of each country's full law; missing for never."""
    from policyindex import read_events

    return read_events(real_file("events.csv"))["full_law"]
