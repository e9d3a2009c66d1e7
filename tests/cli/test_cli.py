"""The command line, run as a user runs it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from io import StringIO
from pathlib import Path
from shutil import which
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from policyindex import (
    coding_error,
    countries,
    datasets,
    decompose,
    movers,
    read,
    read_scores,
    report,
    score,
    score_bounds,
    standings,
    trends,
)
from policyindex.cli import commands as _commands
from policyindex.cli.charts import KINDS
from policyindex.cli.main import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*words: object) -> tuple[int, str, str]:
        status = main([str(word) for word in words])
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    return command


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text("country,year,pros,prot,prev\nGermany,2009,5,5,5\nNigeria,2009,4,5,5\n")
    return path


def test_the_demo_is_scored_and_says_synthetic(run: Run, tmp_path: Path) -> None:
    status, out, err = run("score")
    assert (status, err) == (0, "")
    assert all("SYNTHETIC" in line for line in out.splitlines()[1:])
    path = tmp_path / "scores.csv"
    assert run("score", "demo", "-o", path) == (0, "", "")
    assert path.read_text() == out
    expected = score(datasets.load_demo())
    again = read_scores(path)
    pd.testing.assert_frame_equal(again, expected)
    assert "SYNTHETIC" in again.attrs["source"]


def test_scores_are_shown_with_their_sum(run: Run, mine: Path) -> None:
    status, out, _ = run("score", mine)
    assert status == 0
    assert out == (
        "country,year,prosecution,protection,prevention,overall,source\n"
        "DEU,2009,5,5,5,15,mine.csv\nNGA,2009,4,5,5,14,mine.csv\n"
    )


def test_rows_are_chosen_by_any_name_or_code(run: Run, mine: Path) -> None:
    for name in ("Germany", "DEU", "de"):
        assert run("score", mine, "--country", name)[1].count("\n") == 2
    assert run("score", mine, "--year", 2009)[1].count("\n") == 3
    status, _, err = run("score", mine, "--country", "France")
    assert status == 2
    assert "1 of 1 is not: 'France', which has no row" in err
    status, _, err = run("score", mine, "--country", "Germny")
    assert status == 2
    assert "Germany" in err
    assert run("score", mine, "--year", 1999)[0] == 2


def test_bounds_are_added_on_request(run: Run, mine: Path) -> None:
    _, out, _ = run("score", "demo", "--bounds", "--country", "PRK", "--year", "2009")
    header, row = (line.split(",") for line in out.splitlines())
    assert row[header.index("overall_low")] == row[header.index("overall_high")] == "3"
    assert run("score", mine, "--bounds")[0] == 2


def test_a_terminal_is_shown_a_table(mine: Path) -> None:
    shown = on_a_terminal("score", mine)
    assert shown.splitlines()[1].split() == ["Germany", "DEU", "2009", "5", "5", "5", "15"]
    assert "2 country-years, 2 with an overall score. Source: mine.csv." in shown


def test_explain_takes_names_and_codes(run: Run) -> None:
    by_name = run("explain", "demo", "South Korea", 2009)
    assert by_name == run("explain", "demo", "KOR", 2009)
    assert by_name[0] == 0
    assert by_name[1].startswith("South Korea, 2009: the overall score is 14 of 15.")
    assert "SYNTHETIC" in by_name[1]


def test_explain_needs_codings_and_a_row(run: Run, mine: Path) -> None:
    status, _, err = run("explain", mine, "Germany", 2009)
    assert status == 2
    assert "explain needs codings" in err
    assert run("explain", "demo", "Germany", 1990)[0] == 2
    assert run("explain", "demo", "Narnia", 2009)[0] == 2


def test_check_of_sound_data_is_0(run: Run, mine: Path) -> None:
    status, out, _ = run("check", mine)
    assert status == 0
    for line in ("Holds: scores of 3P", "Rows: 2; countries: 2, 2009 to 2009", "Findings: 0"):
        assert line in out
    status, out, _ = run("check", "demo")
    assert status == 0
    assert "Scores that the missing codings leave open" in out
    assert "SYNTHETIC" in out


def test_check_of_the_published_file_finds_haiti(
    run: Run, real_file: Callable[[str], Path]
) -> None:
    status, out, _ = run("check", real_file("published_3p_2000_2013.dta"))
    assert status == 1
    assert "an overall score lacks a part: set to missing (1 rows, the first HTI 2009)" in out
    assert "Sums: 2,124 rows have all parts and an overall score; all add up" in out
    row = next(line.split() for line in out.splitlines() if line.startswith("2000 "))
    assert row[2] == "73"  # complete: the ones with all parts and their sum


def test_check_tells_all_that_is_wrong_at_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(
        "country,year,pros,prot,prev,overall\nGermany,2009,5,5,5,14\nFrance,2009,9,4,4,\n"
        "Atlantis,2009,1,1,1,3\nChad,2009,3,3,3,9\nMali,2009,3,3,3,\nMali,2011,3,3,3,9\n"
    )
    status, out, err = run("check", path)
    assert (status, err) == (1, "")
    for line in (
        "Rows: 4; countries: 3, 2009 to 2011",
        "  Mali: 2010",
        "Sums: 3 rows have all parts and an overall score; 1 do not, the first 14 at DEU 2009 "
        "whose parts sum to 15",
        "Findings: 4",
        "  no country is known as 'Atlantis': left out (1 rows, the first row 3)",
        "  prosecution is no integer from 1 to 5: set to missing (1 rows, the first 9 at FRA 2009)",
        "  an overall score is not the sum of its parts: left out (1 rows, the first 14 at DEU "
        "2009 whose parts sum to 15)",
        "  an overall score is absent: summed (1 rows, the first MLI 2009)",
    ):
        assert line in out.splitlines()
    assert run("score", path)[:2] == (1, "")  # whoever reads it for an answer is stopped


@pytest.mark.parametrize(
    ("columns", "rows", "status", "told"),
    [
        ("pros,prot,prev,p", "Chad,2009,3,3,3,9", 0, "1 rows have all parts and an overall score;"),
        ("pros,prot,prev,p", "Chad,2009,3,3,3,9", 0, "; all add up"),
        ("pros,prot,prev,p", "Chad,2009,3,3,3,", 0, "0 rows have all parts and an overall score;"),
        ("pros,prot,prev", "Chad,2009,3,3,3", 0, "has no overall score; 1 rows have all parts"),
        ("p", "Chad,2009,9", 0, "Sums: the file has overall scores alone"),
        # What is only repaired is no problem: the row is there, once.
        ("p", "Chad,2009,9\nChad,2009,9", 0, "kept once (1 rows, the first TCD 2009)"),
        ("p", "Atlantis,2009,9", 1, "Rows: 0; countries: 0\n"),
        ("p", "Atlantis,20x9,9", 1, "Findings: 1\n"),
    ],
)
def test_check_tells_of_sums_and_fails_when_something_is_lost(
    run: Run, tmp_path: Path, columns: str, rows: str, status: int, told: str
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"country,year,{columns}\n{rows}\n")
    found, out, err = run("check", path)
    assert (found, err) == (status, "")
    assert told in out


def test_check_sets_codings_aside_as_well(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "codings.csv"
    table = datasets.load_demo().reset_index().astype(object)
    table.iloc[[0, 3], 2] = 7
    table.iloc[1, 0] = "Atlantis"
    table.to_csv(path, index=False)
    status, out, _ = run("check", path)
    assert status == 1
    assert "Scores that the missing codings leave open" in out
    assert f"{table.columns[2]} is no integer from 0 to " in out
    assert "Findings: 2" in out


def test_real_files_are_scored(run: Run, real_file: Callable[[str], Path], tmp_path: Path) -> None:
    status, _, err = run("score", real_file("published_3p_2000_2013.dta"), "-o", tmp_path / "p.csv")
    assert status == 0
    assert "note: an overall score lacks a part" in err
    assert read_scores(tmp_path / "p.csv")["overall"].notna().sum() == 2124
    status, _, err = run("score", real_file("hti_2001_2011.csv"), "-o", tmp_path / "h.csv")
    assert status == 0
    assert "moved to the year before" in err
    assert len(read_scores(tmp_path / "h.csv")) == 1587


def table(shown: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(shown), index_col="country")


def on_a_terminal(*words: object) -> str:
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "policyindex", *map(str, words)]
    with subprocess.Popen(command, stdout=follower) as process:
        os.close(follower)
        parts = []
        try:
            while part := os.read(leader, 10_000):
                parts.append(part)
        except OSError:  # the other end has been closed
            pass
        assert process.wait() == 0
    os.close(leader)
    return b"".join(parts).decode().replace("\r\n", "\n")


def test_trend_answers_as_the_library_does(run: Run, tmp_path: Path) -> None:
    scores = score(datasets.load_demo())
    path = tmp_path / "trends.csv"
    words = ["--dimension", "protection", "--cohort", 2000, "--years", 2000, 2008]
    assert run("trend", "demo", *words, "-o", path) == (0, "", "")
    found = table(path.read_text())
    expected = table(trends(scores["protection"], cohort=2000, years=(2000, 2008)).to_csv())
    assert found.pop("source").str.contains("SYNTHETIC").all()
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-12, atol=0)
    whole = trends(scores["overall"], cohort="balanced").index[0]
    chosen = run("trend", "demo", "--cohort", "balanced", "--country", whole)[1]
    assert list(table(chosen).index) == [whole]
    shown = on_a_terminal("trend", "demo")
    assert shown.splitlines()[0].split()[-2:] == ["pvalue_adjusted", "direction"]
    up = (trends(scores["overall"])["direction"] == "up").sum()
    assert f"Trends of overall, 177 countries: {up} up, " in shown
    assert "SYNTHETIC" in shown


def test_change_lists_the_movers_and_what_moved_the_mean(run: Run) -> None:
    series = score(datasets.load_demo())["overall"]
    moved = movers(series, start=2003, end=2009)
    status, out, err = run("change", "demo", "--start", 2003, "--end", 2009)
    assert (status, err) == (0, "")
    found = table(out)
    assert len(found) == moved.n
    assert found["change"].is_monotonic_decreasing
    assert found["change"].gt(0).sum() == len(moved.gained)
    assert (found["2009"] - found["2003"]).equals(found["change"])
    shown = on_a_terminal("change", "demo", "--start", 2003, "--end", 2009)
    parts = decompose(series, start=2003, end=2009)
    assert f"The mean moved by {parts.total:+.2f}: {parts.within:+.2f} within" in shown
    assert f"{len(moved.gained)} gained, {len(moved.lost)} lost" in shown
    assert run("change", "demo", "--start", 2003)[0] == 2
    assert "start must be a year" in run("change", "demo", "--start", 1900, "--end", 2009)[2]
    late = series.index.get_level_values("country").difference(series.xs(2003, level="year").index)
    told = f"a score in both 2003 and 2009; {countries.name(late[0])} has not"
    chosen = run("change", "demo", "--start", 2003, "--end", 2009, "--country", late[0])
    assert (chosen[0], told in chosen[2]) == (2, True)


def test_a_trend_of_years_without_a_score_and_too_high_a_minimum_are_refused(run: Run) -> None:
    status, out, err = run("trend", "demo", "--years", 1990, 1995)
    assert (status, out) == (2, "")
    assert "no country of the cohort has a score in the years asked for" in err
    assert (
        "between 0 and 1/3; got 2/5" in run("rank", "demo", "--year", 2009, "--min-weight", 0.4)[2]
    )


@pytest.mark.parametrize(
    ("words", "options", "told"),
    [
        ([], {"min_weight": 0}, "over all weights of at least 0."),
        (
            ["--min-weight", "1/3"],
            {"min_weight": Fraction(1, 3)},
            "have no rank and count for none.",
        ),
        (["--weights", "any", "--min-weight", 0.1], {"min_weight": 0.1}, "of at least 0.1."),
        (["--error", 0.9], {"error": coding_error(0.9)}, "right with chance 0.9."),
        (["--weights", "equal"], {"bounds": True}, "the missing codings may be, among all"),
        (["--weights", "1,2,1"], {"weights": [1, 2, 1]}, "Ranks by the weighted sum."),
    ],
)
def test_rank_prints_the_standings(
    run: Run, words: list[object], options: dict[str, Any], told: str
) -> None:
    codings = datasets.load_demo()
    panel = score(codings).drop(columns="overall")
    if "bounds" in options:
        options = {"bounds": score_bounds(codings)}
    if "weights" in options:
        options = {"weights": dict(zip(panel, options["weights"], strict=True))}
    status, out, err = run("rank", "demo", "--year", 2009, *words)
    assert (status, err) == (0, "")
    found = table(out).drop(columns="source")
    expected = standings(panel, year=2009, **options)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-12, atol=0)
    shown = on_a_terminal("rank", "demo", "--year", 2009, *words, "--country", "Italy")
    low, high = expected.loc["ITA", ["rank_low", "rank_high"]]
    assert shown.splitlines()[1].split()[-1] == (f"{low:g}" if low == high else f"{low:g}-{high:g}")
    assert f"Countries ranked in 2009: {expected['rank'].notna().sum()}. " in shown
    assert told in shown


def test_the_published_file_is_ranked_and_its_trends_tested(
    run: Run, real_file: Callable[[str], Path]
) -> None:
    path = real_file("published_3p_2000_2013.dta")
    status, out, _ = run("rank", path, "--year", 2009, "--error", 0.9, "--country", "Nigeria")
    assert status == 0
    assert table(out).loc["NGA", ["overall", "rank"]].to_list() == [14, 7]
    status, out, _ = run("change", path, "--start", 2000, "--end", 2009)
    assert status == 0
    assert len(table(out)) == 72
    status, out, _ = run("trend", path, "--country", "Germany")
    assert status == 0
    assert table(out).loc["DEU", "n"] == 14


WORDS = {
    "trend": ["--country", "Italy", "--country", "KOR", "--mean", "region", "--band", "sd"],
    "small-multiples": ["--country", "Italy", "--country", "KOR", "--baseline", "entry"],
    "profile": ["--country", "Nigeria"],
    "heatmap": ["--dimension", "protection"],
    "change": ["--start", 2000, "--end", 2009],
    "ranking": ["--year", 2009, "--error", 0.9],
    "means": [],
    "decomposition": ["--dimension", "protection", "--start", 2003],
    "event-study": [],
    "transitions": ["--dimension", "protection"],
    "world": ["--year", 2009],
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_chart_is_drawn_to_a_file(run: Run, kind: str, tmp_path: Path) -> None:
    events, path = tmp_path / "events.csv", tmp_path / "chart.svg"
    events.write_text("country,law,hotline\nItaly,2003,2004\nNigeria,2005,\nSouth Korea,2004,\n")
    words = [*WORDS[kind]]
    if "event" in KINDS[kind].options.split():
        words += ["--events", events, "--event", "law"]
    status, out, err = run("chart", kind, "demo", *words, "-o", path)
    assert (status, err) == (0, "")
    assert out == f"{path}: {kind} of SYNTHETIC demonstration data of policyindex\n"
    assert path.read_bytes().startswith(b"<?xml")
    plt.close("all")  # as the end of the command does
    for option in KINDS[kind].options.split():
        if option.isupper():
            flag = f"--{option.lower()}"
            given = [*words, "-o", path]
            while flag in given:
                del given[given.index(flag) : given.index(flag) + 2]
            assert f"required: {flag}" in run("chart", kind, "demo", *given)[2]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["world", "demo", "--year", 2009, "-o", "x.gif"], "must end on one of .png, .svg, .pdf"),
        (["world", "demo", "--year", 2009, "-o", "absent/x.png"], "absent"),
        (["world", "demo", "--year", 1999, "-o", "x.png"], "2000"),
        (["trend", "demo", "--country", "Narnia", "-o", "x.png"], "'Narnia'"),
        (["profile", "demo", "--country", "DE", "--country", "IT", "-o", "x.png"], "one country"),
        (["heatmap", "demo", "--dimension", "hope", "-o", "x.png"], "must be one of prosecution"),
        (["trend", "demo", "--country", "DE", "--event", "law", "-o", "x.png"], "--events gives"),
        (["heatmap", "demo"], "required: -o"),
        (["heatmap", "demo", "--year", 2009, "-o", "x.png"], "unrecognized arguments: --year"),
    ],
)
def test_mistakes_leave_no_chart(
    run: Run, words: list[object], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run("chart", *words)
    assert (status, out) == (2, "")
    assert told in err
    assert list(tmp_path.iterdir()) == []


def test_the_column_of_events_must_be_named_where_there_are_several(
    run: Run, tmp_path: Path
) -> None:
    events, path = tmp_path / "events.csv", tmp_path / "chart.png"
    words = ["chart", "event-study", "demo", "--events", events, "-o", path]
    events.write_text("country,law,hotline\nItaly,2003,2004\n")
    assert "must say which column" in (told := run(*words)[2])
    assert "one of law, hotline" in told
    events.write_text("country,region,law\nItaly,south,2003\n")
    assert run(*words, "--event", "law")[0] == 0


def test_report_writes_one_page(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run("report", "--country", "Nigeria")
    assert (status, err) == (0, "")
    assert out.startswith("report.html: the report on SYNTHETIC demonstration data")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'id="NGA"' in page
    assert 'id="DEU"' not in page
    expected = tmp_path / "expected.html"
    report.write(datasets.load_demo(), expected, countries=["NGA"])
    assert expected.read_text(encoding="utf-8") == page
    assert run("report", "--country", "Narnia", "-o", "other.html")[0] == 2
    assert run("report", "-o", "absent/other.html")[0] == 2
    assert sorted(each.name for each in tmp_path.iterdir()) == ["expected.html", "report.html"]


def test_report_takes_the_published_scores(
    run: Run, mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets, "fetch_published", lambda: read(mine, source="Published"))
    path = tmp_path / "report.html"
    status, out, _ = run("report", "--published", "-o", path)
    assert (status, out.split(",")[0]) == (0, f"{path}: the report on Published")
    assert "leave mine.csv out" in run("report", "mine.csv", "--published", "-o", path)[2]


def test_a_slow_report_tells_a_terminal_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _commands._progress() is None
    now = iter([0.0, 0.5, 1.5, 2.5])
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(_commands.time, "monotonic", lambda: next(now))
    tell = _commands._progress()
    assert tell is not None
    for done in (1, 2, 3):
        tell(done, 3)
    assert capsys.readouterr().err == "\r2 of 3 countries\r3 of 3 countries\n"


def test_a_file_is_never_replaced_by_its_answer(run: Run, mine: Path, tmp_path: Path) -> None:
    before = mine.read_bytes()
    (tmp_path / "link.csv").symlink_to(mine)
    for output in (mine, tmp_path / "link.csv", f"{tmp_path}/./mine.csv"):
        status, out, err = run("score", mine, "-o", output)
        assert (status, out) == (2, "")
        assert "is a file to be read; give the answer a name of its own" in err
    assert mine.read_bytes() == before


def test_a_file_of_events_is_never_replaced_by_its_chart(run: Run, tmp_path: Path) -> None:
    events = tmp_path / "events.png"
    events.write_text("country,law\nItaly,2003\n")
    before = events.read_bytes()
    for output in (events, f"{tmp_path}/./events.png"):
        told = run("chart", "event-study", "demo", "--events", events, "-o", output)
        assert told[:2] == (2, "")
        assert "is a file to be read; give the answer a name of its own" in told[2]
    assert events.read_bytes() == before


def test_no_file_is_the_demo_whatever_the_folder_holds(
    run: Run, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(mine.parent)
    mine.rename("demo")
    assert "SYNTHETIC" in run("score")[1]
    assert run("score", "demo")[1].splitlines()[1] == "DEU,2009,5,5,5,15,demo"


def test_a_file_of_overall_scores_alone_is_not_ranked_by_weights(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "overall.csv"
    path.write_text("country,year,overall\nGermany,2009,15\nNigeria,2009,14\n")
    assert run("score", path)[0] == 0
    status, out, err = run("rank", path, "--year", 2009)
    assert (status, out) == (1, "")
    assert "1 or more columns of dimensions" in err


def test_years_without_scores_are_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "gaps.csv"
    path.write_text(
        "country,year,pros,prot,prev\nItaly,2000,3,3,3\nChad,2001,2,2,2\nChad,2002,,,\n"
    )
    told = run("change", path, "--start", 2000, "--end", 2001)
    assert told == (2, "", "policyindex: no country has a score in both 2000 and 2001\n")
    told = run("rank", path, "--year", 2002)
    assert told == (2, "", "policyindex: no country has all its scores in 2002\n")
    told = run("trend", path, "--cohort", "balanced")
    assert told[0] == 2
    assert told[2].endswith("narrow the years with --years\n")


def test_each_command_has_examples_of_its_own(run: Run) -> None:
    shown = run("trend", "--help")[1]
    assert "policyindex trend published.dta" in shown
    assert "policyindex score" not in shown
    assert "policyindex chart world" in run("chart", "world", "--help")[1]


def test_unknown_countries_stop_the_reading_unless_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("country,year,pros,prot,prev\nAtlantis,2009,5,5,5\nNigeria,2009,4,5,5\n")
    status, out, err = run("score", path)
    assert (status, out) == (1, "")
    assert "Atlantis" in err
    status, out, err = run("score", path, "--drop-unmatched")
    assert status == 0
    assert "Atlantis" in err
    assert out.count("\n") == 2
    status, out, _ = run("check", path)
    assert status == 1
    assert "no country is known as 'Atlantis'" in out
    assert run("check", path, "--drop-unmatched")[0] == 2  # it would change nothing


def test_columns_can_be_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("code;x;y;z\nAUS;5;4;5\n")
    named = ["--country-column", "code", "--kind", "cowc", "--file-year", "2009"]
    columns = ["--column", "prosecution=x", "--column", "protection=y", "--column", "prevention=z"]
    status, out, _ = run("score", path, *named, *columns, "--source", "test")
    assert status == 0
    assert out.splitlines()[1] == "AUT,2009,5,4,5,14,test"


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [
        (
            "country,year,p\nMali,2009,9\n",
            ["--column", "p=overall"],
            "--column must give each name",
        ),
        ("country,year,p\nMali,2009,9\n", ["--column", "q=p"], "--column must be for "),
        ("country,year,p\nMali,2009,9\n", ["--sheet", "0"], "--sheet must be for a file of Excel"),
        ("country,year,x\nMali,2009,9\n", [], "--column NAME=COLUMN, and leave"),
        ("country,year,p,total\nMali,2009,9,8\n", [], "which with --column overall=COLUMN\n"),
        ("country,year,p,yr\nMali,2009,9,8\n", [], "which with --year-column or --file-year\n"),
        ("who,year,p\nMali,2009,9\n", [], "with --country-column, and its kind of code with --k"),
        ("country,year,p\n466,2009,9\n", [], "pass --kind numeric (ISO 3166) or --kind cow"),
    ],
)
def test_advice_on_reading_is_in_words_of_the_command(
    run: Run, tmp_path: Path, text: str, words: list[str], told: str
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(text)
    status, out, err = run("score", path, *words)
    assert (status > 0, out) == (True, "")
    assert told in err
    assert not re.search(r"\b(columns|country|kind|year|sheet|holds|unmatched)=", err)


def test_a_file_of_both_says_how_to_read_its_scores(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "both.csv"
    both = datasets.load_demo().loc[["SWE"]]
    both.join(score(both)).to_csv(path)
    told = "its codings were read; ask for the others with --holds scores"
    assert told in run("score", path)[2]
    status, out, _ = run("check", path)
    assert (status, "Holds: codings" in out, told in out) == (0, True, True)
    asked = run("check", path, "--holds", "scores")
    assert (asked[0], "Holds: scores" in asked[1], "Findings: 0" in asked[1]) == (0, True, True)


def test_scores_asked_of_the_human_trafficking_indicators_are_refused(
    run: Run, real_file: Callable[[str], Path]
) -> None:
    status, _, err = run("score", real_file("hti_2001_2011.csv"), "--holds", "scores")
    assert (status, err.endswith("Human Trafficking Indicators; leave --holds away\n")) == (1, True)


def test_report_years_are_kept_or_moved(run: Run, real_file: Callable[[str], Path]) -> None:
    path = real_file("hti_2001_2011.csv")
    assert "2000 to 2010" in run("check", path)[1]
    assert "2001 to 2011" in run("check", path, "--no-report-years")[1]


def test_check_fails_where_columns_of_countries_contradict_each_other(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "two.csv"
    path.write_text("Country,ISO3,year,p\nFrance,FIN,2009,9\n")
    status, out, _ = run("check", path)
    assert status == 1
    assert (
        "Country names another country than ISO3: ISO3 was followed; choose with --country-" in out
    )
    assert run("check", path, "--country-column", "Country")[0] == 0


def test_sheets_are_told_and_chosen_by_name_or_place(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path) as book:
        for sheet, unit in (("2008", "Mali"), ("2009", "Chad")):
            table = pd.DataFrame({"country": [unit], "year": [int(sheet)], "p": [9]})
            table.to_excel(book, sheet_name=sheet, index=False)
    status, out, _ = run("check", path)
    told = "other sheets hold tables too: 2009: 2008 was read; choose with --sheet"
    assert (status, told in out) == (1, True)
    assert told in run("score", path)[2]
    for sheet in ("2009", "1"):
        status, out, err = run("score", path, "--sheet", sheet)
        assert (status, out.splitlines()[1][:8], err) == (0, "TCD,2009", "")
    assert run("check", path, "--sheet", "2008")[0] == 0
    assert "one of 2008, 2009, or a place from 0 to 1" in run("score", path, "--sheet", "2")[2]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("country,law,word\nMali,2009,x\n", "name the columns of years with --event COLUMN\n"),
        ("country\nMali\n", "name those of years with --event COLUMN\n"),
        (
            "country,iso3,law\nSweden,NOR,2009\n",
            "policyindex: note: laws.csv: country names another country than iso3: iso3 was "
            "followed; choose with --country-column (1 rows, the first Sweden against NOR)\n",
        ),
    ],
)
def test_files_of_events_are_told_of_in_words_of_the_command(
    run: Run, tmp_path: Path, text: str, told: str
) -> None:
    laws = tmp_path / "laws.csv"
    laws.write_text(text)
    chart = ["chart", "event-study", "demo", "-o", tmp_path / "x.svg", "--events", laws]
    assert run(*chart)[2].endswith(told)


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["score", "absent.csv"], 2, "absent.csv: No such file"),
        (["score", "."], 2, "Is a directory"),
        (["score", "--country"], 2, "expected one argument"),
        (["score", "demo", "--column", "x"], 2, "must be NAME=COLUMN"),
        (["score", "demo", "-o", "absent/out.csv"], 2, "policyindex: absent/out.csv: No such"),
        (["rank", "demo"], 2, "--year"),
        (["rank", "demo", "--year", "2009", "--weights", "1,2"], 2, "or 3 numbers with commas"),
        (["rank", "demo", "--year", "2009", "--min-weight", "0.5"], 2, "between 0 and 1/3"),
        (["rank", "demo", "--year", "2009", "--error", "2"], 2, "a number from 0 to 1"),
        (["rank", "demo", "--year", "2009", "--error", ".9", "--min-weight", "0"], 2, "leave --w"),
        (["rank", "demo", "--year", "2009", "--weights", "equal", "--min-weight", "0"], 2, "leave"),
        (["rank", "demo", "--year", "1999"], 2, "must be a year of the scores (2000 to 2009)"),
        (["trend", "demo", "--cohort", "some"], 2, "must be all, balanced or a year"),
        (["trend", "demo", "--dimension", "hope"], 2, "must be one of prosecution"),
        (["dance"], 2, "invalid choice"),
        ([], 2, "COMMAND"),
        (["change", "demo", "--start", "2009", "--end", "2000"], 2, "--start must be before --end"),
        (["score", "demo", "-o", "x.xlsx"], 2, "the name of this file must end on .csv"),
        (["report", "-o", "x.pdf"], 2, "the name of this file must end on .html"),
        (["rank", "demo", "--year", "2009", "--min-weight", "some"], 2, "such as 0.1 or 1/3"),
        (["score", "--sheet", "x"], 2, "--sheet must be for a file; give one, or leave that out"),
        (["score", "demo", "--kind", "cow", "--file-year", "0"], 2, "--kind and --file-year must"),
        (["check", "demo", "--column", "p=x"], 2, "--column must be for a file"),
        (["report", "--published", "--no-report-years"], 2, "--report-years must be for a file"),
    ],
)
def test_mistakes_are_told_in_a_line_without_a_traceback(
    run: Run, words: list[str], status: int, told: str
) -> None:
    found, out, err = run(*words)
    assert (found, out) == (status, "")
    assert told in err
    assert "Traceback" not in err


def test_a_refused_file_leaves_the_output_as_it_was(run: Run, tmp_path: Path) -> None:
    bad, out = tmp_path / "bad.csv", tmp_path / "out.csv"
    bad.write_text("country,year,pros,prot,prev\nGermany,2009,9,5,5\n")
    out.write_text("precious")
    status, _, err = run("score", bad, "-o", out)
    assert status == 1
    assert "prosecution must be an integer from 1 to 5" in err
    assert out.read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv", "out.csv"]


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


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_shell_is_told_how_to_complete(
    run: Run, shell: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    status, script, _ = run("--print-completion", shell)
    assert status == 0
    if path := which(shell):
        (tmp_path / "script").write_text(script)
        subprocess.run([path, "-n", tmp_path / "script"], check=True)
    assert "--min-weight" in script
    monkeypatch.setitem(sys.modules, "shtab", None)
    status, _, err = run("--print-completion", shell)
    assert (status, "policyindex[completion]" in err) == (2, True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("words", [["score"], ["explain", "demo", "Italy", "2009"]])
def test_a_full_disk_behind_the_output_is_told_in_a_line(words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "policyindex", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, "policyindex: output: No space left on device\n")


def test_want_of_memory_is_told_in_a_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise MemoryError

    monkeypatch.setattr(datasets, "load_demo", fail)
    assert run("score") == (2, "", "policyindex: there is not enough memory for this\n")


@pytest.mark.parametrize("words", ["score", "--print-completion bash", "score --help"])
def test_a_closed_pipe_is_no_error(words: str) -> None:
    if "completion" in words:
        pytest.importorskip("shtab")
    shown = subprocess.run(
        f"({sys.executable} -m policyindex {words}; echo $? >&2) | true",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stderr == "0\n"
