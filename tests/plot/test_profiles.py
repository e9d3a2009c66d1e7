"""Profiles of one country, as a whole."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from pictures import check_drawn
from policyindex import THREE_P, Codebook, datasets, plot
from policyindex.codebooks import Dimension, Indicator, Sum
from policyindex.plot import _style as style
from policyindex.plot import _theme as theme
from policyindex.plot import profiles


def test_a_profile(few: pd.DataFrame) -> None:
    check_drawn(plot.profile(few, "FRA"), "profile")


def test_a_profile_beside_others_of_codings() -> None:
    codings = datasets.load_demo().loc[["DEU", "NGA", "GHA"]]
    codings = codings[codings.index.get_level_values("year") >= 2004].copy()
    codings.iloc[::7, 0] = np.nan
    check_drawn(plot.profile(codings, "GHA", highlight="NGA"), "profile-of-codings")


@pytest.mark.parametrize("n", [1, 2, 3])
def test_ranks_have_a_range_where_there_are_weights(few: pd.DataFrame, n: int) -> None:
    codebook = Codebook("part", THREE_P.dimensions[:n])
    names = [each.name for each in codebook.dimensions]
    ranks = profiles._numbers(few[names], codebook).ranks
    assert ranks["low"].le(ranks["rank"]).all()
    assert ranks["high"].ge(ranks["rank"]).all()
    assert ranks["low"].lt(ranks["high"]).any() == (n > 1)
    assert ranks.loc[("DEU", 2005), "words"] == {1: "1 of 6", 2: "1 of 6", 3: "1 of 6"}[n]
    assert ranks.loc[("GHA", 2005), "words"].startswith("=")


@pytest.mark.parametrize(("span", "letters", "years"), [(5, 8, 1), (10, 8, 2), (40, 8, 7),
                                                        (10, 20, 4)])  # fmt: skip
def test_the_years_that_words_cover(span: int, letters: int, years: int) -> None:
    """A letter has 0.7 sizes of its type, and the axis three quarters of its width."""
    ax = Figure(figsize=(7.5, 4)).subplots()
    ax.set_xlim(2000, 2000 + span)
    width = 0.7 * 8.5 * letters / (0.75 * style.size(ax)[0]) * span
    assert profiles._years_under(ax, "x" * letters) == np.ceil(width) == years


def test_words_at_a_line_stand_clear_of_its_bars() -> None:
    ax = Figure(figsize=(7.5, 4)).subplots()
    ax.set_ylim(1.05, -0.05)
    line = 1.5 * 8.5 * 1.1 / (0.75 * style.size(ax)[1])
    for low, high, y, at in (
        (0.3, 0.5, 0.45, 0.5 + 0.6 * line),
        (0.3, 0.5, 0.35, 0.3 - 0.6 * line),
        (0.0, 0.5, 0.1, 0.5 + 0.6 * line),
        (0.5, 1.0, 0.9, 0.5 - 0.6 * line),
        (0.0, 1.0, 0.4, 0.4 + line / 2),  # no height is clear: beside the point
        (0.0, 1.0, 0.6, 0.6 - line / 2),
    ):
        share = pd.DataFrame({"rank": [y], "low": [low], "high": [high]})
        assert profiles._clear_height(ax, share, y) == pytest.approx(at)


def test_markers_come_round_after_the_last() -> None:
    names = [f"unit {place}" for place in range(len(theme.MARKERS) + 2)]
    colours = dict.fromkeys(names, "black")
    markers = [profiles._marker(colours, name) for name in names]
    assert markers == [*theme.MARKERS, *theme.MARKERS[:2]]


def test_dimensions_in_two_rows_have_charts_as_high_as_those_in_one() -> None:
    codebook = Codebook(
        "five",
        tuple(Dimension(f"d{n}", (Indicator(f"i{n}"),), Sum(thresholds=(1,))) for n in range(5)),
    )
    index = pd.MultiIndex.from_product(
        [["DEU", "NGA"], range(2000, 2004)], names=["country", "year"]
    )
    levels = np.random.default_rng(0).integers(1, 3, (len(index), 5)).astype(float)
    names = [each.name for each in codebook.dimensions]
    chart = plot.profile(pd.DataFrame(levels, index, names), "NGA", codebook=codebook)
    chart.draw_without_rendering()
    heights = [ax.get_position().height for ax in chart.axes]
    assert len(heights) == 7
    assert min(heights) / max(heights) > 0.5
