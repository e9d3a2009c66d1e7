"""The 3P Anti-trafficking Policy Index, computed exactly.

Nothing is loaded before it is used: a name of the door loads the room that it lives in.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from . import (
        codebooks,
        coding,
        countries,
        datasets,
        dynamics,
        latent,
        plot,
        reliability,
        report,
        robustness,
        testing,
    )
    from .codebooks import HTI, THREE_P, Codebook, Dimension, Indicator
    from .dynamics import (
        changes,
        convergence,
        decompose,
        event_study,
        lag,
        movers,
        peers,
        transitions,
        trend,
        trends,
        yearly_means,
    )
    from .panel import PanelError, check_panel, coverage, splice
    from .ranking import groups, rank_bounds, rank_changes, ranks, what_if
    from .reading import (
        ReadingWarning,
        as_panel,
        read,
        read_codings,
        read_events,
        read_scores,
        read_values,
    )
    from .reliability import agreement, compare
    from .robustness import coding_error, error_ranks, sensitivity, standings, weight_ranks
    from .scoring import (
        explain,
        next_steps,
        overall,
        score,
        score_bounds,
        score_codes,
    )
    from .writing import write_table

__all__ = [
    "HTI",
    "THREE_P",
    "Codebook",
    "Dimension",
    "Indicator",
    "PanelError",
    "ReadingWarning",
    "__version__",
    "agreement",
    "as_panel",
    "changes",
    "check_panel",
    "codebooks",
    "coding",
    "coding_error",
    "compare",
    "convergence",
    "countries",
    "coverage",
    "datasets",
    "decompose",
    "dynamics",
    "error_ranks",
    "event_study",
    "explain",
    "groups",
    "lag",
    "latent",
    "movers",
    "next_steps",
    "overall",
    "peers",
    "plot",
    "rank_bounds",
    "rank_changes",
    "ranks",
    "read",
    "read_codings",
    "read_events",
    "read_scores",
    "read_values",
    "reliability",
    "report",
    "robustness",
    "score",
    "score_bounds",
    "score_codes",
    "sensitivity",
    "splice",
    "standings",
    "testing",
    "transitions",
    "trend",
    "trends",
    "weight_ranks",
    "what_if",
    "write_table",
    "yearly_means",
]

_ROOMS = {
    "codebooks": "HTI THREE_P Codebook Dimension Indicator",
    "dynamics": "changes convergence decompose event_study lag movers peers transitions "
    "trend trends yearly_means",
    "panel": "PanelError check_panel coverage splice",
    "ranking": "groups rank_bounds rank_changes ranks what_if",
    "reading": "ReadingWarning as_panel read read_codings read_events read_scores read_values",
    "reliability": "agreement compare",
    "robustness": "coding_error error_ranks sensitivity standings weight_ranks",
    "scoring": "explain next_steps overall score score_bounds score_codes",
    "writing": "write_table",
    **dict.fromkeys(
        ("coding", "countries", "datasets", "latent", "plot", "report", "testing", "typing"), ""
    ),
}
"""Each room, and the names of the door that live in it."""

_HOME = {name: room for room, names in _ROOMS.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Load a room, or the room of a name, on first use."""
    if name in _ROOMS:
        return import_module(f".{name}", __name__)
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    answer = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = answer
    return answer


def __dir__() -> list[str]:
    return list(__all__)
