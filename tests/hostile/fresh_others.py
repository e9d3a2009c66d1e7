"""The fresh list: workbooks of coders, codebooks, events, evidence and releases."""

from __future__ import annotations

import copy
import datetime
import hashlib
import io
import json
import random
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]

import policyindex as pi
from policyindex import coding

from .fresh_forms import SEED, TABLES, Input, Refusal, Rows, panel_of, put, put_text, xlsx


@cache
def _workbook() -> tuple[bytes, dict[str, float]]:
    """Return a filled workbook of a coder, and the levels of Nigeria in it."""
    dice, levels = random.Random(SEED), {}
    indicators = {each.name: each for each in pi.THREE_P.indicators}
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "ama.xlsx")
        coding.template(path, countries=["Nigeria", "Ghana"], years=2015, coder="Ama")
        book = openpyxl.load_workbook(path)
        for name in BOOK_SHEETS:
            for row in book[name].iter_rows(min_row=3):
                unit, _, indicator, *_ = json.loads(row[0].value)
                words = indicators[indicator].levels
                level = 1 if indicator == "shelter" else dice.randrange(len(words))
                row[6].value = words[level]
                levels[f"{unit} {indicator}"] = float(level)
        book.save(path)
        return path.read_bytes(), levels


BOOK_SHEETS = ("Prosecution", "Protection", "Prevention")
SHELTER = 6  # the row of Nigeria's shelter in the sheet Protection


def workbooks() -> Iterator[Input]:
    """Edit a coder's workbook as people do."""

    def of(name: str, edit: Callable[[Any], Any], change: dict[str, Any], note: str = "") -> Input:
        def write(path: Path) -> None:
            book = openpyxl.load_workbook(io.BytesIO(_workbook()[0]))
            edit(book)
            book.save(path)

        levels = _workbook()[1] | change
        return Input("workbook", name, "workbook", write, levels, "never", note)

    def cell(column: str, value: Any, row: int = SHELTER) -> Callable[[Any], None]:
        return lambda book: book["Protection"].__setitem__(f"{column}{row}", value)

    lost = {"NGA shelter": None}
    wrong = "yess,7,-1,0.5,ja,yes; no,1/2,\u0443es,by the authorities,=1+1,yes (p. 3)"
    for level in [
        *wrong.split(","),
        "1" + 19 * "0",
        7,
        0.5,
        -1,
        1e300,
        datetime.datetime(2015, 1, 2),
        datetime.time(1, 0),
    ]:
        yield of(f"level {level!r}", cell("G", level), lost, "shelter")
    for level in (1, "1", " YES ", "Yes\u00a0"):
        yield of(f"level {level!a}", cell("G", level), {})
    yield of("a blank level", cell("G", None), lost)
    yield of("a doubt", cell("G", "?"), lost)
    yield of("not applicable", cell("H", "not applicable"), lost, "shelter")
    yield of("not mentioned", cell("H", "not mentioned"), lost, "shelter")
    yield of("another year", cell("E", 2014), lost, "row 6 of the sheet 'Protection'")
    yield of("a fiscal year", cell("E", "2015/16"), {}, "2015/16")
    yield of("another country", cell("D", "Ghana"), lost, "row 6 of the sheet 'Protection'")
    yield of("another code", cell("C", "GHA"), lost, "row 6 of the sheet 'Protection'")
    yield of("another indicator", cell("F", "health care"), lost, "shelter|health")
    yield of("another spelling", cell("D", "Federal Republic of Nigeria"), {})
    yield of("a key less", cell("A", None), {})
    key = '["GHA", 2015, "shelter", "", 38]'
    yield of("another key", cell("A", key), lost, "shelter")
    yield of("a page as a date", cell("J", datetime.datetime(2015, 3, 5)), {}, "shelter")
    yield of("a note outside", cell("P", "call Ben", 40), {}, "call Ben|P40")
    yield of("another header", cell("G", "Lvl", 2), {})
    yield of("a row less", lambda book: book["Protection"].delete_rows(SHELTER), lost, "shelter")
    gone = {
        f"{u} {i.name}": None for u in ("NGA", "GHA") for i in pi.THREE_P.dimensions[1].indicators
    }
    yield of(
        "a sheet less",
        lambda book: book.remove(book["Protection"]),
        gone,
        "lacks rows that it was made with 16 NGA 2015 no_punishment",
    )
    yield of("a sheet renamed", lambda book: setattr(book["Protection"], "title", "X"), {})
    yield of("a sheet twice", lambda book: book.copy_worksheet(book["Protection"]), {})

    def copied(book: Any, level: str) -> None:
        sheet = book["Protection"]
        sheet.append([each.value for each in sheet[SHELTER]])
        sheet.cell(sheet.max_row, 7, level)

    yield of("a row twice", lambda book: copied(book, "yes"), {})
    yield of("a row twice, another level", lambda book: copied(book, "no"), lost, "shelter")
    cut = Input(
        "workbook",
        "cut short",
        "workbook",
        lambda p: p.write_bytes(_workbook()[0][:9000]) and None,
        None,
        "must",
    )
    yield cut


BOOK: dict[str, Any] = {
    "format": 1,
    "name": "aid",
    "dimensions": [
        {
            "name": "help",
            "lowest": 1,
            "rule": {"kind": "count", "thresholds": [1, 2, 3]},
            "indicators": [
                {"name": "shelter"},
                {"name": "lawyer"},
                {"name": "care", "levels": ["none", "some", "full"]},
            ],
        }
    ],
}


def codebooks() -> Iterator[Input]:
    """Change a codebook: a rule, a name, a level or a type."""
    whole, each, rule = (), ("dimensions", 0), ("dimensions", 0, "rule")
    first, last = ("dimensions", 0, "indicators", 0), ("dimensions", 0, "indicators", 2)
    wrong: list[tuple[tuple[Any, ...], str, Any]] = [
        *((whole, "format", value) for value in (2, "1", 1.5, True, None, [1])),
        *((whole, "name", value) for value in ("", 3, None, ["aid"])),
        *((whole, "dimensions", value) for value in ([], {}, "help", None, [[]], [BOOK])),
        *((whole, "aggregate", value) for value in ("median", 1, ["sum"])),
        *((whole, "weights", value) for value in ({"hlep": 1}, {"help": -1}, {"help": "x"}, [1])),
        *((each, "lowest", value) for value in ("1", 1.5, None, True, 10**400)),
        *((each, "levels", value) for value in (["a", "b"], "abcde")),
        *((rule, "kind", value) for value in ("counts", "", None, 1, ["count"], "sum")[:5]),
        *((rule, "thresholds", value) for value in ("1", [1, "x"], [None])),
        *((rule, "thresholds", value) for value in ([float("nan")], {"a": 1})),
        *((rule, "met", value) for value in ({"care": 3}, {"caer": 1}, {"care": 0.5})),
        *((first, "name", value) for value in ("lawyer", "", None, 5)),
        *(
            (last, "levels", value)
            for value in (["none"], ["none", "none"], ["1", "0"], "no", [1, 2])
        ),
        (last, "guidance", ["one text"]),
        (last, "lveels", ["none", "some"]),
    ]
    for place, key, value in wrong:
        changed = copy.deepcopy(BOOK)
        part: Any = changed
        for step in place:
            part = part[step]
        part[key] = value
        text = json.dumps(changed)

        def write(path: Path, text: str = text) -> None:
            path.write_text(text, encoding="utf-8")

        yield Input("codebook", f"{key} {str(value)[:40]!a}", "codebook", write, None, "must")
    text = json.dumps(BOOK)
    for name, other in {
        "a key twice": text.replace('"name": "aid"', '"name": "aid", "name": "old"'),
        "cut short": text[:-9],
        "two documents": text + text,
        "nested": "[" * 100_000,
        "a list": f"[{text}]",
    }.items():
        yield Input("codebook", name, "codebook", partial(put_text, other), None, "must")
    yield Input(
        "codebook", "indented", "codebook", partial(put_text, json.dumps(BOOK, indent=9)), BOOK
    )
    marked = "\ufeff" + text
    yield Input("codebook", "a mark", "codebook", partial(put_text, marked), BOOK, "may")


def events() -> Iterator[Input]:
    """Change a year of an event, or its country."""
    rows: Rows = [["Nigeria", 2003], ["Germany", 2005], ["Ghana", None], ["Sweden", 2002]]
    right = {"NGA": 2003.0, "DEU": 2005.0, "GHA": None, "SWE": 2002.0}

    def of(name: str, rows: Rows, right: Any, refusal: Refusal, note: str = "") -> Iterator[Input]:
        for form in ("CSV", "xlsx"):
            write = partial(
                lambda path, form, rows: TABLES[form](path, [["Country", "law"], *rows]),
                form=form,
                rows=rows,
            )
            yield Input("events", f"{form}: {name}", "events", write, right, refusal, note)

    for year in (
        "2003;2005",
        "1899",
        "20003",
        2003.5,
        -2003,
        "never",
        "2003/04",
        "MMIII",
        "yes",
        3,
    ):
        yield from of(f"year {year}", put(rows, 1, year, 0), None, "must")
    for year in ("2003-05-01", "1/5/2003", "2003p", "2003*"):
        yield from of(f"year {year}", put(rows, 1, year, 0), right, "may")
    for year in (-99, 9999):
        yield from of(f"year {year}", put(rows, 1, year, 0), right | {"NGA": None}, "may")
    for unit in ("Nigera", "", "Nigeria, Ghana", "Korea", "\u041d\u0456g\u0435r\u0456\u0430"):
        yield from of(f"country {unit!a}", put(rows, 0, unit, 0), None, "must")
    yield from of("another year", [*rows, ["Nigeria", 2004]], None, "must")
    yield from of("another year by code", [*rows, ["NGA", 2004]], None, "must")
    yield from of("an aggregate", [*rows, ["World", 2000]], right, "may", "World")


def evidence() -> Iterator[Input]:
    """Change a row of evidence."""
    head = ["country", "year", "indicator", "status", "report", "page", "quote"]
    rows: Rows = [
        ["Ghana", 2014, "shelter", "coded", "TIP Report", "12", "A shelter opened."],
        ["Nigeria", 2014, "shelter", "doubtful", "TIP Report", "40", "None is named."],
    ]

    def of(name: str, table: Rows, right: Any, refusal: Refusal, note: str = "") -> Input:
        return Input("evidence", name, "evidence", partial(xlsx, rows=table), right, refusal, note)

    def say(rows: Rows) -> dict[str, Any]:
        code = {"Ghana": "GHA", "Nigeria": "NGA"}
        return {f"{code.get(a, a)} {b} {c}": list(map(str, rest)) for a, b, c, *rest in rows}

    for column, value in (
        (1, "2014/15"),
        (1, 14),
        (1, 2014.5),
        (1, None),
        (2, "sheltre"),
        (2, None),
        (3, "certain"),
        (3, 1),
        (1, 39813),
        (2, "overall"),
        (3, "coded, doubtful"),
    ):
        yield of(f"{head[column]} {value}", [head, *put(rows, column, value, 0)], None, "must")
    for column, value in ((4, "Report, TIP"), (5, "12; 14"), (6, "=1+1"), (6, "Ein Haus öffnete.")):
        table = put(rows, column, value, 0)
        yield of(f"{head[column]} {value}", [head, *table], say(table), "never")
    yield of("page as a number", [head, *put(rows, 5, 12, 0)], say(rows), "never")
    for unit in ("Nigera", "Gh\u0430na", "World"):
        table = put(rows, 0, unit, 0)
        yield of(f"country {unit!a}", [head, *table], say(table), "may", unit)
    yield of("a row twice", [head, *rows, rows[0]], None, "must")
    yield of("another page", [head, *rows, *put(rows, 5, "13", 0)[:1]], None, "must")
    yield of("a header twice", [[*head[:6], "page"], *rows], None, "must")
    yield of("no indicator", [[*head[:2], "x", *head[3:]], *rows], None, "must")


def releases() -> Iterator[Input]:
    """Change the folder of a release, with and without its checksums."""
    codings = pi.datasets.load_demo().loc[["DEU", "NGA"]]

    def of(name: str, edit: Callable[[Path], Any], refusal: Refusal = "must") -> Input:
        def write(path: Path) -> None:
            coding.release(codings, path, name="2009.1", formats=())
            edit(path)

        right = panel_of(codings) if refusal != "must" else None
        return Input("release", name, "release", write, right, refusal)

    def swap(folder: Path, name: str, old: str, new: str, *, sign: bool) -> None:
        path, sums = folder / name, folder / "SHA256SUMS"
        before = path.read_bytes()
        after = before.replace(old.encode(), new.encode(), 1)
        assert after != before, name
        path.write_bytes(after)
        hashes = [hashlib.sha256(each).hexdigest() for each in (before, after)]
        if sign:
            sums.write_text(sums.read_text().replace(*hashes))

    for name, old, new in (
        ("codings.csv", ",1", ",0"),
        ("scores.csv", ",5", ",4"),
        ("scores.csv", "NGA", "GHA"),
        ("codings.csv", "DEU", "AUT"),
        ("codings.csv", ",2009,", ",2010,"),
        ("scores.csv", ",3", ","),
        ("codebook.json", '"kind"', '"kin"'),
        ("codebook.json", '"lowest": 1', '"lowest": 0'),
        ("codings.csv", ",1", ",7"),
        ("codings.csv", "country", "kountry"),
        ("datapackage.json", "{", "["),
    ):
        for sign in (False, True):
            if sign and (name == "datapackage.json" or new == ",0"):
                continue  # nothing in the folder shows it
            edit = partial(swap, name=name, old=old, new=new, sign=sign)
            yield of(f"{name}: {old} to {new}{', signed anew' * sign}", edit)
    for name in ("codings.csv", "scores.csv", "SHA256SUMS", "codebook.json", "README.md"):
        yield of(f"{name} less", lambda folder, name=name: (folder / name).unlink())
        yield of(f"{name} empty", lambda folder, name=name: (folder / name).write_text(""))
    yield of("a table more", lambda folder: (folder / "scores.parquet").write_bytes(b"PAR1"))
    yield of("a file of the system", lambda f: (f / ".DS_Store").write_bytes(b"x"), "never")
    climb = f"{'0' * 64}  ../codings.csv\n"
    yield of(
        "a path upwards",
        lambda f: (f / "SHA256SUMS").write_text((f / "SHA256SUMS").read_text() + climb),
    )
    yield of(
        "a folder for a file", lambda f: ((f / "README.md").unlink(), (f / "README.md").mkdir())
    )
    yield of(
        "a line twice",
        lambda f: (f / "SHA256SUMS").write_text((f / "SHA256SUMS").read_text() * 2),
        "may",
    )


PARTS = (workbooks, codebooks, events, evidence, releases)
