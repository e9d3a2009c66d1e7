"""What is found in a file while it is read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd


class Note(NamedTuple):
    """What was found in a file, and what was done about it."""

    finding: str
    rows: int
    first: str
    action: str
    lost: int

    @property
    def line(self) -> str:
        """All of it in a line, but for what was lost."""
        where = f" ({self.rows} rows, the first {self.first})" if self.first else ""
        return f"{self.finding}: {self.action}{where}"


def table_of(notes: Iterable[Note]) -> pd.DataFrame:
    """Lay notes out with a row each."""
    return pd.DataFrame(list(notes), columns=list(Note._fields))


def notes_in(table: pd.DataFrame) -> list[Note]:
    """Return the notes that a table lays out."""
    return [Note(*row) for row in table.itertuples(index=False)]
