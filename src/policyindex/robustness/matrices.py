"""Coding error: how levels are coded, from an assumption or from several codings."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels.coder_errors import dawid_skene, joint_counts, root
from .._options import finite
from .._wording import listed, quoted
from ..codebooks.model import Codebook, Dimension
from ..codebooks.three_p import THREE_P
from ..panel.check import by_coder
from ..panel.dimensions import dimensions
from ..panel.labels import carry
from ..panel.selection import span
from ..typing import CodingError, Scale

Levels: TypeAlias = NDArray[np.int64]

Float64: TypeAlias = NDArray[np.float64]

SMOOTHING = 5.0
"""How many codings of each true level the smoothing of an estimate is worth."""


def coding_error(accuracy: float, *, spread: float = 0.0, scale: Scale = (1, 5)) -> pd.DataFrame:
    """Compute the probability of every coded level given each true one.

    Parameters
    ----------
    accuracy : float
        Probability, from 0 to 1, that a level is coded correctly.
    spread : float
        How the rest falls off with distance, from 0 to 1: each level further away has `spread`
        times the probability of the one before. 0 leaves the rest to the neighbours, half each,
        all of it to the one neighbour at an end of the scale; 1 gives all other levels the same.
    scale : (int, int)
        Lowest and highest level.

    Returns
    -------
    DataFrame, index true, columns coded
        Probabilities; every row sums to 1.

    Raises
    ------
    ValueError
        If `accuracy` or `spread` is not between 0 and 1, or the scale has fewer than two levels.

    See Also
    --------
    policyindex.robustness.estimate_error : The same from codings of two or more coders.

    Notes
    -----
    Off the diagonal the probability that true level t is coded c is proportional to
    ``spread ** (abs(t - c) - 1)``, with ``0 ** 0 = 1``. It is not the probability of t given c:
    that depends on how many countries truly have each level, the *prior*.

    Examples
    --------
    >>> coding_error(0.9).loc[[1, 2]]
    coded     1    2     3    4    5
    true
    1      0.90  0.1  0.00  0.0  0.0
    2      0.05  0.9  0.05  0.0  0.0
    """
    for name, value in (("accuracy", accuracy), ("spread", spread)):
        if not 0 <= finite(name, value) <= 1:
            raise ValueError(f"{name} must lie between 0 and 1; got {quoted(value)}")
    lowest, highest = span("scale", scale)
    if lowest == highest:
        raise ValueError(f"scale must have at least two levels; got {quoted(scale)}")
    levels = np.arange(lowest, highest + 1)
    return _labelled(_spread_out(float(accuracy), len(levels), spread), levels)


def estimate_error(
    codings_by_coder: Mapping[str, pd.DataFrame],
    *,
    truth: str | None = None,
    coder: str | None = None,
    codebook: Codebook = THREE_P,
) -> dict[str, pd.DataFrame]:
    """Estimate coding error from several codings of the same country-years.

    A country-year enters a dimension where two or more coders coded it, `truth` among them if it
    is named.

    Parameters
    ----------
    codings_by_coder : mapping of str to DataFrame, index (country, year)
        The panel of each coder, two or more, with a column per dimension; an older and a newer
        vintage are two coders too.
    truth : str, optional
        The coder who is always right, as suits a revised vintage. By default every coder may err.
    coder : str, optional
        Whose error to return. By default that of all coders together, except `truth`. Two coders
        without a `truth` share one error.
    codebook : Codebook
        The dimensions and their scales.

    Returns
    -------
    dict of str to DataFrame, index true, columns coded
        A matrix per dimension, as :func:`policyindex.error_ranks` takes them; rows sum to 1.

    Raises
    ------
    PanelError
        If a panel breaks its contract, lacks a dimension, or has a level off its scale.
    ValueError
        If there are fewer than two coders, `truth` or `coder` is not one of them, no country-year
        is coded twice, or two coders agree less than any two with the same error would.

    Notes
    -----
    *Two coders* are assumed to err alike and independently. With J the shares of their pairs of
    levels, either way round, and r its margins, ``B = r^-1/2 J r^-1/2`` and the error is
    ``r^-1/2 B^1/2 r^1/2``: the square root, since two coders err between them twice. The shares
    P(second | first) instead overstate the error. *Three or more* may differ: the errors are the
    most likely ones (Dawid and Skene), and their mean weighs coders by codings. With a *truth*,
    the shares of coded levels given the true one.

    Each row is smoothed: it has five more codings, shared as :func:`policyindex.coding_error`
    shares them at the accuracy of all dimensions together. So few codings do not state that
    errors are impossible.

    References
    ----------
    Dawid and Skene (1979), doi:10.2307/2346806.

    Examples
    --------
    >>> import pandas as pd
    >>> from policyindex import THREE_P, Codebook
    >>> index = pd.MultiIndex.from_product([["ITA"], range(2000, 2010)],
    ...                                    names=["country", "year"])
    >>> revised = pd.DataFrame({"protection": [3] * 5 + [4] * 5}, index=index)
    >>> vintages = {"first": revised.clip(lower=[3] * 9 + [5], axis=0), "revised": revised}
    >>> alone = Codebook("protection", THREE_P.dimensions[1:2])
    >>> error = estimate_error(vintages, truth="revised", codebook=alone)["protection"]
    >>> error.loc[[3, 4]].round(2)
    coded    1     2     3     4     5
    true
    3      0.0  0.03  0.93  0.03  0.00
    4      0.0  0.00  0.03  0.83  0.13
    """
    names = _coder_names(codings_by_coder, truth, coder)
    panels = {
        name: dimensions(codings_by_coder[name], codebook, whole_for="matrices of coding errors")
        for name in names
    }
    rows = sorted(set().union(*(panel.index for panel in panels.values())))
    index = pd.MultiIndex.from_tuples(rows, names=["country", "year"])
    tables = {
        each.name: _codes(
            {name: panels[name][each.name] for name in names}, index, each.scores.start
        )
        for each in codebook.dimensions
    }
    sizes = {each.name: len(levels_of(each)) for each in codebook.dimensions}
    accuracy = _pooled_accuracy(tables, sizes, has_truth=truth is not None)
    answer = {}
    for dimension in codebook.dimensions:
        codes, n = tables[dimension.name], sizes[dimension.name]
        target = _spread_out(accuracy, n)
        if truth is not None:
            matrix = _given_truth(codes, target)
        elif len(names) == 2:
            matrix = _of_two(codes, target, dimension, accuracy)
        else:
            errors = dawid_skene(codes, SMOOTHING * target).errors
            weights = (codes >= 0).sum(0).astype(np.float64)
            if coder is not None:
                weights = np.eye(len(names))[names.index(coder)]
            elif not weights.any():
                weights[:] = 1
            matrix = np.tensordot(weights / weights.sum(), errors, 1)
        answer[dimension.name] = carry(_labelled(matrix, levels_of(dimension)), *panels.values())
    return answer


def _coder_names(codings_by_coder: Any, truth: str | None, coder: str | None) -> list[str]:
    """Return the coders that enter, `truth` last, or refuse the options."""
    names = list(by_coder(codings_by_coder, "codings_by_coder"))
    for label, name in (("truth", truth), ("coder", coder)):
        if name is not None and name not in names:
            raise ValueError(f"{label} must be one of {listed(names)}; got {quoted(name)}")
    if truth is None:
        if coder is not None and len(names) == 2:
            raise ValueError(
                "two coders without a truth share one error; drop coder, name the truth, or add a "
                "third coder"
            )
        return names
    if coder == truth:
        raise ValueError(f"coder must not be the truth; got {quoted(coder)} for both")
    return [name for name in names if name != truth and coder in (None, name)] + [truth]


def _codes(columns: dict[str, pd.Series], index: pd.MultiIndex, lowest: int) -> Levels:
    """Return the codes of one dimension, rows by coders, of the rows coded twice or more."""
    values = np.column_stack([column.reindex(index).to_numpy() for column in columns.values()])
    coded = ~np.isnan(values)
    codes = np.where(coded, np.nan_to_num(values) - lowest, -1).astype(np.int64)
    return codes[coded.sum(1) > 1]


def _pooled_accuracy(tables: dict[str, Levels], sizes: dict[str, int], *, has_truth: bool) -> float:
    """Return the accuracy at which coders of all dimensions would agree as often as they do.

    Half a disagreement is added, and half an agreement, so that few codings are never perfect.
    """
    equal, total, single = 0.5, 1.0, 0.5
    for name, codes in tables.items():
        if sizes[name] == 1:
            continue
        columns = codes.T
        pairs = (
            [(column, columns[-1]) for column in columns[:-1]]
            if has_truth
            else list(combinations(columns, 2))
        )
        for first, second in pairs:
            both = (first >= 0) & (second >= 0)
            equal += float((first[both] == second[both]).sum())
            total += float(both.sum())
            ends = np.isin(np.concatenate([first[both], second[both]]), [0, sizes[name] - 1])
            single += float(np.where(ends, 1.0, 0.5).sum()) / 2
    if total == 1.0:
        raise ValueError(
            "codings_by_coder must share country-years; no dimension of any is coded by two of "
            "them" + (", the truth among them" if has_truth else "")
        )
    agreement, shared = equal / total, single / total
    if has_truth:
        return agreement
    # agreement = a^2 + shared (1 - a)^2, where `shared` is the mean of one over the neighbours
    root_of = shared**2 - (1 + shared) * (shared - agreement)
    return float((shared + np.sqrt(max(root_of, 0.0))) / (1 + shared))


def _given_truth(codes: Levels, target: Float64) -> Float64:
    """Return the shares of coded levels given the true one, which the last column holds."""
    counts = SMOOTHING * target
    for column in codes.T[:-1]:
        both = (column >= 0) & (codes[:, -1] >= 0)
        np.add.at(counts, (codes[both, -1], column[both]), 1)
    return counts / counts.sum(1, keepdims=True)


def _of_two(codes: Levels, target: Float64, dimension: Dimension, accuracy: float) -> Float64:
    """Return the error that two coders share, or refuse codings that cannot have one."""
    n = len(target)
    # with these weights the pairs of two coders with the error `target` have it as their root
    weights = np.where(np.isin(np.arange(n), [0, n - 1]), 0.5, 1.0)
    pseudo = SMOOTHING * weights[:, None] * (target @ target)
    matrix, least = root(joint_counts(codes, n) + pseudo)
    if least < -1e-9:
        raise ValueError(
            f"two coders with the same error must agree more than the codings of {dimension.name} "
            f"do (least eigenvalue {least:.2g}); if one is right, name it as truth, or assume an "
            f"accuracy: together they agree as often as at {accuracy:.2f}"
        )
    return matrix


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
    levels = levels_of(dimension)
    if not isinstance(error, bool) and isinstance(error, Real):
        return _of_accuracy(error, label, levels)
    try:
        is_real = not np.iscomplexobj(np.asarray(error))
        numbers = np.array(error, dtype=np.float64) if is_real else np.empty(0)
    except (TypeError, ValueError, ArithmeticError):
        numbers = np.empty(0)
    if numbers.ndim != 2 or numbers.shape[0] != numbers.shape[1] or not numbers.size:
        raise ValueError(
            f"{label} must be an accuracy from 0 to 1, or a square matrix of numbers, true "
            f"levels by coded levels; got {quoted(error)}; make one with coding_error"
        )
    if isinstance(error, pd.DataFrame):
        if (error.index.name, error.columns.name) == ("coded", "true"):
            raise ValueError(
                f"{label} must have true levels as rows and coded levels as columns; its rows are "
                f"named coded and its columns true"
            )
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


def _of_accuracy(accuracy: Any, label: str, levels: Levels) -> pd.DataFrame:
    if not 0 <= accuracy <= 1:
        raise ValueError(
            f"{label} must be an accuracy from 0 to 1, or a matrix; got {quoted(accuracy)}"
        )
    return _labelled(_spread_out(float(accuracy), len(levels)), levels)


def _spread_out(accuracy: float, n: int, spread: float = 0.0) -> Float64:
    """Return the probabilities of :func:`coding_error`; a single level is never wrong."""
    if n == 1:
        return np.ones((1, 1))
    distance = np.abs(np.arange(n)[:, None] - np.arange(n))
    other = np.where(distance > 0, float(spread) ** np.maximum(distance - 1, 0), 0.0)
    other *= (1 - accuracy) / other.sum(1, keepdims=True)
    return np.where(distance > 0, other, accuracy)


def levels_of(dimension: Dimension) -> Levels:
    """Return the levels of a dimension, the lowest first."""
    return np.array(dimension.scores)


def _labelled(probabilities: Any, levels: Levels) -> pd.DataFrame:
    index, columns = pd.Index(levels, name="true"), pd.Index(levels, name="coded")
    return pd.DataFrame(probabilities, index=index, columns=columns)
