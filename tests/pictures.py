"""What a reader sees of a chart: its texts, where they stand, and its parts by name."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

STYLES = ("default", "dark_background", "ggplot", "grayscale")
"""Style sheets that charts follow."""

SIZES = ((4.5, 3.5), (6.0, 4.0))
"""Small sizes at which charts stay legible, in inches."""


def axes(width: float = 7.5, height: float = 5.0) -> Axes:
    return Figure(figsize=(width, height), layout="constrained").subplots()


def texts_of(chart: Axes | Figure) -> list[Text]:
    """Return every text that is drawn, except the mark of synthetic data."""
    drawn: list[Text] = []
    draw_text = Text.draw

    def recording(text: Text, *arguments: Any) -> None:
        drawn.append(text)
        draw_text(text, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", recording)
        chart.figure.figure.draw_without_rendering()
    seen = [text for text in drawn if text.get_visible() and text.get_text().strip()]
    return list({id(each): each for each in seen if each.get_text() != "SYNTHETIC"}.values())


def words(chart: Axes | Figure) -> str:
    """Return all that is written on a chart, on one line."""
    return " ".join(" ".join(text.get_text().split()) for text in texts_of(chart))


def title(ax: Axes) -> str:
    return " ".join(ax.get_title(loc="left").split())


def check_legible(chart: Axes | Figure) -> None:
    """Check that no text covers another or leaves the page."""
    drawn = texts_of(chart)
    boxes = [Text.get_window_extent(text).padded(-0.7) for text in drawn]
    covered = [
        (drawn[one].get_text(), drawn[other].get_text())
        for one, other in itertools.combinations(range(len(drawn)), 2)
        if boxes[one].overlaps(boxes[other])
    ]
    assert covered == []
    page = chart.figure.figure.bbox.padded(0.8)
    assert [text.get_text() for text, box in zip(drawn, boxes, strict=True) if cut(box, page)] == []


def cut(box: Bbox, page: Bbox) -> bool:
    return box.x0 < page.x0 or box.y0 < page.y0 or box.x1 > page.x1 or box.y1 > page.y1


def parts(ax: Axes, name: str) -> list[Axes]:
    """Return the parts of a composite chart that have a label."""
    return [child for child in ax.child_axes if child.get_label() == name]


def rows(ax: Axes) -> list[str]:
    """Return the names of the rows of a list, the first on top."""
    return [label.get_text() for label in ax.get_yticklabels()]
