"""Laws of layouts: the same scores, however a file lays them out, are the same panel."""

from __future__ import annotations

import io
import tempfile
import warnings
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from builders import examples, script
from policyindex import PanelError, as_panel, countries, read_scores, read_values, write_table

DIMENSIONS = ["prosecution", "protection", "prevention"]

CODES = ["DEU", "MLI", "NAM", "CIV", "KOR", "COD", "GBR", "SRB", "XKX", "VNM"]

AGGREGATES = ["World", "Arab World", "High income", "European Union", "Sub-Saharan Africa"]

TITLES = [["Scores of policies"], ["Made up, 2020"], ["Table 1"]]

NOTES = [["Source: own coding"], ["Notes: 1 is the worst"], ["* provisional for two countries"]]


class Scores(NamedTuple):
    """Hold made-up scores and how a file shows them."""

    levels: dict[tuple[str, int], tuple[int | None, ...]]
    names: dict[str, str]
    """The name of each country in the file."""

    @property
    def years(self) -> list[int]:
        return sorted({year for _, year in self.levels})

    @property
    def panel(self) -> pd.DataFrame:
        index = pd.MultiIndex.from_tuples(sorted(self.levels), names=["country", "year"])
        cells = [self.levels[key] for key in index]
        table = pd.DataFrame(cells, index, DIMENSIONS, dtype=np.float64)
        return table.assign(overall=table.sum(axis=1, skipna=False))


LEVEL = st.none() | st.integers(1, 5)


@st.composite
def all_scores(draw: st.DrawFn, *, whole: bool = False) -> Scores:
    codes = draw(st.lists(st.sampled_from(CODES), min_size=2, max_size=4, unique=True))
    years = draw(st.lists(st.integers(1990, 2030), min_size=2, max_size=3, unique=True))
    level = st.integers(1, 5) if whole else LEVEL
    levels = {key: draw(st.tuples(level, level, level)) for key in product(codes, years)}
    how = draw(st.sampled_from([countries.name, str]))
    return Scores(levels, {code: how(code) for code in codes})


def blank(value: int | None) -> Any:
    return "" if value is None else value


# Layouts: each returns the rows of one sheet, or of several


Rows = list[list[Any]]


def in_rows(scores: Scores) -> Rows:
    body = [
        [scores.names[code], year, *map(blank, row)] for (code, year), row in scores.levels.items()
    ]
    return [["Country", "Year", *DIMENSIONS], *body]


def wide(scores: Scores, *, separator: str = "_") -> Rows:
    head = [f"{each}{separator}{year}" for each, year in product(DIMENSIONS, scores.years)]
    return [["Country", *head], *_side_by_side(scores)]


def _side_by_side(scores: Scores) -> Rows:
    return [
        [name, *(blank(scores.levels[code, year][place])
                 for place, year in product(range(3), scores.years))]
        for code, name in scores.names.items()
    ]  # fmt: skip


def long(scores: Scores) -> Rows:
    body = [
        [scores.names[code], year, each, value]
        for (code, year), row in scores.levels.items()
        for each, value in zip(DIMENSIONS, row, strict=True)
        if value is not None
    ]
    return [["Country", "Year", "Indicator", "Value"], *body]


def two_rows_of_header(scores: Scores) -> Rows:
    years = len(scores.years)
    above = [name for each in DIMENSIONS for name in (each, *[""] * (years - 1))]
    return [["", *above], ["Country", *scores.years * 3], *_side_by_side(scores)]


def years_above(scores: Scores) -> Rows:
    above = [name for year in scores.years for name in (year, "", "")]
    body = [
        [name, *(blank(value) for year in scores.years for value in scores.levels[code, year])]
        for code, name in scores.names.items()
    ]
    return [["Country", *above], ["", *DIMENSIONS * len(scores.years)], *body]


ONE_SHEET: dict[str, Callable[[Scores], Rows]] = {
    "rows": in_rows,
    "wide": wide,
    "long": long,
    "two rows of header": two_rows_of_header,
    "years above": years_above,
}


def sheet_per_year(scores: Scores) -> dict[str, Rows]:
    return {
        f"Scores {year}": [
            ["Country", *DIMENSIONS],
            *(
                [name, *map(blank, scores.levels[code, year])]
                for code, name in scores.names.items()
            ),
        ]
        for year in scores.years
    }


def sheet_per_dimension(scores: Scores) -> dict[str, Rows]:
    return {
        each: [
            ["Country", *scores.years],
            *(
                [name, *(blank(scores.levels[code, year][place]) for year in scores.years)]
                for code, name in scores.names.items()
            ),
        ]
        for place, each in enumerate(DIMENSIONS)
    }


# Files


def as_csv(rows: Rows, *, separator: str = ",") -> bytes:
    width = max(map(len, rows))
    lines = ([*row, *[""] * (width - len(row))] for row in rows)
    cell = lambda value: f'"{value}"' if isinstance(value, str) and value else str(value)  # noqa: E731
    return "".join(separator.join(map(cell, line)) + "\n" for line in lines).encode()


def as_book(sheets: dict[str, Rows], merged: Iterable[str] = ()) -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append([None if value == "" else value for value in row])
        for block in merged:
            sheet.merge_cells(block)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def reading(content: bytes, name: str = "file", reader: Any = read_scores, **options: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        path = Path(folder, name)
        path.write_bytes(content)
        return reader(path, **options)


def assert_same(answer: pd.DataFrame, scores: Scores) -> None:
    """Check that the scores are those of the panel, apart from rows that hold nothing."""
    columns = [*DIMENSIONS, "overall"]
    assert list(answer.columns) == columns
    truth = scores.panel.dropna(how="all")
    assert set(answer.index) <= set(scores.panel.index)
    pd.testing.assert_frame_equal(answer.dropna(how="all"), truth, check_index_type=False)


@pytest.mark.parametrize("layout", ONE_SHEET)
@examples(12)
@given(data=st.data())
def test_every_layout_of_a_sheet_holds_the_same(layout: str, data: st.DataObject) -> None:
    scores = data.draw(all_scores())
    assume(any(value is not None for row in scores.levels.values() for value in row))
    if layout == "long":  # a dimension without a value has no row, and a file has all dimensions
        assume(
            all(any(row[place] is not None for row in scores.levels.values()) for place in range(3))
        )
    rows = ONE_SHEET[layout](scores)
    titles = data.draw(st.lists(st.sampled_from(TITLES), max_size=2, unique_by=str))
    notes = data.draw(st.lists(st.sampled_from(NOTES), max_size=2, unique_by=str))
    groups = data.draw(st.lists(st.sampled_from(AGGREGATES), max_size=2, unique=True))
    aggregates = [[group, *rows[-1][1:]] for group in groups]
    head = 2 if rows[1][0] in ("", "Country") else 1
    body = data.draw(st.permutations([*rows[head:], *aggregates]))
    whole = [*titles, *rows[:head], *body, *notes]
    assert_same(reading(as_csv(whole)), scores)
    assert_same(reading(as_csv(whole, separator=";")), scores)
    assert_same(reading(as_book({"Sheet 1": whole})), scores)


@pytest.mark.parametrize("layout", ["rows", "wide", "long"])
@examples(12)
@given(data=st.data())
def test_the_order_of_columns_does_not_matter(layout: str, data: st.DataObject) -> None:
    scores = data.draw(all_scores(whole=True))
    rows = ONE_SHEET[layout](scores)
    order = data.draw(st.permutations(range(len(rows[0]))))
    assert_same(reading(as_csv([[row[place] for place in order] for row in rows])), scores)


@pytest.mark.parametrize("layout", [*ONE_SHEET, "sheet per year", "sheet per dimension"])
@examples(8)
@given(data=st.data())
def test_a_wrong_name_always_stops_the_reading(layout: str, data: st.DataObject) -> None:
    scores = data.draw(all_scores(whole=True))
    code = data.draw(st.sampled_from(sorted(scores.names)))
    name = scores.names[code]
    place = data.draw(st.integers(0, len(name)))
    wrong = name[:place] + data.draw(st.sampled_from(["q", "zz", "x7"])) + name[place:]
    assume(countries._match([wrong]) == [None])
    false = scores._replace(names=scores.names | {code: wrong})
    groups = [[group, *[""] * 9] for group in AGGREGATES]
    options: dict[str, Any] = {}
    if layout in ONE_SHEET:
        rows = ONE_SHEET[layout](false)
        head = 2 if rows[1][0] in ("", "Country") else 1
        more = [] if layout == "long" else [row[: len(rows[0])] for row in groups]
        content = as_csv([*rows[:head], *more, *rows[head:], *NOTES[:1]])
    else:
        sheets = {"sheet per year": sheet_per_year, "sheet per dimension": sheet_per_dimension}
        content, options = as_book(sheets[layout](false)), {"sheet": "all"}
    with pytest.raises(PanelError) as error:
        reading(content, **options)
    assert wrong in str(error.value)


@pytest.mark.parametrize("sheets", [sheet_per_year, sheet_per_dimension])
@examples(10)
@given(scores=all_scores(), titles=st.lists(st.sampled_from(TITLES), max_size=2, unique_by=str))
def test_sheets_hold_the_same(
    sheets: Callable[[Scores], dict[str, Rows]], scores: Scores, titles: Rows
) -> None:
    tables = {name: [*titles, *rows, *NOTES[:1]] for name, rows in sheets(scores).items()}
    assert_same(reading(as_book(tables), sheet="all"), scores)


@examples(15)
@given(scores=all_scores(whole=True), style=st.sampled_from(["{}", "X{}", "y{}", "{0} [YR{0}]"]))
def test_bare_years_hold_the_overall_scores(scores: Scores, style: str) -> None:
    totals = scores.panel["overall"].unstack()  # noqa: PD010
    assume(totals.max(axis=None) > 5)  # lower ones may be of a dimension, which is a doubt
    head = ["Country", *(style.format(year) for year in totals.columns)]
    rows = [
        head,
        *([code, *row] for code, row in zip(totals.index, totals.to_numpy(), strict=True)),
    ]
    answer = reading(as_csv(rows))
    pd.testing.assert_frame_equal(answer, scores.panel[["overall"]], check_index_type=False)
    values = reading(as_csv(rows), reader=read_values)
    assert values["value"].tolist() == answer["overall"].tolist()


@examples(10)
@given(scores=all_scores())
def test_merged_cells_of_countries_are_filled(scores: Scores) -> None:
    rows, blocks = in_rows(scores), []
    step = len(scores.years)
    for first in range(1, len(rows), step):
        blocks.append(f"A{first + 1}:A{first + step}")
        for row in rows[first + 1 : first + step]:
            row[0] = ""
    assert_same(reading(as_book({"Sheet 1": rows}, blocks)), scores)


NAMES: dict[str, dict[str, str]] = {}
for _language, _code, _name in script("data/build_forms.py").translated():
    if len(_code) == 3 and _code.isalpha():
        NAMES.setdefault(_language, {}).setdefault(_code, _name)


@pytest.mark.parametrize("language", sorted(NAMES))
@examples(6)
@given(data=st.data())
def test_names_in_nine_languages(language: str, data: st.DataObject) -> None:
    names = NAMES[language]
    codes = data.draw(st.lists(st.sampled_from(sorted(names)), min_size=1, max_size=6, unique=True))
    levels = {(code, 2009): data.draw(st.tuples(LEVEL, LEVEL, LEVEL)) for code in codes}
    scores = Scores(levels, {code: names[code] for code in codes})
    assert_same(reading(as_csv(in_rows(scores))), scores)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "dta", "parquet", "json"])
@examples(8)
@given(scores=all_scores())
def test_what_is_written_is_read(ending: str, scores: Scores) -> None:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        path = Path(folder, f"scores.{ending}")
        write_table(scores.panel, path)
        answer = read_scores(path)
    pd.testing.assert_frame_equal(answer, scores.panel, check_index_type=False)


@pytest.mark.parametrize("method", ["to_csv", "to_excel"])
@examples(8)
@given(scores=all_scores(whole=True))
def test_what_pandas_writes_is_read(method: str, scores: Scores) -> None:
    panel = scores.panel
    parts = panel[DIMENSIONS]
    by_year: Any = parts.unstack()  # noqa: PD010
    tables = [panel, by_year, by_year.swaplevel(axis=1)]
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        path = Path(folder, "file.xlsx")
        for table in tables:
            getattr(table, method)(path)
            assert_same(read_scores(path), scores)
        if panel["overall"].max() <= 5:
            return  # these may be of a dimension, which is a doubt
        getattr(panel["overall"].unstack(), method)(path)  # noqa: PD010
        pd.testing.assert_frame_equal(read_scores(path), panel[["overall"]], check_index_type=False)


@examples(10)
@given(scores=all_scores())
def test_frames_of_other_libraries(scores: Scores) -> None:
    pa = pytest.importorskip("pyarrow")
    panel = scores.panel
    frame = panel.reset_index()
    frames: list[Any] = [pa.Table.from_pandas(frame), panel, frame[::-1]]
    frames.append(pytest.importorskip("polars").from_pandas(frame))
    frames.append(pytest.importorskip("duckdb").sql("select * from frame"))
    for each in frames:
        pd.testing.assert_frame_equal(as_panel(each), panel, check_index_type=False)


# Nothing is made up


HEADERS = [
    "country", "Country Name", "iso3", "ccode", "year", "Time", "2008", "2009", "X2009", "1899",
    "gdp", "gdp_2008", "pop 2009", "indicator", "value", "Series Name", "prosecution", "",
    "overall_2008", "note", "0", "geo\\time",
]  # fmt: skip

KINDS = {
    "country": "name", "Country Name": "name", "iso3": "code", "geo\\time": "code",
    "ccode": "number", "year": "year", "Time": "year", "indicator": "series",
    "Series Name": "series", "note": "text",
}  # fmt: skip

NUMBERS = {"DEU": 276, "MLI": 466, "NAM": 516}


@st.composite
def any_tables(draw: st.DrawFn) -> tuple[list[str], Rows, list[str]]:
    """Draw a table of random columns whose every value is another number."""
    headers = draw(st.lists(st.sampled_from(HEADERS), min_size=2, max_size=6, unique=True))
    codes = draw(st.lists(st.sampled_from(sorted(NUMBERS)), min_size=1, max_size=5))
    rows = []
    for code in codes:
        cells: list[Any] = []
        for place, header in enumerate(headers):
            kind = KINDS.get(header, "value")
            cells.append(
                {
                    "name": countries.name(code),
                    "code": code,
                    "number": NUMBERS[code],
                    "year": draw(st.integers(2007, 2010)),
                    "series": draw(st.sampled_from(["a", "b"])),
                    "text": draw(st.sampled_from(["x", "y", "3*"])),
                    "value": round(5000.5 + 10 * len(rows) + place, 1),
                }[kind]
            )
        rows.append(cells)
    return headers, rows, codes


@pytest.mark.parametrize("reader", [read_values, read_scores])
@examples(150)
@given(table=any_tables())
def test_no_value_is_made_up_or_moved_to_another_country_or_year(
    reader: Any, table: tuple[list[str], Rows, list[str]]
) -> None:
    headers, rows, codes = table
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        path = Path(folder, "file.csv")
        path.write_bytes(as_csv([headers, *rows]))
        try:
            panel = reader(path)
        except (PanelError, ValueError):
            return
    homes = {
        row[place]: (code, _year_of(headers, row, place))
        for code, row in zip(codes, rows, strict=True)
        for place, header in enumerate(headers)
        if KINDS.get(header, "value") == "value"
    }
    for key, cells in panel.iterrows():
        for value in cells.dropna():
            assert value in homes, (key, value)
            assert homes[value] == key


def _year_of(headers: Sequence[str], row: Sequence[Any], place: int) -> Any:
    years = [row[at] for at, header in enumerate(headers) if KINDS.get(header) == "year"]
    if years:
        return years[0]
    digits = "".join(filter(str.isdigit, headers[place]))
    return int(digits) if len(digits) == 4 else None
