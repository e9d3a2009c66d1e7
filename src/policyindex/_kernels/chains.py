"""Chains of levels: steps of each row, shares, steady states, and tests that permute rows."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .resampling import blocks, resampled

Float64 = NDArray[np.float64]

CLOSE = 1e-9
"""Statistics that differ by a smaller share than this are equal."""


class Steps(NamedTuple):
    """Number of steps of each row; rows without any are left out."""

    table: Any
    """Sparse matrix, rows by cells: group, then level at the start, then level at the end."""
    n_groups: int
    levels: int

    @property
    def n(self) -> int:
        """Rows with a step."""
        return int(self.table.shape[0])

    def sums(self, weights: Float64) -> Float64:
        """Return sums over rows, (..., groups, levels, levels), one for each set of weights."""
        shape = (*weights.shape[:-1], self.n_groups, self.levels, self.levels)
        return np.asarray(weights @ self.table).reshape(shape)

    def of_group(self, group: int) -> Any:
        """Return the cells of one group."""
        return self.table[:, group * self.levels**2 : (group + 1) * self.levels**2]

    def present(self) -> NDArray[np.bool_]:
        """Mark the groups in which each row has steps."""
        each = [self.of_group(group).sum(axis=1) > 0 for group in range(self.n_groups)]
        return np.column_stack([np.asarray(column).ravel() for column in each])

    def one_group_each(self) -> bool:
        """Return whether each row has steps in one group alone."""
        return bool((self.present().sum(axis=1) <= 1).all())


def steps_of(
    start: Float64, end: Float64, groups: NDArray[np.intp], levels: int, n_groups: int
) -> Steps:
    """Count the steps of each row by group, level at the start and level at the end.

    Parameters
    ----------
    start, end : array, rows by steps
        Positions of levels; NaN where there is not a step.
    groups : array, rows by steps
        Group of each step; negative for none.
    levels, n_groups : int
        Numbers of levels and of groups.
    """
    from scipy.sparse import coo_matrix

    rows, steps = np.nonzero(~np.isnan(start) & ~np.isnan(end) & (groups >= 0))
    ends = (start[rows, steps].astype(np.intp), end[rows, steps].astype(np.intp))
    cells = np.ravel_multi_index((groups[rows, steps], *ends), (n_groups, levels, levels))
    present, places = np.unique(rows, return_inverse=True)
    table = coo_matrix(
        (np.ones(len(rows)), (places, cells)), shape=(len(present), n_groups * levels**2)
    )
    return Steps(table.tocsr(), n_groups, levels)


def shares(counts: NDArray[np.number]) -> Float64:
    """Return the share of each cell in its row; NaN in a row without steps."""
    totals = counts.sum(axis=-1, keepdims=True)
    answer: Float64 = np.full(counts.shape, np.nan)
    np.divide(counts, totals, out=answer, where=totals > 0)
    return answer


def steady_states(probabilities: Float64) -> Float64:
    """Return the only stationary distribution of each matrix along the first axes.

    It is all NaN if there is none or more than one, or if steps end at a level from which no
    step starts.
    """
    size = probabilities.shape[-1]
    if not size:
        return np.empty(probabilities.shape[:-1])
    matrices = probabilities.reshape(-1, size, size)
    left = ~np.isnan(matrices).any(axis=2)  # levels from which a step starts
    moves = matrices > 0  # false for NaN
    valid = left.any(axis=1) & ~(moves.any(axis=1) & ~left).any(axis=1)
    reach = (moves | np.eye(size, dtype=bool)).astype(np.float64)
    for _ in range(int(size).bit_length()):
        reach = (reach @ reach > 0).astype(np.float64)
    to, back = reach > 0, reach.transpose(0, 2, 1) > 0
    lasting = left & (to <= back).all(axis=2)
    # One class of lasting levels: each of them leads to all the others.
    pairs = lasting[:, :, None] & lasting[:, None, :]
    valid &= (to | ~pairs).all(axis=(1, 2))
    answer: Float64 = np.full((len(matrices), size), np.nan)
    if valid.any():
        answer[valid] = _solved(matrices[valid], lasting[valid])
    return answer.reshape(probabilities.shape[:-1])


def _solved(matrices: Float64, lasting: NDArray[np.bool_]) -> Float64:
    """Solve p = pP on the lasting levels, with p = 0 on the others and a sum of 1."""
    n, size = lasting.shape
    balance = np.nan_to_num(matrices).transpose(0, 2, 1) - np.eye(size)
    balance = np.where(lasting[:, :, None], balance * lasting[:, None, :], np.eye(size))
    one = lasting.argmax(axis=1)
    balance[np.arange(n), one] = lasting
    ends = np.zeros((n, size, 1))
    ends[np.arange(n), one] = 1
    return np.asarray(np.linalg.solve(balance, ends)[..., 0])


def likelihood_ratio(counts: NDArray[np.number]) -> Float64:
    """Return 2 sum n ln(p of the group / p of all) of counts (..., groups, levels, levels)."""
    own = _entropies(counts).sum(axis=-1)
    pooled = _entropies(counts.sum(axis=-3))
    return np.asarray(2 * np.maximum(own - pooled, 0))


def _entropies(counts: NDArray[np.number]) -> Float64:
    """Return the sum over cells of n ln(n / n of the row)."""
    from scipy.special import xlogy

    cells: Float64 = counts.astype(np.float64)
    totals: Float64 = cells.sum(axis=-1)
    own = np.asarray(xlogy(cells, cells), dtype=np.float64).sum(axis=(-2, -1))
    return np.asarray(own - np.asarray(xlogy(totals, totals), dtype=np.float64).sum(axis=-1))


def permuted_pvalue(steps: Steps, draws: int, rng: np.random.Generator) -> float:
    """Return the share of permutations, the observed one included, with as large a ratio.

    Where each row has steps in one group alone, the groups are permuted over the rows.
    Otherwise the groups of each row that have steps are permuted within the row.
    """
    n = steps.n
    if steps.n_groups < 2 or n < 2:
        return np.nan
    present = steps.present()
    observed = float(likelihood_ratio(steps.sums(np.ones(n))))
    least = observed - CLOSE * max(observed, 1)
    permute = _over_rows if steps.one_group_each() else _within_rows
    above = 0
    for size in blocks(draws, n * steps.n_groups):
        above += int((likelihood_ratio(permute(steps, present, size, rng)) >= least).sum())
    return (1 + above) / (1 + draws)


def _over_rows(
    steps: Steps, present: NDArray[np.bool_], size: int, rng: np.random.Generator
) -> Float64:
    """Return the counts of each group where the groups of rows are permuted."""
    labels = rng.permuted(np.tile(present.argmax(axis=1), (size, 1)), axis=1)
    of_rows = sum(steps.of_group(group) for group in range(steps.n_groups))
    sums = [(labels == group).astype(np.float64) @ of_rows for group in range(steps.n_groups)]
    return _stacked(sums, steps)


def _within_rows(
    steps: Steps, present: NDArray[np.bool_], size: int, rng: np.random.Generator
) -> Float64:
    """Return the counts of each group where every row permutes the groups in which it has steps."""
    n_groups = steps.n_groups
    # Groups with steps are sorted at random, and the others stay behind them.
    order = np.argsort(rng.random((size, *present.shape)) + ~present, axis=2)
    places = np.argsort(~present, axis=1, kind="stable")
    sources = np.empty_like(order)
    np.put_along_axis(sources, np.broadcast_to(places, order.shape), order, axis=2)
    sums = [
        sum(
            (sources[:, :, group] == source).astype(np.float64) @ steps.of_group(source)
            for source in range(n_groups)
        )
        for group in range(n_groups)
    ]
    return _stacked(sums, steps)


def _stacked(sums: list[Any], steps: Steps) -> Float64:
    tables = [np.asarray(each).reshape(-1, steps.levels, steps.levels) for each in sums]
    return np.stack(tables, axis=1)


def resampled_shares(steps: Steps, draws: int, rng: np.random.Generator) -> tuple[Float64, Float64]:
    """Return the probabilities of staying and the steady states of resampled rows.

    Returns
    -------
    stay, steady : array, draws by groups by levels
    """
    n = steps.n
    stay, steady = np.full((2, draws, steps.n_groups, steps.levels), np.nan)
    if not n:
        return stay, steady
    first = 0
    for size in blocks(draws, max(n, steps.table.shape[1])):
        probabilities = shares(steps.sums(resampled(n, size, rng)))
        part = slice(first, first + size)
        stay[part] = np.diagonal(probabilities, axis1=2, axis2=3)
        steady[part] = steady_states(probabilities)
        first += size
    return stay, steady
