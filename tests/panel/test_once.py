"""Every function checks the index of each of its data once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from policyindex.panel import check
from uses import FUNCTIONS

TWO_DATA = {"splice", "estimate_error", "agreement", "disagreements", "compare"}


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[pd.Index]:
    """The indexes that were checked."""
    indexes: list[pd.Index] = []
    original = check.check_index

    def counting(labels: pd.Index) -> tuple[pd.MultiIndex, Any]:
        indexes.append(labels)
        return original(labels)

    monkeypatch.setattr(check, "check_index", counting)
    return indexes


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_index_is_checked_once(name: str, checks: list[pd.Index]) -> None:
    function: Callable[[], Any] = FUNCTIONS[name]
    function()
    assert len(checks) == (2 if name in TWO_DATA else 1)
