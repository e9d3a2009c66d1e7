"""How charts look: scales, ticks, labels kept apart, colours told apart, files."""

from __future__ import annotations

import itertools
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text
from scipy.optimize import isotonic_regression

from policyindex import THREE_P, Codebook, Dimension, Indicator, plot
from policyindex.plot import _geometry, _labels
from policyindex.plot import _style as style

levels = st.lists(st.integers(-3, 25).map(float) | st.just(np.nan), max_size=6)


def series(values: list[float], name: str | None = None) -> pd.Series:
    index = pd.MultiIndex.from_product([["DEU"], range(2000, 2000 + len(values))])
    return pd.Series(values, index=index.set_names(["country", "year"]), name=name, dtype=float)


@given(levels, st.sampled_from([None, "overall", "protection", "score"]))
def test_the_scale_holds_the_scores_and_has_whole_ends(
    values: list[float], name: str | None
) -> None:
    low, high = style.scale(series(values, name))
    known = [value for value in values if value == value]
    assert low <= min(known, default=low)
    assert high >= max(known, default=high)
    assert (low, high) == (int(low), int(high))
    if name in THREE_P.score_scales and all(
        THREE_P.score_scales[name][0] <= value <= THREE_P.score_scales[name][1] for value in known
    ):
        assert (low, high) == THREE_P.score_scales[name]


def test_the_scale_is_fixed_by_the_name_then_by_the_smallest_that_holds() -> None:
    assert style.scale(series([4, 5], "overall")) == (3, 15)
    assert style.scale(series([4, 5], "prosecution")) == (1, 5)
    assert style.scale(series([4, 5])) == (1, 5)
    assert style.scale(series([4, 12])) == (3, 15)
    assert style.scale(series([0.5, 17.2], "overall")) == (0, 18)
    assert style.scale(series([np.nan], "overall")) == (3, 15)
    fourth = Dimension("partnership", (Indicator("task_force"),), lambda task_force: 1 + task_force)
    four = Codebook("4P", (*THREE_P.dimensions, fourth))
    assert style.scale(series([4, 5], "overall"), four) == (four.lowest, four.highest)


@given(st.integers(-5, 30), st.integers(0, 60))
def test_ticks_are_few_whole_and_even(low: int, width: int) -> None:
    found = _geometry.ticks((low, low + width))
    assert 1 <= len(found) <= 8 or width > 49
    assert found[0] == low
    assert found[-1] <= low + width
    assert len({after - before for before, after in itertools.pairwise(found)}) <= 1


@given(st.integers(1, 250), st.floats(0, 600))
def test_ranks_to_label_have_room(last: int, width: float) -> None:
    found = style.rank_ticks(last, width)
    assert found[0] == 1
    assert found == sorted({*found})
    assert len(found) <= 6
    room = 0.64 * style.TEXT * len(str(last))
    assert len(found) <= max(width / room, 2)


def test_the_ticks_of_the_index_take_in_both_ends() -> None:
    assert _geometry.ticks((3, 15)) == [3, 5, 7, 9, 11, 13, 15]
    assert _geometry.ticks((1, 5)) == [1, 2, 3, 4, 5]
    assert _geometry.ticks((4, 4)) == [4]


@given(st.lists(st.floats(0, 100), max_size=9), st.floats(0.5, 20))
def test_labels_move_apart_as_little_as_they_can(wanted: list[float], room: float) -> None:
    given = np.array(wanted)
    found = _geometry.apart(given, room, -1e6, 1e6)
    order = np.argsort(found)
    assert (np.diff(found[order]) >= room - 1e-6).all()
    assert (np.diff(given[order]) >= 0).all()
    if len(given):
        shift = room * np.arange(len(given))
        best = isotonic_regression(np.sort(given) - shift).x + shift
        np.testing.assert_allclose(found[order], best, atol=1e-6)


@given(st.lists(st.floats(-50, 150), min_size=1, max_size=8))
def test_labels_stay_between_the_ends_where_they_fit(wanted: list[float]) -> None:
    found = _geometry.apart(np.array(wanted), 10, 0, 100)
    assert found.min() >= 5 - 1e-9
    assert found.max() <= 95 + 1e-9
    assert (np.diff(np.sort(found)) >= 10 - 1e-6).all()


def test_equal_labels_keep_their_order_from_the_top() -> None:
    found = _geometry.apart(np.array([5.0, 5.0, 5.0]), 2, 0, 10)
    np.testing.assert_allclose(found, [7, 5, 3])


def test_labels_hold_their_places_at_any_size() -> None:
    figure = Figure(figsize=(6, 4), layout="constrained")
    ax = figure.subplots()
    ax.set(xlim=(0, 1), ylim=(3, 15))
    notes = _labels.end_labels(
        ax, [_labels.EndLabel(1, 9, f"Country {n}", "black") for n in range(8)]
    )
    for size, dpi in (((6, 4), 100), ((3, 3), 300), ((12, 8), 50)):
        figure.set_size_inches(size)
        figure.set_dpi(dpi)
        figure.draw_without_rendering()
        boxes = [Text.get_window_extent(note) for note in notes]  # without the line to the point
        assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
        assert boxes[0].y0 > boxes[-1].y1


# Machado, Oliveira and Fernandes (2009), doi:10.1109/TVCG.2009.113, severity 1.
BLIND = {
    "nobody": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}


def linear(colour: object) -> np.ndarray:
    channels = np.array(mpl.colors.to_rgb(colour))
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear sRGB, white point D65."""
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    relative = to_xyz @ np.clip(light, 0, 1) / (0.95047, 1, 1.08883)
    x, y, z = np.where(relative > 0.008856, np.cbrt(relative), 7.787 * relative + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", BLIND)
def test_the_colours_of_lines_are_told_apart_by_all(sight: str) -> None:
    seen = [lab(BLIND[sight] @ linear(colour)) for colour in style.PALETTE]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 15


@pytest.mark.parametrize("sight", BLIND)
def test_the_colours_of_scores_darken_step_by_step_for_all(sight: str) -> None:
    colours, norm = style.score_colours((3, 15))
    shades = [colours(norm(score)) for score in range(3, 16)]
    lightness = [lab(BLIND[sight] @ linear(shade))[0] for shade in shades]
    assert np.diff(lightness).max() < -2


def test_colours_are_legible_on_white() -> None:
    luminance = [
        linear(colour) @ [0.2126, 0.7152, 0.0722]
        for colour in (*style.PALETTE, style.INK, style.GREY)
    ]
    assert min(1.05 / (each + 0.05) for each in luminance) >= 3.5


def chart() -> object:
    ax = Figure(layout="constrained").subplots()
    scores = series([4, 5, np.nan, 7], "overall")
    scores.attrs["source"] = "SYNTHETIC"
    return plot.heatmap(scores, ax=plot.trend(scores, "DEU", mean="all", ax=ax).figure.subplots())


@pytest.mark.parametrize("ending", ["svg", "pdf", "png"])
def test_the_same_chart_gives_the_same_bytes_and_settings_stay(tmp_path: Path, ending: str) -> None:
    before = dict(mpl.rcParams)
    contents = []
    for name in ("one", "two"):
        path = tmp_path / f"{name}.{ending.upper()}"
        plot.save(chart(), path)
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]
    assert not any(word in contents[0] for word in (b"CreationDate", b"dc:date", b"Creator"))
    assert dict(mpl.rcParams) == before
    assert contents[0][:4] == {"svg": b"<?xm", "pdf": b"%PDF", "png": b"\x89PNG"}[ending]


def test_a_chart_is_saved_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "chart.svg"
    path.write_text("what was there")
    figure = Figure()
    monkeypatch.setattr(figure, "savefig", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        plot.save(figure, path)
    assert path.read_text() == "what was there"
    assert list(tmp_path.iterdir()) == [path]


def test_an_unknown_format_and_a_missing_folder_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"must end on one of \.png, \.svg, \.pdf; got .*gif"):
        plot.save(Figure(), tmp_path / "chart.gif")
    with pytest.raises(FileNotFoundError, match="the folder must exist; there is no .*nowhere"):
        plot.save(Figure(), tmp_path / "nowhere" / "chart.svg")


def test_charts_are_loaded_when_asked_for() -> None:
    import policyindex

    assert policyindex.plot is plot
    assert "plot" in dir(policyindex)
    with pytest.raises(AttributeError, match="no attribute 'plots'"):
        _ = policyindex.plots


def test_public_charts_have_examples() -> None:
    for name in plot.__all__:
        assert ">>>" in getattr(plot, name).__doc__
