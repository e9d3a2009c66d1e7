"""Hostile Stata and Parquet files, and sound files under wrong names."""

from __future__ import annotations

import datetime
import decimal
import io
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any

import numpy as np
import pandas as pd

from . import books
from .cases import COUNTRIES, HEADER, PARTS, Case, case, cuts, flipped, panel, written

SOUND = panel([("DEU", 2009, 5, 5, 5, 15), ("NGA", 2009, 4, 5, 5, 14)])
TABLE = pd.DataFrame(
    {"country": ["Germany", "Nigeria"], "year": [2009, 2009], "prosecution": [5, 4]}
    | {"protection": [5, 5], "prevention": [5, 5]}
)


def binary_cases(random: Random) -> Iterator[Case]:
    """Give every case of Stata and Parquet."""
    yield from _stata(random)
    yield from _parquet(random)
    yield from _wrong_names()


def stata(table: pd.DataFrame = TABLE, version: int = 118, **options: Any) -> bytes:
    """Return a Stata file."""
    stream = io.BytesIO()
    stamp = datetime.datetime(2015, 8, 10)
    table = table.astype({name: object for name in table if table[name].dtype == "str"})
    table.to_stata(stream, write_index=False, version=version, time_stamp=stamp, **options)  # type: ignore[call-overload]
    return stream.getvalue()


def _stata(random: Random) -> Iterator[Case]:
    for version in (114, 117, 118, 119):
        for order in ("<", ">"):
            sound = stata(version=version, byteorder=order)
            name = f"sound-{version}-{'big' if order == '>' else 'little'}.dta"
            yield case("Stata headers", name, sound, SOUND)
        sound = stata(version=version)
        for place in cuts(random, len(sound), 8):
            yield case("truncated", f"cut-{version}-{place}.dta", sound[:place], SOUND, "either")
        for number, content in enumerate(flipped(random, sound, 8)):
            yield case(
                "bytes replaced", f"flipped-{version}-{number}.dta", content, expected="valid"
            )
    new, old = stata(version=118), stata(version=114)
    for number, (before, after) in enumerate(
        (
            (b"<release>118", b"<release>999"),
            (b"<release>118", b"<release>"),
            (b"<byteorder>LSF", b"<byteorder>XXX"),
            (b"<byteorder>LSF", b"<byteorder>MSF"),
            (b"<K>\x05\x00", b"<K>\xff\xff"),
            (b"<K>\x05\x00", b"<K>\x00\x00"),
            (b"<N>\x02\x00\x00\x00\x00\x00\x00\x00", b"<N>" + b"\xff" * 8),
            (b"<N>\x02\x00\x00\x00\x00\x00\x00\x00", b"<N>" + b"\xff\xff\xff\xff\xff\xff\xff\x7f"),
            (b"<N>\x02\x00", b"<N>\x00\x00"),
            (b"<N>\x02\x00", b"<N>\x01\x00"),
            (b"<N>\x02\x00", b"<N>\x03\x00"),
            (b"<map>", b"<mop>"),
            (b"<map>" + new.partition(b"<map>")[2][:112], b"<map>" + b"\xff" * 112),
            (b"<map>" + new.partition(b"<map>")[2][:112], b"<map>" + b"\0" * 112),
            (b"<variable_types>", b"<variable_typos>"),
            (b"<varnames>country", b"<varnames>\xff\xfe\xfd\xfctry"),
            (b"</stata_dta>", b""),
            (b"<stata_dta>", b"<stata_dta><stata_dta>"),
            (b"Nigeria", b"Nig\xffria"),
        )
    ):
        # A header that claims fewer rows than there are is believed.
        changed = new.replace(before, after, 1)
        assert changed != new
        yield case("Stata headers", f"new-{number}.dta", changed, expected="valid")
    for number, (place, byte) in enumerate(
        ((0, 102), (0, 103), (0, 115), (1, 2), (2, 9), (4, 0), (4, 255), (5, 127), (6, 0), (9, 127))
    ):
        changed = bytearray(old)
        changed[place] = byte
        yield case("Stata headers", f"old-{number}.dta", bytes(changed), expected="valid")
    for name, content in (
        ("magic", b"<stata_dta>"),
        ("old-magic", b"\x72\x01"),
        ("zip", b"\x72\x02PK"),
    ):
        yield case("Stata headers", f"{name}.dta", content)
    typed = TABLE.assign(year=pd.to_datetime(["2009-06-30", "2009-06-30"]))
    for form in ("tc", "td", "tw", "tm", "tq", "th", "ty"):
        content = stata(typed, convert_dates={"year": form})
        yield case("years", f"{form}.dta", content, SOUND)
    for name, column in (
        ("infinite", [np.float64(1e300), 4.0]),
        ("fraction", [4.5, 4.0]),
        ("text", ["five", "four"]),
        ("negative", [-1, 4]),
    ):
        content = stata(TABLE.assign(prosecution=column))
        yield case("numbers", f"{name}.dta", content)
    digits = stata(TABLE.assign(prosecution=["5", "4"]))
    yield case("numbers", "digits.dta", digits, SOUND)
    labelled = stata(TABLE, value_labels={"prosecution": {5: "four", 4: "five"}})
    yield case("numbers", "labelled.dta", labelled, SOUND)
    yield case("empty", "nothing.dta", stata(TABLE.iloc[:0]))


def parquet(table: Any = TABLE, **options: Any) -> bytes:
    """Return a Parquet file."""
    stream = io.BytesIO()
    if isinstance(table, pd.DataFrame):
        table.to_parquet(stream, engine="pyarrow", **options)
    else:
        from pyarrow.parquet import write_table

        write_table(table, stream, **options)
    return stream.getvalue()


def arrow(**columns: Any) -> Callable[[], bytes]:
    """Return a maker of the sound table with some columns replaced."""

    def make() -> bytes:
        import pyarrow as pa

        plain = {name: TABLE[name].tolist() for name in TABLE} | columns
        arrays = {
            name: each() if callable(each) else pa.array(each) for name, each in plain.items()
        }
        return parquet(pa.table(arrays))

    return make


def _typed(cells: list[Any], kind: str, *arguments: Any) -> Callable[[], Any]:
    def make() -> Any:
        import pyarrow as pa

        return pa.array(cells, getattr(pa, kind)(*arguments))

    return make


def _encoded() -> Any:
    import pyarrow as pa

    return pa.array(["Germany", "Nigeria"]).dictionary_encode()


def _parquet(random: Random) -> Iterator[Case]:
    sound = parquet()
    yield case("Parquet types", "sound.parquet", sound, SOUND)
    for place in cuts(random, len(sound), 12):
        yield case("truncated", f"cut-{place}.parquet", sound[:place])
    for number, content in enumerate(flipped(random, sound, 30)):
        yield case("bytes replaced", f"flipped-{number}.parquet", content, expected="valid")
    dates = [datetime.date(2009, 12, 31), datetime.date(2009, 1, 1)]
    moments = [datetime.datetime(2009, 12, 31), datetime.datetime(2009, 1, 1)]
    for name, truth, columns in (
        ("int8", SOUND, {"prosecution": _typed([5, 4], "int8")}),
        ("uint64", SOUND, {"prosecution": _typed([5, 4], "uint64")}),
        ("float16", SOUND, {"prosecution": _typed([np.float16(5), np.float16(4)], "float16")}),
        ("decimal", SOUND, {"prosecution": [decimal.Decimal("5.0"), decimal.Decimal("4.0")]}),
        ("text", SOUND, {"prosecution": ["5", "4"]}),
        ("encoded", SOUND, {"country": _encoded}),
        ("large-text", SOUND, {"country": _typed(["Germany", "Nigeria"], "large_string")}),
        ("year-date", SOUND, {"year": dates}),
        ("year-moment", SOUND, {"year": moments}),
        ("year-zoned", SOUND, {"year": _typed(moments, "timestamp", "ns", "Asia/Tokyo")}),
        ("year-text", SOUND, {"year": ["2009", "2009"]}),
        ("year-decimal", SOUND, {"year": [decimal.Decimal(2009), decimal.Decimal(2009)]}),
        ("huge", None, {"prosecution": _typed([2**64 - 1, 4], "uint64")}),
        ("huge-decimal", None, {"prosecution": [decimal.Decimal("9" * 38), decimal.Decimal(4)]}),
        ("infinite", None, {"prosecution": [float("inf"), 4.0]}),
        ("truths", None, {"prosecution": [True, True]}),
        ("dates", None, {"prosecution": dates}),
        ("durations", None, {"prosecution": [datetime.timedelta(5), datetime.timedelta(4)]}),
        ("times", None, {"prosecution": [datetime.time(5), datetime.time(4)]}),
        ("bytes", None, {"prosecution": [b"5", b"4"]}),
        ("lists", None, {"prosecution": [[5], [4]]}),
        ("structures", None, {"prosecution": [{"a": 5}, {"a": 4}]}),
        ("maps", None, {"prosecution": _typed([[("a", 5)], []], "map_", "string", "int64")}),
        ("nested", None, {"prosecution": [{"prosecution": [5]}, {"prosecution": [4]}]}),
        ("year-lists", None, {"year": [[2009], [2009]]}),
        ("year-nothing", None, {"year": [None, None]}),
        ("year-truths", None, {"year": [True, False]}),
        ("year-durations", None, {"year": [datetime.timedelta(2009), datetime.timedelta(2009)]}),
        ("country-lists", None, {"country": [["Germany"], ["Nigeria"]]}),
        ("country-bytes", None, {"country": [b"Germany", b"Nigeria"]}),
        ("country-nothing", None, {"country": [None, None]}),
        ("country-numbers", SOUND, {"country": [276, 566]}),
        ("country-structures", None, {"country": [{"iso3": "DEU"}, {"iso3": "NGA"}]}),
    ):
        yield case("Parquet types", f"{name}.parquet", arrow(**columns), truth)
    indexed = TABLE.set_index(["country", "year"])
    yield case("Parquet types", "indexed.parquet", partial(parquet, indexed), SOUND)
    by_place = TABLE.set_index("country", drop=False)
    yield case(
        "Parquet types", "index-again.parquet", partial(parquet, by_place.rename_axis("who")), SOUND
    )
    yield case("Parquet types", "no-columns.parquet", partial(parquet, TABLE[[]]))
    yield case("Parquet types", "no-rows.parquet", partial(parquet, TABLE.iloc[:0]))
    yield case("Parquet types", "columns-twice.parquet", _twice)
    yield case("Parquet types", "levels.parquet", _levels)
    yield case("Parquet types", "metadata.parquet", _metadata)
    yield case("bombs", "equal-rows.parquet", _equal_rows)
    yield case("bombs", "equal-text.parquet", _equal_text)
    yield case("bombs", "magic.parquet", b"PAR1")
    yield case("bombs", "magic-twice.parquet", b"PAR1" + b"\xff" * 100 + b"PAR1")
    yield case("bombs", "footer.parquet", b"PAR1" + b"\xff\xff\xff\x7f" + b"PAR1")


def _twice() -> bytes:
    import pyarrow as pa

    names = ["country", "year", *PARTS, "prosecution"]
    columns = [*(pa.array(TABLE[name].tolist()) for name in TABLE), pa.array([5, 3])]
    return parquet(pa.table(columns, names=names))


def _levels() -> bytes:
    levels = pd.MultiIndex.from_product([["a"], TABLE.columns])
    return parquet(TABLE.set_axis(levels, axis=1))


def _metadata() -> bytes:
    import pyarrow as pa

    plain = pa.Table.from_pandas(TABLE)
    return parquet(plain.replace_schema_metadata({b"pandas": b'{"index_columns": [{"kind": 7}]}'}))


def _equal_rows() -> bytes:
    import pyarrow as pa

    ones = pa.array(np.ones(20_000_000, dtype=np.int8))
    return parquet(pa.table(dict.fromkeys(HEADER, ones)), compression="zstd")


def _equal_text() -> bytes:
    import pyarrow as pa

    long = pa.table({"country": ["x" * 2**20] * 300})
    return parquet(long, compression="zstd", use_dictionary=False, row_group_size=10)


def _wrong_names() -> Iterator[Case]:
    rows = [("DEU", 2009, 5.0, 5.0, 5.0, 15.0), ("NGA", 2009, 4.0, 5.0, 5.0, 14.0)]
    assert {row[0] for row in rows} <= set(COUNTRIES)
    contents: dict[str, bytes | Callable[[], bytes]] = {
        "csv": written(rows).encode(),
        "xlsx": books.workbook(),
        "xls": books.compound(books.stream([HEADER, *books.ROWS])),
        "dta": stata(),
        "parquet": parquet,
    }
    for form, content in contents.items():
        for ending in ("csv", "xlsx", "xls", "dta", "parquet", "exe"):
            if ending != form:
                yield case("wrong extensions", f"{form}.{ending}", content, SOUND)
