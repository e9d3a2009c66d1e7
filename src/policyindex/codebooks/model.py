"""Codebooks: indicators, the dimensions they form, and the rules that score them.

A rule is a plain function of small integers. Making a :class:`Dimension` calls it once for
every combination of levels. So a rule that leaves its scale, or that falls when an indicator
rises, is refused at once, and no such rule slips through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import product
from math import prod
from operator import index

from .._wording import quoted


def check_codebook(codebook: Codebook) -> Codebook:
    """Return a codebook, or refuse anything else."""
    if not isinstance(codebook, Codebook):
        raise ValueError(f"codebook must be a Codebook, such as THREE_P; got {quoted(codebook)}")
    return codebook


MOST_LEVELS = 101
"""The most levels of an indicator: enough for a percentage, few enough for a byte."""

MOST_COMBINATIONS = 2_000_000
"""The largest table of a dimension, where a missing coding counts as one more level."""


@dataclass(frozen=True)
class Indicator:
    """Describe one question that coders answer about a country's policy in a year.

    The answers are ordered. A panel of codings holds the number of the answer: 0 for the worst.

    Parameters
    ----------
    name : str
        Column of the indicator in a panel of codings.
    levels : tuple of str
        The answers in words, worst first: 2 to 101 of them. By default no and yes.
    title : str
        The indicator in words; by default its name with spaces instead of underscores.

    Raises
    ------
    ValueError
        If the name is empty, or the levels are not 2 to 101 distinct texts.

    Examples
    --------
    >>> Indicator("shelter").levels
    ('no', 'yes')
    >>> Indicator("enforcement", ("none", "limited", "full")).title
    'enforcement'
    """

    name: str
    levels: tuple[str, ...] = ("no", "yes")
    title: str = ""

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("an indicator needs a name; this one has none")
        object.__setattr__(self, "levels", _words_of(self.name, self.levels))
        if not 2 <= len(self.levels) <= MOST_LEVELS:
            raise ValueError(
                f"an indicator needs 2 to {MOST_LEVELS} levels; {self.name!r} has "
                f"{len(self.levels)}"
            )
        _refuse_repeats(f"levels of {self.name!r}", [each.casefold() for each in self.levels])
        if not self.title:
            object.__setattr__(self, "title", self.name.replace("_", " "))


@dataclass(frozen=True, repr=False)
class Dimension:
    """Describe one part of an index: its indicators, its scale and the rule that scores it.

    Parameters
    ----------
    name : str
        Column of the dimension in a panel of scores.
    indicators : tuple of Indicator
        The indicators that the rule takes, in the order in which tables list them.
    rule : callable
        Takes the level of every indicator as a keyword argument and returns the score, an
        integer. It must never return less when an indicator rises.
    levels : tuple of str
        The scores in words, lowest first. By default five, from no to full compliance.
    lowest : int
        The score that ``levels[0]`` describes; the next ones follow it. By default 1.

    Attributes
    ----------
    table : tuple of int
        The score of every combination of levels, the last indicator varying fastest. Two
        dimensions with the same table are equal, however their rules are written.

    Raises
    ------
    ValueError
        If two indicators share a name, or the rule does not take them, leaves the scale, falls
        when an indicator rises (the message names both combinations), or has more than two
        million combinations.

    Notes
    -----
    A pickled dimension keeps its table instead of its rule, so that a rule written in a loop or
    a notebook can be sent to another process.

    Examples
    --------
    >>> shelter, hotline = Indicator("shelter"), Indicator("hotline")
    >>> support = Dimension("support", (shelter, hotline),
    ...                     lambda shelter, hotline: 1 + shelter + hotline,
    ...                     levels=("none", "some", "all"))
    >>> support.table, support.shape, support.highest
    ((1, 2, 2, 3), (2, 2), 3)
    """

    name: str
    indicators: tuple[Indicator, ...]
    rule: Callable[..., int] = field(compare=False)
    levels: tuple[str, ...] = (
        "no compliance",
        "little compliance",
        "partial compliance",
        "broad compliance",
        "full compliance",
    )
    lowest: int = 1
    table: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "indicators", tuple(self.indicators))
        object.__setattr__(self, "levels", _words_of(self.name, self.levels))
        if not self.name or not self.indicators or not self.levels:
            raise ValueError(f"dimension {self.name!r} needs a name, an indicator and a level")
        if self.lowest < 0 or self.highest > 100:
            raise ValueError(
                f"scores of {self.name!r} must lie in 0 to 100; "
                f"its scale is {self.lowest} to {self.highest}"
            )
        _refuse_repeats(f"indicators of {self.name!r}", [each.name for each in self.indicators])
        combinations = prod(size + 1 for size in self.shape)
        if combinations > MOST_COMBINATIONS:
            raise ValueError(
                f"dimension {self.name!r} has {combinations:,} combinations of levels, at most "
                f"{MOST_COMBINATIONS:,} can be tabulated; split it into several dimensions"
            )
        object.__setattr__(self, "table", self._tabulate())
        self._check_monotone()

    def __repr__(self) -> str:
        return (
            f"<Dimension {_short(self.name)}: {len(self.indicators)} indicators, scores "
            f"{self.lowest} to {self.highest}>"
        )

    @property
    def highest(self) -> int:
        """The best score on the scale."""
        return self.lowest + len(self.levels) - 1

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of levels of each indicator."""
        return tuple(len(each.levels) for each in self.indicators)

    def __getstate__(self) -> dict[str, object]:
        names = tuple(each.name for each in self.indicators)
        return self.__dict__ | {"rule": _TableRule(names, self.shape, self.table)}

    def _combinations(self) -> Iterator[dict[str, int]]:
        names = [each.name for each in self.indicators]
        for levels in product(*map(range, self.shape)):
            yield dict(zip(names, levels, strict=True))

    def _tabulate(self) -> tuple[int, ...]:
        scores: list[int] = []
        outside: list[str] = []
        for combination in self._combinations():
            try:
                scores.append(index(self.rule(**combination)))
            except Exception as error:  # a rule is anyone's code
                raise ValueError(
                    f"the rule of {self.name!r} must take its indicators by name and return an "
                    f"integer; at {_words(combination)}: {type(error).__name__}: {error}"
                ) from error
            if not self.lowest <= scores[-1] <= self.highest:
                outside.append(f"{_words(combination)} gives {scores[-1]}")
        if outside:
            raise ValueError(
                f"the rule of {self.name!r} must give an integer from {self.lowest} to "
                f"{self.highest}; {len(outside)} combinations do not, the first: {outside[0]}"
            )
        return tuple(scores)

    def _check_monotone(self) -> None:
        stride = len(self.table)
        falls: list[str] = []
        for each in self.indicators:
            stride //= len(each.levels)
            for cell, combination in enumerate(self._combinations()):
                level = combination[each.name]
                if level + 1 == len(each.levels):
                    continue
                worse, better = self.table[cell], self.table[cell + stride]
                if better < worse:
                    falls.append(
                        f"{_words(combination)} gives {worse} but "
                        f"{_words(combination | {each.name: level + 1})} gives {better}"
                    )
        if falls:
            raise ValueError(
                f"the rule of {self.name!r} must never fall when an indicator rises; "
                f"it does in {len(falls)} places, the first: {falls[0]}"
            )


@dataclass(frozen=True)
class _TableRule:
    """A rule that looks scores up in a table: unlike a lambda, it can be pickled."""

    names: tuple[str, ...]
    shape: tuple[int, ...]
    table: tuple[int, ...]

    def __call__(self, **levels: int) -> int:
        cell = 0
        for name, size in zip(self.names, self.shape, strict=True):
            cell = cell * size + levels[name]
        return self.table[cell]


@dataclass(frozen=True, repr=False)
class Codebook:
    """Describe an index: its dimensions, their indicators and rules. It holds no data.

    Parameters
    ----------
    name : str
        A short name.
    dimensions : tuple of Dimension
        The parts of the index. Their unweighted sum is the overall score. An indicator belongs
        to one dimension only, which makes the bounds of the overall score exact.
    citation : str
        Where the scheme comes from, and which parts of it are certain.
    version : str
        Version of the scheme.
    title : str
        The name of the index, as charts and reports print it; by default the short name.

    Raises
    ------
    ValueError
        If two dimensions or two indicators share a name, or a dimension has the name of a result
        (``overall``).

    Examples
    --------
    >>> from policyindex import THREE_P
    >>> [dimension.name for dimension in THREE_P.dimensions]
    ['prosecution', 'protection', 'prevention']
    >>> THREE_P.lowest, THREE_P.highest, len(THREE_P.indicators)
    (3, 15, 19)
    >>> THREE_P.scales["enforcement"], THREE_P.score_scales["overall"]
    ((0, 2), (3, 15))

    A fourth P, and an overall index from 4 to 20:

    >>> def partnership(task_force, hotline):
    ...     return 1 + 2 * (task_force + hotline)
    >>> fourth = Dimension("partnership", (Indicator("task_force"), Indicator("hotline")),
    ...                    partnership)
    >>> four = Codebook("4P", (*THREE_P.dimensions, fourth))
    >>> four.lowest, four.highest
    (4, 20)
    """

    name: str
    dimensions: tuple[Dimension, ...]
    citation: str = ""
    version: str = ""
    title: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "dimensions", tuple(self.dimensions))
        if not self.name or not self.dimensions:
            raise ValueError(f"codebook {self.name!r} needs a name and a dimension")
        if not isinstance(self.title, str):
            raise ValueError(f"the title of a codebook must be text; got {quoted(self.title)}")
        if not self.title:
            object.__setattr__(self, "title", self.name)
        _refuse_repeats("indicators", [each.name for each in self.indicators])
        columns = [
            column
            for name in (*(each.name for each in self.dimensions), "overall")
            for column in (name, f"{name}_low", f"{name}_high")
        ]
        _refuse_repeats("names of dimensions, with overall and the bounds _low, _high", columns)

    def __repr__(self) -> str:
        return (
            f"<Codebook {_short(self.name)}: {len(self.dimensions)} dimensions, "
            f"{len(self.indicators)} indicators>"
        )

    @cached_property
    def rules(self) -> str:
        """Name, version and short hash of the tables: a label for the scores that they make."""
        tables = [
            (each.name, each.lowest, [(one.name, len(one.levels)) for one in each.indicators])
            for each in self.dimensions
        ]
        digest = sha256(repr(tables).encode())
        for dimension in self.dimensions:
            digest.update(bytes(dimension.table))
        return " ".join([self.name, *filter(None, [self.version]), f"({digest.hexdigest()[:8]})"])

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every indicator, dimension by dimension."""
        return tuple(each for dimension in self.dimensions for each in dimension.indicators)

    @property
    def scales(self) -> dict[str, tuple[int, int]]:
        """The lowest and the highest level of each indicator, by name."""
        return {each.name: (0, len(each.levels) - 1) for each in self.indicators}

    @property
    def score_scales(self) -> dict[str, tuple[int, int]]:
        """The worst and the best score of each dimension and overall, by name."""
        scales = {each.name: (each.lowest, each.highest) for each in self.dimensions}
        return scales | {"overall": (self.lowest, self.highest)}

    @property
    def lowest(self) -> int:
        """The worst overall score."""
        return sum(dimension.lowest for dimension in self.dimensions)

    @property
    def highest(self) -> int:
        """The best overall score."""
        return sum(dimension.highest for dimension in self.dimensions)


def _short(name: str) -> str:
    """Return a name on one line, of at most 24 characters."""
    line = " ".join(name.split())
    return line if len(line) <= 24 else f"{line[:21]}..."


def _words_of(name: str, levels: Iterable[str]) -> tuple[str, ...]:
    listed = tuple(levels)
    if isinstance(levels, str) or not all(isinstance(each, str) for each in listed):
        raise ValueError(f"levels of {name!r} must be several texts, worst first; got {levels!r}")
    return listed


def _words(combination: dict[str, int]) -> str:
    return ", ".join(f"{name}={level}" for name, level in combination.items())


def _refuse_repeats(subject: str, names: list[str]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(
            f"{subject} must be distinct; {len(repeated)} are not, the first {repeated[0]!r}"
        )
