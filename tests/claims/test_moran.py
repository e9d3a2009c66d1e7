"""Measured error rates of `moran` lie in the range that the documentation states."""

from __future__ import annotations

import pytest

from claims import moran


@pytest.mark.slow
def test_claims_about_moran_hold() -> None:
    measured = moran.claims()
    assert measured
    for claim in measured:
        assert claim.holds(), claim
