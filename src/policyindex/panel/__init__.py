"""Panels: the contract of a country-year table, and what holds for every one of them."""

from .check import PanelError, as_panel, check_panel
from .counts import Coverage, coverage

__all__ = ["Coverage", "PanelError", "as_panel", "check_panel", "coverage"]
