"""Convert cells to float64. Numbers and numeric text are accepted, nothing else."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..typing import Scale

DATE = re.compile(r"\s*(\d{4}-\d{2}-\d{2})\s*")
"""A date as ISO 8601 writes it, which has one reading only."""


EXPONENT = re.compile(r"\s*[+-]?\d+(?:[.,](\d*))?e\+?(\d{1,3})\s*", re.IGNORECASE)
"""A number as spreadsheets write one that is too wide for its cell: decimals and exponent."""


LARGEST = 1e100
"""Of larger numbers the sum of squares could overflow."""


class Labelled(str):
    """The label that a file gives to a number: text that remembers its number."""

    number: float

    def __new__(cls, label: str, number: float) -> Labelled:
        """Return the label, with its number."""
        labelled = super().__new__(cls, label)
        labelled.number = number
        return labelled

    @property
    def numeric(self) -> str | float:
        """The label if it is an integer, otherwise the number it labels."""
        return str(self) if self.strip().isdecimal() else self.number


def as_numbers(column: pd.Series, *, booleans: bool) -> NDArray[np.float64]:
    """Return a column as float64.

    NaN for anything that is not a number; booleans count only with `booleans=True`.
    """
    if pd.api.types.is_any_real_numeric_dtype(column.dtype):
        return column.to_numpy(np.float64, na_value=np.nan)
    cells = [_number_or_text(cell, booleans) for cell in column.astype(object)]
    numbers = pd.to_numeric(np.array(cells, dtype=object), errors="coerce")
    return np.asarray(numbers, dtype=np.float64)


def numbers_on(
    column: pd.Series, scale: Scale | None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return a column as float64, and the mask of cells neither missing nor on the scale."""
    numbers = as_numbers(column, booleans=scale == (0, 1) or (scale is None and _is_truth(column)))
    wrong = np.abs(numbers) > LARGEST if scale is None else ~within(numbers, scale)
    missing = np.isnan(numbers)
    if pd.api.types.is_float_dtype(column.dtype):
        return numbers, wrong & ~missing
    return numbers, np.where(missing, _present(column), wrong)


def _is_truth(column: pd.Series) -> bool:
    """Return whether a column holds booleans alone; beside numbers one is a slip."""
    return pd.api.types.infer_dtype(column, skipna=True) == "boolean"


def _present(column: pd.Series) -> NDArray[np.bool_]:
    """Return the mask of the cells that are not missing; a signalling NaN is not a number."""
    try:
        return column.notna().to_numpy()
    except InvalidOperation:  # pandas compares it
        quiet = [str(cell) if isinstance(cell, Decimal) else cell for cell in column]
        return pd.Series(quiet, dtype=object).notna().to_numpy()


def within(numbers: NDArray[np.float64], scale: Scale) -> NDArray[np.bool_]:
    """Return the mask of the numbers from one bound to the other, integers if the bounds are."""
    low, high = scale
    whole = isinstance(low, int) and isinstance(high, int)
    with np.errstate(invalid="ignore"):
        on: NDArray[np.bool_] = (numbers >= low) & (numbers <= high)
        return on & (numbers == np.floor(numbers)) if whole else on


def on_words(scale: Scale | None) -> str:
    """Return what a number on the scale is, e.g. an integer from 1 to 5."""
    if scale is None:
        return "a number"
    kind = "an integer" if all(isinstance(each, int) for each in scale) else "a number"
    return f"{kind} from {scale[0]:g} to {scale[1]:g}"


def as_years(column: pd.Series) -> NDArray[np.float64]:
    """Return the years of a column of numbers, text, dates or periods; NaN for anything else."""
    if not pd.api.types.is_any_real_numeric_dtype(column.dtype):
        column = pd.Series([_year(cell) for cell in column.astype(object)], dtype=object)
    return as_numbers(column, booleans=False)


def _year(cell: object) -> object:
    return cell.numeric if isinstance(cell, Labelled) else year_of(cell)


def year_of(cell: object) -> object:
    """Return the year of a date or a period, and any other cell as it is.

    A number such as 2.01E+03, whose last digits a spreadsheet may have rounded, stays text.
    """
    if isinstance(cell, str):
        if text := DATE.fullmatch(cell):
            with suppress(ValueError):
                return date.fromisoformat(text[1]).year
        number = EXPONENT.fullmatch(cell)
        if number and len(number[1] or "") < int(number[2]):
            return f"{cell} (rounded)"
    return cell.year if isinstance(cell, date | pd.Period) else cell


def _number_or_text(cell: object, booleans: bool) -> float | str | None:
    # Not left to pandas, for which dates are nanoseconds and 10**400 is a crash.
    if isinstance(cell, str):
        return cell if cell.isascii() else None
    if isinstance(cell, bool) and not booleans:
        return None
    if isinstance(cell, Decimal):
        return float(cell) if cell.is_finite() else None
    if isinstance(cell, float | np.floating):
        return float(cell)
    if isinstance(cell, int | np.integer) and abs(int(cell)) <= sys.float_info.max:
        return float(cell)
    return None
