"""Transitions between levels from year to year, and convergence of countries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels.chains import (
    Steps,
    likelihood_ratio,
    permuted_pvalue,
    resampled_shares,
    shares,
    steady_states,
    steps_of,
)
from .._kernels.persistence import LEAST_COUNTRIES, fit, rounding
from .._kernels.regression_to_mean import null_slopes
from .._options import draws_of, finite, generator
from .._wording import are_not, counted, listed, quoted
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError, check_scores
from ..panel.dimensions import MOST_LEVELS, levels_on, occurring, scale_of
from ..panel.display import as_html, as_text
from ..panel.labels import carry
from ..panel.numbers import LARGEST
from ..panel.selection import thin_years, year_of
from ..panel.shape import group_name, groups, left_out, moments, wide
from ..typing import Cohort, Scale, Seed, Years
from .direction import stated_persistence

Float64 = NDArray[np.float64]

LEVELS = "a level of each country, persistent departures from it, and rounding"
"""What scores are made of where nothing converges."""


class Transitions(NamedTuple):
    """Steps between levels from one year to the next.

    Rows are the level, or the group and level, from which a step starts.

    Examples
    --------
    >>> Transitions._fields[:5]
    ('counts', 'probabilities', 'steady_state', 'mean_stay', 'limits')
    """

    counts: pd.DataFrame
    """Number of steps, by the level at which they end."""
    probabilities: pd.DataFrame
    """Shares of each row's steps; missing in a row without any."""
    steady_state: pd.Series
    """Share of time at each level in the long run, if the probabilities stayed the same."""
    mean_stay: pd.Series
    """Mean number of years at a level before a country leaves it."""
    limits: pd.DataFrame
    """Limits of the 95 % intervals: ``steady_state_low``, ``steady_state_high``,
    ``mean_stay_low`` and ``mean_stay_high``."""
    n: int
    """Number of all steps."""
    n_countries: int
    """Countries with a step."""
    statistic: float
    """Likelihood ratio against equal probabilities in all groups; missing without groups."""
    pvalue: float
    """Share of permutations, the observed one included, with a ratio at least as large; missing
    without groups."""
    draws: int
    """Resamples behind the limits, and permutations behind ``pvalue``."""

    def __str__(self) -> str:
        levels = counted(len(self.counts.columns), "level", "levels")
        steps = counted(self.n, "step", "steps").capitalize()
        units = counted(self.n_countries, "country", "countries")
        sentence = f"{steps} of {units} between consecutive years, on {levels}."
        if not np.isnan(self.pvalue):
            sentence += (
                f" Equal probabilities in all groups: likelihood ratio {self.statistic:.1f}, "
                f"p = {self.pvalue:.3g} of {self.draws:,} permutations {self._permuted()}."
            )
        return f"{sentence} {self._assumption()}"

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        levels = pd.concat([self.steady_state, self.mean_stay, self.limits], axis=1)
        return as_html(
            str(self), steps=self.counts, probabilities=self.probabilities, levels=levels
        )

    def _permuted(self) -> str:
        return str(self.counts.attrs["permuted"])

    def _assumption(self) -> str:
        assumption = str(self.counts.attrs["assumption"])
        return f"Assumed: {assumption}."


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
    """The beta to expect without convergence: the median of draws in which scores depart from a
    level for a while, and return."""
    noise_low: float
    """Lower end of the central 95 % of these draws."""
    noise_high: float
    """Upper end."""
    start: int | None
    """First year of the regression; None with fewer than two years."""
    end: int | None
    """Last year of the regression."""
    persistence: float
    """Correlation of a country's departures from its level in two consecutive years."""
    scale: Scale | None
    """The scale to which the draws are cut; None where scores have none."""
    draws: int
    """Number of draws."""

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
            f"(standard error {self.se:.2f}) over {self.n:,} countries. {self._band()} The "
            f"standard deviation went from {spread[self.start]:.2f} to {spread[self.end]:.2f} "
            f"points.{note}"
        )

    def _band(self) -> str:
        """Compare beta to the draws without convergence, and state their assumption."""
        if np.isnan(self.noise_low):
            return (
                f"The beta to expect without convergence is missing: persistence needs "
                f"{LEAST_COUNTRIES} countries with enough scores."
            )
        inside = self.noise_low <= self.beta <= self.noise_high
        verdict = "Beta lies within this band" if inside else "Beta lies beyond this band"
        cut = "not cut to a scale"
        if self.scale is not None:
            cut = f"cut to {self.scale[0]} to {self.scale[1]}"
        return (
            f"Without convergence it would be {self.beta_noise:z.2f} (95 % of {self.draws:,} "
            f"draws: {self.noise_low:z.2f} to {self.noise_high:z.2f}). {verdict}. Assumed for it: "
            f"a level of each country, departures with persistence {self.persistence:.2f}, and "
            f"rounding; scores {cut}."
        )

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), by_year=self.by_year)

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
    levels: Iterable[float] | None = None,
    codebook: Codebook = THREE_P,
    draws: int = 1000,
    rng: Seed = None,
) -> Transitions:
    """Count the steps between levels from one year to the next.

    A step joins a year with the calendar year after it, if both have a score: a step never crosses
    a gap.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    years : (int, int), optional
        First and last year between which a step must lie; by default all.
    by : {"region", "un_sub", "un_intermediate", "world_bank"} or Series, optional
        Regions, sub-regions or intermediate regions of the United Nations, or regions of the
        World Bank, as in :func:`policyindex.countries.region`; or a group for each country or
        each (country, year), the year in which a step starts. The answer then tests whether
        all groups have the same probabilities.
    split_year : int, optional
        Two groups: the steps that start before this year, and the others. Not together with
        `by`.
    levels : iterable of float, optional
        The levels of the scale. By default those that the codebook has for scores of this name;
        if it has none, the levels that occur: integers, or at most twelve different values, e.g.
        the tiers 1, 2, 2.5 and 3.
    codebook : Codebook
        The scales of scores by their names.
    draws : int
        Resamples of countries for the limits, and permutations for the p-value.
    rng : int or Generator, optional
        Source of both; by default they are the same each time.

    Returns
    -------
    Transitions
        Every level has a row and a column. ``mean_stay`` is infinite if no country leaves a
        level. ``steady_state`` is missing if it is not unique, or if steps end at a level from
        which no step starts. Limits are missing with fewer than two countries.

    Raises
    ------
    PanelError
        If the scores break their contract, or one is off the codebook's scale or not one of the
        levels.
    ValueError
        If the years, the levels or the groups are not one of the above, no country has a group,
        `split_year` is not a year of the scores, it is combined with `by`, `draws` is not a
        positive integer, or `rng` is not a source of random numbers.

    Notes
    -----
    The steady state p solves p = pP. It is unique if the levels that never stop being visited
    all lead to each other; other levels have 0. A mean stay is 1 / (1 - p_ii).

    With n_gij steps of group g from i to j, the statistic is 2 sum n_gij ln(p_gij / p_ij), p_ij
    being the pooled shares. ``pvalue`` is (1 + permutations with at least this ratio) /
    (1 + draws). Where each country has steps in one group, permutations give the groups to
    other countries. Where groups differ within a country, e.g. periods, each country exchanges
    the groups in which it has steps.

    ASSUMPTION: countries are independent; the steps of one country are not. The p-value further
    assumes that countries, or the groups within a country, are exchangeable if the probabilities
    are equal. A shock to all countries in one year breaks it for periods.

    The limits are the 2.5 % and 97.5 % quantiles over resamples of countries; a resample without
    a steady state, or without a step from a level, is not part of them.

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
        draws=draws,
        rng=rng,
    )


def _transitions(
    scores: pd.Series,
    *,
    years: Years | None = None,
    by: str | pd.Series | None = None,
    split_year: int | None = None,
    levels: Iterable[float] | None = None,
    codebook: Codebook = THREE_P,
    draws: int = 1000,
    rng: Seed = None,
) -> Transitions:
    draws, random = draws_of(draws), generator(rng)
    scale = _levels(scores, levels, codebook)
    table = wide(scores, years=years)
    # Levels that are all integers are labelled as such.
    integers = bool((scale == np.floor(scale)).all())
    to = pd.Index(scale.astype(np.int64) if integers else scale, name="to")
    rows: pd.Index = to.rename("from")
    parts: dict[Any, pd.DataFrame]
    name: str | None
    if by is not None:
        parts, name = dict(groups(table, by)), group_name(by, beside="from")
    elif split_year is not None:
        parts, name = _periods(table, year_of(scores, "split_year", split_year)), "period"
    else:
        parts, name = {None: table}, None
    steps = _steps(parts, table, scale)
    counts = steps.sums(np.ones(steps.n)).astype(np.int64)
    probabilities = shares(counts)
    if name is not None:
        rows = pd.MultiIndex.from_product([list(parts), rows], names=[name, "from"])
    stay, steady = np.diagonal(probabilities, axis1=1, axis2=2), steady_states(probabilities)
    tables = (
        pd.DataFrame(counts.reshape(len(rows), len(to)), index=rows, columns=to),
        pd.DataFrame(probabilities.reshape(len(rows), len(to)), index=rows, columns=to),
        pd.Series(steady.ravel(), index=rows, name="steady_state"),
        pd.Series(_stays(stay).ravel(), index=rows, name="mean_stay"),
        pd.DataFrame(_limits(steps, draws, random), index=rows),
    )
    within = len(parts) > 1 and not steps.one_group_each()
    notes = {
        "assumption": "countries are independent, steps of one country are not",
        "permuted": "of groups within countries" if within else "of countries over groups",
    }
    for each in tables:
        carry(each, scores, **notes)
    statistic = float(likelihood_ratio(counts)) if len(parts) > 1 else np.nan
    pvalue = permuted_pvalue(steps, draws, random)
    return Transitions(*tables, int(counts.sum()), steps.n, statistic, pvalue, draws)


def _steps(parts: dict[Any, pd.DataFrame], table: pd.DataFrame, scale: Float64) -> Steps:
    """Count the steps of each country by the group of their start."""
    group = np.full((len(table), max(len(table.columns) - 1, 0)), -1)
    for place, part in enumerate(parts.values()):
        group[part.notna().to_numpy(dtype=bool)[:, :-1]] = place
    values = table.to_numpy()
    places = np.where(np.isnan(values), np.nan, np.searchsorted(scale, values))
    return steps_of(places[:, :-1], places[:, 1:], group, len(scale), len(parts))


def _stays(stay: Float64) -> Float64:
    """Return the mean number of years at a level with a probability of staying."""
    with np.errstate(divide="ignore"):
        return 1 / (1 - stay)


def _limits(steps: Steps, draws: int, rng: np.random.Generator) -> dict[str, Float64]:
    """Return the limits of the steady state and the mean stay of each row."""
    stay, steady = resampled_shares(steps, draws, rng)
    if steps.n < 2:
        stay, steady = stay * np.nan, steady * np.nan
    # A stay rises with its probability, and a quantile of stays may lie between infinite ones.
    limits = {"steady_state": _quantiles(steady), "mean_stay": _stays(_quantiles(stay))}
    return {
        f"{name}_{end}": values[place].ravel()
        for name, values in limits.items()
        for place, end in enumerate(("low", "high"))
    }


def _quantiles(values: Float64) -> Float64:
    """Return the limits of the central 95 % along the first axis, without missing values."""
    flat = pd.DataFrame(values.reshape(len(values), -1))
    return flat.quantile([0.025, 0.975]).to_numpy().reshape(2, *values.shape[1:])


def convergence(
    scores: pd.Series | pd.DataFrame,
    *,
    years: Years | None = None,
    cohort: Cohort = "balanced",
    codebook: Codebook = THREE_P,
    scale: Scale | None = None,
    persistence: float | None = None,
    draws: int = 400,
    rng: Seed = None,
) -> Convergence:
    """Measure whether the spread of scores shrinks, and whether low starters gain more.

    Missing scores are not part of any figure; beta uses the countries scored in both the first
    and the last year that is not thin. Higher is better.

    .. warning::
       A negative beta alone is not evidence of convergence. Scores are noisy and bounded: a
       country that happens to start low returns to its level. Compare ``beta`` with
       ``noise_low`` and ``noise_high``, and trust ``sd`` by year more than either.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    years : (int, int), optional
        First and last year; by default those that are not thin.
    cohort : {"all", "balanced"}, int or list of str
        The countries, as for :func:`yearly_means`. If they are not the same in every year,
        ``sd`` also changes because countries enter.
    codebook : Codebook
        The scales of scores by their names, to which the draws are cut.
    scale : (int, int), optional
        Lowest and highest score, if the codebook does not state them. Without a scale the draws
        are not cut.
    persistence : float, optional
        Correlation of departures from the level in two consecutive years, from 0 to 0.99; by
        default it is estimated from the countries and years of the regression.
    draws : int
        Panels without convergence, from which ``beta_noise``, ``noise_low`` and ``noise_high``
        are computed.
    rng : int or Generator, optional
        Source of the draws; by default they are the same each time.

    Returns
    -------
    Convergence
        ``sd`` is missing with one score; beta and all that belongs to it with fewer than three
        countries or with equal scores at the start. The band is missing if persistence is to be
        estimated from fewer than ten countries with five scores that differ.
        ``by_year.attrs["thin_years"]`` counts the scores of the thin years that are not used by
        default, or that `years` asks for.

    Raises
    ------
    PanelError
        If the scores break their contract, or one is off the scale.
    ValueError
        If the years or the cohort are not one of the above, `persistence` is not a number from 0
        to 0.99, `draws` is not a positive integer, or `rng` is not a source of random numbers.

    Notes
    -----
    A thin year has fewer scores than a quarter of the fullest year. Beta starts and ends at
    years that are not thin, unless `years` has fewer than two of them.

    ASSUMPTION of the band, in which nothing converges: a score is a country's level plus a
    stationary first-order autoregression plus rounding, and all countries share one persistence.
    Each draw

    1. resamples countries, and draws the persistence phi from a normal distribution with its
       standard error, cut to 0 to 0.97;
    2. takes the scores less the means of their years, and from their sum of squares W within
       countries the variance of departures, s2 = (W - nu sum(n_i - 1)) / sum tr(M_i R_i), with R
       the correlations phi^abs(lag), M_i centring on the n_i scored years, and nu = 1/12 if all
       scores are integers, otherwise 0;
    3. shrinks the countries' means towards each other, to the variance that is left without
       v = mean of s2 1'R_i 1 / n_i^2 + nu / n_i;
    4. simulates first and last scores around these levels and the means of the two years, rounds
       them if scores are integers, cuts them to the scale, and regresses.

    The standard error of beta is that of least squares: it is not one for a comparison with 0.

    References
    ----------
    Quah (1993), doi:10.2307/3440905.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "NGA", "SOM"], [2007, 2008, 2009]],
    ...                                    names=["country", "year"])
    >>> scores = pd.Series([5, 4, 5, 3, 4, 4, 1, 2, 3], index=index)
    >>> spread = convergence(scores, persistence=0.5)
    >>> spread.by_year["sd"].round(2).to_list(), spread.beta, spread.noise_low < spread.noise_high
    ([2.0, 1.15, 1.0], -0.5, True)
    """
    return _convergence(
        check_scores(scores),
        years=years,
        cohort=cohort,
        codebook=codebook,
        scale=scale,
        persistence=persistence,
        draws=draws,
        rng=rng,
    )


def _convergence(
    scores: pd.Series,
    *,
    years: Years | None = None,
    cohort: Cohort = "balanced",
    codebook: Codebook = THREE_P,
    scale: Scale | None = None,
    persistence: float | None = None,
    draws: int = 400,
    rng: Seed = None,
) -> Convergence:
    draws, random = draws_of(draws), generator(rng)
    phi, phi_se = (
        (np.nan, np.nan) if persistence is None else (stated_persistence(persistence), 0.0)
    )
    limits = scale_of(scores, codebook, scale)
    table = wide(scores, years=years, cohort=cohort, trim=True)
    mean, sd, _, n = moments(table.to_numpy())
    by_year = pd.DataFrame({"sd": sd, "cv": sd / mean, "mean": mean, "n": n}, table.columns)
    carry(by_year, scores, **left_out(scores, table, cohort, years), assumption=LEVELS)
    regression, noise = (np.nan,) * 3, (np.nan,) * 3
    start, end = _ends(by_year["n"], thin_years(scores))
    if start is None or end is None:
        return Convergence(by_year, *regression, 0, *noise, None, None, phi, limits, draws)
    values = table.loc[:, start:end].to_numpy()
    del table
    values = values[~np.isnan(values[:, 0]) & ~np.isnan(values[:, -1])]
    if len(values) > 2 and np.ptp(values[:, 0]) > 0:
        regression = _least_squares(values[:, 0], values[:, -1] - values[:, 0])
        if persistence is None:
            fitted = fit(values, np.arange(start, end + 1))
            if fitted.n >= LEAST_COUNTRIES:
                phi, phi_se = fitted.phi, fitted.se
        if not np.isnan(phi + phi_se):
            noise = _noise(values, phi, phi_se, limits, draws, random)
    return Convergence(by_year, *regression, len(values), *noise, start, end, phi, limits, draws)


def _noise(
    values: Float64,
    phi: float,
    se: float,
    scale: Scale | None,
    draws: int,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """Return the median slope without convergence, and the limits of 95 % of the slopes."""
    betas = null_slopes(
        values, phi, se, rounding=rounding(values), scale=scale, draws=draws, rng=rng
    )
    betas = betas[~np.isnan(betas)]
    if not len(betas):
        return np.nan, np.nan, np.nan
    low, middle, high = np.quantile(betas, [0.025, 0.5, 0.975])
    return float(middle), float(low), float(high)


def _ends(counts: pd.Series, thin: dict[int, int]) -> tuple[int, int] | tuple[None, None]:
    """Return the first and the last year with scores; without others, thin years count too.

    Both are None with fewer than two years.
    """
    scored = [int(year) for year in counts.index[counts > 0]]
    full = [year for year in scored if year not in thin]
    years = full if len(full) > 1 else scored
    return (years[0], years[-1]) if len(years) > 1 else (None, None)


def _levels(scores: pd.Series, levels: Iterable[float] | None, codebook: Codebook) -> Float64:
    """Return the levels in ascending order, or refuse scores that are not one of them."""
    present = scores.dropna()
    if levels is None:
        scale = levels_on(scale_of(scores, codebook))
        several = occurring(scores) if scale is None else None
        integers = present[present == np.floor(present)].unique()
        options = integers if scale is None else scale
        options = options if several is None else several
        rule = "integers" if scale else f"integers, or at most {MOST_LEVELS} different values"
    elif isinstance(levels, Iterable):
        options = [finite("each of the levels", level) for level in levels]
        if any(abs(level) > LARGEST for level in options):
            raise ValueError(
                f"levels must be from {-LARGEST:g} to {LARGEST:g}; got {quoted(levels)}"
            )
        rule = f"one of the levels {listed(sorted(set(options)))}"
    else:
        raise ValueError(f"levels must be several numbers; got {quoted(levels)}")
    steps = np.unique(np.array(options, dtype=np.float64))
    wrong = ~present.isin(steps)
    if wrong.any():
        first = int(wrong.argmax())
        country, year = present.index[first]
        raise PanelError(
            f"scores must be {rule}; {are_not(wrong.sum())}, the first {present.iloc[first]:g} at "
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


def _least_squares(start: Float64, change: Float64) -> tuple[float, float, float]:
    """Regress change on start: slope, its standard error and R squared."""
    x, y = start - start.mean(), change - change.mean()
    beta = x @ y / (x @ x)
    rest = max(float(y @ y - beta * (x @ y)), 0.0)
    r_squared = 1 - rest / (y @ y) if y.any() else np.nan
    return float(beta), float(np.sqrt(rest / (len(x) - 2) / (x @ x))), float(r_squared)
