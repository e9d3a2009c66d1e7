"""The list of one year: ranks, scores, and how far each rank can move."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from math import ceil
from typing import Any, Unpack, cast

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.transforms import (
    Affine2D,
    Affine2DBase,
    ScaledTranslation,
    blended_transform_factory,
)

from .. import countries as places
from .._options import whole
from .._wording import joined, miscoded, rank_words
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.dimensions import dimensions
from ..panel.selection import scored_year, some
from ..robustness.ranges import _standings, refuse_prior_alone
from ..robustness.truth import assumption
from ..scoring.scores import _overall
from ..typing import ChartOptions, CodingError, Prior
from . import _style as style
from . import _theme as theme
from ._look import Look, look_of
from ._panels import name_rows, part, room_for, widest
from ._regions import members
from ._time import thin_note

ROW = 1.25
"""Height of a row, in sizes of its type."""

ABOVE = 25.0
"""Height of the headings of the columns, in points."""

TEXTS = 100.0
"""Height of the title, the subtitle and the notes on new Axes, in points."""

MOST, FOLDED = 92, 30
"""Most rows of a column, so that two columns hold all countries and leave the ranges room; and of
a list that has no room for all."""

COLUMN, GAP = 150.0, 12.0
"""Least width of a column, and the gap after it, in points."""


def standings(
    panel: pd.DataFrame,
    year: int,
    *,
    codebook: Codebook = THREE_P,
    min_weight: float | Fraction | None = None,
    error: CodingError | None = None,
    prior: Prior = "fitted",
    top: int | None = None,
    region: str | None = None,
    ax: Axes | None = None,
    **options: Unpack[ChartOptions],
) -> Axes:
    """Draw the ranks of one year as a list, each with the range in which it can move.

    Rank 1 is best; countries with the same score share the better rank, which has the sign =,
    and a band. Countries with a missing dimension are not ranked. A rank is always that among
    all ranked countries, also where the list has a part of them.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension of the codebook.
    year : int
        A year in which a country has every dimension.
    codebook : Codebook
        The dimensions and their scales.
    min_weight : float or Fraction, optional
        Draw the range over all weightings whose weights are at least this. Without it and
        without `error` the range is that over any weights, zero included, as with 0.
    error : float, DataFrame, matrix, or mapping of str to these, optional
        Draw the 95 % range for one country when each coded level may be wrong: the accuracy of
        the codings, e.g. 0.9, or matrices of their errors, as for :func:`policyindex.error_ranks`.
    prior : {"fitted", "coded"}, array, or mapping of str to array
        With `error`, the share of each true level; by default fitted to all years of the panel.
    top : int, optional
        List the first of them only. Where the Axes have no room for all, the first 30 or fewer
        are listed, which the footnote says.
    region : str, optional
        List the countries of a region of the United Nations (M49), e.g. Africa or Western
        Africa, or of the World Bank.
    ax : Axes, optional
        Where to draw; by default on new ones. The columns of the list are ``child_axes`` of it,
        whose labels are ``ranks``.
    **options
        ``title=``, ``subtitle=``, ``note=``, ``highlight=`` and ``palette=``, as for all charts;
        see :mod:`policyindex.plot`.
        Countries of ``highlight`` are listed even if they are not among the first; the first
        of them is the example of the range by error.

    Returns
    -------
    Axes
        `ax`, or those of a new figure.

    Raises
    ------
    PanelError
        If the panel breaks its contract, lacks a dimension or has no row, or a column
        ``overall`` is not the sum of the dimensions.
    ValueError
        If the year has no score, an option is out of range, both ranges are requested,
        `prior` is without `error`, or the region is unknown.

    See Also
    --------
    policyindex.standings : The numbers drawn.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> ax = standings(score(datasets.load_demo()), 2009, region="Africa", top=5)
    >>> [part.get_label() for part in ax.child_axes]
    ['ranks', 'heading']
    """
    if min_weight is not None and error is not None:
        raise ValueError("a rank must have one range at most; got min_weight and error")
    refuse_prior_alone(prior, error)
    first = None if top is None else whole("top", top, least=1)
    dims = some(dimensions(panel, codebook, at_least=1 if min_weight is None else 2))
    overall = _overall(dims)
    year = scored_year(overall, "year", year)
    look = look_of(options, dims)
    bold = look.highlight
    if min_weight is None and error is None and dims.shape[1] > 1:
        min_weight = 0
    table = _standings(
        dims, year, codebook=codebook, min_weight=min_weight, error=error, prior=prior
    )
    table = table.dropna(subset="rank")
    table["name"] = [places._short_name(str(unit)) for unit in table.index]
    table = table.sort_values(["rank", "name"]).assign(
        tie=table["rank"].rank(method="dense"), shared=table["rank"].duplicated(keep=False)
    )
    ranked = len(table)
    within = table if region is None else table.loc[members(table.index, region)]
    listed = _first(within, first, bold)
    title = f"{codebook.title}, {year}: {_finding(within, ranked, region)}"
    subtitle = _range_words(table, bold, min_weight, error)
    unranked = [places._short_name(unit) for unit in bold if unit not in table.index]
    n = style.number_of(ranked, "country", "countries")
    notes = [
        f"n = {n} with every dimension, among which all ranks are",
        "Bands: countries with the same score",
        "" if len(listed) == len(within) else f"Listed: {len(listed)} of {len(within)}",
        "" if error is None else f"Assumption: {assumption(error, prior)}",
        f"Not ranked: {', '.join(unranked)}" if unranked else "",
        thin_note(overall, year),
    ]

    columns = ceil(len(listed) / MOST) or 1
    rows = max(ceil(len(listed) / columns), 3)
    row = ROW * theme.text_size()
    new = ax is None
    ax = style.axes(ax, width=style.A4_WIDTH, height=(TEXTS + ABOVE + rows * row) / 72)
    if not new:
        width, height = room_for(
            ax, look, title, subtitle, style.credit(dims.attrs, *notes, LISTED)
        )
        columns, fitting = max(int(width / COLUMN), 1), max(int((height - ABOVE) / row), 1)
        if len(listed) > columns * fitting:
            listed = _first(within, min(FOLDED, columns * fitting), bold)
            notes[2] = LISTED.format(len(listed), len(within))
        columns = min(columns, ceil(len(listed) / fitting) or 1)
        rows = fitting
    rows = ceil(len(listed) / columns) if len(listed) > rows else max(rows, len(listed))
    widths = _widths(table, listed, bold)
    for column in range(columns):
        across = column / columns, (column + 1) / columns
        margins = (sum(widths), 0, GAP if columns > 1 else 4, ABOVE)
        block = part(ax, "ranks", across, margins=margins)
        rows_of = listed.iloc[column * rows : (column + 1) * rows]
        strip = style.size(ax)[0] / columns - sum(widths) - GAP
        _draw_ranks(block, rows_of, look, rows, widths, ranked, strip)
    style.heading(ax, look, title, subtitle)
    if not ranked:
        style.note_empty(ax)
    style.footnote(ax, look, dims.attrs, *notes)
    style.mark_synthetic(ax, dims.attrs)
    return ax


LISTED = "Listed: the first {} of {}, for which the chart has room"


def _first(table: pd.DataFrame, n: int | None, bold: list[str]) -> pd.DataFrame:
    """Return the first n rows; those of highlighted countries take the last places."""
    if n is None or n >= len(table):
        return table
    later = table.iloc[n:]
    further = later[later.index.isin(bold)]
    return pd.concat([table.iloc[: max(n - len(further), 0)], further])


def _finding(table: pd.DataFrame, ranked: int, region: str | None) -> str:
    """Return who leads, and among how many."""
    if not len(table):
        return "no country is ranked"
    leaders = table[table["rank"] == table["rank"].min()]
    rank = int(leaders["rank"].iloc[0])
    who = sorted(places.name(str(unit)) for unit in leaders.index)
    where = "" if region is None else f" of {region.strip()}"
    if ranked == 1:
        return f"{who[0]} is the only country ranked, 1 of 1"
    if len(who) > NAMED:
        return f"{len(who)} countries{where} share rank {rank} of {ranked}"
    shared = "shares" if leaders["shared"].iloc[0] else "has"
    lead = f"{joined(who)} {shared if len(who) == 1 else 'share'} rank {rank} of {ranked}"
    return lead if region is None else f"{lead}, first in {region.strip()}"


NAMED = 3
"""Most leaders that a title names."""


def _rank_text(rank: float, shared: bool) -> str:
    return f"={rank:.0f}" if shared else f"{rank:.0f}"


def _widths(table: pd.DataFrame, listed: pd.DataFrame, bold: list[str]) -> list[float]:
    """Return the widths of the ranks, the names and the scores, in points."""
    strong = bool(bold)
    ranks = map(_rank_text, table["rank"], table["shared"])
    return [
        max(widest(ranks, bold=strong), widest(["Rank"])) + 5,
        max(widest(listed["name"], bold=strong), widest(["Country"])) + 4,
        max(widest((f"{score:g}" for score in table["overall"]), bold=strong), widest(["Score"]))
        + 7,
    ]


def _draw_ranks(
    ax: Axes,
    table: pd.DataFrame,
    look: Look,
    rows: int,
    widths: list[float],
    ranked: int,
    strip: float,
) -> None:
    """Draw a column of the list: rank, name, score and the range of the rank."""
    strong = table.index.isin(look.highlight)
    name_rows(ax, list(table["name"]), rows, look, list(table.index))
    # The names are aligned at the left, between the ranks and the scores.
    ax.tick_params(axis="y", pad=widths[1] + widths[2])
    for label in ax.get_yticklabels():
        label.set_horizontalalignment("left")
    heights = range(len(table))
    for height, unit in enumerate(table.index):
        row = table.loc[unit]
        weight = "bold" if strong[height] else "normal"
        _write(ax, -sum(widths[1:]) - 5, height, _rank_text(row["rank"], row["shared"]), weight)
        _write(ax, -7, height, f"{row['overall']:g}", weight)
    _write(ax, -sum(widths[1:]) - 5, -0.75, "Rank", "normal", va="bottom")
    _write(ax, -sum(widths[1:]), -0.75, "Country", "normal", ha="left", va="bottom")
    _write(ax, -7, -0.75, "Score", "normal", va="bottom")
    usual = theme.series(ax)[0].colour
    colours = [
        look.colour(ax, str(unit), 1) if each else usual
        for unit, each in zip(table.index, strong, strict=True)
    ]
    ax.hlines(
        heights, table["rank_low"], table["rank_high"], color=colours, alpha=0.45, linewidth=2.4
    )
    ax.scatter(table["rank"], heights, s=13, c=colours, zorder=3, clip_on=False)
    for _, group in groupby(heights, key=lambda height: table["tie"].iloc[height]):
        members = list(group)
        if int(table["tie"].iloc[members[0]]) % 2:
            _draw_band(ax, members[0] - 0.5, members[-1] + 0.5, sum(widths))
    room = 0.03 * ranked
    ax.set_xlim(1 - room, ranked + room)
    ax.set_xticks(style.rank_ticks(ranked, strip))
    ax.tick_params(axis="x", labeltop=True, labelbottom=False)


def _draw_band(ax: Axes, top: float, foot: float, left: float) -> None:
    """Draw a band behind some rows, and behind their words, which reach `left` points further."""
    look: dict[str, Any] = {"color": theme.faint(ax), "linewidth": 0, "zorder": 0}
    ax.axhspan(top, foot, **look)
    points = Affine2D().scale(1 / 72) + style.root(ax).dpi_scale_trans
    points += ScaledTranslation(0, 0, cast(Affine2DBase, ax.transAxes))
    words = blended_transform_factory(points, ax.transData)
    ax.add_patch(Rectangle((-left, top), left, foot - top, transform=words, clip_on=False, **look))


def _write(
    ax: Axes,
    x: float,
    row: float,
    words: str,
    weight: str,
    *,
    ha: str = "right",
    va: str = "center",
) -> None:
    heading = row < 0
    note = ax.annotate(
        words,
        (0, row),
        xytext=(x, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha=ha,
        va="center_baseline" if va == "center" else va,
        fontsize=theme.text_size(),
        fontweight=weight,
        color=theme.grey(ax) if heading else theme.ink(ax),
        annotation_clip=False,
    )
    style.plain(note)


def _range_words(
    table: pd.DataFrame,
    bold: list[str],
    min_weight: float | Fraction | None,
    error: CodingError | None,
) -> str:
    """Return what the dots and the lines are, and the assumption of the lines, with an example."""
    if error is not None and len(table):
        if isinstance(error, int | float):
            condition = miscoded(float(error))
        else:
            condition = "codings err as the matrices state"
        examples = [unit for unit in bold if unit in table.index]
        at = list(table.index).index(examples[0]) if examples else len(table) // 2
        name, *ends = (table[column].to_list()[at] for column in ("name", "rank_low", "rank_high"))
        words = rank_words(name, *ends)
        return f"Dot: rank as coded. Line: its range. If {condition}, {words}"
    if min_weight is None:
        return "1 is best; countries with the same score share a rank"
    if min_weight == 0:
        weights = "any weights, zero included"
    else:
        weights = f"weights of the dimensions of at least {float(min_weight):g}"
    return f"Dot: rank at equal weights. Line: range of the rank with {weights}"
