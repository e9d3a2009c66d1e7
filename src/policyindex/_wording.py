"""Format user values and names for messages; numbers, years and results in words."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterable
from fractions import Fraction
from itertools import islice
from typing import SupportsInt


class _Brief(reprlib.Repr):
    def repr_int(self, x: int, level: int) -> str:
        # Python refuses to write an integer of thousands of digits.
        if x.bit_length() > 64:
            return f"an integer of {x.bit_length():,} bits"
        return super().repr_int(x, level)


_BRIEF = _Brief()

LONGEST = 300
"""Of a longer value, such as a nested one, an error quotes the beginning."""

_BRIEF.maxstring = _BRIEF.maxother = 80


def quoted(value: object) -> str:
    """Return a value as an error quotes it: on one line, and short."""
    import numpy as np  # on use, since the help of the command line needs nothing of it

    if isinstance(value, np.bool_):
        value = bool(value)
    if isinstance(value, float | np.number):
        return f"{value:.15g}"
    if isinstance(value, Fraction) and max(value.numerator, value.denominator).bit_length() <= 64:
        return str(value)
    if isinstance(value, Fraction):
        return f"a fraction of integers of {max(map(_bits, value.as_integer_ratio())):,} bits"
    text = " ".join(_BRIEF.repr(value).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _bits(number: int) -> int:
    return number.bit_length()


FORMULA = re.compile("'*[=+\\-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
                     "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}]")  # fmt: skip
"""The start of text that a spreadsheet would calculate, apostrophes before it included."""

PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that neither a workbook nor a page can hold."""


def inert(text: str) -> str:
    """Return text that no spreadsheet takes for a formula; :func:`live` undoes it."""
    return f"'{text}" if FORMULA.match(text) and not PLAIN_NUMBER.fullmatch(text) else text


def live(text: str) -> str:
    """Return text without the apostrophe that :func:`inert` puts before a formula."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def in_markdown(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    text = re.sub(r"([\\|`*\[\]#~])|((?<!\w)_|_(?!\w))", r"\\\g<0>", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"\r\n|\r|\n", "<br>", CONTROL.sub(" ", text))


def printable(text: str) -> str:
    """Return text on one line for a terminal or a page, without signs that could act on either."""
    signs = (each if each.isprintable() or each in JOINERS else " " for each in text)
    return " ".join("".join(signs).split())


JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Signs without a width that some scripts need between letters."""


HALF = re.compile("[\\ud800-\\udfff]")
"""Half of a character, as JSON can write it alone; no file can hold it."""


def refuse_halves(document: object) -> None:
    """Refuse what was read from JSON if a text in it has half a character."""
    import json  # on use, since the help of the command line needs nothing of it

    text = json.dumps(document, ensure_ascii=False)
    if half := HALF.search(text):
        around = text[max(0, half.start() - 20) : half.end() + 20]
        raise ValueError(
            f"text must consist of whole characters; {half[0]!a} is half of one, in {around!a}; "
            f"write the character itself"
        )


def listed(names: Iterable[object], *, most: int = 12) -> str:
    """Return a list of names, and how many more there are."""
    names = list(names)
    brief = [name if isinstance(name, str) else quoted(name) for name in islice(names, most)]
    brief = [name if len(name) <= 80 and name.isprintable() else quoted(name) for name in brief]
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(brief) + more


def joined(words: Iterable[str]) -> str:
    """Join words into a phrase, e.g. one, two and three."""
    *head, last = words
    return f"{', '.join(head)} and {last}" if head else last


def runs(years: Iterable[int]) -> list[tuple[int, int]]:
    """Return the first and the last of each run of consecutive years, given in order."""
    spans: list[tuple[int, int]] = []
    for year in years:
        if spans and year == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], year)
        else:
            spans.append((year, year))
    return spans


def number(n: int) -> str:
    """Return a number up to twelve as a word, and a higher one in digits."""
    return NUMBERS[n] if n < len(NUMBERS) else f"{n:,}"


def counted(n: int, singular: str, plural: str) -> str:
    """Return a number of things in words, e.g. one country or 13 countries."""
    return f"{number(n)} {singular if n == 1 else plural}"


def are_not(n: SupportsInt) -> str:
    """Return how many break a rule, e.g. 1 is not, or 3 are not."""
    return f"{int(n):,} {'is' if int(n) == 1 else 'are'} not"


def absent(names: Iterable[object]) -> str:
    """Return which names are absent, e.g. 2 are absent: prosecution, prevention."""
    names = list(names)
    return f"{len(names):,} {'is' if len(names) == 1 else 'are'} absent: {listed(names)}"


def rows_that(n: SupportsInt, one: str, several: str) -> str:
    """Return a number of rows and their verb, e.g. 1 row repeats, or 2 rows repeat."""
    return f"{int(n):,} row {one}" if int(n) == 1 else f"{int(n):,} rows {several}"


def miscoded(accuracy: float) -> str:
    """Return how often coders of an accuracy err, e.g. one coding in ten is one level off."""
    share = 1 - accuracy
    if share > 0 and abs(1 / share - round(1 / share)) < 1e-6 and round(1 / share) > 1:
        return f"one coding in {number(round(1 / share))} is one level off"
    return f"{100 * share:.4g} % of codings are one level off"


def rank_words(name: str, low: float, high: float) -> str:
    """Return a 95 % range of a country's rank in words, e.g. after a condition and a comma."""
    whose = f"{name}'" if name.endswith("s") else f"{name}'s"
    where = f"is {low:.0f}" if low == high else f"lies between {low:.0f} and {high:.0f}"
    return f"{whose} rank {where} (95 % range for one country)"


def ordinal(n: float) -> str:
    """Return an ordinal number in digits, e.g. 1st, 22nd or 113th."""
    digits = f"{n:,.0f}"
    tens, units = divmod(round(n) % 100, 10)
    return digits + ("th" if tens == 1 else {1: "st", 2: "nd", 3: "rd"}.get(units, "th"))


def signed(value: float, digits: int | None = None, plus: bool = False) -> str:
    """Return a number with a true minus sign, e.g. \N{MINUS SIGN}1; zero has no sign.

    `digits` fixes the number of decimals; `plus` marks a gain, e.g. +0.24.
    """
    text = f"{abs(value):g}" if digits is None else f"{abs(value):.{digits}f}"
    if not float(text):
        return text
    return f"\N{MINUS SIGN}{text}" if value < 0 else f"{'+' if plus else ''}{text}"


def figure(score: float) -> str:
    """Return a score in digits: an integer as it is, any other with two decimals."""
    return f"{score:,.0f}" if score == int(score) else f"{score:,.2f}"


def capital(words: str) -> str:
    """Return words that begin with a capital; the rest stays as it is."""
    return words[:1].upper() + words[1:]


def spanned(low: float, high: float, between: str = "\N{EN DASH}") -> str:
    """Return a range of integers, e.g. 3\N{EN DASH}15, or 2009 alone."""
    return f"{low:.0f}" if low == high else f"{low:.0f}{between}{high:.0f}"


def year_words(years: Iterable[int]) -> str:
    """Return years in words, e.g. 2000\N{EN DASH}2009, 2013."""
    return ", ".join(spanned(*run) for run in runs(years))


NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
