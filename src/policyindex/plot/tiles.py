"""One year on a map of the world on which every country is one square."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Rectangle

from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import check_scores
from ..panel.selection import scored_year, some
from . import _style as style
from ._geometry import ink_on, layout

SIDE = 0.94
"""Of a tile; the rest is the gap between neighbours."""

CODE, LEAST = 6, 4
"""Size of the codes in the tiles, in points, where there is room; and the least one legible."""

CODE_WIDTH = 2.4
"""Of three letters, in sizes of their type."""

KEY_GAP = 0.8
"""Rows between the map and the key of colours."""


def world(
    scores: pd.Series, year: int, *, codebook: Codebook = THREE_P, ax: Axes | None = None
) -> Axes:
    """Draw the scores of one year on a map of equal squares, one for each country.

    A small state counts as much as a large one, as it does in the index. Countries without a
    score are hatched; those that the map has no place for are named in the footnote. Higher is
    better, and darker.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    year : int
        A year in which a country has a score.
    codebook : Codebook
        What fixes the scale of the colours, by the name of the scores.
    ax : Axes, optional
        Where to draw; by default on new ones.

    Returns
    -------
    Axes
        `ax`, or those of a new figure.

    Raises
    ------
    PanelError
        When the scores break their contract.
    ValueError
        When no country has a score in that year; the message names the years there are.

    See Also
    --------
    policyindex.groups : The countries at each score.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["overall"]
    >>> world(scores, 2009).get_title(loc="left")
    'Overall score, 2009'
    """
    checked = some(check_scores(scores))
    year = scored_year(checked, "year", year)
    in_year = checked.xs(year, level="year").dropna()
    tiles = layout().assign(score=in_year)
    bounds = style.scale(checked, codebook)
    shades, steps = style.score_colours(bounds)
    ax = style.axes(ax, width=style.A4_HEIGHT, height=6.2)
    _frame(ax, tiles)
    _draw_tiles(ax, tiles, shades, steps)
    _draw_key(ax, tiles["row"].max() + 1 + KEY_GAP, bounds, shades, steps)
    style.heading(
        ax, f"{style.subject(checked)}, {year}", f"{bounds[0]:g} (worst) to {bounds[1]:g} (best)"
    )
    style.footnote(ax, checked.attrs, *_notes(in_year, tiles))
    style.mark_synthetic(ax, checked.attrs)
    return ax


def _frame(ax: Axes, tiles: pd.DataFrame) -> None:
    ax.set_xlim(-0.1, tiles["column"].max() + 1.1)
    ax.set_ylim(tiles["row"].max() + 2.2 + KEY_GAP, -0.1)
    ax.set_aspect("equal")
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def _draw_tiles(ax: Axes, tiles: pd.DataFrame, shades: ListedColormap, steps: BoundaryNorm) -> None:
    """Draw a square for each country, and its code in it where there is room."""
    scored, empty = tiles.dropna(), tiles[tiles["score"].isna()]
    squares = PatchCollection(
        [_square(tile["column"], tile["row"]) for _, tile in scored.iterrows()],
        cmap=shades,
        norm=steps,
        edgecolors="none",
    )
    squares.set_array(scored["score"].to_numpy())
    ax.add_collection(squares)
    ax.add_collection(
        PatchCollection(
            [_square(tile["column"], tile["row"]) for _, tile in empty.iterrows()], **_no_data()
        )
    )
    size = _code_size(ax)
    for code, tile in tiles.iterrows() if size >= LEAST else ():
        colour = style.GREY if np.isnan(tile["score"]) else ink_on(shades(steps(tile["score"])))
        _write(ax, tile["column"], tile["row"], str(code), colour, size)


def _draw_key(
    ax: Axes, row: float, bounds: style.Scale, shades: ListedColormap, steps: BoundaryNorm
) -> None:
    """Draw a square for each score, and a hatched one."""
    for place, score in enumerate(range(int(bounds[0]), int(bounds[1]) + 1)):
        shade = shades(steps(score))
        ax.add_patch(_square(place, row, facecolor=shade, edgecolor="none"))
        _write(ax, place, row, str(score), ink_on(shade), max(_code_size(ax), LEAST))
    after = bounds[1] - bounds[0] + 1.5
    ax.add_collection(PatchCollection([_square(after, row)], **_no_data()))
    ax.text(
        after + 1.2, row + SIDE / 2, "no data", va="center", fontsize=style.TEXT, color=style.GREY
    )


def _square(column: float, row: float, **look: Any) -> Rectangle:
    return Rectangle((column, row), SIDE, SIDE, **look)


def _no_data() -> dict[str, Any]:
    return {
        "hatch": style.HATCH,
        "facecolors": "white",
        "edgecolors": style.PALE,
        "linewidths": 0.5,
    }


def _code_size(ax: Axes) -> float:
    """Return the size of type, in points, in which a code fits into a tile."""
    across, down = (abs(high - low) for low, high in (ax.get_xlim(), ax.get_ylim()))
    width, height = style.size(ax)
    return min(CODE, min(width / across, height / down) * SIDE / CODE_WIDTH)


def _write(ax: Axes, column: float, row: float, text: str, colour: str, size: float) -> None:
    middle = SIDE / 2
    shown = ax.text(
        column + middle,
        row + middle,
        text,
        ha="center",
        va="center_baseline",
        fontsize=size,
        color=colour,
        clip_on=True,
    )
    style.plain(shown)


def _notes(in_year: pd.Series, tiles: pd.DataFrame) -> list[str]:
    """Say how many countries are coloured, and which have no place on the map."""
    placed = int(tiles["score"].notna().sum())
    absent = [str(unit) for unit in in_year.index if unit not in tiles.index]
    notes = [f"n = {placed}. One square a country, placed near its neighbours; hatched: no data."]
    return notes + ([f"Not on the map: {', '.join(absent)}."] if absent else [])
