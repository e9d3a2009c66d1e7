"""Trends: the direction and the slope of each country's scores, and a test of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels.false_discovery import adjusted
from .._kernels.mann_kendall import METHODS, MannKendall, mann_kendall
from .._kernels.persistence import (
    HIGHEST,
    LEAST_COUNTRIES,
    Persistence,
    fit,
    inflation,
    rounding,
)
from .._kernels.slopes import slopes
from .._options import finite, one_of
from .._wording import counted, quoted
from ..panel.check import check_scores
from ..panel.display import as_html, as_text, fields
from ..panel.labels import carry
from ..panel.selection import units
from ..panel.shape import left_out, wide
from ..typing import Cohort, Years

NULLS = ("persistent", "exchangeable")

ADJUSTMENTS = ("discrete", "bh")


class Trend(NamedTuple):
    """The trend of one country; higher scores are better, so a rise is an improvement.

    Examples
    --------
    >>> Trend._fields[6:12]
    ('slope', 'slope_low', 'slope_high', 's', 'tau', 'pvalue')
    """

    n: int
    """Years with a score."""
    first_year: float
    """First year with a score."""
    last_year: float
    """Last year with a score."""
    first: float
    """Score in the first year."""
    last: float
    """Score in the last year."""
    change: float
    """``last - first``."""
    slope: float
    """Slope at which S is 0, in points per year."""
    slope_low: float
    """Lower limit of the slope, at a confidence of about ``1 - alpha``; above 0 if ``s > 0`` and
    ``pvalue <= alpha``."""
    slope_high: float
    """Upper limit of the slope; below 0 if ``s < 0`` and ``pvalue <= alpha``."""
    s: float
    """Mann-Kendall S: pairs of years that rise, less pairs that fall."""
    tau: float
    """Kendall's tau-b of the scores with time; missing when all scores are equal."""
    pvalue: float
    """Two-sided p-value of S, under ``null``."""
    pvalue_adjusted: float
    """The same, adjusted for the tests of all countries of the answer."""
    pvalue_floor: float
    """The smallest p-value that any order of the same scores has."""
    direction: str | None
    """``"up"``, ``"down"`` or ``"unclear"``; missing if no order of the scores is significant."""
    null: str
    """The null hypothesis: ``"persistent"`` or ``"exchangeable"``."""
    persistence: float
    """Persistence phi of the null hypothesis; missing if it cannot be estimated, or if the null is
    exchangeable."""

    def __str__(self) -> str:
        scores = counted(self.n, "score", "scores").capitalize()
        if self.n < 2:
            return f"{scores}: too few for a trend."
        unlimited = np.isnan(self.slope_low)
        limits = "" if unlimited else f" ({self.slope_low:z.2f} to {self.slope_high:z.2f})"
        text = (
            f"{scores} from {self.first_year:.0f} to {self.last_year:.0f}: slope "
            f"{self.slope:+z.2f}{limits} points per year, "
        )
        if np.isnan(self.pvalue):
            return (
                f"{text}p and direction missing: fewer than {LEAST_COUNTRIES} countries allow an "
                f"estimate of persistence."
            )
        direction = self.direction or "missing, since no order of these scores is significant"
        subject = "The p-value assumes" if unlimited else "Interval and p-value assume"
        assumption = (
            "the years are exchangeable"
            if self.null == "exchangeable"
            else f"scores linger from year to year (phi = {self.persistence:.2f})"
        )
        return f"{text}p = {self.pvalue:.3g}, direction {direction}. {subject} that {assumption}."

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), trend=fields(self))


class _Null(NamedTuple):
    """A null hypothesis; without an estimate of persistence phi is NaN."""

    name: str
    persistence: Persistence
    rounded: bool
    """Whether the scores are integers."""

    @property
    def phi(self) -> float:
        """Return the persistence to report."""
        return np.nan if self.name == "exchangeable" else self.persistence.phi

    def attributes(self) -> dict[str, object]:
        """Return the attributes of an answer that keep the assumption."""
        attributes: dict[str, object] = {"null": self.name}
        if self.name == "persistent":
            attributes["persistence"] = self.persistence._asdict()
            if np.isnan(self.phi):
                attributes["note"] = (
                    f"p-values are missing: persistence is estimated from at least "
                    f"{LEAST_COUNTRIES} countries with five unequal scores, and these scores have "
                    f"{self.persistence.n}; set persistence=, or null='exchangeable'"
                )
        return attributes


def trends(
    scores: pd.Series | pd.DataFrame,
    *,
    years: Years | None = None,
    cohort: Cohort = "all",
    null: str = "persistent",
    persistence: float | None = None,
    method: str = "auto",
    adjust: str = "discrete",
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Test every country's scores for a trend, and estimate its slope.

    Years without a score are not part of any pair; the others keep their distance in time.
    Higher is better. A country's row depends on other countries only in ``pvalue_adjusted`` and
    through persistence, which is estimated from all of them.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    years : (int, int), optional
        First and last year; by default all, or for a balanced cohort those that are not thin.
    cohort : {"all", "balanced"}, int or list of str
        Every country; those scored in every year in which any country is, thin years aside;
        those scored in one year, which may lie outside `years`; or the countries listed. A thin
        year has fewer scores than a quarter of the fullest year. Persistence is that of the
        cohort; for a list, that of all countries.
    null : {"persistent", "exchangeable"}
        Null hypothesis: scores linger from year to year around a level; or all orders of a
        country's scores are equally likely.
    persistence : float, optional
        Correlation phi of departures from the level in two consecutive years, 0 to 0.99, taken
        as exact and free of rounding. By default it is estimated from the scores.
    method : {"auto", "exact", "normal"}
        Distribution of S under exchangeable years: exact given the ties; normal with tie and
        continuity correction; or exact up to 40 scores and normal beyond. An exact test takes
        O(n³) time.
    adjust : {"discrete", "bh"}
        How ``pvalue_adjusted`` allows for many tests: the step-down procedure for discrete tests,
        which finds more; or Benjamini and Hochberg's, which also holds its level on short scales.
    alpha : float
        Level of significance for ``direction``; the slope's limits have a confidence of about
        1 - alpha.

    Returns
    -------
    DataFrame, index country
        Columns as the fields of :class:`policyindex.dynamics.Trend`, except ``null`` and
        ``persistence``, which ``attrs`` keeps: ``attrs["persistence"]`` has ``phi``, its standard
        error ``se``, the share ``kappa`` of variance that is not rounding, and the number ``n``
        of countries it rests on. With one score all except the first five columns are missing,
        without a score all except ``n``. If fewer than ten countries have five unequal scores,
        p-values, limits and directions are missing and ``attrs["note"]`` explains it. The limits
        are also missing where the direction is. ``attrs["thin_years"]`` counts the scores of the
        thin years that are not used by default, or that `years` asks for.

    Raises
    ------
    PanelError
        If the scores break their contract.
    ValueError
        If the null, the method or the adjustment is unknown, persistence is not between 0 and
        0.99 or is combined with exchangeable years, alpha is not between 0 and 1, or the years or
        the cohort are not one of the above.

    Notes
    -----
    ``s`` is the sum of sign(x_j - x_i) over all years i < j.

    **Assumption.** Each score is a country's level plus a stationary first-order autoregression
    plus, where all scores are integers, rounding; all countries share one phi, which is estimated
    without the bias of short series. Persistence multiplies the variance of S by a factor, the sum
    of (2 / pi) arcsin of the correlations of all pairs of differences. S then has the shape of a
    symmetric beta distribution; at phi = 0 the exact distribution returns: given the ties, falling
    pairs are distributed as the inversions of a multiset. No p-value is below the exact one.

    ``direction`` is up or down, by the sign of S, if ``pvalue <= alpha``, otherwise unclear. If
    even ``pvalue_floor``, the p-value of the ordered scores, exceeds alpha, no order would show
    a trend and the direction is missing.

    ``slope`` solves S(b) = 0, where S(b) is the S of the scores less b times the year; the limits
    solve S(b) = -+s*, s* being the smallest S with a p-value of alpha. So the interval excludes 0
    exactly where ``pvalue <= alpha``. For integers a difference u below one point counts as
    sign(u)(2 abs(u) - u^2) instead of sign(u); otherwise the slope is Theil and Sen's.

    ``pvalue_adjusted`` controls the false discovery rate, by default with the step-down procedure
    for discrete tests. It is proved for independent countries and exact p-values; shocks common
    to many countries break that.

    **Limits of the test.** Of trendless countries 3 to 7 % have p <= 0.05 if the assumption holds.
    More do if phi differs by country (half .4, half .8: 2 % of the former, 15 % of the latter;
    evenly .3 to .9: 9 %). An autoregressive shock common to all with a third of the variance,
    random walks, and sums of three rounded parts have 5 to 8 %. In the published scores, lag-1
    correlations of countries differ more than one phi allows for overall and in prosecution. On
    short scales such as 1 to 5 the smallest p-values are too small if scores linger:
    ``pvalue_adjusted`` names a country in 10 to 25 % of trendless panels with phi of .45 or more,
    with ``adjust="bh"`` in fewer than 4 %. The factor takes O(n m³) time for each set of scored
    years, m being the lag at which phi^m falls below 1e-13, at most n.

    References
    ----------
    Mann (1945), doi:10.2307/1907187. Sen (1968), doi:10.1080/01621459.1968.10480934. Hamed (2009),
    doi:10.1016/j.jhydrol.2009.01.024. Doehler, Durand and Roquain (2018), doi:10.1214/18-EJS1441.
    Benjamini and Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "NGA"], range(2000, 2006)],
    ...                                    names=["country", "year"])
    >>> scores = pd.Series([5, 5, 5, 5, None, 6, 3, 4, 6, 8, 8, 9], index=index)
    >>> answer = trends(scores, persistence=0.2)
    >>> answer[["n", "slope", "s", "pvalue", "pvalue_floor", "direction"]].round(3)
             n  slope     s  pvalue  pvalue_floor direction
    country
    DEU      5  0.158   4.0   0.448         0.448      None
    NGA      6  1.252  14.0   0.014         0.014        up
    """
    _check_options(null, persistence, method, alpha)
    return _trends(
        check_scores(scores),
        years=years,
        cohort=cohort,
        null=null,
        persistence=persistence,
        method=method,
        adjust=one_of("adjust", adjust, ADJUSTMENTS),
        alpha=float(alpha),
    )


def _trends(
    scores: pd.Series,
    *,
    years: Years | None = None,
    cohort: Cohort = "all",
    null: str = "persistent",
    persistence: float | None = None,
    method: str = "auto",
    adjust: str = "discrete",
    alpha: float = 0.05,
) -> pd.DataFrame:
    table = _with_scores(wide(scores, years=years, cohort=cohort))
    listed = not isinstance(cohort, str | int | np.integer)
    every = _with_scores(wide(scores, years=years)) if listed else table
    assumption = _assumed(every, null, persistence)
    answer = _table(table, assumption, method, alpha)
    if adjust == "bh":
        tested = answer["pvalue"].dropna()
        rates = pd.Series(adjusted(tested), index=tested.index)
        answer["pvalue_adjusted"] = rates.reindex(answer.index)
    labels = left_out(scores, table, cohort, years)
    return carry(answer, scores, **labels, **assumption.attributes())


def trend(
    scores: pd.Series | pd.DataFrame,
    country: str,
    *,
    years: Years | None = None,
    null: str = "persistent",
    persistence: float | None = None,
    method: str = "auto",
    alpha: float = 0.05,
) -> Trend:
    """Test one country's scores for a trend, and estimate its slope.

    Years without a score are not part of any pair of years. Higher is better.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``. Persistence
        is estimated from all countries, so do not select the country beforehand.
    country : str
        Name or code of a country of the scores.
    years : (int, int), optional
        First and last year; by default all.
    null : {"persistent", "exchangeable"}
        As for :func:`trends`.
    persistence : float, optional
        As for :func:`trends`.
    method : {"auto", "exact", "normal"}
        As for :func:`trends`.
    alpha : float
        As for :func:`trends`.

    Returns
    -------
    Trend
        ``str()`` summarises it in a sentence. ``pvalue_adjusted`` is ``pvalue``, this being the
        only test. With fewer than ten countries of five unequal scores, p-values, limits and
        direction are missing.

    Raises
    ------
    PanelError
        If the scores break their contract.
    ValueError
        If the country is not one of the scores, the years are not a pair (first, last), the
        null or the method is unknown, persistence is not between 0 and 0.99 or is combined with
        exchangeable years, or alpha is not between 0 and 1.

    Notes
    -----
    The p-value and the limits of the slope assume that scores linger from year to year, in all
    countries as much, or that the years are exchangeable; see :func:`trends`.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["NGA"], range(2000, 2006)],
    ...                                    names=["country", "year"])
    >>> scores = pd.Series([9, 8, 8, 6, 4, 3], index=index)
    >>> nigeria = trend(scores, "Nigeria", null="exchangeable")
    >>> nigeria.direction, round(nigeria.pvalue, 4), nigeria.last_year
    ('down', 0.0056, 2005.0)
    >>> trend(scores, "NGA").direction is None
    True
    """
    _check_options(null, persistence, method, alpha)
    return _trend(
        check_scores(scores),
        country,
        years=years,
        null=null,
        persistence=persistence,
        method=method,
        alpha=float(alpha),
    )


def _trend(
    scores: pd.Series,
    country: str,
    *,
    years: Years | None = None,
    null: str = "persistent",
    persistence: float | None = None,
    method: str = "auto",
    alpha: float = 0.05,
) -> Trend:
    unit = units("country", [country], scores.index.unique("country"))
    table = _with_scores(wide(scores, years=years))
    assumption = _assumed(table, null, persistence)
    row = _table(table.loc[unit], assumption, method, alpha)
    row["pvalue_adjusted"] = row["pvalue"]
    return Trend._make((*next(row.itertuples(index=False)), null, assumption.phi))


def _with_scores(table: pd.DataFrame) -> pd.DataFrame:
    """Return the years that have a score: one stray year may lie thousands of years away."""
    has_score = table.notna().any().to_numpy()
    return table if has_score.all() else table.loc[:, has_score]


def _check_options(null: str, persistence: float | None, method: str, alpha: float) -> None:
    one_of("null", null, NULLS)
    one_of("method", method, METHODS)
    if not 0 < finite("alpha", alpha) < 1 or not float(alpha):  # a fraction may become 0
        raise ValueError(f"alpha must lie between 0 and 1; got {quoted(alpha)}")
    if persistence is None:
        return
    if null == "exchangeable":
        raise ValueError(
            "persistence must not be combined with null='exchangeable', whose years have none; "
            "drop one of them"
        )
    stated_persistence(persistence)


def stated_persistence(persistence: float) -> float:
    """Return a persistence that the user states, or refuse it."""
    if not 0 <= finite("persistence", persistence) <= HIGHEST:
        raise ValueError(f"persistence must lie between 0 and {HIGHEST}; got {quoted(persistence)}")
    return float(persistence)


def _assumed(table: pd.DataFrame, null: str, persistence: float | None) -> _Null:
    """Return the null hypothesis, with persistence from all rows of a wide table."""
    values = table.to_numpy()
    rounded = rounding(values) > 0
    if null == "exchangeable":
        return _Null(null, Persistence(0.0, np.nan, 1.0, 0), rounded)
    if persistence is not None:
        return _Null(null, Persistence(float(persistence), np.nan, 1.0, 0), rounded)
    estimate = fit(values, table.columns.to_numpy(dtype=np.int64))
    if estimate.n < LEAST_COUNTRIES:
        estimate = Persistence(np.nan, np.nan, np.nan, estimate.n)
    return _Null(null, estimate, rounded)


def _table(table: pd.DataFrame, null: _Null, method: str, alpha: float) -> pd.DataFrame:
    """Compute the fields of :class:`Trend`, except the assumption, for rows of a wide table."""
    values, years = table.to_numpy(), table.columns.to_numpy(dtype=np.float64)
    test = _tested(values, table.columns.to_numpy(dtype=np.int64), null, method, alpha)
    estimates = slopes(values, years, s=test.s, critical=test.critical, rounded=null.rounded)
    scored = np.where(np.isnan(values), np.nan, years)
    first_year = np.fmin.reduce(scored, axis=1, initial=np.nan)
    last_year = np.fmax.reduce(scored, axis=1, initial=np.nan)
    first, last = (
        np.fmax.reduce(np.where(years == end[:, None], values, np.nan), axis=1, initial=np.nan)
        for end in (first_year, last_year)
    )
    columns = {
        "n": test.n,
        "first_year": first_year,
        "last_year": last_year,
        "first": first,
        "last": last,
        "change": np.where(test.n > 1, last - first, np.nan),
        "slope": estimates.slope,
        "slope_low": estimates.low,
        "slope_high": estimates.high,
        "s": test.s,
        "tau": test.tau,
        "pvalue": test.pvalue,
        "pvalue_adjusted": test.pvalue_adjusted,
        "pvalue_floor": test.pvalue_floor,
        "direction": pd.Series(_direction(test, alpha), index=table.index, dtype=object),
    }
    return pd.DataFrame(columns, index=table.index)


def _tested(
    values: NDArray[np.float64], years: NDArray[np.int64], null: _Null, method: str, alpha: float
) -> MannKendall:
    """Test each row; without an estimate of persistence the p-values are missing."""
    phi, _, kappa, _ = null.persistence
    if np.isnan(phi):
        missing = np.full(len(values), np.nan)
        test = mann_kendall(values, method="normal")
        names = ("pvalue", "pvalue_adjusted", "pvalue_floor", "critical")
        return test._replace(**dict.fromkeys(names, missing))
    factor = inflation(~np.isnan(values), years, phi=phi, kappa=kappa)
    return mann_kendall(values, method=method, inflation=factor, alpha=alpha)


def _direction(test: MannKendall, alpha: float) -> NDArray[np.object_]:
    direction = np.full(len(test.n), None, dtype=object)
    direction[test.pvalue_floor <= alpha] = "unclear"
    clear = test.pvalue <= alpha
    direction[clear] = np.where(test.s[clear] > 0, "up", "down")
    return direction
