"""The tables of a report, cell by cell as they are printed."""

from __future__ import annotations

import math
from typing import Any, NamedTuple, TypeAlias

from .._wording import signed, spanned
from ..dynamics.averages import Decomposition
from ..dynamics.change import Movers
from ._material import Material
from ._results import Entry, Results
from ._sentences import who

BAR = 120
"""Width of the bar with the ranges of a rank."""

NONE = "\N{EN DASH}"


class Cell(NamedTuple):
    """The text of a cell, and the number that it is sorted by, if it has one."""

    text: str
    number: float | None = None


class Column(NamedTuple):
    """The heading of a column, and its name in a CSV file; a range has two, e.g. ``low|high``."""

    heading: str
    field: str
    best: str = "highest"
    """Which end a first click brings to the top; lowest for ranks."""


class Table(NamedTuple):
    """A table with a heading for each column and for each row."""

    columns: list[Column]
    rows: list[tuple[str, list[Cell]]]


class Ranked(NamedTuple):
    """A country's row of the ranking."""

    unit: str
    rank: Cell
    region: str
    cells: list[Cell]
    tenth: str
    """The range of the rank where each dimension has a tenth of the weight or more."""
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


def ranking_columns(material: Material, results: Results) -> list[Column]:
    """Return the columns of the ranking, besides rank and country."""
    columns = [Column("overall", "overall")]
    columns += [Column(name, name) for name in material.dimensions]
    if results.before is not None:
        year = results.before.year
        columns.append(Column(f"since {year}", f"change_since_{year}"))
    if material.start < material.end:
        columns.append(Column("since entry", "change_since_entry"))
    return columns + [Column(words, FIELDS[why], "lowest") for why, words in results.ranges.items()]


FIELDS = {
    "weights": "rank_low|rank_high",
    "error": "rank_low_error|rank_high_error",
    "missing": "rank_low_missing|rank_high_missing",
}
"""Names of the ranges of ranks in a CSV file, as ``standings`` has them."""


def ranking(material: Material, results: Results, cells: Scored) -> list[Ranked]:
    """Return the rows of the ranking of the last year."""
    before = {} if results.before is None else _changes(results.before.movers)
    return [
        _ranked(material, results, unit, row, cells[unit, material.end], before)
        for unit, row in results.standing_of.items()
    ]


def _changes(movers: Movers) -> dict[str, float]:
    """Return the change of each country."""
    return {
        str(unit): change
        for part in (movers.gained, movers.stayed, movers.lost)
        for unit, change in part.to_dict().items()
    }


def _ranked(
    material: Material,
    results: Results,
    unit: str,
    row: dict[str, Any],
    cells: dict[str, Cell],
    before: dict[str, float],
) -> Ranked:
    ranges = [
        (why, _position(row[f"{why}_low"], last), _position(row[f"{why}_high"], last))
        for why, last in results.counts.items()
        if not math.isnan(row[f"{why}_low"])
    ]
    changes = [] if results.before is None else [_change(before.get(unit, math.nan))]
    if material.start < material.end:
        changes.append(_entered(results.entries.get(unit)))
    low = row.get("tenth_low", math.nan)
    return Ranked(
        unit,
        rank_cell(results, unit),
        results.regions.get(unit, ""),
        [
            cells["overall"],
            *(cell for name, cell in cells.items() if name != "overall"),
            *changes,
            *(_range(row[f"{why}_low"], row[f"{why}_high"]) for why in results.ranges),
        ],
        "" if math.isnan(low) else spanned(low, row["tenth_high"]),
        ranges,
        None if math.isnan(row["rank"]) else _position(row["rank"], results.ranked),
    )


def rank_cell(results: Results, unit: str) -> Cell:
    """Return the rank of a country in the last year, with = before one that it shares."""
    rank = results.standing_of[unit]["rank"] if unit in results.standing_of else math.nan
    if math.isnan(rank):
        return Cell(NONE)
    return Cell(f"{'=' if results.sharing[rank] > 1 else ''}{rank:.0f}", rank)


def _entered(entry: Entry | None) -> Cell:
    return Cell(NONE) if entry is None else _change(entry.change, f" ({entry.year})")


def _position(rank: float, last: int) -> float:
    """Return the position of a rank between the first, on the left, and the last counted."""
    return round(4 + (BAR - 8) * (rank - 1) / max(last - 1, 1), 1)


def moves(material: Material, results: Results) -> list[Moved]:
    """Return the countries by the points that they changed by, the greatest gain first."""
    change = _changes(results.movers)
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
    """Return the yearly means of all countries and of those scored every year, latest first."""
    columns = [
        Column(heading, f"{name}_{field}")
        for name in results.averages
        for heading, field in AVERAGES
    ]
    rows: dict[str, list[Cell]] = {}
    for pair in results.averages.values():
        for means in pair:
            for year, mean, n in zip(means.index, means["mean"], means["n"], strict=True):
                rows.setdefault(str(year), []).extend([_mean(mean), Cell(f"{n:.0f}")])
    return Table(columns, list(reversed(rows.items())))


AVERAGES = (("all", "mean"), ("n", "n"), ("balanced", "balanced_mean"), ("n", "balanced_n"))
"""Headings of the means of one dimension, and their names in a CSV file."""


def regions(material: Material, results: Results) -> Table:
    """Return the mean of each region in the last year, and how it changed."""
    columns = [Column("countries", "n"), Column(f"mean {material.end}", "mean")]
    years = {} if results.before is None else {results.before.year: "since_before"}
    if material.start < material.end and material.start not in years:
        years[material.start] = "since_start"
    columns += [
        Column(f"change since {year}, countries scored in both years", f"change_since_{year}")
        for year in years
    ]
    columns += [Column("highest score", "highest"), Column("held by", "leaders")]
    rows = []
    for region in results.by_region:
        changes = [getattr(region, field) for field in years.values()]
        cells = [
            Cell(f"{region.n:,}"),
            _mean(region.mean, 1),
            *(
                Cell(NONE) if each is None or math.isnan(each.within) else _gained(each)
                for each in changes
            ),
            _whole(region.top),
            Cell(who(region.leaders)),
        ]
        rows.append((region.name, cells))
    return Table(columns, rows)


def _gained(parts: Decomposition) -> Cell:
    return Cell(f"{signed(parts.within, 1, plus=True)} ({parts.n_stayers:,})", parts.within)


def parts(material: Material, results: Results) -> Table:
    """Return the change of each mean as change within countries, entry and exit."""
    names = [*material.dimensions, "overall"]
    headings = ("change of the mean", "within countries", "entry", "exit")
    return Table(
        [Column(each, each.split()[0]) for each in headings],
        [(name, [_part(value) for value in results.parts[name][:4]]) for name in names],
    )


def coverage(material: Material, results: Results) -> Table:
    """Return how many countries are scored in each year, latest first."""
    columns = ["any score", "every dimension", *material.dimensions]
    return Table(
        [Column(name, name.replace(" ", "_")) for name in columns],
        [
            (str(year), [Cell(f"{count:,}") for count in row])
            for year, *row in reversed(list(results.coverage.by_year.itertuples()))
        ],
    )


def country_columns(material: Material) -> list[Column]:
    """Return the columns of the table of a country: score and rank first, for narrow screens."""
    return [
        Column("overall", "overall"),
        Column("rank", "rank"),
        Column("of", "ranked"),
        *(Column(name, name) for name in material.dimensions),
    ]


def country(
    material: Material, results: Results, cells: Scored, unit: str, years: range
) -> list[tuple[int, list[str]]]:
    """Return a country's scores and ranks as text, a row for each year, latest first."""
    ranks = results.ranks_of[unit]
    rows = []
    for year in reversed(years):
        row = cells.get((unit, year), {})
        overall, *scores = (
            row[name].text if name in row else "" for name in ("overall", *material.dimensions)
        )
        rank = f"{ranks[year]:.0f}" if year in ranks else NONE
        rows.append((year, [overall, rank, str(results.ranked_in.get(year, 0)), *scores]))
    return rows


def _whole(value: float) -> Cell:
    return Cell(NONE) if math.isnan(value) else Cell(f"{value:.0f}", value)


def _range(low: float, high: float) -> Cell:
    return Cell(NONE) if math.isnan(low) else Cell(spanned(low, high), low)


def _change(value: float, after: str = "") -> Cell:
    if math.isnan(value):
        return Cell(NONE)
    return Cell(f"{signed(value, 0, plus=True)}{after}", value)


def _mean(value: float, digits: int = 2) -> Cell:
    return Cell(NONE) if math.isnan(value) else Cell(f"{value:.{digits}f}", value)


def _part(value: float) -> Cell:
    return Cell(NONE) if math.isnan(value) else Cell(signed(value, 2, plus=True), value)
