"""The sheets without codings: their facts, and the cells that a person typed into them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from builders import SMALL
from policyindex.coding.abouts import about_in, foreign_cells
from policyindex.coding.form import ABOUT, FACTS, GUIDANCE, LISTS, MARK, STEPS

VALUES = ("Ama", "Small Index", SMALL.rules, "NGA, GHA", "2014, 2015", "16")

Rows = list[tuple[str, Sequence[Any]]]


def numbered(*rows: Sequence[Any]) -> Rows:
    return [(f"row {place}", row) for place, row in enumerate(rows, 1)]


def facts(**changes: str) -> list[Sequence[Any]]:
    return [(name, changes.get(name, value)) for name, value in zip(FACTS, VALUES, strict=True)]


def test_facts_are_the_coder_and_the_rules_and_what_else_the_sheet_states() -> None:
    about = about_in(numbered(["Small Index: Ama"], [], ["Codings"], *facts(), ["Index", "x", "y"]))
    assert about is not None
    assert (about.coder, about.rules, about.are_units) == ("Ama", SMALL.rules, False)
    assert (about.countries, about.years) == (["NGA", "GHA"], [2014, 2015])
    few = about_in(numbered(("Rules", "r"), ("Coder", " Ama \n B. ")))
    assert few is not None
    assert few == ("Ama B.", "r", [], [], False)
    for lacking in ("Coder", "Rules"):
        assert about_in(numbered(*(row for row in facts() if row[0] != lacking))) is None


@pytest.mark.parametrize(
    ("label", "units"),
    [
        (json.dumps(["Kano, north", "Lagos"]), ["Kano, north", "Lagos"]),
        (json.dumps(["Kano, north", "Lagos"])[:-3], []),  # cut short by a spreadsheet
        ("[" * 100_000, []),
        ("NGA,, GHA ,", ["NGA", "GHA"]),
    ],
)
def test_units_are_a_list_of_json_or_codes_with_commas(label: str, units: list[str]) -> None:
    about = about_in(numbered(*facts(Countries=label)))
    assert about is not None
    assert (about.countries, about.are_units) == (units, label.startswith("["))


@pytest.mark.parametrize("n", range(len(FACTS) + 1))
def test_a_sheet_with_three_facts_is_the_librarys_and_the_rest_of_it_was_typed(n: int) -> None:
    typed = [["Ask Kofi", "by phone"], ["", 7]]
    rows = numbered(["A title"], *facts()[:n], *([step] for step in STEPS), *typed)
    cells = [(each.where, each.cell) for each in foreign_cells(rows, SMALL)]
    last = len(rows)
    notes = [(f"row {last - 1}", "Ask Kofi"), (f"row {last - 1}", "by phone"), (f"row {last}", 7)]
    if n > 2:
        assert cells == notes
    else:
        assert cells[-3:] == notes
        assert len(cells) == 1 + 2 * n + len(STEPS) + 3


def test_lists_and_guidance_of_a_codebook_that_is_not_at_hand_are_passed_over() -> None:
    for name, is_typed in ((LISTS, False), (ABOUT, False), (GUIDANCE, True)):
        rows = numbered([f"{MARK}{name}"], ["a note"])
        assert [each.cell for each in foreign_cells(rows, SMALL)] == ["a note"] * is_typed
        assert not list(foreign_cells(rows, None))
    assert not list(foreign_cells(numbered([], [""]), SMALL))
