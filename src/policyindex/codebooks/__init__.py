"""Codebooks: the policies that may be observed, and the rules that score them; their files."""

from typing import TYPE_CHECKING

from .files import read, write
from .model import Codebook, Dimension, Indicator
from .rules import Additive, Count, Gate, Minimum, Rule, Sum, Table
from .three_p import THREE_P

if TYPE_CHECKING:
    from .hti import HTI

__all__ = [
    "HTI",
    "THREE_P",
    "Additive",
    "Codebook",
    "Count",
    "Dimension",
    "Gate",
    "Indicator",
    "Minimum",
    "Rule",
    "Sum",
    "Table",
    "read",
    "write",
]


def __getattr__(name: str) -> Codebook:
    """Load HTI on first use: its tables are in a file, which importing the room does not read."""
    if name != "HTI":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import hti

    return hti.HTI
