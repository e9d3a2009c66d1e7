"""The largest gains and losses, and the histogram of all changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes

import policyindex as pi
from builders import examples, series
from pictures import axes, check_drawn, check_legible, parts, rows, title, words
from policyindex import plot
from policyindex.plot._geometry import MOST_BINS, histogram


@pytest.fixture(scope="module")
def overall(demo: pd.DataFrame) -> pd.Series:
    return demo["overall"]


def bars(ax: Axes) -> dict[float, int]:
    """Return the height of each bar of the histogram by its middle."""
    (chart,) = parts(ax, "histogram")
    return {
        round(bar.get_x() + bar.get_width() / 2, 9): round(bar.get_height())
        for bar in chart.patches
    }


def listed(ax: Axes) -> dict[str, tuple[float, float]]:
    """Return the first and the last score of each country listed."""
    moves = {}
    for name in ("gains", "losses"):
        for part in parts(ax, name):
            for height, country in enumerate(rows(part)):
                line = next(each for each in part.lines if list(each.get_ydata()) == [height] * 2)
                moves[country] = tuple(line.get_xdata())
    return moves


@given(st.lists(st.integers(-20, 20), max_size=40))
@examples(100)
def test_integers_have_a_bin_each_and_all_are_counted(changes: list[int]) -> None:
    bins = histogram(np.array(changes, dtype=float))
    if max([0, *changes]) - min([0, *changes]) >= MOST_BINS:
        assert len(bins) <= MOST_BINS
        return
    assert sum(each.n for each in bins) == len(changes)
    assert all(each.low == each.high for each in bins)
    assert {each.low: each.n for each in bins if each.n} == {
        float(value): changes.count(value) for value in set(changes)
    }
    assert [each.low for each in bins] == sorted(each.low for each in bins)


@given(st.lists(st.floats(-1e6, 1e6), max_size=40))
@examples(100)
def test_any_change_is_in_one_bin_and_the_bins_touch(changes: list[float]) -> None:
    bins = histogram(np.array(changes))
    assert sum(each.n for each in bins) == len(changes)
    assert len(bins) <= MOST_BINS
    if all(each.low < each.high for each in bins if each.low or each.high):
        assert [one.high for one in bins[:-1]] == [other.low for other in bins[1:]]
    assert sum(each.n for each in bins if each.low == each.high == 0) >= changes.count(0) * any(
        each.low == each.high == 0 for each in bins
    )


def test_a_missing_change_is_in_no_bin() -> None:
    assert histogram(np.array([np.nan])) == []
    assert histogram(np.array([1, np.nan, 0]))[1].n == 1


def test_the_title_says_how_many_fell_and_rose_in_2013(published: pd.DataFrame) -> None:
    ax = plot.movers(published, 2012, 2013)
    assert "90 countries fell and 49 rose, 2012 to 2013" in title(ax)
    assert "43 of 182 countries did not change" in words(ax)
    counts = bars(ax)
    assert counts == {-4: 2, -3: 10, -2: 28, -1: 50, 0: 43, 1: 28, 2: 13, 3: 6, 4: 2}
    moves = listed(ax)
    assert list(moves)[:2] == ["Sudan", "Cuba"]
    assert [*moves["Sudan"]] == [5, 9]
    assert [name for name, (start, end) in moves.items() if end - start == -4] == [
        "Antigua & Barb.",
        "Mauritania",
    ]
    assert len(moves) == 20


def test_absent_countries_are_counted(published: pd.DataFrame) -> None:
    said = words(plot.movers(published, 2000, 2009, ax=axes()))
    assert "n = 72 countries with a score in both years" in said
    assert "102 of 174 countries with a score in 2009 have none in 2000" in said
    assert "1 of 73 countries with a score in 2000 has none in 2009" in said
    assert "have none" not in words(plot.movers(published, 2011, 2011 + 1, ax=axes()))


@pytest.mark.parametrize("top", [1, 3, 10, None])
def test_each_list_has_the_largest_changes_in_order(overall: pd.Series, top: int | None) -> None:
    ax = plot.movers(overall, 2004, 2009, top=top)
    moves = pi.movers(overall, 2004, 2009)
    drawn = listed(ax)
    changes = [end - start for start, end in drawn.values()]
    gains = [change for change in changes if change > 0]
    losses = [change for change in changes if change < 0]
    n_gains, n_losses = (min(len(each), top or len(each)) for each in (moves.gained, moves.lost))
    assert gains == moves.gained.head(n_gains).to_list()
    assert losses == moves.lost.head(n_losses).to_list()
    for code in moves.gained.index:
        name = pi.countries._short_name(code)
        if name in drawn:
            assert drawn[name] == (overall[code, 2004], overall[code, 2009])
    rest = len(moves.gained) - n_gains
    assert ("and " in " ".join(note.get_text() for part in parts(ax, "gains")
                               for note in part.texts)) == bool(rest)  # fmt: skip


def test_the_words_under_a_list_count_the_others(published: pd.DataFrame) -> None:
    ax = plot.movers(published, 2012, 2013)
    said = words(ax)
    assert "and 11 by +2, 28 by +1" in said
    assert "and 2 by \N{MINUS SIGN}3, 28 by \N{MINUS SIGN}2, 50 by \N{MINUS SIGN}1" in said
    assert "and 50 more, by +6 to +1" in words(plot.movers(published, 2000, 2009, ax=axes()))


def test_a_highlighted_country_is_listed_and_bold(published: pd.DataFrame) -> None:
    ax = plot.movers(published, 2012, 2013, highlight=["Nigeria", "NOR", "Peru"], ax=axes(7.5, 6))
    (losses,) = parts(ax, "losses")
    assert rows(losses)[-2:] == ["Norway", "Nigeria"]
    assert len(rows(losses)) == 10
    weights = {label.get_text(): label.get_fontweight() for label in losses.get_yticklabels()}
    assert [name for name, weight in weights.items() if weight == "bold"] == ["Norway", "Nigeria"]
    assert "Unchanged: Peru" in words(ax)
    absent = plot.movers(published, 2000, 2009, highlight="Afghanistan", ax=axes())
    assert "Without a score in 2000 or 2009: Afghanistan" in words(absent)
    with pytest.raises(ValueError, match="highlight must be names or codes.*Atlantis"):
        plot.movers(published, 2012, 2013, highlight="Atlantis", ax=axes())


def test_a_small_chart_lists_fewer_and_says_so(published: pd.DataFrame) -> None:
    ax = plot.movers(published, 2012, 2013, ax=axes(4.5, 3.5))
    n = len(listed(ax))
    assert 2 <= n < 20
    assert f"The chart has room for {n} of the countries that moved" in words(ax)
    assert "has room" not in words(plot.movers(published, 2012, 2013, ax=axes(7.5, 6)))


@pytest.mark.parametrize("top", [0, -1, 1.5, "3", True])
def test_a_top_that_is_not_a_positive_integer_is_refused(overall: pd.Series, top: object) -> None:
    with pytest.raises((ValueError, TypeError), match="top must be"):
        plot.movers(overall, 2004, 2009, top=top, ax=axes())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cells", "finding"),
    [
        ({"DEU": (3, 3), "NGA": (4, 4)}, "no country moved"),
        ({"DEU": (3, 4), "NGA": (4, 4)}, "1 country rose and none fell"),
        ({"DEU": (4, 3), "NGA": (None, 4)}, "1 country fell and none rose"),
    ],
)
def test_the_title_of_few_countries(
    cells: dict[str, tuple[float | None, float | None]], finding: str
) -> None:
    pairs = {(unit, year): value for unit, both in cells.items()
             for year, value in zip((2003, 2004), both, strict=True)}  # fmt: skip
    ax = plot.movers(series(pairs).rename("overall"), 2003, 2004, ax=axes())
    assert f"{finding}, 2003 to 2004" in title(ax)
    check_legible(ax)


def test_years_without_a_country_in_both_are_refused(published: pd.DataFrame) -> None:
    rule = "movers needs a country with a score in both years; "
    with pytest.raises(ValueError, match=f"{rule}182 countries have one in 2013 alone and 1 in "
                       "2014 alone, the first TLS; choose another year"):  # fmt: skip
        plot.movers(published, 2013, 2014, ax=axes())
    cells = {("DEU", 2003): 4, ("DEU", 2004): None, ("NGA", 2004): 4, ("PER", 2004): 3}
    with pytest.raises(ValueError, match=f"{rule}1 country has one in 2003 alone and 2 in 2004"):
        plot.movers(series(cells).rename("overall"), 2003, 2004, ax=axes())


def test_a_thin_year_by_name_says_how_thin_it_is() -> None:
    names = ["DEU", "NGA", "PER", "FRA", "ITA", "ESP"]
    cells = {**{(name, 2003): 4 for name in names}, ("DEU", 2004): 5}
    said = words(plot.movers(series(cells).rename("overall"), 2003, 2004, ax=axes()))
    assert "0 of 1 country did not change" in said
    assert "Only 1 country has a score in 2004; 6 have one in the fullest year" in said


def test_fractions_have_classes_of_one_width() -> None:
    cells = {(f"unit {n}", year): n * (year - 2003) / 7 for n in range(20) for year in (2003, 2004)}
    ax = plot.movers(series(cells).rename("gdp"), 2003, 2004, ax=axes())
    assert sum(bars(ax).values()) == 20
    check_legible(ax)


def test_of_equal_changes_the_better_score_at_the_end_comes_first() -> None:
    cells = {("DEU", 2003): 3, ("DEU", 2004): 2, ("NGA", 2003): 2, ("NGA", 2004): 1,
             ("PER", 2003): 1, ("PER", 2004): 3}  # fmt: skip
    data = series(cells).rename("tier")
    (falls,) = parts(plot.movers(data, 2003, 2004, lower_is_better=True, ax=axes()), "gains")
    assert rows(falls) == ["Nigeria", "Germany"]
    (falls,) = parts(plot.movers(data, 2003, 2004, ax=axes()), "losses")
    assert rows(falls) == ["Germany", "Nigeria"]


def test_bars_of_improvement_have_the_colour_of_gains() -> None:
    cells = {("DEU", 2003): 3, ("DEU", 2004): 2, ("NGA", 2003): 1, ("NGA", 2004): 2}
    data = series(cells).rename("tier")
    colours = []
    for lower_is_better in (False, True):
        ax = plot.movers(data, 2003, 2004, lower_is_better=lower_is_better, ax=axes())
        (chart,) = parts(ax, "histogram")
        low, *_, high = chart.patches
        colours.append((low.get_facecolor(), high.get_facecolor()))
    assert colours[0] == colours[1][::-1]
    assert colours[0][0] != colours[0][1]


@pytest.mark.parametrize("case", ["gains", "small", "fractions"])
def test_a_chart_of_movers(few: pd.DataFrame, case: str) -> None:
    panel, options = few, {"top": 2, "highlight": ["PRK", "XXA"]}
    if case == "small":
        options = {"top": 10, "ax": axes(5, 2.9)}
    if case == "fractions":
        panel, options = (few["overall"] / 3).rename("tier"), {"lower_is_better": True}
    check_drawn(plot.movers(panel, 2002, 2005, **options), f"movers-{case}")
