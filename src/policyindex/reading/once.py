"""A column of cells with each distinct cell once, so that none is read twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class Once(NamedTuple):
    """Hold a column, and each of its distinct cells once."""

    cells: pd.Series
    places: NDArray[np.intp]
    """For each row, the place of its cell among the distinct cells."""
    distinct: Sequence[object]

    @classmethod
    def of(cls, cells: pd.Series) -> Once:
        """Return a column; equal cells are one, in the form of the first of them."""
        objects = cells.to_numpy(dtype=object)
        places, distinct = pd.factorize(objects, use_na_sentinel=False)
        return cls(cells, places, distinct.tolist())

    def numbers(self, function: Callable[[object], float]) -> NDArray[np.float64]:
        """Return the number of each cell by a function."""
        return np.array([function(cell) for cell in self.distinct], dtype=np.float64)[self.places]

    def rows(self, mask: Sequence[bool]) -> NDArray[np.bool_]:
        """Return the rows whose distinct cells are in a mask."""
        rows: NDArray[np.bool_] = np.array(mask, dtype=np.bool_)[self.places]
        return rows
