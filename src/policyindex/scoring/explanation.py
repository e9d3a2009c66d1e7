"""Explain a score, and list the fewest steps that would raise it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries
from .._kernels import tables
from .._options import whole
from .._wording import joined, year_words
from ..codebooks.model import Codebook, Dimension, check_codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import INDEX, check_index
from ..panel.dimensions import indicators
from ..panel.display import as_html, as_text
from ..panel.labels import carry
from ..panel.selection import units
from .scores import _score_bounds


class DimensionExplanation(NamedTuple):
    """Why one dimension has its score."""

    dimension: str
    """Name of the dimension."""
    score: int | None
    """The score, or None where the missing codings leave it undecided."""
    low: int
    """Lowest score that the missing codings allow."""
    high: int
    """Highest score that they allow."""
    lowest: int
    """The worst score on the scale."""
    highest: int
    """The best score on the scale."""
    meaning: str
    """The words of the score; of the lowest possible one where the score is undecided."""
    levels: dict[str, str]
    """The codings: title of the indicator to the words of its level."""
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
                f"{joined(self.missing)} {'is' if len(self.missing) == 1 else 'are'} not coded; "
                f"at worst, {self.meaning}."
            )
        else:
            verdict = f"{name} is {self.score} of {self.highest}: {self.meaning}."
        coded = "; ".join(_grouped(self.levels))
        sentences = [verdict, f"Coded: {coded}." if coded else "Nothing is coded."]
        if self.score is not None and self.missing:
            sentences.append(f"Not coded, but without effect: {joined(self.missing)}.")
        if self.steps is not None:
            start = ", from the worst case," if self.missing else ""
            plural = "step" if self.steps == 1 else "steps"
            way = joined([f"{title}: {level}" for title, level in self.rises.items()])
            sentences.append(f"The nearest way up{start} takes {self.steps} {plural} ({way}).")
        return " ".join(sentences)

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        levels = {**self.levels, **dict.fromkeys(self.missing, "not coded")}
        table = pd.DataFrame({"level": levels}, dtype=object).rename_axis("indicator")
        return as_html(str(self), levels=table)


class Explanation(NamedTuple):
    """Why a country has its scores in a year; ``str()`` is a paragraph for a lay reader."""

    country: str
    """The country's code."""
    name: str
    """The country's name."""
    year: int
    """The year of the codings."""
    score: int | None
    """The overall score, or None where the missing codings leave it undecided."""
    low: int
    """Lowest overall score that the missing codings allow."""
    high: int
    """Highest overall score that they allow."""
    highest: int
    """The best overall score on the scale."""
    dimensions: tuple[DimensionExplanation, ...]
    """Why each dimension has its score."""
    source: str
    """The source that the codings name, or an empty text."""

    def __str__(self) -> str:
        verdict = (
            f"lies between {self.low} and {self.high}" if self.score is None else f"is {self.score}"
        )
        start = f"{self.name}, {self.year}: the overall score {verdict} of {self.highest}."
        source = [f"Source: {self.source}."] if self.source else []
        return " ".join([start, *map(str, self.dimensions), *source])

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        columns = ["score", "low", "high", "highest", "steps"]
        rows = {
            each.dimension: [getattr(each, name) for name in columns] for each in self.dimensions
        }
        rows["overall"] = [self.score, self.low, self.high, self.highest, None]
        table = pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype=object)
        return as_html(str(self), scores=table.rename_axis("dimension"))


def explain(
    codings: pd.DataFrame, country: str, year: int, *, codebook: Codebook = THREE_P
) -> Explanation:
    """Explain the scores of one country in one year.

    Parameters
    ----------
    codings : DataFrame, index (country, year)
        A column per indicator of the codebook: its level from 0 (worst), or missing. Only the
        row of the country in the year is checked.
    country : str
        Name or code of a country, or a label of the panel.
    year : int
        A year of the panel.
    codebook : Codebook
        The rules, and the words of their levels.

    Returns
    -------
    Explanation
        ``str()`` is a paragraph; the fields hold the same facts.

    Raises
    ------
    PanelError
        If the row breaks the contract of codings.
    ValueError
        If the codings have no row of the country in that year.

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
    check_codebook(codebook)
    row = _row(codings, country, whole("year", year))
    return _explain(indicators(row, codebook), codebook)


def _explain(row: pd.DataFrame, codebook: Codebook = THREE_P) -> Explanation:
    """Explain the one row of checked codings."""
    (unit, when) = row.index[0]
    bounds = {str(name): int(bound) for name, bound in _score_bounds(row, codebook).iloc[0].items()}
    levels = {str(name): float(level) for name, level in row.iloc[0].items()}
    low, high = bounds["overall_low"], bounds["overall_high"]
    return Explanation(
        str(unit),
        countries.name(unit),
        int(when),
        low if low == high else None,
        low,
        high,
        codebook.highest,
        tuple(_explain_dimension(each, levels, bounds) for each in codebook.dimensions),
        str(row.attrs.get("source", "")),
    )


def _row(codings: Any, country: str, year: int) -> Any:
    """Return the row of a country in a year, not yet checked."""
    if not isinstance(codings, pd.DataFrame) or tuple(codings.index.names) != INDEX:
        return codings  # the check of the codings says what is wrong
    labels = codings.index.get_level_values("country")
    (unit,) = units("countries", [country], labels.unique())
    rows = codings[labels == unit]
    index, _ = check_index(rows.index)
    years = index.get_level_values("year")
    if year not in years:
        raise ValueError(
            f"{countries.name(unit)} has no row in {year}; it has rows in "
            f"{year_words(sorted(years))}"
        )
    return rows[years == year]


def _explain_dimension(
    dimension: Dimension, row: Mapping[str, float], bounds: Mapping[str, int]
) -> DimensionExplanation:
    coded = [each for each in dimension.indicators if not np.isnan(row[each.name])]
    low, high = bounds[f"{dimension.name}_low"], bounds[f"{dimension.name}_high"]
    start = _worst_case(np.array([row[each.name] for each in dimension.indicators]))
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
    """List the fewest steps that would raise each dimension.

    A step lifts one indicator by one level. Missing codings count from their worst case, level
    0, so a step may have been taken already: ``missing`` counts them.

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
        the next level within reach: ``steps`` (missing at the best level), ``ways`` (the number
        of different sets of that few steps) and ``sets`` (the first of them in codebook order);
        and ``steps_top, ways_top, sets_top`` to the best level that the rule can return. A set
        is a tuple of ``(indicator, level to reach)``.

    Raises
    ------
    PanelError
        If an indicator is absent or a coding is not one of its levels.
    ValueError
        If ``most`` is not a positive integer.

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
    return _next_steps(indicators(codings, codebook), codebook, most)


def _next_steps(codings: pd.DataFrame, codebook: Codebook = THREE_P, most: int = 5) -> pd.DataFrame:
    parts = []
    for dimension in codebook.dimensions:
        names = [each.name for each in dimension.indicators]
        rows = codings[names].to_numpy()
        states, place = np.unique(np.nan_to_num(rows), axis=0, return_inverse=True)
        answers = [_next(dimension, _worst_case(state), most) for state in states]
        part = pd.DataFrame(answers, columns=list(Next._fields)).iloc[place.reshape(-1)]
        part.index = codings.index
        part.insert(1, "missing", np.isnan(rows).sum(axis=1))
        parts.append(part)
    keys = [each.name for each in codebook.dimensions]
    by_dimension = pd.concat(parts, keys=keys, names=["dimension"])
    order = np.arange(len(by_dimension)).reshape(len(keys), -1).T.reshape(-1)
    answer = by_dimension.reorder_levels(["country", "year", "dimension"]).iloc[order]
    return carry(answer, codings)


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
    steps = int(tables.steps(dimension.shape, dimension.table, target)[start])
    ways = tables.minimal_rises(dimension.shape, dimension.table, start, target)
    return (steps if steps >= 0 else None), ways


def _worst_case(levels: NDArray[np.float64]) -> tuple[int, ...]:
    return tuple(int(level) for level in np.nan_to_num(levels))


def _grouped(levels: dict[str, str]) -> list[str]:
    """Return the levels of indicators in words, all that are a plain yes or no together."""
    answers: dict[str, list[str]] = {"yes": [], "no": []}
    others = []
    for title, level in levels.items():
        if level.casefold() in answers:
            answers[level.casefold()].append(title)
        else:
            others.append(f"{title}: {level}")
    return others + [f"{word}: {joined(titles)}" for word, titles in answers.items() if titles]
