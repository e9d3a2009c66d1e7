"""Change of scores: from year to year, since a base year, and between two years."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from .._options import truth, whole
from .._wording import counted, number
from ..panel.check import check_scores
from ..panel.dimensions import on_scale
from ..panel.display import as_html, as_text
from ..panel.labels import carry
from ..panel.selection import year_of
from ..panel.shape import at, left_out, wide, years_by_country
from ..typing import Scale

SAMPLED = " The error takes the countries as a random sample."
"""What the standard error in a sentence assumes."""


class Movers(NamedTuple):
    """The countries that moved between two years.

    Three Series of the change in points, index country, two counts, the mean change, and the
    countries that cannot be compared.

    Examples
    --------
    >>> Movers._fields
    ('gained', 'lost', 'stayed', 'net', 'n', 'mean', 'se', 'entered', 'left')
    """

    gained: pd.Series
    """Countries that improved, the largest gain first; falls if lower is better."""
    lost: pd.Series
    """Countries that fell back, the largest loss first; rises if lower is better."""
    stayed: pd.Series
    """All 0."""
    net: int
    """Number of `gained`, less that of `lost`."""
    n: int
    """Countries scored in both years."""
    mean: float
    """Mean change, in points; missing if no country is scored in both years."""
    se: float
    """Standard error of ``mean``, of sampling countries; missing with fewer than two."""
    entered: tuple[str, ...]
    """Countries scored at the end and not at the start, in none of the lists."""
    left: tuple[str, ...]
    """Countries scored at the start and not at the end, in none of the lists."""

    def __str__(self) -> str:
        if not self.n:
            return "No country is scored in both years."
        moved = (
            f"Of {counted(self.n, 'country', 'countries')} scored in both years "
            f"{number(len(self.gained))} gained, {number(len(self.lost))} lost and "
            f"{number(len(self.stayed))} stayed the same."
        ).replace(" no ", " none ")
        mean = f" The mean changed by {self.mean:+z.2f} points"
        if np.isnan(self.se):
            return f"{moved}{mean}{self._direction()}."
        return f"{moved}{mean} (standard error {self.se:.2f}){self._direction()}.{SAMPLED}"

    def _direction(self) -> str:
        falls = any((each < 0).any() for each in (self.gained, -self.lost))
        return "; lower is better" if falls else ""

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        lists = {"gained": self.gained, "lost": self.lost, "stayed": self.stayed}
        return as_html(str(self), **{name: each.rename("change") for name, each in lists.items()})


def changes(
    scores: pd.Series | pd.DataFrame, *, since: int | pd.Series | None = None, lag: int = 1
) -> pd.DataFrame:
    """Compute each score's change: from an earlier year, or since a base year.

    The earlier score is that of the earlier *year*, not of the row before. All three columns are
    missing after a gap and in a country's first year. Changes are those of the data: of scores,
    of which higher is better, a positive change is an improvement.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    since : int or Series, index country, optional
        The base year, one for all or one for each country (missing = none). By default each
        year is compared with the one `lag` years before.
    lag : int
        Years to look back, at least 1; not together with `since`.

    Returns
    -------
    DataFrame, index (country, year)
        ``change`` in points; ``elapsed`` in years, 0 in the base year; ``rate``, change /
        elapsed, in points per year, missing in the base year. All are missing before the base
        year, and where the base year or the year itself has no score.

    Raises
    ------
    PanelError
        If the scores break their contract, or `since` is a Series that does not hold one integer
        year or none for each country, or that names none of the countries.
    ValueError
        If `since` is not a year of the scores, or `lag` is not a positive integer or is combined
        with `since`.

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
    2003     0.0      0.0   NaN
    2004     1.0      1.0   1.0
    2006     3.0      3.0   1.0
    """
    return _changes(check_scores(scores), since=since, lag=lag)


def _changes(
    scores: pd.Series, *, since: int | pd.Series | None = None, lag: int = 1
) -> pd.DataFrame:
    lag = whole("lag", lag, least=1)
    if since is not None and lag != 1:
        raise ValueError(f"lag must not be combined with since; got {lag}")
    units = scores.index.get_level_values("country")
    years = scores.index.get_level_values("year").to_numpy(dtype=np.float64)
    if since is None:
        base = years - lag
    elif isinstance(since, pd.Series):
        own = years_by_country("since", since, scores.index.unique("country"))
        base = own.reindex(units).to_numpy()
    else:
        base = np.full(len(scores), float(year_of(scores, "since", since)))
    change = scores.to_numpy() - at(scores, units, base)
    elapsed = years - base
    rate = change / np.where(elapsed > 0, elapsed, np.nan)
    columns = {"change": change, "elapsed": elapsed, "rate": rate}
    answer = pd.DataFrame(columns, index=scores.index)
    answer[np.isnan(change) | (elapsed < 0)] = np.nan
    return carry(answer, scores, since)


def movers(
    scores: pd.Series | pd.DataFrame,
    start: int,
    end: int,
    *,
    scale: Scale | None = None,
    lower_is_better: bool = False,
) -> Movers:
    """List the countries that gained, lost or stayed the same between two years.

    Countries without a score in one of the years are in none of the lists.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    start, end : int
        The two years; swapped, gains become losses.
    scale : (int, int), optional
        Lowest and highest value, on which all must lie.
    lower_is_better : bool
        Whether a fall is a gain, e.g. of tiers. Changes stay those of the data: a gain is then
        negative.

    Returns
    -------
    Movers
        Countries with the same change are in alphabetical order. ``attrs["thin_years"]`` of
        each Series counts the scores of a year that has fewer than a quarter of the fullest.

    Raises
    ------
    PanelError
        If the scores break their contract, or one is off the scale.
    ValueError
        If start or end is not a year of the scores, or the scale is not a pair.

    Notes
    -----
    ``se`` is sd / sqrt(n) of the changes: each country is compared with itself. It assumes that
    the countries are a random sample, independent of each other.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "NGA", "SOM"], [2000, 2009]],
    ...                                    names=["country", "year"])
    >>> moves = movers(pd.Series([12, 15, 13, 12, None, 4], index=index), 2000, 2009)
    >>> moves.gained.to_dict(), moves.lost.to_dict(), moves.net, moves.n
    ({'DEU': 3.0}, {'NGA': -1.0}, 0, 2)
    >>> print(str(moves).partition(" The mean")[0])
    Of two countries scored in both years one gained, one lost and none stayed the same.
    """
    truth("lower_is_better", lower_is_better)
    checked = on_scale(check_scores(scores), scale)
    return _movers(checked, start, end, lower_is_better=lower_is_better)


def _movers(scores: pd.Series, start: int, end: int, *, lower_is_better: bool = False) -> Movers:
    table = wide(scores)
    before, after = year_of(scores, "start", start), year_of(scores, "end", end)
    thin = left_out(scores, table[[before, after]], "all", (before, after))
    change = carry((table[after] - table[before]).dropna().rename("change"), scores, **thin)
    ranked = change.sort_values(ascending=False, kind="stable")
    gained, stayed = ranked[ranked > 0], ranked[ranked == 0]
    lost = change[change < 0].sort_values(kind="stable")
    if lower_is_better:
        gained, lost = lost, gained
    n = len(change)
    mean = float(change.mean()) if n else np.nan
    se = float(change.std() / np.sqrt(n)) if n > 1 else np.nan
    scored_before, scored_after = table[before].notna(), table[after].notna()
    entered = tuple(map(str, table.index[scored_after & ~scored_before]))
    leavers = tuple(map(str, table.index[scored_before & ~scored_after]))
    return Movers(gained, lost, stayed, len(gained) - len(lost), n, mean, se, entered, leavers)
