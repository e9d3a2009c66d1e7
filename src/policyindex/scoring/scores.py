"""Codings to scores: the score of each dimension, its exact bounds, and the overall index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels import aggregation as _aggregation
from .._kernels import gather as _kernels
from .._kernels import tables as _tables
from .._options import finite
from .._wording import listed, quoted
from ..codebooks.model import Codebook, check_codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError
from ..panel.dimensions import dimensions, indicators
from ..panel.labels import carry

METHODS = tuple(_aggregation.METHODS)


def score(codings: pd.DataFrame, *, codebook: Codebook = THREE_P) -> pd.DataFrame:
    """Score coded policies, dimension by dimension and overall.

    A score is given where every completion of the missing codings agrees, and is missing
    otherwise; the overall score needs all dimensions. Higher is better.

    Parameters
    ----------
    codings : DataFrame, index (country, year)
        A column per indicator of the codebook: its level from 0 (worst), or missing. Other
        columns are left out.
    codebook : Codebook
        The rules.

    Returns
    -------
    DataFrame, index (country, year)
        A column per dimension (1 to 5 for ``THREE_P``) and ``overall``, their sum (3 to 15).

    Raises
    ------
    PanelError
        When an indicator is absent or a coding is not one of its levels.

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
    checked, codes = _codes(codings, codebook)
    scores = {
        name: np.where(found == _tables.MISSING, np.nan, found)
        for name, found in score_codes(codes, codebook=codebook).items()
    }
    scores["overall"] = np.sum(list(scores.values()), axis=0)
    return _like(checked, scores, codebook)


def score_codes(
    codes: Mapping[str, NDArray[np.int8]], *, codebook: Codebook = THREE_P
) -> dict[str, NDArray[np.int8]]:
    """Score plain arrays of codes, as :func:`score` does with a panel, in bytes throughout.

    For millions of documents or municipalities. A score is given where every completion of the
    missing codings agrees. Higher is better.

    Parameters
    ----------
    codes : mapping of str to int8 array, shape (n,)
        For each indicator of the codebook its levels from 0 (worst), or -1 for missing. Others
        are left out.
    codebook : Codebook
        The rules.

    Returns
    -------
    dict of str to int8 array, shape (n,)
        The score of each dimension, or -1 where the missing codings leave it open.

    Raises
    ------
    ValueError
        When an indicator is absent, its array is not of int8 or not of the others' length, or
        a code is out of range.

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
    asked = check_codebook(codebook).indicators
    absent = [each.name for each in asked if each.name not in codes]
    if absent:
        raise ValueError(
            f"codes must have an array for every indicator of {codebook.name}; {len(absent)} are "
            f"absent, the first {absent[0]!r}"
        )
    return {
        dimension.name: _kernels.gather(
            [codes[each.name] for each in dimension.indicators],
            _tables.bounds(dimension.shape, dimension.table).score,
        )
        for dimension in codebook.dimensions
    }


def score_bounds(codings: pd.DataFrame, *, codebook: Codebook = THREE_P) -> pd.DataFrame:
    """Bound each score by the worst and the best completion of the missing codings.

    Never missing: a row without a single coding has the whole scale between its bounds. Each
    bound is attained, so none could be tighter. Higher is better.

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
        and ``overall_high``.

    Raises
    ------
    PanelError
        When an indicator is absent or a coding is not one of its levels.

    Examples
    --------
    >>> from policyindex import datasets
    >>> unknown = datasets.load_demo().assign(penalty=None)
    >>> score_bounds(unknown).loc[("DEU", 2009), ["prosecution_low", "prosecution_high"]]
    prosecution_low     4.0
    prosecution_high    5.0
    Name: (DEU, 2009), dtype: float64
    """
    checked, codes = _codes(codings, codebook)
    found: dict[str, NDArray[np.float64]] = {}
    for dimension in codebook.dimensions:
        tables = _tables.bounds(dimension.shape, dimension.table)
        columns = [codes[each.name] for each in dimension.indicators]
        found[f"{dimension.name}_low"] = _kernels.gather(columns, tables.low).astype(np.float64)
        found[f"{dimension.name}_high"] = _kernels.gather(columns, tables.high).astype(np.float64)
    bounds = list(found.values())
    found["overall_low"] = np.sum(bounds[0::2], axis=0)
    found["overall_high"] = np.sum(bounds[1::2], axis=0)
    return _like(checked, found, codebook)


def overall(
    panel: pd.DataFrame,
    *,
    codebook: Codebook = THREE_P,
    weights: Mapping[str, float] | None = None,
    method: str = "sum",
) -> pd.Series:
    """Aggregate the dimensions of a panel into one score.

    A missing dimension makes the overall score missing; none ever counts as 0. Every method
    answers on the scale of the sum (3 to 15 for three dimensions of 1 to 5), higher is better.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension. A column ``overall`` is left out.
    weights : mapping of str to float, optional
        Weight of every dimension, at least 0; only their ratios matter. A dimension of
        weight 0 is left out, and may be missing. By default all weigh the same.
    method : {"sum", "geometric", "minimum"}
        Weighted sum (the published index, with equal weights); weighted geometric mean times
        the number of dimensions; or the smallest dimension times their number, on which
        weights have no bearing but for those that are 0.

    Returns
    -------
    Series, index (country, year), name ``overall``
        Scores that are equal in exact arithmetic are equal.

    Raises
    ------
    PanelError
        When the panel breaks its contract, has no dimension or has columns that are none, or a
        dimension is not positive and its geometric mean is asked for.
    ValueError
        When the method is unknown, or the weights do not fit the dimensions, are negative or
        not finite, or are all 0.

    Notes
    -----
    With n dimensions x of weights w that sum to 1: ``n * sum(w * x)``, ``n * prod(x ** w)``
    and ``n * min(x)``. A float such as 0.1 or 1/3 stands for the simple fraction that it is
    written for, with a denominator up to a million. Sums are fractions until the last step; a
    geometric mean is made from its prime factors, and rounded to 12 decimals.

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
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}; got {method!r}")
    checked = dimensions(panel, codebook)
    return aggregate(checked, ratios(list(checked.columns), weights), method, available=False)


def aggregate(
    checked: pd.DataFrame, weights: list[int], method: str, *, available: bool
) -> pd.Series:
    """Aggregate a checked panel, leaving missing dimensions out where that is asked for."""
    values = checked.to_numpy()
    if method == "geometric":
        wrong = (values[:, np.array(weights, dtype=bool)] <= 0).any(axis=1)
        if wrong.any():
            country, year = checked.index[int(wrong.argmax())]
            raise PanelError(
                f"a geometric mean needs dimensions above 0; {wrong.sum()} rows have one that "
                f"is not, the first {country} {year}"
            )
    totals = _aggregation.aggregate(values, weights, method, available=available)
    answer = pd.Series(totals, index=checked.index, name="overall")
    carry(answer, checked)
    return answer


def ratios(names: list[Any], weights: Mapping[str, float] | None) -> list[int]:
    """Return whole numbers in the ratios of the weights, or refuse them."""
    if weights is None:
        return [1] * len(names)
    if not isinstance(weights, Mapping) or set(weights) != set(names):
        raise ValueError(
            f"weights must name each dimension once ({listed(names)}), with its weight; got "
            f"{quoted(weights)}"
        )
    given = [finite(f"the weight of {name}", weights[name]) for name in names]
    if min(given) < 0 or not any(given):
        raise ValueError(f"weights must be at least 0 and not all 0; got {quoted(weights)}")
    return _aggregation.whole_weights(given)


def _codes(
    codings: pd.DataFrame, codebook: Codebook
) -> tuple[pd.DataFrame, dict[str, NDArray[np.int8]]]:
    checked = indicators(codings, codebook)
    codes = {
        name: np.nan_to_num(levels, nan=_tables.MISSING).astype(np.int8)
        for name, levels in zip(checked.columns, checked.to_numpy().T, strict=True)
    }
    return checked[[]], codes  # the numbers of a large panel are best forgotten


def _like(
    codings: pd.DataFrame, columns: dict[str, NDArray[np.float64]], codebook: Codebook
) -> pd.DataFrame:
    return carry(pd.DataFrame(columns, index=codings.index), codings, rules=codebook.rules)
