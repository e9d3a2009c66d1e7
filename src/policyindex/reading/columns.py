"""Recognise the columns of a file by their names, and refuse those that could be one thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries
from .._options import Argument, OptionError, one_of, whole
from .._wording import listed, quoted
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError
from ..panel.numbers import Labelled, as_numbers
from ..typing import Scale
from . import hti
from .findings import Findings

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
"""Plain name of a column to the kind of code it holds, the most reliable first. ``code`` is not
one of them: real files keep Correlates of War letters there, which would pass for ISO codes."""

YEAR_COLUMNS = ("year", "yr", "indexyear")

SCORE_COLUMNS = {
    "prosecution": ("prosecution", "prosec", "pros"),
    "protection": ("protection", "protec", "prot"),
    "prevention": ("prevention", "preven", "prev"),
    "overall": ("overall", "p", "3p", "overall3p", "total"),
}
"""Dimension to the plain names that files use for it, besides its own."""

LONGEST_NAME = 80
"""A cell may hold a book, which is not the name of a column."""

OF_A_YEAR = re.compile(r"(?<!\d)(19|20)\d\d(\.0)?$")
"""The end of a column's name that holds one year of a table with the years side by side."""

NOISE = ("score", "index", "subindex", "policy")
"""Words at the end of a column's name that do not change what it holds."""


class Layout(NamedTuple):
    """Hold what a table holds, and in which columns."""

    holds: str
    codebook: Codebook
    columns: dict[str, str]
    """Dimension or indicator to its column."""
    scales: dict[str, Scale]

    @property
    def words(self) -> dict[str, tuple[str, ...]]:
        """The words for the levels of each indicator; scores have none."""
        indicators = self.codebook.indicators if self.holds == "codings" else ()
        return {each.name: each.levels for each in indicators}


class Countries(NamedTuple):
    """Hold the columns that name the country of a row."""

    column: str
    kind: str | None
    others: dict[str, str | None]
    """Further columns of countries, and their kinds."""
    is_requested: bool
    """Whether the user named the column."""


class _Guess(NamedTuple):
    """Hold what a table may hold: to each name all columns that could be it."""

    holds: str
    codebook: Codebook
    columns: dict[str, list[str]]
    needed: list[str]
    scales: dict[str, Scale]

    @property
    def absent(self) -> list[str]:
        """The names that lack a column and need one."""
        return [name for name in self.needed if not self.columns[name]]

    @property
    def share(self) -> float:
        """The share of the columns needed that the table has."""
        return 1 - len(self.absent) / len(self.needed)

    def objection(self, named: Mapping[str, str]) -> str:
        """Return why the table does not hold this; empty text if it may."""
        if self.absent:
            why = f"{len(self.absent)} are absent, the first {self.absent[0]!r}"
        elif foreign := [name for name in named if name not in self.columns]:
            why = f"{len(foreign)} of the names are foreign, the first {foreign[0]!r}"
        else:
            return ""
        return f"for {self.holds} of {self.codebook.name} {why}"


def is_header(cells: Iterable[object]) -> bool:
    """Return whether cells name columns of countries, and of years or scores."""
    plain = {_plain(cell[:LONGEST_NAME]) for cell in cells if isinstance(cell, str)}
    scores = {spelling for spellings in SCORE_COLUMNS.values() for spelling in spellings}
    return not plain.isdisjoint(COUNTRY_COLUMNS) and (
        not plain.isdisjoint(YEAR_COLUMNS) or any(_is_spelt(each, scores) for each in plain)
    )


def locate_values(
    table: pd.DataFrame,
    findings: Findings,
    *,
    named: Mapping[str, str],
    codebook: Codebook | None = None,
    holds: str | None = None,
) -> Layout:
    """Return the columns of a codebook's indicators or dimensions."""
    if holds is not None:
        one_of("holds", holds, ("codings", "scores"))
    plain = _plain_columns(table)
    guesses = []
    if holds != "scores":
        guesses += [_as_codings(plain, book, named) for book in _codebooks(plain, named, codebook)]
    if holds != "codings":
        guesses.append(_as_scores(plain, codebook or THREE_P, named))
    _refuse_unknown(named, guesses)
    _refuse_absent(table, named.values(), findings)
    fitting = [guess for guess in guesses if not guess.objection(named)]
    if not fitting:
        raise _unrecognised(table, named, guesses, findings)
    guess = fitting[0]
    columns = {
        name: _one_of(table, name, candidates, Argument("columns", f"{{{name!r}: ...}}"), findings)
        for name, candidates in guess.columns.items()
        if candidates
    }
    _refuse_shared(columns, findings)
    _report_others(table, guess, fitting, findings)
    return Layout(
        guess.holds, guess.codebook, columns, {name: guess.scales[name] for name in columns}
    )


def _codebooks(
    plain: Mapping[str, list[str]], named: Mapping[str, str], codebook: Codebook | None
) -> list[Codebook]:
    """Return the codebooks whose codings a table may hold, by default those of the library."""
    if codebook is not None:
        return [codebook]
    names = {_plain(name) for name in hti.INDICATORS}
    if names & (plain.keys() | {_plain(str(name)) for name in named}):
        from ..codebooks.hti import HTI  # its rules are read from a file

        return [HTI, THREE_P]
    return [THREE_P]


def _report_others(
    table: pd.DataFrame, guess: _Guess, fitting: Iterable[_Guess], findings: Findings
) -> None:
    """Report scores besides codings."""
    for other in fitting:
        columns = [column for candidates in other.columns.values() for column in candidates[:1]]
        if other.holds != guess.holds and not _is_blank(table[columns]):
            findings.add(
                "holds",
                f"the file holds {other.holds} as well: {listed(columns)}",
                rows=len(table),
                action=f"its {guess.holds} were read",
                option=Argument("holds", repr(other.holds)),
            )


def _is_blank(table: pd.DataFrame) -> bool:
    """Return whether columns hold nothing, e.g. headings of the columns that follow."""
    return bool((table.isna() | table.map(lambda cell: str(cell).strip() == "")).all(axis=None))


def _unrecognised(
    table: pd.DataFrame, named: Mapping[str, str], guesses: list[_Guess], findings: Findings
) -> PanelError:
    """Return the refusal of a table that holds neither codings nor scores."""
    # Ties go to the later guess, the default codebook.
    likely = {guess.holds: guess for guess in sorted(guesses, key=lambda each: each.share)}
    near = [guess for guess in likely.values() if guess.share] or list(likely.values())
    message = (
        f"{findings.label} must have a column for every indicator or every dimension; "
        f"{'; '.join(guess.objection(named) for guess in reversed(near))}; it has "
        f"{listed(table.columns)}; "
    )
    if sum(OF_A_YEAR.search(column) is not None for column in table.columns) > 1:
        return PanelError(
            f"{message}lay the years out below each other, with one row for each country and year"
        )
    return PanelError(
        f"{message}leave a column that was not coded empty, and name the columns with",
        Argument("columns", "{...}"),
    )


def locate_countries(
    table: pd.DataFrame, findings: Findings, *, column: str | None = None, kind: str | None = None
) -> Countries:
    """Return the columns of the country.

    Of several columns of countries the one with the fewest unknown rows is taken; ties go to the
    one that is first in :data:`COUNTRY_COLUMNS`.
    """
    is_requested = column is not None
    plain = _plain_columns(table)
    candidates = {
        candidate: default
        for name, default in COUNTRY_COLUMNS.items()
        for candidate in plain.get(name, ())
    }
    if column is None:
        if not candidates:
            raise PanelError(
                f"{findings.label} must have a column of countries; none of its columns is known "
                f"as one ({listed(table.columns)}); if its codes are not ISO letters, pass their "
                f"kind too; name it with",
                Argument("country_column"),
            )
        column = min(candidates, key=lambda each: _unknown(table, each, kind or candidates[each]))
    _refuse_absent(table, [column], findings)
    others = {each: default for each, default in candidates.items() if each != column}
    return Countries(column, candidates.get(column) if kind is None else kind, others, is_requested)


def locate_years(
    table: pd.DataFrame,
    findings: Findings,
    *,
    column: str | None = None,
    file_year: int | None = None,
) -> str | int:
    """Return the column of the year, or the one year that all rows describe."""
    if column is not None and file_year is not None:
        raise ValueError(
            "year_column and file_year must not be used together; leave one of them out"
        )
    if column is not None:
        _refuse_absent(table, [column], findings)
        return column
    plain = _plain_columns(table)
    candidates = [column for name in YEAR_COLUMNS for column in plain.get(name, ())]
    if file_year is not None:
        if candidates:
            raise PanelError(
                f"a year for all rows needs a file without a column of years; {findings.label} "
                f"has the column {quoted(candidates[0])}; leave out",
                Argument("file_year"),
            )
        return whole("file_year", file_year)
    if not candidates:
        raise PanelError(
            f"{findings.label} must have a column of years; none of its columns is known as one "
            f"({listed(table.columns)}); name the year column, or pass the one year of all rows "
            f"with",
            Argument("file_year"),
        )
    return _one_of(table, "the year", candidates, Argument("year_column"), findings)


def country_cells(table: pd.DataFrame, column: str, kind: str | None) -> pd.Series:
    """Return a column of countries; ``NA`` is missing among names, and Namibia among codes.

    Labels stand for labelled numbers, unless the column is one of numbers.
    """
    cells = table[column]
    if kind in ("numeric", "cow"):
        return cells.map(lambda cell: cell.numeric if isinstance(cell, Labelled) else cell)
    if kind is None and cells.map(lambda cell: len(str(cell).strip()) != 2).any():
        return cells.mask(cells.eq("NA"), None)
    return cells


def _unknown(table: pd.DataFrame, column: str, kind: str | None) -> int:
    return countries._match(country_cells(table, column, kind), kind=kind).count(None)


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
        candidates = [
            column
            for spelling, same in plain.items()
            if _is_spelt(spelling, spellings)
            for column in same
        ]
        exact_first = sorted(candidates, key=name.__ne__)
        columns[name] = [named[name]] if name in named else exact_first
    dimensions = [each.name for each in codebook.dimensions]
    alone = columns["overall"] and not any(columns[name] for name in dimensions)
    return _Guess(
        "scores", codebook, columns, ["overall"] if alone else dimensions, codebook.score_scales
    )


def _one_of(
    table: pd.DataFrame, name: str, columns: list[str], option: Argument, findings: Findings
) -> str:
    """Return the first of the columns that could be one thing, if all hold the same."""
    first, *others = columns
    for other in others:
        differ = _differ(table[first], table[other])
        if differ.any():
            row = int(differ.argmax())
            raise PanelError(
                f"{findings.label} must have one column for {name}; {len(columns)} could be it: "
                f"{listed(map(quoted, columns))}; {differ.sum()} rows differ, the first "
                f"{quoted(table[first].iloc[row])} against {quoted(table[other].iloc[row])} in row "
                f"{row + 1}; choose one with",
                option,
            )
        findings.add(
            "column",
            f"{listed([other])} holds the same as {listed([first])}",
            rows=len(table),
            first="row 1",
            action=f"{listed([first])} was followed",
        )
    return first


def _differ(one: pd.Series, other: pd.Series) -> NDArray[np.bool_]:
    """Return which rows of two columns are neither the same number nor the same text."""
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


def _refuse_absent(table: pd.DataFrame, columns: Iterable[str], findings: Findings) -> None:
    absent = [column for column in columns if column not in table]
    if absent:
        raise PanelError(
            f"{findings.label} must have the columns that you name; {len(absent)} are absent, the "
            f"first {quoted(absent[0])}; it has {listed(table.columns)}"
        )


def _refuse_unknown(named: Mapping[str, str], guesses: list[_Guess]) -> None:
    names = {name for guess in guesses for name in guess.columns}
    for unknown in (name for name in named if name not in names):
        nearest = sorted(
            names, key=lambda name: (-SequenceMatcher(None, str(unknown), name).ratio(), name)
        )
        if named[unknown] in nearest:
            raise OptionError(
                f"columns must map names to columns; {quoted(unknown)} is mapped to the name "
                f"{quoted(named[unknown])}; swap the two:",
                Argument("columns", f"{{{named[unknown]!r}: {unknown!r}}}"),
            )
        raise ValueError(f"columns must name any of {listed(nearest)}; got {quoted(unknown)}")


def _refuse_shared(columns: Mapping[str, str], findings: Findings) -> None:
    names: dict[str, list[str]] = {}
    for name, column in columns.items():
        names.setdefault(column, []).append(name)
    shared = [column for column, several in names.items() if len(several) > 1]
    if shared:
        raise PanelError(
            f"{findings.label} must have a column of its own for each of its names; {len(shared)} "
            f"serve several, the first {quoted(shared[0])} {' and '.join(names[shared[0]])}; "
            f"correct",
            Argument("columns"),
        )
