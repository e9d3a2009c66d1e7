"""The section on latent scores, for a report that is asked for one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from .. import latent
from .._wording import capital, joined, quoted, signed
from ..latent.models import ASSUMPTIONS, NOT_THE_INDEX, SMOOTHED, Fit
from ..latent.wording import points, range_words
from ..panel.check import PanelError
from ..typing import Years
from . import _drawing
from ._material import Material, breaks
from ._results import lookup
from ._sentences import MOST_NAMES, named, who
from ._tables import BAR, Cell

CLEAR = 0.975
"""A change whose probability is at least this has a 95 % range without 0."""

OVER = 0.25
"""By how much the outermost band of all may stand out of its chart, so that others are higher."""


class Row(NamedTuple):
    """A country's row in the table of the last year."""

    unit: str
    cells: list[Cell]
    low: float
    """The better end of the rank's range, as a position on the bar."""
    high: float
    dot: float


class Jump(NamedTuple):
    """A change of the overall score that the model smooths."""

    unit: str
    year: int
    cells: list[Cell]


class Position(NamedTuple):
    """The part of a country's section."""

    sentences: list[str]
    panel: _drawing.Panel | None
    """None without a latent score in any year."""


class Latent(NamedTuple):
    """Everything that a report says of latent scores."""

    explanation: str
    sentences: list[str]
    assumption: str
    jumps: list[Jump]
    rows: list[Row]
    positions: dict[str, Position]


def fit_of(source: Fit | str, material: Material) -> Fit:
    """Return the fit of a report: as passed, or of a model that is named.

    Raises
    ------
    ValueError
        If it is neither a fit nor the name of a model.
    PanelError
        If it is a fit to other data, or the model cannot be fitted.
    """
    if isinstance(source, str):
        scores = material.scores[material.dimensions]
        return latent.fit(scores, model=source, codebook=material.codebook)
    if not isinstance(source, Fit):
        raise ValueError(
            f"latent must be static, dynamic or correlated, or the answer of latent.fit; got "
            f"{quoted(source)}"
        )
    if not source.panel.index.equals(material.scores.index) or not _same(source, material):
        raise PanelError(
            f"latent must be fitted to the data of the report, {len(material.scores):,} "
            f"country-years; it is fitted to others, {len(source.panel):,} country-years"
        )
    return source


def _same(fitted: Fit, material: Material) -> bool:
    """Return whether a fit has the levels of a report."""
    names = list(fitted.panel)
    if names == material.dimensions:
        return bool(fitted.panel.equals(material.scores[names].astype(float)))
    if material.codings is None or not {*names} <= {*material.codings}:
        return False
    own = material.codings[names]
    return bool(fitted.panel.where(own.notna()).equals(own.astype(float)))


def latent_of(
    fitted: Fit, material: Material, axes: Mapping[str, Years], shared: _drawing.Shared
) -> Latent:
    """Compute what a report says of a fit: of all countries, and of those with a section.

    `axes` are the first and the last year of the charts of these.
    """
    end = material.end
    ranks = latent.ranks(fitted, end)
    table: dict[tuple[str, int], dict[Any, Any]] = lookup(fitted.scores.dropna())
    of_rank = lookup(ranks)
    scale = _scale(fitted.scores)
    sentences = [_may_be_first(ranks, end), *_changes(fitted, material)]
    return Latent(
        _explanation(fitted),
        [each for each in sentences if each],
        ASSUMPTIONS[fitted.model],
        [
            _jump(unit, year, change, expected)
            for (unit, year), (change, expected) in _jumps(fitted).items()
        ],
        [
            _row(str(unit), table[str(unit), end], of_rank[unit], len(ranks))
            for unit in ranks.sort_values("rank_mean", kind="stable").index
        ],
        {
            unit: _position(fitted, material, unit, table, of_rank.get(unit), scale, span, shared)
            for unit, span in axes.items()
        },
    )


def _explanation(fitted: Fit) -> str:
    lingers = (
        ""
        if fitted.model == "static"
        else " The model takes a position to linger from year to year, so that it counts a year "
        f"that stands out as error in part. {SMOOTHED}"
    )
    return (
        f"{NOT_THE_INDEX} The index states what was coded. A latent score takes the codings as "
        "measurements, each with error, and says where a country stands and how sure that is. It "
        "is in standard deviations, 0 being the average, and its ranks are not those of the "
        f"ranking.{lingers}"
    )


def _may_be_first(ranks: pd.DataFrame, year: int) -> str:
    """Return how many countries may be the first."""
    if len(ranks) < 2:
        return ""
    first = [str(unit) for unit in ranks.index[ranks["rank_low"] == 1]]
    names = f": {who(first)}" if 1 < len(first) <= MOST_NAMES else ""
    if len(first) == 1:
        return (
            f"By latent score, {named(first[0])} is first of {len(ranks)} countries in {year}; no "
            f"other has rank 1 in its 95 % range."
        )
    return (
        f"By latent score, {len(first)} of {len(ranks)} countries could be first in {year}{names}. "
        f"Each has rank 1 in its 95 % range."
    )


def _changes(fitted: Fit, material: Material) -> list[str]:
    """Return how many countries clearly rose and fell from the first year to the last."""
    start, end = material.start, material.end
    if start == end:
        return []
    changes = latent.improved(fitted, start, end)
    if len(changes) < 2:
        return []
    up = int((changes["p_improved"] >= CLEAR).sum())
    down = int((changes["p_improved"] <= 1 - CLEAR).sum())
    unclear = len(changes) - up - down
    others = f"the other {unclear}" if up or down else "all"
    rest = f"; for {others} the data cannot tell" if unclear else ""
    text = (
        f"From {start} to {end}, of the {len(changes)} countries with scores in both years, "
        f"{up or 'none'} clearly rose and {down or 'none'} clearly fell{rest}."
    )
    return [text]


def _jump(unit: str, year: int, change: float, expected: float) -> Jump:
    return Jump(
        unit,
        year,
        [
            Cell(signed(change, plus=True), change),
            Cell(signed(expected, 1, plus=True), expected),
        ],
    )


def _row(unit: str, score: dict[Any, Any], rank: dict[Any, Any], ranked: int) -> Row:
    values = [score[name] for name in ("mean", "low", "high", "expected")]
    ends = [rank[name] for name in ("rank_low", "rank_high", "rank_mean")]
    return Row(
        unit,
        [
            Cell(f"{ends[2]:.1f}", ends[2]),
            *(Cell(f"{end:.0f}", end) for end in ends[:2]),
            *(Cell(signed(value, 2), value) for value in values[:3]),
            Cell(f"{values[3]:.1f}", values[3]),
        ],
        *(_on_bar(end, ranked) for end in ends),
    )


def _on_bar(rank: float, last: int) -> float:
    return round(4 + (BAR - 8) * (rank - 1) / max(last - 1, 1), 1)


def _scale(scores: pd.DataFrame) -> tuple[int, int]:
    """Return the scale of all charts of latent scores."""
    low, high = scores["low"].min(), scores["high"].max()
    return math.floor(low + OVER), math.ceil(high - OVER)


def _position(
    fitted: Fit,
    material: Material,
    unit: str,
    table: dict[tuple[str, int], dict[Any, Any]],
    rank: dict[Any, Any] | None,
    scale: tuple[int, int],
    span: Years,
    shared: _drawing.Shared,
) -> Position:
    """Return the sentences and the chart of one country."""
    years = [year for year in range(span[0], span[1] + 1) if (unit, year) in table]
    if not years:
        return Position([f"{capital(named(unit))} has no latent score."], None)
    path = {year: table[unit, year]["mean"] for year in years}
    band = {year: (table[unit, year]["low"], table[unit, year]["high"]) for year in years}
    chart = _drawing.panel(
        "latent score, with its 95\N{NO-BREAK SPACE}% range",
        scale,
        span,
        {"own": path},
        digits={"own": 1},
        band=band,
        breaks=breaks(material.spans, unit),
        shared=shared,
    )
    return Position(
        [
            *_standing(unit, material.end, table.get((unit, material.end)), rank),
            *_smoothed(fitted, unit),
        ],
        chart,
    )


def _standing(
    unit: str, year: int, score: dict[Any, Any] | None, rank: dict[Any, Any] | None
) -> list[str]:
    if score is None or rank is None:
        return [f"{capital(named(unit))} has no latent score in {year}. {NOT_THE_INDEX}"]
    mean = score["mean"]
    side = "above" if mean >= 0 else "below"
    ends = f"{rank['rank_low']:.0f}", f"{rank['rank_high']:.0f}"
    where = f"is {ends[0]}" if ends[0] == ends[1] else f"lies between {ends[0]} and {ends[1]}"
    return [
        (
            f"Taken as measurements with error, the scores put {named(unit)} {abs(mean):.1f} "
            f"standard deviations {side} the average in {year} "
            f"({range_words(score['low'], score['high'])})."
        ),
        f"Its rank by latent score {where} (95 % range for one country). {NOT_THE_INDEX}",
    ]


def _smoothed(fitted: Fit, unit: str) -> list[str]:
    """Return a sentence about the jumps of a country that are among those smoothed most."""
    texts = [
        f"that of {year} ({points(change)}, of which it keeps {signed(part, 1, plus=True)})"
        for (own, year), (change, part) in _jumps(fitted).items()
        if own == unit
    ]
    if not texts:
        return []
    noun = "a jump" if len(texts) == 1 else "jumps"
    return [f"The model smooths {noun} of its overall score: {joined(texts)}."]


def _jumps(fitted: Fit) -> dict[tuple[str, int], tuple[float, float]]:
    """Return the change of the overall score, and the part that a model keeps, by jump."""
    rows = zip(fitted.jumps.index.tolist(), fitted.jumps.to_numpy().tolist(), strict=True)
    return {(str(unit), int(year)): (change, part) for (unit, year), (change, part) in rows}
