"""Sets of weightings as simplices, described by their corners."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm
from numbers import Rational

import numpy as np

from .._kernels.weightings import Ints
from .._options import finite
from .._wording import listed, quoted

FINEST = 10_000
"""The largest denominator of a least weight, so that exact integers stay small."""


def corners(
    names: Sequence[str], min_weight: float | Fraction, order: Sequence[str] | None
) -> Ints:
    """Return the corners of a set of weightings, a row each, or refuse the arguments.

    Notes
    -----
    Weights that fall along the order are a positive combination of the sums of its first one,
    two, ... unit vectors, and of the other unit vectors. With every weight at least m, the rest,
    1 - nm, is distributed in the same way.
    """
    least = least_weight(min_weight, len(names))
    chain = [] if order is None else _chain(names, order)
    prefixes = [chain[: length + 1] for length in range(len(chain))]
    rays = [*prefixes, *([name] for name in names if name not in chain)]
    rows = []
    for ray in rays:
        share = (1 - len(names) * least) / len(ray)
        weights = [least + (share if name in ray else 0) for name in names]
        scale = lcm(*(weight.denominator for weight in weights))
        rows.append([int(weight * scale) for weight in weights])
    return np.array(rows, dtype=np.int64)


def _chain(names: Sequence[str], order: object) -> list[str]:
    """Return the dimensions of an order, heaviest first, or refuse it."""
    chain = list(order) if isinstance(order, Iterable) and not isinstance(order, str) else []
    if len(chain) < 2 or len(set(chain)) < len(chain) or not set(chain) <= set(names):
        raise ValueError(
            f"order must name two or more of {listed(names)}, each once, heaviest first; "
            f"got {quoted(order)}"
        )
    return chain


def least_weight(min_weight: float | Fraction, n: int) -> Fraction:
    """Return the least weight of each of n dimensions as a fraction, or refuse it."""
    number = finite("min_weight", min_weight)
    exact = Fraction(number if isinstance(number, Rational) else float(number))
    nearest = exact.limit_denominator(FINEST)
    if nearest != min_weight and float(nearest) != min_weight:
        raise ValueError(
            f"min_weight must be a fraction with a denominator of at most {FINEST:,}, e.g. 0.1 "
            f"or 1/3; got {quoted(min_weight)}; round it to four decimals"
        )
    if not 0 <= nearest * n <= 1:
        raise ValueError(f"min_weight must lie between 0 and 1/{n}; got {quoted(min_weight)}")
    return nearest
