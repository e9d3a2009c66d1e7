"""Bytes of a file to a table of raw cells: CSV, Excel, Stata, Parquet. Nothing is interpreted.

A cell is text, a number, a boolean, a date or missing; a number with a label of Stata is text that
holds its number. Every file is read within bounds: a few bytes of an archive can unpack to more
than any memory holds.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from .._options import Argument, OptionError
from .._sheets import open_sheets, sheet_at
from .._wording import listed, quoted
from ..panel.check import PanelError
from ..panel.numbers import Labelled
from .findings import Findings

HeaderTest: TypeAlias = Callable[[Iterable[object]], bool]
"""Whether cells are the header of a table that can be read."""

SEPARATORS = ",;\t|"

LARGEST = 2**28
"""Bytes that a file may have, and that it may unpack to."""

MOST_CELLS = 2**25

MOST_COLUMNS = 2**14
"""The width of an Excel sheet."""

FIRST = 20
"""Rows in which a header below a title is looked for."""

SEPARATOR = re.compile(r'"?sep=([^\r\n"])"?(\r\n?|\n)', re.IGNORECASE)
"""Excel's optional first line that names the separator, e.g. ``sep=;``."""


def parse(
    content: bytes, findings: Findings, *, is_header: HeaderTest, sheet: int | str | None = None
) -> pd.DataFrame:
    """Return the cells of a file; its first bytes name the format, whatever its extension.

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
    label = findings.label
    if len(content) > LARGEST:
        raise PanelError(
            f"{label} must have at most {LARGEST:,} bytes; it has more; keep only the columns of "
            f"countries, years and scores"
        )
    if not content.strip():
        raise PanelError(f"{label} must hold a table; it is empty")
    form = _format(content)
    if sheet is not None and form != "Excel":
        raise OptionError(
            f"only Excel files have sheets; {label} is a {form} file; leave out", Argument("sheet")
        )
    try:
        if form == "Excel":
            table = _parse_excel(content, sheet, findings, is_header)
        elif form == "Stata":
            table = _parse_stata(content)
        elif form == "Parquet":
            table = _parse_parquet(content)
        else:
            table = _tabulate(_text_rows(content, findings), is_header, ragged=False)
        # Within the try, since some parsers decode late.
        return _with_plain_cells(_with_distinct_names(table, label))
    except PanelError:
        raise
    except ImportError as error:
        raise PanelError(
            f"{label} is a file of {form}, which needs another library: install "
            f"policyindex[{form.lower()}]"
        ) from error
    except OptionError as error:
        raise PanelError(
            f"{label} cannot be read as {form}: {error.message}", error.option
        ) from error
    except Exception as error:  # third-party parsers may raise anything
        raise PanelError(f"{label} cannot be read as {form}: {_in_brief(error)}") from error


def _format(content: bytes) -> str:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "Excel"
    if content.startswith(b"PAR1"):
        return "Parquet"
    # Stata files before release 13 start with their release and the byte order.
    if content.startswith(b"<stata_dta>") or re.match(rb"[\x66-\x73][\x01\x02]", content):
        return "Stata"
    return "text"


def _in_brief(error: Exception) -> str:
    message = " ".join(str(error).split()) or type(error).__name__
    return message if len(message) <= 300 and message.isprintable() else quoted(message)


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
        _refuse_more(seen, MOST_CELLS, "cells")
        if all(cell == "" for cell in row):
            continue
        _refuse_more(len(row), MOST_COLUMNS, "columns")
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
        _refuse_more(len(header) * len(cells), MOST_CELLS, "cells")
    return pd.DataFrame(cells, columns=np.array(header, dtype=object), dtype=object)


def _hint(header: Sequence[object], row: Sequence[object]) -> str:
    if sum(cell != "" for cell in header) == 1:
        return "; delete titles above the header"
    if sum(cell != "" for cell in row) == 1:
        return "; delete notes below the table"
    return ""


def _refuse_more(number: int, most: int, what: str) -> None:
    if number > most:
        raise ValueError(f"it must have at most {most:,} {what}; it has {number:,} or more")


def _parse_excel(
    content: bytes, sheet: int | str | None, findings: Findings, is_header: HeaderTest
) -> pd.DataFrame:
    """Return the requested sheet of a workbook, by default the first visible one.

    If no sheet is requested and other visible sheets hold tables, a finding names them.
    """
    with open_sheets(content, most_bytes=LARGEST, most_cells=MOST_CELLS) as sheets:
        if sheet is not None:
            return _tabulate(sheet_at(sheets, sheet).rows(), is_header, ragged=True)
        visible = [each for each in sheets if not each.is_hidden]
        if not visible:
            raise OptionError(
                f"all its sheets are hidden; choose one of {listed(each.name for each in sheets)} "
                f"with",
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


def _text_rows(content: bytes, findings: Findings) -> Iterator[tuple[str, list[str]]]:
    text, encoding = _decode(content)
    if encoding:
        lines = text.count("\n") + 1
        findings.add("encoding", "the text is not UTF-8", rows=lines, action=f"read as {encoding}")
    if "\0" in text:
        raise ValueError("it holds NUL characters, so it is not text")
    named = SEPARATOR.match(text)
    separator = named[1] if named else _separator(text)
    stream = io.StringIO(text, newline="")
    above = 1 if named and stream.readline() else 0
    rows = csv.reader(stream, delimiter=separator, strict=True)
    for row in rows:
        yield f"line {rows.line_num + above}", row


def _separator(text: str) -> str:
    """Return the separator of the first line that has one outside quotes."""
    lines = (re.sub(r'"[^"]*"', "", line) for line in io.StringIO(text))
    separated = (line for line in lines if any(each in line for each in SEPARATORS))
    return max(SEPARATORS, key=next(separated, "").count)


def _decode(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16"), "UTF-16"
    for encoding, name in (("utf-8-sig", ""), ("cp1252", "Windows-1252")):
        try:
            return content.decode(encoding), name
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "Latin-1"


def _parse_stata(content: bytes) -> pd.DataFrame:
    reader: Any = pd.read_stata(io.BytesIO(content), iterator=True, convert_categoricals=False)
    with reader:
        names = list(reader.variable_labels())
        _refuse_more(len(names), MOST_COLUMNS, "columns")
        try:
            table: pd.DataFrame = reader.read(MOST_CELLS // max(len(names), 1) + 1)
        except StopIteration:  # of a file without rows
            table = pd.DataFrame(columns=names)
        _refuse_more(table.size, MOST_CELLS, "cells")
        # Converted by pandas, a column would lose the numbers, and fail where a label is repeated.
        labels = reader.value_labels()
        for place, name in enumerate(reader._lbllist):
            if name in labels:
                cells: Any = _labelled(table.iloc[:, place], labels[name])
                table.isetitem(place, cells)
    return table


def _labelled(column: pd.Series, labels: dict[float, str]) -> pd.Series:
    cells = [Labelled(labels[cell], cell) if cell in labels else cell for cell in column]
    return pd.Series(cells, column.index, dtype=object)


def _parse_parquet(content: bytes) -> pd.DataFrame:
    from pyarrow.parquet import ParquetFile

    metadata = ParquetFile(io.BytesIO(content)).metadata
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    unpacked = sum(group.total_byte_size for group in groups)
    _refuse_more(unpacked, LARGEST, "bytes unpacked")
    _refuse_more(metadata.num_columns, MOST_COLUMNS, "columns")
    _refuse_more(metadata.num_columns * metadata.num_rows, MOST_CELLS, "cells")
    table = pd.read_parquet(io.BytesIO(content))
    named = [place for place, name in enumerate(table.index.names) if name is not None]
    return table.reset_index(level=named, allow_duplicates=True) if named else table
