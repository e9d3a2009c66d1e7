"""Charts draw the numbers that the library computes, and no text covers another."""

from __future__ import annotations

import itertools
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, QuadMesh
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import policyindex as pi
from builders import levelled, series
from builders import panel as panel_of
from pictures import texts_of
from pictures import words as words_of
from policyindex import plot
from policyindex.panel.shape import wide
from policyindex.plot import _theme as theme

DEMO = pi.datasets.load_demo()
SCORES = pi.score(DEMO)
BOUNDS = pi.score_bounds(DEMO)
OVERALL = SCORES["overall"]
DIMENSIONS = ["prosecution", "protection", "prevention"]
LAWS = pd.Series({"DEU": 2005, "NGA": 2003, "KOR": None, "LUX": 2001}, name="full_law")


def axes() -> Axes:
    return Figure(figsize=(7.5, 5), layout="constrained").subplots()


def lines(ax: Axes, label: str | None = None) -> list[Line2D]:
    return [line for line in ax.lines if label is None or line.get_label() == label]


def line_of(ax: Axes, colour: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of the one line in a colour."""
    (line,) = [line for line in ax.lines if to_hex(line.get_color()) == colour.lower()]
    return line.get_xdata(), line.get_ydata()


def segments(ax: Axes) -> list[np.ndarray]:
    """Return the vertical or horizontal bars of ranges and intervals."""
    bars = [each for each in ax.collections if isinstance(each, LineCollection)]
    return [np.asarray(segment) for each in bars for segment in each.get_segments()]


def spans(ax: Axes) -> list[tuple[float, float, float]]:
    """Return the middle, the foot and the top of each bar."""
    bars = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    return [
        (bar.get_x() + bar.get_width() / 2, bar.get_y(), bar.get_y() + bar.get_height())
        for bar in bars
    ]


def parts(ax: Axes) -> list[Axes]:
    """Return the columns of a long list, left to right."""
    columns = [child for child in ax.child_axes if child.axison]
    return columns or [ax]


def check_apart(drawn: list[Text]) -> list[Bbox]:
    """Check that no text covers another by more than half a point."""
    boxes = [Text.get_window_extent(text).padded(-0.7) for text in drawn]
    assert [
        (drawn[one].get_text(), drawn[other].get_text())
        for one, other in itertools.combinations(range(len(drawn)), 2)
        if boxes[one].overlaps(boxes[other])
    ] == []
    return boxes


def check_legible(drawn: list[Text]) -> None:
    """Check that no text covers another or leaves the page."""
    boxes = check_apart(drawn)
    page = drawn[0].figure.figure.bbox.padded(0.8)
    assert [
        text.get_text()
        for text, box in zip(drawn, boxes, strict=True)
        if box.x0 < page.x0 or box.y0 < page.y0 or box.x1 > page.x1 or box.y1 > page.y1
    ] == []


def same(drawn: Any, computed: Any) -> None:
    np.testing.assert_array_equal(np.asarray(drawn, float), np.asarray(computed, float))


def by_year(scores: pd.Series, country: str) -> pd.Series:
    return scores[country].reindex(range(2000, 2010))


# The charts, as a user may draw them.


def draw(kind: str, panel: pd.DataFrame, *, year: int | None = None, **at: Any) -> Axes | Figure:
    scores, codes = panel["overall"], list(panel.index.unique("country"))
    scored = scores.dropna() if scores.notna().any() else scores
    years = scored.index.get_level_values("year")
    start, end = int(years.min()), year or int(years.max())
    charts: dict[str, Callable[[], Axes | Figure]] = {
        "trend": lambda: plot.trend(
            scores, codes[:8], mean="all", band="se", events={"Protocol": end}, **at
        ),
        "heatmap": lambda: plot.heatmap(scores, **at),
        "transitions": lambda: plot.transitions(scores, **at),
        "movers": lambda: plot.movers(scores, start, end, **at),
        "standings": lambda: plot.standings(panel, end, **at),
        "yearly_means": lambda: plot.yearly_means(panel, **at),
        "decompose": lambda: plot.decompose(scores, **at),
        "event_study": lambda: plot.event_study(
            scores, pd.Series(dict.fromkeys(codes[:8], end), dtype=float), **at
        ),
        "small_multiples": lambda: plot.small_multiples(
            scores, codes[:15], baseline="entry", events={"Protocol": end}, **at
        ),
        "profile": lambda: plot.profile(panel, codes[0], **at),
    }
    return charts[kind]()


KINDS = sorted(name for name in {*plot.__all__} - {"save", "world"} if name[:6] != "latent")
"""The charts of scores; test_positions.py tries those of latent models."""
ON_FIGURES = ("small_multiples", "profile")
every_chart = pytest.mark.parametrize("kind", KINDS)


@every_chart
def test_a_chart_draws_on_the_axes_of_the_user_and_changes_nothing_else(kind: str) -> None:
    import matplotlib.pyplot as plt

    panel = SCORES.copy()
    before, windows = dict(mpl.rcParams), plt.get_fignums()
    figure = Figure(figsize=(7.5, 9), layout="constrained")
    at = {"figure": figure} if kind in ON_FIGURES else {"ax": figure.subplots()}
    assert draw(kind, panel, **at) is next(iter(at.values()))
    assert plt.get_fignums() == windows
    assert dict(mpl.rcParams) == before
    pd.testing.assert_frame_equal(panel, SCORES)
    assert panel.attrs == SCORES.attrs


@pytest.mark.slow
@every_chart
def test_a_chart_without_axes_is_a_figure_of_pyplot_and_its_texts_are_apart(kind: str) -> None:
    import matplotlib.pyplot as plt

    chart = draw(kind, SCORES)
    assert chart.figure.figure is plt.gcf()
    check_legible(texts_of(chart))


@every_chart
def test_synthetic_data_are_marked_across_the_chart_and_named_in_the_footnote(kind: str) -> None:
    chart = draw(kind, SCORES.loc[["DEU", "KOR", "NGA"]])
    marks = [text for text in chart.findobj(Text) if text.get_text() == "SYNTHETIC"]
    assert len(marks) == 1
    assert "Source: SYNTHETIC demonstration data of policyindex." in words_of(chart)


@every_chart
def test_observed_data_are_not_marked(kind: str) -> None:
    panel = SCORES.loc[["DEU", "KOR", "NGA"]].copy()
    panel.attrs = {"source": "Cho (2015), revised"}
    chart = draw(kind, panel)
    assert not [text for text in chart.findobj(Text) if text.get_text() == "SYNTHETIC"]
    assert "Source: Cho (2015), revised." in words_of(chart)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["event_study", "yearly_means"])
def test_texts_are_apart_on_small_axes(kind: str) -> None:
    figure = Figure(figsize=(6.4, 4.8), layout="constrained")
    drawn = texts_of(draw(kind, SCORES, ax=figure.subplots()))
    within = [text for text in drawn if "\n" not in text.get_text() or kind == "event_study"]
    check_apart([text for text in within if text.get_fontsize() <= theme.text_size()])


def test_four_charts_on_a_page_are_apart() -> None:
    figure = Figure(figsize=(10.5, 8), layout="constrained")
    (one, two), (three, four) = figure.subplots(2, 2)
    plot.trend(OVERALL, ["DEU", "NGA"], mean="all", ax=one)
    plot.decompose(OVERALL, ax=two)
    plot.yearly_means(SCORES, ax=three)
    plot.event_study(OVERALL, LAWS, window=(-3, 4), ax=four)
    check_legible(texts_of(one))


def odd_panel(case: str) -> pd.DataFrame:
    years = range(2003, 2008)
    index = pd.MultiIndex.from_product([["DEU", "NGA"], years], names=["country", "year"])
    panel = pd.DataFrame(3.0, index=index, columns=DIMENSIONS)
    if case == "one country":
        panel = panel.loc[["DEU"]]
    elif case == "one year":
        panel = panel.xs(2005, level="year", drop_level=False)
    elif case == "one cell":
        panel = panel.iloc[[2]]
    elif case == "all missing":
        panel[:] = np.nan
    elif case == "isolated year":
        panel.loc[pd.IndexSlice["NGA", [2004, 2006]], :] = np.nan
        panel.loc[pd.IndexSlice["DEU", [2003, 2004, 2006, 2007]], :] = np.nan
    elif case == "unknown places":
        panel = panel.rename(index={"DEU": "Kreis A", "NGA": "Kreis B"}, level="country")
    return panel.assign(overall=panel.sum(axis=1, min_count=3))


@pytest.mark.slow
@every_chart
@pytest.mark.parametrize(
    "case",
    ["one country", "one year", "one cell", "all missing", "isolated year", "unknown places"],
)
def test_every_chart_can_be_drawn_of_odd_panels(kind: str, case: str) -> None:
    panel = odd_panel(case)
    if kind == "movers" and len(panel.index.unique("year")) == 1:
        with pytest.raises(ValueError, match="start must be before end; got 2005 and 2005"):
            draw(kind, panel)
        return
    if kind == "yearly_means" and case in ("one country", "one cell"):
        with pytest.raises(ValueError, match="two countries or more; the data have scores of one"):
            draw(kind, panel)
        return
    check_legible(texts_of(draw(kind, panel)))


@every_chart
def test_a_chart_without_a_score_says_no_data(kind: str) -> None:
    assert "no data" in words_of(draw(kind, odd_panel("all missing")))


@pytest.mark.slow
@every_chart
def test_odd_names_are_drawn_as_they_stand(kind: str) -> None:
    names = {"DEU": "Cash $x^2$ & <b>", "NGA": "Россия", "KOR": "São Tomé Ü"}
    panel = SCORES.loc[list(names)].rename(index=names, level="country")
    panel.attrs["source"] = "a_b$1$ & <c>"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = texts_of(draw(kind, panel))
    written = " ".join(text.get_text().replace("\n", " ") for text in drawn)
    assert "Source: a_b$1$ & <c>." in written
    assert not any(text.get_parse_math() for text in drawn if "$" in text.get_text())
    if kind in ("trend", "heatmap", "standings", "small_multiples"):
        assert [name for name in names.values() if name not in written] == []


def test_arabic_names_draw_without_a_warning() -> None:
    scores = OVERALL.loc[["DEU"]].rename(index={"DEU": "مصر"}, level="country")
    ax = plot.trend(scores, "مصر", ax=axes())
    ax.figure.draw_without_rendering()
    assert "مصر" in words_of(ax)


# Lines.


def test_a_trend_draws_exactly_the_scores_with_open_gaps() -> None:
    ax = plot.trend(OVERALL, ["Luxembourg", "DEU"], ax=axes())
    for colour, country in zip(theme.PALETTE, ["LUX", "DEU"], strict=False):
        x, y = line_of(ax, colour)
        same(x, range(2000, 2010))
        same(y, by_year(OVERALL, country))
        (line,) = [line for line in ax.lines if to_hex(line.get_color()) == colour.lower()]
        assert line.get_marker() not in ("", "None", None)
    assert np.isnan(by_year(OVERALL, "LUX")).sum() > 1
    low, high = ax.get_ylim()
    assert 2 < low < 3
    assert 15 < high < 16
    same(ax.get_yticks(), [3, 5, 7, 9, 11, 13, 15])


def test_a_trend_draws_the_others_in_grey_and_each_isolated_year_as_a_dot() -> None:
    ax = plot.trend(OVERALL, "DEU", context="lines", ax=axes())
    behind, dots = ax.collections
    others = wide(OVERALL).drop(index="DEU")
    drawn = {tuple(np.nan_to_num(segment.vertices[:, 1])) for segment in behind.get_paths()}
    assert drawn == {tuple(np.nan_to_num(row)) for row in others.to_numpy()}
    known = others.notna().to_numpy()
    alone = sum(
        known[row, place]
        and not known[row, max(place - 1, 0) : place].any()
        and not known[row, place + 1 : place + 2].any()
        for row, place in itertools.product(range(len(others)), range(10))
    )
    assert len(dots.get_offsets()) == alone > 0
    assert len(plot.trend(OVERALL, "DEU", context=None, ax=axes()).collections) == 0


@pytest.mark.parametrize("mean", ["all", "balanced"])
def test_a_trend_draws_the_mean_and_its_band(mean: str) -> None:
    ax = plot.trend(OVERALL, "DEU", mean=mean, band="se", context=None, ax=axes())
    computed = pi.yearly_means(OVERALL, cohort=mean)
    (line,) = [line for line in ax.lines if str(line.get_label()).startswith("Mean")]
    same(line.get_ydata(), computed["mean"])
    (band,) = ax.collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert heights.max() == (computed["mean"] + 1.96 * computed["se"]).max()
    low, high = computed["n"].min(), computed["n"].max()
    n = f"{low}" if low == high else f"{low}\N{EN DASH}{high}"
    assert f"n = {n} in 2000\N{EN DASH}2009)" in words_of(ax)


def test_a_trend_draws_the_means_of_the_regions_of_its_countries() -> None:
    ax = plot.trend(OVERALL, ["DEU", "NGA", "FRA"], mean="region", ax=axes())
    computed = pi.yearly_means(OVERALL, by="region")
    for region in ("Europe", "Africa"):
        (line,) = lines(ax, f"Mean of {region}")
        same(line.get_ydata(), computed.loc[region, "mean"])
        n = computed.loc[region, "n"]
        assert f"mean of {region} (n = {n.min()}\N{EN DASH}{n.max()} in 2000" in words_of(ax)
    assert not lines(ax, "Mean of Asia")


def test_a_mean_of_one_country_is_not_drawn() -> None:
    year, country = (OVERALL.index.get_level_values(name) for name in ("year", "country"))
    scores = OVERALL[(year != 2001) | (country == "DEU")]
    ax = plot.trend(scores, "DEU", mean="all", ax=axes())
    (line,) = lines(ax, "Mean of all countries")
    same(np.delete(line.get_ydata(), 1), pi.yearly_means(OVERALL)["mean"].drop(2001))
    assert np.isnan(line.get_ydata()[1])
    assert "no mean of one country in 2001" in words_of(ax)
    assert "no mean" not in words_of(plot.trend(OVERALL, "DEU", mean="all", ax=axes()))
    ax = plot.trend(scores.loc[["DEU"]], "DEU", mean="all", ax=axes())
    assert "No mean of all countries: fewer than two countries." in words_of(ax)


GAPPY = series(
    {("DEU", 2000): 9, ("FRA", 2000): 11, ("DEU", 2001): 9, ("DEU", 2002): 12}
    | {("FRA", 2002): 8, ("DEU", 2003): 12, ("FRA", 2003): 9, ("DEU", 2006): 12}
    | {("FRA", 2006): 9}
)
"""Two countries in 2000, 2002, 2003 and 2006; a single one in 2001; none in 2004 and 2005."""


@pytest.mark.parametrize(("mean", "of"), [("all", "all countries"), ("region", "Europe")])
@pytest.mark.parametrize("band", ["sd", "se"])
def test_no_mean_and_no_band_crosses_a_gap(mean: str, of: str, band: str) -> None:
    ax = plot.trend(GAPPY, "DEU", mean=mean, band=band, context=None, ax=axes())
    (line,) = lines(ax, f"Mean of {of}")
    same(line.get_xdata(), range(2000, 2007))
    same(line.get_ydata(), [10, np.nan, 10, 10.5, np.nan, np.nan, 10.5])
    assert line.get_marker() == "."
    shade, _ = ax.collections
    assert [{*path.vertices[:, 0]} for path in shade.get_paths()] == [{2000}, {2002, 2003}, {2006}]
    computed = pi.yearly_means(GAPPY)
    reach = computed[band] * {"sd": 1, "se": 1.96}[band]
    for (low, high), year in zip(segments(ax), (2000, 2006), strict=True):
        middle = computed["mean"][year]
        same([low, high], [[year, middle - reach[year]], [year, middle + reach[year]]])
    note = words_of(ax)
    assert (
        f"mean of {of} (n = 2 in 2000, 2002\N{EN DASH}2003, 2006; no mean of one country in 2001)"
        in note
    )


@pytest.mark.parametrize(("band", "words"), [("sd", "one standard deviation"), ("se", "1.96")])
def test_the_footnote_explains_the_dashed_line_and_the_band(band: str, words: str) -> None:
    note = words_of(plot.trend(OVERALL, "DEU", mean="all", band=band, ax=axes()))
    assert "Dashed: mean of all countries (n = " in note
    assert f"Band: {words}" in note
    assert "Band" not in words_of(plot.trend(OVERALL, "DEU", mean="all", ax=axes()))


@pytest.mark.parametrize(
    ("countries", "context", "words"),
    [
        (["DEU", "KOR"], "lines", "Grey: the other 166 countries"),
        (["DEU", "KOR"], "none", "n = 2 of 168 countries with a score."),
        (["DEU"], "band", "n = 1 country with a score."),
    ],
)
def test_a_trend_states_its_n(countries: list[str], context: str | None, words: str) -> None:
    scores = OVERALL if len(countries) > 1 else OVERALL.loc[countries]
    n = len(scores.dropna().index.unique("country"))
    note = words_of(plot.trend(scores, countries, context=context, ax=axes()))
    assert words.replace("168", f"{n}").replace("166", f"{n - 2}") in note


def with_a_thin_year(scores: pd.DataFrame) -> pd.DataFrame:
    """Add a year with a single score, of a country without any other."""
    thin = scores.loc[["PRK"]].xs(2009, level="year", drop_level=False)
    return pd.concat([scores, thin.rename(index={2009: 2010, "PRK": "Atlantis"})])


def rotating() -> pd.DataFrame:
    """Return two countries in each of two years, none in both except for a prosecution score."""
    rows = {("DEU", 2001): [5, 5, 5], ("NGA", 2001): [4, 4, 4]}
    rows |= {("FRA", 2002): [3, 3, 3], ("KOR", 2002): [2, 2, 2]}
    rows |= {("ITA", 2001): [3, None, None], ("ITA", 2002): [4, None, None]}
    return panel_of(rows, DIMENSIONS)


def test_the_mean_of_the_balanced_cohort_leaves_out_thin_years() -> None:
    scores = with_a_thin_year(SCORES)["overall"]
    ax = plot.trend(scores, "DEU", mean="balanced", ax=axes())
    (line,) = lines(ax, "Mean of the balanced cohort")
    same(line.get_xdata(), range(2000, 2010))
    same(line.get_ydata(), pi.yearly_means(OVERALL, cohort="balanced")["mean"])
    assert "in 2000\N{EN DASH}2009)" in words_of(ax)


def test_a_cohort_without_a_country_is_not_drawn_and_the_footnote_says_so() -> None:
    ax = plot.trend(rotating()["protection"], "DEU", mean="balanced", ax=axes())
    (line,) = lines(ax, "Mean of the balanced cohort")
    assert np.isnan(line.get_ydata()).all()
    assert "No mean of the balanced cohort: fewer than two countries." in words_of(ax)


def test_a_cohort_without_a_country_has_no_line_and_the_footnote_says_so() -> None:
    ax = plot.yearly_means(rotating(), ax=axes())
    drawn = {panel.get_label(): lines(panel, "scored in every year") for panel in ax.child_axes}
    assert [name for name, found in drawn.items() if found] == ["prosecution"]
    note = words_of(ax)
    assert "of those scored in every year (1)" in note
    assert "No country scored in every year: protection, prevention." in note
    one = levelled(["protection"])
    note = words_of(plot.yearly_means(rotating(), codebook=one, ax=axes()))
    assert "of those" not in note
    assert "No country scored in every year: protection." in note
    note = words_of(plot.yearly_means(rotating(), cohort=["ITA"], ax=axes()))
    assert "of those listed and scored (1)" in note
    assert "No country listed and scored: protection, prevention." in note


def test_events_are_lines_of_one_country_or_of_all() -> None:
    ax = plot.trend(OVERALL, ["DEU", "KOR"], events=LAWS, ax=axes())
    (line,) = [line for line in ax.lines if line.get_linestyle() == ":"]
    same(line.get_xdata(), [2005, 2005])
    assert to_hex(line.get_color()) == theme.PALETTE[0].lower()
    note = words_of(ax)
    assert "Germany's full law, 2005" in note
    assert "No full law is recorded for South Korea." in note
    named = plot.trend(OVERALL, "DEU", events={"Second": 2005, "First": 2003}, ax=axes())
    drawn = sorted(line.get_xdata()[0] for line in named.lines if line.get_linestyle() == ":")
    assert drawn == [2003, 2005]
    assert {"First, 2003", "Second, 2005"} <= {each.get_text().strip() for each in texts_of(named)}
    check_apart(texts_of(named))


def test_eight_countries_tied_to_the_end_are_labelled_apart() -> None:
    tied = OVERALL.xs(2009, level="year").eq(14)
    ax = plot.trend(OVERALL, list(tied.index[tied])[:8], mean="all")
    drawn = texts_of(ax)
    check_legible(drawn)
    assert {f"{pi.countries._short_name(code)} 14" for code in tied.index[tied]} <= {
        text.get_text() for text in drawn
    }


def check_beside_markers(ax: Axes) -> None:
    """Check that no label of a line covers a marker."""
    labels = [note for note in texts_of(ax) if getattr(note, "arrow_patch", None) is not None]
    boxes = [Text.get_window_extent(note) for note in labels]
    assert boxes
    for line in ax.lines:
        points = line.get_xydata() if line.get_marker() not in ("", "None", None) else []
        for x, y in ax.transData.transform([point for point in points if not np.isnan(point[1])]):
            radius = line.get_markersize() / 2 * ax.figure.dpi / 72
            marker = Bbox.from_extents(x - radius, y - radius, x + radius, y + radius)
            assert not any(box.overlaps(marker) for box in boxes)


def test_no_label_covers_a_marker_of_a_longer_line() -> None:
    codes = ["DEU", "ITA", "KOR", "NGA", "PRK", "SWE", "COL", "USA"]
    scores = OVERALL.drop(index=[(code, 2009) for code in codes[:3]]).drop(index=[("NGA", 2008)])
    check_beside_markers(plot.trend(scores, codes, mean="all"))
    ax = plot.trend(series({("DEU", 2001): 7, ("NGA", 2002): 7}), ["DEU", "NGA"])
    check_beside_markers(ax)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"countries": ["DEU", "Germny"]}, "1 of 2 is not: 'Germny' .*Germany"),
        ({"countries": []}, "countries must be names or codes"),
        ({"countries": None}, "1 of 1 is not: None"),
        ({"countries": list(OVERALL.index.unique(0)[:9])}, "at most 8 .* use small_multiples"),
        ({"mean": "median"}, "mean must be one of all, balanced, region or None; got 'median'"),
        ({"band": "se"}, "band must be one of sd, se or None, and needs a mean"),
        ({"context": "pale"}, "context must be one of band, lines, none; got 'pale'"),
        ({"scores": SCORES.drop(columns="overall")}, "scores must be a Series"),
    ],
)
def test_a_trend_refuses_options_that_are_not_valid(options: dict[str, Any], message: str) -> None:
    arguments = {"scores": OVERALL, "countries": ["DEU"], "ax": axes()} | options
    with pytest.raises(ValueError, match=message):
        plot.trend(arguments.pop("scores"), arguments.pop("countries"), **arguments)


# Several charts on a figure.


@pytest.mark.parametrize("baseline", [2002, "entry"])
def test_small_multiples_draw_each_country_and_its_change(baseline: int | str) -> None:
    codes = ["DEU", "LUX", "NGA", "KOR", "SOM"]
    figure = plot.small_multiples(
        OVERALL,
        codes,
        baseline=baseline,
        events=LAWS,
        figure=Figure((7.5, 5), layout="constrained"),
    )
    first = OVERALL.dropna().reset_index("year").groupby("country")["year"].first()
    since = pi.changes(OVERALL, since=first if baseline == "entry" else 2002)["change"]
    for ax, code in zip(figure.axes, codes, strict=True):
        same(ax.lines[0].get_ydata(), by_year(OVERALL, code))
        change = since[code].dropna()
        if not len(change):
            assert ax.get_title(loc="right") == ""
            continue
        note = ax.get_title(loc="right").replace("\N{MINUS SIGN}", "-")
        number, unit = note.split()
        assert float(number) == change.iloc[-1]
        assert unit == ("point" if abs(float(number)) == 1 else "points")
        start = first[code] if baseline == "entry" else 2002
        same(ax.lines[1].get_ydata(), [OVERALL[code, start]] * 2)
        laws = [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == ":"]
        assert laws == [LAWS.get(code)] * int(pd.notna(LAWS.get(code)))
    assert len({ax.get_ylim() for ax in figure.axes}) == 1


@pytest.mark.slow
def test_small_multiples_of_many_fit_and_refuse_an_unknown_baseline() -> None:
    codes = list(OVERALL.index.unique(0)[:17])
    figure = plot.small_multiples(OVERALL, codes, baseline="entry")
    check_legible(texts_of(figure))
    with pytest.raises(ValueError, match="baseline must be a year, 'entry' or None; got 'first'"):
        plot.small_multiples(OVERALL, codes, baseline="first", figure=Figure())


@pytest.mark.parametrize("codings", [True, False])
def test_a_profile_draws_scores_bounds_ranks_and_the_region(codings: bool) -> None:
    figure = plot.profile(
        DEMO if codings else SCORES, "Luxembourg", figure=Figure(layout="constrained")
    )
    charts = {ax.get_label(): ax for ax in figure.axes}
    for name in ("overall", *DIMENSIONS):
        _, drawn = line_of(charts[name], theme.PALETTE[0])
        same(drawn, by_year(SCORES[name], "LUX"))
        mean = pi.yearly_means(SCORES[name], by="region").loc["Europe", "mean"]
        same(charts[name].lines[0].get_ydata(), mean)
        low, high = (by_year(BOUNDS[f"{name}_{end}"], "LUX") for end in ("low", "high"))
        expected = [
            (year, low[year], high[year]) for year in range(2000, 2010) if high[year] > low[year]
        ]
        np.testing.assert_allclose(
            spans(charts[name]), expected if codings else np.empty((0,)), atol=1e-9
        )
    _, drawn = line_of(charts["rank"], theme.PALETTE[0])
    n = OVERALL.groupby(level="year").count()
    same(drawn, by_year(pi.ranks(OVERALL), "LUX") / n)
    ranked = by_year(OVERALL, "LUX").dropna().index
    standing = [pi.standings(SCORES, year, min_weight=0).loc["LUX"] for year in ranked]
    np.testing.assert_allclose(
        [ends for _, *ends in spans(charts["rank"])],
        [
            (each["rank_low"] / n[year], each["rank_high"] / n[year])
            for year, each in zip(ranked, standing, strict=True)
        ],
    )


def test_a_profile_refuses_other_columns_and_unknown_countries() -> None:
    with pytest.raises(pi.PanelError, match="the panel must have the dimensions of the codebook"):
        plot.profile(SCORES[["overall"]], "DEU", figure=Figure())
    with pytest.raises(ValueError, match="1 of 1 is not: 'Utopia'"):
        plot.profile(SCORES, "Utopia", figure=Figure())
    with pytest.raises(ValueError, match="a profile is of one country; got 2: ITA, KOR; use small"):
        plot.profile(SCORES, ["Italy", "KOR"], figure=Figure())  # type: ignore[arg-type]


def test_a_profile_names_the_region_of_its_dashed_line() -> None:
    counts = pd.concat(
        pi.yearly_means(SCORES[name], by="region").loc["Africa"]["n"]
        for name in (*DIMENSIONS, "overall")
    )
    n = f"{counts[counts > 1].min()}\N{EN DASH}{counts.max()}"
    note = words_of(plot.profile(SCORES, "NGA", figure=Figure(layout="constrained")))
    assert f"Dashed: mean of Africa (n = {n})." in note
    alone = plot.profile(SCORES.loc[["NGA"]], "NGA", figure=Figure(layout="constrained"))
    assert "Dashed" not in words_of(alone)


# Tables of colours.


def drawn_cells(ax: Axes) -> pd.DataFrame:
    """Return the table of a heat map, row by row from the labels."""
    rows = {}
    for part in parts(ax):
        (mesh,) = part.findobj(QuadMesh) if part is not ax else part.collections[:1]
        names = [label.get_text() for label in part.get_yticklabels()]
        values = np.ma.filled(np.ma.asarray(mesh.get_array(), dtype=float), np.nan)
        rows |= dict(zip(names, values.reshape(len(names), -1), strict=True))
    return pd.DataFrame.from_dict(rows, orient="index")


@pytest.mark.parametrize("order", ["latest", "name"])
def test_a_heatmap_draws_every_score_in_order(order: str) -> None:
    cells = drawn_cells(plot.heatmap(OVERALL, order=order))
    table = wide(OVERALL)
    table.index = [pi.countries._short_name(code) for code in table.index]
    scored = table[table.notna().any(axis=1)]
    assert sorted(cells.index) == sorted(scored.index)
    same(cells, scored.loc[cells.index])
    if order == "name":
        assert list(cells.index) == sorted(cells.index)
    else:
        latest = scored.ffill(axis=1).iloc[:, -1].loc[cells.index]
        assert latest.is_monotonic_decreasing


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"order": "latest"}, "by the latest score, the best on top"),
        ({}, "by region, and by the latest score, the best on top"),
        ({"order": "name"}, "by name"),
        ({"countries": ["NGA", "DEU"]}, "in the order listed"),
    ],
)
def test_a_heatmap_says_how_its_rows_are_sorted(options: Any, words: str) -> None:
    scores = OVERALL.loc[["DEU", "KOR", "NGA"]]
    assert f"Countries {words}" in words_of(plot.heatmap(scores, **options, ax=axes()))


def test_a_heatmap_of_listed_countries_has_their_order_and_hatches_missing_scores() -> None:
    ax = plot.heatmap(OVERALL, countries=["South Korea", "XKX", "DEU"], ax=axes())
    assert list(drawn_cells(ax).index) == ["South Korea", "Kosovo", "Germany"]
    behind = [patch for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_hatch()]
    assert [patch.get_bbox().bounds for patch in behind] == [
        (1999.5, row - 0.5, 10, 1) for row in range(3)
    ]
    with pytest.raises(ValueError, match="order must be one of region, latest, name, listed"):
        plot.heatmap(OVERALL, order="rank", ax=axes())


# Ranked lists.


EARLY = pd.concat(
    [SCORES, SCORES.loc[["DEU"]].iloc[:1].rename(index={2000: 1999}, level="year") * np.nan]
)
"""With a year that has a row but no score."""


@pytest.mark.parametrize("year", [1999, 1990, "2009"])
@pytest.mark.parametrize(
    "draw_in",
    [
        lambda year: plot.standings(EARLY, year),
        lambda year: plot.world(EARLY["overall"], year),
        lambda year: plot.movers(EARLY["overall"], year, 2009),
        lambda year: plot.movers(EARLY["overall"], 2009, year),
        lambda year: plot.decompose(EARLY["overall"], start=year),
        lambda year: plot.decompose(EARLY["overall"], end=year),
    ],
)
def test_years_without_a_score_are_refused_in_one_way(
    draw_in: Callable[[Any], object], year: object
) -> None:
    rule = r"(year|start|end) must be a year with a score \(2000.2009\); got '?"
    with pytest.raises(ValueError, match=f"{rule}{year}"):
        draw_in(year)


@pytest.mark.parametrize("years", [(2009, 2009), (2009, 2000)])
@pytest.mark.parametrize(
    "draw_from",
    [
        lambda start, end: plot.movers(OVERALL, start, end),
        lambda start, end: plot.decompose(OVERALL, start=start, end=end),
    ],
)
def test_a_change_that_ends_before_it_starts_is_refused(
    draw_from: Callable[[int, int], object], years: tuple[int, int]
) -> None:
    with pytest.raises(ValueError, match="start must be before end; got 2009 and 20"):
        draw_from(*years)


@pytest.mark.parametrize("kind", [*KINDS, "world"])
def test_data_without_a_row_are_refused(kind: str) -> None:
    options: dict[str, Any] = {
        "movers": {"start": 2000, "end": 2009},
        "event_study": {"events": LAWS},
        "profile": {"country": "DEU"},
        "standings": {"year": 2009},
        "small_multiples": {"countries": "DEU"},
        "trend": {"countries": "DEU"},
        "world": {"year": 2009},
    }.get(kind, {})
    nothing = (SCORES if kind in ("yearly_means", "profile", "standings") else OVERALL).iloc[:0]
    with pytest.raises(pi.PanelError, match="a chart needs a country in a year; the data have no"):
        getattr(plot, kind)(nothing, **options)


# Averages.


def last_year(ax: Axes) -> float:
    """Return the last year of the axis."""
    return (ax if ax.axison else ax.child_axes[0]).get_xlim()[1] - 0.5


def test_means_leave_out_thin_years_unless_the_user_names_them() -> None:
    thin = (
        SCORES.loc[["DEU"]]
        .rename(index={2009: 2010}, level="year")
        .xs(2010, level="year", drop_level=False)
    )
    panel = pd.concat([SCORES, thin])
    for chart in (plot.yearly_means(panel, ax=axes()), plot.decompose(panel["overall"], ax=axes())):
        assert last_year(chart) == 2009
        assert "Left out: years with fewer scores than a quarter" in words_of(chart)
        assert "2010 (1)." in words_of(chart)
    named = (
        plot.yearly_means(panel, years=(2000, 2010), ax=axes()),
        plot.decompose(panel["overall"], end=2010, ax=axes()),
    )
    for chart in named:
        assert last_year(chart) == 2010
        assert "Left out" not in words_of(chart)
    without = (
        plot.yearly_means(panel, years=(2000, 2009), ax=axes()),
        plot.yearly_means(SCORES, ax=axes()),
    )
    assert not any("Left out" in words_of(chart) for chart in without)
    with pytest.raises(pi.PanelError, match="must have the dimensions of the codebook"):
        plot.yearly_means(SCORES[["overall"]], ax=axes())


def test_a_decomposition_draws_no_step_without_a_country_that_stayed() -> None:
    scores = with_a_thin_year(SCORES)["overall"]
    assert pi.dynamics.decompose_yearly(scores, 2009, 2010)["total"].notna().all()
    ax = plot.decompose(scores, end=2010, ax=axes())
    (dots,) = lines(ax, "change of the mean")
    assert [x for x, y in zip(*dots.get_data(), strict=True) if not np.isnan(y)] == [
        *range(2001, 2010)
    ]
    assert "Not drawn, since no country stayed: 2010." in words_of(ax)
    assert "Not drawn" not in words_of(plot.decompose(scores, ax=axes()))


def test_a_decomposition_without_a_step_says_so_and_has_its_legend() -> None:
    usual = plot.decompose(OVERALL)
    late = plot.decompose(with_a_thin_year(SCORES)["overall"], 2009)
    note = words_of(late)
    assert "2010 (1)." in note
    assert "no step between two years" in note
    assert "stayed" not in note
    check_legible(texts_of(late))
    colours = [
        [each.get_facecolor() for each in chart.get_legend().get_patches()]
        for chart in (usual, late)
    ]
    assert colours[0] == colours[1]
    assert len({*colours[1]}) == 3


@pytest.mark.parametrize("kind", ["decompose", "event_study", "yearly_means"])
def test_nothing_strikes_through_the_words_of_an_empty_chart(kind: str) -> None:
    chart = draw(kind, odd_panel("all missing"))
    (note, *_) = [text for text in chart.findobj(Text) if text.get_text() == "no data"]
    behind = note.get_bbox_patch()
    assert behind is not None
    assert behind.get_facecolor()[3] == 1
    assert note.axes is not None
    assert note.get_zorder() > max([line.get_zorder() for line in note.axes.lines], default=0)


@pytest.mark.parametrize("country", ["Nigeria", "Kazakhstan", "DR Congo", "France"])
def test_the_first_rank_of_a_profile_covers_no_bar(published: pd.DataFrame, country: str) -> None:
    chart = plot.profile(published, country)
    chart.draw_without_rendering()
    (ax,) = [each for each in chart.axes if each.get_label() == "rank"]
    (start,) = [note for note in ax.texts if note.get_text().endswith((" of 73", " of 89"))]
    words = Text.get_window_extent(start)
    assert not [bar for bar in ax.patches if bar.get_window_extent().overlaps(words)]
    assert ax.bbox.y0 <= words.y0
    assert words.y1 <= ax.bbox.y1


def test_an_event_study_ends_where_its_scores_do() -> None:
    events = pd.Series({"DEU": 2002, "NGA": 2004}, name="law")
    ax = plot.event_study(OVERALL, events, window=(-9, 20), ax=axes())
    counts = pi.event_study(OVERALL, events, window=(-9, 20), draws=1).table["n"]
    known = counts.index[counts > 0]
    assert counts.iloc[0] == counts.iloc[-1] == 0
    assert ax.get_xlim() == (known[0] - 0.5, known[-1] + 0.5)
    assert 1 in counts.to_numpy()
    assert "No interval where n = 1." in words_of(ax)


@pytest.mark.parametrize(
    ("base", "control"), [(-1, "not_yet"), (-2, "never"), (0, "none"), (None, "none")]
)
def test_an_event_study_draws_means_limits_and_n(base: int | None, control: str) -> None:
    ax = plot.event_study(OVERALL, LAWS, window=(-3, 4), base=base, control=control, ax=axes())
    computed = pi.event_study(OVERALL, LAWS, window=(-3, 4), base=base, control=control)
    table = computed.table
    whole, strong = [line for line in ax.lines if len(line.get_xdata()) > 2]
    same(whole.get_xdata(), range(-3, 5))
    same(whole.get_ydata(), table["mean"])
    few = table["n"] < table["n"].max() / 2
    same(strong.get_ydata(), table["mean"].where(~few))
    bars, dots = ax.collections
    drawn = [segment[:, 1] for segment in bars.get_segments() if len(segment)]
    same(drawn, table[["low", "high"]].dropna())
    assert [shade[3] < 0.2 for shade in bars.get_colors()] == few.tolist()
    white = [place for place, colour in enumerate(dots.get_facecolors()) if colour[:3].min() == 1]
    assert white == ([] if base is None else [base + 3])
    counts = [label.get_text().split("\n")[1] for label in ax.get_xticklabels()]
    assert counts == [f"{n}" for n in table["n"]]
    words = words_of(ax)
    assert f"n = {computed.n} countries with the event" in words
    if control == "none":
        assert "no control group" in words
        assert "proof" not in words
    else:
        assert "A comparison, no proof of cause." in words
        group = {"not_yet": "without the event so far", "never": "that never have the event"}
        assert f"less those of countries {group[control]}" in words
        assert f"{computed.never} never have it" in words
    assert ("Faint where n is less than half" in words) == few.any()


# The published scores: the worst of the real cases.


@pytest.mark.slow
@every_chart
def test_texts_are_apart_on_the_published_scores(kind: str, published: pd.DataFrame) -> None:
    tied = published["overall"].xs(2013, level="year").value_counts().max()
    assert tied == 31
    check_legible(texts_of(draw(kind, published, year=2013)))


@pytest.mark.slow
@pytest.mark.parametrize("mean", [None, "region"])
def test_no_label_covers_a_marker_of_the_published_scores(
    published: pd.DataFrame, mean: str | None
) -> None:
    lasting = published["overall"].dropna().reset_index("year")["year"].groupby("country").max()
    ended = list(lasting.sort_values(kind="stable").index)
    for codes in (
        ["TLS", "SOM", "IRQ", "HTI", "DEU", "KOR"],
        [*ended[:4], *ended[-4:]],
        [*ended[4:7], *ended[-5:]],
    ):
        check_beside_markers(plot.trend(published["overall"], codes, mean=mean))


@pytest.mark.slow
def test_eight_of_the_31_tied_in_2013_are_labelled_apart(published: pd.DataFrame) -> None:
    in_2013 = published["overall"].xs(2013, level="year")
    tied = list(in_2013.index[in_2013 == in_2013.value_counts().idxmax()])
    for first in range(0, 24, 8):
        ax = plot.trend(published["overall"], tied[first : first + 8], mean="region")
        check_legible(texts_of(ax))


# Notebooks.


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return the pictures that a notebook shows, in a stand-in for IPython."""
    pictures: list[bytes] = []
    module = types.ModuleType("IPython.display")
    module.Image = lambda data: data  # type: ignore[attr-defined]
    module.display = pictures.append  # type: ignore[attr-defined]
    parent = types.ModuleType("IPython")
    parent.version_info = (9, 0)  # type: ignore[attr-defined]
    parent.get_ipython = lambda: None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", parent)
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    return pictures


@pytest.mark.parametrize(
    "draw_figure",
    [lambda: plot.profile(SCORES, "NGA"), lambda: plot.small_multiples(OVERALL, ["DEU", "NGA"])],
)
def test_a_notebook_shows_a_figure_once(
    displayed: list[bytes], draw_figure: Callable[[], Any]
) -> None:
    import matplotlib.pyplot as plt

    figure = draw_figure()
    assert plt.get_fignums() == [figure.number]
    figure._ipython_display_()  # the value of the cell
    assert [picture[1:4] for picture in displayed] == [b"PNG"]
    assert plt.get_fignums() == []  # so that the end of the cell shows nothing
    figure._ipython_display_()  # the value of a later cell
    assert len(displayed) == 2


def test_a_figure_on_a_canvas_of_its_own_is_not_shown_again(
    displayed: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from policyindex.plot import _style

    figure = plot.profile(SCORES, "NGA")
    monkeypatch.setattr(_style, "get_backend", lambda: "ipympl")
    figure._ipython_display_()
    assert displayed == []


@pytest.mark.parametrize("scale", [(0, 10**6), (0, 10**12)])
def test_a_colour_for_each_of_thousands_of_levels_is_refused(
    scale: tuple[int, int],
) -> None:
    index = pd.MultiIndex.from_product(
        [["ITA", "NGA"], range(1900, 2101)], names=["country", "year"]
    )
    income = pd.Series(np.arange(402.0) ** 2, index=index, name="income")
    draws: list[Callable[[], Any]] = [
        lambda: plot.heatmap(income, scale=scale),
        lambda: plot.world(income, 2000, scale=scale),
    ]
    for draw in draws:
        with pytest.raises(pi.PanelError, match="income must have at most 1,000 levels.*group its"):
            draw()
    assert plot.trend(income + 0.5, ["ITA"], scale=(0, 10**12)).get_ylim()[1] >= 10**12
