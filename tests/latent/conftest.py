"""Levels drawn from a model, and the three models fitted to them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from builders import measured
from policyindex import latent


@pytest.fixture(scope="session")
def small() -> pd.DataFrame:
    panel, _ = measured(30, 6, seed=0, persistence=0.8)
    return panel.mask(np.random.default_rng(1).random(panel.shape) < 0.15)


@pytest.fixture(scope="session")
def fits(small: pd.DataFrame) -> dict[str, latent.Fit]:
    nodes = {"static": None, "dynamic": None, "correlated": 15}
    return {model: latent.fit(small, model=model, nodes=nodes[model]) for model in nodes}
