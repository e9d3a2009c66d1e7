"""Panels: the contract of a country-year table, and what is true of every one of them."""

from .check import PanelError
from .contract import check_panel
from .counts import Coverage, coverage
from .evidence import Evidence
from .splicing import splice

__all__ = ["Coverage", "Evidence", "PanelError", "check_panel", "coverage", "splice"]
