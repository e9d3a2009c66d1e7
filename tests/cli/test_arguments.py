"""Arguments and flags: reading options, help, completion."""

from __future__ import annotations

import re
import subprocess
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from shutil import which

import pandas as pd
import pytest

from policyindex import datasets, score
from policyindex._options import Argument
from policyindex.cli import arguments
from policyindex.cli.arguments import FLAGS, READING_OPTIONS, as_flag, parser

Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    ("option", "flag"),
    [
        (Argument("unmatched", "'drop'"), "--drop-unmatched"),
        (Argument("country_column"), "--country-column"),
        (Argument("year_column"), "--year-column"),
        (Argument("file_year", "2009"), "--file-year 2009"),
        (Argument("kind", "'cow'"), "--kind cow"),
        (Argument("holds", "'scores'"), "--holds scores"),
        (Argument("sheet", "'May 2009'"), "--sheet 'May 2009'"),
        (Argument("columns"), "--column NAME=COLUMN"),
        (Argument("columns", "{...}"), "--column NAME=COLUMN"),
        (Argument("columns", "{'overall': ...}"), "--column overall=COLUMN"),
        (Argument("columns", "{'overall': 'p'}"), "--column overall=p"),
        (Argument("columns", "[...]"), "--event COLUMN"),
        (Argument("years"), "--years"),
        (Argument("prefer"), "--prefer"),
        (Argument("rules", "'mixed'"), "--rules mixed"),
        (Argument("encoding", "'cp850'"), "--encoding cp850"),
        (Argument("sentinels", "['?']"), "--sentinel '?'"),
        (Argument("codebook", "HTI"), "--codebook HTI"),
        (Argument("codebook"), "--codebook BOOK"),
        # These have no flag, so they are printed as Python writes them.
        (Argument("on_error", "'drop'"), "on_error='drop'"),
        (Argument("unmatched", "'raise'"), "unmatched='raise'"),
    ],
)
def test_an_argument_is_printed_as_its_flag(option: Argument, flag: str) -> None:
    assert as_flag(option) == flag


def test_each_flag_of_an_argument_is_an_option_of_a_command(run: Run) -> None:
    pages = [
        run(name, "--help")[1]
        for name in ("score", "standings", "trends", "values", "splice", "latent")
    ]
    for flag in FLAGS.values():
        assert any(f"  {flag}" in page for page in pages)


def test_each_command_has_its_own_examples(run: Run) -> None:
    page = run("trends", "--help")[1]
    assert "policyindex trends published.dta" in page
    assert "policyindex score" not in page
    assert "policyindex chart world" in run("chart", "world", "--help")[1]


@pytest.mark.parametrize(
    "words",
    [
        "score",
        "trends",
        "movers",
        "standings",
        "latent",
        "report",
        "values",
        "chart movers",
        "chart world",
    ],
)
def test_the_usage_puts_the_file_first_and_the_output_last(run: Run, words: str) -> None:
    usage = run(*words.split(), "--help")[1].splitlines()[0]
    assert re.match(rf"usage: policyindex {words} \[?FILE\]? .*-o OUT\]?$", usage)


def test_help_has_examples_and_exit_status_0(run: Run) -> None:
    for words in (
        ["--help"],
        ["score", "--help"],
        ["explain", "--help"],
        ["check", "--help"],
        ["chart", "--help"],
    ):
        status, out, _ = run(*words)
        assert status == 0
        assert "examples:" in out
    assert run("--version")[1].startswith("policyindex ")


def test_unknown_countries_stop_the_reading_unless_dropped(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("country,year,pros,prot,prev\nAtlantis,2009,5,5,5\nNigeria,2009,4,5,5\n")
    status, out, err = run("score", path)
    assert (status, out) == (1, "")
    assert "Atlantis" in err
    assert err.endswith(" --drop-unmatched\n")
    status, out, err = run("score", path, "--drop-unmatched")
    assert status == 0
    assert "Atlantis" in err
    assert out.count("\n") == 2
    status, out, _ = run("check", path)
    assert status == 1
    assert "'Atlantis' is not a country: dropped" in out
    assert run("check", path, "--drop-unmatched")[0] == 2  # it would change nothing


def test_columns_can_be_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("code;x;y;z\nAUS;5;4;5\n")
    named = ["--country-column", "code", "--kind", "cowc", "--file-year", "2009"]
    columns = ["--column", "prosecution=x", "--column", "protection=y", "--column", "prevention=z"]
    status, out, _ = run("score", path, *named, *columns, "--source", "test")
    assert status == 0
    assert out.splitlines()[1] == "AUT,Austria,2009,5,4,5,14,test"


@pytest.mark.parametrize(
    ("text", "words", "message"),
    [
        ("country,year,p\nMali,2009,9\n", ["--column", "p=overall"], " --column overall=p\n"),
        ("country,year,p\nMali,2009,9\n", ["--column", "q=p"], "got 'q'"),
        ("country,year,p\nMali,2009,9\n", ["--sheet", "0"], "only workbooks"),
        ("country,year,x\nMali,2009,9\n", [], "--column NAME=COLUMN"),
        ("country,year,p,total\nMali,2009,9,8\n", [], "--column overall=COLUMN\n"),
        ("country,year,p,yr\nMali,2009,9,8\n", [], "--year-column\n"),
        ("who,year,p\nMali,2009,9\n", [], "--country-column who\n"),
        ("country,year,p\n100,2009,9\n", [], "--kind"),
    ],
)
def test_messages_about_a_file_name_flags(
    run: Run, tmp_path: Path, text: str, words: list[str], message: str
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(text)
    status, out, err = run("score", path, *words)
    assert (status > 0, out) == (True, "")
    assert message in err
    assert not re.search(r"\b(country_column|kind|year_column|holds|unmatched)=", err)


def test_a_file_of_both_says_how_to_read_its_scores(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "both.csv"
    both = datasets.load_demo().loc[["SWE"]]
    both.join(score(both)).to_csv(path)
    advice = "--holds scores"
    assert advice in run("score", path)[2]
    status, out, _ = run("check", path)
    assert (status, "Holds: codings" in out, advice in out) == (0, True, True)
    status, out, _ = run("check", path, "--holds", "scores")
    assert (status, "Holds: scores" in out, "Findings: 1" in out) == (0, True, True)


def test_scores_of_the_human_trafficking_indicators_are_refused(
    run: Run, real_file: Callable[[str], Path]
) -> None:
    status, _, err = run("score", real_file("hti_2001_2011.csv"), "--holds", "scores")
    assert status == 1
    assert "Human Trafficking Indicators" in err
    assert err.endswith(" --holds codings\n")


def test_report_years_are_kept_or_moved(run: Run, real_file: Callable[[str], Path]) -> None:
    path = real_file("hti_2001_2011.csv")
    assert "2000 to 2010" in run("check", path)[1]
    assert "2001 to 2011" in run("check", path, "--no-report-years")[1]


def test_check_fails_if_columns_of_countries_contradict_each_other(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "two.csv"
    path.write_text("Country,ISO3,year,p\nFrance,FIN,2009,9\n")
    status, out, _ = run("check", path)
    assert status == 1
    assert "Country names another country than ISO3: " in out
    assert "--country-column" in out
    assert run("check", path, "--country-column", "Country")[0] == 0


def test_sheets_are_listed_and_selected_by_name_or_position(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path) as book:
        for sheet, unit in (("May", "Mali"), ("2009", "Chad")):
            frame = pd.DataFrame({"country": [unit], "year": [2009], "p": [9]})
            frame.to_excel(book, sheet_name=sheet, index=False)
    status, out, _ = run("check", path)
    finding = next(line for line in out.splitlines() if "other sheets" in line)
    assert (status, "2009" in finding, "--sheet" in finding) == (1, True, True)
    assert finding.strip() in run("score", path)[2]
    for sheet in ("2009", "1"):
        status, out, err = run("score", path, "--sheet", sheet)
        assert (status, out.splitlines()[1][:13], err) == (0, "TCD,Chad,2009", "")
    assert run("check", path, "--sheet", "May")[0] == 0
    assert "one of May, 2009" in run("score", path, "--sheet", "2")[2]


@pytest.mark.parametrize("option", READING_OPTIONS)
def test_each_reading_option_needs_a_file(run: Run, option: str) -> None:
    values = {
        "--codebook": ["HTI"],
        "--holds": ["scores"],
        "--file-year": ["2009"],
        "--column": ["p=x"],
    }
    values |= {"--header": ["3"], "--layout": ["wide"]}
    bare = ("--report-years", "--drop-unmatched")
    words = [option] if option in bare else [option, *values.get(option, ["x"])]
    status, out, err = run("score", *words)
    assert (status, out) == (2, "")
    assert err == f"policyindex: {option} needs a FILE; name one or drop the option\n"


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_shell_accepts_the_script_that_completes_commands(
    run: Run, shell: str, tmp_path: Path
) -> None:
    pytest.importorskip("shtab")
    status, script, _ = run("--print-completion", shell)
    assert status == 0
    assert "--min-weight" in script
    if path := which(shell):
        (tmp_path / "script").write_text(script)
        subprocess.run([path, "-n", tmp_path / "script"], check=True)


def test_completion_without_its_library_names_the_extra(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    status, _, err = run("--print-completion", "bash")
    assert (status, "policyindex[completion]" in err) == (2, True)


LONG = "0." + "0" * 47 + "1"


@pytest.mark.parametrize(
    ("read", "values", "refused"),
    [
        (arguments._probability, {"0": 0, "1": 1, "0.5": 0.5}, ["-0.1", "1.1", "nan", "x"]),
        (
            arguments._percentage,
            {"0": 0, "1": 1, "5%": Fraction(1, 20), "100%": 1, "1/4": 0.25},
            ["101%", "-1%", "-1", "1.1", "1/0", "%", "x", "1e99999"],
        ),
        (
            arguments._share,
            {"1/4": 0.25, "-2": -2, "1e-99": Fraction(1, 10**99), LONG: Fraction(1, 10**48)},
            ["1e99999", LONG + "00", "1/0", ""],
        ),
        (arguments._width, {"4.5": 4.5, "30": 30}, ["4.4", "30.1", "nan", "x"]),
        (arguments._top, {"1": 1, "25": 25, "all": None}, ["0", "-1", "1.0", ""]),
        (
            arguments._cohort,
            {"all": "all", "balanced": "balanced", "2009": 2009},
            ["-1", "some", "2009.0"],
        ),
        (arguments._pair, {"a=b": ("a", "b"), "a=b=c": ("a", "b=c")}, ["a=", "=b", "a", "="]),
        (arguments._column_of, {"a": ("a", "a"), "a=b": ("a", "b")}, ["a=", "=b"]),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_the_text_of_an_option_is_a_value_or_is_refused(
    read: Callable[[str], object], values: dict[str, object], refused: list[str]
) -> None:
    assert {text: read(text) for text in values} == values
    for text in refused:
        with pytest.raises(ArgumentTypeError, match=f"must be .*; got {re.escape(repr(text))}"):
            read(text)


def test_the_list_of_movers_has_ten_countries_each_way_by_default(run: Run) -> None:
    words = ["chart", "movers", "demo", "--start", "2000", "--end", "2009", "-o", "x.svg"]
    assert parser().parse_args(words).top == 10
    assert "10 by default" in " ".join(run("chart", "movers", "--help")[1].split())
