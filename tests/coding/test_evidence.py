"""Tables of evidence as files: those that the library writes, and those of users."""

from __future__ import annotations

import io
import warnings
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]

from builders import SMALL
from policyindex import THREE_P, PanelError, ReadingWarning, write_table
from policyindex.coding import read_evidence, read_workbook, template
from policyindex.panel.evidence import EVIDENCE_COLUMNS, EVIDENCE_INDEX, check_evidence

ROWS = [
    ("Ama", "GHA", 2014, "shelter", "coded", "TIP Report 2014", "12-13", '"Two" shelters', ""),
    ("Ama", "GHA", 2014, "penalty", "not mentioned", "TIP Report 2014", "", "", "=1+1"),
    ("Ben", "CIV", 2014, "shelter", "doubtful", "Rapport, annexe", "3", "Un foyer\nd'État", "?"),
]


def table() -> pd.DataFrame:
    columns = [*EVIDENCE_INDEX, *EVIDENCE_COLUMNS]
    return pd.DataFrame(ROWS, columns=columns).set_index(list(EVIDENCE_INDEX))


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".json"])
def test_a_written_table_comes_back(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"evidence{ending}"
    write_table(table(), path)
    again = read_evidence(path)
    expected = check_evidence(table(), THREE_P)
    pd.testing.assert_frame_equal(again, expected, check_dtype=False)
    assert again.attrs["source"] == path.name or again.attrs["source"] == str(path)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_other_columns_come_back(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"evidence{ending}"
    write_table(table().assign(by=["Chi", "", "Chi"], reason="=seen", weight=[1.5, 2, 3]), path)
    again = read_evidence(path)
    assert list(again.columns) == [*EVIDENCE_COLUMNS, "by", "reason", "weight"]
    expected = check_evidence(table(), THREE_P)
    pd.testing.assert_frame_equal(again[list(EVIDENCE_COLUMNS)], expected, check_dtype=False)
    assert again.loc[("Ama", "GHA", 2014, "shelter"), ["by", "reason", "weight"]].to_list() == [
        "Chi",
        "=seen",
        "1.5",
    ]
    text = "country,year,indicator,page,why,Why,why\nGhana,2014,shelter,1,a,b,c\n"
    with pytest.raises(PanelError, match="distinct headers; why is repeated"):
        read_evidence(io.StringIO(text))


def test_a_row_may_end_before_the_header_does(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["country", "year", "indicator", "report", "page", "quotation"])
    book.active.append(["Ghana", 2014, "shelter"])
    book.save(path := tmp_path / "short.xlsx")
    assert len(read_evidence(path, coder="Ama")) == 1


def test_names_titles_and_other_headers_are_understood() -> None:
    text = (
        "Country;Year;Indicator;Source;Pages;Quotation;Note;Coder\n"
        "Ivory Coast;2014;Health care;Report;7;words;;Ama\n"
        ";;;;;;;\n"
        "Bonn;2014-05-01;shelter;;;;by phone;\n"
    )
    with pytest.warns(ReadingWarning, match="one unit is not a country"):
        evidence = read_evidence(io.StringIO(text), coder="Ben")
    assert list(evidence.index) == [
        ("Ama", "CIV", 2014, "health_care"),
        ("Ben", "Bonn", 2014, "shelter"),
    ]
    assert evidence.iloc[0].tolist() == ["", "Report", "7", "words", ""]
    assert evidence.iloc[1].tolist() == ["", "", "", "", "by phone"]


def test_a_coders_workbook_gives_its_evidence(tmp_path: Path) -> None:
    path = tmp_path / "ama.csv"
    text = "country,year,indicator,level,page\nGhana,2014,shelter,yes,12\nGhana,2014,penalty,,\n"
    path.write_text(text, encoding="utf-8")
    expected = check_evidence(read_workbook(path).evidence, THREE_P)
    pd.testing.assert_frame_equal(read_evidence(path), expected, check_dtype=False)
    pd.testing.assert_frame_equal(
        read_evidence(io.StringIO(text), coder="ama"), expected, check_dtype=False
    )
    template(tmp_path / "empty.xlsx", THREE_P, ["Ghana"], [2014], "Ama")
    assert read_evidence(tmp_path / "empty.xlsx").empty


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Ghana,2014,radio,Report", "indicators of the codebook 3P; 1 row .* GHA 2014, radio"),
        ("Ghana,soon,shelter,Report", "year must be an integer"),
        ("Ghana,2014,shelter,A\nGHA,2014,shelter,B", "one row for a coding; .* merge the rows"),
        (",2014,shelter,A", "country must be text"),
    ],
)
def test_a_wrong_row_is_named(line: str, says: str) -> None:
    with pytest.raises(PanelError, match=says):
        read_evidence(io.StringIO(f"country,year,indicator,report\n{line}\n"), coder="Ama")


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        ("", ",in Accra", "one does not, the first 'in Accra' in line 3; name its column, or put"),
        (",", ",in Accra", "one does not, the first 'in Accra' in line 3"),
        ("", ",in Accra,and,,Kumasi", "three do not, the first 'in Accra' in line 3"),
    ],
)
def test_a_cell_below_no_header_is_refused_and_not_lost(header: str, row: str, says: str) -> None:
    """A comma in a quotation without quotation marks ends its cell."""
    first = "Ghana,2013,shelter,none\n"
    text = f"country,year,indicator,quote{header}\n{first}Ghana,2014,shelter,a house{row}\n"
    with pytest.raises(PanelError, match=f"must stand below a header; {says}"):
        read_evidence(io.StringIO(text), coder="Ama")


def test_a_row_of_a_sheet_that_ends_early_has_blanks(tmp_path: Path) -> None:
    book = Workbook()
    for line in (
        "country,year,indicator,why,page,by,quote",
        "Ghana,2014,shelter,,1",
        "Ghana,2014,aid,x",
        "Togo,2014,aid,y,2,Ama,z",
    ):
        book.active.append(line.split(","))
    book.save(path := tmp_path / "early.xlsx")
    evidence = read_evidence(path, SMALL, coder="Ama")
    assert evidence[["page", "why", "by", "quote"]].to_numpy().tolist() == [
        ["", "x", "", ""],
        ["1", "", "", ""],
        ["2", "y", "Ama", "z"],
    ]


@pytest.mark.parametrize("n_cells", [3, 5, 6])
def test_a_line_of_text_that_ends_early_is_refused(n_cells: int) -> None:
    header = "country,year,indicator,status,report,page,quote"
    line = "Ghana,2014,aid,coded,TIP Report,12,words"
    cut = ",".join(line.split(",")[:n_cells])
    with pytest.raises(PanelError, match=r"as many cells as the header; one has fewer, .*line 2"):
        read_evidence(io.StringIO(f"{header}\n{cut}\n{line}\n"), SMALL, coder="Ama")
    assert len(read_evidence(io.StringIO(f"{header}\n{line}\n"), SMALL, coder="Ama")) == 1


@pytest.mark.parametrize("role", ["report", "page", "by"])
def test_a_formula_that_was_not_calculated_is_refused(role: str) -> None:
    columns = ["country", "year", "indicator", "report", "page", "by"]
    book = Workbook()
    book.active.append(columns)
    for _ in range(2):
        book.active.append(["Ghana", 2014, "shelter", "TIP Report", "12", "Chi"])
    book.active.cell(3, columns.index(role) + 1).value = "=3-5"
    book.save(stream := io.BytesIO())
    stream.seek(0)
    told = rf"one cell has a formula without its value, the first {role} of row 3; open the file"
    with pytest.raises(PanelError, match=told):
        read_evidence(stream, coder="Ama")


def test_a_second_column_of_countries_stays() -> None:
    text = "country,iso3,year,indicator,report\nGhana,GHA,2014,shelter,A\n"
    evidence = read_evidence(io.StringIO(text), coder="Ama")
    assert evidence.loc[("Ama", "GHA", 2014, "shelter"), "iso3"] == "GHA"


def test_a_source_beside_the_report_stays_unless_it_is_the_last() -> None:
    header, row = "country,year,indicator,report,source,page", "Ghana,2014,shelter,A,B,1"
    evidence = read_evidence(io.StringIO(f"{header}\n{row}\n"), coder="Ama")
    assert evidence[["report", "source", "page"]].to_numpy().tolist() == [["A", "B", "1"]]
    # The library's own tables end with the label of the data.
    text = f"{header.replace('source,page', 'page,source')}\n{row}\n"
    assert "source" not in read_evidence(io.StringIO(text), coder="Ama")


def test_levels_side_by_side_are_not_evidence_whatever_column_stands_next_to_them() -> None:
    text = "country,year,policy,shelter\nGhana,2014,aid,1\n"
    assert read_evidence(io.StringIO(text), SMALL, coder="Ama").empty


def test_a_first_column_without_a_header_numbers_the_rows() -> None:
    text = ",country,year,indicator,page\n0,Ghana,2014,shelter,1\n1,Ghana,2014,aid,2,\n"
    evidence = read_evidence(io.StringIO(text), SMALL, coder="Ama")
    assert list(evidence.columns) == [*EVIDENCE_COLUMNS]
    assert evidence["page"].tolist() == ["2", "1"]


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "country,year,wealth\nGHA,2014,3\n"])
def test_another_file_is_refused(content: Any) -> None:
    with pytest.raises(PanelError):
        read_evidence(io.StringIO(content))


def test_a_second_column_of_one_name_is_refused() -> None:
    text = "country,year,indicator,status,report,page,page\nGHA,2009,shelter,coded,R,1,2\n"
    with pytest.raises(PanelError, match="must have distinct headers; page is repeated"):
        read_evidence(io.StringIO(text))


@pytest.mark.parametrize("header", ["iso3,country", "country,code", "Country Code,Country Name"])
def test_several_columns_of_countries_must_agree(header: str) -> None:
    text = f"{header},year,indicator,status,report\nGHA,{{}},2009,shelter,coded,R\n"
    evidence = read_evidence(io.StringIO(text.format("Ghana")))
    assert evidence.index.get_level_values("country").tolist() == ["GHA"]
    with pytest.raises(
        PanelError,
        match="must name one country; one row names several, the first GHA, Mali in line 2",
    ):
        read_evidence(io.StringIO(text.format("Mali")))


def test_a_unit_that_is_not_a_country_is_reported_beside_countries() -> None:
    text = "country,year,indicator,status\n{},2009,shelter,coded\nGhanna,2009,shelter,coded\n"
    with pytest.warns(ReadingWarning, match=r"one unit is not a country.*Ghanna.*Ghana"):
        read_evidence(io.StringIO(text.format("Mali")))
    two = f"{text.format('Mali')}Tgoo,2009,shelter,coded\n"
    with pytest.warns(ReadingWarning, match=r"two units are not .*'Ghanna' \(nearest: Ghana\)"):
        read_evidence(io.StringIO(two))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(read_evidence(io.StringIO(text.format("Wales")))) == 2


@pytest.mark.parametrize(
    ("role", "cell", "code", "is_refused"),
    [
        ("page", datetime(2026, 5, 3), "yyyy-mm-dd", True),
        ("page", datetime(2026, 5, 3), "d-mmm", True),
        ("page", time(3, 5), "h:mm", True),
        ("quote", time(3, 5), "h:mm", True),
        ("report", datetime(2026, 5, 3), "yyyy-mm-dd", False),
        ("page", "3:05", "@", False),
        ("by", time(3, 5), "h:mm", False),
    ],
)
def test_cells_of_which_excel_made_a_date_or_a_time_are_refused(
    role: str, cell: Any, code: str, is_refused: bool
) -> None:
    book = Workbook()
    columns = [*EVIDENCE_INDEX, *EVIDENCE_COLUMNS, "by"]
    book.active.append(columns)
    for row in ROWS:
        book.active.append([str(cell).lstrip("=") for cell in row] + ["Chi"])
    for row in (3, 4):
        book.active.cell(row, columns.index(role) + 1, cell).number_format = code
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    if not is_refused:
        assert len(read_evidence(stream)) == 3
        return
    with pytest.raises(
        PanelError,
        match=rf"Excel made dates or times of two cells, the first {role} of row 3; format the "
        "column as text, and type them again",
    ):
        read_evidence(stream)
