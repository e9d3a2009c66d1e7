"""Shape scores: countries by years, cohorts, groups, and look-ups by calendar year.

All functions take scores that :func:`policyindex.panel.check.check_scores` has checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries
from .._options import Argument, OptionError, whole
from .._wording import are_not, quoted
from ..typing import Cohort, Years
from .check import PanelError
from .selection import full_span, span, thin_label, thin_years, units

Float64 = NDArray[np.float64]

# The values of by=, with the schemes of countries.region.
REGIONS = {
    "region": "un",
    "un_sub": "un_sub",
    "un_intermediate": "un_intermediate",
    "world_bank": "world_bank",
}


def wide(
    scores: pd.Series,
    *,
    years: Years | None = None,
    cohort: Cohort = "all",
    trim: bool = False,
) -> pd.DataFrame:
    """Return a table with a row per country of the cohort and a column per year.

    Every year between the first and the last that the scores have a row for has a column, so
    that a neighbouring column is a neighbouring year and a gap stays a gap.

    Parameters
    ----------
    scores : Series, index (country, year)
        Checked scores.
    years : (int, int), optional
        First and last year; no column is added at either end.
    cohort : {"all", "balanced"}, int or list of str
        As :func:`policyindex.trends` lists them.
    trim : bool
        Whether thin years at the ends have no column, unless `years` asks for them.

    Raises
    ------
    ValueError
        If years is not a pair (first, last), or the cohort is not one that
        :func:`policyindex.trends` lists.
    """
    table = _table(scores)
    within = table
    if years is None and (trim or _is_balanced(cohort)):
        years = full_span(scores)
    if years is not None:
        begin, end = span("years", years)
        calendar = table.columns.to_numpy(dtype=np.int64)
        within = table.iloc[:, np.flatnonzero((calendar >= begin) & (calendar <= end))]
    if isinstance(cohort, str) and cohort == "all":
        return within
    return within.loc[_members(table, within, cohort, scores)]


def _table(scores: pd.Series) -> pd.DataFrame:
    """Return scores by country and calendar year: what `unstack` does, in a tenth of the time."""
    index = cast(pd.MultiIndex, scores.index)
    (units, calendar), (unit_codes, year_codes) = index.levels, map(np.asarray, index.codes)
    present = np.flatnonzero(np.bincount(unit_codes, minlength=len(units)))
    present = present[units[present].argsort()]
    rows = np.empty(len(units), np.intp)
    rows[present] = np.arange(len(present))
    years = calendar.to_numpy()[year_codes]
    first, last = (int(years.min()), int(years.max())) if len(years) else (0, -1)
    values = np.full((len(present), last - first + 1), np.nan)
    values[rows[unit_codes], years - first] = scores.to_numpy()
    columns = pd.Index(np.arange(first, last + 1), name="year")
    return pd.DataFrame(values, units[present], columns)


def left_out(
    scores: pd.Series, table: pd.DataFrame, cohort: Cohort, years: Years | None = None
) -> dict[str, dict[int, int]]:
    """Return the attribute of an answer that counts the scores of its thin years.

    They are the years that the table leaves out or its balanced cohort disregards or, if `years`
    are given, those among its years.
    """
    if years is not None:
        return thin_label(scores, map(int, table.columns))
    absent = [
        year for year in thin_years(scores) if year not in table.columns or _is_balanced(cohort)
    ]
    return thin_label(scores, absent)


def _is_balanced(cohort: Cohort) -> bool:
    return isinstance(cohort, str) and cohort == "balanced"


def moments(cells: Float64) -> tuple[Float64, Float64, Float64, NDArray[np.int64]]:
    """Return mean, standard deviation, median and n of each column.

    They are independent of row order to the last bit. Missing cells do not count. Without any
    other cell, all except n are missing, and with one the standard deviation is.
    """
    values = np.sort(cells, axis=0)  # missing cells last
    n = (~np.isnan(values)).sum(axis=0)
    mean = _ratio(np.nansum(values, axis=0), n)
    with np.errstate(over="ignore"):
        variance = _ratio(np.nansum((values - mean) ** 2, axis=0), n - 1)
    padded = np.vstack([values, np.full(len(n), np.nan)])
    middle = [np.take_along_axis(padded, end[None], 0)[0] for end in ((n - 1) // 2, n // 2)]
    return mean, np.sqrt(variance), (middle[0] + middle[1]) / 2, n


def _ratio(sums: Float64, counts: NDArray[np.int64]) -> Float64:
    ratio: Float64 = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return ratio


def _members(
    table: pd.DataFrame, within: pd.DataFrame, cohort: Cohort, scores: pd.Series
) -> pd.Series:
    """Mark the countries of a cohort."""
    rule = "cohort must be 'all', 'balanced', a year or a list of countries"
    if isinstance(cohort, str):
        if cohort == "balanced":
            return _balanced(within.notna(), thin_years(scores))
        single = cohort in table.index or countries._match(cohort)[0] is not None
        hint = "; put a single country in a list" if single else ""
        raise ValueError(f"{rule}; got {quoted(cohort)}{hint}")
    if isinstance(cohort, Iterable):
        return pd.Series(table.index.isin(units("cohort", cohort, table.index)), index=table.index)
    year = whole("a year as cohort", cohort)
    if year not in table.columns or table[year].isna().all():
        raise ValueError(f"{rule}; no country has a score in {year}")
    return table[year].notna()


def _balanced(scored: pd.DataFrame, thin: dict[int, int]) -> pd.Series:
    """Mark the countries scored in every year that is not thin; where all are, in those."""
    counts = scored.sum()
    counts = counts[counts > 0]
    full = counts.drop([year for year in thin if year in counts.index])
    counts = full if len(full) else counts
    members = scored[counts.index].all(axis=1) & scored.any(axis=1)
    if len(counts) and not members.any():
        raise OptionError(
            f"the balanced cohort has the countries scored in every year from {counts.index[0]} "
            f"to {counts.index[-1]}; none is, and the fewest are in {counts.idxmin()}, "
            f"{counts.min()}; narrow the years with",
            Argument("years"),
        )
    return members


def groups(table: pd.DataFrame, by: str | pd.Series) -> Iterator[tuple[Any, pd.DataFrame]]:
    """Yield the name of each group, in order, and the table with all other cells missing."""
    labels = _labels(table, by)
    codes, names = pd.factorize(labels.ravel(), sort=True)
    if not len(names):
        raise ValueError(
            "by must give a group to at least one country of the scores; it gives none; "
            "index it with the same codes"
        )
    for code, name in enumerate(names):
        yield name, table.where(codes.reshape(labels.shape) == code)


def group_name(by: str | pd.Series, *, beside: str) -> str:
    """Return the name of the index level of groups, different from another level."""
    name = by if isinstance(by, str) else by.name
    return "group" if name in (None, "", beside) else str(name)


def _labels(table: pd.DataFrame, by: str | pd.Series) -> NDArray[np.object_]:
    """Return the group of each cell of a wide table."""
    if isinstance(by, str) and by in REGIONS:
        by = countries._region(table.index, scheme=REGIONS[by])
    if not isinstance(by, pd.Series):
        raise ValueError(
            f"by must be {', '.join(map(repr, REGIONS))}, or a Series of groups by country or by "
            f"(country, year); got {quoted(by)}"
        )
    repeated = by.index[by.index.duplicated()]
    if len(repeated):
        raise ValueError(
            f"by must give one group each; {len(repeated)} of its labels are repeated, the "
            f"first {quoted(repeated[0])}"
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
    """Return the score of each country in each year; NaN where it has none."""
    dated = ~np.isnan(years)
    calendar = np.where(dated, years, 0).astype(np.int64)
    cells = pd.MultiIndex.from_arrays([units, calendar], names=scores.index.names)
    return np.where(dated, scores.reindex(cells).to_numpy(), np.nan)


def years_by_country(name: str, years: Any, labels: Iterable[str] | None = None) -> pd.Series:
    """Return a year per country as float64, missing = never, or refuse it.

    If `labels` are given, at least one of the countries must be among them.
    """
    if not isinstance(years, pd.Series) or years.index.nlevels > 1:
        raise PanelError(
            f"{name} must be a Series of years indexed by country; got {quoted(years)}"
        )
    repeated = years.index[years.index.duplicated()]
    if len(repeated):
        raise PanelError(
            f"{name} must have one year for a country; {len(repeated)} are repeated, the first "
            f"{quoted(repeated[0])}"
        )
    numbers = pd.to_numeric(years.astype(object), errors="coerce").astype(np.float64)
    wrong = years.notna() & ~(np.isfinite(numbers) & (numbers == np.floor(numbers)))
    if wrong.any():
        place = int(wrong.argmax())
        raise PanelError(
            f"{name} must be integer years, or missing for never; {are_not(wrong.sum())}, the "
            f"first {quoted(years.iloc[place])} at {years.index[place]}"
        )
    allowed = years.index if labels is None else pd.Index(labels)
    if len(years) and len(allowed) and not years.index.isin(allowed).any():
        raise PanelError(
            f"{name} must be indexed by the codes of countries in the scores; none of "
            f"{len(years)} is one, the first {quoted(years.index[0])}; make codes of names with "
            f"countries.iso3"
        )
    return numbers
