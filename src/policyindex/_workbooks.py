"""Sheets of Excel workbooks, old and new, as rows of cells. What the sheet shows is what counts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import IO, Any
from xml.etree.ElementTree import Element, iterparse

from ._wording import listed, shown

MOST_ROWS = 2**20
"""The height of an Excel sheet; a damaged one may claim any."""

UNCALCULATED = "a formula without its value"

Row = list[Any]


def rows(
    content: bytes, sheet: int | str, *, most_bytes: int, most_cells: int
) -> Iterator[tuple[str, Row]]:
    """Give the rows of a sheet, each with its place; an empty cell is ``""``.

    An error such as ``#REF!`` is its text, and a formula that was never calculated says so: a
    value that nobody has seen must not pass for a missing one.
    """
    if content.startswith(b"PK"):
        numbered = _new_rows(content, sheet, most_bytes, most_cells)
    else:
        numbered = _old_rows(content, sheet)  # too small a format for a bomb
    for number, row in numbered:
        while row and row[-1] == "":
            row.pop()
        yield f"row {number}", row


def _new_rows(
    content: bytes, sheet: int | str, most_bytes: int, most_cells: int
) -> Iterator[tuple[int, Row]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {member.filename: member.file_size for member in archive.infolist()}
        if "xl/workbook.xml" not in members:
            raise ValueError("the archive holds no workbook; save it as .xlsx")
        unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > most_bytes:
            raise ValueError(
                f"it must unpack to at most {most_bytes:,} bytes; it unpacks to {unpacked:,}"
            )
        from openpyxl import load_workbook  # type: ignore[import-untyped]

        stream = io.BytesIO(content)
        with closing(load_workbook(stream, read_only=True, data_only=True)) as book:
            chosen = book.worksheets[_place([each.title for each in book.worksheets], sheet)]
            with archive.open(chosen._worksheet_path) as source:
                uncalculated = _uncalculated(source, most_cells)
            chosen.reset_dimensions()  # they may be wrong, and cells beyond them would be lost
            for number, values in enumerate(chosen.iter_rows(values_only=True), 1):
                row = ["" if value is None else value for value in values]
                for place in uncalculated.pop(number, ()):
                    row[place - 1] = UNCALCULATED
                yield number, row


def _uncalculated(sheet: IO[bytes], most_cells: int) -> dict[int, list[int]]:
    """Return the columns of formulas without a value, by row.

    Raises
    ------
    ValueError
        When a row or a cell comes twice or out of order, so that one would hide the other, or
        when the rows, filled up from the left, would have too many cells.
    """
    from openpyxl.utils.cell import coordinate_to_tuple  # type: ignore[import-untyped]

    found: dict[int, list[int]] = {}
    last_row = seen = 0
    for _, row in iterparse(sheet):
        if _tag(row) != "row":
            continue
        number = int(row.get("r", last_row + 1))
        last_column = 0
        for cell in row:
            column = last_column + 1
            if "r" in cell.attrib:
                at, column = coordinate_to_tuple(cell.attrib["r"])
                if at != number:
                    raise ValueError(f"the cell {shown(cell.attrib['r'])} stands in row {number}")
            if column <= last_column:
                raise ValueError(f"row {number} has a cell twice or out of order")
            last_column = column
            if _is_uncalculated(cell):
                found.setdefault(number, []).append(column)
        if number <= last_row:
            raise ValueError(f"row {number} comes twice or out of order")
        last_row, seen = number, seen + last_column
        if number > MOST_ROWS or seen > most_cells:
            raise ValueError(f"it must have at most {MOST_ROWS:,} rows and {most_cells:,} cells")
        row.clear()
    return found


def _is_uncalculated(cell: Element) -> bool:
    parts = {_tag(part): part.text for part in cell}
    # The value of a formula of type str may well be the empty text.
    return "f" in parts and not parts.get("v") and cell.get("t") != "str"


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _old_rows(content: bytes, sheet: int | str) -> Iterator[tuple[int, Row]]:
    import xlrd  # type: ignore[import-untyped]

    silent = io.StringIO()  # it would print
    book = xlrd.open_workbook(
        file_contents=content, logfile=silent, on_demand=True, ragged_rows=True
    )
    chosen = book.sheet_by_index(_place(book.sheet_names(), sheet))
    for number in range(chosen.nrows):
        yield number + 1, [_old_value(cell, book.datemode) for cell in chosen.row(number)]


def _old_value(cell: Any, datemode: int) -> object:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#ERROR")
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate.xldate_as_datetime(cell.value, datemode)
        except (xlrd.XLDateError, OverflowError):
            return cell.value
    return cell.value


def _place(names: Sequence[str], sheet: int | str) -> int:
    if sheet in names:
        return names.index(str(sheet))
    if isinstance(sheet, int) and 0 <= sheet < len(names):
        return sheet
    raise ValueError(
        f"sheet must be one of {listed(names)}, or a number below {len(names)}; got {shown(sheet)}"
    )
