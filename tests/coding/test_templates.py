"""The workbook that a coder fills in: its sheets, cells and rules."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pandas as pd
import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from builders import SMALL, index, panel
from policyindex import Codebook, Dimension, Indicator, PanelError, datasets
from policyindex.coding import read_workbook, template, templates


def written(path: Path, **options: Any) -> Any:
    settings = {"countries": ["Nigeria", "GHA"], "years": 2015, "coder": "Ama"} | options
    template(path, settings.pop("codebook", SMALL), **settings)
    return load_workbook(path)


def table(sheet: Any) -> pd.DataFrame:
    """The rows of a sheet of codings under their visible headers."""
    _, headers, *rows = sheet.iter_rows(values_only=True)
    return pd.DataFrame(rows, columns=headers)


def test_a_sheet_for_each_dimension_has_a_row_for_each_coding(path: Path) -> None:
    book = written(path)
    assert book.sheetnames == ["About", "Law", "Support", "Guidance", "Lists"]
    assert [sheet.sheet_state for sheet in book] == ["visible"] * 4 + ["hidden"]
    law = table(book["Law"])
    assert list(law["Code"]) == ["NGA", "NGA", "GHA", "GHA"]
    assert list(law["Country"]) == ["Nigeria", "Nigeria", "Ghana", "Ghana"]
    assert list(law["Indicator"]) == ["statute against trafficking", "penalty"] * 2
    assert law[["Level", "Status", "Report", "Page", "Quotation", "Remark"]].isna().all(axis=None)
    assert set(law["Coder"]) == {"Ama"}


def test_the_long_layout_is_one_sheet(path: Path) -> None:
    book = written(path, layout="long", years=[2016, 2015])
    assert book.sheetnames == ["About", "Codings", "Guidance", "Lists"]
    codings = table(book["Codings"])
    assert len(codings) == 2 * 2 * 4
    assert list(codings["Year"][:8]) == [2015] * 4 + [2016] * 4
    assert list(codings["Dimension"][:4]) == ["law", "law", "support", "support"]


def test_only_cells_of_the_coder_are_unlocked(path: Path) -> None:
    book = written(path)
    for sheet in book:
        assert sheet.protection.sheet
        assert sheet.protection.password is None
    marks = [cell.value for cell in book["Law"][1]]
    unlocked = {
        mark.removeprefix("policyindex:")
        for mark, cell in zip(marks, book["Law"][3], strict=True)
        if not cell.protection.locked
    }
    assert unlocked == {"level", "status", "report", "page", "quote", "remark"}
    assert all(cell.protection.locked for row in book["About"].iter_rows() for cell in row)


def test_years_are_centred(path: Path) -> None:
    _, headers, cells, *_ = written(path)["Law"].rows
    centred = [
        header.value
        for header, cell in zip(headers, cells, strict=True)
        if cell.alignment.horizontal == "center"
    ]
    assert centred == ["Year"]


def test_long_texts_are_wrapped(path: Path) -> None:
    cells = list(written(path)["Law"][3])
    assert [cell.coordinate for cell in cells if not cell.alignment.wrap_text] == []


@pytest.mark.parametrize("n", [1, 13, 30, 39])
def test_a_column_is_as_wide_as_its_longest_text_and_two_more_within_limits(
    path: Path, n: int
) -> None:
    sheet = written(path, coder="A" * n)["Law"]
    widths = {mark.value: sheet.column_dimensions[mark.column_letter].width for mark in sheet[1]}
    assert widths["policyindex:coder"] == min(max(14, n + 2), 40)
    assert widths["policyindex:indicator"] == len("statute against trafficking") + 2
    assert widths["policyindex:quote"] == templates.WIDTHS["quote"]


def test_keys_are_hidden_and_the_headers_stay_in_view(path: Path) -> None:
    sheet = written(path)["Law"]
    assert [name for name, each in sheet.column_dimensions.items() if each.hidden] == ["A", "B"]
    assert sheet.row_dimensions[1].hidden
    assert sheet.freeze_panes == "G3"
    assert sheet.auto_filter.ref == "C2:M6"
    assert sheet.print_title_rows.replace("$", "") == "1:2"


def test_the_lists_offer_the_words_of_the_levels(path: Path) -> None:
    book = written(path)
    lists = [list(row) for row in book["Lists"].iter_rows(values_only=True)]
    assert lists[0][1:6] == [4, "coded", "not mentioned", "not applicable", "doubtful"]
    assert lists[1][:5] == ["statute", 3, "none", "some forms", "all forms"]
    places = table(book["Support"])["Place"]
    assert list(places) == [3, 4, 3, 4]
    rules = {str(rule.sqref): rule for rule in book["Law"].data_validations.dataValidation}
    assert rules["G3:G6"].formula1 == "OFFSET(Lists!$C$1,$B3,0,1,INDEX(Lists!$B:$B,$B3+1))"
    assert rules["H3:H6"].formula1 == "Lists!$C$1:$F$1"
    assert {rule.type for rule in rules.values()} == {"list"}
    assert all(rule.showErrorMessage for rule in rules.values())
    with ZipFile(path) as archive:  # old versions of openpyxl do not read this attribute back
        law = archive.read("xl/worksheets/sheet2.xml")
    assert law.count(b"<dataValidation ") == law.count(b'allowBlank="1"') == len(rules)


def test_the_guidance_is_a_comment_and_a_sheet(path: Path) -> None:
    book = written(path)
    cell = book["Law"]["F3"]
    assert cell.comment.text == (
        "statute against trafficking\nnone: No law.\nsome forms: A law on some forms.\n"
        "all forms: A law on all forms."
    )
    assert cell.hyperlink.location == "Guidance!A3"
    assert book["Law"]["F4"].hyperlink.location == "Guidance!A6"
    guidance = list(book["Guidance"].iter_rows(min_row=3, values_only=True))
    assert guidance[1] == (
        "law",
        "statute against trafficking",
        "some forms",
        "A law on some forms.",
    )
    assert guidance[3] == ("law", "penalty", "lenient", None)


def test_a_long_workbook_has_comments_on_its_first_country(path: Path) -> None:
    sheet = written(path, years=range(1900, 2100))["Law"]
    notes = [row for row in range(3, sheet.max_row + 1) if sheet.cell(row, 6).comment]
    assert notes == [3, 4]


def test_the_year_before_stands_beside_each_row(path: Path) -> None:
    names = [each.name for each in SMALL.indicators]
    previous = panel({("NGA", 2014): [2, 0, 1, None], ("GHA", 2013): [1, 1, 1, 1]}, names)
    book = written(path, previous=previous[["statute", "penalty", "aid"]])
    assert list(table(book["Law"])["Year before"].dropna()) == ["all forms", "lenient"]
    assert table(book["Support"])["Year before"].isna().all()
    assert "Year before" not in table(written(path)["Law"])


def test_pages_and_levels_are_text_to_excel(path: Path) -> None:
    sheet = written(path)["Law"]
    assert {sheet.cell(3, column).number_format for column in range(7, 13)} == {"@"}


def test_the_same_arguments_give_the_same_bytes(path: Path, tmp_path: Path) -> None:
    written(path)
    other = tmp_path / "other.xlsx"
    written(other)
    assert path.read_bytes() == other.read_bytes()


def test_names_that_a_sheet_cannot_have_are_changed(path: Path) -> None:
    titles = ["about", "A/B: [x]?", "A/B: [x]?", "long " * 12, "History"]
    dimensions = tuple(
        Dimension(f"d{place}", (Indicator(f"i{place}"),), _one_above, ("a", "b"), title=title)
        for place, title in enumerate(titles)
    )
    book = written(path, codebook=Codebook("odd", dimensions))
    assert book.sheetnames[1:6] == [
        "About 2",
        "A-B- (x)-",
        "A-B- (x)- 2",
        "Long long long long long long l",
        "History 2",
    ]
    assert read_workbook(path, Codebook("odd", dimensions)).findings.empty


def _one_above(**levels: int) -> int:
    return 1 + sum(levels.values())


def test_text_that_looks_like_a_formula_is_text(path: Path) -> None:
    shelter = Indicator("shelter", ("-5 or less", "=1+1"), "=HYPERLINK(0)", ("+x", "@x"))
    book = Codebook("=cmd()", (Dimension("=d", (shelter,), _one_above, ("a", "b")),))
    sheets = written(path, codebook=book, coder="=Ama")
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert not any(text.startswith(("=", "+", "@")) for text in texts)
    sheet = sheets.worksheets[1]
    level = next(cell for cell in sheet[3] if sheet.cell(1, cell.column).value.endswith(":level"))
    level.value, level.data_type = "'=1+1", "s"  # as the list offers it
    sheets.save(path)
    workbook = read_workbook(path, book)
    assert workbook.codings["=Ama"].loc[("NGA", 2015), "shelter"] == 1
    assert workbook.findings.empty


def test_units_that_are_not_countries_stand_as_they_are(path: Path) -> None:
    units = ["Kano, north", "Lagos"]
    written(path, countries=units, kind="any")
    workbook = read_workbook(path, SMALL)
    assert list(workbook.codings["Ama"].index.unique("country")) == units
    assert workbook.findings.empty


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"countries": []}, "countries must name at least one country; none is named"),
        ({"countries": ["Narnia"]}, "1 of 1 is not: 'Narnia'"),
        ({"countries": [" "], "kind": "any"}, "texts that are not blank"),
        ({"years": []}, "years must name at least one year; none is named"),
        ({"years": 2015.5}, "year"),
        ({"years": [20155]}, "years must lie between 1900 and 2100; got 20155"),
        ({"coder": " "}, "coder must be a name; got ' '"),
        ({"coder": "Final"}, "coder must not be final"),
        ({"layout": "wide"}, "layout must be one of dimensions, long; got 'wide'"),
        ({"codebook": "3P"}, "codebook must be a Codebook"),
    ],
)
def test_what_cannot_be_coded_is_refused(path: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        written(path, **options)
    assert not path.exists()


def test_the_name_must_promise_a_workbook(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"must end in \.xlsx; got"):
        written(tmp_path / "ama.csv")


def test_previous_must_hold_codings_of_the_codebook(path: Path) -> None:
    other = pd.DataFrame({"shelter_index": [1.0]}, index=index([("NGA", 2014)]))
    with pytest.raises(PanelError, match="previous must have columns of indicators"):
        written(path, previous=other)
    with pytest.raises(PanelError, match="shelter must be an integer from 0 to 1"):
        written(path, previous=other.set_axis(["shelter"], axis=1) * 3)


def test_a_sheet_has_room_for_so_many_codings(path: Path) -> None:
    units = [f"unit {place}" for place in range(3_000)]
    with pytest.raises(ValueError, match="has room for 1,048,574 codings; law would have"):
        written(path, countries=units, kind="any", years=range(1900, 2101))


def test_countries_may_be_named_twice_and_years_come_in_any_order(path: Path) -> None:
    written(path, countries=["Nigeria", "NGA", "Ghana"], years=(2016, 2015, 2016))
    codings = read_workbook(path, SMALL).codings["Ama"]
    assert list(codings.index) == [("GHA", 2015), ("GHA", 2016), ("NGA", 2015), ("NGA", 2016)]


def test_the_demonstration_data_fit_the_default_codebook(path: Path) -> None:
    demo = datasets.load_demo()
    template(path, countries="Nigeria", years=2010, coder="Ama", previous=demo)
    before = table(load_workbook(path)["Protection"])["Year before"]
    assert before.notna().sum() == 8


def test_levels_that_a_cell_cannot_tell_apart_are_refused(path: Path) -> None:
    with pytest.raises(ValueError, match="levels of 'shelter' must be distinct"):
        Indicator("shelter", ("a b", "a  b"))
    shelter = Indicator("shelter", ("", "yes"))
    book = Codebook("odd", (Dimension("d", (shelter,), _one_above, ("a", "b")),))
    with pytest.raises(ValueError, match="levels must be words that differ by more than blank"):
        written(path, codebook=book)
    with pytest.raises(ValueError, match="those of 'shelter' are"):
        read_workbook(path, book)


def test_words_of_missing_values_and_statuses_may_be_levels(path: Path) -> None:
    levels = ("?", "n.a.", "doubtful", "3", "not mentioned", "yes?")
    status = Indicator("status", levels, "Level")
    book = Codebook("odd", (Dimension("d", (status,), _one_above, tuple("abcdef")),))
    units = ["NGA", "GHA", "TGO", "BEN", "MLI", "NER"]
    sheets = written(path, codebook=book, countries=units)
    for row, word in enumerate(levels, 3):
        sheets["D"].cell(row, 7).value = word
    sheets.save(path)
    workbook = read_workbook(path, book)
    assert list(workbook.codings["Ama"].loc[[(unit, 2015) for unit in units], "status"]) == [
        *range(6)
    ]
    assert workbook.findings.empty
    assert workbook.evidence.empty


def test_an_interruption_leaves_neither_a_file_nor_complaints(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streams of sheets that are left open complain when they are collected."""
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    notes = iter(range(5))

    def interrupt(*_: object) -> None:
        if next(notes, None) is None:
            raise KeyboardInterrupt

    monkeypatch.setattr(templates, "note_on", interrupt)
    with pytest.raises(KeyboardInterrupt):
        template(path, countries=["NGA"], years=2015, coder="Ama")
    gc.collect()
    assert complaints == []
    assert not path.exists()
