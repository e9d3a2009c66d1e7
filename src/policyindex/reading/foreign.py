"""Recognise files by their first bytes: formats that are read, and others, refused by name."""

from __future__ import annotations

import bz2
import codecs
import lzma
import re

from ..panel.check import PanelError

HEAD = 2**12
"""Bytes in which a format shows."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The start of a compound file: .xls, and other files of old Office."""

ZIP = (b"PK\x03\x04", b"PK\x05\x06")

GZIP = b"\x1f\x8b"

SAVE = "save it as CSV or .xlsx"

EXPORT = "export it as CSV"

R = (
    "a file of R",
    'save the table in R with write.csv(scores, "scores.csv", row.names = FALSE)',
)

SERIALIZED = re.compile(rb"(RD[AX][1-3]\n)?([XB]\n[\0\x02\x03]{2}|A\n[23]\n\d)")

MARKUP = re.compile(
    r"\s*(<!--(?>.*?-->)\s*)*+"
    r"<(!doctype html|html|head|body|table|meta|div|style|script|title|p|br)\b",
    re.IGNORECASE | re.DOTALL,
)

WEB = (
    "HTML, the format of web pages",
    "open it in a spreadsheet and save it as .xlsx or CSV, or download the file behind the page",
)

PICTURE = ("a picture", "copy its table into a spreadsheet")

DOCUMENT = "copy its table into a spreadsheet and save that as CSV or .xlsx"

ARCHIVE = "unpack it and read the table in it"


SIGNATURES: tuple[tuple[bytes, tuple[str, str]], ...] = (
    (b"{\\rtf", ("a document (RTF)", DOCUMENT)),
    (b"%!PS", ("a PostScript document", DOCUMENT)),
    (b"SQLite format 3\0", ("a SQLite database", "export the table in it as CSV")),
    (b"\0\x01\0\0Standard ", ("a database of Microsoft Access", EXPORT)),
    (b"ARROW1", ("a Feather file", "save it as Parquet or CSV")),
    (b"FEA1", ("a Feather file", "save it as Parquet or CSV")),
    (b"ORC", ("an ORC file", "save it as Parquet or CSV")),
    (b"\x89HDF\r\n\x1a\n", ("an HDF5 file, such as MATLAB and Stata tools write", EXPORT)),
    (b"MATLAB 5.0 MAT-file", ("a file of MATLAB", "export it as CSV with writetable")),
    (b"\x93NUMPY", ("an array of NumPy", "save it as CSV with its column names")),
    (b"\0" * 12 + b"\xc2\xea\x81\x60", ("a file of SAS", "export it as CSV with PROC EXPORT")),
    (b"HEADER RECORD*******", ("a SAS transport file", "export it as CSV with PROC EXPORT")),
    (b"ADIF", ("a file of another program", EXPORT)),
    (b"\x89PNG\r\n", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"II*\0", PICTURE),
    (b"MM\0*", PICTURE),
    (b"bplist00", ("a property list of Apple", EXPORT)),
    (b"7z\xbc\xaf\x27\x1c", ("a 7z archive", ARCHIVE)),
    (b"Rar!\x1a\x07", ("a RAR archive", ARCHIVE)),
    (b"\x28\xb5\x2f\xfd", ("a Zstandard archive", ARCHIVE)),
    (b"MIME-Version:", ("a web archive (MHTML)", SAVE)),
    (b"\x09\0\x04\0", ("an Excel workbook from before 1997", SAVE)),
    (b"\x09\x02\x06\0", ("an Excel workbook from before 1997", SAVE)),
    (b"\x09\x04\x06\0", ("an Excel workbook from before 1997", SAVE)),
    (b"version https://git-lfs", ("a pointer of Git LFS", "fetch the file with git lfs pull")),
)

COMPOUND: tuple[tuple[str, tuple[str, str]], ...] = (
    ("EncryptedPackage", ("locked by a password", "save it without a password")),
    ("WordDocument", ("a Word document", DOCUMENT)),
    ("PowerPoint Document", ("a PowerPoint file", DOCUMENT)),
    ("__substg1.0_", ("an e-mail of Outlook", "save its attachment")),
)


def format_of(content: bytes) -> str:
    """Return the format of a file that is read, e.g. ``Excel``; any other file is ``text``."""
    if content.startswith((*ZIP, OLE[:4])):
        return "Excel"
    if content.startswith(b"PAR1"):
        return "Parquet"
    if content.startswith((b"$FL2", b"$FL3")):
        return "SPSS"
    # Stata files before release 13 start with their release and the byte order.
    if content.startswith(b"<stata_dta>") or re.match(rb"[\x66-\x73][\x01\x02]", content):
        return "Stata"
    return "text"


def refuse(content: bytes, label: str) -> None:
    """Refuse a file of a format that is not read.

    Raises
    ------
    PanelError
        If the bytes are those of such a format; it names the format, and how to save the table.
    """
    kind = _kind_of(content)
    if kind is not None:
        raise refusal(label, *kind)


def refusal(label: str, name: str, advice: str) -> PanelError:
    """Return the error of a file that is not read."""
    return PanelError(f"{label} must be a table that can be read; it is {name}; {advice}")


def _kind_of(content: bytes) -> tuple[str, str] | None:
    head = content[:HEAD]
    if content.startswith(OLE):
        return _compound(content)
    if SERIALIZED.match(head):
        return R
    for start, name, unpack in (
        (b"BZh", "a bzip2 archive", bz2.BZ2Decompressor),
        (b"\xfd7zXZ\0", "an xz archive", lzma.LZMADecompressor),
    ):
        if head.startswith(start):
            return R if SERIALIZED.match(_first(unpack(), head)) else (name, ARCHIVE)
    for start, kind in SIGNATURES:
        if head.startswith(start):
            return kind
    if b"%PDF-" in head[:1024]:
        return "a PDF document", DOCUMENT
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return PICTURE
    if head[257:262] == b"ustar":
        return "a tar archive", ARCHIVE
    if re.match(rb"\x80[\x02-\x05][\x8a-\x95c}\](]", head):
        return "a pickle of Python", "save the table with to_csv"
    if re.search(rb"ASCII SPSS PORT FILE", head[:300]):
        return "a portable file of SPSS (.por)", "save it as .sav or CSV"
    return _markup(head)


def _compound(content: bytes) -> tuple[str, str] | None:
    """Return the kind of a compound file that does not hold a workbook."""
    if any(_utf_16(name) in content for name in ("Workbook", "Book")):
        return None
    for name, kind in COMPOUND:
        if _utf_16(name) in content:
            return kind
    return None


def _utf_16(name: str) -> bytes:
    return name.encode("utf-16-le")


def _first(unpacker: bz2.BZ2Decompressor | lzma.LZMADecompressor, head: bytes) -> bytes:
    try:
        return unpacker.decompress(head, 64)
    except (OSError, EOFError, lzma.LZMAError):
        return b""


def _markup(head: bytes) -> tuple[str, str] | None:
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    text = head[: len(head) // 2 * 2].decode(encoding, "replace").lstrip("\ufeff\0 \t\r\n")
    if not text.startswith("<"):
        return None
    if MARKUP.match(text):
        return WEB
    if not re.match(r"<(\?xml|!doctype|!--|[a-z][\w:.-]*[\s/>])", text, re.IGNORECASE):
        return None
    if "urn:schemas-microsoft-com:office:spreadsheet" in text or "Excel.Sheet" in text:
        return "an XML spreadsheet of Excel 2003", SAVE
    if "urn:oasis:names:tc:opendocument" in text:
        return "a flat OpenDocument file", "save it as .ods, .xlsx or CSV"
    if "http://www.w3.org/1999/xhtml" in text or "<html" in text:
        return WEB
    if "<svg" in text:
        return PICTURE
    return "XML", EXPORT
