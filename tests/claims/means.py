"""Coverage of the errors of means and of their change, where countries are a random sample."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from claims.record import Claim
from policyindex.dynamics.averages import decompose, yearly_means
from policyindex.testing import trendless_scores

LIMIT = 1.96


class World(NamedTuple):
    """A world of 3,000 countries that gain two points; weaker ones enter in the second year."""

    before: pd.Series
    after: pd.Series

    @classmethod
    def draw(cls) -> World:
        table = trendless_scores(
            countries=3000, years=(2000, 2001), limits=None, sd=1.0, mean=(4, 14), rng=0
        ).to_numpy()
        before, after = table.reshape(-1, 2).T
        enters = np.random.default_rng(1).random(3000) < 1 / (1 + np.exp(before - 9))
        names = pd.Index([f"C{place:04}" for place in range(3000)])
        return cls(
            pd.Series(np.where(enters, np.nan, before), index=names),
            pd.Series(after + 2.0, index=names),
        )

    def scores(self, places: np.ndarray) -> pd.Series:
        """Return the scores of a sample of countries."""
        parts = {2000: self.before.iloc[places], 2001: self.after.iloc[places]}
        return pd.concat(parts, names=["year", "country"]).swaplevel().sort_index()


def held(deviation: float, se: float) -> bool:
    return abs(deviation) <= LIMIT * se


def claims(samples: int = 400, n: int = 100) -> list[Claim]:
    """Measure the coverage of estimates +- 1.96 standard errors over samples of 100 countries."""
    world = World.draw()
    truth = decompose(world.scores(np.arange(3000)), 2000, 2001, draws=1)
    mean = float(world.after.mean())
    small = World(world.before.iloc[:150], world.after.iloc[:150])
    results: dict[str, list[tuple[bool, bool]]] = {}
    for seed in range(samples):
        random = np.random.default_rng(seed)
        scores = world.scores(random.choice(3000, n, replace=False))
        parts = decompose(scores, 2000, 2001, draws=300, rng=seed)
        means = yearly_means(scores)
        for name in ("within", "entry"):
            change = float(getattr(parts, name)) - float(getattr(truth, name))
            naive = _error_as_if_independent(scores) if name == "within" else np.nan
            error = float(getattr(parts, f"{name}_se"))
            results.setdefault(name, []).append((held(change, error), held(change, naive)))
        row = means.loc[2001]
        covers = held(row["mean"] - mean, row["se"])
        results.setdefault("mean", []).append((covers, covers))
        part = small.scores(random.choice(150, n, replace=False))
        finite, unlimited = (yearly_means(part, population=size).loc[2001] for size in (150, None))
        target = float(small.after.mean())
        results.setdefault("population", []).append(
            (
                held(finite["mean"] - target, finite["se"]),
                held(unlimited["mean"] - target, unlimited["se"]),
            )
        )
    settings = {
        "within": ("change within countries, paired errors", "as if the years were independent"),
        "entry": ("part of entry, bootstrap of countries", ""),
        "mean": ("mean of a year, a sample of an unlimited number", ""),
        "population": ("mean of a year, 100 of 150 countries", "an unlimited number"),
    }
    return [_claim(*settings[name], values) for name, values in results.items()]


def _error_as_if_independent(scores: pd.Series) -> float:
    table = scores.to_numpy().reshape(-1, 2)
    stay = table[~np.isnan(table).any(axis=1)]
    return float(np.hypot(*(stay.std(axis=0, ddof=1) / np.sqrt(len(stay)))))


def _claim(setting: str, naive_name: str, values: list[tuple[bool, bool]]) -> Claim:
    rate, naive = np.mean(values, axis=0)
    return Claim(
        claim="Errors of means",
        setting=setting,
        measure="coverage of +-1.96 standard errors",
        value=float(rate),
        margin=3 * float(np.sqrt(rate * (1 - rate) / len(values))),
        low=0.93,
        high=0.97,
        naive=float(naive) if naive_name else np.nan,
        naive_name=naive_name,
    )
