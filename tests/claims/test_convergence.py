"""Measured error rates of `convergence` lie in the range that the documentation states."""

from __future__ import annotations

import pytest

from claims import convergence


@pytest.mark.slow
def test_claims_about_convergence_hold() -> None:
    measured = convergence.claims()
    assert measured
    for claim in measured:
        assert claim.holds(), claim
