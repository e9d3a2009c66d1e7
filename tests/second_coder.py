"""A second coder of the demonstration data, and how many decisions settle all scores."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, count
from math import ceil
from typing import NamedTuple

import numpy as np
import pandas as pd

from policyindex import THREE_P
from policyindex.coding.stakes import DISPUTED, Boxes, Codings, cells_of, codings_of

Case = tuple[str, int, str]

COLUMNS = {
    indicator.name: (number, place)
    for number, dimension in enumerate(THREE_P.dimensions)
    for place, indicator in enumerate(dimension.indicators)
}

STARTS = np.cumsum([0, *(len(each.indicators) for each in THREE_P.dimensions)])


def second_coder(first: pd.DataFrame, seed: int, accuracy: float = 0.9) -> pd.DataFrame:
    """Codings that are one level off with probability 1 - accuracy; missing ones stay missing."""
    random = np.random.default_rng(seed)
    levels = first.to_numpy(copy=True)
    tops = np.array([THREE_P.scales[name][1] for name in first.columns])
    step = random.choice([-1, 1], levels.shape)
    step = np.where(levels == 0, 1, np.where(levels == tops, -1, step))
    wrong = random.random(levels.shape) > accuracy
    return pd.DataFrame(np.where(wrong, levels + step, levels), first.index, first.columns)


def coders(first: pd.DataFrame, seed: int) -> dict[str, pd.DataFrame]:
    return {"first": first, "second": second_coder(first, seed)}


class Replay(NamedTuple):
    """The decisions of a senior coder who goes through cases in an order."""

    decisions: int
    """Decisions until no score is open any more."""
    settled: list[int]
    """For each overall score that was open, the decisions until it was settled, ascending."""

    def until(self, share: float) -> int:
        """The decisions after which a share of the open overall scores is settled."""
        return self.settled[ceil(share * len(self.settled)) - 1]


class Table:
    """The codings of two coders, of whom the first is right."""

    def __init__(self, first: pd.DataFrame, seed: int) -> None:
        self.codings: Codings = codings_of(coders(first, seed), THREE_P)
        self.cells = cells_of(self.codings.agreed, self.codings.disputed)
        self.truth = np.nan_to_num(first.to_numpy(), nan=-1).astype(int)
        self.boxes = Boxes(THREE_P)
        self.places = {row: place for place, row in enumerate(self.codings.rows)}

    def swings(self, cells: np.ndarray, row: int, dimension: int) -> dict[int, float]:
        """The largest change that each disputed cell of a dimension makes, by its place."""
        own = tuple(cells[row, STARTS[dimension] : STARTS[dimension + 1]].tolist())
        places = [place for place, cell in enumerate(own) if cell == DISPUTED]
        return dict(zip(places, self.boxes.of(dimension, own).swings, strict=True))

    def row_order(self) -> list[Case]:
        """The disagreements country by country, year by year, indicator by indicator."""
        names = self.codings.names
        return [
            (*self.codings.rows[row], names[column])
            for row, column in np.argwhere(self.codings.disputed)
        ]

    def replay(self, order: Iterable[Case], *, skip: bool) -> Replay:
        """Decide in an order; `skip` leaves out what cannot change any score any more."""
        cells = self.cells.copy()
        still = {
            row: {d for d in range(3) if any(self.swings(cells, row, d).values())}
            for row in range(len(cells))
        }
        still = {row: dims for row, dims in still.items() if dims}
        decisions, settled = 0, []
        for country, year, name in order:
            row, (dimension, place) = self.places[country, year], COLUMNS[name]
            if skip and not self.swings(cells, row, dimension)[place]:
                continue
            decisions += 1
            cells[row, STARTS[dimension] + place] = self.truth[row, STARTS[dimension] + place]
            if row in still and not any(self.swings(cells, row, dimension).values()):
                still[row].discard(dimension)
                if not still[row]:
                    del still[row]
                    settled.append(decisions)
            if not still:
                break
        return Replay(decisions, settled)

    def fewest(self) -> int:
        """The decisions that are needed at least, even by one who knew all of them before."""
        return sum(
            self._fewest(row, dimension) for row in range(len(self.cells)) for dimension in range(3)
        )

    def _fewest(self, row: int, dimension: int) -> int:
        places = list(self.swings(self.cells, row, dimension))
        for n in count():
            for decided in combinations(places, n):
                cells = self.cells[[row]]
                for place in decided:
                    at = STARTS[dimension] + place
                    cells[0, at] = self.truth[row, at]
                if not any(self.swings(cells, 0, dimension).values()):
                    return n
        raise AssertionError
