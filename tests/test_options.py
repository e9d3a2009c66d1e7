"""Options: numbers of any type, choices and seeds; invalid ones are refused in one way."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyindex._options import (
    Argument,
    OptionError,
    draws_of,
    finite,
    generator,
    in_order,
    one_of,
    whole,
)

TYPES = (int, float, np.int16, np.int64, np.uint16, np.float32, np.float64)


@given(st.integers(0, 9999), st.sampled_from(TYPES))
def test_an_integer_of_any_type_becomes_an_int(number: int, kind: type) -> None:
    answer = whole("lag", kind(number), least=0)
    assert answer == number
    assert type(answer) is int


@given(st.integers(-5, 5), st.integers(-5, 5))
def test_the_least_is_allowed(number: int, least: int) -> None:
    if number >= least:
        assert whole("lag", number, least=least) == number
    else:
        with pytest.raises(ValueError, match=f"^lag must be an integer, at least {least}; got "):
            whole("lag", number, least=least)


def test_the_most_draws_are_allowed() -> None:
    assert draws_of(1_000_000) == 1_000_000
    with pytest.raises(ValueError, match="^draws must be at most 1,000,000; got 1,000,001$"):
        draws_of(1_000_001)


@pytest.mark.parametrize(
    "value",
    [1.5, math.nan, math.inf, np.float64("inf"), "1", None, True, np.True_, [1], Fraction(1, 2)],
)
def test_other_values_are_not_integers(value: object) -> None:
    with pytest.raises(ValueError, match="^lag must be an integer; got "):
        whole("lag", value)


@pytest.mark.parametrize("value", [0, 0.5, -1, Fraction(1, 3), np.float32(2), 10**400])
def test_finite_numbers_pass_unchanged(value: object) -> None:
    assert finite("min_weight", value) is value


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "0.1", None, True, [0.1], 1j])
def test_other_values_are_not_finite_numbers(value: object) -> None:
    with pytest.raises(ValueError, match="^min_weight must be a finite number; got "):
        finite("min_weight", value)


def test_an_unknown_option_lists_the_valid_ones() -> None:
    assert one_of("method", "a", ("a", "b")) == "a"
    for value in ("c", None, ["a"], np.array(["a", "b"])):
        with pytest.raises(ValueError, match="^method must be one of a, b; got "):
            one_of("method", value, ("a", "b"))  # type: ignore[arg-type]


def test_random_numbers_repeat_without_a_seed() -> None:
    first, again, other = (generator(rng).random() for rng in (None, None, 1))
    assert first == again != other
    source = np.random.default_rng(5)
    assert generator(source) is source
    assert generator(np.int64(1)).random() == other  # type: ignore[arg-type]
    for rng in ("x", -1, 1.5):
        with pytest.raises(
            ValueError, match="^rng must be a non-negative integer, a numpy Generator or None; got "
        ):
            generator(rng)  # type: ignore[arg-type]


@given(st.integers(1990, 2020), st.integers(1990, 2020))
def test_a_change_ends_after_it_starts(start: int, end: int) -> None:
    if start < end:
        in_order(start, end)
    else:
        with pytest.raises(ValueError, match=f"start must be before end; got {start} and {end}"):
            in_order(start, end)


def test_an_error_ends_with_the_argument_that_helps() -> None:
    error = OptionError("Atlantis is unknown;", Argument("unmatched", "'drop'"))
    assert isinstance(error, ValueError)
    assert str(error) == "Atlantis is unknown; unmatched='drop'"
    assert (error.message, error.option) == ("Atlantis is unknown;", ("unmatched", "'drop'"))
    assert str(Argument("country_column")) == "country_column="
    assert str(OptionError("no option helps")) == "no option helps"
