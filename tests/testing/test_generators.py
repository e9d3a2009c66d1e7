"""Generated data have the properties that they are named for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import policyindex as pi
from policyindex import testing


def lag_one(scores: pd.Series) -> float:
    """Return the correlation of deviations from the country's mean, one year apart, pooled."""
    table = scores.to_numpy().reshape(scores.index.unique("country").size, -1)
    table = table - table.mean(axis=1, keepdims=True)
    return float((table[:, 1:] * table[:, :-1]).mean() / (table**2).mean())


def test_scores_linger_by_their_persistence() -> None:
    long = {"countries": 400, "years": (1800, 1999), "limits": None, "sd": 5.0}
    for phi in (0.0, 0.5, 0.9):
        scores = testing.trendless_scores(persistence=phi, **long)  # type: ignore[arg-type]
        # the means of 200 years bias the correlation downwards by about (1 + 3 phi) / 200
        assert lag_one(scores) == pytest.approx(phi, abs=0.03), phi


def test_scores_are_integers_within_their_limits() -> None:
    scores = testing.trendless_scores(sd=6.0, rng=1)
    assert scores.between(3, 15).all()
    assert (scores == scores.round()).all()
    assert {3.0, 15.0} <= set(scores)
    assert testing.trendless_scores(sd=6.0, limits=None, rng=1).max() > 15


def test_a_slope_moves_the_yearly_means_and_nothing_else_does() -> None:
    options = {"countries": 2000, "sd": 1.0, "limits": None, "rng": 0}
    flat = testing.trendless_scores(**options).groupby("year").mean()  # type: ignore[arg-type]
    rising = testing.trendless_scores(slope=0.5, **options)  # type: ignore[arg-type]
    assert np.polyfit(flat.index, flat, 1)[0] == pytest.approx(0, abs=0.01)
    slope = np.polyfit(flat.index, rising.groupby("year").mean(), 1)[0]
    assert slope == pytest.approx(0.5, abs=0.01)


def test_a_pattern_lends_countries_years_gaps_and_means() -> None:
    pattern = testing.trendless_scores(countries=["DEU", "NGA"], sd=0.0, rng=2)
    pattern[("DEU", 2004)] = np.nan
    pattern = pattern.drop(("NGA", 2000))
    drawn = testing.trendless_scores(pattern=pattern, sd=0.0, rng=5)
    pd.testing.assert_series_equal(drawn, pattern)


def test_a_panel_adds_up_on_any_codebook(published: pd.DataFrame) -> None:
    drawn = testing.trendless_panel(pattern=published, rng=3)
    pi.check_panel(drawn)
    assert drawn.index.equals(published.index)
    parts = drawn[["prosecution", "protection", "prevention"]]
    assert (drawn["overall"].dropna() == parts.sum(axis=1)[drawn["overall"].notna()]).all()
    assert drawn.isna().equals(published[drawn.columns].isna())
    hti = testing.trendless_panel(codebook=pi.HTI, countries=5)
    assert list(hti) == [*(each.name for each in pi.HTI.dimensions), "overall"]


def test_coders_err_by_their_matrix() -> None:
    truth = testing.trendless_panel(countries=200, rng=0)
    matrix = np.array(
        [
            [0.8, 0.2, 0, 0, 0],
            [0, 1, 0, 0, 0],
            [0, 0, 0.5, 0, 0.5],
            [0, 0, 0, 1, 0],
            [0, 0, 0, 0.3, 0.7],
        ]
    )
    panels = testing.coders(truth, matrix, n=3, rng=4)
    assert list(panels) == ["coder 1", "coder 2", "coder 3"]
    for panel in panels.values():
        shares = pd.crosstab(truth["protection"], panel["protection"], normalize="index")
        shares = shares.reindex(index=range(1, 6), columns=range(1, 6), fill_value=0)
        assert np.abs(shares.to_numpy() - matrix).max() < 0.08
    one, other = (panel["protection"] for panel in list(panels.values())[:2])
    both = ((truth["protection"] == 3) & (one == 5) & (other == 5)).sum()
    assert both / (truth["protection"] == 3).sum() == pytest.approx(0.25, abs=0.05)


def test_events_are_spread_evenly_and_some_countries_have_none() -> None:
    events = testing.staggered_events(4000, years=(2003, 2006), never=0.25, rng=0)
    assert events.isna().mean() == pytest.approx(0.25, abs=0.03)
    shares = events.value_counts(normalize=True)
    assert sorted(shares.index) == [2003, 2004, 2005, 2006]
    assert shares.to_numpy() == pytest.approx(0.25, abs=0.03)
    assert events.index.is_unique


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"persistence": 1}, "persistence must be from 0 to below 1; got 1"),
        ({"sd": -1}, "sd must be at least 0; got -1"),
        ({"mean": (5, 3)}, r"mean must be a pair of numbers in order; got \(5, 3\)"),
        ({"countries": 0}, "countries must be an integer, at least 1; got 0"),
        ({"countries": ["DEU", "DEU"]}, "a list of different codes"),
        ({"years": (2003, 2001)}, "years must be a pair of integers"),
    ],
)
def test_bad_options_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        testing.trendless_scores(**options)  # type: ignore[arg-type]


def test_a_bad_probability_of_no_event_is_refused() -> None:
    with pytest.raises(ValueError, match=r"never must lie between 0 and 1; got 1.5"):
        testing.staggered_events(3, never=1.5)


def test_the_levels_of_a_panel_are_from_a_quarter_to_seven_eighths_of_each_scale() -> None:
    panel = testing.trendless_panel(countries=300, years=(1900, 1959), persistence=0.0, rng=0)
    levels = panel[["prosecution", "protection", "prevention"]].groupby("country").mean().to_numpy()
    # uniform from 2 to 4.5; those at the upper end lose a little at the limit of the scale
    assert levels.min() == pytest.approx(2, abs=0.2)
    assert levels.max() == pytest.approx(4.5, abs=0.25)
    assert levels.mean() == pytest.approx(3.25, abs=0.1)
    assert levels.std() == pytest.approx(2.5 / 12**0.5, abs=0.06)


def test_without_options_years_are_those_of_the_published_scores() -> None:
    years = testing.trendless_scores(countries=2).index.unique("year")
    assert years.tolist() == list(range(2000, 2014))


@pytest.mark.parametrize(("never", "share"), [(0, 0), (1, 1)])
def test_an_event_may_come_always_or_never(never: float, share: float) -> None:
    assert testing.staggered_events(9, never=never).isna().mean() == share
