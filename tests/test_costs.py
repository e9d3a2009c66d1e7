"""What a file costs is bounded by its size: sizes and steps are counted, not seconds."""

from __future__ import annotations

import io
import sys
import weakref
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, iterparse

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import policyindex as pi
from hostile import books, ods
from policyindex import PanelError
from policyindex._sheets import model, open_sheets, xlsx, xml
from policyindex._sheets.model import Content
from policyindex.reading import formats

HEADER = books.line(1, ["country", "year", "prosecution", "protection", "prevention"])
ROW = books.line(2, ["Germany", 2009, 5, 4, 3])
BASE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(rows: str = HEADER + ROW, *, before: str = "", after: str = "", **parts: str) -> bytes:
    """Return a workbook with further parts, `styles` and `sharedStrings`."""
    content = books.members(
        books.sheet(rows, before).replace("</sheetData>", f"</sheetData>{after}")
    )
    for name, text in parts.items():
        content[f"xl/{name}.xml"] = text
    relations = next(name for name in content if name.endswith("workbook.xml.rels"))
    links = "".join(
        f'<Relationship Id="x{name}" Type="{BASE}/{name}" Target="{name}.xml"/>' for name in parts
    )
    whole = str(content[relations]).replace("</Relationships>", f"{links}</Relationships>")
    return books.archive({**content, relations: whole})


def read(content: bytes) -> pd.DataFrame:
    return pi.read_scores(io.BytesIO(content))


def steps(deed: Callable[[], object]) -> int:
    """Count the lines of this library that a function runs."""
    count = 0
    root = str(Path(pi.__file__).parent)

    def trace(frame: object, event: str, _: object) -> Callable[..., object] | None:
        nonlocal count
        if not frame.f_code.co_filename.startswith(root):  # type: ignore[attr-defined]
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        deed()
    finally:
        sys.settrace(before)
    return count


def styles(n: int, part: str) -> str:
    inner = {"cellXfs": "<xf/>", "numFmts": '<numFmt numFmtId="200" formatCode="0"/>'}[part]
    return f'<styleSheet xmlns="{books.SHEET}"><{part}>{inner * n}</{part}></styleSheet>'


@pytest.mark.parametrize("part", ["cellXfs", "numFmts"])
def test_a_workbook_has_as_many_styles_as_excel_allows(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "MOST_STYLES", 50)
    assert len(read(workbook(styles=styles(50, part)))) == 1
    with pytest.raises(PanelError, match="it must have at most 50 styles; it has 51"):
        read(workbook(styles=styles(51, part)))


@pytest.mark.parametrize("size", [5, xml.PIECE])
def test_the_tags_of_a_part_that_is_held_in_memory_are_counted_before(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml, "PIECE", size)
    monkeypatch.setattr(xml, "MOST_TAGS", 40)
    assert len(xml.root(packed(f"<a>{'<b/>' * 38}</a>"), "part")) == 38
    with pytest.raises(ValueError, match="a part of it must have at most 40 tags"):
        xml.root(packed(f"<a>{'<b/>' * 39}</a"), "part")  # not well-formed: it is not parsed


def test_a_part_has_at_most_four_million_tags() -> None:
    with pytest.raises(ParseError):
        xml.root(packed("<" * 4_194_304), "part")
    with pytest.raises(ValueError, match="a part of it must have at most 4,194,304 tags"):
        xml.root(packed("<" * 4_194_305), "part")


def packed(text: str) -> zipfile.ZipFile:
    """Return an archive that holds a member `part`."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("part", text)
    return zipfile.ZipFile(content)


NAMES = ["row", "mergeCell", "a", "b"]

trees = st.recursive(
    st.sampled_from(NAMES).map(lambda name: f'<{name} r="1"/>'),
    lambda inner: st.tuples(st.sampled_from(NAMES), st.lists(inner, max_size=4)).map(
        lambda each: f"<{each[0]}> x{' '.join(each[1])}</{each[0]}>"
    ),
    max_leaves=20,
)


@given(trees, st.integers(1, 40))
def test_parts_are_those_of_the_whole_tree_at_any_piece(text: str, size: int) -> None:
    whole = f'<x xmlns="y">{text}{text}</x>'
    names = frozenset({"row", "mergeCell"})

    def written(element: Element) -> str:
        inner = "".join(map(written, element))
        return f"<{xml.tag(element)}{element.attrib}{element.text}>{inner}"

    plain = [(xml.tag(each), each) for _, each in iterparse(io.BytesIO(whole.encode()))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml, "PIECE", size)
        parts = [(name, written(each)) for name, each in xml.elements(packed(whole), "part", names)]
    assert parts == [(name, written(each)) for name, each in plain if name in names]


@pytest.mark.parametrize("before", ["", "<a/>", "<a/><b/>"])
def test_a_part_that_was_read_is_freed(before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "PIECE", 100)
    archive = packed(f"<x>{before}<sst>{'<si><t>5</t></si><a/>' * 500}</sst></x>")
    seen: list[weakref.ref[Element]] = []
    most = 0
    for _, element in xml.elements(archive, "part", frozenset({"si"})):
        seen.append(weakref.ref(element))
        most = max(most, sum(each() is not None for each in seen))
    assert len(seen) == 500
    assert most < 20


@pytest.mark.parametrize("inside", ["si", "row"])
def test_the_tags_of_a_text_and_of_a_row_are_counted(
    inside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml, "MOST_HELD", 400)
    monkeypatch.setattr(xml, "PIECE", 100)

    def book(runs: int) -> bytes:
        text = "<r><t>x</t></r>" * runs
        if inside == "si":
            return workbook(sharedStrings=f'<sst xmlns="{books.SHEET}"><si>{text}</si></sst>')
        return workbook(HEADER + ROW.replace("<t>Germany</t>", f"<r><t>Germany</t></r>{text}"))

    if inside == "si":  # the text is not used
        assert len(read(book(90))) == 1
    with pytest.raises(PanelError, match="a part of it must have at most 400 tags; it has more"):
        read(book(120))


def test_texts_and_rows_are_counted_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MOST_HELD", 60)
    monkeypatch.setattr(xml, "PIECE", 10)
    texts = f'<sst xmlns="{books.SHEET}">{"<si><t>x</t></si>" * 50}</sst>'
    rows = HEADER + "".join(books.line(n, ["Germany", 2000 + n, 5, 4, 3]) for n in range(2, 52))
    assert len(read(workbook(rows, sharedStrings=texts))) == 50


def test_a_deep_nest_of_tags_is_refused() -> None:
    def nest(depth: int) -> list[object]:
        archive = packed("<a>" * depth + "<row/>" + "</a>" * depth)
        return list(xml.elements(archive, "part", frozenset({"row"})))

    assert len(nest(200)) == 1
    with pytest.raises(ValueError, match="its tags must be nested at most 256 deep"):
        nest(20_000)


def test_the_head_of_a_sheet_ends_before_its_merged_cells() -> None:
    def header(times: int) -> None:
        ranges = [f"A{20 + 2 * n}:A{21 + 2 * n}" for n in range(times)]
        with open_sheets(workbook(after=merges(*ranges)), most_bytes=10**7, most_cells=100) as book:
            assert max(map(len, book[0].start())) == 5

    few, many = (steps(lambda times=times: header(times)) for times in (1, 2000))  # type: ignore[misc]
    assert many < few + 100


def test_a_reference_to_a_text_beyond_the_last_is_refused() -> None:
    texts = f'<sst xmlns="{books.SHEET}"><si><t>5</t></si></sst>'
    for place in ("1", "-1", "99999999999", "x"):
        rows = HEADER + ROW.replace("<v>5</v>", f"<v>{place}</v>").replace(
            '<c r="C2">', '<c r="C2" t="s">'
        )
        with pytest.raises(
            PanelError, match=f"a cell refers to text '{place}', which the workbook"
        ):
            read(workbook(rows, sharedStrings=texts))
    with pytest.raises(PanelError, match="sheet must be one of Data, or a position from 0 to 0"):
        pi.read_scores(io.BytesIO(workbook()), sheet="Absent")


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = workbook(other="x" * 100_000)
    size = sum(member.file_size for member in zipfile.ZipFile(io.BytesIO(content)).infolist())
    monkeypatch.setattr(formats, "LARGEST", size)
    assert len(read(content)) == 1
    monkeypatch.setattr(formats, "LARGEST", size - 1)
    monkeypatch.setattr(zipfile.ZipFile, "open", pytest.fail)
    with pytest.raises(PanelError, match=f"must unpack to at most {size - 1:,} bytes; .* {size:,}"):
        read(content)


def test_a_parquet_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("pyarrow")
    columns = ["country", "year", "prosecution", "protection", "prevention"]
    rows = [["Germany", 2000 + n, 5, 4, 3] for n in range(20)]
    table = pd.DataFrame(rows, columns=columns).assign(
        note=[f"{n}{'x' * 10_000}" for n in range(20)]
    )
    stream = io.BytesIO()
    table.to_parquet(stream)
    content = stream.getvalue()
    assert len(content) < 50_000
    monkeypatch.setattr(formats, "LARGEST", 300_000)
    assert len(read(content)) == 20
    monkeypatch.setattr(formats, "LARGEST", 100_000)
    monkeypatch.setattr(formats.pd, "read_parquet", pytest.fail)
    with pytest.raises(PanelError, match="must have at most 100,000 bytes unpacked; it has 2"):
        read(content)


def merges(*ranges: str) -> str:
    return (
        "<mergeCells>" + "".join(f'<mergeCell ref="{each}"/>' for each in ranges) + "</mergeCells>"
    )


def test_merged_cells_that_overlap_are_refused() -> None:
    for pair in (["A2:A9", "A9:A12"], ["A2:A3", "A2:A3"], ["A2:A1048576", "A3:A4"]):
        with pytest.raises(PanelError, match="merged cells must not overlap; two ranges hold A"):
            read(workbook(after=merges(*pair)))
    assert len(read(workbook(after=merges("A20:A29", "A30:A39", "B20:B29")))) == 1


def test_filling_merged_cells_takes_steps_for_rows_that_exist() -> None:
    rows = HEADER + "".join(
        books.line(n, ["Germany" if n == 2 else "", 2000 + n, 5, 4, 3]).replace(
            "inlineStr", "str", 0
        )
        for n in range(2, 12)
    )
    counts = [
        steps(lambda last=last: read(workbook(rows, after=merges(f"A2:A{last}"))))  # type: ignore[misc]
        for last in (11, 1_048_576)
    ]
    assert counts[1] < counts[0] + 100
    assert len(read(workbook(rows, after=merges("A2:A1048576")))) == 10


def test_hidden_columns_take_steps_for_cells_not_for_how_often_they_are_described() -> None:
    rows = [[1] * 40 for _ in range(30)]

    def filled(times: int) -> Content:
        content = Content(10**6)
        for _ in range(times):
            content.hide(50, 10**9)
        for number, row in enumerate(rows, 1):
            content.add(number, row)
        return content

    once, often = (steps(lambda times=times: filled(times)) for times in (1, 101))  # type: ignore[misc]
    assert often - once <= 100 * 4
    content = filled(3)
    content.refuse_hidden()
    content.hide(3, 5)
    content.add(31, rows[0])
    with pytest.raises(ValueError, match="it hides columns D, E; unhide"):
        content.refuse_hidden()


def test_a_column_that_is_hidden_beyond_the_widest_sheet_is_ignored() -> None:
    content = Content(10**6)
    content.hide(-5, 0)
    content.hide(model.MOST_WIDE, 10**12)
    content.add(1, [1] * 10)
    content.refuse_hidden()


def test_an_unknown_name_is_tried_once_and_only_the_first_are_compared_with_all() -> None:
    def table(n: int) -> bytes:
        lines = [f"Land of the {place} Isles,2009,1,2,3" for place in range(n)]
        return "\n".join(["country,year,prosecution,protection,prevention", *lines]).encode()

    def refused(n: int) -> None:
        with pytest.raises(PanelError):
            read(table(n))

    few, many = (steps(lambda n=n: refused(n)) for n in (50, 200))  # type: ignore[misc]
    assert many - few < 150 * 200


def repeated(rows: int, columns: int) -> bytes:
    """Return an OpenDocument workbook of one row of fives, repeated."""
    five = '<table:table-cell office:value-type="float" office:value="5" {}="{}"/>'
    cell = five.format("table:number-columns-repeated", columns)
    row = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'
    return ods.archive(ods.document(ods.table(row)))


def test_repeated_rows_and_cells_are_refused_before_they_are_made() -> None:
    def refused(rows: int, columns: int) -> None:
        with (
            open_sheets(repeated(rows, columns), most_bytes=10**6, most_cells=1000) as sheets,
            pytest.raises(ValueError, match="at most 1,048,576 rows and 1,000 cells"),
        ):
            list(sheets[0].rows())

    refused(1, 1001)  # loads modules
    assert steps(lambda: refused(900_000, 2)) < 1000
    assert steps(lambda: refused(9, 999_999)) < 1000
    with open_sheets(repeated(10, 100), most_bytes=10**6, most_cells=1000) as sheets:
        assert [row for _, row in sheets[0].rows()] == [[5] * 100] * 10


@pytest.mark.parametrize("is_excel", [True, False])
def test_each_cell_of_a_sheet_counts_once(is_excel: bool) -> None:
    values = [5, 4, 3, 2, 1, "a", "b"]
    lines = [books.line(n, values) if is_excel else ods.line(values) for n in range(1, 11)]
    rows = "".join(lines)
    content = workbook(rows) if is_excel else ods.archive(ods.document(ods.table(rows)))
    with open_sheets(content, most_bytes=10**7, most_cells=70) as sheets:
        assert [row for _, row in sheets[0].rows()] == [values] * 10
    with (
        open_sheets(content, most_bytes=10**7, most_cells=69) as sheets,
        pytest.raises(ValueError, match="at most 1,048,576 rows and 69 cells"),
    ):
        list(sheets[0].rows())


def test_the_sheets_of_a_book_are_read_on_use() -> None:
    with open_sheets(workbook(), most_bytes=10**6, most_cells=10**6) as sheets:
        assert [len(list(sheet.rows())) for sheet in sheets] == [2]
