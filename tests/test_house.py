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
    {"_advice", "_version", "_wording", "_writing", "_numbers", "_notes", "_reading_options"},
    {"_options"},
    {"codebook", "_tables", "_kernels", "countries", "_workbooks"},
    {"_aggregation", "_arrangement", "_coincidences", "_poisson_binomial", "_mann_kendall"},
    {"hti", "panel", "_weightings"},
    {"_dimensions"},
    {"_columns", "scoring", "_cohorts", "agreement"},
    {"_cells", "explanation", "_selection", "trend", "averages", "change", "dynamics"},
    {"_faults", "_formats", "comparison", "ranking", "weighting", "dominance", "error_matrices"},
    {"files", "uncertainty", "sensitivity"},
    {"datasets", "events", "standings", "testing.strategies"},
    {"testing.law"},
    {"testing.aggregation", "testing.ranking", "testing.scoring", "testing.trend"},
    {"testing"},
    {"plot._style"},
    {"plot._labels", "plot._blocks", "plot._events", "plot._saving", "plot._years"},
    {"plot.lines", "plot.matrices", "plot.means", "plot.ranked", "plot.world"},
    {"plot.multiples", "plot.profiles"},
    {"plot"},
    {"report._material"},
    {"report._findings"},
    {"report._drawing", "report._sentences"},
    {"report._tables"},
    {"report._page"},
    {"report"},
    {"_commands"},
    {"_charts"},
    {"_arguments"},
    {"cli"},
    {"__init__", "__main__"},
)
"""A module may import from the floors below its own, never from its own or above."""


MODULES = sorted(path for path in SOURCE.rglob("*.py") if SOURCE / "data" not in path.parents)

every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: dotted(path))


def dotted(path: Path) -> str:
    """Name a module as the floors do: below the package, a package by its folder."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def imported(path: Path) -> set[str]:
    """Name the modules of ours that a module imports, also within functions."""
    package = path.relative_to(SOURCE).parts[:-1]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            above = package[: len(package) + 1 - node.level]
            if node.module:
                found.add(".".join((*above, node.module)))
            else:
                found |= {".".join((*above, alias.name)) for alias in node.names}
        if isinstance(node, ast.Import):
            found |= {
                alias.name.removeprefix("policyindex.")
                for alias in node.names
                if alias.name.startswith("policyindex.")
            }
    return found


def test_every_module_has_its_floor() -> None:
    assert sorted(name for floor in FLOORS for name in floor) == sorted(map(dotted, MODULES))


@every_module
def test_imports_run_downwards_only(path: Path) -> None:
    level = next(place for place, floor in enumerate(FLOORS) if dotted(path) in floor)
    below = set().union(*FLOORS[:level])
    assert imported(path) <= below


@every_module
def test_modules_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@every_module
def test_only_the_charts_import_matplotlib(path: Path) -> None:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {getattr(node, "module", None) or "", *(each.name for each in node.names)}
    assert path.parent.name == "plot" or not any(name.startswith("matplotlib") for name in names)


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


def test_the_citation_names_this_version() -> None:
    citation = (Path(__file__).parents[1] / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {policyindex.__version__}\n" in citation
