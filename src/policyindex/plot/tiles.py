"""A map of the world for one year, on which every country is one square."""

from __future__ import annotations

from typing import Any, Unpack, cast

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import PatchCollection
from matplotlib.colors import BoundaryNorm, ListedColormap, to_rgb
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Affine2DBase, Bbox, ScaledTranslation

from .. import countries
from .._wording import joined, signed
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..datasets import CITATION, SOURCE
from ..panel.selection import scored_year
from ..typing import ChartOptions, Scale
from . import _style as style
from . import _theme as theme
from ._geometry import contrast, ink_on, narrow_layout
from ._look import Look, look_of
from ._panels import least_type, room_for, widest
from ._regions import members
from ._subject import Subject, digit_width, label_centre, label_step, level_text, subject_of
from ._time import thin_note

SIDE = 0.95
"""Width of a tile; the rest is the gap between neighbours."""

LARGEST = 11.0
"""Largest type in a tile, in points."""

LETTERS, LINES = 1.12 * 3 * 0.602, 1.95
"""Width of a code and height of a code over a score, in sizes of their type, which is even."""

TEXTS = 112.0
"""Height of the title, the subtitle, the key and the notes, in points."""

KEY = 460.0
"""Largest width of the key of colours, in points."""

EDGE = (0.5, 0.5, 0.5)
"""Edge of a tile that hardly differs from its background: visible on white and on black."""

MARKED = 3.0
"""Least contrast of a tile without an edge."""

NAMED = 3
"""Most leaders that a title names."""


def world(
    scores: pd.Series | pd.DataFrame,
    year: int,
    *,
    codebook: Codebook = THREE_P,
    scale: Scale | None = None,
    lower_is_better: bool = False,
    region: str | None = None,
    ax: Axes | None = None,
    **options: Unpack[ChartOptions],
) -> Axes:
    """Draw the scores of one year on a map of equal squares, one for each country.

    A small state counts as much as a large one, as it does in the index. A tile has the code of
    its country over the score, in the sizes that fit. Countries without a score are hatched; the
    footnote names those that have no place on the map. Higher is better, and darker.

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
    region : str, optional
        The map of a region of the United Nations (M49), e.g. Africa or Western Africa, or of the
        World Bank. By default the world; or the region of all countries of the data, if they are
        of one, so that a map of Africa does not hatch the rest of the world.
    ax : Axes, optional
        Where to draw; by default on new ones, 7.5 inches wide. The key of the colours is the one
        of its ``child_axes`` whose label is ``key``.
    **options
        ``title=``, ``subtitle=``, ``note=``, ``highlight=`` and ``palette=``, as for all charts;
        see :mod:`policyindex.plot`.
        The tile of a country of ``highlight`` has a thick edge.

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
        If no country has a score in that year, and the message lists the years; or if the region
        is unknown.

    See Also
    --------
    policyindex.groups : The countries at each score.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["overall"]
    >>> ax = world(scores, 2009, region="Africa")
    >>> [part.get_label() for part in ax.child_axes]
    ['key', 'heading']
    """
    subject = subject_of(scores, codebook, scale, lower_is_better=lower_is_better)
    checked = subject.scores
    year = scored_year(checked, "year", year)
    in_year = checked.xs(year, level="year").dropna()
    look = look_of(options, checked)
    every = narrow_layout()
    zoom = _only_region(checked) if region is None else str(region).strip()
    inside = every.index if zoom is None else pd.Index(members(every.index, zoom))
    tiles = every.loc[inside].assign(score=in_year)
    if zoom is not None:
        tiles["column"] -= tiles["column"].min()
        tiles["row"] -= tiles["row"].min()
    outside = in_year[in_year.index.isin(every.index) & ~in_year.index.isin(inside)]
    shades, norm = subject.colours()
    across, down = _size(tiles)
    height = (TEXTS + min(style.A4_WIDTH * 72 / across, MOST_SIDE) * down) / 72
    ax = style.axes(ax, width=style.A4_WIDTH, height=height)
    _frame(ax, across, down)
    where = "" if zoom is None else f", {zoom}"
    on_map = in_year[in_year.index.isin(inside)]
    title = f"{subject.head}, {year}{where}: {_finding(subject, on_map)}"
    subtitle = f"{subject.scale_words()}{subject.shade_words()}"
    notes = [
        *_notes(in_year, tiles, every, year, subject),
        f"{len(outside):,} of other regions are not drawn" if len(outside) else "",
        _unrated(checked, tiles),
        thin_note(checked, year, subject.noun),
    ]
    room = room_for(ax, look, title, subtitle, style.credit(checked.attrs, *notes, NO_CODES))
    type_size, scores_fit = _type_size(ax, room, across, down)
    if not type_size:
        notes.append(NO_CODES)
    _draw_tiles(ax, tiles, shades, norm, type_size, look, scores_fit=scores_fit)
    _draw_key(ax, subject, shades, norm)
    style.heading(ax, look, title, subtitle, rows=KEY_ROWS)
    style.footnote(ax, look, checked.attrs, *notes, end=down)
    style.mark_synthetic(ax, checked.attrs)
    return ax


KEY_ROWS = 2
"""Lines of small type that the key needs."""

KEY_ROOM = 15.0
"""Height that the key takes from the map, in points; the gaps of a layout hold the rest."""

NO_CODES = "Codes are left out: the chart is too small for them"

MOST_SIDE = 44.0
"""Largest side of a tile on new Axes, in points."""


def _only_region(scores: pd.Series) -> str | None:
    """Return the region of the United Nations that has every country of the data, if one has."""
    regions = countries.region(countries.table().index).reindex(scores.index.unique("country"))
    names = regions.unique()
    return str(names[0]) if len(regions) > 1 and len(names) == 1 and pd.notna(names[0]) else None


def _size(tiles: pd.DataFrame) -> tuple[float, float]:
    """Return the columns and the rows of the map."""
    across, down = int(tiles["column"].max()) + 1, int(tiles["row"].max()) + 1
    return float(max(across, LEAST_ACROSS)), float(down)


LEAST_ACROSS = 9
"""Fewest columns of a map, so that no tile is huge."""


def _finding(subject: Subject, scores: pd.Series) -> str:
    """Return who leads, or between which values a Series without a direction lies."""
    if not len(scores):
        return f"no {subject.noun}"
    if not subject.has_direction:
        low, high = (signed(float(each)) for each in (scores.min(), scores.max()))
        return f"from {low} to {high}"
    best = scores.min() if subject.lower_is_better else scores.max()
    leaders = sorted(countries.name(str(unit)) for unit in scores.index[scores == best])
    who = joined(leaders) if len(leaders) <= NAMED else f"{len(leaders)} countries"
    of = "" if subject.scale is None or subject.lower_is_better else f" of {subject.scale[1]}"
    if len(scores) == 1:
        return f"{who} is the only country with a {subject.noun}, {signed(float(best))}{of}"
    return f"{who} {'leads' if len(leaders) == 1 else 'lead'} with {signed(float(best))}{of}"


def _frame(ax: Axes, across: float, down: float) -> None:
    ax.set_axes_locator(_Square(across, down))
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)


class _Square:
    """Keep the tiles of Axes square at any size, in their upper left corner.

    The limits give way. If the box did, a layout would not know the height of the notes under it.
    """

    def __init__(self, across: float, down: float) -> None:
        self._across, self._down = across, down

    def __call__(self, ax: Artist, _renderer: RendererBase | None) -> Bbox:
        assert isinstance(ax, Axes)
        place = ax.get_position(original=True)
        width, height = place.width * ax.figure.bbox.width, place.height * ax.figure.bbox.height
        side = min(width / self._across, height / self._down)
        ax.set(xlim=(0, width / side), ylim=(height / side, 0))
        return place


def _type_size(
    ax: Axes, room: tuple[float, float], across: float, down: float
) -> tuple[float, bool]:
    """Return the size of type in the tiles, 0 if none is legible, and whether scores fit too."""
    width, height = room[0], room[1] - KEY_ROOM
    side = SIDE * min(width / across, height / down)
    least = least_type(style.slot(ax)[0])
    for rows, scores_fit in ((LINES, True), (1.0, False)):
        size = min(side / LETTERS, side / rows, max(LARGEST, 1.2 * least))
        if size >= least:
            return size, scores_fit
    return 0.0, False


def _draw_tiles(
    ax: Axes,
    tiles: pd.DataFrame,
    shades: ListedColormap,
    norm: BoundaryNorm,
    size: float,
    look: Look,
    *,
    scores_fit: bool,
) -> None:
    """Draw a square for each country, with its code and its score if there is room."""
    scored, empty = tiles.dropna(), tiles[tiles["score"].isna()]
    squares = PatchCollection(
        [_square(tile["column"], tile["row"]) for _, tile in scored.iterrows()],
        cmap=shades,
        norm=norm,
        edgecolors=[_edge(shades(norm(score)), ax) for score in scored["score"]],
        linewidths=0.8,
    )
    squares.set_array(scored["score"].to_numpy())
    ax.add_collection(squares)
    ax.add_collection(
        PatchCollection(
            [_square(tile["column"], tile["row"]) for _, tile in empty.iterrows()], **_no_data(ax)
        )
    )
    for code, tile in tiles[tiles.index.isin(look.highlight)].iterrows():
        colour = look.colour(ax, str(code), 1)
        edge = _square(tile["column"], tile["row"], fill=False, ec=colour, lw=2.4, zorder=4)
        ax.add_patch(edge)
    if not size:
        return
    for code, tile in tiles.iterrows():
        missing = np.isnan(tile["score"])
        colour = theme.grey(ax) if missing else ink_on(shades(norm(tile["score"])))
        both = scores_fit and not missing
        _write(ax, tile["column"], tile["row"], str(code), colour, size, 0.27 if both else 0.5)
        if both:
            text = level_text(tile["score"])
            _write(ax, tile["column"], tile["row"], text, colour, size, 0.73)


def _edge(shade: tuple[float, ...], ax: Axes) -> tuple[float, ...]:
    """Return the colour of the edge of a tile: grey where the tile is like its background."""
    return shade if contrast(shade, to_rgb(theme.ground(ax))) >= MARKED else EDGE


def _draw_key(ax: Axes, subject: Subject, shades: ListedColormap, norm: BoundaryNorm) -> None:
    """Draw the levels above the map, with the words of both ends, and a hatched square."""
    levels = subject.levels()
    worst = best = ""
    if subject.scale is not None:
        worst, best = ("best", "worst") if subject.lower_is_better else ("worst", "best")
    side = 1.7 * theme.text_size()
    before, after = (widest([words]) + 5 if words else 0.0 for words in (worst, best))
    none = f"no {subject.noun}"
    whole = min(style.slot(ax)[0] - 8, KEY)
    room = whole - before - after - 2 * side - widest([none]) - 5
    longest = max((len(level_text(level)) for level in levels), default=1)
    usual = max(side, digit_width() * longest + 4)
    width = min(usual, max(room, side) / max(len(levels), 1))
    step = label_step(levels, width) if width < usual else 1
    size = theme.small_size() if width < usual else theme.text_size()
    # In points from the upper left corner, wherever that comes to stand.
    corner = Affine2D().scale(1 / 72) + style.root(ax).dpi_scale_trans
    corner += ScaledTranslation(0, 1, cast(Affine2DBase, ax.transAxes))
    key = ax.inset_axes((0, 5, whole, side), transform=corner, label="key")
    key.set_axis_off()
    # It may be wider than the map; a layout would keep that room at the side for good.
    key.set_in_layout(False)
    key.set(xlim=(0, whole), ylim=(0, 1))
    for place, level in enumerate(levels):
        shade = shades(norm(level))
        x = before + place * width
        edge = _edge(shade, ax) if step == 1 else "none"
        key.add_patch(Rectangle((x, 0), width, 1, facecolor=shade, edgecolor=edge, linewidth=0.8))
        if place % step == 0:
            centre = before + label_centre(level, place, len(levels), width)
            note = _say(key, centre, level_text(level), ink_on(shade), middle=True)
            note.set(label="key", fontsize=size)
    end = before + width * len(levels)
    _say(key, 0, worst)
    _say(key, end + 5, best)
    square = Rectangle((end + after + side, 0), side, 1, linewidth=0.5)
    key.add_collection(PatchCollection([square], **_no_data(ax)))
    _say(key, end + after + 2 * side + 5, none)


def _say(
    ax: Axes, x: float, words: str, colour: str | None = None, *, middle: bool = False
) -> Text:
    colour = colour or theme.ink(ax)
    side = "center" if middle else "left"
    return style.plain(
        ax.text(x, 0.47, words, ha=side, va="center", fontsize=theme.text_size(), color=colour)
    )


def _square(column: float, row: float, **look: Any) -> Rectangle:
    return Rectangle((column + (1 - SIDE) / 2, row + (1 - SIDE) / 2), SIDE, SIDE, **look)


def _no_data(ax: Axes) -> dict[str, Any]:
    return {
        "hatch": style.HATCH,
        "facecolors": [theme.ground(ax)],
        "edgecolors": theme.pale(ax),
        "linewidths": 0.5,
    }


def _write(
    ax: Axes, column: float, row: float, text: str, colour: str, size: float, height: float
) -> Text:
    return style.plain(
        ax.text(
            column + 0.5,
            row + height,
            text,
            ha="center",
            va="center_baseline",
            fontsize=size,
            family="monospace",  # its letters are even and narrow
            color=colour,
            clip_on=True,
        )
    )


def _notes(
    in_year: pd.Series, tiles: pd.DataFrame, every: pd.DataFrame, year: int, subject: Subject
) -> list[str]:
    """Return the number of countries with a colour, and those that have no place on the map."""
    placed = int(tiles["score"].notna().sum())
    absent = [str(unit) for unit in in_year.index if unit not in every.index]
    return [
        f"n = {placed}. One square a country, near its neighbours",
        f"Hatched: no {subject.noun} in {year}",
        f"Not on the map: {', '.join(absent)}" if absent else "",
    ]


def _unrated(scores: pd.Series, tiles: pd.DataFrame) -> str:
    """Return why the United States has no score in the published file."""
    published = scores.attrs.get("citation") == CITATION or scores.attrs.get("source") == SOURCE
    if "USA" not in tiles.index or "USA" in scores.index.unique("country") or not published:
        return ""
    return (
        "The United States has no row in the published file, which does not say why; it is not a "
        "low score"
    )
