"""The Human Trafficking Indicators, which code the same reports more coarsely: codebook, file."""

from __future__ import annotations

import csv
import re
from functools import partial
from importlib import resources

import pandas as pd

from .codebook import Codebook, Dimension, Indicator

__all__ = ["HTI"]


def _rules() -> dict[str, dict[str, int]]:
    rules: dict[str, dict[str, int]] = {}
    text = (resources.files("policyindex.data") / "hti_rules.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        rules.setdefault(row["dimension"], {})[row["levels"]] = int(row["score"])
    return rules


_RULES = _rules()


def _look_up(dimension: str, /, **levels: int) -> int:
    return _RULES[dimension][" ".join(map(str, levels.values()))]


HTI = Codebook(
    "HTI",
    (
        Dimension(
            "prosecution",
            (
                Indicator("domesticlaws", ("No", "Some", "Yes"), "law against trafficking"),
                Indicator("enforcement", ("No", "Some", "Yes")),
                Indicator("ten_prosecutions", title="ten prosecutions or more"),
            ),
            partial(_look_up, "prosecution"),
        ),
        Dimension(
            "protection",
            (
                Indicator("victimpunish", ("Yes", "No"), "punishment of victims"),
                Indicator("victimservices", ("No", "Yes"), "state services for victims"),
                Indicator("victimid", ("No", "Yes"), "formal identification of victims"),
                Indicator("protectprogress", ("No", "Yes"), "progress in protection"),
            ),
            partial(_look_up, "protection"),
        ),
        Dimension(
            "prevention",
            (
                Indicator("preventprogress", ("No", "Some", "Yes"), "progress in prevention"),
                Indicator("palermo_protocol", ("not signed", "signed"), "trafficking protocol"),
                Indicator(
                    "child_protocol",
                    ("not signed", "signed"),
                    "protocol on the sale of children",
                ),
            ),
            partial(_look_up, "prevention"),
        ),
    ),
    "Indicators: R. W. Frank (2013), Human Trafficking Indicators, 2000-2011. Rules: tables of "
    "policyindex, calibrated on the published 3P scores; see data/calibrate_hti.py.",
)
"""The Human Trafficking Indicators, scored by monotone tables fitted to the published scores.

The tables are this library's own and no substitute for the published scores: they agree with
them exactly in about half of the country-years, and protection and prevention reach 4 only.

References
----------
Frank, R. W. (2013), Human Trafficking Indicators, 2000-2011: A New Dataset.
"""

FILE_COLUMNS = {"ccode", "year", "prosnum", "UNP_sign", "UNP_rat", "UNCRC_sign", "UNCRC_rat"} | {
    "domesticlaws", "enforcement", "victimpunish", "victimservices", "victimid",
    "protectprogress", "preventprogress",
}  # fmt: skip


def is_file(table: pd.DataFrame) -> bool:
    """Say whether a table is a file of the Human Trafficking Indicators."""
    return set(table.columns) >= FILE_COLUMNS


def with_derived(reports: pd.DataFrame) -> pd.DataFrame:
    """Return the reports with the indicators that the file holds only as counts and dates.

    A protocol is signed if it was signed or ratified by the end of the year before the report,
    which is the year that the report describes.
    """
    described = pd.to_numeric(reports["year"], errors="coerce") - 1
    prosecutions = pd.to_numeric(reports["prosnum"], errors="coerce")
    enough = (prosecutions >= 10).astype(float).mask(prosecutions.isna())
    derived = {"ten_prosecutions": enough}
    for name, stem in (("palermo_protocol", "UNP"), ("child_protocol", "UNCRC")):
        earliest = pd.concat(
            [reports[f"{stem}_{act}"].map(_year_of) for act in ("sign", "rat")], axis=1
        ).min(axis=1)
        derived[name] = (earliest <= described).astype(float)
    return reports.assign(**derived)


def _year_of(date: object) -> float:
    """Return the year of a date such as ``26 Sep 2003 a`` or ``14-Jun-01``; NaN without one."""
    # The file has stray bytes right behind some years, so a word need not end there.
    found = re.search(r"[A-Z][a-z]{2}[ -](\d{4}|\d{2})(?!\d)", str(date))
    if found is None:
        return float("nan")
    year = int(found[1])
    if year >= 100:
        return year
    return year + (2000 if year < 50 else 1900)
