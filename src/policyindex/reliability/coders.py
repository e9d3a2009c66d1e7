"""How far coders agree, indicator by indicator, and where they do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise
from math import prod
from typing import Any, NamedTuple, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels.coincidences import alpha, kappa, levels_of, pairs, summed
from .._kernels.profiles import distinct
from .._kernels.resampling import blocks, resampled
from .._options import draws_of, generator, one_of
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

CELLS = 2**17
"""Numbers of one block of samples, so that they stay in the processor's cache."""

MEASURES = [
    *("n", "countries", "pairs", "exact", "within_one"),
    *("kappa", "kappa_low", "kappa_high", "alpha", "alpha_low", "alpha_high"),
]

LIMITS = ["kappa_low", "kappa_high", "alpha_low", "alpha_high"]


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
    codings are the same. An indicator has the same interval alone as among others. It assumes that
    countries are independent of each other; years of one country need not be. If coders disagree
    alike in all ten years of a country, it holds the true alpha in about 93 of 100 cases from 30
    countries on; by row in fewer than 50.

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
    one_of("cluster", cluster, CLUSTERS)
    draws, random = draws_of(draws), generator(rng)
    rows, samples, notes = {}, {}, {}
    for indicator, table in _by_indicator(codings_by_coder):
        rows[indicator], sample, note = _measures(table, metric, power, cluster)
        if sample is None:
            notes[indicator] = f"{indicator} has no interval: {note}"
        else:
            samples[indicator] = sample
    answer = pd.DataFrame.from_dict(rows, orient="index", columns=MEASURES, dtype=np.float64)
    for indicator, limits in _limits(samples, metric, power, draws, random).items():
        answer.loc[indicator, LIMITS] = limits
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
    for indicator, table in _by_indicator(codings_by_coder):
        values, levels = levels_of(table.to_numpy())
        lowest = np.where(levels < 0, len(values), levels).min(axis=1, initial=len(values))
        cases[indicator] = table[lowest < levels.max(axis=1, initial=-1)]
        number = pairs(levels, len(values))
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


def _by_indicator(codings_by_coder: object) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each indicator and its table of country-years by coders."""
    panels = by_coder(codings_by_coder, "codings_by_coder")
    checked = {coder: check_panel(panel) for coder, panel in panels.items()}
    # a dictionary keeps the order of first appearance
    indicators = dict.fromkeys(name for panel in checked.values() for name in panel.columns)
    if not indicators:
        raise PanelError(
            "a panel of codings must have a column for each indicator; no panel has a column"
        )
    for indicator in indicators:
        columns = {name: panel[indicator] for name, panel in checked.items() if indicator in panel}
        table = pd.concat(columns, axis=1)
        yield indicator, table.reindex(columns=list(checked)).sort_index()


def _measures(
    table: pd.DataFrame, metric: str, power: int, cluster: str
) -> tuple[list[float], _Sample | None, str]:
    """Return the measures of one indicator, and the sample from which limits can be drawn.

    If there is no interval, the sample is None, and the last answer says why.
    """
    ratings = table.to_numpy()
    twice = (~np.isnan(ratings)).sum(axis=1) > 1
    values, levels = levels_of(ratings[twice])
    units = np.asarray(cast(pd.MultiIndex, table.index).codes[0], dtype=np.intp)[twice]
    if not len(levels):
        missing = [np.nan] * (len(MEASURES) - 3)
        return [0, 0, 0, *missing], None, "it is not coded twice anywhere"
    sample = _sample(levels, units, values, cluster)
    sums = sample.sizes[None] @ sample.table
    number = sample.crosses(sums).sum(axis=(0, 1, 2))
    total, apart = number.sum(), np.abs(values[:, None] - values)
    shares = [number[apart <= most].sum() / total for most in (0, 1)]
    (kappas,), (alphas,) = sample.estimates(sums, metric, power)
    n, nan = int(sample.sizes.sum()), np.nan
    measures = [len(levels), len(np.unique(units)), total, *shares]
    measures += [kappas, nan, nan, alphas, nan, nan]
    things = "countries" if cluster == "country" else "country-years"
    if shares[0] == 1:
        return measures, None, "no two codings differ"
    if n < FEWEST:
        return measures, None, f"it is coded twice in {n} {things}; an interval needs {FEWEST}"
    return measures, sample, ""


def _limits(
    samples: dict[str, _Sample], metric: str, power: int, draws: int, rng: np.random.Generator
) -> dict[str, Float64]:
    """Return the limits of kappa, then those of alpha, of each indicator.

    Indicators with as many clusters of each kind are drawn together, and each set of them from
    the same seed: so an indicator has the same limits alone as among others.
    """
    seed, answer = int(rng.integers(2**63)), {}
    together: dict[bytes, list[str]] = {}
    for indicator, sample in samples.items():
        together.setdefault(sample.sizes.tobytes(), []).append(indicator)
    for indicators in together.values():
        sizes, random = samples[indicators[0]].sizes, np.random.default_rng(seed)
        sums: dict[str, list[Float64]] = {indicator: [] for indicator in indicators}
        for block in blocks(draws, len(sizes), cells=CELLS):
            times = _times(sizes, block, random)
            for indicator, parts in sums.items():
                parts.append(times @ samples[indicator].table)
        for indicator, parts in sums.items():
            drawn = samples[indicator].estimates(np.vstack(parts), metric, power)
            answer[indicator] = np.nanquantile(drawn, [0.025, 0.975], axis=1).T.ravel()
    return answer


def _times(sizes: Float64, draws: int, rng: np.random.Generator) -> NDArray[np.int64] | Float64:
    """Return how often each kind of cluster is drawn, in samples with replacement."""
    n = int(sizes.sum())
    if n == len(sizes):
        return resampled(n, draws, rng)
    return rng.multinomial(n, sizes / n, size=draws)


class _Sample(NamedTuple):
    """The codings of one indicator, added up by kinds of clusters.

    The bootstrap resamples clusters; those with the same codings are of one kind.
    """

    sizes: Float64
    """Number of clusters of each kind."""
    values: Float64
    """Levels, ascending."""
    others: Float64
    """The numbers of other coders that a coding of a row has."""
    n_pairs: int
    """Pairs of coders."""
    cells: NDArray[np.intp]
    """The cells that occur in the cross tables of the pairs of coders, levels by levels each: those
    of rows with the first number of other coders, of rows with the next, and so on."""
    table: Any
    """How often each kind of cluster has these cells; an array, or sparse where they are many."""

    def crosses(self, sums: Float64) -> Float64:
        """Return the cross tables of samples, from the sums of the cells that occur.

        The shape is (samples, others, pairs, levels, levels).
        """
        shape = (len(sums), len(self.others), self.n_pairs, len(self.values), len(self.values))
        tables = np.zeros((len(sums), prod(shape[1:])))
        tables[:, self.cells] = sums
        return tables.reshape(shape)

    def estimates(self, sums: Float64, metric: str, power: int) -> Float64:
        """Return kappa and alpha of samples, from the sums of the cells that occur.

        The shape is (2, samples).
        """
        width = len(self.others) * self.n_pairs * len(self.values) ** 2
        ends = np.cumsum([0, *blocks(len(sums), width, cells=CELLS)])
        parts = [
            _estimates(self.crosses(sums[begin:end]), self, metric, power)
            for begin, end in pairwise(ends)
        ]
        return np.hstack(parts)


def _sample(
    levels: NDArray[np.intp], units: NDArray[np.intp], values: Float64, cluster: str
) -> _Sample:
    """Add up the codings of country-years by kinds of clusters: countries, or equal codings."""
    if cluster == "country":
        kinds = np.unique(units, return_inverse=True)[1]
        sizes = np.ones(kinds.max() + 1)
    else:
        rows, kind_of_row = distinct(np.ascontiguousarray(levels).view(np.int8))
        sizes = np.bincount(kind_of_row).astype(np.float64)
        levels, kinds = levels[rows], np.arange(len(rows))
    # The pairs of codings of each row: their kind of cluster and cell.
    n, parts = len(values), []
    others, other = np.unique((levels >= 0).sum(axis=1) - 1.0, return_inverse=True)
    between = list(combinations(range(levels.shape[1]), 2))
    for pair, (a, b) in enumerate(between):
        both = np.flatnonzero((levels[:, a] >= 0) & (levels[:, b] >= 0))
        cell = (other[both] * len(between) + pair) * n + levels[both, a]
        parts.append((kinds[both], cell * n + levels[both, b]))
    rows, cells = (np.concatenate(each) for each in zip(*parts, strict=True))
    times = np.bincount(cells)
    occurring = np.flatnonzero(times)
    columns = np.cumsum(times > 0) - 1
    table = summed(rows, columns[cells], (len(sizes), len(occurring)))
    return _Sample(sizes, values, others, len(between), occurring, table)


def _estimates(crosses: Float64, sample: _Sample, metric: str, power: int) -> Float64:
    """Return kappa and alpha of cross tables as :meth:`_Sample.crosses` returns them.

    The shape is (2, samples).
    """
    # A coding counts once in the coincidences, divided among the other codings of its row.
    once = np.einsum("sopij,o->sij", crosses, 1 / sample.others)
    alphas = alpha(once + once.swapaxes(1, 2), sample.values, metric)
    kappas = kappa(crosses.sum(axis=1), sample.values, power)
    defined = ~np.isnan(kappas)
    with np.errstate(invalid="ignore"):
        mean = np.where(defined, kappas, 0).sum(1) / defined.sum(1)
    return np.stack([mean, alphas])
