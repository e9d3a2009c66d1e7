"""Coding error: probabilities of the true levels, from an assumption or from two codings."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._options import finite
from .._wording import listed, quoted
from ..codebooks.model import Codebook, Dimension
from ..codebooks.three_p import THREE_P
from ..panel.dimensions import dimensions
from ..panel.labels import carry
from ..panel.selection import span
from ..typing import CodingError, Scale

Levels: TypeAlias = NDArray[np.int64]


def coding_error(accuracy: float, *, spread: float = 0.0, scale: Scale = (1, 5)) -> pd.DataFrame:
    """Compute the probability of every true level behind each coded level.

    Parameters
    ----------
    accuracy : float
        Probability, from 0 to 1, that the coded level is the true one.
    spread : float
        How the rest falls off with distance, from 0 to 1: each level further away has `spread`
        times the probability of the one before. 0 leaves the rest to the neighbours, half each,
        all of it to the one neighbour at an end of the scale; 1 gives all other levels the same.
    scale : (int, int)
        Lowest and highest level.

    Returns
    -------
    DataFrame, index coded, columns true
        Probabilities; every row sums to 1.

    Raises
    ------
    ValueError
        If `accuracy` or `spread` is not between 0 and 1, or the scale has fewer than two levels.

    Notes
    -----
    Off the diagonal the probability of true level t behind coded level c is proportional to
    ``spread ** (abs(t - c) - 1)``, with ``0 ** 0 = 1``.

    Examples
    --------
    >>> coding_error(0.9).loc[[1, 2]]
    true     1    2     3    4    5
    coded
    1     0.90  0.1  0.00  0.0  0.0
    2     0.05  0.9  0.05  0.0  0.0
    """
    for name, value in (("accuracy", accuracy), ("spread", spread)):
        if not 0 <= finite(name, value) <= 1:
            raise ValueError(f"{name} must lie between 0 and 1; got {quoted(value)}")
    lowest, highest = span("scale", scale)
    if lowest == highest:
        raise ValueError(f"scale must have at least two levels; got {quoted(scale)}")
    levels = np.arange(lowest, highest + 1)
    distance = np.abs(levels[:, None] - levels)
    other = np.where(distance > 0, float(spread) ** np.maximum(distance - 1, 0), 0.0)
    other *= (1 - accuracy) / other.sum(1, keepdims=True)
    return _labelled(np.where(distance > 0, other, accuracy), levels)


def estimate_error(
    codings: pd.DataFrame,
    other: pd.DataFrame,
    *,
    codebook: Codebook = THREE_P,
    symmetric: bool = True,
) -> dict[str, pd.DataFrame]:
    """Estimate coding error from two codings of the same country-years.

    A country-year enters a dimension where both codings have it. The second coding stands for
    the truth: two codings cannot tell more. If both err as often, the matrices overstate the
    error of either.

    Parameters
    ----------
    codings, other : DataFrame, index (country, year)
        A column per dimension, as coded by two coders, or in an older and a newer vintage.
    codebook : Codebook
        The dimensions and their scales.
    symmetric : bool
        Whether each coding stands for the truth of the other in turn, as suits two coders of
        equal standing; otherwise `other` is the truth, as suits a revised vintage.

    Returns
    -------
    dict of str to DataFrame, index coded, columns true
        A matrix per dimension, as :func:`policyindex.error_ranks` takes them. Levels that were
        never coded are assumed correct.

    Raises
    ------
    PanelError
        If a panel breaks its contract, lacks a dimension, or has a level off its scale.

    Notes
    -----
    With N[c, t] the number of country-years coded c by the one and t by the other, symmetric
    matrices are the rows of ``N + N.T`` over their sums, others those of N.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["GBR", "ITA", "SWE"], [2009]],
    ...                                    names=["country", "year"])
    >>> same = {"prosecution": 5, "prevention": 5}
    >>> old = pd.DataFrame({"protection": [2, 2, 3], **same}, index=index)
    >>> new = pd.DataFrame({"protection": [3, 2, 3], **same}, index=index)
    >>> estimate_error(old, new, symmetric=False)["protection"].loc[2, [2, 3]].to_list()
    [0.5, 0.5]
    """
    first, second = dimensions(codings, codebook), dimensions(other, codebook)
    rows = first.index.intersection(second.index)
    answer = {}
    for dimension in codebook.dimensions:
        levels = _levels(dimension)
        pairs = np.stack([each.loc[rows, dimension.name].to_numpy() for each in (first, second)])
        coded, true = pairs[:, ~np.isnan(pairs).any(0)].astype(np.int64) - levels[0]
        counts = np.zeros((len(levels), len(levels)))
        np.add.at(counts, (coded, true), 1)
        if symmetric:
            counts = counts + counts.T
        counts += np.diag(counts.sum(1) == 0)
        matrix = _labelled(counts / counts.sum(1, keepdims=True), levels)
        answer[dimension.name] = carry(matrix, first, second)
    return answer


def matrices(error: CodingError, codebook: Codebook) -> dict[str, pd.DataFrame]:
    """Return a matrix on the scale of each dimension of the codebook, or refuse the error."""
    if not isinstance(error, Mapping):
        return {each.name: _matrix(error, "error", each) for each in codebook.dimensions}
    names = [each.name for each in codebook.dimensions]
    if set(error) != set(names):
        raise ValueError(
            f"error must have an accuracy or a matrix for each dimension ({listed(names)}), or be "
            f"one for all; it has {listed(error) or 'none'}"
        )
    return {
        each.name: _matrix(error[each.name], f"error of {each.name}", each)
        for each in codebook.dimensions
    }


def _matrix(error: Any, label: str, dimension: Dimension) -> pd.DataFrame:
    """Return the matrix of one dimension, with its levels as index and columns."""
    levels = _levels(dimension)
    if not isinstance(error, bool) and isinstance(error, Real):
        return _of_accuracy(float(error), label, levels)
    try:
        numbers = np.array(error, dtype=np.float64)
    except (TypeError, ValueError):
        numbers = np.empty(0)
    if numbers.ndim != 2 or numbers.shape[0] != numbers.shape[1] or not numbers.size:
        raise ValueError(
            f"{label} must be an accuracy from 0 to 1, or a square matrix of numbers, coded "
            f"levels by true levels; got {quoted(error)}; make one with coding_error"
        )
    if isinstance(error, pd.DataFrame):
        fits = all(list(axis) == levels.tolist() for axis in error.axes)
        labels = f"{listed(error.index)} and {listed(error.columns)}"
    else:
        fits, labels = len(numbers) == len(levels), f"{len(numbers)} of each"
    if not fits:
        raise ValueError(
            f"{label} must have the levels of {dimension.name}, {levels[0]} to {levels[-1]}, as "
            f"rows and columns; it has {labels}; map each dimension to a matrix of its own, or "
            f"give an accuracy, such as 0.9"
        )
    wrong = ~(numbers >= 0).all(1) | ~(np.abs(numbers.sum(1) - 1) < 1e-9)
    if wrong.any():
        first = int(wrong.argmax())
        raise ValueError(
            f"each row of {label} must hold probabilities that sum to 1; {wrong.sum()} do not, the "
            f"first that of level {levels[first]}: {numbers[first].tolist()}"
        )
    return _labelled(numbers, levels)


def _of_accuracy(accuracy: float, label: str, levels: Levels) -> pd.DataFrame:
    if not 0 <= accuracy <= 1:
        raise ValueError(f"{label} must be an accuracy from 0 to 1, or a matrix; got {accuracy:g}")
    if len(levels) == 1:
        return _labelled(np.ones((1, 1)), levels)
    return coding_error(accuracy, scale=(int(levels[0]), int(levels[-1])))


def _levels(dimension: Dimension) -> Levels:
    return np.arange(dimension.lowest, dimension.highest + 1)


def _labelled(probabilities: Any, levels: Levels) -> pd.DataFrame:
    index, columns = pd.Index(levels, name="coded"), pd.Index(levels, name="true")
    return pd.DataFrame(probabilities, index=index, columns=columns)
