"""Averages over countries: by year, what moves them, and around an event."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from .. import dynamics
from .._options import in_order
from .._wording import spanned
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..dynamics.averages import balanced
from ..panel.check import PanelError, check_panel, check_scores
from ..panel.selection import scored_year, some
from ..typing import Cohort, Years
from . import _style as style
from ._labels import EndLabel, end_labels
from ._years import averaged_years, left_out

PARTS = {
    "within": ("change within countries", style.PALETTE[0]),
    "entry": ("entry", style.PALETTE[1]),
    "exit": ("exit", style.PALETTE[2]),
}
"""Fields of a decomposition: what the chart calls them, and their colour."""

LEGEND = 380
"""Width that these take on one line, in points."""


def yearly_means(
    panel: pd.DataFrame,
    *,
    years: Years | None = None,
    cohort: Cohort = "balanced",
    codebook: Codebook = THREE_P,
    ax: Axes | None = None,
) -> Axes:
    """Draw the yearly mean of each dimension, over all countries and over a fixed cohort.

    The means over all also move because other countries are scored; those of the cohort do not.
    Where no country of a dimension is in the cohort, the footnote says so.
    Missing scores are left out, and n counts those that remain. Higher is better.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension. A column ``overall``, on a scale of its own, is left out.
    years : (int, int), optional
        First and last year; by default those between which two or more countries are scored.
    cohort : {"balanced"}, int or list of str
        The countries of the dashed lines, as for :func:`policyindex.yearly_means`.
    codebook : Codebook
        What fixes the scale of the axis, by the names of the dimensions.
    ax : Axes, optional
        Where to draw; by default on new ones.

    Returns
    -------
    Axes
        `ax`, or those of a new figure.

    Raises
    ------
    PanelError
        When the panel breaks its contract or has no dimension.
    ValueError
        When the years or the cohort are none of the above.

    See Also
    --------
    policyindex.yearly_means : The numbers drawn.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> yearly_means(score(datasets.load_demo())).get_title(loc="left")
    'Yearly mean of each dimension'
    """
    checked = some(check_panel(panel)).drop(columns="overall", errors="ignore")
    if not checked.shape[1]:
        raise PanelError("the panel must have a column of a dimension; it has none")
    scored = checked.notna().any(axis=1).groupby(level="year").sum()
    span = years or averaged_years(scored)
    scales = [style.scale(checked[name], codebook) for name in checked]
    bounds = (min(low for low, _ in scales), max(high for _, high in scales))
    ax = style.axes(ax, width=style.A4_WIDTH, height=4.6)
    style.frame(ax)
    style.score_axis(ax.yaxis, bounds)
    labels, counts, fixed = [], {}, {}
    for name, colour in zip(checked, style.PALETTE, strict=False):
        title = str(name).capitalize()
        of_all = dynamics.yearly_means(checked[name], years=span)
        _draw_means(ax, of_all, colour, title)
        of_cohort = _of_cohort(checked[name], span, cohort)
        if of_cohort["n"].any():
            _draw_means(ax, of_cohort, colour, f"{title}, cohort", dashed=True)
        counts[title] = of_all["n"]
        fixed[title] = of_cohort["n"]
        last = of_all["mean"].dropna()
        if len(last):
            labels.append(EndLabel(float(last.index[-1]), float(last.iloc[-1]), title, colour))
    end_labels(ax, labels)
    if not labels:
        style.say_nothing_to_draw(ax)
    times = range(span[0], span[1] + 1)
    style.year_axis(ax, times)
    style.counts_under(ax, times, {f"n {title.lower()}": n for title, n in counts.items()})
    words = _cohort_words(cohort)
    dashed = [n for of_cohort in fixed.values() if of_cohort.any() for n in of_cohort]
    n = f". Dashed: the {spanned(min(dashed), max(dashed))} {words}" if dashed else ""
    style.heading(ax, "Yearly mean of each dimension", f"Solid: all countries scored{n}")
    without = ", ".join(title.lower() for title, of_cohort in fixed.items() if not of_cohort.any())
    style.footnote(
        ax,
        checked.attrs,
        f"No country {words}: {without}." if without else "",
        "" if years else left_out(scored, *span),
    )
    style.mark_synthetic(ax, checked.attrs)
    return ax


def decompose(
    scores: pd.Series, *, start: int | None = None, end: int | None = None, ax: Axes | None = None
) -> Axes:
    """Draw what moves the yearly mean: change within countries, and their entry and exit.

    The parts of a year add up to its dot, the change of the mean since the year before. Missing
    scores make entrants and leavers, never zeros; into a year that no country stayed, nothing is
    drawn. Higher is better.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    start, end : int, optional
        First and last year; by default those between which two or more countries are scored. The
        footnote names the years with a single one that this leaves out.
    ax : Axes, optional
        Where to draw; by default on new ones.

    Returns
    -------
    Axes
        `ax`, or those of a new figure.

    Raises
    ------
    PanelError
        When the scores break their contract or have no row.
    ValueError
        When start or end is not a year with a score, or start is not before end.

    See Also
    --------
    policyindex.dynamics.decompose_yearly : The numbers drawn.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["overall"]
    >>> decompose(scores, start=2005).get_title(loc="left")
    'What moved the mean overall score'
    """
    checked = some(check_scores(scores))
    scored = checked.groupby(level="year").count()
    first, last = _span(checked, scored, start, end)
    steps = dynamics.decompose_yearly(checked, start=first, end=last)
    ax = style.axes(ax, width=style.A4_WIDTH, height=4.2)
    style.frame(ax)
    ax.axhline(0, color=style.GREY, linewidth=0.8)
    above, below = np.zeros(len(steps)), np.zeros(len(steps))
    stayed = steps["n_stayers"] > 0
    for part, (title, colour) in PARTS.items():
        heights = steps[part].fillna(0).to_numpy()
        foot = np.where(heights >= 0, above, below)
        ax.bar(steps.index, heights, 0.6, bottom=foot, color=colour, label=title, zorder=2)
        above, below = above + np.maximum(heights, 0), below + np.minimum(heights, 0)
    dots = ax.plot(
        steps.index,
        steps["total"].where(stayed),
        "D",
        color="white",
        markeredgecolor=style.INK,
        markersize=5,
        label="change of the mean",
        zorder=3,
    )
    if not stayed.any():
        ax.set_yticks([])
        style.say_nothing_to_draw(ax, "no step between two years" if scored.any() else "no data")
    style.year_axis(ax, steps.index)
    counts = {"stayed": "n_stayers", "entered": "n_entrants", "left": "n_leavers"}
    style.counts_under(ax, steps.index, {word: steps[column] for word, column in counts.items()})
    # Of the parts, since bars of no step have no colour to show.
    parts = [Patch(color=colour, label=title) for title, colour in PARTS.values()]
    columns = 4 if style.size(ax)[0] > LEGEND else 2
    ax.legend(
        handles=[*parts, *dots],
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=columns,
        frameon=False,
        fontsize=style.TEXT,
        borderaxespad=0.2,
        handlelength=1.2,
        borderpad=0,
    )
    style.heading(
        ax,
        f"What moved the mean {style.subject(checked).lower()}",
        "Points since the year before; entry and exit: countries that come and go",
        rows=2 * (4 // columns),
    )
    alone = ", ".join(map(str, steps.index[~stayed]))
    beyond = (first if start is None else -np.inf, last if end is None else np.inf)
    style.footnote(
        ax,
        checked.attrs,
        f"Not drawn, as no country stayed: {alone}." if alone else "",
        left_out(scored, *beyond),
    )
    style.mark_synthetic(ax, checked.attrs)
    return ax


def event_study(
    scores: pd.Series,
    events: pd.Series,
    *,
    window: Years = (-10, 10),
    base: int | None = 0,
    ax: Axes | None = None,
) -> Axes:
    """Draw mean scores by the time since an event, with 95 % intervals and n under the axis.

    A missing score is left out of its event time, so the countries averaged differ along the
    window. The window ends where the scores do; a mean of one has no interval. Higher is better.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    events : Series, index country
        Year of each country's event; missing for never. Its name is shown.
    window : (int, int)
        First and last event time, in years; 0 is the year of the event.
    base : int or None
        The event time since which change is measured; None draws the levels themselves.
    ax : Axes, optional
        Where to draw; by default on new ones.

    Returns
    -------
    Axes
        `ax`, or those of a new figure.

    Raises
    ------
    PanelError, ValueError
        As for :func:`policyindex.event_study`.

    See Also
    --------
    policyindex.event_study : The numbers drawn.

    Examples
    --------
    >>> import pandas as pd
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["overall"]
    >>> events = pd.Series({"DEU": 2005, "NGA": 2003}, name="new_law")
    >>> event_study(scores, events, window=(-3, 3)).get_xlabel()
    'Years since new law'
    """
    checked = some(check_scores(scores))
    found = dynamics.event_study(checked, events, window=window, base=base)
    scored = found.table.index[found.table["n"] > 0]
    table = found.table.loc[scored[0] : scored[-1]] if len(scored) else found.table
    ax = style.axes(ax, width=style.A4_WIDTH, height=4.2)
    style.frame(ax)
    ax.axvline(0, color=style.GREY, linewidth=0.8, linestyle=":")
    if base is not None:
        ax.axhline(0, color=style.GREY, linewidth=0.8)
    colour = style.PALETTE[0]
    # Bars, not a band: each n differs, and a lone event time would have no band.
    ax.vlines(table.index, table["low"], table["high"], color=colour, alpha=0.35, linewidth=5)
    ax.plot(table.index, table["mean"], "o-", color=colour, markersize=4.5, linewidth=1.6)
    if not table["mean"].notna().any():
        style.say_nothing_to_draw(ax)
    ax.set_xlim(table.index[0] - 0.5, table.index[-1] + 0.5)
    ax.yaxis.set_major_locator(MaxNLocator(6))
    style.counts_under(ax, table.index, {"n": table["n"]}, what="time")
    event = str(events.name or "event").replace("_", " ")
    style.plain(ax.set_xlabel(f"Years since {event}", fontsize=style.TEXT, color=style.GREY))
    what = "mean" if base is None else "mean change of the"
    style.heading(
        ax,
        f"{what.capitalize()} {style.subject(checked).lower()} around the event",
        ("Points" if base is None else f"Points since event time {base}") + ", with 95 % intervals",
    )
    dropped = f"{len(found.dropped)} with the event but no score to use are left out."
    style.footnote(
        ax,
        checked.attrs,
        f"n = {style.counted(found.n, 'country', 'countries')}.",
        "No interval where n = 1." if (table["n"] == 1).any() else "",
        dropped if found.dropped else "",
    )
    style.mark_synthetic(ax, checked.attrs)
    return ax


def _span(
    scores: pd.Series, scored: pd.Series, start: int | None, end: int | None
) -> tuple[int, int]:
    """Return the years asked for, or those between which two or more countries are scored."""
    first, last = averaged_years(scored)
    if start is not None:
        first = scored_year(scores, "start", start)
    if end is not None:
        last = scored_year(scores, "end", end)
    if start is not None and end is not None:
        in_order(first, last)
    # The year that is not asked for gives way to the one that is.
    return first if end is None else min(first, last), last if start is None else max(first, last)


def _draw_means(
    ax: Axes,
    average: pd.DataFrame,
    colour: str,
    name: str,
    *,
    dashed: bool = False,
) -> None:
    ax.plot(
        average.index,
        average["mean"],
        color=colour,
        linestyle=(0, (3, 2)) if dashed else "-",
        linewidth=1.8,
        marker="o",
        markersize=4,
        markerfacecolor="white" if dashed else colour,
        label=name,
        zorder=3,
    )


def _of_cohort(scores: pd.Series, years: Years, cohort: Cohort) -> pd.DataFrame:
    if isinstance(cohort, str) and cohort == "balanced":
        return balanced(scores, years)
    if isinstance(cohort, str) and cohort == "all":
        raise ValueError(
            "cohort must be 'balanced', a year or a list of countries, since the means of all are "
            "drawn anyway; got 'all'"
        )
    return dynamics.yearly_means(scores, years=years, cohort=cohort)


def _cohort_words(cohort: Cohort) -> str:
    if isinstance(cohort, str):
        return "scored every year"
    if isinstance(cohort, int | np.integer):
        return f"scored in {cohort}"
    return "chosen and scored"
