"""The codebook flows with the data: scores, ranks, explanations and laws for any dimensions."""

from __future__ import annotations

import copy
import pickle
from functools import partial
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

import policyindex as pi
from builders import DIMENSIONS, examples, from_zero, index, levelled, panel
from policyindex import THREE_P, Codebook, Dimension, Indicator, PanelError
from policyindex.testing import aggregate_laws, codings, laws, panels

FOUR = Codebook("3P and a fourth", (*THREE_P.dimensions, *from_zero(["partnership"], 2)))
"""THREE_P and a fourth dimension on 0-2."""

FIVE = Codebook("five on 0-3", from_zero([*DIMENSIONS, "partnership", "participation"], 3))
"""Five dimensions on 0-3, of which three have the names of THREE_P."""

BOOKS = {"four": FOUR, "five": FIVE}

each_book = pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)


def brute_scores(row: pd.Series, book: Codebook) -> dict[str, set[int]]:
    """Every score that a completion of the missing codings has, by dimension."""
    reached = {}
    for dimension in book.dimensions:
        names = [each.name for each in dimension.indicators]
        levels = [
            range(size) if np.isnan(row[name]) else [int(row[name])]
            for name, size in zip(names, dimension.shape, strict=True)
        ]
        reached[dimension.name] = {
            dimension.rule(**dict(zip(names, each, strict=True))) for each in product(*levels)
        }
    return reached


def drawn_codings(book: Codebook) -> pd.DataFrame:
    """Twelve rows of codings, one in six missing."""
    rng = np.random.default_rng(5)
    keys = [(unit, year) for unit in ["DEU", "NGA", "TCD"] for year in range(2010, 2014)]
    levels = {name: rng.integers(0, top + 1, len(keys)) for name, (_, top) in book.scales.items()}
    table = pd.DataFrame(levels, index=index(keys), dtype=np.float64)
    return table.where(rng.random(table.shape) > 1 / 6)


@each_book
def test_scores_and_bounds_are_those_of_every_completion(book: Codebook) -> None:
    table = drawn_codings(book)
    scores, bounds = pi.score(table, codebook=book), pi.score_bounds(table, codebook=book)
    undecided = 0
    for key, row in table.iterrows():
        reached = brute_scores(row, book)
        for name, every in reached.items():
            assert bounds.loc[key, [f"{name}_low", f"{name}_high"]].tolist() == [
                min(every),
                max(every),
            ]
            undecided += len(every) > 1
            if len(every) == 1:
                assert scores.loc[key, name] == min(every)
            else:
                assert np.isnan(scores.loc[key, name])
        assert bounds.loc[key, "overall_low"] == sum(map(min, reached.values()))
        assert bounds.loc[key, "overall_high"] == sum(map(max, reached.values()))
    assert 0 < undecided < scores.size


@each_book
def test_scores_flow_into_aggregates_and_ranks(book: Codebook) -> None:
    scores = pi.score(drawn_codings(book).fillna(0), codebook=book)
    names = [each.name for each in book.dimensions]
    pd.testing.assert_series_equal(pi.overall(scores, codebook=book), scores["overall"])
    weights = {name: place + 1 for place, name in enumerate(names)}
    expected = scores[names] @ pd.Series(weights) * len(names) / sum(weights.values())
    weighted = pi.overall(scores, codebook=book, weights=weights)
    assert weighted.to_numpy() == pytest.approx(expected.to_numpy())
    smallest = pi.overall(scores, codebook=book, method="minimum")
    assert smallest.tolist() == (scores[names].min(axis=1) * len(names)).tolist()
    of_year = scores.xs(2013, level="year")["overall"]
    assert pi.ranks(scores, 2013).to_dict() == {
        unit: 1 + (of_year > score).sum() for unit, score in of_year.items()
    }


@each_book
def test_an_explanation_has_the_scale_of_the_codebook(book: Codebook) -> None:
    table = drawn_codings(book)
    why = pi.explain(table, "Nigeria", 2012, codebook=book)
    assert why.highest == book.highest
    assert [each.dimension for each in why.dimensions] == [each.name for each in book.dimensions]
    for dimension, each in zip(book.dimensions, why.dimensions, strict=True):
        assert (each.lowest, each.highest) == (dimension.lowest, dimension.highest)
        assert each.meaning == dimension.levels[each.low - dimension.lowest]
    steps = pi.next_steps(table, codebook=book).loc[("NGA", 2012)]
    assert steps.index.tolist() == [each.name for each in book.dimensions]


@pytest.mark.slow
@each_book
def test_the_library_keeps_the_laws(book: Codebook) -> None:
    for law in laws(book):
        law.check(partial(pi.score, codebook=book), examples=3)
    for law in aggregate_laws(book):
        for method in ("sum", "minimum"):
            law.check(partial(pi.overall, codebook=book, method=method), examples=5)


@each_book
def test_drawn_panels_are_on_the_scales(book: Codebook) -> None:
    @given(panels(book, min_size=1))
    @settings(max_examples=40, suppress_health_check=[HealthCheck.nested_given])
    def check(drawn: pd.DataFrame) -> None:
        assert pi.overall(drawn, codebook=book).notna().tolist() == (
            drawn.sort_index().notna().all(axis=1).tolist()
        )

    check()


def test_five_dimensions_that_reuse_three_names_are_not_the_three() -> None:
    names = [each.name for each in FIVE.dimensions]
    rows = {
        ("DEU", 2015): [3, 3, 3, 1, 2],
        ("NGA", 2015): [2, 2, 3, 3, 3],
        ("TCD", 2015): [0, 1, 0, 1, 0],
    }
    five = panel(rows, names)
    assert pi.overall(five, codebook=FIVE).tolist() == [12, 13, 2]
    assert pi.ranks(five.assign(overall=five.sum(axis=1)), 2015).tolist() == [2, 1, 3]
    with pytest.raises(PanelError, match="prosecution must be an integer from 1 to 5"):
        pi.overall(five)


def test_an_overall_that_includes_another_column_is_refused_or_counts_with_its_codebook() -> None:
    rows = {("DEU", 2014): [5, 5, 5, 1], ("NGA", 2014): [4, 4, 4, 5]}
    table = panel(rows, [*DIMENSIONS, "partnership"])
    table["overall"] = table.sum(axis=1)
    with pytest.raises(PanelError, match="the first DEU 2014; is partnership missing from the"):
        pi.overall(table)
    four = levelled([*DIMENSIONS, "partnership"])
    assert pi.overall(table, codebook=four).tolist() == [16, 17]
    with pytest.raises(PanelError, match="2 of 2 rows differ, the first DEU 2014"):
        pi.overall(table.assign(overall=15.0), codebook=four)


def test_covariates_change_nothing() -> None:
    table = drawn_codings(FOUR)
    beside = table.assign(gdp=np.linspace(1, 50, len(table)), region="Africa", note=None)
    for function in (pi.score, pi.score_bounds, pi.next_steps):
        pd.testing.assert_frame_equal(
            function(beside, codebook=FOUR), function(table, codebook=FOUR)
        )
    key = ("NGA", 2012)
    assert pi.explain(beside, *key, codebook=FOUR) == pi.explain(table, *key, codebook=FOUR)
    scores = pi.score(table, codebook=FOUR)
    wealthy = scores.assign(gdp=np.linspace(1, 50, len(table)), region="Africa")
    pd.testing.assert_series_equal(
        pi.overall(wealthy, codebook=FOUR), pi.overall(scores, codebook=FOUR)
    )
    pd.testing.assert_series_equal(pi.ranks(wealthy), pi.ranks(scores["overall"]))


# The rules label the scores


def test_scores_name_the_rules_that_made_them() -> None:
    table = drawn_codings(FOUR)
    table.attrs["source"] = "a test"
    for function in (pi.score, pi.score_bounds):
        assert function(table, codebook=FOUR).attrs == {"source": "a test", "rules": FOUR.rules}
    scores = pi.score(table, codebook=FOUR)
    assert pi.ranks(scores).attrs["rules"] == FOUR.rules
    assert pi.rank_changes(scores, 2010, 2013).attrs["rules"] == FOUR.rules
    assert pi.overall(scores, codebook=FOUR).attrs["rules"] == FOUR.rules


def test_rules_have_name_version_and_a_hash_of_the_tables() -> None:
    def book(rule: object, version: str = "2", levels: tuple[str, ...] = ("no", "yes")) -> Codebook:
        aid = Dimension("aid", (Indicator("a", levels), Indicator("b")), rule)  # type: ignore[arg-type]
        return Codebook("aid", (aid,), version=version)

    first = book(lambda a, b: 1 + a + b)
    name, version, short_hash = first.rules.split()
    assert (name, version) == ("aid", "2")
    assert len(short_hash.strip("()")) == 8
    assert book(lambda a, b: 1 + b + a).rules == first.rules  # the same table, written otherwise
    assert book(lambda a, b: 1 + a + b, version="").rules == f"aid {short_hash}"
    others = [book(lambda a, b: 1 + a * b), book(lambda a, b: 1 + a + b, levels=("n", "s", "y"))]
    assert len({each.rules for each in (first, *others)}) == 3


# An indicator of a hundred and one levels

PERCENT = Indicator("coverage", tuple(f"{share} %" for share in range(101)), "coverage in percent")


def share_and_law(coverage: int, law: int) -> int:
    return min(coverage + 10 * law, 100)


PERCENTAGES = Codebook(
    "percentages",
    (
        Dimension(
            "support",
            (PERCENT, Indicator("law")),
            share_and_law,
            tuple(f"score {share}" for share in range(101)),
            lowest=0,
        ),
    ),
)


def test_a_percentage_is_coded_and_scored() -> None:
    keys = [(f"unit {place:03}", 2015) for place in range(102 * 3)]
    levels = list(product([*range(101), np.nan], [0, 1, np.nan]))
    table = panel(dict(zip(keys, map(list, levels), strict=True)), ["coverage", "law"])
    scores = pi.score(table, codebook=PERCENTAGES)
    bounds = pi.score_bounds(table, codebook=PERCENTAGES)
    for key, row in table.iterrows():
        every = brute_scores(row, PERCENTAGES)["support"]
        low, high = bounds.loc[key, ["support_low", "support_high"]]
        assert (low, high) == (min(every), max(every))
        if low == high:
            assert scores.loc[key, "support"] == low
        else:
            assert np.isnan(scores.loc[key, "support"])
    assert scores["support"].max() == 100


def test_a_percentage_is_explained() -> None:
    table = panel({("NGA", 2015): [89, 0], ("DEU", 2015): [100, 1]}, ["coverage", "law"])
    why = pi.explain(table, "NGA", 2015, codebook=PERCENTAGES).dimensions[0]
    assert (why.score, why.steps) == (89, 1)
    assert why.rises == {"coverage in percent": "90 %"}
    steps = pi.next_steps(table, codebook=PERCENTAGES)
    assert steps["steps_top"].tolist() == [0, 2]
    for law in laws(PERCENTAGES):
        law.check(partial(pi.score, codebook=PERCENTAGES), examples=3)


# Codebooks made in a loop or a notebook


def closures() -> Codebook:
    dimensions = []
    for name, bonus in (("aid", 1), ("courts", 2)):
        indicators = (Indicator(f"{name}_a"), Indicator(f"{name}_b", ("none", "some", "all")))
        dimensions.append(
            Dimension(name, indicators, lambda _bonus=bonus, **codes: _bonus + sum(codes.values()))
        )
    return Codebook("made in a loop", tuple(dimensions), version="3")


@pytest.mark.parametrize(
    "copied", [lambda book: pickle.loads(pickle.dumps(book)), copy.deepcopy, copy.copy]
)
def test_a_codebook_made_in_a_loop_pickles_and_still_scores(copied: object) -> None:
    book = closures()
    assert book.rules.startswith("made in a loop 3 (")
    other = copied(book)  # type: ignore[operator]
    assert other == book
    assert hash(other) == hash(book)
    assert other.rules == book.rules
    for mine, its in zip(book.dimensions, other.dimensions, strict=True):
        names = [each.name for each in mine.indicators]
        for levels in product(*map(range, mine.shape)):
            codes = dict(zip(names, levels, strict=True))
            assert its.rule(**codes) == mine.rule(**codes)
    table = drawn_codings(book)
    pd.testing.assert_frame_equal(pi.score(table, codebook=other), pi.score(table, codebook=book))
    pd.testing.assert_frame_equal(
        pi.next_steps(table, codebook=other), pi.next_steps(table, codebook=book)
    )


@given(codings(closures(), min_size=1))
@examples(20)
def test_an_unpickled_codebook_keeps_the_rule_of_every_row(drawn: pd.DataFrame) -> None:
    book = closures()
    other = pickle.loads(pickle.dumps(book))
    pd.testing.assert_frame_equal(
        pi.score_bounds(drawn, codebook=other), pi.score_bounds(drawn, codebook=book)
    )


def test_a_codebook_prints_in_one_line() -> None:
    long = Codebook("a name that is much too long to be printed", THREE_P.dimensions)
    for book in (THREE_P, pi.HTI, FOUR, FIVE, long):
        assert len(repr(book)) <= 80
    assert repr(THREE_P) == "<Codebook 3P: 3 dimensions, 19 indicators>"
