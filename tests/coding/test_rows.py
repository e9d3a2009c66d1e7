"""What the sheets of a workbook lose, counted."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook as Book  # type: ignore[import-untyped]

from builders import SMALL
from policyindex.coding import Workbook, read_workbook
from policyindex.coding.form import HEADERS, MARK, Key, packed
from policyindex.coding.headings import Heading
from policyindex.coding.rows import _Merged

CODINGS = [("country", "year", "indicator", "level"), ("Ghana", 2014, "shelter", 1)]


def reading(**sheets: list[Any]) -> Workbook:
    book = Book()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return read_workbook(stream, SMALL, coder="A")


@pytest.mark.parametrize("n", [1, 2, 3])
def test_each_cell_of_a_sheet_without_codings_is_a_loss(n: int) -> None:
    workbook = reading(Codings=CODINGS, Notes=[("Ask Kofi",)] * n)
    (finding,) = workbook.findings.itertuples()
    assert finding.finding == "the sheet 'Notes' holds cells besides codings"
    assert (finding.kind, finding.rows, finding.lost) == ("sheet", n, n)
    assert finding.first == "'Ask Kofi' in row 1"


def test_keys_without_headers_are_codings_that_are_not_read() -> None:
    key = packed(Key("GHA", 2015, "shelter"))
    workbook = reading(Codings=CODINGS, More=[(key, "yes"), ("a note",)])
    (finding,) = workbook.findings.itertuples()
    assert finding.finding == "the sheet 'More' has codings without a row of headers"
    assert (finding.kind, finding.lost) == ("header", 3)


@pytest.mark.parametrize("n", [0, 1, 3])
@pytest.mark.parametrize("lacking", [["level"], ["status", "remark"]])
def test_a_column_that_is_gone_is_lost_in_each_row(n: int, lacking: list[str]) -> None:
    """Also in a sheet of which the rows are gone too."""
    roles = [role for role in HEADERS if role not in lacking]
    row = {"code": "GHA", "year": 2015, "indicator": "aid", "report": "TIP"}
    rows = [
        {**row, "year": 2015 + place, "key": packed(Key("GHA", 2015 + place, "aid"))}
        for place in range(n)
    ]
    listing = [[f"{MARK}{role}" for role in roles], [HEADERS[role] for role in roles]]
    workbook = reading(
        Codings=CODINGS, Support=[*listing, *([each.get(role) for role in roles] for each in rows)]
    )
    (finding,) = workbook.findings.query("kind == 'ignored'").itertuples()
    headers = ", ".join(HEADERS[role] for role in lacking)
    noun = "column" if len(lacking) == 1 else "columns"
    assert finding.finding == f"the sheet 'Support' lacks the {noun} {headers}"
    assert (finding.rows, finding.lost) == (len(lacking), len(lacking) * max(n, 1))
    assert len(workbook.evidence) == n


def test_a_cell_of_a_table_without_sheets_is_named_by_its_line_and_column() -> None:
    text = "country,year,indicator,level\nGhana,2014,shelter,perhaps\n"
    (finding,) = read_workbook(io.StringIO(text), SMALL, coder="A").findings.itertuples()
    assert finding.first == "GHA 2014 shelter, line 2, column 4"


@pytest.mark.parametrize("n", [1, 2])
def test_a_row_that_names_no_coding_is_one_row_with_all_its_cells_lost(n: int) -> None:
    row = ("Narnia", 2014, "shelter", 1, "TIP")
    header = (*CODINGS[0], "report")
    (finding, *more) = reading(
        Codings=[header, ("Ghana", 2014, "shelter", 1, ""), *[row] * n]
    ).findings.itertuples()
    assert (finding.kind, finding.rows, finding.lost) == ("identifier", 1, 2)
    assert finding.first == "row 3 of the sheet 'Codings'"
    assert len(more) == n - 1


@pytest.mark.parametrize("typed", ["yes", "zzz", ""])
def test_a_cell_that_is_not_the_level_of_the_year_before_is_a_loss(typed: str) -> None:
    """A coder may have typed a level into the column beside that of levels."""
    roles = ["key", "previous", "level"]
    key = packed(Key("GHA", 2015, "shelter"), previous="no")
    listing = [[f"{MARK}{role}" for role in roles], [HEADERS[role] for role in roles]]
    findings = reading(Support=[*listing, [key, typed, "yes"]]).findings
    own = findings[findings["finding"].str.contains("year before")]
    if typed:
        (finding,) = own.itertuples()
        assert finding.finding == (f"{typed!r} stands in the column of the year before, not 'no'")
        assert (finding.kind, finding.rows, finding.lost) == ("ignored", 1, 1)
        assert finding.first == "Support!B3"
    else:
        assert own.empty


@pytest.mark.parametrize(
    ("row", "filled", "n"),
    [
        (["", 2015, "", 1], ["GHA", 2015, "aid", 1], 2),
        (["TGO", 2015], ["TGO", 2015, "aid"], 1),
        ([], ["GHA", "", "aid"], 2),
        (["", "", "", "", "beside"], ["GHA", "", "aid", "", "beside"], 2),
    ],
)
def test_merged_cells_fill_the_columns_of_the_form_down_to_their_last_row(
    row: list[Any], filled: list[Any], n: int
) -> None:
    heading = Heading(dict(enumerate(["country", "year", "indicator", "level"])), {}, {})
    merged = _Merged([(1, 0, 2, 0), (1, 2, 2, 2), (1, 4, 2, 4), (1, 1, 1, 3)])
    first = ["GHA", 2014, "aid", 1, "a note"]
    assert merged.filled(1, first, heading) == first
    assert merged.filled(2, row, heading) == filled
    assert merged.n_filled == n
    assert merged.filled(3, row, heading) == row
    assert merged.n_filled == n
    assert _Merged([]).filled(1, row, heading) is row
