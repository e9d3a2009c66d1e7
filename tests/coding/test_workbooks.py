"""Reading workbooks: the words of cells, contradictions, and the report of each loss."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from time import process_time
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook as Book  # type: ignore[import-untyped]
from openpyxl import load_workbook

from builders import SMALL, levelled
from policyindex import (
    HTI,
    THREE_P,
    Codebook,
    Dimension,
    Indicator,
    PanelError,
    agreement,
    score,
    write_table,
)
from policyindex.codebooks import Count
from policyindex.coding import Workbook, form, read_workbook, template
from policyindex.datasets import load_demo

CASES = Path(__file__).parents[1] / "reading" / "cases"


def sheet_of(*rows: tuple[Any, ...]) -> io.BytesIO:
    """A workbook of one sheet."""
    book = Book()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


HEADER = ("Country", "Year", "Indicator", "Level", "Status", "Report", "Page", "Quotation")


def reading(*rows: tuple[Any, ...], header: tuple[Any, ...] = HEADER) -> Workbook:
    return read_workbook(sheet_of(header, *rows), SMALL, coder="A")


def level_of(cell: Any, indicator: str = "statute") -> float:
    workbook = reading(("Ghana", 2014, indicator, cell))
    return float(workbook.codings["A"].loc[("GHA", 2014), indicator])


@pytest.mark.parametrize(
    ("cell", "level"),
    [
        ("some forms", 1),
        (" SOME   Forms\N{NO-BREAK SPACE}", 1),
        ("some forms.", 1),
        ("\u201csome forms\u201d", None),
        ("'some forms'", 1),
        (1, 1),
        (1.0, 1),
        ("1", 1),
        ("1,0", 1),
        ("1 - some forms", 1),
        ("some forms (1)", 1),
        ("some forms*", 1),
        ("none", 0),
        ("2 - some forms", None),
        ("1-2", None),
        (3, None),
        (0.5, None),
        (-1, None),
        (True, None),
        ("yes", None),
        (datetime(2015, 1, 1), None),
    ],
)
def test_a_level_is_read_by_its_word_or_its_number(cell: Any, level: int | None) -> None:
    workbook = reading(("Ghana", 2014, "statute", cell))
    (panel,) = workbook.codings.values()
    if level is None:
        assert pd.isna(panel.loc[("GHA", 2014), "statute"])
        (finding,) = workbook.findings.itertuples()
        assert finding.lost == 1
        assert "is not a level (none, some forms, all forms)" in (finding.finding)
        assert finding.first == "GHA 2014 statute, Sheet!D2"
    else:
        assert panel.loc[("GHA", 2014), "statute"] == level
        assert workbook.findings.empty


@pytest.mark.parametrize("cell", ["yes", "Y", "TRUE", True, 1, "1"])
def test_yes_has_several_forms(cell: Any) -> None:
    assert level_of(cell, "shelter") == 1


@pytest.mark.parametrize("cell", ["no", "N", "FALSE", False, 0, "0"])
def test_no_has_several_forms(cell: Any) -> None:
    assert level_of(cell, "shelter") == 0


@pytest.mark.parametrize("cell", ["n.a.", "-", "no data"])
def test_words_for_a_missing_value_are_reported(cell: str) -> None:
    workbook = reading(("Ghana", 2014, "shelter", cell))
    assert workbook.codings["A"].isna().all(axis=None)
    (finding,) = workbook.findings.itertuples()
    assert (finding.kind, finding.lost) == ("missing", 0)


def test_a_question_mark_is_a_doubtful_coding_without_a_level() -> None:
    workbook = reading(("Ghana", 2014, "shelter", "?"), ("Ghana", 2014, "aid", "yes?"))
    assert list(workbook.evidence["status"]) == ["doubtful", "doubtful"]
    panel = workbook.codings["A"].loc[("GHA", 2014)]
    assert pd.isna(panel["shelter"])
    assert panel["aid"] == 1


@pytest.mark.parametrize(
    ("level", "status", "outcome", "stays"),
    [
        ("yes", None, None, 1),
        ("yes", "coded", "coded", 1),
        ("yes", "Doubtful ", "doubtful", 1),
        ("yes", "?", "doubtful", 1),
        ("no", "not mentioned", "not mentioned", 0),
        (None, "not mentioned", "not mentioned", None),
        (None, "N/A", "not applicable", None),
        (None, "doubtful", "doubtful", None),
        ("not mentioned", None, "not mentioned", None),
        ("not applicable", "not applicable", "not applicable", None),
    ],
)
def test_a_status_stands_beside_its_level(
    level: Any, status: Any, outcome: str | None, stays: int | None
) -> None:
    workbook = reading(("Ghana", 2014, "shelter", level, status))
    value = workbook.codings["A"].loc[("GHA", 2014), "shelter"]
    assert (None if pd.isna(value) else value) == stays
    assert list(workbook.evidence["status"]) == ([] if outcome is None else [outcome])
    assert workbook.findings["lost"].sum() == 0


@pytest.mark.parametrize(
    ("level", "status", "finding"),
    [
        ("yes", "not mentioned", "the level 'yes' contradicts the status not mentioned"),
        ("no", "not applicable", "the level 'no' contradicts the status not applicable"),
        (None, "coded", "the status is coded without a level"),
        ("not mentioned", "coded", "the column of levels says not mentioned, the status is coded"),
        ("yes", "done", "'done' is not a status (coded, not mentioned, not applicable, doubtful)"),
    ],
)
def test_a_contradiction_is_reported(level: Any, status: str, finding: str) -> None:
    workbook = reading(("Ghana", 2014, "shelter", level, status))
    reports = workbook.findings
    assert finding in list(reports["finding"])
    assert reports["lost"].sum() >= 1
    value = workbook.codings["A"].loc[("GHA", 2014), "shelter"]
    assert pd.isna(value) == (status != "done")


def test_words_that_are_numbers_are_words() -> None:
    visits = Indicator("visits", ("10", "20", "30 or more"))
    book = Codebook("v", (Dimension("d", (visits,), lambda visits: 1 + visits, ("a", "b", "c")),))
    stream = sheet_of(HEADER, ("Ghana", 2014, "visits", 10), ("Kenya", 2014, "visits", 0))
    workbook = read_workbook(stream, book, coder="A")
    assert workbook.codings["A"].loc[("GHA", 2014), "visits"] == 0
    assert pd.isna(workbook.codings["A"].loc[("KEN", 2014), "visits"])
    assert list(workbook.findings["lost"]) == [1]


def test_the_provenance_of_a_table_of_the_library_is_not_evidence() -> None:
    own = read_workbook(io.StringIO("country,name,year,shelter,source\nGHA,Ghana,2014,1,a.xlsx\n"))
    assert own.evidence.empty
    assert own.findings["lost"].sum() == 0
    mine = read_workbook(io.StringIO("country,year,shelter,source\nGhana,2014,1,TIP Report\n"))
    assert mine.evidence["report"].to_list() == ["TIP Report"]


def test_evidence_is_text_as_it_was_entered() -> None:
    row = ("Ghana", 2014, "shelter", "yes", None, 2015, 12.0, "Two\nlines, \N{EN DASH} \u00e9.")
    workbook = reading(row)
    evidence = workbook.evidence.loc[("A", "GHA", 2014, "shelter")]
    assert evidence.to_dict() == {
        "status": "coded",
        "report": "2015",
        "page": "12",
        "quote": "Two\nlines, \N{EN DASH} \u00e9.",
        "remark": "",
    }
    assert list(workbook.evidence.index.names) == ["coder", "country", "year", "indicator"]


def test_a_page_that_became_a_date_is_reported() -> None:
    day = datetime(2026, 5, 3)
    workbook = reading(("Ghana", 2014, "shelter", "yes", None, None, day))
    assert workbook.evidence["page"].iloc[0] == "2026-05-03"
    assert "Excel makes one of text such as 3-5" in workbook.findings["finding"].iloc[0]


@pytest.mark.parametrize(
    ("cell", "code", "text", "finding"),
    [
        (time(3, 5), "h:mm", "3:05:00", "a time of day stands in the column of {}; "),
        (timedelta(hours=27, minutes=30), "[h]:mm:ss", "27:30:00", "a time of day stands in "),
        (datetime(2026, 5, 3), "d-mmm", "2026-05-03", "a date without a year stands in the "),
    ],
)
@pytest.mark.parametrize(("column", "role"), [(6, "report"), (7, "page"), (8, "quote")])
def test_text_of_which_excel_made_a_time_or_a_part_of_a_date_is_reported(
    column: int, role: str, cell: Any, code: str, text: str, finding: str
) -> None:
    book = Book()
    for row in (HEADER, ("Ghana", 2014, "shelter", "yes")):
        book.active.append(row)
    book.active.cell(2, column, cell).number_format = code
    stream = io.BytesIO()
    book.save(stream)
    workbook = read_workbook(io.BytesIO(stream.getvalue()), SMALL, coder="A")
    assert workbook.evidence[role].to_list() == [text]
    (report,) = workbook.findings.itertuples()
    assert finding.format(f"{role}s") in report.finding
    assert report.finding.endswith(
        f"Excel makes one of text such as {'3:05' if ':' in text else '3-5'}"
    )
    assert report.lost == 1


@pytest.mark.parametrize(
    ("row", "finding"),
    [
        (("Narnia", 2014, "shelter", "yes"), "'Narnia' is not a country"),
        (("Ghana", "soon", "shelter", "yes"), "'soon' is not a year"),
        (("Ghana", 2014, "hotline", "yes"), "'hotline' is not an indicator"),
        (("Ghana", 2014, 5, "yes"), "5 is not an indicator"),
        (("Ghana", True, "shelter", "yes"), "True is not a year"),
        ((datetime(2014, 1, 1), 2014, "shelter", "yes"), "is not a country"),
        ((None, 2014, "shelter", "yes"), "the row names no country"),
    ],
)
def test_a_row_that_cannot_be_identified_is_reported(row: tuple[Any, ...], finding: str) -> None:
    workbook = reading(("Kenya", 2014, "aid", "no"), row)
    (report,) = workbook.findings.itertuples()
    assert report.finding.endswith(finding)
    assert report.lost == 1
    assert report.first == "row 3 of the sheet 'Sheet'"
    assert list(workbook.codings["A"].index) == [("KEN", 2014)]


def test_two_columns_of_countries_must_agree() -> None:
    header = ("Code", "Country", "Year", "Indicator", "Level")
    workbook = reading(
        ("GHA", "Ghana", 2014, "shelter", "yes"),
        ("GHA", "Kenya", 2014, "aid", "yes"),
        ("KEN", "Kenia (?)", 2014, "aid", "yes"),
        header=header,
    )
    panel = workbook.codings["A"]
    assert panel.loc[("GHA", 2014), "shelter"] == 1
    assert pd.isna(panel.loc[("GHA", 2014), "aid"])
    assert panel.loc[("KEN", 2014), "aid"] == 1
    findings = list(workbook.findings[["finding", "lost"]].itertuples(index=False, name=None))
    assert ("the row names more than one country: 'GHA' and 'KEN'", 1) in findings


def test_rows_of_one_coding_are_one_unless_they_differ() -> None:
    workbook = reading(
        ("Ghana", 2014, "shelter", "yes"),
        ("Ghana", 2014, "shelter", "yes", None, "TIP 2015"),
        ("Ghana", 2014, "aid", "yes"),
        ("Ghana", 2014, "aid", "no"),
    )
    panel = workbook.codings["A"].loc[("GHA", 2014)]
    assert panel["shelter"] == 1
    assert pd.isna(panel["aid"])
    kinds = dict(zip(workbook.findings["kind"], workbook.findings["lost"], strict=True))
    assert kinds == {"repeat": 0, "contradiction": 2}
    assert workbook.evidence.loc[("A", "GHA", 2014, "shelter"), "report"] == "TIP 2015"


def test_a_second_source_of_one_coding_joins_the_first() -> None:
    workbook = reading(
        ("Ghana", 2014, "shelter", "yes", None, "TIP 2015", "12"),
        ("Ghana", 2014, "shelter", "yes", None, "TIP 2015", "14"),
        header=("country", "year", "indicator", "level", "coder", "report", "page"),
    )
    assert workbook.codings["A"].loc[("GHA", 2014), "shelter"] == 1
    evidence = workbook.evidence.loc[("A", "GHA", 2014, "shelter")]
    assert (evidence["report"], evidence["page"]) == ("TIP 2015", "12; 14")
    (finding,) = workbook.findings.query("kind == 'repeat'").itertuples()
    assert "their evidence differs" in finding.finding
    assert finding.lost == 0


def test_rows_of_which_none_is_of_a_country_are_refused_as_such() -> None:
    with pytest.raises(
        PanelError, match=r"one row.*: 'Nigera' is not a country; correct"
    ) as caught:
        reading(("Nigera", 2014, "shelter", "yes"))
    assert "codebook" not in str(caught.value)


def test_coders_are_told_apart_by_their_column() -> None:
    workbook = reading(
        ("Ghana", 2014, "shelter", "yes", "Ama"),
        ("Ghana", 2014, "shelter", "no", "Kofi"),
        ("Ghana", 2014, "aid", "no", " ama "),
        header=("Country", "Year", "Indicator", "Level", "Coder"),
    )
    assert list(workbook.codings) == ["Ama", "Kofi"]
    assert workbook.codings["Ama"].loc[("GHA", 2014), "aid"] == 0
    assert list(workbook.findings["kind"]) == ["coder"]


def test_indicators_may_stand_side_by_side_under_their_titles() -> None:
    header = ("Country", "Year", "Statute against trafficking", "PENALTY", "shelter", "Legal aid")
    workbook = reading(("Ghana", 2014, "all forms", 1, "?", "maybe"), header=header)
    panel = workbook.codings["A"].loc[("GHA", 2014)]
    assert list(panel[["statute", "penalty"]]) == [2, 1]
    assert panel[["shelter", "aid"]].isna().all()
    (finding,) = workbook.findings.itertuples()
    assert finding.first == "GHA 2014 aid, Sheet!F2"
    assert workbook.evidence.index.tolist() == [("A", "GHA", 2014, "shelter")]


def test_a_file_without_codings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PanelError, match="must have a sheet with the columns country, year"):
        read_workbook(sheet_of(("a", "b"), (1, 2)), SMALL)
    path = tmp_path / "page.xlsx"
    path.write_text("<html></html>")
    with pytest.raises(PanelError):
        read_workbook(path, SMALL)
    with pytest.raises(OSError, match="absent"):
        read_workbook(tmp_path / "absent.xlsx")
    with pytest.raises(ValueError, match="codebook must be a Codebook"):
        read_workbook(sheet_of(HEADER), "3P")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="kind must be one of"):
        read_workbook(sheet_of(HEADER, ("Ghana", 2014, "aid", 1)), SMALL, kind="stars")


def filled(path: Path) -> Any:
    template(path, SMALL, ["Ghana"], 2015, "Ama")
    book = load_workbook(path)
    book["Support"]["G3"].value = "yes"
    return book


def test_rows_that_were_deleted_are_counted(path: Path) -> None:
    book = filled(path)
    book["Law"].delete_rows(4)
    del book["Support"]
    book.save(path)
    findings = read_workbook(path, SMALL).findings
    (finding,) = findings.itertuples()
    assert (finding.kind, finding.rows, finding.first) == ("absent", 3, "GHA 2015 penalty")


def test_rows_that_were_deleted_with_the_sheet_about_are_counted(path: Path) -> None:
    template(path, SMALL, ["Ghana", "Togo"], 2015, "Ama")
    book = load_workbook(path)
    book["Law"].delete_rows(4)  # Ghana's penalty
    del book["About"]
    book.save(path)
    (finding,) = read_workbook(path, SMALL).findings.itertuples()
    assert (finding.kind, finding.rows, finding.lost) == ("absent", 1, 1)
    assert finding.first == "GHA 2015 penalty"
    assert "made with 8 rows; some are gone, and so is its sheet About" in finding.finding


def test_a_country_that_was_deleted_with_the_sheet_about_is_counted(path: Path) -> None:
    template(path, SMALL, ["Ghana", "Togo"], 2015, "Ama")
    book = load_workbook(path)
    for sheet in (book["Law"], book["Support"]):
        sheet.delete_rows(5, 2)  # Togo; no row tells its name
    del book["About"]
    book.save(path)
    (finding,) = read_workbook(path, SMALL).findings.itertuples()
    assert (finding.kind, finding.rows, finding.first) == ("absent", 4, "")
    book["Law"].delete_rows(4)  # Ghana's penalty
    book.save(path)
    (finding,) = read_workbook(path, SMALL).findings.itertuples()
    assert (finding.kind, finding.rows, finding.first) == ("absent", 5, "GHA 2015 penalty")


def test_whole_workbooks_pasted_into_one_lack_nothing(tmp_path: Path) -> None:
    rows: list[tuple[Any, ...]] = []
    for coder in ("Ama", "Kofi"):
        template(tmp_path / "one.xlsx", SMALL, ["Ghana"], 2015, coder, layout="long")
        sheet = load_workbook(tmp_path / "one.xlsx")["Codings"]
        rows += [*sheet.iter_rows(values_only=True)][2 if rows else 0 :]
    workbook = read_workbook(sheet_of(*rows), SMALL)
    assert list(workbook.codings) == ["Ama", "Kofi"]
    assert workbook.findings.empty
    (finding,) = read_workbook(sheet_of(*rows[:-1]), SMALL).findings.itertuples()
    assert (finding.kind, finding.rows) == ("absent", 1)


@pytest.mark.parametrize("has_about", [True, False])
def test_a_row_outside_the_form_is_read_and_reported(path: Path, has_about: bool) -> None:
    book = filled(path)
    names = [cell.value for cell in book["Support"][2]]
    cells = {"Country": "Togo", "Year": 2015, "Indicator": "shelter", "Level": "yes"}
    for name, cell in cells.items():
        book["Support"].cell(6, names.index(name) + 1).value = cell
        book["Support"].cell(7, names.index(name) + 1).value = {"Year": 2016}.get(name, cell)
    if not has_about:
        del book["About"]
    book.save(path)
    workbook = read_workbook(path, SMALL)
    assert workbook.codings["Ama"].loc[("TGO", 2015), "shelter"] == 1
    (finding,) = workbook.findings.query("kind == 'outside'").itertuples()
    assert finding.first == "TGO 2015 shelter, row 6 of the sheet 'Support'"
    assert (finding.rows, finding.lost) == (2, 0)


@pytest.mark.parametrize(("cell", "outcome"), [("n/a", "coded"), ("-", "coded"), ("?", "doubtful")])
def test_a_word_for_missing_is_not_coded(cell: str, outcome: str) -> None:
    workbook = reading(("Ghana", 2014, "shelter", cell, "coded", None, datetime(2026, 5, 3)))
    assert workbook.codings["A"].isna().all(axis=None)
    finding, *_ = workbook.findings.query("kind == 'status'").itertuples()
    assert finding.finding == f"the status is coded, and the level is {cell!r}"
    assert (finding.lost, finding.first) == (1, "GHA 2014 shelter, Sheet!D2")
    assert list(workbook.evidence["status"]) == [outcome]


def test_many_like_losses_are_one_finding() -> None:
    years = range(2000, 2009)
    workbook = reading(*(("Ghana", year, "shelter", "perhaps") for year in years))
    (finding,) = workbook.findings.itertuples()
    assert (finding.rows, finding.lost) == (9, 9)
    assert finding.first == "GHA 2000 shelter, Sheet!D2"
    few = reading(*(("Ghana", year, "shelter", "perhaps") for year in years[:5]))
    assert list(few.findings["rows"]) == [1] * 5


def test_a_cell_at_the_far_end_of_a_sheet_is_read_at_once(path: Path) -> None:
    book = filled(path)
    book["Support"]["XFD1048576"].value = "x"
    book.save(path)
    start = process_time()
    (finding,) = read_workbook(path, SMALL).findings.itertuples()
    assert process_time() - start < 1  # it took twelve seconds to pass a million blank rows
    assert (finding.kind, finding.first) == ("ignored", "'x' in row 1048576")


def test_other_words_of_a_later_version_are_not_a_loss(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(path).save(path)
    law, support = SMALL.dimensions
    aid = Indicator("aid", title="legal aid", guidance=("Nothing.", "Something."))
    later = replace(
        SMALL, dimensions=(law, replace(support, indicators=(support.indicators[0], aid)))
    )
    monkeypatch.setattr(form, "STEPS", ("Fill in.",))
    assert read_workbook(path, later).findings.empty
    book = load_workbook(path)
    book["Guidance"]["D6"].value = "I doubt this."
    book["About"].append(["Ask Kofi."])
    book.save(path)
    kinds = read_workbook(path, SMALL).findings.set_index("first")["kind"]
    assert kinds["'I doubt this.' in row 6"] == "sheet"


def test_a_column_that_was_deleted_is_a_loss(path: Path) -> None:
    book = filled(path)
    names = [cell.value for cell in book["Support"][2]]
    book["Support"].delete_cols(names.index("Level") + 1)
    book.save(path)
    (finding,) = read_workbook(path, SMALL).findings.itertuples()
    assert finding.finding == "the sheet 'Support' lacks the column Level"
    assert finding.lost == 2


def test_a_second_column_of_levels_is_a_loss_where_it_differs(path: Path) -> None:
    book = filled(path)
    sheet = book["Support"]
    level = [cell.value for cell in sheet[2]].index("Level") + 1
    second = sheet.max_column + 1
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, second).value = sheet.cell(row, level).value
    book.save(path)
    before = read_workbook(path, SMALL)
    assert before.findings.empty
    sheet.cell(3, second).value = "no" if sheet.cell(3, level).value == "yes" else "yes"
    book.save(path)
    after = read_workbook(path, SMALL)
    (finding,) = after.findings.itertuples()
    assert finding.finding == "the sheet 'Support' has two columns of Level, and they differ"
    assert (finding.first, finding.lost) == (f"Support!{sheet.cell(3, second).coordinate[:-1]}3", 1)
    for coder, panel in before.codings.items():
        pd.testing.assert_frame_equal(panel, after.codings[coder])


def test_a_title_above_the_headers_is_not_read_and_reported() -> None:
    text = "Codings of Ama\ncountry,year,indicator,level\nGhana,2014,shelter,1\n"
    (finding,) = read_workbook(io.StringIO(text), coder="Ama").findings.itertuples()
    assert (finding.finding, finding.first) == (
        "'Codings of Ama' is not a country",
        "line 1 of the file",
    )


def test_a_row_that_is_not_read_is_not_gone_as_well(path: Path) -> None:
    book = filled(path)
    names = [cell.value for cell in book["Support"][2]]
    book["Support"].cell(3, names.index("Country") + 1).value = "Togo"
    book.save(path)
    assert list(read_workbook(path, SMALL).findings["kind"]) == ["identifier"]
    del book["About"]
    book.save(path)
    assert list(read_workbook(path, SMALL).findings["kind"]) == ["identifier"]


def test_an_error_of_a_formula_is_a_loss() -> None:
    workbook = reading(("Ghana", 2014, "shelter", "#N/A", None, "TIP"))
    (finding,) = workbook.findings.itertuples()
    assert (finding.finding, finding.lost) == ("'#N/A' stands for a missing value", 1)


def test_the_provenance_in_a_workbook_of_the_library_is_not_a_loss(path: Path) -> None:
    write_table(load_demo().head(2), path)
    assert list(read_workbook(path).findings["kind"]) == ["coder"]
    book = load_workbook(path)
    book["About"]["C1"].value = "a note"
    book.save(path)
    assert read_workbook(path).findings["lost"].sum() > 0


def test_indicators_that_a_header_cannot_tell_apart_are_refused(path: Path) -> None:
    indicators = (Indicator("legal_aid"), Indicator("LegalAid", title="Help"))
    book = Codebook("x", (Dimension("d", indicators, Count((1,)), ("none", "some")),))
    with pytest.raises(ValueError, match="'legal_aid' and 'LegalAid' share 'LegalAid'; rename one"):
        template(path, book, ["Ghana"], 2015, "Ama")
    titles = (Indicator("a", title="Legal aid"), Indicator("b", title="legal aid "))
    book = Codebook("x", (Dimension("d", titles, Count((1,)), ("none", "some")),))
    template(path, book, ["Ghana"], 2015, "Ama")
    assert read_workbook(path, book).findings.empty


def test_a_workbook_of_another_codebook_is_reported(path: Path) -> None:
    filled(path).save(path)
    with pytest.raises(PanelError, match=r"made for 'small 2 .* 4 of its 4 rows do not fit"):
        read_workbook(path, HTI)
    workbook = read_workbook(path, THREE_P)
    assert workbook.codings["Ama"].loc[("GHA", 2015), "shelter"] == 1
    kinds = workbook.findings.set_index("kind")["finding"]
    assert kinds["codebook"].startswith("the workbook was made for the codebook 'small 2 (")
    assert len(kinds["identifier"]) == 2


def test_another_name_for_the_coder_is_reported(path: Path) -> None:
    book = filled(path)
    book["About"]["B3"].value = "Kofi"
    book.save(path)
    workbook = read_workbook(path, SMALL)
    assert list(workbook.codings) == ["Ama"]
    (finding,) = workbook.findings.itertuples()
    assert finding.finding == "the workbook is of Kofi, and rows are of Ama"
    assert finding.lost


def test_the_panel_of_a_workbook_can_be_scored_and_compared(tmp_path: Path) -> None:
    panels = {}
    for coder, level in (("Ama", "yes"), ("Kofi", "no")):
        target = tmp_path / f"{coder}.xlsx"
        template(target, SMALL, ["Ghana", "Togo"], [2014, 2015], coder)
        book = load_workbook(target)
        for sheet in (book["Law"], book["Support"]):
            for row in range(3, sheet.max_row + 1):
                sheet.cell(row, 7).value = 1
        book["Support"]["G3"].value = level
        book.save(target)
        workbook = read_workbook(target, SMALL)
        assert workbook.findings.empty
        panels |= workbook.codings
    assert score(panels["Ama"], codebook=SMALL)["overall"].eq(6).all()
    table = agreement(panels)
    assert len(table) == 4


def test_a_workbook_prints_a_sentence(path: Path) -> None:
    filled(path).save(path)
    workbook = read_workbook(path, SMALL)
    assert str(workbook) == (
        "One coding of one coder (Ama), no rows of evidence; nothing was repaired or lost."
    )
    assert "<Workbook: One coding" in repr(workbook)
    assert "<table" in workbook._repr_html_()


@pytest.mark.parametrize("name", ["d08_two_coders_one_sheet.xlsx", "d10_titles_as_headers.xlsx"])
def test_other_tables_of_codings_are_read(name: str) -> None:
    workbook = read_workbook(CASES / name)
    assert {panel.shape for panel in workbook.codings.values()} == {(2, 19)}
    assert workbook.findings["lost"].sum() == 0


def test_two_coders_in_one_sheet_differ_in_one_cell() -> None:
    first, second = read_workbook(CASES / "d08_two_coders_one_sheet.xlsx").codings.values()
    differ = (first != second).to_numpy().nonzero()
    assert [
        (first.index[row], first.columns[place]) for row, place in zip(*differ, strict=True)
    ] == [(("GHA", 2014), "shelter")]


def test_evidence_in_long_form_is_read() -> None:
    workbook = read_workbook(CASES / "d09_long_codings_evidence.csv", coder="A")
    assert score(workbook.codings["A"]).iloc[0].to_list()[:3] == [4, 4, 4]
    assert workbook.evidence.loc[("A", "NGA", 2014, "specific_law"), "page"] == "100"
    assert workbook.evidence["quote"].str.startswith("Made-up sentence").all()


@pytest.mark.parametrize("n", [12, 13])
def test_up_to_twelve_levels_are_listed(n: int) -> None:
    codebook = levelled(["law"], top=n)
    table = sheet_of(HEADER, ("Ghana", 2014, "of_law", "unheard of"))
    (finding,) = read_workbook(table, codebook, coder="A").findings["finding"]
    assert ("level 0, level 1" in finding) == (n == 12)


def test_cells_merged_down_fill_rows_that_end_early() -> None:
    table = sheet_of(
        ("Country", "Year", "Level", "Indicator"),
        ("Ghana", 2014, 1, "shelter"),
        ("Ghana", 2015, 0),
    )
    book = load_workbook(table)
    book.active.merge_cells("D2:D3")
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    panel = read_workbook(content, SMALL, coder="A").codings["A"]
    assert panel["shelter"].to_dict() == {("GHA", 2014): 1, ("GHA", 2015): 0}


def test_rows_that_a_filter_hides_are_counted() -> None:
    table = sheet_of(HEADER, *(("Ghana", year, "shelter", 1) for year in (2012, 2013, 2014)))
    book = load_workbook(table)
    for row in (1, 3):  # the header, which is not a coding, and 2013
        book.active.row_dimensions[row].hidden = True
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    findings = read_workbook(content, SMALL, coder="A").findings
    assert findings.loc[findings["kind"] == "hidden", "rows"].tolist() == [1]


def test_messages_count_the_rows_that_do_not_fit_and_name_the_first() -> None:
    rows = [("Ghana", 2014, "rhyme", 1), ("Ghana", 2015, "reason", 1)]
    for n, words in (
        (1, "none of its 1 row is: .*'rhyme'"),
        (2, "none of its 2 rows is: .*'rhyme'"),
    ):
        with pytest.raises(PanelError, match=words):
            reading(*rows[:n])
    rows = [("Nigera", 2014, "shelter", 1), ("Gahna", 2014, "shelter", 1)]
    for n, words in ((1, "; one row, .*: 'Nigera' is"), (2, "; two rows, .*: 'Nigera' is")):
        with pytest.raises(PanelError, match=words):
            reading(*rows[:n])


def test_decisions_are_not_codings_but_codings_may_stand_beside_them() -> None:
    marks = tuple(f"policyindex:{role}" for role in ("key", "decision", "by"))
    with pytest.raises(PanelError, match="it is a workbook of decisions, which settle takes"):
        read_workbook(sheet_of(marks, ("Key", "Decision", "By")), SMALL)
    book = load_workbook(sheet_of(HEADER, ("Ghana", 2014, "shelter", "yes")))
    book.create_sheet("Decisions").append(marks)
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    assert read_workbook(content, SMALL, coder="A").codings["A"]["shelter"].tolist() == [1]


@pytest.mark.parametrize("n", [2, 3, 4])
def test_all_rows_of_one_coding_are_compared(n: int) -> None:
    row = ("Ghana", 2014, "shelter", "yes", None, "TIP", "1")
    (finding,) = reading(*[row] * n).findings.itertuples()
    assert (finding.kind, finding.rows, finding.lost) == ("repeat", n, 0)
    places = ", ".join(f"Sheet!D{place}" for place in range(2, 2 + n))
    assert finding.first == f"GHA 2014 shelter, {places}"
    other = (*row[:3], "no", *row[4:])
    workbook = reading(*[row] * (n - 1), other)
    (finding,) = workbook.findings.itertuples()
    assert (finding.kind, finding.rows, finding.lost) == ("contradiction", n, 3 * n)
    assert workbook.codings["A"].isna().all(axis=None)


def test_a_table_of_a_format_without_sheets_is_not_hidden(tmp_path: Path) -> None:
    path = tmp_path / "codings.json"
    row = '{"country": "GHA", "year": 2014, "indicator": "shelter", "level": "yes"}'
    path.write_text(f'{{"metadata": {{}}, "data": [{row}]}}')
    workbook = read_workbook(path, SMALL, coder="A")
    assert workbook.codings["A"]["shelter"].tolist() == [1]
    assert workbook.findings.empty
