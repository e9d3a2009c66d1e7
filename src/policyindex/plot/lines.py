"""Scores over time: chosen countries together, apart, or one alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import NDArray

from .. import countries as places
from .._wording import spanned, year_words
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..dynamics.averages import balanced, yearly_means
from ..panel.check import check_scores
from ..panel.selection import some, trimmed, units_named
from ..panel.shape import wide
from ..typing import Events
from . import _style as style
from ._events import draw_events, event_words
from ._labels import EndLabel, end_labels
from ._years import averaged_years, left_out

MOST = len(style.PALETTE)

MEANS = ("all", "balanced", "region")

BANDS = {"sd": (1.0, "one standard deviation"), "se": (1.96, "1.96 standard errors")}
"""Columns of :func:`policyindex.yearly_means` to how many of it lie on either side of the mean."""


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
        chosen. A year with fewer than two is a gap; the footnote has each n.
    band : {"sd", "se"}, optional
        Shade one standard deviation on either side of the mean; or 1.96 standard errors, which
        make a 95 % interval where n is large.
    events : Series, index country, or mapping of str to int, optional
        A year for each country, drawn in its colour; or labels and their years, drawn for all.
    codebook : Codebook
        What fixes the scale of the axis, by the name of the scores.
    ax : Axes, optional
        Where to draw; by default on new ones.

    Returns
    -------
    Axes
        `ax`, or those of a new figure.

    Raises
    ------
    PanelError
        When the scores break their contract.
    ValueError
        When a country is unknown or there are more than eight, or an option is none of the
        above.

    See Also
    --------
    policyindex.trends : Which of the lines are more than chance.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["overall"]
    >>> trend(scores, ["Germany", "NGA"], mean="region").get_title(loc="left")
    'Overall score'
    """
    checked = some(check_scores(scores))
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
    labels = []
    for name, average in averages.items():
        enough = average.where(average["n"] > 1)
        _draw_average(ax, enough, name, band)
        if enough["mean"].notna().any():
            labels.append(EndLabel(*_last(enough["mean"]), name, style.GREY))
    # The first lines are the widest, so that one under another shows on both sides.
    widths = np.linspace(min(1.5 + 0.2 * len(units), 2.7), 1.5, len(units))
    for unit, colour, marker, width in zip(
        units, style.PALETTE, style.MARKERS, widths, strict=False
    ):
        scored = cast(pd.Series, table.loc[unit])
        draw_line(ax, scored, colour, marker, width=width)
        if scored.notna().any():
            labels.append(EndLabel(*_last(scored), places._short_name(unit), colour))
    rows = draw_events(ax, events, dict(zip(units, style.PALETTE, strict=False)))
    end_labels(ax, labels)
    if not table.notna().any(axis=None):
        style.say_nothing_to_draw(ax)
    style.heading(ax, style.subject(checked), _scale_words(bounds), rows=rows)
    style.footnote(
        ax,
        checked.attrs,
        _who(table, units, context),
        _mean_words(averages),
        f"Band: {BANDS[band][1]} on either side." if band else "",
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
    alone = _alone(values)
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


def _alone(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the values, years along the last axis, between gaps, which no line reaches."""
    beside = [(0, 0)] * (values.ndim - 1)
    known = np.pad(~np.isnan(values), [*beside, (1, 1)])
    alone: NDArray[np.bool_] = known[..., 1:-1] & ~known[..., :-2] & ~known[..., 2:]
    return alone


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
    """Draw a mean and its band; of a year between gaps, the band is a bar."""
    if band is not None:
        reach = BANDS[band][0] * average[band]
        found = pd.DataFrame({"low": average["mean"] - reach, "high": average["mean"] + reach})
        look: dict[str, Any] = {"color": style.GREY, "alpha": 0.15, "zorder": 2}
        ax.fill_between(found.index, found["low"], found["high"], linewidth=0, **look)
        alone = found[_alone(average["mean"].to_numpy())]
        if len(alone):
            ax.vlines(alone.index, alone["low"], alone["high"], linewidth=6, **look)
    draw_mean(ax, average["mean"], name)


def _averages(
    scores: pd.Series, units: list[str], mean: str | None, band: str | None
) -> dict[str, pd.DataFrame]:
    """Average the scores by year as asked for, by the name of the mean, whatever its n."""
    if mean not in (None, *MEANS):
        raise ValueError(f"mean must be one of {', '.join(MEANS)} or None; got {mean!r}")
    if band not in (None, *BANDS) or (band and not mean):
        raise ValueError(
            f"band must be one of {', '.join(BANDS)} or None, and goes with a mean; got {band!r}"
        )
    if mean == "region":
        regions = places.region(units).dropna().unique()
        by_region = yearly_means(scores, by="region") if len(regions) else pd.DataFrame()
        return {f"Mean of {region}": by_region.loc[region] for region in regions}
    if mean == "balanced":
        years = averaged_years(scores.groupby(level="year").count())
        return {"Mean of those scored every year": balanced(scores, years)}
    return {} if mean is None else {"Mean of all countries": yearly_means(scores)}


def _last(values: pd.Series) -> tuple[float, float]:
    """Return the last year with a value, and the value."""
    known = values.dropna()
    return float(known.index[-1]), float(known.iloc[-1])


def _mean_words(averages: dict[str, pd.DataFrame]) -> str:
    """Say what the dashed lines are means of, and of how many, and which are not drawn."""
    drawn, absent = [], []
    for name, average in averages.items():
        mean, n = f"{name[0].lower()}{name[1:]}", average["n"]
        enough = n[n > 1]
        if not len(enough):
            absent.append(f"No {mean}: fewer than two countries.")
            continue
        counted = f"n = {spanned(enough.min(), enough.max())} in {year_words(enough.index)}"
        drawn.append(f"{mean} ({'; '.join(filter(None, (counted, left_out(n))))})")
    return " ".join([*([f"Dashed: {', '.join(drawn)}."] if drawn else []), *absent])


def _scale_words(bounds: style.Scale) -> str:
    return f"From {bounds[0]:g} (worst) to {bounds[1]:g} (best)"


def _who(table: pd.DataFrame, units: list[str], context: str | None) -> str:
    """Say how many countries are shown, and how many of them are not in colour."""
    scored = table.notna().any(axis=1)
    chosen, everyone = int(scored[units].sum()), int(scored.sum())
    n = style.counted(everyone, "country", "countries")
    if context and everyone > chosen:
        return f"n = {n} with a score; grey: the {everyone - chosen} not chosen."
    return f"n = {chosen} of {n} with a score." if chosen < everyone else f"n = {n} with a score."
