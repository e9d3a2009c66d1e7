"""Ranks, leads and improvement against draws and against every pair of states."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from builders import measured
from policyindex import latent
from policyindex._kernels.latent_grids import Steps, even
from policyindex.latent.comparison import _binned
from policyindex.latent.lattices import blocks
from policyindex.latent.models import posterior

models = pytest.mark.parametrize(
    "model", ["static", "dynamic", pytest.param("correlated", marks=pytest.mark.slow)]
)


@models
def test_ranks_agree_with_draws(fits: dict[str, latent.Fit], model: str) -> None:
    fitted = fits[model]
    table = latent.ranks(fitted, 2003)
    n = 400 if model == "correlated" else 2000
    draws = latent.plausible_values(fitted, n, rng=0).xs(2003, level="year").dropna()
    assert list(table.index) == list(draws.index)
    jitter = np.random.default_rng(1).uniform(-0.08, 0.08, draws.shape)  # the grid has ties
    ranks = (draws + jitter).rank(ascending=False)
    np.testing.assert_allclose(table["rank_mean"], ranks.mean(axis=1), atol=0.5)
    first = (ranks == 1).mean(axis=1)
    np.testing.assert_allclose(table["p_first"], first, atol=0.06)
    assert (table["rank_low"] <= table["rank_mean"]).all()
    assert (table["rank_mean"] <= table["rank_high"]).all()
    assert table["p_first"].sum() == pytest.approx(1, abs=0.01)
    assert table["rank_mean"].sum() == pytest.approx(len(table) * (len(table) + 1) / 2)


@models
def test_leads_of_a_pair_sum_to_one_and_agree_with_draws(
    fits: dict[str, latent.Fit], model: str
) -> None:
    fitted = fits[model]
    n = 400 if model == "correlated" else 4000
    draws = latent.plausible_values(fitted, n, rng=0).xs(2001, level="year").dropna()
    for country, rival in zip(draws.index[:6], draws.index[6:12], strict=True):
        ahead = latent.leads(fitted, country, rival, 2001)
        assert ahead + latent.leads(fitted, rival, country, 2001) == pytest.approx(1)
        share = (draws.loc[country] > draws.loc[rival]).mean()
        ties = (draws.loc[country] == draws.loc[rival]).mean()
        assert ahead == pytest.approx(share + ties / 2, abs=2 / np.sqrt(n))
    assert latent.leads(fitted, draws.index[0], draws.index[0], 2001) == 0


def test_a_change_has_the_moments_of_every_pair_of_states(fits: dict[str, latent.Fit]) -> None:
    fitted = fits["dynamic"]
    table = latent.improved(fitted, 2001, 2004)
    state = posterior(fitted)
    (matrix,) = Steps([even(fitted.nodes[0], 5.0)], fitted.persistence).matrices
    points = state.lattice.positions[0]
    (block,) = blocks(*state)
    smoothed = block.smoothed
    assert smoothed is not None
    rows = state.responses.rows
    for country in table.index[:5]:
        unit = int(state.responses.units[rows.get_loc(country)][0])
        joint = np.diag(smoothed.forward[1, unit])
        for year in (2, 3, 4):
            joint = joint @ matrix
            predicted = smoothed.forward[year - 1, unit] @ matrix
            joint *= smoothed.forward[year, unit] / predicted
        joint *= smoothed.posterior[4, unit] / smoothed.forward[4, unit]
        assert joint.sum() == pytest.approx(1)
        change = points - points[:, None]
        mean = (joint * change).sum()
        assert table.loc[country, "change_mean"] == pytest.approx(mean)
        sd = np.sqrt((joint * change**2).sum() - mean**2)
        assert table.loc[country, "change_sd"] == pytest.approx(sd)
        rose = joint[change > 0].sum() + joint[change == 0].sum() / 2
        assert table.loc[country, "p_improved"] == pytest.approx(rose, abs=0.02)


def test_a_static_change_takes_the_years_as_independent(fits: dict[str, latent.Fit]) -> None:
    scores = fits["static"].scores
    table = latent.improved(fits["static"], 2000, 2005)
    before, after = (scores.xs(year, level="year").loc[table.index] for year in (2000, 2005))
    np.testing.assert_allclose(table["change_mean"], after["mean"] - before["mean"], atol=1e-9)
    np.testing.assert_allclose(table["change_sd"], np.hypot(before["sd"], after["sd"]), atol=1e-6)
    assert "is not the index" in table.attrs["assumption"]


@pytest.mark.slow
def test_probabilities_of_improvement_are_calibrated() -> None:
    gaps = []
    for seed in range(10):
        panel, truth = measured(100, 8, seed=seed, persistence=0.9)
        table = latent.improved(latent.fit(panel, model="dynamic"), 2000, 2007)
        rose = truth.xs(2007, level="year") > truth.xs(2000, level="year")
        hits = rose == (table["p_improved"] > 0.5)
        gaps.append(hits.mean() - np.maximum(table["p_improved"], 1 - table["p_improved"]).mean())
    assert abs(np.mean(gaps)) < 3 * np.std(gaps) / np.sqrt(10) + 0.01


def test_unknown_countries_years_and_fits_are_refused(
    fits: dict[str, latent.Fit], small: pd.DataFrame
) -> None:
    fitted = fits["static"]
    with pytest.raises(ValueError, match="fitted must be the answer of latent.fit"):
        latent.ranks(small, 2003)
    with pytest.raises(ValueError, match="year must be a year of the scores"):
        latent.ranks(fitted, 1990)
    with pytest.raises(ValueError, match="countries must be names or codes"):
        latent.leads(fitted, "C000", "Atlantis", 2003)
    with pytest.raises(ValueError, match="start must be before end"):
        latent.improved(fitted, 2004, 2001)
    silent = small.copy()
    silent.loc[("C000", 2003)] = np.nan
    with pytest.raises(ValueError, match="C000 has none in 2003"):
        latent.leads(latent.fit(silent), "C001", "C000", 2003)


def test_ten_countries_are_among_the_first_ten_and_one_is_first(
    small: pd.DataFrame,
) -> None:
    table = latent.ranks(latent.fit(small), 2003)
    assert len(table) > 20
    assert table["p_first"].sum() == pytest.approx(1, abs=0.01)  # positions in one bin are tied
    assert table["p_top10"].sum() == pytest.approx(10, abs=0.01)
    assert (table["p_top10"] >= table["p_first"]).all()
    for n in (9, 11):
        some = small.copy()
        some.loc[(small.index.unique("country")[n:], 2003), :] = np.nan
        few = latent.ranks(latent.fit(some), 2003)
        assert len(few) == n
        assert few["p_top10"].sum() == pytest.approx(min(n, 10), abs=0.01)


def test_positions_are_sorted_into_121_bins_the_middle_one_around_zero(
    small: pd.DataFrame,
) -> None:
    fitted = latent.fit(small)
    state = posterior(fitted)
    masses = _binned(state)
    assert masses.shape == (len(state.responses.rows), 121)
    np.testing.assert_allclose(masses.sum(1), 1)
    middles = np.linspace(-4.5, 4.5, 122)[:-1] + 4.5 / 121
    means = fitted.scores["mean"].dropna()
    np.testing.assert_allclose(masses @ middles, means, atol=0.01)
