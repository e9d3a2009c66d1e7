"""The cells and sheets of a workbook: comments, protection, and the library that writes them."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from policyindex import coding
from policyindex.coding import books


def test_a_comment_is_as_high_as_its_lines() -> None:
    def height(text: str) -> float:
        cell = SimpleNamespace(comment=None)
        books.note_on(cell, text)
        return float(cell.comment.height)

    assert height("a\nb") - height("a") == height("a\nb\nc") - height("a\nb") > 0
    assert height("a" * 59) == height("a")
    assert height("a" * 130) == height("a\nb\nc")
    assert height("a\n" * 500) == height("a\n" * 5000) <= 600


def test_a_coder_may_sort_filter_and_widen_and_print_any_number_of_pages(path: Path) -> None:
    coding.template(path, countries=["NGA"], years=2015, coder="Ama")
    for sheet in load_workbook(path).worksheets:
        protection = sheet.protection
        assert protection.sheet
        assert [protection.autoFilter, protection.sort] == [False, False]
        assert [protection.formatColumns, protection.formatRows] == [False, False]
        assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (
            0,
            True,
        )


def test_the_library_of_workbooks_is_named_where_it_is_missing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ImportError, match=r"openpyxl.*policyindex\[excel\]"):
        coding.template(path, countries=["NGA"], years=2015, coder="Ama")


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", 1), ("a" * 9, 1), ("a" * 10, 2), ("a" * 25, 3), ("a\nb", 2), ("a" * 12 + "\n\nb", 4),
     ("\n" * 26, 27), ("\n" * 27, 27), ("a" * 9_999, 27)],
)  # fmt: skip
def test_a_row_is_as_high_as_its_lines_up_to_a_limit(text: str, lines: int) -> None:
    assert books.height_of(text, 10) == 15 * lines


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["law", "Law", "LAW", "other law"], ["Law", "Law 2", "LAW 3", "Other law"]),
        (["a:b/c[d]*?", "'quoted'"], ["A-b-c(d)--", "Quoted"]),
        (["", " ", "\x07", "''"], ["Sheet", "Sheet 2", "Sheet 3", "Sheet 4"]),
        (["x" * 40, "x" * 41], ["X" + "x" * 30, "X" + "x" * 28 + " 2"]),
        (["lists", "history"], ["Lists 2", "History 2"]),
    ],
)
def test_names_of_sheets_are_distinct_and_such_as_excel_takes(
    titles: list[str], names: list[str]
) -> None:
    assert books.sheet_names(titles, ["Lists"]) == names
