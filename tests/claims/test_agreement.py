"""Intervals of agreement hold the true value as often as they say."""

from __future__ import annotations

import pytest

from claims import agreement


@pytest.mark.slow
def test_intervals_by_country_cover() -> None:
    for claim in agreement.claims():
        assert claim.holds(), claim
        assert claim.naive < 0.6, claim
