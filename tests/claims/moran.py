"""How often Moran's I finds neighbours alike where links do not matter, and where they do."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, eye_array, kron

from claims.record import Claim, mean_and_margin
from policyindex import countries, datasets
from policyindex._kernels.neighbourhoods import moran
from policyindex.dynamics.neighbourhood import _weights

YEARS, DRAWS = 14, 199

UNITS: pd.Index = datasets.load_demo().index.unique("country")


@cache
def borders() -> csr_array:
    return _weights(UNITS, "neighbours", None, 1)


def lingering(rng: np.random.Generator, phi: float = 0.65) -> np.ndarray:
    """Return departures that linger, of exchangeable countries, in every year."""
    apart = rng.standard_normal((len(UNITS), YEARS))
    for year in range(1, YEARS):
        apart[:, year] = phi * apart[:, year - 1] + np.sqrt(1 - phi**2) * apart[:, year]
    return apart


def scored(latent: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(9 + 2.5 * latent), 3, 15)


def pvalues(values: np.ndarray, rng: np.random.Generator) -> tuple[float, float]:
    """Return the p-value of one year, and that of all country-years permuted together."""
    pooled = csr_array(kron(eye_array(YEARS), borders()))
    return (
        moran(values[:, 9], borders(), DRAWS, rng).pvalue,
        moran(values.T.ravel(), pooled, DRAWS, rng).pvalue,
    )


def exchangeable(rng: np.random.Generator) -> np.ndarray:
    return scored(0.8 * rng.standard_normal((len(UNITS), 1)) + 0.6 * lingering(rng))


def spreading(rng: np.random.Generator) -> np.ndarray:
    """Return scores of which a part is 0.4 times the mean of the neighbours' scores."""
    links = borders().toarray()
    links = links / np.maximum(links.sum(axis=1, keepdims=True), 1)
    return scored(np.linalg.solve(np.eye(len(UNITS)) - 0.4 * links, lingering(rng)))


def regional(rng: np.random.Generator) -> np.ndarray:
    """Return scores with a level of each UN sub-region, and no further link of neighbours."""
    part = pd.factorize(countries.region(UNITS, scheme="un_sub"))[0]
    return scored(0.6 * rng.standard_normal((part.max() + 1, 1))[part] + 0.8 * lingering(rng))


SETTINGS = {
    "scores that linger, exchangeable over countries": (exchangeable, "size at .05", 0.03, 0.07),
    "0.4 of a score is the mean of its neighbours": (spreading, "power at .05", 0.9, 1.0),
    "sub-regions differ, neighbours do not matter": (
        regional,
        "share at .05, the assumption broken",
        0.8,
        1.0,
    ),
}


def claims(panels: int = 1000) -> list[Claim]:
    """Return the size and power of the test of one year."""
    answer = []
    for setting, (draw, measure, low, high) in SETTINGS.items():
        tests = []
        for seed in range(panels):
            rng = np.random.default_rng(seed)
            tests.append(pvalues(draw(rng), rng))
        rejected = np.array(tests) <= 0.05
        value, margin = mean_and_margin(rejected[:, 0])
        answer.append(
            Claim(
                "Moran's I over land borders",
                f"{len(UNITS)} countries, {setting}",
                measure,
                value,
                margin,
                low,
                high,
                float(rejected[:, 1].mean()),
                "all country-years permuted together",
            )
        )
    return answer
