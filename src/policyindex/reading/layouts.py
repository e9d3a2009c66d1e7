"""Rows of cells to a table: its header, what stands above and below it, and which sheets it has."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries
from .._options import Argument, OptionError
from .._sheets import Sheet, sheet_at
from .._wording import counted, listed, quoted
from ..panel.check import PanelError
from . import exports, formats
from .exports import FIRST
from .figures import NUMBER, cell_text
from .findings import Findings
from .formats import MOST_CELLS, MOST_COLUMNS, File, refuse_more
from .headers import MARK, YEAR_IN_A_NAME, Headers, dated

Row: TypeAlias = list[Any]

Block: TypeAlias = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells, counted from 0."""

_N_ROWS = re.compile(
    r"(?<![\d,])(?P<more>\d[\d,]{0,12}) more rows|"
    r"(?:^\[|^\(|\d (?:of|from) |tibble: )(?P<all>\d[\d,]{0,12}) "
    r"?(?:rows|entries|records|[x\N{MULTIPLICATION SIGN}])|"
    r"^(?P<answer>\d[\d,]{0,12}) rows? (?:selected|in set|returned|fetched)|"
    r"\d of (?P<part>\d[\d,]{0,12})$|total (?:rows|records): ?(?P<total>\d[\d,]{0,12})",
    re.IGNORECASE,
)
"""What programs write around a preview of a table: ``[50 rows x 6 columns]``, ``(50 rows)``."""

_BETWEEN = re.compile(r"[\s,;|]+")
"""What may stand between the cells of a row that is one cell."""

NOTE = re.compile(
    r"\s*([*\N{DAGGER}\N{DOUBLE DAGGER}\[(]|"
    r"(sources?|notes?|data|last|quelle|fuente|fonte|remarks?|comments?|copyright|legend|\d+[.)/])\b)",
    re.IGNORECASE,
)
"""The start of a note below a table."""

EVERY = "all"
"""The value of the option `sheet` that stands for every sheet."""


class Grid(NamedTuple):
    """Hold the rows of a sheet that are not blank."""

    places: list[str]
    rows: list[Row]
    numbers: list[int]
    """The number of each row among all rows, from 0."""
    blocks: list[Block]
    """Merged cells."""


def parse(
    content: bytes,
    findings: Findings,
    *,
    headers: Headers,
    sheet: int | str | None = None,
    header: int | Sequence[int] | None = None,
    encoding: str | None = None,
    joined: Callable[[Mapping[str, pd.DataFrame]], pd.DataFrame] | None = None,
    parts: Callable[[Iterable[str]], str] = lambda _: "",
) -> pd.DataFrame:
    """Return the cells of a file as a table.

    Parameters
    ----------
    content : bytes
        The content of the file.
    findings : Findings
        Where other sheets with tables, other encodings and rows around the table are reported.
    headers : Headers
        What recognises a header.
    sheet : str or int, optional
        The sheet of a workbook; ``"all"`` for every visible sheet.
    header : int or two int, optional
        The number of the row or line of the header, from 1, or the numbers of its two rows.
    encoding : str, optional
        The encoding of text.
    joined : callable, optional
        What makes one table of the tables of all sheets.
    parts : callable, optional
        What the names of sheets are, e.g. years; empty text if they are nothing in common.

    Returns
    -------
    DataFrame
        A column for each named column of the file, all names distinct. The index counts the rows
        from 0.

    Raises
    ------
    PanelError
        If the bytes are not a table of one of the formats, or the library that reads it is missing.
    ValueError
        If a sheet is requested of a file without sheets.
    """
    with formats.opened(content, findings, encoding=encoding) as file:
        findings.encoding, findings.metadata = file.encoding, file.metadata
        if sheet is not None and not file.is_workbook:
            raise OptionError(
                f"only workbooks have sheets; {findings.label} is a {file.form} file; leave out",
                Argument("sheet"),
            )
        if header is not None and file.table is not None:
            raise OptionError(
                f"{findings.label} is a {file.form} file, which names its columns itself; leave "
                f"out",
                Argument("header"),
            )
        reader = _Reader(findings, headers, header)
        if file.table is not None:
            return _plain_table(file.table, findings)
        if not file.is_workbook:
            return reader.table(file.sheets[0], ragged=False)
        _refuse_coding(file.sheets, findings)
        if sheet == EVERY and EVERY not in [each.name for each in file.sheets]:
            tables = reader.tables(file.sheets)
            if joined is None:
                raise OptionError(
                    f"{findings.label} must be read sheet by sheet; choose one of "
                    f"{listed(tables)} with",
                    Argument("sheet"),
                )
            return joined(tables)
        return reader.table(_sheet_of(file, sheet, findings, headers, parts), ragged=True)


def row_of(table: pd.DataFrame | pd.Index, position: int) -> str:
    """Return where a row of a table stands in its file."""
    index = table if isinstance(table, pd.Index) else table.index
    label = index[position]
    return f"row {label + 1}" if isinstance(label, int | np.integer) else str(label)


def differing(pair: pd.DataFrame) -> list[str]:
    """Return the columns in which two rows of a table differ."""
    return [
        str(name)
        for name in pair
        if str(pair[name].iloc[0]).strip() != str(pair[name].iloc[1]).strip()
    ]


def _sheet_of(
    file: File,
    sheet: int | str | None,
    findings: Findings,
    headers: Headers,
    parts: Callable[[Iterable[str]], str],
) -> Sheet:
    """Return the requested sheet of a workbook, by default the first visible one with a table.

    If no sheet is requested and other visible sheets hold tables, a finding names them.
    """
    sheets = file.sheets
    if sheet is not None:
        return sheet_at(sheets, sheet)
    visible = [each for each in sheets if not each.is_hidden]
    if not visible:
        raise OptionError(
            f"all its sheets are hidden; choose one of {listed(each.name for each in sheets)} with",
            Argument("sheet"),
        )
    _report_hidden(sheets, findings, headers)
    first, *others = visible
    tables = [each.name for each in visible if _fit(each, headers)]
    if len(tables) > 1 and (common := parts(tables)):
        raise PanelError(
            f"{findings.label} has a sheet for each of several {common}: {listed(tables)}; read "
            f"them together with",
            Argument("sheet", repr(EVERY)),
        )
    if others_with := [each.name for each in others if each.name in tables]:
        if first.name not in tables:
            raise PanelError(
                f"{findings.label} must have columns of countries, years and values in its "
                f"first sheet, {listed([first.name])}; it has them in {listed(others_with)}; "
                f"choose with",
                Argument("sheet"),
            )
        findings.add(
            "sheet",
            f"other sheets hold tables too: {listed(others_with)}",
            rows=len(others_with),
            action=f"{listed([first.name])} was read",
            lost=len(others_with),
            option=Argument("sheet"),
        )
    return first


def _report_hidden(sheets: Sequence[Sheet], findings: Findings, headers: Headers) -> None:
    """Report hidden sheets that hold tables."""
    hidden = [each.name for each in sheets if each.is_hidden and _fit(each, headers)]
    if hidden:
        findings.add(
            "sheet",
            f"hidden sheets hold tables too: {listed(hidden)}",
            rows=len(hidden),
            action="left out",
            lost=len(hidden),
            option=Argument("sheet"),
        )


class WorkbookOfCodersError(PanelError):
    """Report a workbook of coders where a table is read."""


def _refuse_coding(sheets: Sequence[Sheet], findings: Findings) -> None:
    """Refuse a workbook of coders, whose sheets name their columns in a hidden first row."""
    for sheet in sheets:
        row = next(sheet.start(), [])
        if row and str(row[0]).startswith(MARK):
            raise WorkbookOfCodersError(
                f"{findings.label} must hold a table of countries and years; it is a workbook of "
                f"coders; read it with coding.read_workbook or, if it holds decisions, "
                f"coding.settle"
            )


def _fit(sheet: Sheet, headers: Headers) -> bool:
    """Return whether the first rows of a sheet hold a header, and a row below it."""
    rows = [row for row in sheet.start() if any(cell != "" for cell in row)][: FIRST + 1]
    fits = [headers.fit(row) for row in rows[:-1]]
    if any(fits) and YEAR_IN_A_NAME.search(sheet.name):
        return True  # the year of the rows is the name of the sheet
    years = [sum(cell != "" and _is_year(cell) for cell in row) > 1 for row in rows]
    return any(
        fit == 2 or (fit == 1 and (years[place + 1] or (place > 0 and years[place - 1])))
        for place, fit in enumerate(fits)
    )


class _Reader:
    """Read the rows of sheets as tables."""

    def __init__(
        self, findings: Findings, headers: Headers, header: int | Sequence[int] | None
    ) -> None:
        self._findings, self._headers = findings, headers
        several = header is None or isinstance(header, list | tuple)
        self._header: Any = header if several else [header]

    def tables(self, sheets: Sequence[Sheet]) -> dict[str, pd.DataFrame]:
        """Return the table of every visible sheet that has one; a finding names the others."""
        visible = [each for each in sheets if not each.is_hidden]
        tables, others = {}, []
        for each in visible:
            if not _fit(each, self._headers):
                others.append(each.name)
                continue
            table = self.table(each, ragged=True)
            tables[each.name] = table.set_axis(
                [f"{row_of(table, place)} of sheet {each.name}" for place in range(len(table))]
            )
        if not tables:
            raise PanelError(
                f"{self._findings.label} must have a sheet with columns of countries and values; "
                f"none of {listed(each.name for each in sheets)} is one"
            )
        _report_hidden(sheets, self._findings, self._headers)
        if others:
            self._findings.add(
                "sheet",
                f"sheets without a table of countries: {listed(others)}",
                rows=len(others),
                action="set aside",
                lost=sum(YEAR_IN_A_NAME.search(name) is not None for name in others),
            )
        return tables

    def table(self, sheet: Sheet, *, ragged: bool) -> pd.DataFrame:
        """Return the rows below the header of a sheet, without notes and blank rows."""
        grid = self._unpacked(_grid(sheet))
        if not grid.rows:
            raise PanelError(f"{self._findings.label} must hold a table; its sheet is empty")
        formats.report_rounded(sheet, self._findings)
        index = exports.row_of_index(grid.rows) if self._header is None else None
        if index is None:
            first, last = self._header_rows(grid)
        else:
            grid = _without_row_of_index(grid, index)
            first, last = index - 2, index - 1
        if first:
            above = _number_in(grid.places[first]) - 1
            self._set_aside(grid.places[:first], grid.rows[:first], above, "above the header")
        end = self._end(grid, first, last)
        if end < len(grid.rows):
            below = _number_in(grid.places[-1])
            self._set_aside(grid.places[end:], grid.rows[end:], below, "below the table")
        self._report_preview([*grid.rows[:first], *grid.rows[end:]], end - last - 1)
        names = _joined_header(grid, first, last)
        if last > first:
            self._findings.add(
                "header",
                f"the header has two rows, {grid.places[first]} and {grid.places[last]}",
                rows=2,
                action="joined",
            )
        body = grid._replace(places=grid.places[last + 1 : end], rows=grid.rows[last + 1 : end])
        numbers = grid.numbers[last + 1 : end]
        rows = self._filled(body._replace(numbers=numbers), names)
        names, cells = self._squared(names, body.places, rows, ragged=ragged)
        table = pd.DataFrame(
            _array(cells, len(names)),
            columns=np.array(names, dtype=object),
            dtype=object,
            copy=False,
        )
        is_text = not ragged
        return _plain_table(table, self._findings, is_text=is_text)

    def _unpacked(self, grid: Grid) -> Grid:
        """Return rows with a column for each name that a table of Eurostat has in its first."""
        rows, flagged, first = exports.unpacked(grid.rows)
        if flagged:
            self._findings.add(
                "footnote",
                "numbers have a flag of Eurostat",
                rows=flagged,
                first=quoted(first.strip()),
                action="read without it",
            )
        return grid._replace(rows=rows)

    def _header_rows(self, grid: Grid) -> tuple[int, int]:
        """Return the positions of the first and the last row of the header."""
        rows = grid.rows
        if self._header is not None:
            places = [_number_in(place) for place in grid.places]
            absent = [each for each in self._header if isinstance(each, bool) or each not in places]
            if absent or not 1 <= len(set(self._header)) == len(self._header) <= 2:
                raise OptionError(
                    f"header must be the number of a row that is not blank, or of two rows below "
                    f"each other; got {quoted(self._header)}; correct",
                    Argument("header"),
                )
            first, last = (places.index(self._header[end]) for end in (0, -1))
            if last - first not in (0, 1):
                raise OptionError(
                    f"the two rows of a header must follow each other; got {quoted(self._header)}; "
                    f"correct",
                    Argument("header"),
                )
            return first, last
        fits = [self._headers.fit(row) for row in rows[: FIRST + 1]]
        best = max(fits, default=0)
        likely = [place for place, fit in enumerate(fits) if fit == best]
        if not best:
            return 0, 0
        at = likely[0]
        # A second row of other names could be the header as well.
        if best == 2 and len(likely) > 1 and rows[likely[1]] != rows[at]:
            raise OptionError(
                f"the table must have one header; {len(likely)} rows could be it: "
                f"{listed(grid.places[each] for each in likely)}; choose with",
                Argument("header"),
            )
        if at and self._is_above(rows[at - 1], rows[at]):
            return at - 1, at
        if at + 1 < len(rows) - 1 and self._is_below(grid, at):
            return at, at + 1
        return at, at

    @staticmethod
    def _is_above(upper: Row, lower: Row) -> bool:
        """Return whether a row above a header with repeated names tells these apart.

        It holds years, or names of repeated years.
        """
        names = Counter(str(cell) for cell in lower if cell != "")
        repeated = [name for name, times in names.items() if times > 1]
        years = [cell for cell in upper if cell != "" and _is_year(cell)]
        if repeated and all(map(_is_year, repeated)):
            return len({str(cell) for cell in upper if cell != ""}) > 1
        return len(years) > 1 and bool(repeated)

    def _is_below(self, grid: Grid, at: int) -> bool:
        """Return whether the row below a header is its second row."""
        upper, lower = grid.rows[at], grid.rows[at + 1]
        filled = [place for place, cell in enumerate(lower) if cell != ""]
        if not filled or any(not isinstance(lower[place], str) for place in filled):
            return False
        if any(_is_number(lower[place]) for place in filled):
            return False
        upper = _across(upper, lower, _blocks_of(grid, at))
        # Where the country stands, the second row is blank; it names at least one column anew.
        is_blank = [place for place, cell in enumerate(upper) if place not in filled and cell != ""]
        repeated = Counter(str(upper[place]) for place in filled if place < len(upper))
        return bool(is_blank) and max(repeated.values(), default=0) > 1

    def _end(self, grid: Grid, first: int, last: int) -> int:
        """Return the position of the first of the rows below the table that are notes."""
        width = max(sum(cell != "" for cell in grid.rows[row]) for row in (first, last))
        end = len(grid.rows)
        for place in range(last + 1, end):
            start = grid.rows[place][0]
            if isinstance(start, str) and start.casefold() == exports.FOOTNOTES:
                return place
        for place in range(len(grid.rows) - 1, last, -1):
            row = grid.rows[place]
            filled = [cell for cell in row if cell != ""]
            follows_blank = grid.numbers[place] - grid.numbers[place - 1] > 1
            if width < 2 or len(filled) > 2 or not isinstance(filled[0], str) or row[0] == "":
                break
            if len(filled) == 2 and not (NOTE.match(filled[0]) and not _is_number(filled[1])):
                break
            if countries._match([filled[0]])[0] is not None:
                break
            if countries._aggregates([filled[0]])[0] is not None:
                break
            is_note = NOTE.match(filled[0]) or ":" in filled[0] or len(filled[0].split()) > 3
            if not is_note and countries._nearest(filled[0]):
                break
            # Another line belongs to a note that a row above it may start.
            end = place if is_note or follows_blank else end
        return end

    def _set_aside(self, places: Sequence[str], rows: Sequence[Row], last: int, where: str) -> None:
        start, unit = _number_in(places[0]), places[0].split()[0]
        stand = (
            f"{unit} {last} {where} is"
            if start == last
            else f"{unit}s {start} to {last} {where} are"
        )
        self._findings.add(
            "around",
            f"{stand} not part of the table",
            rows=len(places),
            action="set aside",
            lost=sum(map(_is_like_data, rows)),
        )

    def _report_preview(self, notes: Sequence[Row], n_rows: int) -> None:
        """Report that a note around a table counts more rows than the table has."""
        for text in (cell_text(cell) for row in notes for cell in row):
            if match := _N_ROWS.search(text):
                count = next(group for group in match.groups() if group)
                more = int(count.replace(",", ""))
                lacking = more if match["more"] else more - n_rows
                if lacking > 0:
                    self._findings.add(
                        "around",
                        f"a note counts {lacking:,} rows more than the file has",
                        rows=lacking,
                        first=quoted(text),
                        action="the table may be a preview",
                        lost=lacking,
                    )
                    return

    def _filled(self, body: Grid, names: Row) -> list[Row]:
        """Return rows whose cells are filled down where the file says that they are merged.

        A merged number is that of one row, unless it is a year or the code of a country.
        """
        rows = body.rows
        position = {number: place for place, number in enumerate(body.numbers)}
        own: set[int] = set()  # rows that are copies, and may be changed
        filled = 0
        for top, left, bottom, right in body.blocks:
            at = position.get(top)
            if at is None or (left >= len(rows[at])) or rows[at][left] == "":
                continue
            value = rows[at][left]
            if right > left:
                if sum(cell != "" for cell in rows[at]) > 1:
                    raise PanelError(
                        f"{self._findings.label} must have a cell for each column; "
                        f"{body.places[at]} has one merged over columns {left + 1} to "
                        f"{right + 1}, {quoted(value)}; unmerge it, or, if it is part of the "
                        f"header, name its rows with",
                        Argument("header"),
                    )
                continue
            last = bisect_right(body.numbers, bottom)
            covered = last > at + 1
            identifies = left < len(names) and self._headers.identifies(names[left])
            if covered and not identifies and _is_number(value):
                raise PanelError(
                    f"{self._findings.label} must have a cell for each row; {body.places[at]} has "
                    f"{quoted(value)} merged over rows {top + 1} to {bottom + 1}; unmerge it"
                )
            for below in range(at + 1, last):
                if below not in own:
                    own.add(below)
                    rows[below] = list(rows[below])
                rows[below] += [""] * (left + 1 - len(rows[below]))
                rows[below][left] = value
                filled += 1
        if filled:
            self._findings.add(
                "merged", "cells are merged over several rows", rows=filled, action="filled down"
            )
        return rows

    def _squared(
        self, names: Row, places: Sequence[str], rows: list[Row], *, ragged: bool
    ) -> tuple[Row, list[Row]]:
        """Return the header and rows of the same length."""
        width = len(names)
        widths = set(map(len, rows))
        if widths == {width}:
            return names, rows
        if widths == {width + 1} and names and names[-1] != "":
            self._findings.add(
                "header",
                "the header is one cell short, as R writes a table with row names",
                rows=1,
                action="the first cell of each row was left out",
            )
            return names, [row[1:] for row in rows]
        cells = []
        for place, row in zip(places, rows, strict=True):
            if len(row) == width:
                cells.append(row)
            elif len(row) < width and ragged:
                cells.append([*row, *[""] * (width - len(row))])
            else:
                raise ValueError(
                    f"every line must have as many cells as the header, {width}; {place} has "
                    f"{len(row)}{_hint(names, row, is_text=not ragged)}"
                )
        return names, cells


def _is_like_data(row: Row) -> bool:
    """Return whether a row is a country and numbers, also in one cell: ``Mali 2009 1 2 3``."""
    words = _BETWEEN.split(" ".join(str(cell) for cell in row if cell != "").strip())
    first = next((place for place, word in enumerate(words) if _is_number(word)), len(words))
    numbers = words[first:]
    return (
        first > 0
        and len(numbers) > 1
        and all(map(_is_number, numbers))
        and countries._match([" ".join(words[:first])])[0] is not None
    )


def _array(rows: list[Row], width: int) -> NDArray[np.object_]:
    """Return rows of the same length as an array."""
    cells = np.fromiter(chain.from_iterable(rows), dtype=object, count=len(rows) * width)
    return cells.reshape(len(rows), width)


def _grid(sheet: Sheet) -> Grid:
    """Return the rows of a sheet that are not blank, within bounds."""
    places: list[str] = []
    rows: list[Row] = []
    numbers: list[int] = []
    seen = widest = 0
    for number, (place, row) in enumerate(sheet.rows()):
        width = len(row)
        seen += width
        if width > widest or seen > MOST_CELLS or widest * len(rows) > MOST_CELLS:
            widest = max(widest, width)
            refuse_more(seen, MOST_CELLS, "cells")
            refuse_more(widest, MOST_COLUMNS, "columns")
            refuse_more(widest * len(rows), MOST_CELLS, "cells")
        # A number 0 is false but not blank.
        if not any(row) and all(cell == "" for cell in row):
            continue
        places.append(place)
        rows.append(row)
        numbers.append(number)
    return Grid(places, rows, numbers, list(sheet.merged()))


def _without_row_of_index(grid: Grid, index: int) -> Grid:
    """Return rows whose names of the index stand in the row above them, which is full."""
    names = [cell for cell in grid.rows[index] if cell != ""]
    above = [*names, *grid.rows[index - 1][len(names) :]]
    blank = [""] * len(names)
    top = [*blank, *grid.rows[index - 2][len(names) :]]
    rows = [*grid.rows[: index - 2], top, above, *grid.rows[index + 1 :]]
    places = [*grid.places[:index], *grid.places[index + 1 :]]
    numbers = [*grid.numbers[:index], *grid.numbers[index + 1 :]]
    return Grid(places, rows, numbers, grid.blocks)


def _joined_header(grid: Grid, first: int, last: int) -> Row:
    """Return the names of the columns."""
    if not grid.rows:
        return []
    if first == last:
        return grid.rows[first]
    lower = grid.rows[last]
    upper = _across(grid.rows[first], lower, _blocks_of(grid, first))
    width = max(len(upper), len(lower))
    upper, lower = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
    times = Counter(str(name).strip() for name in lower if name != "")
    names: Row = []
    for above, below in zip(upper, lower, strict=True):
        if below == "" or above == "":
            names.append(above if below == "" else below)
        elif _is_year(above):
            names.append(f"{below} {above:g}" if isinstance(above, float) else f"{below} {above}")
        elif times[str(below).strip()] > 1 or _is_year(below):
            names.append(f"{above} {below}")
        else:
            names.append(below)
    return names


def _across(upper: Row, lower: Row, blocks: Sequence[Block]) -> Row:
    """Return the upper row of a header with its cells repeated over the columns they stand for."""
    filled = [*upper, *[""] * (len(lower) - len(upper))]
    for _, left, _, right in blocks:
        if left < len(filled):
            filled[left : right + 1] = [filled[left]] * (min(right + 1, len(filled)) - left)
    if not blocks:
        for place in range(1, len(filled)):
            if filled[place] == "" and place < len(lower) and lower[place] != "":
                filled[place] = filled[place - 1]
    return filled


def _blocks_of(grid: Grid, position: int) -> list[Block]:
    """Return the merged cells of a row that lie in it alone."""
    number = grid.numbers[position]
    return [block for block in grid.blocks if block[0] == block[2] == number]


def _number_in(place: str) -> int:
    return int(place.rpartition(" ")[2])


def _is_year(cell: object) -> bool:
    text = f"{cell:g}" if isinstance(cell, float) else str(cell)
    match = dated(text)
    return match is not None and not match.stem


def _is_number(cell: object) -> bool:
    return NUMBER.fullmatch(cell_text(cell)) is not None


def _hint(header: Sequence[object], row: Sequence[object], *, is_text: bool) -> str:
    if sum(cell != "" for cell in header) == 1:
        return "; delete titles above the header"
    if sum(cell != "" for cell in row) == 1:
        return "; delete notes below the table"
    if not is_text:
        return "; name every column, in one row or two"
    if len(row) > len(header):
        return "; a cell with a comma needs quotes, and a column of row names a header"
    return ""


def _plain_table(table: pd.DataFrame, findings: Findings, *, is_text: bool = False) -> pd.DataFrame:
    """Return a table of plain cells with distinct names, or refuse it."""
    table = _with_distinct_names(table, findings)
    if is_text:
        return table
    plain = {name: _plain(column) for name, column in table.items()}
    return pd.DataFrame(plain, columns=table.columns).reset_index(drop=True)


def _with_distinct_names(table: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    """Return the named columns; those without a name are dropped."""
    label = findings.label
    names = [_as_name(name) for name in table.columns]
    if names and names[0] == "" and "country" not in names and _are_countries(table.iloc[:, 0]):
        findings.add(
            "country",
            "column 1 has no name; its cells are countries",
            rows=len(table),
            first=quoted(table.iloc[0, 0]),
            action="called country",
        )
        names[0] = "country"
    table = table.set_axis(pd.Index(names, dtype=object), axis=1)  # its names are looked up often
    nameless = [place for place, name in enumerate(names) if name == ""]
    if nameless:
        block = table.iloc[:, nameless].to_numpy(dtype=object)
        is_filled = pd.notna(block)
        is_filled[is_filled] = block[is_filled] != ""
        for column, place in enumerate(nameless):
            if is_filled[:, column].any():
                _report_nameless(block[is_filled[:, column], column], place, len(table), findings)
        table = table.loc[:, [name != "" for name in names]]
    if not (table.shape[1] or any(names)):
        raise PanelError(f"{label} must hold a table; none of its columns has a name")
    if table.empty:
        raise PanelError(f"{label} must hold at least one row under its header; it has none")
    repeated = sorted(name for name, times in Counter(table.columns).items() if times > 1)
    if repeated:
        raise PanelError(
            f"{label} must have columns of distinct names; "
            f"{counted(len(repeated), 'name is', 'names are')} repeated, the first "
            f"{quoted(repeated[0])}"
        )
    return table


def _report_nameless(
    cells: NDArray[np.object_], place: int, n_rows: int, findings: Findings
) -> None:
    """Report the cells of a column without a name, except numbers of all rows.

    Rows that were sorted or left out keep their numbers.
    """
    texts = [str(cell).removesuffix(".0") for cell in cells]
    if place == 0 and len(set(texts)) == n_rows and all(map(str.isdecimal, texts)):
        return
    findings.add(
        "nameless",
        f"column {place + 1} has no name",
        rows=len(cells),
        first=quoted(cells[0]),
        action="left out",
        lost=len(cells),
    )


def _are_countries(column: pd.Series) -> bool:
    """Return whether all cells of a column are names or codes of countries."""
    cells = column.unique().tolist()
    return bool(cells) and None not in countries._match(cells)


def _as_name(name: object) -> str:
    return f"{name:g}" if isinstance(name, float) else str(name).strip()


def _plain(column: pd.Series) -> pd.Series:
    """Return a column of numbers unchanged, and any other as objects of plain types."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
        return column
    return pd.Series([plain_cell(cell) for cell in column], column.index, dtype=object)


def plain_cell(cell: object) -> object:
    """Return text, a number, a date or None as it is, and anything else as text."""
    if cell is None or cell is pd.NA:
        return None
    if isinstance(cell, str | float | bool | np.bool_ | date):
        return cell
    if isinstance(cell, Decimal):
        return str(cell)
    if isinstance(cell, int | np.integer) and abs(int(cell)) < 2**63:
        return cell
    return quoted(cell)
