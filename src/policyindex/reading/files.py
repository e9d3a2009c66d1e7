"""Read files as panels: nothing is guessed, and nothing is lost without a word."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Unpack

import pandas as pd

from .._options import Argument, one_of
from .._wording import as_html, counted, listed, number, quoted, spanned
from ..codebooks.model import Codebook, check_codebook
from ..panel.check import INDEX, PanelError, check_panel
from ..panel.labels import carry
from ..typing import ReadingOptions
from . import cells as _cells
from . import columns as _columns
from . import faults, formats, hti, layouts
from .findings import Findings, findings_in, table_of, warn_of


class Reading(NamedTuple):
    """Hold the panel read from a file, and what had to be done to the file.

    Examples
    --------
    >>> Reading._fields
    ('panel', 'holds', 'codebook', 'source', 'columns', 'findings', 'sha256')
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
    """The column of the file for each column and index level of the panel."""
    findings: pd.DataFrame
    """Repairs and losses, a row for each: its ``kind``, the ``finding`` in words, how many ``rows``
    it concerns, the ``first`` of them, the ``action`` taken, how many rows, cells or sheets of the
    file are ``lost`` by it, or in doubt, and the ``option`` that changes the action."""
    sha256: str
    """Hash of the file's bytes."""

    def __str__(self) -> str:
        units, years = (self.panel.index.unique(level) for level in INDEX)
        span = f", {spanned(years.min(), years.max(), ' to ')}" if len(years) else ""
        losses = int((self.findings["lost"] > 0).sum())
        repairs = "nothing was repaired or lost"
        if len(self.findings):
            repairs = (
                f"{counted(len(self.findings), 'finding', 'findings')}, "
                f"{number(losses) if losses else 'none'} with a loss"
            )
        return (
            f"{self.source}: {self.holds} of {self.codebook.name}, "
            f"{counted(len(self.panel), 'row', 'rows')} of "
            f"{counted(len(units), 'country', 'countries')}{span}; {repairs}."
        )

    def _repr_html_(self) -> str:
        return as_html(str(self), self.findings, self.panel)


class _Columns(NamedTuple):
    """Hold where a table keeps values, countries and years."""

    layout: _columns.Layout
    countries: _columns.Countries
    year: str | int
    """The column of the year, or the one year of all rows."""

    @property
    def names(self) -> dict[str, str]:
        """The column for each column and index level of the panel; one year for all has none."""
        year = {} if isinstance(self.year, int) else {"year": self.year}
        return {"country": self.countries.column} | year | self.layout.columns


def read(
    path: str | os.PathLike[str],
    *,
    holds: str | None = None,
    on_error: str = "raise",
    **options: Unpack[ReadingOptions],
) -> Reading:
    r"""Read codings or scores from a file, and report what was done to them.

    The file's first bytes name the format: CSV in any of the usual encodings and separators,
    Excel, Stata or Parquet. Blank cells and sentinels become missing. So does an overall score
    that lacks a dimension, since a missing dimension never counts as 0.

    Parameters
    ----------
    path : str or path
        The file; one row per country and year.
    holds : {"codings", "scores"}, optional
        What to read; by default codings if the file has every indicator, scores otherwise.
    on_error : {"raise", "drop"}
        Whether to refuse a file at its first fault, or to drop what is faulty, report each fault
        as a finding and read the rest: cells off their scale become missing; rows of unknown
        countries, rows without a year, rows that contradict each other and rows that do not add up
        are dropped.
    country_column, year_column : str, optional
        The columns of the country and the year; by default recognised by their names.
    file_year : int, optional
        The year that all rows describe, if the file has no column of years.
    kind : str, optional
        The scheme of the countries; see :func:`policyindex.countries.iso3`. Needed for Correlates
        of War letters (``"cowc"``), and for numbers in a column with a name of your own.
    columns : mapping of str to str, optional
        Dimension or indicator to its column; others are recognised by their names, whatever the
        case, blanks and underscores.
    codebook : Codebook, optional
        What the columns mean; by default ``HTI`` or ``THREE_P``, whichever has the columns.
    report_years : bool, optional
        Whether the years are those of TIP reports, each describing the year before it. By
        default only those of the Human Trafficking Indicators are.
    unmatched : {"raise", "drop"}
        Whether to refuse a file with rows of unknown countries, or to drop these rows.
    sentinels : iterable of float
        Numbers outside the scale that stand for a missing value, by default -9, -66, -77, -88,
        -99, -999, -9999, 555, 666, 777, 888, 999 and 9999.
    sheet : str or int, optional
        The sheet of an Excel file, by its name or else its position, counted from 0; by default
        the first that is not hidden.
    source : str, optional
        A label for the data; by default the file's own, or its name.

    Returns
    -------
    Reading
        ``panel`` holds every row of a country; scores have an ``overall`` where all dimensions
        are scored.

    Raises
    ------
    PanelError
        If the file is not a table, a column is absent, a country is unknown, a year or a value is
        off its scale, two rows contradict each other, or dimensions do not add up.
    ValueError
        If ``holds``, ``unmatched``, ``on_error`` or ``kind`` is not a valid option, or ``columns``
        names an unknown indicator or dimension.
    TypeError
        If an option is unknown.
    OSError
        If the file cannot be opened.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "mine.csv")
    ...     _ = path.write_text("Country,Year,Pros.,Prot.,Prev.\nGermany,2009,5,5,5\n")
    ...     reading = read(path)
    >>> print(reading)
    mine.csv: scores of 3P, one row of one country, 2009; nothing was repaired or lost.
    >>> reading.columns["prosecution"], reading.panel["overall"].item()
    ('Pros.', 15.0)
    """
    unknown = [name for name in options if name not in ReadingOptions.__optional_keys__]
    if unknown:
        raise TypeError(
            f"options must be of {listed(sorted(ReadingOptions.__optional_keys__), most=30)}; got "
            f"{quoted(unknown[0])}"
        )
    return _read(path, holds=holds, on_error=on_error, **options)


def _read(
    path: str | os.PathLike[str],
    *,
    holds: str | None,
    on_error: str = "raise",
    country_column: str | None = None,
    year_column: str | None = None,
    file_year: int | None = None,
    kind: str | None = None,
    columns: Mapping[str, str] | None = None,
    codebook: Codebook | None = None,
    report_years: bool | None = None,
    unmatched: str = "raise",
    sentinels: Iterable[float] = _cells.SENTINELS,
    sheet: int | str | None = None,
    source: str | None = None,
) -> Reading:
    one_of("unmatched", unmatched, ("raise", "drop"))
    drops = one_of("on_error", on_error, ("raise", "drop")) == "drop"
    if codebook is not None:
        check_codebook(codebook)
    content, label = formats.content_of(path)
    findings = Findings(label)
    table = layouts.parse(content, findings, is_header=_columns.is_header, sheet=sheet)
    if hti.is_file(table) and country_column is None and kind is None:
        if holds == "scores" and not columns:
            raise PanelError(
                f"{label} must hold scores; it holds the codings of the Human Trafficking "
                f"Indicators, to be scored by the codebook HTI; read them with",
                Argument("holds", "'codings'"),
            )
        table = hti.with_derived(table)
        country_column, kind = "ccode", "cow"
        report_years = True if report_years is None else report_years
    where = _Columns(
        _columns.locate_values(
            table, findings, named=columns or {}, codebook=codebook, holds=holds
        ),
        _columns.locate_countries(table, findings, column=country_column, kind=kind),
        _columns.locate_years(table, findings, column=year_column, file_year=file_year),
    )
    if drops:
        table = faults.drop_wrong_years(table, where.year, findings)
    cells = _convert(
        table,
        where,
        findings,
        unmatched="drop" if drops else unmatched,
        report_years=bool(report_years),
        sentinels=tuple(sentinels),
    )
    panel = _check(cells, where.layout, findings, drops=drops)
    label = source or _cells.source(table, where.layout, label)
    return Reading(
        carry(panel, source=label),
        where.layout.holds,
        where.layout.codebook,
        label,
        where.names,
        table_of(findings),
        hashlib.sha256(content).hexdigest(),
    )


def _convert(
    table: pd.DataFrame,
    where: _Columns,
    findings: Findings,
    *,
    unmatched: str,
    report_years: bool,
    sentinels: tuple[float, ...],
) -> pd.DataFrame:
    """Return the values of a table by country and year, not yet checked."""
    layout = where.layout
    if layout.holds == "scores":
        used = {*where.names.values(), *where.countries.others}
        unused = [str(name) for name in table if name not in used]
        _cells.refuse_missing_dimensions(table, layout, unused, findings)
    codes = _cells.country_codes(table, where.countries, findings, unmatched=unmatched)
    years = _cells.index_years(table, where.year, findings, report_years=report_years)
    matched = codes.notna().to_numpy()
    index = pd.MultiIndex.from_arrays([codes[matched], years[matched]], names=INDEX)
    cells = table.loc[matched, list(layout.columns.values())].set_axis(index, axis=0)
    cells = cells.set_axis(list(layout.columns), axis=1)
    return _cells.values(cells, layout.scales, findings, sentinels=sentinels, levels=layout.words)


def _check(
    cells: pd.DataFrame, layout: _columns.Layout, findings: Findings, *, drops: bool
) -> pd.DataFrame:
    """Return values as a panel, or refuse or drop those that break a rule."""
    if drops:
        cells = faults.drop_wrong_cells(cells, layout, findings)
    panel = check_panel(cells, scales=layout.scales)
    if layout.holds == "codings":
        return panel
    if drops:
        panel = faults.drop_wrong_sums(panel, layout, findings)
    return _cells.add_up(panel, layout, findings)


def read_scores(path: str | os.PathLike[str], **options: Unpack[ReadingOptions]) -> pd.DataFrame:
    r"""Read a panel of scores from a file.

    Blank cells and sentinels are missing; so is an overall score that lacks a dimension. Warns
    with :class:`policyindex.ReadingWarning` if anything that the file holds is not in the panel;
    :func:`read` reports all repairs.

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
    PanelError, ValueError, TypeError, OSError
        As in :func:`read`.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "of_2009.csv")
    ...     _ = path.write_text("country;prosecution;protection;prevention\nHaïti;2;2;.\n")
    ...     read_scores(path, file_year=2009)
                  prosecution  protection  prevention  overall
    country year
    HTI     2009          2.0         2.0         NaN      NaN
    """
    return _panel(read(path, holds="scores", **options))


def read_codings(path: str | os.PathLike[str], **options: Unpack[ReadingOptions]) -> pd.DataFrame:
    r"""Read a panel of codings from a file.

    A coding is the number of a level or its words. Blank cells, sentinels and "No mention" are
    missing. Warns with :class:`policyindex.ReadingWarning` as :func:`read_scores` does.

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
    PanelError, ValueError, TypeError, OSError
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


def _panel(reading: Reading) -> pd.DataFrame:
    warn_of(findings_in(reading.findings), reading.source, stacklevel=3)
    return reading.panel
