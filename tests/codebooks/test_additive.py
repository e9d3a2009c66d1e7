"""Codebooks that add: many indicators, scores that are not whole, means and weights."""

from __future__ import annotations

import csv
import pickle
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import product
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import policyindex as pi
from builders import examples, index, panel
from policyindex import THREE_P, Codebook, Dimension, Indicator
from policyindex.codebooks import Count, Sum, Table, model
from policyindex.panel.check import PanelError
from policyindex.testing import additive_codebooks, aggregate_laws, codings, laws

PREVENTION = THREE_P.dimensions[2]

WORKED_EXAMPLE = Path(__file__).parents[1] / "field/cases/e01_oxcgrt_worked_example.csv"


def yes_or_no(n: int, start: str = "i") -> tuple[Indicator, ...]:
    return tuple(Indicator(f"{start}{place}") for place in range(n))


@pytest.fixture
def untabulated(monkeypatch: pytest.MonkeyPatch) -> Dimension:
    """Prevention scored by its points, as if its table were too large."""
    monkeypatch.setattr(model, "MOST_ADDED", 100)
    return replace(PREVENTION, rule=Count((1, 3, 5, 7)))


def test_prevention_by_points_has_the_same_2187_entries(untabulated: Dimension) -> None:
    assert untabulated.additive is not None
    assert untabulated.table == ()
    names = [each.name for each in PREVENTION.indicators]
    levels = list(product([0, 1, np.nan], repeat=7))
    keys = [(f"C{place:04}", 2013) for place in range(len(levels))]
    table = panel(dict(zip(keys, map(list, levels), strict=True)), names)
    assert len(table) == 2187
    one, other = (Codebook("one", (each,)) for each in (PREVENTION, untabulated))
    for function in (pi.score, pi.score_bounds, pi.next_steps):
        pd.testing.assert_frame_equal(
            function(table, codebook=one), function(table, codebook=other), check_dtype=False
        )
    codes = {name: table[name].fillna(-1).astype(np.int8).to_numpy() for name in names}
    tables = pi.score_codes(codes, codebook=one)["prevention"]
    points = pi.score_codes(codes, codebook=other)["prevention"]
    assert (tables.dtype, points.dtype) == (np.int8, np.int8)
    assert tables.tolist() == points.tolist()
    for country in ("C0000", "C1000", "C2186"):
        assert pi.explain(table, country, 2013, codebook=one) == pi.explain(
            table, country, 2013, codebook=other
        )


def test_a_rule_that_adds_takes_two_hundred_indicators() -> None:
    many = Dimension("many", yes_or_no(200), Sum(thresholds=(50, 100, 150, 200)))
    book = Codebook("many", (many,))
    names = list(book.scales)
    halves = panel(
        {
            ("DEU", 2013): [1.0] * 100 + [0.0] * 100,
            ("NGA", 2013): [1.0] * 100 + [np.nan] * 100,
            ("PRK", 2013): [np.nan] * 200,
        },
        names,
    )
    bounds = pi.score_bounds(halves, codebook=book)
    assert bounds["many_low"].tolist() == [3, 3, 1]
    assert bounds["many_high"].tolist() == [3, 5, 5]
    assert pi.score(halves, codebook=book)["overall"].tolist() == pytest.approx(
        [3, np.nan, np.nan], nan_ok=True
    )
    steps = pi.next_steps(halves, codebook=book).xs("many", level="dimension")
    assert steps["steps"].tolist() == [50, 50, 50]
    assert steps["steps_top"].tolist() == [100, 100, 200]
    assert steps["ways_top"].tolist() == [1, 1, 1]
    why = pi.explain(halves, "DEU", 2013, codebook=book).dimensions[0]
    assert list(why.rises) == [f"i{place}" for place in range(100, 150)]
    with pytest.raises(ValueError, match="at most 200 indicators; 'more' has 201"):
        Dimension("more", yes_or_no(201), Sum())
    with pytest.raises(ValueError, match="can be tabulated; split it .* by a Count or a Sum"):
        Dimension("more", yes_or_no(40), lambda **levels: max(levels.values()))


def test_a_sum_without_any_threshold_to_reach_is_the_lowest_score() -> None:
    for n in (3, 30):
        halves = Sum({f"i{place}": 0.5 for place in range(n)}, thresholds=())
        same = Dimension("same", yes_or_no(n), halves)
        assert (same.best, same.denominator, same.rule(**{f"i{k}": 1 for k in range(n)})) == (
            1,
            1,
            1,
        )
        table = panel({("DEU", 2013): [np.nan] * n}, [each.name for each in same.indicators])
        assert pi.score(table, codebook=Codebook("c", (same,)))["same"].tolist() == [1]


def test_scores_that_are_not_whole_are_rounded_once() -> None:
    thirds = Sum({f"i{place}": Fraction(1, 3) for place in range(30)})
    book = Codebook("thirds", (Dimension("part", yes_or_no(30), thirds, levels=()),))
    assert (book.lowest, book.highest, book.divisor) == (0, 10, 3)
    rows = {("DEU", 2000 + n): [1.0] * n + [0.0] * (30 - n) for n in range(31)}
    scores = pi.score(panel(rows, list(book.scales)), codebook=book)
    assert scores["part"].tolist() == [float(Fraction(n, 3)) for n in range(31)]
    assert scores["overall"].tolist() == scores["part"].tolist()
    pd.testing.assert_series_equal(pi.overall(scores, codebook=book), scores["overall"])


@pytest.mark.parametrize("aggregate", ["sum", "mean"])
def test_the_overall_score_is_the_weighted_sum_or_mean(aggregate: str) -> None:
    weights = {"prosecution": 0.1, "protection": Fraction(1, 3), "prevention": 2}
    book = Codebook("weighted", THREE_P.dimensions, aggregate=aggregate, weights=weights)
    exact = {name: Fraction(weight).limit_denominator(10) for name, weight in weights.items()}
    total = sum(exact.values()) if aggregate == "mean" else 1
    assert book.shares == {name: weight / total for name, weight in exact.items()}
    rows = {
        ("DEU", 2000 + n): list(levels) for n, levels in enumerate(product((1, 3, 5), repeat=3))
    }
    dims = panel(rows, list(exact))
    expected = [
        float(sum(weight * int(x) for weight, x in zip(exact.values(), row, strict=True)) / total)
        for row in rows.values()
    ]
    overall = pi.overall(dims, codebook=book)
    assert overall.tolist() == expected
    assert (overall.min(), overall.max()) == (float(book.lowest), float(book.highest))
    assert book.score_scales["overall"] == (float(book.lowest), float(book.highest))
    assert pi.check_panel(dims.assign(overall=overall), codebook=book)["overall"].tolist() == (
        expected
    )
    with pytest.raises(PanelError, match=f"overall must be the weighted {aggregate} of the"):
        pi.overall(dims.assign(overall=overall + 1), codebook=book)
    size = float(sum(book.shares.values()))
    equal = dict.fromkeys(exact, 1.0)
    assert pi.overall(dims, codebook=book, weights=equal).to_numpy() == pytest.approx(
        dims.mean(axis=1).to_numpy() * size
    )
    assert pi.overall(dims, codebook=book, method="minimum").to_numpy() == pytest.approx(
        dims.min(axis=1).to_numpy() * size
    )


def test_aggregate_and_weights_are_part_of_the_rules() -> None:
    dims = THREE_P.dimensions
    heavy = {"prosecution": 2, "protection": 1, "prevention": 1}
    books = [
        Codebook("3P", dims),
        Codebook("3P", dims, aggregate="mean"),
        Codebook("3P", dims, weights=heavy),
        Codebook("3P", dims, weights=heavy, aggregate="mean"),
    ]
    assert len({book.rules for book in books}) == 4
    assert len(set(books)) == 4
    assert Codebook("3P", dims, weights=dict.fromkeys(heavy, 1)) == books[0]
    for book in books:
        assert pickle.loads(pickle.dumps(book)) == book
    assert THREE_P.rules == "3P 1 (e49bf566)"
    points = [Codebook("c", (Dimension("d", yes_or_no(20), Sum(thresholds=(n,))),)) for n in (4, 5)]
    assert points[0].rules != points[1].rules


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Codebook("c", THREE_P.dimensions, aggregate="median"), "one of sum, mean"),
        (lambda: Codebook("c", THREE_P.dimensions, weights={"prosecution": 1}), "each dimension"),
        (
            lambda: Codebook("c", (PREVENTION,), weights={"prevention": 0}),
            "with a weight above 0",
        ),
        (
            lambda: Codebook("c", (PREVENTION,), weights={"prevention": float("nan")}),
            "weights must be numbers",
        ),
        (lambda: Dimension("d", yes_or_no(30), Sum()), "integer from 1 to 5; it gives 0 to 30"),
        (
            lambda: Dimension("d", yes_or_no(2), Sum({"i0": 0.5}), ("a", "b", "c"), lowest=0),
            "i0=1, i1=0 gives 1/2",
        ),
        (
            lambda: Dimension("d", yes_or_no(2), Table((0, 1, 1, 2000.5)), levels=()),
            "from 0 to 1,000 whose common denominator",
        ),
        (lambda: Dimension("d", yes_or_no(1), Table((-1, 1)), levels=()), "they lie from -1 to 1"),
        (
            lambda: Dimension("d", yes_or_no(1), Table((0, "1/2000000")), levels=()),
            "with the denominator 2,000,000",
        ),
        (
            lambda: Dimension("d", yes_or_no(1), lambda i0: 0.5 + i0, levels=()),
            "return an integer or a Fraction",
        ),
        (
            lambda: Dimension(
                "d",
                yes_or_no(30),
                Sum({f"i{n}": Fraction(1, 999_900 + n) for n in range(30)}, thresholds=(0,)),
            ),
            "the weights and thresholds of 'd' have the common denominator",
        ),
        (
            lambda: Codebook(
                "c",
                tuple(
                    Dimension(f"d{n}", yes_or_no(1, f"d{n}"), Table((0, f"1/{n}")), levels=())
                    for n in (999983, 999979, 999961)
                ),
            ),
            "too large to add them exactly",
        ),
    ],
)
def test_scores_that_cannot_be_exact_are_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


# An index of ordinal codes with scope flags


def tracker(rows: list[dict[str, str]], name: str) -> Codebook:
    """One index of the Oxford covid tracker: the mean of its sub-indices."""
    return Codebook(
        name, tuple(sub_index(row) for row in rows if row[name] == "1"), aggregate="mean"
    )


def sub_index(row: dict[str, str]) -> Dimension:
    """100 (v - 0.5 (F - f)) / N for the code v, its most N, the scope f, if F; 0 where v is 0."""
    top, has_flag, code = int(row["max_value"]), int(row["has_flag"]), row["indicator"]
    indicators = (
        Indicator(code, tuple(f"level {level}" for level in range(top + 1))),
        *((Indicator(f"{code}_flag", ("targeted", "general")),) if has_flag else ()),
    )
    scores = [
        Fraction(100) * (v - Fraction(has_flag - flag, 2)) / top if v else 0
        for v in range(top + 1)
        for flag in range(has_flag + 1)
    ]
    return Dimension(f"sub_{code}", indicators, Table(tuple(scores)), levels=())


@pytest.fixture(scope="module")
def worked_example() -> list[dict[str, str]]:
    """Return the example published with the tracker's index methodology, version 3.6."""
    with WORKED_EXAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def codings_of(rows: list[dict[str, str]]) -> pd.DataFrame:
    cells = {row["indicator"]: row["value"] for row in rows}
    cells |= {f"{row['indicator']}_flag": row["flag"] for row in rows if row["has_flag"] == "1"}
    levels = {name: [float(cell) if cell else np.nan] for name, cell in cells.items()}
    return pd.DataFrame(levels, index=index([("GBR", 2020)]))


@pytest.mark.parametrize(
    ("name", "counted_as_0", "low", "high"),
    [
        ("government_response", Fraction("57.1875"), Fraction("57.1875"), Fraction("63.4375")),
        ("containment_health", Fraction(370, 7), Fraction(370, 7), Fraction(60)),
        ("stringency", Fraction(2375, 54), Fraction(2375, 54), Fraction(2975, 54)),
        ("economic_support", Fraction("87.5"), Fraction("87.5"), Fraction("87.5")),
    ],
)
def test_the_worked_example_of_the_covid_tracker_comes_out(
    worked_example: list[dict[str, str]],
    name: str,
    counted_as_0: Fraction,
    low: Fraction,
    high: Fraction,
) -> None:
    book, codings = tracker(worked_example, name), codings_of(worked_example)
    assert list(book.score_scales["overall"]) == [0, 100]
    bounds = pi.score_bounds(codings, codebook=book)
    assert bounds["overall_low"].tolist() == [float(low)]
    assert bounds["overall_high"].tolist() == [float(high)]
    as_published = pi.score(codings.assign(C2=0.0), codebook=book)
    assert as_published["overall"].tolist() == [float(counted_as_0)]
    published = {f"sub_{row['indicator']}": float(row["sub_index"]) for row in worked_example}
    for dimension in book.dimensions:
        score = as_published[dimension.name].item()
        assert float(round(score, 2)) == published[dimension.name]
    why = pi.explain(codings, "GBR", 2020, codebook=book)
    assert (why.low, why.high) == (float(low), float(high))
    assert "of 100" in str(why)


def test_published_scores_of_two_decimals_are_read_and_aggregated(
    worked_example: list[dict[str, str]], tmp_path: Path
) -> None:
    book = tracker(worked_example, "stringency")
    published = {f"sub_{row['indicator']}": row["sub_index"] for row in worked_example}
    names = [each.name for each in book.dimensions]
    cells = ["GBR", "2020", *(published[name] for name in names), "43.98"]
    path = tmp_path / "published.csv"
    path.write_text(
        ",".join(["country", "year", *names, "overall"]) + "\n" + ",".join(cells) + "\n"
    )
    scores = pi.read_scores(path, codebook=book)
    assert scores["overall"].tolist() == [43.98]
    total = sum(Fraction(published[name]) for name in names)
    assert pi.overall(scores, codebook=book).tolist() == [float(total / 9)]
    path.write_text(path.read_text().replace("43.98", "57.18"))
    with pytest.raises(PanelError, match="whose dimensions have the mean 43.98"):
        pi.read_scores(path, codebook=book)
    path.write_text(path.read_text().replace("57.18", "43.98").replace("66.67", "166.67"))
    with pytest.raises(PanelError, match="must be a number from 0 to 100"):
        pi.read_scores(path, codebook=book)


# Integers or a refusal


HALVES = Codebook(
    "halves",
    tuple(
        Dimension(name, yes_or_no(2, name), Sum({f"{name}0": 0.5}), levels=())
        for name in ("law", "aid", "care")
    ),
)

MEAN = Codebook("mean of three", THREE_P.dimensions, aggregate="mean")


def scored(book: Codebook) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    keys = [
        (country, year) for country in ("DEU", "NGA", "PRK", "SWE") for year in range(2000, 2008)
    ]
    levels = {
        each.name: rng.integers(0, len(each.levels), len(keys)).astype(float)
        for each in book.indicators
    }
    return pi.score(pd.DataFrame(levels, index=index(keys)), codebook=book)


NEED_INTEGERS: dict[str, Callable[[pd.DataFrame, Codebook], object]] = {
    "weight_ranks": lambda panel, book: pi.weight_ranks(panel, codebook=book),
    "weight_distribution": lambda panel, book: pi.robustness.weight_distribution(
        panel, 2001, codebook=book
    ),
    "dominance": lambda panel, book: pi.robustness.dominance(panel, 2001, codebook=book),
    "overtake": lambda panel, book: pi.robustness.overtake(
        panel, "NGA", "DEU", 2001, codebook=book
    ),
    "standings": lambda panel, book: pi.standings(panel, 2001, codebook=book, min_weight=0),
    "what_if": lambda panel, book: pi.what_if(panel, "NGA", 2001, codebook=book),
}

NEED_SUMS: dict[str, Callable[[pd.DataFrame, Codebook], object]] = {
    "error_ranks": lambda panel, book: pi.error_ranks(panel, error=0.9, codebook=book),
    "error_scores": lambda panel, book: pi.robustness.error_scores(panel, error=0.9, codebook=book),
    "error_changes": lambda panel, book: pi.robustness.error_changes(
        panel, 2000, 2001, error=0.9, codebook=book
    ),
    "beats": lambda panel, book: pi.robustness.beats(
        panel, "NGA", "DEU", 2001, error=0.9, codebook=book
    ),
    "standings": lambda panel, book: pi.standings(panel, 2001, codebook=book, error=0.9),
    "report": lambda panel, book: pi.report.write(panel, "never.html", codebook=book),
    "brief": lambda panel, book: pi.report.brief(panel, "NGA", "never.html", codebook=book),
    "explore": lambda panel, book: pi.report.explore(panel, "never.html", codebook=book),
}


@pytest.mark.parametrize("name", NEED_INTEGERS)
def test_exact_ranks_need_whole_scores(name: str) -> None:
    with pytest.raises(ValueError, match="need a codebook whose scores are all whole; 3 of 3 dim"):
        NEED_INTEGERS[name](scored(HALVES), HALVES)
    NEED_INTEGERS[name](scored(MEAN), MEAN)


@pytest.mark.parametrize("name", NEED_SUMS)
def test_ranks_under_error_and_reports_need_the_plain_sum(name: str) -> None:
    with pytest.raises(ValueError, match="first law, whose scores are multiples of 1/2"):
        NEED_SUMS[name](scored(HALVES), HALVES)
    with pytest.raises(ValueError, match="unweighted sum .* that of mean of three is their mean"):
        NEED_SUMS[name](scored(MEAN), MEAN)


def test_all_else_takes_scores_that_are_not_whole(tmp_path: Path) -> None:
    for book in (HALVES, MEAN):
        scores = scored(book)
        assert pi.ranks(scores, 2001).notna().all()
        assert pi.standings(scores, 2001, codebook=book)["rank"].min() == 1
        assert len(pi.sensitivity(scores, codebook=book).runs) > 3
        assert pi.trends(scores["overall"]).shape[0] == 4
        assert pi.yearly_means(scores)["n"].tolist() == [4] * 8
        assert pi.movers(scores, 2000, 2007).n == 4
        pi.transitions(scores[book.dimensions[0].name], codebook=book)
        pi.write_table(scores, tmp_path / "scores.csv", codebook=book)
        again = pi.read_scores(tmp_path / "scores.csv", codebook=book)
        pd.testing.assert_frame_equal(again, scores, check_exact=True)
        pi.write_table(scores, tmp_path / "scores.dta", codebook=book)


def test_charts_take_scores_that_are_not_whole() -> None:
    for book in (HALVES, MEAN):
        scores = scored(book)
        charts = [
            pi.plot.standings(scores, 2001, codebook=book),
            pi.plot.trend(scores["overall"], ["NGA"], codebook=book),
            pi.plot.transitions(scores[book.dimensions[0].name], codebook=book),
        ]
        for ax in charts:
            assert ax.get_title(loc="left")
            plt.close(ax.figure)
    moves = pi.plot.transitions(scored(HALVES)["law"], codebook=HALVES)
    labels = [each.get_text() for each in moves.get_yticklabels()]
    assert {"0", "0.5", "1", "1.5"} == set(labels)
    plt.close("all")


def test_scores_without_words_have_none_in_a_report() -> None:
    book = Codebook("points", (Dimension("aid", yes_or_no(3), Sum(), levels=()),))
    with pytest.raises(ValueError, match="whose scores have words; 1 of 1 .* the first aid"):
        pi.report.write(scored(book), "never.html", codebook=book)


# Codebooks drawn at random


@given(additive_codebooks(), st.data())
@examples(25)
def test_scores_and_bounds_are_those_of_the_fractions(book: Codebook, data: st.DataObject) -> None:
    drawn = data.draw(codings(book, min_size=1, max_size=3)).sort_index()
    bounds, scores = pi.score_bounds(drawn, codebook=book), pi.score(drawn, codebook=book)
    tops = pd.Series({name: top for name, (_, top) in book.scales.items()})
    for key, row in drawn.iterrows():
        ends = [row.fillna(0), row.fillna(tops)]
        totals = [Fraction(0), Fraction(0)]
        for dimension in book.dimensions:
            names = [each.name for each in dimension.indicators]
            low, high = (dimension.rule(**end[names].astype(int).to_dict()) for end in ends)
            assert bounds.loc[key, f"{dimension.name}_low"] == float(low)
            assert bounds.loc[key, f"{dimension.name}_high"] == float(high)
            score = scores.loc[key, dimension.name]
            assert score == float(low) if low == high else np.isnan(score)
            share = book.shares[dimension.name]
            totals = [totals[0] + share * low, totals[1] + share * high]
        low, high = totals
        assert bounds.loc[key, "overall_low"] == float(low)
        assert bounds.loc[key, "overall_high"] == float(high)
    assert pi.overall(scores, codebook=book).equals(scores["overall"])
    assert pickle.loads(pickle.dumps(book)) == book


@pytest.mark.slow
@given(additive_codebooks())
@settings(parent=examples(10), suppress_health_check=[HealthCheck.nested_given])
def test_the_library_keeps_the_laws_of_codebooks_that_add(book: Codebook) -> None:
    for law in laws(book):
        law.check(partial(pi.score, codebook=book), examples=2)
    for law in aggregate_laws(book):
        law.check(partial(pi.overall, codebook=book), examples=2)
