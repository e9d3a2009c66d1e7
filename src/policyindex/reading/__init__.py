"""Read codings, scores, other values and events from files and from tables in memory."""

from .events import read_events
from .files import Reading, read, read_codings, read_scores, read_values
from .findings import ReadingWarning
from .frames import as_panel
from .tiers import TIERS

__all__ = [
    "TIERS",
    "Reading",
    "ReadingWarning",
    "as_panel",
    "read",
    "read_codings",
    "read_events",
    "read_scores",
    "read_values",
]
