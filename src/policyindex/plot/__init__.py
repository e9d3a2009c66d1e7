"""Charts of scores, ranks and their changes.

Each function draws on one matplotlib ``Axes`` and returns it, or on one ``Figure`` where it
needs several; without one it makes its own, which notebooks and ``pyplot.show`` then show.
Nothing is computed here: the numbers drawn are those of the functions of :mod:`policyindex`.
"""

from ._saving import save
from .lines import trend

__all__ = ["save", "trend"]
