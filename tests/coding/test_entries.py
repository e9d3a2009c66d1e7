"""What a row of a coder says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest

from builders import SMALL
from policyindex import Indicator
from policyindex._sheets import UNCALCULATED
from policyindex.coding.entries import Coding, Words, coding_of, fields_of, joined_texts


@pytest.mark.parametrize("field", ["status", "report", "page", "quote", "remark"])
def test_anything_except_a_level_is_evidence(field: str) -> None:
    assert Coding(**{field: "x"}).has_evidence
    assert not Coding(**{field: "x"}).is_blank
    assert not Coding(level=1).has_evidence


WORDS = {each.name: Words(each) for each in SMALL.indicators}

STRAY = ("level", "a status stands in the column of levels", "read as such", False)
ALONE = ("level", "evidence without a level and a status", "read as doubtful", False)
BARE = ("status", "the status is coded without a level", "left missing", True)
DATED = "a date stands in the column of pages; Excel makes one of text such as 3-5"


@pytest.mark.parametrize(
    ("cells", "coding", "problems"),
    [
        ({}, {}, []),
        ({"level": "yes"}, {"level": 1}, []),
        ({"level": "?"}, {"status": "doubtful"}, []),
        (
            {"level": "yes ??"},
            {"level": 1, "status": "doubtful"},
            [("level", "a level with a question mark", "read as doubtful", False)],
        ),
        (
            {"level": "maybe?"},
            {},
            [("level", "'maybe?' is not a level (no, yes)", "set to missing", True)],
        ),
        ({"level": "not mentioned"}, {"status": "not mentioned"}, [STRAY]),
        (
            {"level": "not mentioned", "status": "N/A"},
            {"status": "not applicable"},
            [
                STRAY,
                (
                    "level",
                    "the column of levels says not mentioned, the status is not applicable",
                    "the status counts",
                    True,
                ),
            ],
        ),
        (
            {"level": "n/a"},
            {},
            [("level", "'n/a' stands for a missing value", "set to missing", False)],
        ),
        (
            {"level": "#N/A"},
            {},
            [("level", "'#N/A' stands for a missing value", "set to missing", True)],
        ),
        (
            {"level": "?", "status": "coded"},
            {"status": "doubtful"},
            [("level", "the status is coded, and the level is '?'", "read as doubtful", True)],
        ),
        (
            {"level": "n/a", "status": "coded"},
            {"status": "coded"},
            [("level", "the status is coded, and the level is 'n/a'", "left missing", True)],
        ),
        ({"status": "coded"}, {"status": "coded"}, [BARE]),
        ({"status": "coded", "quote": "x"}, {"status": "coded", "quote": "x"}, [BARE]),
        ({"quote": "x"}, {"status": "doubtful", "quote": "x"}, [ALONE]),
        ({"level": 1, "quote": "x"}, {"level": 1, "status": "coded", "quote": "x"}, []),
        (
            {"level": "x", "status": "coded", "quote": "q"},
            {"status": "coded", "quote": "q"},
            [("level", "'x' is not a level (no, yes)", "set to missing", True)],
        ),
        (
            {"status": "done"},
            {},
            [
                (
                    "status",
                    "'done' is not a status (coded, not mentioned, not applicable, doubtful)",
                    "left out",
                    True,
                )
            ],
        ),
        (
            {"level": 1, "status": "not mentioned"},
            {"status": "not mentioned"},
            [
                (
                    "level",
                    "the level 'yes' contradicts the status not mentioned",
                    "level set to missing",
                    True,
                )
            ],
        ),
        ({"level": 0, "status": "no mention"}, {"level": 0, "status": "not mentioned"}, []),
        (
            {"level": 0, "status": "na"},
            {"status": "not applicable"},
            [
                (
                    "level",
                    "the level 'no' contradicts the status not applicable",
                    "level set to missing",
                    True,
                )
            ],
        ),
        (
            {"level": 0, "page": date(2026, 5, 3), "report": datetime(2026, 5, 3, 1)},
            {"level": 0, "status": "coded", "page": "2026-05-03", "report": "2026-05-03"},
            [("page", DATED, "read as text", True)],
        ),
        (
            {"report": True, "page": 12.0, "quote": " a ", "remark": "'=x"},
            {"status": "doubtful", "report": "TRUE", "page": "12", "quote": "a", "remark": "=x"},
            [ALONE],
        ),
        (
            {"quote": UNCALCULATED},
            {},
            [("quote", "a formula without its value", "left out", True)],
        ),
    ],
)
def test_cells_make_a_coding_and_what_is_not_read_as_it_stands_is_reported(
    cells: dict[str, Any], coding: dict[str, Any], problems: list[Any]
) -> None:
    read, reported = coding_of(cells, WORDS["shelter"])
    assert read == Coding(**coding)
    assert [(each.role, each.finding, each.action, each.is_lost) for each in reported] == problems


@pytest.mark.parametrize(
    ("first", "second", "merged"),
    [
        ({"level": 0}, {"level": 0}, {"level": 0}),
        ({"level": 0}, {"quote": "x"}, {"level": 0, "quote": "x"}),
        ({}, {"level": 0}, {"level": 0}),
        ({"level": 0}, {"level": 1}, None),
        ({"level": 0, "page": "1"}, {"level": 0, "page": "2"}, None),
    ],
)
def test_two_entries_are_one_unless_they_contradict_each_other(
    first: dict[str, Any], second: dict[str, Any], merged: dict[str, Any] | None
) -> None:
    expected = None if merged is None else Coding(**merged)
    codings = [Coding(**first), Coding(**second)]
    assert codings[0].merged(codings[1]) == fields_of(codings) == expected
    assert fields_of(codings[::-1]) == expected
    together = fields_of(joined_texts(codings))
    assert (together is None) == (expected is None and first.get("level") != second.get("level"))


OTHER = (2, 0.5, "maybe", "", "0 - yes")


@pytest.mark.parametrize(
    ("words", "by_level"),
    [
        (
            ("no", "yes"),
            [["N", "false", False, 0, "no (0)"], ["Yes", "y", "TRUE", True, 1.0, "1 - yes"], OTHER],
        ),
        (
            ("no", "partly", "yes"),
            [
                ["n", "false", 0],
                [1, "1,0"],
                ["Y", "true", 2.0, "2) yes"],
                (True, False, 3, "1 yes"),
            ],
        ),
        (("none", "some"), [[False, 0, "none*"], [True, "some."], ("y", "yes", "no", 2)]),
        (("low", "mid", "top"), [["0"], ["1", 1], [2], (True, False, "0.5", -1, "yes")]),
        (("10", "20 or more"), [["10", 10, 10.0], ["20 or more"], (0, 1, "1", 20)]),
    ],
)
def test_a_level_is_named_by_its_words_or_its_place(
    words: tuple[str, ...], by_level: list[Sequence[object]]
) -> None:
    """The last cells name none."""
    own = Words(Indicator("a", words))
    for level, cells in enumerate(by_level):
        expected = level if level < len(words) else None
        assert [own.level(cell) for cell in cells] == [expected] * len(cells)
