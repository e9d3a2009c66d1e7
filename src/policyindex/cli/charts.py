"""The charts that the command line draws: what each is called, and what it takes."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd

from ..reading.events import read_events
from ..reading.files import Reading
from ..robustness.matrices import coding_error
from .commands import one_dimension, scores_of


class Kind(NamedTuple):
    """A kind of chart: how it is drawn, and the options it takes, those it needs in capitals."""

    draw: Callable[[Any, Reading, Namespace], Any]
    summary: str
    options: str


def chart(reading: Reading, chosen: Namespace) -> str:
    """Draw a chart to a file."""
    os.environ.setdefault("MPLBACKEND", "agg")  # a file is drawn, no window is opened
    from .. import plot  # loads matplotlib, which most answers do without

    plot.save(KINDS[chosen.chart].draw(plot, reading, chosen), chosen.output)
    return f"{chosen.output}: {chosen.chart} of {reading.source}"


def _series(reading: Reading, chosen: Namespace) -> pd.Series:
    return one_dimension(scores_of(reading), chosen.dimension)


def _events(chosen: Namespace) -> Any:
    if chosen.events is None:
        if chosen.event is not None:
            raise ValueError("--event names a column of the file that --events gives; give both")
        return None
    table = read_events(chosen.events, columns=chosen.event and [chosen.event])
    if len(table.columns) > 1:
        raise ValueError(
            f"--event must say which column of {chosen.events} is meant: one of "
            f"{', '.join(table.columns)}"
        )
    return table.iloc[:, 0]


def _trend(plot: Any, reading: Reading, chosen: Namespace) -> Any:
    return plot.trend(
        _series(reading, chosen),
        chosen.country,
        mean=chosen.mean,
        band=chosen.band,
        events=_events(chosen),
        codebook=reading.codebook,
    )


def _small_multiples(plot: Any, reading: Reading, chosen: Namespace) -> Any:
    return plot.small_multiples(
        _series(reading, chosen),
        chosen.country,
        baseline=chosen.baseline,
        events=_events(chosen),
        codebook=reading.codebook,
    )


def _profile(plot: Any, reading: Reading, chosen: Namespace) -> Any:
    return plot.profile(reading.panel, chosen.country, codebook=reading.codebook)


def _heatmap(plot: Any, reading: Reading, chosen: Namespace) -> Any:
    return plot.heatmap(_series(reading, chosen), codebook=reading.codebook)


def _change(plot: Any, reading: Reading, chosen: Namespace) -> Any:
    series = _series(reading, chosen)
    return plot.movers(series, chosen.start, chosen.end, codebook=reading.codebook)


def _ranking(plot: Any, reading: Reading, chosen: Namespace) -> Any:
    error = None if chosen.error is None else coding_error(chosen.error)
    interval = "weights" if error is None else "error"
    return plot.standings(scores_of(reading), chosen.year, interval=interval, error=error)


def _means(plot: Any, reading: Reading, _: Namespace) -> Any:
    return plot.yearly_means(scores_of(reading), codebook=reading.codebook)


def _decomposition(plot: Any, reading: Reading, chosen: Namespace) -> Any:
    return plot.decompose(_series(reading, chosen), start=chosen.start, end=chosen.end)


def _event_study(plot: Any, reading: Reading, chosen: Namespace) -> Any:
    return plot.event_study(_series(reading, chosen), _events(chosen))


def _transitions(plot: Any, reading: Reading, chosen: Namespace) -> Any:
    return plot.transitions(_series(reading, chosen), codebook=reading.codebook)


def _world(plot: Any, reading: Reading, chosen: Namespace) -> Any:
    return plot.world(_series(reading, chosen), chosen.year, codebook=reading.codebook)


KINDS = {
    "trend": Kind(_trend, "countries over time", "COUNTRY dimension mean band events event"),
    "small-multiples": Kind(
        _small_multiples,
        "a small chart for each country",
        "COUNTRY dimension baseline events event",
    ),
    "profile": Kind(_profile, "one country, all its scores and its rank", "COUNTRY"),
    "heatmap": Kind(_heatmap, "all countries and years", "dimension"),
    "change": Kind(_change, "who moved between two years", "dimension START END"),
    "ranking": Kind(_ranking, "countries by rank, each with its range", "YEAR error"),
    "means": Kind(_means, "yearly means, of all countries and of a fixed cohort", ""),
    "decomposition": Kind(
        _decomposition, "what moved the mean from year to year", "dimension start end"
    ),
    "event-study": Kind(_event_study, "change around an event", "dimension EVENTS event"),
    "transitions": Kind(_transitions, "from level to level", "dimension"),
    "world": Kind(_world, "a map of equal squares", "dimension YEAR"),
}
