"""Transitions between levels from year to year, and convergence of countries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._options import generator, whole
from .._wording import as_html, counted, listed, quoted
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError, check_scores
from ..panel.dimensions import scale_of
from ..panel.labels import carry
from ..panel.selection import thin_years, year_of
from ..panel.shape import group_name, groups, left_out, sd, wide
from ..typing import Cohort, Seed, Years

Float64 = NDArray[np.float64]


class Transitions(NamedTuple):
    """Steps between levels from one year to the next.

    Rows are the level, or the group and level, from which a step starts.

    Examples
    --------
    >>> Transitions._fields
    ('counts', 'probabilities', 'steady_state', 'mean_stay', 'n', 'statistic', 'df', 'pvalue')
    """

    counts: pd.DataFrame
    """Number of steps, by the level at which they end."""
    probabilities: pd.DataFrame
    """Shares of each row's steps; missing in a row without any."""
    steady_state: pd.Series
    """Share of time at each level in the long run, if the probabilities stayed the same."""
    mean_stay: pd.Series
    """Mean number of years at a level before a country leaves it."""
    n: int
    """Number of all steps."""
    statistic: float
    """Likelihood ratio against equal probabilities in all groups; missing without groups."""
    df: int
    """Degrees of freedom; 0 without groups."""
    pvalue: float
    """Upper tail of the chi-squared distribution; missing without degrees of freedom."""

    def __str__(self) -> str:
        levels = counted(len(self.counts.columns), "level", "levels")
        steps = counted(self.n, "step", "steps").capitalize()
        sentence = f"{steps} between consecutive years, on {levels}."
        if not self.df:
            return sentence
        return (
            f"{sentence} Equal probabilities in all groups: likelihood ratio "
            f"{self.statistic:.1f} on {self.df} degrees of freedom, p = {self.pvalue:.3g}, which "
            f"assumes that steps are independent."
        )

    def _repr_html_(self) -> str:
        return as_html(
            str(self), self.counts, self.probabilities, self.steady_state, self.mean_stay
        )


class Convergence(NamedTuple):
    """Spread of the scores by year, and the regression of change on the start.

    Examples
    --------
    >>> Convergence._fields[1:5]
    ('beta', 'se', 'r_squared', 'n')
    """

    by_year: pd.DataFrame
    """Index year; ``sd`` in points, ``cv`` = sd / mean, ``mean`` and ``n``."""
    beta: float
    """Slope of the change from ``start`` to ``end`` on the score at ``start``."""
    se: float
    """Standard error of beta, by least squares."""
    r_squared: float
    """Share of the variance of the changes that the first scores explain."""
    n: int
    """Countries in the regression."""
    beta_noise: float
    """The beta to expect if each country's scores were in random order."""
    noise_low: float
    """Lower end of the central 95 % of betas under random orders."""
    noise_high: float
    """Upper end."""
    start: int | None
    """First year of the regression; None with fewer than two years."""
    end: int | None
    """Last year of the regression."""

    def __str__(self) -> str:
        note = self._thin_years()
        if self.start is None or self.end is None:
            return f"Beta is missing: fewer than two years have scores.{note}"
        if np.isnan(self.beta):
            return (
                f"Beta is missing: it needs three countries that do not start with the same "
                f"score, and {counted(self.n, 'country has', 'countries have')} scores in "
                f"{self.start} and {self.end}.{note}"
            )
        spread = self.by_year["sd"]
        return (
            f"From {self.start} to {self.end} beta is {self.beta:z.2f} "
            f"(standard error {self.se:.2f}) over {self.n:,} countries; with scores in random "
            f"order it would be {self.beta_noise:z.2f} (95 % range {self.noise_low:z.2f} to "
            f"{self.noise_high:z.2f}). The standard deviation went from "
            f"{spread[self.start]:.2f} to {spread[self.end]:.2f} points.{note}"
        )

    def _repr_html_(self) -> str:
        return as_html(str(self), self.by_year)

    def _thin_years(self) -> str:
        thin: dict[int, int] = self.by_year.attrs.get("thin_years", {})
        if not thin:
            return ""
        years = ", ".join(f"{year} ({count:,})" for year, count in thin.items())
        use = "are used" if self.start in thin else "are not used"
        return f" Thin years, with fewer scores than a quarter of the fullest year, {use}: {years}."


def transitions(
    scores: pd.Series | pd.DataFrame,
    *,
    years: Years | None = None,
    by: str | pd.Series | None = None,
    split_year: int | None = None,
    levels: Iterable[int] | None = None,
    codebook: Codebook = THREE_P,
) -> Transitions:
    """Count the steps between levels from one year to the next.

    A step joins a year with the calendar year after it. If one of them has no score there is no
    step: a gap is never crossed. Higher is better.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index, integers; a panel stands for its column ``overall``.
    years : (int, int), optional
        First and last year between which a step must lie; by default all.
    by : {"region"} or Series, optional
        Regions of the United Nations; or a group for each country or each (country, year), the
        year in which a step starts. The answer then tests whether all groups have the same
        probabilities.
    split_year : int, optional
        Two groups: the steps that start before this year, and the others. Not together with
        `by`.
    levels : iterable of int, optional
        The levels of the scale. By default those that the codebook has for scores of this name;
        if it has none, the levels that occur.
    codebook : Codebook
        The scales of scores by their names.

    Returns
    -------
    Transitions
        Every level has a row and a column. ``mean_stay`` is infinite if no country leaves a
        level. ``steady_state`` is missing if it is not unique, or if steps end at a level from
        which no step starts.

    Raises
    ------
    PanelError
        If the scores break their contract, or one is off the codebook's scale or not one of the
        levels.
    ValueError
        If the years, the levels or the groups are not one of the above, no country has a group,
        `split_year` is not a year of the scores, or it is combined with `by`.

    Notes
    -----
    The steady state p solves p = pP. It is unique if the levels that never stop being visited
    all lead to each other; other levels have 0. A mean stay is 1 / (1 - p_ii).

    With n_gij steps of group g from i to j, the statistic is 2 sum n_gij ln(p_gij / p_ij), p_ij
    being the pooled shares. Its degrees of freedom are the sum over rows i of (groups with a
    step from i, less one) x (levels reached from i, less one). The p-value assumes that steps of
    one country are independent given their start, and that each cell has more than a few steps.

    References
    ----------
    Anderson and Goodman (1957), doi:10.1214/aoms/1177707039. Bickenbach and Bode (2003),
    doi:10.1177/0160017603253789.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "NGA"], range(2000, 2005)],
    ...                                    names=["country", "year"])
    >>> steps = transitions(pd.Series([4, 4, 5, 4, 4, 5, None, 5, 5, 4], index=index))
    >>> steps.counts.loc[4, 5].item(), steps.probabilities.loc[5].round(3).to_dict(), steps.n
    (1, {4: 0.667, 5: 0.333}, 6)
    >>> steps.steady_state.round(3).to_dict(), steps.mean_stay.round(3).to_dict()
    ({4: 0.667, 5: 0.333}, {4: 3.0, 5: 1.5})
    """
    if by is not None and split_year is not None:
        raise ValueError(f"split_year must not be combined with by; got {quoted(split_year)}")
    return _transitions(
        check_scores(scores),
        years=years,
        by=by,
        split_year=split_year,
        levels=levels,
        codebook=codebook,
    )


def _transitions(
    scores: pd.Series,
    *,
    years: Years | None = None,
    by: str | pd.Series | None = None,
    split_year: int | None = None,
    levels: Iterable[int] | None = None,
    codebook: Codebook = THREE_P,
) -> Transitions:
    scale = _levels(scores, levels, codebook)
    table = wide(scores, years=years)
    to = pd.Index(scale, name="to")
    rows: pd.Index = to.rename("from")
    parts: dict[Any, pd.DataFrame]
    name: str | None
    if by is not None:
        parts, name = dict(groups(table, by)), group_name(by, beside="from")
    elif split_year is not None:
        parts, name = _periods(table, year_of(scores, "split_year", split_year)), "period"
    else:
        parts, name = {None: table}, None
    counts = np.array([_counts(part, table, scale) for part in parts.values()])
    shares = _shares(counts)
    if name is not None:
        rows = pd.MultiIndex.from_product([list(parts), rows], names=[name, "from"])
    stay = np.diagonal(shares, axis1=1, axis2=2)
    with np.errstate(divide="ignore"):
        mean_stay = 1 / (1 - stay)
    steady = np.array([_steady_state(each) for each in shares])
    tables = (
        pd.DataFrame(counts.reshape(len(rows), len(to)), index=rows, columns=to),
        pd.DataFrame(shares.reshape(len(rows), len(to)), index=rows, columns=to),
        pd.Series(steady.ravel(), index=rows, name="steady_state"),
        pd.Series(mean_stay.ravel(), index=rows, name="mean_stay"),
    )
    for each in tables:
        carry(each, scores)
    return Transitions(*tables, int(counts.sum()), *_homogeneity(counts))


def convergence(
    scores: pd.Series | pd.DataFrame,
    *,
    years: Years | None = None,
    cohort: Cohort = "balanced",
    draws: int = 1000,
    rng: Seed = None,
) -> Convergence:
    """Measure whether the spread of scores shrinks, and whether low starters gain more.

    Missing scores are not part of any figure; beta uses the countries scored in both the first
    and the last year that is not thin. Higher is better.

    .. warning::
       A negative beta alone is not evidence of convergence. Scores are noisy and bounded: a
       country that happens to start low can hardly fall. Compare ``beta`` with ``beta_noise``,
       and trust ``sd`` by year more than either.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    years : (int, int), optional
        First and last year; by default those that are not thin.
    cohort : {"all", "balanced"}, int or list of str
        The countries, as for :func:`yearly_means`. If they are not the same in every year,
        ``sd`` also changes because countries enter.
    draws : int
        Random orders from which ``noise_low`` and ``noise_high`` are computed.
    rng : int or Generator, optional
        Source of the random orders; by default they are the same each time.

    Returns
    -------
    Convergence
        ``sd`` is missing with one score; beta and all that belongs to it with fewer than three
        countries or with equal scores at the start. ``by_year.attrs["thin_years"]`` counts the
        scores of the thin years that are not used by default, or that `years` asks for.

    Raises
    ------
    PanelError
        If the scores break their contract.
    ValueError
        If the years or the cohort are not one of the above, `draws` is not a positive integer,
        or `rng` is not a source of random numbers.

    Notes
    -----
    A thin year has fewer scores than a quarter of the fullest year. Beta starts and ends at
    years that are not thin, unless `years` has fewer than two of them.

    The null hypothesis keeps the scores of each country in the regression, as deviations from
    the mean of these countries in the year, so that a rise common to all is not noise. It
    assumes that every order of them in time is equally likely: the years are exchangeable.
    ``beta_noise`` is exact under it: the ratio of the expected covariance of change and start to
    the expected variance of the start, the slope of least squares over all orders together::

        -(1 - 1/n) sum(s_i^2) / [sum((m_i - m)^2) + (1 - 1/n) sum(v_i)]

    with m_i the mean, s_i^2 and v_i the variance (over k - 1 and over k) of country i's k scores.
    It differs from the mean of the slopes by a term of the order 1/n. ``noise_low`` and
    ``noise_high`` are quantiles over `draws` random orders; of 1,000 draws 25 lie beyond each,
    with a standard error of 5.

    References
    ----------
    Quah (1993), doi:10.2307/3440905.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "NGA", "SOM"], [2007, 2008, 2009]],
    ...                                    names=["country", "year"])
    >>> spread = convergence(pd.Series([5, 4, 5, 3, 4, 4, 1, 2, 3], index=index))
    >>> spread.by_year["sd"].round(2).to_list(), spread.beta, round(spread.beta_noise, 2)
    ([2.0, 1.15, 1.0], -0.5, -0.15)
    """
    return _convergence(check_scores(scores), years=years, cohort=cohort, draws=draws, rng=rng)


def _convergence(
    scores: pd.Series,
    *,
    years: Years | None = None,
    cohort: Cohort = "balanced",
    draws: int = 1000,
    rng: Seed = None,
) -> Convergence:
    draws, random = whole("draws", draws, least=1), generator(rng)
    table = wide(scores, years=years, cohort=cohort, trim=True)
    spread, mean = sd(table), table.mean()
    by_year = pd.DataFrame({"sd": spread, "cv": spread / mean, "mean": mean, "n": table.count()})
    carry(by_year, scores, **left_out(scores, table, cohort, years))
    fit, noise = (np.nan,) * 3, (np.nan,) * 3
    start, end = _ends(by_year["n"], thin_years(scores))
    if start is None:
        return Convergence(by_year, *fit, 0, *noise, None, None)
    both = table.dropna(subset=[start, end]).loc[:, start:end]
    before, after = both[start].to_numpy(), both[end].to_numpy()
    if len(both) > 2 and np.ptp(before) > 0:
        fit = _least_squares(before, after - before)
        noise = _noise((both - both.mean()).to_numpy(), draws, random)
    return Convergence(by_year, *fit, len(both), *noise, start, end)


def _ends(counts: pd.Series, thin: dict[int, int]) -> tuple[int, int] | tuple[None, None]:
    """Return the first and the last year with scores, thin years only where there are no others.

    Both are None with fewer than two years.
    """
    scored = [int(year) for year in counts.index[counts > 0]]
    full = [year for year in scored if year not in thin]
    years = full if len(full) > 1 else scored
    return (years[0], years[-1]) if len(years) > 1 else (None, None)


def _levels(
    scores: pd.Series, levels: Iterable[int] | None, codebook: Codebook
) -> NDArray[np.int64]:
    """Return the levels in ascending order, or refuse scores that are not one of them."""
    present = scores.dropna()
    if levels is None:
        scale = scale_of(scores, codebook)
        occurring = present[present == np.floor(present)].unique()
        options = occurring if scale is None else range(scale[0], scale[1] + 1)
        rule = "integers"
    elif isinstance(levels, Iterable):
        options = [whole("each of the levels", level) for level in levels]
        rule = f"one of the levels {listed(sorted(set(options)))}"
    else:
        raise ValueError(f"levels must be several integers; got {quoted(levels)}")
    steps = np.unique(np.array(options, dtype=np.int64))
    wrong = ~present.isin(steps)
    if wrong.any():
        first = int(wrong.argmax())
        country, year = present.index[first]
        raise PanelError(
            f"scores must be {rule}; {wrong.sum()} are not, the first {present.iloc[first]:g} at "
            f"{country} {year}; round them or put them in classes"
        )
    return steps


def _periods(table: pd.DataFrame, year: int) -> dict[str, pd.DataFrame]:
    """Return a table for the years before one and a table for the others, same columns."""
    early = table.columns.to_numpy() < year
    return {
        f"before {year}": table.loc[:, early].reindex(columns=table.columns),
        f"from {year}": table.loc[:, ~early].reindex(columns=table.columns),
    }


def _counts(
    starts: pd.DataFrame, table: pd.DataFrame, levels: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Count the steps from each level to each other."""
    before, after = starts.to_numpy()[:, :-1], table.to_numpy()[:, 1:]
    step = ~np.isnan(before) & ~np.isnan(after)
    size = len(levels)
    cells = np.searchsorted(levels, before[step]) * size + np.searchsorted(levels, after[step])
    return np.bincount(cells, minlength=size**2).reshape(size, size)


def _shares(counts: NDArray[np.int64]) -> Float64:
    """Return the share of each cell in its row; NaN in a row without steps."""
    totals = counts.sum(axis=-1, keepdims=True)
    shares: Float64 = np.full(counts.shape, np.nan)
    np.divide(counts, totals, out=shares, where=totals > 0)
    return shares


def _steady_state(shares: Float64) -> Float64:
    """Return the only stationary distribution; all NaN if there is none or more than one."""
    size = len(shares)
    left = ~np.isnan(shares).any(axis=1)  # levels from which a step starts
    moves = shares > 0
    missing = np.full(size, np.nan)
    if not left.any() or (moves.any(axis=0) & ~left).any():
        return missing
    reach = np.linalg.matrix_power(moves | np.eye(size, dtype=bool), size)
    lasting = left & (reach <= reach.T).all(axis=1)
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
    filled = counts > 0
    statistic = 2 * float((counts[filled] * np.log(counts[filled] / expected[filled])).sum())
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
    """Return the slope over all orders of each row, and its range over random orders."""
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
