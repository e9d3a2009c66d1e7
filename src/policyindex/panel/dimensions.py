"""Columns and scales by the codebook: indicators, dimensions, and the scale of a Series."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels import aggregation
from .._kernels.tables import Int8
from .._options import whole
from .._wording import absent, listed, quoted
from ..codebooks.model import Codebook, check_codebook
from ..typing import Scale
from .check import PanelError, check_codes, check_panel
from .numbers import LARGEST

MOST_LEVELS = 12
"""Different values, not all integers, that are taken as levels, e.g. 1, 2, 2.5 and 3."""

TOLERANCE = 1e-9
"""By how much an overall score may differ from the sum of its dimensions."""

ROUNDED = 0.02
"""The same where scores are not whole: they are published with two decimals."""


def indicators(codings: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Check a panel of codings and return the columns of the codebook's indicators."""
    return check_panel(codings, scales=check_codebook(codebook).scales)


def indicator_codes(
    codings: pd.DataFrame, codebook: Codebook
) -> tuple[pd.DataFrame, dict[str, Int8]]:
    """Check a panel of codings and return its rows, and the codes of each indicator."""
    return check_codes(codings, check_codebook(codebook).scales)


def dimensions(
    panel: Any, codebook: Codebook, *, at_least: int = 1, whole_for: str = ""
) -> pd.DataFrame:
    """Check a panel of scores and return the columns of the codebook's dimensions.

    Other columns change nothing, but an overall score must be the sum of the dimensions, or their
    mean, as the codebook says.

    Raises
    ------
    PanelError
        If the panel breaks its contract, a dimension is absent or off its scale, or an overall
        score is not the sum of the dimensions.
    ValueError
        If the codebook has fewer than `at_least` dimensions, or scores that are not whole while
        `whole_for` says what needs whole ones.
    """
    scales = check_codebook(codebook).score_scales
    del scales["overall"]
    if len(scales) < at_least:
        raise ValueError(
            f"codebook must have {at_least} or more dimensions; {codebook.name} has {len(scales)}"
        )
    if whole_for:
        refuse_fractions(codebook, whole_for)
    if isinstance(panel, pd.DataFrame) and panel.columns.nlevels == 1:
        _refuse_absent(panel, scales, codebook)
        if "overall" in panel.columns:
            return _adding_up(panel, scales, codebook)
    return check_panel(panel, scales=scales)


def is_coded(panel: Any, codebook: Codebook) -> bool:
    """Return whether a panel holds codings: every indicator, or some and no dimension."""
    if not isinstance(panel, pd.DataFrame):
        check_panel(panel)  # refuses it
    columns = set(panel.columns)
    coded = columns.intersection(codebook.scales)
    return len(coded) == len(codebook.scales) or (
        bool(coded) and columns.isdisjoint(each.name for each in codebook.dimensions)
    )


def to_weigh(panel: Any, codebook: Codebook) -> pd.DataFrame:
    """Check a panel of two or more dimensions, in integers, of which weights are to vary."""
    return dimensions(panel, codebook, at_least=2, whole_for="ranks over all weights")


def refuse_fractions(codebook: Codebook, subject: str) -> None:
    """Refuse a codebook with scores that are not whole for a subject that needs integers."""
    others = [each for each in codebook.dimensions if each.denominator > 1]
    if others:
        raise ValueError(
            f"{subject} need a codebook whose scores are all whole; {len(others)} of "
            f"{len(codebook.dimensions)} dimensions of {codebook.name} have others, the first "
            f"{others[0].name}, whose scores are multiples of 1/{others[0].denominator}"
        )


def refuse_other_sums(codebook: Codebook, subject: str) -> None:
    """Refuse a codebook whose overall score is not the unweighted sum of whole scores."""
    refuse_fractions(codebook, subject)
    if not codebook.is_sum:
        raise ValueError(
            f"{subject} need a codebook whose overall score is the unweighted sum of its "
            f"dimensions; that of {codebook.name} is their {aggregate_of(codebook)}"
        )


def levels_on(scale: Scale | None) -> range | None:
    """Return the integers of a scale; None without one, or if other scores lie between them."""
    if scale is None or not all(isinstance(end, int) for end in scale):
        return None
    return range(int(scale[0]), int(scale[1]) + 1)


def totals(columns: Sequence[NDArray[np.float64]], codebook: Codebook) -> NDArray[np.float64]:
    """Return the overall score of columns of scores, in the order of the dimensions.

    Scores that are equal in exact arithmetic are equal; a missing one makes the total missing.
    """
    denominators = [each.denominator for each in codebook.dimensions]
    shares = [Fraction(codebook.shares[each.name]) for each in codebook.dimensions]
    return aggregation.total(columns, denominators, shares)


def tolerance(codebook: Codebook) -> float:
    """Return by how much an overall score may differ from what its dimensions add up to."""
    return TOLERANCE if codebook.divisor == 1 else ROUNDED


def aggregate_of(codebook: Codebook) -> str:
    """Return how the codebook aggregates its dimensions, e.g. weighted mean."""
    return f"weighted {codebook.aggregate}" if codebook.weights else codebook.aggregate


def scale_of(scores: pd.Series, codebook: Codebook, scale: Scale | None = None) -> Scale | None:
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
    low, high = bounds
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


def stated_scale(scale: object) -> Scale:
    """Return a scale that the user states, or refuse one that is not a pair of integers."""
    pair = tuple(scale) if isinstance(scale, Sequence | np.ndarray) else ()
    if len(pair) != 2 or isinstance(scale, str):
        raise ValueError(f"scale must be a pair (lowest, highest); got {quoted(scale)}")
    low, high = (whole("each end of scale", end) for end in pair)
    if max(abs(low), abs(high)) > LARGEST:
        raise ValueError(f"scale must lie within {-LARGEST:g} and {LARGEST:g}; got {quoted(scale)}")
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


def _refuse_off(scores: pd.Series, low: float, high: float, whose: str, advice: str) -> None:
    wrong = ((scores < low) | (scores > high)).to_numpy()
    if wrong.any():
        country, year = scores.index[int(wrong.argmax())]
        name = "scores" if scores.name is None else scores.name
        verb = "does" if wrong.sum() == 1 else "do"
        raise PanelError(
            f"{name} must lie from {low:g} to {high:g}, {whose}; {wrong.sum()} {verb} not, the "
            f"first {scores.iloc[int(wrong.argmax())]:g} at {country} {year}; {advice}"
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


def _adding_up(panel: pd.DataFrame, scales: dict[str, Scale], codebook: Codebook) -> pd.DataFrame:
    """Return the dimensions, or refuse an overall score that is not their sum."""
    both = check_panel(panel, scales={**scales, "overall": None})
    refuse_unequal(both, codebook, others=panel.columns)
    return both[list(scales)]


def refuse_unequal(
    checked: pd.DataFrame, codebook: Codebook, others: Iterable[Any] | None = None
) -> None:
    """Refuse an overall score that is not the sum; name the columns that may be dimensions."""
    dims = [each.name for each in codebook.dimensions]
    total = totals(list(checked[dims].to_numpy().T), codebook)
    apart = np.abs(checked["overall"].to_numpy() - total) > tolerance(codebook)
    if apart.any():
        columns = checked.columns if others is None else others
        rest = [name for name in columns if name not in (*dims, "overall")]
        verb = "is" if len(rest) == 1 else "are"
        hint = f"{verb} {listed(rest)} missing from the codebook?" if rest else "score it anew"
        country, year = checked.index[int(apart.argmax())]
        differ = "differs" if apart.sum() == 1 else "differ"
        raise PanelError(
            f"overall must be the {aggregate_of(codebook)} of the codebook's dimensions "
            f"({', '.join(dims)}); {apart.sum()} of {len(apart)} rows {differ}, the first "
            f"{country} {year}; {hint}"
        )
