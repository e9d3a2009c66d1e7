"""The correlated model's maximum without a grid, its grid doubled, and simulated truth.

Fisher's identity: the slope of a log likelihood is the mean slope of the complete-data log
likelihood, over paths drawn given the levels. The paths are drawn by single-site Metropolis steps.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from builders import DIMENSIONS
from policyindex import latent
from policyindex._kernels.graded_response import intercepts
from policyindex._kernels.latent_grids import even
from policyindex.latent.lattices import blocks, lingering_lattice
from policyindex.latent.responses import responses

THRESHOLDS = [f"threshold_{level}" for level in range(2, 6)]

Float64 = np.ndarray


def log_level(levels: Float64, z: Float64, item: pd.Series) -> Float64:
    """Return the log probability of levels from 1 to 5; 0 where one is missing."""
    limits = np.concatenate([[-np.inf], item[THRESHOLDS].to_numpy(), [np.inf]])
    place = np.nan_to_num(levels, nan=1).astype(int)
    below, above = (expit(item["discrimination"] * (z - limits[place + move])) for move in (-1, 0))
    return np.where(np.isnan(levels), 0, np.log(np.maximum(below - above, 1e-300)))


def complete_slopes(paths: Float64, rho: float, correlations: Float64) -> Float64:
    """Return the slopes, on rho and the correlations, of the log density of all paths.

    Paths have the shape (years, countries, positions).
    """
    years, countries, n = paths.shape
    inverse, variance = np.linalg.inv(correlations), 1 - rho**2
    moves = paths[1:] - rho * paths[:-1]
    squares = np.einsum("tni,ij,tnj->", moves, inverse, moves)
    on_rho = n * rho / variance * (years - 1) * countries - rho / variance**2 * squares
    on_rho += np.einsum("tni,ij,tnj->", moves, inverse, paths[:-1]) / variance
    sums = paths[0].T @ paths[0] + np.einsum("tni,tnj->ij", moves, moves) / variance
    matrix = inverse @ sums @ inverse - countries * years * inverse
    return np.array([on_rho, *matrix[np.triu_indices(n, 1)]])


def drawn_slopes(
    levels: Float64, items: pd.DataFrame, rho: float, correlations: Float64, sweeps: int
) -> Float64:
    """Return complete-data slopes of paths drawn given the levels, shape (sweeps, parameters)."""
    rng = np.random.default_rng(0)
    own = [item for _, item in items.iterrows()]
    years, countries, n = levels.shape
    inverse, variance = np.linalg.inv(correlations), 1 - rho**2
    paths = np.zeros(levels.shape)
    for place, item in enumerate(own):
        limits = item[THRESHOLDS].to_numpy()
        middles = np.concatenate([[limits[0] - 0.5], (limits[1:] + limits[:-1]) / 2,
                                  [limits[-1] + 0.5]])  # fmt: skip
        inside = middles[np.nan_to_num(levels[..., place], nan=1).astype(int) - 1]
        paths[..., place] = np.where(np.isnan(levels[..., place]), 0, inside)
    slopes = []
    for sweep in range(sweeps):
        for year, place in product(range(years), range(n)):
            before = paths[year - 1] if year else np.zeros((countries, n))
            after = paths[year + 1] if year < years - 1 else np.zeros((countries, n))
            first, last = year == 0, year == years - 1
            precision = (1 if first else 1 / variance) + (0 if last else rho**2 / variance)
            mean = ((not first) * before + (not last) * after) * rho / variance / precision
            others = [each for each in range(n) if each != place]
            apart = (paths[year] - mean)[:, others] @ inverse[others, place]
            middle = mean[:, place] - apart / inverse[place, place]
            sd = 1 / np.sqrt(precision * inverse[place, place])
            now = paths[year, :, place]
            if sweep % 2:  # a step nearby, and in the next sweep one from the prior
                moved = now + 0.25 * sd * rng.normal(size=countries)
                ratio = ((now - middle) ** 2 - (moved - middle) ** 2) / (2 * sd**2)
            else:
                moved, ratio = middle + sd * rng.normal(size=countries), np.zeros(countries)
            coded = levels[year, :, place]
            ratio += log_level(coded, moved, own[place]) - log_level(coded, now, own[place])
            accepted = np.log(rng.random(countries)) < ratio
            paths[year, :, place] = np.where(accepted, moved, now)
        if sweep >= sweeps // 10:
            slopes.append(complete_slopes(paths, rho, correlations))
    return np.array(slopes)


def z_of_slopes(slopes: Float64) -> Float64:
    """Return the mean of each slope over its Monte Carlo error, from twenty batches."""
    batches = np.array([batch.mean(0) for batch in np.array_split(slopes, 20)])
    z: Float64 = batches.mean(0) / (batches.std(0, ddof=1) / np.sqrt(20))
    return z


def array_of(panel: pd.DataFrame) -> Float64:
    """Return levels of shape (years, countries, dimensions), missing where there is no row."""
    countries, years = panel.index.unique("country"), panel.index.get_level_values("year")
    calendar = range(years.min(), years.max() + 1)
    cells = panel.reindex(pd.MultiIndex.from_product([countries, calendar]))[DIMENSIONS]
    return cells.to_numpy().reshape(len(countries), len(calendar), 3).swapaxes(0, 1)


@pytest.mark.slow
def test_the_published_maximum_is_one_without_a_grid(published: pd.DataFrame) -> None:
    fitted = latent.fit(published, model="correlated")
    matrix = fitted.correlations.to_numpy()
    assert fitted.loglik == pytest.approx(-6257.998, abs=0.05)
    assert fitted.persistence == pytest.approx(0.8815, abs=5e-4)
    np.testing.assert_allclose(matrix[np.triu_indices(3, 1)], [0.451, 0.515, 0.619], atol=2e-3)
    levels = array_of(fitted.panel)
    here = drawn_slopes(levels, fitted.items, fitted.persistence, matrix, 600)
    assert np.abs(z_of_slopes(here)).max() < 5
    elsewhere = np.array([[1, 0.45, 0.54], [0.45, 1, 0.65], [0.54, 0.65, 1]])
    there = drawn_slopes(levels, fitted.items, 0.891, elsewhere, 300)
    assert np.abs(z_of_slopes(there)).max() > 8


def test_complete_slopes_agree_with_differences() -> None:
    rng = np.random.default_rng(0)
    paths, matrix = (
        rng.normal(size=(4, 3, 3)),
        np.array([[1, 0.3, 0.1], [0.3, 1, 0.5], [0.1, 0.5, 1]]),
    )

    def density(parameters: Float64) -> float:
        rho, whole = parameters[0], np.eye(3)
        whole[np.triu_indices(3, 1)] = whole.T[np.triu_indices(3, 1)] = parameters[1:]
        inverse, variance = np.linalg.inv(whole), 1 - rho**2
        moves = (paths[1:] - rho * paths[:-1]) / np.sqrt(variance)
        steps = np.concatenate([paths[:1], moves])
        squares = np.einsum("tni,ij,tnj->", steps, inverse, steps)
        return float(-squares / 2 - 6 * np.linalg.slogdet(whole)[1] - 13.5 * np.log(variance))

    at = np.array([0.6, 0.3, 0.1, 0.5])
    for place, slope in enumerate(complete_slopes(paths, 0.6, matrix)):
        step = 1e-6 * np.eye(4)[place]
        assert slope == pytest.approx((density(at + step) - density(at - step)) / 2e-6, abs=1e-5)


@pytest.mark.slow
def test_nodes_doubled_change_no_correlated_mean(published: pd.DataFrame) -> None:
    countries = published.index.unique("country")[::6]
    some = published.loc[published.index.isin(countries, level="country")]
    once = latent.fit(some, model="correlated")
    twice = latent.fit(some, model="correlated", nodes=[2 * n - 1 for n in once.nodes])
    for name in ("scores", "by_dimension"):
        apart = getattr(once, name)["mean"] - getattr(twice, name)["mean"]
        assert apart.abs().max() < 1e-3
    assert (once.correlations - twice.correlations).abs().max().max() < 1e-3


def correlated_levels(
    countries: int, years: int, seed: int, rho: float, correlations: Float64, slope: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return levels drawn from a correlated model, and the positions behind them."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(countries, years, 3)) @ np.linalg.cholesky(correlations).T
    paths = noise.copy()
    for year in range(1, years):
        paths[:, year] = rho * paths[:, year - 1] + np.sqrt(1 - rho**2) * noise[:, year]
    flat = paths.reshape(-1, 3)
    index = pd.MultiIndex.from_product(
        [[f"C{place:03}" for place in range(countries)], range(2000, 2000 + years)],
        names=["country", "year"],
    )
    response = slope * flat + rng.logistic(size=flat.shape)
    levels = 1.0 + np.searchsorted(np.array([-1.2, -0.4, 0.4, 1.2]) * slope, response)
    return pd.DataFrame(levels, index, DIMENSIONS), pd.DataFrame(flat, index, DIMENSIONS)


TRUE = np.array([[1, 0.4, 0.5], [0.4, 1, 0.7], [0.5, 0.7, 1]])


@pytest.mark.slow
def test_correlations_and_persistence_come_back_and_ranges_hold_the_truth() -> None:
    estimates, shares = [], []
    for seed in range(12):
        panel, truth = correlated_levels(60, 8, seed, 0.8, TRUE, 3.0)
        fitted = latent.fit(panel, model="correlated")
        matrix = fitted.correlations.to_numpy()
        estimates.append([fitted.persistence, *matrix[np.triu_indices(3, 1)]])
        by = fitted.by_dimension.reorder_levels(["dimension", "country", "year"]).sort_index()
        inside = [
            truth[name].between(by.loc[name, "low"], by.loc[name, "high"]) for name in DIMENSIONS
        ]
        shares.append(np.mean(inside))
    margin = 3 * np.std(estimates, axis=0, ddof=1) / np.sqrt(12)
    assert (np.abs(np.mean(estimates, axis=0) - [0.8, 0.4, 0.5, 0.7]) < margin + 0.02).all()
    error = 3 * np.std(shares, ddof=1) / np.sqrt(12)
    assert 0.93 - error <= np.mean(shares) <= 0.97 + error


@pytest.mark.parametrize("nodes", [(9,), (6, 5, 4)])
def test_the_likelihood_is_the_sum_over_every_path(nodes: tuple[int, ...]) -> None:
    panel, _ = correlated_levels(8, 4, 0, 0.5, TRUE, 2.0)
    panel.iloc[1], panel.iloc[7, 0] = np.nan, np.nan  # a gap, and a dimension that is missing
    data = responses(panel)
    items = [
        np.append([slope, -1.0], np.zeros(len(levels) - 2))
        for slope, levels in zip([3.0, -2.0, 1.0], data.levels, strict=True)
    ]
    factor = np.linalg.cholesky(TRUE)[[1, 0, 2]] if len(nodes) > 1 else np.eye(1)
    lattice = lingering_lattice([even(n, 3.0) for n in nodes], 0.5, factor)
    assert lattice.steps is not None
    whole = np.ones((1, 1))
    for matrix in lattice.steps.matrices:
        whole = np.kron(whole, matrix)  # from every state to every state
    exact = []
    for _, rows in panel.groupby("country"):
        masses = lattice.prior
        for year, levels in enumerate(rows.to_numpy()):
            masses = masses @ whole if year else masses
            for item in np.flatnonzero(~np.isnan(levels)):
                place = int(np.searchsorted(data.levels[item], levels[item]))
                limits = np.concatenate([[-np.inf], intercepts(items[item]), [np.inf]])
                apart = items[item][0] * lattice.of_item(item) - limits[place : place + 2, None]
                masses = masses * -np.diff(expit(apart), axis=0)[0]
        exact.append(np.log(masses.sum()))
    ours = np.concatenate([block.logliks for block in blocks(data, items, lattice)])
    np.testing.assert_allclose(ours, exact, atol=1e-10)
