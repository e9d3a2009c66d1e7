"""Averages over countries, held against plain loops and scipy."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from builders import COUNTRIES, events, known, scores, series, shifted, table
from policyindex import PanelError
from policyindex.dynamics.averages import Decomposition, decompose, decompose_yearly, yearly_means
from policyindex.dynamics.events import EventStudy, event_study

FIRST, LAST = 2000, 2007
years = st.integers(FIRST, LAST)
full = scores(min_size=4)
windows = st.tuples(st.integers(-4, 1), st.integers(1, 4))


def spanned(drawn: pd.Series) -> pd.Series:
    """The same scores, with a row for the first year and the last."""
    edges = series({("AUT", year): None for year in (FIRST, LAST)})
    return pd.concat([drawn, edges[~edges.index.isin(drawn.index)]])


def described(values: list[float]) -> list[float]:
    """Mean, sd, se, median and n, as a textbook has them."""
    n = len(values)
    mean = sum(values) / n if n else np.nan
    sd = (sum((each - mean) ** 2 for each in values) / (n - 1)) ** 0.5 if n > 1 else np.nan
    return [mean, sd, sd / n**0.5 if n else np.nan, np.median(values) if n else np.nan, n]


@given(full)
def test_yearly_against_a_loop(drawn: pd.Series) -> None:
    found = yearly_means(drawn)
    cells = known(drawn)
    present = drawn.index.get_level_values("year")
    assert found.index.tolist() == list(range(present.min(), present.max() + 1))
    for year in found.index:
        expected = described([value for (_, when), value in cells.items() if when == year])
        np.testing.assert_allclose(found.loc[year].to_numpy(), expected, atol=1e-12)


@given(full, st.randoms())
def test_yearly_does_not_mind_the_order_of_rows(drawn: pd.Series, random: object) -> None:
    rows = list(range(len(drawn)))
    random.shuffle(rows)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(yearly_means(drawn.iloc[rows]), yearly_means(drawn))


@given(full, st.sampled_from(["all", "balanced"]) | years)
def test_cohorts_are_who_they_say(drawn: pd.Series, cohort: str | int) -> None:
    cells = known(drawn)
    countries = set(drawn.index.get_level_values("country"))
    scored = {year for _, year in cells}
    if cohort == "balanced":
        countries = {one for one in countries if cells and all((one, y) in cells for y in scored)}
        if cells and not countries:
            with pytest.raises(ValueError, match="the balanced cohort is .*; none is"):
                yearly_means(drawn, cohort=cohort)
            return
    elif cohort != "all":
        assume(cohort in scored)
        countries = {one for one in countries if (one, cohort) in cells}
    members = drawn[[country in countries for country, _ in drawn.index]]
    found = yearly_means(drawn, cohort=cohort)
    assert found["n"].sum() == members.count()
    if len(members):
        expected = yearly_means(members)["mean"].dropna()
        pd.testing.assert_series_equal(found["mean"].dropna(), expected)


def test_a_padded_year_leaves_the_balanced_cohort_alone() -> None:
    drawn = series({("DEU", 1999): None, ("DEU", 2000): 3, ("DEU", 2001): 4})
    assert yearly_means(drawn, cohort="balanced")["n"].tolist() == [0, 1, 1]


@given(full, st.dictionaries(st.sampled_from(COUNTRIES), st.booleans(), min_size=1))
def test_groups_of_countries(drawn: pd.Series, member: dict[str, bool]) -> None:
    present = drawn.index.get_level_values("country")
    assume(set(present) & set(member))
    found = yearly_means(drawn, by=pd.Series(member, name="member"))
    assert found.index.names == ["member", "year"]
    for value in {member[each] for each in present if each in member}:
        chosen = drawn[[member.get(country) is value for country in present]]
        expected = yearly_means(chosen).reindex(found.loc[value].index)
        expected["n"] = expected["n"].fillna(0).astype(np.int64)
        pd.testing.assert_frame_equal(found.loc[value], expected, check_index_type=False)


def test_groups_of_countries_and_years() -> None:
    drawn = series({("DEU", 2000): 1, ("DEU", 2001): 2, ("NGA", 2000): 3, ("NGA", 2001): 4})
    status = pd.Series(["new", "old", None, "new"], index=drawn.index)
    found = yearly_means(drawn, by=status.iloc[::-1])
    assert found["n"].to_dict() == {
        ("new", 2000): 1, ("new", 2001): 1, ("old", 2000): 0, ("old", 2001): 1,
    }  # fmt: skip
    assert found["mean"].dropna().tolist() == [1, 4, 2]
    assert found.index.names == ["group", "year"]


def test_regions() -> None:
    drawn = series({("DEU", 2000): 1, ("AUT", 2000): 2, ("NGA", 2000): 3})
    assert yearly_means(drawn, by="region")["n"].to_dict() == {
        ("Africa", 2000): 1,
        ("Europe", 2000): 2,
    }


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("continent", "by must be 'region', or a Series"),
        (["a"], "by must be 'region', or a Series"),
        (pd.Series(["a", "b"], index=["DEU", "DEU"]), "1 of its labels are repeated, the first"),
        (pd.Series(["a"], index=["Germany"]), "gives one to none of them"),
        (pd.Series(["a"], index=series({("DEU", 2000): 5}).index.swaplevel()), "its levels are"),
    ],
)  # fmt: skip
def test_groups_that_cannot_be(by: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        yearly_means(series({("DEU", 2000): 5}), by=by)  # type: ignore[arg-type]


def test_a_group_named_as_the_level_beside_it_is_a_group() -> None:
    drawn = series({("DEU", 2000): 1, ("DEU", 2001): 2})
    by = pd.Series({"DEU": "a"})
    assert yearly_means(drawn, by=by.rename("year")).index.names == ["group", "year"]
    when = pd.Series({"DEU": 2000})
    found = event_study(drawn, when, by=by.rename("event_time")).table
    assert found.index.names == ["group", "event_time"]


def test_years_are_those_of_the_scores_that_lie_within_the_span() -> None:
    drawn = series({("DEU", 2000): 1, ("DEU", 2002): 2, ("DEU", 2003): None})
    assert yearly_means(drawn, years=(1, 9999)).index.tolist() == [2000, 2001, 2002, 2003]
    assert yearly_means(drawn, years=(2001, 9999)).index.tolist() == [2001, 2002, 2003]
    assert yearly_means(drawn, years=(1, 2001))["n"].tolist() == [1, 0]
    assert yearly_means(drawn, years=(2004, 2009)).empty
    assert yearly_means(drawn, years=(1990, 1999)).empty


def test_nothing_scored() -> None:
    assert len(yearly_means(series({}))) == 0
    assert yearly_means(series({("DEU", 2000): None}))["n"].tolist() == [0]


@given(scores().map(spanned), years, years)
def test_parts_add_to_the_total(drawn: pd.Series, start: int, end: int) -> None:
    drawn = pd.concat([drawn, series({("ZZZ", start): None, ("ZZY", end): None})])
    found = decompose(drawn, start=start, end=end)
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
    forth = decompose(drawn, start=FIRST, end=LAST)
    back = decompose(drawn, start=LAST, end=FIRST)
    np.testing.assert_array_equal(
        [back.total, back.within, back.entry, back.exit],
        [-forth.total, -forth.within, -forth.exit, -forth.entry],
    )
    assert back[-3:] == (forth.n_stayers, forth.n_leavers, forth.n_entrants)


@given(scores().map(spanned), st.lists(st.integers(1, 5), min_size=8, max_size=8))
def test_steps_add_to_the_whole(drawn: pd.Series, anchor: list[int]) -> None:
    always = series(dict(zip(product(["ANC"], range(FIRST, LAST + 1)), anchor, strict=True)))
    drawn = pd.concat([drawn, always])
    steps = decompose_yearly(drawn, start=FIRST, end=LAST)
    assert tuple(steps.columns) == Decomposition._fields
    assert steps.index.tolist() == list(range(FIRST + 1, LAST + 1))
    for year in steps.index:
        expected = decompose(drawn, start=year - 1, end=year)
        np.testing.assert_allclose(steps.loc[year].to_numpy(), expected, atol=1e-12)
    whole = decompose(drawn, start=FIRST, end=LAST).total
    parts = steps[["within", "entry", "exit"]].sum()
    assert steps["total"].sum() == pytest.approx(whole, abs=1e-12)
    assert parts.sum() == pytest.approx(whole, abs=1e-12)


@given(scores(min_size=8))
def test_a_fixed_set_of_countries_neither_enters_nor_leaves(drawn: pd.Series) -> None:
    whole = table(drawn).fillna(3)
    cells = {(country, year): whole.loc[country, year] for country in whole.index for year in whole}
    found = decompose(series(cells), start=whole.columns[0], end=whole.columns[-1])
    assert (found.entry, found.exit, found.within) == (0, 0, found.total)


def test_years_that_no_row_has() -> None:
    drawn = series({("DEU", 2000): 5, ("DEU", 2003): 6})
    for call in (decompose, decompose_yearly):
        with pytest.raises(ValueError, match=r"end must be a year of the scores \(2000 to 2003\)"):
            call(drawn, start=2000, end=2001)
    with pytest.raises(ValueError, match="the first not above the last"):
        decompose_yearly(drawn, start=2003, end=2000)
    with pytest.raises(ValueError, match=r"start must be a year of the scores \(none\)"):
        decompose(series({}), start=2000, end=2001)
    assert decompose_yearly(drawn, start=2000, end=2003)["total"].isna().all()


@given(full, events(), windows, st.none() | st.integers(-2, 2))
def test_event_study_against_a_loop(
    drawn: pd.Series, events: pd.Series, window: tuple[int, int], base: int | None
) -> None:
    cells, when = known(drawn), events.dropna().astype(int).to_dict()
    assume(set(events.index) & set(drawn.index.get_level_values("country")))
    found = event_study(drawn, events, window=window, base=base)
    times = range(window[0], window[1] + 1)
    used = {
        one
        for one in when
        if any((one, when[one] + time) in cells for time in times)
        and (base is None or (one, when[one] + base) in cells)
    }
    assert found.n == len(used)
    assert found.dropped == tuple(sorted(when.keys() - used))
    assert found.table.index.tolist() == list(times)
    for time in times:
        values = [
            cells[one, when[one] + time] - (0 if base is None else cells[one, when[one] + base])
            for one in used
            if (one, when[one] + time) in cells
        ]
        mean, _, se, _, n = described(values)
        low, high = stats.t.interval(0.95, n - 1, mean, se) if n > 1 and se else (mean, mean)
        expected = [mean, se, low, high, n] if n > 1 else [mean, se, np.nan, np.nan, n]
        np.testing.assert_allclose(found.table.loc[time].to_numpy(), expected, atol=1e-9)
        if time == base:
            assert (mean == 0) if values else np.isnan(mean)


@given(full, events(), st.integers(-5, 5), st.integers(1, 3))
def test_event_study_knows_neither_calendar_nor_level(
    drawn: pd.Series, events: pd.Series, years: int, points: int
) -> None:
    assume(set(events.index) & set(drawn.index.get_level_values("country")))
    found = event_study(drawn, events, window=(-3, 3))
    moved = event_study(
        shifted(drawn, year=lambda year: year + years) + points, events + years, window=(-3, 3)
    )
    pd.testing.assert_frame_equal(moved.table, found.table)
    assert moved[1:] == found[1:]


def test_event_study_by_group() -> None:
    drawn = series(
        {(one, year): value + year - 2000 for one, value in (("AUT", 1), ("DEU", 2), ("NGA", 3))
         for year in (2000, 2001)}
    )  # fmt: skip
    when = pd.Series({"AUT": 2000, "DEU": 2000, "NGA": 2000, "USA": None})
    law = pd.Series({"AUT": "full", "DEU": "partial", "USA": "full"}, name="law")
    found = event_study(drawn, when, window=(0, 1), base=None, by=law)
    assert isinstance(found, EventStudy)
    assert found.table["mean"].to_dict() == {
        ("full", 0): 1, ("full", 1): 2, ("partial", 0): 2, ("partial", 1): 3,
    }  # fmt: skip
    assert found.table.index.names == ["law", "event_time"]
    assert (found.n, found.dropped) == (2, ())


def test_event_study_by_region() -> None:
    drawn = series({("DEU", 2000): 1, ("AUT", 2000): 2, ("NGA", 2000): 3})
    when = pd.Series(2000, index=["AUT", "DEU", "NGA"])
    found = event_study(drawn, when, window=(0, 0), base=None, by="region").table
    assert found["mean"].to_dict() == {("Africa", 0): 3, ("Europe", 0): 1.5}
    assert found.index.names == ["region", "event_time"]


def test_a_balanced_cohort_of_nobody_is_refused_with_the_year_to_blame() -> None:
    cells = {("DEU", 2000): 3, ("DEU", 2001): 4, ("NGA", 2000): 2, ("NGA", 2001): 2}
    drawn = series(cells | {("TLS", 2002): 5})
    told = "every year from 2000 to 2002; none is, and the fewest in 2002, 1; narrow"
    with pytest.raises(ValueError, match=told):
        yearly_means(drawn, cohort="balanced")
    assert yearly_means(drawn, cohort="balanced", years=(2000, 2001))["n"].to_list() == [2, 2]
    assert yearly_means(series({("DEU", 2000): None}), cohort="balanced")["n"].to_list() == [0]


@given(full, events(), st.just("balanced") | st.sets(st.sampled_from(COUNTRIES), min_size=1))
def test_event_study_of_a_cohort_is_that_of_its_scores(
    drawn: pd.Series, events: pd.Series, cohort: str | set[str]
) -> None:
    present = set(drawn.index.get_level_values("country"))
    assume(set(events.index) & present)
    if cohort == "balanced":
        members = set(drawn.unstack("year").dropna(axis=1, how="all").dropna().index)  # noqa: PD010
    else:
        members = set(cohort)
    assume(members and members <= present and drawn.notna().any())
    found = event_study(drawn, events, cohort=cohort)
    kept = drawn[[country in members for country, _ in drawn.index]]
    other = event_study(
        pd.concat([kept, series({("ZZZ", 1900): None})]),
        events[[country in members or country not in present for country in events.index]],
    )
    pd.testing.assert_frame_equal(found.table, other.table)
    assert found[1:] == other[1:]


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ([2000], "events must be a Series of years indexed by country"),
        (pd.Series([2000, 2001], index=["DEU", "DEU"]), "1 are repeated, the first 'DEU'"),
        (pd.Series({"DEU": 2000.5, "NGA": 2001}), "1 are not, the first 2000.5 at DEU"),
        (pd.Series({"DEU": "2000", "NGA": "soon"}), "1 are not, the first 'soon' at NGA"),
        (pd.Series({"Germany": 2000, "Chad": None}), "none of 2 is one, the first 'Germany'; make"),
    ],
)
def test_events_that_are_no_years(when: object, message: str) -> None:
    with pytest.raises(PanelError, match=message):
        event_study(series({("DEU", 2000): 5}), when)  # type: ignore[arg-type]


def test_event_study_refuses_odd_windows_and_groups() -> None:
    drawn, when = series({("DEU", 2000): 5}), pd.Series({"DEU": 2000})
    with pytest.raises(ValueError, match="window must be a pair of integers"):
        event_study(drawn, when, window=(3, -3))
    with pytest.raises(ValueError, match="window must be a pair of integers .* four digits"):
        event_study(drawn, when, window=(-(10**12), 3))
    with pytest.raises(ValueError, match="base must be a whole number; got 'x'"):
        event_study(drawn, when, base="x")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="by must be 'region', or a Series of groups indexed by c"):
        event_study(drawn, when, by=drawn)
    with pytest.raises(ValueError, match="by must be 'region', or a Series"):
        event_study(drawn, when, by="continent")
    with pytest.raises(ValueError, match="by must give one group each"):
        event_study(drawn, when, by=pd.Series(["a", "b"], index=["DEU", "DEU"]))


def test_attributes_carry_over() -> None:
    drawn = series({("DEU", 2000): 5.0, ("DEU", 2001): 5.0})
    drawn.attrs["source"] = "a file"
    tables = [
        yearly_means(drawn),
        yearly_means(drawn, by="region"),
        decompose_yearly(drawn, start=2000, end=2001),
        event_study(drawn, pd.Series({"DEU": 2000})).table,
    ]
    assert all(table.attrs == {"source": "a file"} for table in tables)
    events = pd.Series({"DEU": 2000})
    events.attrs["source"] = "SYNTHETIC"
    assert event_study(drawn, events).table.attrs == {"source": "a file; SYNTHETIC"}


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
def test_published_means(published: pd.DataFrame, dimension: str, means: list[float]) -> None:
    found = yearly_means(published[dimension], years=(2000, 2009))
    np.testing.assert_allclose(found["mean"], means, atol=5e-4)
    if dimension == "overall":
        assert found["n"].tolist() == [73, 89, 117, 133, 150, 157, 162, 168, 173, 174]


def test_published_gain_is_larger_within_countries(published: pd.DataFrame) -> None:
    found = decompose(published["overall"], start=2000, end=2009)
    assert found.n_stayers == 72
    assert found.within == pytest.approx(3.19, abs=5e-3)
    assert found.total == pytest.approx(2.21, abs=5e-3)


def test_protection_fell_by_entry_alone(published: pd.DataFrame) -> None:
    found = decompose(published["protection"], start=2005, end=2007)
    assert found.within == pytest.approx(0, abs=1e-12)
    assert found.entry == pytest.approx(-0.0903, abs=5e-5)
    assert found[-3:] == (157, 13, 0)
