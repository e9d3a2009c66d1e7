"""How often an event study finds an effect of events that have none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from claims.record import Claim, mean_and_margin
from policyindex._kernels.staggered import staggered, staggered_draws

Float64 = NDArray[np.float64]

COUNTRIES, YEARS, NEVER = 183, 14, 56
TIMES, FOUR = tuple(range(-4, 5)), 8
"""Event times, and the position of 4 years after the event."""


def panel(seed: int, *, phi: float = 0.65, rise: float = 0.15) -> Float64:
    """Return scores that linger and rise alike in all countries; the late entrants are missing."""
    rng = np.random.default_rng(seed)
    apart = rng.standard_normal((COUNTRIES, YEARS))
    for year in range(1, YEARS):
        apart[:, year] = phi * apart[:, year - 1] + np.sqrt(1 - phi**2) * apart[:, year]
    levels = rng.uniform(5, 12, (COUNTRIES, 1))
    scores = np.clip(np.rint(levels + 1.5 * apart + rise * np.arange(YEARS)), 3, 15)
    entry = rng.choice([0, 0, 0, 1, 2, 3, 4, 6], (COUNTRIES, 1))
    return np.where(np.arange(YEARS) >= entry, scores, np.nan)


def placebo(seed: int) -> Float64:
    """Return years of an event drawn at random; infinite for never."""
    rng = np.random.default_rng(10_000 + seed)
    events = rng.integers(2, 12, COUNTRIES).astype(np.float64)
    events[rng.permutation(COUNTRIES)[:NEVER]] = np.inf
    return events


def study(
    scores: Float64, events: Float64, seed: int, draws: int = 200
) -> tuple[float, bool, bool]:
    """Return the mean at 4, whether its own limits exclude 0, and whether any together do."""
    rules = {"never": False, "whole": False}
    means = staggered(scores, events, TIMES, -1, **rules).means
    resamples = staggered_draws(
        scores, events, TIMES, -1, **rules, draws=draws, rng=np.random.default_rng(seed)
    )
    se = np.nanstd(resamples, axis=0, ddof=1)
    varied = se > 0
    apart = np.abs(resamples - means)[:, varied] / se[varied]
    critical = np.quantile(np.nanmax(apart, axis=1), 0.95)
    beyond = np.abs(means[varied]) / se[varied]
    return means[FOUR], bool(abs(means[FOUR]) > 1.96 * se[FOUR]), bool((beyond > critical).any())


def pooled(scores: Float64, events: Float64) -> tuple[float, bool]:
    """Return the same of mean changes since the year of the event, without controls."""
    rows = np.flatnonzero(events + 4 < YEARS)
    first = events[rows].astype(np.intp)
    changes = scores[rows, first + 4] - scores[rows, first]
    changes = changes[~np.isnan(changes)]
    se = changes.std(ddof=1) / np.sqrt(len(changes))
    return changes.mean(), bool(abs(changes.mean()) > stdtrit(len(changes) - 1, 0.975) * se)


def claims(panels: int = 600) -> list[Claim]:
    """Return the mean and the error rates of placebo events."""
    data = [(panel(seed), placebo(seed), seed) for seed in range(panels)]
    studies = np.array([study(*each) for each in data], dtype=np.float64)
    naive = np.array([pooled(scores, events) for scores, events, _ in data], dtype=np.float64)
    setting = f"{COUNTRIES} countries, {YEARS} years, years of the event at random"
    measures = (
        ("mean at +4 years, in points", studies[:, 0], -0.1, 0.1, naive[:, 0].mean()),
        ("interval at +4 years without 0", studies[:, 1], 0.03, 0.08, naive[:, 1].mean()),
        ("any of the joint limits without 0", studies[:, 2], 0.03, 0.08, np.nan),
    )
    return [
        Claim(
            "Event study",
            setting,
            measure,
            *mean_and_margin(values),
            low,
            high,
            float(beside),
            "" if np.isnan(beside) else "mean change since the event, without controls",
        )
        for measure, values, low, high, beside in measures
    ]
