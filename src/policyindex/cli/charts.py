"""The charts that the command line draws."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from typing import Any

import pandas as pd

from .. import plot
from .._options import Argument, OptionError
from .._wording import printable
from ..reading.events import read_events
from ..reading.files import Reading
from ..typing import ChartOptions
from .commands import check_years, content_of, one_dimension, scores_of
from .positions import fitted

FLAGS_FOR_EVENTS = (Argument("columns", "[...]"), Argument("unmatched", "'drop'"))
"""Arguments of the reader of events that have a flag here."""


def chart(reading: Reading, options: Namespace) -> str | bytes:
    """Draw a chart to a file."""
    os.environ.setdefault("MPLBACKEND", "agg")  # draws to a file and opens no window
    picture = _sized(KINDS[options.kind_of_chart], reading, options)
    if options.output == "-":
        return content_of(lambda path: plot.save(picture, path), "chart.svg")
    plot.save(picture, options.output)
    return printable(f"{options.output}: {options.kind_of_chart} of {reading.source}")


def _sized(draw: Callable[[Reading, Namespace], Any], reading: Reading, options: Namespace) -> Any:
    """Draw a chart, and draw it again if the user wants another width than its own."""
    picture = draw(reading, options)
    if options.width is None:
        return picture
    from ..plot._saving import resized  # loads matplotlib, which the other commands do without

    with resized(picture, options.width, keeps_shape=options.kind_of_chart == "world"):
        return draw(reading, options)


def _look(options: Namespace) -> ChartOptions:
    """Return the options that all charts share."""
    return {
        "title": options.title,
        "subtitle": options.subtitle,
        "note": options.note,
        "highlight": options.highlight,
    }


def _series(reading: Reading, options: Namespace) -> pd.Series:
    return one_dimension(scores_of(reading), options.dimension)


def _events(options: Namespace) -> Any:
    if options.events is None:
        if options.event is not None:
            raise ValueError("--event is a column of the file of --events; add that option")
        return None
    try:
        table = read_events(
            options.events,
            columns=options.event and [options.event],
            unmatched="drop" if options.drop_unmatched else "raise",
        )
    except OptionError as error:
        if error.option is None or error.option in FLAGS_FOR_EVENTS:
            raise
        # The other reading options are about FILE, so their flags would not help here.
        raise type(error)(str(error)) from error
    if len(table.columns) > 1:
        raise ValueError(
            f"--event must be one of the columns of {options.events}: {', '.join(table.columns)}"
        )
    return table.iloc[:, 0]


def _trend(reading: Reading, options: Namespace) -> Any:
    return plot.trend(
        _series(reading, options),
        options.country,
        context=options.context,
        mean=options.mean,
        band=options.band,
        events=_events(options),
        codebook=reading.codebook,
        **_look(options),
    )


def _small_multiples(reading: Reading, options: Namespace) -> Any:
    return plot.small_multiples(
        _series(reading, options),
        options.country,
        baseline=options.baseline,
        events=_events(options),
        codebook=reading.codebook,
        **_look(options),
    )


def _profile(reading: Reading, options: Namespace) -> Any:
    return plot.profile(reading.panel, options.country, codebook=reading.codebook, **_look(options))


def _heatmap(reading: Reading, options: Namespace) -> Any:
    return plot.heatmap(
        _series(reading, options),
        order=options.order,
        countries=options.country,
        region=options.region,
        codebook=reading.codebook,
        **_look(options),
    )


def _movers(reading: Reading, options: Namespace) -> Any:
    check_years(options)
    series = _series(reading, options)
    return plot.movers(
        series,
        options.start,
        options.end,
        top=options.top,
        codebook=reading.codebook,
        **_look(options),
    )


def _standings(reading: Reading, options: Namespace) -> Any:
    return plot.standings(
        scores_of(reading),
        options.year,
        min_weight=options.min_weight,
        error=options.accuracy,
        top=options.top,
        region=options.region,
        codebook=reading.codebook,
        **_look(options),
    )


def _yearly_means(reading: Reading, options: Namespace) -> Any:
    return plot.yearly_means(scores_of(reading), codebook=reading.codebook, **_look(options))


def _decompose(reading: Reading, options: Namespace) -> Any:
    check_years(options)
    return plot.decompose(
        _series(reading, options),
        start=options.start,
        end=options.end,
        codebook=reading.codebook,
        **_look(options),
    )


def _event_study(reading: Reading, options: Namespace) -> Any:
    return plot.event_study(
        _series(reading, options),
        _events(options),
        window=options.window,
        base=options.base,
        control=options.control,
        codebook=reading.codebook,
        **_look(options),
    )


def _transitions(reading: Reading, options: Namespace) -> Any:
    return plot.transitions(_series(reading, options), codebook=reading.codebook, **_look(options))


def _world(reading: Reading, options: Namespace) -> Any:
    return plot.world(
        _series(reading, options),
        options.year,
        region=options.region,
        codebook=reading.codebook,
        **_look(options),
    )


def _latent_scores(reading: Reading, options: Namespace) -> Any:
    if options.dimension is not None and options.model != "correlated":
        raise ValueError("--dimension needs --model correlated")
    return plot.latent_scores(
        fitted(reading, options),
        options.country,
        dimension=options.dimension,
        **_look(options),
    )


def _latent_ranks(reading: Reading, options: Namespace) -> Any:
    return plot.latent_ranks(
        fitted(reading, options),
        options.year,
        top=options.top,
        region=options.region,
        **_look(options),
    )


def _latent_improved(reading: Reading, options: Namespace) -> Any:
    check_years(options)
    return plot.latent_improved(
        fitted(reading, options),
        options.start,
        options.end,
        top=options.top,
        region=options.region,
        **_look(options),
    )


KINDS: dict[str, Callable[[Reading, Namespace], Any]] = {
    "trend": _trend,
    "small-multiples": _small_multiples,
    "profile": _profile,
    "heatmap": _heatmap,
    "movers": _movers,
    "standings": _standings,
    "yearly-means": _yearly_means,
    "decompose": _decompose,
    "event-study": _event_study,
    "transitions": _transitions,
    "world": _world,
    "latent-scores": _latent_scores,
    "latent-ranks": _latent_ranks,
    "latent-improved": _latent_improved,
}
"""Kinds of charts to the functions that draw them; the arguments of each are in arguments.py."""
