"""Open a workbook of any format, within bounds."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from .._wording import quoted
from .model import Sheet


def open_sheets(
    content: bytes, *, most_bytes: int, most_cells: int
) -> AbstractContextManager[list[Sheet]]:
    """Return the sheets of a workbook, which stays open within the context."""
    if content.startswith(b"PK"):
        return _archived(content, most_bytes, most_cells)
    from . import xls

    # The format is too small for a bomb.
    return nullcontext(xls.sheets_of(content, most_cells=most_cells))


@contextmanager
def _archived(content: bytes, most_bytes: int, most_cells: int) -> Iterator[list[Sheet]]:
    from . import ods, xlsx  # most files are not workbooks

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > most_bytes:
            raise ValueError(
                f"it must unpack to at most {most_bytes:,} bytes; it unpacks to {unpacked:,}"
            )
        names = Counter(name.replace("\\", "/").lower() for name in archive.namelist())
        if repeated := [name for name, times in names.items() if times > 1]:
            raise ValueError(
                f"each part of the archive must come once; {quoted(repeated[0])} comes "
                f"{names[repeated[0]]} times; save it anew"
            )
        reader = ods if ods.MEMBER in archive.namelist() else xlsx
        yield reader.sheets_of(archive, most_cells=most_cells)
