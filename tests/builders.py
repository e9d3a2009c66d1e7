"""Panels and scores written out by hand, and the public strategies at the size tests like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import settings

from policyindex import Codebook, Dimension, Indicator, testing

DIMENSIONS = ["prosecution", "protection", "prevention"]
NAMES = ["AUT", "DEU", "ITA", "NGA", "PRK", "SWE", "USA"]
COUNTRIES = ["AUT", "DEU", "NGA", "USA"]

Cells = Mapping[tuple[str, int], float | None]

panels = partial(testing.panels, countries=NAMES[:5], years=(2001, 2002))
scores = partial(testing.scores, scale=(1, 5), countries=COUNTRIES, years=(2000, 2007))
events = partial(testing.events, countries=[*COUNTRIES, "ZZZ"], years=(1998, 2009))


def examples(n: int) -> settings:
    """Ask for `n` examples where a profile draws 100; the others scale this number."""
    return settings(max_examples=max(1, n * settings().max_examples // 100))


def levelled(names: Iterable[str], top: int = 5) -> Codebook:
    """A codebook of dimensions from 1 to `top`, each with one indicator of as many levels."""
    levels = tuple(f"level {level}" for level in range(top))
    dimensions = [
        Dimension(name, (Indicator(f"of_{name}", levels),), _one_above, levels) for name in names
    ]
    return Codebook("levelled", tuple(dimensions))


def from_zero(names: Iterable[str], top: int) -> tuple[Dimension, ...]:
    """Dimensions from 0 to `top`, each with one indicator of the same levels."""
    levels = tuple(f"level {level}" for level in range(top + 1))
    return tuple(
        Dimension(name, (Indicator(f"of_{name}", levels),), _sum, levels, lowest=0)
        for name in names
    )


def _one_above(**levels: int) -> int:
    return 1 + _sum(**levels)


def _sum(**levels: int) -> int:
    return sum(levels.values())


def index(keys: Iterable[tuple[str, int]]) -> pd.MultiIndex:
    listed = list(keys)
    return pd.MultiIndex.from_arrays(
        [[country for country, _ in listed], np.array([year for _, year in listed], np.int64)],
        names=["country", "year"],
    )


def panel(rows: Mapping[tuple[str, int], list[float | None]], names: list[str]) -> pd.DataFrame:
    """A panel from a mapping of (country, year) to levels."""
    return pd.DataFrame(list(rows.values()), index=index(rows), columns=names, dtype=np.float64)


def series(cells: Cells) -> pd.Series:
    """Scores from a mapping of (country, year) to value."""
    return pd.Series(list(cells.values()), index=index(cells), dtype=np.float64, name="overall")


def relabelled(data: Any, names: dict[str, str]) -> Any:
    """The same data under other names of countries."""
    return data.set_axis(index((names[country], year) for country, year in data.index), axis=0)


def shifted(scores: pd.Series, *, year: Callable[[int], int]) -> pd.Series:
    """The same scores in other years."""
    return scores.set_axis(index((country, year(when)) for country, when in scores.index))


def known(scores: pd.Series) -> dict[tuple[str, int], float]:
    """The scores that are there, by (country, year)."""
    return scores.dropna().to_dict()


def table(scores: pd.Series) -> pd.DataFrame:
    """The same scores, countries by years that have a row."""
    return scores.unstack("year").sort_index(axis=1)  # noqa: PD010 (of a Series)


def completions(levels: list[float], shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Every way to fill the missing codings of one dimension."""
    options = [
        range(size) if np.isnan(level) else [int(level)]
        for level, size in zip(levels, shape, strict=True)
    ]
    return list(product(*options))
