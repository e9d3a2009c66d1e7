"""Bytes of a file to a table of raw cells, in one of nine formats. Nothing is interpreted.

A cell is text, a number, a boolean, a date or missing; a number with a label of Stata or SPSS is
text that holds its number. Every file is read within bounds: a few bytes of an archive can unpack
to more than any memory holds.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import re
import sys
import zipfile
import zlib
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import IO, Any, NamedTuple
from xml.etree.ElementTree import ParseError

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._atomic import path_of
from .._options import Argument, OptionError
from .._sheets import MOST_BLANK, Sheet, open_sheets
from .._wording import quoted
from ..panel.check import PanelError
from ..panel.numbers import Labelled
from ..typing import Readable
from . import provenance, records
from .archives import unpacked
from .encodings import check_encoding, decode
from .findings import Findings

SEPARATORS = ",;\t|"

LARGEST = 2**28
"""Bytes that a file may have, and that it may unpack to."""

PART = 2**22
"""Bytes that are read at a time."""

MOST_CELLS = 2**25

LONGEST_CELL = 2**17
"""Characters that a cell of text may have, which is the limit of the module `csv`."""

SAMPLE = 20
"""Lines by which a separator is recognised."""

MOST_COLUMNS = 2**14
"""The width of an Excel sheet."""

DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ParseError, LookupError)
"""What the parts of a damaged workbook raise, in the words of other libraries."""

PACKED = re.compile(r"([\w,]+)\\\w+\s*(?:\t|$)")
"""The first cell of a table of Eurostat, which holds several columns: ``freq,unit,geo\\time``."""

SEPARATOR = re.compile(r'"?sep=([^\r\n"])"?(\r\n?|\n)', re.IGNORECASE)
"""Excel's optional first line that names the separator, e.g. ``sep=;``."""


class File(NamedTuple):
    """Hold the cells of a file: sheets, or a table whose format names the columns."""

    form: str
    """The format: text, Excel, OpenDocument, Stata, SPSS, Parquet or JSON."""
    sheets: Sequence[Sheet] = ()
    """The sheets of a workbook; of text the one without a name."""
    table: pd.DataFrame | None = None
    """The table of a format that names the columns itself."""
    encoding: str = ""
    """The encoding of text, by its name in Python."""
    metadata: Mapping[str, Any] = MappingProxyType({})
    """The provenance that `write_table` wrote into the file, e.g. the ``source``."""

    @property
    def is_workbook(self) -> bool:
        """Whether the file has sheets to choose from."""
        return self.form in ("Excel", "OpenDocument")


def content_of(source: Readable) -> tuple[bytes, str]:
    """Return the bytes of a file, and its name for messages.

    A stream is read from its present position, and not closed. Its text is encoded as UTF-8, with
    the mark of UTF-8, so that no other encoding can be used by mistake.

    Parameters
    ----------
    source : str, path or file object
        The file; ``"-"`` is standard input.

    Returns
    -------
    tuple of bytes, str
        At most one byte more than a file may have, and the name.

    Raises
    ------
    TypeError
        If the source is neither a path nor a file object.
    PanelError
        If the stream is closed, or its text cannot be decoded or encoded.
    OSError
        If the file cannot be opened or read.
    """
    if isinstance(source, str) and source == "-":
        if sys.stdin is None:
            raise PanelError("standard input must be open for reading; it is closed")
        return _read_stream(sys.stdin.buffer, "standard input"), "standard input"
    if isinstance(source, str | os.PathLike):
        path = path_of(source)
        with path.open("rb") as stream:
            return _read_stream(stream, path.name), _label(path.name)
    if not callable(getattr(source, "read", None)):
        value: object = source
        advice = "; wrap them in io.BytesIO" if isinstance(value, bytes | bytearray) else ""
        raise TypeError(
            f"path must be a path, a file object or '-' for standard input; got "
            f"{quoted(source)}{advice}"
        )
    name = getattr(source, "name", None)
    label = _label(Path(name).name) if isinstance(name, str) and name else "the stream"
    return _read_stream(source, label), label


def _label(name: str) -> str:
    return name if name.isprintable() else quoted(name)


def _read_stream(stream: IO[bytes] | IO[str], label: str) -> bytes:
    parts: list[bytes] = []
    missing = LARGEST + 1
    try:
        # A buffer of the largest size would take longer to make than a small file to read.
        while missing > 0 and (part := stream.read(min(missing, PART))):
            if isinstance(part, str):
                mark = codecs.BOM_UTF8 if not parts else b""
                part = mark + part.removeprefix("\ufeff").encode()
            if not isinstance(part, bytes | bytearray | memoryview):
                raise TypeError(f"{label} must return bytes or text; it returns {quoted(part)}")
            parts.append(bytes(part))
            missing -= len(part)
    except UnicodeError as error:
        raise PanelError(
            f"{label} must be text that Python can decode; open the file in binary mode, 'rb'"
        ) from error
    except io.UnsupportedOperation as error:  # an OSError and a ValueError
        raise PanelError(f"{label} must be open for reading: {error}") from error
    except OSError:
        raise
    except ValueError as error:
        raise PanelError(f"{label} must be open for reading: {error}") from error
    return b"".join(parts)


@contextmanager
def opened(content: bytes, findings: Findings, *, encoding: str | None = None) -> Iterator[File]:
    """Yield the cells of a file; its first bytes name the format, whatever its extension.

    Parameters
    ----------
    content : bytes
        The content of the file.
    findings : Findings
        Where other encodings are reported.
    encoding : str, optional
        The encoding of text, by its name in Python.

    Yields
    ------
    File
        Its rows are read as they are iterated over, within the context.

    Raises
    ------
    PanelError
        If the bytes are not a table of one of the formats, or the library that reads it is missing.
    OptionError
        If the encoding is unknown or does not fit, or the file is not text.
    """
    content, form, text, name = _recognised(content, findings, encoding)
    label = findings.label
    is_workbook = form in ("Excel", "OpenDocument")
    findings.may_calculate = is_workbook or form == "text"
    limits = {"most_bytes": LARGEST, "most_cells": MOST_CELLS}
    try:
        with open_sheets(content, **limits) if is_workbook else nullcontext(()) as sheets:
            if is_workbook:
                yield File(form, sheets, metadata=provenance.of_workbook(sheets))
            elif form == "text":
                yield File(form, [_text_sheet(text)], encoding=name)
            elif form == "JSON":
                table, metadata = records.parse(text, most_cells=MOST_CELLS)
                yield File(form, table=table, metadata=metadata)
            else:
                yield _parsed(content, form, findings)
    except PanelError:
        raise
    except ImportError as error:
        raise PanelError(
            f"{label} is a file of {form}, which needs another library: python -m pip install "
            f"'policyindex[{form.lower()}]'"
        ) from error
    except OptionError as error:
        raise PanelError(
            f"{label} cannot be read as {form}: {error.message}", error.option
        ) from error
    except Exception as error:  # third-party parsers may raise anything
        if is_workbook and (isinstance(error, DAMAGE) or "negative seek" in str(error)):
            reason = "it is damaged, or a part of it is missing"
        else:
            reason = _in_brief(error)
        raise PanelError(f"{label} cannot be read as {form}: {reason}") from error


def _recognised(
    content: bytes, findings: Findings, encoding: str | None
) -> tuple[bytes, str, str, str]:
    """Return a file out of its archive, its format, and its text with the encoding, if any."""
    label = findings.label
    if encoding is not None:
        check_encoding(encoding)
    if len(content) > LARGEST:
        raise PanelError(
            f"{label} must have at most {LARGEST:,} bytes; it has more; keep only the columns of "
            f"countries, years and scores"
        )
    if not content or content.isspace():
        raise PanelError(f"{label} must hold a table; it is empty")
    content, form = unpacked(content, label, most=LARGEST)
    if encoding is not None and form != "text":
        raise OptionError(
            f"only text has an encoding; {label} is a {form} file; leave out", Argument("encoding")
        )
    text, name = ("", "") if form != "text" else decode(content, findings, encoding=encoding)
    if form == "text" and not text.strip("\ufeff \t\r\n"):  # e.g. a byte-order mark alone
        raise PanelError(f"{label} must hold a table; it is empty")
    if form == "text" and records.is_json(text):
        form = "JSON"
    return content, form, text, name


def _parsed(content: bytes, form: str, findings: Findings) -> File:
    """Return a file of a statistics program, or of Parquet."""
    if form == "Stata":
        return File(form, table=_parse_stata(content), metadata=provenance.of_stata(content))
    if form == "SPSS":
        return File(form, table=_parse_spss(content, findings))
    table, metadata = _parse_parquet(content)
    return File(form, table=table, metadata=metadata)


def report_rounded(sheet: Sheet, findings: Findings) -> None:
    """Report the cells of a sheet that show a rounded number; the number itself is read."""
    if cells := sheet.rounded():
        first = cells[0]
        findings.add(
            "rounded",
            f"{quoted(sheet.name)} shows numbers with fewer digits than it holds",
            rows=len(cells),
            first=f"{first.number:.15g} in {first.place}, shown as {first.text}",
            action="all digits were read",
        )


def _in_brief(error: Exception) -> str:
    message = " ".join(str(error).split()) or type(error).__name__
    return message if len(message) <= 300 and message.isprintable() else quoted(message)


def _text_sheet(text: str) -> Sheet:
    if "\0" in text:
        raise OptionError(
            "it holds NUL characters, so it is not text, or text in UTF-16; if so, choose with",
            Argument("encoding", "'utf-16'"),
        )
    rows = partial(_text_rows, text)
    start = lambda: (cells for _, cells in islice(rows(), MOST_BLANK))  # noqa: E731
    return Sheet("", False, rows, start, every=rows)


def _text_rows(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield where each row of a text ends, and its cells, as the module `csv` reads them."""
    named = SEPARATOR.match(text)
    separator = named[1] if named else _separator(text)
    lines, end = _lines(text)
    plain = 1 if named and next(lines, None) is not None else 0  # lines that `csv` does not see
    held: list[str] = []
    # A cell in quotes may go on in the next line.
    ended = (line + end for line in lines)
    following = iter(lambda: held.pop() if held else next(ended, ""), "")
    rows = csv.reader(following, delimiter=separator, strict=True)
    for line in lines:
        if '"' in line or len(line) > LONGEST_CELL:
            held.append(line + end)
            start = plain + rows.line_num
            try:
                cells = next(rows)
            except csv.Error as error:
                part = islice(io.StringIO(text, newline=""), start, plain + rows.line_num)
                _refuse_long_cell(part, separator, start + 1)
                raise ValueError(
                    f"a cell that starts with a quotation mark must end with another, and marks "
                    f"within it must be doubled; one that starts in line {start + 1} does not"
                ) from error
        else:  # takes half the time
            plain += 1
            bare = line.rstrip("\r\n")
            cells = bare.split(separator) if bare else []
        yield f"line {plain + rows.line_num}", cells


def _lines(text: str) -> tuple[Iterator[str], str]:
    """Return the lines of a text, and what is gone from the end of each."""
    if "\r" in text and text.count("\r") != text.count("\r\n"):  # an old Mac's
        return io.StringIO(text, newline=""), ""
    lines = text.split("\n")  # faster, and in a fraction of the memory
    if not lines[-1]:
        lines.pop()
    return iter(lines), "\n"


def _refuse_long_cell(lines: Iterable[str], separator: str, number: int) -> None:
    """Refuse a cell that is too long: the only fault of text to a reader that is not strict."""
    try:
        deque(csv.reader(lines, delimiter=separator), maxlen=0)
    except csv.Error as error:
        raise ValueError(
            f"a cell must have at most {LONGEST_CELL:,} characters; one that starts in line "
            f"{number} has more; shorten it, or, if a quotation mark starts it, end it with another"
        ) from error


def _separator(text: str) -> str:
    """Return the separator of the first line that has one outside quotes; blanks are the last."""
    lines = (re.sub(r'"[^"]*"', "", line[0]) for line in re.finditer("[^\n]+", text))
    separated = (line for line in lines if any(each in line for each in SEPARATORS))
    line = next(separated, "")
    if PACKED.match(line):
        return "\t"
    if not line and _is_separated_by_blanks(text):
        return " "
    return max(SEPARATORS, key=line.count)


def _is_separated_by_blanks(text: str) -> bool:
    """Whether all first lines have as many cells, three or more, as R writes them by default.

    The first line, the header, may have one cell fewer, where rows have names.
    """
    lines = islice((line for line in io.StringIO(text) if line.strip()), SAMPLE)
    header, *others = [len(row) for row in csv.reader(lines, delimiter=" ")]
    return bool(others) and header >= 3 and set(others) <= {others[0]} <= {header, header + 1}


def refuse_more(number: int, most: int, what: str) -> None:
    """Refuse a file with more cells or columns than memory is meant for."""
    if number > most:
        raise ValueError(f"it must have at most {most:,} {what}; it has {number:,} or more")


def _parse_stata(content: bytes) -> pd.DataFrame:
    reader: Any = pd.read_stata(io.BytesIO(content), iterator=True, convert_categoricals=False)
    with reader:
        names = list(reader.variable_labels())
        refuse_more(len(names), MOST_COLUMNS, "columns")
        try:
            table: pd.DataFrame = reader.read(MOST_CELLS // max(len(names), 1) + 1)
        except StopIteration:  # of a file without rows
            table = pd.DataFrame(columns=names)
        refuse_more(table.size, MOST_CELLS, "cells")
        # Converted by pandas, a column would lose the numbers, and fail where a label is repeated.
        labels = reader.value_labels()
        for place, name in enumerate(reader._lbllist):
            if name in labels:
                cells: Any = _labelled(table.iloc[:, place], labels[name])
                table.isetitem(place, cells)
    return table


NO_WORDS = " \t.-\N{EN DASH}\N{EM DASH}"
"""The signs of labels that say nothing."""


def _labelled(column: pd.Series, labels: dict[float, str]) -> pd.Series:
    # A label without a word says nothing, and must not make its number a missing value.
    named = {number: label for number, label in labels.items() if label.strip(NO_WORDS)}
    words = {number: Labelled(label, number) for number, label in named.items()}
    cells = [words.get(cell, cell) for cell in column]
    return pd.Series(cells, column.index, dtype=object)


def _parse_spss(content: bytes, findings: Findings) -> pd.DataFrame:
    import pyreadstat

    # Older releases read paths alone.
    with TemporaryDirectory(prefix="policyindex-") as folder:
        path = Path(folder, "table.sav")
        path.write_bytes(content)
        _, described = pyreadstat.read_sav(path, metadataonly=True)
        names = list(described.column_names)
        refuse_more(len(names), MOST_COLUMNS, "columns")
        width = sum(described.variable_storage_width.values())
        most = min(MOST_CELLS // max(len(names), 1), LARGEST // max(width, 1))
        table, described = pyreadstat.read_sav(path, user_missing=True, row_limit=most + 1)
    refuse_more(len(table), most, "rows of this width")
    labels = described.variable_value_labels
    declared = 0
    for place, name in enumerate(names):
        column: Any = table.iloc[:, place]
        missing = _declared_missing(column, described.missing_ranges.get(name, ()))
        declared += int(missing.sum())
        numbers = {key: text for key, text in labels.get(name, {}).items() if _is_number(key)}
        if numbers:
            column = _labelled(column, numbers)
        table.isetitem(
            place, column.astype(object).mask(missing, None) if missing.any() else column
        )
    if declared:
        findings.add(
            "declared",
            "cells hold a value that the file declares as missing",
            rows=declared,
            action="set to missing",
        )
    return table


def _declared_missing(column: pd.Series, ranges: Sequence[Any]) -> NDArray[np.bool_]:
    """Return the mask of the cells in one of the ranges that SPSS takes for missing."""
    missing = np.zeros(len(column), dtype=np.bool_)
    for each in ranges:
        low, high = (each["lo"], each["hi"]) if isinstance(each, dict) else (each, each)
        for place, cell in enumerate(column):
            if _is_number(cell) == _is_number(low) and cell is not None:
                missing[place] |= bool(low <= cell <= high)
    return missing


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number)


def _parse_parquet(content: bytes) -> tuple[pd.DataFrame, dict[str, Any]]:
    from pyarrow.parquet import ParquetFile

    file = ParquetFile(io.BytesIO(content))
    metadata = file.metadata
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    unpacked = sum(group.total_byte_size for group in groups)
    refuse_more(unpacked, LARGEST, "bytes unpacked")
    refuse_more(metadata.num_columns, MOST_COLUMNS, "columns")
    refuse_more(metadata.num_columns * metadata.num_rows, MOST_CELLS, "cells")
    repeated = [name for name, times in Counter(file.schema_arrow.names).items() if times > 1]
    if repeated:
        raise ValueError(
            f"it must have columns of distinct names; {quoted(repeated[0])} is repeated"
        )
    table = pd.read_parquet(io.BytesIO(content))
    named = [place for place, name in enumerate(table.index.names) if name is not None]
    if named:
        table = table.reset_index(level=named, allow_duplicates=True)
    return table, _provenance(file.schema_arrow.metadata or {})


def _provenance(metadata: Mapping[bytes, bytes]) -> dict[str, Any]:
    """Return the metadata that `write_table` wrote into a Parquet file."""
    with suppress(ValueError, RecursionError):
        content = json.loads(metadata.get(b"policyindex", b"{}"))
        return content if isinstance(content, dict) else {}
    return {}
