"""Tables of colours: countries by years, and levels by levels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D, Affine2DBase, ScaledTranslation

from .. import countries as places
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..dynamics import moves as dynamics
from ..panel.check import check_scores
from ..panel.selection import some, trimmed, units_named
from ..panel.shape import wide
from ..typing import Years
from . import _style as style
from ._blocks import blocks, list_axes, note_row
from ._geometry import ink_on

ORDERS = {"latest": "by latest score, the best on top", "name": "by name"}
"""Orders of the rows, and what the chart says of them."""


def heatmap(
    scores: pd.Series,
    *,
    order: str | Iterable[str] = "latest",
    codebook: Codebook = THREE_P,
    ax: Axes | None = None,
) -> Axes:
    """Draw the score of each country and year as a colour, the darker the better.

    What has no score is hatched. Countries without any are left out, and counted in the
    footnote.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    order : {"latest", "name"} or iterable of str
        Rows by each country's latest score, the best on top, or by name; or the countries
        listed, by name or code, in their order.
    codebook : Codebook
        What fixes the scale of the colours, by the name of the scores.
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
        When the scores break their contract.
    ValueError
        When the order is none of the above, or a country is unknown.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["overall"]
    >>> chart = heatmap(scores, order=["Germany", "Nigeria"])
    >>> [label.get_text() for label in chart.get_yticklabels()]
    ['Germany', 'Nigeria']
    """
    checked = some(check_scores(scores))
    whole = trimmed(wide(checked))
    table = _ordered(whole, checked, order)
    names = [places._short_name(str(unit)) for unit in table.index]
    bounds = style.scale(checked, codebook)
    ax = list_axes(ax, len(table))
    columns = blocks(ax, names)
    for block, part in columns:
        _draw_cells(block, table.iloc[part], style.score_colours(bounds))
    sorted_by = ORDERS[order] if isinstance(order, str) else "in the order chosen"
    style.heading(ax, style.subject(checked), f"Countries {sorted_by}", rows=4)
    _draw_key(ax, bounds)
    if not len(table):
        style.say_nothing_to_draw(ax)
    unscored = int(whole.isna().all(axis=1).sum())
    left_out = style.counted(unscored, "country has", "countries have")
    style.footnote(
        ax,
        checked.attrs,
        f"n = {style.counted(table.notna().to_numpy().sum(), 'score', 'scores')} of "
        f"{style.counted(len(table), 'country', 'countries')}.",
        f"{left_out} no score." if unscored else "",
        under=columns[0][0],
    )
    style.mark_synthetic(ax, checked.attrs)
    return ax


def transitions(
    scores: pd.Series,
    *,
    years: Years | None = None,
    codebook: Codebook = THREE_P,
    ax: Axes | None = None,
) -> Axes:
    """Draw how often each level led to each in the year after.

    A step joins a year with the calendar year after it; no gap is jumped. Higher is better:
    what lies above the outlined diagonal is improvement.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index; integers.
    years : (int, int), optional
        First and last year, between which a step must lie; by default all.
    codebook : Codebook
        What fixes the levels, by the name of the scores.
    ax : Axes, optional
        Where to draw; by default on new ones.

    Returns
    -------
    Axes
        The shares of each row in percent, and at its end the steps that they are shares of.

    Raises
    ------
    PanelError
        When the scores break their contract, or one is no integer.
    ValueError
        When the years are none of the above.

    See Also
    --------
    policyindex.transitions : The numbers drawn.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["prosecution"]
    >>> transitions(scores).get_xlabel()
    'Score in the year after'
    """
    checked = some(check_scores(scores))
    low, high = (int(bound) for bound in style.scale(checked, codebook))
    levels = range(low, high + 1)
    found = dynamics.transitions(checked, years=years, levels=levels)
    side = 1.4 + 0.42 * len(levels)
    ax = style.axes(ax, width=min(side + 0.6, style.A4_WIDTH), height=min(side + 0.7, 7))
    style.frame(ax, grid="x")
    ax.grid(visible=False)
    shares = found.probabilities.to_numpy()
    edges = np.arange(low, high + 2) - 0.5
    unseen = np.isnan(shares).all(axis=1)
    for level in np.array(levels)[unseen]:
        ax.add_patch(_no_data(low - 0.5, level - 0.5, len(levels), 1))
    shades = ListedColormap(colormaps["Blues"](np.linspace(0, 0.9, 256)))
    ax.pcolormesh(edges, edges, np.ma.masked_invalid(shares), cmap=shades, vmin=0, vmax=1)
    for row, start in enumerate(levels):
        for column, end in enumerate(levels):
            _write_share(ax, end, start, shares[row, column], len(levels))
        ax.add_patch(
            Rectangle((start - 0.5, start - 0.5), 1, 1, fill=False, ec=style.INK, lw=0.8, zorder=3)
        )
    if not found.n:
        style.say_nothing_to_draw(ax)
    steps = [f"{n:,}" for n in found.counts.sum(axis=1)]
    ax.set_xticks(levels)
    ax.set_yticks(levels)
    ax.set(xlim=(low - 0.5, high + 0.5), ylim=(high + 0.5, low - 0.5))
    for start, n in zip(levels, steps, strict=True):
        note_row(ax, start, n)
    ax.set_xlabel("Score in the year after", fontsize=style.TEXT, color=style.GREY)
    ax.set_ylabel("Score", fontsize=style.TEXT, color=style.GREY)
    style.heading(
        ax,
        f"Moves of the {style.subject(checked).lower()}",
        "Percent of each row; to the right of the outline is improvement",
    )
    style.footnote(
        ax,
        checked.attrs,
        f"n = {style.counted(found.n, 'step', 'steps')} from one year to the next; those of "
        "each row on the right.",
    )
    style.mark_synthetic(ax, checked.attrs)
    return ax


def _ordered(table: pd.DataFrame, scores: pd.Series, order: str | Iterable[str]) -> pd.DataFrame:
    """Put the countries with a score in order, or those listed."""
    if not isinstance(order, str):
        return table.loc[units_named(scores, order)]
    if order not in ORDERS:
        raise ValueError(
            f"order must be one of {', '.join(ORDERS)} or a list of countries; got {order!r}"
        )
    scored = table[table.notna().any(axis=1)]
    names = pd.Series([places._short_name(str(unit)) for unit in scored.index], scored.index)
    # A stable sort from the last year back: by the latest score, then by those before it.
    ranked = scored.iloc[:, ::-1].bfill(axis=1).assign(name=names)
    keys = ["name"] if order == "name" else [*ranked.columns[:-1], "name"]
    return scored.loc[ranked.sort_values(keys, ascending=[key == "name" for key in keys]).index]


def _draw_cells(
    ax: Axes, table: pd.DataFrame, colours: tuple[ListedColormap, BoundaryNorm]
) -> None:
    years = table.columns.to_numpy()
    ax.grid(visible=False)
    ax.add_patch(_no_data(years[0] - 0.5, -0.5, len(years), len(table)))
    ax.pcolormesh(
        np.append(years, years[-1] + 1) - 0.5,
        np.arange(len(table) + 1) - 0.5,
        np.ma.masked_invalid(table.to_numpy()),
        cmap=colours[0],
        norm=colours[1],
        edgecolors="white",
        linewidth=0.4,
    )
    style.year_axis(ax, years)
    ax.tick_params(axis="x", labeltop=True)


def _no_data(x: float, y: float, width: float, height: float) -> Rectangle:
    return Rectangle(
        (x, y), width, height, fc="white", ec=style.PALE, hatch=style.HATCH, lw=0, zorder=0
    )


def _draw_key(ax: Axes, bounds: style.Scale) -> None:
    """Set the colours of a scale, and the sign for no score, above the left end of the Axes."""
    colours, norm = style.score_colours(bounds)
    levels = list(range(int(bounds[0]), int(bounds[1]) + 1))
    side = 13.0
    # In points from the upper left corner, wherever that comes to stand.
    corner = Affine2D().scale(1 / 72) + style.root(ax).dpi_scale_trans
    corner += ScaledTranslation(0, 1, cast(Affine2DBase, ax.transAxes))
    width = side * (len(levels) + 4)
    key = ax.inset_axes((0, 2.2 * style.LINE, width, side), transform=corner)
    key.pcolormesh(
        np.append(levels, levels[-1] + 1) - 0.5,
        [0, 1],
        [levels],
        cmap=colours,
        norm=norm,
        edgecolors="white",
        linewidth=0.6,
    )
    for level, shade in zip(levels, colours(norm(levels)), strict=True):
        _centre(key, level, 0.5, f"{level}", ink_on(shade))
    key.add_patch(_no_data(levels[-1] + 1, 0, 1, 1))
    key.text(levels[-1] + 2.3, 0.45, "no score", va="center", fontsize=style.SMALL)
    key.set_axis_off()
    key.set(xlim=(levels[0] - 0.5, levels[-1] + 4.5), ylim=(0, 1))


def _write_share(ax: Axes, x: float, y: float, share: float, size: int) -> None:
    """Write a share in percent; none at all as nothing."""
    if share > 0:
        words = "<1" if share < 0.005 else f"{100 * share:.0f}"
        _centre(ax, x, y, words, "white" if share > 0.55 else style.INK, 9 if size < 8 else 6.5)


def _centre(
    ax: Axes, x: float, y: float, words: str, colour: str, type_size: float = style.SMALL
) -> None:
    note = ax.text(x, y, words, ha="center", va="center", fontsize=type_size, color=colour)
    style.plain(note)
