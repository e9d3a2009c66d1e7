"""Provenance is carried by one helper, and no function loses it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import policyindex as pi
from builders import DIMENSIONS, panel
from policyindex.panel.labels import carry

LABELS = {"source": "a file", "citation": "Somebody (2015)", "rules": "3P 1 (12345678)"}

PANEL = panel(
    {
        (unit, year): [1 + (place + year) % 5, 1 + place % 5, 1 + (2 * place + year) % 5]
        for place, unit in enumerate(["AUT", "DEU", "NGA", "USA"])
        for year in range(2000, 2006)
    },
    DIMENSIONS,
)
PANEL["overall"] = PANEL.sum(axis=1)
PANEL.attrs.update(LABELS)
SCORES = PANEL["overall"]
EVENTS = pd.Series({"DEU": 2002, "NGA": 2003})

FUNCTIONS: dict[str, Callable[[], Any]] = {
    "check_panel": lambda: pi.check_panel(PANEL),
    "coverage": lambda: pi.coverage(PANEL),
    "splice": lambda: pi.splice(PANEL.loc[:"DEU"], PANEL.loc["NGA":]),  # type: ignore[misc]
    "overall": lambda: pi.overall(PANEL),
    "ranks": lambda: pi.ranks(SCORES),
    "rank_changes": lambda: pi.rank_changes(SCORES, 2000, 2005),
    "trends": lambda: pi.trends(SCORES),
    "changes": lambda: pi.changes(SCORES),
    "movers": lambda: pi.movers(SCORES, 2000, 2005),
    "yearly_means": lambda: pi.yearly_means(SCORES),
    "decompose_yearly": lambda: pi.dynamics.decompose_yearly(SCORES, 2000, 2005),
    "event_study": lambda: pi.event_study(SCORES, EVENTS),
    "transitions": lambda: pi.transitions(SCORES),
    "convergence": lambda: pi.convergence(SCORES, draws=10),
    "weight_ranks": lambda: pi.weight_ranks(PANEL),
    "weight_distribution": lambda: pi.robustness.weight_distribution(PANEL, 2005),
    "dominance": lambda: pi.robustness.dominance(PANEL, 2005),
    "error_ranks": lambda: pi.error_ranks(PANEL, error=0.9),
    "error_distribution": lambda: pi.robustness.error_distribution(PANEL, 2005, error=0.9),
    "error_scores": lambda: pi.robustness.error_scores(PANEL, error=0.9),
    "error_changes": lambda: pi.robustness.error_changes(PANEL, 2000, 2005, error=0.9),
    "estimate_error": lambda: pi.robustness.estimate_error(PANEL, PANEL),
    "sensitivity": lambda: pi.sensitivity(PANEL, year=2005),
    "standings": lambda: pi.standings(PANEL, 2005),
    "agreement": lambda: pi.agreement({"A": PANEL, "B": PANEL}, draws=10),
    "disagreements": lambda: pi.reliability.disagreements({"A": PANEL, "B": PANEL}),
    "compare": lambda: pi.compare(SCORES, SCORES),
}


def tables(answer: Any) -> list[pd.DataFrame | pd.Series]:
    if isinstance(answer, pd.DataFrame | pd.Series):
        return [answer]
    parts = answer.values() if isinstance(answer, dict) else answer
    return [each for each in parts if isinstance(each, pd.DataFrame | pd.Series)]


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_source_citation_and_rules_survive_every_function(function: Callable[[], Any]) -> None:
    answers = tables(function())
    assert answers
    for answer in answers:
        labels = {key: answer.attrs.get(key) for key in LABELS}
        if "spans" in answer.attrs:
            labels["source"] = str(labels["source"]).partition(" (")[0]
        assert labels == LABELS


def test_only_one_helper_changes_attributes() -> None:
    source = Path(pi.__file__).parent
    writers = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "update"
        and isinstance(node.func.value, ast.Attribute)
        and node.func.value.attr == "attrs"
    }
    # a check copies what it is given, before there is anything to join
    assert writers <= {"panel/labels.py", "panel/check.py"}


def test_labels_of_several_data_are_joined_each_once() -> None:
    first, second, third = (pd.DataFrame() for _ in range(3))
    first.attrs.update(source="a", citation="A", other=1)
    second.attrs.update(source="b", citation="A", other=2)
    answer = carry(pd.DataFrame(), first, second, third, None, more=3)
    assert answer.attrs == {"source": "a; b", "citation": "A", "other": 1, "more": 3}


def test_spans_of_several_data_follow_one_another() -> None:
    one, two = ({"source": name} for name in "ab")
    first, second = pd.DataFrame(), pd.DataFrame()
    first.attrs["spans"], second.attrs["spans"] = [one], [two, one]
    assert carry(pd.DataFrame(), first, second).attrs["spans"] == [one, two]
