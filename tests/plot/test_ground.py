"""The common ground of all charts: their words, their colours, their type, and its fit."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

import policyindex as pi
from pictures import SIZES, STYLES, check_legible, texts_of, title, words
from policyindex import plot
from policyindex.plot import _theme as theme
from policyindex.plot._geometry import contrast

EVERYONE = pi.score(pi.datasets.load_demo())
LAWS = pd.Series({"DEU": 2005, "NGA": 2003}, name="full_law")
EIGHT = ["DEU", "FRA", "ITA", "ESP", "NLD", "BEL", "AUT", "SWE"]
SCORES = EVERYONE.loc[[*EIGHT, "NGA", "KOR", "GHA", "CHL", "PER", "AUS", "FJI", "JPN", "IND"]]
OVERALL = SCORES["overall"]
FITTED = pi.latent.fit(SCORES)

Chart = Callable[..., Axes | Figure]

CHARTS: dict[str, Chart] = {
    "trend": lambda **at: plot.trend(OVERALL, ["DEU", "NGA", "KOR"], events=LAWS, **at),
    "small_multiples": lambda **at: plot.small_multiples(OVERALL, ["DEU", "NGA"], **at),
    "profile": lambda **at: plot.profile(SCORES, "Nigeria", **at),
    "heatmap": lambda **at: plot.heatmap(EVERYONE["overall"], **at),
    "movers": lambda **at: plot.movers(OVERALL, 2000, 2009, **at),
    "standings": lambda **at: plot.standings(SCORES, 2009, **at),
    "yearly_means": lambda **at: plot.yearly_means(SCORES, **at),
    "decompose": lambda **at: plot.decompose(OVERALL, **at),
    "event_study": lambda **at: plot.event_study(OVERALL, LAWS, window=(-3, 3), **at),
    "transitions": lambda **at: plot.transitions(SCORES["prosecution"], **at),
    "world": lambda **at: plot.world(OVERALL, 2009, **at),
    "latent_scores": lambda **at: plot.latent_scores(FITTED, ["DEU", "NGA"], **at),
    "latent_ranks": lambda **at: plot.latent_ranks(FITTED, 2009, region="Europe", **at),
    "latent_improved": lambda **at: plot.latent_improved(FITTED, 2000, 2009, region="Africa", **at),
}

FOUR = ("trend", "small_multiples", "profile", "heatmap")

ON_FIGURES = ("small_multiples", "profile", "latent_scores")

every_chart = pytest.mark.parametrize("kind", CHARTS)


def place(kind: str, width: float = 7.5, height: float = 6.0) -> dict[str, Any]:
    """Return the argument that names where to draw."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return {"figure": figure} if kind in ON_FIGURES else {"ax": figure.subplots()}


def own(kind: str, **options: Any) -> Axes | Figure:
    return CHARTS[kind](**place(kind), **options)


# Words.


def test_every_chart_is_here() -> None:
    assert {*CHARTS, "save"} == set(plot.__all__)


@every_chart
def test_a_chart_takes_the_options_of_all_charts_and_has_a_short_signature(kind: str) -> None:
    signature = str(inspect.signature(getattr(plot, kind)))
    assert "**options: 'Unpack[ChartOptions]'" in signature
    assert len(signature) <= 400


@pytest.mark.slow
@every_chart
def test_the_title_names_the_index_and_the_words_of_the_user_replace_it(kind: str) -> None:
    assert "3P Anti-trafficking Policy Index" in words(own(kind))
    drawn = words(own(kind, title="Mine", subtitle="Of mine", note="Note of mine."))
    assert "3P Anti-trafficking Policy Index" not in drawn
    assert "Mine" in drawn
    assert "Of mine" in drawn
    assert "Note of mine. Source: SYNTHETIC" in drawn


@pytest.mark.slow
@every_chart
def test_empty_words_leave_the_title_and_the_subtitle_out(kind: str) -> None:
    drawn = own(kind, title="", subtitle="")
    assert "3P Anti-trafficking" not in words(drawn)


def test_the_title_is_that_of_the_codebook_or_of_the_values() -> None:
    assert pi.THREE_P.title == "3P Anti-trafficking Policy Index"
    plain = pi.Codebook("Four", pi.THREE_P.dimensions)
    assert plain.title == "Four"
    titled = pi.Codebook("Four", pi.THREE_P.dimensions, title="Index of four")
    assert title(plot.trend(OVERALL, "DEU", codebook=titled)).startswith("Index of four: Germany")
    one = plot.trend(SCORES["protection"], "DEU")
    assert title(one).startswith("3P Anti-trafficking Policy Index, protection: Germany")
    assert title(plot.trend(OVERALL.rename("GDP"), "DEU")).startswith("GDP: Germany")
    with pytest.raises(ValueError, match="the title of a codebook must be text; got 3"):
        pi.Codebook("Four", pi.THREE_P.dimensions, title=3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "loc"), [("trend", "left"), ("heatmap", "center"), ("yearly_means", "right")]
)
def test_a_later_title_replaces_the_default_and_stands_above_the_subtitle(
    kind: str, loc: Any
) -> None:
    chart = own(kind)
    assert isinstance(chart, Axes)
    chart.set_title("Italy leads", loc=loc)
    assert "3P Anti-trafficking Policy Index:" not in words(chart)
    check_legible(chart)
    heights = {text.get_text(): Text.get_window_extent(text).y0 for text in texts_of(chart)}
    top = heights.pop("Italy leads")
    assert top > max(heights.values())


def test_a_title_before_the_chart_stays_alone() -> None:
    at = place("trend")
    at["ax"].set_title("Italy leads")
    assert plot.trend(OVERALL, "DEU", **at).get_title(loc="left") == ""
    assert at["ax"].get_title() == "Italy leads"


def test_wrong_options_are_refused() -> None:
    for options, message in (
        ({"heading": "x"}, "one of highlight, note, palette, subtitle, title; 1 is not: heading"),
        ({"title": 3}, "title must be text or None; got 3"),
        ({"highlight": "Utopia"}, "highlight must be names or codes .* 'Utopia'"),
        ({"palette": "viridis"}, "palette must map countries to colours"),
        ({"palette": {"DEU": "blau"}}, "palette must hold colours of matplotlib.*'blau'"),
        ({"palette": []}, "it is empty"),
        ({"palette": {"Utopia": "red"}}, "must map countries or dimensions .*'Utopia'"),
    ):
        with pytest.raises((TypeError, ValueError), match=message):
            plot.trend(OVERALL, "DEU", ax=place("trend")["ax"], **options)


# Colours.


def test_the_colour_goes_by_country_in_every_order() -> None:
    palette = {"Germany": "#0055A4", "NGA": "#880000", "Chile": "#123456"}
    for countries in (["DEU", "NGA"], ["NGA", "DEU"]):
        ax = plot.trend(OVERALL, countries, palette=palette, context="none")
        assert [line.get_color() for line in ax.lines] == [
            {"DEU": "#0055a4", "NGA": "#880000"}[each] for each in countries
        ]
    listed = plot.trend(OVERALL, ["NGA", "DEU"], palette=["#880000"], context="none")
    assert {line.get_color() for line in listed.lines} == {"#880000"}


def test_dimensions_take_colours_too() -> None:
    ax = own("yearly_means", palette={"protection": "#123456"})
    assert "#123456" in {
        line.get_color() for each in ax.figure.axes for line in each.findobj(mpl.lines.Line2D)
    }


def is_bold(text: Text) -> bool:
    return text.get_fontweight() == "bold"


@pytest.mark.parametrize("kind", FOUR)
def test_a_country_to_highlight_is_bold_or_in_colour_and_labelled(kind: str) -> None:
    drawn = texts_of(own(kind, highlight="Ghana", palette={"GHA": "#B00020"}))
    labels = [each for each in drawn if "Ghana" in each.get_text() or "GHA" in each.get_text()]
    labels = [each for each in labels if len(each.get_text()) < 30]
    assert labels
    assert {each.get_color() for each in labels} == {"#b00020"}
    if kind != "profile":
        assert all(is_bold(each) for each in labels)


@given(
    st.sampled_from(["#ffffff", "#000000", "#e5e5e5", "#777777", "#123456"]),
    st.sampled_from([*theme.PALETTE, "#ffff00", "#777777", "#00ff00", "white", "black"]),
)
def test_a_legible_twin_stands_out_and_a_legible_colour_stays(ground: str, colour: str) -> None:
    twin = theme.legible(colour, [ground], 4.5)
    assert contrast(to_rgb(twin), to_rgb(ground)) >= 4.45
    if contrast(to_rgb(colour), to_rgb(ground)) >= 4.5:
        assert to_rgb(twin) == pytest.approx(to_rgb(colour), abs=1 / 255)


def grounds(text: Text) -> list[Any]:
    """Return the colours that a text may stand on."""
    figure = text.figure.figure
    return [figure.get_facecolor(), *([text.axes.get_facecolor()] if text.axes else [])]


STAND_ON_COLOURS = ("decompose", "heatmap", "transitions", "world")


def under_styles() -> Iterator[Any]:
    """Yield each chart and style; most of the pairs are slow."""
    for kind in CHARTS:
        for name in STYLES:
            slow = name != "dark_background" or kind in ("standings", "world", "heatmap")
            yield pytest.param(kind, name, marks=pytest.mark.slow if slow else ())


@pytest.mark.parametrize(("kind", "name"), list(under_styles()))
def test_text_has_contrast_and_size_under_each_style_and_settings_stay(
    kind: str, name: str
) -> None:
    with plt.style.context(name):
        before = dict(mpl.rcParams)
        chart = CHARTS[kind]()
        assert dict(mpl.rcParams) == before
        drawn = texts_of(chart)
        width = chart.figure.figure.get_figwidth()
    if kind in FOUR:
        assert min(each.get_fontsize() for each in drawn) * 600 / (72 * width) >= 9
    if kind in STAND_ON_COLOURS:  # their own tests look at the colours under the text
        drawn = [each for each in drawn if len(each.get_text()) > 4]
    assert [
        each.get_text()
        for each in drawn
        if min(contrast(to_rgb(each.get_color()), ground[:3]) for ground in grounds(each)) < 4.45
    ] == []


def test_type_colours_and_size_follow_the_settings() -> None:
    with mpl.rc_context({"font.size": 14, "figure.figsize": (9, 5), "text.color": "#400000"}):
        chart = plot.trend(OVERALL, "DEU")
    assert tuple(chart.figure.get_size_inches()) == (9, 5)
    assert chart.title.axes is chart
    small, large = (
        min(each.get_fontsize() for each in texts_of(one))
        for one in (plot.trend(OVERALL, "DEU"), chart)
    )
    assert large == pytest.approx(1.4 * small)
    with mpl.rc_context({"axes.prop_cycle": mpl.cycler(color=["#004400"])}):
        ax = plot.trend(OVERALL, "DEU", context="none")
    assert ax.lines[0].get_color() == "#004400"


def lightness(colour: Any) -> float:
    """Return L* of a colour."""
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    y = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), channels, strict=True))
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


@pytest.mark.parametrize("name", STYLES)
def test_any_two_series_differ_in_grey_print_or_by_their_marker(name: str) -> None:
    with plt.style.context(name):
        ax = plot.trend(OVERALL, EIGHT, context="none")
    looks = [(lightness(line.get_color()), line.get_marker()) for line in ax.lines]
    assert len(looks) == 8
    assert [
        (one, other)
        for at, one in enumerate(looks)
        for other in looks[:at]
        if abs(one[0] - other[0]) < 15 and one[1] == other[1]
    ] == []


def test_three_dimensions_differ_in_grey_print_alone() -> None:
    shades = [lightness(colour) for colour in theme.PALETTE[:3]]
    assert min(abs(a - b) for at, a in enumerate(shades) for b in shades[:at]) >= 15


# Sizes.


@pytest.mark.parametrize("kind", FOUR)
@pytest.mark.parametrize("size", SIZES)
def test_a_chart_fits_small_axes_or_names_the_size_that_it_needs(
    kind: str, size: tuple[float, float]
) -> None:
    if kind == "profile":
        with pytest.raises(ValueError, match="needs a figure of at least 6 by 4.1 inches"):
            CHARTS[kind](**place(kind, *size))
        return
    check_legible(CHARTS[kind](**place(kind, *size)))


@pytest.mark.slow
@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("kind", FOUR)
@pytest.mark.parametrize("size", [*SIZES, None])
def test_no_text_is_cut_or_covered_at_any_size_under_any_style(
    kind: str, name: str, size: tuple[float, float] | None
) -> None:
    if kind == "profile" and size:
        size = (6.0, 4.1)
    with plt.style.context(name):
        check_legible(CHARTS[kind](**(place(kind, *size) if size else {}), highlight="NLD"))


def test_a_figure_of_the_size_that_an_error_names_is_enough() -> None:
    with pytest.raises(ValueError, match="at least 6 by 4.1 inches"):
        plot.profile(SCORES, "Nigeria", figure=Figure((4.5, 3.5), layout="constrained"))
    check_legible(plot.profile(SCORES, "Nigeria", figure=Figure((6, 4.1), layout="constrained")))


# Names.


def test_the_axes_of_composite_charts_have_names() -> None:
    assert [ax.get_label() for ax in own("profile").axes] == [
        "overall",
        "rank",
        "prosecution",
        "protection",
        "prevention",
    ]
    assert [ax.get_label() for ax in own("small_multiples").axes] == ["DEU", "NGA"]
    names = [child.get_label() for child in CHARTS["heatmap"]().child_axes]
    assert names == ["column 1", "column 2", "column 3", "heading", "key"]
