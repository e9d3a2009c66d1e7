"""Averages over countries: by year, what moves them, and around an event."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..panel.check import check_scores
from ..panel.labels import carry
from ..panel.selection import span, year_of
from ..panel.shape import group_name, groups, sd, wide
from ..typing import Cohort, Years

CONFIDENCE = 0.95


class Decomposition(NamedTuple):
    """The change of a mean between two years, in points; a rise is an improvement.

    Examples
    --------
    >>> Decomposition._fields
    ('total', 'within', 'entry', 'exit', 'n_stayers', 'n_entrants', 'n_leavers')
    """

    total: float
    """``within + entry + exit``: the change of the mean over all countries scored."""
    within: float
    """Change of the mean of the stayers, the countries scored in both years."""
    entry: float
    """What the countries scored only at the end add, by differing from the stayers."""
    exit: float
    """What the countries scored only at the start take away, by the same measure."""
    n_stayers: int
    """Countries scored in both years."""
    n_entrants: int
    """Countries scored only at the end."""
    n_leavers: int
    """Countries scored only at the start."""


def yearly_means(
    scores: pd.Series,
    *,
    years: Years | None = None,
    cohort: Cohort = "all",
    by: str | pd.Series | None = None,
) -> pd.DataFrame:
    """Average the scores of each year, or of each group and year.

    Missing scores are left out of every figure, and ``n`` counts those that remain. Higher is
    better.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    years : (int, int), optional
        First and last year; by default all.
    cohort : {"all", "balanced"}, int or list of str
        Every country; those scored in each year in which anyone is; those scored in one year,
        which may lie outside `years`; or the countries listed. With ``"all"`` a mean also moves
        because other countries are scored: see :func:`decompose`.
    by : {"region"} or Series, optional
        Regions of the United Nations; or a group for each country or each (country, year).
        What has no group is left out.

    Returns
    -------
    DataFrame, index year or (group, year)
        ``mean``, ``sd``, ``se``, ``median`` in points, and ``n``. Every year from the first to
        the last of the scores that lies within `years` has a row; without a score all but ``n``
        are missing, with one ``sd`` and ``se``.

    Raises
    ------
    PanelError
        When the scores break their contract.
    ValueError
        When the years, the cohort or the groups are none of the above, or no country has a
        group.

    Notes
    -----
    ``sd`` divides by n - 1; ``se = sd / sqrt(n)``, the n being that of its own row.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "NGA"], [2008, 2009]],
    ...                                    names=["country", "year"])
    >>> yearly_means(pd.Series([14, 15, None, 13], index=index)).round(3)
          mean     sd   se  median  n
    year
    2008  14.0    NaN  NaN    14.0  1
    2009  14.0  1.414  1.0    14.0  2
    """
    table = wide(check_scores(scores), years=years, cohort=cohort)
    if by is None:
        answer = _averages(table)
    else:
        parts = {name: _averages(part) for name, part in groups(table, by)}
        answer = pd.concat(parts, names=[group_name(by, beside="year")])
    carry(answer, scores)
    return answer


def decompose(scores: pd.Series, *, start: int, end: int) -> Decomposition:
    """Split the change of the mean between two years into change, entry and exit of countries.

    Missing scores make entrants and leavers, never zeros. Higher is better.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    start, end : int
        The two years. Swapped, they change all signs and swap entry and exit.

    Returns
    -------
    Decomposition
        Missing where there is no mean: ``total`` when nobody is scored in one of the years, the
        parts when nobody is scored in both.

    Raises
    ------
    PanelError
        When the scores break their contract.
    ValueError
        When start or end is not a year of the scores.

    Notes
    -----
    With stayers S, entrants E and leavers X, of n_a countries at the start a and n_b at the end
    b::

        within = mean_b(S) - mean_a(S)
        entry  = mean_b - mean_b(S) =  (n_E / n_b) (mean_b(E) - mean_b(S))
        exit   = mean_a(S) - mean_a = -(n_X / n_a) (mean_a(X) - mean_a(S))

    Examples
    --------
    Both countries scored throughout gain a point, and a weaker one enters:

    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "NGA", "SOM"], [2000, 2009]],
    ...                                    names=["country", "year"])
    >>> parts = decompose(pd.Series([14, 15, 12, 13, None, 5], index=index), start=2000, end=2009)
    >>> parts.total, parts.within, parts.entry, parts.exit
    (-2.0, 1.0, -3.0, 0.0)
    """
    checked = check_scores(scores)
    years = [year_of(checked, "start", start), year_of(checked, "end", end)]
    before, after = wide(checked)[years].to_numpy().T
    return _parts(before, after)


def decompose_yearly(scores: pd.Series, *, start: int, end: int) -> pd.DataFrame:
    """Split the change of the mean from each year to the next, through a range of years.

    Each part of each step adds up, over the steps, to a part of the whole change. Missing scores
    make entrants and leavers. Higher is better.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    start, end : int
        First and last year.

    Returns
    -------
    DataFrame, index year
        A row for each step, by the year in which it ends; columns as the fields of
        :class:`Decomposition`. Missing where a year has no score.

    Raises
    ------
    PanelError
        When the scores break their contract.
    ValueError
        When start or end is not a year of the scores, or start is after end.

    Notes
    -----
    A country that enters counts as an entrant once and as a stayer afterwards, so ``within``
    summed over the steps includes what entrants did once they were in. It is the change within
    countries of a mean linked from year to year, where :func:`decompose` looks only at those
    that were there at the start.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "SOM"], [2007, 2008, 2009]],
    ...                                    names=["country", "year"])
    >>> scores = pd.Series([14, 14, 15, None, 4, 5], index=index)
    >>> decompose_yearly(scores, start=2007, end=2009)[["total", "within", "entry"]]
          total  within  entry
    year
    2008   -5.0     0.0   -5.0
    2009    1.0     1.0    0.0
    """
    checked = check_scores(scores)
    first, last = span(
        "(start, end)", (year_of(checked, "start", start), year_of(checked, "end", end))
    )
    columns = wide(checked, years=(first, last)).to_numpy().T
    answer = pd.DataFrame(
        [_parts(before, after) for before, after in pairwise(columns)],
        index=pd.Index(np.arange(first + 1, last + 1), name="year"),
        columns=Decomposition._fields,
    )
    carry(answer, scores)
    return answer


def _averages(values: pd.DataFrame) -> pd.DataFrame:
    """Describe every column of a wide table, missing cells left out."""
    n, spread = values.count(), sd(values)
    return pd.DataFrame(
        {
            "mean": values.mean(),
            "sd": spread,
            "se": spread / np.sqrt(n.clip(lower=1)),
            "median": values.median(),
            "n": n,
        }
    )


def _parts(before: NDArray[np.float64], after: NDArray[np.float64]) -> Decomposition:
    """Decompose the change between two years, given each country's scores in both."""
    at_start, at_end = ~np.isnan(before), ~np.isnan(after)
    stay = at_start & at_end
    mean_start, mean_end = _mean(before[at_start]), _mean(after[at_end])
    stay_start, stay_end = _mean(before[stay]), _mean(after[stay])
    return Decomposition(
        total=mean_end - mean_start,
        within=stay_end - stay_start,
        entry=mean_end - stay_end,
        exit=stay_start - mean_start,
        n_stayers=int(stay.sum()),
        n_entrants=int((at_end & ~stay).sum()),
        n_leavers=int((at_start & ~stay).sum()),
    )


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else np.nan


def balanced(scores: pd.Series, years: Years) -> pd.DataFrame:
    """Average by year the countries scored in every year of a span; where none is, n is 0."""
    try:
        return yearly_means(scores, years=years, cohort="balanced")
    except ValueError:  # what is no year or no score has been refused before
        return yearly_means(scores * np.nan, years=years)
