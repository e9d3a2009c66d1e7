"""Files to panels, with the quirks of real files: nothing is guessed, nothing lost in silence."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, TypedDict, Unpack

import pandas as pd

from .._options import one_of
from .._wording import quoted
from ..codebooks.model import Codebook, check_codebook
from ..panel.check import PanelError, check_panel
from . import cells as _cells
from . import columns as _columns
from . import faults as _faults
from . import formats as _formats
from . import hti
from .findings import Note, notes_in, table_of


class ReadingWarning(UserWarning):
    """Warn that cells or rows of a file are not in the panel read from it.

    Examples
    --------
    >>> issubclass(ReadingWarning, UserWarning)
    True
    """


class Reading(NamedTuple):
    """Hold what was read from a file, and what had to be done to it.

    Examples
    --------
    >>> Reading._fields
    ('panel', 'holds', 'codebook', 'source', 'columns', 'notes', 'sha256')
    """

    panel: pd.DataFrame
    """Codings or scores, index (country, year)."""
    holds: str
    """``"codings"`` or ``"scores"``."""
    codebook: Codebook
    """The codebook that the panel follows."""
    source: str
    """The label of the data; also in ``panel.attrs["source"]``."""
    columns: dict[str, str]
    """What was looked for to the column of the file that it was taken from."""
    notes: pd.DataFrame
    """What was repaired or set aside: the ``finding``, how many ``rows`` it concerns, the
    ``first`` of them, the ``action`` taken, and how many rows, cells or sheets of the file are
    ``lost`` by it, or cast into doubt."""
    sha256: str
    """Hash of the file's bytes."""


class Options(TypedDict, total=False):
    """The options of :func:`read`, shared by every function that reads a file."""

    country: str | None
    year: str | int | None
    kind: str | None
    columns: Mapping[str, str] | None
    codebook: Codebook | None
    report_years: bool | None
    unmatched: str
    sentinels: Iterable[float]
    sheet: int | str | None
    source: str | None


def read(
    path: str | os.PathLike[str],
    *,
    holds: str | None = None,
    country: str | None = None,
    year: str | int | None = None,
    kind: str | None = None,
    columns: Mapping[str, str] | None = None,
    codebook: Codebook | None = None,
    report_years: bool | None = None,
    unmatched: str = "raise",
    faults: str = "raise",
    sentinels: Iterable[float] = _cells.SENTINELS,
    sheet: int | str | None = None,
    source: str | None = None,
) -> Reading:
    r"""Read codings or scores from a file, and report what was done to them.

    The format is told by the file's first bytes: CSV in any of the usual encodings and
    separators, Excel, Stata or Parquet. Blank cells and sentinels become missing. An overall
    score whose parts are not all there is set aside, since no missing part counts as 0.

    Parameters
    ----------
    path : str or path
        The file; one row per country and year.
    holds : {"codings", "scores"}, optional
        What to read; by default codings where the file has every indicator, scores otherwise.
    country, year : str, optional
        The columns of the country and the year; by default found by their names. For a file of
        one year, ``year`` is that year, an integer.
    kind : str, optional
        What the countries are given as; see :func:`policyindex.countries.iso3`. Needed for
        Correlates of War letters (``"cowc"``), and for numbers in a column of your naming.
    columns : mapping of str to str, optional
        Dimension or indicator to the column that holds it; others are found by name, whatever
        their case, blanks and underscores.
    codebook : Codebook, optional
        What the columns mean; by default ``HTI`` or ``THREE_P``, by the columns found.
    report_years : bool, optional
        Whether the years are those of TIP reports, each describing the year before it. By
        default only those of the Human Trafficking Indicators are.
    unmatched : {"raise", "drop"}
        Whether to refuse a file with rows of unknown countries, or to leave these rows out.
    faults : {"raise", "set aside"}
        Whether to refuse a file at its first fault, or to set all faults aside, each with a
        note, and read the rest: cells off their scale become missing; rows of no country or no
        year, that contradict each other, or do not add up, are left out.
    sentinels : iterable of float
        Numbers outside the scale that stand for a missing value.
    sheet : str or int, optional
        The sheet of an Excel file, by its name or else its place, counted from 0; by default the
        first that is not hidden.
    source : str, optional
        A label for the data; by default the file's own, or its name.

    Returns
    -------
    Reading
        ``panel`` holds every row of a known country, as given; its scores have an ``overall``
        where all parts are known.

    Raises
    ------
    PanelError
        When the file is no table, a column cannot be found, a country is unknown, a year or a
        value is off its scale, two rows contradict each other, or parts do not add up.
    ValueError
        When ``holds``, ``unmatched``, ``faults`` or ``kind`` is none of its options, or
        ``columns`` names what there is not.
    OSError
        When the file cannot be opened.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "mine.csv")
    ...     _ = path.write_text("Country,Year,Pros.,Prot.,Prev.\nGermany,2009,5,5,5\n")
    ...     reading = read(path)
    >>> reading.holds, reading.columns["prosecution"], reading.panel["overall"].item()
    ('scores', 'Pros.', 15.0)
    """
    one_of("unmatched", unmatched, ("raise", "drop"))
    lenient = one_of("faults", faults, ("raise", "set aside")) == "set aside"
    if codebook is not None:
        check_codebook(codebook)
    content, label = content_of(path)
    notes: list[Note] = []
    table = _formats.parse(content, label, sheet, notes)
    if hti.is_file(table) and country is None and kind is None:
        if holds == "scores" and not columns:
            raise PanelError(
                f"{label} must hold scores; it holds the codings of the Human Trafficking "
                f"Indicators; read them with read_codings, and score them with codebook=HTI"
            )
        table = hti.with_derived(table)
        country, kind = "ccode", "cow"
        report_years = True if report_years is None else report_years
    layout = _columns.recognise(table, columns or {}, codebook, holds, notes, label)
    place = _columns.locate_countries(table, country, kind, label)
    found_year = _columns.locate_years(table, year, notes, label)
    if lenient:
        table = _faults.without_wrong_years(table, found_year, notes)
    codes = _cells.country_codes(table, place, "drop" if lenient else unmatched, notes, label)
    years = _cells.index_years(table, found_year, bool(report_years), notes)

    known = codes.notna().to_numpy()
    index = pd.MultiIndex.from_arrays([codes[known], years[known]], names=["country", "year"])
    cells = table.loc[known, list(layout.found.values())].set_axis(index, axis=0)
    cells = cells.set_axis(list(layout.found), axis=1)
    cells = _cells.values(cells, layout.scales, tuple(sentinels), notes, levels=layout.words)
    if lenient:
        cells = _faults.without_wrong_cells(cells, layout, notes)
    panel = check_panel(cells, scales=layout.scales)
    if layout.holds == "scores":
        if lenient:
            panel = _faults.without_wrong_sums(panel, layout, notes)
        panel = _cells.add_up(panel, layout, notes)
    panel.attrs["source"] = source or _cells.source(table, layout, label)
    return Reading(
        panel,
        layout.holds,
        layout.codebook,
        panel.attrs["source"],
        _taken(place.country, found_year) | layout.found,
        table_of(notes),
        hashlib.sha256(content).hexdigest(),
    )


def read_scores(path: str | os.PathLike[str], **options: Unpack[Options]) -> pd.DataFrame:
    r"""Read a panel of scores from a file.

    Blank cells and sentinels are missing; so is an overall score with a part missing. Warns
    with :class:`ReadingWarning` when anything the file holds is not in the panel; see the
    ``notes`` of :func:`read` for all that was repaired or set aside.

    Parameters
    ----------
    path : str or path
        The file; one row per country and year.
    **options
        As in :func:`read`.

    Returns
    -------
    DataFrame, index (country, year)
        The dimensions and ``overall``; higher is better.

    Raises
    ------
    PanelError, ValueError, OSError
        As in :func:`read`.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "of_2009.csv")
    ...     _ = path.write_text("country;prosecution;protection;prevention\nHaïti;2;2;.\n")
    ...     read_scores(path, year=2009)
                  prosecution  protection  prevention  overall
    country year
    HTI     2009          2.0         2.0         NaN      NaN
    """
    return _panel(read(path, holds="scores", **options))


def read_codings(path: str | os.PathLike[str], **options: Unpack[Options]) -> pd.DataFrame:
    r"""Read a panel of codings from a file.

    A coding is the number of a level or its words. Blank cells, sentinels and "No mention" are
    missing. Warns with :class:`ReadingWarning` as :func:`read_scores` does.

    Parameters
    ----------
    path : str or path
        The file; one row per country and year. A file of the Human Trafficking Indicators is
        recognised: its years become those that the reports describe.
    **options
        As in :func:`read`.

    Returns
    -------
    DataFrame, index (country, year)
        The indicators of the codebook, each from 0 (worst).

    Raises
    ------
    PanelError, ValueError, OSError
        As in :func:`read`.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from policyindex import Codebook, Dimension, Indicator
    >>> aid = Dimension("aid", (Indicator("shelter"),), lambda shelter: 1 + 4 * shelter)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "codings.csv")
    ...     _ = path.write_text("iso3,year,shelter\nNGA,2009,Yes\nNGA,2010,\n")
    ...     read_codings(path, codebook=Codebook("aid", (aid,)))
                  shelter
    country year
    NGA     2009      1.0
            2010      NaN
    """
    return _panel(read(path, holds="codings", **options))


def _taken(country: str, year: str | int) -> dict[str, str]:
    """Return the columns that countries and years were taken from; a year for all has none."""
    return {"country": country} | ({} if isinstance(year, int) else {"year": year})


def content_of(path: str | os.PathLike[str]) -> tuple[bytes, str]:
    """Return the bytes of a file, and what to call it."""
    path = Path(path)
    label = path.name if path.name.isprintable() else quoted(path.name)
    with path.open("rb") as stream:
        return stream.read(_formats.LARGEST + 1), label


def _panel(reading: Reading) -> pd.DataFrame:
    warn_of_losses(reading.source, notes_in(reading.notes), stacklevel=4)
    return reading.panel


def warn_of_losses(source: str, notes: Iterable[Note], *, stacklevel: int = 3) -> None:
    """Warn when anything that a file holds is not in what was read from it."""
    told = "; ".join(note.line for note in notes if note.lost)
    if told:
        warnings.warn(f"{source}: {told}", ReadingWarning, stacklevel=stacklevel)
