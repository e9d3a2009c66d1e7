"""Ranks of 177 countries in 14 years: weights, coding error, changes of the rank."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from policyindex import coding_error, error_ranks, ranks, robustness, sensitivity, weight_ranks
from policyindex._kernels.arrangement import arrange
from policyindex._kernels.weightings import _regions
from policyindex.panel.check import check_index

from . import Calls, Comparison, comparison

DIMENSIONS = ["prosecution", "protection", "prevention"]
COUNTRIES, YEARS, DRAWS = 177, 14, 10_000

LAST = 2013

Floats = NDArray[np.float64]


def panel(countries: int = COUNTRIES) -> pd.DataFrame:
    """Independent uniform levels: more different profiles a year than any real index has."""
    index = pd.MultiIndex.from_product(
        [[f"C{i:05}" for i in range(countries)], range(2000, 2000 + YEARS)],
        names=["country", "year"],
    )
    levels = np.random.default_rng(0).integers(1, 6, (len(index), 3))
    return pd.DataFrame(levels, index=index, columns=DIMENSIONS, dtype=np.float64)


@comparison("all weightings, 14 years")
def weightings() -> Comparison:
    """Next to 10,000 of them, of which each year's distinct profiles are ranked."""
    scores = panel()
    weights = np.random.default_rng(1).dirichlet(np.ones(3), DRAWS)
    levels = scores.to_numpy().reshape(COUNTRIES, YEARS, 3).swapaxes(0, 1)
    every = np.array(np.meshgrid(*[np.arange(1.0, 6)] * 3, indexing="ij")).reshape(3, -1)

    def sampled() -> Floats:
        # The order of all 125 profiles under each weighting serves every year.
        totals = np.round(weights @ every, 12)
        order = np.argsort(-totals, axis=1, kind="stable")
        ordered = np.take_along_axis(totals, order, axis=1)
        starts = np.empty(order.shape, dtype=bool)
        starts[:, 0], starts[:, 1:] = True, ordered[:, 1:] < ordered[:, :-1]
        first = np.maximum.accumulate(np.where(starts, np.arange(125), 0), axis=1)
        answers = []
        for year in levels:
            place = ((year - 1) @ [25, 5, 1]).astype(np.intp)
            counts = np.bincount(place, minlength=125)
            ahead = np.cumsum(counts[order], axis=1) - counts[order]
            taken = np.empty(order.shape, dtype=np.int32)
            np.put_along_axis(taken, order, np.take_along_axis(ahead, first, axis=1), axis=1)
            all_ranks = 1 + np.array(
                [taken.min(0), taken.max(0), taken.mean(0), (taken == 0).mean(0) - 1]
            )
            answers.append(all_ranks[:, place])
        return np.array(answers)

    exact = weight_ranks(scores)
    low, high, mean, share = sampled().swapaxes(0, 1).swapaxes(1, 2).reshape(4, -1)
    assert (exact["rank_low"] <= low).all()
    assert (exact["rank_high"] >= high).all()
    np.testing.assert_allclose(exact["rank_mean"], mean, atol=3)
    np.testing.assert_allclose(exact["share_first"], share, atol=0.03)
    return Comparison(
        {"weight_ranks": lambda: weight_ranks(scores)},
        {"10,000 weightings of distinct profiles, NumPy": sampled},
        {"DataFrame.copy": scores.copy},
    )


@comparison("the 5,460 cells of all weightings")
def cells() -> Comparison:
    def run() -> int:
        arrange.cache_clear()
        return len(arrange().points)

    assert run() == 5460
    return Comparison({"built once in a process": run})


@comparison("all weightings, 14 years, in a new process")
def new_weightings() -> Comparison:
    """The cells, and who is ahead of each profile in its own regions, are built as well."""
    scores = panel()

    def run() -> pd.DataFrame:
        arrange.cache_clear()
        _regions.cache_clear()
        return weight_ranks(scores)

    assert run().equals(weight_ranks(scores))
    return Comparison({"weight_ranks": run})


def above(scores: pd.DataFrame, prior: Floats) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Return the masses of the true score of each profile, its tails, and each row's profile."""
    error = coding_error(0.9).to_numpy() * prior[:, None]
    posterior = error / error.sum(0)
    profiles, place = np.unique(scores.to_numpy(), axis=0, return_inverse=True)
    masses = []
    for one in profiles.astype(int) - 1:
        mass = np.ones(1)
        for level in one:
            mass = np.convolve(mass, posterior[:, level])
        masses.append(mass)
    tails = 1 - np.cumsum(masses, axis=1)
    return np.array(masses), tails.clip(0, 1), place


def ranks_by(pmf: Any, scores: pd.DataFrame, prior: Floats) -> Floats:
    """Return the probability of every rank of a year's countries, by a function of masses."""
    masses, tails, place = above(scores, prior)
    answer = np.zeros((len(masses), len(scores)))
    first = np.unique(place, return_index=True)[1]
    for row, (mass, one) in enumerate(zip(masses, first, strict=True)):
        others = np.delete(place, one)
        for weight, trials in zip(mass, tails[others].T, strict=True):
            if weight > 0:
                answer[row] += weight * pmf(trials)
    return answer[place]


@comparison("probabilities of all ranks of 177 countries in a year, under coding error")
def poisson_binomial() -> Comparison:
    import fast_poibin

    scores, prior = panel(), np.full(5, 0.2)
    year = scores.xs(LAST, level="year")
    support = np.arange(COUNTRIES)

    def by_scipy(trials: Floats) -> Floats:
        masses: Floats = stats.poisson_binom.pmf(support, trials)
        return masses

    rivals: Calls = {
        "fast-poibin, a loop over profiles": lambda: ranks_by(
            lambda trials: fast_poibin.PoiBin(trials).pmf, year, prior
        ),
        "scipy.stats.poisson_binom, the same loop": lambda: ranks_by(by_scipy, year, prior),
    }

    def ours() -> pd.DataFrame:
        return robustness.error_distribution(scores, LAST, error=0.9, prior=prior)

    for rival in rivals.values():
        np.testing.assert_allclose(rival(), ours(), atol=1e-9)
    return Comparison({"error_distribution": ours}, rivals, {"DataFrame.copy": year.copy})


@comparison("ranges of ranks under coding error")
def coding_errors() -> Comparison:
    small, large = panel(), panel(10_000)[lambda table: table.index.get_level_values(1) == LAST]
    prior = np.full(5, 0.2)
    return Comparison(
        {
            "error_ranks, 177 countries, 14 years": lambda: error_ranks(small, error=0.9),
            "error_ranks, 10,000 units, one year": lambda: error_ranks(
                large, error=0.9, prior=prior
            ),
        }
    )


@comparison("ranks, 14 years")
def plain_ranks() -> Comparison:
    import polars as pl

    scores = panel().sum(axis=1)
    frame = pl.DataFrame({"year": scores.index.get_level_values("year"), "score": scores})

    def with_polars() -> Any:
        rank = pl.col("score").rank("min", descending=True).over("year")
        return frame.select(rank)["score"].to_numpy()

    def with_pandas() -> pd.Series:
        return scores.groupby(level="year").rank(method="min", ascending=False)

    expected = ranks(scores)
    np.testing.assert_array_equal(with_polars(), expected)
    np.testing.assert_array_equal(with_pandas(), expected)
    return Comparison(
        {"ranks": lambda: ranks(scores)},
        {"Polars": with_polars, "pandas groupby": with_pandas},
        {"Series.copy": scores.copy},
    )


@comparison("ranks of 100,002 rows, 7,143 units in 14 years")
def index_checks() -> Comparison:
    """The check of an index that a function of ready scores has in its call, and rows to sort."""
    units = [f"U{number:05}" for number in range(7143)]
    ready = pd.MultiIndex.from_product([units, range(2000, 2014)], names=["country", "year"])
    levels = np.random.default_rng(0).integers(3, 16, len(ready))
    scores = pd.Series(levels, index=ready, dtype=np.float64)
    shuffled = scores.sample(frac=1, random_state=0)
    objects = ready.set_levels(ready.levels[0].astype(object), level="country")
    assert ranks(shuffled).equals(ranks(scores))
    with_objects = scores.set_axis(objects)
    assert ranks(with_objects).equals(ranks(scores))
    return Comparison(
        {
            "ranks": lambda: ranks(scores),
            "check of the index alone": lambda: check_index(ready),
            "ranks, rows in any order": lambda: ranks(shuffled),
            "check alone, rows in any order": lambda: check_index(shuffled.index),
            "ranks, labels are objects": lambda: ranks(with_objects),
            "check alone, labels are objects": lambda: check_index(objects),
        },
        {},
        {"Series.copy": scores.copy},
    )


@comparison("all 24 combinations of choices, 14 years")
def choices() -> Comparison:
    scores = panel()
    assert len(sensitivity(scores).runs) == 24
    return Comparison({"sensitivity": lambda: sensitivity(scores)})
