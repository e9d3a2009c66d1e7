"""Changes since an event, beside those of countries without it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels.staggered import staggered, staggered_draws
from .._options import draws_of, generator, one_of, whole
from .._wording import counted, joined, listed, signed
from ..panel.check import check_scores
from ..panel.display import as_html, as_text
from ..panel.labels import carry
from ..panel.selection import span
from ..panel.shape import at, group_name, groups, left_out, wide, years_by_country
from ..typing import Cohort, Seed, Years
from .averages import _averages

CONFIDENCE = 0.95

CONTROLS = {
    "not_yet": "countries without the event so far",
    "never": "countries that never have the event",
    "none": "",
}
"""Control groups in words."""

WINDOWS = ("all", "balanced")
"""Countries with an event that are used: all, or those scored at every event time."""


class EventStudy(NamedTuple):
    """Mean changes by the time since an event, less those of controls.

    Examples
    --------
    >>> EventStudy._fields
    ('table', 'n', 'dropped', 'never', 'control', 'base', 'critical', 'draws')
    """

    table: pd.DataFrame
    """Index event_time, in years; ``mean``, ``se``, ``low``, ``high``, ``n`` countries with the
    event and ``n_controls`` without it."""
    n: int
    """Countries with the event in the table."""
    dropped: tuple[str, ...]
    """Countries of the cohort with an event that are not in the table: they have no score at the
    base or in the window, or no controls."""
    never: int
    """Countries of the cohort with a score that never have the event."""
    control: str
    """The control group: ``not_yet``, ``never`` or ``none``."""
    base: int | None
    """The event time from which change is measured."""
    critical: float | pd.Series
    """Standard errors between a mean and its limits, by group where there are groups; missing
    without controls, where each row has its own t-interval."""
    draws: int
    """Resamples of countries behind ``se`` and ``critical``; 0 without controls."""

    def __str__(self) -> str:
        times = self.table.index.get_level_values("event_time")
        dropped = counted(
            len(self.dropped), "country with an event is", "countries with an event are"
        )
        names = f": {listed(self.dropped)}" if self.dropped else ""
        lost = f"{dropped} dropped for lack of scores or controls{names}."
        window = f"from {signed(times.min())} to {signed(times.max())} years after the event"
        if self.control == "none":
            return (
                f"Means of {counted(self.n, 'country', 'countries')} {window}, without a control "
                f"group; {lost} The intervals take the countries as a random sample."
            )
        head = (
            f"Mean change of {counted(self.n, 'country', 'countries')} since event time "
            f"{signed(self.base or 0)}, less that of {CONTROLS[self.control]} "
            f"({self.never:,} never have it), {window}; {lost}"
        )
        tail = (
            "Assumed: parallel paths without the event, nothing in anticipation of it, and "
            "independent countries. A comparison, no proof of cause."
        )
        return f"{head} {self._pretrend()} {self._limits()} {tail}"

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), changes=self.table)

    def _limits(self) -> str:
        reach = "c" if isinstance(self.critical, pd.Series) else f"{self.critical:.2f}"
        return (
            f"The 95 % limits hold at all event times together: mean \N{PLUS-MINUS SIGN} {reach} "
            f"se, from {self.draws:,} resamples of countries."
        )

    def _pretrend(self) -> str:
        """Describe the differences before the event, which parallel paths would not have."""
        times = self.table.index.get_level_values("event_time")
        early = self.table[(times < 0) & (times < (self.base or 0))].dropna(subset="low")
        if not len(early):
            return "No difference before the base has limits: parallel paths are not checked."
        apart = (early["low"] > 0) | (early["high"] < 0)
        extremes = dict.fromkeys(signed(each, 2) for each in early["mean"].agg(["min", "max"]))
        means = " to ".join(extremes)
        before = f"Before the event the mean difference is {means}"
        if not apart.any():
            return (
                f"{before}; its limits include 0 at every time before the base, which does not "
                f"prove parallel paths."
            )
        when = early.index.get_level_values("event_time")[apart].unique().sort_values()
        return (
            f"{before}; its limits exclude 0 at event time {joined(map(signed, when))}, so the "
            f"paths were not parallel before it."
        )


def event_study(
    scores: pd.Series | pd.DataFrame,
    events: pd.Series,
    *,
    window: Years = (-10, 10),
    base: int | None = -1,
    control: str = "not_yet",
    cohort: Cohort = "all",
    by: str | pd.Series | None = None,
    window_cohort: str = "all",
    draws: int = 1000,
    rng: Seed = None,
) -> EventStudy:
    """Compute mean changes since an event, less those of countries without the event.

    A change needs a score in both years. Missing scores are not part of any figure; ``n`` counts
    the others, so that the countries behind a mean differ along the window unless it is balanced.
    Higher is better.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    events : Series, index country
        Year of each country's event; missing for never. A country that is not in the index
        never has the event.
    window : (int, int)
        First and last event time, in years; 0 is the year of the event.
    base : int or None
        The event time of the window from which change is measured. With None the means are of the
        scores themselves, which needs ``control="none"``.
    control : {"not_yet", "never", "none"}
        Countries without the event by the later of the two years of a change; countries that
        never have it; or the changes alone.
    cohort : {"all", "balanced"}, int or list of str
        The countries of the study, as for :func:`yearly_means`.
    by : {"region", "un_sub", "un_intermediate", "world_bank"} or Series, index country, optional
        Regions, sub-regions or intermediate regions of the United Nations, or regions of the
        World Bank, as in :func:`policyindex.countries.region`; or a group for each country.
        Each group has its own controls. Countries without a group are not part of the answer.
    window_cohort : {"all", "balanced"}
        The countries with an event that are used: all, or those with a score at every time of
        the window.
    draws : int
        Resamples of countries.
    rng : int or Generator, optional
        Source of the resamples; by default they are the same each time.

    Returns
    -------
    EventStudy
        Its table has a row for each event time, or group and event time. ``mean``, ``se``,
        ``low`` and ``high`` are in points. ``mean`` is missing without controls or without a
        country with the event; the others also with one of either.

    Raises
    ------
    PanelError
        If the scores break their contract, or the events do not hold one integer year or none
        for each country, or name none of the countries.
    ValueError
        If the window is not a pair of integers in order, the base is not an integer, not a time
        of the window or the only one, or None beside a control group, another option is not one
        of the above, or no country has a group.

    Notes
    -----
    Cohort g has its event in year g. Its difference at time k is the mean of x(g+k) - x(g+base)
    over the cohort, less the same mean over its controls. ``mean`` weights the cohorts by their
    countries used.

    ASSUMPTION: without the event both groups would have changed equally (parallel paths), nothing
    changes in anticipation of it before the base, and countries are independent. Differences
    before the base that are not 0 speak against it; the sentence of the answer reports them. A
    comparison of this kind is not a proof of cause: countries choose when to act.

    ``se`` is the standard deviation over resamples of countries with their events. The limits
    mean - c se and mean + c se hold at all times together in 95 % of cases: c is the 95 %
    quantile of the largest abs(resampled - mean) / se over the times.

    With ``control="none"``, ``se`` is sd / sqrt(n), and the limits are those of a t-interval for
    each time alone.

    References
    ----------
    Callaway and Sant'Anna (2021), doi:10.1016/j.jeconom.2020.12.001. Sun and Abraham (2021),
    doi:10.1016/j.jeconom.2020.09.006.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "NGA", "SOM"], [2003, 2004, 2005]],
    ...                                    names=["country", "year"])
    >>> scores = pd.Series([12, 12, 14, 8, 10, 11, 4, 4, 5], index=index)
    >>> study = event_study(scores, pd.Series({"DEU": 2005, "NGA": 2004}), window=(-1, 1))
    >>> study.table["mean"].to_list(), study.table["n"].to_list(), study.never
    ([0.0, 1.5, 2.0], [2, 2, 1], 1)
    """
    return _event_study(
        check_scores(scores),
        events,
        window=window,
        base=base,
        control=control,
        cohort=cohort,
        by=by,
        window_cohort=window_cohort,
        draws=draws,
        rng=rng,
    )


def _event_study(
    scores: pd.Series,
    events: pd.Series,
    *,
    window: Years = (-10, 10),
    base: int | None = -1,
    control: str = "not_yet",
    cohort: Cohort = "all",
    by: str | pd.Series | None = None,
    window_cohort: str = "all",
    draws: int = 1000,
    rng: Seed = None,
) -> EventStudy:
    first, last = span("window", window)
    one_of("control", control, tuple(CONTROLS))
    one_of("window_cohort", window_cohort, WINDOWS)
    draws, random = draws_of(draws), generator(rng)
    if base is not None:
        base = _base_within(first, last, whole("base", base))
    elif control != "none":
        raise ValueError(
            f"base must be an integer with control={control!r}, since changes are compared; got "
            f"None; for means of the scores themselves use control='none'"
        )
    if isinstance(by, pd.Series) and by.index.nlevels > 1:
        raise ValueError("by must be a scheme of regions, or a Series of groups indexed by country")
    units = scores.index.unique("country")
    years = years_by_country("events", events, units).dropna().sort_index()
    members = wide(scores, cohort=cohort)
    years = years.drop(units.difference(members.index), errors="ignore")
    times = pd.Index(np.arange(first, last + 1), name="event_time")
    table = wide(scores).loc[members.index].dropna(how="all")
    parts: dict[Any, pd.DataFrame] = {None: table}
    if by is not None:
        parts = {name: part.dropna(how="all") for name, part in groups(table, by)}
    studies = {}
    for name, part in parts.items():
        if control == "none":
            of_part = years[years.index.isin(part.index)]
            studies[name] = _described(scores, of_part, times, base, window_cohort)
        else:
            studies[name] = _compared(
                part, years, times, base or 0, control, window_cohort, draws, random
            )
    answer = pd.concat(
        {name: each.table for name, each in studies.items()},
        names=None if by is None else [group_name(by, beside="event_time")],
    )
    if by is None:
        answer = answer.droplevel(0)
    used = [unit for each in studies.values() for unit in each.units]
    critical = pd.Series({name: each.critical for name, each in studies.items()}, dtype=float)
    scored = pd.Index([unit for part in parts.values() for unit in part.index])
    critical = critical.rename_axis(answer.index.names[0]).rename("critical")
    notes = left_out(scores, members, cohort, None)
    for each in (answer, critical):
        carry(each, scores, events, **notes, assumption=_assumption(control))
    return EventStudy(
        answer,
        len(used),
        tuple(years.index.difference(used)),
        len(scored.difference(years.index)),
        control,
        base,
        float(critical.iloc[0]) if by is None else critical,
        0 if control == "none" else draws,
    )


def _base_within(first: int, last: int, base: int) -> int:
    """Return the base of a window, or refuse one that no change of the window is seen against."""
    if not first <= base <= last:
        raise ValueError(
            f"base must be an event time of the window, where the change is 0; got "
            f"base {signed(base)} and window {signed(first)} to {signed(last)}; choose another "
            f"base, or a wider window"
        )
    if first == last:
        raise ValueError(
            f"window must have an event time besides the base, at which every change is 0; got "
            f"base {signed(base)} and window {signed(first)} to {signed(last)}"
        )
    return base


class _Study(NamedTuple):
    """The study of one group."""

    table: pd.DataFrame
    units: pd.Index
    """Countries with the event in the table."""
    critical: float


def _compared(
    table: pd.DataFrame,
    years: pd.Series,
    times: pd.Index,
    base: int,
    control: str,
    window_cohort: str,
    draws: int,
    rng: np.random.Generator,
) -> _Study:
    """Compare the changes of countries with the event to those of the controls."""
    values, first = table.to_numpy(), int(table.columns[0]) if len(table.columns) else 0
    events = years.reindex(table.index).fillna(np.inf).to_numpy() - first
    rules = {"never": control == "never", "whole": window_cohort == "balanced"}
    steps = [int(time) for time in times]
    fit = staggered(values, events, steps, base, **rules)
    resamples = staggered_draws(values, events, steps, base, **rules, draws=draws, rng=rng)
    enough = (fit.n > 1) & (fit.controls > 1)
    se = np.where(enough, _sd(resamples), np.nan)
    critical = _critical(resamples, fit.means, se)
    reach = np.where(se > 0, critical * se, se)
    study = pd.DataFrame(
        {
            "mean": fit.means,
            "se": se,
            "low": fit.means - reach,
            "high": fit.means + reach,
            "n": fit.n,
            "n_controls": fit.controls,
        },
        index=times,
    )
    return _Study(study, table.index[fit.used.any(axis=1)], critical)


def _sd(resamples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the standard deviation of each column over the draws that have a mean."""
    spread: NDArray[np.float64] = pd.DataFrame(resamples).std().to_numpy()
    return spread


def _critical(
    resamples: NDArray[np.float64], means: NDArray[np.float64], se: NDArray[np.float64]
) -> float:
    """Return the number of standard errors that all times of 95 % of the draws stay within."""
    varied = se > 0
    if not varied.any():
        return np.nan
    apart = np.abs(resamples[:, varied] - means[varied]) / se[varied]
    largest = np.max(np.nan_to_num(apart), axis=1)
    return float(np.quantile(largest, CONFIDENCE))


def _described(
    scores: pd.Series, years: pd.Series, times: pd.Index, base: int | None, window_cohort: str
) -> _Study:
    """Describe the countries with the event alone."""
    aligned = _around(scores, years, times)
    if window_cohort == "balanced":
        aligned = aligned.dropna()
    if base is not None:
        start = _around(scores, years, pd.Index([base]))
        aligned = aligned.sub(start.iloc[:, 0].reindex(aligned.index), axis=0)
    study = _intervals(aligned).assign(n_controls=0)
    return _Study(study, aligned.index[aligned.notna().any(axis=1)], np.nan)


def _intervals(values: pd.DataFrame) -> pd.DataFrame:
    """Return the mean of each column and the limits of its t-interval."""
    from scipy.special import stdtrit

    means = pd.DataFrame(_averages(values), values.columns)
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


def _assumption(control: str) -> str:
    if control == "none":
        return "countries are a random sample; there is not a control group"
    return (
        f"parallel paths of countries with the event and of {CONTROLS[control]}; nothing in "
        f"anticipation of it; countries are independent"
    )
