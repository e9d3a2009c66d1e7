"""The workbook of a codebook, as a person sees it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from policyindex import THREE_P, Codebook, Dimension, Indicator, codebooks
from policyindex.codebooks import Table
from policyindex.codebooks.files import content_of

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl writes workbooks")


@pytest.fixture(scope="module")
def book() -> Any:
    return openpyxl.load_workbook(io.BytesIO(content_of(THREE_P, ".xlsx")))


def test_the_first_row_of_each_sheet_is_bold_and_stays_in_view(book: Any) -> None:
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        header, *rows = (
            [cell.font.bold for cell in row if cell.value] for row in sheet.iter_rows()
        )
        assert header
        assert all(header)
        assert rows
        assert not any(map(any, rows))


def test_long_texts_are_wrapped_in_wide_columns(book: Any) -> None:
    for name, column in (("Codebook", "B"), ("Levels", "E")):
        sheet = book[name]
        assert sheet.column_dimensions[column].width > 60
        assert all(cell.alignment.wrap_text for cell in sheet[column] if cell.value)


@pytest.mark.parametrize(("text", "is_read"), [("1", True), ("001", True), ("0001", False)])
def test_a_level_has_at_most_three_digits(text: str, is_read: bool, tmp_path: Path) -> None:
    law = Dimension("law", (Indicator("statute"),), Table((1, 2)), ("weak", "strong"))
    tiny = Codebook("tiny", (law,))
    workbook = openpyxl.load_workbook(io.BytesIO(content_of(tiny, ".xlsx")))
    header, *rows = workbook["Rules"].iter_rows()
    place = [cell.value for cell in header].index("level")
    (cell,) = (row[place] for row in rows if row[place].value == "1")
    cell.value = text
    path = tmp_path / "tiny.xlsx"
    workbook.save(path)
    if is_read:
        assert codebooks.read(path) == tiny
    else:
        with pytest.raises(ValueError, match="as numbers with spaces between; got '0001'"):
            codebooks.read(path)
