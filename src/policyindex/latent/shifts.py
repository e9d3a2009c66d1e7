"""Whether an item became stricter: thresholds that move from a year on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels import graded_response
from .._kernels.likelihood_maximum import Maximum, maximise
from .._options import one_of, whole
from .._wording import quoted, signed
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError
from ..panel.display import as_html, as_text, fields
from ..panel.selection import year_of
from .estimation import ROUNDS, TOLERANCE
from .lattices import shares
from .models import GENEROUS, NODES, grid_of
from .responses import Responses, item_table, responses

Float64 = NDArray[np.float64]

Ints = NDArray[np.int64]


class Drift(NamedTuple):
    """How far the thresholds of an item moved."""

    item: str
    """The item."""
    since: int
    """The first year of the later thresholds."""
    shift: float
    """How far they moved, in standard deviations of the latent position; above 0 is stricter."""
    se: float
    """Standard error, clustered by country."""
    low: float
    """Lower end of the 95 % interval."""
    high: float
    """Upper end."""
    z: float
    """Shift over its standard error."""
    pvalue: float
    """Two-sided, that the thresholds did not move."""
    mean_change: float
    """How far the mean of the latent position moved."""
    loglik: float
    """The log likelihood at its maximum."""

    def __str__(self) -> str:
        name = quoted(self.item).strip(chr(39))
        reach = (
            f"(95 % interval of the shift {signed(self.low, 2)} to {signed(self.high, 2)}, "
            f"z {signed(self.z, 1)}), if the other items stayed as they were."
        )
        if self.low <= 0 <= self.high:
            return (
                f"The data cannot tell whether {name} is stricter from {self.since} on: its "
                f"thresholds moved by {signed(self.shift, 2, plus=True)} sd {reach}"
            )
        way = "stricter" if self.shift > 0 else "more lenient"
        return f"From {self.since} on {name} is {abs(self.shift):.2f} sd {way} {reach}"

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), drift=fields(self))


def drift(
    panel: pd.DataFrame,
    item: str,
    since: int,
    *,
    codebook: Codebook = THREE_P,
    items: str = "dimensions",
    nodes: int | None = None,
) -> Drift:
    """Compute how far the thresholds of one item moved from a year on, relative to the others.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension, or codings with a column per indicator.
    item : str
        The dimension or indicator whose thresholds may have moved.
    since : int
        The first year of the later thresholds, a year of the panel after the first.
    codebook : Codebook
        The items and their scales.
    items : {"dimensions", "indicators"}
        Which columns of the codebook are the items.
    nodes : int, optional
        Points of the quadrature: 61.

    Returns
    -------
    Drift
        The shift, its interval and its test.

    Raises
    ------
    PanelError
        As for :func:`fit`; also if the item has no level before `since`, or none from then on.
    ValueError
        If an option is not valid, `item` is not an item or is the only one, or `since` is
        not a year of the panel.

    Notes
    -----
    *Assumption.* The static model of :func:`fit`. From `since` on, all thresholds of the item lie
    higher by one shift, and the latent mean may differ; the thresholds of all other items stay.
    If several items drift, this is the drift relative to the rest. Country-years of one country
    are not independent: the standard error is by country, and twice the difference of two log
    likelihoods is not a test here.

    Examples
    --------
    >>> from policyindex import datasets, latent, score
    >>> moved = latent.drift(score(datasets.load_demo()), "protection", 2005)
    >>> moved.low < moved.shift < moved.high
    True
    """
    from scipy.special import ndtr

    table = item_table(panel, codebook=codebook, items=items)
    one_of("item", item, tuple(str(name) for name in table))
    if table.shape[1] < 2:
        raise ValueError("a drift is relative to other items; the codebook has one")
    first = year_of(table, "since", since)
    data = responses(table)
    if data.series < 2:
        raise PanelError(
            "the error of a drift is taken from differences between countries; the panel has one "
            "with levels; take more countries"
        )
    later = data.rows.get_level_values("year").to_numpy() >= first
    place = list(data.names).index(item)
    coded = data.codes[:, place] >= 0
    if not (coded & later).any() or not (coded & ~later).any():
        raise PanelError(
            f"a drift needs levels of the item before the year and from then on; {item} has "
            f"{(coded & ~later).sum()} before {first} and {(coded & later).sum()} from then on"
        )
    points = NODES if nodes is None else whole("nodes", nodes, least=5)
    maximum = _maximum(data, place, later, points)
    shift, mean = (float(each) for each in maximum.parameters[-2:])
    se = float(np.sqrt(maximum.covariance[-2, -2]))
    z, half = shift / se, 1.959963984540054 * se
    return Drift(item, first, shift, se, shift - half, shift + half, z,
                 float(2 * ndtr(-abs(z))), mean, maximum.loglik)  # fmt: skip


def _maximum(data: Responses, place: int, later: NDArray[np.bool_], nodes: int) -> Maximum:
    """Fit the static model with a shift of one item and a mean of the later rows, at the end."""
    parts, grid = graded_response.parts(data.sizes), grid_of("static", nodes)
    log_prior = np.log(grid.weights)

    def likelihood(vector: Float64) -> tuple[float, Float64]:
        items, shift, mean = [vector[part] for part in parts], vector[-2], vector[-1]
        total, scores = 0.0, np.zeros((data.series, len(vector)))
        for late in (False, True):
            moves = [late * (mean - shift * (item == place)) for item in range(len(items))]
            points = [grid.points + move for move in moves]
            rows = later == late
            loglik, slopes = _part(data, rows, items, points, log_prior)
            total += loglik
            moved = slopes[:, -len(items) :] * late
            own = np.column_stack([slopes[:, : -len(items)], -moved[:, place], moved.sum(1)])
            np.add.at(scores, data.units[rows], own)
        return total, scores

    counts = np.bincount(data.place).astype(np.float64)
    begin = graded_response.start(data.profiles, data.sizes, counts)
    maximum = maximise(likelihood, np.append(begin, [0.0, 0.0]), tolerance=TOLERANCE, rounds=ROUNDS)
    if not maximum.gradient <= GENEROUS * TOLERANCE:
        raise PanelError(
            f"a latent model must converge; this search stopped at a slope of "
            f"{maximum.gradient:.3g}; are there enough country-years on both sides of the year?"
        )
    return maximum


def _part(
    data: Responses,
    rows: NDArray[np.bool_],
    items: list[Float64],
    points: list[Float64],
    log_prior: Float64,
) -> tuple[float, Float64]:
    """Return the log likelihood of some rows, and for each row its slopes.

    The slopes are on the parameters of all items and, at the end, on the points of each item.
    """
    pairs = list(zip(items, points, strict=True))
    tables = [graded_response.log_probabilities(own, at) for own, at in pairs]
    posterior, logliks = shares(graded_response.emitted(data.profiles, tables) + log_prior)
    both = [graded_response.slopes(own, at) for own, at in pairs]
    slopes = graded_response.row_scores(data.profiles, [each for each, _ in both], posterior)
    by_point = graded_response.row_scores(data.profiles, [at[None] for _, at in both], posterior)
    place = data.place[rows]
    return float(logliks[place].sum()), np.hstack([slopes, by_point])[place]
