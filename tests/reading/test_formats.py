"""The same table in every container reads equal; any other file is refused by name."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import pickle
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policyindex import PanelError, read_scores, read_values
from policyindex._options import OptionError
from policyindex._sheets import ods as ods_sheets
from policyindex.reading import archives, foreign, formats
from policyindex.reading.findings import Findings

openpyxl = pytest.importorskip("openpyxl")
pyreadstat = pytest.importorskip("pyreadstat")
pytest.importorskip("pyarrow")
pytest.importorskip("xlrd")

from hostile import books, ods  # noqa: E402

TEXT = "country,year,prosecution,protection,prevention\nMali,2008,2,,3\nChad,2009,3,2,1\n"


class Slow(io.RawIOBase):
    """A stream that returns a few bytes at a time, as a pipe may."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.rest = content

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002
        part, self.rest = self.rest[:7], self.rest[7:]
        return part


def packed_by_gzip(content: bytes) -> bytes:
    """Compress bytes without the time, so that tests bear the same names in every process."""
    return gzip.compress(content, mtime=0)


def test_streams_read_like_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(TEXT)
    assert formats.content_of(path) == formats.content_of(str(path)) == (TEXT.encode(), "mine.csv")
    assert formats.content_of(io.BytesIO(TEXT.encode())) == (TEXT.encode(), "the stream")
    assert formats.content_of(Slow(TEXT.encode()))[0] == TEXT.encode()
    with path.open("rb") as stream:
        assert formats.content_of(stream) == (TEXT.encode(), "mine.csv")
        assert not stream.closed
    with path.open() as stream:
        content, label = formats.content_of(stream)
        assert (content.decode("utf-8-sig"), label) == (TEXT, "mine.csv")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    assert formats.content_of("-") == (TEXT.encode(), "standard input")


def test_a_stream_is_read_from_its_position() -> None:
    stream = io.BytesIO(b"a title\n" + TEXT.encode())
    stream.readline()
    assert formats.content_of(stream)[0] == TEXT.encode()
    assert not stream.closed


def test_a_stream_is_read_in_few_large_parts() -> None:
    class Counted(io.BytesIO):
        parts = 0

        def read(self, size: int | None = -1) -> bytes:
            self.parts += 1
            return super().read(size)

    stream = Counted(TEXT.encode() * 10_000)
    assert formats.content_of(stream)[0] == stream.getvalue()
    assert stream.parts < 5


def test_text_of_a_stream_stays_what_it_is() -> None:
    content, label = formats.content_of(io.StringIO("pays\nCôte d'Ivoire\n"))
    with formats.opened(content, Findings(label)) as file:
        assert [row for _, row in file.sheets[0].rows()] == [["pays"], ["Côte d'Ivoire"]]
    with pytest.raises(OptionError, match="the encoding that its first bytes name, utf-8"):
        next(iter(formats.opened(content, Findings(label), encoding="cp850").__enter__().sheets))


@pytest.mark.parametrize("source", [b"a,b\n1,2\n", None, 7, ["a"], {}])
def test_anything_else_is_not_a_file(source: object) -> None:
    with pytest.raises(TypeError, match="path must be a path, a file object or '-' for standard"):
        formats.content_of(source)


def test_a_stream_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    closed = io.BytesIO()
    closed.close()
    with pytest.raises(PanelError, match="the stream must be open for reading"):
        formats.content_of(closed)
    path = tmp_path / "mine.csv"
    path.write_bytes("Côte".encode("cp1252"))
    with path.open(encoding="utf-8") as stream, pytest.raises(PanelError, match="binary mode, 'r"):
        formats.content_of(stream)
    with pytest.raises(PanelError, match="binary mode, 'rb'"):
        formats.content_of(io.StringIO("\ud800"))


def test_an_encoding_is_for_text_alone() -> None:
    with (
        pytest.raises(OptionError, match="only text has an encoding; x is a Parquet file"),
        formats.opened(b"PAR1", Findings("x"), encoding="cp850"),
    ):
        pass


def test_an_endless_stream_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "LARGEST", 1000)

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"x" * min(size, 300)

    content, label = formats.content_of(Endless())
    assert len(content) == 1001
    with (
        pytest.raises(PanelError, match="must have at most 1,000 bytes"),
        formats.opened(content, Findings(label)),
    ):
        pass


def test_scores_are_read_from_bytes() -> None:
    assert read_scores(io.BytesIO(TEXT.encode())).index.tolist() == [("MLI", 2008), ("TCD", 2009)]


# Containers

ROWS: list[list[object]] = [
    ["country", "year", "prosecution", "protection", "prevention"],
    ["Mali", 2008, 2, 1, 3],
    ["Chad", 2009, 3, 2, 1],
    ["Côte d'Ivoire", 2009, 5, 4, 3],
]


def as_csv(rows: list[list[object]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode()


def as_blanks(rows: list[list[object]]) -> bytes:
    return "".join(
        " ".join(json.dumps(c, ensure_ascii=False) for c in r) + "\n" for r in rows
    ).encode()


def as_xlsx(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_json(rows: list[list[object]]) -> bytes:
    records = [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]
    return json.dumps({"metadata": {"source": "mine"}, "data": records}).encode()


def frame(rows: list[list[object]]) -> pd.DataFrame:
    return pd.DataFrame(rows[1:], columns=rows[0])


def as_stata(rows: list[list[object]]) -> bytes:
    stream = io.BytesIO()
    frame(rows).astype({"country": object}).to_stata(stream, write_index=False, version=118)
    return stream.getvalue()


def as_parquet(rows: list[list[object]]) -> bytes:
    return frame(rows).to_parquet()


def as_spss(rows: list[list[object]], *, packed: bool = False) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.sav")
        pyreadstat.write_sav(frame(rows), path, compress=packed)
        return path.read_bytes()


def zipped(content: bytes, *more: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", b"")
        archive.writestr("folder/mine.csv", content)
        for name in more:
            archive.writestr(name, b"\0\5")
    return stream.getvalue()


CONTAINERS: dict[str, Callable[[list[list[object]]], bytes]] = {
    "csv": as_csv,
    "utf-16": lambda rows: as_csv(rows).decode().encode("utf-16"),
    "tabs": lambda rows: as_csv(rows).replace(b",", b"\t"),
    "blanks": as_blanks,
    "gzip": lambda rows: packed_by_gzip(as_csv(rows)),
    "gzip of two": lambda rows: packed_by_gzip(as_csv(rows[:2])) + packed_by_gzip(as_csv(rows[2:])),
    "zip": lambda rows: zipped(as_csv(rows), "__MACOSX/folder/._mine.csv", ".DS_Store"),
    "zip of a workbook": lambda rows: zipped(as_xlsx(rows)),
    "gzip of Stata": lambda rows: packed_by_gzip(as_stata(rows)),
    "xlsx": as_xlsx,
    "xls": lambda rows: books.compound(
        books.stream([[ascii_of(cell) for cell in r] for r in rows])
    ),
    "ods": ods.workbook,
    "json": as_json,
    "stata": as_stata,
    "parquet": as_parquet,
    "sav": as_spss,
    "zsav": lambda rows: as_spss(rows, packed=True),
}


def ascii_of(cell: object) -> object:
    return cell.replace("ô", "o") if isinstance(cell, str) else cell


@pytest.mark.parametrize("container", CONTAINERS)
def test_the_same_table_reads_equal_in_every_container(container: str) -> None:
    expected = read_scores(io.BytesIO(as_csv(ROWS)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        panel = read_scores(io.BytesIO(CONTAINERS[container](ROWS)))
    pd.testing.assert_frame_equal(panel, expected)


def test_an_encoding_reaches_into_archives() -> None:
    content = "pays\nCôte d'Ivoire\n".encode("cp850")
    for packed in (content, packed_by_gzip(content), zipped(content)):
        with formats.opened(packed, Findings("x"), encoding="cp850") as file:
            assert [row for _, row in file.sheets[0].rows()] == [["pays"], ["Côte d'Ivoire"]]
            assert file.encoding == "cp850"


def test_json_and_parquet_give_their_provenance() -> None:
    import pyarrow as pa
    from pyarrow import parquet

    with formats.opened(as_json(ROWS), Findings("x")) as file:
        assert file.metadata == {"source": "mine"}
    stream = io.BytesIO()
    table = pa.table({"country": ["Mali"]}, metadata={"policyindex": '{"source": "mine"}'})
    parquet.write_table(table, stream)
    with formats.opened(stream.getvalue(), Findings("x")) as file:
        assert file.metadata == {"source": "mine"}


def test_an_index_of_parquet_may_not_repeat_the_name_of_a_column() -> None:
    stream = io.BytesIO()
    table = pd.DataFrame({"country": ["Mali"], "year": [2009], "overall": [9]})
    table.set_index("country", drop=False).to_parquet(stream)
    with pytest.raises(PanelError, match="columns of distinct names; .* the first 'country'"):
        read_scores(io.BytesIO(stream.getvalue()))


def test_spss_keeps_labels_and_declares_missing_values(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "country": ["Mali", "n/a", "Chad", "Togo"],
            "score": [3.0, 9.0, 8.0, 10.0],
            "tier": [1.0, 2.0, 2.0, 2.0],
        }
    )
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(
        table,
        path,
        variable_value_labels={"tier": {1.0: "best"}},
        missing_ranges={"score": [{"lo": 8, "hi": 9}], "country": ["n/a"]},
    )
    findings = Findings("a.sav")
    with formats.opened(path.read_bytes(), findings) as file:
        assert file.table is not None
        assert file.table["score"].tolist() == [3.0, None, None, 10.0]
        assert file.table["country"].tolist() == ["Mali", None, "Chad", "Togo"]
        label, number, *_ = file.table["tier"]
        assert (label, label.number, number) == ("best", 1.0, 2.0)
    assert [(each.kind, each.rows) for each in findings] == [("declared", 3)]


R_HEAD = b"X\n\0\0\0\3\0\4\3\1\0\3\5\0\0\0\0\5UTF-8\0\0\0\xfe"

REFUSED = {
    "R": [
        R_HEAD, packed_by_gzip(R_HEAD), bz2.compress(R_HEAD * 9), lzma.compress(R_HEAD),
        b"RDX3\n" + R_HEAD, packed_by_gzip(b"RDX2\nX\n\0\0\0\2\0\3\5\0"), b"A\n3\n262144\n197888\n",
        packed_by_gzip(b"RDA3\nA\n3\n262144\n"),
    ],
    "HTML": [
        b"<html><body><table>", b"\xef\xbb\xbf \n<!DOCTYPE html>\n<html>", b"<!-- x -->\n<table>",
        "<html><head>".encode("utf-16"), b'<?xml version="1.0"?><html xmlns="x">',
    ],
    "an XML spreadsheet of Excel 2003": [
        b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook>',
    ],
    "a flat OpenDocument file": [
        b'<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">',
    ],
    "XML": [b'<?xml version="1.0"?><scores/>'],
    "a PDF document": [b"%PDF-1.7\n"],
    "a document (RTF)": [b"{\\rtf1\\ansi"],
    "a SQLite database": [b"SQLite format 3\0\x10\0"],
    "a Feather file": [b"ARROW1\0\0", b"FEA1\0\0"],
    "a picture": [
        b"\x89PNG\r\n\x1a\n\0", b"\xff\xd8\xff\xe0", b"GIF89a", b"<svg xmlns='x'>",
        b"RIFF\x24\0\0\0WEBPVP8 ", b'<?xml version="1.0"?><!--' + b" " * 3000 + b"--><svg/>",
    ],
    "a file of SAS": [b"\0" * 12 + b"\xc2\xea\x81\x60\xb3\x14"],
    "a portable file of SPSS (.por)": [b" " * 280 + b"ASCII SPSS PORT FILE"],
    "a pickle of Python": [pickle.dumps(frame(ROWS)), pickle.dumps({"a": [1]}, protocol=2)],
    "a 7z archive": [b"7z\xbc\xaf\x27\x1c\0"],
    "a bzip2 archive": [bz2.compress(b"country,year\n" * 9)],
    "an xz archive": [lzma.compress(b"country,year\n")],
    "a tar archive": [b"a.csv".ljust(257, b"\0") + b"ustar\0"],
    "a pointer of Git LFS": [b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"],
    "locked by a password": [foreign.OLE + b"\0" * 99 + "EncryptedPackage".encode("utf-16-le")],
    "a Word document": [
        foreign.OLE + b"\0" * 99 + "WordDocument".encode("utf-16-le"),
        books.archive({"word/document.xml": "<w/>", "[Content_Types].xml": "<T/>"}),
    ],
    "a PowerPoint file": [books.archive({"ppt/presentation.xml": "<p/>"})],
    "a binary workbook (.xlsb)": [books.archive({"xl/workbook.bin": b"\0"})],
    "a document of Apple": [books.archive({"Index/Document.iwa": b"\0", "preview.jpg": b"\0"})],
    "an OpenDocument file without sheets": [
        books.archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "x"}),
    ],
    "an archive in an archive": [
        packed_by_gzip(packed_by_gzip(b"a,b\n")), zipped(zipped(b"a,b\n")),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"), [(name, each) for name, files in REFUSED.items() for each in files]
)
def test_other_formats_are_refused_by_name(name: str, content: bytes) -> None:
    with pytest.raises(PanelError, match="must be a table that can be read; it is ") as caught:
        read_scores(io.BytesIO(content))
    assert name in str(caught.value)
    assert "NUL" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}', "[1, 2]", '[{"country": "Mali"}]', '{"data": []}', "[]",
        '{"metadata": {}, "data": {"a": 1}}', '{"metadata": [], "data": []}',
        '{"metadata": {}, "data": [], "more": []}',
    ],
)  # fmt: skip
def test_other_json_is_refused_by_name(text: str) -> None:
    with pytest.raises(PanelError, match="JSON must have the form .* save other tables as CSV"):
        read_scores(io.BytesIO(text.encode()))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("[1]", "a record must be an object of names and values; record 1 is 1"),
        ('[{"a": [1]}]', "a value must be text, a number, a boolean or null; 'a' of record 1"),
        ('[{"a": 1}, {"a": {}}]', "'a' of record 2 is {}"),
        ('[{"a": 1}, 2]', "record 2 is 2"),
        ('[{"a": 1}, {"a": 1, "b": 1}]', "record 1 lacks 'b'"),
        ('[{"a": 1, "b": 1}, {"a": 1}]', "record 2 lacks 'b'"),
        ('[{"a": 1, "a": 2}]', "an object must have distinct names; 'a' is repeated"),
        ('[{"a": NaN}]', "a number must be finite; got NaN"),
        (r'[{"country": "\ud800"}]', r"whole characters; '\\ud800' is half of one"),
        ("[" * 100_000, "cannot be read as JSON"),
        ('[{"a": ', "cannot be read as JSON"),
    ],
)
def test_json_of_another_form_is_refused(data: str, told: str) -> None:
    with pytest.raises(PanelError, match=told):
        read_scores(io.BytesIO(f'{{"metadata": {{}}, "data": {data}}}'.encode()))


def test_json_may_escape_both_halves_of_a_character() -> None:
    row = r'{"country": "Mali", "year": 2009, "overall": 9, "who": "\ud83d\ude00"}'
    text = f'{{"metadata": {{}}, "data": [{row}]}}'
    assert read_values(io.BytesIO(text.encode()), text="who")["who"].item() == "\U0001f600"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (zipped(b"a,b\n", "notes.txt"), "it holds 2 files: folder/mine.csv, notes.txt; unpack it"),
        (books.archive({}), "must be an archive of one table; it holds none"),
        (zipped(b" "), "must hold a table; folder/mine.csv is empty"),
        (packed_by_gzip(b" "), "must hold a table; it is empty"),
        (b"\xef\xbb\xbf", "must hold a table; it is empty"),
        (b"\xff\xfe\n\0", "must hold a table; it is empty"),
        (packed_by_gzip(b"a,b\n" * 99)[:-9], "cannot be read as gzip: it is cut off"),
        (packed_by_gzip(b"a,b\n")[:-8] + b"\0" * 8, "cannot be read as gzip: it is damaged"),
        (
            packed_by_gzip(b"a,b\n") + b"more",
            "cannot be read as gzip: it is damaged, or other bytes",
        ),
        (b"\x1f\x8b\x08", "cannot be read as gzip"),
        (zipped(b"a,b\n")[:-9], "as Excel or a ZIP archive: it is cut off or damaged$"),
    ],
)
def test_archives_without_one_table_are_refused(content: bytes, told: str) -> None:
    with pytest.raises(PanelError, match=told):
        read_scores(io.BytesIO(content))


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ("workbook.xml", "the archive does not hold a workbook"),
        ("worksheets/sheet1.xml", "its sheet 'Sheet1' is missing from the archive$"),
        ("styles.xml", "it is damaged, or a part of it is missing$"),
        ("_rels/workbook.xml.rels", "it is damaged, or a part of it is missing$"),
    ],
)
def test_a_workbook_without_a_part_is_refused_in_plain_words(part: str, reason: str) -> None:
    written = io.BytesIO()
    pd.DataFrame({"country": ["Mali"], "year": [2009], "overall": [9]}).to_excel(written)
    with zipfile.ZipFile(written) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != f"xl/{part}"}
    with pytest.raises(PanelError, match=f"cannot be read as Excel: {reason}"):
        read_scores(io.BytesIO(books.archive(parts)))


@pytest.mark.parametrize("form", ["Excel", "OpenDocument"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Mali", b"&e;"),
        (b"Mali", b"<"),
        (b"Mali", b"\0"),
        (b"UTF-8", b"none"),
        (b"UTF-8", b"UTF-16"),
        (b"<?xml", b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><?xml"),
        (b">Mali<", b" a='1' a='2'>Mali<"),
    ],
)
def test_damaged_xml_is_refused_in_plain_words(form: str, old: bytes, new: bytes) -> None:
    rows = [ROWS[0], *ROWS[1:3]]
    if form == "Excel":
        lines = "".join(books.line(number, row) for number, row in enumerate(rows, 1))
        parts = books.members(books.sheet(lines))
        name = books.WORKSHEET
    else:
        with zipfile.ZipFile(io.BytesIO(ods.workbook(rows))) as archive:
            parts = {each: archive.read(each) for each in archive.namelist()}
        name = ods_sheets.MEMBER
    content = parts[name].encode() if isinstance(parts[name], str) else parts[name]
    assert read_scores(io.BytesIO(books.archive({**parts, name: content}))).shape == (2, 4)
    assert old in content
    damaged = books.archive({**parts, name: content.replace(old, new, 1)})
    told = f"cannot be read as {form}: it is damaged, or a part of it is missing$"
    with pytest.raises(PanelError, match=told):
        read_scores(io.BytesIO(damaged))


def test_a_damaged_compression_is_refused_in_plain_words() -> None:
    content = bytearray(as_xlsx(ROWS))
    start = content.index(b"xl/worksheets/sheet1.xml") + 60
    content[start : start + 3] = bytes(255 - each for each in content[start : start + 3])
    with pytest.raises(PanelError, match="it is damaged, or a part of it is missing$"):
        read_scores(io.BytesIO(content))


def test_a_table_has_at_most_16384_columns() -> None:
    names = ["country", "year", *(f"x{place}" for place in range(16_382))]
    cells = ["Mali", "2009", *["1"] * 16_382]
    text = f"{','.join(names)}\n{','.join(cells)}\n"
    assert read_values(io.StringIO(text), columns=["x0"])["x0"].item() == 1
    more = text.replace("\n", ",y\n")
    with pytest.raises(PanelError, match="at most 16,384 columns"):
        read_values(io.StringIO(more), columns=["x0"])


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "XL/worksheets/Sheet1.xml"])
def test_a_workbook_with_a_part_twice_is_refused(name: str) -> None:
    stream = io.BytesIO(books.workbook())
    assert not read_scores(io.BytesIO(books.workbook())).empty
    with (
        zipfile.ZipFile(stream, "a") as archive,
        warnings.catch_warnings(action="ignore"),
    ):
        archive.writestr(name, archive.read("xl/worksheets/sheet1.xml"))
        for _ in range(3):  # the first of the parts that are repeated is named
            archive.writestr("z", "")
    with pytest.raises(PanelError, match=r"each part .* once; .*sheet1.xml' comes 2 times; save"):
        read_scores(io.BytesIO(stream.getvalue()))


def test_archives_are_bounded_before_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "LARGEST", 10_000)
    for packed in (
        packed_by_gzip(b"a" * 20_000),
        zipped(b"a" * 20_000),
        packed_by_gzip(b"a") * 999,
    ):
        with (
            pytest.raises(PanelError, match="must unpack to at most|must have at most"),
            formats.opened(packed, Findings("x")),
        ):
            pass


@pytest.mark.parametrize("most", [20, 21])
@pytest.mark.parametrize("pack", [packed_by_gzip, zipped])
def test_an_archive_unpacks_to_as_many_bytes_as_allowed_and_no_more(
    pack: Callable[[bytes], bytes], most: int
) -> None:
    text = b"a,b\n".ljust(most, b"1")
    assert archives.unpacked(pack(text), "x", most=most) == (text, "text")
    with pytest.raises(PanelError, match=f"must unpack to at most {most - 1} bytes"):
        archives.unpacked(pack(text), "x", most=most - 1)


@pytest.mark.parametrize("write", [as_stata, as_parquet, as_spss, as_json])
@pytest.mark.parametrize("columns", [1, 2, 4, 10])
def test_a_table_has_as_many_cells_as_allowed_and_no_more(
    write: Callable[..., bytes], columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "MOST_CELLS", 100)
    names: list[object] = ["country", *(f"c{place}" for place in range(columns - 1))]
    rows: list[list[object]] = [["Mali", *range(columns - 1)] for _ in range(100 // columns + 1)]
    with formats.opened(write([names, *rows[1:]]), Findings("x")) as file:
        assert file.table is not None
        assert file.table.shape == (100 // columns, columns)
    with (
        pytest.raises(PanelError, match="must have at most"),
        formats.opened(write([names, *rows]), Findings("x")),
    ):
        pass


def test_wide_text_of_spss_is_bounded_by_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[list[object]] = [["country"], ["x" * 1000], *[["Mali"]] * 40]
    content = as_spss(rows, packed=True)
    assert len(content) < 20_000
    monkeypatch.setattr(formats, "LARGEST", 20_000)
    with (
        pytest.raises(PanelError, match=r"must have at most \d+ rows of this width"),
        formats.opened(content, Findings("x")),
    ):
        pass


def test_the_words_of_an_error_are_cut_where_they_are_long() -> None:
    assert formats._in_brief(ValueError("x" * 300)) == "x" * 300
    assert len(formats._in_brief(ValueError("x" * 301))) < 300
    assert formats._in_brief(ValueError("a\n b")) == "a b"
    assert formats._in_brief(ValueError()) == "ValueError"


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs"]), max_size=5),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_text_reads_as_csv_reads_it(rows: list[list[str]]) -> None:
    content = as_csv([["a", "b", "c"], *rows])
    with formats.opened(content, Findings("x")) as file:
        cells = [row for _, row in file.sheets[0].rows()]
    assert cells == [["a", "b", "c"], *rows]


@given(
    st.text(st.sampled_from('ab,;\t "\n\r'), max_size=40),
    st.sampled_from(",;"),
)
@example('"a\nb",c\r\rd\n', ",")
@example('"a', ",")
def test_lines_are_split_as_the_module_csv_splits_them(text: str, separator: str) -> None:
    stream = io.StringIO(text, newline="")
    reader = csv.reader(stream, delimiter=separator, strict=True)
    expected: list[object] = []
    try:
        expected.extend((f"line {reader.line_num + 1}", row) for row in reader)
    except csv.Error:
        expected.append("error")
    rows: list[object] = []
    try:
        rows.extend(formats._text_rows(f"sep={separator}\n{text}"))
    except ValueError:
        rows.append("error")
    assert rows == expected


def test_cells_of_text_are_bounded() -> None:
    longest = formats.LONGEST_CELL
    for cell in ("x" * (longest + 1), f'"{"x" * (longest + 1)}"', '"' + "x\n" * longest):
        message = "a cell must have at most 131,072 characters; one that starts in line 3 has more"
        with pytest.raises(PanelError, match=message):
            read_scores(io.BytesIO(f'a,b\n"c",1\n{cell},1\n'.encode()))
        with pytest.raises(PanelError, match=message.replace("line 3", "line 4")):
            read_scores(io.BytesIO(f'a,b\nc,1\n"d",1\n{cell},1\n'.encode()))
    for cell in ("x" * longest, f'"{"x" * longest}"', '"x\n"'):
        text = f"a,b\n{cell},{cell}\n"
        _, (_, row) = formats._text_rows(text)
        assert row == [cell.strip('"')] * 2
    for text in ('a,b\n"c"d,1\n', 'a,b\n"c,1\nd,1\n'):
        with pytest.raises(
            PanelError, match=r"must be doubled; one that starts in line 2 does not$"
        ):
            read_scores(io.StringIO(text))


def test_rounded_cells_are_a_finding() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Data"
    book.active.append(["country", "gdp"])
    book.active.append(["Mali", 4.6])
    book.active["B2"].number_format = "0"
    stream = io.BytesIO()
    book.save(stream)
    findings = Findings("x")
    with formats.opened(stream.getvalue(), findings) as file:
        assert [row for _, row in file.sheets[0].rows()] == [["country", "gdp"], ["Mali", 4.6]]
        formats.report_rounded(file.sheets[0], findings)
    (finding,) = findings
    assert finding.message == (
        "'Data' shows numbers with fewer digits than it holds: all digits were read (1 row, the "
        "first 4.6 in B2, shown as 5)"
    )


def test_the_documentation_states_the_bounds() -> None:
    page = Path(__file__).parents[2] / "docs" / "hostile.md"
    text = " ".join(page.read_text(encoding="utf-8").split())
    assert f"before and after unpacking, has at most {formats.LARGEST:,} bytes" in text
    assert f"at most {formats.MOST_CELLS:,} cells and {formats.MOST_COLUMNS:,} columns" in text


def test_blanks_separate_cells_where_all_rows_have_as_many() -> None:
    rows = "1 2 3 4\n2 3 4 5\n"
    for header, is_separated in (("a b c d", True), ("a b c", True), ("a b c d e", False),
                                 ("a b", False)):  # fmt: skip
        assert formats._is_separated_by_blanks(f"{header}\n{rows}") == is_separated
