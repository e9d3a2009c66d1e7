"""Sheets of a workbook, whatever its format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from .._wording import listed, quoted

MOST_ROWS = 2**20
"""The height of an Excel sheet; a damaged one may claim any."""

UNCALCULATED = "a formula without its value"

MOST_WIDE = 2**14
"""The width of an Excel sheet, as far as a header is looked for."""

MOST_BLANK = 100
"""Rows in which the header of a sheet is looked for that is not the one to be read."""

Row = list[Any]

Range = tuple[int, int, int, int]
"""The top, left, bottom and right of cells, counted from 0 and inclusive."""


class Rounded(NamedTuple):
    """Hold a cell whose sheet shows less than it holds; its rows have the number it holds."""

    place: str
    """E.g. ``B3``."""
    number: float
    text: str
    """The number as the sheet shows it."""


class Sheet(NamedTuple):
    """Hold a sheet of a workbook; an empty cell is ``""``.

    Cells are what the sheet shows: superscripts are such characters, a number with letters in its
    format is text. An error such as ``#REF!`` is its text, and so is a formula that was never
    calculated: it must not be read as missing. A number that the sheet shows as another one, or
    not at all, is text that names both, so that it is refused as a score.
    """

    name: str
    is_hidden: bool
    rows: Callable[[], Iterator[tuple[str, Row]]]
    """All the rows, each with its number, e.g. ``row 2``; not to be changed. A sheet that hides
    cells with values is refused."""
    start: Callable[[], Iterator[Row]]
    """The first rows; the others are not read."""
    merged: Callable[[], Sequence[Range]] = list
    """The ranges of merged cells, of which the first one alone holds a value."""
    rounded: Callable[[], Sequence[Rounded]] = list
    """The cells that show a rounded number."""
    every: Callable[[], Iterator[tuple[str, Row]]] = lambda: iter(())
    """The rows that hold cells, those that the sheet hides too."""
    hidden: Callable[[], Sequence[int]] = list
    """The numbers of the rows with values that the sheet hides, from 1."""


def sheet_of(
    name: str, is_hidden: bool, content: Callable[[], Content], start: Callable[[], Iterator[Row]]
) -> Sheet:
    """Return a sheet whose content is read once, on first use."""
    read = cache(content)

    def rows() -> Iterator[tuple[str, Row]]:
        read().refuse_hidden()
        return iter(read())

    return Sheet(
        name,
        is_hidden,
        rows,
        start,
        lambda: read().merged,
        lambda: read().rounded,
        lambda: read().filled(),
        lambda: read().hidden_rows,
    )


class Content:
    """Collect the rows of one sheet within bounds, and refuse hidden cells.

    Parameters
    ----------
    most_cells : int
        The largest number of cells, the rows filled up from the left.
    """

    def __init__(self, most_cells: int) -> None:
        self.rows: list[tuple[int, Row]] = []
        self._merged: list[Range] = []
        self.rounded: list[Rounded] = []
        self._most_cells = most_cells
        self._cells = 0
        self.hidden_rows: list[int] = []
        self._is_hidden = bytearray(MOST_WIDE)
        """Whether the sheet hides each column."""
        self._hidden: list[int] = []
        self._with_hidden_values: set[int] = set()

    def hide(self, first: int, beyond: int) -> None:
        """Note that the sheet hides columns, counted from 0."""
        first, beyond = min(max(first, 0), MOST_WIDE), min(beyond, MOST_WIDE)
        self._is_hidden[first:beyond] = b"\1" * max(beyond - first, 0)
        self._hidden = []

    def merge(self, block: Range) -> None:
        """Note a range of merged cells."""
        self._merged.append(block)

    @property
    def merged(self) -> list[Range]:
        """The ranges of merged cells, in the order of the file; refused if they overlap.

        Only then does filling them down take no longer than the sheet is large.
        """
        last: dict[int, int] = {}
        for top, left, bottom, _ in sorted(self._merged):
            if top <= last.get(left, -1):
                at = f"{letters_of(left)}{top + 1}"
                raise ValueError(f"merged cells must not overlap; two ranges hold {at}; unmerge it")
            last[left] = bottom
        return self._merged

    def add(self, number: int, row: Row, *, is_hidden: bool = False) -> None:
        """Append a row, unless it is blank.

        Parameters
        ----------
        number : int
            The number of the row, from 1.
        row : list
            Its cells.
        is_hidden : bool
            Whether the sheet hides the row.
        """
        if not row:
            return
        self.rows.append((number, row))
        if is_hidden:
            self.hidden_rows.append(number)
        if not self._hidden and 1 in self._is_hidden:
            self._hidden = [column for column, hides in enumerate(self._is_hidden) if hides]
        for column in self._hidden:
            if column >= len(row):
                break
            if row[column] != "":
                self._with_hidden_values.add(column)

    def row(self, number: int, values: Sequence[tuple[int, object]]) -> Row:
        """Return a row of values and their columns, from 1, in order; refuse it beyond bounds."""
        self.reserve(number, values[-1][0] if values else 0)
        return row_of(values)

    def reserve(self, number: int, cells: int) -> None:
        """Count cells of rows up to a number, before they are made; refuse them beyond bounds."""
        self.refuse_beyond(number, cells)
        self._cells += cells

    def refuse_beyond(self, number: int, cells: int) -> None:
        """Refuse rows up to a number, or so many cells more, beyond bounds."""
        if number > MOST_ROWS or self._cells + cells > self._most_cells:
            raise ValueError(
                f"it must have at most {MOST_ROWS:,} rows and {self._most_cells:,} cells"
            )

    def refuse_hidden(self) -> None:
        """Refuse a sheet that hides cells with values: nobody sees what they do to the table."""
        if self.hidden_rows:
            raise ValueError(
                f"the sheet must show every row that holds cells; it hides "
                f"{_numbers('row', self.hidden_rows)}; unhide or delete what is hidden, and clear "
                f"the filter if there is one"
            )
        if self._with_hidden_values:
            letters = [letters_of(column) for column in sorted(self._with_hidden_values)]
            raise ValueError(
                f"the sheet must show every column that holds cells; it hides "
                f"{_numbers('column', letters)}; unhide or delete what is hidden"
            )

    def filled(self) -> Iterator[tuple[str, Row]]:
        """Yield the rows that are not blank; the last may stand a million rows below the others."""
        return ((f"row {number}", row) for number, row in self.rows)

    def __iter__(self) -> Iterator[tuple[str, Row]]:
        last = 0
        for number, row in self.rows:
            for blank in range(last + 1, number):
                yield f"row {blank}", []
            yield f"row {number}", row
            last = number


def row_of(values: Sequence[tuple[int, object]]) -> Row:
    """Return a row of values that are not blank and their columns, from 1, in order."""
    row: Row = [""] * (values[-1][0] if values else 0)
    for column, value in values:
        row[column - 1] = value
    return row


def _numbers(singular: str, places: Sequence[object]) -> str:
    return f"{singular}{'' if len(places) == 1 else 's'} {listed(map(str, places), most=6)}"


def letters_of(column: int) -> str:
    """Return the letters of a column, counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def sheet_at(sheets: Sequence[Sheet], sheet: int | str) -> Sheet:
    """Return the sheet of a name, or else of a position counted from 0."""
    names = [each.name for each in sheets]
    by_name = {str(position): each for position, each in enumerate(sheets)}
    by_name |= dict(zip(names, sheets, strict=True))
    if str(sheet) not in by_name:
        raise ValueError(
            f"sheet must be one of {listed(names)}, or a position from 0 to {len(names) - 1}; got "
            f"{quoted(sheet)}"
        )
    return by_name[str(sheet)]
