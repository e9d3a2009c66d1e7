"""Charts of scores over time, as a whole."""

from __future__ import annotations

import pandas as pd
import pytest

from pictures import axes, check_drawn
from policyindex import plot

CASES = {
    "regions": {"mean": "region", "band": "sd", "events": {"law": 2003}, "highlight": "ITA"},
    "balanced": {"mean": "balanced", "band": "se", "context": "lines"},
    "all": {"mean": "all", "context": None, "ax": True, "note": "A note."},
}


@pytest.mark.parametrize("case", CASES)
def test_a_chart_of_scores_over_time(few: pd.DataFrame, case: str) -> None:
    options = CASES[case]
    ax = axes(5, 4) if options.get("ax") else None
    check_drawn(plot.trend(few, ["DEU", "FRA", "NGA"], **options | {"ax": ax}), f"trend-{case}")


def test_lines_that_cover_one_another(few: pd.DataFrame) -> None:
    """Values that nobody scores have no worst and best; an advice says how to see them all."""
    units = ["DEU", "FRA", "GHA", "ITA", "XXA"]
    events = pd.Series({"DEU": 2002.0, "FRA": 1990, "GHA": 2004}, name="full_law")
    events = events.rename_axis("country")
    values = few["protection"].rename("tier")
    check_drawn(plot.trend(values, units, lower_is_better=True, events=events), "trend-events")
