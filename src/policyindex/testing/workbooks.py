"""The laws of reading a coder's workbook: nothing is lost in silence, whatever became of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import cycle
from random import Random
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from .. import countries
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..coding.form import ABOUT, FIRST_ROW, LISTS, MARK, TEXTS, Key, unpacked
from ..coding.templates import workbook_bytes
from ..panel.check import PanelError
from .law import Breach, Function, Law
from .strategies import codings

CODER = "Ama Mensah"

Book: TypeAlias = Any
"""A workbook of openpyxl."""

Cells: TypeAlias = dict[tuple[Key, str], object]
"""What was entered: the level, status or text of each coding, by its role."""


class Entered(NamedTuple):
    """Hold a workbook that a coder has filled in, and what was entered."""

    book: Book
    cells: Cells
    codebook: Codebook
    random: Random
    """What is damaged depends on it; it is the same for the same codings."""
    implied: set[tuple[Key, str]]
    """The statuses that no cell holds, which follow from the rest of a row."""

    def sheets(self) -> Iterator[Any]:
        """Yield the sheets of codings."""
        yield from (sheet for sheet in self.book if str(sheet["A1"].value) == f"{MARK}key")

    def rows(self) -> Iterator[tuple[Any, int]]:
        """Yield the sheet and the number of each coding."""
        for sheet in self.sheets():
            yield from ((sheet, row) for row in range(FIRST_ROW, sheet.max_row + 1))

    def cell(self, sheet: Any, row: int, role: str) -> Any:
        """Return the cell of a row by its role."""
        return sheet.cell(row, _column(sheet, role))

    def values(self, role: str) -> Iterator[Any]:
        """Yield the cells of a column that are not blank, of all sheets."""
        for sheet in self.sheets():
            names = [cell.value for cell in sheet[1]]
            if f"{MARK}{role}" in names:
                column = names.index(f"{MARK}{role}") + 1
                cells = (sheet.cell(row, column) for row in range(FIRST_ROW, sheet.max_row + 1))
                yield from (cell for cell in cells if cell.value is not None)


Damage: TypeAlias = Callable[[Entered], int]
"""Damages a workbook; returns how many cells it added that the form does not have."""


def workbook_laws(codebook: Codebook = THREE_P) -> tuple[Law, ...]:
    """List the laws that every reader of coders' workbooks keeps.

    Each writes a workbook by :func:`policyindex.coding.template`, fills in codings and evidence,
    damages the workbook as a coder in a hurry may do, and reads it. The function takes a file of
    Excel, open in binary mode, and returns a ``Workbook``, as
    :func:`policyindex.coding.read_workbook` does.

    Parameters
    ----------
    codebook : Codebook
        The indicators and their levels.

    Returns
    -------
    tuple of Law
        After the laws of the first sort, e.g. ``sorted``, all is read as it was entered. After
        those of the second sort, e.g. ``deleted``, nothing is read that was not entered, and the
        findings count at least as many lost cells as are absent; a ``PanelError`` will do too.

    Examples
    --------
    >>> from policyindex.coding import read_workbook
    >>> for law in workbook_laws()[:3]:
    ...     law.check(read_workbook, examples=1)
    """

    def law(name: str, statement: str, damage: Damage, *, is_lossy: bool = False) -> Law:
        def run(reader: Function, data: pd.DataFrame) -> None:
            entered = _filled(data, codebook)
            added = damage(entered)
            _check(reader, entered, added, is_lossy=is_lossy)

        cases = codings(codebook, min_size=1, max_size=2)
        return Law(name, statement, cases, run)

    harmless = (law(name, f"All is read {words}.", damage) for name, words, damage in HARMLESS)
    lossy = (
        law(name, f"No cell is lost in silence {words}.", damage, is_lossy=True)
        for name, words, damage in LOSSY
    )
    return (*harmless, *lossy)


def _filled(data: pd.DataFrame, codebook: Codebook) -> Entered:
    """Return a workbook with codings, and with a status and evidence for most of them."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    units = list(dict.fromkeys(data.index.get_level_values("country")))
    years = sorted(set(map(int, data.index.get_level_values("year"))))
    previous = data.set_axis(
        pd.MultiIndex.from_arrays(
            [data.index.get_level_values("country"), data.index.get_level_values("year") - 1],
            names=data.index.names,
        )
    )
    content = workbook_bytes(codebook, units, years, CODER, previous=previous)
    entered = Entered(load_workbook(io.BytesIO(content)), {}, codebook, Random(len(data)), set())
    levels = {each.name: each.levels for each in codebook.indicators}
    statuses = cycle(["coded", "", "doubtful", "coded", "not mentioned"])
    for place, (sheet, row) in enumerate(entered.rows()):
        key = _key(entered, sheet, row)
        here = (key.country, key.year)
        level = data[key.indicator].get(here, np.nan)
        cells: dict[str, object] = {}
        status = next(statuses)
        if not np.isnan(level):
            entered.cell(sheet, row, "level").value = levels[key.indicator][int(level)]
            cells["level"] = int(level)
            status = status if not level or status != "not mentioned" else ""
        elif status == "coded":
            status = "not applicable"
        texts = dict(zip(TEXTS, _texts(place), strict=True))
        if status or not place % 3:
            cells |= {role: text for role, text in texts.items() if text}
            cells["status"] = status or ("coded" if "level" in cells else "doubtful")
            if not status:
                entered.implied.add((key, "status"))
        written = cells | {"status": status}
        for role in ("status", *TEXTS):
            if written.get(role):
                cell = entered.cell(sheet, row, role)
                cell.value, cell.data_type = written[role], "s"
        entered.cells.update({(key, role): cell for role, cell in cells.items()})
    return entered


def _texts(place: int) -> tuple[str, str, str, str]:
    """Return the evidence of a coding: plain text, and text that looks like something else."""
    quotes = ("The police \N{EN DASH} \u201cnone\u201d.", "=1+1", "-5 % of all; two\nlines", "'tis")
    return ("TIP report 2015", f"{place}-{place + 2}", quotes[place % 4], "" if place % 2 else "?")


def _check(reader: Function, entered: Entered, added: int, *, is_lossy: bool) -> None:
    """Compare what is read with what was entered."""
    stream = io.BytesIO()
    entered.book.save(stream)
    stream.seek(0)
    try:
        workbook = reader(stream)
    except Exception as error:
        if is_lossy and isinstance(error, PanelError):
            return  # a refusal is not silent
        raise Breach("a Workbook", f"{type(error).__name__}: {error}") from error
    answer = dict(_cells_of(workbook))
    for (key, role), cell in answer.items():
        expected = entered.cells.get((key, role), "nothing")
        if cell != expected:
            raise Breach(f"{role} {expected!r} at {key}", f"{cell!r}")
    absent = [each for each in entered.cells if each not in answer]
    lost = int(workbook.findings["lost"].sum())
    if absent and not is_lossy:
        key, role = absent[0]
        raise Breach(f"{role} {entered.cells[absent[0]]!r} at {key}", "nothing")
    cells = [each for each in absent if each not in entered.implied]
    if lost < len(cells) + added:
        raise Breach(
            f"findings of {len(cells) + added} lost cells, one of them {cells[:1] or 'added'}",
            f"findings of {lost}",
        )


def _cells_of(workbook: Any) -> Iterator[tuple[tuple[Key, str], object]]:
    """Yield each level, status and text of a workbook that was read."""
    for coder, panel in workbook.codings.items():
        if coder != CODER:
            raise Breach(f"the coder {CODER}", str(coder))
        for name in panel:
            for (unit, year), level in panel[name].dropna().items():
                yield (Key(unit, year, name), "level"), int(level)
    for (_, *key), texts in workbook.evidence.T.items():
        for role, text in texts.items():
            if text:
                yield (Key(*key), role), text


def _column(sheet: Any, role: str) -> int:
    """Return the column of a role, by its mark."""
    names = [cell.value for cell in sheet[1]]
    return names.index(f"{MARK}{role}") + 1


def _content(sheet: Any) -> list[list[Any]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def _put(sheet: Any, content: Sequence[Sequence[Any]]) -> None:
    """Write rows into a sheet in the place of its own."""
    sheet.delete_rows(1, sheet.max_row)
    for at, row in enumerate(content, 1):
        for place, value in enumerate(row, 1):
            if value is not None:
                cell = sheet.cell(at, place)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"


def _nothing(_: Entered) -> int:
    return 0


def _sorted(entered: Entered) -> int:
    for sheet in entered.sheets():
        marks, headers, *rows = _content(sheet)
        entered.random.shuffle(rows)
        _put(sheet, [marks, headers, *rows])
    return 0


def _upside_down(entered: Entered) -> int:
    for sheet in entered.sheets():
        _put(sheet, _content(sheet)[::-1])
    return 0


def _renamed_sheets(entered: Entered) -> int:
    for place, sheet in enumerate(list(entered.book)):
        sheet.title = f"Tabelle{place + 1}"
    entered.book.move_sheet(entered.book.worksheets[0], 2)
    return 0


def _moved_columns(entered: Entered) -> int:
    for sheet in entered.sheets():
        columns = list(zip(*_content(sheet), strict=True))
        entered.random.shuffle(columns)
        _put(sheet, list(zip(*columns, strict=True)))
    return 0


def _changed_headers(entered: Entered) -> int:
    for sheet in entered.sheets():
        for cell in sheet[2]:
            cell.value = f"Spalte {cell.column}"
    return 0


def _without_marks(entered: Entered) -> int:
    for sheet in list(entered.sheets()):
        _put(sheet, _content(sheet)[1:])
    return 0


def _without(*roles: str) -> Damage:
    """Return the damage that deletes columns."""

    def damage(entered: Entered) -> int:
        for sheet in list(entered.sheets()):
            gone = {_column(sheet, role) - 1 for role in roles}
            rows = _content(sheet)
            _put(sheet, [[each for p, each in enumerate(row) if p not in gone] for row in rows])
        return 0

    return damage


def _hidden(entered: Entered) -> int:
    for sheet, row in entered.rows():
        sheet.row_dimensions[row].hidden = bool(row % 2)
        sheet.column_dimensions["C"].hidden = True
    return 0


def _spread(entered: Entered) -> int:
    for sheet in entered.sheets():
        marks, headers, *rows = _content(sheet)
        blank = [None] * len(headers)
        parts = [[row, blank] if place % 2 else [blank, row] for place, row in enumerate(rows)]
        _put(sheet, [blank, marks, headers, *(row for part in parts for row in part)])
    return 0


def _coded(entered: Entered) -> int:
    levels = {each.name: each.levels for each in entered.codebook.indicators}
    for sheet, row in entered.rows():
        cell = entered.cell(sheet, row, "level")
        words = levels[_key(entered, sheet, row).indicator]
        if cell.value is not None:
            number = words.index(cell.value)
            forms = (number, str(number), f"{number}.0", f"{number} - {cell.value}")
            cell.value = entered.random.choice(forms)
    return 0


def _spelt(entered: Entered) -> int:
    for role in ("level", "status", "indicator"):
        for cell in entered.values(role):
            words = str(cell.value)
            cell.value = f"\N{NO-BREAK SPACE} {words.upper()}  "
    return 0


def _text_years(entered: Entered) -> int:
    for cell in entered.values("year"):
        cell.value = f"{cell.value} "
    return 0


def _dates(entered: Entered) -> int:
    for cell in entered.values("year"):
        cell.value, cell.number_format = datetime(cell.value, 12, 31), "yyyy-mm-dd"
    return 0


def _misspelt(entered: Entered) -> int:
    for role in ("country", "indicator"):
        for cell in entered.values(role):
            cell.value = f"{cell.value} (checked)"
    return 0


def _one_sheet(entered: Entered) -> int:
    first, *others = list(entered.sheets())
    rows = [row for sheet in (first, *others) for row in _content(sheet)]
    _put(first, rows)
    for sheet in others:
        entered.book.remove(sheet)
    return 0


def _only_values(entered: Entered) -> int:
    for sheet in list(entered.book):
        place = entered.book.index(sheet)
        rows = _content(sheet)
        entered.book.remove(sheet)
        _put(entered.book.create_sheet(sheet.title, place), rows)
    return 0


def _without_about(entered: Entered) -> int:
    entered.book.remove(entered.book[ABOUT])
    entered.book.remove(entered.book[LISTS])
    return 0


def _copied(entered: Entered) -> int:
    for sheet in entered.sheets():
        rows = _content(sheet)
        _put(sheet, [*rows, *rows[FIRST_ROW - 1 :]])
    return 0


def _merged(entered: Entered) -> int:
    """Merge the report and the country over rows in which they are equal."""
    for sheet in entered.sheets():
        for role in ("report", "country", "level"):
            column = _column(sheet, role)
            start = FIRST_ROW
            for row in range(FIRST_ROW + 1, sheet.max_row + 2):
                if sheet.cell(row, column).value != sheet.cell(start, column).value:
                    if row - start > 1 and sheet.cell(start, column).value is not None:
                        sheet.merge_cells(
                            start_row=start, end_row=row - 1, start_column=column, end_column=column
                        )
                    start = row
    return 0


def _coder_spelt(entered: Entered) -> int:
    for cell in entered.values("coder"):
        cell.value = entered.random.choice((CODER, f" {CODER.upper()} "))
    _first(entered, "coder").value = CODER
    return 0


def _first(entered: Entered, role: str) -> Any:
    sheet, row = next(entered.rows())
    return entered.cell(sheet, row, role)


def _deleted(entered: Entered) -> int:
    for sheet in list(entered.sheets()):
        _forget(entered, sheet, range(sheet.max_row, sheet.max_row + 1))
        _put(sheet, _content(sheet)[:-1])
    return 0


def _deleted_without_about(entered: Entered) -> int:
    _without_about(entered)
    return _deleted(entered)


def _lost_sheet(entered: Entered) -> int:
    sheet = next(entered.sheets())
    _forget(entered, sheet, range(FIRST_ROW, sheet.max_row + 1))
    entered.book.remove(sheet)
    return 0


def _forget(entered: Entered, sheet: Any, rows: Sequence[int]) -> None:
    """Expect a coding less for each row, however much was entered in it."""
    for row in rows:
        key = _key(entered, sheet, row)
        for role in [role for other, role in entered.cells if other == key][1:]:
            del entered.cells[key, role]


def _key(entered: Entered, sheet: Any, row: int) -> Key:
    key = unpacked(entered.cell(sheet, row, "key").value)
    assert key is not None
    return key


def _levels_replaced(value: str, kind: str) -> Damage:
    """Return the damage that puts a value in the place of every level."""

    def damage(entered: Entered) -> int:
        for sheet, row in entered.rows():
            cell = entered.cell(sheet, row, "level")
            if cell.value is not None:
                cell.value, cell.data_type = value, kind
                if entered.cell(sheet, row, "status").value is None:
                    _expect_status(entered, _key(entered, sheet, row), "doubtful")
        return 0

    return damage


def _foreign_statuses(entered: Entered) -> int:
    added = 0
    for sheet, row in entered.rows():
        cell, key = entered.cell(sheet, row, "status"), _key(entered, sheet, row)
        if cell.value is not None:
            cell.value = "fertig"
            added += 1
            has_level = (key, "level") in entered.cells
            _expect_status(entered, key, "coded" if has_level else "doubtful")
    return added


def _expect_status(entered: Entered, key: Key, status: str) -> None:
    """Expect the status that a coding with evidence has of itself."""
    if any((key, role) in entered.cells for role in TEXTS):
        entered.cells[key, "status"] = status


def _contradicting(entered: Entered) -> int:
    for sheet, row in entered.rows():
        level, status = (entered.cell(sheet, row, role) for role in ("level", "status"))
        if level.value is not None:
            status.value = "not applicable"
            entered.cells[_key(entered, sheet, row), "status"] = "not applicable"
    return 0


def _other_country(entered: Entered) -> int:
    for sheet, row in list(entered.rows())[::2]:
        cell = entered.cell(sheet, row, "country")
        cell.value = countries.name("TUV" if cell.value != countries.name("TUV") else "FJI")
    return 0


def _sorted_alone(entered: Entered) -> int:
    """Turn the columns of the country and the year upside down, and no other."""
    for sheet in entered.sheets():
        for role in ("code", "year", "indicator"):
            column = _column(sheet, role)
            cells = [sheet.cell(row, column) for row in range(FIRST_ROW, sheet.max_row + 1)]
            values = [cell.value for cell in cells][::-1]
            for cell, value in zip(cells, values, strict=True):
                cell.value = value
    return 0


def _copied_and_changed(entered: Entered) -> int:
    for sheet in entered.sheets():
        rows = _content(sheet)
        quote, level, status = (_column(sheet, role) - 1 for role in ("quote", "level", "status"))
        copies = [list(row) for row in rows[FIRST_ROW - 1 :] if row[quote] is not None]
        for row in copies:
            is_apart = row[status] == "not applicable"
            row[level], row[status] = None, "not mentioned" if is_apart else "not applicable"
        _put(sheet, [*rows, *copies])
    return 0


def _own_column(entered: Entered) -> int:
    added = 0
    for sheet in entered.sheets():
        sheet.insert_cols(_column(sheet, "level"))
        column = _column(sheet, "level") - 1
        for row in range(FIRST_ROW, sheet.max_row + 1):
            sheet.cell(row, column).value = "my own word"
            added += 1
    return added


def _own_sheet(entered: Entered) -> int:
    sheet = entered.book.create_sheet("Notizen")
    for row in (("to do", None), (None, "Nigeria again"), (3.5, "x")):
        sheet.append(row)
    return 4


def _own_notes(entered: Entered) -> int:
    """Write notes below the rows, in the sheet of guidance, and over a locked cell."""
    added = 0
    for sheet in entered.sheets():
        sheet.cell(sheet.max_row + 2, _column(sheet, "country")).value = "checked by B."
        added += 1
    entered.book[ABOUT].append(["remember the annex"])
    return added + 1


def _year_before(entered: Entered) -> int:
    added = 0
    for cell in entered.values("previous"):
        cell.value = "typed in the wrong column"
        added += 1
    return added


def _without_headers(entered: Entered) -> int:
    for sheet in list(entered.sheets())[:1]:
        _put(sheet, _content(sheet)[FIRST_ROW - 1 :])
    return 0


def _page_dates(entered: Entered) -> int:
    cells = list(entered.values("page"))
    for cell in cells:
        cell.value, cell.number_format = datetime(2026, 5, 3), "d-mmm-yy"
    for key, role in list(entered.cells):
        if role == "page":
            entered.cells[key, role] = "2026-05-03"
    return len(cells)


HARMLESS: Sequence[tuple[str, str, Damage]] = (
    ("entered", "as it was entered", _nothing),
    ("sorted", "in any order of rows", _sorted),
    ("turned", "where the headers stand below the rows", _upside_down),
    ("sheets", "from sheets of any name and order", _renamed_sheets),
    ("columns", "in any order of columns", _moved_columns),
    ("headers", "where all headers were changed", _changed_headers),
    ("marks", "where the hidden row is gone", _without_marks),
    ("keys", "where the hidden columns are gone", _without("key", "place")),
    ("codes", "where keys and codes of countries are gone", _without("key", "code")),
    ("identifiers", "where only the keys are left", _without("code", "country", "year", "coder")),
    ("hidden", "from rows and columns that are hidden", _hidden),
    ("spread", "where blank rows were inserted", _spread),
    ("numbers", "where codes stand for the words of levels", _coded),
    ("spelling", "whatever the case and the blanks of words", _spelt),
    ("years", "where years are text", _text_years),
    ("dates", "where years are dates", _dates),
    ("misspelt", "where names of countries and indicators were changed", _misspelt),
    ("pasted", "from sheets pasted below each other", _one_sheet),
    ("values", "where only values were pasted into another workbook", _only_values),
    ("about", "where the sheets besides the codings are gone", _without_about),
    ("copied", "where rows were copied", _copied),
    ("merged", "from cells merged over rows", _merged),
    ("coder", "whatever the case of the coder's name", _coder_spelt),
)

LOSSY: Sequence[tuple[str, str, Damage]] = (
    ("deleted", "where rows were deleted", _deleted),
    ("bare", "where rows and the sheets besides the codings are gone", _deleted_without_about),
    ("sheet", "where a sheet was deleted", _lost_sheet),
    ("levels", "where words are not levels", _levels_replaced("vielleicht", "s")),
    ("statuses", "where words are not statuses", _foreign_statuses),
    ("status", "where the status contradicts the level", _contradicting),
    ("country", "where the country of a row was replaced", _other_country),
    ("alone", "where columns were sorted without the others", _sorted_alone),
    ("contradiction", "where rows were copied and changed", _copied_and_changed),
    ("inserted", "where a column was inserted and filled", _own_column),
    ("extra", "where a sheet was added", _own_sheet),
    ("notes", "where notes were written outside the form", _own_notes),
    ("before", "where levels were typed into the column of the year before", _year_before),
    ("formulas", "where formulas have no value", _levels_replaced('="yes"', "f")),
    ("headless", "where the rows of headers were deleted", _without_headers),
    ("pages", "where pages became dates", _page_dates),
)
