"""Agreement of two indices, or of two vintages of one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from .._kernels.coincidences import kendall, spearman
from .._kernels.mann_kendall import mann_kendall
from .._options import truth
from ..panel.check import check_scores
from ..panel.dimensions import on_scale, stated_scale
from ..panel.display import as_html, as_text
from ..panel.labels import carry, rules_words
from ..panel.shape import wide
from ..typing import Scale


class Comparison(NamedTuple):
    """How two series of scores agree in levels, ranks and trends, and where they differ."""

    n: int
    """Country-years with a score in both."""
    only_first: int
    """Country-years with a score in the first alone."""
    only_second: int
    """Country-years with a score in the second alone."""
    exact: float
    """Share of the n that are equal; missing if the second has a scale of its own."""
    within_one: float
    """Share of the n that are at most one level apart; missing likewise."""
    difference: float
    """Mean of the second less the first, in points; missing likewise."""
    spearman: float
    """Spearman's rank correlation over all n; within years see ``by_year``. Positive where the two
    agree on who is better."""
    kendall: float
    """Kendall's tau-b, over the same."""
    same_trend: float
    """Share of the countries in ``trends`` whose two directions are the same."""
    by_year: pd.DataFrame
    """Index year; ``n, exact, within_one, difference, spearman, kendall``. The correlations are
    those of the ranks within the year."""
    trends: pd.DataFrame
    """Index country, with two or more shared years; number of ``years``, and the direction
    ``first`` and ``second`` over these: 1 where more pairs of years improve than fall back, -1, or
    0."""
    differing: pd.DataFrame
    """Index (country, year); ``first``, ``second`` and ``difference``, where both are scored and
    not equal; empty if the second has a scale of its own."""
    rules: tuple[str | None, str | None]
    """The rules that made the first and the second, as ``attrs["rules"]`` names them; None where
    it does not."""
    scale: Scale | None = None
    """The scale of the second, where it has one of its own."""
    lower_is_better: bool = False
    """Whether the lowest value of the second is the best."""

    def __str__(self) -> str:
        if not self.n:
            return f"The two have no score in common. {self._rules()}"
        points = round(self.difference, 2)
        side = "higher" if points > 0 else "lower"
        apart = (
            f"{abs(points):.2f} points {side} than the first" if points else "as high as the first"
        )
        both = "1 country-year is" if self.n == 1 else f"{self.n:,} country-years are"
        levels = (
            f"{both} in both, {self.exact:.0%} of them equal and "
            f"{self.within_one:.0%} at most one apart; on average the second is {apart}."
        )
        sentences = [f"{both} in both; {self._own_scale()}." if self._is_other() else levels]
        if not np.isnan(self.spearman):
            sign = ": positive where the two agree on who is better" if self._is_other() else ""
            sentences.append(
                f"Rank correlation {self.spearman:.2f} (Spearman), {self.kendall:.2f} "
                f"(Kendall){sign}."
            )
        if len(self.trends):
            sentences.append(
                f"{self.same_trend:.0%} of countries (n = {len(self.trends)}) move in the same "
                f"direction in both."
            )
        return " ".join([*sentences, self._rules()])

    def _is_other(self) -> bool:
        return self.scale is not None or self.lower_is_better

    def _own_scale(self) -> str:
        """Return a clause about the scale and the direction of the second."""
        best = "lower is better" if self.lower_is_better else "higher is better"
        if self.scale is None:
            return f"in the second {best}, so levels are not compared"
        low, high = self.scale
        return (
            f"the second has a scale of its own, {low} to {high}, on which {best}, so levels are "
            f"not compared"
        )

    def _rules(self) -> str:
        return rules_words(self.rules, ("first", "second"))

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), by_year=self.by_year)


def compare(
    scores: pd.Series | pd.DataFrame,
    other: pd.Series | pd.DataFrame,
    *,
    scale: Scale | None = None,
    lower_is_better: bool = False,
) -> Comparison:
    """Compare two indices, or two vintages of one, country-year by country-year.

    Only country-years with a score in both are compared; those with a score in one alone are
    counted.

    Parameters
    ----------
    scores, other : Series or DataFrame, index (country, year)
        One dimension or the overall index, on the same scale; a panel stands for its column
        ``overall``.
    scale : (int, int), optional
        Lowest and highest value of `other`, if its scale is not that of `scores`. Levels are then
        not compared: ranks and directions are.
    lower_is_better : bool
        Whether the lowest value of `other` is the best, while the highest of `scores` is, e.g. of
        tiers: ``compare(scores, tiers, **reading.TIERS)``. It is never inferred. Levels are then
        not compared either. Leave it out if both have the same direction.

    Returns
    -------
    Comparison
        Shares from 0 to 1, correlations from -1 to 1. Measures are missing if the two share no
        country-year, correlations also if one of the two does not vary. A positive correlation is
        agreement, also if lower is better in `other`. ``str`` is a paragraph; it states the rules
        of both.

    Raises
    ------
    PanelError
        If the scores break their contract, or a value of `other` is off its scale.
    ValueError
        If the scale is not a pair (lowest, highest).

    Notes
    -----
    The direction of a country is the sign of the Mann-Kendall S over the shared years, significant
    or not. Where lower is better in `other`, its sign is reversed, as that of its correlations is.

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
    truth("lower_is_better", lower_is_better)
    swap = "; the scale is that of other: swap the two if it is that of scores"
    first, second = check_scores(scores), on_scale(check_scores(other), scale, or_else=swap)
    is_other = scale is not None or lower_is_better
    pair = pd.concat({"first": first, "second": second}, axis=1)
    shared = pair.dropna().sort_index()
    shared["difference"] = np.nan if is_other else shared["second"] - shared["first"]
    sign = -1 if lower_is_better else 1
    years = shared.index.get_level_values("year")
    by_year = pd.DataFrame.from_dict(
        {year: _agreement(rows, sign) for year, rows in shared.groupby(years)},
        orient="index",
        columns=["n", "exact", "within_one", "difference", "spearman", "kendall"],
    ).rename_axis("year")
    directions = _directions(shared, sign)
    same = float((directions["first"] == directions["second"]).mean())
    differing = shared[shared["difference"].fillna(0) != 0]
    for table in (by_year, directions, differing):
        carry(table, first, second)
    n, exact, within_one, difference, rho, tau = _agreement(shared, sign)
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
        None if scale is None else stated_scale(scale),
        lower_is_better,
    )


def _agreement(shared: pd.DataFrame, sign: int) -> tuple[int, float, float, float, float, float]:
    first, second, difference = shared.to_numpy().T
    apart = np.abs(difference)
    exact, within_one, mean = (
        float(np.mean(each)) if len(apart) and not np.isnan(apart).any() else np.nan
        for each in (apart == 0, apart <= 1, difference)
    )
    better = sign * second
    return len(apart), exact, within_one, mean, spearman(first, better), kendall(first, better)


def _directions(shared: pd.DataFrame, sign: int) -> pd.DataFrame:
    """Return the sign of S in both, the second times `sign`.

    For each country with two or more shared years.
    """
    tables = {"first": wide(shared["first"]), "second": wide(sign * shared["second"])}
    counts = tables["first"].notna().sum(axis=1)
    signs = {
        name: np.sign(mann_kendall(table.to_numpy(), method="normal").s)
        for name, table in tables.items()
    }
    return pd.DataFrame({"years": counts, **signs}, index=counts.index)[counts > 1]
