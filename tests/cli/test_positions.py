"""The command latent: its tables, their notes, refusals, progress and an interrupt."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import policyindex as pi
from builders import measured
from policyindex import latent
from policyindex.cli import fitting
from policyindex.cli.arguments import LATENT_TABLES

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    levels, _ = measured(20, 6, seed=0, persistence=0.8)
    codes = pi.countries.table().index[:20]
    levels.index = levels.index.set_levels(codes, level="country")
    levels.loc[(codes[0], 2003), "protection"] = np.nan
    return levels.assign(overall=levels.sum(axis=1, skipna=False))


@pytest.fixture(scope="module")
def fitted(panel: pd.DataFrame) -> latent.Fit:
    return latent.fit(panel, model="dynamic")


@pytest.fixture
def file(panel: pd.DataFrame, tmp_path: Path) -> Path:
    path = tmp_path / "scores.csv"
    panel.rename(
        columns={"prosecution": "pros", "protection": "prot", "prevention": "prev"}
    ).to_csv(path)
    return path


def frame(out: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(out))


def test_scores_are_those_of_the_library(run: Run, file: Path, fitted: latent.Fit) -> None:
    status, out, err = run("latent", file)
    assert status == 0
    table = frame(out).set_index(["country", "year"])
    pd.testing.assert_frame_equal(table[list(fitted.scores)], fitted.scores, check_names=False)
    assert "A latent score is not the index. It smooths real jumps; the largest are listed." in err
    assert "The largest: " in err
    assert "--table jumps lists 10" in err
    some = frame(run("latent", file, "--country", table.index[0][0], "--year", 2001)[1])
    assert some["year"].tolist() == [2001]


WORDS: dict[str, list[object]] = {
    "items": [],
    "jumps": [],
    "ranks": ["--year", 2004],
    "leads": ["--year", 2004, "--country", 0, "--country", 1],
    "improved": ["--start", 2000, "--end", 2005],
    "drift": ["--item", "protection", "--since", 2003],
    "predict": [],
    "check": ["--folds", 2],
}


def _expected(
    table: str, panel: pd.DataFrame, fitted: latent.Fit, codes: list[str]
) -> tuple[str, Any]:
    """Return a column of a table, and its numbers."""
    if table == "items":
        return "discrimination", fitted.items["discrimination"]
    if table == "jumps":
        return "change_expected", fitted.jumps["change_expected"]
    if table == "ranks":
        return "rank_mean", latent.ranks(fitted, 2004)["rank_mean"].sort_values()
    if table == "leads":
        pairs = codes[:2], codes[1::-1]
        return "p_ahead", [latent.leads(fitted, one, two, 2004) for one, two in pairs]
    if table == "improved":
        return "change_mean", -np.sort(-latent.improved(fitted, 2000, 2005)["change_mean"])
    if table == "drift":
        return "shift", [latent.drift(panel, "protection", 2003).shift]
    if table == "predict":
        return "p_3", latent.predict(fitted)[3]
    return "log_loss", latent.held_out(panel, folds=2)["log_loss"]


@pytest.mark.slow
@pytest.mark.parametrize("table", WORDS)
def test_each_table_is_that_of_the_library(
    run: Run, file: Path, panel: pd.DataFrame, fitted: latent.Fit, table: str
) -> None:
    codes = list(panel.index.unique("country"))
    words = [codes[int(str(each))] if each in (0, 1) else each for each in WORDS[table]]
    status, out, err = run("latent", file, "--table", table, *words)
    assert status == 0, err
    answer = frame(out)
    column, expected = _expected(table, panel, fitted, codes)
    np.testing.assert_allclose(answer[column], expected, rtol=1e-9)
    said = "A latent score is not the index" in err
    assert said or table == "check"


def test_every_table_is_tried_here() -> None:
    assert {*WORDS, "scores", "dimensions"} == {*LATENT_TABLES}


@pytest.mark.parametrize("table", ["check", "drift"])
def test_the_years_of_a_table_are_those_of_its_panel(
    run: Run, file: Path, panel: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    def held_out(given: pd.DataFrame, *, folds: int, **_: object) -> pd.DataFrame:
        years.append({*given.index.get_level_values("year")})
        row = {"log_loss": folds, "exact": 0.5, "within_one": 1.0, "n": 3}
        return pd.DataFrame(row, index=pd.Index(["static"], name="method"))

    def drift(given: pd.DataFrame, *_: object, **__: object) -> latent.Drift:
        years.append({*given.index.get_level_values("year")})
        return answer

    answer = latent.drift(panel, "protection", 2003)
    monkeypatch.setattr(latent, "held_out", held_out)
    monkeypatch.setattr(latent, "drift", drift)
    years: list[set[int]] = []
    words = ["--item", "protection", "--since", 2003] if table == "drift" else ["--model", "static"]
    for span in ([], ["--years", 2001, 2004], ["--years", 2003, 2003]):
        assert run("latent", file, "--table", table, *words, *span)[0] == 0
    assert years == [{*range(2000, 2006)}, {*range(2001, 2005)}, {2003}]
    if table == "check":
        assert frame(run("latent", file, "--table", table, *words)[1])["log_loss"].tolist() == [10]


def test_a_rise_has_a_probability_of_97_5_percent_or_more(
    run: Run, file: Path, panel: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = pd.DataFrame(
        {"change_mean": range(5), "p_improved": [0.975, 0.974, 1.0, 0.025, 0.026]},
        index=panel.index.unique("country")[:5],
    )
    monkeypatch.setattr(latent, "improved", lambda *_: table)
    words = ["--table", "improved", "--start", 2000, "--end", 2005, "--model", "static"]
    assert "of 5 countries 2 rose and 1 fell with a probability" in run("latent", file, *words)[2]


@pytest.mark.slow
def test_a_correlated_model_has_scores_of_dimensions(run: Run, file: Path) -> None:
    words = ["--model", "correlated", "--year", 2003]
    status, out, err = run("latent", file, "--table", "dimensions", *words)
    assert status == 0, err
    assert set(frame(out)["dimension"]) == {"prosecution", "protection", "prevention"}


def test_a_threshold_of_a_level_that_never_occurs_is_missing(
    run: Run, panel: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "low.csv"
    panel.drop(columns="overall").replace({"protection": {5.0: 4.0}}).to_csv(path)
    status, out, err = run("latent", path, "--table", "items")
    assert status == 0, err
    table = frame(out).set_index("item")
    assert np.isnan(table.loc["protection", "threshold_5"])
    assert "One threshold is outside the levels that occur: left empty" in err


def test_codings_are_items_or_are_scored(run: Run) -> None:
    items = frame(run("latent", "demo", "--model", "static", "--table", "items")[1])
    assert items["item"].tolist() == ["prosecution", "protection", "prevention"]
    words = ["--items", "indicators", "--years", 2008, 2009, "--table", "items"]
    items = frame(run("latent", "demo", "--model", "static", *words)[1])
    assert items["item"].tolist() == [each.name for each in pi.THREE_P.indicators]


def test_a_terminal_shows_the_sentences_once(
    on_a_terminal: Callable[..., str], file: Path, panel: pd.DataFrame
) -> None:
    out = on_a_terminal("latent", file, "--country", panel.index[0][0])
    assert out.count("A latent score is not the index") == 1
    assert "A dynamic graded response model of 120 country-years of 20 countries" in out


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--table", "ranks"], "--table ranks needs --year\n"),
        (["--table", "improved"], "--table improved needs --start and --end\n"),
        (["--table", "drift", "--item", "protection"], "needs --since"),
        (["--start", 2000], "--start is for --table improved; drop it; got scores"),
        (
            ["--table", "items", "--year", 2000, "--folds", 3],
            "--year is for --table scores, dimensions, jumps",
        ),
        (
            ["--table", "predict", "--folds", 3, "--item", "x"],
            "--item is for --table drift; drop it",
        ),
        (["--table", "ranks", "--year", 2000, "--year", 2001], "takes one --year; got 2"),
        (["--table", "leads", "--year", 2000, "--country", "AFG"], "needs two or more of"),
        (["--table", "ranks", "--year", 1990], "year must be a year of the scores"),
        (["--table", "dimensions"], "needs --model correlated"),
        (
            ["--table", "drift", "--item", "protection", "--since", 2003, "--model", "dynamic"],
            "a drift is of the static model; drop --model dynamic",
        ),
        (["--table", "jumps", "--model", "static"], "a static model smooths nothing"),
        (["--items", "indicators"], "needs codings; this file holds scores"),
        (["--silence", "level"], "--silence level needs --items indicators"),
        (
            ["--model", "correlated", "--items", "indicators"],
            "--model correlated needs --items dimensions",
        ),
        (["--year", 1990], "--year must be a year of the rows; got 1990"),
        (["--country", "Atlantis"], "'Atlantis'"),
        (["--model", "irt"], "invalid choice"),
        (
            ["--table", "improved", "--start", 2005, "--end", 2001],
            "--start must be before --end; got 2005 and 2001",
        ),
    ],
)
def test_mistakes_are_refused_in_one_line(
    run: Run, file: Path, words: list[object], text: str
) -> None:
    status, out, err = run("latent", file, *words)
    assert (status, out) == (2, "")
    assert text in err
    assert "Traceback" not in err


def test_one_year_asks_for_a_static_model(run: Run, file: Path) -> None:
    status, out, err = run("latent", file, "--years", 2003, 2003)
    assert (status, out) == (1, "")
    assert err.endswith("use a static model --model static\n")
    assert len(frame(run("latent", file, "--years", 2003, 2003, "--model", "static")[1])) == 20


def test_one_country_has_scores(run: Run, tmp_path: Path) -> None:
    levels, _ = measured(1, 30, seed=1, persistence=0.8)
    path = tmp_path / "one.csv"
    levels.rename(index={"C000": "NGA"}).to_csv(path)
    for model in ("static", "dynamic"):
        table = frame(run("latent", path, "--model", model)[1])
        assert len(table) == 30
        assert (table["low"] < table["mean"]).all()


def test_progress_is_for_terminals_and_not_in_the_first_second(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with fitting.progress("step {} of {:.0f}") as show:
        assert show is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    clock = iter([0.0, 0.5, 7.0, 7.5])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    with fitting.progress("step {} of {:.0f}") as show:
        assert show is not None
        show(1, 3)
        assert capsys.readouterr().err == ""
        show(2, 3)
        line = capsys.readouterr().err
        assert line.startswith("\rpolicyindex: step 2 of 3, 7 s")
        assert len(line) == 60
    end = capsys.readouterr().err
    assert end == f"\r{'':<59}\r"


def test_an_interrupt_ends_with_one_line_and_status_130(
    run: Run, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(latent, "fit", interrupted)
    output = tmp_path / "out.csv"
    output.write_text("precious")
    status, out, err = run("latent", file, "-o", output)
    assert (status, out, err) == (130, "", "policyindex: interrupted\n")
    assert output.read_text() == "precious"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of this kind is one of Unix")
def test_a_terminal_shows_a_long_fit_and_an_interrupt_removes_it(tmp_path: Path) -> None:
    import pty

    outer, inner = pty.openpty()
    # What a shell starts in the background ignores interrupts, and so would this child.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    words = ["latent", "demo", "--model", "correlated", "-o", str(tmp_path / "out.csv")]
    process = subprocess.Popen(
        [sys.executable, "-m", "policyindex", *words],
        stdout=inner,
        stderr=inner,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    signal.signal(signal.SIGINT, before)
    os.close(inner)
    line = rb"\rpolicyindex: correlated model, iteration \d+, log likelihood -[\d,.]+, \d+ s"
    seen = b""
    while not re.search(line, seen):
        seen += os.read(outer, 1024)
    process.send_signal(signal.SIGINT)
    while True:
        try:
            part = os.read(outer, 1024)
        except OSError:
            break
        if not part:
            break
        seen += part
    os.close(outer)
    assert process.wait(timeout=60) == 130
    text = seen.decode()
    assert text.endswith("\rpolicyindex: interrupted\r\n")
    assert "Traceback" not in text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_pipe_receives_no_progress(file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "policyindex", "latent", file, "--model", "correlated"],
        capture_output=True,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert b"\r" not in done.stderr.replace(b"\r\n", b"\n")
    assert b"iteration" not in done.stderr
