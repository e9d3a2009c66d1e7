"""Codebooks: indicators, the dimensions they form, and the rules that score them.

A rule is a plain function of small integers, or a rule of :mod:`policyindex.codebooks`. Making a
:class:`Dimension` calls it once for every combination of levels. So a rule that leaves its scale,
or that falls when an indicator rises, is refused at once, and no such rule slips through. A rule
that adds never falls; where its combinations are too many for a table, it is scored by its points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from itertools import pairwise, product
from math import lcm, prod
from operator import index
from typing import TYPE_CHECKING

import numpy as np

from .._wording import are_not, listed, printable, quoted
from .rules import Additive, Rule, Table, exact, numbers_by_name

if TYPE_CHECKING:
    from ..typing import Number, Scale


def check_codebook(codebook: Codebook) -> Codebook:
    """Return a codebook, or refuse anything else."""
    if not isinstance(codebook, Codebook):
        raise ValueError(f"codebook must be a Codebook, such as THREE_P; got {quoted(codebook)}")
    return codebook


NO_YES = ("no", "yes")
"""The levels of an indicator that names no others."""

MOST_LEVELS = 101
"""The most levels of an indicator: enough for a percentage, few enough for a byte."""

MOST_COMBINATIONS = 2_000_000
"""The largest table of a dimension, where a missing coding counts as one more level."""

MOST_ADDED = 20_000
"""The largest such table of a rule that adds: a larger one is scored by its points."""

MOST_INDICATORS = 200
"""The most indicators of a dimension."""

MOST_SCORE = 1_000_000
"""The highest score of a scale without words, if all scores are whole."""

MOST_FRACTION = 1_000
"""The highest score of a scale whose scores are not all whole."""

MOST_DENOMINATOR = 1_000_000
"""The largest common denominator of such scores: a float stands for one fraction only."""

MOST_EXACT = 2**53
"""Integers up to this are exact as floats."""

AGGREGATES = ("sum", "mean")

LABELS = ("country", "year")
"""The labels of the rows of a panel."""


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
    guidance : tuple of str
        For coders: one text for each level, on what counts, borderline cases and where to look.
        By default none.

    Raises
    ------
    ValueError
        If the name is empty or blank, the levels are not 2 to 101 distinct texts, the words
        of one are the number of another, or the guidance is not one text for each level.

    Examples
    --------
    >>> Indicator("shelter").levels
    ('no', 'yes')
    >>> Indicator("enforcement", ("none", "limited", "full")).title
    'enforcement'
    """

    name: str
    levels: tuple[str, ...] = NO_YES
    title: str = ""
    guidance: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not str(self.name).strip():
            raise ValueError(f"an indicator needs a name; got {self.name!r}")
        object.__setattr__(self, "levels", _words_of(self.name, self.levels))
        if not 2 <= len(self.levels) <= MOST_LEVELS:
            raise ValueError(
                f"an indicator needs 2 to {MOST_LEVELS} levels; {self.name!r} has "
                f"{len(self.levels)}"
            )
        _refuse_repeats(f"levels of {self.name!r}", list(map(_folded, self.levels)))
        _refuse_other_numbers(self.name, self.levels)
        if not self.title:
            object.__setattr__(self, "title", self.name.replace("_", " "))
        object.__setattr__(self, "guidance", _guidance_of(self, self.guidance))


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
        integer or a Fraction. It must never return less when an indicator rises. Rules that are
        values, such as :class:`~policyindex.codebooks.Count`, can be written to a file; those
        that add take up to 200 indicators.
    levels : tuple of str
        The scores in words, lowest first. By default five, from no to full compliance. Without
        words, ``()``, the scale is that of the scores that the rule returns, and they need not be
        whole.
    lowest : int
        The score that ``levels[0]`` describes; the next ones follow it. By default 1. Without
        words, the least score of a count or of a sum with thresholds.
    title : str
        The dimension in words; by default its name with spaces instead of underscores.

    Attributes
    ----------
    table : tuple of int or Fraction
        The score of every combination of levels, the last indicator varying fastest. Two
        dimensions with the same table are equal, however their rules are written. Empty where
        a rule that adds has more than 20,000 combinations, missing codings included.
    additive : Additive or None
        In that case the points that each level adds, which take the place of the table.

    Raises
    ------
    ValueError
        If two indicators share a name, or the rule does not take them, leaves the scale, falls
        when an indicator rises (the message names both combinations), or has more than two
        million combinations and does not add.

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
    >>> support.best, list(support.scores), support.words(2)
    (3, [1, 2, 3], 'some')

    Forty services, and scores that are not whole: half a point for each.

    >>> from policyindex.codebooks import Sum
    >>> names = [f"service_{number}" for number in range(40)]
    >>> services = Dimension("services", tuple(map(Indicator, names)),
    ...                      Sum(dict.fromkeys(names, 0.5)), levels=())
    >>> services.lowest, services.highest, services.denominator
    (0, 20, 2)
    """

    name: str
    indicators: tuple[Indicator, ...]
    rule: Callable[..., Number] = field(compare=False)
    levels: tuple[str, ...] = (
        "no compliance",
        "little compliance",
        "partial compliance",
        "broad compliance",
        "full compliance",
    )
    lowest: Number = 1
    title: str = ""
    table: tuple[Number, ...] = field(init=False)
    additive: Additive | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "indicators", tuple(self.indicators))
        object.__setattr__(self, "levels", _words_of(self.name, self.levels))
        if not str(self.name).strip() or not self.indicators:
            raise ValueError(f"dimension {self.name!r} needs a name and an indicator")
        if not self.title:
            object.__setattr__(self, "title", self.name.replace("_", " "))
        _refuse_repeats(f"indicators of {self.name!r}", [each.name for each in self.indicators])
        if len(self.indicators) > MOST_INDICATORS:
            raise ValueError(
                f"a dimension can have at most {MOST_INDICATORS} indicators; {self.name!r} has "
                f"{len(self.indicators)}; split it into several dimensions"
            )
        self._check_words()
        if isinstance(self.rule, Rule):
            object.__setattr__(self, "rule", self._bound(self.rule))
        combinations = prod(size + 1 for size in self.shape)
        points = self.rule.additive if isinstance(self.rule, Rule) else None
        if points is None or combinations <= MOST_ADDED:
            self._check_size(combinations)
            object.__setattr__(self, "additive", None)
            object.__setattr__(self, "table", self._tabulate())
            self._check_scores(self.table)
            self._check_monotone()
        else:
            object.__setattr__(self, "additive", points)
            object.__setattr__(self, "table", ())
            self._check_points(points)
            self._check_scores(self._sums() if points.thresholds is None else self._ends())
        if not self.levels:
            object.__setattr__(self, "lowest", self._ends()[0])

    def __repr__(self) -> str:
        return (
            f"<Dimension {_short(self.name)}: {len(self.indicators)} indicators, scores "
            f"{self.lowest} to {self.highest}>"
        )

    @property
    def highest(self) -> Number:
        """The best score on the scale."""
        return self.lowest + len(self.levels) - 1 if self.levels else self.best

    @property
    def best(self) -> Number:
        """The best score that the rule returns; a scale in words may go beyond it."""
        return self._ends()[1]

    @property
    def scores(self) -> range:
        """Every score of a scale of whole numbers, the lowest first."""
        if self.denominator > 1:
            raise ValueError(f"dimension {self.name!r} has scores that are not whole")
        return range(int(self.lowest), int(self.highest) + 1)

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of levels of each indicator."""
        return tuple(len(each.levels) for each in self.indicators)

    @cached_property
    def denominator(self) -> int:
        """The least common denominator of the scores; 1 where all are whole."""
        if self.additive and self.additive.thresholds is not None:
            return 1
        scores = self._sums() if self.additive else self.table
        return lcm(*(each.denominator for each in scores))

    @cached_property
    def numerators(self) -> tuple[int, ...]:
        """The table in integers: the scores times their common denominator."""
        return tuple(int(each * self.denominator) for each in self.table)

    def words(self, score: float | Fraction) -> str:
        """Return a score in words; an empty text where the scale has none.

        Parameters
        ----------
        score : number
            A score on the scale.

        Returns
        -------
        str
            One of ``levels``.
        """
        return self.levels[int(score - self.lowest)] if self.levels else ""

    def __getstate__(self) -> dict[str, object]:
        rule = self.rule if isinstance(self.rule, Rule) else self._bound(Table(self.table))
        return self.__dict__ | {"rule": rule}

    def _ends(self) -> tuple[Number, Number]:
        """Return the scores of all indicators at their worst level and at their best."""
        if self.table:
            return self.table[0], self.table[-1]
        names = [each.name for each in self.indicators]
        worst, best = dict.fromkeys(names, 0), dict(zip(names, self.shape, strict=True))
        best = {name: size - 1 for name, size in best.items()}
        return self.rule(**worst), self.rule(**best)

    def _sums(self) -> tuple[Number, ...]:
        """Return the best sum, and the points that all others are made of."""
        points = self.additive.points if self.additive else ()
        return (*self._ends(), *(each for by_level in points for each in by_level))

    def _check_words(self) -> None:
        if not self.levels:
            return
        if self.lowest < 0 or self.highest > 100 or self.lowest != int(self.lowest):
            raise ValueError(
                f"scores of {self.name!r} must lie in 0 to 100; "
                f"its scale is {self.lowest} to {self.highest}"
            )

    def _check_size(self, combinations: int) -> None:
        if combinations > MOST_COMBINATIONS:
            raise ValueError(
                f"dimension {self.name!r} has {combinations:,} combinations of levels, at most "
                f"{MOST_COMBINATIONS:,} can be tabulated; split it into several dimensions, or "
                f"score it by a Count or a Sum"
            )

    def _check_points(self, rule: Additive) -> None:
        total = sum(by_level[-1] for by_level in rule.points)
        if max(total, 1) * rule.denominator > MOST_EXACT:
            raise ValueError(
                f"the weights and thresholds of {self.name!r} have the common denominator "
                f"{rule.denominator:,}, too large to add them exactly; take simpler ones"
            )

    def _check_scores(self, scores: tuple[Number, ...]) -> None:
        """Refuse scores that a float does not stand for exactly, or that are off the scale."""
        if self.levels:
            return self._check_on_words(scores)
        denominator = lcm(*(each.denominator for each in scores))
        most = MOST_SCORE if denominator == 1 else MOST_FRACTION
        if denominator > MOST_DENOMINATOR or min(scores) < 0 or max(scores) > most:
            raise ValueError(
                f"the rule of {self.name!r} must give scores from 0 to {most:,} whose common "
                f"denominator is at most {MOST_DENOMINATOR:,}; they lie from {min(scores)} to "
                f"{max(scores)}, with the denominator {denominator:,}"
            )
        return None

    def _check_on_words(self, scores: tuple[Number, ...]) -> None:
        wrong = [
            place
            for place, score in enumerate(scores)
            if score.denominator > 1
            or (not self.lowest <= score <= self.highest and (self.table or place < 2))
        ]
        if not wrong:
            return
        rule = (
            f"the rule of {self.name!r} must give an integer from {self.lowest} to {self.highest}"
        )
        if not self.table:
            raise ValueError(
                f"{rule}; it gives {scores[0]} to {scores[1]}, and {scores[wrong[0]]} may be added"
            )
        for place, combination in enumerate(self._combinations()):
            if place == wrong[0]:
                first = f"{_words(combination)} gives {scores[place]}"
                raise ValueError(f"{rule}; {len(wrong)} combinations do not, the first: {first}")

    def _bound(self, rule: Rule) -> Rule:
        sizes = dict(zip((each.name for each in self.indicators), self.shape, strict=True))
        try:
            return rule.bound(sizes, int(self.lowest))
        except ValueError as error:
            raise ValueError(f"the rule of {self.name!r} does not fit: {error}") from error

    def _combinations(self) -> Iterator[dict[str, int]]:
        names = [each.name for each in self.indicators]
        for levels in product(*map(range, self.shape)):
            yield dict(zip(names, levels, strict=True))

    def _tabulate(self) -> tuple[Number, ...]:
        if isinstance(self.rule, Table):
            return self.rule.scores
        scores: list[Number] = []
        for combination in self._combinations():
            try:
                scores.append(_exact_score(self.rule(**combination)))
            except Exception as error:  # a rule is anyone's code
                raise ValueError(
                    f"the rule of {self.name!r} must take its indicators by name and return an "
                    f"integer or a Fraction; at {_words(combination)}: {type(error).__name__}: "
                    f"{error}"
                ) from error
        return tuple(scores)

    def _check_monotone(self) -> None:
        table = np.array(self.numerators, dtype=np.int64).reshape(self.shape)
        falls = [int((np.diff(table, axis=axis) < 0).sum()) for axis in range(table.ndim)]
        if not any(falls):
            return
        axis = next(axis for axis, n in enumerate(falls) if n)
        worse = tuple(np.argwhere(np.diff(table, axis=axis) < 0)[0].tolist())
        better = tuple(level + (place == axis) for place, level in enumerate(worse))
        names = [each.name for each in self.indicators]
        first = " but ".join(
            f"{_words(dict(zip(names, levels, strict=True)))} gives "
            f"{exact(Fraction(int(table[levels]), self.denominator))}"
            for levels in (worse, better)
        )
        raise ValueError(
            f"the rule of {self.name!r} must never fall when an indicator rises; "
            f"it does in {sum(falls)} places, the first: {first}"
        )


@dataclass(frozen=True, repr=False)
class Codebook:
    """Describe an index: its dimensions, their indicators and rules. It holds no data.

    Parameters
    ----------
    name : str
        A short name.
    dimensions : tuple of Dimension
        The parts of the index. An indicator belongs to one dimension only, which makes the bounds
        of the overall score exact.
    citation : str
        Where the scheme comes from, and which parts of it are certain.
    version : str
        Version of the scheme.
    title : str
        The name of the index, as charts and reports print it; by default the short name.
    aggregate : {"sum", "mean"}
        The overall score: the sum of the dimensions or their mean.
    weights : mapping of str to float or Fraction, optional
        The weight of every dimension in that sum or mean, above 0; by default 1. A float stands
        for the simple fraction that it is written for.
    changelog : tuple of (str, str)
        What changed in the scheme: ISO dates such as ``2026-11-27`` and texts, newest first.

    Raises
    ------
    ValueError
        If two dimensions or two indicators share a name, an indicator has the name of another as
        its title, one has the name of a label of rows (``country``, ``year``) or of a result
        (``overall``), the aggregate or the weights are not one of the above, or the changelog is
        not pairs of a date and a text, newest first.

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
    >>> mean = Codebook("4P", four.dimensions, aggregate="mean")
    >>> mean.score_scales["overall"], mean.shares["partnership"]
    ((1.0, 5.0), Fraction(1, 4))
    >>> mean.is_whole, mean.is_sum
    (True, False)
    """

    name: str
    dimensions: tuple[Dimension, ...]
    citation: str = ""
    version: str = ""
    title: str = ""
    aggregate: str = "sum"
    weights: Mapping[str, float | Fraction] | None = None
    changelog: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "dimensions", tuple(self.dimensions))
        if not str(self.name).strip() or not self.dimensions:
            raise ValueError(f"codebook {self.name!r} needs a name and a dimension")
        for part in ("citation", "version", "title"):
            if not isinstance(text := getattr(self, part), str):
                raise ValueError(f"the {part} of a codebook must be text; got {quoted(text)}")
        if not self.title:
            object.__setattr__(self, "title", self.name)
        object.__setattr__(self, "changelog", _checked_changelog(self.changelog))
        _refuse_repeats("indicators", [each.name for each in self.indicators])
        self._refuse_shared_titles()
        names = [*(each.name for each in self.dimensions), *self.scales]
        labels = [name for name in names if name in LABELS]
        if labels:
            raise ValueError(
                f"dimensions and indicators must not have the names of the labels of rows, "
                f"{listed(LABELS)}; got {quoted(labels[0])}; rename it"
            )
        if "overall" in self.scales:
            raise ValueError("an indicator must not be called overall, as the sum is; rename it")
        columns = [
            column
            for name in (*(each.name for each in self.dimensions), "overall")
            for column in (name, f"{name}_low", f"{name}_high")
        ]
        _refuse_repeats("names of dimensions, with overall and the bounds _low, _high", columns)
        if self.aggregate not in AGGREGATES:
            raise ValueError(
                f"aggregate must be one of {listed(AGGREGATES)}; got {quoted(self.aggregate)}"
            )
        object.__setattr__(self, "weights", self._weights())
        if self.divisor * max(self.highest, 1) > MOST_EXACT:
            raise ValueError(
                f"the scores of {self.name!r} have the common denominator {self.divisor:,}, too "
                f"large to add them exactly; take simpler weights or scores"
            )

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
            digest.update(_as_bytes(dimension))
        if not all(share == 1 for share in self.shares.values()):
            digest.update(repr(sorted(self.shares.items())).encode())
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
    def score_scales(self) -> dict[str, Scale]:
        """The worst and the best score of each dimension and overall, by name.

        The ends are integers where all scores between them are.
        """
        scales: dict[str, Scale] = {
            each.name: _scale(each.lowest, each.highest, each.denominator)
            for each in self.dimensions
        }
        return scales | {"overall": _scale(self.lowest, self.highest, self.divisor)}

    @cached_property
    def shares(self) -> dict[str, Number]:
        """What a point of each dimension adds to the overall score, by name; 1 for a plain sum."""
        weights = dict(self.weights or ()) or dict.fromkeys(
            (each.name for each in self.dimensions), 1
        )
        total = sum(weights.values()) if self.aggregate == "mean" else 1
        return {name: exact(Fraction(weight) / Fraction(total)) for name, weight in weights.items()}

    @cached_property
    def divisor(self) -> int:
        """The least common denominator of the overall scores; 1 where all are whole."""
        return lcm(
            *(
                Fraction(self.shares[each.name], each.denominator).denominator
                for each in self.dimensions
            )
        )

    @property
    def is_whole(self) -> bool:
        """Whether every dimension has whole scores only."""
        return all(each.denominator == 1 for each in self.dimensions)

    @property
    def is_sum(self) -> bool:
        """Whether the overall score is the unweighted sum of dimensions with whole scores."""
        return self.is_whole and all(share == 1 for share in self.shares.values())

    @property
    def lowest(self) -> Number:
        """The worst overall score."""
        return exact(sum(self.shares[each.name] * each.lowest for each in self.dimensions))

    @property
    def highest(self) -> Number:
        """The best overall score."""
        return exact(sum(self.shares[each.name] * each.highest for each in self.dimensions))

    def _refuse_shared_titles(self) -> None:
        """Refuse a title that is the name of another indicator: a column could then be either."""
        owners = {_folded(each.name): each for each in self.indicators}
        shared = [
            each for each in self.indicators if owners.get(_folded(each.title), each) is not each
        ]
        if shared:
            raise ValueError(
                f"the title of an indicator must not be the name of another, or a column could be "
                f"either; {len(shared)} {'is' if len(shared) == 1 else 'are'}, the first the title "
                f"of {quoted(shared[0].name)}, {quoted(shared[0].title)}; change the title"
            )

    def _weights(self) -> tuple[tuple[str, Number], ...]:
        """Return the weights as pairs in the order of the dimensions; none where all are 1."""
        if not self.weights:
            return ()
        weights = dict(numbers_by_name("weights", self.weights))
        names = [each.name for each in self.dimensions]
        if set(weights) != set(names) or min(weights.values()) <= 0:
            raise ValueError(
                f"weights must name each dimension once ({listed(names)}), with a weight above 0; "
                f"got {quoted(dict(self.weights))}"
            )
        pairs = tuple((name, weights[name]) for name in names)
        return () if all(weight == 1 for _, weight in pairs) else pairs


def _scale(low: Number, high: Number, denominator: int) -> Scale:
    """Return the ends of a scale, which are floats where scores between them are not whole."""
    return (float(low), float(high)) if denominator > 1 else (int(low), int(high))


def _as_bytes(dimension: Dimension) -> bytes:
    """Return the scores of a dimension as bytes, which its hash is made of."""
    if dimension.additive:
        return repr(dimension.additive).encode()
    if dimension.denominator == 1 and max(dimension.numerators) < 256:
        return bytes(dimension.numerators)
    return repr(dimension.table).encode()


def _exact_score(value: object) -> Number:
    return exact(value) if isinstance(value, Fraction) else index(value)  # type: ignore[arg-type]


def _folded(text: str) -> str:
    """Return text for a comparison: on one line, in lower case."""
    return " ".join(text.split()).casefold()


def _short(name: str) -> str:
    """Return a name on one line, of at most 24 characters."""
    line = " ".join(name.split())
    return line if len(line) <= 24 else f"{line[:21]}..."


def _words_of(name: str, levels: Iterable[str]) -> tuple[str, ...]:
    listed = tuple(levels)
    if isinstance(levels, str) or not all(isinstance(each, str) for each in listed):
        raise ValueError(f"levels of {name!r} must be several texts, worst first; got {levels!r}")
    return listed


def _refuse_other_numbers(name: str, levels: tuple[str, ...]) -> None:
    """Refuse words that are the number of another level: a file holds words or numbers."""
    numbers = {str(number): number for number in range(len(levels))}
    for level, words in enumerate(levels):
        number = numbers.get(words.strip().removesuffix(".0"), level)
        if number != level:
            raise ValueError(
                f"the words of a level must not be the number of another, which is counted from "
                f"0; level {level} of {name!r} is {words!r}; add a word, such as "
                f"'grade {words.strip()}'"
            )


def _guidance_of(indicator: Indicator, guidance: Iterable[str]) -> tuple[str, ...]:
    """Return one text for each level, or none where all are empty."""
    n = len(indicator.levels)
    try:
        texts = tuple(map(_text, guidance))
        if isinstance(guidance, str) or (texts and len(texts) != n):
            raise ValueError("not one for each level")
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"guidance of {indicator.name!r} must be one text for each of its {n} levels, or "
            f"none; got {quoted(guidance)}"
        ) from error
    return texts if any(texts) else ()


def _checked_changelog(entries: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    """Return dated entries, newest first, or refuse the first that is not one."""
    try:
        rows = tuple((_day(day), _text(text)) for day, text in entries)
    except (TypeError, ValueError) as error:
        raise ValueError(
            "changelog must hold pairs of an ISO date and a text, such as ('2026-11-27', 'First "
            f"version'); got {quoted(entries)}"
        ) from error
    for (newer, _), (older, _) in pairwise(rows):
        if newer < older:
            raise ValueError(f"changelog must have the newest entry first; {older} follows {newer}")
    return rows


def _day(text: str) -> str:
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError("a date has the form 2026-11-27")
    return text


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is needed")
    return value


def _words(combination: dict[str, int]) -> str:
    return ", ".join(f"{printable(name)}={level}" for name, level in combination.items())


def _refuse_repeats(subject: str, names: list[str]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(
            f"{subject} must be distinct; {are_not(len(repeated))}, the first {repeated[0]!r}"
        )
