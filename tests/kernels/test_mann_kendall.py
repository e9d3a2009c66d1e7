"""Trend kernels, compared with all orders, rational arithmetic, scipy and pymannkendall."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import permutations
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from policyindex._kernels import mann_kendall as kernel
from policyindex._kernels.mann_kendall import exact_pvalues, inversions, mann_kendall

Sizes = tuple[int, ...]

cells = st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, np.nan])
panels = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(0, 12)), elements=cells)
patterns = st.lists(st.integers(1, 9), min_size=1, max_size=9).filter(lambda each: sum(each) <= 40)


def s_of(values: tuple[float, ...] | list[float]) -> int:
    return sum(
        (later > earlier) - (later < earlier)
        for place, earlier in enumerate(values)
        for later in values[place + 1 :]
    )


def brute_pvalue(values: list[int]) -> Fraction:
    """The share of all orders whose S is as far from 0."""
    found = [abs(s_of(order)) for order in permutations(values)]
    return Fraction(sum(each >= abs(s_of(values)) for each in found), len(found))


@cache
def binomial(n: int, k: int) -> tuple[int, ...]:
    """The q-binomial by Pascal's rule, which only ever adds."""
    if k in (0, n):
        return (1,)
    answer = [0] * (k * (n - k) + 1)
    for power, count in enumerate(binomial(n - 1, k - 1)):
        answer[power] += count
    for power, count in enumerate(binomial(n - 1, k)):
        answer[power + k] += count
    return tuple(answer)


def multinomial(sizes: Sizes) -> list[int]:
    """The q-multinomial as a product of q-binomials."""
    answer, n = [1], 0
    for size in sizes:
        n += size
        factor = binomial(n, size)
        product = [0] * (len(answer) + len(factor) - 1)
        for i, left in enumerate(answer):
            for j, right in enumerate(factor):
                product[i + j] += left * right
        answer = product
    return answer


def falling(sizes: list[int]) -> Sizes:
    return tuple(sorted(sizes, reverse=True))


@given(st.lists(st.integers(0, 4), min_size=2, max_size=6))
def test_exact_pvalue_is_the_share_of_all_orders(values: list[int]) -> None:
    assert mann_kendall(values).pvalue == float(brute_pvalue(values))


@pytest.mark.parametrize(
    "values",
    [[5, 5, 5, 5, 6], [1, 2, 3, 4, 5, 6, 7, 8], [3, 3, 1, 2, 2, 3, 4, 4], [1, 1, 1, 2, 1, 2, 2, 2]],
)
def test_exact_pvalue_of_longer_series(values: list[int]) -> None:
    assert mann_kendall(values).pvalue == float(brute_pvalue(values))


def test_a_single_rise_after_four_equal_scores() -> None:
    found = mann_kendall([5, 5, 5, 5, 6])
    assert (found.pvalue, found.pvalue_floor, found.s, found.n) == (0.4, 0.4, 4, 5)


@given(st.lists(st.integers(0, 3), min_size=2, max_size=6), st.sampled_from(["exact", "normal"]))
def test_floor_is_the_least_pvalue_of_any_order(values: list[int], method: str) -> None:
    found = mann_kendall(list(permutations(values)), method=method)
    np.testing.assert_array_equal(found.pvalue_floor, found.pvalue.min())


@given(patterns)
def test_inversions_are_the_coefficients_of_the_q_multinomial(sizes: list[int]) -> None:
    expected = multinomial(falling(sizes))
    assert expected == expected[::-1]
    assert inversions(falling(sizes)) == expected[: (len(expected) + 1) // 2]


@pytest.mark.parametrize("sizes", [(1,) * 40, (8,) * 5, (39, 1), (20, 10, 5, 5), (2,) * 20, (40,)])
def test_pvalues_of_forty_values_are_correctly_rounded(sizes: Sizes) -> None:
    counts = multinomial(sizes)
    most, total = len(counts) - 1, sum(counts)
    table = exact_pvalues(sizes)
    assert len(table) == most + 1
    for s in range(most + 1):
        tail = sum(count for i, count in enumerate(counts) if abs(most - 2 * i) >= s)
        assert table[s] == float(Fraction(tail, total))
    assert not table.flags.writeable


@given(arrays(np.float64, st.integers(2, 20), elements=st.floats(-1, 1), unique=True))
def test_exact_test_without_ties_is_kendalls(values: np.ndarray) -> None:
    expected = stats.kendalltau(np.arange(len(values)), values, method="exact")
    found = mann_kendall(values)
    assert found.pvalue == pytest.approx(expected.pvalue, rel=1e-12)
    assert found.tau == pytest.approx(expected.statistic, abs=1e-12)


@given(panels)
def test_a_row_alone_has_the_same_results_as_among_others(values: np.ndarray) -> None:
    together, alone = mann_kendall(values), [mann_kendall(row) for row in values]
    for field in set(together._fields) - {"pvalue_adjusted"}:
        np.testing.assert_array_equal(
            getattr(together, field), [getattr(each, field) for each in alone]
        )


@given(panels)
def test_a_missing_value_is_not_part_of_the_test(values: np.ndarray) -> None:
    for row in values:
        there = ~np.isnan(row)
        assert mann_kendall(row).n == there.sum()
        np.testing.assert_array_equal(mann_kendall(row), mann_kendall(row[there]))


@given(panels)
def test_reversal_negates_all_except_the_pvalue(values: np.ndarray) -> None:
    forth, back = mann_kendall(values), mann_kendall(values[:, ::-1])
    np.testing.assert_array_equal(back.s, -forth.s)
    np.testing.assert_array_equal(back.tau, -forth.tau)
    np.testing.assert_array_equal(back.pvalue, forth.pvalue)
    np.testing.assert_array_equal(back.pvalue_floor, forth.pvalue_floor)


@given(panels, st.sampled_from(["auto", "exact", "normal"]))
def test_only_the_order_of_the_values_matters(values: np.ndarray, method: str) -> None:
    found = mann_kendall(values, method=method)
    for relabelled in (np.exp(values), values**3 - 7, values + 10):
        for before, after in zip(found, mann_kendall(relabelled, method=method), strict=True):
            np.testing.assert_array_equal(after, before)


@given(panels)
def test_s_equals_a_loop_and_the_pvalue_has_bounds(values: np.ndarray) -> None:
    found = mann_kendall(values)
    for row, s, n in zip(values, found.s, found.n, strict=True):
        there = row[~np.isnan(row)].tolist()
        assert s == s_of(there) if n > 1 else np.isnan(s)
    tested = found.n > 1
    assert (found.pvalue[tested] <= 1).all()
    assert (found.pvalue[tested] >= found.pvalue_floor[tested]).all()
    assert (found.pvalue_floor[tested] > 0).all()
    assert np.isnan(found.pvalue[~tested]).all()


@given(panels)
def test_tau_equals_that_of_scipy(values: np.ndarray) -> None:
    times = np.cumsum(np.arange(1, values.shape[1] + 1))
    test = mann_kendall(values)
    for place, row in enumerate(values):
        there = ~np.isnan(row)
        if there.sum() > 1 and np.ptp(row[there]) > 0:
            tau = stats.kendalltau(times[there], row[there]).statistic
            assert test.tau[place] == pytest.approx(tau, abs=1e-12)
        else:
            assert np.isnan(test.tau[place])


@given(arrays(np.float64, st.integers(3, 60), elements=st.sampled_from([1.0, 2, 3, 4, 5])))
def test_s_variance_and_normal_pvalue_equal_those_of_pymannkendall(values: np.ndarray) -> None:
    oracle = pytest.importorskip("pymannkendall", reason="pymannkendall is the oracle here")
    if np.ptp(values) == 0:
        assert mann_kendall(values, method="normal").pvalue == 1
        return
    expected = oracle.original_test(values)
    found = mann_kendall(values, method="normal")
    assert found.s == expected.s
    variance = kernel._variance(kernel._ties(values[:, None]))
    assert variance[0] == pytest.approx(expected.var_s, rel=1e-12)
    assert found.pvalue == pytest.approx(expected.p, rel=1e-9, abs=1e-15)


@given(st.lists(st.integers(0, 3), min_size=2, max_size=6))
def test_normal_pvalue_has_the_variance_over_all_orders(values: list[int]) -> None:
    every = [abs(s_of(order)) for order in permutations(values)]
    deviation = np.sqrt(np.mean(np.square(every)))
    found = mann_kendall(values, method="normal")
    for s, pvalue in ((abs(s_of(values)), found.pvalue), (max(every), found.pvalue_floor)):
        z = max(s - 1, 0) / deviation if deviation else 0
        assert pvalue == pytest.approx(2 * stats.norm.sf(z), rel=1e-12)


def test_auto_is_exact_up_to_forty_values_and_normal_beyond() -> None:
    values = np.random.default_rng(3).integers(1, 6, (2, 41)).astype(float)
    values[0, 17] = np.nan
    auto, exact, normal = (
        mann_kendall(values, method=method).pvalue for method in ("auto", "exact", "normal")
    )
    assert (exact != normal).all()
    assert (auto == [exact[0], normal[1]]).all()


def test_the_normal_pvalue_is_close_to_the_exact_one() -> None:
    table = exact_pvalues((10,) * 4)
    s = np.arange(20, 300, 2)
    variance = np.full(len(s), (40 * 39 * 85 - 4 * 10 * 9 * 25) / 18)
    z = (s - 1) / np.sqrt(variance)
    # S moves in steps of 2 where half of the pairs between groups is even, so compare midway.
    assert np.abs(2 * stats.norm.sf(z) - table[s]).max() < 0.01


def step_down(families: list[list[float]], pvalues: list[float]) -> list[float]:
    """The discrete step-down adjustment, from the p-values that each test can have."""
    answer, highest = {}, 0.0
    for rank, p in enumerate(sorted(pvalues), 1):
        largest = [max((t for t in family if t <= p), default=0.0) for family in families]
        odds = sum(np.inf if f == 1 else f / (1 - f) for f in largest)
        highest = max(highest, min(1.0, odds / rank))
        answer.setdefault(p, highest)
    return [answer[p] for p in pvalues]


@given(arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(2, 9)), elements=cells))
def test_adjusted_pvalues_are_those_of_the_definition(values: np.ndarray) -> None:
    test = mann_kendall(values)
    rows = [row[~np.isnan(row)] for row in values]
    families = [
        exact_pvalues(falling(np.unique(row, return_counts=True)[1].tolist())).tolist()
        for row in rows
        if len(row) > 1
    ]
    tested = ~np.isnan(test.pvalue)
    expected = step_down(families, test.pvalue[tested].tolist())
    np.testing.assert_allclose(test.pvalue_adjusted[tested], expected, rtol=1e-12)
    assert np.isnan(test.pvalue_adjusted[~tested]).all()


def test_four_of_the_pvalues_of_benjamini_and_hochberg_are_significant() -> None:
    pvalues = np.array([
        1, 0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
        0.5719, 0.6528, 0.7590, np.nan,
    ])  # fmt: skip
    # As continuous tests: section 4.1 of Benjamini and Hochberg (1995).
    adjusted = kernel._step_down(pvalues, np.empty(0), np.empty(0), 15)
    assert (adjusted <= 0.05).sum() == 4
    assert (stats.false_discovery_control(pvalues[:-1]) <= 0.05).sum() == 4
    assert np.isnan(adjusted[-1])
    assert (adjusted[:-1] >= stats.false_discovery_control(pvalues[:-1]) - 1e-12)[1:5].all()


def step_up(families: list[np.ndarray], pvalues: np.ndarray, alpha: float) -> int:
    """How many tests the discrete step-up procedure rejects."""
    support = np.unique(np.concatenate(families))
    largest = np.array([
        np.concatenate([[0.0], family])[np.searchsorted(family, support, side="right")]
        for family in families
    ])  # fmt: skip
    m = len(pvalues)
    with np.errstate(divide="ignore"):
        sums = (largest / (1 - largest)).sum(axis=0)
    last = np.flatnonzero(sums <= m * alpha)[-1]
    at_last = (largest / (1 - largest[:, [last]])).sum(axis=0)
    ordered, rejected = np.sort(pvalues), 0
    for k in range(1, m + 1):
        within = np.flatnonzero((np.arange(len(support)) <= last) & (at_last <= alpha * k))
        if len(within) and ordered[k - 1] <= support[within[-1]]:
            rejected = k
    return rejected


@pytest.mark.parametrize(
    ("name", "up", "down", "continuous"),
    [("prosecution", 40, 40, 33), ("protection", 25, 26, 18), ("prevention", 52, 52, 43),
     ("overall", 50, 51, 43)],
)  # fmt: skip
def test_published_exchangeable_tests_after_adjustment(
    name: str, up: int, down: int, continuous: int, published: pd.DataFrame
) -> None:
    values = published[name].unstack("year").to_numpy()  # noqa: PD010 (a Series)
    test = mann_kendall(values)
    tested = ~np.isnan(test.pvalue)
    families = [
        np.unique(exact_pvalues(falling(np.unique(row[~np.isnan(row)], return_counts=True)[1])))
        for row in values[tested]
    ]
    assert (test.pvalue_adjusted <= 0.05).sum() == down
    assert (stats.false_discovery_control(test.pvalue[tested]) <= 0.05).sum() == continuous
    assert step_up(families, test.pvalue[tested], 0.05) == up


@pytest.mark.parametrize(
    ("n", "s", "one_sided"), [(10, 23, 0.0233), (8, 16, 0.0305), (5, 6, 0.1167)]
)
def test_tabled_tails_of_s(n: int, s: int, one_sided: float) -> None:
    # Gilbert (1987), table A18; Hollander and Wolfe, cloud seeding.
    assert exact_pvalues((1,) * n)[s] / 2 == pytest.approx(one_sided, abs=5e-5)


inflations = st.sampled_from([1.0, 1.2, 2.0, 4.0, 30.0])


@given(panels, inflations, st.sampled_from(["exact", "normal"]))
def test_inflation_raises_pvalues_and_1_does_not(
    values: np.ndarray, inflation: float, method: str
) -> None:
    plain = mann_kendall(values, method=method)
    inflated = mann_kendall(values, method=method, inflation=inflation)
    for name in ("pvalue", "pvalue_floor"):
        low, high = getattr(plain, name), getattr(inflated, name)
        if inflation == 1:
            np.testing.assert_array_equal(low, high)
        assert (high[~np.isnan(low)] >= low[~np.isnan(low)]).all()
        assert (high[~np.isnan(low)] <= 1).all()
    np.testing.assert_array_equal(inflated.s, plain.s)


@given(panels, inflations, st.sampled_from([0.01, 0.05, 0.3]), st.sampled_from(["exact", "normal"]))
def test_s_reaches_the_critical_size_exactly_where_it_is_significant(
    values: np.ndarray, inflation: float, alpha: float, method: str
) -> None:
    test = mann_kendall(values, inflation=inflation, alpha=alpha, method=method)
    possible = test.pvalue_floor <= alpha
    assert (np.isnan(test.critical) == ~possible).all()
    significant = np.abs(test.s) >= test.critical
    assert (significant == (test.pvalue <= alpha)).all()


def pvalue_of(s: float, sizes: Sizes, k2: float) -> float:
    """The p-value under inflation, from the definition with scipy's distributions."""
    base, n = exact_pvalues(sizes), sum(sizes)
    most = len(base) - 1
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in sizes)) / 18
    if s <= 1:
        return 1.0
    shapes = [((most + 1) ** 2 / v - 1) / 2 for v in (k2 * variance, variance)]
    if shapes[0] <= 0:
        return 1.0
    q = stats.beta(0.5, shapes[0]).cdf((s - 1) ** 2 / (most + 1) ** 2)
    moved = 1 + (most + 1) * np.sqrt(stats.beta(0.5, shapes[1]).ppf(q))
    support = np.arange(most % 2, most + 1, 2)
    return float(np.interp(min(moved, most), support, base[support]))


@given(st.lists(st.integers(0, 4), min_size=4, max_size=12), st.sampled_from([1.3, 2.9, 6.0]))
def test_inflated_pvalues_are_those_of_the_definition(values: list[int], k2: float) -> None:
    sizes = falling(np.unique(values, return_counts=True)[1].tolist())
    test = mann_kendall(values, inflation=k2)
    assert test.pvalue == pytest.approx(pvalue_of(abs(test.s), sizes, k2), rel=1e-6)
    if not np.isnan(test.critical) and abs(test.s) < test.critical:
        assert pvalue_of(float(test.critical), sizes, k2) == pytest.approx(0.05, rel=1e-6)


@given(
    st.one_of(panels, arrays(np.float64, (2, 9), elements=st.floats(-2, 2) | st.just(np.nan))),
)
def test_s_and_ties_by_level_are_those_of_all_pairs(values: np.ndarray) -> None:
    by_pairs = kernel._by_pairs(values.T)
    by_levels = kernel._by_levels(values.T)
    for pairs, levels in zip(by_pairs, by_levels, strict=True):
        np.testing.assert_array_equal(levels, pairs)


def test_leading_axes_and_blocks_do_not_change_results(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).integers(1, 6, (3, 5, 9)).astype(float)
    inflation = np.random.default_rng(1).uniform(1, 3, (3, 5))
    whole = mann_kendall(values, inflation=inflation)
    assert whole.s.shape == (3, 5)
    np.testing.assert_array_equal(
        whole.pvalue[1], mann_kendall(values[1], inflation=inflation[1]).pvalue
    )
    monkeypatch.setattr(kernel, "BLOCK", 4 * comb(9, 2))
    for before, after in zip(whole, mann_kendall(values, inflation=inflation), strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("shape", [(0, 5), (2, 0), (0, 0), (2, 1)])
def test_nothing_to_test_is_missing(shape: tuple[int, int]) -> None:
    test = mann_kendall(np.ones(shape))
    assert test.n.tolist() == [shape[1]] * shape[0]
    for each in test[1:]:
        assert each.shape == shape[:1]
        assert np.isnan(each).all()
