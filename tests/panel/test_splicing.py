"""Two sources in one panel: no row is lost, no padding wins, and the seam is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import policyindex as pi
from builders import examples, levelled, panel, panels

BOOK = levelled(["a", "b"])
NAMES = ["a", "b"]

Rows = dict[tuple[str, int], list[float | None]]

some = panels(BOOK, min_size=1, max_size=8)


def labelled(data: pd.DataFrame, source: str, **labels: str) -> pd.DataFrame:
    copy = data.copy()
    copy.attrs = {"source": source, **labels}
    return copy


@given(some, some, st.sampled_from(["first", "second"]))
@examples(40)
def test_each_row_is_that_of_one_of_the_two(
    first: pd.DataFrame, second: pd.DataFrame, prefer: Any
) -> None:
    both = pi.splice(first, second, prefer=prefer)
    assert set(both.index) == set(first.index) | set(second.index)
    winner, other = (first, second) if prefer == "first" else (second, first)
    for key, row in both.iterrows():
        sources = [each.loc[key] for each in (winner, other) if key in each.index]
        expected = next((each for each in sources if each.notna().any()), sources[0])
        np.testing.assert_array_equal(row, expected)


@given(some, some, st.sampled_from(["first", "second"]))
@examples(40)
def test_spans_say_whose_each_row_is(
    first: pd.DataFrame, second: pd.DataFrame, prefer: Any
) -> None:
    both = pi.splice(labelled(first, "one"), labelled(second, "two"), prefer=prefer)
    filled = {
        name: each.dropna(how="all").index for name, each in (("one", first), ("two", second))
    }
    order = ["one", "two"] if prefer == "first" else ["two", "one"]
    for country, year in both.dropna(how="all").index:
        owner = next(name for name in order if (country, year) in filled[name])
        spans = [
            span["source"]
            for span in both.attrs["spans"]
            if span["first"] <= year <= span["last"] and country in span["countries"]
        ]
        assert spans == [owner]


OLD = panel({("DEU", 2012): [1, 2], ("DEU", 2013): [2, 3], ("DEU", 2014): [None, None]}, NAMES)
NEW = panel({("DEU", 2014): [4, 5]}, NAMES)


def test_padding_neither_wins_nor_collides() -> None:
    for first, second in ((OLD, NEW), (NEW, OLD)):
        both = pi.splice(first, second)
        assert both.loc[("DEU", 2014)].tolist() == [4, 5]
    assert pi.splice(OLD, OLD.iloc[2:]).index.tolist() == OLD.index.tolist()


def test_a_third_source_may_follow() -> None:
    two = pi.splice(labelled(OLD, "old"), labelled(NEW, "new", citation="B"))
    third = panel({("DEU", 2015): [5, 5], ("NGA", 2013): [1, 1]}, NAMES)
    three = pi.splice(two, labelled(third, "third"))
    assert (
        three.attrs["source"]
        == "old (2012\N{EN DASH}2013); new (2014); third (2013\N{EN DASH}2015)"
    )
    assert three.attrs["citation"] == "B"
    assert [span["source"] for span in three.attrs["spans"]] == ["old", "new", "third", "third"]


def test_both_sources_are_named_with_their_years_whatever_is_asked_of_them() -> None:
    both = pi.splice(labelled(OLD, "old.csv"), labelled(NEW, "new.csv"))
    names = "old.csv (2012\N{EN DASH}2013); new.csv (2014)"
    assert both.attrs["source"] == names
    assert pi.yearly_means(both["a"]).attrs["source"] == names
    assert pi.yearly_means(both["a"]).attrs["spans"] == both.attrs["spans"]


def test_series_are_spliced_too() -> None:
    both = pi.splice(OLD["a"], NEW["a"])
    assert (both.name, both.tolist()) == ("a", [1, 2, 4])


@pytest.mark.parametrize(
    ("first", "second", "options", "message"),
    [
        (
            OLD,
            OLD,
            {},
            "both, the first DEU 2012; choose the first or the second with prefer=",
        ),
        (OLD, NEW.rename(columns={"b": "c"}), {}, "2 are in one alone, the first 'b'"),
        (OLD, NEW["a"], {}, "must both be panels, or both be Series of scores"),
        (labelled(OLD, "o", rules="A"), NEW, {}, "first by A, the second by not stated"),
        (
            labelled(OLD, "o", rules="A"),
            labelled(NEW, "n", rules="B"),
            {},
            "the first by A, the second by B; .*rules='mixed'",
        ),
    ],
)
def test_sources_that_do_not_fit_are_refused(
    first: Any, second: Any, options: Any, message: str
) -> None:
    with pytest.raises(pi.PanelError, match=message):
        pi.splice(first, second, **options)


@pytest.mark.parametrize("options", [{"prefer": "both"}, {"rules": "any"}])
def test_odd_options_are_refused(options: Any) -> None:
    with pytest.raises(ValueError, match="must be one of"):
        pi.splice(OLD, NEW, **options)


def test_mixed_rules_are_kept_and_stated() -> None:
    first, second = labelled(OLD, "o", rules="A"), labelled(NEW, "n", rules="B")
    both = pi.splice(first, second, rules="mixed")
    assert both.attrs["rules"] == "A; B"
    assert [span["rules"] for span in both.attrs["spans"]] == ["A", "B"]
    half = pi.splice(first, NEW, rules="mixed")
    assert half.attrs["rules"] == "A; not stated"


def test_rules_of_both_unknown_or_the_same_need_no_word() -> None:
    assert "rules" not in pi.splice(OLD, NEW).attrs
    same = pi.splice(labelled(OLD, "o", rules="A"), labelled(NEW, "n", rules="A"))
    assert same.attrs["rules"] == "A"


def test_years_in_turn_have_a_span_for_each_run() -> None:
    """Ghana and Nigeria take turns in the same years, Germany has one source."""
    turns = {2010: "old", 2011: "old", 2012: "new", 2013: "new", 2014: "old", 2015: "new"}
    rows: Rows = {(unit, year): [1.0, 2.0] for unit in ("GHA", "NGA") for year in turns}
    old = {key: row for key, row in rows.items() if turns[key[1]] == "old"}
    new = {key: row for key, row in rows.items() if turns[key[1]] == "new"}
    alone: Rows = {("DEU", 2010): [1, 2], ("DEU", 2014): [1, 2]}
    both = pi.splice(labelled(panel(old | alone, NAMES), "old"), labelled(panel(new, NAMES), "new"))
    spans = both.attrs["spans"]
    assert [(each["source"], each["first"], each["last"], each["countries"]) for each in spans] == [
        ("old", 2010, 2014, ["DEU"]),
        ("old", 2010, 2011, ["GHA", "NGA"]),
        ("old", 2014, 2014, ["GHA", "NGA"]),
        ("new", 2012, 2013, ["GHA", "NGA"]),
        ("new", 2015, 2015, ["GHA", "NGA"]),
    ]
