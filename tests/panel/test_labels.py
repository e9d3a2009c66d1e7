"""Provenance is carried by one helper, and no function loses it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import policyindex as pi
from policyindex.panel.labels import carry
from uses import FUNCTIONS, LABELS


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
    second.attrs.update(source="b", citation="A", rules="3P 1", other=2)
    third.attrs["rules"] = "3P 2"
    answer = carry(pd.DataFrame(), first, second, third, None, more=3)
    labels = {"source": "a; b", "citation": "A", "rules": "3P 1; 3P 2"}
    assert answer.attrs == {**labels, "other": 1, "more": 3}


def test_spans_of_several_data_follow_one_another() -> None:
    one, two = ({"source": name} for name in "ab")
    first, second = pd.DataFrame(), pd.DataFrame()
    first.attrs["spans"], second.attrs["spans"] = [one], [two, one]
    assert carry(pd.DataFrame(), first, second).attrs["spans"] == [one, two]
