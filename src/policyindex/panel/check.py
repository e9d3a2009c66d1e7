"""The country-year contract: the rules of a panel, and how a table becomes one.

A *panel* is a DataFrame of ``float64`` columns, NaN where a value is missing, on a unique and
sorted MultiIndex named ``("country", "year")``. Countries are ISO 3166 alpha-3 codes (``XKX``
for Kosovo), years integers. *Scores* are a Series on the same index.
"""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._options import OptionError
from .._wording import absent, are_not, listed, quoted, rows_that
from ..typing import Scale
from .numbers import as_years, numbers_on, whole_within

INDEX = ("country", "year")

YEARS: Scale = (1900, 2100)


class PanelError(OptionError):
    """Report data that break a rule: the rule, how many break it, the first, what to do.

    Parameters
    ----------
    message : str
        The report.
    option : Argument, optional
        The argument that helps; it ends the message, and the command line writes it as a flag.

    Examples
    --------
    >>> raise PanelError("year must be an integer; 2 are not, the first '20x9'")
    Traceback (most recent call last):
    policyindex.panel.check.PanelError: year must be an integer; 2 are not, the first '20x9'
    """


def check_panel(
    panel: pd.DataFrame, *, scales: Mapping[str, Scale | None] | None = None
) -> pd.DataFrame:
    """Check the index and the cells of a panel, and return it sorted, as ``float64``.

    As :func:`policyindex.check_panel`, except that overall scores may differ from the sum.
    """
    if not isinstance(panel, pd.DataFrame):
        raise PanelError(
            f"a panel must be a DataFrame indexed by country and year; this is a "
            f"{type(panel).__name__}"
        )
    index, is_sorted = check_index(panel.index)
    _refuse_repeated(panel.columns)
    names = list(panel.columns) if scales is None else list(scales)
    lacking = [name for name in names if name not in panel.columns]
    if lacking:
        raise PanelError(
            f"the panel must have the columns {listed(names, most=30)}; {absent(lacking)}; it has "
            f"{listed(panel.columns)}"
        )
    cells = panel.reset_index(drop=True)  # a column comes with no copy of the index
    numbers = {name: _numbers(cells[name], index, (scales or {}).get(name)) for name in names}
    checked = pd.DataFrame(numbers, index=index, columns=names)
    checked.attrs.update(panel.attrs)
    return checked if is_sorted else checked.sort_index()


def check_scores(scores: pd.Series | pd.DataFrame) -> pd.Series:
    """Check scores against their contract and return them sorted, as ``float64``.

    A panel stands for its column ``overall``.

    Raises
    ------
    PanelError
        If they are neither a Series nor a panel with ``overall``, or their index or a value
        breaks the contract of a panel.
    """
    attrs = getattr(scores, "attrs", {})
    if isinstance(scores, pd.DataFrame) and "overall" in scores.columns:
        _refuse_repeated(scores.columns)
        scores = scores["overall"]
    if not isinstance(scores, pd.Series):
        columns = list(getattr(scores, "columns", ()))
        hint = f" without it; pick a column, such as panel[{columns[0]!r}]" if columns else ""
        raise PanelError(
            f"scores must be a Series indexed by country and year, or a panel with a column "
            f"overall; this is a {type(scores).__name__}{hint}"
        )
    index, is_sorted = check_index(scores.index)
    checked = pd.Series(_numbers(scores, index, None), index=index, name=scores.name)
    checked.attrs.update(attrs)
    return checked if is_sorted else checked.sort_index()


def whole_years(table: pd.DataFrame, year: Any) -> NDArray[np.int64]:
    """Return the year of every row: of a column of numbers, text or dates, or one for all."""
    years = pd.Series(year, table.index, object) if isinstance(year, Real) else table[year]
    numbers = as_years(years)
    wrong = ~whole_within(numbers, YEARS)
    if wrong.any():
        raise PanelError(
            f"year must be an integer from {YEARS[0]} to {YEARS[1]}; {are_not(wrong.sum())}, the "
            f"first {quoted(years.iloc[int(wrong.argmax())])} in row {int(wrong.argmax()) + 1}"
        )
    return numbers.astype(np.int64)


def check_index(labels: pd.Index) -> tuple[pd.MultiIndex, bool]:
    """Check an index of (country, year); return it with text and int64 levels.

    Returns
    -------
    index : MultiIndex
        Unique, in the order given.
    is_sorted : bool
        Whether the rows are in the order of their labels.
    """
    index: Any = labels
    if not isinstance(index, pd.MultiIndex) or tuple(index.names) != INDEX:
        raise PanelError(
            f"the index must have the levels country and year, in this order; it has "
            f"{list(index.names)}; use as_panel, or set_index(['country', 'year'])"
        )
    codes = [np.asarray(each) for each in index.codes]
    for name, places in zip(INDEX, codes, strict=True):
        if len(places) and places.min() < 0:
            missing = places < 0
            raise PanelError(
                f"{name} must not be missing; "
                f"{rows_that(missing.sum(), 'has', 'have')} none, the first is row "
                f"{int(missing.argmax()) + 1}"
            )
    if any(len(level) > len(index) for level in index.levels) or not _levels_are_plain(index):
        index = _with_plain_levels(index.remove_unused_levels())
        codes = [np.asarray(each) for each in index.codes]
    if all(level.is_monotonic_increasing for level in index.levels):
        # With sorted levels, rows that rise strictly in their codes are sorted and unique.
        place = codes[0].astype(np.int64) * len(index.levels[1]) + codes[1]
        if bool((place[1:] > place[:-1]).all()):
            return index, True
        if len(np.unique(place)) == len(place):
            return index, False
    if not index.is_unique:
        repeated = index.duplicated()
        unit, year = index[int(repeated.argmax())]
        raise PanelError(
            f"a country must have one row a year; "
            f"{rows_that(repeated.sum(), 'repeats', 'repeat')} an earlier one, the first "
            f"{listed([unit])} {year}; drop or merge them"
        )
    return index, bool(index.is_monotonic_increasing)


def _levels_are_plain(index: pd.MultiIndex) -> bool:
    """Return whether countries are of pandas' text type and years four-digit int64."""
    units, years = index.levels
    if not isinstance(units.dtype, pd.StringDtype) or units.dtype != pd.Index(["text"]).dtype:
        return False
    if years.dtype != np.int64 or units.hasnans or "" in units:
        return False
    return not len(years) or bool(years.min() > -10_000 and years.max() < 10_000)


def _with_plain_levels(index: pd.MultiIndex) -> pd.MultiIndex:
    units, years = index.levels
    labels = units.tolist()
    odd_units = [each for each in labels if not isinstance(each, str) or not each]
    if odd_units:
        raise PanelError(
            f"country must be text, such as an ISO alpha-3 code; {are_not(len(odd_units))}, "
            f"the first {quoted(odd_units[0])}; use as_panel"
        )
    odd_years = [each for each in years if not _is_year(each)]
    if odd_years:
        raise PanelError(
            f"year must be an integer of at most four digits; {are_not(len(odd_years))}, "
            f"the first {quoted(odd_years[0])}; use as_panel"
        )
    text: Any = pd.Index(labels)  # the text type of the pandas at hand
    whole: Any = years.astype(np.int64)
    if len(units) and (units.dtype != text.dtype or years.dtype != np.int64):
        index = index.set_levels([text, whole])
    return index


def by_coder(codings_by_coder: Any) -> Mapping[str, pd.DataFrame]:
    """Return a mapping of two or more coders to their panels, or refuse it."""
    if not isinstance(codings_by_coder, Mapping) or len(codings_by_coder) < 2:
        raise ValueError(
            "codings_by_coder must map two or more coders to their panels, e.g. "
            "{'A': first, 'B': second}"
        )
    return codings_by_coder


def _refuse_repeated(columns: pd.Index) -> None:
    if columns.nlevels > 1:
        raise PanelError(
            f"columns must have one level of names; these have {columns.nlevels}, the first is "
            f"{quoted(columns[0])}; choose one level, or join them"
        )
    if not columns.is_unique:
        repeated = columns[columns.duplicated()]
        raise PanelError(
            f"columns must be distinct; {listed(repeated)} "
            f"{'is' if len(repeated) == 1 else 'are'} repeated; drop or rename them"
        )


def _numbers(column: pd.Series, index: pd.MultiIndex, scale: Scale | None) -> NDArray[np.float64]:
    """Return a column as float64, or refuse its cells that are not numbers on the scale."""
    numbers, wrong = numbers_on(column, scale)
    if wrong.any():
        rule = "a finite number" if scale is None else f"an integer from {scale[0]} to {scale[1]}"
        first = int(wrong.argmax())
        unit, year = index[first]
        name = "a score" if column.name is None else listed([column.name])
        raise PanelError(
            f"{name} must be {rule} or missing; {are_not(wrong.sum())}, the first "
            f"{quoted(column.iloc[first])} at {listed([unit])} {year}"
        )
    return numbers


def _is_year(label: object) -> bool:
    if isinstance(label, bool) or not isinstance(label, int | np.integer):
        return False
    return -10_000 < int(label) < 10_000
