"""Which scores and years a chart or a report is about, and the mean of those scored in all."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .._wording import year_words


def averaged_years(counts: pd.Series) -> tuple[int, int]:
    """Return the first and the last year in which two or more countries are scored.

    A mean of one is no mean, and a year with a single country would leave no cohort that is
    scored in every year. Where there are no such years, the first and the last of all.
    """
    enough = counts.index[counts > 1]
    years = enough if len(enough) else counts.index
    return int(years.min()), int(years.max())


def left_out(counts: pd.Series, first: float = np.inf, last: float = -np.inf) -> str:
    """Say which years have no mean, as one country alone is scored in them.

    What lies between a first and a last year is drawn, whatever its n.
    """
    years = counts.index
    alone = years[(counts == 1) & ((years < first) | (years > last))]
    return f"{year_words(alone)} left out: fewer than two countries scored" if len(alone) else ""
