"""Sentences about jumps and ranges."""

from __future__ import annotations

import pandas as pd
import pytest

from policyindex.latent.wording import jump_words, jumps_of, points, range_words

MINUS = "\N{MINUS SIGN}"

JUMPS = pd.DataFrame(
    {"change": [4.0, -1.0, 2.0], "change_expected": [1.25, -0.04, -0.56]},
    index=pd.MultiIndex.from_tuples(
        [("NGA", 2005), ("DEU", 2003), ("NGA", 2008)], names=["country", "year"]
    ),
)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (4.0, "+4 points"),
        (1.0, "+1 point"),
        (-1.0, f"{MINUS}1 point"),
        (-3.0, f"{MINUS}3 points"),
        (0.5, "+0.5 points"),
        (0.0, "0 points"),
    ],
)
def test_a_change_has_its_sign_and_its_noun(change: float, words: str) -> None:
    assert points(change) == words


def test_jumps_in_words_are_the_first_of_them() -> None:
    words = [
        "Nigeria 2005 (+4 points, of which the model keeps +1.2)",
        f"Germany 2003 ({MINUS}1 point, of which the model keeps 0.0)",
        f"Nigeria 2008 (+2 points, of which the model keeps {MINUS}0.6)",
    ]
    for n in range(4):
        assert jump_words(JUMPS, n) == words[:n]


def test_a_range_has_a_decimal_or_as_many_as_asked() -> None:
    assert range_words(-1.26, 0.04) == f"95 % range {MINUS}1.3 to 0.0"
    assert range_words(-1.26, 0.04, 2) == f"95 % range {MINUS}1.26 to 0.04"


def test_jumps_of_some_countries_stay_in_order() -> None:
    class Fitted:
        jumps = JUMPS

    assert jumps_of(Fitted()).equals(JUMPS)  # type: ignore[arg-type]
    assert jumps_of(Fitted(), iter(["NGA"])).equals(JUMPS.iloc[[0, 2]])  # type: ignore[arg-type]
