"""The brief as a Word document: the texts and numbers of the page, its charts as pictures.

Needs python-docx, which the extra ``word`` installs.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

try:
    import docx
except ImportError as error:
    raise ImportError(
        "a brief in Word needs python-docx: python -m pip install 'policyindex[word]'"
    ) from error
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell

from .._atomic import undated
from .._version import __version__
from .._wording import capital
from ..codebooks.word import repeat_header, set_sheet
from ._brief import Brief, Rivals
from ._evidence import Listing
from ._sentences import Statement

OWN, SOFT, OTHERS = (
    RGBColor(0x0B, 0x56, 0x6B),
    RGBColor(0x59, 0x56, 0x50),
    RGBColor(0x9A, 0x40, 0x0B),
)

EPOCH = datetime(2000, 1, 1)
"""The date in every document, so that the same data give the same bytes."""

TEXT = 9.5
"""Size of plain text in points; nothing is smaller than 8."""

WIDTH, HEIGHT = 7.1, 4.15
"""Size of the chart in inches."""


def document(brief: Brief) -> bytes:
    """Return the brief as the bytes of a Word document."""
    paper = docx.Document()
    _prepare(paper, brief)
    _first_sheet(paper, brief)
    paper.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _second_sheet(paper, brief)
    if brief.listing is not None:
        _annex(paper, brief, brief.listing)
    stream = io.BytesIO()
    paper.save(stream)
    return undated(stream.getvalue())


def _prepare(paper: Document, brief: Brief) -> None:
    """Set the paper, the plain text, and the properties of the file."""
    set_sheet(paper, 15, 12, TEXT)
    plain: Any = paper.styles["Normal"]
    plain.paragraph_format.space_after = Pt(2)
    plain.paragraph_format.space_before = Pt(0)
    for name, size, before in (("Title", 24, 0), ("Heading 1", 12, 7)):
        style: Any = paper.styles[name]
        style.font.name, style.font.size, style.font.bold = "Arial", Pt(size), True
        style.font.color.rgb = RGBColor(0x1D, 0x1D, 0x1B)
        style.element.rPr.rFonts.set(qn("w:asciiTheme"), "")
        for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            style.element.rPr.rFonts.attrib.pop(qn(f"w:{attribute}"), None)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(2)
    facts = paper.core_properties
    facts.author, facts.title, facts.language = "policyindex", _title(brief), "en"
    facts.comments = ""
    facts.created = facts.modified = EPOCH
    facts.last_modified_by, facts.revision = "policyindex", 1


def _title(brief: Brief) -> str:
    mark = " (SYNTHETIC)" if brief.material.synthetic else ""
    return f"{brief.name}, {brief.title}, {brief.year}{mark}"


def _first_sheet(paper: Document, brief: Brief) -> None:
    mark = "  SYNTHETIC" if brief.material.synthetic else ""
    _note(paper, f"{brief.title}, {brief.year}: country brief{mark}")
    paper.add_paragraph(brief.name, style="Title")
    _note(paper, brief.material.citation or f"Source: {brief.material.source}")
    lead = paper.add_paragraph()
    lead.paragraph_format.space_before = lead.paragraph_format.space_after = Pt(8)
    lead.add_run(" ".join(brief.sentences)).font.size = Pt(12)
    if brief.figures:
        table = paper.add_table(rows=2, cols=len(brief.figures))
        for place, figure in enumerate(brief.figures):
            _fill(table.cell(0, place), figure.number, size=16)
            _fill(table.cell(1, place), figure.words, size=8, colour=SOFT)
    paper.add_paragraph("What each level means", style="Heading 1")
    columns = ["Dimension", "Score", *(["Others"] if brief.others else []), "In words"]
    rows = [
        [
            capital(each.name),
            each.score,
            *([each.others or "\N{EN DASH}"] if brief.others else []),
            each.words,
        ]
        for each in brief.profile
    ]
    widths = [26, 17, *([16] if brief.others else []), 0]
    _table(paper, columns, rows, widths=widths, left=(0, len(columns) - 1))
    others = f"Others: the mean of {brief.others}. " if brief.others else ""
    _note(paper, f"{others}{brief.meaning}")
    paper.add_paragraph("How it changed", style="Heading 1")
    paper.add_picture(io.BytesIO(_chart(brief)), width=Mm(180))
    _describe(paper, f"{brief.name}: scores by year; the table below holds the latest.")
    if brief.others:
        _note(paper, f"Dashed in the chart: the mean of the region, with {brief.name}.")
    _table(
        paper,
        ["Score", *map(capital, brief.changes.columns)],
        [[capital(name), *cells] for name, cells in brief.changes.rows],
        widths=[],
        left=(0,),
        own=0,
    )
    if brief.history:
        paper.add_paragraph(" ".join(brief.history))


def _second_sheet(paper: Document, brief: Brief) -> None:
    for group in brief.rivals:
        paper.add_paragraph(group.title, style="Heading 1")
        if group.rows:
            _rivals(paper, group, brief.before)
        if group.note:
            _note(paper, group.note)
    if brief.what_if or brief.steps:
        paper.add_paragraph("What would raise the score", style="Heading 1")
        for text in brief.what_if:
            paper.add_paragraph(text)
        _note(paper, "All other countries keep their scores.")
        if brief.steps:
            _note(paper, "From the codings, the most points for a step first:")
            for text in brief.steps:
                paper.add_paragraph(text, style="List Bullet")
    paper.add_paragraph("What is missing", style="Heading 1")
    for text in brief.gaps:
        paper.add_paragraph(text)
    paper.add_paragraph("Method, and what it assumes", style="Heading 1")
    _statements(paper, brief.method)
    paper.add_paragraph("Sources", style="Heading 1")
    _statements(paper, brief.sources)
    synthetic = brief.material.synthetic
    mark = "SYNTHETIC data: they say nothing about any country. " if synthetic else ""
    _note(paper, f"{mark}Written by policyindex {__version__}.")


def _annex(paper: Document, brief: Brief, listing: Listing) -> None:
    """Add the evidence of the codings on sheets of its own."""
    paper.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    title = f"Annex: the evidence of the codings of {brief.year}"
    paper.add_paragraph(title, style="Heading 1")
    if listing.lines:
        rows = [[capital(line.indicator), line.level, line.words] for line in listing.lines]
        columns = ["Coding", "Level", "Evidence"]
        _table(paper, columns, rows, widths=[44, 32, 0], left=(0, 1, 2))
    if listing.unsourced:
        _note(paper, listing.unsourced)


def _rivals(paper: Document, group: Rivals, before: int | None) -> None:
    columns = ["Country", "Score", "Rank", *([f"From {before}"] if before else []), "Any weights"]
    rows = [
        [row.name, row.score, row.rank, *([row.change] if before else []), row.weights]
        for row in group.rows
    ]
    own = [place for place, row in enumerate(group.rows) if row.own]
    _table(paper, columns, rows, widths=[], left=(0,), own=own[0] if own else None)


def _statements(paper: Document, statements: Iterable[Statement]) -> None:
    for each in statements:
        paragraph = paper.add_paragraph()
        about = paragraph.add_run(f"{each.about}. ")
        about.font.size, about.font.bold = Pt(8), True
        paragraph.add_run(each.text).font.size = Pt(8)


def _note(paper: Document, text: str) -> None:
    run = paper.add_paragraph().add_run(text)
    run.font.size, run.font.color.rgb = Pt(8), SOFT


def _table(
    paper: Document,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    widths: Sequence[float],
    left: Sequence[int],
    own: int | None = None,
) -> None:
    """Add a table; `left` are columns of text, `own` the row of the country."""
    table = paper.add_table(rows=1 + len(rows), cols=len(columns))
    for place, text in enumerate(columns):
        align = place in left
        _fill(table.cell(0, place), text, size=8, colour=SOFT, left=align)
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row):
            _fill(
                table.cell(number, place),
                text,
                size=8.5,
                colour=OWN if number - 1 == own else None,
                bold=number - 1 == own or place == 0,
                left=place in left,
            )
    repeat_header(table.rows[0])
    for row_number in range(len(rows) + 1):
        for cell in table.rows[row_number].cells:
            _rule_below(cell, strong=row_number == 0)
    if widths:
        table.autofit = False
        rest = 180 - sum(widths)
        for place, width in enumerate(widths):
            table.columns[place].width = Mm(width or rest)
            for cell in table.columns[place].cells:
                cell.width = Mm(width or rest)


def _fill(
    cell: _Cell,
    text: str,
    *,
    size: float,
    colour: RGBColor | None = None,
    bold: bool = False,
    left: bool = True,
) -> None:
    (paragraph,) = cell.paragraphs
    paragraph.paragraph_format.space_after = Pt(1)
    if not left:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(size), bold
    if colour is not None:
        run.font.color.rgb = colour


def _rule_below(cell: _Cell, *, strong: bool) -> None:
    borders = OxmlElement("w:tcBorders")
    line = OxmlElement("w:bottom")
    for name, value in (
        ("val", "single"),
        ("sz", "8" if strong else "4"),
        ("color", "1D1D1B" if strong else "D5D1C9"),
    ):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)


def _chart(brief: Brief) -> bytes:
    """Draw the scores of the country as the charts of the library do."""
    from .. import plot  # draws on use: nothing else of a report needs matplotlib
    from ..plot._saving import picture

    material = brief.material
    scores = material.scores[material.dimensions]
    until = scores[scores.index.get_level_values("year") <= material.end]
    return picture(
        lambda figure: plot.profile(until, brief.unit, codebook=material.codebook, figure=figure),
        width=WIDTH,
        height=HEIGHT,
    )


def _describe(paper: Document, text: str) -> None:
    """Describe the last picture for readers who cannot see it."""
    picture = paper.inline_shapes[len(paper.inline_shapes) - 1]
    picture._inline.docPr.set("descr", text)
