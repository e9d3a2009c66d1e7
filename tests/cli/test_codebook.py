"""The command codebook, and --codebook on the commands that read codings or scores."""

from __future__ import annotations

from pathlib import Path

import pytest

import policyindex as pi
from cli.conftest import Run
from policyindex import codebooks
from policyindex.codebooks import Count

pytest.importorskip("openpyxl")

FOURTH = pi.Dimension(
    "partnership",
    (pi.Indicator("task_force"), pi.Indicator("civil_society")),
    Count((1, 2)),
    ("none", "some", "all"),
)

FOUR = pi.Codebook("4P", (*pi.THREE_P.dimensions, FOURTH), title="Our Four P Index")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    codings = pi.datasets.load_demo().loc[["NGA", "DEU", "TCD", "GHA", "KEN"]]
    codings["task_force"] = 1.0
    codings["civil_society"] = codings["domestic_cooperation"]
    pi.write_table(codings, tmp_path / "codings.csv", codebook=FOUR)
    for ending in ("json", "xlsx"):
        codebooks.write(FOUR, tmp_path / f"four.{ending}")
    return tmp_path


@pytest.mark.parametrize("ending", ["json", "xlsx"])
def test_codings_are_scored_by_the_codebook_of_a_file(run: Run, folder: Path, ending: str) -> None:
    book = folder / f"four.{ending}"
    status, out, err = run("score", folder / "codings.csv", "--codebook", book, "--year", 2009)
    assert (status, err) == (0, "")
    assert out.splitlines()[0].startswith(
        "country,name,year,prosecution,protection,prevention,partnership,overall"
    )
    status, out, _ = run("explain", folder / "codings.csv", "Nigeria", 2009, "--codebook", book)
    assert status == 0
    assert "Partnership is 3 of 3: all." in out


COMMANDS = [
    ["score"],
    ["trends"],
    ["movers", "--start", "2005", "--end", "2009"],
    ["standings", "--year", "2009"],
    ["check"],
    ["report", "-o", "-"],
    ["explore", "-o", "-"],
    ["brief", "Nigeria", "-o", "-"],
    ["chart", "heatmap", "-o", "-"],
    ["chart", "yearly-means", "-o", "-"],
]


@pytest.mark.slow
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_takes_a_codebook(
    run: Run, folder: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert run("score", "codings.csv", "--codebook", "four.json", "-o", "scores.csv")[0] == 0
    n = 2 if words[0] == "chart" else 1
    status, out, err = run(*words[:n], "scores.csv", *words[n:], "--codebook", "four.json")
    assert status == 0, err
    assert words[0] not in ("report", "explore", "brief", "chart") or FOUR.title in out
    status, out, err = run(*words[:n], "scores.csv", *words[n:])
    assert status != 0, "the fourth dimension went unnoticed"
    assert "is partnership missing from the codebook?" in out + err


def test_two_files_may_have_a_codebook_each(run: Run, folder: Path) -> None:
    codings = folder / "codings.csv"
    status, _, err = run(
        "compare", codings, codings, "--dimension", "protection",
        "--codebook", folder / "four.json", "--codebook", "3P",
    )  # fmt: skip
    assert (status, "equal" in err or err == "") == (0, True), err


def test_the_names_of_codebooks_are_understood(run: Run, folder: Path) -> None:
    for name in ("3P", "3p", "three_p"):
        assert run("score", folder / "codings.csv", "--codebook", name)[0] == 0
    status, _, err = run("score", folder / "codings.csv", "--codebook", "HTI")
    assert status != 0
    assert "domesticlaws" in err or "HTI" in err
    status, _, err = run("score", folder / "codings.csv", "--codebook", folder / "no.json")
    assert (status, "no.json cannot be opened: it does not exist" in err) == (2, True)
    status, _, err = run("score", folder / "codings.csv", "--codebook", folder / "codings.csv")
    assert (status, "codings.csv cannot be read as a codebook" in err) == (2, True)


def test_a_codebook_is_not_overwritten_by_the_answer(run: Run, folder: Path) -> None:
    book = folder / "four.json"
    before = book.read_bytes()
    for words in (
        ["score", folder / "codings.csv", "--codebook", book, "-o", book],
        ["codebook", book, "-o", book],
    ):
        status, _, err = run(*words)
        assert (status, "is an input file" in err) == (2, True)
    assert book.read_bytes() == before


def test_a_codebook_is_printed_in_markdown(run: Run, folder: Path) -> None:
    status, out, _ = run("codebook")
    assert (status, out.splitlines()[0]) == (0, "# 3P Anti-trafficking Policy Index")
    assert run("codebook", "-o", "-") == (0, out, "")
    assert run("codebook", folder / "four.xlsx")[1].startswith("# Our Four P Index\n")
    assert run("codebook", "hti")[1].startswith("# 3P Index of the Human Trafficking Indicators\n")


@pytest.mark.parametrize("ending", ["json", "xlsx", "md", "html"])
def test_a_codebook_is_converted(run: Run, folder: Path, ending: str) -> None:
    path = folder / f"other.{ending}"
    status, out, err = run("codebook", folder / "four.xlsx", "-o", path)
    assert (status, err) == (0, "")
    assert out == f"{path}: the codebook 4P, Our Four P Index\n"
    if ending in ("json", "xlsx"):
        assert path.read_bytes() == (folder / f"four.{ending}").read_bytes()


def test_another_format_of_a_codebook_is_refused(run: Run, folder: Path) -> None:
    status, _, err = run("codebook", "-o", folder / "x.pdf")
    assert (status, "must end in .json, .xlsx, .md, .html, .docx" in err) == (2, True)
    assert not (folder / "x.pdf").exists()
