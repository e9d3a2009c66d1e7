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

_SPAN = re.compile(
    r"source: (?P<source>.*?)(?:; citation: (?P<citation>.*?))?(?:; rules: (?P<rules>.*?))?"
    r"(?:; countries: (?P<countries>[A-Z]{3}(?:, [A-Z]{3})*))?"
    r"; first: (?P<first>\d{4}); last: (?P<last>\d{4})",
    re.DOTALL,
)

_KEYS = re.compile("; (citation|rules|countries|first): ")
"""In the text of a part, another part could start anywhere."""

_STATA = b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder>"

_UNDATED = b"<timestamp>\0</timestamp>"
"""Stata and pandas write the moment into a file, `write_table` does not."""

_NOTES = (b"<characteristics>", b"</characteristics>")


def of_workbook(sheets: Iterable[Sheet]) -> dict[str, Any]:
    """Return the provenance in a workbook of `write_table`; nothing of any other workbook."""
    for sheet in sheets:
        if sheet.name == ABOUT and not sheet.is_hidden:
            rows = [[str(cell) for cell in row] for row in sheet.start()]
            lines = [(row[0], live(row[1])) for row in rows if len(row) == 2]
            if lines and len(lines) == len(rows) and lines[-1] == LAST:
                return _metadata(lines)
    return {}


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
    spans = [_SPAN.fullmatch(text) for key, text in lines if re.fullmatch(r"span \d+", key)]
    parts = [match.groupdict("") for match in spans if match is not None]
    are_clear = not any(_KEYS.search(text) for part in parts for text in part.values())
    if parts and len(parts) == len(spans) and are_clear:
        content["spans"] = [
            part
            | {"first": int(part["first"]), "last": int(part["last"])}
            | {"countries": part["countries"].split(", ") if part["countries"] else []}
            for part in parts
        ]
    return content
