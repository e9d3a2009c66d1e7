"""Panels and scores written out by hand, and the public strategies at the size tests like."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import settings

from policyindex import Codebook, Dimension, Indicator, testing

ROOT = Path(__file__).parents[1]

DIMENSIONS = ["prosecution", "protection", "prevention"]
NAMES = ["AUT", "DEU", "ITA", "NGA", "PRK", "SWE", "USA"]
COUNTRIES = ["AUT", "DEU", "NGA", "USA"]

Cells = Mapping[tuple[str, int], float | None]

panels = partial(testing.panels, countries=NAMES[:5], years=(2001, 2002))
scores = partial(testing.scores, scale=(1, 5), countries=COUNTRIES, years=(2000, 2007))
events = partial(testing.events, countries=[*COUNTRIES, "ZZZ"], years=(1998, 2009))


def script(path: str) -> ModuleType:
    """Run a script of the project, by its path from the root, and return its names."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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


SMALL = Codebook(
    "small",
    (
        Dimension(
            "law",
            (
                Indicator(
                    "statute",
                    ("none", "some forms", "all forms"),
                    "statute against trafficking",
                    ("No law.", "A law on some forms.", "A law on all forms."),
                ),
                Indicator("penalty", ("lenient", "stringent")),
            ),
            _one_above,
            ("none", "weak", "fair", "strong"),
        ),
        Dimension(
            "support",
            (Indicator("shelter"), Indicator("aid", title="legal aid")),
            _one_above,
            ("none", "some", "all"),
        ),
    ),
    version="2",
    title="Small Index",
)
"""A codebook of four indicators, one of them with guidance."""


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


def measured(
    countries: int, years: int, *, seed: int, persistence: float = 0.0, slope: float = 2.0
) -> tuple[pd.DataFrame, pd.Series]:
    """Return levels drawn from a dynamic model, and the positions behind them."""
    rng = np.random.default_rng(seed)
    positions = np.empty((countries, years))
    positions[:, 0] = rng.normal(size=countries)
    for year in range(1, years):
        noise = np.sqrt(1 - persistence**2) * rng.normal(size=countries)
        positions[:, year] = persistence * positions[:, year - 1] + noise
    units = [f"C{place:03}" for place in range(countries)]
    index = pd.MultiIndex.from_product(
        [units, range(2000, 2000 + years)], names=["country", "year"]
    )
    flat = positions.ravel()
    levels = {
        name: 1.0 + np.searchsorted([-3, -1, 1, 3], slope * flat + rng.logistic(size=flat.size))
        for name in DIMENSIONS
    }
    return pd.DataFrame(levels, index=index), pd.Series(flat, index=index)


FEW = {
    "DEU": ["345", "445", "455", "555", "555", "554", "555"],
    "FRA": ["333", "   ", "443", "   ", "343", "434", "   "],
    "GHA": ["111", "112", "122", "222", "3 2", "333", "   "],
    "ITA": ["455", "454", "444", "443", "   ", "   ", "   "],
    "NGA": ["   ", "   ", "111", "221", "331", "441", "   "],
    "PRK": ["111", "111", "111", "111", "111", "111", "   "],
    "XXA": ["222", "232", "222", "232", "222", "333", "   "],
}
"""Levels of the dimensions by country and year, the last year thin; XXA is in no region."""


def few_scores() -> pd.DataFrame:
    """Return scores of few countries with gaps, ties, an entry, an exit, and two sources."""
    cells = [
        [np.nan if level == " " else float(level) for level in year]
        for years in FEW.values()
        for year in years
    ]
    index = pd.MultiIndex.from_product([FEW, range(2000, 2007)], names=["country", "year"])
    panel = pd.DataFrame(cells, index, DIMENSIONS)
    panel = panel.assign(overall=panel.sum(axis=1, skipna=False))
    part = {"rules": "3P", "countries": list(FEW)}
    panel.attrs["spans"] = [
        part | {"source": "one", "first": 2000, "last": 2003},
        part | {"source": "other", "first": 2004, "last": 2006},
    ]
    panel.attrs["source"] = "SYNTHETIC"
    return panel
