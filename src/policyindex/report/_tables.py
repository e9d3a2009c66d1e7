"""The tables of a report, cell by cell as they are shown."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from .._wording import spanned
from ._material import Material
from ._results import Findings
from ._sentences import signed

BAR = 120
"""Width of the bar that shows a range of ranks."""

NONE = "\N{EN DASH}"


class Cell(NamedTuple):
    """What a cell shows, and the number that it is sorted by, if it has one."""

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
    """The rank's place on the bar."""


class Moved(NamedTuple):
    """The countries that changed by the same number of points."""

    change: str
    units: list[str]
    share: float
    """Of the longest such row."""


Scored: TypeAlias = dict[tuple[str, int], dict[str, Cell]]
"""What is shown for each dimension, and overall, of a country and year."""


def scored(material: Material) -> Scored:
    """Show every score, and the bounds of those that the missing codings leave open."""
    names = [*material.dimensions, "overall"]
    columns = {name: _scores(material, name) for name in names}
    return {
        key: dict(zip(names, row, strict=True))
        for key, *row in zip(material.scores.index.tolist(), *columns.values(), strict=True)
    }


def _scores(material: Material, name: str) -> list[Cell]:
    given = [_whole(score) for score in material.scores[name].tolist()]
    if material.bounds is None:
        return given
    lows, highs = (material.bounds[f"{name}_{end}"].tolist() for end in ("low", "high"))
    return [
        cell if low == high else Cell(f"{low:g}{NONE}{high:g}", (low + high) / 2)
        for cell, low, high in zip(given, lows, highs, strict=True)
    ]


def ranking(material: Material, findings: Findings, shown: Scored) -> list[Ranked]:
    """Lay out the ranking of the last year."""
    return [
        _ranked(findings, str(unit), shown[unit, material.end]) for unit in findings.ranking.index
    ]


def _ranked(findings: Findings, unit: str, shown: dict[str, Cell]) -> Ranked:
    row: Any = findings.ranking.loc[unit]
    region = findings.regions[unit]
    ranges = [
        (why, _place(row[f"{why}_low"], last), _place(row[f"{why}_high"], last))
        for why, last in findings.counted.items()
        if pd.notna(row[f"{why}_low"])
    ]
    return Ranked(
        unit,
        _whole(row["rank"]),
        region if isinstance(region, str) else "",
        [
            shown["overall"],
            *(cell for name, cell in shown.items() if name != "overall"),
            *(_range(row[f"{why}_low"], row[f"{why}_high"]) for why in findings.ranges),
            _change(row["change"]),
        ],
        ranges,
        None if pd.isna(row["rank"]) else _place(row["rank"], findings.ranked),
    )


def _place(rank: float, last: int) -> float:
    """Place a rank between the first, on the left, and the last of those that it counts."""
    return round(4 + (BAR - 8) * (rank - 1) / max(last - 1, 1), 1)


def moves(material: Material, findings: Findings) -> list[Moved]:
    """Lay out who changed by how many points, the greatest gain first."""
    change = pd.concat([findings.movers.gained, findings.movers.stayed, findings.movers.lost])
    by_name = change.reindex([unit for unit in material.names if unit in change.index])
    units: dict[float, list[str]] = {}
    for unit, points in by_name.sort_values(ascending=False, kind="stable").items():
        units.setdefault(float(points), []).append(str(unit))
    most = max(map(len, units.values()), default=1)
    return [Moved(signed(points, 0), who, len(who) / most) for points, who in units.items()]


def averages(findings: Findings) -> Table:
    """Lay out the yearly means of all countries and of those scored every year."""
    columns = ["all", "n", "fixed", "n"] * len(findings.averages)
    years = findings.averages["overall"].everyone.index
    rows = []
    for year in years:
        cells = []
        for found in findings.averages.values():
            for means in found:
                cells += [_mean(means.loc[year, "mean"]), Cell(f"{means.loc[year, 'n']:.0f}")]
        rows.append((str(year), cells))
    return Table(columns, rows)


def parts(material: Material, findings: Findings) -> Table:
    """Lay out the change of each mean as change within countries, entry and exit."""
    names = [*material.dimensions, "overall"]
    return Table(
        ["change of the mean", "within countries", "entry", "exit"],
        [(name, [_part(value) for value in findings.parts[name][:4]]) for name in names],
    )


def coverage(material: Material, findings: Findings) -> Table:
    """Lay out how many countries are scored in each year."""
    by_year = findings.coverage.by_year
    columns = ["any score", "every dimension", *material.dimensions]
    return Table(
        columns,
        [(str(year), [Cell(f"{count:,}") for count in row]) for year, *row in by_year.itertuples()],
    )


def country(findings: Findings, shown: Scored, unit: str, years: range) -> Table:
    """Lay out a country's scores and ranks, a column for each year."""
    names = ["overall", *(name for name in findings.averages if name != "overall")]
    rows = [
        (name, [shown.get((unit, year), {}).get(name, Cell("")) for year in years])
        for name in names
    ]
    ranks = findings.ranks.get(unit, pd.Series(dtype=float)).reindex(years)
    counts = findings.ranked_in.reindex(years, fill_value=0)
    rows += [
        ("rank", [_whole(rank) for rank in ranks]),
        ("of countries ranked", [_whole(count) for count in counts]),
    ]
    return Table([*map(str, years)], rows)


def _whole(value: float) -> Cell:
    return Cell(NONE) if pd.isna(value) else Cell(f"{value:.0f}", value)


def _range(low: float, high: float) -> Cell:
    return Cell(NONE) if pd.isna(low) else Cell(spanned(low, high), low)


def _change(value: float) -> Cell:
    return Cell(NONE) if pd.isna(value) else Cell(signed(value, 0), value)


def _mean(value: float) -> Cell:
    return Cell(NONE) if pd.isna(value) else Cell(f"{value:.2f}")


def _part(value: float) -> Cell:
    return Cell(NONE) if pd.isna(value) else Cell(signed(value))
