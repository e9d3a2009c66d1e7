"""What SECURITY.md says of the code: which libraries read what, and that no text is run."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import policyindex
from builders import ROOT

SOURCE = Path(policyindex.__file__).parent

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")

EVERYWHERE = {"numpy", "pandas", "scipy", "matplotlib"}
"""Libraries that most modules use; what they read from strangers is looked for by name."""

USED = {
    "hypothesis": {"testing"},
    "jinja2": {"codebooks.pages", "report._assets", "report._exploring"},
    "markupsafe": {
        *("codebooks.pages", "report._assets", "report._exploring"),
        *("report._brief_page", "report._page"),
    },
    "docx": {"codebooks.word", "report._word"},
    "openpyxl": {"codebooks.sheets", "coding.adjudication", "coding.books", "testing", "writing"},
    "pooch": {"datasets"},
    "pyarrow": {"reading.formats", "reading.frames", "writing"},
    "pyreadstat": {"reading.formats"},
    "shtab": {"cli.arguments"},
    "xlrd": {"_sheets.xls"},
}
"""The modules of this library in which each other library is imported."""

RUNS = {"eval", "exec", "compile", "__import__"}
"""Built-in functions that run text."""

UNSAFE = {
    *("pickle", "marshal", "shelve", "dill", "joblib", "subprocess", "code", "runpy"),
    *("socket", "ftplib", "smtplib", "webbrowser", "multiprocessing", "requests", "lxml"),
}
"""Modules that run what they read, start other programs, or reach a network."""


@cache
def trees() -> dict[str, ast.Module]:
    """Return each module of the library by its name."""
    return {
        ".".join(path.relative_to(SOURCE).with_suffix("").parts): ast.parse(
            path.read_text(encoding="utf-8")
        )
        for path in sorted(SOURCE.rglob("*.py"))
    }


def imports(tree: ast.Module) -> Iterator[str]:
    """Yield the outermost packages that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def calls(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the functions that a module calls, with the name of what has them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield "", node.func.id
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield owner.id if isinstance(owner, ast.Name) else "?", node.func.attr


def test_each_library_is_used_where_the_page_of_security_supposes_it() -> None:
    used: dict[str, set[str]] = {}
    for module, tree in trees().items():
        room = "testing" if module.startswith("testing.") else module
        for name in imports(tree):
            if name not in sys.stdlib_module_names and name not in EVERYWHERE:
                used.setdefault(name, set()).add(room)
    assert used == USED


def test_nothing_of_the_library_runs_text_or_starts_a_program() -> None:
    assert len(trees()) > 100
    for module, tree in trees().items():
        assert UNSAFE.isdisjoint(imports(tree)), module
        for owner, name in calls(tree):
            assert owner or name not in RUNS, (module, name)
            assert (owner, name) not in {("os", "system"), ("os", "popen"), ("yaml", "load")}


def test_pandas_and_numpy_read_no_other_format() -> None:
    reads = {
        (module, name)
        for module, tree in trees().items()
        for owner, name in calls(tree)
        if owner in ("pd", "pandas", "np", "numpy")
        and re.match("read_|load|fromfile|genfromtxt|memmap", name)
    }
    assert reads == {
        ("coding.folders", "read_csv"),  # of a release, after its checksum
        ("countries", "read_csv"),  # of the library
        ("datasets", "read_csv"),  # of the library
        ("plot._geometry", "read_csv"),  # of the library
        ("reading.formats", "read_parquet"),
        ("reading.formats", "read_stata"),
    }
    texts = [path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")]
    assert not any("allow_pickle" in text for text in texts)


def test_templates_escape_and_are_of_the_library_alone() -> None:
    for module, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Environment":
                words = {each.arg: ast.unparse(each.value) for each in node.keywords}
                assert words["autoescape"] == "True", module
                assert words["loader"].startswith("PackageLoader('policyindex."), module
            assert not (isinstance(node, ast.Attribute) and node.attr == "from_string"), module


def named(column: int, text: str) -> list[str]:
    """Return the code in a column of the tables of the page."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row[column])]


def test_the_page_names_tests_and_kinds_of_hostile_files_that_exist() -> None:
    threats = PAGE[PAGE.index("| threat |") : PAGE.index("## Dependencies")]
    tests = [name for name in named(2, threats) if name.endswith(".py")]
    assert len(tests) > 15
    for name in tests:
        assert (ROOT / "tests" / name).is_file(), name
    words = [name for name in named(2, threats) if not name.endswith(".py")]
    hostile = (ROOT / "docs" / "hostile.md").read_text(encoding="utf-8")
    kinds = re.findall(r"^\| ([^|]+) \| \d+ \|", hostile, re.MULTILINE)
    assert set(words) <= {*kinds, "fuzz", "codebook"}


@pytest.mark.parametrize("library", sorted(EVERYWHERE | set(USED) - {"docx"}))
def test_the_page_lists_each_library(library: str) -> None:
    listed = PAGE[PAGE.index("| library |") :]
    assert library in listed.lower()
