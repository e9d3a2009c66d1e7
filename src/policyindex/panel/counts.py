"""Count what is coded, what is missing and where the gaps are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from .._wording import capital, counted, quoted, year_words
from .check import PanelError, check_panel
from .display import as_html, as_text
from .labels import carry


class Coverage(NamedTuple):
    """The contents of a panel and its gaps."""

    by_year: pd.DataFrame
    """Index year; ``countries`` with a value, ``complete`` ones, and values of each column."""
    by_country: pd.DataFrame
    """Index country; ``first_year``, ``last_year`` and ``years`` with any value, ``complete``
    years, and ``gaps``, a tuple of the years between without any value."""

    def __str__(self) -> str:
        scored = self.by_year[self.by_year["countries"] > 0]
        if not len(scored):
            return "The panel has no values."
        gaps = int((self.by_country["gaps"].map(len) > 0).sum())
        countries = int((self.by_country["years"] > 0).sum())
        return capital(
            f"{counted(countries, 'country has', 'countries have')} values, "
            f"{year_words(int(year) for year in scored.index)}; "
            f"{counted(gaps, 'country has', 'countries have')} gaps between years."
        )

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), by_year=self.by_year, by_country=self.by_country)


def coverage(panel: pd.DataFrame) -> Coverage:
    """Count what is coded, what is missing and where the gaps are.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        Codings or scores; NaN = not coded.

    Returns
    -------
    Coverage
        ``by_year`` and ``by_country``. A country or a year without any value counts 0, and its
        first and last year are missing.

    Raises
    ------
    PanelError
        If the panel breaks its contract, or has a column of a name that the answer needs.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["NGA"], [2007, 2009]], names=["country", "year"])
    >>> counts = coverage(pd.DataFrame({"prosecution": [4, 4], "protection": [None, 5]}, index))
    >>> counts.by_year
          countries  complete  prosecution  protection
    year
    2007          1         0            1           0
    2009          1         1            1           1
    >>> counts.by_country
             first_year  last_year  years  complete     gaps
    country
    NGA            2007       2009      2         1  (2008,)
    """
    return _coverage(check_panel(panel))


def _coverage(panel: pd.DataFrame) -> Coverage:
    present = panel.notna()
    taken = present.columns.intersection(["countries", "complete"])
    if len(taken):
        raise PanelError(
            f"columns must have other names than the counts of countries and of complete ones; "
            f"{len(taken)} do not, the first {quoted(taken[0])}; rename it"
        )
    some, complete = present.any(axis=1), present.all(axis=1) & (present.shape[1] > 0)
    by_year = pd.concat(
        [some.rename("countries"), complete.rename("complete"), present], axis=1
    ).groupby(level="year")
    totals = complete.groupby(level="country").sum()
    rows = {
        country: (*_span(years), int(totals[country]), _gaps(years))
        for country, years in _years_by_country(some).items()
    }
    by_country = pd.DataFrame.from_dict(
        rows, orient="index", columns=["first_year", "last_year", "years", "complete", "gaps"]
    )
    return Coverage(carry(by_year.sum(), panel), carry(by_country.rename_axis("country"), panel))


def _years_by_country(some: pd.Series) -> dict[str, list[int]]:
    years: dict[str, list[int]] = {}
    for (country, year), has_value in zip(some.index, some, strict=True):
        years.setdefault(country, []).extend([year] if has_value else [])
    return years


def _span(years: list[int]) -> tuple[float, float, int]:
    return (years[0], years[-1], len(years)) if years else (np.nan, np.nan, 0)


def _gaps(years: list[int]) -> tuple[int, ...]:
    between = range(years[0], years[-1]) if years else ()
    return tuple(sorted(set(between) - set(years)))
