"""Score, rank and trend a large panel; print the time of each step and the peak memory so far.

    python benchmarks/large_panel.py [UNITS] [YEARS]

Units may be municipalities: any text names them. Codings are float64, by the contract of a panel,
and one in twenty is missing.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import numpy as np
import pandas as pd

import policyindex as pi


@contextmanager
def step(name: str) -> Iterator[None]:
    start = perf_counter()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{name:<28}{perf_counter() - start:8.1f} s{peak:8.2f} GB", flush=True)


def drawn(units: int, years: int) -> pd.DataFrame:
    """Draw codings at random, one column at a time to save memory."""
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product(
        [[f"unit {place:06}" for place in range(units)], range(2100 - years, 2100)],
        names=["country", "year"],
    )
    levels = np.empty((len(pi.THREE_P.indicators), len(index)))
    for row, indicator in zip(levels, pi.THREE_P.indicators, strict=True):
        row[:] = rng.integers(0, len(indicator.levels), len(index), dtype=np.int8)
        row[rng.random(len(index), dtype=np.float32) < 0.05] = np.nan
    return pd.DataFrame(levels.T, index=index, columns=list(pi.THREE_P.scales), copy=False)


def main(units: int = 50_000, years: int = 100) -> None:
    with step(f"draw {units:,} x {years}"):
        codings = drawn(units, years)
    with step("score"):
        scores = pi.score(codings)
    with step("score_bounds"):
        bounds = pi.score_bounds(codings)
    del codings
    with step("ranks"):
        pi.ranks(scores["prosecution"])
    with step("rank_bounds"):
        pi.rank_bounds(bounds)
    del bounds
    with step("trends"):
        pi.trends(scores["prosecution"])
    with step("yearly_means"):
        pi.yearly_means(scores["overall"])
    with step("changes"):
        pi.changes(scores["prosecution"])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
