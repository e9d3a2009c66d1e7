"""The laws of a comparison of two releases, whose parts add up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pandas as pd

from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..coding.differences import PARTS, SCORE_INDEX
from ..scoring.scores import score
from .law import Breach, Function, Law, at, same, value
from .strategies import grouped_panels

Sides: TypeAlias = tuple[pd.DataFrame, pd.DataFrame]

COLUMNS = ["old", "new", *PARTS]


class _Comparison:
    """Hold a function under test, and the rules of both sides."""

    def __init__(self, function: Function, old: Codebook, new: Codebook) -> None:
        self.function, self.old, self.new = function, old, new

    def sides(self, data: pd.DataFrame) -> Sides:
        """Return the old and the new codings; a country-year without a coding is not in them."""
        old, new = (
            data[[f"{side}_{name}" for name in book.scales]]
            .set_axis(list(book.scales), axis=1)
            .dropna(how="all")
            for side, book in (("old", self.old), ("new", self.new))
        )
        return old, new

    def answer(self, old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
        """Call the function on copies, and return the columns that the laws read."""
        copies = old.copy(), new.copy()
        try:
            answer = self.function(*copies)
        except Exception as error:
            raise Breach("an answer", f"{type(error).__name__}: {error}") from error
        if not (copies[0].equals(old) and copies[1].equals(new)):
            raise Breach("the codings left as they were", "codings that the function has changed")
        if not isinstance(answer, pd.DataFrame):
            raise Breach("a DataFrame", f"a {type(answer).__name__}")
        if list(answer.index.names) != SCORE_INDEX or not answer.index.is_unique:
            names = ", ".join(map(str, answer.index.names))
            raise Breach(f"an index {', '.join(SCORE_INDEX)} without repeats", f"the index {names}")
        lacking = [name for name in COLUMNS if name not in answer.columns]
        if lacking:
            raise Breach(f"the columns {', '.join(COLUMNS)}", ", ".join(map(str, answer.columns)))
        return answer[COLUMNS]

    def scores(self, old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
        """Return the scores on both sides that are not the same, by country, year and dimension."""
        sides = [
            score(codings, codebook=book).melt(
                ignore_index=False, var_name="dimension", value_name=side
            )
            for side, codings, book in (("old", old, self.old), ("new", new, self.new))
        ]
        tables = [each.set_index("dimension", append=True) for each in sides]
        both = pd.concat(tables, axis=1).astype(float)
        gap = both["new"].fillna(-1) - both["old"].fillna(-1)
        return both[gap.abs() > 1e-9]


Test: TypeAlias = Callable[[_Comparison, pd.DataFrame], None]


def diff_laws(
    codebook: Codebook = THREE_P, *, old_codebook: Codebook | None = None
) -> tuple[Law, ...]:
    """List the laws that every comparison of two releases keeps.

    Each checks any function that takes the old and the new panel of codings, and returns the table
    of scores that differ, as ``policyindex.coding.diff(old, new).scores`` does: index (country,
    year, dimension), the columns ``old`` and ``new``, and the parts ``coding``, ``rule``,
    ``undivided``, ``entered`` and ``left``, in points.

    Parameters
    ----------
    codebook : Codebook
        The rules of the new scores.
    old_codebook : Codebook, optional
        The rules of the old scores; by default those of the new.

    Returns
    -------
    tuple of Law
        ``form``, ``order``, ``complete``, ``adding`` and ``moving``; ``rules``, where both sides
        have the same rules; ``codings``, where both have the same indicators. Their cases hold the
        codings of both sides next to each other.

    Examples
    --------
    >>> from policyindex.coding import diff
    >>> for law in diff_laws():
    ...     law.check(lambda old, new: diff(old, new).scores, examples=5)
    """
    old = codebook if old_codebook is None else old_codebook
    sides = (("old", old), ("new", codebook))
    scales = {
        f"{side}_{name}": scale for side, book in sides for name, scale in book.scales.items()
    }
    sizes = [len(each.indicators) for _, book in sides for each in book.dimensions]
    cases = grouped_panels(scales, sizes, min_size=1, max_size=3)

    def law(name: str, statement: str, test: Test) -> Law:
        def run(function: Function, data: pd.DataFrame) -> None:
            test(_Comparison(function, old, codebook), data)

        return Law(name, statement, cases, run)

    laws = [
        law("form", "Every score that differs has one row; the codings stay as they were.", _form),
        law("order", "The order of rows does not matter.", _order),
        law(
            "complete",
            "The scores that differ, with those that one side lacks, are listed, and no others.",
            _complete,
        ),
        law("adding", "The parts add up to the new score less the old; nothing is left.", _adding),
        law(
            "moving",
            "A score that one side lacks has entered or left with all its points, and no other.",
            _moving,
        ),
    ]
    if old.rules == codebook.rules:
        laws.append(law("rules", "The same rules account for no point.", _same_rules))
    if old.scales == codebook.scales:
        laws.append(law("codings", "The same codings account for no point.", _same_codings))
    return tuple(laws)


def _form(comparison: _Comparison, data: pd.DataFrame) -> None:
    comparison.answer(*comparison.sides(data))


def _order(comparison: _Comparison, data: pd.DataFrame) -> None:
    old, new = comparison.sides(data)
    expected = comparison.answer(old, new)
    answer = comparison.answer(old.iloc[::-1], new.sort_index())
    _same_rows(expected.index, answer.index)
    same(expected, answer.reindex(expected.index))


def _complete(comparison: _Comparison, data: pd.DataFrame) -> None:
    sides = comparison.sides(data)
    expected = comparison.scores(*sides)
    answer = comparison.answer(*sides)
    _same_rows(expected.index, answer.index)
    same(expected, answer[["old", "new"]].reindex(expected.index), close=1e-9)


def _same_rows(expected: pd.Index, answer: pd.Index) -> None:
    lacking, more = set(expected) - set(answer), set(answer) - set(expected)
    if lacking:
        raise Breach(f"a row for {at(min(lacking))}", "none")
    if more:
        raise Breach("no other row", f"a row for {at(min(more))}")


def _adding(comparison: _Comparison, data: pd.DataFrame) -> None:
    table = comparison.answer(*comparison.sides(data))
    for key, row in table.iterrows():
        change = _points(row["new"]) - _points(row["old"])
        total = sum(_points(row[part]) for part in PARTS)
        if abs(change - total) > 1e-9 or row[[*PARTS]].isna().any():
            raise Breach(
                f"parts that add up to {value(change)} at {at(key)}", f"{value(total)} in all"
            )


def _moving(comparison: _Comparison, data: pd.DataFrame) -> None:
    table = comparison.answer(*comparison.sides(data))
    for key, row in table.iterrows():
        entered = _points(row["new"]) if pd.isna(row["old"]) else 0
        left = -_points(row["old"]) if pd.isna(row["new"]) else 0
        for part, points in (("entered", entered), ("left", left)):
            if not abs(row[part] - points) <= 1e-9:
                raise Breach(f"{part} {value(points)} at {at(key)}", f"{part} {value(row[part])}")


def _same_rules(comparison: _Comparison, data: pd.DataFrame) -> None:
    _no_points(comparison.answer(*comparison.sides(data)), "rule")


def _same_codings(comparison: _Comparison, data: pd.DataFrame) -> None:
    old, _ = comparison.sides(data)
    _no_points(comparison.answer(old, old.copy()), "coding")


def _no_points(table: pd.DataFrame, part: str) -> None:
    for key, points in table[part].items():
        if points != 0:
            raise Breach(f"{part} 0 at {at(key)}", f"{part} {value(points)}")


def _points(score: Any) -> float:
    return 0.0 if pd.isna(score) else float(score)
