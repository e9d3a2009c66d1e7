"""One report on the demo for all tests of a run, and a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from builders import few_scores
from policyindex import THREE_P, datasets, report
from policyindex.report._material import Material, material_of
from policyindex.report._results import Results, results_of

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

COUNTRIES = ["COL", "GAB", "DEU", "GHA", "KEN", "NGA"]
"""The countries with a section, by name."""


@pytest.fixture(scope="session")
def sections() -> list[str]:
    return COUNTRIES


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    report.write(datasets.load_demo(), path, countries=COUNTRIES)
    return path


Source = tuple[Material, Results]


@pytest.fixture(scope="session")
def few() -> Source:
    """Scores of few countries, and their results."""
    material = material_of(few_scores(), THREE_P)
    return material, results_of(material)


@pytest.fixture(scope="session")
def few_codings() -> Source:
    """Codings of few countries, some of them missing, and their results."""
    codings = datasets.load_demo().loc[["DEU", "GHA", "KEN", "NGA", "PRK"]]
    codings = codings[codings.index.get_level_values("year") >= 2005].copy()
    codings.iloc[3::7, 0] = np.nan
    codings.iloc[-1] = np.nan
    codings.attrs["source"] = "SYNTHETIC"
    material = material_of(pd.DataFrame(codings), THREE_P)
    return material, results_of(material)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless browser, or a skip where none is installed."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    named = os.environ.get("POLICYINDEX_BROWSER")
    executable = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip(f"no browser is installed: one of {', '.join(BROWSERS)}")
    with sync_api.sync_playwright() as driver:
        # A container gives the browser neither a sandbox nor much shared memory.
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        launched = driver.chromium.launch(executable_path=executable, args=options)
        yield launched
        launched.close()
