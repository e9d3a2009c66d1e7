"""What a report is made of: the data, their hash, and the places where sources change."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from builders import few_scores, panel
from policyindex import THREE_P, PanelError
from policyindex.reading import Reading
from policyindex.report._material import Break, breaks, material_of


def span(source: str, first: int, last: int, *countries: str) -> dict[str, object]:
    return {"source": source, "first": first, "last": last, "countries": list(countries)}


@pytest.mark.parametrize(
    ("spans", "unit", "seams"),
    [
        ([], None, []),
        ([span("A", 2000, 2003, "DEU")], None, []),
        ([span("A", 2000, 2003, "DEU"), span("B", 2004, 2006, "DEU")], None, [Break(2004, "B")]),
        ([span("A", 2000, 2003, "DEU"), span("B", 2002, 2006, "FRA")], "DEU", []),
        # Years without data between two sources are no seam; the source after them begins one.
        ([span("A", 2000, 2001, "DEU"), span("B", 2005, 2006, "DEU")], "DEU", [Break(2005, "B")]),
        # A source that goes on beside another begins once; one that comes back begins again.
        (
            [span("A", 2000, 2005, "DEU"), span("B", 2003, 2004, "DEU")],
            "DEU",
            [Break(2003, "B")],
        ),
        (
            [
                span("A", 2000, 2008, "DEU"),
                span("B", 2003, 2004, "DEU"),
                span("B", 2006, 2007, "DEU"),
            ],
            "DEU",
            [Break(2003, "B"), Break(2006, "B")],
        ),
        (
            [
                span("A", 2000, 2000, "DEU"),
                span("B", 2001, 2001, "DEU"),
                span("A", 2002, 2003, "DEU"),
            ],
            "DEU",
            [Break(2001, "B"), Break(2002, "A")],
        ),
    ],
)
def test_the_years_in_which_another_source_begins(
    spans: list[dict[str, object]], unit: str | None, seams: list[Break]
) -> None:
    assert breaks(spans, unit) == seams


def test_the_material_of_a_panel() -> None:
    data = few_scores()
    material = material_of(data, THREE_P)
    text = data.drop(columns="overall").to_csv(lineterminator="\n")
    assert material.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert material.hashed == "the panel as CSV"
    assert list(material.names.values()) == [
        "France", "Germany", "Ghana", "Italy", "Nigeria", "North Korea", "XXA",
    ]  # fmt: skip
    assert (material.start, material.end, material.axis) == (2000, 2005, (2000, 2005))
    assert material.thin == {2006: 1}
    assert material.source == "SYNTHETIC"
    assert material.synthetic


def test_the_material_of_a_file_has_its_hash() -> None:
    reading = Reading(*[None] * len(Reading._fields))._replace(
        panel=few_scores(), codebook=THREE_P, source="A file", sha256="0" * 64,
        findings=few_scores().iloc[:0],
    )  # fmt: skip
    material = material_of(reading, THREE_P)
    assert (material.sha256, material.hashed) == ("0" * 64, "the file")
    assert material.source == "A file"
    assert not material.synthetic


def test_data_without_a_value_are_refused() -> None:
    names = ["prosecution", "protection", "prevention"]
    empty = panel({("DEU", 2001): [np.nan] * 3, ("FRA", 2001): [np.nan] * 3}, names)
    with pytest.raises(PanelError) as error:
        material_of(empty, THREE_P)
    assert str(error.value) == (
        "a report needs a score or a coding; all 6 cells of prosecution, protection, prevention "
        "are missing, the first that of Germany in 2001; check which columns the file was read from"
    )


def test_of_many_empty_columns_four_are_named() -> None:
    names = list(THREE_P.scales)
    empty = panel({("DEU", 2001): [np.nan] * len(names)}, names)
    with pytest.raises(
        PanelError, match=rf"cells of {', '.join(names[:4])} and {len(names) - 4} more"
    ):
        material_of(empty, THREE_P)
