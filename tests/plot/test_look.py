"""The colour of one country: its own, or that of a line."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.figure import Figure

from policyindex.plot import _theme as theme
from policyindex.plot._look import look_of

INDEX = pd.MultiIndex.from_product([["DEU", "NGA"], [2009]], names=["country", "year"])

SCORES = pd.Series([12.0, 15.0], INDEX)


@pytest.mark.parametrize("palette", [None, ["#000080", "#800000", "#008000"]])
def test_a_country_has_the_colour_of_the_first_line_or_of_the_place_that_is_named(
    palette: list[str] | None,
) -> None:
    ax = Figure().subplots()
    look = look_of({"palette": palette}, SCORES)
    cycle = [theme.as_line(each, ax) for each in palette or theme.PALETTE]
    assert look.colour(ax, "DEU") == cycle[0]
    assert [look.colour(ax, "DEU", place) for place in range(2 * len(cycle))] == 2 * cycle


def test_the_own_colour_of_a_country_comes_first() -> None:
    ax = Figure().subplots()
    look = look_of({"palette": {"Nigeria": "#008000"}}, SCORES)
    assert {look.colour(ax, "NGA", place) for place in range(3)} == {theme.as_line("#008000", ax)}
    assert look.colour(ax, "DEU") == theme.as_line(theme.PALETTE[0], ax)
