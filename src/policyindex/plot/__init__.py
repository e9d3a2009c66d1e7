"""Charts of scores, ranks and their changes.

Each function draws on one matplotlib ``Axes`` and returns it, or on one ``Figure`` if it needs
several. Without one it makes its own, which notebooks and ``pyplot.show`` display. The numbers are
those of the function of the same name in :mod:`policyindex`.

Your own Axes should be 4.5 by 3.5 inches or larger, on a figure with ``layout="constrained"``,
which separates titles and footnotes from the neighbours. :func:`world` omits the codes of countries
on less than about 7 by 4 inches, and a list of all countries needs a whole sheet of paper.

**Scales.** The scale of scores is that of the codebook, by their name, or the one that ``scale=``
states. Other values have no scale and no direction: their axis shows the values seen, and no chart
calls one of them worst or best.

**Years.** An axis of years begins and ends with years that are not thin: a thin year has fewer
scores than a quarter of the fullest year of its source. The footnote names the years left out.
Years that you name are drawn. A vertical line marks the year in which another source begins (see
:func:`policyindex.splice`).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._saving import save
    from .gains import movers
    from .lines import trend
    from .matrices import heatmap, transitions
    from .means import decompose, event_study, yearly_means
    from .multiples import small_multiples
    from .profiles import profile
    from .ranked import standings
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
    "gains": "movers",
    "lines": "trend",
    "matrices": "heatmap transitions",
    "means": "decompose event_study yearly_means",
    "multiples": "small_multiples",
    "profiles": "profile",
    "ranked": "standings",
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
