"""How sure a score is: agreement of coders, and latent models."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from policyindex import Codebook, Dimension, Indicator, agreement, latent

from . import Comparison, comparison

LEVELS = [-3, -1, 1, 3]


def rows(countries: int, years: int) -> pd.MultiIndex:
    names = [f"C{place:03}" for place in range(countries)]
    return pd.MultiIndex.from_product([names, range(2000, 2000 + years)], names=["country", "year"])


@comparison("agreement of two coders on three dimensions, 177 countries x 14 years")
def two_coders() -> Comparison:
    """The package krippendorff computes alpha only, without its interval."""
    import krippendorff

    rng = np.random.default_rng(3)
    levels = rng.integers(1, 6, (177 * 14, 3)).astype(np.float64)
    names = ["prosecution", "protection", "prevention"]
    ama = pd.DataFrame(levels, rows(177, 14), names)
    ben = (ama + rng.integers(-1, 2, ama.shape)).clip(1, 5)
    coders = {"Ama": ama, "Ben": ben}

    def alphas() -> list[Any]:
        return [
            krippendorff.alpha(np.array([ama[name], ben[name]]), level_of_measurement="ordinal")
            for name in names
        ]

    np.testing.assert_allclose(agreement(coders)["alpha"], alphas())
    return Comparison(
        {
            "agreement, 1,000 draws": lambda: agreement(coders),
            "agreement, one draw": lambda: agreement(coders, draws=1),
        },
        {"krippendorff, no interval": alphas},
        {"DataFrame.copy": lambda: (ama.copy(), ben.copy())},
    )


def constant(**_: int) -> int:
    return 1


def positions(countries: int, years: int, rng: np.random.Generator) -> np.ndarray:
    """Positions with a persistence of .9."""
    noise = rng.normal(size=(countries, years))
    paths = noise.copy()
    for year in range(1, years):
        paths[:, year] = 0.9 * paths[:, year - 1] + np.sqrt(0.19) * noise[:, year]
    return paths.ravel()


@comparison("latent models, 177 countries x 14 years")
def models() -> Comparison:
    """Scores of three dimensions, a tenth of them missing."""
    rng = np.random.default_rng(0)
    common, *own = (positions(177, 14, rng) for _ in range(4))
    response = 1.5 * (common[:, None] + np.transpose(own)) + rng.logistic(size=(177 * 14, 3))
    names = ["prosecution", "protection", "prevention"]
    scores = pd.DataFrame(1.0 + np.searchsorted(LEVELS, response), rows(177, 14), names)
    panel = scores.mask(rng.random(scores.shape) < 0.1)
    return Comparison(
        {
            "static": lambda: latent.fit(panel),
            "dynamic": lambda: latent.fit(panel, model="dynamic"),
            "correlated": lambda: latent.fit(panel, model="correlated"),
        }
    )


@comparison("a static latent model of 15 items, 2,000 rows")
def fifteen_items() -> Comparison:
    rng = np.random.default_rng(1)
    response = positions(200, 10, rng)[:, None] + rng.logistic(size=(2000, 15))
    indicators = tuple(Indicator(f"item_{place}", ("no", "some", "yes")) for place in range(15))
    parts = [
        Dimension(f"part_{place}", indicators[place : place + 5], constant) for place in (0, 5, 10)
    ]
    codes = np.searchsorted([-1, 1], response).astype(float)
    codings = pd.DataFrame(codes, rows(200, 10), [each.name for each in indicators])
    codebook = Codebook("fifteen", tuple(parts))
    return Comparison(
        {"static": lambda: latent.fit(codings, items="indicators", codebook=codebook)}
    )
