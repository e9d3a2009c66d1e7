"""The table of one year: scores, ranks, and how far each rank can move."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import check_panel
from ..panel.dimensions import dimensions
from ..panel.labels import carry
from ..panel.selection import in_year
from ..ranking import rank_bounds, ranks
from ..scoring.scores import overall
from ..typing import CodingError
from .errors import error_ranks
from .weights import weight_ranks


def standings(
    panel: pd.DataFrame,
    *,
    year: int,
    codebook: Codebook = THREE_P,
    weights: Mapping[str, float] | None = None,
    min_weight: float | Fraction | None = None,
    error: CodingError | None = None,
    bounds: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Lay out one year's scores and ranks, each rank with the range it can move in.

    A country with a missing dimension has no rank and counts for no other's, unless `bounds`
    say how far it can be bounded, or the dimension weighs nothing. Rank 1 is best, and equal
    scores share the better rank.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension; a column ``overall`` is computed anew.
    year : int
        A year of the panel.
    weights : mapping of str to float, optional
        Weight of each dimension; by default all the same, as published.
    min_weight : float or Fraction, optional
        The range is that over all weightings whose weights are at least this, the one that
        ranks included; see :func:`policyindex.weight_ranks`.
    error : DataFrame, matrix, or mapping of str to either, optional
        The range is that of 95 % when each coded level may be wrong; see
        :func:`policyindex.error_ranks`.
    bounds : DataFrame, index (country, year), optional
        The range is that over all completions of the missing codings, from
        :func:`policyindex.score_bounds`; a rank is given where they all agree.

    Returns
    -------
    DataFrame, index country
        The dimensions, ``overall`` at the weights given, ``rank``, and ``rank_low`` and
        ``rank_high``, the better and the worse end of the range; the best country first, equal
        ones by code. Without `min_weight`, `error` or `bounds` the range is the rank alone.

    Raises
    ------
    PanelError
        When the panel or the bounds break their contract.
    ValueError
        When the year has no row, an option is out of range, more than one range is asked for,
        or a range by error or missing codings together with weights.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA", "PRK"], [2009]],
    ...                                    names=["country", "year"])
    >>> panel = pd.DataFrame({"prosecution": [5, 4, 1], "protection": [4, 5, 1],
    ...                       "prevention": [5, 4, 1]}, index=index)
    >>> standings(panel, year=2009, min_weight=0)[["overall", "rank", "rank_low", "rank_high"]]
             overall  rank  rank_low  rank_high
    country
    ITA         14.0   1.0       1.0        2.0
    NGA         13.0   2.0       1.0        2.0
    PRK          3.0   3.0       3.0        3.0
    """
    given = [
        name
        for name, value in (("min_weight", min_weight), ("error", error), ("bounds", bounds))
        if value is not None
    ]
    if len(given) > 1:
        raise ValueError(f"give one range at most; got {' and '.join(given)}")
    if weights is not None and given and min_weight is None:
        raise ValueError(f"{given[0]} gives a range at equal weights; leave weights out")
    scores = in_year(dimensions(panel, codebook), year)
    table = scores.assign(overall=overall(scores, weights=weights, codebook=codebook))
    table["rank"] = ranks(table["overall"])
    low = high = table["rank"]
    if min_weight is not None:
        moved = weight_ranks(scores, codebook=codebook, min_weight=min_weight)
        low, high = low.clip(upper=moved["rank_low"]), high.clip(lower=moved["rank_high"])
    elif error is not None:
        moved = error_ranks(scores, codebook=codebook, error=error)
        low, high = moved["rank_low"], moved["rank_high"]
    elif bounds is not None:
        moved = rank_bounds(in_year(check_panel(bounds), year))
        low, high = moved["rank_low"], moved["rank_high"]
        table["rank"] = low.where(low == high)
    answer = table.assign(rank_low=low, rank_high=high).droplevel("year")
    carry(answer, panel, bounds)
    return answer.sort_values(["rank", "rank_low", "rank_high"], kind="stable")
