"""Types of arguments: options are optional."""

from __future__ import annotations

import pytest

from policyindex import typing


@pytest.mark.parametrize("options", ["ChartOptions", "ReadingOptions", "TableOptions"])
def test_no_option_is_required(options: str) -> None:
    assert getattr(typing, options).__required_keys__ == frozenset()
    assert getattr(typing, options).__optional_keys__
