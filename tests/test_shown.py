"""Cells of Excel: what their format, their parts and their XML make of them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

import pytest

from policyindex import PanelError, read_values

openpyxl = pytest.importorskip("openpyxl")

CellRichText = openpyxl.cell.rich_text.CellRichText
TextBlock = openpyxl.cell.rich_text.TextBlock
InlineFont = openpyxl.cell.text.InlineFont


def book_of(*rows: Sequence[object], code: str = "General") -> io.BytesIO:
    """Return a workbook of one sheet, with the number format of cell C2."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active["C2"].number_format = code
    book.save(stream := io.BytesIO())
    stream.seek(0)
    return stream


ENDED = b'</c></row><row r="3"'

VALUES = (["country", "year", "gdp"], ["Ghana", 2009, 4], ["Kenya", 2008, 4])


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('0"0"', "40"),
        ('"1"0', "14"),
        ("0\\0", "40"),
        ('0".5"', "4.5"),
        ('"2"0', "24"),
        ('0.0"5"', "4.05"),
    ],
)
def test_digits_of_a_format_make_another_number(code: str, shown: str) -> None:
    with pytest.raises(PanelError, match=re.escape(f"'4 (shown as {shown})'")):
        read_values(book_of(*VALUES, code=code), columns=["gdp"])


@pytest.mark.parametrize("code", ['0" "', '0"€"', '"0"0'])
def test_other_texts_of_a_format_leave_the_number(code: str) -> None:
    assert read_values(book_of(*VALUES, code=code)).loc[("GHA", 2009), "gdp"] == 4


def changed(stream: io.BytesIO, old: bytes, new: bytes) -> io.BytesIO:
    """Return a workbook with another text in its first sheet."""
    with zipfile.ZipFile(stream) as book, zipfile.ZipFile(copy := io.BytesIO(), "w") as other:
        for name in book.namelist():
            part = book.read(name)
            if name.endswith("sheet1.xml"):
                assert old in part
                part = part.replace(old, new)
            other.writestr(name, part)
    copy.seek(0)
    return copy


@pytest.mark.parametrize(
    "value", [b"<v>4</v><v>1</v>", b"<v>4</v><is><t>1</t></is>", b"<is><t>4</t></is><is/>"]
)
def test_a_cell_has_one_value(value: bytes) -> None:
    damaged = changed(book_of(*VALUES), b"<v>4</v>" + ENDED, value + ENDED)
    with pytest.raises(PanelError, match="it is damaged: C2 has two values$"):
        read_values(damaged)


def test_damaged_parts_of_a_workbook_have_words_of_their_own() -> None:
    for old, new in ((b"<v>4</v>", b"<v>&e;</v>"), (b"</sheetData>", b"")):
        with pytest.raises(PanelError, match="it is damaged, or a part of it is missing$"):
            read_values(changed(book_of(*VALUES), old, new))


@pytest.mark.parametrize(("strike", "number"), [(True, None), (False, 12.0)])
def test_a_part_that_is_struck_through_is_none_of_a_number(
    strike: bool, number: float | None
) -> None:
    part = CellRichText("1", TextBlock(InlineFont(strike=strike), "2"))
    stream = book_of(VALUES[0], ["Ghana", 2009, part], VALUES[2])
    if number is None:
        with pytest.raises(PanelError, match=re.escape("'1~(2)'")):
            read_values(stream, columns=["gdp"])
    else:
        assert read_values(stream).loc[("GHA", 2009), "gdp"] == number
