"""Refuse to replace a file in which a person has typed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._atomic import path_of
from .._options import Argument, OptionError, truth
from .._wording import counted, quoted
from ..reading.findings import Findings
from ..reading.formats import content_of, opened
from .abouts import Foreign, foreign_cells
from .form import DECISION_ENTRIES, ENTRIES, row_number
from .headings import marks_of
from .workbooks import sheets_of

TYPED = frozenset((*ENTRIES, *DECISION_ENTRIES))
"""The columns in which coders and senior coders type, by their roles."""


def refuse_filled(path: str | os.PathLike[str], *, overwrite: bool) -> None:
    """Refuse to replace a file unless it is a workbook of the library in which nobody has typed.

    Parameters
    ----------
    path : str or path
        The file that is about to be written, whether it exists or not.
    overwrite : bool
        Whether it may be replaced all the same.

    Raises
    ------
    ValueError
        If the file holds entries, or anything that the library did not write.
    OSError
        If the file cannot be opened.
    """
    target = path_of(path)
    if truth("overwrite", overwrite) or not target.is_file() or not target.stat().st_size:
        return
    content, label = content_of(path)
    entries: list[Foreign] = []
    try:
        with opened(content, Findings(label)) as file:
            for sheet in sheets_of(file):
                entries += _entries(list(sheet.every()), sheet.name)
    except ValueError:
        what = "is not a workbook of the library"
    else:
        if not entries:
            return
        first = entries[0]
        what = (
            f"holds {counted(len(entries), 'cell', 'cells')} that a person entered, the first "
            f"{quoted(first.cell)} in {first.where}"
        )
    raise OptionError(
        f"{os.fspath(path)} exists and {what}; choose another name or, to replace it, pass",
        Argument("overwrite", "True"),
    )


def _entries(rows: Sequence[tuple[str, Sequence[Any]]], name: str) -> Iterator[Foreign]:
    """Yield the cells of a sheet that the library did not write."""
    marks = [(label, roles) for label, row in rows if len(roles := marks_of(row)) > 1]
    where = f" of the sheet {quoted(name)}" if name else ""
    for label, cell in _typed(rows, *marks[0]) if marks else foreign_cells(rows, None):
        yield Foreign(f"{label}{where}", cell)


def _typed(
    rows: Sequence[tuple[str, Sequence[Any]]], marks: str, roles: Mapping[int, str]
) -> Iterator[Foreign]:
    """Yield the cells in the columns of entries, and in those without a mark.

    The row of `marks` and that of the headers below it hold none.
    """
    locked = {column for column, role in roles.items() if role not in TYPED}
    for label, row in rows:
        if row_number(label) > row_number(marks) + 1:
            for column, cell in enumerate(row):
                if cell != "" and column not in locked:
                    yield Foreign(label, cell)
