"""The codebook decides which dimensions count; covariates change nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from policyindex import THREE_P, Codebook, Dimension, Indicator, PanelError, overall
from policyindex.robustness import (
    beats,
    dominance,
    error_changes,
    error_distribution,
    error_ranks,
    error_scores,
    overtake,
    sensitivity,
    standings,
    weight_distribution,
    weight_ranks,
)


def dimension(name: str, top: int) -> Dimension:
    levels = tuple(f"level {level}" for level in range(top + 1))
    return Dimension(
        name, (Indicator(f"of_{name}", levels),), lambda **level: sum(level.values()), levels, 0
    )


FOUR = Codebook("4P", (*THREE_P.dimensions, dimension("partnership", 2)))

FIVE_NAMES = ("prosecution", "protection", "prevention", "partnership", "participation")

FIVE = Codebook("5P from 0", tuple(dimension(name, 3) for name in FIVE_NAMES))

INDEX = pd.MultiIndex.from_product([["DEU", "NGA", "TCD"], [2014, 2015]], names=["country", "year"])

CODEBOOKS = {"four": FOUR, "five": FIVE}

LEVELS = {
    "four": ["5450", "5551", "4452", "5552", "1120", "1211"],
    "five": ["32212", "32322", "23231", "33232", "01001", "10100"],
}


def scored(name: str) -> tuple[pd.DataFrame, Codebook]:
    names = [each.name for each in CODEBOOKS[name].dimensions]
    levels = [list(map(float, row)) for row in LEVELS[name]]
    panel = pd.DataFrame(levels, index=INDEX, columns=names)
    return panel.assign(overall=panel.sum(axis=1)), CODEBOOKS[name]


CALLS: dict[str, Callable[..., Any]] = {
    "standings": lambda panel, **options: standings(panel, 2015, **options),
    "standings over weightings": lambda panel, **options: standings(
        panel, 2015, min_weight=0, **options
    ),
    "standings with error": lambda panel, **options: standings(panel, 2015, error=0.9, **options),
    "weight_ranks": weight_ranks,
    "weight_distribution": lambda panel, **options: weight_distribution(panel, 2015, **options),
    "dominance": lambda panel, **options: dominance(panel, 2015, **options),
    "overtake": lambda panel, **options: overtake(panel, "DEU", "NGA", 2015, **options),
    "error_ranks": lambda panel, **options: error_ranks(panel, error=0.9, **options),
    "error_scores": lambda panel, **options: error_scores(panel, error=0.9, **options),
    "error_distribution": lambda panel, **options: error_distribution(
        panel, 2015, error=0.9, **options
    ),
    "error_changes": lambda panel, **options: error_changes(
        panel, 2014, 2015, error=0.9, **options
    ),
    "beats": lambda panel, **options: beats(panel, "DEU", "NGA", 2015, error=0.9, **options),
    "sensitivity": lambda panel, **options: sensitivity(panel, 2015, **options),
}

call = pytest.mark.parametrize("function", CALLS.values(), ids=CALLS)

index_of = pytest.mark.parametrize("name", CODEBOOKS)


def same(first: Any, second: Any) -> bool:
    if isinstance(first, pd.DataFrame):
        return first.equals(second)
    if isinstance(first, tuple):
        return all(same(*each) for each in zip(first, second, strict=True))
    return bool(first == second)


@call
@index_of
def test_covariates_change_nothing(function: Callable[..., Any], name: str) -> None:
    panel, codebook = scored(name)
    expected = function(panel, codebook=codebook)
    covariates = panel.assign(gdp=np.linspace(0.5, 90_000, len(panel)))
    assert same(function(covariates, codebook=codebook), expected)
    alone = covariates.drop(columns="overall")
    assert same(function(alone, codebook=codebook), expected)
    assert same(function(alone.assign(capital="text"), codebook=codebook), expected)


@call
def test_a_dimension_missing_from_the_codebook_is_named(function: Callable[..., Any]) -> None:
    panel, _ = scored("four")
    with pytest.raises(PanelError, match="is partnership missing from the codebook"):
        function(panel)


@call
def test_a_scale_from_0_is_refused_without_its_codebook(function: Callable[..., Any]) -> None:
    panel, _ = scored("five")
    with pytest.raises(PanelError):
        function(panel.drop(columns="overall"))


@index_of
def test_every_dimension_counts_in_the_ranks(name: str) -> None:
    panel, codebook = scored(name)
    table = standings(panel, 2015, codebook=codebook)
    expected = panel["overall"].xs(2015, level="year").rank(ascending=False)
    assert table["rank"].to_dict() == expected.to_dict()
    assert table["overall"].equals(
        overall(panel, codebook=codebook).xs(2015, level="year")[table.index]
    )
    ranks = weight_ranks(panel, codebook=codebook).xs(2015, level="year")
    assert ranks["rank"].to_dict() == expected.to_dict()
    assert error_ranks(panel, error=1, codebook=codebook)["score_mean"].equals(
        panel["overall"].rename("score_mean")
    )


def test_the_fourth_dimension_decides_who_leads() -> None:
    panel, _ = scored("four")
    assert standings(panel, 2015, codebook=FOUR).index[0] == "NGA"
    assert standings(panel, 2015, codebook=FOUR).loc["NGA", "overall"] == 17
    three = panel.drop(columns=["partnership", "overall"])
    assert standings(three, 2015)["rank"].to_dict() == {"DEU": 1, "NGA": 1, "TCD": 3}


@index_of
def test_scores_under_error_span_the_scale_of_the_codebook(name: str) -> None:
    panel, codebook = scored(name)
    columns = error_scores(panel, error=0.9, codebook=codebook).columns
    assert list(columns) == list(range(codebook.lowest, codebook.highest + 1))


@index_of
def test_dominance_compares_every_dimension(name: str) -> None:
    panel, codebook = scored(name)
    levels = panel.xs(2015, level="year").drop(columns="overall")
    ahead = dominance(panel, 2015, codebook=codebook)
    for country in levels.index:
        for rival in levels.index:
            ours, theirs = levels.loc[country], levels.loc[rival]
            expected = bool((ours >= theirs).all() and (ours > theirs).any())
            assert ahead.loc[country, rival] == expected


def test_a_codebook_without_two_dimensions_has_no_weightings() -> None:
    panel, _ = scored("four")
    one = Codebook("one", THREE_P.dimensions[:1])
    alone = panel[["prosecution"]]
    assert standings(alone, 2015, codebook=one)["rank"].to_dict() == {"DEU": 1, "NGA": 1, "TCD": 3}
    with pytest.raises(ValueError, match="codebook must have 2 or more dimensions; one has 1"):
        standings(alone, 2015, codebook=one, min_weight=0)
