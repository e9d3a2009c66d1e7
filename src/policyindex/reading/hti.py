"""Recognise the file of the Human Trafficking Indicators and complete its indicators."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from .once import Once

FILE_COLUMNS = {"ccode", "year", "prosnum", "UNP_sign", "UNP_rat", "UNCRC_sign", "UNCRC_rat"} | {
    "domesticlaws", "enforcement", "victimpunish", "victimservices", "victimid",
    "protectprogress", "preventprogress",
}  # fmt: skip

INDICATORS = {
    "domesticlaws", "ten_prosecutions", "victimpunish", "victimservices", "victimid",
    "protectprogress", "preventprogress", "palermo_protocol", "child_protocol",
}  # fmt: skip
"""Indicators that no other codebook of the library has."""

_MONTH_AND_YEAR = re.compile(r"[A-Z][a-z]{2}[ -](\d{4}|\d{2})(?!\d)")
"""Some years are followed by stray bytes, so a word need not end there."""


def is_file(table: pd.DataFrame) -> bool:
    """Return whether a table is a file of the Human Trafficking Indicators."""
    return set(table.columns) >= FILE_COLUMNS


def with_derived(reports: pd.DataFrame) -> pd.DataFrame:
    """Return the reports with the indicators that the file holds as counts and dates alone.

    A protocol is signed if it was signed or ratified by the end of the year before the report,
    which is the year that the report describes.
    """
    described = Once.of(reports["year"]).numbers(_number) - 1
    prosecutions = Once.of(reports["prosnum"]).numbers(_number)
    enough = np.where(np.isnan(prosecutions), np.nan, prosecutions >= 10)
    derived = {"ten_prosecutions": enough}
    for name, stem in (("palermo_protocol", "UNP"), ("child_protocol", "UNCRC")):
        acts = (Once.of(reports[f"{stem}_{act}"]) for act in ("sign", "rat"))
        signed, ratified = (each.numbers(_year_of) for each in acts)
        derived[name] = (np.fmin(signed, ratified) <= described).astype(np.float64)
    return pd.concat([reports, pd.DataFrame(derived, reports.index)], axis=1)


def _number(cell: object) -> float:
    """Return the number of a cell; NaN if it is not one."""
    try:
        return float(str(cell))
    except ValueError:
        return float("nan")


def _year_of(date: object) -> float:
    """Return the year of a date such as ``26 Sep 2003 a`` or ``14-Jun-01``; NaN without one."""
    match = _MONTH_AND_YEAR.search(str(date))
    if match is None:
        return float("nan")
    year = int(match[1])
    if year >= 100:
        return year
    return year + (2000 if year < 50 else 1900)
