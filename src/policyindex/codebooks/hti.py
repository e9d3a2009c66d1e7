"""The codebook `HTI`: the Human Trafficking Indicators, which code the same reports coarsely."""

from __future__ import annotations

import csv
from functools import partial
from importlib import resources

from .guidance import HTI_GUIDANCE
from .model import NO_YES, Codebook, Dimension, Indicator


def _rules() -> dict[str, dict[str, int]]:
    rules: dict[str, dict[str, int]] = {}
    text = (resources.files("policyindex.data") / "hti_rules.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        rules.setdefault(row["dimension"], {})[row["levels"]] = int(row["score"])
    return rules


_RULES = _rules()


def _look_up(dimension: str, /, **levels: int) -> int:
    return _RULES[dimension][" ".join(map(str, levels.values()))]


def _indicator(name: str, levels: tuple[str, ...] = NO_YES, title: str = "") -> Indicator:
    return Indicator(name, levels, title, HTI_GUIDANCE[name])


HTI: Codebook = Codebook(
    "HTI",
    (
        Dimension(
            "prosecution",
            (
                _indicator("domesticlaws", ("No", "Some", "Yes"), "law against trafficking"),
                _indicator("enforcement", ("No", "Some", "Yes")),
                _indicator("ten_prosecutions", title="ten prosecutions or more"),
            ),
            partial(_look_up, "prosecution"),
        ),
        Dimension(
            "protection",
            (
                _indicator("victimpunish", ("Yes", "No"), "punishment of victims"),
                _indicator("victimservices", ("No", "Yes"), "state services for victims"),
                _indicator("victimid", ("No", "Yes"), "formal identification of victims"),
                _indicator("protectprogress", ("No", "Yes"), "progress in protection"),
            ),
            partial(_look_up, "protection"),
        ),
        Dimension(
            "prevention",
            (
                _indicator("preventprogress", ("No", "Some", "Yes"), "progress in prevention"),
                _indicator("palermo_protocol", ("not signed", "signed"), "trafficking protocol"),
                _indicator(
                    "child_protocol",
                    ("not signed", "signed"),
                    "protocol on the sale of children",
                ),
            ),
            partial(_look_up, "prevention"),
        ),
    ),
    "Indicators: R. W. Frank (2013), Human Trafficking Indicators, 2000-2011. Rules: tables of "
    "policyindex, calibrated on the published 3P scores; see data/calibrate_hti.py. "
    "The guidance for coders, marked [recon], is this library's own.",
    version="1",
    title="3P Index of the Human Trafficking Indicators",
    changelog=(("2026-11-23", "First version of the rules."),),
)
"""The Human Trafficking Indicators, scored by monotone tables fitted to the published scores.

The tables are this library's own and do not replace the published scores: they agree exactly in
about half of the country-years, and protection and prevention reach only 4.

References
----------
Frank, R. W. (2013), Human Trafficking Indicators, 2000-2011: A New Dataset.
"""
