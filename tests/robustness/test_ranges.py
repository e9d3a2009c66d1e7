"""The table of one year agrees with the functions that it gathers."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import DIMENSIONS, examples, levelled, panels, series
from policyindex import (
    PanelError,
    coding_error,
    datasets,
    error_ranks,
    overall,
    rank_bounds,
    ranks,
    robustness,
    score,
    score_bounds,
    standings,
    weight_ranks,
)
from policyindex.panel import check

one_year = panels(years=(2001, 2001), min_size=1)


def of_2001(found: pd.Series) -> pd.Series:
    return found.xs(2001, level="year")


@given(one_year, st.sampled_from([0, 0.1, 0.25]))
@examples(50)
def test_a_range_over_weightings_is_that_of_weight_ranks(
    data: pd.DataFrame, min_weight: float
) -> None:
    table = standings(data, 2001, min_weight=min_weight)
    moved = weight_ranks(data, min_weight=min_weight).xs(2001, level="year").loc[table.index]
    columns = ["rank", "rank_low", "rank_high"]
    pd.testing.assert_frame_equal(table[columns], moved[columns])
    ranked = table.dropna()
    assert ranked["rank"].between(ranked["rank_low"], ranked["rank_high"]).all()


@given(one_year)
@examples(30)
def test_beside_any_weights_stands_the_range_where_each_keeps_a_tenth(data: pd.DataFrame) -> None:
    table = standings(data, 2001, min_weight=0)
    tenth = standings(data, 2001, min_weight=0.1).loc[table.index]
    for end in ("rank_low", "rank_high"):
        assert table[f"{end}_tenth"].equals(tenth[end].rename(f"{end}_tenth"))
        assert f"{end}_tenth" not in tenth
    ranked = table.dropna()
    assert (ranked["rank_low"] <= ranked["rank_low_tenth"]).all()
    assert ranked["rank"].between(ranked["rank_low_tenth"], ranked["rank_high_tenth"]).all()
    assert (ranked["rank_high_tenth"] <= ranked["rank_high"]).all()


def test_more_than_ten_dimensions_cannot_each_keep_a_tenth() -> None:
    names = [f"d{place}" for place in range(11)]
    index = pd.MultiIndex.from_product([["ITA", "NGA"], [2009]], names=["country", "year"])
    rows = pd.DataFrame([[1.0] * 11, [2.0] * 11], index=index, columns=names)
    table = standings(rows, 2009, codebook=levelled(names), min_weight=0)
    assert list(table.columns[-2:]) == ["rank_low", "rank_high"]
    ten = standings(rows[names[:10]], 2009, codebook=levelled(names[:10]), min_weight=0)
    assert ten["rank_high_tenth"].to_dict() == {"NGA": 1, "ITA": 2}


@given(one_year)
def test_without_a_range_the_rank_stands_alone_best_first(data: pd.DataFrame) -> None:
    found = standings(data, 2001)
    assert found["rank"].equals(of_2001(ranks(overall(data))).loc[found.index])
    assert found["rank_low"].equals(found["rank"].rename("rank_low"))
    assert found["rank_high"].equals(found["rank"].rename("rank_high"))
    ranked = found["rank"].dropna()
    assert ranked.is_monotonic_increasing
    assert found["rank"].isna().iloc[len(ranked) :].all()
    assert sorted(found.index) == sorted(data.index.unique("country"))


@given(one_year, st.lists(st.integers(0, 4), min_size=3, max_size=3).filter(any))
def test_weights_rank_by_the_weighted_score(data: pd.DataFrame, heavy: list[int]) -> None:
    weights = dict(zip(DIMENSIONS, heavy, strict=True))
    found = standings(data, 2001, weights=weights)
    expected = of_2001(overall(data, weights=weights))
    assert found["overall"].equals(expected.loc[found.index])
    assert found["rank"].equals(of_2001(ranks(overall(data, weights=weights))).loc[found.index])


@given(one_year)
@examples(25)
def test_a_range_by_coding_error_is_that_of_error_ranks(data: pd.DataFrame) -> None:
    error = coding_error(0.8)
    found = standings(data, 2001, error=error)
    moved = error_ranks(data, error=error).xs(2001, level="year").loc[found.index]
    pd.testing.assert_frame_equal(
        found[["rank_low", "rank_high"]], moved[["rank_low", "rank_high"]]
    )


def test_a_rank_is_given_where_all_completions_agree() -> None:
    codings = datasets.load_demo()
    bounds = score_bounds(codings)
    found = standings(score(codings), 2009, bounds=bounds)
    limits = rank_bounds(bounds).xs(2009, level="year").loc[found.index]
    assert found["rank_low"].equals(limits["rank_low"].rename("rank_low"))
    assert found["rank_high"].equals(limits["rank_high"].rename("rank_high"))
    firm = limits["rank_low"] == limits["rank_high"]
    assert found["rank"].notna().equals(firm)
    assert 0 < firm.sum() < len(found)
    assert found["overall"].isna().any()
    assert "SYNTHETIC" in found.attrs["source"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"min_weight": 0, "error": coding_error(0.9)},
            "one range at most; got min_weight and error",
        ),
        (
            {"weights": dict.fromkeys(DIMENSIONS, 1), "error": coding_error(0.9)},
            "at equal weights",
        ),
        ({"min_weight": 0.5}, "min_weight"),
        ({"weights": {"prosecution": 1}}, "name each dimension once"),
        ({"year": 1900}, "must be a year of the scores"),
    ],
)
def test_contradictions_are_refused(options: dict[str, object], message: str) -> None:
    scores = score(datasets.load_demo())
    with pytest.raises(ValueError, match=message):
        standings(scores, **{"year": 2009} | options)  # type: ignore[arg-type]
    with pytest.raises(PanelError):
        standings(scores.reset_index(), 2009)


def two_countries() -> pd.DataFrame:
    index = pd.MultiIndex.from_product([["ITA", "NGA"], [2009]], names=["country", "year"])
    return pd.DataFrame([[3.0, 1, 1], [2, 3, 3]], index=index, columns=DIMENSIONS)


def test_weights_below_the_least_weight_are_refused() -> None:
    weights = dict(zip(DIMENSIONS, (6, 1, 0), strict=True))
    with pytest.raises(
        ValueError,
        match="at least min_weight of their sum, 1/5; 2 of 3 are not, the first that of "
        "protection, 1/7; lower min_weight",
    ):
        standings(two_countries(), 2009, weights=weights, min_weight=0.2)
    table = standings(two_countries(), 2009, weights=weights, min_weight=0)
    assert table[["rank", "rank_low", "rank_high"]].to_numpy().tolist() == [[1, 1, 2], [2, 1, 2]]


@given(one_year, st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any))
@examples(50)
def test_a_range_holds_the_rank_at_any_weights(data: pd.DataFrame, heavy: list[int]) -> None:
    weights = dict(zip(DIMENSIONS, heavy, strict=True))
    ranked = standings(data, 2001, weights=weights, min_weight=0).dropna(subset="rank_low")
    assert ranked["rank"].between(ranked["rank_low"], ranked["rank_high"]).all()


def test_a_range_over_weightings_needs_every_dimension() -> None:
    panel = two_countries()
    panel.loc[("NGA", 2009), "prevention"] = None
    weights = dict(zip(DIMENSIONS, (1, 1, 0), strict=True))
    assert standings(panel, 2009, weights=weights)["rank"].to_dict() == {"NGA": 1, "ITA": 2}
    table = standings(panel, 2009, weights=weights, min_weight=0)
    assert table.loc["ITA", ["rank", "rank_low", "rank_high"]].to_list() == [1, 1, 1]
    assert table.loc["NGA", ["rank", "rank_low", "rank_high"]].isna().all()
    assert table.loc["NGA", "overall"] == 7.5


def test_one_dimension_is_enough() -> None:
    index = pd.MultiIndex.from_product([["ITA", "NGA"], [2009]], names=["country", "year"])
    panel = pd.DataFrame({"protection": [4, 5]}, index=index)
    found = standings(panel, 2009, codebook=levelled(["protection"]))
    assert found["rank"].to_dict() == {"NGA": 1, "ITA": 2}


def test_a_panel_without_dimensions_or_bounds_of_the_year_is_refused() -> None:
    scores = score(datasets.load_demo())
    with pytest.raises(PanelError, match="3 are absent: prosecution"):
        standings(scores[[]], 2009)
    with pytest.raises(PanelError, match="1 is absent: prosecution"):
        standings(scores.drop(columns="prosecution"), 2009)
    bounds = score_bounds(datasets.load_demo().xs(2005, level="year", drop_level=False))
    with pytest.raises(ValueError, match="year must be a year"):
        standings(scores, 2009, bounds=bounds)


def overall_alone() -> pd.DataFrame:
    return series({("DEU", 2009): 15, ("NGA", 2009): 13, ("MLI", 2009): 9}).to_frame()


def test_overall_scores_alone_are_ranked() -> None:
    panel = overall_alone()
    found = standings(panel, 2009)
    assert found["rank"].to_dict() == {"DEU": 1, "NGA": 2, "MLI": 3}
    assert list(found.columns) == ["overall", "rank", "rank_low", "rank_high"]
    assert standings(panel.assign(gdp=[4.1, 2.2, 0.9]), 2009).equals(found)


def test_bounds_of_overall_scores_alone_give_a_range() -> None:
    bounds = overall_alone().assign(overall_low=[15, 8, 9], overall_high=[15, 13, 9])
    found = standings(overall_alone(), 2009, bounds=bounds)
    assert found.loc["NGA", ["rank_low", "rank_high"]].to_list() == [2, 3]


@pytest.mark.parametrize(
    "options",
    [{"weights": dict.fromkeys(DIMENSIONS, 1)}, {"min_weight": 0.1}, {"error": 0.9}],
)
def test_options_that_need_the_dimensions_are_refused_without_them(options: Any) -> None:
    (name,) = options
    with pytest.raises(PanelError, match=f"the dimensions of .* are needed for {name}: prosecut"):
        standings(overall_alone(), 2009, **options)


def thin_panel() -> pd.DataFrame:
    """Eight countries in 2012, and one of them in 2013."""
    rows = [(f"C{i:02}", 2012) for i in range(8)] + [("C00", 2013)]
    index = pd.MultiIndex.from_tuples(rows, names=["country", "year"])
    return pd.DataFrame(3, index=index, columns=DIMENSIONS)


@pytest.mark.parametrize("alone", [True, False])
def test_a_thin_year_is_ranked_and_counted(alone: bool) -> None:
    panel = thin_panel()
    data = panel.sum(axis=1).to_frame("overall") if alone else panel
    found = standings(data, 2013)
    assert found["rank"].to_dict() == {"C00": 1}
    assert found.attrs == {"thin_years": {2013: 1}}
    assert standings(data, 2012).attrs == {}


def test_every_table_of_a_thin_year_counts_it() -> None:
    panel = thin_panel()
    tables = [
        robustness.weight_distribution(panel, 2013),
        robustness.dominance(panel, 2013),
        robustness.error_distribution(panel, 2013, error=0.9),
        robustness.error_changes(panel, 2012, 2013, error=0.9),
        robustness.sensitivity(panel, 2013).runs,
    ]
    assert [table.attrs["thin_years"] for table in tables] == [{2013: 1}] * 5
    assert "thin_years" not in robustness.sensitivity(panel).runs.attrs


def test_provenance_is_carried() -> None:
    codings = datasets.load_demo()
    codings.attrs["citation"] = "a paper"
    panel = score(codings)
    found = standings(panel, 2009, bounds=score_bounds(codings))
    assert panel.attrs["rules"]
    for name in ("source", "citation", "rules"):
        assert found.attrs[name] == panel.attrs[name]


@pytest.mark.parametrize(
    ("function", "options"),
    [
        (standings, {}),
        (standings, {"min_weight": 0}),
        (standings, {"error": 0.9}),
        (robustness.sensitivity, {}),
        (robustness.sensitivity, {"weight_sets": {"own": dict.fromkeys(DIMENSIONS, 2)}}),
    ],
)
def test_the_index_is_checked_once(
    function: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, check_index = score(datasets.load_demo()), check.check_index
    calls = []

    def counting(labels: pd.Index) -> tuple[pd.MultiIndex, bool]:
        calls.append(len(labels))
        return check_index(labels)

    monkeypatch.setattr(check, "check_index", counting)
    function(panel, 2009, **options)
    assert calls == [len(panel)]


def test_a_range_holds_a_rank_that_only_ties_at_equal_weights_give(
    published: pd.DataFrame,
) -> None:
    hong_kong = standings(published, 2009, min_weight=0).loc["HKG"]
    assert hong_kong[["rank", "rank_low", "rank_high"]].to_list() == [118, 66, 129]


@pytest.mark.parametrize("year", [2000, 2009])
def test_the_published_scores_stand(published: pd.DataFrame, year: int) -> None:
    found = standings(published, year, min_weight=0.1)
    assert found["rank"].notna().sum() == {2000: 73, 2009: 174}[year]
    assert (found["rank_high"] > found["rank_low"]).any()
