"""One country on one page: its scores, its rank, its region."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple, cast

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from .. import countries as places
from .._wording import listed, spanned
from ..codebooks.model import Codebook, check_codebook
from ..codebooks.three_p import THREE_P
from ..dynamics.averages import _yearly_means
from ..panel.dimensions import dimensions, indicators
from ..panel.selection import some, units_named
from ..ranking import _ranks
from ..robustness.weights import _weight_ranks
from ..scoring.scores import _overall, _score, _score_bounds
from ..typing import Scale, Years
from . import _style as style
from ._labels import EndLabel, end_labels
from ._subject import fix_axis, title_of
from ._time import any_score, draw_breaks, timeline
from .lines import draw_line, draw_mean

BAR = 0.55
"""Width of the bars that shade a range, in years."""

ROW = 4
"""Most dimensions in a row."""


def profile(
    panel: pd.DataFrame,
    country: str,
    *,
    codebook: Codebook = THREE_P,
    figure: Figure | SubFigure | None = None,
) -> Figure | SubFigure:
    """Draw all scores of one country: overall score, rank, and each dimension.

    Each observed year has a marker, and no line crosses a gap. Bars shade the scores that the
    missing codings allow, and the ranks with any weights of the dimensions, zero included; dashed
    is the mean of the country's region, including the country. Thin years at the ends are left
    out, and the footnote names them. Higher is better; rank 1 is best.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        Codings, with a column per indicator of the codebook; or scores, with one per dimension.
    country : str
        Its name or code.
    codebook : Codebook
        The indicators or dimensions, and their scales.
    figure : Figure or SubFigure, optional
        Where to draw; by default on a new one.

    Returns
    -------
    Figure
        `figure`, or a new one.

    Raises
    ------
    PanelError
        If the panel breaks its contract, has neither all indicators nor all dimensions of the
        codebook, or has a column ``overall`` that is not the sum of the dimensions.
    ValueError
        If the country is unknown, or there are several.

    See Also
    --------
    policyindex.explain : The reasons for each score.

    Examples
    --------
    >>> from policyindex import datasets
    >>> chart = profile(datasets.load_demo(), "Nigeria")
    >>> [ax.get_title(loc="left") for ax in chart.axes]
    ['Overall', 'Rank', 'Prosecution', 'Protection', 'Prevention']
    """
    numbers = _numbers(panel, codebook)
    units = units_named(numbers.scores, country)
    if len(units) > 1:
        raise ValueError(
            f"a profile is of one country; got {len(units)}: {listed(units)}; use small_multiples"
        )
    rows = ceil(len(codebook.dimensions) / ROW)
    figure = style.figure(figure, width=style.A4_WIDTH, height=2.9 + 2.3 * rows)
    _draw(numbers, units[0], codebook, figure)
    return figure


class _Numbers(NamedTuple):
    """The numbers of profiles."""

    scores: pd.DataFrame
    """The dimensions and ``overall``."""
    bounds: pd.DataFrame | None
    """Of codings, the answer of :func:`policyindex.score_bounds`."""
    ranks: pd.DataFrame
    """Index (country, year): ``rank``; ``low`` and ``high``, its range over all weightings."""
    n: pd.Series
    """Index year: countries ranked, if two or more are."""
    means: dict[str, pd.DataFrame]
    """By column of the scores, yearly averages by region."""
    years: Years
    note: str
    """Thin years left out."""


def _numbers(panel: pd.DataFrame, codebook: Codebook) -> _Numbers:
    bounds = None
    if set(check_codebook(codebook).scales) <= set(getattr(panel, "columns", ())):
        codings = some(indicators(panel, codebook))
        scores, bounds = _score(codings, codebook), _score_bounds(codings, codebook)
    else:
        dims = some(dimensions(panel, codebook))
        scores = dims.assign(overall=_overall(dims))
    dims = scores.drop(columns="overall")
    time = timeline(any_score(dims))
    ranked = pd.DataFrame({"rank": _ranks(scores["overall"])})
    n = ranked["rank"].groupby(level="year").count()
    # A rank or a mean of one country says nothing.
    ranked = ranked[n.reindex(ranked.index, level="year") > 1]
    ranked["low"] = ranked["high"] = ranked["rank"]
    if dims.shape[1] > 1:
        ranked[["low", "high"]] = _weight_ranks(dims)[["rank_low", "rank_high"]]
    means = {}
    if places._region(scores.index.unique("country")).notna().any():
        means = {
            str(name): _yearly_means(scores[name], years=time.years, by="region") for name in scores
        }
    means = {name: table.where(table["n"] > 1) for name, table in means.items()}
    return _Numbers(scores, bounds, ranked, n[n > 1], means, time.years, time.note)


def _draw(numbers: _Numbers, unit: str, codebook: Codebook, figure: Figure | SubFigure) -> None:
    years = range(numbers.years[0], numbers.years[1] + 1)
    names = [each.name for each in codebook.dimensions]
    scales = codebook.score_scales
    rows = ceil(len(names) / ROW)
    across = ceil(len(names) / rows)
    parts = figure.add_gridspec(2, 1, height_ratios=(5, 4 * rows))
    above, below = parts[0].subgridspec(1, 2), parts[1].subgridspec(rows, across)
    whole = figure.add_subplot(above[0])
    break_note = _draw_scores(whole, numbers, unit, "overall", years, scales["overall"])
    _draw_rank(figure.add_subplot(above[1]), numbers, unit, years)
    for place, name in enumerate(names):
        ax = figure.add_subplot(below[place // across, place % across])
        _draw_scores(ax, numbers, unit, name, years, scales[name])
    scores = numbers.scores.loc[unit]
    undecided = numbers.bounds is not None and scores.isna().to_numpy().any()
    style.figure_heading(figure, places.name(unit))
    region = places._region([unit]).iloc[0]
    scored = scores[scores.index.isin(years)].notna().to_numpy().any()
    style.figure_footnote(
        figure,
        numbers.scores.attrs,
        _mean_words(numbers, region),
        "Bars on scores: all scores that the missing codings allow" if undecided else "",
        "Bars on ranks: range of the rank with any weights of the dimensions, zero included",
        "" if scored else "Without a score in these years",
        break_note,
        numbers.note,
    )
    style.mark_synthetic(figure, numbers.scores.attrs)


def _mean_words(numbers: _Numbers, region: object) -> str:
    """Return a sentence about the dashed lines: the region, and the number of its countries."""
    if not isinstance(region, str) or not numbers.means:
        return ""
    n = pd.concat(numbers.means).xs(region, level=1)["n"]
    if not n.notna().any():
        return ""
    return f"Dashed: mean of {region} (n = {spanned(n.min(), n.max())})"


def _draw_scores(
    ax: Axes, numbers: _Numbers, unit: str, name: str, years: range, scale: Scale
) -> str:
    """Draw a column of the scores, its bounds and the mean of the region; return a note."""
    style.frame(ax)
    style.year_axis(ax, years)
    fix_axis(ax.yaxis, scale)
    break_note = draw_breaks(ax, numbers.scores.attrs)
    scored = _of(numbers.scores[name], unit, years)
    colour = style.PALETTE[0]
    if numbers.bounds is not None:
        low = _of(numbers.bounds[f"{name}_low"], unit, years)
        high = _of(numbers.bounds[f"{name}_high"], unit, years)
        _shade(ax, low[high > low], high[high > low])
    labels = []
    region: object = places._region([unit]).iloc[0]
    if isinstance(region, str) and numbers.means:
        mean = numbers.means[name].loc[region]["mean"].reindex(years)
        draw_mean(ax, mean)
        labels += _labels(mean, style.GREY, ".1f")
    draw_line(ax, scored, colour, width=1.5)
    end_labels(ax, labels + _labels(scored, colour, "g"))
    if not len(ax.texts):
        style.note_empty(ax)
    _title(ax, title_of(name))
    return break_note


def _draw_rank(ax: Axes, numbers: _Numbers, unit: str, years: range) -> None:
    style.frame(ax)
    style.year_axis(ax, years)
    draw_breaks(ax, numbers.scores.attrs)
    of_unit = numbers.ranks[numbers.ranks.index.get_level_values("country") == unit]
    ranked = of_unit.droplevel("country").reindex(years)
    colour = style.PALETTE[0]
    _shade(ax, ranked["low"].dropna(), ranked["high"].dropna())
    draw_line(ax, ranked["rank"], colour, width=1.5)
    n = numbers.n[numbers.n.index.isin(years)]
    last = int(n.max()) if len(n) else 1
    ax.set_yticks(style.rank_ticks(max(last, 1)))
    ax.set_ylim(max(last, 2) * 1.04, 1 - 0.04 * max(last, 2))
    end_labels(ax, _labels(ranked["rank"], colour, "g"))
    if not len(ax.texts):
        style.note_empty(ax)
    _title(ax, "Rank", f"of {spanned(n.min(), n.max())} countries" if len(n) else "")


def _shade(ax: Axes, low: pd.Series, high: pd.Series) -> None:
    """Shade a range in each year by a bar, visible in an isolated year and open in a gap."""
    ax.bar(
        low.index,
        high - low,
        BAR,
        bottom=low,
        color=style.PALETTE[0],
        alpha=0.22,
        linewidth=0,
        zorder=1.5,
    )


def _of(scores: pd.Series, unit: str, years: range) -> pd.Series:
    """Return one country's values by year."""
    return cast(pd.Series, scores.loc[unit]).reindex(years)


def _labels(values: pd.Series, colour: str, form: str) -> list[EndLabel]:
    """Return a label at the last value of a line: the value."""
    present = values.dropna()
    if not len(present):
        return []
    x, y = float(present.index[-1]), float(present.iloc[-1])
    return [EndLabel(x, y, f"{y:{form}}", colour)]


def _title(ax: Axes, title: str, note: str = "") -> None:
    style.plain(ax.set_title(title, loc="left", fontsize=style.TEXT, fontweight="bold", pad=4))
    if note:
        style.plain(ax.set_title(note, loc="right", fontsize=style.SMALL, color=style.GREY, pad=4))
