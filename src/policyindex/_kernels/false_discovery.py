"""P-values adjusted for many tests by the procedure of Benjamini and Hochberg (1995)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float64 = NDArray[np.float64]


def adjusted(pvalues: ArrayLike) -> Float64:
    """Return the least false discovery rate at which each test is significant.

    It holds for independent tests, and for those that depend on each other positively. SciPy has
    the same, but takes longer to import than a whole report takes to compute.

    Parameters
    ----------
    pvalues : array_like of float
        From 0 to 1, none missing.

    Examples
    --------
    >>> adjusted([0.01, 0.04, 0.03, 0.5]).round(3).tolist()
    [0.04, 0.053, 0.053, 0.5]
    """
    values = np.asarray(pvalues, dtype=np.float64)
    order = np.argsort(values)[::-1]
    rates = values[order] * (len(values) / np.arange(len(values), 0, -1))
    answer = np.empty_like(values)
    answer[order] = np.minimum.accumulate(rates)
    return answer
