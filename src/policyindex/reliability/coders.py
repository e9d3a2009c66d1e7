"""How far coders agree, indicator by indicator, and where they do not."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels.coincidences import alpha, coincidences, kappa, pairs, tally
from .._options import generator, one_of, whole
from .._wording import as_html, counted, listed
from ..panel.check import PanelError, check_panel
from ..panel.labels import carry
from ..typing import Seed

Float64 = NDArray[np.float64]

METRICS = ("nominal", "ordinal", "interval")

POWERS = {"linear": 1, "quadratic": 2}


def agreement(
    codings_by_coder: Mapping[str, pd.DataFrame],
    *,
    metric: str = "ordinal",
    kappa_weights: str = "quadratic",
    draws: int = 1000,
    rng: Seed = None,
) -> pd.DataFrame:
    """Compute how far coders agree on each indicator.

    A country-year counts for an indicator if two or more coders coded it. Every measure is 1 if
    all agree, and higher is better.

    Parameters
    ----------
    codings_by_coder : mapping of str to DataFrame, index (country, year)
        The panel of each coder, two or more; columns are indicators or dimensions.
    metric : {"nominal", "ordinal", "interval"}
        The difference of two codings in Krippendorff's alpha.
    kappa_weights : {"linear", "quadratic"}
        The weight of a disagreement in kappa: the difference of the levels, or its square.
    draws : int
        Number of bootstrap samples of country-years.
    rng : int or Generator, optional
        Source of the samples; without it they are the same each time.

    Returns
    -------
    DataFrame, index indicator
        ``n`` country-years and ``pairs`` of codings; ``exact`` and ``within_one``, shares of the
        pairs that are equal and at most one level apart; ``kappa``, for more than two coders the
        mean over pairs of coders; ``alpha`` with a 95 % interval ``alpha_low``, ``alpha_high``.
        A measure is missing if nothing is coded twice; kappa and alpha also if all codings are
        the same, since chance would agree as often.

    Raises
    ------
    PanelError
        If a panel breaks its contract, or none has a column.
    ValueError
        If there are fewer than two coders, `metric` or `kappa_weights` is unknown, `draws` is
        not a positive integer, or `rng` is not a seed.

    See Also
    --------
    policyindex.reliability.disagreements : Which levels are confused, and where.

    Notes
    -----
    Alpha is ``1 - D_o / D_e``, observed over expected disagreement. The interval holds the 2.5th
    to 97.5th percentile of alpha over samples of country-years with replacement, except samples
    in which all codings are the same.

    References
    ----------
    Krippendorff (2004), Content Analysis, 2nd ed., chapter 11. Cohen (1968),
    doi:10.1037/h0026256.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "ITA", "NGA", "PRK"], [2009]],
    ...                                    names=["country", "year"])
    >>> coders = {"A": pd.DataFrame({"protection": [5, 4, 5, 1]}, index=index),
    ...           "B": pd.DataFrame({"protection": [5, 4, 4, 1]}, index=index)}
    >>> agreement(coders).loc["protection", :"alpha"].round(3).to_dict()
    {'n': 4.0, 'pairs': 4.0, 'exact': 0.75, 'within_one': 1.0, 'kappa': 0.95, 'alpha': 0.79}
    """
    one_of("metric", metric, METRICS)
    power = POWERS[one_of("kappa_weights", kappa_weights, tuple(POWERS))]
    draws, random = whole("draws", draws, least=1), generator(rng)
    rows = {
        indicator: _measures(table.to_numpy(), metric, power, draws, random)
        for indicator, table in _by_indicator(codings_by_coder).items()
    }
    names = ["n", "pairs", "exact", "within_one", "kappa", "alpha", "alpha_low", "alpha_high"]
    answer = pd.DataFrame.from_dict(rows, orient="index", columns=names, dtype=np.float64)
    answer = answer.astype({"n": np.int64, "pairs": np.int64}).rename_axis("indicator")
    return carry(answer, *codings_by_coder.values())


class Disagreements(NamedTuple):
    """Which levels coders confuse, and where."""

    table: pd.DataFrame
    """Index (indicator, low, high); ``n``, the pairs of codings of which one gave the lower and
    one the higher level."""
    cases: pd.DataFrame
    """Index (indicator, country, year); the level of each coder, a column each, missing if not
    coded. Only country-years whose codings differ."""

    def __str__(self) -> str:
        if self.table.empty:
            return "No two codings of a country-year differ."
        most: Any = self.table["n"].idxmax()
        indicator, low, high = most
        cases = counted(len(self.cases), "country-year", "country-years")
        of = counted(self.cases.index.unique("indicator").size, "indicator", "indicators")
        times = counted(int(self.table["n"].max()), "pair of codings", "pairs of codings")
        return (
            f"Coders differ in {cases} of {of}, most often between levels {low:g} and {high:g} of "
            f"{listed([indicator])} ({times})."
        )

    def _repr_html_(self) -> str:
        return as_html(str(self), self.table, self.cases)


def disagreements(codings_by_coder: Mapping[str, pd.DataFrame]) -> Disagreements:
    """List where coders disagree, and count which levels they confuse.

    A country-year with a single coding of an indicator is not a disagreement.

    Parameters
    ----------
    codings_by_coder : mapping of str to DataFrame, index (country, year)
        The panel of each coder, two or more; columns are indicators or dimensions.

    Returns
    -------
    Disagreements
        ``table``, the most frequent confusion of an indicator first, and ``cases``; ``str`` is
        a sentence.

    Raises
    ------
    PanelError
        If a panel breaks its contract, or none has a column.
    ValueError
        If there are fewer than two coders.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "ITA", "NGA", "PRK"], [2009]],
    ...                                    names=["country", "year"])
    >>> coders = {"A": pd.DataFrame({"protection": [5, 4, 5, 1]}, index=index),
    ...           "B": pd.DataFrame({"protection": [5, 4, 4, 1]}, index=index)}
    >>> table, cases = disagreements(coders)
    >>> table
                         n
    indicator  low high
    protection 4.0 5.0   1
    >>> cases
                               A    B
    indicator  country year
    protection NGA     2009  5.0  4.0
    """
    confusions: dict[tuple[str, float, float], int] = {}
    cases = {}
    for indicator, table in _by_indicator(codings_by_coder).items():
        values, counts = tally(table.to_numpy())
        cases[indicator] = table[(counts > 0).sum(1) > 1]
        number = pairs(counts).sum(0)
        apart = combinations(range(len(values)), 2)
        for low, high in sorted(apart, key=lambda levels: -number[levels]):
            if number[low, high]:
                confusions[indicator, values[low], values[high]] = int(number[low, high])
    index = pd.MultiIndex.from_tuples(list(confusions), names=["indicator", "low", "high"])
    answer = Disagreements(
        pd.DataFrame({"n": list(confusions.values())}, index=index, dtype=np.int64),
        pd.concat(cases, names=["indicator"]),
    )
    for each in answer:
        carry(each, *codings_by_coder.values())
    return answer


def _by_indicator(codings_by_coder: object) -> dict[str, pd.DataFrame]:
    """Return, for each indicator, the table of country-years by coders."""
    if not isinstance(codings_by_coder, Mapping) or len(codings_by_coder) < 2:
        raise ValueError(
            "codings_by_coder must map two or more coders to their panels, e.g. "
            "{'A': first, 'B': second}"
        )
    checked = {coder: check_panel(panel) for coder, panel in codings_by_coder.items()}
    # a dictionary keeps the order of first appearance
    indicators = dict.fromkeys(name for panel in checked.values() for name in panel.columns)
    if not indicators:
        raise PanelError(
            "a panel of codings must have a column for each indicator; no panel has a column"
        )
    return {
        indicator: pd.concat(
            {name: panel[indicator] for name, panel in checked.items() if indicator in panel},
            axis=1,
        )
        .reindex(columns=list(checked))
        .sort_index()
        for indicator in indicators
    }


def _measures(
    ratings: Float64, metric: str, power: int, draws: int, rng: np.random.Generator
) -> list[float]:
    values, counts = tally(ratings)
    counts = counts[counts.sum(1) > 1]
    number = pairs(counts).sum(0) / 2
    total, apart = number.sum(), np.abs(values[:, None] - values)
    shares = [number[apart <= most].sum() / total if total else np.nan for most in (0, 1)]
    kappas = [kappa(a, b, power) for a, b in combinations(ratings.T, 2)]
    defined = [each for each in kappas if not np.isnan(each)]
    # Units with the same codings are interchangeable: a sample is a number of each kind.
    kinds, sizes = np.unique(counts, axis=0, return_counts=True)
    each = coincidences(kinds)
    estimate = alpha(np.tensordot(sizes, each, 1), values, metric)
    low = high = np.nan
    if not np.isnan(estimate):
        samples = rng.multinomial(len(counts), sizes / len(counts), size=draws)
        drawn = alpha(np.tensordot(samples, each, 1), values, metric)
        low, high = np.quantile(drawn[~np.isnan(drawn)], [0.025, 0.975])
    mean_kappa = float(np.mean(defined)) if defined else np.nan
    return [len(counts), total, *shares, mean_kappa, float(estimate), low, high]
