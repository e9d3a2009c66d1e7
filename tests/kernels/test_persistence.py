"""Persistence: golden values, brute force by matrices, and simulation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from builders import examples
from policyindex._kernels import persistence
from policyindex._kernels.persistence import fit, inflation

IN_A_ROW = np.ones((1, 14), dtype=bool)
GAPS = np.isin(np.arange(2000, 2011), [2000, 2001, 2003, 2006, 2007, 2010])[None]


def traces(mask: Any, phi: Any) -> tuple[float, float]:
    """a(phi) and d(phi) of one set of years, from the matrices of the definition."""
    years = np.flatnonzero(mask[0]).astype(float)
    lags = np.abs(years[:, None] - years)
    line = np.column_stack([np.ones(len(years)), years])
    m = np.eye(len(years)) - line @ np.linalg.inv(line.T @ line) @ line.T
    a = (lags == 1) / 2
    return np.trace(a @ m @ phi**lags @ m), np.trace(m @ phi**lags @ m)


def polynomials(mask: Any, phi: Any) -> tuple[float, float]:
    lags, pairs, squared = persistence._weights(mask, np.arange(mask.shape[1]))
    return pairs[0] @ phi**lags, squared[0] @ phi**lags


@pytest.mark.parametrize(
    ("mask", "phi", "expected"),
    [
        (IN_A_ROW, 0.0, -0.1429),
        (IN_A_ROW, 0.45, 0.1824),
        (IN_A_ROW, 0.65, 0.3047),
        (IN_A_ROW, 0.8, 0.3761),
        (GAPS, 0.65, 0.0094),
    ],
)
def test_golden_ratio_of_the_bias_correction(mask: Any, phi: Any, expected: Any) -> None:
    a, d = polynomials(mask, phi)
    assert a / d == pytest.approx(expected, abs=1e-4)
    assert (a, d) == pytest.approx(traces(mask, phi), rel=1e-12)


def test_golden_a0() -> None:
    a, d = polynomials(IN_A_ROW, 0.0)
    assert a == pytest.approx(-1.7143, abs=1e-4)
    assert d == pytest.approx(12)


@pytest.mark.parametrize("phi", [0.0, 0.45, 0.65, 0.8])
def test_fit_is_unbiased_whatever_gaps_levels_and_variances(phi: Any) -> None:
    rng = np.random.default_rng(0)
    estimates = []
    for _ in range(40):
        x = rng.standard_normal((150, 14))
        for year in range(1, 14):
            x[:, year] = phi * x[:, year - 1] + np.sqrt(1 - phi**2) * x[:, year]
        x = np.rint(rng.uniform(3, 15, (150, 1)) + rng.uniform(1, 3, (150, 1)) * x)
        x[rng.random(x.shape) < 0.1] = np.nan
        estimates.append(fit(x, np.arange(14)).phi)
    margin = 3 * np.std(estimates) / np.sqrt(40)
    # At 0 the estimate is cut, so that its mean is above.
    assert abs(np.mean(estimates) - phi) < margin + 0.005 + (phi == 0) * 0.02


def test_standard_error_is_that_of_simulated_estimates() -> None:
    rng = np.random.default_rng(1)
    fits = []
    for _ in range(60):
        x = rng.standard_normal((150, 14))
        for year in range(1, 14):
            x[:, year] = 0.6 * x[:, year - 1] + 0.8 * x[:, year]
        fits.append(fit(np.rint(8 + 2 * x), np.arange(14)))
    ratio = np.mean([each.se for each in fits]) / np.std([each.phi for each in fits])
    assert 0.8 < ratio < 1.25


def test_kappa_is_the_share_that_is_not_rounding() -> None:
    rng = np.random.default_rng(2)
    x = rng.standard_normal((3000, 14)) * 0.5
    whole = fit(np.rint(x + rng.uniform(3, 9, (3000, 1))), np.arange(14))
    assert whole.kappa == pytest.approx(0.25 / (0.25 + 1 / 12), abs=0.01)
    assert fit(x, np.arange(14)).kappa == 1


def test_a_country_needs_five_unequal_scores_and_a_pair_of_consecutive_years() -> None:
    nan = np.nan
    values = [
        [1, 2, 1, 3, 2, nan, nan, nan, nan],
        [1, 2, 1, 3, nan, nan, nan, nan, nan],
        [2, 2, 2, 2, 2, 2, 2, 2, 2],
        [1, nan, 2, nan, 1, nan, 3, nan, 2],
    ]
    assert fit(values, np.arange(9)).n == 1
    assert fit(values[:1], np.arange(9)) == fit(values, np.arange(9))
    assert np.isnan(fit(values[1:], np.arange(9)).phi)


def test_persistence_is_cut_to_its_range() -> None:
    rng = np.random.default_rng(3)
    walks = np.cumsum(rng.standard_normal((200, 14)), axis=1)
    waves = np.tile([1.0, 3.0], (20, 7)) + rng.integers(0, 2, (20, 14))
    assert fit(waves, np.arange(14)).phi == 0
    assert fit(np.cumsum(walks, axis=1), np.arange(14)).phi == persistence.HIGHEST


def test_many_sets_of_years_do_not_depend_on_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    x = np.cumsum(rng.standard_normal((50, 12)), axis=1)
    x[rng.random(x.shape) < 0.2] = np.nan
    together = fit(x, np.arange(12))
    monkeypatch.setattr(persistence, "CELLS", 200)
    assert fit(x, np.arange(12)) == together


def variance_of_s(years: Any, phi: Any, kappa: Any) -> float:
    """The variance of S, pair of pairs by pair of pairs."""
    r = kappa * phi ** np.abs(np.subtract.outer(years, years)).astype(float)
    np.fill_diagonal(r, 1)
    n, total = len(years), 0.0
    pairs = [(i, j) for j in range(n) for i in range(j)]
    for i, j in pairs:
        for k, m in pairs:
            if (i, j) == (k, m):  # the arc sine turns a rounding error beside 1 into its root
                total += 1
                continue
            covariance = r[j, m] - r[j, k] - r[i, m] + r[i, k]
            spread = (2 - 2 * r[i, j]) * (2 - 2 * r[k, m])
            total += 2 / np.pi * np.arcsin(np.clip(covariance / np.sqrt(spread), -1, 1))
    return float(total)


@pytest.mark.parametrize(
    ("mask", "phi", "kappa", "expected"),
    [
        (IN_A_ROW, 0.0, 1, 1),
        (IN_A_ROW, 0.45, 1, 2.0150),
        (IN_A_ROW, 0.65, 1, 2.9316),
        (IN_A_ROW, 0.8, 1, 4.0534),
        (IN_A_ROW, 0.65, 0.85, 2.5744),
        (GAPS, 0.65, 1, 1.6037),
    ],
)
def test_golden_inflation(mask: Any, phi: Any, kappa: Any, expected: Any) -> None:
    years = np.arange(mask.shape[1])
    factor = inflation(mask, years, phi=phi, kappa=kappa)
    assert factor == pytest.approx(expected, abs=1e-4)


@st.composite
def sets_of_years(draw: st.DrawFn) -> tuple[Any, Any]:
    """Return years, some of them not consecutive, and sets of scored years."""
    steps = draw(st.lists(st.sampled_from([1, 1, 1, 2, 5, 40]), min_size=1, max_size=9))
    shape = (draw(st.integers(1, 3)), len(steps))
    return 1990 + np.cumsum(steps), draw(arrays(bool, shape, elements=st.booleans()))


@given(sets_of_years(), st.sampled_from([1e-9, 0.05, 0.3, 0.6, 0.99]), st.sampled_from([1, 0.8]))
@examples(40)
def test_inflation_is_the_sum_over_pairs_of_pairs(drawn: Any, phi: float, kappa: float) -> None:
    years, masks = drawn
    expected = np.ones(len(masks))
    for row, mask in enumerate(masks):
        n = mask.sum()
        if n > 1:
            whole = variance_of_s(years[mask], phi, kappa)
            expected[row] = max(whole / (n * (n - 1) * (2 * n + 5) / 18), 1)
    np.testing.assert_allclose(inflation(masks, years, phi=phi, kappa=kappa), expected, rtol=1e-12)


@pytest.mark.parametrize("columns", [12, 90])
def test_a_set_of_years_has_the_same_inflation_alone_as_among_others(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    masks = np.random.default_rng(5).random((20, columns)) < 0.8
    masks[0] = True
    years = np.arange(columns)
    together = inflation(masks, years, phi=0.6, kappa=0.9)
    alone = [inflation(mask, years, phi=0.6, kappa=0.9)[0] for mask in masks]
    assert together.tolist() == alone
    monkeypatch.setattr(persistence, "CELLS", 20_000)
    assert inflation(masks, years, phi=0.6, kappa=0.9).tolist() == alone


@pytest.mark.parametrize("phi", [0.05, 0.3, 0.7])
@pytest.mark.parametrize("share", [1.0, 0.7])
def test_far_correlations_may_be_left_out(
    phi: float, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    mask = np.random.default_rng(7).random((1, 150)) < share
    near = inflation(mask, np.arange(150), phi=phi, kappa=0.9)
    monkeypatch.setattr(persistence, "LEAST", 1e-300)
    np.testing.assert_allclose(
        near, inflation(mask, np.arange(150), phi=phi, kappa=0.9), rtol=1e-12
    )


def test_inflation_is_that_of_simulated_scores() -> None:
    rng = np.random.default_rng(6)
    x = rng.standard_normal((40_000, 10))
    for year in range(1, 10):
        x[:, year] = 0.7 * x[:, year - 1] + np.sqrt(1 - 0.49) * x[:, year]
    before, after = np.triu_indices(10, 1)
    s = np.sign(x[:, after] - x[:, before]).sum(axis=1)
    factor = inflation(np.ones((1, 10), bool), np.arange(10), phi=0.7)[0]
    assert np.mean(s**2) / (10 * 9 * 25 / 18) == pytest.approx(factor, rel=0.03)


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.99])
@pytest.mark.parametrize("columns", [8, 70])
def test_inflation_is_at_least_1_and_1_without_two_scores(phi: Any, columns: Any) -> None:
    masks = np.zeros((4, columns), dtype=bool)
    masks[1, 3], masks[2, [1, 4]], masks[3] = True, True, True
    factor = inflation(masks, np.arange(columns), phi=phi)
    assert factor[:3] == pytest.approx([1, 1, 1])
    assert (factor >= 1).all()
    assert (factor[3] > 1) == (phi > 0)
    assert inflation(np.ones((3, 0), bool), np.arange(0), phi=phi).tolist() == [1, 1, 1]
