"""Which scores and years a chart or a report is about, and the mean of those scored in all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import numpy as np
import pandas as pd

from .._cohorts import Years
from .._wording import runs, shown
from ..averages import yearly
from ..panel import PanelError
from ._style import spanned

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
        raise ValueError(f"{name} must be a year with a score ({years}); got {shown(year)}")
    return int(year)


def trimmed(table: pd.DataFrame) -> pd.DataFrame:
    """Cut a table of years by column down to the first and last with a score, if any has one."""
    scored = table.columns[table.notna().any()]
    return table.loc[:, scored[0] : scored[-1]] if len(scored) else table


def averaged_years(counts: pd.Series) -> tuple[int, int]:
    """Return the first and the last year in which two or more countries are scored.

    A mean of one is no mean, and a year with a single country would leave no cohort that is
    scored in every year. Where there are no such years, the first and the last of all.
    """
    enough = counts.index[counts > 1]
    years = enough if len(enough) else counts.index
    return int(years.min()), int(years.max())


def left_out(counts: pd.Series, first: float = np.inf, last: float = -np.inf) -> str:
    """Say which years have no mean, as one country alone is scored in them.

    What lies between a first and a last year is drawn, whatever its n.
    """
    years = counts.index
    alone = years[(counts == 1) & ((years < first) | (years > last))]
    return f"{year_words(alone)} left out: fewer than two countries scored" if len(alone) else ""


def year_words(years: Iterable[int]) -> str:
    """Word years: 2000-2009, 2013."""
    return ", ".join(spanned(*run) for run in runs(years))


def balanced(scores: pd.Series, years: Years) -> pd.DataFrame:
    """Average by year the countries scored in every year of a span; where none is, n is 0."""
    try:
        return yearly(scores, years=years, cohort="balanced")
    except ValueError:  # what is no year or no score has been refused before
        return yearly(scores * np.nan, years=years)
