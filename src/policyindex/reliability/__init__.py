"""Reliability: how certain a score is."""

from .coders import Disagreements, agreement, disagreements
from .vintages import Comparison, compare

__all__ = ["Comparison", "Disagreements", "agreement", "compare", "disagreements"]
