"""Drift of thresholds: the published finding, a shift put in, and none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from builders import measured
from policyindex import PanelError, latent
from policyindex._kernels.likelihood_maximum import Likelihood
from policyindex.latent import shifts


def shifted(seed: int, amount: float) -> pd.DataFrame:
    """Return levels of which protection is stricter from 2004 on, by an amount."""
    panel, truth = measured(120, 8, seed=seed, persistence=0.8)
    later = panel.index.get_level_values("year") >= 2004
    rng = np.random.default_rng(1000 + seed)
    noise = rng.logistic(size=len(truth))
    response = 2 * (truth.to_numpy() - amount * later) + noise
    return panel.assign(protection=1.0 + np.searchsorted([-3, -1, 1, 3], response))


def test_protection_of_the_published_scores_is_stricter_from_2007(
    published: pd.DataFrame,
) -> None:
    moved = latent.drift(published, "protection", 2007)
    assert moved.shift == pytest.approx(0.23, abs=0.02)
    assert 2.5 < moved.z < 4.2
    assert moved.low > 0
    assert "0.23 sd stricter" in str(moved)


def test_a_shift_comes_back() -> None:
    moved = latent.drift(shifted(0, 0.5), "protection", 2004)
    assert abs(moved.shift - 0.5) < 3 * moved.se
    assert moved.pvalue < 0.01
    assert moved.high - moved.low == pytest.approx(2 * 1.959964 * moved.se, rel=1e-6)


def test_a_drift_that_may_be_none_is_not_called_one() -> None:
    drift = latent.Drift("protection", 2004, -0.1, 0.1, -0.3, 0.1, -1.0, 0.3, 0.0, -100.0)
    assert "cannot tell whether protection is stricter from 2004 on" in str(drift)
    assert "more lenient" not in str(drift)
    clear = drift._replace(shift=-0.4, low=-0.6, high=-0.2)
    assert "From 2004 on protection is 0.40 sd more lenient" in str(clear)


@pytest.mark.slow
def test_the_error_of_a_drift_is_that_of_resampled_countries(published: pd.DataFrame) -> None:
    panel = published[["prosecution", "protection", "prevention"]].dropna(how="all")
    moved = latent.drift(panel, "protection", 2007)
    codes = panel.index.unique("country")
    by_country = {code: panel.loc[code] for code in codes}
    rng = np.random.default_rng(0)
    shifts_of_samples = []
    for _ in range(100):
        drawn = {f"U{place:04}": by_country[code] for place, code in
                 enumerate(rng.choice(codes, len(codes)))}  # fmt: skip
        sample = pd.concat(drawn, names=["country", "year"])
        shifts_of_samples.append(latent.drift(sample, "protection", 2007).shift)
    assert np.std(shifts_of_samples) == pytest.approx(moved.se, rel=0.25)


def test_the_slopes_agree_with_differences(
    small: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    class EnoughError(Exception):
        pass

    def check(likelihood: Likelihood, start: np.ndarray, **_: object) -> None:
        vector = start + 0.1 * np.random.default_rng(0).normal(size=len(start))
        _, scores = likelihood(vector)
        for place, slope in enumerate(scores.sum(0)):
            step = np.zeros(len(vector))
            step[place] = 1e-5
            ends = [likelihood(vector + sign * step)[0] for sign in (1, -1)]
            assert slope == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-5)
        raise EnoughError

    monkeypatch.setattr(shifts, "maximise", check)
    with pytest.raises(EnoughError):
        latent.drift(small, "prevention", 2003)


def test_without_years_on_both_sides_there_is_no_drift(small: pd.DataFrame) -> None:
    with pytest.raises(PanelError, match="needs levels of the item before the year"):
        latent.drift(small, "protection", 2000)
    with pytest.raises(ValueError, match="item must be one of prosecution"):
        latent.drift(small, "partnership", 2003)
    with pytest.raises(ValueError, match="since must be a year of the scores"):
        latent.drift(small, "protection", 2050)


@pytest.mark.slow
def test_without_a_shift_few_intervals_exclude_zero() -> None:
    drifts = [latent.drift(shifted(seed, 0.0), "protection", 2004) for seed in range(40)]
    excluded = np.mean([one.low > 0 or one.high < 0 for one in drifts])
    assert excluded <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 40)
    z = np.array([one.z for one in drifts])
    assert abs(z.mean()) < 3 / np.sqrt(40)
    assert 0.65 < z.std() < 1.4


def test_a_drift_of_one_country_is_refused() -> None:
    levels, _ = measured(1, 20, seed=0)
    with pytest.raises(ValueError, match="differences between countries; the panel has one"):
        latent.drift(levels, "protection", 2010)
