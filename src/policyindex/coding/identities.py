"""Find out of which coding a row is: by its hidden key, and by its visible columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from .. import countries
from .._wording import live, quoted
from ..codebooks.model import Codebook
from ..panel.check import YEARS
from ..reading.figures import year_in
from ..reading.headers import plain
from ..reading.identifiers import ANY, without_mark
from .form import Key, plain_text, unpacked
from .headings import Heading


class Identity(NamedTuple):
    """Hold of which coding a row is, or why that is not clear."""

    key: Key | None
    doubt: str = ""
    """The reason why the row has no key."""
    repairs: Sequence[str] = ()
    """Identifiers that could not be read, but that the row states in another way too."""


class _Clash(Exception):  # noqa: N818 (it is not an error of the program)
    """Report why a row does not name one country, year or indicator."""


class Identities:
    """Identify rows by a codebook and a scheme of countries."""

    def __init__(self, codebook: Codebook, by_word: Mapping[str, str], kind: str | None) -> None:
        self._codebook = codebook
        self._names = {each.name for each in codebook.indicators}
        self._by_word = by_word
        self._kind = kind
        self._code = cache(_code)

    def of(self, row: Sequence[Any], heading: Heading) -> Identity:
        """Return the identity of a row; where indicators stand side by side, without one."""
        hidden = next((unpacked(row[p]) for p in heading.places("key", row)), None)
        repairs: list[str] = []
        try:
            country = self._country(row, heading, hidden, repairs)
            year = self._year(row, heading, hidden, repairs)
            if heading.indicators:
                return Identity(Key(country, year, ""), repairs=repairs)
            name = self._indicator(row, heading, hidden, repairs)
        except _Clash as clash:
            return Identity(None, str(clash))
        return Identity(Key(country, year, name), repairs=repairs)

    def _country(
        self, row: Sequence[Any], heading: Heading, hidden: Key | None, repairs: list[str]
    ) -> str:
        cells = [
            (row[p], self._code(live_text(row[p]), self._kind or heading.kinds.get(p)))
            for p in heading.places("country", row)
        ]
        code = _agreed("country", hidden and hidden.country, cells, repairs)
        return str(code)

    def _year(
        self, row: Sequence[Any], heading: Heading, hidden: Key | None, repairs: list[str]
    ) -> int:
        cells = [(row[p], year_of_cell(row[p])) for p in heading.places("year", row)]
        return int(_agreed("year", hidden and hidden.year, cells, repairs))

    def _indicator(
        self, row: Sequence[Any], heading: Heading, hidden: Key | None, repairs: list[str]
    ) -> str:
        cells = [
            (row[p], self._by_word.get(plain(str(live_text(row[p])))))
            for p in heading.places("indicator", row)
        ]
        name = str(_agreed("indicator", hidden and hidden.indicator, cells, repairs))
        if name not in self._names:
            raise _Clash(
                f"{quoted(name)} is not an indicator of the codebook {self._codebook.name}"
            )
        return name


def _agreed(
    field: str, hidden: object, cells: Sequence[tuple[object, object]], repairs: list[str]
) -> Any:
    """Return the value on which the key and the cells of a row agree, or refuse the row."""
    values = dict.fromkeys(value for _, value in cells if value is not None)
    unread = [cell for cell, value in cells if value is None]
    if hidden is not None:
        values[hidden] = None
        unread = [cell for cell in unread if plain_text(cell) != plain_text(hidden)]
    if len(values) > 1:
        several = " and ".join(sorted(map(quoted, values)))
        raise _Clash(f"the row names more than one {field}: {several}")
    if not values:
        article = "an" if field[0] in "aeiou" else "a"
        raise _Clash(
            f"{quoted(unread[0])} is not {article} {field}"
            if unread
            else f"the row names no {field}"
        )
    value = next(iter(values))
    repairs += [
        f"{quoted(cell)} stands for the {field} {value}, which the row names besides"
        for cell in unread
    ]
    return value


def live_text(cell: object) -> object:
    """Return text as it was before it was kept from being a formula."""
    return live(cell) if isinstance(cell, str) else cell


def year_of_cell(cell: object) -> int | None:
    """Return the year of a cell: a number, text or a date."""
    value = year_in(cell)[0]
    try:
        number = float(str(value))
    except ValueError:
        return None
    return int(number) if number.is_integer() and YEARS[0] <= number <= YEARS[1] else None


def _code(cell: object, kind: str | None) -> str | None:
    """Return the code of a country, or the label of another unit."""
    if kind == ANY:
        return " ".join(str(cell).split())
    return next(_codes(cell, kind), None)


def _codes(cell: object, kind: str | None) -> Iterator[str]:
    """Yield the codes of a country in the scheme of its column, or in any."""
    labels = [cell, without_mark(cell)] if isinstance(cell, str) else [cell]
    for label in labels:
        for scheme in dict.fromkeys((kind, None)):
            code = countries._match([label], kind=scheme)[0]
            if code is not None:
                yield code
