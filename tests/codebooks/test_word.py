"""A codebook as a document of Word, on sheets of A4."""

from __future__ import annotations

import io
from typing import Any

import pytest

from policyindex import THREE_P, Codebook, Dimension, Indicator
from policyindex.codebooks import Count
from policyindex.codebooks.description import described

docx = pytest.importorskip("docx", reason="python-docx writes documents of Word")

from policyindex.codebooks.word import document_of  # noqa: E402


def paper_of(book: Codebook) -> Any:
    return docx.Document(io.BytesIO(document_of(described(book))))


@pytest.fixture(scope="module")
def paper() -> Any:
    return paper_of(THREE_P)


def test_tables_are_as_wide_as_the_text_on_a_sheet_of_a4(paper: Any) -> None:
    (section,) = paper.sections
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx((210, 297), abs=0.1)
    assert section.left_margin == section.right_margin
    assert section.top_margin == section.bottom_margin > 0
    text = section.page_width.mm - section.left_margin.mm - section.right_margin.mm
    for table in paper.tables:
        assert sum(column.width.mm for column in table.columns) == pytest.approx(text, abs=0.1)
        for row in table.rows:
            assert [cell.width for cell in row.cells] == [each.width for each in table.columns]


def test_each_sheet_begins_with_the_header_of_its_table(paper: Any) -> None:
    for table in paper.tables:
        repeated = [bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in table.rows]
        assert repeated == [True] + [False] * (len(table.rows) - 1)
        assert not table.autofit
        bold = [[bool(run.bold) for run in cell.paragraphs[0].runs] for cell in table.rows[0].cells]
        assert bold == [[True]] * 3


def test_the_facts_and_the_headings_are_those_of_the_description() -> None:
    book = Codebook(
        "small",
        (
            Dimension(
                "law", (Indicator("a"), Indicator("b")), Count((1, 2)), title="Law", levels=()
            ),
        ),
        "2",
        title="A\x07 title",
        changelog=(("2026-02-01", "Second\x0c."), ("2026-01-01", "First.")),
    )
    paper = paper_of(book)
    texts = [(each.style.name, each.text) for each in paper.paragraphs]
    assert texts[0] == ("Title", "A  title")
    facts = described(book).facts
    assert [text for _, text in texts[1 : 1 + len(facts)]] == [f"{a}. {b}" for a, b in facts]
    assert [paragraph.runs[0].bold for paragraph in paper.paragraphs[1 : 1 + len(facts)]] == (
        [True] * len(facts)
    )
    assert [text for style, text in texts if style == "Heading 1"] == ["Law (law)", "Changes"]
    assert [text for style, text in texts if style == "Heading 2"] == ["A (a)", "B (b)"]
    changes = [text for style, text in texts if style == "List Bullet"]
    assert changes == ["2026-02-01: Second .", "2026-01-01: First."]


def test_a_document_of_word_has_a_row_for_each_level() -> None:
    title = "A long title, " * 30
    book = Codebook("long", THREE_P.dimensions, title=title)
    paper = docx.Document(io.BytesIO(document_of(described(book))))
    assert len(paper.core_properties.title) == 255
    for table in paper.tables:
        cells = [[cell.text for cell in row.cells] for row in table.rows]
        assert all(any(row) for row in cells)
        assert cells[0][1] == "In words"
        assert [row[0].isdigit() for row in cells] == [False] + [True] * (len(cells) - 1)
