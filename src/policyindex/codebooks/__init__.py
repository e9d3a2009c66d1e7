"""Codebooks: the policies that may be observed, and the rules that score them."""

from typing import TYPE_CHECKING

from .model import Codebook, Dimension, Indicator
from .three_p import THREE_P

if TYPE_CHECKING:
    from .hti import HTI

__all__ = ["HTI", "THREE_P", "Codebook", "Dimension", "Indicator"]


def __getattr__(name: str) -> Codebook:
    """Load HTI on first use: its tables are in a file, which importing the room does not read."""
    if name != "HTI":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import hti

    return hti.HTI
