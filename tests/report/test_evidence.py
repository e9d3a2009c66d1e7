"""The evidence of codings in report and brief."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import policyindex as pi
from elements import Element, captioned, parsed
from policyindex import THREE_P, PanelError, datasets, report
from policyindex.panel.evidence import EVIDENCE_COLUMNS, EVIDENCE_INDEX

QUOTE = "The government <i>convicted</i> few & far between."


@pytest.fixture(scope="module")
def demo() -> pd.DataFrame:
    codings = datasets.load_demo()
    return codings[codings.index.get_level_values("country") < "D"]


@pytest.fixture(scope="module")
def evidence() -> pd.DataFrame:
    rows = [
        ("Ama", "AUS", 2009, "penalty", "coded", "TIP Report 2010", "12", QUOTE, ""),
        ("Ben", "AUS", 2009, "penalty", "doubtful", "", "", "", "an old\u202e law\x07"),
        ("Ama", "AUS", 2009, "specific_law", "not mentioned", "TIP Report 2010", "", "", ""),
        ("final", "AUS", 2009, "specific_law", "coded", "Statute book", "Annex", "", ""),
        ("Ama", "AUS", 2000, "penalty", "coded", "An earlier report", "3", "", ""),
        ("Ama", "ZWE", 2009, "penalty", "coded", "A country without a row", "3", "", ""),
    ]
    columns = [*EVIDENCE_INDEX, *EVIDENCE_COLUMNS]
    return pd.DataFrame(rows, columns=columns).set_index(list(EVIDENCE_INDEX))


@pytest.fixture(scope="module")
def page(
    demo: pd.DataFrame, evidence: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> Element:
    path = tmp_path_factory.mktemp("evidence") / "report.html"
    report.write(demo, path, countries=["Australia", "Chile"], evidence=evidence)
    return parsed(path)


def level(demo: pd.DataFrame, name: str) -> str:
    (indicator,) = (each for each in THREE_P.indicators if each.name == name)
    return indicator.levels[int(demo.loc[("AUS", 2009), name])]


def test_a_country_lists_the_evidence_of_the_last_year(page: Element, demo: pd.DataFrame) -> None:
    section = page.one("details", id="AUS")
    table = section.one("table", class_="evidence")
    law, *penalty = table.cells()
    assert law == [
        "Law against trafficking", level(demo, "specific_law"), "", "", "Statute book, Annex", "",
        "final",
    ]  # fmt: skip
    words = level(demo, "penalty")
    assert penalty == [
        ["Penalty", words, "", QUOTE, "TIP Report 2010, p. 12", "", "Ama"],
        ["Penalty", words, "doubtful", "", "", "an old law", "Ben"],
    ]
    coded = demo.loc[("AUS", 2009)].dropna().index
    titles = [each.title for each in THREE_P.indicators if each.name in coded]
    bare = [title for title in titles if title not in ("law against trafficking", "penalty")]
    assert f"Without evidence that names a source: {', '.join(bare[:-1])} and {bare[-1]}." in (
        section.text
    )
    assert "An earlier report" not in section.text


def test_a_country_without_evidence_says_so(page: Element) -> None:
    section = page.one("details", id="CHL")
    assert not section.every("table", class_="evidence")
    assert "No coding has evidence that names a source." in section.text


def test_the_counts_are_those_of_coverage(
    page: Element, demo: pd.DataFrame, evidence: pd.DataFrame
) -> None:
    counts = pi.coverage(demo, evidence=evidence).by_indicator
    assert counts is not None
    rows = captioned(page, "Codings of all years").cells()
    assert [row[1:] for row in rows] == [[f"{n:,}" for n in row] for row in counts.to_numpy()]
    assert counts["unsourced"].sum() == counts["codings"].sum() - 3
    assert str(pi.coverage(demo, evidence=evidence)).endswith(
        page.one("section", aria_labelledby=":missing").every("p")[1].text
    )


def test_a_report_without_evidence_has_no_listing(demo: pd.DataFrame, tmp_path: Path) -> None:
    report.write(demo, tmp_path / "plain.html", countries="AUS")
    text = (tmp_path / "plain.html").read_text(encoding="utf-8")
    assert "evidence of its codings" not in text
    assert "no evidence" not in text


def test_the_brief_lists_it_on_sheets_of_its_own(
    demo: pd.DataFrame, evidence: pd.DataFrame, tmp_path: Path
) -> None:
    report.brief(demo, "Australia", tmp_path / "brief.html", evidence=evidence)
    report.brief(demo, "Australia", tmp_path / "plain.html")
    page = parsed(tmp_path / "brief.html")
    annex = page.one("section", class_="sheet annex")
    assert annex.one("table").cells()[1] == [
        "Penalty", level(demo, "penalty"), f'"{QUOTE}"; TIP Report 2010, p. 12; coder Ama',
    ]  # fmt: skip
    sheets = [each for each in page.every("section") if "sheet" in each.attributes.get("class", "")]
    plain = (tmp_path / "plain.html").read_text(encoding="utf-8")
    assert len(sheets) == 3
    assert "Annex" not in plain
    before, _, rest = (
        (tmp_path / "brief.html")
        .read_text(encoding="utf-8")
        .partition('<section class="sheet annex"')
    )
    assert plain.startswith(before)
    assert "\u202e" not in rest


def test_word_lists_it_too(demo: pd.DataFrame, evidence: pd.DataFrame, tmp_path: Path) -> None:
    pytest.importorskip("docx", reason="python-docx is not installed")
    report.brief(demo, "Australia", tmp_path / "brief.docx", evidence=evidence)
    with zipfile.ZipFile(tmp_path / "brief.docx") as parts:
        text = re.sub(r"<[^>]*>", "", parts.read("word/document.xml").decode())
    assert "Annex: the evidence of the codings of 2009" in text
    assert "TIP Report 2010, p. 12; coder Ama" in text


@pytest.mark.parametrize("write", [report.write, report.brief])
def test_evidence_needs_codings(
    write: Any, demo: pd.DataFrame, evidence: pd.DataFrame, tmp_path: Path
) -> None:
    scores = pi.score(demo)
    country = () if write is report.write else ("AUS",)
    with pytest.raises(PanelError, match="evidence must be about codings; the data are scores"):
        write(scores, *country, tmp_path / "page.html", evidence=evidence)
    other = evidence.rename({"AUS": "Australia"})[lambda each: each["page"] == "12"]
    with pytest.raises(PanelError, match="both must name countries by their codes"):
        write(demo, *country, tmp_path / "page.html", evidence=other)
    assert not (tmp_path / "page.html").exists()
