"""The command that writes the workbook of a coder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from policyindex import codebooks, countries, datasets
from policyindex.coding import read_workbook
from policyindex.coding.form import unpacked

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl writes workbooks")

Run = Callable[..., tuple[int, str, str]]


def codings(
    path: Path, codebook: codebooks.Codebook = codebooks.THREE_P
) -> dict[str, list[object]]:
    """The country-years of each coder of a workbook."""
    panels = read_workbook(path, codebook).codings
    return {coder: list(panel.index) for coder, panel in panels.items()}


def test_countries_and_years_are_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "ama.xlsx"
    named = ("--country", "Nigeria", "--country", "GHA", "--year", 2015, "--year", 2016)
    status, out, err = run("template", "--coder", "Ama", *named, "-o", path)
    assert (status, err) == (0, "")
    assert (
        out == f"{path}: the workbook of Ama, 19 indicators of 3P Anti-trafficking Policy Index\n"
    )
    assert codings(path) == {
        "Ama": [(unit, year) for unit in ("GHA", "NGA") for year in (2015, 2016)]
    }


def test_a_region_is_coded(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "ama.xlsx"
    words = ("--region", "North Africa", "--country", "Egypt", "--year", 2015, "-o", path)
    assert run("template", "--coder", "Ama", *words)[0] == 0
    assert {unit for unit, _ in codings(path)["Ama"]} == {*countries._members("North Africa")}


@pytest.mark.slow
def test_codings_of_earlier_years_give_the_countries_and_the_year(run: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    assert run("template", "--coder", "Ama", "--previous", "demo", "-o", first)[0] == 0
    demo = datasets.load_demo().index
    units, last = sorted(demo.unique("country")), max(demo.unique("year"))
    assert codings(first)["Ama"] == [(unit, last + 1) for unit in units]
    assert run("template", "--coder", "Kofi", "--previous", first, "-o", second)[0] == 0
    assert codings(second)["Kofi"] == [(unit, last + 2) for unit in units]
    status, _, err = run("template", "--coder", "Kofi", "--previous", first, "-o", first)
    assert (status, "is an input file" in err) == (2, True)


def test_a_codebook_of_a_file_is_used(run: Run, tmp_path: Path) -> None:
    book, path = tmp_path / "small.json", tmp_path / "ama.xlsx"
    codebooks.write(codebooks.HTI, book)
    words = (
        "--country",
        "Ghana",
        "--year",
        2015,
        "--codebook",
        book,
        "--layout",
        "long",
        "-o",
        path,
    )
    assert run("template", "--coder", "Ama", *words)[0] == 0
    assert read_workbook(path, codebooks.HTI).codings["Ama"].shape == (1, 10)


def test_units_that_are_not_countries_are_coded(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "ama.xlsx"
    words = ("--country", "Kano", "--kind", "any", "--year", 2015, "-o", path)
    assert run("template", "--coder", "Ama", *words)[0] == 0
    assert codings(path) == {"Ama": [("Kano", 2015)]}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--year", 2015, "-o", "a.xlsx"), "template needs countries: --country NAME, --region"),
        (("--country", "Ghana", "-o", "a.xlsx"), "template needs years: --year YEAR"),
        (("--country", "Narnia", "--year", 2015, "-o", "a.xlsx"), "'Narnia'"),
        (("--region", "Narnia", "--year", 2015, "-o", "a.xlsx"), "--region must be a region"),
        (("--country", "Ghana", "--year", 2015, "-o", "a.csv"), "must end in .xlsx"),
        (("--country", "Ghana", "--year", 2015), "required: -o"),
    ],
)
def test_a_workbook_that_cannot_be_written_is_refused(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[object, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, err = run("template", "--coder", "Ama", *words)
    assert status == 2
    assert message in err
    assert not list(tmp_path.iterdir())


def test_previous_codings_must_be_of_one_coder(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    rows = [f"Ghana,2014,{coder},shelter,yes" for coder in ("Ama", "Kofi")]
    path.write_text("\n".join(["country,year,coder,indicator,level", *rows]))
    status, _, err = run("template", "--coder", "C", "--previous", path, "-o", tmp_path / "c.xlsx")
    assert status == 1
    assert "must hold the codings of one coder; it names Ama, Kofi" in err


def filled(run: Run, path: Path, **changes: str) -> Path:
    """Write a workbook of Nigeria in 2015 in which each level is the lowest, and change cells."""
    words = ("--coder", "Ama", "--country", "Nigeria", "--year", 2015, "-o", path)
    assert run("template", *words)[0] == 0
    book = openpyxl.load_workbook(path)
    words_of = {row[0].value: row[2].value for row in book["Lists"].iter_rows(min_row=2)}
    for sheet in (book["Prosecution"], book["Protection"], book["Prevention"]):
        for row in range(3, sheet.max_row + 1):
            sheet.cell(row, 7).value = words_of[unpacked(sheet.cell(row, 1).value).indicator]
    for cell, text in changes.items():
        book["Protection"][cell].value = text
    book.save(path)
    return path


def test_commands_read_the_workbook_of_a_coder(run: Run, tmp_path: Path) -> None:
    path = filled(run, tmp_path / "ama.xlsx")
    status, out, err = run("score", path)
    assert (status, err) == (0, "")
    assert out.splitlines()[1].startswith("NGA,Nigeria,2015,")
    assert run("check", path)[0] == 0
    status, out, _ = run("explain", path, "Nigeria", 2015)
    assert (status, "Nigeria" in out) == (0, True)
    assert run("diff", path, path)[0] == 0


def test_losses_of_the_workbook_of_a_coder_are_listed_by_check(run: Run, tmp_path: Path) -> None:
    path = filled(run, tmp_path / "ama.xlsx", G5="perhaps")
    status, out, _ = run("check", path)
    assert status == 1
    assert "'perhaps' is not a level (" in out
    status, out, err = run("score", path)
    assert (status, out) == (1, "")
    assert "one finding with one, the first: 'perhaps' is not a level (" in err
    assert "the command check lists all" in err


def test_options_of_tables_are_not_for_the_workbook_of_a_coder(run: Run, tmp_path: Path) -> None:
    path = filled(run, tmp_path / "ama.xlsx")
    status, _, err = run("score", path, "--sheet", "Protection")
    assert status == 1
    assert "it is a workbook of coders" in err


def test_a_filled_workbook_is_replaced_only_on_demand(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "ama.xlsx"
    words = ("template", "--coder", "Ama", "--country", "Ghana", "--year", 2015, "-o", path)
    assert run(*words)[0] == run(*words)[0] == 0
    book = openpyxl.load_workbook(path)
    book["Protection"]["G5"].value = "yes"
    book.save(path)
    before = path.read_bytes()
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert "ama.xlsx exists and holds one cell that a person entered, the first 'yes' in" in err
    assert err.endswith("choose another name or, to replace it, pass --overwrite\n")
    assert path.read_bytes() == before
    assert run(*words, "--overwrite")[0] == 0
    assert path.read_bytes() != before
