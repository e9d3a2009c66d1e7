"""Open a workbook of any format, within bounds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

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
        reader = ods if ods.MEMBER in archive.namelist() else xlsx
        yield reader.sheets_of(archive, most_cells=most_cells)
