"""Trends: which way a country's scores go, how fast, and whether that is more than chance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels import mann_kendall as _mann_kendall
from .._options import finite, one_of
from .._wording import quoted
from ..panel.check import INDEX, check_scores
from ..panel.labels import carry
from ..panel.shape import wide
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
    """The same after Benjamini-Hochberg over all countries asked for."""
    pvalue_floor: float
    """The smallest p-value that any order of the same scores has."""
    direction: str | None
    """``"up"``, ``"down"`` or ``"none"``; missing when no order could be significant."""


def trends(
    scores: pd.Series,
    *,
    years: Years | None = None,
    cohort: Cohort = "all",
    method: str = "auto",
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Test every country's scores for a trend, and estimate its slope.

    A missing score takes part in no pair of years; the others keep their real years. Higher is
    better. A country's row depends on the other countries only in ``pvalue_adjusted``.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    years : (int, int), optional
        First and last year to look at; by default all.
    cohort : {"all", "balanced"}, int or list of str
        Every country; those scored in each year in which anyone is; those scored in one year,
        which may lie outside `years`; or the countries listed.
    method : {"auto", "exact", "normal"}
        Null distribution of S: exact given the ties; normal with tie and continuity correction;
        or exact up to 40 scores and normal beyond. The time an exact test takes grows with the
        cube of their number.
    alpha : float
        Level of significance for ``direction``; the slope's limits have a confidence of about
        1 - alpha, by a normal approximation.

    Returns
    -------
    DataFrame, index country
        Columns as the fields of :class:`Trend`. With fewer than two scores all but the first
        five are missing, with none all but ``n``. So are the slope's limits where the series is
        too short for such confidence: with fewer than five scores, where alpha is 0.05.

    Raises
    ------
    PanelError
        When the scores break their contract.
    ValueError
        When the method is unknown, alpha is not between 0 and 1, or the years or the cohort are
        none of the above.

    Notes
    -----
    ``s`` is the sum of sign(x_j - x_i) over all years i < j. Under the null hypothesis every
    order of a country's scores is equally likely, and given the ties the number of falling pairs
    is distributed as the inversions of a multiset: by the coefficients of a q-multinomial. The
    exact p-value, P(abs(S) >= abs(s)), is computed in integers and correctly rounded.

    ``direction`` is up or down, by the sign of S, where ``pvalue <= alpha``, else none. Where
    even ``pvalue_floor``, the p-value of the ordered scores, exceeds alpha, no trend could have
    been seen and the direction is missing: with fewer than five scores, with nearly all equal,
    and with all equal. ``slope`` plays no part in it: a median of many zeros is 0, trend or none.

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
    answer = _table(wide(check_scores(scores), years=years, cohort=cohort), method, alpha)
    carry(answer, scores)
    return answer


def trend(series: pd.Series, *, method: str = "auto", alpha: float = 0.05) -> Trend:
    """Test one country's scores for a trend, and estimate its slope.

    A missing score takes part in no pair of years. Higher is better.

    Parameters
    ----------
    series : Series, index year
        The scores of one country, such as ``scores["DEU"]``.
    method : {"auto", "exact", "normal"}
        As for :func:`trends`.
    alpha : float
        As for :func:`trends`.

    Returns
    -------
    Trend
        ``pvalue_adjusted`` is ``pvalue``, this being the only test.

    Raises
    ------
    PanelError
        When it is no Series of numbers on distinct years.
    ValueError
        When the method is unknown, or alpha is not between 0 and 1.

    Examples
    --------
    >>> import pandas as pd
    >>> found = trend(pd.Series([9, 8, 8, 6, 4, 3], index=range(2000, 2006)))
    >>> found.direction, round(found.pvalue, 4), found.slope, found.last_year
    ('down', 0.0056, -1.25, 2005.0)
    """
    _check_options(method, alpha)
    if isinstance(series, pd.Series):
        index = pd.MultiIndex.from_arrays([["series"] * len(series), series.index], names=INDEX)
        series = series.set_axis(index)
    row = wide(check_scores(series)).reindex(["series"])
    return Trend(*next(_table(row, method, alpha).itertuples(index=False)))


def _check_options(method: str, alpha: float) -> None:
    one_of("method", method, _mann_kendall.METHODS)
    if not 0 < finite("alpha", alpha) < 1:
        raise ValueError(f"alpha must lie between 0 and 1; got {quoted(alpha)}")


def _table(table: pd.DataFrame, method: str, alpha: float) -> pd.DataFrame:
    """Compute the fields of :class:`Trend` for each row of a wide table."""
    values, years = table.to_numpy(), table.columns.to_numpy(dtype=np.float64)
    test = _mann_kendall.mann_kendall(values, method=method)
    slopes = _mann_kendall.theil_sen(values, years, alpha=alpha)
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
        "pvalue_adjusted": _mann_kendall.benjamini_hochberg(test.pvalue),
        "pvalue_floor": test.pvalue_floor,
        "direction": pd.Series(_direction(test, alpha), index=table.index, dtype=object),
    }
    return pd.DataFrame(columns, index=table.index)


def _direction(test: _mann_kendall.MannKendall, alpha: float) -> NDArray[np.object_]:
    direction = np.full(len(test.n), None, dtype=object)
    direction[test.pvalue_floor <= alpha] = "none"
    shown = test.pvalue <= alpha
    direction[shown] = np.where(test.s[shown] > 0, "up", "down")
    return direction
