"""The commands about several coders: agreement, adjudicate and settle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import policyindex as pi
from policyindex import coding
from second_coder import coders

Run = Callable[..., tuple[int, str, str]]

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl writes workbooks")


@pytest.fixture
def codings() -> dict[str, pd.DataFrame]:
    demo = pi.datasets.load_demo().xs(2009, level="year", drop_level=False)
    return coders(demo.iloc[:20], 1)


@pytest.fixture
def files(
    codings: dict[str, pd.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """The codings of two coders, a file each."""
    monkeypatch.chdir(tmp_path)
    for coder, panel in codings.items():
        panel.attrs.clear()
        pi.write_table(panel, f"{coder}.csv")
    return [f"{coder}.csv" for coder in codings]


def test_agreement_is_that_of_the_library(
    run: Run, files: list[str], codings: dict[str, pd.DataFrame]
) -> None:
    status, _, notes = run("agreement", *files, "-o", "agreement.csv")
    table = pd.read_csv("agreement.csv", index_col="indicator")
    expected = pi.agreement(codings)
    pd.testing.assert_frame_equal(table[expected.columns], expected, check_dtype=False)
    assert status == 0
    assert "Agreement of first, second on 19 indicators" in notes
    assert "Intervals: 95 %, over samples of countries" in notes


def test_agreement_of_scores(run: Run, codings: dict[str, pd.DataFrame], files: list[str]) -> None:
    for coder, panel in codings.items():
        pi.write_table(pi.score(panel), f"{coder}.csv")
    status, out, _ = run("agreement", *files)
    assert status == 0
    assert [line.partition(",")[0] for line in out.splitlines()[1:]] == [
        "prosecution",
        "protection",
        "prevention",
    ]


def test_decisions_go_from_adjudicate_to_settle(
    run: Run, files: list[str], codings: dict[str, pd.DataFrame]
) -> None:
    cases = coding.adjudicate(codings).cases
    status, out, _ = run("adjudicate", *files, "-o", "decisions.xlsx")
    assert status == 0
    assert out.startswith(f"decisions.xlsx: {len(cases)} disagreements in ")
    book = openpyxl.load_workbook("decisions.xlsx")
    sheet = book["Decisions"]
    columns = {cell.value: place for place, cell in enumerate(sheet[2], 1)}
    for row in range(3, sheet.max_row + 1):
        sheet.cell(row, columns["Decision"]).value = sheet.cell(
            row, columns["Coded by first"]
        ).value
        sheet.cell(row, columns["Decided by"]).value = "Chi"
        sheet.cell(row, columns["Reason"]).value = "the report says so"
    book.save("decisions.xlsx")
    status, _, notes = run(
        *("settle", "decisions.xlsx", *files, "--decisions", "who.csv", "--evidence", "e.csv"),
        *("-o", "final.csv"),
    )
    assert status == 0
    assert f"{len(cases)} disagreements: all decided by Chi" in notes
    final = pi.read_codings("final.csv")
    pd.testing.assert_frame_equal(final, codings["first"], check_like=True)
    who = pd.read_csv("who.csv")
    assert set(who["by"]) == {"Chi"}
    evidence = pd.read_csv("e.csv")
    assert (evidence["basis"] == "decided").sum() == len(cases)


def test_undecided_cases_that_matter_set_the_exit_status(run: Run, files: list[str]) -> None:
    run("adjudicate", *files, "-o", "decisions.xlsx")
    status, _, notes = run("settle", "decisions.xlsx", *files, "-o", "final.csv")
    assert status == 1
    assert "coders differ and nobody decided" in notes


def test_a_file_named_twice_is_refused(run: Run, files: list[str]) -> None:
    status, _, error = run("agreement", files[0], files[0])
    assert status == 1
    assert "two files must not be of the same coder; first.csv is of first" in error


def test_one_coder_alone_is_refused(run: Run, files: list[str]) -> None:
    status, _, error = run("adjudicate", files[0], "-o", "decisions.xlsx")
    assert status == 1
    assert "must hold the codings of two or more coders; they name first" in error
    assert not Path("decisions.xlsx").exists()


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        (("-o", "f.csv", "--decisions", "f.csv"), "own; f.csv is named twice"),
        (("--evidence", "f.csv", "--decisions", "./f.csv"), "own; f.csv is named twice"),
        (
            ("-o", "absent/f.csv", "--decisions", "who.csv"),
            "absent/f.csv cannot be opened",
        ),
        (("-o", "f.csv", "--decisions", "who.pdf"), "who.pdf"),
    ],
)
def test_outputs_are_written_all_or_none(
    run: Run, files: list[str], outputs: tuple[str, ...], message: str
) -> None:
    run("adjudicate", *files, "-o", "decisions.xlsx")
    status, _, error = run("settle", "decisions.xlsx", *files, *outputs)
    assert status == 2
    assert message in error
    assert {path.name for path in Path().iterdir()} == {"decisions.xlsx", *files}


def test_an_input_is_not_overwritten(run: Run, files: list[str]) -> None:
    run("adjudicate", *files, "-o", "decisions.xlsx")
    before = Path("decisions.xlsx").read_bytes()
    status, _, error = run("settle", "decisions.xlsx", *files, "--decisions", "decisions.xlsx")
    assert status == 2
    assert "decisions.xlsx is an input file" in error
    assert run("adjudicate", *files, "-o", files[0])[0] == 2
    assert Path("decisions.xlsx").read_bytes() == before


def test_another_codebook_is_refused_once(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("template", "--country", "Ghana", "--year", 2015)
    for coder in ("Ama", "Ben"):
        run(*words, "--coder", coder, "-o", f"{coder}.xlsx")
    for command in ("agreement", "adjudicate"):
        status, out, error = run(
            command, "Ama.xlsx", "Ben.xlsx", "--codebook", "HTI", "-o", "o.xlsx"
        )
        assert (status, out) == (1, "")
        assert error.count("\n") == 1
        assert "Ama.xlsx must be of the codebook HTI; it was made for '3P 1 (" in error
        assert error.endswith("pass --codebook BOOK\n")
        assert not Path("o.xlsx").exists()


def test_a_coder_without_any_coding_is_refused(run: Run, files: list[str]) -> None:
    run("template", "--coder", "Ama", "--country", "Ghana", "--year", 2009, "-o", "ama.xlsx")
    for command in ("agreement", "adjudicate"):
        status, _, error = run(command, "ama.xlsx", files[0], "-o", "out.xlsx")
        assert status == 1
        assert "each coder must have coded something; Ama has no level in any row" in error
        assert not Path("out.xlsx").exists()


def test_losses_in_the_files_set_the_exit_status(run: Run, files: list[str]) -> None:
    text = Path(files[0]).read_text(encoding="utf-8")
    lines = text.splitlines()
    lines[1] = lines[1].replace(lines[1].split(",")[0], "Narnia", 1)
    Path(files[0]).write_text("\n".join([*lines, "Atlantis,Atlantis,2009,1"]), encoding="utf-8")
    status, out, notes = run("adjudicate", *files, "-o", "decisions.xlsx")
    assert (status, out.startswith("decisions.xlsx: ")) == (1, True)
    assert "first.csv: 'Atlantis' is not a country: row not read" in notes
