"""Long lists: how many rows and columns fit."""

from __future__ import annotations

from math import floor

import pytest
from matplotlib.figure import Figure

from policyindex.plot import _blocks
from policyindex.plot._look import PLAIN

WORDS = ("A title", "", "A note")
TEXTS = 1.25 * (1.15 * 11 + 8.2) + 8.5 + 20
"""Height of a title, a note and the gaps, without a key, in points."""


@pytest.mark.parametrize("width", [2, 4, 7.5])
@pytest.mark.parametrize("height", [1, 4, 4.3, 9])
def test_the_rows_that_fit(width: float, height: float) -> None:
    ax = Figure(figsize=(width, height), layout="constrained").subplots()
    columns = max(floor(72 * width / 150), 1)
    for key_rows in (0, 2):
        room = 72 * height - TEXTS - key_rows * 1.3 * 8.2
        fitting = max(floor(room / (1.3 * 8.2) + 0.01), 3)
        assert _blocks.most_rows(ax, WORDS, key_rows) == fitting * columns


@pytest.mark.parametrize(("n", "inches"), [(10, 4), (64, 12), (65, 7), (190, 12)])
def test_a_chart_with_room_for_all_countries(n: int, inches: int) -> None:
    assert _blocks.fold_words(30, n, PLAIN) == (
        f"Only 30 of {n} countries fit, the first; 7.5 by {inches} inches have room for all."
    )


@pytest.mark.parametrize("n", [1, 20, 64])
def test_new_axes_have_room_for_a_list_in_one_column(n: int) -> None:
    ax = _blocks.list_axes(None, n, WORDS, 2)
    assert ax.figure.get_size_inches()[0] == 7.5
    rows = max(n, 4) * 1.3 * 8.2
    height = ax.figure.get_size_inches()[1] * 72
    assert height == pytest.approx(rows + TEXTS + 2 * 1.3 * 8.2)
    assert _blocks.most_rows(ax, WORDS, 2) // 3 == max(n, 4)
