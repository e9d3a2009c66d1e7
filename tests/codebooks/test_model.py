"""Codebooks: the default rules as documented, and the refusal of wrong rules."""

from __future__ import annotations

import inspect
import pickle
from dataclasses import FrozenInstanceError
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given

import policyindex
from policyindex import HTI, THREE_P, Codebook, Dimension, Indicator
from policyindex.codebooks import Count, Sum
from policyindex.codebooks.model import MOST_DENOMINATOR, MOST_FRACTION, MOST_SCORE
from policyindex.testing import codebooks

PROSECUTION, PROTECTION, PREVENTION = THREE_P.dimensions

ROOMS = [room for room in policyindex._ROOMS if room != "typing"]


def test_prosecution_is_the_documented_table() -> None:
    # Written clause by clause, best first, as the documentation words it.
    for law, other, enforcement, penalty in product(range(3), range(2), range(3), range(2)):
        if law == 2 and enforcement == 2 and penalty == 1:
            expected = 5
        elif (
            (law >= 1 and enforcement == 2)
            or (law == 2 and enforcement == 1)
            or (law == 0 and other and enforcement == 2)
        ):
            expected = 4
        elif (
            (law == 1 and enforcement == 1)
            or (law == 2 and enforcement == 0)
            or (law == 0 and other and enforcement == 1)
        ):
            expected = 3
        elif law == 1 or (law == 0 and other):
            expected = 2
        else:
            expected = 1
        assert (
            PROSECUTION.rule(
                specific_law=law, other_laws=other, enforcement=enforcement, penalty=penalty
            )
            == expected
        )


def test_protection_is_the_documented_table() -> None:
    expected = {
        2: {"none": 2, "limited": 3, "moderate": 4, "strong": 5},
        1: {"none": 1, "limited": 2, "moderate": 2, "strong": 3},
        0: {"none": 1, "limited": 1, "moderate": 2, "strong": 3},
    }
    support = ["none", "limited", "limited", "moderate", "moderate", "strong", "strong"]
    names = [each.name for each in PROTECTION.indicators]
    for levels, found in zip(product(range(2), repeat=8), PROTECTION.table, strict=True):
        assert found == expected[sum(levels[:2])][support[sum(levels[2:])]]
        assert PROTECTION.rule(**dict(zip(names, levels, strict=True))) == found


def test_prevention_is_the_documented_table() -> None:
    by_count = [1, 2, 2, 3, 3, 4, 4, 5]
    for levels, found in zip(product(range(2), repeat=7), PREVENTION.table, strict=True):
        assert found == by_count[sum(levels)]


def test_the_words_of_a_score_are_true_wherever_the_rule_returns_it() -> None:
    prosecution, protection, _ = THREE_P.dimensions
    for (specific, other, enforcement, penalty), score in combinations_of(prosecution):
        law, partly, full = max(specific, other), enforcement == 1, enforcement == 2
        said = {
            1: law == 0,
            2: law == 1 and enforcement == 0,
            3: (law == 2 and enforcement == 0) or (law == 1 and partly),
            4: (law == 2 and partly) or (law > 0 and full and not (law == 2 and penalty)),
            5: law == 2 and full and penalty == 1,
        }
        assert said[score], (specific, other, enforcement, penalty)
    for levels, score in combinations_of(protection):
        fail, support = 2 - sum(levels[:2]), (sum(levels[2:]) + 1) // 2
        none, limited, moderate, strong = (support == each for each in range(4))
        said = {
            1: (fail > 0 and none) or (fail == 2 and limited),
            2: (fail == 0 and none) or (fail > 0 and (limited or moderate)),
            3: (fail == 0 and limited) or (fail > 0 and strong),
            4: fail == 0 and moderate,
            5: fail == 0 and strong,
        }
        assert said[score], levels


def combinations_of(dimension: Dimension) -> list[tuple[tuple[int, ...], int]]:
    places = product(*map(range, dimension.shape))
    return list(zip(places, dimension.table, strict=True))


@pytest.mark.parametrize("codebook", [THREE_P, HTI], ids=lambda each: each.name)
def test_shipped_codebooks_are_monotone_and_reach_only_their_scale(codebook: Codebook) -> None:
    for dimension in codebook.dimensions:
        names = list(product(*map(range, dimension.shape)))
        scores = dict(zip(names, dimension.table, strict=True))
        for better, worse in product(names, repeat=2):
            if all(b >= w for b, w in zip(better, worse, strict=True)):
                assert scores[better] >= scores[worse]
        assert {1, 2, 3, 4, 5} >= set(dimension.table)


def test_the_shares_of_a_mean_are_those_of_the_weights() -> None:
    weights = {"prosecution": 2, "protection": 1, "prevention": 1}
    shares = {name: Fraction(weight, 4) for name, weight in weights.items()}
    mean = Codebook("3P", THREE_P.dimensions, weights=weights, aggregate="mean")
    assert mean.shares == shares
    assert Codebook("3P", THREE_P.dimensions, weights=weights).shares == weights


@pytest.mark.parametrize(("excess", "is_exact"), [(0, True), (1, False)])
def test_points_are_added_as_far_as_a_float_is_exact(excess: int, is_exact: bool) -> None:
    """A float holds each multiple of 2**-20 up to 2**33, since it has 53 binary digits."""
    many = tuple(Indicator(f"i{place}") for place in range(20))
    points = {each.name: 0 for each in many}
    points |= {"i0": Fraction(2 + excess, 2**20), "law": 2**32 - Fraction(1, 2**20)}
    law = Indicator("law", ("none", "some", "all"))

    def dimension() -> Dimension:
        return Dimension("d", (law, *many), Sum(points, thresholds=(1,)), ("no", "yes"))

    if is_exact:
        assert dimension().best == 2
    else:
        with pytest.raises(ValueError, match="of 'd' have the common denominator .*, too large"):
            dimension()


@pytest.mark.parametrize("codebook", [THREE_P, HTI], ids=lambda each: each.name)
def test_shipped_codebooks_survive_pickling_and_are_frozen(codebook: Codebook) -> None:
    assert pickle.loads(pickle.dumps(codebook)) == codebook
    with pytest.raises(FrozenInstanceError):
        codebook.name = "other"  # type: ignore[misc]


@given(codebooks())
def test_any_monotone_rule_is_accepted_and_tabulated(codebook: Codebook) -> None:
    for dimension in codebook.dimensions:
        names = [each.name for each in dimension.indicators]
        combinations = product(*map(range, dimension.shape))
        assert dimension.table == tuple(
            dimension.rule(**dict(zip(names, levels, strict=True))) for levels in combinations
        )


A, B = Indicator("a"), Indicator("b", ("low", "middle", "high"))


def test_a_rule_that_falls_is_refused_with_both_combinations() -> None:
    def rule(a: int, b: int) -> int:
        return 1 if (a, b) == (1, 2) else 1 + a + b

    with pytest.raises(ValueError, match="never fall") as refusal:
        Dimension("odd", (A, B), rule)
    assert "in 2 places" in str(refusal.value)
    assert "a=0, b=2 gives 3 but a=1, b=2 gives 1" in str(refusal.value)


@pytest.mark.parametrize("wrong", [0, 6, -1])
def test_a_rule_that_leaves_its_scale_is_refused(wrong: int) -> None:
    with pytest.raises(ValueError, match=rf"1 to 5; 6 combinations do not.*a=0, b=0 gives {wrong}"):
        Dimension("odd", (A, B), lambda a, b: wrong)  # noqa: ARG005


@pytest.mark.parametrize(
    "rule", [lambda a: a + 1, lambda a, c: a + c, lambda a, b: a + b + 0.5, lambda a, b: (a, b)]
)
def test_a_rule_of_the_wrong_form_is_refused(rule: object) -> None:
    with pytest.raises(ValueError, match="take its indicators by name and return an integer"):
        Dimension("odd", (A, B), rule)  # type: ignore[arg-type]


def test_a_title_is_not_the_name_of_another_indicator() -> None:
    shelter, aid = Indicator("shelter", title="Legal  Aid"), Indicator("legal aid", title="help")
    rule = Count((1,))
    with pytest.raises(ValueError, match="1 is, the first the title of 'shelter', 'Legal Aid'"):
        Codebook("x", (Dimension("d", (shelter, aid), rule, ("none", "some")),))
    own = (Indicator("shelter", title="Shelter"), aid)
    assert Codebook("x", (Dimension("d", own, rule, ("none", "some")),)).indicators == own


def test_names_must_be_distinct() -> None:
    with pytest.raises(ValueError, match="indicators of 'odd' must be distinct.*'a'"):
        Dimension("odd", (A, A), lambda a: 1 + a)
    one = Dimension("one", (A,), lambda a: 1 + a)
    other = Dimension("other", (A,), lambda a: 1 + a)
    with pytest.raises(ValueError, match="indicators must be distinct.*'a'"):
        Codebook("odd", (one, other))
    with pytest.raises(ValueError, match="must be distinct"):
        Codebook("odd", (Dimension("overall", (A,), lambda a: 1 + a),))
    with pytest.raises(ValueError, match="must be distinct.*'one_low'"):
        Codebook("odd", (one, Dimension("one_low", (B,), lambda b: 1 + b)))


def test_degenerate_codebooks_are_refused() -> None:
    with pytest.raises(ValueError, match="2 to 101 levels; 'a' has 1"):
        Indicator("a", ("only",))
    with pytest.raises(ValueError, match="needs a name"):
        Indicator("")
    with pytest.raises(ValueError, match="needs a name and an indicator"):
        Dimension("odd", (), lambda: 1)
    with pytest.raises(ValueError, match="needs a name and a dimension"):
        Codebook("odd", ())
    with pytest.raises(ValueError, match="needs a name and a dimension"):
        Codebook(" ", THREE_P.dimensions)
    with pytest.raises(ValueError, match="must lie in 0 to 100"):
        Dimension("odd", (A,), lambda a: a, lowest=-1)
    many = tuple(Indicator(f"i{place}") for place in range(14))
    with pytest.raises(ValueError, match="4,782,969 combinations"):
        Dimension("odd", many, lambda **levels: max(levels))


@pytest.mark.parametrize("levels", ["no", ("no", 1), ("no", "yes", "No"), ("no",), ()])
def test_levels_must_be_distinct_words(levels: object) -> None:
    with pytest.raises(ValueError, match="levels of 'a' must be|needs 2 to 101 levels"):
        Indicator("a", levels)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "levels", [("1", "2", "3"), ("1", "0"), ("none", "0"), ("low", "1", " 1.0")]
)
def test_words_that_are_the_number_of_another_level_are_refused(levels: tuple[str, ...]) -> None:
    # A table of codings holds numbers from 0: read as words, each would be another level.
    with pytest.raises(ValueError, match="must not be the number of another.*; level [0-2] of 'a'"):
        Indicator("a", levels)


@pytest.mark.parametrize("levels", [("0", "1", "2"), ("10", "20"), ("grade 1", "grade 2")])
def test_other_words_may_have_numbers(levels: tuple[str, ...]) -> None:
    assert Indicator("a", levels).levels == levels


@pytest.mark.parametrize("name", ["country", "year"])
def test_labels_of_rows_are_not_names(name: str) -> None:
    shelter = Indicator("shelter")
    with pytest.raises(ValueError, match=f"the labels of rows, country, year; got '{name}'"):
        Codebook("A", (Dimension(name, (shelter,), lambda shelter: 1 + shelter),))
    with pytest.raises(ValueError, match=f"the labels of rows, country, year; got '{name}'"):
        Codebook("A", (Dimension("a", (Indicator(name),), lambda **_: 1),))


def test_an_indicator_is_not_called_as_the_sum() -> None:
    with pytest.raises(ValueError, match="an indicator must not be called overall"):
        Codebook("A", (Dimension("a", (Indicator("overall"),), lambda overall: 1 + overall),))


def test_the_error_of_a_rule_names_the_combination() -> None:
    with pytest.raises(ValueError, match="rule of 'd'.*at a=0: ZeroDivisionError"):
        Dimension("d", (Indicator("a"),), lambda a: 1 // a)


def test_the_error_of_a_rule_is_one_line_whatever_the_names() -> None:
    with pytest.raises(ValueError, match="the first: a b=1 gives 2") as refusal:
        Dimension("d", (Indicator("a\n\x1b b"),), lambda **codes: 1 + sum(codes.values()), ("one",))
    assert str(refusal.value).isprintable()


def test_four_dimensions_run_from_4_to_20() -> None:
    fourth = Dimension("partnership", (A,), lambda a: 1 + 4 * a)
    codebook = Codebook("4P", (*THREE_P.dimensions, fourth))
    assert (codebook.lowest, codebook.highest) == (4, 20)
    assert codebook.score_scales["overall"] == (4, 20)


@pytest.mark.parametrize("number", [2, 101])
def test_the_fewest_and_the_most_levels_are_accepted(number: int) -> None:
    levels = tuple(f"level {level}" for level in range(number))
    assert len(Indicator("a", levels).levels) == number
    for wrong in (levels[:1], (*levels, "more") if number == 101 else ()):
        with pytest.raises(ValueError, match=f"needs 2 to 101 levels; 'a' has {len(wrong)}"):
            Indicator("a", wrong)


def test_a_scale_may_touch_both_ends_or_be_one_score() -> None:
    assert Dimension("d", (A,), lambda a: 96 + 4 * a, lowest=96).highest == 100
    assert Dimension("d", (A,), lambda a: 4 * a, lowest=0).highest == 4
    assert Dimension("d", (A,), lambda a: 1, ("any",)).table == (1, 1)  # noqa: ARG005
    with pytest.raises(ValueError, match="must lie in 0 to 100; its scale is 97 to 101"):
        Dimension("d", (A,), lambda a: 97 + a, lowest=97)


def test_a_table_may_be_as_large_as_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policyindex.codebooks.model.MOST_COMBINATIONS", 12)
    assert Dimension("d", (A, B), lambda a, b: 1 + a + b).table == (1, 2, 3, 2, 3, 4)
    monkeypatch.setattr("policyindex.codebooks.model.MOST_COMBINATIONS", 11)
    with pytest.raises(ValueError, match="has 12 combinations of levels, at most 11"):
        Dimension("d", (A, B), lambda a, b: 1 + a + b)


def test_falls_of_every_indicator_are_counted() -> None:
    for axis in range(3):
        three = tuple(Indicator(name, ("low", "middle", "high")) for name in "xyz")

        def rule(_axis: int = axis, **levels: int) -> int:
            return 5 - list(levels.values())[_axis]

        with pytest.raises(ValueError, match=rf"in 18 places, the first: .*{'xyz'[axis]}=1.* 4$"):
            Dimension("d", three, rule)


def test_a_fall_between_higher_levels_is_refused_with_both_combinations() -> None:
    with pytest.raises(ValueError, match="in 1 places, the first: b=1 gives 5 but b=2 gives 4$"):
        Dimension("d", (B,), lambda b: (1, 5, 4)[b])


def test_dimensions_with_the_same_table_are_equal_however_written() -> None:
    one = Dimension("d", (A,), lambda a: 1 + a)
    same = Dimension("d", (A,), lambda a: 2 if a else 1)
    other = Dimension("d", (A,), lambda a: 1 + 2 * a)
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert "table=" not in repr(one)
    with pytest.raises(TypeError, match="table"):
        Dimension("d", (A,), lambda a: 1 + a, table=(1, 2))  # type: ignore[call-arg]


@pytest.mark.parametrize("part", [A, PROSECUTION, THREE_P], ids=lambda each: each.name)
def test_every_part_is_frozen(part: Indicator | Dimension | Codebook) -> None:
    with pytest.raises(FrozenInstanceError):
        part.name = "other"  # type: ignore[misc]


def test_repeated_names_are_counted_each_once() -> None:
    names = [Indicator(name) for name in "abcbcb"]
    with pytest.raises(ValueError, match="must be distinct; 2 are not, the first 'b'"):
        Dimension("d", tuple(names), lambda a, b, c: 1 + a + b + c)


def test_scales_run_from_the_worst_to_the_best() -> None:
    assert Codebook("c", (Dimension("d", (A, B), lambda a, b: 1 + a + b),)).scales == {
        "a": (0, 1),
        "b": (0, 2),
    }
    assert THREE_P.score_scales == {
        "prosecution": (1, 5),
        "protection": (1, 5),
        "prevention": (1, 5),
        "overall": (3, 15),
    }


def test_scores_of_halves_are_not_listed() -> None:
    wholes, halves = (Dimension("d", (A, B), Sum({"a": by}), levels=()) for by in (1, 0.5))
    assert wholes.scores == range(4)
    with pytest.raises(ValueError, match="dimension 'd' has scores that are not whole"):
        _ = halves.scores


def test_no_signature_in_help_is_longer_than_400_characters() -> None:
    rooms = [policyindex, *(getattr(policyindex, name) for name in ROOMS)]
    signatures = {
        f"{room.__name__}.{name}": str(inspect.signature(getattr(room, name)))
        for room in rooms
        for name in room.__all__
        if inspect.isroutine(getattr(room, name))
    }
    assert len(signatures) > 60
    assert {name: text for name, text in signatures.items() if len(text) > 400} == {}


@pytest.mark.parametrize(
    ("scores", "is_one"),
    [
        ((0, MOST_SCORE), True),
        ((0, MOST_SCORE + 1), False),
        ((Fraction(1, 2), MOST_FRACTION), True),
        ((Fraction(1, 2), MOST_FRACTION + 1), False),
        ((Fraction(1, MOST_DENOMINATOR), 1), True),
        ((Fraction(1, MOST_DENOMINATOR + 1), 1), False),
        ((-1, 1), False),
    ],
)
def test_scores_without_words_are_numbers_that_a_float_stands_for_exactly(
    scores: tuple[Fraction, Fraction], is_one: bool
) -> None:
    def dimension() -> Dimension:
        return Dimension("d", (Indicator("a"),), lambda a: scores[a], levels=())

    if is_one:
        assert [*dimension().table] == [*scores]
    else:
        most = MOST_SCORE if all(int(each) == each for each in scores) else MOST_FRACTION
        with pytest.raises(ValueError, match=f"must give scores from 0 to {most:,} whose common"):
            dimension()
