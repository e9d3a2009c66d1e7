"""Which rows and columns of a panel an answer is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from numbers import Real
from typing import TypeVar, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries
from .._options import whole
from .._wording import listed, quoted, year_words
from ..typing import Years
from .check import PanelError


def span(name: str, bounds: Years) -> Years:
    """Return a (first, last) as two integers, or refuse it."""
    try:
        first, last = (whole(name, bound) for bound in bounds)
    except (TypeError, ValueError):
        first, last = 0, -1
    if not -10_000 < first <= last < 10_000:
        raise ValueError(
            f"{name} must be a pair of integers (first, last) of at most four digits, the first "
            f"not above the last; got {quoted(bounds)}"
        )
    return first, last


def units(name: str, asked: Iterable[object], known: Iterable[str]) -> list[str]:
    """Return the labels in the data of countries given by name or code, or refuse the unknown."""
    labels, listed = set(known), list(asked)
    rule = f"{name} must be names or codes of countries in the data"
    if not listed:
        raise ValueError(f"{rule}; there is none")
    found = [
        each if isinstance(each, str) and each in labels else countries.match([each])[0]
        for each in listed
    ]
    unknown = [(each, unit) for each, unit in zip(listed, found, strict=True) if unit not in labels]
    if unknown:
        verdict = "is not:" if len(unknown) == 1 else "are not, the first"
        raise ValueError(
            f"{rule}; {len(unknown)} of {len(listed)} {verdict} "
            f"{_unknown_words(*unknown[0], labels)}"
        )
    return [str(unit) for unit in found]


def _unknown_words(asked: object, unit: str | None, labels: set[str]) -> str:
    """Name what was asked for: a country that is not in the data, or none, and what it is like."""
    if unit is not None:
        return f"{quoted(asked)}, which has no row"
    near = [name for name in countries.nearest(str(asked)) if countries.iso3(name) in labels]
    return quoted(asked) + (f" (nearest: {', '.join(near)})" if near else "")


def year_of(scores: pd.Series | pd.DataFrame, name: str, year: int) -> int:
    """Return a year that scores or a panel have rows for, or refuse it."""
    years = scores.index.get_level_values("year")
    if not isinstance(year, Real) or year not in years:
        known = f"{years.min()} to {years.max()}" if len(years) else "none"
        raise ValueError(f"{name} must be a year of the scores ({known}); got {quoted(year)}")
    return int(year)


def in_year(panel: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the rows of one year, or refuse a year without any."""
    return panel[panel.index.get_level_values("year") == year_of(panel, "year", year)]


def complete(panel: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the complete rows of one year by country, or refuse a year without a row."""
    return in_year(panel, year).droplevel("year").dropna()


def complete_rows(panel: pd.DataFrame, names: Iterable[str], year: int) -> pd.DataFrame:
    """Return the rows of countries, given by name or code, in one year, or say what they lack."""
    of_year = in_year(panel, year).droplevel("year")
    found = units("countries", names, panel.index.unique("country"))
    rows = of_year.reindex(found)
    for unit, known in zip(found, rows.notna().to_numpy(), strict=True):
        if not known.all():
            raise ValueError(
                f"a country must have every dimension in {int(year)}; {countries.name(unit)} lacks "
                f"{listed(np.asarray(rows.columns)[~known])}"
            )
    return rows


def units_named(data: pd.Series | pd.DataFrame, names: str | Iterable[str]) -> list[str]:
    """Return the labels in the data of countries given by name or code, or refuse the unknown."""
    asked = names if isinstance(names, Iterable) and not isinstance(names, str) else [names]
    return list(dict.fromkeys(units("countries", asked, data.index.unique("country"))))


def by_year(table: pd.DataFrame) -> Iterator[NDArray[np.intp]]:
    """Give the places of each year's complete rows, year by year; there may be none."""
    index = cast(pd.MultiIndex, table.index)
    codes, known = np.asarray(index.codes[1]), table.notna().all(axis=1).to_numpy()
    for code in range(len(index.levels[1])):
        yield np.flatnonzero((codes == code) & known)


Data = TypeVar("Data", pd.Series, pd.DataFrame)


def some(data: Data, what: str = "a chart") -> Data:
    """Return checked data, or refuse them where they have no row."""
    if not len(data.index):
        raise PanelError(f"{what} needs a country in a year; the data have no row")
    return data


def scored_year(scores: pd.Series, name: str, year: int) -> int:
    """Return a year in which a country has a score, or refuse it.

    Where no country has one in any year, a chart of each year says so.
    """
    known = scores.dropna()
    listed = sorted((known if len(known) else scores).index.unique("year"))
    if year not in listed:
        years = year_words(listed)
        raise ValueError(f"{name} must be a year with a score ({years}); got {quoted(year)}")
    return int(year)


def trimmed(table: pd.DataFrame) -> pd.DataFrame:
    """Cut a table of years by column down to the first and last with a score, if any has one."""
    scored = table.columns[table.notna().any()]
    return table.loc[:, scored[0] : scored[-1]] if len(scored) else table
