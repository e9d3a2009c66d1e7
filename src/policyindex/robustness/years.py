"""Years that are asked for by name: how thin they are."""

from __future__ import annotations

import pandas as pd

from ..panel.selection import thin_years


def thin(dims: pd.DataFrame, *years: int) -> dict[str, dict[int, int]]:
    """Return those of the years that are thin as an attribute of an answer, or nothing."""
    counts = thin_years(dims.sum(axis=1, skipna=False))
    numbers = {int(year): counts[int(year)] for year in years if int(year) in counts}
    return {"thin_years": numbers} if numbers else {}
