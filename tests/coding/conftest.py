"""Workbooks that a test fills in."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a workbook to be written."""
    return tmp_path / "ama.xlsx"
