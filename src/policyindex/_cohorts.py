"""Who is looked at, and when: cohorts, spans of years, groups, and joins on the year.

All functions take scores that :func:`policyindex.panel.check_scores` has checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import index
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import countries
from .panel import PanelError

Cohort: TypeAlias = str | int | Iterable[str]
Years: TypeAlias = tuple[int, int]

Float64 = NDArray[np.float64]


def wide(scores: pd.Series, *, years: Years | None = None, cohort: Cohort = "all") -> pd.DataFrame:
    """Lay scores out with a row per country of the cohort and a column per year.

    No year is left out between the first and the last, so that a neighbouring column is a
    neighbouring year and a gap stays one.

    Raises
    ------
    ValueError
        When the years are no (first, last), or the cohort is none of those that
        :func:`policyindex.trends` lists.
    """
    table = scores.unstack("year")  # noqa: PD010 (a Series has no pivot_table)
    if years is not None:
        first, last = span("years", years)
        listed = np.arange(first, last + 1)
    else:
        present = table.columns.to_numpy(dtype=np.int64)
        listed = np.arange(present.min(), present.max() + 1) if len(present) else present
    within = table.reindex(columns=pd.Index(listed, name="year"))
    return within.loc[_members(table, within, cohort)]


def span(name: str, bounds: Years) -> Years:
    """Return a (first, last) as two integers, or refuse it."""
    try:
        first, last = (index(bound) for bound in bounds)
    except (TypeError, ValueError):
        first, last = 0, -1
    if first > last:
        raise ValueError(
            f"{name} must be a pair of integers (first, last), the first not above the last; "
            f"got {bounds!r}"
        )
    return first, last


def _members(table: pd.DataFrame, within: pd.DataFrame, cohort: Cohort) -> pd.Series:
    """Mark the countries of a cohort."""
    rule = "cohort must be 'all', 'balanced', a year or a list of countries"
    if isinstance(cohort, str):
        if cohort == "all":
            return pd.Series(True, index=table.index)
        if cohort == "balanced":
            scored = within.notna()
            return scored.loc[:, scored.any()].all(axis=1) & scored.any(axis=1)
        hint = "; put a single country in a list" if cohort in table.index else ""
        raise ValueError(f"{rule}; got {cohort!r}{hint}")
    if isinstance(cohort, int | np.integer) and not isinstance(cohort, bool):
        if cohort not in table.columns or table[cohort].isna().all():
            raise ValueError(f"{rule}; no country has a score in {cohort}")
        return table[cohort].notna()
    if not isinstance(cohort, Iterable):
        raise ValueError(f"{rule}; got {cohort!r}")
    listed = list(cohort)
    unknown = [country for country in listed if country not in table.index]
    if unknown or not listed:
        raise ValueError(
            f"{rule}; {len(unknown)} of {len(listed)} listed have no row in the scores"
            + (f", the first {unknown[0]!r}" if unknown else "")
        )
    return pd.Series(table.index.isin(listed), index=table.index)


def groups(table: pd.DataFrame, by: str | pd.Series) -> Iterator[tuple[Any, pd.DataFrame]]:
    """Give each group's name and the wide table with all else made missing, in sorted order."""
    labels = _labels(table, by)
    codes, names = pd.factorize(labels.ravel(), sort=True)
    if not len(names):
        raise ValueError(
            "by must give a group to a country of the scores; it gives one to none of them; "
            "index it with the same codes"
        )
    for code, name in enumerate(names):
        yield name, table.where(codes.reshape(labels.shape) == code)


def group_name(by: str | pd.Series) -> str:
    """Name the index level that holds the groups."""
    return by if isinstance(by, str) else str(by.name or "group")


def _labels(table: pd.DataFrame, by: str | pd.Series) -> NDArray[np.object_]:
    """Spread the groups over the cells of a wide table."""
    if isinstance(by, str) and by == "region":
        by = countries.region(table.index)
    if not isinstance(by, pd.Series):
        raise ValueError(
            f"by must be 'region', or a Series of groups by country or by (country, year); "
            f"got {by!r}"
        )
    repeated = by.index[by.index.duplicated()]
    if len(repeated):
        raise ValueError(
            f"by must give one group each; {len(repeated)} of its labels are repeated, the "
            f"first {repeated[0]!r}"
        )
    if by.index.nlevels == 1:
        column = by.reindex(table.index).to_numpy(dtype=object)
        return np.repeat(column[:, None], table.shape[1], axis=1)
    if list(by.index.names) != ["country", "year"]:
        raise ValueError(
            f"by must be indexed by country or by (country, year); its levels are "
            f"{list(by.index.names)}"
        )
    cells = pd.MultiIndex.from_product([table.index, table.columns])
    return by.reindex(cells).to_numpy(dtype=object).reshape(table.shape)


def at(scores: pd.Series, units: pd.Index, years: Float64) -> Float64:
    """Look up the score of each country in each year; NaN where there is none."""
    known = ~np.isnan(years)
    whole = np.where(known, years, 0).astype(np.int64)
    cells = pd.MultiIndex.from_arrays([units, whole], names=scores.index.names)
    return np.where(known, scores.reindex(cells).to_numpy(), np.nan)


def year_of(scores: pd.Series, name: str, year: int) -> int:
    """Return a year that the scores have rows for, or refuse it."""
    years = scores.index.get_level_values("year")
    if year not in years:
        known = f"{years.min()} to {years.max()}" if len(years) else "none"
        raise ValueError(f"{name} must be a year of the scores ({known}); got {year!r}")
    return index(year)


def years_by_country(name: str, years: pd.Series) -> pd.Series:
    """Return a year per country as float64, missing = never, or refuse it."""
    if not isinstance(years, pd.Series) or years.index.nlevels > 1:
        raise PanelError(f"{name} must be a Series of years indexed by country")
    repeated = years.index[years.index.duplicated()]
    if len(repeated):
        raise PanelError(
            f"{name} must have one year for a country; {len(repeated)} are repeated, the first "
            f"{repeated[0]!r}"
        )
    numbers = pd.to_numeric(years.astype(object), errors="coerce").astype(np.float64)
    wrong = years.notna() & ~(np.isfinite(numbers) & (numbers == np.floor(numbers)))
    if wrong.any():
        place = int(wrong.argmax())
        raise PanelError(
            f"{name} must be whole years, or missing for never; {wrong.sum()} are not, the first "
            f"{years.iloc[place]!r} at {years.index[place]}"
        )
    return numbers
