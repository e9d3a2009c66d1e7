"""Free parameters of correlations, and the slopes of what they make."""

from __future__ import annotations

import numpy as np
import pytest

from policyindex.latent.estimation import _factor, _factor_slopes, _free


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_free_numbers_make_correlations_and_come_back(n: int) -> None:
    free = np.random.default_rng(n).normal(size=n * (n - 1) // 2)
    factor = _factor(free, n)
    np.testing.assert_allclose(np.diag(factor @ factor.T), 1)
    assert (np.diag(factor) > 0).all()
    np.testing.assert_array_equal(factor, np.tril(factor))
    if n > 1:
        np.testing.assert_allclose(_free(factor), free)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_the_slopes_of_a_factor_are_its_differences(n: int) -> None:
    free, step = np.random.default_rng(n).normal(size=n * (n - 1) // 2), 1e-6
    rows = np.tril_indices(n)
    expected = [
        (_factor(free + move, n)[rows] - _factor(free - move, n)[rows]) / (2 * step)
        for move in step * np.eye(len(free))
    ]
    np.testing.assert_allclose(_factor_slopes(free, n), np.transpose(expected), atol=1e-8)
