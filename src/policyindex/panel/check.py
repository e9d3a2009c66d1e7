"""The country-year contract: what a panel is, and how a table becomes one.

A *panel* is a DataFrame of ``float64`` columns, NaN where nothing is known, on a unique and
sorted MultiIndex named ``("country", "year")``. Countries are ISO 3166 alpha-3 codes (``XKX``
for Kosovo), years integers. *Scores* are a Series on the same index.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries
from .._wording import listed, quoted
from ..typing import Scale
from .numbers import as_years, numbers_on, whole_within

INDEX = ("country", "year")

YEARS: Scale = (1900, 2100)


class PanelError(ValueError):
    """Report data that break a rule: the rule, how many break it, the first, what to do.

    Examples
    --------
    >>> raise PanelError("year must be an integer; 2 are not, the first '20x9'")
    Traceback (most recent call last):
    policyindex.panel.PanelError: year must be an integer; 2 are not, the first '20x9'
    """


def check_panel(panel: pd.DataFrame, *, scales: Mapping[str, Scale] | None = None) -> pd.DataFrame:
    """Return a panel as its contract demands it, or say what breaks the contract.

    Rows are sorted and columns made ``float64``; nothing else is changed, and the panel given
    is left as it was. A missing value stays missing. Units need not be countries: any text
    serves, so that municipalities can be scored too.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        One column per indicator or dimension.
    scales : mapping of str to (int, int), optional
        Columns to keep, in this order, each an integer between the two bounds or missing.
        Without it every column is kept and may hold any finite number.

    Returns
    -------
    DataFrame, index (country, year), float64
        Sorted; a missing value stays missing.

    Raises
    ------
    PanelError
        When the index is not (country, year), holds a duplicate or a missing label, or a year
        that is no integer; when a column is absent; when a cell is not a number on its scale.

    See Also
    --------
    as_panel : Make a panel from a table with a column of names or codes.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_tuples([("NGA", 2009), ("DEU", 2009)],
    ...                                   names=["country", "year"])
    >>> check_panel(pd.DataFrame({"prosecution": [4, 5]}, index=index))
                  prosecution
    country year
    DEU     2009          5.0
    NGA     2009          4.0
    """
    if not isinstance(panel, pd.DataFrame):
        raise PanelError(
            f"a panel must be a DataFrame indexed by country and year; this is a "
            f"{type(panel).__name__}"
        )
    index = _checked_index(panel.index)
    _refuse_repeated(panel.columns)
    names = list(panel.columns) if scales is None else list(scales)
    absent = [name for name in names if name not in panel.columns]
    if absent:
        raise PanelError(
            f"the panel must have the columns {listed(names, most=30)}; {len(absent)} are "
            f"absent, the first {quoted(absent[0])}; it has {listed(panel.columns)}"
        )
    cells = panel.reset_index(drop=True)  # a column comes with no copy of the index
    numbers = {name: _numbers(cells[name], index, (scales or {}).get(name)) for name in names}
    checked = pd.DataFrame(numbers, index=index, columns=names)
    checked.attrs.update(panel.attrs)
    return checked if index.is_monotonic_increasing else checked.sort_index()


def check_scores(scores: pd.Series) -> pd.Series:
    """Return scores as their contract demands it, or say what breaks the contract.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index; missing where not scored.

    Returns
    -------
    Series, index (country, year), float64
        Sorted; a missing score stays missing.

    Raises
    ------
    PanelError
        When it is no Series, or its index or a value breaks the contract of a panel.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU"], [2009, 2010]], names=["country", "year"])
    >>> check_scores(pd.Series([15, None], index=index, name="overall"))
    country  year
    DEU      2009    15.0
             2010     NaN
    Name: overall, dtype: float64
    """
    if not isinstance(scores, pd.Series):
        hint = "; pick a column, such as panel['overall']" if hasattr(scores, "columns") else ""
        raise PanelError(
            f"scores must be a Series indexed by country and year; this is a "
            f"{type(scores).__name__}{hint}"
        )
    index = _checked_index(scores.index)
    checked = pd.Series(_numbers(scores, index, None), index=index, name=scores.name)
    checked.attrs.update(scores.attrs)
    return checked if index.is_monotonic_increasing else checked.sort_index()


def as_panel(
    table: pd.DataFrame,
    *,
    country: Hashable = "country",
    year: Hashable | int = "year",
    kind: str | None = None,
) -> pd.DataFrame:
    """Make a panel from a table whose rows name a country and a year.

    Every column besides the two becomes a ``float64`` column of the panel; missing values stay
    missing, and text that is no number is refused. The table is left as it was.

    Parameters
    ----------
    table : DataFrame
        One row per country and year.
    country : column label
        The column of country names or codes (or level of the index).
    year : column label or number
        The column of years (or level of the index); or the one year that all rows describe.
    kind : str, optional
        What the countries are given as; see :func:`policyindex.countries.iso3`.

    Returns
    -------
    DataFrame, index (country, year), float64
        Sorted, with the other columns of the table.

    Raises
    ------
    PanelError
        When a column is absent, a country is unknown, a year is no integer from 1900 to 2100,
        a country has two rows for one year, or a value is no number.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"country": ["Germany", "South Korea"], "prosecution": [5, 5]})
    >>> as_panel(table, year=2009)
                  prosecution
    country year
    DEU     2009          5.0
    KOR     2009          5.0
    """
    if not isinstance(table, pd.DataFrame):
        raise PanelError(f"a table must be a DataFrame; this is a {type(table).__name__}")
    levels = [
        place
        for place, name in enumerate(table.index.names)
        if name is not None and name in (country, year)
    ]
    if levels and table.columns.nlevels == 1:
        table = table.reset_index(level=levels, allow_duplicates=True)
    _refuse_repeated(table.columns)
    wanted = [country] if isinstance(year, Real) else [country, year]
    absent = [name for name in wanted if name not in table.columns]
    if absent:
        raise PanelError(
            f"the table must have the column {quoted(absent[0])}; it has "
            f"{listed(table.columns)}; name the columns with country= and year="
        )
    try:
        codes = countries.iso3(table[country], kind=kind)
    except ValueError as error:
        raise PanelError(str(error)) from error
    index = pd.MultiIndex.from_arrays([list(codes), whole_years(table, year)], names=INDEX)
    return check_panel(table.drop(columns=wanted).set_axis(index, axis=0))


def whole_years(table: pd.DataFrame, year: Hashable | float) -> NDArray[np.int64]:
    """Return the year of every row: of a column of numbers, text or dates, or one for all."""
    years = pd.Series(year, table.index, object) if isinstance(year, Real) else table[year]
    numbers = as_years(years)
    wrong = ~whole_within(numbers, YEARS)
    if wrong.any():
        raise PanelError(
            f"year must be an integer from {YEARS[0]} to {YEARS[1]}; {wrong.sum()} are not, the "
            f"first {quoted(years.iloc[int(wrong.argmax())])} in row {int(wrong.argmax()) + 1}"
        )
    return numbers.astype(np.int64)


def _refuse_repeated(columns: pd.Index) -> None:
    if columns.nlevels > 1:
        raise PanelError(
            f"columns must have one level of names; these have {columns.nlevels}, the first is "
            f"{quoted(columns[0])}; choose one level, or join them"
        )
    repeated = columns[columns.duplicated()]
    if len(repeated):
        raise PanelError(
            f"columns must be distinct; {len(repeated)} are repeated, the first "
            f"{quoted(repeated[0])}; drop or rename them"
        )


def _checked_index(given: pd.Index) -> pd.MultiIndex:
    """Return the index with plain text and int64 levels, or refuse it."""
    index: Any = given
    if not isinstance(index, pd.MultiIndex) or tuple(index.names) != INDEX:
        raise PanelError(
            f"the index must have the levels country and year, in this order; it has "
            f"{list(index.names)}; use as_panel, or set_index(['country', 'year'])"
        )
    for name, codes in zip(INDEX, index.codes, strict=True):
        missing = np.asarray(codes) < 0
        if missing.any():
            raise PanelError(
                f"{name} must not be missing; {missing.sum()} rows have none, the first is row "
                f"{int(missing.argmax()) + 1}"
            )
    index = index.remove_unused_levels()
    units, years = index.levels
    odd_units = [each for each in units if not isinstance(each, str) or not each]
    if odd_units:
        raise PanelError(
            f"country must be text, such as an ISO alpha-3 code; {len(odd_units)} labels are "
            f"not, the first {quoted(odd_units[0])}; use as_panel"
        )
    odd_years = [each for each in years if not _is_year(each)]
    if odd_years:
        raise PanelError(
            f"year must be an integer of at most four digits; {len(odd_years)} labels are not, "
            f"the first {quoted(odd_years[0])}; use as_panel"
        )
    if not index.is_unique:
        repeated = index.duplicated()
        unit, year = index[int(repeated.argmax())]
        raise PanelError(
            f"a country must have one row a year; {repeated.sum()} rows repeat an earlier one, "
            f"the first {listed([unit])} {year}; drop or merge them"
        )
    text: Any = pd.Index(units.tolist())  # the text type of the pandas at hand
    whole: Any = years.astype(np.int64)
    if len(units) and (units.dtype != text.dtype or years.dtype != np.int64):
        index = index.set_levels([text, whole])
    checked: pd.MultiIndex = index
    return checked


def _numbers(column: pd.Series, index: pd.MultiIndex, scale: Scale | None) -> NDArray[np.float64]:
    """Return a column as float64, or refuse its cells that are no number on the scale."""
    numbers, wrong = numbers_on(column, scale)
    if wrong.any():
        what = "a finite number" if scale is None else f"an integer from {scale[0]} to {scale[1]}"
        first = int(wrong.argmax())
        unit, year = index[first]
        name = "a score" if column.name is None else listed([column.name])
        raise PanelError(
            f"{name} must be {what} or missing; {wrong.sum()} are not, the first "
            f"{quoted(column.iloc[first])} at {listed([unit])} {year}"
        )
    return numbers


def _is_year(label: object) -> bool:
    if isinstance(label, bool) or not isinstance(label, int | np.integer):
        return False
    return -10_000 < int(label) < 10_000
