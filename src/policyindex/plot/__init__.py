"""Charts of scores, ranks and their changes.

Each function draws on one matplotlib ``Axes`` and returns it, or on one ``Figure`` where it
needs several; without one it makes its own, which notebooks and ``pyplot.show`` then show.
Nothing is computed here: the numbers drawn are those of the functions of :mod:`policyindex`.

Axes of yours should be 4.5 by 3.5 inches or larger, on a figure with ``layout="constrained"``,
which keeps titles and footnotes off the neighbours. :func:`world` leaves out the codes of countries
on less than some 7 by 4 inches, and a list of all countries needs a sheet of paper to itself.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._saving import save
    from .lines import trend
    from .matrices import heatmap, transitions
    from .means import decompose, event_study, yearly_means
    from .multiples import small_multiples
    from .profiles import profile
    from .ranked import movers, standings
    from .tiles import world

__all__ = [
    "decompose",
    "event_study",
    "heatmap",
    "movers",
    "profile",
    "save",
    "small_multiples",
    "standings",
    "transitions",
    "trend",
    "world",
    "yearly_means",
]

_MODULES = {
    "_saving": "save",
    "lines": "trend",
    "matrices": "heatmap transitions",
    "means": "decompose event_study yearly_means",
    "multiples": "small_multiples",
    "profiles": "profile",
    "ranked": "movers standings",
    "tiles": "world",
}

_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Load the module of a chart, and matplotlib with it, on first use."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    answer = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = answer
    return answer


def __dir__() -> list[str]:
    return list(__all__)
