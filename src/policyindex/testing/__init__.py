"""Property-test a scoring: Hypothesis strategies for panels, and the laws that scores keep.

Needs Hypothesis: ``pip install policyindex[testing]``.
"""

try:
    import hypothesis  # noqa: F401 (for the message below)
except ImportError as error:
    raise ImportError(
        "policyindex.testing needs Hypothesis; pip install policyindex[testing]"
    ) from error

from .aggregation import aggregate_laws
from .dynamics import trend_laws
from .law import Law, LawBroken
from .ranking import rank_laws
from .scoring import laws
from .strategies import codebooks, coder_pairs, codings, events, panels, scores

__all__ = [
    "Law",
    "LawBroken",
    "aggregate_laws",
    "codebooks",
    "coder_pairs",
    "codings",
    "events",
    "laws",
    "panels",
    "rank_laws",
    "scores",
    "trend_laws",
]
