"""What a score requires, in words: read from the table of a rule, so exact for any rule."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
from hypothesis import given

from builders import examples
from codebooks.drawn import rule_codebooks
from policyindex import HTI, THREE_P, Codebook, Dimension, Indicator
from policyindex.codebooks import Count, Sum
from policyindex.codebooks.description import _alike, _smallest, described


def ways(book: Codebook, dimension: int, score: int) -> list[str]:
    levels = described(book).sections[dimension].dimension.levels
    return next(list(each.more) for each in levels if each.number == str(score))


def test_what_a_score_of_the_index_requires() -> None:
    assert ways(THREE_P, 0, 1) == []
    assert ways(THREE_P, 0, 4) == [
        "Law against trafficking: all forms; enforcement: limited or better",
        "Law against trafficking: some forms or better; enforcement: full",
        "Other statutes against traffickers: used; enforcement: full",
    ]
    assert ways(THREE_P, 0, 5) == [
        "Law against trafficking: all forms; enforcement: full; penalty: stringent"
    ]
    gates = "Victims: not punished; identification of victims: by the authorities"
    one = "One of (victims: not punished; identification of victims: by the authorities)"
    assert ways(THREE_P, 1, 2) == [gates, f"{one}; any one of group A", "Any three of group A"]
    assert ways(THREE_P, 1, 4) == [f"{gates}; any three of group A"]
    assert [ways(THREE_P, 2, score) for score in (2, 3, 4, 5)] == [
        ["Any one of group A"],
        ["Any three of group A"],
        ["Any five of group A"],
        ["All of group A"],
    ]
    assert ways(HTI, 1, 5) == ["No combination of levels gives this score."]


def test_a_count_and_a_sum_require_their_thresholds() -> None:
    shelter = Indicator("shelter", ("none", "some", "enough"))
    indicators = (shelter, Indicator("hotline"), Indicator("law"))
    words = tuple("abcd")
    book = Codebook(
        "b", (Dimension("d", indicators, Count((1, 1, 3), {"shelter": 2}), words, lowest=0),)
    )
    assert [ways(book, 0, score) for score in range(4)] == [
        [],
        ["No combination of levels gives this score."],
        ["At least 1 of the 3 indicators are met."],
        ["At least 3 of the 3 indicators are met."],
    ]
    (section,) = described(book).sections
    assert "from the level enough: shelter; from the level yes: hotline, law" in section.rule
    total = Sum({"shelter": 0.5}, thresholds=(0.5, 2))
    book = Codebook("b", (Dimension("d", indicators, total, words),))
    assert [ways(book, 0, score) for score in range(1, 5)] == [
        [],
        ["The sum is at least 0.5."],
        ["The sum is at least 2."],
        ["No combination of levels gives this score."],
    ]
    assert "shelter \N{MULTIPLICATION SIGN} 1/2, hotline" in described(book).sections[0].rule


@given(rule_codebooks())
@examples(40)
def test_the_smallest_combinations_reach_a_score_and_nothing_below_does(book: Codebook) -> None:
    for dimension in book.dimensions:
        table = np.array(dimension.numerators).reshape(dimension.shape)
        for score in np.unique(table):
            reached = table >= score
            smallest = _smallest(reached)
            for cell in product(*map(range, table.shape)):
                above = [each for each in smallest if all(np.array(each) <= np.array(cell))]
                assert bool(above) == bool(reached[cell])
                assert (list(cell) in smallest) == (above == [list(cell)])


@given(rule_codebooks())
@examples(40)
def test_indicators_of_a_group_can_be_exchanged(book: Codebook) -> None:
    for dimension in book.dimensions:
        table = np.array(dimension.numerators).reshape(dimension.shape)
        groups = _alike(table)
        assert sorted(axis for group in groups for axis in group) == list(range(table.ndim))
        for group in groups:
            for first, second in product(group, group):
                assert np.array_equal(table, table.swapaxes(first, second))


def test_many_ways_are_counted() -> None:
    indicators = tuple(
        Indicator(f"i{place}", tuple(f"{place} {level}" for level in range(2 + place)))
        for place in range(4)
    )

    def rule(**levels: int) -> int:
        return 1 + (sum(levels.values()) >= 5)

    (*listed, last) = ways(
        Codebook("b", (Dimension("d", indicators, rule, ("low", "high")),)), 0, 2
    )
    assert len(listed) == 8
    assert re.fullmatch(r"Or \w+ other ways\.", last)


def test_scores_of_a_count_without_words_reach_to_its_last_threshold() -> None:
    three = tuple(Indicator(name) for name in "abc")
    dimension = Dimension("law", three, Count((1, 2, 3)), levels=(), lowest=2)
    (section,) = described(Codebook("counted", (dimension,))).sections
    numbers = [int(level.number) for level in section.dimension.levels]
    low, high = Codebook("counted", (dimension,)).score_scales["law"]
    assert numbers == list(range(low, high + 1))
