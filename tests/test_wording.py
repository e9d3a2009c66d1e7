"""Numbers, accuracy and ranges of ranks in words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyindex._wording import (
    inert,
    listed,
    live,
    miscoded,
    ordinal,
    rank_words,
    refuse_halves,
)


@pytest.mark.parametrize(
    ("accuracy", "words"),
    [
        (0.9, "one coding in ten is one level off"),
        (0.95, "one coding in 20 is one level off"),
        (0.5, "one coding in two is one level off"),
        (0.87, "13 % of codings are one level off"),
        (0.3, "70 % of codings are one level off"),
        (1, "0 % of codings are one level off"),
        (0, "100 % of codings are one level off"),
    ],
)
def test_an_accuracy_in_words(accuracy: float, words: str) -> None:
    assert miscoded(accuracy) == words


def test_a_long_name_in_a_list_is_quoted_and_cut() -> None:
    assert listed(["a", "b" * 80]) == f"a, {'b' * 80}"
    cut = listed(["a", "b" * 1000])
    assert cut.startswith("a, 'bbb")
    assert "..." in cut
    assert len(cut) < 200


def test_half_of_a_character_is_quoted_with_the_text_around_it() -> None:
    text = f"{'a' * 30}\ud800{'b' * 30}"
    around = re.escape(ascii(text[10:-10]))
    with pytest.raises(ValueError, match=f"is half of one, in {around}; write"):
        refuse_halves({"name": text})


def test_a_range_of_ranks_in_words() -> None:
    note = "(95 % range for one country)"
    assert rank_words("Nigeria", 2, 16) == f"Nigeria's rank lies between 2 and 16 {note}"
    assert rank_words("Cyprus", 3, 3) == f"Cyprus' rank is 3 {note}"


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (1, "1st"),
        (2.0, "2nd"),
        (2, "2nd"),
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


@given(st.text(st.sampled_from("'=+-@\t\r\n5.x ")))
def test_inert_text_starts_no_formula_and_comes_back(text: str) -> None:
    assert not re.match(r"[=+\-@\t\r\n]", inert(text)) or re.fullmatch(r"[+-]\d.*", inert(text))
    assert live(inert(text)) == text
