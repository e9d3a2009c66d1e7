"""The numbers of a report, each from a public function of the library."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from .. import countries
from ..dynamics.averages import Decomposition, balanced, decompose, yearly_means
from ..dynamics.change import Movers, changes, movers
from ..dynamics.direction import trends
from ..panel.counts import Coverage, coverage
from ..ranking import Groups, groups, ranks
from ..robustness.matrices import coding_error
from ..robustness.ranges import standings
from ._material import Material

AGREEMENT = 0.9
"""Chance that a coded level is right, for the ranks under coding error."""


class Averages(NamedTuple):
    """Yearly means of one dimension, or overall; index year, as ``yearly_means`` gives them."""

    everyone: pd.DataFrame
    cohort: pd.DataFrame
    """Of the countries scored in every year."""


class Findings(NamedTuple):
    """Everything that a report says in numbers."""

    ranking: pd.DataFrame
    """The last year's ``standings``, with a range ``<why>_low`` and ``<why>_high`` for each of
    :attr:`ranges`, and ``change`` since the first year; index country."""
    ranges: dict[str, str]
    """Why ranks may move, to the heading of the column that shows it."""
    groups: Groups
    ranks: pd.Series
    ranked_in: pd.Series
    """Index year: how many countries are ranked."""
    averages: dict[str, Averages]
    """By dimension, then overall; over the countries with an overall score, so that the dimensions
    add up."""
    regions: pd.Series
    """Index country."""
    by_region: dict[str, pd.DataFrame]
    """Yearly means of each region, index (group, year), where two or more are scored."""
    movers: Movers
    parts: dict[str, Decomposition]
    """The change of each of the means."""
    trends: pd.DataFrame
    coverage: Coverage
    gaps: pd.Series
    """Index country: the years without an overall score between years with one."""

    @property
    def ranked(self) -> int:
        """How many countries are ranked in the last year."""
        return int(self.ranking["rank"].count())

    @property
    def counted(self) -> dict[str, int]:
        """How many countries each of :attr:`ranges` counts."""
        return {why: int(self.ranking[f"{why}_low"].count()) for why in self.ranges}


def found(material: Material) -> Findings:
    """Compute everything that the report says."""
    scores, start, end = material.scores, material.start, material.end
    total = scores["overall"]
    together = scores.where(total.notna())
    ranked = ranks(total)
    regions = countries.region(scores.index.unique("country"))
    ranking, ranges = _ranking(material)
    span = (start, end)
    return Findings(
        ranking=ranking,
        ranges=ranges,
        groups=groups(total, year=end),
        ranks=ranked,
        ranked_in=ranked.groupby(level="year").count(),
        averages={
            str(name): Averages(yearly_means(column, years=span), balanced(column, span))
            for name, column in together.items()
        },
        regions=regions,
        by_region={str(name): _by_region(column, regions) for name, column in scores.items()},
        movers=movers(total, start=start, end=end),
        parts={
            str(name): decompose(column, start=start, end=end) for name, column in together.items()
        },
        trends=trends(total),
        coverage=coverage(scores[material.dimensions]),
        gaps=coverage(total.to_frame()).by_country["gaps"],
    )


def _by_region(scores: pd.Series, regions: pd.Series) -> pd.DataFrame:
    if not regions.notna().any():
        return pd.DataFrame()
    means = yearly_means(scores, by=regions)
    return means.where(means["n"] > 1)


def _ranking(material: Material) -> tuple[pd.DataFrame, dict[str, str]]:
    """Rank the last year's countries, with every range that a rank may move in."""
    scores, year = material.scores[material.dimensions], material.end
    scales = material.codebook.score_scales
    error = {name: _error(*scales[name]) for name in material.dimensions}
    tables = {"error": standings(scores, year=year, error=error)}
    ranges = {"error": "Ranks, 95\N{NO-BREAK SPACE}% under coding error"}
    if len(material.dimensions) > 1:
        tables["weights"] = standings(scores, year=year, min_weight=0)
        ranges = {"weights": "Ranks, any weights"} | ranges
    if material.bounds is not None:
        tables["missing"] = standings(scores, year=year, bounds=material.bounds)
        counted = int(tables["missing"]["rank_low"].count())
        ranges["missing"] = f"Ranks among {counted:,}, missing codings filled in"
    ranking = standings(scores, year=year).drop(columns=["rank_low", "rank_high"])
    for why in ranges:
        for end in ("low", "high"):
            ranking[f"{why}_{end}"] = tables[why][f"rank_{end}"]
    since = changes(material.scores["overall"], since=material.start)["change"]
    ranking["change"] = since.xs(year, level="year") if material.start < year else float("nan")
    names = ranking.index.map({unit: place for place, unit in enumerate(material.names)})
    order = ranking.assign(name=names).sort_values(["rank", "name"], kind="stable").index
    return ranking.loc[order], ranges


def _error(lowest: int, highest: int) -> pd.DataFrame:
    """Return the chance of each true level; a scale of one level leaves nothing to mistake."""
    if lowest == highest:
        return pd.DataFrame([[1.0]], index=[lowest], columns=[lowest])
    return coding_error(AGREEMENT, scale=(lowest, highest))
