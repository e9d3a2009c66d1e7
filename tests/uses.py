"""A call of every public function that takes a panel or scores, for what holds for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

import policyindex as pi
from builders import DIMENSIONS, panel

LABELS = {"source": "a file", "citation": "Somebody (2015)", "rules": "3P 1 (12345678)"}

PANEL = panel(
    {
        (unit, year): [1 + (place + year) % 5, 1 + place % 5, 1 + (2 * place + year) % 5]
        for place, unit in enumerate(["AUT", "DEU", "NGA", "USA"])
        for year in range(2000, 2006)
    },
    DIMENSIONS,
)
PANEL["overall"] = PANEL.sum(axis=1)
PANEL.attrs.update(LABELS)
SCORES = PANEL["overall"]
EVENTS = pd.Series({"DEU": 2002, "NGA": 2003})

FUNCTIONS: dict[str, Callable[[], Any]] = {
    "check_panel": lambda: pi.check_panel(PANEL),
    "coverage": lambda: pi.coverage(PANEL),
    "splice": lambda: pi.splice(PANEL.iloc[:12], PANEL.iloc[12:]),
    "overall": lambda: pi.overall(PANEL),
    "ranks": lambda: pi.ranks(SCORES),
    "rank_changes": lambda: pi.rank_changes(SCORES, 2000, 2005),
    "what_if": lambda: pi.what_if(PANEL, "DEU", 2005),
    "trends": lambda: pi.trends(SCORES),
    "changes": lambda: pi.changes(SCORES),
    "movers": lambda: pi.movers(SCORES, 2000, 2005),
    "yearly_means": lambda: pi.yearly_means(SCORES),
    "decompose_yearly": lambda: pi.dynamics.decompose_yearly(SCORES, 2000, 2005),
    "lag": lambda: pi.lag(PANEL),
    "peers": lambda: pi.peers(SCORES),
    "moran": lambda: pi.dynamics.moran(SCORES, by="region", permutations=9),
    "event_study": lambda: pi.event_study(SCORES, EVENTS, draws=10),
    "transitions": lambda: pi.transitions(SCORES, draws=10),
    "convergence": lambda: pi.convergence(SCORES, draws=10),
    "weight_ranks": lambda: pi.weight_ranks(PANEL),
    "weight_distribution": lambda: pi.robustness.weight_distribution(PANEL, 2005),
    "dominance": lambda: pi.robustness.dominance(PANEL, 2005),
    "error_ranks": lambda: pi.error_ranks(PANEL, error=0.9),
    "error_distribution": lambda: pi.robustness.error_distribution(PANEL, 2005, error=0.9),
    "error_means": lambda: pi.robustness.error_means(PANEL, error=0.9),
    "error_scores": lambda: pi.robustness.error_scores(PANEL, error=0.9),
    "error_changes": lambda: pi.robustness.error_changes(PANEL, 2000, 2005, error=0.9),
    "estimate_error": lambda: pi.robustness.estimate_error({"A": PANEL, "B": PANEL}),
    "sensitivity": lambda: pi.sensitivity(PANEL, year=2005),
    "standings": lambda: pi.standings(PANEL, 2005),
    "agreement": lambda: pi.agreement({"A": PANEL, "B": PANEL}, draws=10),
    "disagreements": lambda: pi.reliability.disagreements({"A": PANEL, "B": PANEL}),
    "compare": lambda: pi.compare(SCORES, SCORES),
}
