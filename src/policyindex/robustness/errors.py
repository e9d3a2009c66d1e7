"""Scores, ranks and changes when each coded level may be wrong.

Coding errors are assumed independent between dimensions, countries and years. Distributions are
exact; only simultaneous sets of ranks rest on draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels import poisson_binomial
from .._options import draws_of, generator, truth
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.dimensions import dimensions
from ..panel.labels import carry
from ..panel.selection import by_year, complete, complete_rows, in_year, thin_label, year_of
from ..typing import CodingError, Prior, Seed
from .truth import Truth, assumption, truths

Float64 = NDArray[np.float64]

Ints = NDArray[np.int64]

COLUMNS = ["score_mean", "rank_mean", "rank_low", "rank_high", "p_first", "p_top10"]

TAILS = (0.025, 0.975)

SLACK = 1e-12
"""By how much rounding may lower a probability."""

BLOCK = 2_000_000
"""True scores to draw at a time."""

FOR_ONE = "95 % for one country"

FOR_ALL = "95 % for all countries of a year together"
"""What a range of ranks covers, as a label of the answer."""


def error_ranks(
    panel: pd.DataFrame,
    *,
    error: CodingError,
    prior: Prior = "fitted",
    codebook: Codebook = THREE_P,
    simultaneous: bool = False,
    draws: int = 1000,
    rng: Seed = None,
) -> pd.DataFrame:
    """Compute ranges of the countries' true ranks when every coded level may be wrong.

    A country with a missing dimension is not ranked that year and does not affect other ranks.
    Rank 1 is best, and equal scores share the better rank.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    error : float, DataFrame, matrix, or mapping of str to these
        The accuracy of the codings, e.g. 0.9: the probability that a level is coded correctly;
        otherwise it is coded as a neighbouring one, as in :func:`policyindex.coding_error`. Or a
        matrix with the probability of each coded level (columns) given the true one (rows), on
        the scale of the dimension. One for all dimensions, or one for each by name, such as
        :func:`policyindex.robustness.estimate_error` returns.
    prior : {"fitted", "coded"}, array, or mapping of str to array
        The share of each true level, the lowest first, before a country-year is coded: fitted
        to all years of the panel, see :func:`policyindex.robustness.error_changes`; the shares
        as coded; or an array, one for all dimensions or one for each by name.
    codebook : Codebook
        The dimensions and their scales.
    simultaneous : bool
        Whether ``rank_low`` and ``rank_high`` hold for all countries of a year together, by
        draws, instead of for one country at a time.
    draws : int
        How often to draw the true levels of all countries, for simultaneous ranges.
    rng : int or Generator, optional
        Source of the draws; without it they are the same each time.

    Returns
    -------
    DataFrame, index (country, year)
        ``score_mean`` of the true overall score; ``rank_mean``; ``rank_low`` and ``rank_high``,
        the better and the worse end of a 95 % range; ``p_first`` and ``p_top10``, the
        probabilities of rank 1 and of rank 10 or better. ``attrs["range"]`` is for what the
        ranges hold, ``attrs["assumption"]`` on what they rest.

    Raises
    ------
    PanelError
        If the panel breaks its contract, lacks a dimension, or has a level off its scale.
    ValueError
        If `error` is neither an accuracy nor a matrix of probabilities, is on another scale, or
        lacks a dimension; if `prior` is neither a name nor probabilities on the scale; if the
        two rule out a level that is coded; if `draws` is not a positive integer, or `rng` is not
        a seed.

    See Also
    --------
    policyindex.robustness.error_distribution : The probability of every rank in one year.
    policyindex.robustness.error_changes : Whether a country truly improved.

    Notes
    -----
    *Assumption.* Coders err independently between dimensions, countries and years, as `error`
    states. With prior pi, P(true i | coded j) is ``pi[i] error[i, j]`` over its sum. A prior
    fitted to few country-years is uncertain, which the ranges do not include: pass an array.

    *Ranges.* The range for one country has at most 2.5 % beyond either end. If a reader picks
    the countries, or reads all of them, more than 5 % of the ranges miss. Simultaneous ranges
    do not: with depth ``min(P(R <= r), P(R >= r))`` of rank r, they hold the ranks at least as
    deep as the shallowest true rank in all but 5 % of the draws.

    *Exactness.* The overall score is a sum of independent levels. Given that a country's score
    is s, its rank is one plus the number of others above s, a Poisson-binomial. Probabilities
    keep a relative accuracy of 1e-12 down to 1e-290.

    References
    ----------
    Hong (2013), doi:10.1016/j.csda.2012.10.006, on the Poisson-binomial distribution. Klein,
    Wright and Wieczorek (2020), doi:10.1111/rssa.12521, on joint ranges of ranks.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA"], [2009]], names=["country", "year"])
    >>> panel = pd.DataFrame({"prosecution": [5, 4], "protection": [4, 5],
    ...                       "prevention": [5, 4]}, index=index)
    >>> error_ranks(panel, error=0.9, prior=[0.2] * 5).loc[:, :"rank_high"].round(3)
                  score_mean  rank_mean  rank_low  rank_high
    country year
    ITA     2009      13.942      1.034       1.0        2.0
    NGA     2009      13.043      1.752       1.0        2.0
    """
    dims = dimensions(panel, codebook)
    draws_of(draws)
    return _error_ranks(
        dims,
        error=error,
        prior=prior,
        codebook=codebook,
        draws=draws if truth("simultaneous", simultaneous) else None,
        rng=generator(rng),
    )


def _error_ranks(
    dims: pd.DataFrame,
    *,
    error: CodingError,
    prior: Prior = "fitted",
    codebook: Codebook = THREE_P,
    year: int | None = None,
    draws: int | None = None,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Compute :func:`error_ranks`, of all years or of one; with `draws` simultaneous ranges."""
    parts = truths(dims, error=error, prior=prior, codebook=codebook)
    if year is not None:
        dims = in_year(dims, year)
    values, random = dims.to_numpy(), generator(None) if rng is None else rng
    table = np.full((len(dims), len(COLUMNS)), np.nan)
    for rows in by_year(dims):
        if len(rows):
            table[rows] = _summary(values[rows], parts, draws, random)
    return carry(
        pd.DataFrame(table, index=dims.index, columns=COLUMNS),
        dims,
        range=FOR_ONE if draws is None else FOR_ALL,
        assumption=assumption(error, prior),
    )


def error_distribution(
    panel: pd.DataFrame,
    year: int,
    *,
    error: CodingError,
    prior: Prior = "fitted",
    codebook: Codebook = THREE_P,
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
    prior : {"fitted", "coded"}, array, or mapping of str to array
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
    >>> error_distribution(panel, 2009, error=0.9, prior=[0.2] * 5, codebook=alone).round(3)
    rank         1      2
    country
    ITA      0.995  0.005
    NGA      0.140  0.860
    """
    dims = dimensions(panel, codebook)
    parts = truths(dims, error=error, prior=prior, codebook=codebook)
    table = complete(dims, year)
    rows, _, ranks = _distributions(table.to_numpy(), parts)
    columns = pd.RangeIndex(1, len(table) + 1, name="rank")
    answer = pd.DataFrame(ranks[rows], index=table.index, columns=columns)
    rests = {"assumption": assumption(error, prior)}
    return carry(answer, dims, **rests, **thin_label(dims, [year]))


def error_scores(
    panel: pd.DataFrame,
    *,
    error: CodingError,
    prior: Prior = "fitted",
    codebook: Codebook = THREE_P,
) -> pd.DataFrame:
    """Compute the probability of each true overall score under coding error.

    A country-year with a missing dimension has missing probabilities. Higher is better.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    error : float, DataFrame, matrix, or mapping of str to these
        As for :func:`policyindex.error_ranks`.
    prior : {"fitted", "coded"}, array, or mapping of str to array
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
    >>> error_scores(panel, error=0.5, prior=[0.5, 0.5], codebook=two)
    score            2    3     4
    country year
    ITA     2009  0.25  0.5  0.25
    """
    dims = dimensions(panel, codebook)
    parts = truths(dims, error=error, prior=prior, codebook=codebook)
    values, scores = dims.to_numpy(), _possible(parts)
    coded = ~np.isnan(values).any(1)
    table = np.full((len(dims), len(scores)), np.nan)
    table[coded] = _scores(values[coded], parts)
    answer = pd.DataFrame(table, index=dims.index, columns=pd.Index(scores, name="score"))
    return carry(answer, dims, assumption=assumption(error, prior))


def beats(
    panel: pd.DataFrame,
    country: str,
    rival: str,
    year: int,
    *,
    error: CodingError,
    prior: Prior = "fitted",
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
    prior : {"fitted", "coded"}, array, or mapping of str to array
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
    >>> round(beats(panel, "ITA", "NGA", 2009, error=0.9, prior="coded", codebook=alone), 3)
    0.853
    """
    dims = dimensions(panel, codebook)
    parts = truths(dims, error=error, prior=prior, codebook=codebook)
    pair = complete_rows(dims, [country, rival], year)
    ours, theirs = _scores(pair.to_numpy(), parts)
    above, _ = poisson_binomial.tails(ours)
    return 0.0 if pair.index[0] == pair.index[1] else float(theirs @ above)


def error_changes(
    panel: pd.DataFrame,
    start: int,
    end: int,
    *,
    error: CodingError,
    prior: Prior = "fitted",
    codebook: Codebook = THREE_P,
) -> pd.DataFrame:
    """Compute the probability that each country's overall score truly changed between two years.

    Countries with every dimension in both years. Higher is better.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    start, end : int
        Two different years of the panel.
    error : float, DataFrame, matrix, or mapping of str to these
        As for :func:`policyindex.error_ranks`.
    prior : {"fitted", "coded"}, array, or mapping of str to array
        As for :func:`policyindex.error_ranks`; the shares in the earlier of the two years.
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

    Notes
    -----
    *Assumption.* The true level of a dimension is a Markov chain, the same for all countries and
    years, with prior pi and transition P; coders err independently between years, as `error`
    states. Since levels linger, a coded change is less sure than two independent codings would
    make it. If a coder's error persists, it is surer than this.

    With lag the years between, P(true s, then t | coded c, then d) is
    ``pi[s] error[s, c] (P^lag)[s, t] error[t, d]`` over its sum. Given the codings, dimensions are
    independent: the change of the overall score is a convolution. P and a fitted pi are those
    after 60 rounds of Baum-Welch on every country's codings, a missing year left to the chain,
    from ``0.75 I + 0.25 / levels``.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> panel = score(datasets.load_demo())
    >>> error_changes(panel, 2000, 2009, error=0.9).head(2).round(3)
             change  change_mean  p_improved  p_same  p_worsened
    country
    AUS         4.0        3.774       1.000    0.00         0.0
    AUT         2.0        1.900       0.979    0.02         0.0
    """
    dims = dimensions(panel, codebook)
    parts = truths(dims, error=error, prior=prior, codebook=codebook)
    years = [year_of(dims, "start", start), year_of(dims, "end", end)]
    if years[0] == years[1]:
        raise ValueError(f"start and end must be different years; both are {years[0]}")
    tables = [complete(dims, year) for year in years]
    shared = tables[0].index.intersection(tables[1].index)
    before, after = (table.loc[shared].to_numpy() for table in tables)
    lag = years[1] - years[0]
    changes = (
        _changes(before, after, parts, lag)
        if lag > 0
        else (_changes(after, before, parts, -lag)[:, ::-1])
    )
    most = changes.shape[1] // 2
    answer = pd.DataFrame(
        {
            "change": after.sum(1) - before.sum(1),
            "change_mean": changes @ np.arange(-most, most + 1),
            "p_improved": changes[:, most + 1 :].sum(1),
            "p_same": changes[:, most],
            "p_worsened": changes[:, :most].sum(1),
        },
        index=shared,
    )
    rests = {"assumption": f"{assumption(error, prior)}; true levels are a Markov chain"}
    return carry(answer, dims, **rests, **thin_label(dims, years))


def _possible(parts: Sequence[Truth]) -> Ints:
    """Return the overall scores that true levels can add up to."""
    lowest = sum(part.lowest for part in parts)
    return np.arange(lowest, lowest + sum(len(part.prior) - 1 for part in parts) + 1)


def _scores(values: Float64, parts: Sequence[Truth]) -> Float64:
    """Return the probabilities of the true overall scores: (rows, dimensions) -> (rows, scores)."""
    return _convolved(
        [
            part.posterior[(column - part.lowest).astype(np.intp)]
            for part, column in zip(parts, values.T, strict=True)
        ]
    )


def _changes(before: Float64, after: Float64, parts: Sequence[Truth], lag: int) -> Float64:
    """Return the probabilities of the true change of the overall score, from the largest fall."""
    return _convolved(
        [
            _changes_of(
                (first - part.lowest).astype(np.intp),
                (second - part.lowest).astype(np.intp),
                part,
                lag,
            )
            for part, first, second in zip(parts, before.T, after.T, strict=True)
        ]
    )


def _changes_of(
    before: NDArray[np.intp], after: NDArray[np.intp], part: Truth, lag: int
) -> Float64:
    """Return the probabilities of the true change of one dimension, from the largest fall."""
    n, chain = len(part.prior), part.chain()
    joint = chain.prior[:, None] * np.linalg.matrix_power(chain.transition, lag)
    first, second = part.error.T[before], part.error.T[after]
    table = np.empty((len(before), 2 * n - 1))
    for change in range(1 - n, n):
        low, high = max(0, -change), n - max(0, change)
        true = np.arange(low, high)
        table[:, n - 1 + change] = (
            first[:, true] * joint[true, true + change] * second[:, true + change]
        ).sum(1)
    return table / table.sum(1, keepdims=True)


def _convolved(parts: Sequence[Float64]) -> Float64:
    """Return the probabilities of the sum of independent integers, row by row."""
    table = np.ones((len(parts[0]), 1))
    for part in parts:
        sums = np.zeros((len(table), table.shape[1] + part.shape[1] - 1))
        for value in range(part.shape[1]):
            sums[:, value : value + table.shape[1]] += table * part[:, value, None]
        table = sums
    return table


def _distributions(
    values: Float64, parts: Sequence[Truth]
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
    profiles, rows, counts = np.unique(values, axis=0, return_inverse=True, return_counts=True)
    scores = _scores(profiles, parts)
    return rows.ravel(), scores, poisson_binomial.ranks(scores, counts)


def _summary(
    values: Float64, parts: Sequence[Truth], draws: int | None, rng: np.random.Generator
) -> Float64:
    """Return a row of :data:`COLUMNS` for each country of one year."""
    rows, scores, ranks = _distributions(values, parts)
    at_best, at_worst = np.cumsum(ranks, 1), np.cumsum(ranks[:, ::-1], 1)[:, ::-1]
    if draws is None:
        low, high = (1 + (at_best + SLACK >= tail).argmax(1) for tail in TAILS)
    else:
        depths = np.minimum(at_best, at_worst)
        inside = depths >= _cut(depths, rows, scores, draws, rng) - SLACK
        low, high = 1 + inside.argmax(1), inside.shape[1] - inside[:, ::-1].argmax(1)
    columns = [
        scores @ _possible(parts),
        ranks @ np.arange(1.0, len(values) + 1),
        low,
        high,
        ranks[:, 0],
        ranks[:, :10].sum(1),
    ]
    return np.stack(columns, axis=1)[rows]


def _cut(
    depths: Float64, rows: NDArray[np.intp], scores: Float64, draws: int, rng: np.random.Generator
) -> float:
    """Return the depth that all true ranks of a year reach in at least 95 % of the draws."""
    shallowest = np.concatenate(
        [depths[rows, ranks - 1].min(1) for ranks in _drawn_ranks(rows, scores, draws, rng)]
    )
    return float(np.sort(shallowest)[int(0.05 * draws)])


def _drawn_ranks(
    rows: NDArray[np.intp], scores: Float64, draws: int, rng: np.random.Generator
) -> Iterator[NDArray[np.intp]]:
    """Yield the ranks of all countries in draws of their true scores, some draws at a time."""
    n, levels = len(rows), scores.shape[1]
    steps = np.cumsum(scores, 1)[rows, :-1].T
    for start in range(0, draws, max(1, BLOCK // n)):
        size = min(max(1, BLOCK // n), draws - start)
        uniform = rng.random((size, n))
        drawn = np.zeros((size, n), np.intp)
        for step in steps:
            drawn += uniform >= step
        cells = drawn + levels * np.arange(size)[:, None]
        counts = np.bincount(cells.ravel(), minlength=size * levels).reshape(size, levels)
        yield 1 + (n - np.cumsum(counts, 1)).ravel()[cells]
