"""Dynamics: moves between levels from year to year, and convergence of countries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._options import generator, whole
from .._wording import listed, quoted
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError, check_scores
from ..panel.dimensions import scale_of
from ..panel.labels import carry
from ..panel.selection import year_of
from ..panel.shape import group_name, groups, sd, wide
from ..typing import Cohort, Seed, Years

Float64 = NDArray[np.float64]


class Transitions(NamedTuple):
    """Moves between levels from one year to the next.

    Rows are the level, or the group and level, that a step starts from.

    Examples
    --------
    >>> Transitions._fields
    ('counts', 'probabilities', 'steady_state', 'mean_stay', 'n', 'statistic', 'df', 'pvalue')
    """

    counts: pd.DataFrame
    """Steps, by the level they lead to."""
    probabilities: pd.DataFrame
    """Shares of each row's steps; missing in a row without any."""
    steady_state: pd.Series
    """Share of time spent at each level in the long run, if the shares above held for ever."""
    mean_stay: pd.Series
    """Mean years at a level before it is left."""
    n: int
    """Steps in all."""
    statistic: float
    """Likelihood ratio against equal probabilities in all groups; missing without groups."""
    df: int
    """Degrees of freedom; 0 without groups."""
    pvalue: float
    """Upper tail of the chi-squared distribution."""


class Convergence(NamedTuple):
    """Whether countries grow alike.

    Examples
    --------
    >>> Convergence._fields[1:5]
    ('beta', 'se', 'r_squared', 'n')
    """

    by_year: pd.DataFrame
    """Index year; ``sd`` in points, ``cv`` = sd / mean, ``mean`` and ``n``."""
    beta: float
    """Slope of the change from the first to the last year on the score in the first."""
    se: float
    """Standard error of beta, by least squares."""
    r_squared: float
    """Share of the variance of the changes that the first scores explain."""
    n: int
    """Countries that beta is computed from."""
    beta_noise: float
    """The beta to expect if each country's scores stood in random order."""
    noise_low: float
    """Lower end of the central 95 % of betas under random orders."""
    noise_high: float
    """Upper end."""


def transitions(
    scores: pd.Series,
    *,
    years: Years | None = None,
    by: int | str | pd.Series | None = None,
    levels: Iterable[int] | None = None,
    codebook: Codebook = THREE_P,
) -> Transitions:
    """Count the moves between levels from one year to the next.

    A step joins a year with the calendar year after it; where either has no score there is no
    step, and a gap is never jumped. Higher is better.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index; integers.
    years : (int, int), optional
        First and last year, between which a step must lie; by default all.
    by : int, {"region"} or Series, optional
        A year, to tell the steps that start before it from the others; regions of the United
        Nations; or a group for each country or each (country, year), the year in which a step
        starts. Given this, the probabilities are also tested for being equal.
    levels : iterable of int, optional
        The levels of the scale. By default those that the codebook gives to scores of this name,
        if it knows the name and they hold every score; else every integer from the lowest score
        to the highest.
    codebook : Codebook
        The scales of scores by their names.

    Returns
    -------
    Transitions
        Every level has a row and a column. ``mean_stay`` is infinite where a level is never
        left. ``steady_state`` is missing where it is not unique, and where a level is entered of
        which no step starts.

    Raises
    ------
    PanelError
        When the scores break their contract, or one is not among the levels.
    ValueError
        When the years, the levels or the groups are none of the above, or no country has a
        group.

    Notes
    -----
    The steady state p solves p = pP. It is unique when the levels that can be reached for ever
    from somewhere all reach each other; levels outside have 0. A mean stay is 1 / (1 - p_ii).

    With n_gij steps of group g from i to j, the statistic is 2 sum n_gij ln(p_gij / p_ij), p_ij
    being the pooled shares. Its degrees of freedom are the sum over rows i of (groups with a
    step from i, less one) x (levels reached from i, less one). Steps of one country are taken as
    independent given their start, and the chi-squared tail asks for more than a few in each cell.

    References
    ----------
    Anderson and Goodman (1957), doi:10.1214/aoms/1177707039. Bickenbach and Bode (2003),
    doi:10.1177/0160017603253789.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "NGA"], range(2000, 2005)],
    ...                                    names=["country", "year"])
    >>> found = transitions(pd.Series([4, 4, 5, 4, 4, 5, None, 5, 5, 4], index=index))
    >>> found.counts.loc[4, 5], found.probabilities.loc[5].round(3).to_dict(), found.n
    (np.int64(1), {4: 0.667, 5: 0.333}, 6)
    >>> found.steady_state.round(3).to_dict(), found.mean_stay.round(3).to_dict()
    ({4: 0.667, 5: 0.333}, {4: 3.0, 5: 1.5})
    """
    checked = check_scores(scores)
    steps = _levels(checked, levels, codebook)
    table = wide(checked, years=years)
    parts = dict(_parts(checked, table, by))
    counts = np.array([_counts(part, table, steps) for part in parts.values()])
    shares = _shares(counts)
    rows = level = pd.Index(steps, name="from")
    if by is not None:
        name = group_name(by, beside="from") if isinstance(by, str | pd.Series) else "period"
        rows = pd.MultiIndex.from_product([list(parts), level], names=[name, "from"])
    to = pd.Index(steps, name="to")
    size = len(steps)
    stay = np.diagonal(shares, axis1=1, axis2=2)
    with np.errstate(divide="ignore"):
        mean_stay = 1 / (1 - stay)
    steady = np.array([_steady_state(each) for each in shares])
    tables = (
        pd.DataFrame(counts.reshape(len(rows), size), index=rows, columns=to),
        pd.DataFrame(shares.reshape(len(rows), size), index=rows, columns=to),
        pd.Series(steady.ravel(), index=rows, name="steady_state"),
        pd.Series(mean_stay.ravel(), index=rows, name="mean_stay"),
    )
    for each in tables:
        carry(each, scores)
    return Transitions(*tables, int(counts.sum()), *_homogeneity(counts))


def convergence(
    scores: pd.Series,
    *,
    years: Years | None = None,
    cohort: Cohort = "balanced",
    draws: int = 1000,
    rng: Seed = None,
) -> Convergence:
    """Measure whether scores draw together, and whether low starters gain more.

    Missing scores are left out of each year; beta uses the countries scored in both the first
    and the last year in which anyone is. Higher is better.

    .. warning::
       A negative beta alone shows nothing. Scores are noisy and bounded: who happened to stand
       low at the start can hardly but rise. Compare ``beta`` with ``beta_noise``, and believe
       ``sd`` by year before either.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    years : (int, int), optional
        First and last year; by default all.
    cohort : {"all", "balanced"}, int or list of str
        Those scored in each year in which anyone is; every country; those scored in one year; or
        the countries listed. Without a fixed cohort ``sd`` also moves as countries enter.
    draws : int
        Random orders from which ``noise_low`` and ``noise_high`` are taken.
    rng : int or Generator, optional
        Where these come from; without it they are the same each time.

    Returns
    -------
    Convergence
        ``sd`` is missing with one score, all of beta with fewer than three countries or equal
        scores at the start.

    Raises
    ------
    PanelError
        When the scores break their contract.
    ValueError
        When the years or the cohort are none of the above, `draws` is no whole number from 1, or
        `rng` is no source of random numbers.

    Notes
    -----
    The null hypothesis keeps the scores of each country of beta, as deviations from the mean of
    these countries in the year so that a rise common to all is no noise, and takes every order of
    them in time for equally likely: no country has a path of its own. ``beta_noise`` is exact
    under it, being the ratio of the expected covariance of change and start to the expected
    variance of the start, which is the slope of least squares over all orders together::

        -(1 - 1/n) sum(s_i^2) / [sum((m_i - m)^2) + (1 - 1/n) sum(v_i)]

    with m_i the mean, s_i^2 and v_i the variance (over k - 1 and over k) of country i's k scores.
    It differs from the mean of the slopes by a term of the order 1/n. ``noise_low`` and
    ``noise_high`` are quantiles over `draws` random orders; of 1,000 draws about 25 lie beyond
    each, give or take 5.

    References
    ----------
    Quah (1993), doi:10.2307/3440905.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "NGA", "SOM"], [2007, 2008, 2009]],
    ...                                    names=["country", "year"])
    >>> found = convergence(pd.Series([5, 4, 5, 3, 4, 4, 1, 2, 3], index=index))
    >>> found.by_year["sd"].round(2).to_list(), found.beta, round(found.beta_noise, 2)
    ([2.0, 1.15, 1.0], -0.5, -0.15)
    """
    draws, random = whole("draws", draws, least=1), generator(rng)
    table = wide(check_scores(scores), years=years, cohort=cohort)
    spread, mean = sd(table), table.mean()
    by_year = pd.DataFrame({"sd": spread, "cv": spread / mean, "mean": mean, "n": table.count()})
    carry(by_year, scores)
    scored = by_year.index[by_year["n"] > 0]
    both = table.dropna(subset=scored[[0, -1]]) if len(scored) > 1 else table.iloc[:0]
    fit, noise = (np.nan,) * 3, (np.nan,) * 3
    if len(both) > 2:
        start, end = both[scored[0]].to_numpy(), both[scored[-1]].to_numpy()
        if np.ptp(start) > 0:
            fit = _least_squares(start, end - start)
            noise = _noise((both - both.mean()).to_numpy(), draws, random)
    return Convergence(by_year, *fit, len(both), *noise)


def _levels(
    scores: pd.Series, levels: Iterable[int] | None, codebook: Codebook
) -> NDArray[np.int64]:
    """Return every level of the scale, ascending, or refuse the scores that are on none."""
    known = scores.dropna()
    found: Sequence[int]
    if levels is None:
        bounds = scale_of(scores, codebook)
        found = (
            sorted({int(each) for each in known if each == int(each)})
            if bounds is None
            else range(bounds[0], bounds[1] + 1)
        )
    elif isinstance(levels, Iterable):
        found = sorted({whole("each of the levels", level) for level in levels})
    else:
        raise ValueError(f"levels must be several whole numbers; got {quoted(levels)}")
    every = np.array(found, dtype=np.int64)
    wrong = ~known.isin(every)
    if wrong.any():
        place = int(wrong.argmax())
        country, year = known.index[place]
        rule = "whole numbers" if levels is None else f"among the levels {listed(found)}"
        raise PanelError(
            f"scores must be {rule}; {wrong.sum()} are not, the first {known.iloc[place]} at "
            f"{country} {year}; round them or put them in classes"
        )
    return every


def _parts(
    scores: pd.Series, table: pd.DataFrame, by: int | str | pd.Series | None
) -> Iterator[tuple[Any, pd.DataFrame]]:
    """Give each group's name and the cells from which its steps start."""
    if by is None:
        yield None, table
    elif isinstance(by, str | pd.Series):
        yield from groups(table, by)
    else:
        year = year_of(scores, "by", by)
        early = table.columns.to_numpy() < year
        yield f"before {year}", table.loc[:, early].reindex(columns=table.columns)
        yield f"from {year}", table.loc[:, ~early].reindex(columns=table.columns)


def _counts(
    starts: pd.DataFrame, table: pd.DataFrame, levels: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Count the steps from each level to each."""
    before, after = starts.to_numpy()[:, :-1], table.to_numpy()[:, 1:]
    step = ~np.isnan(before) & ~np.isnan(after)
    size = len(levels)
    cells = np.searchsorted(levels, before[step]) * size + np.searchsorted(levels, after[step])
    return np.bincount(cells, minlength=size**2).reshape(size, size)


def _shares(counts: NDArray[np.int64]) -> Float64:
    totals = counts.sum(axis=-1, keepdims=True)
    shares: Float64 = np.full(counts.shape, np.nan)
    np.divide(counts, totals, out=shares, where=totals > 0)
    return shares


def _steady_state(shares: Float64) -> Float64:
    """Solve for the one stationary distribution; all NaN where there is none or more than one."""
    size = len(shares)
    known = ~np.isnan(shares).any(axis=1)
    moves = shares > 0
    missing = np.full(size, np.nan)
    if not known.any() or (moves.any(axis=0) & ~known).any():
        return missing
    reach = np.linalg.matrix_power(moves | np.eye(size, dtype=bool), size)
    lasting = known & (reach <= reach.T).all(axis=1)
    if not reach[np.ix_(lasting, lasting)].all():
        return missing
    balance = shares[np.ix_(lasting, lasting)].T - np.eye(lasting.sum())
    balance[-1] = 1
    answer = np.zeros(size)
    answer[lasting] = np.linalg.solve(balance, np.eye(lasting.sum())[-1])
    return answer


def _homogeneity(counts: NDArray[np.int64]) -> tuple[float, int, float]:
    """Test that the groups along the first axis share one matrix of probabilities."""
    from scipy.special import chdtrc

    if len(counts) == 1:
        return np.nan, 0, np.nan
    pooled = counts.sum(axis=0)
    expected = counts.sum(axis=-1, keepdims=True) * _shares(pooled)
    seen = counts > 0
    statistic = 2 * float((counts[seen] * np.log(counts[seen] / expected[seen])).sum())
    groups_from = (counts.sum(axis=-1) > 0).sum(axis=0)
    levels_to = (pooled > 0).sum(axis=-1)
    df = int((np.maximum(groups_from - 1, 0) * np.maximum(levels_to - 1, 0)).sum())
    return statistic, df, float(chdtrc(df, max(statistic, 0))) if df else np.nan


def _least_squares(start: Float64, change: Float64) -> tuple[float, float, float]:
    """Regress change on start: slope, its standard error and R squared."""
    x, y = start - start.mean(), change - change.mean()
    beta = x @ y / (x @ x)
    rest = max(float(y @ y - beta * (x @ y)), 0.0)
    r_squared = 1 - rest / (y @ y) if y.any() else np.nan
    return float(beta), float(np.sqrt(rest / (len(x) - 2) / (x @ x))), float(r_squared)


def _noise(values: Float64, draws: int, rng: np.random.Generator) -> tuple[float, float, float]:
    """Compute the slope over all orders of each row, and draw the range of single orders."""
    n, k = len(values), np.count_nonzero(~np.isnan(values), axis=1)
    between, within = np.nanmean(values, axis=1), np.nanvar(values, axis=1)
    variance = n * np.var(between) + (1 - 1 / n) * within.sum()
    expected = -(1 - 1 / n) * (within * k / (k - 1)).sum() / variance

    packed = np.take_along_axis(values, np.argsort(np.isnan(values), axis=1, kind="stable"), 1)
    first, second = rng.integers(0, k, (draws, n)), rng.integers(0, k - 1, (draws, n))
    second += second >= first
    rows = np.arange(n)
    start = packed[rows, first]
    change = packed[rows, second] - start
    start -= start.mean(axis=1, keepdims=True)
    varied = (start**2).sum(axis=1) > 1e-9
    slopes = (start * change).sum(axis=1)[varied] / (start**2).sum(axis=1)[varied]
    low, high = np.quantile(slopes, [0.025, 0.975]) if len(slopes) else (np.nan, np.nan)
    return float(expected), float(low), float(high)
