"""Coverage of the intervals of alpha and kappa where coders disagree alike in all years."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from claims.record import Claim
from policyindex.reliability import coders
from policyindex.testing.generators import _units

YEARS = 10

ACCURACY = 0.9

COUNTRIES = {15: 0.87, 30: 0.91, 60: 0.91}
"""Numbers of countries, and the least coverage accepted."""


def codings(n: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Return two codings of `n` countries, of accuracy .9; shape (2, n)."""
    truth = random.integers(1, 6, n)
    step = np.where(truth == 1, 1, np.where(truth == 5, -1, random.choice([-1, 1], (2, n))))
    return np.where(random.random((2, n)) < ACCURACY, truth, truth + step)


def coverage(n: int, repetitions: int) -> dict[tuple[str, str], float]:
    """Return the share of intervals that hold the true value, by cluster and measure."""
    first, second = codings(2_000_000, np.random.default_rng(99))
    squared, spread = ((first - second) ** 2).mean(), np.hstack([first, second]).var()
    # with two coders of the same margins both measures tend to the same value
    true = 1 - squared / (2 * spread)
    index = pd.MultiIndex.from_product(
        [_units(n), range(2000, 2000 + YEARS)], names=["country", "year"]
    )
    held: dict[tuple[str, str], list[bool]] = {}
    for seed in range(repetitions):
        random = np.random.default_rng(seed)
        panels = {
            str(coder): pd.DataFrame({"level": each.repeat(YEARS).astype(float)}, index=index)
            for coder, each in enumerate(codings(n, random))
        }
        for cluster in coders.CLUSTERS:
            answer = coders.agreement(
                panels, metric="interval", cluster=cluster, draws=300, rng=random
            ).loc["level"]
            for measure in ("alpha", "kappa"):
                low, high = answer[f"{measure}_low"], answer[f"{measure}_high"]
                if not np.isnan(low):
                    held.setdefault((cluster, measure), []).append(low <= true <= high)
    return {key: float(np.mean(each)) for key, each in held.items()}


def claims(repetitions: int = 400) -> list[Claim]:
    """Measure the coverage of intervals by country, and by row beside it."""
    answer = []
    for n, least in COUNTRIES.items():
        rates = coverage(n, repetitions)
        for measure in ("alpha", "kappa"):
            rate = rates["country", measure]
            answer.append(
                Claim(
                    claim="Agreement of coders",
                    setting=f"{n} countries, the same disagreement in ten years, accuracy .9",
                    measure=f"coverage of the 95 % interval of {measure}",
                    value=rate,
                    margin=3 * float(np.sqrt(rate * (1 - rate) / repetitions)),
                    low=least,
                    high=1.0,
                    naive=rates["row", measure],
                    naive_name="resampling rows",
                )
            )
    return answer
