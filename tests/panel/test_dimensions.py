"""What passes for a dimension: whatever may be one, and nothing that is plainly something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

import policyindex as pi
from builders import DIMENSIONS, panel
from policyindex.panel.dimensions import dimensions
from policyindex.testing import codebooks, codings

DATA = panel({("DEU", 2009): [5, 4, 5], ("NGA", 2009): [4, 5, 5]}, DIMENSIONS)

USES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "overall": pi.overall,
    "standings": lambda data: pi.standings(data, year=2009),
    "weight_ranks": pi.weight_ranks,
    "dominance": lambda data: pi.robustness.dominance(data, year=2009),
    "sensitivity": pi.sensitivity,
    "error_ranks": lambda data: pi.error_ranks(data, error=pi.coding_error(0.9)),
}

every_use = pytest.mark.parametrize("use", USES.values(), ids=USES)


@every_use
def test_a_column_on_another_scale_is_no_dimension(use: Callable[[pd.DataFrame], Any]) -> None:
    wealth = DATA.assign(gdp=[3.5, 6.5])
    with pytest.raises(
        pi.PanelError, match=r"gdp is off this scale in 1 of 2 rows, the first 6.5 at NGA 2009"
    ):
        use(wealth)
    with pytest.raises(
        pi.PanelError, match="case is off this scale in 1 of 2 rows, the first 0 at DEU 2009"
    ):
        use(DATA.assign(case=[False, True]))
    with pytest.raises(pi.PanelError, match="19 are indicators, the first specific_law; score the"):
        use(pi.datasets.load_demo())


def test_a_fourth_dimension_is_one() -> None:
    four = DATA.assign(partnership=[5.0, np.nan])
    assert list(dimensions(four)) == [*DIMENSIONS, "partnership"]
    assert pi.overall(four).iloc[0] == 19


def test_dimensions_of_other_names_have_scales_of_their_own() -> None:
    other = DATA.set_axis(["a", "b", "c"], axis=1) * 20
    pd.testing.assert_frame_equal(dimensions(other.assign(overall=0)), other)


@given(
    codebooks().flatmap(
        lambda book: codings(book).map(lambda drawn: pi.score(drawn, codebook=book))
    )
)
def test_scores_by_any_codebook_have_dimensions(drawn: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(dimensions(drawn), drawn.drop(columns="overall"))


@pytest.mark.parametrize(
    "use",
    [
        lambda wrong: pi.score(pi.datasets.load_demo(), codebook=wrong),
        lambda wrong: pi.score_codes({}, codebook=wrong),
        lambda wrong: pi.next_steps(pi.datasets.load_demo(), codebook=wrong),
        lambda wrong: pi.explain(pi.datasets.load_demo(), "Italy", 2009, codebook=wrong),
        lambda wrong: pi.transitions(DATA["prevention"], codebook=wrong),
        lambda wrong: pi.read_codings("nowhere.csv", codebook=wrong),
        lambda wrong: pi.report.write(DATA, "nowhere.html", codebook=wrong),
    ],
)
def test_what_is_no_codebook_is_refused(use: Callable[[Any], Any]) -> None:
    with pytest.raises(ValueError, match="codebook must be a Codebook, such as THREE_P; got 'HTI'"):
        use("HTI")
