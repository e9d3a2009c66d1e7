"""Which of several columns names the country of a row."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from policyindex import PanelError, as_panel, read, read_values

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


def test_fips_letters_are_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "fips.csv"
    path.write_text("FIPS,year,x\nAU,2009,1\nGM,2009,2\n", encoding="utf-8")
    with pytest.raises(PanelError, match="none of its columns is known as one .FIPS, year, x.; if"):
        read_values(path)
    with pytest.raises(PanelError, match="FIPS 10-4.*AU is Austria"):
        read_values(path, country_column="FIPS")
    assert read_values(path, country_column="FIPS", kind="iso2").index[0] == ("AUS", 2009)


@pytest.mark.parametrize(
    ("kind", "other", "numbers"),
    [("numeric", "cow", ["305", "2"]), ("cow", "numeric", ["276", "840"])],
)
def test_numbers_of_the_other_scheme_are_recognised(
    kind: str, other: str, numbers: list[str]
) -> None:
    text = "ccode,year,x\n" + "".join(f"{number},2009,1\n" for number in numbers)
    with pytest.raises(PanelError, match=f"all of them are numbers of .* pass kind='{other}'"):
        read_values(io.StringIO(text), country_column="ccode", kind=kind)


@pytest.mark.parametrize("blank", [None, pd.NA, float("nan"), " "])
def test_a_blank_cell_does_not_name_a_unit(blank: object) -> None:
    table = pd.DataFrame(
        {"country": pd.Series(["Harju", blank], dtype=object), "year": 2009, "x": 1}
    )
    with pytest.raises(PanelError, match="every row must name its unit; 1 do not"):
        as_panel(table, kind="any")
