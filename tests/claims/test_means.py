"""Standard errors of means and of their parts are as large as they should be."""

from __future__ import annotations

import pytest

from claims import means


@pytest.mark.slow
def test_errors_cover_as_they_say() -> None:
    for claim in means.claims():
        assert claim.holds(), claim
