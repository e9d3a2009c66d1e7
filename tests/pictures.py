"""What a reader sees of a chart: its texts, where they stand, and its parts by name."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import Collection, PathCollection, PolyCollection, QuadMesh
from matplotlib.colors import to_hex, to_rgba_array
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from stored import check_stored

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


@contextmanager
def without_layout(chart: Axes | Figure) -> Iterator[None]:
    """Leave all where it stands: a layout draws everything twice, and changes no words."""
    figure = chart.figure.figure
    engine = figure.get_layout_engine()
    figure.set_layout_engine("none")
    yield
    figure.set_layout_engine(engine)


def words(chart: Axes | Figure) -> str:
    """Return all that is written on a chart, on one line."""
    with without_layout(chart):
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


DRAWN = Path(__file__).parent / "plot" / "drawn"
"""Charts in words, one file each."""


def check_drawn(chart: Axes | Figure, name: str) -> None:
    """Compare everything that a chart consists of to the file of its name."""
    check_stored(described(chart), DRAWN / f"{name}.txt")


def described(chart: Axes | Figure) -> list[str]:
    """Return all parts of a chart in words: what they are, where they stand, how they look."""
    figure = chart.figure.figure
    width, height = figure.get_size_inches() * 72
    lines = [f"figure {rounded([width, height])}"]
    lines += [f"  {_text(each)}" for each in figure.texts if each.get_text()]
    for name in ("_suptitle", "_supxlabel"):
        if (each := getattr(figure, name)) is not None and each not in figure.texts:
            lines.append(f"  {_text(each)}")
    for ax in figure.axes:
        lines += _axes(ax)
    return lines


def _axes(ax: Axes) -> list[str]:
    box = ax.get_position()
    if (locate := ax.get_axes_locator()) is not None:
        box = locate(ax, None)
    size = ax.figure.figure.get_size_inches() * 72
    place = [box.x0 * size[0], box.y0 * size[1], box.x1 * size[0], box.y1 * size[1]]
    lines = [f"axes {ax.get_label()} at {rounded(place)}"]
    if ax.axison:
        for axis in (ax.xaxis, ax.yaxis):
            ticks = [label.get_text() for label in axis.get_ticklabels()]
            tick = next(iter(axis.get_major_ticks()), None)
            look = (
                ""
                if tick is None
                else (
                    f"size {tick.label1.get_fontsize():.3g} pad {tick.get_pad():g} colour "
                    f"{_colours(tick.label1.get_color())} low {tick.label1.get_visible()} high "
                    f"{tick.label2.get_visible()} grid {tick.gridline.get_visible()} "
                    f"{_colours(tick.gridline.get_color())} {tick.gridline.get_linewidth():.3g} "
                    f"behind {ax.get_axisbelow()}"
                )
            )
            lines += [
                (
                    f"  {axis.axis_name} from {rounded(axis.get_view_interval())} "
                    f"ticks {rounded(axis.get_majorticklocs())} {ticks} {look}"
                ),
                *(f"    {_text(each)}" for each in axis.get_ticklabels() if _stands_out(each)),
            ]
        seen = [name for name, spine in ax.spines.items() if spine.get_visible()]
        lines.append(f"  spines {seen}")
    words = [ax.title, ax._left_title, ax._right_title, ax.xaxis.label, ax.yaxis.label, *ax.texts]
    lines += [f"  {_text(each)}" for each in words if each.get_text().strip()]
    lines += [f"  {_line(each)}" for each in ax.lines]
    lines += [f"  {_patch(each)}" for each in ax.patches]
    lines += [f"  {_collection(each)}" for each in ax.collections]
    if (legend := ax.get_legend()) is not None:
        texts = legend.get_texts()
        lines.append(f"  key of {legend._ncols} columns {[each.get_text() for each in texts]}")
        lines += [f"    {_text(each)}" for each in texts[:1]]
    for child in ax.child_axes:
        lines += _axes(child)
    return [line.rstrip() for line in lines]


def _stands_out(label: Text) -> bool:
    return label.get_fontweight() == "bold" and bool(label.get_text())


def rounded(values: Any) -> str:
    numbers = np.round(np.ma.filled(np.ma.asarray(values, dtype=float), np.nan), 2) + 0.0
    return " ".join(f"{each:g}" for each in numbers.ravel())


def _colours(colours: Any) -> str:
    each = [to_hex(one, keep_alpha=True).removesuffix("ff") for one in to_rgba_array(colours)]
    return " ".join(each[:1] if len(set(each)) == 1 else each)


def _text(text: Text) -> str:
    words = (
        f"text {text.get_text()!r} size {text.get_fontsize():.3g} {text.get_fontweight()} "
        f"{_colours(text.get_color())} {text.get_ha()} {text.get_va()} z {text.get_zorder():g} "
        f"at {rounded(text.get_position())} maths {text.get_parse_math()}"
    )
    if (box := text.get_bbox_patch()) is not None:
        words += f" on {_colours(box.get_facecolor())}"
    if isinstance(text, Annotation):
        kinds = [each if isinstance(each, str) else type(each).__name__
                 for each in (text.xycoords, text.anncoords)]  # fmt: skip
        words += f" of {rounded(text.xy)} in {kinds}"
        if text.arrow_patch is not None:
            look = dict(sorted(text.arrowprops.items()))
            words += f" line {look}"
    return words


def _line(line: Line2D) -> str:
    dash = vars(line).get("_unscaled_dash_pattern")
    name = str(line.get_label())
    name = "" if name.startswith("_") else name
    return (
        f"line {rounded(line.get_xdata())} | {rounded(line.get_ydata())} | {name!r} "
        f"{_colours(line.get_color())} width {line.get_linewidth():.3g} dash {dash} marker "
        f"{line.get_marker()} {line.get_markersize():.3g} {_colours(line.get_markerfacecolor())} "
        f"{_colours(line.get_markeredgecolor())} alpha {line.get_alpha()} z {line.get_zorder():g}"
    )


def _patch(patch: Patch) -> str:
    box = patch.get_path().get_extents(patch.get_patch_transform())
    return (
        f"patch {rounded(box.extents)} {_colours(patch.get_facecolor())} edge "
        f"{_colours(patch.get_edgecolor())} {patch.get_linewidth():g} hatch {patch.get_hatch()} "
        f"alpha {patch.get_alpha()} z {patch.get_zorder():g}"
    )


def _collection(each: Collection) -> str:
    if isinstance(each, QuadMesh):
        corners = each.get_coordinates()
        where = f"{rounded(corners[0, :, 0])} | {rounded(corners[:, 0, 1])}"
    elif len(each.get_offsets()) and isinstance(each, PathCollection):
        where = f"{rounded(each.get_offsets())} sizes {rounded(each.get_sizes())}"
    else:
        where = " / ".join(rounded(path.vertices) for path in each.get_paths())
    if (values := each.get_array()) is not None:
        where += f" values {rounded(values)}"
        faces = each.cmap(each.norm(np.ma.masked_invalid(values).ravel()))
    else:
        faces = each.get_facecolor()
    kind = "PolyCollection" if isinstance(each, PolyCollection) else type(each).__name__
    return (
        f"{kind} {where} faces {_colours(faces)} edges "
        f"{_colours(each.get_edgecolor())} widths {rounded(each.get_linewidth())} hatch "
        f"{each.get_hatch()} alpha {each.get_alpha()} z {each.get_zorder():g}"
    )
