"""Hostile archives around a table, OpenDocument, SPSS and JSON, and files of other programs."""

from __future__ import annotations

import bz2
import gzip
import io
import itertools
import json
import lzma
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from . import books, ods
from .binaries import SOUND, TABLE, stata
from .cases import HEADER, Case, case, cuts, flipped, written

ROWS = [("DEU", 2009, 5.0, 5.0, 5.0, 15.0), ("NGA", 2009, 4.0, 5.0, 5.0, 14.0)]
LINES = written(ROWS).encode()
CELLS = [HEADER, *books.ROWS]


def container_cases(random: Random) -> Iterator[Case]:
    """Give every case of containers."""
    yield from _archives(random)
    yield from _opendocument(random)
    yield from _spss(random)
    yield from _json()
    yield from _displays()
    yield from _foreign()


def zipped(**members: bytes) -> bytes:
    """Return a ZIP archive of text files, by their names without the ending."""
    return books.archive({f"{name}.csv": content for name, content in members.items()})


def _archives(random: Random) -> Iterator[Case]:
    packed = gzip.compress(LINES, mtime=0)
    yield case("containers", "sound.csv.gz", packed, SOUND)
    yield case("containers", "gzip-as.csv", packed, SOUND)
    yield case("containers", "named.csv.gz", gzip.compress(LINES, mtime=9), SOUND)
    two = gzip.compress(LINES[:40], mtime=0) + gzip.compress(LINES[40:], mtime=0)
    yield case("containers", "two-members.csv.gz", two, SOUND)
    for place in cuts(random, len(packed), 6):
        yield case("truncated", f"cut-{place}.csv.gz", packed[:place])
    for number, content in enumerate(flipped(random, packed, 12)):
        yield case("bytes replaced", f"flipped-{number}.csv.gz", content, SOUND, "either")
    archive = zipped(scores=LINES)
    yield case("containers", "sound.zip", archive, SOUND)
    clutter = books.archive({"scores.csv": LINES, "__MACOSX/._scores.csv": b"\0\5", "a/": b""})
    yield case("containers", "clutter.zip", clutter, SOUND)
    yield case("containers", "workbook.zip", zipped(book=books.workbook()), SOUND)
    yield case("containers", "stata.dta.gz", gzip.compress(stata(), mtime=0), SOUND)
    yield case("containers", "outside.zip", books.archive({"../../x.csv": LINES}), SOUND)
    for place in cuts(random, len(archive), 6):
        yield case("truncated", f"cut-{place}.zip", archive[:place])
    for number, content in enumerate(flipped(random, archive, 12)):
        yield case("bytes replaced", f"flipped-{number}.zip", content, SOUND, "either")
    locked = bytearray(archive)
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    for name, content in (
        ("two.zip", zipped(a=LINES, b=LINES)),
        ("none.zip", books.archive({"a/": b""})),
        ("empty.zip", zipped(a=b"")),
        ("locked.zip", bytes(locked)),
        ("nested.zip", zipped(a=archive)),
        ("nested.gz", gzip.compress(packed, mtime=0)),
        ("gzip-in.zip", zipped(a=packed)),
        ("noise.gz", gzip.compress(random.randbytes(500) + b"\0", mtime=0)),
        ("picture.gz", gzip.compress(b"\x89PNG\r\n\x1a\n\0", mtime=0)),
        ("rubbish-after.gz", packed + b"rubbish"),
    ):
        yield case("containers", name, content)

    def bomb() -> bytes:
        return gzip.compress(b"a" * 2**29, mtime=0)

    def nested_bomb() -> bytes:
        return gzip.compress(bomb(), mtime=0)

    def zip_bomb() -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("scores.csv", b"a" * 2**29)
        return stream.getvalue()

    yield case("bombs", "bomb.csv.gz", bomb)
    yield case("bombs", "nested-bomb.csv.gz", nested_bomb)
    yield case("bombs", "many-members.csv.gz", gzip.compress(b"a", mtime=0) * 30_000)
    yield case("bombs", "bomb.zip", zip_bomb)
    yield case("bombs", "endless.csv.gz", gzip.compress(LINES, mtime=0)[:-8] + b"\0" * 10_000)


def _opendocument(random: Random) -> Iterator[Case]:
    sound = ods.workbook(CELLS)
    yield case("OpenDocument", "sound.ods", sound, SOUND)
    yield case("wrong extensions", "ods.xlsx", sound, SOUND)
    for place in cuts(random, len(sound), 6):
        yield case("truncated", f"cut-{place}.ods", sound[:place])
    for number, content in enumerate(flipped(random, sound, 12)):
        yield case("bytes replaced", f"flipped-{number}.ods", content, SOUND, "either")
    rows = "".join(map(ods.line, CELLS))
    many = '<table:table-row table:number-rows-repeated="1048000">'
    far = many + "<table:table-cell {}/></table:table-row>"
    blank = far.format('table:number-columns-repeated="16384"')
    five = 'office:value-type="float" office:value="5" table:number-columns-repeated="{}"'
    yield case(
        "OpenDocument", "blank-rows.ods", ods.archive(ods.document(ods.table(rows + blank))), SOUND
    )
    for name, extra in (
        ("many-rows", far.format(five.format(99))),
        ("many-cells", far.format(five.format(999_999_999))),
        ("repeats-of-words", far.format('table:number-columns-repeated="many"')),
        ("repeats-negative", far.format('table:number-columns-repeated="-1"')),
        ("repeats-zero", far.format('table:number-columns-repeated="0"')),
        ("repeats-endless", far.format(f'table:number-columns-repeated="{"9" * 5000}"')),
        ("number-of-words", ods.line(["x"]).replace("string", "float")),
        ("hidden", ods.line(["Japan", 2009, 1, 1, 1, 3], 'table:visibility="collapse"')),
        ("filtered", ods.line(["Japan", 2009, 1, 1, 1, 3], 'table:visibility="filter"')),
    ):
        content = ods.archive(ods.document(ods.table(rows + extra)))
        yield case("OpenDocument", f"{name}.ods", content)
    for name, content in (
        ("no-sheets", ods.document("")),
        ("broken", "<broken"),
        ("empty", ""),
        ("cut", ods.document(ods.table(rows))[:-60]),
    ):
        yield case("OpenDocument", f"{name}.ods", ods.archive(content))
    deep = ods.table(rows + "<x>" * 100_000 + "</x>" * 100_000)
    yield case("OpenDocument", "deep.ods", ods.archive(ods.document(deep)), SOUND, "either")
    nested = "<text:span>" * 5000 + "5" + "</text:span>" * 5000
    text = ods.table(
        rows
        + f"<table:table-row><table:table-cell><text:p>{nested}</text:p></table:table-cell>"
        + "</table:table-row>"
    )
    yield case("OpenDocument", "spans.ods", ods.archive(ods.document(text)))
    letters = "abcdefghij"
    entities = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in itertools.pairwise(letters))
    laughs = f'<!DOCTYPE x [<!ENTITY a "haha">{entities}]>'
    exploding = ods.document(ods.table(rows.replace("Nigeria", "&j;")), laughs)
    yield case("bombs", "laughs.ods", ods.archive(exploding))


def spss(*, packed: bool = False) -> bytes:
    """Return a file of SPSS."""
    import pyreadstat

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.sav")
        pyreadstat.write_sav(TABLE, path, compress=packed)
        return path.read_bytes()


def _spss(random: Random) -> Iterator[Case]:
    for packed in (False, True):
        sound, ending = spss(packed=packed), "zsav" if packed else "sav"
        yield case("SPSS", f"sound.{ending}", sound, SOUND)
        for place in cuts(random, len(sound), 8):
            yield case("truncated", f"cut-{place}.{ending}", sound[:place], expected="valid")
        for number, content in enumerate(flipped(random, sound, 16)):
            yield case("bytes replaced", f"flipped-{number}.{ending}", content, expected="valid")
    yield case("SPSS", "magic.sav", b"$FL2")
    yield case("SPSS", "magic.zsav", b"$FL3" + b"\xff" * 500)


def _json() -> Iterator[Case]:
    records = [dict(zip(HEADER, row, strict=True)) for row in books.ROWS]
    yield case("JSON", "sound.json", json.dumps({"metadata": {}, "data": records}).encode(), SOUND)
    for name, text in (
        ("records", json.dumps(records)),
        ("other", json.dumps({"metadata": {}, "data": records, "more": 1})),
        ("no-records", '{"metadata": {}, "data": []}'),
        ("deep", '{"metadata": {}, "data": ' + "[" * 100_000),
        ("digits", json.dumps({"metadata": {}, "data": records}).replace("2009", "2" * 9000)),
        ("infinite", json.dumps({"metadata": {}, "data": records}).replace("2009", "Infinity")),
        ("huge", json.dumps({"metadata": {}, "data": records}).replace("2009", "1e999")),
        ("lists", '{"metadata": {}, "data": [{"country": ["DEU"]}]}'),
        ("twice", '{"metadata": {}, "data": [{"country": "DEU", "country": "NGA"}]}'),
        ("surrogate", json.dumps({"metadata": {}, "data": records}).replace("Nigeria", "\\ud800")),
        ("cut", json.dumps({"metadata": {}, "data": records})[:-9]),
    ):
        yield case("JSON", f"{name}.json", text.encode())
    wide = [{f"c{number}": 1} for number in range(20_000)]
    content = json.dumps({"metadata": {}, "data": wide}).encode()
    yield case("bombs", "wide-records.json", content)


def _displays() -> Iterator[Case]:
    """Give workbooks whose sheet shows another thing than it holds."""

    def styled(code: str, value: object = 4) -> Callable[[], bytes]:
        escaped = code.replace('"', "&quot;")
        changed = books.DATA.replace('<c r="C3">', '<c r="C3" s="1">')
        parts = books.members(books.sheet(changed.replace("<v>4</v>", f"<v>{value}</v>")))
        styles = str(parts["xl/styles.xml"]).replace('numFmtId="14"', 'numFmtId="200"')
        number = f'<numFmts><numFmt numFmtId="200" formatCode="{escaped}"/></numFmts><fonts'
        return lambda: books.archive(
            {**parts, "xl/styles.xml": styles.replace("<fonts", number, 1)}
        )

    for name, code, value, truth in (
        ("plain", "0.00", 4, SOUND),
        ("coloured", "[Red]0_)", 4, SOUND),
        ("rounded", "0", 4.4, None),
        ("percent", "0%", 0.04, None),
        ("thousands", "0,", 4000, None),
        ("nothing", ";;;", 4, None),
        ("other-digit", '"5"', 4, None),
        ("sign-lost", "0;0", -4, None),
        ("letter", '0"p"', 4, None),
        ("long", "0" * 5000, 4, None),
        ("odd", '[[[";;;', 4, None),
    ):
        yield case("displays", f"{name}.xlsx", styled(code, value), truth)
    run = '<r><rPr><vertAlign val="superscript"/></rPr><t>2</t></r>'
    raised = f'<c r="C3" t="inlineStr"><is><r><t>4</t></r>{run}</is></c>'
    changed = books.DATA.replace(books.cell("C3", 4), raised)
    yield case("displays", "superscript.xlsx", books.workbook(changed))
    for name, data, before in (
        ("hidden-row", books.DATA.replace('<row r="3"', '<row r="3" hidden="1"'), ""),
        ("hidden-column", books.DATA, '<cols><col min="3" max="3" hidden="1"/></cols>'),
    ):
        yield case("displays", f"{name}.xlsx", books.workbook(data, before))
    blank = '<cols><col min="9" max="16384" hidden="1"/></cols>'
    yield case("displays", "hidden-blank.xlsx", books.workbook(books.DATA, blank), SOUND)


def _foreign() -> Iterator[Case]:
    r = b"X\n\0\0\0\3\0\4\3\1\0\3\5\0\0\0\0\5UTF-8\0\0\0\xfe"
    for name, content in (
        ("null.rds", gzip.compress(r, mtime=0)),
        ("plain.rds", r),
        ("xz.rds", lzma.compress(r)),
        ("bzip2.rds", bz2.compress(r)),
        ("scores.RData", b"RDX3\n" + r),
        ("table.html", b"<html><body><table>"),
        ("table.xls", "<html>".encode("utf-16")),
        (
            "scores.fods",
            b'<office:document xmlns:office="urn:oasis:names:tc:opendocument:x"/>',
        ),
        ("scores.rtf", b"{\\rtf1\\ansi scores}"),
        ("scores.sqlite", b"SQLite format 3\0\x10\0"),
        ("scores.feather", b"ARROW1\0\0"),
        ("scores.png", b"\x89PNG\r\n\x1a\n\0"),
        ("scores.sas7bdat", b"\0" * 12 + b"\xc2\xea\x81\x60\xb3\x14"),
        ("scores.7z", b"7z\xbc\xaf\x27\x1c\0"),
        ("scores.bz2", bz2.compress(LINES)),
        ("broken.bz2", b"BZh9rubbish"),
        ("scores.xz", lzma.compress(LINES)),
        ("scores.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")),
        ("scores.numbers", books.archive({"Index/Document.iwa": b"\0"})),
    ):
        yield case("other formats", name, content)
