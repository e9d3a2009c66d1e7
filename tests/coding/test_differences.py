"""What changed between two releases or vintages: parts that add up, held against plain loops."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import policyindex as pi
from builders import examples, panel, series
from policyindex import Codebook, Dimension, Indicator, PanelError, score
from policyindex.codebooks import Sum
from policyindex.coding import diff
from policyindex.coding.differences import PARTS
from policyindex.testing import codings

SHELTER, HOTLINE, LAW = Indicator("shelter"), Indicator("hotline"), Indicator("law")


def one_above(**levels: int) -> int:
    return 1 + sum(levels.values())


def doubled(**levels: int) -> int:
    return 1 + 2 * sum(levels.values())


AID = Dimension("aid", (SHELTER, HOTLINE), one_above)
STRICT = Dimension("aid", (SHELTER, HOTLINE), doubled)
WIDER = Dimension("aid", (SHELTER, LAW), one_above)
JUSTICE = Dimension("justice", (HOTLINE,), one_above)
BOOKS = [
    Codebook("old", (AID,)),
    Codebook("strict", (STRICT,)),
    Codebook("wider", (WIDER,)),
    Codebook("more", (AID, Dimension("justice", (LAW,), one_above))),
    Codebook("moved", (Dimension("aid", (SHELTER,), one_above), JUSTICE)),
]
PAIRS = list(product(BOOKS, repeat=2))


def coded(book: Codebook) -> st.SearchStrategy[pd.DataFrame]:
    return codings(book, countries=["DEU", "NGA"], years=(2014, 2015), max_size=4)


@st.composite
def pairs(draw: Callable[..., object]) -> tuple[Codebook, pd.DataFrame, Codebook, pd.DataFrame]:
    old, new = draw(st.sampled_from(PAIRS))
    return old, draw(coded(old)), new, draw(coded(new))


def by_loops(
    old: Codebook, before: pd.DataFrame, new: Codebook, after: pd.DataFrame
) -> dict[tuple[str, int, str], tuple[float, ...]]:
    """Return the old and the new score and the five parts of each score that differs."""
    shared = set(old.scales) & set(new.scales)
    answer = {}
    names = [each.name for each in (*new.dimensions, *old.dimensions)] + ["overall"]
    for key in {*before.index, *after.index}:
        scores = []
        middle = pd.Series(dtype=float)
        for book, codes in ((old, before), (new, after)):
            has_row = key in codes.index
            scores.append(score(codes.loc[[key]], codebook=book).iloc[0] if has_row else {})
        if key in before.index and key in after.index:
            mixed = before.loc[[key]].copy()
            for name in shared:
                mixed.loc[key, name] = after.loc[key, name]
            middle = score(mixed, codebook=old).iloc[0]
        for name in dict.fromkeys(names):
            one, other = (each.get(name, np.nan) for each in scores)
            between = middle.get(name, np.nan)
            if np.isnan(one) and np.isnan(other):
                continue
            if np.isnan(one):
                parts = (0, 0, 0, other, 0)
            elif np.isnan(other):
                parts = (0, 0, 0, 0, -one)
            elif one == other:
                continue
            elif np.isnan(between):
                parts = (0, 0, other - one, 0, 0)
            else:
                parts = (between - one, other - between, 0, 0, 0)
            answer[(*key, name)] = (one, other, *parts)
    return answer


@given(pairs())
@examples(25)
def test_each_changed_score_is_split_as_by_plain_loops(
    drawn: tuple[Codebook, pd.DataFrame, Codebook, pd.DataFrame],
) -> None:
    old, before, new, after = drawn
    copies = before.copy(), after.copy()
    found = diff(before, after, codebook=new, old_codebook=old)
    assert before.equals(copies[0])
    assert after.equals(copies[1])
    expected = by_loops(old, before, new, after)
    rows = {key: tuple(row) for key, row in found.scores[["old", "new", *PARTS]].iterrows()}
    assert rows.keys() == expected.keys()
    for key, row in rows.items():
        assert row == pytest.approx(expected[key], nan_ok=True)
    assert found.scores.index.is_unique
    totals = found.scores[[*PARTS]].to_numpy().sum()
    gap = sum(np.nan_to_num(row[1]) - np.nan_to_num(row[0]) for row in expected.values())
    assert totals == pytest.approx(gap)


@given(pairs())
@examples(10)
def test_counts_are_those_of_the_rows(
    drawn: tuple[Codebook, pd.DataFrame, Codebook, pd.DataFrame],
) -> None:
    old, before, new, after = drawn
    found = diff(before, after, codebook=new, old_codebook=old)
    scored = [score(before, codebook=old), score(after, codebook=new)]
    for name, row in found.counts.iterrows():
        keys = [set(each[name].dropna().index) if name in each else set() for each in scored]
        assert row["old"] == len(keys[0])
        assert row["new"] == len(keys[1])
        assert row["shared"] == len(keys[0] & keys[1]) == row["equal"] + row["revised"]
        assert row["entered"] == len(keys[1] - keys[0])
        assert row["left"] == len(keys[0] - keys[1])
        causes = row[["coding", "rule", "coding_and_rule", "not_stated"]]
        assert causes.sum() == row["revised"]
        rows = found.scores.index.get_level_values("dimension") == name
        changed = found.scores.loc[rows, "cause"].value_counts()
        for cause in ("coding", "rule", "coding and rule", "entered", "left"):
            assert row[cause.replace(" ", "_")] == changed.get(cause, 0)
    assert list(found.counts.index)[-1] == "overall"


def one_row(*levels: float | None) -> pd.DataFrame:
    return panel({("NGA", 2015): [*levels]}, ["shelter", "hotline"])


def test_codings_change_first_and_then_the_rules() -> None:
    old, strict = BOOKS[0], BOOKS[1]
    found = diff(one_row(0, 1), one_row(1, 1), codebook=strict, old_codebook=old)
    row = found.scores.loc[("NGA", 2015, "aid")]
    assert row[["old", "new", "difference", "coding", "rule"]].to_list() == [2, 5, 3, 1, 2]
    assert row["cause"] == "coding and rule"
    assert row["codings"] == "shelter: no to yes"
    back = diff(one_row(1, 1), one_row(0, 1), codebook=old, old_codebook=strict)
    assert back.scores.loc[("NGA", 2015, "aid"), ["coding", "rule"]].to_list() == [-2, -1]


def test_what_cannot_be_divided_is_not_divided() -> None:
    old, wider = BOOKS[0], BOOKS[2]
    before = one_row(0, 0)
    after = panel({("NGA", 2015): [1, 1]}, ["shelter", "law"])
    found = diff(before, after, codebook=wider, old_codebook=old)
    # The hotline, which the new codebook lacks, keeps its old coding: shelter alone is a coding.
    assert found.scores.loc[("NGA", 2015, "aid"), [*PARTS]].to_list() == [1, 1, 0, 0, 0]
    undecided = Codebook("three", (Dimension("aid", (SHELTER, HOTLINE, LAW), min_of_two),))
    three = panel({("NGA", 2015): [1, None, 1]}, ["shelter", "hotline", "law"])
    found = diff(before, three, codebook=undecided, old_codebook=old)
    row = found.scores.loc[("NGA", 2015, "aid")]
    assert row["undivided"] == row["difference"] == 4
    assert row["cause"] == "coding and rule"


def min_of_two(shelter: int, hotline: int, law: int) -> int:
    return 1 + 4 * (1 if shelter + law == 2 else min(shelter, hotline, law))


def test_an_indicator_with_other_levels_is_a_matter_of_the_rules() -> None:
    graded = Indicator("shelter", ("none", "some", "many"))
    new = Codebook("graded", (Dimension("aid", (graded, HOTLINE), one_above),))
    found = diff(one_row(1, 1), one_row(2, 1), codebook=new, old_codebook=BOOKS[0])
    assert found.scores.loc[("NGA", 2015, "aid"), [*PARTS]].to_list() == [0, 1, 0, 0, 0]
    assert found.codings.empty


def test_changed_codings_are_named_in_words() -> None:
    demo = pi.datasets.load_demo()
    new = demo.copy()
    new.loc[("NGA", 2009), "enforcement"] = 0
    new.loc[("DEU", 2009), "shelter"] = np.nan
    found = diff(demo, new.drop(("SWE", 2009)))
    assert found.codings.to_dict("index") == {
        ("DEU", 2009, "shelter"): {
            "old": 1.0, "new": pytest.approx(np.nan, nan_ok=True),
            "old_words": "yes", "new_words": "not coded",
        },
        ("NGA", 2009, "enforcement"): {
            "old": 1.0, "new": 0.0, "old_words": "limited", "new_words": "none",
        },
    }  # fmt: skip
    causes = found.scores["cause"].to_dict()
    assert causes == {
        ("DEU", 2009, "protection"): "left",
        ("DEU", 2009, "overall"): "left",
        ("NGA", 2009, "prosecution"): "coding",
        ("NGA", 2009, "overall"): "coding",
        ("SWE", 2009, "prosecution"): "left",
        ("SWE", 2009, "protection"): "left",
        ("SWE", 2009, "prevention"): "left",
        ("SWE", 2009, "overall"): "left",
    }
    assert found.scores.loc[("NGA", 2009, "overall"), "codings"] == "enforcement: limited to none"
    assert found.rules == (pi.THREE_P.rules, pi.THREE_P.rules)
    assert found.share_revised == pytest.approx(1 / 1266)
    assert found.share_left == pytest.approx(2 / 1268)
    assert str(found) == (
        "1,266 country-years have an overall score in both: 1,265 are equal and 1 is revised "
        "(0.1 %): 1 since codings changed. 0 entered and 2 left. Revised scores of dimensions: 1 "
        f"of prosecution. Both were scored by the rules {pi.THREE_P.rules}."
    )


def test_a_panel_does_not_differ_from_itself() -> None:
    demo = pi.datasets.load_demo()
    found = diff(demo, demo.iloc[::-1])
    assert found.scores.empty
    assert found.codings.empty
    assert found.share_revised == found.share_left == 0
    assert "all are equal" in str(found)
    assert "<table" in found._repr_html_()


def test_published_scores_have_no_stated_cause() -> None:
    names = ["prosecution", "protection", "prevention"]
    old = panel({("GBR", 2009): [5, 2, 5], ("ITA", 2009): [5, 5, 5]}, names)
    new = panel({("GBR", 2009): [5, 3, 5], ("DEU", 2009): [5, 5, 5]}, names)
    found = diff(old, new)
    protection = found.scores.loc[("GBR", 2009, "protection")]
    assert protection[["undivided", "cause"]].to_list() == [1, "not stated"]
    assert found.counts.loc["overall", ["shared", "revised", "entered", "left"]].to_list() == [
        1, 1, 1, 1,
    ]  # fmt: skip
    assert str(found).startswith(
        "1 country-year has an overall score in both: 0 are equal and 1 is revised (100.0 %); the "
        "causes are not stated. 1 entered and 1 left."
    )
    old.attrs["rules"] = new.attrs["rules"] = "3P 9 (abc)"
    same_rules = diff(old, new).scores.loc[("GBR", 2009, "protection")]
    assert same_rules[["coding", "cause"]].to_list() == [1, "coding"]


def test_overall_scores_alone_are_compared() -> None:
    old, new = series({("GBR", 2009): 12, ("ITA", 2009): 15}), series({("GBR", 2009): 13})
    found = diff(old, new.to_frame())
    assert list(found.counts.index) == ["overall"]
    assert found.counts.loc["overall", ["shared", "revised", "left"]].to_list() == [1, 1, 1]
    nothing = diff(old, series({("DEU", 2009): 13}))
    assert str(nothing).startswith("No country-year has an overall score in both. 1 entered")
    assert np.isnan(nothing.share_revised)


def test_data_without_anything_in_common_are_refused() -> None:
    first = panel({("GBR", 2009): [5]}, ["prosecution"])
    with pytest.raises(PanelError, match="must have a score in common.*has prosecution, the new"):
        diff(first, panel({("GBR", 2009): [5]}, ["protection"]))
    with pytest.raises(PanelError, match="the panel must have the columns prosecution"):
        diff(first, panel({("GBR", 2009): [5]}, ["gdp"]))
    with pytest.raises(ValueError, match="old must be a release, its folder, a reading or a panel"):
        diff(3, first)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="is not a folder; read a file first"):
        diff("nowhere.csv", first)
    with pytest.raises(PanelError, match="specific_law must be an integer from 0 to 2"):
        diff(pi.datasets.load_demo() + 1, pi.datasets.load_demo())


def test_the_provenance_of_both_is_carried() -> None:
    old, new = series({("GBR", 2009): 12}), series({("GBR", 2009): 13})
    old.attrs["source"], new.attrs["source"] = "first", "second"
    found = diff(old, new)
    for table in (found.scores, found.codings, found.counts):
        assert table.attrs["source"] == "first; second"


def test_a_reading_brings_its_codebook(real_file: Callable[[str], Path]) -> None:
    reading = pi.read(real_file("hti_2001_2011.csv"))
    revised = reading.panel.copy()
    revised.iloc[0] = np.nan
    found = diff(reading, reading._replace(panel=revised))
    assert found.rules == (pi.HTI.rules, pi.HTI.rules)
    assert set(found.scores["cause"]) == {"left"}


def test_a_later_vintage_of_the_published_scores(published: pd.DataFrame) -> None:
    """Eleven revisions in 1,324 common country-years come out as such, and nothing else does."""
    scored = published["overall"].dropna().index
    shared = scored[:1324]
    old = published.loc[shared].copy()
    movable = old.index[(old["protection"] > 1).to_numpy()]
    revised = movable[:: len(movable) // 11][:11]
    old.loc[revised, "protection"] -= 1
    old.loc[revised, "overall"] -= 1
    found = diff(old, published)
    row = found.counts.loc["overall"]
    assert row[["shared", "equal", "revised", "left"]].to_list() == [1324, 1313, 11, 0]
    assert row["entered"] == len(scored) - 1324
    both = pi.compare(old, published)
    assert both.n == 1324
    assert sorted(both.differing.index) == sorted(revised)
    one = found.scores.xs("overall", level="dimension")
    assert sorted(one.index[one["cause"] == "not stated"]) == sorted(revised)


def test_the_two_public_vintages(published: pd.DataFrame, real_file: Callable[[str], Path]) -> None:
    first = pi.read_scores(real_file("kelley_simmons_ajps_2014_replication.dta"))
    row = diff(first, published).counts.loc["overall"]
    assert row[["shared", "equal", "revised"]].to_list() == [1324, 1313, 11]


def test_scores_that_are_not_whole_are_split_to_the_last_part() -> None:
    names = [f"i{place}" for place in range(30)]
    indexes = []
    for share in (Fraction(1, 3), Fraction(2, 3)):
        wide = Sum(dict.fromkeys(names, share))
        narrow = Sum({"x": Fraction(1, 2), "y": Fraction(1, 4)})
        indexes.append(
            Codebook(
                "mean",
                (
                    Dimension("a", tuple(map(Indicator, names)), wide, levels=()),
                    Dimension("b", (Indicator("x"), Indicator("y")), narrow, levels=()),
                ),
                aggregate="mean",
            )
        )
    before = panel(
        {("NGA", year): [1.0] * 20 + [0.0] * 12 for year in (2014, 2015)}, [*names, "x", "y"]
    )
    after = before.copy()
    after.loc[("NGA", 2015), ["i0", "y"]] = [0, 1]
    found = diff(before, after, codebook=indexes[1], old_codebook=indexes[0])
    parts = found.scores.loc[("NGA", 2015, "overall"), [*PARTS]].to_list()
    assert parts == pytest.approx([-1 / 6 + 1 / 8, 19 / 6, 0, 0, 0])
    assert found.scores.loc[("NGA", 2014, "a"), [*PARTS]].to_list() == pytest.approx(
        [0, 20 / 3, 0, 0, 0]
    )
    assert ("NGA", 2014, "b") not in found.scores.index
