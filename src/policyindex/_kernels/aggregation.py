"""Aggregate dimensions so that results equal in exact arithmetic are equal floats.

A tie is a claim about two governments. Weights are therefore integers, sums are fractions, and a
geometric mean is computed from its prime factors, which two equal products share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from math import exp, isnan, lcm, log
from numbers import Rational

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

Parts = Sequence[tuple[int, float]]
"""The weight and the value of each dimension."""


LARGEST = 2**53
"""Larger floats are integers."""


def whole_weights(weights: Iterable[float | Fraction]) -> list[int]:
    """Return integers in the ratios of the weights, each read as the fraction it is written for."""
    fractions = [fraction(weight) for weight in weights]
    scale = lcm(*(each.denominator for each in fractions))
    return [int(each * scale) for each in fractions]


def aggregate(
    values: Float64, weights: list[int], method: str, size: int | Fraction, *, available: bool
) -> Float64:
    """Aggregate the rows of values, shape (rows, dimensions), to `size` times their mean.

    A dimension of weight 0 is left out, and with ``available`` a missing one too. Any other missing
    dimension makes the row missing.
    """
    profiles, row_profiles = _profiles(values)
    answers = np.full(len(profiles), np.nan)
    for number, profile in enumerate(profiles.tolist()):
        parts = [
            (weight, value)
            for weight, value in zip(weights, profile, strict=True)
            if weight and not (available and isnan(value))
        ]
        if parts and not any(isnan(value) for _, value in parts):
            answers[number] = float(METHODS[method](parts, size))
    return answers[row_profiles]


def total(columns: Sequence[Float64], denominators: list[int], shares: list[Fraction]) -> Float64:
    """Add columns of scores, each times its share; a missing score makes the total missing.

    Every score is a fraction of its column's denominator. So the sum is one of integers, which is
    exact, and the division by their common denominator is the only rounding. A score that is not
    such a fraction, e.g. a published one of two decimals, stands for itself.
    """
    parts = [share / denominator for share, denominator in zip(shares, denominators, strict=True)]
    divisor = lcm(*(each.denominator for each in parts))
    answer = np.zeros(len(columns[0]))
    rounded = np.zeros(len(answer), dtype=bool)
    for column, denominator, part in zip(columns, denominators, parts, strict=True):
        numerators = column
        if denominator > 1:
            scaled = column * denominator
            numerators = np.rint(scaled)
            rounded |= np.abs(scaled - numerators) > 1e-6
        times = int(part * divisor)
        answer += numerators if times == 1 else numerators * times
    if divisor > 1:
        answer /= divisor
    if rounded.any():
        rows = np.stack([column[rounded] for column in columns], axis=1)
        weights = whole_weights(shares)
        answer[rounded] = aggregate(rows, weights, "sum", sum(shares), available=False)
    return answer


def fraction(weight: float | Fraction) -> Fraction:
    """Return the fraction that a float is written for, or the one that it is."""
    if isinstance(weight, Rational):
        return Fraction(weight)
    exact = Fraction(float(weight))
    if abs(exact) > LARGEST:
        return exact
    nearest = exact.limit_denominator(1_000_000)
    return nearest if float(nearest) == weight else exact


def _profiles(values: Float64) -> tuple[Float64, NDArray[np.intp]]:
    """Return the distinct rows, and the number of each row among them."""
    numbers = np.zeros(len(values), dtype=np.intp)
    for column in values.T:
        levels, codes = np.unique(column, return_inverse=True)  # all NaN are one level
        numbers = np.unique(numbers * len(levels) + codes, return_inverse=True)[1]
    return values[np.unique(numbers, return_index=True)[1]], numbers


def _sum(parts: Parts, size: int | Fraction) -> Fraction:
    total = sum(weight * fraction(value) for weight, value in parts)
    return Fraction(size * total, sum(weight for weight, _ in parts))


def _geometric(parts: Parts, size: int | Fraction) -> float:
    powers: Counter[float] = Counter()
    for weight, value in parts:
        for factor in _factors(value):
            powers[factor] += weight
    whole = sum(weight for weight, _ in parts)
    mean = exp(sum(powers[each] / whole * log(each) for each in sorted(powers)))
    return round(float(size) * mean, 12)  # three times the mean of 5 and 5 is 15


def _factors(value: float) -> list[float]:
    """Return the prime factors of an integer up to 100; any other number is its own factor."""
    if not (value.is_integer() and value <= 100):
        return [value]
    rest, factors = int(value), []
    for prime in (2, 3, 5, 7):
        while rest % prime == 0:
            rest //= prime
            factors.append(float(prime))
    return [*factors, float(rest)] if rest > 1 else factors


def _minimum(parts: Parts, size: int | Fraction) -> Fraction:
    return size * fraction(min(value for _, value in parts))


METHODS: dict[str, Callable[[Parts, int | Fraction], float | Fraction]] = {
    "sum": _sum,
    "geometric": _geometric,
    "minimum": _minimum,
}
"""Aggregation functions by name; each returns a score on the scale of the sum."""
