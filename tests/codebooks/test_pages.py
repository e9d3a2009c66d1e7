"""Codebooks for people: what a score requires, in Markdown, HTML and Word."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given

from builders import examples
from codebooks.drawn import rule_codebooks
from policyindex import HTI, THREE_P, Codebook, Dimension, Indicator, codebooks
from policyindex.codebooks import Count
from policyindex.codebooks.description import Description, described
from policyindex.codebooks.files import content_of
from policyindex.codebooks.pages import html_of, markdown_of

HOSTILE = "</style><script>alert(1)</script> | [x](javascript:y) \x07 `"

BAD = Codebook(
    HOSTILE,
    (
        Dimension(
            HOSTILE,
            (Indicator(HOSTILE, (HOSTILE, "yes"), HOSTILE, (HOSTILE, "g")),),
            Count((1,)),
            (HOSTILE, "b"),
            title=HOSTILE,
        ),
    ),
    HOSTILE,
    title=HOSTILE,
    changelog=(("2026-01-01", HOSTILE),),
)


@given(rule_codebooks())
@examples(15)
def test_any_codebook_can_be_written_for_people(book: Codebook) -> None:
    description = described(book)
    n, levels = len(book.indicators), sum(len(each.levels) for each in book.indicators)
    text, page = markdown_of(description), html_of(description)
    assert sum(line.startswith("### ") for line in text.splitlines()) == n
    assert page.count('<section class="indicator"') == n
    n_scores = sum(len(each.dimension.levels) for each in description.sections)
    assert page.count('<th scope="row">') == levels + n_scores


class Tags(HTMLParser):
    """Check that every element is closed in its place."""

    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        values = dict(attrs)
        self.ids += [values["id"] or ""] if "id" in values else []
        self.targets += [(values["href"] or "")[1:]] if "href" in values else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("book", [THREE_P, HTI, BAD], ids=["3P", "HTI", "hostile"])
def test_a_page_is_well_formed_and_its_links_lead_somewhere(book: Codebook) -> None:
    page = html_of(described(book))
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert len(set(tags.ids)) == len(tags.ids)
    assert set(tags.targets) == set(tags.ids)
    assert page.startswith("<!doctype html>")
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    assert not {"script", "img", "link"} & set(tags.names)


def test_texts_of_a_codebook_are_escaped() -> None:
    page = html_of(described(BAD))
    assert "<script>" not in page
    assert page.count("</style>") == 1
    text = markdown_of(described(BAD))
    assert "<script" not in text
    assert "[x](" not in text
    assert "\x07" not in text
    for line in text.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 4


def sections_of(description: Description) -> int:
    return len(description.sections) + bool(description.changelog)


def test_every_level_and_its_guidance_is_in_every_format(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document(io.BytesIO(content_of(THREE_P, ".docx")))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    page, text = html_of(described(THREE_P)), markdown_of(described(THREE_P))
    plain = page.replace("&#39;", "'").replace("&#34;", '"')
    for each in THREE_P.indicators:
        for guidance, words in zip(each.guidance, each.levels, strict=True):
            assert {guidance, words} <= cells
            assert guidance in plain
            assert guidance.replace("[recon]", "\\[recon\\]") in text
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 1"]
    assert len(headings) == sections_of(described(THREE_P))
    path = tmp_path / "3p.docx"
    codebooks.write(BAD, path)
    assert docx.Document(str(path)).paragraphs[0].text == HOSTILE.replace("\x07", " ")


@pytest.mark.parametrize("ending", [".json", ".xlsx", ".md", ".html", ".docx"])
def test_the_same_codebook_gives_the_same_bytes(ending: str) -> None:
    pytest.importorskip("docx")
    assert content_of(HTI, ending) == content_of(HTI, ending)


@pytest.mark.parametrize(
    ("module", "ending", "extra"), [("openpyxl", "xlsx", "excel"), ("docx", "docx", "word")]
)
def test_a_missing_library_names_its_extra(
    module: str, ending: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(sys.modules, "policyindex.codebooks.word", raising=False)
    with pytest.raises(ImportError, match=rf"policyindex\[{extra}\]"):
        codebooks.write(HTI, tmp_path / f"hti.{ending}")
    assert not list(tmp_path.iterdir())


def test_a_page_has_the_facts_and_the_changes_of_its_codebook() -> None:
    small = Codebook(
        "small",
        (Dimension("law", (Indicator("statute"),), Count((1,)), title="Law"),),
        "2",
        title="Small Index",
        changelog=(("2026-02-01", "The second."), ("2026-01-01", "The first.")),
    )
    text = markdown_of(described(small))
    facts = [f"**{label}.** {words}" for label, words in described(small).facts]
    assert len(facts) > 0
    assert [line for line in text.splitlines() if line.startswith("**")] == facts
    assert text.endswith("\n## Changes\n\n- 2026-02-01: The second.\n- 2026-01-01: The first.\n")
    without = Codebook("small", small.dimensions, "2", title="Small Index")
    assert "Changes" not in markdown_of(described(without))
    lines = html_of(described(small)).partition("<main")[2]
    assert not re.search(r"^[ \t]", lines, re.MULTILINE)
    assert "\n\n\n" not in lines
