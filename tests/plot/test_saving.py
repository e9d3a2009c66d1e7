"""Charts at other sizes."""

from __future__ import annotations

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from policyindex.plot import _saving


@pytest.mark.parametrize(
    ("width", "keeps_shape", "height"),
    [
        (8, False, 6),
        (16, False, 6),
        (4, False, 12),
        (8, True, 6),
        (16, True, 4 * 2 + 2),
        (2, True, 4 / 4 + 2 * 2),
    ],
)
def test_a_narrower_chart_is_as_high_as_its_text_needs(
    width: float, keeps_shape: bool, height: float
) -> None:
    """The words, 2 inches of a map, need more lines; its picture keeps its shape."""
    figure = plt.figure(figsize=(8, 6))
    with _saving.resized(figure, width, keeps_shape=keeps_shape):
        assert mpl.rcParams["figure.figsize"] == pytest.approx([width, height])
        assert not plt.fignum_exists(figure.number)
