"""Who is ahead and who improved, from the joint distribution of latent positions."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels import poisson_binomial
from .._kernels.latent_grids import Smoothed, Steps
from .._options import in_order
from ..panel.labels import carry
from ..panel.selection import units, year_of
from .lattices import Block, Lattice, blocks
from .models import Fit, Posterior, check_fit, posterior, summary_of, summary_weights

Float64 = NDArray[np.float64]

Ints = NDArray[np.int64]

BINS = 121
"""Bins into which positions are sorted where countries are compared."""

REACH = 4.5
"""Where the bins end, in standard deviations."""

TAIL = 0.025

SMALLEST = 1e-12
"""Least standard deviation of a change."""


def ranks(fitted: Fit, year: int) -> pd.DataFrame:
    """Compute the ranks of the countries by latent position, with their ranges.

    Rank 1 is best. These are not the ranks of the index.

    Parameters
    ----------
    fitted : Fit
        The answer of :func:`fit`.
    year : int
        A year of the panel.

    Returns
    -------
    DataFrame, index country
        ``rank_mean``; ``rank_low`` and ``rank_high``, the better and the worse end of a 95 %
        range for one country; ``p_first`` and ``p_top10``, the probabilities of rank 1 and of
        rank 10 or better. Countries without a level in the year are left out.

    Raises
    ------
    ValueError
        If `fitted` is not a fit, or the panel has no such year.

    Notes
    -----
    Given the parameters of the model, countries are independent, so that a rank is one plus a
    Poisson-binomial number of others above: exact, up to the sorting of positions into 121 bins.

    Examples
    --------
    >>> from policyindex import datasets, latent, score
    >>> nordic = score(datasets.load_demo()).loc[["DNK", "FIN", "ISL", "NOR", "SWE"]]
    >>> latent.ranks(latent.fit(nordic), 2009)["rank_mean"].idxmin()
    'SWE'
    """
    check_fit(fitted)
    of_year = year_of(fitted.panel, "year", year)
    state = posterior(fitted)
    calendar = state.responses.rows.get_level_values("year").to_numpy()
    rows = np.flatnonzero(calendar == of_year)
    names = state.responses.rows.get_level_values("country")[rows]
    columns = ["rank_mean", "rank_low", "rank_high", "p_first", "p_top10"]
    if not len(rows):
        return carry(pd.DataFrame(columns=columns, index=names, dtype=float), fitted.scores)
    distribution = _ranks(_binned(state)[rows])
    below = np.cumsum(distribution, 1)
    table = pd.DataFrame(
        {
            "rank_mean": distribution @ np.arange(1, len(rows) + 1),
            "rank_low": 1.0 + (below <= TAIL).sum(1),
            "rank_high": 1.0 + (below < 1 - TAIL).sum(1),
            "p_first": distribution[:, 0],
            "p_top10": below[:, min(9, len(rows) - 1)],
        },
        index=names,
    )
    return carry(table, fitted.scores)


def leads(fitted: Fit, country: str, rival: str, year: int) -> float:
    """Compute the probability that a country's latent position is above a rival's.

    Parameters
    ----------
    fitted : Fit
        The answer of :func:`fit`.
    country, rival : str
        Two countries: names or codes, or labels of the panel.
    year : int
        A year of the panel.

    Returns
    -------
    float
        From 0 to 1; of two countries the probabilities sum to 1. A country does not lead itself.

    Raises
    ------
    ValueError
        If `fitted` is not a fit, or a country has no level in the year.

    Examples
    --------
    >>> from policyindex import datasets, latent, score
    >>> fitted = latent.fit(score(datasets.load_demo()))
    >>> p = latent.leads(fitted, "Sweden", "Nigeria", 2009)
    >>> round(p + latent.leads(fitted, "Nigeria", "Sweden", 2009), 9)
    1.0
    """
    check_fit(fitted)
    pair = _rows_of(fitted, [country, rival], [year, year])
    ours, theirs = _binned(posterior(fitted))[pair]
    above, _ = poisson_binomial.tails(ours)
    return 0.0 if pair[0] == pair[1] else float(theirs @ (above + ours / 2))


def improved(fitted: Fit, start: int, end: int) -> pd.DataFrame:
    """Compute the probability that each country's latent position rose between two years.

    Countries with a level in both years.

    Parameters
    ----------
    fitted : Fit
        The answer of :func:`fit`.
    start, end : int
        Two years of the panel, in order.

    Returns
    -------
    DataFrame, index country
        ``change_mean`` and ``change_sd`` of the latent position, and ``p_improved``.

    Raises
    ------
    ValueError
        If `fitted` is not a fit, a year is not in the panel, or the two are not in order.

    Notes
    -----
    The two years are taken together: in a dynamic or correlated model a position lingers, so a
    change is surer than two separate ranges suggest. In a static model they are independent. Mean
    and standard deviation are exact; the probability is that of a normal change with these.

    Examples
    --------
    >>> from policyindex import datasets, latent, score
    >>> fitted = latent.fit(score(datasets.load_demo()), model="dynamic")
    >>> changes = latent.improved(fitted, 2000, 2009)
    >>> bool(changes["p_improved"].between(0, 1).all())
    True
    """
    from scipy.special import ndtr

    check_fit(fitted)
    first, last = (
        year_of(fitted.panel, name, year) for name, year in [("start", start), ("end", end)]
    )
    in_order(first, last)
    state = posterior(fitted)
    position = summary_of(state.lattice)
    tables, names = [np.empty((0, 2))], []
    for block in blocks(*state):
        pairs = _pairs(state.responses.rows[block.rows], first, last)
        if len(pairs):
            names += list(pairs.index)
            tables.append(_moments(block, state.lattice, position, pairs.to_numpy()))
    moments = np.vstack(tables)
    answer = pd.DataFrame(
        {
            "change_mean": moments[:, 0],
            "change_sd": moments[:, 1],
            "p_improved": ndtr(moments[:, 0] / np.maximum(moments[:, 1], SMALLEST)),
        },
        index=pd.Index(names, name="country", dtype=object),
    )
    return carry(answer, fitted.scores)


def _rows_of(fitted: Fit, names: list[str], years: list[int]) -> list[int]:
    """Return the positions of named countries in years, or report which has no level."""
    rows = posterior(fitted).responses.rows
    labels = units("countries", names, fitted.panel.index.unique("country"))
    places = rows.get_indexer(pd.MultiIndex.from_arrays([labels, years]))
    for label, year, place in zip(labels, years, places.tolist(), strict=True):
        if place < 0:
            raise ValueError(f"a country must have a level in the year; {label} has none in {year}")
    return [int(place) for place in places]


def _pairs(rows: pd.MultiIndex, first: int, last: int) -> pd.DataFrame:
    """Return the positions of the rows of two years, for each country that has both."""
    countries, calendar = (rows.get_level_values(name) for name in ("country", "year"))
    places = {
        year: pd.Series(np.flatnonzero(calendar == year), index=countries[calendar == year])
        for year in (first, last)
    }
    return pd.DataFrame(places).dropna().astype(np.int64)


def _binned(state: Posterior) -> Float64:
    """Return the probability of each bin of the latent position, shape (rows, bins)."""
    margin = state.lattice.margin(summary_weights(state.lattice))
    edges = np.linspace(-REACH, REACH, BINS + 1)
    edges[0], edges[-1] = -np.inf, np.inf
    return np.vstack([margin.binned(block.posterior, edges) for block in blocks(*state)])


def _ranks(masses: Float64) -> Float64:
    """Return the probability of each rank; positions in one bin are in either order."""
    alone = np.ones(len(masses), np.int64)
    better = poisson_binomial.ranks(masses, alone)
    worse = poisson_binomial.ranks(masses[:, ::-1], alone)[:, ::-1]
    return (better + worse) / 2


def _moments(block: Block, lattice: Lattice, position: Float64, pairs: Ints) -> Float64:
    """Return mean and standard deviation of the change of each country, shape (countries, 2).

    `pairs` are the rows of both years in the block.
    """
    both = block.posterior[pairs]
    means = both @ position
    variances = both @ position**2 - means**2
    covariance = np.zeros(len(pairs))
    if block.smoothed is not None and lattice.steps is not None:
        first, last = block.years[pairs[0]].tolist()
        products = _products(block.smoothed, lattice.steps, position, (first, last))
        covariance = products[block.units[pairs[:, 0]]] - means.prod(1)
    variance = np.maximum(variances.sum(1) - 2 * covariance, 0)
    return np.column_stack([means[:, 1] - means[:, 0], np.sqrt(variance)])


def _products(
    smoothed: Smoothed, steps: Steps, position: Float64, years: tuple[int, int]
) -> Float64:
    """Return the expected product of the positions of two years, for each series."""
    first, last = years
    weighted = smoothed.forward[first] * position
    for year in range(first + 1, last + 1):
        predicted = steps.ahead(smoothed.forward[year - 1])
        emitted = np.divide(
            smoothed.forward[year], predicted, out=np.zeros_like(predicted), where=predicted > 0
        )
        weighted = steps.ahead(weighted) * emitted
    forward = smoothed.forward[last]
    backward = np.divide(
        smoothed.posterior[last], forward, out=np.zeros_like(forward), where=forward > 0
    )
    answer: Float64 = (weighted * backward) @ position
    return answer
