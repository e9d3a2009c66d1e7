"""What is written to files, against other readers: nothing is lost, and nothing calculates."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import subprocess
import sys
import time as clock
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.pandas import column, data_frames

import policyindex as pi
from builders import examples, from_zero, panel
from builders import table as wide_table
from policyindex import writing

pytest.importorskip("openpyxl")
pytest.importorskip("pyarrow")

READABLE = [".csv", ".xlsx", ".dta", ".parquet", ".json"]
ENDINGS = [*READABLE, ".md", ".tex"]
DIMENSIONS = ["prosecution", "protection", "prevention"]


@pytest.fixture
def out(tmp_path: Path) -> Callable[[str], Path]:
    """Name a file in an empty folder."""
    return lambda ending: tmp_path / f"out{ending}"


@pytest.fixture(scope="module")
def scores() -> pd.DataFrame:
    return pi.score(pi.datasets.load_demo())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("written")


def frame_of(path: Path) -> pd.DataFrame:
    """Read a file by pandas alone, or by json."""
    ending = path.suffix
    if ending == ".csv":
        return pd.read_csv(path, keep_default_na=False, na_values=[""])
    if ending == ".xlsx":
        return pd.read_excel(path, engine="openpyxl", keep_default_na=False, na_values=[""])
    if ending == ".dta":
        return pd.read_stata(path, convert_categoricals=False)
    if ending == ".parquet":
        return pd.read_parquet(path)
    return pd.DataFrame(json.loads(path.read_text(encoding="utf-8"))["data"])


def header(path: Path) -> list[str]:
    return next(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))


def cells(path: Path, sheet: str = "Data") -> list[list[Any]]:
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    book = load_workbook(path)
    assert book.sheetnames == ["Data", "About"]
    return [list(row) for row in book[sheet].iter_rows()]


# What is written reads back


LEVELS = st.integers(1, 5) | st.none()


@st.composite
def panels_of_scores(draw: st.DrawFn) -> pd.DataFrame:
    """Panels of scores of any countries and years, with gaps, some sums missing."""
    codes = st.sampled_from([code for code in pi.countries.table().index if len(code) == 3])
    keys = draw(st.sets(st.tuples(codes, st.integers(1990, 2020)), min_size=1, max_size=8))
    rows = {key: [draw(LEVELS) for _ in DIMENSIONS] for key in sorted(keys)}
    table = panel(rows, DIMENSIONS)
    table["overall"] = table.sum(axis=1, skipna=False)
    table.attrs["source"] = draw(st.sampled_from(["mine.csv", "=1+1.csv", "-x", "@sum", "Ärzte"]))
    return table


@pytest.mark.parametrize("ending", READABLE)
@given(table=panels_of_scores())
@examples(25)
def test_scores_read_back_equal(table: pd.DataFrame, ending: str, folder: Path) -> None:
    path = folder / f"scores{ending}"
    pi.write_table(table, path)
    again = pi.read_scores(path)
    pd.testing.assert_frame_equal(again, table)
    assert again.attrs["source"] == table.attrs["source"]


@pytest.mark.parametrize("ending", READABLE)
@given(table=panels_of_scores())
@examples(10)
def test_other_readers_see_the_same_panel(table: pd.DataFrame, ending: str, folder: Path) -> None:
    path = folder / f"panel{ending}"
    pi.write_table(table, path)
    frame = frame_of(path)
    assert list(frame.columns[:3]) == ["country", "name", "year"]
    assert list(frame["name"]) == [pi.countries.name(code) for code, _ in table.index]
    plain = frame.drop(columns=["name", "source"], errors="ignore")
    pd.testing.assert_frame_equal(pi.as_panel(plain, kind="iso3"), table)


@pytest.mark.parametrize("ending", READABLE)
def test_codings_and_overall_scores_read_back_equal(
    ending: str, scores: pd.DataFrame, out: Callable[[str], Path]
) -> None:
    codings = pi.datasets.load_demo().loc[["DEU", "NGA", "PRK"]]
    scores = scores.loc[["DEU", "NGA", "PRK"]]
    pi.write_table(codings, out(ending))
    pd.testing.assert_frame_equal(pi.read_codings(out(ending)), codings)
    pi.write_table(scores["overall"], out(ending))
    pd.testing.assert_series_equal(pi.read_scores(out(ending))["overall"], scores["overall"])


def test_codings_of_another_codebook_read_back_equal(out: Callable[[str], Path]) -> None:
    from policyindex import HTI

    names = [each.name for each in HTI.indicators]
    table = panel({("NGA", 2009): [0] * len(names), ("DEU", 2009): [1] * len(names)}, names)
    for ending in READABLE:
        pi.write_table(table, out(ending), codebook=HTI)
        again = pi.read_codings(out(ending), codebook=HTI)
        pd.testing.assert_frame_equal(again, table.sort_index())


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
PLAIN = st.text(st.characters(codec="utf-8", min_codepoint=32, max_codepoint=0x2FF), max_size=8)


@given(rows=st.lists(st.tuples(TEXT, st.floats(allow_nan=True, allow_infinity=False))))
@examples(50)
def test_any_text_and_number_survive_csv_and_json(
    rows: list[tuple[str, float]], folder: Path
) -> None:
    table = pd.DataFrame({"t": [text for text, _ in rows], "x": [number for _, number in rows]})
    path = folder / "any.csv"
    pi.write_table(table, path)
    with path.open(encoding="utf-8", newline="") as stream:
        again = list(csv.reader(stream))[1:]
    assert len(again) == len(rows)
    for (text, number), (cell, digits) in zip(rows, again, strict=True):
        assert cell in (text, f"'{text}")
        assert digits == "" if math.isnan(number) else float(digits) == number
    pi.write_table(table, path.with_suffix(".json"))
    records = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["data"]
    for (text, number), record in zip(rows, records, strict=True):
        assert record["t"] == (text or None)
        assert record["x"] is None if math.isnan(number) else record["x"] == number


@pytest.mark.parametrize("ending", [".xlsx", ".dta", ".parquet"])
@given(
    table=data_frames(
        [
            column("t", elements=PLAIN, dtype=object),
            column("x", elements=st.floats(-1e300, 1e300), dtype=float),
            column("n", elements=st.integers(-(2**53), 2**53), dtype=np.int64),
            column("yes", dtype=bool),
        ]
    )
)
@examples(25)
def test_any_text_number_and_boolean_survive(
    table: pd.DataFrame, ending: str, folder: Path
) -> None:
    path = folder / f"any{ending}"
    pi.write_table(table, path)
    again = frame_of(path)
    texts = ["" if pd.isna(each) else str(each) for each in again["t"]]
    for text, cell in zip(table["t"], texts, strict=True):
        assert cell == text or (ending == ".xlsx" and cell in (f"'{text}", text.strip()))
    assert list(again["x"]) == list(table["x"])
    assert list(again["n"]) == list(table["n"])
    assert [bool(each) for each in again["yes"]] == list(table["yes"])


# Cells


def test_whole_numbers_are_written_as_such_and_a_missing_one_is_empty(
    out: Callable[[str], Path],
) -> None:
    table = panel({("DEU", 2009): [5, 2.5], ("NGA", 2009): [None, 1]}, ["a", "b"])
    lines = {}
    for ending in ENDINGS:
        pi.write_table(table, out(ending))
    lines = {each: out(each).read_text(encoding="utf-8") for each in (".csv", ".json", ".md")}
    assert lines[".csv"].splitlines()[1:] == ["DEU,Germany,2009,5,2.5", "NGA,Nigeria,2009,,1.0"]
    assert '"a": 5, "b": 2.5' in lines[".json"]
    assert '"a": null' in lines[".json"]
    assert "| DEU | Germany | 2009 | 5 | 2.5 |" in lines[".md"]
    assert "| NGA | Nigeria | 2009 |  | 1 |" in lines[".md"]
    assert "NGA & Nigeria & 2009 &  & 1 \\\\" in out(".tex").read_text(encoding="utf-8")
    assert [each.value for each in cells(out(".xlsx"))[1]] == ["DEU", "Germany", 2009, 5, 2.5]
    assert cells(out(".xlsx"))[2][3].value is None
    for ending in (".csv", ".json", ".md", ".tex"):
        assert "nan" not in out(ending).read_text(encoding="utf-8").lower()


def test_no_cell_is_an_object_of_python(scores: pd.DataFrame, out: Callable[[str], Path]) -> None:
    gaps = pi.coverage(scores.drop(("DEU", 2004))).by_country
    assert gaps.loc["DEU", "gaps"] == (2004,)
    for ending in ENDINGS:
        pi.write_table(gaps, out(ending))
    for ending in READABLE:
        frame = frame_of(out(ending)).set_index("country")
        assert float(frame.loc["DEU", "gaps"]) == 2004
        assert pd.isna(frame.loc["ITA", "gaps"]) or frame.loc["ITA", "gaps"] == ""
    odd = pd.DataFrame(
        {
            "tuple": [(2003, 2004), ()],
            "set": [{"b", "a"}, None],
            "mapping": [{"a": 1}, {}],
            "interval": [pd.Interval(1, 2), None],
            "period": [pd.Period("2009", "Y"), pd.NaT],
            "decimal": [Decimal("0.1"), Decimal("NaN")],
            "fraction": [Fraction(1, 3), Fraction(1, 2)],
            "category": pd.Categorical(["low", None]),
            "nullable": pd.array([1, None], dtype="Int64"),
            "arrow": pd.array(["x", None], dtype="string[pyarrow]"),
            "truth": pd.array([True, None], dtype="boolean"),
            "mixed": [1, "x"],
        }
    )
    pi.write_table(odd, out(".csv"))
    first, second = list(csv.reader(io.StringIO(out(".csv").read_text(encoding="utf-8"))))[1:]
    assert first == [
        "2003, 2004", "a, b", "a: 1", "(1, 2]", "2009", "0.1", "1/3", "low", "1", "x", "True", "1",
    ]  # fmt: skip
    assert second == ["", "", "", "", "", "", "0.5", "", "", "", "", "x"]
    for ending in ENDINGS:
        pi.write_table(odd, out(ending))
    assert pd.read_parquet(out(".parquet"))["mixed"].tolist() == ["1", "x"]


@pytest.mark.parametrize("cell", [object(), b"bytes", 1j, [object()]])
def test_a_cell_of_another_type_is_refused(cell: object, out: Callable[[str], Path]) -> None:
    with pytest.raises(ValueError, match=r"a cell must be .*; odd, row 2 is a .*convert it"):
        pi.write_table(pd.DataFrame({"odd": pd.Series(["x", cell], dtype=object)}), out(".csv"))
    assert not out(".csv").exists()


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_infinite_number_is_refused(ending: str, out: Callable[[str], Path]) -> None:
    table = pd.DataFrame({"x": [1, np.inf, -np.inf]})
    with pytest.raises(ValueError, match="2 of column x are infinite, the first in row 2"):
        pi.write_table(table, out(ending))
    assert not out(ending).exists()


def test_large_integers_are_exact_or_refused(out: Callable[[str], Path]) -> None:
    table = pd.DataFrame({"n": [2**53 + 1, 1]})
    for ending in (".csv", ".json", ".parquet"):
        pi.write_table(table, out(ending))
        assert frame_of(out(ending))["n"].tolist() == [2**53 + 1, 1]
    for ending in (".xlsx", ".dta"):
        with pytest.raises(ValueError, match="1 of column n are larger, the first 90071992547409"):
            pi.write_table(table, out(ending))
    huge = pd.DataFrame({"n": [2**70, 1]}, dtype=object)
    with pytest.raises(ValueError, match="at most 64 bits"):
        pi.write_table(huge, out(".parquet"))
    for ending in (".csv", ".json", ".md", ".tex"):
        with pytest.raises(ValueError, match="at most 1,024 bits; 1 of column n have more"):
            pi.write_table(pd.DataFrame({"n": [10**5000]}, dtype=object), out(ending))
    pi.write_table(huge, out(".csv"))
    assert str(2**70) in out(".csv").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="must be smaller than 8.9e"):
        pi.write_table(pd.DataFrame({"x": [9e307, 0.5]}), out(".dta"))


def test_dates_and_times(out: Callable[[str], Path]) -> None:
    zone = timezone(timedelta(hours=2))
    table = pd.DataFrame(
        {
            "day": pd.to_datetime(["2009-03-01", None]),
            "old": [date(1850, 1, 2), None],
            "moment": pd.to_datetime(["2009-03-01 12:30:15", None]),
            "zoned": [datetime(2009, 3, 1, 12, tzinfo=zone), None],
            "fine": pd.to_datetime(["2009-03-01 12:30:15.000001", None]),
        }
    )
    for ending in ENDINGS:
        pi.write_table(table, out(ending))
    row = out(".csv").read_text(encoding="utf-8").splitlines()[1].split(",")
    assert row == [
        "2009-03-01", "1850-01-02", "2009-03-01T12:30:15", "2009-03-01T12:00:00+02:00",
        "2009-03-01T12:30:15.000001",
    ]  # fmt: skip
    day, old, moment, zoned, fine = (each.value for each in cells(out(".xlsx"))[1])
    assert (day, moment) == (datetime(2009, 3, 1), datetime(2009, 3, 1, 12, 30, 15))
    assert (old, zoned, fine) == (row[1], row[3], row[4])
    stata = pd.read_stata(out(".dta"))
    assert stata.loc[0, "day"] == pd.Timestamp("2009-03-01")
    assert stata.loc[0, "old"] == pd.Timestamp("1850-01-02")
    assert stata.loc[0, "moment"] == pd.Timestamp("2009-03-01 12:30:15")
    assert stata.loc[0, "zoned"] == row[3]
    assert stata.loc[1, ["day", "old", "moment"]].isna().all()
    frame = pd.read_parquet(out(".parquet"))
    assert frame.loc[0, "day"] == date(2009, 3, 1)
    assert frame.loc[0, "moment"] == pd.Timestamp("2009-03-01 12:30:15")
    assert frame.loc[0, "zoned"] == table.loc[0, "zoned"]
    assert json.loads(out(".json").read_text())["data"][1] == dict.fromkeys(table)


# Formulas


EVIL = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\uff1d1",
    "'=1",
    '=HYPERLINK("x")',
]


def test_text_that_starts_a_formula_is_inert_in_every_field(out: Callable[[str], Path]) -> None:
    for evil in EVIL:
        table = pd.DataFrame({"plain": [evil, "safe"], f"{evil} ": [1, -1.5]})
        table.attrs["source"] = table.attrs["citation"] = evil
        for ending in (".csv", ".xlsx"):
            pi.write_table(table, out(ending))
        with out(".csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        assert rows[0] == ["plain", f"'{evil} ", "source"]
        assert rows[1] == [f"'{evil}", "1.0", f"'{evil}"]
        assert rows[2] == ["safe", "-1.5", f"'{evil}"]
        for cell in (
            each for name in ("Data", "About") for row in cells(out(".xlsx"), name) for each in row
        ):
            assert cell.data_type in "sn"
            assert not re.match(r"[=+\-@\t\r\n\uff1d]", str(cell.value)) or cell.data_type == "n"
        assert cells(out(".xlsx"))[2][1].value == -1.5


def test_text_of_a_number_or_an_error_stays_as_it_is(out: Callable[[str], Path]) -> None:
    table = pd.DataFrame({"t": ["-5", "+1.5", "#N/A", "TRUE", "007"]})
    for ending in (".csv", ".xlsx"):
        pi.write_table(table, out(ending))
    assert out(".csv").read_text().splitlines()[1:] == list(table["t"])
    assert [row[0].value for row in cells(out(".xlsx"))[1:]] == list(table["t"])
    assert {row[0].data_type for row in cells(out(".xlsx"))} == {"s"}


# Names


def test_names_stand_beside_codes_of_countries_alone(
    scores: pd.DataFrame, out: Callable[[str], Path]
) -> None:
    pi.write_table(pi.standings(scores, 2009), out(".csv"))
    assert header(out(".csv"))[:3] == ["country", "name", "prosecution"]
    pi.write_table(panel({("Aachen", 2009): [1], ("Bonn", 2009): [2]}, ["a"]), out(".csv"))
    assert header(out(".csv")) == ["country", "year", "a"]
    own = pd.DataFrame({"country": ["DEU"], "name": ["Deutschland"]})
    pi.write_table(own, out(".csv"))
    assert out(".csv").read_text() == "country,name\nDEU,Deutschland\n"
    mixed = panel({("DEU", 2009): [1], ("Aachen", 2009): [2]}, ["a"])
    pi.write_table(mixed, out(".csv"))
    assert out(".csv").read_text().splitlines()[1:] == ["DEU,Germany,2009,1", "Aachen,,2009,2"]


def test_levels_of_an_index_and_of_columns_have_names(
    scores: pd.DataFrame, out: Callable[[str], Path]
) -> None:
    wide = scores[["prosecution", "overall"]].unstack("year")  # noqa: PD010 (of two columns)
    pi.write_table(wide, out(".csv"))
    assert header(out(".csv"))[:3] == ["country", "name", "prosecution_2000"]
    pi.write_table(wide_table(scores["overall"]), out(".csv"))
    assert header(out(".csv"))[:3] == ["country", "name", "2000"]
    pi.write_table(pd.DataFrame({"x": [1, 2]}, index=["a", "b"]), out(".csv"))
    assert out(".csv").read_text() == "index,x\na,1\nb,2\n"
    pi.write_table(pd.DataFrame({"x": [1, 2]}), out(".csv"))
    assert out(".csv").read_text() == "x\n1\n2\n"
    pi.write_table(pd.Series([1, 2]), out(".csv"))
    assert out(".csv").read_text() == "value\n1\n2\n"
    days = pd.DataFrame([[1, 2]], columns=pd.to_datetime(["2009-01-01", "2010-01-01"]))
    pi.write_table(days, out(".csv"))
    assert out(".csv").read_text() == "2009-01-01,2010-01-01\n1,2\n"
    pi.write_table(pi.coding_error(0.9), out(".md"))
    assert out(".md").read_text().startswith("| true | 1 | 2 |")


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (pd.DataFrame(), "a table must have a column; it has none"),
        (pd.DataFrame([[1, 2]], columns=["a", ""]), "1 lack one, the first is column 2; rename"),
        (pd.DataFrame([[1, 2]], columns=["a", None]), "1 lack one, the first is column 2; rename"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "the first 'a'; rename or drop one"),
        (pd.DataFrame([[1, 2]], columns=["2000", 2000]), "the first '2000'; rename or drop one"),
        (
            pd.DataFrame({"country": ["x"]}, index=pd.Index(["y"], name="country")),
            "levels of the index included, must have distinct names",
        ),
        (pd.DataFrame([[1]], columns=[object()]), "the name <object"),
    ],
)
def test_columns_without_a_name_of_their_own_are_refused(
    table: pd.DataFrame, text: str, out: Callable[[str], Path]
) -> None:
    for ending in ENDINGS:
        with pytest.raises(ValueError, match=re.escape(text)):
            pi.write_table(table, out(ending))
        assert not out(ending).exists()


# Endings


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("x.docx", "; the report's brief alone is written as Word"),
        ("x.txt", "; choose .csv"),
        ("x.html", "; the report writes pages"),
        ("x.xls", "; choose .xlsx"),
        ("x.sav", "; SPSS opens .dta"),
        ("x.rds", "; R reads .csv, .dta and .parquet"),
        ("x.pdf", "; charts can be written as .pdf, tables as .tex"),
        ("x.csv.gz", "x.csv.gz"),
        ("x.odt", "x.odt"),
        ("x", " x"),
        (".csv", " .csv"),
    ],
)
def test_another_ending_is_refused(
    name: str, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    endings = ".csv, .xlsx, .dta, .parquet, .json, .md, .tex; got "
    with pytest.raises(
        ValueError, match=f"must end in {re.escape(endings)}.*{re.escape(advice.strip())}$"
    ):
        pi.write_table(pd.DataFrame({"x": [1]}), name)
    assert list(tmp_path.iterdir()) == []
    pi.write_table(pd.DataFrame({"x": [1]}), "x.CSV")
    assert Path("x.CSV").read_text() == "x\n1\n"


def test_something_else_than_a_table_is_refused(
    scores: pd.DataFrame, out: Callable[[str], Path]
) -> None:
    with pytest.raises(TypeError, match="a Comparison; write one of its tables: by_year, t"):
        pi.write_table(pi.compare(scores, scores), out(".csv"))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="this is a list$"):
        pi.write_table([1], out(".csv"))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="codebook must be a Codebook"):
        pi.write_table(scores, out(".csv"), codebook="3P")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ending", "library", "extra"),
    [(".xlsx", "openpyxl", "excel"), (".parquet", "pyarrow", "parquet")],
)
def test_a_missing_library_is_named_with_the_command(
    ending: str,
    library: str,
    extra: str,
    out: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    command = re.escape(f'pip install "policyindex[{extra}]"')
    with pytest.raises(ImportError, match=f"writing {ending} needs the library .*: {command}$"):
        pi.write_table(pd.DataFrame({"x": [1]}), out(ending))
    assert not out(ending).exists()


def test_a_refused_table_leaves_the_file_as_it_was(out: Callable[[str], Path]) -> None:
    for ending in ENDINGS:
        out(ending).write_text("precious")
        with pytest.raises(ValueError, match="infinite"):
            pi.write_table(pd.DataFrame({"x": [np.inf]}), out(ending))
        assert out(ending).read_text() == "precious"


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_empty_table_has_a_header(
    ending: str, scores: pd.DataFrame, out: Callable[[str], Path]
) -> None:
    pi.write_table(scores.iloc[:0], out(ending))
    if ending == ".json":
        assert json.loads(out(ending).read_text())["data"] == []
    elif ending in READABLE:
        assert list(frame_of(out(ending)).columns)[:2] == ["country", "year"]
        assert len(frame_of(out(ending))) == 0


@pytest.mark.slow
@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_table_gives_the_same_bytes(ending: str, tmp_path: Path) -> None:
    code = (
        "import policyindex as pi; s = pi.score(pi.datasets.load_demo()); "
        "s.attrs['set'] = {'b', 'a', 'c'}; pi.write_table(s, {!r})"
    )
    paths = [tmp_path / f"{name}{ending}" for name in ("one", "two")]
    for path in paths:
        subprocess.run([sys.executable, "-c", code.replace("{!r}", repr(str(path)))], check=True)
        clock.sleep(1.1)
    assert paths[0].read_bytes() == paths[1].read_bytes()


# Provenance


@pytest.fixture
def spliced() -> pd.DataFrame:
    old = panel({("DEU", 2012): [1, 2], ("NGA", 2012): [None, None]}, ["a", "b"])
    new = panel({("DEU", 2013): [4, 5]}, ["a", "b"])
    old.attrs |= {"source": "old.csv", "citation": "Old (2012)"}
    new.attrs |= {"source": "new.csv"}
    return pi.splice(old, new)


def test_each_row_of_a_csv_file_names_its_own_source(
    spliced: pd.DataFrame, out: Callable[[str], Path]
) -> None:
    pi.write_table(spliced, out(".csv"))
    assert out(".csv").read_text().splitlines() == [
        "country,name,year,a,b,source",
        "DEU,Germany,2012,1,2,old.csv",
        "DEU,Germany,2013,4,5,new.csv",
        "NGA,Nigeria,2012,,,",
    ]
    pi.write_table(pi.yearly_means(spliced["a"]), out(".csv"))
    names = "old.csv (2012); new.csv (2013)"
    assert [line.endswith(names) for line in out(".csv").read_text().splitlines()[1:]] == [True] * 2
    own = pd.DataFrame({"source": ["mine"], "x": [1]})
    own.attrs["source"] = "theirs"
    pi.write_table(own, out(".csv"))
    assert out(".csv").read_text() == "source,x\nmine,1\n"


def test_provenance_is_part_of_every_file(
    spliced: pd.DataFrame, out: Callable[[str], Path]
) -> None:
    spliced.attrs |= {
        "assumption": "countries are independent",
        "persistence": {"phi": np.float64(0.5)},
    }
    for ending in ENDINGS:
        pi.write_table(spliced, out(ending))
    source = "old.csv (2012); new.csv (2013)".replace("-", "\N{EN DASH}")
    metadata = json.loads(out(".json").read_text(encoding="utf-8"))["metadata"]
    assert metadata["source"] == source
    assert metadata["citation"] == "Old (2012)"
    assert metadata["persistence"] == {"phi": 0.5}
    assert metadata["spans"] == spliced.attrs["spans"]
    assert list(json.loads(out(".json").read_text(encoding="utf-8"))) == ["metadata", "data"]
    about = {row[0].value: row[1].value for row in cells(out(".xlsx"), "About")}
    assert about["source"] == source
    assert about["assumption"] == "countries are independent"
    assert about["persistence"] == "phi: 0.5"
    assert about["span 2"].startswith("source: new.csv; ")
    for ending in (".md", ".tex"):
        last = out(ending).read_text(encoding="utf-8").strip().splitlines()[-1]
        assert f"Source: {source}. Cite: Old (2012). Assumed: countries are independent." in last
    assert pd.read_parquet(out(".parquet")).attrs == metadata
    from pyarrow.parquet import read_schema

    schema = read_schema(out(".parquet")).metadata
    assert schema[b"source"].decode() == source
    assert json.loads(schema[b"policyindex"]) == metadata


@pytest.mark.parametrize("ending", [".xlsx", ".dta", ".parquet", ".json"])
def test_the_seam_of_spliced_years_reads_back(
    spliced: pd.DataFrame, ending: str, out: Callable[[str], Path]
) -> None:
    spliced.attrs["assumption"] = "countries are independent"
    pi.write_table(spliced, out(ending))
    again = pi.read_values(out(ending))
    for key in ("source", "citation", "spans"):
        assert again.attrs[key] == spliced.attrs[key]
    if ending in (".xlsx", ".dta"):  # the lines of which are for people
        spliced.attrs["spans"][0]["citation"] = "Old; rules: none; rules: some"
        pi.write_table(spliced, out(ending))
        again = pi.read_values(out(ending))
        assert again.attrs["source"] == spliced.attrs["source"]
        assert "spans" not in again.attrs


def test_the_provenance_of_other_files_is_not_read(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    frame = pd.DataFrame({"country": ["Mali"], "year": [2009], "gdp": [1.0]})
    frame.to_stata(tmp_path / "other.dta", write_index=False, version=118, data_label="a label")
    assert pi.read_values(tmp_path / "other.dta").attrs["source"] == "other.dta"
    book = openpyxl.Workbook()
    for row in (["country", "year", "gdp"], ["Mali", 2009, 1]):
        book.active.append(row)
    about = book.create_sheet("About")
    about.append(["source", "somebody"])
    book.save(tmp_path / "other.xlsx")
    assert pi.read_values(tmp_path / "other.xlsx").attrs["source"] == "other.xlsx"
    about.append(["missing values", "empty cells"])
    book.save(tmp_path / "ours.xlsx")
    assert pi.read_values(tmp_path / "ours.xlsx").attrs["source"] == "somebody"


def test_an_attribute_that_json_cannot_hold_is_dropped(out: Callable[[str], Path]) -> None:
    table = pd.DataFrame({"x": [1]})
    table.attrs |= {
        "table": pd.DataFrame({"y": [1]}),
        "object": object(),
        "none": None,
        3: "x",
        "limit": np.inf,
    }
    pi.write_table(table, out(".json"))
    assert json.loads(out(".json").read_text())["metadata"] == {"3": "x", "limit": "inf"}
    for ending in ENDINGS:
        pi.write_table(table, out(ending))


# Stata


def test_stata_has_labels_and_notes(scores: pd.DataFrame, out: Callable[[str], Path]) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    pi.write_table(scores, out(".dta"))
    frame, meta = pyreadstat.read_dta(out(".dta"))
    assert meta.file_label == scores.attrs["source"]
    assert f"rules: {scores.attrs['rules']}" in meta.notes
    assert meta.column_names_to_labels["prosecution"] == "prosecution, 1 to 5, higher is better"
    assert meta.column_names_to_labels["country"] == "country, ISO 3166 alpha-3 code"
    for dimension in pi.THREE_P.dimensions:
        words = dict(enumerate(dimension.levels, dimension.lowest))
        assert meta.variable_value_labels[dimension.name] == words
    assert "overall" not in meta.variable_value_labels
    types = meta.readstat_variable_types
    assert (types["year"], types["prosecution"], types["overall"]) == ("int16", "int8", "int8")
    expected = scores["prosecution"].to_numpy()
    np.testing.assert_array_equal(
        frame["prosecution"].to_numpy(dtype=float, na_value=np.nan), expected
    )
    with pd.read_stata(out(".dta"), iterator=True) as reader:
        assert reader.data_label == scores.attrs["source"]
        assert reader.time_stamp == ""


def test_stata_labels_codings_by_the_codebook(out: Callable[[str], Path]) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    pi.write_table(pi.datasets.load_demo(), out(".dta"))
    meta = pyreadstat.read_dta(out(".dta"))[1]
    assert meta.column_names_to_labels["specific_law"] == "law against trafficking"
    assert meta.variable_value_labels["enforcement"] == {0: "none", 1: "limited", 2: "full"}


def test_values_are_labelled_by_the_rules_of_the_table_alone(out: Callable[[str], Path]) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")

    def labels(table: pd.DataFrame, **options: Any) -> dict[str, Any]:
        pi.write_table(table, out(".dta"), **options)
        return dict(pyreadstat.read_dta(out(".dta"))[1].variable_value_labels)

    mine = pi.Codebook("mine", from_zero(["prosecution"], 3))
    table = panel({("DEU", 2009): [3]}, ["prosecution"])
    assert set(labels(table)) == {"prosecution"}  # a table without rules follows the default
    assert set(labels(table, codebook=mine)["prosecution"]) == {0, 1, 2, 3}
    table.attrs["rules"] = mine.rules
    assert labels(table) == {}
    assert set(labels(table, codebook=mine)["prosecution"]) == {0, 1, 2, 3}
    table.attrs["rules"] = f"{mine.rules}; not stated"
    assert set(labels(table, codebook=mine)) == {"prosecution"}
    assert labels(panel({("DEU", 2009): [6]}, ["prosecution"])) == {}  # off the scale
    assert labels(panel({("DEU", 2009): [1.5]}, ["prosecution"])) == {}


def test_labels_that_are_other_numbers_are_not_written(out: Callable[[str], Path]) -> None:
    # A reader would take the label for the number: 3 for 1.
    steps = pi.Indicator("steps", ("none", "some", "all"))
    words = ("3", "2", "1")
    aid = pi.Dimension("aid", (steps,), lambda steps: 1 + steps, levels=words)
    book = pi.Codebook("mine", (aid,))
    table = panel({("DEU", 2009): [1, 1], ("NGA", 2009): [3, 3]}, ["aid", "overall"])
    pi.write_table(table, out(".dta"), codebook=book)
    pd.testing.assert_frame_equal(pi.read_scores(out(".dta"), codebook=book), table)


def test_names_that_stata_refuses_are_replaced_and_become_labels(
    out: Callable[[str], Path],
) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    long = "a very long name of a column that goes on and on"
    names = ["2000", "GDP (US$)", "GDP  US", "GDP_US", "if", "str5", "_n", "Année", "日本", long,
             f"{long}!", "x" * 32, "3P", "fine", "Double", "x" * 100]  # fmt: skip
    table = pd.DataFrame([range(len(names))], columns=names)
    pi.write_table(table, out(".dta"))
    frame, meta = pyreadstat.read_dta(out(".dta"))
    assert frame.iloc[0].tolist() == list(range(len(names)))
    assert list(frame.columns) == [
        "y2000", "GDP_US_2", "GDP_US_3", "GDP_US", "if_", "str5_", "n", "Annee", "column",
        "a_very_long_name_of_a_column_tha", "a_very_long_name_of_a_column_t_2", "x" * 32, "_3P",
        "fine", "Double_", f"{'x' * 30}_2",
    ]  # fmt: skip
    labels = meta.column_names_to_labels
    assert labels["y2000"] == "2000"
    assert labels["column"] == "日本"
    assert labels["fine"] is None or labels["fine"] == ""
    assert labels[f"{'x' * 30}_2"] == f"{'x' * 77}..."
    assert f"{'x' * 30}_2 is the column {'x' * 100}" in meta.notes


@given(names=st.lists(st.text(max_size=40), min_size=1, max_size=12, unique=True))
@examples(100)
def test_names_of_stata_are_distinct_and_valid(names: list[str]) -> None:
    answer = writing._stata_names(names)
    assert len(set(answer)) == len(names)
    assert all(writing._is_stata_name(each) for each in answer)
    assert writing._stata_names(answer) == answer


def test_long_and_foreign_text_survives_stata(out: Callable[[str], Path]) -> None:
    table = pd.DataFrame({"t": ["é" * 3000, "日本", None, "x" * 2045], "n": [1, 2, 3, None]})
    table.attrs["source"] = "a\nb" + "é" * 200
    table.attrs["citation"] = "日" * 30_000
    pi.write_table(table, out(".dta"))
    again = pd.read_stata(out(".dta"))
    assert again["t"].fillna("").tolist() == table["t"].fillna("").tolist()
    assert again["n"].tolist()[:3] == [1, 2, 3]
    pyreadstat = pytest.importorskip("pyreadstat")
    frame, meta = pyreadstat.read_dta(out(".dta"))
    assert frame["t"].tolist()[1] == "日本"
    assert meta.file_label == "a b" + "é" * 74 + "..."
    assert meta.notes[0] == f"source: a\nb{'é' * 200}"


@pytest.mark.parametrize(
    ("low", "high", "dtype"),
    [
        (-127, 100, np.int8),
        (-128, 0, np.int16),
        (0, 101, np.int16),
        (-32_767, 32_740, np.int16),
        (0, 32_741, np.int32),
        (-(2**31) + 1, 2**31 - 28, np.int32),
        (0, 2**31, np.float64),
    ],
)
def test_integers_of_stata_are_of_the_smallest_type(
    low: int, high: int, dtype: Any, out: Callable[[str], Path]
) -> None:
    pi.write_table(pd.DataFrame({"n": [low, high]}), out(".dta"))
    frame = pd.read_stata(out(".dta"))
    assert frame["n"].tolist() == [low, high]
    assert frame["n"].dtype == dtype
    pi.write_table(pd.DataFrame({"n": [low, high, None]}), out(".dta"))
    assert pd.read_stata(out(".dta"))["n"].isna().tolist() == [False, False, True]


# Excel


def test_the_limits_of_excel_are_stated(
    out: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match=r"fewer than 32,767 characters; column t, row 2 has 40"):
        pi.write_table(pd.DataFrame({"t": ["x", "y" * 40_000]}), out(".xlsx"))
    with pytest.raises(ValueError, match=r"control characters; column t, row 1 holds '\\x07'"):
        pi.write_table(pd.DataFrame({"t": ["bell\a"]}), out(".xlsx"))
    with pytest.raises(ValueError, match="the name of a column holds"):
        pi.write_table(pd.DataFrame({"bell\a": [1]}), out(".xlsx"))
    with pytest.raises(ValueError, match="room for 1,048,575 rows under its header and 16,384 col"):
        pi.write_table(pd.DataFrame([range(16_385)]), out(".xlsx"))
    monkeypatch.setattr(writing, "MOST_ROWS", 3)
    pi.write_table(pd.DataFrame({"n": [1, 2]}), out(".xlsx"))
    with pytest.raises(ValueError, match="the table has 3 and 1; choose .csv or .parquet"):
        pi.write_table(pd.DataFrame({"n": [1, 2, 3]}), out(".xlsx"))


FIRST_OF_EXCEL = date(1900, 3, 1)
"""Excel takes 1900 for a leap year, so that only from here on its days are those of all others."""


@pytest.mark.parametrize(
    ("cell", "is_date"),
    [
        (FIRST_OF_EXCEL, True),
        (FIRST_OF_EXCEL - timedelta(1), False),
        (date(1901, 1, 1), True),
        (date(1899, 12, 31), False),
        (datetime(1900, 3, 1), True),
        (datetime(1900, 2, 28, 23, 59), False),
        (datetime(2009, 5, 4, 3, 2, 1, 7000), True),
        (datetime(2009, 5, 4, 3, 2, 1, 7001), False),
        (datetime(2009, 5, 4, tzinfo=timezone(timedelta(0))), False),
    ],
)
def test_a_date_of_excel_is_one_that_it_holds_exactly(cell: date, is_date: bool) -> None:
    assert writing._excel_cell(cell) == (cell if is_date else cell.isoformat())


def test_nul_and_broken_text_is_refused(out: Callable[[str], Path]) -> None:
    for text in ("a\0b", "\ud800"):
        for ending in ENDINGS:
            with pytest.raises(ValueError, match="column t, row 1"):
                pi.write_table(pd.DataFrame({"t": pd.Series([text], dtype=object)}), out(ending))


def test_a_workbook_has_no_date_and_a_frozen_header(
    scores: pd.DataFrame, out: Callable[[str], Path]
) -> None:
    from openpyxl import load_workbook

    pi.write_table(scores, out(".xlsx"))
    book = load_workbook(out(".xlsx"))
    assert book.properties.modified == book.properties.created == datetime(2000, 1, 1)
    assert book["Data"].freeze_panes == "A2"
    with zipfile.ZipFile(out(".xlsx")) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert [writing._letters(place) for place in (0, 25, 26, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
    ]


# Markdown and LaTeX


def test_markdown_is_escaped(out: Callable[[str], Path]) -> None:
    table = pd.DataFrame({"a|b": ["x|y", "two\nlines", "<b>", "*star* [1]", "rank_low _x_"]})
    table.attrs["source"] = "a|b"
    pi.write_table(table, out(".md"))
    assert out(".md").read_text().splitlines() == [
        r"| a\|b |",
        "| :--- |",
        r"| x\|y |",
        "| two<br>lines |",
        "| &lt;b> |",
        r"| \*star\* \[1\] |",
        r"| rank_low \_x\_ |",
        "",
        r"Source: a\|b.",
    ]


def test_latex_is_escaped(out: Callable[[str], Path]) -> None:
    table = pd.DataFrame(
        {"rank_low": [-0.5, 1234.5678, 2e-7], "t": ["50 % & $5 #1", r"a\b~c^d{e}", "[x]* -- é"]}
    )
    table.attrs["source"] = "mine_1.csv"
    pi.write_table(table, out(".tex"))
    assert out(".tex").read_text().splitlines() == [
        "% needs the package booktabs",
        r"\begin{tabular}{rl}",
        r"\toprule",
        r"rank\_low & t \\",
        r"\midrule",
        r"$-$0.5 & 50 \% \& \$5 \#1 \\",
        r"1235 & a\textbackslash{}b\textasciitilde{}c\textasciicircum{}d\{e\} \\",
        r"2e-07 & {[}x{]}{*} -{}- é \\",
        r"\bottomrule",
        r"\end{tabular}",
        "",
        r"\par\smallskip\noindent{\footnotesize Source: mine\_1.csv.\par}",
    ]


def test_a_long_table_of_latex_may_break_over_pages(
    scores: pd.DataFrame, out: Callable[[str], Path]
) -> None:
    pi.write_table(scores, out(".tex"))
    text = out(".tex").read_text()
    assert r"\begin{longtable}{llrrrrr}" in text
    assert r"\endhead" in text
    assert text.count("\\\\\n") == len(scores) + 1


# Every result of the library


def test_every_result_can_be_written(scores: pd.DataFrame, out: Callable[[str], Path]) -> None:
    overall = scores["overall"]
    cohort = scores.loc[["DEU", "NGA", "ITA", "SWE"]]
    transitions = pi.transitions(scores["prosecution"])
    sensitivity = pi.sensitivity(cohort, 2009)
    tables: list[pd.DataFrame | pd.Series] = [
        pi.score_bounds(pi.datasets.load_demo()).loc[["DEU"]],
        pi.ranks(overall).loc[["DEU"]],
        pi.rank_changes(overall, 2003, 2009),
        pi.trends(overall),
        pi.changes(overall).loc[["DEU"]],
        pi.movers(overall, 2003, 2009).gained,
        pi.yearly_means(overall, by="region"),
        transitions.counts,
        transitions.steady_state,
        pi.convergence(overall).by_year,
        sensitivity.runs,
        sensitivity.ranks,
        pi.coverage(scores).by_year,
        pi.compare(overall, overall).differing,
        pi.robustness.dominance(cohort, 2009),
        pi.countries.table(),
        pi.agreement({"a": pi.datasets.load_demo(), "b": pi.datasets.load_demo()}),
    ]
    for table in tables:
        for ending in ENDINGS:
            pi.write_table(table.head(12), out(ending))
        assert len(frame_of(out(".csv"))) == len(table.head(12))


@pytest.mark.slow
def test_published_scores_survive_every_format(
    real_file: Callable[[str], Path], out: Callable[[str], Path]
) -> None:
    with pytest.warns(pi.ReadingWarning):
        published = pi.read_scores(real_file("published_3p_2000_2013.dta"))
    for ending in READABLE:
        pi.write_table(published, out(ending))
        pd.testing.assert_frame_equal(pi.read_scores(out(ending)), published)


def test_a_note_leaves_out_what_is_not_stated(tmp_path: Path) -> None:
    table = pd.DataFrame({"n": [1]})
    table.attrs["persistence"] = {"phi": float("nan"), "n": 4}
    pi.write_table(table, tmp_path / "trends.md")
    note = (tmp_path / "trends.md").read_text(encoding="utf-8").splitlines()[-1]
    assert note == "Persistence: n: 4."
