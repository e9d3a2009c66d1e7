"""The pages: their Python runs and prints what they show, and every public name has its page."""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
MODULES = ("countries", "datasets", "plot", "report", "testing")


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pages = load("pages")

WITH_CODE = [page for page in PAGES if list(pages.blocks(page.read_text(encoding="utf-8")))]


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: page.name)
def test_a_page_shows_what_its_code_prints(page: Path) -> None:
    first = next(pages.blocks(page.read_text(encoding="utf-8")))
    if first.needs_real_files and not os.environ.get("POLICYINDEX_REAL_DATA"):
        pytest.skip("POLICYINDEX_REAL_DATA is not set: the page begins by reading a real file")
    ran, untrue = pages.run(page)
    assert ran > 0
    assert not untrue, "\n".join(map(str, untrue))


def test_every_shown_text_belongs_to_a_block() -> None:
    for page in WITH_CODE:
        text = page.read_text(encoding="utf-8")
        if "<!-- test: " in text:  # and so has a test of its own
            continue
        shown = sum(block.shown is not None for block in pages.blocks(text))
        assert shown == len(re.findall(r"^```text$", text, re.MULTILINE)), page.name


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


@pytest.mark.parametrize("module", ["", *MODULES])
def test_every_public_name_has_its_page(module: str) -> None:
    listed: dict[str, set[str]] = {}
    current = ""
    for line in (DOCS / "api" / "index.rst").read_text(encoding="utf-8").splitlines():
        if found := re.fullmatch(r"\.\. currentmodule:: policyindex\.?(.*)", line):
            current = found[1]
        elif found := re.fullmatch(r"   (\w+)", line):
            listed.setdefault(current, set()).add(found[1])
    public = importlib.import_module(f"policyindex.{module}".rstrip(".")).__all__
    assert listed[module] == set(public) - {"__version__", *MODULES}


def test_every_chart_is_in_the_gallery() -> None:
    charts = set(importlib.import_module("policyindex.plot").__all__) - {"save"}
    scripts = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("gallery/*.py"))
    assert {name for name in charts if f"pi.plot.{name}(" in scripts} == charts
