"""Labels at the ends of lines, moved apart as little as possible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from matplotlib.transforms import Transform
from numpy.typing import NDArray

from . import _theme as theme
from ._geometry import apart
from ._style import plain
from ._style import size as axes_size

Float64 = NDArray[np.float64]


class EndLabel(NamedTuple):
    """A label and the point where its line ends."""

    x: float
    y: float
    text: str
    colour: str
    bold: bool = False


def end_labels(
    ax: Axes, labels: Sequence[EndLabel], *, size: float | None = None
) -> list[Annotation]:
    """Write labels to the right of all their points, none over another.

    Their places are computed when the chart is drawn, so that they fit at any size. A thin line
    connects a label to its point, which may lie further left than the others.
    """
    size = size or theme.text_size()
    places = _Apart(ax, [each.y for each in labels], 1.25 * size)
    end = max((each.x for each in labels), default=0.0)
    return [_end_label(ax, places, (end, row), each, size) for row, each in enumerate(labels)]


def _end_label(
    ax: Axes, places: _Apart, at: tuple[float, int], label: EndLabel, size: float
) -> Annotation:
    note = ax.annotate(
        label.text,
        (label.x, label.y),
        xytext=at,
        textcoords=places,
        va="center",
        fontsize=size,
        color=theme.as_text(label.colour, ax),
        fontweight="bold" if label.bold else "normal",
        annotation_clip=False,
        zorder=5,
        bbox={"boxstyle": "square,pad=0.08", "fc": ax.get_facecolor(), "ec": "none", "alpha": 0.75},
        arrowprops=leader(label.colour),
    )
    plain(note)
    return note


def leader(colour: str, at: float = 0) -> dict[str, Any]:
    """Return the look of a thin line from a point to its label, at a share of its width."""
    return {
        "arrowstyle": "-",
        "color": colour,
        "alpha": 0.6,
        "linewidth": 0.6,
        "linestyle": (0, (1, 2)),
        "shrinkA": 0,
        "shrinkB": 3,
        "relpos": (at, 0.5),
    }


class _Apart(Transform):
    """Map (x in data, number of the label) to a place on the canvas beside the label's point."""

    input_dims = output_dims = 2

    def __init__(self, ax: Axes, heights: Sequence[float], room: float) -> None:
        super().__init__()
        self._ax, self._heights, self._room = ax, np.asarray(heights, dtype=np.float64), room
        self.set_children(ax.transData, ax.transAxes)

    def transform_non_affine(self, values: Any) -> Float64:
        rows = np.atleast_2d(np.asarray(values, dtype=np.float64))
        box = self._ax.bbox
        point = box.height / axes_size(self._ax)[1]
        to_canvas = self._ax.transData.transform
        at = to_canvas(np.column_stack([np.full_like(self._heights, rows[0, 0]), self._heights]))
        places = apart(at[:, 1], self._room * point, box.y0, box.y1)
        across = to_canvas(np.column_stack([rows[:, 0], np.zeros(len(rows))]))[:, 0]
        answer = np.column_stack(
            [across + theme.small_size() * point, places[rows[:, 1].astype(int)]]
        )
        return answer.reshape(np.shape(values))
