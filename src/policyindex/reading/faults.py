"""Drop invalid rows and cells and record each; what remains is a valid panel.

Where two rows contradict each other, or dimensions and their sum do, nothing shows which of them is
right: all that a fault may concern is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from .._wording import listed, quoted
from ..panel.check import YEARS
from ..panel.numbers import as_years, numbers_on, on_words, within
from .cells import at, sums, unequal
from .columns import Layout
from .figures import year_in
from .findings import Findings
from .layouts import row_of


def drop_wrong_years(table: pd.DataFrame, year: str | int, findings: Findings) -> pd.DataFrame:
    """Return the rows of a file that have a year."""
    if isinstance(year, int):
        return table
    years = table[year]
    wrong = ~within(as_years(years.map(lambda cell: year_in(cell)[0])), YEARS)
    if wrong.any():
        first = int(wrong.argmax())
        findings.add(
            "year",
            f"{listed([year])} is not an integer from {YEARS[0]} to {YEARS[1]}",
            rows=int(wrong.sum()),
            first=f"{quoted(years.iloc[first])} in {row_of(table, first)}",
            action="dropped",
            lost=int(wrong.sum()),
        )
    return table[~wrong]


def drop_wrong_cells(
    cells: pd.DataFrame, layout: Layout, findings: Findings, *, text: Sequence[str] = ()
) -> pd.DataFrame:
    """Return values on their scale, in one row for each country and year."""
    columns = {}
    for name, column in cells.items():
        scale = layout.scales.get(str(name))
        if name in text:
            columns[name] = column
            continue
        _, wrong = numbers_on(column, scale)
        columns[name] = column.mask(wrong)
        if wrong.any():
            value = quoted(column.iloc[int(wrong.argmax())])
            findings.add(
                "value",
                f"{name} is not {on_words(scale)}",
                rows=int(wrong.sum()),
                first=f"{value} at {at(cells.index, wrong)}",
                action="set to missing",
                lost=int(wrong.sum()),
            )
    again = cells.index.duplicated(keep=False)
    if again.any():
        findings.add(
            "contradiction",
            "rows of one country and year contradict each other",
            rows=int(again.sum()),
            first=at(cells.index, again),
            action="dropped",
            lost=int(again.sum()),
        )
    return pd.DataFrame(columns, index=cells.index)[~again]


def drop_wrong_sums(panel: pd.DataFrame, layout: Layout, findings: Findings) -> pd.DataFrame:
    """Return the rows whose overall score does not differ from the sum of the dimensions."""
    wrong, first = unequal(panel, sums(panel, layout), layout.codebook)
    if wrong.any():
        findings.add(
            "unequal",
            "an overall score is not the sum of its dimensions",
            rows=int(wrong.sum()),
            first=first,
            action="dropped",
            lost=int(wrong.sum()),
        )
    return panel[~wrong]
