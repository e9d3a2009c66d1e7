"""What disagreements can change, against every decision tried out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import policyindex as pi
from builders import examples, index, panel
from policyindex import Codebook, Dimension, Indicator, testing
from policyindex.codebooks import Count, Sum
from policyindex.coding.stakes import (
    DISPUTED,
    MOST_VALUES,
    MOVES,
    Codings,
    _order,
    _thinned,
    adding_box_of,
    box_of,
    codings_of,
    needs_of,
    stakes,
)

Case = tuple[str, int, str]

MOST = 200


def is_small(codebook: Codebook) -> bool:
    return prod(high + 1 for _, high in codebook.scales.values()) <= MOST


Drawn = tuple[Codebook, Codings, pd.DataFrame]
"""A codebook, the codings of two coders, and what their disagreements can change."""


def judged(drawn: tuple[Codebook, dict[str, pd.DataFrame]]) -> Drawn:
    codebook, codings = drawn
    table = codings_of(codings, codebook)
    return codebook, table, stakes(table.agreed, table.disputed, codebook)


small = (
    testing.codebooks()
    .filter(is_small)
    .flatmap(
        lambda book: st.tuples(
            st.just(book),
            testing.coder_pairs(book, countries=["AUT", "DEU"], years=(2001, 2001), max_size=2),
        )
    )
    .map(judged)
)


def fillings(codebook: Codebook, row: pd.Series) -> Iterator[dict[str, int]]:
    """Every way to fill the missing cells of a row."""
    scales = codebook.scales
    options = [
        range(high + 1) if np.isnan(row[name]) else [int(row[name])]
        for name, (_, high) in scales.items()
    ]
    return (dict(zip(scales, levels, strict=True)) for levels in product(*options))


def total(codebook: Codebook, levels: dict[str, int]) -> int:
    return sum(
        each.rule(**{one.name: levels[one.name] for one in each.indicators})
        for each in codebook.dimensions
    )


def rank_of(country: str, totals: dict[str, int]) -> int:
    return 1 + sum(each > totals[country] for each in totals.values())


def by_trial(
    codebook: Codebook, agreed: pd.DataFrame, disputed: set[Case], case: Case
) -> tuple[int, int, bool]:
    """The largest change of the dimension and of the rank, and whether any rank can change.

    Missing codings of the dimension are all at their worst or all at their best, as they are at
    the bounds of the score; everything else may be anything.
    """
    country, year, name = case
    (dimension,) = (
        each for each in codebook.dimensions if name in {i.name for i in each.indicators}
    )
    tops = {each.name: len(each.levels) - 1 for each in dimension.indicators}
    row = agreed.loc[(country, year)]
    others = [each for each in agreed.index if each[1] == year and each[0] != country]
    other_totals = [
        sorted({total(codebook, filled) for filled in fillings(codebook, agreed.loc[each])})
        for each in others
    ]
    points = places = 0
    any_rank = False
    for end in (0, 1):
        base = row.copy()
        for each, top in tops.items():
            if np.isnan(row[each]) and (country, year, each) not in disputed:
                base[each] = end * top
        for filled in fillings(codebook, base):
            if filled[name]:  # compared with level 0 only
                continue
            raised = filled | {name: tops[name]}
            low, high = (total(codebook, levels) for levels in (filled, raised))
            points = max(points, high - low)
            for combination in product(*other_totals):
                rest = dict(zip([each[0] for each in others], combination, strict=True))
                before, after = ({**rest, country: each} for each in (low, high))
                moved = {each: rank_of(each, before) - rank_of(each, after) for each in before}
                places = max(places, moved[country])
                any_rank |= any(moved.values())
    return points, places, any_rank


@given(small)
@examples(25)
def test_changes_are_those_of_every_decision_tried_out(drawn: Drawn) -> None:
    codebook, table, cases = drawn
    disputed = set(cases.index)
    assert len(disputed) == table.disputed.sum()
    for case, row in cases.iterrows():
        points, places, any_rank = by_trial(codebook, table.agreed, disputed, case)
        assert (row["dimension_change"], row["rank_change"]) == (points, places)
        expected = "rank" if any_rank else "overall" if points else "nothing"
        assert row["moves"] == expected


@given(small)
@examples(25)
def test_a_case_that_changes_nothing_leaves_every_bound_alone(drawn: Drawn) -> None:
    codebook, table, cases = drawn
    bounds = pi.score_bounds(table.agreed, codebook=codebook)
    for (country, year, name), row in cases.iterrows():
        for level in range(codebook.scales[name][1] + 1):
            decided = table.agreed.copy()
            decided.loc[(country, year), name] = level
            if row["moves"] == "nothing":
                assert pi.score_bounds(decided, codebook=codebook).equals(bounds)


@given(small)
@examples(25)
def test_a_decision_is_needless_exactly_where_it_changes_nothing_any_more(drawn: Drawn) -> None:
    codebook, table, cases = drawn
    names = list(table.agreed.columns)
    for (country, year, name), need in needs_of(table.agreed, table.disputed, codebook).items():
        options = [range(DISPUTED, codebook.scales[other][1] + 1) for other in need.others]
        place = table.rows.get_loc((country, year))
        for levels in product(*options):
            agreed, disputed = table.agreed.copy(), table.disputed.copy()
            for other, level in zip(need.others, levels, strict=True):
                disputed[place, names.index(other)] = level == DISPUTED
                if level >= 0:
                    agreed.loc[(country, year), other] = level
            after = stakes(agreed, disputed, codebook).loc[(country, year, name), "moves"]
            assert (levels in need.idle) == (after == "nothing")
        same = cases.xs((country, year), level=("country", "year"))["dimension"]
        assert {*need.others, name} == set(same.index[same == same[name]])


def four(*scores: Sequence[int]) -> tuple[pd.DataFrame, np.ndarray, Codebook]:
    """One country whose four indicators are disputed, beside others at fixed scores."""
    names = ("law", "court", "shelter", "hotline")
    justice = Dimension(
        "justice", (Indicator("law"), Indicator("court")), lambda law, court: 1 + law * court
    )
    aid = Dimension(
        "aid",
        (Indicator("shelter"), Indicator("hotline")),
        lambda shelter, hotline: 1 + shelter + hotline,
    )
    keys = [("AUT", 2009), *((f"X{place}", 2009) for place in range(len(scores)))]
    agreed = pd.DataFrame(
        [[np.nan] * 4, *map(list, scores)], index=index(keys), columns=list(names), dtype=float
    )
    disputed = np.zeros(agreed.shape, dtype=bool)
    disputed[0] = True
    return agreed, disputed, Codebook("four", (justice, aid))


def test_cells_that_change_the_score_more_often_come_first() -> None:
    agreed, disputed, codebook = four((1, 1, 1, 1), (0, 0, 1, 0))
    cases = stakes(agreed, disputed, codebook)
    assert cases.index.get_level_values("indicator").tolist() == [
        "shelter",
        "hotline",
        "law",
        "court",
    ]
    assert cases["mean_change"].tolist() == [1, 1, 0.5, 0.5]
    assert cases[["overall_low", "overall_high"]].iloc[0].tolist() == [2, 5]
    assert cases[["rank_low", "rank_high"]].iloc[0].tolist() == [1, 3]


def test_a_change_that_passes_nobody_moves_no_rank() -> None:
    agreed, disputed, codebook = four()
    assert stakes(agreed, disputed, codebook)["moves"].unique().tolist() == ["overall"]


def test_country_years_that_need_fewer_decisions_come_first() -> None:
    agreed, disputed, codebook = four((1, 1, 1, 1))
    agreed.loc[("X0", 2009), "shelter"], disputed[1, 2] = np.nan, True
    cases = stakes(agreed, disputed, codebook)
    assert cases.index[0] == ("X0", 2009, "shelter")


def test_more_places_of_rank_at_stake_come_first() -> None:
    _, _, codebook = four()
    rows = {
        ("AAA", 2009): [1, 1, None, 1],
        ("ZZZ", 2009): [0, 0, None, 0],
        **{(f"X{place}", 2009): [0, 0, 1, 0] for place in range(3)},
    }
    agreed = panel(rows, list(codebook.scales))
    cases = stakes(agreed, agreed.isna().to_numpy(), codebook)
    assert [case[0] for case in cases.index] == ["ZZZ", "AAA"]
    assert (cases["rank_high"] - cases["rank_low"]).tolist() == [3, 0]


@pytest.mark.parametrize(("weight", "places"), [(1, 1), (3, 2)])
def test_a_heavier_dimension_passes_more_countries(weight: int, places: int) -> None:
    _, _, codebook = four()
    heavy = replace(codebook, weights={"justice": weight, "aid": 1})
    rows = {
        ("AAA", 2009): [None, 1, 0, 0],  # may gain a point in justice
        ("BBB", 2009): [0, 0, 1, 0],  # a point of aid ahead
        ("CCC", 2009): [0, 0, 1, 1],  # two points of aid ahead
    }
    agreed = panel(rows, list(codebook.scales))
    cases = stakes(agreed, agreed.isna().to_numpy(), heavy)
    assert cases[["dimension_change", "rank_change"]].to_numpy().tolist() == [[1, places]]


def test_cases_that_change_nothing_come_last() -> None:
    agreed, disputed, codebook = four((0, 1, 1, 1))
    disputed[:] = False
    agreed.loc[("AUT", 2009)] = [0, np.nan, np.nan, 1]
    disputed[0, 1] = disputed[0, 2] = True
    cases = stakes(agreed, disputed, codebook)
    assert cases["moves"].tolist() == ["rank", "nothing"]
    assert cases.index[-1] == ("AUT", 2009, "court")
    assert all(each in MOVES for each in cases["moves"])


def test_a_coder_without_the_indicators_is_refused() -> None:
    _, _, codebook = four()
    first = pd.DataFrame({"law": [1.0]}, index=index([("AUT", 2009)]))
    other = first.rename(columns={"law": "gdp"})
    with pytest.raises(pi.PanelError, match="those of Ben have none, their columns are gdp"):
        codings_of({"Ama": first, "Ben": other}, codebook)


def test_rows_and_columns_of_one_coder_alone_are_agreed() -> None:
    _, _, codebook = four()
    first = pd.DataFrame({"law": [1.0, 0.0]}, index=index([("AUT", 2009), ("DEU", 2009)]))
    second = pd.DataFrame({"law": [0.0], "shelter": [1.0]}, index=index([("AUT", 2009)]))
    table = codings_of({"Ama": first, "Ben": second}, codebook)
    assert table.disputed.sum() == 1
    assert table.agreed.loc[("AUT", 2009), "shelter"] == 1
    assert table.agreed.loc[("DEU", 2009), "law"] == 0
    assert np.isnan(table.agreed.loc[("AUT", 2009), "law"])


def spans_of(draw: st.DataObject, shape: tuple[int, ...]) -> tuple[list[range], list[bool]]:
    """Draw which indicators are disputed, missing or at a level."""
    spans, disputed = [], []
    for size in shape:
        kind = draw.draw(st.sampled_from(["disputed", "missing", "level"]))
        level = draw.draw(st.integers(0, size - 1))
        spans.append(range(level, level + 1) if kind == "level" else range(size))
        disputed.append(kind == "disputed")
    return spans, disputed


@given(st.data(), st.booleans())
@examples(60)
def test_points_that_add_give_the_box_of_their_table(data: st.DataObject, is_sum: bool) -> None:
    sizes = data.draw(st.lists(st.integers(2, 4), min_size=1, max_size=4))
    names = [f"i{place}" for place in range(len(sizes))]
    indicators = tuple(
        Indicator(name, tuple(f"level {level}" for level in range(size)))
        for name, size in zip(names, sizes, strict=True)
    )
    weights = data.draw(
        st.dictionaries(st.sampled_from(names), st.sampled_from([Fraction(1, 2), 1, 3]))
    )
    top = sum(weights.get(name, 1) * (size - 1) for name, size in zip(names, sizes, strict=True))
    thresholds = None if is_sum else sorted(data.draw(st.lists(st.integers(1, 3), max_size=3)))
    if thresholds is not None:
        thresholds = tuple(min(each, top) for each in thresholds)
    dimension = Dimension("d", indicators, Sum(weights, thresholds), levels=())
    table = np.array(dimension.table, dtype=object).reshape(dimension.shape)
    spans, disputed = spans_of(data, dimension.shape)
    expected = box_of(table, spans, disputed)
    additive = dimension.rule.additive
    box = adding_box_of(additive, spans, disputed)
    assert box._replace(means=()) == expected._replace(means=())
    assert box.means == pytest.approx(expected.means)


def wide(**options: Any) -> Codebook:
    """A codebook of two dimensions of 28 indicators each, which are too many for a table."""
    dimensions = []
    for name in ("north", "south"):
        indicators = tuple(Indicator(f"{name}{place}") for place in range(28))
        dimensions.append(Dimension(name, indicators, Count(tuple(range(4, 29, 4))), levels=()))
    return Codebook("wide", tuple(dimensions), **options)


@pytest.mark.parametrize(
    "options", [{}, {"aggregate": "mean"}, {"weights": {"north": 0.5, "south": 2}}]
)
def test_dimensions_too_large_for_a_table_are_weighed_by_their_sums(
    options: dict[str, Any],
) -> None:
    codebook = wide(**options)
    random = np.random.default_rng(0)
    keys = index([(f"X{place:02}", 2009) for place in range(30)])
    names = list(codebook.scales)
    first = pd.DataFrame(random.integers(0, 2, (30, 56)), keys, names).astype(float)
    second = first.mask(random.random(first.shape) < 0.1, 1 - first)
    table = codings_of({"first": first, "second": second}, codebook)
    cases = stakes(table.agreed, table.disputed, codebook)
    assert {"rank", "nothing"} <= set(cases["moves"])
    for end in ("overall_low", "overall_high"):
        expected = pi.score_bounds(table.agreed, codebook=codebook)[end]
        own = cases[end].groupby(level=["country", "year"]).first()
        pd.testing.assert_series_equal(own, expected.loc[own.index])
    for (country, year, name), row in cases.iterrows():
        counts = table.agreed.loc[(country, year), [each for each in names if each[:5] == name[:5]]]
        met, others = int(counts.sum()), int(counts.isna().sum()) - 1
        crossed = any((met + more) // 4 < (met + more + 1) // 4 for more in range(others + 1))
        assert (row["moves"] != "nothing") == crossed
        assert row["dimension_change"] == crossed


def test_few_values_are_not_thinned() -> None:
    assert list(_thinned([1, 2, 5])) == [1, 2, 5]
    many = list(range(0, 10 * MOST_VALUES, 2))
    few = _thinned(many)
    assert len(few) == len(set(few)) == MOST_VALUES
    assert (few[0], few[-1]) == (many[0], many[-1])


def test_cases_that_settle_more_come_first() -> None:
    """Each case differs from the first by one key, and comes where this key says."""
    ours = {
        "place": 0, "column": 0, "moves": "rank", "mean_change": 1.0,
        "rank_low": 1, "rank_high": 5, "overall_low": 3, "overall_high": 5,
    }  # fmt: skip
    changes: list[dict[str, Any]] = [
        {},
        {"place": 1, "rank_high": 6},  # more places of rank
        {"place": 2, "overall_high": 6},  # as many, but more points
        {"place": 3, "rank_high": 4, "overall_high": 9},  # fewer places
        {"place": 4, "moves": "overall"},  # not a rank
        {"place": 0, "column": 1, "mean_change": 2.0, "moves": "nothing"},
    ]
    for turn in range(len(changes)):
        turned = [*changes[turn:], *changes[:turn]]
        table = pd.DataFrame([ours | each for each in turned])
        assert [changes.index(turned[place]) for place in _order(table)] == [1, 2, 0, 3, 4, 5]


def test_the_cells_of_a_country_year_stay_together_the_most_telling_first() -> None:
    rows = [(0, 0, 1.0), (1, 0, 3.0), (0, 1, 2.0), (1, 1, 0.5), (2, 0, 9.0)]
    table = pd.DataFrame(rows, columns=["place", "column", "mean_change"]).assign(
        moves="rank", rank_low=1, rank_high=2, overall_low=1, overall_high=2
    )
    assert _order(table).tolist() == [4, 2, 0, 1, 3]  # one decision settles the country of place 2
