"""Labels at the ends of lines, and the colours that tell one line from the next."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from policyindex import plot
from policyindex.plot import _theme as theme
from policyindex.plot._geometry import contrast
from policyindex.plot._labels import EndLabel, end_labels

points = st.lists(
    st.tuples(st.integers(2000, 2010), st.floats(3, 15), st.booleans()), min_size=1, max_size=12
)


def axes(height: float = 4) -> Axes:
    ax = Figure(figsize=(6, height)).subplots()
    ax.set(xlim=(2000, 2010), ylim=(3, 15))
    return ax


def drawn(ax: Axes) -> None:
    ax.figure.figure.draw_without_rendering()


@settings(max_examples=15)
@given(points, st.sampled_from([6.0, 9.0]))
def test_labels_stand_right_of_all_points_and_apart(
    ends: list[tuple[int, float, bool]], size: float
) -> None:
    ax = axes()
    labels = [EndLabel(x, y, f"line {n}", "#0072B2", bold) for n, (x, y, bold) in enumerate(ends)]
    notes = end_labels(ax, labels, size=size)
    drawn(ax)
    boxes = [Text.get_window_extent(note) for note in notes]
    point = ax.figure.dpi / 72
    last = ax.transData.transform((max(x for x, *_ in ends), 3))[0]
    middles = [(box.y0 + box.y1) / 2 for box in boxes]
    for note, box, label in zip(notes, boxes, labels, strict=True):
        assert note.get_text() == label.text
        assert note.xy == (label.x, label.y)  # where the thin line ends
        assert box.x0 == pytest.approx(last + theme.small_size() * point, abs=1)
        assert note.get_fontsize() == size
        assert note.get_fontweight() == ("bold" if label.bold else "normal")
        assert ax.bbox.y0 - 1 <= (box.y0 + box.y1) / 2 <= ax.bbox.y1 + 1
    order = sorted(range(len(labels)), key=lambda row: (labels[row].y, -row))
    gaps = np.diff(np.array(middles)[order])
    assert (gaps >= 1.25 * size * point - 0.51).all(), gaps


def test_a_label_alone_is_at_the_height_of_its_point() -> None:
    ax = axes()
    (note,) = end_labels(ax, [EndLabel(2010, 9, "alone", "black")])
    drawn(ax)
    box = Text.get_window_extent(note)
    assert (box.y0 + box.y1) / 2 == pytest.approx(ax.transData.transform((0, 9))[1], abs=1)
    assert note.get_fontsize() == theme.text_size()


def test_labels_stay_apart_after_the_size_of_the_chart_changes() -> None:
    ax = axes(height=6)
    notes = end_labels(ax, [EndLabel(2010, 9 + n / 100, str(n), "black") for n in range(4)])
    ax.figure.figure.set_size_inches(6, 3)
    drawn(ax)
    middles = [(box.y0 + box.y1) / 2 for box in (Text.get_window_extent(note) for note in notes)]
    room = 1.25 * theme.text_size() * ax.figure.dpi / 72
    assert np.diff(middles) == pytest.approx([room] * 3, abs=1)


def test_a_label_is_legible_and_its_thin_line_has_the_colour_of_the_line() -> None:
    ax = axes()
    (note,) = end_labels(ax, [EndLabel(2010, 9, "pale", "#F0E442")])
    under = to_rgba(ax.get_facecolor())[:3]
    assert contrast(to_rgba("#F0E442")[:3], under) < theme.TEXT_CONTRAST
    assert contrast(to_rgba(note.get_color())[:3], under) >= theme.TEXT_CONTRAST
    assert to_hex(note.arrow_patch.get_edgecolor()) == "#f0e442"


def test_a_thin_line_starts_in_the_middle_of_the_left_edge_of_its_label() -> None:
    ax = axes()
    notes = end_labels(ax, [EndLabel(2005, 9, f"a long label {n}", "black") for n in range(5)])
    drawn(ax)
    for note in notes:
        box = Text.get_window_extent(note)
        start = note.arrow_patch.get_path().vertices[0]
        assert start == pytest.approx([box.x0, (box.y0 + box.y1) / 2], abs=3)


def test_no_label_is_no_annotation() -> None:
    assert end_labels(axes(), []) == []


def scores(**rows: list[float]) -> pd.Series:
    years = range(2000, 2000 + len(next(iter(rows.values()))))
    index = pd.MultiIndex.from_product([rows, years], names=["country", "year"])
    return pd.Series([each for row in rows.values() for each in row], index, name="overall")


def end_texts(ax: Axes) -> dict[str, str]:
    notes = [text for text in ax.texts if isinstance(text, Annotation) and text.arrow_patch]
    return {text.get_text().partition(" ")[0]: to_hex(text.get_color()) for text in notes}


def test_every_line_has_the_next_colour_and_its_label_the_same() -> None:
    rows = {
        "DEU": [5.0, 6, 7, 8, 9, 10],
        "NGA": [15.0, 13, 12, 11, 9, 7],
        "GHA": [3.0, 5, 3, 5, 3, 4],
    }
    ax = plot.trend(scores(**rows), list(rows))
    lines = {}
    for line in ax.lines:
        values = [y for y in np.asarray(line.get_ydata(), dtype=float) if not np.isnan(y)]
        for unit, row in rows.items():
            if values == row:
                lines[unit] = to_hex(line.get_color())
    wanted = [theme.as_line(theme.PALETTE[n], ax) for n in range(3)]
    assert [lines[unit] for unit in rows] == wanted
    labels = end_texts(ax)
    assert list(labels.values()) == [theme.as_text(each, ax) for each in wanted]
    plt.close(ax.figure)


def test_gains_and_losses_have_the_first_two_colours() -> None:
    ax = axes()
    assert theme.gain(ax) == theme.as_line(theme.PALETTE[0], ax)
    assert theme.loss(ax) == theme.as_line(theme.PALETTE[1], ax)
    assert theme.gain(ax) != theme.loss(ax)


def test_the_second_colour_of_a_palette_is_that_of_the_second_line() -> None:
    panel = scores(DEU=[5, 6, 7, 8, 9, 10], NGA=[15, 13, 12, 11, 9, 7])
    ax = plot.trend(panel, ["DEU", "NGA"], palette=["#222222", "#aa0000"])
    colours = {to_hex(line.get_color()) for line in ax.lines}
    assert {"#222222", "#aa0000"} <= colours
    by_name = plot.trend(panel, ["DEU", "NGA"], palette={"NGA": "#aa0000"})
    assert end_texts(by_name)["Nigeria"] == theme.as_text("#aa0000", by_name)
    plt.close("all")
