"""Bytes of a file to a table of raw cells: CSV, Excel, Stata, Parquet. Nothing is interpreted.

A cell is text, a number, a truth, a date or missing; a number that Stata has a label for is text
that knows its number. Every file is read within bounds: a few bytes of an archive can unpack to
more than any memory holds.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from . import _workbooks
from ._notes import Note
from ._numbers import Labelled
from ._wording import shown
from .panel import PanelError

SEPARATORS = ",;\t|"

LARGEST = 2**28
"""Bytes that a file may have, and that it may unpack to."""

MOST_CELLS = 2**25
MOST_COLUMNS = 2**14
"""The width of an Excel sheet."""


def parse(content: bytes, label: str, sheet: int | str, notes: list[Note]) -> pd.DataFrame:
    """Return the cells of a file, whatever its extension: its first bytes tell what it is.

    Raises
    ------
    PanelError
        When the bytes are no table of a known format, or the library that reads it is missing.
    """
    if len(content) > LARGEST:
        raise PanelError(
            f"{label} must have at most {LARGEST:,} bytes; it has more; keep only the columns of "
            f"countries, years and scores"
        )
    if not content.strip():
        raise PanelError(f"{label} must hold a table; it is empty")
    form = _format(content)
    try:
        if form == "Excel":
            rows = _workbooks.rows(content, sheet, most_bytes=LARGEST, most_cells=MOST_CELLS)
            table = _tabulate(rows, ragged=True)
        elif form == "Stata":
            table = _parse_stata(content)
        elif form == "Parquet":
            table = _parse_parquet(content)
        else:
            table = _tabulate(_text_rows(content, notes), ragged=False)
        # Within the try, since some parsers decode late.
        return _with_plain_cells(_with_distinct_names(table, label))
    except PanelError:
        raise
    except ImportError as error:
        raise PanelError(
            f"{label} is a file of {form}, which needs another library: install "
            f"policyindex[{form.lower()}]"
        ) from error
    except Exception as error:  # the parsers raise whatever they stumble over
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
    said = " ".join(str(error).split()) or type(error).__name__
    return said if len(said) <= 300 and said.isprintable() else shown(said)


def _with_distinct_names(table: pd.DataFrame, label: str) -> pd.DataFrame:
    # A column without a name, such as that of row numbers, can be nobody's.
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
            f"the first {shown(repeated[0])}"
        )
    return table


def _with_plain_cells(table: pd.DataFrame) -> pd.DataFrame:
    plain = {name: _plain(column) for name, column in table.items()}
    return pd.DataFrame(plain, columns=table.columns).reset_index(drop=True)


def _plain(column: pd.Series) -> pd.Series:
    """Return a column of numbers as it is, and of any other cells as objects that all know."""
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
    return shown(cell)


def _tabulate(rows: Iterable[tuple[str, Sequence[object]]], *, ragged: bool) -> pd.DataFrame:
    """Return rows under the first that is not blank; blank ones are left out."""
    header: Sequence[object] = ()
    cells: list[Sequence[object]] = []
    seen = 0
    for place, row in rows:
        seen += len(row)
        _refuse_more(seen, MOST_CELLS, "cells")
        if all(cell == "" for cell in row):
            continue
        if not header:
            header = row
            _refuse_more(len(header), MOST_COLUMNS, "columns")
        elif len(row) == len(header):
            cells.append(row)
        elif len(row) < len(header) and ragged:
            cells.append([*row, *[""] * (len(header) - len(row))])
        else:
            raise ValueError(
                f"every line must have as many cells as the header, {len(header)}; {place} has "
                f"{len(row)}"
            )
        _refuse_more(len(header) * len(cells), MOST_CELLS, "cells")
    return pd.DataFrame(cells, columns=np.array(header, dtype=object), dtype=object)


def _refuse_more(number: int, most: int, what: str) -> None:
    if number > most:
        raise ValueError(f"it must have at most {most:,} {what}; it has {number:,} or more")


def _text_rows(content: bytes, notes: list[Note]) -> Iterator[tuple[str, list[str]]]:
    text, encoding = _decode(content)
    if encoding:
        lines = text.count("\n") + 1
        notes.append(Note("the text is not UTF-8", lines, "", f"read as {encoding}", 0))
    if "\0" in text:
        raise ValueError("it holds NUL characters, so it is no text")
    head = re.sub(r'"[^"]*"', "", text.lstrip().partition("\n")[0])
    separator = max(SEPARATORS, key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    for row in rows:
        yield f"line {rows.line_num}", row


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
    from pyarrow.parquet import ParquetFile  # type: ignore[import-untyped]

    metadata = ParquetFile(io.BytesIO(content)).metadata
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    unpacked = sum(group.total_byte_size for group in groups)
    _refuse_more(unpacked, LARGEST, "bytes unpacked")
    _refuse_more(metadata.num_columns, MOST_COLUMNS, "columns")
    _refuse_more(metadata.num_columns * metadata.num_rows, MOST_CELLS, "cells")
    table = pd.read_parquet(io.BytesIO(content))
    named = [place for place, name in enumerate(table.index.names) if name is not None]
    return table.reset_index(level=named, allow_duplicates=True) if named else table
