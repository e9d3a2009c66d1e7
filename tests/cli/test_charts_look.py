"""The flags of words, looks and selections reach the charts of the command line."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pictures import words
from policyindex import plot
from policyindex.cli.arguments import WITHOUT_COUNTRIES
from policyindex.cli.charts import KINDS
from policyindex.cli.main import main

NEEDS = {
    "trend": ["--country", "Nigeria"],
    "small-multiples": ["--country", "Nigeria"],
    "profile": ["--country", "Nigeria"],
    "movers": ["--start", "2008", "--end", "2009"],
    "standings": ["--year", "2009"],
    "world": ["--year", "2009"],
    "latent-scores": ["--country", "Nigeria"],
    "latent-ranks": ["--year", "2009"],
    "latent-improved": ["--start", "2000", "--end", "2009"],
}


@pytest.fixture
def pictures(monkeypatch: pytest.MonkeyPatch) -> list[Axes | Figure]:
    """Collect the charts instead of writing them."""
    drawn: list[Axes | Figure] = []
    monkeypatch.setattr(plot, "save", lambda chart, _: drawn.append(chart))
    return drawn


LOOK = ["--title", "Mine", "--subtitle", "Of mine", "--note", "A note", "--highlight", "Ghana"]


@pytest.mark.parametrize(
    "kind",
    [
        kind if kind in ("trend", "heatmap") else pytest.param(kind, marks=pytest.mark.slow)
        for kind in KINDS
        if kind != "event-study"
    ],
)
def test_every_kind_takes_the_words_of_the_user(kind: str, pictures: list[Axes | Figure]) -> None:
    look = LOOK[:-2] if kind in WITHOUT_COUNTRIES else LOOK
    assert main(["chart", kind, "demo", *NEEDS.get(kind, []), *look, "-o", "x.png"]) == 0
    drawn = words(pictures[0])
    assert "Mine" in drawn
    assert "Of mine" in drawn
    assert "A note. Source: SYNTHETIC" in drawn
    assert "3P Anti-trafficking" not in drawn


def test_a_heat_map_takes_countries_their_order_and_a_region(
    pictures: list[Axes | Figure],
) -> None:
    listed = ["--country", "Italy", "--country", "KOR", "--country", "Austria"]
    for more in ([], ["--order", "name"], ["--region", "Europe"]):
        assert main(["chart", "heatmap", "demo", *listed, *more, "-o", "x.png"]) == 0
    names = [[label.get_text() for label in ax.get_yticklabels()] for ax in pictures]
    assert names == [
        ["Italy", "South Korea", "Austria"],
        ["Austria", "Italy", "South Korea"],
        ["Italy", "Austria"],
    ]


def test_the_background_of_a_trend_can_be_lines_or_none(pictures: list[Axes | Figure]) -> None:
    for context in ("lines", "none"):
        arguments = ["chart", "trend", "demo", "--country", "Italy", "--context", context]
        assert main([*arguments, "-o", "x.png"]) == 0
    assert "Grey: the other" in words(pictures[0])
    assert "Grey" not in words(pictures[1])


def test_the_width_is_that_of_the_picture_and_settings_stay(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    path = tmp_path / "chart.svg"
    arguments = ["chart", "trend", "demo", "--country", "Italy", "--width", "5", "-o", str(path)]
    assert main(arguments) == 0
    assert ET.parse(path).getroot().get("width") == "360pt"
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--width", "wide"], "must be a number of inches from 4.5 to 30; got 'wide'"),
        (["--width", "4"], "must be a number of inches from 4.5 to 30; got '4'"),
        (["--highlight", "Utopia"], "highlight must be names or codes of countries.*'Utopia'"),
        (["--region", "Mars"], "region must be a region of the United Nations"),
        (["--order", "rank"], "invalid choice: 'rank'"),
    ],
)
def test_wrong_flags_are_clear_errors(
    flags: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["chart", "heatmap", "demo", *flags, "-o", "x.png"]) == 2
    assert re.search(message, capsys.readouterr().err)


def test_a_title_that_the_font_cannot_draw_is_a_note_without_a_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--country", "Italy", "--title", "Up \N{ROCKET}", "-o", str(tmp_path / "x.png")]
    with warnings.catch_warnings():
        warnings.simplefilter("default", UserWarning)
        assert main(["chart", "trend", "demo", *words]) == 0
    error = capsys.readouterr().err
    assert error.startswith("policyindex: note: the font of a chart must have every character")
    assert "_saving.py" not in error


@pytest.mark.parametrize("kind", WITHOUT_COUNTRIES)
def test_a_chart_without_countries_highlights_none_in_silence(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    needs = ["--events", "x.csv"] if kind == "event-study" else []
    assert main(["chart", kind, "demo", *needs, "--highlight", "Italy", "-o", "x.png"]) == 2
    assert "--highlight" in capsys.readouterr().err


@pytest.mark.parametrize("width", ["4.5", "15"])
def test_a_map_of_another_width_keeps_its_shape(width: str, pictures: list[Axes | Figure]) -> None:
    assert main(["chart", "world", "demo", "--year", "2009", "--width", width, "-o", "x.png"]) == 0
    page = pictures[0].figure.figure
    page.draw_without_rendering()
    squares = max(page.axes, key=lambda ax: ax.get_position().height)
    # The squares fill what the words leave, so that no band of the page is empty.
    assert squares.get_window_extent().height > 0.4 * page.bbox.height
    assert page.get_figheight() < 2.4 * page.get_figwidth() ** 0.75 + 1
