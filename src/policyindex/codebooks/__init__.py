"""Codebooks: what may be observed, and the rules that score it."""

from typing import TYPE_CHECKING

from .model import Codebook, Dimension, Indicator
from .three_p import THREE_P

if TYPE_CHECKING:
    from .hti import HTI

__all__ = ["HTI", "THREE_P", "Codebook", "Dimension", "Indicator"]


def __getattr__(name: str) -> Codebook:
    """Make HTI, whose tables are in a file, when it is first asked for."""
    if name != "HTI":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import hti

    return hti.HTI
