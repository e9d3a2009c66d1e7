"""Scores of points that add, compared with every combination and every completion."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyindex._kernels import points as kernel
from policyindex._kernels.points import Points, bounds, score, total, ways_up
from policyindex._kernels.tables import MISSING


@st.composite
def rules(draw: st.DrawFn) -> Points:
    sizes = draw(st.lists(st.integers(2, 4), min_size=1, max_size=4))
    steps = [draw(st.lists(st.integers(0, 3), min_size=n - 1, max_size=n - 1)) for n in sizes]
    points = tuple(tuple(np.cumsum([0, *each]).tolist()) for each in steps)
    top = sum(each[-1] for each in points)
    thresholds = draw(st.none() | st.lists(st.integers(0, top), max_size=4).map(sorted).map(tuple))
    return Points(points, thresholds, draw(st.integers(0, 2)))


def score_of(levels: tuple[int, ...], rule: Points) -> int:
    points = sum(each[level] for each, level in zip(rule.points, levels, strict=True))
    if rule.thresholds is None:
        return points
    return rule.lowest + sum(points >= each for each in rule.thresholds)


def every(rule: Points) -> list[tuple[int, ...]]:
    return list(product(*(range(len(each)) for each in rule.points)))


@given(rules())
def test_bounds_are_those_of_every_completion(rule: Points) -> None:
    rows = list(product(*(range(MISSING, len(each)) for each in rule.points)))
    columns = [np.array(column, dtype=np.int8) for column in zip(*rows, strict=True)]
    lows, highs = bounds(columns, rule)
    for row, low, high in zip(rows, lows, highs, strict=True):
        options = [
            range(len(points)) if code == MISSING else [code]
            for code, points in zip(row, rule.points, strict=True)
        ]
        reached = [score_of(levels, rule) for levels in product(*options)]
        assert (low, high) == (min(reached), max(reached))


@given(rules())
def test_many_indicators_are_looked_up_in_several_tables(rule: Points) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "MOST_CELLS", 9)
        columns = [np.array(column, np.int8) for column in zip(*every(rule), strict=True)]
        low, high = bounds(columns, rule)
    assert low.tolist() == high.tolist() == [score_of(levels, rule) for levels in every(rule)]
    sums = np.array([total(levels, rule) for levels in every(rule)])
    assert score(sums, rule).tolist() == low.tolist()


@given(rules(), st.integers(0, 12), st.integers(1, 3))
def test_ways_are_all_of_the_fewest_steps_earlier_indicators_first(
    rule: Points, target: int, most: int
) -> None:
    ends = [levels for levels in every(rule) if score_of(levels, rule) >= target]
    for start in every(rule):
        rises = {
            end: sum(end) - sum(start)
            for end in ends
            if all(after >= before for after, before in zip(end, start, strict=True))
        }
        steps, n, first = ways_up(rule, start, target, most)
        if not rises:
            assert (steps, n, first) == (None, 0, ())
            continue
        fewest = min(rises.values())
        shortest = sorted((end for end, taken in rises.items() if taken == fewest), reverse=True)
        assert (steps, n) == (fewest, len(shortest))
        assert first == tuple(shortest[:most])


def test_ways_of_many_steps_are_counted_not_listed() -> None:
    hundred = Points(((0, 1),) * 100, (50,), 0)
    steps, n, first = ways_up(hundred, (0,) * 100, 1, 2)
    assert steps == 50
    assert n == 100891344545564193334812497256  # 50 out of 100
    assert first == ((1,) * 50 + (0,) * 50, (1,) * 49 + (0, 1) + (0,) * 49)


def test_ways_with_too_many_sums_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "MOST_SUMS", 10)
    odd = Points(tuple((0, 1000 + 2**place) for place in range(9)), (4 * 1000,), 0)
    assert ways_up(odd, (0,) * 9, 1, 1) == (4, None, ((1,) * 4 + (0,) * 5,))


def test_a_code_off_the_scale_is_refused_by_its_column_and_row() -> None:
    rule = Points(((0, 1),) * 12, None, 0)
    columns = [np.zeros(3, np.int8) for _ in range(12)]
    columns[11][2] = 2
    with pytest.raises(ValueError, match=r"0 to 1; column 11 has 2 at row 2"):
        bounds(columns, rule)
