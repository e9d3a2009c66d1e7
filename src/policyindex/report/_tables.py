"""The tables of a report, cell by cell as they are printed."""

from __future__ import annotations

import math
from typing import Any, NamedTuple, TypeAlias

from .._wording import signed, spanned
from ._material import Material
from ._results import Results

BAR = 120
"""Width of the bar with the ranges of a rank."""

NONE = "\N{EN DASH}"


class Cell(NamedTuple):
    """The text of a cell, and the number that it is sorted by, if it has one."""

    text: str
    number: float | None = None


class Table(NamedTuple):
    """A table with a heading for each column and for each row."""

    columns: list[str]
    rows: list[tuple[str, list[Cell]]]


class Ranked(NamedTuple):
    """A country's row of the ranking."""

    unit: str
    rank: Cell
    region: str
    cells: list[Cell]
    ranges: list[tuple[str, float, float]]
    """Why the rank may move, and from where to where on the bar."""
    dot: float | None
    """The position of the rank on the bar."""


class Moved(NamedTuple):
    """The countries that changed by the same number of points."""

    change: str
    units: list[str]
    share: float
    """Of the longest such row."""


Scored: TypeAlias = dict[tuple[str, int], dict[str, Cell]]
"""A cell for each dimension, and overall, of a country and year."""


def scored(material: Material) -> Scored:
    """Return a cell for every score; bounds where the missing codings leave it undecided."""
    names = [*material.dimensions, "overall"]
    columns = [_scores(material, name) for name in names]
    return {
        key: dict(zip(names, row, strict=True))
        for key, *row in zip(material.scores.index.tolist(), *columns, strict=True)
    }


def _scores(material: Material, name: str) -> list[Cell]:
    scores = [_whole(score) for score in material.scores[name].tolist()]
    if material.bounds is None:
        return scores
    lows, highs = (material.bounds[f"{name}_{end}"].tolist() for end in ("low", "high"))
    return [
        cell if low == high else Cell(f"{low:g}{NONE}{high:g}", (low + high) / 2)
        for cell, low, high in zip(scores, lows, highs, strict=True)
    ]


def ranking(material: Material, results: Results, cells: Scored) -> list[Ranked]:
    """Return the rows of the ranking of the last year."""
    return [
        _ranked(results, unit, row, cells[unit, material.end])
        for unit, row in results.standing_of.items()
    ]


def _ranked(results: Results, unit: str, row: dict[str, Any], cells: dict[str, Cell]) -> Ranked:
    ranges = [
        (why, _position(row[f"{why}_low"], last), _position(row[f"{why}_high"], last))
        for why, last in results.counts.items()
        if not math.isnan(row[f"{why}_low"])
    ]
    return Ranked(
        unit,
        _whole(row["rank"]),
        results.regions.get(unit, ""),
        [
            cells["overall"],
            *(cell for name, cell in cells.items() if name != "overall"),
            *(_range(row[f"{why}_low"], row[f"{why}_high"]) for why in results.headings),
            _change(row["change"]),
        ],
        ranges,
        None if math.isnan(row["rank"]) else _position(row["rank"], results.ranked),
    )


def _position(rank: float, last: int) -> float:
    """Return the position of a rank between the first, on the left, and the last counted."""
    return round(4 + (BAR - 8) * (rank - 1) / max(last - 1, 1), 1)


def moves(material: Material, results: Results) -> list[Moved]:
    """Return the countries by the points that they changed by, the greatest gain first."""
    movers = results.movers
    parts = (movers.gained, movers.stayed, movers.lost)
    change = {unit: points for part in parts for unit, points in part.to_dict().items()}
    units: dict[float, list[str]] = {}
    for unit in material.names:
        if unit in change:
            units.setdefault(float(change[unit]), []).append(unit)
    most = max(map(len, units.values()), default=1)
    return [
        Moved(signed(points, 0, plus=True), units[points], len(units[points]) / most)
        for points in sorted(units, reverse=True)
    ]


def averages(results: Results) -> Table:
    """Return the yearly means of all countries and of those scored every year."""
    columns = ["all", "n", "balanced", "n"] * len(results.averages)
    rows: dict[str, list[Cell]] = {}
    for pair in results.averages.values():
        for means in pair:
            for year, mean, n in zip(means.index, means["mean"], means["n"], strict=True):
                rows.setdefault(str(year), []).extend([_mean(mean), Cell(f"{n:.0f}")])
    return Table(columns, list(rows.items()))


def parts(material: Material, results: Results) -> Table:
    """Return the change of each mean as change within countries, entry and exit."""
    names = [*material.dimensions, "overall"]
    return Table(
        ["change of the mean", "within countries", "entry", "exit"],
        [(name, [_part(value) for value in results.parts[name][:4]]) for name in names],
    )


def coverage(material: Material, results: Results) -> Table:
    """Return how many countries are scored in each year."""
    columns = ["any score", "every dimension", *material.dimensions]
    return Table(
        columns,
        [
            (str(year), [Cell(f"{count:,}") for count in row])
            for year, *row in results.coverage.by_year.itertuples()
        ],
    )


def country(material: Material, results: Results, cells: Scored, unit: str, years: range) -> Table:
    """Return a country's scores and ranks, a column for each year."""
    columns = [cells.get((unit, year), {}) for year in years]
    ranks = results.ranks_of[unit]
    rows = [
        (name, [column.get(name, EMPTY) for column in columns])
        for name in ("overall", *material.dimensions)
    ]
    rows += [
        ("rank", [_whole(ranks.get(year, math.nan)) for year in years]),
        ("of countries ranked", [_whole(results.ranked_in.get(year, 0)) for year in years]),
    ]
    return Table([*map(str, years)], rows)


EMPTY = Cell("")


def _whole(value: float) -> Cell:
    return Cell(NONE) if math.isnan(value) else Cell(f"{value:.0f}", value)


def _range(low: float, high: float) -> Cell:
    return Cell(NONE) if math.isnan(low) else Cell(spanned(low, high), low)


def _change(value: float) -> Cell:
    return Cell(NONE) if math.isnan(value) else Cell(signed(value, 0, plus=True), value)


def _mean(value: float) -> Cell:
    return Cell(NONE) if math.isnan(value) else Cell(f"{value:.2f}")


def _part(value: float) -> Cell:
    return Cell(NONE) if math.isnan(value) else Cell(signed(value, 2, plus=True))
