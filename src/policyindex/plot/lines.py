"""Scores over time: a few countries in one chart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import NDArray

from .. import countries as places
from .._wording import capital, spanned, year_words
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..dynamics.averages import _yearly_means
from ..panel.selection import units_named
from ..typing import ChartOptions, Events, Scale, Years
from . import _style as style
from . import _theme as theme
from ._events import draw_events, event_words
from ._findings import leaders, path
from ._labels import EndLabel, end_labels
from ._look import look_of
from ._subject import Subject, level_text, subject_of
from ._time import draw_breaks, timeline
from .means import balanced_means

MOST = 8
"""Most lines, each with a colour and a marker of its own."""

CONTEXTS = ("band", "lines", "none")

LEAST = 5
"""Least number of scores of a year with a band."""

CLEAR, COVERED = 4, 1 / 3
"""Most lines, and the largest share of their scores at one place with another, that are clear."""

MEANS = ("all", "balanced", "region")

BALANCED = "Mean of the balanced cohort"

BANDS = {"sd": (1.0, "one standard deviation"), "se": (1.96, "1.96 standard errors")}
"""Columns of :func:`policyindex.yearly_means`: how many of each lie on either side of the mean."""


def trend(
    scores: pd.Series | pd.DataFrame,
    countries: str | Iterable[str],
    *,
    context: str | None = "band",
    mean: str | None = None,
    band: str | None = None,
    events: Events | None = None,
    codebook: Codebook = THREE_P,
    scale: Scale | None = None,
    lower_is_better: bool = False,
    ax: Axes | None = None,
    **options: Unpack[ChartOptions],
) -> Axes:
    """Draw the scores of a few countries over time.

    Each observed year has a marker, and no line crosses a gap. Thin years at the ends are left
    out, and the footnote names them. Higher is better.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall score; a panel stands for its column ``overall``.
    countries : str or iterable of str
        Up to eight names or codes; each line is labelled with its last score. Those to
        highlight join them.
    context : {"band", "lines", "none"}
        All countries in grey: their median and the band from the 10th to the 90th percentile of
        each year with five scores or more; a line for each of the others; or neither.
    mean : {"all", "balanced", "region"}, optional
        A dashed line of the yearly mean of all countries, of those scored in every year that is
        not thin, or of each region of `countries`. A year with fewer than two is a gap; the
        footnote states each n.
    band : {"sd", "se"}, optional
        Shade one standard deviation on either side of the mean; or 1.96 standard errors, a 95 %
        interval if n is large and the countries are a sample.
    events : Series, index country, or mapping of str to int, optional
        A year for each country, drawn in its colour and labelled, with the countries without one
        in the footnote; or labels and their years, drawn for all.
    codebook : Codebook
        States the scale of the axis, by the name of the scores.
    scale : (int, int), optional
        Lowest and highest score, if the codebook does not state them.
    lower_is_better : bool
        Whether the lowest score is the best.
    ax : Axes, optional
        Where to draw; by default on new ones.
    **options
        ``title=``, ``subtitle=``, ``note=``, ``highlight=`` and ``palette=``, as for all charts;
        see :mod:`policyindex.plot`.

    Returns
    -------
    Axes
        `ax`, or those of a new figure.

    Raises
    ------
    PanelError
        If the scores break their contract, or one is off its scale.
    ValueError
        If a country is unknown or there are more than eight, or an option is not valid.

    See Also
    --------
    policyindex.trends : Test which of the lines rise or fall.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["overall"]
    >>> print(trend(scores, ["Germany", "NGA"], mean="region").get_title(loc="left"))
    3P Anti-trafficking Policy Index: in 2009, of these 2 countries
    Germany has the highest score, 15 of 15
    """
    subject = subject_of(scores, codebook, scale, lower_is_better=lower_is_better)
    checked = subject.scores
    look = look_of(options, checked)
    units = list(dict.fromkeys([*units_named(checked, countries), *look.highlight]))
    if len(units) > MOST:
        raise ValueError(
            f"a chart must have at most {MOST} countries, one for each colour; got {len(units)}; "
            f"use small_multiples"
        )
    if context not in (None, *CONTEXTS):
        raise ValueError(f"context must be one of {', '.join(CONTEXTS)}; got {context!r}")
    time = timeline(checked, subject.nouns)
    table = time.table
    averages = _averages(checked, time.years, units, mean, band)
    ax = style.axes(ax, width=style.A4_WIDTH, height=4.6)
    style.frame(ax)
    style.year_axis(ax, table.columns.to_numpy())
    subject.fix_axis(ax.yaxis)
    labels = []
    if context == "lines":
        draw_others(ax, table.drop(index=units))
    quartiles = _draw_band(ax, table) if context == "band" else None
    if quartiles is not None and quartiles["median"].notna().any():
        labels.append(EndLabel(*_last(quartiles["median"]), "Median", theme.grey(ax)))
    for name, average in averages.items():
        enough = average.where(average["n"] > 1)
        _draw_average(ax, enough, name, band)
        if enough["mean"].notna().any():
            year, last = _last(enough["mean"])
            labels.append(EndLabel(year, last, f"{name} {last:.1f}", theme.grey(ax)))
    # The first lines are the widest, so that one under another shows on both sides.
    widths = np.linspace(min(1.5 + 0.2 * len(units), 2.7), 1.5, len(units))
    looks = look.series(ax, units)
    for unit, width in zip(units, widths, strict=True):
        colour, marker = looks[unit]
        scored = cast(pd.Series, table.loc[unit])
        bold = unit in look.highlight
        draw_line(
            ax,
            scored,
            colour,
            marker,
            width=1.4 * width if bold else width,
            zorder=4.5 if bold else 4,
        )
        if scored.notna().any():
            year, last = _last(scored)
            name = f"{places._short_name(unit)} {level_text(round(last, 2))}"
            name = name if year == time.years[1] else f"{name} ({year:.0f})"
            labels.append(EndLabel(year, last, name, colour, bold))
    rows = draw_events(ax, events, {unit: each.colour for unit, each in looks.items()})
    end_labels(ax, labels)
    if not table.notna().any(axis=None):
        style.note_empty(ax)
    finding = _finding(table.loc[units], subject)
    grey = _context_words(table, units, context, quartiles)
    subtitle = ". ".join(filter(None, [subject.scale_words(), grey]))
    style.heading(ax, look, f"{subject.head}: {finding}", subtitle, rows=rows)
    style.footnote(
        ax,
        look,
        checked.attrs,
        _who(table, units, subject),
        _overlap_words(table.loc[units], subject),
        _mean_words(averages, subject),
        f"Band: {BANDS[band][1]} on either side" if band else "",
        event_words(ax, events, units),
        draw_breaks(ax, checked.attrs),
        time.note,
    )
    style.mark_synthetic(ax, checked.attrs)
    return ax


def draw_line(
    ax: Axes,
    scored: pd.Series,
    colour: str,
    marker: str = "o",
    *,
    width: float = 1.8,
    zorder: float = 4,
) -> None:
    """Draw one country's scores, index year: a marker for each, and no line across a gap."""
    ax.plot(
        scored.index,
        scored,
        color=colour,
        marker=marker,
        markersize=2.6 * width,
        linewidth=width,
        markeredgecolor=theme.ground(ax),
        markeredgewidth=0.5,
        zorder=zorder,
        clip_on=False,
    )


def draw_others(ax: Axes, table: pd.DataFrame, *, alpha: float = 0.35) -> None:
    """Draw the other countries in grey; a year between two gaps is a dot."""
    years = table.columns.to_numpy()
    values = table.to_numpy()
    alone = between_gaps(values)
    lines = [np.column_stack([years, row]) for row in values]
    look: dict[str, Any] = {"zorder": 1, "alpha": alpha}
    ax.add_collection(LineCollection(lines, colors=theme.pale(ax), linewidths=0.6, **look))
    dots = np.broadcast_to(years, values.shape)[alone]
    ax.scatter(dots, values[alone], s=4, color=theme.pale(ax), linewidths=0, zorder=1)


def _draw_band(ax: Axes, table: pd.DataFrame) -> pd.DataFrame:
    """Draw the median and the middle of all countries; return them, index year."""
    enough = table.notna().sum() >= LEAST
    shares = {"low": 0.1, "median": 0.5, "high": 0.9}
    limits = pd.DataFrame({name: table.quantile(share) for name, share in shares.items()})
    limits = limits[enough.reindex(limits.index)].reindex(table.columns)
    look: dict[str, Any] = {"color": theme.faint(ax), "zorder": 0.8}
    ax.fill_between(limits.index, limits["low"], limits["high"], linewidth=0, **look)
    alone = limits[between_gaps(limits["median"].to_numpy())]
    if len(alone):
        ax.vlines(alone.index, alone["low"], alone["high"], linewidth=6, **look)
    ax.plot(
        limits.index,
        limits["median"],
        color=theme.grey(ax),
        linewidth=1,
        linestyle=(0, (1, 1)),
        marker=".",
        markersize=3,
        zorder=1.2,
    )
    return limits


def between_gaps(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the values between two gaps, years along the last axis: no line reaches them."""
    beside = [(0, 0)] * (values.ndim - 1)
    present = np.pad(~np.isnan(values), [*beside, (1, 1)])
    alone: NDArray[np.bool_] = present[..., 1:-1] & ~present[..., :-2] & ~present[..., 2:]
    return alone


def draw_mean(ax: Axes, mean: pd.Series, name: str = "") -> None:
    """Draw a mean of several countries, index year, dashed."""
    ax.plot(
        mean.index,
        mean,
        color=theme.grey(ax),
        linestyle=(0, (4, 2)),
        linewidth=1.2,
        marker=".",
        markersize=3.5,
        zorder=3,
        label=name,
    )


def _draw_average(ax: Axes, average: pd.DataFrame, name: str, band: str | None) -> None:
    """Draw a mean and its band; in a year between two gaps, the band is a bar."""
    if band is not None:
        reach = BANDS[band][0] * average[band]
        limits = pd.DataFrame({"low": average["mean"] - reach, "high": average["mean"] + reach})
        look: dict[str, Any] = {"color": theme.grey(ax), "alpha": 0.15, "zorder": 2}
        ax.fill_between(limits.index, limits["low"], limits["high"], linewidth=0, **look)
        alone = limits[between_gaps(average["mean"].to_numpy())]
        if len(alone):
            ax.vlines(alone.index, alone["low"], alone["high"], linewidth=6, **look)
    draw_mean(ax, average["mean"], name)


def _averages(
    scores: pd.Series, years: Years, units: list[str], mean: str | None, band: str | None
) -> dict[str, pd.DataFrame]:
    """Compute yearly means of a kind, by the name of the mean, with any n."""
    if mean not in (None, *MEANS):
        raise ValueError(f"mean must be one of {', '.join(MEANS)} or None; got {mean!r}")
    if band not in (None, *BANDS) or (band and not mean):
        raise ValueError(
            f"band must be one of {', '.join(BANDS)} or None, and needs a mean; got {band!r}"
        )
    if mean == "region":
        regions = places._region(units).dropna().unique()
        if not len(regions):
            return {}
        by_region = _yearly_means(scores, years=years, by="region")
        return {f"Mean of {region}": by_region.loc[region] for region in regions}
    if mean == "balanced":
        return {BALANCED: balanced_means(scores, years)}
    if mean == "all":
        return {"Mean of all countries": _yearly_means(scores, years=years)}
    return {}


def _last(values: pd.Series) -> tuple[float, float]:
    """Return the last year with a value, and the value."""
    present = values.dropna()
    return float(present.index[-1]), float(present.iloc[-1])


def _mean_words(averages: dict[str, pd.DataFrame], subject: Subject) -> str:
    """Return sentences about the dashed lines: the countries averaged, and means not drawn."""
    drawn, absent = [], []
    for name, average in averages.items():
        mean, n = f"{name[0].lower()}{name[1:]}", average["n"]
        enough = n[n > 1]
        if not len(enough):
            absent.append(f"No {mean}: fewer than two countries.")
            continue
        alone = n.index[n == 1]
        clauses = [
            f"a {subject.noun} in every year" if name == BALANCED else "",
            f"n = {spanned(enough.min(), enough.max())} in {year_words(enough.index)}",
            f"no mean of one country in {year_words(alone)}" if len(alone) else "",
        ]
        drawn.append(f"{mean} ({'; '.join(filter(None, clauses))})")
    return " ".join([*([f"Dashed: {', '.join(drawn)}."] if drawn else []), *absent])


def _finding(table: pd.DataFrame, subject: Subject) -> str:
    """Return the main finding about the countries drawn, as a title goes on."""
    counts = table.notna().sum()
    if len(table) == 1 or counts.max() < 2:
        scored = table.notna().any(axis=1)
        unit = table.index[int(scored.to_numpy().argmax())]
        return capital(path(str(unit), cast(pd.Series, table.loc[unit]), subject))
    year = counts.index[counts == counts.max()][-1]
    return f"in {year}, {leaders(table[year], subject, these='these ')}"


def _context_words(
    table: pd.DataFrame, units: list[str], context: str | None, band: pd.DataFrame | None
) -> str:
    """Return a sentence about the countries in grey."""
    if context == "lines":
        others = int(table.drop(index=units).notna().any(axis=1).sum())
        words = style.number_of(others, "country", "countries")
        return f"Grey: the other {words}" if others else ""
    if band is None or not band["median"].notna().any():
        return ""
    n = table.notna().sum()[band["median"].notna()]
    return f"Grey: median and middle 80 % of countries (n = {spanned(n.min(), n.max())} a year)"


def _overlap_words(table: pd.DataFrame, subject: Subject) -> str:
    """Return an advice where lines cover one another."""
    points = table.melt(var_name="year").dropna()
    covered = points.duplicated(keep=False).mean() if len(points) else 0
    if (len(table) <= CLEAR and covered <= COVERED) or len(table) == 1:
        return ""
    places_taken = len(points.drop_duplicates())
    return (
        f"{len(points):,} {subject.nouns} stand at {places_taken:,} places: a heat map of these "
        "countries (heatmap, --country) shows each"
    )


def _who(table: pd.DataFrame, units: list[str], subject: Subject) -> str:
    """Return sentences about the number of countries with a score."""
    scored = table.notna().any(axis=1)
    coloured, everyone = int(scored[units].sum()), int(scored.sum())
    with_score = f"{style.number_of(everyone, 'country', 'countries')} with a {subject.noun}"
    n = f"n = {with_score if coloured == everyone else f'{coloured} of {with_score}'}."
    absent = [places._short_name(unit) for unit in units if not scored[unit]]
    if not absent:
        return n
    return f"{n} Without a {subject.noun} in these years: {', '.join(absent)}."
