"""Latent grids against brute force: every path enumerated, every integral by another method."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

from policyindex._kernels import latent_grids
from policyindex._kernels.graded_response import log_probabilities

OWN = np.array([1.3, -0.8, 0.2])


def level(k: int, z: float) -> float:
    return float(np.exp(log_probabilities(OWN, np.array([z]))[k, 0]))


@pytest.mark.parametrize("grid", [latent_grids.gauss_hermite(121), latent_grids.even(161, 9.0)])
def test_quadrature_agrees_with_integration(grid: latent_grids.Grid) -> None:
    def joint(z: float) -> float:
        return level(2, z) * level(1, z) * norm.pdf(z)

    exact, _ = quad(joint, -12, 12, epsabs=1e-13, epsrel=1e-13, limit=200)
    table = np.exp(log_probabilities(OWN, grid.points))
    assert grid.weights @ (table[2] * table[1]) == pytest.approx(exact, abs=1e-10)


def test_two_years_agree_with_a_double_integral() -> None:
    rho = 0.6
    points, weights = np.polynomial.legendre.leggauss(160)
    points, weights = 9 * points, 9 * weights
    table = np.exp(log_probabilities(OWN, points))
    pairs = np.stack(np.meshgrid(points, points, indexing="ij"), axis=-1)
    density = multivariate_normal([0, 0], [[1, rho], [rho, 1]]).pdf(pairs)
    exact = (weights * table[2]) @ density @ (weights * table[0])
    grid = latent_grids.even(161, 9.0)
    likelihood = np.exp(log_probabilities(OWN, grid.points))
    steps = latent_grids.Steps([grid], rho)
    smoothed = latent_grids.smooth(likelihood, np.array([[2], [0]]), steps)
    assert np.exp(smoothed.loglik[0]) == pytest.approx(exact, abs=1e-10)


@pytest.mark.parametrize(("points", "years"), [((5,), 4), ((3, 4), 3), ((2, 3, 2), 3)])
def test_passes_agree_with_every_path(points: tuple[int, ...], years: int) -> None:
    steps = latent_grids.Steps([latent_grids.even(n, 2.0) for n in points], 0.7)
    states = int(np.prod(points))
    whole = np.ones((1, 1))
    for matrix in steps.matrices:
        whole = np.kron(whole, matrix)
    rng = np.random.default_rng(0)
    likelihood = rng.random((2 * years, states))
    which = rng.permutation(2 * years).reshape(years, 2)
    which[1, 0] = -1  # a gap
    smoothed = latent_grids.smooth(likelihood, which, steps)
    observed = np.vstack([likelihood, np.ones(states)])
    for series in range(2):
        totals = np.zeros((years, states))
        for path in product(range(states), repeat=years):
            mass = steps.prior[path[0]] * observed[which[0, series], path[0]]
            for year in range(1, years):
                mass *= whole[path[year - 1], path[year]]
                mass *= observed[which[year, series], path[year]]
            totals[range(years), path] += mass
        assert smoothed.loglik[series] == pytest.approx(np.log(totals[0].sum()), abs=1e-12)
        np.testing.assert_allclose(
            smoothed.posterior[:, series], totals / totals[0].sum(), atol=1e-12
        )


@pytest.mark.parametrize("points", [(7,), (7, 5), (4, 5, 6)])
def test_the_slope_on_persistence_agrees_with_differences(points: tuple[int, ...]) -> None:
    grids = [latent_grids.even(n, 3.0) for n in points]
    likelihood = np.random.default_rng(1).random((12, int(np.prod(points))))
    which = np.arange(12).reshape(4, 3)

    def loglik(rho: float) -> np.ndarray:
        return latent_grids.smooth(likelihood, which, latent_grids.Steps(grids, rho)).loglik

    steps = latent_grids.Steps(grids, 0.6)
    slope = latent_grids.smooth(likelihood, which, steps, sloped=True).slope
    np.testing.assert_allclose(slope, (loglik(0.6 + 1e-6) - loglik(0.6 - 1e-6)) / 2e-6, rtol=1e-6)


def test_a_step_is_expected_backwards() -> None:
    steps = latent_grids.Steps([latent_grids.even(5, 3.0), latent_grids.even(4, 3.0)], 0.8)
    rng = np.random.default_rng(2)
    states, function = rng.dirichlet(np.ones(20), 3), rng.random((3, 20))
    forwards = (steps.ahead(states) * function).sum(1)
    np.testing.assert_allclose(forwards, (states * steps.behind(function)).sum(1))
    np.testing.assert_allclose(steps.ahead(states).sum(1), 1)
    backwards, _ = steps.behind_sloped(states, function)
    np.testing.assert_allclose(backwards, steps.behind(function))


def margin_of_a_line(weights: tuple[float, float]) -> tuple[latent_grids.Margin, np.ndarray]:
    """Return a weighted sum of two coordinates, and masses of them that are normal."""
    grid = latent_grids.even(41, 6.0)
    one, other = (each.ravel() for each in np.meshgrid(grid.points, grid.points, indexing="ij"))
    masses = np.exp(-((one - 0.3) ** 2) / (2 * 0.5**2) - (other + 1) ** 2 / (2 * 0.4**2))
    cell = max(weights) * (grid.points[1] - grid.points[0])
    margin = latent_grids.Margin(weights[0] * one + weights[1] * other, cell)
    return margin, (masses / masses.sum())[None]


@pytest.mark.parametrize("weights", [(1.0, 0.0), (0.6, 0.8), (0.3, 0.95)])
def test_a_margin_of_normal_masses_is_normal(weights: tuple[float, float]) -> None:
    margin, masses = margin_of_a_line(weights)
    mean = weights @ np.array([0.3, -1.0])
    sd = np.hypot(weights[0] * 0.5, weights[1] * 0.4)
    np.testing.assert_allclose(np.ravel(margin.moments(masses)), [mean, sd], atol=1e-5)
    shares = (0.025, 0.5, 0.975)
    ends = margin.quantiles(masses, shares)
    np.testing.assert_allclose(ends[0], norm.ppf(shares, mean, sd), atol=0.004)
    edges = np.array([-np.inf, -99, -1, 0, 0.25, 1, 99, np.inf])
    bins = margin.binned(masses, edges)
    np.testing.assert_allclose(bins[0], np.diff(norm.cdf(edges, mean, sd)), atol=0.004)


def test_a_margin_counts_equal_values_together_in_any_order() -> None:
    values = np.array([2.0, 0.0, 1.0, 1.0, 3.0])
    masses = np.array([[0.2, 0.2, 0.15, 0.25, 0.2]])  # of 2, 0, 1, 1 and 3
    once = latent_grids.Margin(np.arange(4.0), 1.0)
    single = once.quantiles(np.array([[0.2, 0.4, 0.2, 0.2]]), (0.3,))
    np.testing.assert_allclose(latent_grids.Margin(values, 1.0).quantiles(masses, (0.3,)), single)


def test_blocks_of_series_are_bounded_and_complete() -> None:
    runs = list(latent_grids.series_blocks(10, 7, cells=21))
    assert [(each.start, each.stop) for each in runs] == [(0, 3), (3, 6), (6, 9), (9, 10)]
