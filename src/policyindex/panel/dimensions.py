"""Columns and scales by the codebook: indicators, dimensions, and the scale of a Series."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._options import whole
from .._wording import absent, listed, quoted
from ..codebooks.model import Codebook, check_codebook
from ..typing import Scale
from .check import PanelError, check_panel

MOST_LEVELS = 12
"""Different values, not all integers, that are taken as levels, e.g. 1, 2, 2.5 and 3."""

TOLERANCE = 1e-9
"""By how much an overall score may differ from the sum of its dimensions."""


def indicators(codings: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Check a panel of codings and return the columns of the codebook's indicators."""
    return check_panel(codings, scales=check_codebook(codebook).scales)


def dimensions(panel: Any, codebook: Codebook, *, at_least: int = 1) -> pd.DataFrame:
    """Check a panel of scores and return the columns of the codebook's dimensions.

    Other columns change nothing, but an overall score must be the sum of the dimensions.

    Raises
    ------
    PanelError
        If the panel breaks its contract, a dimension is absent or off its scale, or an overall
        score is not the sum of the dimensions.
    ValueError
        If the codebook has fewer than `at_least` dimensions.
    """
    scales = {
        each.name: (each.lowest, each.highest) for each in check_codebook(codebook).dimensions
    }
    if len(scales) < at_least:
        raise ValueError(
            f"codebook must have {at_least} or more dimensions; {codebook.name} has {len(scales)}"
        )
    if isinstance(panel, pd.DataFrame) and panel.columns.nlevels == 1:
        _refuse_absent(panel, scales, codebook)
        if "overall" in panel.columns:
            return _adding_up(panel, scales)
    return check_panel(panel, scales=scales)


def scale_of(
    scores: pd.Series, codebook: Codebook, scale: Scale | None = None
) -> tuple[int, int] | None:
    """Return the scale of scores: as given, or by their name in the codebook; otherwise None.

    Raises
    ------
    PanelError
        If a score lies off the scale.
    """
    scales = check_codebook(codebook).score_scales
    bounds = scales.get(str(scores.name)) if scale is None else stated_scale(scale)
    if bounds is None:
        return None
    low, high = (int(bound) for bound in bounds)
    whose = f"the scale of the codebook {codebook.name}" if scale is None else "scale="
    advice = "pass the codebook or the scale that the scores were made with"
    _refuse_off(scores, low, high, whose, advice)
    return low, high


def occurring(scores: pd.Series) -> NDArray[np.float64] | None:
    """Return the levels that occur in scores: integers, or at most 12 different values.

    None for more than 12 values that are not all integers: these are not levels.
    """
    values = np.unique(scores.dropna().to_numpy(dtype=np.float64))
    whole_numbers = bool((values == np.floor(values)).all())
    return values if whole_numbers or len(values) <= MOST_LEVELS else None


def stated_scale(scale: object) -> tuple[int, int]:
    """Return a scale that the user states, or refuse one that is not a pair of integers."""
    pair = tuple(scale) if isinstance(scale, Sequence | np.ndarray) else ()
    if len(pair) != 2 or isinstance(scale, str):
        raise ValueError(f"scale must be a pair (lowest, highest); got {quoted(scale)}")
    low, high = (whole("each end of scale", end) for end in pair)
    if low >= high:
        raise ValueError(f"scale must be a pair (lowest, highest), rising; got {quoted(scale)}")
    return low, high


def on_scale(scores: pd.Series, scale: Scale | None, *, or_else: str = "") -> pd.Series:
    """Return checked scores that lie on a scale that the user states, or refuse one of them.

    `or_else` is further advice.
    """
    if scale is not None:
        low, high = stated_scale(scale)
        advice = f"set codes for missing values, such as 555, to missing{or_else}"
        _refuse_off(scores, low, high, "scale=", advice)
    return scores


def _refuse_off(scores: pd.Series, low: int, high: int, whose: str, advice: str) -> None:
    wrong = ((scores < low) | (scores > high)).to_numpy()
    if wrong.any():
        country, year = scores.index[int(wrong.argmax())]
        name = "scores" if scores.name is None else scores.name
        verb = "does" if wrong.sum() == 1 else "do"
        raise PanelError(
            f"{name} must lie from {low} to {high}, {whose}; {wrong.sum()} {verb} not, the first "
            f"{scores.iloc[int(wrong.argmax())]:g} at {country} {year}; {advice}"
        )


def _refuse_absent(panel: pd.DataFrame, scales: dict[str, Scale], codebook: Codebook) -> None:
    lacking = [name for name in scales if name not in panel.columns]
    if not lacking:
        return
    coded = [name for name in codebook.scales if name in panel.columns]
    if len(coded) == len(codebook.scales):
        raise PanelError(
            f"the panel must have the dimensions of the codebook {codebook.name}; it has its "
            f"indicators, the first {coded[0]}; score the codings first, with score"
        )
    raise PanelError(
        f"the panel must have the dimensions of the codebook {codebook.name}: {listed(scales)}; "
        f"{absent(lacking)}; it has {listed(panel.columns)}; "
        f"pass the codebook of its dimensions with codebook="
    )


def _adding_up(panel: pd.DataFrame, scales: dict[str, Scale]) -> pd.DataFrame:
    """Return the dimensions, or refuse an overall score that is not their sum."""
    both = check_panel(panel, scales={**scales, "overall": None})
    refuse_unequal(both, list(scales), others=panel.columns)
    return both[list(scales)]


def refuse_unequal(
    checked: pd.DataFrame, dims: list[str], others: Iterable[Any] | None = None
) -> None:
    """Refuse an overall score that is not the sum; name the columns that may be dimensions."""
    total = checked[dims].to_numpy().sum(axis=1)
    apart = np.abs(checked["overall"].to_numpy() - total) > TOLERANCE
    if apart.any():
        columns = checked.columns if others is None else others
        rest = [name for name in columns if name not in (*dims, "overall")]
        verb = "is" if len(rest) == 1 else "are"
        hint = f"{verb} {listed(rest)} missing from the codebook?" if rest else "score it anew"
        country, year = checked.index[int(apart.argmax())]
        differ = "differs" if apart.sum() == 1 else "differ"
        raise PanelError(
            f"overall must be the sum of the codebook's dimensions ({', '.join(dims)}); "
            f"{apart.sum()} of {len(apart)} rows {differ}, the first {country} {year}; {hint}"
        )
