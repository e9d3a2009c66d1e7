"""The findings in the titles of charts: who scores highest, and how a score moved."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from .. import countries as places
from .._wording import joined
from ._style import number_of
from ._subject import Subject, level_text

FEW = 3
"""Most countries that a title names."""


def named(units: Sequence[str]) -> str:
    """Return countries in a sentence: their names, or their number in digits if they are many."""
    if len(units) > FEW:
        return number_of(len(units), "country", "countries")
    return joined([places._in_sentence(unit) for unit in units])


def points(value: float, subject: Subject) -> str:
    """Return a score on its scale, e.g. 14 of 15, or the value alone if the scale is unknown."""
    words = level_text(round(value, 2))
    if subject.scale is None or subject.lower_is_better:
        return words
    return f"{words} of {subject.scale[1]}"


def path(unit: str, scored: pd.Series, subject: Subject) -> str:
    """Return how one country's score moved, index year, e.g. Italy rose from 11 to 14."""
    present = scored.dropna()
    name = places._in_sentence(unit)
    if not len(present):
        return f"{name} has no {subject.noun}"
    years = [int(present.index[at]) for at in (0, -1)]
    first, last = (float(present.iloc[at]) for at in (0, -1))
    if len(present) == 1:
        return f"{name} has {points(last, subject)} in {years[1]}"
    span = f"{years[0]} to {years[1]}"
    if first == last:
        return f"{name} has {points(last, subject)} in {years[1]}, as in {years[0]}"
    verb = "rose" if last > first else "fell"
    return f"{name} {verb} from {level_text(first)} to {points(last, subject)}, {span}"


def leaders(in_year: pd.Series, subject: Subject, *, these: str = "", where: str = "") -> str:
    """Return which of some countries, an index of scores, have the best score.

    `these` stands before the word countries, and `where` after it. Values without a direction
    have a highest one.
    """
    present = in_year.dropna() * subject.sign
    best = [str(unit) for unit in present.index[present == present.max()]]
    top = points(subject.sign * float(present.max()), subject)
    what = f"lowest {subject.noun}" if subject.lower_is_better else f"highest {subject.noun}"
    of = f"of {these}{len(present):,} countries{where}"
    who = f"{of} {named(best)}" if len(best) <= FEW else f"{len(best)} {of}"
    verb = "has" if len(best) == 1 else "share"
    return f"{who} {verb} the {what}, {top}"
