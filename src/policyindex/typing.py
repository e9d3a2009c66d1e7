"""Types of public signatures."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import IO, Any, TypeAlias, TypedDict

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

Number: TypeAlias = int | Fraction
"""A score or a weight of a codebook: exact, and an integer wherever it is whole."""

Scale: TypeAlias = tuple[int, int] | tuple[float, float]
"""Lowest and highest score or level; where both are integers, so are all between them."""

Events: TypeAlias = pd.Series | Mapping[str, int]
"""A year for each country, or labels and their years."""

Links: TypeAlias = pd.DataFrame | pd.Series
"""The weight of each link: an index (country, other), or columns country, other and weight."""


class ChartOptions(TypedDict, total=False):
    """The options that all charts share; see :mod:`policyindex.plot`."""

    title: str | None
    subtitle: str | None
    note: str | None
    highlight: str | Iterable[str] | None
    palette: Mapping[str, str] | Sequence[str] | None


Folder: TypeAlias = str | os.PathLike[str]
"""The path of a folder."""

Readable: TypeAlias = str | os.PathLike[str] | IO[bytes] | IO[str]
"""A path, an open file, or `"-"` for standard input."""


class TableOptions(TypedDict, total=False):
    """The options that all readers of files share; see :func:`policyindex.read`."""

    country_column: str | None
    year_column: str | None
    file_year: int | None
    kind: str | None
    layout: str | None
    header: int | Sequence[int] | None
    encoding: str | None
    sheet: int | str | None
    unmatched: str
    on_error: str
    source: str | None


class ReadingOptions(TableOptions, total=False):
    """The options that readers of codings and scores have besides; see :func:`policyindex.read`."""

    columns: Mapping[str, str] | None
    text: str | Iterable[str]
    codebook: Any
    """A Codebook, or None."""
    report_years: bool | None
    sentinels: Iterable[float | str]
