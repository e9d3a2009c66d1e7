"""The keys of rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from builders import SMALL
from policyindex.coding import template
from policyindex.coding.form import Key, KeyCell, key_cell, packed, unpacked


@pytest.mark.parametrize(
    ("year", "is_read"), [(1900, True), (2100, True), (1899, False), (2101, False)]
)
def test_keys_of_the_first_and_the_last_year_are_keys(year: int, is_read: bool) -> None:
    key = f'["NGA", {year}, "shelter"]'
    assert (unpacked(key) is not None) == is_read


@pytest.mark.parametrize("previous", ["", "yes", "two words"])
@pytest.mark.parametrize("n_codings", [0, 1, 36])
def test_a_key_comes_back_with_what_else_its_cell_says(previous: str, n_codings: int) -> None:
    key = Key("Kano, north", 2015, "shelter")
    cell = packed(key, previous, n_codings)
    assert key_cell(cell) == KeyCell(key, previous, n_codings)
    assert unpacked(cell) == key
    assert (cell == packed(key)) == (not previous and not n_codings)
    assert packed(key) == '["Kano, north", 2015, "shelter"]'


@pytest.mark.parametrize(
    "cell",
    ["", "[", "[]", '["NGA", 2015]', '["NGA", "2015", "shelter"]', '[1, 2015, "shelter"]', None, 3,
     '{"a": 1}', "[" * 100_000, '["NGA", 2015, 4]', ["NGA", 2015, "shelter"]],
)  # fmt: skip
def test_any_other_cell_is_no_key(cell: object) -> None:
    assert key_cell(cell) is None
    assert unpacked(cell) is None


def test_a_key_with_more_than_this_version_knows_is_a_key() -> None:
    key = Key("NGA", 2015, "shelter")
    assert key_cell('["NGA", 2015, "shelter", "yes", 3, "more"]') == KeyCell(key, "yes", 3)
    assert key_cell('["NGA", 2015, "shelter", "yes"]') == KeyCell(key)


def test_codings_stand_directly_below_the_frozen_marks_and_headers(path: Path) -> None:
    template(path, SMALL, ["Ghana"], 2015, "Ama")
    book = load_workbook(path)
    for title, names in (("Law", ("statute", "penalty")), ("Support", ("shelter", "aid"))):
        sheet = book[title]
        keys = [unpacked(cells[0]) for cells in sheet.values]
        assert keys == [None, None, *(Key("GHA", 2015, name) for name in names)]
        assert sheet[sheet.freeze_panes].row == 3
