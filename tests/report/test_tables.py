"""The tables of a report, as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyindex.report import _tables
from policyindex.report._material import Material
from policyindex.report._results import Results
from stored import check_stored, in_words

STORED = Path(__file__).parent / "stored"


@pytest.mark.parametrize("data", ["few", "few_codings"])
def test_the_tables(data: str, request: pytest.FixtureRequest) -> None:
    source: tuple[Material, Results] = request.getfixturevalue(data)
    material, results = source
    cells = _tables.scored(material)
    tables = {
        "ranking columns": _tables.ranking_columns(material, results),
        "ranking": _tables.ranking(material, results, cells),
        "moves": _tables.moves(material, results),
        "averages": _tables.averages(results),
        "regions": _tables.regions(material, results),
        "parts": _tables.parts(material, results),
        "coverage": _tables.coverage(material, results),
        "country columns": _tables.country_columns(material),
        "country": _tables.country(material, results, cells, "GHA", range(2004, 2008)),
    }
    check_stored([*in_words(tables)], STORED / f"tables-{data}.txt")
