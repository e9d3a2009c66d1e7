"""What is found in a file while it is read."""

from __future__ import annotations

from typing import NamedTuple


class Note(NamedTuple):
    """What was found in a file, and what was done about it."""

    finding: str
    rows: int
    first: str
    action: str
    lost: int
