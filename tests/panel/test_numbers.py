"""Sums and means of whole scores are exact, in whatever order the rows and the countries stand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import policyindex as pi
from builders import COUNTRIES, DIMENSIONS, examples, relabelled
from policyindex.testing import panels, scores

YEARS = (2000, 2004)
some = scores(countries=COUNTRIES, years=YEARS, min_size=2)


def exact_mean(values: pd.Series) -> float:
    """The mean in rational arithmetic, rounded once."""
    known = [int(each) for each in values.dropna()]
    return float(Fraction(sum(known), len(known))) if known else np.nan


@given(some)
def test_yearly_means_are_the_exact_ones_rounded_once(drawn: pd.Series) -> None:
    for year, mean in pi.yearly_means(drawn)["mean"].items():
        held = drawn[drawn.index.get_level_values("year") == year]
        np.testing.assert_equal(mean, exact_mean(held))


@given(some, st.randoms(use_true_random=False), st.permutations(COUNTRIES))
@examples(40)
def test_neither_rows_nor_countries_change_a_bit_by_their_order(
    drawn: pd.Series, random: Any, names: list[str]
) -> None:
    shuffled = drawn.iloc[random.sample(range(len(drawn)), len(drawn))]
    renamed = relabelled(drawn, dict(zip(COUNTRIES, names, strict=True)))
    years = sorted(set(drawn.index.get_level_values("year")))
    for other in (shuffled, renamed):
        pd.testing.assert_frame_equal(
            pi.yearly_means(other), pi.yearly_means(drawn), check_exact=True
        )
        ends = [pi.convergence(each, cohort="all").by_year for each in (other, drawn)]
        pd.testing.assert_frame_equal(*ends, check_exact=True)
        parts = [pi.decompose(each, start=years[0], end=years[-1]) for each in (other, drawn)]
        np.testing.assert_array_equal(*map(np.array, parts))


@given(panels(min_size=1), st.randoms(use_true_random=False), st.permutations(DIMENSIONS))
def test_overall_is_the_exact_sum_in_any_order(
    drawn: pd.DataFrame, random: Any, names: list[str]
) -> None:
    shuffled = drawn.iloc[random.sample(range(len(drawn)), len(drawn))][names]
    exact = [
        float(sum(map(int, row))) if not np.isnan(row).any() else np.nan
        for row in drawn.sort_index().to_numpy()
    ]
    for other in (drawn, shuffled):
        np.testing.assert_array_equal(pi.overall(other).to_numpy(), exact)


def test_a_million_scores_have_the_exact_mean() -> None:
    """Pairwise or not, sums of whole numbers are exact up to 2 to the power of 53."""
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product(
        [[f"unit {place:06}" for place in range(500_000)], [2000, 2001]], names=["country", "year"]
    )
    drawn = pd.Series(rng.integers(3, 16, len(index)), index=index, dtype=np.float64)
    for year, mean in pi.yearly_means(drawn)["mean"].items():
        assert mean == exact_mean(drawn.xs(year, level="year"))
