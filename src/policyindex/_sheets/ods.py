"""Read the sheets of .ods workbooks, whose cells hold the text that they show."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import cache, partial
from itertools import islice
from math import isfinite
from xml.etree.ElementTree import Element

from .._wording import quoted
from .display import (
    CURRENCY,
    DASHES,
    DIGITS,
    OF_DAY,
    Shown,
    lowered,
    number_in,
    raised,
    struck,
    without_year,
)
from .model import MOST_BLANK, UNCALCULATED, Content, Rounded, Sheet, letters_of, row_of, sheet_of
from .xml import attributes, root, tag

MEMBER = "content.xml"


def sheets_of(archive: zipfile.ZipFile, *, most_cells: int) -> list[Sheet]:
    """Return the sheets of a workbook."""
    document = root(archive, MEMBER)
    styles = _styles(document)
    bodies = (part for body in document if tag(body) == "body" for part in body)
    tables = [each for part in bodies for each in part if tag(each) == "table"]
    if not tables:
        raise ValueError("it must have a sheet of cells; it has none")
    return [_sheet(table, styles, most_cells) for table in tables]


def _styles(document: Element) -> dict[str, str]:
    """Return the styles that hide a table (``hidden``), or raise, lower or strike text."""
    styles = {}
    parts = (each for part in document if tag(part).endswith("styles") for each in part)
    for style in parts:
        if tag(style) != "style":
            continue
        for part in style:
            words = attributes(part)
            if words.get("display") == "false":
                styles[attributes(style).get("name", "")] = "hidden"
            place = words.get("text-position", "").split(" ")[0]
            if place == "super" or re.fullmatch(r"[1-9]\d*(\.\d+)?%", place):
                styles[attributes(style).get("name", "")] = "super"
            elif place == "sub" or re.fullmatch(r"-[1-9]\d*(\.\d+)?%", place):
                styles[attributes(style).get("name", "")] = "sub"
            lines = {words.get(f"text-line-through-{each}", "none") for each in ("style", "type")}
            if lines != {"none"}:
                styles[attributes(style).get("name", "")] = "struck"
    return styles


def _sheet(table: Element, styles: dict[str, str], most_cells: int) -> Sheet:
    words = attributes(table)
    content = cache(partial(_content, table, styles, most_cells))
    return sheet_of(
        words.get("name", ""),
        styles.get(words.get("style-name", "")) == "hidden",
        content,
        lambda: (row for _, row in islice(content(), MOST_BLANK)),
    )


def _parts(table: Element, name: str) -> Iterator[Element]:
    """Yield the rows or columns of a table, those of groups and headers too."""
    groups = (f"{name}-group", f"{name}s", "table-header-rows", "table-header-columns")
    for part in table:
        if tag(part) == name:
            yield part
        elif tag(part) in groups:
            yield from _parts(part, name)


def _repeats(words: dict[str, str], name: str) -> int:
    value = words.get(name, "1")
    if not (value.isdecimal() and len(value) < 10 and int(value) > 0):
        raise ValueError(f"a cell or row is repeated {quoted(value)} times")
    return int(value)


def _content(table: Element, styles: dict[str, str], most_cells: int) -> Content:
    content = Content(most_cells)
    column = 0
    for each in _parts(table, "table-column"):
        words = attributes(each)
        beyond = column + _repeats(words, "number-columns-repeated")
        if words.get("visibility", "visible") != "visible":
            content.hide(column, beyond)
        column = beyond
    number = 0
    for each in _parts(table, "table-row"):
        if not (len(each) or each.attrib):
            number += 1
            continue
        words = attributes(each)
        times = _repeats(words, "number-rows-repeated")
        values = _values(each, number + 1, styles, content)
        if values:
            content.reserve(number + times, values[-1][0] * times)
            is_hidden = words.get("visibility", "visible") != "visible"
            for again in range(number + 1, number + 1 + times):
                content.add(again, row_of(values), is_hidden=is_hidden)
        number += times
    return content


def _values(
    row: Element, number: int, styles: dict[str, str], content: Content
) -> list[tuple[int, object]]:
    """Return the values of a row that are not blank, with their columns from 1."""
    values: list[tuple[int, object]] = []
    column = 0
    for cell in row:
        if tag(cell) not in ("table-cell", "covered-table-cell"):
            continue
        words = attributes(cell)
        times = _repeats(words, "number-columns-repeated")
        wide = _repeats(words, "number-columns-spanned")
        high = _repeats(words, "number-rows-spanned")
        if wide * high > 1:
            content.merge((number - 1, column, number + high - 2, column + wide - 1))
        display = _display(cell, words, styles)
        if display.value != "" and tag(cell) == "table-cell":
            content.refuse_beyond(number, column + times)
            values += [(column + 1 + each, display.value) for each in range(times)]
            if display.rounded and isinstance(display.value, int | float):
                at = f"{letters_of(column)}{number}"
                content.rounded.append(Rounded(at, display.value, display.rounded))
        column += times
    return values


def _display(cell: Element, words: dict[str, str], styles: dict[str, str]) -> Shown:
    paragraphs = [_text(each, styles) for each in cell if tag(each) == "p"]
    text = "\n".join(paragraphs)
    # LibreOffice states the type of errors apart: both attributes are called value-type.
    kinds = {value for name, value in cell.attrib.items() if name.endswith("}value-type")}
    if "error" in kinds:
        return Shown(text or "#ERROR")
    kind = words.get("value-type", "")
    if kind in ("float", "percentage", "currency"):
        return _number_shown(words.get("value", ""), text if paragraphs else None)
    if kind == "date":
        return _date_shown(words.get("date-value", ""), text if paragraphs else None)
    if kind == "boolean":
        return Shown(words.get("boolean-value") == "true")
    if kind == "time":
        return Shown(f"{text or words.get('time-value', '')}{OF_DAY}")
    if kind == "" and not text and "formula" in words:
        return Shown(UNCALCULATED)
    return Shown(text or words.get("string-value", ""))


def _text(element: Element, styles: dict[str, str]) -> str:
    """Return the text of a paragraph, without comments and notes."""
    parts = [element.text or ""]
    for part in element:
        name = tag(part)
        if name == "s":
            count = attributes(part).get("c", "1")
            parts.append(" " * (min(int(count), 1000) if count.isdecimal() else 1))
        elif name in ("tab", "line-break"):
            parts.append(" ")
        elif name in ("span", "a", "ruby", "ruby-base"):
            parts.append(_text(part, styles))
        parts.append(part.tail or "")
    text = "".join(parts)
    style = styles.get(attributes(element).get("style-name", ""))
    if style == "struck":
        return struck(text)
    if style == "super":
        return raised(text)
    return lowered(text) if style == "sub" else text


def _number_shown(value: str, text: str | None) -> Shown:
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise ValueError(f"a cell of a number holds {quoted(value)}")
    if number.is_integer() and abs(number) < 1e15:
        number = int(number)
    if text is None:
        return Shown(number)
    text = text.strip()
    if not text:
        return Shown(f"{number:.15g} (shown as nothing)")
    if number == 0 and text in DASHES:
        return Shown(number, text)
    stored = Decimal(f"{number:.15g}")
    readings = _readings(text)
    if not readings:
        return Shown(text)
    if stored in readings:
        return Shown(number)
    if any(_is_rounded(stored, reading) for reading in readings):
        return Shown(number, text)
    return Shown(f"{number:.15g} (shown as {text})")


def _readings(text: str) -> list[Decimal]:
    """Return the numbers that a text may show, with a point or a comma for decimals."""
    plain = CURRENCY.sub("", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "").replace("'", "")
    turned = plain.translate({ord(","): ".", ord("."): ","})
    return [number for each in (plain, turned) if (number := number_in(each)) is not None]


def _is_rounded(stored: Decimal, reading: Decimal) -> bool:
    exponent = reading.as_tuple().exponent
    if not isinstance(exponent, int):
        return False
    step = Decimal(1).scaleb(exponent)
    ways = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)
    return any(stored.quantize(step, way, DIGITS) == reading for way in ways)


def _date_shown(value: str, text: str | None) -> Shown:
    day = None
    with suppress(ValueError):
        day = datetime.fromisoformat(value)
    if day is None:
        return Shown(text or value)
    if text is None:
        return Shown(day)
    if text.strip() == str(day.year):
        return Shown(day.year)
    if re.search(rf"(?<!\d)({day.year}|{day.year % 100:02})(?!\d)", text):
        return Shown(day)
    return Shown(without_year(day) if text.strip() else f"{value} (shown as nothing)")
