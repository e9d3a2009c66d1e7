"""Read the sheets of workbooks, .xlsx, .xls and .ods, as rows of the cells that they show."""

from .model import MOST_BLANK, UNCALCULATED, Range, Rounded, Sheet, sheet_at
from .opening import open_sheets

__all__ = [
    "MOST_BLANK",
    "UNCALCULATED",
    "Range",
    "Rounded",
    "Sheet",
    "open_sheets",
    "sheet_at",
]
