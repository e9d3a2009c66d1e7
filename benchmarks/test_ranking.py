"""Ranks of 177 countries in 14 years: exact answers next to 10,000 sampled ones.

Run with ``python -m pytest benchmarks/test_ranking.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata

from policyindex._kernels.arrangement import arrange
from policyindex.ranking import ranks
from policyindex.reliability.coders import agreement
from policyindex.robustness.choices import sensitivity
from policyindex.robustness.errors import error_ranks
from policyindex.robustness.matrices import coding_error
from policyindex.robustness.weights import weight_ranks

DIMENSIONS = ["prosecution", "protection", "prevention"]
COUNTRIES, YEARS, DRAWS = 177, 14, 10_000


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    """Independent uniform levels: more different profiles a year than any real index has."""
    index = pd.MultiIndex.from_product(
        [[f"C{i:03}" for i in range(COUNTRIES)], range(2000, 2000 + YEARS)],
        names=["country", "year"],
    )
    levels = np.random.default_rng(0).integers(1, 6, (len(index), 3))
    return pd.DataFrame(levels, index=index, columns=DIMENSIONS, dtype=np.float64)


def by_year(panel: pd.DataFrame) -> np.ndarray:
    return panel.to_numpy().reshape(COUNTRIES, YEARS, 3).swapaxes(0, 1)


@pytest.mark.benchmark(group="the 5,460 cells of all weightings")
def test_arrangement(benchmark: Any) -> None:
    def run() -> int:
        arrange.cache_clear()
        return len(arrange().points)

    assert benchmark(run) == 5460


@pytest.mark.benchmark(group="every weighting, 14 years")
def test_weight_ranks(benchmark: Any, panel: pd.DataFrame) -> None:
    weight_ranks(panel)
    assert len(benchmark(weight_ranks, panel)) == len(panel)


@pytest.mark.benchmark(group="every weighting, 14 years")
def test_ten_thousand_weightings_in_numpy(benchmark: Any, panel: pd.DataFrame) -> None:
    """The ranks of every country by sorting its rivals' scores, year by year."""
    weights = np.random.default_rng(1).dirichlet(np.ones(3), DRAWS)

    def run() -> np.ndarray:
        answers = []
        for levels in by_year(panel):
            scores = -np.round(weights @ levels.T, 12)
            ordered = np.sort(scores, axis=1)
            taken = np.array(
                [np.searchsorted(row, each) for row, each in zip(ordered, scores, strict=True)]
            )
            answers.append([taken.min(0), taken.max(0), taken.mean(0), (taken == 0).mean(0)])
        return 1 + np.array(answers)

    sampled = benchmark.pedantic(run, rounds=3)[:, 2].T.ravel()
    assert np.abs(weight_ranks(panel)["rank_mean"].to_numpy() - sampled).max() < 3


@pytest.mark.benchmark(group="coding error, 14 years")
def test_error_ranks(benchmark: Any, panel: pd.DataFrame) -> None:
    assert len(benchmark(error_ranks, panel, error=0.9)) == len(panel)


@pytest.mark.benchmark(group="coding error, 14 years")
def test_ten_thousand_truths_in_numpy(benchmark: Any, panel: pd.DataFrame) -> None:
    error = coding_error(0.9).to_numpy()
    posterior = (error / error.sum(0)).T  # with the same share of each true level
    steps = np.cumsum(posterior, axis=1)[:, :-1]
    rng = np.random.default_rng(2)

    def run() -> np.ndarray:
        means = []
        for levels in by_year(panel):
            coded = levels.astype(int) - 1
            drawn = rng.random((DRAWS, *coded.shape))
            true = 1 + sum(drawn > steps[coded, level] for level in range(4))
            taken = COUNTRIES + 1 - rankdata(true.sum(-1), method="max", axis=1)
            means.append(taken.mean(0))
        return np.array(means)

    sampled = benchmark.pedantic(run, rounds=1).T.ravel()
    exact = error_ranks(panel, error=0.9, prior=np.full(5, 0.2))["rank_mean"].to_numpy()
    assert np.abs(exact - sampled).max() < 2


@pytest.mark.benchmark(group="ranks, 14 years")
def test_ranks(benchmark: Any, panel: pd.DataFrame) -> None:
    assert len(benchmark(ranks, panel.sum(axis=1))) == len(panel)


@pytest.mark.benchmark(group="all 24 combinations, 14 years")
def test_sensitivity(benchmark: Any, panel: pd.DataFrame) -> None:
    assert len(benchmark.pedantic(sensitivity, (panel,), rounds=3).runs) == 24


@pytest.mark.benchmark(group="agreement of two coders")
def test_agreement_with_bootstrap(benchmark: Any, panel: pd.DataFrame) -> None:
    other = (panel + np.random.default_rng(3).integers(-1, 2, panel.shape)).clip(1, 5)
    assert len(benchmark(agreement, {"A": panel, "B": other})) == 3
