"""Rules as values: they score, compare, pickle, and come back from a document."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from policyindex import THREE_P, Dimension, Indicator
from policyindex.codebooks import Count, Gate, Minimum, Sum, Table
from policyindex.codebooks.rules import MOST_NESTED, Rule, from_dict

PROSECUTION, PROTECTION, PREVENTION = THREE_P.dimensions

GATES = {"no_punishment": 1, "identification": 1}

AS_VALUES: dict[str, Rule] = {
    "prosecution": Table(PROSECUTION.table),
    "protection": Gate(GATES, (Count((3, 5)), Count((1, 5)), Count((0, 1, 3, 5)))),
    "prevention": Count((1, 3, 5, 7)),
}

RULES: list[Rule] = [
    *AS_VALUES.values(),
    Table((1, Fraction(1, 3), 2)),
    Count((1, 2), met={"shelter": 2}),
    Sum(),
    Sum({"b": Fraction(1, 3), "a": 0.5}, thresholds=(Fraction(1, 3), 1, 1.5)),
    Minimum({"a": Table((1, 2)), ("b", "c"): Count((1, 2))}),
    Gate({"a": 1, "b": 1}, (Sum(), Minimum({("c", "d"): Sum({"c": 2})}))),
]

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)


@pytest.mark.parametrize("dimension", THREE_P.dimensions, ids=lambda each: each.name)
def test_the_rules_of_the_index_are_values_as_well_as_functions(dimension: Dimension) -> None:
    written = replace(dimension, rule=AS_VALUES[dimension.name])
    assert written.table == dimension.table
    assert written == dimension


def test_a_sum_of_weighted_levels_rises_at_its_thresholds() -> None:
    rule = Sum({"a": 0.1, "b": Fraction(1, 3)}, thresholds=(0.1, Fraction(1, 3), 0.5))
    bound = rule.bound({"a": 4, "b": 2}, lowest=2)
    for a, b in product(range(4), range(2)):
        total = Fraction(a, 10) + Fraction(b, 3)
        reached = [total >= each for each in (Fraction(1, 10), Fraction(1, 3), Fraction(1, 2))]
        assert bound(a=a, b=b) == 2 + sum(reached)


def test_a_sum_without_thresholds_is_the_score() -> None:
    bound = Sum({"a": Fraction(1, 2)}).bound({"a": 3, "b": 2}, lowest=0)
    scores = [bound(a=a, b=b) for a in range(3) for b in range(2)]
    assert scores == [0, 1, Fraction(1, 2), Fraction(3, 2), 1, 2]
    assert [type(each) for each in scores] == [int, int, Fraction, Fraction, int, int]


def test_a_count_takes_the_level_that_meets_an_indicator() -> None:
    bound = Count((1, 2, 2), met={"a": 2}).bound({"a": 3, "b": 3}, lowest=1)
    assert [bound(a=a, b=b) for a in range(3) for b in range(3)] == [1, 2, 2, 1, 2, 2, 2, 4, 4]


def test_a_gate_of_two_cases_asks_whether_all_gates_are_met() -> None:
    bound = Gate({"a": 1, "b": 2}, (Count((1,)), Count((0, 1)))).bound({"a": 2, "b": 3, "c": 2}, 1)
    for a, b, c in product(range(2), range(3), range(2)):
        assert bound(a=a, b=b, c=c) == (2 if a == 1 and b == 2 else 1) + c


def test_a_minimum_is_as_strong_as_its_weakest_part() -> None:
    rule = Minimum({"a": Table((1, 3, 4)), ("a", "b"): Sum(thresholds=(1, 2, 3))})
    bound = rule.bound({"a": 3, "b": 2}, lowest=1)
    for a, b in product(range(3), range(2)):
        assert bound(a=a, b=b) == min((1, 3, 4)[a], 1 + a + b)


@each_rule
def test_a_rule_comes_back_from_json_and_from_a_pickle(rule: Rule) -> None:
    document = json.loads(json.dumps(rule.to_dict()))
    assert from_dict(document) == rule
    assert hash(from_dict(document)) == hash(rule)
    assert pickle.loads(pickle.dumps(rule)) == rule


def test_a_bound_rule_equals_the_rule_that_it_was_made_of_and_pickles() -> None:
    for dimension in THREE_P.dimensions:
        written = replace(dimension, rule=AS_VALUES[dimension.name])
        other = pickle.loads(pickle.dumps(written))
        assert written.rule == other.rule == AS_VALUES[dimension.name]
        best = {each.name: len(each.levels) - 1 for each in dimension.indicators}
        assert other.rule(**best) == dimension.highest


def test_a_table_of_a_function_survives_a_pickle_as_a_table() -> None:
    assert pickle.loads(pickle.dumps(PREVENTION)).rule == Table(PREVENTION.table)


def test_numbers_are_read_as_the_fractions_that_they_are_written_for() -> None:
    document = {"kind": "sum", "weights": {"a": 0.1, "b": "1/3", "c": "0.25"}, "thresholds": ["2"]}
    rule = from_dict(document)
    weights = {"a": Fraction(1, 10), "b": Fraction(1, 3), "c": Fraction(1, 4)}
    assert rule == Sum(weights, thresholds=(2,))
    assert rule.to_dict()["weights"] == {"a": "1/10", "b": "1/3", "c": "1/4"}


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "a rule of another kind": (
        lambda: from_dict({"kind": "mean"}),
        "one of table, count, sum, gate, min; got 'mean'",
    ),
    "not a document": (lambda: from_dict([1]), r"a rule must have a kind.*got \[1\]"),
    "a key too many": (
        lambda: from_dict({"kind": "count", "thresholds": [1], "threshold": 2}),
        "kind count has the keys thresholds, met; it has threshold",
    ),
    "a key too few": (lambda: from_dict({"kind": "table"}), "1 is absent: scores"),
    "a text for a list": (
        lambda: from_dict({"kind": "count", "thresholds": "13"}),
        "thresholds must be a list; got '13'",
    ),
    "names for a list": (
        lambda: from_dict({"kind": "sum", "weights": ["a"]}),
        r"weights must map names of indicators; got \['a'\]",
    ),
    "a boolean": (lambda: Table((True, 2)), "scores must be numbers.*got True"),
    "infinity": (lambda: Sum(thresholds=(float("inf"),)), "thresholds must be numbers.*got inf"),
    "a huge exponent": (lambda: Table(("1e999999999",)), "scores must be numbers"),
    "a fraction of zero": (lambda: Table(("1/0",)), "scores must be numbers"),
    "a negative weight": (lambda: Sum({"a": -1}), "weights must be at least 0.*-1"),
    "a threshold that falls": (lambda: Count((3, 1)), "thresholds must rise; 1 follows 3"),
    "half a count": (lambda: Count((0.5,)), "thresholds must be integers; got 1/2"),
    "a level that all meet": (lambda: Count((1,), {"a": 0}), "met must be at least 1; got 0"),
    "a gate without gates": (lambda: Gate({}, (Sum(), Sum())), "got 0 gates and 2 rules"),
    "a case too few": (lambda: Gate({"a": 1}, (Sum(),)), "got 1 gates and 1 rules"),
    "a case that is not a rule": (lambda: Gate({"a": 1}, (Sum(), 3)), "must be rules.*got 3"),
    "a minimum of nothing": (lambda: Minimum({}), "a minimum needs parts"),
    "a part that repeats a name": (lambda: Minimum({("a", "a"): Sum()}), "'a' repeats"),
    "rules that nest without end": (
        lambda: from_dict(nested(MOST_NESTED + 1)),
        "at most 16 deep",
    ),
}


def nested(depth: int) -> dict[str, object]:
    document: dict[str, object] = {"kind": "sum"}
    for _ in range(depth):
        document = {"kind": "min", "parts": [{"indicators": ["a"], "rule": document}]}
    return document


@pytest.mark.parametrize("case", WRONG)
def test_a_rule_that_cannot_be_meant_is_refused(case: str) -> None:
    make, message = WRONG[case]
    with pytest.raises(ValueError, match=message):
        make()


UNFIT: dict[str, tuple[Rule, str]] = {
    "a table of another size": (Table((1, 2)), "6 of a, b; it has 2"),
    "a weight of another": (Sum({"z": 1}), r"\(a, b\); 1 is not, the first 'z'"),
    "a count of another": (Count((1,), {"z": 1}), "the first 'z'"),
    "a level that is none": (Count((1,), {"b": 2}), "the best of b is 1, not 2"),
    "a threshold out of reach": (Count((1, 3)), "at most 2, .*1 of 2 are not, the first 3"),
    "a gate of another": (Gate({"z": 1}, (Sum(), Sum())), "the first 'z'"),
    "a gate at a level that is none": (Gate({"a": 3}, (Sum(), Sum())), "the best of a is 2, not 3"),
    "nothing but gates": (Gate({"a": 1, "b": 1}, (Sum(), Sum())), "besides its gates"),
    "a part of another": (Minimum({"z": Sum()}), "the first 'z'"),
    "an indicator in no part": (Minimum({"a": Sum()}), "1 is absent: b"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_a_rule_that_does_not_fit_its_indicators_is_refused(case: str) -> None:
    rule, message = UNFIT[case]
    indicators = (Indicator("a", ("none", "some", "all")), Indicator("b"))
    with pytest.raises(ValueError, match=f"the rule of 'aid' does not fit: .*{message}"):
        Dimension("aid", indicators, rule)


def test_a_rule_takes_every_level_by_name() -> None:
    with pytest.raises(TypeError, match="has no indicators yet"):
        Count((1,))(a=1)
    bound = Count((1,)).bound({"a": 2, "b": 3}, 1)
    with pytest.raises(TypeError, match=r"every indicator \(a, b\); got a"):
        bound(a=1)
    with pytest.raises(ValueError, match="the level of b must be from 0 to 2; got -1"):
        bound(a=1, b=-1)
