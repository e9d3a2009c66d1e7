"""Which rows and columns of a panel an answer is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ._cohorts import year_of
from .panel import PanelError, check_panel


def dimensions(panel: pd.DataFrame, *, at_least: int = 1) -> pd.DataFrame:
    """Return a checked panel without the column ``overall``, or refuse too few dimensions."""
    kept = check_panel(panel).drop(columns="overall", errors="ignore")
    if kept.shape[1] < at_least:
        raise PanelError(
            f"the panel must have {at_least} or more columns of dimensions besides overall; it "
            f"has {kept.shape[1]}"
        )
    return kept


def complete(panel: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the complete rows of one year by country, or refuse a year without a row."""
    chosen = year_of(panel.iloc[:, 0], "year", year)
    return cast(pd.DataFrame, panel.xs(chosen, level="year")).dropna()


def row(table: pd.DataFrame, country: str, year: int) -> pd.Series:
    """Return a country's row of one year's complete ones, or refuse a country without one."""
    if country not in table.index:
        raise ValueError(
            f"a country must have every dimension in {year}; {country!r} does not, "
            f"{len(table)} others do"
        )
    return cast(pd.Series, table.loc[country])


def by_year(table: pd.DataFrame) -> Iterator[NDArray[np.intp]]:
    """Give the places of each year's complete rows, year by year; there may be none."""
    index = cast(pd.MultiIndex, table.index)
    codes, known = np.asarray(index.codes[1]), table.notna().all(axis=1).to_numpy()
    for code in range(len(index.levels[1])):
        yield np.flatnonzero((codes == code) & known)
