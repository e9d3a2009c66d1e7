"""The door of the library: rooms and names are loaded on first use."""

from __future__ import annotations

import pytest

import policyindex as pi


@pytest.mark.parametrize("room", ["plot", "coding", "robustness"])
def test_a_room_is_the_module_of_its_name(room: str) -> None:
    assert pi.__getattr__(room).__name__ == f"policyindex.{room}"


@pytest.mark.parametrize("name", ["score", "ranks", "PanelError", "THREE_P"])
def test_a_name_is_that_of_its_room(name: str) -> None:
    assert pi.__getattr__(name) is getattr(pi, name)


@pytest.mark.parametrize("name", ["scores_", "numpy", ""])
def test_another_name_is_absent(name: str) -> None:
    with pytest.raises(AttributeError, match=f"module 'policyindex' has no attribute '{name}'"):
        pi.__getattr__(name)
