"""Which of several columns names the country of a row."""

from __future__ import annotations

import io

import pytest

from policyindex import read

AUSTRIA_BY_ANOTHER_SCHEME = {
    "code": ["AUS", "MLI", "USA"],  # of ISO 3166 it would be Australia
    "ccode": ["40", "466", "840"],  # of the Correlates of War it would be Cuba
}


@pytest.mark.parametrize("third", ["Untied Stets", ""])
@pytest.mark.parametrize("column", AUSTRIA_BY_ANOTHER_SCHEME)
def test_codes_of_an_unclear_scheme_are_of_the_one_that_agrees_with_the_names(
    column: str, third: str
) -> None:
    """The names alone do not do: one of them is misspelt or absent."""
    names = ["Austria", "Mali", third]
    rows = zip(names, AUSTRIA_BY_ANOTHER_SCHEME[column], strict=True)
    text = f"country,{column},year,gdp\n" + "".join(f"{','.join(row)},2009,1\n" for row in rows)
    reading = read(io.StringIO(text), holds="values")
    assert reading.columns["country"] == column
    assert reading.panel.index.get_level_values("country").tolist() == ["AUT", "MLI", "USA"]
    assert reading.findings.empty
