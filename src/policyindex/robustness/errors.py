"""Scores and ranks when each coded level may be wrong: exact distributions, not simulations.

Coding errors are assumed independent between dimensions, countries and years.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels.poisson_binomial import successes, without
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.dimensions import dimensions
from ..panel.labels import carry
from ..panel.selection import by_year, complete, complete_rows, thin_label, year_of
from ..typing import CodingError
from .matrices import matrices

Float64 = NDArray[np.float64]

COLUMNS = ["score_mean", "rank_mean", "rank_low", "rank_high", "p_first", "p_top10"]

TAILS = (0.025, 0.975)

SLACK = 1e-12
"""By how much rounding may lower a probability."""


def error_ranks(
    panel: pd.DataFrame, *, error: CodingError, codebook: Codebook = THREE_P
) -> pd.DataFrame:
    """Rank the countries of each year when every coded level may be wrong.

    A country with a missing dimension is not ranked that year and does not affect other ranks.
    Rank 1 is best, and equal scores share the better rank.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    error : float, DataFrame, matrix, or mapping of str to these
        The accuracy of the codings, e.g. 0.9: the probability that a coded level is the true
        one; the rest goes to the neighbouring levels, as in :func:`policyindex.coding_error`.
        Or a matrix with the probability of each true level (columns) given the coded one (rows),
        on the scale of the dimension. One for all dimensions, or one for each by name, such as
        :func:`policyindex.robustness.estimate_error` returns.
    codebook : Codebook
        The dimensions and their scales.

    Returns
    -------
    DataFrame, index (country, year)
        ``score_mean`` of the true overall score; ``rank_mean``; ``rank_low`` and ``rank_high``,
        the better and the worse end of a 95 % interval with at most 2.5 % beyond either;
        ``p_first`` and ``p_top10``, the probabilities of rank 1 and of rank 10 or better.

    Raises
    ------
    PanelError
        If the panel breaks its contract, lacks a dimension, or has a level off its scale.
    ValueError
        If `error` is neither an accuracy nor a matrix of probabilities, is on another scale, or
        lacks a dimension.

    See Also
    --------
    policyindex.robustness.error_distribution : The probability of every rank in one year.
    policyindex.robustness.error_changes : Whether a country truly improved.

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
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA"], [2009]], names=["country", "year"])
    >>> panel = pd.DataFrame({"prosecution": [5, 4], "protection": [4, 5],
    ...                       "prevention": [5, 4]}, index=index)
    >>> error_ranks(panel, error=0.9).loc[:, :"rank_high"].round(3)
                  score_mean  rank_mean  rank_low  rank_high
    country year
    ITA     2009        13.8      1.034       1.0        2.0
    NGA     2009        12.9      1.752       1.0        2.0
    """
    return _error_ranks(dimensions(panel, codebook), error=error, codebook=codebook)


def _error_ranks(
    dims: pd.DataFrame, *, error: CodingError, codebook: Codebook = THREE_P
) -> pd.DataFrame:
    levels, values = _true_levels(error, codebook), dims.to_numpy()
    table = np.full((len(dims), len(COLUMNS)), np.nan)
    for rows in by_year(dims):
        if len(rows):
            table[rows] = _summary(values[rows], levels)
    return carry(pd.DataFrame(table, index=dims.index, columns=COLUMNS), dims)


def error_distribution(
    panel: pd.DataFrame, year: int, *, error: CodingError, codebook: Codebook = THREE_P
) -> pd.DataFrame:
    """Compute the probability of each rank for each country of a year under coding error.

    Countries with a missing dimension are left out. Rank 1 is best.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    year : int
        A year of the panel.
    error : float, DataFrame, matrix, or mapping of str to these
        As for :func:`policyindex.error_ranks`.
    codebook : Codebook
        The dimensions and their scales.

    Returns
    -------
    DataFrame, index country, columns rank from 1
        Probabilities; every row sums to 1.

    Raises
    ------
    PanelError, ValueError
        As for :func:`policyindex.error_ranks`; also if the panel has no such year.

    Examples
    --------
    >>> import pandas as pd
    >>> from policyindex import THREE_P, Codebook
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA"], [2009]], names=["country", "year"])
    >>> panel = pd.DataFrame({"protection": [5, 4]}, index=index)
    >>> alone = Codebook("protection", THREE_P.dimensions[1:2])
    >>> error_distribution(panel, 2009, error=0.9, codebook=alone).round(3)
    rank         1      2
    country
    ITA      0.995  0.005
    NGA      0.140  0.860
    """
    dims = dimensions(panel, codebook)
    levels = _true_levels(error, codebook)
    table = complete(dims, year)
    rows, _, ranks = _distributions(table.to_numpy(), levels)
    columns = pd.RangeIndex(1, len(table) + 1, name="rank")
    answer = pd.DataFrame(ranks[rows], index=table.index, columns=columns)
    return carry(answer, dims, **thin_label(dims, [year]))


def error_scores(
    panel: pd.DataFrame, *, error: CodingError, codebook: Codebook = THREE_P
) -> pd.DataFrame:
    """Compute the probability of each true overall score under coding error.

    A country-year with a missing dimension has missing probabilities. Higher is better.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    error : float, DataFrame, matrix, or mapping of str to these
        As for :func:`policyindex.error_ranks`.
    codebook : Codebook
        The dimensions and their scales.

    Returns
    -------
    DataFrame, index (country, year), columns score
        Probabilities, from the lowest possible score to the highest.

    Raises
    ------
    PanelError, ValueError
        As for :func:`policyindex.error_ranks`.

    Examples
    --------
    >>> import pandas as pd
    >>> from policyindex import Codebook, Dimension, Indicator
    >>> two = Codebook("two", [
    ...     Dimension(name, [Indicator(f"a_{name}")], lambda **level: 1 + sum(level.values()),
    ...               levels=("low", "high"))
    ...     for name in ("prosecution", "protection")])
    >>> index = pd.MultiIndex.from_product([["ITA"], [2009]], names=["country", "year"])
    >>> panel = pd.DataFrame({"prosecution": [2], "protection": [1]}, index=index)
    >>> error_scores(panel, error=0.5, codebook=two)
    score            2    3     4
    country year
    ITA     2009  0.25  0.5  0.25
    """
    dims = dimensions(panel, codebook)
    levels, values = _true_levels(error, codebook), dims.to_numpy()
    coded = ~np.isnan(values).any(1)
    table = np.full((len(dims), len(levels.scores)), np.nan)
    table[coded] = _scores(values[coded], levels)
    columns = pd.Index(levels.scores, name="score")
    return carry(pd.DataFrame(table, index=dims.index, columns=columns), dims)


def beats(
    panel: pd.DataFrame,
    country: str,
    rival: str,
    year: int,
    *,
    error: CodingError,
    codebook: Codebook = THREE_P,
) -> float:
    """Compute the probability that a country's true overall score exceeds a rival's.

    Both need every dimension in the year. Swapped, the call returns the rival's probability; the
    two and the probability of a tie add up to 1.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    country, rival : str
        Two countries: names or codes, or labels of the panel.
    year : int
        A year of the panel.
    error : float, DataFrame, matrix, or mapping of str to these
        As for :func:`policyindex.error_ranks`.
    codebook : Codebook
        The dimensions and their scales.

    Returns
    -------
    float
        From 0 to 1. A country does not beat itself.

    Raises
    ------
    PanelError, ValueError
        As for :func:`policyindex.error_ranks`; also if the year or a country is unknown, or a
        country lacks a dimension in the year.

    Examples
    --------
    >>> import pandas as pd
    >>> from policyindex import THREE_P, Codebook
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA"], [2009]], names=["country", "year"])
    >>> panel = pd.DataFrame({"protection": [5, 4]}, index=index)
    >>> alone = Codebook("protection", THREE_P.dimensions[1:2])
    >>> round(beats(panel, "ITA", "NGA", 2009, error=0.9, codebook=alone), 3)
    0.86
    """
    dims = dimensions(panel, codebook)
    levels = _true_levels(error, codebook)
    pair = complete_rows(dims, [country, rival], year)
    ours, theirs = _scores(pair.to_numpy(), levels)
    return 0.0 if pair.index[0] == pair.index[1] else float(ours @ _below(theirs))


def error_changes(
    panel: pd.DataFrame,
    start: int,
    end: int,
    *,
    error: CodingError,
    codebook: Codebook = THREE_P,
) -> pd.DataFrame:
    """Compute the probability that each country's overall score truly changed between two years.

    Countries with every dimension in both years. Errors of the two years are assumed
    independent: if a coder's error persists, a coded change is surer than this says. Higher
    is better.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    start, end : int
        Two different years of the panel.
    error : float, DataFrame, matrix, or mapping of str to these
        As for :func:`policyindex.error_ranks`.
    codebook : Codebook
        The dimensions and their scales.

    Returns
    -------
    DataFrame, index country
        ``change``, as coded; ``change_mean``, the expected true change; ``p_improved``,
        ``p_same`` and ``p_worsened``, probabilities that sum to 1.

    Raises
    ------
    PanelError, ValueError
        As for :func:`policyindex.error_ranks`; also if a year is not in the panel, or both are
        the same.

    Examples
    --------
    >>> import pandas as pd
    >>> from policyindex import THREE_P, Codebook
    >>> index = pd.MultiIndex.from_product([["NGA"], [2000, 2009]], names=["country", "year"])
    >>> panel = pd.DataFrame({"protection": [3, 4]}, index=index)
    >>> alone = Codebook("protection", THREE_P.dimensions[1:2])
    >>> error_changes(panel, 2000, 2009, error=0.9, codebook=alone).round(4)
             change  change_mean  p_improved  p_same  p_worsened
    country
    NGA         1.0          1.0      0.9075    0.09      0.0025
    """
    dims = dimensions(panel, codebook)
    levels = _true_levels(error, codebook)
    years = [year_of(dims, "start", start), year_of(dims, "end", end)]
    if years[0] == years[1]:
        raise ValueError(f"start and end must be different years; both are {years[0]}")
    tables = [complete(dims, year) for year in years]
    shared = tables[0].index.intersection(tables[1].index)
    before, after = (table.loc[shared].to_numpy() for table in tables)
    then, now = _scores(before, levels), _scores(after, levels)
    answer = pd.DataFrame(
        {
            "change": after.sum(1) - before.sum(1),
            "change_mean": (now - then) @ levels.scores,
            "p_improved": (now * _below(then)).sum(1),
            "p_same": (now * then).sum(1),
            "p_worsened": (then * _below(now)).sum(1),
        },
        index=shared,
    )
    return carry(answer, dims, **thin_label(dims, years))


class _TrueLevels(NamedTuple):
    """Probabilities of the true levels of each dimension, and the scores that they add up to."""

    lowest: Float64
    """Shape (dimensions,): the lowest level of each."""
    probabilities: list[Float64]
    """A matrix per dimension, coded by true level."""
    scores: NDArray[np.int64]


def _true_levels(error: CodingError, codebook: Codebook) -> _TrueLevels:
    probabilities = [each.to_numpy() for each in matrices(error, codebook).values()]
    lowest = np.array([each.lowest for each in codebook.dimensions], dtype=np.float64)
    return _TrueLevels(lowest, probabilities, np.arange(codebook.lowest, codebook.highest + 1))


def _scores(values: Float64, levels: _TrueLevels) -> Float64:
    """Convolve the probabilities of the true levels: (rows, dimensions) -> (rows, scores)."""
    coded = (values - levels.lowest).astype(np.intp)
    table = np.ones((len(values), 1))
    for column, matrix in enumerate(levels.probabilities):
        sums = np.zeros((len(values), table.shape[1] + len(matrix) - 1))
        for level, probability in enumerate(matrix[coded[:, column]].T):
            sums[:, level : level + table.shape[1]] += table * probability[:, None]
        table = sums
    return table


def _below(probabilities: Float64) -> Float64:
    """Add up the probabilities of all lower scores, along the last axis."""
    sums = np.zeros_like(probabilities)
    np.cumsum(probabilities[..., :-1], -1, out=sums[..., 1:])
    return sums


def _distributions(
    values: Float64, levels: _TrueLevels
) -> tuple[NDArray[np.intp], Float64, Float64]:
    """Compute the distributions of one year's scores and ranks, once per distinct profile.

    Returns
    -------
    rows : ndarray of int, shape (countries,)
        The row of each country's profile in the two tables.
    scores : ndarray, shape (profiles, scores)
    ranks : ndarray, shape (profiles, countries)
        Rank 1 first.
    """
    profiles, rows = np.unique(values, axis=0, return_inverse=True)
    rows = rows.ravel()
    scores = _scores(profiles, levels)
    higher = np.minimum(_below(scores[:, ::-1])[:, ::-1], 1)
    ahead = successes(higher[rows].T)
    others = without(ahead, higher)
    return rows, scores, np.einsum("ps,psn->pn", scores, others)


def _summary(values: Float64, levels: _TrueLevels) -> Float64:
    """Return a row of :data:`COLUMNS` for each country of one year."""
    rows, scores, ranks = _distributions(values, levels)
    numbers = np.arange(1.0, len(values) + 1)
    cumulative = np.cumsum(ranks, 1) + SLACK
    low, high = (1 + (cumulative >= tail).argmax(1) for tail in TAILS)
    columns = [
        scores @ levels.scores,
        ranks @ numbers,
        low,
        high,
        ranks[:, 0],
        ranks[:, :10].sum(1),
    ]
    return np.stack(columns, axis=1)[rows]
