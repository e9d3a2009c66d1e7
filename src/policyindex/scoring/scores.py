"""Codings to scores: the score of each dimension, its exact bounds, and the overall index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels import aggregation, tables
from .._kernels.gather import gather
from .._options import finite, one_of
from .._wording import absent, listed, quoted
from ..codebooks.model import Codebook, check_codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError
from ..panel.dimensions import dimensions, indicators
from ..panel.labels import carry
from ..typing import Weights

METHODS = tuple(aggregation.METHODS)


def score(codings: pd.DataFrame, *, codebook: Codebook = THREE_P) -> pd.DataFrame:
    """Score coded policies, dimension by dimension and overall.

    A score is returned where every completion of the missing codings agrees, and is missing
    otherwise; the overall score needs all dimensions. Higher is better.

    Parameters
    ----------
    codings : DataFrame, index (country, year)
        A column per indicator of the codebook: its level from 0 (worst), or missing. Other
        columns are ignored.
    codebook : Codebook
        The rules.

    Returns
    -------
    DataFrame, index (country, year)
        A column per dimension (1 to 5 for ``THREE_P``) and ``overall``, their sum (3 to 15).
        ``attrs["rules"]`` names the rules: codebook, version and short hash of its tables.

    Raises
    ------
    PanelError
        If an indicator is absent or a coding is not one of its levels.

    References
    ----------
    Cho, Dreher and Neumayer (2014), doi:10.1111/sjoe.12055.

    Examples
    --------
    >>> from policyindex import datasets
    >>> score(datasets.load_demo()).loc[("DEU", 2009)]
    prosecution     5.0
    protection      5.0
    prevention      5.0
    overall        15.0
    Name: (DEU, 2009), dtype: float64
    """
    return _score(indicators(codings, codebook), codebook)


def _score(codings: pd.DataFrame, codebook: Codebook = THREE_P) -> pd.DataFrame:
    rows, codes = _codes(codings)
    del codings  # the float columns double the memory of a large panel
    scores = {
        name: np.where(levels == tables.MISSING, np.nan, levels)
        for name, levels in _score_codes(codes, codebook).items()
    }
    scores["overall"] = np.sum(list(scores.values()), axis=0)
    return _like(rows, scores, codebook)


def score_codes(
    codes: Mapping[str, NDArray[np.int8]], *, codebook: Codebook = THREE_P
) -> dict[str, NDArray[np.int8]]:
    """Score plain arrays of codes as :func:`score` does a panel, in bytes throughout.

    For millions of documents or municipalities. A score is returned where every completion of
    the missing codings agrees. Higher is better.

    Parameters
    ----------
    codes : mapping of str to int8 array, shape (n,)
        For each indicator of the codebook its levels from 0 (worst), or -1 for missing. Other
        arrays are ignored.
    codebook : Codebook
        The rules.

    Returns
    -------
    dict of str to int8 array, shape (n,)
        The score of each dimension, or -1 where the missing codings leave it undecided.

    Raises
    ------
    ValueError
        If an indicator is absent, its array is not int8 or not as long as the others, or a code
        is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from policyindex import Codebook, Dimension, Indicator
    >>> aid = Dimension("aid", (Indicator("shelter"), Indicator("hotline")),
    ...                 lambda shelter, hotline: 1 + shelter + hotline)
    >>> codes = {"shelter": np.int8([0, 1, 1]), "hotline": np.int8([0, 1, -1])}
    >>> score_codes(codes, codebook=Codebook("aid", (aid,)))
    {'aid': array([ 1,  3, -1], dtype=int8)}
    """
    names = check_codebook(codebook).scales
    lacking = [name for name in names if name not in codes]
    if lacking:
        raise ValueError(
            f"codes must have an array for every indicator of {codebook.name}; {absent(lacking)}"
        )
    return _score_codes(codes, codebook)


def _score_codes(
    codes: Mapping[str, NDArray[np.int8]], codebook: Codebook
) -> dict[str, NDArray[np.int8]]:
    return {
        dimension.name: gather(
            [codes[each.name] for each in dimension.indicators],
            tables.bounds(dimension.shape, dimension.table).score,
        )
        for dimension in codebook.dimensions
    }


def score_bounds(codings: pd.DataFrame, *, codebook: Codebook = THREE_P) -> pd.DataFrame:
    """Bound each score by the worst and the best completion of the missing codings.

    Bounds are never missing: a row without any coding has the whole scale between its bounds.
    Each bound is attained, so it cannot be tighter. Higher is better.

    Parameters
    ----------
    codings : DataFrame, index (country, year)
        A column per indicator of the codebook: its level from 0 (worst), or missing.
    codebook : Codebook
        The rules.

    Returns
    -------
    DataFrame, index (country, year)
        ``<dimension>_low`` and ``<dimension>_high`` for each dimension, then ``overall_low``
        and ``overall_high``. ``attrs["rules"]`` as for :func:`score`.

    Raises
    ------
    PanelError
        If an indicator is absent or a coding is not one of its levels.

    Examples
    --------
    >>> from policyindex import datasets
    >>> unknown = datasets.load_demo().assign(penalty=None)
    >>> score_bounds(unknown).loc[("DEU", 2009), ["prosecution_low", "prosecution_high"]]
    prosecution_low     4.0
    prosecution_high    5.0
    Name: (DEU, 2009), dtype: float64
    """
    return _score_bounds(indicators(codings, codebook), codebook)


def _score_bounds(codings: pd.DataFrame, codebook: Codebook = THREE_P) -> pd.DataFrame:
    rows, codes = _codes(codings)
    del codings
    ends: dict[str, NDArray[np.float64]] = {}
    for dimension in codebook.dimensions:
        by_place = tables.bounds(dimension.shape, dimension.table)
        columns = [codes[each.name] for each in dimension.indicators]
        ends[f"{dimension.name}_low"] = gather(columns, by_place.low).astype(np.float64)
        ends[f"{dimension.name}_high"] = gather(columns, by_place.high).astype(np.float64)
    bounds = list(ends.values())
    ends["overall_low"] = np.sum(bounds[0::2], axis=0)
    ends["overall_high"] = np.sum(bounds[1::2], axis=0)
    return _like(rows, ends, codebook)


def overall(
    panel: pd.DataFrame,
    *,
    codebook: Codebook = THREE_P,
    weights: Weights | None = None,
    method: str = "sum",
) -> pd.Series:
    """Aggregate the dimensions of a panel into one score.

    A missing dimension makes the overall score missing; it never counts as 0. Every method
    returns scores on the scale of the sum (3 to 15 for three dimensions of 1 to 5). Higher is
    better.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension of the codebook. A column ``overall`` must be their sum; other
        columns are ignored.
    codebook : Codebook
        The dimensions and their scales.
    weights : mapping of str to float, optional
        Weight of every dimension, at least 0; only their ratios matter. A dimension of
        weight 0 is left out, and may be missing. By default all weights are equal.
    method : {"sum", "geometric", "minimum"}
        Weighted sum (the published index, with equal weights); weighted geometric mean times
        the number of dimensions; or the smallest dimension times their number, on which
        weights have no effect unless they are 0.

    Returns
    -------
    Series, index (country, year), name ``overall``
        Scores that are equal in exact arithmetic are equal.

    Raises
    ------
    PanelError
        If the panel breaks its contract, lacks a dimension, has one off its scale, has an overall
        score that is not the sum of the dimensions, or if a geometric mean is requested of a
        dimension that is 0.
    ValueError
        If the method is unknown, or the weights do not fit the dimensions, are negative or not
        finite, or are all 0.

    Notes
    -----
    With n dimensions x of weights w that sum to 1: ``n * sum(w * x)``, ``n * prod(x ** w)``
    and ``n * min(x)``. A float such as 0.1 or 1/3 stands for the simple fraction that it is
    written for, with a denominator up to a million. Sums are fractions until the last step; a
    geometric mean is computed from its prime factors and rounded to 12 decimals.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_tuples([("DEU", 2009)], names=["country", "year"])
    >>> panel = pd.DataFrame({"prosecution": 5, "protection": 2, "prevention": 5}, index=index)
    >>> overall(panel).item()
    12.0
    >>> overall(panel, weights={"prosecution": 1, "protection": 2, "prevention": 3}).item()
    12.0
    >>> overall(panel, method="minimum").item()
    6.0
    """
    one_of("method", method, METHODS)
    return _overall(dimensions(panel, codebook), weights, method)


def _overall(dims: pd.DataFrame, weights: Weights | None = None, method: str = "sum") -> pd.Series:
    return aggregate(dims, ratios(list(dims.columns), weights), method, available=False)


def aggregate(dims: pd.DataFrame, weights: list[int], method: str, *, available: bool) -> pd.Series:
    """Aggregate checked dimensions; if `available`, missing dimensions are left out."""
    values = dims.to_numpy()
    if method == "geometric":
        wrong = (values[:, np.array(weights, dtype=bool)] <= 0).any(axis=1)
        if wrong.any():
            country, year = dims.index[int(wrong.argmax())]
            raise PanelError(
                f"a geometric mean needs dimensions above 0; {wrong.sum()} of {len(wrong)} rows "
                f"have one that is not, the first {country} {year}; take the sum or the minimum"
            )
    totals = aggregation.aggregate(values, weights, method, available=available)
    return carry(pd.Series(totals, index=dims.index, name="overall"), dims)


def ratios(names: list[Any], weights: object) -> list[int]:
    """Return integers in the ratios of the weights, or refuse the weights."""
    if weights is None:
        return [1] * len(names)
    if not isinstance(weights, Mapping) or set(weights) != set(names):
        raise ValueError(
            f"weights must name each dimension once ({listed(names)}), with its weight; got "
            f"{quoted(weights)}"
        )
    in_order = [finite(f"the weight of {name}", weights[name]) for name in names]
    if min(in_order) < 0 or not any(in_order):
        raise ValueError(f"weights must be at least 0 and not all 0; got {quoted(weights)}")
    return aggregation.whole_weights(in_order)


def _codes(codings: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, NDArray[np.int8]]]:
    """Return the rows without columns, and the codes of each indicator."""
    codes = {
        name: np.nan_to_num(levels, nan=tables.MISSING).astype(np.int8)
        for name, levels in zip(codings.columns, codings.to_numpy().T, strict=True)
    }
    return codings[[]], codes


def _like(
    rows: pd.DataFrame, columns: dict[str, NDArray[np.float64]], codebook: Codebook
) -> pd.DataFrame:
    return carry(pd.DataFrame(columns, index=rows.index), rows, rules=codebook.rules)
