"""Levels of a chart, and the labels that fit its cells."""

from __future__ import annotations

import pytest

from builders import series
from policyindex import THREE_P, PanelError
from policyindex.plot import _subject

CELL = 0.65 * 8.2
"""Width of a digit, in points."""


def subject(*values: float, name: str = "tier") -> _subject.Subject:
    cells = {("DEU", 2000 + place): value for place, value in enumerate(values)}
    return _subject.subject_of(series(cells).rename(name), THREE_P)


@pytest.mark.parametrize("n", [1, 3, 7])
@pytest.mark.parametrize("width", [8, 20])
def test_a_label_stays_within_its_row(n: int, width: float) -> None:
    """In the centre of its cell where it fits, otherwise at the end of the row."""
    for level in (3, 14, 123):
        half = CELL * len(str(level)) / 2 + 1
        for place in range(n):
            centre = _subject.label_centre(level, place, n, width)
            assert centre >= half - 1e-9
            if 2 * half <= n * width:
                assert centre <= n * width - half + 1e-9
            if half <= (place + 0.5) * width <= n * width - half:
                assert centre == (place + 0.5) * width


@pytest.mark.parametrize(
    ("levels", "width", "step"),
    [
        (range(3, 16), 2 * CELL + 2, 1),
        (range(3, 16), 2 * CELL + 1.9, 2),
        (range(3, 16), (2 * CELL + 2) / 4.5, 6),  # 5 cells are enough; 6 label both ends
        (range(1, 6), CELL + 2, 1),
        (range(1, 6), 1, 8),
        ([1, 2, 2.5, 3], 3 * CELL + 2, 1),
        ([1, 2, 2.5, 3], 2 * CELL + 2, 3),
        ([], 1, 8),
    ],
)
def test_as_many_levels_have_a_label_as_fit(levels: list[float], width: float, step: int) -> None:
    assert _subject.label_step(list(levels), width) == step


def test_a_ladder_has_every_integer_between_the_levels_seen() -> None:
    assert subject(1, 4).ladder(4) == [1, 2, 3, 4]
    assert subject(1.5, 4).ladder(4) == [1.5, 2, 3, 4]
    assert subject(2, 1, 5, name="prosecution").ladder(5) == [1, 2, 3, 4, 5]
    with pytest.raises(PanelError, match=r"at most 3 levels; it has 4, from 1 to 4; group them"):
        subject(1, 4).ladder(3)


def test_values_that_are_no_levels_are_refused_by_the_first() -> None:
    values = [1, 2, *(each + 0.25 for each in range(13))]
    with pytest.raises(PanelError) as error:
        subject(*values).levels()
    assert "tier must be integers, or at most 12 different values" in str(error.value)
    assert "13 are not integers, the first 0.25 at DEU 2002; state a scale" in str(error.value)


@pytest.mark.parametrize(("limits", "seen"), [((1, 5), (0.84, 5.16)), ((3, 3), (2.96, 3.04))])
def test_an_axis_has_room_for_markers_at_its_ends(
    limits: tuple[int, int], seen: tuple[float, float]
) -> None:
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    _subject.fix_axis(ax.yaxis, limits)
    assert ax.get_ylim() == pytest.approx(seen)
    _subject.fix_axis(ax.xaxis, limits)
    assert ax.get_xlim() == pytest.approx(seen)


def test_an_axis_without_a_value_runs_from_0_to_1() -> None:
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    subject(float("nan")).fix_axis(ax.yaxis)
    assert ax.get_ylim() == pytest.approx((-0.04, 1.04))
    assert list(ax.get_yticks()) == [0, 1]
