"""Agreement of two indices, or of two vintages of one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels import coincidences as _coincidences
from .._kernels.mann_kendall import mann_kendall
from ..panel.check import check_scores
from ..panel.labels import carry
from ..panel.shape import wide

Float64 = NDArray[np.float64]


class Comparison(NamedTuple):
    """How two series of scores agree in levels, ranks and trends, and where they differ."""

    n: int
    """Country-years with a score in both."""
    only_first: int
    """Country-years with a score in the first alone."""
    only_second: int
    """Country-years with a score in the second alone."""
    exact: float
    """Share of the n that are equal."""
    within_one: float
    """Share of the n that are at most one level apart."""
    difference: float
    """Mean of the second less the first, in points."""
    spearman: float
    """Spearman's rank correlation over all n; within years see ``by_year``."""
    kendall: float
    """Kendall's tau-b, over the same."""
    same_trend: float
    """Share of the countries in ``trends`` whose two directions are the same."""
    by_year: pd.DataFrame
    """Index year; ``n, exact, within_one, difference, spearman, kendall``. The correlations are
    those of the ranks within the year."""
    trends: pd.DataFrame
    """Index country, with two or more shared years; number of ``years``, and the direction
    ``first`` and ``second`` over these: 1 where more pairs of years rise than fall, -1, or 0."""
    differing: pd.DataFrame
    """Index (country, year); ``first``, ``second`` and ``difference``, where both are scored and
    not equal."""

    def __str__(self) -> str:
        if not self.n:
            return "The two have no score in common."
        points = round(self.difference, 2)
        side = "higher" if points > 0 else "lower"
        apart = (
            f"{abs(points):.2f} points {side} than the first" if points else "as high as the first"
        )
        told = [
            f"{self.n} country-years are in both, {self.exact:.0%} of them equal and "
            f"{self.within_one:.0%} at most one apart; on average the second is {apart}."
        ]
        if not np.isnan(self.spearman):
            told.append(
                f"Rank correlation {self.spearman:.2f} (Spearman), {self.kendall:.2f} (Kendall)."
            )
        if len(self.trends):
            told.append(
                f"{self.same_trend:.0%} of countries (n = {len(self.trends)}) move in the same "
                f"direction in both."
            )
        return " ".join(told)


def compare(scores: pd.Series, other: pd.Series) -> Comparison:
    """Compare two indices, or two vintages of one, country-year by country-year.

    Only country-years with a score in both are compared; how many have one alone is told.

    Parameters
    ----------
    scores, other : Series, index (country, year)
        One dimension or the overall index, on the same scale.

    Returns
    -------
    Comparison
        Shares from 0 to 1, correlations from -1 to 1. Measures are missing where nothing is
        shared, correlations also where one of the two does not vary. ``str`` gives a paragraph.

    Raises
    ------
    PanelError
        When the scores break their contract.

    Notes
    -----
    The direction of a country is the sign of the Mann-Kendall S over the shared years, whatever
    its significance.

    Examples
    --------
    The United Kingdom's protection in 2009, before and after its revision:

    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "GBR", "ITA"], [2009]],
    ...                                    names=["country", "year"])
    >>> old = pd.Series([5, 2, 5], index=index)
    >>> compare(old, pd.Series([5, 3, 5], index=index)).differing
                  first  second  difference
    country year
    GBR     2009    2.0     3.0         1.0
    """
    pair = pd.concat({"first": check_scores(scores), "second": check_scores(other)}, axis=1)
    shared = pair.dropna().sort_index()
    shared["difference"] = shared["second"] - shared["first"]
    years = shared.index.get_level_values("year")
    by_year = pd.DataFrame.from_dict(
        {year: _agreement(part) for year, part in shared.groupby(years)},
        orient="index",
        columns=["n", "exact", "within_one", "difference", "spearman", "kendall"],
    ).rename_axis("year")
    trends = _trends(shared)
    same = float((trends["first"] == trends["second"]).mean()) if len(trends) else np.nan
    differing = shared[shared["difference"] != 0]
    for each in (by_year, trends, differing):
        carry(each, scores, other)
    n, exact, within_one, difference, spearman, kendall = _agreement(shared)
    only_first, only_second = (int(pair[name].notna().sum()) - n for name in ("first", "second"))
    return Comparison(
        n,
        only_first,
        only_second,
        exact,
        within_one,
        difference,
        spearman,
        kendall,
        same,
        by_year,
        trends,
        differing,
    )


def _agreement(shared: pd.DataFrame) -> tuple[int, float, float, float, float, float]:
    first, second, difference = shared.to_numpy().T
    apart = np.abs(difference)
    exact, within_one, mean = (
        float(np.mean(each)) if len(apart) else np.nan
        for each in (apart == 0, apart <= 1, difference)
    )
    spearman = _coincidences.spearman(first, second)
    kendall = _coincidences.kendall(first, second)
    return len(apart), exact, within_one, mean, spearman, kendall


def _trends(shared: pd.DataFrame) -> pd.DataFrame:
    tables = {name: wide(shared[name]) for name in ("first", "second")}
    counts = tables["first"].notna().sum(axis=1)
    signs = {
        name: np.sign(mann_kendall(table.to_numpy(), method="normal").s)
        for name, table in tables.items()
    }
    return pd.DataFrame({"years": counts, **signs}, index=counts.index)[counts > 1]
