"""Read files of events: the year in which each country did something once, e.g. passed a law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np
import pandas as pd

from .._options import Argument, one_of
from .._wording import counted, listed, quoted
from ..panel.check import YEARS, PanelError
from ..panel.labels import carry
from ..panel.numbers import numbers_on, year_of
from ..typing import Readable
from . import cells as _cells
from . import identifiers, layouts
from .columns import refuse_odd_names, refuse_shared
from .findings import Finding, Findings, warn_of
from .formats import content_of
from .headers import YEAR_COLUMNS, Headers, plain
from .layouts import row_of
from .once import Once

COLUMNS = Argument("columns", "[...]")


def read_events(
    path: Readable,
    *,
    country_column: str | None = None,
    kind: str | None = None,
    columns: Mapping[str, str] | Iterable[str] | None = None,
    unmatched: str = "raise",
    sentinels: Iterable[float | str] | None = None,
    sheet: int | str | None = None,
    header: int | Sequence[int] | None = None,
    encoding: str | None = None,
    source: str | None = None,
) -> pd.DataFrame:
    r"""Read the years of events from a file with one row per country.

    A blank cell or a sentinel means that no event is recorded. Warns with
    :class:`policyindex.ReadingWarning` if anything that the file holds is not in the answer, such
    as an aggregate of countries or the mark of a footnote.

    Parameters
    ----------
    path : str, path or file object
        A file of any format that :func:`read` reads.
    country_column, kind : str, optional
        The column of the country, and the scheme of its codes, as in :func:`read`.
    columns : mapping of str to str, or iterable of str, optional
        The columns of years, or the name of each event to its column; by default all that are
        not recognised as columns of countries.
    unmatched : {"raise", "drop"}
        Whether to refuse a file with rows of unknown countries, or to drop these rows.
    sentinels : iterable of float or str
        Numbers or text that stand for a missing year, by default the codes of :func:`read`.
    sheet : str or int, optional
        The sheet of an Excel file, as in :func:`read`.
    header, encoding : optional
        As in :func:`read`.
    source : str, optional
        A label for the data; by default the name of the file.

    Returns
    -------
    DataFrame, index country, float64
        A column per event: its year, missing if no event is recorded. A column is what
        :func:`event_study` takes as events, and :func:`changes` as ``since``.

    Raises
    ------
    PanelError
        If the file is not a table, a column is absent, a country is unknown, a cell is not a
        year from 1900 to 2100, two rows of a country contradict each other, or a column such as
        ``year`` stands beside others and ``columns`` names none.
    ValueError
        If ``unmatched`` or ``kind`` is not a valid option.
    OSError
        If the file cannot be opened.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "laws.csv")
    ...     _ = path.write_text("country;first_law;hotline\nNigeria;2003;2006\nChad;.;2011\n")
    ...     read_events(path)
             first_law  hotline
    country
    NGA         2003.0   2006.0
    TCD            NaN   2011.0
    """
    one_of("unmatched", unmatched, ("raise", "drop"))
    content, label = content_of(path)
    findings = Findings(label)
    headers = Headers(countries=[] if country_column is None else [country_column])
    table = layouts.parse(
        content, findings, headers=headers, sheet=sheet, header=header, encoding=encoding
    )
    where = identifiers.locate_countries(table, findings, column=country_column, kind=kind)
    names = _columns_of_years(table, columns, where, findings)
    codes = identifiers.country_codes(table, where, findings, unmatched=unmatched)
    matched = codes.notna().to_numpy()
    for name in names.values():
        _cells.refuse_other_labels(Once.of(table.loc[matched, name]), findings)
    rows = [row_of(table, int(row)) for row in np.flatnonzero(matched)]
    index = pd.MultiIndex.from_arrays([codes[matched], rows], names=["country", "row"])
    cells = table.loc[matched, list(names.values())].map(year_of)
    cells = cells.set_axis(index, axis=0).set_axis(list(names), axis=1)
    scales = dict.fromkeys(names, YEARS)
    is_requested = sentinels is not None
    sentinels = _cells.SENTINELS if sentinels is None else sentinels
    years = _cells.values(
        {name: cells[name] for name in names},
        index,
        scales,
        findings,
        sentinels=_cells.as_sentinels(sentinels),
    )
    events = _one_row_each(_checked(years, findings), findings)
    losses = {"aggregate", "footnote", "missing"} | (set() if is_requested else {"sentinel"})
    warn_of((_as_loss(each, losses) for each in findings), source or label, stacklevel=2)
    return carry(events, source=source or label)


def _as_loss(finding: Finding, losses: Set[str]) -> Finding:
    """Return a finding, as a loss if it is of these kinds, since no list of findings names them.

    A code for an unknown year is one: a missing year means that there was no event.
    """
    return finding._replace(lost=finding.rows) if finding.kind in losses else finding


def _columns_of_years(
    table: pd.DataFrame,
    columns: Mapping[str, str] | Iterable[str] | None,
    where: identifiers.Countries,
    findings: Findings,
) -> dict[str, str]:
    """Return the name of each event and its column."""
    if columns is None:
        columns = [name for name in table.columns if name not in where.columns]
        _refuse_years_of_rows(columns, findings)
    elif isinstance(columns, str):
        columns = [columns]
    names = dict(columns) if isinstance(columns, Mapping) else {name: name for name in columns}
    refuse_odd_names(names)
    refuse_shared(names, findings)
    absent = [name for name in names.values() if name not in table]
    if absent or not names:
        first = f"; {quoted(absent[0])} is absent" if absent else ""
        raise PanelError(
            f"{findings.label} must have a column of years for each event{first}; it has "
            f"{listed(table.columns)}; name the columns of years with",
            COLUMNS,
        )
    if "country" in names:
        raise PanelError(
            f"{findings.label}: an event must not be called country, which is the index of the "
            f"answer; rename it with",
            Argument("columns", f"{{'NEW': {names['country']!r}}}"),
        )
    return names


def _refuse_years_of_rows(columns: Sequence[str], findings: Findings) -> None:
    """Refuse a column of years beside others: it may be the year of each row, not of an event."""
    years = [name for name in columns if plain(name) in YEAR_COLUMNS]
    if years and len(columns) > 1:
        raise PanelError(
            f"{findings.label} must have a row for each country, not for each country and year; "
            f"{listed(years)} may be the year of each row; name the columns of events with",
            COLUMNS,
        )


def _checked(events: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    """Return years as float64, or refuse the cells that are not years."""
    checked = {}
    for name, column in events.items():
        years, wrong = numbers_on(column, YEARS)
        if wrong.any():
            first = int(wrong.argmax())
            unit, row = events.index[first]
            raise PanelError(
                f"{findings.label}: {listed([name])} must hold years from {YEARS[0]} to "
                f"{YEARS[1]} or nothing; "
                f"{counted(int(wrong.sum()), 'cell does', 'cells do')} not, the first "
                f"{quoted(column.iloc[first])} of {unit} in {row}; name the columns of years with",
                COLUMNS,
            )
        checked[name] = years
    return pd.DataFrame(checked, index=events.index.get_level_values("country"))


def _one_row_each(events: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    """Return a row for each country, in order, or refuse rows that contradict each other."""
    distinct = events.reset_index().drop_duplicates().set_index("country").sort_index()
    repeated = distinct.index[distinct.index.duplicated()]
    if len(repeated):
        raise PanelError(
            f"{findings.label}: a country must have one year for each event; "
            f"{counted(len(repeated), 'row contradicts', 'rows contradict')} an earlier one, the "
            f"first of {repeated[0]}; merge them"
        )
    return distinct
