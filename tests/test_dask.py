"""Answers by partition: any rows, whole years or whole units; on a cluster of two processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import policyindex as pi
from policyindex import countries, robustness

KEYS = ["country", "year"]

PRIOR = [0.1, 0.2, 0.3, 0.3, 0.1]

Split = Callable[[pd.DataFrame], Any]


BY_ROW: dict[str, Split] = {
    "score": pi.score,
    "score_bounds": pi.score_bounds,
    "overall": lambda codings: pi.overall(pi.score(codings), method="geometric"),
    "next_steps": pi.next_steps,
    "check_panel": pi.check_panel,
    "with_names": countries.with_names,
    "error_scores": lambda codings: robustness.error_scores(
        pi.score(codings), error=0.9, prior=PRIOR
    ),
}

BY_YEAR: dict[str, Split] = {
    "ranks": lambda codings: pi.ranks(pi.score(codings)),
    "rank_bounds": lambda codings: pi.rank_bounds(pi.score_bounds(codings)),
    "weight_ranks": lambda codings: pi.weight_ranks(pi.score(codings)),
    "yearly_means": lambda codings: pi.yearly_means(pi.score(codings)),
    "error_ranks": lambda codings: pi.error_ranks(pi.score(codings), error=0.9, prior=PRIOR),
    "error_means": lambda codings: robustness.error_means(
        pi.score(codings), error=0.9, prior=PRIOR
    ),
}

BY_UNIT: dict[str, Split] = {
    "lag": lambda codings: pi.lag(pi.score(codings)),
    "changes": lambda codings: pi.changes(pi.score(codings)),
    "trends": lambda codings: pi.trends(pi.score(codings), persistence=0.6).drop(
        columns="pvalue_adjusted"
    ),
}


@pytest.fixture(scope="module")
def demo() -> pd.DataFrame:
    """The demonstration codings of 40 countries in five years."""
    codings = pi.datasets.load_demo()
    units = codings.index.unique("country")[::4][:40]
    return codings.loc[(units, range(2005, 2010)), :]


def joined(function: Split, codings: pd.DataFrame, groups: Hashable | np.ndarray) -> pd.DataFrame:
    """Return the answers of all parts as one table, sorted as the answer to the whole."""
    parts = [function(part) for _, part in codings.groupby(groups)]
    return pd.concat(parts).sort_index()


CASES = [
    *(pytest.param(function, "row", id=name) for name, function in BY_ROW.items()),
    *(pytest.param(function, "year", id=name) for name, function in BY_YEAR.items()),
    *(pytest.param(function, "country", id=name) for name, function in BY_UNIT.items()),
]


@pytest.mark.parametrize(("function", "by"), CASES)
def test_an_answer_by_part_is_that_of_the_whole(
    function: Split, by: str, demo: pd.DataFrame
) -> None:
    if by == "row":
        groups = np.random.default_rng(0).integers(0, 4, len(demo))
    else:
        keys = demo.index.get_level_values(by)
        groups = pd.factorize(keys)[0] % 7  # several years or units in a part
    whole, by_part = function(demo), joined(function, demo, groups)
    check = pd.testing.assert_series_equal if whole.ndim == 1 else pd.testing.assert_frame_equal
    check(by_part, whole.sort_index(), check_index_type=False, atol=1e-12)


def test_counts_of_steps_add_up(demo: pd.DataFrame) -> None:
    scores = pi.score(demo)
    units = pd.factorize(demo.index.get_level_values("country"))[0] % 7
    options = {"levels": range(3, 16), "draws": 1}
    counts = [pi.transitions(part, **options).counts for _, part in scores.groupby(units)]
    pd.testing.assert_frame_equal(sum(counts), pi.transitions(scores, **options).counts)


# On a cluster of two processes


@pytest.fixture(scope="module")
def dd() -> Any:
    return pytest.importorskip("dask.dataframe")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Start a cluster of two workers with little memory, and yield its client."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, memory_limit=LIMIT, dashboard_address=":0"
        ) as two,
        distributed.Client(two) as client,
    ):
        yield client


LIMIT = 600_000_000
"""Bytes of a worker; 200 MB are those of the libraries."""


def per_partition(function: Split, part: pd.DataFrame) -> pd.DataFrame:
    return function(part.set_index(KEYS)).reset_index()


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in BY_ROW if name != "next_steps"])
@pytest.mark.usefixtures("cluster")
def test_rows_of_a_parquet_dataset_are_answered_part_by_part(
    name: str, demo: pd.DataFrame, tmp_path: Path, dd: Any
) -> None:
    for place, (_, part) in enumerate(demo.groupby(level="year")):
        part.reset_index().to_parquet(tmp_path / f"part.{place}.parquet")
    codings = dd.read_parquet(tmp_path)
    assert codings.npartitions > 1
    expected = BY_ROW[name](demo)
    meta = expected.iloc[:0].reset_index()
    answered = codings.map_partitions(lambda part: per_partition(BY_ROW[name], part), meta=meta)
    computed = answered.compute().set_index(list(expected.index.names)).sort_index()
    table = expected.to_frame() if expected.ndim == 1 else expected
    loosely = {"check_index_type": False, "check_column_type": False, "check_dtype": False}
    pd.testing.assert_frame_equal(computed, table, **loosely)


@pytest.mark.slow
@pytest.mark.usefixtures("cluster")
def test_files_are_read_a_partition_each(tmp_path: Path, dd: Any) -> None:
    scores = pi.score(pi.datasets.load_demo())
    paths = []
    for year, part in scores.groupby(level="year"):
        paths.append(tmp_path / f"{year}.csv")
        part.reset_index().to_csv(paths[-1], index=False)
    meta = scores.reset_index().iloc[:0]
    table = dd.from_map(lambda path: pi.read_scores(path).reset_index(), paths, meta=meta)
    answer = table.compute().set_index(KEYS).sort_index()
    pd.testing.assert_frame_equal(answer, scores, check_index_type=False)


ROWS, PARTS = 50_000, 100


def block() -> pd.DataFrame:
    """Draw codings of 5,000 units in ten years: 8 MB."""
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product([range(ROWS // 10), range(2000, 2010)], names=KEYS)
    return pd.DataFrame(
        {
            name: rng.integers(0, top + 1, ROWS).astype(float)
            for name, (_, top) in pi.THREE_P.scales.items()
        },
        index=index.set_levels([f"{unit:05}" for unit in range(ROWS // 10)], level="country"),
    )


def of_year(folder: Path, year: int) -> pd.DataFrame:
    """Read the scores of a year from the folder that `partition_on` made for it."""
    return pd.read_parquet(folder / f"year={year}").assign(year=year).set_index(KEYS)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")  # used by Dask
def test_a_dataset_larger_than_a_worker_is_answered(tmp_path: Path, dd: Any, cluster: Any) -> None:
    """Codings of 0.8 GB pass through two workers of 0.6 GB, of which the libraries take 0.2."""
    codings, scores = tmp_path / "codings", tmp_path / "scores"
    codings.mkdir()
    part = block()
    expected = pi.score(part)
    rows = part.reset_index()
    for place in range(PARTS):
        units = f"{place:02}-" + rows["country"]
        rows.assign(country=units).to_parquet(codings / f"part.{place:02}.parquet")
    assert PARTS * part.memory_usage().sum() > 1.3 * LIMIT
    workers = cluster.run(os.getpid)
    meta = expected.iloc[:0].reset_index()
    scored = dd.read_parquet(codings).map_partitions(partial(per_partition, pi.score), meta=meta)
    scored.to_parquet(scores, partition_on="year")
    overall = dd.read_parquet(scores, columns=["overall"])["overall"]
    assert overall.sum().compute() == PARTS * expected["overall"].sum()
    last = of_year(scores, 2009)["overall"]
    ranked = cluster.submit(lambda: pi.ranks(of_year(scores, 2009)["overall"])).result()
    by_pandas = last.rank(method="min", ascending=False).sort_index()
    pd.testing.assert_series_equal(ranked, by_pandas, check_names=False)
    assert cluster.run(os.getpid) == workers, "a worker was killed for its memory"
