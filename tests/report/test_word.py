"""The brief as a Word document, as a whole."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from pictures import rounded
from policyindex.plot._saving import picture
from policyindex.report import _brief
from policyindex.report._material import Material
from policyindex.report._results import Results
from stored import check_stored

STORED = Path(__file__).parent / "stored"

docx = pytest.importorskip("docx", reason="python-docx is not installed")


@pytest.mark.parametrize("data", ["few", "few_codings"])
def test_the_document(
    data: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each paragraph and cell with its type; the chart is that of `plot.profile`."""
    from policyindex.report import _word

    source: tuple[Material, Results] = request.getfixturevalue(data)
    material, results = source
    small = picture(lambda _: None, width=1, height=1)
    monkeypatch.setattr(_word, "_chart", lambda _: small)
    brief = _brief.brief_of(material, results, "GHA", material.end, None)
    paper = docx.Document(io.BytesIO(_word.document(brief)))
    check_stored(described(paper), STORED / f"word-{data}.txt")


def described(paper: object) -> list[str]:
    """Return the blocks of a document in order, and its properties."""
    facts = paper.core_properties
    lines = [f"{facts.title} | {facts.author} | {facts.created} | {facts.revision}"]
    for block in paper.iter_inner_content():
        if hasattr(block, "text"):
            lines.append(f"{block.style.name}: {block.text} {_look(block)}")
            continue
        widths = [cell.width.mm if cell.width else 0 for cell in block.rows[0].cells]
        lines.append(f"table {rounded(widths)} {block.autofit}")
        for row in block.rows:
            cells = [f"{cell.text} {_look(cell.paragraphs[0])}" for cell in row.cells]
            lines += ["  " + " | ".join(cells)]
    return [line.replace("policyindex 0", "policyindex") for line in lines]


def _look(paragraph: object) -> str:
    looks = {
        f"{run.font.size.pt if run.font.size else ''} {run.font.bold} {run.font.color.rgb}"
        for run in paragraph.runs
    }
    space = paragraph.paragraph_format
    return f"<{'; '.join(sorted(looks))} {paragraph.alignment} {space.space_before}>"


def test_a_table_has_rules_and_columns_of_text() -> None:
    from policyindex.report import _word

    paper = docx.Document()
    _word._table(paper, ["A", "B"], [["a", "1"], ["b", "2"]], widths=[44, 0], left=(0,), own=1)
    (table,) = paper.tables
    rules = [
        {key.partition("}")[2]: value for key, value in line.attrib.items()}
        for row in table.rows
        for line in row.cells[0]._tc.tcPr.findall(".//w:bottom", table._tbl.nsmap)
    ]
    thin = {"val": "single", "sz": "4", "color": "D5D1C9"}
    assert rules == [{"val": "single", "sz": "8", "color": "1D1D1B"}, thin, thin]
    assert [round(cell.width.mm) for cell in table.rows[2].cells] == [44, 136]
    right = [[cell.paragraphs[0].alignment is not None for cell in row.cells] for row in table.rows]
    assert right == [[False, True]] * 3
    bold = [[cell.paragraphs[0].runs[0].font.bold for cell in row.cells] for row in table.rows]
    assert bold == [[False, False], [True, False], [True, True]]


def test_the_annex_is_a_table_of_text() -> None:
    from policyindex.report import _word
    from policyindex.report._evidence import Listing

    paper = docx.Document()
    brief = SimpleNamespace(year=2009)
    line = SimpleNamespace(indicator="law", level="1", words="A law.")
    _word._annex(paper, brief, Listing([line], "One has no source."))
    (table,) = paper.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Coding", "Level", "Evidence"],
        ["Law", "1", "A law."],
    ]
    assert all(cell.paragraphs[0].alignment is None for row in table.rows for cell in row.cells)
    assert [round(cell.width.mm) for cell in table.rows[0].cells] == [44, 32, 104]
    assert [each.text for each in paper.paragraphs[-2:]] == [
        "Annex: the evidence of the codings of 2009",
        "One has no source.",
    ]
