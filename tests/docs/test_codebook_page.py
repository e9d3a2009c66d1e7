"""The guide of codebooks without Python: its tables and its JSON are the index that it names."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import policyindex as pi
from policyindex import codebooks
from policyindex.codebooks.sheets import ORDER

openpyxl = pytest.importorskip("openpyxl")

PAGE = (Path(__file__).parents[2] / "docs" / "codebook-files.md").read_text(encoding="utf-8")


def partnership(task_force: int, civil_society: int, agreements: int) -> int:
    if not task_force:
        return 1 + civil_society
    return 2 + civil_society + agreements


def rows_of(sheet: str) -> list[list[str]]:
    """Return the rows of the table of a sheet, as a reader of the page types them."""
    text = PAGE[PAGE.index(f"**{sheet}**") :]
    lines = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)[0].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    columns, _, *rows = cells
    assert columns == list(ORDER[sheet])[: len(columns)]
    return rows


def typed(cell: str) -> object:
    return int(cell) if cell.isdecimal() else cell or None


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "four.xlsx"
    codebooks.write(pi.THREE_P, path)
    book = openpyxl.load_workbook(path)
    for sheet in book.sheetnames:
        rows = rows_of(sheet)
        if sheet == "Codebook":
            book[sheet].insert_rows(7)
            for place, cell in enumerate(rows[0], start=1):
                book[sheet].cell(7, place, cell)
            book[sheet]["B3"] = "4P"
        else:
            for row in rows:
                book[sheet].append([typed(cell) for cell in row])
    book.save(path)
    return path


def test_the_tables_of_the_page_add_the_fourth_dimension(workbook: Path) -> None:
    four = codebooks.read(workbook)
    assert (four.name, four.lowest, four.highest) == ("4P", 4, 20)
    assert four.dimensions[:3] == pi.THREE_P.dimensions
    assert four.changelog == (("2026-11-27", "Added partnership"), *pi.THREE_P.changelog)
    names = ("task_force", "civil_society")
    agreements = pi.Indicator("agreements", ("none", "regional", "worldwide"))
    same = pi.Dimension("d", (*map(pi.Indicator, names), agreements), partnership)
    assert four.dimensions[3].table == same.table


def test_the_json_of_the_page_is_the_same_dimension(workbook: Path, tmp_path: Path) -> None:
    dimension = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])
    codebooks.write(pi.THREE_P, tmp_path / "four.json")
    document = json.loads((tmp_path / "four.json").read_text(encoding="utf-8"))
    document["name"] = "4P"
    document["dimensions"].append(dimension)
    (tmp_path / "four.json").write_text(json.dumps(document), encoding="utf-8")
    by_json, by_sheets = codebooks.read(tmp_path / "four.json"), codebooks.read(workbook)
    assert by_json.dimensions == by_sheets.dimensions
    assert by_json.dimensions[3].rule == by_sheets.dimensions[3].rule
    assert by_json.rules == by_sheets.rules
