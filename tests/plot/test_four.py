"""Trend, small multiples, profile and heat map, each by the lines of its acceptance."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection, QuadMesh
from matplotlib.figure import Figure
from matplotlib.text import Text

import policyindex as pi
from builders import series
from pictures import axes, check_legible, texts_of, title, words
from policyindex import plot
from policyindex.panel.shape import wide
from policyindex.plot import _theme as theme

SCORES = pi.score(pi.datasets.load_demo())
OVERALL = SCORES["overall"]
LAWS = pd.Series({"DEU": 2005, "NGA": 1998, "KOR": None}, name="law")


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    """Return the published scores, which only some machines have."""
    folder = os.environ.get("POLICYINDEX_REAL_DATA")
    if folder is None:
        pytest.skip("POLICYINDEX_REAL_DATA names no folder with the published file")
    with pytest.warns(pi.ReadingWarning):
        return pi.read_scores(Path(folder, "published_3p_2000_2013.dta"))


def figure(width: float = 7.5, height: float = 5.5) -> Figure:
    return Figure(figsize=(width, height), layout="constrained")


# Trend.


def test_the_band_of_a_trend_is_the_middle_of_all_countries_each_year() -> None:
    ax = plot.trend(OVERALL, "DEU", ax=axes())
    (band,) = [each for each in ax.collections if isinstance(each, PolyCollection)]
    limits = band.get_datalim(ax.transData)
    table = wide(OVERALL)
    assert limits.y0 == pytest.approx(table.quantile(0.1).min())
    assert limits.y1 == pytest.approx(table.quantile(0.9).max())
    (median,) = [line for line in ax.lines if len(line.get_xdata()) and line.get_marker() == "."]
    np.testing.assert_allclose(median.get_ydata(), table.median())
    assert not [each for each in ax.collections if isinstance(each, LineCollection)]
    assert "Median" in words(ax)
    n = table.notna().sum()
    assert f"(n = {n.min()}\N{EN DASH}{n.max()} a year)" in words(ax)


def test_a_year_with_four_scores_has_no_band() -> None:
    few = plot.trend(OVERALL.loc[["DEU", "NGA", "KOR", "ITA"]], "DEU", ax=axes())
    assert "Grey" not in words(few)
    assert "Median" not in words(few)


def test_a_line_is_labelled_with_the_name_and_the_last_score_and_its_year_if_earlier() -> None:
    scores = series({("DEU", 2001): 4, ("DEU", 2002): 9, ("NGA", 2001): 7})
    drawn = words(plot.trend(scores, ["DEU", "NGA"], ax=axes()))
    assert "Germany 9" in drawn
    assert "Nigeria 7 (2001)" in drawn


def test_lines_that_cover_one_another_are_told_to_the_reader(published: pd.DataFrame) -> None:
    eight = ["DEU", "FRA", "ITA", "ESP", "NLD", "BEL", "AUT", "SWE"]
    drawn = words(plot.trend(published["overall"], eight, ax=axes()))
    assert "109 scores stand at 47 places" in drawn
    assert "heatmap, --country" in drawn
    tiles = plot.heatmap(published["overall"], countries=eight, ax=axes(7.5, 4))
    digits = [each for each in texts_of(tiles) if each.get_text().isdecimal()]
    assert sum(len(each.get_text()) < 3 and each.axes is tiles for each in digits) == 109
    check_legible(tiles)


@pytest.mark.parametrize(("same", "places"), [(0, None), (1, None), (2, 6), (4, 4)])
def test_lines_are_told_of_if_a_third_of_their_points_coincide(
    same: int, places: int | None
) -> None:
    rows = {("DEU", 2001 + place): 5 for place in range(4)}
    rows |= {("NGA", 2001 + place): 5 if place < same else 9 for place in range(4)}
    drawn = words(plot.trend(series(rows), ["DEU", "NGA"], ax=axes()))
    assert ("stand at" in drawn) == (places is not None)
    if places is not None:
        assert f"8 scores stand at {places} places" in drawn


def test_events_name_their_country_and_countries_without_one_are_named() -> None:
    drawn = words(plot.trend(OVERALL, ["DEU", "NGA", "KOR"], events=LAWS, ax=axes()))
    assert "Germany's law, 2005" in drawn
    assert "No law is recorded for South Korea" in drawn
    assert "The law is outside these years: Nigeria 1998" in drawn


def test_events_of_one_year_stand_apart() -> None:
    laws = pd.Series(dict.fromkeys(["DEU", "NGA", "KOR", "ITA"], 2008), name="law")
    check_legible(plot.trend(OVERALL, list(laws.index), events=laws, ax=axes()))


@pytest.mark.parametrize(
    ("rows", "countries", "finding"),
    [
        (
            {("DEU", 2001): 4, ("DEU", 2002): 9},
            "DEU",
            "Germany rose from 4 to 9 of 15, 2001 to 2002",
        ),
        (
            {("DEU", 2001): 9, ("DEU", 2002): 4},
            "DEU",
            "Germany fell from 9 to 4 of 15, 2001 to 2002",
        ),
        (
            {("NLD", 2001): 9, ("NLD", 2002): 9},
            "NLD",
            "The Netherlands has 9 of 15 in 2002, as in 2001",
        ),
        ({("DEU", 2001): 4}, "DEU", "Germany has 4 of 15 in 2001"),
        ({("DEU", 2001): np.nan}, "DEU", "Germany has no score"),
        (
            {("DEU", 2001): 4, ("NGA", 2001): 4, ("NGA", 2002): 5},
            ["DEU", "NGA"],
            "in 2001, of these 2 countries Germany and Nigeria share the highest score, 4 of 15",
        ),
    ],
)
def test_the_title_of_a_trend_says_a_finding(
    rows: dict[tuple[str, int], float], countries: Any, finding: str
) -> None:
    ax = plot.trend(series(rows), countries, ax=axes())
    assert title(ax) == f"3P Anti-trafficking Policy Index: {finding}"


# Small multiples.


def right_title(ax: Axes) -> Text:
    """Return the text at the right over a chart."""
    (words,) = [text for text in ax.findobj(Text) if text.get_text() == ax.get_title(loc="right")]
    return words


def test_small_multiples_have_the_others_behind_an_end_value_a_unit_and_years() -> None:
    codes = ["DEU", "NGA", "KOR", "GHA"]
    chart = plot.small_multiples(OVERALL, codes, baseline="entry", figure=figure())
    for ax, code in zip(chart.axes, codes, strict=True):
        (others,) = [each for each in ax.collections if isinstance(each, LineCollection)]
        assert len(others.get_segments()) == 3
        last = OVERALL[code].dropna().iloc[-1]
        assert f"{last:g}" in [note.get_text() for note in ax.texts]
        assert "point" in ax.get_title(loc="right")
    chart.draw_without_rendering()
    for ax in chart.axes[1:]:
        assert any(label.get_visible() for label in ax.get_xticklabels())
    drawn = words(chart)
    assert "From 3 (worst) to 15 (best). Grey: the other countries of this chart" in drawn
    assert "of these 4 countries" in drawn


def test_values_without_a_codebook_have_no_unit() -> None:
    values = OVERALL.rename("tier")
    chart = plot.small_multiples(values, ["DEU", "NGA"], baseline=2002, figure=figure())
    assert "point" not in words(chart)


def test_changes_of_all_countries_are_in_the_title_and_in_colour() -> None:
    cells = {("DEU", 2001): 4, ("DEU", 2002): 9, ("NGA", 2001): 7, ("NGA", 2002): 8}
    rises = plot.small_multiples(series(cells).rename("overall"), ["DEU", "NGA"], baseline=2001)
    assert "both countries rose, since 2001" in words(rises)
    gain = {right_title(ax).get_color() for ax in rises.axes}
    assert gain == {theme.as_text(theme.gain(rises.axes[0]), rises.axes[0])}
    falls = plot.small_multiples(
        series(cells).rename("tier"), "DEU", baseline=2001, lower_is_better=True
    )
    (ax,) = falls.axes
    assert right_title(ax).get_color() == theme.as_text(theme.loss(ax), ax)


@pytest.mark.parametrize(("name", "unit"), [("overall", ", in points."), ("tier", ".")])
def test_a_change_beside_a_long_name_leaves_its_unit_to_the_footnote(name: str, unit: str) -> None:
    cells = {(code, year): year - 1995 for code in ("PNG", "DEU", "NGA") for year in (2001, 2002)}
    scores = series(cells).rename(name)
    chart = plot.small_multiples(scores, "PNG", baseline=2001, figure=figure(2.1, 3.5))
    check_legible(chart)
    assert chart.axes[0].get_title(loc="right") == "+1"
    assert f"with the change since{unit}" in words(chart)
    wide_enough = plot.small_multiples(scores, "PNG", baseline=2001, figure=figure())
    assert wide_enough.axes[0].get_title(loc="right") == ("+1 point" if name == "overall" else "+1")
    assert "in points" not in words(wide_enough)


def test_countries_without_a_score_at_the_baseline_are_named() -> None:
    cells = {("DEU", 2001): 4, ("DEU", 2002): 9, ("NGA", 2002): 8, ("KOR", 2003): np.nan}
    scores = series(cells).rename("overall")
    chart = plot.small_multiples(scores, ["DEU", "NGA", "KOR"], baseline=2001)
    assert "No score in 2001: Nigeria." in words(chart)
    chart = plot.small_multiples(scores, ["DEU", "NGA", "KOR"], baseline="entry")
    assert "No score in" not in words(chart)


# Profile.


def test_a_rank_is_a_share_of_the_countries_ranked(published: pd.DataFrame) -> None:
    chart = plot.profile(published, "DR Congo", figure=figure(7.5, 6))
    (ax,) = [ax for ax in chart.axes if ax.get_label() == "rank"]
    shares = max((line for line in ax.lines), key=lambda line: line.get_zorder())
    drawn = dict(zip(shares.get_xdata(), shares.get_ydata(), strict=True))
    assert drawn[2000] == pytest.approx(43 / 73)
    assert drawn[2013] == pytest.approx(90 / 182)
    low, high = ax.get_ylim()
    assert low > high
    told = [note.get_text() for note in ax.texts]
    assert any("43 of 73" in each for each in told)
    assert any("90 of 182" in each for each in told)


def test_a_profile_says_score_and_rank(published: pd.DataFrame) -> None:
    chart = plot.profile(published, "Nigeria", figure=figure(7.5, 6))
    drawn = words(chart)
    assert (
        "3P Anti-trafficking Policy Index: Nigeria has 13 of 15 in 2013, rank =14 of 182" in drawn
    )
    assert "Source: Published 3P scores, S.-Y. Cho (2015)." in drawn
    check_legible(chart)


# Heat map.


def rows_of(ax: Axes) -> list[str]:
    columns = [child for child in ax.child_axes if child.axison] or [ax]
    return [label.get_text() for each in columns for label in each.get_yticklabels()]


def test_the_rows_stand_by_region_and_the_latest_full_year(published: pd.DataFrame) -> None:
    chart = plot.heatmap(published["overall"])
    rows = rows_of(chart)
    heads = [at for at, row in enumerate(rows) if row in ("Africa", "Americas", "Asia", "Europe")]
    assert rows[0] == "Africa"
    assert rows[1] == "Nigeria"
    assert len(heads) == 4
    in_2013 = published["overall"].xs(2013, level="year")
    africa = [pi.countries.iso3(name) for name in rows[1 : heads[1]]]
    assert len(africa) == 52
    assert in_2013.reindex(africa).is_monotonic_decreasing
    assert "in 2013, of 182 countries Spain and Poland share the highest score, 15 of 15" in title(
        chart
    )


def test_a_region_and_a_list_state_the_number_of_all() -> None:
    chart = plot.heatmap(OVERALL, region="Oceania", ax=axes(7.5, 5))
    scored = OVERALL.dropna().index.unique("country")
    inside = int((pi.countries.region(scored) == "Oceania").sum())
    assert f"of {inside} of {len(scored)} countries" in words(chart)
    assert len(rows_of(chart)) == inside
    with pytest.raises(ValueError, match="region must be a region"):
        plot.heatmap(OVERALL, region="Mars", ax=axes())


def test_a_heat_map_that_does_not_fit_keeps_the_first_and_those_to_highlight() -> None:
    chart = plot.heatmap(OVERALL, highlight="PRK", ax=axes(4.5, 3.5))
    rows = rows_of(chart)
    assert 3 <= len(rows) <= 30
    assert rows[-1] == "North Korea"
    latest = OVERALL.groupby(level="country").last()
    assert latest[pi.countries.iso3(rows[0])] == latest.max()
    assert f"Only {len(rows)} of 177 countries fit, the first and those highlighted" in words(chart)
    check_legible(chart)


def test_digits_of_a_heat_map_are_the_scores_and_legible() -> None:
    chart = plot.heatmap(OVERALL, countries=["DEU", "NGA", "PRK"], ax=axes(7.5, 4))
    (mesh,) = [each for each in chart.collections if isinstance(each, QuadMesh)]
    table = wide(OVERALL).loc[["DEU", "NGA", "PRK"]]
    digits: dict[tuple[int, int], Text] = {
        (round(each.get_position()[1]), round(each.get_position()[0])): each
        for each in chart.texts
        if each.get_text().isdecimal()
    }
    assert len(digits) == int(table.notna().to_numpy().sum())
    for (row, year), digit in digits.items():
        assert float(digit.get_text()) == table.loc[table.index[row], year]
        assert digit.get_fontsize() * 600 / (72 * 7.5) >= 9
    assert mesh.get_array() is not None


def test_no_year_of_a_single_country_is_on_an_axis(published: pd.DataFrame) -> None:
    overall = published["overall"]
    for ax in (
        plot.trend(overall, ["TLS", "NGA"], ax=axes()),
        plot.heatmap(overall, countries=["TLS", "NGA"], ax=axes()),
        plot.small_multiples(overall, ["TLS", "NGA"], figure=figure()).axes[0],
        plot.profile(published, "TLS", figure=figure(7.5, 6)).axes[0],
    ):
        assert ax.get_xlim()[1] == 2013.5
        assert "2014 (1)" in words(ax)


def test_one_ranked_country_has_no_rank_in_the_title() -> None:
    alone = plot.profile(SCORES.loc[["NGA"]], "NGA")
    assert "nan" not in words(alone)
    assert "rank" not in alone.get_suptitle()


@pytest.mark.parametrize("kind", ["trend", "small_multiples", "heatmap"])
def test_a_single_year_is_labelled_once(kind: str) -> None:
    year = OVERALL[OVERALL.index.get_level_values("year") == 2009]
    countries = {} if kind == "heatmap" else {"countries": ["NGA"]}
    chart = getattr(plot, kind)(year, **countries)
    for ax in chart.figure.axes:
        labels = [each.get_text() for each in ax.get_xticklabels()]
        assert {each for each in labels if each.startswith("20")} <= {"2009"}
        assert labels.count("2009") <= 1


def test_a_baseline_that_is_no_year_of_the_data_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="baseline must be a year of the scores .*; got 1990"):
        plot.small_multiples(OVERALL, ["NGA"], baseline=1990)


def test_a_highlighted_line_is_wider_than_the_others() -> None:
    def widths(**options: Any) -> dict[str, float]:
        ax = plot.trend(OVERALL, ["DEU", "NGA"], ax=axes(), **options)
        lines = [line for line in ax.lines if line.get_zorder() >= 4]
        return {
            code: line.get_linewidth() for code, line in zip(["DEU", "NGA"], lines, strict=True)
        }

    plain, stressed = widths(), widths(highlight="NGA")
    assert stressed["NGA"] > plain["NGA"]
    assert stressed["DEU"] == plain["DEU"]


def test_the_title_of_a_trend_is_of_the_latest_year_with_most_of_its_countries() -> None:
    cells = {
        ("DEU", 2001): 4,
        ("NGA", 2001): 7,
        ("DEU", 2002): 9,
        ("NGA", 2002): 5,
        ("DEU", 2003): 3,
    }
    ax = plot.trend(series(cells).rename("overall"), ["DEU", "NGA"], ax=axes())
    assert "in 2002, of these 2 countries Germany has the highest score, 9 of 15" in title(ax)


def test_units_without_a_region_stand_under_the_regions() -> None:
    cells = {(unit, 2001): 7 for unit in ("Atlantis", "NGA", "DEU", "FJI")}
    chart = plot.heatmap(series(cells).rename("overall"), ax=axes())
    regions = ("Africa", "Europe", "Oceania", "No region")
    assert tuple(row for row in rows_of(chart) if row in regions) == regions
    assert rows_of(chart)[-1] == "Atlantis"


def test_a_name_that_ends_with_s_has_an_apostrophe_alone() -> None:
    laws = pd.Series({"PHL": 2003, "NGA": 2005}, name="law")
    drawn = words(plot.trend(OVERALL, ["PHL", "NGA"], events=laws, ax=axes()))
    assert "Philippines' law, 2003" in drawn
    assert "Nigeria's law, 2005" in drawn
