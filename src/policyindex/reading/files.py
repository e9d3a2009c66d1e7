"""Read files as panels: nothing is guessed, and nothing is lost without a word."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from typing import Any, NamedTuple, Unpack

import pandas as pd

from .._options import Argument, OptionError, one_of, truth
from .._wording import counted, listed, number, quoted, spanned
from ..codebooks.model import Codebook, check_codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import INDEX, PanelError, check_panel, index_of
from ..panel.display import as_html, as_text
from ..panel.labels import carry
from ..typing import Readable, ReadingOptions, TableOptions
from . import cells as _cells
from . import columns as _columns
from . import faults, formats, hti, identifiers, layouts, shapes
from .findings import Findings, table_of, warn_of
from .headers import (
    YEAR_COLUMNS,
    Headers,
    is_score,
    names_of,
    plain,
    spelt_like,
    unnumbered,
)
from .sources import source_of


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
    """``"codings"``, ``"scores"`` or ``"values"``."""
    codebook: Codebook
    """The codebook that codings and scores follow; it says nothing of other values."""
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
        rules = "" if self.holds == "values" else f" of {self.codebook.name}"
        losses = int((self.findings["lost"] > 0).sum())
        repairs = "nothing was repaired or lost"
        if len(self.findings):
            repairs = (
                f"{counted(len(self.findings), 'finding', 'findings')}, "
                f"{number(losses) if losses else 'none'} with a loss"
            )
        return (
            f"{self.source}: {self.holds}{rules}, "
            f"{counted(len(self.panel), 'row', 'rows')} of "
            f"{counted(len(units), 'country', 'countries')}{span}; {repairs}."
        )

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), findings=self.findings, panel=self.panel)


PROVENANCE = ("citation", "rules", "spans")
"""What is carried besides the source."""


class _Columns(NamedTuple):
    """Hold where a table keeps values, countries and years."""

    layout: _columns.Layout
    countries: identifiers.Countries
    year: str | int
    """The column of the year, or the one year of all rows."""
    text: Sequence[str]
    """The columns of values that stay text."""

    @property
    def names(self) -> dict[str, str]:
        """The column for each column and index level of the panel; one year for all has none."""
        year = {} if isinstance(self.year, int) else {"year": self.year}
        return {"country": self.countries.column} | year | self.layout.columns


class Request(NamedTuple):
    """Hold what the user asks of a reading, except of the file's bytes."""

    holds: str | None = None
    country_column: str | None = None
    year_column: str | None = None
    file_year: int | None = None
    kind: str | None = None
    columns: Mapping[str, str] | Iterable[str] | None = None
    text: str | Iterable[str] = ()
    codebook: Codebook | None = None
    report_years: bool | None = None
    unmatched: str = "raise"
    on_error: str = "raise"
    sentinels: Iterable[float | str] = _cells.SENTINELS
    layout: str | None = None
    needs_values: bool = True
    """Whether a table without values is refused."""

    @property
    def roles(self) -> shapes.Roles:
        """The columns that the user names."""
        return shapes.Roles(self.country_column, self.year_column, self.file_year)

    def check(self) -> None:
        """Refuse options that are not valid."""
        one_of("unmatched", self.unmatched, ("raise", "drop"))
        one_of("on_error", self.on_error, ("raise", "drop"))
        if self.holds is not None:
            one_of("holds", self.holds, ("codings", "scores", "values"))
        if self.layout is not None:
            one_of("layout", self.layout, shapes.LAYOUTS)
        if self.text and self.holds != "values":
            raise OptionError(
                f"codings and scores have no columns of text; got {quoted(self.text)}; read other "
                f"values with read_values, or leave out",
                Argument("text"),
            )
        if self.codebook is not None:
            check_codebook(self.codebook)
        for name in ("country_column", "year_column"):
            column = getattr(self, name)
            if not isinstance(column, str | None):
                raise ValueError(f"{name} must be the name of a column; got {quoted(column)}")
        if self.report_years is not None:
            truth("report_years", self.report_years)

    def headers(self) -> Headers:
        """Return what recognises the header of the table."""
        named = (
            [*self.columns.values()] if isinstance(self.columns, Mapping) else self.columns or ()
        )
        values = list(map(str, _columns.several("columns", named)))
        if self.codebook is not None:
            values += [*self.codebook.score_scales]
            values += [
                name for each in self.codebook.indicators for name in (each.name, each.title)
            ]
        columns = (self.country_column, self.year_column)
        country, year = ([] if name is None else [str(name)] for name in columns)
        return Headers(countries=country, years=year, values=values)

    def dimension(self, name: str) -> str:
        """Return the dimension of the codebook that a name is spelt like; empty text if none."""
        return spelt_like(name, (self.codebook or THREE_P).score_scales)

    def dimension_of_label(self, label: str) -> str:
        """Return the dimension that a label of a long table names, unless columns are named."""
        return "" if self.columns or self.holds == "values" else self.dimension(label)

    def is_series(self, name: str) -> bool:
        """Return whether a sheet is named like a dimension of the codebook."""
        return self.dimension(name) != ""


def read(path: Readable, *, holds: str | None = None, **options: Unpack[ReadingOptions]) -> Reading:
    r"""Read codings or scores from a file, and report what was done to them.

    The file's first bytes name the format: CSV in any of the usual encodings and separators, also
    compressed, Excel, OpenDocument, Stata, SPSS, Parquet or the JSON of :func:`write_table`.
    Blank cells and sentinels become missing. So does an overall score that lacks a dimension,
    since a missing dimension never counts as 0. Titles above the table and notes below it are set
    aside, and so are aggregates of countries, such as World; a finding names them.

    Parameters
    ----------
    path : str, path or file object
        The file, or ``"-"`` for standard input; one row per country and year, years side by side,
        or a column of indicators beside one of values.
    holds : {"codings", "scores", "values"}, optional
        What to read; by default codings if the file has every indicator, scores otherwise.
        Other values are read as :func:`read_values` does.
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
        of War letters (``"cowc"``), and for numbers that fit two schemes. ``"any"`` takes units
        that are not countries, such as provinces, as they stand.
    columns : mapping of str to str, optional
        Dimension or indicator to its column; others are recognised by their names, whatever the
        case, blanks and underscores.
    text : str or iterable of str, optional
        Columns of other values that stay text.
    layout : {"rows", "wide", "long"}, optional
        Whether there is a row per country and year, a column per year, or a row per value with
        its indicator; by default recognised.
    header : int or two int, optional
        The row or line of the header, counted from 1, or its two rows; by default recognised.
    encoding : str, optional
        The encoding of text that is neither UTF-8, UTF-16 nor Windows-1252, e.g. ``"cp850"``.
    codebook : Codebook, optional
        What the columns mean; by default ``HTI`` or ``THREE_P``, whichever has the columns.
    report_years : bool, optional
        Whether the years are those of TIP reports, each describing the year before it. By
        default only those of the Human Trafficking Indicators are.
    unmatched : {"raise", "drop"}
        Whether to refuse a file with rows of unknown countries, or to drop these rows.
    sentinels : iterable of float or str
        Numbers outside the scale, or text, that stand for a missing value, by default -9, -66,
        -77, -88, -99, -999, -9999, 555, 666, 777, 888, 999 and 9999.
    sheet : str or int, optional
        The sheet of a workbook, by its name or else its position, counted from 0; by default the
        first that is not hidden. ``"all"`` reads one sheet for each year or each dimension.
    source : str, optional
        A label for the data; by default the author of a file that :mod:`policyindex.datasets`
        knows by its SHA-256, the file's own, or its name.

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
    _refuse_unknown(options, ReadingOptions.__optional_keys__)
    panel, where, findings, content = _read(path, holds=holds, **options)
    return Reading(
        panel,
        where.layout.holds,
        where.layout.codebook,
        str(panel.attrs["source"]),
        where.names,
        table_of(findings),
        hashlib.sha256(content).hexdigest(),
    )


def _read(
    path: Readable,
    *,
    sheet: int | str | None = None,
    header: int | Sequence[int] | None = None,
    encoding: str | None = None,
    source: str | None = None,
    **options: Any,
) -> tuple[pd.DataFrame, _Columns, Findings, bytes]:
    """Return a panel, where its file keeps it, what was done to the file, and its bytes."""
    if options.get("holds") == "values":
        options = {"sentinels": (), **options}  # any number may be a value
    request = Request(**options)
    request.check()
    content, label = formats.content_of(path)
    findings = Findings(label)
    table = layouts.parse(
        content,
        findings,
        headers=request.headers(),
        sheet=sheet,
        header=header,
        encoding=encoding,
        joined=partial(
            shapes.of_sheets, findings=findings, roles=request.roles, is_series=request.is_series
        ),
        parts=partial(shapes.parts, is_series=request.is_series),
    )
    try:
        panel, where = panel_of(table, request, findings)
    except PanelError as error:
        findings.sign(error)
        raise
    more = {key: findings.metadata[key] for key in PROVENANCE if findings.metadata.get(key)}
    if published := source_of(content):
        label, more["citation"] = published.label, published.citation
    label = source or _cells.source(
        table, where.layout, str(findings.metadata.get("source") or label)
    )
    return carry(panel, source=label, **more), where, findings, content


def panel_of(
    table: pd.DataFrame, request: Request, findings: Findings
) -> tuple[pd.DataFrame, _Columns]:
    """Return the panel in a table of plain cells, and where the table keeps it."""
    if (
        request.holds != "values"
        and hti.is_file(table)
        and not (request.country_column or request.kind)
    ):
        table, request = _of_hti(table, request, findings)
    drops = request.on_error == "drop"
    shaped = shapes.in_rows(
        table,
        findings,
        roles=request.roles,
        layout=request.layout,
        dimension=request.dimension_of_label,
    )
    table = shaped.table
    layout = _locate_rules(table, shaped, request, findings)
    year = _columns.locate_years(
        table, findings, column=request.year_column, file_year=request.file_year
    )
    if drops:
        table = faults.drop_wrong_years(table, year, findings)
    countries = identifiers.locate_countries(
        table, findings, column=request.country_column, kind=request.kind
    )
    identifying = {*countries.columns, year}
    text: Sequence[str] = ()
    if layout is None:
        layout, text = _columns.locate_free_values(
            table,
            findings,
            named=request.columns,
            text=request.text,
            others=[*map(str, identifying), *shaped.others],
            codebook=request.codebook,
        )
        if request.needs_values and not layout.columns:
            raise _columns.without_values(table, [*identifying, *shaped.others], findings)
        used = {*identifying, *layout.columns.values()}
        beside = [name for name in shaped.others if name not in used]
        _columns.report_without_year(table, beside, findings)
    else:
        _report_unused(table, layout, identifying, findings)
        if shaped.series:
            _report_misspelt(table, layout, shaped.series, findings)
    where = _Columns(layout, countries, year, text)
    cells, origin = _convert(table, where, findings, request)
    return _check(cells, origin, where, findings, drops=drops), where


def _of_hti(
    table: pd.DataFrame, request: Request, findings: Findings
) -> tuple[pd.DataFrame, Request]:
    """Return a file of the Human Trafficking Indicators with all its indicators."""
    if request.holds == "scores" and not request.columns:
        raise PanelError(
            f"{findings.label} must hold scores; it holds the codings of the Human Trafficking "
            f"Indicators, to be scored by the codebook HTI; read them with",
            Argument("holds", "'codings'"),
        )
    report_years = True if request.report_years is None else request.report_years
    request = request._replace(
        country_column="ccode", kind="cow", report_years=report_years, layout="rows"
    )
    return hti.with_derived(table), request


def _locate_rules(
    table: pd.DataFrame, shaped: shapes.Shaped, request: Request, findings: Findings
) -> _columns.Layout | None:
    """Return the columns of a codebook; None if other values are requested."""
    if request.holds == "values":
        return None
    named = request.columns or {}
    if not isinstance(named, Mapping):
        raise TypeError(
            f"columns must map names to columns, e.g. {{'overall': 'total'}}; got {quoted(named)}"
        )
    return _columns.locate_values(
        table,
        findings,
        named=named,
        codebook=request.codebook,
        holds=request.holds,
        lone=shapes.VALUE if shaped.series == [shapes.VALUE] else None,
    )


def _report_unused(
    table: pd.DataFrame, layout: _columns.Layout, identifying: set[str | int], findings: Findings
) -> None:
    """Report the columns that have no part in the panel, or refuse those that must have one."""
    used = {*identifying, *layout.columns.values(), "source"}
    unused = [str(name) for name in table if name not in used]
    if layout.holds == "scores":
        _cells.refuse_missing_dimensions(table, layout, unused, findings)
    # A second column of years or scores has a finding of its own.
    holds_scores = layout.holds == "scores"
    names = set(names_of(table))
    first_names = {name: unnumbered(name, names) for name in unused}
    scores = {name for name, first in first_names.items() if is_score(first)}
    own = layout.codebook.score_scales
    aside = {name for name in scores if not holds_scores or spelt_like(first_names[name], own)}
    further = [
        name
        for name, first in first_names.items()
        if not (plain(first) in YEAR_COLUMNS or name in aside)
    ]
    if further:
        findings.add(
            "ignored",
            f"columns without a part in the {layout.holds}: {listed(further)}",
            rows=len(further),
            action="left out",
            # An overall score that lacks a dimension is a smaller one that looks valid.
            lost=len(scores - aside),
        )


def _report_misspelt(
    table: pd.DataFrame, layout: _columns.Layout, series: Iterable[str], findings: Findings
) -> None:
    """Report rare series whose names nearly are those of values: they may be misspelt."""
    columns = {plain(column): column for column in layout.columns.values()}
    for name in series:
        near = get_close_matches(plain(name), columns, 1, 0.8)
        if near and name not in columns.values():
            column = columns[near[0]]
            rows = table[name].notna().to_numpy()
            if 2 * rows.sum() < table[column].notna().sum():
                findings.add(
                    "ignored",
                    f"{quoted(name)} is not in the codebook (nearest: {column})",
                    rows=int(rows.sum()),
                    first=layouts.row_of(table, int(rows.argmax())),
                    action="left out",
                    lost=int(rows.sum()),
                )


def _convert(
    table: pd.DataFrame, where: _Columns, findings: Findings, request: Request
) -> tuple[pd.DataFrame, _cells.Origin]:
    """Return the values of a table by country and year, not yet checked, and their origin."""
    layout = where.layout
    unmatched = "drop" if request.on_error == "drop" else request.unmatched
    codes = identifiers.country_codes(table, where.countries, findings, unmatched=unmatched)
    matched = codes.notna().to_numpy()
    if len(table) and not matched.any() and unmatched == "raise":
        raise PanelError(
            f"{findings.label} must have a row of a country; all of its rows are of aggregates, "
            f"the first {quoted(str(where.countries.followed.cells.iloc[0]))}; name another "
            f"column of countries with",
            Argument("country_column"),
        )
    columns = list(layout.columns.values())
    rows = table
    if not matched.all():
        needed = [*columns, where.countries.column, where.year]
        rows = table[list(dict.fromkeys(name for name in needed if isinstance(name, str)))]
        rows, codes = rows.loc[matched], codes[matched]
    if layout.holds == "values":
        rows, codes = _cells.without_early_years(rows, codes, where.year, findings)
    years = _cells.index_years(rows, where.year, findings, report_years=bool(request.report_years))
    index = index_of(codes, years)
    used = {*where.names.values()}
    origin = _cells.Origin(index, rows[where.countries.column], table, used)
    cells = {
        name: _relabelled(rows[column], index, name) for name, column in layout.columns.items()
    }
    sentinels = _cells.as_sentinels(request.sentinels)
    if layout.holds == "values":
        text = where.text
        panel = _cells.free_values(cells, index, findings, text=text, sentinels=sentinels)
    else:
        levels, scales = layout.words, layout.scales
        panel = _cells.values(cells, index, scales, findings, sentinels=sentinels, levels=levels)
    return panel, origin


def _relabelled(cells: pd.Series, index: pd.MultiIndex, name: str) -> pd.Series:
    return pd.Series(cells.array, index, cells.dtype, name)


def _check(
    cells: pd.DataFrame, origin: _cells.Origin, where: _Columns, findings: Findings, *, drops: bool
) -> pd.DataFrame:
    """Return values as a panel, or refuse or drop those that break a rule."""
    layout = where.layout
    if drops:
        cells = faults.drop_wrong_cells(cells, layout, findings, text=where.text)
    _cells.refuse_repeated(cells, origin)
    if layout.holds == "values":
        _cells.refuse_text(cells.drop(columns=list(where.text)), findings)
        numbers = check_panel(cells.drop(columns=list(where.text)))
        text = cells[list(where.text)].reindex(numbers.index)
        return numbers.join(text)[list(cells.columns)]
    _cells.refuse_words(cells, layout)
    panel = check_panel(cells, scales=layout.scales)
    if layout.holds == "codings":
        return panel
    if drops:
        panel = faults.drop_wrong_sums(panel, layout, findings)
    return _cells.add_up(panel, layout, findings)


def read_scores(path: Readable, **options: Unpack[ReadingOptions]) -> pd.DataFrame:
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
    _refuse_unknown(options, ReadingOptions.__optional_keys__)
    return _panel(path, holds="scores", **options)


def read_codings(path: Readable, **options: Unpack[ReadingOptions]) -> pd.DataFrame:
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
    _refuse_unknown(options, ReadingOptions.__optional_keys__)
    return _panel(path, holds="codings", **options)


def read_values(
    path: Readable,
    *,
    columns: Mapping[str, str] | Iterable[str] | None = None,
    text: str | Iterable[str] = (),
    sentinels: Iterable[float | str] = (),
    **options: Unpack[TableOptions],
) -> pd.DataFrame:
    r"""Read any values by country and year from a file: incomes, tiers, ratings, laws.

    Countries, years, layouts and encodings are recognised as by :func:`read_scores`. The values
    have no scale and no direction. Warns with :class:`policyindex.ReadingWarning` if anything that
    the file holds is not in the panel, such as a column of text.

    Parameters
    ----------
    path : str, path or file object
        The file, or ``"-"`` for standard input.
    columns : iterable of str, or mapping of str to str, optional
        The columns of values, or the name of each to its column; by default all that hold
        numbers. A series of years side by side without a name is called ``value``.
    text : str or iterable of str, optional
        Columns that stay text.
    sentinels : iterable of float or str
        Numbers or text that stand for a missing value, by default none: -99 may be a value.
    **options
        As in :func:`read`.

    Returns
    -------
    DataFrame, index (country, year)
        ``float64`` columns, missing where a cell is blank, and columns of text.

    Raises
    ------
    PanelError, ValueError, TypeError, OSError
        As in :func:`read`.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "income.csv")
    ...     _ = path.write_text("Country Name,2008,2009\nChad,0.8,..\nWorld,9.5,9.9\n")
    ...     read_values(path)
                  value
    country year
    TCD     2008    0.8
            2009    NaN
    """
    _refuse_unknown(options, TableOptions.__optional_keys__)
    more = {"columns": columns, "text": text, "sentinels": sentinels}
    return _panel(path, holds="values", **more, **options)


def _refuse_unknown(options: Iterable[str], names: Iterable[str]) -> None:
    """Refuse an option that a reader does not have."""
    unknown = [name for name in options if name not in set(names)]
    if unknown:
        raise TypeError(
            f"options must be of {listed(sorted(names), most=30)}; got {quoted(unknown[0])}"
        )


def _panel(path: Readable, **options: Any) -> pd.DataFrame:
    """Return the panel of a file, and warn of what was lost."""
    panel, _, findings, _ = _read(path, **options)
    warn_of(findings, str(panel.attrs["source"]), stacklevel=3)
    return panel
