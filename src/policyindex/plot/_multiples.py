"""Small charts on one figure, one for each country, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from . import _style as style
from . import _theme as theme

LEAST_WIDTH, LEAST_HEIGHT = 128, 78
"""Least size of a chart of one country with its title and years, in points."""

TEXTS = 96.0
"""Height of the title, the subtitle and the footnote, in points."""


def multiples(
    figure: Figure | SubFigure | None, units: Sequence[str], texts: float | None = None
) -> tuple[Figure | SubFigure, list[Axes]]:
    """Return the user's figure or a new one, and the Axes of each country, labelled by its code.

    Only the lowest chart of each column has years under it. Where the height of all texts
    around the charts is stated, in points, these need the width of a sheet.
    """
    columns = min(len(units), 3 if len(units) <= 15 else 4)
    width = style.A4_WIDTH * max(columns / 3, 0.6) if columns < 3 else style.A4_WIDTH
    rows = ceil(len(units) / columns)
    height = 1.4 + 1.75 * rows * (3 / max(columns, 3))
    if texts is not None:
        height += (texts - TEXTS) / 72 + width / style.A4_WIDTH * (len(units) == 1)
        width = style.A4_WIDTH
    figure = style.figure(figure, width=width, height=height)
    columns, rows = _grid(figure, len(units), columns, texts or TEXTS)
    cells = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for ax in cells[len(units) :]:
        ax.remove()
    for place, (ax, unit) in enumerate(zip(cells, units, strict=False)):
        ax.set_label(unit)
        ax.tick_params(labelbottom=place + columns >= len(units))
    return figure, list(cells[: len(units)])


def _grid(figure: Figure | SubFigure, n: int, columns: int, texts: float) -> tuple[int, int]:
    """Return the columns and rows of a figure, or refuse one that is too small."""
    width, height = style.size(figure)
    scale = theme.text_size() / 8.5
    columns = max(min(columns, int(width / (LEAST_WIDTH * scale))), 1)
    rows = ceil(n / columns)
    if height < (texts + rows * LEAST_HEIGHT) * scale:
        whole_rows = ceil(n / min(n, 3))
        style.need(
            figure,
            min(n, 3) * LEAST_WIDTH / 72,
            (texts + whole_rows * LEAST_HEIGHT) / 72 + 0.01,
            f"a chart of {style.number_of(n, 'country', 'countries')}",
        )
        columns, rows = min(n, 3), whole_rows
    return columns, rows
