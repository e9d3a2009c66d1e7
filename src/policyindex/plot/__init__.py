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
