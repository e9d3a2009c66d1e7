"""How often a coded level is not the true one: from an assumption, or from two codings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from .._options import finite, whole
from .._wording import listed, quoted
from ..panel.check import PanelError, check_panel
from ..panel.labels import carry
from ..panel.selection import span
from ..typing import CodingError, ErrorMatrix, Scale


def coding_error(agreement: float, *, spread: float = 0.0, scale: Scale = (1, 5)) -> pd.DataFrame:
    """Give the chance of every true level behind each coded level.

    Parameters
    ----------
    agreement : float
        Chance, from 0 to 1, that the coded level is the true one.
    spread : float
        How the rest falls off with distance, from 0 to 1: each level further away has `spread`
        times the chance of the one before. 0 leaves the rest to the neighbours, half each, all
        of it to the one neighbour at an end of the scale; 1 gives all other levels the same.
    scale : (int, int)
        Lowest and highest level.

    Returns
    -------
    DataFrame, index coded, columns true
        Chances from 0 to 1; every row sums to 1.

    Raises
    ------
    ValueError
        When `agreement` or `spread` is not between 0 and 1, or the scale has no two levels.

    Notes
    -----
    Off the diagonal the chance of true level t behind coded level c is proportional to
    ``spread ** (abs(t - c) - 1)``, with ``0 ** 0 = 1``.

    Examples
    --------
    >>> coding_error(0.9).loc[[1, 2]]
    true     1    2     3    4    5
    coded
    1     0.90  0.1  0.00  0.0  0.0
    2     0.05  0.9  0.05  0.0  0.0
    """
    for name, chance in (("agreement", agreement), ("spread", spread)):
        if not 0 <= finite(name, chance) <= 1:
            raise ValueError(f"{name} must lie between 0 and 1; got {quoted(chance)}")
    levels = _levels(scale)
    distance = np.abs(levels[:, None] - levels)
    other = np.where(distance > 0, float(spread) ** np.maximum(distance - 1, 0), 0.0)
    other *= (1 - agreement) / other.sum(1, keepdims=True)
    return _labelled(np.where(distance > 0, other, agreement), levels)


def estimate_error(
    codings: pd.DataFrame,
    other: pd.DataFrame,
    *,
    symmetric: bool = True,
    scale: Scale = (1, 5),
) -> dict[str, pd.DataFrame]:
    """Estimate coding error from two codings of the same country-years.

    A country-year enters a dimension where both codings have it. The second coding stands for
    the truth, which is all that two codings can tell: when both err as often, the matrices
    overstate the error of either.

    Parameters
    ----------
    codings, other : DataFrame, index (country, year)
        A column per dimension, as coded by two coders, or in an older and a newer vintage. The
        dimensions of both are used, ``overall`` is left out.
    symmetric : bool
        Whether each is taken for the truth of the other in turn, as suits two coders of equal
        standing; otherwise `other` is the truth, as suits a revised vintage.
    scale : (int, int)
        Lowest and highest level.

    Returns
    -------
    dict of str to DataFrame, index coded, columns true
        A matrix per dimension, as :func:`policyindex.error_ranks` takes them. A level that was
        never coded is taken as sure.

    Raises
    ------
    PanelError
        When a panel breaks its contract, a level is off the scale, or no dimension is in both.
    ValueError
        When the scale has no two levels.

    Notes
    -----
    With N[c, t] the number of country-years coded c by the one and t by the other, symmetric
    matrices are the rows of ``N + N.T`` over their sums, others those of N.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["GBR", "ITA", "SWE"], [2009]],
    ...                                    names=["country", "year"])
    >>> old = pd.DataFrame({"protection": [2, 2, 3]}, index=index)
    >>> new = pd.DataFrame({"protection": [3, 2, 3]}, index=index)
    >>> estimate_error(old, new, symmetric=False)["protection"].loc[2, [2, 3]].to_list()
    [0.5, 0.5]
    """
    levels = _levels(scale)
    shared = check_panel(codings).columns.intersection(check_panel(other).columns, sort=False)
    shared = shared.drop("overall", errors="ignore")
    if shared.empty:
        raise PanelError("the two codings must share a dimension; they have none in common")
    scales = dict.fromkeys(shared, (int(levels[0]), int(levels[-1])))
    first, second = check_panel(codings, scales=scales), check_panel(other, scales=scales)
    rows = first.index.intersection(second.index)
    found = {}
    for name in shared:
        pairs = np.stack([first.loc[rows, name], second.loc[rows, name]])
        coded, true = pairs[:, ~np.isnan(pairs).any(0)].astype(np.int64) - levels[0]
        counts = np.zeros((len(levels), len(levels)))
        np.add.at(counts, (coded, true), 1)
        if symmetric:
            counts = counts + counts.T
        counts += np.diag(counts.sum(1) == 0)
        found[name] = _labelled(counts / counts.sum(1, keepdims=True), levels)
        carry(found[name], codings, other)
    return found


def matrices(error: CodingError, names: list[Any]) -> dict[Any, pd.DataFrame]:
    """Return a matrix with integer levels for each dimension, or refuse what is none."""
    if not isinstance(error, Mapping):
        return dict.fromkeys(names, _matrix(error, "error"))
    if set(error) != set(names):
        raise ValueError(
            f"error must have a matrix for each dimension ({listed(names)}), or be one for all; it "
            f"has {listed(error) or 'none'}"
        )
    return {name: _matrix(error[name], f"error of {name}") for name in names}


def _matrix(error: ErrorMatrix, what: str) -> pd.DataFrame:
    try:
        chances = np.array(error, dtype=np.float64)
    except (TypeError, ValueError):
        chances = np.empty(0)
    if chances.ndim != 2 or chances.shape[0] != chances.shape[1] or not chances.size:
        raise ValueError(
            f"{what} must be a square matrix of numbers, coded levels by true levels; got "
            f"{quoted(error)}; make one with coding_error"
        )
    levels = np.arange(1, len(chances) + 1)
    if isinstance(error, pd.DataFrame):
        levels += whole(f"the lowest level of {what}", error.index[0]) - 1
        if list(error.index) != list(levels) or list(error.columns) != list(levels):
            raise ValueError(
                f"{what} must have the same consecutive levels as index and columns; it has "
                f"{list(error.index)} and {list(error.columns)}"
            )
    wrong = ~(chances >= 0).all(1) | ~(np.abs(chances.sum(1) - 1) < 1e-9)
    if wrong.any():
        first = int(wrong.argmax())
        raise ValueError(
            f"each row of {what} must hold chances that sum to 1; {wrong.sum()} do not, the first "
            f"that of level {levels[first]}: {chances[first].tolist()}"
        )
    return _labelled(chances, levels)


def _levels(scale: Scale) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    lowest, highest = span("scale", scale)
    if lowest == highest:
        raise ValueError(f"scale must have at least two levels; got {quoted(scale)}")
    return np.arange(lowest, highest + 1, dtype=np.int64)


def _labelled(chances: Any, levels: Any) -> pd.DataFrame:
    index, columns = pd.Index(levels, name="coded"), pd.Index(levels, name="true")
    return pd.DataFrame(chances, index=index, columns=columns)
