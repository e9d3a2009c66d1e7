"""The figures that every text, chart and page about the published scores rests on."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import policyindex as pi
from builders import DIMENSIONS

REGION_ORDER = ["Africa", "Americas", "Asia", "Europe", "Oceania"]


@pytest.fixture(scope="module")
def overall(published: pd.DataFrame) -> pd.Series:
    return published["overall"]


@pytest.fixture(scope="module")
def scored(published: pd.DataFrame) -> pd.DataFrame:
    """The rows with an overall score, so that the dimensions add up."""
    return published.where(published["overall"].notna())


@pytest.fixture(scope="module")
def ranges(published: pd.DataFrame) -> pd.DataFrame:
    """Ranks under every weighting, in the years that are not thin."""
    years = published.index.get_level_values("year")
    return pi.weight_ranks(published[(years >= 2000) & (years <= 2013)][DIMENSIONS])


def test_the_scores_of_2013(overall: pd.Series) -> None:
    by_score = pi.groups(overall, 2013).by_score
    counts = [len(by_score[score]) for score in range(3, 16)]
    assert counts == [2, 2, 8, 8, 17, 25, 31, 20, 20, 21, 15, 11, 2]
    assert by_score[3] == ("PRK", "SYR")
    assert by_score[15] == ("ESP", "POL")
    means = pi.yearly_means(overall).loc[2013]
    assert means["n"] == 182
    assert round(means["mean"], 3) == 9.621
    assert pi.coverage(overall.to_frame()).by_country["years"].gt(0).sum() == 183
    assert len(overall.index.unique("country")) - 183 == 6


def test_the_change_from_2012(overall: pd.Series, scored: pd.DataFrame) -> None:
    moves = pi.movers(overall, 2012, 2013)
    assert [len(moves.lost), len(moves.gained), len(moves.stayed)] == [90, 49, 43]
    assert list(moves.lost.index[moves.lost == -4]) == ["ATG", "MRT"]
    assert list(moves.gained.index[moves.gained == 4]) == ["CUB", "SDN"]
    assert [moves.lost.min(), moves.gained.max()] == [-4, 4]
    same = [*moves.gained.index, *moves.lost.index, *moves.stayed.index]
    means = pi.yearly_means(overall, years=(2012, 2013), cohort=same)["mean"]
    assert list(means.round(3)) == [9.973, 9.621]
    parts = [pi.decompose(scored[name], 2012, 2013).within for name in ("overall", *DIMENSIONS)]
    assert np.round(parts, 3).tolist() == [-0.352, -0.187, -0.093, -0.071]


def test_the_other_fall_was_in_2011(overall: pd.Series) -> None:
    steps = pi.dynamics.decompose_yearly(overall, 2000, 2013, draws=2)["within"]
    falls = steps[steps < 0].round(3)
    assert falls.to_dict() == {2011: -0.039, 2013: -0.352}


def test_the_regions(overall: pd.Series) -> None:
    means = pi.yearly_means(overall, by="region").xs(2013, level="year")
    assert list(means.index) == REGION_ORDER
    assert list(means["mean"].round(3)) == [8.404, 9.968, 9.143, 12.075, 7.400]
    region = pi.countries.region(overall.index.unique("country"))
    changes = {}
    for name in REGION_ORDER:
        members = overall[region.reindex(overall.index.get_level_values(0)).to_numpy() == name]
        parts = pi.decompose(members, 2012, 2013, draws=2)
        changes[name] = (round(parts.within, 2), parts.n_stayers)
    assert changes == {
        "Africa": (0.08, 52),
        "Americas": (-0.48, 31),
        "Asia": (-0.61, 49),
        "Europe": (-0.48, 40),
        "Oceania": (-0.40, 10),
    }
    others = pi.peers(overall, by="region").loc[("NGA", 2013)]
    assert round(others["mean"], 3) == 8.314
    assert others["n"] == 51


def test_the_change_from_2000(overall: pd.Series, scored: pd.DataFrame) -> None:
    moves = pi.movers(overall, 2000, 2013)
    assert [moves.n, len(moves.gained), len(moves.lost), len(moves.stayed)] == [73, 58, 9, 6]
    assert list(moves.gained.index[moves.gained == 8]) == ["KAZ", "MMR", "MNE", "SRB", "SVN"]
    assert list(moves.lost.index[moves.lost == -2]) == ["COL", "TGO"]
    assert [moves.lost.min(), moves.gained.max()] == [-2, 8]
    means = pi.yearly_means(overall)["mean"]
    assert [round(means[2000], 3), round(means[2013], 3)] == [7.603, 9.621]
    parts = pi.decompose(overall, 2000, 2013)
    assert [round(parts.within, 3), round(parts.entry, 3)] == [3.000, -0.982]
    assert [parts.n_stayers, parts.n_entrants, parts.n_leavers] == [73, 109, 0]
    each = [pi.decompose(scored[name], 2000, 2013) for name in DIMENSIONS]
    assert [round(part.within, 3) for part in each] == [1.068, 0.616, 1.315]
    assert [round(part.total, 3) for part in each] == [0.571, 0.490, 0.957]


def test_the_balanced_cohort(overall: pd.Series) -> None:
    cohort = pi.yearly_means(overall, cohort="balanced")
    assert list(cohort.loc[[2000, 2013], "n"]) == [67, 67]
    assert list(cohort.loc[[2000, 2013], "mean"].round(3)) == [7.672, 10.672]


def test_the_ranks_under_every_weighting(ranges: pd.DataFrame) -> None:
    of_year = ranges.xs(2013, level="year").dropna()
    pairs = {
        unit: (int(row["rank_low"]), int(row["rank_high"])) for unit, row in of_year.iterrows()
    }
    golden = {
        "NGA": (1, 50),
        "NOR": (1, 88),
        "CUB": (13, 162),
        "FIN": (1, 36),
        "ITA": (1, 31),
        "SYR": (172, 181),
        "POL": (1, 1),
        "ESP": (1, 1),
    }
    assert {unit: pairs[unit] for unit in golden} == golden
    assert (of_year["rank_high"] - of_year["rank_low"]).median() == 62
    assert (of_year["rank_low"] == 1).sum() == 54
    assert list(of_year[["rank_low", "rank_high"]].sum()) == [7_368, 19_119]
    assert list(ranges[["rank_low", "rank_high"]].sum()) == [72_985, 195_301]


def test_no_published_rank_lies_outside_its_range(ranges: pd.DataFrame) -> None:
    known = ranges.dropna()
    assert (known["rank_low"] <= known["rank"]).all()
    assert (known["rank"] <= known["rank_high"]).all()
    row = known.loc[("MEX", 2012), ["rank", "rank_low", "rank_high"]]
    assert list(row) == [63, 39, 77]


def test_nigeria_by_area(published: pd.DataFrame, ranges: pd.DataFrame) -> None:
    assert ranges.loc[("NGA", 2013), "rank_mean"] == pytest.approx(27.5, abs=1e-12)
    shares = pi.robustness.weight_distribution(published[DIMENSIONS], 2013).loc["NGA"]
    no_worse = {rank: float(shares[:rank].sum()) for rank in (10, 14, 20)}
    exact = {10: Fraction(1, 4), 14: Fraction(1, 3), 20: Fraction(7, 18)}
    assert no_worse == pytest.approx({rank: float(share) for rank, share in exact.items()})


@pytest.mark.parametrize(
    ("weights", "rank"),
    [
        ((1, 1, 1), 14),
        ((1, 0, 0), 36),
        ((0, 1, 0), 1),
        ((0, 0, 1), 31),
        ((1, 2, 1), 10),
        ((1, 2, 3), 15),
        ((0, 1, 1), 7),
    ],
)
def test_nigeria_at_some_weights(
    published: pd.DataFrame, weights: tuple[int, int, int], rank: int
) -> None:
    table = pi.standings(
        published[DIMENSIONS], 2013, weights=dict(zip(DIMENSIONS, weights, strict=True))
    )
    assert table.loc["NGA", "rank"] == rank


def test_trends_of_exchangeable_years(overall: pd.Series) -> None:
    trends = pi.trends(overall, years=(2000, 2013), null="exchangeable")
    assert (trends["direction"] == "up").sum() == 67
    assert (trends["direction"] == "down").sum() == 6
    assert trends["direction"].notna().sum() == 173


def test_trends_of_years_that_linger(overall: pd.Series) -> None:
    trends = pi.trends(overall, years=(2000, 2013))
    assert trends.attrs["persistence"]["phi"] == pytest.approx(0.626, abs=0.001)
    assert [(trends["direction"] == sign).sum() for sign in ("up", "down")] == [21, 1]
    # Where scores linger, fewer countries have enough of them than where years are exchangeable.
    assert trends["direction"].notna().sum() == 163


def test_one_point_more(published: pd.DataFrame) -> None:
    nigeria = pi.what_if(published, "Nigeria", 2013)
    assert list(nigeria["rank"]) == [14, 14, 14]
    columns = ["rank_raised", "others"]
    assert nigeria.loc[["prosecution", "prevention"], columns].to_numpy().tolist() == [
        [3, 11],
        [3, 11],
    ]
    assert nigeria.loc["protection", columns].isna().all()
    norway = pi.what_if(published, "Norway", 2013)
    assert set(norway["rank"]) == {29}
    assert norway["rank_raised"].dropna().to_dict() == {"prosecution": 14, "prevention": 14}
    italy = pi.what_if(published, "Italy", 2013)
    assert set(italy["rank"]) == {3}
    assert italy["rank_raised"].dropna().to_dict() == {"prevention": 1}


def test_the_neighbours_of_nigeria(overall: pd.Series) -> None:
    of_year = overall.xs(2013, level="year")
    rank = pi.ranks(overall, 2013)
    near = pi.countries.neighbours("Nigeria")
    assert near == ["BEN", "CMR", "NER", "TCD"]
    assert {(of_year[unit], rank[unit]) for unit in near} == {(10, 70)}


def test_dr_congo_seems_to_fall_and_rose(overall: pd.Series) -> None:
    ranks = {year: pi.ranks(overall, year) for year in (2000, 2013)}
    assert [(ranks[year]["COD"], ranks[year].count()) for year in ranks] == [(43, 73), (90, 182)]
