"""Lines at events: of one country, or of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from .. import countries as places
from .._wording import listed
from ..panel.shape import years_by_country
from ..typing import Events
from . import _style as style
from . import _theme as theme


class Label(NamedTuple):
    """A line at an event, and its words."""

    year: int
    text: str
    colour: str


def draw_events(
    ax: Axes, events: Events | None, colours: Mapping[str, str], *, labelled: bool = True
) -> int:
    """Draw a line at each event: of a country in its colour, or of all countries.

    Return the number of lines of type that the labels need above the chart.
    """
    labels = _labels(ax, events, colours)
    for each in labels:
        ax.axvline(each.year, color=each.colour, linewidth=1, linestyle=":", zorder=2)
    return _write(ax, labels) if labelled else 0


def _labels(ax: Axes, events: Events | None, colours: Mapping[str, str]) -> list[Label]:
    """Return the events within the axis of years."""
    low, high = ax.get_xlim()
    if events is None:
        labels = []
    elif isinstance(events, pd.Series):
        labels = [
            Label(year, f"{_whose(unit)} {event_name(events)}, {year}", colours[unit])
            for unit, year in _by_country(events, colours).items()
        ]
    else:
        grey = theme.grey(ax)
        labels = [Label(year, f"{label}, {year}", grey) for label, year in events.items()]
    return [each for each in labels if low <= each.year <= high]


def _whose(unit: str) -> str:
    """Return a country in the genitive, e.g. Italy's."""
    name = places._short_name(unit)
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _by_country(events: pd.Series, colours: Mapping[str, str]) -> dict[str, int]:
    years = years_by_country("events", events).dropna()
    return {str(unit): int(year) for unit, year in years.items() if unit in colours}


def _write(ax: Axes, labels: Sequence[Label]) -> int:
    """Write labels above the chart, each as low as the others allow; return the rows."""
    width = style.size(ax)[0]
    low, high = ax.get_xlim()
    spots: list[tuple[float, float, float, int]] = []
    for year, text, colour in sorted(labels, key=lambda label: -label.year):
        line = (year - low) / (high - low) * width
        length = 0.6 * theme.small_size() * (len(text) + 1)
        to_left = line + length > width + 30 and line > length
        left = line - length if to_left else line
        row = next(
            row
            for row in count()
            if not any(
                (row == at and left < end and begin < left + length)
                or (at < row and begin < line < end)
                or (at > row and left < other < left + length)
                for begin, end, other, at in spots
            )
        )
        spots.append((left, left + length, line, row))
        note = ax.annotate(
            f"{text} " if to_left else f" {text}",
            (year, 1),
            xytext=(0, 2 + theme.line_height() * row),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="right" if to_left else "left",
            fontsize=theme.small_size(),
            color=theme.as_text(colour, ax),
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": colour,
                "linewidth": 0.8,
                "linestyle": ":",
                "shrinkA": 0,
                "shrinkB": 0,
                "relpos": (1 if to_left else 0, 0),
            },
        )
        style.plain(note)
    return max((row for *_, row in spots), default=-1) + 1


def event_words(
    ax: Axes, events: Events | None, units: Sequence[str], *, labelled: bool = True
) -> str:
    """Return sentences about events: the lines without a label, and what has no line."""
    if events is None:
        return ""
    low, high = ax.get_xlim()
    if not isinstance(events, pd.Series):
        words = ", ".join(f"{label} ({year})" for label, year in events.items())
        return "" if labelled else f"Dotted: {words}"
    years = _by_country(events, dict.fromkeys(units, ""))
    name = event_name(events)
    absent = [places._short_name(unit) for unit in units if unit not in years]
    outside = [
        f"{places._short_name(unit)} {year}"
        for unit, year in years.items()
        if not low <= year <= high
    ]
    parts = [
        "" if labelled or not years else f"Dotted: {name} of each country",
        f"No {name} is recorded for {listed(absent)}" if absent else "",
        f"The {name} is outside these years: {listed(outside)}" if outside else "",
    ]
    return ". ".join(filter(None, parts))


def event_name(events: pd.Series) -> str:
    """Return the name of the event of each country, e.g. full law."""
    return "event" if events.name is None else str(events.name).replace("_", " ")
