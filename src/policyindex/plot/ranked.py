"""Lists of countries: by their change, and by their rank."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from typing import Any, Unpack

import pandas as pd
from matplotlib.axes import Axes

from .. import countries as places
from .._options import in_order
from .._wording import miscoded, rank_words, signed
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..dynamics.change import _movers
from ..panel.dimensions import dimensions
from ..panel.selection import scored_year, some
from ..panel.shape import wide
from ..robustness.ranges import _standings, refuse_prior_alone
from ..robustness.truth import assumption
from ..scoring.scores import _overall
from ..typing import ChartOptions, CodingError, Prior, Scale
from . import _style as style
from . import _theme as theme
from ._blocks import MOST, blocks, list_axes, note_row
from ._look import look_of
from ._subject import Subject, subject_of
from ._time import thin_note


def movers(
    scores: pd.Series | pd.DataFrame,
    start: int,
    end: int,
    *,
    codebook: Codebook = THREE_P,
    scale: Scale | None = None,
    lower_is_better: bool = False,
    ax: Axes | None = None,
    **options: Unpack[ChartOptions],
) -> Axes:
    """Draw the scores of two years and the change between them, the largest gain on top.

    Countries without a score in one of the years are left out. Those that did not change share
    one row, and are named in the footnote. Higher is better.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall score; a panel stands for its column ``overall``.
    start, end : int
        The two years.
    codebook : Codebook
        States the scale of the axis, by the name of the scores.
    scale : (int, int), optional
        Lowest and highest score, if the codebook does not state them.
    lower_is_better : bool
        Whether a fall is a gain.
    ax : Axes, optional
        Where to draw; by default on new ones. Long lists stand on ``child_axes`` of it, side by
        side.
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
    policyindex.movers : The numbers drawn.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["overall"]
    >>> movers(scores, 2000, 2009).get_title(loc="left")
    '3P Anti-trafficking Policy Index: change from 2000 to 2009'
    """
    subject = subject_of(scores, codebook, scale, lower_is_better=lower_is_better)
    checked = subject.scores
    look = look_of(options, checked)
    start, end = scored_year(checked, "start", start), scored_year(checked, "end", end)
    in_order(start, end)
    changed = _movers(checked, start, end)
    rows = wide(checked)[[start, end]].set_axis(["start", "end"], axis=1)
    rows["name"] = [places._short_name(str(unit)) for unit in rows.index]
    moved = subject.sign * pd.concat([changed.gained, changed.lost])
    ranked = rows.assign(gain=moved, final=subject.sign * rows["end"])
    listed = ranked.loc[moved.index]
    listed = listed.sort_values(["gain", "final", "name"], ascending=[False, False, True])
    stayed = rows.loc[changed.stayed.index].sort_values("name")
    names, units = list(listed["name"]), list(listed.index)
    moves: list[Any] = [row for _, row in listed.iterrows()]
    if len(stayed):
        between = int((listed["gain"] > 0).sum())
        names.insert(between, f"{len(stayed)} unchanged")
        units.insert(between, "")
        moves.insert(between, None)

    unchanged = f"Unchanged: {', '.join(stayed['name'])}" if len(stayed) else ""
    ax = list_axes(ax, len(names), ("title", "subtitle", "note" + unchanged), 2)
    columns = blocks(ax, names, 3 * MOST, look, units)
    for block, part in columns:
        subject.fix_axis(block.xaxis)
        block.tick_params(axis="x", labeltop=True)
        for height, move in enumerate(moves[part]):
            if move is None:
                _draw_unchanged(block, stayed["end"], height)
            else:
                _draw_move(block, move, height)
    style.heading(
        ax,
        look,
        f"{subject.head}: change from {start} to {end}",
        f"Ring {start}, dot {end}. {_counts(subject, moved, len(stayed))}",
        rows=2,
    )
    if not names:
        style.note_empty(ax)
    style.footnote(
        ax,
        look,
        checked.attrs,
        f"n = {style.number_of(changed.n, 'country', 'countries')} with a {subject.noun} in both "
        "years",
        unchanged,
        subject.scale_note(),
        *(thin_note(checked, year, subject.noun) for year in (start, end)),
        under=columns[0][0],
    )
    style.mark_synthetic(ax, checked.attrs)
    return ax


def _counts(subject: Subject, gains: pd.Series, unchanged: int) -> str:
    """Return the numbers of countries that moved either way, and of those that did not."""
    up, down = ("improved", "fell back") if subject.has_direction else ("rose", "fell")
    return f"{(gains > 0).sum()} {up}, {(gains < 0).sum()} {down}, {unchanged} unchanged"


def _draw_move(ax: Axes, row: Any, height: float) -> None:
    colour = theme.gain(ax) if row["gain"] > 0 else theme.loss(ax)
    ax.plot([row["start"], row["end"]], [height, height], color=colour, linewidth=1.6, zorder=2)
    ax.plot(
        row["start"], height, "o", color=colour, markerfacecolor=theme.ground(ax), markersize=4.5
    )
    ax.plot(row["end"], height, "o", color=colour, markersize=5)
    note_row(ax, height, signed(row["end"] - row["start"], plus=True), colour)


def _draw_unchanged(ax: Axes, scores: pd.Series, height: float) -> None:
    """Draw the unchanged countries as one row of dots, larger for more countries."""
    counts = scores.value_counts()
    ax.scatter(
        counts.index,
        [height] * len(counts),
        s=6 + 2 * counts,
        color=theme.grey(ax),
        linewidths=0,
        zorder=3,
    )


def standings(
    panel: pd.DataFrame,
    year: int,
    *,
    codebook: Codebook = THREE_P,
    min_weight: float | Fraction | None = None,
    error: CodingError | None = None,
    prior: Prior = "fitted",
    ax: Axes | None = None,
    **options: Unpack[ChartOptions],
) -> Axes:
    """Draw the ranks of one year, each with the range in which it can move.

    Rank 1 is best; countries with the same score share the better rank, and a band. Countries
    with a missing dimension are left out.

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
    ax : Axes, optional
        Where to draw; by default on new ones. Long lists stand on ``child_axes`` of it, side by
        side.
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
        If the panel breaks its contract, lacks a dimension or has no row, or a column
        ``overall`` is not the sum of the dimensions.
    ValueError
        If the year has no score, an option is out of range, both ranges are requested, or
        `prior` is without `error`.

    See Also
    --------
    policyindex.standings : The numbers drawn.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> standings(score(datasets.load_demo()), 2009).get_title(loc="left")
    '3P Anti-trafficking Policy Index: ranks in 2009'
    """
    if min_weight is not None and error is not None:
        raise ValueError("a rank must have one range at most; got min_weight and error")
    refuse_prior_alone(prior, error)
    dims = some(dimensions(panel, codebook, at_least=1 if min_weight is None else 2))
    overall = _overall(dims)
    look = look_of(options, dims)
    year = scored_year(overall, "year", year)
    if min_weight is None and error is None and dims.shape[1] > 1:
        min_weight = 0
    table = _standings(
        dims, year, codebook=codebook, min_weight=min_weight, error=error, prior=prior
    )
    table = table.dropna(subset="rank")
    table["name"] = [places._short_name(str(unit)) for unit in table.index]
    table = table.sort_values(["rank", "name"]).assign(tie=table["rank"].rank(method="dense"))
    ax = list_axes(ax, len(table), ("title", "subtitle", "note"), 2)
    columns = blocks(ax, list(table["name"]), 3 * MOST, look, list(table.index))
    for block, part in columns:
        _draw_ranks(block, table.iloc[part])
        room = 0.03 * len(table)
        block.set_xlim(1 - room, len(table) + room)
        block.set_xticks(style.rank_ticks(len(table), 0.6 * style.size(ax)[0] / len(columns)))
        block.tick_params(axis="x", labeltop=True)
    style.heading(
        ax,
        look,
        f"{codebook.title}: ranks in {year}",
        _range_words(table, min_weight, error),
        rows=2,
    )
    if not len(table):
        style.note_empty(ax)
    style.footnote(
        ax,
        look,
        dims.attrs,
        f"n = {style.number_of(len(table), 'country', 'countries')} with every dimension. Bands: "
        "countries with the same score, which stands on the right",
        "" if error is None else f"Assumption: {assumption(error, prior)}",
        thin_note(overall, year),
        under=columns[0][0],
    )
    style.mark_synthetic(ax, dims.attrs)
    return ax


def _draw_ranks(ax: Axes, table: pd.DataFrame) -> None:
    heights = range(len(table))
    low, high = table["rank_low"], table["rank_high"]
    colour = theme.gain(ax)
    ax.hlines(heights, low, high, color=colour, alpha=0.45, linewidth=2.2)
    ax.plot(table["rank"], heights, "o", color=colour, markersize=3.6, zorder=3)
    tied = groupby(heights, key=lambda height: table["overall"].iloc[height])
    for score, group in tied:
        members = list(group)
        if int(table["tie"].iloc[members[0]]) % 2:
            ax.axhspan(
                members[0] - 0.5, members[-1] + 0.5, color=theme.faint(ax), linewidth=0, zorder=0
            )
        note_row(ax, members[0], f"{score:g}")


def _range_words(
    table: pd.DataFrame, min_weight: float | Fraction | None, error: CodingError | None
) -> str:
    """Return what the dots and the lines are, and the assumption of the lines, with an example."""
    if error is not None and len(table):
        if isinstance(error, int | float):
            condition = miscoded(float(error))
        else:
            condition = "codings err as the matrices state"
        row = table.iloc[len(table) // 2]
        words = rank_words(row["name"], row["rank_low"], row["rank_high"])
        return f"Dot: as coded. Line: if {condition}, e.g. {words}"
    if min_weight is None:
        return "1 is best; countries with the same score share a rank"
    if min_weight == 0:
        weights = "any weights of the dimensions, zero included"
    else:
        weights = f"weights of the dimensions of at least {float(min_weight):g}"
    return f"Dot: equal weights. Line: range of the rank with {weights}"
