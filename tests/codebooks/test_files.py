"""Codebooks as files: what is written is read, and what is wrong is named."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

import policyindex as pi
from builders import examples
from codebooks.drawn import rule_codebooks
from policyindex import HTI, THREE_P, Codebook, Dimension, Indicator, codebooks
from policyindex.codebooks import Count, Gate, Minimum, Sum, Table
from policyindex.codebooks.documents import codebook_of
from policyindex.codebooks.files import _document, _pretty, content_of

pytest.importorskip("openpyxl")

import openpyxl  # type: ignore[import-untyped]

FORMATS = (".json", ".xlsx")

each_format = pytest.mark.parametrize("ending", FORMATS)

SHELTER = Indicator("shelter", ("none", "some", "enough"), guidance=("a", "b", "c"))

NESTED = Codebook(
    "nested",
    (
        Dimension(
            "support",
            (Indicator("unpunished"), Indicator("identified"), SHELTER, Indicator("hotline")),
            Gate(
                {"unpunished": 1, "identified": 1},
                (
                    Count((2,), met={"shelter": 2}),
                    Sum({"shelter": 0.5}, thresholds=(1, "3/2")),  # type: ignore[arg-type]
                    Minimum(
                        {
                            ("shelter", "hotline"): Table((2, 2, 2, 3, 3, 5)),
                            "hotline": Table((2, 5)),
                        }
                    ),
                ),
            ),
        ),
    ),
)


def read_back(book: Codebook, ending: str) -> Codebook:
    return codebook_of(_document(content_of(book, ending)))


@each_format
@pytest.mark.parametrize("book", [THREE_P, HTI, NESTED], ids=lambda each: each.name)
def test_a_codebook_is_read_as_it_was_written(book: Codebook, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"book{ending}"
    codebooks.write(book, path)
    again = codebooks.read(path)
    assert again == book
    assert again.rules == book.rules
    assert path.read_bytes() == content_of(again, ending)
    assert [each.table for each in again.dimensions] == [each.table for each in book.dimensions]


def many(n: int, rule: object) -> Codebook:
    """A codebook of more indicators than a table can hold."""
    names = [f"service {place}" for place in range(n)]
    dimension = Dimension("services", tuple(map(Indicator, names)), rule, levels=())  # type: ignore[arg-type]
    return Codebook("many", (dimension,), aggregate="mean")


@each_format
@pytest.mark.parametrize(
    "rule", [Sum({"service 0": 0.5}), Count((3, 100, 150)), Sum(thresholds=(2.5, 120))], ids=str
)
def test_two_hundred_indicators_are_written_and_read(rule: object, ending: str) -> None:
    book = many(200, rule)
    again = read_back(book, ending)
    assert again == book
    assert again.rules == book.rules
    assert (again.lowest, again.highest) == (book.lowest, book.highest)


@each_format
def test_scales_without_words_keep_their_lowest_score(ending: str) -> None:
    book = many(3, Count((0, 2)))
    assert book.lowest == 2
    again = read_back(book, ending)
    assert [each.table for each in again.dimensions] == [each.table for each in book.dimensions]
    assert read_back(again, ending) == book


def test_rules_are_read_as_the_rules_that_were_written() -> None:
    for ending in FORMATS:
        assert read_back(NESTED, ending).dimensions[0].rule == NESTED.dimensions[0].rule


@each_format
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_a_minimum_of_any_number_of_parts_comes_back(n: int, ending: str) -> None:
    book = many(n, Minimum({f"service {place}": Table((1, 2)) for place in range(n)}))
    assert read_back(book, ending).dimensions[0].rule == book.dimensions[0].rule


@given(rule_codebooks())
@examples(60)
def test_any_codebook_comes_back_from_json(book: Codebook) -> None:
    again = read_back(book, ".json")
    assert again == book
    assert [each.rule for each in again.dimensions] == [each.rule for each in book.dimensions]


@given(rule_codebooks())
@examples(25)
def test_any_codebook_comes_back_from_a_workbook(book: Codebook) -> None:
    again = read_back(book, ".xlsx")
    assert again == book
    assert [each.rule for each in again.dimensions] == [each.rule for each in book.dimensions]


def test_the_keys_of_json_are_the_documented_ones() -> None:
    document = json.loads(content_of(NESTED, ".json"))
    assert next(iter(document)) == "format"
    assert {"name", "version", "citation", "changelog", "dimensions"} <= set(document)
    (dimension,) = document["dimensions"]
    assert {"name", "title", "lowest", "levels", "rule", "indicators"} <= set(dimension)
    assert dimension["rule"]["kind"] == "gate"
    assert dimension["indicators"][2] == {
        "name": "shelter",
        "title": "shelter",
        "levels": ["none", "some", "enough"],
        "guidance": ["a", "b", "c"],
    }


def test_what_has_a_default_may_be_absent() -> None:
    document = {
        "format": 1,
        "name": "least",
        "dimensions": [
            {
                "name": "aid",
                "rule": {"kind": "count", "thresholds": [1]},
                "indicators": [{"name": "a"}],
            }
        ],
    }
    assert codebook_of(document) == Codebook(
        "least", (Dimension("aid", (Indicator("a"),), Count((1,))),)
    )


def test_scores_by_a_codebook_of_a_file_are_those_of_the_codebook(tmp_path: Path) -> None:
    codings = pi.datasets.load_demo().iloc[:200]
    for ending in FORMATS:
        path = tmp_path / f"3p{ending}"
        codebooks.write(THREE_P, path)
        again = pi.score(codings, codebook=codebooks.read(path))
        assert again.equals(pi.score(codings))
        assert again.attrs["rules"] == THREE_P.rules


# Wrong files of JSON


def changed(**parts: object) -> dict[str, Any]:
    return json.loads(content_of(NESTED, ".json")) | parts


def with_dimension(**parts: object) -> dict[str, Any]:
    document = changed()
    document["dimensions"][0] |= parts
    return document


def with_indicator(**parts: object) -> dict[str, Any]:
    document = changed()
    document["dimensions"][0]["indicators"][2] |= parts
    return document


def with_rule(rule: object) -> dict[str, Any]:
    return with_dimension(rule=rule)


COUNT = {"kind": "count", "thresholds": [1]}

WRONG: dict[str, tuple[object, str]] = {
    "a list": ([], "a codebook must have the keys format, name, dimensions"),
    "null": (None, "a codebook must have the keys"),
    "another format": (changed(format=2), "format must be 1, the only one so far; got 2"),
    "format true": (changed(format=True), "format must be 1"),
    "an unknown key": (changed(dimension=[]), "unknown: 'dimension'; is dimensions meant?"),
    "no name": ({"format": 1, "dimensions": []}, "1 is absent: name"),
    "a name that is a number": (changed(name=3), "the name of the codebook must be text; got 3"),
    "a version that is a number": (
        changed(version=1.2),
        "the version of the codebook must be text",
    ),
    "an aggregate that is not one": (changed(aggregate="median"), "one of sum, mean; got 'median'"),
    "weights of a list": (changed(weights=[1]), "weights must be an object"),
    "weights of other dimensions": (
        changed(weights={"aid": 1}),
        "weights must name each dimension",
    ),
    "a weight of text": (changed(weights={"support": "x"}), "got 'x'"),
    "a weight of a list": (changed(weights={"support": [1]}), "got [1]"),
    "no dimensions": (changed(dimensions=[]), "needs a name and a dimension"),
    "dimensions by name": (changed(dimensions={}), "dimensions must be a list of at most"),
    "a dimension that is text": (changed(dimensions=["aid"]), "dimension 1 must have the keys"),
    "many dimensions": (
        changed(dimensions=[0] * 3000),
        "at most 2,000 objects; got a list of 3,000",
    ),
    "a changelog of text": (changed(changelog="x"), "changelog must be a list"),
    "an entry without a date": (
        changed(changelog=[{"text": "x"}]),
        "its entry 1 must have the keys",
    ),
    "a wrong date": (changed(changelog=[{"date": "May", "text": "x"}]), "pairs of an ISO date"),
    "two dimensions of a name": (
        changed(dimensions=changed()["dimensions"] * 2),
        "must be distinct",
    ),
    "a title that is a list": (with_dimension(title=["x"]), "the title of dimension 'support'"),
    "lowest that is not whole": (
        with_dimension(lowest=0.5),
        "lowest of dimension 'support' must be",
    ),
    "lowest true": (
        with_dimension(lowest=True),
        "lowest of dimension 'support' must be an integer",
    ),
    "levels of one text": (with_dimension(levels="abcde"), "must be a list of texts; got 'abcde'"),
    "levels of numbers": (with_dimension(levels=[1, 2]), "levels of dimension 'support' must be"),
    "fewer scores than the rule gives": (with_dimension(levels=["a", "b"]), "from 1 to 2"),
    "an indicator without a name": (
        with_dimension(indicators=[{"title": "x"}]),
        "indicator 1 of dimension 'support' must have the keys name; 1 is absent: name",
    ),
    "guidance for fewer levels": (
        with_indicator(guidance=["a"]),
        "one text for each of its 3 levels",
    ),
    "a level that repeats": (with_indicator(levels=["a", "b", "A"]), "must be distinct"),
    "a level that repeats but for blanks": (
        with_indicator(levels=["a b", "b", "A  b"]),
        "must be distinct",
    ),
    "one level": (
        with_indicator(levels=["a"], guidance=[]),
        "needs 2 to 101 levels; 'shelter' has 1",
    ),
    "an indicator that repeats": (with_indicator(name="hotline"), "'hotline'"),
    "no kind": (with_rule({"thresholds": [1]}), "rule of dimension 'support' is wrong"),
    "an unknown kind": (with_rule({"kind": "mean"}), "one of table, count, sum, gate, min"),
    "a rule of text": (with_rule("count"), "rule of dimension 'support' is wrong"),
    "a rule with another key": (with_rule(COUNT | {"weight": 1}), "it has weight"),
    "a rule that lacks a key": (with_rule({"kind": "count"}), "1 is absent: thresholds"),
    "a table of the wrong size": (with_rule({"kind": "table", "scores": [1, 2]}), "24 of"),
    "a table that falls": (
        with_rule({"kind": "table", "scores": [2, *[1] * 23]}),
        "must never fall when an indicator rises",
    ),
    "a table off the scale": (with_rule({"kind": "table", "scores": [6] * 24}), "from 1 to 5"),
    "a table of texts": (with_rule({"kind": "table", "scores": ["x"] * 24}), "got 'x'"),
    "thresholds that fall": (with_rule({"kind": "count", "thresholds": [2, 1]}), "must rise"),
    "a threshold beyond reach": (with_rule({"kind": "count", "thresholds": [9]}), "at most 4"),
    "a weight of another indicator": (
        with_rule({"kind": "sum", "weights": {"x": 1}, "thresholds": [1]}),
        "weights must name indicators",
    ),
    "a negative weight": (
        with_rule({"kind": "sum", "weights": {"hotline": -1}, "thresholds": [0]}),
        "at least 0",
    ),
    "a gate without cases": (
        with_rule({"kind": "gate", "gates": {"hotline": 1}, "cases": []}),
        "gate",
    ),
    "a rule as deep as a well": (
        with_rule(json.loads('{"kind":"gate","gates":{"a":1},"cases":[' * 40 + "1" + "]}" * 40)),
        "deep",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_document_is_refused_by_the_name_of_its_part(name: str, tmp_path: Path) -> None:
    document, message = WRONG[name]
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ValueError, match="cannot be read as a codebook") as refusal:
        codebooks.read(path)
    assert message in str(refusal.value)
    assert str(refusal.value).startswith("wrong.json ")
    assert len(str(refusal.value)) < 1000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it must be JSON, or a workbook; it is empty; the command"),
        (b'{"format": 1,}', "line 1, column 1"),
        (b"\xff\xfe{}", "byte 1 is not UTF-8"),
        (b'{"format": 1, "format": 1}', "keys must be distinct; 'format' comes 2 times"),
        (b'{"format": NaN}', "numbers must be finite; got NaN"),
        (b'{"format": -Infinity}', "numbers must be finite; got -Infinity"),
        (b'{"format": ' + b"9" * 5000 + b"}", "at most 20 digits; one has 5,000"),
        (b"[" * 100_000, "nested too deeply"),
        (b" " * 16_000_001, "at most 16,000,000 bytes"),
        (b"PK\x03\x04 and nothing else", "damaged"),
        (b"\xd0\xcf\x11\xe0 and nothing else", ""),
    ],
)
def test_content_that_is_not_a_codebook_is_refused(
    content: bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "wrong"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="wrong cannot be read as a codebook: ") as refusal:
        codebooks.read(path)
    assert message in str(refusal.value)


def test_utf_8_with_a_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "book.json"
    path.write_bytes(b"\xef\xbb\xbf" + content_of(THREE_P, ".json"))
    assert codebooks.read(path) == THREE_P


def test_a_short_document_may_not_ask_for_a_long_table(tmp_path: Path) -> None:
    indicators = [{"name": f"i{place}"} for place in range(12)]
    parts = [{"indicators": [each["name"]], "rule": COUNT} for each in indicators]
    rule = {"kind": "min", "parts": parts}
    dimensions = [
        {
            "name": f"d{number}",
            "rule": rule,
            "indicators": [{"name": f"d{number} {each['name']}"} for each in indicators],
        }
        for number in range(4)
    ]
    path = tmp_path / "long.json"
    path.write_text(json.dumps({"format": 1, "name": "long", "dimensions": dimensions}))
    with pytest.raises(ValueError, match="together; these have 2,125,764"):
        codebooks.read(path)


def test_an_absent_file_is_the_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        codebooks.read(tmp_path / "absent.json")


# Writing


def test_a_function_of_many_combinations_is_refused(tmp_path: Path) -> None:
    indicators = tuple(Indicator(f"i{place}", ("a", "b", "c")) for place in range(10))
    book = Codebook(
        "wide", (Dimension("d", indicators, lambda **levels: 1 + min(levels.values())),)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("policyindex.codebooks.documents.MOST_TABULATED", 50_000)
        with pytest.raises(
            ValueError, match="at most 50,000 combinations .* has 59,049; write it as"
        ):
            codebooks.write(book, tmp_path / "wide.json")
    assert not list(tmp_path.iterdir())


def test_a_long_table_is_refused_in_a_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policyindex.codebooks.sheets.MOST_SCORES", 15)
    indicators = tuple(Indicator(f"i{place}") for place in range(4))
    book = Codebook("long", (Dimension("d", indicators, Table((1,) * 16)),))
    assert read_back(book, ".json") == book
    with pytest.raises(ValueError, match=r"at most 15 combinations .* has 16; write .json"):
        content_of(book, ".xlsx")


def test_another_ending_is_refused(tmp_path: Path) -> None:
    for name in ("book.csv", "book.pdf", "book.yaml", "book.xls"):
        with pytest.raises(ValueError, match=r"must end in .json, .xlsx, .md, .html, .docx; got"):
            codebooks.write(THREE_P, tmp_path / name)
    with pytest.raises(ValueError, match="must be a Codebook"):
        codebooks.write("3P", tmp_path / "book.json")  # type: ignore[arg-type]


def test_a_name_without_an_ending_is_json(tmp_path: Path) -> None:
    codebooks.write(HTI, os.fspath(tmp_path / "book"))
    assert codebooks.read(tmp_path / "book") == HTI


def one_level(words: str) -> Codebook:
    return Codebook("b", (Dimension("d", (Indicator("a", ("no", words)),), Count((1,))),))


@pytest.mark.parametrize(
    "words",
    ["#N/A", "x" * 40_000, "a formula without its value", "3:05:00 (shown as a time of day)"],
)
def test_text_that_no_cell_holds_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"Levels, row \d+ would have .*; write .json"):
        content_of(one_level(words), ".xlsx")
    assert read_back(one_level(words), ".json") == one_level(words)


@pytest.mark.parametrize("ending", [".json", ".xlsx"])
def test_half_a_character_is_refused(ending: str) -> None:
    with pytest.raises(ValueError, match="must be Unicode; .* half of a character"):
        content_of(one_level("\ud800"), ending)


def test_names_with_spaces_around_them_are_refused_in_a_workbook() -> None:
    book = Codebook("b", (Dimension("d", (Indicator("a "),), Count((1,))),))
    with pytest.raises(ValueError, match="must not begin or end with a space; got 'a '"):
        content_of(book, ".xlsx")


def test_text_that_looks_like_a_formula_is_text_in_a_workbook() -> None:
    content = content_of(one_level("=HYPERLINK(1)"), ".xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets" in name]
    assert not any(b"<f>" in sheet for sheet in sheets)
    assert read_back(one_level("=HYPERLINK(1)"), ".xlsx") == one_level("=HYPERLINK(1)")


# Wrong workbooks


def edited(change: Callable[[Any], object], book: Codebook = NESTED) -> bytes:
    """Return a workbook of the codebook after a change with openpyxl."""
    workbook = openpyxl.load_workbook(io.BytesIO(content_of(book, ".xlsx")))
    change(workbook)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def cell(sheet: str, place: str, value: object) -> Callable[[Any], object]:
    def change(workbook: Any) -> None:
        workbook[sheet][place] = value

    return change


def row(sheet: str, *values: object) -> Callable[[Any], object]:
    return lambda workbook: workbook[sheet].append(values)


def without_row(sheet: str, number: int) -> Callable[[Any], object]:
    return lambda workbook: workbook[sheet].delete_rows(number)


WRONG_SHEETS: dict[str, tuple[Callable[[Any], object], str]] = {
    "a sheet is absent": (lambda book: book.remove(book["Rules"]), "1 is absent: Rules; it has"),
    "a sheet is empty": (
        lambda book: book["Levels"].delete_rows(1, 99),
        "Levels must have a row of",
    ),
    "a column is renamed": (cell("Levels", "D1", "wods"), "got 'wods'; is words meant?"),
    "a column is absent": (cell("Levels", "E1", None), "stands below no column name"),
    "a column comes twice": (cell("Rules", "B1", "key"), "must be distinct"),
    "a needed column is absent": (
        lambda book: book["Levels"].delete_cols(4),
        "must have the columns dimension, level and words; 1 is absent: words",
    ),
    "a cell beside the table": (cell("Rules", "J3", "note"), "'note' stands below no column name"),
    "a formula": (cell("Levels", "D3", "=A1"), "Levels, row 3 has a formula without its value"),
    "a time": (
        cell("Levels", "D3", time(3, 5)),
        "Levels, row 3 has '3:05:00 (shown as a time of day)'; Excel makes such cells of text",
    ),
    "a date": (
        cell("Levels", "D3", datetime(2024, 2, 1)),
        "words is the date 2024-02-01, which Excel makes of text such as 1-2; format the cell",
    ),
    "an error": (cell("Levels", "D3", "#REF!"), "Levels, row 3 has the error #REF!"),
    "an unknown key": (row("Codebook", "author", "x"), "unknown: 'author'"),
    "a key comes twice": (row("Codebook", "name", "x"), "the key 'name' comes twice"),
    "a value without a key": (row("Codebook", None, "x"), "a value needs a key"),
    "another format": (cell("Codebook", "B2", 7), "format must be 1"),
    "an unknown scale": (
        cell("Dimensions", "C2", "letters"),
        "scale must be one of words, numbers",
    ),
    "words of a scale of numbers": (cell("Dimensions", "C2", "numbers"), "have no words"),
    "a weight of words": (cell("Dimensions", "E2", "double"), "got 'double'"),
    "an unknown dimension": (row("Indicators", "x", "y", "z"), "got 'x'"),
    "an indicator comes twice": (row("Indicators", "support", "hotline"), "'hotline' comes twice"),
    "an indicator without a name": (row("Indicators", "support", None, "z"), "it is empty"),
    "a level of an unknown indicator": (row("Levels", "support", "x", 0, "w"), "got 'x'"),
    "a level comes twice": (
        row("Levels", "support", "hotline", 1, "w"),
        "level 1 is also in Levels",
    ),
    "a level is skipped": (row("Levels", "support", "hotline", 3, "w"), "must count from 0"),
    "a level that is not a number": (row("Levels", "support", "hotline", "x", "w"), "got 'x'"),
    "guidance of a score": (
        cell("Levels", "E2", "guide"),
        "scores of a dimension have no guidance",
    ),
    "a rule without a kind": (
        without_row("Rules", 2),
        "one row of the sheet Rules with the key kind",
    ),
    "an unknown kind": (cell("Rules", "F2", "median"), "Rules, row 2: the kind of a rule must be"),
    "a key of another kind": (row("Rules", "support", "", "met", "hotline", 1), "got 'met'"),
    "an unknown part": (
        row("Rules", "support", "chapter 1", "kind", "", "", "count"),
        "'chapter 1'",
    ),
    "a part is skipped": (row("Rules", "support", "case 9", "kind", "", "", "count"), "'case 3'"),
    "a gate without an indicator": (
        row("Rules", "support", "", "gate", "", 1),
        "needs an indicator",
    ),
    "a part of an unknown indicator": (
        row("Rules", "support", "case 2, part 1", "indicator", "radio", 3),
        "a part must have indicators of its rule (shelter, hotline); got 'radio'",
    ),
    "a gate comes twice": (
        row("Rules", "support", "", "gate", "identified", 1),
        "'identified' comes",
    ),
    "a date for a fraction": (
        row(
            "Rules",
            "support",
            "case 1",
            "weight",
            "hotline",
            "",
            pi_day := __import__("datetime").datetime(2026, 1, 2),
        ),
        "format the cell as text",
    ),
    "a score of an unknown combination": (
        row("Rules", "support", "case 2, part 2", "score", "", "2", 5),
        "2 is not one",
    ),
    "a combination of words": (
        row("Rules", "support", "case 2, part 2", "score", "", "yes", 5),
        "as numbers with spaces between; got 'yes'",
    ),
    "a combination comes twice": (
        row("Rules", "support", "case 2, part 2", "score", "", "1", 5),
        "comes twice",
    ),
}


@pytest.mark.parametrize("name", WRONG_SHEETS)
def test_a_wrong_workbook_is_refused_by_the_place(name: str, tmp_path: Path) -> None:
    change, message = WRONG_SHEETS[name]
    path = tmp_path / "wrong.xlsx"
    path.write_bytes(edited(change))
    with pytest.raises(ValueError, match=r"wrong\.xlsx cannot be read as a codebook: ") as refusal:
        codebooks.read(path)
    assert message in str(refusal.value)


def shuffled(workbook: Any) -> None:
    """Sort the rows of the rules, move a column, rename sheets and add one."""
    rules = workbook["Rules"]
    rows = list(rules.iter_rows(min_row=2, values_only=True))
    rules.delete_rows(2, len(rows))
    for each in sorted(rows, key=str):
        rules.append(each)
    levels = workbook["Levels"]
    for cells in levels.iter_rows():
        cells[5 - 1 + 1 - 1].value, cells[3].value = cells[3].value, cells[4].value
    workbook["Codebook"].title = " codebook"
    workbook.create_sheet("My notes")["A1"] = "anything"
    workbook["Indicators"].append([None, " ", None])
    for sheet in ("Dimensions", "Indicators"):
        workbook[sheet]["A2"] = f"  {workbook[sheet]['A2'].value} "


def test_a_workbook_may_be_rearranged() -> None:
    again = codebook_of(_document(edited(shuffled)))
    assert again == NESTED
    assert again.dimensions[0].rule == NESTED.dimensions[0].rule


def test_numbers_and_dates_that_excel_makes_of_words_are_text() -> None:
    def typed(workbook: Any) -> None:
        import datetime

        workbook["Codebook"].append(("changelog", "First", datetime.datetime(2026, 11, 27)))
        workbook["Codebook"].append(("version", 2))
        levels = workbook["Levels"]
        for place, value in (("D7", 0), ("D8", True)):
            levels[place] = value

    def without_version(workbook: Any) -> None:
        sheet = workbook["Codebook"]
        sheet.delete_rows([each.value for each in sheet["A"]].index("version") + 1)
        typed(workbook)

    book = codebook_of(_document(edited(without_version)))
    assert (book.version, book.changelog) == ("2", (("2026-11-27", "First"),))
    assert book.indicators[0].levels == ("0", "TRUE")


def test_entries_of_the_changelog_stand_in_any_order_in_a_workbook() -> None:
    def added(workbook: Any) -> None:
        sheet = workbook["Codebook"]
        sheet.append(("changelog", "Oldest", "1999-12-31"))
        sheet.append(("changelog", "Newest", "2999-12-31"))
        sheet.append(("changelog", "Newest too", "2999-12-31"))

    texts = [text for _, text in codebook_of(_document(edited(added))).changelog]
    assert texts[:2] == ["Newest", "Newest too"]
    assert texts[-1] == "Oldest"


@pytest.mark.parametrize("name", [" ", "\\n"])
def test_a_blank_name_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "book.json"
    codebooks.write(THREE_P, path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"name": "penalty"', f'"name": "{name}"'), encoding="utf-8")
    with pytest.raises(ValueError, match="an indicator needs a name; got"):
        codebooks.read(path)


def test_half_a_character_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "book.json"
    codebooks.write(THREE_P, path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"3P"', '"3P \\ud83d"'), encoding="utf-8")
    with pytest.raises(ValueError, match=r"'\\ud83d' is half of one, in .*; write the char"):
        codebooks.read(path)


def test_a_long_value_is_quoted_in_brief(tmp_path: Path) -> None:
    path = tmp_path / "book.json"
    codebooks.write(THREE_P, path)
    path.write_text(f"[{path.read_text(encoding='utf-8')}]", encoding="utf-8")
    with pytest.raises(ValueError, match="must have the keys") as caught:
        codebooks.read(path)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": "x", "b": 2}, '{"a": "x", "b": 2}'),
        (["x" * 80, "y" * 8], f'["{"x" * 80}", "{"y" * 8}"]'),  # 96 characters
        (["x" * 80, "y" * 9], f'[\n  "{"x" * 80}",\n  "{"y" * 9}"\n]'),
        (list(range(100)), f"[{', '.join(map(str, range(100)))}]"),
        ({"a": [1], "b": {}}, '{\n  "a": [1],\n  "b": {}\n}'),
        (
            [["x"], {"b": {"c": ["é"]}}],
            '[\n  ["x"],\n  {\n    "b": {\n      "c": ["é"]\n    }\n  }\n]',
        ),
        ("text", '"text"'),
    ],
)
def test_json_has_numbers_and_what_is_short_and_flat_in_one_line(value: object, text: str) -> None:
    assert _pretty(value) == text
    assert json.loads(text) == value
