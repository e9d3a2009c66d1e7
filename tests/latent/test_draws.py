"""Plausible values: moments, persistence, and a slope that the scores make too small."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from builders import measured
from policyindex import latent
from policyindex.latent.draws import _drawn_after


@pytest.mark.parametrize("model", ["static", "dynamic", "correlated"])
def test_draws_have_the_means_and_spreads_of_the_scores(
    fits: dict[str, latent.Fit], model: str
) -> None:
    scores = fits[model].scores.dropna()
    n = 400 if model == "correlated" else 1500
    draws = latent.plausible_values(fits[model], n, rng=0)
    assert draws.index.equals(fits[model].panel.index)
    draws = draws.loc[scores.index]
    z = (draws.mean(axis=1) - scores["mean"]) / scores["sd"] * np.sqrt(n)
    assert z.abs().max() < 4.5
    np.testing.assert_allclose(draws.std(axis=1), scores["sd"], rtol=4 / np.sqrt(2 * n))


def test_draws_keep_persistence(fits: dict[str, latent.Fit]) -> None:
    fitted = fits["dynamic"]
    draws = latent.plausible_values(fitted, 4000, rng=0)
    table = latent.improved(fitted, 2001, 2002)
    for country in table.index[:6]:
        change = draws.loc[(country, 2002)] - draws.loc[(country, 2001)]
        assert change.mean() == pytest.approx(table.loc[country, "change_mean"], abs=0.05)
        assert change.std() == pytest.approx(table.loc[country, "change_sd"], rel=0.06)


def test_the_same_seed_gives_the_same_draws(fits: dict[str, latent.Fit]) -> None:
    first, again = (latent.plausible_values(fits["dynamic"], 3, rng=5) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    other = latent.plausible_values(fits["dynamic"], 3, rng=6)
    assert not first.equals(other)


def test_rubins_rules() -> None:
    estimates, errors = np.array([1.0, 1.2, 0.9, 1.1]), np.array([0.2, 0.21, 0.19, 0.2])
    pooled = latent.combine(estimates, errors)
    within, between = (errors**2).mean(), estimates.var(ddof=1)
    total = within + 1.25 * between
    df = 3 * (1 + within / (1.25 * between)) ** 2
    assert pooled.estimate == pytest.approx(1.05)
    assert pooled.se == pytest.approx(np.sqrt(total))
    assert pooled.df == pytest.approx(df)
    low, high = stats.t.interval(0.95, df, 1.05, np.sqrt(total))
    assert (pooled.low, pooled.high) == (pytest.approx(low), pytest.approx(high))
    assert pooled.missing_information == pytest.approx(1.25 * between / total)


def test_equal_estimates_have_the_error_of_each() -> None:
    pooled = latent.combine([2.0, 2.0], [0.5, 0.5])
    assert pooled.se == pytest.approx(0.5)
    assert pooled.high == pytest.approx(2 + 1.959964 * 0.5)
    assert pooled.df == np.inf


def test_estimates_are_checked(fits: dict[str, latent.Fit]) -> None:
    with pytest.raises(ValueError, match="two or more estimates and an error for each"):
        latent.combine([1.0], [0.1])
    with pytest.raises(ValueError, match="not be negative; the first such is -0.2$"):
        latent.combine([1.0, 2.0, 3.0], [0.1, -0.2, -0.3])
    with pytest.raises(ValueError, match="estimates must be a list of finite numbers"):
        latent.combine([1.0, np.nan], [0.1, 0.1])
    with pytest.raises(ValueError, match="n must be an integer, at least 1"):
        latent.plausible_values(fits["static"], 0)


def slope(x: pd.Series | np.ndarray, y: np.ndarray) -> tuple[float, float]:
    line = stats.linregress(x, y)
    return line.slope, line.stderr


def test_an_outcome_moves_the_draws(fits: dict[str, latent.Fit]) -> None:
    fitted = fits["dynamic"]
    alone = latent.plausible_values(fitted, 50, rng=0)
    outcome = fitted.scores["mean"].dropna() + 0.3 * np.random.default_rng(0).normal(
        size=fitted.scores["mean"].notna().sum()
    )
    informed = latent.plausible_values(fitted, 50, rng=0, outcome=outcome)
    assert informed.corrwith(outcome).mean() > alone.corrwith(outcome).mean() + 0.02
    noise = pd.Series(np.random.default_rng(1).normal(size=len(outcome)), index=outcome.index)
    apart = latent.plausible_values(fitted, 50, rng=0, outcome=noise) - alone
    assert apart.abs().mean().mean() < 0.2
    with pytest.raises(ValueError, match="an outcome needs three or more rows"):
        latent.plausible_values(fitted, 2, outcome=outcome.iloc[:2])


@pytest.mark.slow
def test_plausible_values_repair_the_slope() -> None:
    repaired, alone, attenuated = [], [], []
    for seed in range(10):
        panel, truth = measured(150, 8, seed=seed, persistence=0.9)
        y = 0.5 * truth + np.random.default_rng(seed).normal(size=len(truth))
        fitted = latent.fit(panel, model="dynamic")
        for slopes, outcome in [(repaired, y), (alone, None)]:
            draws = latent.plausible_values(fitted, 10, rng=seed, outcome=outcome)
            pairs = [slope(draws[draw], y) for draw in draws]
            slopes.append(latent.combine(*zip(*pairs, strict=True)).estimate)
        total = panel.sum(axis=1)
        attenuated.append(slope((total - total.mean()) / total.std(), y)[0])
    margin = 3 * np.std(repaired) / np.sqrt(10)
    assert abs(np.mean(repaired) - 0.5) < margin + 0.01
    assert np.mean(attenuated) < 0.46
    assert np.mean(alone) < 0.47


@pytest.mark.parametrize("shape", [(4,), (2, 3), (2, 3, 4)])
def test_states_are_drawn_in_proportion_to_masses_and_factors(shape: tuple[int, ...]) -> None:
    rng, n = np.random.default_rng(len(shape)), 40_000
    masses = rng.random(shape)
    factors = [rng.random(points) for points in shape]
    onwards = [np.repeat(each[:, None], n, axis=1) for each in factors]
    drawn = _drawn_after(masses, onwards, rng)
    counts = np.bincount(np.ravel_multi_index(drawn, shape), minlength=masses.size)
    expected = masses
    for axis, factor in enumerate(factors):
        expected = expected * np.expand_dims(
            factor, [each for each in range(len(shape)) if each != axis]
        )
    p = (expected / expected.sum()).ravel()
    assert np.abs((counts - n * p) / np.sqrt(n * p * (1 - p))).max() < 4.5


def test_each_draw_has_factors_of_its_own() -> None:
    rng = np.random.default_rng(0)
    for shape in ((3, 4), (2, 3, 4)):
        n = 50
        onwards = [np.zeros((points, n)) for points in shape]
        cells = [rng.integers(points, size=n) for points in shape]
        for factor, own in zip(onwards, cells, strict=True):
            factor[own, np.arange(n)] = 0.5
        drawn = _drawn_after(np.ones(shape), onwards, rng)
        np.testing.assert_array_equal(drawn, cells)
