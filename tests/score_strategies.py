"""Scores of a few countries and years, with gaps, in any order of rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st

COUNTRIES = ["AUT", "DEU", "NGA", "USA"]


def series(cells: dict[tuple[str, int], float | None]) -> pd.Series:
    """Scores from a mapping of (country, year) to value."""
    index = pd.MultiIndex.from_arrays(
        [[country for country, _ in cells], np.array([year for _, year in cells], dtype=np.int64)],
        names=["country", "year"],
    )
    return pd.Series(list(cells.values()), index=index, dtype=np.float64, name="overall")


@st.composite
def scores(
    draw: Any,
    *,
    countries: list[str] = COUNTRIES,
    first: int = 2000,
    last: int = 2007,
    top: int = 5,
    min_size: int = 0,
) -> pd.Series:
    """Whole scores from 1; a cell may be missing, and so may its row."""
    cells = [(country, year) for country in countries for year in range(first, last + 1)]
    entries = st.sampled_from([*range(1, top + 1), None, "no row"])
    drawn = draw(st.lists(entries, min_size=len(cells), max_size=len(cells)))
    rows = [row for row in zip(cells, drawn, strict=True) if row[1] != "no row"]
    assume(len(rows) >= min_size)
    return series(dict(rows[::-1] if draw(st.booleans()) else rows))


def known(scores: pd.Series) -> dict[tuple[str, int], float]:
    """The scores that are there, by (country, year)."""
    return {key: value for key, value in scores.items() if value == value}


def table(scores: pd.Series) -> pd.DataFrame:
    """The same scores, countries by years that have a row."""
    return scores.unstack("year").sort_index(axis=1)  # noqa: PD010 (of a Series)


def shifted(scores: pd.Series, *, year: Any) -> pd.Series:
    """The same scores in other years."""
    return series({(country, year(when)): value for (country, when), value in scores.items()})
