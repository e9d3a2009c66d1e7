"""Scores and ranks when each coded level may be wrong: exact distributions, not simulations.

Coding errors are taken as independent between dimensions, countries and years.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels import poisson_binomial as _poisson_binomial
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import check_panel
from ..panel.dimensions import dimensions
from ..panel.labels import carry
from ..panel.selection import by_year, complete, complete_rows, year_of
from ..typing import CodingError
from .matrices import matrices

Float64 = NDArray[np.float64]

COLUMNS = ["score_mean", "rank_mean", "rank_low", "rank_high", "p_first", "p_top10"]

TAILS = (0.025, 0.975)

SLACK = 1e-12
"""What rounding may take from a probability."""


def error_ranks(
    panel: pd.DataFrame, *, error: CodingError, codebook: Codebook = THREE_P
) -> pd.DataFrame:
    """Rank the countries of each year when every coded level may be wrong.

    A country with a missing dimension gets no answer that year and counts for no other's rank.
    Rank 1 is best, and equal scores share the better rank.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension, integers on the scale of `error`. A column ``overall`` is left
        out.
    error : DataFrame, matrix, or mapping of str to either
        Chance of each true level (columns) given the coded one (rows), for all dimensions or for
        each by name; from :func:`policyindex.coding_error` or
        :func:`policyindex.robustness.estimate_error`. A matrix without labels has levels from 1.

    Returns
    -------
    DataFrame, index (country, year)
        ``score_mean`` of the true overall score; ``rank_mean``; ``rank_low`` and ``rank_high``,
        the better and the worse end of a 95 % interval with at most 2.5 % beyond either;
        ``p_first`` and ``p_top10``, the chances of rank 1 and of rank 10 or better.

    Raises
    ------
    PanelError
        When the panel breaks its contract or a level is off the scale.
    ValueError
        When `error` is no matrix of chances, or lacks a dimension.

    See Also
    --------
    error_distribution : The chance of every rank in one year.
    error_changes : Whether a country truly improved between two years.

    Notes
    -----
    The overall score is a sum of independent levels: its distribution is a convolution. Given
    that a country's score is s, its rank is one plus the number of others above s, a sum of
    independent trials: a Poisson-binomial. The rank is the mixture over s. Probabilities are
    accurate to 1e-12 in absolute terms.

    References
    ----------
    Hong (2013), doi:10.1016/j.csda.2012.10.006, on the Poisson-binomial distribution.

    Examples
    --------
    >>> import pandas as pd
    >>> from policyindex import coding_error
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA"], [2009]], names=["country", "year"])
    >>> panel = pd.DataFrame({"prosecution": [5, 4], "protection": [4, 5],
    ...                       "prevention": [5, 4]}, index=index)
    >>> error_ranks(panel, error=coding_error(0.9)).loc[:, :"rank_high"].round(3)
                  score_mean  rank_mean  rank_low  rank_high
    country year
    ITA     2009        13.8      1.034       1.0        2.0
    NGA     2009        12.9      1.752       1.0        2.0
    """
    table, chances = _checked(panel, error, codebook)
    found = np.full((len(table), len(COLUMNS)), np.nan)
    for rows in by_year(table):
        found[rows] = _summary(table.to_numpy()[rows], chances)
    answer = pd.DataFrame(found, index=table.index, columns=COLUMNS)
    carry(answer, panel)
    return answer


def error_distribution(
    panel: pd.DataFrame, *, year: int, error: CodingError, codebook: Codebook = THREE_P
) -> pd.DataFrame:
    """Give the chance of each rank for each country of a year under coding error.

    Countries with a missing dimension are left out. Rank 1 is best.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension, integers on the scale of `error`.
    year : int
        A year of the panel.
    error : DataFrame, matrix, or mapping of str to either
        As for :func:`error_ranks`.

    Returns
    -------
    DataFrame, index country, columns rank from 1
        Chances from 0 to 1; every row sums to 1.

    Raises
    ------
    PanelError, ValueError
        As for :func:`error_ranks`; also when the panel has no such year.

    Examples
    --------
    >>> import pandas as pd
    >>> from policyindex import coding_error
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA"], [2009]], names=["country", "year"])
    >>> panel = pd.DataFrame({"protection": [5, 4]}, index=index)
    >>> error_distribution(panel, year=2009, error=coding_error(0.9)).round(3)
    rank         1      2
    country
    ITA      0.995  0.005
    NGA      0.140  0.860
    """
    checked, chances = _checked(panel, error, codebook)
    table = complete(checked, year)
    places, _, ranks = _distributions(table.to_numpy(), chances)
    columns = pd.RangeIndex(1, len(table) + 1, name="rank")
    answer = pd.DataFrame(ranks[places], index=table.index, columns=columns)
    carry(answer, panel)
    return answer


def error_scores(
    panel: pd.DataFrame, *, error: CodingError, codebook: Codebook = THREE_P
) -> pd.DataFrame:
    """Give the chance of each true overall score under coding error.

    A country-year with a missing dimension has missing chances. Higher is better.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension, integers on the scale of `error`.
    error : DataFrame, matrix, or mapping of str to either
        As for :func:`error_ranks`.

    Returns
    -------
    DataFrame, index (country, year), columns score
        Chances from 0 to 1, from the lowest possible score to the highest.

    Raises
    ------
    PanelError, ValueError
        As for :func:`error_ranks`.

    Examples
    --------
    >>> import pandas as pd
    >>> from policyindex import coding_error
    >>> index = pd.MultiIndex.from_product([["ITA"], [2009]], names=["country", "year"])
    >>> panel = pd.DataFrame({"prosecution": [2], "protection": [1]}, index=index)
    >>> error_scores(panel, error=coding_error(0.5, scale=(1, 2)))
    score            2    3     4
    country year
    ITA     2009  0.25  0.5  0.25
    """
    table, chances = _checked(panel, error, codebook)
    values = table.to_numpy()
    known = ~np.isnan(values).any(1)
    scale = chances.scores
    found = np.full((len(table), len(scale)), np.nan)
    found[known] = _scores(values[known], chances)
    answer = pd.DataFrame(found, index=table.index, columns=pd.Index(scale, name="score"))
    carry(answer, panel)
    return answer


def beats(
    panel: pd.DataFrame,
    country: str,
    rival: str,
    *,
    year: int,
    error: CodingError,
    codebook: Codebook = THREE_P,
) -> float:
    """Give the chance that a country's true overall score exceeds a rival's.

    Both need every dimension in the year. Swapped, the call gives the rival's chance; what both
    leave of 1 is the chance of a tie.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension, integers on the scale of `error`.
    country, rival : str
        Two countries: names or codes, or labels of the panel.
    year : int
        A year of the panel.
    error : DataFrame, matrix, or mapping of str to either
        As for :func:`error_ranks`.

    Returns
    -------
    float
        From 0 to 1. A country does not beat itself.

    Raises
    ------
    PanelError, ValueError
        As for :func:`error_ranks`; also when the year or a country is unknown, or a country
        lacks a dimension in the year.

    Examples
    --------
    >>> import pandas as pd
    >>> from policyindex import coding_error
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA"], [2009]], names=["country", "year"])
    >>> panel = pd.DataFrame({"protection": [5, 4]}, index=index)
    >>> round(beats(panel, "ITA", "NGA", year=2009, error=coding_error(0.9)), 3)
    0.86
    """
    checked, chances = _checked(panel, error, codebook)
    pair = complete_rows(checked, [country, rival], year)
    ours, theirs = _scores(pair.to_numpy(), chances)
    return 0.0 if pair.index[0] == pair.index[1] else float(ours @ _below(theirs))


def error_changes(
    panel: pd.DataFrame, *, start: int, end: int, error: CodingError, codebook: Codebook = THREE_P
) -> pd.DataFrame:
    """Give the chance that each country's overall score truly changed between two years.

    Countries with every dimension in both years. Errors of the two years are taken as
    independent: where a coder's error persists, coded change is surer than this says. Higher
    is better.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension, integers on the scale of `error`.
    start, end : int
        Two different years of the panel.
    error : DataFrame, matrix, or mapping of str to either
        As for :func:`error_ranks`.

    Returns
    -------
    DataFrame, index country
        ``change``, as coded; ``change_mean``, the expected true change; ``p_improved``,
        ``p_same`` and ``p_worsened``, chances that sum to 1.

    Raises
    ------
    PanelError, ValueError
        As for :func:`error_ranks`; also when a year is not in the panel, or both are the same.

    Examples
    --------
    >>> import pandas as pd
    >>> from policyindex import coding_error
    >>> index = pd.MultiIndex.from_product([["NGA"], [2000, 2009]], names=["country", "year"])
    >>> panel = pd.DataFrame({"protection": [3, 4]}, index=index)
    >>> error_changes(panel, start=2000, end=2009, error=coding_error(0.9)).round(4)
             change  change_mean  p_improved  p_same  p_worsened
    country
    NGA         1.0          1.0      0.9075    0.09      0.0025
    """
    checked, chances = _checked(panel, error, codebook)
    years = [year_of(checked, "start", start), year_of(checked, "end", end)]
    if years[0] == years[1]:
        raise ValueError(f"start and end must be different years; both are {years[0]}")
    tables = [complete(checked, year) for year in years]
    shared = tables[0].index.intersection(tables[1].index)
    before, after = (table.loc[shared].to_numpy() for table in tables)
    then, now = _scores(before, chances), _scores(after, chances)
    answer = pd.DataFrame(
        {
            "change": after.sum(1) - before.sum(1),
            "change_mean": (now - then) @ chances.scores,
            "p_improved": (now * _below(then)).sum(1),
            "p_same": (now * then).sum(1),
            "p_worsened": (then * _below(now)).sum(1),
        },
        index=shared,
    )
    carry(answer, panel)
    return answer


class _Chances(NamedTuple):
    """Chances of the true levels of each dimension, and the scores that these add up to."""

    lowest: Float64
    """Shape (dimensions,): the lowest level of each."""
    levels: list[Float64]
    """A matrix per dimension, coded by true level."""
    scores: NDArray[np.int64]


def _checked(
    panel: pd.DataFrame, error: CodingError, codebook: Codebook
) -> tuple[pd.DataFrame, _Chances]:
    names = list(dimensions(panel, codebook).columns)
    by_name = matrices(error, names)
    scales = {name: (int(each.index[0]), int(each.index[-1])) for name, each in by_name.items()}
    table = check_panel(panel, scales=scales)
    lowest, highest = np.array(list(scales.values())).T
    scores = np.arange(lowest.sum(), highest.sum() + 1)
    return table, _Chances(lowest, [each.to_numpy() for each in by_name.values()], scores)


def _scores(values: Float64, chances: _Chances) -> Float64:
    """Convolve the chances of the true levels: (rows, dimensions) -> (rows, scores)."""
    coded = (values - chances.lowest).astype(np.intp)
    found = np.ones((len(values), 1))
    for place, matrix in enumerate(chances.levels):
        sums = np.zeros((len(values), found.shape[1] + len(matrix) - 1))
        for level, chance in enumerate(matrix[coded[:, place]].T):
            sums[:, level : level + found.shape[1]] += found * chance[:, None]
        found = sums
    return found


def _below(chances: Float64) -> Float64:
    """Add up the chances of all lower scores, along the last axis."""
    sums = np.zeros_like(chances)
    np.cumsum(chances[..., :-1], -1, out=sums[..., 1:])
    return sums


def _distributions(values: Float64, chances: _Chances) -> tuple[NDArray[np.intp], Float64, Float64]:
    """Distribute the scores and ranks of one year's countries, once per distinct profile.

    Returns
    -------
    places : ndarray of int, shape (countries,)
        Each country's profile.
    scores : ndarray, shape (profiles, scores)
    ranks : ndarray, shape (profiles, countries)
        Rank 1 first.
    """
    profiles, places = np.unique(values, axis=0, return_inverse=True)
    places = places.ravel()
    scores = _scores(profiles, chances)
    higher = np.minimum(_below(scores[:, ::-1])[:, ::-1], 1)
    ahead = _poisson_binomial.successes(higher[places].T)
    others = _poisson_binomial.without(ahead, higher)
    return places, scores, np.einsum("ps,psn->pn", scores, others)


def _summary(values: Float64, chances: _Chances) -> Float64:
    """Return a row of :data:`COLUMNS` for each country of one year."""
    if not len(values):
        return np.empty((0, len(COLUMNS)))
    places, scores, ranks = _distributions(values, chances)
    number = np.arange(1.0, len(values) + 1)
    so_far = np.cumsum(ranks, 1) + SLACK
    low, high = (1 + (so_far >= tail).argmax(1) for tail in TAILS)
    columns = [
        scores @ chances.scores,
        ranks @ number,
        low,
        high,
        ranks[:, 0],
        ranks[:, :10].sum(1),
    ]
    return np.stack(columns, axis=1)[places]
