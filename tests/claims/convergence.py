"""How often trendless panels without convergence lie beyond the band of `convergence`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from claims.record import Claim, mean_and_margin
from policyindex._kernels.persistence import fit, rounding
from policyindex._kernels.regression_to_mean import null_slopes, slopes

Float64 = NDArray[np.float64]

PHIS = (0.0, 0.45, 0.65, 0.80)
COUNTRIES, YEARS, SCALE = 67, 14, (3, 15)
PANELS = 250


def panel(phi: float, seed: int) -> Float64:
    """Return scores of countries that keep their levels, as `testing.trendless_scores` draws."""
    rng = np.random.default_rng(seed)
    apart = rng.standard_normal((COUNTRIES, YEARS))
    for year in range(1, YEARS):
        apart[:, year] = phi * apart[:, year - 1] + np.sqrt(1 - phi**2) * apart[:, year]
    levels = rng.uniform(5, 13, (COUNTRIES, 1))
    return np.clip(np.rint(levels + 1.5 * apart), *SCALE)


def beyond(values: Float64, rng: np.random.Generator, draws: int = 200) -> bool:
    """Return whether the slope of a panel lies beyond the band."""
    persistence = fit(values, np.arange(YEARS))
    betas = null_slopes(
        values,
        persistence.phi,
        persistence.se,
        rounding=rounding(values),
        scale=SCALE,
        draws=draws,
        rng=rng,
    )
    return outside(values, betas)


def beyond_random_orders(values: Float64, rng: np.random.Generator, draws: int = 200) -> bool:
    """Return the same for a band from scores, less the means of years, in random order."""
    apart = np.tile(values - values.mean(axis=0), (draws, 1, 1))
    mixed = rng.permuted(apart, axis=2)
    return outside(values, slopes(mixed[:, :, 0], mixed[:, :, -1]))


def outside(values: Float64, betas: Float64) -> bool:
    low, high = np.nanquantile(betas, [0.025, 0.975])
    return not low <= slopes(values[:, 0], values[:, -1]) <= high


def claims() -> list[Claim]:
    """Return the share of panels beyond the band, by persistence."""
    answer = []
    for phi in PHIS:
        shares = []
        for method in (beyond, beyond_random_orders):
            rng = np.random.default_rng(0)
            shares.append(
                mean_and_margin([method(panel(phi, seed), rng) for seed in range(PANELS)])
            )
        (value, margin), (naive, _) = shares
        answer.append(
            Claim(
                "Convergence",
                f"{COUNTRIES} countries, {YEARS} years, phi {phi:g}",
                "share of panels without convergence beyond the 95 % band",
                value,
                margin,
                0.01,
                0.07,
                naive,
                "years in random order",
            )
        )
    return answer
