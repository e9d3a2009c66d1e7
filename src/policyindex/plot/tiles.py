"""A map of the world for one year, on which every country is one square."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Rectangle

from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.selection import scored_year
from ..typing import ChartOptions, Scale
from . import _style as style
from . import _theme as theme
from ._geometry import ink_on, layout
from ._look import look_of
from ._subject import label_centre, label_step, level_text, subject_of
from ._time import thin_note

SIDE = 0.94
"""Width of a tile; the rest is the gap between neighbours."""

CODE, LEAST = 6, 4
"""Usual size of the codes in the tiles, in points, and the smallest legible one."""

CODE_WIDTH = 2.4
"""Width of three letters, in sizes of their type."""

KEY_GAP = 0.8
"""Rows between the map and the key of colours."""

KEY = 20.0
"""Largest width of the colours of the key, in tiles."""


def world(
    scores: pd.Series | pd.DataFrame,
    year: int,
    *,
    codebook: Codebook = THREE_P,
    scale: Scale | None = None,
    lower_is_better: bool = False,
    ax: Axes | None = None,
    **options: Unpack[ChartOptions],
) -> Axes:
    """Draw the scores of one year on a map of equal squares, one for each country.

    A small state counts as much as a large one, as it does in the index. Countries without a
    score are hatched; the footnote names those that have no place on the map. Higher is better,
    and darker.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall score; a panel stands for its column ``overall``.
    year : int
        A year in which a country has a score.
    codebook : Codebook
        States the scale of the colours, by the name of the scores.
    scale : (int, int), optional
        Lowest and highest score, if the codebook does not state them. Without a scale the
        values must be integers, or at most twelve different ones, and have a colour each.
    lower_is_better : bool
        Whether the lowest score is the best, and the darkest.
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
        If the scores break their contract, one is off its scale, or they have no scale, one
        is not an integer and there are more than twelve different ones.
    ValueError
        If no country has a score in that year; the message lists the years.

    See Also
    --------
    policyindex.groups : The countries at each score.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["overall"]
    >>> world(scores, 2009).get_title(loc="left")
    '3P Anti-trafficking Policy Index, 2009'
    """
    subject = subject_of(scores, codebook, scale, lower_is_better=lower_is_better)
    checked = subject.scores
    look = look_of(options, checked)
    year = scored_year(checked, "year", year)
    in_year = checked.xs(year, level="year").dropna()
    tiles = layout().assign(score=in_year)
    shades, norm = subject.colours()
    ax = style.axes(ax, width=style.A4_HEIGHT, height=6.2)
    _frame(ax, tiles)
    _draw_tiles(ax, tiles, shades, norm)
    _draw_key(ax, tiles["row"].max() + 1 + KEY_GAP, subject.levels(), shades, norm)
    subtitle = f"{subject.scale_words()}{subject.shade_words()}"
    style.heading(ax, look, f"{subject.head}, {year}", subtitle)
    note = thin_note(checked, year, subject.noun)
    style.footnote(ax, look, checked.attrs, *_notes(in_year, tiles), note)
    style.mark_synthetic(ax, checked.attrs)
    return ax


def _frame(ax: Axes, tiles: pd.DataFrame) -> None:
    ax.set_xlim(-0.1, tiles["column"].max() + 1.1)
    ax.set_ylim(tiles["row"].max() + 2.2 + KEY_GAP, -0.1)
    ax.set_aspect("equal")
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def _draw_tiles(ax: Axes, tiles: pd.DataFrame, shades: ListedColormap, norm: BoundaryNorm) -> None:
    """Draw a square for each country, and its code in it if there is room."""
    scored, empty = tiles.dropna(), tiles[tiles["score"].isna()]
    squares = PatchCollection(
        [_square(tile["column"], tile["row"]) for _, tile in scored.iterrows()],
        cmap=shades,
        norm=norm,
        edgecolors="none",
    )
    squares.set_array(scored["score"].to_numpy())
    ax.add_collection(squares)
    ax.add_collection(
        PatchCollection(
            [_square(tile["column"], tile["row"]) for _, tile in empty.iterrows()], **_no_data(ax)
        )
    )
    size = _code_size(ax)
    for code, tile in tiles.iterrows() if size >= LEAST else ():
        colour = theme.grey(ax) if np.isnan(tile["score"]) else ink_on(shades(norm(tile["score"])))
        _write(ax, tile["column"], tile["row"], str(code), colour, size)


def _draw_key(
    ax: Axes, row: float, levels: list[float], shades: ListedColormap, norm: BoundaryNorm
) -> None:
    """Draw a square for each level, and a hatched one; many levels stand closer together."""
    width = min(1.0, KEY / max(len(levels), 1))
    points = style.size(ax)[0] / abs(np.subtract(*ax.get_xlim()))
    crowded = width < 1 or max(levels, default=0) > 999
    step = label_step(levels, width * points) if crowded else 1
    for place, level in enumerate(levels):
        shade = shades(norm(level))
        side = SIDE if width == 1 else width
        ax.add_patch(Rectangle((place * width, row), side, SIDE, facecolor=shade, edgecolor="none"))
        if place % step == 0:
            x = (place + SIDE / 2) * width
            if crowded:
                x = label_centre(level, place, len(levels), width * points) / points
            _write(
                ax, x - SIDE / 2, row, level_text(level), ink_on(shade), max(_code_size(ax), LEAST)
            )
    after = width * len(levels) + 0.5
    ax.add_collection(PatchCollection([_square(after, row)], **_no_data(ax)))
    ax.text(
        after + 1.2,
        row + SIDE / 2,
        "no data",
        va="center",
        fontsize=theme.text_size(),
        color=theme.grey(ax),
    )


def _square(column: float, row: float, **look: Any) -> Rectangle:
    return Rectangle((column, row), SIDE, SIDE, **look)


def _no_data(ax: Axes) -> dict[str, Any]:
    return {
        "hatch": style.HATCH,
        "facecolors": theme.ground(ax),
        "edgecolors": theme.pale(ax),
        "linewidths": 0.5,
    }


def _code_size(ax: Axes) -> float:
    """Return the largest size of type, in points, in which a code fits into a tile."""
    across, down = (abs(high - low) for low, high in (ax.get_xlim(), ax.get_ylim()))
    width, height = style.size(ax)
    return min(CODE, min(width / across, height / down) * SIDE / CODE_WIDTH)


def _write(ax: Axes, column: float, row: float, text: str, colour: str, size: float) -> None:
    middle = SIDE / 2
    code = ax.text(
        column + middle,
        row + middle,
        text,
        ha="center",
        va="center_baseline",
        fontsize=size,
        color=colour,
        clip_on=True,
    )
    style.plain(code)


def _notes(in_year: pd.Series, tiles: pd.DataFrame) -> list[str]:
    """Return the number of countries with a colour, and those that have no place on the map."""
    placed = int(tiles["score"].notna().sum())
    absent = [str(unit) for unit in in_year.index if unit not in tiles.index]
    notes = [f"n = {placed}. One square a country, near its neighbours; hatched: no data"]
    return notes + ([f"Not on the map: {', '.join(absent)}"] if absent else [])
