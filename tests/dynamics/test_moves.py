"""Transitions and convergence, compared with plain loops, all orders and scipy."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from builders import COUNTRIES, known, levelled, scores, series, shifted, table
from policyindex import PanelError
from policyindex.dynamics.moves import convergence, transitions

filled = scores(min_size=15, scale=(1, 3)).map(lambda drawn: drawn.rename(None))
"""Scores without a name, which have no scale."""

EIGHT = "ABCDEFGH"


def chain(*levels: float | None) -> pd.Series:
    """Scores of one country in consecutive years; without a name they have no scale."""
    drawn = series({("DEU", 2000 + place): level for place, level in enumerate(levels)})
    return drawn.rename(None)


def thin_2013() -> pd.Series:
    """Eight countries scored from 2009 to 2012, and the first alone in 2013."""
    rng = np.random.default_rng(3)
    cells = {(one, year): float(rng.integers(1, 6)) for one in EIGHT for year in range(2009, 2013)}
    return series(cells | {("A", 2013): 5.0})


@given(scores(min_size=1))
def test_counts_equal_those_of_a_loop(drawn: pd.Series) -> None:
    cells = known(drawn)
    expected = {
        (low, high): sum(
            cells[key] == low and cells.get((key[0], key[1] + 1)) == high for key in cells
        )
        for low, high in product(range(1, 6), repeat=2)
    }
    found = transitions(drawn, levels=range(1, 6))
    assert {cell: found.counts.loc[cell] for cell in expected} == expected
    assert found.n == sum(expected.values())
    totals = found.counts.sum(axis=1)
    np.testing.assert_array_equal(found.probabilities.isna().all(axis=1), totals == 0)
    np.testing.assert_allclose(
        found.probabilities.mul(totals, axis=0).fillna(0), found.counts, atol=1e-12
    )
    occurring = transitions(drawn.rename(None)).counts
    levels = sorted(set(cells.values()))
    assert occurring.index.tolist() == occurring.columns.tolist() == levels
    pd.testing.assert_frame_equal(
        occurring, found.counts.loc[levels, levels], check_index_type=False, check_column_type=False
    )


@given(filled)
def test_reversing_time_transposes_the_counts(drawn: pd.Series) -> None:
    back = shifted(drawn, year=lambda year: -year)
    np.testing.assert_array_equal(transitions(back).counts, transitions(drawn).counts.T)


@given(filled, st.randoms())
def test_the_order_of_rows_changes_nothing(drawn: pd.Series, random: object) -> None:
    rows = list(range(len(drawn)))
    random.shuffle(rows)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(transitions(drawn.iloc[rows]).counts, transitions(drawn).counts)


@given(filled)
def test_the_steady_state_is_steady(drawn: pd.Series) -> None:
    found = transitions(drawn, levels=[1, 2, 3])
    steady = found.steady_state.to_numpy()
    assume(not np.isnan(steady).any())
    shares = found.probabilities.fillna(0).to_numpy()
    assert steady.sum() == pytest.approx(1)
    assert (steady >= -1e-12).all()
    np.testing.assert_allclose(steady @ shares, steady, atol=1e-12)


@given(filled)
def test_the_steady_state_is_where_a_long_run_ends(drawn: pd.Series) -> None:
    found = transitions(drawn, levels=[1, 2, 3])
    shares = found.probabilities.to_numpy()
    assume(not np.isnan(shares).any())
    lazy = np.linalg.matrix_power((shares + np.eye(3)) / 2, 4096)
    if np.ptp(lazy, axis=0).max() < 1e-9:
        np.testing.assert_allclose(found.steady_state, lazy[0], atol=1e-9)
    else:
        assert found.steady_state.isna().all()


def test_steady_states_equal_those_by_hand() -> None:
    found = transitions(chain(1, 1, 2, 1, 1, 2, 2, 2, 2, 1))
    # From 1: 2 of 4 stay; from 2: 3 of 5 stay. The shares balance at 4 : 5.
    np.testing.assert_allclose(found.probabilities, [[0.5, 0.5], [0.4, 0.6]])
    np.testing.assert_allclose(found.steady_state, [4 / 9, 5 / 9])
    np.testing.assert_allclose(found.mean_stay, [2, 2.5])


@pytest.mark.parametrize(
    ("levels", "steady", "stay"),
    [
        ((1, 1, None, 2, 2), [np.nan, np.nan], [np.inf, np.inf]),  # two levels never left
        ((1, 2), [np.nan, np.nan], [1, np.nan]),  # no step starts from 2
        ((1, 1, 2, 2), [0, 1], [2, np.inf]),  # 1 is left for good
        ((1, 2, 1), [0.5, 0.5], [1, 1]),  # by turns, for ever
        ((1, 3, 1), [0.5, 0.5], [1, 1]),  # 2 does not occur
        ((1, None, 2), [np.nan, np.nan], [np.nan, np.nan]),  # no step at all
    ],
)
def test_a_steady_state_is_missing_unless_unique(
    levels: tuple[int | None, ...], steady: list[float], stay: list[float]
) -> None:
    found = transitions(chain(*levels))
    np.testing.assert_allclose(found.steady_state, steady)
    np.testing.assert_allclose(found.mean_stay, stay)


def test_without_scores_there_are_no_levels() -> None:
    found = transitions(chain(None, None).rename(None))
    assert (found.counts.shape, found.n, found.df) == ((0, 0), 0, 0)


@pytest.mark.parametrize(
    ("name", "levels", "expected"),
    [
        ("overall", (4, 5), range(3, 16)),
        ("protection", (4, 5), range(1, 6)),
        ("protection", (None, None), range(1, 6)),
        ("peace", (4, 5), range(4, 6)),
        (None, (4, 5), range(4, 6)),
        (None, (4, 5, 9), (4, 5, 9)),
    ],
)
def test_levels_are_those_of_the_codebook_or_those_that_occur(
    name: str | None, levels: tuple[float | None, ...], expected: range | tuple[int, ...]
) -> None:
    found = transitions(chain(*levels).rename(name))
    assert found.counts.index.tolist() == found.counts.columns.tolist() == list(expected)
    assert found.counts.loc[4, 5] == 1 if 4 in levels else found.n == 0


def test_levels_may_be_of_another_codebook_and_of_any_type() -> None:
    drawn = chain(2, 3).rename("peace")
    found = transitions(drawn, codebook=levelled(["peace"], top=4))
    assert found.counts.index.tolist() == [1, 2, 3, 4]
    same = transitions(drawn, levels=np.array([4.0, 3, 2, 1]))
    pd.testing.assert_frame_equal(same.counts, found.counts)
    for levels in (5, [1.5], ["a"], "12"):
        with pytest.raises(ValueError, match="levels must be .*integer.*; got"):
            transitions(drawn, levels=levels)  # type: ignore[arg-type]


def test_a_group_named_from_is_called_group() -> None:
    by = pd.Series({"DEU": "a"}, name="from")
    assert transitions(chain(1, 2), by=by).counts.index.names == ["group", "from"]


def test_a_gap_is_never_crossed() -> None:
    drawn = series({("DEU", 2000): 1, ("DEU", 2002): 2, ("NGA", 2003): 2})
    assert transitions(drawn.rename(None)).n == 0


def likelihood_ratio(counts: pd.DataFrame, groups: list[object]) -> tuple[float, int]:
    """The statistic and its degrees of freedom, a contingency table for each level."""
    total, freedom = 0.0, 0
    for level in counts.columns:
        cells = np.array([counts.loc[group].loc[level] for group in groups])
        cells = cells[cells.sum(axis=1) > 0][:, cells.sum(axis=0) > 0]
        if cells.size:
            found = stats.chi2_contingency(cells, correction=False, lambda_="log-likelihood")
            total, freedom = total + found.statistic, freedom + found.dof
    return total, freedom


@given(filled, st.integers(2002, 2005))
def test_the_likelihood_ratio_equals_that_of_contingency_tables(
    drawn: pd.Series, year: int
) -> None:
    assume(drawn.notna().any() and year in drawn.index.get_level_values("year"))
    found = transitions(drawn, split_year=year)
    early, late = f"before {year}", f"from {year}"
    statistic, df = likelihood_ratio(found.counts, [early, late])
    assert found.statistic == pytest.approx(statistic, abs=1e-9)
    assert found.df == df
    if df:
        assert found.pvalue == pytest.approx(stats.chi2.sf(statistic, df), abs=1e-12)
    else:
        assert np.isnan(found.pvalue)
    whole = transitions(drawn).counts
    np.testing.assert_array_equal(found.counts.loc[early] + found.counts.loc[late], whole)
    steps = drawn[drawn.index.get_level_values("year") <= year]
    if steps.notna().any():
        alone = transitions(steps, levels=whole.index).counts
        np.testing.assert_array_equal(found.counts.loc[early], alone)


@given(filled, st.lists(st.sampled_from("ab"), min_size=4, max_size=4))
def test_each_group_has_its_own_steps(drawn: pd.Series, letters: list[str]) -> None:
    by = pd.Series(letters, index=COUNTRIES, name="letter")
    found = transitions(drawn, by=by)
    names = found.counts.index.get_level_values("letter").unique().tolist()
    for letter in names:
        chosen = drawn[by[drawn.index.get_level_values("country")].to_numpy() == letter]
        alone = transitions(chosen, levels=found.counts.columns)
        np.testing.assert_array_equal(found.counts.loc[letter], alone.counts)
        np.testing.assert_array_equal(found.steady_state.loc[letter], alone.steady_state)
    assert found.df == likelihood_ratio(found.counts, names)[1]


def test_a_step_belongs_to_the_group_of_its_start() -> None:
    drawn = chain(1, 2, 1, 1)
    by = pd.Series(["a", "b", "b", "c"], index=drawn.index, name="phase")
    found = transitions(drawn, by=by)
    assert found.counts.loc["a"].to_numpy().tolist() == [[0, 1], [0, 0]]
    assert found.counts.loc["b"].to_numpy().tolist() == [[1, 0], [1, 0]]
    assert found.counts.loc["c"].to_numpy().sum() == 0


def test_steps_lie_within_the_years() -> None:
    assert transitions(chain(1, 2, 3, 1), years=(2001, 2002)).counts.loc[2, 3] == 1
    assert transitions(chain(1, 2, 3, 1), years=(2001, 2002)).n == 1


@pytest.mark.parametrize(
    ("name", "levels", "options", "message"),
    [
        (None, (1, 2.5), {}, "scores must be integers; 1 are not, the first 2.5 at DEU 2001"),
        ("protection", (1, 2.5), {}, "scores must be integers; 1 are not, the first 2.5 at DEU"),
        (
            "protection",
            (5, 6),
            {},
            "protection must lie from 1 to 5, the scale of .* 1 do not, the first 6 at DEU 2001",
        ),
        ("overall", (2, 3), {}, "overall must lie from 3 to 15, .* the first 2 at DEU 2000"),
        (
            "protection",
            (0, 3),
            {"codebook": levelled(["protection"], top=3)},
            "protection must lie from 1 to 3, the scale of the codebook levelled; 1 do not",
        ),
        (
            None,
            (1, 7),
            {"levels": range(1, 4)},
            "scores must be one of the levels 1, 2, 3; 1 are not, the first 7 at DEU 2001; round",
        ),
    ],
)
def test_scores_off_the_scale_are_refused(
    name: str | None, levels: tuple[float, ...], options: dict[str, object], message: str
) -> None:
    with pytest.raises(PanelError, match=message):
        transitions(chain(*levels).rename(name), **options)  # type: ignore[arg-type]


def test_levels_given_by_hand_replace_those_of_the_codebook() -> None:
    drawn = chain(5, 6).rename("protection")
    assert transitions(drawn, levels=[5, 6]).counts.loc[5, 6] == 1


def test_a_split_year_must_be_a_year_of_the_scores() -> None:
    for split_year in (1990, 2000.5, [2000]):
        with pytest.raises(ValueError, match="split_year must be a year of the scores"):
            transitions(chain(1, 2), split_year=split_year)  # type: ignore[arg-type]
    whole = transitions(chain(1, 2, 1), split_year=2001.0)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(whole.counts, transitions(chain(1, 2, 1), split_year=2001).counts)
    with pytest.raises(ValueError, match="split_year must not be combined with by; got 2001"):
        transitions(chain(1, 2), by="region", split_year=2001)
    with pytest.raises(ValueError, match="by must be 'region', or a Series of groups"):
        transitions(chain(1, 2), by=2001)  # type: ignore[arg-type]


def test_published_transitions_of_protection(published: pd.DataFrame) -> None:
    found = transitions(published["protection"], split_year=2007)
    assert (found.n, found.df) == (1943, 17)
    assert found.statistic == pytest.approx(65.309, abs=1e-3)


@given(scores(min_size=12, years=(2000, 2003)), st.sampled_from(["all", "balanced"]))
def test_convergence_equals_that_of_scipy(drawn: pd.Series, cohort: str) -> None:
    wide = table(drawn)
    counts = wide.count()
    full = counts.index[(counts > 0) & (4 * counts >= counts.max())]
    if cohort == "balanced":
        wide = wide.dropna(subset=full) if len(full) else wide
        assume(len(wide))
    found = convergence(drawn, cohort=cohort, draws=3, rng=0)
    thin = {year: n for year, n in counts.items() if 4 * n < counts.max()}
    outside = {year: n for year, n in thin.items() if year not in found.by_year.index}
    expected_thin = thin if cohort == "balanced" else outside
    assert found.by_year.attrs.get("thin_years", {}) == expected_thin
    scored = found.by_year[found.by_year["n"] > 0]
    for year in scored.index:
        values = wide[year].dropna()
        assert found.by_year.loc[year, "n"] == len(values)
        if len(values) > 1:
            np.testing.assert_allclose(found.by_year.loc[year, "sd"], np.std(values, ddof=1))
            np.testing.assert_allclose(
                found.by_year.loc[year, "cv"], stats.variation(values, ddof=1)
            )
    if len(full) < 2:
        assert (found.n, found.start, found.end) == (0, None, None)
        return
    assert (found.start, found.end) == (full[0], full[-1])
    start, end = wide[full[0]], wide[full[-1]]
    both = start.notna() & end.notna()
    assert found.n == both.sum()
    if both.sum() < 3 or np.ptp(start[both]) == 0:
        assert np.isnan([found.beta, found.se, found.r_squared]).all()
        assert np.isnan([found.beta_noise, found.noise_low, found.noise_high]).all()
        return
    expected = stats.linregress(start[both], (end - start)[both])
    assert found.beta == pytest.approx(expected.slope, abs=1e-12)
    if np.ptp((end - start)[both]) > 0:
        assert found.se == pytest.approx(expected.stderr, abs=1e-7)
        assert found.r_squared == pytest.approx(expected.rvalue**2, abs=1e-12)
    else:  # no variance to explain: some versions of scipy have no error there either
        assert found.se == 0
        assert np.isnan(found.r_squared)


def all_orders(values: np.ndarray) -> np.ndarray:
    """Numerator and denominator of the slope for each pair of ends that orders can give."""
    pairs = [list(permutations(row[~np.isnan(row)], 2)) for row in values]
    found = []
    for ends in product(*pairs):
        start, end = np.array(ends).T
        centred = start - start.mean()
        found.append((centred @ (end - start), centred @ start))
    return np.array(found)


@pytest.mark.parametrize(
    "rows",
    [
        [[1, 2, 4], [3, 3, 5], [5, 4, 1]],
        [[1, 2, None, 4], [3, 4, 5, 5], [5, 1, None, 1], [2, None, None, 3]],
    ],
)
def test_noise_equals_that_of_all_orders(rows: list[list[float | None]]) -> None:
    drawn = series(
        {(one, 2000 + place): value for one, row in zip(COUNTRIES, rows, strict=False)
         for place, value in enumerate(row)}
    )  # fmt: skip
    wide = table(drawn)
    over, under = all_orders((wide - wide.mean()).to_numpy()).T
    found = convergence(drawn, cohort="all", draws=20_000, rng=7)
    assert found.beta_noise == pytest.approx(over.mean() / under.mean(), abs=1e-12)
    slopes = (over / under)[under > 1e-9]
    for end, tail in ((found.noise_low, 0.025), (found.noise_high, 0.975)):
        assert (slopes < end - 1e-9).mean() - 0.005 < tail < (slopes < end + 1e-9).mean() + 0.005
    assert found.noise_low < found.beta_noise < found.noise_high


def test_entry_is_not_noise() -> None:
    rows = {"DEU": [5, 5, 5], "FRA": [7, 7, 7], "ITA": [9, 9, 9], "SOM": [None, 1, 1]}
    drawn = series({(one, 2000 + place): value for one, row in rows.items()
                    for place, value in enumerate(row)})  # fmt: skip
    found = convergence(drawn, cohort="all")
    assert (found.beta, found.beta_noise, found.noise_low, found.noise_high) == (0, 0, 0, 0)


def test_noise_alone_looks_like_convergence() -> None:
    rng = np.random.default_rng(5)
    index = pd.MultiIndex.from_product(
        [[f"C{place:03}" for place in range(300)], range(2000, 2010)], names=["country", "year"]
    )
    level = np.repeat(rng.integers(2, 5, 300), 10)
    common = np.tile(np.arange(10), 300)
    drawn = pd.Series(level + common + rng.integers(-1, 2, 3000), index=index)
    found = convergence(drawn, rng=1)
    assert found.beta < -0.3
    assert found.noise_low < found.beta < found.noise_high
    assert found.beta == pytest.approx(found.beta_noise, abs=0.12)


def test_true_convergence_lies_beyond_noise() -> None:
    cells = {
        (f"C{place:02}", 2000 + year): 15 - place * (9 - year) / 9
        for place in range(12) for year in range(10)
    }  # fmt: skip
    found = convergence(series(cells), rng=1)
    assert found.beta == pytest.approx(-1)
    assert found.beta < found.noise_low
    assert found.by_year["sd"].is_monotonic_decreasing


@given(scores(min_size=12, years=(2000, 2003)), st.integers(-4, 4), st.integers(1, 9))
def test_convergence_ignores_level_and_calendar(drawn: pd.Series, years: int, points: int) -> None:
    before = convergence(drawn, cohort="all", draws=5, rng=3)
    moved = shifted(drawn + points, year=lambda year: year + years)
    after = convergence(moved, cohort="all", draws=5, rng=3)
    np.testing.assert_allclose(after[1:-2], before[1:-2], atol=1e-7)
    np.testing.assert_allclose(after.by_year["sd"], before.by_year["sd"], atol=1e-12)


def test_noise_is_the_same_for_the_same_seed() -> None:
    drawn = series({(one, year): hash((place, year)) % 5 + 1 for place, one in enumerate(COUNTRIES)
                    for year in range(2000, 2006)})  # fmt: skip
    assert convergence(drawn)[1:] == convergence(drawn)[1:]
    other = convergence(drawn, rng=5)[-4:]
    assert convergence(drawn, rng=np.random.default_rng(5))[-4:] == other
    assert convergence(drawn)[-4:] != other
    assert convergence(drawn, draws=50.0)[1:] == convergence(drawn, draws=50)[1:]  # type: ignore[arg-type]
    for draws in (0, 1.5, "x"):
        with pytest.raises(ValueError, match="draws must be an integer, at least 1; got"):
            convergence(drawn, draws=draws)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="rng must be"):
        convergence(drawn, rng="x")  # type: ignore[arg-type]


def test_provenance_is_kept() -> None:
    drawn = chain(1, 2, 2, 1)
    drawn.attrs |= {"source": "a file", "citation": "Author 2014", "rules": "own 1.0 (abc)"}
    assert convergence(drawn).by_year.attrs == drawn.attrs
    for found in transitions(drawn)[:4]:
        assert found.attrs == drawn.attrs


def test_convergence_ends_at_full_years() -> None:
    drawn = thin_2013()
    found = convergence(drawn)
    assert (found.start, found.end, found.n) == (2009, 2012, 8)
    assert found.by_year["n"].to_dict() == dict.fromkeys(range(2009, 2013), 8)
    assert found.by_year.attrs["thin_years"] == {2013: 1}
    without = convergence(drawn[drawn.index.get_level_values("year") < 2013])
    assert found[1:] == without[1:]
    for cohort in ("all", "balanced"):
        asked = convergence(drawn, years=(2009, 2013), cohort=cohort)
        assert asked.by_year["n"].tolist() == [8, 8, 8, 8, 1]
        assert asked[1:] == found[1:]
        assert asked.by_year.attrs["thin_years"] == {2013: 1}
    assert "thin_years" not in convergence(drawn, years=(2009, 2012)).by_year.attrs


def test_convergence_uses_thin_years_if_there_are_no_others() -> None:
    cells = {(f"C{place:02}", 2000): 3.0 for place in range(20)}
    cells |= {(f"C{place:02}", year): float(place + year % 2) for place in range(4)
              for year in (2001, 2002)}  # fmt: skip
    found = convergence(series(cells), years=(2001, 2002), cohort="all")
    assert (found.start, found.end, found.n, found.beta) == (2001, 2002, 4, 0)
    assert "quarter of the fullest year, are used: 2001 (4), 2002 (4)." in str(found)


def test_published_convergence_needs_no_options(published: pd.DataFrame) -> None:
    found = convergence(published)
    assert (found.start, found.end, found.n) == (2000, 2013, 67)
    assert found.beta == pytest.approx(-0.66, abs=5e-3)
    assert found.by_year.attrs["thin_years"] == {1999: 0, 2014: 1}
    assert str(found) == (
        "From 2000 to 2013 beta is -0.66 (standard error 0.09) over 67 countries; with scores in "
        "random order it would be -0.33 (95 % range -0.47 to -0.17). The standard deviation went "
        "from 2.69 to 2.20 points. Thin years, with fewer scores than a quarter of the fullest "
        "year, are not used: 1999 (0), 2014 (1)."
    )


def test_results_are_sentences() -> None:
    few = convergence(chain(1, 2, 2, 1))
    assert str(few) == (
        "Beta is missing: it needs three countries that do not start with the same score, and one "
        "country has scores in 2000 and 2003."
    )
    assert str(convergence(chain(1))) == "Beta is missing: fewer than two years have scores."
    assert "<table" in few._repr_html_()
    steps = transitions(chain(1, 2, 1))
    assert str(steps) == "Two steps between consecutive years, on two levels."
    assert steps._repr_html_().count("<table") == 4
    split = transitions(chain(1, 2, 1, 1, 2, 2, 1), split_year=2003)
    assert "likelihood ratio" in str(split)
    assert str(split).endswith("which assumes that steps are independent.")


def test_a_panel_stands_for_its_overall_scores() -> None:
    drawn = thin_2013().rename("overall") + 4
    panel = pd.DataFrame({"prosecution": 1.0, "overall": drawn})
    assert convergence(panel)[1:] == convergence(drawn)[1:]
    pd.testing.assert_frame_equal(transitions(panel).counts, transitions(drawn).counts)
    assert transitions(panel).counts.index.tolist() == list(range(3, 16))
