"""Accuracy and ranges of ranks in words."""

from __future__ import annotations

import pytest

from policyindex._wording import miscoded, rank_words


@pytest.mark.parametrize(
    ("accuracy", "words"),
    [
        (0.9, "one coding in ten is one level off"),
        (0.95, "one coding in 20 is one level off"),
        (0.5, "one coding in two is one level off"),
        (0.87, "13 % of codings are one level off"),
        (1, "0 % of codings are one level off"),
        (0, "100 % of codings are one level off"),
    ],
)
def test_an_accuracy_in_words(accuracy: float, words: str) -> None:
    assert miscoded(accuracy) == words


def test_a_range_of_ranks_in_words() -> None:
    note = "(95 % range for one country)"
    assert rank_words("Nigeria", 2, 16) == f"Nigeria's rank lies between 2 and 16 {note}"
    assert rank_words("Cyprus", 3, 3) == f"Cyprus' rank is 3 {note}"
