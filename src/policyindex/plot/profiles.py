"""One country on one page: its scores, its rank, its region."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple, Unpack, cast

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
from ..typing import ChartOptions, Scale, Years
from . import _style as style
from . import _theme as theme
from ._labels import EndLabel, end_labels, leader
from ._look import Look, look_of
from ._subject import fix_axis, title_of
from ._time import any_score, draw_breaks, timeline
from .lines import draw_line, draw_mean

BAR = 0.55
"""Width of the bars that shade a range, in years."""

ROW = 4
"""Most dimensions in a row."""

AXIS_SHARE = 0.75
"""Share of its size that an Axes keeps in a layout with labels around it."""

AXIS = "Rank: share of the ranked countries that rank as high or higher"


def profile(
    panel: pd.DataFrame,
    country: str,
    *,
    codebook: Codebook = THREE_P,
    figure: Figure | SubFigure | None = None,
    **options: Unpack[ChartOptions],
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
    **options
        ``title=``, ``subtitle=``, ``note=``, ``highlight=`` and ``palette=``, as for all charts;
        see :mod:`policyindex.plot`.

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
    ['Overall score', 'Rank', 'Prosecution', 'Protection', 'Prevention']
    """
    numbers = _numbers(panel, codebook)
    units = units_named(numbers.scores, country)
    if len(units) > 1:
        raise ValueError(
            f"a profile is of one country; got {len(units)}: {listed(units)}; use small_multiples"
        )
    look = look_of(options, numbers.scores)
    rows = ceil(len(codebook.dimensions) / ROW)
    figure = style.figure(figure, width=style.A4_WIDTH, height=3.3 + 2.3 * rows)
    style.need(figure, 6, 2.2 + 1.9 * rows, "a profile")
    _draw(numbers, units[0], codebook, figure, look)
    return figure


class _Numbers(NamedTuple):
    """The numbers of profiles."""

    scores: pd.DataFrame
    """The dimensions and ``overall``."""
    bounds: pd.DataFrame | None
    """Of codings, the answer of :func:`policyindex.score_bounds`."""
    ranks: pd.DataFrame
    """Index (country, year), if two countries or more are ranked: ``rank``; ``n``, the number
    ranked; ``words``, e.g. =14 of 182; ``low`` and ``high``, the range over all weightings."""
    shared: list[str]
    """Countries that ever share their rank."""
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
        scores = dims.assign(overall=_overall(dims, codebook))
    dims = scores.drop(columns="overall")
    time = timeline(any_score(dims))
    ranked = pd.DataFrame({"rank": _ranks(scores["overall"])})
    n = ranked["rank"].groupby(level="year").count()
    # A rank or a mean of one country says nothing.
    ranked["n"] = n.reindex(ranked.index, level="year")
    ranked = ranked[ranked["n"].gt(1) & ranked["rank"].notna()]
    shared = ranked.groupby(["year", "rank"])["n"].transform("size") > 1
    ranked["words"] = [
        f"{'=' if tie else ''}{rank:.0f} of {of:,.0f}"
        for rank, of, tie in zip(ranked["rank"], ranked["n"], shared, strict=True)
    ]
    ranked["low"] = ranked["high"] = ranked["rank"]
    if dims.shape[1] > 1 and codebook.is_whole:
        # An empty table would otherwise take the rows of the table assigned to it.
        ranges = _weight_ranks(dims, min_weight=0)[["rank_low", "rank_high"]].reindex(ranked.index)
        ranked[["low", "high"]] = ranges
    ties = [str(unit) for unit in ranked.index[shared].unique("country")]
    means = {}
    if places._region(scores.index.unique("country")).notna().any():
        means = {
            str(name): _yearly_means(scores[name], years=time.years, by="region") for name in scores
        }
    means = {name: table.where(table["n"] > 1) for name, table in means.items()}
    return _Numbers(scores, bounds, ranked, ties, means, time.years, time.note)


def _draw(
    numbers: _Numbers, unit: str, codebook: Codebook, figure: Figure | SubFigure, look: Look
) -> None:
    years = range(numbers.years[0], numbers.years[1] + 1)
    names = [each.name for each in codebook.dimensions]
    rows = ceil(len(names) / ROW)
    across = ceil(len(names) / rows)
    parts = figure.add_gridspec(2, 1, height_ratios=(5, 4 * rows))
    above, below = parts[0].subgridspec(1, 2), parts[1].subgridspec(rows, across)
    charts = {
        "overall": figure.add_subplot(above[0]),
        "rank": figure.add_subplot(above[1]),
    } | {
        name: figure.add_subplot(below[place // across, place % across])
        for place, name in enumerate(names)
    }
    for name, ax in charts.items():
        ax.set_label(name)
        style.frame(ax)
        style.year_axis(ax, years)
        break_note = draw_breaks(ax, numbers.scores.attrs)
    colours = {
        each: look.colour(figure, each, place)
        for place, each in enumerate([unit, *(each for each in look.highlight if each != unit)])
    }
    for name in ("overall", *names):
        _draw_scores(charts[name], numbers, colours, name, codebook.score_scales[name])
    _draw_rank(charts["rank"], numbers, colours, years)
    scores = numbers.scores.loc[unit]
    undecided = numbers.bounds is not None and scores.isna().to_numpy().any()
    title = (
        f"{codebook.title}: {_finding(numbers, unit, codebook.score_scales['overall'][1], years)}"
    )
    region = places._region([unit]).iloc[0]
    mean = _mean_words(numbers, region)
    head = style.panel_title(charts["overall"], "Overall score")
    style.figure_heading(figure, look, title, f"{mean}. {AXIS}" if mean else AXIS, over=head)
    scored = scores[scores.index.isin(years)].notna().to_numpy().any()
    style.figure_footnote(
        figure,
        look,
        numbers.scores.attrs,
        "Bars on scores: all scores that the missing codings allow" if undecided else "",
        "Bars on ranks: range of the rank with any weights of the dimensions, zero included",
        "=: shared with other countries" if unit in numbers.shared else "",
        "" if scored else "Without a score in these years",
        break_note,
        numbers.note,
    )
    style.mark_synthetic(figure, numbers.scores.attrs)


def _finding(numbers: _Numbers, unit: str, highest: float, years: range) -> str:
    """Return the latest score and rank of a country in words."""
    name = places.name(unit)
    scores = _of(numbers.scores["overall"], unit, years).dropna()
    if not len(scores):
        return f"{name} has no overall score"
    year, score = int(scores.index[-1]), scores.iloc[-1]
    words = f"{name} has {score:g} of {highest:g} in {year}"
    if (unit, year) not in numbers.ranks.index:
        return words
    return f"{words}, rank {numbers.ranks['words'].loc[(unit, year)]}"


def _mean_words(numbers: _Numbers, region: object) -> str:
    """Return a sentence about the dashed lines: the region, and the number of its countries."""
    if not isinstance(region, str) or not numbers.means:
        return ""
    n = pd.concat(numbers.means).xs(region, level=1)["n"]
    if not n.notna().any():
        return ""
    return f"Dashed: mean of {region} (n = {spanned(n.min(), n.max())})"


def _draw_scores(
    ax: Axes, numbers: _Numbers, colours: dict[str, str], name: str, scale: Scale
) -> None:
    """Draw a column of the scores of countries, the bounds of the first and its region's mean."""
    fix_axis(ax.yaxis, scale)
    years = range(numbers.years[0], numbers.years[1] + 1)
    unit, *others = colours
    if numbers.bounds is not None:
        low = _of(numbers.bounds[f"{name}_low"], unit, years)
        high = _of(numbers.bounds[f"{name}_high"], unit, years)
        _shade(ax, low[high > low], high[high > low], colours[unit])
    labels = []
    region: object = places._region([unit]).iloc[0]
    if isinstance(region, str) and numbers.means:
        mean = numbers.means[name].loc[region]["mean"].reindex(years)
        draw_mean(ax, mean)
        labels += _labels(mean, theme.grey(ax), "{:.1f}")
    for each in (*others, unit):
        scored = _of(numbers.scores[name], each, years)
        draw_line(ax, scored, colours[each], _marker(colours, each), width=_width(each == unit))
        form = "{:g}" if each == unit else f"{{:g}} {each}"
        labels += _labels(scored, colours[each], form)
    end_labels(ax, labels)
    if not len(ax.texts):
        style.note_empty(ax)
    if name != "overall":
        style.panel_title(ax, title_of(name))


def _draw_rank(ax: Axes, numbers: _Numbers, colours: dict[str, str], years: range) -> None:
    """Draw ranks as shares of the countries ranked, which differ in number from year to year."""
    unit, *others = colours
    labels = []
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["best", "25 %", "50 %", "75 %", "100 %"])
    ax.set_ylim(1.05, -0.05)
    for each in (*others, unit):
        of_unit = numbers.ranks[numbers.ranks.index.get_level_values("country") == each]
        ranked = of_unit.droplevel("country").reindex(years)
        share = ranked[["rank", "low", "high"]].div(ranked["n"], axis=0)
        if each == unit:
            _shade(ax, share["low"].dropna(), share["high"].dropna(), colours[unit])
        draw_line(
            ax,
            share["rank"],
            colours[each],
            _marker(colours, each),
            width=_width(each == unit),
        )
        present = share["rank"].dropna()
        if not len(present):
            continue
        first, last = (int(present.index[place]) for place in (0, -1))
        code = "" if each == unit else f" {each}"
        words = f"{ranked['words'].loc[last]}{code}"
        labels.append(EndLabel(last, present[last], words, colours[each]))
        if each == unit and first < last:
            start = str(ranked.loc[first, "words"])
            _label_start(ax, first, share, start, colours[each])
    end_labels(ax, labels)
    if not len(ax.texts):
        style.note_empty(ax)
    style.panel_title(ax, "Rank")


def _marker(colours: dict[str, str], unit: str) -> str:
    """Return the marker of a country, by its place among those drawn."""
    return theme.MARKERS[list(colours).index(unit) % len(theme.MARKERS)]


def _width(is_subject: bool) -> float:
    return 1.5 if is_subject else 1.1


def _label_start(ax: Axes, x: int, share: pd.DataFrame, words: str, colour: str) -> None:
    """Write at the first point of a line, beyond the bars of the years that the words cover."""
    y = share["rank"].loc[x]
    at = _clear_height(ax, share.loc[x : x + _years_under(ax, words)], y)
    note = ax.annotate(
        words,
        (x, y),
        xytext=(x - 0.4, at),
        ha="left",
        va="center",
        fontsize=theme.text_size(),
        color=theme.as_text(colour, ax),
        zorder=5,
        annotation_clip=False,
        bbox={"boxstyle": "square,pad=0.08", "fc": ax.get_facecolor(), "ec": "none"},
        arrowprops=leader(colour, 0.1),
    )
    style.plain(note)


def _years_under(ax: Axes, words: str) -> int:
    """Return the number of years that words from the first year on cover, after this year."""
    low, high = ax.get_xlim()
    width = 0.7 * theme.text_size() * len(words)
    return ceil((high - low) * width / (AXIS_SHARE * style.size(ax)[0]))


def _clear_height(ax: Axes, share: pd.DataFrame, y: float) -> float:
    """Return the height nearest to a point at which a line of type covers no bar and no line.

    If the bars leave none, the words stand on them, beside the point.
    """
    low, high = sorted(ax.get_ylim())
    line = 1.5 * theme.text_size() * (high - low) / (AXIS_SHARE * style.size(ax)[1])
    ends = share.min().min() - 0.6 * line, share.max().max() + 0.6 * line
    clear = [each for each in ends if low + line / 2 <= each <= high - line / 2]
    beside = y + (line if y < (low + high) / 2 else -line) / 2
    return min(clear, key=lambda each: abs(each - y), default=beside)


def _shade(ax: Axes, low: pd.Series, high: pd.Series, colour: str) -> None:
    """Shade a range in each year by a bar, visible in an isolated year and open in a gap."""
    ax.bar(
        low.index, high - low, BAR, bottom=low, color=colour, alpha=0.22, linewidth=0, zorder=1.5
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
    return [EndLabel(x, y, form.format(y), colour)]
