"""Agreement of coders, indicator by indicator."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels import coincidences as _coincidences
from .._options import generator, one_of, whole
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
    weights: str = "quadratic",
    draws: int = 1000,
    rng: Seed = None,
) -> pd.DataFrame:
    """Measure how far coders agree on each indicator.

    A country-year counts for an indicator where two or more coders coded it; others are left
    out. Every measure is 1 where all agree, and higher is better.

    Parameters
    ----------
    codings_by_coder : mapping of str to DataFrame, index (country, year)
        The panel of each coder, two or more; columns are indicators or dimensions.
    metric : {"nominal", "ordinal", "interval"}
        What Krippendorff's alpha takes for the difference of two codings.
    weights : {"linear", "quadratic"}
        How kappa weighs a disagreement: by the difference of the levels, or by its square.
    draws : int
        Number of bootstrap samples of country-years.
    rng : int or Generator, optional
        Where the samples come from; without it they are the same each time.

    Returns
    -------
    DataFrame, index indicator
        ``n`` country-years and ``pairs`` of codings; ``exact`` and ``within_one``, shares of the
        pairs that are equal and at most one level apart; ``kappa``, for more than two coders the
        mean over pairs of coders; ``alpha`` with a 95 % interval ``alpha_low``, ``alpha_high``.
        A measure is missing where nothing is coded twice; kappa and alpha also where all
        codings are alike, since chance would do as well.

    Raises
    ------
    PanelError
        When a panel breaks its contract.
    ValueError
        When there are fewer than two coders, `metric` or `weights` is unknown, `draws` is no
        whole number from 1, or `rng` is no source of random numbers.

    See Also
    --------
    disagreements : Which levels are confused, and where.

    Notes
    -----
    Alpha is ``1 - D_o / D_e``, observed over expected disagreement. The interval holds the 2.5th
    to 97.5th percentile of alpha over samples of country-years with replacement; samples in
    which all codings are alike are left out.

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
    power = POWERS[one_of("weights", weights, tuple(POWERS))]
    draws, random = whole("draws", draws, least=1), generator(rng)
    rows = {
        indicator: _measures(table.to_numpy(), metric, power, draws, random)
        for indicator, table in _by_indicator(codings_by_coder).items()
    }
    names = ["n", "pairs", "exact", "within_one", "kappa", "alpha", "alpha_low", "alpha_high"]
    answer = pd.DataFrame.from_dict(rows, orient="index", columns=names, dtype=np.float64)
    answer = answer.astype({"n": np.int64, "pairs": np.int64}).rename_axis("indicator")
    carry(answer, *codings_by_coder.values())
    return answer


class Disagreements(NamedTuple):
    """Which levels coders confuse, and where."""

    table: pd.DataFrame
    """Index (indicator, low, high); ``n``, the pairs of codings of which one gave the lower and
    one the higher level."""
    cases: pd.DataFrame
    """Index (indicator, country, year); the level that each coder gave, a column each, missing
    where not coded. Only country-years that are not coded alike."""


def disagreements(codings_by_coder: Mapping[str, pd.DataFrame]) -> Disagreements:
    """List where coders disagree, and count which levels they confuse.

    A country-year with a single coding of an indicator is no disagreement.

    Parameters
    ----------
    codings_by_coder : mapping of str to DataFrame, index (country, year)
        The panel of each coder, two or more; columns are indicators or dimensions.

    Returns
    -------
    Disagreements
        ``table``, the most frequent confusion of an indicator first, and ``cases``.

    Raises
    ------
    PanelError
        When a panel breaks its contract.
    ValueError
        When there are fewer than two coders.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "ITA", "NGA", "PRK"], [2009]],
    ...                                    names=["country", "year"])
    >>> coders = {"A": pd.DataFrame({"protection": [5, 4, 5, 1]}, index=index),
    ...           "B": pd.DataFrame({"protection": [5, 4, 4, 1]}, index=index)}
    >>> found = disagreements(coders)
    >>> found.table
                         n
    indicator  low high
    protection 4.0 5.0   1
    >>> found.cases
                               A    B
    indicator  country year
    protection NGA     2009  5.0  4.0
    """
    tables = _by_indicator(codings_by_coder)
    confusions: dict[tuple[str, float, float], int] = {}
    cases = {}
    for indicator, table in tables.items():
        values, counts = _coincidences.tally(table.to_numpy())
        cases[indicator] = table[(counts > 0).sum(1) > 1]
        number = _coincidences.pairs(counts).sum(0)
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


def _by_indicator(codings_by_coder: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return, for each indicator, the table of country-years by coders."""
    if not isinstance(codings_by_coder, Mapping) or len(codings_by_coder) < 2:
        raise ValueError(
            "codings_by_coder must map two or more coders to their panels, such as "
            "{'A': first, 'B': second}"
        )
    checked = {coder: check_panel(panel) for coder, panel in codings_by_coder.items()}
    # A dictionary keeps the order in which the indicators were first seen.
    indicators = dict.fromkeys(name for panel in checked.values() for name in panel.columns)
    if not indicators:
        raise PanelError("a panel of codings must have a column for each indicator; none has one")
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
    values, counts = _coincidences.tally(ratings)
    counts = counts[counts.sum(1) > 1]
    number = _coincidences.pairs(counts).sum(0) / 2
    total, apart = number.sum(), np.abs(values[:, None] - values)
    shares = [number[apart <= most].sum() / total if total else np.nan for most in (0, 1)]
    kappas = [_coincidences.kappa(a, b, power) for a, b in combinations(ratings.T, 2)]
    known = [each for each in kappas if not np.isnan(each)]
    # Units coded alike are interchangeable, so a sample is a draw of how many of each kind.
    kinds, sizes = np.unique(counts, axis=0, return_counts=True)
    each = _coincidences.coincidences(kinds)
    alpha = _coincidences.alpha(np.tensordot(sizes, each, 1), values, metric)
    low = high = np.nan
    if not np.isnan(alpha):
        samples = rng.multinomial(len(counts), sizes / len(counts), size=draws)
        drawn = _coincidences.alpha(np.tensordot(samples, each, 1), values, metric)
        low, high = np.quantile(drawn[~np.isnan(drawn)], [0.025, 0.975])
    kappa = float(np.mean(known)) if known else np.nan
    return [len(counts), total, *shares, kappa, float(alpha), low, high]
