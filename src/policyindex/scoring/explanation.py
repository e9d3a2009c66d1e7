"""Why a score is what it is, and the fewest steps that would raise it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries
from .._kernels import tables as _tables
from .._options import whole
from .._wording import joined, listed
from ..codebooks.model import Codebook, Dimension
from ..codebooks.three_p import THREE_P
from ..panel.dimensions import indicators
from ..panel.labels import carry
from ..panel.selection import units
from .scores import score_bounds


class DimensionExplanation(NamedTuple):
    """Why one dimension has its score."""

    dimension: str
    """Name of the dimension."""
    score: int | None
    """The score, or None where the missing codings leave it open."""
    low: int
    """Lowest score that the missing codings allow."""
    high: int
    """Highest score that they allow."""
    lowest: int
    """The worst score on the scale."""
    highest: int
    """The best score on the scale."""
    meaning: str
    """The rule's words for the score; for the worst possible one where it is open."""
    levels: dict[str, str]
    """What is coded: title of the indicator to the words of its level."""
    missing: tuple[str, ...]
    """Titles of the indicators that are not coded."""
    steps: int | None
    """Fewest steps to a higher score, from the worst completion; None at the best score."""
    rises: dict[str, str]
    """The first of the shortest ways there: title to the words of the level to reach."""

    def __str__(self) -> str:
        name = self.dimension.capitalize()
        if self.score is None:
            verdict = (
                f"{name} lies between {self.low} and {self.high} of {self.highest}, since "
                f"there is no coding of {joined(self.missing)}; at worst, {self.meaning}."
            )
        else:
            verdict = f"{name} is {self.score} of {self.highest}: {self.meaning}."
        coded = "; ".join(_grouped(self.levels))
        told = [verdict, f"Coded: {coded}." if coded else "Nothing is coded."]
        if self.score is not None and self.missing:
            told.append(f"Not coded, but without bearing: {joined(self.missing)}.")
        if self.steps is not None:
            start = ", from the worst case," if self.missing else ""
            plural = "step" if self.steps == 1 else "steps"
            way = joined([f"{title}: {level}" for title, level in self.rises.items()])
            told.append(f"The nearest way up{start} takes {self.steps} {plural} ({way}).")
        return " ".join(told)


class Explanation(NamedTuple):
    """Why a country has its scores in a year; ``str`` gives a paragraph for a lay reader."""

    country: str
    """The country's code."""
    name: str
    """The country's name."""
    year: int
    """The year of the codings."""
    score: int | None
    """The overall score, or None where the missing codings leave it open."""
    low: int
    """Lowest overall score that the missing codings allow."""
    high: int
    """Highest overall score that they allow."""
    highest: int
    """The best overall score there is."""
    dimensions: tuple[DimensionExplanation, ...]
    """Why each dimension has its score."""
    source: str
    """The label of the codings' source; empty where they carry none."""

    def __str__(self) -> str:
        found = (
            f"lies between {self.low} and {self.high}" if self.score is None else f"is {self.score}"
        )
        start = f"{self.name}, {self.year}: the overall score {found} of {self.highest}."
        source = [f"Source: {self.source}."] if self.source else []
        return " ".join([start, *map(str, self.dimensions), *source])


def explain(
    codings: pd.DataFrame, country: str, year: int, *, codebook: Codebook = THREE_P
) -> Explanation:
    """Explain the scores of one country in one year.

    Parameters
    ----------
    codings : DataFrame, index (country, year)
        A column per indicator of the codebook; missing codings are named as such.
    country : str
        Name or code of a country, or a label of the panel.
    year : int
        A year of the panel.
    codebook : Codebook
        The rules, and the words for their levels.

    Returns
    -------
    Explanation
        Prints as a paragraph; its fields carry the same facts.

    Raises
    ------
    PanelError
        When the codings break their contract.
    ValueError
        When they hold nothing on the country in that year.

    Examples
    --------
    >>> from policyindex import datasets
    >>> why = explain(datasets.load_demo(), "North Korea", 2009)
    >>> why.score
    3
    >>> print(why.dimensions[0])
    Prosecution is 1 of 5: no law is used against traffickers. Coded: law against
    trafficking: none; other statutes against traffickers: not used; enforcement: none; penalty:
    lenient. The nearest way up takes 1 step (law against trafficking: some forms).
    """
    row = _row(indicators(codings, codebook), country, whole("year", year))
    (unit, when) = row.index[0]
    bounds = score_bounds(row, codebook=codebook).iloc[0].astype(int)
    levels = row.iloc[0]
    low, high = int(bounds["overall_low"]), int(bounds["overall_high"])
    return Explanation(
        unit,
        countries.name(unit),
        when,
        low if low == high else None,
        low,
        high,
        codebook.highest,
        tuple(_explain_dimension(each, levels, bounds) for each in codebook.dimensions),
        str(codings.attrs.get("source", "")),
    )


def _row(codings: pd.DataFrame, country: str, year: int) -> pd.DataFrame:
    (unit,) = units("countries", [country], codings.index.unique("country"))
    rows = codings.loc[[unit]]
    years = rows.index.get_level_values("year")
    if year not in years:
        raise ValueError(
            f"nothing is coded for {countries.name(unit)} in {year}; there is "
            f"{listed(years, most=30)}"
        )
    return rows[years == year]


def _explain_dimension(
    dimension: Dimension, row: pd.Series, bounds: pd.Series
) -> DimensionExplanation:
    coded = [each for each in dimension.indicators if not np.isnan(row[each.name])]
    low, high = int(bounds[f"{dimension.name}_low"]), int(bounds[f"{dimension.name}_high"])
    start = _worst_case(row[[each.name for each in dimension.indicators]].to_numpy())
    steps, ways = _ways_up(dimension, start, low + 1)
    reached = ways[0] if ways else start
    return DimensionExplanation(
        dimension.name,
        low if low == high else None,
        low,
        high,
        dimension.lowest,
        dimension.highest,
        dimension.levels[low - dimension.lowest],
        {each.title: each.levels[int(row[each.name])] for each in coded},
        tuple(each.title for each in dimension.indicators if each not in coded),
        steps,
        {
            each.title: each.levels[level]
            for each, level, before in zip(dimension.indicators, reached, start, strict=True)
            if level > before
        },
    )


def next_steps(
    codings: pd.DataFrame, *, codebook: Codebook = THREE_P, most: int = 5
) -> pd.DataFrame:
    """Find the fewest steps that would raise each dimension.

    A step lifts one indicator by one level. Missing codings count from their worst case, level
    0, so that a step may turn out to have been taken already: ``missing`` counts them.

    Parameters
    ----------
    codings : DataFrame, index (country, year)
        A column per indicator of the codebook: its level from 0 (worst), or missing.
    codebook : Codebook
        The rules.
    most : int
        The most ways to list; all are counted.

    Returns
    -------
    DataFrame, index (country, year, dimension)
        ``score`` in the worst case; ``missing``, the number of indicators not coded; then, to
        the next level reachable: ``steps`` (missing at the best level), ``ways`` (the number of
        different sets of that few steps) and ``sets`` (the first of them in codebook order);
        and ``steps_top, ways_top, sets_top`` to the best level the rule can give. A set is a
        tuple of ``(indicator, level to reach)``.

    Raises
    ------
    PanelError
        When an indicator is absent or a coding is not one of its levels.
    ValueError
        When ``most`` is below 1.

    Examples
    --------
    >>> from policyindex import datasets
    >>> steps = next_steps(datasets.load_demo())
    >>> steps.loc[("PRK", 2009, "prosecution"), ["score", "steps", "ways"]].astype(int).tolist()
    [1, 1, 2]
    >>> steps.loc[("PRK", 2009, "prosecution"), "sets"]
    ((('specific_law', 1),), (('other_laws', 1),))
    """
    most = whole("most", most, least=1)
    checked = indicators(codings, codebook)
    tables = []
    for dimension in codebook.dimensions:
        names = [each.name for each in dimension.indicators]
        rows = checked[names].to_numpy()
        states, place = np.unique(np.nan_to_num(rows), axis=0, return_inverse=True)
        answers = [_next(dimension, _worst_case(state), most) for state in states]
        table = pd.DataFrame(answers, columns=list(Next._fields)).iloc[place.reshape(-1)]
        table.index = checked.index
        table.insert(1, "missing", np.isnan(rows).sum(axis=1))
        tables.append(table)
    keys = [each.name for each in codebook.dimensions]
    joined = pd.concat(tables, keys=keys, names=["dimension"])
    order = np.arange(len(joined)).reshape(len(keys), -1).T.reshape(-1)
    answer = joined.reorder_levels(["country", "year", "dimension"]).iloc[order]
    carry(answer, codings)
    return answer


class Next(NamedTuple):
    """The columns of :func:`next_steps` that follow from one state of one dimension."""

    score: int
    steps: float
    ways: int
    sets: tuple[tuple[tuple[str, int], ...], ...]
    steps_top: int
    ways_top: int
    sets_top: tuple[tuple[tuple[str, int], ...], ...]


def _next(dimension: Dimension, start: tuple[int, ...], most: int) -> Next:
    score = int(np.array(dimension.table).reshape(dimension.shape)[start])
    answers: list[Any] = []
    for target in (score + 1, max(dimension.table)):
        steps, ways = _ways_up(dimension, start, target)
        sets = tuple(
            tuple(
                (each.name, level)
                for each, level, before in zip(dimension.indicators, way, start, strict=True)
                if level > before
            )
            for way in ways[:most]
        )
        answers += [np.nan if steps is None else steps, len(ways), sets]
    return Next(score, *answers)


def _ways_up(
    dimension: Dimension, start: tuple[int, ...], target: int
) -> tuple[int | None, tuple[tuple[int, ...], ...]]:
    steps = int(_tables.steps(dimension.shape, dimension.table, target)[start])
    ways = _tables.minimal_rises(dimension.shape, dimension.table, start, target)
    return (steps if steps >= 0 else None), ways


def _worst_case(levels: NDArray[np.float64]) -> tuple[int, ...]:
    return tuple(int(level) for level in np.nan_to_num(levels))


def _grouped(levels: dict[str, str]) -> list[str]:
    """Word the levels of indicators, and those that are a plain yes or no together."""
    answers: dict[str, list[str]] = {"yes": [], "no": []}
    told = []
    for title, level in levels.items():
        if level.casefold() in answers:
            answers[level.casefold()].append(title)
        else:
            told.append(f"{title}: {level}")
    return told + [f"{word}: {joined(titles)}" for word, titles in answers.items() if titles]
