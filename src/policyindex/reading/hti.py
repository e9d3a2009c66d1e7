"""Recognise the file of the Human Trafficking Indicators and complete its indicators."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

FILE_COLUMNS = {"ccode", "year", "prosnum", "UNP_sign", "UNP_rat", "UNCRC_sign", "UNCRC_rat"} | {
    "domesticlaws", "enforcement", "victimpunish", "victimservices", "victimid",
    "protectprogress", "preventprogress",
}  # fmt: skip

INDICATORS = {
    "domesticlaws", "ten_prosecutions", "victimpunish", "victimservices", "victimid",
    "protectprogress", "preventprogress", "palermo_protocol", "child_protocol",
}  # fmt: skip
"""Indicators that no other codebook of the library has."""


def is_file(table: pd.DataFrame) -> bool:
    """Return whether a table is a file of the Human Trafficking Indicators."""
    return set(table.columns) >= FILE_COLUMNS


def with_derived(reports: pd.DataFrame) -> pd.DataFrame:
    """Return the reports with the indicators that the file holds as counts and dates alone.

    A protocol is signed if it was signed or ratified by the end of the year before the report,
    which is the year that the report describes.
    """
    described = pd.to_numeric(reports["year"], errors="coerce") - 1
    prosecutions = pd.to_numeric(reports["prosnum"], errors="coerce")
    enough = (prosecutions >= 10).astype(float).mask(prosecutions.isna())
    derived = {"ten_prosecutions": enough}
    for name, stem in (("palermo_protocol", "UNP"), ("child_protocol", "UNCRC")):
        earliest = pd.concat(
            [_years(reports[f"{stem}_{act}"]) for act in ("sign", "rat")], axis=1
        ).min(axis=1)
        derived[name] = (earliest <= described).astype(float)
    return reports.assign(**derived)


def _years(dates: pd.Series) -> pd.Series:
    """Return the years of a column of dates; each distinct date is read once."""
    places, distinct = pd.factorize(dates.to_numpy(dtype=object), use_na_sentinel=False)
    years = np.array([_year_of(date) for date in distinct], dtype=np.float64)
    return pd.Series(years[places], dates.index)


def _year_of(date: object) -> float:
    """Return the year of a date such as ``26 Sep 2003 a`` or ``14-Jun-01``; NaN without one."""
    # Some years are followed by stray bytes, so a word need not end there.
    match = re.search(r"[A-Z][a-z]{2}[ -](\d{4}|\d{2})(?!\d)", str(date))
    if match is None:
        return float("nan")
    year = int(match[1])
    if year >= 100:
        return year
    return year + (2000 if year < 50 else 1900)
