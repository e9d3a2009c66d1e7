"""Changes and movers, compared with plain loops."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from builders import COUNTRIES, events, examples, known, scores, series, shifted
from policyindex import PanelError
from policyindex.dynamics.change import changes, movers


def expected(drawn: pd.Series, base: dict[tuple[str, int], float]) -> list[list[float]]:
    """Change, elapsed and rate of each row, by looking scores up by country and year."""
    cells, rows = known(drawn), []
    for country, year in sorted(drawn.index):
        start = base.get((country, year), np.nan)
        if (country, year) in cells and (country, start) in cells and year >= start:
            change, elapsed = cells[country, year] - cells[country, start], year - start
            rows.append([change, elapsed, change / elapsed if elapsed else np.nan])
        else:
            rows.append([np.nan] * 3)
    return rows


@given(scores(min_size=1), st.integers(1, 4))
def test_changes_equal_look_ups_by_year(drawn: pd.Series, lag: int) -> None:
    before = drawn.copy()
    found = changes(drawn, lag=lag)
    pd.testing.assert_series_equal(drawn, before)
    assert found.index.tolist() == sorted(drawn.index)
    base = {(country, year): year - lag for country, year in drawn.index}
    np.testing.assert_array_equal(found.to_numpy(), expected(drawn, base))


@examples(40)  # a look-up by country and year for each row
@given(scores(min_size=1), events())
def test_changes_since_a_year_per_country(drawn: pd.Series, since: pd.Series) -> None:
    assume(set(since.index) & set(drawn.index.get_level_values("country")))
    found = changes(drawn, since=since)
    base = {key: since.get(key[0], np.nan) for key in drawn.index}
    np.testing.assert_array_equal(found.to_numpy(), expected(drawn, base))


@given(scores(min_size=1), st.data())
def test_changes_since_one_year(drawn: pd.Series, data: st.DataObject) -> None:
    year = data.draw(st.sampled_from(sorted(set(drawn.index.get_level_values("year")))))
    one = changes(drawn, since=year)
    each = changes(drawn, since=pd.Series(year, index=COUNTRIES))
    pd.testing.assert_frame_equal(one, each)


@given(scores(min_size=1), st.integers(-2005, 30), st.integers(-9, 9), st.randoms())
def test_changes_ignore_level_calendar_and_order(
    drawn: pd.Series, years: int, points: int, random: object
) -> None:
    rows = list(range(len(drawn)))
    random.shuffle(rows)  # type: ignore[attr-defined]
    moved = shifted(drawn.iloc[rows] + points, year=lambda year: year + years)
    np.testing.assert_array_equal(changes(moved).to_numpy(), changes(drawn).to_numpy())


def test_a_gap_is_not_a_lag() -> None:
    drawn = series({("DEU", 2000): 1, ("DEU", 2002): 5, ("NGA", 2003): 9, ("NGA", 2004): 8})
    assert changes(drawn)["change"].isna().tolist() == [True, True, True, False]
    assert changes(drawn, lag=2)["rate"].tolist()[1] == 2


def test_elapsed_is_0_in_the_base_year_which_has_no_rate() -> None:
    drawn = series({("DEU", 2000): 1, ("DEU", 2003): 4})
    found = changes(drawn, since=2000)
    assert found["change"].tolist() == [0, 3]
    assert found["elapsed"].tolist() == [0, 3]
    np.testing.assert_array_equal(found["rate"], [np.nan, 1])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lag": 0}, "lag must be an integer, at least 1; got 0"),
        ({"lag": 1.5}, "lag must be an integer, at least 1; got 1.5"),
        ({"lag": 2, "since": 2000}, "lag must not be combined with since; got 2"),
        ({"since": 1990}, r"since must be a year of the scores \(2000 to 2000\); got 1990"),
        ({"since": "2000"}, "since must be a year of the scores .*; got '2000'"),
        ({"since": [2000]}, r"since must be a year of the scores .*; got \[2000\]"),
        ({"since": pd.Series({"Germany": 2000})}, "none of 1 is one, the first 'Germany'; make"),
    ],
)
def test_impossible_requests_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        changes(series({("DEU", 2000): 5}), **options)  # type: ignore[arg-type]


@given(scores(min_size=2), st.data())
def test_movers_equal_those_of_a_loop(drawn: pd.Series, data: st.DataObject) -> None:
    years = st.sampled_from(sorted(set(drawn.index.get_level_values("year"))))
    start, end = data.draw(years), data.draw(years)
    found = movers(drawn, start, end)
    cells = known(drawn)
    change = {
        country: cells[country, end] - cells[country, start]
        for country in COUNTRIES
        if (country, start) in cells and (country, end) in cells
    }
    assert found.gained.to_dict() == {one: up for one, up in change.items() if up > 0}
    assert found.lost.to_dict() == {one: down for one, down in change.items() if down < 0}
    assert found.stayed.to_dict() == {one: 0 for one, none in change.items() if none == 0}
    assert found.gained.is_monotonic_decreasing
    assert found.lost.is_monotonic_increasing
    assert found.n == len(change)
    assert found.net == len(found.gained) - len(found.lost)
    back = movers(drawn, end, start)
    pd.testing.assert_series_equal(back.lost, -found.gained)
    assert back.net == -found.net


def test_tied_movers_are_in_alphabetical_order() -> None:
    gains = {"NGA": 1, "AUT": 1, "USA": 3, "DEU": 1}
    drawn = series(
        {(one, 2000): 5.0 for one in gains} | {(one, 2001): 5.0 + up for one, up in gains.items()}
    )
    assert movers(drawn, 2000, 2001).gained.index.tolist() == ["USA", "AUT", "DEU", "NGA"]
    assert movers(drawn, 2001, 2000).lost.index.tolist() == ["USA", "AUT", "DEU", "NGA"]


@pytest.mark.parametrize("kind", [float, np.int16, np.float64])
def test_integers_of_any_type_are_accepted(kind: type) -> None:
    drawn = series({("DEU", 2000): 5, ("DEU", 2001): 7, ("DEU", 2002): 6})
    pd.testing.assert_frame_equal(changes(drawn, lag=kind(2)), changes(drawn, lag=2))
    pd.testing.assert_frame_equal(
        changes(drawn, since=kind(2001)),
        changes(drawn, since=2001),
    )
    assert movers(drawn, kind(2000), kind(2001)).n == 1


def test_the_years_of_movers_are_positional_or_named() -> None:
    drawn = series({("DEU", 2000): 5, ("DEU", 2001): 7})
    assert movers(drawn, 2000, 2001).gained.to_dict() == {"DEU": 2}
    assert movers(drawn, start=2001, end=2000).lost.to_dict() == {"DEU": -2}


def test_movers_need_years_with_rows() -> None:
    with pytest.raises(ValueError, match="start must be a year of the scores"):
        movers(series({("DEU", 2000): 5}), start=1990, end=2000)


def test_since_may_be_text_or_missing() -> None:
    drawn = series({("DEU", 2000): 5, ("DEU", 2001): 7, ("NGA", 2000): 1})
    since = pd.Series({"DEU": "2000", "NGA": None}, dtype=object)
    np.testing.assert_array_equal(changes(drawn, since=since)["change"], [0, 2, np.nan])
    with pytest.raises(PanelError, match="since must be integer years"):
        changes(drawn, since=pd.Series({"DEU": np.inf}))
    with pytest.raises(PanelError, match="since must be a Series of years indexed by country"):
        changes(drawn, since=drawn)


def test_provenance_is_kept() -> None:
    drawn = series({("DEU", 2000): 5.0, ("DEU", 2001): 6.0})
    drawn.attrs["source"] = "a file"
    assert changes(drawn).attrs == {"source": "a file"}
    assert movers(drawn, 2000, 2001).gained.attrs == {"source": "a file"}
    since = pd.Series({"DEU": 2000})
    since.attrs["source"] = "SYNTHETIC"
    assert changes(drawn, since=since).attrs == {"source": "a file; SYNTHETIC"}


def test_a_missing_year_is_not_the_year_0() -> None:
    drawn = series({("DEU", 0): 5, ("DEU", 1): 6})
    assert changes(drawn, since=pd.Series({"DEU": np.nan}))["change"].isna().all()


def test_movers_accept_a_thin_year_and_count_its_scores() -> None:
    cells = {(one, year): 5.0 for one in "ABCDEFGH" for year in (2011, 2012)}
    drawn = series(cells | {("A", 2013): 9.0})
    moves = movers(drawn, 2012, 2013)
    assert (moves.gained.to_dict(), moves.n) == ({"A": 4}, 1)
    assert moves.gained.attrs["thin_years"] == moves.lost.attrs["thin_years"] == {2013: 1}
    assert "thin_years" not in movers(drawn, 2011, 2012).stayed.attrs
    assert changes(drawn, since=2013)["change"].dropna().to_dict() == {("A", 2013): 0}


def test_movers_are_a_sentence() -> None:
    drawn = series({("DEU", 2000): 5, ("DEU", 2001): 7, ("NGA", 2000): 1, ("NGA", 2001): 1})
    moves = movers(drawn, 2000, 2001)
    assert str(moves) == (
        "Of two countries scored in both years one gained, none lost and one stayed the same. "
        "The mean changed by +1.00 points (standard error 1.00). "
        "The error takes the countries as a random sample."
    )
    assert str(movers(drawn.loc[["NGA"]], 2000, 2001)) == (
        "Of one country scored in both years none gained, none lost and one stayed the same. "
        "The mean changed by +0.00 points."
    )
    assert moves._repr_html_().count("<table") == 3
    apart = series({("DEU", 2000): 5, ("NGA", 2001): 1})
    assert str(movers(apart, 2000, 2001)) == "No country is scored in both years."


def test_a_panel_stands_for_its_overall_scores() -> None:
    drawn = series({("DEU", 2000): 5, ("DEU", 2001): 7})
    panel = pd.DataFrame({"prosecution": 1.0, "overall": drawn})
    panel.attrs["source"] = "a file"
    pd.testing.assert_frame_equal(changes(panel, since=2000), changes(drawn, since=2000))
    assert changes(panel).attrs == {"source": "a file"}
    assert movers(panel, 2000, 2001).gained.to_dict() == {"DEU": 2}


@given(scores(min_size=1))
def test_where_lower_is_better_falls_are_gains(drawn: pd.Series) -> None:
    years = drawn.index.unique("year")
    start, end = int(years.min()), int(years.max())
    plain, turned = movers(drawn, start, end), movers(drawn, start, end, lower_is_better=True)
    pd.testing.assert_series_equal(turned.gained, plain.lost)
    pd.testing.assert_series_equal(turned.lost, plain.gained)
    assert (turned.net, turned.n, turned.stayed.size) == (-plain.net, plain.n, plain.stayed.size)
    moved = len(plain.gained) + len(plain.lost)
    assert ("lower is better" in str(turned)) == bool(moved)
    assert "lower is better" not in str(plain)
