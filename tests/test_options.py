"""Numbers, choices and random numbers as users give them: of any type, or refused in one way."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyindex._options import finite, generator, in_order, one_of, whole

TYPES = (int, float, np.int16, np.int64, np.uint16, np.float32, np.float64)


@given(st.integers(0, 9999), st.sampled_from(TYPES))
def test_a_whole_number_of_any_type_is_an_integer(number: int, kind: type) -> None:
    found = whole("lag", kind(number), least=0)
    assert found == number
    assert type(found) is int


@given(st.integers(-5, 5), st.integers(-5, 5))
def test_the_least_is_allowed(number: int, least: int) -> None:
    if number >= least:
        assert whole("lag", number, least=least) == number
    else:
        with pytest.raises(ValueError, match=f"lag must be a whole number, at least {least}; got"):
            whole("lag", number, least=least)


@pytest.mark.parametrize(
    "value",
    [1.5, math.nan, math.inf, np.float64("inf"), "1", None, True, np.True_, [1], Fraction(1, 2)],
)
def test_what_is_no_whole_number(value: object) -> None:
    with pytest.raises(ValueError, match="^lag must be a whole number; got "):
        whole("lag", value)


@pytest.mark.parametrize("value", [0, 0.5, -1, Fraction(1, 3), np.float32(2), 10**400])
def test_finite_numbers_are_left_as_they_are(value: object) -> None:
    assert finite("minimum", value) is value


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "0.1", None, True, [0.1], 1j])
def test_what_is_no_finite_number(value: object) -> None:
    with pytest.raises(ValueError, match="^minimum must be a finite number; got "):
        finite("minimum", value)


def test_an_unknown_option_lists_the_valid_ones() -> None:
    assert one_of("method", "a", ("a", "b")) == "a"
    for value in ("c", None, ["a"], np.array(["a", "b"])):
        with pytest.raises(ValueError, match="^method must be one of a, b; got "):
            one_of("method", value, ("a", "b"))  # type: ignore[arg-type]


def test_random_numbers_are_the_same_each_time_unless_told_otherwise() -> None:
    first, again, other = (generator(rng).random() for rng in (None, None, 1))
    assert first == again != other
    given_one = np.random.default_rng(5)
    assert generator(given_one) is given_one
    assert generator(np.int64(1)).random() == other  # type: ignore[arg-type]
    for rng in ("x", -1, 1.5):
        with pytest.raises(ValueError, match="^rng must be a whole number from 0, a numpy"):
            generator(rng)  # type: ignore[arg-type]


@given(st.integers(1990, 2020), st.integers(1990, 2020))
def test_a_change_ends_after_it_starts(start: int, end: int) -> None:
    if start < end:
        in_order(start, end)
    else:
        with pytest.raises(ValueError, match=f"start must be before end; got {start} and {end}"):
            in_order(start, end)
