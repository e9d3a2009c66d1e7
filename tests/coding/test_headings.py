"""The headers of columns, by the codebook."""

from __future__ import annotations

import pytest

from builders import SMALL
from policyindex import Codebook, Dimension, Indicator
from policyindex.coding.headings import Headings, indicators_by_word


def test_a_title_of_two_indicators_names_neither() -> None:
    both = (Indicator("a", title="a shelter"), Indicator("b", title="A shelter"), Indicator("c"))
    dimension = Dimension("d", both, lambda a, b, c: a + b + c, ("0", "1", "2", "3"), lowest=0)
    twins = Codebook("twins", (dimension,))
    words = indicators_by_word(twins)
    assert "a shelter" not in words
    assert (words["a"], words["b"], words["c"]) == ("a", "b", "c")
    heading = Headings(twins).of(["Country", "Year", "a", "", "C", "A shelter"])
    assert heading is not None
    assert heading.indicators == {2: "a", 4: "c"}


@pytest.mark.parametrize(
    ("row", "roles"),
    [
        (["key", "level"], {0: "key", 1: "level"}),
        (["", "code", "page", "my notes"], {1: "country", 2: "page"}),
        (["level"], None),
        (["key", "country", "year"], None),
    ],
)
def test_two_marks_are_a_heading_if_a_coder_types_in_one(
    row: list[str], roles: dict[int, str] | None
) -> None:
    marks = [f"policyindex:{role}" if role else "" for role in row]
    heading = Headings(SMALL).of(marks)
    assert (heading and heading.roles) == roles
    assert heading is None or heading.is_marked


@pytest.mark.parametrize(
    ("row", "roles"),
    [
        (["Country", "Year", "Indicator", "Level"], ["country", "year", "indicator", "level"]),
        (
            ["Code", "Country", "Year", "Item", "Rating"],
            ["country"] * 2 + ["year", "indicator", "level"],
        ),
        (["Country", "Year", "Dimension", "Score"], ["country", "year", "indicator", "level"]),
        (
            ["Country", "Year", "Year", "Indicator", "Pages"],
            ["country", "year", None, "indicator", "page"],
        ),
        (["Key", "Level"], ["key", "level"]),
        (["Country", "Year", "Indicator"], None),
        (["Year", "Indicator", "Level"], None),
        (["Country", "Year", "shelter"], ["country", "year", None]),
        (["name", "Year", "shelter", "source"], ["country", "year", None, "provenance"]),
        (["Country", "Year", "shelter", "source"], ["country", "year", None, "report"]),
        (["Country", "Year"], None),
    ],
)
def test_headers_name_the_columns(row: list[str], roles: list[str | None] | None) -> None:
    heading = Headings(SMALL).of(row)
    assert (heading and [heading.roles.get(place) for place in range(len(row))]) == roles
    indicators = {place: word for place, word in enumerate(row) if word == "shelter"}
    assert heading is None or heading.indicators == indicators
