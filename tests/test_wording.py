"""Numbers in words."""

from __future__ import annotations

import pytest

from policyindex._wording import ordinal


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (1, "1st"),
        (2.0, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (10, "10th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (102, "102nd"),
        (111, "111th"),
        (113, "113th"),
        (1_003, "1,003rd"),
    ],
)
def test_ordinal_numbers_end_in_two_letters(n: float, words: str) -> None:
    assert ordinal(n) == words
