"""The numbers of a report, each from a function of the library, and look-ups by country."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .. import countries
from ..dynamics.averages import Decomposition, _decompose, _decompose_yearly, _yearly_means
from ..dynamics.change import Movers, _changes, _movers
from ..dynamics.direction import _trends
from ..panel.counts import Coverage, _coverage
from ..ranking import Groups, _groups, _ranks
from ..robustness.ranges import _standings
from ..typing import Years
from ._material import Material

FEW_DRAWS = 1
"""Samples for errors of entry and exit, which no report prints: as few as the library allows."""

ACCURACY = 0.9
"""Probability that a level is coded correctly, for the ranks under coding error."""

TENTH = "Ranks, each dimension a tenth of the weight or more"
"""The heading of the narrower range beside that over any weights."""

ByYear = dict[int, float]
"""Values by year; a year without a value is absent."""


class Averages(NamedTuple):
    """Yearly means of one dimension, or overall; index year, as ``yearly_means`` returns them."""

    everyone: pd.DataFrame
    cohort: pd.DataFrame
    """Of the countries scored in every year."""


class Comparison(NamedTuple):
    """An earlier year, and what changed from then to the last year."""

    year: int
    movers: Movers
    parts: dict[str, Decomposition]
    """The change of the mean, by dimension and overall, of countries with an overall score."""
    counts: dict[int, int]
    """How many countries changed by how many points; each change from the least to the most."""
    mean: float
    """Of the countries scored in both years: their mean in the earlier year."""
    mean_end: float
    """Their mean in the last year."""


class Region(NamedTuple):
    """The countries of a region that have an overall score in the last year."""

    name: str
    mean: float
    n: int
    top: float
    """The highest score in the region."""
    leaders: tuple[str, ...]
    """The countries with that score."""
    since_before: Decomposition | None
    """The change from the year before."""
    since_start: Decomposition | None
    """The change since the first year."""


class Entry(NamedTuple):
    """The first year in which a country has a score, and the change since."""

    year: int
    change: float


class Results(NamedTuple):
    """Everything that a report says in numbers."""

    ranking: pd.DataFrame
    """The last year's ``standings``, with a range ``<why>_low`` and ``<why>_high`` for each of
    :attr:`headings`, and ``change`` since the first year; index country."""
    ranges: dict[str, str]
    """Why ranks may move, to the heading of the column with the ranges."""
    headings: dict[str, str]
    """The same, and beside any weights ``tenth``, the narrower range that tables alone print."""
    counts: dict[str, int]
    """How many countries each of :attr:`ranges` counts."""
    ranked: int
    """How many countries are ranked in the last year."""
    groups: Groups
    averages: dict[str, Averages]
    """By dimension, then overall; over the countries with an overall score, so that the dimensions
    add up."""
    movers: Movers
    parts: dict[str, Decomposition]
    """The change of each of the means."""
    trends: pd.DataFrame
    coverage: Coverage
    gaps: dict[str, tuple[int, ...]]
    """Years without an overall score between years with one, by country."""
    ranked_in: dict[int, int]
    """How many countries are ranked, by year."""
    regions: dict[str, str]
    """The region of each country that has one."""
    regional: dict[str, dict[str, ByYear]]
    """Means by dimension and region, where two or more countries of the region are scored."""
    regional_n: dict[str, int]
    """By region: how many of its countries have an overall score in the last year."""
    sharing: dict[float, int]
    """How many countries have each rank in the last year."""
    undecided: dict[str, dict[str, list[tuple[int, float, float]]]]
    """Year, lowest and highest score that the missing codings leave undecided, by dimension and
    country."""
    standing_of: dict[str, dict[str, Any]]
    """The row of :attr:`ranking` of each country in it."""
    trend_of: dict[str, dict[str, Any]]
    """The row of :attr:`trends` of each country."""
    scores_of: dict[str, dict[str, ByYear]]
    """Scores by dimension and country."""
    ranks_of: dict[str, ByYear]
    """Ranks by country."""
    before: Comparison | None
    """The year before: the last earlier one that is not thin."""
    steps: dict[int, float]
    """By year: the change of the mean from the year before, of the countries scored in both."""
    by_region: list[Region]
    """The regions with a score in the last year, by name."""
    regional_ranks: dict[str, float]
    """The rank of each country within its region, in the last year."""
    entries: dict[str, Entry]
    """By country with an overall score in the last year and in an earlier one."""
    levels: dict[str, Groups]
    """By dimension: the countries at each of its levels in the last year."""


def results_of(material: Material) -> Results:
    """Compute everything that the report says in numbers."""
    scores, start, end = material.scores, material.start, material.end
    columns = {str(name): scores[name] for name in scores.columns}
    total = columns["overall"]
    together = {name: column.where(total.notna()) for name, column in columns.items()}
    keys = scores.index.tolist()
    ranks = _ranks(total)
    regions = countries._region(material.names)
    ranking, headings = _ranking(material)
    ranges = {why: words for why, words in headings.items() if why != "tenth"}
    # unlike the discrete adjustment, it also holds its level on short scales
    trends = _trends(total, years=material.axis, adjust="bh")
    regional = {name: _by_region(column, regions) for name, column in columns.items()}
    before = _year_before(material)
    return Results(
        ranking=ranking,
        ranges=ranges,
        headings=headings,
        counts={why: int(ranking[f"{why}_low"].count()) for why in ranges},
        ranked=int(ranking["rank"].count()),
        groups=_groups(total, end),
        averages={name: _averages(column, material.axis) for name, column in together.items()},
        movers=_movers(total, start, end),
        parts=_parts_of(together, start, end),
        trends=trends,
        coverage=_coverage(scores[material.dimensions]),
        gaps=lookup(_coverage(total.to_frame()).by_country["gaps"]),
        ranked_in=lookup(ranks.groupby(level="year").count()),
        regions=lookup(regions.dropna()),
        regional={name: _several(means) for name, means in regional.items()},
        regional_n=_in_year(regional["overall"]["n"], end),
        sharing=lookup(ranking["rank"].value_counts()),
        undecided={name: _undecided(material, keys, name) for name in columns},
        standing_of=lookup(ranking),
        trend_of=lookup(trends),
        scores_of={name: _nested(keys, column) for name, column in columns.items()},
        ranks_of=_nested(keys, ranks),
        before=None if before is None else _comparison(together, before, end),
        steps=_steps(total, start, end),
        by_region=_regions(material, regions, before),
        regional_ranks=_regional_ranks(total, regions, end),
        entries=_entries(total, material),
        levels={name: _groups(columns[name], end) for name in material.dimensions},
    )


def _year_before(material: Material) -> int | None:
    """Return the last year before the one of the ranking that is not thin."""
    total = material.scores["overall"]
    scored = total.dropna().index.unique("year")
    years = [year for year in scored if year < material.end and year not in material.thin]
    return int(max(years)) if years else None


def _parts_of(columns: dict[str, pd.Series], start: int, end: int) -> dict[str, Decomposition]:
    return {
        name: _decompose(column, start, end, draws=FEW_DRAWS) for name, column in columns.items()
    }


def _comparison(columns: dict[str, pd.Series], year: int, end: int) -> Comparison:
    movers = _movers(columns["overall"], year, end)
    moved = pd.concat([movers.gained, movers.stayed, movers.lost]).astype(int)
    counts = lookup(moved.value_counts())
    steps = range(int(moved.min()), int(moved.max()) + 1) if len(moved) else ()
    means = (math.nan, math.nan)
    if movers.n:
        cohort = [str(unit) for unit in moved.index]
        of_cohort = _yearly_means(columns["overall"], years=(year, end), cohort=cohort)["mean"]
        means = (float(of_cohort[year]), float(of_cohort[end]))
    return Comparison(
        year,
        movers,
        _parts_of(columns, year, end),
        {step: int(counts.get(step, 0)) for step in steps},
        *means,
    )


def _steps(total: pd.Series, start: int, end: int) -> dict[int, float]:
    if start == end:
        return {}
    steps = _decompose_yearly(total, start, end, draws=FEW_DRAWS)["within"].dropna()
    return {int(year): float(step) for year, step in lookup(steps).items()}


def _regions(material: Material, regions: pd.Series, before: int | None) -> list[Region]:
    """Describe the regions that have a score in the last year."""
    total, start, end = material.scores["overall"], material.start, material.end
    region = regions.reindex(total.index.get_level_values("country")).to_numpy()
    rows = []
    for name in sorted(set(regions.dropna())):
        part = total[region == name]
        # A region may have no row in a year that others have.
        years = set(part.index.unique("year"))
        by_score = _groups(part, end).by_score if end in years else {}
        if not by_score:
            continue
        (top, leaders), *_ = by_score.items()
        # Of a thin year, for which a brief may ask, the means by region have no row.
        n = sum(map(len, by_score.values()))
        mean = sum(score * len(units) for score, units in by_score.items()) / n
        since = [
            _decompose(part, year, end, draws=FEW_DRAWS) if year in years and year < end else None
            for year in (end if before is None else before, start)
        ]
        rows.append(Region(name, mean, n, top, leaders, *since))
    return rows


def _regional_ranks(total: pd.Series, regions: pd.Series, end: int) -> dict[str, float]:
    of_year = total[total.index.get_level_values("year") == end]
    region = regions.reindex(of_year.index.get_level_values("country")).to_numpy()
    ranks: dict[str, float] = {}
    for name in sorted(set(regions.dropna())):
        ranks |= lookup(_ranks(of_year[region == name]).droplevel("year").dropna())
    return ranks


def _entries(total: pd.Series, material: Material) -> dict[str, Entry]:
    """Return each country's change since its first year with a score that is not thin."""
    years = total.index.get_level_values("year")
    compared = total[years >= material.axis[0]].dropna().reset_index("year")
    entered = compared.groupby(level="country")["year"].min()
    if entered.empty:
        return {}
    change = _changes(total, since=entered)["change"]
    now = lookup(change[years == material.end].droplevel("year").dropna())
    return {
        unit: Entry(int(year), now[unit])
        for unit, year in lookup(entered).items()
        if unit in now and year < material.end
    }


def lookup(data: pd.Series | pd.DataFrame) -> dict[Any, Any]:
    """Return values by label, or rows by label, each a dictionary by column."""
    return data.to_dict() if isinstance(data, pd.Series) else data.to_dict("index")


def _averages(column: pd.Series, axis: Years) -> Averages:
    everyone = _yearly_means(column, years=axis)
    try:
        cohort = _yearly_means(column, years=axis, cohort="balanced")
    except ValueError:  # the data are checked: what is refused is a cohort without a country
        cohort = _yearly_means(column * np.nan, years=axis)
    return Averages(everyone, cohort)


def _by_region(column: pd.Series, regions: pd.Series) -> pd.DataFrame:
    if not regions.notna().any():
        return pd.DataFrame({"mean": [], "n": []}, index=pd.MultiIndex.from_arrays([[], []]))
    return _yearly_means(column, by=regions)


def _several(means: pd.DataFrame) -> dict[str, ByYear]:
    """Return the means of two or more countries, by region."""
    return _nested(means.index.tolist(), means["mean"].where(means["n"] > 1))


def _in_year(counts: pd.Series, year: int) -> dict[str, int]:
    return {name: int(n) for (name, when), n in lookup(counts).items() if when == year}


def _nested(keys: Iterable[tuple[str, int]], values: pd.Series) -> dict[str, ByYear]:
    """Return the values that are not missing, by country or region, then by year."""
    rows: dict[str, ByYear] = {}
    for (name, year), value in zip(keys, values.tolist(), strict=True):
        by_year = rows.setdefault(name, {})
        if not math.isnan(value):
            by_year[year] = value
    return rows


def _undecided(
    material: Material, keys: list[tuple[str, int]], name: str
) -> dict[str, list[tuple[int, float, float]]]:
    rows: dict[str, list[tuple[int, float, float]]] = {}
    if material.bounds is not None:
        lows, highs = (material.bounds[f"{name}_{end}"].tolist() for end in ("low", "high"))
        for (unit, year), low, high in zip(keys, lows, highs, strict=True):
            if low < high:
                rows.setdefault(unit, []).append((year, low, high))
    return rows


def _ranking(material: Material) -> tuple[pd.DataFrame, dict[str, str]]:
    """Rank the last year's countries, with every range that a rank may move in."""
    scores, year, codebook = material.scores[material.dimensions], material.end, material.codebook
    tables = {"error": _standings(scores, year, error=ACCURACY, codebook=codebook)}
    ranges = {"error": "Ranks, 95\N{NO-BREAK SPACE}% under coding error"}
    if len(material.dimensions) > 1:
        tables["weights"] = _standings(scores, year, min_weight=0, codebook=codebook)
        ranges = {"weights": "Ranks, any weights, zero included", "tenth": TENTH} | ranges
    if material.bounds is not None:
        tables["missing"] = _standings(scores, year, bounds=material.bounds, codebook=codebook)
        n = int(tables["missing"]["rank_low"].count())
        ranges["missing"] = f"Ranks among {n:,}, missing codings filled in"
    ranking = _standings(scores, year, codebook=codebook)
    ranking = ranking.drop(columns=["rank_low", "rank_high"])
    for end in ("low", "high"):
        for why, table in tables.items():
            ranking[f"{why}_{end}"] = table[f"rank_{end}"]
        if f"rank_{end}_tenth" in tables.get("weights", ()):
            ranking[f"tenth_{end}"] = tables["weights"][f"rank_{end}_tenth"]
        else:
            ranges.pop("tenth", None)
    since = _changes(material.scores["overall"], since=material.start)["change"]
    ranking["change"] = since.xs(year, level="year") if material.start < year else np.nan
    places = {unit: place for place, unit in enumerate(material.names)}
    order = ranking.assign(name=ranking.index.map(places)).sort_values(["rank", "name"])
    return ranking.loc[order.index], ranges
