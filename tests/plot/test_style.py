"""The style of charts: scales, ticks, labels that stay apart, distinct colours, files."""

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

from policyindex import THREE_P, Codebook, Dimension, Indicator, PanelError, plot
from policyindex.plot import _geometry, _labels
from policyindex.plot import _style as style
from policyindex.plot import _theme as theme
from policyindex.plot._look import PLAIN
from policyindex.plot._subject import level_colours, subject_of

levels = st.lists(st.integers(-3, 25).map(float) | st.just(np.nan), max_size=6)


def series(values: list[float], name: str | None = None) -> pd.Series:
    index = pd.MultiIndex.from_product([["DEU"], range(2000, 2000 + len(values))])
    return pd.Series(values, index=index.set_names(["country", "year"]), name=name, dtype=float)


@given(levels, st.sampled_from([None, "overall", "protection", "tier"]))
def test_the_limits_are_the_scale_or_the_values_seen(values: list[float], name: str | None) -> None:
    present = [value for value in values if not np.isnan(value)]
    scale = THREE_P.score_scales.get(str(name))
    if not values or (scale and any(not scale[0] <= value <= scale[1] for value in present)):
        with pytest.raises(PanelError, match="must lie from|has no row|have no row"):
            subject_of(series(values, name), THREE_P)
        return
    subject = subject_of(series(values, name), THREE_P)
    assert subject.scale == scale
    seen = (min(present), max(present)) if present else None
    assert subject.limits == (scale or seen)
    words = subject.scale_words()
    assert ("worst" in words) == ("best" in words) == (scale is not None)
    assert subject.is_score == (scale is not None)


def test_the_scale_is_that_of_the_codebook_or_of_the_user() -> None:
    assert subject_of(series([4, 5], "overall"), THREE_P).scale == (3, 15)
    assert subject_of(series([4, 5], "prosecution"), THREE_P).scale == (1, 5)
    assert subject_of(series([4, 5]), THREE_P).scale is None
    assert subject_of(series([4, 12]), THREE_P, (0, 20)).scale == (0, 20)
    fourth = Dimension("partnership", (Indicator("task_force"),), lambda task_force: 1 + task_force)
    four = Codebook("4P", (*THREE_P.dimensions, fourth))
    assert subject_of(series([4, 5], "overall"), four).scale == (four.lowest, four.highest)


@pytest.mark.parametrize(
    ("name", "title", "phrase"),
    [
        ("overall", "Overall score", "overall score"),
        ("tier", "Tier", "tier"),
        ("rule_of_law", "Rule of law", "rule of law"),
        ("GDP", "GDP", "GDP"),
        (None, "Values", "values"),
    ],
)
def test_only_names_of_the_codebook_are_called_scores(
    name: str | None, title: str, phrase: str
) -> None:
    subject = subject_of(series([4, 5], name), THREE_P)
    assert (subject.title, subject.phrase) == (title, phrase)


@given(st.integers(-5, 30), st.integers(0, 60))
def test_ticks_are_few_whole_and_even(low: int, width: int) -> None:
    places = _geometry.ticks((low, low + width))
    assert 1 <= len(places) <= 8 or width > 49
    assert places[0] == low
    assert places[-1] <= low + width
    assert len({after - before for before, after in itertools.pairwise(places)}) <= 1


@given(st.integers(1, 250), st.floats(0, 600))
def test_ranks_to_label_have_room(last: int, width: float) -> None:
    places = style.rank_ticks(last, width)
    assert places[0] == 1
    assert places == sorted({*places})
    assert len(places) <= 6
    room = 0.64 * theme.text_size() * len(str(last))
    assert len(places) <= max(width / room, 2)


def test_the_ticks_of_the_index_include_both_ends() -> None:
    assert _geometry.ticks((3, 15)) == [3, 5, 7, 9, 11, 13, 15]
    assert _geometry.ticks((1, 5)) == [1, 2, 3, 4, 5]
    assert _geometry.ticks((4, 4)) == [4]
    assert _geometry.ticks((0, 7)) == [0, 1, 2, 3, 4, 5, 6, 7]


@given(st.lists(st.floats(0, 100), max_size=9), st.floats(0.5, 20))
def test_labels_move_apart_as_little_as_they_can(wanted: list[float], room: float) -> None:
    heights = np.array(wanted)
    places = _geometry.apart(heights, room, -1e6, 1e6)
    order = np.argsort(places)
    assert (np.diff(places[order]) >= room - 1e-6).all()
    assert (np.diff(heights[order]) >= 0).all()
    if len(heights):
        shift = room * np.arange(len(heights))
        best = isotonic_regression(np.sort(heights) - shift).x + shift
        np.testing.assert_allclose(places[order], best, atol=1e-6)


@given(st.lists(st.floats(-50, 150), min_size=1, max_size=8))
def test_labels_stay_between_the_ends_where_they_fit(wanted: list[float]) -> None:
    places = _geometry.apart(np.array(wanted), 10, 0, 100)
    assert places.min() >= 5 - 1e-9
    assert places.max() <= 95 + 1e-9
    assert (np.diff(np.sort(places)) >= 10 - 1e-6).all()


def test_equal_labels_keep_their_order_from_the_top() -> None:
    places = _geometry.apart(np.array([5.0, 5.0, 5.0]), 2, 0, 10)
    np.testing.assert_allclose(places, [7, 5, 3])


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
    "full sight": np.eye(3),
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
def test_all_readers_can_distinguish_the_colours_of_lines(sight: str) -> None:
    seen = [lab(BLIND[sight] @ linear(colour)) for colour in theme.PALETTE]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 15


@pytest.mark.parametrize("sight", BLIND)
def test_the_colours_of_scores_darken_step_by_step_for_all_readers(sight: str) -> None:
    colours, norm = level_colours(range(3, 16))
    shades = [colours(norm(score)) for score in range(3, 16)]
    lightness = [lab(BLIND[sight] @ linear(shade))[0] for shade in shades]
    assert np.diff(lightness).max() < -2


def test_colours_are_legible_on_white() -> None:
    luminance = [linear(colour) @ [0.2126, 0.7152, 0.0722] for colour in theme.PALETTE]
    assert min(1.05 / (each + 0.05) for each in luminance) >= 3


def chart() -> object:
    ax = Figure(layout="constrained").subplots()
    scores = series([4, 5, np.nan, 7], "overall")
    scores.attrs["source"] = "SYNTHETIC"
    return plot.heatmap(scores, ax=plot.trend(scores, "DEU", mean="all", ax=ax).figure.subplots())


@pytest.mark.slow
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
    with pytest.raises(ValueError, match=r"must end with one of \.png, \.svg, \.pdf; got .*gif"):
        plot.save(Figure(), tmp_path / "chart.gif")
    with pytest.raises(FileNotFoundError, match="the folder must exist; .*nowhere' does not"):
        plot.save(Figure(), tmp_path / "nowhere" / "chart.svg")


def test_charts_are_loaded_on_first_use() -> None:
    import policyindex

    assert policyindex.plot is plot
    assert "plot" in dir(policyindex)
    with pytest.raises(AttributeError, match="no attribute 'plots'"):
        _ = policyindex.plots


def test_public_charts_have_examples() -> None:
    for name in plot.__all__:
        assert ">>>" in getattr(plot, name).__doc__


def test_characters_that_the_font_lacks_are_named_once(tmp_path: Path) -> None:
    figure = Figure()
    figure.suptitle("Up \N{ROCKET} and \N{ROCKET} \N{HAMMER}\N{BEER MUG}")
    with pytest.warns(UserWarning, match="the font of a chart") as caught:
        plot.save(figure, tmp_path / "chart.png")
    (words,) = [str(each.message) for each in caught]
    assert "\N{ROCKET}" in words


@pytest.mark.parametrize("n", [1, 10, 40, 120])
@pytest.mark.parametrize("count", [5, 12345])
def test_counts_under_an_axis_have_room(n: int, count: int) -> None:
    ax = Figure(figsize=(6, 4)).subplots()
    style.counts_under(ax, range(2001, 2001 + n), {"n": [count] * n})
    places = list(ax.get_xticks())
    wide = (0.64 * max(4, len(str(count))) + 0.5) * 8.5
    step = int(np.ceil(n * wide / style.size(ax)[0]))
    assert places == [year for year in range(2001, 2001 + n) if year % step == 0]
    words = [label.get_text() for label in ax.get_xticklabels()]
    assert words == [f"{year}\n{count}" for year in places]
    names = [text.get_text() for text in ax.texts]
    assert names == ["year\nn"]


def test_no_count_is_no_tick() -> None:
    ax = Figure().subplots()
    style.counts_under(ax, [], {"n": []})
    assert not len(ax.get_xticks())
    assert not ax.texts


@pytest.mark.parametrize(("size", "fits"), [((6, 5), True), ((5.98, 5), False), ((6, 4.98), False),
                                            ((9, 2), False), ((5.995, 4.995), True)])  # fmt: skip
def test_a_chart_that_is_too_small_for_its_text_is_refused(
    size: tuple[float, float], fits: bool
) -> None:
    figure = Figure(figsize=size)
    if fits:
        style.need(figure, 6, 5, "a chart")
        return
    with pytest.raises(ValueError, match="a chart needs a figure of at least 6 by 5 inches"):
        style.need(figure, 6, 5, "a chart")


@pytest.mark.parametrize(("subtitle", "lines"), [("", 0), ("A line", 1), ("word " * 30, 2)])
@pytest.mark.parametrize("rows", [0, 3])
def test_a_title_stands_above_the_subtitle_and_the_key(
    subtitle: str, lines: int, rows: int
) -> None:
    ax = Figure(figsize=(7.5, 4)).subplots()
    style.heading(ax, PLAIN, "Title", subtitle.strip(), rows=rows)
    (head,) = ax.child_axes
    box = head.get_axes_locator()(ax, None)
    point = 1 / (72 * 4)
    foot = 5 + 1.3 * 8.2 * rows
    assert box.y0 == pytest.approx(ax.get_position().y1)
    assert box.height == pytest.approx((foot + 1.3 * 8.5 * lines) * point)
    assert [text.xyann[1] for text in head.texts] == pytest.approx([foot] * bool(lines))


def test_the_subtitle_of_several_charts_is_as_wide_as_all() -> None:
    figure = Figure(figsize=(7.5, 4))
    first, _ = figure.subplots(1, 2)
    over = style.panel_title(first, "First")
    style.figure_heading(figure, PLAIN, "Title", "word " * 30, over=over)
    room, words = first.texts
    assert words.get_text() == style.wrapped("word " * 30, 0.96 * 540, 8.5)
    assert words.get_text().count("\n") == room.get_text().count("\n") == 1


def test_synthetic_data_are_marked_across_the_chart() -> None:
    for size, points in (((7.5, 5), 55.8), ((7.5, 1), 0.77 * 72 / 3), ((30, 30), 60)):
        ax = Figure(figsize=size).subplots()
        style.mark_synthetic(ax, {"source": "SYNTHETIC"})
        (mark,) = ax.texts
        assert mark.get_position() == (0.5, 0.5)
        assert mark.get_fontsize() == pytest.approx(points)
        style.mark_synthetic(ax, {"source": "Cho"})
        assert len(ax.texts) == 1


def test_ticks_of_ranks_go_on_to_the_last_round_one() -> None:
    assert style.rank_ticks(5) == [1, 2, 3, 4, 5]
    assert style.rank_ticks(12) == [1, 5, 10]
    assert style.rank_ticks(180) == [1, 50, 100, 150]
