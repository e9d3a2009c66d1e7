"""Ticks that fit, and the grids of small charts."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from policyindex.plot import _panels


@pytest.mark.parametrize(
    ("width", "left"),
    [
        (210, list(range(13))),
        (209, [0, 2, 4, 6, 8, 10, 12]),
        (85, [0, 3, 6, 9, 12]),
        (66, [0, 4, 8, 12]),
        (50, [0, 6, 12]),
        (33, [0, 12]),
        (1, [0, 12]),
    ],
)
def test_ticks_are_thinned_to_those_that_fit(width: float, left: list[int]) -> None:
    """A tick of two digits has 1.9 sizes of type; every second, third etc. has a label."""
    ax = Figure().subplots()
    ax.set_xlim(0, 12)
    ax.xaxis.set_major_locator(FixedLocator(range(13)))
    _panels.thin_ticks(ax.xaxis, width)
    assert list(ax.xaxis.get_majorticklocs()) == left
    assert len(left) <= max(width / (1.9 * 8.5), 2)
