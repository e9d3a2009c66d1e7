"""Write tables to files: CSV, Excel, Stata, Parquet, JSON, Markdown, LaTeX."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import struct
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from . import countries
from ._atomic import path_of, undated, write_whole
from ._wording import CONTROL, capital, in_markdown, inert, joined, listed, quoted
from .codebooks.model import Codebook, check_codebook
from .codebooks.three_p import THREE_P
from .typing import Scale

__all__ = ["write_table"]

Kind: TypeAlias = Literal["integer", "number", "boolean", "text", "date", "time", "mixed"]

EXACT = 2**53
"""Integers up to this size are exact as floating-point numbers."""

MOST_BITS_OF_PARQUET, MOST_BITS = 63, 1023
"""Bits of an integer, without its sign; longer ones are not numbers to any program."""

LONGEST_CELL = 32_767
"""Characters of a cell of Excel."""

MOST_ROWS, MOST_COLUMNS = 2**20, 2**14
"""Rows, the header included, and columns of a sheet of Excel."""

LISTS: tuple[Any, ...] = (tuple, list, range, np.ndarray, pd.Index)
"""Types of which a cell or an attribute is written as a list."""

STATA_LABEL = 80
"""Characters of a label of Stata."""

STATA_NAME = 32

MOST_VARIABLES = 32_767

STATA_INTEGERS = (
    ("Int8", -127, 100),
    ("Int16", -32_767, 32_740),
    ("Int32", -(2**31) + 1, 2**31 - 28),
)
"""Types of integers, and the range that Stata leaves them beside its missing values."""

STATA_LARGEST = 8.9e307

EPOCH = datetime(1960, 1, 1)
"""The day from which Stata counts."""

LONG_TABLE = 40
"""Rows beyond which a table of LaTeX may break over pages."""

RESERVED_WORDS = """
    _all _b _coef _cons _n _pi _pred _rc _se _skip aggregate array boolean break byte case catch
    class colvector complex const continue default delegate delete do double else eltypedef
    end enum explicit export external float for friend function global goto if in inline int
    local long null pragma protected quad rowvector short strl typedef typename using virtual
    with
"""

RESERVED = frozenset(RESERVED_WORDS.split())
"""Words that cannot be the name of a variable of Stata, in lower case."""

DOUBTFUL = re.compile(
    r"\s*([+-]?\d|\W|$|(n/?a|nan|null|no mention)\b)|.*\0", re.IGNORECASE | re.DOTALL
)
"""A label that a reader could take for another number, or for a missing value."""

ELSEWHERE = {
    ".docx": "the report's brief alone is written as Word",
    ".html": "the report writes pages",
    ".htm": "the report writes pages",
    ".ods": "LibreOffice opens .xlsx",
    ".pdf": "charts can be written as .pdf, tables as .tex",
    ".png": "charts can be written as .png",
    ".rdata": "R reads .csv, .dta and .parquet",
    ".rds": "R reads .csv, .dta and .parquet",
    ".sav": "SPSS opens .dta",
    ".svg": "charts can be written as .svg",
    ".tsv": "choose .csv",
    ".txt": "choose .csv",
    ".xls": "choose .xlsx",
}
"""Endings of other formats, and the advice on each."""


class _Column(NamedTuple):
    """Hold a column of plain cells; a missing one is None."""

    name: str
    kind: Kind
    cells: list[Any]

    @property
    def words(self) -> list[str]:
        """The cells as text; a missing one is empty."""
        return ["" if cell is None else _words_of(cell) for cell in self.cells]


class _Content(NamedTuple):
    """Hold what is written to a file."""

    columns: list[_Column]
    metadata: dict[str, Any]
    """Provenance and assumptions: plain values of JSON."""
    row_sources: list[str]
    """The source of each row; empty if none is stated."""
    codebook: Codebook
    ending: str

    @property
    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows of cells."""
        return zip(*(each.cells for each in self.columns), strict=True)

    @property
    def n(self) -> int:
        """The number of rows."""
        return len(self.columns[0].cells)


def write_table(
    table: pd.DataFrame | pd.Series,
    path: str | os.PathLike[str],
    *,
    codebook: Codebook = THREE_P,
) -> None:
    r"""Write a table to a file, in the format that the ending of its name states.

    The levels of the index come first, and the name of each country stands beside its code.
    Whole numbers are written as such, e.g. 5; a missing value is an empty cell. The source and
    all other provenance are written too. The same table gives the same bytes.

    Parameters
    ----------
    table : DataFrame or Series
        Any table of the library, or your own. Cells are numbers, text, booleans, dates, or
        lists of these, which are written as text, e.g. ``2003, 2004``. Levels of columns are
        joined by underscores.
    path : str or path
        The file, in a folder that exists; it is written whole or not at all. The endings are

        - ``.csv``: UTF-8; a column ``source`` names the source of each row
        - ``.xlsx``: Excel; a second sheet, About, holds the provenance
        - ``.dta``: Stata 14 and later, with labels of variables and values; notes hold the
          provenance
        - ``.parquet``: the schema's metadata hold the provenance
        - ``.json``: ``{"metadata": {...}, "data": [{...}, ...]}``, a record for each row
        - ``.md``, ``.tex``: Markdown, and LaTeX with the package booktabs; for people, so that
          numbers that are not whole are rounded to three digits, and a note is the last line
    codebook : Codebook
        The titles and the words of the levels of a Stata file. A column has them if it bears the
        name of one of the codebook's indicators or dimensions, all its values are on the scale,
        and the table does not state other rules.

    Raises
    ------
    ValueError
        If the name has another ending; a column has no name, or the name of another; a cell is
        infinite or an object of another type; or the format cannot hold a cell or so many.
    TypeError
        If `table` is neither a DataFrame nor a Series.
    ImportError
        If the library that writes Excel or Parquet is missing.
    OSError
        If the file cannot be written; a file of that name then stays as it was.

    See Also
    --------
    read_scores : Read the scores in a file; it reads all these formats except the last two.

    Notes
    -----
    In ``.csv`` and ``.xlsx`` an apostrophe is put before text that a spreadsheet would calculate,
    i.e. that starts with ``=``, ``+``, ``-``, ``@``, a tab or a line end. Excel and Stata do not
    distinguish an empty text from a missing one. They hold integers up to 2\ :sup:`53` exactly;
    larger ones are refused. They do not have time zones either: such times are written as text.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo()).loc[["DEU"]].tail(1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "scores.csv")
    ...     write_table(scores.drop(columns="overall"), path)
    ...     print(path.read_text(encoding="utf-8"))
    country,name,year,prosecution,protection,prevention,source
    DEU,Germany,2009,5,5,5,SYNTHETIC demonstration data of policyindex
    <BLANKLINE>
    """
    check_codebook(codebook)
    ending = ending_of(path)
    if not isinstance(table, pd.DataFrame | pd.Series):
        raise TypeError(_no_table(table))
    _write_table(table, path, ending, codebook)


def _write_table(
    table: pd.DataFrame | pd.Series, path: str | os.PathLike[str], ending: str, codebook: Codebook
) -> None:
    write_whole(path, bytes_of(table, ending, codebook))


def ending_of(path: str | os.PathLike[str]) -> str:
    """Return the ending of the name of a table's file, or refuse the name."""
    ending = path_of(path).suffix.lower()
    if ending not in FORMATS:
        advice = f"; {ELSEWHERE[ending]}" if ending in ELSEWHERE else ""
        raise ValueError(
            f"the name of this file must end in {', '.join(FORMATS)}; got {os.fspath(path)}{advice}"
        )
    return ending


def bytes_of(table: pd.DataFrame | pd.Series, ending: str, codebook: Codebook = THREE_P) -> bytes:
    """Return the bytes of a table as a file of the format of an ending."""
    return FORMATS[ending](_content(table, codebook, ending))


def columns_of(table: pd.DataFrame) -> list[tuple[str, Kind]]:
    """Return the columns of a table as a CSV file has them, and what their cells are."""
    content = _content(table, THREE_P, ".csv")
    columns = [(each.name, each.kind) for each in content.columns]
    return [*columns, ("source", "text")] if _has_sources(content) else columns


def _no_table(table: object) -> str:
    message = f"table must be a DataFrame or a Series; this is a {type(table).__name__}"
    fields = [
        name
        for name in getattr(table, "_fields", ())
        if isinstance(getattr(table, name), pd.DataFrame | pd.Series)
    ]
    return f"{message}; write one of its tables: {listed(fields)}" if fields else message


# From a table to plain columns


def _content(table: pd.DataFrame | pd.Series, codebook: Codebook, ending: str) -> _Content:
    frame = (
        table.to_frame("value" if table.name is None else table.name)
        if isinstance(table, pd.Series)
        else table
    )
    sources = _row_sources(frame)
    pairs = _with_names([*_levels(frame.index), *_named_columns(frame)])
    _refuse_names([name for name, _ in pairs], ending)
    columns = [_column(name, cells, ending) for name, cells in pairs]
    return _Content(columns, _metadata(table.attrs), sources, codebook, ending)


def _levels(index: pd.Index) -> Iterator[tuple[str, pd.Series]]:
    """Return the levels of an index as columns; mere numbers of rows are none."""
    is_plain = isinstance(index, pd.RangeIndex) and index.name is None
    if is_plain and (index.start, index.step) == (0, 1):  # type: ignore[attr-defined]
        return
    for place, name in enumerate(index.names):
        unnamed = "index" if index.nlevels == 1 else f"level_{place}"
        cells = index.get_level_values(place).to_series(index=pd.RangeIndex(len(index)))
        yield unnamed if name is None else _name_of(name), cells


def _named_columns(frame: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    plain = frame.reset_index(drop=True)
    for place, name in enumerate(frame.columns):
        yield _name_of(name), plain.iloc[:, place]


def _name_of(label: object) -> str:
    parts = label if isinstance(label, tuple) else (label,)
    plain = (_day(_plain(part, lambda: f"the name {quoted(label)}")) for part in parts)
    return "_".join(_words_of(_whole(part)) for part in plain if part is not None)


def _day(cell: Any) -> Any:
    return cell.date() if isinstance(cell, datetime) and _is_midnight(cell) else cell


def _whole(cell: Any) -> Any:
    is_whole = isinstance(cell, float) and cell.is_integer() and abs(cell) <= EXACT
    return int(cell) if is_whole else cell


def _refuse_names(names: Sequence[str], ending: str) -> None:
    if not names:
        raise ValueError("a table must have a column; it has none")
    empty = [place for place, name in enumerate(names, 1) if not name.strip()]
    if empty:
        raise ValueError(
            f"every column must have a name; {len(empty)} lack one, the first is column "
            f"{empty[0]}; rename it"
        )
    repeated = [name for name, times in Counter(names).items() if times > 1]
    if repeated:
        raise ValueError(
            f"the columns of a file, levels of the index included, must have distinct names; "
            f"{len(repeated)} are repeated, the first {quoted(repeated[0])}; rename or drop one"
        )
    if ending == ".xlsx":
        for name in names:
            _refuse_text(name, lambda: "the name of a column")


def _with_names(pairs: list[tuple[str, pd.Series]]) -> list[tuple[str, pd.Series]]:
    """Add the names of countries beside their codes, if the table lacks them."""
    names = [name for name, _ in pairs]
    if "country" not in names or "name" in names:
        return pairs
    place = names.index("country")
    cells, codes = pairs[place][1].astype(object), _codes()
    labels = {
        code: countries.name(code)
        for code in cells.unique()
        if isinstance(code, str) and code in codes
    }
    if not labels:
        return pairs
    column = pd.Series([labels.get(cell) for cell in cells], cells.index, dtype=object)
    return [*pairs[: place + 1], ("name", column), *pairs[place + 1 :]]


def _codes() -> frozenset[str]:
    return frozenset(countries._table().index)


def _column(name: str, cells: pd.Series, ending: str) -> _Column:
    """Return a column of plain cells, and what they are."""

    def place(row: int) -> str:
        return f"{listed([name])}, row {row + 1}"

    if isinstance(cells.dtype, np.dtype) and cells.dtype.kind == "f":
        plain: list[Any] = [None if math.isnan(cell) else cell for cell in cells.tolist()]
    elif isinstance(cells.dtype, np.dtype) and cells.dtype.kind in "iub":
        plain = cells.tolist()
    else:
        objects = cells.astype(object).tolist()
        plain = [
            cell if type(cell) is str and cell else _plain(cell, partial(place, row))
            for row, cell in enumerate(objects)
        ]
    infinite = [
        row for row, cell in enumerate(plain) if isinstance(cell, float) and math.isinf(cell)
    ]
    if infinite:
        raise ValueError(
            f"a cell must be finite or missing; {len(infinite)} of column {listed([name])} are "
            f"infinite, the first in row {infinite[0] + 1}; replace them"
        )
    kind = _kind({type(cell) for cell in plain if cell is not None}, cells.dtype)
    if kind == "number" and all(
        cell is None or (float(cell).is_integer() and abs(cell) <= EXACT) for cell in plain
    ):
        kind, plain = "integer", [None if cell is None else int(cell) for cell in plain]
    if kind == "time" and all(cell is None or _is_midnight(cell) for cell in plain):
        kind, plain = "date", [None if cell is None else cell.date() for cell in plain]
    column = _Column(name, kind, plain)
    _refuse_cells(column, ending)
    return column


def _is_midnight(moment: datetime) -> bool:
    return moment.tzinfo is None and moment.time() == time()


def _kind(types: set[type], dtype: Any) -> Kind:
    if not types:
        return "number" if pd.api.types.is_numeric_dtype(dtype) else "text"
    if types <= {int, float}:
        return "integer" if types == {int} else "number"
    if len(types) > 1:
        return "mixed"
    kinds: dict[type, Kind] = {bool: "boolean", str: "text", date: "date", datetime: "time"}
    return kinds[types.pop()]


def _plain(cell: Any, where: Callable[[], str]) -> Any:
    """Return a cell as None, a bool, an int, a float, a str, a date or a datetime."""
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return None
    if isinstance(cell, date | time | timedelta | np.datetime64 | np.timedelta64):
        return _plain_time(cell)
    if isinstance(cell, str):
        return str(cell) or None
    if isinstance(cell, bool | np.bool_):
        return bool(cell)
    if isinstance(cell, int | np.integer):
        return int(cell)
    if isinstance(cell, float | np.floating):
        return None if math.isnan(cell) else float(cell)
    if isinstance(cell, Decimal | Fraction):
        return _plain_fraction(cell)
    if isinstance(cell, pd.Interval):
        ends = ", ".join(_words_of(_whole(_plain(end, where))) for end in (cell.left, cell.right))
        return f"{'[' if cell.closed_left else '('}{ends}{']' if cell.closed_right else ')'}"
    if isinstance(cell, pd.Period):
        return str(cell)
    return _plain_list(cell, where)


def _plain_list(cell: Any, where: Callable[[], str]) -> str | None:
    if isinstance(cell, Mapping):
        pairs = ((_plain(key, where), _plain(each, where)) for key, each in cell.items())
        return ", ".join(f"{_words_of(key)}: {_words_of(each)}" for key, each in pairs) or None
    if isinstance(cell, set | frozenset):
        return ", ".join(sorted(_words_of(_plain(each, where)) for each in cell)) or None
    if isinstance(cell, pd.Series):
        cell = cell.tolist()
    if isinstance(cell, LISTS):
        return ", ".join(_words_of(_whole(_plain(each, where))) for each in cell) or None
    raise ValueError(
        f"a cell must be a number, a text, a boolean, a date or a list of these; {where()} is a "
        f"{type(cell).__name__}; convert it to text"
    )


def _plain_time(cell: Any) -> Any:
    if isinstance(cell, np.datetime64 | np.timedelta64):
        cell = pd.Timestamp(cell) if isinstance(cell, np.datetime64) else pd.Timedelta(cell)
        return _plain(cell, str)
    if isinstance(cell, pd.Timestamp):
        return cell.isoformat() if cell.nanosecond else cell.to_pydatetime()
    if isinstance(cell, date):
        return cell
    return cell.isoformat() if isinstance(cell, time) else str(cell)


def _plain_fraction(cell: Decimal | Fraction) -> Any:
    """Return the number if a float is exact, or written the same; otherwise its text."""
    if isinstance(cell, Decimal) and not cell.is_finite():
        return None if cell.is_nan() else float(cell)
    if cell == int(cell):
        return int(cell)
    try:
        near = float(cell)
    except OverflowError:
        return str(cell)
    exact = Decimal(repr(near)) if isinstance(cell, Decimal) else Fraction(near)
    return near if exact == cell else str(cell)


def _words_of(cell: Any) -> str:
    """Return a plain cell as text that holds all of it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat()
    return repr(cell) if isinstance(cell, float) else str(cell)


def _refuse_cells(column: _Column, ending: str) -> None:
    """Refuse cells that the format cannot hold."""
    if ending in (".xlsx", ".dta") and column.kind in ("integer", "number", "mixed"):
        large = [cell for cell in column.cells if type(cell) is int and abs(cell) > EXACT]
        if large:
            raise ValueError(
                f"integers of a {ending} file must be of at most 2**53 = {EXACT:,}, larger ones "
                f"lose digits; {len(large)} of column {listed([column.name])} are larger, the "
                f"first {quoted(large[0])}; convert the column to text"
            )
    bits = MOST_BITS_OF_PARQUET if ending == ".parquet" else MOST_BITS
    if column.kind in ("integer", "number", "mixed"):
        large = [cell for cell in column.cells if type(cell) is int and cell.bit_length() > bits]
        if large:
            raise ValueError(
                f"integers of a {ending} file must have at most {bits + 1:,} bits; {len(large)} of "
                f"column {listed([column.name])} have more, the first {quoted(large[0])}; convert "
                f"the column to text"
            )
    if column.kind not in ("text", "mixed"):
        return

    def place(row: int) -> str:
        return f"column {listed([column.name])}, row {row + 1}"

    for row, cell in enumerate(column.cells):
        if isinstance(cell, str):
            if ending == ".xlsx":
                _refuse_text(cell, partial(place, row))
            elif "\0" in cell or not _is_unicode(cell):
                raise ValueError(
                    f"text of a file must be Unicode without NUL characters; {place(row)} is not: "
                    f"{quoted(cell)}; correct it"
                )


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= each <= "\udfff" for each in text)


def _refuse_text(text: str, where: Callable[[], str]) -> None:
    if len(text) >= LONGEST_CELL:  # an apostrophe may be put before it
        raise ValueError(
            f"a cell of Excel must have fewer than {LONGEST_CELL:,} characters; {where()} has "
            f"{len(text):,}; shorten it, or choose .csv"
        )
    if illegal := CONTROL.search(text):
        raise ValueError(
            f"a cell of Excel must not hold control characters; {where()} holds "
            f"{illegal[0]!a}; remove it"
        )


# Provenance


def _metadata(attrs: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the attributes of a table as plain values, provenance first; others are dropped."""
    first = [key for key in ("source", "citation", "rules", "assumption", "spans") if key in attrs]
    plain = _jsonable({key: attrs[key] for key in dict.fromkeys([*first, *attrs])})
    return {key: value for key, value in plain.items() if value not in (None, "", [], {})}


def _jsonable(value: Any) -> Any:
    """Return a value as JSON may hold it, without the parts that it may not."""
    if isinstance(value, Mapping):
        return {
            str(_whole(key)): _jsonable(each) for key, each in value.items() if _is_jsonable(each)
        }
    if isinstance(value, LISTS):
        return [_jsonable(each) for each in value if _is_jsonable(each)]
    if isinstance(value, set | frozenset):
        return sorted(_jsonable(list(value)), key=str)
    plain = value if isinstance(value, str) else _plain(value, str)
    if isinstance(plain, date):
        return plain.isoformat()
    return str(plain) if isinstance(plain, float) and math.isinf(plain) else plain


def _is_jsonable(value: Any) -> bool:
    if isinstance(value, pd.Series | pd.DataFrame):
        return False
    if isinstance(value, (Mapping, set, frozenset, *LISTS)):
        return True
    try:
        _plain(value, str)
    except ValueError:
        return False
    return True


def _phrases(metadata: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return each attribute as a name and a text for people; each span is one of its own."""
    for key, value in metadata.items():
        if key == "spans" and isinstance(value, list):
            yield from ((f"span {place}", _phrase(each)) for place, each in enumerate(value, 1))
        else:
            yield key.replace("_", " "), _phrase(value)


def _phrase(value: Any) -> str:
    if isinstance(value, dict):
        parts = {key: _phrase(each) for key, each in value.items()}
        return "; ".join(f"{key}: {part}" for key, part in parts.items() if part)
    if isinstance(value, list):
        return ", ".join(map(_phrase, value))
    return f"{value:.6g}" if isinstance(value, float) else _words_of(value)


def _row_sources(frame: pd.DataFrame) -> list[str]:
    """Return the source of each row; none where the table does not state one."""
    source = str(frame.attrs.get("source") or "")
    spans = [each for each in frame.attrs.get("spans") or [] if isinstance(each, Mapping)]
    if not spans or list(frame.index.names) != ["country", "year"]:
        return [source] * len(frame) if source else []
    units, years = (frame.index.get_level_values(level) for level in ("country", "year"))
    sources = np.full(len(frame), "", dtype=object)
    for span in spans:
        rows = np.asarray((years >= span["first"]) & (years <= span["last"]))
        if span["countries"]:
            rows &= np.asarray(units.isin(span["countries"]))
        sources[rows] = str(span["source"])
    return [str(each) for each in sources]


def _note(content: _Content) -> list[str]:
    """Return the provenance as sentences for the note below a table."""
    labels = {"citation": "Cite", "assumption": "Assumed", "se": "Standard errors"}
    sentences = []
    for key, value in content.metadata.items():
        words = _phrase(value).rstrip(".")
        if key == "assumption" and words[:1].isupper():
            sentences.append(f"{words}.")
        elif key != "spans":
            sentences.append(f"{labels.get(key, capital(key.replace('_', ' ')))}: {words}.")
    return sentences


# The formats


def _csv(content: _Content) -> bytes:
    names = [each.name for each in content.columns]
    columns = [_csv_cells(each) for each in content.columns]
    if _has_sources(content):
        names.append("source")
        columns.append([inert(each) for each in content.row_sources])
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    # A carriage return alone is quoted by some versions of Python only.
    careful = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in ([inert(name) for name in names], *zip(*columns, strict=True)):
        (careful if any("\r" in cell for cell in row) else writer).writerow(row)
    return stream.getvalue().encode()


def _has_sources(content: _Content) -> bool:
    """Return whether a file of text has a further column, of the source of each row."""
    return bool(content.row_sources) and all(each.name != "source" for each in content.columns)


def _csv_cells(column: _Column) -> list[str]:
    if column.kind == "text":
        return ["" if cell is None else inert(cell) for cell in column.cells]
    if column.kind == "mixed":
        return [
            inert(text) if isinstance(cell, str) else text
            for cell, text in zip(column.cells, column.words, strict=True)
        ]
    return column.words


def _xlsx(content: _Content) -> bytes:
    try:
        from openpyxl import Workbook  # type: ignore[import-untyped]
        from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
        from openpyxl.styles import Font  # type: ignore[import-untyped]
    except ImportError as error:
        raise missing_library(".xlsx", "openpyxl", "excel") from error
    if content.n >= MOST_ROWS or len(content.columns) > MOST_COLUMNS:
        raise ValueError(
            f"a sheet of Excel has room for {MOST_ROWS - 1:,} rows under its header and "
            f"{MOST_COLUMNS:,} columns; the table has {content.n:,} and {len(content.columns):,}; "
            f"choose .csv or .parquet"
        )
    book = Workbook(write_only=True)
    bold = Font(bold=True)

    def cell_of(sheet: Any, value: Any, *, header: bool = False) -> Any:
        is_long = isinstance(value, float) and float(f"{value:.16g}") != value
        if not isinstance(value, str | date) and not header and not is_long:
            return value
        cell = WriteOnlyCell(sheet)
        if is_long:
            # openpyxl would cut a number to 16 digits; some need 17.
            cell.value, cell.data_type = repr(value), "n"
        elif isinstance(value, date):
            cell.value = value
            timed = isinstance(value, datetime)
            cell.number_format = "yyyy-mm-dd hh:mm:ss" if timed else "yyyy-mm-dd"
        else:
            # Of text such as #N/A openpyxl would make an error.
            cell.value, cell.data_type = inert(value), "s"
        if header:
            cell.font = bold
        return cell

    sheet = book.create_sheet("Data")
    sheet.freeze_panes = "A2"
    columns = [_excel_column(each) for each in content.columns]
    for place, each in enumerate(columns):
        widest = max(map(len, (each.name, *each.words[:200])))
        sheet.column_dimensions[_letters(place)].width = min(widest + 2, 40)
    sheet.append([cell_of(sheet, each.name, header=True) for each in columns])
    for row in zip(*(each.cells for each in columns), strict=True):
        sheet.append([cell_of(sheet, cell) for cell in row])
    about = book.create_sheet("About")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 16, 100
    for key, text in [*_phrases(content.metadata), ("missing values", "empty cells")]:
        clean = CONTROL.sub(" ", text)[: LONGEST_CELL - 1]
        about.append([cell_of(about, key, header=True), cell_of(about, clean)])
    stream = io.BytesIO()
    book.save(stream)
    return undated(stream.getvalue())


def _excel_column(column: _Column) -> _Column:
    """Return a column whose dates and line ends are those of Excel, and text where it has none."""
    if column.kind in ("integer", "number", "boolean"):
        return column
    return column._replace(cells=[_excel_cell(cell) for cell in column.cells])


def _excel_cell(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(cell, datetime):
        fits = cell.tzinfo is None and cell.microsecond % 1000 == 0 and cell >= datetime(1900, 3, 1)
        return cell if fits else cell.isoformat()
    if isinstance(cell, date):
        return cell if cell >= date(1900, 3, 1) else cell.isoformat()
    return cell


def _letters(place: int) -> str:
    """Return the letters of a column of Excel, counted from 0."""
    letters = ""
    place += 1
    while place:
        place, last = divmod(place - 1, 26)
        letters = chr(ord("A") + last) + letters
    return letters


def missing_library(ending: str, library: str, extra: str) -> ImportError:
    return ImportError(
        f"writing {ending} needs the library {library}; install it with: "
        f'pip install "policyindex[{extra}]"'
    )


def _parquet(content: _Content) -> bytes:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise missing_library(".parquet", "pyarrow", "parquet") from error
    types = {
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "text": pa.string(),
        "date": pa.date32(),
    }
    arrays = []
    for column in content.columns:
        if column.kind == "mixed":
            texts = [None if cell is None else _words_of(cell) for cell in column.cells]
            arrays.append(pa.array(texts, pa.string()))
        elif column.kind == "time":
            zones = {cell.tzinfo for cell in column.cells if cell is not None}
            if len(zones) == 1:
                zone = pa.array([cell for cell in column.cells if cell is not None][:1]).type.tz
                arrays.append(pa.array(column.cells, pa.timestamp("us", tz=zone)))
            else:
                texts = [None if cell is None else _words_of(cell) for cell in column.cells]
                arrays.append(pa.array(texts, pa.string()))
        else:
            arrays.append(pa.array(column.cells, types[column.kind]))
    names = [each.name for each in content.columns]
    text = json.dumps(content.metadata, ensure_ascii=False)
    metadata = {"policyindex": text, "PANDAS_ATTRS": text}
    metadata |= {
        key: str(content.metadata[key])
        for key in ("source", "citation", "rules", "assumption")
        if key in content.metadata
    }
    stream = io.BytesIO()
    parquet.write_table(pa.Table.from_arrays(arrays, names, metadata=metadata), stream)
    return stream.getvalue()


def _json(content: _Content) -> bytes:
    names = [each.name for each in content.columns]
    lines = [
        json.dumps(
            {
                name: cell.isoformat() if isinstance(cell, date) else cell
                for name, cell in zip(names, row, strict=True)
            },
            ensure_ascii=False,
            allow_nan=False,
        )
        for row in content.rows
    ]
    head = json.dumps(content.metadata, ensure_ascii=False, allow_nan=False)
    records = "\n" + ",\n".join(lines) + "\n" if lines else ""
    return f'{{"metadata": {head},\n"data": [{records}]}}\n'.encode()


def _rounded(column: _Column) -> list[str]:
    """Return the cells as a table for people shows them."""
    if column.kind == "boolean":
        return ["" if cell is None else "yes" if cell else "no" for cell in column.cells]
    return [
        _three_digits(cell) if isinstance(cell, float) else _words_of(cell) for cell in column.cells
    ]


def _three_digits(value: float) -> str:
    """Return a number rounded to three significant digits; digits before the point all stay."""
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    return f"{value:.3g}" if size < 3 else f"{value:.0f}" if size < 15 else f"{value:.3e}"


def _is_right(column: _Column) -> bool:
    return column.kind in ("integer", "number")


def _markdown(content: _Content) -> bytes:
    names = [in_markdown(each.name) for each in content.columns]
    columns = [list(map(in_markdown, _rounded(each))) for each in content.columns]
    rules = ["---:" if _is_right(each) else ":---" for each in content.columns]
    lines = [f"| {' | '.join(row)} |" for row in (names, rules, *zip(*columns, strict=True))]
    if note := _note(content):
        lines += ["", in_markdown(" ".join(note))]
    return ("\n".join(lines) + "\n").encode()


def _latex(content: _Content) -> bytes:
    is_long = content.n > LONG_TABLE
    environment = "longtable" if is_long else "tabular"
    columns = [list(map(_in_latex, _rounded(each))) for each in content.columns]
    columns = [
        [f"$-${cell[1:]}" if _is_right(each) and cell.startswith("-") else cell for cell in cells]
        for each, cells in zip(content.columns, columns, strict=True)
    ]
    layout = "".join("r" if _is_right(each) else "l" for each in content.columns)
    packages = "booktabs and longtable" if is_long else "booktabs"
    lines = [
        f"% needs the {'packages' if is_long else 'package'} {packages}",
        f"\\begin{{{environment}}}{{{layout}}}",
        r"\toprule",
        " & ".join(_in_latex(each.name) for each in content.columns) + r" \\",
        r"\midrule",
        *([r"\endhead", r"\bottomrule", r"\endfoot"] if is_long else []),
        *(" & ".join(row) + r" \\" for row in zip(*columns, strict=True)),
        *([] if is_long else [r"\bottomrule"]),
        f"\\end{{{environment}}}",
    ]
    if note := _note(content):
        lines += ["", rf"\par\smallskip\noindent{{\footnotesize {_in_latex(' '.join(note))}\par}}"]
    return ("\n".join(lines) + "\n").encode()


LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "[": "{[}",  # after a line end LaTeX would take it for an option
    "]": "{]}",
    "*": "{*}",
} | {each: f"\\{each}" for each in "&%$#_{}"}


def _in_latex(text: str) -> str:
    text = " ".join(CONTROL.sub(" ", text).split())
    return "".join(LATEX.get(each, each) for each in text).replace("--", "-{}-")


# Stata


class _Variable(NamedTuple):
    """Hold a variable of Stata."""

    name: str
    label: str
    numbers: pd.Series
    display: str
    """The format; empty for the default."""
    words: dict[float, str]
    """The label of each value, an integer."""


def _stata(content: _Content) -> bytes:
    if len(content.columns) > MOST_VARIABLES:
        raise ValueError(
            f"a .dta file must have at most {MOST_VARIABLES:,} variables; the table has "
            f"{len(content.columns):,} columns; choose .csv or .parquet"
        )
    names = _stata_names([each.name for each in content.columns])
    variables = [
        _variable(column, name, content)
        for column, name in zip(content.columns, names, strict=True)
    ]
    frame = pd.DataFrame({each.name: each.numbers for each in variables})
    stream = io.BytesIO()
    label = str(content.metadata.get("source", ""))
    frame.to_stata(
        stream,
        write_index=False,
        version=118,
        byteorder="little",
        data_label=_brief(label) or None,
        variable_labels={each.name: _brief(each.label) for each in variables},
        value_labels={each.name: {**each.words} for each in variables if each.words},
        time_stamp=EPOCH,
    )
    notes = [f"{key}: {text}" for key, text in _phrases(content.metadata)]
    notes += [
        f"{each.name} is the column {column.name}"
        for each, column in zip(variables, content.columns, strict=True)
        if each.name != column.name
    ]
    return _with_notes(stream.getvalue(), notes, [each.display for each in variables])


def _brief(label: str) -> str:
    label = " ".join(label.split())
    return label if len(label) <= STATA_LABEL else f"{label[: STATA_LABEL - 3]}..."


def _stata_names(names: Sequence[str]) -> list[str]:
    """Return distinct names that Stata accepts; a name that it accepts stays as it is."""
    taken = {name for name in names if _is_stata_name(name)}
    answer = []
    for name in names:
        if _is_stata_name(name):
            answer.append(name)
            continue
        ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        plain = re.sub(r"\W+", "_", ascii_name, flags=re.ASCII).strip("_") or "column"
        if plain[0].isdigit():
            plain = f"y{plain}" if re.fullmatch(r"\d{4}", plain) else f"_{plain}"
        if plain.lower() in RESERVED or re.fullmatch(r"str\d+", plain.lower()):
            plain = f"{plain}_"
        plain = candidate = plain[:STATA_NAME]
        times = 1
        while candidate in taken:
            times += 1
            candidate = f"{plain[: STATA_NAME - 1 - len(str(times))]}_{times}"
        taken.add(candidate)
        answer.append(candidate)
    return answer


def _is_stata_name(name: str) -> bool:
    return (
        re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,31}", name) is not None
        and name.lower() not in RESERVED
        and not re.fullmatch(r"str\d+", name.lower())
    )


def _variable(column: _Column, name: str, content: _Content) -> _Variable:
    label, words = _labels(column, content)
    if name != column.name and not label:
        label = column.name
    cells, display = column.cells, ""
    if column.kind == "integer":
        values = _stata_integers(cells)
    elif column.kind == "number":
        if any(cell is not None and abs(cell) > STATA_LARGEST for cell in cells):
            raise ValueError(
                f"numbers of a .dta file must be smaller than {STATA_LARGEST}; column "
                f"{listed([column.name])} has a larger one; rescale it"
            )
        values = pd.Series(cells, dtype=np.float64)
    elif column.kind == "boolean":
        values, words = pd.Series(cells, dtype="Int8"), {0: "no", 1: "yes"}
    elif column.kind == "date":
        days = [None if cell is None else (cell - EPOCH.date()).days for cell in cells]
        values, display = pd.Series(days, dtype="Int32"), "%td"
    elif column.kind == "time" and all(cell is None or _in_milliseconds(cell) for cell in cells):
        steps = [
            None if cell is None else (cell - EPOCH) / timedelta(milliseconds=1) for cell in cells
        ]
        values, display = pd.Series(steps, dtype=np.float64), "%tc"
    else:
        values = pd.Series(column.words, dtype=object)
    return _Variable(name, label, values, display, words)


def _in_milliseconds(moment: datetime) -> bool:
    return moment.tzinfo is None and moment.microsecond % 1000 == 0


def _stata_integers(cells: list[int | None]) -> pd.Series:
    present = [cell for cell in cells if cell is not None]
    low, high = min(present, default=0), max(present, default=0)
    for dtype, least, most in STATA_INTEGERS:
        if least <= low and high <= most:
            return pd.Series(cells, dtype=dtype)
    return pd.Series(cells, dtype=np.float64)


def _labels(column: _Column, content: _Content) -> tuple[str, dict[float, str]]:
    """Return the label of a variable, and of its values."""
    codebook = content.codebook
    if column.name == "country" and set(column.cells) <= {None, *_codes()}:
        return "country, ISO 3166 alpha-3 code", {}
    if column.name in PLAIN_LABELS:
        return PLAIN_LABELS[column.name], {}
    rules = str(content.metadata.get("rules", codebook.rules)).split("; ")
    if not {*rules} <= {codebook.rules, "not stated"}:
        return "", {}
    for indicator in codebook.indicators:
        if indicator.name == column.name and _is_on(column, codebook.scales[column.name]):
            return indicator.title, _usable(dict(enumerate(indicator.levels)))
    for dimension in codebook.dimensions:
        scale = codebook.score_scales[dimension.name]
        if dimension.name == column.name and _is_on(column, scale):
            words: dict[float, str] = dict(zip(dimension.scores, dimension.levels, strict=False))
            return f"{column.name}, {scale[0]:g} to {scale[1]:g}, higher is better", _usable(words)
    scale = codebook.score_scales["overall"]
    if column.name == "overall" and _is_on(column, scale):
        names = [each.name for each in codebook.dimensions]
        return f"{codebook.aggregate} of {joined(names)}, {scale[0]:g} to {scale[1]:g}", {}
    name, _, end = column.name.rpartition("_")
    if name in codebook.score_scales and end in ENDS:
        return f"{ENDS[end]} {name} that the missing codings allow", {}
    return "", {}


def _is_on(column: _Column, scale: Scale) -> bool:
    return (
        isinstance(scale[0], int)
        and column.kind == "integer"
        and all(cell is None or scale[0] <= cell <= scale[1] for cell in column.cells)
    )


def _usable(words: dict[float, str]) -> dict[float, str]:
    """Return the words of levels, unless some could be taken for other numbers or for missing."""
    return {} if any(map(DOUBTFUL.match, words.values())) else words


ENDS = {"low": "lowest", "high": "highest"}
"""Ends of names of bounds, and their words."""

PLAIN_LABELS = {"name": "name", "year": "year"}
"""Labels of the other variables that every panel has."""

TAG = len(b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>")


def _with_notes(content: bytes, notes: Iterable[str], displays: Sequence[str]) -> bytes:
    """Return a Stata file with notes and formats, and without the moment of writing.

    The layout is that of Stata's format 118; pandas leaves the characteristics empty.
    """
    at_label = TAG + 2 + len(b"</K><N>") + 8 + len(b"</N><label>")
    (size,) = struct.unpack_from("<H", content, at_label)
    begin = at_label + 2 + size + len(b"</label><timestamp>")
    end = begin + 1 + content[begin]
    at_map = end + len(b"</timestamp></header><map>")
    offsets = list(struct.unpack_from("<14Q", content, at_map))
    formats = bytearray(content[offsets[5] : offsets[6]])
    for place, display in enumerate(displays):
        if display:
            start = len(b"<formats>") + 57 * place
            formats[start : start + 57] = display.encode().ljust(57, b"\0")
    texts = list(notes)
    pairs = [("note0", str(len(texts))), *((f"note{i}", text) for i, text in enumerate(texts, 1))]
    characteristics = b"".join(map(_characteristic, pairs)) if texts else b""
    shift = end - begin - 1  # the moment goes, its length of 0 stays
    moved = [
        offset + (len(characteristics) if place > 8 else 0) - (shift if place else 0)
        for place, offset in enumerate(offsets)
    ]
    return b"".join(
        [
            content[:begin],
            b"\0",
            content[end:at_map],
            struct.pack("<14Q", *moved),
            content[at_map + 14 * 8 : offsets[5]],
            bytes(formats),
            content[offsets[6] : offsets[8]],
            b"<characteristics>",
            characteristics,
            content[offsets[8] + len(b"<characteristics>") :],
        ]
    )


def _characteristic(pair: tuple[str, str]) -> bytes:
    name, text = pair
    body = b"_dta".ljust(129, b"\0") + name.encode().ljust(129, b"\0")
    body += text.replace("\0", " ").encode("utf-8", "replace")[:67_000] + b"\0"
    return b"<ch>" + struct.pack("<I", len(body)) + body + b"</ch>"


FORMATS: dict[str, Callable[[_Content], bytes]] = {
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".dta": _stata,
    ".parquet": _parquet,
    ".json": _json,
    ".md": _markdown,
    ".tex": _latex,
}
"""The endings of names, and the functions that make the bytes of a file."""
