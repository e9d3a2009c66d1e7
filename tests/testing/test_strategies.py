"""What the strategies draw: within their bounds, and everything within them."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from builders import examples
from policyindex import Dimension
from policyindex.codebooks import Count, Sum
from policyindex.testing import (
    coder_pairs,
    codings,
    events,
    panels,
    scores,
    strategies,
)

UNITS = ["DEU", "GHA", "NGA"]

WHERE: dict[str, Any] = {"countries": UNITS, "years": (2001, 2003)}

exists = partial(find, settings=settings(max_examples=300, database=None), random=Random(0))


@given(st.data())
@settings(examples(8), phases=[Phase.generate])  # shrinking panels would take minutes
def test_rows_are_of_the_countries_and_years_asked_for(data: st.DataObject) -> None:
    drawn = [
        data.draw(codings(**WHERE, min_size=2, max_size=3)),
        data.draw(panels(**WHERE, min_size=2, max_size=3)),
        data.draw(scores(**WHERE)),
        *data.draw(coder_pairs(**WHERE)).values(),
    ]
    for each in drawn:
        assert set(each.index.get_level_values("country")) <= set(UNITS)
        assert set(each.index.get_level_values("year")) <= {2001, 2002, 2003}
    for each in drawn[:2]:
        assert 2 <= len(each) <= 3
    full = {**WHERE, "missing": False}
    for strategy in (codings(**full), coder_pairs(**full).map(pd.concat)):
        assert data.draw(strategy).notna().all(axis=None)
    event = data.draw(events(**WHERE))
    assert set(event.index) <= set(UNITS)
    assert set(event.dropna()) <= {2001, 2002, 2003}


@given(st.data())
@settings(phases=[Phase.generate])
def test_no_cell_is_missing_where_the_user_refuses_it(data: st.DataObject) -> None:
    strategy = panels(countries=UNITS[:1], years=(2001, 2002), min_size=1, missing=False)
    assert data.draw(strategy).notna().all(axis=None)


@pytest.mark.parametrize("year", [2001, 2002, 2003, None])
def test_an_event_may_fall_on_any_year_and_on_none(year: int | None) -> None:
    def has_it(drawn: pd.Series) -> bool:
        return bool((drawn.isna() if year is None else drawn == year).any())

    assert has_it(exists(events(**WHERE), has_it))


@pytest.mark.parametrize("kind", [Sum, Count])
def test_a_threshold_may_be_reached_by_no_points(kind: Any) -> None:
    def is_first(each: Dimension) -> bool:
        return isinstance(each.rule, kind) and bool(
            each.rule.thresholds and not each.rule.thresholds[0]
        )

    assert is_first(exists(strategies._additive("aid"), is_first))
