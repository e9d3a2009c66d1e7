"""Trend kernels, compared with all orders, rational arithmetic, scipy and pymannkendall."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import permutations
from math import comb, factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from policyindex._kernels import mann_kendall as kernel
from policyindex._kernels.mann_kendall import (
    benjamini_hochberg,
    exact_pvalues,
    inversions,
    mann_kendall,
    theil_sen,
)

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
    times = np.arange(values.shape[1])
    for together, alone in (
        (mann_kendall(values), [mann_kendall(row) for row in values]),
        (theil_sen(values, times), [theil_sen(row, times) for row in values]),
    ):
        for field in together._fields:
            np.testing.assert_array_equal(
                getattr(together, field), [getattr(each, field) for each in alone]
            )


@given(panels)
def test_a_missing_value_is_not_part_of_the_test(values: np.ndarray) -> None:
    times = np.arange(values.shape[1])
    for row in values:
        there = ~np.isnan(row)
        assert mann_kendall(row).n == there.sum()
        np.testing.assert_array_equal(mann_kendall(row), mann_kendall(row[there]))
        np.testing.assert_array_equal(theil_sen(row, times), theil_sen(row[there], times[there]))


@given(panels)
def test_reversal_negates_all_except_the_pvalue(values: np.ndarray) -> None:
    times = np.arange(values.shape[1])
    forth, back = mann_kendall(values), mann_kendall(values[:, ::-1])
    np.testing.assert_array_equal(back.s, -forth.s)
    np.testing.assert_array_equal(back.tau, -forth.tau)
    np.testing.assert_array_equal(back.pvalue, forth.pvalue)
    np.testing.assert_array_equal(back.pvalue_floor, forth.pvalue_floor)
    rise, fall = theil_sen(values, times), theil_sen(values[:, ::-1], times)
    np.testing.assert_array_equal(fall.slope, -rise.slope)
    np.testing.assert_array_equal(fall.low, -rise.high)
    np.testing.assert_array_equal(fall.high, -rise.low)


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


@pytest.mark.parametrize("n", range(2, 8))
def test_the_limits_cover_a_slope_of_0_at_their_confidence_or_are_missing(n: int) -> None:
    orders = np.array(list(permutations(range(n))), dtype=np.float64)
    found = theil_sen(orders, np.arange(n))
    if n < 5:
        assert np.isnan([found.low, found.high]).all()
        widest = theil_sen(orders, np.arange(n), alpha=2 / factorial(n))
        held = np.mean((widest.low <= 0) & (widest.high >= 0))
        assert held == pytest.approx(1 - 2 / factorial(n))
    else:
        assert np.mean((found.low <= 0) & (found.high >= 0)) >= 0.93


@given(panels)
def test_tau_and_slopes_equal_those_of_scipy(values: np.ndarray) -> None:
    times = np.cumsum(np.arange(1, values.shape[1] + 1))
    found, slopes = mann_kendall(values), theil_sen(values, times, alpha=0.1)
    for place, row in enumerate(values):
        there = ~np.isnan(row)
        if there.sum() < 2:
            assert np.isnan([each[place] for each in slopes]).all()
            continue
        expected = stats.theilslopes(row[there], times[there], alpha=0.9)
        assert slopes.slope[place] == pytest.approx(expected.slope, abs=1e-12)
        if there.sum() < 4:
            assert np.isnan([slopes.low[place], slopes.high[place]]).all()
        else:
            assert slopes.low[place] == pytest.approx(expected.low_slope, abs=1e-12)
            assert slopes.high[place] == pytest.approx(expected.high_slope, abs=1e-12)
        if np.ptp(row[there]) > 0:
            tau = stats.kendalltau(times[there], row[there]).statistic
            assert found.tau[place] == pytest.approx(tau, abs=1e-12)
        else:
            assert np.isnan(found.tau[place])


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


def test_slopes_have_limits_of_95_percent_by_default() -> None:
    values, times = np.random.default_rng(5).random((3, 20)), np.arange(20)
    np.testing.assert_array_equal(theil_sen(values, times), theil_sen(values, times, alpha=0.05))


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


@given(arrays(np.float64, st.integers(1, 30), elements=st.floats(0, 1)), st.integers(0, 3))
def test_adjusted_pvalues_equal_those_of_scipy(pvalues: np.ndarray, missing: int) -> None:
    adjusted = benjamini_hochberg(np.concatenate([pvalues, [np.nan] * missing]))
    expected = stats.false_discovery_control(pvalues)
    np.testing.assert_allclose(adjusted[: len(pvalues)], expected, rtol=1e-12)
    assert np.isnan(adjusted[len(pvalues) :]).all()


def test_each_row_is_a_family_of_adjusted_pvalues() -> None:
    pvalues = np.random.default_rng(1).random((3, 5))
    expected = [stats.false_discovery_control(row) for row in pvalues]
    np.testing.assert_allclose(benjamini_hochberg(pvalues), expected, rtol=1e-12)


def test_leading_axes_and_blocks_do_not_change_results(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).integers(1, 6, (3, 5, 9)).astype(float)
    whole = mann_kendall(values), theil_sen(values, np.arange(9))
    assert whole[0].s.shape == whole[1].slope.shape == (3, 5)
    monkeypatch.setattr(kernel, "BLOCK", 4 * comb(9, 2))
    for before, after in zip(
        whole, (mann_kendall(values), theil_sen(values, range(9))), strict=True
    ):
        for left, right in zip(before, after, strict=True):
            np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize("shape", [(0, 5), (2, 0), (0, 0), (2, 1)])
def test_nothing_to_test_is_missing(shape: tuple[int, int]) -> None:
    found, slopes = mann_kendall(np.ones(shape)), theil_sen(np.ones(shape), range(shape[1]))
    assert found.n.tolist() == [shape[1]] * shape[0]
    for each in (*found[1:], *slopes):
        assert each.shape == shape[:1]
        assert np.isnan(each).all()
