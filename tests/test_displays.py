"""Cells are read as the sheet shows them, in .xlsx, .xls and .ods."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policyindex import PanelError, read_scores, read_values
from policyindex._sheets import UNCALCULATED, Sheet, model, open_sheets, xlsx
from policyindex._sheets import ods as ods_sheets
from policyindex._sheets.display import number_in, number_shown, raised, text_shown

openpyxl = pytest.importorskip("openpyxl", minversion="3.1.3")  # before, it wrote no rich text
calamine = pytest.importorskip("python_calamine")
pytest.importorskip("xlrd")

from openpyxl.cell.rich_text import (  # type: ignore[import-untyped]  # noqa: E402
    CellRichText,
    TextBlock,
)
from openpyxl.cell.text import InlineFont  # type: ignore[import-untyped]  # noqa: E402

from hostile import books, ods  # noqa: E402

BOUNDS = {"most_bytes": 2**26, "most_cells": 2**20}


def first_of(content: bytes, use: Callable[[Sheet], Any]) -> Any:
    with open_sheets(content, **BOUNDS) as sheets:
        return use(sheets[0])


def rows_of(content: bytes) -> list[list[object]]:
    return first_of(content, lambda sheet: [row for _, row in sheet.rows()])


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def formatted(value: object, code: str) -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = value
    book.active["A1"].number_format = code
    return saved(book)


DISPLAYS = [
    (4.6, "0", 4.6, "5"),
    (5, "0.0", 5, ""),
    (1234.5, "#,##0", 1234.5, "1235"),
    (1234.5, "#,##0.00", 1234.5, ""),
    (0.05, "0%", "5%", ""),
    (0.052, "0.0%", "5.2%", ""),
    (2009, '0"p"', "2009p", ""),
    (2009, "0\\p", "2009p", ""),
    (4, ";;;", "4 (shown as nothing)", ""),
    (0, "0;-0;", "0 (shown as nothing)", ""),
    (4000, "0,", "4000 (shown as 4)", ""),
    (4200000, "0.0,,", "4200000 (shown as 4.2)", ""),
    (-4, "0;0", "-4 (shown as 4)", ""),
    (-4, "0;(0)", -4, ""),
    (-4, "0_);[Red](0)", -4, ""),
    (4, '"5"', "4 (shown as 5)", ""),
    (4, '[=4]"full";"none"', "full", ""),
    (5, '[=4]"full";"none"', "none", ""),
    (3, '[>=4]"full";"none"', "none", ""),
    (4, '[>=4]"full";"none"', "full", ""),
    (4, '[>4]"full";"none"', "none", ""),
    (4, '[<=4]"full";"none"', "full", ""),
    (5, '[<=4]"full";"none"', "none", ""),
    (0, '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', 0, "-"),
    (3, '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', 3, ""),
    (0.5, '0.0;-0.0;"none"', 0.5, ""),
    (4, "[$\u20ac-407] #,##0", 4, ""),
    (4, '$#,##0.00', 4, ""),
    (12345, "0.0E+00", 12345, "1.2E+4"),
    (12000, "0.0E+00", 12000, ""),
    (1234, "#\\ ##0", 1234, ""),
    (1234.5, '#,##0.0\\ "\u20ac"', 1234.5, ""),
    (4, "General;-General", 4, ""),
    (4, "GENERAL", 4, ""),
    (4.5, "# ?/?", "4.5 (shown in the format # ?/?)", ""),
    (5551234, "000-0000", "5551234 (shown in the format 000-0000)", ""),
    (40178, "yyyy-mm-dd", datetime(2009, 12, 31), ""),
    (40178, "d\\-mmm\\-yy;@", datetime(2009, 12, 31), ""),
    (40178, "yyyy", 2009, ""),
    (2009, "yyyy", "2009 (shown as a date in 1905)", ""),
    (2009, "yyyy-mm-dd", "2009 (shown as a date in 1905)", ""),
    (1900, "yyyy-mm-dd", "1900 (shown as a date in 1905)", ""),
    (2100, "yyyy-mm-dd", "2100 (shown as a date in 1905)", ""),
    (1899, "yyyy-mm-dd", datetime(1905, 3, 13), ""),
    (40178, "[$-10409]yyyy", 2009, ""),
    (2101, "yyyy-mm-dd", datetime(1905, 10, 1), ""),
    (2009.5, "yyyy-mm-dd", datetime(1905, 7, 1, 12), ""),
    (40178, 'yyyy"p"', "2009p", ""),
    (40178, "d.m.", "2009-12-31 00:00:00 (shown without its year)", ""),
    (4, "h:mm", "96:00:00 (shown as a time of day)", ""),
    (3.0826388889 / 24, "h:mm", "3:04:58 (shown as a time of day)", ""),
    (185 / 1440, "h:mm", "3:05:00 (shown as a time of day)", ""),
    (185 / 1440, "h:mm AM/PM", "3:05:00 (shown as a time of day)", ""),
    (185 / 86400, "mm:ss", "0:03:05 (shown as a time of day)", ""),
    (27.5 / 24, "[h]:mm:ss", "27:30:00 (shown as a time of day)", ""),
    (40178, "d.m. h:mm", "2009-12-31 00:00:00 (shown without its year)", ""),
    (40178, "mmm", "2009-12-31 00:00:00 (shown without its year)", ""),
    (40178, "[$-107041E]yyyy", "40178 (shown in the format [$-107041E]yyyy)", ""),
    (1e300, "yyyy", "1e+300 (not a date)", ""),
    (-1, "yyyy", "-1 (not a date)", ""),
    (4, "General", 4, ""),
    (4, "@", 4, ""),
    (4, '0"0"', "4 (shown as 40)", ""),
    (4, '"1"0', "4 (shown as 14)", ""),
    (4, "0\\0", "4 (shown as 40)", ""),
    (4, '0"5"', "4 (shown as 45)", ""),
    (4, '0".5"', "4 (shown as 4.5)", ""),
    (4, '"."0', "4 (shown as .4)", ""),
    (4, '0"e2"', "4 (shown as 4e2)", ""),
    (-4, '0"0"', "-4 (shown as -40)", ""),
    (4.6, '0"0"', "4.6 (shown as 50)", ""),
    (4, 'General"0"', "4 (shown as 40)", ""),
    (4, "0*0", "4 (shown as 40)", ""),
    (4, "[$5]0", "4 (shown as 54)", ""),
    (4, '[=4]0"0";0', "4 (shown as 40)", ""),
    (5, '[=4]0"0";0', 5, ""),
    (3, "[=1]0;[=2]0;[=3]0;0", 3, ""),
    (0, "#", "0 (shown as nothing)", ""),
    (0.4, "#,###", "0.4 (shown as nothing)", ""),
    (0, "#.##", "0 (shown as nothing)", ""),
    (0, '#"p"', "p", ""),
    (0, "#.0", 0, ""),
    (0.6, "#", 0.6, "1"),
    (1200, "#,###", 1200, ""),
    (0, "# ", "0 (shown as nothing)", ""),
    (-5, "[<0]0;0", "-5 (shown in the format [<0]0;0)", ""),
    (5, "[<0]0;0", 5, ""),
    (0, "[<0]0;0", 0, ""),
    (-5, "[>=1000]#,##0;0", -5, ""),
    (5, "0 [$%]", "5 %", ""),
    (5, "0 [$EUR]", 5, ""),
    (5, "[=1]0;[=2]0;[=3]0;0", "5 (shown in the format [=1]0;[=2]0;[=3]0;0)", ""),
    (4, '0.0"0"', 4, ""),
    (4, "0*.", 4, ""),
    (4, "[$USD-409] 0", 4, ""),
    (4.6, "[$USD-409] 0", 4.6, "5"),
    (0.3, "0", 0.3, "0"),
    (-0.3, "0", -0.3, "-0"),
    (-4.6, "0;(0)", -4.6, "(5)"),
    (4000, '0,"000"', 4000, ""),
    (4200, '0,"000"', "4200 (shown as 4000)", ""),
]  # fmt: skip


@pytest.mark.parametrize(("number", "code", "value", "rounded"), DISPLAYS)
def test_a_number_is_what_its_format_shows(
    number: float, code: str, value: object, rounded: str
) -> None:
    assert number_shown(number, code) == (value, rounded)
    row = f'<row r="1"><c r="A1" s="1"><v>{number!r}</v></c></row>'
    parts = books.members(books.sheet(row))
    escaped = code.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    styles = str(parts["xl/styles.xml"]).replace('numFmtId="14"', 'numFmtId="200"')
    parts["xl/styles.xml"] = styles.replace(
        "<fonts", f'<numFmts><numFmt numFmtId="200" formatCode="{escaped}"/></numFmts><fonts', 1
    )
    content = books.archive(parts)
    assert rows_of(content) == [[value]]
    marks = [("A1", number, rounded)] if rounded else []
    assert first_of(content, lambda sheet: list(sheet.rounded())) == marks


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.integers(0, 6))
@example(0.5, 0)
@example(2.675, 2)
def test_a_rounded_number_stays_itself(number: float, decimals: int) -> None:
    code = "0." + "0" * decimals if decimals else "0"
    value, rounded = number_shown(number, code)
    if value == f"{number:.15g} (shown as nothing)":
        pytest.fail("digits are always shown")
    assert value == number
    text = number_in(rounded or f"{number:.15f}")
    assert text is not None
    assert abs(text - Decimal(f"{number:.15g}")) <= Decimal(10) ** -decimals / 2 or not rounded


@given(st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=12))
def test_any_format_has_an_answer(number: float, code: str) -> None:
    value, _ = number_shown(number, code)
    assert isinstance(value, int | float | str | date)
    assert isinstance(text_shown("Mali", code), str)


@given(st.lists(st.sampled_from([*'0#?.,%;@"\\_*[]()-+ $ymdhs', "E+", "General", "[<5]"])))
def test_any_format_of_plausible_signs_has_an_answer(signs: list[str]) -> None:
    for number in (-4.5, 0, 5, 40178):
        value, _ = number_shown(number, "".join(signs))
        assert value == number or isinstance(value, str | date) or value in (1899, 1900, 2009)


def test_text_is_what_its_format_shows() -> None:
    for code, shown in (
        (";;;", "Mali (shown as nothing)"),
        ('@"*"', "Mali*"),
        ("0;-0;;@", "Mali"),
        ("0", "Mali"),
    ):
        assert rows_of(formatted("Mali", code)) == [[shown]]


def marked(*parts: str) -> CellRichText:
    """Text whose second part is raised."""
    font = InlineFont(vertAlign="superscript")
    return CellRichText(
        *(TextBlock(font, each) if n == 1 else each for n, each in enumerate(parts))
    )


def test_superscripts_are_not_digits() -> None:
    book = openpyxl.Workbook()
    book.active.append([marked("Kosovo", "1"), marked("9", "3"), marked("Mali", "*", " x")])
    assert rows_of(saved(book)) == [["Kosovo\u00b9", "9\u00b3", "Mali* x"]]
    low = CellRichText("CO", TextBlock(InlineFont(vertAlign="subscript"), "2"))
    book.active.append([low])
    assert rows_of(saved(book))[1] == ["CO\u2082"]


@given(st.text(max_size=5))
def test_a_raised_mark_never_reads_as_a_number_or_a_letter(mark: str) -> None:
    for plain, text in zip(mark, raised(mark), strict=False):
        assert not (text == plain and (text.isalnum() or text == ".")) or "^(" in raised(mark)


def test_superscripts_in_a_score_are_refused() -> None:
    book = openpyxl.Workbook()
    book.active.append(["country", "year", "prosecution", "protection", "prevention"])
    book.active.append(["Mali", 2009, marked("1", "2"), 1, 1])
    with pytest.raises(PanelError):
        read_scores(io.BytesIO(saved(book)))


def struck(text: str) -> TextBlock:
    return TextBlock(InlineFont(strike=True), text)


def test_struck_text_does_not_count_as_what_it_was() -> None:
    book = openpyxl.Workbook()
    book.active.append(
        [
            CellRichText("1", struck("2")),
            CellRichText(struck("-"), "4"),
            CellRichText("5", struck(" ")),
            CellRichText(struck("Burma"), " Myanmar"),
            CellRichText("4", TextBlock(InlineFont(strike=False), "2")),
        ]
    )
    book.active["F1"] = 4
    book.active["F1"].font = openpyxl.styles.Font(strike=True)
    assert rows_of(saved(book)) == [["1~(2)", "~(-)4", "5 ", "~(Burma) Myanmar", "42", 4]]


def test_struck_parts_of_a_value_are_refused() -> None:
    for cell in (CellRichText("1", struck("2")), CellRichText(struck("2"), "1")):
        book = openpyxl.Workbook()
        for row in (["country", "year", "gdp"], ["Mali", 2009, cell], ["Chad", 2009, 3]):
            book.active.append(row)
        with pytest.raises(PanelError, match=r"gdp must hold numbers or nothing; .*~\(2\)"):
            read_values(io.BytesIO(saved(book)))


@pytest.mark.parametrize("where", ["row", "column", "height", "width"])
def test_a_sheet_that_hides_cells_is_refused(where: str) -> None:
    book = openpyxl.Workbook()
    for row in (["country", "year", "note"], ["Mali", 2009, "x"], ["Chad", 2009, "y"]):
        book.active.append(row)
    sheet = book.active
    if where == "row":
        sheet.row_dimensions[3].hidden = True
    elif where == "column":
        sheet.column_dimensions["C"].hidden = True
    content = saved(book)
    if where == "width":
        cols = '<cols><col min="3" max="3" width="0" customWidth="1"/></cols>'
        content = books.workbook(books.DATA, cols)
    elif where == "height":
        content = books.workbook(books.DATA.replace('<row r="3"', '<row r="3" ht="0"'))
    told = (
        "every row that holds cells; it hides row 3"
        if where in ("row", "height")
        else ("every column that holds cells; it hides column C")
    )
    with pytest.raises(ValueError, match=told):
        rows_of(content)


def test_every_column_has_the_letters_that_another_library_gives_it() -> None:
    for column in range(1, model.MOST_WIDE + 1):
        letters = openpyxl.utils.get_column_letter(column)
        assert model.letters_of(column - 1) == letters
        assert xlsx.place_of(f"{letters}7") == (column, 7)


def test_overlapping_ranges_are_refused_at_the_first_cell_that_both_hold() -> None:
    content = model.Content(99)
    for block in ((6, 27, 6, 28), (1, 1, 3, 1), (3, 1, 4, 2)):
        content.merge(block)
    with pytest.raises(ValueError, match="two ranges hold B4; unmerge it"):
        content.merged  # noqa: B018


@pytest.mark.parametrize(("row", "at"), [(10, "A9"), (9, "A10"), (10, "A1"), (1, "A10")])
def test_a_cell_in_another_row_than_it_says_is_refused(row: int, at: str) -> None:
    content = books.archive(books.members(books.sheet(f'<row r="{row}"><c r="{at}"/></row>')))
    with pytest.raises(ValueError, match=f"the cell '{at}' stands in row {row}"):
        rows_of(content)


def test_a_header_is_looked_for_as_far_as_a_sheet_is_wide() -> None:
    rows = [f'<row><c r="{at}"><v>5</v></c></row>' for at in ("C1", "XFD1", "XFE1", "ZZZ1")]
    content = books.archive(books.members(books.sheet("".join(rows))))
    starts = first_of(content, lambda sheet: list(sheet.start()))
    assert [len(row) for row in starts] == [3, model.MOST_WIDE]
    blank = '<row><c r="A1"><v>5</v></c><c r="ZZZ1"/></row>'
    content = books.archive(books.members(books.sheet(blank)))
    assert first_of(content, lambda sheet: list(sheet.start())) == [[5]]


def test_a_cell_has_one_of_the_types_of_the_format() -> None:
    def rows(kind: str) -> list[list[object]]:
        cell = f'<row r="1"><c r="A1" t="{kind}"><v>2009-12-31</v></c></row>'
        return rows_of(books.archive(books.members(books.sheet(cell))))

    assert rows("d") == [[datetime(2009, 12, 31)]]
    with pytest.raises(ValueError, match="a cell is of an unknown type, 'z'"):
        rows("z")


def test_a_sheet_has_as_many_cells_as_allowed_and_no_more() -> None:
    content = model.Content(4)
    assert content.row(1, [(3, "x")]) == ["", "", "x"]
    assert content.row(model.MOST_ROWS, [(1, "y")]) == ["y"]
    for number, cells in ((3, [(1, "z")]), (3, [(9, "z")]), (model.MOST_ROWS + 1, [])):
        with pytest.raises(ValueError, match="at most 1,048,576 rows and 4 cells"):
            content.row(number, cells)


def test_a_workbook_unpacks_to_as_many_bytes_as_allowed_and_no_more() -> None:
    parts = books.members(books.sheet(books.DATA))
    size = sum(len(part.encode() if isinstance(part, str) else part) for part in parts.values())
    with open_sheets(books.archive(parts), most_bytes=size, most_cells=99) as sheets:
        assert len(sheets) == 1
    for most in (size - 1, size // 2):
        with (
            pytest.raises(ValueError, match=f"at most {most:,} bytes; it unpacks to {size:,}"),
            open_sheets(books.archive(parts), most_bytes=most, most_cells=99),
        ):
            pass


def test_long_whole_numbers_are_integers_as_far_as_they_fit() -> None:
    for digits, kind in ((18, int), (19, float), (25, float)):
        for text in ("9" * digits, f" {'9' * digits}"):
            assert type(xlsx._number(text)) is kind
            assert xlsx._number(text) == kind("9" * digits)


def test_the_formats_that_a_workbook_need_not_define_are_those_of_another_library() -> None:
    theirs = openpyxl.styles.numbers.BUILTIN_FORMATS
    for number in (0, 1, 2, 3, 4, *range(9, 14), *range(15, 23), *range(37, 41), 45, 46, 48, 49):
        assert xlsx.FORMATS[number] == theirs[number]
    assert 8 not in xlsx.FORMATS  # a currency, of which the file says nothing
    for number in (41, 42, 43):
        bare = theirs[number].replace("\\", "").replace('"$"', "$")
        assert xlsx.FORMATS[number] == bare
    cents = xlsx.FORMATS[42].replace("#,##0", "#,##0.00").replace('"-"', '"-"??')
    assert xlsx.FORMATS[44] == cents
    days = {number for number, code in xlsx.FORMATS.items() if code == "yyyy-mm-dd"}
    assert days == {14, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58}


def test_hidden_cells_without_values_do_not_matter() -> None:
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.active.row_dimensions[9].hidden = True
    book.active.column_dimensions["C"].hidden = True
    assert rows_of(saved(book)) == [["a"]]


def test_a_workbook_is_read_from_the_place_that_the_archive_names() -> None:
    parts = books.members(books.sheet(books.line(1, ["Mali", 5])))
    for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        parts[name.replace("workbook", "other")] = parts.pop(name)
    with pytest.raises(ValueError, match="the archive does not hold a workbook"):
        rows_of(books.archive(parts))
    for name in ("_rels/.rels", "[Content_Types].xml"):
        parts[name] = str(parts[name]).replace("xl/workbook.xml", "xl/other.xml")
    assert rows_of(books.archive(parts)) == [["Mali", 5]]


def test_merged_ranges_and_gaps_are_those_of_the_rows() -> None:
    book = openpyxl.Workbook()
    book.active["B2"] = "x"
    book.active["B5"] = "y"
    book.active.merge_cells("B2:D3")
    content = saved(book)
    assert rows_of(content) == [[], ["", "x"], [], [], ["", "y"]]
    assert first_of(content, lambda sheet: list(sheet.merged())) == [(1, 1, 2, 3)]


@pytest.mark.parametrize("where", ['r="1"', ""], ids=["with places", "without places"])
def test_a_formula_that_no_program_calculated_is_not_an_empty_cell(where: str) -> None:
    """Some programs write rows and cells without their places."""
    row = f"<row {where}><c><v>7</v></c><c><f>1+1</f></c><c><f>1+1</f><v>2</v></c></row>"
    assert rows_of(books.archive(books.members(books.sheet(row)))) == [[7, UNCALCULATED, 2]]
    text = f'<row {where}><c t="str"><f>""</f><v></v></c><c><v>2</v></c></row>'
    assert rows_of(books.archive(books.members(books.sheet(text)))) == [["", 2]]


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ('<c r="B1"><v>4</v><v>1</v></c>', "B1"),
        ('<c r="B1"><v/><v>1</v></c>', "B1"),
        ('<c r="B1"><f>1+1</f><v>4</v><v>4</v></c>', "B1"),
        ('<c r="B1" t="inlineStr"><is><t>Mali</t></is><is><t>Chad</t></is></c>', "B1"),
        ('<c t="inlineStr"><is><t>Mali</t></is><is><t>Chad</t></is></c>', "a cell"),
        ('<c r="B1" t="inlineStr"><v>Mali</v><is><t>Chad</t></is></c>', "B1"),
        ('<c r="B1" t="inlineStr"><is><t>1</t><t>2</t></is></c>', "a text"),
        ('<c r="B1" t="inlineStr"><is><r><t>1</t><t>2</t></r></is></c>', "a part of a text"),
    ],
)
def test_a_cell_of_two_values_is_refused(cell: str, place: str) -> None:
    row = f'<row r="1"><c r="A1"><v>7</v></c>{cell}</row>'
    with pytest.raises(ValueError, match=f"it is damaged: {place} has two values"):
        rows_of(books.archive(books.members(books.sheet(row))))


@pytest.mark.parametrize(
    "cell",
    [
        '<c t="inlineStr"><is><t>Mali</t></is></c>',
        '<c t="inlineStr"><v/><is><t>Mali</t></is></c>',
        '<c t="inlineStr"><v>Mali</v></c>',
        '<c t="inlineStr"><is><r><t>Ma</t></r><r><t>li</t></r></is></c>',
        '<c t="inlineStr"><is><t>Ma</t><r><t>li</t></r></is></c>',
        '<c t="inlineStr"><is><t>Mali</t><rPh><t>reading</t></rPh><rPh><t>two</t></rPh></is></c>',
    ],
)
def test_a_cell_of_one_value_is_read(cell: str) -> None:
    row = f'<row r="1">{cell}</row>'
    assert rows_of(books.archive(books.members(books.sheet(row)))) == [["Mali"]]


@pytest.mark.parametrize("texts", ["<t>Mali</t><t>Chad</t>", "<r><t>Mali</t><t>Chad</t></r>"])
def test_a_shared_text_of_two_values_is_refused(
    texts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "SHARED", f"<si>{texts}</si>")
    with pytest.raises(ValueError, match=r"it is damaged: a (part of a )?text has two values"):
        rows_of(with_shared_texts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'))


SHARED = (
    '<si><t>Mali</t></si><si><r><t>Kosovo</t></r><r><rPr><vertAlign val="superscript"/></rPr>'
    "<t>1</t></r></si><si><t>a_x000A_b</t><rPh><t>reading</t></rPh></si><si/>"
)


def with_shared_texts(row: str, member: str = "xl/sharedStrings.xml") -> bytes:
    """A workbook as Excel writes it: the text of all cells in a part of its own."""
    parts = books.members(books.sheet(row))
    relation = (
        f'<Relationship Id="r9" Type="{books.RELATIONS}/sharedStrings" '
        'Target="/xl/sharedStrings.xml"/></Relationships>'
    )
    relations = str(parts["xl/_rels/workbook.xml.rels"])
    parts["xl/_rels/workbook.xml.rels"] = relations.replace("</Relationships>", relation)
    return books.archive({**parts, member: f'<sst xmlns="{books.SHEET}">{SHARED}</sst>'})


def test_shared_texts_are_those_of_the_cells() -> None:
    cells = "".join(f'<c r="{letter}1" t="s"><v>{n}</v></c>' for n, letter in enumerate("ABCD"))
    row = f'<row r="1">{cells}<c r="E1"><v>5</v></c></row>'
    for member in ("xl/sharedStrings.xml", "xl/SharedStrings.XML", "xl\\sharedStrings.xml"):
        content = with_shared_texts(row, member)
        assert rows_of(content) == [["Mali", "Kosovo\u00b9", "a\nb", "", 5]]
    theirs = calamine.CalamineWorkbook.from_filelike(io.BytesIO(with_shared_texts(row)))
    assert theirs.get_sheet_by_index(0).to_python()[0][::4] == ["Mali", 5]


@pytest.mark.parametrize("place", ["4", "-1", "x", "9" * 5000])
def test_shared_text_that_is_absent_is_refused(place: str) -> None:
    row = f'<row r="1"><c r="A1" t="s"><v>{place}</v></c></row>'
    with pytest.raises(ValueError, match="which the workbook lacks"):
        rows_of(with_shared_texts(row))


def test_dates_of_1904_are_counted_from_there() -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active["A1"] = date(2009, 6, 30)
    assert rows_of(saved(book)) == [[datetime(2009, 6, 30)]]


CELLS = st.one_of(
    st.integers(-(10**12), 10**12),
    st.floats(-1e9, 1e9).map(lambda number: float(f"{number:.12g}")),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(2100, 1, 1)),
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=4))
def test_another_library_reads_the_same_workbook(rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row, 1):
            book.active.cell(number, column).value = cell
            if isinstance(cell, str):
                book.active.cell(number, column).data_type = "s"
    content = saved(book)
    theirs = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    expected = theirs.to_python()
    for ours, others in zip(rows_of(content), expected, strict=True):
        cells = [day.date() if isinstance(day, datetime) else day for day in ours]
        assert cells == others[: len(cells)]
        assert not any(cell != "" for cell in others[len(cells) :])


@given(
    st.lists(st.lists(st.one_of(st.integers(0, 9999), st.text("abc &<", min_size=1)), min_size=1))
)
def test_another_library_reads_the_same_opendocument_file(rows: list[list[Any]]) -> None:
    content = ods.workbook(rows)
    theirs = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    expected = theirs.to_python(skip_empty_area=False)
    for ours, others in zip(rows_of(content), expected, strict=True):
        assert ours == others[: len(ours)]


# OpenDocument


def ods_rows(*cells: str, attributes: str = "") -> list[list[object]]:
    row = f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"
    return rows_of(ods.archive(ods.document(ods.table(row))))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (ods.cell(5, "5,00"), 5),
        (ods.cell(1234.5, "1.234,5"), 1234.5),
        (ods.cell(4.6, "5"), 4.6),
        (ods.cell(0.05, "5%"), "5%"),
        (ods.cell(2009, "2009p"), "2009p"),
        (ods.cell(4, ""), "4 (shown as nothing)"),
        (ods.cell(4, "7"), "4 (shown as 7)"),
        (ods.cell(0, "-"), 0),
        (ods.cell(4, "4 \u20ac"), 4),
        (
            (
                '<table:table-cell office:value-type="string"><text:p>Kosovo'
                '<text:span text:style-name="up">1</text:span></text:p></table:table-cell>'
            ),
            "Kosovo\u00b9",
        ),
        (
            (
                '<table:table-cell office:value-type="string"><text:p>1'
                '<text:span text:style-name="out">2</text:span>'
                '<text:span text:style-name="out too">3</text:span></text:p></table:table-cell>'
            ),
            "1~(2)~(3)",
        ),
        (
            (
                '<table:table-cell office:value-type="string"><text:p>1'
                '<text:span text:style-name="kept">2</text:span></text:p></table:table-cell>'
            ),
            "12",
        ),
        (
            (
                '<table:table-cell office:value-type="string"><office:annotation>'
                "<text:p>note</text:p></office:annotation>"
                "<text:p>a<text:s text:c='2'/>b</text:p></table:table-cell>"
            ),
            "a  b",
        ),
        (
            (
                '<table:table-cell office:value-type="date" office:date-value="2009-12-31">'
                "<text:p>31.12.09</text:p></table:table-cell>"
            ),
            datetime(2009, 12, 31),
        ),
        (
            (
                '<table:table-cell office:value-type="date" office:date-value="2009-12-31">'
                "<text:p>2009</text:p></table:table-cell>"
            ),
            2009,
        ),
        (
            (
                '<table:table-cell office:value-type="date" office:date-value="2009-12-31">'
                "<text:p>31. December</text:p></table:table-cell>"
            ),
            "2009-12-31 00:00:00 (shown without its year)",
        ),
        (
            (
                '<table:table-cell office:value-type="time" office:time-value="PT03H05M00S">'
                "<text:p>03:05</text:p></table:table-cell>"
            ),
            "03:05 (shown as a time of day)",
        ),
        (
            '<table:table-cell office:value-type="time" office:time-value="PT03H05M00S"/>',
            "PT03H05M00S (shown as a time of day)",
        ),
        (
            (
                '<table:table-cell office:value-type="boolean" office:boolean-value="true">'
                "<text:p>TRUE</text:p></table:table-cell>"
            ),
            True,
        ),
        (
            (
                '<table:table-cell office:value-type="string" calcext:value-type="error">'
                "<text:p>#REF!</text:p></table:table-cell>"
            ),
            "#REF!",
        ),
        ('<table:table-cell table:formula="of:=1+1"/>', UNCALCULATED),
    ],
)
def test_a_cell_of_opendocument_is_what_it_shows(cell: str, value: object) -> None:
    assert ods_rows(cell) == [[value]]


def test_whole_numbers_of_opendocument_are_integers_as_far_as_they_are_exact() -> None:
    row = ods_rows(*map(ods.cell, (1e15 - 1, -4.0, 4.5, 1e15, -1e15)))[0]
    assert str(row) == "[999999999999999, -4, 4.5, 1000000000000000.0, -1000000000000000.0]"


def test_repeated_and_merged_cells_of_opendocument_are_in_their_place() -> None:
    content = ods.archive(
        ods.document(
            ods.table(
                '<table:table-row table:number-rows-repeated="2"/>'
                '<table:table-row table:number-rows-repeated="2"><table:table-cell/>'
                '<table:table-cell table:number-columns-repeated="2" office:value-type="float" '
                'office:value="5"/></table:table-row><table:table-row><table:table-cell '
                'table:number-rows-spanned="3" table:number-columns-spanned="2" '
                'office:value-type="string"><text:p>x</text:p></table:table-cell>'
                "<table:covered-table-cell/></table:table-row>"
                '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
                'table:number-columns-repeated="16384"/></table:table-row>'
            )
        )
    )
    assert rows_of(content) == [[], [], ["", 5, 5], ["", 5, 5], ["x"]]
    assert first_of(content, lambda sheet: list(sheet.merged())) == [(4, 0, 6, 1)]


def test_a_hidden_column_of_opendocument_stands_behind_repeated_ones() -> None:
    columns = (
        '<table:table-column table:number-columns-repeated="3"/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="3"/>'
    )
    for place, is_hidden in enumerate([False] * 3 + [True] * 3 + [False]):
        row = f"<table:table-row>{'<table:table-cell/>' * place}{ods.cell('x')}</table:table-row>"
        content = ods.archive(ods.document(ods.table(columns + row)))
        if is_hidden:
            with pytest.raises(ValueError, match=f"it hides column {'ABCDEF'[place]};"):
                rows_of(content)
        else:
            assert rows_of(content) == [[""] * place + ["x"]]


def test_a_cell_of_opendocument_is_repeated_by_a_number_of_at_most_nine_digits() -> None:
    assert ods_sheets._repeats({"n": "999999999"}, "n") == 999_999_999
    for wrong in ("1000000000", "0", "-1", "x", ""):
        with pytest.raises(ValueError, match="a cell or row is repeated "):
            ods_sheets._repeats({"n": wrong}, "n")


def test_blank_rows_of_opendocument_count() -> None:
    blank = '<table:table-row/><table:table-row table:number-rows-repeated="3"/>'
    content = ods.archive(ods.document(ods.table(ods.line(["a"]) + blank + ods.line([5]))))
    assert rows_of(content) == [["a"], *[[]] * 4, [5]]


def test_sheets_are_those_of_the_body_alone() -> None:
    inner = ods.table(ods.line(["no sheet"]), name="Inner")
    row = f"<table:table-row><table:table-cell>{inner}</table:table-cell></table:table-row>"
    content = ods.archive(ods.document(ods.table(ods.line(["a"]) + row)))
    with open_sheets(content, most_bytes=10**7, most_cells=100) as sheets:
        assert [sheet.name for sheet in sheets] == ["Data"]


@pytest.mark.parametrize("state", ["collapse", "filter"])
def test_hidden_rows_and_sheets_of_opendocument_are_not_read(state: str) -> None:
    with pytest.raises(ValueError, match="it hides row 1"):
        ods_rows(ods.cell("a"), attributes=f'table:visibility="{state}"')
    content = ods.archive(ods.document(ods.table(ods.line(["a"]), style="gone")))
    assert first_of(content, lambda sheet: sheet.is_hidden)


# .xls


def xls_rows(*records: bytes, before: bytes = b"") -> bytes:
    """Return an .xls file whose stream has records before its sheet and in it."""
    end = books.record(0x000A, b"")
    begin = books.record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 1997, 0, 6))
    first = books.record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 1997, 0, 6))
    start = len(begin) + len(before) + 4 + 8 + 4 + len(end)
    bounds = books.record(0x0085, struct.pack("<IBBBB", start, 0, 0, 4, 0) + b"Data")
    return books.compound(begin + before + bounds + end + first + b"".join(records) + end)


def xf(number_format: int) -> bytes:
    return books.record(
        0x00E0, struct.pack("<HHHBBBBIIH", 0, number_format, 0, 0, 0, 0, 0, 0, 0, 0)
    )


def test_formats_and_hidden_rows_of_xls_are_seen() -> None:
    text = '0"p"'
    code = books.record(0x041E, struct.pack("<HHB", 200, len(text), 0) + text.encode())
    styles = code + xf(0) + xf(9) + xf(200) + xf(14)
    cells = b"".join(
        books.record(0x0203, struct.pack("<HHHd", 0, column, column, value))
        for column, value in enumerate((5.0, 0.05, 2009.0, 40178.0))
    )
    content = xls_rows(cells, before=styles)
    assert rows_of(content) == [[5, "5%", "2009p", datetime(2009, 12, 31)]]
    hidden = books.record(0x0208, struct.pack("<HHHHHHI", 0, 0, 4, 255, 0, 0, 0x20))
    with pytest.raises(ValueError, match="it hides row 1"):
        rows_of(xls_rows(hidden, cells, before=styles))
    merged = books.record(0x00E5, struct.pack("<HHHHH", 1, 0, 1, 0, 2))
    content = xls_rows(cells, merged, before=styles)
    assert first_of(content, lambda sheet: list(sheet.merged())) == [(0, 0, 1, 2)]


def font(escapement: int, options: int = 0) -> bytes:
    return books.record(
        0x0031, struct.pack("<HHHHHBBBxBB", 200, options, 0, 400, escapement, 0, 0, 0, 1, 0) + b"A"
    )


def test_superscripts_of_xls_are_not_digits() -> None:
    styles = font(0) + font(1) + xf(0)
    text = b"Kosovo1 x"
    runs = struct.pack("<HHHHH", 2, 6, 1, 7, 0)
    label = struct.pack("<HHHHB", 0, 0, 0, len(text), 0) + text + runs
    content = xls_rows(books.record(0x00D6, label), before=styles)
    assert rows_of(content) == [["Kosovo\u00b9 x"]]
    content = xls_rows(books.record(0x00D6, label), before=font(0) + font(2) + xf(0))
    assert rows_of(content) == [["Kosovo\N{SUBSCRIPT ONE} x"]]
    content = xls_rows(books.record(0x00D6, label), before=font(0) + font(0, 8) + xf(0))
    assert rows_of(content) == [["Kosovo~(1) x"]]


def test_dates_of_1904_and_columns_without_width_of_xls_are_seen() -> None:
    cell = books.record(0x0203, struct.pack("<HHHd", 0, 0, 0, 40178.0))
    base = books.record(0x0022, struct.pack("<H", 1))
    content = xls_rows(cell, before=base + xf(14))
    assert rows_of(content) == [[datetime(2014, 1, 1)]]
    for width, options in ((0, 0), (9, 1)):
        column = books.record(0x007D, struct.pack("<HHHHHH", 0, 0, width, 0, options, 0))
        with pytest.raises(ValueError, match="it hides column A"):
            rows_of(xls_rows(column, cell, before=xf(14)))
    column = books.record(0x007D, struct.pack("<HHHHHH", 0, 0, 1, 0, 0, 0))
    assert len(rows_of(xls_rows(column, cell, before=xf(14)))) == 1


def test_an_address_of_xls_is_that_of_its_row() -> None:
    codes = xf(0) + xf(1)
    cells = b"".join(
        books.record(0x0203, struct.pack("<HHHd", row, column, 1, 4.6))
        for row, column in ((0, 0), (2, 1))
    )
    content = xls_rows(cells, before=codes)
    assert first_of(content, lambda sheet: [each.place for each in sheet.rounded()]) == ["A1", "B3"]
