"""Lists of ranks, as a whole."""

from __future__ import annotations

import pandas as pd
import pytest

from pictures import axes, check_drawn
from policyindex import plot
from policyindex.plot import ranked


@pytest.mark.parametrize("case", ["any weights", "some weights", "error"])
def test_a_list_of_ranks(few: pd.DataFrame, case: str) -> None:
    options = {
        "any weights": {"highlight": "PRK"},
        "some weights": {"min_weight": 0.2, "top": 3, "highlight": "PRK", "ax": axes(4, 3)},
        "error": {"error": 0.9, "region": "Europe"},
    }[case]
    check_drawn(plot.standings(few, 2005, **options), f"standings-{case.replace(' ', '-')}")


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (1, "France has rank 1 of 9"),
        (2, "France and Germany share rank 1 of 9"),
        (3, "France, Germany and Italy share rank 1 of 9"),
        (4, "4 countries share rank 1 of 9"),
        (5, "5 countries share rank 1 of 9"),
    ],
)
def test_up_to_three_leaders_are_named(n: int, text: str) -> None:
    units = ["DEU", "FRA", "ITA", "ESP", "PRT"]
    ranks = [1.0] * n + [n + 1.0] * (5 - n)
    if n == 1:
        units[:2] = ["FRA", "DEU"]
    table = pd.DataFrame({"rank": ranks, "shared": [rank == 1 and n > 1 for rank in ranks]}, units)
    assert ranked._finding(table, 9, None) == text
    more = f", first in {'Europe'}" if n < 4 else ""
    there = text if n < 4 else text.replace("countries", "countries of Europe")
    assert ranked._finding(table, 9, " Europe ") == f"{there}{more}"
    assert ranked._finding(table.iloc[:0], 9, None) == "no country is ranked"
