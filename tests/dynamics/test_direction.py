"""Trends by country: laws, and what makes a direction."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import scores, series, shifted
from policyindex import PanelError
from policyindex.dynamics.direction import Trend, trend, trends

OWN = [name for name in Trend._fields if name != "pvalue_adjusted"]
SWAPPED = {"up": "down", "down": "up"}


def of_years(values: list[float | None], first: int = 2000) -> pd.Series:
    return pd.Series(values, index=range(first, first + len(values)), dtype=np.float64)


@given(scores())
def test_columns_types_and_rows(drawn: pd.Series) -> None:
    before = drawn.copy()
    found = trends(drawn)
    pd.testing.assert_series_equal(drawn, before)
    assert tuple(found.columns) == Trend._fields
    assert found.index.tolist() == sorted(set(drawn.index.get_level_values("country")))
    assert found["n"].dtype == np.int64
    assert (found.drop(columns=["n", "direction"]).dtypes == np.float64).all()
    assert (found["n"] == [drawn[country].count() for country in found.index]).all()


@given(scores())
def test_a_countrys_row_ignores_the_others(drawn: pd.Series) -> None:
    found = trends(drawn)
    for country in found.index:
        alone = trends(drawn.loc[[country]])[OWN]
        pd.testing.assert_frame_equal(alone, found.loc[[country], OWN])
        single = trend(drawn[country])
        expected = trends(drawn.loc[[country]]).iloc[0]
        assert single.pvalue_adjusted == single.pvalue or single.n < 2
        for name, value in single._asdict().items():
            np.testing.assert_equal(value, expected[name], err_msg=name)


@given(scores(), st.randoms())
def test_the_order_of_rows_changes_nothing(drawn: pd.Series, random: object) -> None:
    rows = list(range(len(drawn)))
    random.shuffle(rows)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(trends(drawn.iloc[rows]), trends(drawn))


@given(scores())
def test_an_absent_row_is_a_missing_score(drawn: pd.Series) -> None:
    found, there = trends(drawn), trends(drawn.dropna())
    kept = found[found["n"] > 0]
    assert there.index.tolist() == kept.index.tolist()
    for name in Trend._fields:
        np.testing.assert_array_equal(there[name], kept[name])


@given(scores(years=(2000, 2012)))
def test_reversing_time_turns_trends_round(drawn: pd.Series) -> None:
    forth = trends(drawn)
    back = trends(shifted(drawn, year=lambda year: 4012 - year))
    for name in ("slope", "s", "tau", "change"):
        np.testing.assert_array_equal(back[name], -forth[name])
    np.testing.assert_array_equal(back["slope_low"], -forth["slope_high"])
    for name in ("pvalue", "pvalue_adjusted", "pvalue_floor", "n"):
        np.testing.assert_array_equal(back[name], forth[name])
    assert back["direction"].tolist() == [SWAPPED.get(each, each) for each in forth["direction"]]


@given(scores(years=(2000, 2012)), st.integers(-20, 20), st.integers(-50, 50))
def test_shifts_of_scores_and_years_carry_over(drawn: pd.Series, points: int, years: int) -> None:
    found = trends(drawn)
    moved = trends(shifted(drawn + points, year=lambda year: year + years))
    pd.testing.assert_frame_equal(
        moved.drop(columns=["first", "last", "first_year", "last_year"]),
        found.drop(columns=["first", "last", "first_year", "last_year"]),
    )
    np.testing.assert_array_equal(moved[["first", "last"]], found[["first", "last"]] + points)
    np.testing.assert_array_equal(
        moved[["first_year", "last_year"]], found[["first_year", "last_year"]] + years
    )


@given(scores(years=(2000, 2012)))
def test_relabelling_the_scale_leaves_the_test(drawn: pd.Series) -> None:
    names = ["n", "s", "tau", "pvalue", "pvalue_adjusted", "pvalue_floor", "direction"]
    pd.testing.assert_frame_equal(trends(np.exp(drawn))[names], trends(drawn)[names])


@given(scores(years=(2000, 2012)), st.sampled_from([0.01, 0.05, 0.2, 0.5]))
def test_direction_follows_the_pvalue_and_the_sign_of_s(drawn: pd.Series, alpha: float) -> None:
    for row in trends(drawn, alpha=alpha).itertuples():
        if not row.pvalue_floor <= alpha:
            assert row.direction is None
        elif row.pvalue > alpha:
            assert row.direction == "none"
        else:
            assert row.direction == ("up" if row.s > 0 else "down")


@pytest.mark.parametrize("turn", [1, -1])
def test_a_pvalue_equal_to_alpha_is_enough(turn: int) -> None:
    values = of_years([1, 2, 3, 5, 4, 6])[::turn]
    series = pd.Series(values.to_numpy(), index=range(2000, 2006))
    found = trend(series)
    assert found.pvalue_floor < found.pvalue < 0.05
    at = trend(series, alpha=found.pvalue).direction
    below = trend(series, alpha=np.nextafter(found.pvalue, 0)).direction
    assert (at, below) == ("up" if turn == 1 else "down", "none")
    assert trend(series, alpha=found.pvalue_floor).direction == "none"
    assert trend(series, alpha=np.nextafter(found.pvalue_floor, 0)).direction is None


def test_a_slope_of_zero_never_decides() -> None:
    found = trend(of_years([4, 4, 4, 4, 4, 4, 4, 4, 3, 4, 3, 3, 4, 3]))
    assert found.slope == 0
    assert found.pvalue < 0.05
    assert found.direction == "down"


@pytest.mark.parametrize(
    ("values", "floor"),
    [([], np.nan), ([3], np.nan), ([1, 2], 1), ([1, 2, 3, 4], 1 / 12), ([5] * 14, 1),
     ([5, 5, 5, 5, 6], 0.4)],
)  # fmt: skip
def test_scores_that_cannot_show_a_trend_say_so(values: list[float | None], floor: float) -> None:
    found = trend(of_years(values))
    assert found.direction is None
    np.testing.assert_equal(found.pvalue_floor, floor)


def test_five_different_scores_can_show_a_trend() -> None:
    assert trend(of_years([1, 2, 3, 4, 5])).direction == "up"
    assert trend(of_years([1, 2, 3, 5, 4])).direction == "none"


@pytest.mark.parametrize(("values", "direction"), [([1, 2, 3], "up"), ([3, 2, 1], "down")])
def test_a_pvalue_of_alpha_itself_is_significant(values: list[float], direction: str) -> None:
    found = trend(of_years(values))
    assert trend(of_years(values), alpha=found.pvalue).direction == direction
    assert trend(of_years(values), alpha=np.nextafter(found.pvalue, 0)).direction is None


def test_a_pvalue_above_alpha_is_none_though_a_trend_could_have_been_seen() -> None:
    found = trend(of_years([1, 3, 2, 4, 5]))
    assert found.pvalue_floor < found.pvalue
    assert trend(of_years([1, 3, 2, 4, 5]), alpha=found.pvalue).direction == "up"
    below = np.nextafter(found.pvalue, 0)
    assert trend(of_years([1, 3, 2, 4, 5]), alpha=below).direction == "none"


def test_slopes_run_over_years_not_places() -> None:
    found = trend(pd.Series([1.0, 2.0, 10.0], index=[2000, 2001, 2009]))
    assert found.slope == 1
    assert (found.first_year, found.last_year, found.change) == (2000, 2009, 9)


def test_one_score_has_no_change() -> None:
    found = trend(of_years([None, 7, None]))
    assert (found.n, found.first_year, found.last_year, found.first) == (1, 2001, 2001, 7)
    assert np.isnan([found.change, found.slope, found.s, found.tau, found.pvalue]).all()


def test_two_scores_have_a_change_but_no_direction() -> None:
    found = trend(of_years([3, None, 7]))
    assert (found.n, found.change, found.slope, found.s, found.tau) == (2, 4, 2, 1, 1)
    assert (found.pvalue, found.direction) == (1, None)


def test_a_country_without_a_score_has_a_row() -> None:
    found = trends(series({("DEU", 2000): 5, ("DEU", 2001): 6, ("NGA", 2000): None}))
    assert found["n"].tolist() == [2, 0]
    assert found.loc["NGA"].drop("n").isna().all()
    assert found["pvalue_adjusted"].tolist()[0] == 1


def test_adjustment_counts_the_countries_with_a_test() -> None:
    cells: dict[tuple[str, int], float | None] = {("NGA", 2000): 3, ("USA", 2000): None}
    for country, values in {"AUT": [1, 2, 3, 4, 5, 6], "DEU": [1, 2, 1, 2, 1, 2]}.items():
        cells |= {(country, 2000 + place): value for place, value in enumerate(values)}
    found = trends(series(cells))
    assert found.loc["AUT", "pvalue_adjusted"] == 2 * found.loc["AUT", "pvalue"]


def test_years_and_cohorts() -> None:
    drawn = series(
        {("DEU", year): 10 + place for place, year in enumerate(range(1999, 2005))}
        | {("NGA", year): 5 for year in (2000, 2001, 2003)}
        | {("USA", 2002): 9, ("AUT", 2004): None}
    )
    assert trends(drawn, years=(2000, 2003)).loc["DEU", ["n", "first", "last"]].tolist() == [
        4,
        11,
        14,
    ]
    assert trends(drawn, cohort="balanced").index.tolist() == ["DEU"]
    assert trends(drawn, cohort="balanced", years=(2000, 2001)).index.tolist() == ["DEU", "NGA"]
    assert trends(drawn, cohort=2002, years=(2000, 2001)).index.tolist() == ["DEU", "USA"]
    assert trends(drawn, cohort=["USA", "NGA"]).index.tolist() == ["NGA", "USA"]
    assert trends(drawn, cohort=iter(["USA", "Nigeria"])).index.tolist() == ["NGA", "USA"]
    pd.testing.assert_frame_equal(
        trends(drawn, cohort=2002.0, years=(np.int16(2000), 2001.0)),
        trends(drawn, cohort=2002, years=(2000, 2001)),
    )
    pd.testing.assert_frame_equal(trends(drawn, years=(-9999, 9999)), trends(drawn))
    assert trends(drawn, years=(1950, 1951))["n"].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "guess"}, "method must be one of auto, exact, normal; got 'guess'"),
        ({"alpha": 5}, "alpha must lie between 0 and 1; got 5"),
        ({"alpha": 0}, "alpha must lie between 0 and 1; got 0"),
        ({"alpha": -0.5}, "alpha must lie between 0 and 1; got -0.5"),
        ({"alpha": 1}, "alpha must lie between 0 and 1; got 1"),
        ({"cohort": "DEU"}, "put a single country in a list"),
        ({"cohort": "Germany"}, "put a single country in a list"),
        ({"cohort": "some"}, "cohort must be 'all', 'balanced', a year or a list"),
        ({"cohort": 1990}, "no country has a score in 1990"),
        ({"cohort": True}, "got True"),
        ({"cohort": 3.5}, "got 3.5"),
        ({"cohort": []}, "countries in the data; there is none"),
        ({"cohort": ["DEU", "ATL", 5]}, "cohort must be names or codes of .*; 2 of 3 are not"),
        ({"cohort": ["Germny"]}, r"1 of 1 is not: 'Germny' \(nearest: Germany\)"),
        (
            {"cohort": ["Germany", "United States"]},
            "1 of 2 .* 'United States', which has no row$",
        ),
        ({"cohort": ["ATL"]}, "1 of 1 is not: 'ATL'$"),
        ({"years": (2005, 2000)}, r"years must be a pair of integers .* got \(2005, 2000\)"),
        ({"years": 2005}, "years must be a pair of integers"),
        ({"years": (2000.5, 2003)}, "years must be a pair of integers"),
        ({"years": ("2000", "2003")}, "years must be a pair of integers"),
        ({"years": (2000, 20009)}, r"of at most four digits, .* got \(2000, 20009\)"),
        ({"years": (1, 99999999999)}, "of at most four digits"),
        ({"years": (-(10**9), 2003)}, "of at most four digits"),
        ({"alpha": "x"}, "alpha must be a finite number; got 'x'"),
    ],
)
def test_impossible_requests(options: dict[str, object], message: str) -> None:
    drawn = series({("DEU", 2000): 5.0, ("DEU", 2001): 6.0})
    with pytest.raises(ValueError, match=message):
        trends(drawn, **options)  # type: ignore[arg-type]


def test_what_is_no_series() -> None:
    with pytest.raises(PanelError, match="scores must be a Series"):
        trends(pd.DataFrame())  # type: ignore[arg-type]
    with pytest.raises(PanelError, match="scores must be a Series"):
        trend([1, 2, 3])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="method must be one of"):
        trend(of_years([1, 2]), method="guess")


def test_attributes_carry_over() -> None:
    drawn = series({("DEU", 2000): 5.0})
    drawn.attrs["source"] = "a file"
    assert trends(drawn).attrs == {"source": "a file"}


def test_published_scores(published: pd.DataFrame) -> None:
    overall = trends(published["overall"])
    assert overall["direction"].value_counts(dropna=False).to_dict() == {
        "none": 100, "up": 67, None: 16, "down": 6,
    }  # fmt: skip
    germany = trend(published["protection"]["DEU"])
    assert (germany.slope, germany.s, germany.direction) == (0, -31, "down")
    assert germany.pvalue == pytest.approx(0.04655345, abs=1e-8)
