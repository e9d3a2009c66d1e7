"""The laws: the library keeps them, and functions that are wrong on purpose break them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from scipy import stats

import policyindex as pi
from builders import DIMENSIONS, examples, from_zero, index, levelled
from policyindex.codebooks import Count, Sum
from policyindex.panel.check import check_scores
from policyindex.testing import (
    Law,
    LawBroken,
    aggregate_laws,
    codebooks,
    coder_pairs,
    codings,
    events,
    lag_laws,
    laws,
    moran_laws,
    neighbour_laws,
    panels,
    peer_laws,
    rank_laws,
    scores,
    trend_laws,
)
from policyindex.testing import law as shrinking
from policyindex.testing.law import Breach

exchangeable = partial(pi.trends, null="exchangeable")

HTI_LAWS = laws(pi.HTI)
ADDING = pi.Codebook(
    "adding",
    (
        pi.Dimension(
            "sums",
            tuple(pi.Indicator(f"s{place}", ("none", "some", "all")) for place in range(11)),
            Sum({f"s{place}": Fraction(place + 1, 6) for place in range(11)}),
            levels=(),
        ),
        pi.Dimension(
            "counts",
            tuple(pi.Indicator(f"c{place}", ("none", "some", "all")) for place in range(9)),
            Count((2, 4, 6, 8), met={"c0": 2}),
        ),
    ),
    aggregate="mean",
    weights={"sums": 1, "counts": 0.5},
)

FAMILIES = {
    "adding": (laws(ADDING), partial(pi.score, codebook=ADDING)),
    "weighted mean": (aggregate_laws(ADDING), partial(pi.overall, codebook=ADDING)),
    "score": (laws(), pi.score),
    "hti": (HTI_LAWS, partial(pi.score, codebook=pi.HTI)),
    "ranks": (rank_laws, pi.ranks),
    "trends": (trend_laws, exchangeable),
    "overall": (aggregate_laws(), pi.overall),
    "geometric": (aggregate_laws(), partial(pi.overall, method="geometric")),
    "minimum": (aggregate_laws(), partial(pi.overall, method="minimum")),
    "lag": (lag_laws, pi.lag),
    "peers": (peer_laws, pi.peers),
    "neighbour peers": (peer_laws[:-1], partial(pi.peers, by="neighbours")),
    "distant peers": (peer_laws[:-1], partial(pi.peers, by="distance")),
    "moran": (moran_laws, pi.dynamics.moran),
    "distant moran": (moran_laws[:-2], partial(pi.dynamics.moran, by="distance")),
    "neighbours": (neighbour_laws, pi.countries.neighbours),
}


def named(family: tuple[Law, ...], name: str) -> Law:
    return next(law for law in family if law.name == name)


@pytest.mark.parametrize(
    ("law", "function"),
    [
        pytest.param(law, function, id=f"{family}-{law.name}")
        for family, (listed, function) in FAMILIES.items()
        for law in listed
    ],
)
def test_the_library_keeps_every_law(law: Law, function: Callable[..., Any]) -> None:
    law.check(function, examples=examples(10).max_examples)


@pytest.mark.slow
@given(codebooks())
@settings(max_examples=3, suppress_health_check=[HealthCheck.nested_given])
def test_the_library_keeps_the_laws_of_any_codebook(book: pi.Codebook) -> None:
    for law in laws(book):
        law.check(partial(pi.score, codebook=book), examples=3)
    for law in aggregate_laws(book):
        law.check(partial(pi.overall, codebook=book), examples=3)


def test_a_law_is_found_broken_in_a_dimension_on_another_scale() -> None:
    """The counterexample is simple on each scale: 0 is the lowest level of one, 1 of another."""
    book = pi.Codebook("mixed", (levelled(["peace"], 3).dimensions[0], *from_zero(["aid"], 2)))
    with pytest.raises(LawBroken) as report:
        named(aggregate_laws(book), "monotone").check(lambda given: given["peace"] - given["aid"])
    example = report.value.counterexample
    assert example.shape == (1, 2)
    assert example.iloc[0].tolist() == [1, 0]
    assert str(report.value).count("Every column is at its lowest level.") == 1


def test_dimensions_that_share_no_level_cannot_swap_their_scores() -> None:
    high = pi.Dimension("high", (pi.Indicator("i"),), lambda i: 5 + i, ("some", "more"), lowest=5)
    book = pi.Codebook("apart", (*from_zero(["aid"], 2), high))
    names = [law.name for law in aggregate_laws(book)]
    assert names == ["form", "order", "locality", "missing", "bounds", "monotone"]
    for law in aggregate_laws(book):
        law.check(partial(pi.overall, codebook=book), examples=10)


def test_names_differ_and_statements_are_sentences() -> None:
    for listed, _ in FAMILIES.values():
        assert len({law.name for law in listed}) == len(listed)
        for law in listed:
            assert law.statement[0].isupper()
            assert law.statement.endswith(".")
            assert repr(law).startswith(f"Law(name={law.name!r}")


# Scorings that are wrong on purpose: which law each breaks


def summed(scores: pd.DataFrame) -> pd.DataFrame:
    return scores.assign(overall=scores[DIMENSIONS].sum(axis=1, skipna=False))


def overall_dropped(given: pd.DataFrame) -> pd.DataFrame:
    return pi.score(given)[DIMENSIONS]


def drifting(given: pd.DataFrame) -> pd.DataFrame:
    drifting.calls += 1  # type: ignore[attr-defined]
    return pi.score(given) + drifting.calls % 2  # type: ignore[attr-defined]


drifting.calls = 0  # type: ignore[attr-defined]


def filled_in_place(given: pd.DataFrame) -> pd.DataFrame:
    given.iloc[:, :] = given.fillna(0)
    return pi.score(given)


def first_row_favoured(given: pd.DataFrame) -> pd.DataFrame:
    found = pi.score(given).reindex(given.index)
    found.iloc[0] += 1
    return found


def by_place(given: pd.DataFrame) -> pd.DataFrame:
    return pi.score(given.set_axis(pi.THREE_P.scales, axis=1))


def lagged_by_row(given: pd.DataFrame) -> pd.DataFrame:
    return pi.score(given.sort_index().shift(1))


def means_for_missing(given: pd.DataFrame) -> pd.DataFrame:
    return pi.score(given.fillna(given.median().round()))


def grading_on_a_curve(given: pd.DataFrame) -> pd.DataFrame:
    found = pi.score(given)
    return found - found.min() + 1


def kind_to_some(given: pd.DataFrame) -> pd.DataFrame:
    found = pi.score(given)
    found.loc[found.index.get_level_values("country") < "M"] += 1
    return found


def kind_to_later_years(given: pd.DataFrame) -> pd.DataFrame:
    found = pi.score(given)
    found.loc[found.index.get_level_values("year") >= 2014] += 1
    return found


def missing_part_as_0(given: pd.DataFrame) -> pd.DataFrame:
    found = pi.score(given)
    return found.assign(overall=found[DIMENSIONS].sum(axis=1))


def less_one(given: pd.DataFrame) -> pd.DataFrame:
    return summed(pi.score(given) - 1)


def halves(given: pd.DataFrame) -> pd.DataFrame:
    return summed(pi.score(given) - 0.5)


def punishing_strictness(given: pd.DataFrame) -> pd.DataFrame:
    """Falls where the penalty is raised without enforcement."""
    found = pi.score(given)
    strict = (given["penalty"] == 1) & (given["enforcement"] == 0)
    cut = found["prosecution"].mask(strict.reindex(found.index), found["prosecution"] - 1)
    return summed(found.assign(prosecution=cut.clip(lower=1)))


def missing_as_worst(given: pd.DataFrame) -> pd.DataFrame:
    return pi.score(given.fillna(0))


def missing_wherever_a_coding_is(given: pd.DataFrame) -> pd.DataFrame:
    found = pi.score(given)
    return found.where(given.reindex(found.index).notna().all(axis=1))


def without_penalties(given: pd.DataFrame) -> pd.DataFrame:
    return pi.score(given.assign(penalty=1))


def failing_on_penalties(given: pd.DataFrame) -> pd.DataFrame:
    return pi.score(given) / (1 if not (given["penalty"] == 1).any() else {}["penalty"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "broken"),
    [
        (overall_dropped, "form"),
        (failing_on_penalties, "order"),
        (filled_in_place, "order"),
        (drifting, "repeatable"),
        (first_row_favoured, "order"),
        (by_place, "order"),
        (lagged_by_row, "locality"),
        (means_for_missing, "locality"),
        (grading_on_a_curve, "locality"),
        (kind_to_some, "labels"),
        (kind_to_later_years, "labels"),
        (missing_part_as_0, "sum"),
        (less_one, "range"),
        (halves, "range"),
        (punishing_strictness, "monotone"),
        (missing_as_worst, "missing"),
        (missing_wherever_a_coding_is, "determined"),
        (without_penalties, "rule"),
        (without_penalties, "bounds"),
        (without_penalties, "fewest"),
        (punishing_strictness, "steps"),
    ],
)
def test_a_wrong_scoring_breaks_its_law(wrong: Any, broken: str) -> None:
    """The counterexample has few cells, and every one matters."""
    law = named(laws(), broken)
    with pytest.raises(LawBroken) as report:
        law.check(wrong)
    found = report.value.counterexample
    assert report.value.law is law
    assert len(found) <= 2
    assert (found.to_numpy() != 0).sum() <= 4
    pi.check_panel(found, scales=pi.THREE_P.scales)
    assert str(report.value).startswith(f"{broken}: {law.statement}\n\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "broken"),
    [
        (missing_part_as_0, "sum"),
        (lagged_by_row, "locality"),
    ],
)
def test_laws_are_checked_in_the_order_of_blame(wrong: Any, broken: str) -> None:
    def check_all() -> None:
        for law in laws():
            law.check(wrong, examples=25)

    with pytest.raises(LawBroken) as report:
        check_all()
    assert report.value.law.name == broken


def shifted_bounds(given: pd.DataFrame, by: int) -> pd.DataFrame:
    bounds = pi.score_bounds(given)
    return bounds.assign(overall_high=bounds["overall_high"] + by)


@pytest.mark.parametrize("by", [-1, 1])
def test_bounds_that_are_too_narrow_or_too_wide_break_a_law(by: int) -> None:
    """Narrow bounds exclude a completion; wide bounds are not attained."""
    with pytest.raises(LawBroken, match="its bounds"):
        named(laws(), "bounds").check(pi.score, score_bounds=partial(shifted_bounds, by=by))


def test_too_few_and_too_many_steps_break_a_law() -> None:
    def too_few(given: pd.DataFrame) -> pd.DataFrame:
        found = pi.next_steps(given)
        return found.assign(sets=[tuple(each[1:] for each in sets) for sets in found["sets"]])

    def too_many(given: pd.DataFrame) -> pd.DataFrame:
        found = pi.next_steps(given)
        return found.assign(steps=found["steps"] + 1)

    with pytest.raises(LawBroken, match="after no change"):
        named(laws(), "steps").check(pi.score, next_steps=too_few)
    with pytest.raises(LawBroken, match="after fewer than 2 steps"):
        named(laws(), "fewest").check(pi.score, next_steps=too_many)


def ordinal(given: pd.Series) -> pd.Series:
    order = given.sort_index().sort_values(ascending=False, kind="stable")
    found = order.groupby(level="year").cumcount() + 1.0
    return found.where(order.notna())


def rank_of_missing(given: pd.Series) -> pd.Series:
    return pi.ranks(given.fillna(0))


def rank_over_all_years(given: pd.Series) -> pd.Series:
    return given.rank(ascending=False, method="min")


def worst_first(given: pd.Series) -> pd.Series:
    return given.groupby(level="year").rank(method="min")


def names_first(given: pd.Series) -> pd.Series:
    found = pi.ranks(given)
    return found + (found.index.get_level_values("country") < "M")


def from_the_bottom(given: pd.Series) -> pd.Series:
    by_year = given.groupby(level="year")
    return by_year.transform("count") + 1 - by_year.rank(method="min")


def capped(given: pd.Series) -> pd.Series:
    return pi.ranks(given).clip(upper=2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "broken"),
    [
        (lambda given: given.to_frame().iloc[:, :0], "form"),
        (lambda given: pi.ranks(given).iloc[:-1], "form"),
        (lambda given: given.groupby(level="year").rank(ascending=False, method="first"), "order"),
        (rank_over_all_years, "years"),
        (names_first, "permutation"),
        (rank_of_missing, "missing"),
        (ordinal, "ties"),
        (worst_first, "monotone"),
        (lambda given: len(given) - pi.ranks(given), "worst"),
        (capped, "reversal"),
        (partial(pi.ranks, method="dense"), "reversal"),
        (from_the_bottom, "competition"),
    ],
)
def test_wrong_ranks_break_their_law(wrong: Any, broken: str) -> None:
    with pytest.raises(LawBroken) as report:
        named(rank_laws, broken).check(wrong)
    assert len(report.value.counterexample) <= 4


def by_slope(given: pd.Series) -> pd.DataFrame:
    found = exchangeable(given)
    return found.assign(direction=np.select([found.slope > 0, found.slope < 0], ["up", "down"], ""))


def by_row(given: pd.Series) -> pd.DataFrame:
    """Takes the place of a score for its year."""
    known = given.dropna().sort_index()
    places = 2000 + known.groupby(level="country").cumcount()
    units = known.index.get_level_values("country")
    closed = known.set_axis(pd.MultiIndex.from_arrays([units, places], names=known.index.names))
    return exchangeable(closed).reindex(given.index.unique("country"))


def standardised(given: pd.Series) -> pd.DataFrame:
    return exchangeable(given - given.groupby(level="year").transform("mean"))


def gaps_as_0(given: pd.Series) -> pd.DataFrame:
    return exchangeable(given.fillna(0))


def in_row_order(given: pd.Series) -> pd.DataFrame:
    years = given.groupby(level="country").cumcount() + 2000
    units = given.index.get_level_values("country")
    return exchangeable(
        given.set_axis(pd.MultiIndex.from_arrays([units, years], names=["country", "year"]))
    )


def kind_to_names(given: pd.Series) -> pd.DataFrame:
    found = exchangeable(given)
    return found.assign(s=found["s"].mask(found.index < "M", 0))


def one_sided(given: pd.Series) -> pd.DataFrame:
    found = exchangeable(given)
    return found.assign(pvalue=found["pvalue"].where(found["s"] <= 0, found["pvalue"] / 2))


def squared(given: pd.Series) -> pd.DataFrame:
    found = exchangeable(given)
    return found.assign(s=exchangeable(given**2)["slope"])


def turned_round(given: pd.Series) -> pd.DataFrame:
    found = exchangeable(given)
    return found.assign(pvalue=1 - found["pvalue"])


def always_surprised(given: pd.Series) -> pd.DataFrame:
    found = exchangeable(given)
    return found.assign(pvalue=found["pvalue"].mask(found["s"] == 0, 0.5))


def without_slope(given: pd.Series) -> pd.DataFrame:
    return exchangeable(given).drop(columns="slope")


def rows_counted(given: pd.Series) -> pd.DataFrame:
    return exchangeable(given).assign(n=given.dropna().nunique())


def s_doubled(given: pd.Series) -> pd.DataFrame:
    found = exchangeable(given)
    return found.assign(s=2 * found["s"])


def ends_compared(given: pd.Series) -> pd.DataFrame:
    found = exchangeable(given)
    return found.assign(s=np.sign(found["change"]).where(found["n"] > 1))


def slope_turned_round(given: pd.Series) -> pd.DataFrame:
    answer = exchangeable(given)
    return answer.assign(slope=-answer["slope"])


def judged(found: pd.DataFrame) -> pd.DataFrame:
    """Gives the direction that follows from s and pvalue."""
    seen = found["pvalue"] <= 0.05
    ways = np.select([seen & (found["s"] > 0), seen & (found["s"] < 0)], ["up", "down"], "none")
    return found.assign(direction=ways)


def too_careful(given: pd.Series) -> pd.DataFrame:
    found = exchangeable(given)
    higher = (1.5 * found["pvalue"]).clip(upper=1)
    return judged(found.assign(pvalue=higher))


def ties_forgotten(given: pd.Series) -> pd.DataFrame:
    """Takes the normal distribution, with the variance of S where nothing ties."""
    found = exchangeable(given)
    n, s = found["n"], found["s"]
    z = (abs(s) - 1).clip(lower=0) / np.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    return judged(found.assign(pvalue=2 * stats.norm.sf(z)).mask(n < 2))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "broken"),
    [
        (without_slope, "form"),
        (in_row_order, "shuffling"),
        (standardised, "locality"),
        (kind_to_names, "relabelling"),
        (gaps_as_0, "gaps"),
        (by_row, "years"),
        (one_sided, "reversal"),
        (squared, "scale"),
        (always_surprised, "constant"),
        (turned_round, "ascending"),
        (by_slope, "direction"),
        (rows_counted, "count"),
        (s_doubled, "pairs"),
        (ends_compared, "pairs"),
        (slope_turned_round, "sign"),
        (too_careful, "exact"),
        (ties_forgotten, "exact"),
        (partial(exchangeable, method="normal"), "exact"),
    ],
)
def test_wrong_trends_break_their_law(wrong: Any, broken: str) -> None:
    with pytest.raises(LawBroken) as report:
        named(trend_laws, broken).check(wrong)
    assert len(report.value.counterexample) <= 6


def weights_ignored(
    given: pd.DataFrame,
    weights: dict[str, float],  # noqa: ARG001
    method: str = "sum",
) -> pd.Series:
    return pi.overall(given, method=method)


def heaviest_left_out(given: pd.DataFrame, weights: dict[str, float]) -> pd.Series:
    """Turns the order of the weights round."""
    turned = {name: 2 - weight for name, weight in weights.items()}
    return pi.overall(given, weights=turned)


def without_weights(given: pd.DataFrame) -> pd.Series:
    return pi.overall(given)


def cumulated(given: pd.DataFrame) -> pd.Series:
    return pi.overall(given).cumsum()


@pytest.mark.parametrize(
    ("wrong", "broken"),
    [
        (lambda given: pi.overall(given).to_frame("total"), "form"),
        (lambda given: given.sum(axis=1, skipna=False).cumsum(), "order"),
        (cumulated, "locality"),
        (lambda given: given.sum(axis=1), "missing"),
        (lambda given: given.mean(axis=1, skipna=False), "bounds"),
        (lambda given: 18 - pi.overall(given), "monotone"),
        (lambda given: given @ [3, 2, 1] / 2, "symmetric"),
        (lambda given, weights: given @ list(weights.values())[::-1], "weights"),
        (without_weights, "weights"),
        (lambda given, weights: given @ list(weights.values()), "equal"),
        (weights_ignored, "copies"),
        (partial(weights_ignored, method="minimum"), "copies"),
        (heaviest_left_out, "copies"),
    ],
)
def test_wrong_aggregates_break_their_law(wrong: Any, broken: str) -> None:
    with pytest.raises(LawBroken) as report:
        named(aggregate_laws(), broken).check(wrong)
    assert len(report.value.counterexample) <= 2


# Lags, peers and Moran's I that are wrong on purpose


def shifted_by_row(given: pd.Series, years: int = 1) -> pd.Series:
    return given.sort_index().groupby(level="country").shift(years)


def across_countries(given: pd.Series) -> pd.Series:
    return given.sort_index().shift(1)


def carried_over(given: pd.Series, years: int = 1) -> pd.Series:
    """Fills a gap with the score before it."""
    return pi.lag(given.sort_index().groupby(level="country").ffill(), years=years)


def rows_as_they_come(given: pd.Series) -> pd.Series:
    return given.groupby(level="country").shift(1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "broken"),
    [
        (lambda given: given.iloc[1:], "form"),
        (rows_as_they_come, "order"),
        (across_countries, "locality"),
        (shifted_by_row, "gaps"),
        (shifted_by_row, "calendar"),
        (carried_over, "calendar"),
        (shifted_by_row, "longer"),
        (lambda given, **_: pi.lag(given), "longer"),
        (shifted_by_row, "lead"),
        (lambda given, years: pi.lag(given, years=abs(years)), "lead"),
    ],
)
def test_a_wrong_lag_breaks_its_law(wrong: Any, broken: str) -> None:
    with pytest.raises(LawBroken) as report:
        named(lag_laws, broken).check(wrong)
    assert len(report.value.counterexample) <= 3


def with_its_own_score(given: pd.Series) -> pd.DataFrame:
    answer = pi.peers(given)
    own = given.reindex(answer.index)
    total = answer["mean"].fillna(0) * answer["n"] + own.fillna(0)
    return answer.assign(mean=total / (answer["n"] + own.notna()).replace(0, np.nan))


def missing_as_zero(given: pd.Series) -> pd.DataFrame:
    answer = pi.peers(given)
    return answer.assign(
        mean=answer["mean"].fillna(0) * answer["n"] / answer["peers"].clip(lower=1)
    )


def of_all_years(given: pd.Series) -> pd.DataFrame:
    answer = pi.peers(given)
    means = answer["mean"].groupby(level="country").transform("mean")
    return answer.assign(mean=means.where(answer["n"] > 0))


def filled(given: pd.Series) -> pd.DataFrame:
    answer = pi.peers(given)
    return answer.assign(mean=answer["mean"].fillna(9))


def peers_scored_alone(given: pd.Series) -> pd.DataFrame:
    """Bounds without the peers that have no score."""
    answer = pi.peers(given)
    return answer.assign(low=answer["mean"], high=answer["mean"])


def scale_from_zero(given: pd.Series) -> pd.DataFrame:
    return pi.peers(given.rename("points"), scale=(0, 15))


def itself_a_peer(given: pd.Series) -> pd.DataFrame:
    answer = pi.peers(given)
    return answer.assign(peers=answer["peers"] + 1)


def first_row_left_out(given: pd.Series) -> pd.DataFrame:
    answer = pi.peers(given).reindex(given.index)
    answer.iloc[0, :2] = np.nan, 0
    return answer


def best_of_peers(given: pd.Series) -> pd.DataFrame:
    answer = pi.peers(given)
    top = given.groupby(level="year").transform("max").reindex(answer.index)
    return answer.assign(mean=top.where(answer["n"] > 0))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "broken"),
    [
        (lambda given: pi.peers(given).drop(columns="low"), "form"),
        (first_row_left_out, "order"),
        (with_its_own_score, "own"),
        (of_all_years, "years"),
        (filled, "missing"),
        (with_its_own_score, "missing"),
        (itself_a_peer, "count"),
        (missing_as_zero, "constant"),
        (best_of_peers, "reversal"),
        (scale_from_zero, "reversal"),
        (peers_scored_alone, "bounds"),
        (scale_from_zero, "bounds"),
        (partial(pi.peers, by="neighbours"), "region"),
        (missing_as_zero, "region"),
    ],
)
def test_wrong_peers_break_their_law(wrong: Any, broken: str) -> None:
    with pytest.raises(LawBroken) as report:
        named(peer_laws, broken).check(wrong)
    assert len(report.value.counterexample) <= 4


def pooled(given: pd.Series) -> pd.DataFrame:
    """Centres on the mean of all years."""
    answer = pi.dynamics.moran(given)
    return answer.assign(i=answer["i"] + answer["i"].mean() - given.mean())


def zero_where_equal(given: pd.Series) -> pd.DataFrame:
    return pi.dynamics.moran(given).fillna({"i": 0.0})


def as_levels(given: pd.Series) -> pd.DataFrame:
    """Does not centre the scores."""
    answer = pi.dynamics.moran(given)
    return answer.assign(i=answer["i"] * given.max())


def two_sided(given: pd.Series) -> pd.DataFrame:
    answer = pi.dynamics.moran(given)
    return answer.assign(pvalue=(2 * np.minimum(answer["pvalue"], 1 - answer["pvalue"])).clip(0, 1))


def without_the_observed_order(given: pd.Series) -> pd.DataFrame:
    answer = pi.dynamics.moran(given)
    return answer.assign(pvalue=answer["pvalue"] - 1 / answer["permutations"].clip(lower=1))


def of_first_row(given: pd.Series) -> pd.DataFrame:
    answer = pi.dynamics.moran(given)
    return answer.assign(i=answer["i"] * (given.index[0] < given.index[-1]))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "broken"),
    [
        (lambda given: pi.dynamics.moran(given).rename(columns={"i": "I"}), "form"),
        (of_first_row, "shuffling"),
        (pooled, "years"),
        (as_levels, "units"),
        (zero_where_equal, "equal"),
        (lambda given: pi.dynamics.moran(given).assign(expected=0.0), "expected"),
        (partial(pi.dynamics.moran, by="distance"), "definition"),
        (two_sided, "exact"),
        (without_the_observed_order, "exact"),
    ],
)
def test_a_wrong_moran_breaks_its_law(wrong: Any, broken: str) -> None:
    with pytest.raises(LawBroken) as report:
        named(moran_laws, broken).check(wrong)
    assert len(report.value.counterexample) <= 6


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "broken"),
    [
        (lambda country: [pi.countries.iso3(country)], "form"),
        (lambda country: 2 * pi.countries.neighbours(country), "form"),
        (lambda country: pi.countries.neighbours(country)[:1], "symmetric"),
        (lambda country: pi.countries._borders().get(country, ()), "names"),
    ],
)
def test_wrong_neighbours_break_their_law(wrong: Any, broken: str) -> None:
    with pytest.raises(LawBroken) as report:
        named(neighbour_laws, broken).check(wrong)
    assert len(report.value.counterexample) == 1


# The same on one small table each, at once


YEARS = range(2000, 2008)


def some_scores() -> pd.Series:
    """Scores with ties, gaps and missing rows, in no order; Austria only rises."""
    rng = np.random.default_rng(1)
    keys = index((unit, year) for unit in ("DEU", "NGA", "AUT", "ITA", "CHE") for year in YEARS)
    drawn = pd.Series(rng.integers(3, 7, len(keys)), keys, np.float64, name="overall")
    drawn.loc["AUT"] = [3, 3, 4, 4, 5, 5, 6, 6]
    drawn[rng.random(len(keys)) < 0.2] = np.nan
    return drawn[rng.random(len(keys)) > 0.15].sample(frac=1, random_state=1)


def some_codings() -> pd.DataFrame:
    """Codings with gaps, in no order; one row is the worst, three the best but for penalties."""
    rng = np.random.default_rng(1)
    keys = index((unit, year) for unit in ("DEU", "NGA") for year in (2009, 2012, 2015))
    best = {name: high for name, (_, high) in pi.THREE_P.scales.items()}
    drawn = pd.DataFrame({name: rng.integers(0, high + 1, 6) for name, high in best.items()}, keys)
    drawn = drawn.mask(rng.random(drawn.shape) < 0.15)
    for enforcement in range(3):
        drawn.iloc[enforcement] = list((best | {"penalty": 0, "enforcement": enforcement}).values())
    drawn.iloc[3] = 0
    return drawn.sample(frac=1, random_state=1)


SCORES, CODINGS = some_scores(), some_codings()

EUROPE = SCORES.drop("NGA", level="country")
"""Countries of one region."""

PARTS = pi.score(CODINGS)[DIMENSIONS]

CASES: list[tuple[tuple[Law, ...], Callable[..., Any], Any, Any]] = [
    (laws(), pi.score, CODINGS, test_a_wrong_scoring_breaks_its_law),
    (aggregate_laws(), pi.overall, PARTS, test_wrong_aggregates_break_their_law),
    (rank_laws, pi.ranks, SCORES, test_wrong_ranks_break_their_law),
    (trend_laws, exchangeable, SCORES, test_wrong_trends_break_their_law),
    (lag_laws, pi.lag, SCORES, test_a_wrong_lag_breaks_its_law),
    (peer_laws, pi.peers, SCORES, test_wrong_peers_break_their_law),
    (moran_laws, pi.dynamics.moran, SCORES, test_a_wrong_moran_breaks_its_law),
]


KEPT = [*(case[:3] for case in CASES), (peer_laws, pi.peers, EUROPE)]


def wrong_functions(test: Any) -> list[tuple[Callable[..., Any], str]]:
    """The functions of a slow test, with the law that each breaks."""
    return next(mark.args[1] for mark in test.pytestmark if mark.name == "parametrize")


@pytest.mark.parametrize(
    ("law", "right", "data"),
    [
        pytest.param(law, right, data, id=f"{law.name}-{place}")
        for place, (listed, right, data) in enumerate(KEPT)
        for law in listed
    ],
)
def test_the_library_keeps_each_law(law: Law, right: Callable[..., Any], data: Any) -> None:
    assert law.test(right, data, **law.companions) is None  # it raises where the law is broken


@pytest.mark.parametrize(
    ("law", "wrong", "data"),
    [
        pytest.param(named(listed, broken), wrong, data, id=f"{broken}-{place}")
        for place, (listed, _, data, test) in enumerate(CASES)
        for wrong, broken in wrong_functions(test)
    ],
)
def test_a_wrong_function_breaks_its_law(law: Law, wrong: Callable[..., Any], data: Any) -> None:
    with pytest.raises(Breach):
        law.test(wrong, EUROPE if wrong is itself_a_peer else data, **law.companions)


@pytest.mark.parametrize("place", range(3))
def test_the_law_of_copies_tries_each_dimension_twice(place: int) -> None:
    twice, never = DIMENSIONS[place], DIMENSIONS[(place + 1) % 3]

    def wrong(given: pd.DataFrame, weights: dict[str, float] | None = None) -> pd.Series:
        answer = pi.overall(given, weights=weights)
        return answer + bool(weights and weights[twice] == 2 and weights[never] == 0)

    with pytest.raises(Breach):
        named(aggregate_laws(), "copies").test(wrong, PARTS)


def test_rows_are_left_out_by_halves_then_one_by_one() -> None:
    data = pd.DataFrame({"a": range(5)})
    left = [each["a"].tolist() for each in shrinking._fewer_rows(data, np.zeros(1))]
    assert left == [
        [2, 3, 4], [0, 1, 4], [0, 1, 2, 3],
        [1, 2, 3, 4], [0, 2, 3, 4], [0, 1, 3, 4], [0, 1, 2, 4], [0, 1, 2, 3],
    ]  # fmt: skip


def test_a_cell_is_lowered_step_by_step_and_a_missing_one_filled() -> None:
    data = pd.DataFrame({"a": [3.0, np.nan, 1.5], "b": [0.0, 2.0, 0.0]})
    tried = [each.to_numpy() for each in shrinking._lower_cells(data, np.array([1.0, 0.0]))]
    cells = [
        (row, column, level)
        for row, column in ((0, 0), (1, 0), (1, 1), (2, 0))
        for level in {(0, 0): (1, 2), (1, 0): (1, 2), (1, 1): (0, 1), (2, 0): (1,)}[row, column]
    ]
    expected = [data.assign(a=1.0).to_numpy(), data.assign(b=0.0).to_numpy()]
    for row, column, level in cells:
        changed = data.to_numpy(copy=True)
        changed[row, column] = level
        expected.append(changed)
    np.testing.assert_array_equal(tried, expected)


# What is reported


def test_the_report_is_a_small_table_and_two_lines() -> None:
    with pytest.raises(LawBroken) as report:
        named(laws(), "sum").check(missing_part_as_0)
    found = report.value.counterexample
    (country, year), absent = found.index[0], found.columns[found.isna().any()]
    assert found.shape == (1, 19)
    assert len(absent) == 1
    lines = str(report.value).splitlines()
    assert lines[2].split() == ["country", "year", *absent]
    assert lines[3].split() == [country, str(year), "missing"]
    assert lines[4:] == [
        "Every other column is 0.",
        "",
        f"expected: overall missing at {country} {year}",
        f"came out: overall 2 at {country} {year}",
    ]


def test_the_same_report_every_time() -> None:
    reports = []
    for _ in range(2):
        with pytest.raises(LawBroken) as report:
            named(laws(), "missing").check(missing_as_worst)
        reports.append(str(report.value))
    assert reports[0] == reports[1]


def test_an_exception_is_reported_with_the_data_and_its_cause() -> None:
    with pytest.raises(LawBroken) as report:
        named(laws(), "range").check(failing_on_penalties)
    assert report.value.answer == "KeyError: 'penalty'"
    assert isinstance(report.value.__cause__, KeyError)
    assert "penalty\n" in str(report.value)


@pytest.mark.slow
def test_a_counterexample_cannot_do_without_any_cell() -> None:
    """Three conditions at once, so that three cells are the least."""

    def unlucky(given: pd.DataFrame) -> pd.DataFrame:
        found = pi.score(given)
        thus = (given["shelter"] == 1) & (given["enforcement"] == 2) & given["campaigns"].isna()
        return found.where(~thus.reindex(found.index), 99)

    with pytest.raises(LawBroken) as report:
        named(laws(), "range").check(unlucky, examples=1000)
    found = report.value.counterexample
    assert len(found) == 1
    telling = found.iloc[0][found.iloc[0] != 0]
    assert telling.drop("campaigns").to_dict() == {"enforcement": 2, "shelter": 1}


@pytest.mark.slow
def test_a_failure_that_takes_several_cells_at_once_is_made_small() -> None:
    """A row is dropped if no dimension has a score; one cell alone cannot cause that."""
    with pytest.raises(LawBroken) as report:
        named(laws(), "form").check(lambda given: pi.score(given).dropna(how="all"))
    found = report.value.counterexample
    assert len(found) == 1
    assert found.isna().sum(axis=1).item() == len(DIMENSIONS)
    assert (found.to_numpy() != 0).sum() <= 6


def strict_about_training_in_even_years(given: pd.DataFrame) -> pd.DataFrame:
    then = (given["job_training"] == 1) & (given.index.get_level_values("year") % 2 == 0)
    found = pd.DataFrame(2.0, index=given.index, columns=DIMENSIONS)
    return summed(found.assign(protection=found["protection"].mask(then, 1)))


def test_a_mistake_of_some_years_is_reported_for_such_a_year() -> None:
    """Variants of a row are scored as later years of its country, and reported in its own."""
    with pytest.raises(LawBroken) as report:
        named(laws(), "monotone").check(strict_about_training_in_even_years)
    message = r"protection of at least 2 at \w+ \d{3}[02468] when job_training rises to 1"
    assert re.fullmatch(message, report.value.expected)
    assert len(report.value.counterexample) == 1


def test_unknown_companions_are_refused() -> None:
    with pytest.raises(ValueError, match="of the law 'bounds' are: score_bounds; got bounds"):
        named(laws(), "bounds").check(pi.score, bounds=pi.score_bounds)
    with pytest.raises(ValueError, match="of the law 'sum' are: none; got score_bounds"):
        named(laws(), "sum").check(pi.score, score_bounds=pi.score_bounds)


# The strategies


def collected(strategy: Any, n: int = 150) -> list[Any]:
    found: list[Any] = []

    @settings(max_examples=n)
    @given(strategy)
    def collect(drawn: Any) -> None:
        found.append(drawn)

    collect()
    return found


@pytest.mark.slow
def test_panels_meet_the_contract_and_reach_the_extremes() -> None:
    # Rare panels are drawn a few times in 900; Hypothesis draws by what is imported.
    drawn = collected(codings(), 900)
    for each in drawn:
        pi.check_panel(each, scales=pi.THREE_P.scales)
    filled = [each for each in drawn if len(each)]
    assert len(filled) < len(drawn)
    assert any(each.isna().all(axis=None) for each in filled)
    assert any(len(each) > 2 and each.index.unique("year").size == 1 for each in filled)
    assert any(len(each) > 2 and each.index.unique("country").size == 1 for each in filled)
    assert any((each == 0).all(axis=None) for each in filled)
    best = pd.Series({name: top for name, (_, top) in pi.THREE_P.scales.items()})
    assert any(len(each) > 2 and (each == best).all(axis=None) for each in filled)
    assert any(not each.index.is_monotonic_increasing for each in filled)
    shares = [pi.score(each)["overall"].notna().mean() for each in filled]
    assert 0.2 < np.mean(shares) < 0.8
    known = {code for each in filled for code in each.index.get_level_values("country")}
    assert len(known) > 50
    assert pi.countries.iso3(sorted(known)) == sorted(known)


@pytest.mark.slow
def test_scores_have_gaps_ties_and_extremes() -> None:
    drawn = [each for each in collected(scores(), 900) if len(each)]
    for each in drawn:
        assert check_scores(each).dropna().between(3, 15).all()
    assert any(each.isna().all() for each in drawn)
    assert any(len(each) > 5 and each.max() == each.min() for each in drawn)
    assert any(each.index.unique("year").size == 1 and len(each) > 1 for each in drawn)
    assert any(pi.ranks(each).duplicated().any() for each in drawn)
    assert any(
        len(found) for each in drawn for found in pi.coverage(each.to_frame()).by_country.gaps
    )


@pytest.mark.slow
def test_panels_pairs_and_events_are_drawn_as_documented() -> None:
    for each in collected(panels(missing=False, min_size=2, max_size=3), 50):
        assert 2 <= len(each) <= 3
        assert each.isin(range(1, 6)).all(axis=None)
    pairs = [each for each in collected(coder_pairs(), 100) if len(each["A"])]
    assert any(each["A"].equals(each["B"]) for each in pairs)
    assert any(0 < len(each["B"]) < len(each["A"]) for each in pairs)
    for each in pairs:
        pi.check_panel(each["B"], scales=pi.THREE_P.scales)
        first, second = each["A"].loc[each["B"].index], each["B"]
        alike = first.eq(second) | (first.isna() & second.isna())
        assert (~alike).sum().sum() <= 6
    years = pd.concat(collected(events(years=(2001, 2003)), 100))
    assert set(years.dropna()) == {2001, 2002, 2003}
    assert years.isna().any()


def test_no_module_of_the_library_needs_hypothesis() -> None:
    code = "import sys, policyindex; print('hypothesis' in sys.modules)"
    run = partial(subprocess.run, capture_output=True, text=True, check=False)
    assert run([sys.executable, "-c", code]).stdout == "False\n"
    without = "import sys; sys.modules['hypothesis'] = None; import policyindex.testing"
    last = run([sys.executable, "-c", without]).stderr.splitlines()[-1]
    assert (
        last
        == "ImportError: policyindex.testing needs Hypothesis; pip install policyindex[testing]"
    )
