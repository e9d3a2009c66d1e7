"""Means around an event."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from .._options import whole
from ..panel.check import check_scores
from ..panel.labels import carry
from ..panel.selection import span
from ..panel.shape import at, group_name, groups, wide, years_by_country
from ..typing import Cohort, Years
from .averages import CONFIDENCE, _averages


class EventStudy(NamedTuple):
    """Averages by the time since an event, and who they are averages of.

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
    """Countries of the cohort that have an event but add nothing, for want of a score at the base
    or in the window."""


def event_study(
    scores: pd.Series,
    events: pd.Series,
    *,
    window: Years = (-10, 10),
    base: int | None = 0,
    cohort: Cohort = "all",
    by: str | pd.Series | None = None,
) -> EventStudy:
    """Average scores by the time since an event that each country has in a year of its own.

    A missing score is left out of its event time, and ``n`` counts those that remain; so the
    countries averaged differ along the window. Higher is better.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index.
    events : Series, index country
        Year of each country's event; missing for never.
    window : (int, int)
        First and last event time, in years; 0 is the year of the event.
    base : int or None
        The event time since which change is measured; None averages the levels themselves. A
        country without a score at that time drops out.
    cohort : {"all", "balanced"}, int or list of str
        Whose events to look at, as for :func:`yearly_means`.
    by : {"region"} or Series, index country, optional
        Regions of the United Nations; or a group for each country. What has no group is left
        out.

    Returns
    -------
    EventStudy
        Its table has a row for each event time, or group and event time. ``mean``, ``se`` and
        the limits of a 95 % t-interval, ``low`` and ``high``, are in points; without a score
        all are missing, with one all but ``mean``.

    Raises
    ------
    PanelError
        When the scores break their contract, or the events are not one whole year or none for
        each country, or of no country of the scores.
    ValueError
        When the window is no pair of integers in order, the base no whole number, the cohort or
        the groups are none of the above, or no country has a group.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "NGA", "SOM"], [2003, 2004, 2005]],
    ...                                    names=["country", "year"])
    >>> scores = pd.Series([12, 12, 14, 8, 9, 11, None, None, 4], index=index)
    >>> events = pd.Series({"DEU": 2003, "NGA": 2004, "SOM": 2004})
    >>> found = event_study(scores, events, window=(-1, 1))
    >>> found.table["mean"].to_list(), found.table["n"].to_list(), found.n, found.dropped
    ([-1.0, 0.0, 1.0], [1, 2, 2], 2, ('SOM',))
    """
    checked = check_scores(scores)
    first, last = span("window", window)
    if isinstance(by, pd.Series) and by.index.nlevels > 1:
        raise ValueError("by must be 'region', or a Series of groups indexed by country")
    units = checked.index.unique("country")
    years = years_by_country("events", events, units).dropna().sort_index()
    others = units.difference(wide(checked, cohort=cohort).index)
    years = years.drop(others, errors="ignore")
    times = pd.Index(np.arange(first, last + 1), name="event_time")
    aligned = _around(checked, years, times)
    if base is not None:
        start = _around(checked, years, pd.Index([whole("base", base)]))
        aligned = aligned.sub(start.iloc[:, 0], axis=0)
    used = aligned.notna().any(axis=1)
    if by is None:
        table, n = _intervals(aligned), int(used.sum())
    else:
        parts = {name: part.dropna(how="all") for name, part in groups(aligned, by)}
        tables = {name: _intervals(part) for name, part in parts.items()}
        table = pd.concat(tables, names=[group_name(by, beside="event_time")])
        n = sum(map(len, parts.values()))
    carry(table, scores, events)
    return EventStudy(table, n, tuple(aligned.index[~used]))


def _intervals(values: pd.DataFrame) -> pd.DataFrame:
    from scipy.special import stdtrit

    found = _averages(values)
    freedom = (found["n"] - 1).clip(lower=1)
    reach = found["se"] * stdtrit(freedom, (1 + CONFIDENCE) / 2)
    found["low"], found["high"] = found["mean"] - reach, found["mean"] + reach
    return found[["mean", "se", "low", "high", "n"]]


def _around(scores: pd.Series, years: pd.Series, times: pd.Index) -> pd.DataFrame:
    """Lay scores out with a row per country and a column per time since its event."""
    calendar = years.to_numpy()[:, None] + times.to_numpy()
    units = years.index.repeat(len(times))
    found = at(scores, units, calendar.ravel()).reshape(calendar.shape)
    return pd.DataFrame(found, index=years.index, columns=times)
