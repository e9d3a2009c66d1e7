"""Details of changes in time: who left, labels of levels, countries far apart, wrong draws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from builders import series
from policyindex import PanelError, decompose, lag, movers, peers, transitions
from policyindex.dynamics import event_study, moran


def test_movers_name_who_entered_and_who_left() -> None:
    drawn = series(
        {
            ("DEU", 2000): 1,
            ("DEU", 2009): 2,
            ("FRA", 2000): 3,
            ("ITA", 2009): 3,
            ("ESP", 2004): 5,
        }
    )
    moved = movers(drawn, 2000, 2009)
    assert (moved.entered, moved.left, moved.n) == (("ITA",), ("FRA",), 1)


def test_levels_of_transitions_are_integers_where_all_of_them_are() -> None:
    whole = series({("DEU", 2000): 1, ("DEU", 2001): 2})
    assert transitions(whole, draws=1, levels=[1, 2]).counts.columns.tolist() == [1, 2]
    assert transitions(whole, draws=1, levels=[1, 2]).counts.columns.dtype == np.int64
    half = transitions(whole, draws=1, levels=[1, 1.5, 2]).counts.columns
    assert half.dtype == np.float64


@pytest.mark.parametrize(
    "call",
    [
        lambda drawn: decompose(drawn, 2000, 2001, draws=0),
        lambda drawn: transitions(drawn, draws=0),
        lambda drawn: event_study(drawn, pd.Series({"DEU": 2001}), draws=0),
        lambda drawn: moran(drawn, by="region", permutations=0),
    ],
)
def test_no_draw_is_too_few(call: object) -> None:
    drawn = series({("DEU", 2000): 1, ("DEU", 2001): 2, ("FRA", 2000): 2, ("FRA", 2001): 2})
    with pytest.raises(ValueError, match="must be a positive integer|at least 1"):
        call(drawn)  # type: ignore[operator]


def test_peers_at_the_other_end_of_the_world_are_peers() -> None:
    """New Zealand has one other country here, nearly 20,000 km away."""
    drawn = series({("ESP", 2009): 4, ("NZL", 2009): 3})
    near = series({("ESP", 2009): 4, ("PRT", 2009): 3})
    for each in (drawn, near):
        assert peers(each, by="distance").iloc[:, 0].tolist() == [3, 4]


def test_a_link_needs_both_of_its_countries_among_the_scores() -> None:
    drawn = series({("DEU", 2009): 4, ("FRA", 2009): 5})
    elsewhere = pd.DataFrame({"country": ["POL"], "other": ["DEU"], "weight": [1.0]})
    for links in (elsewhere, elsewhere.set_axis(["other", "country", "weight"], axis=1)):
        with pytest.raises(PanelError, match="none of 1 does, with a weight above 0"):
            peers(drawn, links=links)


def test_countries_of_one_point_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from policyindex import countries

    table = countries.table().copy()
    table.loc["ITA", ["latitude", "longitude"]] = table.loc["FRA", ["latitude", "longitude"]]
    monkeypatch.setattr(countries, "_table", lambda: table)
    drawn = series({(unit, 2009): 5 for unit in ("DEU", "FRA", "ITA")})
    with pytest.raises(PanelError, match="FRA and ITA have the same point"):
        peers(drawn, by="distance")


def test_a_lag_beyond_every_year_is_missing() -> None:
    drawn = series({("DEU", 2000): 1, ("DEU", 2001): 2})
    for years in (9_000, 10_000, 10_001, 2**70, -(2**70)):
        assert lag(drawn, years=years).isna().all()
