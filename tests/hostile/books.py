"""Hostile workbooks: .xlsx archives and .xls compound files, written byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from random import Random
from xml.sax.saxutils import escape

from .cases import HEADER, Case, case, cuts, flipped, panel

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml"
WORKSHEET = "xl/worksheets/sheet1.xml"

SOUND = panel([("DEU", 2009, 5, 5, 5, 15), ("NGA", 2009, 4, 5, 5, 14)])
MISSING = panel([("DEU", 2009, 5, 5, 5, 15), ("NGA", 2009, float("nan"), 5, 5, 0)])
ROWS = (("Germany", 2009, 5, 5, 5, 15), ("Nigeria", 2009, 4, 5, 5, 14))
STYLES = (
    f'<styleSheet xmlns="{SHEET}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


def cell(at: str, value: object) -> str:
    """Return a cell of a sheet."""
    if isinstance(value, str):
        return f'<c r="{at}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{at}"><v>{value}</v></c>'


def line(number: int, values: Iterable[object]) -> str:
    """Return a row of a sheet."""
    cells = (cell(f"{'ABCDEFGH'[place]}{number}", value) for place, value in enumerate(values))
    return f'<row r="{number}">{"".join(cells)}</row>'


DATA = line(1, HEADER) + line(2, ROWS[0]) + line(3, ROWS[1])


def sheet(data: str, before: str = "", declared: str = "") -> str:
    """Return a sheet around its rows."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{declared}<worksheet xmlns="{SHEET}">{before}'
        f"<sheetData>{data}</sheetData></worksheet>"
    )


def members(worksheet: str | bytes) -> dict[str, str | bytes]:
    """Return the members of a sound workbook around a sheet."""
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{MEDIA}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{MEDIA}.styles+xml"/>'
        f'<Override PartName="/{WORKSHEET}" ContentType="{MEDIA}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        WORKSHEET: worksheet,
    }


def two(first: str, second: str, state: str) -> bytes:
    """Return a workbook of two sheets, the first of them in a state."""
    parts = members(first)
    for name, after, added in (
        (
            "xl/workbook.xml",
            "</sheets>",
            '<sheet name="More" sheetId="2" r:id="r3"/></sheets>',
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "</Relationships>",
            (
                f'<Relationship Id="r3" Type="{RELATIONS}/worksheet" '
                'Target="worksheets/sheet2.xml"/>'
                "</Relationships>"
            ),
        ),
        (
            "[Content_Types].xml",
            "</Types>",
            (
                '<Override PartName="/xl/worksheets/sheet2.xml" '
                f'ContentType="{MEDIA}.worksheet+xml"/>'
                "</Types>"
            ),
        ),
    ):
        parts[name] = str(parts[name]).replace(after, added)
    if state:
        shown = str(parts["xl/workbook.xml"])
        parts["xl/workbook.xml"] = shown.replace('sheetId="1"', f'sheetId="1" state="{state}"')
    return archive({**parts, "xl/worksheets/sheet2.xml": second})


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP archive, the same every time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def workbook(data: str = DATA, before: str = "", declared: str = "") -> bytes:
    """Return an .xlsx file with these rows."""
    return archive(members(sheet(data, before, declared)))


def book_cases(random: Random) -> Iterator[Case]:
    """Give every case of workbooks."""
    sound = workbook()
    yield case("archives", "sound.xlsx", sound, SOUND)
    for place in cuts(random, len(sound), 12):
        yield case("truncated", f"cut-{place}.xlsx", sound[:place])
    for number, content in enumerate(flipped(random, sound, 30)):
        yield case("bytes replaced", f"flipped-{number}.xlsx", content, SOUND, "either")
    old = compound(stream([HEADER, *ROWS]))
    yield case("damaged .xls", "sound.xls", old, SOUND)
    for place in cuts(random, len(old), 12):
        yield case("damaged .xls", f"cut-{place}.xls", old[:place], SOUND, "either")
    for number, content in enumerate(flipped(random, old[:2048], 24)):
        yield case("damaged .xls", f"flipped-{number}.xls", content + old[2048:], expected="valid")
    yield from _old_cells()
    yield from _formulas()
    yield from _cells()
    yield from _sheets()
    yield from _bombs()
    yield from _archives(sound)


def _formulas() -> Iterator[Case]:
    def with_cell(text: str) -> bytes:
        return workbook(DATA.replace(cell("C3", 4), text))

    for name, text, truth in (
        ("calculated", '<c r="C3"><f>2+2</f><v>4</v></c>', SOUND),
        ("calculated-text", '<c r="C3" t="str"><f>"4"</f><v>4</v></c>', SOUND),
        ("calculated-blank", '<c r="C3" t="str"><f>""</f><v></v></c>', MISSING),
        ("array", '<c r="C3"><f t="array" ref="C3">2+2</f><v>4</v></c>', SOUND),
        ("shared", '<c r="C3"><f t="shared" ref="C3" si="0">2+2</f><v>4</v></c>', SOUND),
        ("not-available", '<c r="C3" t="e"><f>NA()</f><v>#N/A</v></c>', MISSING),
        ("uncalculated", '<c r="C3"><f>2+2</f></c>', None),
        ("uncalculated-blank", '<c r="C3"><f>2+2</f><v></v></c>', None),
        ("uncalculated-array", '<c r="C3"><f t="array" ref="C3">2+2</f></c>', None),
        ("reference", '<c r="C3" t="e"><f>Z1</f><v>#REF!</v></c>', None),
        ("division", '<c r="C3" t="e"><f>1/0</f><v>#DIV/0!</v></c>', None),
        ("as-text", '<c r="C3" t="inlineStr"><is><t>=2+2</t></is></c>', None),
    ):
        expected = "refused" if truth is None else "right"
        yield case("formulas", f"{name}.xlsx", with_cell(text), truth, expected)
    for name, at, value in (("country", "A3", "Nigeria"), ("year", "B3", 2009), ("sum", "F3", 14)):
        empty = DATA.replace(cell(at, value), f'<c r="{at}"><f>X1</f></c>')
        yield case("formulas", f"uncalculated-{name}.xlsx", workbook(empty))


def _cells() -> Iterator[Case]:
    for name, old, new, truth in (
        ("number-as-text", cell("C3", 4), cell("C3", "4"), SOUND),
        ("year-as-text", cell("B3", 2009), cell("B3", "2009"), SOUND),
        ("year-as-date", cell("B3", 2009), '<c r="B3" s="1"><v>40178</v></c>', SOUND),
        ("year-as-iso-date", cell("B3", 2009), '<c r="B3" t="d"><v>2009-12-31</v></c>', SOUND),
        ("truth", cell("C3", 4), '<c r="C3" t="b"><v>1</v></c>', None),
        ("date", cell("C3", 4), '<c r="C3" s="1"><v>4</v></c>', None),
        ("date-too-large", cell("B3", 2009), '<c r="B3" s="1"><v>1e300</v></c>', None),
        ("digits", cell("C3", 4), f'<c r="C3"><v>{"4" * 5000}</v></c>', None),
        ("digits-year", cell("B3", 2009), f'<c r="B3"><v>{"2" * 400}</v></c>', None),
        ("digits-country", cell("A3", "Nigeria"), f'<c r="A3"><v>{"2" * 400}</v></c>', None),
        ("infinite", cell("C3", 4), '<c r="C3"><v>1e999</v></c>', None),
        ("no-number", cell("C3", 4), '<c r="C3"><v>four</v></c>', None),
        ("nan", cell("B3", 2009), '<c r="B3"><v>nan</v></c>', None),
        ("shared-absent", cell("A3", "Nigeria"), '<c r="A3" t="s"><v>7</v></c>', None),
        ("style-absent", cell("C3", 4), '<c r="C3" s="99"><v>4</v></c>', SOUND),
        ("type-unknown", cell("C3", 4), '<c r="C3" t="zz"><v>4</v></c>', SOUND),
        ("address-wrong", cell("C3", 4), cell("3C", 4), None),
        ("address-elsewhere", cell("C3", 4), cell("C9", 4), None),
        ("address-beyond", cell("C3", 4), cell("ZZZZZ3", 4), None),
        ("twice", cell("C3", 4), cell("C3", 5) + cell("C3", 4), None),
        ("disordered", cell("C3", 4), cell("D3", 4), None),
        ("shifted", cell("F3", 14), cell("F3", 14) + cell("G3", 1), None),
    ):
        changed = workbook(DATA.replace(old, new))
        expected = "refused" if truth is None else "either" if name[-7:] == "unknown" else "right"
        yield case("cells", f"{name}.xlsx", changed, truth, expected)


def _sheets() -> Iterator[Case]:
    for name, data, before, truth in (
        ("dimension-small", DATA, '<dimension ref="A1:B2"/>', SOUND),
        ("dimension-large", DATA, '<dimension ref="A1:XFD1048576"/>', SOUND),
        ("dimension-wrong", DATA, '<dimension ref="nonsense"/>', SOUND),
        ("gaps", DATA.replace('"3"', '"9"').replace('3"', '9"'), "", SOUND),
        ("row-twice", DATA + line(3, ("Japan", 2009, 1, 1, 1, 3)), "", None),
        ("row-disordered", DATA + line(2, ("Japan", 2009, 1, 1, 1, 3)), "", None),
        ("row-zero", DATA + line(0, ("Japan", 2009, 1, 1, 1, 3)), "", None),
        ("row-negative", DATA + line(-1, ("Japan", 2009, 1, 1, 1, 3)), "", None),
        ("row-unnumbered", DATA.replace('<row r="3">', "<row>"), "", SOUND),
        ("row-of-words", DATA.replace('<row r="3">', '<row r="three">'), "", None),
        ("row-far", DATA + '<row r="999999999999"><c><v>1</v></c></row>', "", None),
        ("row-very-far", DATA + f'<row r="{"9" * 5000}"><c><v>1</v></c></row>', "", None),
        ("corner", DATA + f'<row r="1048576">{cell("XFD1048576", 1)}</row>', "", None),
        ("no-rows", "", "", None),
        ("header-only", line(1, HEADER), "", None),
        ("blank-rows", line(1, HEADER) + '<row r="2"/><row r="3"/>', "", None),
        ("cut", DATA[:-20], "", None),
        ("open", DATA + "<row>", "", None),
        ("deep", DATA + "<x>" * 100_000 + "</x>" * 100_000, "", SOUND),
    ):
        expected = {"deep": "either", "gaps": "either"}.get(name, "")
        yield case("sheets", f"{name}.xlsx", workbook(data, before), truth, expected)
    for number, encoding in enumerate(("utf-16", "latin-1", "cp037")):
        changed = sheet(DATA).replace("UTF-8", encoding).encode(encoding)
        expected = "either"
        yield case("sheets", f"encoding-{number}.xlsx", archive(members(changed)), SOUND, expected)
    for name, first, second, state, truth in (
        ("notes", sheet(DATA), sheet(line(1, ("Notes",)) + line(2, ("None",))), "", SOUND),
        ("table", sheet(DATA), sheet(line(1, HEADER) + line(2, ROWS[0])), "", SOUND),
        ("after-notes", sheet(line(1, ("Notes",)) + line(2, ("None",))), sheet(DATA), "", None),
        ("hidden", sheet(line(1, HEADER) + line(2, ROWS[0])), sheet(DATA), "hidden", SOUND),
        ("very-hidden", sheet(""), sheet(DATA), "veryHidden", SOUND),
        ("empty", sheet(DATA), sheet(""), "", SOUND),
        ("damaged", sheet(DATA), sheet(line(1, HEADER) + "<row"), "", SOUND),
        (
            "far",
            sheet(DATA),
            sheet(line(1, HEADER) + '<row r="999999999999"><c/></row>'),
            "",
            SOUND,
        ),
        ("wide", sheet(DATA), sheet(line(1, HEADER) + '<row><c r="ZZZ2"/></row>' * 99), "", SOUND),
    ):
        expected = "either" if name == "damaged" else ""
        yield case("sheets", f"second-{name}.xlsx", two(first, second, state), truth, expected)
    strict = sheet(DATA).replace(SHEET, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    yield case("sheets", "strict.xlsx", archive(members(strict)), SOUND)


def _bombs() -> Iterator[Case]:
    letters = "abcdefghij"
    laughs = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(letters))
    bomb = cell("C3", "&j;").replace("&amp;", "&")
    document = f'<!DOCTYPE worksheet [<!ENTITY a "{"ha" * 10}">{laughs}]>'
    exploding = DATA.replace(cell("C3", 4), bomb)
    yield case("bombs", "laughs.xlsx", workbook(exploding, declared=document))
    long = f'<!DOCTYPE worksheet [<!ENTITY j "{"h" * 100_000}">]>'
    squared = DATA.replace(cell("C3", 4), bomb.replace("&j;", "&j;" * 10_000))
    yield case("bombs", "quadratic.xlsx", workbook(squared, declared=long))
    outside = '<!DOCTYPE worksheet [<!ENTITY j SYSTEM "file:///etc/hostname">]>'
    yield case("bombs", "outside.xlsx", workbook(exploding, declared=outside))
    for name, declared in (("honest", 0), ("lying", 1000)):
        yield case("bombs", f"zip-{name}.xlsx", lambda declared=declared: _zip_bomb(declared))
    parts = members(sheet(DATA))
    nested = archive({**parts, WORKSHEET: archive({"sheet1.xml": b"0" * 10_000_000})})
    yield case("bombs", "zip-nested.xlsx", nested)
    many = {f"xl/media/{number}.png": b"" for number in range(20_000)}
    yield case("bombs", "zip-of-many.xlsx", lambda: archive({**parts, **many}), SOUND)
    rows = "".join(f'<row r="{4 + n}"><c r="ZZZ{4 + n}"/></row>' for n in range(20_000))
    yield case("bombs", "wide-blanks.xlsx", lambda: workbook(DATA + rows), SOUND)


def _zip_bomb(declared: int) -> bytes:
    """Return a workbook whose sheet unpacks to a gibibyte, and declares as much or less."""
    block = zlib.compressobj(9, zlib.DEFLATED, -15)
    mebibyte = block.compress(b" " * 2**20) + block.flush(zlib.Z_FULL_FLUSH)
    last = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    packed = mebibyte * 1024 + last
    content = archive(members(b""))
    place = content.rindex(b"PK\x01\x02")
    start = content.rindex(b"PK\x03\x04")
    size = declared or 2**30
    name = WORKSHEET.encode()
    told = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, 0, len(packed), size, len(name), 0)
    local = b"PK\x03\x04" + told + name + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + told
    central += struct.pack("<HHHII", 0, 0, 0, 0, start) + name
    first = content.index(b"PK\x01\x02")
    directory = content[first:place] + central
    body = content[:start] + local
    count = len(members(b""))
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def _archives(sound: bytes) -> Iterator[Case]:
    parts = members(sheet(DATA))
    for number, name in enumerate(parts):
        rest = {each: part for each, part in parts.items() if each != name}
        spare = ("_rels/.rels", "xl/styles.xml", "[Content_Types].xml")
        expected = "either" if name in spare else "refused"
        truth = SOUND if expected == "either" else None
        yield case("archives", f"without-{number}.xlsx", archive(rest), truth, expected)
        broken = archive({**parts, name: b"<broken"})
        truth = SOUND if name in ("_rels/.rels", "[Content_Types].xml") else None
        expected = "either" if truth is not None else "refused"
        yield case("archives", f"broken-{number}.xlsx", broken, truth, expected)
    for name, other in (
        ("document.docx", {"word/document.xml": "<w/>"}),
        ("sheet.ods", {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        ("binary.xlsb", {"xl/workbook.bin": b"\0"}),
        ("scores.zip", {"scores.csv": "country,year\n"}),
        ("empty-members.xlsx", dict.fromkeys(parts, b"")),
    ):
        yield case("archives", name, archive(other))
    outside = archive({**parts, "../../escaped.txt": "x"})
    yield case("archives", "outside.xlsx", outside, SOUND)
    yield case("archives", "no-members.xlsx", archive({}))
    yield case("archives", "after.xlsx", sound + b"rubbish" * 10, SOUND, "either")
    yield case("archives", "before.xlsx", b"rubbish" + sound)
    yield case("archives", "signature.xlsx", b"PK\x03\x04")
    locked = bytearray(sound)
    place = locked.rindex(b"PK\x01\x02")
    locked[place + 8] |= 1  # the flag of an encrypted member
    yield case("archives", "encrypted.xlsx", bytes(locked))


# .xls: a compound file of sectors around a stream of records


def record(code: int, body: bytes) -> bytes:
    """Return a record of BIFF8."""
    return struct.pack("<HH", code, len(body)) + body


def stream(rows: Iterable[Iterable[object]], *further: bytes) -> bytes:
    """Return the stream of a workbook of one sheet."""
    return streams({"Data": (rows, False)}, *further)


def streams(
    sheets: Mapping[str, tuple[Iterable[Iterable[object]], bool]], *further: bytes
) -> bytes:
    """Return the stream of a workbook of several sheets, each with whether it is hidden."""
    end = record(0x000A, b"")
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 1997, 0, 6))
    first = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 1997, 0, 6))
    contents = [first + _records(rows) + b"".join(further) + end for rows, _ in sheets.values()]
    start = len(begin) + sum(4 + 4 + 2 + 2 + len(name) for name in sheets) + len(end)
    bounds = b""
    for (name, (_, hidden)), content in zip(sheets.items(), contents, strict=True):
        told = struct.pack("<IBBBB", start, hidden, 0, len(name), 0)
        bounds += record(0x0085, told + name.encode())
        start += len(content)
    return begin + bounds + end + b"".join(contents)


def _records(rows: Iterable[Iterable[object]]) -> bytes:
    return b"".join(
        record(0x0204, struct.pack("<HHHHB", row, column, 0, len(value), 0) + value.encode())
        if isinstance(value, str)
        else record(0x0203, struct.pack("<HHHd", row, column, 0, value))
        for row, values in enumerate(rows)
        for column, value in enumerate(values)
    )


def compound(content: bytes) -> bytes:
    """Return a compound file with one stream, ``Workbook``."""
    content = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
    sectors = len(content) // 512
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
        + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0,
                      0xFFFFFFFE, 0)
        + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    )  # fmt: skip

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        written = name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
        told = struct.pack("<HBB", len(written) if name else 0, kind, 1) + links + bytes(36)
        return written.ljust(64, b"\0") + told + struct.pack("<III", start, size, 0)

    entries = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0)
    entries += entry("Workbook", 2, 0xFFFFFFFF, 2, len(content)) + 2 * entry("", 0, 0, 0, 0)
    return header + table + entries + content


def _old_cells() -> Iterator[Case]:
    at = struct.pack("<HHH", 2, 2, 0)
    known = record(0x0203, struct.pack("<HHHd", 2, 3, 0, 5.0))
    known += record(0x0203, struct.pack("<HHHd", 2, 4, 0, 5.0))
    for name, extra, truth in (
        ("error", record(0x0205, at + struct.pack("<BB", 0x17, 1)), None),
        ("truth", record(0x0205, at + struct.pack("<BB", 1, 0)), None),
        ("not-available", record(0x0205, at + struct.pack("<BB", 0x2A, 1)), MISSING),
        ("blank", record(0x0201, at), MISSING),
        ("beyond", record(0x0203, struct.pack("<HHHd", 2, 250, 0, 1.0)), None),
        ("infinite", record(0x0203, at + struct.pack("<d", float("inf"))), None),
        ("nan", record(0x0203, at + struct.pack("<d", float("nan"))), MISSING),
        ("string-cut", record(0x0204, at + struct.pack("<HB", 500, 0) + b"x"), None),
        ("row-far", record(0x0203, struct.pack("<HHHd", 65535, 0, 0, 1.0)), None),
    ):
        rows = [HEADER, ROWS[0], ROWS[1][:2]]
        yield case("damaged .xls", f"{name}.xls", compound(stream(rows, extra, known)), truth)
