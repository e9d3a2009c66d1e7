"""Slopes without convergence: the parts of a draw by their definitions, row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from policyindex._kernels import regression_to_mean
from policyindex._kernels.persistence import patterns
from policyindex._kernels.regression_to_mean import Float64, slopes

PHI, ROUNDING, YEARS = 0.6, 1 / 12, 4


def with_gaps() -> Float64:
    """Twelve rows with three sets of scored years; the first and the last year always scored."""
    rng = np.random.default_rng(0)
    drawn = (rng.uniform(3, 15, (12, 1)) + 2 * rng.normal(size=(12, YEARS))).round()
    drawn[:4, 1], drawn[4:6, 1:3] = np.nan, np.nan
    return drawn


class Still:
    """A generator that draws the same rows and no noise."""

    def __init__(self, rows: Any) -> None:
        self.rows = np.array(rows)

    def integers(self, low: int, high: int, size: Any) -> Any:  # noqa: ARG002
        return np.broadcast_to(self.rows, size)

    def standard_normal(self, size: Any) -> Float64:
        return np.zeros(size)


def expected_levels(scores: Float64) -> Float64:
    """The levels of the rows, shrunk to their variance, by the definitions; then the first year."""
    scored = ~np.isnan(scores)
    n = len(scores)
    year_means = np.nanmean(scores, axis=0)
    apart = np.where(scored, scores - year_means, np.nan)
    own = np.nanmean(apart, axis=1)
    squares = np.nansum((apart - own[:, None]) ** 2)
    freedom, noise, together = 0.0, 0.0, []
    for row in scored:
        years = np.flatnonzero(row)
        together.append((PHI ** np.abs(np.subtract.outer(years, years))).sum())
        freedom += row.sum() - together[-1] / row.sum()
        noise += ROUNDING * (row.sum() - 1)
    s2 = (squares * n / (n - 1) - noise) / freedom
    counts = scored.sum(axis=1)
    error = (s2 * np.array(together) / counts**2 + ROUNDING / counts).mean()
    levels = own - own.mean()
    variance = levels.var(ddof=1)
    assert variance > error
    return levels * np.sqrt((variance - error) / variance)


@pytest.mark.parametrize(
    "rows", [range(12), [3, 3, 5, 0, 11, 7, 8, 8, 8, 2, 1, 9]], ids=["as they are", "resampled"]
)
def test_levels_are_shrunk_to_their_variance(rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = with_gaps()
    scores = scores[np.argsort(patterns(~np.isnan(scores))[1], kind="stable")]
    seen: list[Float64] = []
    monkeypatch.setattr(regression_to_mean, "slopes", lambda *ends: seen.extend(ends))
    monkeypatch.setattr(np, "rint", lambda values, out: out is values)  # leaves them as they are
    null = regression_to_mean._Null(scores, ROUNDING, None)
    null.draw(2, PHI, 0.0, Still(rows))  # type: ignore[arg-type]
    drawn = scores[list(rows)]
    levels = expected_levels(drawn)
    for year, ends in ((0, seen[0]), (-1, seen[1])):
        for end in ends:
            np.testing.assert_allclose(end, levels + drawn[:, year].mean(), rtol=1e-10)


def test_a_slope_is_that_of_a_line_through_the_changes() -> None:
    rng = np.random.default_rng(1)
    first, last = rng.normal(size=(2, 3, 9))
    first[1] = 5.0
    found = slopes(first, last)
    for row in (0, 2):
        assert found[row] == pytest.approx(np.polyfit(first[row], last[row] - first[row], 1)[0])
    assert np.isnan(found[1])
