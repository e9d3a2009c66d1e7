"""Every claim on ranks under every weighting holds."""

from __future__ import annotations

from functools import cache

import pytest

from claims import weights
from claims.record import Claim

pytestmark = pytest.mark.slow


@cache
def measured(name: str) -> list[Claim]:
    answer: list[Claim] = getattr(weights, name)()
    return answer


@pytest.mark.parametrize("kind", ["anywhere", "with a weight of zero", "at ties"])
def test_ranks_at_drawn_weightings_lie_in_their_range(kind: str) -> None:
    (claim,) = (each for each in measured("inside") if kind in each.setting)
    assert claim.holds(), claim
    assert claim.value == 1
    assert claim.naive < 1 or kind == "anywhere"


@pytest.mark.parametrize("place", range(3))
def test_means_and_shares_are_those_of_uniform_weights(place: int) -> None:
    claim = measured("averages")[place]
    assert claim.holds(), claim


def test_published_ranks_lie_in_their_range() -> None:
    claims = measured("published")
    if not claims:
        pytest.skip("POLICYINDEX_REAL_DATA is not set: it names the folder of the real files")
    (claim,) = claims
    assert claim.value == 1
    assert claim.naive == pytest.approx(1 - 33 / 2124)
