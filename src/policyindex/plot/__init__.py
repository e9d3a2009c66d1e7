"""Charts of scores, ranks and their changes.

Each function draws on one matplotlib ``Axes`` and returns it, or on one ``Figure`` where it
needs several; without one it makes its own, which notebooks and ``pyplot.show`` then show.
Nothing is computed here: the numbers drawn are those of the functions of :mod:`policyindex`.

Axes of yours should be 4.5 by 3.5 inches or larger, on a figure with ``layout="constrained"``,
which keeps titles and footnotes off the neighbours. :func:`world` leaves out the codes of countries
on less than some 7 by 4 inches, and a list of all countries needs a sheet of paper to itself.
"""

from ._saving import save
from .lines import trend
from .matrices import heatmap, transitions
from .means import decomposition, event_study, means
from .multiples import small_multiples
from .profiles import profile
from .ranked import change, ranking
from .tiles import world

__all__ = [
    "change",
    "decomposition",
    "event_study",
    "heatmap",
    "means",
    "profile",
    "ranking",
    "save",
    "small_multiples",
    "transitions",
    "trend",
    "world",
]
