"""The 3P Anti-trafficking Policy Index, computed exactly."""

from types import ModuleType
from typing import TYPE_CHECKING

from . import countries, datasets
from ._version import __version__
from .agreement import Disagreements, agreement, disagreements
from .averages import Decomposition, EventStudy, decompose, decompose_yearly, event_study, yearly
from .change import Movers, changes, movers
from .codebook import THREE_P, Codebook, Dimension, Indicator
from .comparison import Comparison, compare
from .dominance import Overtake, dominance, overtake
from .dynamics import Convergence, Transitions, convergence, transitions
from .error_matrices import coding_error, estimate_error
from .events import read_events
from .explanation import DimensionExplanation, Explanation, explain, next_steps
from .files import Reading, ReadingWarning, read, read_codings, read_scores
from .hti import HTI
from .panel import Coverage, PanelError, as_panel, check_panel, check_scores, coverage
from .ranking import Groups, groups, rank_bounds, rank_changes, ranks
from .scoring import overall, score, score_bounds, score_codes
from .sensitivity import Sensitivity, sensitivity
from .standings import standings
from .trend import Trend, trend, trends
from .uncertainty import beats, error_changes, error_distribution, error_ranks, error_scores
from .weighting import weight_distribution, weight_ranks

if TYPE_CHECKING:
    from . import plot as plot
    from . import report as report

__all__ = [
    "HTI",
    "THREE_P",
    "Codebook",
    "Comparison",
    "Convergence",
    "Coverage",
    "Decomposition",
    "Dimension",
    "DimensionExplanation",
    "Disagreements",
    "EventStudy",
    "Explanation",
    "Groups",
    "Indicator",
    "Movers",
    "Overtake",
    "PanelError",
    "Reading",
    "ReadingWarning",
    "Sensitivity",
    "Transitions",
    "Trend",
    "__version__",
    "agreement",
    "as_panel",
    "beats",
    "changes",
    "check_panel",
    "check_scores",
    "coding_error",
    "compare",
    "convergence",
    "countries",
    "coverage",
    "datasets",
    "decompose",
    "decompose_yearly",
    "disagreements",
    "dominance",
    "error_changes",
    "error_distribution",
    "error_ranks",
    "error_scores",
    "estimate_error",
    "event_study",
    "explain",
    "groups",
    "movers",
    "next_steps",
    "overall",
    "overtake",
    "rank_bounds",
    "rank_changes",
    "ranks",
    "read",
    "read_codings",
    "read_events",
    "read_scores",
    "score",
    "score_bounds",
    "score_codes",
    "sensitivity",
    "standings",
    "transitions",
    "trend",
    "trends",
    "weight_distribution",
    "weight_ranks",
    "yearly",
]

LATER = ("plot", "report")
"""Modules that are not loaded with the library."""


def __getattr__(name: str) -> ModuleType:
    """Load the charts, and matplotlib with them, or the report when it is first asked for."""
    if name in LATER:
        from importlib import import_module

        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *LATER})
