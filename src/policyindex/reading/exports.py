"""Bring rows as some programs write them to one header and its rows: pandas, Eurostat, UNdata."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from .formats import PACKED
from .headers import COUNTRY_COLUMNS, plain

FIRST = 20
"""Rows in which a header below a title is looked for."""

_FLAG = re.compile(r"(?<!\s)\s+[a-z]{1,3}\s*$")

FOOTNOTES = "footnoteseqid"
"""The plain name of the header of the footnotes that UNdata writes below a table."""


def row_of_index(rows: Sequence[list[Any]]) -> int | None:
    """Return the position of the row in which pandas names the index, below two rows of columns.

    Examples
    --------
    >>> columns = [["", "gdp", "gdp"], ["year", 2008, 2009]]
    >>> row_of_index([*columns, ["country", "", ""], ["Mali", 1, 2]])
    2
    """
    for place in range(2, min(FIRST, len(rows) - 1)):
        names = [cell for cell in rows[place] if cell != ""]
        width = len(names)
        if not names or names != rows[place][:width]:
            continue
        if any(isinstance(name, str) and plain(name) in COUNTRY_COLUMNS for name in names):
            above, top = rows[place - 1], rows[place - 2]
            is_full = len(above) > width and "" not in above[width:]
            if is_full and not any(above[: width - 1]) and any(top[width:]):
                return place
    return None


def unpacked(rows: list[list[Any]]) -> tuple[list[list[Any]], int, str]:
    """Return rows of Eurostat with a column for each name in the first cell, e.g. ``unit,geo``.

    Returns
    -------
    list of rows
        Without flags behind numbers; unchanged unless the first cell is of this kind.
    int
        The number of cells that had a flag.
    str
        The first of them.

    Raises
    ------
    ValueError
        If a row has not as many names in its first cell as the header.
    """
    match = PACKED.match(str(rows[0][0])) if rows and rows[0] else None
    if match is None:
        return rows, 0, ""
    names = match[1].split(",")
    answer = [[*names, *rows[0][1:]]]
    flagged: list[str] = []
    for row in rows[1:]:
        keys = [key.strip() for key in str(row[0]).split(",")]
        if len(keys) != len(names):
            raise ValueError(
                f"the first cell of every line must hold {','.join(names)}; one holds {row[0]!r}"
            )
        flagged += [cell for cell in row[1:] if _FLAG.search(str(cell))]
        answer.append([*keys, *(_FLAG.sub("", str(cell)) for cell in row[1:])])
    return answer, len(flagged), (flagged or [""])[0]
