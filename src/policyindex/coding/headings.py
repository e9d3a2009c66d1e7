"""Recognise the columns of a sheet of codings, by their marks or else by their headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from ..codebooks.model import Codebook
from ..reading.headers import (
    CODER_COLUMNS,
    COUNTRY_COLUMNS,
    INDICATOR_COLUMNS,
    LONGEST_NAME,
    VALUE_COLUMNS,
    YEAR_COLUMNS,
    plain,
)
from .form import ENTRIES, HEADERS, MARK, titles

_SPELLINGS: dict[str, tuple[str, ...]] = {
    "key": (),
    "place": (),
    "country": tuple(COUNTRY_COLUMNS),
    "year": YEAR_COLUMNS,
    "indicator": (*INDICATOR_COLUMNS, "policy", "question", "item"),
    "dimension": (),
    "previous": ("previous", "lastyear", "levelyearbefore", "previouslevel"),
    "level": (*VALUE_COLUMNS, "coded", "codedlevel", "rating", "answer"),
    "status": ("codingstatus",),
    "report": ("source", "document", "reports"),
    "page": ("pages", "p", "pp", "pageno", "pagenumber"),
    "quote": ("quote", "quotes", "evidence", "excerpt", "passage", "sentence"),
    "remark": ("remarks", "comment", "comments", "note", "notes"),
    "coder": CODER_COLUMNS,
}
"""Role of a column to the plain headers that files use for it, besides the library's own."""


class Form(NamedTuple):
    """Hold the columns of a sheet that a person fills in."""

    headers: Mapping[str, str]
    """The header of each column by its role."""
    entries: Sequence[str]
    """The roles of the columns in which the person types."""
    roles: Mapping[str, str]
    """The role of each column by its header, plain and in the spellings of other files."""


def form_of(
    headers: Mapping[str, str],
    entries: Sequence[str],
    spellings: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Form:
    """Return a form whose columns are known by their headers and by other spellings."""
    words = {word: role for role, several in spellings.items() for word in several}
    words |= {plain(header): role for role, header in headers.items()}
    roles = {word: "country" if role == "code" else role for word, role in words.items()}
    return Form(headers, entries, roles)


CODINGS = form_of(HEADERS, ENTRIES, _SPELLINGS)
"""The form of a coder."""


class Heading(NamedTuple):
    """Hold what the columns of a sheet are, by their places, from 0."""

    roles: Mapping[int, str]
    indicators: Mapping[int, str]
    """The columns of one indicator each, where the indicators stand side by side."""
    kinds: Mapping[int, str | None]
    """The scheme of each column of countries."""
    is_marked: bool = False
    """Whether marks of the library name the columns, and not their headers."""

    def places(self, role: str, row: Sequence[Any]) -> list[int]:
        """Return the columns of a role in which a row has a value."""
        return [
            place
            for place, each in self.roles.items()
            if each == role and place < len(row) and row[place] != ""
        ]

    def names(self, place: int) -> bool:
        """Return whether a column is part of the form."""
        return place in self.roles or place in self.indicators


def marks_of(row: Sequence[Any]) -> dict[int, str]:
    """Return the roles of the columns that a row of marks names, by their places."""
    return {
        place: cell.removeprefix(MARK)
        for place, cell in enumerate(row)
        if isinstance(cell, str) and cell.startswith(MARK)
    }


class Headings:
    """Recognise headers by the indicators of a codebook."""

    def __init__(self, codebook: Codebook, form: Form = CODINGS) -> None:
        self.form = form
        self.indicators = indicators_by_word(codebook)
        """The indicators by their plain names and titles."""

    def of(self, row: Sequence[Any]) -> Heading | None:
        """Return what a row says of the columns below it, or None if it is not a header.

        A header names the country, the year and the indicator of a row, or its key, and at least
        one column in which a coder types; or the country, the year and indicators side by side.
        """
        marks = {p: role for p, role in marks_of(row).items() if role in self.form.headers}
        if len(marks) < 2 or set(self.form.entries).isdisjoint(marks.values()):
            return self._named(row)
        roles = {place: "country" if role == "code" else role for place, role in marks.items()}
        return Heading(roles, {}, {}, is_marked=True)

    def _named(self, row: Sequence[Any]) -> Heading | None:
        """Return the heading that the headers of a row make."""
        words = {
            place: plain(cell)
            for place, cell in enumerate(row)
            if isinstance(cell, str) and 0 < len(cell) <= LONGEST_NAME
        }
        roles: dict[int, str] = {}
        for place, word in words.items():
            role = self.form.roles.get(word)
            if role is not None and (role == "country" or role not in roles.values()):
                roles[place] = role
        columns = {*roles.values()}
        if "indicator" not in columns:
            # Long files name indicators in a column "dimension" at times.
            turned = {"dimension": "indicator"}
            roles = {place: turned.get(role, role) for place, role in roles.items()}
            columns = {*roles.values()}
        kinds = {
            place: None if (kind := COUNTRY_COLUMNS.get(words[place])) == "unclear" else kind
            for place, role in roles.items()
            if role == "country"
        }
        is_named = "key" in columns or {"country", "year", "indicator"} <= columns
        if is_named and not columns.isdisjoint(self.form.entries):
            return Heading(roles, {}, kinds)
        if self.form is not CODINGS or not {"country", "year"} <= columns:
            return None
        indicators = {
            place: self.indicators[word] for place, word in words.items() if word in self.indicators
        }
        beside = {place: role for place, role in roles.items() if place not in indicators}
        if words.get(len(row) - 1) == "source" and "name" in words.values():
            # The library's own tables end with their provenance, which is not evidence.
            beside[len(row) - 1] = "provenance"
        return Heading(beside, indicators, kinds) if indicators else None


def indicators_by_word(codebook: Codebook) -> dict[str, str]:
    """Return the indicators by their plain names and titles; a name wins over a title."""
    words = {plain(title): name for name, title in titles(codebook).items()}
    return words | {plain(each.name): each.name for each in codebook.indicators}
