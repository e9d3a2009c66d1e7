"""What a user sets beside the data, checked: numbers, choices, the source of random numbers."""

from __future__ import annotations

from math import inf
from numbers import Real
from typing import Any, TypeVar

import numpy as np

from ._wording import listed, quoted
from .typing import Seed

N = TypeVar("N")


def whole(name: str, value: object, *, least: int | None = None) -> int:
    """Return a whole number as an integer, whatever its type, or refuse it."""
    found = int(value) if isinstance(value, float | np.floating) and value.is_integer() else value
    if (
        isinstance(found, bool)
        or not isinstance(found, int | np.integer)
        or (least is not None and found < least)
    ):
        rule = "a whole number" + ("" if least is None else f", at least {least}")
        raise ValueError(f"{name} must be {rule}; got {quoted(value)}")
    return int(found)


def finite(name: str, value: N) -> N:
    """Return a finite number, or refuse it."""
    number: Any = value
    if isinstance(value, bool) or not isinstance(value, Real) or not -inf < number < inf:
        raise ValueError(f"{name} must be a finite number; got {quoted(value)}")
    return value


def in_order(start: int, end: int) -> None:
    """Refuse a change that does not end after it starts."""
    if start >= end:
        raise ValueError(f"start must be before end; got {quoted(start)} and {quoted(end)}")


def one_of(name: str, value: str, options: tuple[str, ...]) -> str:
    """Return an option, or list the valid ones."""
    if not isinstance(value, str) or value not in options:
        raise ValueError(f"{name} must be one of {listed(options)}; got {quoted(value)}")
    return value


def generator(rng: Seed) -> np.random.Generator:
    """Return a source of random numbers: the same each time, unless told otherwise."""
    try:
        return np.random.default_rng(0 if rng is None else rng)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"rng must be a whole number from 0, a numpy Generator or None; got {quoted(rng)}"
        ) from error
