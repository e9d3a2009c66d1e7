"""Tiers in words and numbers; columns that are not tiers, or may be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyindex.panel.numbers import Labelled
from policyindex.reading import TIERS
from policyindex.reading.tiers import (
    STEPS,
    doubt_about,
    is_tiers,
    odd_words,
    says_tier,
    tier_numbers,
    tier_of,
)

WORDS: dict[float, list[object]] = {
    1.0: ["Tier 1", "tier 1", "TIER 1", "Tier1", "T1", "Tier I", "Tier One", "1", "1.0", 1, 1.0],
    2.0: ["Tier 2", " tier  2 ", "Tier-2", "t2", "Tier II", "tier two", "2", 2, np.int8(2)],
    2.5: [
        "Tier 2 Watch List", "Tier 2 Watchlist", "Tier 2 (Watch List)", "Tier 2WL", "Tier 2 WL",
        "2W", "2 WL", "2WL", "T2WL", "Watch List", "Watchlist   ", "WATCH-LIST",
        "Tier II Watch List", "Tier 2 \N{EN DASH} Watch List", "Tier 2.5", "2.5", "2,5", 2.5,
        np.float32(2.5),
    ],
    3.0: ["Tier 3", "tier\N{NO-BREAK SPACE}3", "Tier III", "T3", "Tier \N{FULLWIDTH DIGIT THREE}",
          "3", 3],
}  # fmt: skip

WITHOUT = [
    "Special Case", "special case", "Special", "SC", "Not in report", "not in the TIP report",
    "Unranked", 555, 666, 555.0, "666", "", "  ", "n/a", ".", None, np.nan, pd.NA,
]  # fmt: skip

OTHER = [
    0, 4, 5, -1, 1.5, 25, True, False, "Tier 4", "Tier 25", "tier", "high", "Tier 1 Watch List",
    "Tier 2/2 Watch List", "Watch", "W", "12", "Tier 1, Tier 2", [1], object(), 10**400,
]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "step"), [(cell, step) for step, cells in WORDS.items() for cell in cells]
)
def test_a_tier_is_its_step(cell: object, step: float) -> None:
    assert tier_of(cell) == step


@pytest.mark.parametrize("cell", WITHOUT, ids=repr)
def test_a_country_without_a_tier_is_missing(cell: object) -> None:
    answer = tier_of(cell)
    assert answer is not None
    assert np.isnan(answer)


@pytest.mark.parametrize("cell", OTHER, ids=lambda each: str(each)[:20])
def test_anything_else_is_not_a_tier(cell: object) -> None:
    assert tier_of(cell) is None


CELLS = st.one_of(
    st.text(), st.floats(), st.integers(), st.booleans(), st.none(), st.sampled_from(OTHER)
)


@given(CELLS)
def test_any_cell_has_a_step_or_none(cell: object) -> None:
    answer = tier_of(cell)
    assert answer is None or answer in STEPS or np.isnan(answer)


@given(st.sampled_from([1, 2, 3]), st.sampled_from(["Tier {}", "t{}", "TIER-{}", "tier_{}:"]))
def test_marks_and_capitals_do_not_matter(step: int, words: str) -> None:
    assert tier_of(words.format(step)) == step
    assert tier_of(words.format(step).swapcase()) == step


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        (["Tier 1", "Watch List", "Special Case", None], "rating"),
        (["Tier 1", 2.5, 555], "x"),
        ([1, 2, 3], "tier"),
        ([1.0, 2.5, 555.0, 666.0, np.nan], "tierupdated"),
        (["1", "2W", "3"], "TIP Tier"),
        (["1", "2"], "US_tier_2009"),
    ],
)
def test_words_or_a_name_make_tiers(cells: list[object], name: str) -> None:
    assert is_tiers(cells, name)
    assert doubt_about(cells, name) is None


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ([1, 2, 3], "prosecution"),
        ([1, 2, 3], "frontier"),
        (["I", "II", "III"], "grade"),
        (["T1", "T2"], "treatment"),
        ([0, 1], "tierdrop"),
        ([-1, 0, 1], "changetier"),
        ([None, ""], "tier"),
        ([555, 666], "tier"),
        (["Special Case"], "tier"),
        (["Tier 1", "good"], "tier"),
        ([], "tier"),
        ([1, 2], 7),
    ],
)
def test_other_columns_are_not_tiers_and_not_in_doubt(cells: list[object], name: object) -> None:
    assert not is_tiers(cells, name)
    assert doubt_about(cells, name) is None


@pytest.mark.parametrize("cells", [[1, 2, 3, 4], ["Tier 1", 4], [1, 2, 2.5, 3, 4, 555], [1, 4, 5]])
def test_a_four_among_tiers_is_asked_about(cells: list[object]) -> None:
    assert not is_tiers(cells, "tier")
    reason = doubt_about(cells, "tier")
    assert reason is not None
    assert "tier holds 4" in reason
    assert "the watch list may be 3 and Tier 3 be 4" in reason


def test_labels_decide_what_a_four_is() -> None:
    cells = [Labelled("Tier 2 Watch List", 3), Labelled("Tier 3", 4), Labelled("Tier 1", 1)]
    assert is_tiers(cells, "tier")
    numbers, _ = tier_numbers(pd.Series(cells, dtype=object))
    assert numbers.tolist() == [2.5, 3, 1]


def test_joined_tiers_are_asked_about() -> None:
    reason = doubt_about(["Tier 1", "Tier 2/2 Watch List"], "rating")
    assert reason is not None
    assert "'Tier 2/2 Watch List', which joins tiers" in reason


def test_names_that_say_tier() -> None:
    said = ["tier", "Tier", "TIP tier", "tiptier", "tip_tier", "tiers_orig", "UStier", "TIPTier"]
    assert all(says_tier(name) for name in said)
    assert not any(says_tier(name) for name in ("frontier", "Cartier", "courtier", "hotelier", 3))


def test_numbers_and_repairs_of_words() -> None:
    cells = pd.Series(["Tier 1", "Tier 2WL", "Special Case", 555, 2.5, None], index=[*"abcdef"])
    before = cells.copy()
    numbers, repairs = tier_numbers(cells)
    pd.testing.assert_series_equal(cells, before)
    assert numbers.index.tolist() == [*"abcdef"]
    np.testing.assert_array_equal(numbers, [1, 2.5, np.nan, np.nan, 2.5, np.nan])
    assert [(each.kind, np.flatnonzero(each.rows).tolist()) for each in repairs] == [
        ("tiers", [0, 1]),
        ("special case", [2]),
        ("not in report", [3]),
    ]


def test_numbers_without_special_cases_need_no_repair() -> None:
    numbers, repairs = tier_numbers(pd.Series([1, 2, None]))
    np.testing.assert_array_equal(numbers, [1, 2, np.nan])
    assert repairs == []


def test_a_cell_that_is_not_a_tier_is_refused() -> None:
    with pytest.raises(ValueError, match="1 of 3 is not: 4"):
        tier_numbers(pd.Series([1, 2, 4]))


def test_the_tiers_of_the_published_file(real_file: Callable[[str], Path]) -> None:
    path = real_file("published_3p_2000_2013.dta")
    table = pd.read_stata(path, convert_categoricals=False)
    assert is_tiers(table["tierupdated"], "tierupdated")
    others = [name for name in table if name != "tierupdated" and is_tiers(table[name], name)]
    assert others == []
    numbers, repairs = tier_numbers(table["tierupdated"])
    assert numbers.value_counts().to_dict() == {2.0: 1024, 2.5: 450, 1.0: 357, 3.0: 234}
    assert {each.kind: int(each.rows.sum()) for each in repairs} == {
        "special case": 59,
        "not in report": 873,
    }


def test_the_tiers_of_hti_join_two_and_are_asked_about(real_file: Callable[[str], Path]) -> None:
    table = pd.read_csv(real_file("hti_2001_2011.csv"), encoding="latin-1")
    assert not is_tiers(table["tier"], "tier")
    assert "'Tier 2/2 Watch List'" in str(doubt_about(table["tier"], "tier"))


def test_the_scale_and_the_direction_cannot_be_changed() -> None:
    assert {**TIERS} == {"scale": (1, 3), "lower_is_better": True}
    with pytest.raises(TypeError):
        TIERS["scale"] = (1, 4)  # type: ignore[index]


def test_the_first_of_several_words_that_are_no_tiers_is_named() -> None:
    sure = ["Tier 1", "Tier 2", "Tier 3"]
    assert odd_words([*sure, "Downgrade", "ally", "Tier 2 Watch List"]) == "Downgrade"
    assert odd_words([*sure, "", None]) is None
    assert odd_words(["Tier 1", "ally"]) is None
