"""The numbers of a report, as a whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from builders import series
from policyindex.report import _results
from policyindex.report._material import Material
from policyindex.report._results import Results
from stored import check_stored, in_words

STORED = Path(__file__).parent / "stored"


@pytest.mark.parametrize("data", ["few", "few_codings"])
def test_the_results(data: str, request: pytest.FixtureRequest) -> None:
    source: tuple[Material, Results] = request.getfixturevalue(data)
    check_stored([*in_words(source[1])], STORED / f"results-{data}.txt")


def test_the_changes_from_the_year_before_are_counted() -> None:
    """Every step between the largest loss and gain has its number, also if it is none."""
    cells = {
        **{("DEU", year): 5.0 + year - 2000 for year in (2000, 2001)},
        **{("FRA", year): 9.0 - 2 * (year - 2000) for year in (2000, 2001)},
        ("ITA", 2000): 15.0,
        ("GHA", 2001): 3.0,
    }
    answer = _results._comparison({"overall": series(cells)}, 2000, 2001)
    assert answer.counts == {-2: 1, -1: 0, 0: 0, 1: 1}
    assert (answer.mean, answer.mean_end) == (7, 6.5)
    none = _results._comparison(
        {"overall": series({("ITA", 2000): 15, ("GHA", 2001): 3})}, 2000, 2001
    )
    assert none.counts == {}
    assert np.isnan([none.mean, none.mean_end]).all()
