"""Ranks under every weighting: how far a rank depends on weighting all dimensions equally."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels.weightings import (
    SHIFTS,
    Ranks,
    Weightings,
    Year,
    at_equal_weights,
    equal_ranks,
    is_exact,
    is_point,
    over_cells,
    over_draws,
    untied_ranks,
)
from .._options import draws_of, generator
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.dimensions import to_weigh
from ..panel.labels import carry
from ..panel.selection import by_year, complete, thin_label
from ..typing import Seed
from .simplex import corners

Float64 = NDArray[np.float64]

DRAWS = 1 << 14

COLUMNS = (
    "rank",
    "rank_untied",
    "rank_low",
    "rank_high",
    "rank_mean",
    "rank_sd",
    "share_first",
    "share_no_worse",
)

STANDARD_ERRORS = ("rank_mean_se", "share_first_se", "share_no_worse_se")
"""Further columns of an answer from quasi-random weightings."""


def weight_ranks(
    panel: pd.DataFrame,
    *,
    codebook: Codebook = THREE_P,
    min_weight: float | Fraction = 0.0,
    order: Sequence[str] | None = None,
    draws: int = DRAWS,
    rng: Seed = None,
) -> pd.DataFrame:
    """Rank the countries of each year under every weighting of the dimensions at once.

    Weights are at least 0, or at least `min_weight`, and sum to 1: weights of 0 and weights under
    which countries tie are included. Exact for three dimensions whose levels are integers at most
    4 apart, as those of the 3P index are; other panels are answered from quasi-random weights,
    with a standard error. A country with a missing dimension is not ranked that year and does not
    affect other ranks. Rank 1 is best, and equal scores share the better rank.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    codebook : Codebook
        The dimensions, two or more.
    min_weight : float or Fraction
        Least weight of every dimension, from 0 to 1/n for n dimensions; 1/n leaves equal weights
        alone. Taken as a fraction with a denominator of at most 10,000.
    order : sequence of str, optional
        Dimensions, heaviest first: each weighs at least as much as the next. Those not named are
        free.
    draws : int
        Number of quasi-random weightings where the answer is not exact.
    rng : int or Generator, optional
        Source of the shifts of the quasi-random weightings; without it they are the same each
        time.

    Returns
    -------
    DataFrame, index (country, year)
        At equal weights, ``rank``, and ``rank_untied``, the mean of the ranks that the ties with
        other profiles leave open. Over the weightings, the best and the worst rank, ``rank_low``
        and ``rank_high``, and ``rank_mean`` and ``rank_sd``; ``share_first`` and
        ``share_no_worse``, shares from 0 to 1 of the weightings under which the country is first,
        and ranks no worse than ``rank_untied``. Where it is not exact, also ``rank_mean_se``,
        ``share_first_se`` and ``share_no_worse_se``; ``rank_low`` and ``rank_high`` are then the
        extremes over the draws, equal weights and the corners, and the true range may be wider.
        ``attrs["weightings"]`` names the method.

    Raises
    ------
    PanelError
        If the panel breaks its contract, lacks a dimension, or has a level off its scale.
    ValueError
        If the codebook has fewer than two dimensions, or `min_weight`, `order`, `draws` (16 at
        least) or `rng` is out of range.

    See Also
    --------
    policyindex.robustness.weight_distribution : The share of the weightings for each rank.
    policyindex.robustness.dominance : Which country is never behind which.
    policyindex.robustness.overtake : The least change of weights for one country to pass another.

    Notes
    -----
    A rank is one plus the number of countries with a strictly higher weighted score. Profiles a
    and b tie on the line ``w . (a - b) = 0``. For five levels, 198 such lines cut the triangle of
    weights into 5,460 cells, 8,751 edges and 3,292 vertices, on each of which all ranks of all
    125 profiles are constant. ``rank_high`` is the greatest rank over the cells, ``rank_low`` the
    least over the vertices, in integers. So ``rank_low <= rank <= rank_high`` at any weights, with
    any ties.

    Means, standard deviations and shares go by area, in exact arithmetic rounded once to
    multiples of 2^-53. Lines have no area. At equal weights many profiles tie, and all share the
    better rank, so that ``rank`` is on average better than ``rank_mean`` for that reason alone.
    ``rank_untied`` adds half of the tied countries with another profile; its mean over the
    countries of a year equals that of ``rank_mean``, unless equal weights are the only ones.
    Compare with it to say that a country would be better or worse off under other weights.

    References
    ----------
    Foster, McGillivray and Seth (2013), doi:10.1080/07474938.2012.690647, on rankings that hold
    for every weighting with a minimum.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA", "PRK"], [2009]],
    ...                                    names=["country", "year"])
    >>> panel = pd.DataFrame({"prosecution": [5, 4, 1], "protection": [4, 5, 1],
    ...                       "prevention": [5, 4, 1]}, index=index)
    >>> weight_ranks(panel)[["rank", "rank_low", "rank_high", "rank_mean", "share_first"]]
                  rank  rank_low  rank_high  rank_mean  share_first
    country year
    ITA     2009   1.0       1.0        2.0       1.25         0.75
    NGA     2009   2.0       1.0        2.0       1.75         0.25
    PRK     2009   3.0       3.0        3.0       3.00         0.00
    """
    dims = to_weigh(panel, codebook)
    return _weight_ranks(dims, min_weight=min_weight, order=order, draws=draws, rng=rng)


def _weight_ranks(
    dims: pd.DataFrame,
    *,
    min_weight: float | Fraction,
    order: Sequence[str] | None = None,
    draws: int = DRAWS,
    rng: Seed = None,
) -> pd.DataFrame:
    weightings, values = _weightings(dims, min_weight, order, draws, rng), dims.to_numpy()
    columns = [*COLUMNS, *(STANDARD_ERRORS if weightings.replicates > 1 else ())]
    table = np.full((len(dims), len(columns)), np.nan)
    rows_of = [rows for rows in by_year(dims) if len(rows)]
    years = [_profiles(values[rows]) for rows in rows_of]
    ranked = weightings.ranks([year for year, _ in years])
    for rows, (year, own), ranks in zip(rows_of, years, ranked, strict=True):
        table[rows] = _summary(year, ranks)[own]
    answer = pd.DataFrame(table, index=dims.index, columns=columns)
    return carry(answer, dims, weightings=weightings.description)


def weight_distribution(
    panel: pd.DataFrame,
    year: int,
    *,
    codebook: Codebook = THREE_P,
    min_weight: float | Fraction = 0.0,
    order: Sequence[str] | None = None,
    draws: int = DRAWS,
    rng: Seed = None,
) -> pd.DataFrame:
    """Compute the share of the weightings under which each country of a year takes each rank.

    A share is an area of the triangle of weights: a rank that a country has only on a border, or
    on a line where countries tie, has the share 0, and lies within its range all the same. Exact
    where :func:`policyindex.weight_ranks` is. Countries with a missing dimension are left out.
    Rank 1 is best.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    year : int
        A year of the panel.
    codebook : Codebook
        The dimensions, two or more.
    min_weight : float or Fraction
        As for :func:`policyindex.weight_ranks`.
    order : sequence of str, optional
        As for :func:`policyindex.weight_ranks`.
    draws : int
        As for :func:`policyindex.weight_ranks`.
    rng : int or Generator, optional
        As for :func:`policyindex.weight_ranks`.

    Returns
    -------
    DataFrame, index country, columns rank from 1
        Shares from 0 to 1; every row sums to 1.

    Raises
    ------
    PanelError, ValueError
        As for :func:`policyindex.weight_ranks`; also if the panel has no such year.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA"], [2009]], names=["country", "year"])
    >>> panel = pd.DataFrame({"prosecution": [5, 4], "protection": [4, 5],
    ...                       "prevention": [5, 4]}, index=index)
    >>> weight_distribution(panel, 2009)
    rank        1     2
    country
    ITA      0.75  0.25
    NGA      0.25  0.75
    """
    dims = to_weigh(panel, codebook)
    return _weight_distribution(
        dims, year, min_weight=min_weight, order=order, draws=draws, rng=rng
    )


def _weight_distribution(
    dims: pd.DataFrame,
    year: int,
    *,
    min_weight: float | Fraction,
    order: Sequence[str] | None = None,
    draws: int = DRAWS,
    rng: Seed = None,
) -> pd.DataFrame:
    table = complete(dims, year)
    weightings = _weightings(dims, min_weight, order, draws, rng)
    own, rows = _profiles(table.to_numpy())
    (ranks,) = weightings.ranks([own])
    shares = ranks.shares.mean(0)[rows]
    columns = pd.RangeIndex(1, len(table) + 1, name="rank")
    answer = pd.DataFrame(shares, index=table.index, columns=columns)
    return carry(answer, dims, weightings=weightings.description, **thin_label(dims, [year]))


def _weightings(
    dims: pd.DataFrame,
    min_weight: float | Fraction,
    order: Sequence[str] | None,
    draws: int,
    rng: Seed,
) -> Weightings:
    """Check the arguments, and choose how to go through the weightings."""
    draws, random = draws_of(draws, least=SHIFTS), generator(rng)
    simplex = corners(list(dims.columns), min_weight, order)
    values = dims.dropna().to_numpy()
    if is_point(simplex):
        return at_equal_weights()
    if is_exact(values):
        base = values.min(0) if len(values) else np.zeros(3)
        return over_cells(simplex, base)
    return over_draws(simplex, draws, random)


def _profiles(values: Float64) -> tuple[Year, NDArray[np.intp]]:
    """Return the distinct rows with how often each occurs, and the position of each row."""
    profiles, rows, counts = np.unique(values, axis=0, return_inverse=True, return_counts=True)
    return Year(profiles, counts), rows.ravel()


def _summary(year: Year, ranks: Ranks) -> Float64:
    """Return a row of :data:`COLUMNS` for each profile of a year, and of standard errors."""
    replicates = ranks.shares
    shares = replicates.mean(0)
    places = np.arange(1.0, shares.shape[1] + 1)
    untied = untied_ranks(*year)
    first, no_worse = places == 1, places <= untied[:, None]
    mean = shares @ places
    columns = [
        equal_ranks(*year),
        untied,
        ranks.low,
        ranks.high,
        mean,
        np.sqrt((shares * (places - mean[:, None]) ** 2).sum(1)),
        shares @ first,
        (shares * no_worse).sum(1),
    ]
    if len(replicates) > 1:
        columns += [
            _standard_error(replicates @ places),
            _standard_error(replicates @ first),
            _standard_error((replicates * no_worse).sum(-1)),
        ]
    return np.stack(columns, axis=1)


def _standard_error(replicates: Float64) -> Float64:
    error: Float64 = replicates.std(0, ddof=1) / sqrt(len(replicates))
    return error
