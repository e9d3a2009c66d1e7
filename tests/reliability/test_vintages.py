"""Two indices compared, held against scipy and plain loops."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from scipy import stats

from builders import examples, known, scores, series
from policyindex import THREE_P, PanelError, as_panel, datasets, score
from policyindex.reading import TIERS
from policyindex.reading.tiers import tier_numbers
from policyindex.reliability.vintages import compare

some = scores(years=(2000, 2003))
MEASURES = ["exact", "within_one", "difference", "spearman", "kendall"]


def agreement_by_scipy(first: list[float], second: list[float]) -> list[float]:
    apart = np.array(second) - np.array(first)
    varied = len(set(first)) > 1 and len(set(second)) > 1
    return [
        np.mean(apart == 0),
        np.mean(np.abs(apart) <= 1),
        np.mean(apart),
        stats.spearmanr(first, second).statistic if varied else np.nan,
        stats.kendalltau(first, second).statistic if varied else np.nan,
    ]


@given(some, some)
@examples(40)
def test_measures_are_those_of_scipy(first: pd.Series, second: pd.Series) -> None:
    found = compare(first, second)
    a, b = known(first), known(second)
    shared = sorted(a.keys() & b.keys())
    assert (found.n, found.only_first, found.only_second) == (
        len(shared), len(a) - len(shared), len(b) - len(shared),
    )  # fmt: skip
    measures = [getattr(found, name) for name in MEASURES]
    if shared:
        expected = agreement_by_scipy([a[key] for key in shared], [b[key] for key in shared])
        assert measures == pytest.approx(expected, abs=1e-12, nan_ok=True)
    else:
        assert np.isnan(measures).all()
        assert str(found) == "The two have no score in common. Neither states its rules."
    assert list(found.by_year.index) == sorted({year for _, year in shared})
    for year, row in found.by_year.iterrows():
        keys = [key for key in shared if key[1] == year]
        assert row["n"] == len(keys)
        expected = agreement_by_scipy([a[key] for key in keys], [b[key] for key in keys])
        assert row[MEASURES].to_list() == pytest.approx(expected, abs=1e-12, nan_ok=True)
    differing = {key: (a[key], b[key], b[key] - a[key]) for key in shared if a[key] != b[key]}
    assert {key: tuple(row) for key, row in found.differing.iterrows()} == differing
    assert list(found.differing.index) == sorted(differing)


@given(some, some)
@examples(40)
def test_trends_are_those_of_pairs_of_years(first: pd.Series, second: pd.Series) -> None:
    found = compare(first, second)
    a, b = known(first), known(second)
    expected = {}
    for country in sorted({key[0] for key in a.keys() & b.keys()}):
        years = sorted(year for unit, year in a.keys() & b.keys() if unit == country)
        if len(years) > 1:
            signs = [
                np.sign(
                    sum(
                        np.sign(one[country, later] - one[country, earlier])
                        for place, earlier in enumerate(years)
                        for later in years[place + 1 :]
                    )
                )
                for one in (a, b)
            ]
            expected[country] = (len(years), *signs)
    assert {country: tuple(row) for country, row in found.trends.iterrows()} == expected
    if expected:
        same = np.mean([one == other for _, one, other in expected.values()])
        assert found.same_trend == pytest.approx(same)
    else:
        assert np.isnan(found.same_trend)


@given(some, some)
def test_swapping_turns_the_differences_round(first: pd.Series, second: pd.Series) -> None:
    one, other = compare(first, second), compare(second, first)
    assert one.difference == pytest.approx(-other.difference, nan_ok=True)
    for name in ("n", "exact", "within_one", "spearman", "kendall", "same_trend"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-12, nan_ok=True)
    assert (one.differing["difference"] == -other.differing["difference"]).all()


@given(some)
def test_a_series_agrees_with_itself(drawn: pd.Series) -> None:
    before = drawn.copy()
    found = compare(drawn, drawn)
    pd.testing.assert_series_equal(drawn, before)
    assert found.differing.empty
    assert found.only_first == found.only_second == 0
    for name in ("exact", "within_one", "spearman", "kendall", "same_trend"):
        assert np.isnan(getattr(found, name)) or getattr(found, name) == pytest.approx(1)


def test_the_revision_of_the_united_kingdom() -> None:
    old = series({("GBR", 2009): 2, ("ITA", 2009): 5, ("GBR", 2008): 2})
    new = series({("GBR", 2009): 3, ("ITA", 2009): 5, ("GBR", 2008): 2})
    found = compare(old, new)
    assert found.differing.index.to_list() == [("GBR", 2009)]
    assert found.trends.loc["GBR"].to_list() == [2, 0, 1]
    assert str(found) == (
        "3 country-years are in both, 67% of them equal and 100% at most one apart; on average "
        "the second is 0.33 points higher than the first. Rank correlation 0.87 (Spearman), 0.82 "
        "(Kendall). 0% of countries (n = 1) move in the same direction in both. Neither states "
        "its rules."
    )
    assert "on average the second is 0.33 points lower than the first." in str(compare(new, old))


def test_the_sentence_leaves_missing_measures_out() -> None:
    one = series({("GBR", 2009): 2})
    assert str(compare(one, one)) == (
        "1 country-year is in both, 100% of them equal and 100% at most one apart; on average "
        "the second is as high as the first. Neither states its rules."
    )


def test_the_provenance_of_both_is_carried() -> None:
    old, new = series({("GBR", 2009): 2, ("GBR", 2008): 2}), series({("GBR", 2009): 3})
    old.attrs |= {"source": "a file", "citation": "a paper"}
    new.attrs |= {"source": "SYNTHETIC", "rules": "new (1a2b)"}
    found = compare(old, new)
    for each in (found.by_year, found.trends, found.differing):
        assert each.attrs == {
            "source": "a file; SYNTHETIC",
            "citation": "a paper",
            "rules": "new (1a2b)",
        }


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (None, None, "Neither states its rules."),
        ("A (1)", "A (1)", "Both were scored by the rules A (1)."),
        (
            "A (1)",
            "B (2)",
            "The first was scored by the rules A (1), the second by the rules B (2).",
        ),
        (None, "B (2)", "The first was scored by rules not stated, the second by the rules B (2)."),
    ],
)
def test_the_rules_of_both_are_stated(first: str | None, second: str | None, sentence: str) -> None:
    old, new = series({("GBR", 2009): 2}), series({("GBR", 2009): 3})
    for vintage, rules in ((old, first), (new, second)):
        if rules:
            vintage.attrs["rules"] = rules
    found = compare(old, new)
    assert found.rules == (first, second)
    assert str(found).endswith(sentence)
    assert sentence in found._repr_html_()


def test_a_panel_stands_for_its_overall_scores() -> None:
    data = score(datasets.load_demo())
    found = compare(data, data["overall"])
    assert (found.n, found.exact) == (data["overall"].notna().sum(), 1)
    assert found.rules == (THREE_P.rules, THREE_P.rules)
    assert "np." not in repr(found[:9])


# Another scale and direction.


@given(some, some)
@examples(40)
def test_a_reversed_series_agrees_as_the_series_does(first: pd.Series, second: pd.Series) -> None:
    """Turning the second round and stating it changes no correlation and no direction."""
    plain, turned = compare(first, second), compare(first, 6 - second, lower_is_better=True)
    for name in ("n", "only_first", "only_second", "spearman", "kendall", "same_trend"):
        assert getattr(turned, name) == pytest.approx(getattr(plain, name), abs=1e-12, nan_ok=True)
    pd.testing.assert_frame_equal(turned.trends, plain.trends)
    same = ["n", "spearman", "kendall"]
    pd.testing.assert_frame_equal(turned.by_year[same], plain.by_year[same])


@given(some, some)
@examples(40)
def test_levels_on_two_scales_are_not_compared(first: pd.Series, second: pd.Series) -> None:
    agreement = compare(first, second, scale=(1, 5))
    assert np.isnan([agreement.exact, agreement.within_one, agreement.difference]).all()
    assert agreement.by_year[["exact", "within_one", "difference"]].isna().all(axis=None)
    assert agreement.differing.empty
    plain = compare(first, second)
    assert agreement.spearman == pytest.approx(plain.spearman, nan_ok=True)


def test_the_sentence_names_scale_direction_and_the_sign_of_agreement() -> None:
    index = series({("GBR", 2009): 15, ("ITA", 2009): 9, ("DEU", 2009): 12})
    tiers = series({("GBR", 2009): 1, ("ITA", 2009): 3, ("DEU", 2009): 2.5})
    agreement = compare(index, tiers, **TIERS)
    assert (agreement.spearman, agreement.kendall) == (pytest.approx(1), pytest.approx(1))
    assert (agreement.scale, agreement.lower_is_better) == ((1, 3), True)
    assert str(agreement) == (
        "3 country-years are in both; the second has a scale of its own, 1 to 3, on which lower is "
        "better, so levels are not compared. Rank correlation 1.00 (Spearman), 1.00 (Kendall): "
        "positive where the two agree on who is better. Neither states its rules."
    )
    only = str(compare(index, tiers, lower_is_better=True))
    assert "in both; in the second lower is better, so levels are not compared." in only
    assert compare(index, tiers).spearman == pytest.approx(-1), "the direction is never inferred"


def test_a_value_off_the_stated_scale_is_refused() -> None:
    index = series({("GBR", 2009): 15, ("ITA", 2009): 9})
    tiers = series({("GBR", 2009): 1, ("ITA", 2009): 555}).rename("tier")
    with pytest.raises(PanelError, match="tier must lie from 1 to 3.* the first 555 at ITA 2009"):
        compare(index, tiers, **TIERS)
    with pytest.raises(PanelError, match="swap the two if it is that of scores"):
        compare(tiers.replace(555, 3), index, **TIERS)
    with pytest.raises(ValueError, match="scale must be a pair"):
        compare(index, tiers, scale=3)  # type: ignore[arg-type]


def test_the_index_and_the_tiers_of_the_published_file(
    published: pd.DataFrame, real_file: Callable[[str], Path]
) -> None:
    table = pd.read_stata(
        real_file("published_3p_2000_2013.dta"), columns=["name", "year", "tierupdated"]
    )
    tiers, _ = tier_numbers(as_panel(table, country_column="name")["tierupdated"])
    agreement = compare(published, tiers, **TIERS)
    assert agreement.n == 1875
    assert agreement.spearman == pytest.approx(0.6137, abs=5e-3)
    # By hand: an ordinary rank correlation, its sign reversed.
    both = pd.concat([published["overall"], tiers], axis=1).dropna()
    expected = -stats.spearmanr(both["overall"], both["tierupdated"]).statistic
    assert agreement.spearman == pytest.approx(expected)
