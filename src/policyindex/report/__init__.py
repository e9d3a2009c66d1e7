"""The report: one self-contained page that says what the scores say.

The page needs no network, no fonts and no other file; it is what a browser shows, prints, and a
reader searches and sorts. Every number in it is that of a public function of :mod:`policyindex`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

import pandas as pd

from .._atomic import check_ending, write_whole
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.selection import units_named
from ..reading.files import Reading
from ._material import gathered
from ._page import rendered
from ._results import found

__all__ = ["write"]


def write(
    source: Reading | pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    codebook: Codebook = THREE_P,
    countries: str | Iterable[str] | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> None:
    """Write a report on scores, or on codings, as one HTML file.

    It tells who leads, who moved, what drove the change of the mean, how firm the ranking is and
    what is missing, and has a section for each country. A missing score is a gap, never a zero;
    higher is better. The same data give the same bytes.

    Parameters
    ----------
    source : Reading or DataFrame, index (country, year)
        What :func:`policyindex.read` gives, or a panel of codings (every indicator of the
        codebook) or of scores (every dimension). The overall score is the sum of the dimensions.
    path : str or path
        The file, in a folder that exists, by a name that promises no other format, as ``.pdf``
        would. It is written whole or not at all.
    codebook : Codebook
        What the columns of a panel mean; a reading brings its own.
    countries : str or iterable of str, optional
        Names or codes of the countries that get a section of their own; by default all. All else
        in the report is about every country.
    progress : callable, optional
        Called with the number of sections done and of all sections, after each.

    Raises
    ------
    PanelError
        When a panel breaks its contract, is empty, or has neither the indicators nor the
        dimensions of the codebook.
    ValueError
        When a country is not in the data, or the name ends on that of another format.
    OSError
        When the file cannot be written; then whatever was there is left as it was.

    Notes
    -----
    A year counts for comparisons when at least a quarter as many countries have an overall score
    in it as in the fullest year: the first such year is the start, the last the year of the
    ranking.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from policyindex import datasets
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "report.html")
    ...     write(datasets.load_demo(), path, countries=["Germany", "NGA"])
    ...     path.read_text(encoding="utf-8")[:15]
    '<!doctype html>'
    """
    check_ending(path, (".html",))
    material = gathered(source, codebook)
    asked = None if countries is None else units_named(material.scores, countries)
    units = [unit for unit in material.names if asked is None or unit in asked]
    page = rendered(material, found(material), units, progress)
    write_whole(path, page.encode())
