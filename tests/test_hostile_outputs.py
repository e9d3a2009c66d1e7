"""Labels that a spreadsheet would calculate or a page could not hold, in every kind of output."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

import policyindex as pi
from policyindex import coding
from policyindex._wording import CONTROL, FORMULA, PLAIN_NUMBER

pytest.importorskip("openpyxl", reason="openpyxl writes workbooks")
pytest.importorskip("matplotlib", reason="matplotlib draws charts")

FORMULAS = [
    '=HYPERLINK("http://x.test","y")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "'=1",
]

INDEX = ["country", "year"]

ACTING = "\x1b[31m\x08\x00\x0b\uffff<script>alert(1)</script>&\x7f\x9b"


def is_formula(field: str) -> bool:
    return (
        bool(FORMULA.match(field))
        and not field.startswith("'")
        and not PLAIN_NUMBER.fullmatch(field)
    )


def fields_of(path: Path) -> Iterator[str]:
    """Yield the fields of a file of text, or of all the sheets of a workbook."""
    if path.suffix == ".csv":
        for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"))):
            yield from row
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                text = archive.read(name).decode("utf-8", "replace")
                if name.startswith("xl/worksheets/"):
                    root = ET.fromstring(text)
                    for each in root.iter():
                        if each.tag.endswith("}f"):
                            yield f"={each.text}"


def codebook(label: str) -> pi.Codebook:
    indicator = pi.Indicator("law", title=label, levels=(label, f"{label}1", f"{label}2"))
    part = pi.Dimension("aid", (indicator,), lambda law: 1 + law, title=label)
    return pi.Codebook("aid", (part,), title=label)


@pytest.fixture
def written(tmp_path: Path) -> list[Path]:
    """Write every kind of table with labels that start formulas."""
    for place, label in enumerate(FORMULAS[:2]):
        folder = tmp_path / str(place)
        folder.mkdir()
        book = codebook(label)
        index = pd.MultiIndex.from_product(
            [["NGA", "DEU"], [2008, 2009]], names=["country", "year"]
        )
        codings = pd.DataFrame({"law": [0.0, 1.0, 2.0, 1.0]}, index)
        codings.attrs = {"source": label, "citation": label}
        evidence = pd.DataFrame(
            {
                "status": ["coded"],
                "level": [1.0],
                "report": [label],
                "page": [label],
                "quote": [label],
                "remark": [label],
            },
            pd.MultiIndex.from_tuples(
                [(label, "DEU", 2009, "law")], names=["coder", *INDEX, "indicator"]
            ),
        )
        table = pd.DataFrame({label: [1.0], "text": [label]}, index[:1])
        table.attrs = dict(codings.attrs)
        for ending in (".csv", ".xlsx"):
            pi.write_table(table, folder / f"table{ending}")
        pi.codebooks.write(book, folder / "book.xlsx")
        coding.template(
            folder / "template.xlsx", coder=label, countries=["NGA"], years=[2009], codebook=book
        )
        coders = {label: codings, "b": 2 - codings}
        coding.adjudicate(coders, folder / "decisions.xlsx", codebook=book)
        coding.release(
            codings, folder / "out", name="1", evidence=evidence, codebook=book,
            authors=[label], formats=(),
        )  # fmt: skip
    return [path for path in tmp_path.rglob("*") if path.suffix in (".csv", ".xlsx")]


def test_no_field_of_a_table_starts_a_formula(written: list[Path]) -> None:
    assert len(written) > 15
    own = {field for path in written for field in fields_of(path) if is_formula(field)}
    signs = {label.lstrip("\t'=") for label in FORMULAS}
    assert [field for field in own if any(sign in field for sign in signs)] == []


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:the font of a chart")
def test_charts_and_pages_with_control_characters_stay_well_formed(tmp_path: Path) -> None:
    units = [f"unit {n} {ACTING}" for n in range(3)]
    index = pd.MultiIndex.from_product([units, [2007, 2008, 2009]], names=INDEX)
    scores = pd.DataFrame(dict.fromkeys(("prosecution", "protection", "prevention"), 3.0), index)
    scores.iloc[::2] = 4.0
    scores = scores.assign(overall=scores.sum(axis=1))
    scores.attrs = {"source": ACTING, "citation": ACTING}
    for name, chart in {
        "trend": pi.plot.trend(scores, units[0]),
        "standings": pi.plot.standings(scores, 2009),
    }.items():
        pi.plot.save(chart, tmp_path / f"{name}.svg")
        ET.fromstring((tmp_path / f"{name}.svg").read_bytes())
    pi.report.write(scores, tmp_path / "report.html", countries=[units[0]])
    pi.report.explore(scores, tmp_path / "explore.html")
    pi.report.brief(scores, units[0], tmp_path / "brief.html")
    for name in ("report", "explore", "brief"):
        text = (tmp_path / f"{name}.html").read_text("utf-8")
        assert not CONTROL.search(text)
        assert "<script>alert" not in text
        for each in ET.fromstringlist(["<r>", *pictures(text), "</r>"]):
            assert each.tag.endswith("svg")


def pictures(page: str) -> list[str]:
    """Return the pictures within a page, which must be XML themselves."""
    starts = page.split("<svg")[1:]
    return [f"<svg{part.partition('</svg>')[0]}</svg>" for part in starts]
