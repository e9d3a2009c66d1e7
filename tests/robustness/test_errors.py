"""Scores and ranks under coding error, held against every way in which the codes may be wrong."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from builders import DIMENSIONS, NAMES, examples, levelled, panel, panels, relabelled
from policyindex import Codebook, Dimension, Indicator, PanelError, overall
from policyindex.ranking import ranks
from policyindex.robustness.errors import (
    beats,
    error_changes,
    error_distribution,
    error_ranks,
    error_scores,
)
from policyindex.robustness.matrices import coding_error, estimate_error

TWO = ["prosecution", "protection"]

SMALL = levelled(TWO, top=3)

ALONE = levelled(["prosecution"])

errors = st.builds(coding_error, st.floats(0, 1), spread=st.floats(0, 1), scale=st.just((1, 3)))
small = panels(SMALL, countries=NAMES[:3], years=(2001, 2001), missing=False, min_size=1)
full = panels(countries=NAMES[:6])
five = st.builds(coding_error, st.sampled_from([0.4, 0.9, 1.0]), spread=st.floats(0, 1))


def every_truth(data: pd.DataFrame, error: pd.DataFrame) -> list[tuple[float, list[int]]]:
    """The probability of every combination of true levels, with its overall scores."""
    coded = data.to_numpy().astype(int)
    answer = []
    for true in product(error.columns, repeat=coded.size):
        levels = np.array(true).reshape(coded.shape)
        probability = np.prod(error.to_numpy()[coded - 1, levels - 1])
        if probability:
            answer.append((probability, levels.sum(1).tolist()))
    return answer


@given(small, errors)
@examples(40)
def test_every_truth_is_counted(data: pd.DataFrame, error: pd.DataFrame) -> None:
    data = data.sort_index()
    n = len(data)
    scores, taken = np.zeros((n, 5)), np.zeros((n, n))
    for probability, totals in every_truth(data, error):
        for row, rank in enumerate(rankdata(-np.array(totals), method="min").astype(int)):
            taken[row, rank - 1] += probability
            scores[row, totals[row] - 2] += probability
    found = error_scores(data, error=error, codebook=SMALL)
    assert np.abs(found.to_numpy() - scores).max() < 1e-12
    found = error_distribution(data, 2001, error=error, codebook=SMALL)
    assert np.abs(found.to_numpy() - taken).max() < 1e-12
    table = error_ranks(data, error=error, codebook=SMALL)
    number = np.arange(1, n + 1)
    assert np.abs(table["score_mean"] - scores @ np.arange(2, 7)).max() < 1e-12
    assert np.abs(table["rank_mean"] - taken @ number).max() < 1e-12
    assert np.abs(table["p_first"] - taken[:, 0]).max() < 1e-12
    assert np.abs(table["p_top10"] - 1).max() < 1e-12
    for row, (low, high) in enumerate(table[["rank_low", "rank_high"]].to_numpy()):
        below = taken[row, number < low].sum()
        above = taken[row, number > high].sum()
        assert max(below, above) <= 0.025 + 1e-9
        assert below + taken[row, int(low) - 1] > 0.025 - 1e-9  # a narrower interval is too short
        assert above + taken[row, int(high) - 1] >= 0.025 - 1e-9


@given(small.filter(lambda data: len(data) > 1), errors)
@examples(40)
def test_beating_counts_every_truth(data: pd.DataFrame, error: pd.DataFrame) -> None:
    pair = data.sort_index().iloc[:2]
    (a, _), (b, _) = pair.index
    wins = sum(probability for probability, (x, y) in every_truth(pair, error) if x > y)
    losses = sum(probability for probability, (x, y) in every_truth(pair, error) if x < y)
    options: Any = {"error": error, "codebook": SMALL}
    assert beats(data, a, b, 2001, **options) == pytest.approx(wins, abs=1e-12)
    assert beats(data, b, a, 2001, **options) == pytest.approx(losses, abs=1e-12)
    assert beats(data, a, a, 2001, **options) == 0
    # the same two rows as two years of one country
    years = pair.set_axis(
        pd.MultiIndex.from_product([["AUT"], [2000, 2001]], names=["country", "year"])
    )
    change = error_changes(years, 2001, 2000, **options).loc["AUT"]
    mean = sum(probability * (x - y) for probability, (x, y) in every_truth(pair, error))
    expected = [wins, 1 - wins - losses, losses, mean]
    names = ["p_improved", "p_same", "p_worsened", "change_mean"]
    assert change[names].to_list() == pytest.approx(expected, abs=1e-12)
    assert change["change"] == pair.iloc[0].sum() - pair.iloc[1].sum()


@given(full)
def test_without_error_ranks_are_the_coded_ones(data: pd.DataFrame) -> None:
    table = error_ranks(data, error=np.eye(5))
    found = ranks(overall(data))
    for name in ("rank_mean", "rank_low", "rank_high"):
        pd.testing.assert_series_equal(table[name], found, check_names=False, check_exact=True)
    pd.testing.assert_series_equal(
        table["score_mean"], overall(data), check_names=False, check_exact=True
    )
    ranked = found.dropna()
    assert (table.loc[ranked.index, "p_first"] == (ranked == 1)).all()
    assert (table.loc[ranked.index, "p_top10"] == (ranked <= 10)).all()


@given(full, five)
def test_bounds_and_missing_rows(data: pd.DataFrame, error: pd.DataFrame) -> None:
    table = error_ranks(data, error=error)
    complete = data.sort_index().notna().all(axis=1)
    assert (table.notna().all(axis=1) == complete).all()
    ranked = table.dropna()
    assert ranked["score_mean"].between(3, 15).all()
    assert (ranked["rank_low"] >= 1).all()
    assert (ranked["rank_low"] <= ranked["rank_high"]).all()
    assert (ranked["p_first"] >= 0).all()
    assert (ranked["p_first"] <= ranked["p_top10"] + 1e-12).all()
    assert (ranked["p_top10"] <= 1 + 1e-12).all()
    for year in data.index.get_level_values("year").unique():
        shares = error_distribution(data, year, error=error)
        assert ((shares.sum(axis=1) - 1).abs() < 1e-12).all()


@given(full, five, st.permutations(NAMES))
def test_permuting_countries_permutes_the_table(
    data: pd.DataFrame, error: pd.DataFrame, names: list[str]
) -> None:
    new = dict(zip(NAMES, names, strict=True))
    pd.testing.assert_frame_equal(
        error_ranks(relabelled(data, new), error=error),
        relabelled(error_ranks(data, error=error), new).sort_index(),
        rtol=0,
        atol=1e-12,
    )


@given(full, five)
def test_years_are_apart_and_inputs_untouched(data: pd.DataFrame, error: pd.DataFrame) -> None:
    before, table = data.copy(), error_ranks(data, error=error)
    pd.testing.assert_frame_equal(data, before)
    for year in data.index.get_level_values("year").unique():
        rows = data.index.get_level_values("year") == year
        alone = error_ranks(data[rows], error=error)
        pd.testing.assert_frame_equal(
            alone, table[table.index.get_level_values("year") == year], rtol=0, atol=1e-12
        )


@given(panels(levelled(DIMENSIONS, top=3), years=(2001, 2001), min_size=1, missing=False))
def test_a_surely_worst_country_does_not_affect_other_ranks(data: pd.DataFrame) -> None:
    """Error below level 3 cannot pass it if every other country starts at 3."""
    lifted = data + 2
    error = coding_error(0.8, scale=(2, 6)).reindex(
        index=range(1, 7), columns=range(1, 7), fill_value=0
    )
    error.loc[1, 1] = 1
    worst = panel({("ZZZ", 2001): [1, 1, 1]}, DIMENSIONS)
    options: Any = {"error": error, "codebook": levelled(DIMENSIONS, top=6)}
    table = error_ranks(pd.concat([lifted, worst]), **options)
    pd.testing.assert_frame_equal(
        table.drop("ZZZ", level="country"), error_ranks(lifted, **options), rtol=0, atol=1e-12
    )
    assert table.loc[("ZZZ", 2001), "rank_low"] >= 1


@given(full, five, st.permutations(DIMENSIONS))
def test_swapping_dimensions_and_their_errors_changes_nothing(
    data: pd.DataFrame, error: pd.DataFrame, names: list[str]
) -> None:
    by_name = {DIMENSIONS[0]: error, DIMENSIONS[1]: coding_error(0.7), DIMENSIONS[2]: np.eye(5)}
    new = dict(zip(DIMENSIONS, names, strict=True))
    swapped = data.rename(columns=new)[DIMENSIONS]
    pd.testing.assert_frame_equal(
        error_ranks(data, error=by_name),
        error_ranks(swapped, error={new[name]: each for name, each in by_name.items()}),
        rtol=0,
        atol=1e-12,
    )


@pytest.mark.slow
def test_monte_carlo_of_many_countries() -> None:
    rng = np.random.default_rng(7)
    n, draws = 60, 40_000
    coded = rng.integers(1, 6, (n, 3))
    index = pd.MultiIndex.from_product(
        [[f"C{i:02}" for i in range(n)], [2009]], names=["country", "year"]
    )
    error = coding_error(0.85, spread=0.3)
    table = error_ranks(pd.DataFrame(coded, index=index, columns=DIMENSIONS), error=error)
    steps = np.cumsum(error.to_numpy(), axis=1)[coded - 1]
    true = 1 + (rng.random((draws, n, 3, 1)) > steps[None, ..., :-1]).sum(-1)
    totals = true.sum(-1)
    taken = n + 1 - np.stack([rankdata(row, method="max") for row in totals])
    assert np.abs(taken.mean(0) - table["rank_mean"]).max() < 5 * taken.std() / np.sqrt(draws)
    for name, most in (("p_first", 1), ("p_top10", 10)):
        assert np.abs((taken <= most).mean(0) - table[name]).max() < 5 * 0.5 / np.sqrt(draws)


def test_a_probability_of_exactly_the_tail_is_within_the_interval() -> None:
    data = panel({("AUT", 2009): [1], ("DEU", 2009): [2]}, ["prosecution"])
    error = np.array([[0.975, 0.025], [0, 1]])
    found = error_ranks(data, error=error, codebook=levelled(["prosecution"], top=2))
    assert found["p_first"].to_list() == [0.025, 1]
    assert found[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 2], [1, 1]]


def test_changes_are_of_the_countries_in_both_years() -> None:
    levels = {("AUT", 2008): [1], ("DEU", 2008): [2], ("DEU", 2009): [3], ("NGA", 2009): [3]}
    for start, end in ((2008, 2009), (2009, 2008)):
        data = panel(levels, ["prosecution"])
        found = error_changes(data, start, end, error=0.9, codebook=ALONE)
        assert found["change"].to_dict() == {"DEU": end - start}


def test_provenance_is_carried() -> None:
    data = panel({("AUT", 2009): [5, 4, 5], ("AUT", 2010): [5, 4, 5]}, DIMENSIONS)
    data.attrs |= {"source": "here", "citation": "a paper", "rules": "some rules"}
    for found in (
        error_ranks(data, error=np.eye(5)),
        error_scores(data, error=np.eye(5)),
        error_distribution(data, 2009, error=np.eye(5)),
        error_changes(data, 2009, 2010, error=np.eye(5)),
    ):
        assert found.attrs == data.attrs


@pytest.mark.parametrize("accuracy", [0, 0.5, 0.9, 1, np.float64(0.8)])
def test_an_accuracy_is_the_matrix_of_coding_error(accuracy: float) -> None:
    data = panel({("AUT", 2009): [5, 4, 5], ("DEU", 2009): [4, 5, 2]}, DIMENSIONS)
    matrix = coding_error(accuracy)
    expected = error_ranks(data, error=matrix)
    for error in (
        accuracy,
        matrix.to_numpy(),
        dict.fromkeys(DIMENSIONS, accuracy),
        dict(zip(DIMENSIONS, (accuracy, matrix, matrix.to_numpy().tolist()), strict=True)),
    ):
        pd.testing.assert_frame_equal(error_ranks(data, error=error), expected)


def test_an_accuracy_takes_the_scale_of_each_dimension() -> None:
    data = panel({("AUT", 2009): [5, 3], ("DEU", 2009): [4, 2]}, TWO)
    mixed = Codebook("mixed", (*ALONE.dimensions, *levelled(TWO, top=3).dimensions[1:]))
    by_name = {"prosecution": coding_error(0.8), "protection": coding_error(0.8, scale=(1, 3))}
    found = error_scores(data, error=0.8, codebook=mixed)
    pd.testing.assert_frame_equal(found, error_scores(data, error=by_name, codebook=mixed))
    assert list(found.columns) == list(range(2, 9))


def test_a_level_coded_always_is_never_wrong() -> None:
    constant = Dimension("law", (Indicator("of_law"),), lambda of_law: 1, ("one",))  # noqa: ARG005
    codebook = Codebook("one level", (constant,))
    found = error_scores(panel({("AUT", 2009): [1]}, ["law"]), error=0.9, codebook=codebook)
    assert found.loc[("AUT", 2009)].to_dict() == {1: 1}


def test_countries_by_name_or_code() -> None:
    data = panel({("AUT", 2009): [5, 4, 5], ("DEU", 2009): [5, 5, 4]}, DIMENSIONS)
    error = coding_error(0.9)
    expected = beats(data, "AUT", "DEU", 2009, error=error)
    assert beats(data, "Austria", "DE", 2009.0, error=error) == expected  # type: ignore[arg-type]
    assert beats(data, "Austria", "AUT", 2009, error=error) == 0


def test_refusals() -> None:
    data = panel({("AUT", 2009): [5, 4, 5], ("DEU", 2009): [5, None, 5]}, DIMENSIONS)
    error: Any = coding_error(0.9)
    with pytest.raises(PanelError, match="must be an integer from 1 to 3 or missing; 2 are not"):
        error_ranks(data, error=0.9, codebook=levelled(DIMENSIONS, top=3))
    with pytest.raises(ValueError, match="or a matrix for each dimension .* it has protection$"):
        error_ranks(data, error={"protection": error})
    for wrong in (np.ones((2, 3)), "x", None, True, [[1.0], [0.5, 0.5]], np.ones((0, 0))):
        with pytest.raises(ValueError, match="error must be .* a square matrix of numbers.*; got "):
            error_ranks(data, error=wrong)
    for wrong in (90, -0.1, np.nan):
        with pytest.raises(ValueError, match="error must be an accuracy from 0 to 1, or a matrix"):
            error_ranks(data, error=wrong)
    with pytest.raises(ValueError, match="probabilities that sum to 1; 5 do not, the first that"):
        error_ranks(data, error=error * 2)
    negative = error.to_numpy().copy()
    negative[0, :2] = [2, -1]
    with pytest.raises(ValueError, match="probabilities that sum to 1; 1 do not"):
        error_ranks(data, error=negative)
    for wrong in (
        coding_error(0.9, scale=(1, 3)),
        np.eye(4),
        error.set_axis(list("abcde")),
        error.set_axis(list("abcde"), axis=1),
    ):
        with pytest.raises(ValueError, match="error must have the levels of prosecution, 1 to 5,"):
            error_ranks(data, error=wrong)
    by_name = {"prosecution": error, "protection": np.eye(3), "prevention": error}
    with pytest.raises(ValueError, match="error of protection must have the levels of protection"):
        error_ranks(data, error=by_name)
    with pytest.raises(ValueError, match="every dimension in 2009; Germany lacks protection"):
        beats(data, "AUT", "DEU", 2009, error=error)
    with pytest.raises(ValueError, match=r"1 of 2 is not: 'Germny' \(nearest: Germany"):
        beats(data, "AUT", "Germny", 2009, error=error)
    with pytest.raises(ValueError, match="year must be a year"):
        beats(data, "AUT", "DEU", 2010, error=error)
    with pytest.raises(ValueError, match="start and end must be different years"):
        error_changes(data, 2009, 2009, error=error)
    with pytest.raises(PanelError, match="3 are absent, the first 'prosecution'"):
        error_ranks(data[[]], error=error)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(-1, 3), st.integers(1, 6))
def test_coding_error_falls_off_with_distance(
    accuracy: float, spread: float, lowest: int, steps: int
) -> None:
    error = coding_error(accuracy, spread=spread, scale=(lowest, lowest + steps))
    levels = range(lowest, lowest + steps + 1)
    assert list(error.index) == list(error.columns) == list(levels)
    assert np.abs(error.sum(axis=1) - 1).max() < 1e-12
    for coded in levels:
        assert error.loc[coded, coded] == accuracy
        for true in levels:
            for further in levels:
                if abs(true - coded) == 1 and further != coded:
                    share = spread ** (abs(further - coded) - 1)
                    assert error.loc[coded, further] == pytest.approx(
                        share * error.loc[coded, true], abs=1e-12
                    )


@given(panels(), panels())
def test_estimated_error_counts_pairs(first: pd.DataFrame, second: pd.DataFrame) -> None:
    revised = estimate_error(first, second, symmetric=False)
    mutual = estimate_error(first, second)
    shared = first.index.intersection(second.index)
    for name in DIMENSIONS:
        pairs = [(first.loc[key, name], second.loc[key, name]) for key in shared]
        pairs = [pair for pair in pairs if not np.isnan(pair).any()]
        both_ways = pairs + [(b, a) for a, b in pairs]
        for error, counted in ((revised[name], pairs), (mutual[name], both_ways)):
            for coded, true in product(range(1, 6), repeat=2):
                row = [b for a, b in counted if a == coded]
                expected = row.count(true) / len(row) if row else float(coded == true)
                assert error.loc[coded, true] == pytest.approx(expected, abs=1e-12)


def test_estimates_are_taken_by_error_ranks() -> None:
    old = panel({("GBR", 2009): [5, 2, 5], ("ITA", 2009): [5, 5, 5]}, DIMENSIONS)
    new = panel({("GBR", 2009): [5, 3, 5], ("ITA", 2009): [5, 5, 5]}, DIMENSIONS)
    table = error_ranks(old, error=estimate_error(old, new, symmetric=False))
    assert table["score_mean"].to_list() == [13, 15]


def test_estimates_carry_the_provenance_of_both() -> None:
    old = panel({("GBR", 2009): [5, 2, 5]}, DIMENSIONS)
    new = old.copy()
    old.attrs |= {"source": "old", "citation": "a paper"}
    new.attrs |= {"source": "SYNTHETIC", "rules": "some rules"}
    for error in estimate_error(old, new).values():
        assert error.attrs == {
            "source": "old; SYNTHETIC",
            "citation": "a paper",
            "rules": "some rules",
        }


def test_covariates_are_not_dimensions_of_an_estimate() -> None:
    data = panel({("GBR", 2009): [5, 2, 5]}, DIMENSIONS)
    found = estimate_error(data.assign(gdp=4.5), data.assign(gdp=4.6))
    assert list(found) == DIMENSIONS


def test_an_estimate_takes_the_scale_of_each_dimension() -> None:
    data = panel({("GBR", 2009): [3, 2]}, TWO)
    found = estimate_error(data, data, codebook=SMALL)
    assert [list(matrix.index) for matrix in found.values()] == [[1, 2, 3]] * 2


def test_matrices_refuse() -> None:
    with pytest.raises(ValueError, match="accuracy must lie between 0 and 1; got 90"):
        coding_error(90)
    with pytest.raises(ValueError, match="spread must lie between"):
        coding_error(0.9, spread=-1)
    with pytest.raises(ValueError, match="accuracy must be a finite number; got 'x'"):
        coding_error("x")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"scale must have at least two levels; got \(3, 3\)"):
        coding_error(0.9, scale=(3, 3))
    for scale in ((5, 1), (1.5, 5), 5, (1, 10**9)):
        with pytest.raises(ValueError, match="scale must be a pair of integers"):
            coding_error(0.9, scale=scale)  # type: ignore[arg-type]
    data = panel({("GBR", 2009): [5, 2, 6]}, DIMENSIONS)
    with pytest.raises(PanelError, match="prevention must be an integer from 1 to 5"):
        estimate_error(data, data)
    with pytest.raises(PanelError, match="2 are absent, the first 'prosecution'"):
        estimate_error(data.clip(upper=5), data[["prevention"]].clip(upper=5))


def test_published_2009(published: pd.DataFrame) -> None:
    table = error_ranks(published, error=coding_error(0.9)).xs(2009, level="year")
    leaders = table.loc[["AUS", "BEL", "DEU", "ITA", "NLD", "SWE"]]
    assert leaders["score_mean"].to_list() == pytest.approx([14.7] * 6)
    assert leaders["rank_high"].eq(12).all()
    assert leaders["p_first"].to_list() == pytest.approx([0.72925] * 6, abs=1e-5)
    assert table.loc["PRK", "rank_low"] > 160
