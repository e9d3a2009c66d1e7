"""Ranges under coding error cover, and probabilities of change are calibrated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from claims import errors
from claims.record import Claim


@pytest.fixture(scope="module")
def measured(real_file: Callable[[str], Path]) -> dict[str, list[Claim]]:
    """Return the claims by name, or skip without the published levels."""
    real_file("published_3p_2000_2013.dta")
    answer: dict[str, list[Claim]] = {}
    for claim in errors.claims():
        answer.setdefault(claim.claim, []).append(claim)
    return answer


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "n"),
    [
        ("Ranks under coding error, for one country", 1),
        ("Ranks under coding error, for all countries together", 1),
        ("Error of two equal coders", 2),
        (f"Error from {errors.FEW} country-years coded twice", 1),
        ("Coded one-point gains of a dimension", 8),
    ],
)
def test_claims_hold(measured: dict[str, list[Claim]], name: str, n: int) -> None:
    assert len(measured[name]) == n
    for claim in measured[name]:
        assert claim.holds(), claim


@pytest.mark.slow
def test_naive_answers_do_not_hold(measured: dict[str, list[Claim]]) -> None:
    """Ranges for one country miss one somewhere; P(second | first) is far too wide."""
    together = measured["Ranks under coding error, for all countries together"][0]
    assert together.naive < 0.2
    assert measured["Error of two equal coders"][1].naive > 1.3
    adjacent = measured["Coded one-point gains of a dimension"][0]
    assert adjacent.naive > 0.15
