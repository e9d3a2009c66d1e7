"""Rows of cells to a table: where its header stands, and which sheet of a workbook it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

import numpy as np
import pandas as pd

from .._options import Argument, OptionError
from .._sheets import Sheet, sheet_at
from .._wording import listed, quoted
from ..panel.check import PanelError
from . import formats
from .findings import Findings
from .formats import MOST_CELLS, MOST_COLUMNS, File, refuse_more

HeaderTest: TypeAlias = Callable[[Iterable[object]], bool]
"""Whether cells are the header of a table that can be read."""

FIRST = 20
"""Rows in which a header below a title is looked for."""


def parse(
    content: bytes, findings: Findings, *, is_header: HeaderTest, sheet: int | str | None = None
) -> pd.DataFrame:
    """Return the cells of a file as a table.

    Parameters
    ----------
    content : bytes
        The content of the file.
    findings : Findings
        Where other sheets with tables and other encodings are reported.
    is_header : callable
        Whether cells are the header of a table that can be read.
    sheet : str or int, optional
        The sheet of an Excel file.

    Returns
    -------
    DataFrame
        A column for each named column of the file, all names distinct.

    Raises
    ------
    PanelError
        If the bytes are not a table of one of the formats, or the library that reads it is missing.
    ValueError
        If a sheet is requested of a file without sheets.
    """
    with formats.opened(content, findings) as file:
        if sheet is not None and file.form != "Excel":
            raise OptionError(
                f"only Excel files have sheets; {findings.label} is a {file.form} file; leave out",
                Argument("sheet"),
            )
        table = _table(file, sheet, findings, is_header)
        # Within the context, since some parsers decode late.
        return _with_plain_cells(_with_distinct_names(table, findings.label))


def _table(
    file: File, sheet: int | str | None, findings: Findings, is_header: HeaderTest
) -> pd.DataFrame:
    if file.table is not None:
        return file.table
    if file.form == "Excel":
        return _of_workbook(file.sheets, sheet, findings, is_header)
    return _tabulate(file.sheets[0].rows(), is_header, ragged=False)


def _with_distinct_names(table: pd.DataFrame, label: str) -> pd.DataFrame:
    # Unnamed columns, e.g. exported row numbers, are dropped.
    names = [str(name).strip() for name in table.columns]
    table = table.set_axis(names, axis=1).loc[:, [name != "" for name in names]]
    if not (table.shape[1] or any(names)):
        raise PanelError(f"{label} must hold a table; none of its columns has a name")
    if table.empty:
        raise PanelError(f"{label} must hold at least one row under its header; it has none")
    repeated = sorted(name for name, times in Counter(table.columns).items() if times > 1)
    if repeated:
        raise PanelError(
            f"{label} must have columns of distinct names; {len(repeated)} names are repeated, "
            f"the first {quoted(repeated[0])}"
        )
    return table


def _with_plain_cells(table: pd.DataFrame) -> pd.DataFrame:
    plain = {name: _plain(column) for name, column in table.items()}
    return pd.DataFrame(plain, columns=table.columns).reset_index(drop=True)


def _plain(column: pd.Series) -> pd.Series:
    """Return a column of numbers unchanged, and any other as objects of plain types."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
        return column
    return pd.Series([_plain_cell(cell) for cell in column], column.index, dtype=object)


def _plain_cell(cell: object) -> object:
    if cell is None or cell is pd.NA:
        return None
    if isinstance(cell, str | float | date):
        return cell
    if isinstance(cell, Decimal):
        return str(cell)
    if isinstance(cell, int | np.integer) and abs(int(cell)) < 2**63:
        return cell
    return quoted(cell)


def _tabulate(
    rows: Iterable[tuple[str, Sequence[object]]], is_header: HeaderTest, *, ragged: bool
) -> pd.DataFrame:
    """Return the rows under the first row that is not blank, without blank ones."""
    header: Sequence[object] = ()
    cells: list[Sequence[object]] = []
    seen = 0
    for place, row in rows:
        seen += len(row)
        refuse_more(seen, MOST_CELLS, "cells")
        if all(cell == "" for cell in row):
            continue
        refuse_more(len(row), MOST_COLUMNS, "columns")
        if not header:
            header = row
        elif len(cells) < FIRST and is_header(row) and not is_header(header):
            raise ValueError(
                f"the header must come first; it seems to be {place}; delete the rows above it"
            )
        elif len(row) == len(header):
            cells.append(row)
        elif len(row) < len(header) and ragged:
            cells.append([*row, *[""] * (len(header) - len(row))])
        else:
            raise ValueError(
                f"every line must have as many cells as the header, {len(header)}; {place} has "
                f"{len(row)}{_hint(header, row)}"
            )
        refuse_more(len(header) * len(cells), MOST_CELLS, "cells")
    return pd.DataFrame(cells, columns=np.array(header, dtype=object), dtype=object)


def _hint(header: Sequence[object], row: Sequence[object]) -> str:
    if sum(cell != "" for cell in header) == 1:
        return "; delete titles above the header"
    if sum(cell != "" for cell in row) == 1:
        return "; delete notes below the table"
    return ""


def _of_workbook(
    sheets: Sequence[Sheet], sheet: int | str | None, findings: Findings, is_header: HeaderTest
) -> pd.DataFrame:
    """Return the requested sheet of a workbook, by default the first visible one.

    If no sheet is requested and other visible sheets hold tables, a finding names them.
    """
    if sheet is not None:
        return _tabulate(sheet_at(sheets, sheet).rows(), is_header, ragged=True)
    visible = [each for each in sheets if not each.is_hidden]
    if not visible:
        raise OptionError(
            f"all its sheets are hidden; choose one of {listed(each.name for each in sheets)} with",
            Argument("sheet"),
        )
    first, *others = visible
    if tables := [each.name for each in others if is_header(each.header)]:
        if not is_header(first.header):
            raise PanelError(
                f"{findings.label} must have columns of countries, years and scores in its "
                f"first sheet, {listed([first.name])}; it has them in {listed(tables)}; choose "
                f"with",
                Argument("sheet"),
            )
        findings.add(
            "sheet",
            f"other sheets hold tables too: {listed(tables)}",
            rows=len(tables),
            action=f"{listed([first.name])} was read",
            lost=len(tables),
            option=Argument("sheet"),
        )
    return _tabulate(first.rows(), is_header, ragged=True)
