"""Lines at events: of one country, or of all."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from ..panel.shape import years_by_country
from ..typing import Events
from . import _style as style
from . import _theme as theme


def draw_events(
    ax: Axes, events: Events | None, colours: Mapping[str, str], *, labelled: bool = True
) -> int:
    """Draw a line at each event: of a country in its colour, or of all countries with a label.

    Return the number of lines of type that the labels need above the chart.
    """
    if events is None:
        return 0
    if isinstance(events, pd.Series):
        for unit, year in years_by_country("events", events).dropna().items():
            if unit in colours:
                ax.axvline(year, color=colours[str(unit)], linewidth=1, linestyle=":", zorder=2)
        return 0
    # The earliest label is the highest, so that its line passes to the left of the others.
    by_year = sorted(events.items(), key=lambda event: event[1], reverse=True)
    for row, (label, year) in enumerate(by_year):
        ax.axvline(year, color=theme.grey(ax), linewidth=0.8, linestyle=":", zorder=2)
        if not labelled:
            continue
        note = ax.annotate(
            f" {year}: {label}",
            (year, 1),
            xytext=(0, 2 + theme.line_height() * row),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            fontsize=theme.small_size(),
            color=theme.grey(ax),
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": theme.grey(ax),
                "linewidth": 0.8,
                "linestyle": ":",
                "shrinkA": 0,
                "shrinkB": 0,
                "relpos": (0, 0),
            },
        )
        style.plain(note)
    return len(by_year) if labelled else 0


def event_words(events: Events | None, *, labelled: bool = True) -> str:
    """Return a sentence about the lines of events that have no label on the chart."""
    if events is None or (labelled and not isinstance(events, pd.Series)):
        return ""
    if not isinstance(events, pd.Series):
        words = ", ".join(f"{label} ({year})" for label, year in events.items())
        return f"Dotted: {words}."
    return f"Dotted: {event_name(events)} of each country."


def event_name(events: pd.Series) -> str:
    """Return the name of the event of each country, e.g. full law."""
    return "event" if events.name is None else str(events.name).replace("_", " ")
