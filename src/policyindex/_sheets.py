"""Read the sheets of Excel workbooks, .xlsx and .xls, as rows of the cells that Excel shows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import partial
from itertools import islice
from typing import IO, Any, NamedTuple
from xml.etree.ElementTree import Element, iterparse

from ._wording import listed, quoted

MOST_ROWS = 2**20
"""The height of an Excel sheet; a damaged one may claim any."""

UNCALCULATED = "a formula without its value"

MOST_BLANK = 100
"""Rows in which the header of a sheet is looked for that is not the one to be read."""

Row = list[Any]

Range = tuple[int, int, int, int]
"""The top, left, bottom and right of cells, counted from 0 and inclusive."""


class Sheet(NamedTuple):
    """Hold a sheet of a workbook; an empty cell is ``""``.

    An error such as ``#REF!`` is its text, and so is a formula that was never calculated: it must
    not be read as missing.
    """

    name: str
    is_hidden: bool
    rows: Callable[[], Iterator[tuple[str, Row]]]
    """All the rows, each with its number, e.g. ``row 2``."""
    start: Callable[[], Iterator[Row]]
    """The first rows; the others are not read."""
    merged: Callable[[], list[Range]] = list
    """The ranges of merged cells, of which the first one alone holds a value."""

    @property
    def header(self) -> Row:
        """The first row that is not blank, if another row that is not blank follows."""
        filled = [row for row in self.start() if any(cell != "" for cell in row)]
        return filled[0] if len(filled) > 1 else []


def open_sheets(
    content: bytes, *, most_bytes: int, most_cells: int
) -> AbstractContextManager[list[Sheet]]:
    """Return the sheets of a workbook, which stays open within the context."""
    if content.startswith(b"PK"):
        return _new_sheets(content, most_bytes, most_cells)
    return nullcontext(_old_sheets(content))  # the format is too small for a bomb


def sheet_at(sheets: Sequence[Sheet], sheet: int | str) -> Sheet:
    """Return the sheet of a name, or else of a position counted from 0."""
    names = [each.name for each in sheets]
    by_name = {str(position): each for position, each in enumerate(sheets)}
    by_name |= dict(zip(names, sheets, strict=True))
    if str(sheet) not in by_name:
        raise ValueError(
            f"sheet must be one of {listed(names)}, or a position from 0 to {len(names) - 1}; got "
            f"{quoted(sheet)}"
        )
    return by_name[str(sheet)]


@contextmanager
def _new_sheets(content: bytes, most_bytes: int, most_cells: int) -> Iterator[list[Sheet]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {member.filename: member.file_size for member in archive.infolist()}
        if "xl/workbook.xml" not in members:
            raise ValueError("the archive does not hold a workbook; save it as .xlsx")
        unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > most_bytes:
            raise ValueError(
                f"it must unpack to at most {most_bytes:,} bytes; it unpacks to {unpacked:,}"
            )
        from openpyxl import load_workbook  # type: ignore[import-untyped]

        stream = io.BytesIO(content)
        with closing(load_workbook(stream, read_only=True, data_only=True)) as book:
            for each in book.worksheets:
                each.reset_dimensions()  # they may be wrong, and cells beyond them would be lost
            yield [
                Sheet(
                    each.title,
                    each.sheet_state != "visible",
                    partial(_new_rows, archive, each, most_cells),
                    partial(_new_start, each),
                    partial(_new_merged, archive, each),
                )
                for each in book.worksheets
            ]


def _new_rows(archive: zipfile.ZipFile, sheet: Any, most_cells: int) -> Iterator[tuple[str, Row]]:
    with archive.open(sheet._worksheet_path) as source:
        uncalculated = _uncalculated(source, most_cells)
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        row = _filled(values)
        for place in uncalculated.pop(number, ()):
            row[place - 1] = UNCALCULATED
        yield f"row {number}", _trimmed(row)


def _new_start(sheet: Any) -> Iterator[Row]:
    return map(_filled, sheet.iter_rows(values_only=True, max_row=MOST_BLANK))


def _new_merged(archive: zipfile.ZipFile, sheet: Any) -> list[Range]:
    from openpyxl.utils.cell import range_boundaries  # type: ignore[import-untyped]

    ranges = []
    with archive.open(sheet._worksheet_path) as source:
        for _, element in iterparse(source):
            if _tag(element) == "mergeCell":
                left, top, right, bottom = range_boundaries(element.get("ref"))
                ranges.append((top - 1, left - 1, bottom - 1, right - 1))
            elif _tag(element) == "row":
                element.clear()
    return ranges


def _old_merged(content: bytes, place: int) -> list[Range]:
    import xlrd  # type: ignore[import-untyped]

    book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), formatting_info=True)
    ranges = book.sheet_by_index(place).merged_cells
    return [(top, left, below - 1, beyond - 1) for top, below, left, beyond in ranges]


def _filled(values: Iterable[object]) -> Row:
    return ["" if value is None else value for value in values]


def _trimmed(row: Row) -> Row:
    while row and row[-1] == "":
        row.pop()
    return row


def _uncalculated(sheet: IO[bytes], most_cells: int) -> dict[int, list[int]]:
    """Return the columns of formulas without a value, by row.

    Raises
    ------
    ValueError
        If a row or a cell comes twice or out of order, so that one would hide the other, or if
        the rows, filled up from the left, would have too many cells.
    """
    from openpyxl.utils.cell import coordinate_to_tuple

    columns: dict[int, list[int]] = {}
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
                    raise ValueError(f"the cell {quoted(cell.attrib['r'])} stands in row {number}")
            if column <= last_column:
                raise ValueError(f"row {number} has a cell twice or out of order")
            last_column = column
            if _is_uncalculated(cell):
                columns.setdefault(number, []).append(column)
        if number <= last_row:
            raise ValueError(f"row {number} comes twice or out of order")
        last_row, seen = number, seen + last_column
        if number > MOST_ROWS or seen > most_cells:
            raise ValueError(f"it must have at most {MOST_ROWS:,} rows and {most_cells:,} cells")
        row.clear()
    return columns


def _is_uncalculated(cell: Element) -> bool:
    parts = {_tag(part): part.text for part in cell}
    # The value of a formula of type str may well be the empty text.
    return "f" in parts and not parts.get("v") and cell.get("t") != "str"


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _old_sheets(content: bytes) -> list[Sheet]:
    import xlrd

    silent = io.StringIO()  # it would print
    book = xlrd.open_workbook(
        file_contents=content, logfile=silent, on_demand=True, ragged_rows=True
    )
    return [
        Sheet(
            name,
            book._sheet_visibility[place] != 0,
            partial(_old_rows, book, place),
            partial(_old_start, book, place),
            partial(_old_merged, content, place),
        )
        for place, name in enumerate(book.sheet_names())
    ]


def _old_rows(book: Any, place: int) -> Iterator[tuple[str, Row]]:
    sheet = book.sheet_by_index(place)
    for number in range(sheet.nrows):
        row = [_old_value(cell, book.datemode) for cell in sheet.row(number)]
        yield f"row {number + 1}", _trimmed(row)


def _old_start(book: Any, place: int) -> Iterator[Row]:
    return (row for _, row in islice(_old_rows(book, place), MOST_BLANK))


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
