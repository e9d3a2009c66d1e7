"""Explain a score, and list the fewest steps that would raise it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries
from .._kernels.profiles import distinct
from .._options import whole
from .._wording import figure, joined, year_words
from ..codebooks.model import Codebook, Dimension, Indicator, check_codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import INDEX, check_index
from ..panel.dimensions import indicators
from ..panel.display import as_html, as_text
from ..panel.evidence import Evidence, Grounds, check_evidence, deciding, grounds_of
from ..panel.labels import carry
from ..panel.selection import units
from . import lookup
from .scores import _score_bounds


class DimensionExplanation(NamedTuple):
    """Why one dimension has its score."""

    dimension: str
    """Name of the dimension."""
    score: float | None
    """The score, or None where the missing codings leave it undecided."""
    low: float
    """Lowest score that the missing codings allow."""
    high: float
    """Highest score that they allow."""
    lowest: float
    """The worst score on the scale."""
    highest: float
    """The best score on the scale."""
    meaning: str
    """The words of the score; of the lowest possible one where the score is undecided. Empty where
    the scale has no words."""
    levels: dict[str, str]
    """The codings: title of the indicator to the words of its level."""
    missing: tuple[str, ...]
    """Titles of the indicators that are not coded."""
    steps: int | None
    """Fewest steps to a higher score, from the worst completion; None at the best score."""
    rises: dict[str, str]
    """The first of the shortest ways there: title to the words of the level to reach."""
    evidence: tuple[Evidence, ...] = ()
    """The evidence of its codings, indicator by indicator, where there is any."""
    unsourced: tuple[str, ...] = ()
    """Titles of the coded indicators whose evidence names no report, page or words of one."""

    def __str__(self) -> str:
        name = self.dimension.capitalize()
        if self.score is None:
            verdict = (
                f"{name} lies between {figure(self.low)} and {figure(self.high)} of "
                f"{figure(self.highest)}, since {joined(self.missing)} "
                f"{'is' if len(self.missing) == 1 else 'are'} not coded"
                f"{self.meaning and f'; at worst, {self.meaning}'}."
            )
        else:
            verdict = (
                f"{name} is {figure(self.score)} of {figure(self.highest)}"
                f"{self.meaning and f': {self.meaning}'}."
            )
        coded = "; ".join(_grouped(self.levels))
        sentences = [verdict, f"Coded: {coded}." if coded else "Nothing is coded."]
        if self.score is not None and self.missing:
            sentences.append(f"Not coded, but without effect: {joined(self.missing)}.")
        if self.steps is not None:
            start = ", from the worst case," if self.missing else ""
            plural = "step" if self.steps == 1 else "steps"
            way = joined([f"{title}: {level}" for title, level in self.rises.items()])
            sentences.append(f"The nearest way up{start} takes {self.steps} {plural} ({way}).")
        sentences += [f"Evidence of {each.indicator}: {each}." for each in self.evidence]
        if self.unsourced:
            sentences.append(f"Without evidence that names a source: {joined(self.unsourced)}.")
        return " ".join(sentences)

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        levels = {**self.levels, **dict.fromkeys(self.missing, "not coded")}
        table = pd.DataFrame({"level": levels}, dtype=object).rename_axis("indicator")
        if not self.evidence:
            return as_html(str(self), levels=table)
        evidence = pd.DataFrame(self.evidence, dtype=object).set_index(["indicator", "coder"])
        return as_html(str(self), levels=table, evidence=evidence)


class Explanation(NamedTuple):
    """Why a country has its scores in a year; ``str()`` is a paragraph for a lay reader."""

    country: str
    """The country's code."""
    name: str
    """The country's name."""
    year: int
    """The year of the codings."""
    score: float | None
    """The overall score, or None where the missing codings leave it undecided."""
    low: float
    """Lowest overall score that the missing codings allow."""
    high: float
    """Highest overall score that they allow."""
    highest: float
    """The best overall score on the scale."""
    dimensions: tuple[DimensionExplanation, ...]
    """Why each dimension has its score."""
    source: str
    """The source that the codings name, or an empty text."""

    def __str__(self) -> str:
        verdict = (
            f"lies between {figure(self.low)} and {figure(self.high)}"
            if self.score is None
            else f"is {figure(self.score)}"
        )
        start = f"{self.name}, {self.year}: the overall score {verdict} of {figure(self.highest)}."
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
    codings: pd.DataFrame,
    country: str,
    year: int,
    *,
    codebook: Codebook = THREE_P,
    evidence: pd.DataFrame | None = None,
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
    evidence : DataFrame, index (coder, country, year, indicator), optional
        The status, report, page, quotation and remark of codings, all text, such as
        :func:`policyindex.coding.read_workbook` returns. Of a settled coding only the evidence of
        the coder ``final`` is quoted.

    Returns
    -------
    Explanation
        ``str()`` is a paragraph; the fields hold the same facts.

    Raises
    ------
    PanelError
        If the row breaks the contract of codings, or the evidence that of evidence.
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

    With evidence:

    >>> import pandas as pd
    >>> rows = [("Ama", "PRK", 2009, "penalty", "doubtful", "Report 2010", "12", "", "old law")]
    >>> columns = ["coder", "country", "year", "indicator", "status", "report", "page", "quote",
    ...            "remark"]
    >>> table = pd.DataFrame(rows, columns=columns).set_index(columns[:4])
    >>> why = explain(datasets.load_demo(), "North Korea", 2009, evidence=table)
    >>> print(why.dimensions[0].evidence[0])
    doubtful; Report 2010, p. 12; remark: old law; coder Ama
    """
    check_codebook(codebook)
    row = indicators(_row(codings, country, whole("year", year)), codebook)
    if evidence is None:
        return _explain(row, codebook)
    checked = deciding(check_evidence(evidence, codebook))
    index: Any = checked.index
    own = checked[index.droplevel(["coder", "indicator"]).isin(row.index)]
    return _explain(row, codebook, grounds_of(own, codebook).get(row.index[0], {}))


def _explain(
    row: pd.DataFrame, codebook: Codebook = THREE_P, grounds: Grounds | None = None
) -> Explanation:
    """Explain the one row of checked codings, by their evidence unless it is None."""
    ((unit, when),) = row.index
    bounds = {
        str(name): _plain(bound) for name, bound in _score_bounds(row, codebook).iloc[0].items()
    }
    levels = {str(name): float(level) for name, level in row.iloc[0].items()}
    low, high = bounds["overall_low"], bounds["overall_high"]
    return Explanation(
        str(unit),
        countries.name(unit),
        int(when),
        low if low == high else None,
        low,
        high,
        _plain(codebook.highest),
        tuple(_explain_dimension(each, levels, bounds, grounds) for each in codebook.dimensions),
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
    dimension: Dimension,
    row: Mapping[str, float],
    bounds: Mapping[str, float],
    grounds: Grounds | None,
) -> DimensionExplanation:
    coded = [each for each in dimension.indicators if not np.isnan(row[each.name])]
    low, high = bounds[f"{dimension.name}_low"], bounds[f"{dimension.name}_high"]
    start = _worst_case(np.array([row[each.name] for each in dimension.indicators]))
    above = lookup.score_at(dimension, start) + 1
    steps, _, ways = lookup.ways_up(dimension, start, above, most=1)
    reached = ways[0] if ways else start
    return DimensionExplanation(
        dimension.name,
        low if low == high else None,
        low,
        high,
        _plain(dimension.lowest),
        _plain(dimension.highest),
        dimension.words(low),
        {each.title: each.levels[int(row[each.name])] for each in coded},
        tuple(each.title for each in dimension.indicators if each not in coded),
        steps,
        {
            each.title: each.levels[level]
            for each, level, before in zip(dimension.indicators, reached, start, strict=True)
            if level > before
        },
        tuple(one for each in dimension.indicators for one in (grounds or {}).get(each.name, ())),
        () if grounds is None else tuple(each.title for each in unsourced(coded, grounds)),
    )


def unsourced(indicators: Iterable[Indicator], grounds: Grounds) -> list[Indicator]:
    """Return the indicators whose evidence names no source."""
    return [
        each for each in indicators if not any(one.has_source for one in grounds.get(each.name, ()))
    ]


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
        of different sets of that few steps; missing where a rule that adds has too many to
        count) and ``sets`` (the first of them in codebook order);
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
    answers: list[Next] = []
    n = (len(codings), len(codebook.dimensions))
    places, missing = np.empty(n, dtype=np.intp), np.empty(n, dtype=np.int64)
    for number, dimension in enumerate(codebook.dimensions):
        rows = codings[[each.name for each in dimension.indicators]].to_numpy()
        missing[:, number] = np.isnan(rows).sum(axis=1)
        first, place = distinct(np.nan_to_num(rows).astype(np.int8))
        places[:, number] = place + len(answers)
        answers += [_next(dimension, _worst_case(rows[row]), most) for row in first]
    answer = pd.DataFrame(answers, columns=list(Next._fields)).take(places.ravel())
    answer.insert(1, "missing", missing.ravel())
    answer.index = _by_dimension(cast(pd.MultiIndex, codings.index), codebook)
    return carry(answer, codings)


def _by_dimension(index: pd.MultiIndex, codebook: Codebook) -> pd.MultiIndex:
    """Return an index with a row for each dimension of each row."""
    names = [each.name for each in codebook.dimensions]
    codes: list[Any] = [np.repeat(each, len(names)) for each in index.codes]
    codes.append(np.tile(np.arange(len(names)), len(index)))
    levels: list[Any] = [*index.levels, pd.Index(names)]
    return pd.MultiIndex(levels, codes, names=[*INDEX, "dimension"], verify_integrity=False)


class Next(NamedTuple):
    """The columns of :func:`next_steps` that follow from one state of one dimension."""

    score: float
    steps: float
    ways: float
    sets: tuple[tuple[tuple[str, int], ...], ...]
    steps_top: float
    ways_top: float
    sets_top: tuple[tuple[tuple[str, int], ...], ...]


def _next(dimension: Dimension, start: tuple[int, ...], most: int) -> Next:
    score = lookup.score_at(dimension, start)
    answers: list[Any] = []
    for target in (score + 1, int(dimension.best * dimension.denominator)):
        steps, n, ways = lookup.ways_up(dimension, start, target, most)
        sets = tuple(
            tuple(
                (each.name, level)
                for each, level, before in zip(dimension.indicators, way, start, strict=True)
                if level > before
            )
            for way in ways
        )
        answers += [np.nan if steps is None else steps, np.nan if n is None else n, sets]
    return Next(_plain(score / dimension.denominator), *answers)


def _worst_case(levels: NDArray[np.float64]) -> tuple[int, ...]:
    return tuple(int(level) for level in np.nan_to_num(levels))


def _plain(score: float | Fraction) -> float:
    """Return a score as an integer where it is whole, and as a float otherwise."""
    return int(score) if score == int(score) else float(score)


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
