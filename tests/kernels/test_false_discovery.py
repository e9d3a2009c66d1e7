"""Adjusted p-values: those of SciPy, and the definition by counting."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from policyindex._kernels.false_discovery import adjusted

PVALUES = st.lists(st.floats(0, 1), max_size=30)


@given(PVALUES)
def test_they_are_those_of_scipy(pvalues: list[float]) -> None:
    np.testing.assert_allclose(adjusted(pvalues), false_discovery_control(pvalues), rtol=1e-12)


@given(PVALUES.filter(bool), st.floats(0.001, 0.999))
def test_they_reject_what_the_procedure_rejects(pvalues: list[float], level: float) -> None:
    """The k smallest are rejected, for the largest k whose p-value is at most k / n of a level."""
    n, ordered = len(pvalues), sorted(pvalues)
    rates = adjusted(pvalues)
    assume(np.abs(rates - level).min() > 1e-9)  # the last digit of a rate decides no level
    k = max((k for k in range(1, n + 1) if n * ordered[k - 1] / k <= level), default=0)
    largest = ordered[k - 1] if k else -1
    assert (rates <= level).tolist() == [value <= largest for value in pvalues]
