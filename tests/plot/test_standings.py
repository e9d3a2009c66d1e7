"""The list of ranks: whom it lists, among whom they rank, and the sentence about error."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection

import policyindex as pi
from pictures import axes, check_legible, parts, rows, texts_of, title, words
from policyindex import plot
from policyindex.countries import _short_name


def table_of(ax: Axes) -> pd.DataFrame:
    """Return the words and the numbers of each row, index name."""
    found = []
    for part in parts(ax, "ranks"):
        names = rows(part)
        words_at: dict[float, list[tuple[float, str]]] = {}
        for note in part.texts:
            words_at.setdefault(note.xy[1], []).append((note.xyann[0], note.get_text()))
        (ranges,) = [each for each in part.collections if isinstance(each, LineCollection)]
        (dots,) = [each for each in part.collections if isinstance(each, PathCollection)]
        for height, name in enumerate(names):
            (_, rank), (_, score) = sorted(words_at[height])
            low, high = ranges.get_segments()[height][:, 0]
            found.append((name, rank, score, dots.get_offsets()[height][0], low, high))
    columns = ["name", "rank", "score", "at", "low", "high"]
    return pd.DataFrame(found, columns=columns).set_index("name")


@pytest.mark.parametrize("options", [{}, {"min_weight": 0.2}, {"error": 0.9}])
def test_every_country_has_its_rank_score_and_range(
    demo: pd.DataFrame, options: dict[str, Any]
) -> None:
    drawn = table_of(plot.standings(demo, 2009, **options))
    computed = pi.standings(demo, 2009, **(options or {"min_weight": 0})).dropna(subset="rank")
    computed.index = [_short_name(code) for code in computed.index]
    computed = computed.loc[drawn.index]
    assert len(drawn) == len(pi.standings(demo, 2009).dropna(subset="rank"))
    np.testing.assert_array_equal(drawn["at"], computed["rank"])
    np.testing.assert_array_equal(drawn[["low", "high"]], computed[["rank_low", "rank_high"]])
    shared = computed["rank"].duplicated(keep=False)
    expected = [f"{'=' if tie else ''}{rank:.0f}" for rank, tie in zip(computed["rank"], shared,
                                                                       strict=True)]  # fmt: skip
    assert drawn["rank"].to_list() == expected
    assert drawn["score"].to_list() == [f"{score:g}" for score in computed["overall"]]
    assert drawn["at"].is_monotonic_increasing


def test_nigeria_shares_rank_14_under_headings(published: pd.DataFrame) -> None:
    ax = plot.standings(published, 2013)
    row = table_of(ax).loc["Nigeria"]
    assert row.to_list() == ["=14", "13", 14, 1, 50]
    assert table_of(ax).loc["Poland", "rank"] == "=1"
    said = words(ax)
    assert said.count("Rank Country Score") or all(
        said.count(word) >= 3 for word in ("Rank", "Country", "Score")
    )
    assert title(ax).endswith("2013: Poland and Spain share rank 1 of 182")
    assert "range of the rank with any weights, zero included" in said
    assert "n = 182 countries with every dimension, among which all ranks are" in said


def test_a_region_keeps_the_ranks_among_all(published: pd.DataFrame) -> None:
    ax = plot.standings(published, 2013, region="africa", highlight="Nigeria", ax=axes(7.5, 9))
    drawn = table_of(ax)
    assert len(drawn) == 52
    assert drawn.loc["Nigeria", "rank"] == "=14"
    assert drawn.loc["Mauritania", "rank"] == "=171"
    assert "Nigeria shares rank 14 of 182, first in africa" in title(ax)
    bold = [text.get_text() for text in texts_of(ax) if text.get_fontweight() == "bold"]
    assert {"Nigeria", "=14", "13"} <= set(bold)
    assert len(table_of(plot.standings(published, 2013, region="Western Africa"))) == 16
    with pytest.raises(ValueError, match="region must be a region.*Africa.*got 'Atlantis'"):
        plot.standings(published, 2013, region="Atlantis")
    with pytest.raises(
        ValueError, match="region must have a country that the chart draws; Asia has none"
    ):
        plot.standings(published.loc[["NGA", "GHA"]], 2013, region="Asia")


def test_the_first_of_them_and_a_highlighted_one(published: pd.DataFrame) -> None:
    ax = plot.standings(published, 2013, top=5, highlight=["Syria", "NGA"], ax=axes())
    drawn = table_of(ax)
    assert drawn.index.to_list() == ["Poland", "Spain", "Armenia", "Nigeria", "Syria"]
    assert drawn["rank"].to_list() == ["=1", "=1", "=3", "=14", "=181"]
    assert "Listed: 5 of 182" in words(ax)
    scored = plot.standings(published, 2013, top=5, highlight="Timor-Leste", ax=axes())
    assert "Not ranked: Timor-Leste" in words(scored)


def test_a_thin_year_says_its_count(published: pd.DataFrame) -> None:
    ax = plot.standings(published, 2014, ax=axes())
    assert "Timor-Leste is the only country ranked, 1 of 1" in title(ax)
    assert "Only 1 country has a score in 2014; 183 have one in the fullest year" in words(ax)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "with any weights, zero included"),
        ({"min_weight": 0}, "with any weights, zero included"),
        ({"min_weight": 0.2}, "with weights of the dimensions of at least 0.2"),
        ({"error": 0.9}, "If one coding in ten is one level off, Nigeria's rank lies between"),
        ({"error": 0.9, "highlight": "DEU"}, "If one coding in ten is one level off, Germany's"),
        ({"error": 0.9}, "(95 % range for one country)"),
        ({"error": 0.9}, "the shares of the true levels are fitted to the panel"),
        ({"error": 0.9, "prior": "coded"}, "the shares of the true levels are the coded shares"),
        ({"error": 0.87}, "If 13 % of codings are one level off"),
        ({"error": pi.coding_error(0.9)}, "If codings err as the matrices state"),
    ],
)
def test_the_assumption_of_the_ranges_is_stated(
    demo: pd.DataFrame, options: dict[str, Any], sentence: str
) -> None:
    ax = plot.standings(demo.loc[["DEU", "NGA", "PRK"]], 2009, ax=axes(), **options)
    assert sentence in words(ax)


def test_the_sentence_about_error_has_the_numbers_of_error_ranks(published: pd.DataFrame) -> None:
    ax = plot.standings(published, 2013, error=0.9, top=20, highlight="Nigeria", ax=axes())
    low, high = pi.error_ranks(published, error=0.9).loc[("NGA", 2013), ["rank_low", "rank_high"]]
    assert (
        f"If one coding in ten is one level off, Nigeria's rank lies between {low:.0f} and "
        f"{high:.0f} (95 % range for one country)"
    ) in words(ax)


def test_a_chart_without_room_lists_the_first_and_says_so(published: pd.DataFrame) -> None:
    ax = plot.standings(published, 2013, highlight="Syria", ax=axes(4.5, 3.5))
    drawn = table_of(ax)
    assert 15 <= len(drawn) <= 30
    assert drawn.index[-1] == "Syria"
    assert f"the first {len(drawn)} of 182, for which the chart has room" in words(ax)
    check_legible(ax)


def test_rows_of_equal_scores_share_a_band(demo: pd.DataFrame) -> None:
    ax = plot.standings(demo.loc[["DEU", "NGA", "PRK"]], 2009, ax=axes())
    (part,) = parts(ax, "ranks")
    inside = [patch for patch in part.patches if patch.get_x() == 0]
    scores = demo.xs(2009, level="year")["overall"].loc[["DEU", "NGA", "PRK"]]
    groups = scores.rank(method="dense", ascending=False)
    assert len(inside) == len({rank for rank in groups if rank % 2})


def test_two_ranges_are_refused(demo: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="one range at most; got min_weight and error"):
        plot.standings(demo, 2009, min_weight=0, error=0.9, ax=axes())
