"""Files of events: by law where a law exists, by quirk where files have them."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyindex import PanelError, ReadingWarning, changes, countries, event_study, read_events

NAMES = {"AUT": "Austria", "CIV": "Côte d'Ivoire", "NAM": "Namibia", "XKX": "Kosovo"}
EVENTS = ["first_law", "full_law"]

tables = st.dictionaries(
    st.sampled_from(sorted(NAMES)),
    st.tuples(*[st.none() | st.integers(1900, 2100)] * len(EVENTS)),
    min_size=1,
).map(
    lambda rows: pd.DataFrame.from_dict(
        rows, orient="index", columns=EVENTS, dtype=np.float64
    ).rename_axis("country")
)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., pd.DataFrame]:
    def read_text(content: str, **options: Any) -> pd.DataFrame:
        path = tmp_path / "laws.csv"
        path.write_text(content, encoding="utf-8")
        return read_events(path, **options)

    return read_text


@given(tables, st.permutations(sorted(NAMES)), st.booleans(), st.sampled_from(["", ".", "NA"]))
def test_written_events_are_read_in_any_order_of_rows(
    tmp_path_factory: pytest.TempPathFactory,
    events: pd.DataFrame,
    order: list[str],
    named: bool,
    blank: str,
) -> None:
    path = tmp_path_factory.mktemp("events") / "laws.csv"
    written = events.reindex([unit for unit in order if unit in events.index])
    label = written.index.map(NAMES) if named else written.index
    written.set_axis(label, axis=0).rename_axis("country").to_csv(path, na_rep=blank)
    pd.testing.assert_frame_equal(read_events(path), events.sort_index(), check_index_type=False)


@given(tables)
def test_formats_agree(tmp_path_factory: pytest.TempPathFactory, events: pd.DataFrame) -> None:
    folder = tmp_path_factory.mktemp("events")
    table = events.reset_index()
    table.to_csv(folder / "laws.csv", index=False)
    table.to_stata(folder / "laws.dta", write_index=False)
    expected = read_events(folder / "laws.csv")
    pd.testing.assert_frame_equal(read_events(folder / "laws.dta"), expected)


def test_events_are_all_columns_except_those_of_countries(
    read: Callable[..., pd.DataFrame],
) -> None:
    found = read("cow,name,law\n305,Austria,2004\n")
    assert found.columns.tolist() == ["law"]
    assert found.loc["AUT", "law"] == 2004


def test_columns_may_be_selected_and_renamed(read: Callable[..., pd.DataFrame]) -> None:
    content = "country,region,law\nAustria,Europe,2004\n"
    assert read(content, columns=["law"]).columns.tolist() == ["law"]
    assert read(content, columns="law").columns.tolist() == ["law"]
    assert read(content, columns={"first": "law"}).columns.tolist() == ["first"]


def test_a_single_column_called_year_holds_the_event(read: Callable[..., pd.DataFrame]) -> None:
    assert read("country,year\nAustria,2004\n").loc["AUT", "year"] == 2004


def test_the_year_of_each_row_is_not_an_event(read: Callable[..., pd.DataFrame]) -> None:
    content = "country,Year,law\nAustria,2009,2004\n"
    with pytest.raises(PanelError, match="Year may be the year of each row; .* columns="):
        read(content)
    assert read(content, columns=["law"]).to_dict() == {"law": {"AUT": 2004}}
    assert read(content, columns=["Year", "law"]).loc["AUT"].tolist() == [2009, 2004]


def test_the_mark_of_a_footnote_is_warned_of(read: Callable[..., pd.DataFrame]) -> None:
    with pytest.warns(ReadingWarning, match=r"law has numbers with the mark of a footnote.*2004\*"):
        assert read("country,law\nAustria,2004*\nChad,2005\n")["law"].tolist() == [2004, 2005]


@pytest.mark.parametrize("cell", ["2004", "2004.0", " 2004 "])
def test_a_year_may_be_written_in_several_ways(
    read: Callable[..., pd.DataFrame], cell: str
) -> None:
    assert read(f"country,law\nAustria,{cell}\n").loc["AUT", "law"] == 2004


def test_dates_of_a_workbook_give_their_year(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    path = tmp_path / "laws.xlsx"
    pd.DataFrame({"country": ["Chad", "Mali"], "law": [date(2004, 5, 31), None]}).to_excel(
        path, index=False
    )
    assert read_events(path)["law"].dropna().to_dict() == {"TCD": 2004}


@pytest.mark.parametrize("cell", ["soon", "2004.5", "1899", "2101", "4", "inf", "1e308", "True"])
def test_a_cell_that_is_not_a_year_is_refused(read: Callable[..., pd.DataFrame], cell: str) -> None:
    with pytest.raises(PanelError, match="from 1900 to 2100 .* one cell does not, .*AUT in row 2"):
        read(f"country,law\nChad,2003\nAustria,{cell}\n")


def test_sentinels_are_missing(read: Callable[..., pd.DataFrame]) -> None:
    with pytest.warns(ReadingWarning, match="law holds a code for missing values"):
        assert read("country,law\nAustria,9999\nChad,-99\n")["law"].isna().all()


def test_unknown_countries_are_refused_or_reported(read: Callable[..., pd.DataFrame]) -> None:
    content = "country,law\nAustria,2004\nAtlantis,2005\n"
    with pytest.raises(PanelError, match="Atlantis"):
        read(content)
    with pytest.warns(ReadingWarning, match=r"laws\.csv: 'Atlantis' is not a country") as told:
        found = read(content, unmatched="drop")
    assert found.index.tolist() == ["AUT"]
    assert told[0].filename == __file__


def test_a_warning_names_the_line_that_calls() -> None:
    file = io.StringIO("country,law\nAustria,2004\nAtlantis,2005\n")
    with pytest.warns(ReadingWarning) as told:
        read_events(file, unmatched="drop")
    assert told[0].filename == __file__  # of a call further out, it would be another file


def test_aggregates_are_left_out_with_a_warning(read: Callable[..., pd.DataFrame]) -> None:
    with pytest.warns(ReadingWarning, match="an aggregate is not a country"):
        events = read("country,law\nMali,2012\nWorld,2000\n")
    assert events["law"].to_dict() == {"MLI": 2012.0}


def test_a_repeated_row_counts_once_and_a_contradiction_is_refused(
    read: Callable[..., pd.DataFrame],
) -> None:
    assert len(read("country,law\nAustria,2004\nAUT,2004\n")) == 1
    two = "country,law\nChad,2004\nAustria,2004\nChad,2005\nAustria,2005\n"
    with pytest.raises(PanelError, match="two rows contradict an earlier one, the first of AUT"):
        read(two)
    with pytest.raises(PanelError, match="one row contradicts an earlier one, the first of AUT"):
        read("country,law\nAustria,2004\nAUT,2005\n")
    with pytest.raises(PanelError, match="contradict"):
        read("country,law\nAustria,2004\nAUT,\n")


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("law\n2004\n", {}, "column of countries"),
        ("country\nAustria\n", {}, "column of years for each event"),
        ("country,law\nAustria,2004\n", {"columns": ["ratified"]}, "'ratified' is absent"),
        (
            "country,law\nMali,2004\n",
            {"columns": ["signed", "passed"]},
            "'signed' is absent",
        ),
        ("country,law\nAustria,2004\n", {"country_column": "who"}, "1 is absent: who"),
        ("", {}, "empty"),
    ],
)
def test_a_file_that_is_no_table_of_events_is_refused(
    read: Callable[..., pd.DataFrame], content: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(PanelError, match=message):
        read(content, **options)


def test_unknown_options_are_refused(read: Callable[..., pd.DataFrame]) -> None:
    with pytest.raises(ValueError, match="unmatched must be one of raise, drop"):
        read("country,law\nAustria,2004\n", unmatched="keep")
    with pytest.raises(ValueError, match="kind must be"):
        read("country,law\nAustria,2004\n", kind="gdp")


def test_the_source_is_the_name_of_the_file_or_the_option(
    read: Callable[..., pd.DataFrame],
) -> None:
    content = "country,law\nAustria,2004\n"
    assert read(content).attrs["source"] == "laws.csv"
    assert read(content, source="laws of the world").attrs["source"] == "laws of the world"


def test_real_events_are_read_whole(
    real_file: Callable[[str], Path], published: pd.DataFrame
) -> None:
    path = real_file("events.csv")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        events = read_events(path)
    raw = pd.read_csv(io.BytesIO(path.read_bytes()))
    assert len(events) == len(raw)
    assert events.count().to_dict() == raw[events.columns].count().to_dict()
    assert events.loc[countries.iso3("Trin&Tobago"), "full_law"] == 2012
    assert event_study(published["overall"], events["full_law"]).n > 100
    assert changes(published["overall"], since=events["entered_report"])["change"].notna().any()


def test_a_column_of_years_serves_one_event(tmp_path: Path) -> None:
    path = tmp_path / "laws.csv"
    path.write_text("country,law\nMali,2003\n", encoding="utf-8")
    with pytest.raises(PanelError, match="1 serve several, the first 'law' a and b"):
        read_events(path, columns={"a": "law", "b": "law"})


def test_an_event_is_not_called_as_the_index_is() -> None:
    told = r"must not be called country.*rename it with columns=\{'NEW': 'law'\}"
    with pytest.raises(PanelError, match=told):
        read_events(io.StringIO("country,law\nMali,2003\n"), columns={"country": "law"})


def test_a_year_of_an_event_with_the_label_of_another_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "laws.dta"
    table = pd.DataFrame({"country": ["Mali", "Chad"], "law": [2003, 2004]})
    labels = {"law": {2003: "2005", 2004: "2004"}}
    table.to_stata(path, write_index=False, value_labels=labels)
    with pytest.raises(PanelError, match="the first 2003 with the label '2005' in row 1"):
        read_events(path)
    table.to_stata(path, write_index=False, value_labels={"law": {2004: "2004"}})
    assert read_events(path)["law"].tolist() == [2003, 2004]


@pytest.mark.parametrize("cell", ["2.01E+03", "2,01E+03"])
def test_a_rounded_year_is_refused(cell: str) -> None:
    with pytest.raises(PanelError, match=r"one cell does not, .*\(rounded\)"):
        read_events(io.StringIO(f"country;law\nNigeria;{cell}\nGhana;2005\n"))
