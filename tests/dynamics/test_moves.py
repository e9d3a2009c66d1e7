"""Transitions and convergence, held against plain loops, all orders, and scipy."""

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

filled = scores(min_size=15, scale=(1, 3))


def chain(*levels: float | None) -> pd.Series:
    return series({("DEU", 2000 + place): level for place, level in enumerate(levels)})


@given(scores(min_size=1))
def test_counts_against_a_loop(drawn: pd.Series) -> None:
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
    inferred = transitions(drawn.rename(None)).counts
    if cells:
        assert inferred.index.tolist() == list(
            range(int(min(cells.values())), int(max(cells.values())) + 1)
        )
        pd.testing.assert_frame_equal(inferred, found.counts.loc[inferred.index, inferred.columns])


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


def test_steady_states_by_hand() -> None:
    found = transitions(chain(1, 1, 2, 1, 1, 2, 2, 2, 2, 1))
    # From 1: 2 of 4 stay; from 2: 3 of 5 stay. The shares balance at 4 : 5.
    np.testing.assert_allclose(found.probabilities, [[0.5, 0.5], [0.4, 0.6]])
    np.testing.assert_allclose(found.steady_state, [4 / 9, 5 / 9])
    np.testing.assert_allclose(found.mean_stay, [2, 2.5])


@pytest.mark.parametrize(
    ("levels", "steady", "stay"),
    [
        ((1, 1, None, 2, 2), [np.nan, np.nan], [np.inf, np.inf]),  # two levels never left
        ((1, 2), [np.nan, np.nan], [1, np.nan]),  # what follows 2 is not known
        ((1, 1, 2, 2), [0, 1], [2, np.inf]),  # 1 is left for good
        ((1, 2, 1), [0.5, 0.5], [1, 1]),  # by turns, for ever
        ((1, 3, 1), [0.5, 0, 0.5], [1, np.nan, 1]),  # 2 is never seen
        ((1, None, 2), [np.nan, np.nan], [np.nan, np.nan]),  # no step at all
    ],
)
def test_steady_states_at_the_edge(
    levels: tuple[int | None, ...], steady: list[float], stay: list[float]
) -> None:
    found = transitions(chain(*levels))
    np.testing.assert_allclose(found.steady_state, steady)
    np.testing.assert_allclose(found.mean_stay, stay)


def test_no_scores_no_levels() -> None:
    found = transitions(chain(None, None).rename(None))
    assert (found.counts.shape, found.n, found.df) == ((0, 0), 0, 0)


@pytest.mark.parametrize(
    ("name", "levels", "expected"),
    [
        ("overall", (4, 5), range(3, 16)),
        ("protection", (4, 5), range(1, 6)),
        ("protection", (None, None), range(1, 6)),
        ("protection", (5, 6), range(5, 7)),  # off the scale of that name
        ("peace", (4, 5), range(4, 6)),
        (None, (4, 5), range(4, 6)),
    ],
)
def test_levels_are_those_of_the_scale_by_its_name(
    name: str | None, levels: tuple[float | None, ...], expected: range
) -> None:
    found = transitions(chain(*levels).rename(name))
    assert found.counts.index.tolist() == found.counts.columns.tolist() == list(expected)
    assert found.counts.loc[4, 5] == 1 if levels == (4, 5) else found.n < 2


def test_levels_of_another_codebook_and_of_any_type() -> None:
    drawn = chain(2, 3).rename("peace")
    found = transitions(drawn, codebook=levelled(["peace"], top=4))
    assert found.counts.index.tolist() == [1, 2, 3, 4]
    same = transitions(drawn, levels=np.array([4.0, 3, 2, 1]))
    pd.testing.assert_frame_equal(same.counts, found.counts)
    for levels in (5, [1.5], ["a"], "12"):
        with pytest.raises(ValueError, match="levels must be .*whole number.*; got"):
            transitions(drawn, levels=levels)  # type: ignore[arg-type]


def test_groups_named_from_are_a_group() -> None:
    by = pd.Series({"DEU": "a"}, name="from")
    assert transitions(chain(1, 2), by=by).counts.index.names == ["group", "from"]


def test_a_gap_is_never_jumped() -> None:
    drawn = series({("DEU", 2000): 1, ("DEU", 2002): 2, ("NGA", 2003): 2})
    assert transitions(drawn).n == 0


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
def test_homogeneity_against_contingency_tables(drawn: pd.Series, year: int) -> None:
    assume(drawn.notna().any() and year in drawn.index.get_level_values("year"))
    found = transitions(drawn, by=year)
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
def test_groups_of_countries(drawn: pd.Series, letters: list[str]) -> None:
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
    ("levels", "options", "message"),
    [
        ((1, 2.5), {}, "scores must be whole numbers; 1 are not, the first 2.5 at DEU 2001"),
        ((1, 7), {"levels": range(1, 6)}, "1 are not, the first 7.0 at DEU 2001"),
    ],
)
def test_scores_off_the_scale(
    levels: tuple[float, ...], options: dict[str, object], message: str
) -> None:
    with pytest.raises(PanelError, match=message):
        transitions(chain(*levels), **options)  # type: ignore[arg-type]


def test_a_period_must_be_a_year_of_the_scores() -> None:
    for by in (1990, 2000.5, [2000]):
        with pytest.raises(ValueError, match="by must be a year of the scores"):
            transitions(chain(1, 2), by=by)  # type: ignore[arg-type]
    whole = transitions(chain(1, 2, 1), by=2001.0)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(whole.counts, transitions(chain(1, 2, 1), by=2001).counts)


def test_published_protection(published: pd.DataFrame) -> None:
    found = transitions(published["protection"], by=2007)
    assert (found.n, found.df) == (1943, 17)
    assert found.statistic == pytest.approx(65.309, abs=1e-3)


@given(scores(min_size=12, years=(2000, 2003)), st.sampled_from(["all", "balanced"]))
def test_convergence_against_scipy(drawn: pd.Series, cohort: str) -> None:
    wide = table(drawn).dropna(axis=1, how="all")
    if cohort == "balanced":
        wide = wide.dropna()
        assume(len(wide) or drawn.isna().all())
    found = convergence(drawn, cohort=cohort, draws=3, rng=0)
    scored = found.by_year[found.by_year["n"] > 0]
    for year in scored.index:
        values = wide[year].dropna()
        assert found.by_year.loc[year, "n"] == len(values)
        if len(values) > 1:
            np.testing.assert_allclose(found.by_year.loc[year, "sd"], np.std(values, ddof=1))
            np.testing.assert_allclose(
                found.by_year.loc[year, "cv"], stats.variation(values, ddof=1)
            )
    if len(scored) < 2:
        assert found.n == 0
        return
    start, end = (wide[year] for year in scored.index[[0, -1]])
    both = start.notna() & end.notna()
    assert found.n == both.sum()
    if both.sum() < 3 or np.ptp(start[both]) == 0:
        assert np.isnan(found[1:4]).all()
        assert np.isnan(found[5:]).all()
        return
    expected = stats.linregress(start[both], (end - start)[both])
    assert found.beta == pytest.approx(expected.slope, abs=1e-12)
    assert found.se == pytest.approx(expected.stderr, abs=1e-7)
    if np.ptp((end - start)[both]) > 0:
        assert found.r_squared == pytest.approx(expected.rvalue**2, abs=1e-12)
    else:
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
def test_noise_against_all_orders(rows: list[list[float | None]]) -> None:
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


def test_who_enters_is_no_noise() -> None:
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
    np.testing.assert_allclose(after[1:], before[1:], atol=1e-7)
    np.testing.assert_allclose(after.by_year["sd"], before.by_year["sd"], atol=1e-12)


def test_noise_is_the_same_each_time_unless_told_otherwise() -> None:
    drawn = series({(one, year): hash((place, year)) % 5 + 1 for place, one in enumerate(COUNTRIES)
                    for year in range(2000, 2006)})  # fmt: skip
    assert convergence(drawn)[1:] == convergence(drawn)[1:]
    other = convergence(drawn, rng=5)[-2:]
    assert convergence(drawn, rng=np.random.default_rng(5))[-2:] == other
    assert convergence(drawn)[-2:] != other
    assert convergence(drawn, draws=50.0)[1:] == convergence(drawn, draws=50)[1:]  # type: ignore[arg-type]
    for draws in (0, 1.5, "x"):
        with pytest.raises(ValueError, match="draws must be a whole number, at least 1; got"):
            convergence(drawn, draws=draws)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="rng must be"):
        convergence(drawn, rng="x")  # type: ignore[arg-type]


def test_attributes_carry_over() -> None:
    drawn = chain(1, 2, 2, 1)
    drawn.attrs["source"] = "a file"
    assert convergence(drawn).by_year.attrs == {"source": "a file"}
    found = transitions(drawn)
    assert found.counts.attrs == found.probabilities.attrs == {"source": "a file"}
