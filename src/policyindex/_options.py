"""Validate options: numbers, choices and random seeds.

NumPy is loaded on use: the help of the command line needs nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ._wording import listed, quoted

if TYPE_CHECKING:
    import numpy as np

    from .typing import Seed

N = TypeVar("N")


class Argument(NamedTuple):
    """An argument that a message advises; the command line writes it as a flag."""

    name: str
    value: str = ""
    """As Python writes it; empty where the user chooses it."""

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class OptionError(ValueError):
    """An error whose message may end with the argument that helps."""

    def __init__(self, message: str, option: Argument | None = None) -> None:
        super().__init__(message if option is None else f"{message} {option}")
        self.message, self.option = message, option


MOST_DRAWS = 1_000_000
"""Most samples, permutations or weightings: more would fill any memory, and add no digit."""


def draws_of(draws: object, *, name: str = "draws", least: int = 1) -> int:
    """Return a number of random draws, or refuse it."""
    number = whole(name, draws, least=least)
    if number > MOST_DRAWS:
        raise ValueError(f"{name} must be at most {MOST_DRAWS:,}; got {number:,}")
    return number


def whole(name: str, value: object, *, least: int | None = None) -> int:
    """Return an integer of any type as an int, or refuse the value."""
    import numpy as np

    number = int(value) if isinstance(value, float | np.floating) and value.is_integer() else value
    if (
        isinstance(number, bool)
        or not isinstance(number, int | np.integer)
        or (least is not None and number < least)
    ):
        rule = "an integer" + ("" if least is None else f", at least {least}")
        raise ValueError(f"{name} must be {rule}; got {quoted(value)}")
    return int(number)


def finite(name: str, value: N) -> N:
    """Return a finite number, or refuse the value."""
    number: Any = value
    if isinstance(value, bool) or not isinstance(value, Real) or not -inf < number < inf:
        raise ValueError(f"{name} must be a finite number; got {quoted(value)}")
    return value


def in_order(start: int, end: int) -> None:
    """Refuse a change that does not end after it starts."""
    if start >= end:
        raise ValueError(f"start must be before end; got {quoted(start)} and {quoted(end)}")


def one_of(name: str, value: object, options: tuple[str, ...]) -> str:
    """Return a valid option, or refuse the value and list the valid ones."""
    if not isinstance(value, str) or value not in options:
        raise ValueError(f"{name} must be one of {listed(options)}; got {quoted(value)}")
    return value


def several(name: str, values: object) -> list[Any]:
    """Return the items of a list, one text as a list of it, or refuse anything else."""
    if isinstance(values, str):
        return [values]
    if not isinstance(values, Iterable):
        raise ValueError(f"{name} must be text, or several texts; got {quoted(values)}")
    return list(values)


def truth(name: str, value: object) -> bool:
    """Return a boolean, or refuse the value: the text "no" would count as true."""
    import numpy as np

    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} must be True or False; got {quoted(value)}")
    return bool(value)


def generator(rng: Seed) -> np.random.Generator:
    """Return a random generator; without a seed the same one each time."""
    import numpy as np

    try:
        return np.random.default_rng(0 if rng is None else rng)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"rng must be a non-negative integer, a numpy Generator or None; got {quoted(rng)}"
        ) from error
