"""Ranks within a year, who shares them, how they change, and how far missing codings move them."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import countries
from ._options import one_of
from ._wording import counted, number
from .panel.check import PanelError, check_panel, check_scores
from .panel.labels import carry
from .panel.selection import by_year, year_of
from .panel.shape import wide
from .typing import Cohort

__all__ = ["Groups", "groups", "rank_bounds", "rank_changes", "ranks"]

Ties: TypeAlias = Literal["min", "max", "dense", "average"]

METHODS = ("min", "max", "dense", "average")


def ranks(scores: pd.Series, *, method: str = "min") -> pd.Series:
    """Rank the countries of each year by their scores.

    Rank 1 is the highest score. A missing score has no rank and counts for no other's.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    method : {"min", "max", "dense", "average"}
        Which rank equal scores share: the best of those they take up (the published competition
        rank, 1 2 2 4), the worst (1 3 3 4), the next one (1 2 2 3) or the mean (1 2.5 2.5 4).

    Returns
    -------
    Series, index (country, year), name ``rank``
        From 1, the best; missing where the score is.

    Raises
    ------
    PanelError
        When the scores break their contract.
    ValueError
        When the method is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA", "PRK", "SWE"], [2009]],
    ...                                    names=["country", "year"])
    >>> ranks(pd.Series([15, 14, 3, 15], index=index)).to_list()
    [1.0, 3.0, 4.0, 1.0]
    """
    ties = _ties(method)
    within_year = check_scores(scores).groupby(level="year")
    answer = within_year.rank(ascending=False, method=ties).rename("rank")
    carry(answer, scores)
    return answer


class Groups(NamedTuple):
    """The countries of one year by their score; ``str`` tells how many have which."""

    year: int
    """The year of the scores."""
    by_score: dict[float, tuple[str, ...]]
    """Score to countries in alphabetical order, the highest score first."""

    def __str__(self) -> str:
        if not self.by_score:
            return f"{self.year}: no country has a score."
        *above, lowest = self.by_score.items()
        told = [f"{number(len(found))} at {score:g}" for score, found in above]
        score, found = lowest
        if not told:
            return f"{self.year}: {counted(len(found), 'country', 'countries')} at {score:g}."
        first = _countries(len(next(iter(self.by_score.values()))))
        who = countries.name(*found) if len(found) == 1 else _countries(len(found))
        told[0] = f"{first} at {next(iter(self.by_score)):g}"
        return f"{self.year}: {', '.join(told)}; the lowest, {who}, at {score:g}."


def groups(scores: pd.Series, *, year: int) -> Groups:
    """Group the countries of one year by their score, best first.

    Countries without a score are left out. Higher is better.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    year : int
        A year of the scores.

    Returns
    -------
    Groups
        ``year`` and ``by_score``; ``str`` gives a sentence.

    Raises
    ------
    PanelError
        When the scores break their contract.
    ValueError
        When the scores have no such year.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA", "PRK", "SWE"], [2009]],
    ...                                    names=["country", "year"])
    >>> found = groups(pd.Series([15, 14, 3, 15], index=index), year=2009)
    >>> found.by_score[15]
    ('ITA', 'SWE')
    >>> print(found)
    2009: two countries at 15, one at 14; the lowest, North Korea, at 3.
    """
    checked = check_scores(scores)
    chosen = year_of(checked, "year", year)
    by_score: dict[float, tuple[str, ...]] = {}
    in_year = checked.xs(chosen, level="year").dropna()
    for country, score in in_year.sort_values(ascending=False, kind="stable").items():
        by_score[score] = (*by_score.get(score, ()), str(country))
    return Groups(chosen, by_score)


def rank_changes(
    scores: pd.Series, *, start: int, end: int, cohort: Cohort = "balanced", method: str = "min"
) -> pd.DataFrame:
    """Compare the ranks of two years.

    By default among the countries that have a score in both, so that nobody falls because others
    entered the index. Rank 1 is best, and a positive change a rise.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    start, end : int
        Two years of the scores.
    cohort : {"balanced", "all"}, int or iterable of str
        Who is ranked: countries scored in both years; everyone, each year among those that it
        scored; the countries scored in one of the two years; or those listed.
    method : {"min", "max", "dense", "average"}
        As for :func:`ranks`.

    Returns
    -------
    DataFrame, index country
        ``start`` and ``end``, the ranks in the two years, missing without a score; ``change``,
        places gained (start less end).

    Raises
    ------
    PanelError
        When the scores break their contract.
    ValueError
        When a year is not among the scores, or the cohort or the method is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA", "SWE"], [2000, 2009]],
    ...                                    names=["country", "year"])
    >>> rank_changes(pd.Series([12, 13, 11, 14, None, 15], index=index), start=2000, end=2009)
             start  end  change
    country
    ITA        1.0  2.0    -1.0
    NGA        2.0  1.0     1.0
    """
    ties = _ties(method)
    checked = check_scores(scores)
    pair = [year_of(checked, "start", start), year_of(checked, "end", end)]
    years = checked.index.get_level_values("year")
    within = checked[years.isin(pair)]
    if isinstance(cohort, str) and cohort == "balanced":
        table = wide(within).dropna(subset=pair)  # though it be nobody, where a year has no score
    else:
        table = wide(within, cohort=cohort)
    before, after = (table[year].rank(ascending=False, method=ties) for year in pair)
    answer = pd.DataFrame({"start": before, "end": after, "change": before - after})
    carry(answer, scores)
    return answer


def rank_bounds(bounds: pd.DataFrame, *, dimension: str = "overall") -> pd.DataFrame:
    """Bound each rank by the best and the worst that the missing codings allow.

    Each bound is attained: the country at one end of its bounds, all others at the end that
    suits. A country without bounds gets no rank and counts for no other's. Rank 1 is best, and
    equal scores share the better rank.

    Parameters
    ----------
    bounds : DataFrame, index (country, year)
        Lowest and highest possible scores, as :func:`policyindex.score_bounds` gives them.
    dimension : str
        Which scores to rank: a dimension, or ``overall``.

    Returns
    -------
    DataFrame, index (country, year)
        ``rank_low`` and ``rank_high`` possible rank. Equal where nothing is open.

    Raises
    ------
    PanelError
        When the panel breaks its contract, lacks the columns of the dimension, has one bound
        without the other, or a lowest score above the highest.

    Notes
    -----
    Best is one plus the number of countries whose lowest score is above this country's highest;
    worst is one plus the number of others whose highest is above this country's lowest. The
    scores of different countries are taken as free of one another.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA", "PRK"], [2009]],
    ...                                    names=["country", "year"])
    >>> bounds = pd.DataFrame({"overall_low": [14, 12, 3], "overall_high": [14, 15, 3]}, index)
    >>> rank_bounds(bounds)
                  best  worst
    country year
    ITA     2009   1.0    2.0
    NGA     2009   1.0    2.0
    PRK     2009   3.0    3.0
    """
    columns = [f"{dimension}_low", f"{dimension}_high"]
    checked = check_panel(bounds)
    absent = [name for name in columns if name not in checked.columns]
    if absent:
        raise PanelError(
            f"the panel must have the columns {' and '.join(columns)}, as score_bounds gives them; "
            f"{len(absent)} are absent, the first {absent[0]!r}"
        )
    kept = checked[columns]
    lows, highs = kept.to_numpy().T
    wrong = (np.isnan(lows) != np.isnan(highs)) | (lows > highs)
    if wrong.any():
        country, year = checked.index[int(wrong.argmax())]
        raise PanelError(
            f"bounds of {dimension} must both be given, the lowest not above the highest; "
            f"{wrong.sum()} rows are not so, the first {country} {year}"
        )
    found = np.full((len(kept), 2), np.nan)
    for rows in by_year(kept):
        low, high = lows[rows], highs[rows]
        itself = high > low
        found[rows] = np.stack([1 + _above(low, high), 1 + _above(high, low) - itself], axis=1)
    answer = pd.DataFrame(found, index=kept.index, columns=["rank_low", "rank_high"])
    carry(answer, bounds)
    return answer


def _above(values: NDArray[np.float64], limits: NDArray[np.float64]) -> NDArray[np.intp]:
    """Count the values above each limit."""
    return len(values) - np.searchsorted(np.sort(values), limits, side="right")


def _ties(method: str) -> Ties:
    return cast(Ties, one_of("method", method, METHODS))


def _countries(n: int) -> str:
    return counted(n, "country", "countries")
