"""Read the sheets of .xls workbooks, as they show their cells."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from .display import Shown, lowered, number_shown, raised, struck, text_shown
from .model import MOST_BLANK, Content, Rounded, Row, Sheet, letters_of, sheet_of

SUPERSCRIPT, SUBSCRIPT = 1, 2


def sheets_of(content: bytes, *, most_cells: int) -> list[Sheet]:
    """Return the sheets of a workbook."""
    import xlrd  # type: ignore[import-untyped]

    silent = io.StringIO()  # it would print
    book = xlrd.open_workbook(
        file_contents=content,
        logfile=silent,
        on_demand=True,
        ragged_rows=True,
        formatting_info=True,
    )
    return [_sheet(book, place, name, most_cells) for place, name in enumerate(book.sheet_names())]


def _sheet(book: Any, place: int, name: str, most_cells: int) -> Sheet:
    return sheet_of(
        name,
        book._sheet_visibility[place] != 0,
        partial(_content, book, place, most_cells),
        partial(_start, book, place),
    )


def _start(book: Any, place: int) -> Iterator[Row]:
    sheet = book.sheet_by_index(place)
    for number in islice(range(sheet.nrows), MOST_BLANK):
        cells = enumerate(sheet.row(number))
        yield [_display(book, sheet, number, column, cell).value for column, cell in cells]


def _content(book: Any, place: int, most_cells: int) -> Content:
    sheet = book.sheet_by_index(place)
    content = Content(most_cells)
    for top, below, left, beyond in sheet.merged_cells:
        content.merge((top, left, below - 1, beyond - 1))
    for column, words in sheet.colinfo_map.items():
        if words.hidden or words.width == 0:
            content.hide(column, column + 1)
    for number in range(sheet.nrows):
        values = []
        for column, cell in enumerate(sheet.row(number)):
            display = _display(book, sheet, number, column, cell)
            if display.value != "":
                values.append((column + 1, display.value))
            if display.rounded and isinstance(display.value, int | float):
                at = f"{letters_of(column)}{number + 1}"
                content.rounded.append(Rounded(at, display.value, display.rounded))
        words = sheet.rowinfo_map.get(number)
        is_hidden = words is not None and bool(words.hidden)
        row = content.row(number + 1, values)
        content.add(number + 1, row, is_hidden=is_hidden)
    return content


def _display(book: Any, sheet: Any, row: int, column: int, cell: Any) -> Shown:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_ERROR:
        return Shown(xlrd.error_text_from_code.get(cell.value, "#ERROR"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return Shown(bool(cell.value))
    code = _code(book, cell.xf_index)
    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return number_shown(cell.value, code, starts_1904=book.datemode == 1)
    if cell.ctype == xlrd.XL_CELL_TEXT and cell.value:
        text = _text(book, cell.value, sheet.rich_text_runlist_map.get((row, column), ()))
        return Shown(text_shown(text, code))
    return Shown("")


def _code(book: Any, style: int | None) -> str:
    """Return the number format of a cell; damaged workbooks lack some."""
    if style is None or not 0 <= style < len(book.xf_list):
        return "General"
    entry = book.format_map.get(book.xf_list[style].format_key)
    return "General" if entry is None else str(entry.format_str)


def _text(book: Any, text: str, runs: Any) -> str:
    """Return the text of a cell, whose runs of fonts start at some of its characters."""
    parts: list[str] = []
    start = 0
    change: Callable[[str], str] = _as_it_is
    for offset, font in [*runs, (len(text), 0)]:
        part = text[start:offset]
        parts.append(change(part) if part else "")
        start, change = max(start, offset), _change(book, font)
    return "".join(parts)


def _change(book: Any, font: int) -> Callable[[str], str]:
    """Return what a font does to text; damaged workbooks lack some."""
    if not 0 <= font < len(book.font_list):
        return _as_it_is
    if book.font_list[font].struck_out:
        return struck
    changes = {SUPERSCRIPT: raised, SUBSCRIPT: lowered}
    return changes.get(book.font_list[font].escapement, _as_it_is)


def _as_it_is(text: str) -> str:
    return text
