"""Tiers of the US Trafficking in Persons Report: recognise them, and read them as numbers.

The report places each country on Tier 1 (the best), Tier 2, Tier 2 Watch List or Tier 3. Here they
are 1, 2, 2.5 and 3: the watch list is a step of its own. Nothing in this module knows files:
cells come in, numbers and repairs go out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from math import nan
from numbers import Real
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._wording import joined, listed, quoted

TIERS: Mapping[str, Any] = MappingProxyType({"scale": (1, 3), "lower_is_better": True})
"""The scale and the direction of tiers, as ``**TIERS`` for charts, ranks and comparisons."""

STEPS = (1.0, 2.0, 2.5, 3.0)
"""Tier 1, Tier 2, Tier 2 Watch List and Tier 3."""

SPECIAL = 666.0
"""Stands for a special case: in the report, without a tier."""

ABSENT = 555.0
"""Stands for a country that is not in the report."""

OTHER_CODES = (4.0, 5.0)
"""Steps of other codings: with a 4, Watch List may be 3 and Tier 3 be 4."""

_PREFIX = re.compile(r"(?<!\s)\s*t(?:ier)?[\s\-_:#]*(?=[\dio(t])")
"""The word tier, or its letter, before a number."""

_NUMERALS = {"1": 1.0, "i": 1.0, "one": 1.0, "2": 2.0, "ii": 2.0, "two": 2.0,
             "3": 3.0, "iii": 3.0, "three": 3.0}  # fmt: skip

_WATCH = re.compile(r"(?:2|ii|two|25)?(?:watchlist|wl)|(?:2|ii|two|25)(?:w|watch)")
"""The words of the watch list, without blanks and marks."""

_SURE = re.compile(r"tier|watch|2\W*wl", re.IGNORECASE)
"""In the words of a tier alone: ``I`` and ``T2`` may be anything else."""

_SPECIAL = {
    "sc", "special", "specialcase", "specialcases", "specialstatus", "specialcategory",
}  # fmt: skip

_ABSENT = {
    "notinreport", "notinthereport", "notintipreport", "notinthetipreport", "notinrep",
    "notincluded", "notlisted", "notonlist", "notranked", "notrated", "notplaced", "notassessed",
    "nottiered", "unranked", "unrated", "notier", "noranking", "norank", "noreport", "nr",
}  # fmt: skip

_BLANKS = {
    "", ".", "..", "-", "\N{EN DASH}", "\N{EM DASH}", "na", "n/a", "n.a.", "#n/a", "nan", "none",
    "null", "no data", "n.d.", "missing", "not available",
}  # fmt: skip

_NAME = re.compile(r"(?:^|[^a-z]|tip|us|s)tier", re.IGNORECASE)
"""A column name that says tier: not frontier or cartier."""


class Repair(NamedTuple):
    """A thing that :func:`tier_numbers` did to some cells, for the findings of a reader."""

    kind: Literal["tiers", "special case", "not in report"]
    finding: str
    """The cells, in words that follow the name of the column."""
    action: str
    """How they were read."""
    rows: NDArray[np.bool_]
    """Which cells, by position."""


def tier_of(cell: object) -> float | None:
    """Return the tier of a cell as a number.

    Parameters
    ----------
    cell : object
        A number, or text; upper case, blanks and marks such as brackets and hyphens do not
        matter.

    Returns
    -------
    float or None
        1, 2, 2.5 (Tier 2 Watch List) or 3; NaN for a missing value, a special case and a country
        that is not in the report; None for anything else, which is not a tier.

    Examples
    --------
    >>> [tier_of(cell) for cell in ("Tier 1", "tier 2 (Watch List)", "2WL", 3, 666)]
    [1.0, 2.5, 2.5, 3.0, nan]
    >>> tier_of(4), tier_of("high")
    (None, None)
    """
    if is_blank(cell):
        return nan
    number = _number(cell)
    if number is not None:
        if number in STEPS:
            return number
        return nan if number in (SPECIAL, ABSENT) else None
    word = _squeezed(cell)
    if word in _SPECIAL or word in _ABSENT:
        return nan
    rest = _PREFIX.sub("", _folded(cell), count=1)
    number = _number(rest)
    if number is not None:
        return number if number in STEPS else None
    word = _squeezed(rest)
    return 2.5 if _WATCH.fullmatch(word) else _NUMERALS.get(word)


def is_blank(cell: object) -> bool:
    """Return whether a cell is a missing value, or text that stands for one."""
    if isinstance(cell, str):
        return " ".join(cell.split()).casefold() in _BLANKS
    scalar: Any = cell
    return pd.api.types.is_scalar(cell) and bool(pd.isna(scalar))


def is_special(cell: object) -> bool:
    """Return whether a cell marks a special case, e.g. ``Special Case`` or 666."""
    return _number(cell) == SPECIAL or (isinstance(cell, str) and _squeezed(cell) in _SPECIAL)


def is_absent(cell: object) -> bool:
    """Return whether a cell marks a country that is not in the report, e.g. 555."""
    return _number(cell) == ABSENT or (isinstance(cell, str) and _squeezed(cell) in _ABSENT)


def is_tiers(cells: Iterable[object], name: object) -> bool:
    """Return whether a column holds tiers.

    It does if each value is a tier, a special case or missing, and either its words or its name
    say so: a column of the numbers 1 to 3 alone may hold anything.

    Parameters
    ----------
    cells : iterable of object
        The cells of the column; those that are equal need to be there once only.
    name : object
        Its name.

    Examples
    --------
    >>> is_tiers(["Tier 1", "Watch List", None], "rating"), is_tiers([1, 2.5, 555], "tip_tier")
    (True, True)
    >>> is_tiers([1, 2, 3], "rating"), is_tiers([1, 2, 4], "tier")
    (False, False)
    """
    says, has_step = says_tier(name), False
    for cell in cells:  # the first number of an income settles it
        if is_blank(cell):
            continue
        step = tier_of(cell)
        if step is None:
            return False
        has_step = has_step or step in STEPS
        says = says or _says_so(cell)
    return has_step and says


def doubt_about(cells: Iterable[object], name: object) -> str | None:
    """Return why a column that seems to hold tiers cannot be read as such; None if it can.

    Some data sets code the watch list as 3 and Tier 3 as 4, others a special case as 4; and some
    join Tier 2 and its watch list. None of these is guessed. A column that does not seem to hold
    tiers is not in doubt either.

    Parameters
    ----------
    cells, name
        As for :func:`is_tiers`.

    Returns
    -------
    str or None
        A clause that follows the name of the file: the rule, the first offender, and the remedy.

    Examples
    --------
    >>> print(doubt_about([1, 2, 3, 4], "tier"))
    tiers must be 1, 2, 2.5 (Tier 2 Watch List) or 3; tier holds 4: the watch list may be 3 and \
Tier 3 be 4, or 4 may be a special case; recode it, or rename the column to read its numbers as \
they are
    >>> doubt_about([1, 2, 2.5, 3], "tier") is None
    True
    """
    values = []
    for cell in _distinct(cells):
        if is_blank(cell):
            continue
        is_doubtful = _number(cell) in OTHER_CODES or (isinstance(cell, str) and _is_joint(cell))
        if not is_doubtful and tier_of(cell) is None:
            return None
        values.append(cell)
    others = [cell for cell in values if tier_of(cell) is None]
    if not others:
        return None
    rule = "tiers must be 1, 2, 2.5 (Tier 2 Watch List) or 3"
    joint = [cell for cell in others if isinstance(cell, str) and _is_joint(cell)]
    if joint and len(joint) == len(others):
        return (
            f"{rule}; {listed([name])} holds {quoted(str(joint[0]))}, which joins tiers; split "
            f"them, or read the column as text"
        )
    numbers = [_number(cell) for cell in others]
    says = says_tier(name) or any(_says_so(cell) for cell in values)
    if says and all(number in OTHER_CODES for number in numbers):
        seen = joined(f"{number:g}" for number in sorted(filter(None, set(numbers))))
        return (
            f"{rule}; {listed([name])} holds {seen}: the watch list may be 3 and Tier 3 be 4, or "
            f"{seen} may be a special case; recode it, or rename the column to read its numbers "
            f"as they are"
        )
    return None


def odd_words(cells: Iterable[object]) -> str | None:
    """Return the first words in a column of the words of tiers that are not one; None without.

    Examples
    --------
    >>> odd_words(["Tier 1", "Tier 2", "Downgrade"]), odd_words(["Tier 1", "ally"])
    ('Downgrade', None)
    """
    values = [cell for cell in _distinct(cells) if not is_blank(cell)]
    odd = [cell for cell in values if tier_of(cell) is None]
    sure = sum(map(_says_so, values))
    return str(odd[0]) if odd and sure > len(odd) else None


def says_tier(name: object) -> bool:
    """Return whether the name of a column says tier, e.g. ``TIP tier`` or ``tierupdated``."""
    return isinstance(name, str) and bool(_NAME.search(name))


def tier_numbers(cells: pd.Series) -> tuple[pd.Series, list[Repair]]:
    """Return tiers as numbers, and the repairs that a reader should report.

    Parameters
    ----------
    cells : Series
        A column for which :func:`is_tiers` is true. It stays as it was.

    Returns
    -------
    Series of float64, on the same index
        1, 2, 2.5 and 3; missing for missing values, special cases and countries that are not in
        the report.
    list of Repair
        Words read as numbers; special cases; countries that are not in the report. Each only
        where there are any.

    Raises
    ------
    ValueError
        If a cell is not a tier.

    Examples
    --------
    >>> import pandas as pd
    >>> numbers, repairs = tier_numbers(pd.Series(["Tier 2", "Tier 2WL", "Special Case"]))
    >>> numbers.tolist()
    [2.0, 2.5, nan]
    >>> [(repair.kind, repair.rows.sum().item()) for repair in repairs]
    [('tiers', 2), ('special case', 1)]
    """
    objects = list(cells.astype(object))
    seen = {_key(cell): tier_of(cell) for cell in objects}
    wrong = [cell for cell in objects if seen[_key(cell)] is None]
    if wrong:
        raise ValueError(
            f"tiers must be 1, 2, 2.5 (Tier 2 Watch List) or 3; {len(wrong)} of {len(objects)} "
            f"{'is' if len(wrong) == 1 else 'are'} not: {quoted(wrong[0])}"
        )
    numbers = np.array([seen[_key(cell)] for cell in objects], dtype=np.float64)
    words = np.array([_number(cell) is None for cell in objects], dtype=np.bool_)
    masks = {
        "tiers": words & ~np.isnan(numbers),
        "special case": _mask(objects, is_special),
        "not in report": _mask(objects, is_absent),
    }
    steps = "read as 1, 2, 2.5 (Tier 2 Watch List) and 3; lower is better"
    repairs = [
        Repair("tiers", "holds tiers in words", steps, masks["tiers"]),
        Repair("special case", "holds special cases", "set to missing", masks["special case"]),
        Repair(
            "not in report",
            "holds countries that are not in the report",
            "set to missing",
            masks["not in report"],
        ),
    ]
    answer = pd.Series(numbers, cells.index, name=cells.name)
    return answer, [repair for repair in repairs if repair.rows.any()]


def _mask(cells: list[object], rule: Any) -> NDArray[np.bool_]:
    answers = {_key(cell): rule(cell) for cell in cells}
    return np.array([answers[_key(cell)] for cell in cells], dtype=np.bool_)


def _distinct(cells: Iterable[object]) -> list[object]:
    return list({_key(cell): cell for cell in cells}.values())


def _key(cell: object) -> object:
    """Return a key under which equal cells of one type meet; missing values are one."""
    if isinstance(cell, str):
        return str(cell)
    return (type(cell), None if is_blank(cell) else repr(cell))


def _number(cell: object) -> float | None:
    """Return the number of a cell, also of text such as ``2.5`` or ``2,5``; None without one."""
    if isinstance(cell, str):
        text = " ".join(cell.split()).replace(",", ".")
        return float(text) if re.fullmatch(r"\+?\d{1,3}(?:\.\d*)?", text, re.ASCII) else None
    if isinstance(cell, bool | np.bool_) or not isinstance(cell, Real):
        return None
    try:
        return float(cell)
    except OverflowError:  # an integer of hundreds of digits
        return None


def _folded(cell: object) -> str:
    """Return text in lower case, with compatible letters and digits as plain ones."""
    return unicodedata.normalize("NFKC", cell).casefold() if isinstance(cell, str) else ""


def _squeezed(cell: object) -> str:
    """Return the letters and digits of text in lower case."""
    return "".join(mark for mark in _folded(cell) if mark.isalnum())


def _says_so(cell: object) -> bool:
    """Return whether the words of a cell are those of a tier and of nothing else."""
    return isinstance(cell, str) and bool(_SURE.search(cell)) and tier_of(cell) in STEPS


def _is_joint(cell: str) -> bool:
    """Return whether text names several tiers at once, e.g. ``Tier 2/2 Watch List``."""
    parts = re.split(r"[/&+;]|\band\b|\bor\b", cell, flags=re.IGNORECASE)
    return len(parts) > 1 and all(tier_of(part) in STEPS for part in parts)
