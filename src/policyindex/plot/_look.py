"""The options that all charts share: their words, the countries to stress, and their colours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import is_color_like
from matplotlib.figure import Figure, SubFigure
from matplotlib.text import Text

from .. import countries as places
from .._wording import are_not, listed, quoted
from ..panel.selection import units
from ..typing import ChartOptions
from . import _theme as theme

OPTIONS = tuple(ChartOptions.__optional_keys__)

WORDS = ("title", "subtitle", "note")


class Look(NamedTuple):
    """The options of a chart, checked."""

    title: str | None
    subtitle: str | None
    note: str
    highlight: list[str]
    """Labels of the countries to stress."""
    colours: dict[str, str]
    """Label of a country or of a dimension to its colour."""
    cycle: list[str]
    """Colours of the lines in their order, if the user lists some."""

    def head(self, title: str, subtitle: str = "") -> tuple[str, str]:
        """Return the title and the subtitle: those of the user, or else the default."""
        return (
            title if self.title is None else self.title,
            subtitle if self.subtitle is None else self.subtitle,
        )

    def series(
        self, chart: Axes | Figure | SubFigure, names: Sequence[str]
    ) -> dict[str, theme.Series]:
        """Return the look of each of some lines, by country or dimension."""
        looks = theme.series(chart, len(names))
        if self.cycle:
            n = len(self.cycle)
            looks = [
                look._replace(colour=theme.as_line(self.cycle[place % n], chart))
                for place, look in enumerate(looks)
            ]
        return {
            name: look._replace(colour=theme.as_line(self.colours[name], chart))
            if name in self.colours
            else look
            for name, look in zip(names, looks, strict=True)
        }

    def colour(self, chart: Axes | Figure | SubFigure, name: str, place: int = 0) -> str:
        """Return the colour of one country: its own, or that of a line at some place."""
        if name in self.colours:
            return theme.as_line(self.colours[name], chart)
        cycle = self.cycle or [each.colour for each in theme.series(chart)]
        return theme.as_line(cycle[place % len(cycle)], chart)

    def stress(self, text: Text, name: str, chart: Axes | Figure | SubFigure) -> None:
        """Set the name of a country in bold and in colour, if it is to be stressed."""
        if name in self.highlight:
            text.set_fontweight("bold")
            text.set_color(theme.as_text(self.colour(chart, name), chart))


PLAIN = Look(None, None, "", [], {}, [])


def look_of(options: ChartOptions, data: pd.Series | pd.DataFrame, *names: str) -> Look:
    """Check the options of a chart of some data; `names` are other things with a colour.

    Raises
    ------
    TypeError
        If an option is not one of all charts.
    ValueError
        If a country to stress is not in the data, or a colour is not one.
    """
    wrong = [name for name in options if name not in OPTIONS]
    if wrong:
        raise TypeError(
            f"options of a chart must be its own, or one of {', '.join(sorted(OPTIONS))}; "
            f"{are_not(len(wrong))}: {listed(wrong)}"
        )
    for name in WORDS:
        if not isinstance(words := options.get(name), str | None):
            raise ValueError(f"{name} must be text or None; got {quoted(words)}")
    labels = [str(each) for each in data.index.unique("country")]
    stressed: Any = options.get("highlight")
    if stressed is None:
        stressed = []
    elif isinstance(stressed, str) or not isinstance(stressed, Iterable):
        stressed = [stressed]
    stressed = list(stressed)
    colours, cycle = _colours(options.get("palette"), [*labels, *names])
    return Look(
        options.get("title"),
        options.get("subtitle"),
        options.get("note") or "",
        list(dict.fromkeys(units("highlight", stressed, labels))) if stressed else [],
        colours,
        cycle,
    )


def _colours(palette: Any, labels: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return colours by label, or in order, or refuse what is not a colour."""
    if palette is None:
        return {}, []
    if isinstance(palette, str) or not isinstance(palette, Mapping | Sequence):
        raise ValueError(
            "palette must map countries to colours, e.g. {'FRA': '#0055A4'}, or list colours; got "
            f"{quoted(palette)}"
        )
    shades = list(palette.values() if isinstance(palette, Mapping) else palette)
    wrong = [each for each in shades if not is_color_like(each)]
    if wrong or not shades:
        raise ValueError(
            "palette must hold colours of matplotlib, e.g. '#0055A4' or 'red'; "
            + (f"{are_not(len(wrong))}, the first {quoted(wrong[0])}" if wrong else "it is empty")
        )
    if not isinstance(palette, Mapping):
        return {}, shades
    present = set(labels)
    names = [each if each in present else places._match([each])[0] for each in map(str, palette)]
    unknown = [key for key, name in zip(palette, names, strict=True) if name is None]
    if unknown:
        raise ValueError(
            f"palette must map countries or dimensions to colours; {are_not(len(unknown))} one, "
            f"the first {quoted(unknown[0])}"
        )
    # One palette serves many charts, so it may name countries that this chart does not show.
    return dict(zip(map(str, names), shades, strict=True)), []
