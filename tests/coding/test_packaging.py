"""What a release says of itself to programs: its data package and its citation."""

from __future__ import annotations

import json
from fractions import Fraction
from hashlib import sha256
from typing import Any

import pandas as pd
import pytest

from builders import SMALL
from policyindex.coding.packaging import About, Table, _plain, citation_file, data_package

ABOUT = About(
    "2015.1",
    "Small Index, release 2015.1",
    "codings.csv",
    "Small Index, release 2015.1",
    "Doe 2015",
    SMALL,
    ("Doe, Jane", "A Body"),
    "2026-11-27",
    "CC-BY-4.0",
)


def cited(**changes: Any) -> dict[str, Any]:
    """Return a citation as a reader of YAML has it."""
    yaml = pytest.importorskip("yaml", reason="the file is parsed by PyYAML")
    content = citation_file(ABOUT._replace(**changes)).decode("ascii")
    answer: dict[str, Any] = yaml.safe_load(content)
    strict = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # as most other languages read it
    assert yaml.load(content, strict) == answer
    return answer


@pytest.mark.parametrize(
    "text",
    [
        "a: b # c",
        '"quoted" \\ud83d\\n',
        "\N{PILE OF POO} 𠮷野",
        "é\x7f\x80\ufeff",
        "yes",
        "1.0",
        "-",
    ],
)
def test_any_text_is_cited_as_it_is(text: str) -> None:
    answer = cited(title=text, name=text, citation=text, authors=(text,))
    assert (answer["title"], answer["version"]) == (text, text)
    assert answer["authors"] == [{"name": text}]
    assert answer["references"][0]["title"] == text


def test_a_text_is_cited_in_one_line() -> None:
    assert cited(title=" a\r\nb\u2028\tc ")["title"] == "a b c"


@pytest.mark.parametrize(
    ("author", "parts"),
    [
        ("Doe, Jane", {"family-names": "Doe", "given-names": "Jane"}),
        ("  Doe ,  Jane M. ", {"family-names": "Doe", "given-names": "Jane M."}),
        ("Doe, Jane, Dr", {"family-names": "Doe", "given-names": "Jane, Dr"}),
        ("Doe,", {"name": "Doe,"}),
        (", Jane", {"name": ", Jane"}),
        ("A Body", {"name": "A Body"}),
    ],
)
def test_a_person_has_both_names_and_a_body_has_one(author: str, parts: dict[str, str]) -> None:
    assert cited(authors=(author,))["authors"] == [parts]


@pytest.mark.parametrize(
    ("license_id", "cited_as", "packaged_as"),
    [
        ("CC-BY-4.0", "license", {"name": "CC-BY-4.0"}),
        ("https://example.org/l", "license-url", {"path": "https://example.org/l"}),
        ("", None, None),
    ],
)
def test_a_license_is_a_name_or_an_address(
    license_id: str, cited_as: str | None, packaged_as: dict[str, str] | None
) -> None:
    about = ABOUT._replace(license_id=license_id)
    answer, package = cited(license_id=license_id), json.loads(data_package(about, {}, {}))
    keys = [key for key in answer if key.startswith("license")]
    assert keys == ([cited_as] if cited_as else [])
    assert [answer[key] for key in keys] == [license_id] * len(keys)
    assert package.get("licenses") == ([packaged_as] if packaged_as else None)


def test_what_is_not_stated_is_left_out() -> None:
    answer = cited(date="", citation="")
    assert "date-released" not in answer
    assert [each["type"] for each in answer["references"]] == ["software"]
    assert "created" not in json.loads(data_package(ABOUT._replace(date=""), {}, {}))
    assert json.loads(data_package(ABOUT, {}, {}))["created"] == "2026-11-27T00:00:00Z"
    assert [each["type"] for each in cited()["references"]] == ["generic", "software"]


def resources(files: dict[str, bytes], *, refers: bool = True) -> list[dict[str, Any]]:
    index = pd.MultiIndex.from_tuples([("NGA", 2015)], names=["country", "year"])
    numbers = {"law": [1.0], "overall_low": [2.0], "statute": [0.0], "remark": ["x"]}
    table = Table(
        pd.DataFrame(numbers, index=index), "Scores", "One row.", ("country", "year"), refers
    )
    answer: list[dict[str, Any]] = json.loads(data_package(ABOUT, {"scores": table}, files))[
        "resources"
    ]
    return answer


def test_a_table_is_described_by_its_columns_and_other_formats_by_their_bytes() -> None:
    files = {"scores.csv": b"text", "scores.dta": b"binary", "LICENSE": b"x", "b.json": b"{}"}
    other, table, stata = resources(files)
    assert [each["path"] for each in (other, table, stata)] == [
        "b.json",
        "scores.csv",
        "scores.dta",
    ]
    assert [each["name"] for each in (other, table, stata)] == ["b-json", "scores", "scores-dta"]
    for each in (other, table, stata):
        content = files[each["path"]]
        assert each["format"] == each["path"].rpartition(".")[2]
        assert (each["bytes"], each["hash"]) == (
            len(content),
            f"sha256:{sha256(content).hexdigest()}",
        )
    assert [each.get("title") for each in (other, table, stata)] == [None, "Scores", "Scores"]
    assert [key in each for each in (other, table, stata) for key in ("schema", "encoding")] == [
        False, False, True, True, False, False,
    ]  # fmt: skip


def test_a_column_has_the_limits_that_its_numbers_have() -> None:
    schema = resources({"scores.csv": b""})[0]["schema"]
    assert (schema["primaryKey"], schema["missingValues"]) == (["country", "year"], [""])
    limits = {each["name"]: each.get("constraints") for each in schema["fields"]}
    assert limits == {
        "country": {"required": True},
        "name": None,
        "year": {"required": True},
        "law": {"minimum": 1, "maximum": 4},
        "overall_low": {"minimum": 2, "maximum": 7},
        "statute": {"minimum": 0, "maximum": 2},
        "remark": None,
    }
    words = {each["name"]: each.get("description") for each in schema["fields"]}
    assert words["statute"] == "statute against trafficking: 0 none, 1 some forms, 2 all forms"
    assert words["law"] == "score of law, 1 (worst) to 4 (best)"
    assert words["overall_low"] == "lowest score of overall that the missing codings allow"


def test_only_a_table_of_country_years_refers_to_the_scores() -> None:
    for refers in (True, False):
        schema = resources({"scores.csv": b""}, refers=refers)[0]["schema"]
        assert ("foreignKeys" in schema) == refers


@pytest.mark.parametrize(
    ("number", "plain"),
    [
        (3.0, 3),
        (Fraction(3), 3),
        (0, 0),
        (-2.0, -2),
        (Fraction(1, 2), 0.5),
        (1.5, 1.5),
        (-0.5, -0.5),
    ],
)
def test_a_limit_is_an_integer_if_it_is_whole(number: Any, plain: float) -> None:
    assert (_plain(number), type(_plain(number))) == (plain, type(plain))
