"""Findings of a reading: their kinds, the options that errors and findings end with, warnings."""

from __future__ import annotations

import ast
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args, get_type_hints

import pandas as pd
import pytest

from policyindex import (
    HTI,
    THREE_P,
    Codebook,
    Dimension,
    Indicator,
    PanelError,
    ReadingWarning,
    coding,
    read,
    read_codings,
    read_events,
    read_scores,
    reading,
    score,
)
from policyindex._options import Argument
from policyindex.reading import figures, findings, hti, tiers
from policyindex.reading.headers import Headers
from policyindex.typing import ReadingOptions

SOURCE = Path(reading.__file__).parent
CODING = Path(coding.__file__).parent

SCORED = "country,year,prosecution,protection,prevention"


@pytest.fixture
def save(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "mine.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def on(name: str, highest: int) -> Dimension:
    """A dimension from 0 with one indicator."""
    levels = tuple(f"level {level}" for level in range(highest + 1))
    indicator = Indicator(f"{name}_policy", levels)
    return Dimension(name, (indicator,), lambda **codes: sum(codes.values()), levels, lowest=0)


FIVE = Codebook(
    "5P",
    tuple(on(name, 3) for name in ("prosecution", "protection", "prevention", "fourth", "fifth")),
)


# Options that messages end with


@pytest.mark.parametrize(
    ("text", "options", "option"),
    [
        ("country,overall\nChad,9\n", {}, Argument("file_year")),
        ("country,year,overall\nChad,2008,9\n", {"file_year": 2009}, Argument("file_year")),
        ("who,year,overall\nChad,2008,9\n", {}, Argument("country_column", "'who'")),
        ("who,year,overall\nChda,2008,9\n", {}, Argument("country_column")),
        ("country,year,x\nChad,2008,9\n", {}, Argument("columns", "{...}")),
        (
            "country,year,p,total\nChad,2008,9,8\n",
            {},
            Argument("columns", "{'overall': ...}"),
        ),
        ("country,year,yr,overall\nChad,2008,2009,8\n", {}, Argument("year_column")),
        ("country,year,overall\nChda,2008,9\nMali,2008,9\n", {}, Argument("unmatched", "'drop'")),
        ("country,year,overall\n100,2008,9\n", {}, Argument("kind")),
        ("country,year,overall\nGMY,2008,9\n", {}, Argument("kind", "'cowc'")),
        ("country,year,overall\nChad,2008,9\n", {"sheet": 0}, Argument("sheet")),
        (
            "country,year,p\nChad,2008,9\n",
            {"columns": {"p": "overall"}},
            Argument("columns", "{'overall': 'p'}"),
        ),
    ],
)
def test_an_error_carries_the_option_that_its_message_ends_with(
    save: Callable[[str], Path], text: str, options: ReadingOptions, option: Argument
) -> None:
    with pytest.raises(ValueError, match=re.escape(f" {option}") + "$") as refusal:
        read_scores(save(text), **options)
    assert refusal.value.option == option  # type: ignore[attr-defined]
    assert f"{refusal.value.message} {option}" == str(refusal.value)  # type: ignore[attr-defined]


def test_errors_of_events_name_the_columns_of_years(save: Callable[[str], Path]) -> None:
    for text in ("country\nChad\n", "country,law\nChad,soon\n"):
        with pytest.raises(PanelError) as refusal:
            read_events(save(text))
        assert refusal.value.option == Argument("columns", "[...]")


def test_no_message_spells_an_option_by_itself() -> None:
    names = "|".join([*ReadingOptions.__optional_keys__, "holds", "on_error"])
    spelt = []
    for path in SOURCE.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        spelt += [
            f"{path.name}: {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            if id(node) not in prose and re.search(rf"\b({names})=", node.value)
        ]
    assert spelt == []


def test_an_option_that_readers_lack_is_refused(save: Callable[[str], Path]) -> None:
    path = save(f"{SCORED}\nChad,2009,1,1,1\n")
    for reader in (read, read_scores, read_codings):
        with pytest.raises(TypeError, match="options must be of .*year_column; got 'country'"):
            reader(path, country="who")  # type: ignore[call-arg]


def test_a_column_and_a_year_for_all_rows_exclude_each_other(save: Callable[[str], Path]) -> None:
    path = save("country,when,overall\nChad,2008,9\n")
    with pytest.raises(ValueError, match="year_column and file_year must not be used together"):
        read(path, year_column="when", file_year=2009)


# Findings


def test_a_line_ends_with_the_option(save: Callable[[str], Path]) -> None:
    path = save(f"name,iso3,{SCORED[8:]}\nAustria,AUS,2009,1,1,1\n")
    (finding,) = findings.findings_in(read(path).findings)
    assert finding.kind == "country"
    assert finding.option == Argument("country_column")
    assert finding.line == (
        "name names another country than iso3: iso3 was followed (1 row, the first Austria "
        "against AUS); choose with country_column="
    )
    assert finding.line == f"{finding.message} {finding.option}"


def test_every_kind_of_finding_is_used_once_in_the_code() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in SOURCE.glob("*.py")
        if "findings" not in path.name
    )
    used = re.findall(r'(?:findings\.add\(|_report\(\s*\w+,)\s*"([^"]+)"', code)
    used += get_args(get_type_hints(tiers.Repair)["kind"])
    workbooks = "".join(path.read_text(encoding="utf-8") for path in CODING.glob("*.py"))
    call = r'(?:findings\.add\(|\._report\(|Problem\(\s*(?:"\w+"|role),)\s*"([^"]+)"'
    assert {*used, *re.findall(call, workbooks)} == set(get_args(findings.Kind))
    several = {"around", "country", "footnote", "header", "holds", "ignored", "sentinel", "sheet"}
    assert {kind for kind in used if used.count(kind) > 1} <= several | {"unmatched", "year"}


def test_findings_survive_their_table() -> None:
    collected = findings.Findings("mine.csv")
    assert findings.table_of(collected).columns.tolist() == list(findings.Finding._fields)
    assert findings.findings_in(findings.table_of(collected)) == []
    collected.add("sheet", "others", rows=2, action="read", lost=2, option=Argument("sheet"))
    collected.add("repeat", "twice", rows=1, action="kept once", first="TCD 2009")
    assert findings.findings_in(findings.table_of(collected)) == list(collected)


def test_a_warning_holds_the_losses_and_pickles(save: Callable[[str], Path]) -> None:
    path = save(f"{SCORED},overall\nChad,2009,1,1,,5\nMali,2009,1,1,1,\n")
    with pytest.warns(ReadingWarning, match="lacks a dimension: set to missing") as raised:
        read_scores(path)
    warning = raised[0].message
    assert isinstance(warning, ReadingWarning)
    assert raised[0].filename == __file__
    assert [loss.kind for loss in warning.losses] == ["incomplete"]
    assert str(pickle.loads(pickle.dumps(warning))) == str(warning)


def test_a_reading_has_a_sentence_and_tables(save: Callable[[str], Path]) -> None:
    found = read(save(f"{SCORED},overall\nChad,2009,1,1,,5\nMali,2010,1,1,1,\n"))
    assert str(found) == (
        "mine.csv: scores of 3P, two rows of two countries, 2009 to 2010; two findings, one with a "
        "loss."
    )
    html = found._repr_html_()
    assert "<p>mine.csv: scores of 3P" in html
    assert html.count("<table") == 2
    empty = read(save(f"{SCORED}\nAtlantis,2009,1,1,1\n"), unmatched="drop")
    assert str(empty) == (
        "mine.csv: scores of 3P, no rows of no countries; one finding, one with a loss."
    )


# Codebooks


def test_scores_are_read_by_the_codebook_alone(save: Callable[[str], Path]) -> None:
    path = save(f"{SCORED},fourth,fifth\nGermany,2015,3,3,3,1,2\nChad,2015,0,1,0,1,0\n")
    found = read(path, codebook=FIVE)
    assert found.holds == "scores"
    assert found.panel["overall"].to_dict() == {("DEU", 2015): 12, ("TCD", 2015): 2}
    with pytest.raises(PanelError, match="prosecution must be an integer from 1 to 5"):
        read(path)


@pytest.mark.parametrize("on_error", ["raise", "drop"])
@pytest.mark.parametrize("extra", [["partnership"], ["partnership", "participation"]])
def test_a_dimension_missing_from_the_codebook_is_named(
    save: Callable[[str], Path], extra: list[str], on_error: str
) -> None:
    names = f"{','.join(extra)},gdp,ccode"
    rows = [("Germany", 255, 1), ("Nigeria", 475, 5)]
    lines = [
        f"{who},2015,5,5,5,{','.join([str(each)] * len(extra))},{1000 * each},{code},"
        f"{15 + each * len(extra)}"
        for who, code, each in rows
    ]
    path = save(f"{SCORED},{names},overall\n" + "\n".join(lines) + "\n")
    verb = "is" if len(extra) == 1 else "are"
    told = (
        f"2 of 2 rows differ, the first {15 + len(extra)} in row 1, whose dimensions sum to 15; "
        f"{verb} {' and '.join(extra)} missing from the codebook?"
    )
    with pytest.raises(PanelError, match=re.escape(told)):
        read(path, on_error=on_error)


def test_a_covariate_is_not_taken_for_a_missing_dimension(save: Callable[[str], Path]) -> None:
    covariate = f"{SCORED},democracy,overall\nGermany,2015,5,5,5,1,15\nChad,2015,1,1,1,1,4\n"
    with pytest.raises(PanelError, match="1 of 2 rows differ, the first 4 at TCD.*correct the fi"):
        read(save(covariate))
    (unused,) = read(save(covariate.replace("1,4\n", "1,3\n"))).findings["finding"]
    assert unused == "columns without a part in the scores: democracy"


def test_three_dimensions_may_be_missing_from_the_codebook(save: Callable[[str], Path]) -> None:
    path = save(f"{SCORED},a,b,c,overall\nMali,2015,5,5,5,1,2,3,21\nChad,2015,1,1,1,3,1,1,8\n")
    with pytest.raises(PanelError, match="are a, b and c missing from the codebook"):
        read(path)


@pytest.mark.parametrize(
    ("value", "told"),
    [(100, "is share missing from the codebook"), (101, "overall must be an integer from 3 to 15")],
)
def test_a_dimension_has_at_most_100_points(
    save: Callable[[str], Path], value: int, told: str
) -> None:
    path = save(f"{SCORED},share,overall\nMali,2015,5,5,5,{value},{15 + value}\n")
    with pytest.raises(PanelError, match=told):
        read(path)


def test_a_percentage_can_be_coded(save: Callable[[str], Path]) -> None:
    percent = Indicator("share", tuple(f"{level} %" for level in range(101)))
    codebook = Codebook(
        "shares", (Dimension("spending", (percent,), lambda share: 1 + share // 25),)
    )
    path = save("country,year,share\nChad,2009,100\nMali,2009,0\nTogo,2009,37 %\nGhana,2009,999\n")
    codings = read_codings(path, codebook=codebook)
    assert codings["share"].dropna().to_dict() == {
        ("MLI", 2009): 0,
        ("TCD", 2009): 100,
        ("TGO", 2009): 37,
    }
    assert score(codings, codebook=codebook)["overall"].dropna().tolist() == [1, 5, 2]
    with pytest.raises(PanelError, match="share must be an integer from 0 to 100"):
        read(save("country,year,share\nChad,2009,101\n"), codebook=codebook)


def test_the_names_of_hti_are_those_that_only_its_codebook_has() -> None:
    assert set(HTI.scales) - set(THREE_P.scales) == hti.INDICATORS


def test_a_file_of_hti_has_all_of_its_columns(save: Callable[[str], Path]) -> None:
    cells = {
        "ccode": "2", "year": "2009", "prosnum": "12", "UNP_sign": "Dec-00", "UNP_rat": "Nov-05",
        "UNCRC_sign": "Jul-00", "UNCRC_rat": "Dec-02", "domesticlaws": "1", "enforcement": "1",
        "victimpunish": "1", "victimservices": "1", "victimid": "1", "protectprogress": "1",
        "preventprogress": "1",
    }  # fmt: skip
    assert read(save(f"{','.join(cells)}\n{','.join(cells.values())}\n")).codebook == HTI
    for name in cells:
        rest = {key: cell for key, cell in cells.items() if key != name}
        with pytest.raises(PanelError, match=r"HTI [34] are absent: .*palermo_protocol"):
            read(save(f"{','.join(rest)}\n{','.join(rest.values())}\n"))


def test_the_codebook_of_hti_is_not_made_for_other_files(save: Callable[[str], Path]) -> None:
    path = save(f"{SCORED}\nChad,2009,1,1,1\n")
    code = (
        f"import sys, policyindex\npolicyindex.read({str(path)!r})\n"
        "assert 'policyindex.codebooks.hti' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# Provenance


def test_every_reader_sets_the_source(save: Callable[[str], Path]) -> None:
    path = save(f"{SCORED}\nChad,2009,1,1,1\n")
    events = save("country,law\nChad,2009\n").rename(path.with_name("laws.csv"))
    path = save(f"{SCORED}\nChad,2009,1,1,1\n")
    panels: list[pd.DataFrame] = [read(path).panel, read_scores(path)]
    assert [panel.attrs for panel in panels] == [{"source": "mine.csv"}] * 2
    assert read_events(events).attrs == {"source": "laws.csv"}
    assert read_scores(path, source="Cho 2015").attrs == {"source": "Cho 2015"}


# Findings of one sort


def sorted_out(*numbers: int, lost: int = 1) -> list[findings.Finding]:
    """As many findings of each of some sorts as the numbers say, in turn."""
    collected = findings.Findings("mine.csv")
    for turn in range(max(numbers)):
        for sort, number in enumerate(numbers):
            if turn < number:
                collected.add(
                    "value", f"sort {sort}", rows=2, first=f"turn {turn}", action="gone", lost=lost
                )
    return findings.alike(collected)


def test_few_losses_of_a_sort_are_listed_one_by_one_and_more_as_one() -> None:
    most = findings.MOST_APART
    for number in (1, most - 1, most):
        apart = sorted_out(number)
        assert [(each.first, each.rows, each.lost) for each in apart] == [
            (f"turn {turn}", 2, 1) for turn in range(number)
        ]
    assert [(each.first, each.rows, each.lost) for each in sorted_out(most + 1)] == [
        ("turn 0", 2 * (most + 1), most + 1)
    ]
    mixed = [(each.finding, each.rows) for each in sorted_out(most + 2, 1)]
    assert mixed == [("sort 0", 2 * (most + 2)), ("sort 1", 2)]


def test_repairs_of_a_sort_are_always_one() -> None:
    assert [(each.first, each.rows, each.lost) for each in sorted_out(2, lost=0)] == [
        ("turn 0", 4, 0)
    ]


# Files of the Human Trafficking Indicators


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("26 Sep 2003 a", 2003),
        ("14-Jun-00", 2000),
        ("14-Jun-49", 2049),
        ("14-Jun-50", 1950),
        ("14-Jun-99", 1999),
        ("1 Jan 0100", 100),
        ("No mention", None),
        ("", None),
    ],
)
def test_a_date_of_hti_has_a_year_of_two_or_four_digits(date: str, year: int | None) -> None:
    found = hti._year_of(date)
    assert found == year if year is not None else found != found  # noqa: PLR0124


def test_ten_prosecutions_are_enough_and_a_protocol_binds_in_its_year() -> None:
    cells = {
        "year": ["2004"] * 4,
        "prosnum": ["9", "10", "11", "No mention"],
        "UNP_sign": ["14-Jun-03", "14-Jun-04", "", ""],
        "UNP_rat": ["", "", "14-Jun-03", "14-Jun-04"],
        "UNCRC_sign": [""] * 4,
        "UNCRC_rat": ["14-Jun-99"] * 4,
    }
    found = hti.with_derived(pd.DataFrame(cells))
    assert found["ten_prosecutions"].fillna(-1).tolist() == [0, 1, 1, -1]
    assert found["palermo_protocol"].tolist() == [1, 0, 1, 0]
    assert found["child_protocol"].tolist() == [1] * 4


# Headers


@pytest.mark.parametrize(
    ("cells", "fit"),
    [
        (["country", "year"], 2),
        (["country", "year", "gdp"], 2),
        (["country", "prosecution"], 2),
        (["country", 2009], 2),
        (["country", "gdp"], 1),
        (["country", "gdp", "trade"], 1),
        (["country"], 0),
        (["country", "Country", ""], 0),
        (["year", "gdp"], 0),
        (["", ""], 0),
        (["c" * 80, "year"], 2),
        (["c" * 81, "year"], 0),
    ],
)
def test_a_header_names_countries_and_something_else(cells: list[object], fit: int) -> None:
    assert Headers(countries=["c" * 80, "c" * 81]).fit(cells) == fit


# Numbers


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("1,5", "decimals"),
        ("0,125", "decimals"),
        ("1234,5", "decimals"),
        ("1,234", "unclear"),
        ("-12,345", "unclear"),
        ("1,234,567", "thousands"),
        ("1,234.5", "thousands"),
        ("1.5", ""),
        ("15", ""),
        ("x,1", ""),
    ],
)
def test_a_comma_stands_for_decimals_or_thousands_or_is_unclear(text: str, reading: str) -> None:
    readings = {
        "decimals": figures.has_decimal_comma(text),
        "unclear": figures.is_unclear(text),
        "thousands": figures.has_thousands(text),
    }
    assert [name for name, holds in readings.items() if holds] == ([reading] if reading else [])
