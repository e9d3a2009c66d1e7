"""Ranks, groups and bounds, compared with SciPy and with every completion."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from builders import (
    COUNTRIES,
    DIMENSIONS,
    NAMES,
    examples,
    from_zero,
    panel,
    panels,
    relabelled,
    scores,
    series,
)
from policyindex import Codebook, PanelError, compare, movers, plot, score_bounds
from policyindex.ranking import METHODS, groups, rank_bounds, rank_changes, ranks, what_if
from policyindex.reading import TIERS
from policyindex.testing import codebooks, codings

some = scores(years=(2000, 2003))


@given(some, st.sampled_from(METHODS))
def test_ranks_are_those_of_scipy(drawn: pd.Series, method: str) -> None:
    found = ranks(drawn, method=method)
    assert list(found.index) == sorted(drawn.index)
    for year in drawn.index.get_level_values("year").unique():
        part = drawn.xs(year, level="year").dropna()
        expected = pd.Series(rankdata(-part, method=method), index=part.index, dtype=np.float64)
        shown = found.xs(year, level="year")
        pd.testing.assert_series_equal(shown.dropna(), expected.sort_index(), check_names=False)
        assert (shown.isna() == drawn.xs(year, level="year").sort_index().isna()).all()


@given(scores(years=(2000, 2003), min_size=1), st.sampled_from(METHODS), st.booleans())
@examples(40)
def test_the_ranks_of_a_year_are_those_among_all_years(
    drawn: pd.Series, method: str, lower_is_better: bool
) -> None:
    every = ranks(drawn, method=method, lower_is_better=lower_is_better)
    for year in drawn.index.unique("year"):
        of_year = ranks(drawn, int(year), method=method, lower_is_better=lower_is_better)
        assert of_year.name == "rank"
        assert of_year.index.names == ["country"]
        pd.testing.assert_series_equal(of_year, every.xs(year, level="year"))


@given(some, st.sampled_from(METHODS))
def test_where_lower_is_better_ranks_are_those_of_the_scores_reversed(
    drawn: pd.Series, method: str
) -> None:
    found = ranks(drawn, method=method, lower_is_better=True)
    pd.testing.assert_series_equal(found, ranks(-drawn, method=method))


def test_tier_1_is_the_best() -> None:
    tiers = series({("AUT", 2014): 1, ("DEU", 2014): 1, ("NGA", 2014): 2, ("PRK", 2014): 3})
    later = series({("AUT", 2015): 2, ("DEU", 2015): 1, ("NGA", 2015): 1, ("PRK", 2015): 3})
    both = pd.concat([tiers, later]).rename("tier")
    assert ranks(both, 2014, lower_is_better=True).tolist() == [1, 1, 3, 4]
    assert ranks(both, 2015, lower_is_better=True).tolist() == [3, 1, 1, 4]
    moved = rank_changes(both, 2014, 2015, lower_is_better=True)
    assert moved["change"].to_dict() == {"AUT": -2, "DEU": 0, "NGA": 2, "PRK": 0}


def test_a_thin_year_is_ranked_by_name_and_its_scores_are_counted() -> None:
    thin = series({(unit, 2013): 5 for unit in NAMES} | {("AUT", 2014): 3})
    of_year = ranks(thin, 2014)
    assert of_year.to_dict() == {"AUT": 1}
    assert of_year.attrs["thin_years"] == {2014: 1}
    assert "thin_years" not in ranks(thin, 2013).attrs
    assert "thin_years" not in ranks(thin).attrs
    assert groups(thin, 2014).by_score == {3: ("AUT",)}
    moved = rank_changes(thin, 2013, 2014)
    assert moved["change"].to_dict() == {"AUT": 0}
    assert moved.attrs["thin_years"] == {2014: 1}


def test_a_panel_stands_for_its_overall_scores() -> None:
    table = series({("AUT", 2009): 3, ("DEU", 2009): 5}).to_frame().assign(gdp=1.0)
    table.attrs["source"] = "here"
    assert ranks(table, 2009).to_dict() == {"AUT": 2, "DEU": 1}
    assert ranks(table, 2009).attrs == {"source": "here"}
    assert groups(table, 2009).by_score == {5: ("DEU",), 3: ("AUT",)}
    assert rank_changes(table, 2009, 2009).attrs == {"source": "here"}
    with pytest.raises(PanelError, match="scores must be a Series indexed by country and year"):
        ranks(table[["gdp"]])


@given(some, st.permutations(COUNTRIES))
def test_permuting_countries_permutes_ranks(drawn: pd.Series, names: list[str]) -> None:
    new = dict(zip(COUNTRIES, names, strict=True))
    expected = relabelled(ranks(drawn), new).sort_index()
    pd.testing.assert_series_equal(ranks(relabelled(drawn, new)), expected)


@given(scores(min_size=1), st.sampled_from(METHODS))
def test_a_further_worst_country_changes_no_other_rank(drawn: pd.Series, method: str) -> None:
    years = drawn.index.get_level_values("year").unique()
    worst = series({("ZZZ", year): 0 for year in years})
    found = ranks(pd.concat([drawn, worst]), method=method)
    pd.testing.assert_series_equal(found.drop("ZZZ"), ranks(drawn, method=method))


@given(some)
def test_groups_hold_every_scored_country_once_highest_first(drawn: pd.Series) -> None:
    for year in drawn.index.get_level_values("year").unique():
        found = groups(drawn, year)
        assert list(found.by_score) == sorted(found.by_score, reverse=True)
        part = drawn.xs(year, level="year").dropna()
        assert {country: score for score, who in found.by_score.items() for country in who} == (
            part.to_dict()
        )
        for who in found.by_score.values():
            assert list(who) == sorted(who)
        assert str(found).startswith(f"{year}: ")


def test_groups_are_counted_in_a_sentence() -> None:
    empty = series({("AUT", 2009): None})
    assert str(groups(empty, 2009)) == "2009: no country has a score."
    one = series({("AUT", 2009): 4, ("DEU", 2009): 4})
    assert str(groups(one, 2009)) == "2009: two countries at 4."
    tail = series({("AUT", 2009): 4.5, ("DEU", 2009): 4, ("NGA", 2009): 4})
    assert str(groups(tail, 2009)) == "2009: one country at 4.5; the lowest, two countries, at 4."


def test_groups_show_in_a_notebook() -> None:
    page = groups(series({("AUT", 2009): 4.5, ("DEU", 2009): 4, ("NGA", 2009): 4}), 2009)
    assert "<p>2009: one country at 4.5; the lowest," in page._repr_html_()
    assert "<td>Germany (DEU), Nigeria (NGA)</td>" in page._repr_html_()
    assert "no country has a score" in groups(series({("AUT", 2009): None}), 2009)._repr_html_()
    assert type(page.year) is int
    assert "np." not in repr(page)


@pytest.mark.parametrize(("n", "words"), [(12, "twelve"), (13, "13")])
def test_numbers_to_twelve_are_words(n: int, words: str) -> None:
    drawn = series({(f"unit {place}", 2009): 4 for place in range(n)})
    assert str(groups(drawn, 2009)) == f"2009: {words} countries at 4."


@given(scores(years=(2000, 2002), min_size=1), st.sampled_from(METHODS))
def test_rank_changes_are_among_countries_scored_in_both_years(
    drawn: pd.Series, method: str
) -> None:
    years = sorted(drawn.index.get_level_values("year").unique())
    start, end = years[0], years[-1]
    parts = [drawn.xs(year, level="year").dropna() for year in (start, end)]
    both = sorted(set(parts[0].index) & set(parts[1].index))
    found = rank_changes(drawn, start, end, method=method)
    assert list(found.index) == both
    for name, part in zip(("start", "end"), parts, strict=True):
        assert found[name].to_list() == list(rankdata(-part[both], method=method))
    assert (found["change"] == found["start"] - found["end"]).all()
    everyone = rank_changes(drawn, start, end, cohort="all", method=method)
    for name, year in (("start", start), ("end", end)):
        expected = ranks(drawn, method=method).xs(year, level="year")
        shown = everyone[name].dropna()
        assert shown.to_dict() == expected.dropna().to_dict()
    turned = rank_changes(drawn, end, start, method=method)
    assert (turned["change"] == -found["change"]).all()


def test_entrants_lower_no_rank_by_default() -> None:
    drawn = series({("AUT", 2000): 3, ("AUT", 2009): 3, ("DEU", 2009): 5})
    assert rank_changes(drawn, 2000, 2009)["change"].to_list() == [0]
    everyone = rank_changes(drawn, 2000, 2009, cohort="all")
    assert everyone.loc["AUT", "change"] == -1
    assert np.isnan(everyone.loc["DEU", "change"])


def test_a_year_compared_with_itself_has_no_changes() -> None:
    drawn = series({("AUT", 2009): 3, ("DEU", 2009): 5})
    found = rank_changes(drawn, 2009, 2009)
    assert found.to_dict("list") == {"start": [2, 1], "end": [2, 1], "change": [0, 0]}


bounds = st.lists(st.tuples(st.integers(3, 6), st.integers(0, 2)), min_size=1, max_size=4).map(
    lambda pairs: pd.DataFrame(
        {"overall_low": [low for low, _ in pairs], "overall_high": [a + b for a, b in pairs]},
        index=pd.MultiIndex.from_product([NAMES[: len(pairs)], [2009]], names=["country", "year"]),
        dtype=np.float64,
    )
)


@given(bounds)
def test_rank_bounds_are_the_extremes_over_all_completions(drawn: pd.DataFrame) -> None:
    options = [range(int(low), int(high) + 1) for low, high in drawn.to_numpy()]
    every = np.array([rankdata(-np.array(each), method="min") for each in product(*options)])
    found = rank_bounds(drawn)
    assert found["rank_low"].to_list() == every.min(0).tolist()
    assert found["rank_high"].to_list() == every.max(0).tolist()


@given(codebooks().flatmap(lambda book: st.tuples(st.just(book), codings(book))))
@examples(40)
def test_rank_bounds_contain_the_rank_of_each_end(drawn: tuple[Codebook, pd.DataFrame]) -> None:
    book, table = drawn
    found = score_bounds(table, codebook=book)
    for dimension in ["overall", *(each.name for each in book.dimensions)]:
        ends = rank_bounds(found, dimension=dimension, codebook=book)
        assert (ends["rank_low"] <= ends["rank_high"]).all()
        for end in ("low", "high"):  # one completion among many
            shown = ranks(found[f"{dimension}_{end}"])
            assert (ends["rank_low"] <= shown).all()
            assert (shown <= ends["rank_high"]).all()
    known = score_bounds(table.dropna(), codebook=book)
    expected = ranks(known["overall_low"])
    for name in ("rank_low", "rank_high"):
        pd.testing.assert_series_equal(
            rank_bounds(known, codebook=book)[name], expected, check_names=False
        )


def test_a_country_without_bounds_does_not_affect_other_ranks() -> None:
    index = pd.MultiIndex.from_product([["AUT", "DEU"], [2009]], names=["country", "year"])
    drawn = pd.DataFrame({"overall_low": [3, None], "overall_high": [9, None]}, index=index)
    drawn.attrs["source"] = "here"
    found = rank_bounds(drawn)
    assert found.loc[("AUT", 2009)].to_list() == [1, 1]
    assert found.loc[("DEU", 2009)].isna().all()
    assert found.attrs == {"source": "here"}


def test_wrong_options_years_and_bounds_are_refused() -> None:
    drawn = series({("AUT", 2009): 3})
    with pytest.raises(ValueError, match="method must be one of min, max, dense, average; got 'f"):
        ranks(drawn, method="first")
    with pytest.raises(ValueError, match="year must be a year of the scores"):
        groups(drawn, 2010)
    with pytest.raises(ValueError, match="year must be a year of the scores .2009 to 2009.; got 2"):
        ranks(drawn, 2010)
    with pytest.raises(ValueError, match="end must be a year of the scores"):
        rank_changes(drawn, 2009, 2010)
    with pytest.raises(PanelError, match="overall_low and overall_high, as score_bounds returns"):
        rank_bounds(drawn.to_frame("overall"))
    with pytest.raises(PanelError, match="1 is absent: overall_high"):
        rank_bounds(drawn.to_frame("overall_low"))
    three = pd.MultiIndex.from_product([["AUT", "DEU", "NGA"], [2009]], names=["country", "year"])
    ends = pd.DataFrame({"overall_low": [3, 5, 5], "overall_high": [3, 4, 4]}, three)
    with pytest.raises(PanelError, match="2 of 3 rows do not, the first DEU 2009"):
        rank_bounds(ends)
    beyond = pd.DataFrame({"overall_low": [3, 5, 5], "overall_high": [3, 16, 5]}, three)
    with pytest.raises(
        PanelError,
        match="overall must lie from 3 to 15, the scale of the codebook; 1 of 3 rows do not, the "
        "first DEU 2009; pass theirs with codebook=",
    ):
        rank_bounds(beyond)
    with pytest.raises(ValueError, match="dimension must be one of prosecution, .*; got 'tier'"):
        rank_bounds(beyond, dimension="tier")
    index = drawn.index
    for low, high in [(4, 3), (None, 3), (3, None)]:
        with pytest.raises(PanelError, match="1 of 1 rows do not, the first AUT 2009"):
            rank_bounds(pd.DataFrame({"overall_low": [low], "overall_high": [high]}, index))


def test_inputs_are_untouched() -> None:
    drawn = series({("DEU", 2009): 3, ("AUT", 2009): None, ("AUT", 2008): 4})
    before = drawn.copy()
    ranks(drawn)
    groups(drawn, 2009)
    rank_changes(drawn, 2008, 2009)
    pd.testing.assert_series_equal(drawn, before)


def test_the_published_groups_of_2009_are_those_announced(published: pd.DataFrame) -> None:
    """Seven at 15 with the United States, which the file lacks; eight at 14; North Korea last."""
    found = groups(published, 2009)
    assert found.by_score[15] == ("AUS", "BEL", "DEU", "ITA", "NLD", "SWE")
    assert sorted(found.by_score[14]) == [
        "AUT", "CAN", "FRA", "HRV", "KOR", "NGA", "NOR", "SVN",
    ]  # fmt: skip
    assert found.by_score[3] == ("PRK",)
    assert str(found).startswith("2009: six countries at 15, eight at 14, ")
    assert str(found).endswith("; the lowest, North Korea, at 3.")


def test_germany_has_the_rank_of_2012_as_announced(published: pd.DataFrame) -> None:
    """Announced with 12 points and rank 41 of 188, the United States ahead of it."""
    assert published.loc[("DEU", 2012), "overall"] == 12
    assert ranks(published["overall"])[("DEU", 2012)] == 40
    assert ranks(published, 2012)["DEU"] == 40


# A scale and a direction that the user states.


def tiers() -> pd.Series:
    cells = {("DEU", 2009): 1, ("NGA", 2009): 2, ("MLI", 2009): 2.5, ("TCD", 2009): 3}
    return series(cells | {("DEU", 2010): 2, ("NGA", 2010): 1}).rename("tier")


@given(scores(min_size=1))
def test_where_lower_is_better_groups_are_reversed(drawn: pd.Series) -> None:
    for year in drawn.index.unique("year"):
        plain = groups(drawn, int(year))
        turned = groups(drawn, int(year), lower_is_better=True)
        assert turned.by_score == plain.by_score
        assert [*turned.by_score] == [*plain.by_score][::-1]


def test_the_sentence_of_groups_ends_with_the_last() -> None:
    assert str(groups(tiers(), 2009, **TIERS)) == (
        "2009: one country at 1, one at 2, one at 2.5; the highest, Chad, at 3."
    )


def test_tiers_take_their_scale_and_direction_everywhere() -> None:
    assert ranks(tiers(), 2009, **TIERS).sort_values().index.tolist() == [
        "DEU", "NGA", "MLI", "TCD"
    ]  # fmt: skip
    assert rank_changes(tiers(), 2009, 2010, **TIERS)["change"].to_dict() == {"DEU": -1, "NGA": 1}
    moves = movers(tiers(), 2009, 2010, **TIERS)
    assert (moves.gained.to_dict(), moves.lost.to_dict()) == ({"NGA": -1}, {"DEU": 1})


@pytest.mark.parametrize(
    "call",
    [
        lambda data: ranks(data, **TIERS),
        lambda data: groups(data, 2009, **TIERS),
        lambda data: rank_changes(data, 2009, 2010, **TIERS),
        lambda data: movers(data, 2009, 2010, **TIERS),
    ],
)
def test_special_codes_are_off_the_scale_of_tiers(call: Callable[[pd.Series], object]) -> None:
    data = tiers().replace(3, 666)
    with pytest.raises(PanelError, match="tier must lie from 1 to 3.*the first 666 at TCD 2009"):
        call(data)


@pytest.mark.parametrize("direction", ["no", 1, None])
def test_a_direction_is_true_or_false_and_nothing_else(direction: object) -> None:
    index = pd.MultiIndex.from_product([["ITA", "NGA"], [2000, 2009]], names=["country", "year"])
    tiers = pd.Series([1.0, 2, 3, 3], index=index)
    for answer in (
        lambda: ranks(tiers, lower_is_better=direction),  # type: ignore[call-overload]
        lambda: groups(tiers, 2009, lower_is_better=direction),  # type: ignore[arg-type]
        lambda: rank_changes(tiers, 2000, 2009, lower_is_better=direction),  # type: ignore[arg-type]
        lambda: movers(tiers, 2000, 2009, lower_is_better=direction),  # type: ignore[arg-type]
        lambda: compare(tiers, tiers, lower_is_better=direction),  # type: ignore[arg-type]
        lambda: plot.trend(tiers, ["ITA"], lower_is_better=direction),  # type: ignore[arg-type]
    ):
        with pytest.raises(ValueError, match="lower_is_better must be True or False; got"):
            answer()


@given(panels(), st.sampled_from(NAMES[:5]))
@examples(60)
def test_what_if_is_the_rank_of_a_panel_with_one_point_more(drawn: pd.DataFrame, unit: str) -> None:
    for year in drawn.index.unique("year"):
        of_year = drawn.xs(year, level="year")
        if unit not in of_year.index or of_year.loc[unit].isna().any():
            continue
        found = what_if(drawn, unit, int(year))
        overall = drawn.sum(axis=1, skipna=False)
        assert set(found["rank"]) == {ranks(overall)[unit, year]}
        for name, row in found.iterrows():
            assert row["score"] == drawn.loc[(unit, year), name]
            if row["score"] == 5:
                assert row[["score_raised", "rank_raised", "others"]].isna().all()
                continue
            raised = drawn.copy()
            raised.loc[(unit, year), name] += 1
            assert row["score_raised"] == raised.loc[(unit, year), name]
            after = ranks(raised.sum(axis=1, skipna=False), int(year))
            assert row["rank_raised"] == after[unit]
            assert row["others"] == (after == after[unit]).sum() - 1


def test_what_if_refuses_a_country_without_a_score() -> None:
    data = panel({("DEU", 2009): [5, None, 4], ("NGA", 2009): [4, 4, 4]}, DIMENSIONS)
    with pytest.raises(ValueError, match="every dimension in 2009; Germany lacks protection"):
        what_if(data, "Germany", 2009)
    with pytest.raises(ValueError, match="'Narnia'"):
        what_if(data, "Narnia", 2009)
    with pytest.raises(ValueError, match="year must be a year"):
        what_if(data, "Nigeria", 2010)
    with pytest.raises(PanelError, match="absent: prevention"):
        what_if(data.drop(columns="prevention"), "Nigeria", 2009)


def test_what_if_names_a_thin_year_and_the_top_of_another_scale() -> None:
    rows = {(unit, 2008): [1, 1, 1] for unit in NAMES}
    data = panel(rows | {("DEU", 2009): [2, 2, 2]}, DIMENSIONS)
    assert what_if(data, "DEU", 2009).attrs["thin_years"] == {2009: 1}
    four = panel({("DEU", 2009): [0], ("NGA", 2009): [3]}, ["law"])
    found = what_if(four, "NGA", 2009, codebook=Codebook("law", from_zero(["law"], 3)))
    assert found["score_raised"].isna().all()
