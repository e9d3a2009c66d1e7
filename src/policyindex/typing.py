"""Types of public signatures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

Cohort: TypeAlias = str | int | Iterable[str]

Years: TypeAlias = tuple[int, int]

Seed: TypeAlias = int | np.random.Generator | None

Weights: TypeAlias = Mapping[str, float]
"""The weight of each dimension, by name."""

ErrorMatrix: TypeAlias = pd.DataFrame | ArrayLike
"""Probability of each true level (columns) given the coded one (rows)."""

CodingError: TypeAlias = float | ErrorMatrix | Mapping[str, float | ErrorMatrix]
"""An accuracy or a matrix for every dimension, or one for each by name."""

Scale = tuple[int, int]

Events: TypeAlias = pd.Series | Mapping[str, int]
"""A year for each country, or labels and their years."""
