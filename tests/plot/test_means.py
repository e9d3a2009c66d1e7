"""Yearly means, what moves them, and means around an event."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Text

import policyindex as pi
from pictures import axes, check_drawn, check_legible, parts, rows, title, words
from policyindex import plot
from policyindex.plot._geometry import contrast

DIMENSIONS = ["prosecution", "protection", "prevention"]


def mean_line(ax: Axes, label: str) -> np.ndarray:
    (line,) = [each for each in ax.lines if each.get_label() == label]
    return np.asarray(line.get_ydata())


# Yearly means.


def test_each_dimension_has_a_panel_with_two_labelled_lines(demo: pd.DataFrame) -> None:
    ax = plot.yearly_means(demo, ax=axes(7.5, 6))
    for name in DIMENSIONS:
        (panel,) = parts(ax, name)
        everyone = pi.yearly_means(demo[name])
        cohort = pi.yearly_means(demo[name], cohort="balanced")
        np.testing.assert_array_equal(mean_line(panel, "all countries"), everyone["mean"])
        np.testing.assert_array_equal(mean_line(panel, "scored in every year"), cohort["mean"])
        labels = [note.get_text() for note in panel.texts]
        assert f"all countries {everyone['mean'].iloc[-1]:.1f}" in labels
        assert f"scored in every year {cohort['mean'].iloc[-1]:.1f}" in labels
        assert panel.get_ylim()[0] < 1
        assert panel.get_ylim()[1] > 5
        counts = {
            int(tick): label.get_text().split("\n")[0]
            for tick, label in zip(panel.get_xticks(), panel.get_xticklabels(), strict=True)
        }
        assert counts == {year: f"{everyone['n'][year]:.0f}" for year in counts}
    years = [label.get_text().split("\n")[1] for label in panel.get_xticklabels()]
    assert years == [str(year) for year in counts]


def test_the_bands_are_standard_errors_and_the_note_says_of_what(demo: pd.DataFrame) -> None:
    ax = plot.yearly_means(demo, ax=axes(7.5, 6))
    (panel,) = parts(ax, "protection")
    bands = [each for each in panel.collections if isinstance(each, PolyCollection)]
    means = pi.yearly_means(demo["protection"])
    corners = bands[0].get_paths()[0].vertices
    at = corners[corners[:, 0] == 2005][:, 1]
    row = means.loc[2005]
    assert sorted({round(float(y), 9) for y in at}) == pytest.approx(
        [row["mean"] - row["se"], row["mean"] + row["se"]]
    )
    assert "one standard error on either side, of sampling of countries, not of coding" in words(ax)


def test_the_title_says_where_countries_gained(published: pd.DataFrame) -> None:
    ax = plot.yearly_means(published, ax=axes(7.5, 6))
    assert title(ax).endswith("Index: the same countries gained in every dimension, 2000 to 2013")
    assert "and of those scored in every year (71\N{EN DASH}76)" in words(ax)


@pytest.mark.parametrize("missing", [False, True])
def test_one_country_has_no_mean(demo: pd.DataFrame, missing: bool) -> None:
    one = demo.loc[["NGA", "DEU"]].copy() if missing else demo.loc[["NGA"]]
    if missing:
        one.loc["DEU"] = np.nan
    with pytest.raises(ValueError, match="two countries or more; the data have scores of one, NGA"):
        plot.yearly_means(one, ax=axes())


def test_the_cohort_cannot_be_all(demo: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="cohort must be 'balanced'.*; got 'all'"):
        plot.yearly_means(demo, cohort="all", ax=axes())


@pytest.mark.parametrize("width", [4.5, 5.0, 7.5])
@pytest.mark.parametrize("kind", ["yearly_means", "decompose"])
def test_the_names_of_numbers_are_apart_from_them(
    published: pd.DataFrame, kind: str, width: float
) -> None:
    ax = getattr(plot, kind)(published, ax=axes(width, 6))
    ax.figure.draw_without_rendering()
    charts = [part for part in ax.child_axes if part.get_label() in DIMENSIONS] or [ax]
    for chart in charts:
        (names,) = [note for note in chart.texts if note.get_text().split("\n")[0] in ("n", "year")]
        left = min(label.get_window_extent().x0 for label in chart.get_xticklabels())
        right = Text.get_window_extent(names).x1
        assert right < left - 0.25 * names.get_fontsize()


# Parts of a change.


def test_the_parts_of_each_year_add_up_to_the_net_line(demo: pd.DataFrame) -> None:
    ax = plot.decompose(demo["overall"], ax=axes())
    computed = pi.dynamics.decompose_yearly(demo["overall"], 2000, 2009)
    within, entry, exit_ = ax.containers
    for drawn, part in ((within, "within"), (entry, "entry"), (exit_, "exit")):
        np.testing.assert_allclose([bar.get_height() for bar in drawn], computed[part])
    (net,) = [line for line in ax.lines if line.get_label() == "change of the mean"]
    np.testing.assert_array_equal(net.get_ydata(), computed["total"])
    assert net.get_linestyle() == "-"
    assert ax.get_ylabel() == "Points"


def test_no_part_has_the_colour_of_a_gain_or_a_loss(demo: pd.DataFrame) -> None:
    ax = plot.decompose(demo["overall"], ax=axes())
    colours = {to_hex(bars[0].get_facecolor()) for bars in ax.containers}
    movers = plot.movers(demo["overall"], 2004, 2009, ax=axes())
    (chart,) = parts(movers, "histogram")
    assert len(colours) == 3
    assert not colours & {to_hex(bar.get_facecolor()) for bar in chart.patches}


def test_bars_with_room_have_their_number(published: pd.DataFrame) -> None:
    ax = plot.decompose(published, ax=axes(7.5, 5))
    labels = {(note.get_position()[0], note.get_text()) for note in ax.texts}
    assert (2002, "+1.2") in labels
    assert (2002, "\N{MINUS SIGN}0.4") in labels
    assert "the mean rose by 2.0 points, 2000 to 2013" in title(ax)


def test_one_step_has_a_bar_for_each_part(published: pd.DataFrame) -> None:
    ax = plot.decompose(published, 2005, 2006, ax=axes(7.5, 3.5))
    (bars,) = parts(ax, "parts")
    step = pi.decompose(published["overall"], 2005, 2006)
    assert rows(bars) == [
        "Change within 156 countries",
        "Entry of 6 countries",
        "Exit of 1 country",
        "Change of the mean",
    ]
    widths = [bar.get_width() for bar in bars.patches]
    np.testing.assert_allclose(widths, [step.within, step.entry, step.exit, step.total])
    said = words(ax)
    assert f"+{step.within:.2f} ({step.within_se:.2f})" in said
    assert "Errors are of sampling countries, not of coding" in said
    assert "Points" in said
    check_legible(ax)


# Events.


@pytest.fixture(scope="module")
def laws(real_file: Any) -> pd.Series:
    path: Path = real_file("events.csv")
    return pi.read_events(path, columns=["full_law"])["full_law"]


def test_the_event_and_the_controls_are_named_and_no_cause_is_claimed(
    published: pd.DataFrame, laws: pd.Series
) -> None:
    ax = plot.event_study(published, laws, window=(-5, 5), ax=axes(7.5, 5))
    assert "no clear difference from controls after full law" in title(ax)
    said = words(ax)
    assert "Years since full law" in said
    assert "less those of countries without the event so far" in said
    assert "95 % limits for all times together" in said
    assert "The paths were not parallel before it (time \N{MINUS SIGN}4" in said
    assert "A comparison, no proof of cause" in said
    assert "effect" not in said


def test_the_finding_is_the_last_difference_that_its_limits_support(demo: pd.DataFrame) -> None:
    scored = demo["overall"].groupby(level="country").count()
    codes = scored.index[scored == 10]
    events = pd.Series(dict.fromkeys(codes[:20], 2004.0), name="law")
    scores = demo["overall"].copy()
    units = scores.index.get_level_values("country")
    years = scores.index.get_level_values("year")
    scores[units.isin(events.index) & (years >= 2004)] += 40
    ax = plot.event_study(scores.rename("index"), events, window=(-2, 3), ax=axes())
    study = pi.event_study(scores, events, window=(-2, 3))
    mean = study.table["mean"][3]
    assert f"+{mean:.1f} beside controls, 3 years after law" in title(ax)


def test_the_title_of_the_parts_names_the_years_of_its_steps(demo: pd.DataFrame) -> None:
    overall = demo["overall"]
    stays = overall.xs(2009, level="year").dropna().index
    gone = next(unit for unit in overall.index.unique("country") if unit not in stays)
    later = pd.Series([7.0], pd.MultiIndex.from_tuples([(gone, 2010)], names=overall.index.names))
    more = pd.concat([overall, later]).sort_index().rename("overall")
    named = plot.decompose(more, 2000, 2010, ax=axes())
    assert "2000 to 2009; within" in title(named)
    assert "Not drawn, since no country stayed: 2010" in words(named)
    until = plot.decompose(overall, 2000, 2009, ax=axes())
    assert title(named).split(": ")[-1] == title(until).split(": ")[-1]


def test_parts_with_a_gap_or_without_a_step_have_no_sum_in_the_title(demo: pd.DataFrame) -> None:
    years = demo.index.get_level_values("year")
    gap = plot.decompose(demo["overall"][years != 2004], ax=axes())
    assert title(gap).endswith("what moved the mean, 2000 to 2009")
    alone = plot.decompose(demo["overall"][years == 2004], ax=axes())
    assert title(alone).endswith("no step from year to year")


@pytest.mark.parametrize("sheet", ["default", "dark_background"])
def test_the_numbers_in_bars_are_legible_on_their_bar(sheet: str, published: pd.DataFrame) -> None:
    with plt.style.context(sheet):
        ax = plot.decompose(published)
    labels = [note for note in ax.texts if note.get_bbox_patch() is not None]
    assert labels
    for note in labels:
        patch = note.get_bbox_patch()
        assert patch is not None
        assert contrast(to_rgb(note.get_color()), patch.get_facecolor()[:3]) >= 4.5


@pytest.mark.parametrize("case", ["means", "small"])
def test_a_chart_of_yearly_means(few: pd.DataFrame, case: str) -> None:
    options = {"cohort": 2002, "ax": axes(6, 3)} if case == "small" else {}
    check_drawn(plot.yearly_means(few, **options), f"yearly-means-{case}")


@pytest.mark.parametrize("case", ["years", "step"])
def test_a_chart_of_the_parts_of_a_change(few: pd.DataFrame, case: str) -> None:
    options = {"start": 2001, "end": 2002, "lower_is_better": True} if case == "step" else {}
    check_drawn(plot.decompose(few, **options), f"decompose-{case}")


@pytest.mark.parametrize("control", ["not_yet", "none", "levels"])
def test_a_chart_around_an_event(few: pd.DataFrame, control: str) -> None:
    events = pd.Series({"DEU": 2001.0, "FRA": 2004, "GHA": 2003, "NGA": np.nan, "ITA": 2001})
    events = events.rename_axis("country").rename("full_law")
    options = {"base": None, "control": "none"} if control == "levels" else {"control": control}
    check_drawn(plot.event_study(few, events, window=(-3, 4), **options), f"event-study-{control}")


@pytest.mark.parametrize("name", ["event_study", "movers", "transitions"])
def test_a_chart_has_the_defaults_of_its_numbers(name: str) -> None:
    drawn, numbers = (
        {each.name: each.default for each in inspect.signature(function).parameters.values()}
        for function in (getattr(plot, name), getattr(pi, name))
    )
    shared = [each for each in drawn if each in numbers]
    assert len(shared) > 1
    assert {each: drawn[each] for each in shared} == {each: numbers[each] for each in shared}
