"""The codebook alone decides which columns are dimensions, and on which scale."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import policyindex as pi
from builders import DIMENSIONS, examples, levelled, panel, series
from policyindex.panel import check
from policyindex.panel.dimensions import dimensions, occurring, scale_of
from policyindex.testing import codebooks, codings

DATA = panel({("DEU", 2009): [5, 4, 5], ("NGA", 2009): [4, 5, 5]}, DIMENSIONS)

FOUR = levelled([*DIMENSIONS, "partnership"])

USES: dict[str, Callable[..., Any]] = {
    "overall": pi.overall,
    "standings": lambda data, **options: pi.standings(data, year=2009, **options),
    "weight_ranks": pi.weight_ranks,
    "dominance": lambda data, **options: pi.robustness.dominance(data, year=2009, **options),
    "sensitivity": pi.sensitivity,
    "error_ranks": lambda data, **options: pi.error_ranks(
        data, error=pi.coding_error(0.9), **options
    ),
}

every_use = pytest.mark.parametrize("use", USES.values(), ids=USES)


@every_use
def test_other_columns_change_nothing(use: Callable[..., Any]) -> None:
    wealth = DATA.assign(gdp=[3.5, 6.5], capital=["Berlin", "Abuja"])
    expected, answer = use(DATA), use(wealth)
    expected, answer = (getattr(each, "ranks", each) for each in (expected, answer))
    assert answer.equals(expected)


@every_use
def test_an_overall_score_that_is_not_the_sum_is_refused(use: Callable[..., Any]) -> None:
    four = DATA.assign(partnership=[1, 5])
    four["overall"] = four.sum(axis=1)
    message = (
        r"overall must be the sum of the codebook's dimensions \(prosecution, protection, "
        r"prevention\); 2 of 2 rows differ, the first DEU 2009; is partnership missing from the "
        r"codebook\?"
    )
    with pytest.raises(pi.PanelError, match=message):
        use(four)
    use(four, codebook=FOUR)


@every_use
def test_codings_are_to_be_scored_first(use: Callable[..., Any]) -> None:
    with pytest.raises(pi.PanelError, match="its indicators, the first specific_law; score the"):
        use(pi.datasets.load_demo())


@every_use
def test_an_absent_dimension_is_named(use: Callable[..., Any]) -> None:
    with pytest.raises(pi.PanelError, match=r"1 is absent: prevention; it has .*with codebook="):
        use(DATA.drop(columns="prevention"))


def test_dimensions_come_in_the_order_of_the_codebook() -> None:
    four = DATA.assign(partnership=[5.0, np.nan])[["partnership", *DIMENSIONS]]
    assert list(dimensions(four, FOUR)) == [*DIMENSIONS, "partnership"]
    assert pi.overall(four, codebook=FOUR).iloc[0] == 19


def test_a_level_off_the_scale_of_the_codebook_is_refused() -> None:
    with pytest.raises(pi.PanelError, match="partnership must be an integer from 1 to 5 or miss"):
        dimensions(DATA.assign(partnership=0), FOUR)


def test_an_overall_score_beside_missing_dimensions_is_not_compared() -> None:
    partly = panel({("DEU", 2009): [5, 4, None]}, DIMENSIONS).assign(overall=[9])
    assert dimensions(partly, pi.THREE_P).columns.tolist() == DIMENSIONS


def test_a_codebook_has_enough_dimensions() -> None:
    with pytest.raises(ValueError, match="codebook must have 2 or more dimensions; levelled has 1"):
        dimensions(DATA, levelled(["protection"]), at_least=2)


@given(
    codebooks().flatmap(
        lambda book: st.tuples(
            st.just(book), codings(book).map(lambda drawn: pi.score(drawn, codebook=book))
        )
    )
)
@examples(40)
def test_scores_by_any_codebook_have_its_dimensions(
    drawn: tuple[pi.Codebook, pd.DataFrame],
) -> None:
    book, scores = drawn
    pd.testing.assert_frame_equal(dimensions(scores, book), scores.drop(columns="overall"))


def test_dimensions_check_the_index_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[pd.Index] = []

    def counting(labels: pd.Index) -> tuple[pd.MultiIndex, bool]:
        calls.append(labels)
        return original(labels)

    original = check.check_index
    monkeypatch.setattr(check, "check_index", counting)
    dimensions(DATA.assign(overall=[14, 14]), pi.THREE_P)
    assert len(calls) == 1


# Scales


def test_a_series_has_the_scale_of_its_name_alone() -> None:
    scores = DATA["protection"]
    assert scale_of(scores, pi.THREE_P) == (1, 5)
    assert scale_of(scores.rename("overall") + 2, pi.THREE_P) == (3, 15)
    assert scale_of(scores.rename("tier"), pi.THREE_P) is None
    assert scale_of(scores.rename("tier"), pi.THREE_P, (1, 7)) == (1, 7)
    assert scale_of(scores.rename("overall"), levelled(["a", "b"], top=4)) == (2, 8)


def test_scores_off_the_scale_are_refused() -> None:
    with pytest.raises(
        pi.PanelError,
        match="overall must lie from 3 to 15, the scale of the codebook 3P; 1 does not, the first "
        "20 at NGA 2009",
    ):
        scale_of(pd.Series([14, 20], index=DATA.index, name="overall"), pi.THREE_P)
    with pytest.raises(pi.PanelError, match="tier must lie from 1 to 3, scale=; 2 do not"):
        scale_of(DATA["protection"].rename("tier"), pi.THREE_P, (1, 3))


@pytest.mark.parametrize(
    "use",
    [
        lambda wrong: pi.score(pi.datasets.load_demo(), codebook=wrong),
        lambda wrong: pi.score_codes({}, codebook=wrong),
        lambda wrong: pi.next_steps(pi.datasets.load_demo(), codebook=wrong),
        lambda wrong: pi.explain(pi.datasets.load_demo(), "Italy", 2009, codebook=wrong),
        lambda wrong: pi.transitions(DATA["prevention"], codebook=wrong),
        lambda wrong: pi.read_codings("nowhere.csv", codebook=wrong),
        lambda wrong: pi.report.write(DATA, "nowhere.html", codebook=wrong),
        lambda wrong: pi.overall(DATA, codebook=wrong),
        lambda wrong: pi.standings(DATA, year=2009, codebook=wrong),
    ],
)
def test_a_value_that_is_not_a_codebook_is_refused(use: Callable[[Any], Any]) -> None:
    with pytest.raises(ValueError, match="codebook must be a Codebook, such as THREE_P; got 'HTI'"):
        use("HTI")


def test_the_door_refuses_an_overall_score_that_is_not_the_sum() -> None:
    rows = {("DEU", 2014): [5, 5, 5, 1, 16], ("NGA", 2014): [4, 4, 4, 5, 17]}
    data = panel(rows, [*DIMENSIONS, "partnership", "overall"])
    with pytest.raises(pi.PanelError, match="2 of 2 rows differ.* is partnership missing from"):
        pi.check_panel(data)
    four = levelled([*DIMENSIONS, "partnership"])
    pd.testing.assert_frame_equal(pi.check_panel(data, codebook=four), data)
    pd.testing.assert_frame_equal(
        pi.check_panel(data.drop(columns="protection")).iloc[:, :1], data.iloc[:, :1]
    )


@pytest.mark.parametrize(
    ("values", "are_levels"),
    [(range(13), True), (np.arange(12) / 2, True), (np.arange(13) / 2, False)],
)
def test_levels_are_integers_or_a_dozen_values(values: Any, are_levels: bool) -> None:
    scores = series({("DEU", 2000 + place): float(each) for place, each in enumerate(values)})
    found = occurring(scores)
    assert (found is not None) == are_levels
    if found is not None:
        assert found.tolist() == list(values)
