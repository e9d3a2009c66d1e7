"""The page on property tests: its code runs, and the reports that it prints come out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import policyindex
from policyindex.testing import (
    LawBroken,
    aggregate_laws,
    diff_laws,
    lag_laws,
    laws,
    moran_laws,
    neighbour_laws,
    peer_laws,
    rank_laws,
    trend_laws,
    workbook_laws,
)

pytestmark = pytest.mark.slow

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")

BLOCK = re.compile(r"<!-- (?P<purpose>[^\n]*) -->\n```python\n(?P<code>.*?)```\n", re.DOTALL)
REPORT = re.compile(r"\s*```text\n(?P<report>.*?)\n```", re.DOTALL)

BROKEN = {each["purpose"]: each for each in BLOCK.finditer(PAGE) if each["purpose"] != "runs"}
RUNNING = [each["code"] for each in BLOCK.finditer(PAGE) if each["purpose"] == "runs"]


def test_the_blocks_of_the_page_are_counted() -> None:
    """A pattern that matches nothing would let the other tests pass."""
    assert len(BROKEN) == PAGE.count("<!-- test: ") == 3
    assert len(RUNNING) == PAGE.count("<!-- runs -->") == 2
    printing = PAGE.count("```python\nimport numpy")  # its output is compared with the page
    assert len(BROKEN) + len(RUNNING) + printing == PAGE.count("```python\n")
    assert printing == 1
    assert len(BROKEN) == PAGE.count("```text\n") - printing


def run(code: str) -> None:
    """Run a block, and its parametrized tests as pytest would."""
    names: dict[str, object] = {"__name__": "page"}
    exec(compile(code, "testing.md", "exec"), names)

    for name, test in names.items():
        marks = getattr(test, "pytestmark", [])
        if name.startswith("test_") and marks:
            for value in marks[0].args[1]:
                test(value)  # type: ignore[operator]


@pytest.mark.parametrize("purpose", BROKEN)
def test_a_wrong_scoring_is_reported_as_on_the_page(purpose: str) -> None:
    block = BROKEN[purpose]
    expected = REPORT.search(PAGE, block.end())
    assert expected is not None
    with pytest.raises(LawBroken) as report:
        run(block["code"])
    assert str(report.value) == expected["report"]


@pytest.mark.parametrize("code", RUNNING, ids=["laws", "strategies"])
def test_the_other_code_passes_and_fails_of_a_wrong_score(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(code)
    right = policyindex.score
    monkeypatch.setattr(
        policyindex, "score", lambda *panel, **options: right(*panel, **options) + 1
    )
    with pytest.raises(AssertionError):
        run(code)


def test_the_page_lists_every_law() -> None:
    families = [laws(), rank_laws, trend_laws, aggregate_laws()]
    families += [lag_laws, peer_laws, moran_laws, neighbour_laws, workbook_laws(), diff_laws()]
    rows = [f"| `{law.name}` | {law.statement} |" for family in families for law in family]
    assert len(rows) == 123
    assert [row for row in rows if row not in PAGE] == []
