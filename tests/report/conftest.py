"""One report on the demo for all tests of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyindex import datasets, report

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
