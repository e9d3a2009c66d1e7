"""Dynamics: who improved, by how much, and whether that is a trend."""

from .averages import Decomposition, decompose, decompose_yearly, yearly_means
from .change import Movers, changes, movers
from .direction import Trend, trend, trends
from .events import EventStudy, event_study
from .lags import lag
from .moves import Convergence, Transitions, convergence, transitions
from .neighbourhood import moran, peers

__all__ = [
    "Convergence",
    "Decomposition",
    "EventStudy",
    "Movers",
    "Transitions",
    "Trend",
    "changes",
    "convergence",
    "decompose",
    "decompose_yearly",
    "event_study",
    "lag",
    "moran",
    "movers",
    "peers",
    "transitions",
    "trend",
    "trends",
    "yearly_means",
]
