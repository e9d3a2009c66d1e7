"""A file in which a person has typed is not replaced by mistake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policyindex import coding, datasets
from policyindex.coding.filled import _entries

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl writes workbooks")

Write = Callable[..., object]


def template(path: Path, **options: Any) -> None:
    coding.template(path, countries=["NGA"], years=2015, coder="Ama", **options)


def adjudicate(path: Path, **options: Any) -> None:
    ama = datasets.load_demo().loc[["NGA"]].tail(1)
    coding.adjudicate({"Ama": ama, "Ben": ama.assign(shelter=0)}, path, **options)


def type_in(path: Path, cell: str, sheet: int = 1, text: str = "yes") -> None:
    book = openpyxl.load_workbook(path)
    book.worksheets[sheet][cell].value = text
    book.save(path)


WRITERS = pytest.mark.parametrize("write", [template, adjudicate])


@WRITERS
def test_a_workbook_in_which_nobody_typed_is_replaced(path: Path, write: Write) -> None:
    write(path)
    fresh = path.read_bytes()
    openpyxl.load_workbook(path).save(path)  # as a program that opens and saves it
    assert path.read_bytes() != fresh
    template(path)
    write(path)
    assert path.read_bytes() == fresh
    path.write_bytes(b"")
    write(path)
    assert path.read_bytes() == fresh


@pytest.mark.slow
@WRITERS
@pytest.mark.parametrize(
    ("filled", "sheet", "cell"),
    [
        (template, 1, "G3"),  # a level
        (template, 2, "L4"),  # a remark
        (template, 1, "Z9"),  # a note beside the form
        (template, 0, "C20"),  # a note on the first sheet
        (adjudicate, 0, "Q3"),  # a reason
        (adjudicate, 0, "R3"),  # a reply
    ],
)
def test_what_a_person_typed_stays(
    path: Path, write: Write, filled: Write, sheet: int, cell: str
) -> None:
    filled(path)
    type_in(path, cell, sheet, "as the report says")
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"one cell .*'as the report says' in .*overwrite=True"):
        write(path)
    assert path.read_bytes() == before
    write(path, overwrite=True)
    assert b"as the report says" not in path.read_bytes()
    write(path)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_first_row_below_the_headers_is_one_though_rows_stand_above(path: Path, n: int) -> None:
    template(path)
    book = openpyxl.load_workbook(path)
    book.worksheets[1].insert_rows(1, n)
    book.save(path)
    template(path)
    book.save(path)
    type_in(path, f"G{3 + n}")
    with pytest.raises(ValueError, match=f"one cell .*'yes' in row {3 + n} of the sheet"):
        template(path)


@WRITERS
def test_another_file_is_not_replaced(path: Path, write: Write) -> None:
    for content in (b"not a workbook \x00\x01", b"country,year,shelter\nGhana,2014,1\n"):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="exists and .*choose another name"):
            write(path)
        assert path.read_bytes() == content


def test_overwrite_is_a_truth_value(path: Path) -> None:
    with pytest.raises(ValueError, match="overwrite must be True or False"):
        template(path, overwrite="no")


def test_marks_that_were_copied_hide_no_entry(path: Path) -> None:
    """A coder copies the rows of marks and headers below the entries."""
    coding.template(path, countries=["NGA"], years=2015, coder="Ama")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[1]
    sheet["G3"].value = "yes"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=2)]
    for row in rows:
        sheet.append(row)
    book.save(path)
    with pytest.raises(ValueError, match=f"the first 'yes' in row 3 of the sheet '?{sheet.title}"):
        coding.template(path, countries=["NGA"], years=2015, coder="Ama")


@pytest.mark.parametrize("n", [0, 1, 4])
def test_entries_stand_below_the_marks_and_the_headers_in_columns_that_are_not_locked(
    n: int,
) -> None:
    rows: list[list[Any]] = [["a title"]] * n
    rows += [["policyindex:key", "", "policyindex:level"], ["Key", "My notes", "Level"]]
    rows += [["a key", "", "yes"], ["", "a note", ""], ["", "", "", "beside"]]
    found = _entries([(f"row {place}", row) for place, row in enumerate(rows, 1)], "Law")
    assert [tuple(each) for each in found] == [
        (f"row {n + 3} of the sheet 'Law'", "yes"),
        (f"row {n + 4} of the sheet 'Law'", "a note"),
        (f"row {n + 5} of the sheet 'Law'", "beside"),
    ]
