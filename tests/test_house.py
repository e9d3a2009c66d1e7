"""The house: who may import whom, what an import costs, which names are public."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import policyindex

SOURCE = Path(policyindex.__file__).parent

FLOORS = (
    {"_version", "codebook", "_tables", "_kernels", "countries"},
    {"_arrangement", "_coincidences", "_poisson_binomial", "_mann_kendall"},
    {"hti", "panel", "_weightings"},
    {"_columns", "scoring", "_cohorts", "agreement"},
    {"_cells", "explanation", "_selection", "trend", "averages", "change", "dynamics"},
    {"_formats", "comparison", "ranking", "weighting", "dominance", "error_matrices"},
    {"files", "uncertainty", "sensitivity"},
    {"datasets", "standings"},
    {"_commands"},
    {"_arguments"},
    {"cli"},
    {"__init__", "__main__"},
)
"""A module may import from the floors below its own, never from its own or above."""


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            found |= {node.module} if node.module else {alias.name for alias in node.names}
        if isinstance(node, ast.Import):
            found |= {
                alias.name.split(".")[1]
                for alias in node.names
                if alias.name.startswith("policyindex.")
            }
    return found


def test_every_module_has_its_floor() -> None:
    modules = {path.stem for path in SOURCE.glob("*.py")}
    assert sorted(name for floor in FLOORS for name in floor) == sorted(modules)


@pytest.mark.parametrize("path", sorted(SOURCE.glob("*.py")), ids=lambda path: path.stem)
def test_imports_run_downwards_only(path: Path) -> None:
    level = next(place for place, floor in enumerate(FLOORS) if path.stem in floor)
    below = set().union(*FLOORS[:level])
    assert imported(path) <= below


@pytest.mark.parametrize("path", sorted(SOURCE.glob("*.py")), ids=lambda path: path.stem)
def test_modules_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_importing_the_library_loads_neither_matplotlib_nor_scipy_stats() -> None:
    code = "import sys, policyindex; print(*{'matplotlib', 'scipy.stats'} & set(sys.modules))"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert shown.strip() == ""


def test_public_names_exist_and_are_documented() -> None:
    assert len(set(policyindex.__all__)) == len(policyindex.__all__)
    for name in policyindex.__all__:
        found = getattr(policyindex, name)
        if callable(found) and not hasattr(found, "_fields"):  # a result is shown where it is made
            assert ">>>" in (found.__doc__ or ""), f"{name} has no example"
