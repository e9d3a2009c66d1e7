"""What a simulation measures: the size, power, coverage or calibration of one claim."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan, sqrt
from typing import NamedTuple

import numpy as np


class Claim(NamedTuple):
    """One measured figure, the range that it is to lie in, and the naive method's beside it."""

    claim: str
    setting: str
    measure: str
    value: float
    margin: float
    """Three standard errors of the simulation."""
    low: float
    high: float
    naive: float = nan
    naive_name: str = ""

    def holds(self) -> bool:
        """Whether the measured figure, give or take its margin, meets the accepted range."""
        return self.low <= self.value + self.margin and self.value - self.margin <= self.high

    def __str__(self) -> str:
        beside = "" if isnan(self.naive) else f"; {self.naive_name} {self.naive:.3f}"
        return (
            f"{self.claim}, {self.setting}: {self.measure} {self.value:.3f} "
            f"(+-{self.margin:.3f}), accepted {self.low:g} to {self.high:g}{beside}"
        )


def mean_and_margin(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean of one figure per panel, and 3 s / sqrt(R) with s their deviation."""
    figures = np.asarray(values, dtype=np.float64)
    return float(figures.mean()), 3 * float(figures.std(ddof=1)) / sqrt(len(figures))
