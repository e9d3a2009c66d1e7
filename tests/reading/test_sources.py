"""Files in the layouts of the sources that users merge with; all values are made up."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from policyindex import PanelError, ReadingWarning, as_panel, read_scores, read_values
from policyindex.reading import read

NAN = float("nan")

Cells = dict[tuple[str, int], tuple[float, ...]]

Save = Callable[..., Path]


@pytest.fixture
def text(tmp_path: Path) -> Save:
    def save(content: str, *, name: str = "file.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode(encoding))
        return path

    return save


@pytest.fixture
def book(tmp_path: Path) -> Save:
    openpyxl = pytest.importorskip("openpyxl")

    def save(sheets: dict[str, Sequence[Sequence[Any]]], **merged: Sequence[str]) -> Path:
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for name, rows in sheets.items():
            sheet = workbook.create_sheet(name)
            for row in rows:
                sheet.append(row)
            for block in merged.get(name, ()):
                sheet.merge_cells(block)
        path = tmp_path / "file.xlsx"
        workbook.save(path)
        return path

    return save


def values(path: Path, *, lost: bool = False, **options: Any) -> dict[str, Cells] | Any:
    """Return the columns and the cells of a file, and whether it warned as expected."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ReadingWarning)
        panel = read_values(path, **options)
    assert bool(caught) == lost, [str(each.message) for each in caught]
    return panel


def assert_holds(panel: pd.DataFrame, columns: Sequence[str], cells: Cells) -> None:
    assert list(panel.columns) == list(columns)
    assert list(panel.index) == sorted(cells)
    for key, row in cells.items():
        np.testing.assert_array_equal(list(panel.loc[[key]].iloc[0]), row, str(key))


def refused(path: Path, *parts: str, reader: Any = read_values, **options: Any) -> str:
    with pytest.raises(PanelError) as error:
        reader(path, **options)
    for part in parts:
        assert part in str(error.value)
    return str(error.value)


def notes(path: Path, **options: Any) -> str:
    found = read(path, **{"holds": "values", **options}).findings
    return "\n".join(" | ".join(row) for row in found[["finding", "action"]].astype(str).to_numpy())


# World Bank


def test_world_bank_api_with_titles_a_mark_and_a_comma_at_each_end(text: Save) -> None:
    path = text(
        '\ufeff"Data Source","World Development Indicators",\n\n'
        '"Last Updated Date","2024-06-28",\n\n'
        '"Country Name","Country Code","Indicator Name","Indicator Code","1960","2022","2023",\n'
        '"Aruba","ABW","GDP (current US$)","NY.GDP","","33300.8","",\n'
        '"Africa Eastern and Southern","AFE","GDP (current US$)","NY.GDP","1","2","3",\n'
        '"Kosovo","XKX","GDP (current US$)","NY.GDP","","5351.2","5943.1",\n'
        '"World","WLD","GDP (current US$)","NY.GDP","456.1","12730.2","13138.3",\n'
    )
    cells = {
        ("ABW", 1960): (NAN,), ("ABW", 2022): (33300.8,), ("ABW", 2023): (NAN,),
        ("XKX", 1960): (NAN,), ("XKX", 2022): (5351.2,), ("XKX", 2023): (5943.1,),
    }  # fmt: skip
    assert_holds(values(path), ["GDP (current US$)"], cells)
    assert "Africa Eastern and Southern, World" in notes(path)
    wrong = text(path.read_text(encoding="utf-8-sig").replace('"Kosovo","XKX"', '"Kossovia","XQX"'))
    refused(wrong, "Kossovia")


def test_world_bank_metadata_has_no_years(text: Save) -> None:
    path = text('"Country Code","Region","IncomeGroup","TableName",\n"ABW","x","High","Aruba",\n')
    refused(path, "column of years")


def test_databank_wide_and_long(text: Save) -> None:
    path = text(
        "Series Name,Series Code,Country Name,Country Code,2008 [YR2008],2009 [YR2009]\n"
        '"GDP, per capita",NY,Germany,DEU,41.5,43\n'
        '"GDP, per capita",NY,"Congo, Dem. Rep.",COD,.4,..\n'
        "Life,SP,Germany,DEU,80,81\n,,,,,\n,,,,,\n"
        "Data from database: World Development Indicators,,,,,\nLast Updated: 06/28/2024,,,,,\n"
    )
    cells = {
        ("COD", 2008): (0.4, NAN), ("COD", 2009): (NAN, NAN),
        ("DEU", 2008): (41.5, 80), ("DEU", 2009): (43, 81),
    }  # fmt: skip
    assert_holds(values(path), ["GDP, per capita", "Life"], cells)
    path = text(
        'Time,Time Code,Country Name,Country Code,"GDP [NY.GDP]","Life [SP]"\n'
        "2008,YR2008,Germany,DEU,41.5,80\n2008,YR2008,Mali,MLI,..,50\n,,,,,\n"
        "Data from database: World Development Indicators,,,,,\n"
    )
    rows = {("DEU", 2008): (41.5, 80.0), ("MLI", 2008): (NAN, 50.0)}
    assert_holds(values(path, lost=True), ["GDP [NY.GDP]", "Life [SP]"], rows)


def governance(start: float) -> list[list[Any]]:
    names = ["Estimate", "StdErr"]
    return [
        ["Worldwide Governance Indicators"], [], ["Note: Estimate from -2.5 to 2.5"], [], [],
        ["", "", 1996, 1996, 1998, 1998],
        ["Country/Territory", "Code", *names, *names],
        ["Aruba", "ABW", *["#N/A"] * 4],
        ["Congo, Dem. Rep.", "ZAR", start, start + 1, start + 2, start + 3],
        ["Romania", "ROM", -start, 0.5, -start, 0.25],
    ]  # fmt: skip


def test_governance_indicators_have_two_rows_of_header_and_a_sheet_each(book: Save) -> None:
    path = book({"Intro": [["WGI"]], "Voice": governance(1), "Law": governance(2)})
    refused(path, "Voice, Law", "sheet=")
    one = {
        ("ABW", 1996): (NAN, NAN), ("ABW", 1998): (NAN, NAN), ("COD", 1996): (1.0, 2.0),
        ("COD", 1998): (3.0, 4.0), ("ROU", 1996): (-1.0, 0.5), ("ROU", 1998): (-1.0, 0.25),
    }  # fmt: skip
    assert_holds(values(path, sheet="Voice"), ["Estimate", "StdErr"], one)
    every = values(path, sheet="all")
    assert list(every) == ["Voice Estimate", "Voice StdErr", "Law Estimate", "Law StdErr"]
    assert every.loc[("COD", 1998)].tolist() == [3, 4, 4, 5]
    assert every.loc[("ROU", 1996)].tolist() == [-1, 0.5, -2, 0.5]


# Indices and ratings


def corruption(year: int, score: int) -> list[list[Any]]:
    return [
        [f"Corruption Perceptions Index {year}: Global Scores"], ["Transparency"], [],
        ["Country", "ISO3", "Region", f"CPI score {year}", f"Rank {year}", "Standard error"],
        ["Denmark", "DNK", "WE/EU", score, 1, 2.5],
        ["Korea, South", "KOR", "AP", 60, 45, 1.25],
        ["GLOBAL AVERAGE", "", "", 43],
    ]  # fmt: skip


def test_corruption_index_has_a_sheet_for_each_year(book: Save) -> None:
    path = book({"CPI2016": corruption(2016, 90), "CPI2017": corruption(2017, 88)})
    refused(path, "several years", "sheet='all'")
    panel = values(path, lost=True, sheet="all")
    cells = {
        ("DNK", 2016): (90, 1, 2.5), ("DNK", 2017): (88, 1, 2.5),
        ("KOR", 2016): (60, 45, 1.25), ("KOR", 2017): (60, 45, 1.25),
    }  # fmt: skip
    assert_holds(panel, ["CPI score", "Rank", "Standard error"], cells)


def test_a_sheet_named_by_a_span_is_not_one_of_a_year(book: Save) -> None:
    head = ["Country", "ISO3", "CPI score 2023", "Rank 2023", "CPI score 2022", "Rank 2022"]
    path = book(
        {
            "CPI 2023": corruption(2023, 90),
            "CPI 2012 - 2023": [head, ["Mali", "MLI", 28, 136, 28, 137]],
        }
    )
    refused(path, "column of years")
    rows = {("MLI", 2022): (28.0, 137.0), ("MLI", 2023): (28.0, 136.0)}
    assert_holds(values(path, sheet="CPI 2012 - 2023"), ["CPI score", "Rank"], rows)


def test_human_development_wide_and_with_three_rows_of_header(text: Save, book: Save) -> None:
    path = text(
        "iso3,country,hdicode,hdi_1990,hdi_1991,le_1990,le_1991,size\n"
        "AFG,Afghanistan,Low,0.284,0.292,45.967,46.663,7\n"
        "ZZA.VHHD,Very high human development,,0.78,0.79,70,71,\nZZK.WORLD,World,,0.6,0.6,65,65,\n"
    )
    rows = {("AFG", 1990): (0.284, 45.967), ("AFG", 1991): (0.292, 46.663)}
    assert_holds(values(path, lost=True), ["hdi", "le"], rows)
    assert "without a year beside those of years: hdicode, size | left out" in notes(path)
    more = {("AFG", 1990): (0.284, 7.0), ("AFG", 1991): (0.292, 7.0)}
    assert_holds(values(path, lost=False, columns=["hdi", "size"]), ["hdi", "size"], more)
    head = ["HDI rank", "Country", "Human Development Index", "Change"]
    below = [["", "", "Value"], ["", "", 1990, 2000], [1, "Switzerland", 0.85, 0.88]]
    path = book({"Table 2": [["Table 2. Trends, 1990-2022"], head, *below]})
    refused(path, "a header of one row or two", "row 2")
    path = book({"Table 2": [["Table 2. Trends, 1990-2022"], head[:3], *below]})
    assert "comma" not in refused(path, "row 4 has 4", "name every column")


def test_freedom_house_has_merged_years_above_its_ratings(book: Save) -> None:
    rows = [["Germany", 1, 1, "F", 2, 1, "F"], ["Mali", 2, 3, "F", 2, 4, "PF"]]
    names = ["", "PR", "CL", "Status", "PR", "CL", "Status"]
    ratings = [["Country", 2008, "", "", 2009, "", ""], names, *rows]
    cells = {
        ("DEU", 2008): (1, 1), ("DEU", 2009): (2, 1), ("MLI", 2008): (2, 3), ("MLI", 2009): (2, 4),
    }  # fmt: skip
    path = book({"Ratings": ratings}, Ratings=["B1:D1", "E1:G1"])
    assert_holds(values(path, lost=True), ["PR", "CL"], cells)
    editions = ["Survey Edition", "2009", "", "", "2010", "", ""]
    under_review = ["Year(s) Under Review", "2008", "", "", "2009", "", ""]
    path = book(
        {"Ratings": [["Country ratings"], editions, under_review, names, *rows]},
        Ratings=["B2:D2", "E2:G2", "B3:D3", "E3:G3"],
    )
    refused(path, "header=")
    options = {"header": [3, 4], "country_column": "Year(s) Under Review"}
    assert_holds(values(path, lost=True, **options), ["PR", "CL"], cells)


def test_tiers_of_the_report_in_a_workbook(book: Save) -> None:
    rows = [
        ["TIP Report Tier Placements"], ["Country", 2008, 2009], ["Germany", 1, 1],
        ["Mali", "Tier 2 WL", "2"], ["Somalia", "Special Case", "SC"], ["Kiribati", "-", "2 WL"],
    ]  # fmt: skip
    cells = {
        ("DEU", 2008): (1,), ("DEU", 2009): (1,), ("KIR", 2008): (NAN,), ("KIR", 2009): (2.5,),
        ("MLI", 2008): (2.5,), ("MLI", 2009): (2,), ("SOM", 2008): (NAN,), ("SOM", 2009): (NAN,),
    }  # fmt: skip
    assert_holds(values(book({"Tiers": rows})), ["value"], cells)


# Economics


def outlook(*rows: str) -> str:
    head = "WEO Country Code\tISO\tWEO Subject Code\tCountry\tSubject Descriptor\tUnits\t2008\t2009"
    below = "International Monetary Fund, World Economic Outlook Database, October 2023"
    return "\n".join([head, *rows, "", below, ""])


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_world_economic_outlook_is_text_called_xls(text: Save, encoding: str) -> None:
    rows = [
        "512\tAFG\tNGDPD\tAfghanistan\tGross domestic product\tU.S. dollars\t1,010.5\t1,012.1",
        "512\tAFG\tLP\tAfghanistan\tPopulation\tPersons\t27.7\t28.4",
        "967\tUVK\tNGDPD\tKosovo\tGross domestic product\tU.S. dollars\t5.6\tn/a",
    ]
    path = text(outlook(*rows), name="weo.xls", encoding=encoding)
    cells = {
        ("AFG", 2008): (1010.5, 27.7), ("AFG", 2009): (1012.1, 28.4),
        ("XKX", 2008): (5.6, NAN), ("XKX", 2009): (NAN, NAN),
    }  # fmt: skip
    assert_holds(values(path), ["Gross domestic product", "Population"], cells)
    dashes = text(outlook(*rows).replace("n/a", "--"), name="weo.xls", encoding=encoding)
    refused(dashes, "'--' at XKX 2009", "sentinels=['--']")
    assert_holds(values(dashes, sentinels=["--"]), ["Gross domestic product", "Population"], cells)
    twice = rows[0].replace("U.S. dollars", "National currency").replace("1,010.5", "7")
    refused(text(outlook(*rows, twice)), "2 rows repeat", "they differ in Units")


def test_gapminder_starts_in_1800_and_abbreviates(text: Save) -> None:
    head = "country,1800,1899,1900,2008,2100\n"
    path = text(f"{head}Afghanistan,28.2,28,29,56,70\nUAE,30,31,32,54,75\n")
    cells = {
        ("AFG", 1900): (29,), ("AFG", 2008): (56,), ("AFG", 2100): (70,),
        ("ARE", 1900): (32,), ("ARE", 2008): (54,), ("ARE", 2100): (75,),
    }  # fmt: skip
    assert_holds(values(path, lost=True), ["value"], cells)
    assert "columns of years before 1900" in notes(path)
    path = text(f"{head}Afghanistan,28.2,28,29,56,70\nUAE,30,31,32,10k,75\n")
    refused(path, "'10k' at ARE 2008", "text=['value']")
    refused(text("country,1900,2008\nUAE,40k,5.99M\n"), "digits alone")


def test_penn_world_table_is_behind_two_sheets(book: Save) -> None:
    sheets = {
        "Info": [["PWT"]],
        "Legend": [["Variable name", "Variable definition"], ["countrycode", "3-letter code"]],
        "Data": [
            ["countrycode", "country", "currency_unit", "year", "pop"],
            ["CIV", "Cote d'Ivoire", "CFA", 2008, 19],
        ],
    }
    refused(book(sheets), "it has them in Data", "sheet=")
    assert_holds(values(book(sheets), lost=True, sheet="Data"), ["pop"], {("CIV", 2008): (19,)})


def test_oecd_with_codes_and_with_labels(text: Save) -> None:
    old = (
        '"LOCATION","INDICATOR","SUBJECT","MEASURE","FREQUENCY","TIME","Value","Flag Codes"\n'
        '"AUS","GDP","TOT","USD_CAP","A","2008",38000.5,\n'
        '"OECD","GDP","TOT","USD_CAP","A","2008",30000.5,\n'
    )
    assert_holds(values(text(old)), ["GDP"], {("AUS", 2008): (38000.5,)})
    both = old + '"AUS","GDP","TOT","MLN","A","2008",7,\n'
    assert_holds(values(text(both)), ["USD_CAP", "MLN"], {("AUS", 2008): (38000.5, 7)})
    parts = old + '"AUS","GDP","CAP","USD_CAP","A","2008",7,\n'
    assert_holds(values(text(parts)), ["TOT", "CAP"], {("AUS", 2008): (38000.5, 7)})
    # TOT alone would join two indicators.
    mixed = parts + '"FRA","JOBS","TOT","USD_CAP","A","2008",5,\n'
    refused(text(mixed), "they differ in SUBJECT")
    new = (
        "REF_AREA,Reference area,MEASURE,Measure,TIME_PERIOD,Time period,OBS_VALUE,"
        "Observation value,OBS_STATUS\n"
        "AUS,Australia,GDP,Gross domestic product,2008,,38000.5,,A\n"
        "OECD,OECD,GDP,Gross domestic product,2008,,30000.5,,A\n"
    )
    assert_holds(values(text(new)), ["GDP"], {("AUS", 2008): (38000.5,)})


# Statistical offices


def test_eurostat_packs_names_and_flags(text: Save) -> None:
    rows = "A,PC,EL\t7.8 \t9.6 b\nA,PC,DE\t: \t7.2 \nA,PC,EU27_2020\t: \t7.0 ep\n"
    path = text(f"freq,unit,geo\\TIME_PERIOD\t2008 \t2009 \n{rows}", name="une.tsv")
    cells = {
        ("DEU", 2008): (NAN,), ("DEU", 2009): (7.2,), ("GRC", 2008): (7.8,), ("GRC", 2009): (9.6,),
    }  # fmt: skip
    assert_holds(values(path), ["value"], cells)
    assert "numbers have a flag of Eurostat | read without it" in notes(path)
    path = text("geo\\time\t2008 \t2009 \nEL\t7.8 \t9.6 b\nDE\t: \t7.2 \n", name="une.tsv")
    assert_holds(values(path), ["value"], cells)
    two = text(f"freq,unit,geo\\TIME_PERIOD\t2008 \t2009 \n{rows}A,THS,EL\t1 \t2 \n")
    refused(two, "they differ in unit")
    short = text(f"freq,unit,geo\\TIME_PERIOD\t2008 \t2009 \n{rows}PC,FR\t1 \t2 \n")
    refused(short, "freq,unit,geo", "PC,FR")


def test_a_flag_outside_eurostat_may_be_a_billion(text: Save) -> None:
    refused(text("geo,2008,2009\nEL,7.8,9.6 b\nDE,7.9,7.2\n"), "'9.6 b' at GRC 2009")


def test_sdmx_and_eurostat_long(text: Save) -> None:
    path = text(
        "DATAFLOW,freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n"
        "ESTAT:UNE,A,PC,EL,2008,7.8,\nESTAT:UNE,A,PC,EL,2009,:,b\n"
        "ESTAT:UNE,A,PC,EU27_2020,2009,9.0,\n"
    )
    assert_holds(
        values(path, lost=True), ["OBS_VALUE"], {("GRC", 2008): (7.8,), ("GRC", 2009): (NAN,)}
    )
    twice = text(path.read_text(encoding="utf-8") + "ESTAT:UNE,A,THS,EL,2008,9.6,\n")
    refused(twice, "they differ in unit")


def test_un_data_has_footnotes_below(text: Save) -> None:
    path = text(
        '"Country or Area","Subgroup","Year","Value","Value Footnotes"\n'
        '"Afghanistan","Total","2009","5.1","1"\n'
        '"Bolivia (Plurinational State of)","Total","2009","6.1",""\n'
        '"footnoteSeqID","Footnote"\n"1","Estimated"\n'
    )
    cells = {("AFG", 2009): (5.1,), ("BOL", 2009): (6.1,)}
    assert_holds(values(path, lost=True)[["Value"]], ["Value"], cells)
    assert "lines 4 to 5 below the table" in notes(path)
    more = path.read_text(encoding="utf-8").replace(
        '"footnoteSeqID"', '"Afghanistan","Male","2009","6","1"\n"footnoteSeqID"'
    )
    refused(text(more), "AFG 2009", "they differ in Subgroup")


def test_unodc_long_with_breakdowns(book: Save) -> None:
    head = ["Iso3_code", "Country", "Region", "Indicator", "Sex", "Year", "VALUE"]
    one = ["ALB", "Albania", "Europe", "Victims", "Total", 2008, 97]
    two = ["ALB", "Albania", "Europe", "Convicted", "Total", 2009, 5]
    titles = [["29/05/2024"], ["UNODC"]]
    path = book({"data": [*titles, head, one, two]})
    cells = {("ALB", 2008): (97, NAN), ("ALB", 2009): (NAN, 5)}
    assert_holds(values(path), ["Victims", "Convicted"], cells)
    of_men = [*one[:4], "Male", 2009, 7]
    assert "Sex holds Total, Male" in str(
        read(book({"data": [head, one, of_men]}), holds="values").findings["first"].tolist()
    )
    men = [*one[:4], "Male", 2008, 7]
    refused(book({"data": [*titles, head, one, men, two]}), "they differ in Sex", "row 1 and row 2")
    few = book({"data": [*titles, head, one, [*two[:6], "<5"], [*two[:5], 2008, 4]]})
    refused(few, "'<5' at ALB 2009")


# Political science


@pytest.mark.parametrize("year", [None, 2019])
def test_quality_of_government_cross_section_needs_a_year(text: Save, year: int | None) -> None:
    path = text(
        "ccode,cname,ccode_qog,cname_qog,ccodealp,ccodecow,version,wdi_gdp\n"
        "4,Afghanistan,4,Afghanistan,AFG,700,cs,500\n100,Bulgaria,100,Bulgaria,BGR,355,cs,7000\n"
    )
    if year is None:
        refused(path, "file_year=")
    else:
        cells = {("AFG", year): (500,), ("BGR", year): (7000,)}
        assert_holds(values(path, lost=True, file_year=year), ["wdi_gdp"], cells)


def test_quality_of_government_time_series(text: Save) -> None:
    path = text(
        "ccode,cname,year,ccodealp,ccodealp_year,ccodecow,wdi_gdp\n"
        "4,Afghanistan,1946,AFG,AFG46,700,\n586,Pakistan (-1970),1960,PAK,PAK60,770,3\n"
        "586,Pakistan (1971-),2009,PAK,PAK09,770,5\n736,Sudan (-2011),2009,SDN,SDN09,625,5\n"
    )
    cells = {
        ("AFG", 1946): (NAN,), ("PAK", 1960): (3,), ("PAK", 2009): (5,), ("SDN", 2009): (5,),
    }  # fmt: skip
    assert_holds(values(path, lost=True), ["wdi_gdp"], cells)


def test_v_dem_starts_in_1789(text: Save) -> None:
    head = "country_name,country_text_id,country_id,year,COWcode,poly\n"
    rows = "Mexico,MEX,3,2008,70,.6\nPalestine/West Bank,PSE,128,2009,NA,.3\n"
    old = "Germany,DEU,77,1788,255,.2\nGermany,DEU,77,1899,255,.25\n"
    cells = {("MEX", 2008): (3, 0.6), ("PSE", 2009): (128, 0.3)}
    path = text(head + rows + old)
    assert_holds(values(path, lost=True), ["country_id", "poly"], cells)
    found = read(path, holds="values").findings.set_index("kind").loc["year"]
    assert (found["rows"], found["lost"], found["first"]) == (2, 2, "1788 in row 3")
    refused(text(head + rows + "Germany,DEU,77,1809,255,.2\n"), "1809", "row 3")
    refused(text(head + old), "1788")
    refused(text(head + rows + "Somaliland,SML,139,2009,NA,.3\n"), "Somaliland")
    scores = "country,year,prosecution,protection,prevention\nMali,1788,3,3,3\nMali,1789,3,3,3\n"
    refused(text(scores + "Mali,2009,3,3,3\n"), "1788", reader=read_scores)


def test_polity_numbers_that_differ_from_the_names(text: Save) -> None:
    path = text(
        "ccode,scode,country,year,polity2\n700,AFG,Afghanistan,2009,0\n"
        "490,ZAI,Congo Kinshasa,2009,5\n341,KOS,Kosovo,2009,8\n"
    )
    cells = {("AFG", 2009): (0,), ("COD", 2009): (5,), ("XKX", 2009): (8,)}
    assert_holds(values(path, lost=True), ["polity2"], cells)
    assert "ccode names another country than country" in notes(path)


@pytest.mark.parametrize("header", ["stateabb", "abb"])
def test_letters_of_the_correlates_of_war_are_not_those_of_iso(text: Save, header: str) -> None:
    # AUS is Austria there, and Australia in ISO 3166.
    path = text(f"{header},ccode,year,cinc\nAUS,305,2008,1\nCUB,40,2008,2\n")
    assert_holds(values(path), ["cinc"], {("AUT", 2008): (1,), ("CUB", 2008): (2,)})


def test_a_list_of_states_has_no_year(text: Save) -> None:
    path = text(
        "stateabb,ccode,statenme,styear,endyear\nUSA,2,United States of America,1816,2016\n"
        "GMY,255,Germany,1990,2016\n"
    )
    refused(path, "column of years", "styear")


def test_our_world_in_data_mixes_countries_and_groups(text: Save) -> None:
    path = text(
        "Entity,Code,Year,GDP per capita\nAfghanistan,AFG,2009,1516.5\nAfrica,,2009,3000.5\n"
        "World,OWID_WRL,2009,14000.1\nKosovo,OWID_KOS,2009,8000.1\n"
        "High-income countries,,2009,40000\nEuropean Union (27),OWID_EU27,2009,40000\n"
        "Micronesia (country),FSM,2009,7\n"
    )
    cells = {("AFG", 2009): (1516.5,), ("FSM", 2009): (7,), ("XKX", 2009): (8000.1,)}
    assert_holds(values(path), ["GDP per capita"], cells)
    odd = text(path.read_text(encoding="utf-8") + "Asia (excl. China and India),,2009,1\n")
    assert "Africa" not in refused(odd, "Asia (excl. China and India)", "1 of 8")


# Programs


def test_stata_wide(tmp_path: Path) -> None:
    path = tmp_path / "wide.dta"
    columns = {"gdp2008": [1.0, 2.0], "gdp2009": [3.0, np.nan], "pop2008": [80.0, 10.0]}
    pd.DataFrame({"iso3": ["DEU", "MLI"], **columns}).to_stata(path, write_index=False)
    cells = {
        ("DEU", 2008): (1, 80), ("DEU", 2009): (3, NAN), ("MLI", 2008): (2, 10),
        ("MLI", 2009): (NAN, NAN),
    }  # fmt: skip
    assert_holds(values(path), ["gdp", "pop"], cells)


def test_r_writes_the_names_of_rows(text: Save) -> None:
    cells = {("DEU", 2008): (1.5,), ("MLI", 2008): (NAN,)}
    rows = '"2","DEU",2008,1.5\n"7","MLI",2008,NA\n'
    assert_holds(values(text(f'"","iso3c","year","gdp"\n{rows}')), ["gdp"], cells)
    named = text('"","year","gdp"\n"DEU",2008,1.5\n"MLI",2008,NA\n')
    assert_holds(values(named), ["gdp"], cells)
    wrong = text('"","year","gdp"\n"DEU",2008,1.5\n"MLX",2008,NA\n')
    refused(wrong, "column of countries")
    table = '"iso3c" "year" "gdp"\n"1" "DEU" 2008 1.5\n"2" "MLI" 2008 NA\n'
    assert_holds(values(text(table, name="table.txt")), ["gdp"], cells)


def test_numbers_without_a_name_that_count_no_rows_are_reported(text: Save) -> None:
    for first, second in ((7, 7), (7, 2.5), (-1, 2)):
        rows = f"{first},DEU,2008,1\n{second},MLI,2008,2\n"
        with pytest.warns(ReadingWarning, match="column 1 has no name"):
            read_values(text(f",iso3c,year,gdp\n{rows}"))


def test_pandas_index(tmp_path: Path) -> None:
    frame = pd.DataFrame({"country": ["DEU", "MLI"], "year": 2008, "gdp": [1.5, np.nan]})
    cells = {("DEU", 2008): (1.5,), ("MLI", 2008): (NAN,)}
    for table in (frame, frame[::-1], frame.set_index(["country", "year"])):
        table.to_csv(tmp_path / "frame.csv")
        assert_holds(values(tmp_path / "frame.csv"), ["gdp"], cells)


SCORES = pd.DataFrame(
    {"prosecution": [5, 4, 3, NAN], "protection": [5, 4, 3, 3], "prevention": [4, 5, 4, 4]},
    index=pd.MultiIndex.from_product([["DEU", "MLI"], [2008, 2009]], names=["country", "year"]),
    dtype=np.float64,
)


def pandas_layouts() -> dict[str, Any]:
    by_year = SCORES.unstack()  # noqa: PD010
    assert isinstance(by_year, pd.DataFrame)
    long = SCORES.stack().rename_axis(["country", "year", "dimension"])  # noqa: PD013
    return {
        "dimension above year": by_year,
        "year above dimension": by_year.swaplevel(axis=1).sort_index(axis=1),
        "one year": by_year.loc[:, (slice(None), [2008])],
        "stacked": long,
    }


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("layout", pandas_layouts())
def test_pandas_reshaped(tmp_path: Path, layout: str, ending: str) -> None:
    if ending == "xlsx":
        pytest.importorskip("openpyxl")
    path = tmp_path / f"frame.{ending}"
    table = pandas_layouts()[layout]
    table.to_csv(path) if ending == "csv" else table.to_excel(path)
    truth = SCORES if layout != "one year" else SCORES[SCORES.index.get_level_values(1) == 2008]
    answer = read_scores(path)
    pd.testing.assert_frame_equal(
        answer[list(SCORES)], truth.dropna(how="all"), check_index_type=False
    )


def test_countries_side_by_side_are_named(text: Save) -> None:
    path = text("year,Germany,Mali\n2008,1,2\n2009,1,3\n")
    refused(path, "Germany, Mali", "turn the table")


def test_numbers_of_apple(text: Save, book: Save) -> None:
    table = [["Country", "Year", "Prosecution", "Protection", "Prevention"],
             ["Germany", 2008.0, 5.0, 5.0, 4.0]]  # fmt: skip
    summary = [["This document was exported from Numbers."], [], ["Sheet Name", "Table Name"]]
    path = book({"Export Summary": summary, "Sheet 1": [["Table 1"], *table]})
    refused(path, "Sheet 1", "sheet=", reader=read_scores)
    assert read_scores(path, sheet=1)["overall"].tolist() == [14]
    lines = "Table 1\n\nCountry,Year,Prosecution,Protection,Prevention\nGermany,2008,5,5,4\n"
    assert read_scores(text(lines))["overall"].tolist() == [14]


def test_a_sheet_for_each_dimension_with_a_row_for_each_year(book: Save) -> None:
    head = ["country", "year", "score"]
    sheets = {
        name: [head, ["Germany", 2008, 5 - place], ["Mali", 2008, 2 + place]]
        for place, name in enumerate(("prosecution", "protection", "prevention"))
    }
    panel = read_scores(book(sheets), sheet="all")
    assert panel.loc[("DEU", 2008)].tolist() == [5, 4, 3, 12]
    assert panel.loc[("MLI", 2008)].tolist() == [2, 3, 4, 9]


def test_equal_rows_of_two_sheets_are_one(book: Save) -> None:
    head = ["country", "year", "gdp"]
    sheets = {
        "World": [head, ["Germany", 2008, 5], ["Mali", 2008, 2]],
        "Europe": [head, ["Germany", 2008, 5]],
    }
    panel = read_values(book(sheets), sheet="all")
    assert_holds(panel, ["gdp"], {("DEU", 2008): (5,), ("MLI", 2008): (2,)})


def test_namibia_that_pandas_lost_is_named() -> None:
    frame = pd.DataFrame({"country": [None, "DE"], "year": 2008, "x": 1.0})
    with pytest.raises(PanelError, match="keep_default_na=False"):
        as_panel(frame)
    whole = frame.assign(country=["NA", "DE"])
    assert list(as_panel(whole).index) == [("DEU", 2008), ("NAM", 2008)]
    names = frame.assign(country=[None, "Germany"])
    with pytest.raises(PanelError) as error:
        as_panel(names)
    assert "Namibia" not in str(error.value)


@pytest.mark.parametrize(
    ("header", "name"), [("gdp,gdp_2008,gdp_2009", "gdp"), ("value,2008,2009", "value")]
)
def test_a_series_never_replaces_a_column(text: Save, header: str, name: str) -> None:
    refused(text(f"country,{header}\nMali,7,1,2\n"), f"'{name}' is both")


def test_sheets_with_indicators_keep_them_apart(book: Save) -> None:
    head = ["country", "indicator", 2008, 2009]
    sheets = {
        "First": [head, ["Mali", "a", 1, 2], ["Chad", "b", 3, 4]],
        "Second": [head, ["Mali", "c", 5, 6]],
    }
    panel = read_values(book(sheets), sheet="all")
    assert panel.loc[("TCD", 2008)].dropna().to_dict() == {"b": 3}
    assert panel.loc[("MLI", 2009)].dropna().to_dict() == {"a": 2, "c": 6}


def test_a_last_row_without_values_is_no_note(text: Save) -> None:
    path = text("country,2008,2009\nMali,1,2\nBolivia (Plurinational State of),,\n")
    cells = {("BOL", 2008): (NAN,), ("BOL", 2009): (NAN,), ("MLI", 2008): (1,), ("MLI", 2009): (2,)}
    assert_holds(values(path), ["value"], cells)
    path = text("country,2008,2009\nMali,1,2\nLeast developed countries: UN classification,,\n")
    assert "an aggregate is not a country" in notes(path)


def test_a_frame_with_marks_for_missing_values_names_an_option_that_reads_it() -> None:
    frame = pd.DataFrame({"country": ["Mali", "Chad"], "year": 2008, "x": [1, "--"]})
    with pytest.raises(PanelError) as error:
        as_panel(frame)
    assert str(error.value).endswith("if this cell is missing, pass sentinels=['--']")
    cells = [1, 2, 3, 4, "--", "**", "--"]
    years = range(2000, 2000 + len(cells))
    with pytest.raises(PanelError, match="if these 2 cells are missing, pass sentinels="):
        as_panel(pd.DataFrame({"country": "Mali", "year": years, "x": cells}))
    panel = as_panel(frame, sentinels=["--"])
    assert_holds(panel, ["x"], {("MLI", 2008): (1,), ("TCD", 2008): (NAN,)})


def test_scores_of_two_sheets_that_differ_are_refused(book: Save) -> None:
    head = ["country", "year", "prosecution", "protection", "prevention"]
    sheets = {"A": [head, ["Mali", 2008, 3, 3, 3]], "B": [head, ["Mali", 2008, 3, 3, 4]]}
    refused(book(sheets), "MLI 2008", "row 1 of sheet B", reader=read_scores, sheet="all")


def test_all_absent_columns_are_named(text: Save) -> None:
    path = text("country,year,prosecution\nMali,2009,3\n")
    refused(path, "2 are absent: protection, prevention", reader=read_scores)
    refused(path, "2 are absent: x, y", columns=["x", "prosecution", "y"])


def test_two_columns_of_one_year_are_refused(text: Save) -> None:
    refused(text("country,2008,X2008\nMali,1,2\n"), "2008, X2008", "the same")


def test_one_column_before_1900_is_left_out(text: Save) -> None:
    path = text("country,1899,2008\nMali,1,2\n")
    assert_holds(values(path, lost=True), ["value"], {("MLI", 2008): (2,)})


def test_a_sheet_of_a_year_keeps_the_names_of_other_years(book: Save) -> None:
    head = ["Country", "index 2000", "x"]
    path = book({"2016": [head, ["Mali", 5, 1]], "2017": [head, ["Mali", 6, 3]]})
    cells = {("MLI", 2016): (5, 1), ("MLI", 2017): (6, 3)}
    assert_holds(values(path, sheet="all"), ["index 2000", "x"], cells)


def test_numbers_that_the_user_names_are_not_settled_by_names_beside(text: Save) -> None:
    path = text("country,iso3,ccode,year,x\nBulgaria,DEU,100,2008,1\n")
    refused(path, "fit two", "kind=", country_column="ccode")


def test_letters_of_the_correlates_of_war_alone(text: Save) -> None:
    path = text("stateabb,year,cinc\nAUS,2008,1\nGMY,2008,2\n")
    assert_holds(values(path), ["cinc"], {("AUT", 2008): (1,), ("DEU", 2008): (2,)})
    assert "stateabb holds letters of the Correlates of War" in notes(path)
    both = text("stateabb,year,cinc\nCUB,2008,2\nAUS,2008,1\n")
    refused(both, "letters of one scheme", "'AUS' (AUS or AUT); state the scheme with kind='cowc'")
    cells = {("AUT", 2008): (1,), ("CUB", 2008): (2,)}
    assert_holds(values(both, kind="cowc"), ["cinc"], cells)
    assert len(values(text("stateabb,year,cinc\nCUB,2008,2\n"))) == 1


def test_numbers_of_gleditsch_and_ward(text: Save) -> None:
    rows = "340,2008,1\n970,2008,2\n971,2008,3\n972,2008,4\n973,2008,5\n"
    cells = {("SRB", 2008): (1,), ("KIR", 2008): (2,), ("NRU", 2008): (3,), ("TON", 2008): (4,)}
    assert_holds(values(text(f"gwno,year,x\n{rows}")), ["x"], cells | {("TUV", 2008): (5,)})


def test_flags_of_two_letters(text: Save) -> None:
    path = text("geo\\time\t2008 \nEL\t7.8 ep\n", name="une.tsv")
    assert_holds(values(path), ["value"], {("GRC", 2008): (7.8,)})
