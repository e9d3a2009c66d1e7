"""Write charts to files: whole or not at all, and the same bytes every time."""

from __future__ import annotations

import io
import os
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from .._atomic import path_of, write_whole
from .._wording import CONTROL, listed
from ._style import root

FORMATS: dict[str, dict[str, Any]] = {
    "png": {},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
"""Formats, and their metadata that differ between runs or versions."""

DPI = 200

WORDS = 2.0
"""Height of the title, the key and the footnote of a map at its own width, in inches."""


def save(chart: Axes | Figure | SubFigure, path: str | os.PathLike[str]) -> None:
    """Write a chart to a file, in the format that the ending of its name states.

    The same chart gives the same bytes. Text of SVG and PDF files is embedded, so that it looks
    the same on every machine.

    Parameters
    ----------
    chart : Axes or Figure
        The return value of a function of this module. Of Axes, the whole figure is written.
    path : str or path
        A name that ends with ``.png``, ``.svg`` or ``.pdf``, in a folder that exists.

    Raises
    ------
    ValueError
        If the name has another ending.
    OSError
        If the file cannot be written; a file of that name then stays as it was.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from matplotlib.figure import Figure
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "chart.svg")
    ...     save(Figure().subplots(), path)
    ...     path.read_bytes()[:5]
    b'<?xml'
    """
    ending = path_of(path).suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise ValueError(
            f"the file's name must end with one of {', '.join(f'.{name}' for name in FORMATS)}; "
            f"got {os.fspath(path)!r}"
        )
    folder = Path(path).parent
    if not folder.is_dir():
        raise FileNotFoundError(f"the folder must exist; {os.fspath(folder)!r} does not")
    write_whole(path, rendered(chart, ending))


@contextmanager
def resized(
    chart: Axes | Figure | SubFigure, width: float, *, keeps_shape: bool = False
) -> Iterator[None]:
    """Close a chart, and draw new ones at a width in inches, as high as their text needs.

    One that keeps its shape, such as a map, is lower where it is narrower.
    """
    import matplotlib.pyplot as plt

    own = root(chart)
    across, height = own.get_size_inches()
    plt.close(own)
    # A narrower chart has more lines of text, and its lists fewer columns.
    longer = max(1, across / width)
    if keeps_shape:
        tall = (height - WORDS) * width / across + WORDS * longer**0.5
    else:
        tall = height * longer
    with rc_context({"figure.figsize": (width, tall)}):
        yield


def rendered(chart: Axes | Figure | SubFigure, ending: str) -> bytes:
    """Return a chart as the bytes of a file in one of the formats."""
    drawn = root(chart)
    stream = io.BytesIO()
    settings: Any = {"svg.hashsalt": "policyindex", "svg.fonttype": "path", "pdf.fonttype": 42}
    with rc_context(settings), _missing_characters():
        drawn.savefig(
            stream,
            format=ending,
            dpi=DPI,
            metadata=FORMATS[ending],
            # A layout keeps everything on the page; without one the page is fitted to the chart.
            bbox_inches=None if drawn.get_layout_engine() else "tight",
        )
    if ending != "svg":
        return stream.getvalue()
    # matplotlib repeats the text in comments, where XML cannot hold every character.
    return CONTROL.sub(" ", stream.getvalue().decode()).encode()


@contextmanager
def _missing_characters() -> Iterator[None]:
    """Warn once of all characters that the fonts cannot draw, in the place of matplotlib."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    lacked: dict[str, None] = {}
    for each in caught:
        glyph = GLYPH.match(str(each.message))
        if glyph is None:
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
        else:
            lacked[chr(int(glyph[1]))] = None
    if lacked:
        warnings.warn(
            f"the font of a chart must have every character of its text; it lacks {len(lacked):,}: "
            f"{listed(lacked)}; a box stands in the place of each; leave them out, or set "
            "rcParams['font.family'] to a font that has them",
            UserWarning,
            stacklevel=2,
        )


GLYPH = re.compile(r"Glyph (\d+) .* missing from ")
"""How matplotlib says that a font lacks a character."""


def picture(draw: Callable[[Figure], object], *, width: float, height: float) -> bytes:
    """Return what a function draws on a new figure, of a size in inches, as the bytes of a PNG.

    The figure is its own: pyplot does not know it, so that none stays open.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    draw(figure)
    return rendered(figure, "png")
