"""Make a panel of a table that is in memory: of pandas, or any frame with the Arrow interface."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from .._wording import listed
from ..panel.check import PanelError
from ..panel.labels import carry
from .files import Request, panel_of
from .findings import Findings, warn_of
from .layouts import plain_cell

LABEL = "the table"


def as_panel(
    table: Any,
    *,
    country_column: str | None = None,
    year_column: str | None = None,
    file_year: int | None = None,
    kind: str | None = None,
    columns: Mapping[str, str] | Iterable[str] | None = None,
    text: str | Iterable[str] = (),
    layout: str | None = None,
    unmatched: str = "raise",
    sentinels: Iterable[float | str] = (),
) -> pd.DataFrame:
    """Make a panel from a table in memory that names countries and years.

    Countries, years and layouts are recognised as by :func:`read_values`, and the table stays as
    it was. Warns with :class:`policyindex.ReadingWarning` if anything that the table holds is not
    in the panel, such as a column of text; rows of aggregates, such as World, are left out.

    Parameters
    ----------
    table : DataFrame, or a frame of Polars, DuckDB or PyArrow
        A row per country and year, a column per year, or a row per value with its indicator. Any
        frame with the Arrow interface is taken (extra ``parquet``).
    country_column, year_column : str, optional
        The columns of the country and the year, or levels of the index; by default recognised by
        their names.
    file_year : int, optional
        The year that all rows describe, where the table has no column of years.
    kind : str, optional
        The scheme of the names or codes; see :func:`policyindex.countries.iso3`. ``"any"`` takes
        units that are not countries as they stand.
    columns : iterable of str, or mapping of str to str, optional
        The columns of values, or the name of each to its column; by default all that hold numbers.
    text : str or iterable of str, optional
        Columns that stay text.
    layout : {"rows", "wide", "long"}, optional
        As in :func:`read`. Columns of several levels, as those of ``unstack``, are joined by
        blanks.
    unmatched : {"raise", "drop"}
        Whether to refuse a table with rows of unknown countries, or to drop these rows.
    sentinels : iterable of float or str
        Numbers or text that stand for a missing value, by default none.

    Returns
    -------
    DataFrame, index (country, year)
        ``float64`` columns, missing where a cell is, and columns of text; sorted.

    Raises
    ------
    PanelError
        If a column is absent, a country is unknown, a year is not an integer from 1900 to 2100,
        a country has two rows for one year, or a value is not a number.
    ValueError
        If `kind`, `layout` or `unmatched` is not a valid option.
    ImportError
        If a frame of another library needs PyArrow, which is not installed.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"country": ["Germany", "South Korea"], "prosecution": [5, 5]})
    >>> as_panel(table, file_year=2009)
                  prosecution
    country year
    DEU     2009          5.0
    KOR     2009          5.0
    """
    request = Request(
        holds="values",
        country_column=None if country_column is None else str(country_column),
        year_column=None if year_column is None else str(year_column),
        file_year=file_year,
        kind=kind,
        columns=columns,
        text=text,
        layout=layout,
        unmatched=unmatched,
        sentinels=sentinels,
        needs_values=False,
    )
    request.check()
    frame = _frame(table)
    findings = Findings(LABEL)
    panel, _ = panel_of(_plain(frame), request, findings)
    warn_of(findings, str(frame.attrs.get("source") or LABEL), stacklevel=2)
    return carry(panel, frame)


def _frame(table: Any) -> pd.DataFrame:
    """Return a table as a DataFrame of pandas."""
    if isinstance(table, pd.DataFrame):
        return table
    if isinstance(table, pd.Series) or not hasattr(table, "__arrow_c_stream__"):
        raise PanelError(
            f"a table must be a DataFrame, or a frame with the Arrow interface; this is a "
            f"{type(table).__name__}"
        )
    try:
        import pyarrow as pa
    except ImportError as error:
        raise ImportError(
            "frames of other libraries need PyArrow: python -m pip install 'policyindex[parquet]'"
        ) from error
    frame: pd.DataFrame = pa.table(table).to_pandas()
    return frame


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of plain cells whose columns have distinct names of text."""
    levels = [place for place, name in enumerate(frame.index.names) if name is not None]
    if levels:
        frame = frame.reset_index(level=levels, allow_duplicates=True)
    labels: list[Any] = list(frame.columns)
    names = [
        " ".join(map(_label, label if isinstance(label, tuple) else [label])) for label in labels
    ]
    names = [name.strip() for name in names]
    repeated = [name for name, times in Counter(names).items() if times > 1]
    if repeated:
        raise PanelError(
            f"columns must be distinct; {listed(repeated)} "
            f"{'is' if len(repeated) == 1 else 'are'} repeated; drop or rename "
            f"{'it' if len(repeated) == 1 else 'them'}"
        )
    columns = [_column(frame.iloc[:, place]) for place in range(len(names))]
    return pd.DataFrame(dict(zip(names, columns, strict=True)), index=range(len(frame)))


def _label(name: object) -> str:
    return f"{name:g}" if isinstance(name, float) else str(name)


def _column(column: pd.Series) -> Any:
    """Return numbers as they are, and other cells as objects of plain types."""
    if pd.api.types.is_any_real_numeric_dtype(column.dtype):
        return column.to_numpy(np.float64, na_value=np.nan)
    cells = np.empty(len(column), dtype=object)
    cells[:] = [_cell(cell) for cell in column.astype(object)]
    return pd.Series(cells, dtype=object)  # as text, pandas could not hold every character


def _cell(cell: object) -> object:
    if isinstance(cell, pd.Period):
        return cell
    return None if cell is pd.NaT else plain_cell(cell)
