"""Faults of a file set aside, each with a note; what is left keeps every rule of a panel.

Whatever is taken away is taken from all that a fault may concern: where two rows contradict each
other, or parts and their sum do, nothing tells which of them is right.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._wording import listed, quoted
from ..panel.check import YEARS
from ..panel.numbers import as_years, numbers_on, whole_within
from . import cells as _cells
from .columns import Layout
from .findings import Note


def without_wrong_years(table: pd.DataFrame, year: str | int, notes: list[Note]) -> pd.DataFrame:
    """Return the rows of a file that are of a year."""
    if isinstance(year, int):
        return table
    years = table[year]
    wrong = ~whole_within(as_years(years), YEARS)
    if wrong.any():
        first = int(wrong.argmax())
        finding = f"{listed([year])} is no integer from {YEARS[0]} to {YEARS[1]}"
        _note(notes, finding, wrong, f"{quoted(years.iloc[first])} in row {first + 1}", "left out")
    return table[~wrong]


def without_wrong_cells(cells: pd.DataFrame, layout: Layout, notes: list[Note]) -> pd.DataFrame:
    """Return values on their scale, and of every country and year one row."""
    kept = {}
    for name, column in cells.items():
        low, high = layout.scales[str(name)]
        _, wrong = numbers_on(column, (low, high))
        kept[name] = column.mask(wrong)
        if wrong.any():
            finding = f"{name} is no integer from {low} to {high}"
            first = f"{quoted(column.iloc[int(wrong.argmax())])} at {_cells.at(cells.index, wrong)}"
            _note(notes, finding, wrong, first, "set to missing")
    again = cells.index.duplicated(keep=False)
    if again.any():
        finding = "rows of one country and year contradict each other"
        _note(notes, finding, again, _cells.at(cells.index, again), "left out")
    return pd.DataFrame(kept, index=cells.index)[~again]


def without_wrong_sums(panel: pd.DataFrame, layout: Layout, notes: list[Note]) -> pd.DataFrame:
    """Return the rows whose overall score is not another than the sum of their parts."""
    _, wrong, first = _cells.sums(panel, layout)
    if wrong.any():
        _note(notes, _cells.UNEQUAL, wrong, first, "left out")
    return panel[~wrong]


def _note(
    notes: list[Note], finding: str, wrong: NDArray[np.bool_], first: str, action: str
) -> None:
    rows = int(wrong.sum())
    notes.append(Note(finding, rows, first, action, rows))
