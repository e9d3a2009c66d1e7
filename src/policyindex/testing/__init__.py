"""Property-test a scoring or a statistic: strategies, laws, and data in which nothing happens.

Needs Hypothesis: ``pip install policyindex[testing]``.
"""

try:
    import hypothesis  # noqa: F401 (for the message below)
except ImportError as error:
    raise ImportError(
        "policyindex.testing needs Hypothesis; pip install policyindex[testing]"
    ) from error

from .aggregation import aggregate_laws
from .differences import diff_laws
from .dynamics import trend_laws
from .generators import coders, staggered_events, trendless_panel, trendless_scores
from .law import Law, LawBroken
from .neighbourhood import lag_laws, moran_laws, neighbour_laws, peer_laws
from .ranking import rank_laws
from .scoring import laws
from .strategies import additive_codebooks, codebooks, coder_pairs, codings, events, panels, scores
from .workbooks import workbook_laws

__all__ = [
    "Law",
    "LawBroken",
    "additive_codebooks",
    "aggregate_laws",
    "codebooks",
    "coder_pairs",
    "coders",
    "codings",
    "diff_laws",
    "events",
    "lag_laws",
    "laws",
    "moran_laws",
    "neighbour_laws",
    "panels",
    "peer_laws",
    "rank_laws",
    "scores",
    "staggered_events",
    "trend_laws",
    "trendless_panel",
    "trendless_scores",
    "workbook_laws",
]
