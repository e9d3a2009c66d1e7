"""Cells as a sheet shows them: numbers in their format, superscripts, dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

RAISED = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW\N{MINUS SIGN}",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ⁻",
        strict=True,
    )
)

LOWERED = dict(
    zip(
        "0123456789+-=()aehijklmnoprstuvx",
        "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ",
        strict=True,
    )
)

TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<width>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]\[]*)\]'
    r"|(?P<general>General)|(?P<exponent>E[+-])|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)"
    r"|(?P<percent>%)|(?P<text>@)|(?P<date>AM/PM|A/P|[ymdhsbeg]+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)

SECTION = re.compile(r'((?:"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[^;"\\_*\[])*)(;|$)', re.DOTALL)

CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")

CURRENCY = re.compile(r"[$\xa2-\xa5\u20a0-\u20cf\uff04]")

LONGEST = 200
"""Characters of a number format, of which Excel allows 255; longer ones are not looked at."""

DIGITS = Context(prec=700)

WITHOUT_YEAR, OF_DAY = " (shown without its year)", " (shown as a time of day)"
"""The ends of cells that hold a date or a time, which Excel makes of text such as 3-5 or 3:05."""

DASHES = {"-", "\N{EN DASH}", "\N{EM DASH}", "\N{MINUS SIGN}"}


def raised(text: str) -> str:
    """Return superscript text, e.g. \N{SUPERSCRIPT ONE} for 1: a mark must not become a digit."""
    return _moved(text, RAISED, "^")


def lowered(text: str) -> str:
    """Return subscript text."""
    return _moved(text, LOWERED, "_")


def struck(text: str) -> str:
    """Return text that is struck through: it must not count as what it was."""
    return f"~({text})" if text.strip() else text


def _moved(text: str, forms: dict[str, str], sign: str) -> str:
    moved = "".join(forms.get(each, each) for each in text)
    # Letters without such a form, and the point of a number.
    is_moved = not any(
        old == new and (old.isalnum() or old == ".") for old, new in zip(text, moved, strict=True)
    )
    return moved if is_moved else f"{sign}({text})"


class Shown(NamedTuple):
    """Hold a cell as a sheet shows it."""

    value: object
    rounded: str = ""
    """The number that is shown, if `value` has more digits."""


class _Section(NamedTuple):
    """Hold a part of a number format, e.g. that of negative numbers."""

    prefix: str = ""
    suffix: str = ""
    whole: int = 0
    """Placeholders of digits."""
    decimals: int = 0
    zeros: int = 0
    """Placeholders that show a zero, before or behind the point; the others leave it out."""
    divisor: int = 0
    """Thousands by which the number is divided."""
    percents: int = 0
    has_exponent: bool = False
    dates: str = ""
    """Letters of dates and times, in lower case."""
    is_general: bool = False
    has_text: bool = False
    is_odd: bool = False
    """Whether the section cannot be followed here."""
    condition: tuple[str, float] | None = None


def text_shown(text: str, code: str) -> str:
    """Return text as a cell of a number format shows it."""
    sections = _sections(code)
    section = sections[3] if len(sections) == 4 else sections[0]
    if section.has_text:
        return f"{section.prefix}{text}{section.suffix}"
    if len(sections) < 4:
        return text
    return section.prefix or f"{text} (shown as nothing)"


def number_shown(number: float, code: str, *, starts_1904: bool = False) -> Shown:
    """Return a number as a cell of a number format shows it.

    Parameters
    ----------
    number : float
        The number of the cell.
    code : str
        The format, e.g. ``#,##0.0``.
    starts_1904 : bool
        Whether the dates of the workbook are counted from 1904.

    Returns
    -------
    Shown
        The number if the sheet shows it, rounded or not; a date if the sheet shows its year; and
        otherwise text.
    """
    if code in ("", "General", "@"):
        return Shown(number)
    section, is_negative = _section_for(number, code)
    if section.is_odd:
        return Shown(f"{number:.15g} (shown in the format {code})")
    if section.dates:
        return Shown(_date_shown(number, section, starts_1904))
    if section.is_general or section.has_text:
        digits = f"{abs(number) if is_negative else number:.15g}"
    elif section.whole + section.decimals:
        digits = _digits(abs(number) if is_negative else number, section)
        if not (section.zeros or Decimal(digits)):
            digits = ""
    else:
        digits = ""
    return _judged(number, digits, section)


def _judged(number: float, digits: str, section: _Section) -> Shown:
    """Return the number if the digits and the text around them show it, and the text otherwise."""
    text = f"{section.prefix}{digits}{section.suffix}"
    if not text.strip():
        return Shown(f"{number:.15g} (shown as nothing)")
    if not digits and number == 0 and text.strip() in DASHES:
        return Shown(number, text.strip())  # formats of accounting show zero so
    plain = CURRENCY.sub("", text)
    stored = Decimal(f"{number:.15g}")
    value = number_in(plain)
    if value is None:
        return Shown(text.strip())
    if value == stored:
        return Shown(number)
    # Digits of the text around them, as in 0"5", make another number.
    alone = number_in(digits)
    is_rounded = alone is not None and abs(alone) == abs(value) and not section.divisor
    if is_rounded and (value == 0 or (not section.percents and (value < 0) == (stored < 0))):
        return Shown(number, text.strip())
    return Shown(f"{number:.15g} (shown as {text.strip()})")


def number_in(text: str) -> Decimal | None:
    """Return the number of a text with commas for thousands, in brackets if negative."""
    text = "".join(text.replace(",", "").split())
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    text = text.replace("\N{MINUS SIGN}", "-")
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)(E[+-]?\d{1,4})?", text, re.IGNORECASE):
        return None
    with suppress(InvalidOperation):
        return Decimal(text)
    return None


def _digits(number: float, section: _Section) -> str:
    exact = Decimal(f"{number:.15g}")
    exact = exact.scaleb(2 * section.percents - 3 * section.divisor, DIGITS)
    if section.has_exponent:
        return f"{exact:.{section.decimals}E}"
    step = Decimal(1).scaleb(-section.decimals)
    return f"{exact.quantize(step, ROUND_HALF_UP, DIGITS):f}"


def _section_for(number: float, code: str) -> tuple[_Section, bool]:
    """Return the section of a number, and whether it shows a negative number without a sign."""
    sections = _sections(code)
    numeric = [each for each in sections[:3] if not each.has_text] or sections[:1]
    if any(each.condition for each in numeric):
        if number < 0 and any(each.condition and each.condition[1] <= 0 for each in numeric):
            # Programs differ in whether a section of negative numbers alone shows their sign.
            return _Section(is_odd=True), False
        for each in numeric:
            if each.condition is None or _holds(number, *each.condition):
                return each, False
        return _Section(is_odd=True), False
    if len(numeric) == 1 or number > 0:
        return numeric[0], False
    if number < 0:
        return numeric[1], True
    return numeric[2] if len(numeric) > 2 else numeric[0], False


def _holds(number: float, sign: str, bound: float) -> bool:
    if sign == "<>":
        return number != bound
    return (
        ("<" in sign and number < bound)
        or (">" in sign and number > bound)
        or ("=" in sign and number == bound)
    )


@lru_cache(maxsize=1000)
def _sections(code: str) -> tuple[_Section, ...]:
    if len(code) > LONGEST:
        return (_Section(is_odd=True),)
    parts = []
    place = 0
    while part := SECTION.match(code, place):
        parts.append(_section(part[1]))
        place = part.end()
        if not part[2]:
            break
    if not part or len(parts) > 4:
        return (_Section(is_odd=True),)
    return tuple(parts)


def _section(code: str) -> _Section:
    tokens = [(part.lastgroup or "", part[part.lastgroup or 0]) for part in TOKEN.finditer(code)]
    kinds = [kind for kind, _ in tokens]
    brackets = [token for kind, token in tokens if kind == "bracket"]
    elapsed = [token for token in brackets if re.fullmatch(r"[hms]+", token, re.IGNORECASE)]
    dates = "".join([*(token for kind, token in tokens if kind == "date"), *elapsed]).lower()
    signs = ("date",) if dates else ("digit", "general", "text")
    body = [place for place, kind in enumerate(kinds) if kind in signs]
    first, last = (body[0], body[-1] + 1) if body else (len(tokens), len(tokens))
    number = [kind for kind in kinds[first:last] if kind not in ("quoted", "escaped", "other")]
    rest = kinds[last:]
    power = number.index("exponent") if "exponent" in number else len(number)
    point = number.index("point") if "point" in number[:power] else power
    commas = _commas_at_end(number[:point]) + _commas_at_start(rest)
    # A sign between digits, as in telephone numbers and fractions, is not followed.
    literal = ("quoted", "escaped", "other", "date")
    is_odd = any(kind in literal and token.strip() for kind, token in tokens[first:last])
    is_odd |= any(kind != "digit" for kind in number[power + 1 :])
    conditions = [rule for token in brackets if (rule := CONDITION.fullmatch(token))]
    return _Section(
        prefix=_literal(tokens[:first]),
        suffix=_literal(tokens[last:]),
        whole=number[:point].count("digit"),
        decimals=number[point:power].count("digit"),
        zeros=sum(kind == "digit" and "0" in token for kind, token in tokens[first:last]),
        divisor=commas,
        percents=kinds.count("percent"),
        has_exponent=power < len(number),
        dates=dates,
        is_general="general" in kinds,
        has_text="text" in kinds,
        is_odd=any(map(_is_foreign_calendar, brackets))
        or (any(each in dates for each in "beg") if dates else is_odd),
        condition=(conditions[0][1], float(conditions[0][2])) if conditions else None,
    )


def _commas_at_start(kinds: Sequence[str]) -> int:
    return len(list(takewhile(lambda kind: kind == "comma", kinds)))


def _commas_at_end(kinds: Sequence[str]) -> int:
    return _commas_at_start(kinds[::-1])


def _literal(tokens: Sequence[tuple[str, str]]) -> str:
    """Return the text of a format before or after its digits."""
    return "".join(_sign(*token) for token in tokens)


def _sign(kind: str, token: str) -> str:
    """Return what a token shows; what fills a cell, and a currency, only if it changes a number."""
    if kind in ("fill", "bracket"):
        text = token if kind == "fill" else _currency(token)
        return text if any(each.isdigit() or each == "%" for each in text) else ""
    blanks = {"width": " ", "percent": "%"}
    return token if kind in ("quoted", "escaped", "other") else blanks.get(kind, "")


def _currency(bracket: str) -> str:
    """Return the name of a currency, e.g. USD of ``[$USD-409]``."""
    return bracket[1:].partition("-")[0] if bracket.startswith("$") else ""


def _is_foreign_calendar(bracket: str) -> bool:
    """Whether a format counts years otherwise, e.g. ``[$-107041E]`` of Thailand."""
    place = bracket.partition("-")[2] if bracket.startswith("$") else ""
    if not re.fullmatch(r"[0-9A-Fa-f]{5,8}", place):
        return False
    return int(place, 16) >> 16 & 0xFF not in (0, 1)


MAY_BE_YEARS = (1900, 2100)
"""Numbers between these are days of 1905 or 1909: it is likelier that a year is shown wrongly."""


def _date_shown(number: float, section: _Section, starts_1904: bool) -> object:
    day = moment_of(number, starts_1904=starts_1904)
    if day is None:
        return f"{number:.15g} (not a date)"
    first, last = MAY_BE_YEARS
    if "y" in section.dates and first <= number <= last and float(number).is_integer():
        return f"{number:.0f} (shown as a date in {day.year})"
    if set(section.dates) == {"y"}:
        around = section.prefix.strip(), section.suffix.strip()
        return f"{around[0]}{day.year}{around[1]}" if any(around) else day.year
    if set(section.dates) & {"h", "s"} and not set(section.dates) & {"y", "d"}:
        seconds = round(number * 86400)
        clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        return f"{clock}{OF_DAY}"
    return day if "y" in section.dates else without_year(day)


def without_year(day: datetime) -> str:
    """Return a date whose year the sheet does not show."""
    return f"{day.isoformat(' ')}{WITHOUT_YEAR}"


def moment_of(number: float, *, starts_1904: bool) -> datetime | None:
    """Return the date that a workbook counts by a number, or None if it counts none."""
    if starts_1904:
        start = datetime(1904, 1, 1)
    else:
        # Excel has a 29th of February 1900.
        start = datetime(1899, 12, 31) if number < 60 else datetime(1899, 12, 30)
    with suppress(OverflowError, ValueError):
        if number >= 0:
            return start + timedelta(seconds=round(number * 86400, 3))
    return None
