"""Sizes of type and colours that follow the style sheet."""

from __future__ import annotations

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from policyindex.plot import _panels
from policyindex.plot import _theme as theme


@pytest.mark.parametrize("size", [10, 20])
def test_type_grows_with_that_of_the_style_sheet(size: float) -> None:
    with mpl.rc_context({"font.size": size}):
        sizes = [theme.title_size(), theme.text_size(), theme.small_size(), theme.line_height()]
    assert sizes == pytest.approx([each * size / 10 for each in (11, 8.5, 8.2, 1.3 * 8.2)])
    assert _panels.least_type(450) == 6.75  # 9 pixels where 450 points have 600


@pytest.mark.parametrize(
    ("of_axes", "of_figure", "text", "under"),
    [
        ("#112233", "#445566", "black", "#112233"),
        ((1, 0, 0, 0.2), "#445566", "black", "#445566"),
        ("none", "none", "black", "white"),
        ("none", "none", "#bbbbbb", "black"),
    ],
)
def test_the_ground_is_the_colour_that_is_seen(
    of_axes: object, of_figure: object, text: str, under: str
) -> None:
    ax = Figure(facecolor=of_figure).subplots()
    ax.set_facecolor(of_axes)
    with mpl.rc_context({"text.color": text}):
        assert theme.ground(ax) == under


def test_new_charts_have_the_size_of_the_style_sheet_if_it_has_one() -> None:
    assert theme.figure_size(7, 5) == (7, 5)
    with mpl.rc_context({"figure.figsize": (3, 2)}):
        assert theme.figure_size(7, 5) == (3, 2)


def test_greys_are_shares_of_the_text_and_the_ground() -> None:
    ax = Figure(facecolor="white").subplots()
    with mpl.rc_context({"text.color": "black"}):
        greys = [each(ax) for each in (theme.ink, theme.grey, theme.pale, theme.faint)]
    assert greys == ["#212121", "#666666", "#c7c7c7", "#e6e6e6"]
    assert theme.mixed("#000000", "#ffffff", 0.5) == "#808080"
    looks = theme.series(ax, 9)
    assert looks[8] == looks[0]
    assert len({look.marker for look in looks}) == 8
