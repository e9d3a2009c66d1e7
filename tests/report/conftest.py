"""One report on the demo for all tests of a run, and a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policyindex import datasets, report

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
