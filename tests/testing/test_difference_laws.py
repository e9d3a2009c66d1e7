"""The laws of differences: the library keeps them, and wrong comparisons break them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from builders import examples, levelled
from policyindex import THREE_P, Codebook, Dimension, Indicator
from policyindex.coding import diff
from policyindex.testing import Law, LawBroken, diff_laws

Compare = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]

FOURTH = Dimension("partnership", (Indicator("task_force"),), lambda task_force: 1 + 4 * task_force)
OLD = levelled(["prosecution", "protection"], 3)
STRICT = Codebook(
    "strict",
    tuple(
        Dimension(each.name, each.indicators, lambda **levels: 1 + 2 * (sum(levels.values()) // 2))
        for each in OLD.dimensions
    ),
)
WIDER = Codebook("wider", (*OLD.dimensions, FOURTH))
PAIRS = [(THREE_P, THREE_P), (OLD, STRICT), (OLD, WIDER), (WIDER, OLD)]


def compare(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    return diff(old, new, codebook=OLD).scores


@pytest.mark.parametrize(
    ("law", "pair"),
    [
        pytest.param(law, pair, id=f"{pair[0].name}-{pair[1].name}-{law.name}")
        for pair in PAIRS
        for law in diff_laws(pair[1], old_codebook=pair[0])
    ],
)
def test_the_library_keeps_every_law(law: Law, pair: tuple[Codebook, Codebook]) -> None:
    old, new = pair
    law.check(
        lambda first, second: diff(first, second, codebook=new, old_codebook=old).scores,
        examples=examples(4).max_examples,
    )


def test_laws_are_those_that_apply() -> None:
    names = [law.name for law in diff_laws()]
    assert names == ["form", "order", "complete", "adding", "moving", "rules", "codings"]
    assert [law.name for law in diff_laws(STRICT, old_codebook=OLD)] == [*names[:5], "codings"]
    assert [law.name for law in diff_laws(WIDER, old_codebook=OLD)] == names[:5]


def parts_dropped(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    return compare(old, new).drop(columns="undivided")


def first_row_only(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    return compare(old.iloc[:1], new)


def entered_unseen(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    return compare(old, new).dropna(subset="old")


def left_over(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    table = compare(old, new)
    return table.assign(coding=table["coding"] / 2)


def entered_as_coding(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    table = compare(old, new)
    return table.assign(coding=table["coding"] + table["entered"], entered=0.0)


def blamed_on_rules(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    return compare(old, new).rename(columns={"coding": "rule", "rule": "coding"})


def blamed_on_codings(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    table = diff(old, new, codebook=STRICT, old_codebook=OLD).scores
    return table.assign(coding=table["coding"] + table["rule"], rule=0.0)


def changed_in_place(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    answer = compare(old, new)
    old.iloc[:, 0] = 0.0
    return answer


WRONG: list[tuple[Compare, str, Codebook, Codebook]] = [
    (parts_dropped, "form", OLD, OLD),
    (changed_in_place, "form", OLD, OLD),
    (first_row_only, "order", OLD, OLD),
    (entered_unseen, "complete", OLD, OLD),
    (left_over, "adding", OLD, OLD),
    (entered_as_coding, "moving", OLD, OLD),
    (blamed_on_rules, "rules", OLD, OLD),
    (blamed_on_codings, "codings", OLD, STRICT),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "name", "old", "new"), WRONG, ids=[each[0].__name__ for each in WRONG]
)
def test_a_wrong_comparison_breaks_its_law(
    function: Compare, name: str, old: Codebook, new: Codebook
) -> None:
    for law in diff_laws(new, old_codebook=old):
        if law.name == name:
            with pytest.raises(LawBroken) as report:
                law.check(function, examples=40)
            assert len(report.value.counterexample) <= 2
            break
        law.check(function, examples=3)
    else:
        pytest.fail(f"no law is called {name}")


def test_a_counterexample_shows_the_codings_of_both_sides() -> None:
    adding = next(law for law in diff_laws(OLD) if law.name == "adding")
    with pytest.raises(LawBroken, match="parts that add up to") as report:
        adding.check(left_over)
    assert report.value.counterexample.shape[0] == 1
    columns = set(report.value.counterexample.columns)
    assert columns == {f"{side}_{name}" for side in ("old", "new") for name in OLD.scales}
