"""Take the one table out of a gzip file or a ZIP archive, within bounds."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from pathlib import PurePosixPath

from .._wording import listed
from ..panel.check import PanelError
from . import foreign

CLUTTER = {"desktop.ini", "thumbs.db"}
"""Files that Windows adds to folders; those of macOS start with a dot."""

DOCUMENTS = {
    "word/": ("a Word document", foreign.DOCUMENT),
    "ppt/": ("a PowerPoint file", foreign.DOCUMENT),
    "xl/workbook.bin": ("a binary workbook (.xlsb)", "save it as .xlsx"),
    "Index/": ("a document of Apple, such as Numbers writes", "export it as .xlsx or CSV"),
    "Index.zip": ("a document of Apple, such as Numbers writes", "export it as .xlsx or CSV"),
}
"""Archives that are documents, by the start of the name of a part."""

SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"


def unpacked(content: bytes, label: str, *, most: int) -> tuple[bytes, str]:
    """Return the bytes of a table and its format, out of its archive if it is in one.

    Parameters
    ----------
    content : bytes
        A file.
    label : str
        Its name, for messages.
    most : int
        Bytes that the table may have.

    Returns
    -------
    tuple of bytes, str
        The table, and its format: text, Excel, OpenDocument, Stata, SPSS or Parquet.

    Raises
    ------
    PanelError
        If the file is of a format that is not read, or an archive of none or of several tables.
    """
    inner, form = _opened(content, label, most)
    if form != "archive":
        return inner, form
    inner, form = _opened(inner, label, most)
    if form == "archive":
        raise foreign.refusal(label, "an archive in an archive", foreign.ARCHIVE)
    return inner, form


def _opened(content: bytes, label: str, most: int) -> tuple[bytes, str]:
    """Return a table and its format, or the content of an archive and ``archive``."""
    if content.startswith(foreign.GZIP):
        inner = _gunzipped(content, label, most)
        if not inner.strip():
            raise PanelError(f"{label} must hold a table; it is empty")
        return inner, "archive"
    if content.startswith(foreign.ZIP):
        return _of_zip(content, label, most)
    form = foreign.format_of(content)
    if form in ("Excel", "text"):
        foreign.refuse(content, label)
    return content, form


def _gunzipped(content: bytes, label: str, most: int) -> bytes:
    """Return the bytes in a gzip file; refuse it if it is damaged or unpacks to too many."""
    parts: list[bytes] = []
    missing = most + 1
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            while missing and (part := stream.read(missing)):
                parts.append(part)
                missing -= len(part)
    except EOFError as error:
        raise PanelError(f"{label} cannot be read as gzip: it is cut off") from error
    except (zlib.error, OSError) as error:
        raise PanelError(
            f"{label} cannot be read as gzip: it is damaged, or other bytes follow its end"
        ) from error
    if not missing:
        raise PanelError(f"{label} must unpack to at most {most:,} bytes; it unpacks to more")
    return b"".join(parts)


def _of_zip(content: bytes, label: str, most: int) -> tuple[bytes, str]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise PanelError(
            f"{label} cannot be read as Excel or a ZIP archive: it is cut off or damaged"
        ) from error
    with archive:
        names = archive.namelist()
        mimetype = _mimetype(archive)
        if mimetype.startswith(SPREADSHEET):
            return content, "OpenDocument"
        if mimetype.startswith("application/vnd.oasis.opendocument"):
            raise foreign.refusal(label, "an OpenDocument file without sheets", foreign.SAVE)
        for start, kind in DOCUMENTS.items():
            if any(name.startswith(start) for name in names):
                raise foreign.refusal(label, *kind)
        if any(name.startswith("xl/") or name == "[Content_Types].xml" for name in names):
            return content, "Excel"
        return _only_member(archive, label, most), "archive"


def _mimetype(archive: zipfile.ZipFile) -> str:
    if "mimetype" not in archive.namelist():
        return ""
    try:
        with archive.open("mimetype") as stream:
            return stream.read(200).decode("ascii", "replace")
    except Exception:  # damaged
        return ""


def _only_member(archive: zipfile.ZipFile, label: str, most: int) -> bytes:
    members = [each for each in archive.infolist() if not each.is_dir() and _is_file(each.filename)]
    if len(members) != 1:
        names = listed((each.filename for each in members), most=6)
        raise PanelError(
            f"{label} must be an archive of one table; it holds "
            + (f"{len(members):,} files: {names}; unpack it and read one" if members else "none")
        )
    (member,) = members
    if member.flag_bits & 1:
        raise foreign.refusal(label, "an archive locked by a password", foreign.ARCHIVE)
    if member.file_size > most:
        raise PanelError(
            f"{label} must unpack to at most {most:,} bytes; it unpacks to {member.file_size:,}"
        )
    try:
        inner = archive.read(member)
    except Exception as error:  # damaged, or packed in a way that Python does not know
        raise PanelError(
            f"{label} cannot be read as a ZIP archive: {listed([member.filename])} is damaged or "
            "packed in an unknown way"
        ) from error
    if not inner.strip():
        raise PanelError(f"{label} must hold a table; {listed([member.filename])} is empty")
    return inner


def _is_file(name: str) -> bool:
    """Whether a member is a file of the user, not one that a system adds."""
    path = PurePosixPath(name)
    is_added = path.name.startswith(".") or path.name.lower() in CLUTTER
    return not is_added and "__MACOSX" not in path.parts
