"""Sheets for years, merged cells, fiscal years and units: what stands for what."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from policyindex import (
    PanelError,
    ReadingWarning,
    as_panel,
    datasets,
    read,
    read_scores,
    read_values,
    score,
)

openpyxl = pytest.importorskip("openpyxl")


def test_sheets_for_years_may_hold_any_values(tmp_path: Path) -> None:
    path = tmp_path / "gdp.xlsx"
    with pd.ExcelWriter(path) as book:
        for year in (2009, 2010):
            frame = pd.DataFrame({"country": ["Mali", "Chad"], "gdp": [year, 1]})
            frame.to_excel(book, sheet_name=str(year), index=False)
    panel = read_values(path, sheet="all")
    assert panel["gdp"].to_dict() == {
        ("MLI", 2009): 2009, ("MLI", 2010): 2010, ("TCD", 2009): 1, ("TCD", 2010): 1,
    }  # fmt: skip
    with pytest.raises(PanelError, match="years: 2009, 2010.*sheet='all'"):
        read_values(path)


SCORED = ["country", "prosecution", "protection", "prevention"]


def workbook(tables: dict[str, list[list[object]]], *, hidden: str = "") -> io.BytesIO:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name == hidden:
            sheet.sheet_state = "hidden"
    book.save(stream := io.BytesIO())
    stream.seek(0)
    return stream


def sheets_named(*names: str, hidden: str = "") -> io.BytesIO:
    return workbook({name: [SCORED, ["Ghana", 4, 3, 2]] for name in names}, hidden=hidden)


def test_a_hidden_sheet_with_a_table_is_a_loss() -> None:
    with pytest.warns(ReadingWarning, match="hidden sheets hold tables too: 2009: left out"):
        panel = read_scores(sheets_named("2008", "2009", hidden="2009"), sheet="all")
    assert list(panel.index) == [("GHA", 2008)]
    notes: list[list[object]] = [["Source", "Report"]]
    tables = {"2008": [SCORED, ["Ghana", 4, 3, 2]], "Notes": notes}
    found = read(workbook(tables, hidden="Notes"), sheet="all").findings
    assert found["lost"].sum() == 0
    assert "Notes" not in " ".join(found["finding"])


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("FY2008", "FY2009"), "one year; two names hold two, the first 'FY2008'"),
        (("2008", "FY 2009"), "one year; one name holds two, the first 'FY 2009'"),
        (("School Year 2008", "School Year 2009"), "two names hold two, the first 'School Year"),
        (("2008-09", "2009-10"), "two names hold two, the first '2008-09'"),
        (("2008", "2009-10"), "one name holds two, the first '2009-10'"),
        (("2008-2009", "2009-2010"), "two names hold two, the first '2008-2009'"),
        (("2008-2009",), "one name holds two, the first '2008-2009'"),
        (("2008_2009", "2010"), "one name holds two, the first '2008_2009'"),
        (("2008", "2009 old"), "one name is not, the first '2009 old' beside '2008'"),
        (("2008 old", "2009", "2010"), "one name is not, the first '2008 old' beside '2009'"),
        (("2008 rank", "2009 DO NOT USE"), "the first '2009 DO NOT USE' beside '2008 rank'"),
        (("2008 a", "2009", "2010", "2011 b"), "two names are not, the first '2008 a' beside"),
        (("2008", "2009+"), "one name is not"),
    ],
)
def test_sheets_of_years_are_named_alike_and_by_one_year(names: tuple[str, ...], told: str) -> None:
    with pytest.raises(PanelError) as error:
        read_scores(sheets_named(*names), sheet="all")
    assert told in str(error.value)
    assert str(error.value).endswith("with sheet=")


@pytest.mark.parametrize(
    "names",
    [
        ("2008", "2009"), ("TIP 2008", "tip_2009"), ("CPI2008", "CPI2009"), ("TIP (2008)",
        "TIP (2009)"), ("2008p", "2009p"), ("2008-12", "2009-12"), ("Funny 2008", "Funny 2009"),
    ],
)  # fmt: skip
def test_sheets_of_years_may_be_named_in_several_ways(names: tuple[str, ...]) -> None:
    found = read(sheets_named(*names), sheet="all")
    assert list(found.panel.index) == [("GHA", 2008), ("GHA", 2009)]
    assert found.findings["lost"].sum() == 0


def test_a_sheet_of_a_change_beside_those_of_years_is_left_out_with_a_warning() -> None:
    stream = sheets_named("TIP 2008", "TIP 2009", "Change 2008-2009")
    with pytest.warns(ReadingWarning, match="other sheets hold tables too: Change 2008-2009"):
        panel = read_scores(stream, sheet="all")
    assert list(panel.index) == [("GHA", 2008), ("GHA", 2009)]


def test_names_of_sheets_that_contradict_the_years_of_rows_are_a_doubt() -> None:
    def rows(*years: object) -> list[list[object]]:
        return [["country", "year", *SCORED[1:]], *(["Ghana", year, 4, 3, 2] for year in years)]

    shifted = {"2008": rows(2009), "2009": rows(2010, "2011"), "2012": rows("2012p")}
    found = read(workbook(shifted), sheet="all")
    assert found.panel.index.get_level_values("year").tolist() == [2009, 2010, 2011, 2012]
    (doubt,) = found.findings[found.findings["lost"] > 0].to_dict("records")
    assert doubt == {
        "kind": "sheet",
        "finding": "the years of rows are not that of their sheet: 2008, 2009",
        "rows": 3,
        "first": "2009 in row 1 of sheet 2008",
        "action": "the column was followed",
        "lost": 3,
        "option": None,
    }
    right = {"2008": rows(2007, 2008), "2009": rows(2009)}
    assert read(workbook(right), sheet="all").findings["lost"].sum() == 0
    apart = {"2008": rows(2009), "More": rows(2010)}
    assert read(workbook(apart), sheet="all").findings["lost"].sum() == 0


NAMES = ("prosecution", "protection", "prevention")


def long_table(head: str, labels: tuple[str, ...], others: tuple[str, ...]) -> io.BytesIO:
    triples = zip(labels, others, (4, 3, 2), strict=True)
    rows = [f"Ghana,2009,{label},{other},{value}" for label, other, value in triples]
    return io.BytesIO("\n".join([f"country,year,{head},value", *rows]).encode())


@pytest.mark.parametrize("head", ["indicator,series", "series,indicator"])
@pytest.mark.parametrize("reader", [read_scores, read_values])
def test_two_columns_of_series_that_contradict_each_other_are_refused(
    head: str, reader: Callable[..., pd.DataFrame]
) -> None:
    others = ("prosecution", "prevention", "protection")
    with pytest.raises(PanelError) as error:
        reader(long_table(head, NAMES, others))
    assert "indicator, series must name the same series in each row; 2 rows differ" in str(
        error.value
    )
    assert "in row 2; delete one of the two columns" in str(error.value)


def test_columns_of_series_may_spell_differently_or_be_codes() -> None:
    spelt = ("Pros.", "Prot", "Prevention Index")
    for others in (spelt, NAMES, ("P1", "P2", "P3"), ("3P", "3P", "3P"), ("1", "2", "3")):
        for head in ("indicator,series", "series,indicator"):
            panel = read_scores(long_table(head, NAMES, others))
            assert panel.loc[("GHA", 2009)].tolist() == [4, 3, 2, 9]
    with pytest.raises(PanelError, match="1 row differs|2 rows differ|3 rows differ"):
        read_scores(long_table("indicator,series", NAMES, ("Prot", "Prev", "Pros")))
    numbers = read_values(long_table("indicator,dimension", ("1", "2", "3"), ("1", "1", "2")))
    assert list(numbers) == ["1", "2", "3"]
    coded = read_values(long_table("indicator,series", ("P1", "P2", "P3"), NAMES))
    assert list(coded) == ["P1", "P2", "P3"]
    named = {"prosecution": "P1", "protection": "P2", "prevention": "P3"}
    stream = long_table("indicator,series", ("P1", "P2", "P3"), NAMES)
    assert read_scores(stream, columns=named).loc[("GHA", 2009)].tolist() == [4, 3, 2, 9]


def test_a_second_column_that_says_more_than_the_series_is_named() -> None:
    rows = [
        f"{country},2009,{name},{unit},3"
        for country, unit in (("Ghana", "level"), ("Mali", "rank"))
        for name in NAMES
    ]
    text = "\n".join(["country,year,indicator,measure,value", *rows])
    found = read(io.BytesIO(text.encode()))
    assert "columns beside the values: measure" in found.findings["finding"].tolist()
    assert found.panel["overall"].tolist() == [9, 9]


def test_scores_that_pandas_stacked_read_back() -> None:
    scores = score(datasets.load_demo())
    stacked = scores.stack().reset_index()  # noqa: PD013  (what users write)
    assert list(stacked.columns) == ["country", "year", "level_2", 0]
    expected = scores.dropna(how="all")
    pd.testing.assert_frame_equal(as_panel(stacked), expected, check_like=True)
    text = stacked.to_csv(index=False)
    panel = read_scores(io.StringIO(text))
    pd.testing.assert_frame_equal(panel, expected, check_like=True)
    # Of another column of values, a level may be anything.
    with pytest.raises(PanelError, match="must have a column for every"):
        read_scores(io.StringIO(text.replace(",0\n", ",value\n", 1)))


def test_a_merged_number_is_that_of_one_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["country", "year", "gdp"], ["Mali", 2009, 5], ["Chad", 2009, None]):
        book.active.append(row)
    book.active.merge_cells("C2:C3")
    book.save(tmp_path / "gdp.xlsx")
    with pytest.raises(PanelError, match="row 2 has 5 merged over rows 2 to 3; unmerge it"):
        read_values(tmp_path / "gdp.xlsx")
    book.active.unmerge_cells("C2:C3")
    book.active.merge_cells("B2:B3")
    book.save(tmp_path / "year.xlsx")
    assert read_values(tmp_path / "year.xlsx").index.tolist() == [("MLI", 2009), ("TCD", 2009)]


def test_a_fiscal_year_is_no_calendar_year(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("country,FY2008,FY2009\nMali,1,2\n", encoding="utf-8")
    with pytest.raises(PanelError, match="must have a column of years"):
        read_values(path)


def test_units_that_are_numbers_keep_their_digits() -> None:
    table = pd.DataFrame({"country": [1, 2], "year": 2009, "x": [0.5, 1.5]})
    assert as_panel(table, kind="any").index.tolist() == [("1", 2009), ("2", 2009)]


def test_a_truth_beside_numbers_is_not_a_number(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["country", "year", "x"], ["Mali", 2009, True], ["Chad", 2009, 3]):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(PanelError, match="x must hold numbers or nothing; 1 is not, the first 'T"):
        read_values(tmp_path / "x.xlsx")


def test_integers_that_would_be_rounded_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"country,year,x\nMali,2009,{2**53 + 1}\nChad,2009,1\n", encoding="utf-8")
    with pytest.raises(PanelError, match=r"at most 2\*\*53.*'9007199254740993' at MLI 2009.*'x'"):
        read_values(path)
    assert read_values(path, text="x")["x"].to_list() == ["9007199254740993", "1"]
    path.write_text(f"country,year,x\nMali,2009,{2**53}\n", encoding="utf-8")
    assert read_values(path)["x"].item() == 2**53


def test_a_note_below_a_table_of_two_columns_is_set_aside() -> None:
    text = "country,overall\nChad,9\nMali,8\nSource: nobody\n"
    reading = read(io.StringIO(text), file_year=2009)
    assert reading.panel["overall"].to_dict() == {("TCD", 2009): 9, ("MLI", 2009): 8}
    assert "line 4 below" in reading.findings["finding"].iloc[0]


def test_cells_filled_down_are_counted_one_by_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["country", "year", "gdp"], ["Mali", 2008, 5], [None, 2009, 6], [None, 2010, 7]):
        book.active.append(row)
    book.active.merge_cells("A2:A4")
    book.save(tmp_path / "gdp.xlsx")
    reading = read(tmp_path / "gdp.xlsx", holds="values")
    assert reading.panel["gdp"].tolist() == [5, 6, 7]
    assert reading.findings[["kind", "rows"]].to_numpy().tolist() == [["merged", 2]]


@pytest.mark.parametrize("place", range(4))
def test_a_column_without_a_name_is_reported_by_its_place(place: int) -> None:
    header, rows = ["country", "year", "gdp"], [["Mali", "2009", "5"], ["Chad", "2009", "6"]]
    for row, cell in zip([header, *rows], ["", "x", "y"], strict=True):
        row.insert(place, cell)
    text = "".join(",".join(row) + "\n" for row in [header, *rows])
    reading = read(io.StringIO(text), holds="values")
    (finding,) = reading.findings.itertuples()
    assert (finding.finding, finding.rows) == (f"column {place + 1} has no name", 2)
    assert finding.first == "'x'"


@pytest.mark.parametrize("titles", range(4))
def test_titles_may_stand_above_the_header_of_pandas(titles: int) -> None:
    header = ",gdp,gdp\nyear,2008,2009\ncountry,,\n"
    text = "a title,,\n" * titles + header + "Mali,1,2\nChad,3,4\nTogo,5,6\n"
    assert read_values(io.StringIO(text))["gdp"].tolist() == [1, 2, 3, 4, 5, 6]


def test_one_row_may_stand_below_two_of_the_header() -> None:
    text = "country,2009,2009,2009\n,prosecution,protection,prevention\nMali,5,4,3\n"
    assert read_scores(io.StringIO(text)).loc[("MLI", 2009)].tolist() == [5, 4, 3, 12]


ROWS = "country,year,overall\nMali,2008,5\nMali,2009,6\n"


@pytest.mark.parametrize(
    ("note", "lost"),
    [
        ("[50 rows x 3 columns]", 48),
        ("[2 rows x 3 columns]", 0),
        ("[1 rows x 3 columns]", 0),
        ("(50 rows)", 48),
        ("(2 rows)", 0),
        ("50 rows selected by the query", 48),
        ("50 rows in set (0.00 sec)", 48),
        ("Records 1-2 of 50", 48),
        ("Total rows: 50", 48),
        ("# i 48 more rows", 48),
        ("# A tibble: 1500 \N{MULTIPLICATION SIGN} 3", 1498),
        ("Showing 1 to 2 of 50 entries", 48),
        ("Note: of 500 records in all archives, some were lost", 0),
        ("Note: 12 rows of Table 3 are estimates", 0),
    ],
)
def test_a_note_that_counts_more_rows_is_a_loss(note: str, lost: int) -> None:
    for text in (f"{ROWS}{note},,\n", f"{note},,\n{ROWS}"):
        reading = read(io.StringIO(text))
        assert len(reading.panel) == 2
        assert reading.findings["lost"].sum() == lost
        if lost:
            with pytest.warns(ReadingWarning, match=f"counts {lost:,} rows more than the file has"):
                read_scores(io.StringIO(text))


def book_of(rows: list[list[object]], *merged: str) -> io.BytesIO:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(stream := io.BytesIO())
    stream.seek(0)
    return stream


def test_a_merged_cell_of_a_header_ends_where_the_file_says() -> None:
    upper = ["country", 2008, None, 2009, None, None]
    lower = [None, "gdp", "debt", "gdp", "debt", "area"]
    stream = book_of([[*upper], [*lower], ["Mali", 1, 2, 3, 4, 5]], "B1:C1", "D1:E1")
    reading = read(stream, holds="values")
    assert reading.panel.to_numpy().tolist() == [[1, 2], [3, 4]]
    (ignored,) = reading.findings.loc[reading.findings["kind"] == "ignored", "finding"]
    assert ignored == "columns without a year beside those of years: area"


@pytest.mark.parametrize("n_titles", [1, 2])
def test_another_sheet_with_a_table_below_titles_is_reported(n_titles: int) -> None:
    book = openpyxl.load_workbook(book_of([["country", "year", "overall"], ["Mali", 2009, 9]]))
    second = book.create_sheet("Wide")
    for _ in range(n_titles):
        second.append(["Scores", "of two years"])
    for row in (["country", "who"], [None, 2008, 2009]):
        second.append(row)
    second.append(["Mali", 8, 9])
    book.save(stream := io.BytesIO())
    (finding,) = read(io.BytesIO(stream.getvalue())).findings.itertuples()
    assert (finding.finding, finding.lost) == ("other sheets hold tables too: Wide", 1)


def test_the_last_row_is_not_a_header() -> None:
    upper, lower = ["country", 2009, 2009], [None, "prosecution", "protection"]
    rows: list[list[object]] = [["A title"], [*upper], [*lower]]
    with pytest.raises(PanelError, match="one name is repeated, the first '2009'"):
        read_values(book_of(rows))


def test_two_names_may_stand_above_one_year() -> None:
    lower: list[list[object]] = [["country", 2009, 2009], ["Mali", 1, 2]]
    reading = read(book_of([[None, "gdp", "debt"], *lower]), holds="values")
    assert reading.panel.to_dict("records") == [{"gdp": 1, "debt": 2}]
    with pytest.raises(PanelError, match="one name is repeated, the first '2009'"):
        read_values(book_of([[None, "gdp", "gdp"], *lower]))


@pytest.mark.parametrize(
    "header", ["2010/11", "FY2010", "2010 est.", "2O10", "2OO9", "2010.1", "'10"]
)
def test_columns_beside_years_that_may_be_years_are_a_loss(header: str) -> None:
    text = f"country,2008,2009,{header}\nMali,3,4,5\nGhana,6,7,8\n"
    with pytest.warns(ReadingWarning, match=rf"not one year: {header}: left out \(1 row") as seen:
        panel = read_scores(io.StringIO(text))
    assert panel["overall"].tolist() == [6, 7, 3, 4]
    assert len(seen) == 1
    findings = read(io.StringIO(text)).findings
    assert findings.loc[findings["kind"] == "year", "lost"].tolist() == [2]
    blank = text.replace(",5", ",").replace(",8", ",n.a.")
    assert "year" not in read(io.StringIO(blank)).findings["kind"].tolist()


def test_names_beside_years_are_no_loss() -> None:
    text = "country,ISO3,iso_3166-1_alpha-3,region 1,2008,2009\nMali,MLI,MLI,Africa,3,6\n"
    assert read_scores(io.StringIO(text))["overall"].tolist() == [3, 6]


def test_a_lone_series_on_the_scale_of_a_dimension_too_is_a_doubt() -> None:
    text = "country,2008,2009\nMali,3,5\nGhana,4,\n"
    with pytest.warns(ReadingWarning, match="overall score .3 to 15.: read as overall"):
        read_scores(io.StringIO(text))
    assert read(io.StringIO(text)).findings["lost"].sum() == 4
    assert read(io.StringIO(text.replace("4,", "6,"))).findings["lost"].sum() == 0
    named = read_scores(io.StringIO(text), columns={"overall": "value"})
    assert named["overall"].dropna().tolist() == [4, 3, 5]


def test_a_sheet_of_a_year_without_a_header_is_a_loss() -> None:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for name, country in (("2008", "country"), ("2009", "cuontry"), ("About", "by")):
        sheet = book.create_sheet(name)
        sheet.append([country, *SCORED[1:]])
        sheet.append(["Mali", 2, 3, 4])
    book.save(stream := io.BytesIO())
    told = "sheets without a table of countries: 2009, About: set aside"
    with pytest.warns(ReadingWarning, match=told):
        panel = read_scores(io.BytesIO(stream.getvalue()), sheet="all")
    assert len(panel) == 1
    del book["2009"]
    book.save(stream := io.BytesIO())
    assert len(read_scores(io.BytesIO(stream.getvalue()), sheet="all")) == 1


def test_columns_by_which_the_values_of_a_series_differ_are_a_loss() -> None:
    def rows(*cells: str) -> io.StringIO:
        places = [(country, year) for country in ("Ghana", "Mali") for year in (2008, 2009)]
        lines = [
            f"{country},{year},GDP,{cell},3"
            for (country, year), cell in zip(places, cells, strict=True)
        ]
        return io.StringIO("\n".join(["country,year,indicator,unit,value", *lines]))

    for cells in (("USD", "EUR", "USD", "EUR"), ("USD", "USD", "EUR", "EUR")):
        with pytest.warns(ReadingWarning, match="unit: left out .*unit holds USD, EUR"):
            read_values(rows(*cells))
    assert len(read_values(rows("USD", "USD", "USD", "USD"))) == 4
    text = rows("male", "female", "male", "female").getvalue().replace("unit", "sex")
    with pytest.warns(ReadingWarning, match="sex holds male, female"):
        read_values(io.StringIO(text))
    for name in ("OBS_STATUS", "flag", "Source"):
        assert len(read_values(io.StringIO(text.replace("sex", name)))) == 4
    # Another label for each country, numbers of pages, and what the series says already.
    for others in (("a", "a", "b", "b"), ("12", "13", "12", "13"), ("a", "b", "c", "d")):
        assert len(read_values(io.StringIO(rows(*others).getvalue().replace("unit", "x")))) == 4
    text = rows("3", "6", "3", "6").getvalue().replace("unit", "UNIT_MULT")
    with pytest.warns(ReadingWarning, match="UNIT_MULT holds 3, 6"):
        read_values(io.StringIO(text))
    both = "country,year,indicator,unit,value\nMali,2008,gdp,USD,1\nMali,2008,school,years,2\n"
    assert read_values(io.StringIO(both)).to_numpy().tolist() == [[1, 2]]


def test_sheets_of_fiscal_years_are_not_to_be_read_together() -> None:
    book = openpyxl.Workbook()
    for name in ("FY2008", "FY2009"):
        sheet = book.create_sheet(name)
        sheet.append(SCORED)
        sheet.append(["Mali", 2, 3, 4])
    del book["Sheet"]
    book.save(stream := io.BytesIO())
    stream.seek(0)
    with pytest.warns(ReadingWarning, match="other sheets hold tables too: FY2009"):
        panel = read_scores(stream, file_year=2008)
    assert panel["overall"].tolist() == [9]


@pytest.mark.parametrize("names", ["value,OBS_VALUE", "OBS_VALUE,value", "level,value"])
def test_two_columns_of_values_of_a_long_table_hold_the_same(names: str) -> None:
    text = f"country,year,indicator,{names}\nMali,2008,gdp,1,1\nMali,2009,gdp,2,{{}}\n"
    with pytest.raises(PanelError, match="one column of values; .*1 row differs.* in row 2"):
        read_values(io.StringIO(text.format(7)))
    assert read_values(io.StringIO(text.format("2.0")))["gdp"].tolist() == [1, 2]


def test_sheets_that_lack_a_column_of_others_are_a_loss() -> None:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for year, last in ((2008, "prevention"), (2009, "prevntion"), (2010, "prevention")):
        sheet = book.create_sheet(str(year))
        sheet.append(["country", "prosecution", "protection", last, f"note {year}"])
        sheet.append(["Mali", 2, 3, 4, "x"])
    book.save(stream := io.BytesIO())
    told = r"sheets lack columns that others have: 2009: .*\(1 row, the first 2009 lacks prevention"
    with pytest.warns(ReadingWarning, match=told):
        panel = read_scores(io.BytesIO(stream.getvalue()), sheet="all")
    assert panel["overall"].isna().tolist() == [False, True, False]
    book["2009"]["D1"] = "prevention"
    book.save(stream := io.BytesIO())
    assert read_scores(io.BytesIO(stream.getvalue()), sheet="all")["overall"].tolist() == [9, 9, 9]


def test_cells_far_to_the_right_are_reported() -> None:
    book = openpyxl.load_workbook(book_of([["country", "year", "x"], ["Mali", 2009, 1]]))
    book.active["XFD1"] = "y"
    book.active["F2"] = "stray"
    book.save(stream := io.BytesIO())
    reading = read(io.BytesIO(stream.getvalue()), holds="values")
    (nameless,) = reading.findings.query("kind == 'nameless'").itertuples()
    assert (nameless.finding, nameless.first) == ("column 6 has no name", "'stray'")
    assert (nameless.rows, nameless.lost) == (1, 1)
    assert list(reading.panel) == ["x", "y"]


@pytest.mark.parametrize("name", ["GDP", "g dp", "Gdp"])
def test_series_that_differ_in_case_or_blanks_alone_are_refused(name: str) -> None:
    text = f"country,year,indicator,value\nMali,2008,gdp,1\nMali,2009,{name},2\n"
    with pytest.raises(PanelError, match=f"'gdp' and '{name}' differ in case or blanks alone"):
        read_values(io.StringIO(text))
    assert list(read_values(io.StringIO(text.replace(name, "gdp2")))) == ["gdp", "gdp2"]


def test_scores_side_by_side_that_lack_a_year_of_others_are_a_loss() -> None:
    header = "country,pros_2008,prot_2008,prev_2008,pros_2009,prot_2009,{}"
    text = f"{header}\nMali,1,2,3,4,5,1\n"
    with pytest.warns(ReadingWarning, match="scores lack years that others have: prev 2009"):
        panel = read_scores(io.StringIO(text.format("area")))
    assert panel["overall"].isna().tolist() == [False, True]
    assert read_scores(io.StringIO(text.format("prev_2009")))["overall"].tolist() == [6, 10]
    values = read_values(io.StringIO("country,gdp_2008,gdp_2009,debt_2009\nMali,1,2,3\n"))
    assert values["debt"].isna().tolist() == [True, False]


def test_rows_that_name_a_series_in_one_column_alone_do_not_contradict() -> None:
    text = "country,year,indicator,series,value\nMali,2008,x,x,1\nMali,2009,x,w,2\n"
    with pytest.warns(ReadingWarning, match="series holds x, w"):
        assert read_values(io.StringIO(text))["x"].tolist() == [1, 2]


@pytest.mark.parametrize(("labels", "is_loss"), [(2, True), (10, True), (11, False)])
def test_a_breakdown_has_at_most_ten_labels(labels: int, is_loss: bool) -> None:
    rows = [f"Mali,{2000 + n},gdp,group {n},{n}" for n in range(labels)]
    text = "\n".join(["country,year,indicator,group,value", *rows])
    assert (read(io.StringIO(text), holds="values").findings["lost"].sum() > 0) == is_loss


def test_a_row_of_an_unknown_country_without_values_is_no_note() -> None:
    text = "country,year,overall\nMali,2009,5\nAtlantis of old,,\n"
    with pytest.raises(PanelError, match="'Atlantis of old'"):
        read_scores(io.StringIO(text))


def test_a_note_below_a_blank_row_follows_it_also_where_a_row_names_the_index() -> None:
    wide = pd.DataFrame(
        {("gdp", 2008): [1, 2], ("gdp", 2009): [3, 4]},
        index=pd.Index(["Mali", "Chad"], name="country"),
    )
    wide.columns.names = [None, "year"]
    wide.to_excel(stream := io.BytesIO())
    book = openpyxl.load_workbook(stream)
    book.active.cell(row=book.active.max_row + 2, column=1, value="Compiled by hand")
    book.save(stream := io.BytesIO())
    stream.seek(0)
    assert sorted(read_values(stream)["gdp"]) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "header", ["gdp 2008-2010", "gdp 2008 (base 2005)", "gdp 2010 minus 2008", "gdp_2008_2010",
               "mean gdp 2008-2010", "gdp 2008/2009", "gdp 2008 vs 2009", "gdp 2008 to 2010"],
)  # fmt: skip
def test_a_header_of_two_years_is_of_neither(header: str) -> None:
    text = f"country,gdp 2008,gdp 2009,{header}\nMali,1,2,3\n"
    with pytest.warns(ReadingWarning, match="headers are not one year|without a year"):
        panel = read_values(io.StringIO(text))
    assert panel["gdp"].to_dict() == {("MLI", 2008): 1, ("MLI", 2009): 2}
    assert list(panel) == ["gdp"]


def test_a_year_of_prices_is_part_of_a_series() -> None:
    text = "country,gdp (2005 USD) 2008,gdp (2005 USD) 2009\nMali,1,2\n"
    assert read_values(io.StringIO(text))["gdp (2005 USD)"].tolist() == [1, 2]
    with pytest.raises(PanelError, match="must have a column of years"):
        read_values(io.StringIO("country,gdp 2000-2004,gdp 2005-2009\nMali,1,2\n"))


def test_a_sheet_without_a_year_is_left_out_beside_those_of_years() -> None:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for name in ("TIP 2008", "TIP 2009", "TIP"):
        sheet = book.create_sheet(name)
        sheet.append(SCORED)
        sheet.append(["Mali", 2, 3, 4])
    book.save(stream := io.BytesIO())
    stream.seek(0)
    with pytest.warns(ReadingWarning, match="TIP"):
        assert len(read_scores(stream, sheet="all")) == 2
