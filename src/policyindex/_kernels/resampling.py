"""Bootstrap of rows: how often each is drawn, in blocks of bounded memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

CELLS = 2**22
"""Largest number of cells in an array of one block."""


def blocks(draws: int, width: int, *, cells: int = CELLS) -> Iterator[int]:
    """Yield the sizes of blocks of draws, so that draws times width stays within the bound."""
    most = max(cells // max(width, 1), 1)
    while draws > 0:
        yield min(most, draws)
        draws -= most


def resampled(n: int, draws: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return how often each of n rows is drawn, a row per draw: n with replacement."""
    places = rng.integers(0, n, (draws, n)) + n * np.arange(draws)[:, None]
    return np.bincount(places.ravel(), minlength=draws * n).reshape(draws, n).astype(np.float64)
