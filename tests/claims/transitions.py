"""How often random halves of countries have different transitions, and where periods are alike."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.stats import chi2

from claims.record import Claim, mean_and_margin
from policyindex._kernels.chains import Steps, likelihood_ratio, permuted_pvalue, steps_of

COUNTRIES, YEARS = 180, 14
DRAWS = 99

SETTINGS = {"dimension, levels 1 to 5": (5, 0.7), "overall, levels 3 to 15": (13, 1.5)}
"""Number of levels, and the spread of a country's scores around its own level."""


@cache
def panel(levels: int, sd: float, seed: int, phi: float = 0.65) -> np.ndarray:
    """Return places of levels, which differ and linger by country."""
    rng = np.random.default_rng(seed)
    apart = rng.standard_normal((COUNTRIES, YEARS))
    for year in range(1, YEARS):
        apart[:, year] = phi * apart[:, year - 1] + np.sqrt(1 - phi**2) * apart[:, year]
    own = rng.uniform(0.15, 0.85, (COUNTRIES, 1)) * (levels - 1)
    return np.clip(np.rint(own + sd * apart), 0, levels - 1)


def pvalues(steps: Steps, rng: np.random.Generator) -> tuple[float, float]:
    """Return the p-value of permutations, and that of the chi-squared distribution."""
    counts = steps.sums(np.ones(steps.n))
    rows = (counts.sum(axis=-1) > 0).sum(axis=0)
    columns = (counts.sum(axis=0) > 0).sum(axis=-1)
    df = (np.maximum(rows - 1, 0) * np.maximum(columns - 1, 0)).sum()
    naive = chi2.sf(likelihood_ratio(counts), df)
    return permuted_pvalue(steps, DRAWS, rng), float(naive)


def halves(levels: int, sd: float, seed: int) -> tuple[float, float]:
    """Return the p-values of two random halves of the countries."""
    values, rng = panel(levels, sd, seed), np.random.default_rng(seed)
    group = rng.permuted(np.arange(COUNTRIES) % 2)
    groups = np.repeat(group[:, None], YEARS - 1, axis=1)
    return pvalues(steps_of(values[:, :-1], values[:, 1:], groups, levels, 2), rng)


def periods(levels: int, sd: float, seed: int) -> tuple[float, float]:
    """Return the p-values of the first six steps of each country and the seven after them."""
    values, rng = panel(levels, sd, seed), np.random.default_rng(seed)
    groups = np.tile((np.arange(YEARS - 1) >= 6).astype(np.intp), (COUNTRIES, 1))
    return pvalues(steps_of(values[:, :-1], values[:, 1:], groups, levels, 2), rng)


def claims(panels: int = 300) -> list[Claim]:
    """Return the size of both tests on each scale."""
    answer = []
    for setting, (levels, sd) in SETTINGS.items():
        for name, test in (("random halves of countries", halves), ("two periods", periods)):
            tests = np.array([test(levels, sd, seed) for seed in range(panels)])
            value, margin = mean_and_margin(tests[:, 0] <= 0.05)
            naive = float((tests[:, 1] <= 0.05).mean())
            answer.append(
                Claim(
                    f"Transitions by {name}",
                    setting,
                    "size at .05",
                    value,
                    margin,
                    0.03,
                    0.07,
                    naive,
                    "chi-squared distribution",
                )
            )
    return answer
