"""Which column of a file is what: recognised by name, and never guessed between two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from . import countries
from ._wording import listed, shown
from .codebook import THREE_P, Codebook
from .hti import HTI
from .panel import PanelError, Scale

COUNTRY_COLUMNS = {
    "iso3": "iso3",
    "iso3c": "iso3",
    "isoalpha3": "iso3",
    "alpha3": "iso3",
    "country": None,
    "countryname": None,
    "name": None,
    "nation": None,
    "territory": None,
    "iso2": "iso2",
    "iso2c": "iso2",
    "isoalpha2": "iso2",
    "alpha2": "iso2",
    "isonumeric": "numeric",
    "iso3n": "numeric",
    "m49": "numeric",
    "cow": "cow",
    "cown": "cow",
    "cowcode": "cow",
    "ccode": "cow",
    "wb": "world_bank",
    "wbcode": "world_bank",
    "worldbankcode": "world_bank",
}
"""Plain name of a column to the kind of code it holds, the most telling first. ``code`` is not
among them: real files keep Correlates of War letters there, which would pass for ISO codes."""

YEAR_COLUMNS = ("year", "yr", "indexyear")

SCORE_COLUMNS = {
    "prosecution": ("prosecution", "prosec", "pros"),
    "protection": ("protection", "protec", "prot"),
    "prevention": ("prevention", "preven", "prev"),
    "overall": ("overall", "p", "3p", "overall3p", "total"),
}
"""Dimension to the plain names it goes by in files, beside its own."""

NOISE = ("score", "index", "subindex", "policy")
"""Words at the end of a column's name that do not change what it holds."""


class Layout(NamedTuple):
    """What a table holds, and in which columns."""

    holds: str
    codebook: Codebook
    found: dict[str, str]
    """Dimension or indicator to its column."""
    scales: dict[str, Scale]


class Place(NamedTuple):
    """Where a table says which country and which year a row describes."""

    country: str
    kind: str | None
    year: str | int
    others: dict[str, str | None]
    """Further columns of countries, and their kinds."""

    @property
    def columns(self) -> dict[str, str]:
        """The columns taken, by what they hold."""
        year = {} if isinstance(self.year, int) else {"year": self.year}
        return {"country": self.country} | year


def recognise(
    table: pd.DataFrame,
    named: Mapping[str, str],
    codebook: Codebook | None,
    holds: str | None,
    label: str,
) -> Layout:
    """Find the columns of a codebook's indicators or dimensions."""
    if holds not in (None, "codings", "scores"):
        raise ValueError(f"holds must be codings or scores; got {holds!r}")
    _refuse_absent(table, named.values(), label)
    plain = _plain_columns(table)
    books = (HTI, THREE_P) if codebook is None else (codebook,)
    coded = [(book, _find_indicators(plain, book, named)) for book in books]
    complete = [(book, found) for book, found in coded if len(found) == len(book.indicators)]
    if holds != "scores" and complete:
        book, found = complete[0]
        return Layout("codings", book, found, book.scales)
    book = codebook or THREE_P
    scored = _find_scores(plain, book, named, label)
    parts = {each.name for each in book.dimensions}
    if holds != "codings" and (parts <= set(scored) or set(scored) == {"overall"}):
        return Layout("scores", book, scored, {name: book.score_scales[name] for name in scored})

    closest, most = max(coded, key=lambda pair: len(pair[1]) / len(pair[0].indicators))
    wanted = []
    if holds != "scores":
        wanted.append((f"codings of {closest.name}", [i.name for i in closest.indicators], most))
    if holds != "codings":
        wanted.append((f"scores of {book.name}", [d.name for d in book.dimensions], scored))
    reasons = [
        f"for {what} {len(absent)} are absent, the first {absent[0]!r}"
        for what, names, found in wanted
        if (absent := [name for name in names if name not in found])
    ]
    raise PanelError(
        f"{label} must have a column for every indicator or every dimension; "
        f"{'; '.join(reasons)}; name the columns with columns={{...}}, and leave one that was "
        f"not coded empty"
    )


def locate(
    table: pd.DataFrame, country: str | None, year: str | int | None, kind: str | None, label: str
) -> Place:
    """Find the columns of the country and the year."""
    place = locate_countries(table, country, kind, label)
    if isinstance(year, str):
        _refuse_absent(table, [year], label)
        return place._replace(year=year)
    plain = _plain_columns(table)
    years = [column for name in YEAR_COLUMNS for column in plain.get(name, ())]
    if year is None and not years:
        raise PanelError(
            f"{label} must have a column of years; none of its columns is known as one "
            f"({listed(table.columns)}); name it, or give the one year it describes, with year="
        )
    if isinstance(year, int) and years:
        raise PanelError(
            f"{label} has the column {shown(years[0])} of its own, so it cannot be all of {year}; "
            f"leave year= away"
        )
    return place._replace(year=years[0] if year is None else year)


def locate_countries(
    table: pd.DataFrame, country: str | None, kind: str | None, label: str
) -> Place:
    """Find the columns of the country, in a table whose rows are of no one year.

    Of several columns of countries the first is taken in which every row is known.
    """
    plain = _plain_columns(table)
    candidates = {
        column: default
        for name, default in COUNTRY_COLUMNS.items()
        for column in plain.get(name, ())
    }
    if country is None:
        if not candidates:
            raise PanelError(
                f"{label} must have a column of countries; none of its columns is known as one "
                f"({listed(table.columns)}); name it with country=, and its kind of code with kind="
            )
        country = min(candidates, key=lambda each: _unknown(table, each, kind or candidates[each]))
    _refuse_absent(table, [country], label)
    others = {column: default for column, default in candidates.items() if column != country}
    return Place(country, candidates.get(country) if kind is None else kind, 0, others)


def countries_in(table: pd.DataFrame, column: str, kind: str | None) -> pd.Series:
    """Return a column of countries, where ``NA`` among names is no country but a missing one."""
    given = table[column]
    if kind is None and given.map(lambda cell: len(str(cell).strip()) != 2).any():
        return given.mask(given.eq("NA"), None)
    return given


def _unknown(table: pd.DataFrame, column: str, kind: str | None) -> int:
    return countries.match(countries_in(table, column, kind), kind=kind).count(None)


def _find_indicators(
    plain: Mapping[str, list[str]], codebook: Codebook, named: Mapping[str, str]
) -> dict[str, str]:
    found = {}
    for each in codebook.indicators:
        columns = [named[each.name]] if each.name in named else plain.get(_plain(each.name), [])
        if len(columns) == 1:
            found[each.name] = columns[0]
    return found


def _find_scores(
    plain: Mapping[str, list[str]], codebook: Codebook, named: Mapping[str, str], label: str
) -> dict[str, str]:
    found = {}
    for name in codebook.score_scales:
        spellings = {_plain(name), *SCORE_COLUMNS.get(name, ())}
        columns = [
            column
            for written, written_so in plain.items()
            if written in spellings or _without_noise(written) in spellings
            for column in written_so
        ]
        exact = [column for column in columns if column == name]
        columns = [named[name]] if name in named else exact or columns
        if len(columns) > 1:
            raise PanelError(
                f"{label} must have one column for {name}; {len(columns)} could be it: "
                f"{listed(map(shown, columns))}; say which with columns={{{name!r}: ...}}"
            )
        if columns:
            found[name] = columns[0]
    return found


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _without_noise(plain: str) -> str:
    for word in NOISE:
        plain = plain.removesuffix(word)
    return plain


def _plain_columns(table: pd.DataFrame) -> dict[str, list[str]]:
    plain: dict[str, list[str]] = {}
    for column in table.columns:
        plain.setdefault(_plain(column), []).append(column)
    return plain


def _refuse_absent(table: pd.DataFrame, columns: Iterable[str], label: str) -> None:
    absent = [column for column in columns if column not in table]
    if absent:
        raise PanelError(
            f"{label} must have the columns that you name; {len(absent)} are absent, the first "
            f"{shown(absent[0])}; it has {listed(table.columns)}"
        )
