"""Years that are asked for by name: how thin they are."""

from __future__ import annotations

import pandas as pd

from ..ranking import _thin


def thin(dims: pd.DataFrame, *years: int) -> dict[str, dict[int, int]]:
    """Return the attribute that counts the complete rows of those of the years that are thin."""
    return _thin(dims.sum(axis=1, skipna=False), *years)
