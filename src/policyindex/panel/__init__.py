"""Panels: the contract of a country-year table, and what is true of every one of them."""

from .check import PanelError, as_panel
from .contract import check_panel
from .counts import Coverage, coverage
from .splicing import splice

__all__ = ["Coverage", "PanelError", "as_panel", "check_panel", "coverage", "splice"]
