"""Lags are by calendar year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import index, known, panel, panels, scores, series
from policyindex import PanelError, lag


@given(scores(), st.integers(-3, 3))
def test_a_lag_is_the_value_of_that_calendar_year(drawn: pd.Series, years: int) -> None:
    answer, values = lag(drawn, years=years), known(drawn)
    assert answer.index.tolist() == drawn.sort_index().index.tolist()
    expected = [values.get((unit, year - years), np.nan) for unit, year in answer.index]
    np.testing.assert_array_equal(answer.to_numpy(), expected)


@given(panels(), st.integers(-2, 2))
def test_a_panel_is_lagged_column_by_column(drawn: pd.DataFrame, years: int) -> None:
    answer = lag(drawn, years=years)
    assert list(answer.columns) == list(drawn.columns)
    for name in drawn.columns:
        pd.testing.assert_series_equal(answer[name], lag(drawn[name], years=years))


@given(scores())
def test_a_lag_of_no_years_is_the_input(drawn: pd.Series) -> None:
    pd.testing.assert_series_equal(lag(drawn, years=0), drawn.sort_index(), check_index_type=False)


def test_a_gap_is_not_crossed_and_no_row_is_added() -> None:
    given_scores = series({("DEU", 2003): 12, ("DEU", 2004): 13, ("DEU", 2006): 15})
    answer = lag(given_scores)
    assert answer.index.equals(given_scores.index)
    np.testing.assert_array_equal(answer, [np.nan, 12, np.nan])
    np.testing.assert_array_equal(lag(given_scores, years=-2), [np.nan, 15, np.nan])


def test_a_lag_does_not_reach_into_another_country() -> None:
    answer = lag(series({("AUT", 2000): 3, ("AUT", 2001): 4, ("DEU", 2000): 5, ("DEU", 2002): 6}))
    assert answer.to_dict() == pytest.approx(
        {
            ("AUT", 2000): np.nan,
            ("AUT", 2001): 3,
            ("DEU", 2000): np.nan,
            ("DEU", 2002): np.nan,
        },
        nan_ok=True,
    )


def test_names_and_provenance_stay_and_rows_join() -> None:
    table = panel({("DEU", 2000): [3, 1], ("DEU", 2001): [4, 2]}, ["overall", "gdp"])
    table.attrs["source"] = "a file"
    answer = lag(table)
    assert list(answer.columns) == ["overall", "gdp"]
    assert answer.attrs == {"source": "a file"}
    assert lag(table["gdp"]).name == "gdp"
    joined = table.join(lag(table).add_suffix("_lag"))
    assert joined.loc[("DEU", 2001)].tolist() == [4, 2, 3, 1]


@pytest.mark.parametrize("years", [1.5, "1", (2000, 2009), None, True])
def test_years_must_be_an_integer(years: object) -> None:
    with pytest.raises(ValueError, match="years must be an integer"):
        lag(series({("DEU", 2000): 3}), years=years)


def test_years_beyond_any_calendar_are_missing() -> None:
    assert lag(series({("DEU", 2000): 3}), years=10**6).isna().all()


def test_other_tables_are_refused() -> None:
    with pytest.raises(PanelError, match="levels country and year"):
        lag(pd.Series([1, 2]))
    with pytest.raises(PanelError, match="one row a year"):
        lag(pd.Series([1.0, 2.0], index=index([("DEU", 2000), ("DEU", 2000)])))


def test_years_beyond_64_bits_are_missing_too() -> None:
    scores = pd.Series(
        [3.0], index=pd.MultiIndex.from_tuples([("DEU", 2009)], names=["country", "year"])
    )
    assert lag(scores, years=2**70).isna().all()
    assert lag(scores, years=-(2**70)).isna().all()


@pytest.mark.parametrize("years", [9_998, 10_002, 15_000, 19_998, 20_000, 2**70])
def test_a_lag_of_any_length_is_counted_in_years(years: int) -> None:
    """No lag is mistaken for a shorter one, in a panel of nearly all years of four digits."""
    span = np.arange(-9_999, 10_000, 2)
    data = pd.Series(span.astype(float), pd.MultiIndex.from_product([["DEU"], span]))
    data = data.rename_axis(["country", "year"])
    found = lag(data, years=years)
    expected = data - years
    np.testing.assert_array_equal(found, expected.where(expected >= -9_999))
