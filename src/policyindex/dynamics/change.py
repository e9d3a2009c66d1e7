"""Change: from year to year, since a base year, and who moved between two years."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from .._options import whole
from ..panel.check import check_scores
from ..panel.labels import carry
from ..panel.selection import year_of
from ..panel.shape import at, wide, years_by_country


class Movers(NamedTuple):
    """Who moved between two years; three Series of the change in points, index country.

    Examples
    --------
    >>> Movers._fields
    ('gained', 'lost', 'stayed', 'net', 'n')
    """

    gained: pd.Series
    """Largest gain first."""
    lost: pd.Series
    """Largest loss first."""
    stayed: pd.Series
    """All 0."""
    net: int
    """Countries that gained, less countries that lost."""
    n: int
    """Countries scored in both years."""


def changes(
    scores: pd.Series,
    *,
    since: int | pd.Series | None = None,
    lag: int = 1,
    count_from: int = 1,
) -> pd.DataFrame:
    """Compute each score's change: from the year before, or since a base year.

    The earlier score is that of the earlier *year*, not of the row before: a gap or a country's
    first year never lends its neighbour's score, and all three columns are missing there.
    Higher is better, so a positive change is an improvement.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    since : int or Series, index country, optional
        The base year, one for all or one for each country (missing = none). By default each
        year is compared with the one `lag` years before.
    lag : int
        Years to look back, at least 1; not together with `since`.
    count_from : {1, 0}
        What ``elapsed`` is in the base year itself: 1, as users of the index count, or 0. Only
        bears on `since`.

    Returns
    -------
    DataFrame, index (country, year)
        ``change`` in points; ``elapsed`` in years; ``rate``, change / elapsed, in points per
        year (missing where 0 years have elapsed). Missing before the base year, and where the
        base year or the year itself has no score.

    Raises
    ------
    PanelError
        When the scores break their contract, or `since` is a Series with something other than
        one whole year or none for each country, or of no country of the scores.
    ValueError
        When `since` is not a year of the scores, `lag` is no whole number from 1 or goes with
        `since`, or `count_from` is neither 0 nor 1.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU"], [2003, 2004, 2006]],
    ...                                    names=["country", "year"])
    >>> scores = pd.Series([12, 13, 15], index=index)
    >>> changes(scores)["change"].to_list()
    [nan, 1.0, nan]
    >>> changes(scores, since=2003).loc["DEU"]
          change  elapsed  rate
    year
    2003     0.0      1.0  0.00
    2004     1.0      2.0  0.50
    2006     3.0      4.0  0.75
    """
    checked = check_scores(scores)
    lag, count_from = whole("lag", lag, least=1), whole("count_from", count_from)
    if since is not None and lag != 1:
        raise ValueError(f"lag must not be given together with since; got {lag}")
    if count_from not in (0, 1):
        raise ValueError(f"count_from must be 0 or 1; got {count_from}")
    units = checked.index.get_level_values("country")
    years = checked.index.get_level_values("year").to_numpy(dtype=np.float64)
    if since is None:
        base, count_from = years - lag, 0
    elif isinstance(since, pd.Series):
        known = checked.index.unique("country")
        base = years_by_country("since", since, known).reindex(units).to_numpy()
    else:
        base = np.full(len(checked), float(year_of(checked, "since", since)))
    change = checked.to_numpy() - at(checked, units, base)
    missing = np.isnan(change) | (years < base)
    elapsed = years - base + count_from
    rate = change / np.where(elapsed > 0, elapsed, np.nan)
    columns = {"change": change, "elapsed": elapsed, "rate": rate}
    answer = pd.DataFrame(columns, index=checked.index)
    answer[missing] = np.nan
    carry(answer, scores, since)
    return answer


def movers(scores: pd.Series, start: int, end: int) -> Movers:
    """List who gained, who lost and who stayed between two years.

    Countries without a score in one of the years are in none of the lists. Higher is better.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    start, end : int
        The two years; swapped, gains become losses.

    Returns
    -------
    Movers
        Countries that changed alike stand in alphabetical order.

    Raises
    ------
    PanelError
        When the scores break their contract.
    ValueError
        When start or end is not a year of the scores.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "NGA", "SOM"], [2000, 2009]],
    ...                                    names=["country", "year"])
    >>> found = movers(pd.Series([12, 15, 13, 12, None, 4], index=index), start=2000, end=2009)
    >>> found.gained.to_dict(), found.lost.to_dict(), found.net, found.n
    ({'DEU': 3.0}, {'NGA': -1.0}, 0, 2)
    """
    checked = check_scores(scores)
    table = wide(checked)
    before, after = year_of(checked, "start", start), year_of(checked, "end", end)
    change = (table[after] - table[before]).dropna().rename("change")
    carry(change, scores)
    ranked = change.sort_values(ascending=False, kind="stable")
    gained, stayed = ranked[ranked > 0], ranked[ranked == 0]
    lost = change[change < 0].sort_values(kind="stable")
    return Movers(gained, lost, stayed, len(gained) - len(lost), len(change))
