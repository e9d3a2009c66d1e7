"""How ranks at drawn weightings fit the ranges and the shares over all of them.

Panels are drawn: 60 countries, each level from 1 to 5 with the same probability, independent of the
others. Weights are integers, so that ties are exact.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

import policyindex as pi
from claims.record import Claim, mean_and_margin
from policyindex._kernels.arrangement import arrange

PANELS, COUNTRIES = 40, 60

WEIGHTINGS = 500
"""Of each kind and panel, for ranges: 60,000 in all."""

SAMPLE = 4_000
"""Weightings of each panel, for means."""

DIMENSIONS = ["prosecution", "protection", "prevention"]

SETTING = f"{PANELS} panels of {COUNTRIES} countries"

RANGES = "Ranges of ranks under every weighting"

OPEN = "borders and ties left out"


def claims() -> list[Claim]:
    """Return every claim; those on the published scores only where the file is at hand."""
    return [*inside(), *averages(), *published()]


def panel_of(seed: int) -> pd.DataFrame:
    """Return drawn levels of one year."""
    levels = np.random.default_rng(seed).integers(1, 6, (COUNTRIES, 3)).astype(np.float64)
    index = pd.MultiIndex.from_product(
        [[f"C{place:02}" for place in range(COUNTRIES)], [2000]], names=["country", "year"]
    )
    return pd.DataFrame(levels, index=index, columns=DIMENSIONS)


def anywhere(n: int, rng: np.random.Generator) -> np.ndarray:
    """Return integer weights, uniform over the triangle."""
    return np.floor(rng.dirichlet([1, 1, 1], n) * 1e6).astype(np.int64)


def on_the_border(n: int, rng: np.random.Generator) -> np.ndarray:
    """Return integer weights of which one is 0."""
    weights = anywhere(n, rng)
    weights[np.arange(n), rng.integers(0, 3, n)] = 0
    return weights


def at_ties(n: int, rng: np.random.Generator) -> np.ndarray:
    """Return integer weights at which two or more lines of ties cross."""
    return rng.choice(arrange().vertices, n)


def ranks_at(levels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return competition ranks, shape (weightings, countries)."""
    scores = np.sort(weights @ levels.astype(np.int64).T, axis=1)
    own = weights @ levels.astype(np.int64).T
    return np.array(
        [
            1 + scores.shape[1] - np.searchsorted(row, each, "right")
            for row, each in zip(scores, own, strict=True)
        ]
    )


def open_range(panel: pd.DataFrame, year: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the best and the worst rank over the cells alone."""
    taken = pi.robustness.weight_distribution(panel, year).to_numpy() > 0
    ranks = np.arange(1, taken.shape[1] + 1)
    return np.where(taken, ranks, np.inf).min(1), np.where(taken, ranks, 0).max(1)


def inside() -> list[Claim]:
    """Measure the share of ranks at drawn weightings that lie inside their range."""
    kinds = {"anywhere": anywhere, "with a weight of zero": on_the_border, "at ties": at_ties}
    closed: dict[str, list[float]] = {kind: [] for kind in kinds}
    naive: dict[str, list[float]] = {kind: [] for kind in kinds}
    for seed in range(PANELS):
        panel = panel_of(seed)
        table = pi.weight_ranks(panel)
        low, high = table["rank_low"].to_numpy(), table["rank_high"].to_numpy()
        best, worst = open_range(panel, 2000)
        rng = np.random.default_rng(seed)
        for kind, draw in kinds.items():
            ranks = ranks_at(panel.to_numpy(), draw(WEIGHTINGS, rng))
            closed[kind].append(float(((low <= ranks) & (ranks <= high)).mean()))
            naive[kind].append(float(((best <= ranks) & (ranks <= worst)).mean()))
    return [
        Claim(
            RANGES,
            f"{SETTING}, {WEIGHTINGS} weightings {kind} for each",
            "share of ranks inside their range",
            *mean_and_margin(closed[kind]),
            1,
            1,
            float(np.mean(naive[kind])),
            OPEN,
        )
        for kind in kinds
    ]


def averages() -> list[Claim]:
    """Hold means and shares by area against weights drawn uniformly."""
    means: list[float] = []
    plain: list[float] = []
    cells: list[float] = []
    bias: list[float] = []
    plain_bias: list[float] = []
    for seed in range(PANELS):
        panel = panel_of(seed)
        table = pi.weight_ranks(panel)
        shares = pi.robustness.weight_distribution(panel, 2000).to_numpy()
        rng = np.random.default_rng(seed)
        ranks = ranks_at(panel.to_numpy(), anywhere(SAMPLE, rng))
        errors = ranks.std(0, ddof=1) / np.sqrt(SAMPLE)
        moves = errors > 0
        for values, column in ((means, "rank_mean"), (plain, "rank")):
            gaps = np.abs(ranks.mean(0) - table[column].to_numpy())[moves]
            values.append(float((gaps <= 1.96 * errors[moves]).mean()))
        top = (ranks <= 10).mean(0)
        exact = shares[:, :10].sum(1)
        sizes = np.sqrt(exact * (1 - exact) / SAMPLE)
        open_question = (exact > 0.01) & (exact < 0.99)
        cells.append(float((np.abs(top - exact) <= 1.96 * sizes)[open_question].mean()))
        bias.append(abs(float((table["rank_untied"] - ranks.mean(0)).mean())))
        plain_bias.append(abs(float((table["rank"] - ranks.mean(0)).mean())))
    setting = f"{SETTING}, {SAMPLE:,} uniform weightings for each"
    mean_rank = "Mean rank under every weighting"
    return [
        Claim(
            mean_rank,
            setting,
            "share of exact means inside the 95 % interval of the sampled mean",
            *mean_and_margin(means),
            0.94,
            0.96,
            float(np.mean(plain)),
            "rank at equal weights",
        ),
        Claim(
            "Shares of the weightings",
            setting,
            "share of exact shares of the first ten ranks inside the 95 % interval of sampled ones",
            *mean_and_margin(cells),
            0.94,
            0.96,
        ),
        Claim(
            mean_rank,
            setting,
            "absolute gap between the means of rank_untied and of sampled ranks",
            *mean_and_margin(bias),
            -0.001,
            0.001,
            float(np.mean(plain_bias)),
            "competition rank",
        ),
    ]


def published() -> list[Claim]:
    """Measure the share of published ranks inside their range, where the file is at hand."""
    path = Path(os.environ.get("POLICYINDEX_REAL_DATA", ""), "published_3p_2000_2013.dta")
    if not path.is_file():
        return []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        panel = pi.read_scores(path)
    table = pi.weight_ranks(panel).dropna()
    naive = []
    for year in table.index.unique("year"):
        rank = table.xs(year, level="year")["rank"].to_numpy()
        best, worst = open_range(panel, year)
        naive += ((best <= rank) & (rank <= worst)).tolist()
    inside_share = table["rank"].between(table["rank_low"], table["rank_high"]).mean()
    return [
        Claim(
            RANGES,
            f"{len(table):,} published country-years at equal weights",
            "share of ranks inside their range",
            float(inside_share),
            0,
            1,
            1,
            float(np.mean(naive)),
            OPEN,
        )
    ]
