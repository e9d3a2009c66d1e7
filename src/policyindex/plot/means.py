"""Averages over countries: by year, what moves them, and around an event."""

from __future__ import annotations

from math import ceil
from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from .._options import in_order
from .._wording import joined, signed, spanned
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
from ._geometry import ink_on
from ._labels import EndLabel, end_labels
from ._look import Look, look_of
from ._panels import name_rows, part, room_for, widest
from ._subject import fix_axis, subject_of, title_of
from ._time import any_score, draw_breaks, timeline

PARTS = {
    "within": ("change within countries", "#7733BB", ""),
    "entry": ("countries that enter", "#44AA99", ""),
    "exit": ("countries that leave", "#998833", "////"),
}
"""Fields of a decomposition: their names on the chart, their colours and their patterns.

The colours are not those of gains and losses: a part may be either.
"""

LEGEND = 420
"""Width that they need on one line, in points."""

PANEL = 116.0
"""Height of the means of one dimension, in points."""

TEXTS = 78.0
"""Height of the title, the subtitle and the notes on new Axes, in points."""

NAME, COUNTS = 1.7, 1.8
"""Height of the name of a dimension, and of the numbers under it, in sizes of type."""


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

    Each dimension has a panel. The means over all also move because other countries are scored;
    those of the cohort do not. Bands are one standard error, of sampling countries. If a
    dimension has no country of the cohort, the footnote says so. Missing scores are left out,
    and n counts the others. Higher is better.

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
        Where to draw; by default on new ones. The panels are ``child_axes`` of it, whose labels
        are the names of the dimensions.
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
        If the years or the cohort are not valid, there are more than eight dimensions, or only
        one country has scores: a mean needs two.

    See Also
    --------
    policyindex.yearly_means : The numbers drawn.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> ax = yearly_means(score(datasets.load_demo()))
    >>> [panel.get_label() for panel in ax.child_axes]
    ['prosecution', 'protection', 'prevention', 'heading']
    """
    dims = some(dimensions(panel, codebook))
    if dims.shape[1] > MOST_PANELS:
        raise ValueError(
            f"a chart must have at most {MOST_PANELS} dimensions, one for each panel; the "
            f"codebook {codebook.name} has {dims.shape[1]}; choose fewer with a codebook of them"
        )
    look = look_of(options, dims, *map(str, dims))
    _refuse_one_country(dims)
    time = timeline(any_score(dims))
    period = years or time.years
    of_all = {str(name): _yearly_means(dims[name], years=period) for name in dims}
    of_cohort = {str(name): _cohort_means(dims[name], period, cohort) for name in dims}
    words = _cohort_words(cohort)
    n = pd.concat([means["n"] for means in of_cohort.values()])
    n = n[n > 0]
    without = ", ".join(name for name, means in of_cohort.items() if not means["n"].any())
    error = next(iter(of_all.values())).attrs["se"]
    title = f"{codebook.title}: {_means_title(of_all, of_cohort)}"
    subtitle = "Means of all countries scored"
    if len(n):
        subtitle += f", and of those {words} ({spanned(n.min(), n.max())})"
    notes = [
        f"Bands: one standard error on either side, of {error}, not of coding",
        "n: countries scored, by year",
        f"No country {words}: {without}" if without else "",
        "" if years else time.note,
    ]
    count = dims.shape[1]
    new = ax is None
    ax = style.axes(
        ax, width=style.A4_WIDTH, height=(TEXTS + count * PANEL + theme.text_size()) / 72
    )
    _, height = room_for(ax, look, title, subtitle, style.credit(dims.attrs, *notes))
    roomy = bool(new or height / count > LOW)
    if not roomy:
        notes[1] = _counts_words(of_all)
    labels = "all countries", words
    ends = [f"{label} 0.0" if roomy else "0.0" for label in (labels if len(n) else labels[:1])]
    marks = ""
    for place, name in enumerate(dims):
        across, down, margins = _place(place, count, widest(ends) + 14, roomy=roomy)
        panel_ax = part(ax, str(name), across, down, margins=margins)
        _draw_panel(
            panel_ax,
            look,
            str(name),
            (of_all[str(name)], of_cohort[str(name)]),
            labels,
            codebook.score_scales[str(name)],
            max(style.slot(ax)[0] - widest(ends) - 44, 40),
            last=place == count - 1,
            roomy=roomy,
        )
        marks = draw_breaks(panel_ax, dims.attrs)
    if not roomy:
        style.key_above(ax, [each for each in panel_ax.lines if each.get_label() in labels])
    style.heading(ax, look, title, subtitle, rows=0 if roomy else 2)
    style.footnote(ax, look, dims.attrs, *notes, marks)
    style.mark_synthetic(ax, dims.attrs)
    return ax


def _place(
    place: int, count: int, side: float, *, roomy: bool
) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float, float, float]]:
    """Return where a panel stands: one under the other, or side by side if there is little room."""
    if roomy:
        size = theme.text_size()
        below = size * (COUNTS + (1.3 if place == count - 1 else 0))
        down = (1 - (place + 1) / count, 1 - place / count)
        return (0, 1), down, (18, below, side, NAME * size)
    columns = min(count, 3)
    rows = ceil(count / columns)
    row, column = divmod(place, columns)
    across = (column / columns, (column + 1) / columns)
    down = (1 - (row + 1) / rows, 1 - row / rows)
    return across, down, (12, 1.4 * theme.text_size() + style.PAD, side, NAME * theme.text_size())


LOW = 74.0
"""Height of a panel without room for the numbers of countries, in points."""


def _counts_words(means: dict[str, pd.DataFrame]) -> str:
    """Return the numbers of countries at both ends, for a chart without room for all of them."""
    counts = {name.replace("_", " "): table["n"] for name, table in means.items()}
    years = next(iter(counts.values())).index
    ends = [f"{name} {n.iloc[0]:.0f} and {n.iloc[-1]:.0f}" for name, n in counts.items()]
    return f"n in {years[0]} and {years[-1]}: {', '.join(ends)}"


MOST_PANELS = 8
"""Most dimensions of a chart."""


def _refuse_one_country(dims: pd.DataFrame) -> None:
    scored = dims.dropna(how="all").index.unique("country")
    if len(scored) == 1:
        raise ValueError(
            f"a mean must be over two countries or more; the data have scores of one, "
            f"{scored[0]}; draw it with trend or profile"
        )


def _means_title(of_all: dict[str, pd.DataFrame], of_cohort: dict[str, pd.DataFrame]) -> str:
    """Return in which dimensions the means rose, of the same countries if there are any."""
    same = any(means["n"].any() for means in of_cohort.values())
    means = of_cohort if same else of_all
    series = {name: table["mean"].dropna() for name, table in means.items()}
    series = {name: each for name, each in series.items() if len(each) > 1}
    who = "the same countries" if same else "the countries scored"
    if not series:
        return "yearly mean of each dimension"
    ends = next(iter(series.values())).index
    rose = [name.replace("_", " ") for name, each in series.items() if each.iloc[-1] > each.iloc[0]]
    if len(rose) == len(series):
        where = f"gained in {'every dimension' if len(rose) > 1 else rose[0]}"
    else:
        where = f"gained in {joined(rose)} alone" if rose else "gained in no dimension"
    return f"{who} {where}, {ends[0]} to {ends[-1]}"


def _draw_panel(
    ax: Axes,
    look: Look,
    name: str,
    means: tuple[pd.DataFrame, pd.DataFrame],
    labels: tuple[str, str],
    limits: Scale,
    width: float,
    *,
    last: bool,
    roomy: bool,
) -> None:
    """Draw the two means of one dimension with their errors, and n under each year."""
    style.frame(ax)
    fix_axis(ax.yaxis, limits)
    middle = (limits[0] + limits[1]) // 2
    ax.set_yticks(sorted({limits[0], limits[1], *([middle] if roomy else [])}))
    colours = theme.grey(ax), look.colour(ax, name)
    ends = []
    for table, label, colour, of_all in zip(means, labels, colours, (True, False), strict=True):
        if not table["n"].any():
            continue
        low, high = table["mean"] - table["se"], table["mean"] + table["se"]
        ax.fill_between(table.index, low, high, color=colour, alpha=0.2, linewidth=0)
        _draw_means(ax, table, colour, label, dashed=not of_all)
        scored = table["mean"].dropna()
        text = f"{label} {scored.iloc[-1]:.1f}" if roomy else f"{scored.iloc[-1]:.1f}"
        ends.append(EndLabel(float(scored.index[-1]), float(scored.iloc[-1]), text, colour))
    end_labels(ax, ends)
    if not ends:
        style.note_empty(ax)
    times = means[0].index
    style.year_axis(ax, times)
    ax.set_ylim(*ax.get_ylim())
    step = ceil(len(times) * 2.5 * theme.text_size() / width) or 1
    if roomy:
        ticks = [int(year) for year in times if year % step == 0] or [int(times[0])]
        lines = [[f"{means[0]['n'][year]:.0f}"] + [str(year)] * last for year in ticks]
    else:
        ticks = sorted({int(times[0]), int(times[-1])})
        lines = [[str(year)] for year in ticks]
    ax.tick_params(axis="x", pad=style.PAD)
    for tick in ax.set_xticks(ticks, ["\n".join(each) for each in lines]):
        style.plain(tick.label1)
    if roomy:
        style.name_numbers(ax, ["n"] + ["year"] * last)
    note = ax.annotate(
        title_of(name),
        (0, 1),
        xytext=(0, 3),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=theme.text_size(),
        fontweight="bold",
        color=theme.ink(ax),
    )
    style.plain(note)


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
    ax: Axes, means: pd.DataFrame, colour: str, name: str, *, dashed: bool = False
) -> None:
    ax.plot(
        means.index,
        means["mean"],
        color=colour,
        linestyle=(0, (3, 2)) if dashed else "-",
        linewidth=1.8,
        marker="o",
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

    The parts of a year add up to its dot, the change of the mean since the year before; a line
    joins the dots. A single step has a bar for each part. Countries without a score enter or
    leave and never count as zero; if no country stayed into a year, nothing is drawn.

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
    >>> decompose(scores, 2005).get_ylabel()
    'Points'
    """
    subject = subject_of(scores, codebook, scale, lower_is_better=lower_is_better)
    checked = subject.scores
    look = look_of(options, checked)
    named = _named_years(checked, start, end)
    time = timeline(checked, subject.nouns, *named.values())
    first, last = named.get("start", time.years[0]), named.get("end", time.years[1])
    steps = _decompose_yearly(checked, first, last)
    stayed = steps["n_stayers"] > 0
    title = f"{subject.head}: {_parts_title(steps)}"
    alone = ", ".join(map(str, steps.index[~stayed]))
    notes = [
        f"Not drawn, since no country stayed: {alone}" if alone else "",
        time.note,
    ]
    if len(steps) == 1 and stayed.all():
        ax = style.axes(ax, width=style.A4_WIDTH, height=2.6)
        _draw_step(ax, steps.iloc[0])
        style.heading(
            ax,
            look,
            title,
            "Parts of the change of the mean, in points, with their standard errors"
            f"{_direction(lower_is_better)}",
        )
        notes = ["Errors are of sampling countries, not of coding", *notes]
        style.footnote(ax, look, checked.attrs, *notes)
        style.mark_synthetic(ax, checked.attrs)
        return ax
    ax = style.axes(ax, width=style.A4_WIDTH, height=4.6)
    style.frame(ax)
    ax.axhline(0, color=theme.grey(ax), linewidth=0.8)
    _draw_parts(ax, steps)
    net = ax.plot(
        steps.index,
        steps["total"].where(stayed),
        "D-",
        color=theme.ink(ax),
        linewidth=1.2,
        markerfacecolor=theme.ground(ax),
        markeredgecolor=theme.ink(ax),
        markersize=5,
        label="change of the mean",
        zorder=4,
    )
    if not stayed.any():
        ax.set_yticks([])
        empty = checked.isna().all()
        style.note_empty(ax, "no data" if empty else "no step between two years")
    style.year_axis(ax, steps.index)
    ax.set_ylabel("Points", fontsize=theme.text_size(), color=theme.grey(ax))
    ax.yaxis.set_major_formatter(lambda value, _: signed(round(value, 9), plus=True))
    counts = {"stayed": "n_stayers", "entered": "n_entrants", "left": "n_leavers"}
    style.counts_under(ax, steps.index, {word: steps[column] for word, column in counts.items()})
    # Patches, since bars without a step have no colour.
    parts = [
        Patch(
            facecolor=theme.as_line(colour, ax),
            edgecolor=theme.ground(ax),
            linewidth=0,
            hatch=pattern,
            label=title,
        )
        for title, colour, pattern in PARTS.values()
    ]
    columns = 4 if style.size(ax)[0] > LEGEND else 2
    style.key_above(ax, [*parts, *net], columns)
    style.heading(
        ax,
        look,
        title,
        f"Points since the year before{_direction(lower_is_better)}",
        rows=2 * (4 // columns),
    )
    notes.append(draw_breaks(ax, checked.attrs))
    style.footnote(ax, look, checked.attrs, *notes)
    style.mark_synthetic(ax, checked.attrs)
    return ax


def _parts_title(steps: pd.DataFrame) -> str:
    """Return how the mean changed over the steps drawn, and how much of it was within countries."""
    drawn = steps[steps["n_stayers"] > 0]
    if not len(drawn):
        return "no step from year to year"
    # A step that nobody stayed for is not drawn, so the title must not count its year.
    first, last = int(drawn.index[0]) - 1, int(drawn.index[-1])
    if len(drawn) < last - first:
        return f"what moved the mean, {first} to {last}"
    total, within = drawn["total"].sum(), drawn["within"].sum()
    if not float(f"{total:.1f}"):
        moved = f"the mean stayed the same, {first} to {last}"
    else:
        verb = "rose" if total > 0 else "fell"
        moved = f"the mean {verb} by {abs(total):.1f} points, {first} to {last}"
    yearly = "" if len(drawn) == 1 else ", year by year"
    return f"{moved}; within countries {signed(within, 1, plus=True)}{yearly}"


def _draw_parts(ax: Axes, steps: pd.DataFrame) -> None:
    """Draw a bar for each year, of which each part that is high enough has its number."""
    above, below = np.zeros(len(steps)), np.zeros(len(steps))
    bars = []
    for part_name, (title, usual, pattern) in PARTS.items():
        colour = theme.as_line(usual, ax)
        heights = steps[part_name].fillna(0).to_numpy()
        foot = np.where(heights >= 0, above, below)
        ax.bar(
            steps.index,
            heights,
            BAR,
            bottom=foot,
            color=colour,
            edgecolor=theme.ground(ax),
            linewidth=0,
            hatch=pattern,
            label=title,
            zorder=2,
        )
        bars += [
            (year, low + height / 2, height, colour)
            for year, low, height in zip(steps.index, foot, heights, strict=True)
        ]
        above, below = above + np.maximum(heights, 0), below + np.minimum(heights, 0)
    width, height = 0.88 * style.slot(ax)[0], style.size(ax)[1]
    low, high = ax.get_ylim()
    if BAR * width / max(len(steps), 1) < 2.7 * theme.small_size():
        return
    line = 1.5 * theme.small_size() * (high - low) / height
    net = steps["total"].reindex([year for year, *_ in bars]).to_numpy()
    for (year, middle, size, colour), dot in zip(bars, net, strict=True):
        covered = abs(dot - middle) < line
        if abs(size) < (2.6 * line if covered else line):
            continue
        # beside the dot, which would cover it, and over the line
        at = middle + (np.copysign(1.1 * line, middle - dot) if covered else 0)
        note = ax.text(
            year,
            at,
            signed(size, 1, plus=True),
            ha="center",
            va="center",
            fontsize=theme.small_size(),
            color=ink_on(to_rgb(colour)),
            bbox={"boxstyle": "square,pad=0.05", "fc": colour, "ec": "none"},
            zorder=5,
        )
        style.plain(note)


def _draw_step(ax: Axes, step: pd.Series) -> Axes:
    """Draw the parts of one change as bars with names, one under the other."""
    n = {part_name: int(step[f"n_{who}"]) for part_name, who in WHO.items()}
    names = [
        f"Change within {style.number_of(n['within'], 'country', 'countries')}",
        f"Entry of {style.number_of(n['entry'], 'country', 'countries')}",
        f"Exit of {style.number_of(n['exit'], 'country', 'countries')}",
        "Change of the mean",
    ]
    values = [*(float(step[part_name]) for part_name in PARTS), float(step["total"])]
    errors = [*(float(step[f"{part_name}_se"]) for part_name in PARTS), np.nan]
    words = [
        signed(value, 2, plus=True) + (f" ({error:.2f})" if error > 0 else "")
        for value, error in zip(values, errors, strict=True)
    ]
    left = widest(names, bold=True) + 6
    bars = part(ax, "parts", margins=(left, 2.6 * theme.text_size() + 6, 0, 0))
    name_rows(bars, names, len(names))
    bars.get_yticklabels()[-1].set_fontweight("bold")
    bars.axvline(0, color=theme.grey(ax), linewidth=0.8)
    colours = [*(theme.as_line(colour, ax) for _, colour, _ in PARTS.values()), theme.ink(ax)]
    bars.barh(range(len(names)), values, BAR, color=colours, zorder=2)
    for row, (value, text) in enumerate(zip(values, words, strict=True)):
        note = bars.annotate(
            text,
            (value, row),
            xytext=(np.copysign(4, value), 0),
            textcoords="offset points",
            ha="left" if value >= 0 else "right",
            va="center",
            fontsize=theme.text_size(),
            fontweight="bold" if row == 3 else "normal",
            color=theme.ink(ax),
        )
        style.plain(note)
    low, high = min(*values, 0.0), max(*values, 0.0)
    falls = [text for text, value in zip(words, values, strict=True) if value < 0]
    rises = [text for text, value in zip(words, values, strict=True) if value >= 0]
    room = widest(falls, bold=True) + 8, widest(rises, bold=True) + 8
    strip = max(style.size(ax)[0] - left - sum(room), 20)
    unit = (high - low or 1) / strip
    bars.set_xlim(low - room[0] * unit, high + room[1] * unit)
    bars.xaxis.set_major_locator(MaxNLocator(4))
    bars.xaxis.set_major_formatter(lambda value, _: signed(round(value, 9), plus=True))
    style.plain(bars.set_xlabel("Points", fontsize=theme.text_size(), color=theme.grey(ax)))
    return bars


BAR = 0.66
"""Width of a bar, in years or rows."""

WHO = {"within": "stayers", "entry": "entrants", "exit": "leavers"}
"""The countries of each part."""


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
        Event time of the window since which change is measured; None draws the levels themselves,
        which needs ``control="none"``.
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
    event = "the event" if events.name is None else event
    words = f"Years since {event}"
    style.plain(ax.set_xlabel(words, fontsize=theme.text_size(), color=theme.grey(ax)))
    style.heading(
        ax,
        look,
        f"{subject.head}: {_study_finding(study, table, faint, event)}",
        _study_words(study) + _direction(lower_is_better),
    )
    n = len(study.dropped)
    lack = style.number_of(n, "country lacks", "countries lack")
    never, lacking = "", ""
    if control != "none":
        never, lacking = f"; {study.never:,} never have it", " or controls"
    style.footnote(
        ax,
        look,
        subject.scores.attrs,
        f"n = {style.number_of(study.n, 'country', 'countries')} with the event{never}",
        "No interval where n = 1" if (table["n"] == 1).any() else "",
        "Faint where n is less than half of the largest" if faint.any() else "",
        f"Left out: {lack} {subject.nouns}{lacking}" if n else "",
        _pretrend(study),
        "A comparison, no proof of cause" if control != "none" else "No control group",
    )
    style.mark_synthetic(ax, subject.scores.attrs)
    return ax


def _draw_study(ax: Axes, table: pd.DataFrame, faint: NDArray[np.bool_], base: int | None) -> None:
    """Draw means and limits; pale where few countries are, hollow at the base."""
    colour, times, means = (
        theme.series(ax)[0].colour,
        table.index.to_numpy(),
        table["mean"].to_numpy(),
    )
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


def _study_finding(
    study: EventStudy, table: pd.DataFrame, faint: NDArray[np.bool_], event: str
) -> str:
    """Return the last difference after the event that its limits and enough countries support."""
    after = table[(table.index >= 0) & ~faint].dropna(subset="mean")
    if not len(after):
        return f"no country to compare after {event}"
    if study.base is None:
        return f"mean {after['mean'].iloc[-1]:.1f}, {_years_after(after.index[-1])} {event}"
    if study.control == "none":
        change = signed(after["mean"].iloc[-1], 1, plus=True)
        return f"mean change {change}, {_years_after(after.index[-1])} {event}"
    apart = after[(after["low"] > 0) | (after["high"] < 0)]
    if not len(apart):
        return f"no clear difference from controls after {event}"
    difference = signed(apart["mean"].iloc[-1], 1, plus=True)
    return f"{difference} beside controls, {_years_after(apart.index[-1])} {event}"


def _pretrend(study: EventStudy) -> str:
    """Return whether differences before the event speak against parallel paths."""
    if study.control == "none":
        return ""
    times = study.table.index
    early = study.table[(times < 0) & (times < (study.base or 0))].dropna(subset="low")
    if not len(early):
        return "Parallel paths before it are not checked"
    apart = early.index[(early["low"] > 0) | (early["high"] < 0)]
    if not len(apart):
        return "Before it the limits include 0, which does not prove parallel paths"
    return f"The paths were not parallel before it (time {joined(map(signed, apart))})"


def _years_after(time: int) -> str:
    return "in the year of" if time == 0 else f"{time} year{'' if time == 1 else 's'} after"


def _study_words(study: EventStudy) -> str:
    """Return what the means are, whom they are compared to, and what the limits hold for."""
    if study.base is None:
        return "Points, with 95 % intervals of each time alone; no control group"
    since = f"Points since event time {signed(study.base)}"
    if study.control == "none":
        return f"{since}, with 95 % intervals of each time alone; no control group"
    return f"{since}, less those of {CONTROLS[study.control]}; 95 % limits for all times together"
