"""The pages: their Python prints what they show, and every public name has one page."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import os
import pkgutil
import re
from pathlib import Path

import pytest

import policyindex
from builders import script

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]


pages = script("docs/pages.py")

NEEDS = {"regression.md": ("linearmodels", "statsmodels")}
"""Packages that a page installs besides the library."""

WITH_CODE = [page for page in PAGES if list(pages.blocks(page.read_text(encoding="utf-8")))]


def test_most_pages_have_code() -> None:
    assert len(WITH_CODE) >= 10


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: page.name)
def test_a_page_shows_what_its_code_prints(page: Path) -> None:
    first = next(pages.blocks(page.read_text(encoding="utf-8")))
    if first.needs_real_files and not os.environ.get("POLICYINDEX_REAL_DATA"):
        pytest.skip("POLICYINDEX_REAL_DATA is not set: the page begins by reading a real file")
    for name in NEEDS.get(page.name, ()):
        pytest.importorskip(name, reason=f"the page fits models with {name}")
    ran, untrue = pages.run(page)
    assert ran > 0
    assert not untrue, "\n".join(map(str, untrue))


def test_every_shown_text_belongs_to_a_block() -> None:
    """A text below no block would be printed by none, and never be checked."""
    total = 0
    for page in WITH_CODE:
        text = page.read_text(encoding="utf-8")
        if "<!-- test: " in text:  # blocks that another test runs
            continue
        shown = sum(block.text is not None for block in pages.blocks(text))
        assert shown == len(re.findall(r"^```text$", text, re.MULTILINE)), page.name
        total += shown
    assert total >= 30


def test_a_page_that_shows_something_else_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\nx = 1\n```\n\n```python\nx + 1\n```\n```text\n3\n```\n")
    ran, untrue = pages.run(page)
    assert ran == 2
    assert untrue == [("page.md:6", "3\n", "2\n")]
    assert pages.rewrite(page) == untrue
    assert pages.run(page) == (2, [])


def test_an_error_is_shown_or_raised(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\nint('x')\n```\n```text\nValueError: invalid ...\n```\n")
    assert pages.run(page) == (1, [])
    page.write_text("```python\nint('x')\n```\n")
    with pytest.raises(ValueError, match="invalid literal"):
        pages.run(page)


def rooms() -> dict[str, set[str]]:
    """Return the names of the door, by the room "", and those that only their room has."""
    door = set(policyindex.__all__) - {"__version__"}
    names = {}
    for module in pkgutil.iter_modules(policyindex.__path__):
        if not module.name.startswith("_"):
            room = importlib.import_module(f"policyindex.{module.name}")
            names[module.name] = {
                name
                for name in getattr(room, "__all__", ())
                # A chart and the function whose answer it draws are two, by the same name.
                if name not in door or getattr(policyindex, name) is not getattr(room, name)
            }
    return {"": door - set(names)} | {room: own for room, own in names.items() if own}


def listed() -> dict[str, list[str]]:
    """Return the names that the page of the API lists, by room."""
    names: dict[str, list[str]] = {}
    room = ""
    for line in (DOCS / "api" / "index.rst").read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"\.\. currentmodule:: policyindex\.?(.*)", line):
            room = match[1]
        elif match := re.fullmatch(r"   (\w+)", line):
            names.setdefault(room, []).append(match[1])
    return names


def test_every_public_name_has_one_page() -> None:
    assert {room: sorted(names) for room, names in listed().items()} == {
        room: sorted(names) for room, names in rooms().items()
    }


def test_every_type_of_a_signature_is_described() -> None:
    page = (DOCS / "api" / "index.rst").read_text(encoding="utf-8")
    described = re.findall(r"^\.\. py:(?:data|class):: (\w+)$", page, re.MULTILINE)
    tree = ast.parse(inspect.getsource(importlib.import_module("policyindex.typing")))
    aliases = [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    assert sorted(described) == sorted([*map(ast.unparse, aliases), *classes])
    assert len(described) >= 8


def test_files_of_pages_differ_in_more_than_case() -> None:
    """Some computers take `overtake` and `Overtake` for one file: they lie in two folders."""
    files, folder, room = [], "", ""
    for line in (DOCS / "api" / "index.rst").read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"\.\. currentmodule:: (.*)", line):
            room = match[1]
        elif match := re.fullmatch(r"   :toctree: (\w+)", line):
            folder = match[1]
        elif match := re.fullmatch(r"   (\w+)", line):
            files.append(f"{folder}/{room}.{match[1]}".lower())
    assert len(files) > 90
    assert len(set(files)) == len(files)


def test_every_chart_is_in_the_gallery() -> None:
    charts = rooms()["plot"] - {"save"}
    scripts = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("gallery/*.py"))
    assert len(charts) >= 11
    assert {name for name in charts if f"pi.plot.{name}(" in scripts} == charts
