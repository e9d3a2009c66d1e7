"""The words about events: a line with a label needs none below the chart."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from policyindex.plot._events import event_words

LAWS = pd.Series({"DEU": 2003, "NGA": 1990}, name="full_law").rename_axis("country")

UNITS = ["DEU", "ITA", "NGA"]


def test_only_lines_without_a_label_are_described() -> None:
    ax = Figure().subplots()
    ax.set_xlim(2000, 2010)
    events = {"Protocol": 2003, "review": 2005}
    assert event_words(ax, None, UNITS) == ""
    assert event_words(ax, events, UNITS) == ""
    assert event_words(ax, events, UNITS, labelled=False) == (
        "Dotted: Protocol (2003), review (2005)"
    )
    rest = "No full law is recorded for Italy. The full law is outside these years: Nigeria 1990"
    assert event_words(ax, LAWS, UNITS) == rest
    assert event_words(ax, LAWS, UNITS, labelled=False) == (
        f"Dotted: full law of each country. {rest}"
    )
    assert event_words(ax, LAWS[["DEU"]], ["DEU"]) == ""
