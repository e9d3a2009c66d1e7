"""Two countries under every weighting: who is never behind, and where one catches the other."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import inf, sqrt
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._options import one_of
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.dimensions import to_weigh
from ..panel.display import as_html, as_text
from ..panel.labels import carry
from ..panel.selection import complete, complete_rows, thin_label
from .simplex import corners

NORMS = ("euclidean", "moved")

BLOCK = 256
"""Rows compared with all others at a time, so that memory stays small."""

MOST = 2**14
"""Countries of which every pair has a cell: 268 million cells, 0.27 GB."""

Scores: TypeAlias = NDArray[np.float64]


def dominance(
    panel: pd.DataFrame,
    year: int,
    *,
    codebook: Codebook = THREE_P,
    min_weight: float | Fraction = 0.0,
    order: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Compute which country of a year is never behind which, and ahead under some weighting.

    Weights of 0 are included. Exact for any number of dimensions. Countries with a missing
    dimension are left out. Higher is better. The answer has a cell for every pair, so that more
    than 16,384 countries are refused: of so many, :func:`settled_pairs` counts the rivals.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    year : int
        A year of the panel.
    codebook : Codebook
        The dimensions, two or more.
    min_weight : float or Fraction
        As for :func:`policyindex.weight_ranks`.
    order : sequence of str, optional
        As for :func:`policyindex.weight_ranks`.

    Returns
    -------
    DataFrame of bool, index country, columns rival
        True where the row's country is at least as high as the rival under every weighting of
        the set, its border included, and higher under some. On the border the two may tie.
        Countries that tie under every weighting do not dominate each other.

    Raises
    ------
    PanelError
        If the panel breaks its contract, lacks a dimension, or has a level off its scale.
    ValueError
        If the panel has no such year or more than 16,384 complete countries in it, the codebook
        has fewer than two dimensions, or `min_weight` or `order` is out of range.

    Notes
    -----
    A weighted sum is linear in the weights, so a is never behind b if it is at least as high at
    every corner of the set of weightings; then it is ahead everywhere inside the set if it is
    higher at one corner. Without a minimum this means: at least as high in every dimension,
    higher in one.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA"], [2009]], names=["country", "year"])
    >>> panel = pd.DataFrame({"prosecution": [5, 4], "protection": [4, 5],
    ...                       "prevention": [5, 4]}, index=index)
    >>> bool(dominance(panel, 2009).loc["ITA", "NGA"])
    False
    >>> bool(dominance(panel, 2009, order=("prevention", "protection")).loc["ITA", "NGA"])
    True
    """
    dims = to_weigh(panel, codebook)
    table = complete(dims, year)
    simplex = corners(list(dims.columns), min_weight, order)
    if len(table) > MOST:
        raise ValueError(
            f"dominance must have at most {MOST:,} countries, since every pair has a cell; {year} "
            f"has {len(table):,}; count the rivals of each with robustness.settled_pairs"
        )
    at_corners = table.to_numpy() @ simplex.T
    ahead = np.empty((len(table), len(table)), dtype=np.bool_)
    for start in range(0, len(table), BLOCK):
        rows = slice(start, start + BLOCK)
        ahead[rows] = _dominates(at_corners[rows], at_corners)
    names = table.index.rename("rival")
    answer = pd.DataFrame(ahead, index=table.index, columns=names, copy=False)
    return carry(answer, dims, **thin_label(dims, [year]))


def _dominates(ours: NDArray[Any], theirs: NDArray[Any]) -> NDArray[np.bool_]:
    """Return who is nowhere behind whom and ahead somewhere, by scores at the corners."""
    shape = len(ours), len(theirs)
    never_behind, is_ahead = np.ones(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
    for mine, other in zip(ours.T, theirs.T, strict=True):
        never_behind &= mine[:, None] >= other
        is_ahead |= mine[:, None] > other
    return never_behind & is_ahead


def settled_pairs(
    panel: pd.DataFrame,
    year: int,
    *,
    codebook: Codebook = THREE_P,
    min_weight: float | Fraction = 0.0,
    order: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Count for each country of a year the rivals whose order to it no weighting changes.

    Weights of 0 are included. Exact for any number of dimensions. Countries with a missing
    dimension are left out. Higher is better.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    year : int
        A year of the panel.
    codebook : Codebook
        The dimensions, two or more.
    min_weight : float or Fraction
        As for :func:`policyindex.weight_ranks`.
    order : sequence of str, optional
        As for :func:`policyindex.weight_ranks`.

    Returns
    -------
    DataFrame, index country
        ``ahead`` and ``behind``, numbers of rivals that the country dominates or that dominate
        it; ``level``, of those with the same score under every weighting; and ``share``, the
        share of all rivals that these three are. It is missing for a country alone.

    Raises
    ------
    PanelError
        If the panel breaks its contract, lacks a dimension, or has a level off its scale.
    ValueError
        If the panel has no such year, the codebook has fewer than two dimensions, or
        `min_weight` or `order` is out of range.

    See Also
    --------
    policyindex.robustness.dominance : Which rivals these are.

    Notes
    -----
    Countries with the same levels have the same counts. So each pair of distinct profiles is
    compared once, of which three dimensions of five levels have at most 125, and the time grows
    with the number of countries, not of pairs.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA", "PRK"], [2009]],
    ...                                    names=["country", "year"])
    >>> panel = pd.DataFrame({"prosecution": [5, 4, 1], "protection": [4, 5, 1],
    ...                       "prevention": [5, 4, 1]}, index=index)
    >>> print(settled_pairs(panel, 2009))
             ahead  behind  level  share
    country
    ITA          1       0      0    0.5
    NGA          1       0      0    0.5
    PRK          0       2      0    1.0
    """
    dims = to_weigh(panel, codebook)
    table = complete(dims, year)
    simplex = corners(list(dims.columns), min_weight, order)
    at_corners, place, sizes = np.unique(
        table.to_numpy() @ simplex.T, axis=0, return_inverse=True, return_counts=True
    )
    ahead, behind = np.zeros((2, len(sizes)), dtype=np.int64)
    for start in range(0, len(sizes), BLOCK):
        rows = slice(start, start + BLOCK)
        dominates = _dominates(at_corners[rows], at_corners)
        ahead[rows] = dominates @ sizes
        behind += sizes[rows] @ dominates
    counts = pd.DataFrame({"ahead": ahead, "behind": behind, "level": sizes - 1})
    answer = counts.take(place.ravel()).set_axis(table.index)
    rivals = max(len(table) - 1, 0)
    answer["share"] = answer.sum(axis=1) / rivals if rivals else np.nan
    return carry(answer, dims, **thin_label(dims, [year]))


class Overtake(NamedTuple):
    """The smallest change of weights by which one country draws level with another."""

    country: str
    """The country that is to catch up."""
    rival: str
    """The country to be caught."""
    year: int
    """The year of the scores."""
    distance: float
    """Distance in `norm` from equal weights to the nearest ones at which the country is not
    behind; 0 where it is not behind at equal weights, infinite where it is behind at any."""
    norm: str
    """The measure of the distance, ``"euclidean"`` or ``"moved"``."""
    weights: dict[str, Fraction] | None
    """These weights, exactly, at which the two tie; equal ones where the country is not behind
    at these; None where it is behind at any."""
    passes: bool
    """Whether the country is ahead under some weights, and not level at best."""

    def __str__(self) -> str:
        if self.weights is None:
            return f"{self.country} is behind {self.rival} in {self.year} with any weights."
        if self.distance == 0:
            level = "" if self.passes else ", and is ahead with none"
            return (
                f"{self.country} is not behind {self.rival} at equal weights in {self.year}{level}."
            )
        weights = ", ".join(f"{name} {weight}" for name, weight in self.weights.items())
        level = "" if self.passes else "; it is ahead with none"
        return (
            f"{self.country} draws level with {self.rival} in {self.year} at {weights}, "
            f"{self.distance:.3f} from equal weights ({self.norm}){level}."
        )

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        if self.weights is None:
            return as_html(str(self))
        weights = {name: str(weight) for name, weight in self.weights.items()}
        return as_html(
            str(self), weights=pd.Series(weights, name="weight").rename_axis("dimension")
        )


def overtake(
    panel: pd.DataFrame,
    country: str,
    rival: str,
    year: int,
    *,
    codebook: Codebook = THREE_P,
    norm: str = "euclidean",
) -> Overtake:
    """Compute the smallest departure from equal weights at which a country catches a rival.

    Weights of 0 are included, so a country may draw level that is never ahead. Exact for any
    number of dimensions. Both countries need every dimension in the year.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    country, rival : str
        Who is to catch whom: names or codes of countries, or labels of the panel.
    year : int
        A year of the panel.
    codebook : Codebook
        The dimensions, two or more.
    norm : {"euclidean", "moved"}
        The measure of a departure: the Euclidean distance of the weights, which sum to 1, from
        equal ones; or the weight moved between dimensions, half the sum of absolute changes.

    Returns
    -------
    Overtake
        ``distance`` and ``weights`` of the tie; where ``passes``, a step further the country is
        ahead. ``str`` is a sentence.

    Raises
    ------
    PanelError
        If the panel breaks its contract, lacks a dimension, or has a level off its scale.
    ValueError
        If the norm, the year or a country is unknown, the codebook has fewer than two
        dimensions, or a country lacks a dimension.

    Notes
    -----
    With d the country's levels less the rival's, the weights minimise the norm on
    ``w . d = 0``, ``sum(w) = 1``, ``w >= 0``. Euclidean: the nearest point for each set of
    dimensions with a weight above 0, the closest of those that are not negative. Moved: weight
    goes to the dimension of the largest d, from that of the smallest d first. Where no d is
    above 0, the two tie on the border alone, where only dimensions with d = 0 weigh; equal
    weights of these are nearest in both norms.

    The country has ``weights`` None exactly where the rival is higher in every dimension, and
    ``passes`` is false exactly where the rival dominates it or has the same levels; see
    :func:`policyindex.robustness.dominance`.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA"], [2009]], names=["country", "year"])
    >>> panel = pd.DataFrame({"prosecution": [5, 4], "protection": [4, 5],
    ...                       "prevention": [5, 4]}, index=index)
    >>> print(overtake(panel, "NGA", "ITA", 2009))
    NGA draws level with ITA in 2009 at prosecution 1/4, protection 1/2, prevention 1/4,
    0.204 from equal weights (euclidean).
    """
    one_of("norm", norm, NORMS)
    dims = to_weigh(panel, codebook)
    pair = complete_rows(dims, [country, rival], year)
    leads = [Fraction(a) - Fraction(b) for a, b in zip(*pair.to_numpy(), strict=True)]
    equal = [Fraction(1, len(leads))] * len(leads)
    ours, theirs, when = *pair.index, int(year)
    if sum(leads) >= 0:
        weights = equal
    elif max(leads) < 0:
        return Overtake(ours, theirs, when, inf, norm, None, False)
    elif max(leads) == 0:
        level = leads.count(Fraction(0))
        weights = [Fraction(int(lead == 0), level) for lead in leads]
    else:
        weights = _nearest_tie(leads) if norm == "euclidean" else _least_moved(leads)
    changes = [a - b for a, b in zip(weights, equal, strict=True)]
    if norm == "euclidean":
        distance = sqrt(sum(change**2 for change in changes))
    else:
        distance = float(sum(map(abs, changes)) / 2)
    named = dict(zip(pair.columns, weights, strict=True))
    return Overtake(ours, theirs, when, distance, norm, named, max(leads) > 0)


def _nearest_tie(leads: list[Fraction]) -> list[Fraction]:
    """Return the weights of a tie at the least Euclidean distance from equal ones."""
    n, zero = len(leads), Fraction(0)
    ties = []
    for size in range(2, n + 1):
        for used in combinations(range(n), size):
            mean = sum((leads[i] for i in used), zero) / size
            spread = sum(((leads[i] - mean) ** 2 for i in used), zero)
            weights = [zero] * n
            for i in used if spread else ():
                weights[i] = Fraction(1, size) - mean * (leads[i] - mean) / spread
            if spread and min(weights) >= 0:
                squared = sum(((weight - Fraction(1, n)) ** 2 for weight in weights), zero)
                ties.append((squared, weights))
    return min(ties)[1]


def _least_moved(leads: list[Fraction]) -> list[Fraction]:
    """Return weights of a tie for which the least weight changes hands."""
    n = len(leads)
    weights, best = [Fraction(1, n)] * n, leads.index(max(leads))
    behind = -sum(leads, Fraction(0)) / n
    for i in sorted(range(n), key=leads.__getitem__):
        gain = leads[best] - leads[i]
        moved = min(weights[i], behind / gain) if gain else Fraction(0)
        weights[i] -= moved
        weights[best] += moved
        behind -= moved * gain
    return weights
