"""Charts to files: the format by the name, the same bytes every time, whole or not at all."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from .._atomic import write_whole
from ._style import root

FORMATS: dict[str, dict[str, Any]] = {
    "png": {},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
"""Formats to the metadata that would tell one run, or one version, from another."""

DPI = 200


def save(chart: Axes | Figure | SubFigure, path: str | os.PathLike[str]) -> None:
    """Write a chart to a file, in the format that its name ends on.

    The same chart gives the same bytes. Text of SVG and PDF files is drawn in the fonts of this
    machine, so that it looks the same on every other.

    Parameters
    ----------
    chart : Axes or Figure
        What a function of this module returned. Of Axes, the figure that they stand in is
        written.
    path : str or path
        A name that ends on ``.png``, ``.svg`` or ``.pdf``, in a folder that exists.

    Raises
    ------
    ValueError
        When the name ends on something else.
    OSError
        When the file cannot be written; then whatever was there is left as it was.

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
    ending = Path(path).suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise ValueError(
            f"the file's name must end on one of {', '.join(f'.{name}' for name in FORMATS)}; "
            f"got {os.fspath(path)!r}"
        )
    folder = Path(path).parent
    if not folder.is_dir():
        raise FileNotFoundError(f"the folder must exist; there is no {os.fspath(folder)!r}")
    write_whole(path, rendered(chart, ending))


def rendered(chart: Axes | Figure | SubFigure, ending: str) -> bytes:
    """Draw a chart to the bytes of a file of one of the formats."""
    drawn = root(chart)
    stream = io.BytesIO()
    settings: Any = {"svg.hashsalt": "policyindex", "svg.fonttype": "path", "pdf.fonttype": 42}
    with rc_context(settings):
        drawn.savefig(
            stream,
            format=ending,
            dpi=DPI,
            metadata=FORMATS[ending],
            # A layout keeps everything on the page; without one the page is made to fit.
            bbox_inches=None if drawn.get_layout_engine() else "tight",
        )
    return stream.getvalue()
