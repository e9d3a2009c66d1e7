"""Event studies, compared with plain loops over the countries of each cohort."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from builders import events, examples, known, scores, series, shifted
from policyindex import PanelError
from policyindex._kernels.resampling import blocks, resampled
from policyindex._kernels.staggered import staggered, staggered_draws
from policyindex.dynamics.events import EventStudy, event_study

EIGHT = ["AUT", "CHE", "DEU", "ITA", "NGA", "PRK", "SWE", "USA"]
windows = st.tuples(st.integers(-4, 0), st.integers(1, 4))
based = windows.flatmap(lambda window: st.tuples(st.just(window), st.integers(*window)))
"""A window, and one of its times as the base."""
six = scores(countries=EIGHT[:6], min_size=12, years=(2000, 2004))
dated = events(countries=[*EIGHT[:6], "ZZZ"], years=(1999, 2005))


def sample(n: int = 24, years: int = 8, seed: int = 1) -> tuple[pd.Series, pd.Series]:
    """Random scores of many countries, and an event in two thirds of them."""
    rng = np.random.default_rng(seed)
    names = [f"C{place:02}" for place in range(n)]
    cells = {(one, 2000 + year): float(rng.integers(3, 16)) for one in names
             for year in range(years) if rng.random() < 0.9}  # fmt: skip
    when = pd.Series(rng.integers(2001, 2006, n).astype(float), index=names, name="law")
    return series(cells), when.where(rng.random(n) < 0.67)


def by_hand(
    drawn: pd.Series,
    when: pd.Series,
    window: tuple[int, int],
    base: int,
    control: str,
    window_cohort: str = "all",
) -> tuple[list[tuple[float, int, int]], set[str]]:
    """Mean, countries with the event and controls of each time, one cohort after the other."""
    cells, dates = known(drawn), when.dropna().astype(int).to_dict()
    scored = {country for country, _ in cells}
    times = range(window[0], window[1] + 1)
    rows, used = [], set()
    for time in times:
        above, n, controls = 0.0, 0, set()
        for cohort in sorted(set(dates.values())):
            start, end = cohort + base, cohort + time

            def change(one: str, start: int = start, end: int = end) -> float | None:
                if (one, start) in cells and (one, end) in cells:
                    return cells[one, end] - cells[one, start]
                return None

            treated = [
                one for one in scored
                if dates.get(one) == cohort and change(one) is not None and (
                    window_cohort == "all" or all((one, cohort + k) in cells for k in times)
                )
            ]  # fmt: skip
            others = [
                one for one in scored
                if change(one) is not None and dates.get(one) != cohort and (
                    one not in dates
                    or (control == "not_yet" and dates[one] > max(start, end))
                )
            ]  # fmt: skip
            if treated and others:
                of_others = sum(change(one) for one in others) / len(others)  # type: ignore[misc]
                above += sum(change(one) - of_others for one in treated)  # type: ignore[operator]
                n += len(treated)
                controls |= set(others)
                used |= set(treated)
        rows.append((above / n if n else np.nan, n, len(controls)))
    return rows, used


@examples(40)
@given(
    six,
    dated,
    based,
    st.sampled_from(["not_yet", "never"]),
    st.sampled_from(["all", "balanced"]),
)
def test_an_event_study_equals_a_loop_over_cohorts(
    drawn: pd.Series,
    events: pd.Series,
    window_and_base: tuple[tuple[int, int], int],
    control: str,
    window_cohort: str,
) -> None:
    window, base = window_and_base
    assume(set(events.index) & set(drawn.index.get_level_values("country")))
    study = event_study(
        drawn, events, window=window, base=base, control=control, window_cohort=window_cohort,
        draws=5,
    )  # fmt: skip
    rows, used = by_hand(drawn, events, window, base, control, window_cohort)
    assert study.table.index.tolist() == list(range(window[0], window[1] + 1))
    np.testing.assert_allclose(study.table[["mean", "n", "n_controls"]], rows, atol=1e-12)
    dates = events.dropna().index
    assert (study.n, study.dropped) == (len(used), tuple(sorted(set(dates) - used)))
    assert study.never == len({country for country, _ in known(drawn)} - set(dates))
    few = (study.table["n"] < 2) | (study.table["n_controls"] < 2)
    assert study.table.loc[few, ["se", "low", "high"]].isna().all(axis=None)


def test_an_event_study_by_hand() -> None:
    # DEU and FRA act in 2002, ITA in 2004; NGA never does.
    cells = {
        "DEU": [5, 6, 9, 9, 9],
        "FRA": [5, 5, 7, 8, 9],
        "ITA": [4, 4, 5, 6, 8],
        "NGA": [3, 4, 4, 5, None],
    }
    drawn = series({(one, 2000 + year): value for one, row in cells.items()
                    for year, value in enumerate(row)})  # fmt: skip
    when = pd.Series({"DEU": 2002, "FRA": 2002, "ITA": 2004, "NGA": None})
    study = event_study(drawn, when, window=(-2, 2), draws=10)
    # k = 0: cohort 2002 gains (3 + 2) / 2, ITA and NGA (1 + 0) / 2: 2 for two countries. NGA is
    # not scored in 2004, so ITA has no controls. k = 1: 3, less (2 + 1) / 2.
    assert study.table["mean"].tolist()[2:4] == [2.0, 1.5]
    # k = -2: cohort 2002 changed by (-1 + 0) / 2, its controls ITA and NGA by (0 - 1) / 2; ITA
    # changed by -1, its control NGA by -1.
    assert study.table["mean"].tolist()[0] == pytest.approx(0)
    # k = 2: NGA is not scored in 2004, and ITA has its event in that year.
    assert np.isnan(study.table.loc[2, "mean"])
    assert study.table["n"].tolist() == [3, 3, 2, 2, 0]
    assert study.table["n_controls"].tolist() == [2, 2, 2, 2, 0]
    never = event_study(drawn, when, window=(-2, 2), control="never", draws=10)
    assert never.table["mean"].tolist()[1:4] == [0.0, 2.5, 2.0]


@examples(30)
@given(six, dated)
def test_controls_with_the_same_change_take_it_away(drawn: pd.Series, events: pd.Series) -> None:
    assume(set(events.index) & set(drawn.index.get_level_values("country")))
    by_year = drawn.index.get_level_values("year").map(lambda year: (year * 7919) % 13)
    moved = drawn + by_year.to_numpy()
    before = event_study(drawn, events, window=(-3, 3), draws=1).table["mean"]
    after = event_study(moved, events, window=(-3, 3), draws=1).table["mean"]
    np.testing.assert_allclose(after, before, atol=1e-9)


@examples(20)
@given(six, dated, st.integers(-5, 5), st.integers(1, 3))
def test_an_event_study_ignores_calendar_and_level(
    drawn: pd.Series, events: pd.Series, years: int, points: int
) -> None:
    assume(set(events.index) & set(drawn.index.get_level_values("country")))
    study = event_study(drawn, events, window=(-3, 3), draws=20)
    moved = event_study(
        shifted(drawn, year=lambda year: year + years) + points,
        events + years,
        window=(-3, 3),
        draws=20,
    )
    pd.testing.assert_frame_equal(moved.table, study.table)
    assert moved[1:6] == study[1:6]


def test_the_bootstrap_repeats_the_study_on_resampled_countries() -> None:
    drawn, when = sample()
    table = drawn.unstack("year").sort_index(axis=1)  # noqa: PD010 (a Series has no pivot_table)
    years = when.reindex(table.index)
    values, columns = table.to_numpy(), years.fillna(np.inf).to_numpy() - table.columns[0]
    times = list(range(-2, 3))
    rules = {"never": False, "whole": False}
    draws = staggered_draws(
        values, columns, times, -1, **rules, draws=8, rng=np.random.default_rng(3)
    )
    counts = resampled(len(table), 8, np.random.default_rng(3))
    assert (counts.sum(axis=1) == len(table)).all()
    for row, count in zip(draws, counts, strict=True):
        rows = np.repeat(np.arange(len(table)), count.astype(int))
        again = staggered(values[rows], columns[rows], times, -1, **rules).means
        np.testing.assert_allclose(row, again, atol=1e-12)


def test_limits_are_those_of_the_largest_deviation() -> None:
    drawn, when = sample()
    study = event_study(drawn, when, window=(-2, 3), draws=400, rng=2)
    table = study.table
    np.testing.assert_allclose(table["high"] - table["mean"], study.critical * table["se"])
    np.testing.assert_allclose(table["mean"] - table["low"], study.critical * table["se"])
    assert table.loc[-1, ["mean", "se", "low", "high"]].tolist() == [0, 0, 0, 0]
    # Between one time alone and five independent ones.
    assert stats.norm.ppf(0.975) < study.critical < 3.2
    alone = event_study(drawn, when, window=(-1, 0), draws=400, rng=2)
    assert alone.critical == pytest.approx(1.96, abs=0.25)


def test_standard_errors_are_near_those_of_two_samples() -> None:
    rng = np.random.default_rng(8)
    names = [f"C{place:03}" for place in range(200)]
    drawn = series({(one, 2000 + year): float(rng.normal(9, 2)) for one in names
                    for year in range(2)})  # fmt: skip
    when = pd.Series(dict.fromkeys(names[:80], 2001))
    study = event_study(drawn, when, window=(-1, 0), draws=2000)
    changes = drawn.unstack("year").diff(axis=1)[2001]  # noqa: PD010
    treated, others = changes.iloc[:80], changes.iloc[80:]
    mean, se = study.table.loc[0, ["mean", "se"]]
    assert mean == pytest.approx(treated.mean() - others.mean())
    expected = mean / stats.ttest_ind(treated, others, equal_var=False).statistic
    assert se == pytest.approx(expected, rel=0.05)


def test_blocks_do_not_change_the_draws() -> None:
    assert list(blocks(10, 4, cells=12)) == [3, 3, 3, 1]
    assert list(blocks(3, 10**9)) == [1, 1, 1]
    rng, other = np.random.default_rng(0), np.random.default_rng(0)
    whole = resampled(5, 4, rng)
    np.testing.assert_array_equal(np.vstack([resampled(5, 1, other) for _ in range(4)]), whole)


@examples(30)
@given(
    six,
    dated,
    based | st.tuples(windows, st.none()),
    st.sampled_from(["all", "balanced"]),
)
def test_means_without_controls_equal_a_loop(
    drawn: pd.Series,
    events: pd.Series,
    window_and_base: tuple[tuple[int, int], int | None],
    window_cohort: str,
) -> None:
    window, base = window_and_base
    cells, when = known(drawn), events.dropna().astype(int).to_dict()
    assume(set(events.index) & set(drawn.index.get_level_values("country")))
    study = event_study(
        drawn, events, window=window, base=base, control="none", window_cohort=window_cohort
    )
    times = range(window[0], window[1] + 1)
    whole = any if window_cohort == "all" else all
    used = {
        one
        for one in when
        if whole((one, when[one] + time) in cells for time in times)
        and (base is None or (one, when[one] + base) in cells)
    }
    assert (study.n, study.dropped) == (len(used), tuple(sorted(when.keys() - used)))
    assert (study.draws, study.control) == (0, "none")
    for time in times:
        values = [
            cells[one, when[one] + time] - (0 if base is None else cells[one, when[one] + base])
            for one in used
            if (one, when[one] + time) in cells
        ]
        n = len(values)
        mean = np.mean(values) if n else np.nan
        se = np.std(values, ddof=1) / n**0.5 if n > 1 else np.nan
        low, high = stats.t.interval(0.95, n - 1, mean, se) if n > 1 and se else (mean, mean)
        expected = [mean, se, low, high, n, 0] if n > 1 else [mean, se, np.nan, np.nan, n, 0]
        np.testing.assert_allclose(study.table.loc[time].to_numpy(), expected, atol=1e-9)


def test_each_group_has_its_own_controls() -> None:
    drawn, when = sample(40)
    by = pd.Series(np.where(np.arange(40) % 2, "a", "b"), index=when.index, name="half")
    by.iloc[0] = None
    study = event_study(drawn, when, window=(-2, 2), by=by, draws=50)
    assert study.table.index.names == ["half", "event_time"]
    assert isinstance(study.critical, pd.Series)
    assert study.critical.index.name == "half"
    total = 0
    for letter in "ab":
        members = by.index[by == letter]
        part = drawn[drawn.index.get_level_values("country").isin(members)]
        alone = event_study(part, when[when.index.isin(members)], window=(-2, 2), draws=50)
        columns = ["mean", "n", "n_controls"]
        np.testing.assert_array_equal(study.table.loc[letter, columns], alone.table[columns])
        total += alone.n
    assert study.n == total
    assert "mean \N{PLUS-MINUS SIGN} c se" in str(study)


def test_a_group_named_like_another_level_is_called_group() -> None:
    drawn = series({("DEU", 2000): 1, ("DEU", 2001): 2})
    by = pd.Series({"DEU": "a"}, name="event_time")
    study = event_study(drawn, pd.Series({"DEU": 2000}), by=by, draws=1)
    assert study.table.index.names == ["group", "event_time"]


def test_an_event_study_has_a_table_for_each_region() -> None:
    drawn = series({("DEU", 2000): 1, ("AUT", 2000): 2, ("NGA", 2000): 3})
    when = pd.Series(2000, index=["AUT", "DEU", "NGA"])
    table = event_study(drawn, when, window=(0, 0), base=None, control="none", by="region").table
    assert table["mean"].to_dict() == {("Africa", 0): 3, ("Europe", 0): 1.5}
    assert table.index.names == ["region", "event_time"]


@examples(20)
@given(six, dated, st.sets(st.sampled_from(EIGHT[:6]), min_size=1))
def test_a_cohort_is_the_study_of_its_scores(
    drawn: pd.Series, events: pd.Series, cohort: set[str]
) -> None:
    present = set(drawn.index.get_level_values("country"))
    assume(set(events.index) & cohort and cohort <= present)
    study = event_study(drawn, events, cohort=cohort, draws=20)
    part = drawn[[country in cohort for country, _ in drawn.index]]
    rest = events[[country in cohort or country not in present for country in events.index]]
    other = event_study(part, rest, draws=20)
    pd.testing.assert_frame_equal(study.table, other.table)
    assert study[1:6] == other[1:6]


def test_the_balanced_cohort_counts_thin_years() -> None:
    cells = {(one, year): place + 4.0 for place, one in enumerate(EIGHT)
             for year in range(2009, 2013)}  # fmt: skip
    drawn = series(cells | {("DEU", 2013): 9.0})
    when = pd.Series({"DEU": 2010})
    study = event_study(drawn, when, window=(-1, 1), cohort="balanced", draws=5)
    assert (study.n, study.never) == (1, 7)
    assert study.table.attrs["thin_years"] == {2013: 1}
    assert "thin_years" not in event_study(drawn, when, window=(-1, 1), draws=5).table.attrs


def test_a_panel_stands_for_its_overall_scores() -> None:
    drawn, when = sample()
    panel = pd.DataFrame({"prosecution": 1.0, "overall": drawn, "gdp": 7.5})
    study = event_study(panel, when, draws=20)
    pd.testing.assert_frame_equal(study.table, event_study(drawn, when, draws=20).table)


def test_the_seed_decides_the_draws_alone() -> None:
    drawn, when = sample()
    first, second = (event_study(drawn, when, draws=50) for _ in range(2))
    pd.testing.assert_frame_equal(first.table, second.table)
    other = event_study(drawn, when, draws=50, rng=9)
    again = event_study(drawn, when, draws=50, rng=np.random.default_rng(9))
    pd.testing.assert_frame_equal(other.table, again.table)
    assert not other.table["se"].equals(first.table["se"])
    pd.testing.assert_series_equal(other.table["mean"], first.table["mean"])


def test_the_sentence_reports_the_differences_before_the_event() -> None:
    rng = np.random.default_rng(0)
    names = [f"C{place:02}" for place in range(60)]
    cells = {(one, 2000 + year): 5.0 + rng.integers(0, 2) + (3 * (year > 2) if place < 30 else 0)
             for place, one in enumerate(names) for year in range(8)}  # fmt: skip
    when = pd.Series(dict.fromkeys(names[:30], 2004))
    words = str(event_study(series(cells), when, window=(-3, 1)))
    assert "limits exclude 0 at event time \N{MINUS SIGN}3 and \N{MINUS SIGN}2, so the" in words
    assert "(30 never have it)" in words
    assert words.endswith("A comparison, no proof of cause.")
    flat = str(event_study(series(cells), when - 1, window=(-3, 1)))
    assert "its limits include 0 at every time before the base, which does not prove" in flat
    short = str(event_study(series(cells), when, window=(-1, 1)))
    assert "No difference before the base has limits: parallel paths are not checked." in short
    html = event_study(series(cells), when)._repr_html_()
    assert "<table" in html
    assert "no proof of cause" in html


def test_a_study_without_controls_is_a_sentence() -> None:
    drawn = series({("DEU", 2000): 1, ("DEU", 2001): 3, ("NGA", 2001): 2})
    when = pd.Series({"DEU": 2000, "NGA": 2000})
    assert str(event_study(drawn, when, window=(0, 1), base=0, control="none")) == (
        "Means of one country from 0 to 1 years after the event, without a control group; one "
        "country with an event is dropped for lack of scores or controls: NGA. The intervals take "
        "the countries as a random sample."
    )


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ([2000], "events must be a Series of years indexed by country"),
        (pd.Series([2000, 2001], index=["DEU", "DEU"]), "1 are repeated, the first 'DEU'"),
        (pd.Series({"DEU": 2000.5, "NGA": 2001}), "1 is not, the first 2000.5 at DEU"),
        (pd.Series({"DEU": "2000", "NGA": "soon"}), "1 is not, the first 'soon' at NGA"),
        (pd.Series({"Germany": 2000, "Chad": None}), "none of 2 is one, the first 'Germany'; make"),
    ],
)
def test_events_that_are_not_years_are_refused(when: object, message: str) -> None:
    with pytest.raises(PanelError, match=message):
        event_study(series({("DEU", 2000): 5}), when)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": (3, -3)}, "window must be a pair of integers"),
        ({"window": (-(10**12), 3)}, "window must be a pair of integers .* four digits"),
        ({"base": "x"}, "base must be an integer; got 'x'"),
        (
            {"base": 50},
            "base must be .* got base 50 and window \N{MINUS SIGN}10 to 10; choose another base",
        ),
        (
            {"window": (3, 5)},
            "base must be .* got base \N{MINUS SIGN}1 and window 3 to 5",
        ),
        (
            {"window": (3, 5), "control": "none"},
            "base must be an event time of the window",
        ),
        (
            {"window": (0, 0), "base": 0},
            "window must have an event time besides the base.* got base 0 and window 0 to 0",
        ),
        ({"base": None}, "base must be an integer with control='not_yet', .* control='none'"),
        ({"control": "all"}, "control must be one of not_yet, never, none; got 'all'"),
        ({"window_cohort": 3}, "window_cohort must be one of all, balanced; got 3"),
        ({"draws": 0}, "draws must be an integer, at least 1; got 0"),
        ({"rng": "x"}, "rng must be"),
        (
            {"by": series({("DEU", 2000): 5})},
            "by must be a scheme of regions, or a Series",
        ),
        ({"by": "continent"}, "by must be 'region', 'un_sub'"),
        ({"by": pd.Series(["a", "b"], index=["DEU", "DEU"])}, "by must give one group each"),
    ],
)
def test_odd_options_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        event_study(series({("DEU", 2000): 5}), pd.Series({"DEU": 2000}), **options)  # type: ignore[arg-type]


def test_a_study_of_nothing_is_missing() -> None:
    for cells in ({}, {("DEU", 2000): None}, {("DEU", 2000): 5}):
        study = event_study(series(cells), pd.Series({"DEU": 2000}), window=(-1, 1), draws=3)
        assert isinstance(study, EventStudy)
        assert study.table["mean"].isna().all()
        assert (study.n, study.table["n"].sum()) == (0, 0)
        assert str(study)


def test_provenance_is_kept() -> None:
    drawn, when = sample()
    drawn.attrs["source"], when.attrs["source"] = "a file", "SYNTHETIC"
    attrs = event_study(drawn, when, draws=2).table.attrs
    assert attrs["source"] == "a file; SYNTHETIC"
    assert "parallel paths" in attrs["assumption"]
    alone = event_study(drawn, when, control="none").table.attrs
    assert "not a control group" in alone["assumption"]


@pytest.mark.parametrize(
    ("name", "means", "errors"),
    [
        ("overall", {-2: -0.671, 0: 0.204, 4: 0.770}, {-2: 0.16, 0: 0.16, 4: 0.29}),
        ("prosecution", {-2: -0.498, 0: 0.048, 4: 0.148}, {-2: 0.10, 0: 0.09, 4: 0.15}),
    ],
)
def test_published_scores_around_the_law(
    published: pd.DataFrame, laws: pd.Series, name: str, means: dict[int, float],
    errors: dict[int, float],
) -> None:  # fmt: skip
    study = event_study(published[name], laws, window=(-5, 5), draws=300)
    assert study.never == 56
    assert study.critical == pytest.approx(2.7, abs=0.15)
    for time, mean in means.items():
        assert study.table.loc[time, "mean"] == pytest.approx(mean, abs=1e-3)
        assert study.table.loc[time, "se"] == pytest.approx(errors[time], abs=0.025)
    assert "so the paths were not parallel before it" in str(study)


def test_wider_windows_have_wider_limits() -> None:
    drawn, when = sample(60, 8, 4)
    reach = [
        event_study(drawn, when, window=(-each, each), draws=300).critical for each in (1, 2, 3)
    ]
    assert all(small < large for small, large in pairwise(reach))  # type: ignore[operator]
