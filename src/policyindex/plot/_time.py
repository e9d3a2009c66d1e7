"""The years of a chart: thin years, and the places where one source follows another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from ..panel.labels import carry
from ..panel.selection import full_span, thin_words, thin_years
from ..panel.shape import wide
from ..typing import Years
from . import _theme as theme
from ._style import number_of


class Timeline(NamedTuple):
    """Scores on an axis of years."""

    table: pd.DataFrame
    """A row per country and a column per year of the axis."""
    note: str
    """Thin years that the axis leaves out, with their counts."""

    @property
    def years(self) -> Years:
        return int(self.table.columns[0]), int(self.table.columns[-1])


def timeline(scores: pd.Series, things: str = "scores", *named: int) -> Timeline:
    """Lay checked scores out on an axis of years, from the first year that is not thin to the last.

    `named` are years that the user names: they stay, thin or not.
    """
    years = full_span(scores, within_spans=True)
    if years is not None:
        years = min([years[0], *named]), max([years[1], *named])
    table = wide(scores, years=years)
    thin = thin_years(scores, within_spans=True)
    absent = {year: n for year, n in thin.items() if n and year not in table.columns}
    words = thin_words(absent, _most(scores), things)
    return Timeline(table, f"Left out: {words}" if words else "")


def any_score(panel: pd.DataFrame) -> pd.Series:
    """Return a score of each row that has any, so that rows can be counted."""
    return carry(panel.max(axis=1), panel)


def thin_note(scores: pd.Series, year: int, noun: str = "score") -> str:
    """Return a sentence about a thin year that the user names, or nothing."""
    n = thin_years(scores).get(year)
    if n is None:
        return ""
    has = number_of(n, "country has", "countries have")
    return f"Only {has} a {noun} in {year}; {_most(scores)} have one in the fullest year"


def _most(scores: pd.Series) -> int:
    return int(scores.groupby(level="year").count().max())


def breaks(attrs: Mapping[Any, Any]) -> list[int]:
    """Return the years in which the source of most countries is another than the year before."""
    spans = attrs.get("spans") or []
    sources: dict[int, Counter[tuple[str, str]]] = {}
    for part in spans:
        for year in range(part["first"], part["last"] + 1):
            key = (part["source"], part["rules"])
            sources.setdefault(year, Counter())[key] += len(part["countries"])
    years, before = [], None
    for year, counts in sorted(sources.items()):
        main = max(counts, key=lambda key: (counts[key], key == before))
        if before is not None and main != before:
            years.append(year)
        before = main
    return years


def draw_breaks(ax: Axes, attrs: Mapping[Any, Any]) -> str:
    """Draw a line before each year that begins another source; return a note about them."""
    low, high = sorted(ax.get_xlim())
    years = [year for year in breaks(attrs) if low < year - 0.5 < high]
    for year in years:
        ax.axvline(year - 0.5, color=theme.grey(ax), linewidth=0.8, zorder=2.5)
    return "Vertical line: another source begins" if years else ""
