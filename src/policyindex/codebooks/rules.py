"""Rules as values: tables, counts, sums, gates and minima of the levels of indicators.

A plain function scores as well as a rule of this module. But these can be compared, pickled and
written to a file, and those that add (:class:`Count` and :class:`Sum`) need no table.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import lcm, prod
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Self

import numpy as np

from .._kernels.aggregation import fraction
from .._wording import absent, are_not, listed, quoted

if TYPE_CHECKING:
    from ..typing import Number

MOST = 10**12
"""The largest number of a rule, and the largest denominator."""

_WRITTEN = re.compile(r"-?\d{1,12}(\.\d{1,12}|/0*[1-9]\d{0,11})?")
"""A number as text: an integer, a decimal or a fraction."""

MOST_NESTED = 16
"""The deepest that rules of a document may hold each other."""


class Additive(NamedTuple):
    """The points that each level of each indicator adds, and the sums that raise the score.

    Examples
    --------
    >>> Additive(((0, 1), (0, Fraction(1, 2))), (1,), 1).denominator
    2
    """

    points: tuple[tuple[int | Fraction, ...], ...]
    """By indicator and level; they never fall."""
    thresholds: tuple[int | Fraction, ...] | None
    """The sum from which each next score is reached; None where the sum is the score."""
    lowest: int
    """The score of a sum that reaches no threshold; 0 without thresholds."""

    @property
    def denominator(self) -> int:
        """The least common denominator of the points and the thresholds."""
        points = (each for by_level in self.points for each in by_level)
        return lcm(*(each.denominator for each in (*points, *(self.thresholds or ()))))


_UNBOUND: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True)
class Rule(ABC):
    """Hold the common part of :class:`Table`, :class:`Count` and the other rules.

    A rule learns its indicators and the least score from the dimension that it is written for.
    Two rules are equal if they say the same, with indicators or without.

    Examples
    --------
    >>> rule = Count((1, 2)).bound({"shelter": 2, "hotline": 2}, lowest=0)
    >>> rule(shelter=1, hotline=1), rule == Count((1, 2))
    (2, True)
    >>> rule.additive.points, rule.additive.thresholds
    (((0, 1), (0, 1)), (1, 2))
    >>> rule.to_dict()
    {'kind': 'count', 'thresholds': [1, 2]}
    """

    kind: ClassVar[str]
    sizes: Mapping[str, int] = field(
        default_factory=lambda: _UNBOUND, init=False, repr=False, compare=False
    )
    """The number of levels of each indicator; empty before :meth:`bound`."""
    lowest: int = field(default=0, init=False, repr=False, compare=False)
    """The least score of the scale."""

    def __call__(self, **levels: int) -> Number:
        """Return the score of the levels, given by name."""
        sizes = self.sizes
        if not sizes:
            raise TypeError(f"{self!r} has no indicators yet; make a Dimension of it first")
        if levels.keys() != sizes.keys():
            raise TypeError(
                f"the rule must have the level of every indicator ({listed(sizes)}); got "
                f"{listed(levels)}"
            )
        for name, level in levels.items():
            if not 0 <= level < sizes[name]:
                raise ValueError(
                    f"the level of {name} must be from 0 to {sizes[name] - 1}; got {quoted(level)}"
                )
        return exact(self._score(levels))

    def bound(self, sizes: Mapping[str, int], lowest: int) -> Self:
        """Return the rule with the indicators that it scores, by name and number of levels.

        Parameters
        ----------
        sizes : mapping of str to int
            Number of levels of each indicator, in the order of the table.
        lowest : int
            The least score of the scale.

        Returns
        -------
        Rule
            An equal rule, which can be called.

        Raises
        ------
        ValueError
            If the rule does not fit the indicators, e.g. names another one.
        """
        bound = copy(self)
        object.__setattr__(bound, "sizes", MappingProxyType(dict(sizes)))
        object.__setattr__(bound, "lowest", lowest)
        bound._settle()
        return bound

    def __getstate__(self) -> dict[str, object]:
        return self.__dict__ | {"sizes": dict(self.sizes)}  # a mappingproxy cannot be pickled

    @property
    def additive(self) -> Additive | None:
        """The rule as points that add, or None where it is not of that kind."""
        return None

    def to_dict(self) -> dict[str, object]:
        """Return the rule as a document, e.g. for JSON.

        Returns
        -------
        dict of str to object
            ``kind`` and the parameters of the rule, as texts, numbers, lists and dicts. A fraction
            is text, e.g. 1/3.

        Examples
        --------
        >>> Count((1, 3), met={"shelter": 2}).to_dict()
        {'kind': 'count', 'thresholds': [1, 3], 'met': {'shelter': 2}}
        """
        return {"kind": self.kind, **self._parameters()}

    @abstractmethod
    def _parameters(self) -> dict[str, object]: ...

    @classmethod
    @abstractmethod
    def _read(cls, document: Mapping[str, object], depth: int) -> Self:
        """Return the rule of a document, without its `kind`."""

    @abstractmethod
    def _settle(self) -> None:
        """Check that the rule fits its indicators, and bind the rules that it holds."""

    @abstractmethod
    def _score(self, levels: Mapping[str, int]) -> Number: ...


@dataclass(frozen=True)
class Table(Rule):
    """Score every combination of levels by a list.

    Parameters
    ----------
    scores : tuple of int or Fraction
        The score of each combination, the last indicator varying fastest.

    Raises
    ------
    ValueError
        If a score is not a number.

    Examples
    --------
    >>> from policyindex import Dimension, Indicator
    >>> law = Indicator("law", ("none", "some", "all"))
    >>> courts = Dimension("courts", (law, Indicator("penalty")), Table((1, 1, 2, 3, 3, 5)))
    >>> courts.rule(law=1, penalty=1)
    3
    """

    kind: ClassVar[str] = "table"
    scores: tuple[Number, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "scores", _numbers("scores", self.scores))

    def _parameters(self) -> dict[str, object]:
        return {"scores": [plain(each) for each in self.scores]}

    @classmethod
    def _read(cls, document: Mapping[str, object], depth: int) -> Self:
        del depth
        (scores,) = _values(cls.kind, document, "scores")
        return cls(_list("scores", scores))  # type: ignore[arg-type]

    def _settle(self) -> None:
        cells = prod(self.sizes.values())
        if len(self.scores) != cells:
            raise ValueError(
                f"a table must have the score of every combination of levels, {cells:,} of "
                f"{listed(self.sizes)}; it has {len(self.scores):,}"
            )

    def _score(self, levels: Mapping[str, int]) -> Number:
        cell = 0
        for name, size in self.sizes.items():
            cell = cell * size + levels[name]
        return self.scores[cell]


class _Adding(Rule):
    """A rule that adds the points of the levels."""

    @property
    def additive(self) -> Additive:
        """The points of each level, and the sums that raise the score."""
        points = tuple(self._points(name, size) for name, size in self.sizes.items())
        if self._thresholds() is None:
            return Additive(points, None, 0)
        return Additive(points, self._thresholds(), self.lowest)

    def _score(self, levels: Mapping[str, int]) -> Number:
        total = sum(self._points(name, self.sizes[name])[level] for name, level in levels.items())
        thresholds = self._thresholds()
        if thresholds is None:
            return total
        return self.lowest + bisect_right(thresholds, total)

    @abstractmethod
    def _points(self, name: str, size: int) -> tuple[Number, ...]: ...

    @abstractmethod
    def _thresholds(self) -> tuple[Number, ...] | None: ...

    def _check_reach(self) -> None:
        thresholds = self._thresholds()
        highest = sum(self._points(name, size)[-1] for name, size in self.sizes.items())
        beyond = [each for each in thresholds or () if each > highest]
        if beyond:
            raise ValueError(
                f"thresholds must be at most {highest}, which all indicators at their best level "
                f"give; {len(beyond)} of {len(thresholds or ())} are not, the first {beyond[0]}"
            )


@dataclass(frozen=True)
class Count(_Adding):
    """Count the indicators that are met; the score rises by one at each threshold.

    Parameters
    ----------
    thresholds : tuple of int
        The counts from which each next score is reached, rising. The score is the least one of
        the scale plus the number of thresholds that the count reaches. Equal thresholds skip a
        score.
    met : mapping of str to int, optional
        The level from which an indicator is met; by default level 1 of each.

    Raises
    ------
    ValueError
        If the thresholds are not integers that rise, or a level of ``met`` is not positive.

    Examples
    --------
    >>> from policyindex import Dimension, Indicator
    >>> shelter = Indicator("shelter", ("none", "some", "enough"))
    >>> support = Dimension("support", (shelter, Indicator("hotline")),
    ...                     Count((1, 2), met={"shelter": 2}), ("none", "some", "all"))
    >>> support.rule(shelter=1, hotline=1), support.rule(shelter=2, hotline=1)
    (2, 3)
    """

    kind: ClassVar[str] = "count"
    thresholds: tuple[int, ...]
    met: Mapping[str, int] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "thresholds", _rising(self.thresholds))
        _each_whole("thresholds", self.thresholds)
        object.__setattr__(self, "met", _by_name("met", self.met))
        _each_whole("levels of met", [level for _, level in _pairs(self.met)], least=1)

    def _parameters(self) -> dict[str, object]:
        met = {"met": dict(_pairs(self.met))} if self.met else {}
        return {"thresholds": list(self.thresholds), **met}

    @classmethod
    def _read(cls, document: Mapping[str, object], depth: int) -> Self:
        del depth
        thresholds, met = _values(cls.kind, document, "thresholds", met=None)
        return cls(_list("thresholds", thresholds), met)  # type: ignore[arg-type]

    def _settle(self) -> None:
        _refuse_other_levels("met", _pairs(self.met), self.sizes)
        self._check_reach()

    def _points(self, name: str, size: int) -> tuple[Number, ...]:
        needed = dict(_pairs(self.met)).get(name, 1)
        return tuple(int(level >= needed) for level in range(size))

    def _thresholds(self) -> tuple[int, ...]:
        return self.thresholds


@dataclass(frozen=True)
class Sum(_Adding):
    """Add the levels, each times its weight; the sum is the score, or thresholds raise it.

    Parameters
    ----------
    weights : mapping of str to float or Fraction, optional
        The weight of one level of each indicator, at least 0; by default 1. An indicator that is
        not named has weight 1. A float stands for the simple fraction that it is written for.
    thresholds : tuple of float or Fraction, optional
        The sums from which each next score is reached, rising. Without them the sum itself is
        the score, from 0.

    Raises
    ------
    ValueError
        If a weight is negative or not finite, or the thresholds do not rise.

    Examples
    --------
    >>> from policyindex import Dimension, Indicator
    >>> law = Indicator("law", ("none", "some", "all"))
    >>> half = Sum({"law": 0.5}, thresholds=(0.5, 2))
    >>> courts = Dimension("courts", (law, Indicator("penalty")), half, ("low", "middle", "high"))
    >>> courts.rule(law=1, penalty=0), courts.rule(law=2, penalty=1)
    (2, 3)
    """

    kind: ClassVar[str] = "sum"
    weights: Mapping[str, float | Fraction] | None = None
    thresholds: tuple[Number, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", numbers_by_name("weights", self.weights, least=0))
        if self.thresholds is not None:
            object.__setattr__(self, "thresholds", _rising(self.thresholds))

    def _parameters(self) -> dict[str, object]:
        parameters: dict[str, object] = {}
        if self.weights:
            parameters["weights"] = {name: plain(each) for name, each in _pairs(self.weights)}
        if self.thresholds is not None:
            parameters["thresholds"] = [plain(each) for each in self.thresholds]
        return parameters

    @classmethod
    def _read(cls, document: Mapping[str, object], depth: int) -> Self:
        del depth
        weights, thresholds = _values(cls.kind, document, weights=None, thresholds=None)
        listing = None if thresholds is None else _list("thresholds", thresholds)
        return cls(weights, listing)  # type: ignore[arg-type]

    def _settle(self) -> None:
        _refuse_others("weights", [name for name, _ in _pairs(self.weights)], self.sizes)
        self._check_reach()

    def _points(self, name: str, size: int) -> tuple[Number, ...]:
        weight = dict(_pairs(self.weights)).get(name, 1)
        return tuple(exact(weight * level) for level in range(size))

    def _thresholds(self) -> tuple[Number, ...] | None:
        return self.thresholds


@dataclass(frozen=True)
class Gate(Rule):
    """Let some indicators decide which rule scores the others.

    Parameters
    ----------
    gates : mapping of str to int
        The level from which each gate is met.
    cases : tuple of rule
        The rule for the other indicators if no gate is met, if one is, and so on. Two rules will
        do for any number of gates: one until all gates are met, and one for when they are.

    Raises
    ------
    ValueError
        If there are no gates, or the number of rules does not fit them.

    Examples
    --------
    Two gates and three services: five scores, none above 3 unless both gates are met.

    >>> from policyindex import Dimension, Indicator
    >>> names = ("unpunished", "identified", "shelter", "health", "work")
    >>> rule = Gate({"unpunished": 1, "identified": 1},
    ...             (Count((2, 3)), Count((1, 3)), Count((0, 1, 2, 3))))
    >>> protection = Dimension("protection", tuple(map(Indicator, names)), rule)
    >>> protection.rule(unpunished=1, identified=0, shelter=1, health=1, work=1)
    3
    """

    kind: ClassVar[str] = "gate"
    gates: Mapping[str, int]
    cases: tuple[Rule, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "gates", _by_name("gates", self.gates))
        _each_whole("levels of gates", [level for _, level in _pairs(self.gates)], least=1)
        object.__setattr__(self, "cases", _rules("cases of a gate", self.cases))
        if not self.gates or len(self.cases) not in (2, len(self.gates) + 1):
            raise ValueError(
                "a gate needs gates, and a rule for each number of them that is met or two: not "
                f"all met, all met; got {len(self.gates)} gates and {len(self.cases)} rules"
            )

    def _parameters(self) -> dict[str, object]:
        cases = [each.to_dict() for each in self.cases]
        return {"gates": dict(_pairs(self.gates)), "cases": cases}

    @classmethod
    def _read(cls, document: Mapping[str, object], depth: int) -> Self:
        gates, cases = _values(cls.kind, document, "gates", "cases")
        listing = [from_dict(each, depth + 1) for each in _list("cases", cases)]
        return cls(gates, tuple(listing))  # type: ignore[arg-type]

    def _settle(self) -> None:
        _refuse_other_levels("gates", _pairs(self.gates), self.sizes)
        gates = dict(_pairs(self.gates))
        others = {name: size for name, size in self.sizes.items() if name not in gates}
        if not others:
            raise ValueError("a gate needs indicators besides its gates; it has none")
        cases = tuple(each.bound(others, self.lowest) for each in self.cases)
        object.__setattr__(self, "cases", cases)

    def _score(self, levels: Mapping[str, int]) -> Number:
        gates = dict(_pairs(self.gates))
        n_met = sum(levels[name] >= needed for name, needed in gates.items())
        by_number = len(self.cases) == len(gates) + 1
        case = self.cases[n_met if by_number else int(n_met == len(gates))]
        return case._score({name: levels[name] for name in levels if name not in gates})


@dataclass(frozen=True)
class Minimum(Rule):
    """Score by the least of several parts: the index is as strong as its weakest part.

    Parameters
    ----------
    parts : tuple of (names, rule), or mapping of names to rule
        For each part, the name of its indicator or several names, and the rule that scores them.
        An indicator may belong to several parts.

    Raises
    ------
    ValueError
        If there are no parts, or one is not a rule with the names of its indicators.

    Examples
    --------
    >>> from policyindex import Dimension, Indicator
    >>> law = Indicator("law", ("none", "some", "all"))
    >>> weakest = Minimum({"law": Table((1, 2, 3)), ("police", "courts"): Count((1, 2))})
    >>> justice = Dimension("justice", (law, Indicator("police"), Indicator("courts")), weakest,
    ...                     ("low", "middle", "high"))
    >>> justice.rule(law=2, police=1, courts=0)
    2
    """

    kind: ClassVar[str] = "min"
    parts: Mapping[str | tuple[str, ...], Rule] | tuple[tuple[tuple[str, ...], Rule], ...]

    def __post_init__(self) -> None:
        pairs = list(self.parts.items() if isinstance(self.parts, Mapping) else self.parts)
        names = [(part,) if isinstance(part, str) else tuple(part) for part, _ in pairs]
        rules = _rules("parts of a minimum", [rule for _, rule in pairs])
        if not pairs or not all(names):
            raise ValueError("a minimum needs parts, each with the names of its indicators")
        for each in names:
            _refuse_repeats("indicators of a part", each)
        object.__setattr__(self, "parts", tuple(zip(names, rules, strict=True)))

    def _parameters(self) -> dict[str, object]:
        parts = [
            {"indicators": list(names), "rule": rule.to_dict()} for names, rule in self._items()
        ]
        return {"parts": parts}

    @classmethod
    def _read(cls, document: Mapping[str, object], depth: int) -> Self:
        (parts,) = _values(cls.kind, document, "parts")
        pairs = []
        for part in _list("parts", parts):
            if not isinstance(part, Mapping):
                raise ValueError(
                    f"a part must have the keys indicators and rule; got {quoted(part)}"
                )
            names, rule = _values("part", part, "indicators", "rule")
            pairs.append((tuple(_list("indicators", names)), from_dict(rule, depth + 1)))
        return cls(tuple(pairs))  # type: ignore[arg-type]

    def _settle(self) -> None:
        for names, _ in self._items():
            _refuse_others("parts", names, self.sizes)
        used = {name for names, _ in self._items() for name in names}
        unused = [name for name in self.sizes if name not in used]
        if unused:
            raise ValueError(f"every indicator must be in a part of the minimum; {absent(unused)}")
        parts = tuple(
            (names, rule.bound({name: self.sizes[name] for name in names}, self.lowest))
            for names, rule in self._items()
        )
        object.__setattr__(self, "parts", parts)

    def _score(self, levels: Mapping[str, int]) -> Number:
        return min(
            rule._score({name: levels[name] for name in names}) for names, rule in self._items()
        )

    def _items(self) -> Iterator[tuple[tuple[str, ...], Rule]]:
        yield from self.parts  # type: ignore[misc]


KINDS: Mapping[str, type[Rule]] = MappingProxyType(
    {each.kind: each for each in (Table, Count, Sum, Gate, Minimum)}
)
"""The rules that a document may hold, by the name of their kind."""


def from_dict(document: object, depth: int = 0) -> Rule:
    """Return the rule of a document, e.g. of JSON; :meth:`Rule.to_dict` writes it.

    Parameters
    ----------
    document : mapping
        ``kind`` (table, count, sum, gate or min) and the parameters of the rule by name.
    depth : int
        The number of rules that hold this one.

    Raises
    ------
    ValueError
        If the document is not a rule; the message names the key that is wrong.

    Examples
    --------
    >>> from_dict({"kind": "count", "thresholds": [1, 3]})
    Count(thresholds=(1, 3), met=())
    """
    if depth > MOST_NESTED:
        raise ValueError(f"rules may hold each other at most {MOST_NESTED} deep; these go deeper")
    kind = document.get("kind") if isinstance(document, Mapping) else document
    if not isinstance(document, Mapping) or not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"a rule must have a kind, one of {listed(KINDS)}; got {quoted(kind)}")
    return KINDS[kind]._read({key: document[key] for key in document if key != "kind"}, depth)


def exact(value: Number) -> Number:
    """Return a rational number as an int where it is whole."""
    return int(value) if value.denominator == 1 else Fraction(value)


def numbers_by_name(
    subject: str, values: object, least: int | None = None
) -> tuple[tuple[str, Number], ...]:
    """Return numbers by name as sorted pairs of a name and an exact number."""
    pairs = _by_name(subject, values)
    numbers = _numbers(subject, [number for _, number in pairs], least)
    return tuple(zip([name for name, _ in pairs], numbers, strict=True))


def plain(value: Number) -> int | str:
    """Return a number for a document: an integer, or a fraction such as 1/3 as text."""
    return value if isinstance(value, int) else str(value)


def _number(subject: str, value: object) -> Number:
    if isinstance(value, str) and _WRITTEN.fullmatch(value):
        value = Fraction(value)
    if isinstance(value, np.integer):
        value = int(value)
    if not isinstance(value, bool) and isinstance(value, int | float | Fraction):
        number = fraction(value) if -MOST <= value <= MOST else None
        if number is not None and number.denominator <= MOST:
            return exact(number)
    raise ValueError(f"{subject} must be numbers, or fractions such as 1/3; got {quoted(value)}")


def _numbers(
    subject: str, values: Iterable[object], least: int | None = None
) -> tuple[Number, ...]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise ValueError(f"{subject} must be a list of numbers; got {quoted(values)}")
    numbers = tuple(_number(subject, each) for each in values)
    below = [each for each in numbers if least is not None and each < least]
    if below:
        raise ValueError(f"{subject} must be at least {least}; the first that is not: {below[0]}")
    return numbers


def _rising(thresholds: Iterable[object]) -> tuple[Number, ...]:
    numbers = _numbers("thresholds", thresholds)
    for before, after in pairwise(numbers):
        if after < before:
            raise ValueError(f"thresholds must rise; {after} follows {before}")
    return numbers


def _each_whole(subject: str, values: Iterable[object], least: int | None = None) -> None:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"{subject} must be integers; got {quoted(value)}")
        if least is not None and value < least:
            raise ValueError(f"{subject} must be at least {least}; got {value}")


def _by_name(subject: str, values: object) -> tuple[tuple[str, int], ...]:
    """Return values by name as sorted pairs: unlike a dict, they can be hashed."""
    if values is None:
        return ()
    try:
        pairs = sorted(dict(values).items())  # type: ignore[call-overload]
    except (TypeError, ValueError):
        pairs = None
    if pairs is None or not all(isinstance(name, str) for name, _ in pairs):
        raise ValueError(f"{subject} must map names of indicators; got {quoted(values)}")
    return tuple(pairs)


def _pairs(values: object) -> tuple[tuple[str, int], ...]:
    """Return the pairs that :func:`_by_name` made."""
    return values  # type: ignore[return-value]


def _rules(subject: str, values: Iterable[object]) -> tuple[Rule, ...]:
    rules = tuple(values)
    others = [each for each in rules if not isinstance(each, Rule)]
    if others:
        raise ValueError(f"{subject} must be rules such as Count or Table; got {quoted(others[0])}")
    return rules  # type: ignore[return-value]


def _refuse_others(subject: str, names: Iterable[str], sizes: Mapping[str, int]) -> None:
    others = [name for name in names if name not in sizes]
    if others:
        raise ValueError(
            f"{subject} must name indicators of the rule ({listed(sizes)}); "
            f"{are_not(len(others))}, the first {quoted(others[0])}"
        )


def _refuse_other_levels(
    subject: str, levels: tuple[tuple[str, int], ...], sizes: Mapping[str, int]
) -> None:
    _refuse_others(subject, [name for name, _ in levels], sizes)
    for name, level in levels:
        if level >= sizes[name]:
            raise ValueError(
                f"{subject} must name a level of the indicator; the best of {name} is "
                f"{sizes[name] - 1}, not {level}"
            )


def _refuse_repeats(subject: str, names: tuple[str, ...]) -> None:
    repeated = [name for name in names if names.count(name) > 1]
    if repeated:
        raise ValueError(f"{subject} must be distinct; {quoted(repeated[0])} repeats")


def _list(name: str, value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name} must be a list; got {quoted(value)}")
    return list(value)


def _values(
    kind: str, document: Mapping[str, object], *needed: str, **optional: object
) -> list[object]:
    """Return the values of a document in the order of the keys, or refuse its keys."""
    keys = [*needed, *optional]
    others = [key for key in document if key not in keys]
    lacking = [key for key in needed if key not in document]
    if others or lacking:
        fault = f"it has {listed(others)}" if others else f"{absent(lacking)}"
        raise ValueError(f"a rule of kind {kind} has the keys {listed(keys)}; {fault}")
    return [document.get(key, optional.get(key)) for key in keys]
