"""Ranks under every weighting, held against linear programs, fractions and random weightings."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations, pairwise, permutations, product
from operator import mul
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from builders import DIMENSIONS, NAMES, examples, levelled, panel, panels, relabelled
from policyindex import PanelError, overall
from policyindex._kernels.arrangement import arrange
from policyindex.ranking import ranks
from policyindex.robustness.weights import (
    weight_distribution,
    weight_ranks,
)

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

FOUR = [*DIMENSIONS, "partnership"]

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


def tie_points(
    levels: np.ndarray, min_weight: float | Fraction, order: Any
) -> set[tuple[Fraction, ...]]:
    """Every weighting of a closed region at which two lines cross: of ties or of its border."""
    least = Fraction(min_weight).limit_denominator(10_000)
    units = [[Fraction(int(i == j)) for j in range(3)] for i in range(3)]
    limits = [[each - least for each in unit] for unit in units]  # w_i - least * sum(w) >= 0
    places = [DIMENSIONS.index(name) for name in order or ()]
    for heavier, lighter in pairwise(places):
        limits.append([a - b for a, b in zip(units[heavier], units[lighter], strict=True)])
    rows = [[Fraction(int(each)) for each in row] for row in levels]
    ties = [[x - y for x, y in zip(a, b, strict=True)] for a, b in combinations(rows, 2)]
    points = set()
    for a, b in combinations([*limits, *ties], 2):
        point = [
            a[1] * b[2] - a[2] * b[1],
            a[2] * b[0] - a[0] * b[2],
            a[0] * b[1] - a[1] * b[0],
        ]
        if total := sum(point):
            weights = tuple(each / total for each in point)
            if all(sum(map(mul, limit, weights)) >= 0 for limit in limits):
                points.add(weights)
    return points


def ranks_at(levels: np.ndarray, weights: tuple[Fraction, ...]) -> list[int]:
    """Competition ranks in fractions."""
    scores = [sum(map(mul, weights, map(int, row))) for row in levels]
    return [1 + sum(other > score for other in scores) for score in scores]


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
    levels = data.to_numpy()
    closed = [ranks_at(levels, point) for point in tie_points(levels, min_weight, order)]
    for row in range(len(data)):
        expected = attainable(levels, row, float(min_weight), order)
        taken = shares.iloc[row]
        assert set(taken.index[taken > 0]) == expected
        best = min(ranks[row] for ranks in closed)
        assert best <= min(expected)
        assert max(ranks[row] for ranks in closed) <= max(expected)
        assert table.iloc[row].to_list() == [best, max(expected)]


def test_ranks_are_those_of_a_grid_with_every_vertex() -> None:
    """With levels 1 and 2 the lines cross at weights of 0, 1/4, 1/3, 1/2, 2/3 and 1."""
    data = one_year(
        {f"C{place:02}": list(row) for place, row in enumerate(product((1, 2), repeat=3))}
    )
    levels = data.to_numpy()
    grid = [
        (Fraction(a, 24), Fraction(b, 24), Fraction(24 - a - b, 24))
        for a in range(25)
        for b in range(25 - a)
    ]
    assert tie_points(levels, 0, None) <= set(grid)
    every = np.array([ranks_at(levels, weights) for weights in grid])
    table = weight_ranks(data)
    assert table["rank_low"].to_list() == every.min(0).tolist()
    assert table["rank_high"].to_list() == every.max(0).tolist()


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
    assert table["rank_untied"].to_list() == [2, 2, 2]
    assert table["share_no_worse"].to_list() == pytest.approx([2 / 3] * 3, abs=1e-13)
    ordered = weight_ranks(data, order=("protection", "prevention"))
    assert ordered["share_first"].to_list() == pytest.approx([1 / 3, 2 / 3, 0], abs=1e-13)


def test_a_rank_that_only_ties_give_lies_in_the_range_without_a_share() -> None:
    """The leads over the three rivals add up to zero: a lead over one is a lag behind another."""
    data = one_year({"AUT": [5, 3, 4], "NGA": [3, 4, 5], "SWE": [4, 5, 3], "USA": [4, 4, 4]})
    usa = weight_ranks(data).loc[("USA", 2009)]
    assert usa[["rank", "rank_untied", "rank_low", "rank_high"]].to_list() == [1, 2.5, 1, 3]
    assert usa["share_first"] == 0
    assert weight_distribution(data, 2009).loc["USA", 1] == 0
    assert usa["rank_mean"] == pytest.approx(2.5)
    assert usa["share_no_worse"] == pytest.approx(0.5)
    sampled = weight_ranks(data * 10, codebook=FINE).loc[("USA", 2009)]
    assert sampled[["rank", "rank_low", "rank_high"]].to_list() == [1, 1, 3]


def test_a_weight_of_zero_counts() -> None:
    data = one_year({"AUT": [4, 5, 4], "DEU": [4, 5, 3]})
    assert weight_ranks(data)["rank_low"].to_list() == [1, 1]  # they tie without prevention
    assert weight_ranks(data)["rank_high"].to_list() == [1, 2]
    assert weight_ranks(data, min_weight=0.1)["rank_low"].to_list() == [1, 2]
    order = ("protection", "prevention")
    assert weight_ranks(data, order=order)["rank_low"].to_list() == [1, 1]


@regions
@given(data=panels(), more=st.data())
def test_ties_resolved_half_each_way_have_the_mean_of_all_weightings(
    data: pd.DataFrame, regions: st.SearchStrategy[Region], more: st.DataObject
) -> None:
    min_weight, order = more.draw(regions)
    table = weight_ranks(data, min_weight=min_weight, order=order).dropna()
    means = table.groupby("year")[["rank_untied", "rank_mean"]].mean()
    assert means["rank_untied"].to_list() == pytest.approx(means["rank_mean"].to_list(), abs=1e-12)
    scores, levels = overall(data), data.sort_index()
    for (country, year), row in table.iterrows():
        rivals = [each for each in table.xs(year, level="year").index if each != country]
        leads = [scores[each, year] - scores[country, year] for each in rivals]
        ties = [
            lead == 0 and (levels.loc[(each, year)] != levels.loc[(country, year)]).any()
            for each, lead in zip(rivals, leads, strict=True)
        ]
        assert row["rank_untied"] == 1 + sum(lead > 0 for lead in leads) + sum(ties) / 2


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
            assert taken.min() >= row["rank_low"]
            assert taken.max() == row["rank_high"]
            mean = (share * share.index).sum()
            assert row["rank_mean"] == pytest.approx(mean, abs=1e-12)
            variance = (share * (share.index - mean) ** 2).sum()
            assert row["rank_sd"] == pytest.approx(np.sqrt(variance), abs=1e-12)
            assert row["share_first"] == share[1]
            assert row["share_no_worse"] == share[share.index <= row["rank_untied"]].sum()


@regions
@given(data=panels(), more=st.data())
def test_the_mean_and_the_ranks_at_equal_weights_lie_in_the_range(
    data: pd.DataFrame, regions: st.SearchStrategy[Region], more: st.DataObject
) -> None:
    min_weight, order = more.draw(regions)
    table = weight_ranks(data, min_weight=min_weight, order=order).dropna()
    # an order puts equal weights on the border, with ties resolved one way inside
    for name in ("rank", "rank_mean", *(["rank_untied"] if order is None else [])):
        assert (table["rank_low"] <= table[name]).all()
        assert (table[name] <= table["rank_high"]).all()


at_ties = st.sampled_from(arrange().vertices.tolist()).map(tuple)
"""Weightings at which two lines of ties cross, corners and points of the border included."""

anywhere = st.tuples(*[st.integers(0, 9)] * 3) | st.tuples(*[st.integers(0, 9_999)] * 3) | at_ties


@given(panels(), anywhere.filter(any), st.sampled_from([0, 0.1]))
def test_ranks_at_any_weights_lie_in_the_range(
    data: pd.DataFrame, weights: tuple[int, ...], min_weight: float
) -> None:
    assume(min(weights) >= min_weight * sum(weights))
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
        assert sampled.attrs["weightings"] == (
            "16384 quasi-random draws, equal weights and corners"
        )
        assert sampled["rank"].equals(exact["rank"])
        assert (sampled["rank_low"] >= exact["rank_low"]).all()
        assert (sampled["rank_high"] <= exact["rank_high"]).all()
        for name in ("rank_mean", "share_first", "share_no_worse"):
            error = (sampled[name] - exact[name]).abs()
            assert (error <= 6 * sampled[f"{name}_se"] + 1e-9).all()


@given(panels(levelled(FOUR), years=(2001, 2001), missing=False, min_size=1))
@examples(30)
def test_sampled_ranges_hold_equal_weights_and_corners(data: pd.DataFrame) -> None:
    table = weight_ranks(data, codebook=levelled(FOUR), draws=16).xs(2001, level="year")
    singles = [
        dict.fromkeys(FOUR, 1),
        *({name: int(name == each) for name in FOUR} for each in FOUR),
    ]
    for weights in singles:
        at = ranks(overall(data, weights=weights, codebook=levelled(FOUR))).xs(2001, level="year")
        assert (table["rank_low"] <= at).all()
        assert (at <= table["rank_high"]).all()


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
    assert list(exact) == ["rank", "rank_untied", "rank_low", "rank_high", *columns]
    errors = ["rank_mean_se", "share_first_se", "share_no_worse_se"]
    assert list(sampled) == [*exact, *errors]
    later = (data * 10).rename({2009: 2010}, level="year").assign(prosecution=np.nan)
    both = weight_ranks(pd.concat([data * 10, later]), codebook=FINE, draws=16)
    assert both.xs(2010, level="year").isna().all(axis=None)
    assert list(both) == list(sampled)


def test_a_panel_without_a_complete_row_has_no_ranks() -> None:
    nothing = one_year({"AUT": [None, 5, 5]})
    assert weight_ranks(nothing).isna().all(axis=None)
    assert weight_ranks(nothing.iloc[:0]).shape == (0, 8)
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
    with pytest.raises(PanelError, match="2 are absent: prosecution"):
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
    assert table.loc["PRK", [*columns, "rank_sd"]].to_list() == [174, 156, 174, 0]
    assert table.loc["NOR", columns].to_list() == [7, 1, 19]
    assert table.loc["NOR", "rank_mean"] == pytest.approx(35 / 3, abs=1e-12)
    means = table[["rank", "rank_untied", "rank_mean"]].mean()
    assert means.to_list() == pytest.approx([78.902299, 84.143678, 84.143678], abs=1e-6)
    assert means["rank_untied"] == pytest.approx(means["rank_mean"], abs=1e-10)


@pytest.mark.parametrize(
    ("country", "year", "expected"),
    [
        ("NGA", 2013, [14, 1, 50]),
        ("NOR", 2013, [29, 1, 88]),
        ("CUB", 2013, [121, 13, 162]),
        ("FIN", 2013, [3, 1, 36]),
        ("ITA", 2013, [3, 1, 31]),
        ("SYR", 2013, [181, 172, 181]),
        ("POL", 2013, [1, 1, 1]),
        ("ESP", 2013, [1, 1, 1]),
        ("MEX", 2012, [63, 39, 77]),
    ],
)
def test_published_ranges(
    published: pd.DataFrame, country: str, year: int, expected: list[int]
) -> None:
    of_year = published.xs(year, level="year", drop_level=False)
    row = weight_ranks(of_year).loc[(country, year)]
    assert row[["rank", "rank_low", "rank_high"]].to_list() == expected


def test_published_ranks_lie_in_their_ranges(published: pd.DataFrame) -> None:
    table = weight_ranks(published).dropna()
    assert len(table) == 2124
    assert table["rank"].between(table["rank_low"], table["rank_high"]).all()
    widths = (table["rank_high"] - table["rank_low"]).groupby("year").median()
    assert widths.loc[2000:2013].to_list() == [
        *(26, 35, 45, 50, 56, 60, 57),
        *(56, 56, 60, 59, 56, 58, 62),
    ]
    main = table.drop(2014, level="year")
    assert main[["rank_low", "rank_high"]].sum().to_list() == [72_985, 195_301]
    last = table.xs(2013, level="year")
    assert last[["rank_low", "rank_high"]].sum().to_list() == [7_368, 19_119]
    assert (last["rank_low"] == 1).sum() == 54
    gaps = table.groupby("year")[["rank_untied", "rank_mean"]].mean().diff(axis=1)["rank_mean"]
    assert gaps.abs().max() < 1e-10


def test_published_shares_of_nigeria(published: pd.DataFrame) -> None:
    shares = weight_distribution(published, 2013).loc["NGA"].cumsum()
    assert shares[[10, 14, 20]].to_list() == pytest.approx([1 / 4, 1 / 3, 7 / 18], abs=1e-12)
    assert weight_ranks(published).loc[("NGA", 2013), "rank_mean"] == pytest.approx(27.5)


def test_without_options_every_weighting_counts() -> None:
    data = panel({("AUT", 2009): [5, 1, 1], ("DEU", 2009): [1, 5, 2]}, DIMENSIONS)
    found = weight_distribution(data, 2009)
    pd.testing.assert_frame_equal(found, weight_distribution(data, 2009, min_weight=0))
    assert (found > 0).all(axis=None)
    pd.testing.assert_frame_equal(weight_ranks(data), weight_ranks(data, min_weight=0))
