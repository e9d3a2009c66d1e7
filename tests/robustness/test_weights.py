"""Ranks under every weighting, held against linear programs and a million random weightings."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations, pairwise, permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from builders import DIMENSIONS, NAMES, examples, levelled, panel, panels, relabelled
from policyindex import PanelError, overall
from policyindex.ranking import ranks
from policyindex.robustness.weights import weight_distribution, weight_ranks

Region = tuple[float | Fraction, Any]

MINIMA = [0, 0.05, 0.1, 0.25, Fraction(3, 10), Fraction(1, 7)]
ORDERS = [None, *permutations(DIMENSIONS, 2), *permutations(DIMENSIONS, 3)]
minima, orders = st.sampled_from(MINIMA), st.sampled_from(ORDERS)

SOME: list[Region] = [
    (0, None),
    (0.1, None),
    (0, ("protection", "prosecution")),
    (0.05, tuple(DIMENSIONS)),
    (Fraction(3, 10), ("prevention", "protection")),
]
"""Least weights and orders for the quick tests; each has an arrangement of lines of its own."""

regions = pytest.mark.parametrize(
    "regions",
    [
        pytest.param(st.sampled_from(SOME), id="some"),
        pytest.param(st.tuples(minima, orders), id="all", marks=pytest.mark.slow),
    ],
)

FINE = levelled(DIMENSIONS, top=50)
"""Levels up to ten times those of the index, which the arrangement of lines does not cover."""


def one_year(rows: dict[str, list[float | None]], names: list[str] = DIMENSIONS) -> pd.DataFrame:
    return panel({(country, 2009): levels for country, levels in rows.items()}, names)


def random_panel(n: int, *, seed: int, names: list[str] = DIMENSIONS) -> pd.DataFrame:
    levels = np.random.default_rng(seed).integers(1, 6, (n, len(names))).tolist()
    return one_year({f"C{place:02}": each for place, each in enumerate(levels)}, names)


def attainable(
    levels: np.ndarray, country: int, min_weight: float, order: tuple[str, ...] | None
) -> set[int]:
    """Every rank that some open set of weightings gives, by a linear program for each set ahead."""
    rivals = [row for row in range(len(levels)) if (levels[row] != levels[country]).any()]
    answer = set()
    for ahead in chain.from_iterable(combinations(rivals, n) for n in range(len(rivals) + 1)):
        leads = np.array(
            [(levels[country] - levels[row]) * (1 if row in ahead else -1) for row in rivals]
        ).reshape(len(rivals), 3)
        margins = [-np.eye(3)]
        places = [DIMENSIONS.index(name) for name in order or ()]
        for heavier, lighter in pairwise(places):
            margins.append(np.eye(3)[[lighter]] - np.eye(3)[[heavier]])
        rows = np.concatenate([leads, *margins])
        limits = np.zeros(len(rows))
        limits[len(leads) : len(leads) + 3] = -min_weight
        program = linprog(
            [0, 0, 0, -1],  # the largest margin by which all hold
            A_ub=np.column_stack([rows, np.ones(len(rows))]),
            b_ub=limits,
            A_eq=[[1, 1, 1, 0]],
            b_eq=[1],
            bounds=[(0, 1)] * 3 + [(None, None)],
        )
        if program.status == 0 and program.x[3] > 1e-9:
            answer.add(1 + len(ahead))
    return answer


@regions
@given(
    data=panels(countries=NAMES[:4], years=(2001, 2001), missing=False, min_size=1), more=st.data()
)
@examples(25)
def test_ranks_are_those_of_linear_programs(
    data: pd.DataFrame, regions: st.SearchStrategy[Region], more: st.DataObject
) -> None:
    min_weight, order = more.draw(regions)
    data = data.sort_index()
    shares = weight_distribution(data, 2001, min_weight=min_weight, order=order)
    table = weight_ranks(data, min_weight=min_weight, order=order)[["rank_low", "rank_high"]]
    for row in range(len(data)):
        expected = attainable(data.to_numpy(), row, float(min_weight), order)
        taken = shares.iloc[row]
        assert set(taken.index[taken > 0]) == expected
        assert table.iloc[row].to_list() == [min(expected), max(expected)]


@pytest.mark.parametrize("n", [100_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("min_weight", "order"),
    [(0, None), (0.1, None), (0, ("protection", "prosecution")), (0.05, DIMENSIONS)],
)
def test_shares_are_those_of_random_weightings(min_weight: float, order: Any, n: int) -> None:
    data = random_panel(12, seed=3)
    weights = np.random.default_rng(4).dirichlet([1, 1, 1], n)
    if order is not None:  # sorting the ordered weights folds the triangle onto the ordered part
        places = [DIMENSIONS.index(name) for name in order]
        weights[:, places] = -np.sort(-weights[:, places], axis=1)
    weights = min_weight + (1 - 3 * min_weight) * weights
    profiles, rows, counts = np.unique(
        data.to_numpy(), axis=0, return_inverse=True, return_counts=True
    )
    scores = weights @ profiles.T
    taken = 1 + sum(count * (scores[:, [other]] > scores) for other, count in enumerate(counts))
    found = weight_distribution(data, 2009, min_weight=min_weight, order=order).to_numpy()
    for rank in range(1, len(data) + 1):
        sampled = (taken == rank).mean(0)[rows.reshape(-1)]
        error = np.sqrt(found[:, rank - 1] * (1 - found[:, rank - 1]) / n)
        assert (np.abs(found[:, rank - 1] - sampled) <= 5 * error).all()


def test_shares_of_three_specialists_are_thirds() -> None:
    data = one_year({"AUT": [5, 1, 1], "DEU": [1, 5, 1], "ITA": [1, 1, 5]})
    table = weight_ranks(data)
    assert table["share_first"].to_list() == pytest.approx([1 / 3] * 3, abs=1e-13)
    assert table["rank_mean"].to_list() == pytest.approx([2, 2, 2], abs=1e-13)
    assert table["rank"].to_list() == [1, 1, 1]  # at equal weights all three tie
    assert table["share_no_worse"].to_list() == pytest.approx([1 / 3] * 3, abs=1e-13)
    ordered = weight_ranks(data, order=("protection", "prevention"))
    assert ordered["share_first"].to_list() == pytest.approx([1 / 3, 2 / 3, 0], abs=1e-13)


def test_exact_ties_at_equal_weights_may_rank_better_than_any_other_weights() -> None:
    """The leads over the three rivals add up to zero: a lead over one is a lag behind another."""
    data = one_year({"AUT": [5, 3, 4], "NGA": [3, 4, 5], "SWE": [4, 5, 3], "USA": [4, 4, 4]})
    usa = weight_ranks(data).loc[("USA", 2009)]
    assert usa["rank"] == 1
    assert usa["rank_low"] == 2
    assert usa["share_no_worse"] == 0


@regions
@given(data=panels(), more=st.data())
def test_distribution_and_table_agree(
    data: pd.DataFrame, regions: st.SearchStrategy[Region], more: st.DataObject
) -> None:
    min_weight, order = more.draw(regions)
    table = weight_ranks(data, min_weight=min_weight, order=order)
    assert list(table.index) == sorted(data.index)
    assert (table.notna().all(axis=1) == data.sort_index().notna().all(axis=1)).all()
    for year in data.index.get_level_values("year").unique():
        shares = weight_distribution(data, year, min_weight=min_weight, order=order)
        rows = table.xs(year, level="year").dropna()
        assert list(shares.index) == list(rows.index)
        assert (shares.sum(axis=1) == 1).all()
        for country, row in rows.iterrows():
            share = shares.loc[country]
            taken = share.index[share > 0]
            assert (taken.min(), taken.max()) == (row["rank_low"], row["rank_high"])
            mean = (share * share.index).sum()
            assert row["rank_mean"] == pytest.approx(mean, abs=1e-12)
            variance = (share * (share.index - mean) ** 2).sum()
            assert row["rank_sd"] == pytest.approx(np.sqrt(variance), abs=1e-12)
            assert row["share_first"] == share[1]
            assert row["share_no_worse"] == share[share.index <= row["rank"]].sum()


@regions
@given(data=panels(), more=st.data())
def test_the_mean_lies_in_the_range_and_the_rank_not_above_it(
    data: pd.DataFrame, regions: st.SearchStrategy[Region], more: st.DataObject
) -> None:
    min_weight, order = more.draw(regions)
    table = weight_ranks(data, min_weight=min_weight, order=order).dropna()
    assert (table["rank_low"] <= table["rank_mean"]).all()
    assert (table["rank_mean"] <= table["rank_high"]).all()
    assert (table["rank"] <= table["rank_high"]).all()


@given(panels(), st.tuples(*[st.integers(1_000, 9_999)] * 3), st.sampled_from([0, 0.1]))
def test_ranks_at_any_generic_weights_lie_in_the_range(
    data: pd.DataFrame, weights: tuple[int, ...], min_weight: float
) -> None:
    assume(min(weights) > min_weight * sum(weights))
    lines = np.array(list(np.ndindex(9, 9, 9))) - 4
    assume(np.count_nonzero(lines @ weights == 0) == 1)  # not on a line: only d = 0 ties
    scores = overall(data.dropna(), weights=dict(zip(DIMENSIONS, weights, strict=True)))
    found, table = ranks(scores), weight_ranks(data.dropna(), min_weight=min_weight)
    assert (table["rank_low"] <= found).all()
    assert (found <= table["rank_high"]).all()


@given(panels(), orders)
def test_a_third_gives_back_equal_weights(data: pd.DataFrame, order: Any) -> None:
    for third in (1 / 3, Fraction(1, 3)):
        table = weight_ranks(data, min_weight=third, order=order)
        found = ranks(overall(data))
        for name in ("rank", "rank_low", "rank_high", "rank_mean"):
            pd.testing.assert_series_equal(table[name], found, check_names=False)
        ranked = table.dropna()
        assert (ranked["rank_sd"] == 0).all()
        assert (ranked["share_no_worse"] == 1).all()
        assert (ranked["share_first"] == (ranked["rank"] == 1)).all()


@regions
@given(data=panels(), more=st.data())
@examples(40)
def test_a_smaller_least_weight_widens_the_range(
    data: pd.DataFrame, regions: st.SearchStrategy[Region], more: st.DataObject
) -> None:
    _, order = more.draw(regions)
    tables = [weight_ranks(data, min_weight=each, order=order) for each in (0.3, 0.2, 0.1, 0)]
    for narrow, wide in pairwise(tables):
        both = narrow.dropna().index
        assert (wide.loc[both, "rank_low"] <= narrow.loc[both, "rank_low"]).all()
        assert (wide.loc[both, "rank_high"] >= narrow.loc[both, "rank_high"]).all()


@regions
@given(data=panels(), more=st.data())
def test_an_order_narrows_the_range(
    data: pd.DataFrame, regions: st.SearchStrategy[Region], more: st.DataObject
) -> None:
    min_weight, order = more.draw(regions)
    free, bound = (
        weight_ranks(data.dropna(), min_weight=min_weight, order=each) for each in (None, order)
    )
    assert (free["rank_low"] <= bound["rank_low"]).all()
    assert (free["rank_high"] >= bound["rank_high"]).all()


@given(panels(), st.permutations(NAMES))
@examples(40)
def test_permuting_countries_permutes_the_table(data: pd.DataFrame, names: list[str]) -> None:
    other = relabelled(data, dict(zip(NAMES, names, strict=True)))
    expected = relabelled(weight_ranks(data), dict(zip(NAMES, names, strict=True))).sort_index()
    pd.testing.assert_frame_equal(weight_ranks(other), expected, check_exact=True)


@regions
@given(data=panels(), names=st.permutations(DIMENSIONS), more=st.data())
@examples(40)
def test_swapping_dimensions_and_weights_together_changes_nothing(
    data: pd.DataFrame,
    names: list[str],
    regions: st.SearchStrategy[Region],
    more: st.DataObject,
) -> None:
    min_weight, order = more.draw(regions)
    renamed = data.rename(columns=dict(zip(DIMENSIONS, names, strict=True)))[DIMENSIONS]
    turned = order and [names[DIMENSIONS.index(name)] for name in order]
    pd.testing.assert_frame_equal(
        weight_ranks(data, min_weight=min_weight, order=order),
        weight_ranks(renamed, min_weight=min_weight, order=turned),
        rtol=0,
        atol=1e-11,
    )


@given(panels())
def test_a_dominated_country_never_outranks_its_dominator(data: pd.DataFrame) -> None:
    table = weight_ranks(data).dropna()
    for (a, year), b in ((key, other) for key in table.index for other in NAMES):
        if (b, year) in table.index and (data.loc[(a, year)] >= data.loc[(b, year)]).all():
            ahead, behind = table.loc[(a, year)], table.loc[(b, year)]
            assert (
                ahead[["rank", "rank_low", "rank_high"]]
                <= behind[["rank", "rank_low", "rank_high"]]
            ).all()
            assert ahead["rank_mean"] <= behind["rank_mean"] + 1e-12
            assert ahead["share_first"] >= behind["share_first"]


@regions
@given(data=panels(levelled(DIMENSIONS, top=4), min_size=1), more=st.data())
def test_a_worst_country_does_not_affect_other_ranks(
    data: pd.DataFrame, regions: st.SearchStrategy[Region], more: st.DataObject
) -> None:
    min_weight, order = more.draw(regions)
    data = data + 1
    worst = panel({("ZZZ", year): [1, 1, 1] for year in (2001, 2002)}, DIMENSIONS)
    table = weight_ranks(pd.concat([data, worst]), min_weight=min_weight, order=order)
    pd.testing.assert_frame_equal(
        table.drop("ZZZ", level="country"), weight_ranks(data, min_weight=min_weight, order=order)
    )
    assert (table.loc["ZZZ", "share_no_worse"] == 1).all()


@given(panels(), st.tuples(*[st.integers(0, 6)] * 3))
@examples(40)
def test_a_shifted_scale_and_other_years_change_nothing(
    data: pd.DataFrame, shift: tuple[int, ...]
) -> None:
    table = weight_ranks(data)
    shifted = weight_ranks(data + list(shift), codebook=levelled(DIMENSIONS, top=11))
    pd.testing.assert_frame_equal(shifted, table)
    for year in data.index.get_level_values("year").unique():
        alone = data[data.index.get_level_values("year") == year]
        expected = table[table.index.get_level_values("year") == year]
        pd.testing.assert_frame_equal(weight_ranks(alone), expected)


@given(panels())
@examples(40)
def test_inputs_are_untouched_and_overall_changes_nothing(data: pd.DataFrame) -> None:
    scored = data.assign(overall=data.sum(axis=1, skipna=False))
    before = scored.copy()
    pd.testing.assert_frame_equal(weight_ranks(scored), weight_ranks(data))
    pd.testing.assert_frame_equal(scored, before)


def test_the_answer_states_its_source_and_its_weightings() -> None:
    data = one_year({"AUT": [5, 4, 5], "DEU": [5, 5, None]})
    data.attrs["source"] = "here"
    found = weight_ranks(data)
    assert found.attrs == {"source": "here", "weightings": "all, exactly"}
    assert data.attrs == {"source": "here"}
    assert found.loc[("DEU", 2009)].isna().all()


def test_quasi_random_weightings_agree_with_the_exact_answer() -> None:
    """The same order on a scale ten times as fine is beyond the arrangement, but not different."""
    data = random_panel(30, seed=1)
    for min_weight, order in [(0, None), (0.1, ("prevention", "prosecution"))]:
        exact = weight_ranks(data, min_weight=min_weight, order=order)
        options: Any = {"min_weight": min_weight, "order": order}
        sampled = weight_ranks(data * 10, codebook=FINE, **options)
        assert sampled.attrs["weightings"] == "16384 quasi-random draws"
        assert sampled["rank"].equals(exact["rank"])
        assert (sampled["rank_low"] >= exact["rank_low"]).all()
        assert (sampled["rank_high"] <= exact["rank_high"]).all()
        for name in ("rank_mean", "share_first", "share_no_worse"):
            error = (sampled[name] - exact[name]).abs()
            assert (error <= 6 * sampled[f"{name}_se"] + 1e-9).all()


def test_standard_errors_are_the_size_of_the_errors() -> None:
    data = random_panel(20, seed=1)
    exact = weight_ranks(data)
    runs = [weight_ranks(data * 10, draws=1 << 9, rng=i, codebook=FINE) for i in range(25)]
    for name in ("rank_mean", "share_first", "share_no_worse"):
        squared = np.mean([(run[name] - exact[name]) ** 2 for run in runs])
        expected = np.mean([run[f"{name}_se"] ** 2 for run in runs])
        assert 0.7 < np.sqrt(squared / expected) < 1.4


def test_four_dimensions_by_random_weightings() -> None:
    names = ["prosecution", "protection", "prevention", "partnership"]
    data = random_panel(15, seed=2, names=names)
    table = weight_ranks(data, draws=1 << 13, codebook=levelled(names))
    weights = np.random.default_rng(5).dirichlet(np.ones(4), 50_000)
    scores = weights @ data.to_numpy().T
    taken = 1 + (scores[:, None, :] > scores[:, :, None] + 1e-12).sum(-1)
    assert np.abs(table["rank_mean"] - taken.mean(0)).max() < 0.05
    assert np.abs(table["share_first"] - (taken == 1).mean(0)).max() < 0.015


def test_the_seed_decides_the_draws() -> None:
    names = ["a", "b"]
    data, codebook = random_panel(9, seed=6, names=names), levelled(names)
    first = weight_ranks(data, draws=64, codebook=codebook)
    again = weight_ranks(data, draws=64.0, codebook=codebook)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(first, again)
    other = weight_ranks(data, draws=64, rng=np.random.default_rng(1), codebook=codebook)
    assert not first.equals(other)
    pd.testing.assert_frame_equal(weight_ranks(data, draws=64, rng=1, codebook=codebook), other)
    # between two dimensions the share is a length: where 5w + 1(1 - w) > 3w + 4(1 - w)
    two = one_year({"AUT": [5, 1], "DEU": [3, 4]}, names)
    share = weight_ranks(two, codebook=codebook)["share_first"].iloc[0]
    assert share == pytest.approx(2 / 5, abs=1e-3)


def test_standard_errors_have_columns_of_their_own() -> None:
    data = one_year({"AUT": [5, 1, 3], "DEU": [1, 5, 2]})
    exact, sampled = weight_ranks(data), weight_ranks(data * 10, codebook=FINE, draws=16)
    columns = ["rank_mean", "rank_sd", "share_first", "share_no_worse"]
    assert list(exact) == ["rank", "rank_low", "rank_high", *columns]
    errors = ["rank_mean_se", "share_first_se", "share_no_worse_se"]
    assert list(sampled) == [*exact, *errors]
    later = (data * 10).rename({2009: 2010}, level="year").assign(prosecution=np.nan)
    both = weight_ranks(pd.concat([data * 10, later]), codebook=FINE, draws=16)
    assert both.xs(2010, level="year").isna().all(axis=None)
    assert list(both) == list(sampled)


def test_a_panel_without_a_complete_row_has_no_ranks() -> None:
    nothing = one_year({"AUT": [None, 5, 5]})
    assert weight_ranks(nothing).isna().all(axis=None)
    assert weight_ranks(nothing.iloc[:0]).shape == (0, 7)
    assert weight_distribution(nothing, 2009).shape == (0, 0)


def test_refusals() -> None:
    data = one_year({"AUT": [5, 4, 5]})
    with pytest.raises(ValueError, match=r"min_weight must lie between 0 and 1/3; got 0.34"):
        weight_ranks(data, min_weight=0.34)
    with pytest.raises(ValueError, match="min_weight must lie between"):
        weight_ranks(data, min_weight=-0.1)
    with pytest.raises(ValueError, match="denominator of at most 10,000"):
        weight_ranks(data, min_weight=0.123456)
    for order in ("protection", ["protection"], ["protection", "peace"], ["protection"] * 2):
        with pytest.raises(ValueError, match="order must name two or more of prosecution"):
            weight_ranks(data, order=order)
    with pytest.raises(PanelError, match="2 are absent, the first 'prosecution'"):
        weight_ranks(data[["protection"]])
    with pytest.raises(ValueError, match="codebook must have 2 or more dimensions; levelled has 1"):
        weight_ranks(data, codebook=levelled(["protection"]))
    with pytest.raises(ValueError, match="year must be a year of the scores"):
        weight_distribution(data, 1999)
    for draws in (3, "x", 20.5):
        with pytest.raises(ValueError, match="draws must be an integer, at least 16; got"):
            weight_ranks(data, draws=draws)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="rng must be"):
        weight_distribution(data, 2009, rng="x")  # type: ignore[arg-type]
    for min_weight in (np.inf, np.nan, "0.1", None):
        with pytest.raises(ValueError, match="min_weight must be a finite number; got"):
            weight_ranks(data, min_weight=min_weight)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="min_weight must lie between 0 and 1/3"):
        weight_ranks(data, min_weight=10**400)
    pd.testing.assert_frame_equal(
        weight_ranks(data, min_weight=np.float32(0.25)),  # type: ignore[arg-type]
        weight_ranks(data, min_weight=0.25),
    )


def test_published_2009(published: pd.DataFrame) -> None:
    table = weight_ranks(published).xs(2009, level="year")
    leaders = table[table["share_first"] == 1]
    assert sorted(leaders.index) == ["AUS", "BEL", "DEU", "ITA", "NLD", "SWE"]
    assert (leaders["rank_high"] == 1).all()
    columns = ["rank", "rank_low", "rank_high"]
    assert table.loc["PRK", [*columns, "rank_sd"]].to_list() == [174, 174, 174, 0]
    assert table.loc["NOR", columns].to_list() == [7, 7, 19]
    assert table.loc["NOR", "rank_mean"] == pytest.approx(35 / 3, abs=1e-12)
