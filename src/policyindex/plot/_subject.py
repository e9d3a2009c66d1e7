"""The subject of a chart: its scores, and their name, scale and direction."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, floor
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axis import Axis, XAxis
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.ticker import FixedLocator, MaxNLocator, StrMethodFormatter

from .._options import truth
from .._wording import are_not, signed
from ..codebooks.model import Codebook
from ..panel.check import PanelError, check_scores
from ..panel.dimensions import MOST_LEVELS, levels_on, occurring, scale_of
from ..panel.selection import some
from ..typing import Scale
from . import _theme as theme
from ._geometry import score_shades, ticks

MOST_TICKS = 8
"""Most ticks of an axis of values."""

MOST_COLOURS = 1_000
"""Levels of a chart of colours: more look the same."""


class Subject(NamedTuple):
    """Scores, with everything that a chart says about all of them.

    A Series that is not in the codebook is not called a score. It has no scale and no direction
    unless the user states them, so that no chart of it says worst or best.
    """

    scores: pd.Series
    """Checked, with a row at least."""
    scale: Scale | None
    lower_is_better: bool
    is_score: bool
    """Whether the codebook has a dimension of this name, or it is the overall score."""
    index_title: str
    """The name of the index, of which the codebook states it."""

    @property
    def noun(self) -> str:
        return "score" if self.is_score else "value"

    @property
    def nouns(self) -> str:
        return f"{self.noun}s"

    @property
    def title(self) -> str:
        """As a title begins, e.g. ``Overall score`` or ``Tier``."""
        name = self.scores.name
        if not isinstance(name, str):
            return "Values"
        return f"{title_of(name)} score" if self.is_score else title_of(name)

    @property
    def head(self) -> str:
        """As the title of a chart begins: the name of the index, or else of the values."""
        name = self.scores.name
        if not self.is_score:
            return self.title
        return (
            self.index_title
            if name == "overall"
            else f"{self.index_title}, {title_of(str(name)).lower()}"
        )

    @property
    def phrase(self) -> str:
        """As a sentence goes on, e.g. ``overall score`` or ``GDP``."""
        title = self.title
        return title if title[1:2].isupper() else f"{title[:1].lower()}{title[1:]}"

    @property
    def has_direction(self) -> bool:
        return self.scale is not None or self.lower_is_better

    @property
    def sign(self) -> int:
        """Sign of the change that is an improvement."""
        return -1 if self.lower_is_better else 1

    @property
    def limits(self) -> tuple[float, float] | None:
        """The scale, or the lowest and the highest value seen; None without any."""
        if self.scale is not None:
            return self.scale
        values = self.scores.dropna()
        return (float(values.min()), float(values.max())) if len(values) else None

    def scale_words(self) -> str:
        """Return a sentence about the scale, or about the values seen."""
        if self.limits is None:
            return ""
        low, high = (signed(limit) for limit in self.limits)
        if self.scale is None:
            direction = "; lower is better" if self.lower_is_better else ""
            return f"Lowest seen {low}, highest seen {high}{direction}"
        worst, best = ("best", "worst") if self.lower_is_better else ("worst", "best")
        return f"From {low} ({worst}) to {high} ({best})"

    def scale_note(self) -> str:
        """Return :meth:`scale_words` for a footnote, unless readers expect the scale."""
        usual = self.scale is not None and not self.lower_is_better
        return "" if usual else self.scale_words()

    def shade_words(self) -> str:
        """Return a clause about the darker colours, where the scale does not explain them."""
        if self.scale is not None or self.limits is None:
            return ""
        return f"; darker is {'lower' if self.lower_is_better else 'higher'}"

    def fix_axis(self, axis: Axis) -> None:
        """Fix an axis to the scale; without one, to the values seen."""
        if self.scale is not None or self.limits is None:
            fix_axis(axis, self.scale or (0, 1))
            halves = {value for value in self._between() if 2 * value % 1 == 0}
            low, high = self.scale or (0, 1)
            if self.scale is not None and halves and high - low + 1 + len(halves) <= MOST_TICKS:
                axis.set_major_locator(FixedLocator(sorted({*ticks(self.scale), *halves})))
                axis.set_major_formatter(StrMethodFormatter("{x:g}"))
            return
        values = np.unique(self.scores.dropna().to_numpy())
        whole = bool((values == np.floor(values)).all())
        steps = not whole and len(values) <= MOST_TICKS and bool((2 * values % 1 == 0).all())
        axis.set_major_locator(
            FixedLocator(values.tolist()) if steps else MaxNLocator(6, integer=whole)
        )
        _set_limits(axis, self.limits)

    def levels(self) -> list[float]:
        """Return the levels of a chart of colours: of the scale, or else the values seen.

        A few values between two integers of the scale are levels of their own, such as the watch
        list between Tier 2 and Tier 3.
        """
        steps = levels_on(self.scale)
        if steps is None:
            levels = self._seen()
            n = len(levels)
        else:
            n = len(steps)
            levels = sorted({*steps, *self._between()}) if n <= MOST_COLOURS else []
        if n > MOST_COLOURS:
            raise PanelError(
                f"{self.phrase} must have at most {MOST_COLOURS:,} levels, each of them a colour "
                f"of the chart; it has {n:,}; group its values first, e.g. into ten classes"
            )
        return levels

    def ladder(self, most: int) -> list[float]:
        """Return the levels, and without a scale every integer between those seen."""
        levels = self.levels() or [0]
        low, high = floor(levels[0]), ceil(levels[-1])
        n = high - low + 1
        if n > most:
            raise PanelError(
                f"{self.phrase} must have at most {most} levels; it has {n:,}, from {levels[0]:g} "
                f"to {levels[-1]:g}; group them first"
            )
        # A dimension with whole scores has its levels and no others.
        has_whole = self.is_score and levels_on(self.scale) is not None
        steps = {*range(low, high + 1), *(() if has_whole else levels)}
        return sorted(step for step in steps if levels[0] <= step <= levels[-1])

    def colours(self) -> tuple[ListedColormap, BoundaryNorm]:
        """Return the colours of the levels, the darker the better, and their norm."""
        return level_colours(self.levels() or [0], lower_is_better=self.lower_is_better)

    def _between(self) -> list[float]:
        """Return the values seen that are not integers, if they are few."""
        values = np.unique(self.scores.dropna().to_numpy())
        between: list[float] = values[values != np.floor(values)].tolist()
        return between if len(between) <= MOST_LEVELS else []

    def _seen(self) -> list[float]:
        values = self.scores.dropna()
        levels = occurring(values)
        if levels is None:
            wrong = (values != np.floor(values)).to_numpy()
            country, year = values.index[int(wrong.argmax())]
            raise PanelError(
                f"{self.phrase} must be integers, or at most {MOST_LEVELS} different values, each "
                f"of them a level of the chart; {are_not(wrong.sum())} integers, the first "
                f"{values.iloc[int(wrong.argmax())]:g} at {country} {year}; state a scale with "
                f"scale="
            )
        return [int(level) if level.is_integer() else level for level in levels.tolist()]


def subject_of(
    scores: pd.Series | pd.DataFrame,
    codebook: Codebook,
    scale: Scale | None = None,
    *,
    lower_is_better: bool = False,
) -> Subject:
    """Check scores, and look up their scale by their name in the codebook."""
    checked = some(check_scores(scores))
    limits = scale_of(checked, codebook, scale)
    lower_is_better = truth("lower_is_better", lower_is_better)
    is_score = checked.name in codebook.score_scales
    return Subject(checked, limits, lower_is_better, is_score, codebook.title)


def title_of(name: str) -> str:
    """Return the name of a column as a title, e.g. ``Full law``."""
    words = name.replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"


def fix_axis(axis: Axis, scale: Scale) -> None:
    """Fix an axis to a scale, with integer ticks and room for the markers at its ends."""
    axis.set_major_locator(FixedLocator(ticks(scale)))
    axis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    _set_limits(axis, scale)


def _set_limits(axis: Axis, limits: tuple[float, float]) -> None:
    low, high = limits
    room = (high - low or 1) * 0.04
    set_limits = axis.axes.set_xlim if isinstance(axis, XAxis) else axis.axes.set_ylim
    set_limits(low - room, high + room)


def digit_width() -> float:
    """Return the width of a digit in small type, in points."""
    return 0.65 * theme.small_size()


def level_text(level: float) -> str:
    """Return a level as it is written on a chart, e.g. 2 or 2.5."""
    return str(int(level)) if float(level).is_integer() else f"{level:g}"


def level_colours(
    levels: Sequence[float], *, lower_is_better: bool = False
) -> tuple[ListedColormap, BoundaryNorm]:
    """Return one colour for each of some rising levels, the darker the better, and the norm."""
    shades = score_shades((1, len(levels)))
    between = [(low + high) / 2 for low, high in pairwise(levels)]
    edges = [levels[0] - 0.5, *between, levels[-1] + 0.5]
    colours = ListedColormap(shades[::-1] if lower_is_better else shades)
    return colours, BoundaryNorm(edges, len(shades))


def label_step(levels: Sequence[float], width: float) -> int:
    """Return 1 if cells of a width in points have room for all labels, 2 for every second, etc.

    If a slightly larger step labels both ends, it is preferred.
    """
    longest = max((len(level_text(level)) for level in levels), default=1)
    least = max(ceil((digit_width() * longest + 2) / width), 1)
    even = (step for step in range(least, 2 * least) if (len(levels) - 1) % step == 0)
    return next(even, least)


def label_centre(level: float, place: int, n: int, width: float) -> float:
    """Return the centre of a label in points, so that it stays within a row of n cells."""
    half = digit_width() * len(level_text(level)) / 2 + 1
    return max(min((place + 0.5) * width, n * width - half), half)
