"""Score a Parquet dataset larger than the memory of a worker, in partitions of several sizes.

Run with ``python benchmarks/partitions.py [ROWS [MEGABYTES]]``: 3 million rows, 0.5 GB of codings
in memory, on a local Dask cluster of two workers of 400 MB. It prints the rows per second of
processor time of the workers, and the most memory that one has used.
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

YEARS = 10

SIZES = (2_000, 10_000, 50_000, 200_000, 500_000)


def write(folder: Path, rows: int, size: int) -> None:
    """Write codings of municipalities, a file for each partition."""
    rng = np.random.default_rng(0)
    for part in range(rows // size):
        names = [f"{part:05}-{unit:06}" for unit in range(size // YEARS)]
        codes = {
            each.name: rng.integers(0, len(each.levels), size).astype(np.float64)
            for each in THREE_P.indicators
        }
        keys = {
            "country": np.repeat(names, YEARS),
            "year": np.tile(np.arange(YEARS), size // YEARS),
        }
        pd.DataFrame(keys | codes).to_parquet(folder / f"part.{part:05}.parquet")


def scored(part: pd.DataFrame) -> pd.DataFrame:
    return score(part.set_index(KEYS)).reset_index()


def peak() -> float:
    """Return the most memory that this process has used, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def row(rows: int, size: int, megabytes: int) -> str:
    """Score a dataset in partitions of so many rows; return the row of the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, rows, size)
        with (
            LocalCluster(
                n_workers=2,
                threads_per_worker=1,
                memory_limit=f"{megabytes}MB",
                dashboard_address=":0",
            ) as cluster,
            Client(cluster) as client,
        ):
            meta = score(datasets.load_demo().iloc[:0]).reset_index()
            client.run(lambda: score(datasets.load_demo()))
            before, workers = client.run(time.process_time), set(client.run(time.process_time))
            table = dd.read_parquet(folder, aggregate_files=False)
            table.map_partitions(scored, meta=meta)["overall"].sum().compute()
            after = client.run(time.process_time)
            survived = workers == set(after)
            spent = sum(after.values()) - sum(before.values())
            most = max(client.run(peak).values())
    speed = f"{rows / spent:,.0f}" if survived else "a worker was killed"
    return f"| {size:,} | {size * 168 / 1e6:.3g} MB | {speed} | {most:.0f} MB |"


def main(rows: int = 3_000_000, megabytes: int = 400) -> None:
    print(f"{rows:,} rows, {rows * 168 / 1e9:.2g} GB in memory; workers of {megabytes} MB")
    print("| rows | memory | rows/s | peak of a worker |\n|---|---|---|---|")
    for size in SIZES:
        # A twentieth is enough to time small partitions, of which there would be thousands.
        print(row(rows if size >= 50_000 else rows // 20, size, megabytes), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
