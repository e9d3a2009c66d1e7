"""Measured error rates of `events` lie in the range that the documentation states."""

from __future__ import annotations

import pytest

from claims import events


@pytest.mark.slow
def test_claims_about_events_hold() -> None:
    measured = events.claims()
    assert measured
    for claim in measured:
        assert claim.holds(), claim
