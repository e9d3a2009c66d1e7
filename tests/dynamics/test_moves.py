"""Transitions and convergence, compared with plain loops, all permutations and scipy."""

from __future__ import annotations

import tracemalloc
from functools import partial
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from builders import COUNTRIES, known, levelled, scores, series, shifted, table
from policyindex import PanelError
from policyindex._kernels import chains
from policyindex._kernels.regression_to_mean import null_slopes, slopes
from policyindex.dynamics import moves

transitions = partial(moves.transitions, draws=3)
convergence = partial(moves.convergence, draws=25)

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
    return series(cells | {("A", 2013): 5.0}).rename(None)


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
    assert (found.counts.shape, found.n, found.n_countries) == ((0, 0), 0, 0)
    assert np.isnan(found.pvalue)


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
    for levels in (5, [np.inf], ["a"], "12"):
        with pytest.raises(ValueError, match="levels must be .*number.*; got"):
            transitions(drawn, levels=levels)  # type: ignore[arg-type]


def test_a_group_named_from_is_called_group() -> None:
    by = pd.Series({"DEU": "a"}, name="from")
    assert transitions(chain(1, 2), by=by).counts.index.names == ["group", "from"]


def test_a_gap_is_never_crossed() -> None:
    drawn = series({("DEU", 2000): 1, ("DEU", 2002): 2, ("NGA", 2003): 2})
    assert transitions(drawn.rename(None)).n == 0


def likelihood_ratio(counts: pd.DataFrame, groups: list[object]) -> float:
    """The statistic, a contingency table for each level."""
    total = 0.0
    for level in counts.columns:
        cells = np.array([counts.loc[group].loc[level] for group in groups])
        cells = cells[cells.sum(axis=1) > 0][:, cells.sum(axis=0) > 0]
        if cells.size:
            found = stats.chi2_contingency(cells, correction=False, lambda_="log-likelihood")
            total += found.statistic
    return total


@given(filled, st.integers(2002, 2005))
def test_the_likelihood_ratio_equals_that_of_contingency_tables(
    drawn: pd.Series, year: int
) -> None:
    assume(drawn.notna().any() and year in drawn.index.get_level_values("year"))
    found = transitions(drawn, split_year=year)
    early, late = f"before {year}", f"from {year}"
    statistic = likelihood_ratio(found.counts, [early, late])
    assert found.statistic == pytest.approx(statistic, abs=1e-9)
    whole = transitions(drawn).counts
    np.testing.assert_array_equal(found.counts.loc[early] + found.counts.loc[late], whole)
    steps = drawn[drawn.index.get_level_values("year") <= year]
    if steps.notna().any():
        alone = transitions(steps, levels=whole.index).counts
        np.testing.assert_array_equal(found.counts.loc[early], alone)


def some_chains(seed: int, n: int = 7, years: int = 6) -> pd.Series:
    """Scores of several countries on three levels, without a name."""
    rng = np.random.default_rng(seed)
    cells = {(f"C{place}", 2000 + year): float(rng.integers(1, 4)) for place in range(n)
             for year in range(years) if rng.random() < 0.9}  # fmt: skip
    return series(cells).rename(None)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_pvalue_of_groups_is_that_of_all_permutations(seed: int) -> None:
    drawn = some_chains(seed)
    units = sorted(transitions(drawn).counts.attrs and drawn.index.unique("country"))

    def ratio(members: tuple[str, ...]) -> float:
        by = pd.Series([unit in members for unit in units], index=units)
        return moves.transitions(drawn, by=by, draws=1).statistic

    ratios = {members: ratio(members) for members in combinations(units, 3)}
    mine = tuple(units[:3])
    exact = np.mean([each >= ratios[mine] - 1e-9 for each in ratios.values()])
    by = pd.Series([unit in mine for unit in units], index=units)
    found = moves.transitions(drawn, by=by, draws=4000, rng=seed)
    assert found.pvalue == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 4000) + 1e-3)
    assert "permutations of countries over groups" in str(found)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_pvalue_of_periods_is_that_of_all_exchanges(seed: int) -> None:
    drawn = some_chains(seed)
    # A country with steps in the second period alone is never exchanged.
    drawn = pd.concat([drawn, series({("LATE", 2003): 1, ("LATE", 2004): 3}).rename(None)])
    units = drawn.index.unique("country")
    by_unit = {}
    for unit in units:
        cells = pd.MultiIndex.from_product([[unit], range(2000, 2006)], names=drawn.index.names)
        alone = transitions(drawn.reindex(cells), split_year=2003, levels=[1, 2, 3])
        by_unit[unit] = alone.counts.to_numpy().reshape(2, 3, 3)
    ratios = []
    for swaps in product([False, True], repeat=len(units)):
        counts = np.zeros((2, 3, 3))
        for unit, swap in zip(units, swaps, strict=True):
            own = by_unit[unit]
            both = own.sum(axis=(1, 2)).all()
            counts += own[::-1] if swap and both else own
        ratios.append(chains.likelihood_ratio(counts))
    exact = np.mean(np.array(ratios) >= ratios[0] - 1e-9)
    found = moves.transitions(drawn, split_year=2003, draws=4000, rng=seed)
    assert found.statistic == pytest.approx(ratios[0])
    assert found.pvalue == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 4000) + 1e-3)
    assert "permutations of groups within countries" in str(found)


def test_three_groups_within_countries_keep_the_steps_of_each_country() -> None:
    drawn = some_chains(5)
    years = drawn.index.get_level_values("year")
    by = pd.Series(np.digitize(years, [2002, 2004]), index=drawn.index, name="phase")
    found = moves.transitions(drawn, by=by, draws=200)
    assert 0 < found.pvalue <= 1
    rng = np.random.default_rng(0)
    wide = drawn.unstack("year")  # noqa: PD010 (a Series has no pivot_table)
    steps = moves._steps(
        {phase: wide.where(by.unstack("year") == phase) for phase in range(3)},  # noqa: PD010
        wide,
        np.array([1, 2, 3]),
    )
    permuted = chains._within_rows(steps, steps.present(), 50, rng)
    np.testing.assert_array_equal(permuted.sum(axis=1)[7], found.counts.groupby("from").sum())
    assert len({each.tobytes() for each in permuted}) > 25


def test_limits_are_quantiles_over_resampled_countries() -> None:
    drawn = some_chains(3, 20, 10)
    found = moves.transitions(drawn, draws=300, rng=4)
    rng, stays, steady = np.random.default_rng(4), [], []
    by_unit = np.array([
        transitions(drawn.loc[[unit]], levels=[1, 2, 3], draws=1).counts
        for unit in sorted(drawn.index.unique("country"))
    ])  # fmt: skip
    for _ in range(300):
        counts = by_unit[rng.integers(0, 20, 20)].sum(axis=0)
        shares = counts / counts.sum(axis=1, keepdims=True)
        stays.append(1 / (1 - np.diagonal(shares)))
        balance = np.vstack([shares.T - np.eye(3), np.ones(3)])
        steady.append(np.linalg.lstsq(balance, [0, 0, 0, 1], rcond=None)[0])
    for name, values in (("mean_stay", stays), ("steady_state", steady)):
        for end, share in (("low", 0.025), ("high", 0.975)):
            expected = np.quantile(np.array(values), share, axis=0)
            np.testing.assert_allclose(found.limits[f"{name}_{end}"], expected, rtol=0.02)
    assert (found.limits["mean_stay_low"] <= found.mean_stay).all()
    assert (found.mean_stay <= found.limits["mean_stay_high"]).all()
    alone = transitions(chain(1, 2, 1, 1))
    assert alone.limits.isna().all(axis=None)


def test_the_land_of_oz_has_its_steady_state() -> None:
    # Kemeny, Snell and Thompson: it never has two nice days in a row.
    oz = np.array([[0.5, 0.25, 0.25], [0.5, 0, 0.5], [0.25, 0.25, 0.5]])
    np.testing.assert_allclose(chains.steady_states(oz), [0.4, 0.2, 0.4], atol=1e-15)
    several = chains.steady_states(np.array([oz, np.eye(3), np.full((3, 3), np.nan)]))
    np.testing.assert_allclose(several[0], [0.4, 0.2, 0.4], atol=1e-15)
    assert np.isnan(several[1:]).all()


def test_groups_of_one_matrix_are_not_apart() -> None:
    drawn = some_chains(1)
    same = pd.concat([
        drawn, drawn.rename(lambda unit: f"Z{unit}", level="country"),
    ])  # fmt: skip
    by = pd.Series({unit: unit[0] for unit in same.index.unique("country")})
    found = moves.transitions(same, by=by, draws=99)
    assert found.statistic == pytest.approx(0, abs=1e-9)
    assert found.pvalue == 1
    # Two countries that never move alike: the observed order is one of the permutations.
    apart = series({("A", 2000): 1, ("A", 2001): 1, ("B", 2000): 1, ("B", 2001): 2}).rename(None)
    by = pd.Series({"A": "a", "B": "b"})
    assert moves.transitions(apart, by=by, draws=1).pvalue == 1
    many = some_chains(0, 40).where(lambda scores: scores < 3)
    by = pd.Series({f"C{place}": place % 2 for place in range(40)})
    stuck = many.where(many.index.get_level_values("country").map(by).to_numpy() == 1, 1.0)
    assert moves.transitions(stuck, by=by, draws=9).pvalue == 1 / 10
    single = moves.transitions(drawn, by=pd.Series("a", drawn.index.unique("country")))
    assert np.isnan([single.statistic, single.pvalue]).all()


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
    if len(names) > 1:
        assert found.statistic == pytest.approx(likelihood_ratio(found.counts, names), abs=1e-9)


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
        (
            None,
            tuple(1 + place / 7 for place in range(14)),
            {},
            "or at most 12 different values; 12 are not, the first 1.14286 at DEU 2001",
        ),
        ("protection", (1, 2.5), {}, "scores must be integers; 1 is not, the first 2.5 at DEU"),
        (
            "protection",
            (5, 6),
            {},
            "protection must lie from 1 to 5, the scale of .* 1 does not, the first 6 at DEU 2001",
        ),
        ("overall", (2, 3), {}, "overall must lie from 3 to 15, .* the first 2 at DEU 2000"),
        (
            "protection",
            (0, 3),
            {"codebook": levelled(["protection"], top=3)},
            "protection must lie from 1 to 3, the scale of the codebook levelled; 1 does not",
        ),
        (
            None,
            (1, 7),
            {"levels": range(1, 4)},
            "scores must be one of the levels 1, 2, 3; 1 is not, the first 7 at DEU 2001; round",
        ),
    ],
)
def test_scores_off_the_scale_are_refused(
    name: str | None, levels: tuple[float, ...], options: dict[str, object], message: str
) -> None:
    with pytest.raises(PanelError, match=message):
        transitions(chain(*levels).rename(name), **options)  # type: ignore[arg-type]


def test_the_watch_list_is_a_level_between_two_tiers() -> None:
    moves = transitions(chain(2, 2.5, 2.5, 3).rename("tier"))
    assert moves.counts.columns.tolist() == [2, 2.5, 3]
    assert moves.counts.loc[2.5].tolist() == [0, 1, 1]
    wider = transitions(chain(2, 2.5).rename("tier"), levels=[1, 2, 2.5, 3])
    assert wider.counts.loc[2].tolist() == [0, 0, 1, 0]


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
    with pytest.raises(
        ValueError,
        match="by must be 'region', 'un_sub', 'un_inter",
    ):
        transitions(chain(1, 2), by=2001)  # type: ignore[arg-type]


def test_published_transitions_of_protection(published: pd.DataFrame) -> None:
    found = moves.transitions(published["protection"])
    assert (found.n, found.n_countries) == (1943, 183)
    np.testing.assert_allclose(found.mean_stay, [2.19, 2.69, 2.63, 2.77, 3.16], atol=5e-3)
    np.testing.assert_allclose(found.steady_state, [0.069, 0.295, 0.344, 0.215, 0.077], atol=5e-4)
    limits = found.limits
    low, high = [1.82, 2.41, 2.38, 2.35, 2.13], [2.65, 3.00, 2.93, 3.25, 4.43]
    np.testing.assert_allclose(limits["mean_stay_low"], low, atol=0.15)
    np.testing.assert_allclose(limits["mean_stay_high"][:4], high[:4], atol=0.1)
    assert limits["mean_stay_high"][5] == pytest.approx(high[4], abs=0.4)
    split = moves.transitions(published["protection"], split_year=2007)
    assert split.statistic == pytest.approx(65.309, abs=1e-3)
    assert split.pvalue < 0.01


@given(scores(min_size=12, years=(2000, 2003)), st.sampled_from(["all", "balanced"]))
def test_convergence_equals_that_of_scipy(drawn: pd.Series, cohort: str) -> None:
    drawn = drawn.rename(None)
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


def slopes_by_hand(
    values: np.ndarray, phi: float, se: float, nu: float, scale: tuple[int, int] | None, draws: int
) -> np.ndarray:
    """Slopes without convergence, one panel after the other, with the matrices written out."""
    rng = np.random.default_rng(11)
    n, years = values.shape
    lags = np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
    answer = []
    for _ in range(draws):
        rows = values[rng.integers(0, n, n)]
        power = np.clip(rng.normal(phi, se), 0, 0.97) ** lags
        means = np.nanmean(rows, axis=0)
        apart = rows - means
        squares, freedom, noise, error = 0.0, 0.0, 0.0, 0.0
        parts = []
        for row in apart:
            scored = ~np.isnan(row)
            k = int(scored.sum())
            centre = np.eye(k) - 1 / k
            within = power[np.ix_(scored, scored)]
            squares += row[scored] @ centre @ row[scored]
            freedom += np.trace(centre @ within)
            noise += nu * (k - 1)
            parts.append((within.sum() / k**2, nu / k))
        s2 = max(squares * n / (n - 1) - noise, 0) / freedom
        error = np.mean([s2 * share + rounded for share, rounded in parts])
        levels = np.nanmean(apart, axis=1)
        levels = levels - levels.mean()
        variance = levels.var(ddof=1)
        levels = levels * np.sqrt(max(variance - error, 0) / variance)
        cover = s2 * power[[0, 0, -1, -1], [0, -1, 0, -1]].reshape(2, 2)
        noises = rng.multivariate_normal([0, 0], cover, n)
        first, last = means[0] + levels + noises[:, 0], means[-1] + levels + noises[:, 1]
        if nu:
            first, last = np.rint(first), np.rint(last)
        if scale:
            first, last = np.clip(first, *scale), np.clip(last, *scale)
        answer.append(np.polyfit(first, last - first, 1)[0])
    return np.array(answer)


@pytest.mark.parametrize(
    ("phi", "se", "nu", "scale", "gaps"),
    [
        (0.6, 0.05, 1 / 12, (1, 9), False),
        pytest.param(0.6, 0.3, 1 / 12, None, True, marks=pytest.mark.slow),
        pytest.param(0.0, 0.0, 0.0, None, True, marks=pytest.mark.slow),
        (0.9, 0.0, 1 / 12, (3, 7), True),
    ],
)
def test_slopes_without_convergence_equal_those_by_hand(
    phi: float, se: float, nu: float, scale: tuple[int, int] | None, gaps: bool
) -> None:
    rng = np.random.default_rng(2)
    values = (
        5 + 1.2 * rng.standard_normal((30, 1)) + rng.standard_normal((30, 8)) + np.arange(8) / 4
    )
    if nu:
        values = np.rint(values)
    if gaps:
        inside = values[:, 1:-1]
        inside[rng.random(inside.shape) < 0.3] = np.nan
    draws = 1000
    by_hand = slopes_by_hand(values, phi, se, nu, scale, draws)
    found = null_slopes(values, phi, se, rounding=nu, scale=scale, draws=draws, rng=rng)
    spread = by_hand.std()
    assert found.mean() == pytest.approx(by_hand.mean(), abs=5 * spread / np.sqrt(draws / 2))
    assert found.std() == pytest.approx(spread, rel=0.1)
    for share in (0.025, 0.5, 0.975):
        between = np.quantile(by_hand, share)
        assert (found < between).mean() == pytest.approx(share, abs=0.07 if share == 0.5 else 0.025)


def test_slopes_are_those_of_least_squares() -> None:
    rng = np.random.default_rng(0)
    first, last = rng.integers(1, 6, (2, 4, 9)).astype(float)
    expected = [stats.linregress(a, b - a).slope for a, b in zip(first, last, strict=True)]
    np.testing.assert_allclose(slopes(first, last), expected)
    assert np.isnan(slopes(np.ones((1, 4)), last[:1, :4])).all()


def lasting(
    n: int, phi: float, seed: int, *, years: int = 14, gain: float = 0.0, sd: float = 1.5
) -> pd.Series:
    """Scores of countries that depart from their levels; `gain` draws the levels together."""
    rng = np.random.default_rng(seed)
    level = rng.uniform(6, 12, (n, 1))
    apart = rng.standard_normal((n, years))
    for year in range(1, years):
        apart[:, year] = phi * apart[:, year - 1] + np.sqrt(1 - phi**2) * apart[:, year]
    close = 1 - gain * np.arange(years) / (years - 1)
    values = np.rint(9 + (level - 9) * close + sd * apart)
    index = pd.MultiIndex.from_product(
        [[f"C{place:03}" for place in range(n)], range(2000, 2000 + years)],
        names=["country", "year"],
    )
    return pd.Series(values.ravel(), index=index)


def test_noise_alone_looks_like_convergence() -> None:
    found = moves.convergence(lasting(300, 0.6, 5), rng=1)
    assert found.beta < -0.3
    assert found.noise_low < found.beta < found.noise_high
    assert found.persistence == pytest.approx(0.6, abs=0.06)
    assert "Beta lies within this band." in str(found)


def test_true_convergence_lies_beyond_noise() -> None:
    found = moves.convergence(lasting(150, 0.3, 1, gain=0.9, sd=0.5), rng=1)
    assert found.beta < found.noise_low < found.noise_high < 0
    assert "Beta lies beyond this band." in str(found)


def test_the_band_is_missing_with_few_countries_unless_persistence_is_stated() -> None:
    drawn = lasting(9, 0.5, 3)
    found = moves.convergence(drawn)
    assert np.isnan([found.beta_noise, found.noise_low, found.noise_high, found.persistence]).all()
    assert not np.isnan(found.beta)
    assert "is missing: persistence needs 10 countries with enough scores." in str(found)
    stated = moves.convergence(drawn, persistence=0.5)
    assert stated.noise_low < stated.noise_high
    assert stated.persistence == 0.5
    assert not np.isnan(moves.convergence(lasting(12, 0.5, 3)).noise_low)
    for wrong in (-0.1, 1, "x", np.nan, True):
        with pytest.raises(ValueError, match="persistence must "):
            moves.convergence(drawn, persistence=wrong)  # type: ignore[arg-type]


def test_draws_are_cut_to_the_scale_of_the_scores() -> None:
    drawn = lasting(60, 0.7, 4).clip(5, 13)
    free = moves.convergence(drawn)
    cut = moves.convergence(drawn, scale=(5, 13))
    assert (free.scale, cut.scale) == (None, (5, 13))
    assert "scores not cut to a scale" in str(free)
    assert "scores cut to 5 to 13" in str(cut)
    assert free.noise_low != cut.noise_low
    named = moves.convergence(drawn.rename("overall"))
    assert named.scale == (3, 15)
    with pytest.raises(PanelError, match="from 6 to 9, scale="):
        moves.convergence(drawn, scale=(6, 9))


@pytest.mark.slow
def test_the_draws_need_less_memory_than_the_scores_twice() -> None:
    n = 124_000
    rng = np.random.default_rng(0)
    values = np.rint(rng.uniform(5, 13, (n, 1)) + rng.standard_normal((n, 14)))
    tracemalloc.start()
    try:
        null_slopes(values, 0.6, 0.05, rounding=1 / 12, scale=(3, 15), draws=40, rng=rng)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2 * values.nbytes


@given(scores(min_size=12, years=(2000, 2003)), st.integers(-4, 4), st.integers(1, 9))
def test_convergence_ignores_level_and_calendar(drawn: pd.Series, years: int, points: int) -> None:
    drawn = drawn.rename(None)
    before = convergence(drawn, cohort="all", draws=5, rng=3, persistence=0.5)
    moved = shifted(drawn + points, year=lambda year: year + years)
    after = convergence(moved, cohort="all", draws=5, rng=3, persistence=0.5)
    np.testing.assert_allclose(after[1:8], before[1:8], atol=1e-7)
    np.testing.assert_allclose(after.by_year["sd"], before.by_year["sd"], atol=1e-12)


def test_noise_is_the_same_for_the_same_seed() -> None:
    drawn = lasting(20, 0.5, 6)
    assert convergence(drawn)[1:] == convergence(drawn)[1:]
    other = convergence(drawn, rng=5)[5:8]
    assert convergence(drawn, rng=np.random.default_rng(5))[5:8] == other
    assert convergence(drawn)[5:8] != other
    assert convergence(drawn, draws=50.0)[1:] == convergence(drawn, draws=50)[1:]  # type: ignore[arg-type]
    for call in (moves.convergence, moves.transitions):
        for draws in (0, 1.5, "x"):
            with pytest.raises(ValueError, match="draws must be an integer, at least 1; got"):
                call(drawn, draws=draws)  # type: ignore[operator]
        with pytest.raises(ValueError, match="rng must be"):
            call(drawn, rng="x")  # type: ignore[operator]


def test_provenance_is_kept() -> None:
    drawn = chain(1, 2, 2, 1)
    drawn.attrs |= {"source": "a file", "citation": "Author 2014", "rules": "own 1.0 (abc)"}
    for found in (convergence(drawn).by_year, *transitions(drawn)[:5]):
        assert found.attrs.items() >= drawn.attrs.items()
        assert found.attrs["assumption"]


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
    found = convergence(series(cells).rename(None), years=(2001, 2002), cohort="all")
    assert (found.start, found.end, found.n, found.beta) == (2001, 2002, 4, 0)
    assert "quarter of the fullest year, are used: 2001 (4), 2002 (4)." in str(found)


def test_published_convergence_needs_no_options(published: pd.DataFrame) -> None:
    found = moves.convergence(published)
    assert (found.start, found.end, found.n, found.scale) == (2000, 2013, 67, (3, 15))
    assert found.beta == pytest.approx(-0.66, abs=5e-3)
    assert found.persistence == pytest.approx(0.538, abs=1e-3)
    assert found.beta_noise == pytest.approx(-0.40, abs=0.02)
    assert found.noise_low == pytest.approx(-0.59, abs=0.05)
    assert found.noise_high == pytest.approx(-0.21, abs=0.03)
    assert found.beta_noise / found.beta == pytest.approx(0.6, abs=0.03)
    assert found.by_year.attrs["thin_years"] == {1999: 0, 2014: 1}
    assert str(found).startswith(
        "From 2000 to 2013 beta is -0.66 (standard error 0.09) over 67 countries. Without "
        "convergence it would be -0."
    )
    assert str(found).endswith(
        "Beta lies beyond this band. Assumed for it: a level of each country, departures with "
        "persistence 0.54, and rounding; scores cut to 3 to 15. The standard deviation went from "
        "2.69 to 2.20 points. Thin years, with fewer scores than a quarter of the fullest year, "
        "are not used: 1999 (0), 2014 (1)."
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
    assert str(steps) == (
        "Two steps of one country between consecutive years, on two levels. Assumed: countries "
        "are independent, steps of one country are not."
    )
    assert steps._repr_html_().count("<table") == 3
    split = transitions(some_chains(1), split_year=2003)
    assert "likelihood ratio" in str(split)
    assert "of 3 permutations of groups within countries. Assumed: countries are" in str(split)


def test_a_panel_stands_for_its_overall_scores() -> None:
    drawn = thin_2013().rename("overall") + 4
    panel = pd.DataFrame({"prosecution": 1.0, "overall": drawn})
    assert convergence(panel)[1:] == convergence(drawn)[1:]
    pd.testing.assert_frame_equal(transitions(panel).counts, transitions(drawn).counts)
    assert transitions(panel).counts.index.tolist() == list(range(3, 16))
