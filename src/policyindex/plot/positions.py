"""Latent scores: paths with their bands, and lists of ranks and of changes with their ranges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Unpack, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from .. import countries as places
from .._options import one_of, whole
from .._wording import signed
from ..latent.comparison import improved, ranks
from ..latent.models import Fit, check_fit
from ..latent.wording import jump_words, jumps_of, range_words
from ..panel.labels import carry
from ..panel.selection import scored_year, units_named
from ..typing import ChartOptions
from . import _style as style
from . import _theme as theme
from ._labels import EndLabel, end_labels
from ._lists import Words, draw_list, fix_ranks
from ._look import Look, look_of
from ._multiples import multiples
from ._panels import height_of, thin_ticks
from ._regions import members
from ._time import draw_breaks, thin_note, timeline
from .lines import between_gaps, draw_line, draw_others

NORMAL = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""

CLEAR = 0.975
"""A change whose probability is at least this has a 95 % range without 0."""

FEW_JUMPS = 3
"""Jumps that a footnote names."""

GAPS = 34.0
"""Height of the gaps between the texts and the chart, in points."""


def latent_scores(
    fitted: Fit,
    countries: str | Iterable[str],
    *,
    dimension: str | None = None,
    figure: Figure | SubFigure | None = None,
    **options: Unpack[ChartOptions],
) -> Figure | SubFigure:
    """Draw the latent scores of each country over time, with the range in which each may lie.

    A latent score is not the index. Each year with a level has a marker and a band, which is its
    95 % range; no line crosses a gap. The other countries of the chart stand behind in grey. Rings
    are jumps of the index that the model smooths. Thin years at the ends are left out, and the
    footnote names them. Higher is better.

    Parameters
    ----------
    fitted : latent.Fit
        The answer of :func:`policyindex.latent.fit`.
    countries : str or iterable of str
        Names or codes, in the order of the charts. Those to highlight join them.
    dimension : str, optional
        The position of one dimension, of a correlated model.
    figure : Figure or SubFigure, optional
        Where to draw; by default on a new one.
    **options
        ``title=``, ``subtitle=``, ``note=``, ``highlight=`` and ``palette=``, as for all charts;
        see :mod:`policyindex.plot`.

    Returns
    -------
    Figure
        `figure`, or a new one. Its Axes have the codes of the countries as labels.

    Raises
    ------
    ValueError
        If `fitted` is not a fit, a country is unknown, `dimension` is set but the model has one
        position for all dimensions, or the figure is too small.

    See Also
    --------
    policyindex.latent.fit : The numbers drawn, and what they assume.

    Examples
    --------
    >>> from policyindex import datasets, latent, score
    >>> fitted = latent.fit(score(datasets.load_demo()), model="dynamic")
    >>> chart = latent_scores(fitted, ["DEU", "NGA"])
    >>> [ax.get_title(loc="left") for ax in chart.axes]
    ['Germany', 'Nigeria']
    """
    scores = _of_dimension(check_fit(fitted), dimension)
    mean = carry(scores["mean"], scores)
    look = look_of(options, mean)
    units = list(dict.fromkeys([*units_named(mean, countries), *look.highlight]))
    time = timeline(mean, "latent scores")
    table = time.table
    low, high = (timeline(scores[end]).table.reindex(columns=table.columns)
                 for end in ("low", "high"))  # fmt: skip
    jumps = jumps_of(fitted, units)
    title = f"{_head(fitted, dimension)}: {_finding(scores, table.loc[units])}"
    several = "; grey: the other countries of this chart" if len(units) > 1 else ""
    subtitle = (
        f"In standard deviations, 0 being the average. Band: 95 % range of one country in one "
        f"year{several}"
    )
    n = int(table.loc[units].notna().to_numpy().sum())
    notes = [
        f"n = {style.number_of(n, 'latent score', 'latent scores')}",
        *_assumed(fitted),
        _ring_words(fitted, jumps),
        time.note,
    ]
    texts = _height(style.A4_WIDTH * 72, title, subtitle, style.credit(scores.attrs, *notes))
    figure, cells = multiples(figure, units, texts)
    ends = _limits(low.loc[units], high.loc[units])
    titles = []
    for ax, unit in zip(cells, units, strict=True):
        style.frame(ax)
        style.year_axis(ax, table.columns.to_numpy())
        _fix_positions(ax.yaxis, ends)
        ax.set_ylim(*ends)
        ax.axhline(0, color=theme.grey(ax), linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
        draw_others(ax, table.loc[[each for each in units if each != unit]], alpha=0.8)
        colour = look.colour(ax, unit)
        path = cast(pd.Series, table.loc[unit])
        _draw_band(ax, cast(pd.Series, low.loc[unit]), cast(pd.Series, high.loc[unit]), colour)
        draw_line(ax, path, colour, width=1.3)
        _draw_rings(ax, path, jumps.loc[jumps.index.get_level_values("country") == unit])
        end_labels(ax, _end(path, colour, bold=unit in look.highlight))
        if not path.notna().any():
            style.note_empty(ax)
        break_note = draw_breaks(ax, scores.attrs)
        titles.append(style.panel_title(ax, places._short_name(unit)))
        look.stress(titles[-1], unit, ax)
    style.figure_heading(figure, look, title, subtitle, over=titles[0])
    style.figure_footnote(figure, look, scores.attrs, *notes, break_note)
    style.mark_synthetic(figure, scores.attrs)
    return figure


def latent_ranks(
    fitted: Fit,
    year: int,
    *,
    top: int | None = None,
    region: str | None = None,
    ax: Axes | None = None,
    **options: Unpack[ChartOptions],
) -> Axes:
    """Draw the ranks by latent score in one year as a list, each with its 95 % range.

    These are not the ranks of the index. Rank 1 is best; the list is in the order of the mean
    rank. A rank is always that among all countries with a level, also where the list has a part
    of them.

    Parameters
    ----------
    fitted : latent.Fit
        The answer of :func:`policyindex.latent.fit`.
    year : int
        A year in which a country has a level.
    top : int, optional
        List the first of them only. Where the Axes have no room for all, the first 30 or fewer
        are listed, which the footnote says.
    region : str, optional
        List the countries of a region of the United Nations (M49) or of the World Bank.
    ax : Axes, optional
        Where to draw; by default on new ones. The columns of the list are ``child_axes`` of it,
        whose labels are ``ranks``.
    **options
        ``title=``, ``subtitle=``, ``note=``, ``highlight=`` and ``palette=``, as for all charts;
        see :mod:`policyindex.plot`. Countries of ``highlight`` are listed even if they are not
        among the first.

    Returns
    -------
    Axes
        `ax`, or those of a new figure.

    Raises
    ------
    ValueError
        If `fitted` is not a fit, the year has no score, `top` is not positive, or the region is
        unknown.

    See Also
    --------
    policyindex.latent.ranks : The numbers drawn.

    Examples
    --------
    >>> from policyindex import datasets, latent, score
    >>> of_west_africa = score(datasets.load_demo()).loc[["BEN", "GHA", "MLI", "NGA", "SEN", "TGO"]]
    >>> ax = latent_ranks(latent.fit(of_west_africa), 2009, region="Africa", top=5)
    >>> [part.get_label() for part in ax.child_axes]
    ['ranks', 'heading']
    """
    scores = check_fit(fitted).scores
    first = None if top is None else whole("top", top, least=1)
    mean = carry(scores["mean"], scores)
    year = scored_year(mean, "year", year)
    look = look_of(options, mean)
    table = ranks(fitted, year)
    ranked = len(table)
    table = _rows(table, "rank_mean").rename(columns={"rank_low": "low", "rank_high": "high"})
    table["left"] = [f"{rank:.1f}" for rank in table["at"]]
    table["right"] = [signed(each, 1) for each in mean.xs(year, level="year")[table.index]]
    within = table if region is None else table.loc[members(table.index, region)]
    n = style.number_of(ranked, "country", "countries")
    words = Words(
        f"{_head(fitted)}, {year}: {_first_words(within, ranked, region)}",
        "Dot: mean rank by latent score. Line: 95 % range of the rank, for one country",
        [f"n = {n} with a level, among which all ranks are"],
        [
            *_assumed(fitted),
            _jump_note(fitted),
            _absent(look, table, year),
            thin_note(mean, year, "latent score"),
        ],
        ("Mean rank", "Score"),
    )
    return draw_list(ax, within, first, _sized(words, scores), look, scores.attrs,
                     fix_ranks(ranked))  # fmt: skip


def latent_improved(
    fitted: Fit,
    start: int,
    end: int,
    *,
    top: int | None = None,
    region: str | None = None,
    ax: Axes | None = None,
    **options: Unpack[ChartOptions],
) -> Axes:
    """Draw how far each latent score rose between two years, with the 95 % range of the change.

    A latent score is not the index. The largest gain stands on top; changes whose range includes
    0 are grey.

    Parameters
    ----------
    fitted : latent.Fit
        The answer of :func:`policyindex.latent.fit`.
    start, end : int
        Two years of the panel, in order.
    top : int, optional
        List the first of them only. Where the Axes have no room for all, the first 30 or fewer
        are listed, which the footnote says.
    region : str, optional
        List the countries of a region of the United Nations (M49) or of the World Bank.
    ax : Axes, optional
        Where to draw; by default on new ones. The columns of the list are ``child_axes`` of it,
        whose labels are ``ranks``.
    **options
        ``title=``, ``subtitle=``, ``note=``, ``highlight=`` and ``palette=``, as for all charts;
        see :mod:`policyindex.plot`. Countries of ``highlight`` are listed even if they are not
        among the first.

    Returns
    -------
    Axes
        `ax`, or those of a new figure.

    Raises
    ------
    ValueError
        If `fitted` is not a fit, a year is not in the panel, the two are not in order, no
        country has a level in both, `top` is not positive, or the region is unknown.

    See Also
    --------
    policyindex.latent.improved : The numbers drawn.

    Examples
    --------
    >>> from policyindex import datasets, latent, score
    >>> fitted = latent.fit(score(datasets.load_demo()), model="dynamic")
    >>> ax = latent_improved(fitted, 2000, 2009, top=5)
    >>> [part.get_label() for part in ax.child_axes]
    ['ranks', 'heading']
    """
    scores = check_fit(fitted).scores
    first = None if top is None else whole("top", top, least=1)
    look = look_of(options, scores)
    changes = improved(fitted, start, end)
    if not len(changes):
        raise ValueError(f"no country has a level in both {start} and {end}")
    table = _rows(changes, "change_mean", best="highest")
    reach = NORMAL * table["change_sd"]
    table = table.assign(low=table["at"] - reach, high=table["at"] + reach)
    table["left"] = [_percent(each) for each in table["p_improved"]]
    table["right"] = [signed(each, 1, plus=True) for each in table["at"]]
    rose, fell = table["low"] > 0, table["high"] < 0
    unclear = theme.PALETTE[3]
    table["colour"] = np.select([rose, fell], [theme.PALETTE[0], theme.PALETTE[1]], unclear)
    within = table if region is None else table.loc[members(table.index, region)]
    where = "" if region is None else f" of {region.strip()}"
    up, down = int(rose[within.index].sum()), int(fell[within.index].sum())
    n = style.number_of(len(within), "country", "countries")
    words = Words(
        f"{_head(fitted)}: of {n}{where} {up or 'none'} clearly rose and {down or 'none'} "
        f"clearly fell, {start} to {end}",
        "Change in standard deviations. Dot: mean. Line: 95 % range, for one country. At the left "
        "of each name: the probability of a rise",
        [f"n = {n} with a level in both years", "Clearly: the range does not include 0"],
        [*_assumed(fitted), _jump_note(fitted), _absent(look, table, start, end)],
        ("Rise", "Change"),
    )
    limits = float(within["low"].min()), float(within["high"].max())

    def fix_axis(part: Axes, width: float) -> None:
        low, high = min(limits[0], 0), max(limits[1], 0)
        part.set_xlim(low - 0.04 * (high - low), high + 0.04 * (high - low))
        _fix_positions(part.xaxis, limits)
        thin_ticks(part.xaxis, width)
        part.axvline(0, color=theme.grey(part), linewidth=0.8, zorder=1)

    return draw_list(ax, within, first, _sized(words, scores), look, scores.attrs, fix_axis)


def _of_dimension(fitted: Fit, dimension: str | None) -> pd.DataFrame:
    """Return the scores of a fit, or those of one dimension of a correlated model."""
    if dimension is None:
        return fitted.scores
    if fitted.model != "correlated":
        raise ValueError(
            f"a dimension has a position of its own in a correlated model; this one is "
            f'{fitted.model}; drop dimension, or fit with model="correlated"'
        )
    one_of("dimension", dimension, tuple(map(str, fitted.correlations.columns)))
    places_of = fitted.by_dimension.index.get_level_values("dimension") == dimension
    own = fitted.by_dimension[places_of].droplevel("dimension")
    return carry(own.reindex(fitted.scores.index), fitted.scores)


def _head(fitted: Fit, dimension: str | None = None) -> str:
    """Return how titles begin: the name of the index, and that this is not it."""
    of = "" if dimension is None else f" of {dimension}"
    return f"{fitted.codebook.title}, latent score{of}"


def _assumed(fitted: Fit) -> list[str]:
    """Return the assumption, that a latent score is not the index, and that it smooths."""
    return [f"Assumption: {fitted.scores.attrs['assumption']}"]


def _jump_note(fitted: Fit) -> str:
    words = jump_words(fitted.jumps, FEW_JUMPS)
    return f"Largest jumps: {'; '.join(words)}" if words else ""


def _ring_words(fitted: Fit, jumps: pd.DataFrame) -> str:
    """Return a sentence about the jumps of the countries drawn, among the largest of all."""
    if not len(fitted.jumps):
        return ""
    words = jump_words(jumps, FEW_JUMPS)
    if words:
        more = f"; {len(jumps) - FEW_JUMPS} more" if len(jumps) > FEW_JUMPS else ""
        return f"Rings, the largest jumps: {'; '.join(words)}{more}"
    first = jump_words(fitted.jumps, 1)[0]
    return f"None of the {len(fitted.jumps)} largest is of these countries; the first: {first}"


def _finding(scores: pd.DataFrame, table: pd.DataFrame) -> str:
    """Return where the countries drawn stand in the last year with most of them."""
    counts = table.notna().sum()
    if not counts.max():
        return "no level in these years"
    year = int(counts.index[counts == counts.max()][-1])
    of_year = table[year].dropna()
    unit = str(of_year.idxmax())
    mean, low, high = (float(scores[name].loc[(unit, year)]) for name in ("mean", "low", "high"))
    name, reach = places._in_sentence(unit), f"({range_words(low, high)})"
    if len(of_year) > 1:
        return (
            f"in {year}, of these {len(of_year)} countries {name} has the highest, "
            f"{signed(mean, 1)} {reach}"
        )
    side = "above" if mean >= 0 else "below"
    return f"{name} is {abs(mean):.1f} {side} the average in {year} {reach}"


def _first_words(table: pd.DataFrame, ranked: int, region: str | None) -> str:
    """Return who may be the first, or the first of a region."""
    if region is not None:
        row = table.iloc[0]
        return (
            f"{row['name']} is first in {region.strip()}, with a mean rank of {row['at']:.1f} of "
            f"{ranked} (95 % range {row['low']:.0f} to {row['high']:.0f})"
        )
    n = int((table["low"] == 1).sum())
    verb = "has" if n == 1 else "have"
    return f"{n} of {style.number_of(ranked, 'country', 'countries')} {verb} rank 1 in their range"


def _rows(table: pd.DataFrame, at: str, best: str = "lowest") -> pd.DataFrame:
    """Return the rows of a list in the order of a column, names deciding among equals."""
    rows = table.assign(
        name=[places._short_name(str(unit)) for unit in table.index],
        at=table[at],
        tie=0,
        colour=None,
    )
    return rows.sort_values(["at", "name"], ascending=[best == "lowest", True])


def _absent(look: Look, table: pd.DataFrame, *years: int) -> str:
    """Name the countries to stress that have no row."""
    names = [places._short_name(unit) for unit in look.highlight if unit not in table.index]
    when = " and ".join(map(str, years))
    return f"Without a level in {when}: {', '.join(names)}" if names else ""


def _percent(share: float) -> str:
    """Return a probability in percent, never 0 or 100."""
    rounded = round(100 * share)
    if rounded in (0, 100):
        return "<1 %" if rounded == 0 else ">99 %"
    return f"{rounded} %"


def _sized(words: Words, scores: pd.DataFrame) -> Words:
    """Return the words of a list with the height that they need."""
    notes = style.credit(scores.attrs, *words.before, *words.after)
    height = _height(0.8 * style.A4_WIDTH * 72, words.title, words.subtitle, notes)
    return words._replace(texts=height)


def _height(width: float, title: str, subtitle: str, notes: str) -> float:
    """Return the height of the texts around a chart of some width, in points."""
    sizes = 1.15 * theme.title_size(), theme.text_size(), theme.small_size()
    texts = zip((title, subtitle, notes), sizes, strict=True)
    return GAPS + sum(height_of(style.wrapped(text, width, size), size) for text, size in texts)


def _limits(low: pd.DataFrame, high: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of an axis that holds all bands and 0."""
    values = [0.0, *low.to_numpy().ravel(), *high.to_numpy().ravel()]
    least, most = float(np.nanmin(values)), float(np.nanmax(values))
    room = 0.05 * max(most - least, 1.0)
    return least - room, most + room


def _fix_positions(axis: Axis, limits: Sequence[float]) -> None:
    """Set ticks of latent positions, with a true minus sign."""
    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    whole_steps = limits[1] - limits[0] > 2.5
    axis.set_major_formatter(FuncFormatter(lambda value, _: signed(value, 0 if whole_steps else 1)))


def _draw_band(ax: Axes, low: pd.Series, high: pd.Series, colour: str) -> None:
    """Draw the range of each year; in a year between two gaps it is a bar."""
    look: dict[str, Any] = {"color": colour, "alpha": 0.22, "zorder": 2}
    ax.fill_between(low.index, low, high, linewidth=0, **look)
    lonely = between_gaps(low.to_numpy())
    if lonely.any():
        ax.vlines(low.index[lonely], low[lonely], high[lonely], linewidth=6, **look)


def _draw_rings(ax: Axes, path: pd.Series, jumps: pd.DataFrame) -> None:
    """Draw a ring around the years of the largest jumps."""
    years = [year for year in jumps.index.get_level_values("year") if year in path.index]
    ax.scatter(
        years,
        path[years],
        s=60,
        facecolors="none",
        edgecolors=theme.ink(ax),
        linewidths=1.1,
        zorder=5,
        clip_on=False,
    )


def _end(path: pd.Series, colour: str, *, bold: bool) -> list[EndLabel]:
    """Return a label with the last latent score."""
    present = path.dropna()
    if not len(present):
        return []
    year, last = float(present.index[-1]), float(present.iloc[-1])
    return [EndLabel(year, last, signed(last, 1), colour, bold)]
