"""Checks, codebooks and provenance in functions of dynamics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from builders import levelled
from policyindex import PanelError, dynamics
from policyindex.panel import check
from uses import EVENTS, PANEL, SCORES

CALLS: dict[str, Callable[[Any], Any]] = {
    "changes": lambda scores: dynamics.changes(scores, since=2002),
    "convergence": dynamics.convergence,
    "decompose": lambda scores: dynamics.decompose(scores, 2000, 2005),
    "decompose_yearly": lambda scores: dynamics.decompose_yearly(scores, 2000, 2005),
    "event_study": lambda scores: dynamics.event_study(scores, EVENTS, by="region"),
    "lag": lambda scores: dynamics.lag(scores[["overall"]] if scores.ndim > 1 else scores),
    "moran": lambda scores: dynamics.moran(scores, by="region", permutations=9),
    "movers": lambda scores: dynamics.movers(scores, 2000, 2005),
    "peers": lambda scores: dynamics.peers(scores, by="distance"),
    "transitions": lambda scores: dynamics.transitions(scores, split_year=2003),
    "trend": lambda scores: dynamics.trend(scores, "Germany"),
    "trends": dynamics.trends,
    "yearly_means": lambda scores: dynamics.yearly_means(scores, by="region"),
}


def test_every_function_has_a_call() -> None:
    assert CALLS.keys() == {name for name in dynamics.__all__ if name.islower()}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("scores", [SCORES, PANEL], ids=["scores", "panel"])
def test_scores_are_checked_once(
    name: str, scores: pd.Series | pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks: list[pd.Index] = []
    check_index = check.check_index

    def counted(labels: pd.Index) -> tuple[pd.MultiIndex, bool]:
        checks.append(labels)
        return check_index(labels)

    monkeypatch.setattr(check, "check_index", counted)
    CALLS[name](scores)
    assert len(checks) == 1


@pytest.mark.parametrize("name", CALLS)
def test_the_data_stay_as_they_are(name: str) -> None:
    before = PANEL.copy()
    CALLS[name](PANEL)
    pd.testing.assert_frame_equal(PANEL, before)
    assert PANEL.attrs == before.attrs


@pytest.mark.parametrize("name", CALLS)
def test_other_columns_do_not_change_an_answer(name: str) -> None:
    assert str(CALLS[name](PANEL.assign(gdp=7.5))) == str(CALLS[name](PANEL))


STATED = ("assumption", "note", "null", "permuted", "persistence", "se")
"""Attributes that state what the figures of a table rest on."""


def provenance(table: Any) -> dict[str, Any]:
    return {key: each for key, each in table.attrs.items() if key not in STATED}


@pytest.mark.parametrize("name", sorted(CALLS.keys() - {"decompose", "trend"}))
def test_every_table_has_the_provenance_of_the_scores(name: str) -> None:
    answer = CALLS[name](SCORES)
    parts = answer if isinstance(answer, tuple) else [answer]
    tables = [each for each in parts if isinstance(each, pd.DataFrame | pd.Series)]
    assert tables
    for table in tables:
        assert provenance(table) == SCORES.attrs


def test_the_sources_of_scores_and_events_are_joined() -> None:
    events = EVENTS.copy()
    events.attrs["source"] = "laws.csv"
    for table in (
        dynamics.event_study(SCORES, events).table,
        dynamics.changes(SCORES, since=events),
    ):
        assert provenance(table) == SCORES.attrs | {"source": "a file; laws.csv"}


def test_transitions_are_on_the_scale_of_the_codebook() -> None:
    five = levelled(["prosecution", "protection", "prevention", "law", "money"], top=4)
    prosecution = PANEL["prosecution"].clip(upper=4)
    steps = dynamics.transitions(prosecution, codebook=five)
    assert steps.counts.index.tolist() == [1, 2, 3, 4]
    with pytest.raises(PanelError, match="prosecution must lie from 1 to 4, the scale of the code"):
        dynamics.transitions(PANEL["prosecution"], codebook=five)
    overall = dynamics.transitions(PANEL.clip(lower=5), codebook=five)
    assert overall.counts.index.tolist() == list(range(5, 21))
