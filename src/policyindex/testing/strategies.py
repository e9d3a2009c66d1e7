"""Hypothesis strategies for codebooks, panels of codings and of scores, events and coders.

Every panel meets the contract of :func:`policyindex.check_panel`, except that rows come in any
order. An integer stands for each cell: a level, or one more than the best level for a missing
cell. Extremes only narrow the range of that integer. So a failure at an extreme is also one of
the plain panels, and shrinks there cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import islice
from math import prod
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

from .. import countries as territories
from ..codebooks.model import AGGREGATES, Codebook, Dimension, Indicator
from ..codebooks.rules import Count, Sum
from ..codebooks.three_p import THREE_P
from ..panel.check import INDEX
from ..typing import Scale, Years

Key: TypeAlias = tuple[str, int]

Draw: TypeAlias = Callable[[SearchStrategy[Any]], Any]

WEIGHTS = (Fraction(1), Fraction(2), Fraction(1, 2), Fraction(2, 3), Fraction(1, 10))

ROWS = ("any", "complete")

EXTREMES = ("unknown", "worst", "best")

ONE_IN_SIX = st.sampled_from((False,) * 5 + (True,))

SERIES = ("gappy",) * 6 + ("complete",) * 3 + ("tied",) * 2 + ("constant", "unknown", "one year")


@st.composite
def codebooks(draw: Draw) -> Codebook:
    """Draw codebooks of one to three dimensions with any monotone rule.

    Returns
    -------
    strategy of Codebook
        One to three indicators of two to four levels each, and scores from 1 to 5.

    Examples
    --------
    >>> from hypothesis import find
    >>> book = find(codebooks(), lambda book: book.highest > book.lowest + 1)
    >>> [each.name for each in book.indicators]
    ['d0i0']
    """
    dimensions = []
    for place in range(draw(st.integers(1, 3))):
        shape = tuple(draw(st.lists(st.integers(2, 4), min_size=1, max_size=3)))
        table = np.array(draw(st.tuples(*[st.integers(1, 5)] * prod(shape)))).reshape(shape)
        for axis in range(len(shape)):  # the lowest monotone table above the one drawn
            table = np.maximum.accumulate(table, axis)

        def rule(_table: NDArray[Any] = table, **levels: int) -> int:
            return int(_table[tuple(levels.values())])

        indicators = tuple(
            Indicator(f"d{place}i{axis}", tuple(f"level {level}" for level in range(size)))
            for axis, size in enumerate(shape)
        )
        dimensions.append(Dimension(f"d{place}", indicators, rule))
    return Codebook("drawn", tuple(dimensions))


@st.composite
def additive_codebooks(draw: Draw) -> Codebook:
    """Draw codebooks of one to three dimensions that add, with many indicators or few.

    Some are sums with scores that are not whole; the overall score is the sum of the dimensions or
    their mean, with weights or without.

    Returns
    -------
    strategy of Codebook
        One to twelve indicators of two to four levels each; most of the larger dimensions have no
        table.

    Examples
    --------
    >>> from hypothesis import find
    >>> book = find(additive_codebooks(), lambda book: book.divisor > 1)
    >>> book.aggregate, len(book.indicators)
    ('sum', 1)
    """
    dimensions = [draw(_additive(f"d{place}")) for place in range(draw(st.integers(1, 3)))]
    names = [each.name for each in dimensions]
    weights = draw(st.none() | st.tuples(*[st.sampled_from(WEIGHTS)] * len(names)))
    return Codebook(
        "drawn",
        tuple(dimensions),
        aggregate=draw(st.sampled_from(AGGREGATES)),
        weights=None if weights is None else dict(zip(names, weights, strict=True)),
    )


@st.composite
def _additive(draw: Draw, name: str) -> Dimension:
    """Draw a dimension whose rule is a count or a sum."""
    sizes = draw(st.lists(st.integers(2, 4), min_size=1, max_size=12))
    indicators = tuple(
        Indicator(f"{name}i{place}", tuple(f"level {level}" for level in range(size)))
        for place, size in enumerate(sizes)
    )
    by_name = {each.name: draw(st.sampled_from(WEIGHTS)) for each in indicators}
    top = sum(weight * (size - 1) for weight, size in zip(by_name.values(), sizes, strict=True))
    kind = draw(st.sampled_from(("sum", "thresholds", "count")))
    if kind == "sum":
        return Dimension(name, indicators, Sum(by_name), levels=())
    most = len(sizes) if kind == "count" else int(top)
    thresholds = tuple(sorted(draw(st.lists(st.integers(0, most), max_size=4))))
    if kind == "thresholds":
        return Dimension(name, indicators, Sum(by_name, thresholds))
    met = {each.name: draw(st.integers(1, len(each.levels) - 1)) for each in indicators}
    return Dimension(name, indicators, Count(thresholds, met))


def codings(
    codebook: Codebook = THREE_P,
    *,
    countries: Sequence[str] | None = None,
    years: Years = (2000, 2013),
    missing: bool = True,
    min_size: int = 0,
    max_size: int = 6,
) -> SearchStrategy[pd.DataFrame]:
    """Draw panels of codings for a codebook.

    Some dimensions of some rows are complete, others lack any of their codings. Some panels have
    one country or one year, no coding at all, or the same level throughout. They shrink to few
    rows, and to level 0 in every cell that does not matter to a failure.

    Parameters
    ----------
    codebook : Codebook
        The indicators.
    countries : sequence of str, optional
        The countries to draw from; by default one to four of all ISO 3166 codes.
    years : (int, int)
        First and last year to draw from.
    missing : bool
        Whether a coding may be missing.
    min_size, max_size : int
        Fewest and most rows.

    Returns
    -------
    strategy of DataFrame, index (country, year)
        A column per indicator. Rows in any order, with gaps.

    Examples
    --------
    >>> from hypothesis import find
    >>> smallest = find(codings(), lambda drawn: (drawn["enforcement"] == 2).any())
    >>> smallest.iloc[0, :4].to_dict()
    {'specific_law': 0.0, 'other_laws': 0.0, 'enforcement': 2.0, 'penalty': 0.0}
    """
    scales: dict[str, Scale] = {**codebook.scales}
    groups = [[scales[each.name] for each in every.indicators] for every in codebook.dimensions]
    return _panels(list(scales), groups, missing, countries, years, min_size, max_size)


def panels(
    codebook: Codebook = THREE_P,
    *,
    countries: Sequence[str] | None = None,
    years: Years = (2000, 2013),
    missing: bool = True,
    min_size: int = 0,
    max_size: int = 6,
) -> SearchStrategy[pd.DataFrame]:
    """Draw panels of scores: a column per dimension of a codebook, without ``overall``.

    Every dimension is on its scale, and any combination of scores may come up, also one that the
    codebook's rules never return.

    Parameters
    ----------
    codebook : Codebook
        The dimensions and their scales.
    countries : sequence of str, optional
        As for :func:`codings`.
    years : (int, int)
        As for :func:`codings`.
    missing : bool
        As for :func:`codings`.
    min_size, max_size : int
        As for :func:`codings`.

    Returns
    -------
    strategy of DataFrame, index (country, year)
        Rows in any order, with gaps.

    Examples
    --------
    >>> from hypothesis import find
    >>> smallest = find(panels(countries=["DEU"]), lambda drawn: drawn["protection"].isna().any())
    >>> smallest.to_dict("list")
    {'prosecution': [1.0], 'protection': [nan], 'prevention': [1.0]}
    """
    denominators = {each.name: each.denominator for each in codebook.dimensions}
    drawn = panels_on(
        {
            each.name: (int(each.lowest * each.denominator), int(each.highest * each.denominator))
            for each in codebook.dimensions
        },
        countries=countries,
        years=years,
        missing=missing,
        min_size=min_size,
        max_size=max_size,
    )
    return drawn if codebook.is_whole else drawn.map(lambda panel: panel / pd.Series(denominators))


def grouped_panels(
    scales: Mapping[str, Scale], groups: Sequence[int], *, min_size: int = 0, max_size: int = 6
) -> SearchStrategy[pd.DataFrame]:
    """Draw panels with a column per scale, in groups of so many: each is complete or not."""
    columns = iter(scales.values())
    parts = [list(islice(columns, size)) for size in groups]
    return _panels(list(scales), parts, True, None, (2000, 2013), min_size, max_size)


def panels_on(
    scales: Mapping[str, Scale],
    *,
    countries: Sequence[str] | None = None,
    years: Years = (2000, 2013),
    missing: bool = True,
    min_size: int = 0,
    max_size: int = 6,
) -> SearchStrategy[pd.DataFrame]:
    """Draw panels with a column per scale; the columns are complete together or not."""
    groups = [list(scales.values())]
    return _panels(list(scales), groups, missing, countries, years, min_size, max_size)


@st.composite
def scores(
    draw: Draw,
    *,
    scale: Scale = (3, 15),
    countries: Sequence[str] | None = None,
    years: Years = (2000, 2009),
    min_size: int = 0,
) -> pd.Series:
    """Draw scores of a few countries, such as an overall index.

    Most countries are scored in most years: a score may be missing, and so may its row. Some
    draws have no gap, many ties, one score throughout, one year, or no score at all.

    Parameters
    ----------
    scale : (int, int)
        Lowest and highest score.
    countries : sequence of str, optional
        The countries to draw from; by default one to four of all ISO 3166 codes.
    years : (int, int)
        First and last year to draw from.
    min_size : int
        Fewest rows, scored or not.

    Returns
    -------
    strategy of Series, index (country, year), name ``overall``
        Rows in any order.

    Examples
    --------
    >>> from hypothesis import find
    >>> smallest = find(scores(countries=["DEU"]), lambda drawn: drawn.nunique() > 1)
    >>> smallest.to_list()
    [3.0, 4.0]
    """
    lowest, highest = map(int, scale)
    size = highest - lowest + 1
    listed, (first, last) = draw(_pool(countries)), years
    level = draw(st.integers(1, size))
    kind = draw(st.sampled_from(SERIES if min_size <= len(listed) else SERIES[:-1]))
    narrow = {
        "complete": (1, size),
        "tied": (level, min(level + 1, size)),
        "constant": (level, level),
        "unknown": (size + 1, size + 1),
    }
    present = st.integers(*narrow.get(kind, (0, size + 1)))  # 0: no row, size + 1: no score
    absent = st.integers(0, 0)
    cells = {
        (country, year): draw(absent if kind == "one year" and year > first else present)
        for country in listed
        for year in range(first, last + 1)
    }
    keys = [key for key, code in cells.items() if code]
    assume(len(keys) >= min_size)
    if draw(st.booleans()):
        keys.reverse()
    codes = np.array([cells[key] for key in keys], dtype=np.float64)
    values = np.where(codes > size, np.nan, codes - 1 + lowest)
    return pd.Series(values, index=index_of(keys), name="overall")


@st.composite
def events(
    draw: Draw,
    *,
    countries: Sequence[str] | None = None,
    years: Years = (2000, 2009),
) -> pd.Series:
    """Draw the year of an event for each of some countries; missing where it never happens.

    Parameters
    ----------
    countries : sequence of str, optional
        The countries to draw from; by default one to four of all ISO 3166 codes.
    years : (int, int)
        First and last year to draw from. To have events before the first and after the last
        score, pass a longer span.

    Returns
    -------
    strategy of Series, index country, name ``event``
        Some of the countries, or an empty Series.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(events(countries=["DEU"]), len).to_dict()
    {'DEU': 2000.0}
    """
    pool = draw(_pool(countries))
    first, last = years
    drawn = draw(st.dictionaries(st.sampled_from(pool), st.integers(0, last - first + 1)))
    index = pd.Index(list(drawn), name="country", dtype=object)
    elapsed = pd.Series(list(drawn.values()), index=index, dtype=np.float64, name="event")
    return elapsed.where(elapsed <= last - first) + first


@st.composite
def coder_pairs(
    draw: Draw,
    codebook: Codebook = THREE_P,
    *,
    countries: Sequence[str] | None = None,
    years: Years = (2000, 2013),
    missing: bool = True,
    max_size: int = 6,
) -> dict[str, pd.DataFrame]:
    """Draw the codings of two coders who agree except in a few cells and a few rows.

    Parameters
    ----------
    codebook : Codebook
        The indicators.
    countries : sequence of str, optional
        As for :func:`codings`.
    years : (int, int)
        As for :func:`codings`.
    missing : bool
        As for :func:`codings`.
    max_size : int
        As for :func:`codings`.

    Returns
    -------
    strategy of dict of str to DataFrame
        The panels of the coders ``A`` and ``B``, as :func:`policyindex.agreement` takes them.

    Examples
    --------
    >>> from hypothesis import find
    >>> smallest = find(coder_pairs(), lambda coders: not coders["A"].equals(coders["B"]))
    >>> len(smallest["A"]) + len(smallest["B"])
    1
    """
    tops = [top for _, top in codebook.scales.values()]
    row = st.integers(0, max(max_size - 1, 0))
    cell = st.tuples(row, st.integers(0, len(tops) - 1), st.integers(0, max(tops) + missing))
    changes, dropped = draw(st.lists(cell, max_size=6)), draw(st.sets(row, max_size=2))
    first = draw(
        codings(codebook, countries=countries, years=years, missing=missing, max_size=max_size)
    )
    levels = first.to_numpy(copy=True)
    absent = np.nan if missing else 0
    for place, column, code in changes:
        levels[place : place + 1, column] = code if code <= tops[column] else absent
    rows = [place for place in range(len(first)) if place not in dropped]
    second = pd.DataFrame(levels[rows], index=first.index[rows], columns=first.columns)
    return {"A": first, "B": second}


def index_of(keys: Iterable[Key]) -> pd.MultiIndex:
    """Return the index of a panel."""
    listed = list(keys)
    units = [country for country, _ in listed]
    return pd.MultiIndex.from_arrays(
        [units, np.array([year for _, year in listed], dtype=np.int64)], names=INDEX
    )


def _pool(countries: Sequence[str] | None) -> SearchStrategy[list[str]]:
    return _few() if countries is None else st.just(list(countries))


@cache
def _few() -> SearchStrategy[list[str]]:
    table = territories.table()
    codes = sorted(table.index[~table["historical"]])
    return st.lists(st.sampled_from(codes), unique=True, min_size=1, max_size=4)


def _panels(
    names: list[str],
    groups: list[list[Scale]],
    missing: bool,
    countries: Sequence[str] | None,
    years: Years,
    min_size: int,
    max_size: int,
) -> SearchStrategy[pd.DataFrame]:
    """Draw panels whose columns come in groups; in a row, a group is complete or not."""
    kinds = st.sampled_from(ROWS if missing else ROWS[1:])
    extremes = st.sampled_from((None,) * 9 + (EXTREMES if missing else EXTREMES[1:]))
    cells = [_by_kind(group) for group in groups]
    lowest, best = np.array([scale for group in groups for scale in group]).T

    @st.composite
    def panel(draw: Draw) -> pd.DataFrame:
        keys, extreme = draw(_keys(countries, years, min_size, max_size)), draw(extremes)
        codes = []
        for _ in keys:
            for group in cells:
                kind = draw(kinds)
                codes.extend(draw(group[extreme or kind]))
        levels = np.array(codes, dtype=np.float64).reshape(len(keys), len(names)) + lowest
        levels[levels > best] = np.nan
        return pd.DataFrame(levels, index=index_of(keys), columns=names)

    return panel()


@st.composite
def _keys(
    draw: Draw,
    countries: Sequence[str] | None,
    years: Years,
    min_size: int,
    max_size: int,
) -> list[Key]:
    pool, (first, last) = draw(_pool(countries)), years
    assume(min_size <= len(pool) * (last - first + 1))
    if draw(ONE_IN_SIX) and min_size <= len(pool):
        last = first
    most = min(max_size, len(pool) * (last - first + 1))
    fewest = draw(st.integers(min_size, most))  # for longer lists than Hypothesis likes
    drawn = draw(_places(len(pool), last - first, fewest, most))
    return [(pool[place], first + elapsed) for place, elapsed in drawn]


@cache
def _places(units: int, span: int, fewest: int, most: int) -> SearchStrategy[list[tuple[int, int]]]:
    """Draw countries and years as numbers from 0, by a strategy that is made once.

    Hypothesis favours large numbers that occur in the modules it sees, e.g. years.
    """
    place = st.tuples(st.integers(0, units - 1), st.integers(0, span))
    return st.lists(place, unique=True, min_size=fewest, max_size=most)


def _by_kind(scales: list[Scale]) -> dict[str, SearchStrategy[tuple[int, ...]]]:
    """Draw a code from 0 for each column; one more than the best level is a missing cell."""
    tops = [int(high - low) for low, high in scales]
    codes = {
        "any": [st.integers(0, top + 1) for top in tops],
        "complete": [st.integers(0, top) for top in tops],
        "unknown": [st.integers(top + 1, top + 1) for top in tops],
        "worst": [st.integers(0, 0) for _ in tops],
        "best": [st.integers(top, top) for top in tops],
    }
    return {kind: st.tuples(*each) for kind, each in codes.items()}
