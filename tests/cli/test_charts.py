"""Charts drawn by the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest

from policyindex import datasets, plot, read_scores
from policyindex.cli.charts import KINDS

Run = Callable[..., tuple[int, str, str]]

WORDS: dict[str, list[object]] = {
    "trend": ["--country", "Italy", "--country", "KOR", "--mean", "region", "--band", "sd"],
    "small-multiples": ["--country", "Italy", "--country", "KOR", "--baseline", "entry"],
    "profile": ["--country", "Nigeria"],
    "heatmap": ["--dimension", "protection"],
    "movers": ["--start", 2000, "--end", 2009],
    "standings": ["--year", 2009, "--accuracy", 0.9],
    "yearly-means": [],
    "decompose": ["--dimension", "protection", "--start", 2003],
    "event-study": [],
    "transitions": ["--dimension", "protection"],
    "world": ["--year", 2009],
    "latent-scores": ["--country", "Nigeria"],
    "latent-ranks": ["--year", 2009, "--region", "Africa", "--model", "static"],
    "latent-improved": ["--start", 2000, "--end", 2009, "--top", 5],
}

EVENTS = ("trend", "small-multiples", "event-study")

REQUIRED = {
    "trend": ["--country"],
    "small-multiples": ["--country"],
    "profile": ["--country"],
    "movers": ["--start", "--end"],
    "standings": ["--year"],
    "event-study": ["--events"],
    "world": ["--year"],
    "latent-scores": ["--country"],
    "latent-ranks": ["--year"],
    "latent-improved": ["--start", "--end"],
}


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    yield
    plt.close("all")  # as the end of the process does


def test_each_kind_of_chart_has_words_here() -> None:
    assert list(WORDS) == list(KINDS)


@pytest.mark.slow
@pytest.mark.parametrize("kind", WORDS)
def test_every_kind_of_chart_is_drawn_to_a_file(run: Run, kind: str, tmp_path: Path) -> None:
    events, path = tmp_path / "events.csv", tmp_path / "chart.svg"
    events.write_text("country,law,hotline\nItaly,2003,2004\nNigeria,2005,\nSouth Korea,2004,\n")
    words = [*WORDS[kind]]
    if kind in EVENTS:
        words += ["--events", events, "--event", "law"]
    status, out, err = run("chart", kind, "demo", *words, "-o", path)
    assert (status, err) == (0, "")
    assert out == f"{path}: {kind} of SYNTHETIC demonstration data of policyindex\n"
    assert path.read_bytes().startswith(b"<?xml")
    for flag in REQUIRED.get(kind, []):
        rest = [*words, "-o", path]
        while flag in rest:
            del rest[rest.index(flag) : rest.index(flag) + 2]
        err = run("chart", kind, "demo", *rest)[2]
        assert (
            f"policyindex chart {kind}: error: the following arguments are required: {flag}" in err
        )


def test_standard_output_receives_svg(run: Run, tmp_path: Path) -> None:
    words = ["chart", "world", "demo", "--year", 2009]
    path = tmp_path / "world.svg"
    assert run(*words, "-o", path)[0] == 0
    assert run(*words, "-o", "-") == (0, path.read_text(encoding="utf-8"), "")


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], {}),
        (["--min-weight", "0.2"], {"min_weight": 0.2}),
        (["--accuracy", "0.9"], {"error": 0.9}),
    ],
)
def test_the_chart_of_standings_takes_the_arguments_of_standings(
    run: Run, mine: Path, words: list[str], options: dict[str, Any]
) -> None:
    path, expected = mine.with_name("chart.svg"), mine.with_name("expected.svg")
    assert run("chart", "standings", mine, "--year", 2009, *words, "-o", path)[0] == 0
    plot.save(plot.standings(read_scores(mine), 2009, **options), expected)
    assert path.read_bytes() == expected.read_bytes()


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["world", "demo", "--year", 2009, "-o", "x.gif"], ".png, .svg, .pdf"),
        (["world", "demo", "--year", 2009, "-o", "absent/x.png"], "absent"),
        (["world", "demo", "--year", 1999, "-o", "x.png"], "2000"),
        (["trend", "demo", "--country", "Narnia", "-o", "x.png"], "'Narnia'"),
        (["profile", "demo", "--country", "DE", "--country", "IT", "-o", "x.png"], "one country"),
        (["heatmap", "demo", "--dimension", "hope", "-o", "x.png"], "must be one of prosecution"),
        (["trend", "demo", "--country", "DE", "--event", "law", "-o", "x.png"], "of --events"),
        (["heatmap", "demo"], "required: -o"),
        (
            [
                *["latent-scores", "demo", "--country", "DE", "--dimension", "protection"],
                *["-o", "x.png"],
            ],
            "--dimension needs --model correlated",
        ),
        (
            ["latent-ranks", "demo", "--year", 2009, "--silence", "level", "-o", "x.png"],
            "--silence level needs --items indicators",
        ),
        (["heatmap", "demo", "--year", 2009, "-o", "x.png"], "unrecognized arguments: --year"),
        (
            ["movers", "demo", "--start", 2009, "--end", 2003, "-o", "x.png"],
            "--start must be before --end; got 2009 and 2003",
        ),
        (
            ["decompose", "demo", "--start", 2009, "--end", 2009, "-o", "x.png"],
            "--start must be before --end; got 2009 and 2009",
        ),
    ],
)
def test_mistakes_leave_no_chart(
    run: Run, words: list[object], text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run("chart", *words)
    assert (status, out) == (2, "")
    assert text in err
    assert list(tmp_path.iterdir()) == []


def test_the_column_of_events_must_be_named_if_there_are_several(run: Run, tmp_path: Path) -> None:
    events, path = tmp_path / "events.csv", tmp_path / "chart.png"
    words = ["chart", "event-study", "demo", "--events", events, "-o", path]
    events.write_text("country,law,hotline\nItaly,2003,2004\n")
    err = run(*words)[2]
    assert f"--event must be one of the columns of {events}: law, hotline\n" in err
    events.write_text("country,region,law\nItaly,south,2003\n")
    assert run(*words, "--event", "law")[0] == 0


def test_an_events_file_is_never_replaced_by_its_chart(run: Run, tmp_path: Path) -> None:
    events = tmp_path / "events.png"
    events.write_text("country,law\nItaly,2003\n")
    before = events.read_bytes()
    for output in (events, f"{tmp_path}/./events.png"):
        words = ["chart", "event-study", "demo", "--events", events, "-o", output]
        status, out, err = run(*words)
        assert (status, out) == (2, "")
        assert "is an input file; choose another name for the output" in err
    assert events.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("country,law,word\nMali,2009,x\n", " --event COLUMN\n"),
        ("country\nMali\n", " --event COLUMN\n"),
        ("country,law\nAtlantis,2009\nMali,2009\n", " --drop-unmatched\n"),
        # The flags of FILE are not offered for the events: there they would have no effect.
        ("who,law\nMali,2009\n", " country_column='who'\n"),
    ],
)
def test_errors_in_an_events_file_name_flags(
    run: Run, tmp_path: Path, text: str, message: str
) -> None:
    laws, path = tmp_path / "laws.csv", tmp_path / "x.svg"
    laws.write_text(text)
    status, out, err = run("chart", "event-study", "demo", "--events", laws, "-o", path)
    assert (status, out) == (1, "")
    assert err.startswith("policyindex: laws.csv")
    assert err.endswith(message)


@pytest.mark.filterwarnings("default::UserWarning")
def test_losses_of_an_events_file_are_notes(run: Run, tmp_path: Path) -> None:
    laws, path = tmp_path / "laws.csv", tmp_path / "x.svg"
    laws.write_text("country,law\nSweden,2004\nAtlantis,2009\nItaly,2003\n")
    words = ["chart", "event-study", "demo", "--events", laws, "--drop-unmatched"]
    status, _, err = run(*words, "-o", path)
    assert status == 2  # that option is about FILE too, and there is none
    codings = tmp_path / "codings.csv"
    datasets.load_demo().loc[["SWE", "ITA"]].to_csv(codings)
    words[2] = codings
    status, _, err = run(*words, "-o", path)
    assert status == 0
    assert err.startswith("policyindex: note: laws.csv: ")
    assert "Atlantis" in err
