"""Slopes: brute force on S(b), laws of the limits, scipy's Theil-Sen slopes, known answers."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from policyindex._kernels import slopes as kernel
from policyindex._kernels.mann_kendall import MannKendall, mann_kendall
from policyindex._kernels.slopes import Slopes, slopes

cells = st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, np.nan])
panels = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(2, 12)), elements=cells)


def solved(
    values: Any,
    *,
    rounded: bool,
    alpha: float = 0.05,
    inflation: float = 1.0,
    times: Any = None,
) -> tuple[MannKendall, Slopes]:
    test = mann_kendall(values, alpha=alpha, inflation=inflation)
    times = np.arange(np.shape(values)[-1]) if times is None else times
    return test, slopes(values, times, s=test.s, critical=test.critical, rounded=rounded)


def s_at(row: Any, times: Any, b: float, *, rounded: bool) -> float:
    """S(b) of one series, pair by pair."""
    total = 0.0
    for j in range(len(row)):
        for i in range(j):
            u = row[j] - row[i] - b * (times[j] - times[i])
            if not np.isnan(u):
                part = abs(u) if rounded and abs(u) < 1 else None
                total += np.sign(u) * (1.0 if part is None else 2 * part - part**2)
    return float(total)


@given(panels, st.booleans(), st.sampled_from([1.0, 1.5, 3.0]), st.sampled_from([0.05, 0.2]))
def test_the_limits_exclude_0_exactly_where_the_test_is_significant(
    values: np.ndarray, rounded: bool, inflation: float, alpha: float
) -> None:
    test, answer = solved(values, rounded=rounded, inflation=inflation, alpha=alpha)
    limited = ~np.isnan(answer.low)
    assert (limited == (test.pvalue_floor <= alpha)).all()
    excluded = (answer.low > 0) | (answer.high < 0)
    assert (excluded[limited] == (test.pvalue <= alpha)[limited]).all()
    assert (answer.low <= answer.slope)[limited].all()
    assert (answer.slope <= answer.high)[limited].all()


@given(panels, st.booleans())
def test_the_slope_has_the_sign_of_s(values: np.ndarray, rounded: bool) -> None:
    test, answer = solved(values, rounded=rounded)
    tested = test.n > 1
    signs = np.sign(answer.slope)
    assert (signs * test.s >= 0)[tested].all()
    if rounded:
        assert (np.sign(test.s) == signs)[tested & (test.s != 0)].all()


@given(panels, st.booleans())
def test_slope_and_limits_solve_the_equations(values: np.ndarray, rounded: bool) -> None:
    test, answer = solved(values, rounded=rounded, alpha=0.2)
    times, near = np.arange(values.shape[1]), 1e-4
    for row, slope, low, high, critical in zip(values, *answer, test.critical, strict=True):
        targets = ((slope, 0.0), (low, critical), (high, -critical))
        for b, target in targets:
            if not np.isnan(b + target):
                assert s_at(row, times, b - near, rounded=rounded) >= target - 1e-6
                assert s_at(row, times, b + near, rounded=rounded) <= target + 1e-6


@given(panels, st.booleans())
def test_reversals_of_time_and_of_sign_mirror_exactly(values: np.ndarray, rounded: bool) -> None:
    _, forth = solved(values, rounded=rounded)
    for mirrored in (values[:, ::-1], -values):
        _, back = solved(mirrored, rounded=rounded)
        np.testing.assert_array_equal(back.slope, -forth.slope)
        np.testing.assert_array_equal(back.low, -forth.high)
        np.testing.assert_array_equal(back.high, -forth.low)


@given(panels, st.booleans())
def test_a_row_alone_has_the_same_results_as_among_others(
    values: np.ndarray, rounded: bool
) -> None:
    _, together = solved(values, rounded=rounded)
    alone = [solved(row, rounded=rounded)[1] for row in values]
    for name in Slopes._fields:
        np.testing.assert_array_equal(
            getattr(together, name), [getattr(each, name) for each in alone]
        )


@given(arrays(np.float64, st.integers(3, 15), elements=st.floats(-1, 1)))
def test_without_rounding_the_slope_is_that_of_theil_and_sen(values: np.ndarray) -> None:
    times = np.cumsum(np.arange(1, len(values) + 1))
    _, answer = solved(values, rounded=False, times=times)
    expected = stats.theilslopes(values, times).slope
    assert answer.slope == pytest.approx(expected, abs=1e-12)


def test_cloud_seeding() -> None:
    # Hollander and Wolfe, Nonparametric Statistical Methods.
    test, answer = solved([1.26, 1.27, 1.12, 1.16, 1.03], rounded=False)
    assert test.s == -6
    assert answer.slope == pytest.approx(-0.05625, abs=1e-12)


@pytest.mark.parametrize("missing", [0.0, 0.2, 0.9])
@pytest.mark.parametrize("levels", [1, 2, 7, 101])
def test_counted_differences_have_the_same_slopes_as_pairs(
    missing: float, levels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(levels)
    values = rng.integers(0, levels, (5, 60)).astype(float)
    values[0] = np.sort(values[0])
    values[rng.random(values.shape) < missing] = np.nan
    times = np.cumsum(rng.integers(1, 3, 60))
    answers = []
    for longest in (100, 5):
        monkeypatch.setattr(kernel, "PAIRS_UP_TO", longest)
        answers.append(solved(values, rounded=True, times=times)[1])
    np.testing.assert_array_equal(*answers)


@given(
    arrays(np.float64, (3, 8), elements=st.sampled_from([*map(float, range(12)), np.nan])),
    st.lists(st.integers(1, 9), min_size=7, max_size=7),
)
def test_histograms_count_the_pairs_of_each_difference_and_lag(
    values: np.ndarray, gaps: list[int]
) -> None:
    times = np.cumsum([2.0, *gaps])
    rows = values[(~np.isnan(values)).sum(axis=1) > 1]
    counts = kernel._counts(rows, times)
    expected = np.zeros_like(counts)
    for row, series in enumerate(rows):
        for i, j in combinations(range(8), 2):
            difference = series[j] - series[i]
            if not np.isnan(difference):
                place = int(difference) + counts.shape[1] // 2
                expected[row, place, int(times[j] - times[i]) - 1] += 1
    np.testing.assert_array_equal(counts, expected)


@given(panels, st.sampled_from([0.05, 0.2]))
def test_newtons_method_finds_the_roots_of_bisection(values: np.ndarray, alpha: float) -> None:
    _, fast = solved(values, rounded=True, alpha=alpha)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "STEPS", 0)
        _, plain = solved(values, rounded=True, alpha=alpha)
    for each, other in zip(fast, plain, strict=True):
        np.testing.assert_allclose(each, other, rtol=0, atol=1e-12)


def test_blocks_do_not_change_results(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).integers(1, 6, (7, 9)).astype(float)
    _, whole = solved(values, rounded=True)
    monkeypatch.setattr(kernel, "CELLS", 80)
    np.testing.assert_array_equal(solved(values, rounded=True)[1], whole)
    monkeypatch.setattr(kernel, "PAIRS_UP_TO", 5)
    np.testing.assert_array_equal(solved(values, rounded=True)[1], whole)


@pytest.mark.parametrize("shape", [(0, 5), (2, 0), (0, 0), (2, 1)])
@pytest.mark.parametrize("rounded", [True, False])
def test_without_two_values_there_is_not_a_slope(shape: tuple[int, int], rounded: bool) -> None:
    _, answer = solved(np.ones(shape), rounded=rounded)
    for each in answer:
        assert each.shape == shape[:1]
        assert np.isnan(each).all()
