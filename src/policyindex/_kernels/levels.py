"""Turn columns of numbers into codes: a byte each. NumPy only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tables import MISSING, Int8

BLOCK = 2048
"""Rows of all columns taken at a time, so that the scratch arrays stay in the processor's cache."""


def codes(columns: Sequence[NDArray[Any]], best: Sequence[int]) -> Int8 | None:
    """Turn levels into codes.

    Parameters
    ----------
    columns : sequence of arrays of numbers, each of shape (n,)
        Levels from 0, or NaN for missing.
    best : sequence of int
        The best level of each column, at most 126.

    Returns
    -------
    int8 array, shape (columns, n), or None
        The levels, or -1 for missing. None if a number is not a level of its column.
    """
    n = len(columns[0]) if columns else 0
    answer = np.empty((len(columns), n), dtype=np.int8)
    highest = np.array(best, dtype=np.int8)[:, None]
    scratch, filled = np.empty((2, len(columns), min(n, BLOCK)))
    for begin in range(0, n, BLOCK):
        rows = slice(begin, min(begin + BLOCK, n))
        numbers, levels = (each[:, : rows.stop - begin] for each in (scratch, filled))
        for place, column in enumerate(columns):
            numbers[place] = column[rows]
        negative = bool((numbers < 0).any())
        np.fmax(numbers, MISSING, out=levels)  # the other number where one is NaN
        np.minimum(levels, 127, out=levels)
        part = answer[:, rows]
        np.copyto(part, levels, casting="unsafe")
        if negative or (part != levels).any() or (part > highest).any():
            return None
    return answer
