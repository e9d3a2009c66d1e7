"""Types of public signatures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, TypedDict

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

Cohort: TypeAlias = str | int | Iterable[str]

Years: TypeAlias = tuple[int, int]

Seed: TypeAlias = int | np.random.Generator | None

ErrorMatrix: TypeAlias = pd.DataFrame | ArrayLike
"""Chance of each true level (columns) given the coded one (rows)."""

CodingError: TypeAlias = ErrorMatrix | Mapping[str, ErrorMatrix]
"""One matrix for every dimension, or one for each by name."""

Scale = tuple[int, int]

Events: TypeAlias = pd.Series | Mapping[str, int]
"""A year for each country, or labels and their years."""


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
