"""The page on property tests: its code runs, and what it says is reported is reported."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policyindex.testing import LawBroken, aggregate_laws, laws, rank_laws, trend_laws

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"

BLOCK = re.compile(r"<!-- (?P<told>[^\n]*) -->\n```python\n(?P<code>.*?)```\n", re.DOTALL)
REPORT = re.compile(r"```text\n(?P<report>.*?)\n```", re.DOTALL)


def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def run(code: str) -> None:
    """Run a block, and its parametrized test as pytest would, until the first failure."""
    names: dict[str, object] = {"__name__": "page"}
    exec(compile(code, str(PAGE), "exec"), names)
    for name, test in names.items():
        marks = getattr(test, "pytestmark", [])
        if name.startswith("test_") and marks:
            for value in marks[0].args[1]:
                test(value)  # type: ignore[operator]


@pytest.mark.parametrize(
    "told", [each["told"] for each in BLOCK.finditer(page()) if each["told"] != "runs"]
)
def test_a_wrong_scoring_is_reported_as_the_page_shows(told: str) -> None:
    block = next(each for each in BLOCK.finditer(page()) if each["told"] == told)
    expected = REPORT.search(page(), block.end())
    assert expected is not None
    with pytest.raises(LawBroken) as report:
        run(block["code"])
    assert str(report.value) == expected["report"]


def test_the_other_code_runs() -> None:
    for block in BLOCK.finditer(page()):
        if block["told"] == "runs":
            run(block["code"])


def test_the_page_lists_every_law() -> None:
    for family in (laws(), rank_laws, trend_laws, aggregate_laws):
        for law in family:
            assert f"| `{law.name}` | {law.statement} |" in page()
