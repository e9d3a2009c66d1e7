"""Countries one under another: by their change, and by their rank."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from .. import countries as places
from .. import dynamics, robustness
from .._options import in_order
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import check_panel, check_scores
from ..panel.selection import scored_year, some
from ..panel.shape import wide
from ..scoring.scores import overall
from ..typing import CodingError
from . import _style as style
from ._blocks import blocks, list_axes, note_row

INTERVALS = ("weights", "error")


def movers(
    scores: pd.Series,
    start: int,
    end: int,
    *,
    codebook: Codebook = THREE_P,
    ax: Axes | None = None,
) -> Axes:
    """Draw the scores of two years and the change between them, the largest gain on top.

    Countries without a score in one of the years are left out. Those that did not change share
    one row, and are named in the footnote. Higher is better.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    start, end : int
        The two years.
    codebook : Codebook
        What fixes the scale of the axis, by the name of the scores.
    ax : Axes, optional
        Where to draw; by default on new ones. Long lists stand on ``child_axes`` of it, side by
        side.

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
    policyindex.movers : The numbers drawn.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["overall"]
    >>> movers(scores, 2000, 2009).get_title(loc="left")
    'Change of the overall score, 2000 to 2009'
    """
    checked = some(check_scores(scores))
    start, end = scored_year(checked, "start", start), scored_year(checked, "end", end)
    in_order(start, end)
    found = dynamics.movers(checked, start=start, end=end)
    rows = wide(checked)[[start, end]].set_axis(["start", "end"], axis=1)
    rows["name"] = [places._short_name(str(unit)) for unit in rows.index]
    moved = pd.concat([found.gained, found.lost])
    listed = rows.loc[moved.index].assign(change=moved)
    listed = listed.sort_values(["change", "end", "name"], ascending=[False, False, True])
    stayed = rows.loc[found.stayed.index].sort_values("name")
    names = list(listed["name"])
    moves: list[Any] = [row for _, row in listed.iterrows()]
    if len(stayed):
        between = int((listed["change"] > 0).sum())
        names.insert(between, f"{len(stayed)} unchanged")
        moves.insert(between, None)

    unchanged = f"Unchanged: {', '.join(stayed['name'])}." if len(stayed) else ""
    ax = list_axes(ax, len(names), note_lines=1 + len(unchanged) // 130)
    bounds = style.scale(checked, codebook)
    columns = blocks(ax, names)
    for block, part in columns:
        style.score_axis(block.xaxis, bounds)
        block.tick_params(axis="x", labeltop=True)
        for height, move in enumerate(moves[part]):
            if move is None:
                _draw_unchanged(block, stayed["end"], height)
            else:
                _draw_move(block, move, height)
    style.heading(
        ax,
        f"Change of the {style.subject(checked).lower()}, {start} to {end}",
        f"Ring {start}, dot {end}. {len(found.gained)} gained, {len(found.lost)} lost, "
        f"{len(found.stayed)} unchanged",
        rows=2,
    )
    if not len(names):
        style.say_nothing_to_draw(ax)
    n = style.counted(found.n, "country", "countries")
    style.footnote(
        ax,
        checked.attrs,
        f"n = {n} scored in both years.",
        unchanged,
        under=columns[0][0],
    )
    style.mark_synthetic(ax, checked.attrs)
    return ax


def _draw_move(ax: Axes, row: Any, height: float) -> None:
    colour = style.GAIN if row["change"] > 0 else style.LOSS
    ax.plot([row["start"], row["end"]], [height, height], color=colour, linewidth=1.6, zorder=2)
    ax.plot(row["start"], height, "o", color=colour, markerfacecolor="white", markersize=4.5)
    ax.plot(row["end"], height, "o", color=colour, markersize=5)
    note_row(ax, height, style.signed(row["change"], plus="+"), colour)


def _draw_unchanged(ax: Axes, scores: pd.Series, height: float) -> None:
    """Draw those that did not change as one row of dots, the larger the more of them."""
    counts = scores.value_counts()
    ax.scatter(
        counts.index,
        [height] * len(counts),
        s=6 + 2 * counts,
        color=style.GREY,
        linewidths=0,
        zorder=3,
    )


def standings(
    panel: pd.DataFrame,
    year: int,
    *,
    interval: str | None = "weights",
    error: CodingError | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the ranks of one year, each with the range that it can move in.

    Rank 1 is best; countries with the same score share the better rank, and a band. Those with
    a missing dimension are left out.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension; a column ``overall`` is left out.
    year : int
        A year in which a country has every dimension.
    interval : {"weights", "error"}, optional
        The ranks that a country has under every weighting of the dimensions; or those that hold
        95 % of the chances when coded levels may be wrong, which needs `error`.
    error : DataFrame, matrix, or mapping of str to either, optional
        Chances of error, from :func:`policyindex.coding_error` or
        :func:`policyindex.robustness.estimate_error`.
    ax : Axes, optional
        Where to draw; by default on new ones. Long lists stand on ``child_axes`` of it, side by
        side.

    Returns
    -------
    Axes
        `ax`, or those of a new figure.

    Raises
    ------
    PanelError
        When the panel breaks its contract or has no row.
    ValueError
        When it is no such year, the interval is none of the above, or one of ``error``
        and ``interval="error"`` is given without the other.

    See Also
    --------
    policyindex.standings : The numbers drawn.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> standings(score(datasets.load_demo()), 2009).get_title(loc="left")
    'Rank by overall score, 2009'
    """
    if interval not in (None, *INTERVALS):
        raise ValueError(
            f"interval must be one of {', '.join(INTERVALS)} or None; got {interval!r}"
        )
    if (interval == "error") != (error is not None):
        raise ValueError(
            "interval='error' and error= go together; give the chances of error, such as "
            "error=coding_error(0.9)"
        )
    checked = some(check_panel(panel))
    year = scored_year(overall(checked), "year", year)
    min_weight = 0.0 if interval == "weights" else None
    found = robustness.standings(checked, year=year, min_weight=min_weight, error=error).dropna(
        subset="rank"
    )
    found["name"] = [places._short_name(str(unit)) for unit in found.index]
    found = found.sort_values(["rank", "name"]).assign(tie=found["rank"].rank(method="dense"))
    ax = list_axes(ax, len(found))
    columns = blocks(ax, list(found["name"]))
    for block, part in columns:
        _draw_ranks(block, found.iloc[part], interval is not None)
        room = 0.03 * len(found)
        block.set_xlim(1 - room, len(found) + room)
        block.set_xticks(style.rank_ticks(len(found), 0.6 * style.size(ax)[0] / len(columns)))
        block.tick_params(axis="x", labeltop=True)
    style.heading(ax, f"Rank by overall score, {year}", _range_words(interval), rows=2)
    if not len(found):
        style.say_nothing_to_draw(ax)
    style.footnote(
        ax,
        checked.attrs,
        f"n = {style.counted(len(found), 'country', 'countries')} with every dimension. Bands: "
        "countries with the same score, which stands on the right.",
        under=columns[0][0],
    )
    style.mark_synthetic(ax, checked.attrs)
    return ax


def _draw_ranks(ax: Axes, found: pd.DataFrame, with_range: bool) -> None:
    heights = range(len(found))
    if with_range:
        low, high = found["rank_low"], found["rank_high"]
        ax.hlines(heights, low, high, color=style.PALETTE[0], alpha=0.45, linewidth=2.2)
    ax.plot(found["rank"], heights, "o", color=style.PALETTE[0], markersize=3.6, zorder=3)
    tied = groupby(heights, key=lambda height: found["overall"].iloc[height])
    for score, group in tied:
        members = list(group)
        if int(found["tie"].iloc[members[0]]) % 2:
            ax.axhspan(members[0] - 0.5, members[-1] + 0.5, color="#F0F0F0", linewidth=0, zorder=0)
        note_row(ax, members[0], f"{score:g}")


def _range_words(interval: str | None) -> str:
    return {
        None: "1 is best; countries with the same score share a rank",
        "weights": "Dot: equal weights. Line: best to worst rank under any weighting of the "
        "dimensions",
        "error": "Dot: as coded. Line: 95 % of the chances when coded levels may be wrong",
    }[interval]
