"""Panels of dimensions: few countries and years, whole levels, some missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

DIMENSIONS = ["prosecution", "protection", "prevention"]
NAMES = ["AUT", "DEU", "ITA", "NGA", "PRK", "SWE", "USA"]


def panel(rows: dict[tuple[str, int], list[float | None]], names: list[str]) -> pd.DataFrame:
    """A panel from a mapping of (country, year) to levels."""
    index = pd.MultiIndex.from_arrays(
        [[country for country, _ in rows], np.array([year for _, year in rows], dtype=np.int64)],
        names=["country", "year"],
    )
    return pd.DataFrame(list(rows.values()), index=index, columns=names, dtype=np.float64)


@st.composite
def panels(
    draw: Any,
    *,
    names: list[str] = DIMENSIONS,
    countries: int = 5,
    years: int = 2,
    top: int = 5,
    missing: bool = True,
    min_countries: int = 0,
) -> pd.DataFrame:
    """Levels from 1 to `top`; rows in any order."""
    level = st.integers(1, top) | st.none() if missing else st.integers(1, top)
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from(NAMES[:countries]), st.integers(2001, 2000 + years)),
            unique=True,
            min_size=min_countries,
        )
    )
    levels = st.lists(level, min_size=len(names), max_size=len(names))
    return panel({key: draw(levels) for key in keys}, names)


def relabelled(data: Any, names: dict[str, str]) -> Any:
    """The same data under other names of countries."""
    index = data.index.set_levels([names[each] for each in data.index.levels[0]], level=0)
    return data.set_axis(index, axis=0)
