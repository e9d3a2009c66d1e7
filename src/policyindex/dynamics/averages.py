"""Means over the countries of each year, and the parts of their change."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels.resampling import resampled
from .._options import draws_of, generator, whole
from .._wording import counted, quoted
from ..panel.check import check_scores
from ..panel.display import as_html, as_text, fields
from ..panel.labels import carry
from ..panel.selection import span, year_of
from ..panel.shape import group_name, groups, left_out, moments, wide
from ..typing import Cohort, Seed, Years
from .change import SAMPLED


class Decomposition(NamedTuple):
    """The change of a mean between two years, in points; a rise is an improvement.

    Examples
    --------
    >>> Decomposition._fields[:7]
    ('total', 'within', 'entry', 'exit', 'within_se', 'entry_se', 'exit_se')
    """

    total: float
    """``within + entry + exit``: the change of the mean over all countries scored."""
    within: float
    """Change of the mean of the stayers, the countries scored in both years."""
    entry: float
    """The change due to entrants: the mean at the end less that of the stayers."""
    exit: float
    """The change due to leavers: the mean of the stayers at the start less that of all."""
    within_se: float
    """Standard error of ``within``, of sampling countries: of paired differences."""
    entry_se: float
    """Standard error of ``entry``, of sampling countries: by bootstrap."""
    exit_se: float
    """Standard error of ``exit``, in the same way."""
    n_stayers: int
    """Countries scored in both years."""
    n_entrants: int
    """Countries scored only at the end."""
    n_leavers: int
    """Countries scored only at the start."""

    def __str__(self) -> str:
        if np.isnan(self.total):
            return "The change of the mean is missing: no country is scored in one of the years."
        change = f"The mean changed by {self.total:+z.2f} points"
        if np.isnan(self.within):
            return f"{change}; no country is scored in both years."
        stayers = counted(self.n_stayers, "country", "countries")
        error = "" if np.isnan(self.within_se) else f" (standard error {self.within_se:.2f})"
        entrants = counted(self.n_entrants, "country that entered", "countries that entered")
        leavers = counted(self.n_leavers, "country that left", "countries that left")
        return (
            f"{change}: {self.within:+z.2f}{error} within {stayers} scored in both years, "
            f"{self.entry:+z.2f} by {entrants} and {self.exit:+z.2f} by {leavers}."
            f"{SAMPLED if error else ''}"
        )

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), decomposition=fields(self))


def yearly_means(
    scores: pd.Series | pd.DataFrame,
    *,
    years: Years | None = None,
    cohort: Cohort = "all",
    by: str | pd.Series | None = None,
    population: int | Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """Compute the mean score of each year, or of each group and year.

    Missing scores are not part of any figure; ``n`` counts the others. Higher is better.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    years : (int, int), optional
        First and last year; by default those that are not thin.
    cohort : {"all", "balanced"}, int or list of str
        Every country; those scored in every year in which any country is, thin years aside;
        those scored in one year, which may lie outside `years`; or the countries listed. With
        ``"all"`` a mean also moves because other countries are scored: see :func:`decompose`.
    by : {"region", "un_sub", "un_intermediate", "world_bank"} or Series, optional
        Regions, sub-regions or intermediate regions of the United Nations, or regions of the
        World Bank, as in :func:`policyindex.countries.region`; or a group for each country or
        each (country, year). Countries and years without a group are not part of the
        answer.
    population : int or mapping of group to int, optional
        Number of countries of which those scored are a sample, with `by` for each group; e.g.
        195 for the world. By default unlimited: ``se`` is then larger: it also is the error of
        a mean that other countries could have had.

    Returns
    -------
    DataFrame, index year or (group, year)
        ``mean``, ``sd``, ``se``, ``median`` in points, and ``n``. Every year from the first to
        the last has a row. Without a score all except ``n`` are missing; with one score ``sd``
        and ``se`` are. ``attrs["se"]`` is a phrase for what ``se`` is an error of.
        ``attrs["thin_years"]`` counts the scores of the thin years that are not used by default,
        or that `years` asks for.

    Raises
    ------
    PanelError
        If the scores break their contract.
    ValueError
        If the years, the cohort, the groups or the population are not one of the above, the
        population is smaller than the number of countries scored, or no country has a group.

    Notes
    -----
    ``sd`` divides by n - 1, and ``se = sd / sqrt(n)`` with the n of its own row: the error of
    sampling countries, which assumes that the countries scored are a random sample. Of a
    population of N countries it is ``sd / sqrt(n) * sqrt(1 - n / N)``: 0 where all are scored.
    Neither is an error of coding; that is :func:`policyindex.robustness.error_means`. The
    errors of two years of the same countries are not independent, so they do not give the error
    of a change: :func:`decompose` and :func:`movers` pair each country with itself. A thin year
    has fewer scores than a quarter of the fullest year; at the ends it has no row unless
    `years` asks for it.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "NGA"], [2008, 2009]],
    ...                                    names=["country", "year"])
    >>> yearly_means(pd.Series([14, 15, None, 13], index=index)).round(3)
          mean     sd   se  median  n
    year
    2008  14.0    NaN  NaN    14.0  1
    2009  14.0  1.414  1.0    14.0  2
    """
    return _yearly_means(
        check_scores(scores), years=years, cohort=cohort, by=by, population=population
    )


def _yearly_means(
    scores: pd.Series,
    *,
    years: Years | None = None,
    cohort: Cohort = "all",
    by: str | pd.Series | None = None,
    population: int | Mapping[str, int] | None = None,
) -> pd.DataFrame:
    table = wide(scores, years=years, cohort=cohort, trim=True)
    if by is None:
        if isinstance(population, Mapping):
            raise ValueError("population must be an integer; a mapping needs groups, by=")
        answer = pd.DataFrame(_averages(table, population), table.columns)
    else:
        members = dict(groups(table, by))
        sizes = _sizes(population, list(members))
        parts = [_averages(part, sizes.get(name)) for name, part in members.items()]
        answer = pd.DataFrame(
            {name: np.concatenate([part[name] for part in parts]) for name in parts[0]},
            pd.MultiIndex.from_product(
                [members, table.columns], names=[group_name(by, beside="year"), "year"]
            ),
        )
    finite = "" if population is None else " from a finite population"
    return carry(
        answer,
        scores,
        se=f"sampling of countries{finite}",
        **left_out(scores, table, cohort, years),
    )


def _sizes(population: object, names: list[str]) -> Mapping[str, int]:
    """Return the population of each group, or refuse what does not name them all."""
    if population is None:
        return {}
    absent = [
        name for name in names if not isinstance(population, Mapping) or name not in population
    ]
    if not isinstance(population, Mapping) or absent:
        raise ValueError(
            f"population must map each group to a number of countries; {len(absent)} of "
            f"{len(names)} have none, the first {absent[0]}"
        )
    return population


def decompose(
    scores: pd.Series | pd.DataFrame, start: int, end: int, *, draws: int = 1000, rng: Seed = None
) -> Decomposition:
    """Split the change of the mean between two years into change, entry and exit of countries.

    Missing scores make entrants and leavers, never zeros. Higher is better.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    start, end : int
        The two years. Swapped, they change all signs and swap entry and exit.
    draws : int
        Number of bootstrap samples of countries, for the errors of entry and exit.
    rng : int or Generator, optional
        Source of the samples; without it they are the same each time.

    Returns
    -------
    Decomposition
        ``total`` is missing if no country is scored in one of the years, the parts if no country
        is scored in both, and ``within_se`` if only one is.

    Raises
    ------
    PanelError
        If the scores break their contract.
    ValueError
        If start or end is not a year of the scores, `draws` is not a positive integer, or
        `rng` is not a seed.

    Notes
    -----
    With stayers S, entrants E and leavers X, of n_a countries at the start a and n_b at the end
    b::

        within = mean_b(S) - mean_a(S)
        entry  = mean_b - mean_b(S) =  (n_E / n_b) (mean_b(E) - mean_b(S))
        exit   = mean_a(S) - mean_a = -(n_X / n_a) (mean_a(X) - mean_a(S))

    All errors are of sampling countries, independent of each other. ``within_se`` is that of a
    mean of paired differences, sd / sqrt(n_S): each country is compared with itself. Entry and
    exit compare different countries, as many as happen to be scored, so all countries of either
    year are resampled with both their scores. A part without any country has an error of 0.

    References
    ----------
    Melitz and Polanec (2015), doi:10.1111/1756-2171.12088.

    Examples
    --------
    Both countries scored throughout gain a point, and a weaker one enters:

    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "NGA", "SOM"], [2000, 2009]],
    ...                                    names=["country", "year"])
    >>> parts = decompose(pd.Series([14, 15, 12, 13, None, 5], index=index), 2000, 2009)
    >>> parts.total, parts.within, parts.entry, parts.exit
    (-2.0, 1.0, -3.0, 0.0)
    """
    return _decompose(check_scores(scores), start, end, draws=draws, rng=rng)


def _decompose(
    scores: pd.Series, start: int, end: int, *, draws: int = 1000, rng: Seed = None
) -> Decomposition:
    years = [year_of(scores, "start", start), year_of(scores, "end", end)]
    before, after = wide(scores)[years].to_numpy().T
    return _parts(before, after, draws, rng)


def decompose_yearly(
    scores: pd.Series | pd.DataFrame, start: int, end: int, *, draws: int = 1000, rng: Seed = None
) -> pd.DataFrame:
    """Split the change of the mean from each year to the next, through a range of years.

    Each part of each step adds up, over the steps, to a part of the whole change. Missing scores
    make entrants and leavers. Higher is better.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    start, end : int
        First and last year.
    draws : int
        Number of bootstrap samples of countries, for the errors of entry and exit.
    rng : int or Generator, optional
        Source of the samples; without it they are the same each time.

    Returns
    -------
    DataFrame, index year
        A row for each step, by the year in which it ends; columns as the fields of
        :class:`Decomposition`. Missing where a year has no score. ``attrs["thin_years"]``
        counts the scores of the thin years among them.

    Raises
    ------
    PanelError
        If the scores break their contract.
    ValueError
        If start or end is not a year of the scores, start is after end, `draws` is not a
        positive integer, or `rng` is not a seed.

    Notes
    -----
    A country that enters counts as an entrant once and as a stayer afterwards, so ``within``
    summed over the steps includes the later changes of entrants. It is the change within
    countries of a mean linked from year to year, whereas :func:`policyindex.decompose` follows
    only the countries scored at the start.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "SOM"], [2007, 2008, 2009]],
    ...                                    names=["country", "year"])
    >>> scores = pd.Series([14, 14, 15, None, 4, 5], index=index)
    >>> decompose_yearly(scores, 2007, 2009)[["total", "within", "entry"]]
          total  within  entry
    year
    2008   -5.0     0.0   -5.0
    2009    1.0     1.0    0.0
    """
    return _decompose_yearly(check_scores(scores), start, end, draws=draws, rng=rng)


def _decompose_yearly(
    scores: pd.Series, start: int, end: int, *, draws: int = 1000, rng: Seed = None
) -> pd.DataFrame:
    years = span("(start, end)", (year_of(scores, "start", start), year_of(scores, "end", end)))
    table = wide(scores, years=years)
    answer = pd.DataFrame(
        [_parts(before, after, draws, rng) for before, after in pairwise(table.to_numpy().T)],
        index=pd.Index(table.columns[1:], name="year"),
        columns=Decomposition._fields,
    )
    return carry(answer, scores, **left_out(scores, table, "all", years))


def _averages(table: pd.DataFrame, population: int | None = None) -> dict[str, NDArray[Any]]:
    """Describe each column of a wide table by its cells that are not missing."""
    mean, sd, median, n = moments(table.to_numpy())
    se = sd / np.sqrt(np.maximum(n, 1))
    if population is not None:
        size = whole("population", population, least=1)
        if n.max(initial=0) > size:
            fullest = table.columns[int(n.argmax())]
            raise ValueError(
                f"population must not be smaller than the number of countries scored; got "
                f"{quoted(population)}, and {n.max()} are scored in {fullest}"
            )
        se = se * np.sqrt(1 - n / size)
    return {"mean": mean, "sd": sd, "se": se, "median": median, "n": n}


def _parts(
    before: NDArray[np.float64], after: NDArray[np.float64], draws: int, rng: Seed
) -> Decomposition:
    """Decompose the change between two years, given each country's scores in both."""
    scored = ~(np.isnan(before) & np.isnan(after))
    # in the order of their scores: the samples do not depend on the names of countries
    before, after = (
        side[scored][np.lexsort((after[scored], before[scored]))] for side in (before, after)
    )
    at_start, at_end = ~np.isnan(before), ~np.isnan(after)
    stay = at_start & at_end
    total, within, entry, leaving = (float(each[0]) for each in _changes(before, after))
    n = int(stay.sum())
    difference = (after - before)[stay]
    draws, random = draws_of(draws), generator(rng)
    samples = resampled(len(before), draws, random) if len(before) else np.empty((draws, 0))
    _, _, entries, exits = _changes(before, after, samples)
    return Decomposition(
        total=total,
        within=within,
        entry=entry,
        exit=leaving,
        within_se=float(difference.std(ddof=1) / np.sqrt(n)) if n > 1 else np.nan,
        entry_se=_deviation(entries),
        exit_se=_deviation(exits),
        n_stayers=n,
        n_entrants=int((at_end & ~stay).sum()),
        n_leavers=int((at_start & ~stay).sum()),
    )


def _changes(
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    samples: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], ...]:
    """Return the change of the mean and its three parts, in each sample of the countries."""
    times = np.ones((1, len(before))) if samples is None else samples
    at_start, at_end = ~np.isnan(before), ~np.isnan(after)
    stay = at_start & at_end

    def mean(values: NDArray[np.float64], members: NDArray[np.bool_]) -> NDArray[np.float64]:
        n = times @ members.astype(np.float64)
        sums = times @ np.where(members, values, 0.0)
        return np.where(n > 0, sums / np.maximum(n, 1), np.nan)

    mean_start, mean_end = mean(before, at_start), mean(after, at_end)
    stay_start, stay_end = mean(before, stay), mean(after, stay)
    return (
        mean_end - mean_start,
        stay_end - stay_start,
        mean_end - stay_end,
        stay_start - mean_start,
    )


def _deviation(values: NDArray[np.float64]) -> float:
    """Return the standard deviation over the samples that have a value."""
    defined = values[~np.isnan(values)]
    return float(defined.std(ddof=1)) if len(defined) > 1 else np.nan
