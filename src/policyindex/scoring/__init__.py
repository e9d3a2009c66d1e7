"""Scoring: from codings to scores, their bounds, explanations and next steps."""

from .explanation import DimensionExplanation, Explanation, explain, next_steps
from .scores import overall, score, score_bounds, score_codes

__all__ = [
    "DimensionExplanation",
    "Explanation",
    "explain",
    "next_steps",
    "overall",
    "score",
    "score_bounds",
    "score_codes",
]
