"""What a panel holds and where it has gaps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from .._wording import quoted
from .check import PanelError, check_panel


class Coverage(NamedTuple):
    """What a panel holds and where it has gaps."""

    by_year: pd.DataFrame
    """Index year; ``countries`` present, ``complete`` ones, and known cells of each column."""
    by_country: pd.DataFrame
    """Index country; ``first_year``, ``last_year`` and ``years`` with anything known,
    ``complete`` years, and ``gaps``, a tuple of the years between in which nothing is known."""


def coverage(panel: pd.DataFrame) -> Coverage:
    """Count what is coded, what is missing and where the gaps are.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        Codings or scores; NaN = not coded.

    Returns
    -------
    Coverage
        ``by_year`` and ``by_country``. A country or a year of which nothing is known counts
        0, and its first and last year are missing.

    Raises
    ------
    PanelError
        When the panel breaks its contract, or has a column of a name that the answer needs.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["NGA"], [2007, 2009]], names=["country", "year"])
    >>> found = coverage(pd.DataFrame({"prosecution": [4, 4], "protection": [None, 5]}, index))
    >>> found.by_year
          countries  complete  prosecution  protection
    year
    2007          1         0            1           0
    2009          1         1            1           1
    >>> found.by_country
             first_year  last_year  years  complete     gaps
    country
    NGA            2007       2009      2         1  (2008,)
    """
    known = check_panel(panel).notna()
    taken = known.columns.intersection(["countries", "complete"])
    if len(taken):
        raise PanelError(
            f"columns must have other names than the counts of countries and of complete ones; "
            f"{len(taken)} have not, the first {quoted(taken[0])}; rename it"
        )
    some, complete = known.any(axis=1), known.all(axis=1) & (known.shape[1] > 0)
    by_year = pd.concat(
        [some.rename("countries"), complete.rename("complete"), known], axis=1
    ).groupby(level="year")
    totals = complete.groupby(level="country").sum()
    rows = {
        country: (*_span(years), int(totals[country]), _gaps(years))
        for country, years in _years_by_country(some).items()
    }
    by_country = pd.DataFrame.from_dict(
        rows, orient="index", columns=["first_year", "last_year", "years", "complete", "gaps"]
    )
    found = Coverage(by_year.sum(), by_country.rename_axis("country"))
    for table in found:
        table.attrs.update(panel.attrs)
    return found


def _years_by_country(some: pd.Series) -> dict[str, list[int]]:
    years: dict[str, list[int]] = {}
    for (country, year), known in zip(some.index, some, strict=True):
        years.setdefault(country, []).extend([year] if known else [])
    return years


def _span(years: list[int]) -> tuple[float, float, int]:
    return (years[0], years[-1], len(years)) if years else (np.nan, np.nan, 0)


def _gaps(years: list[int]) -> tuple[int, ...]:
    between = range(years[0], years[-1]) if years else ()
    return tuple(sorted(set(between) - set(years)))
