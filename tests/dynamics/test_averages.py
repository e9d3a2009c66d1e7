"""Means and decompositions, compared with plain loops and scipy."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from builders import COUNTRIES, known, scores, series, table
from policyindex import countries
from policyindex.dynamics.averages import Decomposition, decompose, decompose_yearly, yearly_means

FIRST, LAST = 2000, 2007
SWAPPED = pd.MultiIndex.from_tuples([(2000, "DEU")], names=["year", "country"])
EIGHT = ["AUT", "CHE", "DEU", "ITA", "NGA", "PRK", "SWE", "USA"]
years = st.integers(FIRST, LAST)
full = scores(min_size=4)


def thin_2013() -> pd.Series:
    """Eight countries scored from 2009 to 2012, and Germany alone in 2013."""
    cells = {(one, year): place + 4.0 for place, one in enumerate(EIGHT)
             for year in range(2009, 2013)}  # fmt: skip
    return series(cells | {("DEU", 2013): 9.0})


def spanned(drawn: pd.Series) -> pd.Series:
    """The same scores, with a row for the first year and the last."""
    edges = series({("AUT", year): None for year in (FIRST, LAST)})
    return pd.concat([drawn, edges[~edges.index.isin(drawn.index)]])


def thin_among(drawn: pd.Series) -> dict[int, int]:
    """Years with fewer scores than a quarter of the fullest, and how many they have."""
    present = drawn.index.get_level_values("year")
    counts = {year: int(drawn[present == year].count()) for year in sorted(set(present))}
    return {year: n for year, n in counts.items() if 4 * n < max(counts.values())}


def described(values: list[float]) -> list[float]:
    """Mean, sd, se, median and n, as a textbook has them."""
    n = len(values)
    mean = sum(values) / n if n else np.nan
    sd = (sum((each - mean) ** 2 for each in values) / (n - 1)) ** 0.5 if n > 1 else np.nan
    return [mean, sd, sd / n**0.5 if n else np.nan, np.median(values) if n else np.nan, n]


@given(full)
def test_yearly_means_equal_those_of_a_loop(drawn: pd.Series) -> None:
    found = yearly_means(drawn)
    cells = known(drawn)
    present = set(drawn.index.get_level_values("year")) - thin_among(drawn).keys()
    assert found.index.tolist() == list(range(min(present), max(present) + 1))
    for year in found.index:
        expected = described([value for (_, when), value in cells.items() if when == year])
        np.testing.assert_allclose(found.loc[year].to_numpy(), expected, atol=1e-12)


@given(full, st.randoms())
def test_the_order_of_rows_does_not_change_yearly_means(drawn: pd.Series, random: object) -> None:
    rows = list(range(len(drawn)))
    random.shuffle(rows)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(yearly_means(drawn.iloc[rows]), yearly_means(drawn))


@given(full, st.sampled_from(["all", "balanced"]) | years)
def test_a_cohort_has_its_countries_alone(drawn: pd.Series, cohort: str | int) -> None:
    cells = known(drawn)
    countries = set(drawn.index.get_level_values("country"))
    scored = {year for _, year in cells}
    full = scored - thin_among(drawn).keys()
    if cohort == "balanced":
        countries = {one for one in countries if cells and all((one, y) in cells for y in full)}
        if cells and not countries:
            with pytest.raises(ValueError, match="the balanced cohort has .*; none is"):
                yearly_means(drawn, cohort=cohort)
            return
    elif cohort != "all":
        assume(cohort in scored)
        countries = {one for one in countries if (one, cohort) in cells}
    found = yearly_means(drawn, cohort=cohort)
    within = (min(full), max(full)) if full else (FIRST, LAST)
    rows = [one in countries and within[0] <= y <= within[1] for one, y in drawn.index]
    members = drawn[rows]
    assert found["n"].sum() == members.count()
    if members.notna().any():
        expected = yearly_means(members, years=within)["mean"].dropna()
        pd.testing.assert_series_equal(found["mean"].dropna(), expected)


def test_a_year_without_scores_does_not_change_the_balanced_cohort() -> None:
    drawn = series({("DEU", 1999): None, ("DEU", 2000): 3, ("DEU", 2001): 4})
    found = yearly_means(drawn, cohort="balanced")
    assert found["n"].to_dict() == {2000: 1, 2001: 1}
    assert found.attrs["thin_years"] == {1999: 0}


@given(full)
def test_the_rows_and_thin_years_are_all_years(drawn: pd.Series) -> None:
    assume(drawn.notna().any())
    found = yearly_means(drawn)
    thin = found.attrs.get("thin_years", {})
    assert thin == {year: n for year, n in thin_among(drawn).items() if year not in found.index}
    assert set(found.index) | thin.keys() >= set(drawn.index.get_level_values("year"))


def test_a_thin_year_has_a_row_if_years_ask_for_it() -> None:
    drawn = thin_2013()
    assert yearly_means(drawn)["n"].to_dict() == dict.fromkeys(range(2009, 2013), 8)
    assert yearly_means(drawn).attrs["thin_years"] == {2013: 1}
    asked = yearly_means(drawn, years=(2012, 2013))
    assert asked["n"].to_dict() == {2012: 8, 2013: 1}
    assert asked.attrs["thin_years"] == {2013: 1}
    assert "thin_years" not in yearly_means(drawn, years=(2009, 2012)).attrs


def test_a_thin_year_is_not_part_of_the_balanced_cohort() -> None:
    drawn = thin_2013()
    found = yearly_means(drawn, cohort="balanced")
    assert found["n"].to_dict() == dict.fromkeys(range(2009, 2013), 8)
    assert found.attrs["thin_years"] == {2013: 1}
    asked = yearly_means(drawn, cohort="balanced", years=(2009, 2013))
    assert asked["n"].tolist() == [8, 8, 8, 8, 1]
    assert asked.attrs["thin_years"] == {2013: 1}


def test_a_thin_year_between_full_ones_keeps_its_row() -> None:
    cells = {(one, year): 3.0 for one in EIGHT for year in (2000, 2002)} | {("DEU", 2001): 4.0}
    found = yearly_means(series(cells))
    assert found["n"].to_dict() == {2000: 8, 2001: 1, 2002: 8}
    assert "thin_years" not in found.attrs
    balanced = yearly_means(series(cells), cohort="balanced")
    assert balanced["n"].to_dict() == {2000: 8, 2001: 1, 2002: 8}
    assert balanced.attrs["thin_years"] == {2001: 1}


def test_decompositions_accept_a_thin_year() -> None:
    drawn = thin_2013()
    assert decompose(drawn, 2012, 2013)[-3:] == (1, 0, 7)
    steps = decompose_yearly(drawn, 2011, 2013)
    assert steps["n_leavers"].to_dict() == {2012: 0, 2013: 7}
    assert steps.attrs["thin_years"] == {2013: 1}


def test_a_panel_stands_for_its_overall_scores() -> None:
    drawn = thin_2013()
    drawn.attrs["source"] = "a file"
    panel = pd.DataFrame({"prosecution": 1.0, "overall": drawn, "gdp": 7.5})
    panel.attrs["source"] = "a file"
    for call in (yearly_means, lambda data: decompose_yearly(data, 2009, 2013)):
        pd.testing.assert_frame_equal(call(panel), call(drawn))
        assert call(panel).attrs == call(drawn).attrs
    assert decompose(panel, 2009, 2012) == decompose(drawn, 2009, 2012)


def test_a_decomposition_is_a_sentence() -> None:
    drawn = series({("DEU", 2000): 14, ("DEU", 2009): 15, ("SOM", 2009): 5, ("NGA", 2000): 12})
    assert str(decompose(drawn, 2000, 2009)) == (
        "The mean changed by -3.00 points: +1.00 within one country scored in both years, "
        "-5.00 by one country that entered and +1.00 by one country that left."
    )
    stayed = series({("DEU", 2000): 14, ("DEU", 2009): 15})
    assert str(decompose(stayed, 2000, 2009)) == (
        "The mean changed by +1.00 points: +1.00 within one country scored in both years, "
        "+0.00 by no countries that entered and +0.00 by no countries that left."
    )
    apart = series({("DEU", 2000): 14, ("SOM", 2009): 5})
    assert str(decompose(apart, 2000, 2009)) == (
        "The mean changed by -9.00 points; no country is scored in both years."
    )
    empty = series({("DEU", 2000): 14, ("SOM", 2009): None})
    assert str(decompose(empty, 2000, 2009)) == (
        "The change of the mean is missing: no country is scored in one of the years."
    )
    assert "n_stayers" in decompose(drawn, 2000, 2009)._repr_html_()


@given(full, st.dictionaries(st.sampled_from(COUNTRIES), st.booleans(), min_size=1))
def test_a_group_of_countries_has_its_own_means(drawn: pd.Series, member: dict[str, bool]) -> None:
    present = drawn.index.get_level_values("country")
    assume(set(present) & set(member))
    found = yearly_means(drawn, by=pd.Series(member, name="member"))
    assert found.index.names == ["member", "year"]
    for value in {member[each] for each in present if each in member}:
        chosen = drawn[[member.get(country) is value for country in present]]
        expected = yearly_means(chosen).reindex(found.loc[value].index)
        expected["n"] = expected["n"].fillna(0).astype(np.int64)
        pd.testing.assert_frame_equal(found.loc[value], expected, check_index_type=False)


def test_a_group_may_differ_by_country_and_year() -> None:
    drawn = series({("DEU", 2000): 1, ("DEU", 2001): 2, ("NGA", 2000): 3, ("NGA", 2001): 4})
    status = pd.Series(["new", "old", None, "new"], index=drawn.index)
    found = yearly_means(drawn, by=status.iloc[::-1])
    assert found["n"].to_dict() == {
        ("new", 2000): 1, ("new", 2001): 1, ("old", 2000): 0, ("old", 2001): 1,
    }  # fmt: skip
    assert found["mean"].dropna().tolist() == [1, 4, 2]
    assert found.index.names == ["group", "year"]


def test_regions_are_groups() -> None:
    drawn = series({("DEU", 2000): 1, ("AUT", 2000): 2, ("NGA", 2000): 3})
    assert yearly_means(drawn, by="region")["n"].to_dict() == {
        ("Africa", 2000): 1,
        ("Europe", 2000): 2,
    }


@pytest.mark.parametrize(
    ("by", "groups"),
    {
        "region": ["Africa", "Europe"],
        "un_sub": ["Northern Africa", "Sub-Saharan Africa", "Western Europe"],
        "un_intermediate": ["Northern Africa", "Western Africa", "Western Europe"],
        "world_bank": ["Europe & Central Asia", "Middle East & North Africa", "Sub-Saharan Africa"],
    }.items(),
)
def test_each_scheme_of_regions_groups_as_its_series_does(by: str, groups: list[str]) -> None:
    units = ["DEU", "EGY", "NGA", "Berlin"]  # a unit without a region is left out
    drawn = series({(unit, 2000): place + 1 for place, unit in enumerate(units)})
    means = yearly_means(drawn, by=by)
    assert means.index.names == [by, "year"]
    assert means.index.get_level_values(0).to_list() == groups
    scheme = "un" if by == "region" else by
    same = yearly_means(drawn, by=countries.region(units[:3], scheme=scheme))
    assert means["mean"].to_list() == same["mean"].to_list()


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("continent", "by must be 'region', 'un_sub', 'un_intermediate', 'world_bank', or a"),
        (["a"], "by must be 'region', 'un_sub', 'un_intermediate', 'world_bank', or a"),
        (pd.Series(["a", "b"], index=["DEU", "DEU"]), "1 of its labels are repeated, the first"),
        (pd.Series(["a"], index=["Germany"]), "it gives none; index it"),
        (pd.Series(["a"], index=SWAPPED), "its levels are"),
    ],
)  # fmt: skip
def test_groups_of_other_kinds_are_refused(by: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        yearly_means(series({("DEU", 2000): 5}), by=by)  # type: ignore[arg-type]


def test_a_group_named_like_another_level_is_called_group() -> None:
    drawn = series({("DEU", 2000): 1, ("DEU", 2001): 2})
    by = pd.Series({"DEU": "a"})
    assert yearly_means(drawn, by=by.rename("year")).index.names == ["group", "year"]


def test_rows_are_the_years_of_the_scores_within_the_span() -> None:
    drawn = series({("DEU", 2000): 1, ("DEU", 2002): 2, ("DEU", 2003): None})
    assert yearly_means(drawn, years=(1, 9999)).index.tolist() == [2000, 2001, 2002, 2003]
    assert yearly_means(drawn, years=(2001, 9999)).index.tolist() == [2001, 2002, 2003]
    assert yearly_means(drawn, years=(1, 2001))["n"].tolist() == [1, 0]
    assert yearly_means(drawn, years=(2004, 2009)).empty
    assert yearly_means(drawn, years=(1990, 1999)).empty


def test_years_without_scores_have_n_of_0() -> None:
    assert len(yearly_means(series({}))) == 0
    assert yearly_means(series({("DEU", 2000): None}))["n"].tolist() == [0]


@given(scores().map(spanned), years, years)
def test_parts_add_to_the_total(drawn: pd.Series, start: int, end: int) -> None:
    drawn = pd.concat([drawn, series({("ZZZ", start): None, ("ZZY", end): None})])
    found = decompose(drawn, start, end)
    cells = known(drawn)
    a = {country: value for (country, year), value in cells.items() if year == start}
    b = {country: value for (country, year), value in cells.items() if year == end}
    stay = a.keys() & b.keys()
    assert found[-3:] == (len(stay), len(b.keys() - stay), len(a.keys() - stay))
    if a and b:
        total = sum(b.values()) / len(b) - sum(a.values()) / len(a)
        assert found.total == pytest.approx(total, abs=1e-12)
    else:
        assert np.isnan(found.total)
    if not stay:
        assert np.isnan([found.within, found.entry, found.exit]).all()
        return
    assert found.within + found.entry + found.exit == pytest.approx(found.total, abs=1e-12)

    def mean(values: dict[str, float], of: set[str]) -> float:
        return sum(values[each] for each in of) / len(of) if of else 0.0

    enter, leave = b.keys() - stay, a.keys() - stay
    within = mean(b, stay) - mean(a, stay)
    entry = len(enter) / len(b) * (mean(b, enter) - mean(b, stay))
    exit_ = -len(leave) / len(a) * (mean(a, leave) - mean(a, stay))
    np.testing.assert_allclose(found[1:4], [within, entry, exit_], atol=1e-12)


@given(scores().map(spanned))
def test_decomposition_is_antisymmetric(drawn: pd.Series) -> None:
    forth = decompose(drawn, FIRST, LAST)
    back = decompose(drawn, LAST, FIRST)
    np.testing.assert_array_equal(
        [back.total, back.within, back.entry, back.exit],
        [-forth.total, -forth.within, -forth.exit, -forth.entry],
    )
    assert back[-3:] == (forth.n_stayers, forth.n_leavers, forth.n_entrants)


@given(scores().map(spanned), st.lists(st.integers(1, 5), min_size=8, max_size=8))
def test_steps_add_to_the_whole(drawn: pd.Series, anchor: list[int]) -> None:
    always = series(dict(zip(product(["ANC"], range(FIRST, LAST + 1)), anchor, strict=True)))
    drawn = pd.concat([drawn, always])
    steps = decompose_yearly(drawn, FIRST, LAST)
    assert tuple(steps.columns) == Decomposition._fields
    assert steps.index.tolist() == list(range(FIRST + 1, LAST + 1))
    for year in steps.index:
        expected = decompose(drawn, year - 1, year)
        np.testing.assert_allclose(steps.loc[year].to_numpy(), expected, atol=1e-12)
    whole = decompose(drawn, FIRST, LAST).total
    parts = steps[["within", "entry", "exit"]].sum()
    assert steps["total"].sum() == pytest.approx(whole, abs=1e-12)
    assert parts.sum() == pytest.approx(whole, abs=1e-12)


@given(scores(min_size=8))
def test_without_entry_and_exit_all_change_is_within(drawn: pd.Series) -> None:
    whole = table(drawn).fillna(3)
    cells = {(country, year): whole.loc[country, year] for country in whole.index for year in whole}
    found = decompose(series(cells), whole.columns[0], whole.columns[-1])
    assert (found.entry, found.exit, found.within) == (0, 0, found.total)


def test_years_without_rows_are_refused() -> None:
    drawn = series({("DEU", 2000): 5, ("DEU", 2003): 6})
    for call in (decompose, decompose_yearly):
        with pytest.raises(ValueError, match=r"end must be a year of the scores \(2000 to 2003\)"):
            call(drawn, 2000, 2001)
    with pytest.raises(ValueError, match="the first not above the last"):
        decompose_yearly(drawn, 2003, 2000)
    with pytest.raises(ValueError, match=r"start must be a year of the scores \(none\)"):
        decompose(series({}), 2000, 2001)
    assert decompose_yearly(drawn, 2000, 2003)["total"].isna().all()


def test_an_empty_balanced_cohort_is_refused_with_its_emptiest_year() -> None:
    cells = {("DEU", 2000): 3, ("DEU", 2001): 4, ("NGA", 2000): 2, ("NGA", 2001): 2}
    drawn = series(cells | {("TLS", 2002): 5})
    message = "every year from 2000 to 2002; none is, and the fewest are in 2002, 1; narrow"
    with pytest.raises(ValueError, match=message):
        yearly_means(drawn, cohort="balanced")
    assert yearly_means(drawn, cohort="balanced", years=(2000, 2001))["n"].to_list() == [2, 2]
    assert yearly_means(series({("DEU", 2000): None}), cohort="balanced")["n"].to_list() == [0]


def test_provenance_is_kept() -> None:
    drawn = series({("DEU", 2000): 5.0, ("DEU", 2001): 5.0})
    drawn.attrs["source"] = "a file"
    tables = [
        yearly_means(drawn),
        yearly_means(drawn, by="region"),
        decompose_yearly(drawn, 2000, 2001),
    ]
    assert all(table.attrs["source"] == "a file" for table in tables)
    assert [table.attrs.get("se") for table in tables[:2]] == ["sampling of countries"] * 2


@pytest.mark.parametrize(
    ("dimension", "means"),
    [
        ("prosecution", [2.888, 2.967, 3.084, 3.304, 3.382, 3.547, 3.601, 3.686, 3.724, 3.737]),
        ("protection", [2.260, 2.473, 2.746, 2.652, 2.719, 2.796, 2.761, 2.706, 2.792, 2.794]),
        ("prevention", [2.494, 2.787, 3.229, 2.963, 3.106, 3.189, 3.129, 3.053, 3.214, 3.270]),
        # The file's overall of 2009 counts a missing part of Haiti's as 0: 9.783 over 175.
        ("overall", [7.603, 8.225, 9.103, 8.985, 9.233, 9.580, 9.506, 9.446, 9.740, 9.816]),
    ],
)  # fmt: skip
def test_means_equal_the_published_ones(
    published: pd.DataFrame, dimension: str, means: list[float]
) -> None:
    found = yearly_means(published[dimension], years=(2000, 2009))
    np.testing.assert_allclose(found["mean"], means, atol=5e-4)
    if dimension == "overall":
        assert found["n"].tolist() == [73, 89, 117, 133, 150, 157, 162, 168, 173, 174]


def test_published_thin_years_are_not_part_of_a_default(published: pd.DataFrame) -> None:
    found = yearly_means(published)
    assert (found.index[0], found.index[-1], found["n"].min()) == (2000, 2013, 73)
    assert found.attrs["thin_years"] == {1999: 0, 2014: 1}
    balanced = yearly_means(published, cohort="balanced")
    assert (balanced["n"] == 67).all()
    assert balanced.index.equals(found.index)
    assert balanced.attrs["thin_years"] == {1999: 0, 2014: 1}
    asked = yearly_means(published, years=(2000, 2014))
    assert asked.loc[2014, ["mean", "n"]].tolist() == [7, 1]
    assert asked.attrs["thin_years"] == {2014: 1}


def test_published_gain_is_larger_within_countries(published: pd.DataFrame) -> None:
    found = decompose(published["overall"], 2000, 2009)
    assert found.n_stayers == 72
    assert found.within == pytest.approx(3.19, abs=5e-3)
    assert found.total == pytest.approx(2.21, abs=5e-3)


def test_protection_fell_by_entry_alone(published: pd.DataFrame) -> None:
    found = decompose(published["protection"], 2005, 2007)
    assert found.within == pytest.approx(0, abs=1e-12)
    assert found.entry == pytest.approx(-0.0903, abs=5e-5)
    assert found[-3:] == (157, 13, 0)


def test_the_error_of_a_change_pairs_each_country_with_itself(published: pd.DataFrame) -> None:
    scores = published["overall"]
    parts = decompose(scores, 2000, 2009)
    change = (scores.xs(2009, level="year") - scores.xs(2000, level="year")).dropna()
    assert (round(parts.within, 3), parts.n_stayers) == (3.194, 72)
    assert round(parts.within_se, 3) == 0.298
    assert parts.within_se == pytest.approx(change.std() / np.sqrt(72), abs=1e-12)
    both = scores.unstack().loc[change.index, [2000, 2009]]  # noqa: PD010
    assert round(float(np.sqrt(both.var().sum() / 72)), 3) == 0.414  # as if independent


def test_the_error_of_entry_is_that_of_resampled_countries() -> None:
    random = np.random.default_rng(3)
    cells = {}
    for place in range(40):
        cells[(f"C{place:02}", 2000)] = float(random.integers(3, 16)) if place > 12 else None
        cells[(f"C{place:02}", 2009)] = float(random.integers(3, 16)) if place < 36 else None
    drawn = series(cells)
    table = drawn.to_numpy().reshape(-1, 2)
    entries, exits = [], []
    for _ in range(4000):
        before, after = table[random.integers(0, 40, 40)].T
        stay = ~np.isnan(before) & ~np.isnan(after)
        entries.append(np.nanmean(after) - after[stay].mean())
        exits.append(before[stay].mean() - np.nanmean(before))
    parts = decompose(drawn, 2000, 2009, draws=4000)
    # two sets of 4,000 samples: their deviations differ by about 1.6 %
    assert parts.entry_se == pytest.approx(np.std(entries), rel=0.06)
    assert parts.exit_se == pytest.approx(np.std(exits), rel=0.06)
    assert parts == decompose(drawn, 2000, 2009, draws=4000, rng=0)
    assert parts != decompose(drawn, 2000, 2009, draws=4000, rng=1)
    turned = decompose(drawn, 2009, 2000, draws=4000)
    assert turned.entry_se == pytest.approx(parts.exit_se, rel=0.06)
    assert turned.within_se == pytest.approx(parts.within_se)


def test_parts_without_countries_have_no_error() -> None:
    parts = decompose(series({("DEU", 2000): 5, ("DEU", 2001): 7}), 2000, 2001)
    assert np.isnan(parts.within_se)
    assert (parts.entry_se, parts.exit_se) == (0, 0)
    assert "standard error" not in str(parts)


def test_a_finite_population_shrinks_the_error(published: pd.DataFrame) -> None:
    scores = published["overall"]
    everywhere, of_195 = yearly_means(scores), yearly_means(scores, population=195)
    assert (everywhere.loc[2009, "n"], round(everywhere.loc[2009, "se"], 3)) == (174, 0.210)
    assert round(of_195.loc[2009, "se"], 3) == 0.069
    assert of_195.attrs["se"] == "sampling of countries from a finite population"
    pd.testing.assert_frame_equal(of_195.drop(columns="se"), everywhere.drop(columns="se"))
    census = yearly_means(series({("DEU", 2000): 5, ("NGA", 2000): 7}), population=2)
    assert census.loc[2000, "se"] == 0


def test_each_group_has_its_population() -> None:
    drawn = series({("DEU", 2000): 5, ("FRA", 2000): 7, ("NGA", 2000): 4, ("GHA", 2000): 6})
    means = yearly_means(drawn, by="region", population={"Europe": 4, "Africa": 2})
    assert means.loc[("Europe", 2000), "se"] == pytest.approx(np.sqrt(0.5))
    assert means.loc[("Africa", 2000), "se"] == 0
    with pytest.raises(ValueError, match="1 of 2 have none, the first Africa"):
        yearly_means(drawn, by="region", population={"Europe": 4})
    with pytest.raises(ValueError, match="population must map each group"):
        yearly_means(drawn, by="region", population=195)
    with pytest.raises(ValueError, match="a mapping needs groups"):
        yearly_means(drawn, population={"Europe": 4})
    with pytest.raises(ValueError, match="got 3, and 4 are scored in 2000"):
        yearly_means(drawn, population=3)
    with pytest.raises(ValueError, match="population must be an integer, at least 1"):
        yearly_means(drawn, population=0)
