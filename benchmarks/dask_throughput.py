"""Score a Parquet dataset part by part: in one process, and on a local Dask cluster of two.

Run with ``python benchmarks/dask_throughput.py [PARTS] [ROWS]``. It writes the parts to a
temporary folder, and prints rows per second and the peak memory of this process.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import dask.dataframe as dd
import numpy as np
import pandas as pd
from distributed import Client, LocalCluster

from policyindex import THREE_P, datasets, score

KEYS = ["country", "year"]
YEARS = 100


def write_parts(folder: Path, parts: int, rows: int) -> None:
    """Write codings of municipalities, one part after another."""
    rng = np.random.default_rng(0)
    units = rows // YEARS
    for part in range(parts):
        names = [f"{part:03}-{unit:06}" for unit in range(units)]
        codes = {
            each.name: rng.integers(0, len(each.levels), units * YEARS).astype(np.float64)
            for each in THREE_P.indicators
        }
        keys = {"country": np.repeat(names, YEARS), "year": np.tile(np.arange(YEARS), units) + 1925}
        pd.DataFrame(keys | codes).to_parquet(folder / f"part.{part}.parquet")


def scored(part: pd.DataFrame) -> pd.DataFrame:
    return score(part.set_index(KEYS)).reset_index()


def in_one_process(folder: Path) -> float:
    return sum(scored(pd.read_parquet(path))["overall"].sum() for path in sorted(folder.iterdir()))


def on_a_cluster(folder: Path) -> float:
    meta = score(datasets.load_demo().iloc[:0]).reset_index()
    return float(
        dd.read_parquet(folder).map_partitions(scored, meta=meta)["overall"].sum().compute()
    )


def main(parts: int = 16, rows: int = 250_000) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_parts(folder, parts, rows)
        start = time.perf_counter()
        total = in_one_process(folder)
        alone = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        with (
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster),
        ):
            on_a_cluster(folder)
            start = time.perf_counter()
            assert on_a_cluster(folder) == total
            together = time.perf_counter() - start
    n = parts * rows
    print(f"{n:,} rows in {parts} parts")
    print(f"one process: {alone:.1f} s, {n / alone:,.0f} rows/s, peak {peak:.2f} GiB")
    print(
        f"two workers: {together:.1f} s, {n / together:,.0f} rows/s, {alone / together:.2f} times"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
