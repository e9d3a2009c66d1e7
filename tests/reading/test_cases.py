"""Files as users have them, one for each fault that was seen; all values are made up."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import policyindex as pi
from policyindex import PanelError, countries, read_codings, read_scores, read_values
from policyindex.reading import Reading, read

CASES = Path(__file__).parent / "cases"

NINE = {
    ("DEU", 2007): (5, 5, 4), ("DEU", 2008): (5, 5, 5), ("DEU", 2009): (5, 5, 5),
    ("MLI", 2007): (2, 2, 3), ("MLI", 2008): (2, None, 3), ("MLI", 2009): (3, 3, 3),
    ("NGA", 2007): (4, 3, 4), ("NGA", 2008): (5, 4, 4), ("NGA", 2009): (5, 4, 5),
}  # fmt: skip

SIX = {
    ("DEU", 2008): (5, 5, 5), ("DEU", 2009): (5, 5, 5), ("MLI", 2008): (2, None, 3),
    ("MLI", 2009): (3, 3, 3), ("NGA", 2008): (5, 4, 4), ("NGA", 2009): (5, 4, 5),
}  # fmt: skip


def scores(name: str, **options: Any) -> Reading:
    """Read a case whose repairs lose nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_scores(CASES / name, **options)
    return read(CASES / name, holds="scores", **options)


def totals(panel: pd.DataFrame) -> dict[tuple[str, int], float | None]:
    return {
        (country, year): None if pd.isna(value) else value
        for (country, year), value in panel["overall"].items()
    }


def parts(panel: pd.DataFrame) -> dict[tuple[str, int], tuple[float | None, ...]]:
    columns = panel[["prosecution", "protection", "prevention"]]
    return {
        key: tuple(None if pd.isna(value) else value for value in row)
        for key, row in zip(columns.index, columns.to_numpy(), strict=True)
    }


def refusal(name: str, reader: Any = read_scores, **options: Any) -> str:
    with pytest.raises(PanelError) as error:
        reader(CASES / name, **options)
    return str(error.value)


def notes(reading: Reading) -> str:
    lines = reading.findings[["finding", "first", "action"]].astype(str)
    return "\n".join(" | ".join(row) for row in lines.to_numpy())


def of_2009(values: dict[str, float]) -> dict[tuple[str, int], float]:
    return {(code, 2009): value for code, value in values.items()}


# (a) Wrong without a word


def test_a01_iso_numbers_in_ccode_lose_to_names() -> None:
    reading = scores("a01_qog_ccode.csv")
    assert parts(reading.panel) == of_2009(
        {"BGR": (4, 3, 4), "AUT": (5, 4, 5), "ZAF": (3, 2, 3), "PRT": (5, 4, 4)}
    )
    assert "another country" not in notes(reading)


def test_a01_numbers_that_contradict_are_reported(tmp_path: Path) -> None:
    text = (CASES / "a01_qog_ccode.csv").read_text(encoding="utf-8").replace(",355,", ",305,")
    (tmp_path / "wrong.csv").write_text(text, encoding="utf-8")
    with pytest.warns(pi.ReadingWarning, match="ccodecow names another country than c"):
        panel = read_scores(tmp_path / "wrong.csv")
    assert ("BGR", 2009) in panel.index


def test_a02_iso_numbers_beside_letters() -> None:
    assert totals(scores("a02_iso_beside_ccode.csv").panel) == of_2009(
        {"BGR": 11, "ITA": 14, "MEX": 10}
    )


@pytest.mark.parametrize("options", [{}, {"kind": "numeric"}, {"unmatched": "drop"}])
def test_a03_numbers_that_fit_one_scheme(options: dict[str, str]) -> None:
    reading = scores("a03_ccode_iso_only.csv", **options)
    assert totals(reading.panel) == of_2009(
        {"BRA": 11, "BEL": 15, "DEU": 14, "IND": 8, "JPN": 10, "AUT": 14}
    )
    assert ("ISO 3166 alone" in notes(reading)) == ("kind" not in options)


def test_a04_numbers_that_fit_two_schemes() -> None:
    name = "a04_ccode_fits_both.csv"
    for unmatched in ("raise", "drop"):
        message = refusal(name, unmatched=unmatched)
        assert "fit two" in message
        assert message.endswith("kind=")
    assert totals(scores(name, kind="numeric").panel) == of_2009({"BGR": 11, "ZAF": 8, "PRT": 13})
    assert totals(scores(name, kind="cow").panel) == of_2009({"COL": 11, "CHN": 8, "LBY": 13})


@pytest.mark.parametrize("header", ["cow", "iso_numeric", "m49", "ccode"])
def test_numbers_of_no_scheme_never_lose_most_rows(tmp_path: Path, header: str) -> None:
    (tmp_path / "x.csv").write_text(
        f"{header},year,overall\n56,2009,9\n9001,2009,9\n9002,2009,8\n", encoding="utf-8"
    )
    with pytest.raises(PanelError) as error:
        read_scores(tmp_path / "x.csv")
    assert "'drop'" not in str(error.value)


def test_names_under_a_header_of_their_own_win_over_numbers(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        "staat,ccode,year,overall\nBulgaria,100,2009,9\nPortugal,620,2009,8\n", encoding="utf-8"
    )
    reading = read(tmp_path / "x.csv")
    assert totals(reading.panel) == of_2009({"BGR": 9, "PRT": 8})
    assert "staat was followed" in notes(reading)


def test_a06_a_region_spelt_like_a_country() -> None:
    for options in ({}, {"unmatched": "drop"}):
        reading = scores("a06_regions_like_countries.csv", **options)
        assert totals(reading.panel) == of_2009({"MLI": 9})
        assert "Micronesia, Polynesia, Oceania" in notes(reading)
    assert countries.iso3("Micronesia") == "FSM"


# (b) Whole kinds


@pytest.mark.parametrize("name", ["b01_wide_own_unstack.csv", "b02_wide_x.csv", "b03_wide_y.dta"])
def test_b01_to_b03_years_side_by_side(name: str) -> None:
    panel = read_values(CASES / name)
    assert list(panel.columns) == ["value"]
    expected = {
        ("DEU", 2007): 14, ("DEU", 2008): 15, ("DEU", 2009): 15, ("MLI", 2007): 7,
        ("MLI", 2008): None, ("MLI", 2009): 9, ("NGA", 2007): 11, ("NGA", 2008): 13,
        ("NGA", 2009): 14,
    }  # fmt: skip
    assert totals(panel.rename(columns={"value": "overall"})) == expected
    reading = scores(name)
    assert totals(reading.panel) == expected
    assert "three columns, 2007 to 2009" in notes(reading)
    assert "read as overall" in notes(reading)


def test_b04_a_databank_export() -> None:
    name = "b04_wide_databank.csv"
    panel = read_values(CASES / name)
    assert panel["Made-up income"].to_list()[2:] == [41.5, 43.0]
    assert panel["Made-up schooling"].to_list() == [5.0, 5.2, 13.0, 13.1]
    assert panel.loc[("COD", 2007), "Made-up income"] == 0.4
    assert pd.isna(panel.loc[("COD", 2008), "Made-up income"])
    said = notes(read(CASES / name, holds="values"))
    assert "left out: World" in said
    assert "lines 9 to 10 below the table" in said


def test_b05_a_column_for_each_dimension_and_year() -> None:
    assert parts(scores("b05_wide_dimension_year.csv").panel) == SIX


def test_b06_a_sheet_for_each_dimension() -> None:
    name = "b06_wide_sheet_per_dimension.xlsx"
    assert parts(scores(name, sheet="all").panel) == SIX
    message = refusal(name)
    assert "dimensions: Prosecution, Protection, Prevention" in message
    assert message.endswith("sheet='all'")


def test_b07_two_header_rows_with_merged_years() -> None:
    reading = scores("b07_wide_two_header_rows.xlsx")
    assert parts(reading.panel) == SIX
    assert "the header has two rows, row 1 and row 2" in notes(reading)


def test_b08_titles_two_headers_and_notes() -> None:
    reading = scores("b08_titles_two_headers_notes.xlsx")
    assert totals(reading.panel) == of_2009({"DEU": 15, "NGA": 14, "MLI": 9})
    said = notes(reading)
    assert "rows 1 to 2 above the header" in said
    assert "rows 9 to 10 below the table" in said
    assert "the header has two rows, row 3 and row 4" in said


def test_b09_titles_and_notes_of_text() -> None:
    reading = scores("b09_titles_notes.csv")
    assert totals(reading.panel) == of_2009({"DEU": 15, "NGA": 14})
    assert "lines 1 to 3 above the header" in notes(reading)
    assert "line 8 below the table" in notes(reading)


def test_b10_a_typo_among_aggregates(tmp_path: Path) -> None:
    name = "b10_aggregates_and_typo.csv"
    message = refusal(name)
    assert "1 of 9 is not: 'Nigerria' (nearest: Nigeria" in message
    for aggregate in ("World", "Sub-Saharan Africa", "High income", "GLOBAL AVERAGE"):
        assert aggregate not in message.partition(":")[2]
    text = (CASES / name).read_text(encoding="utf-8").replace("Nigerria", "Nigeria")
    (tmp_path / "right.csv").write_text(text, encoding="utf-8")
    reading = read(tmp_path / "right.csv")
    assert totals(reading.panel) == of_2009({"DEU": 15, "MLI": 9, "NGA": 14})
    assert "6 aggregates" in notes(reading)
    with pytest.warns(pi.ReadingWarning, match="'Nigerria' is not a country") as caught:
        panel = read_scores(CASES / name, unmatched="drop")
    assert "World" not in str(caught[0].message)
    assert totals(panel) == of_2009({"DEU": 15, "MLI": 9})
    assert "6 aggregates" in notes(read(CASES / name, unmatched="drop"))


def test_b11_a_row_for_each_dimension() -> None:
    assert parts(scores("b11_long_scores.csv").panel) == SIX
    assert parts(scores("b11_long_scores.csv", layout="long").panel) == SIX


def test_b12_sdmx() -> None:
    name = "b12_long_sdmx.csv"
    panel = read_values(CASES / name)
    assert list(panel.columns) == ["INC", "SCH"]
    assert panel.loc[("DEU", 2008)].to_list() == [43, 13.1]
    assert panel.loc[("DEU", 2009), "INC"] == 42
    assert panel.isna().sum().to_list() == [1, 1]
    assert "OBS_STATUS" in notes(read(CASES / name, holds="values"))


def test_two_rows_for_one_cell_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        "country,year,indicator,value,sex\nMali,2009,INC,1,F\nMali,2009,INC,2,M\n",
        encoding="utf-8",
    )
    with pytest.raises(PanelError, match="'INC' in row 1 and row 2; they differ in sex"):
        read_values(tmp_path / "x.csv")


def test_b13_french() -> None:
    panel = scores("b13_names_fr.csv").panel
    codes = ["DEU", "KOR", "NLD", "TCD", "GBR", "CIV"]
    assert panel["prosecution"].droplevel("year").loc[codes].to_list() == [1, 2, 3, 4, 5, 1]


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        (
            "b14_names_de_es_pt_it.csv",
            {
                2006: "DEU KOR ARE AUT EGY",
                2007: "DEU KOR NLD MAR GBR",
                2008: "DEU KOR NLD ZAF JOR",
                2009: "DEU KOR NLD ZAF GBR",
            },
        ),
        (
            "b15_names_zh_ar_ru.csv",
            {
                2007: "DEU NGA KOR ZAF GBR",
                2008: "DEU NGA EGY MAR JOR",
                2009: "DEU NGA CHN GRC NLD",
            },
        ),
    ],
)
def test_b14_and_b15_other_languages(name: str, codes: dict[int, str]) -> None:
    panel = scores(name).panel
    assert len(panel) == 5 * len(codes)
    for year, row in codes.items():
        of_year = panel["prosecution"].xs(year, level="year")
        assert of_year.loc[row.split()].to_list() == [1, 2, 3, 4, 5]


def test_b16_an_old_encoding() -> None:
    name = "b16_cp850.csv"
    panel = scores(name, encoding="cp850").panel
    assert totals(panel) == of_2009({"CIV": 8, "STP": 7, "CUW": 10})
    message = refusal(name)
    assert "looks wrongly decoded" in message
    assert message.endswith("encoding='cp850'")


def test_b17_a_sheet_for_each_year() -> None:
    name = "b17_sheet_per_year.xlsx"
    reading = scores(name, sheet="all")
    assert parts(reading.panel) == NINE
    assert "sheets without a table of countries: Notes" in notes(reading)
    message = refusal(name)
    assert "years: 2007, 2008, 2009" in message
    assert message.endswith("sheet='all'")


def test_b18_merged_cells_of_pandas() -> None:
    reading = scores("b18_pandas_merged_cells.xlsx")
    assert parts(reading.panel) == NINE
    assert "filled down" in notes(reading)


def test_b19_tiers_in_words() -> None:
    name = "b19_tiers_as_words.csv"
    panel = read_values(CASES / name)
    assert panel["tier"].droplevel("year").dropna().to_dict() == {
        "DEU": 1, "NGA": 2, "MLI": 2.5, "TCD": 3, "GHA": 2.5, "KEN": 2.5,
    }  # fmt: skip
    assert pd.isna(panel.loc[("HTI", 2009), "tier"])
    said = notes(read(CASES / name, holds="values"))
    assert "special cases | 'Special Case' at HTI 2009 | set to missing" in said


def test_tiers_with_a_fourth_step_are_asked_about(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        "country,year,tier\nMali,2009,3\nGhana,2009,4\n", encoding="utf-8"
    )
    with pytest.raises(PanelError, match="tier holds 4: the watch list may be 3"):
        read_values(tmp_path / "x.csv")
    (tmp_path / "y.csv").write_text(
        "country,year,rating\nMali,2009,3\nGhana,2009,4\n", encoding="utf-8"
    )
    assert read_values(tmp_path / "y.csv")["rating"].to_list() == [4, 3]


def test_b20_units_that_are_not_countries() -> None:
    name = "b20_subnational.csv"
    reading = scores(name, kind="any")
    assert totals(reading.panel) == of_2009({"England": 14, "Scotland": 15, "Canada (Quebec)": 12})
    message = refusal(name)
    for unit in ("England", "Scotland", "Canada (Quebec)", "kind='any'"):
        assert unit in message


@pytest.mark.parametrize("name", ["b21_scores.csv.gz", "b22_scores_zipped.zip"])
def test_b21_and_b22_compressed_text(name: str) -> None:
    assert parts(scores(name).panel) == NINE


def test_b23_r_is_named() -> None:
    message = refusal("b23_null.rds")
    assert ".rds" in message
    assert "write.csv" in message
    assert "NUL" not in message


def test_b24_html_is_named() -> None:
    message = refusal("b24_html_table.xls")
    assert "HTML" in message
    assert ".xlsx" in message


# (c) Small faults


def test_c01_codes_are_no_events() -> None:
    events = pi.read_events(CASES / "c01_events_with_iso.csv")
    assert list(events.columns) == ["start_year"]
    assert events["start_year"].dropna().to_dict() == {"GHA": 2005, "MLI": 2012}
    assert "TCD" in events.index


def test_c01_codes_check_the_names_of_events(tmp_path: Path) -> None:
    text = (CASES / "c01_events_with_iso.csv").read_text(encoding="utf-8").replace("GHA", "GIN")
    (tmp_path / "events.csv").write_text(text, encoding="utf-8")
    with pytest.warns(pi.ReadingWarning, match="iso names another country than country_name"):
        pi.read_events(tmp_path / "events.csv")


@pytest.mark.parametrize("options", [{}, {"kind": "world_bank"}])
def test_c02_old_codes_of_the_world_bank(options: dict[str, str]) -> None:
    assert totals(scores("c02_world_bank_mixed_codes.csv", **options).panel) == of_2009(
        {"ROU": 12, "COD": 6, "ANT": 9, "REU": 10, "DEU": 15}
    )


def test_c03_codes_of_kosovo() -> None:
    panel = scores("c03_kosovo_codes.csv").panel
    assert totals(panel) == {("XKX", 2006 + n): 6 + n for n in range(5)}


def test_c04_eurostat() -> None:
    name = "c04_eurostat_geo.csv"
    panel = read_values(CASES / name)
    assert panel["OBS_VALUE"].droplevel("year").to_dict() == {
        "GRC": 7.5, "GBR": 6, "DEU": 5.5, "XKX": 9,
    }  # fmt: skip
    assert "left out: EU27_2020" in notes(read(CASES / name, holds="values"))


def test_c05_old_numbers() -> None:
    panel = scores("c05_old_iso_numbers.csv").panel
    assert panel["overall"].droplevel("year").to_dict() == {
        "SDN": 4, "ETH": 6, "DEU": 12, "YEM": 5, "PAN": 7, "SCG": 9,
    }  # fmt: skip


def test_c06_two_spellings_of_one_country() -> None:
    message = refusal("c06_two_spellings.csv")
    assert "'Gambia' in row 1 and 'Gambia, The' in row 3" in message


def test_c07_names_that_end_in_years() -> None:
    name = "c07_long_with_years_in_names.dta"
    panel = read_values(CASES / name)
    assert list(panel.columns) == ["rat1949", "rat2000", "x"]
    assert panel.loc[("MLI", 2008)].to_list() == pytest.approx([1, 0, 0.1])
    assert panel.loc[("MLI", 2009)].to_list() == pytest.approx([1, 1, 0.2])
    assert panel.loc[("GHA", 2009)].to_list() == pytest.approx([1, 1, 0.3])
    message = refusal(name)
    assert "side by side" not in message
    assert "below each other" not in message


def test_c08_a_source_line_below() -> None:
    reading = scores("c08_source_line_below.xlsx")
    assert totals(reading.panel) == of_2009({"MLI": 9, "GHA": 11})
    assert "row 4 below the table" in notes(reading)


def test_c09_marks_of_footnotes() -> None:
    reading = scores("c09_footnote_marks.csv")
    assert totals(reading.panel) == of_2009({"XKX": 9, "CHN": 7, "SRB": 11, "MEX": 10, "GHA": 11})
    marks = reading.findings[reading.findings["kind"] == "footnote"]
    assert marks["rows"].to_list() == [5, 1]
    assert reading.panel["prosecution"].max() == 4


def test_c10_row_names_of_r() -> None:
    reading = scores("c10_r_row_names.txt")
    assert totals(reading.panel) == of_2009({"MLI": 9, "GHA": 11})
    assert "row names" in notes(reading)


def test_c11_years_in_several_forms() -> None:
    reading = scores("c11_year_formats.csv")
    assert totals(reading.panel) == {
        ("MLI", 2007): 8, ("MLI", 2008): 9, ("MLI", 2009): 10, ("MLI", 2010): 11,
    }  # fmt: skip
    assert "'2009p'" in notes(reading)


@pytest.mark.parametrize("year", ["2009/10", "2009-2010", "FY2009", "2009-10"])
def test_two_years_in_a_cell_are_refused(tmp_path: Path, year: str) -> None:
    (tmp_path / "x.csv").write_text(f"country,year,overall\nMali,{year},9\n", encoding="utf-8")
    with pytest.raises(PanelError, match=f"hold one year .*'{re.escape(year)}' in row 1.*choose"):
        read_scores(tmp_path / "x.csv")


def test_c12_headers_with_their_scale() -> None:
    panel = scores("c12_headers_with_scale.csv").panel
    assert panel.loc[("DEU", 2009)].to_list() == [5, 5, 5, 15]
    assert panel.loc[("MLI", 2009)].to_list() == [3, 3, 3, 9]


def test_c13_words_for_missing() -> None:
    reading = scores("c13_words_for_missing.csv")
    assert parts(reading.panel) == of_2009(
        {"MLI": (3, None, 3), "GHA": (4, 3, None), "TCD": (None, 2, 1), "KEN": (4, None, 4),
         "TGO": (3, None, 3)}
    )  # fmt: skip
    assert reading.panel["overall"].isna().all()
    words = reading.findings[reading.findings["kind"] == "missing"]
    assert words["rows"].sum() == 4


def test_c14_odd_english_names() -> None:
    panel = scores("c14_odd_english_names.csv").panel
    assert panel["overall"].droplevel("year").to_dict() == {
        "TZA": 3, "SRB": 4, "SSD": 5, "COD": 6, "VEN": 7, "AFG": 8, "PSE": 9, "ABW": 10,
        "SYR": 11, "ANT": 12, "JEY": 13, "ETH": 14, "FSM": 3, "ITA": 4,
    }  # fmt: skip


# (d) Codings


def test_d04_text_that_stands_for_missing() -> None:
    name = "d04_question_marks.csv"
    message = refusal(name, read_codings)
    assert "2 cells of '?'" in message
    assert message.endswith("sentinels=['?']")
    codings = read_codings(CASES / name, sentinels=["?"])
    assert pi.score(codings).loc[("NGA", 2014)].to_list()[:3] == [4, 4, 4]
    assert codings.loc[("GHA", 2014)].isna().sum() == 2
    ghana = pi.score(codings).loc[("GHA", 2014)]
    assert pd.isna(ghana["prosecution"])
    assert ghana[["protection", "prevention"]].to_list() == [2, 3]
    bounds = pi.score_bounds(codings).loc[("GHA", 2014)]
    assert bounds[["prosecution_low", "prosecution_high"]].to_list() == [1, 4]


def test_d05_a_wrong_word_of_a_level(tmp_path: Path) -> None:
    name = "d05_wrong_level_word.csv"
    message = refusal(name, read_codings)
    assert "from 0 to 2, one of none, limited, full, or missing" in message
    assert "'partly' at GHA 2014" in message
    text = (CASES / name).read_text(encoding="utf-8").replace("partly", "limited")
    (tmp_path / "x.csv").write_text(text, encoding="utf-8")
    with pytest.raises(PanelError, match="no, yes, or missing; 1 is not, the first 'y'"):
        read_codings(tmp_path / "x.csv")
    (tmp_path / "x.csv").write_text(text.replace(",y,", ",no,"), encoding="utf-8")
    assert read_codings(tmp_path / "x.csv").loc[("GHA", 2014), "enforcement"] == 1


def test_d06_overall_scores_alone() -> None:
    panel = scores("d06_overall_alone.csv").panel
    assert list(panel.columns) == ["overall"]


def test_d08_two_coders_in_one_sheet() -> None:
    message = refusal("d08_two_coders_one_sheet.xlsx", read_codings)
    assert "'Coder' names 2: A, B; read all with coding.read_workbook" in message
    assert "repeat" not in message


def test_d09_codings_in_long_form() -> None:
    name = "d09_long_codings_evidence.csv"
    codings = read_codings(CASES / name)
    assert codings.shape == (1, 19)
    assert codings.notna().all(axis=None)
    assert pi.score(codings).iloc[0].to_list()[:3] == [4, 4, 4]
    assert "page, quote" in notes(read(CASES / name, holds="codings"))


def test_d10_titles_as_headers() -> None:
    codings = read_codings(CASES / "d10_titles_as_headers.xlsx")
    assert list(codings.columns) == [each.name for each in pi.THREE_P.indicators]
    got = pi.score(codings)
    assert got.loc[("NGA", 2014)].to_list()[:3] == [4, 4, 4]
    assert got.loc[("GHA", 2014)].to_list()[:3] == [3, 2, 3]
