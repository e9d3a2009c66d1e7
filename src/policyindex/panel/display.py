"""Results as a notebook and a terminal show them: a sentence, and tables that a person reads."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from .. import countries

MOST_ROWS = 20
"""Rows of a table in a notebook; of a longer one the first and the last ten."""

MISSING = "\N{EN DASH}"


def as_text(result: Any) -> str:
    """Return a result as a terminal shows it: its class, its sentence and its fields.

    Examples
    --------
    >>> from typing import NamedTuple
    >>> class Answer(NamedTuple):
    ...     n: int
    ...     def __str__(self) -> str:
    ...         return "Two countries."
    >>> as_text(Answer(2))
    '<Answer: Two countries. Fields: n>'
    """
    return f"<{type(result).__name__}: {result!s} Fields: {', '.join(result._fields)}>"


def as_html(sentence: str, **tables: pd.DataFrame | pd.Series) -> str:
    """Return a result as HTML for a notebook: its sentence, then its tables.

    A column of integers has no decimals; the name of a country stands beside its code; a missing
    value is a dash. All text is escaped, and kept from programs that typeset formulas in a page.

    Parameters
    ----------
    sentence : str
        What the result says.
    **tables : DataFrame or Series
        By name; where there are several, each stands under its name.
    """
    parts = [f"<p>{escape(sentence)}</p>"]
    for name, table in tables.items():
        caption = escape(name.replace("_", " ")) if len(tables) > 1 else ""
        parts.append(_table(table, caption))
    inner = "\n".join(parts)
    return f'<div class="policyindex tex2jax_ignore mathjax_ignore">\n{inner}\n</div>'


def names_and_codes(codes: Iterable[str]) -> str:
    """Return countries as a list for a reader, e.g. Germany (DEU), Nigeria (NGA)."""
    pairs = [(countries.name(code), code) for code in codes]
    return ", ".join(name if name == code else f"{name} ({code})" for name, code in pairs)


def fields(result: Any) -> pd.Series:
    """Return the numbers and words of a result without tables, a row for each."""
    return pd.Series(result._asdict(), dtype=object, name="value").rename_axis("field")


def _table(table: pd.DataFrame | pd.Series, caption: str) -> str:
    if isinstance(table, pd.Series):
        table = table.to_frame("value" if table.name is None else table.name)
    frame = countries.with_names(table)
    n, columns = len(frame), list(frame.columns)
    places = list(range(n))
    if n > MOST_ROWS:
        places = [*places[: MOST_ROWS // 2], *places[-MOST_ROWS // 2 :]]
    levels = [frame.index.get_level_values(k) for k in range(frame.index.nlevels)]
    labels = [_column(level.to_series()) for level in levels]
    cells = [_column(frame.iloc[:, k]) for k in range(len(columns))]
    names = [*("" if name is None else name for name in frame.index.names), *columns]
    head = "".join(f'<th scope="col">{escape(_word(name))}</th>' for name in names)
    rows = []
    for position, place in enumerate(places):
        if n > MOST_ROWS and position == MOST_ROWS // 2:
            rest = f"{n - MOST_ROWS:,} more rows"
            rows.append(f'<tr><td colspan="{len(names)}">{rest}</td></tr>')
        heads = "".join(f'<th scope="row">{escape(label[place])}</th>' for label in labels)
        values = "".join(f"<td>{escape(each[place])}</td>" for each in cells)
        rows.append(f"<tr>{heads}{values}</tr>")
    title = f"<caption>{caption}</caption>" if caption else ""
    return (
        f'<table class="dataframe">{title}<thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _column(column: pd.Series) -> list[str]:
    """Return the cells of a column as text; numbers of one column have the same decimals."""
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return [_word(cell) for cell in column]
    values = column.to_numpy(np.float64, na_value=np.nan)
    finite = values[np.isfinite(values)]
    for decimals in (0, 1, 2):
        if (finite == np.round(finite, decimals)).all():
            return [
                f"{value:z.{decimals}f}" if np.isfinite(value) else _word(value) for value in values
            ]
    return [_decimal(value) if np.isfinite(value) else _word(value) for value in values]


def _decimal(value: float) -> str:
    """Return a number with three decimals; a smaller one, such as a p-value, as it is."""
    return f"{value:z.3f}" if not value or abs(value) >= 0.0005 else f"{value:.2g}"


def _word(cell: Any) -> str:
    """Return a cell as text, without types of NumPy."""
    if isinstance(cell, tuple | list):
        return ", ".join(_word(part) for part in cell)
    if isinstance(cell, dict):
        return ", ".join(f"{_word(key)}: {_word(value)}" for key, value in cell.items())
    if pd.api.types.is_scalar(cell) and pd.isna(cell):
        return MISSING
    if isinstance(cell, float | np.floating):
        return f"{cell:.0f}" if float(cell).is_integer() else _decimal(float(cell))
    return str(cell)
