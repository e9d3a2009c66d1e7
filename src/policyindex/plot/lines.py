"""Scores over time: chosen countries together, apart, or one alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from .. import countries as places
from .._cohorts import wide
from .._selection import units_named
from ..averages import yearly
from ..codebook import THREE_P, Codebook
from ..panel import check_scores
from . import _style as style
from ._events import Events, draw_events, event_words
from ._labels import EndLabel, end_labels
from ._years import averaged_years, balanced, trimmed

__all__ = ["trend"]

MOST = len(style.PALETTE)

MEANS = ("all", "balanced", "region")
BANDS = {"sd": 1.0, "se": 1.96}
"""Columns of :func:`policyindex.yearly` to how many of it lie on either side of the mean."""


def trend(
    scores: pd.Series,
    countries: str | Iterable[str],
    *,
    context: str | None = "grey",
    mean: str | None = None,
    band: str | None = None,
    events: Events | None = None,
    codebook: Codebook = THREE_P,
    ax: Axes | None = None,
) -> Axes:
    """Draw the scores of a few countries over time.

    Each observed year has a marker, and no line crosses a gap. Higher is better.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    countries : str or iterable of str
        Up to eight names or codes; each line is labelled at its last score.
    context : {"grey", None}
        Whether all other countries stand behind in grey.
    mean : {"all", "balanced", "region"}, optional
        A dashed line of the yearly mean of all countries, of those scored in every year between
        the first and the last in which two or more are, or of the regions of the countries
        chosen, with its n, where that is two or more.
    band : {"sd", "se"}, optional
        Shade one standard deviation, or a 95 % interval (1.96 standard errors), on either side
        of the mean.
    events : Series, index country, or mapping of str to int, optional
        A year for each country, drawn in its colour; or labels and their years, drawn for all.
    codebook : Codebook
        What fixes the scale of the axis, by the name of the scores.
    ax : Axes, optional
        Where to draw; by default on new ones.

    Returns
    -------
    Axes

    Raises
    ------
    PanelError
        When the scores break their contract.
    ValueError
        When a country is unknown or there are more than eight, or an option is none of the
        above.

    See Also
    --------
    policyindex.trends : which of the lines are more than chance.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["overall"]
    >>> trend(scores, ["Germany", "NGA"], mean="region").get_title(loc="left")
    'Overall score'
    """
    checked = check_scores(scores)
    units = units_named(checked, countries)
    if len(units) > MOST:
        raise ValueError(
            f"at most {MOST} countries can be told apart; got {len(units)}; use small_multiples"
        )
    averages = _averages(checked, units, mean, band)
    if context not in ("grey", None):
        raise ValueError(f"context must be 'grey' or None; got {context!r}")
    table = trimmed(wide(checked))
    years = table.columns.to_numpy()
    bounds = style.scale(checked, codebook)
    ax = style.axes(ax, width=style.A4_WIDTH, height=4.6)
    style.frame(ax)
    style.year_axis(ax, years)
    style.score_axis(ax.yaxis, bounds)
    if context:
        _draw_context(ax, table.drop(index=units))
    drawn = {name: average for name, average in averages.items() if len(average)}
    for name, average in drawn.items():
        _draw_average(ax, average, name, band)
    labels = [
        EndLabel(*_last(average["mean"]), f"{name} ({_n(average)})", style.GREY)
        for name, average in drawn.items()
    ]
    # The first lines are the widest, so that one under another shows on both sides.
    widths = np.linspace(min(1.5 + 0.2 * len(units), 2.7), 1.5, len(units))
    for unit, colour, marker, width in zip(
        units, style.PALETTE, style.MARKERS, widths, strict=False
    ):
        scored = cast(pd.Series, table.loc[unit])
        draw_line(ax, scored, colour, marker, width=width)
        if scored.notna().any():
            labels.append(EndLabel(*_last(scored), places.short_name(unit), colour))
    rows = draw_events(ax, events, dict(zip(units, style.PALETTE, strict=False)))
    end_labels(ax, labels)
    if not table.notna().any(axis=None):
        style.say_nothing_to_draw(ax)
    style.heading(ax, style.subject(checked), _scale_words(bounds), rows=rows)
    style.footnote(
        ax,
        checked.attrs,
        _who(table, context),
        *(_years_words(average) for average in averages.values() if mean == "balanced"),
        event_words(events),
    )
    style.mark_synthetic(ax, checked.attrs)
    return ax


def draw_line(
    ax: Axes, scored: pd.Series, colour: str, marker: str = "o", *, width: float = 1.8
) -> None:
    """Draw one country's scores, index year: a marker for each, and lines but across gaps."""
    ax.plot(
        scored.index,
        scored,
        color=colour,
        marker=marker,
        markersize=2.6 * width,
        linewidth=width,
        markeredgecolor="white",
        markeredgewidth=0.5,
        zorder=4,
        clip_on=False,
    )


def _draw_context(ax: Axes, table: pd.DataFrame) -> None:
    """Draw the other countries in grey; a year between gaps, which no line reaches, as a dot."""
    years = table.columns.to_numpy()
    values = table.to_numpy()
    known = np.pad(~np.isnan(values), ((0, 0), (1, 1)))
    alone = known[:, 1:-1] & ~known[:, :-2] & ~known[:, 2:]
    lines = [np.column_stack([years, row]) for row in values]
    ax.add_collection(
        LineCollection(lines, colors=style.PALE, linewidths=0.6, alpha=0.35, zorder=1)
    )
    ax.scatter(
        np.broadcast_to(years, values.shape)[alone],
        values[alone],
        s=4,
        color=style.PALE,
        linewidths=0,
        zorder=1,
    )


def draw_mean(ax: Axes, mean: pd.Series, name: str = "") -> None:
    """Draw a mean of several countries, index year, dashed."""
    ax.plot(
        mean.index,
        mean,
        color=style.GREY,
        linestyle=(0, (4, 2)),
        linewidth=1.2,
        marker=".",
        markersize=3.5,
        zorder=3,
        label=name,
    )


def _draw_average(ax: Axes, average: pd.DataFrame, name: str, band: str | None) -> None:
    years = average.index.to_numpy()
    if band is not None:
        reach = BANDS[band] * average[band]
        low, high = average["mean"] - reach, average["mean"] + reach
        ax.fill_between(years, low, high, color=style.GREY, alpha=0.15, linewidth=0, zorder=2)
    draw_mean(ax, average["mean"], name)


def _averages(
    scores: pd.Series, units: list[str], mean: str | None, band: str | None
) -> dict[str, pd.DataFrame]:
    """Average the scores by year as asked for, by the name of the mean."""
    if mean not in (None, *MEANS):
        raise ValueError(f"mean must be one of {', '.join(MEANS)} or None; got {mean!r}")
    if band not in (None, *BANDS) or (band and not mean):
        raise ValueError(
            f"band must be one of {', '.join(BANDS)} or None, and goes with a mean; got {band!r}"
        )
    found: dict[str, pd.DataFrame] = {}
    if mean == "region":
        regions = places.region(units).dropna().unique()
        by_region = yearly(scores, by="region") if len(regions) else pd.DataFrame()
        found = {f"Mean, {region}": by_region.loc[region] for region in regions}
    elif mean == "balanced":
        years = averaged_years(scores.notna())
        found = {"Mean of those scored every year": balanced(scores, years)}
    elif mean is not None:
        found = {"Mean": yearly(scores)}
    return {name: average[average["n"] > 1] for name, average in found.items()}


def _last(values: pd.Series) -> tuple[float, float]:
    """Return the last year with a value, and the value."""
    known = values.dropna()
    return float(known.index[-1]), float(known.iloc[-1])


def _n(average: pd.DataFrame) -> str:
    return f"n = {style.spanned(average['n'].min(), average['n'].max())}"


def _years_words(average: pd.DataFrame) -> str:
    """Say which years are every year, or why there is no mean of those scored in it."""
    if not len(average):
        return "No mean: fewer than two countries are scored every year."
    return f"Every year: {style.spanned(average.index[0], average.index[-1])}."


def _scale_words(bounds: style.Scale) -> str:
    return f"From {bounds[0]:g} (worst) to {bounds[1]:g} (best)"


def _who(table: pd.DataFrame, context: str | None) -> str:
    """Say how many countries are shown."""
    scored = style.counted(int(table.notna().any(axis=1).sum()), "country", "countries")
    return f"Grey: the others of {scored}." if context else ""
