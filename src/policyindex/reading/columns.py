"""Which column of a file is what: recognised by name, and never guessed between two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries
from .._options import one_of, whole
from .._wording import listed, quoted
from ..codebooks.hti import HTI
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError
from ..panel.numbers import Labelled, as_numbers
from ..typing import Scale
from .findings import Note

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

LONGEST_NAME = 80
"""A cell may hold a book, which is no name of a column."""

OF_A_YEAR = re.compile(r"(?<!\d)(19|20)\d\d(\.0)?$")
"""The end of a column's name that holds one year of a table with the years side by side."""

NOISE = ("score", "index", "subindex", "policy")
"""Words at the end of a column's name that do not change what it holds."""


class Layout(NamedTuple):
    """What a table holds, and in which columns."""

    holds: str
    codebook: Codebook
    found: dict[str, str]
    """Dimension or indicator to its column."""
    scales: dict[str, Scale]

    @property
    def words(self) -> dict[str, tuple[str, ...]]:
        """The words for the levels of each indicator; scores have none."""
        indicators = self.codebook.indicators if self.holds == "codings" else ()
        return {each.name: each.levels for each in indicators}


class Place(NamedTuple):
    """Where a table says which country a row describes."""

    country: str
    kind: str | None
    others: dict[str, str | None]
    """Further columns of countries, and their kinds."""
    is_given: bool
    """Whether the user chose the column."""


class _Guess(NamedTuple):
    """What a table may hold: to each name all columns that could be it."""

    holds: str
    codebook: Codebook
    columns: dict[str, list[str]]
    needed: list[str]
    scales: dict[str, Scale]

    @property
    def absent(self) -> list[str]:
        """The names that must have a column and have none."""
        return [name for name in self.needed if not self.columns[name]]

    @property
    def share(self) -> float:
        """How much of what must be there is there."""
        return 1 - len(self.absent) / len(self.needed)

    def objection(self, named: Mapping[str, str]) -> str:
        """Say why this is not what the table holds; nothing if it may be."""
        if self.absent:
            why = f"{len(self.absent)} are absent, the first {self.absent[0]!r}"
        elif foreign := [name for name in named if name not in self.columns]:
            why = f"{len(foreign)} of the names are foreign, the first {foreign[0]!r}"
        else:
            return ""
        return f"for {self.holds} of {self.codebook.name} {why}"


def is_header(cells: Iterable[object]) -> bool:
    """Say whether cells are names known as columns of countries, and of years or scores."""
    plain = {_plain(cell[:LONGEST_NAME]) for cell in cells if isinstance(cell, str)}
    scores = {spelling for spellings in SCORE_COLUMNS.values() for spelling in spellings}
    return not plain.isdisjoint(COUNTRY_COLUMNS) and (
        not plain.isdisjoint(YEAR_COLUMNS) or any(_is_spelt(each, scores) for each in plain)
    )


def recognise(
    table: pd.DataFrame,
    named: Mapping[str, str],
    codebook: Codebook | None,
    holds: str | None,
    notes: list[Note],
    label: str,
) -> Layout:
    """Find the columns of a codebook's indicators or dimensions."""
    if holds is not None:
        one_of("holds", holds, ("codings", "scores"))
    plain = _plain_columns(table)
    guesses = []
    if holds != "scores":
        books = (HTI, THREE_P) if codebook is None else (codebook,)
        guesses += [_as_codings(plain, book, named) for book in books]
    if holds != "codings":
        guesses.append(_as_scores(plain, codebook or THREE_P, named))
    _refuse_unknown(named, guesses)
    _refuse_absent(table, named.values(), label)
    fitting = [guess for guess in guesses if not guess.objection(named)]
    if not fitting:
        raise PanelError(_nothing_found(table, named, guesses, label))
    guess = fitting[0]
    found = {
        name: _one_of(table, name, columns, f"columns={{{name!r}: ...}}", notes, label)
        for name, columns in guess.columns.items()
        if columns
    }
    _refuse_shared(found, label)
    for other in fitting:
        columns = [column for could_be in other.columns.values() for column in could_be[:1]]
        if other.holds != guess.holds and not _is_blank(table[columns]):
            finding = f"the file holds {other.holds} as well: {listed(columns)}"
            action = f"its {guess.holds} were read; ask for the others with holds={other.holds!r}"
            notes.append(Note(finding, len(table), "", action, 0))
    scales = {name: guess.scales[name] for name in found}
    return Layout(guess.holds, guess.codebook, found, scales)


def _is_blank(table: pd.DataFrame) -> bool:
    """Say whether columns have a name alone, as headings of those that follow."""
    return bool((table.isna() | table.map(lambda cell: str(cell).strip() == "")).all(axis=None))


def _nothing_found(
    table: pd.DataFrame, named: Mapping[str, str], guesses: list[_Guess], label: str
) -> str:
    # Of equals the later: most files are of the default codebook.
    likely = {guess.holds: guess for guess in sorted(guesses, key=lambda each: each.share)}
    told = [guess for guess in likely.values() if guess.share] or list(likely.values())
    advice = "name the columns with columns={...}, and leave one that was not coded empty"
    if sum(OF_A_YEAR.search(column) is not None for column in table.columns) > 1:
        advice = "lay the years out below each other, with one row for each country and year"
    return (
        f"{label} must have a column for every indicator or every dimension; "
        f"{'; '.join(guess.objection(named) for guess in reversed(told))}; it has "
        f"{listed(table.columns)}; {advice}"
    )


def locate_countries(
    table: pd.DataFrame, country: str | None, kind: str | None, label: str
) -> Place:
    """Find the columns of the country.

    Of several columns of countries that is taken in which the fewest rows are unknown, and of
    equals the one that is first in :data:`COUNTRY_COLUMNS`.
    """
    is_given = country is not None
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
    return Place(country, candidates.get(country) if kind is None else kind, others, is_given)


def locate_years(
    table: pd.DataFrame, year: str | int | None, notes: list[Note], label: str
) -> str | int:
    """Find the column of the year, or return the one year that all rows describe."""
    if isinstance(year, str):
        _refuse_absent(table, [year], label)
        return year
    plain = _plain_columns(table)
    years = [column for name in YEAR_COLUMNS for column in plain.get(name, ())]
    if year is None and not years:
        raise PanelError(
            f"{label} must have a column of years; none of its columns is known as one "
            f"({listed(table.columns)}); name it, or give the one year it describes, with year="
        )
    if year is None:
        return _one_of(table, "the year", years, "year=", notes, label)
    if years:
        raise PanelError(
            f"{label} has the column {quoted(years[0])} of its own, so it cannot be all of "
            f"{quoted(year)}; leave year= away"
        )
    return whole("year", year)


def countries_in(table: pd.DataFrame, column: str, kind: str | None) -> pd.Series:
    """Return a column of countries, where ``NA`` among names is no country but a missing one.

    Of numbers with labels the labels are taken, unless the column is one of numbers.
    """
    given = table[column]
    if kind in ("numeric", "cow"):
        return given.map(lambda cell: cell.numeric if isinstance(cell, Labelled) else cell)
    if kind is None and given.map(lambda cell: len(str(cell).strip()) != 2).any():
        return given.mask(given.eq("NA"), None)
    return given


def _unknown(table: pd.DataFrame, column: str, kind: str | None) -> int:
    return countries.match(countries_in(table, column, kind), kind=kind).count(None)


def _as_codings(
    plain: Mapping[str, list[str]], codebook: Codebook, named: Mapping[str, str]
) -> _Guess:
    columns = {
        each.name: [named[each.name]] if each.name in named else plain.get(_plain(each.name), [])
        for each in codebook.indicators
    }
    return _Guess("codings", codebook, columns, list(columns), codebook.scales)


def _as_scores(
    plain: Mapping[str, list[str]], codebook: Codebook, named: Mapping[str, str]
) -> _Guess:
    columns = {}
    for name in codebook.score_scales:
        spellings = {_plain(name), *SCORE_COLUMNS.get(name, ())}
        could_be = [
            column
            for written, written_so in plain.items()
            if _is_spelt(written, spellings)
            for column in written_so
        ]
        exact_first = sorted(could_be, key=name.__ne__)
        columns[name] = [named[name]] if name in named else exact_first
    parts = [each.name for each in codebook.dimensions]
    alone = columns["overall"] and not any(columns[part] for part in parts)
    return _Guess(
        "scores", codebook, columns, ["overall"] if alone else parts, codebook.score_scales
    )


def _one_of(
    table: pd.DataFrame, what: str, columns: list[str], option: str, notes: list[Note], label: str
) -> str:
    """Return the first of the columns that could be one thing, where all say the same."""
    first, *others = columns
    for other in others:
        differ = _differ(table[first], table[other])
        if differ.any():
            row = int(differ.argmax())
            raise PanelError(
                f"{label} must have one column for {what}; {len(columns)} could be it: "
                f"{listed(map(quoted, columns))}; {differ.sum()} rows differ, the first "
                f"{quoted(table[first].iloc[row])} against {quoted(table[other].iloc[row])} in row "
                f"{row + 1}; say which with {option}"
            )
        finding = f"{listed([other])} says the same as {listed([first])}"
        notes.append(Note(finding, len(table), "row 1", f"{listed([first])} was followed", 0))
    return first


def _differ(one: pd.Series, other: pd.Series) -> NDArray[np.bool_]:
    """Say which rows of two columns are neither the same number nor the same text."""
    numbers = [as_numbers(each, booleans=True) for each in (one, other)]
    text = [each.mask(each.isna(), "").map(str).to_numpy() for each in (one, other)]
    same: NDArray[np.bool_] = (numbers[0] == numbers[1]) | (text[0] == text[1])
    return ~same


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _is_spelt(plain: str, spellings: Set[str]) -> bool:
    return plain in spellings or _without_noise(plain) in spellings


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
            f"{quoted(absent[0])}; it has {listed(table.columns)}"
        )


def _refuse_unknown(named: Mapping[str, str], guesses: list[_Guess]) -> None:
    names = {name for guess in guesses for name in guess.columns}
    for unknown in named.keys() - names:
        nearest = sorted(
            names, key=lambda name: (-SequenceMatcher(None, str(unknown), name).ratio(), name)
        )
        if named[unknown] in nearest:
            raise ValueError(
                f"columns= must give each name its column; got {quoted(unknown)} for "
                f"{quoted(named[unknown])}, which is the name; turn them round"
            )
        raise ValueError(f"columns= must be for {listed(nearest)}; got {quoted(unknown)}")


def _refuse_shared(found: Mapping[str, str], label: str) -> None:
    served: dict[str, list[str]] = {}
    for name, column in found.items():
        served.setdefault(column, []).append(name)
    shared = [column for column, names in served.items() if len(names) > 1]
    if shared:
        raise PanelError(
            f"{label} must have a column of its own for each of its names; {len(shared)} serve "
            f"several, the first {quoted(shared[0])} {' and '.join(served[shared[0]])}; correct "
            f"columns="
        )
