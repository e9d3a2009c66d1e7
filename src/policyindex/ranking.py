"""Ranks within a year, equal scores, changes of rank, bounds of ranks, ranks after a change."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import countries
from ._options import Argument, one_of, truth
from ._wording import absent, counted, number
from .codebooks.model import Codebook, check_codebook
from .codebooks.three_p import THREE_P
from .panel.check import PanelError, check_panel, check_scores
from .panel.dimensions import dimensions, on_scale, totals
from .panel.display import as_html, as_text, names_and_codes
from .panel.labels import carry
from .panel.selection import by_year, complete, complete_rows, thin_label, year_of
from .panel.shape import wide
from .typing import Cohort, Scale

__all__ = ["Groups", "groups", "rank_bounds", "rank_changes", "ranks", "what_if"]

Ties: TypeAlias = Literal["min", "max", "dense", "average"]

METHODS = ("min", "max", "dense", "average")


def ranks(
    scores: pd.Series | pd.DataFrame,
    year: int | None = None,
    *,
    method: str = "min",
    scale: Scale | None = None,
    lower_is_better: bool = False,
) -> pd.Series:
    """Rank the countries of each year, or of one year, by their scores.

    Rank 1 is the best. Missing scores are not ranked and do not affect other ranks.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    year : int, optional
        The year to rank; by default every year.
    method : {"min", "max", "dense", "average"}
        Which rank equal scores share: the best of the ranks that they take up (the published
        competition rank, 1 2 2 4), the worst (1 3 3 4), the next one (1 2 2 3) or the mean
        (1 2.5 2.5 4).
    scale : (int, int), optional
        Lowest and highest value, on which all must lie; the ranks do not depend on it.
    lower_is_better : bool
        Whether the lowest score has rank 1, e.g. of tiers, of which 1 is the best; see
        :data:`policyindex.reading.TIERS`. A direction is never inferred.

    Returns
    -------
    Series, index (country, year), name ``rank``
        From 1, the best; missing where the score is missing. Of one year, the index is country,
        and ``attrs["thin_years"]`` counts the scores of the year if they are few.

    Raises
    ------
    PanelError
        If the scores break their contract, or one is off the scale.
    ValueError
        If the method is unknown, the scale is not a pair, or the scores have no such year.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA", "PRK", "SWE"], [2009]],
    ...                                    names=["country", "year"])
    >>> ranks(pd.Series([15, 14, 3, 15], index=index), 2009).to_dict()
    {'ITA': 1.0, 'NGA': 3.0, 'PRK': 4.0, 'SWE': 1.0}
    """
    one_of("method", method, METHODS)
    truth("lower_is_better", lower_is_better)
    checked = on_scale(check_scores(scores), scale)
    if year is None:
        return _ranks(checked, method, lower_is_better)
    within = checked.xs(year_of(checked, "year", year), level="year", drop_level=False)
    answer = _ranks(within, method, lower_is_better).droplevel("year")
    return carry(answer, checked, **thin_label(checked, [year]))


def _ranks(scores: pd.Series, method: str = "min", lower_is_better: bool = False) -> pd.Series:
    """Rank by counting: only the distinct scores of a year are sorted."""
    every = scores.to_numpy()
    rows = np.flatnonzero(~np.isnan(every))
    years = np.asarray(cast(pd.MultiIndex, scores.index).codes[1])[rows].astype(np.int64)
    levels, values = pd.factorize(every[rows], sort=True)
    steps = levels if lower_is_better else len(values) - 1 - levels
    group, ties = pd.factorize(years * len(values) + steps, sort=True)
    sizes = np.bincount(group, minlength=len(ties))
    year_of_tie = ties // max(len(values), 1)
    first = np.searchsorted(year_of_tie, year_of_tie)  # the best tie of the same year
    ahead = np.cumsum(sizes) - sizes
    best = 1 + ahead - ahead[first]
    worst = best + sizes - 1
    rank = {
        "min": best,
        "max": worst,
        "average": (best + worst) / 2,
        "dense": 1 + np.arange(len(ties)) - first,
    }
    ranks = np.full(len(scores), np.nan)
    ranks[rows] = rank[method][group]
    return carry(pd.Series(ranks, scores.index, name="rank"), scores)


class Groups(NamedTuple):
    """The countries of one year by their score; ``str()`` counts them in a sentence.

    Examples
    --------
    >>> print(Groups(2009, {15.0: ("DEU", "FRA"), 3.0: ("PRK",)}))
    2009: two countries at 15; the lowest, North Korea, at 3.
    """

    year: int
    """The year of the scores."""
    by_score: dict[float, tuple[str, ...]]
    """Score to countries in alphabetical order, the best score first."""

    def __str__(self) -> str:
        if not self.by_score:
            return f"{self.year}: no country has a score."
        *above, last = self.by_score.items()
        score, members = last
        if not above:
            return f"{self.year}: {_countries(len(members))} at {score:g}."
        (first, leaders), *rest = above
        counts = [f"{_countries(len(leaders))} at {first:g}"]
        counts += [f"{number(len(each))} at {value:g}" for value, each in rest]
        who = countries.name(*members) if len(members) == 1 else _countries(len(members))
        end = "lowest" if score < first else "highest"
        return f"{self.year}: {', '.join(counts)}; the {end}, {who}, at {score:g}."

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        rows = [
            (score, len(members), names_and_codes(members))
            for score, members in self.by_score.items()
        ]
        table = pd.DataFrame(rows, columns=["score", "n", "countries"]).set_index("score")
        return as_html(str(self), groups=table)


def groups(
    scores: pd.Series | pd.DataFrame,
    year: int,
    *,
    scale: Scale | None = None,
    lower_is_better: bool = False,
) -> Groups:
    """Group the countries of one year by their score, the highest score first.

    Missing scores are left out.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    year : int
        A year of the scores.
    scale : (int, int), optional
        Lowest and highest value, on which all must lie.
    lower_is_better : bool
        Whether the lowest score comes first, e.g. of tiers.

    Returns
    -------
    Groups
        ``year`` and ``by_score``; ``str()`` returns a sentence.

    Raises
    ------
    PanelError
        If the scores break their contract, or one is off the scale.
    ValueError
        If the scale is not a pair, or the scores have no such year.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA", "PRK", "SWE"], [2009]],
    ...                                    names=["country", "year"])
    >>> equals = groups(pd.Series([15, 14, 3, 15], index=index), 2009)
    >>> equals.by_score[15]
    ('ITA', 'SWE')
    >>> print(equals)
    2009: two countries at 15, one at 14; the lowest, North Korea, at 3.
    """
    truth("lower_is_better", lower_is_better)
    return _groups(on_scale(check_scores(scores), scale), year, lower_is_better)


def _groups(scores: pd.Series, year: int, lower_is_better: bool = False) -> Groups:
    when = year_of(scores, "year", year)
    of_year = scores.xs(when, level="year").dropna()
    in_order = of_year.sort_values(ascending=lower_is_better, kind="stable")
    values, members = in_order.tolist(), in_order.index.tolist()
    by_score: dict[float, list[str]] = {}
    for score, country in zip(values, members, strict=True):
        by_score.setdefault(score, []).append(country)
    return Groups(when, {score: tuple(group) for score, group in by_score.items()})


def rank_changes(
    scores: pd.Series | pd.DataFrame,
    start: int,
    end: int,
    *,
    cohort: Cohort = "balanced",
    method: str = "min",
    scale: Scale | None = None,
    lower_is_better: bool = False,
) -> pd.DataFrame:
    """Compare the ranks of two years.

    By default the ranks are among the countries that have a score in both years, so that no
    country falls because others entered the index. Rank 1 is the best, and a positive change is
    a rise.

    Parameters
    ----------
    scores : Series, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    start, end : int
        Two years of the scores.
    cohort : {"balanced", "all"}, int or iterable of str
        The countries to rank: those scored in both years; all, each year among those that it
        scored; those scored in one of the two years; or those listed.
    method : {"min", "max", "dense", "average"}
        As for :func:`ranks`.
    scale : (int, int), optional
        As for :func:`ranks`.
    lower_is_better : bool
        As for :func:`ranks`.

    Returns
    -------
    DataFrame, index country
        ``start`` and ``end``, the ranks in the two years, missing without a score; ``change``,
        the ranks gained (start minus end). ``attrs["thin_years"]`` counts the scores of a year
        that has few.

    Raises
    ------
    PanelError
        If the scores break their contract, or one is off the scale.
    ValueError
        If a year is not among the scores, the scale is not a pair, or the cohort or the method is
        unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA", "SWE"], [2000, 2009]],
    ...                                    names=["country", "year"])
    >>> rank_changes(pd.Series([12, 13, 11, 14, None, 15], index=index), 2000, 2009)
             start  end  change
    country
    ITA        1.0  2.0    -1.0
    NGA        2.0  1.0     1.0
    """
    one_of("method", method, METHODS)
    truth("lower_is_better", lower_is_better)
    checked = on_scale(check_scores(scores), scale)
    return _rank_changes(
        checked, start, end, cohort=cohort, method=method, lower_is_better=lower_is_better
    )


def _rank_changes(
    scores: pd.Series,
    start: int,
    end: int,
    *,
    cohort: Cohort = "balanced",
    method: str = "min",
    lower_is_better: bool = False,
) -> pd.DataFrame:
    pair = [year_of(scores, "start", start), year_of(scores, "end", end)]
    within = scores[scores.index.get_level_values("year").isin(pair)]
    if isinstance(cohort, str) and cohort == "balanced":
        # Unlike wide(cohort="balanced"), this may be empty: a year may have no score.
        table = wide(within).dropna(subset=pair)
    else:
        table = wide(within, cohort=cohort)
    before, after = (
        table[year].rank(ascending=lower_is_better, method=cast(Ties, method)) for year in pair
    )
    answer = pd.DataFrame({"start": before, "end": after, "change": before - after})
    return carry(answer, scores, **thin_label(scores, pair))


def what_if(
    panel: pd.DataFrame, country: str, year: int, *, codebook: Codebook = THREE_P
) -> pd.DataFrame:
    """Compute the rank that one point more in each dimension would bring a country.

    All other countries keep their scores. A country with a missing dimension is not ranked and
    does not affect other ranks. Rank 1 is the best, and equal scores share the better rank.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    country : str
        Name or code of a country, or a label of the panel. It needs every dimension in the year.
    year : int
        A year of the panel.
    codebook : Codebook
        The dimensions and their scales.

    Returns
    -------
    DataFrame, index dimension
        ``score`` of the dimension, in points; ``rank``, by the overall score as it is;
        ``score_raised``, one point more; ``rank_raised``, the rank that this brings; ``others``,
        the number of other countries with that rank. The last three are missing for a dimension
        that has the highest score of its scale. ``attrs["thin_years"]`` counts the scores of the
        year if they are few.

    Raises
    ------
    PanelError
        If the panel breaks its contract, lacks a dimension, or has a score off its scale.
    ValueError
        If the panel has no such country or year, the country lacks a dimension in the year, or a
        dimension has scores that are not whole.

    See Also
    --------
    policyindex.next_steps : The changes of policies that would raise a score.

    Notes
    -----
    ASSUMPTION: the other countries stay as they are. Where all improve, a point brings less.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA", "SWE"], [2009]],
    ...                                    names=["country", "year"])
    >>> panel = pd.DataFrame({"prosecution": [5, 4, 4], "protection": [4, 5, 4],
    ...                       "prevention": [5, 4, 5]}, index=index)
    >>> what_if(panel, "Nigeria", 2009)
                 score  rank  score_raised  rank_raised  others
    dimension
    prosecution    4.0   2.0           5.0          1.0     1.0
    protection     5.0   2.0           NaN          NaN     NaN
    prevention     4.0   2.0           5.0          1.0     1.0
    """
    dims = dimensions(panel, codebook, whole_for="ranks with one point more")
    return _what_if(dims, country, year, codebook=codebook)


def _what_if(
    dims: pd.DataFrame, country: str, year: int, *, codebook: Codebook = THREE_P
) -> pd.DataFrame:
    own = complete_rows(dims, [country], year)
    unit = own.index[0]
    rivals = complete(dims, year).drop(unit)
    others = totals(list(rivals.to_numpy().T), codebook)
    highest = pd.Series({each.name: float(each.highest) for each in codebook.dimensions})
    table = pd.DataFrame({"score": own.iloc[0]}).rename_axis(index="dimension")
    # The own row, and below it one row for each dimension that has a point more.
    variants = own.to_numpy() + np.vstack([np.zeros(len(table)), np.eye(len(table))])
    total, *raised = totals(list(variants.T), codebook)
    table["rank"] = 1.0 + (others > total).sum()
    table["score_raised"] = (table["score"] + 1).where(table["score"] + 1 <= highest)
    has_room = table["score_raised"].notna()
    above = np.array([(others > each).sum() for each in raised])
    equal = np.array([(others == each).sum() for each in raised])
    table["rank_raised"] = np.where(has_room, 1.0 + above, np.nan)
    table["others"] = np.where(has_room, equal, np.nan)
    return carry(table, dims, **thin_label(dims, [year]))


def rank_bounds(
    bounds: pd.DataFrame, *, dimension: str = "overall", codebook: Codebook = THREE_P
) -> pd.DataFrame:
    """Bound each rank by the best and the worst that the missing codings allow.

    Each bound is attained: by the country at one end of its bounds and all others at the end
    that suits. Countries without bounds are not ranked and do not affect other ranks. Rank 1 is
    the best, and equal scores share the better rank.

    Parameters
    ----------
    bounds : DataFrame, index (country, year)
        Lowest and highest possible scores, as :func:`policyindex.score_bounds` returns them.
    dimension : str
        Which scores to rank: a dimension of the codebook, or ``overall``.
    codebook : Codebook
        The dimensions and their scales.

    Returns
    -------
    DataFrame, index (country, year)
        ``rank_low`` and ``rank_high``, the best and the worst possible rank. Equal where the
        missing codings do not matter.

    Raises
    ------
    PanelError
        If the panel breaks its contract, lacks the columns of the dimension, has one bound
        without the other, a lowest score above the highest, or one off the scale.
    ValueError
        If `dimension` is not one of the codebook.

    Notes
    -----
    The best rank is one plus the number of countries whose lowest score is above this country's
    highest; the worst is one plus the number of others whose highest is above this country's
    lowest. Scores of different countries are assumed to be free of one another.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA", "PRK"], [2009]],
    ...                                    names=["country", "year"])
    >>> bounds = pd.DataFrame({"overall_low": [14, 12, 3], "overall_high": [14, 15, 3]}, index)
    >>> rank_bounds(bounds)
                  rank_low  rank_high
    country year
    ITA     2009       1.0        2.0
    NGA     2009       1.0        2.0
    PRK     2009       3.0        3.0
    """
    scales = check_codebook(codebook).score_scales
    one_of("dimension", dimension, tuple(scales))
    return _rank_bounds(check_panel(bounds), dimension, scales[dimension])


def _rank_bounds(
    bounds: pd.DataFrame, dimension: str = "overall", scale: Scale | None = None
) -> pd.DataFrame:
    columns = [f"{dimension}_low", f"{dimension}_high"]
    lacking = [name for name in columns if name not in bounds.columns]
    if lacking:
        raise PanelError(
            f"the panel must have the columns {' and '.join(columns)}, as score_bounds returns "
            f"them; {absent(lacking)}"
        )
    pairs = bounds[columns]
    lows, highs = pairs.to_numpy().T
    wrong = (np.isnan(lows) != np.isnan(highs)) | (lows > highs)
    if wrong.any():
        country, year = bounds.index[int(wrong.argmax())]
        raise PanelError(
            f"{dimension} must have both bounds or neither, the lowest not above the highest; "
            f"{wrong.sum()} of {len(wrong)} rows do not, the first {country} {year}"
        )
    if scale is not None:
        outside = (lows < scale[0]) | (highs > scale[1])
        if outside.any():
            country, year = bounds.index[int(outside.argmax())]
            raise PanelError(
                f"bounds of {dimension} must lie from {scale[0]:g} to {scale[1]:g}, the scale of "
                f"the codebook; {outside.sum()} of {len(outside)} rows do not, the first {country} "
                f"{year}; pass theirs with",
                Argument("codebook"),
            )
    best_and_worst = np.full((len(pairs), 2), np.nan)
    for rows in by_year(pairs):
        low, high = lows[rows], highs[rows]
        itself = high > low
        best_and_worst[rows, 0] = 1 + _above(low, high)
        best_and_worst[rows, 1] = 1 + _above(high, low) - itself
    answer = pd.DataFrame(best_and_worst, index=pairs.index, columns=["rank_low", "rank_high"])
    return carry(answer, bounds)


def _above(values: NDArray[np.float64], limits: NDArray[np.float64]) -> NDArray[np.intp]:
    """Count the values above each limit."""
    return len(values) - np.searchsorted(np.sort(values), limits, side="right")


def _countries(n: int) -> str:
    return counted(n, "country", "countries")
