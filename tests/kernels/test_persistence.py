"""Persistence: golden values, brute force by matrices, and simulation."""

from __future__ import annotations

import numpy as np
import pytest

from policyindex._kernels import persistence
from policyindex._kernels.persistence import fit

IN_A_ROW = np.ones((1, 14), dtype=bool)
GAPS = np.isin(np.arange(2000, 2011), [2000, 2001, 2003, 2006, 2007, 2010])[None]


def traces(mask, phi):
    """a(phi) and d(phi) of one set of years, from the matrices of the definition."""
    years = np.flatnonzero(mask[0]).astype(float)
    lags = np.abs(years[:, None] - years)
    line = np.column_stack([np.ones(len(years)), years])
    m = np.eye(len(years)) - line @ np.linalg.inv(line.T @ line) @ line.T
    a = (lags == 1) / 2
    return np.trace(a @ m @ phi**lags @ m), np.trace(m @ phi**lags @ m)


def polynomials(mask, phi):
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
def test_golden_ratio_of_the_bias_correction(mask, phi, expected):
    a, d = polynomials(mask, phi)
    assert a / d == pytest.approx(expected, abs=1e-4)
    assert (a, d) == pytest.approx(traces(mask, phi), rel=1e-12)


def test_golden_a0():
    a, d = polynomials(IN_A_ROW, 0.0)
    assert a == pytest.approx(-1.7143, abs=1e-4)
    assert d == pytest.approx(12)


@pytest.mark.parametrize("phi", [0.0, 0.45, 0.65, 0.8])
def test_fit_is_unbiased_whatever_gaps_levels_and_variances(phi):
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


def test_standard_error_is_that_of_simulated_estimates():
    rng = np.random.default_rng(1)
    fits = []
    for _ in range(60):
        x = rng.standard_normal((150, 14))
        for year in range(1, 14):
            x[:, year] = 0.6 * x[:, year - 1] + 0.8 * x[:, year]
        fits.append(fit(np.rint(8 + 2 * x), np.arange(14)))
    ratio = np.mean([each.se for each in fits]) / np.std([each.phi for each in fits])
    assert 0.8 < ratio < 1.25


def test_kappa_is_the_share_that_is_not_rounding():
    rng = np.random.default_rng(2)
    x = rng.standard_normal((3000, 14)) * 0.5
    whole = fit(np.rint(x + rng.uniform(3, 9, (3000, 1))), np.arange(14))
    assert whole.kappa == pytest.approx(0.25 / (0.25 + 1 / 12), abs=0.01)
    assert fit(x, np.arange(14)).kappa == 1


def test_a_country_needs_five_unequal_scores_and_a_pair_of_consecutive_years():
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


def test_persistence_is_cut_to_its_range():
    rng = np.random.default_rng(3)
    walks = np.cumsum(rng.standard_normal((200, 14)), axis=1)
    waves = np.tile([1.0, 3.0], (20, 7)) + rng.integers(0, 2, (20, 14))
    assert fit(waves, np.arange(14)).phi == 0
    assert fit(np.cumsum(walks, axis=1), np.arange(14)).phi == persistence.HIGHEST


def test_many_sets_of_years_do_not_depend_on_blocks(monkeypatch):
    rng = np.random.default_rng(4)
    x = np.cumsum(rng.standard_normal((50, 12)), axis=1)
    x[rng.random(x.shape) < 0.2] = np.nan
    together = fit(x, np.arange(12))
    monkeypatch.setattr(persistence, "CELLS", 200)
    assert fit(x, np.arange(12)) == together
