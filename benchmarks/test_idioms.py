"""Changes and means next to the pandas idioms of published scripts, which do less.

Run with ``python -m pytest benchmarks/test_idioms.py``. The idioms join on the row before, not on
the year before, so they are right only because these panels have no gap.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from policyindex import changes, event_study, yearly_means

COUNTRIES, YEARS = 177, range(2000, 2014)


@pytest.fixture(scope="module")
def scores() -> pd.Series:
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product(
        [[f"C{place:03}" for place in range(COUNTRIES)], YEARS], names=["country", "year"]
    )
    return pd.Series(rng.integers(3, 16, len(index)), index, dtype=np.float64, name="overall")


@pytest.fixture(scope="module")
def laws(scores: pd.Series) -> pd.Series:
    rng = np.random.default_rng(1)
    units = scores.index.unique("country")
    return pd.Series(rng.choice(YEARS, len(units)), units, dtype=np.float64)


@pytest.mark.benchmark(group="change from year to year")
def test_changes(benchmark: Any, scores: pd.Series) -> None:
    benchmark(changes, scores)


@pytest.mark.benchmark(group="change from year to year")
def test_groupby_diff(benchmark: Any, scores: pd.Series) -> None:
    idiom = benchmark(lambda: scores.groupby(level="country").diff())
    pd.testing.assert_series_equal(idiom, changes(scores)["change"], check_names=False)


@pytest.mark.benchmark(group="change from year to year")
def test_changes_copied(benchmark: Any, scores: pd.Series) -> None:
    benchmark(scores.copy)


def by_event_time(scores: pd.Series, laws: pd.Series) -> pd.DataFrame:
    """Merge the year of the law, take the base row apart, merge it back, group by event time."""
    table = scores.reset_index().merge(laws.rename("law").reset_index(), on="country")
    base = table[table["year"] == table["law"]][["country", "overall"]]
    table = table.merge(base.rename(columns={"overall": "base"}), on="country", how="left")
    table = table.assign(time=table["year"] - table["law"], change=table["overall"] - table["base"])
    table = table[table["time"].between(-10, 10)]
    return table.groupby("time")["change"].agg(["mean", "sem", "count"])


@pytest.mark.benchmark(group="change around a law")
def test_event_study(benchmark: Any, scores: pd.Series, laws: pd.Series) -> None:
    benchmark(event_study, scores, laws)


@pytest.mark.benchmark(group="change around a law")
def test_merge_and_groupby(benchmark: Any, scores: pd.Series, laws: pd.Series) -> None:
    idiom = benchmark(by_event_time, scores, laws)
    expected = event_study(scores, laws).table["mean"].dropna()
    np.testing.assert_allclose(idiom["mean"], expected.loc[idiom.index], atol=1e-12)


@pytest.mark.benchmark(group="yearly means")
def test_yearly_means(benchmark: Any, scores: pd.Series) -> None:
    benchmark(yearly_means, scores)


@pytest.mark.benchmark(group="yearly means")
def test_groupby_agg(benchmark: Any, scores: pd.Series) -> None:
    names = ["mean", "std", "sem", "median", "count"]
    idiom = benchmark(lambda: scores.groupby(level="year").agg(names))
    np.testing.assert_allclose(idiom["mean"], yearly_means(scores)["mean"])
