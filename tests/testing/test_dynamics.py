"""The laws of trends: what they state, and where they begin to hold."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest

import policyindex as pi
from builders import few_scores
from policyindex.testing import trend_laws
from policyindex.testing.law import Breach

LAWS = {law.name: law for law in trend_laws}

SCORES = few_scores()["overall"]

exchangeable = partial(pi.trends, null="exchangeable")


def test_the_law_of_the_form_names_every_column() -> None:
    statement = "Every country has n, s, slope, pvalue and direction."
    assert LAWS["form"].statement == statement


@pytest.mark.parametrize(
    ("s", "pvalue", "direction", "is_lawful"),
    [
        (4.0, 0.05, "up", True),
        (-4.0, 0.05, "down", True),
        (4.0, 0.05, "down", False),
        (-4.0, 0.05, "up", False),
        (0.0, 0.05, "up", False),
        (4.0, 0.0501, "up", False),
        (4.0, 0.05, "unclear", False),
        (4.0, 0.0501, "unclear", True),
        (np.nan, np.nan, "up", False),
        (np.nan, np.nan, "", True),
    ],
)
def test_a_direction_is_lawful_from_a_pvalue_of_five_percent_down(
    s: float, pvalue: float, direction: str, is_lawful: bool
) -> None:
    def fixed(given: pd.Series) -> pd.DataFrame:
        return exchangeable(given).assign(s=s, pvalue=pvalue, direction=direction)

    law = LAWS["direction"]
    if is_lawful:
        law.test(fixed, SCORES)
    else:
        with pytest.raises(Breach):
            law.test(fixed, SCORES)


def test_two_scores_of_a_country_are_enough_for_a_definition() -> None:
    def wrong(given: pd.Series) -> pd.DataFrame:
        answer = exchangeable(given)
        return answer.assign(s=answer["s"] + (answer["n"] == 2))

    two = SCORES.dropna().groupby(level="country").head(2)
    LAWS["pairs"].test(exchangeable, two)
    with pytest.raises(Breach):
        LAWS["pairs"].test(wrong, two)
