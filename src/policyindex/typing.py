"""Types of public signatures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, TypedDict

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

Cohort: TypeAlias = str | int | Iterable[str]
"""`"all"`, `"balanced"`, a year, or countries."""

Years: TypeAlias = tuple[int, int]
"""First and last year."""

Seed: TypeAlias = int | np.random.Generator | None
"""A seed or a source of random numbers; None is the same source each time."""

Weights: TypeAlias = Mapping[str, float]
"""Weight of each dimension by name, at least 0; only their ratios matter."""

ErrorMatrix: TypeAlias = pd.DataFrame | ArrayLike
"""Probability of each coded level (columns) given the true one (rows)."""

CodingError: TypeAlias = float | ErrorMatrix | Mapping[str, float | ErrorMatrix]
"""An accuracy or a matrix for every dimension, or one for each by name."""

Prior: TypeAlias = str | ArrayLike | Mapping[str, ArrayLike]
"""`"fitted"`, `"coded"`, or the share of each true level, for every dimension or by name."""

Scale: TypeAlias = tuple[int, int]
"""Lowest and highest score or level."""

Events: TypeAlias = pd.Series | Mapping[str, int]
"""A year for each country, or labels and their years."""

Links: TypeAlias = pd.DataFrame | pd.Series
"""The weight of each link: an index (country, other), or columns country, other and weight."""


class ReadingOptions(TypedDict, total=False):
    """The options that all readers of codings and scores share; see :func:`policyindex.read`."""

    country_column: str | None
    year_column: str | None
    file_year: int | None
    kind: str | None
    columns: Mapping[str, str] | None
    codebook: Any
    """A Codebook, or None."""
    report_years: bool | None
    unmatched: str
    sentinels: Iterable[float]
    sheet: int | str | None
    source: str | None
