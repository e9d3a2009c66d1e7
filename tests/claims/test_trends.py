"""The test for trends has the size, the power and the coverage that the docs state."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from claims import trends
from claims.record import Claim


@pytest.mark.slow
@pytest.mark.parametrize("measure", [trends.sizes, trends.powers, trends.failures])
def test_claims_hold(measure: Callable[[], Iterator[Claim]]) -> None:
    broken = [str(claim) for claim in measure() if not claim.holds()]
    assert not broken, "\n".join(broken)


@pytest.mark.slow
def test_reports_on_trendless_panels_name_few_countries() -> None:
    claim = trends.reports()
    assert claim.value <= 0.07, claim
    assert claim.naive > 0.2, claim
