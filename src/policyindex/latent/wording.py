"""Sentences about a fit: what it assumes, and which jumps it smooths."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from .. import countries
from .._wording import signed
from .models import NOT_THE_INDEX, Fit


def model_words(fitted: Fit) -> str:
    """Return a sentence about a fit, without the warnings after it."""
    return str(fitted).partition(f" {NOT_THE_INDEX}")[0]


def jumps_of(fitted: Fit, units: Iterable[str] | None = None) -> pd.DataFrame:
    """Return the largest jumps that a model smooths, or those of some countries among them."""
    if units is None:
        return fitted.jumps
    return fitted.jumps[fitted.jumps.index.get_level_values("country").isin(list(units))]


def jump_words(jumps: pd.DataFrame, most: int) -> list[str]:
    """Return the first of some jumps in words: country, year, and the change that is left."""
    first = jumps.iloc[:most]
    pairs = zip(first["change"], first["change_expected"], strict=True)
    return [
        f"{countries.name(str(unit))} {year} ({points(change)}, of which the model keeps "
        f"{signed(expected, 1, plus=True)})"
        for (unit, year), (change, expected) in zip(first.index, pairs, strict=True)
    ]


def points(change: float) -> str:
    """Return a change of the overall score, e.g. +4 points."""
    unit = "point" if abs(change) == 1 else "points"
    return f"{signed(change, plus=True)} {unit}"


def range_words(low: float, high: float, digits: int = 1) -> str:
    """Return a 95 % range of latent positions."""
    return f"95 % range {signed(low, digits)} to {signed(high, digits)}"
