"""Trends and changes: next to pymannkendall, SciPy, giddy, and pandas idioms."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from policyindex import (
    changes,
    convergence,
    decompose,
    event_study,
    transitions,
    trends,
    yearly_means,
)
from policyindex._kernels.mann_kendall import exact_pvalues

from . import Calls, Comparison, comparison

COUNTRIES, YEARS = [f"C{place:03}" for place in range(177)], range(2000, 2014)


def panel(years: range = YEARS, units: int = 177, missing: float = 0.0) -> pd.Series:
    """Scores of 3 to 15."""
    rng = np.random.default_rng(0)
    names = [f"C{place:06}" for place in range(units)]
    index = pd.MultiIndex.from_product([names, years], names=["country", "year"])
    scores = pd.Series(rng.integers(3, 16, len(index)), index, float, "overall")
    return scores[rng.random(len(scores)) >= missing]


@comparison("S and slopes of 177 countries x 14 years, by exchangeable years")
def trend_tests() -> Comparison:
    """NumPy computes S and slopes only; the loops test as well, by a normal distribution.

    The scores are halves: slopes of integers allow for their rounding, which no rival does.
    """
    import pymannkendall

    scores = panel() / 2
    table = scores.to_numpy().reshape(len(COUNTRIES), len(YEARS))
    pairs = np.array(list(combinations(range(len(YEARS)), 2))).T
    steps = pairs[1] - pairs[0]

    def with_numpy() -> tuple[NDArray[Any], NDArray[Any]]:
        differences = table[:, pairs[1]] - table[:, pairs[0]]
        return np.sign(differences).sum(1), np.median(differences / steps, axis=1)

    def loop() -> list[Any]:
        return [pymannkendall.original_test(row) for row in table]

    def loop_of_scipy() -> list[Any]:
        years = np.arange(len(YEARS))
        return [(stats.kendalltau(years, row), stats.theilslopes(row, years)) for row in table]

    def ours() -> pd.DataFrame:
        return trends(scores, null="exchangeable")

    expected, slopes = ours(), ours()["slope"]
    s, numpy_slopes = with_numpy()
    np.testing.assert_array_equal(expected["s"], s)
    np.testing.assert_allclose(slopes, numpy_slopes, atol=1e-12)
    np.testing.assert_array_equal(expected["s"], [test.s for test in loop()])
    np.testing.assert_allclose(slopes, [test.slope for test in loop()], atol=1e-12)
    by_scipy = loop_of_scipy()
    np.testing.assert_allclose(expected["tau"], [tau.statistic for tau, _ in by_scipy], atol=1e-12)
    np.testing.assert_allclose(slopes, [line.slope for _, line in by_scipy], atol=1e-12)
    rivals: Calls = {
        "NumPy over all pairs, no test": with_numpy,
        "loop over pymannkendall": loop,
        "loop over SciPy": loop_of_scipy,
    }
    return Comparison({"trends": ours}, rivals, {"Series.copy": scores.copy})


@comparison("trends by persistent years")
def persistent_trends() -> Comparison:
    published, long = panel(missing=1 / 6), panel(range(1000, 2000))
    return Comparison(
        {
            "177 countries x 14 years": lambda: trends(published),
            "177 units x 1,000 years": lambda: trends(long),
            # these scores are independent, so that only a stated persistence costs what it does
            "177 units x 1,000 years, phi .8": lambda: trends(long, persistence=0.8),
            "177 units x 1,000 years, exchangeable": lambda: trends(long, null="exchangeable"),
        }
    )


@comparison("null distribution of 40 values")
def null_distributions() -> Comparison:
    def fresh(sizes: tuple[int, ...]) -> object:
        exact_pvalues.cache_clear()
        return exact_pvalues(sizes)

    return Comparison(
        {
            "all different": lambda: fresh((1,) * 40),
            "in five groups": lambda: fresh((8,) * 5),
            "in pairs": lambda: fresh((2,) * 20),
        }
    )


@comparison("change from year to year, 177 countries x 14 years")
def yearly_changes() -> Comparison:
    """The idiom takes the row before for the year before, which is right without gaps."""
    scores = panel()

    def idiom() -> pd.Series:
        return scores.groupby(level="country").diff()

    pd.testing.assert_series_equal(idiom(), changes(scores)["change"], check_names=False)
    return Comparison(
        {"changes": lambda: changes(scores)},
        {"pandas groupby": idiom},
        {"Series.copy": scores.copy},
    )


@comparison("yearly means, 177 countries x 14 years")
def means() -> Comparison:
    scores = panel()

    def idiom() -> pd.DataFrame:
        return scores.groupby(level="year").agg(["mean", "std", "sem", "median", "count"])

    np.testing.assert_allclose(idiom()["mean"], yearly_means(scores)["mean"])
    return Comparison(
        {"yearly_means": lambda: yearly_means(scores)},
        {"pandas groupby": idiom},
        {"Series.copy": scores.copy},
    )


def by_event_time(scores: pd.Series, laws: pd.Series) -> pd.DataFrame:
    """Merge the year of the law, take the base row apart, merge it back, group by event time."""
    table = scores.reset_index().merge(laws.rename("law").reset_index(), on="country")
    base = table[table["year"] == table["law"] - 1][["country", "overall"]]
    table = table.merge(base.rename(columns={"overall": "base"}), on="country", how="left")
    table = table.assign(time=table["year"] - table["law"], change=table["overall"] - table["base"])
    table = table[table["time"].between(-10, 10)]
    return table.groupby("time")["change"].agg(["mean", "sem", "count"])


@comparison("change around a law, 177 countries x 14 years")
def events() -> Comparison:
    """The idiom has no control group and no simultaneous limits."""
    scores, rng = panel(), np.random.default_rng(1)
    units = scores.index.unique("country")
    laws = pd.Series(rng.choice(YEARS, len(units)), units, dtype=np.float64)
    idiom = by_event_time(scores, laws)
    expected = event_study(scores, laws, control="none").table.loc[idiom.index]
    np.testing.assert_allclose(idiom["mean"], expected["mean"], atol=1e-12)
    return Comparison(
        {
            "event_study without controls": lambda: event_study(scores, laws, control="none"),
            "event_study": lambda: event_study(scores, laws),
        },
        {"pandas merge and groupby": lambda: by_event_time(scores, laws)},
        {"Series.copy": scores.copy},
    )


@comparison("steps between levels, 177 countries x 14 years")
def steps() -> Comparison:
    """giddy counts the steps; this library also resamples the countries for limits."""
    from giddy.markov import Markov

    scores = panel()
    table = scores.to_numpy().reshape(len(COUNTRIES), len(YEARS)).astype(int)
    levels = list(range(3, 16))

    def idiom() -> NDArray[Any]:
        counts = np.bincount((13 * (table[:, :-1] - 3) + table[:, 1:] - 3).ravel(), minlength=169)
        return counts.reshape(13, 13)

    def ours() -> Any:
        return transitions(scores, levels=levels)

    def with_giddy() -> Any:
        return Markov(table, np.array(levels), summary=False)

    np.testing.assert_array_equal(ours().counts, idiom())
    np.testing.assert_array_equal(ours().counts, with_giddy().transitions)
    np.testing.assert_allclose(ours().probabilities, with_giddy().p)
    return Comparison(
        {"transitions": ours},
        {"NumPy, counts only": idiom, "giddy": with_giddy},
        {"Series.copy": scores.copy},
    )


@comparison("convergence and what moves the mean, 177 countries x 14 years")
def whole_panel() -> Comparison:
    scores = panel(missing=1 / 6)
    return Comparison(
        {
            "convergence": lambda: convergence(scores, cohort="all", rng=0),
            "decompose": lambda: decompose(scores, 2000, 2013),
        }
    )
