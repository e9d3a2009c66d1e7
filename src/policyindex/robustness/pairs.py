"""Two countries under every weighting: who is never behind, and where one catches the other."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import inf, sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd

from .._options import one_of
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.dimensions import dimensions
from ..panel.display import as_html, as_text
from ..panel.labels import carry
from ..panel.selection import complete, complete_rows, thin_label
from .simplex import corners

NORMS = ("euclidean", "moved")


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
    DataFrame of bool, index country, columns rival
        True where the row's country is at least as high as the rival under every weighting of
        the set, its border included, and higher under some. On the border the two may tie.
        Countries that tie under every weighting do not dominate each other.

    Raises
    ------
    PanelError
        If the panel breaks its contract, lacks a dimension, or has a level off its scale.
    ValueError
        If the panel has no such year, the codebook has fewer than two dimensions, or
        `min_weight` or `order` is out of range.

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
    dims = dimensions(panel, codebook, at_least=2)
    table = complete(dims, year)
    simplex = corners(list(dims.columns), min_weight, order)
    at_corners = table.to_numpy() @ simplex.T
    higher, lower = at_corners[:, None], at_corners[None]
    ahead = np.logical_and((higher >= lower).all(-1), (higher > lower).any(-1))
    answer = pd.DataFrame(ahead, index=table.index, columns=table.index.rename("rival"))
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
    pair = complete_rows(dimensions(panel, codebook, at_least=2), [country, rival], year)
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
