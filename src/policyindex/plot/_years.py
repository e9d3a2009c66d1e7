"""Which years a chart or a report is about, and the mean of those scored in all of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .._cohorts import Years
from ..averages import yearly


def trimmed(table: pd.DataFrame) -> pd.DataFrame:
    """Cut a table of years by column down to the first and last with a score, if any has one."""
    scored = table.columns[table.notna().any()]
    return table.loc[:, scored[0] : scored[-1]] if len(scored) else table


def averaged_years(scored: pd.Series) -> tuple[int, int]:
    """Return the first and the last year in which two or more countries are scored.

    A mean of one is no mean, and a year with a single country would leave no cohort that is
    scored in every year. Where there are no such years, the first and the last of all.
    """
    counts = scored.groupby(level="year").sum()
    listed = counts.index[counts > 1]
    listed = listed if len(listed) else counts.index
    return (int(listed.min()), int(listed.max())) if len(listed) else (0, 0)


def balanced(scores: pd.Series, years: Years) -> pd.DataFrame:
    """Average by year the countries scored in every year of a span; where none is, n is 0."""
    try:
        return yearly(scores, years=years, cohort="balanced")
    except ValueError:  # what is no year or no score has been refused before
        return yearly(scores * np.nan, years=years)
