"""Trends next to what a user would do instead: a loop over pymannkendall or scipy.

Run with ``python -m pytest benchmarks/test_trend.py``. Aims: 177 countries over 14 years within
20 ms; 1,000 simulated panels of that size within 1.5 s on one core.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from policyindex._kernels.mann_kendall import exact_pvalues, mann_kendall
from policyindex._kernels.slopes import slopes
from policyindex.dynamics.averages import decompose_yearly
from policyindex.dynamics.direction import trends
from policyindex.dynamics.moves import convergence, transitions

COUNTRIES, YEARS = [f"C{place:03}" for place in range(177)], range(2000, 2014)


@pytest.fixture(scope="module")
def panel() -> pd.Series:
    """Scores of 3 to 15, a sixth of them missing."""
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product([COUNTRIES, YEARS], names=["country", "year"])
    scores = pd.Series(rng.integers(3, 16, len(index)).astype(float), index=index)
    return scores.mask(rng.random(len(scores)) < 1 / 6)


@pytest.fixture(scope="module")
def simulated() -> np.ndarray:
    rng = np.random.default_rng(0)
    values = rng.integers(3, 16, (1000, len(COUNTRIES), len(YEARS))).astype(float)
    values[rng.random(values.shape) < 1 / 6] = np.nan
    return values


@pytest.mark.benchmark(group="177 countries x 14 years")
def test_trends(benchmark: Any, panel: pd.Series) -> None:
    assert len(benchmark(trends, panel)) == len(COUNTRIES)


@pytest.mark.benchmark(group="177 countries x 14 years")
def test_trends_from_a_cold_start(benchmark: Any, panel: pd.Series) -> None:
    benchmark.pedantic(trends, (panel,), setup=exact_pvalues.cache_clear, rounds=20)


@pytest.mark.benchmark(group="177 countries x 14 years")
def test_loop_over_pymannkendall(benchmark: Any, panel: pd.Series) -> None:
    oracle = pytest.importorskip("pymannkendall", reason="pymannkendall is compared with here")

    def run() -> list[Any]:
        return [oracle.original_test(panel[country].to_numpy()) for country in COUNTRIES]

    assert len(benchmark.pedantic(run, rounds=3)) == len(COUNTRIES)


@pytest.mark.benchmark(group="177 countries x 14 years")
def test_loop_over_scipy(benchmark: Any, panel: pd.Series) -> None:
    def run() -> list[Any]:
        tests = []
        for country in COUNTRIES:
            scores = panel[country].dropna()
            years = scores.index.to_numpy()
            tests.append((stats.kendalltau(years, scores), stats.theilslopes(scores, years)))
        return tests

    assert len(benchmark.pedantic(run, rounds=3)) == len(COUNTRIES)


@pytest.mark.benchmark(group="177,000 series x 14 years")
def test_simulated_panels(benchmark: Any, simulated: np.ndarray) -> None:
    def run() -> tuple[Any, Any]:
        test = mann_kendall(simulated)
        critical = test.critical
        return test, slopes(simulated, YEARS, s=test.s, critical=critical, rounded=False)

    test, _ = benchmark.pedantic(run, rounds=5, warmup_rounds=1)
    assert (test.pvalue < 0.05).mean() < 0.05


@pytest.mark.benchmark(group="null distribution of 40 values")
@pytest.mark.parametrize("sizes", [(1,) * 40, (8,) * 5, (2,) * 20], ids=["1x40", "8x5", "2x20"])
def test_exact_pvalues(benchmark: Any, sizes: tuple[int, ...]) -> None:
    benchmark.pedantic(exact_pvalues, (sizes,), setup=exact_pvalues.cache_clear, rounds=20)


@pytest.mark.benchmark(group="what moves the mean")
def test_decompose_yearly(benchmark: Any, panel: pd.Series) -> None:
    benchmark(decompose_yearly, panel, start=2000, end=2013)


@pytest.mark.benchmark(group="moves between levels")
def test_transitions(benchmark: Any, panel: pd.Series) -> None:
    benchmark(transitions, panel, split_year=2007)


@pytest.mark.benchmark(group="convergence with its noise")
def test_convergence(benchmark: Any, panel: pd.Series) -> None:
    benchmark(convergence, panel, cohort="all", rng=0)
