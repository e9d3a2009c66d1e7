"""A codebook in words, for people: what scores require, and what each level means.

What a rule requires is read from its table, so it is exact for any rule: the smallest combinations
of levels that reach a score. Indicators that the rule treats alike are put together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from .._wording import capital, counted, joined, number
from .documents import MOST_TABULATED
from .guidance import MARK
from .model import Codebook, Dimension
from .rules import Count, Sum

if TYPE_CHECKING:
    from ..typing import Number

MOST_WAYS = 8
"""The most ways to a score that are listed."""

NO_WAY = ("No combination of levels gives this score.",)


class Level(NamedTuple):
    """A level of an indicator, or a score of a dimension, in words."""

    number: str
    words: str
    more: tuple[str, ...]
    """The guidance of a level; the ways to a score, any of which is enough."""


class Part(NamedTuple):
    """An indicator or a dimension in words."""

    title: str
    name: str
    levels: tuple[Level, ...]


class Section(NamedTuple):
    """A dimension in words."""

    dimension: Part
    scale: str
    rule: str
    """How the score follows from the levels, beyond the ways to each; empty if they say all."""
    indicators: tuple[Part, ...]


class Description(NamedTuple):
    """A codebook in words."""

    title: str
    facts: tuple[tuple[str, str], ...]
    """A label and its text."""
    sections: tuple[Section, ...]
    changelog: tuple[tuple[str, str], ...]


def described(codebook: Codebook) -> Description:
    """Return a codebook in words."""
    return Description(
        codebook.title,
        tuple(_facts(codebook)),
        tuple(_section(each) for each in codebook.dimensions),
        codebook.changelog,
    )


def _facts(codebook: Codebook) -> Iterator[tuple[str, str]]:
    weights = dict(codebook.weights or ())
    names = [
        f"{each.title}{f' (weight {weights[each.name]})' if weights else ''}"
        for each in codebook.dimensions
    ]
    yield "Codebook", codebook.rules
    yield (
        "Overall score",
        (
            f"{_scale_words(codebook.lowest, codebook.highest)}, the "
            f"{'weighted ' if weights else ''}{codebook.aggregate} of "
            f"{counted(len(names), 'dimension', 'dimensions')}: {joined(names)}."
        ),
    )
    yield (
        "Indicators",
        (
            f"{capital(counted(len(codebook.indicators), 'indicator', 'indicators'))}, each with "
            f"ordered levels, 0 the worst. A level that is not coded is missing, never 0: a score "
            f"is then given only if every possible level leads to it."
        ),
    )
    if any(text.endswith(MARK) for each in codebook.indicators for text in each.guidance):
        yield (
            "Guidance",
            (
                f"Texts that end with {MARK} are a reconstruction by policyindex from public "
                f"criteria, not the words of the authors of the index."
            ),
        )
    if codebook.citation:
        yield "Source", codebook.citation


def _section(dimension: Dimension) -> Section:
    requirements = _requirements(dimension)
    levels = tuple(
        Level(_number_words(score), capital(dimension.words(score)), requirements.ways(score))
        for score in requirements.scores
    )
    indicators = tuple(
        Part(
            capital(each.title),
            each.name,
            tuple(
                Level(str(level), words, (text,) if text else ())
                for level, (words, text) in enumerate(
                    zip(each.levels, each.guidance or [""] * len(each.levels), strict=True)
                )
            ),
        )
        for each in dimension.indicators
    )
    scale = _scale_words(dimension.lowest, dimension.highest)
    part = Part(capital(dimension.title), dimension.name, levels)
    return Section(part, scale, requirements.rule, indicators)


def _scale_words(low: Number, high: Number) -> str:
    return f"{_number_words(low)} (worst) to {_number_words(high)} (best)"


def _number_words(number: Number) -> str:
    """Return a number in digits, with at most six of them where it is not whole."""
    return str(number) if number.denominator == 1 else f"{float(number):.6g}"


class _Requirements(Protocol):
    """What the scores of a dimension require."""

    rule: str
    scores: Sequence[Number]
    """The scores to be listed."""

    def ways(self, score: Number) -> tuple[str, ...]: ...


def _requirements(dimension: Dimension) -> _Requirements:
    if isinstance(dimension.rule, Count | Sum):
        return _Adding(dimension, dimension.rule)
    if len(dimension.table) <= MOST_TABULATED:
        return _Tabulated(dimension)
    return _Long(dimension)


class _Adding:
    """The requirements of a count or a sum: thresholds."""

    def __init__(self, dimension: Dimension, rule: Count | Sum) -> None:
        self._lowest = rule.lowest if rule.sizes else dimension.lowest
        self._thresholds = rule.thresholds
        self._n = len(dimension.indicators)
        self.scores: Sequence[Number] = ()
        if dimension.levels:
            self.scores = dimension.scores
        elif rule.thresholds is not None:
            highest = int(self._lowest) + len(rule.thresholds)
            self.scores = range(int(dimension.lowest), highest + 1)
        if isinstance(rule, Count):
            self._least = f"At least {{}} of the {self._n} indicators are met."
            self.rule = _count_words(dimension, rule)
        else:
            self._least = "The sum is at least {}."
            self.rule = _sum_words(dimension, rule)

    def ways(self, score: Number) -> tuple[str, ...]:
        """Return the count or the sum from which a score is reached."""
        if self._thresholds is None:
            return ()
        place = int(score - self._lowest)
        if place > len(self._thresholds) or place < 0:
            return NO_WAY
        before, after = self._thresholds[max(place - 1, 0) : place], self._thresholds[place:][:1]
        if after and after == (before or (0,)):
            return NO_WAY
        return tuple(self._least.format(_number_words(each)) for each in before)


def _count_words(dimension: Dimension, rule: Count) -> str:
    from_level = dict(rule.met or ())
    by_words: dict[str, list[str]] = {}
    for each in dimension.indicators:
        words = each.levels[from_level.get(each.name, 1)]
        by_words.setdefault(words, []).append(each.title)
    met = "; ".join(
        f"from the level {words}: {', '.join(each)}" for words, each in by_words.items()
    )
    return f"The score depends on the number of indicators that are met ({met})."


def _sum_words(dimension: Dimension, rule: Sum) -> str:
    weights = dict(rule.weights or ())
    parts = [
        f"{each.title} \N{MULTIPLICATION SIGN} {weights.get(each.name, 1)}"
        for each in dimension.indicators
    ]
    verb = "The score is" if rule.thresholds is None else "The score depends on"
    return f"{verb} the sum of the levels, each times its weight: {', '.join(parts)}."


class _Long:
    """The requirements of a rule with too many combinations to be searched."""

    def __init__(self, dimension: Dimension) -> None:
        self.scores: Sequence[Number] = dimension.scores if dimension.levels else ()
        self.rule = (
            f"The rule has {len(dimension.table):,} combinations of levels; the codebook in JSON "
            f"says how they score."
        )

    def ways(self, score: Number) -> tuple[str, ...]:
        """Return nothing."""
        del score
        return ()


class _Tabulated:
    """The requirements of any other rule: the smallest combinations of levels that reach a score.

    Indicators that can be exchanged without a change of the table form a group.
    """

    def __init__(self, dimension: Dimension) -> None:
        self._dimension = dimension
        self._table = np.array(dimension.numerators).reshape(dimension.shape)
        distinct = sorted(set(dimension.table))
        self.scores: Sequence[Number] = dimension.scores if dimension.levels else distinct
        self._groups = _alike(self._table)
        long = [group for group in self._groups if len(group) > 2 and self._has_same_words(group)]
        self._letters = dict(zip(long, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", strict=False))
        self.rule = " ".join(self._definition(each) for each in self._letters)

    def ways(self, score: Number) -> tuple[str, ...]:
        """Return the combinations of which any is enough, the shortest first."""
        cell = int(score * self._dimension.denominator)
        if not (self._table == cell).any():
            return NO_WAY
        reached = self._table >= cell
        if reached.all():
            return ()
        least = {self._by_group(levels) for levels in _smallest(reached)}
        ways = sorted(least, key=lambda way: (sum(map(sum, way)), [[-x for x in y] for y in way]))
        words = [capital("; ".join(self._words(way))) for way in ways[:MOST_WAYS]]
        more = len(ways) - len(words)
        return (*words, *([f"Or {counted(more, 'other way', 'other ways')}."] if more else []))

    def _by_group(self, levels: Sequence[int]) -> tuple[tuple[int, ...], ...]:
        return tuple(
            tuple(sorted((levels[place] for place in group), reverse=True))
            for group in self._groups
        )

    def _words(self, way: Sequence[Sequence[int]]) -> Iterator[str]:
        for group, levels in zip(self._groups, way, strict=True):
            for level, n in sorted(Counter(filter(None, levels)).items(), reverse=True):
                yield self._group_words(group, level, n)

    def _group_words(self, group: tuple[int, ...], level: int, n: int) -> str:
        """Return the requirement that a number of indicators of a group have a level."""
        indicators = [self._dimension.indicators[place] for place in group]
        is_top = level + 1 == len(indicators[0].levels)
        each = [
            f"{one.title}: {one.levels[level]}{'' if is_top else ' or better'}"
            for one in indicators
        ]
        if group not in self._letters:
            words = "; ".join(each)
            return words if n == len(group) else f"{number(n)} of ({words})"
        amount = "all" if n == len(group) else f"any {number(n)}"
        words = each[0].removeprefix(f"{indicators[0].title}: ")
        scale = "" if words == "yes" else f" ({words})"
        return f"{amount} of group {self._letters[group]}{scale}"

    def _has_same_words(self, group: tuple[int, ...]) -> bool:
        return len({self._dimension.indicators[place].levels for place in group}) == 1

    def _definition(self, group: tuple[int, ...]) -> str:
        titles = [self._dimension.indicators[place].title for place in group]
        return f"Group {self._letters[group]}, which count alike: {', '.join(titles)}."


def _alike(table: NDArray[np.int64]) -> tuple[tuple[int, ...], ...]:
    """Group the axes of a table that can be exchanged without a change."""
    groups: list[list[int]] = []
    for axis in range(table.ndim):
        for group in groups:
            exchanged = table.swapaxes(axis, group[0])
            if exchanged.shape == table.shape and np.array_equal(exchanged, table):
                group.append(axis)
                break
        else:
            groups.append([axis])
    return tuple(map(tuple, groups))


def _smallest(reached: NDArray[np.bool_]) -> list[list[int]]:
    """List the cells that reach a score although no cell below them does."""
    smallest = reached.copy()
    for axis in range(reached.ndim):
        above = [slice(None)] * reached.ndim
        below = list(above)
        above[axis], below[axis] = slice(1, None), slice(None, -1)
        smallest[tuple(above)] &= ~reached[tuple(below)]
    return np.argwhere(smallest).tolist()
