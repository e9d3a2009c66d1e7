"""The headers that files use for countries, years, indicators, values and scores."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Set
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

import pandas as pd

from .figures import without_two_years

COUNTRY_COLUMNS: dict[str, str | None] = {
    "iso3": "iso3",
    "iso3c": "iso3",
    "isoalpha3": "iso3",
    "isoalpha3code": "iso3",
    "iso31661alpha3": "iso3",
    "alpha3": "iso3",
    "alpha3code": "iso3",
    "ccodealp": "iso3",
    "spatialdimvaluecode": "iso3",
    "refarea": None,
    "country": None,
    "countryname": None,
    "countryorarea": None,
    "countryterritory": None,
    "countryorterritory": None,
    "entity": None,
    "economy": None,
    "reportingarea": None,
    "referencearea": None,
    "location": None,
    "locationname": None,
    "geoareaname": None,
    "statename": None,
    "statenme": None,
    "cname": None,
    "name": None,
    "nation": None,
    "territory": None,
    "pays": None,
    "land": None,
    "país": None,
    "pais": None,
    "paese": None,
    "iso": None,
    "isocode": None,
    "geo": None,
    "geotime": None,
    "geotimeperiod": None,
    "countrytextid": "iso3",
    "iso2": "iso2",
    "iso2c": "iso2",
    "isoalpha2": "iso2",
    "isoalpha2code": "iso2",
    "iso31661alpha2": "iso2",
    "alpha2": "iso2",
    "isonumeric": "numeric",
    "iso3n": "numeric",
    "m49": "numeric",
    "m49code": "numeric",
    "ccodeqog": "numeric",
    "geoareacode": "numeric",
    "cow": "cow",
    "cown": "cow",
    "cowcode": "cow",
    "ccodecow": "cow",
    "gwno": "gwno",
    "stateabb": "cowc",
    "wb": "world_bank",
    "wbcode": "world_bank",
    "worldbankcode": "world_bank",
    "countrycode": "world_bank",
    "ccode": "unclear",
    "code": "unclear",
}
"""Plain name of a column to the scheme of its countries, the most reliable first. ``unclear``
stands for several: files keep numbers of ISO or of the Correlates of War in ``ccode``, and letters
of ISO or of the Correlates of War in ``code``."""

YEAR_COLUMNS = (
    "year", "yr", "indexyear", "time", "timeperiod", "année", "annee", "jahr", "año", "ano", "anno",
)  # fmt: skip

INDICATOR_COLUMNS = (
    "indicator", "indicatorname", "seriesname", "series", "variable", "dimension", "subject",
    "subjectdescriptor", "measure", "indicatorcode", "seriescode",
)  # fmt: skip
"""Columns that say which series a row belongs to, the first preferred."""

VALUE_COLUMNS = ("value", "obsvalue", "level", "score", "coding", "0")
"""Columns of the values of all series; pandas names the values that it stacks ``0``."""

CODER_COLUMNS = ("coder", "coders", "codername", "codedby", "rater", "annotator")

MARK = "policyindex:"
"""The start of the cells in the first row of a sheet for coders, which name its columns."""

SCORE_COLUMNS = {
    "prosecution": ("prosecution", "prosec", "pros"),
    "protection": ("protection", "protec", "prot"),
    "prevention": ("prevention", "preven", "prev"),
    "overall": ("overall", "p", "3p", "overall3p", "total", "3pantitrafficking"),
}
"""Dimension to the plain names that files use for it, besides its own."""

_SCORES = frozenset(chain.from_iterable(SCORE_COLUMNS.values()))

VAGUE = {"total"}
"""Names that stand for the overall score only beside its dimensions."""

NOISE = ("score", "index", "subindex", "policy")
"""Words at the end of a column's name that do not change what it holds."""

LONGEST_NAME = 80
"""A cell may hold a book, which is not the name of a column."""

_YEAR = r"(?:1[89]|20|21)\d\d"

_OF_A_YEAR = re.compile(
    rf"(?:x|yr?|year)?_?(?P<year>{_YEAR})(?:\.0)?(?:\s*\[yr(?P=year)\])?", re.IGNORECASE
)
_YEAR_AT_THE_END = re.compile(rf"(?<![\s_.\-])[\s_.\-]*[\[(]?(?P<year>{_YEAR})(?:\.0)?[\])]?\Z")
_LETTER = re.compile(r"[^\W\d_]")
_AFTER_A_YEAR = re.compile(rf"(?P<year>{_YEAR})[\s_.\-]+(?P<stem>\D.*)")

YEAR_IN_A_NAME = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
"""A year within the name of a sheet."""

_DASHES = {"-", "\N{EN DASH}", "\N{EM DASH}", "\N{HYPHEN}", "\N{NON-BREAKING HYPHEN}"}

_SIGNS = re.compile(r"[\s_.()\-]")
"""What sets the words in the name of a sheet apart."""

_FISCAL = {"fy", "sy", "fiscalyear", "schoolyear"}
"""Words before a year of which a part belongs to the next."""

_SCALE = re.compile(
    r"(?<!\s)\s*[\[(]\s*(?P<low>\d+)\s*(?:-|\N{EN DASH}|to)\s*(?P<high>\d+)\s*[\])]$"
)
"""A scale in brackets at the end of a column's name."""


class Dated(NamedTuple):
    """Hold what the header of a column of one year names."""

    stem: str
    """The series; empty where the header is the year alone."""
    year: int


def names_of(table: pd.DataFrame) -> list[str]:
    """Return the names of a table's columns."""
    return [str(name) for name in table.columns]


@lru_cache(maxsize=1024)
def plain(name: str) -> str:
    """Return a column's name in lower case, without blanks, signs and a scale in brackets.

    Signs that make another thing of it stay, such as those of a difference or a negation.
    """
    name = name.strip()
    for percent in ("(%)", "[%]", "%"):
        name = name.removesuffix(percent)
    if name.endswith((")", "]")):
        name = _SCALE.sub("", name)
    if name.isalnum():
        return name.casefold()
    minus = "-" if name[:1] in _DASHES or name.rstrip("])")[-1:] in _DASHES else ""
    return minus + "".join(filter(_counts, name.casefold()))


def _counts(sign: str) -> bool:
    """Return whether a sign of a name is a letter or a digit, or changes what the name means."""
    return sign.isalnum() or sign in "%!?\N{PRIME}" or unicodedata.category(sign) in ("Sm", "So")


def scale_in(name: str) -> tuple[int, int] | None:
    """Return the scale that a header states in brackets, or of percentages; None if it has none.

    A span of years is not a scale.
    """
    name = name.strip()
    if name.endswith(("%", "(%)", "[%]")):
        return (0, 100)
    match = _SCALE.search(name) if name.endswith((")", "]")) else None
    if match is None or all(map(YEAR_IN_A_NAME.fullmatch, match.groups())):
        return None
    low, high = (digits[:9] for digits in match.groups())  # more would only take time
    return int(low), int(high)


def span_in(name: str) -> tuple[int, int] | None:
    """Return the first and the last year that a header states in brackets; None if it has none."""
    match = _SCALE.search(name.strip())
    if match is None or not all(map(YEAR_IN_A_NAME.fullmatch, match.groups())):
        return None
    return int(match["low"]), int(match["high"])


def dated(name: str) -> Dated | None:
    """Return the series and the year that a header names, e.g. ``prosecution_2008``."""
    name = name.strip()
    if match := _OF_A_YEAR.fullmatch(name):
        return Dated("", int(match["year"]))
    match = _YEAR_AT_THE_END.search(name)
    stem = name[: match.start()] if match else ""
    if "\n" in stem or not _LETTER.search(stem):
        match = _AFTER_A_YEAR.fullmatch(name)
        stem = match["stem"] if match else ""
    if match is None or plain(stem) in _FISCAL:
        return None
    return Dated(stem.strip(), int(match["year"]))


class OfSheet(NamedTuple):
    """Hold what the name of a sheet says of years."""

    rest: str
    """The name without its years, in lower case and without blanks and brackets."""
    year: int | None
    """The only year; None if the name has none, or several."""
    is_of_two: bool
    """Whether the name has several years, or a year of which a part belongs to the next."""


def of_sheet(name: str) -> OfSheet:
    """Return what the name of a sheet says of years, e.g. ``TIP 2009`` or ``FY2009``."""
    years = {int(year) for year in YEAR_IN_A_NAME.findall(name)}
    bare = without_two_years(name)
    words = _SIGNS.sub(" ", YEAR_IN_A_NAME.sub(" ", bare).casefold()).split()
    fiscal = _FISCAL & {*words, *map("".join, pairwise(words))} if years else set()
    rest = "".join(words)
    for each in fiscal:
        rest = rest.replace(each, "", 1)
    is_of_two = len(years) > 1 or bare != name or bool(fiscal)
    return OfSheet(rest, None if is_of_two or not years else years.pop(), is_of_two)


def is_spelt(plain_name: str, spellings: Set[str]) -> bool:
    """Return whether a plain name is one of the spellings, apart from words of no account."""
    return plain_name in spellings or _without_noise(plain_name) in spellings


def unnumbered(name: str, names: Set[str]) -> str:
    """Return a name without the number that pandas gives to a repeated one: ``overall.1``."""
    first, _, number = name.rpartition(".")
    return first if number.isdecimal() and first in names else name


def spelt_like(name: str, scores: Iterable[str]) -> str:
    """Return the first of the scores that a column is named like; empty text if there is none."""
    plain_name = plain(name)
    for each in scores:
        if is_spelt(plain_name, {plain(each), *SCORE_COLUMNS.get(each, ())}):
            return each
    return ""


def is_score(name: str) -> bool:
    """Return whether a column is named like a score of the index."""
    return is_spelt(plain(name), _SCORES)


def _without_noise(plain_name: str) -> str:
    for word in NOISE:
        plain_name = plain_name.removesuffix(word)
    return plain_name


class Headers:
    """Recognise the header of a table among its rows.

    Parameters
    ----------
    countries, years : iterable of str
        Columns that the user named.
    values : iterable of str
        Further names of values, such as the indicators of a codebook.
    """

    def __init__(
        self,
        *,
        countries: Iterable[str] = (),
        years: Iterable[str] = (),
        values: Iterable[str] = (),
    ) -> None:
        self._countries = {*COUNTRY_COLUMNS, *map(plain, countries)}
        self._years = {*YEAR_COLUMNS, *INDICATOR_COLUMNS, *map(plain, years)}
        self._scores = {*_SCORES, *map(plain, values)}

    def identifies(self, cell: object) -> bool:
        """Return whether a cell names a column of countries or years."""
        name = plain(_name(cell)[:LONGEST_NAME])
        return name in self._countries or name in self._years

    def fit(self, cells: Iterable[object]) -> int:
        """Return 2 if cells are a header, 1 if they name a column of countries alone, or 0."""
        names = {name for cell in cells if 0 < len(name := _name(cell)) <= LONGEST_NAME}
        plain_names = set(map(plain, names)) - {""}
        if plain_names.isdisjoint(self._countries) or len(plain_names) < 2:
            return 0
        if not plain_names.isdisjoint(self._years):
            return 2
        if any(is_spelt(each, self._scores) for each in plain_names):
            return 2
        if any(map(dated, names)):
            return 2
        return 1


def _name(cell: object) -> str:
    """Return a cell as the name of a column; empty if it cannot be one."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and dated(f"{cell:g}"):
        return f"{cell:g}"
    return ""
