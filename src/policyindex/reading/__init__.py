"""Read codings, scores and events from files."""

from .events import read_events
from .files import Reading, read, read_codings, read_scores
from .findings import ReadingWarning
from .tiers import TIERS

__all__ = [
    "TIERS",
    "Reading",
    "ReadingWarning",
    "read",
    "read_codings",
    "read_events",
    "read_scores",
]
