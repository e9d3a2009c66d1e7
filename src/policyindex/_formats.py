"""Bytes of a file to a table of raw cells: CSV, Excel, Stata, Parquet. Nothing is interpreted."""

from __future__ import annotations

import csv
import io
import re

import pandas as pd

from ._cells import Note
from .panel import PanelError

SEPARATORS = ",;\t|"


def parse(content: bytes, label: str, sheet: int | str, notes: list[Note]) -> pd.DataFrame:
    """Return the cells of a file, whatever its extension: its first bytes tell what it is.

    Raises
    ------
    PanelError
        When the bytes are no table of a known format, or the library that reads it is missing.
    """
    if not content.strip():
        raise PanelError(f"{label} must hold a table; it is empty")
    form = _format(content)
    try:
        if form == "Excel":
            cells = pd.read_excel(
                io.BytesIO(content), sheet_name=sheet, dtype=object, keep_default_na=False
            )
        elif form == "Stata":
            cells = pd.read_stata(io.BytesIO(content), convert_categoricals=False)
        elif form == "Parquet":
            cells = pd.read_parquet(io.BytesIO(content))
        else:
            cells = _parse_text(content, notes)
    except ImportError as error:
        extra = form.lower()
        raise PanelError(
            f"{label} is a {form} file, which needs another library: install policyindex[{extra}]"
        ) from error
    except Exception as error:  # the parsers raise whatever they stumble over
        raise PanelError(f"{label} cannot be read as {form}: {_first_line(error)}") from error
    named = [name for name in cells.index.names if name is not None]
    cells = cells.reset_index(level=named) if named else cells
    if cells.empty:
        raise PanelError(f"{label} must hold at least one row under its header; it has none")
    names = [str(name).strip() for name in cells.columns]
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise PanelError(
            f"{label} must have columns of distinct names; {len(repeated)} names are repeated, "
            f"the first {repeated[0]!r}"
        )
    return cells.set_axis(names, axis=1).reset_index(drop=True)


def _format(content: bytes) -> str:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "Excel"
    if content.startswith(b"PAR1"):
        return "Parquet"
    # Stata files before release 13 start with their release and the byte order.
    if content.startswith(b"<stata_dta>") or re.match(rb"[\x66-\x73][\x01\x02]", content):
        return "Stata"
    return "text"


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _parse_text(content: bytes, notes: list[Note]) -> pd.DataFrame:
    text, encoding = _decode(content)
    if encoding:
        notes.append(
            Note("the text is not UTF-8", len(text.splitlines()), "", f"read as {encoding}", 0)
        )
    if "\0" in text:
        raise ValueError("it holds NUL characters, so it is no text")
    head = re.sub(r'"[^"]*"', "", text.lstrip().partition("\n")[0])
    separator = max(SEPARATORS, key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header = next(row for row in rows if any(row))
    cells = []
    for row in rows:
        if not any(row):
            continue
        if len(row) != len(header):
            raise ValueError(
                f"every line must have as many cells as the header, {len(header)}; line "
                f"{rows.line_num} has {len(row)}"
            )
        cells.append(row)
    return pd.DataFrame(cells, columns=header, dtype=object)


def _decode(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16"), "UTF-16"
    for encoding, name in (("utf-8-sig", ""), ("cp1252", "Windows-1252")):
        try:
            return content.decode(encoding), name
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "Latin-1"
