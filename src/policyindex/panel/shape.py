"""Who is looked at, when, and on which scale: cohorts, years, groups, and joins on the year.

All functions take scores that :func:`policyindex.panel.check_scores` has checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries
from .._options import whole
from .._wording import quoted
from ..codebooks.model import Codebook, check_codebook
from ..typing import Cohort, Years
from .check import PanelError
from .selection import span, units

Float64 = NDArray[np.float64]


def wide(scores: pd.Series, *, years: Years | None = None, cohort: Cohort = "all") -> pd.DataFrame:
    """Lay scores out with a row per country of the cohort and a column per year.

    No year is left out between the first and the last that the scores have a row for, so that a
    neighbouring column is a neighbouring year and a gap stays one; none is added at either end.

    Raises
    ------
    ValueError
        When the years are no (first, last), or the cohort is none of those that
        :func:`policyindex.trends` lists.
    """
    table = scores.unstack("year")  # noqa: PD010 (a Series has no pivot_table)
    present = table.columns.to_numpy(dtype=np.int64)
    first, last = (present.min(), present.max()) if len(present) else (0, -1)
    if years is not None:
        begin, end = span("years", years)
        first, last = max(first, begin), min(last, end)
    within = table.reindex(columns=pd.Index(np.arange(first, last + 1), name="year"))
    return within.loc[_members(table, within, cohort)]


def sd(table: pd.DataFrame) -> pd.Series:
    """Return the standard deviation of each column, to the last bit whatever the order of rows."""
    return pd.DataFrame(np.sort(table.to_numpy(), axis=0), columns=table.columns).std()


def scale(scores: pd.Series, codebook: Codebook, *, guess: bool = False) -> tuple[float, float]:
    """Return the scale that the name of scores stands for, or else the whole numbers around them.

    Scores of another name may be guessed to be on the smallest scale that holds them.
    """
    scales = check_codebook(codebook).score_scales
    named = [bounds for name, bounds in scales.items() if name == scores.name]
    by_size = sorted(scales.values(), key=lambda bounds: bounds[1] - bounds[0])
    known = scores.dropna()
    low, high = (known.min(), known.max()) if len(known) else (np.inf, -np.inf)
    for lowest, highest in named or (by_size if guess else []):
        if lowest <= low and high <= highest:
            return lowest, highest
    return float(np.floor(low)), float(np.ceil(high))


def _members(table: pd.DataFrame, within: pd.DataFrame, cohort: Cohort) -> pd.Series:
    """Mark the countries of a cohort."""
    rule = "cohort must be 'all', 'balanced', a year or a list of countries"
    if isinstance(cohort, str):
        if cohort == "all":
            return pd.Series(True, index=table.index)
        if cohort == "balanced":
            return _balanced(within.notna())
        single = cohort in table.index or countries.match(cohort)[0] is not None
        hint = "; put a single country in a list" if single else ""
        raise ValueError(f"{rule}; got {quoted(cohort)}{hint}")
    if isinstance(cohort, Iterable):
        listed = units("cohort", cohort, table.index)
        return pd.Series(table.index.isin(listed), index=table.index)
    year = whole("a year as cohort", cohort)
    if year not in table.columns or table[year].isna().all():
        raise ValueError(f"{rule}; no country has a score in {year}")
    return table[year].notna()


def _balanced(scored: pd.DataFrame) -> pd.Series:
    """Mark the countries scored in each year in which anyone is."""
    counts = scored.sum()
    counts = counts[counts > 0]
    found = scored[counts.index].all(axis=1) & scored.any(axis=1)
    if len(counts) and not found.any():
        raise ValueError(
            f"the balanced cohort is of the countries scored in every year from {counts.index[0]} "
            f"to {counts.index[-1]}; none is, and the fewest in {counts.idxmin()}, {counts.min()}; "
            f"narrow the years with years="
        )
    return found


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


def group_name(by: str | pd.Series, *, beside: str) -> str:
    """Name the index level that holds the groups, beside another level."""
    name = by if isinstance(by, str) else str(by.name or "group")
    return "group" if name == beside else name


def _labels(table: pd.DataFrame, by: str | pd.Series) -> NDArray[np.object_]:
    """Spread the groups over the cells of a wide table."""
    if isinstance(by, str) and by == "region":
        by = countries.region(table.index)
    if not isinstance(by, pd.Series):
        raise ValueError(
            f"by must be 'region', or a Series of groups by country or by (country, year); "
            f"got {quoted(by)}"
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
    """Look up the score of each country in each year; NaN where there is none."""
    known = ~np.isnan(years)
    whole = np.where(known, years, 0).astype(np.int64)
    cells = pd.MultiIndex.from_arrays([units, whole], names=scores.index.names)
    return np.where(known, scores.reindex(cells).to_numpy(), np.nan)


def years_by_country(name: str, years: pd.Series, known: Iterable[str] | None = None) -> pd.Series:
    """Return a year per country as float64, missing = never, or refuse it.

    Given those known, one of the countries at least must be among them.
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
            f"{name} must be whole years, or missing for never; {wrong.sum()} are not, the first "
            f"{quoted(years.iloc[place])} at {years.index[place]}"
        )
    labels = years.index if known is None else pd.Index(known)
    if len(years) and len(labels) and not years.index.isin(labels).any():
        raise PanelError(
            f"{name} must be indexed by the codes of countries in the scores; none of "
            f"{len(years)} is one, the first {quoted(years.index[0])}; make codes of names with "
            f"countries.iso3"
        )
    return numbers
