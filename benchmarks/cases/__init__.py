"""Comparisons: a question, this library's answer, its rivals, and a copy of the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Calls = Mapping[str, Callable[[], object]]


@dataclass(frozen=True)
class Comparison:
    """What is timed in turns; `ours` starts with the call that the others are compared with."""

    ours: Calls
    rivals: Calls = field(default_factory=dict)
    copies: Calls = field(default_factory=dict)
    """The physical limit: a copy of the bytes that go in; of a command, Python alone."""


COMPARISONS: dict[str, Callable[[], Comparison]] = {}
"""By title: a function that makes the data, asserts that all answers are equal, and returns the
calls."""


def comparison(title: str) -> Callable[[Callable[[], Comparison]], Callable[[], Comparison]]:
    """Add a comparison to the list."""

    def add(make: Callable[[], Comparison]) -> Callable[[], Comparison]:
        COMPARISONS[title] = make
        return make

    return add
