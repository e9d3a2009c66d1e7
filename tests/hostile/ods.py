"""OpenDocument workbooks, written byte by byte."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from . import books

NAMES = "urn:oasis:names:tc:opendocument:xmlns"
MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
STYLES = (
    '<style:default-style style:family="table"/>'
    '<style:style style:name="up" style:family="text">'
    '<style:text-properties style:text-position="super 58%"/></style:style>'
    '<style:style style:name="down" style:family="text">'
    '<style:text-properties style:text-position="sub 58%"/></style:style>'
    '<style:style style:name="out" style:family="text">'
    '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="out too" style:family="text">'
    '<style:text-properties style:text-line-through-type="single"/></style:style>'
    '<style:style style:name="kept" style:family="text">'
    '<style:text-properties style:text-line-through-style="none"/></style:style>'
    '<style:style style:name="gone" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
)


def cell(value: object, shown: str | None = None) -> str:
    """Return a cell; by default it shows its value."""
    text = str(value) if shown is None else shown
    if isinstance(value, str):
        typed = 'office:value-type="string"'
        return f"<table:table-cell {typed}><text:p>{escape(text)}</text:p></table:table-cell>"
    return (
        f'<table:table-cell office:value-type="float" office:value="{value}">'
        f"<text:p>{escape(text)}</text:p></table:table-cell>"
    )


def line(values: Iterable[object], attributes: str = "") -> str:
    """Return a row."""
    return f"<table:table-row {attributes}>{''.join(map(cell, values))}</table:table-row>"


def table(rows: str, name: str = "Data", style: str = "") -> str:
    """Return a sheet around its rows."""
    return f'<table:table table:name="{name}" table:style-name="{style}">{rows}</table:table>'


def document(tables: str, declared: str = "") -> str:
    """Return the content of a workbook."""
    spaces = " ".join(
        f'xmlns:{name}="{NAMES}:{name}:1.0"' for name in ("office", "table", "text", "style")
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{declared}<office:document-content {spaces} '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"<office:automatic-styles>{STYLES}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )


def archive(content: str | bytes) -> bytes:
    """Return an .ods file around its content."""
    manifest = (
        f'<manifest:manifest xmlns:manifest="{NAMES}:manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{MIMETYPE}"/></manifest:manifest>'
    )
    return books.archive(
        {"mimetype": MIMETYPE, "META-INF/manifest.xml": manifest, "content.xml": content}
    )


def workbook(rows: Iterable[Iterable[object]]) -> bytes:
    """Return an .ods file of one sheet."""
    return archive(document(table("".join(map(line, rows)))))
