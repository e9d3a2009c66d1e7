"""Read the provenance that `write_table` writes for people: a sheet of Excel, notes of Stata."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from .._sheets import Sheet
from .._wording import live

Lines = Sequence[tuple[str, str]]
"""Attributes as names and texts; each span of a source is one of its own."""

ABOUT = "About"
"""The sheet that holds the provenance."""

LAST = ("missing values", "empty cells")
"""The last row of that sheet, by which it is known as one of `write_table`."""

_KEYS = ("source", "citation", "rules", "countries")
"""The parts of a span, in this order; all but the first may be absent."""

_NEXT = re.compile("; (?=(?:citation|rules|countries): )")

_YEARS = re.compile(r"; first: (\d{4}); last: (\d{4})\Z")

_CODES = re.compile("[A-Z]{3}(?:, [A-Z]{3})*")

_STATA = b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder>"

_UNDATED = b"<timestamp>\0</timestamp>"
"""Stata and pandas write the moment into a file, `write_table` does not."""

_NOTES = (b"<characteristics>", b"</characteristics>")


def of_workbook(sheets: Iterable[Sheet]) -> dict[str, Any]:
    """Return the provenance in a workbook of `write_table`; nothing of any other workbook."""
    for sheet in sheets:
        if sheet.name == ABOUT and not sheet.is_hidden:
            return _metadata(lines_of(list(sheet.start())))
    return {}


def lines_of(rows: Sequence[Sequence[Any]]) -> Lines:
    """Return the lines of a sheet of provenance, or none if `write_table` has not written it."""
    lines = [(str(row[0]), live(str(row[1]))) for row in rows if len(row) == 2]
    return lines if lines and len(lines) == len(rows) and lines[-1] == LAST else []


def of_stata(content: bytes) -> dict[str, Any]:
    """Return the provenance in a Stata file of `write_table`; nothing of any other file."""
    if not content.startswith(_STATA) or _UNDATED not in content[:1000]:
        return {}
    start, end = content.find(_NOTES[0]) + len(_NOTES[0]), content.find(_NOTES[1])
    lines = []
    # Each is <ch>, its length, the names of its variable and of itself (129 bytes each), its text.
    while content[start : start + 4] == b"<ch>" and start < end:
        size = int.from_bytes(content[start + 4 : start + 8], "little")
        body = content[start + 8 : start + 8 + size]
        text = body[2 * 129 :].rstrip(b"\0").decode("utf-8", "replace")
        key, _, value = text.partition(": ")
        lines.append((key, value))
        start += 8 + size + len(b"</ch>")
    return _metadata(lines)


def _metadata(lines: Lines) -> dict[str, Any]:
    """Return the attributes of lines; the spans only if each of them can be read."""
    content: dict[str, Any] = {
        key: text for key, text in lines if key in ("source", "citation", "rules")
    }
    spans = [_span(text) for key, text in lines if re.fullmatch(r"span \d+", key)]
    if spans and all(spans):
        content["spans"] = spans
    return content


def _span(text: str) -> dict[str, Any]:
    """Return the parts of a span; nothing if it is not clear where each of them starts."""
    years = _YEARS.search(text)
    head = text[: years.start()] if years else ""
    pieces = [piece.partition(": ") for piece in _NEXT.split(head)]
    names = [name for name, _, _ in pieces]
    parts = {name: value for name, _, value in pieces}
    is_clear = names[0] == "source" and names == [name for name in _KEYS if name in parts]
    codes = parts.get("countries")
    if years is None or not is_clear or "; first: " in head:
        return {}
    if codes is not None and not _CODES.fullmatch(codes):
        return {}
    return {
        **dict.fromkeys(_KEYS, ""),
        **parts,
        "first": int(years[1]),
        "last": int(years[2]),
        "countries": codes.split(", ") if codes else [],
    }
