"""Scoring and reading per partition, on a local Dask cluster of two processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from policyindex import datasets, read_scores, score, score_bounds

pytestmark = pytest.mark.slow  # starts two processes

dd = pytest.importorskip("dask.dataframe")
distributed = pytest.importorskip("distributed")

KEYS = ["country", "year"]


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Start a cluster of two workers."""
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as two,
        distributed.Client(two),
    ):
        yield


def per_partition(function, part: pd.DataFrame) -> pd.DataFrame:  # type: ignore[no-untyped-def]
    return function(part.set_index(KEYS)).reset_index()


@pytest.mark.parametrize("function", [score, score_bounds])
@pytest.mark.usefixtures("cluster")
def test_a_parquet_dataset_is_scored_part_by_part(function, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    demo = datasets.load_demo()
    for place, (_, part) in enumerate(demo.groupby(level="year")):
        part.reset_index().to_parquet(tmp_path / f"part.{place}.parquet")
    codings = dd.read_parquet(tmp_path)
    assert codings.npartitions > 1
    meta = function(demo.iloc[:0]).reset_index()
    scored = codings.map_partitions(lambda part: per_partition(function, part), meta=meta)
    computed = scored.compute()
    expected = function(demo)
    answer = computed.set_index(KEYS).sort_index()
    pd.testing.assert_frame_equal(answer, expected, check_index_type=False)
    assert list(scored.columns) == list(meta.columns)
    assert dict(scored.dtypes) == dict(computed.dtypes)


@pytest.mark.usefixtures("cluster")
def test_files_are_read_a_partition_each(tmp_path: Path) -> None:
    scores = score(datasets.load_demo())
    paths = []
    for year, part in scores.groupby(level="year"):
        paths.append(tmp_path / f"{year}.csv")
        part.reset_index().to_csv(paths[-1], index=False)
    meta = scores.reset_index().iloc[:0]
    table = dd.from_map(lambda path: read_scores(path).reset_index(), paths, meta=meta)
    answer = table.compute().set_index(KEYS).sort_index()
    pd.testing.assert_frame_equal(answer, scores, check_index_type=False)
