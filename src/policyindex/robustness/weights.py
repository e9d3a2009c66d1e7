"""Ranks under every weighting: how much of a rank rests on weighting all dimensions the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import count
from math import sqrt
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels import weightings as kernel
from .._options import generator, whole
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.dimensions import dimensions
from ..panel.labels import carry
from ..panel.selection import by_year, complete
from ..typing import Seed
from .simplex import corners

Float64 = NDArray[np.float64]

Progress: TypeAlias = Callable[[int, int], object]

DRAWS = 1 << 14


def weight_ranks(
    panel: pd.DataFrame,
    *,
    codebook: Codebook = THREE_P,
    min_weight: float | Fraction = 0.0,
    order: Sequence[str] | None = None,
    draws: int = DRAWS,
    rng: Seed = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Rank the countries of each year under every weighting of the dimensions at once.

    Exact for three dimensions whose levels are integers at most 4 apart, as those of the 3P index
    are; other panels are answered from quasi-random weights, with a standard error. A country
    with a missing dimension gets no rank that year and counts for no other's. Rank 1 is best, and
    equal scores share the better rank.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension, two or more. A column ``overall`` is left out.
    min_weight : float or Fraction
        Least weight of every dimension, from 0 to 1/n for n dimensions; 1/n leaves equal weights
        alone. Taken as a fraction with a denominator of at most 10,000.
    order : sequence of str, optional
        Dimensions, heaviest first: each weighs at least as much as the next. Those not named are
        free.
    draws : int
        Number of quasi-random weightings where the answer is not exact.
    rng : int or Generator, optional
        Where the shifts of the quasi-random weightings come from; without it they are the same
        each time.
    progress : callable, optional
        Called with the number of steps done and of all steps, after each: a year, or a sixteenth
        of it where the answer is not exact.

    Returns
    -------
    DataFrame, index (country, year)
        ``rank`` at equal weights; over the weightings, the best and the worst rank, ``rank_low``
        and ``rank_high``, and ``rank_mean`` and ``rank_sd``; ``share_first`` and
        ``share_no_worse``, shares from 0 to 1 of the weightings under which the country is first,
        and ranks no worse than at equal weights. Where it is not exact, also ``rank_mean_se``,
        ``share_first_se`` and ``share_no_worse_se``, and ``rank_low`` and ``rank_high`` are the
        extremes met. ``attrs["weightings"]`` says which.

    Raises
    ------
    PanelError
        When the panel breaks its contract or has fewer than two dimensions.
    ValueError
        When `min_weight`, `order`, `draws` (16 at least) or `rng` is out of range.

    See Also
    --------
    weight_distribution : The share of the weightings that gives each rank.
    dominance : Which country beats which under every weighting.
    overtake : How far the weights must move for one country to pass another.

    Notes
    -----
    Profiles a and b tie on the line ``w . (a - b) = 0``. For five levels, 198 such lines cut the
    triangle of weights into 5,460 cells, each with one order of all 125 profiles; shares are
    areas of cells, in exact arithmetic rounded once to multiples of 2^-53.

    The lines themselves have no area. On them two profiles tie and share the better rank, so a
    country may rank better at equal weights, where many tie, than anywhere else: ``rank`` may
    lie below ``rank_low``, which is taken over all weightings but those on a line. It never lies
    above ``rank_high``.

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
                  rank  best  worst  mean  share_first
    country year
    ITA     2009   1.0   1.0    2.0  1.25         0.75
    NGA     2009   2.0   1.0    2.0  1.75         0.25
    PRK     2009   3.0   3.0    3.0  3.00         0.00
    """
    scores = dimensions(panel, codebook, at_least=2)
    weightings = _weightings_of(scores, min_weight, order, draws, rng)
    values, years = scores.to_numpy(), list(by_year(scores))
    tick = _ticks(progress, len(years) * weightings.replicates)
    of_nobody = _summary(values[:0], weightings, _ticks(None, 0))
    found = {name: np.full(len(scores), np.nan) for name in of_nobody}
    for rows in years:
        for name, column in _summary(values[rows], weightings, tick).items():
            found[name][rows] = column
    answer = pd.DataFrame(found, index=scores.index)
    carry(answer, panel, weightings=weightings.told)
    return answer


def weight_distribution(
    panel: pd.DataFrame,
    *,
    year: int,
    codebook: Codebook = THREE_P,
    min_weight: float | Fraction = 0.0,
    order: Sequence[str] | None = None,
    draws: int = DRAWS,
    rng: Seed = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Give the share of the weightings under which each country of a year takes each rank.

    Exact where :func:`weight_ranks` is. Countries with a missing dimension are left out. Rank 1
    is best.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension, two or more. A column ``overall`` is left out.
    year : int
        A year of the panel.
    min_weight : float or Fraction
        As for :func:`weight_ranks`.
    order : sequence of str, optional
        As for :func:`weight_ranks`.
    draws : int
        As for :func:`weight_ranks`.
    rng : int or Generator, optional
        As for :func:`weight_ranks`.
    progress : callable, optional
        As for :func:`weight_ranks`.

    Returns
    -------
    DataFrame, index country, columns rank from 1
        Shares from 0 to 1; every row sums to 1.

    Raises
    ------
    PanelError
        When the panel breaks its contract or has fewer than two dimensions.
    ValueError
        When the panel has no such year, or `min_weight`, `order`, `draws` or `rng` is out of range.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA"], [2009]], names=["country", "year"])
    >>> panel = pd.DataFrame({"prosecution": [5, 4], "protection": [4, 5],
    ...                       "prevention": [5, 4]}, index=index)
    >>> weight_distribution(panel, year=2009)
    rank        1     2
    country
    ITA      0.75  0.25
    NGA      0.25  0.75
    """
    scores = dimensions(panel, codebook, at_least=2)
    table = complete(scores, year)
    weightings = _weightings_of(scores, min_weight, order, draws, rng)
    profiles, places, counts = _profiles(table.to_numpy())
    tick = _ticks(progress, weightings.replicates)
    shares = _replicates(profiles, counts, weightings, tick).mean(0)[places]
    ranks = pd.RangeIndex(1, len(table) + 1, name="rank")
    answer = pd.DataFrame(shares, index=table.index, columns=ranks)
    carry(answer, panel, weightings=weightings.told)
    return answer


def _weightings_of(
    scores: pd.DataFrame,
    min_weight: float | Fraction,
    order: Sequence[str] | None,
    draws: int,
    rng: Seed,
) -> kernel.Weightings:
    """Check the arguments, and choose how to go through the weightings."""
    draws, random = whole("draws", draws, least=kernel.SHIFTS), generator(rng)
    simplex = corners(list(scores.columns), min_weight, order)
    values = scores.dropna().to_numpy()
    if kernel.is_point(simplex):
        return kernel.at_equal_weights()
    if kernel.is_exact(values):
        base = values.min(0) if len(values) else np.zeros(3)
        return kernel.over_cells(simplex, base)
    return kernel.over_draws(simplex, draws, random)


def _ticks(progress: Progress | None, steps: int) -> Callable[[], object]:
    """Return what is to be called after each step."""
    done = count(1)
    return lambda: progress and progress(next(done), steps)


def _profiles(values: Float64) -> tuple[Float64, NDArray[np.intp], NDArray[np.int64]]:
    """Return the distinct rows, each row's place among them, and how often each occurs."""
    profiles, places, counts = np.unique(values, axis=0, return_inverse=True, return_counts=True)
    return profiles, places.ravel(), counts


def _replicates(
    profiles: Float64,
    counts: NDArray[np.int64],
    weightings: kernel.Weightings,
    tick: Callable[[], object],
) -> Float64:
    """Return the shares of the weightings, shape (replicates, profiles, ranks)."""
    found = []
    for shares in weightings.shares(profiles, counts):
        found.append(shares)
        tick()
    return np.stack(found)


def _summary(
    values: Float64, weightings: kernel.Weightings, tick: Callable[[], object]
) -> dict[str, Float64]:
    """Return a column per answer for the countries of one year."""
    profiles, places, counts = _profiles(values)
    replicates = _replicates(profiles, counts, weightings, tick)
    shares = replicates.mean(0)
    ranks = np.arange(1.0, len(values) + 1)
    rank = kernel.equal_ranks(profiles, counts)
    first, no_worse = ranks == 1, ranks <= rank[:, None]
    mean = shares @ ranks
    found = {
        "rank": rank,
        "rank_low": np.where(shares > 0, ranks, np.inf).min(1, initial=np.inf),
        "rank_high": np.where(shares > 0, ranks, 0).max(1, initial=0),
        "rank_mean": mean,
        "rank_sd": np.sqrt((shares * (ranks - mean[:, None]) ** 2).sum(1)),
        "share_first": shares @ first,
        "share_no_worse": (shares * no_worse).sum(1),
    }
    if len(replicates) > 1:
        found["rank_mean_se"] = _standard_error(replicates @ ranks)
        found["share_first_se"] = _standard_error(replicates @ first)
        found["share_no_worse_se"] = _standard_error((replicates * no_worse).sum(-1))
    return {name: column[places] for name, column in found.items()}


def _standard_error(replicates: Float64) -> Float64:
    error: Float64 = replicates.std(0, ddof=1) / sqrt(len(replicates))
    return error
