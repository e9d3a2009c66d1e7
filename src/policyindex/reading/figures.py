"""Numbers, years and missing values as files write them: one cell at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date

import numpy as np

from ..panel.numbers import Labelled, year_of

SYMBOLS = {
    "", ".", "..", "...", ":", "-", "\N{EN DASH}", "\N{EM DASH}", "na", "n/a", "n.a.", "#n/a",
    "nan", "none", "null", "no mention", "<na>",
}  # fmt: skip
"""Cells without a value, in lower case."""

WORDS = {
    "no data", "not available", "n.d.", "missing", "data not available", "not applicable",
    "no information", "unavailable", "#n/a n/a", "n. d.", "keine angabe", "sin datos", "sem dados",
}  # fmt: skip
"""Words for a missing value, in lower case; a finding counts them."""

MISSING = SYMBOLS | WORDS

NUMBER = re.compile(r"[+-]?(\d+(\.\d*|,\d+)?|[.,]\d+)(e[+-]?\d+)?")

_MARKED = re.compile(
    r"(?P<number>[+-]?\d+(?:[.,]\d+)?)\s*"
    r"([*\N{DAGGER}\N{DOUBLE DAGGER}]+|\[[a-z]\]|\([a-z]\))"
)
"""A number with the mark of a footnote; a superscript digit may be a power as well."""

_TRUTHS = {"true": 1.0, "false": 0.0}
"""Booleans as text files write them."""

_LABELS = {"yes": 1.0, "no": 0.0}
"""Booleans as Stata labels them."""

_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")

_UNCLEAR = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
"""A number whose comma may stand for a decimal point or for thousands."""

_POINTS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
"""A number whose point may stand for decimals or for thousands."""

_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.]((?:19|20|21)\d\d)(?:\s+\d{1,2}:\d\d(:\d\d)?)?")

_PROVISIONAL = re.compile(r"((?:19|20|21)\d\d)\s*([a-z]|\*|\([a-z]\))")

_FISCAL = re.compile(r"(?:fy|sy)\s*\d{2,4}.*", re.IGNORECASE)

_TWO_YEARS = re.compile(r"(\d{4})\s*[/\N{EN DASH}-]\s*(\d{2}|\d{4})")

_SPAN = re.compile(r"(?<!\d)\d{4}\s*[/\N{EN DASH}-]\s*\d{2,4}(?!\d)")
"""What may be two years within a name."""


def cell_text(cell: object) -> str:
    """Return a cell as text in lower case, without blanks around it; missing cells are empty."""
    if cell is None or cell != cell:  # noqa: PLR0124
        return ""
    return str(cell).strip().casefold()


def as_level(cell: object) -> object:
    """Return a boolean as 0 or 1, and any other cell as it is."""
    return float(cell) if isinstance(cell, bool | np.bool_) else cell


def truths(cells: Iterable[object]) -> dict[object, float | None] | None:
    """Return what each cell of a column of the words true and false stands for: 1 or 0.

    The labels yes and no of these numbers count too. None for any other column.
    """
    meaning: dict[object, float | None] = {}
    for cell in cells:
        text = cell_text(as_level(cell))
        value = _TRUTHS.get(text)
        if isinstance(cell, bool | np.bool_):
            value = float(cell)
        elif isinstance(cell, Labelled) and _LABELS.get(text) == cell.number:
            value = cell.number
        if value is None and text not in MISSING:
            return None
        meaning[cell] = value
    return meaning if any(value is not None for value in meaning.values()) else None


def unmarked(text: str) -> str | None:
    """Return a number without the mark of a footnote, e.g. ``3`` of ``3*``; None if it has none."""
    match = _MARKED.fullmatch(text)
    return None if match is None else match["number"]


def as_float(text: str) -> float:
    """Return the number of a text that is one, with a point or a comma for decimals."""
    return float(text.replace(",", ".")) + 0.0  # -0 is 0


def is_blurred(text: str) -> bool:
    """Return whether a number loses what makes it none or whole: 2.999999999999999999, 1e-400."""
    number = as_float(text)
    digits, exponent, _ = text.partition("e")
    if number == 0:
        return any(each in "123456789" for each in digits)
    _, _, decimals = digits.replace(",", ".").partition(".")
    return not exponent and decimals.strip("0") != "" and number.is_integer()


def without_separators(text: str) -> float | None:
    """Return the number of a text, also of one with separators of thousands; None if not one."""
    if NUMBER.fullmatch(text):
        return as_float(text)
    if _THOUSANDS.fullmatch(text):
        return float(text.replace(",", ""))
    bare = unmarked(text)
    return None if bare is None else as_float(bare)


def is_unclear(text: str) -> bool:
    """Return whether the comma of a number may stand for decimals or for thousands."""
    return _UNCLEAR.fullmatch(text) is not None


def is_grouped(text: str) -> bool:
    """Return whether a number can be read with commas as separators of thousands."""
    return _THOUSANDS.fullmatch(text) is not None


def has_thousands(text: str) -> bool:
    """Return whether a number can only be read with commas as separators of thousands."""
    return is_grouped(text) and not is_unclear(text)


def has_decimal_comma(text: str) -> bool:
    """Return whether a number can only be read with a comma before its decimals."""
    return "," in text and NUMBER.fullmatch(text) is not None and not is_unclear(text)


def may_have_points(text: str) -> bool:
    """Return whether the point of a number may separate thousands, e.g. of 1.234."""
    return _POINTS.fullmatch(text) is not None


def year_in(cell: object) -> tuple[object, str]:
    """Return the year of a cell, and the mark behind it; a cell that is not a year stays.

    A date is taken where its year is plain, e.g. 31/12/2009; ``2009p`` is 2009 with the mark p.
    """
    if isinstance(cell, Labelled):
        return cell.numeric, ""
    if not isinstance(cell, str):
        return year_of(cell), ""
    text = cell.strip()
    if (match := _DATE.fullmatch(text)) and _is_date(*map(int, match.group(3, 1, 2))):
        return int(match[3]), ""
    if match := _PROVISIONAL.fullmatch(text.casefold()):
        return int(match[1]), match[2]
    return year_of(cell), ""


def _is_date(year: int, first: int, second: int) -> bool:
    """Return whether two numbers are the day and the month of a year, in either order."""
    for month, day in ((first, second), (second, first)):
        with suppress(ValueError):
            return bool(date(year, month, day))
    return False


def is_two_years(cell: object) -> bool:
    """Return whether a cell names two years, e.g. 2009/10; 2009-12 may be a month."""
    if not isinstance(cell, str):
        return False
    if _FISCAL.fullmatch(cell.strip()):
        return True
    match = _TWO_YEARS.fullmatch(cell.strip())
    return match is not None and (
        len(match[2]) == 4 or int(match[2]) == (int(match[1]) + 1) % 100 or "/" in cell
    )


def without_two_years(name: str) -> str:
    """Return a name without two years that stand somewhere in it, e.g. 2009/10."""
    return _SPAN.sub(lambda span: " " if is_two_years(span[0]) else span[0], name)
