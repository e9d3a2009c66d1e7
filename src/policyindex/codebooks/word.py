"""A codebook as a document of Word: headings and tables that people edit.

Needs python-docx, which the extra ``word`` installs.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

try:
    import docx
except ImportError as error:
    raise ImportError(
        "a codebook in Word needs python-docx: python -m pip install 'policyindex[word]'"
    ) from error
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from .._atomic import undated
from .._version import __version__
from .._wording import CONTROL
from .description import Description, Part

WIDTH = 180
"""Width of a table in millimetres."""

SCORES, LEVELS = (14.0, 62.0, 104.0), (14.0, 36.0, 130.0)
"""Widths of the columns of the tables of scores and of levels."""


def document_of(description: Description) -> bytes:
    """Return the codebook as the bytes of a document of Word."""
    paper = docx.Document()
    _prepare(paper, description.title)
    paper.add_paragraph(_clean(description.title), style="Title")
    for label, text in description.facts:
        paragraph = paper.add_paragraph()
        paragraph.add_run(f"{label}. ").bold = True
        paragraph.add_run(_clean(text))
    for section in description.sections:
        paper.add_paragraph(_heading(section.dimension), style="Heading 1")
        paper.add_paragraph(_clean(f"Scores from {section.scale}. {section.rule}".strip()))
        if section.dimension.levels:
            _table(paper, ("Score", "In words", "Requires at least"), section.dimension, SCORES)
        for each in section.indicators:
            paper.add_paragraph(_heading(each), style="Heading 2")
            _table(paper, ("Level", "In words", "Guidance"), each, LEVELS)
    if description.changelog:
        paper.add_paragraph("Changes", style="Heading 1")
        for day, text in description.changelog:
            paper.add_paragraph(_clean(f"{day}: {text}"), style="List Bullet")
    stream = io.BytesIO()
    paper.save(stream)
    return undated(stream.getvalue())


def _prepare(paper: Document, title: str) -> None:
    """Set the paper, the plain text, and the properties of the file."""
    set_sheet(paper, (210 - WIDTH) / 2, 16, 9.5)
    plain: Any = paper.styles["Normal"]
    plain.paragraph_format.space_after = Pt(3)
    facts = paper.core_properties
    facts.author = facts.last_modified_by = "policyindex"
    facts.title, facts.language = _clean(title)[:255], "en"
    facts.comments = f"Written by policyindex {__version__}."


def set_sheet(paper: Document, beside: float, above: float, size: float) -> None:
    """Set a sheet of A4 with margins in millimetres, and the size of plain text in points."""
    (section,) = paper.sections
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(beside)
    section.top_margin = section.bottom_margin = Mm(above)
    plain: Any = paper.styles["Normal"]
    plain.font.name, plain.font.size = "Arial", Pt(size)


def repeat_header(row: Any) -> None:
    """Let each sheet that a table reaches begin with its first row."""
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(header)


def _heading(part: Part) -> str:
    return _clean(f"{part.title} ({part.name})")


def _table(paper: Document, columns: Sequence[str], part: Part, widths: Sequence[float]) -> None:
    """Add the levels of a part, with a header that each sheet repeats."""
    table = paper.add_table(rows=1, cols=len(columns), style="Table Grid")
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, columns, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    repeat_header(table.rows[0])
    for level in part.levels:
        cells = table.add_row().cells
        more = "\nor\n".join(level.more)
        for cell, text in zip(cells, (level.number, level.words, more), strict=True):
            cell.paragraphs[0].text = _clean(text)
    for place, width in enumerate(widths):
        table.columns[place].width = Mm(width)
        for cell in table.columns[place].cells:
            cell.width = Mm(width)


def _clean(text: str) -> str:
    return CONTROL.sub(" ", text)
