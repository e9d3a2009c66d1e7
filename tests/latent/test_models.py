"""Latent models: published numbers, brute force, an independent library, and simulated truth."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import norm

import policyindex as pi
from builders import DIMENSIONS, measured
from policyindex import latent
from policyindex._kernels.latent_grids import Grid
from policyindex.codebooks.rules import Sum
from policyindex.latent import models
from policyindex.latent.lattices import blocks
from policyindex.latent.models import _expected_of, posterior, summary_of

THRESHOLDS = [f"threshold_{level}" for level in range(2, 6)]


def test_the_static_model_has_the_maximum_of_the_published_scores(published: pd.DataFrame) -> None:
    complete = published.dropna(subset=DIMENSIONS)
    for nodes, loglik in [(21, -8095.1078), (41, -8095.1209), (61, -8095.1179)]:
        fitted = latent.fit(complete, nodes=nodes)
        assert fitted.loglik == pytest.approx(loglik, abs=1e-3)
    items = fitted.items
    np.testing.assert_allclose(items["discrimination"], [1.919, 2.422, 2.938], atol=2e-3)
    expected = [
        [-2.610, -0.622, -0.272, 0.810],
        [-1.451, -0.204, 0.862, 1.993],
        [-1.887, -0.857, 0.360, 1.409],
    ]
    np.testing.assert_allclose(items[THRESHOLDS], expected, atol=2e-3)
    # clustered errors are wider than those of independent rows, about twice
    assert (items["discrimination_se"] > 0.12).all()


def test_the_dynamic_model_has_the_maximum_of_the_published_scores(
    published: pd.DataFrame,
) -> None:
    fitted = latent.fit(published, model="dynamic")
    assert fitted.loglik == pytest.approx(-6936.533, abs=0.01)
    assert fitted.persistence == pytest.approx(0.9486, abs=5e-4)
    np.testing.assert_allclose(fitted.items["discrimination"], [2.440, 2.683, 2.819], atol=2e-3)
    early = latent.fit(published, model="dynamic", years=(2000, 2013))
    assert early.loglik == pytest.approx(-6934.381, abs=0.01)
    double = latent.fit(published, model="dynamic", nodes=121)
    assert (fitted.scores["mean"] - double.scores["mean"]).abs().max() < 1e-3


def test_nodes_doubled_change_no_static_mean(published: pd.DataFrame) -> None:
    once, twice = (latent.fit(published, nodes=nodes).scores["mean"] for nodes in (61, 121))
    assert (once - twice).abs().max() < 1e-3


def test_the_static_model_agrees_with_mirt(published: pd.DataFrame) -> None:
    mirt = pytest.importorskip("mirt")
    complete = published.dropna(subset=DIMENSIONS)[DIMENSIONS]
    other = mirt.fit_mirt(
        complete.to_numpy().astype(int) - 1, model="GRM", n_quadpts=61, tol=1e-8, max_iter=5000
    )
    ours = latent.fit(complete)
    assert ours.loglik == pytest.approx(other.log_likelihood, abs=1e-3)
    slopes = np.asarray(other.model.parameters["discrimination"]).ravel()
    np.testing.assert_allclose(ours.items["discrimination"], slopes, atol=2e-3)


def test_the_likelihood_is_the_integral_over_the_position(fits: dict[str, latent.Fit]) -> None:
    fitted = latent.fit(fits["static"].panel, nodes=161)
    points, weights = np.polynomial.legendre.leggauss(500)
    masses = 10 * weights * norm.pdf(10 * points)
    total = 0.0
    for _, row in fitted.panel.dropna(how="all").iterrows():
        joint = masses.copy()
        for name, level in row.dropna().items():
            item = fitted.items.loc[name]
            apart = 10 * points - item[THRESHOLDS].to_numpy()[:, None]
            curves = np.vstack([np.ones(500), expit(item["discrimination"] * apart), np.zeros(500)])
            joint *= curves[int(level) - 1] - curves[int(level)]
        total += np.log(joint.sum())
    assert fitted.loglik == pytest.approx(total, abs=1e-10 * len(fitted.panel))


@pytest.mark.parametrize("model", ["static", "dynamic", "correlated"])
def test_a_fit_restores_its_states(fits: dict[str, latent.Fit], model: str) -> None:
    fitted = fits[model]
    state = posterior(fitted)
    means = np.concatenate(
        [block.posterior @ summary_of(state.lattice) for block in blocks(*state)]
    )
    np.testing.assert_allclose(means, fitted.scores["mean"].dropna(), atol=1e-9)


@pytest.mark.parametrize("model", ["static", "dynamic", "correlated"])
def test_scores_are_in_order_and_on_the_scale(fits: dict[str, latent.Fit], model: str) -> None:
    fitted = fits[model]
    scores = fitted.scores.dropna()
    some = fitted.panel.notna().any(axis=1)
    assert scores.index.equals(fitted.panel.index[some])
    assert (scores["low"] < scores["mean"]).all()
    assert (scores["mean"] < scores["high"]).all()
    assert scores["expected"].between(3, 15).all()
    assert scores["sd"].between(0, 1.05).all()
    assert abs(fitted.gradient) < 0.01
    assert "A latent score is not the index" in str(fitted)
    assert ("smooths real jumps" in str(fitted)) == (model != "static")


def test_a_static_position_rises_with_each_level(fits: dict[str, latent.Fit]) -> None:
    fitted = fits["static"]
    means = fitted.scores["mean"].groupby([fitted.panel[name] for name in DIMENSIONS]).mean()
    for profile, other in product(means.index, repeat=2):
        if profile != other and (np.array(profile) >= np.array(other)).all():
            assert means[profile] > means[other]


def test_rows_in_any_order_and_other_columns_change_nothing(fits: dict[str, latent.Fit]) -> None:
    fitted = fits["static"]
    shuffled = fitted.panel.sample(frac=1, random_state=0).assign(gdp=1.0)
    again = latent.fit(shuffled)
    assert again.loglik == pytest.approx(fitted.loglik, abs=1e-9)
    pd.testing.assert_frame_equal(again.scores, fitted.scores)


def test_a_level_that_never_occurs_has_its_neighbours_threshold(small: pd.DataFrame) -> None:
    lacking = small.replace({"protection": {3.0: 2.0}, "prevention": {1.0: 2.0, 5.0: 4.0}})
    items = latent.fit(lacking).items
    assert items.loc["protection", "threshold_3"] == items.loc["protection", "threshold_4"]
    assert items.loc["prevention", "threshold_2"] == -np.inf
    assert items.loc["prevention", "threshold_5"] == np.inf
    again = latent.fit(lacking)
    assert np.isfinite(posterior(again).items[2]).all()


def test_jumps_are_the_largest_differences(fits: dict[str, latent.Fit]) -> None:
    jumps = fits["dynamic"].jumps
    apart = (jumps["change"] - jumps["change_expected"]).abs()
    assert len(jumps) == 10
    assert apart.is_monotonic_decreasing
    assert not len(fits["static"].jumps)


def test_a_correlated_model_has_scores_by_dimension(fits: dict[str, latent.Fit]) -> None:
    fitted = fits["correlated"]
    matrix = fitted.correlations.to_numpy()
    np.testing.assert_allclose(np.diag(matrix), 1)
    assert list(fitted.correlations) == DIMENSIONS
    expected = fitted.by_dimension["expected"].groupby(["country", "year"]).sum()
    np.testing.assert_allclose(expected, fitted.scores["expected"].dropna())


def test_indicators_are_items() -> None:
    codings = pi.datasets.load_demo()
    fitted = latent.fit(codings, items="indicators")
    assert list(fitted.items.index) == [each.name for each in pi.THREE_P.indicators]
    scores = pi.score(codings)["overall"]
    assert fitted.scores["expected"].corr(scores) > 0.85
    # the mean of the expected scores is that of the scores: the model has their margins
    both = pd.concat([fitted.scores["expected"], scores], axis=1).dropna()
    assert abs(both.iloc[:, 0].mean() - both.iloc[:, 1].mean()) < 0.5


def brute_force(dimension: pi.Dimension, masses: list[np.ndarray]) -> float:
    """Return the expected score over every combination of levels."""
    names = [each.name for each in dimension.indicators]
    return sum(
        float(dimension.rule(**dict(zip(names, levels, strict=True))))
        * np.prod([mass[level] for mass, level in zip(masses, levels, strict=True)])
        for levels in product(*(range(size) for size in dimension.shape))
    )


@pytest.mark.parametrize("rule", ["table", "sum", "count"])
def test_expected_scores_agree_with_every_combination(rule: str) -> None:
    indicators = tuple(pi.Indicator(f"i{place}", ("a", "b", "c")) for place in range(4))
    rules = {
        "table": lambda **levels: 1 + min(levels.values()),
        "sum": Sum({f"i{place}": Fraction(place + 1, 2) for place in range(4)}),
        "count": Sum({f"i{place}": place + 1 for place in range(4)}, (3, 7, 12, 19)),
    }
    if rule == "sum":
        dimension = pi.Dimension("d", indicators, rules[rule], levels=())
    else:
        dimension = pi.Dimension("d", indicators, rules[rule])
    rng = np.random.default_rng(0)
    masses = [rng.dirichlet(np.ones(3), 2).T for _ in indicators]
    for additive in {None, getattr(dimension.rule, "additive", None)}:
        object.__setattr__(dimension, "additive", additive)
        expected = _expected_of(dimension, masses)
        for state in range(2):
            exact = brute_force(dimension, [each[:, state] for each in masses])
            assert expected[state] == pytest.approx(exact, abs=1e-12)


def test_silence_may_be_a_level_of_its_own() -> None:
    codings = pi.datasets.load_demo().iloc[:600]
    codings = codings.mask(np.random.default_rng(0).random(codings.shape) < 0.1)
    fitted = latent.fit(codings, items="indicators", silence="level")
    assert "threshold_0" in fitted.items
    assert not fitted.panel.isna().any().any()
    assert fitted.scores["expected"].between(3, 15).all()


def test_weights_of_a_codebook_count_in_expected_scores(small: pd.DataFrame) -> None:
    mean = pi.Codebook("mean", pi.THREE_P.dimensions, aggregate="mean")
    expected = latent.fit(small, codebook=mean).scores["expected"]
    np.testing.assert_allclose(expected * 3, latent.fit(small).scores["expected"])


def test_options_are_refused(small: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="model must be one of static, dynamic, correlated"):
        latent.fit(small, model="irt")
    with pytest.raises(ValueError, match="nodes must be an integer, at least 5"):
        latent.fit(small, nodes=3)
    with pytest.raises(ValueError, match='silence="level" is for items="indicators"'):
        latent.fit(small, silence="level")
    with pytest.raises(ValueError, match='a correlated model is for items="dimensions"'):
        latent.fit(small, model="correlated", items="indicators")
    one = pi.Codebook("one", pi.THREE_P.dimensions[:1])
    with pytest.raises(ValueError, match="needs two or three dimensions; the codebook has 1"):
        latent.fit(small, model="correlated", codebook=one)
    with pytest.raises(ValueError, match="progress must be callable"):
        latent.fit(small, progress="yes")


def test_data_without_an_answer_are_refused(small: pd.DataFrame) -> None:
    with pytest.raises(pi.PanelError, match="needs a level in some country and year"):
        latent.fit(small * np.nan)
    with pytest.raises(pi.PanelError, match="1 of 3 do not: protection"):
        latent.fit(small.assign(protection=2.0))
    with pytest.raises(pi.PanelError, match="use a static model"):
        latent.fit(small, model="dynamic", years=(2003, 2003))


def test_items_that_repeat_each_other_are_refused(small: pd.DataFrame) -> None:
    repeated = small.assign(protection=small["prosecution"], prevention=small["prosecution"])
    with pytest.raises(pi.PanelError, match="must leave some doubt|must converge"):
        latent.fit(repeated)


def test_a_position_that_never_moves_is_refused(small: pd.DataFrame) -> None:
    first = small.groupby("country").transform("first")
    with pytest.raises(pi.PanelError, match="must leave some doubt|use a static model"):
        latent.fit(first, model="dynamic")


def test_a_grid_too_coarse_for_the_process_is_refused(small: pd.DataFrame) -> None:
    with pytest.raises(pi.PanelError, match="it hardly moves; use a static model, or more nodes"):
        latent.fit(small, model="dynamic", nodes=9)


def test_a_reversed_item_has_a_negative_discrimination(small: pd.DataFrame) -> None:
    turned = latent.fit(small.assign(prevention=6 - small["prevention"]))
    straight = latent.fit(small)
    slopes, others = (each.items["discrimination"] for each in (turned, straight))
    assert slopes["prevention"] == pytest.approx(-others["prevention"], rel=1e-3)
    assert turned.loglik == pytest.approx(straight.loglik, abs=1e-4)


def test_a_search_that_stops_short_raises(
    small: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policyindex.latent.estimation.ROUNDS", 1)
    monkeypatch.setattr("policyindex._kernels.likelihood_maximum.POLISHES", 0)
    with pytest.raises(pi.PanelError, match="a latent model must converge"):
        latent.fit(small)


def test_progress_is_reported_and_an_interrupt_passes(small: pd.DataFrame) -> None:
    lines: list[tuple[int, float]] = []
    latent.fit(small, progress=lambda *line: lines.append(line))
    assert [iteration for iteration, _ in lines] == list(range(1, len(lines) + 1))
    assert lines[-1][1] >= lines[0][1]

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        latent.fit(small, progress=interrupt)


@pytest.mark.slow
@pytest.mark.parametrize(("model", "persistence"), [("static", 0.0), ("dynamic", 0.9)])
def test_ranges_hold_the_truth_in_95_of_100_cases(model: str, persistence: float) -> None:
    shares, estimates = [], []
    for seed in range(20):
        panel, truth = measured(80, 10, seed=seed, persistence=persistence)
        fitted = latent.fit(panel, model=model)
        scores = fitted.scores
        shares.append(truth.between(scores["low"], scores["high"]).mean())
        items = fitted.items
        estimates += list((items["discrimination"] - 2).abs() <= 1.96 * items["discrimination_se"])
    margin = 3 * np.std(shares) / np.sqrt(len(shares))
    assert 0.93 - margin <= np.mean(shares) <= 0.97 + margin
    assert 0.87 <= np.mean(estimates) <= 1  # sixty intervals for slopes: 3 standard errors


@pytest.mark.slow
def test_positions_that_are_one_refuse_a_correlated_model() -> None:
    levels, _ = measured(24, 8, seed=3, persistence=0.8)
    units = levels.index.unique("country")
    levels.loc[[(units[2], 2003), (units[2], 2005)]] = np.nan
    levels.loc[[(units[3], 2007)]] = np.nan
    levels.loc[units[4]] = np.nan
    with pytest.raises(ValueError, match=r"positions .* must differ; a correlation .* dynamic"):
        latent.fit(levels, model="correlated")


@pytest.mark.parametrize("model", ["static", "dynamic"])
def test_one_country_has_no_standard_errors(model: str) -> None:
    levels, _ = measured(1, 40, seed=1, persistence=0.5)
    fitted = latent.fit(levels, model=model)
    errors = fitted.items.filter(regex="_se$")
    assert errors.size >= 9
    assert errors.isna().all(axis=None)
    assert np.isfinite(fitted.items["discrimination"]).all()
    assert np.isnan(fitted.persistence_se)


def stub(slope: float, persistence: float, grids: list[int], starts: list[object]) -> Any:
    """Return a search whose answer is an item of one slope."""

    def search(_: object, grid: Grid, __: object, start: object) -> SimpleNamespace:
        grids.append(len(grid.points))
        starts.append(start)
        return SimpleNamespace(items=[np.array([slope])], persistence=persistence)

    return search


@pytest.mark.parametrize(
    ("slope", "persistence", "nodes", "n_items", "expected"),
    [
        (1.0, 0.5, None, 3, [61]),
        (-1.0, 0.5, None, 1, [121]),
        (15.0, 0.5, None, 3, [61, 121]),
        (-15.0, 0.5, None, 3, [61, 121]),
        (30.0, 0.5, None, 3, [61, 121, 241]),
        (1e6, 0.5, None, 3, [61, 121, 241]),
        (1e6, 0.5, None, 1, [121, 241]),
        (1e6, 0.9999, None, 3, [61]),
        (1e6, 0.5, 31, 3, [31]),
    ],
)
def test_the_grid_is_doubled_until_it_resolves_the_steepest_item(
    monkeypatch: pytest.MonkeyPatch,
    slope: float, persistence: float, nodes: int | None, n_items: int, expected: list[int],
) -> None:  # fmt: skip
    grids: list[int] = []
    starts: list[object] = []
    monkeypatch.setattr(models.estimation, "dynamic", stub(slope, persistence, grids, starts))
    data: Any = SimpleNamespace(names=("item",) * n_items)
    _, grid = models._single(data, "dynamic", nodes, None, None)
    assert grids == expected
    assert len(grid.points) == expected[-1]
    assert starts[0] is None
    for n, start in zip(expected[:-1], starts[1:], strict=True):
        is_near = abs(slope) * (2 * models.LIMITS["dynamic"] / (n - 1)) <= models.STEEP
        assert (start is not None) == is_near


@pytest.mark.parametrize("rho", [0.1, 0.6, 0.95])
def test_the_error_of_a_persistence_is_that_of_its_free_parameter_times_the_slope(
    rho: float,
) -> None:
    covariance = np.diag([0.04, 9.0, 0.25])
    estimate: Any = SimpleNamespace(persistence=rho, maximum=SimpleNamespace(covariance=covariance))
    free, step = np.arctanh(rho), 1e-6
    slope = (np.tanh(free + step) - np.tanh(free - step)) / (2 * step)
    assert models._persistence_se("dynamic", estimate) == pytest.approx(0.5 * slope)
    assert models._persistence_se("correlated", estimate) == pytest.approx(0.2 * slope)
    assert np.isnan(models._persistence_se("static", estimate))
