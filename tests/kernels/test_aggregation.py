"""Aggregates of every profile of three dimensions, compared with integers and fractions."""

from __future__ import annotations

from fractions import Fraction
from functools import cmp_to_key
from itertools import pairwise, product
from math import isnan, prod

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from builders import examples
from policyindex._kernels.aggregation import aggregate, total, whole_weights

PROFILES = np.array(list(product([1, 2, 3, 4, 5, np.nan], repeat=3)))

Exact = tuple[Fraction, int]

share = st.fractions(0, 2, max_denominator=12)
shares = st.tuples(share, share, share).filter(any)


def exact(profile: list[float], weights: list[int], method: str, available: bool) -> Exact | None:
    """Return an integer or fraction, and the root to take of it; None for a missing aggregate."""
    used = {place for place, weight in enumerate(weights) if weight}
    known = {place for place, value in enumerate(profile) if not isnan(value)}
    if not used <= known and not (available and used & known):
        return None
    parts = [(weights[place], int(profile[place])) for place in sorted(used & known)]
    whole = sum(weight for weight, _ in parts)
    if method == "sum":
        return Fraction(sum(weight * value for weight, value in parts), whole), 1
    if method == "minimum":
        return Fraction(min(value for _, value in parts)), 1
    return Fraction(prod(value**weight for weight, value in parts)), whole


def difference(one: Exact, other: Exact) -> int:
    """Compare two roots by integers: positive where the first is higher."""
    (a, root), (b, other_root) = one, other
    if root != other_root:
        a, b = a**other_root, b**root
    return (a > b) - (a < b)


@given(shares, st.sampled_from(["sum", "geometric", "minimum"]), st.booleans())
@examples(30)
@example((Fraction(3), Fraction(19), Fraction(3)), "geometric", False)
@example((Fraction(1), Fraction(1), Fraction(0)), "geometric", True)
def test_the_order_and_the_ties_are_those_of_exact_arithmetic(
    parts: tuple[Fraction, ...], method: str, available: bool
) -> None:
    weights = whole_weights(parts)
    assume(method != "geometric" or sum(weights) < 100)
    found = aggregate(PROFILES, weights, method, 3, available=available)
    pairs = zip(PROFILES.tolist(), found.tolist(), strict=True)
    keys = [(exact(profile, weights, method, available), answer) for profile, answer in pairs]
    assert all(isnan(answer) == (key is None) for key, answer in keys)
    known = [(key, answer) for key, answer in keys if key is not None]
    known.sort(key=cmp_to_key(lambda one, other: difference(one[0], other[0])))
    for (lower, low), (higher, high) in pairwise(known):
        assert (low < high) if difference(lower, higher) else (low == high)
    if method == "sum":
        assert all(answer == float(3 * key[0]) for key, answer in known)


@given(st.permutations(range(len(PROFILES))), shares, st.sampled_from(["sum", "geometric"]))
@examples(10)
def test_a_row_ignores_the_others_and_their_order(
    order: list[int], parts: tuple[Fraction, ...], method: str
) -> None:
    weights = whole_weights(parts)
    whole = aggregate(PROFILES, weights, method, 3, available=True)
    some = order[:20]
    np.testing.assert_array_equal(
        aggregate(PROFILES[some], weights, method, 3, available=True), whole[some]
    )


@given(st.lists(st.fractions(0, 1000, max_denominator=1000), min_size=1, max_size=4).filter(any))
def test_a_float_stands_for_the_fraction_it_is_written_for(parts: list[Fraction]) -> None:
    weights = whole_weights(map(float, parts))
    assert weights == whole_weights(parts)
    assert [Fraction(each, sum(weights)) for each in weights] == [
        each / sum(parts) for each in parts
    ]


def test_a_weight_too_fine_for_a_simple_fraction_stands_for_itself() -> None:
    assert whole_weights([1e-9, 1]) == [
        Fraction(1e-9).numerator,
        Fraction(1e-9).denominator,
    ]
    assert whole_weights([Fraction(1, 3_000_000), np.int64(1), np.float32(0.5)]) == [
        1,
        3_000_000,
        1_500_000,
    ]
    near_a_whole = Fraction(2**52 - 1, 2**20)  # a float of its own, next to 2**32
    assert whole_weights([near_a_whole, 1]) == [*near_a_whole.as_integer_ratio()]


def test_values_off_the_scale_are_aggregated_too() -> None:
    rows = np.array([[0.5, 2.0], [2.0, 0.5], [101.0, 1.0]])
    assert aggregate(rows, [1, 1], "sum", 2, available=False).tolist() == [2.5, 2.5, 102.0]
    assert aggregate(rows, [1, 1], "geometric", 2, available=False) == pytest.approx(
        [2, 2, 2 * 101**0.5]
    )


@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=4),
    st.lists(st.fractions(Fraction(1, 9), 3, max_denominator=9), min_size=4, max_size=4),
    st.data(),
)
def test_a_total_is_rounded_once(
    denominators: list[int], fractions: list[Fraction], data: st.DataObject
) -> None:
    shares = fractions[: len(denominators)]
    numerators = data.draw(st.lists(st.tuples(*[st.integers(0, 900)] * len(shares)), min_size=1))
    columns = [
        np.array([row[place] / denominator for row in numerators])
        for place, denominator in enumerate(denominators)
    ]
    exact_totals = [
        sum(
            share * Fraction(numerator, denominator)
            for share, numerator, denominator in zip(shares, row, denominators, strict=True)
        )
        for row in numerators
    ]
    assert total(columns, denominators, shares).tolist() == [float(each) for each in exact_totals]


def test_a_total_takes_scores_of_two_decimals_as_they_are() -> None:
    columns = [
        np.array([66.67, 200 / 3, np.nan, 100.0, 66.67]),
        np.array([50.0, 50.0, 50.0, 0.0, np.nan]),
    ]
    halves = [Fraction(1, 2), Fraction(1, 2)]
    np.testing.assert_array_equal(
        total(columns, [3, 1], halves),
        [float(Fraction(11667, 200)), float(Fraction(175, 3)), np.nan, 50.0, np.nan],
    )
