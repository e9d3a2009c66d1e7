"""Measured error rates of `transitions` lie in the range that the documentation states."""

from __future__ import annotations

import pytest

from claims import transitions


@pytest.mark.slow
def test_claims_about_transitions_hold() -> None:
    measured = transitions.claims()
    assert measured
    for claim in measured:
        assert claim.holds(), claim
