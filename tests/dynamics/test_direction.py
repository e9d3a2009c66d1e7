"""Trends by country: laws, and the rule of the direction."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import examples, scores, series, shifted
from policyindex import PanelError
from policyindex.dynamics import direction
from policyindex.dynamics.direction import Trend
from policyindex.testing import trendless_scores

trend = partial(direction.trend, null="exchangeable")
trends = partial(direction.trends, null="exchangeable")

COLUMNS = Trend._fields[:-2]
OWN = [name for name in COLUMNS if name != "pvalue_adjusted"]
SWAPPED = {"up": "down", "down": "up"}


def of_years(values: list[float | None], first: int = 2000) -> pd.Series:
    """Scores of Germany, which has a row even without any."""
    years = range(first, first + max(len(values), 1))
    return series(dict(zip((("DEU", year) for year in years), values or [None], strict=True)))


@given(scores())
def test_columns_types_and_rows_are_as_documented(drawn: pd.Series) -> None:
    before = drawn.copy()
    found = trends(drawn)
    pd.testing.assert_series_equal(drawn, before)
    assert tuple(found.columns) == COLUMNS
    assert found.index.tolist() == sorted(set(drawn.index.get_level_values("country")))
    assert found["n"].dtype == np.int64
    assert (found.drop(columns=["n", "direction"]).dtypes == np.float64).all()
    assert (found["n"] == [drawn[country].count() for country in found.index]).all()


@pytest.mark.slow
@given(scores())
@examples(40)
def test_a_countrys_row_ignores_the_others(drawn: pd.Series) -> None:
    found = trends(drawn)
    for country in found.index:
        alone = trends(drawn.loc[[country]])[OWN]
        pd.testing.assert_frame_equal(alone, found.loc[[country], OWN])
        single = trend(drawn, country)
        expected = trends(drawn.loc[[country]]).iloc[0]
        assert single.pvalue_adjusted == single.pvalue or single.n < 2
        for name in OWN:
            np.testing.assert_equal(getattr(single, name), expected[name], err_msg=name)


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
    for name in COLUMNS:
        np.testing.assert_array_equal(there[name], kept[name])


@given(scores(years=(2000, 2012)))
def test_reversing_time_reverses_trends(drawn: pd.Series) -> None:
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
def test_a_monotonic_scale_leaves_the_test_as_it_is(drawn: pd.Series) -> None:
    names = ["n", "s", "tau", "pvalue", "pvalue_adjusted", "pvalue_floor", "direction"]
    pd.testing.assert_frame_equal(trends(np.exp(drawn))[names], trends(drawn)[names])


@given(scores(years=(2000, 2012)), st.sampled_from([0.01, 0.05, 0.2, 0.5]))
def test_direction_follows_the_pvalue_and_the_sign_of_s(drawn: pd.Series, alpha: float) -> None:
    for row in trends(drawn, alpha=alpha).itertuples():
        if not row.pvalue_floor <= alpha:
            assert row.direction is None
        elif row.pvalue > alpha:
            assert row.direction == "unclear"
        else:
            assert row.direction == ("up" if row.s > 0 else "down")


@pytest.mark.parametrize("turn", [1, -1])
def test_a_pvalue_equal_to_alpha_is_enough(turn: int) -> None:
    values: list[float | None] = [1, 2, 3, 5, 4, 6]
    drawn = of_years(values[::turn])
    found = trend(drawn, "DEU")
    assert found.pvalue_floor < found.pvalue < 0.05
    at = trend(drawn, "DEU", alpha=found.pvalue).direction
    below = trend(drawn, "DEU", alpha=np.nextafter(found.pvalue, 0)).direction
    assert (at, below) == ("up" if turn == 1 else "down", "unclear")
    assert trend(drawn, "DEU", alpha=found.pvalue_floor).direction == "unclear"
    assert trend(drawn, "DEU", alpha=np.nextafter(found.pvalue_floor, 0)).direction is None


@pytest.mark.parametrize("part", [0.0, 0.5])
def test_a_median_slope_of_zero_does_not_decide(part: float) -> None:
    found = trend(of_years([4 + part, *[4] * 7, 3, 4, 3, 3, 4, 3]), "DEU")
    assert found.slope == 0 if part else -0.1 < found.slope < 0
    assert found.slope_high < 0
    assert found.pvalue < 0.05
    assert found.direction == "down"


@pytest.mark.parametrize(
    ("values", "floor"),
    [([], np.nan), ([3], np.nan), ([1, 2], 1), ([1, 2, 3, 4], 1 / 12), ([5] * 14, 1),
     ([5, 5, 5, 5, 6], 0.4)],
)  # fmt: skip
def test_scores_that_cannot_be_significant_have_no_direction(
    values: list[float | None], floor: float
) -> None:
    found = trend(of_years(values), "DEU")
    assert found.direction is None
    np.testing.assert_equal(found.pvalue_floor, floor)


def test_five_different_scores_can_show_a_trend() -> None:
    assert trend(of_years([1, 2, 3, 4, 5]), "DEU").direction == "up"
    assert trend(of_years([1, 2, 3, 5, 4]), "DEU").direction == "unclear"


@pytest.mark.parametrize(("values", "direction"), [([1, 2, 3], "up"), ([3, 2, 1], "down")])
def test_a_pvalue_of_alpha_itself_is_significant(values: list[float], direction: str) -> None:
    found = trend(of_years(values), "DEU")
    assert trend(of_years(values), "DEU", alpha=found.pvalue).direction == direction
    assert trend(of_years(values), "DEU", alpha=np.nextafter(found.pvalue, 0)).direction is None


def test_a_pvalue_above_alpha_is_unclear_if_an_order_could_be_significant() -> None:
    found = trend(of_years([1, 3, 2, 4, 5]), "DEU")
    assert found.pvalue_floor < found.pvalue
    assert trend(of_years([1, 3, 2, 4, 5]), "DEU", alpha=found.pvalue).direction == "up"
    below = np.nextafter(found.pvalue, 0)
    assert trend(of_years([1, 3, 2, 4, 5]), "DEU", alpha=below).direction == "unclear"


def test_slopes_are_per_year_not_per_row() -> None:
    found = trend(series({("DEU", 2000): 1, ("DEU", 2001): 2, ("DEU", 2009): 10}), "DEU")
    assert found.slope == pytest.approx(1, abs=1e-6)
    assert (found.first_year, found.last_year, found.change) == (2000, 2009, 9)


def test_one_score_has_no_change() -> None:
    found = trend(of_years([None, 7, None]), "DEU")
    assert (found.n, found.first_year, found.last_year, found.first) == (1, 2001, 2001, 7)
    assert np.isnan([found.change, found.slope, found.s, found.tau, found.pvalue]).all()


def test_two_scores_have_a_change_but_no_direction() -> None:
    found = trend(of_years([3, None, 7]), "DEU")
    assert (found.n, found.change, found.s, found.tau) == (2, 4, 1, 1)
    assert found.slope == pytest.approx(2, abs=1e-6)
    assert (found.pvalue, found.direction) == (1, None)


def test_a_country_without_a_score_has_a_row() -> None:
    found = trends(series({("DEU", 2000): 5, ("DEU", 2001): 6, ("NGA", 2000): None}))
    assert found["n"].tolist() == [2, 0]
    assert found.loc["NGA"].drop("n").isna().all()
    assert found["pvalue_adjusted"].tolist()[0] == 1
    assert found["direction"].tolist() == [None, None]


def test_adjustment_counts_the_countries_with_a_test() -> None:
    cells: dict[tuple[str, int], float | None] = {("NGA", 2000): 3, ("USA", 2000): None}
    for country, values in {"AUT": [1, 2, 3, 4, 5, 6], "DEU": [1, 2, 1, 2, 1, 2]}.items():
        cells |= {(country, 2000 + place): value for place, value in enumerate(values)}
    found = trends(series(cells))
    p = found.loc["AUT", "pvalue"]
    # Germany's equal pairs allow no p-value as small, so that it does not count.
    assert found.loc["DEU", "pvalue_floor"] > p
    assert found.loc["AUT", "pvalue_adjusted"] == pytest.approx(p / (1 - p), rel=1e-12)


def test_years_and_cohorts_select() -> None:
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
    assert trends(drawn, cohort="balanced", years=(2000, 2004)).index.tolist() == ["DEU"]
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
        ({"cohort": []}, "countries in the data; the list is empty"),
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
        ({"null": "none"}, "null must be one of persistent, exchangeable; got 'none'"),
        ({"persistence": 0.5}, "must not be combined with null='exchangeable'"),
        ({"null": "persistent", "persistence": 1}, "persistence must lie between 0 and 0.99; got"),
        ({"null": "persistent", "persistence": -0.1}, "persistence must lie between 0 and 0.99"),
        ({"null": "persistent", "persistence": "x"}, "persistence must be a finite number"),
    ],
)
def test_impossible_requests_are_refused(options: dict[str, object], message: str) -> None:
    drawn = series({("DEU", 2000): 5.0, ("DEU", 2001): 6.0})
    with pytest.raises(ValueError, match=message):
        trends(drawn, **options)  # type: ignore[arg-type]


def test_other_data_than_scores_are_refused() -> None:
    with pytest.raises(PanelError, match="scores must be a Series"):
        trends(pd.DataFrame())  # type: ignore[arg-type]
    with pytest.raises(PanelError, match="scores must be a Series"):
        trend([1, 2, 3], "DEU")  # type: ignore[arg-type]
    with pytest.raises(PanelError, match="the index must have the levels country and year"):
        trend(pd.Series([1.0, 2.0], index=[2000, 2001]), "DEU")
    with pytest.raises(ValueError, match="method must be one of"):
        trend(of_years([1, 2]), "DEU", method="guess")


def test_provenance_is_kept() -> None:
    drawn = series({("DEU", 2000): 5.0})
    drawn.attrs["source"] = "a file"
    assert trends(drawn).attrs == {"source": "a file", "null": "exchangeable"}


PUBLISHED = [
    ("overall", 0.626, 0.047, 0.970, 21, 1, 0, (67, 18, 3)),
    ("prosecution", 0.776, 0.082, 0.924, 8, 0, 0, (76, 2, 0)),
    ("protection", 0.592, 0.056, 0.855, 13, 3, 1, (72, 10, 0)),
    ("prevention", 0.480, 0.041, 0.813, 36, 2, 13, (71, 18, 9)),
]


@pytest.mark.parametrize(
    ("name", "phi", "se", "kappa", "up", "down", "adjusted", "balanced"), PUBLISHED
)
def test_published_trends(
    name: str, phi: float, se: float, kappa: float, up: int, down: int, adjusted: int,
    balanced: tuple[int, int, int], published: pd.DataFrame,
) -> None:  # fmt: skip
    answer = direction.trends(published[name])
    persistence = answer.attrs["persistence"]
    assert [persistence[key] for key in ("phi", "se", "kappa")] == pytest.approx(
        [phi, se, kappa], abs=1e-3
    )
    counts = answer["direction"].value_counts()
    assert (counts.get("up", 0), counts.get("down", 0)) == (up, down)
    assert (answer["pvalue_adjusted"] <= 0.05).sum() == adjusted
    same = direction.trends(published[name], cohort="balanced", years=(2000, 2013))
    figures = (len(same), (same["pvalue"] <= 0.05).sum(), (same["pvalue_adjusted"] <= 0.05).sum())
    assert figures == balanced


def test_benjamini_hochberg_leaves_fewer_published_trends(published: pd.DataFrame) -> None:
    def left(**options: Any) -> list[int]:
        tables = [
            direction.trends(published[name], adjust="bh", **options) for name, *_ in PUBLISHED
        ]
        return [int((each["pvalue_adjusted"] <= 0.05).sum()) for each in tables]

    assert left() == [0, 0, 0, 0]
    assert left(cohort="balanced", years=(2000, 2013)) == [3, 0, 0, 7]
    assert left(null="exchangeable") == [43, 33, 18, 43]
    with pytest.raises(ValueError, match="adjust must be one of discrete, bh; got 'holm'"):
        direction.trends(published["overall"], adjust="holm")


def test_nigeria(published: pd.DataFrame) -> None:
    nigeria = direction.trend(published, "Nigeria")
    assert nigeria.s == 54
    limits = [nigeria.slope, nigeria.slope_low, nigeria.slope_high]
    assert limits == pytest.approx([0.404, -0.018, 0.818], abs=1e-3)
    assert nigeria.pvalue == pytest.approx(0.0605, abs=1e-4)
    assert trend(published, "Nigeria").pvalue == pytest.approx(0.00145, abs=1e-5)
    row = direction.trends(published).loc["NGA"]
    for name in OWN:
        assert getattr(nigeria, name) == row[name], name
    assert nigeria.persistence == direction.trends(published).attrs["persistence"]["phi"]


def test_published_exchangeable_trends(published: pd.DataFrame) -> None:
    counts = trends(published["overall"])["direction"].value_counts(dropna=False).to_dict()
    assert counts == {"unclear": 100, "up": 67, None: 16, "down": 6}
    germany = trend(published["protection"], "Germany")
    assert (germany.s, germany.direction) == (-31, "down")
    assert germany.slope_high < 0
    assert germany.pvalue == pytest.approx(0.04655345, abs=1e-8)
    tables = [trends(published[name]) for name, *_ in PUBLISHED]
    assert [(each["pvalue"] <= 0.05).sum() for each in tables] == [73, 57, 57, 78]
    assert [(each["pvalue_adjusted"] <= 0.05).sum() for each in tables] == [51, 40, 26, 52]


@given(scores(years=(2000, 2012)), st.sampled_from([0.0, 0.3, 0.65, 0.9]), st.booleans())
def test_persistence_never_makes_a_trend_more_certain(
    drawn: pd.Series, phi: float, fractions: bool
) -> None:
    drawn = drawn + 0.5 if fractions else drawn
    plain, lingering = trends(drawn), direction.trends(drawn, persistence=phi)
    for name in ("pvalue", "pvalue_floor"):
        tested = plain[name].notna()
        assert (lingering[name] >= plain[name])[tested].all()
    if phi == 0:
        pd.testing.assert_frame_equal(lingering, plain)
    limited = lingering[lingering["slope_low"].notna()]
    excluded = (limited["slope_low"] > 0) | (limited["slope_high"] < 0)
    assert (excluded == (limited["pvalue"] <= 0.05)).all()
    assert (lingering["slope_low"].notna() == lingering["direction"].notna()).all()
    assert (lingering["slope"] * lingering["s"] >= 0)[lingering["n"] > 1].all()


def mirrored(answer: pd.DataFrame) -> pd.DataFrame:
    turned = answer.assign(
        slope=-answer["slope"],
        slope_low=-answer["slope_high"],
        slope_high=-answer["slope_low"],
        s=-answer["s"],
        tau=-answer["tau"],
        change=-answer["change"],
    )
    turned["direction"] = answer["direction"].replace(SWAPPED).astype(object)
    return turned.drop(columns=["first_year", "last_year", "first", "last"])


def test_persistence_is_estimated_whatever_the_order_shift_or_sign() -> None:
    drawn = trendless_scores(countries=30, rng=4)
    drawn[drawn.index.get_level_values("year") % 7 == 3] = np.nan
    answer = direction.trends(drawn)
    assert 0.3 < answer.attrs["persistence"]["phi"] < 0.95
    names = mirrored(answer).columns
    for other, expected in (
        (drawn.sample(frac=1, random_state=1), answer[names]),
        (shifted(drawn, year=lambda year: year + 31), answer[names]),
        (20 - drawn, mirrored(answer)),
        (shifted(drawn, year=lambda year: 4013 - year), mirrored(answer)),
    ):
        again = direction.trends(other)
        pd.testing.assert_frame_equal(again[names], expected, rtol=1e-5, atol=1e-6)
        assert again.attrs["persistence"] == pytest.approx(answer.attrs["persistence"], rel=1e-6)


def test_a_list_of_countries_takes_persistence_from_all() -> None:
    drawn = trendless_scores(countries=30, rng=4)
    answer, one = direction.trends(drawn), drawn.index[0][0]
    listed = direction.trends(drawn, cohort=[one])
    assert listed.attrs == answer.attrs
    assert listed.loc[one, "pvalue"] == answer.loc[one, "pvalue"]
    assert direction.trend(drawn, one).pvalue == answer.loc[one, "pvalue"]
    for years in ((2000, 2009), None):
        within = direction.trends(drawn, years=years)
        assert direction.trend(drawn, one, years=years).pvalue == within.loc[one, "pvalue"]


def test_with_few_countries_pvalues_are_missing_unless_persistence_is_stated() -> None:
    drawn = trendless_scores(countries=9, rng=4)
    answer, one = direction.trends(drawn), drawn.index[0][0]
    names = ["pvalue", "pvalue_adjusted", "pvalue_floor", "direction", "slope_low", "slope_high"]
    assert answer[names].isna().all(axis=None)
    assert answer[["slope", "s"]].notna().all(axis=None)
    assert answer.attrs["persistence"]["n"] == 9
    assert np.isnan(answer.attrs["persistence"]["phi"])
    assert "these scores have 9; set persistence=" in answer.attrs["note"]
    assert "p and direction missing: fewer than 10 countries" in str(direction.trend(drawn, one))
    stated = direction.trends(drawn, persistence=0.5)
    assert stated["pvalue"].notna().all()
    assert stated.attrs["persistence"]["kappa"] == 1
    assert "note" not in stated.attrs
    assert "note" not in direction.trends(trendless_scores(countries=10, rng=4)).attrs


def test_a_country_is_a_name_or_a_code() -> None:
    drawn = of_years([1, 2, 3, 4, 5])
    assert trend(drawn, "Germany") == trend(drawn, "DEU") == trend(drawn, country="deu")
    for country in ("Nigeria", "Germny", ["DEU"], None, 5):
        with pytest.raises(ValueError, match="country must be names or codes of countries in the"):
            trend(drawn, country)  # type: ignore[arg-type]


def test_years_cut_the_trend_of_a_country() -> None:
    drawn = of_years([5, 1, 2, 3, 9])
    found = trend(drawn, "DEU", years=(2001, 2003))
    assert (found.n, found.first, found.last, found.s) == (3, 1, 3, 3)
    assert trend(drawn, "DEU", years=(1990, 1999)).n == 0


def test_a_panel_stands_for_its_overall_scores() -> None:
    drawn = of_years([1, 2, 3, 4, 5])
    panel = pd.DataFrame({"prosecution": 1.0, "overall": drawn})
    assert trend(panel, "DEU") == trend(drawn, "DEU")
    pd.testing.assert_frame_equal(trends(panel), trends(drawn))


def test_a_thin_year_is_not_part_of_the_balanced_cohort() -> None:
    cells = {(one, year): year - 2000.0 for one in "ABCDEFGH" for year in range(2009, 2013)}
    drawn = series(cells | {("A", 2013): 1.0})
    found = trends(drawn, cohort="balanced")
    assert found["n"].tolist() == [4] * 8
    assert found.attrs["thin_years"] == {2013: 1}
    asked = trends(drawn, cohort="balanced", years=(2009, 2013))
    assert asked["n"].tolist() == [5, *[4] * 7]
    assert asked.attrs["thin_years"] == {2013: 1}
    every = trends(drawn)
    assert every.loc["A", "last_year"] == 2013
    assert "thin_years" not in every.attrs


def test_published_thin_years_are_not_part_of_the_balanced_cohort(published: pd.DataFrame) -> None:
    found = trends(published, cohort="balanced")
    assert (len(found), found["n"].unique().tolist()) == (67, [14])
    assert found.attrs["thin_years"] == {1999: 0, 2014: 1}


def test_a_stray_year_adds_one_column_to_a_test_of_trends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(1)
    units, years = [f"U{n:02}" for n in range(15)], range(2000, 2010)
    index = pd.MultiIndex.from_product([units, years], names=["country", "year"])
    scores = pd.Series(rng.integers(3, 16, len(index)).astype(float), index)
    stray = pd.concat([scores, pd.Series({("U00", 1100): 5.0}).rename_axis(index.names)])
    shapes = []
    fit = direction.fit
    monkeypatch.setattr(
        direction, "fit", lambda values, times: (shapes.append(values.shape), fit(values, times))[1]
    )
    direction.trends(stray)
    direction.trend(stray, "U00")
    assert shapes == [(15, 11)] * 2
    settings = {"persistence": 0.4}
    left, right = direction.trends(stray, **settings), direction.trends(scores, **settings)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(left.drop("U00"), right.drop("U00"))


def test_a_trend_is_a_sentence_of_plain_numbers() -> None:
    drawn = of_years([9, 8, 8, 6, 4, 3])
    found = trend(drawn, "DEU")
    assert str(found) == (
        "Six scores from 2000 to 2005: slope -1.25 (-1.91 to -0.58) points per year, "
        "p = 0.00556, direction down. Interval and p-value assume that the years are exchangeable."
    )
    assert "pvalue_floor" in found._repr_html_()
    assert {type(each) for each in found} == {int, float, str}
    lingering = direction.trend(drawn, "DEU", persistence=0.1)
    assert str(lingering).endswith(
        "Interval and p-value assume that scores linger from year to year (phi = 0.10)."
    )
    assert (lingering.null, lingering.persistence) == ("persistent", 0.1)
    assert str(trend(of_years([1, 2]), "DEU")) == (
        "Two scores from 2000 to 2001: slope +1.00 points per year, p = 1, direction missing, "
        "since no order of these scores is significant. The p-value assumes that the years are "
        "exchangeable."
    )
    assert str(trend(of_years([4]), "DEU")) == "One score: too few for a trend."
    assert str(trend(of_years([]), "DEU")) == "No scores: too few for a trend."
