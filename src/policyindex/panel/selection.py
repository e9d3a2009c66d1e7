"""Select rows of a panel by year and by country; years that are too thin for a default."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries
from .._options import whole
from .._wording import listed, quoted, year_words
from ..typing import Years
from .check import PanelError

Data = TypeVar("Data", pd.Series, pd.DataFrame)

THIN = 0.25
"""A year with fewer scores than this share of the fullest year is thin."""


def thin_years(scores: pd.Series | pd.DataFrame, *, within_spans: bool = False) -> dict[int, int]:
    """Count the scores of the years that have fewer than a quarter of the fullest year.

    A thin year is not part of a default: of balanced cohorts, comparisons, time axes and the
    latest year. Asking for it by name works.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        Checked scores; of a panel the complete rows count.
    within_spans : bool
        Whether the fullest year is that of the source that a year is of, as on time axes, so that
        a few countries of a second source stay.

    Returns
    -------
    dict of int to int
        Year to number of scores; years with rows alone, in order.
    """
    present = scores.notna()
    scored = (present if isinstance(present, pd.Series) else present.all(axis=1)).to_numpy()
    calendar, place = _calendar(scores)
    counts = np.bincount(place, scored, len(calendar))
    thin = (counts < THIN * counts.max(initial=0)) & (np.bincount(place, minlength=len(counts)) > 0)
    if within_spans:
        for part in scores.attrs.get("spans", ()):
            own = np.bincount(place, scored & _of_span(scores, part), len(calendar))
            thin &= (own == 0) | (own < THIN * own.max(initial=0))
    years = zip(calendar[thin].tolist(), counts[thin].astype(int).tolist(), strict=True)
    return dict(sorted(years))


def _calendar(data: pd.Series | pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return the years of an index, some maybe without a row, and each row's place among them."""
    index = cast(pd.MultiIndex, data.index)
    return index.levels[1].to_numpy(), np.asarray(index.codes[1], dtype=np.intp)


def _of_span(scores: pd.Series | pd.DataFrame, part: dict[str, object]) -> NDArray[np.bool_]:
    """Mark the rows of one span of a source."""
    years = scores.index.get_level_values("year")
    units = scores.index.get_level_values("country")
    inside = (years >= part["first"]) & (years <= part["last"])
    return np.asarray(inside & units.isin(cast(list[str], part["countries"])))


def full_span(scores: pd.Series, *, within_spans: bool = False) -> Years | None:
    """Return the first and the last year that is not thin; None without a score."""
    thin = thin_years(scores, within_spans=within_spans)
    calendar, place = _calendar(scores)
    scored = np.bincount(place, scores.notna(), len(calendar)) > 0
    years = [year for year in calendar[scored].tolist() if year not in thin]
    return (min(years), max(years)) if years else None


def thin_label(scores: pd.Series | pd.DataFrame, years: Iterable[int]) -> dict[str, dict[int, int]]:
    """Return the attribute that counts the scores of the thin years among `years`.

    It is empty where none of them is thin.
    """
    counts = thin_years(scores)
    thin = {year: counts[year] for year in years if year in counts}
    return {"thin_years": thin} if thin else {}


def thin_words(thin: dict[int, int], most: int, things: str = "scores") -> str:
    """Return a sentence about thin years, e.g. for a note, or nothing.

    `most` is the number of scores, or of other things, in the fullest year.
    """
    if not thin:
        return ""
    each = ", ".join(f"{year} ({count:,})" for year, count in thin.items())
    return f"years with fewer {things} than a quarter of the fullest year ({most:,}): {each}"


def span(name: str, bounds: tuple[float, float]) -> Years:
    """Return a pair (first, last) as two integers, or refuse it."""
    try:
        first, last = (whole(name, bound) for bound in bounds)
    except (TypeError, ValueError):
        first, last = 0, -1
    if not -10_000 < first <= last < 10_000:
        raise ValueError(
            f"{name} must be a pair of integers (first, last) of at most four digits, the first "
            f"not above the last; got {quoted(bounds)}"
        )
    return first, last


def units(name: str, names: Iterable[object], labels: Iterable[str]) -> list[str]:
    """Return the labels of countries named in any way, or refuse those that are not labels."""
    present, requests = set(labels), list(names)
    rule = f"{name} must be names or codes of countries in the data"
    if not requests:
        raise ValueError(f"{rule}; the list is empty")
    matches = [
        each if isinstance(each, str) and each in present else countries._match([each])[0]
        for each in requests
    ]
    absent = [pair for pair in zip(requests, matches, strict=True) if pair[1] not in present]
    if absent:
        verdict = "is not:" if len(absent) == 1 else "are not, the first"
        raise ValueError(
            f"{rule}; {len(absent)} of {len(requests)} {verdict} {_unmatched(*absent[0], present)}"
        )
    return [str(unit) for unit in matches]


def _unmatched(name: object, unit: str | None, labels: set[str]) -> str:
    """Describe an unmatched country: absent from the data, or unknown, with suggestions."""
    if unit is not None:
        return f"{quoted(name)}, which has no row"
    near = [each for each in countries._nearest(str(name)) if countries.iso3(each) in labels]
    return quoted(name) + (f" (nearest: {', '.join(near)})" if near else "")


def units_named(data: pd.Series | pd.DataFrame, names: Any) -> list[str]:
    """Return the labels in the data of one or more countries, each once, or refuse the unknown."""
    if isinstance(names, str) or not isinstance(names, Iterable):
        names = [names]
    return list(dict.fromkeys(units("countries", names, data.index.unique("country"))))


def year_of(data: pd.Series | pd.DataFrame, name: str, year: object) -> int:
    """Return a year that the data have rows for, or refuse it."""
    years = data.index.get_level_values("year")
    if not isinstance(year, int | np.integer | float) or year not in years:
        present = f"{years.min()} to {years.max()}" if len(years) else "none"
        raise ValueError(f"{name} must be a year of the scores ({present}); got {quoted(year)}")
    return int(year)


def scored_year(scores: pd.Series, name: str, year: Any) -> int:
    """Return a year in which a country has a score, or refuse it.

    Where no country has one in any year, every year with a row is accepted.
    """
    scored = scores.dropna()
    years = sorted((scored if len(scored) else scores).index.unique("year"))
    if year not in years:
        raise ValueError(
            f"{name} must be a year with a score ({year_words(years)}); got {quoted(year)}"
        )
    return int(year)


def in_year(panel: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the rows of one year, or refuse a year without any."""
    return panel[panel.index.get_level_values("year") == year_of(panel, "year", year)]


def complete(panel: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the complete rows of one year by country, or refuse a year without a row."""
    return in_year(panel, year).droplevel("year").dropna()


def complete_rows(panel: pd.DataFrame, names: Iterable[str], year: int) -> pd.DataFrame:
    """Return the rows of named countries in one year, or report what a country lacks."""
    of_year = in_year(panel, year).droplevel("year")
    labels = units("countries", names, panel.index.unique("country"))
    rows = of_year.reindex(labels)
    for unit, present in zip(labels, rows.notna().to_numpy(), strict=True):
        if not present.all():
            raise ValueError(
                f"a country must have every dimension in {int(year)}; {countries.name(unit)} lacks "
                f"{listed(np.asarray(rows.columns)[~present])}"
            )
    return rows


def by_year(table: pd.DataFrame) -> Iterator[NDArray[np.intp]]:
    """Yield the positions of the complete rows of each year that has any row."""
    index = cast(pd.MultiIndex, table.index)
    codes, whole_rows = np.asarray(index.codes[1]), table.notna().all(axis=1).to_numpy()
    order = np.argsort(codes, kind="stable")
    limits = np.searchsorted(codes[order], np.arange(len(index.levels[1]) + 1))
    for begin, end in pairwise(limits):
        if begin < end:
            rows = order[begin:end]
            yield rows[whole_rows[rows]]


def some(data: Data, user: str = "a chart") -> Data:
    """Return checked data, or refuse them where they have no row."""
    if not len(data.index):
        raise PanelError(f"{user} needs a country in a year; the data have no row")
    return data
