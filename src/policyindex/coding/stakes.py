"""What disagreements of coders can change: the score of a dimension, the overall score, a rank."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries
from .._wording import listed
from ..codebooks.model import Codebook, Dimension
from ..codebooks.rules import Additive
from ..panel.check import INDEX, PanelError, by_coder, check_panel
from ..ranking import _rank_bounds
from ..scoring.scores import _score_bounds
from ..typing import Number

Switch: TypeAlias = tuple[Number, Number]
"""A lower and a higher score between which a cell alone moves its dimension."""

MOVES = ("rank", "overall", "nothing")
"""What a disagreement can change, most first."""


Cells: TypeAlias = tuple[int, ...]

MISSING, DISPUTED = -1, -2
"""The marks of a coding that is missing, and of one in which coders differ."""

MOST_VALUES = 2_000
"""The most different sums of points, and overall scores of a country-year, that are tried."""

MOST_CASES = 256
"""The most combinations of decisions for which it is tabulated whether another is needed."""

STAKES = ["dimension", "moves", "dimension_change", "mean_change", "rank_change"]

TYPES = {
    **dict.fromkeys(("place", "column", "dimension", "rank_change"), np.int64),
    **dict.fromkeys(("dimension_change", "mean_change"), np.float64),
}
"""The types of the columns, also of an empty table."""

ENDS = ["overall_low", "overall_high", "rank_low", "rank_high"]


class Codings(NamedTuple):
    """Hold the codings of several coders beside each other."""

    coders: tuple[str, ...]
    rows: pd.MultiIndex
    """The country-years that a coder coded, sorted."""
    names: tuple[str, ...]
    """The indicators of the codebook."""
    levels: NDArray[np.float64]
    """Coders by rows by indicators; NaN is not coded."""

    @property
    def disputed(self) -> NDArray[np.bool_]:
        """Rows by indicators: whether two coders coded different levels."""
        differ: NDArray[np.bool_] = np.fmin.reduce(self.levels) < np.fmax.reduce(self.levels)
        return differ

    @property
    def agreed(self) -> pd.DataFrame:
        """The panel of what coders agree on, or one alone coded; missing where they differ."""
        levels = np.where(self.disputed, np.nan, np.fmin.reduce(self.levels))
        return pd.DataFrame(levels, index=self.rows, columns=list(self.names))

    @property
    def are_countries(self) -> bool:
        """Whether all units have the code of a country; others are labels as they stand."""
        return set(self.rows.unique("country")) <= set(countries._table().index)

    def case(self, row: int, column: int) -> tuple[str, int, str]:
        """Return the country, the year and the indicator of a cell."""
        label: Any = self.rows[row]
        unit, year = label
        return str(unit), int(year), self.names[column]

    def of(self, row: int, column: int) -> dict[str, float]:
        """Return the level that each coder coded."""
        levels = self.levels[:, row, column].tolist()
        return dict(zip(self.coders, levels, strict=True))


def codings_of(codings: Mapping[str, pd.DataFrame], codebook: Codebook) -> Codings:
    """Check the panels of two or more coders, and lay them beside each other.

    A coder may have coded some of the indicators; other columns are ignored.
    """
    scales = codebook.scales
    panels = {}
    for coder, panel in by_coder(codings, "codings").items():
        columns = getattr(panel, "columns", scales)  # the check refuses what is not a panel
        coded = {name: scale for name, scale in scales.items() if name in columns}
        if not coded:
            raise PanelError(
                f"the codings of each coder must have indicators of the codebook {codebook.name}; "
                f"those of {listed([coder])} have none, their columns are {listed(columns)}"
            )
        panels[str(coder)] = check_panel(panel, scales=coded).reindex(columns=list(scales))
    rows: Any = next(iter(panels.values())).index
    for panel in panels.values():
        rows = rows.union(panel.index)
    rows = rows.sort_values().set_names(INDEX)
    levels = np.stack([panel.reindex(rows).to_numpy() for panel in panels.values()])
    return Codings(tuple(panels), rows, tuple(scales), levels)


class Box(NamedTuple):
    """One dimension of a country-year in which some cells are disputed, and some missing."""

    swings: tuple[Number, ...]
    """For each disputed cell the largest change of the score that it makes by itself."""
    means: tuple[float, ...]
    """The mean change, if all levels of the other disputed cells are equally likely."""
    switches: tuple[frozenset[Switch], ...]
    """For each disputed cell the scores between which it moves the dimension."""
    scores: tuple[Number, ...]
    """All scores that the dimension may have, ascending."""


def box_of(table: NDArray[Any], spans: Sequence[range], disputed: Sequence[bool]) -> Box:
    """Return what the disputed cells of a dimension can change.

    Parameters
    ----------
    table : ndarray
        The score of every combination of levels, an axis for each indicator.
    spans : sequence of range
        The levels that each indicator may have. One that is not disputed but has several levels
        is missing.
    disputed : sequence of bool
        Whether each indicator is disputed.

    Notes
    -----
    A rule never falls when an indicator rises. So missing codings are at their worst and their
    best at the ends of their spans, and a cell changes a bound of the score exactly if it changes
    one of two tables, which have the missing codings at the lower and at the upper ends.
    """
    axes = np.flatnonzero(disputed)
    whole = [slice(span.start, span.stop) for span in spans]
    ends = [
        table[
            tuple(
                s if d else slice(span[end], span[end] + 1)
                for s, d, span in zip(whole, disputed, spans, strict=True)
            )
        ]
        for end in (0, -1)
    ]
    lows = [np.stack([end.take([0], axis).ravel() for end in ends]).ravel() for axis in axes]
    highs = [np.stack([end.take([-1], axis).ravel() for end in ends]).ravel() for axis in axes]
    changes = [
        Counter(zip(low.tolist(), high.tolist(), strict=True))
        for low, high in zip(lows, highs, strict=True)
    ]
    return _boxed(changes, set(table[tuple(whole)].ravel().tolist()))


def adding_box_of(rule: Additive, spans: Sequence[range], disputed: Sequence[bool]) -> Box:
    """Return what the disputed cells of a dimension can change whose points add.

    The arguments are those of :func:`box_of`, with the rule for its table.
    """
    points = [
        [by_level[level] for level in span]
        for by_level, span in zip(rule.points, spans, strict=True)
    ]
    own = [each for each, is_open in zip(points, disputed, strict=True) if is_open]
    settled = [each for each, is_open in zip(points, disputed, strict=True) if not is_open]
    bases = [sum(each[end] for each in settled) for end in (0, -1)]
    changes = []
    for place, each in enumerate(own):
        pairs: Counter[Switch] = Counter()
        for total, n in _spread([*own[:place], *own[place + 1 :]]).items():
            for base in bases:
                low, high = (_score(rule, base + total + each[end]) for end in (0, -1))
                pairs[low, high] += n
        changes.append(pairs)
    return _boxed(changes, {_score(rule, total) for total in _spread(points)})


def _score(rule: Additive, total: Number) -> Number:
    """Return the score of a sum of points."""
    if rule.thresholds is None:
        return total
    return rule.lowest + bisect_right(rule.thresholds, total)


def _boxed(changes: Sequence[Counter[Switch]], scores: Iterable[Number]) -> Box:
    """Return a box by how often each cell moves the dimension from one score to another."""
    sums = [sum((high - low) * n for (low, high), n in pairs.items()) for pairs in changes]
    return Box(
        tuple(max(high - low for low, high in pairs) for pairs in changes),
        tuple(float(total) / pairs.total() for total, pairs in zip(sums, changes, strict=True)),
        tuple(frozenset(pair for pair in pairs if pair[0] < pair[1]) for pairs in changes),
        tuple(sorted(scores)),
    )


def _spread(parts: Sequence[Sequence[Number]]) -> Counter[Number]:
    """Return the sums of one number of each part, and how often each comes about.

    Of very many different sums some are left out, never the least and the greatest.
    """
    sums: Counter[Number] = Counter({0: 1})
    for part in parts:
        wider: Counter[Number] = Counter()
        for total, n in sums.items():
            for each in part:
                wider[total + each] += n
        sums = Counter({each: wider[each] for each in _thinned(sorted(wider))})
    return sums


def _thinned(values: Sequence[Number]) -> Sequence[Number]:
    """Return values in order, or 2,000 of more, the ends included."""
    if len(values) <= MOST_VALUES:
        return values
    places = np.linspace(0, len(values) - 1, MOST_VALUES).round().astype(int)
    return [values[place] for place in places]


class Boxes:
    """Compute the boxes of a codebook's dimensions, each once."""

    def __init__(self, codebook: Codebook) -> None:
        self._dimensions = codebook.dimensions
        self._tables = [_table(each) for each in codebook.dimensions]
        self._boxes: dict[tuple[int, Cells], Box] = {}

    def of(self, dimension: int, cells: Cells) -> Box:
        """Return the box of a dimension by its number.

        A cell is the level of an indicator, :data:`DISPUTED` or :data:`MISSING`.
        """
        if (dimension, cells) not in self._boxes:
            shape = self._dimensions[dimension].shape
            spans = [
                range(cell, cell + 1) if cell >= 0 else range(size)
                for cell, size in zip(cells, shape, strict=True)
            ]
            disputed = [cell == DISPUTED for cell in cells]
            rule = self._dimensions[dimension].additive
            self._boxes[dimension, cells] = (
                adding_box_of(rule, spans, disputed)
                if rule
                else box_of(self._tables[dimension], spans, disputed)
            )
        return self._boxes[dimension, cells]

    def of_rows(self, cells: NDArray[np.int64]) -> list[list[Box]]:
        """Return the boxes of each dimension, row by row."""
        answer, start = [], 0
        for number, dimension in enumerate(self._dimensions):
            block = cells[:, start : start + len(dimension.indicators)].tolist()
            answer.append([self.of(number, tuple(row)) for row in block])
            start += len(dimension.indicators)
        return answer


def _table(dimension: Dimension) -> NDArray[Any]:
    """Return the scores of a dimension by level; none of one whose points add."""
    if dimension.additive:
        return np.empty(0)
    kind = np.int64 if dimension.denominator == 1 else object
    return np.array(dimension.table, dtype=kind).reshape(dimension.shape)


def cells_of(agreed: pd.DataFrame, disputed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the level that coders agree on, or the mark of a disputed or a missing coding."""
    cells = np.nan_to_num(agreed.to_numpy(), nan=MISSING).astype(np.int64)
    return np.where(disputed, DISPUTED, cells)


def stakes(agreed: pd.DataFrame, disputed: NDArray[np.bool_], codebook: Codebook) -> pd.DataFrame:
    """Return what each disputed cell can change, in the order in which to decide.

    Parameters
    ----------
    agreed : DataFrame, index (country, year)
        The level of each indicator that coders agree on, or missing.
    disputed : ndarray of bool
        Whether each cell is disputed; such a cell is missing in `agreed`.
    codebook : Codebook
        The rules.

    Returns
    -------
    DataFrame, index (country, year, indicator)
        ``dimension``; ``moves``, one of :data:`MOVES`; ``dimension_change`` and
        ``rank_change``, the largest change that the cell makes by itself, whatever the others;
        ``mean_change`` of the dimension over all levels of the other cells; ``overall_low,
        overall_high, rank_low, rank_high`` of the country-year while all is open.
    """
    boxes = Boxes(codebook).of_rows(cells_of(agreed, disputed))
    shares = [codebook.shares[each.name] for each in codebook.dimensions]
    standing = _Standing(agreed.index, boxes, shares)
    columns = _columns(codebook)
    rows = []
    for place, column in np.argwhere(disputed):
        dimension, number = columns[column]
        cell = int(disputed[place, column - number : column].sum())
        swing, mean, switches = (part[cell] for part in boxes[dimension][place][:3])
        places, moves_rank = standing.moved(place, dimension, switches)
        moves = "nothing" if not swing else "rank" if moves_rank else "overall"
        rows.append((place, column, dimension, moves, float(swing), mean, places))
    table = pd.DataFrame(rows, columns=["place", "column", *STAKES]).astype(TYPES)
    names = [each.name for each in codebook.dimensions]
    table["dimension"] = [names[each] for each in table["dimension"]]
    bounds = _score_bounds(agreed, codebook)[["overall_low", "overall_high"]]
    bounds = bounds.join(_rank_bounds(bounds)).reset_index()
    table = table.join(bounds, on="place")
    table["indicator"] = [agreed.columns[each] for each in table["column"]]
    ordered = table.iloc[_order(table)][[*INDEX, "indicator", *STAKES, *ENDS]]
    return ordered.set_index([*INDEX, "indicator"])


class Need(NamedTuple):
    """Hold which decisions on other cells make the one on a cell needless."""

    others: tuple[str, ...]
    """The other disputed cells of the dimension in the same country-year."""
    idle: tuple[tuple[int, ...], ...]
    """Their levels, :data:`MISSING` or still :data:`DISPUTED`, with which the cell changes
    nothing; none are listed if there are too many."""


def needs_of(
    agreed: pd.DataFrame, disputed: NDArray[np.bool_], codebook: Codebook
) -> dict[tuple[str, int, str], Need]:
    """Return, for each disputed cell, when the decision on it is needless."""
    boxes, cells = Boxes(codebook), cells_of(agreed, disputed)
    columns, sizes = _columns(codebook), [high + 1 for _, high in codebook.scales.values()]
    answer = {}
    for place, column in np.argwhere(disputed):
        dimension, number = columns[column]
        start = column - number
        row = cells[place, start : start + len(codebook.dimensions[dimension].indicators)].copy()
        others = [each for each in np.flatnonzero(row == DISPUTED) if each != number]
        options = [range(DISPUTED, sizes[start + each]) for each in others]
        idle = []
        if prod(map(len, options)) <= MOST_CASES:
            for levels in product(*options):
                row[others] = levels
                rank = int((row[:number] == DISPUTED).sum())
                if not boxes.of(dimension, tuple(row.tolist())).swings[rank]:
                    idle.append(levels)
        names = tuple(agreed.columns[start + each] for each in others)
        answer[(*agreed.index[place], agreed.columns[column])] = Need(names, tuple(idle))
    return answer


def _columns(codebook: Codebook) -> list[tuple[int, int]]:
    """Return, for each indicator, the number of its dimension and its number within it."""
    return [
        (dimension, number)
        for dimension, each in enumerate(codebook.dimensions)
        for number in range(len(each.indicators))
    ]


def _order(table: pd.DataFrame) -> NDArray[np.int64]:
    """Return the order in which to decide: first where one decision settles an overall score.

    Country-years follow by the number of decisions, those with more places of rank at stake
    first. Their cells stay together, those that change the score more often first; cells that
    change nothing come last.
    """
    matters = table["moves"] != "nothing"
    decisions = matters.groupby(table["place"]).transform("sum")
    places, points = (table[f"{each}_high"] - table[f"{each}_low"] for each in ("rank", "overall"))
    by_stakes = [each.where(matters, 0) for each in (-table["mean_change"], -points, -places)]
    keys = [table["column"], by_stakes[0], table["place"], *by_stakes[1:]]
    return np.lexsort([*keys, decisions.where(matters, 0), table["moves"].map(MOVES.index)])


class _Standing:
    """The overall scores that each country may have in a year, and whom a change passes."""

    def __init__(self, index: pd.Index, boxes: list[list[Box]], shares: Sequence[Number]) -> None:
        self._shares = shares
        self._scores = [
            [tuple(share * score for score in box.scores) for box in column]
            for share, column in zip(shares, boxes, strict=True)
        ]
        self._years = index.get_level_values("year").tolist()
        self._counts: dict[tuple[int, Number, Number], tuple[int, bool]] = {}
        self._totals: defaultdict[int, list[Sequence[Number]]] = defaultdict(list)
        for year, row in zip(self._years, zip(*self._scores, strict=True), strict=True):
            self._totals[year].append(_sums(row))

    def moved(self, place: int, dimension: int, switches: frozenset[Switch]) -> tuple[int, bool]:
        """Return the most places that a cell moves its country, and whether it moves any rank."""
        others = [column[place] for column in self._scores]
        others[dimension] = (0,)
        share = self._shares[dimension]
        passed = [
            self._passed(self._years[place], share * low + rest, share * high + rest)
            for rest in _sums(tuple(others))
            for low, high in switches
        ]
        return max((each for each, _ in passed), default=0), any(each for _, each in passed)

    def _passed(self, year: int, low: Number, high: Number) -> tuple[int, bool]:
        """Count the others whose score may lie above `low` and not above `high`.

        The second value is whether the score of any other may lie from `low` to `high`.
        """
        if (year, low, high) not in self._counts:
            self._counts[year, low, high] = self._counted(year, low, high)
        return self._counts[year, low, high]

    def _counted(self, year: int, low: Number, high: Number) -> tuple[int, bool]:
        above = at = 0
        for scores in self._totals[year]:
            first, last = bisect_right(scores, low), bisect_right(scores, high)
            above += last > first
            at += last > bisect_left(scores, low)
        return above - 1, at > 1  # the country itself may have both scores


@lru_cache(maxsize=4096)
def _sums(parts: tuple[tuple[Number, ...], ...]) -> tuple[Number, ...]:
    """Return the sums of one number of each part, ascending; some of very many."""
    return tuple(_spread(parts))
