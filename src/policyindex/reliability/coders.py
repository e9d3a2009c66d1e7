"""How far coders agree, indicator by indicator, and where they do not."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels.coincidences import alpha, coincidences, cross, kappa, pairs, tally
from .._options import generator, one_of, whole
from .._wording import counted, listed
from ..panel.check import PanelError, by_coder, check_panel
from ..panel.display import as_html, as_text
from ..panel.labels import carry
from ..typing import Seed

Float64 = NDArray[np.float64]

METRICS = ("nominal", "ordinal", "interval")

POWERS = {"unweighted": 0, "linear": 1, "quadratic": 2}

CLUSTERS = ("country", "row")

FEWEST = 15
"""Countries below which intervals by country are too narrow to be printed: docs/exactness.md."""

BLOCK = 100
"""Samples held in memory together."""

MEASURES = [
    *("n", "countries", "pairs", "exact", "within_one"),
    *("kappa", "kappa_low", "kappa_high", "alpha", "alpha_low", "alpha_high"),
]


def agreement(
    codings_by_coder: Mapping[str, pd.DataFrame],
    *,
    metric: str = "ordinal",
    kappa_weights: str = "quadratic",
    cluster: str = "country",
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
    kappa_weights : {"unweighted", "linear", "quadratic"}
        The weight of a disagreement in kappa: 1, the difference of the levels, or its square.
    cluster : {"country", "row"}
        What the bootstrap resamples: countries with all their years, or single country-years.
        Coders who disagree on a country in one year often do in the next; rows are then not
        independent, and intervals by row are far too narrow.
    draws : int
        Number of bootstrap samples.
    rng : int or Generator, optional
        Source of the samples; without it they are the same each time.

    Returns
    -------
    DataFrame, index indicator
        ``n`` country-years, of ``countries``, and ``pairs`` of codings; ``exact`` and
        ``within_one``, shares of the pairs that are equal and at most one level apart;
        ``kappa``, for more than two coders the mean over pairs of coders, and ``alpha``, with
        95 % intervals ``kappa_low, kappa_high`` and ``alpha_low, alpha_high``. A measure is
        missing if nothing is coded twice; kappa and alpha also if all codings are the same,
        since they would then agree in any order. An interval is missing with fewer than 15
        countries (or rows), and where no two codings differ: ``attrs["notes"]`` says why, by
        indicator.

    Raises
    ------
    PanelError
        If a panel breaks its contract, or none has a column.
    ValueError
        If there are fewer than two coders, `metric`, `kappa_weights` or `cluster` is
        unknown, `draws` is not a positive integer, or `rng` is not a seed.

    See Also
    --------
    policyindex.reliability.disagreements : Which levels are confused, and where.

    Notes
    -----
    Alpha is ``1 - D_o / D_e``, observed over expected disagreement. An interval holds the 2.5th
    to 97.5th percentile over samples of countries with replacement, except samples in which all
    codings are the same. It assumes that countries are independent of each other; years of one
    country need not be. If coders disagree alike in all ten years of a country, it holds the
    true alpha in about 93 of 100 cases from 30 countries on; by row in fewer than 50.

    References
    ----------
    Krippendorff (2004), Content Analysis, 2nd ed., chapter 11. Cohen (1968),
    doi:10.1037/h0026256. Zapf et al. (2016), doi:10.1186/s12874-016-0200-9.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "ITA", "NGA", "PRK"], [2009]],
    ...                                    names=["country", "year"])
    >>> coders = {"A": pd.DataFrame({"protection": [5, 4, 5, 1]}, index=index),
    ...           "B": pd.DataFrame({"protection": [5, 4, 4, 1]}, index=index)}
    >>> agreement(coders).loc["protection", ["n", "pairs", "exact", "kappa", "alpha"]].to_list()
    [4.0, 4.0, 0.75, 0.95, 0.79]
    """
    one_of("metric", metric, METRICS)
    power = POWERS[one_of("kappa_weights", kappa_weights, tuple(POWERS))]
    options = (metric, power, one_of("cluster", cluster, CLUSTERS))
    draws, random = whole("draws", draws, least=1), generator(rng)
    rows, notes = {}, {}
    for indicator, table in _by_indicator(codings_by_coder).items():
        rows[indicator], note = _measures(table, options, draws, random)
        if note:
            notes[indicator] = f"{indicator} has no interval: {note}"
    answer = pd.DataFrame.from_dict(rows, orient="index", columns=MEASURES, dtype=np.float64)
    whole_numbers = dict.fromkeys(("n", "countries", "pairs"), np.int64)
    answer = answer.astype(whole_numbers).rename_axis("indicator")
    return carry(answer, *codings_by_coder.values(), **({"notes": notes} if notes else {}))


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

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), levels=self.table, cases=self.cases)


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
    panels = by_coder(codings_by_coder)
    checked = {coder: check_panel(panel) for coder, panel in panels.items()}
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


class _Sample(NamedTuple):
    """The codings of one indicator, added up by kinds of clusters.

    The bootstrap resamples clusters; those with the same codings are of one kind.
    """

    sizes: Float64
    """Number of clusters of each kind."""
    values: Float64
    """Levels, ascending."""
    coincidences: Float64
    """Shape (kinds, levels, levels)."""
    crosses: Float64
    """Cross tables of the pairs of coders; shape (kinds, pairs, levels, levels)."""


def _measures(
    table: pd.DataFrame, options: tuple[str, int, str], draws: int, rng: np.random.Generator
) -> tuple[list[float], str]:
    """Return the measures of one indicator, and why it has no interval, or nothing."""
    metric, power, cluster = options
    table = table[table.notna().sum(axis=1) > 1]
    ratings, units = table.to_numpy(), table.index.get_level_values("country")
    if not len(ratings):
        return [0, 0, 0, *[np.nan] * (len(MEASURES) - 3)], "it is not coded twice anywhere"
    values, counts = tally(ratings)
    number = pairs(counts).sum(0) / 2
    total, apart = number.sum(), np.abs(values[:, None] - values)
    shares = [number[apart <= most].sum() / total for most in (0, 1)]
    sample = _sample(ratings, units, values, counts, cluster)
    estimates = _estimates(sample, sample.sizes[None], metric, power)[:, 0]
    n = int(sample.sizes.sum())
    things = "countries" if cluster == "country" else "country-years"
    limits, note = np.full((2, 2), np.nan), ""
    if shares[0] == 1:
        note = "no two codings differ"
    elif n < FEWEST:
        note = f"it is coded twice in {n} {things}; an interval needs {FEWEST}"
    else:
        drawn = np.hstack(
            [
                _estimates(sample, rng.multinomial(n, sample.sizes / n, size=size), metric, power)
                for size in np.diff([*range(0, draws, BLOCK), draws])
            ]
        )
        limits = np.array([np.nanquantile(each, [0.025, 0.975]) for each in drawn])
    measures = np.column_stack([estimates, limits]).ravel()
    return [len(ratings), units.nunique(), total, *shares, *measures], note


def _sample(
    ratings: Float64, units: pd.Index, values: Float64, counts: Float64, cluster: str
) -> _Sample:
    places = np.where(np.isnan(ratings), -1, np.searchsorted(values, ratings))
    if cluster == "country":
        kinds = pd.factorize(units)[0]
        sizes = np.ones(kinds.max() + 1)
        members = [np.flatnonzero(kinds == kind) for kind in range(len(sizes))]
    else:
        _, first, times = np.unique(places, axis=0, return_index=True, return_counts=True)
        sizes, members = times.astype(np.float64), [np.array([row]) for row in first]
    between = list(combinations(range(ratings.shape[1]), 2))
    return _Sample(
        sizes,
        values,
        np.stack([coincidences(counts[rows]).sum(0) for rows in members]),
        np.array(
            [
                [cross(places[rows, a], places[rows, b], len(values)) for a, b in between]
                for rows in members
            ]
        ),
    )


def _estimates(
    sample: _Sample, times: NDArray[np.int64] | Float64, metric: str, power: int
) -> Float64:
    """Return kappa and alpha of samples that draw each kind of cluster so many times.

    The shape is (2, samples).
    """
    alphas = alpha(np.tensordot(times, sample.coincidences, 1), sample.values, metric)
    kappas = kappa(np.tensordot(times, sample.crosses, 1), sample.values, power)
    defined = ~np.isnan(kappas)
    with np.errstate(invalid="ignore"):
        mean = np.where(defined, kappas, 0).sum(1) / defined.sum(1)
    return np.stack([mean, alphas])
