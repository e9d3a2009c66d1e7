"""Means over the countries of each year, and the parts of their change."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._wording import as_html, counted
from ..panel.check import check_scores
from ..panel.labels import carry
from ..panel.selection import span, year_of
from ..panel.shape import group_name, groups, left_out, sd, wide
from ..typing import Cohort, Years


class Decomposition(NamedTuple):
    """The change of a mean between two years, in points; a rise is an improvement.

    Examples
    --------
    >>> Decomposition._fields
    ('total', 'within', 'entry', 'exit', 'n_stayers', 'n_entrants', 'n_leavers')
    """

    total: float
    """``within + entry + exit``: the change of the mean over all countries scored."""
    within: float
    """Change of the mean of the stayers, the countries scored in both years."""
    entry: float
    """The change due to entrants: the mean at the end less that of the stayers."""
    exit: float
    """The change due to leavers: the mean of the stayers at the start less that of all."""
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
        entrants = counted(self.n_entrants, "country that entered", "countries that entered")
        leavers = counted(self.n_leavers, "country that left", "countries that left")
        return (
            f"{change}: {self.within:+z.2f} within {stayers} scored in both years, "
            f"{self.entry:+z.2f} by {entrants} and {self.exit:+z.2f} by {leavers}."
        )

    def _repr_html_(self) -> str:
        return as_html(str(self), pd.Series(self._asdict(), name="decomposition"))


def yearly_means(
    scores: pd.Series | pd.DataFrame,
    *,
    years: Years | None = None,
    cohort: Cohort = "all",
    by: str | pd.Series | None = None,
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
    by : {"region"} or Series, optional
        Regions of the United Nations; or a group for each country or each (country, year).
        Countries and years without a group are not part of the answer.

    Returns
    -------
    DataFrame, index year or (group, year)
        ``mean``, ``sd``, ``se``, ``median`` in points, and ``n``. Every year from the first to
        the last has a row. Without a score all except ``n`` are missing; with one score ``sd``
        and ``se`` are. ``attrs["thin_years"]`` counts the scores of the thin years that are
        not used by default, or that `years` asks for.

    Raises
    ------
    PanelError
        If the scores break their contract.
    ValueError
        If the years, the cohort or the groups are not one of the above, or no country has a
        group.

    Notes
    -----
    ``sd`` divides by n - 1, and ``se = sd / sqrt(n)`` with the n of its own row: the error of
    sampling countries. A thin year has fewer scores than a quarter of the fullest year; at the
    ends it has no row unless `years` asks for it.

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
    return _yearly_means(check_scores(scores), years=years, cohort=cohort, by=by)


def _yearly_means(
    scores: pd.Series,
    *,
    years: Years | None = None,
    cohort: Cohort = "all",
    by: str | pd.Series | None = None,
) -> pd.DataFrame:
    table = wide(scores, years=years, cohort=cohort, trim=True)
    if by is None:
        answer = _averages(table)
    else:
        parts = {name: _averages(part) for name, part in groups(table, by)}
        answer = pd.concat(parts, names=[group_name(by, beside="year")])
    return carry(answer, scores, **left_out(scores, table, cohort, years))


def decompose(scores: pd.Series | pd.DataFrame, start: int, end: int) -> Decomposition:
    """Split the change of the mean between two years into change, entry and exit of countries.

    Missing scores make entrants and leavers, never zeros. Higher is better.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    start, end : int
        The two years. Swapped, they change all signs and swap entry and exit.

    Returns
    -------
    Decomposition
        Missing where there is no mean: ``total`` if no country is scored in one of the years,
        the parts if no country is scored in both.

    Raises
    ------
    PanelError
        If the scores break their contract.
    ValueError
        If start or end is not a year of the scores.

    Notes
    -----
    With stayers S, entrants E and leavers X, of n_a countries at the start a and n_b at the end
    b::

        within = mean_b(S) - mean_a(S)
        entry  = mean_b - mean_b(S) =  (n_E / n_b) (mean_b(E) - mean_b(S))
        exit   = mean_a(S) - mean_a = -(n_X / n_a) (mean_a(X) - mean_a(S))

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
    return _decompose(check_scores(scores), start, end)


def _decompose(scores: pd.Series, start: int, end: int) -> Decomposition:
    years = [year_of(scores, "start", start), year_of(scores, "end", end)]
    before, after = wide(scores)[years].to_numpy().T
    return _parts(before, after)


def decompose_yearly(scores: pd.Series | pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Split the change of the mean from each year to the next, through a range of years.

    Each part of each step adds up, over the steps, to a part of the whole change. Missing scores
    make entrants and leavers. Higher is better.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    start, end : int
        First and last year.

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
        If start or end is not a year of the scores, or start is after end.

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
    return _decompose_yearly(check_scores(scores), start, end)


def _decompose_yearly(scores: pd.Series, start: int, end: int) -> pd.DataFrame:
    years = span("(start, end)", (year_of(scores, "start", start), year_of(scores, "end", end)))
    table = wide(scores, years=years)
    answer = pd.DataFrame(
        [_parts(before, after) for before, after in pairwise(table.to_numpy().T)],
        index=pd.Index(table.columns[1:], name="year"),
        columns=Decomposition._fields,
    )
    return carry(answer, scores, **left_out(scores, table, "all", years))


def _averages(values: pd.DataFrame) -> pd.DataFrame:
    """Describe each column of a wide table by its cells that are not missing."""
    n, spread = values.count(), sd(values)
    return pd.DataFrame(
        {
            "mean": values.mean(),
            "sd": spread,
            "se": spread / np.sqrt(n.clip(lower=1)),
            "median": values.median(),
            "n": n,
        }
    )


def _parts(before: NDArray[np.float64], after: NDArray[np.float64]) -> Decomposition:
    """Decompose the change between two years, given each country's scores in both."""
    at_start, at_end = ~np.isnan(before), ~np.isnan(after)
    stay = at_start & at_end
    mean_start, mean_end = _mean(before[at_start]), _mean(after[at_end])
    stay_start, stay_end = _mean(before[stay]), _mean(after[stay])
    return Decomposition(
        total=mean_end - mean_start,
        within=stay_end - stay_start,
        entry=mean_end - stay_end,
        exit=stay_start - mean_start,
        n_stayers=int(stay.sum()),
        n_entrants=int((at_end & ~stay).sum()),
        n_leavers=int((at_start & ~stay).sum()),
    )


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else np.nan
