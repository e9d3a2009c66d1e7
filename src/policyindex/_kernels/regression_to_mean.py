"""Slopes of change on the first score where nothing converges: a level, persistence, rounding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .persistence import patterns
from .resampling import blocks

Float64 = NDArray[np.float64]

HIGHEST = 0.97
"""The upper limit of a drawn persistence."""

CELLS = 2**17
"""Numbers in an array of one block of draws."""


def null_slopes(
    scores: Float64,
    phi: float,
    se: float,
    *,
    rounding: float,
    scale: tuple[float, float] | None,
    draws: int,
    rng: np.random.Generator,
) -> Float64:
    """Return slopes of change on the first score of panels without convergence, one per draw.

    Each draw resamples the rows, draws a persistence, estimates the variances of levels and of
    departures from them, and simulates the first and the last column.

    Parameters
    ----------
    scores : array, rows by columns
        Consecutive years; NaN where a score is missing, though not in the first or last column.
    phi, se : float
        Persistence and its standard error.
    rounding : float
        Variance of rounding; with 0 the simulated scores are not rounded.
    scale : (float, float), optional
        Limits of the simulated scores.
    draws : int
        Number of draws.
    rng : Generator
        Source of randomness.

    Returns
    -------
    array of float
        NaN where all first scores of a draw are equal.
    """
    null = _Null(scores, rounding, scale)
    slopes = [null.draw(size, phi, se, rng) for size in blocks(draws, len(scores), cells=CELLS)]
    return np.concatenate(slopes)


class _Null:
    """The parts of the draws that stay the same."""

    def __init__(self, scores: Float64, rounding: float, scale: tuple[float, float] | None) -> None:
        self.rounding, self.scale = rounding, scale
        self.masks, codes = patterns(~np.isnan(scores))
        # Rows of a pattern in a row, so that a slice adds them up.
        order = np.argsort(codes, kind="stable")
        self.codes = codes[order]
        self.starts = np.searchsorted(self.codes, np.arange(len(self.masks)))
        self.filled = scores[order]
        self.filled[np.isnan(self.filled)] = 0
        self.counts = self.masks.sum(axis=1)
        self.means = self.filled.sum(axis=1) / self.counts[self.codes]
        self.squares = np.einsum("ij,ij->i", self.filled, self.filled)
        self.squares -= self.counts[self.codes] * self.means**2
        # R summed over the scored years of a pattern is a polynomial in phi.
        years = scores.shape[1]
        self.lags = np.array(
            [
                [
                    (2 - (lag == 0)) * (mask[lag:] & mask[: years - lag]).sum()
                    for lag in range(years)
                ]
                for mask in self.masks
            ],
            dtype=np.float64,
        )

    def draw(self, size: int, phi: float, se: float, rng: np.random.Generator) -> Float64:
        n, years = self.filled.shape
        rows = rng.integers(0, n, (size, n))
        phis = np.clip(phi + se * rng.standard_normal(size), 0, HIGHEST)
        weights = np.empty((size, n))
        for place, drawn in enumerate(rows):
            weights[place] = np.bincount(drawn, minlength=n)
        of_pattern = np.add.reduceat(weights, self.starts, axis=1)
        year_means = (weights @ self.filled) / np.maximum(of_pattern @ self.masks, 1)
        squares = self._squares(weights, of_pattern, year_means)
        del weights

        # Variances of departures (s2) and of a mean of a row's scores (v), at each phi.
        together = phis[:, None] ** np.arange(years) @ self.lags.T
        freedom = (of_pattern * (self.counts - together / self.counts)).sum(axis=1)
        noise = self.rounding * (of_pattern * (self.counts - 1)).sum(axis=1)
        s2 = np.maximum(squares * (n / (n - 1)) - noise, 0) / freedom
        of_means = s2[:, None] * together / self.counts**2 + self.rounding / self.counts
        error = (of_pattern * of_means).sum(axis=1) / n

        # Levels: the means of rows, less the means of their years, shrunk to their variance.
        offsets = year_means @ (self.masks / self.counts[:, None]).T
        cells = self.codes[rows] + len(self.masks) * np.arange(size)[:, None]
        levels = self.means[rows] - offsets.take(cells)
        levels -= levels.mean(axis=1, keepdims=True)
        variance = np.maximum((levels**2).sum(axis=1) / (n - 1), 1e-300)
        levels *= np.sqrt(np.maximum(variance - error, 0) / variance)[:, None]

        sd = np.sqrt(s2)[:, None]
        lasting = phis[:, None] ** (years - 1)
        first = rng.standard_normal((size, n))
        last = rng.standard_normal((size, n))
        last *= np.sqrt(1 - lasting**2)
        last += lasting * first
        for year, noises in ((0, first), (-1, last)):
            np.multiply(noises, sd, out=noises)
            np.add(noises, levels, out=noises)
            np.add(noises, year_means[:, [year]], out=noises)
            if self.rounding:
                np.rint(noises, out=noises)
            if self.scale is not None:
                np.clip(noises, *self.scale, out=noises)
        return slopes(first, last)

    def _squares(self, weights: Float64, of_pattern: Float64, year_means: Float64) -> Float64:
        """Return the sums of squares within rows of the scores less the means of years."""
        # |M(x - m)|^2 = |Mx|^2 - 2 m'Mx + m'Mm, M centring on the scored years of a row.
        masks = self.masks.astype(np.float64)
        answer = weights @ self.squares
        by_pattern = np.add.reduceat(weights * self.means, self.starts, axis=1)
        products = weights @ self.filled - by_pattern @ masks
        answer -= 2 * (year_means * products).sum(axis=1)
        answer += ((of_pattern @ masks) * year_means**2).sum(axis=1)
        answer -= (of_pattern * (year_means @ masks.T) ** 2 / self.counts).sum(axis=1)
        return np.asarray(answer)


def slopes(first: Float64, last: Float64) -> Float64:
    """Return the slope of the change on the first value in each row; NaN where these are equal."""
    change = last - first
    first = first - first.mean(axis=-1, keepdims=True)
    above, below = (first * change).sum(axis=-1), (first**2).sum(axis=-1)
    return np.where(below > 1e-9, above / np.maximum(below, 1e-9), np.nan)
