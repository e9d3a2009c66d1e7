"""Time the main functions on panels up to 1,000 times as large, and draw how the time grows.

Run with ``python benchmarks/growth.py [CHART]``; the chart goes to ``benchmarks/growth.svg`` and
the figures to the screen. Units grow from 177 with 10 years, years from 10 with 177 units.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import policyindex as pi
from policyindex import plot

UNITS, YEARS, FIRST = 177, 10, 1000
TIMES = (1, 3, 10, 30, 100, 300, 1000)
LIMIT = 20.0
"""Seconds after which a curve ends."""

CALLS: dict[str, Callable[[pd.DataFrame, pd.DataFrame], object]] = {
    "score": lambda codings, _: pi.score(codings),
    "score_bounds": lambda codings, _: pi.score_bounds(codings),
    "ranks": lambda _, scores: pi.ranks(scores["overall"]),
    "weight_ranks": lambda _, scores: pi.weight_ranks(scores),
    "yearly_means": lambda _, scores: pi.yearly_means(scores["overall"]),
    "trends": lambda _, scores: pi.trends(scores["overall"]),
    "copy of the codings": lambda codings, _: codings.copy(),
}


def drawn(units: int, years: int) -> pd.DataFrame:
    """Draw codings at random; any text names a unit."""
    rng = np.random.default_rng(0)
    names = [f"unit {place:06}" for place in range(units)]
    index = pd.MultiIndex.from_product([names, range(FIRST, FIRST + years)])
    codes = {
        each.name: rng.integers(0, len(each.levels), len(index)).astype(np.float64)
        for each in pi.THREE_P.indicators
    }
    return pd.DataFrame(codes, index.set_names(["country", "year"]))


def timed(call: Callable[[], object]) -> float:
    """Return the least of three times, or the first if it is long."""
    times = []
    for _ in range(3):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
        if times[0] > 2:
            break
    return min(times)


def curves(sizes: list[tuple[int, int]]) -> pd.DataFrame:
    """Time every call on each size, until it takes too long."""
    seconds = pd.DataFrame(np.nan, index=range(len(sizes)), columns=list(CALLS))
    pi.weight_ranks(pi.score(drawn(3, 2)))  # the arrangement is built once
    for row, (units, years) in enumerate(sizes):
        codings = drawn(units, years)
        scores = pi.score(codings)
        for name, call in CALLS.items():
            if row == 0 or seconds.loc[row - 1, name] < LIMIT:
                seconds.loc[row, name] = timed(partial(call, codings, scores))
    return seconds


def main(path: str) -> None:
    """Draw both charts side by side."""
    figure, both = plt.subplots(1, 2, figsize=(9, 4), sharey=True, layout="constrained")
    grown = {
        f"units ({YEARS} years each)": [(UNITS * times, YEARS) for times in TIMES],
        f"years ({UNITS} units)": [(UNITS, YEARS * times) for times in TIMES if times <= 300],
    }
    for ax, (what, sizes) in zip(both, grown.items(), strict=True):
        varied = [units if what.startswith("units") else years for units, years in sizes]
        seconds = curves(sizes).set_axis(pd.Index(varied, name=what))
        print(seconds.to_string(float_format="{:.3g}".format), end="\n\n")
        for name, times in seconds.items():
            ax.loglog(seconds.index, times, marker="o", markersize=3, linewidth=1.2, label=name)
        ax.set_xlabel(what)
        ax.grid(color="#E6E6E6", linewidth=0.6)
    both[0].set_ylabel("seconds")
    both[0].legend(frameon=False, fontsize=8)
    plot.save(figure, path)


if __name__ == "__main__":
    main(*sys.argv[1:] or [str(Path(__file__).with_name("growth.svg"))])
