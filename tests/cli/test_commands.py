"""What each command answers, against the library."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
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

Run = Callable[..., tuple[int, str, str]]
OnATerminal = Callable[..., str]


def table(csv: str) -> pd.DataFrame:
    frame = pd.read_csv(StringIO(csv), index_col="country")
    return frame.drop(columns="name", errors="ignore")


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


def test_scores_are_printed_with_their_sum(run: Run, mine: Path) -> None:
    status, out, _ = run("score", mine)
    assert status == 0
    assert out == (
        "country,name,year,prosecution,protection,prevention,overall,source\n"
        "DEU,Germany,2009,5,5,5,15,mine.csv\nNGA,Nigeria,2009,4,5,5,14,mine.csv\n"
    )


def test_rows_are_selected_by_any_name_or_code(run: Run, mine: Path) -> None:
    for name in ("Germany", "DEU", "de"):
        assert run("score", mine, "--country", name)[1].count("\n") == 2
    assert run("score", mine, "--year", 2009)[1].count("\n") == 3
    status, _, err = run("score", mine, "--country", "France")
    assert status == 2
    assert "1 of 1 is not: 'France', which has no row" in err
    status, _, err = run("score", mine, "--country", "Germny")
    assert status == 2
    assert "Germany" in err
    status, _, err = run("score", mine, "--year", 1999)
    assert (status, err) == (2, "policyindex: --year must be a year of the rows; got 1999\n")


def test_bounds_are_added_on_request(run: Run, mine: Path) -> None:
    _, out, _ = run("score", "demo", "--bounds", "--country", "PRK", "--year", "2009")
    header, row = (line.split(",") for line in out.splitlines())
    assert row[header.index("overall_low")] == row[header.index("overall_high")] == "3"
    assert run("score", mine, "--bounds")[0] == 2


def test_a_terminal_shows_a_formatted_table(on_a_terminal: OnATerminal, mine: Path) -> None:
    out = on_a_terminal("score", mine)
    assert out.splitlines()[1].split() == ["Germany", "DEU", "2009", "5", "5", "5", "15"]
    assert "2 country-years, 2 with an overall score. Source: mine.csv." in out


def test_two_blanks_part_the_columns_of_a_table(on_a_terminal: OnATerminal, mine: Path) -> None:
    header, first, second, *_ = on_a_terminal("score", mine).splitlines()
    starts = [header.index(name) for name in ("name", "country", "year", "overall")]
    assert [header[start - 2 : start] for start in starts[1:]] == ["  "] * 3
    assert [line[starts[1] :].split()[0] for line in (first, second)] == ["DEU", "NGA"]
    assert first.index("15") + 2 == len(header)  # numbers end where their header does


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


def test_evidence_is_quoted_counted_and_listed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "evidence.csv"
    path.write_text(
        "coder,country,year,indicator,status,report,page\n"
        "Ama,South Korea,2009,penalty,coded,TIP Report 2010,12\n",
        encoding="utf-8",
    )
    status, out, _ = run("explain", "demo", "KOR", 2009, "--evidence", path)
    assert status == 0
    assert "Evidence of penalty: TIP Report 2010, p. 12; coder Ama." in out
    status, out, _ = run("check", "demo", "--evidence", path)
    assert status == 0
    assert "codings have no evidence that names a source; of the" in out
    for words, name in ((("report",), "r.html"), (("brief",), "b.html")):
        where = ["KOR"] if words == ("brief",) else []
        run(*words, "demo", *where, "--evidence", path, "-o", tmp_path / name)
        assert "TIP Report 2010, p. 12" in (tmp_path / name).read_text(encoding="utf-8")
    status, _, err = run("explain", "demo", "KOR", 2009, "--evidence", tmp_path / "none.csv")
    assert status == 2
    assert "none.csv" in err


def test_evidence_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "evidence.html"
    path.write_text("country,year,indicator,report\nGHA,2009,penalty,Report\n", encoding="utf-8")
    status, _, err = run("report", "demo", "--evidence", path, "-o", path)
    assert status == 2
    assert "is an input file" in err


def test_check_of_sound_data_is_0(run: Run, mine: Path) -> None:
    status, out, _ = run("check", mine)
    assert status == 0
    for line in ("Holds: scores of 3P", "Rows: 2; countries: 2, 2009 to 2009", "Findings: 0"):
        assert line in out
    status, out, _ = run("check", "demo")
    assert status == 0
    bounds = score_bounds(datasets.load_demo())
    undecided = {
        name: int((bounds[f"{name}_low"] < bounds[f"{name}_high"]).sum())
        for name in ("prosecution", "protection", "prevention", "overall")
    }
    assert max(undecided.values()) > 0
    lines = [f"  {name}: {n:,} of {len(bounds):,}" for name, n in undecided.items()]
    heading = "Scores that the missing codings leave undecided:"
    assert "\n".join([heading, *lines]) in out
    assert "SYNTHETIC" in out


def test_check_of_the_published_file_reports_haiti(
    run: Run, real_file: Callable[[str], Path]
) -> None:
    status, out, _ = run("check", real_file("published_3p_2000_2013.dta"))
    assert status == 1
    assert "(1 row, the first HTI 2009)" in out.splitlines()[-1]
    assert "Findings: 2" in out
    assert "Sums: 2,124 rows have all dimensions and an overall score; all add up" in out
    row = next(line.split() for line in out.splitlines() if line.startswith("2000 "))
    assert row[2] == "73"  # complete: rows with all dimensions and their sum


def test_check_lists_every_problem_at_once(run: Run, tmp_path: Path) -> None:
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
        "Findings: 4",
        "  'Atlantis' is not a country: dropped (1 row, the first row 3)",
        "  an overall score is missing: summed (1 row, the first MLI 2009)",
    ):
        assert line in out.splitlines()
    for text in (
        "Sums: 3 rows have all dimensions and an overall score; 1 do not, the first 14 at DEU 2009",
        "  prosecution is not an integer from 1 to 5: set to missing (1 row, the first 9 at FRA ",
        "  an overall score is not the sum of its dimensions: dropped (1 row, the first 14 at DEU",
    ):
        assert f"\n{text}" in out
    assert run("score", path)[:2] == (1, "")  # reading for an answer stops at the first problem


@pytest.mark.parametrize(
    ("columns", "rows", "status", "text"),
    [
        ("pros,prot,prev,p", "Chad,2009,3,3,3,9", 0, "1 rows have all dimensions and an overall"),
        ("pros,prot,prev,p", "Chad,2009,3,3,3,9", 0, "; all add up"),
        ("pros,prot,prev,p", "Chad,2009,3,3,3,", 0, "0 rows have all dimensions and an overall"),
        ("pros,prot,prev", "Chad,2009,3,3,3", 0, "no overall score; 1 rows have all dimensions"),
        ("p", "Chad,2009,9", 0, "Sums: the file has overall scores alone"),
        # A repair without a loss is not a problem: the row is there, once.
        ("p", "Chad,2009,9\nChad,2009,9", 0, "kept once (1 row, the first TCD 2009)"),
        ("p", "Atlantis,2009,9", 1, "Rows: 0; countries: 0\n"),
        ("p", "Atlantis,20x9,9", 1, "Findings: 1\n"),
    ],
)
def test_check_reports_sums_and_fails_after_a_loss(
    run: Run, tmp_path: Path, columns: str, rows: str, status: int, text: str
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"country,year,{columns}\n{rows}\n")
    code, out, err = run("check", path)
    assert (code, err) == (status, "")
    assert text in out


def test_check_drops_wrong_codings_too(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "codings.csv"
    codings = datasets.load_demo().reset_index().astype(object)
    codings.iloc[[0, 3], 2] = 7
    codings.iloc[1, 0] = "Atlantis"
    codings.to_csv(path, index=False)
    status, out, _ = run("check", path)
    assert status == 1
    assert "Scores that the missing codings leave undecided" in out
    assert f"{codings.columns[2]} is not an integer from 0 to " in out
    assert "Findings: 2" in out


def test_real_files_are_scored(run: Run, real_file: Callable[[str], Path], tmp_path: Path) -> None:
    status, _, err = run("score", real_file("published_3p_2000_2013.dta"), "-o", tmp_path / "p.csv")
    assert status == 0
    assert err.startswith("policyindex: note: ")
    assert err.endswith("(1 row, the first HTI 2009)\n")
    assert read_scores(tmp_path / "p.csv")["overall"].notna().sum() == 2124
    status, _, err = run("score", real_file("hti_2001_2011.csv"), "-o", tmp_path / "h.csv")
    assert status == 0
    assert "moved to the year before" in err
    assert len(read_scores(tmp_path / "h.csv")) == 1587


def test_trends_answers_like_the_library(
    run: Run, on_a_terminal: OnATerminal, tmp_path: Path
) -> None:
    scores = score(datasets.load_demo())
    path = tmp_path / "trends.csv"
    words = ["--dimension", "protection", "--cohort", 2000, "--years", 2000, 2008]
    status, out, err = run("trends", "demo", *words, "-o", path)
    assert (status, out) == (0, "")
    assert err.startswith("policyindex: note: The p-values allow for scores that linger")
    assert err.count("\n") == 1
    answer = table(path.read_text())
    expected = table(trends(scores["protection"], cohort=2000, years=(2000, 2008)).to_csv())
    assert answer.pop("source").str.contains("SYNTHETIC").all()
    pd.testing.assert_frame_equal(answer, expected, check_dtype=False, rtol=1e-12, atol=0)
    unit = trends(scores["overall"], cohort="balanced").index[0]
    out = run("trends", "demo", "--cohort", "balanced", "--country", unit)[1]
    assert list(table(out).index) == [unit]
    out = on_a_terminal("trends", "demo")
    assert out.splitlines()[0].split()[-2:] == ["pvalue_adjusted", "direction"]
    directions = trends(scores["overall"])["direction"]
    up, down = (directions == "up").sum(), (directions == "down").sum()
    others = directions.notna().sum() - up - down
    assert f"Trends of overall, 177 countries: {up} up, {down} down, {others} unclear, " in out
    assert "SYNTHETIC" in out


def test_a_balanced_cohort_leaves_thin_years_out_and_says_so(
    run: Run, real_file: Callable[[str], Path]
) -> None:
    path = real_file("published_3p_2000_2013.dta")
    status, out, err = run("trends", path, "--cohort", "balanced")
    assert status == 0
    assert (table(out)["last_year"] == 2013).all()
    assert "note: the cohort leaves out years with fewer scores than a quarter" in err
    assert "2014 (1)" in err


def test_movers_lists_the_countries_and_the_parts_of_the_change(
    run: Run, on_a_terminal: OnATerminal
) -> None:
    series = score(datasets.load_demo())["overall"]
    moved = movers(series, 2003, 2009)
    status, out, err = run("movers", "demo", "--start", 2003, "--end", 2009)
    assert (status, err) == (0, "")
    answer = table(out)
    assert len(answer) == moved.n
    assert answer["change"].is_monotonic_decreasing
    assert answer["change"].gt(0).sum() == len(moved.gained)
    assert (answer["2009"] - answer["2003"]).equals(answer["change"])
    out = on_a_terminal("movers", "demo", "--start", 2003, "--end", 2009)
    parts = decompose(series, start=2003, end=2009)
    assert f"The mean moved by {parts.total:+.2f}: {parts.within:+.2f} within" in out
    assert f"{len(moved.gained)} gained, {len(moved.lost)} lost" in out
    assert f"{parts.entry:+.2f} by entry (n = {parts.n_entrants}), {parts.exit:+.2f} by exit" in out
    assert run("movers", "demo", "--start", 2003)[0] == 2
    assert "start must be a year" in run("movers", "demo", "--start", 1900, "--end", 2009)[2]
    late = series.index.get_level_values("country").difference(series.xs(2003, level="year").index)
    status, _, err = run("movers", "demo", "--start", 2003, "--end", 2009, "--country", late[0])
    assert status == 2
    assert f"a score in both 2003 and 2009; {countries.name(late[0])} lacks one" in err
    two = answer.index[[2, 5]]
    named = ("--country", countries.name(two[0]), "--country", two[1])
    few = table(run("movers", "demo", "--start", 2003, "--end", 2009, *named)[1])
    assert few.equals(answer.loc[two])


def test_trends_of_years_without_a_score_and_too_high_a_minimum_are_refused(run: Run) -> None:
    status, out, err = run("trends", "demo", "--years", 1990, 1995)
    assert (status, out) == (2, "")
    assert "no country of the cohort has a score in these years" in err
    err = run("standings", "demo", "--year", 2009, "--min-weight", 0.4)[2]
    assert "between 0 and 1/3; got 2/5" in err


@pytest.mark.parametrize(
    ("words", "options", "text"),
    [
        ([], {"min_weight": 0}, "Range: any weights, zero included; columns in _tenth: each"),
        (["--min-weight", "1/3"], {"min_weight": Fraction(1, 3)}, "codings are not ranked."),
        (["--weights", "any", "--min-weight", 0.1], {"min_weight": 0.1}, "of at least 0.1."),
        (["--accuracy", 0.9], {"error": coding_error(0.9)}, "coding in ten is one level off;"),
        (["--weights", "equal"], {"bounds": True}, "all possible values of the missing codings."),
        (["--weights", "1,2,1"], {"weights": [1, 2, 1]}, "Ranks by the weighted sum."),
    ],
)
def test_standings_answers_like_the_library(
    run: Run, on_a_terminal: OnATerminal, words: list[object], options: dict[str, Any], text: str
) -> None:
    codings = datasets.load_demo()
    panel = score(codings).drop(columns="overall")
    if "bounds" in options:
        options = {"bounds": score_bounds(codings)}
    if "weights" in options:
        options = {"weights": dict(zip(panel, options["weights"], strict=True))}
    status, out, err = run("standings", "demo", "--year", 2009, *words)
    assert status == 0
    assert err.startswith("policyindex: note: ")
    assert text.removesuffix(".") in err
    answer = table(out).drop(columns="source")
    expected = standings(panel, year=2009, **options)
    pd.testing.assert_frame_equal(answer, expected, check_dtype=False, rtol=1e-12, atol=0)
    out = on_a_terminal("standings", "demo", "--year", 2009, *words, "--country", "Italy")
    header, row = (line.split() for line in out.splitlines()[:2])
    ends = [name for name in expected if name.startswith("rank_")]
    assert header[-len(ends) :] == ends
    assert row[-len(ends) :] == [f"{end:g}" for end in expected.loc["ITA", ends]]
    assert f"Countries ranked in 2009: {expected['rank'].notna().sum()}. " in out
    assert text in out
    if "error" in options:
        low, high = expected.loc["ITA", ["rank_low", "rank_high"]]
        named = f"off, Italy's rank lies between {low:g} and {high:g} (95 % range for one country)."
        assert named in out


def test_a_thin_year_is_answered_with_a_note(run: Run, real_file: Callable[[str], Path]) -> None:
    path = real_file("published_3p_2000_2013.dta")
    note = (
        "policyindex: note: 2014 is a thin year: 1 country has a score, {} in the fullest year\n"
    ).format(read_scores_quietly(path).groupby(level="year").count().max())
    status, out, err = run("standings", path, "--year", 2014)
    assert (status, note in err) == (0, True)
    assert table(out)["rank"].dropna().to_dict() == {"TLS": 1}
    assert "thin" not in run("standings", path, "--year", 2013)[2]
    # Timor-Leste has no score before, so nothing can be compared.
    status, out, err = run("movers", path, "--start", 2013, "--end", 2014)
    assert (status, out) == (2, "")
    assert "no country has a score in both 2013 and 2014" in err


def read_scores_quietly(path: Path) -> pd.Series[float]:
    with pytest.warns(UserWarning, match="HTI 2009"):
        return read_scores(path)["overall"]


def test_movers_into_a_thin_year_have_a_note(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "thin.csv"
    units = ("Mali", "Chad", "Togo", "Benin", "Niger")
    rows = [f"{unit},2008,9" for unit in units] + ["Mali,2009,10"]
    path.write_text("\n".join(["country,year,overall", *rows]))
    status, out, err = run("movers", path, "--start", 2008, "--end", 2009)
    assert (status, out.splitlines()[1]) == (0, "MLI,Mali,9,10,1,thin.csv")
    note = "2009 is a thin year: 1 country has a score, 5 in the fullest year"
    assert err == f"policyindex: note: {note}\n"


def test_the_published_file_is_ranked_and_its_trends_tested(
    run: Run, real_file: Callable[[str], Path]
) -> None:
    path = real_file("published_3p_2000_2013.dta")
    words = ["--year", 2009, "--accuracy", 0.9, "--country", "Nigeria"]
    status, out, _ = run("standings", path, *words)
    assert status == 0
    assert list(table(out).loc["NGA", ["overall", "rank"]]) == [14, 7]
    status, out, _ = run("movers", path, "--start", 2000, "--end", 2009)
    assert status == 0
    assert len(table(out)) == 72
    status, out, _ = run("trends", path, "--country", "Germany")
    assert status == 0
    assert table(out).loc["DEU", "n"] == 14
    _, out, _ = run("trends", path, "--country", "Nigeria", "--persistence", 0)
    exact = run("trends", path, "--country", "Nigeria", "--null", "exchangeable")[1]
    assert table(out).loc["NGA", "pvalue"] == table(exact).loc["NGA", "pvalue"] < 0.002
    for adjust, left in (("discrete", 13), ("bh", 0)):
        _, out, _ = run("trends", path, "--dimension", "prevention", "--adjust", adjust)
        assert (table(out)["pvalue_adjusted"] <= 0.05).sum() == left


def test_trends_state_their_assumption(
    run: Run, on_a_terminal: OnATerminal, tmp_path: Path
) -> None:
    phi = trends(score(datasets.load_demo())["overall"]).attrs["persistence"]["phi"]
    out = on_a_terminal("trends", "demo")
    assert f"linger from year to year (phi = {phi:.2f}, standard error 0." in out
    assert "(phi = 0.50, as stated)" in on_a_terminal("trends", "demo", "--persistence", 0.5)
    out = on_a_terminal("trends", "demo", "--null", "exchangeable")
    assert "assume that a country's years are exchangeable" in out
    path = tmp_path / "few.csv"
    rows = [f"Italy,{2000 + year},{1 + year % 3},3,3" for year in range(8)]
    path.write_text("\n".join(["country,year,pros,prot,prev", *rows, ""]))
    status, out, err = run("trends", path)
    assert status == 0
    assert np.isnan(table(out).loc["ITA", "pvalue"])
    assert "note: persistence cannot be estimated from one country" in err
    status, _, err = run("trends", "demo", "--null", "exchangeable", "--persistence", 0.5)
    assert status == 2
    assert "must not be combined with" in err


def test_overall_scores_alone_are_ranked_without_weights(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "overall.csv"
    path.write_text("country,year,overall\nGermany,2009,15\nNigeria,2009,14\n")
    assert run("score", path)[0] == 0
    status, out, err = run("standings", path, "--year", 2009)
    assert (status, out.splitlines()[1][:18]) == (0, "DEU,Germany,15,1,1")
    assert "other weights need the dimensions" in err
    for words in (["--weights", "any"], ["--weights", "1,2,3"], ["--min-weight", "0.1"]):
        status, out, err = run("standings", path, "--year", 2009, *words)
        assert (status, out) == (1, "")
        assert "prosecution" in err


def test_years_without_scores_are_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "gaps.csv"
    path.write_text(
        "country,year,pros,prot,prev\nItaly,2000,3,3,3\nChad,2001,2,2,2\nChad,2002,,,\n"
    )
    answer = run("movers", path, "--start", 2000, "--end", 2001)
    assert answer == (2, "", "policyindex: no country has a score in both 2000 and 2001\n")
    answer = run("standings", path, "--year", 2002)
    assert answer == (2, "", "policyindex: no country has all its scores in 2002\n")
    status, _, err = run("trends", path, "--cohort", "balanced")
    assert status == 2
    assert err.endswith("narrow the years with --years\n")


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The demo's report with one section, as the library writes it."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    report.write(datasets.load_demo(), path, countries=["NGA"])
    return path.read_text(encoding="utf-8")


def test_report_writes_one_page(
    run: Run, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run("report", "--country", "Nigeria")
    assert (status, err) == (0, "")
    assert out.startswith("report.html: the report on SYNTHETIC demonstration data")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page
    assert 'id="NGA"' in page
    assert 'id="DEU"' not in page
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_a_report_is_whole_or_absent(
    run: Run, mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("report", mine, "--country", "Narnia", "-o", "other.html")[0] == 2
    assert run("report", mine, "-o", "absent/other.html")[0] == 2
    assert [each.name for each in tmp_path.iterdir()] == ["mine.csv"]
    assert run("report", mine, "-o", "mine.html")[0] == 0
    text = (tmp_path / "mine.html").read_text(encoding="utf-8")
    assert run("report", mine, "-o", "-") == (0, text, "")


def test_explore_writes_one_page(
    run: Run, mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run("explore", "--country", "Nigeria", "--year", 2005)
    assert (status, err) == (0, "")
    assert out.startswith("explore.html: choose the weights of SYNTHETIC demonstration data")
    report.explore(datasets.load_demo(), "again.html", country="NGA", year=2005)
    text = (tmp_path / "explore.html").read_text(encoding="utf-8")
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == text
    assert run("explore", mine, "--year", 1066)[0] == 2
    assert run("explore", mine, "-o", "mine.html")[0] == 0
    text = (tmp_path / "mine.html").read_text(encoding="utf-8")
    assert run("explore", mine, "-o", "-") == (0, text, "")


def test_report_takes_the_published_scores(
    run: Run, mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = read_scores(mine, source="Published")
    monkeypatch.setattr(datasets, "fetch_published", lambda: panel)
    path = tmp_path / "report.html"
    status, out, _ = run("report", "--published", "-o", path)
    assert (status, out.split(",")[0]) == (0, f"{path}: the report on Published")
    assert "drop mine.csv" in run("report", "mine.csv", "--published", "-o", path)[2]


def test_brief_writes_one_country(
    run: Run, mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run("brief", mine, "Germany")
    assert (status, err) == (0, "")
    size = (tmp_path / "brief.html").stat().st_size / 1000
    assert out == f"brief.html: the brief on Germany, two sheets of A4, {size:,.0f} KB\n"
    text = (tmp_path / "brief.html").read_text(encoding="utf-8")
    report.brief(read(mine), "DEU", tmp_path / "again.html")
    assert text == (tmp_path / "again.html").read_text(encoding="utf-8")
    assert run("brief", mine, "DEU", "-o", "-") == (0, text, "")


def test_brief_takes_a_year_and_peers(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "nigeria.html"
    words = ["brief", "demo", "Nigeria", "--year", 2005, "--peer", "Ghana", "--peer", "KEN"]
    assert run(*words, "-o", path)[0] == 0
    text = path.read_text(encoding="utf-8")
    assert "in 2005" in text
    assert "Ghana" in text
    assert "Kenya" in text
    assert "Peers in Africa" not in text
    for wrong, message in (
        (["Narnia"], "'Narnia'"),
        (["Nigeria", "--peer", "Nigeria"], "peers must be other countries"),
        (["Nigeria", "--year", 2030], "year must be a year of the scores"),
        (["Nigeria", "-o", "nigeria.pdf"], "must end in .html, .docx; got nigeria.pdf; for a PDF"),
    ):
        status, out, err = run("brief", "demo", *wrong)
        assert (status, out) == (2, "")
        assert message in err
