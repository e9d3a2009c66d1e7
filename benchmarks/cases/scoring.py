"""Scoring next to its best rivals: the same tables looked up by other engines."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policyindex import (
    THREE_P,
    Codebook,
    Dimension,
    Indicator,
    datasets,
    score,
    score_bounds,
    score_codes,
)
from policyindex.codebooks import Sum

from . import Calls, Comparison, comparison

# One thread each: the processor time of several is no less.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

ROWS = 1_770_000  # 177 countries x 10 years x 1,000

BLOCK = 1 << 13
"""Rows that stay in the cache of the processor."""

Codes = dict[str, NDArray[np.int8]]


def drawn() -> Codes:
    """Draw codes, one in fifty missing."""
    rng = np.random.default_rng(0)
    return {
        each.name: np.where(
            rng.random(ROWS, dtype=np.float32) < 0.02,
            np.int8(-1),
            rng.integers(0, len(each.levels), ROWS, dtype=np.int8),
        )
        for each in THREE_P.indicators
    }


def tables() -> Iterator[tuple[str, list[str], list[int], NDArray[np.int8]]]:
    """Yield for each dimension its name, its indicators, their strides in a table, and the table.

    A rival's key is the sum of (code + 1) * stride, so that missing codings have a place too.
    """
    for dimension in THREE_P.dimensions:
        sizes = [len(each.levels) + 1 for each in dimension.indicators]
        names = [each.name for each in dimension.indicators]
        every = np.array(list(product(*(range(-1, size - 1) for size in sizes))), dtype=np.int8)
        codes = {each.name: np.zeros(len(every), dtype=np.int8) for each in THREE_P.indicators}
        codes |= dict(zip(names, np.ascontiguousarray(every.T), strict=True))
        strides = [prod(sizes[place + 1 :]) for place in range(len(sizes))]
        yield dimension.name, names, strides, score_codes(codes)[dimension.name]


TABLES = list(tables())


def by_numpy(codes: Codes) -> Codes:
    """Look every row up in the table of its dimension, block by block."""
    answer = {}
    for name, names, strides, table in TABLES:
        out = np.empty(ROWS, dtype=np.int8)
        for start in range(0, ROWS, BLOCK):
            rows = slice(start, start + BLOCK)
            key = np.full(len(out[rows]), sum(strides), dtype=np.int16)
            for each, stride in zip(names, strides, strict=True):
                key += codes[each][rows] * np.int16(stride)
            table.take(key, out=out[rows], mode="wrap")
        answer[name] = out
    return answer


def compiled() -> Any:
    """Compile the same look-up for a dimension with numba."""
    import numba

    def look_up(columns: Any, strides: Any, table: Any, out: Any) -> None:
        memory = np.empty(BLOCK, dtype=np.int16)
        for start in range(0, len(out), BLOCK):
            rows = out[start : start + BLOCK]
            keys = memory[: len(rows)]
            keys[:] = strides.sum()
            # Every step is cast back to 16 bits, or the loop is not vectorised.
            for place in range(len(columns)):
                column, stride = columns[place][start : start + BLOCK], strides[place]
                for row in range(len(rows)):
                    keys[row] = np.int16(keys[row] + np.int16(np.int16(column[row]) * stride))
            for row in range(len(rows)):
                rows[row] = table[np.uint16(keys[row])]

    return numba.njit(look_up)


def by_numba(look_up: Any, codes: Codes) -> Codes:
    answer = {}
    for name, names, strides, table in TABLES:
        answer[name] = np.empty(ROWS, dtype=np.int8)
        columns = tuple(codes[each] for each in names)
        look_up(columns, np.array(strides, dtype=np.int16), table, answer[name])
    return answer


def polars_expressions(code: Any) -> list[Any]:
    """Return an expression of Polars for each dimension; `code` makes that of a coding."""
    import polars as pl

    expressions = []
    for name, names, strides, table in TABLES:
        key = pl.lit(sum(strides), dtype=pl.Int16)
        for each, stride in zip(names, strides, strict=True):
            key = key + code(each) * pl.lit(stride, dtype=pl.Int16)
        expressions.append(pl.lit(pl.Series(table)).gather(key).alias(name))
    return expressions


def duckdb_query(code: str) -> str:
    """Return a query over `codes`; `code` is the text of a coding, with its name in braces."""
    columns = []
    for name, names, strides, table in TABLES:
        key = " + ".join(
            f"({code.format(each)} + 1) * {stride}::SMALLINT"
            for each, stride in zip(names, strides, strict=True)
        )
        columns.append(f"list_extract({list(map(int, table))}::TINYINT[], 1 + {key}) AS {name}")
    return f"SELECT {', '.join(columns)} FROM codes"


@comparison("1,770,000 rows of int8 codes")
def int8_codes() -> Comparison:
    import duckdb
    import polars as pl

    codes = drawn()
    look_up = compiled()
    frame = pl.DataFrame(codes)
    expressions = polars_expressions(lambda name: pl.col(name).cast(pl.Int16))
    base = duckdb.connect(config={"threads": 1})
    base.register("frame", pd.DataFrame(codes, copy=False))
    base.execute("CREATE TABLE codes AS SELECT * FROM frame")
    query = duckdb_query("{}::SMALLINT")
    rivals: Calls = {
        "NumPy, in blocks": lambda: by_numpy(codes),
        "numba": lambda: by_numba(look_up, codes),
        "Polars": lambda: frame.select(expressions),
        "DuckDB": lambda: base.execute(query).fetchnumpy(),
    }
    expected = score_codes(codes)
    for rival in rivals.values():
        answer: Any = rival()
        for name, scores in expected.items():
            np.testing.assert_array_equal(answer[name], scores)
    place = {name: np.empty_like(column) for name, column in codes.items()}
    copies: Calls = {
        "copy to new arrays": lambda: [column.copy() for column in codes.values()],
        "copy into place": lambda: [np.copyto(place[name], codes[name]) for name in codes],
    }
    return Comparison({"score_codes": lambda: score_codes(codes)}, rivals, copies)


def as_frame(answer: Any, index: pd.Index) -> pd.DataFrame:
    """Return scores as `score` does: in floats, with the sum, and missing where undecided."""
    block = np.empty((4, ROWS))
    for place, (name, *_) in enumerate(TABLES):
        levels = answer[name]
        block[place] = levels
        block[place][levels < 0] = np.nan
    np.sum(block[:3], axis=0, out=block[3])
    columns = [*(name for name, *_ in TABLES), "overall"]
    return pd.DataFrame(block.T, index, columns, copy=False)


def bytes_of(codings: pd.DataFrame) -> Codes:
    """Convert codings to codes; missing ones become -1."""
    codes = {}
    for name in THREE_P.scales:
        column = codings[name].to_numpy()
        out = codes[name] = np.empty(ROWS, dtype=np.int8)
        for start in range(0, ROWS, BLOCK):
            rows = slice(start, start + BLOCK)
            # A missing coding fails the comparison.
            np.copyto(out[rows], np.where(column[rows] >= 0, column[rows], -1), casting="unsafe")
    return codes


@comparison("1,770,000 rows of a DataFrame, checks included")
def frame_of_floats() -> Comparison:
    """The rivals check neither the index nor the codings."""
    import duckdb
    import polars as pl

    codes = drawn()
    units = [f"unit {place:06}" for place in range(ROWS // 10)]
    index = pd.MultiIndex.from_product([units, range(2000, 2010)], names=["country", "year"])
    block = np.array(list(codes.values()), dtype=np.float64)
    block[block < 0] = np.nan
    codings = pd.DataFrame(block.T, index, list(codes), copy=False)
    look_up = compiled()
    convert = compiled_conversion()

    def with_numba() -> pd.DataFrame:
        columns = {name: codings[name].to_numpy() for name in codings}
        converted = {name: convert(column) for name, column in columns.items()}
        return as_frame(by_numba(look_up, converted), index)

    expressions = polars_expressions(
        lambda name: pl.col(name).fill_nan(-1.0).cast(pl.Int8).cast(pl.Int16)
    )

    def with_polars() -> pd.DataFrame:
        frame = pl.DataFrame({name: codings[name].to_numpy() for name in codings})
        return as_frame(frame.select(expressions).to_dict(), index)

    base = duckdb.connect(config={"threads": 1})
    query = duckdb_query("(CASE WHEN {0} >= 0 AND NOT isnan({0}) THEN {0} ELSE -1 END)::SMALLINT")

    def with_duckdb() -> pd.DataFrame:
        base.register("codes", codings)
        return as_frame(base.execute(query).fetchnumpy(), index)

    rivals: Calls = {
        "NumPy, in blocks": lambda: as_frame(by_numpy(bytes_of(codings)), index),
        "numba": with_numba,
        "Polars": with_polars,
        "DuckDB": with_duckdb,
    }
    expected = score(codings)
    for rival in rivals.values():
        pd.testing.assert_frame_equal(rival(), expected)
    return Comparison({"score": lambda: score(codings)}, rivals, {"DataFrame.copy": codings.copy})


def compiled_conversion() -> Any:
    """Compile the conversion of a column to codes."""
    import numba

    def convert(column: Any) -> Any:
        out = np.empty(len(column), dtype=np.int8)
        for row in range(len(column)):
            out[row] = np.int8(column[row]) if column[row] >= 0 else np.int8(-1)
        return out

    return numba.njit(convert)


TRACKER = Codebook(
    "tracker",
    (
        Dimension(
            "policies",
            tuple(Indicator(f"i{place}", ("none", "some", "most", "all")) for place in range(28)),
            Sum(thresholds=(21, 42, 63, 84)),
        ),
    ),
)
"""Twenty-eight indicators that add: a table would have 4e16 entries."""


@comparison("1,000,000 rows of 28 indicators, one coding in twenty missing")
def bounds_of_a_sum() -> Comparison:
    rng = np.random.default_rng(0)
    units = [f"unit {place:06}" for place in range(100_000)]
    index = pd.MultiIndex.from_product([units, range(2000, 2010)], names=["country", "year"])
    block = rng.integers(0, 4, (len(index), 28)).astype(np.float64)
    block[rng.random(block.shape, dtype=np.float32) < 0.05] = np.nan
    codings = pd.DataFrame(block, index, list(TRACKER.scales), copy=False)

    def with_numpy() -> pd.DataFrame:
        table = codings.to_numpy()
        known = np.nansum(table, axis=1)
        most = known + 3 * np.isnan(table).sum(axis=1)
        cuts = [21, 42, 63, 84]
        ends = {
            end: 1.0 + np.searchsorted(cuts, each, "right")
            for end, each in (("low", known), ("high", most))
        }
        return pd.DataFrame(
            {f"{name}_{end}": ends[end] for name in ("policies", "overall") for end in ends},
            index,
        )

    pd.testing.assert_frame_equal(with_numpy(), score_bounds(codings, codebook=TRACKER))
    return Comparison(
        {"score_bounds": lambda: score_bounds(codings, codebook=TRACKER)},
        {"NumPy": with_numpy},
        {"DataFrame.copy": codings.copy},
    )


@comparison("scores of 177 countries x 10 years")
def demo() -> Comparison:
    codings = datasets.load_demo()
    return Comparison(
        {"score": lambda: score(codings), "score_bounds": lambda: score_bounds(codings)},
        copies={"DataFrame.copy": codings.copy},
    )
