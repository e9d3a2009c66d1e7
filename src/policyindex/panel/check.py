"""The country-year contract: the rules of a panel, and how a table becomes one.

A *panel* is a DataFrame of ``float64`` columns, NaN where a value is missing, on a unique and
sorted MultiIndex named ``("country", "year")``. Countries are ISO 3166 alpha-3 codes (``XKX``
for Kosovo), years integers. *Scores* are a Series on the same index.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from numbers import Real
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from .._kernels import levels
from .._kernels.tables import Int8
from .._options import OptionError
from .._wording import absent, are_not, counted, listed, quoted, rows_that
from ..typing import Scale
from .numbers import LARGEST, as_years, numbers_on, on_words, within

INDEX = ("country", "year")

TEXT = pd.Index(["text"]).dtype
"""The text type of the pandas at hand."""

YEARS: Scale = (1900, 2100)

DENSE = 16
"""Cells of countries by years for each row up to which rows are sorted by counting, not comparing.
"""

MOST_YEARS = 1000
"""The longest span of years in which most may lack rows; a stray 0 or 9999 makes a longer one."""


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
    index, order, cells = _parts(panel, scales)
    values = np.empty((len(cells), len(index)))
    for place, (name, column) in enumerate(cells.items()):
        values[place] = _numbers(column, index, (scales or {}).get(name))
    checked = pd.DataFrame(values.T, index=index, columns=list(cells), copy=False)
    checked.attrs.update(panel.attrs)
    return checked if order is None else checked.take(order)


def check_codes(
    panel: pd.DataFrame, scales: Mapping[str, tuple[int, int]]
) -> tuple[pd.DataFrame, dict[str, Int8]]:
    """Check a panel as :func:`check_panel` does; return its rows, and the code of each cell.

    All scales begin at 0, and a missing cell has the code -1. In blocks from the cells to bytes,
    this takes a fraction of the time and of the memory.
    """
    index, order, cells = _parts(panel, scales)
    best = [highest for _, highest in scales.values()]
    plain = [each.to_numpy() for each in cells.values() if _is_plain(each.dtype)]
    codes = levels.codes(plain, best) if len(plain) == len(cells) else None
    if codes is None:
        # Cells of other types, or some that are not levels: these are refused here.
        numbers = [_numbers(column, index, scales[name]) for name, column in cells.items()]
        codes = cast(Int8, levels.codes(numbers, best))
    rows = pd.DataFrame(index=index if order is None else index.take(order))
    rows.attrs.update(panel.attrs)
    codes = codes if order is None else codes.take(order, axis=1)
    return rows, dict(zip(scales, codes, strict=True))


def _parts(
    panel: pd.DataFrame, scales: Mapping[str, Any] | None
) -> tuple[pd.MultiIndex, NDArray[np.intp] | None, dict[Any, pd.Series]]:
    """Return the checked index of a panel, the order that sorts it, and its columns, unchecked."""
    if not isinstance(panel, pd.DataFrame):
        raise PanelError(
            f"a panel must be a DataFrame indexed by country and year; this is a "
            f"{type(panel).__name__}"
        )
    index, order = check_index(panel.index)
    _refuse_repeated(panel.columns)
    names = list(panel.columns) if scales is None else list(scales)
    lacking = [name for name in names if name not in panel.columns]
    if lacking:
        raise PanelError(
            f"the panel must have the columns {listed(names, most=30)}; {absent(lacking)}; it has "
            f"{listed(panel.columns)}"
        )
    cells = panel.reset_index(drop=True)  # a column comes with no copy of the index
    return index, order, {name: cells[name] for name in names}


def _is_plain(dtype: Any) -> bool:
    """Return whether cells are numbers of NumPy, of which the only missing one is NaN."""
    return isinstance(dtype, np.dtype) and dtype.kind in "iuf"


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
    index, order = check_index(scores.index)
    checked = pd.Series(_numbers(scores, index, None), index=index, name=scores.name)
    checked.attrs.update(attrs)
    return checked if order is None else checked.take(order)


def whole_years(table: pd.DataFrame, year: Any) -> NDArray[np.int64]:
    """Return the year of every row: of a column of numbers, text or dates, or one for all."""
    years = pd.Series(year, table.index, object) if isinstance(year, Real) else table[year]
    numbers = as_years(years)
    wrong = ~within(numbers, YEARS)
    if wrong.any():
        raise PanelError(
            f"year must be an integer from {YEARS[0]} to {YEARS[1]}; {are_not(wrong.sum())}, the "
            f"first {quoted(years.iloc[int(wrong.argmax())])} in row {int(wrong.argmax()) + 1}"
        )
    return numbers.astype(np.int64)


def index_of(units: ArrayLike, years: ArrayLike) -> pd.MultiIndex:
    """Return the index of rows of countries and years, neither missing; its levels are sorted."""
    levels: list[Any] = []
    codes: list[Any] = []
    for labels in (units, years):
        places, distinct = pd.factorize(np.asarray(labels), sort=True)
        levels.append(pd.Index(distinct.tolist()))
        codes.append(places)
    return pd.MultiIndex(levels, codes, names=INDEX, verify_integrity=False)


def check_index(labels: pd.Index) -> tuple[pd.MultiIndex, NDArray[np.intp] | None]:
    """Check an index of (country, year); return it with sorted levels, text and int64.

    Returns
    -------
    index : MultiIndex
        Unique, in the order of `labels`.
    order : array of int, shape (n,), or None
        The positions of the rows in the order of their labels; None where they are in that order.
    """
    index: Any = labels
    if not isinstance(index, pd.MultiIndex) or tuple(index.names) != INDEX:
        raise PanelError(
            f"the index must have the levels country and year, in this order; it has "
            f"{list(index.names)}; use as_panel, or set_index(['country', 'year'])"
        )
    for name, places in zip(INDEX, index.codes, strict=True):
        if len(places) and places.min() < 0:
            missing = np.asarray(places) < 0
            raise PanelError(
                f"{name} must not be missing; "
                f"{rows_that(missing.sum(), 'has', 'have')} none, the first is row "
                f"{int(missing.argmax()) + 1}"
            )
    if any(len(level) > len(index) for level in index.levels):
        index = index.remove_unused_levels()
    levels = _plain_levels(index)
    if levels is None:  # labels without a row do not matter
        index = index.remove_unused_levels()
        levels = _plain_levels(index)
        if levels is None:
            raise _odd_label(index)
    index = _with_sorted_levels(index, levels)
    if len(index) and index.levels[0][0] == "":  # sorted first
        index = index.remove_unused_levels()
        if index.levels[0][0] == "":
            raise _odd_label(index)
    _refuse_stray_years(index)
    # With sorted levels, rows that rise strictly in their codes are sorted and unique.
    units, years = (np.asarray(codes) for codes in index.codes)
    cells = len(index.levels[0]) * len(index.levels[1])
    kind: type[Any] = np.int32 if cells < 2**31 else np.int64
    place = units.astype(kind) * kind(len(index.levels[1])) + years
    if bool((place[1:] > place[:-1]).all()):
        return index, None
    order = _order(place, cells)
    if order is None:
        repeated = index.duplicated()
        unit, year = index[int(repeated.argmax())]
        raise PanelError(
            f"a country must have one row a year; "
            f"{rows_that(repeated.sum(), 'repeats', 'repeat')} an earlier one, the first "
            f"{listed([unit])} {year}; drop or merge them"
        )
    return index, order


def _order(place: NDArray[np.integer[Any]], cells: int) -> NDArray[np.intp] | None:
    """Return the order that sorts places from 0 to `cells`, or None where one is repeated."""
    if cells > DENSE * len(place):
        order = np.argsort(place, kind="stable")
        ascending = place[order]
        return None if (ascending[1:] == ascending[:-1]).any() else order
    rows = np.full(cells, -1, dtype=place.dtype)
    rows[place] = np.arange(len(place), dtype=place.dtype)
    order = rows if len(rows) == len(place) and rows.min() >= 0 else rows[rows >= 0]
    return order.astype(np.intp) if len(order) == len(place) else None


def _refuse_stray_years(index: pd.MultiIndex) -> None:
    """Refuse years so far from the others that the years between would fill any memory."""
    calendar = index.levels[1]
    if not len(index) or calendar.max() - calendar.min() + 1 <= MOST_YEARS:
        return
    years = index.get_level_values("year").to_numpy()  # levels may hold years without a row
    span = years.max() - years.min() + 1
    if span <= MOST_YEARS or 2 * len(np.unique(years)) >= span:
        return
    stray = np.abs(years - np.median(years)) >= MOST_YEARS / 2
    unit, year = index[int(stray.argmax())]
    raise PanelError(
        f"years must lie within {MOST_YEARS:,} of each other; "
        f"{rows_that(stray.sum(), 'does', 'do')} not, the first {listed([unit])} {year}; correct "
        f"the year, or drop the row"
    )


def _plain_levels(index: pd.MultiIndex) -> list[pd.Index] | None:
    """Return countries as pandas' text and years as int64, or None where a label is odd."""
    units, years = index.levels
    if not _are_text(units) or not _are_years(years):
        return None
    return [
        units if units.dtype == TEXT or units.empty else units.astype(TEXT),
        years if years.dtype == np.int64 else years.astype(np.int64),
    ]


def _are_text(labels: pd.Index) -> bool:
    """Return whether all of some labels are text, and none is missing."""
    if isinstance(labels.dtype, pd.StringDtype):
        return not labels.hasnans
    cells = labels.to_numpy(dtype=object)
    return not len(cells) or pd.api.types.infer_dtype(cells, skipna=False) == "string"


def _are_years(labels: pd.Index) -> bool:
    """Return whether all of some labels are integers of at most four digits."""
    if isinstance(labels.dtype, np.dtype) and labels.dtype.kind in "iu" and len(labels):
        return bool(_is_year(labels.min()) and _is_year(labels.max()))
    return all(map(_is_year, labels))


def _odd_label(index: pd.MultiIndex) -> PanelError:
    """Return the refusal of countries that are not text, or of years that are not integers."""
    units, years = index.levels
    odd_units = [each for each in units if not isinstance(each, str) or not each]
    if odd_units:
        return PanelError(
            f"country must be text, such as an ISO alpha-3 code; {are_not(len(odd_units))}, "
            f"the first {quoted(odd_units[0])}; use as_panel"
        )
    odd_years = [each for each in years if not _is_year(each)]
    return PanelError(
        f"year must be an integer of at most four digits; {are_not(len(odd_years))}, "
        f"the first {quoted(odd_years[0])}; use as_panel"
    )


def _with_sorted_levels(index: pd.MultiIndex, plain: list[pd.Index]) -> pd.MultiIndex:
    """Return an index with plain levels instead of its own, sorted."""
    levels: list[Any] = []
    codes: list[Any] = []
    for level, labels, places in zip(index.levels, plain, index.codes, strict=True):
        compared = level if level.dtype == object else labels  # categories have an own order
        if compared.is_monotonic_increasing:
            levels.append(labels)
            codes.append(places)
            continue
        order = compared.argsort()
        position = np.empty(len(order), dtype=np.int32)
        position[order] = np.arange(len(order))
        levels.append(labels.take(order))
        codes.append(position[places])
    if all(map(operator.is_, levels, index.levels)):
        return index
    return pd.MultiIndex(levels, codes, names=INDEX, verify_integrity=False)


def by_coder(codings: Any, argument: str) -> Mapping[str, pd.DataFrame]:
    """Return a mapping of two or more coders to their panels, or refuse it."""
    if not isinstance(codings, Mapping) or len(codings) < 2:
        n = counted(len(codings), "coder", "coders") if isinstance(codings, Mapping) else None
        raise ValueError(
            f"{argument} must map two or more coders to their panels, e.g. "
            f"{{'A': first, 'B': second}}; got {n or quoted(codings)}"
        )
    return codings


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
        first = int(wrong.argmax())
        rule = "a finite number" if scale is None else on_words(scale)
        if scale is None and np.isfinite(numbers[first]):
            rule = f"a number from {-LARGEST:g} to {LARGEST:g}"
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
