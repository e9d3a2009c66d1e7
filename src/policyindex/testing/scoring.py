"""The laws of a scoring, which scores of any coded policies keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice, product
from math import isnan, prod
from typing import Any

import numpy as np
import pandas as pd

from ..codebooks.model import Codebook, Dimension
from ..codebooks.three_p import THREE_P
from ..scoring.explanation import next_steps
from ..scoring.scores import score_bounds
from .law import (
    Breach,
    Function,
    Law,
    ask,
    at,
    cells,
    form,
    locality,
    order,
    relabelled,
    same,
    value,
)
from .strategies import codings, index_of

MOST = 64
"""The most completions of a row that are tried one by one."""


def laws(codebook: Codebook = THREE_P) -> tuple[Law, ...]:
    """List the laws that every scoring of codings keeps.

    Each checks any function that takes a panel of codings, as :func:`policyindex.score` does, and
    returns a column per dimension and ``overall``, with a row for each row of the codings, in any
    order. Check the laws in their order: each relies on those before it.

    Parameters
    ----------
    codebook : Codebook
        The indicators, and the rules that score them.

    Returns
    -------
    tuple of Law
        ``form``, ``repeatable``, ``order``, ``locality``, ``labels``, ``sum``,
        ``range``, ``monotone``, ``missing`` and ``determined`` hold for any scoring of these
        indicators; ``rule``, ``bounds``, ``steps`` and ``fewest`` for one that follows the
        codebook's rules. ``bounds`` compares the scores with the companion ``score_bounds``,
        ``steps`` and ``fewest`` with ``next_steps``; pass your own to test them.

    Examples
    --------
    >>> from policyindex import score
    >>> for law in laws():
    ...     law.check(score, examples=5)
    """

    def law(
        name: str, statement: str, test: Callable[..., None], size: int = 4, **companions: Function
    ) -> Law:
        def run(function: Function, data: pd.DataFrame, **others: Function) -> None:
            try:
                test(Scoring(function, codebook), data, **others)
            except Breach:
                # Reproduce the failure in its own year: one call per variant.
                test(Scoring(function, codebook, apart=True), data, **others)

        return Law(
            name,
            statement,
            codings(codebook, min_size=0 if name == "form" else 1, max_size=size),
            run,
            companions=companions,
        )

    weighted = "weighted " if codebook.weights else ""
    total = f"{weighted}{codebook.aggregate} of all dimensions"
    kind = "an integer" if codebook.divisor == 1 else "a multiple of its unit"
    bounds = partial(score_bounds, codebook=codebook)
    ways = partial(next_steps, codebook=codebook)
    return (
        law("form", "Every row has all scores, and the codings stay as they were.", _form),
        law("repeatable", "The same codings have the same scores every time.", _repeatable),
        law("order", "The order of rows and columns does not matter.", _order),
        law("locality", "A row's scores do not depend on other rows.", _locality),
        law("labels", "Other countries and years with the same codings score the same.", _labels),
        law("sum", f"The overall score is the {total}, missing if one is.", _sum),
        law("range", f"Each score is {kind} on its scale, or missing.", _range),
        law("monotone", "No score falls when one indicator rises.", _monotone, 2),
        law(
            "missing",
            "There is a score only where every completion of the missing codings has it.",
            _missing,
            2,
        ),
        law(
            "determined",
            "There is a score wherever every completion of the missing codings has the same.",
            _determined,
            2,
        ),
        law("rule", "A row without missing codings scores what the codebook's rules say.", _rule),
        law(
            "bounds",
            "The bounds contain the score of every completion, and each is the score of one.",
            _bounds,
            2,
            score_bounds=bounds,
        ),
        law(
            "steps",
            "The steps listed lift a dimension to the score that they promise.",
            _steps,
            1,
            next_steps=ways,
        ),
        law(
            "fewest",
            "Fewer steps than those listed lift no dimension to that score.",
            _fewest,
            1,
            next_steps=ways,
        ),
    )


@dataclass(frozen=True)
class Scoring:
    """A function that scores codings of a codebook."""

    function: Function
    codebook: Codebook
    apart: bool = False
    """Whether variants of a row are scored one by one, each in the row's own year."""

    def __call__(self, panel: pd.DataFrame) -> pd.DataFrame:
        """Return the answer of the function, checked."""
        return ask(self.function, panel, list(self.codebook.score_scales))

    def of(self, key: Any, variants: list[dict[str, float]]) -> pd.DataFrame:
        """Score variants of one row: for speed, at once, as later years of its country."""
        if not variants:
            return pd.DataFrame(columns=list(self.codebook.score_scales))
        if self.apart and len(variants) > 1:
            return pd.concat([self.of(key, [each]) for each in variants])
        country, year = key
        keys = index_of((country, year + place) for place in range(len(variants)))
        names = list(self.codebook.scales)
        levels = [[each[name] for name in names] for each in variants]
        return self(pd.DataFrame(levels, index=keys, columns=names, dtype=np.float64))


def _form(scoring: Scoring, data: pd.DataFrame) -> None:
    form(scoring, data)


def _repeatable(scoring: Scoring, data: pd.DataFrame) -> None:
    same(scoring(data), scoring(data))


def _order(scoring: Scoring, data: pd.DataFrame) -> None:
    order(scoring, data)
    same(scoring(data), scoring(data.iloc[:, ::-1]))


def _labels(scoring: Scoring, data: pd.DataFrame) -> None:
    renamed, _new = relabelled(data)
    later = index_of((country, year + 7) for country, year in renamed.index)
    same(scoring(data), scoring(data.set_axis(later)).set_axis(data.index))


def _locality(scoring: Scoring, data: pd.DataFrame) -> None:
    locality(scoring, data)


def _sum(scoring: Scoring, data: pd.DataFrame) -> None:
    scores = scoring(data)
    total = sum(scores[name] * float(share) for name, share in scoring.codebook.shares.items())
    same(pd.DataFrame({"overall": total}), scores[["overall"]], close=1e-9)


def _range(scoring: Scoring, data: pd.DataFrame) -> None:
    scores, book = scoring(data), scoring.codebook
    units = {each.name: each.denominator for each in book.dimensions} | {"overall": book.divisor}
    for name, (low, high) in book.score_scales.items():
        kind = "an integer" if units[name] == 1 else f"a multiple of 1/{units[name]}"
        for key, cell in scores[name].items():
            # the float nearest to a fraction, and no other, is the quotient of two integers
            on_scale = low <= cell <= high and cell == round(cell * units[name]) / units[name]
            if not (pd.isna(cell) or on_scale):
                raise Breach(
                    f"{name} {kind} from {low:g} to {high:g}, or missing",
                    f"{name} {value(cell)} at {at(key)}",
                )


def _monotone(scoring: Scoring, data: pd.DataFrame) -> None:
    before = scoring(data)
    for place, key in enumerate(data.index):
        levels = dict(zip(scoring.codebook.scales, data.iloc[place].tolist(), strict=True))
        rises = [name for name, (_, top) in scoring.codebook.scales.items() if levels[name] < top]
        after = scoring.of(key, [levels | {name: levels[name] + 1} for name in rises])
        for name in after.columns:
            least = before[name].iloc[place]
            for raised, (_, cell) in zip(rises, cells(after, name), strict=True):
                if cell < least:
                    raise Breach(
                        f"{name} of at least {value(least)} at {at(key)} when {raised} rises to "
                        f"{value(levels[raised] + 1)}",
                        f"{name} {value(cell)}",
                    )


def _missing(scoring: Scoring, data: pd.DataFrame) -> None:
    scores = scoring(data)
    for key, possible, filled, _ in _completions(scoring, data):
        for name, cell in scores.loc[key].items():
            others = np.flatnonzero(possible[name].to_numpy() != cell)
            if not pd.isna(cell) and len(others):
                other = f"{value(possible[name].iloc[others[0]])} with {filled[others[0]]}"
                raise Breach(
                    f"{name} missing at {at(key)}, for it is {other}", f"{name} {value(cell)}"
                )


def _determined(scoring: Scoring, data: pd.DataFrame) -> None:
    scores = scoring(data)
    for key, possible, _, whole in _completions(scoring, data):
        for name, cell in scores.loc[key].items():
            only = possible[name].iloc[0]
            if whole and pd.isna(cell) and (possible[name] == only).all():
                raise Breach(
                    f"{name} {value(only)} at {at(key)}, as with every completion",
                    f"{name} missing",
                )


def _rule(scoring: Scoring, data: pd.DataFrame) -> None:
    complete = data.fillna(0)
    rows = complete.astype(int).to_dict("records")
    expected = pd.DataFrame(
        {
            each.name: [
                float(each.rule(**{one.name: row[one.name] for one in each.indicators}))
                for row in rows
            ]
            for each in scoring.codebook.dimensions
        },
        index=data.index,
    )
    same(expected, scoring(complete))


def _bounds(scoring: Scoring, data: pd.DataFrame, *, score_bounds: Function) -> None:
    names = list(scoring.codebook.score_scales)
    ends = [f"{name}_{end}" for name in names for end in ("low", "high")]
    bounds = ask(score_bounds, data, ends)
    for key, possible, filled, whole in _completions(scoring, data):
        for name in names:
            low, high = bounds.loc[key, f"{name}_low"], bounds.loc[key, f"{name}_high"]
            between = f"{name} from {value(low)} to {value(high)} at {at(key)}, its bounds"
            outside = np.flatnonzero(~possible[name].between(low, high))
            if len(outside):
                cell = possible[name].iloc[outside[0]]
                raise Breach(between, f"{name} {value(cell)} with {filled[outside[0]]}")
            reached = possible[name].min(), possible[name].max()
            if whole and reached != (low, high):
                raise Breach(
                    between, f"{name} from {value(reached[0])} to {value(reached[1])} at most"
                )


def _steps(scoring: Scoring, data: pd.DataFrame, *, next_steps: Function) -> None:
    for key, dimension, levels, start, row in _promises(scoring, data, next_steps):
        promised = [(taken, start + 1 / dimension.denominator) for taken in row["sets"]]
        promised += [(taken, float(dimension.best)) for taken in row["sets_top"]]
        after = scoring.of(key, [levels | dict(taken) for taken, _ in promised])
        for (taken, target), cell in zip(promised, after[dimension.name], strict=True):
            if not cell >= target - 1e-9:
                raise Breach(
                    f"{dimension.name} of at least {value(target)} at {at(key)} after "
                    f"{_words(dict(taken))}",
                    f"{dimension.name} {value(cell)}",
                )


def _fewest(scoring: Scoring, data: pd.DataFrame, *, next_steps: Function) -> None:
    for key, dimension, levels, start, row in _promises(scoring, data, next_steps):
        fewer = list(islice(_rises(dimension, levels, row["steps"]), MOST))
        after = scoring.of(key, [levels | rise for rise in fewer])
        for rise, cell in zip(fewer, after[dimension.name], strict=True):
            if not cell <= start:
                changed = {name: level for name, level in rise.items() if level != levels[name]}
                count = "any" if pd.isna(row["steps"]) else f"fewer than {value(row['steps'])}"
                raise Breach(
                    f"{dimension.name} still {value(start)} at {at(key)} after {count} steps",
                    f"{dimension.name} {value(cell)} after {_words(changed)}",
                )


def _promises(
    scoring: Scoring, data: pd.DataFrame, next_steps: Function
) -> Iterator[tuple[Any, Dimension, dict[str, float], float, pd.Series]]:
    """Yield each row and dimension, its levels and score in the worst case, and its steps."""
    names = [each.name for each in scoring.codebook.dimensions]
    index = pd.MultiIndex.from_tuples([(*key, name) for key in data.index for name in names])
    steps = ask(next_steps, data, ["steps", "sets", "sets_top"], index=index)
    worst = data.fillna(0)
    before = scoring(worst)
    for key in data.index:
        for dimension in scoring.codebook.dimensions:
            start = before.loc[key, dimension.name]
            levels = worst.loc[key].to_dict()
            yield key, dimension, levels, start, steps.loc[(*key, dimension.name)]


def _rises(dimension: Dimension, levels: dict[str, float], steps: Any) -> Iterator[dict[str, int]]:
    """Yield the rises of one step less; without steps, the rise to the best levels."""
    names = [each.name for each in dimension.indicators]
    if isnan(steps):
        yield {name: size - 1 for name, size in zip(names, dimension.shape, strict=True)}
        return
    ranges = [
        range(int(levels[name]), size) for name, size in zip(names, dimension.shape, strict=True)
    ]
    start = sum(levels[name] for name in names)
    for end in _summing_to(ranges, int(start + steps - 1)):
        yield dict(zip(names, end, strict=True))


def _summing_to(ranges: list[range], total: int) -> Iterator[tuple[int, ...]]:
    """Yield every choice of one number of each range that adds up to a total."""
    if not ranges:
        if total == 0:
            yield ()
        return
    head, *rest = ranges
    least, most = (sum(each[end] for each in rest) for end in (0, -1))
    for number in head:
        if least <= total - number <= most:
            yield from ((number, *others) for others in _summing_to(rest, total - number))


def _completions(
    scoring: Scoring, data: pd.DataFrame
) -> Iterator[tuple[Any, pd.DataFrame, list[str], bool]]:
    """Yield each row, the scores of its completions, these in words, and whether they are all.

    If there are more than :data:`MOST`, only the lowest and the highest.
    """
    for key, levels in data.to_dict("index").items():
        row = {str(name): level for name, level in levels.items()}
        blank = [name for name in row if pd.isna(row[name])]
        ranges = [range(scoring.codebook.scales[name][1] + 1) for name in blank]
        whole = prod(map(len, ranges)) <= MOST
        fills = list(product(*ranges)) if whole else [(0,) * len(blank), tuple(map(max, ranges))]
        filled = [dict(zip(blank, fill, strict=True)) for fill in fills]
        possible = scoring.of(key, [row | each for each in filled])
        yield key, possible, [_words(each) for each in filled], whole


def _words(levels: dict[str, Any]) -> str:
    return ", ".join(f"{name} {level:g}" for name, level in levels.items()) or "no change"
