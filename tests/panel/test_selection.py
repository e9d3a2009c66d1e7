"""Thin years: one rule, in one place; by name they work."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import policyindex as pi
from builders import examples, scores, series
from policyindex.panel import selection
from policyindex.panel.selection import by_year, full_span, thin_years
from policyindex.panel.shape import left_out, wide

EIGHT = ["AUT", "BEL", "DEU", "ESP", "FRA", "ITA", "NGA", "SWE"]

STRAY = series(
    {(unit, year): 9 + year % 3 for unit in EIGHT for year in (2009, 2010)}
    | {("DEU", 2011): 12, ("ITA", 2008): None}
)


@given(scores(min_size=1))
@examples(40)
def test_a_thin_year_has_fewer_scores_than_a_quarter_of_the_fullest(drawn: pd.Series) -> None:
    counts: dict[int, int] = {}
    for (_, year), value in drawn.items():
        counts[year] = counts.get(year, 0) + bool(pd.notna(value))
    fullest = max(counts.values())
    expected = {year: n for year, n in sorted(counts.items()) if 4 * n < fullest}
    assert thin_years(drawn.sort_index()) == expected


def test_the_default_years_are_those_that_are_not_thin() -> None:
    assert thin_years(STRAY) == {2008: 0, 2011: 1}
    assert full_span(STRAY) == (2009, 2010)
    assert full_span(STRAY * float("nan")) is None


def test_the_years_of_an_index_may_lack_rows_and_be_in_any_order() -> None:
    calendar, codes = [2011, 2008, 2010, 1999, 2009], STRAY.index.codes
    years = [calendar.index(STRAY.index.levels[1][code]) for code in codes[1]]
    index = pd.MultiIndex(
        [STRAY.index.levels[0], calendar], [codes[0], years], names=STRAY.index.names
    )
    same = STRAY.set_axis(index)
    assert list(thin_years(same).items()) == [(2008, 0), (2011, 1)]
    assert full_span(same) == (2009, 2010)


def test_a_balanced_cohort_disregards_thin_years() -> None:
    table = wide(STRAY, cohort="balanced")
    assert (list(table.index), list(table.columns)) == (EIGHT, [2009, 2010])
    assert left_out(STRAY, table, "balanced") == {"thin_years": {2008: 0, 2011: 1}}
    wider = wide(STRAY, years=(2009, 2011), cohort="balanced")
    assert (len(wider), list(wider.columns)) == (8, [2009, 2010, 2011])


def test_a_thin_year_asked_for_alone_has_its_countries() -> None:
    assert list(wide(STRAY, years=(2011, 2011), cohort="balanced").index) == ["DEU"]


def test_a_thin_year_between_full_ones_keeps_its_column() -> None:
    gap = series({(unit, year): 9 for unit in EIGHT for year in (2009, 2011)} | {("DEU", 2010): 9})
    table = wide(gap, cohort="balanced")
    assert list(table.columns) == [2009, 2010, 2011]
    assert len(table) == 8
    assert left_out(gap, table, "balanced") == {"thin_years": {2010: 1}}


def test_years_of_a_second_source_are_measured_by_its_own_fullest_year() -> None:
    new = series({("DEU", year): 12 for year in (2012, 2013)})
    both = pi.splice(STRAY.rename("overall"), new)
    assert thin_years(both) == {2008: 0, 2011: 1, 2012: 1, 2013: 1}
    assert thin_years(both, within_spans=True) == {2008: 0, 2011: 1}
    assert full_span(both, within_spans=True) == (2009, 2013)


def test_a_source_of_which_no_score_is_left_has_no_full_year() -> None:
    new = series({("NGA", year): 12 for year in (2012, 2013)})
    rest = pi.splice(STRAY.rename("overall"), new).drop("NGA", level="country")
    assert thin_years(rest, within_spans=True) == thin_years(rest) == {2008: 0, 2011: 1}


@given(st.data())
@examples(40)
def test_rows_by_year_are_the_complete_ones(data: st.DataObject) -> None:
    table = data.draw(scores(min_size=1)).sort_index().to_frame("a").assign(b=1.0)
    years = table.index.get_level_values("year")
    expected = [
        [row for row in range(len(table)) if years[row] == year and table["a"].iloc[row] > 0]
        for year in sorted(set(years))
    ]
    assert [rows.tolist() for rows in by_year(table)] == expected


def test_the_published_file_has_two_thin_years(published: pd.DataFrame) -> None:
    assert thin_years(published["overall"]) == {1999: 0, 2014: 1}
    assert full_span(published["overall"]) == (2000, 2013)


@pytest.mark.parametrize("name", ["convergence", "yearly_means", "trends"])
def test_the_published_file_needs_no_options(published: pd.DataFrame, name: str) -> None:
    answer = getattr(pi, name)(published, cohort="balanced")
    table = answer.by_year if name == "convergence" else answer
    assert table.attrs["thin_years"] == {1999: 0, 2014: 1}
    assert not {1999, 2014} & set(table.index)


def test_a_span_has_years_of_at_most_four_digits() -> None:
    for years in ((-9_999, 9_999), (2009, 2009)):
        assert selection.span("years", years) == years
    for years in ((-10_000, 0), (0, 10_000), (-10_001, 0), (2010, 2009)):
        with pytest.raises(ValueError, match="of at most four digits, the first not above the la"):
            selection.span("years", years)


def test_the_first_country_that_is_not_in_the_data_is_named() -> None:
    rule = "countries must be names or codes of countries in the data"
    for names, rest in {
        ("Italy", "Mordor"): "1 of 2 is not: 'Mordor'",
        ("Italy", "Mordor", "ITA", "Gondor"): "2 of 4 are not, the first 'Mordor'",
        ("Germany", "Gondor"): "2 of 2 are not, the first 'Germany', which has no row",
    }.items():
        with pytest.raises(ValueError, match=f"{rule}; {rest}"):
            selection.units("countries", names, ["ITA", "NGA"])
    with pytest.raises(ValueError, match=f"{rule}; the list is empty"):
        selection.units("countries", [], ["ITA"])
    assert selection.units("countries", ["Nigeria", "ITA"], ["ITA", "NGA"]) == ["NGA", "ITA"]
