"""Read the sheets of .xlsx workbooks, as they show their cells."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache, partial
from itertools import islice
from math import isfinite
from typing import NamedTuple
from xml.etree.ElementTree import Element

from .._wording import quoted
from .display import Shown, lowered, number_shown, raised, struck, text_shown
from .model import (
    MOST_BLANK,
    MOST_WIDE,
    UNCALCULATED,
    Content,
    Range,
    Rounded,
    Row,
    Sheet,
    row_of,
    sheet_of,
)
from .xml import attributes, elements, root, tag

FORMATS = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "m/d/yy h:mm", 37: "#,##0_);(#,##0)", 38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);[Red](#,##0.00)",
    41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', 42: '_($* #,##0_);_($* (#,##0);_($* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)',
    44: '_($* #,##0.00_);_($* (#,##0.00);_($* "-"??_);_(@_)',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
"""The number formats that every workbook has; 27 to 36 and 50 to 58 are dates of East Asia."""

FORMATS |= dict.fromkeys([*range(27, 32), 36, *range(50, 55), 57, 58], "yyyy-mm-dd")

REFERENCE = re.compile(r"\$?([A-Z]{1,7})\$?([0-9]{1,12})")

INTEGER = re.compile(r"[+-]?[0-9]+")

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")

HEAD, TEXTS = frozenset({"row", "mergeCell"}), frozenset({"si"})

STYLES = frozenset({"numFmts", "cellXfs"})

MOST_STYLES = 2**16
"""The styles of cells that Excel allows; they would fill the memory before a cell is read."""

PARTS = frozenset({"row", "col", "mergeCell"})

ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class _Book(NamedTuple):
    """Hold the parts of a workbook that its sheets share."""

    archive: zipfile.ZipFile
    texts: Sequence[str]
    codes: Mapping[str, str]
    """The number format of each style, by its number."""
    starts_1904: bool
    most_cells: int


def sheets_of(archive: zipfile.ZipFile, *, most_cells: int) -> list[Sheet]:
    """Return the sheets of a workbook; its charts and macros are left out.

    Raises
    ------
    ValueError
        If a part of the workbook is missing or is not what it must be.
    """
    path = _workbook_path(archive)
    targets, kinds = _relations(archive, path)
    workbook = root(archive, path)
    shared = kinds.get("sharedStrings")
    styles = kinds.get("styles")
    book = _Book(
        archive,
        list(_shared_texts(archive, shared)) if shared else (),
        _number_formats(archive, styles) if styles else {},
        any(
            attributes(each).get("date1904") in ("1", "true")
            for each in workbook
            if tag(each) == "workbookPr"
        ),
        most_cells,
    )
    sheets = []
    for each in workbook.iter():
        if tag(each) != "sheet":
            continue
        words = attributes(each)
        kind, member = targets.get(words.get("id", ""), ("", ""))
        if kind != "worksheet":
            continue
        if member not in archive.namelist():
            raise ValueError(f"its sheet {quoted(words.get('name'))} is missing from the archive")
        sheets.append(_sheet(book, words, member))
    if not sheets:
        raise ValueError("it must have a sheet of cells; it has none")
    return sheets


def _sheet(book: _Book, words: dict[str, str], member: str) -> Sheet:
    return sheet_of(
        words.get("name", ""),
        words.get("state", "visible") != "visible",
        partial(_content, book, member),
        partial(_start, book, member),
    )


def _workbook_path(archive: zipfile.ZipFile) -> str:
    path = "xl/workbook.xml"
    with suppress(Exception):  # the place is nearly always the same
        path = _relations(archive, "")[1].get("officeDocument", path)
    if path not in archive.namelist():
        raise ValueError("the archive does not hold a workbook; save it as .xlsx")
    return path


def _relations(
    archive: zipfile.ZipFile, path: str
) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Return the kind and the member of each relation of a part, and a member of each kind."""
    folder, name = posixpath.split(path)
    # Some programs write names in another case, or with the separators of Windows.
    members = {each.replace("\\", "/").lower(): each for each in archive.namelist()}
    targets = {}
    for each in root(archive, posixpath.join(folder, "_rels", f"{name}.rels")):
        kind = each.get("Type", "").rpartition("/")[2]
        target = posixpath.normpath(posixpath.join("/", folder, each.get("Target", "")))
        target = target.lstrip("/")
        targets[each.get("Id", "")] = kind, members.get(target.lower(), target)
    return targets, dict(targets.values())


def _shared_texts(archive: zipfile.ZipFile, member: str) -> Iterator[str]:
    for _, element in elements(archive, member, TEXTS):
        yield _text(element)


def _text(element: Element) -> str:
    """Return the text of a cell; readings of characters (rPh) are not part of it."""
    text, has_plain = "", False
    for part in element:
        name = tag(part)
        if name == "t":
            if has_plain:
                raise _repeated("a text")
            text, has_plain = text + (part.text or ""), True
        elif name == "r":
            text += _run(part)
    return ESCAPED.sub(_unescaped, text) if "_x" in text else text


def _repeated(place: str) -> ValueError:
    """Return the error of a second value: nothing shows which is right."""
    return ValueError(f"it is damaged: {place} has two values")


def _run(run: Element) -> str:
    text, position, is_struck, has_text = "", "", False, False
    for part in run.iter():
        name = tag(part)
        if name == "t":
            if has_text:
                raise _repeated("a part of a text")
            text, has_text = part.text or "", True
        elif name == "vertAlign":
            position = part.get("val", "")
        elif name == "strike":
            is_struck = part.get("val", "1") not in ("0", "false")
    if is_struck:
        return struck(text)
    if position == "superscript":
        return raised(text)
    return lowered(text) if position == "subscript" else text


def _unescaped(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return "\N{REPLACEMENT CHARACTER}" if "\ud800" <= character <= "\udfff" else character


def _number_formats(archive: zipfile.ZipFile, member: str) -> dict[str, str]:
    codes = dict(FORMATS)
    numbers: list[int] = []
    for name, part in elements(archive, member, STYLES):
        # Formats of parts of cells (dxfs) and of named styles have such elements too.
        if name == "numFmts":
            codes |= {int(each.get("numFmtId", 0)): each.get("formatCode", "") for each in part}
        elif name == "cellXfs":
            numbers += [int(each.get("numFmtId", 0)) for each in part]
        if len(part) > MOST_STYLES:
            raise ValueError(f"it must have at most {MOST_STYLES:,} styles; it has {len(part):,}")
    return {str(n): codes.get(each, "General") for n, each in enumerate(numbers)}


def _start(book: _Book, member: str) -> Iterator[Row]:
    """Yield the first rows; faults of the others do not matter."""
    with suppress(Exception):
        parts = elements(book.archive, member, HEAD)
        for name, row in islice(parts, MOST_BLANK):
            if name != "row":  # merged cells stand below all rows, and may be many
                break
            cells = [(each[1], _value(each[2], book).value) for each in _cells(row, 0)]
            filled = [cell for cell in cells if cell[1] != ""]
            if not filled or filled[-1][0] <= MOST_WIDE:
                yield row_of(filled)


def _content(book: _Book, member: str) -> Content:
    content = Content(book.most_cells)
    last = 0
    for name, element in elements(book.archive, member, PARTS):
        if name == "row":
            number = int(element.get("r", last + 1))
            if number <= last:
                raise ValueError(f"row {number} comes twice or out of order")
            last = number
            content.add(
                number,
                _row(element, number, book, content),
                is_hidden=_is_hidden(element, "ht"),
            )
        elif name == "col":
            if _is_hidden(element, "width"):
                content.hide(int(element.get("min", 1)) - 1, int(element.get("max", 1)))
        elif name == "mergeCell":
            content.merge(_range(element.get("ref", "")))
    return content


def _is_hidden(element: Element, size: str) -> bool:
    """Whether a row or column is hidden, or of no height or width."""
    return element.get("hidden") in ("1", "true") or element.get(size) in ("0", "0.0")


def _row(row: Element, number: int, book: _Book, content: Content) -> Row:
    values = []
    for at, column, cell in _cells(row, number):
        display = _value(cell, book)
        if display.value != "":
            values.append((column, display.value))
        if display.rounded and isinstance(display.value, int | float):
            content.rounded.append(Rounded(at, display.value, display.rounded))
    return content.row(number, values)


def _cells(row: Element, number: int) -> Iterator[tuple[str, int, Element]]:
    """Yield the cells of a row, 0 for any, with their addresses and columns, from 1.

    Raises
    ------
    ValueError
        If a cell comes twice or out of order, so that one would hide the other.
    """
    last, digits = 0, str(number)
    for cell in row:
        at = cell.get("r", "")
        if at:
            letters = at.rstrip("0123456789")
            column = _column(letters)
            if number and at[len(letters) :] != digits and place_of(at)[1] != number:
                raise ValueError(f"the cell {quoted(at)} stands in row {number}")
        else:
            column = last + 1
        if column <= last:
            raise ValueError(f"row {number} has a cell twice or out of order")
        last = column
        yield at, column, cell


@lru_cache(maxsize=2**14)
def _column(letters: str) -> int:
    return place_of(f"{letters}1")[0]


@lru_cache(maxsize=2**14)
def _count(letters: str) -> int:
    """Return the number that the letters of a column stand for, from 1."""
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - ord("A") + 1
    return column


def place_of(reference: str) -> tuple[int, int]:
    """Return the column and the row of a cell such as ``B3``, from 1."""
    address = REFERENCE.fullmatch(reference)
    if not address:
        raise ValueError(f"{quoted(reference)} is not the address of a cell")
    return _count(address[1]), int(address[2])


def _range(reference: str) -> Range:
    first, _, last = reference.partition(":")
    left, top = place_of(first)
    right, bottom = place_of(last or first)
    return top - 1, left - 1, bottom - 1, right - 1


def _raw(cell: Element) -> tuple[str, bool]:
    """Return the value of a cell as it is written, and whether the cell has a formula."""
    own: str | None = None
    inline: str | None = None
    has_formula = False
    for part in cell:
        name = tag(part)
        if name == "v":
            if own is not None:
                raise _repeated(cell.get("r", "a cell"))
            own = part.text or ""
        elif name == "f":
            has_formula = True
        elif name == "is":
            if inline is not None:
                raise _repeated(cell.get("r", "a cell"))
            inline = _text(part)
    if own and inline:
        raise _repeated(cell.get("r", "a cell"))
    return own or inline or "", has_formula


def _value(cell: Element, book: _Book) -> Shown:
    kind = cell.get("t", "n")
    value, has_formula = _raw(cell)
    if not value:
        # The value of a formula of type str may well be the empty text.
        return Shown(UNCALCULATED if has_formula and kind != "str" else "")
    code = book.codes.get(cell.get("s", "0"), "General")
    if kind == "n" and code == "General":
        return Shown(_number(value))
    if kind == "n":
        return number_shown(_number(value), code, starts_1904=book.starts_1904)
    if kind in ("s", "str", "inlineStr"):
        text = _shared(value, book) if kind == "s" else value
        return Shown(text if code in ("General", "@") or not text else text_shown(text, code))
    if kind == "b":
        return Shown(value not in ("0", "false"))
    if kind == "e":
        return Shown(value)
    if kind == "d":
        return Shown(_date(value))
    raise ValueError(f"a cell is of an unknown type, {quoted(kind)}")


def _shared(value: str, book: _Book) -> str:
    if not (value.isdecimal() and len(value) < 10 and int(value) < len(book.texts)):
        raise ValueError(f"a cell refers to text {quoted(value)}, which the workbook lacks")
    return book.texts[int(value)]


def _number(value: str) -> int | float:
    if len(value) < 19 and value.isascii() and value.isdigit():
        return int(value)
    value = value.strip()
    if INTEGER.fullmatch(value) and len(value) < 19:
        return int(value)
    if not NUMBER.fullmatch(value) or not isfinite(number := float(value)):
        raise ValueError(f"a cell of a number holds {quoted(value)}")
    return number


def _date(value: str) -> object:
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return value
