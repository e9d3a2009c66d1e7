"""Charts take dimensions and scales from the codebook alone, and years from the data."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection, QuadMesh
from matplotlib.figure import Figure
from matplotlib.text import Text

import policyindex as pi
from builders import DIMENSIONS, levelled, series
from builders import panel as panel_of
from pictures import without_layout
from policyindex import Codebook, Dimension, Indicator, plot
from policyindex.panel import check
from policyindex.reading import TIERS

mpl.use("agg")

UNITS = ["AUT", "DEU", "ITA", "NGA", "PRK", "SWE", "USA"]

YEARS = range(2003, 2008)


def key_of(ax: Axes) -> Axes:
    """Return the key of the colours of a heat map."""
    (key,) = [child for child in ax.child_axes if child.get_label() == "key"]
    return key


def _sum(**levels: int) -> int:
    return sum(levels.values())


def from_zero(name: str, levels: str) -> Dimension:
    """Return a dimension with one indicator, whose lowest score is 0."""
    return Dimension(name, (Indicator(f"of_{name}", tuple(levels)),), _sum, tuple(levels), lowest=0)


FOUR = Codebook("3P and a fourth", (*pi.THREE_P.dimensions, from_zero("partnership", "abc")))
"""THREE_P and a fourth dimension on 0-2."""

FIVE = Codebook(
    "five on 0-3",
    tuple(from_zero(name, "abcd") for name in (*DIMENSIONS, "partnership", "policy_making")),
)
"""Five dimensions on 0-3, of which three have the names of THREE_P."""


def panel_for(codebook: Codebook) -> pd.DataFrame:
    """Return scores that use the whole scale of each dimension, with their sum and a covariate."""
    names = [each.name for each in codebook.dimensions]
    rows: dict[tuple[str, int], list[float | None]] = {}
    for place, unit in enumerate(UNITS):
        for year in YEARS:
            rows[unit, year] = [
                each.lowest + (place + (k + 1) * year) % (each.highest - each.lowest + 1)
                for k, each in enumerate(codebook.dimensions)
            ]
    scores = panel_of(rows, names)
    return scores.assign(overall=scores.sum(axis=1), gdp=1.5)


def words_of(chart: Axes | Figure) -> str:
    """Return all texts of a chart."""
    with without_layout(chart):
        chart.figure.figure.draw_without_rendering()
    texts = [text for text in chart.figure.figure.findobj(Text) if text.get_visible()]
    return " ".join(text.get_text() for text in texts).replace("\n", " ")


def axes() -> Axes:
    return Figure(figsize=(7.5, 6), layout="constrained").subplots()


EVENTS = pd.Series({"DEU": 2005, "NGA": 2004}, name="law")

OF_SCORES: dict[str, Callable[..., Any]] = {
    "trend": lambda data, **to: plot.trend(data, ["DEU", "NGA"], mean="balanced", ax=axes(), **to),
    "heatmap": lambda data, **to: plot.heatmap(data, ax=axes(), **to),
    "transitions": lambda data, **to: plot.transitions(data, ax=axes(), **to),
    "movers": lambda data, **to: plot.movers(data, 2003, 2007, ax=axes(), **to),
    "small_multiples": lambda data, **to: plot.small_multiples(
        data, ["DEU", "NGA"], baseline="entry", figure=Figure(layout="constrained"), **to
    ),
    "world": lambda data, **to: plot.world(data, 2007, ax=axes(), **to),
}
"""Charts that draw scores on a scale."""

OF_CHANGES: dict[str, Callable[..., Any]] = {
    "decompose": lambda data, **to: plot.decompose(data, ax=axes(), **to),
    "event_study": lambda data, **to: plot.event_study(
        data, EVENTS, window=(-2, 2), ax=axes(), **to
    ),
}
"""Charts that draw changes of scores."""

OF_PANELS: dict[str, Callable[..., Any]] = {
    "standings": lambda data, **to: plot.standings(data, 2007, ax=axes(), **to),
    "standings, error": lambda data, **to: plot.standings(data, 2007, error=0.9, ax=axes(), **to),
    "yearly_means": lambda data, **to: plot.yearly_means(data, ax=axes(), **to),
    "profile": lambda data, **to: plot.profile(
        data, "NGA", figure=Figure((7.5, 8), layout="constrained"), **to
    ),
}
"""Charts that draw dimensions."""

EVERY = OF_SCORES | OF_CHANGES | OF_PANELS


OF_FITS = ("latent_scores", "latent_ranks", "latent_improved")
"""Charts that draw a latent model: test_positions.py tries them."""


def test_every_chart_is_tried_here() -> None:
    assert {name.partition(",")[0] for name in EVERY} == {*plot.__all__} - {"save", *OF_FITS}


@pytest.mark.slow
@pytest.mark.parametrize("codebook", [FOUR, FIVE], ids=lambda each: each.name)
@pytest.mark.parametrize("kind", EVERY)
def test_a_panel_of_another_codebook_is_drawn_with_it(kind: str, codebook: Codebook) -> None:
    words = words_of(EVERY[kind](panel_for(codebook), codebook=codebook))
    if kind in ("yearly_means", "profile"):
        assert [each.name for each in codebook.dimensions if each.name[1:6] not in words] == []
    if kind in ("trend", "world"):
        assert f"From {codebook.lowest} (worst) to {codebook.highest} (best)" in words


@pytest.mark.parametrize("codebook", [FOUR, FIVE], ids=lambda each: each.name)
@pytest.mark.parametrize("kind", OF_PANELS)
def test_a_panel_of_another_codebook_is_refused_without_it(kind: str, codebook: Codebook) -> None:
    with pytest.raises(pi.PanelError, match=r"must lie|must be the sum|from 1 to 5"):
        OF_PANELS[kind](panel_for(codebook))


@pytest.mark.parametrize("kind", OF_PANELS)
def test_an_overall_score_that_is_not_the_sum_is_refused(kind: str) -> None:
    data = panel_for(FOUR)
    data.loc[("NGA", 2004), "overall"] += 1
    with pytest.raises(pi.PanelError, match="1 of 35 rows differs?, the first NGA 2004"):
        OF_PANELS[kind](data, codebook=FOUR)


@pytest.mark.slow
@pytest.mark.parametrize("kind", OF_SCORES | OF_CHANGES)
def test_a_panel_stands_for_its_overall_score(kind: str) -> None:
    data = panel_for(pi.THREE_P)
    assert words_of(EVERY[kind](data)) == words_of(EVERY[kind](data["overall"]))
    with pytest.raises(pi.PanelError, match="must be a Series"):
        EVERY[kind](data[DIMENSIONS])


@pytest.mark.parametrize("kind", EVERY)
def test_a_chart_checks_the_index_of_its_data_once(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, calls = panel_for(pi.THREE_P), [0]
    original = check.check_index

    def counting(labels: pd.Index) -> tuple[pd.MultiIndex, bool]:
        calls[0] += 1
        return original(labels)

    monkeypatch.setattr(check, "check_index", counting)
    EVERY[kind](data)
    assert calls == [1]


# Values without a scale.


def tiers() -> pd.Series:
    """Return tiers of 1 and 3 for countries and years: 1 is best."""
    cells = {
        (unit, year): 1 + 2 * ((place + year) % 3 // 2)
        for place, unit in enumerate(UNITS)
        for year in YEARS
    }
    return series(cells).rename("tier")


@pytest.mark.parametrize("kind", OF_SCORES | OF_CHANGES)
def test_a_series_that_is_not_in_the_codebook_has_no_direction_and_is_not_a_score(
    kind: str,
) -> None:
    words = words_of(EVERY[kind](tiers())).lower()
    assert "tier" in words
    assert [word for word in ("worst", "best", "score", "improve") if word in words] == []
    if kind in OF_SCORES:
        assert "lowest seen 1, highest seen 3" in words


@pytest.mark.parametrize("kind", OF_SCORES)
def test_a_scale_of_the_user_names_the_worst_and_the_best(kind: str) -> None:
    data = tiers()
    up = words_of(OF_SCORES[kind](data, scale=(1, 4)))
    down = words_of(OF_SCORES[kind](data, scale=(1, 4), lower_is_better=True))
    assert "seen" not in up + down
    if kind in ("trend", "world"):
        assert "From 1 (worst) to 4 (best)" in up
        assert "From 1 (best) to 4 (worst)" in down
    with pytest.raises(pi.PanelError, match="must lie from 1 to 2"):
        OF_SCORES[kind](data, scale=(1, 2))


def faces(chart: Axes) -> dict[float, tuple[float, ...]]:
    """Return the colour of each value on a map."""
    (scored, *_) = [each for each in chart.collections if isinstance(each, PatchCollection)]
    chart.figure.draw_without_rendering()
    pairs = zip(scored.get_array(), scored.get_facecolor(), strict=True)
    return {float(value): tuple(face) for value, face in pairs}


@pytest.mark.parametrize("scale", [None, (1, 3)])
def test_darker_is_better_if_lower_is_better(scale: tuple[int, int] | None) -> None:
    up = faces(plot.world(tiers(), 2007, scale=scale, ax=axes()))
    down = faces(plot.world(tiers(), 2007, scale=scale, lower_is_better=True, ax=axes()))
    assert sum(up[3][:3]) < sum(up[1][:3])
    assert (down[1], down[3]) == (up[3], up[1])


def test_a_key_without_a_scale_shows_the_values_seen() -> None:
    ax = plot.world(tiers(), 2007, ax=axes())
    key = key_of(ax)
    assert [text.get_text() for text in key.texts if text.get_label() == "key"] == ["1", "3"]
    (mesh,) = key_of(plot.heatmap(tiers(), ax=axes())).findobj(QuadMesh)
    assert mesh.get_array().tolist() == [[1, 3]]


@pytest.mark.parametrize("kind", ["heatmap", "world", "transitions"])
def test_colours_without_a_scale_need_integers_or_few_values(kind: str) -> None:
    many = tiers() + np.arange(len(tiers())) / 64
    words = "at most 12 different values|one of the levels 1, 2, 3"
    with pytest.raises(pi.PanelError, match=words):
        OF_SCORES[kind](many, **({"scale": (1, 4)} if kind == "transitions" else {}))
    if kind != "transitions":
        OF_SCORES[kind](many, scale=(0, 4))
    OF_SCORES[kind](tiers() / 2)


def watched() -> pd.Series:
    """Return tiers of all four steps, for countries and years."""
    steps = [1, 2, 2.5, 3]
    cells = {
        (unit, year): steps[(place + year) % 4]
        for place, unit in enumerate(UNITS)
        for year in YEARS
    }
    return series(cells).rename("tier")


def test_the_watch_list_has_a_colour_of_its_own() -> None:
    for options in ({}, {"scale": (1, 3)}, TIERS):
        ax = plot.world(watched(), 2007, ax=axes(), **options)
        brightness = {value: sum(face[:3]) for value, face in faces(ax).items()}
        rising = sorted(brightness, key=brightness.__getitem__, reverse=options is not TIERS)
        assert rising == [1, 2, 2.5, 3]
        key = [text.get_text() for text in key_of(ax).texts if text.get_label() == "key"]
        assert key == ["1", "2", "2.5", "3"]
        ax = plot.heatmap(watched(), ax=axes(), **options)
        key = [text.get_text() for text in key_of(ax).texts]
        assert key == ["1", "2", "2.5", "3", "no value"]


@pytest.mark.parametrize("options", [{}, TIERS])
def test_the_watch_list_has_a_row_and_a_tick_of_its_own(options: dict[str, Any]) -> None:
    ax = plot.transitions(watched(), ax=axes(), **options)
    moves = pi.transitions(watched())
    assert [label.get_text() for label in ax.get_yticklabels()] == ["1", "2", "2.5", "3"]
    (mesh,) = [each for each in ax.collections if isinstance(each, QuadMesh)]
    np.testing.assert_array_equal(
        np.ma.filled(mesh.get_array().reshape(4, 4), np.nan), moves.probabilities
    )
    ax = plot.trend(watched(), "DEU", ax=axes(), **options)
    assert {2, 2.5, 3} <= {*ax.get_yticks()}


@pytest.mark.parametrize("kind", OF_SCORES | OF_CHANGES)
def test_a_chart_of_tiers_states_their_direction_and_calls_none_a_score(kind: str) -> None:
    words = words_of(EVERY[kind](watched(), **TIERS))
    assert "score" not in words.lower()
    assert any(each in words for each in ("From 1 (best) to 3 (worst)", "; lower is better"))
    data = watched()
    data.iloc[3] = 555
    with pytest.raises(pi.PanelError, match="tier must lie from 1 to 3, scale=; 1 does not"):
        EVERY[kind](data, **TIERS)


@pytest.mark.parametrize("scale", [3, (1,), (3, 1), "13", (1, 2.5)])
def test_a_scale_is_a_pair_of_rising_integers(scale: Any) -> None:
    with pytest.raises(ValueError, match="scale"):
        plot.trend(watched(), "DEU", scale=scale, ax=axes())


def test_scores_of_the_codebook_have_its_levels_alone() -> None:
    half = panel_for(pi.THREE_P)["protection"].replace(3, 3.5)
    with pytest.raises(pi.PanelError, match="one of the levels 1, 2, 3, 4, 5"):
        plot.transitions(half, ax=axes())


def test_movers_of_a_lower_is_better_series_put_the_largest_fall_on_top() -> None:
    data = series({("AUT", 2003): 1, ("AUT", 2007): 2, ("DEU", 2003): 3, ("DEU", 2007): 1})
    data = data.rename("tier")

    def lists(ax: Axes) -> dict[str, list[str]]:
        return {
            part.get_label(): [label.get_text() for label in part.get_yticklabels()]
            for part in ax.child_axes
            if part.get_label() not in ("histogram", "heading")
        }

    ax = plot.movers(data, 2003, 2007, ax=axes())
    assert lists(ax) == {"gains": ["Austria"], "losses": ["Germany"]}
    ax = plot.movers(data, 2003, 2007, lower_is_better=True, ax=axes())
    assert lists(ax) == {"gains": ["Germany"], "losses": ["Austria"]}
    assert "1 country improved and 1 worsened, 2003 to 2007" in words_of(ax)


def test_values_that_are_not_integers_have_an_axis_of_their_own_range() -> None:
    data = (tiers() / 7).rename("gdp")
    ax = plot.trend(data, "DEU", ax=axes())
    low, high = ax.get_ylim()
    assert low < data.min() < data.max() < high
    assert high - low < 1.2 * (data.max() - data.min())


@pytest.mark.parametrize("kind", ["heatmap", "world"])
def test_a_key_of_101_levels_labels_its_ends_and_fits(kind: str) -> None:
    cells = {(unit, 2007): 100 * place // 6 for place, unit in enumerate(UNITS)}
    ax = OF_SCORES[kind](series(cells).rename("percent"), scale=(0, 100))
    key = key_of(ax)
    ax.figure.draw_without_rendering()
    labels = [text for text in key.texts if text.get_text().isdigit()]
    assert (labels[0].get_text(), labels[-1].get_text()) == ("0", "100")
    boxes = [Text.get_window_extent(text) for text in labels]
    assert all(one.x1 < other.x0 for one, other in itertools.pairwise(boxes))
    assert boxes[-1].x1 < ax.figure.bbox.x1


# Thin years.


def test_no_axis_of_years_has_the_thin_years_of_the_published_scores(
    published: pd.DataFrame,
) -> None:
    scores = published["overall"]
    charts = [
        plot.trend(scores, ["TLS", "NGA"], mean="all", ax=axes()),
        plot.small_multiples(scores, ["TLS", "NGA"], figure=Figure()).axes[0],
        plot.heatmap(scores, countries=["TLS", "NGA"], ax=axes()),
        plot.yearly_means(published, ax=axes()),
        plot.profile(published, "TLS", figure=Figure()).axes[0],
    ]
    for ax in charts:
        years = ax if ax.axison else ax.child_axes[0]
        assert years.get_xlim() == (1999.5, 2013.5)
        assert "183): 2014 (1)." in words_of(ax)
    steps = plot.decompose(scores, ax=axes())
    assert steps.get_xlim() == (2000.5, 2013.5)
    assert "183): 2014 (1)." in words_of(steps)


def test_a_thin_year_that_the_user_names_is_drawn_and_its_count_stated(
    published: pd.DataFrame,
) -> None:
    said = "Only 1 country has a score in 2014; 183 have one in the fullest year."
    assert said in words_of(plot.world(published, 2014, ax=axes()))
    assert said in words_of(plot.standings(published, 2014, ax=axes()))
    assert said in words_of(plot.movers(published, 2012, 2014, ax=axes()))
    assert said not in words_of(plot.world(published, 2013, ax=axes()))
    means = plot.yearly_means(published, years=(2012, 2014), ax=axes())
    assert means.child_axes[0].get_xlim() == (2011.5, 2014.5)
    assert plot.decompose(published, end=2014, ax=axes()).get_xlim()[1] == 2014.5
    figure = plot.small_multiples(published, "TLS", baseline=2014, figure=Figure())
    assert figure.axes[0].get_xlim()[1] == 2014.5


def test_a_country_without_a_score_in_the_years_drawn_is_named() -> None:
    cells = {(unit, year): 5.0 for unit in UNITS for year in YEARS} | {("FRA", 2010): 5.0}
    ax = plot.trend(series(cells), ["FRA", "DEU"], ax=axes())
    assert ax.get_xlim() == (2002.5, 2007.5)
    assert "Without a score in these years: France." in words_of(ax)


# Two sources.


def two_sources() -> pd.DataFrame:
    """Return scores of 2003-2007, spliced with those of two countries in 2008 and 2009."""
    first = panel_for(pi.THREE_P).drop(columns="gdp")
    later = first.loc[["DEU", "NGA"]].rename(index={2006: 2008, 2007: 2009}, level="year")
    later = later[later.index.get_level_values("year") > 2007]
    first.attrs["source"], later.attrs["source"] = "Cho", "Frank"
    return pi.splice(first, later)


ON_YEARS = ("trend", "heatmap", "small_multiples", "decompose", "yearly_means", "profile")


@pytest.mark.parametrize("kind", ON_YEARS)
def test_a_line_marks_where_the_second_source_begins(kind: str) -> None:
    chart = EVERY[kind](two_sources())
    ax = chart.axes[0] if isinstance(chart, Figure) else chart
    ax = ax.child_axes[0] if kind == "yearly_means" else ax
    marks = [line.get_xdata() for line in ax.lines if list(line.get_xdata()) == [2007.5, 2007.5]]
    assert len(marks) == 1
    assert ax.get_xlim()[1] == 2009.5
    words = words_of(chart)
    assert "Vertical line: another source begins." in words
    assert "Source: Cho (2003\N{EN DASH}2007); Frank (2008\N{EN DASH}2009)." in words


@pytest.mark.parametrize("kind", ON_YEARS)
def test_no_line_marks_countries_or_single_years_of_a_second_source(kind: str) -> None:
    first = panel_for(pi.THREE_P).drop(columns="gdp")
    second = first.loc[["ITA"]].rename(index={"ITA": "FRA"}, level="country")
    gap = first.loc[[("NGA", 2005)]]
    first, gap = first.drop(index=gap.index), gap.copy()
    for data, source in ((first, "Cho"), (second, "Frank"), (gap, "Simmons")):
        data.attrs["source"] = source
    chart = EVERY[kind](pi.splice(pi.splice(first, second), gap))
    words = words_of(chart)
    assert "Vertical line" not in words
    assert "Frank (2003\N{EN DASH}2007)" in words


def test_the_balanced_cohort_has_no_mean_in_the_thin_years_of_a_second_source() -> None:
    data = panel_for(pi.THREE_P).drop(columns="gdp")
    one = data.loc[["DEU"]].rename(index={2007: 2008}, level="year")
    both = pi.splice(data, one[one.index.get_level_values("year") == 2008])
    ax = plot.trend(both, "DEU", mean="balanced", ax=axes())
    (line,) = [each for each in ax.lines if str(each.get_label()).startswith("Mean")]
    np.testing.assert_array_equal(line.get_xdata(), [*YEARS, 2008])
    assert np.isnan(line.get_ydata()).tolist() == [False] * 5 + [True]


def test_a_codebook_of_one_dimension_has_standings_without_a_range() -> None:
    one = levelled(["protection"])
    ax = plot.standings(panel_for(one), 2007, codebook=one, ax=axes())
    assert "1 is best; countries with the same score share a rank" in words_of(ax)


def test_more_dimensions_than_colours_are_refused() -> None:
    nine = levelled([f"part_{n}" for n in range(9)], top=2)
    with pytest.raises(ValueError, match="at most 8 dimensions.* has 9"):
        plot.yearly_means(panel_for(nine), codebook=nine, ax=axes())
    plot.profile(panel_for(nine), "DEU", codebook=nine, figure=Figure((7.5, 9)))
