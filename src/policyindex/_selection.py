"""Which rows and columns of a panel an answer is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import countries
from ._cohorts import units, year_of
from ._wording import listed


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
