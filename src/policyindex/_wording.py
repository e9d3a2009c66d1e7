"""Values and names of a user's data as an error quotes them, and the labels that data carry."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np


class _Brief(reprlib.Repr):
    def repr_int(self, x: int, level: int) -> str:
        # Python refuses to write an integer of thousands of digits.
        if x.bit_length() > 64:
            return f"an integer of {x.bit_length():,} bits"
        return super().repr_int(x, level)


_BRIEF = _Brief()
_BRIEF.maxstring = _BRIEF.maxother = 80


def shown(value: object) -> str:
    """Return a value as an error quotes it: on one line, and never long."""
    if isinstance(value, np.bool_):
        value = bool(value)
    if isinstance(value, float | np.number):
        return f"{value:.15g}"
    if isinstance(value, Fraction):
        return str(value)
    return " ".join(_BRIEF.repr(value).split())


def listed(names: Iterable[object], *, most: int = 12) -> str:
    """Return names one after the other, and how many more there are."""
    names = list(names)
    brief = [name if isinstance(name, str) else shown(name) for name in islice(names, most)]
    brief = [name if len(name) <= 80 and name.isprintable() else shown(name) for name in brief]
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(brief) + more


def joined(words: Iterable[str]) -> str:
    """Join words into a phrase: one, two and three."""
    *head, last = words
    return f"{', '.join(head)} and {last}" if head else last


def runs(years: Iterable[int]) -> list[tuple[int, int]]:
    """Return the first and the last of each run of consecutive years, given in order."""
    found: list[tuple[int, int]] = []
    for year in years:
        if found and year == found[-1][1] + 1:
            found[-1] = (found[-1][0], year)
        else:
            found.append((year, year))
    return found


def label_of(attrs: Mapping[Any, Any]) -> str:
    """Return the label that data carry as their attribute."""
    return str(attrs.get("source") or "not stated")


def sources(*data: object) -> dict[str, str]:
    """Return the attribute of what was computed from several data: the labels of all, each once."""
    attributes = [getattr(each, "attrs", {}) for each in data]
    told = [str(each["source"]) for each in attributes if "source" in each]
    return {"source": "; ".join(dict.fromkeys(told))} if told else {}
