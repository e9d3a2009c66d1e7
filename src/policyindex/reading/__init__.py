"""Reading: a file becomes a panel."""

from .events import read_events
from .files import Reading, ReadingWarning, read, read_codings, read_scores

__all__ = ["Reading", "ReadingWarning", "read", "read_codings", "read_events", "read_scores"]
