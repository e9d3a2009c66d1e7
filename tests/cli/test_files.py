"""Tables to files by the ending, and the commands about any values and about two files."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import policyindex as pi
from policyindex import datasets

Run = Callable[..., tuple[int, str, str]]
OnATerminal = Callable[..., str]

COMMANDS = [
    ["score", "demo"],
    ["trends", "demo"],
    ["movers", "demo", "--start", 2003, "--end", 2009],
    ["standings", "demo", "--year", 2009],
    ["compare", "demo", "demo"],
    ["splice", "demo", "demo", "--prefer", "first"],
]
FEW = ["--country", "NGA"]


def rows_of(csv: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(csv))


@pytest.mark.slow
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_each_table_is_written_by_the_ending(run: Run, words: list[Any], tmp_path: Path) -> None:
    few = [] if words[0] == "compare" else FEW
    status, csv, _ = run(*words, *few)
    assert status == 0
    rows = rows_of(csv)
    for ending in (".csv", ".xlsx", ".dta", ".parquet", ".json", ".md", ".tex"):
        path = tmp_path / f"out{ending}"
        assert run(*words, *few, "-o", path)[:2] == (0, "")
        assert path.stat().st_size > 50
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == csv
    file = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert "SYNTHETIC" in file["metadata"]["source"]
    assert file["metadata"]["summary"]
    written = pd.DataFrame(file["data"])
    assert list(written) == list(rows.drop(columns="source"))
    assert len(written) == len(rows)
    frame = pd.read_stata(tmp_path / "out.dta", convert_categoricals=False)
    assert len(frame) == len(rows)
    if "country" in rows:
        assert list(rows.columns[:2]) == ["country", "name"]


@pytest.mark.parametrize(
    "ending",
    [
        "docx",
        "doc",
        "odt",
        "md",
        "txt",
        "rtf",
        "pptx",
        "tex",
        "ps",
        "xml",
        "pdf",
        "csv",
        "xlsx",
        "htm",
        "json",
    ],
)
def test_a_report_under_the_name_of_another_format_is_refused(
    run: Run, mine: Path, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"brief.{ending}"
    status, out, err = run("report", mine, "-o", path)
    assert (status, out) == (2, "")
    assert err == f"policyindex: the name of this file must end in .html; got {path}\n"
    assert not path.exists()


def test_assumptions_are_part_of_the_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    run("trends", "demo", *FEW, "-o", path)
    assumption = json.loads(path.read_text(encoding="utf-8"))["metadata"]["assumption"]
    assert assumption.startswith("The p-values allow for scores that linger from year to year (phi")
    run("standings", "demo", "--year", 2009, *FEW, "-o", tmp_path / "out.md")
    last = (tmp_path / "out.md").read_text(encoding="utf-8").splitlines()[-1]
    assert " Range: any weights, zero included; columns in \\_tenth: each dimension" in last


def test_a_source_that_starts_a_formula_is_inert_and_read_back(run: Run, mine: Path) -> None:
    evil = mine.with_name("=1+1.csv")
    mine.rename(evil)
    status, out, _ = run("score", evil, "-o", "-")
    assert status == 0
    assert [line.rpartition(",")[2] for line in out.splitlines()[1:]] == ["'=1+1.csv"] * 2
    path = evil.with_name("scores.csv")
    assert run("score", evil, "-o", path)[0] == 0
    assert pi.read_scores(path).attrs["source"] == "=1+1.csv"


def test_a_name_in_csv_is_utf_8_whatever_the_terminal(run: Run) -> None:
    assert "\nCIV,C\N{LATIN SMALL LETTER O WITH CIRCUMFLEX}te d'Ivoire,2009," in run("score")[1]


# values


@pytest.fixture
def gdp(tmp_path: Path) -> Path:
    path = tmp_path / "gdp.csv"
    path.write_text("country,year,gdp,note\nGermany,2009,1.5,x\nNigeria,2009,2,x\n")
    return path


def test_values_are_printed_by_country_and_year(
    run: Run, gdp: Path, on_a_terminal: OnATerminal
) -> None:
    status, out, err = run("values", gdp, "--text", "note")
    assert (status, err) == (0, "")
    assert out == (
        "country,name,year,gdp,note,source\n"
        "DEU,Germany,2009,1.5,x,gdp.csv\nNGA,Nigeria,2009,2.0,x,gdp.csv\n"
    )
    assert run("values", gdp, "--text", "note", *FEW)[1].count("\n") == 2
    page = on_a_terminal("values", gdp, "--text", "note")
    assert "2 country-years of two countries. Source: gdp.csv." in page
    path = gdp.with_suffix(".xlsx")
    assert run("values", gdp, "--text", "note", "-o", path) == (0, "", "")
    assert path.exists()


def test_values_takes_every_option(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    lines = ["made up", "c;land;2008;2009;x", "135;Per\N{LATIN SMALL LETTER U WITH ACUTE};1;?;n"]
    lines += ["9999;Nowhere;2;3;n", "145;Bolivia;4;5;n"]
    path.write_bytes("\n".join(lines).encode("cp850"))
    words = ["--country-column", "c", "--kind", "cow", "--layout", "wide", "--header", "2"]
    words += ["--encoding", "cp850", "--drop-unmatched", "--source", "mine", "--sentinel", "?"]
    status, out, err = run("values", path, *words, "--country", "PER")
    assert (status, out) == (
        0,
        "country,name,year,value,source\nPER,Peru,2008,1,mine\nPER,Peru,2009,,mine\n",
    )
    assert "'9999' is not a country" in err
    assert "the years stand side by side" in err
    gdp = tmp_path / "of_2009.csv"
    gdp.write_text("country,gdp,b,note\nMali,1.5,2,x\n")
    words = ["--file-year", "2009", "--columns", "income=gdp", "b", "--text", "note"]
    status, out, _ = run("values", gdp, *words)
    assert out.splitlines()[0] == "country,name,year,income,b,note,source"
    assert out.splitlines()[1] == "MLI,Mali,2009,1.5,2,x,of_2009.csv"


def test_values_never_replaces_its_input(run: Run, gdp: Path) -> None:
    assert "is an input file" in run("values", gdp, "-o", gdp)[2]
    assert run("values", "absent.csv")[0] == 2


# splice and compare


@pytest.fixture
def later(mine: Path) -> Path:
    path = mine.with_name("later.csv")
    path.write_text("country,year,pros,prot,prev\nGermany,2010,4,5,5\nNigeria,2009,4,4,4\n")
    return path


def test_splice_answers_like_the_library(
    run: Run, mine: Path, later: Path, on_a_terminal: OnATerminal, tmp_path: Path
) -> None:
    status, out, err = run("splice", mine, later)
    assert (status, out) == (1, "")
    assert err.endswith("the first NGA 2009; choose the first or the second with --prefer\n")
    status, out, err = run("splice", mine, later, "--prefer", "second")
    assert (status, err) == (0, "")
    assert out.splitlines()[1:] == [
        "DEU,Germany,2009,5,5,5,15,mine.csv",
        "DEU,Germany,2010,4,5,5,14,later.csv",
        "NGA,Nigeria,2009,4,4,4,12,later.csv",
    ]
    path = tmp_path / "both.csv"
    _, _, err = run("splice", mine, later, "--prefer", "second", "-o", path)
    assert "a CSV file does not state where one source ends" in err
    both = pi.splice(pi.read_scores(mine), pi.read_scores(later), prefer="second")
    pd.testing.assert_frame_equal(pi.read_scores(path), both)
    book = tmp_path / "both.xlsx"
    assert run("splice", mine, later, "--prefer", "second", "-o", book)[2] == ""
    assert pi.read_scores(book).attrs["spans"] == both.attrs["spans"]
    page = on_a_terminal("splice", mine, later, "--prefer", "first")
    assert "3 country-years of both files. Source: mine.csv (2009); later.csv (2010)." in page
    for file in (mine, later):
        assert "is an input file" in run("splice", mine, later, "-o", file)[2]


def test_scores_by_other_rules_are_spliced_on_request_alone(run: Run, mine: Path) -> None:
    status, out, err = run("splice", mine, "demo", "--prefer", "first")
    assert (status, out) == (1, "")
    assert err.endswith("; splice them all the same with --rules mixed\n")
    status, out, _ = run("splice", mine, "demo", "--prefer", "first", "--rules", "mixed")
    assert status == 0
    assert set(rows_of(out)["source"].dropna()) == {
        "mine.csv",
        datasets.load_demo().attrs["source"],
    }


def test_codings_of_two_files_are_spliced_as_codings(run: Run, tmp_path: Path) -> None:
    codings = datasets.load_demo()
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    pi.write_table(codings.loc[["DEU"]], first)
    pi.write_table(codings.loc[["NGA"]], second)
    out = tmp_path / "both.csv"
    assert run("splice", first, second, "-o", out)[0] == 0
    pd.testing.assert_frame_equal(pi.read_codings(out), codings.loc[["DEU", "NGA"]])


def test_compare_answers_like_the_library(
    run: Run, mine: Path, later: Path, on_a_terminal: OnATerminal
) -> None:
    comparison = pi.compare(pi.read_scores(mine), pi.read_scores(later))
    status, out, err = run("compare", mine, later)
    assert status == 0
    assert err == f"policyindex: note: {str(comparison).removesuffix('.')}\n"
    by_year = rows_of(out).set_index("year")
    assert by_year.pop("source").tolist() == ["mine.csv; later.csv"]
    pd.testing.assert_frame_equal(by_year, comparison.by_year, check_dtype=False)
    status, out, _ = run("compare", mine, later, "--table", "differing")
    assert out.splitlines()[1] == "NGA,Nigeria,2009,14,12,-2,mine.csv; later.csv"
    page = on_a_terminal("compare", mine, later, "--dimension", "protection")
    assert str(pi.compare(*(pi.read_scores(each)["protection"] for each in (mine, later)))) in page
    assert run("compare", mine, later, "--dimension", "hope")[0] == 2
    status, out, _ = run("compare", "demo", "demo", "--table", "trends")
    assert np.array_equal(rows_of(out)["first"], rows_of(out)["second"])


def test_each_of_two_files_may_have_its_own_options(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path) as book:
        for sheet, column in (("old", "land"), ("new", "staat")):
            score = 9 if sheet == "old" else 10
            frame = pd.DataFrame({column: ["Mali"], "year": [2009], "p": [score]})
            frame.to_excel(book, sheet_name=sheet, index=False)
    own = ["--sheet", "old", "--sheet", "new"]
    named = ["--country-column", "land", "--country-column", "staat"]
    labels = ["--source", "A", "--source", "B"]
    words = ["compare", path, path, *own, *named, *labels, "--table", "differing"]
    status, out, _ = run(*words)
    assert (status, out.splitlines()[1]) == (0, "MLI,Mali,2009,9,10,1,A; B")
    status, _, err = run(*words, "--sheet", "old")
    assert status == 2
    assert "--sheet must be given once for each of two files; got 3" in err
    assert run("compare", path, path, *own, "--country-column", "land")[0] == 1


def test_findings_of_two_files_name_the_file(run: Run, mine: Path, later: Path) -> None:
    later.write_text(f"{later.read_text()}Atlantis,2009,1,1,1\n")
    assert run("compare", mine, later)[0] == 1
    status, _, err = run("compare", mine, later, "--drop-unmatched")
    assert status == 0
    assert err.startswith("policyindex: note: later.csv: 'Atlantis' is not a country")


def test_compare_takes_a_column_of_other_values(run: Run, mine: Path, tmp_path: Path) -> None:
    tiers = tmp_path / "tiers.csv"
    tiers.write_text("country,year,tier\nGermany,2009,Tier 1\nNigeria,2009,Tier 2 Watch List\n")
    status, out, err = run(
        "compare", mine, tiers, "--values", "tier", "--scale", 1, 3, "--lower-is-better"
    )
    answer = pi.compare(
        pi.read_scores(mine), pi.read_values(tiers)["tier"], scale=(1, 3), lower_is_better=True
    )
    assert status == 0
    assert str(answer).removesuffix(".") in err
    assert out.splitlines()[1].startswith("2009,2,,,,1,1")
    status, _, err = run("compare", mine, tiers, "--values", "tiers")
    assert (status, "it has country, year, tier" in err) == (1, True)
    status, _, err = run("compare", mine, tiers, "--values", "tier", "--scale", 1, 2)
    assert (status, "must lie from 1 to 2" in err) == (1, True)


def test_text_is_advised_as_a_flag(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("country,year,note\nMali,2009,a\n")
    assert run("values", path)[2].endswith("keep a column of text with --text COLUMN\n")
    status, out, _ = run("values", path, "--text", "note")
    assert (status, out.splitlines()[1]) == (0, "MLI,Mali,2009,a,notes.csv")


def test_standard_input_cannot_be_both_files(run: Run) -> None:
    for command in ("compare", "splice"):
        status, _, err = run(command, "-", "-")
        assert (status, "one of two files may be standard input; got - for both" in err) == (
            2,
            True,
        )


def test_a_file_of_other_values_is_sent_to_values(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "gdp.csv"
    path.write_text("country,year,gdp\nMali,2009,1\n")
    status, _, err = run("standings", path, "--year", 2009)
    assert status == 1
    assert "3 are absent: prosecution, protection, prevention" in err
    assert "read other values with read_values (the command values)" in err


def test_a_sentinel_on_the_scale_is_refused_by_its_flag(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("country,year,prosecution,protection,prevention\nMali,2009,2,3,4\n")
    words = [sys.executable, "-m", "policyindex", "check", str(path), "--sentinel", "3"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stderr.rstrip().endswith("or correct --sentinel")
    assert "Traceback" not in done.stderr
