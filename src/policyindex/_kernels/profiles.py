"""Distinct rows of bytes. NumPy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WORD = 8
"""Bytes that are compared as one number."""


def distinct(rows: NDArray[np.int8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where each distinct row comes first, and the number of each row among them.

    Parameters
    ----------
    rows : int8 array, shape (n, columns)

    Returns
    -------
    first : array of int, shape (distinct rows,)
    numbers : array of int, shape (n,)
        From 0.
    """
    n, columns = rows.shape
    padded = np.zeros((n, -(-columns // WORD) * WORD), dtype=np.int8)
    padded[:, :columns] = rows
    first, numbers = np.zeros(min(n, 1), dtype=np.intp), np.zeros(n, dtype=np.intp)
    for place, word in enumerate(padded.view(np.uint64).T):
        words, first, codes = np.unique(word, return_index=True, return_inverse=True)
        if place:
            codes = numbers * len(words) + codes
            _, first, codes = np.unique(codes, return_index=True, return_inverse=True)
        numbers = codes
    return first, numbers
