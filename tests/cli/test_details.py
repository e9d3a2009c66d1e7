"""Details of commands: what must be named, exit statuses, and how numbers are printed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from policyindex import datasets, score, trends
from policyindex.cli.arguments import parser
from policyindex.cli.coding import _years
from policyindex.cli.main import main
from policyindex.cli.running import _whole

Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        (["template", "--country", "NGA", "-o", "x.xlsx"], "--coder"),
        (["release", "demo", "-o", "folder"], "--release"),
    ],
)
def test_a_command_names_the_option_that_it_lacks(run: Run, words: list[str], absent: str) -> None:
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert "required" in err
    assert absent in err


def test_the_years_of_a_template_follow_the_last_that_was_coded() -> None:
    options = parser().parse_args(
        ["template", "--coder", "Ama", "--country", "NGA", "-o", "x.xlsx"]
    )
    previous = datasets.load_demo().loc[["NGA"]]
    last = int(previous.index.get_level_values("year").max())
    assert _years(options, previous) == [last + 1]
    options.year = [2015, 2013]
    assert _years(options, previous) == [2015, 2013]


def test_main_takes_the_words_of_the_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["policyindex", "--version"])
    assert main() == 0
    assert capsys.readouterr().out.strip()
    assert main(["--version"]) == 0


def test_faults_of_the_data_and_of_the_command_have_their_status(run: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("country,year,pros,prot,prev\nGermany,2009,5,5,9\n", encoding="utf-8")
    assert run("score", wrong)[0] == 1
    assert run("score", "demo", "--country", "Atlantis")[0] == 2
    assert run("score", tmp_path / "absent.csv")[0] == 2
    assert run("movers", "demo", "--start", 2009, "--end", 2003)[0] == 2


def test_columns_of_integers_are_printed_without_a_point() -> None:
    table = pd.DataFrame({"n": [1.0, None], "share": [0.5, 1.0], "text": ["1.0", "2"]})
    printed = _whole(table)
    assert [str(each) for each in printed.dtypes][:2] == ["Int64", "float64"]
    assert printed["text"].tolist() == ["1.0", "2"]


def test_trends_count_the_countries_without_a_direction(
    on_a_terminal: Callable[..., str],
) -> None:
    directions = trends(score(datasets.load_demo())["overall"])["direction"]
    counts = directions.value_counts()
    out = " ".join(on_a_terminal("trends", "demo").split())
    up, down, unclear = (int(counts.get(sign, 0)) for sign in ("up", "down", "unclear"))
    assert f"{up} up, {down} down, {unclear} unclear, {directions.isna().sum()} with" in out


@pytest.mark.parametrize(("text", "top"), [("all", None), ("1", 1), ("25", 25)])
def test_all_rows_or_the_first_may_be_drawn(text: str, top: int | None) -> None:
    years = ["--start", "2000", "--end", "2009"]
    words = ["chart", "movers", "demo", *years, "--top", text, "-o", "x.svg"]
    assert parser().parse_args(words).top == top
