"""Codings to scores: the score of each dimension, its exact bounds, and the overall index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels import aggregation, levels
from .._kernels.tables import MISSING, Int8
from .._options import finite, one_of
from .._wording import absent, are_not, listed, quoted
from ..codebooks.model import Codebook, check_codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError
from ..panel.dimensions import dimensions, indicator_codes, refuse_fractions, totals
from ..panel.labels import carry
from ..typing import Weights
from . import lookup

METHODS = tuple(aggregation.METHODS)

Codes: TypeAlias = dict[str, Int8]
"""The codes of each indicator."""

ENDS = ("low", "high")
"""The ends of the bounds of a score, as columns name them."""


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
        A column per dimension (1 to 5 for ``THREE_P``) and ``overall``, their sum (3 to 15), or
        as the codebook aggregates them. Each is the exact score, rounded once to a float.
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
    return _scored(*indicator_codes(codings, codebook), codebook)


def _score(codings: pd.DataFrame, codebook: Codebook = THREE_P) -> pd.DataFrame:
    return _scored(*_codes(codings, codebook), codebook)


def _scored(rows: pd.DataFrame, codes: Codes, codebook: Codebook) -> pd.DataFrame:
    names = [each.name for each in codebook.dimensions]
    values = np.empty((len(names) + 1, len(rows)))
    for place, dimension in enumerate(codebook.dimensions):
        lookup.write_scores(dimension, codes, values[place])
    values[-1] = totals(list(values[:-1]), codebook)
    return _like(rows, values, [*names, "overall"], codebook)


def score_codes(
    codes: Mapping[str, NDArray[np.int8]] | pd.DataFrame, *, codebook: Codebook = THREE_P
) -> dict[str, NDArray[np.signedinteger[Any]]]:
    """Score plain arrays of codes as :func:`score` does a panel, in bytes throughout.

    For millions of documents or municipalities. A score is returned where every completion of
    the missing codings agrees. Higher is better.

    Parameters
    ----------
    codes : mapping of str to int8 array, shape (n,), or DataFrame of int8
        For each indicator of the codebook its levels from 0 (worst), or -1 for missing. Other
        arrays are ignored, as are the labels of a Series.
    codebook : Codebook
        The rules.

    Returns
    -------
    dict of str to array of integers, shape (n,)
        The score of each dimension, or -1 where the missing codings leave it undecided; int8
        where no score is above 127, otherwise the next larger type that holds them.

    Raises
    ------
    ValueError
        If `codes` is not a mapping, an indicator is absent, its array is not int8 or not as long
        as the others, a code is out of range, or the codebook has a dimension whose scores are
        not whole.

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
    if not isinstance(codes, Mapping | pd.DataFrame):
        raise ValueError(f"codes must map each indicator to an int8 array; got {quoted(codes)}")
    lacking = [name for name in names if name not in codes]
    if lacking:
        raise ValueError(
            f"codes must have an array for every indicator of {codebook.name}; {absent(lacking)}"
        )
    refuse_fractions(codebook, "arrays of integer scores")
    columns = {name: np.asarray(codes[name]) for name in names}
    length = max((column.size for column in columns.values()), default=0)
    wrong = {
        name: column
        for name, column in columns.items()
        if column.dtype != np.int8 or column.shape != (length,)
    }
    if wrong:
        name, column = next(iter(wrong.items()))
        raise ValueError(
            f"codes must be int8 columns of one length; {are_not(len(wrong))}, the first "
            f"{quoted(name)} of {column.dtype} {column.shape} with {length:,} rows in the longest; "
            f"convert them"
        )
    answer = {}
    for dimension in codebook.dimensions:
        scores = lookup.common_scores(dimension, columns)
        smallest = np.min_scalar_type(MISSING - int(dimension.highest))
        answer[dimension.name] = scores.astype(smallest, copy=False)
    return answer


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
    return _bounded(*indicator_codes(codings, codebook), codebook)


def _score_bounds(codings: pd.DataFrame, codebook: Codebook = THREE_P) -> pd.DataFrame:
    return _bounded(*_codes(codings, codebook), codebook)


def _bounded(rows: pd.DataFrame, codes: Codes, codebook: Codebook) -> pd.DataFrame:
    names = [f"{each.name}_{end}" for each in codebook.dimensions for end in ENDS]
    values = np.empty((len(names) + 2, len(rows)))
    for place, dimension in enumerate(codebook.dimensions):
        for end, numerators in enumerate(lookup.bounds(dimension, codes)):
            np.divide(numerators, dimension.denominator, out=values[2 * place + end])
    for end in range(2):
        values[end - 2] = totals(list(values[end:-2:2]), codebook)
    return _like(rows, values, [*names, *(f"overall_{end}" for end in ENDS)], codebook)


def overall(
    panel: pd.DataFrame,
    *,
    codebook: Codebook = THREE_P,
    weights: Weights | None = None,
    method: str = "sum",
) -> pd.Series:
    """Aggregate the dimensions of a panel into one score.

    A missing dimension makes the overall score missing; it never counts as 0. Every method
    returns scores on the scale of the codebook's sum (3 to 15 for three dimensions of 1 to 5) or
    mean. Higher is better.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension of the codebook. A column ``overall`` must be their sum, or mean;
        other columns are ignored.
    codebook : Codebook
        The dimensions and their scales, and how they are aggregated.
    weights : mapping of str to float, optional
        Weight of every dimension, at least 0; only their ratios matter. A dimension of
        weight 0 is left out, and may be missing. By default those of the codebook, which are
        equal in the published index.
    method : {"sum", "geometric", "minimum"}
        Weighted sum (the published index, with equal weights); weighted geometric mean times
        the number of dimensions; or the smallest dimension times their number, on which
        weights have no effect unless they are 0. Of a codebook with weights, the number is their
        sum; of one that takes the mean, it is 1.

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
    and ``n * min(x)``, and 1 in the place of n for a codebook that takes the mean. A float such as
    0.1 or 1/3 stands for the simple fraction that it is written for, with a denominator up to a
    million. Sums are fractions until the last step; a geometric mean is computed from its prime
    factors and rounded to 12 decimals.

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
    return _overall(dimensions(panel, codebook), codebook, weights, method)


def _overall(
    dims: pd.DataFrame,
    codebook: Codebook = THREE_P,
    weights: Weights | None = None,
    method: str = "sum",
) -> pd.Series:
    if weights is None and method == "sum":
        sums = totals(list(dims.to_numpy().T), codebook)
        return carry(pd.Series(sums, index=dims.index, name="overall"), dims)
    return aggregate(dims, codebook, ratios(codebook, weights), method, available=False)


def aggregate(
    dims: pd.DataFrame, codebook: Codebook, weights: list[int], method: str, *, available: bool
) -> pd.Series:
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
    size = sum(codebook.shares.values())
    sums = aggregation.aggregate(values, weights, method, size, available=available)
    return carry(pd.Series(sums, index=dims.index, name="overall"), dims)


def ratios(codebook: Codebook, weights: object) -> list[int]:
    """Return integers in the ratios of the weights, or refuse the weights."""
    names = [each.name for each in codebook.dimensions]
    if weights is None:
        return aggregation.whole_weights(codebook.shares[name] for name in names)
    if not isinstance(weights, Mapping) or set(weights) != set(names):
        raise ValueError(
            f"weights must name each dimension once ({listed(names)}), with its weight; got "
            f"{quoted(weights)}"
        )
    in_order = [finite(f"the weight of {name}", weights[name]) for name in names]
    if min(in_order) < 0 or not any(in_order):
        raise ValueError(f"weights must be at least 0 and not all 0; got {quoted(weights)}")
    return aggregation.whole_weights(in_order)


def _codes(codings: pd.DataFrame, codebook: Codebook) -> tuple[pd.DataFrame, Codes]:
    """Return the rows of checked codings without columns, and the codes of each indicator."""
    scales = codebook.scales
    codes = levels.codes(
        [codings[name].to_numpy() for name in scales], [best for _, best in scales.values()]
    )
    return codings[[]], dict(zip(scales, cast(Int8, codes), strict=True))


def _like(
    rows: pd.DataFrame, values: NDArray[np.float64], names: list[str], codebook: Codebook
) -> pd.DataFrame:
    """Return the values, one row for each name, as columns of a panel."""
    answer = pd.DataFrame(values.T, index=rows.index, columns=names, copy=False)
    return carry(answer, rows, rules=codebook.rules)
