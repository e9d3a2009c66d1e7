"""Robustness: how certain a rank is."""

from .choices import Sensitivity, sensitivity
from .errors import beats, error_changes, error_distribution, error_ranks, error_scores
from .matrices import coding_error, estimate_error
from .means import error_means
from .pairs import Overtake, dominance, overtake, settled_pairs
from .ranges import standings
from .weights import weight_distribution, weight_ranks

__all__ = [
    "Overtake",
    "Sensitivity",
    "beats",
    "coding_error",
    "dominance",
    "error_changes",
    "error_distribution",
    "error_means",
    "error_ranks",
    "error_scores",
    "estimate_error",
    "overtake",
    "sensitivity",
    "settled_pairs",
    "standings",
    "weight_distribution",
    "weight_ranks",
]
