"""Means of scores by the time since an event."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from .._options import whole
from .._wording import as_html, counted, listed
from ..panel.check import check_scores
from ..panel.labels import carry
from ..panel.selection import span
from ..panel.shape import at, group_name, groups, left_out, wide, years_by_country
from ..typing import Cohort, Years
from .averages import _averages

CONFIDENCE = 0.95


class EventStudy(NamedTuple):
    """Means by the time since an event, and the countries behind them.

    Examples
    --------
    >>> EventStudy._fields
    ('table', 'n', 'dropped')
    """

    table: pd.DataFrame
    """Index event_time, in years; ``mean``, ``se``, ``low``, ``high``, ``n``."""
    n: int
    """Countries in the table."""
    dropped: tuple[str, ...]
    """Countries of the cohort with an event that are not in the table: they have no score at the
    base or in the window."""

    def __str__(self) -> str:
        times = self.table.index.get_level_values("event_time")
        dropped = counted(
            len(self.dropped), "country with an event is", "countries with an event are"
        )
        names = f": {listed(self.dropped)}" if self.dropped else ""
        return (
            f"Means of {counted(self.n, 'country', 'countries')} from {times.min()} to "
            f"{times.max()} years after the event; {dropped} dropped for lack of scores{names}. "
            f"The intervals take the countries as a random sample."
        )

    def _repr_html_(self) -> str:
        return as_html(str(self), self.table)


def event_study(
    scores: pd.Series | pd.DataFrame,
    events: pd.Series,
    *,
    window: Years = (-10, 10),
    base: int | None = 0,
    cohort: Cohort = "all",
    by: str | pd.Series | None = None,
) -> EventStudy:
    """Compute mean scores by the time since an event that each country has in its own year.

    Missing scores are not part of any figure; ``n`` counts the others. The countries behind a
    mean therefore differ along the window. Higher is better.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    events : Series, index country
        Year of each country's event; missing for never.
    window : (int, int)
        First and last event time, in years; 0 is the year of the event.
    base : int or None
        The event time from which change is measured; with None the means are of the scores
        themselves. A country without a score at that time is dropped.
    cohort : {"all", "balanced"}, int or list of str
        The countries whose events count, as for :func:`yearly_means`.
    by : {"region"} or Series, index country, optional
        Regions of the United Nations; or a group for each country. Countries without a group
        are not part of the answer.

    Returns
    -------
    EventStudy
        Its table has a row for each event time, or group and event time. ``mean``, ``se`` and
        the limits of a 95 % t-interval, ``low`` and ``high``, are in points; without a score
        all are missing, with one score all except ``mean``.

    Raises
    ------
    PanelError
        If the scores break their contract, or the events do not hold one integer year or none
        for each country, or name none of the countries.
    ValueError
        If the window is not a pair of integers in order, the base is not an integer, the cohort
        or the groups are not one of the above, or no country has a group.

    Notes
    -----
    ``se`` and the interval take the countries of a row as a random sample, independent of each
    other. The means describe; there is no comparison with countries that have no event.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "NGA", "SOM"], [2003, 2004, 2005]],
    ...                                    names=["country", "year"])
    >>> scores = pd.Series([12, 12, 14, 8, 9, 11, None, None, 4], index=index)
    >>> events = pd.Series({"DEU": 2003, "NGA": 2004, "SOM": 2004})
    >>> study = event_study(scores, events, window=(-1, 1))
    >>> study.table["mean"].to_list(), study.table["n"].to_list(), study.n, study.dropped
    ([-1.0, 0.0, 1.0], [1, 2, 2], 2, ('SOM',))
    """
    return _event_study(
        check_scores(scores), events, window=window, base=base, cohort=cohort, by=by
    )


def _event_study(
    scores: pd.Series,
    events: pd.Series,
    *,
    window: Years = (-10, 10),
    base: int | None = 0,
    cohort: Cohort = "all",
    by: str | pd.Series | None = None,
) -> EventStudy:
    first, last = span("window", window)
    if isinstance(by, pd.Series) and by.index.nlevels > 1:
        raise ValueError("by must be 'region', or a Series of groups indexed by country")
    units = scores.index.unique("country")
    years = years_by_country("events", events, units).dropna().sort_index()
    members = wide(scores, cohort=cohort)
    years = years.drop(units.difference(members.index), errors="ignore")
    times = pd.Index(np.arange(first, last + 1), name="event_time")
    aligned = _around(scores, years, times)
    if base is not None:
        start = _around(scores, years, pd.Index([whole("base", base)]))
        aligned = aligned.sub(start.iloc[:, 0], axis=0)
    used = aligned.notna().any(axis=1)
    if by is None:
        table, n = _intervals(aligned), int(used.sum())
    else:
        parts = {name: part.dropna(how="all") for name, part in groups(aligned, by)}
        tables = {name: _intervals(part) for name, part in parts.items()}
        table = pd.concat(tables, names=[group_name(by, beside="event_time")])
        n = sum(map(len, parts.values()))
    carry(table, scores, events, **left_out(scores, members, cohort, None))
    return EventStudy(table, n, tuple(aligned.index[~used]))


def _intervals(values: pd.DataFrame) -> pd.DataFrame:
    """Return the mean of each column and the limits of its t-interval."""
    from scipy.special import stdtrit

    means = _averages(values)
    freedom = (means["n"] - 1).clip(lower=1)
    reach = means["se"] * stdtrit(freedom, (1 + CONFIDENCE) / 2)
    means["low"], means["high"] = means["mean"] - reach, means["mean"] + reach
    return means[["mean", "se", "low", "high", "n"]]


def _around(scores: pd.Series, years: pd.Series, times: pd.Index) -> pd.DataFrame:
    """Return a table with a row per country and a column per time since its event."""
    calendar = years.to_numpy()[:, None] + times.to_numpy()
    units = years.index.repeat(len(times))
    values = at(scores, units, calendar.ravel()).reshape(calendar.shape)
    return pd.DataFrame(values, index=years.index, columns=times)
