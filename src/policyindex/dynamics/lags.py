"""Values of earlier and later calendar years."""

from __future__ import annotations

from typing import overload

import pandas as pd

from .._options import whole
from ..panel.check import check_panel, check_scores
from ..panel.labels import carry
from ..panel.selection import Data

MOST = 20_000
"""No two years are as far apart."""


@overload
def lag(scores: pd.Series, *, years: int = 1) -> pd.Series: ...


@overload
def lag(scores: pd.DataFrame, *, years: int = 1) -> pd.DataFrame: ...


def lag(scores: pd.Series | pd.DataFrame, *, years: int = 1) -> pd.Series | pd.DataFrame:
    """Return the value of an earlier year, by calendar year and not by row.

    The rows are those of the input: no row is added for a year after the last one, although it
    would have a lag.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        Scores, or a panel of any number columns.
    years : int
        Years to look back; if negative, to look ahead (a lead).

    Returns
    -------
    Series or DataFrame, index (country, year)
        As the input, by country and year: at year t the value of year t - `years`. Missing if
        that year has no row or no value. Names and provenance are those of the input.

    Raises
    ------
    PanelError
        If the input breaks the contract of a panel.
    ValueError
        If `years` is not an integer.

    See Also
    --------
    changes : The score less its lag, or less that of a base year.
    peers : The mean score of other countries.

    Notes
    -----
    ``groupby(level="country").shift(1)`` takes the row before. After a gap that is the value of
    another year.

    The peers of the year before, as an exposure, are ``lag(peers(scores)["mean"])``. They are
    missing where a country has no row in the year before; scores reindexed to all countries and
    years have one.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU"], [2003, 2004, 2006]],
    ...                                    names=["country", "year"])
    >>> scores = pd.Series([12, 13, 15], index=index)
    >>> lag(scores).to_list(), lag(scores, years=-2).to_list()
    ([nan, 12.0, nan], [nan, 15.0, nan])
    """
    if isinstance(scores, pd.DataFrame):
        return _lag(check_panel(scores), years=years)
    return _lag(check_scores(scores), years=years)


def _lag(data: Data, *, years: int = 1) -> Data:
    back = whole("years", years)
    if abs(back) > MOST:  # beyond every year, and perhaps beyond 64 bits
        back = MOST
    index = data.index
    earlier = index.get_level_values("year").to_numpy() - back
    cells = pd.MultiIndex.from_arrays(
        [index.get_level_values("country"), earlier], names=index.names
    )
    return carry(data.reindex(cells).set_axis(index, axis=0), data)
