"""Reading files: by law where a law exists, by quirk where files have them."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyindex import (
    HTI,
    THREE_P,
    Codebook,
    Dimension,
    Indicator,
    PanelError,
    ReadingWarning,
    as_panel,
    check_panel,
    countries,
    datasets,
    read,
    read_codings,
    read_events,
    read_scores,
    read_values,
    score,
    score_bounds,
)
from policyindex._atomic import write_whole
from policyindex._options import Argument, OptionError
from policyindex.reading import figures
from policyindex.reading.cells import SENTINELS as CODES
from policyindex.reading.findings import findings_in

PARTS = ["prosecution", "protection", "prevention"]


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    def write(content: str | bytes, name: str = "mine.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    return write


@st.composite
def scores(draw: Any) -> pd.DataFrame:
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from(["AUT", "CIV", "NAM", "XKX"]), st.integers(2000, 2013)),
            unique=True,
            min_size=1,
            max_size=6,
        )
    )
    cells = st.lists(st.none() | st.integers(1, 5), min_size=len(keys), max_size=len(keys))
    index = pd.MultiIndex.from_tuples(keys, names=["country", "year"])
    panel = pd.DataFrame({part: draw(cells) for part in PARTS}, index, dtype=np.float64)
    return panel.assign(overall=panel.sum(axis=1, skipna=False)).sort_index()


FORMS = ["csv", "semicolon", "tab", "utf-16", "bom", "xlsx", "dta", "labels", "parquet"]
IDENTIFIERS = ["iso3", "iso2", "numeric", "cow", "cowc", "name"]


def encoded(table: pd.DataFrame, form: str) -> bytes:
    stream = io.BytesIO()
    if form == "xlsx":
        table.to_excel(stream, index=False)
    elif form == "dta":
        text = table.select_dtypes(["object", "string"]).columns
        table.astype(dict.fromkeys(text, object)).to_stata(stream, write_index=False, version=118)
    elif form == "labels":
        text = table.map(lambda cell: cell if isinstance(cell, str) else f"{cell:g}", "ignore")
        text.astype("category").to_stata(stream, write_index=False, version=118)
    elif form == "parquet":
        table.to_parquet(stream)
    else:
        separator = {"semicolon": ";", "tab": "\t"}.get(form, ",")
        decimal = "," if form == "semicolon" else "."
        text = table.to_csv(index=False, sep=separator, decimal=decimal)
        return text.encode({"utf-16": "utf-16", "bom": "utf-8-sig"}.get(form, "utf-8"))
    return stream.getvalue()


def identified(codes: pd.Series, kind: str) -> pd.Series:
    if kind == "iso3":
        return codes
    table = countries.table()
    column = {"numeric": "iso_numeric"}.get(kind, kind)
    return codes.map(lambda code: str(table.loc[code, column]).split("|")[0])


@given(scores(), st.sampled_from(FORMS), st.sampled_from(IDENTIFIERS), st.randoms())
def test_scores_survive_every_format_and_identifier(
    tmp_path_factory: pytest.TempPathFactory,
    panel: pd.DataFrame,
    form: str,
    kind: str,
    random: Any,
) -> None:
    table = panel.reset_index()
    if kind == "numeric":
        table = table[table["country"] != "XKX"]  # ISO gives Kosovo no number
        if table.empty:
            return
        panel = panel[panel.index.get_level_values("country") != "XKX"]
    table["country"] = identified(table["country"], kind)
    table = table.sample(frac=1, random_state=random.randrange(2**32))
    table = table[random.sample(list(table.columns), len(table.columns))]
    path = tmp_path_factory.mktemp("forms") / "file.bin"
    path.write_bytes(encoded(table, form))
    given_kind = None if kind in ("iso3", "iso2", "name") else kind
    found = read_scores(path, country_column="country", kind=given_kind)
    pd.testing.assert_frame_equal(found, panel, check_names=False)


HEADERS = {
    "prosecution": [
        "prosecution",
        "Prosecution",
        "PROSECUTION_INDEX",
        "Pros.",
        "prosecution score",
    ],
    "protection": ["protection", "Protection Index", "prot", "PROTECTION"],
    "prevention": ["prevention", "Prevention_Index", "prev", "Prev.", "Preven"],
    "overall": ["overall", "p", "Overall 3P", "3P Index", "Overall Score", "overall_3p"],
}


@given(
    st.fixed_dictionaries({name: st.sampled_from(spelt) for name, spelt in HEADERS.items()}),
    st.sampled_from(["country", "Country", "Country Name", "NAME", "iso3c", "ISO-3"]),
    st.sampled_from(["year", "Year", "YR"]),
)
def test_columns_are_recognised_in_every_spelling(
    tmp_path_factory: pytest.TempPathFactory, headers: dict[str, str], country: str, year: str
) -> None:
    path = tmp_path_factory.mktemp("headers") / "file.csv"
    headers = {name: headers[name] for name in HEADERS}
    names = [country, year, *headers.values()]
    path.write_text(",".join(names) + "\nDEU,2009,5,4,3,12\n", encoding="utf-8")
    reading = read(path)
    assert reading.panel.loc[("DEU", 2009)].tolist() == [5, 4, 3, 12]
    assert reading.columns == {"country": country, "year": year, **headers}


# the published file


def test_the_published_file_is_read_whole(real_file: Callable[[str], Path]) -> None:
    path = real_file("published_3p_2000_2013.dta")
    raw = pd.read_stata(path, convert_categoricals=False)
    with pytest.warns(ReadingWarning, match="lacks a dimension.*HTI 2009"):
        panel = read_scores(path)
    assert len(panel) == len(raw) == 3021
    assert panel[PARTS].notna().sum().tolist() == raw[PARTS].notna().sum().tolist()
    complete = raw.dropna(subset=PARTS)
    assert len(complete) == panel["overall"].notna().sum() == 2124
    assert panel[PARTS].notna().any(axis=1).groupby("country").any().sum() == 183
    raw["country"] = countries.iso3(raw["name"])
    given_scores = raw.set_index(["country", "year"]).sort_index()
    pd.testing.assert_frame_equal(
        panel[PARTS], given_scores[PARTS], check_dtype=False, check_index_type=False
    )
    total = given_scores["p"].drop(("HTI", 2009))
    pd.testing.assert_series_equal(
        panel["overall"].drop(("HTI", 2009)), total, check_names=False, check_index_type=False
    )
    assert np.isnan(panel.loc[("HTI", 2009), "overall"])
    assert {"SRB", "XKX", "TWN", "HKG", "MAC"} <= set(panel.index.unique("country"))


def test_a_finding_reports_haiti(real_file: Callable[[str], Path]) -> None:
    reading = read(real_file("published_3p_2000_2013.dta"))
    assert reading.holds == "scores"
    assert reading.columns["overall"] == "p"
    assert reading.sha256 == "62c4c4bcb3ee84de08345afdb924086c515462cfc065e9e571ee69fd757b5f59"
    assert (
        reading.source == reading.panel.attrs["source"] == "Published 3P scores, S.-Y. Cho (2015)"
    )
    lost = reading.findings[reading.findings["kind"] != "ignored"]
    assert lost[["rows", "first", "lost"]].to_numpy().tolist() == [[1, "HTI 2009", 1]]
    (unused,) = reading.findings.loc[reading.findings["kind"] == "ignored", "finding"]
    assert "tierupdated" in unused


def test_numbers_of_the_correlates_of_war_give_the_same_panel(
    real_file: Callable[[str], Path],
) -> None:
    path = real_file("published_3p_2000_2013.dta")
    by_name = read(path).panel
    # Kosovo, Serbia, Hong Kong and Macau carry home-made numbers.
    reading = read(path, country_column="ccode", kind="cow", unmatched="drop")
    assert reading.findings["lost"].tolist() == [0, 16, 16, 15, 16, 1]  # the last is Haiti's sum
    common = reading.panel.index.intersection(by_name.index)
    assert len(common) == len(reading.panel)
    pd.testing.assert_frame_equal(reading.panel, by_name.loc[common])


# the Human Trafficking Indicators


def test_hti_is_recognised(real_file: Callable[[str], Path]) -> None:
    path = real_file("hti_2001_2011.csv")
    reading = read(path)
    assert (reading.holds, reading.codebook) == ("codings", HTI)
    raw = pd.read_csv(path, encoding="latin-1", keep_default_na=False)
    panel = reading.panel
    assert len(panel) == len(raw) == 1587
    assert panel.index.get_level_values("year").min() == 2000
    assert panel.index.get_level_values("year").max() == 2010
    usa = raw[(raw["ccode"] == 2) & (raw["year"] == 2010)].iloc[0]
    assert panel.loc[("USA", 2009), "enforcement"] == ["No", "Some", "Yes"].index(
        usa["enforcement"]
    )
    # To be punished is worse, so the file's No is the better level.
    assert (panel["victimpunish"] == 1).sum() == (raw["victimpunish"] == "No").sum() == 484
    for name in panel.columns.intersection(raw.columns):
        assert panel[name].isna().sum() == (raw[name] == "No mention").sum()
    assert {"KOR", "XKX", "SRB", "MNE"} <= set(panel.index.unique("country"))
    pd.testing.assert_frame_equal(read_codings(path), panel)


def test_hti_does_not_hold_scores(real_file: Callable[[str], Path]) -> None:
    with pytest.raises(PanelError, match="codebook HTI; read them with holds='codings'$"):
        read_scores(real_file("hti_2001_2011.csv"))


def test_unknown_countries_are_counted_among_all(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("country,year,pros,prot,prev\nAtlantis,2009,1,1,1\nChad,2009,2,2,2\n")
    with pytest.raises(PanelError, match="1 of 2 is not"):
        read_scores(path)


def test_the_findings_of_hti_report_its_years_and_countries(
    real_file: Callable[[str], Path],
) -> None:
    notes = read(real_file("hti_2001_2011.csv")).findings
    assert notes["kind"].tolist() == ["encoding", "ignored", "country", "report year"]
    assert notes["lost"].sum() == 0
    told = dict(zip(notes["finding"], notes["rows"], strict=True))
    assert told["years are those of reports"] == 1587
    assert notes["first"].iloc[-1] == "2001"
    assert told["country names another country than ccode"] == 6  # Serbia and Montenegro


def test_report_years_stay_or_move_as_the_option_says(
    real_file: Callable[[str], Path], save: Callable[..., Path]
) -> None:
    kept = read_codings(real_file("hti_2001_2011.csv"), report_years=False)
    assert kept.index.get_level_values("year").max() == 2011
    path = save("iso3,year,prosecution,protection,prevention\nDEU,2010,5,5,5\n")
    assert read_scores(path, report_years=True).index.tolist() == [("DEU", 2009)]


# quirks


def test_sentinels_become_missing_and_are_reported(save: Callable[..., Path]) -> None:
    path = save(
        "country,year,prosecution,protection,prevention\n"
        "Germany,2009,555,5,5\nFrance,2009,-99,.,3\nNamibia,2009,4,NA,3\n"
    )
    reading = read(path)
    assert reading.panel.isna().sum().tolist() == [2, 2, 0, 3]
    assert reading.findings["first"].tolist() == ["555 at DEU 2009"]
    assert reading.findings["rows"].tolist() == [2]
    with pytest.raises(PanelError, match="prosecution must be an integer.*the first 555"):
        read(path, sentinels=())


def test_namibia_is_not_a_missing_value(save: Callable[..., Path]) -> None:
    path = save("iso2,year,prosecution,protection,prevention\nNA,2009,4,3,3\n")
    assert read_scores(path).index.tolist() == [("NAM", 2009)]
    among_names = save(
        "country,year,prosecution,protection,prevention\nGermany,2009,5,5,5\nNA,2009,4,3,3\n"
    )
    with pytest.raises(PanelError, match="missing"):
        read_scores(among_names)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_accents_and_curly_apostrophes_are_read(save: Callable[..., Path], encoding: str) -> None:
    text = "country;year;prosecution;protection;prevention\nCôte d\u2019Ivoire;2009,0;3,0;2;1\n"
    reading = read(save(text.replace("2009,0", "2009"), encoding=encoding))
    assert reading.panel.loc[("CIV", 2009)].tolist() == [3, 2, 1, 6]
    assert reading.columns["country"] == "country"  # a byte-order mark is no part of its name


def test_latin_1_bytes_that_are_not_windows_1252_are_read(save: Callable[..., Path]) -> None:
    path = save(b"country,year,prosecution,protection,prevention\nGermany\x81,2009,5,5,5\n")
    assert read(path).findings["action"].tolist() == ["read as Latin-1"]


def test_unknown_countries_are_all_listed(save: Callable[..., Path]) -> None:
    path = save(
        "country,year,prosecution,protection,prevention\n"
        "Atlantis,2009,1,1,1\nGermny,2009,5,5,5\nFrance,2009,5,4,5\nAtlantis,2010,1,1,1\n"
    )
    with pytest.raises(PanelError) as refusal:
        read_scores(path)
    for word in ("mine.csv", "Atlantis", "Germny", "Germany", "kind='any'"):
        assert word in str(refusal.value)
    with pytest.warns(ReadingWarning, match="Atlantis.*dropped"):
        panel = read_scores(path, unmatched="drop")
    assert panel.index.tolist() == [("FRA", 2009)]
    notes = read(path, unmatched="drop").findings
    assert notes["lost"].sum() == 3
    assert (
        notes.loc[notes["finding"].str.contains("Germny"), "finding"].str.contains("Germany").all()
    )


def test_repeated_rows_are_kept_once_and_contradictions_refused(save: Callable[..., Path]) -> None:
    head = "country,year,prosecution,protection,prevention\nGermany,2009,5,5,5\n"
    reading = read(save(head + "DEU,2009,5,5,5\n"))
    assert len(reading.panel) == 1
    repeats = "the row repeats an earlier one in every value"
    assert reading.findings.to_numpy().tolist() == [
        ["repeat", repeats, 1, "DEU 2009", "kept once", 0, None]
    ]
    with pytest.raises(PanelError, match="one row a year; 1 row repeats.*DEU 2009"):
        read(save(head + "DEU,2009,5,5,4\n"))
    others = "Germany,2009,5,5,4\nDEU,2009,5,5,3\nDEU,2009,5,5,2\n"
    with pytest.raises(PanelError, match="'Germany' in row 1 and 'DEU' in row 3; drop"):
        read(save(head + others))


def test_parts_that_do_not_add_up_are_refused(save: Callable[..., Path]) -> None:
    head = "country,year,prosecution,protection,prevention,overall\n"
    with pytest.raises(PanelError, match="1 of 1 rows differ, the first 14 at DEU 2009.*sum to 15"):
        read(save(head + "Germany,2009,5,5,5,14\n"))
    summed = read(save(head + "Germany,2009,5,5,5,\n"))
    assert summed.panel["overall"].item() == 15
    absent = "an overall score is missing"
    assert summed.findings.to_numpy().tolist() == [
        ["summed", absent, 1, "DEU 2009", "summed", 0, None]
    ]


def test_an_overall_score_alone_can_be_read(save: Callable[..., Path]) -> None:
    panel = read_scores(save("country,year,3P Index\nGermany,2009,15\n"))
    assert panel.columns.tolist() == ["overall"]


def test_one_year_files_take_their_year(save: Callable[..., Path]) -> None:
    path = save("country,prosecution,protection,prevention\nGermany,5,5,5\n")
    for year in (2009, 2009.0, np.int64(2009)):
        reading = read(path, file_year=year)
        assert reading.panel.index.tolist() == [("DEU", 2009)]
        assert "year" not in reading.columns
    with pytest.raises(ValueError, match="file_year must be an integer; got 2009.5"):
        read(path, file_year=2009.5)
    with pytest.raises(PanelError, match="from 1900 to 2100; 1 is not, the first 9 in row 1"):
        read(path, file_year=9)
    with pytest.raises(PanelError, match="must have a column of years.*with file_year=$"):
        read_scores(path)
    with_year = save("country,year,prosecution,protection,prevention\nGermany,2008,5,5,5\n")
    with pytest.raises(PanelError, match="has the column 'year'; leave out file_year=$"):
        read_scores(with_year, file_year=2009)


def test_columns_may_be_named(save: Callable[..., Path]) -> None:
    path = save("who,when,x,y,z\nGermany,2009,5,4,3\n")
    named = {"prosecution": "x", "protection": "y", "prevention": "z"}
    reading = read(path, country_column="who", year_column="when", columns=named)
    assert reading.panel.loc[("DEU", 2009)].tolist() == [5, 4, 3, 12]
    with pytest.raises(PanelError, match="1 is absent: q"):
        read(path, country_column="who", year_column="when", columns=named | {"protection": "q"})
    with pytest.raises(PanelError, match="1 is absent: whom"):
        read(path, country_column="whom", year_column="when", columns=named)


SCORED = "country,year,prosecution,protection,prevention"


@pytest.mark.parametrize(
    ("header", "row", "told"),
    [
        (
            "country,year,Pros,Prosec,protection,prevention",
            "Germany,2009,5,4,3,3",
            (
                "one column for prosecution; 2 could be it: 'Pros', 'Prosec'; 1 rows differ, the "
                "first '5' against '4' in row 2; choose one with columns={'prosecution': ...}"
            ),
        ),
        (
            "country,year,pros,prosecution,protection,prevention",
            "Germany,2009,5,4,3,3",
            "2 could be it: 'prosecution', 'pros'",
        ),
        (
            "country,year,p,overall,protection,prevention,prosecution",
            "Germany,2009,12,,5,4,3",
            (
                "one column for overall; 2 could be it: 'overall', 'p'; 1 rows differ, the first "
                "'' against '12'"
            ),
        ),
        (
            "country,index_year,year,prosecution,protection,prevention",
            "Germany,2009,2010,5,4,3",
            (
                "one column for the year; 2 could be it: 'year', 'index_year'; 1 rows differ, the "
                "first '2010' against '2009' in row 2; choose one with year_column="
            ),
        ),
        (
            "country,Year,year,prosecution,protection,prevention",
            "Germany,2009,2010,5,4,3",
            "2 could be it: 'Year', 'year'",
        ),
    ],
)
def test_two_columns_that_differ_are_refused(
    save: Callable[..., Path], header: str, row: str, told: str
) -> None:
    alike = "France," + ",".join("2008" if "ear" in each else "1" for each in header.split(",")[1:])
    alike = alike.replace("1,1,1,1,1", "3,3,1,1,1") if "overall" in header else alike
    path = save(f"{header}\n{alike}\n{row}\n")
    with pytest.raises(PanelError, match=re.escape(told)):
        read(path)
    name = told.partition("'")[2].partition("'")[0]
    if "year" in name.casefold():
        assert read(path, year_column=name).columns["year"] == name
    elif "prosecution" in told:
        assert read(path, columns={"prosecution": name}).columns["prosecution"] == name
    # Where they say the same, the first is followed, and the other noted.
    same = read(save(f"{header}\n{alike}\n"))
    assert len(same.findings) == 1
    assert same.findings.loc[0, "finding"].endswith(f" holds the same as {name}")
    assert same.findings.loc[0, ["rows", "action", "lost"]].tolist() == [
        1,
        f"{name} was followed",
        0,
    ]


def test_columns_may_hold_the_same_in_different_forms(tmp_path: Path) -> None:
    path = tmp_path / "mine.parquet"
    table = pd.DataFrame(
        {"country": ["Chad", "Mali"], "overall": [9, None], "p": ["9.0", ""], "total": ["9", ""]}
    )
    table.to_parquet(path)
    assert read(path, file_year=2009).findings["finding"].tolist() == [
        "p holds the same as overall",
        "total holds the same as overall",
    ]


def test_a_blank_column_is_not_a_second_one(save: Callable[..., Path]) -> None:
    reading = read(save("country,year,yr,total,prosecution,protection,prevention,overall\n"
                        "Mali,2009,,,1,2,3,6\n"))  # fmt: skip
    assert reading.panel["overall"].tolist() == [6]
    assert reading.findings.empty


def test_two_columns_for_one_indicator_are_refused(save: Callable[..., Path]) -> None:
    names = [each.name for each in THREE_P.indicators]
    head, row = ",".join(names), ",".join(["1"] * len(names))
    path = save(f"country,year,{head},{names[0].upper()}\nGermany,2009,{row},0\n")
    told = f"one column for {names[0]}; 2 could be it: '{names[0]}', '{names[0].upper()}'; 1 rows"
    with pytest.raises(PanelError, match=told):
        read(path)
    assert read(path, columns={names[0]: names[0]}).holds == "codings"


def test_a_swapped_name_and_column_are_refused(save: Callable[..., Path]) -> None:
    path = save("country,year,p\nGermany,2009,15\n")
    with pytest.raises(ValueError, match=r"swap the two: columns=\{'overall': 'p'\}$"):
        read(path, columns={"p": "overall"})


def test_an_unknown_name_is_refused(save: Callable[..., Path]) -> None:
    path = save(f"{SCORED},x\nGermany,2009,5,4,3,2\n")
    told = "columns must name any of prosecution, .*; got 'prosecutoin'"
    with pytest.raises(ValueError, match=told):
        read(path, columns={"prosecutoin": "x"})
    with pytest.raises(ValueError, match="of prosecution, protection, prevention, overall; got"):
        read(path, holds="scores", columns={"prosecutoin": "absent"})
    # A dimension is no name of codings, nor an indicator one of scores.
    with pytest.raises(PanelError, match="for scores of 3P 1 of the names are foreign, the first"):
        read(path, columns={THREE_P.indicators[0].name: "x"})


def test_a_column_serves_one_name(save: Callable[..., Path]) -> None:
    path = save(f"{SCORED},x\nGermany,2009,5,4,3,2\n")
    told = "1 serve several, the first 'x' prosecution and protection; correct columns="
    with pytest.raises(PanelError, match=told):
        read(path, columns={"prosecution": "x", "protection": "x"})
    with pytest.raises(PanelError, match="the first 'prevention' prosecution and prevention"):
        read(path, columns={"prosecution": "prevention"})


def test_a_second_identifier_that_disagrees_raises_a_warning(save: Callable[..., Path]) -> None:
    path = save(
        "name,iso3,year,prosecution,protection,prevention\n"
        "Austria,AUS,2009,5,4,5\nGermany,DEU,2009,5,5,5\nMali,TCD,2009,1,1,1\n"
    )
    with pytest.warns(
        ReadingWarning, match=r"name names another.*iso3 was followed.*choose with country"
    ):
        panel = read_scores(path)
    assert panel.index.unique("country").tolist() == ["AUS", "DEU", "TCD"]
    assert read(path).findings[["rows", "first", "lost"]].to_numpy().tolist() == [
        [2, "Austria against AUS", 2]
    ]
    # Who names a column has seen the other one.
    assert read_scores(path, country_column="iso3").equals(panel)
    assert read(path, country_column="iso3").findings["lost"].tolist() == [0]
    by_name = read_scores(path, country_column="name").index.unique("country")
    assert by_name.tolist() == ["AUT", "DEU", "MLI"]


def test_the_identifier_with_fewest_unknown_rows_is_followed(
    save: Callable[..., Path],
) -> None:
    path = save(
        "country,name,year,prosecution,protection,prevention\n"
        ",Austria,2009,5,4,5\nGermany,Germany,2009,5,5,5\n"
    )
    reading = read(path)
    assert reading.columns["country"] == "name"
    assert len(reading.panel) == 2


def test_codings_are_read_as_numbers_or_words(save: Callable[..., Path]) -> None:
    names = [each.name for each in THREE_P.indicators]
    words = [each.levels[-1] for each in THREE_P.indicators]
    numbers = [str(len(each.levels) - 1) for each in THREE_P.indicators]
    path = save(
        f"country,year,{','.join(names)}\nGermany,2009,{','.join(words)}\n"
        f"France,2009,{','.join(numbers)}\nNigeria,2009,{','.join([''] * 19)}\n"
        f"Somalia,2009,none,not used,none,lenient,{','.join(['No'] * 15)}\n"
    )
    reading = read(path)
    assert (reading.holds, reading.codebook) == ("codings", THREE_P)
    assert score(reading.panel)["overall"].loc[["DEU", "FRA", "SOM"]].tolist() == [15, 15, 3]
    assert reading.panel.loc[("NGA", 2009)].isna().all()


def test_scores_besides_codings_are_reported(save: Callable[..., Path]) -> None:
    names = [each.name for each in THREE_P.indicators]
    head, row = ",".join(names), ",".join(["1"] * len(names))
    path = save(f"country,year,{head},Pros,Prot,Prev,P\nGermany,2009,{row},5,4,3,12\n")
    reading = read(path)
    assert reading.holds == "codings"
    assert reading.findings.to_numpy().tolist() == [
        [
            "holds",
            "the file holds scores as well: Pros, Prot, Prev, P",
            1,
            "",
            "its codings were read",
            0,
            Argument("holds", "'scores'"),
        ]
    ]
    asked = read(path, holds="scores")
    assert asked.findings["kind"].tolist() == ["ignored"]
    assert asked.panel.loc[("DEU", 2009)].tolist() == [5, 4, 3, 12]
    assert read(path, holds="codings").findings.empty
    assert read(save(f"country,year,{head},Pros,Prot,Prev\nMali,2009,{row},, ,\n")).findings.empty
    unscored = save(f"country,year,{head},Pros\nGermany,2009,{row},5\n")
    assert read(unscored).findings.empty


@pytest.mark.parametrize(
    "columns",
    [
        ("2008", "2009"),
        ("overall2008", "overall2009"),
        ("overall_2008.0", "overall_2009.0"),
        ("2008 overall", "2009 overall"),
        ("Overall (2008)", "Overall (2009)"),
        ("Y2008", "x2009"),
        ("2008 [YR2008]", "2009 [YR2009]"),
    ],
)
def test_years_side_by_side_are_laid_out(
    save: Callable[..., Path], columns: tuple[str, ...]
) -> None:
    panel = read_scores(save(f"country,{','.join(columns)}\nGermany,14,15\n"))
    assert panel["overall"].to_dict() == {("DEU", 2008): 14, ("DEU", 2009): 15}


def test_a_column_that_ends_in_a_year_beside_a_year_is_none_of_years(
    save: Callable[..., Path],
) -> None:
    other = [f"x{number}" for number in range(20)]
    many = save(f"country,year,gdp2009,{','.join(other)}\nGermany,2009,1{',1' * 20}\n")
    with pytest.raises(
        PanelError, match="gdp2009, x0, .*, x8 and 11 more; .* name the columns with"
    ):
        read(many)


LINES = f"{SCORED}\nGermany,2009,5,4,3\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"Scores of 2009\n\n{LINES}", "lines 1 to 2 above"),
        (f"Scores of 2009,,,,\n,,,,\n{LINES}", "lines 1 to 2 above"),
        (f"Scores, of 2009\n{LINES}", "line 1 above"),
        (f"Scores of 2009\nby nobody\n{LINES}".replace(",", ";"), "lines 1 to 2 above"),
        (f"{LINES}Source: nobody\n", "line 3"),
        (f"{LINES}\nLast update: never\nby nobody\n", "lines 4 to 5 below"),
        (f"{LINES}Source: nobody,,,,\n", "line 3"),
    ],
)
def test_titles_and_notes_around_the_table_are_set_aside(
    save: Callable[..., Path], text: str, told: str
) -> None:
    reading = read(save(text))
    assert reading.panel.loc[("DEU", 2009)].tolist() == [5, 4, 3, 12]
    (finding,) = findings_in(reading.findings)
    assert (finding.kind, finding.lost) == ("around", 0)
    assert told in finding.finding


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Scores of 2009\nwho,when,x,y,z\n", "line 2 has 5; delete titles above the header"),
        (f"{LINES}France,2009,5\n", "line 3 has 3$"),
        (f"{LINES}Gambia, The,2009,5,5,5\n", "line 3 has 6; a cell with a comma needs quotes"),
        (f"{LINES}Germani\n", "line 3 has 1"),
        (f"{LINES}Germani,,,,\n", "'Germani' .nearest: Germany"),
        (f"{LINES}\nGermani,,,,\n", "'Germani' .nearest: Germany"),
        (f"{LINES}nation,year,prosecution,x,y\n", "2 rows could be it: line 1, line 3"),
    ],
)
def test_rows_that_may_be_data_are_never_set_aside(
    save: Callable[..., Path], text: str, told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        read(save(text))


def test_the_header_may_be_named(save: Callable[..., Path]) -> None:
    text = f"country,year,of\nnothing,2009,here\n{LINES}"
    with pytest.raises(PanelError):
        read(save(text))
    reading = read(save(text), header=3)
    assert reading.panel.loc[("DEU", 2009)].tolist() == [5, 4, 3, 12]
    with pytest.raises(ValueError, match="header must be the number of a row"):
        read(save(text), header=9)
    with pytest.raises(ValueError, match="must follow each other"):
        read(save(text), header=(1, 3))
    with pytest.raises(ValueError, match="or of two rows below each other"):
        read(save(text), header=(3, 3))


def test_a_header_of_own_names_is_one(save: Callable[..., Path]) -> None:
    named = {"prosecution": "x", "protection": "y", "prevention": "z"}
    path = save("who,when,x,y,z\nGermany,2009,5,4,3\n")
    assert len(read_scores(path, country_column="who", year_column="when", columns=named)) == 1
    again = save(f"{LINES}{LINES}")  # the header comes again, but comes first
    with pytest.raises(PanelError, match="must be a country name.*'country'"):
        read(again)


@pytest.mark.parametrize("separator", [";", ",", "\t", "|", "~"])
@pytest.mark.parametrize("line", ["sep={}\n", "SEP={}\r\n", '"sep={}"\n'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_line_that_names_the_separator_is_read(
    save: Callable[..., Path], separator: str, line: str, encoding: str
) -> None:
    table = LINES.replace(",", separator)
    told = read(save(line.format(separator) + table, encoding=encoding))
    assert told.panel.loc[("DEU", 2009)].tolist() == [5, 4, 3, 12]
    with pytest.raises(PanelError, match="line 4 has 2"):
        read(save(f"{line.format(separator)}{table}note{separator}5\n", encoding=encoding))


def test_the_page_lists_what_is_missing(save: Callable[..., Path]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "files.md").read_text(encoding="utf-8")
    row = re.search(r"^\| a blank, (.*) \| missing", page, flags=re.MULTILINE)
    assert row is not None
    listed = re.findall("`([^`]+)`", row[1])
    assert {each.casefold() for each in listed} | {""} == figures.SYMBOLS
    for cell in (*listed, *map(str.upper, listed), ""):
        path = save(f"{SCORED}\nGermany,2009,{cell},4,3\n")
        assert np.isnan(read_scores(path).loc[("DEU", 2009), "prosecution"]), cell
    refused = re.findall("`([^`]+)`", page.partition("Any other text is refused")[2].split(";")[0])
    assert len(refused) > 2
    for cell in refused:
        with pytest.raises(PanelError, match="prosecution must be"):
            read(save(f"{SCORED}\nGermany,2009,{cell},4,3\n"))


@pytest.mark.parametrize(
    ("date", "year"),
    [("2008-12-31", 2008), (" 2009-01-01 ", 2009), ("2009-02-30", None), ("2009-W01-1", None),
     ("20090101", None), ("31/12/2008", 2008), ("2008-12", None), ("2008-12-31 00:00", None)],
)  # fmt: skip
def test_a_date_gives_its_year(save: Callable[..., Path], date: str, year: int | None) -> None:
    path = save(f"{SCORED}\nGermany,{date},5,4,3\n")
    if year is None:
        with pytest.raises(PanelError, match="year must be an integer"):
            read(path)
    else:
        assert read(path).panel.index.tolist() == [("DEU", year)]


def test_a_file_of_neither_kind_says_what_is_absent(save: Callable[..., Path]) -> None:
    with pytest.raises(
        PanelError, match="dimension; for scores of 3P 1 is absent: prev.*on; leave"
    ):
        read(save("country,year,prosecution,protection\nGermany,2009,5,5\n"))
    with pytest.raises(PanelError) as refusal:
        read(save("country,year,score\nGermany,2009,5\n"))
    assert "for scores of 3P 3 are absent" in str(refusal.value)
    assert "for codings of 3P 19 are absent" in str(refusal.value)
    coded = "country,year,domesticlaws,enforcement,victimid\nGermany,2009,Yes,Yes,Yes\n"
    with pytest.raises(
        PanelError, match="dimension; for codings of HTI 7 are absent.*name the columns"
    ):
        read(save(coded))
    scores_only = save("country,year,prosecution,protection,prevention\nGermany,2009,5,5,5\n")
    with pytest.raises(PanelError, match="codings of"):
        read_codings(scores_only)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "must hold a table; it is empty"),
        (b"  \n \n", "must hold a table; it is empty"),
        (b"country,year,prosecution,protection,prevention\n", "at least one row"),
        (
            b"country,year,prosecution\nGermany,2009\n",
            "as many cells as the header, 3; line 2 has 2",
        ),
        (b"country,year\0,prosecution\nGermany,2009,5\n", "NUL characters"),
        (b'country,year\n"Germany,2009\n', "cannot be read as text"),
        (b"PK\x03\x04rubbish", "cannot be read as Excel"),
        (b"\xd0\xcf\x11\xe0rubbish", "cannot be read as Excel"),
        (b"PAR1rubbish", "cannot be read as Parquet"),
        (b"<stata_dta>rubbish", "cannot be read as Stata"),
        (
            b"country,country,year\nGermany,Germany,2009\n",
            "one name is repeated, the first 'country'",
        ),
        (
            b"country,year,prosecution,protection,prevention\nGermany,2009,five,5,5\n",
            "prosecution must be an integer from 1 to 5 or missing; 1 is not, the first 'five'",
        ),
        (
            b"country,year,prosecution,protection,prevention\nGermany,2009,4.5,5,5\n",
            "the first 4.5 at DEU 2009",
        ),
        (
            b"country,year,prosecution,protection,prevention\nGermany,1e308,5,5,5\n",
            "year must be an integer from 1900 to 2100",
        ),
        (b"ccode,prosecution\n255,5\n", "must have a column for every indicator"),
        (b"code,year,prosecution,protection,prevention\nAUS,2009,5,5,5\n", "column of countries"),
    ],
)
def test_broken_files_are_one_clear_error(
    save: Callable[..., Path], content: bytes, told: str
) -> None:
    with pytest.raises(PanelError, match=told):
        read(save(content))


def test_wrong_options_and_paths(save: Callable[..., Path], tmp_path: Path) -> None:
    path = save("country,year,prosecution,protection,prevention\nGermany,2009,5,5,5\n")
    with pytest.raises(ValueError, match="unmatched must be one of raise, drop; got 'keep'"):
        read(path, unmatched="keep")
    with pytest.raises(
        ValueError, match="holds must be one of codings, scores, values; got 'both'"
    ):
        read(path, holds="both")
    with pytest.raises(ValueError, match="kind must be"):
        read(path, kind="zip")
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "absent.csv")
    with pytest.raises(IsADirectoryError):
        read(tmp_path)


def test_the_label_of_a_file_is_its_source(save: Callable[..., Path]) -> None:
    text = "country,year,prosecution,protection,prevention,source\nGermany,2009,5,5,5,{}\n"
    assert read_scores(save(text.format("SYNTHETIC"))).attrs["source"] == "SYNTHETIC"
    assert read(save(text.format("x")), source="Cho 2015").source == "Cho 2015"


@pytest.mark.parametrize(
    ("sources", "label"),
    [
        (["coders", "coders"], "coders"),
        (["a report", "another"], "codings.csv"),
        ([None, None], "codings.csv"),
        (["own", "SYNTHETIC"], "codings.csv (SYNTHETIC; own)"),
    ],
)
def test_the_label_of_codings_is_the_one_of_all_rows(
    tmp_path: Path, sources: list[str | None], label: str
) -> None:
    path = tmp_path / "codings.csv"
    codings = datasets.load_demo().iloc[:2].assign(source=sources)
    codings.to_csv(path)
    assert read_codings(path).attrs["source"] == label
    *others, last, _ = codings.columns
    for names in (["source", *others, last], [*others, "source", last]):
        codings[names].to_csv(path)
        assert read_codings(path).attrs["source"] == "codings.csv"


def test_a_panel_saved_as_parquet_comes_back(tmp_path: Path, published: pd.DataFrame) -> None:
    path = tmp_path / "panel.parquet"
    published.to_parquet(path)
    pd.testing.assert_frame_equal(read_scores(path), published)


# writing


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.csv"
    write_whole(path, b"old")
    assert stat.S_IMODE(path.stat().st_mode) & 0o600 == 0o600

    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match=f"disk full: '{path}'"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]


def test_links_are_written_through(tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "absent" / "out.csv", b"new")


def test_reading_and_scoring_real_codings(hti: pd.DataFrame) -> None:
    bounds = score_bounds(hti, codebook=HTI)
    assert (bounds["overall_low"] <= bounds["overall_high"]).all()


# labels of Stata


@pytest.fixture
def labelled(tmp_path: Path) -> Callable[..., Path]:
    def write(columns: dict[str, Any], labels: dict[str, dict[int, str]]) -> Path:
        path = tmp_path / "mine.dta"
        table = pd.DataFrame({"year": 2009} | columns)
        table.to_stata(path, write_index=False, value_labels=labels, version=118)
        return path

    return write


SEVERAL = {"country": ["DEU", "FRA", "ITA"], "protection": 5, "prevention": 5}


def test_encoded_countries_are_read_by_their_labels(labelled: Callable[..., Path]) -> None:
    names = pd.Categorical(["Germany", "Chad", "Afghanistan"])
    path = labelled(SEVERAL | {"country": names, "prosecution": 5}, {})
    assert read_scores(path)["prosecution"].index.unique("country").tolist() == [
        "AFG",
        "DEU",
        "TCD",
    ]
    unknown = labelled(SEVERAL | {"country": pd.Categorical(["Germny"] * 3), "prosecution": 5}, {})
    with pytest.raises(PanelError, match="'Germny' .nearest: Germany"):
        read(unknown)


def test_numbers_of_countries_and_years_stay_numbers_under_labels(
    labelled: Callable[..., Path],
) -> None:
    columns = SEVERAL | {"ccode": [255, 220, 325], "prosecution": 5, "year": [2009, 2010, 2011]}
    del columns["country"]
    labels = {"ccode": {255: "AUS", 220: "Gaul"}, "year": {2009: "first wave", 2011: "2011"}}
    panel = read_scores(labelled(columns, labels))
    assert panel.index.tolist() == [("DEU", 2009), ("FRA", 2010), ("ITA", 2011)]


@pytest.mark.parametrize(
    "labels",
    [
        {1: "1 none", 3: "3", 5: "5 full compliance"},
        {1: "1 none", 3: "some", 5: "5 full compliance"},
        {1: "1 none", 5: "5 full compliance"},
        {1: "none", 5: "full compliance"},
        {1: "none", 3: "none", 5: "none"},
        {5: " 5: full, or +5"},
        {555: "not in the report"},
        {1: "1", 3: "3", 5: "5"},
        {},
    ],
)
def test_labelled_scores_are_numbers(labelled: Callable[..., Path], labels: dict[int, str]) -> None:
    path = labelled(SEVERAL | {"prosecution": [1, 3, 5]}, {"prosecution": labels})
    reading = read(path)
    assert reading.panel["prosecution"].tolist() == [1, 3, 5]
    foreign = [number for number, label in labels.items() if label != str(number) and number < 9]
    if foreign:
        assert reading.findings.to_numpy().tolist() == [
            [
                "label",
                "prosecution has labels that are neither numbers nor levels",
                len(foreign),
                f"{labels[foreign[0]]!r} at {'DEU' if 1 in foreign else 'ITA'} 2009",
                "read by their numbers",
                0,
                None,
            ]
        ]
    else:
        assert reading.findings.empty


def test_labels_that_numbers_contradict_are_refused(labelled: Callable[..., Path]) -> None:
    words = pd.Categorical(["1 none", "3 some", "5 full"])
    with pytest.raises(PanelError, match="3 are not, the first '1 none' at DEU 2009"):
        read(labelled(SEVERAL | {"prosecution": words}, {}))
    partly = {1: "1", 3: "some", 5: "5"}
    with pytest.raises(PanelError, match="1 is not, the first 'some' at FRA 2009"):
        read(labelled(SEVERAL | {"prosecution": [1, 3, 5]}, {"prosecution": partly}))
    numbers = pd.Categorical(["5", "3", "5"])
    panel = read_scores(labelled(SEVERAL | {"prosecution": numbers}, {}))
    assert panel["prosecution"].tolist() == [5, 3, 5]


@pytest.mark.parametrize(
    "labels",
    [{555: "no report", 4: "4"}, {555: "no report", 4: "some"}, {555: "555", 4: "some"}],
)
def test_a_sentinel_with_a_label_is_missing(
    labelled: Callable[..., Path], labels: dict[int, str]
) -> None:
    path = labelled(SEVERAL | {"prosecution": [4, 555, 5]}, {"prosecution": labels})
    assert read(path).panel["prosecution"].tolist() == pytest.approx([4, np.nan, 5], nan_ok=True)


def test_codings_are_read_by_the_words_of_their_labels(labelled: Callable[..., Path]) -> None:
    coded = {each.name: 1 for each in HTI.indicators}
    table = SEVERAL | coded
    table["victimpunish"] = pd.Categorical(["No", "Yes", "No mention"])
    table["enforcement"] = [0, 2, 1]
    labels = {"enforcement": {0: "Yes", 2: "No"}, "victimid": {1: "No"}}
    panel = read_codings(labelled(table, labels), codebook=HTI)
    # To be punished is worse, so Yes is the lower level, though its number is the higher.
    assert panel["victimpunish"].tolist() == pytest.approx([1, 0, np.nan], nan_ok=True)
    assert panel["enforcement"].tolist() == [2, 0, 1]
    assert panel["victimid"].tolist() == [0, 0, 0]
    with pytest.raises(PanelError, match="enforcement must be .* 1 is not, the first 'Hardly'"):
        read(labelled(table, {"enforcement": {0: "No", 2: "Hardly"}}), codebook=HTI)


def test_a_label_may_be_repeated(labelled: Callable[..., Path]) -> None:
    path = labelled(SEVERAL | {"prosecution": [1, 3, 5], "x": [1, 2, 3]}, {"x": {1: "a", 2: "a"}})
    assert read(path).panel["prosecution"].tolist() == [1, 3, 5]


# faults dropped

FAULTY = """\
country,year,pros,prot,prev,overall
Germany,2009,5,5,5,14
France,2009,9,4,4,13
Atlantis,2009,1,1,1,3
Italy,20x9,5,5,5,15
Italy,2009,five,5,5,
Chad,2009,3,3,3,9
Chad,2010,3,3,3,9
Chad,2010,3,3,4,10
Mali,2009,3,3,3,
"""


def test_every_fault_is_dropped_and_reported(save: Callable[..., Path]) -> None:
    reading = read(save(FAULTY), on_error="drop")
    assert reading.findings.drop(columns=["finding", "option"]).to_numpy().tolist() == [
        ["year", 1, "'20x9' in row 4", "dropped", 1],
        ["unmatched", 1, "row 3", "dropped", 1],
        ["value", 2, "9 at FRA 2009", "set to missing", 2],
        ["contradiction", 2, "TCD 2010", "dropped", 2],
        ["unequal", 1, "14 at DEU 2009, whose dimensions sum to 15", "dropped", 1],
        ["incomplete", 1, "FRA 2009", "set to missing", 1],
        ["summed", 1, "MLI 2009", "summed", 0],
    ]
    assert reading.findings["finding"].tolist()[:3] == [
        "year is not an integer from 1900 to 2100",
        "'Atlantis' is not a country",
        "prosecution is not an integer from 1 to 5",
    ]
    assert reading.panel.index.unique("country").tolist() == ["FRA", "ITA", "MLI", "TCD"]
    assert reading.panel["overall"].dropna().to_dict() == {("MLI", 2009): 9, ("TCD", 2009): 9}
    with pytest.raises(ValueError, match="on_error must be one of raise, drop; got 'skip'"):
        read(save(FAULTY), on_error="skip")


def test_a_column_of_text_hides_no_fault_of_the_next(save: Callable[..., Path]) -> None:
    path = save("country,year,note,gdp,unit,trade\nMali,2009,x,1e999,t,2\nChad,2009,y,3,u,1e999\n")
    reading = read(path, holds="values", text=["note", "unit"], on_error="drop")
    assert reading.panel[["note", "unit"]].to_numpy().tolist() == [["x", "t"], ["y", "u"]]
    assert reading.panel["gdp"].isna().tolist() == [True, False]
    assert reading.panel["trade"].isna().tolist() == [False, True]
    assert reading.findings["rows"].tolist() == [1, 1]


SENTINELS = ["-9", "-66", "-77", "-88", "-99", "-999", "-9999", "555", "666", "777", "888", "999"]


def test_each_sentinel_is_missing_and_no_number_near_it(save: Callable[..., Path]) -> None:
    others = ["9", "66", "77", "88", "99", "-555", "-666", "-777", "-888", "55", "66", "998"]
    for drawn, kind in (([*SENTINELS, "9999"], "sentinel"), (others, "value")):
        rows = [f"Mali,{2000 + place},{cell},1,1" for place, cell in enumerate(drawn)]
        path = save("country,year,prosecution,protection,prevention\n" + "\n".join(rows) + "\n")
        reading = read(path, on_error="drop")
        assert reading.panel["prosecution"].isna().all()
        assert set(reading.findings["kind"]) == {kind}
        assert reading.findings["rows"].sum() == len(drawn)


cells = st.sampled_from(["", "1", "5", "0", "6", "2.5", "five", "-99", "1e400", "None"])
rows_of_any_kind = st.lists(
    st.tuples(
        st.sampled_from(["Chad", "TCD", "Mali", "Atlantis", ""]),
        st.sampled_from(["2009", "2010", "1066", "soon", ""]),
        cells,
        cells,
        cells,
        st.sampled_from(["", "3", "7", "15", "16", "x"]),
    ),
    min_size=1,
    max_size=6,
).filter(lambda rows: any(map(any, rows)))  # a file of blank rows has no table


@given(rows_of_any_kind, st.booleans())
def test_a_file_is_refused_exactly_if_faults_would_be_dropped(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], report_years: bool
) -> None:
    path = tmp_path_factory.mktemp("faults") / "file.csv"
    lines = [f"{SCORED},overall", *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    aside = read(path, on_error="drop", report_years=report_years)
    pd.testing.assert_frame_equal(aside.panel, check_panel(aside.panel))
    lost = aside.findings[aside.findings["lost"] > 0]
    try:
        strict = read(path, report_years=report_years)
    except PanelError:
        assert len(lost)
    else:
        pd.testing.assert_frame_equal(strict.panel, aside.panel)
        pd.testing.assert_frame_equal(strict.findings, aside.findings)
        assert set(lost["kind"]) <= {"incomplete"}


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "year,prosecution\n2009,5\n", "", "country\n"])
def test_faults_that_leave_no_table_are_always_refused(
    save: Callable[..., Path], content: str
) -> None:
    with pytest.raises(PanelError, match="must "):
        read(save(content), on_error="drop")


def test_true_after_a_1_is_not_a_score() -> None:
    table = pd.DataFrame({"country": ["Mali", "Peru"], "year": 2009, "prosecution": [1, True]})
    stream = io.BytesIO()
    table.assign(protection=2, prevention=3).to_excel(stream, index=False)
    stream.seek(0)
    with pytest.raises(PanelError, match="1 is not, the first 'True' at PER 2009"):
        read_scores(stream)


@pytest.mark.parametrize("scale", ["(0-4)", "(0-100)", "[1 to 10]", "(5-1)", "(%)", "%"])
def test_a_header_that_states_another_scale_is_refused(scale: str) -> None:
    text = f"country,year,Prosecution {scale},protection,prevention\nMali,2009,1,2,3\n"
    with pytest.raises(PanelError, match=r"1 to 5; by the headers one column has another scale"):
        read_scores(io.StringIO(text))
    columns = {"prosecution": f"Prosecution {scale}"}
    assert read_scores(io.StringIO(text), columns=columns)["overall"].tolist() == [6]


def test_a_span_of_years_in_a_header_is_not_a_scale() -> None:
    text = "country,year,Overall (2000-2009)\nMali,2009,9\n"
    assert read_scores(io.StringIO(text))["overall"].tolist() == [9]


@pytest.mark.parametrize("sign", ["#", "//", "-- ", "% ", ";"])
def test_a_row_behind_the_sign_of_a_comment_is_in_doubt(sign: str) -> None:
    text = f"country,year,overall\nMali,2009,9\n{sign}Peru,2009,8\n"
    with pytest.warns(ReadingWarning, match=f"sign of a comment before them.*{sign}Peru"):
        assert len(read_scores(io.StringIO(text))) == 2


@pytest.mark.parametrize("name", ["Peru?", "Peru (?)", "?Peru", "Peru\N{FULLWIDTH QUESTION MARK}"])
def test_a_name_with_a_question_mark_is_in_doubt(name: str) -> None:
    text = f"country,year,overall\nMali,2009,9\n{name},2009,8\n"
    with pytest.warns(ReadingWarning, match="names with a question mark.*1 row.*Peru"):
        assert len(read_scores(io.StringIO(text))) == 2


@pytest.mark.parametrize(
    "name",
    [
        "=Peru",
        "@Peru",
        "Peru!",
        "Peru\N{HORIZONTAL ELLIPSIS}",
        "\N{CHECK MARK} Peru",
        "Pe|ru",
        "Peru-",
        "- Peru",
    ],
)
def test_a_sign_that_no_name_has_is_a_finding(name: str) -> None:
    text = f"country,year,overall\nMali,2009,9\n{name},2009,8\n{name},2010,8\n"
    findings = read(io.StringIO(text)).findings
    (row,) = [each for each in findings.to_dict("records") if "signs that no" in each["finding"]]
    assert (row["rows"], row["lost"]) == (2, 0)


@pytest.mark.parametrize("option", ["country_column", "year_column"])
@pytest.mark.parametrize("value", [["country"], {"a": 1}, 3.5, b"country", True])
def test_a_column_is_named_by_text(option: str, value: Any) -> None:
    text = "country,year,overall\nMali,2009,9\n"
    options: Any = {option: value}
    with pytest.raises(ValueError, match=f"{option} must be the name of a column; got"):
        read_scores(io.StringIO(text), **options)


def test_codings_and_scores_have_no_columns_of_text() -> None:
    text = "country,year,overall\nMali,2009,9\n"
    for holds in (None, "scores", "codings"):
        with pytest.raises(OptionError, match=r"no columns of text; got 'who'; .*leave out text="):
            read(io.StringIO(text), holds=holds, text="who")


@pytest.mark.parametrize("value", [3.5, "12", [[1]], {1}, [1, 2, 3], [1, 1], []])
def test_a_header_is_the_number_of_a_row(value: Any) -> None:
    text = "country,year,overall\nMali,2009,9\nChad,2009,9\n"
    with pytest.raises(PanelError, match="header must be the number of a row"):
        read_scores(io.StringIO(text), header=value)


@pytest.mark.parametrize("lost", ["shelter", "penalty"])
def test_a_misspelt_series_of_a_long_table_is_a_loss(lost: str) -> None:
    codings = datasets.load_demo().loc[["NGA"]]
    long = codings.reset_index().melt(["country", "year"], var_name="indicator").dropna()
    whole = read_codings(io.StringIO(long.to_csv(index=False)))
    long.loc[long["indicator"].eq(lost).idxmax(), "indicator"] = "shleter"
    text = long.to_csv(index=False)
    with pytest.warns(ReadingWarning, match="'shleter' is not in the codebook .nearest: shelter"):
        again = read_codings(io.StringIO(text))
    lacking = whole.notna() & again.isna()
    assert lacking.to_numpy().sum() == lacking[lost].sum() == 1


@pytest.mark.parametrize(("rare", "times"), [(3, 1), (4, 0)])
def test_a_series_is_rare_below_half_of_its_neighbour(rare: int, times: int) -> None:
    rows = [f"NGA,{year},shelter,1" for year in range(2000, 2007)]
    rows += [f"NGA,{year},shleter,1" for year in range(2010, 2010 + rare)]
    aid = Codebook("aid", (Dimension("aid", (Indicator("shelter"),), lambda shelter: 1 + shelter),))
    text = "\n".join(["country,year,indicator,value", *rows])
    findings = read(io.StringIO(text), codebook=aid, holds="codings").findings
    assert findings["finding"].str.contains("nearest: shelter").sum() == times


def test_another_series_of_a_long_table_is_not_a_loss() -> None:
    codings = datasets.load_demo().loc[["NGA"]]
    wide = codings.assign(shelter_2=1.0, ratio=2.0).reset_index()
    text = wide.melt(["country", "year"], var_name="indicator").to_csv(index=False)
    pd.testing.assert_frame_equal(
        read_codings(io.StringIO(text)), read_codings(io.StringIO(wide.to_csv(index=False)))
    )


def test_the_signs_of_sound_names_are_no_finding() -> None:
    names = ["Cote d`Ivoire", "Guinea-Bissau", "Bosnia & Herzegovina", "Congo (Brazzaville; Rep)"]
    text = "country,year,overall\n" + "".join(f'"{name}",2009,9\n' for name in names)
    findings = read(io.StringIO(text)).findings
    assert not findings["finding"].str.contains("names with").any()


def test_a_year_with_the_label_of_another_is_refused() -> None:
    table = pd.DataFrame({"country": "Mali", "year": [2008, 2009], "overall": [8, 9]})
    stream = io.BytesIO()
    table.to_stata(stream, write_index=False, value_labels={"year": {2009: "2010"}})
    stream.seek(0)
    with pytest.raises(PanelError, match="1 row holds a year with the label of another, .* 2009 w"):
        read_scores(stream)


def test_text_behind_json_is_refused_with_its_place() -> None:
    text = '{"metadata": {}, "data": []}\n{}'
    with pytest.raises(PanelError, match="from line 2, column 1 it is not JSON; save other tables"):
        read_scores(io.StringIO(text))


@pytest.mark.parametrize(
    "date", ["29/02/2009", "31.04.2009", "45/13/2009", "13/13/2009", "0/0/2009"]
)
def test_a_date_that_no_calendar_has_is_no_year(date: str) -> None:
    with pytest.raises(PanelError, match=f"year must be an integer .*{date}"):
        read_scores(io.StringIO(f"country,year,overall\nMali,{date},9\n"))


@pytest.mark.parametrize("date", ["29/02/2008", "12/31/2008", "31.12.2008", "1/1/2008 10:30"])
def test_the_year_of_a_date_is_read(date: str) -> None:
    scores = read_scores(io.StringIO(f"country,year,overall\nMali,{date},9\n"))
    assert scores.index.tolist() == [("MLI", 2008)]


def test_a_sentinel_on_every_scale_is_refused() -> None:
    text = "country,year,prosecution,protection,prevention\nMali,2009,4,3,2\nChad,2009,5,5,5\n"
    with pytest.raises(OptionError, match="5 is one of them; .*correct sentinels="):
        read_scores(io.StringIO(text), sentinels=[-99, 5])
    with pytest.raises(OptionError, match="3 is one of them; .*correct sentinels="):
        read_scores(io.StringIO(text), sentinels=["3"])
    with pytest.raises(OptionError, match="1 is one of them"):
        read_scores(io.StringIO(text), sentinels=[1])
    assert read_scores(io.StringIO(text), sentinels=[-5, 6]).notna().all(axis=None)
    text = "country,year,prosecution,protection,prevention,overall\nMali,2009,2,3,4,9\n"
    with pytest.warns(ReadingWarning, match="lacks a dimension"):
        some = read_scores(io.StringIO(text.replace("3,4", "9,4")), sentinels=[9])
    assert some.isna().to_numpy().tolist() == [[False, True, False, True]]


@pytest.mark.parametrize("column", [["prosecution"], {}, 3, None])
def test_columns_are_named_by_text(column: Any) -> None:
    text = "country,year,prosecution\nMali,2009,4\n"
    for reader in (read_scores, read_codings, read_values, read_events):
        with pytest.raises(
            TypeError, match="columns must map names to columns, e.g.*'prosecution'"
        ):
            reader(io.StringIO(text), columns={"prosecution": column})


def test_parquet_has_distinct_names() -> None:
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = arrow.table([["Ghana"], [2009], [4], [4]], names=["country", "year", "gdp", "gdp"])
    parquet.write_table(table, stream := io.BytesIO())
    with pytest.raises(PanelError, match="distinct names; 'gdp' is repeated$"):
        read_values(io.BytesIO(stream.getvalue()))


def test_integers_of_json_have_few_digits() -> None:
    record = '{"country": "GHA", "year": 2009, "gdp": 1%s}'
    text = '{"metadata": {}, "data": [%s]}'
    with pytest.raises(PanelError, match="at most 400 digits; one has 5,001$"):
        read_values(io.StringIO(text % record % ("0" * 5000)))
    assert read_values(io.StringIO(text % record % "0")).iloc[0, 0] == 10


@pytest.mark.parametrize("code", ["no data", "9999", "-99", "555"])
def test_a_code_for_an_unknown_event_is_a_loss(code: str) -> None:
    text = f"country,law\nGhana,{code}\nKenya,2005\n"
    with pytest.warns(ReadingWarning, match="law (holds a code|has words) for (missing|a missing)"):
        events = read_events(io.StringIO(text))
    assert events["law"].isna().tolist() == [True, False]


def test_a_code_that_the_user_names_is_no_loss() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        text = "country,law\nGhana,9998\nKenya,2005\n"
        events = read_events(io.StringIO(text), sentinels=[9998])
    assert events["law"].isna().tolist() == [True, False]


def test_text_of_a_number_is_the_sentinel_of_numbers_too() -> None:
    table = pd.DataFrame({"country": ["Mali", "Chad"], "year": 2009, "gdp": [-5.0, 7]})
    for sentinel in (-5, "-5", " -5.0 "):
        panel = as_panel(table, sentinels=sentinel)
        assert panel["gdp"].isna().tolist() == [True, False], sentinel
    words = "country,year,note\nMali,2009,-5\nChad,2009,-5.0\n"
    kept = read_values(io.StringIO(words), text="note", sentinels="-5")
    assert kept["note"].tolist() == [None, "-5.0"]


def test_a_number_whose_decimals_would_be_lost_is_refused() -> None:
    text = "country,year,prosecution,protection,prevention\nMali,2009,{},3,3\n"
    for digits in ("2.99999999999999999999", "3.00000000000000000001", "3,00000000000000000001"):
        stream = io.StringIO(text.replace("{}", f'"{digits}"'))
        with pytest.raises(PanelError, match="prosecution must be an integer"):
            read_scores(stream)
    for digits in ("3.0", "3.000000000000000000000000", "3", "3e0", "3."):
        assert read_scores(io.StringIO(text.format(digits)))["overall"].tolist() == [9]
    values = "country,year,x\nMali,2009,{}\n"
    for digits in ("1e-400", "0.5e-400", '"5,"'):
        with pytest.raises(PanelError, match="must hold numbers|column of numbers"):
            read_values(io.StringIO(values.format(digits)))
    for digits, number in (("0e-400", 0), ("1e-300", 1e-300), ("20.5", 20.5), ('"5,5"', 5.5)):
        assert read_values(io.StringIO(values.format(digits)))["x"].tolist() == [number]
    record = '{"metadata": {}, "data": [{"country": "Mali", "year": 2009, "x": 4.5}]}'
    assert read_values(io.StringIO(record.replace("4.5", "4.5E0")))["x"].tolist() == [4.5]
    with pytest.raises(PanelError, match="column of numbers; x holds text|must hold numbers"):
        read_values(io.StringIO(record.replace("4.5", "4.0000000000000000001")))


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ({1: "2"}, "1 and 2 both stand for 2"),
        ({1: "3", 2: "3"}, "1 and 2 both stand for 3"),
        ({1: "2", 2: "1"}, ""),
        ({1: "1"}, ""),
    ],
)
def test_codes_whose_labels_are_one_number_are_refused(labels: dict[int, str], told: str) -> None:
    table = pd.DataFrame({"country": ["Mali", "Chad", "Togo"], "year": 2009, "x": [1, 2, None]})
    table.to_stata(stream := io.BytesIO(), write_index=False, value_labels={"x": labels})
    if told:
        with pytest.raises(PanelError, match=f"x must have a label of its own.*; {told} by"):
            read_values(io.BytesIO(stream.getvalue()))
    else:
        assert read_values(io.BytesIO(stream.getvalue()))["x"].count() == 2


def test_a_truth_is_not_the_number_of_a_header() -> None:
    text = "country,year,x\nMali,2009,1\n"
    with pytest.raises(OptionError, match="header must be the number of a row"):
        read_values(io.StringIO(text), header=True)
    assert read_values(io.StringIO(text), header=1)["x"].tolist() == [1]


RULES = {
    "prosecution": lambda law_prosecution: 1 + law_prosecution,
    "protection": lambda law_protection: 1 + law_protection,
}


def test_scores_that_are_not_of_the_codebook_are_a_loss() -> None:
    names = ("prosecution", "protection")
    parts = [Dimension(name, (Indicator(f"law_{name}"),), RULES[name]) for name in names]
    book = Codebook("own", tuple(parts))
    text = "country,year,prosecution,protection,prevention\nMali,2009,1,2,2\n"
    with pytest.warns(ReadingWarning, match="without a part in the scores: prevention: left out"):
        assert read_scores(io.StringIO(text), codebook=book)["overall"].tolist() == [3]
    reading = read(io.StringIO(text.replace("prevention", "region")), codebook=book)
    assert reading.findings["lost"].tolist() == [0]


def test_columns_that_pandas_numbered_repeat_the_first() -> None:
    head = "country,year,prosecution,protection,prevention,prosecution.1"
    with pytest.raises(PanelError, match="prosecution.1.*1 rows differ"):
        read_scores(io.StringIO(f"{head}\nMali,2009,1,2,3,4\n"))
    same = read(io.StringIO(f"{head}\nMali,2009,1,2,3,1.0\n"), holds="scores")
    assert same.findings["finding"].tolist() == ["prosecution.1 holds the same as prosecution"]
    other = read(io.StringIO(f"{head.replace('prosecution.1', 'x.1')}\nMali,2009,1,2,3,4\n"))
    assert other.findings["kind"].tolist() == ["ignored"]


@pytest.mark.parametrize(
    "header",
    [
        "\N{INCREMENT} prosecution", "% prosecution", "-prosecution", "prosecution \N{MINUS SIGN}",
        "prosecution(-)", "\N{NOT SIGN}prosecution", "~prosecution", "< prosecution",
        "prosecution \N{PLUS-MINUS SIGN}", "prosecution \N{DOWNWARDS ARROW}", "!prosecution",
        "prosecution?", "\N{EN DASH} prosecution",
    ],
)  # fmt: skip
def test_a_sign_that_changes_the_meaning_of_a_header_stays(header: str) -> None:
    text = f"country,year,{header},protection,prevention\nMali,2009,1,2,3\n"
    with pytest.raises(PanelError, match="1 is absent: prosecution"):
        read_scores(io.StringIO(text))


@pytest.mark.parametrize(
    "header", ["Prosecution (1-5)", "PROSECUTION_Index", "prosecution*", "pros.", "(prosecution)",
               "prosecution - score", "'prosecution'", "prosecution:"],
)  # fmt: skip
def test_other_signs_of_a_header_do_not_matter(header: str) -> None:
    text = f"country,year,{header},protection,prevention\nMali,2009,1,2,3\n"
    assert read_scores(io.StringIO(text))["overall"].tolist() == [6]


def test_a_year_that_may_be_rounded_is_refused() -> None:
    text = "country,year,x\nMali,{},1\n"
    for year in ("2.01E+03", "2E+03", "2.0e3"):
        with pytest.raises(PanelError, match=f"integer from 1900 to 2100.*'{re.escape(year)}'"):
            read_values(io.StringIO(text.format(year)))
        with pytest.raises(PanelError, match=r"must hold years.*\(rounded\)"):
            read_events(io.StringIO(f"country,law\nMali,{year}\n"))
    for exact in ("2009.0", "2.009e3", "2.0090E+03", "20090e-1"):
        assert read_values(io.StringIO(text.format(exact))).index[0] == ("MLI", 2009)


@pytest.mark.parametrize("row", ["Mali 2009 1 1 1 3", '"Mali,2009,1,1,1,3"', '"Mali;2009;1"'])
def test_a_row_of_data_in_one_cell_is_no_note_without_a_warning(row: str) -> None:
    table = "country,year,prosecution,protection,prevention,overall\nChad,2009,1,2,3,6\n"
    told = "line . (above the header|below the table) is not part of the table: set aside"
    for text in (f"{table}\n{row}\n", f"{row}\n{table}"):
        with pytest.warns(ReadingWarning, match=told):
            assert len(read_scores(io.StringIO(text))) == 1
    for note in ("Mali 2009", "Source: Mali 2009 1 2 of the ministry", "Scores of 2008 2009 2010"):
        assert len(read_scores(io.StringIO(f"{note}\n{table}"))) == 1


@pytest.mark.parametrize(
    "name", ["Kenya;", "Kenya:", "Kenya/", "/Kenya", "Kenya_", "Kenya...", "(Kenya", "Kenya)",
             "{Kenya}", "Kenya,", "Kenya]", "*Kenya", "'Kenya'", "Ken\tya", "Kenya'",
             "Ken\x0bya", "Ken\"\"ya",
             "\N{LEFT DOUBLE QUOTATION MARK}Kenya",
             "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}Kenya",
             "\N{LEFT DOUBLE QUOTATION MARK}Kenya\N{RIGHT DOUBLE QUOTATION MARK}"],
)  # fmt: skip
def test_signs_at_the_ends_of_a_country_are_reported(name: str) -> None:
    reading = read(io.StringIO(f'country,year,overall\n"{name}",2009,6\n'))
    assert reading.panel.index[0] == ("KEN", 2009)
    assert reading.findings["kind"].tolist() == ["footnote"]
    for plain in ("Congo, Dem. Rep.", "Korea (the Republic of)", "Cote d'Ivoire", "St. Lucia"):
        assert read(io.StringIO(f'country,year,overall\n"{plain}",2009,6\n')).findings.empty


def test_zero_has_no_sign() -> None:
    panel = read_values(io.StringIO("country,year,x,y\nMali,2009,-0,a\n"), text="y")
    assert str(panel["x"].iloc[0]) == "0.0"


def test_the_codes_for_missing_values_are_those_that_the_reader_names() -> None:
    text = (read.__doc__ or "").partition("by default -9,")[2].partition("sheet :")[0]
    numbers = {-9, *(int(digits) for digits in re.findall(r"-?\d+", text))}
    assert sorted(CODES) == sorted(numbers)


@pytest.mark.parametrize("name", ["Niger(ia)", "Niger/ia", "Niger.ia"])
def test_a_sign_within_the_name_of_a_country_is_a_doubt(name: str) -> None:
    text = f"country,year,overall\n{name},2009,6\n"
    with pytest.warns(ReadingWarning, match="a sign within a word: read without it"):
        assert len(read_scores(io.StringIO(text))) == 1
    for plain in (
        "Bosnia/Herzegovina",
        "U.S.A.",
        "u.s.a.",
        "Korea (the Republic of)",
        "Congo (DR)",
    ):
        assert read(io.StringIO(text.replace(name, plain))).findings["lost"].sum() == 0


@pytest.mark.parametrize(
    ("header", "is_right"),
    [("year (2008-2009)", True), ("year (1990-1999)", False), ("year (%)", False),
     ("year (1-5)", False), ("Year [2009-2009]", False)],
)  # fmt: skip
def test_years_are_those_that_their_header_names(header: str, is_right: bool) -> None:
    text = f"country,{header},overall\nMali,2009,6\nMali,2008,6\n"
    if is_right:
        assert len(read_scores(io.StringIO(text))) == 2
    else:
        with pytest.raises(PanelError, match="must hold what its header says"):
            read_scores(io.StringIO(text))


def test_an_archive_that_starts_within_a_stream_is_damaged() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["country", "year", "overall"])
    book.active.append(["Mali", 2009, 6])
    book.save(stream := io.BytesIO())
    stream.seek(len(stream.getvalue()) - 600)
    with pytest.raises(PanelError, match="damaged|cannot be read|must") as caught:
        read(stream)
    assert "seek" not in str(caught.value)


@pytest.mark.parametrize("levels", [("no", "yes"), ("not used", "used"), ("No", "Yes")])
def test_truths_beside_words_are_levels_of_an_indicator_of_two(levels: tuple[str, str]) -> None:
    aid = Dimension("aid", (Indicator("shelter", levels),), lambda shelter: 1 + shelter)
    text = f"country,year,shelter\nMali,2009,true\nChad,2009,{levels[0]}\nTogo,2009,false\n"
    panel = read_codings(io.StringIO(text), codebook=Codebook("aid", (aid,)))
    assert panel["shelter"].to_dict() == {("MLI", 2009): 1, ("TCD", 2009): 0, ("TGO", 2009): 0}


@pytest.mark.parametrize("suffix", [".dta", ".sav"])
@pytest.mark.parametrize(
    "labels",
    [
        {"shelter": {0: "yes"}},
        {"enforcement": {2: "none"}},
        {"enforcement": {0: "none", 1: "full"}},
    ],
)
def test_a_level_as_a_label_is_not_a_second_number_of_that_level(
    tmp_path: Path, suffix: str, labels: dict[str, dict[int, str]]
) -> None:
    path = save_labelled(tmp_path / f"codings{suffix}", labels)
    with pytest.raises(PanelError, match="must have a label of its own for each number"):
        read_codings(path)


@pytest.mark.parametrize("suffix", [".dta", ".sav"])
@pytest.mark.parametrize("label", [" ", ".", "-"])
def test_a_label_without_a_word_leaves_its_number(tmp_path: Path, suffix: str, label: str) -> None:
    bare, marked = (
        read_codings(save_labelled(tmp_path / f"{name}{suffix}", {"shelter": labels}))
        for name, labels in (("bare", {}), ("marked", {0: "no", 1: label}))
    )
    assert bare.equals(marked)


def save_labelled(path: Path, labels: dict[str, dict[int, str]]) -> Path:
    """Write the codings of the demo with labels of some numbers."""
    codings = datasets.load_demo().fillna(0).astype(int).reset_index()
    if path.suffix == ".dta":
        given = {name: words for name, words in labels.items() if words}
        codings.to_stata(path, write_index=False, value_labels=given)
    else:
        writer = pytest.importorskip("pyreadstat")
        writer.write_sav(codings, path, variable_value_labels=labels)
    return path
