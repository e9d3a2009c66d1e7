"""The coordinates of small charts and bars."""

from __future__ import annotations

from typing import Any

import pytest
from matplotlib.colors import to_hex

from policyindex.plot._geometry import contrast, ink_on, layout, score_shades
from policyindex.report import _drawing, _tables
from policyindex.report._material import Break


@pytest.mark.parametrize(
    ("ticks", "drawn"),
    [
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]),
        ([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]),
        ([3, 5, 7, 9, 11, 13, 15], [3, 7, 11, 15]),
    ],
)
def test_ticks_are_few_and_keep_both_ends(ticks: list[int], drawn: list[int]) -> None:
    assert _drawing._few(ticks) == drawn


def test_a_bar_runs_from_the_first_rank_to_the_last() -> None:
    assert _tables._position(1, 182) == _tables._position(1, 1) == 4
    assert _tables._position(182, 182) == _tables.BAR - 4
    assert _tables._position(2, 3) == _tables.BAR / 2


def test_a_source_that_begins_with_the_chart_has_no_mark() -> None:
    breaks = [Break(year, f"Source of {year}") for year in (2001, 2002, 2003, 2004)]
    chart = _drawing.panel("overall", (3, 15), (2001, 2003), {}, digits={}, breaks=breaks)
    middle = (_drawing.LEFT + _drawing.WIDTH - _drawing.RIGHT) / 2
    assert chart.breaks == [
        (middle, "From 2002: Source of 2002"),
        (_drawing.WIDTH - _drawing.RIGHT, "From 2003: Source of 2003"),
    ]


def test_a_panel() -> None:
    """Lines begin anew after a gap; the label of a line stands beside its last year."""
    chart: Any = _drawing.panel(
        "overall",
        (3, 15),
        (2000, 2004),
        {"own": {2000: 3, 2001: 9, 2003: 15}, "region": {1999: 4, 2004: 9.04}, "all": {}},
        digits={"own": 0, "region": 1, "all": 1},
        undecided=[(1999, 3, 4), (2002, 3, 15)],
        band={2000: (3, 9), 2001: (3, 15), 2003: (9, 15)},
    )
    own, region = chart.lines
    assert own[:6] == ("own", "M20 130L65 69M155 8", "M20 130h0M65 69h0M155 8h0", "", "15", 161)
    assert region[:6] == ("region", "M200 68.6", "M200 68.6h0", "", "9.0", 206)
    assert (own.y, region.y) == (8, 68.6)
    assert chart.ticks == ((130, "3"), (89.3, "7"), (48.7, "11"), (8, "15"))
    assert chart.years == ((20, 2000), (200, 2004))
    assert chart.undecided == [(110, 130, 8)]
    assert chart.band == "M20 69L65 8L65 130L20 130ZM152.5 8L157.5 8L157.5 69L152.5 69Z"
    assert chart.words == (
        "overall: 3 in 2000, 15 in 2003; mean of its region 9.0 in 2004; all countries no score."
    )


def test_panels_share_frames_and_the_lines_of_regions() -> None:
    shared = _drawing.Shared()
    one, other = (
        _drawing.panel(
            "overall",
            (3, 15),
            (2000, 2001),
            {"region": {2000: 4, 2001: 5}, "own": {2000: 3 + place}},
            digits={"own": 0, "region": 1},
            shared=shared,
        )
        for place in range(2)
    )
    assert (one.frame, other.frame) == (":frame0", ":frame0")
    assert [each.lines[0].shared for each in (one, other)] == [":path0", ":path0"]
    assert list(shared.paths) == ["M20 119.8L200 109.7M20 119.8h0M200 109.7h0"]
    assert one.lines[0].path == one.lines[0].dots == ""
    assert one.lines[1].path == "M20 130"


def test_labels_at_one_height_move_apart() -> None:
    assert _drawing._heights() == []
    assert _drawing._heights(60, 60) == [54, 66]
    assert _drawing._heights(130, 130, 130) == [106, 118, 130]


@pytest.mark.parametrize(
    ("counts", "step", "bars"),
    [
        ({-1: 2, 0: 8, 1: 4}, 104, [(0, 90, 30), (104, 0, 120), (208, 60, 60)]),
        (
            dict.fromkeys(range(-3, 4), 1),
            74.3,
            [(place * 520 / 7, 0, 120) for place in range(7)],
        ),
        ({}, 104, []),
    ],
)
def test_a_histogram(
    counts: dict[int, int], step: float, bars: list[tuple[float, float, float]]
) -> None:
    drawn = _drawing.histogram(counts)
    assert drawn.step == step
    assert drawn.width == pytest.approx(len(counts) * (520 / max(len(counts), 5)), abs=0.06)
    assert [(each.change, each.n) for each in drawn.bars] == list(counts.items())
    for bar, place in zip(drawn.bars, bars, strict=True):
        assert (bar.x, bar.y, bar.height) == pytest.approx(place, abs=0.06)
        assert bar.label == (f"+{bar.change}" if bar.change > 0 else
                             str(bar.change).replace("-", "\N{MINUS SIGN}"))  # fmt: skip


def test_every_country_has_a_square_of_its_own() -> None:
    places = layout()
    drawn = {tile.unit: tile for tile in _drawing.tiles({"DEU": 12.0})}
    assert list(drawn) == list(places.index)
    for unit, row in places.iterrows():
        tile = drawn[str(unit)]
        assert (tile.x, tile.y) == (26 * row["column"], 26 * row["row"])
        assert tile.score == (12 if unit == "DEU" else None)
    assert drawn["DEU"].name == "Germany"
    assert _drawing.absent({"DEU": 12.0, "XXA": 3.0}) == ["XXA"]


def test_scores_have_shades_for_light_and_dark_pages() -> None:
    shades = _drawing.shades({"DEU": 3.0, "FRA": 5.0, "ITA": 5.0}, (3, 5))
    assert [(each.score, each.n) for each in shades] == [(3, 1), (4, 0), (5, 2)]
    dark = [each.dark for each in shades if each.dark is not None]
    assert [(each.score, each.n, each.dark) for each in dark] == [(3, 0, None), (4, 0, None),
                                                                   (5, 0, None)]  # fmt: skip
    assert [each.fill for each in dark] == [each.fill for each in reversed(shades)]
    ramp = score_shades((3, 5))
    for shade, colour in zip(shades, ramp, strict=True):
        assert shade.fill == to_hex(colour)
        assert shade.ink == ink_on(colour)
        assert shade.edged == (contrast(colour, _drawing.PAPER) < 3)
