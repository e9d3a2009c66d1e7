"""Tables of colours: countries by years, and levels by levels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from typing import NamedTuple, Unpack, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D, Affine2DBase, ScaledTranslation
from numpy.typing import NDArray

from .. import countries as places
from .._wording import capital, quoted
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..dynamics.moves import Transitions, _transitions
from ..panel.selection import THIN, units_named
from ..typing import ChartOptions, Scale, Years
from . import _style as style
from . import _theme as theme
from ._blocks import TOP, blocks, column_width, fold_words, list_axes, most_rows
from ._findings import leaders, path
from ._geometry import ink_on
from ._look import Look, look_of
from ._panels import least_type, room_for, widest
from ._regions import members
from ._subject import (
    Subject,
    digit_width,
    label_centre,
    label_step,
    level_text,
    subject_of,
    title_of,
)
from ._time import breaks, draw_breaks, timeline

ORDERS = ("region", "latest", "name", "listed")
"""Orders of the rows."""

ELSEWHERE = "No region"
"""Over the rows of units that are in no region."""

KEY_ROWS = 4
"""Lines of small type that the key and the upper years need."""

KEY = 300.0
"""Largest width of the cells of the key, in points."""

MOST_LEVELS = 101
"""Largest number of levels of a table of moves."""

WIDTH = 6.0
"""Least width of the table of moves, in inches, so that its texts have room."""

FEW_LEVELS = 7
"""Largest number of levels with room for mean stays beside the rows."""

LARGE, FEW_CELLS = 9.5, 8
"""Type in the cells of a table with fewer levels than these, in points."""

MARGINS = (90.0, 44.0)
"""Width and height that the words around the table need, in points."""

DEEP = "#2171B5"
"""Colour of a cell that all steps of its row lead to."""

VEIL = 0.6
"""How much of the ground covers a row of few steps."""


class Row(NamedTuple):
    """A row of a heat map: of a country, or the name of a region over its countries."""

    name: str
    unit: str | None


def heatmap(
    scores: pd.Series | pd.DataFrame,
    *,
    order: str | None = None,
    countries: str | Iterable[str] | None = None,
    region: str | None = None,
    codebook: Codebook = THREE_P,
    scale: Scale | None = None,
    lower_is_better: bool = False,
    ax: Axes | None = None,
    **options: Unpack[ChartOptions],
) -> Axes:
    """Draw the score of each country and year as a colour, the darker the better.

    A tile that has room holds its score as a digit. Missing scores are hatched. Countries without
    any score are left out unless listed, and counted in the footnote, which also names the thin
    years left out.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall score; a panel stands for its column ``overall``.
    order : {"region", "latest", "name", "listed"}, optional
        Rows by region and, within one, by the score of the latest year that is not thin, the best
        on top; by that score alone; by name; or as listed in `countries`. By default by region,
        or as listed.
    countries : str or iterable of str, optional
        Only these countries, by name or code.
    region : str, optional
        Only the countries of this region, of the United Nations or the World Bank.
    codebook : Codebook
        States the scale of the colours, by the name of the scores.
    scale : (int, int), optional
        Lowest and highest score, if the codebook does not state them. Without a scale the
        values must be integers, or at most twelve different ones, and have a colour each.
    lower_is_better : bool
        Whether the lowest score is the best, and the darkest.
    ax : Axes, optional
        Where to draw; by default on new ones. Long lists stand on ``child_axes`` of it, side by
        side, with the labels ``column 1``, ``column 2`` etc.; the key has the label ``key``.
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
        If the scores break their contract, one is off its scale, or they have no scale, one is
        not an integer and there are more than twelve different ones.
    ValueError
        If the order is not a valid option, or a country or the region is unknown or has no row.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["overall"]
    >>> chart = heatmap(scores, countries=["Germany", "Nigeria"])
    >>> [label.get_text() for label in chart.get_yticklabels()]
    ['Germany', 'Nigeria']
    """
    subject = subject_of(scores, codebook, scale, lower_is_better=lower_is_better)
    look = look_of(options, subject.scores)
    colours = subject.colours()
    time = timeline(subject.scores, subject.nouns)
    order = _order(order, countries)
    listed = None if countries is None else units_named(subject.scores, countries)
    table = _rows(time.table, listed, region)
    ordered = _ordered(table, order, subject)
    rows = _by_region(ordered) if order == "region" else _plain_rows(ordered)
    title = f"{subject.head}: {_leaders(table, subject, region)}"
    subtitle = f"Countries {_order_words(order, subject)}{subject.shade_words()}"
    notes = [
        *_count_words(time.table, table, subject),
        subject.scale_note(),
        "Vertical line: another source begins" if breaks(subject.scores.attrs) else "",
        time.note,
    ]
    words = (*look.head(title, subtitle), style.credit(subject.scores.attrs, *notes, look.note))
    ax = list_axes(ax, len(rows), words, KEY_ROWS)
    most = most_rows(ax, words, KEY_ROWS)
    if len(rows) > most:
        order = "listed" if order == "listed" else "latest"
        fold = fold_words(TOP, len(ordered), look)
        words = (*words[:2], f"{fold} {words[2]}")
        most = min(most_rows(ax, words, KEY_ROWS), TOP)
        notes.insert(0, fold_words(most, len(ordered), look))
        subtitle = f"Countries {_order_words(order, subject)}{subject.shade_words()}"
        rows = _first(_plain_rows(_ordered(table, order, subject)), most, look)
    units = [row.unit or "" for row in rows]
    columns = blocks(ax, [row.name for row in rows], most, look, units)
    for block, part in columns:
        _draw_cells(block, table, rows[part], colours, len(columns))
        _stress_rows(block, units[part], look)
        draw_breaks(block, subject.scores.attrs)
    style.heading(ax, look, title, subtitle, rows=KEY_ROWS)
    _draw_key(ax, subject.levels(), colours, subject.noun)
    if not table.notna().any(axis=None):
        style.note_empty(ax)
    style.footnote(ax, look, subject.scores.attrs, *notes, under=columns[0][0])
    style.mark_synthetic(ax, subject.scores.attrs)
    return ax


def _count_words(whole: pd.DataFrame, table: pd.DataFrame, subject: Subject) -> list[str]:
    """Return sentences about the scores and countries drawn, and of how many they are a part."""
    scored, everyone = (int(each.notna().any(axis=1).sum()) for each in (table, whole))
    n = style.number_of(int(table.notna().to_numpy().sum()), subject.noun, subject.nouns)
    without = style.number_of(len(table) - scored, "country has", "countries have")
    part = f"{scored} of {everyone} countries" if len(table) < len(whole) else ""
    return [
        f"n = {n} of {part or style.number_of(scored, 'country', 'countries')}",
        f"{without} no {subject.noun}" if scored < len(table) else "",
    ]


def _order(order: str | None, countries: object) -> str:
    """Return the order of the rows, or refuse one that is not valid."""
    if order is None:
        return "region" if countries is None else "listed"
    if order not in ORDERS:
        raise ValueError(f"order must be one of {', '.join(ORDERS)}; got {quoted(order)}")
    if order == "listed" and countries is None:
        raise ValueError("order 'listed' is that of countries=, which lists none")
    return order


def _rows(table: pd.DataFrame, listed: list[str] | None, region: str | None) -> pd.DataFrame:
    """Return the rows of some countries, or of all."""
    if listed is not None:
        table = table.loc[listed]
    return table if region is None else table.loc[members(table.index, region)]


def _leaders(table: pd.DataFrame, subject: Subject, region: str | None) -> str:
    """Return who is best in the latest year, as a title goes on."""
    scored = table.columns[table.notna().any()]
    if not len(scored):
        return f"no {subject.nouns}"
    in_year = table[scored[-1]].dropna()
    if len(in_year) == 1:
        return capital(path(str(in_year.index[0]), table.loc[in_year.index[0]], subject))
    where = "" if region is None else f" in {region}"
    return f"in {scored[-1]}, {leaders(in_year, subject, where=where)}"


def _plain_rows(table: pd.DataFrame) -> list[Row]:
    return [Row(places._short_name(str(unit)), str(unit)) for unit in table.index]


def _first(rows: list[Row], most: int, look: Look) -> list[Row]:
    """Return the first rows, and those to highlight in the place of the last of them."""
    stressed = [row for row in rows[most:] if row.unit in look.highlight]
    return [*rows[: max(most - len(stressed), 0)], *stressed]


def _by_region(table: pd.DataFrame) -> list[Row]:
    """Return the countries by region, in their order, after the name of each region."""
    regions = places._region(table.index).fillna(ELSEWHERE)
    if regions.nunique() < 2:
        return _plain_rows(table)
    rows: list[Row] = []
    for name in sorted(regions.unique(), key=lambda region: (region == ELSEWHERE, region)):
        rows += [Row(name, None), *_plain_rows(table[(regions == name).to_numpy()])]
    return rows


def transitions(
    scores: pd.Series | pd.DataFrame,
    *,
    years: Years | None = None,
    codebook: Codebook = THREE_P,
    scale: Scale | None = None,
    lower_is_better: bool = False,
    ax: Axes | None = None,
    **options: Unpack[ChartOptions],
) -> Axes:
    """Draw how often each level led to each level in the next year.

    A step joins a year with the next calendar year; a gap is never jumped. Higher is better:
    the cells to the right of the outlined diagonal are improvement.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall score; a panel stands for its column ``overall``.
    years : (int, int), optional
        First and last year, between which a step must lie; by default all.
    codebook : Codebook
        States the levels, by the name of the scores.
    scale : (int, int), optional
        Lowest and highest level, if the codebook does not state them; without a scale those
        seen. Values between two integers have a row of their own if they are few, e.g. 2.5.
    lower_is_better : bool
        Whether the lowest level is the best.
    ax : Axes, optional
        Where to draw; by default on new ones.
    **options
        ``title=``, ``subtitle=``, ``note=``, ``highlight=`` and ``palette=``, as for all charts;
        see :mod:`policyindex.plot`.

    Returns
    -------
    Axes
        `ax`, or those of a new figure. Cells are shares of their row in percent; the number at
        the end of a row counts its steps.

    Raises
    ------
    PanelError
        If the scores break their contract, one is off its scale or not a level of the codebook,
        or there are more than 101 levels.
    ValueError
        If `years` is not a pair (first, last).

    See Also
    --------
    policyindex.transitions : The numbers drawn.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> scores = score(datasets.load_demo())["prosecution"]
    >>> transitions(scores).get_xlabel()
    'Score in the next year'
    """
    subject = subject_of(scores, codebook, scale, lower_is_better=lower_is_better)
    look = look_of(options, subject.scores)
    levels = subject.ladder(MOST_LEVELS)
    # A cell has the width of one level, also between two integers.
    places = [ceil(levels[0]) + place for place in range(len(levels))]
    low, high = places[0], places[-1]
    moves = _transitions(subject.scores, years=years, levels=levels)
    side = 1.4 + 0.42 * len(levels)
    ax = style.axes(
        ax, width=min(max(side + 1.6, WIDTH), style.A4_WIDTH), height=min(side + 1.2, 7.4)
    )
    style.frame(ax, grid="x")
    ax.grid(visible=False)
    shares = moves.probabilities.to_numpy()
    edges = np.arange(low, high + 2) - 0.5
    unseen = np.isnan(shares).all(axis=1)
    for place in np.array(places)[unseen]:
        ax.add_patch(_no_data(ax, low - 0.5, place - 0.5, len(levels), 1))
    ground = theme.ground(ax)
    ramp = [theme.mixed(ground, DEEP, share) for share in np.linspace(0, 1, 101)]
    shades = ListedColormap(ramp)
    ax.pcolormesh(edges, edges, np.ma.masked_invalid(shares), cmap=shades, vmin=0, vmax=1)
    steps = moves.counts.sum(axis=1).to_numpy()
    pale = steps < THIN * steps.max()
    head = (
        f"{subject.head}: {_moves_finding(subject, moves)}",
        f"Percent of each row; {_right(subject)}",
    )
    stays = _stay_words(moves) if len(levels) <= FEW_LEVELS else [""] * len(levels)
    notes = [
        f"n = {style.number_of(moves.n, 'step', 'steps')} to the next year",
        _rounding_note(moves),
        _stays_explained(stays),
        f"Faint: rows with fewer steps than a quarter of the largest ({steps.max():,})"
        if pale.any()
        else "",
        subject.scale_note(),
    ]
    size, step, sign = _type_of_cells(
        ax, levels, room_for(ax, look, *head, style.credit(subject.scores.attrs, *notes))
    )
    for row, start in enumerate(places):
        if pale[row]:
            veil = Rectangle(
                (low - 0.5, start - 0.5), len(levels), 1, fc=theme.ground(ax), ec="none"
            )
            ax.add_patch(veil).set(alpha=VEIL, zorder=2)
        for column, end in enumerate(places if step == 1 else ()):
            share = shares[row, column]
            if share > 0:
                under = theme.mixed(ramp[round(100 * share)], ground, VEIL if pale[row] else 0)
                ink = theme.grey(ax) if pale[row] else theme.ink(ax)
                words = ("<1" if share < 0.005 else f"{100 * share:.0f}") + sign
                # A margin, as the picture rounds the colour of the cell and of its veil.
                colour = theme.legible(ink, [under], theme.TEXT_CONTRAST + 0.1)
                _centre(ax, end, start, words, colour, size)
        ax.add_patch(
            Rectangle(
                (start - 0.5, start - 0.5), 1, 1, fill=False, ec=theme.ink(ax), lw=0.8, zorder=3
            )
        )
    if not moves.n:
        style.note_empty(ax)
    ticks = [level_text(level) for level in levels]
    ax.set_xticks(places[::step], ticks[::step])
    ax.set_yticks(places[::step], ticks[::step])
    ax.set(xlim=(low - 0.5, high + 0.5), ylim=(high + 0.5, low - 0.5))
    ax.tick_params(axis="y", labelsize=min(theme.text_size(), size))
    _write_ends(ax, places[::step], steps[::step], stays[::step], low - 0.5, size)
    noun = title_of(subject.noun)
    ax.set_xlabel(f"{noun} in the next year", fontsize=theme.text_size(), color=theme.grey(ax))
    ax.set_ylabel(noun, fontsize=theme.text_size(), color=theme.grey(ax))
    style.heading(
        ax,
        look,
        *head,
        rows=2,
    )
    style.footnote(ax, look, subject.scores.attrs, *notes)
    style.mark_synthetic(ax, subject.scores.attrs)
    return ax


def _type_of_cells(
    ax: Axes, levels: list[float], room: tuple[float, float]
) -> tuple[float, int, str]:
    """Return the type in the cells, the step of the labels, and a percent sign if it fits."""
    least = least_type(style.slot(ax)[0])
    width, height = (
        (whole - less) / len(levels) for whole, less in zip(room, MARGINS, strict=True)
    )
    size = min(LARGE if len(levels) < FEW_CELLS else theme.small_size(), height / 1.25)
    digits = max(len(level_text(level)) for level in levels)
    if max(size, least) * 1.25 > height + 0.5 or 0.65 * least * max(digits, 2) > width:
        return least, max(label_step(levels, min(width, height)), 2), ""
    size = max(size, least)
    sign = " %" if 0.65 * size * 4 <= width else ""
    return max(min(size, width / (0.65 * (2 + len(sign)))), least), 1, sign


def _moves_shares(moves: Transitions) -> NDArray[np.float64]:
    """Return the shares of the steps that stay at their level, rise and fall."""
    counts = moves.counts.to_numpy()
    parts = [np.trace(counts), np.triu(counts, 1).sum(), np.tril(counts, -1).sum()]
    return np.array(parts, dtype=np.float64) / moves.n


def _rounding_note(moves: Transitions) -> str:
    """Return a sentence about rounded percentages that do not add up to 100, if any do not."""
    if not moves.n:
        return ""
    rows = moves.probabilities.dropna(how="all").fillna(0).to_numpy()
    sums = [np.rint(100 * shares).sum() for shares in (*rows, _moves_shares(moves))]
    if all(total == 100 for total in sums):
        return ""
    return "Percentages are rounded, so that some do not add up to 100"


def _moves_finding(subject: Subject, moves: Transitions) -> str:
    """Return the shares of the steps that stay at their level, rise and fall."""
    if not moves.n:
        return "no step from year to year"
    stay, rise, fall = (f"{100 * share:.0f}\N{NO-BREAK SPACE}%" for share in _moves_shares(moves))
    up, down = ("worsen", "improve") if subject.lower_is_better else ("rise", "fall")
    return f"from year to year {stay} stay, {rise} {up} and {fall} {down}"


def _write_ends(
    ax: Axes,
    rows: list[int],
    steps: NDArray[np.int64],
    stays: list[str],
    top: float,
    size: float,
) -> None:
    """Write the steps of each row and the mean stay at its right, under their headings."""
    words = [f"{n:,}" for n in steps]
    width = widest([*words, "steps"])
    columns = [("steps", words, width + 5, "right")]
    if any(stays):
        columns.append(("years there", stays, width + 15, "left"))
    for heading, texts, x, side in columns:
        for row, text in zip([top, *rows], [heading, *texts], strict=True):
            note = ax.annotate(
                text,
                (1, row),
                xytext=(x, 2 if text is heading else 0),
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
                ha=side,
                va="bottom" if text is heading else "center",
                fontsize=theme.text_size() if text is heading else min(theme.text_size(), size),
                color=theme.grey(ax),
                annotation_clip=False,
            )
            style.plain(note)


def _stay_words(moves: Transitions) -> list[str]:
    """Return the mean stay at each level and its interval; nothing where it is missing."""
    limits = moves.limits[["mean_stay_low", "mean_stay_high"]].to_numpy()
    return [
        f"{stay:.1f} ({low:.1f}\N{EN DASH}{high:.1f})"
        if np.isfinite([stay, low, high]).all()
        else ""
        for stay, (low, high) in zip(moves.mean_stay, limits, strict=True)
    ]


def _stays_explained(stays: list[str]) -> str:
    if not any(stays):
        return ""
    return (
        "Years there: mean stay at a level (95 % interval, over resampled countries, which "
        "are taken as independent)"
    )


def _right(subject: Subject) -> str:
    """Return a clause about the cells on the right of the diagonal."""
    if not subject.has_direction:
        return "to the right of the outline are rises"
    return f"to the {'left' if subject.lower_is_better else 'right'} of the outline is improvement"


def _order_words(order: str, subject: Subject) -> str:
    first = "best" if subject.scale else "lowest" if subject.lower_is_better else "highest"
    latest = f"by the latest {subject.noun}, the {first} on top"
    return {
        "name": "by name",
        "listed": "in the order listed",
        "latest": latest,
        "region": f"by region, and {latest}",
    }[order]


def _ordered(table: pd.DataFrame, order: str, subject: Subject) -> pd.DataFrame:
    """Return the rows of the countries with a score in order, or of those listed."""
    if order == "listed":
        return table
    scored = table[table.notna().any(axis=1)]
    names = pd.Series([places._short_name(str(unit)) for unit in scored.index], scored.index)
    # A stable sort from the last year back: by the latest score, then by those before it.
    ranked = (-subject.sign * scored.iloc[:, ::-1].bfill(axis=1)).assign(name=names)
    keys = ["name"] if order == "name" else [*ranked.columns[:-1], "name"]
    return scored.loc[ranked.sort_values(keys).index]


def _draw_cells(
    ax: Axes,
    table: pd.DataFrame,
    rows: Sequence[Row],
    colours: tuple[ListedColormap, BoundaryNorm],
    columns: int,
) -> None:
    """Draw the cells of a column, and the score in each if there is room."""
    years = table.columns.to_numpy()
    ax.grid(visible=False)
    values = np.full((len(rows), len(years)), np.nan)
    for place, row in enumerate(rows):
        if row.unit is not None:
            values[place] = table.loc[row.unit]
            ax.add_patch(_no_data(ax, years[0] - 0.5, place - 0.5, len(years), 1))
    ax.pcolormesh(
        np.append(years, years[-1] + 1) - 0.5,
        np.arange(len(rows) + 1) - 0.5,
        np.ma.masked_invalid(values),
        cmap=colours[0],
        norm=colours[1],
        edgecolors=theme.ground(ax),
        linewidth=0.4,
    )
    style.year_axis(ax, years)
    ax.tick_params(axis="x", labeltop=True)
    for label, row in zip(ax.get_yticklabels(), rows, strict=True):
        if row.unit is None:
            label.set_fontweight("bold")
    longest = max(
        (len(level_text(level)) for level in np.unique(values[~np.isnan(values)])), default=1
    )
    if column_width(ax, columns) / len(years) < digit_width() * longest + 2:
        return
    for place, column in np.argwhere(~np.isnan(values)):
        level = values[place, column]
        ink = ink_on(colours[0](colours[1](level)))
        _centre(ax, years[column], place, level_text(level), ink)


def _stress_rows(ax: Axes, units: Sequence[str], look: Look) -> None:
    """Frame the rows of the countries to highlight."""
    low, high = ax.get_xlim()
    for row, unit in enumerate(units):
        if unit in look.highlight:
            colour = look.colour(ax, unit)
            place = (low, row - 0.5)
            ax.add_patch(Rectangle(place, high - low, 1, fill=False, ec=colour, lw=1.6, zorder=4))


def _no_data(ax: Axes, x: float, y: float, width: float, height: float) -> Rectangle:
    return Rectangle(
        (x, y),
        width,
        height,
        fc=theme.ground(ax),
        ec=theme.pale(ax),
        hatch=style.HATCH,
        lw=0,
        zorder=0,
    )


def _draw_key(
    ax: Axes, levels: list[float], colours: tuple[ListedColormap, BoundaryNorm], noun: str
) -> None:
    """Draw the colours of the levels, and the sign for no score, above the left end of the Axes."""
    shades, norm = colours
    side = 13.0
    longest = max((len(level_text(level)) for level in levels if level % 1), default=0)
    width = min(max(side, digit_width() * longest + 3), KEY / max(len(levels), 1))
    right, step = width * len(levels), label_step(levels, width)
    # In points from the upper left corner, wherever that comes to stand.
    corner = Affine2D().scale(1 / 72) + style.root(ax).dpi_scale_trans
    corner += ScaledTranslation(0, 1, cast(Affine2DBase, ax.transAxes))
    key = ax.inset_axes((0, 2.2 * theme.line_height(), right + 4 * side, side), transform=corner)
    key.set_label("key")
    if levels:
        key.pcolormesh(
            np.arange(len(levels) + 1) * width,
            [0, 1],
            [levels],
            cmap=shades,
            norm=norm,
            edgecolors=theme.ground(ax) if step == 1 else "face",
            linewidth=0.6 if step == 1 else 0,
        )
    for place in range(0, len(levels), step):
        x = label_centre(levels[place], place, len(levels), width)
        _centre(key, x, 0.5, level_text(levels[place]), ink_on(shades(norm(levels[place]))))
    key.add_patch(_no_data(ax, right + 1.5 * side, 0, side, 1))
    key.text(right + 2.8 * side, 0.45, f"no {noun}", va="center", fontsize=theme.small_size())
    key.set_axis_off()
    key.set(xlim=(0, right + 4 * side), ylim=(0, 1))


def _centre(
    ax: Axes, x: float, y: float, words: str, colour: str, type_size: float | None = None
) -> None:
    note = ax.text(
        x,
        y,
        words,
        ha="center",
        va="center",
        fontsize=type_size or theme.small_size(),
        color=colour,
    )
    style.plain(note)
