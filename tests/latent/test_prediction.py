"""Predictions of hidden levels: probabilities, stated quality, and simpler predictions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from policyindex import PanelError, latent
from policyindex.latent.prediction import _nearest, _quality

METHODS = ["dynamic", "static", "nearest year", "marginal"]


@pytest.mark.parametrize("model", ["static", "dynamic", "correlated"])
def test_predictions_are_probabilities_of_what_is_missing(
    fits: dict[str, latent.Fit], model: str
) -> None:
    predicted = latent.predict(fits[model])
    panel = fits[model].panel
    missing = {(*row, name) for name in panel for row in panel.index[panel[name].isna()]}
    assert set(predicted.index) == missing
    np.testing.assert_allclose(predicted.sum(axis=1), 1)
    assert (predicted >= 0).all().all()
    assert list(predicted.columns) == [1, 2, 3, 4, 5]


def test_a_row_without_levels_is_predicted_by_its_neighbours(small: pd.DataFrame) -> None:
    silent = small.copy()
    silent.loc[("C003", 2003)] = np.nan
    fitted = latent.fit(silent, model="dynamic")
    predicted = latent.predict(fitted)
    alone = latent.predict(latent.fit(silent))
    row = ("C003", 2003, "protection")
    assert row in predicted.index
    assert (predicted.loc[row] - alone.loc[row]).abs().max() > 0.01
    assert np.isnan(fitted.scores.loc[("C003", 2003), "mean"])  # a gap stays a gap


def test_held_out_levels_are_predicted_once_each(small: pd.DataFrame) -> None:
    table = latent.held_out(small, folds=3, rng=0)
    assert list(table.index) == METHODS
    assert (table["n"] == small.notna().sum().sum()).all()
    assert table.loc["dynamic", "log_loss"] < table.loc["marginal", "log_loss"]
    pd.testing.assert_frame_equal(table, latent.held_out(small, folds=3, rng=0))
    assert list(latent.held_out(small, model="static", folds=2).index) == METHODS[1:]


def test_the_marginal_prediction_is_the_share_of_each_level() -> None:
    index = pd.MultiIndex.from_product([list("ABCDEFGH"), range(4)], names=["country", "year"])
    index = index.set_levels(index.levels[1] + 2000, level="year")
    rng = np.random.default_rng(0)
    names = ["prosecution", "protection", "prevention"]
    panel = pd.DataFrame(rng.integers(1, 4, (32, 3)).astype(float), index=index, columns=names)
    table = latent.held_out(panel, model="static", folds=32 * 3 // 2)
    shares = panel.apply(lambda column: column.value_counts(normalize=True)).to_numpy()
    entropy = -(shares * np.log(shares)).sum(0).mean()
    assert table.loc["marginal", "log_loss"] == pytest.approx(entropy, abs=0.08)


def test_the_published_scores_are_predicted_as_well_as_stated(published: pd.DataFrame) -> None:
    table = latent.held_out(published, folds=2)
    assert table.loc["dynamic", "log_loss"] < 1.15
    assert table.loc["dynamic", "exact"] > 0.49
    gap = table["confidence"] - table["exact"]
    assert gap.abs().max() < 0.03


@pytest.mark.slow
def test_a_correlated_model_predicts_better(published: pd.DataFrame) -> None:
    table = latent.held_out(published, model="correlated", rng=0)
    row = table.loc["correlated"]
    n = row["n"]
    assert row["log_loss"] <= 0.87
    assert row["exact"] >= 0.65 - 2 * np.sqrt(0.65 * 0.35 / n)
    assert row["within_one"] >= 0.95
    assert abs(row["confidence"] - row["exact"]) <= 0.03


def test_options_are_refused(small: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="folds must be an integer, at least 2"):
        latent.held_out(small, folds=1)
    with pytest.raises(PanelError, match="folds must not exceed the number of levels"):
        latent.held_out(small, folds=10_000)


def test_the_nearest_year_is_the_nearest_of_the_same_country_that_is_coded() -> None:
    rng = np.random.default_rng(0)
    units = np.repeat(np.arange(6), 5)
    years = np.concatenate([np.sort(rng.choice(np.arange(2000, 2015), 5, False)) for _ in range(6)])
    for share in (0.0, 0.3, 0.7, 1.0):
        coded = np.flatnonzero(rng.random(30) < share)
        for place in range(30):
            others = [each for each in coded if each != place and units[each] == units[place]]
            nearest = min(others, key=lambda each: abs(years[each] - years[place]), default=-1)
            assert _nearest(place, coded, units, years) == nearest


def test_quality_is_counted_over_all_parts() -> None:
    scale = np.array([2, 3, 4])
    first = (np.array([[0.7, 0.2, 0.1], [0.5, 0.3, 0.2]]), np.array([2, 4]))
    second = (np.array([[0.0, 1.0, 0.0], [0.1, 0.3, 0.6], [0.1, 0.0, 0.9]]), np.array([2, 3, 2]))
    log_loss, exact, within_one, confidence, n = _quality([first, second], scale)
    assert log_loss == pytest.approx(-np.log([0.7, 0.2, 0.001, 0.3, 0.1]).mean())
    assert (exact, within_one, n) == (1 / 5, 3 / 5, 5)
    assert confidence == pytest.approx((0.7 + 0.5 + 1 + 0.6 + 0.9) / 5)
