"""Codebooks of every kind of rule, with any texts."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate
from math import prod
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from policyindex import Codebook, Dimension, Indicator
from policyindex.codebooks import Count, Gate, Minimum, Rule, Sum, Table

Draw = Callable[[SearchStrategy[Any]], Any]

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "=1+1",
        "'=x",
        "+a",
        "-1",
        "1",
        "1/2",
        "_x0041_",
        "TRUE",
        "a\r\nb",
        " a ",
        "<b>",
        "a|b",
        "\x00",
    ]
)

WORDS = TEXTS.filter(lambda text: text.strip().removesuffix(".0") not in {"0", "1", "2"})
"""Words of levels: those that are the number of another level are refused."""

NAMES = TEXTS.map(str.strip).filter(bool)

SCORES = 4


def table(draw: Draw, sizes: list[int]) -> Table:
    cells = draw(st.tuples(*[st.integers(1, SCORES)] * prod(sizes)))
    scores = np.array(cells).reshape(sizes)
    for axis in range(len(sizes)):
        scores = np.maximum.accumulate(scores, axis)
    return Table(tuple(scores.ravel().tolist()))


def thresholds(draw: Draw, most: int) -> tuple[int, ...]:
    return tuple(sorted(draw(st.lists(st.integers(0, most), max_size=SCORES - 1))))


def of_kind(draw: Draw, kind: str, names: list[str], sizes: list[int]) -> Rule:
    """Draw a monotone rule of a kind with scores from 1 to 4."""
    if kind == "count":
        met = draw(st.none() | st.just({names[0]: sizes[0] - 1}))
        return Count(thresholds(draw, len(names)), met)
    if kind == "sum":
        weights = dict.fromkeys(names, draw(st.sampled_from([1, 0.5, 2, 0.1])))
        return Sum(weights, thresholds(draw, 0))
    if kind == "gate" and len(names) > 1:
        cases = [sorted(draw(st.tuples(*[st.integers(0, len(names) - 1)] * 3))) for _ in range(2)]
        falling = accumulate(cases, lambda first, then: list(map(min, first, then)))
        return Gate({names[0]: 1}, tuple(Count(tuple(each)) for each in falling))
    if kind == "min" and len(names) > 1:
        rest = of_kind(draw, draw(st.sampled_from(["count", "gate"])), names[1:], sizes[1:])
        return Minimum({names[0]: table(draw, sizes[:1]), tuple(names[1:]): rest})
    return table(draw, sizes)


def folded(text: str) -> str:
    """A name or a title as another one is compared with it."""
    return " ".join(text.replace("_", " ").split()).casefold()


@st.composite
def rule_codebooks(draw: Draw, names: SearchStrategy[str] = NAMES) -> Codebook:
    """Draw codebooks of one or two dimensions, each with any kind of rule."""
    labels = draw(
        st.lists(
            names.filter(lambda each: each != "overall"),
            min_size=2,
            max_size=8,
            unique_by=folded,
        )
    )
    n = draw(st.integers(1, len(labels) - 1))
    of_first = labels[1 : 1 + n]
    groups = [(labels[0], of_first)]
    if labels[1 + n :]:
        groups.append((labels[1], labels[1 + n :]))
    titles = TEXTS.filter(lambda text: folded(text) not in map(folded, labels))
    dimensions = [_dimension(draw, label, group, titles) for label, group in groups]
    words = draw(st.tuples(TEXTS, TEXTS, TEXTS))
    days = sorted(draw(st.lists(st.dates(), max_size=2)), reverse=True)
    changelog = tuple((day.isoformat(), draw(TEXTS)) for day in days)
    number = st.sampled_from([1, 2, 0.5, Fraction(1, 3)])
    weights = {each.name: draw(number) for each in dimensions}
    return Codebook(
        draw(names),
        tuple(dimensions),
        *words,
        aggregate=draw(st.sampled_from(["sum", "mean"])),
        weights=draw(st.sampled_from([None, weights])),
        changelog=changelog,
    )


def _dimension(draw: Draw, name: str, names: list[str], titles: SearchStrategy[str]) -> Dimension:
    indicators = []
    for each in names:
        levels = draw(st.lists(WORDS, min_size=2, max_size=3, unique_by=str.casefold))
        guidance = draw(st.just([]) | st.lists(TEXTS, min_size=len(levels), max_size=len(levels)))
        indicators.append(Indicator(each, tuple(levels), draw(titles), tuple(guidance)))
    sizes = [len(each.levels) for each in indicators]
    kind = draw(st.sampled_from(["table", "count", "sum", "gate", "min"]))
    rule = of_kind(draw, kind, names, sizes)
    words = draw(st.just([]) | st.lists(TEXTS, min_size=SCORES, max_size=SCORES))
    if not words and draw(st.booleans()):
        rule = Sum({names[0]: Fraction(1, 3), names[-1]: 0.25})
    return Dimension(name, tuple(indicators), rule, tuple(words), title=draw(TEXTS))
