"""Files of events: the year in which each country did something once, such as pass a law."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

import pandas as pd

from .._options import one_of
from .._wording import listed, quoted
from ..panel.check import YEARS, PanelError
from ..panel.numbers import numbers_on, year_of
from . import cells as _cells
from . import columns as _columns
from . import formats as _formats
from .files import content_of, warn_of_losses
from .findings import Note


def read_events(
    path: str | os.PathLike[str],
    *,
    country: str | None = None,
    kind: str | None = None,
    columns: Mapping[str, str] | Iterable[str] | None = None,
    unmatched: str = "raise",
    sentinels: Iterable[float] = _cells.SENTINELS,
    sheet: int | str | None = None,
    source: str | None = None,
) -> pd.DataFrame:
    r"""Read the years of events from a file with one row per country.

    A blank cell or a sentinel means that the event has not happened, or not that anyone knows.
    Warns with :class:`ReadingWarning` when anything the file holds is not in the answer.

    Parameters
    ----------
    path : str or path
        A file of any format that :func:`read` reads.
    country, kind : str, optional
        The column of the country, and what it holds, as in :func:`read`.
    columns : mapping of str to str, or iterable of str, optional
        The columns of years, or what to call each event to its column; by default all that are
        not known as columns of countries.
    unmatched : {"raise", "drop"}
        Whether to refuse a file with rows of unknown countries, or to leave these rows out.
    sentinels : iterable of float
        Numbers that stand for a missing year.
    sheet : str or int, optional
        The sheet of an Excel file, as in :func:`read`.
    source : str, optional
        A label for the data; by default the name of the file.

    Returns
    -------
    DataFrame, index country, float64
        A column per event: its year, missing for never. A column is what
        :func:`event_study` takes as events, and :func:`changes` as ``since``.

    Raises
    ------
    PanelError
        When the file is no table, a column cannot be found, a country is unknown, a cell is no
        year from 1900 to 2100, or two rows of a country contradict each other.
    ValueError
        When ``unmatched`` or ``kind`` is none of its options.
    OSError
        When the file cannot be opened.

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
    notes: list[Note] = []
    table = _formats.parse(content, label, sheet, notes)
    place = _columns.locate_countries(table, country, kind, label)
    found = _columns_of_years(table, columns, place, label)
    codes = _cells.country_codes(table, place, unmatched, notes, label)
    known = codes.notna().to_numpy()
    rows = [f"row {row + 1}" for row in table.index[known]]
    index = pd.MultiIndex.from_arrays([codes[known], rows], names=["country", "row"])
    cells = table.loc[known, list(found.values())].map(year_of)
    cells = cells.set_axis(index, axis=0).set_axis(list(found), axis=1)
    years = _cells.values(cells, dict.fromkeys(found, YEARS), tuple(sentinels), notes)
    events = _one_row_each(_checked(years, label))
    events.attrs["source"] = source or label
    warn_of_losses(events.attrs["source"], notes)
    return events


def _columns_of_years(
    table: pd.DataFrame,
    columns: Mapping[str, str] | Iterable[str] | None,
    place: _columns.Place,
    label: str,
) -> dict[str, str]:
    """Return the name of each event and its column."""
    if columns is None:
        columns = [name for name in table.columns if name not in (place.country, *place.others)]
    elif isinstance(columns, str):
        columns = [columns]
    found = dict(columns) if isinstance(columns, Mapping) else {name: name for name in columns}
    absent = [name for name in found.values() if name not in table]
    if absent or not found:
        first = f"; {quoted(absent[0])} is not one" if absent else ""
        raise PanelError(
            f"{label} must have a column of years for each event{first}; it has "
            f"{listed(table.columns)}; name those of years with columns=[...]"
        )
    return found


def _checked(events: pd.DataFrame, label: str) -> pd.DataFrame:
    """Return years as float64, or refuse the cells that are none."""
    checked = {}
    for name, column in events.items():
        years, wrong = numbers_on(column, YEARS)
        if wrong.any():
            first = int(wrong.argmax())
            unit, row = events.index[first]
            raise PanelError(
                f"{label}: {listed([name])} must hold years from {YEARS[0]} to {YEARS[1]} or "
                f"nothing; {wrong.sum()} cells do not, the first {quoted(column.iloc[first])} of "
                f"{unit} in {row}; name the columns of years with columns=[...]"
            )
        checked[name] = years
    return pd.DataFrame(checked, index=events.index.get_level_values("country"))


def _one_row_each(events: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each country, in order, or refuse rows that contradict each other."""
    distinct = events.reset_index().drop_duplicates().set_index("country").sort_index()
    repeated = distinct.index[distinct.index.duplicated()]
    if len(repeated):
        raise PanelError(
            f"a country must have one year for each event; {len(repeated)} rows contradict an "
            f"earlier one, the first of {repeated[0]}; merge them"
        )
    return distinct
