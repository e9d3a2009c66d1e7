"""Plausible values: draws of the latent positions for further analysis, and how to pool them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from .._options import generator, whole
from .._wording import quoted
from ..panel.check import check_scores
from ..panel.display import as_html, as_text, fields
from ..panel.labels import carry
from ..typing import Seed
from .lattices import Block, Lattice, blocks
from .models import Fit, Posterior, check_fit, posterior, summary_of

Float64 = NDArray[np.float64]

Ints = NDArray[np.int64]


ROUNDS = 200

CLOSE = 1e-5
"""A line has converged where its slope changes by less than this many standard deviations."""

MOST_VALUES = 2**27
"""Most numbers in a table of draws: a gibibyte of memory."""

SMALLEST = 1e-12
"""Least variance of an outcome about its line."""


class Pooled(NamedTuple):
    """An estimate from plausible values."""

    estimate: float
    """The mean of the estimates."""
    se: float
    """Standard error: within the draws and between them."""
    low: float
    """Lower end of the 95 % interval."""
    high: float
    """Upper end."""
    df: float
    """Degrees of freedom of the t distribution of the interval."""
    n: int
    """Draws."""
    missing_information: float
    """Share of the variance that comes from not observing the latent positions."""

    def __str__(self) -> str:
        return (
            f"{self.estimate:.4g}, 95 % interval {self.low:.4g} to {self.high:.4g}, from {self.n} "
            f"plausible values (Rubin's rules)."
        )

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), pooled=fields(self))


def plausible_values(
    fitted: Fit, n: int = 20, rng: Seed = None, *, outcome: pd.Series | None = None
) -> pd.DataFrame:
    """Draw panels of latent positions from their joint distribution, given all levels.

    Each draw is a whole path for each country, with the persistence of the model. Analyse one draw
    after another and pool the estimates by :func:`combine`: the error of the scores is then part
    of the standard error. A regression on the position needs draws that know its `outcome`.

    Parameters
    ----------
    fitted : Fit
        The answer of :func:`fit`.
    n : int
        Number of draws.
    rng : int or Generator, optional
        Source of the draws; without it they are the same each time.
    outcome : Series, index (country, year), optional
        The dependent variable of the regression to come; rows without it or without a level are
        drawn by the levels alone.

    Returns
    -------
    DataFrame, index (country, year), columns draw from 1
        Latent positions, on the scale of ``scores["mean"]``. Missing for a row without a level.

    Raises
    ------
    ValueError
        If `fitted` is not a fit, `n` is not a positive integer, `rng` is not a seed, or fewer
        than three rows have both an outcome and a level.
    PanelError
        If the outcome breaks the contract of scores.

    Notes
    -----
    *Assumption.* The model holds, and its parameters are those estimated: their own error is not
    in the draws. An outcome is a line in the position plus normal noise, fitted by maximum
    likelihood (EM). Without the outcome, a slope on the draws is too small, by the share of their
    variance that is error; so it is on the sum of the levels.

    Backward sampling: the last year from its distribution given all levels, then each year given
    the one after it. Draws of a lingering position lie on the points of the grid.

    References
    ----------
    Mislevy (1991), doi:10.1007/BF02294457, on plausible values.

    Examples
    --------
    >>> from policyindex import datasets, latent, score
    >>> fitted = latent.fit(score(datasets.load_demo()))
    >>> draws = latent.plausible_values(fitted, 5, rng=0)
    >>> draws.shape[1], bool(draws.loc["NGA"].notna().all().all())
    (5, True)
    """
    check_fit(fitted)
    whole("n", n, least=1)
    random = generator(rng)
    state = posterior(fitted)
    if n * len(state.responses.rows) > MOST_VALUES:
        raise ValueError(
            f"n must be at most {MOST_VALUES // len(state.responses.rows):,} for a table of so "
            f"many rows; got {quoted(n)}"
        )
    position = summary_of(state.lattice)
    table = np.empty((len(state.responses.rows), n))
    also = None if outcome is None else _line(state, position, _aligned(outcome, state))
    for block in blocks(*state, also):
        table[block.rows] = position[_paths(block, state.lattice, n, random)]
    columns = pd.RangeIndex(1, n + 1, name="draw")
    drawn = pd.DataFrame(table, index=state.responses.rows, columns=columns)
    return carry(drawn.reindex(fitted.panel.index), fitted.scores)


def combine(estimates: ArrayLike, errors: ArrayLike) -> Pooled:
    """Pool the estimates from plausible values by Rubin's rules.

    Parameters
    ----------
    estimates : array, shape (draws,)
        The same quantity, estimated from each draw.
    errors : array, shape (draws,)
        The standard error of each estimate.

    Returns
    -------
    Pooled
        The pooled estimate, its standard error and its 95 % interval.

    Raises
    ------
    ValueError
        If there are fewer than two estimates, or not as many errors, or one is not a finite
        number, or an error is negative.

    Notes
    -----
    With W the mean squared error, B the variance of the n estimates and T = W + (1 + 1/n) B, the
    standard error is the root of T, on (n - 1) (T / (T - W))^2 degrees of freedom.

    References
    ----------
    Rubin (1987), doi:10.1002/9780470316696.

    Examples
    --------
    >>> combine([0.9, 1.0, 1.1], [0.2, 0.2, 0.2])
    <Pooled: 1, 95 % interval 0.5296 to 1.47, from 3 plausible values (Rubin's rules). \
Fields: estimate, se, low, high, df, n, missing_information>
    """
    from scipy.special import stdtrit

    values, own = (_numbers(name, each) for name, each in [("estimates", estimates),
                                                           ("errors", errors)])  # fmt: skip
    if len(values) < 2 or len(own) != len(values):
        raise ValueError(
            f"combine needs two or more estimates and an error for each; got {len(values)} "
            f"estimates and {len(own)} errors"
        )
    if (own < 0).any():
        raise ValueError(f"errors must not be negative; the first such is {own[own < 0][0]:g}")
    n = len(values)
    between = (1 + 1 / n) * values.var(ddof=1)
    total = float((own**2).mean() + between)
    df = float((n - 1) * (total / between) ** 2) if between else np.inf
    quantile = float(stdtrit(df, 0.975)) if np.isfinite(df) else NORMAL
    mean, se = float(values.mean()), float(np.sqrt(total))
    share = float(between / total) if total else 0.0
    return Pooled(mean, se, mean - quantile * se, mean + quantile * se, df, n, share)


NORMAL = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""


def _numbers(name: str, values: ArrayLike | Sequence[float]) -> Float64:
    try:
        if np.iscomplexobj(np.asarray(values)):
            raise TypeError("complex numbers have no order")
        numbers = np.asarray(values, np.float64)
    except (TypeError, ValueError, ArithmeticError):
        numbers = np.full((1, 1), np.nan)
    if numbers.ndim != 1 or not np.isfinite(numbers).all():
        raise ValueError(f"{name} must be a list of finite numbers; got {quoted(values)}")
    return numbers


def _aligned(outcome: pd.Series, state: Posterior) -> Float64:
    """Return the outcome of each row, NaN where there is none."""
    values = check_scores(outcome).reindex(state.responses.rows).to_numpy()
    if np.isfinite(values).sum() < 3:
        raise ValueError(
            f"an outcome needs three or more rows that have a level too; it has "
            f"{np.isfinite(values).sum()}"
        )
    return values


def _line(state: Posterior, position: Float64, outcome: Float64) -> Callable[[slice], Float64]:
    """Fit a line of the outcome in the position by EM; return how probable each state makes it."""
    present = np.isfinite(outcome)
    values = np.where(present, outcome, 0)
    intercept, slope = float(values[present].mean()), 0.0
    variance = max(float(values[present].var()), SMALLEST)

    def also(rows: slice) -> Float64:
        apart = values[rows, None] - intercept - slope * position
        logs: Float64 = np.where(present[rows, None], -(apart**2) / (2 * variance), 0)
        return logs

    for _ in range(ROUNDS):
        means, squares = np.empty(len(values)), np.empty(len(values))
        for block in blocks(*state, also):
            means[block.rows] = block.posterior @ position
            squares[block.rows] = block.posterior @ position**2
        first, second, y = means[present], squares[present], values[present]
        before = slope
        moments = np.array([[1, first.mean()], [first.mean(), second.mean()]])
        intercept, slope = np.linalg.solve(moments, [y.mean(), (y * first).mean()]).tolist()
        residual = (y**2).mean() - intercept * y.mean() - slope * (y * first).mean()
        variance = max(float(residual), SMALLEST)
        if abs(slope - before) <= CLOSE * np.sqrt(variance):
            break
    return also


def _paths(block: Block, lattice: Lattice, n: int, rng: np.random.Generator) -> Ints:
    """Return states drawn for each row, shape (rows, n): of one country a path."""
    if block.smoothed is None or lattice.steps is None:
        return _draw(block.posterior, n, rng)
    forward, shape = block.smoothed.forward, lattice.steps.shape
    span, series = forward.shape[:2]
    answer = np.empty((span, series, n), np.int64)
    for unit in range(series):
        onwards = [np.ones((points, n)) for points in shape]
        for year in range(span - 1, -1, -1):
            drawn = _drawn_after(forward[year, unit].reshape(shape), onwards, rng)
            answer[year, unit] = np.ravel_multi_index(drawn, shape)
            onwards = [
                matrix[:, place]
                for matrix, place in zip(lattice.steps.matrices, drawn, strict=True)
            ]
    return answer[block.years, block.units]


def _drawn_after(
    masses: Float64, onwards: list[Float64], rng: np.random.Generator
) -> tuple[Ints, ...]:
    """Return coordinates of states drawn in proportion to masses times a factor for each axis.

    `onwards` has the factor of each axis, shape (points, draws). The first axis is drawn with the
    others summed over, then the next one given the first.
    """
    draws = onwards[0].shape[1]
    tables = [np.broadcast_to(masses, (draws, *masses.shape))]
    if len(onwards) > 1:
        tables.append(np.moveaxis(masses @ onwards[-1], -1, 0))
    for factor in reversed(onwards[1:-1]):
        tables.append(np.einsum("d...p,pd->d...", tables[-1], factor))
    drawn: tuple[Ints, ...] = ()
    for table, factor in zip(reversed(tables), onwards, strict=True):
        weights = table[(np.arange(draws), *drawn)] * factor.T
        drawn = (*drawn, _draw(weights, 1, rng)[:, 0])
    return drawn


def _draw(masses: Float64, n: int, rng: np.random.Generator) -> Ints:
    """Return n states of each row, drawn in proportion to its masses, shape (rows, n)."""
    rows, states = masses.shape
    sums = np.cumsum(masses, 1)
    ends = (sums / sums[:, -1:] + np.arange(rows)[:, None]).ravel()  # rising from row to row
    limits = rng.random((rows, n)) + np.arange(rows)[:, None]
    drawn = np.searchsorted(ends, limits.ravel(), side="right").reshape(rows, n)
    answer: Ints = np.clip(drawn - states * np.arange(rows)[:, None], 0, states - 1)
    return answer
