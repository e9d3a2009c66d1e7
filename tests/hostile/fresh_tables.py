"""The fresh list: tables of scores of which one thing was changed."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from .fresh_forms import (
    AT,
    DIMENSIONS,
    FULL,
    GRID,
    HEADER,
    KEY,
    SEED,
    TABLES,
    TRUE,
    UNITS,
    Input,
    Refusal,
    Rows,
    Write,
    delimited,
    frame_of,
    meaning,
    ods,
    ods_cell,
    parquet,
    put,
    put_bytes,
    put_text,
    stata,
    xlsx,
)

Damage = tuple[str, Rows, Any, Refusal, str, dict[str, Any]]


def scores() -> Iterator[Damage]:
    """Change one score."""
    true, head = meaning(TRUE), HEADER[:5]
    blank = meaning(put(TRUE, 2, None))
    bad = "IV,4/5,80%,4.5,~4,<4,4\u20135,0x4,4 pts,1e308,-4,6,0,inf,#REF!,TRUE,?,4;5,4 4,O4,½,yes"
    for text in ["four", *bad.split(","), "4, 5"]:
        yield f"score {text}", [head, *put(TRUE, 2, text)], None, "must", "", TABLES
    for number in (4.5, 6, 0, -4, 1e30, 40, 4.0000001):
        yield f"number {number}", [head, *put(TRUE, 2, number)], None, "must", "", TABLES
    for text in (
        "4.0",
        "04",
        "4e0",
        "+4",
        "\uff14",
        " 4 ",
        "4,0",
        "'4",
        "4\u00a0",
        "٤",
        "4.",
        "4¹",
    ):
        yield f"score {text!a}", [head, *put(TRUE, 2, text)], true, "may", "", TABLES
    for text in ("4*", "4†", "4 [a]"):
        yield f"score {text!a}", [head, *put(TRUE, 2, text)], true, "may", "mark|note", TABLES
    for text in ("NA", "..", "\u2013", ".", "n/a"):
        yield f"score {text!a}", [head, *put(TRUE, 2, text)], blank, "never", "", TABLES
    for value in ("n.d.", "no data", -99, 555, "missing"):
        yield (
            f"score {value}",
            [head, *put(TRUE, 2, value)],
            blank,
            "never",
            f"prosecution|{KEY}",
            TABLES,
        )
    yield (
        "gap in a sum",
        [HEADER, *put(FULL, 3, None)],
        meaning(put(TRUE, 3, None)),
        "never",
        ("overall"),
        TABLES,
    )


def years() -> Iterator[Damage]:
    """Change a year."""
    true, head = meaning(TRUE), HEADER[:5]
    wrong = "2008/09,FY2008,2o08,2008.5,08,20080,1899,2101,2008-2009,MMVIII,-2008,2551,03/04/08"
    for value in [*wrong.split(","), "", 2008.5, 8, 39813]:
        yield f"year {value!r}", [head, *put(TRUE, 1, value)], None, "must", "", TABLES
    for text in ("2008-12-31", "31/12/2008"):
        yield f"year {text}", [head, *put(TRUE, 1, text)], true, "never", "", TABLES
    for text in ("\uff12\uff10\uff10\uff18", "Dec 2008", "2008-06", "2008 Q3", "2008.0", "2008p"):
        note = "2008p|mark" if text == "2008p" else ""
        yield f"year {text!a}", [head, *put(TRUE, 1, text)], true, "may", note, TABLES


def countries() -> Iterator[Damage]:
    """Change a country."""
    true, head = meaning(TRUE), HEADER[:5]
    unknown = "South Koera,Korea,Korea and Ghana,Seoul,Country 3,410,England,Sweden/Ghana,Rest,.,"
    for text in unknown.split(","):
        yield f"country {text!r}", [head, *put(TRUE, 0, text)], None, "must", "", TABLES
    for text in ("SOUTH KOREA", "Corée du Sud", "Südkorea", "KOR", "Korea, South", "Corea del Sur"):
        yield f"country {text}", [head, *put(TRUE, 0, text)], true, "never", "", TABLES
    doubtful = (
        "S\u03bfuth Korea",
        "South\u200bKorea",
        "South Korea¹",
        "South Korea [1]",
        "대한민국",
    )
    for text in (*doubtful, "South\u202eKorea", "South  Korea (a)", "Sout\u0301h Korea"):
        yield f"country {text!a}", [head, *put(TRUE, 0, text)], true, "may", "", TABLES
    others = {"North Korea": "PRK", "Niger": "NER", "Georgia": "GEO", "Congo": "COG"}
    for text, code in others.items():
        right = meaning(put(TRUE, 0, code))
        yield f"country {text}", [head, *put(TRUE, 0, text)], right, "never", "", TABLES
    states = {"Soviet Union": "SUN", "Czechoslovakia": "CSK", "Yugoslavia": "YUG", "Jersey": "JEY"}
    for text, code in states.items():
        right = meaning(put(TRUE, 0, code))
        yield f"country {text}", [head, *put(TRUE, 0, text)], right, "may", "", TABLES
    fewer = meaning(TRUE[:AT] + TRUE[AT + 1 :])
    for text in ("World", "High income", "OECD members", "European Union", "Sub-Saharan Africa"):
        yield f"aggregate {text}", [head, *put(TRUE, 0, text)], fewer, "never", text, TABLES
    for text in ("Total", "Average", "Mean"):
        yield f"aggregate {text}", [head, *put(TRUE, 0, text)], fewer, "may", text, TABLES


def cells() -> Iterator[Damage]:
    """Change more than one cell, or a scale."""
    head, true = HEADER[:5], meaning(TRUE)
    swapped = put(put(TRUE, 2, TRUE[0][2]), 2, 4, row=0)
    yield "two cells swapped", [head, *swapped], meaning(swapped), "never", "", TABLES
    broken = put(put(FULL, 2, 1), 2, 4, row=0)
    yield "a cell swapped beside sums", [HEADER, *broken], None, "must", "", TABLES
    turned = put(put(FULL, 2, 2), 3, 4)
    yield "swapped within a sum", [HEADER, *turned], meaning(turned), "never", "", TABLES
    down = [[*a[:2], b, *a[3:]] for a, b in zip(TRUE, [None, *(r[2] for r in TRUE)], strict=False)]
    yield "a column shifted", [head, *down], meaning(down), "never", "", TABLES
    sums = [[*row, row5[5]] for row, row5 in zip(down, FULL, strict=True)]
    yield "a column shifted beside sums", [HEADER, *sums], None, "must", "", TABLES
    yield "a row less", [head, *TRUE[1:]], meaning(TRUE[1:]), "never", "", TABLES
    yield "shuffled", [head, *random.Random(SEED).sample(TRUE, 18)], true, "never", "", TABLES
    other = [[*TRUE[AT][:2], 3, *TRUE[AT][3:]]]
    yield "a row with another score", [head, *TRUE, *other], None, "must", "", TABLES
    yield "another score by code", [head, *TRUE, ["KOR", *other[0][1:]]], None, "must", "", TABLES
    yield "a row repeated", [head, *TRUE, TRUE[AT]], true, "never", ".", TABLES
    yield "a block repeated", [head, *TRUE, *TRUE], true, "never", ".", TABLES
    yield "a block with another score", [head, *TRUE, *put(TRUE, 4, 1)], None, "must", "", TABLES
    means = [[*row[:5], row[5] / 3] for row in FULL]
    yield "means for sums", [HEADER, *means], None, "must", "", TABLES
    hundred = [[*row[:2], *(20 * level for level in row[2:])] for row in TRUE[:6]]
    yield "two scales", [head, *hundred, *TRUE[6:]], None, "must", "", TABLES
    below = [[*row[:2], *(level - 1 for level in row[2:])] for row in TRUE]
    yield "from 0 to 4", [head, *below], None, "must", "", TABLES
    names = ["Country", "Year", "Protection", "Prosecution", "Prevention"]
    turned = [[a, b, d, c, e] for a, b, c, d, e in TRUE]
    yield "headers swapped", [names, *TRUE], meaning(turned), "never", "", TABLES
    fourth = [[*row[:5], 2, row[5] + 2] for row in FULL]
    yield (
        "a fourth dimension",
        [[*head, "Partnership", "Overall"], *fourth],
        None,
        "must",
        "",
        (TABLES),
    )
    empty = [[*row[:4], None] for row in TRUE]
    yield "a column blank", [head, *empty], meaning(empty), "never", "", GRID
    merged = [[row[0] if place % 3 == 0 else None, *row[1:]] for place, row in enumerate(TRUE)]
    yield "countries named once", [head, *merged], None, "must", "", TABLES


def headers() -> Iterator[Damage]:
    """Change a column, its header or the lines around the table."""
    head, true = HEADER[:5], meaning(TRUE)
    iso = [[row[0], UNITS[row[0]], *row[1:]] for row in TRUE]
    with_iso = ["Country", "ISO3", *HEADER[1:5]]
    wrong = put(iso, 1, "PRK")
    right = meaning([["PRK" if row[1] == "PRK" else row[0], *row[2:]] for row in wrong])
    yield "two countries in a row", [with_iso, *wrong], right, "may", "PRK|South Korea", TABLES
    times = [[*row[:2], 2011 if i == AT else row[1], *row[2:]] for i, row in enumerate(TRUE)]
    yield "two years", [["Country", "Year", "Time", *head[2:]], *times], None, "must", "", TABLES
    twice = [[*row, 1] for row in TRUE]
    yield "a header twice", [[*head, "Prosecution"], *twice], None, "must", "", GRID
    yield "no header", TRUE, None, "must", "", GRID
    yield "header alone", [head], None, "must", "", GRID
    yield "transposed", [list(row) for row in zip(head, *TRUE, strict=True)], None, "must", "", GRID
    yield "a blank header", [[*head[:3], "", head[4]], *TRUE], None, "must", "", GRID
    for part, rule in {"(0-4)": "must", "(%)": "must", "(1-5)": "never"}.items():
        scaled = [*head[:2], f"Prosecution {part}", *head[3:]]
        yield f"header {part}", [scaled, *TRUE], true, rule, "", GRID  # type: ignore[misc]
    yield "a header within", [head, *TRUE[:9], head, *TRUE[9:]], true, "may", ".", GRID
    units = ["", "", "points", "points", "points"]
    yield "a row of units", [head, units, *TRUE], true, "may", ".", GRID
    yield (
        "titles and a note",
        [["Made up"], [], head, *TRUE, ["Source: nobody"]],
        true,
        ("never"),
        "not part of the table",
        GRID,
    )
    yield "a blank row", [head, *TRUE[:9], [None] * 5, *TRUE[9:]], true, "never", "", GRID
    short = [*TRUE[:-1], TRUE[-1][:3]]
    yield "the last row cut", [head, *short], None, "must", "", {"CSV": GRID["CSV"]}
    pushed = [*TRUE[:AT], ["South Korea", None, *TRUE[AT][1:]], *TRUE[AT + 1 :]]
    yield "a row pushed right", [head, *pushed], None, "must", "", GRID
    yield "totals below", [head, *TRUE, ["Total", "", 50, 50, 50]], true, "may", "Total", GRID


def layouts() -> Iterator[Damage]:
    """Change a table with years side by side, or series below each other."""
    true = meaning(TRUE)
    wide = [
        [name, *(row[c] for c in (2, 3, 4) for row in TRUE if row[0] == name)] for name in UNITS
    ]
    across = ["Country", *(f"{d}_{y}" for d in DIMENSIONS for y in (2007, 2008, 2009))]
    yield "wide", [across, *wide], true, "never", "", TABLES
    yield (
        "wide, a row with another score",
        [across, *wide, [*wide[2][:9], wide[2][9] % 5 + 1]],
        None,
        "must",
        "",
        (TABLES),
    )
    yield (
        "wide, a year twice",
        [[*across[:2], across[1], *across[3:]], *wide],
        None,
        "must",
        "",
        GRID,
    )
    gap = {
        k: v | ({"prosecution": None, "overall": None} if "2008" in k else {})
        for k, v in true.items()
    }
    fiscal = [*across[:2], "prosecution_2008/09", *across[3:]]
    yield "wide, a fiscal year", [fiscal, *wide], gap, "may", "2008/09", GRID
    long = [[*row[:2], name, row[2 + i]] for row in TRUE for i, name in enumerate(DIMENSIONS)]
    series = ["Country", "Year", "Indicator", "Value"]
    yield "long", [series, *long], true, "never", "", TABLES
    again = [*long, ["South Korea", 2008, "prosecution", 3]]
    yield "long, two values", [series, *again], None, "must", "", TABLES
    yield (
        "long, a value less",
        [series, *(r for i, r in enumerate(long) if i != 3 * AT)],
        (meaning(put(TRUE, 2, None))),
        "never",
        "",
        TABLES,
    )
    typo = put(long, 2, "prosekution", 3 * AT)
    yield (
        "long, a typing error",
        [series, *typo],
        meaning(put(TRUE, 2, None)),
        "may",
        ("prosekution"),
        TABLES,
    )
    yield "long, off the scale", [series, *put(long, 3, 9, 3 * AT)], None, "must", "", TABLES


def tables() -> Iterator[Input]:
    """Write each damage in several forms, and have some of them checked by the command."""
    dice = random.Random(SEED)
    kinds = (scores, years, countries, cells, headers, layouts)
    damages = [each for kind in kinds for each in kind()]
    for count, (name, rows, right, rule, note, forms) in enumerate(damages):
        plain = str(rows).isascii()
        able = [form for form in forms if plain or form != "Stata 117"]  # which is Windows-1252
        for form in dice.sample(able, min(2, len(able))):

            def write(path: Path, rows: Rows = rows, form: str = form) -> None:
                TABLES[form](path, rows)

            yield Input(form, name, "scores", write, right, rule, note)
            if count % 4 == 0 and rule == "must":
                yield Input("command", f"{form}: {name}", "check", write, None, "must")


def _of(form: str, name: str, write: Write, right: Any, refusal: Refusal, note: str = "") -> Input:
    return Input(form, name, "scores", write, right, refusal, note)


PLAIN: Rows = [HEADER[:5], *TRUE]


def shown() -> Iterator[Input]:
    """Give cells of a workbook a look or a place."""
    true, head, rows = meaning(TRUE), HEADER[:5], PLAIN
    for style in (
        "0%",
        "yyyy-mm-dd",
        '"grade "0',
        "0.0E+00",
        ";;;",
        '0" of 5"',
        "# ?/?",
        "hh:mm",
        "0,",
    ):
        rule: Refusal = "may" if style in ("0.0E+00", "# ?/?") else "must"
        yield _of("xlsx", f"style {style}", partial(xlsx, rows=rows, style=style), true, rule)
    yield _of("xlsx", "style 0.0", partial(xlsx, rows=rows, style="0.0"), true, "never")
    half = [head, *put(TRUE, 2, 3.6)]
    yield _of("xlsx", "3.6 shown as 4", partial(xlsx, rows=half, style="0"), None, "must")
    gaps = [[row[0] if i % 3 == 0 else None, *row[1:]] for i, row in enumerate(TRUE)]
    areas = "".join(f'<mergeCell ref="A{3 * i + 2}:A{3 * i + 4}"/>' for i in range(6))
    merged = f"<mergeCells>{areas}</mergeCells>"
    yield _of("xlsx", "merged", partial(xlsx, rows=[head, *gaps], after=merged), true, "never")
    fewer = merged.replace("A2:A4", "A2:A3")
    yield _of(
        "xlsx", "merged, one row less", partial(xlsx, rows=[head, *gaps], after=fewer), None, "must"
    )
    over = '<mergeCells><mergeCell ref="C9:E9"/></mergeCells>'
    yield _of("xlsx", "scores merged", partial(xlsx, rows=rows, after=over), true, "may", ".")
    cell = ods_cell(4)
    at = ods_cell(2008) + cell
    for name, other in {
        "shows 5": cell.replace(">4<", ">5<"),
        "a currency": cell.replace('"float"', '"currency"').replace(">4<", ">4 $<"),
        "per cent": cell.replace('"float"', '"percentage"').replace(">4<", ">400%<"),
        "a date": '<table:table-cell office:value-type="date" office:date-value="2008-04-04">'
        "<text:p>4</text:p></table:table-cell>",
        "true": ods_cell(True),
        "repeated": cell.replace(
            "<table:table-cell", '<table:table-cell table:number-columns-repeated="2"'
        ),
        "no number": cell.replace('office:value="4"', 'office:value="four"'),
        "infinite": cell.replace('office:value="4"', 'office:value="INF"'),
        "an error": ods_cell("#DIV/0!"),
    }.items():
        full = (ods_cell("South Korea") + at, ods_cell("South Korea") + ods_cell(2008) + other)
        rule = "may" if name == "a currency" else "must"
        yield _of("ods", name, partial(ods, rows=rows, change=full), true, rule)


def records() -> Iterator[Input]:
    """Give a value of a record a type or a name."""
    blank, head = meaning(put(TRUE, 2, None)), HEADER[:5]
    true_records = [dict(zip(head, row, strict=True)) for row in TRUE]
    values: dict[str, str] = {
        "a list": "[4]",
        "two values": "[4, 5]",
        "a record": '{"score": 4}',
        "true": "true",
        "infinite": "Infinity",
        "too large": "1e999",
        "400 digits": "4" + "0" * 400,
        "half": "4.5",
        "text": '"four"',
        "a zero byte": '"4\\u0000"',
        "no value": "",
        "octal": "04",
        "half a pair": '"\\ud800"',
        "a value twice": '4, "Prosecution": 5',
        "nested": "[" * 9000 + "]" * 9000,
    }
    odd = true_records[AT] | {"Prosecution": "@"}
    data = [*true_records[:AT], odd, *true_records[AT + 1 :]]
    text = json.dumps({"metadata": {}, "data": data})
    for name, value in values.items():
        yield _of("JSON", name, partial(put_text, text.replace('"@"', value)), None, "must")
    for name, value in {"null": "null", "NaN": "NaN"}.items():
        rule = "may" if name == "NaN" else "never"
        yield _of("JSON", name, partial(put_text, text.replace('"@"', value)), blank, rule)
    whole = text.replace('"@"', "4")
    less = whole.replace('"Year": 2008, "Prosecution": 4', '"Prosecution": 4')
    yield _of("JSON", "a year less", partial(put_text, less), None, "must")
    less = whole.replace('2008, "Prosecution": 4, "Prot', '2008, "Prot')
    assert less != whole
    yield _of("JSON", "a score less", partial(put_text, less), blank, "may")
    more = whole.replace(
        '2008, "Prosecution": 4, "Prot', '2008, "prosecution": 5, "Prosecution": 4, "Prot'
    )
    yield _of("JSON", "a score by two names", partial(put_text, more), None, "must")
    yield _of("JSON", "cut short", partial(put_text, whole[:-40]), None, "must")
    yield _of("JSON", "another one below", partial(put_text, whole + whole), None, "must")


def columns() -> Iterator[Input]:
    """Give a column a type or labels."""
    true, rows = meaning(TRUE), PLAIN
    frame = frame_of(rows)
    odd: dict[str, Any] = {
        "lists": [[level] for level in frame["Prosecution"]],
        "records": [{"level": level} for level in frame["Prosecution"]],
        "booleans": [level > 3 for level in frame["Prosecution"]],
        "dates": pd.to_datetime(["2008-01-04"] * 18),
        "durations": pd.to_timedelta(frame["Prosecution"], unit="D"),
        "bytes": [b"4"] * 18,
        "infinite": [float("inf")] * 18,
        "complex text": ["4+0j"] * 18,
    }
    for name, column in odd.items():
        table = frame.assign(Prosecution=column)
        rule = "may" if name == "bytes" else "must"
        yield _of("Parquet", name, partial(parquet, frame=table), true, rule)
    for name, kind in {
        "int8": "int8",
        "float32": "float32",
        "categories": "category",
        "text": "str",
    }.items():
        table = frame.assign(Prosecution=frame["Prosecution"].astype("int8").astype(kind))
        yield _of("Parquet", name, partial(parquet, frame=table), true, "never")
    dates = frame.assign(Year=pd.to_datetime([f"{row[1]}-12-31" for row in TRUE]))
    yield _of("Parquet", "years as dates", partial(parquet, frame=dates), true, "never")
    yield _of("Stata 118", "years as dates", partial(stata, frame=dates, labels={}), true, "never")
    labels: dict[str, tuple[dict[int, str], Refusal]] = {
        # What a person reads is 6, which is off the scale.
        "labels one higher": ({n: f"{n + 1}" for n in range(1, 6)}, "must"),
        "a label of another year": ({2008: "2009"}, "must"),
        "labels without meaning": ({n: "abcde"[n - 1] for n in range(1, 6)}, "may"),
        "a label with its number": ({n: f"{n} of five" for n in range(1, 6)}, "may"),
    }
    table = frame.astype({"Year": int, "Prosecution": int})
    for name, (words, rule) in labels.items():
        column = "Year" if 2008 in words else "Prosecution"
        write = partial(stata, frame=table, labels={column: words})
        yield _of("Stata 118", name, write, true, rule)


def texts() -> Iterator[Input]:
    """Change bytes of a text."""
    true, rows = meaning(TRUE), PLAIN
    plain = delimited(rows, ",")
    lines = plain.encode()
    for name, raw in {
        "a zero byte": lines.replace(b"South Korea,2008,4", b"South Korea,2008,4\0"),
        "an open quote": lines.replace(b"South Korea,2008", b'"South Korea,2008'),
        "half of UTF-16": plain.encode("utf-16")[:-1],
        "not UTF-8": plain.replace("South Korea", "Cor\u00e9e du Sud")
        .encode("utf-8")
        .replace(b"\xc3", b"\xff"),
        "semicolons below": lines.replace(b"South Korea,2008,4,2,5", b"South Korea;2008;4;2;5"),
        "a cut gzip": gzip.compress(lines)[:-12],
        "a gzip in bits": gzip.compress(lines)[:40] + b"\0\0" + gzip.compress(lines)[42:],
        "decimal commas": lines.replace(b"2008,4,2,5", b"2008,4,0,2,0,5,0"),
        "two tables": lines + b"\r\n" + lines.replace(b"2008,4", b"2008,3"),
        "a page of HTML": b"<html><table><tr><td>Country</td></tr></table></html>",
        "nothing": b"",
        "blanks": b" \n \n",
        "a mark alone": b"\xef\xbb\xbf",
    }.items():
        yield _of("CSV", name, partial(put_bytes, raw), None, "must")
    for name, raw in {
        "a bell": lines.replace(b"South Korea,2008", b"South\7 Korea,2008"),
        "old line ends": lines.replace(b"\r\n", b"\r"),
        "names a separator": b"sep=,\r\n" + lines,
        "all in quotes": "\n".join(",".join(f'"{c}"' for c in row) for row in rows).encode(),
    }.items():
        yield _of("CSV", name, partial(put_bytes, raw), true, "may")


PARTS = (tables, shown, records, columns, texts)
