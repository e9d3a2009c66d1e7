"""Trends: the direction and the slope of each country's scores, and a test of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels.mann_kendall import (
    METHODS,
    MannKendall,
    benjamini_hochberg,
    mann_kendall,
    theil_sen,
)
from .._options import finite, one_of
from .._wording import as_html, counted, quoted
from ..panel.check import check_scores
from ..panel.labels import carry
from ..panel.selection import units
from ..panel.shape import left_out, wide
from ..typing import Cohort, Years


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
    """Theil-Sen slope, in points per year."""
    slope_low: float
    """Lower limit of the slope, at a confidence of about ``1 - alpha``."""
    slope_high: float
    """Upper limit of the slope."""
    s: float
    """Mann-Kendall S: pairs of years that rise, less pairs that fall."""
    tau: float
    """Kendall's tau-b of the scores with time; missing when all scores are equal."""
    pvalue: float
    """Two-sided p-value of S."""
    pvalue_adjusted: float
    """The same after Benjamini-Hochberg over all countries of the answer."""
    pvalue_floor: float
    """The smallest p-value that any order of the same scores has."""
    direction: str | None
    """``"up"``, ``"down"`` or ``"unclear"``; missing if no order of the scores is significant."""

    def __str__(self) -> str:
        scores = counted(self.n, "score", "scores").capitalize()
        if self.n < 2:
            return f"{scores}: too few for a trend."
        too_short = np.isnan(self.slope_low)
        limits = "" if too_short else f" ({self.slope_low:z.2f} to {self.slope_high:z.2f})"
        direction = self.direction or "missing, since no order of these scores is significant"
        return (
            f"{scores} from {self.first_year:.0f} to {self.last_year:.0f}: slope "
            f"{self.slope:+z.2f}{limits} points per year, p = {self.pvalue:.3g}, direction "
            f"{direction}. {'The p-value assumes' if too_short else 'Interval and p-value assume'} "
            f"that the years are exchangeable."
        )

    def _repr_html_(self) -> str:
        return as_html(str(self), pd.Series(self._asdict(), name="trend"))


def trends(
    scores: pd.Series | pd.DataFrame,
    *,
    years: Years | None = None,
    cohort: Cohort = "all",
    method: str = "auto",
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Test every country's scores for a trend, and estimate its slope.

    Years without a score are not part of any pair; the others keep their distance in time.
    Higher is better. A country's row depends on other countries only in ``pvalue_adjusted``.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    years : (int, int), optional
        First and last year; by default all, or for a balanced cohort those that are not thin.
    cohort : {"all", "balanced"}, int or list of str
        Every country; those scored in every year in which any country is, thin years aside;
        those scored in one year, which may lie outside `years`; or the countries listed. A thin
        year has fewer scores than a quarter of the fullest year.
    method : {"auto", "exact", "normal"}
        Null distribution of S: exact given the ties; normal with tie and continuity correction;
        or exact up to 40 scores and normal beyond. An exact test takes O(n³) time.
    alpha : float
        Level of significance for ``direction``; the slope's limits have a confidence of about
        1 - alpha, by a normal approximation.

    Returns
    -------
    DataFrame, index country
        Columns as the fields of :class:`policyindex.dynamics.Trend`. With one score all except
        the first five are missing, without a score all except ``n``. The slope's limits are
        missing if the series is too short for such confidence: with fewer than five scores, if
        alpha is 0.05.
        ``attrs["thin_years"]`` counts the scores of the thin years that are not used by default,
        or that `years` asks for.

    Raises
    ------
    PanelError
        If the scores break their contract.
    ValueError
        If the method is unknown, alpha is not between 0 and 1, or the years or the cohort are
        not one of the above.

    Notes
    -----
    ``s`` is the sum of sign(x_j - x_i) over all years i < j. The p-value and the limits of the
    slope assume that a country's years are exchangeable: without a trend every order of its
    scores is equally likely. Scores that linger from year to year break this assumption, and the
    p-values are then too small. Given the ties the number of falling pairs is distributed as the
    inversions of a multiset: by the coefficients of a q-multinomial. The exact p-value,
    P(abs(S) >= abs(s)), is computed in integers and correctly rounded.

    ``direction`` is up or down, by the sign of S, if ``pvalue <= alpha``, otherwise unclear. If
    even ``pvalue_floor``, the p-value of the ordered scores, exceeds alpha, no order would show
    a trend and the direction is missing: with fewer than five scores, with nearly all equal, and
    with all equal. ``slope`` does not matter for it: a median of many zeros is 0 with a trend or
    without.

    References
    ----------
    Mann (1945), doi:10.2307/1907187. Sen (1968), doi:10.1080/01621459.1968.10480934. Benjamini
    and Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "NGA"], range(2000, 2006)],
    ...                                    names=["country", "year"])
    >>> scores = pd.Series([5, 5, 5, 5, None, 6, 3, 4, 6, 8, 8, 9], index=index)
    >>> trends(scores)[["n", "slope", "s", "pvalue", "pvalue_floor", "direction"]].round(4)
             n  slope     s  pvalue  pvalue_floor direction
    country
    DEU      5   0.00   4.0  0.4000        0.4000      None
    NGA      6   1.25  14.0  0.0056        0.0056        up
    """
    _check_options(method, alpha)
    return _trends(check_scores(scores), years=years, cohort=cohort, method=method, alpha=alpha)


def _trends(
    scores: pd.Series,
    *,
    years: Years | None = None,
    cohort: Cohort = "all",
    method: str = "auto",
    alpha: float = 0.05,
) -> pd.DataFrame:
    table = wide(scores, years=years, cohort=cohort)
    answer = _table(table, method, alpha)
    return carry(answer, scores, **left_out(scores, table, cohort, years))


def trend(
    scores: pd.Series | pd.DataFrame,
    country: str,
    *,
    years: Years | None = None,
    method: str = "auto",
    alpha: float = 0.05,
) -> Trend:
    """Test one country's scores for a trend, and estimate its slope.

    Years without a score are not part of any pair of years. Higher is better.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    country : str
        Name or code of a country of the scores.
    years : (int, int), optional
        First and last year; by default all.
    method : {"auto", "exact", "normal"}
        As for :func:`trends`.
    alpha : float
        As for :func:`trends`.

    Returns
    -------
    Trend
        ``str()`` summarises it in a sentence. ``pvalue_adjusted`` is ``pvalue``, this being the
        only test.

    Raises
    ------
    PanelError
        If the scores break their contract.
    ValueError
        If the country is not one of the scores, the years are not a pair (first, last), the
        method is unknown, or alpha is not between 0 and 1.

    Notes
    -----
    The p-value and the limits of the slope assume that the years are exchangeable; see
    :func:`trends`.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["NGA"], range(2000, 2006)],
    ...                                    names=["country", "year"])
    >>> nigeria = trend(pd.Series([9, 8, 8, 6, 4, 3], index=index), "Nigeria")
    >>> nigeria.direction, round(nigeria.pvalue, 4), nigeria.slope, nigeria.last_year
    ('down', 0.0056, -1.25, 2005.0)
    >>> print(str(nigeria).partition(",")[0])
    Six scores from 2000 to 2005: slope -1.25 (-2.00 to -0.50) points per year
    """
    _check_options(method, alpha)
    return _trend(check_scores(scores), country, years=years, method=method, alpha=alpha)


def _trend(
    scores: pd.Series,
    country: str,
    *,
    years: Years | None = None,
    method: str = "auto",
    alpha: float = 0.05,
) -> Trend:
    unit = units("country", [country], scores.index.unique("country"))
    row = _table(wide(scores.loc[unit], years=years), method, alpha)
    return Trend(*next(row.itertuples(index=False)))


def _check_options(method: str, alpha: float) -> None:
    one_of("method", method, METHODS)
    if not 0 < finite("alpha", alpha) < 1:
        raise ValueError(f"alpha must lie between 0 and 1; got {quoted(alpha)}")


def _table(table: pd.DataFrame, method: str, alpha: float) -> pd.DataFrame:
    """Compute the fields of :class:`Trend` for each row of a wide table."""
    values, years = table.to_numpy(), table.columns.to_numpy(dtype=np.float64)
    test = mann_kendall(values, method=method)
    slopes = theil_sen(values, years, alpha=alpha)
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
        "slope": slopes.slope,
        "slope_low": slopes.low,
        "slope_high": slopes.high,
        "s": test.s,
        "tau": test.tau,
        "pvalue": test.pvalue,
        "pvalue_adjusted": benjamini_hochberg(test.pvalue),
        "pvalue_floor": test.pvalue_floor,
        "direction": pd.Series(_direction(test, alpha), index=table.index, dtype=object),
    }
    return pd.DataFrame(columns, index=table.index)


def _direction(test: MannKendall, alpha: float) -> NDArray[np.object_]:
    direction = np.full(len(test.n), None, dtype=object)
    direction[test.pvalue_floor <= alpha] = "unclear"
    clear = test.pvalue <= alpha
    direction[clear] = np.where(test.s[clear] > 0, "up", "down")
    return direction
