"""Averages over countries: by year, what moves them, and around an event."""

from __future__ import annotations

from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from .._options import in_order
from .._wording import counted, signed, spanned
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..dynamics.averages import _decompose_yearly, _yearly_means
from ..dynamics.events import CONTROLS, EventStudy, _event_study
from ..panel.dimensions import dimensions
from ..panel.selection import scored_year, some, thin_years
from ..typing import ChartOptions, Cohort, Scale, Years
from . import _style as style
from . import _theme as theme
from ._events import event_name
from ._labels import EndLabel, end_labels
from ._look import look_of
from ._subject import fix_axis, subject_of, title_of
from ._time import any_score, draw_breaks, timeline

PARTS = {"within": "change within countries", "entry": "entry", "exit": "exit"}
"""Fields of a decomposition: their names on the chart."""

LEGEND = 50
"""Width that they need on one line, in sizes of their type."""


def yearly_means(
    panel: pd.DataFrame,
    *,
    years: Years | None = None,
    cohort: Cohort = "balanced",
    codebook: Codebook = THREE_P,
    ax: Axes | None = None,
    **options: Unpack[ChartOptions],
) -> Axes:
    """Draw the yearly mean of each dimension, over all countries and over a cohort.

    The means over all also move because other countries are scored; those of the cohort do not.
    If a dimension has no country of the cohort, the footnote says so. Missing scores are left
    out, and n counts the others. Higher is better.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension of the codebook, at most eight.
    years : (int, int), optional
        First and last year; by default those that are not thin, and the footnote names the
        years left out.
    cohort : {"balanced"}, int or list of str
        The countries of the dashed lines, as for :func:`policyindex.yearly_means`. The balanced
        cohort has no mean in thin years.
    codebook : Codebook
        The dimensions, and the scale of the axis.
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
        If the panel breaks its contract or lacks a dimension, or a column ``overall`` is not the
        sum of the dimensions.
    ValueError
        If the years or the cohort are not valid, or there are more than eight dimensions.

    See Also
    --------
    policyindex.yearly_means : The numbers drawn.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> yearly_means(score(datasets.load_demo())).get_title(loc="left")
    '3P Anti-trafficking Policy Index: yearly mean of each dimension'
    """
    dims = some(dimensions(panel, codebook))
    look = look_of(options, dims, *map(str, dims))
    if dims.shape[1] > len(theme.PALETTE):
        raise ValueError(
            f"a chart must have at most {len(theme.PALETTE)} dimensions, one for each colour; the "
            f"codebook {codebook.name} has {dims.shape[1]}; choose fewer with a codebook of them"
        )
    time = timeline(any_score(dims))
    period = years or time.years
    ax = style.axes(ax, width=style.A4_WIDTH, height=4.6)
    style.frame(ax)
    scales = [(each.lowest, each.highest) for each in codebook.dimensions]
    fix_axis(ax.yaxis, (min(low for low, _ in scales), max(high for _, high in scales)))
    labels, of_all, of_cohort = [], {}, {}
    looks = look.series(ax, list(map(str, dims)))
    for name in dims:
        colour, marker = looks[str(name)]
        title = title_of(str(name))
        everyone = _yearly_means(dims[name], years=period)
        _draw_means(ax, everyone, colour, title, marker)
        members = _cohort_means(dims[name], period, cohort)
        if members["n"].any():
            _draw_means(ax, members, colour, f"{title}, cohort", marker, dashed=True)
        of_all[title], of_cohort[title] = everyone["n"], members["n"]
        last = everyone["mean"].dropna()
        if len(last):
            labels.append(EndLabel(float(last.index[-1]), float(last.iloc[-1]), title, colour))
    end_labels(ax, labels)
    if not labels:
        style.note_empty(ax)
    times = next(iter(of_all.values())).index
    style.year_axis(ax, times)
    style.counts_under(ax, times, {f"n {title.lower()}": n for title, n in of_all.items()})
    dashed = pd.concat(of_cohort.values())
    dashed = dashed[dashed > 0]
    words = _cohort_words(cohort)
    n = spanned(dashed.min(), dashed.max()) if len(dashed) else ""
    style.heading(
        ax,
        look,
        f"{codebook.title}: yearly mean of each dimension",
        f"Solid: all countries scored{f'. Dashed: only countries {words} ({n})' if n else ''}",
    )
    without = ", ".join(title.lower() for title, n in of_cohort.items() if not n.any())
    style.footnote(
        ax,
        look,
        dims.attrs,
        f"No country {words}: {without}" if without else "",
        draw_breaks(ax, dims.attrs),
        "" if years else time.note,
    )
    style.mark_synthetic(ax, dims.attrs)
    return ax


def balanced_means(scores: pd.Series, years: Years) -> pd.DataFrame:
    """Compute the yearly means of the countries scored in every year that is not thin.

    Thin years have no mean, since only a part of the cohort is scored in them. Where no country
    is scored in every year, n is 0.
    """
    try:
        means = _yearly_means(scores, years=years, cohort="balanced")
    except ValueError:  # the years and the scores were checked: only an empty cohort raises
        return _yearly_means(scores * np.nan, years=years)
    thin = means.index.isin(list(thin_years(scores)))
    if thin.all():
        return means
    n = means["n"].where(~thin, 0)
    return means.mask(pd.Series(thin, means.index)).assign(n=n)


def _cohort_means(scores: pd.Series, years: Years, cohort: Cohort) -> pd.DataFrame:
    if isinstance(cohort, str) and cohort == "balanced":
        return balanced_means(scores, years)
    if isinstance(cohort, str) and cohort == "all":
        raise ValueError(
            "cohort must be 'balanced', a year or a list of countries, since the means of all are "
            "drawn anyway; got 'all'"
        )
    return _yearly_means(scores, years=years, cohort=cohort)


def _cohort_words(cohort: Cohort) -> str:
    if isinstance(cohort, str):
        return "scored in every year"
    if isinstance(cohort, int | np.integer):
        return f"scored in {cohort}"
    return "listed and scored"


def _draw_means(
    ax: Axes, means: pd.DataFrame, colour: str, name: str, marker: str, *, dashed: bool = False
) -> None:
    ax.plot(
        means.index,
        means["mean"],
        color=colour,
        linestyle=(0, (3, 2)) if dashed else "-",
        linewidth=1.8,
        marker=marker,
        markersize=4,
        markerfacecolor=theme.ground(ax) if dashed else colour,
        label=name,
        zorder=3,
    )


def decompose(
    scores: pd.Series | pd.DataFrame,
    start: int | None = None,
    end: int | None = None,
    *,
    codebook: Codebook = THREE_P,
    scale: Scale | None = None,
    lower_is_better: bool = False,
    ax: Axes | None = None,
    **options: Unpack[ChartOptions],
) -> Axes:
    """Draw what moves the yearly mean: change within countries, and their entry and exit.

    The parts of a year add up to its dot, the change of the mean since the year before.
    Countries without a score enter or leave and never count as zero; if no country stayed into a
    year, nothing is drawn.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall score; a panel stands for its column ``overall``.
    start, end : int, optional
        First and last year; by default the first and the last that is not thin. The footnote
        names the thin years left out.
    codebook : Codebook
        States the scale on which the scores must lie, by their name.
    scale : (int, int), optional
        Lowest and highest score, if the codebook does not state them.
    lower_is_better : bool
        Whether a fall is an improvement; the chart then says so.
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
        If the scores break their contract or have no row, or one is off its scale.
    ValueError
        If start or end is not a year with a score, or start is not before end.

    See Also
    --------
    policyindex.dynamics.decompose_yearly : The numbers drawn.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["overall"]
    >>> decompose(scores, 2005).get_title(loc="left")
    '3P Anti-trafficking Policy Index: what moved the mean'
    """
    subject = subject_of(scores, codebook, scale, lower_is_better=lower_is_better)
    checked = subject.scores
    look = look_of(options, checked, *PARTS)
    named = _named_years(checked, start, end)
    time = timeline(checked, subject.nouns, *named.values())
    first, last = named.get("start", time.years[0]), named.get("end", time.years[1])
    steps = _decompose_yearly(checked, first, last)
    ax = style.axes(ax, width=style.A4_WIDTH, height=4.2)
    style.frame(ax)
    ax.axhline(0, color=theme.grey(ax), linewidth=0.8)
    above, below = np.zeros(len(steps)), np.zeros(len(steps))
    stayed = steps["n_stayers"] > 0
    colours = {part: each.colour for part, each in look.series(ax, list(PARTS)).items()}
    for part, title in PARTS.items():
        colour = colours[part]
        heights = steps[part].fillna(0).to_numpy()
        foot = np.where(heights >= 0, above, below)
        ax.bar(steps.index, heights, 0.6, bottom=foot, color=colour, label=title, zorder=2)
        above, below = above + np.maximum(heights, 0), below + np.minimum(heights, 0)
    dots = ax.plot(
        steps.index,
        steps["total"].where(stayed),
        "D",
        color=theme.ground(ax),
        markeredgecolor=theme.ink(ax),
        markersize=5,
        label="change of the mean",
        zorder=3,
    )
    if not stayed.any():
        ax.set_yticks([])
        empty = checked.isna().all()
        style.note_empty(ax, "no data" if empty else "no step between two years")
    style.year_axis(ax, steps.index)
    counts = {"stayed": "n_stayers", "entered": "n_entrants", "left": "n_leavers"}
    style.counts_under(ax, steps.index, {word: steps[column] for word, column in counts.items()})
    # Patches, since bars without a step have no colour.
    parts = [Patch(color=colours[part], label=title) for part, title in PARTS.items()]
    columns = 4 if style.size(ax)[0] > LEGEND * theme.text_size() else 2
    ax.legend(
        handles=[*parts, *dots],
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=columns,
        frameon=False,
        fontsize=theme.text_size(),
        borderaxespad=0.2,
        handlelength=1,
        columnspacing=1,
        borderpad=0,
    )
    style.heading(
        ax,
        look,
        f"{subject.head}: what moved the mean",
        "Points since the year before; entry and exit: countries that come and go"
        f"{_direction(lower_is_better)}",
        rows=2 * (4 // columns),
    )
    alone = ", ".join(map(str, steps.index[~stayed]))
    style.footnote(
        ax,
        look,
        checked.attrs,
        f"Not drawn, since no country stayed: {alone}" if alone else "",
        draw_breaks(ax, checked.attrs),
        time.note,
    )
    style.mark_synthetic(ax, checked.attrs)
    return ax


def _direction(lower_is_better: bool) -> str:
    return "; lower is better" if lower_is_better else ""


def _named_years(scores: pd.Series, start: int | None, end: int | None) -> dict[str, int]:
    """Return the years that the user names, by argument, or refuse one."""
    years = {"start": start, "end": end}
    named = {
        name: scored_year(scores, name, year) for name, year in years.items() if year is not None
    }
    if len(named) == 2:
        in_order(named["start"], named["end"])
    return named


def event_study(
    scores: pd.Series | pd.DataFrame,
    events: pd.Series,
    *,
    window: Years = (-10, 10),
    base: int | None = -1,
    control: str = "not_yet",
    codebook: Codebook = THREE_P,
    scale: Scale | None = None,
    lower_is_better: bool = False,
    ax: Axes | None = None,
    **options: Unpack[ChartOptions],
) -> Axes:
    """Draw mean changes around an event, less those of controls, with 95 % limits and n.

    A missing score is left out of its event time, so the countries averaged differ along the
    window; where n is less than half of the largest, the mean is faint. The base is hollow. The
    window ends where the scores do; a mean of one country has no interval.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall score; a panel stands for its column ``overall``.
    events : Series, index country
        Year of each country's event; missing for never. Its name labels the axis.
    window : (int, int)
        First and last event time, in years; 0 is the year of the event.
    base : int or None
        Event time since which change is measured; None draws the levels themselves, which needs
        ``control="none"``.
    control : {"not_yet", "never", "none"}
        The control group, as for :func:`policyindex.event_study`.
    codebook : Codebook
        States the scale on which the scores must lie, by their name.
    scale : (int, int), optional
        Lowest and highest score, if the codebook does not state them.
    lower_is_better : bool
        Whether a fall is an improvement; the chart then says so.
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
    PanelError, ValueError
        As for :func:`policyindex.event_study`.

    See Also
    --------
    policyindex.event_study : The numbers drawn, and the assumption of the limits.

    Examples
    --------
    >>> import pandas as pd
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["overall"]
    >>> events = pd.Series({"DEU": 2005, "NGA": 2003}, name="new_law")
    >>> event_study(scores, events, window=(-3, 3)).get_xlabel()
    'Years since new law'
    """
    subject = subject_of(scores, codebook, scale, lower_is_better=lower_is_better)
    look = look_of(options, subject.scores)
    study = _event_study(subject.scores, events, window=window, base=base, control=control)
    scored = study.table.index[study.table["n"] > 0]
    table = study.table.loc[scored[0] : scored[-1]] if len(scored) else study.table
    ax = style.axes(ax, width=style.A4_WIDTH, height=4.2)
    style.frame(ax)
    ax.axvline(0, color=theme.grey(ax), linewidth=0.8, linestyle=":")
    if base is not None:
        ax.axhline(0, color=theme.grey(ax), linewidth=0.8)
    faint = (table["n"] < table["n"].max() / 2).to_numpy()
    _draw_study(ax, table, faint, base)
    if not table["mean"].notna().any():
        style.note_empty(ax)
    ax.set_xlim(table.index[0] - 0.5, table.index[-1] + 0.5)
    # A number at the very bottom would touch the words beside the counts.
    low, high = ax.get_ylim()
    ticks = MaxNLocator(6).tick_values(low, high)
    ax.set_yticks([each for each in ticks if low + 0.06 * (high - low) < each <= high])
    ax.set_ylim(low, high)
    counts = {"n": table["n"]}
    if control != "none":
        counts["controls"] = table["n_controls"]
    style.counts_under(ax, table.index, counts, name="time")
    event = event_name(events)
    words = f"Years since {event}"
    style.plain(ax.set_xlabel(words, fontsize=theme.text_size(), color=theme.grey(ax)))
    what = "mean" if base is None else "mean change of the"
    which = "the event" if events.name is None else f"the event: {event}"
    style.heading(
        ax,
        look,
        f"{subject.head}: {what} {subject.noun} around {which}",
        _study_words(study) + _direction(lower_is_better),
    )
    n = len(study.dropped)
    has = counted(n, "country with the event has", "countries with the event have")
    never = "" if control == "none" else f"; {study.never:,} never have the event"
    lacking = "that can be used" if control == "none" else "or controls that can be used"
    style.footnote(
        ax,
        look,
        subject.scores.attrs,
        f"n = {style.number_of(study.n, 'country', 'countries')} with the event{never}",
        "No interval where n = 1" if (table["n"] == 1).any() else "",
        "Faint where n is less than half of the largest" if faint.any() else "",
        f"Left out: {has} no {subject.noun} {lacking}" if n else "",
        "A comparison, no proof of cause" if control != "none" else "No control group",
    )
    style.mark_synthetic(ax, subject.scores.attrs)
    return ax


def _draw_study(ax: Axes, table: pd.DataFrame, faint: NDArray[np.bool_], base: int | None) -> None:
    """Draw means and limits; pale where few countries are, hollow at the base."""
    colour, times, means = theme.gain(ax), table.index.to_numpy(), table["mean"].to_numpy()
    shades = [to_rgba(colour, 0.15 if pale else 0.35) for pale in faint]
    # Bars, not a band: each n differs, and an isolated event time would have no band.
    ax.vlines(times, table["low"], table["high"], colors=shades, linewidth=5)
    ax.plot(times, means, color=colour, alpha=0.3, linewidth=1.6)
    ax.plot(times, np.where(faint, np.nan, means), color=colour, linewidth=1.6)
    light = theme.mixed(colour, theme.ground(ax), 0.6)
    edges = [light if pale else colour for pale in faint]
    filled = [
        theme.ground(ax) if time == base else edge for time, edge in zip(times, edges, strict=True)
    ]
    ax.scatter(times, means, s=22, c=filled, edgecolors=edges, linewidths=1.2, zorder=3)


def _study_words(study: EventStudy) -> str:
    """Return what the means are, whom they are compared to, and what the limits hold for."""
    if study.base is None:
        return "Points, with 95 % intervals of each time alone; no control group"
    since = f"Points since event time {signed(study.base)}"
    if study.control == "none":
        return f"{since}, with 95 % intervals of each time alone; no control group"
    return (
        f"{since}, less the change of {CONTROLS[study.control]}; 95 % limits for all times together"
    )
