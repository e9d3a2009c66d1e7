"""Agreement of two indices, or of two vintages of one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from .._kernels.coincidences import kendall, spearman
from .._kernels.mann_kendall import mann_kendall
from .._wording import as_html
from ..panel.check import check_scores
from ..panel.labels import carry
from ..panel.shape import wide


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
    rules: tuple[str | None, str | None]
    """The rules that made the first and the second, as ``attrs["rules"]`` names them; None where
    it does not."""

    def __str__(self) -> str:
        if not self.n:
            return f"The two have no score in common. {self._rules()}"
        points = round(self.difference, 2)
        side = "higher" if points > 0 else "lower"
        apart = (
            f"{abs(points):.2f} points {side} than the first" if points else "as high as the first"
        )
        levels = (
            f"{self.n} country-years are in both, {self.exact:.0%} of them equal and "
            f"{self.within_one:.0%} at most one apart; on average the second is {apart}."
        )
        sentences = [levels]
        if not np.isnan(self.spearman):
            sentences.append(
                f"Rank correlation {self.spearman:.2f} (Spearman), {self.kendall:.2f} (Kendall)."
            )
        if len(self.trends):
            sentences.append(
                f"{self.same_trend:.0%} of countries (n = {len(self.trends)}) move in the same "
                f"direction in both."
            )
        return " ".join([*sentences, self._rules()])

    def _rules(self) -> str:
        first, second = self.rules
        if not first and not second:
            return "Neither states its rules."
        if first == second:
            return f"Both were scored by the rules {first}."
        words = [f"by the rules {each}" if each else "by rules not stated" for each in self.rules]
        return f"The first was scored {words[0]}, the second {words[1]}."

    def _repr_html_(self) -> str:
        return as_html(str(self), self.by_year)


def compare(scores: pd.Series | pd.DataFrame, other: pd.Series | pd.DataFrame) -> Comparison:
    """Compare two indices, or two vintages of one, country-year by country-year.

    Only country-years with a score in both are compared; those with a score in one alone are
    counted.

    Parameters
    ----------
    scores, other : Series or DataFrame, index (country, year)
        One dimension or the overall index, on the same scale; a panel stands for its column
        ``overall``.

    Returns
    -------
    Comparison
        Shares from 0 to 1, correlations from -1 to 1. Measures are missing if the two share no
        country-year, correlations also if one of the two does not vary. ``str`` is a paragraph;
        it states the rules of both.

    Raises
    ------
    PanelError
        If the scores break their contract.

    Notes
    -----
    The direction of a country is the sign of the Mann-Kendall S over the shared years, significant
    or not.

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
    first, second = check_scores(scores), check_scores(other)
    pair = pd.concat({"first": first, "second": second}, axis=1)
    shared = pair.dropna().sort_index()
    shared["difference"] = shared["second"] - shared["first"]
    years = shared.index.get_level_values("year")
    by_year = pd.DataFrame.from_dict(
        {year: _agreement(rows) for year, rows in shared.groupby(years)},
        orient="index",
        columns=["n", "exact", "within_one", "difference", "spearman", "kendall"],
    ).rename_axis("year")
    directions = _directions(shared)
    same = float((directions["first"] == directions["second"]).mean())
    differing = shared[shared["difference"] != 0]
    for table in (by_year, directions, differing):
        carry(table, first, second)
    n, exact, within_one, difference, rho, tau = _agreement(shared)
    only_first, only_second = (int(pair[name].notna().sum()) - n for name in ("first", "second"))
    return Comparison(
        n,
        only_first,
        only_second,
        exact,
        within_one,
        difference,
        rho,
        tau,
        same,
        by_year,
        directions,
        differing,
        (first.attrs.get("rules"), second.attrs.get("rules")),
    )


def _agreement(shared: pd.DataFrame) -> tuple[int, float, float, float, float, float]:
    first, second, difference = shared.to_numpy().T
    apart = np.abs(difference)
    exact, within_one, mean = (
        float(np.mean(each)) if len(apart) else np.nan
        for each in (apart == 0, apart <= 1, difference)
    )
    return len(apart), exact, within_one, mean, spearman(first, second), kendall(first, second)


def _directions(shared: pd.DataFrame) -> pd.DataFrame:
    """Return the sign of S in both, for each country with two or more shared years."""
    tables = {name: wide(shared[name]) for name in ("first", "second")}
    counts = tables["first"].notna().sum(axis=1)
    signs = {
        name: np.sign(mann_kendall(table.to_numpy(), method="normal").s)
        for name, table in tables.items()
    }
    return pd.DataFrame({"years": counts, **signs}, index=counts.index)[counts > 1]
