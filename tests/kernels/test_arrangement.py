"""The arrangement of lines, checked against Euler, exact areas and a second count."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations
from math import gcd

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import examples
from policyindex._kernels import arrangement
from policyindex._kernels.arrangement import PROFILES, TRIANGLE, arrange, tie_lines
from policyindex.robustness import simplex

NAMES = ["a", "b", "c"]


@st.composite
def triangles(draw: st.DrawFn) -> tuple[tuple[int, ...], ...]:
    denominator = draw(st.sampled_from([4, 7, 10, 20, 100, 9_999, 10_000]))
    least = Fraction(draw(st.integers(0, (denominator - 1) // 3)), denominator)
    orders = [None, *permutations(NAMES, 2), *permutations(NAMES, 3)]
    corners = simplex.corners(NAMES, least, draw(st.sampled_from(orders)))
    return tuple(map(tuple, corners.tolist()))


def areas(corners: tuple[tuple[int, ...], ...]) -> list[Fraction]:
    return [Fraction(n, d) for n, d in zip(*arrange(corners).areas, strict=True)]


def positive_share(values: list[Fraction]) -> Fraction:
    """Share of a triangle in which a linear form is positive, from its values at the corners."""
    above = [value for value in values if value > 0]
    if len(above) > 1:
        return 1 - positive_share([-value for value in values])
    if not above:
        return Fraction(0)
    (top,) = above
    first, second = (value for value in values if value <= 0)
    return top**2 / ((top - first) * (top - second))


def test_counts_of_the_whole_triangle() -> None:
    whole = arrange()
    assert len(tie_lines()) == len(whole.lines) == 198
    vertices, edges, cells = len(whole.vertices), len(whole.edges), len(whole.points)
    assert (vertices, edges, cells) == (3292, 8751, 5460)
    assert vertices - edges + cells == 1


def test_lines_are_those_on_which_two_profiles_tie() -> None:
    lines = set()
    for a, b in combinations(PROFILES.tolist(), 2):
        d = [x - y for x, y in zip(a, b, strict=True)]
        if min(d) < 0 < max(d):
            sign = 1 if next(x for x in d if x) > 0 else -1
            lines.add(tuple(sign * x // gcd(*d) for x in d))
    assert lines == set(map(tuple, tie_lines().tolist()))


def test_a_second_count_gives_the_same_number_of_cells() -> None:
    """Cells = 1 + lines + (lines through each inner crossing - 1), summed over crossings."""
    through: dict[tuple[Fraction, ...], set[int]] = {}
    lines = [list(map(int, line)) for line in tie_lines()]
    for (i, a), (j, b) in combinations(enumerate(lines), 2):
        point = [
            a[1] * b[2] - a[2] * b[1],
            a[2] * b[0] - a[0] * b[2],
            a[0] * b[1] - a[1] * b[0],
        ]
        if min(point) > 0 or max(point) < 0:
            weights = tuple(Fraction(each, sum(point)) for each in point)
            through.setdefault(weights, set()).update((i, j))
    assert 1 + len(lines) + sum(len(each) - 1 for each in through.values()) == 5460


@given(triangles())
@examples(25)
def test_euler_and_total_area(corners: tuple[tuple[int, ...], ...]) -> None:
    found = arrange(corners)
    assert len(found.vertices) - len(found.edges) + len(found.points) == 1
    assert sum(areas(corners)) == 1
    assert found.shares.sum() == 1
    assert np.abs(found.shares - np.array(areas(corners), dtype=float)).max() < 1e-12


@given(triangles())
@examples(25)
def test_areas_on_each_side_of_each_line(corners: tuple[tuple[int, ...], ...]) -> None:
    found, exact = arrange(corners), np.array(areas(corners), dtype=object)
    weights = [[Fraction(each, sum(corner)) for each in corner] for corner in corners]
    for line in found.lines[:: max(1, len(found.lines) // 20)].tolist():
        at_corners = [sum(x * y for x, y in zip(line, each, strict=True)) for each in weights]
        assert exact[found.points @ line > 0].sum() == positive_share(at_corners)


@given(triangles())
@examples(25)
def test_points_lie_inside_and_in_different_cells(corners: tuple[tuple[int, ...], ...]) -> None:
    found = arrange(corners)
    sides = found.points @ found.lines.T
    assert (sides != 0).all()
    assert len(np.unique(sides > 0, axis=0)) == len(found.points)
    inward = np.linalg.solve(np.array(corners, dtype=float).T, found.points.T.astype(float))
    assert inward.min() > 0


@given(triangles())
@examples(25)
def test_the_order_in_a_cell_is_strict_and_that_of_its_point(
    corners: tuple[tuple[int, ...], ...],
) -> None:
    found = arrange(corners)
    scores = np.take_along_axis(found.points @ PROFILES.T, found.order.astype(int), axis=1)
    assert (np.diff(scores, axis=1) < 0).all()


@given(triangles())
@examples(25)
def test_the_order_at_a_vertex_marks_every_tie(corners: tuple[tuple[int, ...], ...]) -> None:
    whole = arrange(corners)
    order = whole.vertex_order.astype(int)
    scores = np.take_along_axis(whole.vertices @ PROFILES.T, order, axis=1)
    assert (np.sort(order, axis=1) == np.arange(len(PROFILES))).all()
    assert (np.diff(scores, axis=1) <= 0).all()
    assert not whole.vertex_ties[:, 0].any()
    assert (whole.vertex_ties[:, 1:] == (np.diff(scores, axis=1) == 0)).all()


def test_ranks_are_constant_on_edges_and_no_better_than_at_their_ends() -> None:
    whole = arrange()
    ends = whole.vertices[whole.edges]
    middle = ends.sum(1)  # a positive combination of the two ends, so a point between them
    elsewhere = 2 * ends[:, 0] + 3 * ends[:, 1]
    sample = slice(None, None, 20)

    def ranks(points: np.ndarray) -> np.ndarray:
        scores = points[sample] @ PROFILES.T
        return 1 + (scores[:, None, :] > scores[:, :, None]).sum(-1)

    between = ranks(middle)
    assert (between == ranks(elsewhere)).all()
    assert (ranks(ends[:, 0]) <= between).all()
    assert (ranks(ends[:, 1]) <= between).all()


def test_symmetry_of_the_three_dimensions() -> None:
    whole, exact = arrange(), areas(TRIANGLE)
    falling = (np.diff(whole.points, axis=1) < 0).all(1)
    areas_of_falling = np.array(exact, dtype=object)[falling]
    assert areas_of_falling.sum() == Fraction(1, 6)


def test_the_arrangement_is_cached_and_read_only() -> None:
    assert arrange() is arrange()
    with pytest.raises(ValueError, match="read-only"):
        arrange().shares[0] = 1
    assert arrangement.UNIT * 2**53 == 1


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_outlines_enclose_the_area_of_their_cells(seed: int, n: int) -> None:
    lines = arrangement.arrange()
    own, *others = np.random.default_rng(seed).integers(0, 5, (n + 1, 3))
    classes = sum((lines.points @ (other - own) > 0).astype(int) for other in others)
    loops = arrangement.outlines(lines, classes)
    assert set(loops) == set(classes.tolist())
    x, y = (lines.vertices[:, :2] / lines.vertices.sum(1, keepdims=True)).T
    for kind, of_kind in loops.items():
        area = 0.0
        for loop in of_kind:
            after = np.roll(loop, -1)
            area += float((x[loop] * y[after] - x[after] * y[loop]).sum())
        assert area == pytest.approx(lines.shares[classes == kind].sum(), abs=1e-9)


def test_half_edges_lie_between_a_cell_and_its_neighbour() -> None:
    lines = arrangement.arrange()
    tails, heads, twins, onwards, cells = lines.half_edges
    assert len(tails) == 2 * len(lines.edges)
    assert (twins[twins] == np.arange(len(tails))).all()
    assert (tails[twins] == heads).all()
    assert (tails[onwards] == heads).all()
    assert (cells[onwards] == cells).all()
    assert sorted(set(cells.tolist())) == [-1, *range(len(lines.points))]


@pytest.mark.parametrize("size", [1, 2**10, 2**22, 2**30, 2**40])
def test_large_weights_rank_as_exact_scores_do(size: int) -> None:
    weights = np.array([[size, size + 1, 2 * size], [0, 0, size], [size, size, size]])
    order, ties = arrangement._ranked(weights)
    scores = np.take_along_axis(weights @ PROFILES.T, order.astype(np.intp), axis=1)
    assert (np.sort(order, axis=1) == np.arange(len(PROFILES))).all()
    np.testing.assert_array_equal(ties[:, 1:], scores[:, 1:] == scores[:, :-1])
    assert (scores[:, 1:] <= scores[:, :-1]).all()
