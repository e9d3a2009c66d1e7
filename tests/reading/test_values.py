"""Values of any kind: what a column of numbers is, and how a file without one is refused."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd
import pytest

from policyindex import (
    Codebook,
    Dimension,
    Indicator,
    PanelError,
    as_panel,
    read,
    read_codings,
    read_values,
    write_table,
)
from policyindex.codebooks import Sum
from policyindex.reading.headers import scale_in


def file(text: str) -> io.BytesIO:
    return io.BytesIO(text.encode())


@pytest.mark.parametrize(
    ("cell", "place"), [("$12", 1), ("12 %", 1), ("1 234", 1), ("inf", 1), ("41.732,7", 1)]
)
def test_a_column_of_text_is_named_with_its_first_cell(cell: str, place: int) -> None:
    with pytest.raises(PanelError) as caught:
        read_values(file(f"country;year;gdp\nMali;2009;{cell}\nChad;2009;{cell}\n"))
    assert str(caught.value) == (
        f"the stream must have a column of numbers; gdp holds text, the first {cell!r} in row "
        f"{place}; write numbers as digits alone, or keep a column of text with text=[...]"
    )


@pytest.mark.parametrize(
    ("header", "scale"),
    [
        ("law (%)", (0, 100)),
        ("law, in % ", (0, 100)),
        ("law [0 to 10]", (0, 10)),
        ("law (0-123456789)", (0, 123456789)),
        ("law (2000-2010)", None),
        ("law", None),
    ],
)
def test_a_header_may_state_a_scale(header: str, scale: tuple[int, int] | None) -> None:
    assert scale_in(header) == scale


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        (("None", "Some", "All"), "None, Some, All, or missing"),
        (("Weak", "Strong"), "Weak, Strong, no, yes, or missing"),
        (("no", "yes"), "no, yes, or missing"),
        (("No", "Yes"), "No, Yes, or missing"),
        (("No", "Some"), "No, Some, or missing"),
    ],
)
def test_the_words_of_a_level_are_listed_as_the_codebook_writes_them(
    levels: tuple[str, ...], words: str
) -> None:
    law = Dimension("law", (Indicator("statute", levels),), Sum(), levels=())
    text = "country,year,statute\nMali,2009,x\nChad,2009,1\n"
    with pytest.raises(PanelError, match=f"one of {words}; 1 is not, the first 'x' at MLI 2009"):
        read_codings(file(text), codebook=Codebook("one", (law,)))


def test_a_file_of_countries_and_years_alone_is_refused() -> None:
    with pytest.raises(PanelError, match="must have a column of values; it has country, year alo"):
        read_values(file("country,year\nMali,2009\n"))


def test_a_file_of_aggregates_alone_is_refused() -> None:
    with pytest.raises(PanelError, match="must have a row of a country; .* the first 'World'"):
        read_values(file("country,year,x\nWorld,2009,1\nArab World,2009,2\n"))


@pytest.mark.parametrize("options", [{"columns": ["year"]}, {"columns": {"country": "x"}},
                                     {"text": "country"}])  # fmt: skip
def test_values_are_not_called_as_the_index_is(options: dict[str, Any]) -> None:
    table = pd.DataFrame({"country": ["Mali"], "year": [2009], "x": [1.0]})
    told = "values must not be called country or year.* panel; 1 is, the first '"
    with pytest.raises(PanelError, match=told):
        as_panel(table, **options)
    with pytest.raises(PanelError, match="2 are, the first 'year'"):
        as_panel(table, columns=["year", "country"])
    renamed = as_panel(table, columns={"when": "year"})
    assert renamed.loc[("MLI", 2009)].to_dict() == {"when": 2009.0}


@pytest.mark.parametrize(
    "options",
    [
        {"columns": 5}, {"text": None}, {"text": 5}, {"sentinels": None}, {"sentinels": [True]},
        {"sentinels": [None]}, {"sentinels": b"9"}, {"sentinels": bytearray(b"9")},
        {"sentinels": {9: 5}},
    ],
)  # fmt: skip
def test_an_option_of_names_or_numbers_takes_nothing_else(options: dict[str, Any]) -> None:
    (name,) = options
    with pytest.raises(TypeError, match=f"^{name} must be "):
        read_values(file("country,year,x\nMali,2009,1\n"), **options)


def test_no_columns_are_not_a_column_of_text() -> None:
    with pytest.raises(ValueError, match="columns must name a column of values; it is empty"):
        read_values(file("country,year,x\nMali,2009,1\n"), columns=[])


def test_one_sentinel_is_not_taken_letter_by_letter() -> None:
    text = "country,year,x\nMali,2009,n.k.\nChad,2009,-99\nTogo,2009,3\nGhana,2009,4\n"
    panel = read_values(file(text), sentinels=["n.k.", -99])
    assert panel["x"].dropna().tolist() == [4, 3]
    both = text.replace("-99", "n")
    with pytest.raises(PanelError, match="'n'"):
        read_values(file(both), sentinels="n.k.")  # type: ignore[arg-type]
    assert read_values(file(text.replace("n.k.", "5")), sentinels=-99)["x"].isna().sum() == 1  # type: ignore[arg-type]


def test_true_and_false_are_one_and_zero_in_every_format(tmp_path: Any) -> None:
    index = pd.MultiIndex.from_product([["MLI", "TCD"], [2009]], names=["country", "year"])
    laws = pd.DataFrame({"law": [True, False]}, index=index)
    for ending in ("csv", "xlsx", "dta", "parquet", "json"):
        path = tmp_path / f"laws.{ending}"
        write_table(laws, path)
        assert read_values(path)["law"].tolist() == [1.0, 0.0], ending
    mixed = "country,year,law\nMali,2009,TRUE\nChad,2009,2\n"
    with pytest.raises(PanelError, match="'TRUE'"):
        read_values(file(mixed))
    partly = read_values(file("country,year,law\nMali,2009,TRUE\nChad,2009,\n"))
    assert partly["law"].tolist()[0] == 1.0
    assert partly["law"].isna().sum() == 1


def test_a_word_that_is_not_a_tier_stops_a_file_of_tiers() -> None:
    text = "country,year,tier,x\nMali,2009,Tier 1,1\nChad,2009,Tier 2,1\nTogo,2009,Downgrade,1\n"
    with pytest.raises(PanelError, match="tiers must be .*; tier holds 'Downgrade' in row 3"):
        read_values(file(text))
    kept = read_values(file(text), text="tier")
    assert kept.loc[("TGO", 2009), "tier"] == "Downgrade"


def test_every_refusal_of_a_file_starts_with_its_name() -> None:
    for text in (
        "country,year,x\nMali,1800,1\n",
        "country,year,x\nMali,2009,1\nMali,2009,2\n",
        "country,year,x\nMali,2009,1\nChad,2009,2\nTogo,2009,abc\n",
    ):
        with pytest.raises(PanelError) as caught:
            read(file(text), holds="values")
        assert str(caught.value).startswith("the stream")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "dta", "parquet", "json"])
def test_text_that_looks_like_a_formula_reads_back(tmp_path: Any, ending: str) -> None:
    texts = ["=1+1", "- see page 4", "'=quoted", "@mark", "+1", "007", "plain 'text'"]
    index = pd.MultiIndex.from_product([["MLI"], range(2000, 2007)], names=["country", "year"])
    notes = pd.DataFrame({"x": range(7), "note": texts}, index=index)
    write_table(notes, tmp_path / f"notes.{ending}")
    assert read_values(tmp_path / f"notes.{ending}", text="note")["note"].tolist() == texts


def test_a_workbook_without_a_cell_is_refused(tmp_path: Any) -> None:
    path = tmp_path / "empty.xlsx"
    pd.DataFrame().to_excel(path, index=False, header=False)
    with pytest.raises(PanelError, match="must hold a table; its sheet is empty"):
        read_values(path)


@pytest.mark.parametrize("other", ["0,5", "12,75"])
def test_a_point_beside_decimal_commas_may_separate_thousands(other: str) -> None:
    table = f"country;year;gdp;rate\nMali;2009;1.234;{other}\nPeru;2009;22.500;3\n"
    with pytest.raises(PanelError, match="the point of two cells may stand for decimals or for th"):
        read_values(file(table))
    with pytest.raises(PanelError, match="the point of one cell .* since gdp has decimals with a"):
        read_values(file(f"country;year;gdp\nMali;2009;1.234\nPeru;2009;{other}\n"))


def test_a_point_is_of_decimals_where_a_number_shows_it() -> None:
    table = "country;year;gdp;rate\nMali;2009;1.234;0,5\nPeru;2009;2.25;3\n"
    assert read_values(file(table))["gdp"].tolist() == [1.234, 2.25]
    assert read_values(file("country,year,gdp\nMali,2009,1.234\n"))["gdp"].tolist() == [1.234]


@pytest.mark.parametrize("cells", [[1, True], [True, 1], [0.0, False, True]])
def test_a_boolean_beside_numbers_is_not_a_number(cells: list[Any]) -> None:
    table = pd.DataFrame({"country": "Mali", "year": range(2000, 2000 + len(cells))})
    table["law"] = pd.Series(cells, dtype=object)
    with pytest.raises(PanelError, match=r"law must hold numbers.*the first '(True|False)'"):
        as_panel(table)


@pytest.mark.parametrize("other", ["0,5", "0,250", "1,5", "7"])
def test_three_decimals_behind_a_zero_are_no_thousands(other: str) -> None:
    values = read_values(file(f"country;year;gdp\nMali;2009;0,125\nChad;2009;{other}\n"))["gdp"]
    assert values.to_dict() == {("MLI", 2009): 0.125, ("TCD", 2009): float(other.replace(",", "."))}


@pytest.mark.parametrize("text", ["1.234,5", "1.5,5", "1.234,567", "12,34.5"])
@pytest.mark.parametrize("other", ["1,234.5", "1,234,567"])
def test_a_comma_that_separates_no_thousands_is_refused_beside_some_that_do(
    text: str, other: str
) -> None:
    table = pd.DataFrame({"country": ["Mali", "Chad"], "year": 2009, "x": [text, other]})
    with pytest.raises(PanelError, match=f"x must hold numbers or nothing; 1 is not.*'{text}'"):
        as_panel(table)


def test_words_of_levels_may_have_several_blanks() -> None:
    law = Indicator("law", ("none", "some forms", "all  forms"))
    book = Codebook("Laws", (Dimension("laws", (law,), lambda law: 1 + law),))
    text = "country,year,law\nMali,2009, All   Forms \nChad,2009,some\tforms\nTogo,2009,no  data\n"
    found = read(io.BytesIO(text.encode()), codebook=book)
    assert found.panel["law"].dropna().to_dict() == {("MLI", 2009): 2, ("TCD", 2009): 1}
    assert found.findings["kind"].tolist() == ["missing"]
