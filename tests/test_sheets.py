"""Which sheet of a workbook is read, and how the others are reported, in both Excel formats."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from policyindex import PanelError, ReadingWarning, read, read_events, read_scores
from policyindex._options import Argument

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlrd")

from hostile import books  # noqa: E402

Rows = list[list[object]]
Save = Callable[..., Path]

HEAD: list[object] = ["country", "year", "prosecution", "protection", "prevention"]


def of(country: str) -> Rows:
    """A table of one row."""
    return [HEAD, [country, 2009, 5, 4, 3]]


README: Rows = [["About these data"], [""], ["They are made up.", "By nobody."]]
LOOKUP: Rows = [["country", "region"], ["Chad", "Africa"]]


def written(sheets: Mapping[str, Rows], hidden: tuple[str, ...], form: str) -> bytes:
    if form == "xls":
        each = {name: (rows, name in hidden) for name, rows in sheets.items()}
        return books.compound(books.streams(each))
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture(params=["xlsx", "xls"])
def save(tmp_path: Path, request: pytest.FixtureRequest) -> Save:
    def write(sheets: Mapping[str, Rows], *hidden: str) -> Path:
        path = tmp_path / "book.bin"
        path.write_bytes(written(sheets, hidden, request.param))
        return path

    return write


def country_in(path: Path, **options: object) -> str:
    panel = read_scores(path, **options)  # type: ignore[arg-type]
    return str(panel.index[0][0])


def test_the_first_sheet_is_read_and_other_tables_are_reported(save: Save) -> None:
    path = save(
        {"A": of("Chad"), "About": README, "B": of("Mali"), "List": LOOKUP, "C": of("Togo")}
    )
    told = "other sheets hold tables too: B, C: A was read; choose with sheet="
    with pytest.warns(ReadingWarning, match=told):
        assert country_in(path) == "TCD"
    assert read(path).findings.to_numpy().tolist() == [
        [
            "sheet",
            "other sheets hold tables too: B, C",
            2,
            "",
            "A was read",
            2,
            Argument("sheet"),
        ]
    ]
    for sheet, country in (("A", "TCD"), ("C", "TGO"), (0, "TCD"), (2, "MLI")):
        assert country_in(path, sheet=sheet) == country


def test_sheets_without_a_table_are_passed_over(save: Save) -> None:
    header: Rows = [HEAD]
    path = save({"A": of("Chad"), "About": README, "Lists": LOOKUP, "Empty": [], "Form": header})
    assert read(path).findings.empty


def test_a_hidden_sheet_is_read_only_by_name_or_position(save: Save) -> None:
    path = save({"Old": of("Mali"), "New": of("Chad"), "Older": of("Togo")}, "Old", "Older")
    with pytest.warns(ReadingWarning, match="hidden sheets hold tables too: Old, Older: left out"):
        assert country_in(path) == "TCD"
    assert read(path).findings["lost"].tolist() == [2]
    assert country_in(path, sheet="Old") == country_in(path, sheet=0) == "MLI"


def test_a_workbook_of_hidden_sheets_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xls"
    path.write_bytes(written({"A": of("Mali"), "B": of("Chad")}, ("A", "B"), "xls"))
    with pytest.raises(
        PanelError, match="all its sheets are hidden; choose one of A, B with sheet=$"
    ):
        read(path)
    assert country_in(path, sheet="B") == "TCD"


@pytest.mark.parametrize("first", [README, LOOKUP, [["x"]], []])
def test_the_sheet_that_holds_the_table_is_named(save: Save, first: Rows) -> None:
    path = save({"About": first, "Data": of("Chad")})
    told = "in its first sheet, About; it has them in Data; choose with sheet="
    with pytest.raises(PanelError, match=told):
        read(path)
    assert country_in(path, sheet="Data") == "TCD"


def test_the_name_of_a_sheet_wins_over_its_position(save: Save) -> None:
    path = save({"1": of("Chad"), "2009": of("Mali"), "0": of("Togo")})
    for sheet, country in ((2009, "MLI"), ("2009", "MLI"), ("1", "TCD"), (0, "TGO"), (2, "TGO")):
        assert country_in(path, sheet=sheet) == country


@pytest.mark.parametrize("sheet", ["C", 2, -1, True, "a", "9" * 5000])
def test_a_sheet_that_is_not_there_is_refused(save: Save, sheet: int | str) -> None:
    path = save({"A": of("Chad"), "B": of("Mali")})
    with pytest.raises(
        PanelError, match="sheet must be one of A, B, or a position from 0 to 1; got "
    ):
        read(path, sheet=sheet)


def test_titles_above_a_table_are_set_aside(save: Save) -> None:
    titled: Rows = [["Scores"], [""], ["Source: nobody"], *of("Chad")]
    reading = read(save({"A": titled}))
    assert reading.panel.index.tolist() == [("TCD", 2009)]
    assert reading.findings["finding"].tolist() == [
        "rows 1 to 3 above the header are not part of the table"
    ]
    told = read(save({"A": of("Mali"), "B": titled})).findings["finding"].tolist()
    assert told == ["other sheets hold tables too: B"]


def test_a_sheet_of_a_file_without_sheets_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("country,year,overall\nChad,2009,9\n")
    with pytest.raises(
        ValueError, match="only workbooks have sheets; mine.csv is a text file; leave out sheet=$"
    ):
        read(path, sheet=0)


def test_events_are_read_from_the_visible_sheet(save: Save) -> None:
    laws: Rows = [["country", "law"], ["Chad", 2003]]
    path = save({"Old": [["country", "law"], ["Mali", 1999]], "Laws": laws}, "Old")
    assert read_events(path).index.tolist() == ["TCD"]
    assert read_events(path, sheet="Old").index.tolist() == ["MLI"]
