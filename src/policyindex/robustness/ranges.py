"""The table of one year: scores, ranks, and how far each rank can move."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from .._wording import quoted
from ..codebooks.model import Codebook, check_codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError, check_panel
from ..panel.dimensions import dimensions, to_weigh
from ..panel.labels import carry
from ..panel.selection import in_year, thin_label
from ..ranking import _rank_bounds, _ranks
from ..scoring.scores import _overall, ratios
from ..typing import CodingError, Prior, Weights
from .errors import _error_ranks
from .simplex import least_weight
from .weights import _weight_ranks

TENTH = Fraction(1, 10)
"""The least weight of the narrower range beside that over any weights."""


def standings(
    panel: pd.DataFrame,
    year: int,
    *,
    codebook: Codebook = THREE_P,
    weights: Weights | None = None,
    min_weight: float | Fraction | None = None,
    error: CodingError | None = None,
    prior: Prior = "fitted",
    bounds: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Compute one year's scores and ranks, each rank with the range in which it can move.

    A country with a missing dimension is not ranked and does not affect other ranks, unless
    `bounds` limit its score, or the dimension has weight 0 and `min_weight` is not set. Rank 1
    is best, and equal scores share the better rank.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension. A panel without any of them is ranked by its column
        ``overall``.
    year : int
        A year of the panel.
    codebook : Codebook
        The dimensions and their scales.
    weights : mapping of str to float, optional
        Weight of each dimension; by default all the same, as published.
    min_weight : float or Fraction, optional
        The range is that over all weightings whose weights are at least this, e.g. 0 for any
        weights, zero included; see :func:`policyindex.weight_ranks`.
    error : float, DataFrame, matrix, or mapping of str to these, optional
        The accuracy of the codings, e.g. 0.9, or matrices of their errors. The range is that of
        95 % for one country when each coded level may be wrong; see
        :func:`policyindex.error_ranks`.
    prior : {"fitted", "coded"}, array, or mapping of str to array
        With `error`, the share of each true level; by default fitted to all years of the panel.
    bounds : DataFrame, index (country, year), optional
        The range is that over all completions of the missing codings, from
        :func:`policyindex.score_bounds`; a rank is given where they all agree.

    Returns
    -------
    DataFrame, index country
        The dimensions, ``overall`` at the weights, ``rank``, and ``rank_low`` and ``rank_high``,
        the better and the worse end of the range; the best country first, equal ones by code.
        With ``min_weight=0`` also ``rank_low_tenth`` and ``rank_high_tenth``, the range where
        each dimension keeps a tenth of the weight or more, unless the codebook has more than ten.
        Without `min_weight`, `error` or `bounds` the range is the rank alone. If the year has
        fewer scores than a quarter of the fullest one, ``attrs["thin_years"]`` counts them.

    Raises
    ------
    PanelError
        If the panel or the bounds break their contract, or an option needs the dimensions and
        the panel has none.
    ValueError
        If the year has no row, an option is out of range, more than one range is requested,
        a range by error or missing codings together with weights, a weight is less than
        `min_weight` of the total, or `prior` is without `error`.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["ITA", "NGA", "PRK"], [2009]],
    ...                                    names=["country", "year"])
    >>> panel = pd.DataFrame({"prosecution": [5, 4, 1], "protection": [4, 5, 1],
    ...                       "prevention": [5, 4, 1]}, index=index)
    >>> standings(panel, 2009, min_weight=0)[["overall", "rank", "rank_low", "rank_high"]]
             overall  rank  rank_low  rank_high
    country
    ITA         14.0   1.0       1.0        2.0
    NGA         13.0   2.0       1.0        2.0
    PRK          3.0   3.0       3.0        3.0
    """
    ranges = {"min_weight": min_weight, "error": error, "bounds": bounds}
    options = [name for name, value in ranges.items() if value is not None]
    if len(options) > 1:
        raise ValueError(f"a rank must have one range at most; got {' and '.join(options)}")
    if weights is not None and options and min_weight is None:
        raise ValueError(f"{options[0]} gives a range at equal weights; leave weights out")
    refuse_prior_alone(prior, error)
    if _has_overall_alone(panel, codebook):
        _refuse_options(codebook, {"weights": weights, "min_weight": min_weight, "error": error})
        checked = check_panel(panel, scales={"overall": None})
    else:
        checked = (dimensions if min_weight is None else to_weigh)(panel, codebook)
    return _standings(
        checked,
        year,
        codebook=codebook,
        weights=weights,
        min_weight=min_weight,
        error=error,
        prior=prior,
        bounds=None if bounds is None else check_panel(bounds),
    )


def _standings(
    dims: pd.DataFrame,
    year: int,
    *,
    codebook: Codebook = THREE_P,
    weights: Weights | None = None,
    min_weight: float | Fraction | None = None,
    error: CodingError | None = None,
    prior: Prior = "fitted",
    bounds: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Compute :func:`standings` from checked dimensions, or from a column ``overall`` alone."""
    scores = in_year(dims, year)
    if "overall" in scores.columns:
        table = scores.copy()
    else:
        table = scores.assign(overall=_overall(scores, codebook, weights))
    table["rank"] = _ranks(table["overall"])
    low = high = table["rank"]
    labels: dict[str, str] = {}
    further = {}
    if min_weight is not None:
        _check_weights(codebook, weights, min_weight)
        # other weights need the dimensions that these weights may leave out
        table["rank"] = _ranks(table["overall"].where(scores.notna().all(axis=1)))
        moved = _weight_ranks(scores, min_weight=min_weight)
        low, high = moved["rank_low"], moved["rank_high"]
        if min_weight == 0 and TENTH * scores.shape[1] <= 1:
            within = _weight_ranks(scores, min_weight=TENTH)
            further = {f"{end}_tenth": within[end] for end in ("rank_low", "rank_high")}
    elif error is not None:
        moved = _error_ranks(dims, error=error, prior=prior, codebook=codebook, year=year)
        low, high = moved["rank_low"], moved["rank_high"]
        labels = {name: moved.attrs[name] for name in ("range", "assumption")}
    elif bounds is not None:
        moved = _rank_bounds(in_year(bounds, year))
        low, high = moved["rank_low"], moved["rank_high"]
        table["rank"] = low.where(low == high)
    answer = table.assign(rank_low=low, rank_high=high, **further).droplevel("year")
    answer = answer.sort_values(["rank", "rank_low", "rank_high"], kind="stable")
    return carry(answer, dims, bounds, **labels, **thin_label(dims, [year]))


def refuse_prior_alone(prior: Prior, error: CodingError | None) -> None:
    """Refuse a prior where no coding may be wrong."""
    if error is None and not (isinstance(prior, str) and prior == "fitted"):
        raise ValueError(
            "prior is that of coded levels that may be wrong; add error, or drop prior"
        )


def _has_overall_alone(panel: pd.DataFrame, codebook: Codebook) -> bool:
    names = {each.name for each in check_codebook(codebook).dimensions}
    columns = set(getattr(panel, "columns", ()))
    return "overall" in columns and not names & columns


def _check_weights(
    codebook: Codebook, weights: Weights | None, min_weight: float | Fraction
) -> None:
    """Refuse weights outside the set that the range is over."""
    names = [each.name for each in codebook.dimensions]
    least, parts = least_weight(min_weight, len(names)), ratios(codebook, weights)
    lighter = [
        (name, Fraction(part, sum(parts)))
        for name, part in zip(names, parts, strict=True)
        if part < least * sum(parts)
    ]
    if lighter:
        name, share = lighter[0]
        raise ValueError(
            f"weights must be at least min_weight of their sum, {quoted(least)}; {len(lighter)} "
            f"of {len(names)} are not, the first that of {name}, {quoted(share)}; lower min_weight"
        )


def _refuse_options(codebook: Codebook, options: dict[str, object]) -> None:
    """Refuse options that need the dimensions, which the panel does not have."""
    names = [name for name, value in options.items() if value is not None]
    if names:
        raise PanelError(
            f"the dimensions of the codebook {codebook.name} are needed for "
            f"{' and '.join(names)}: {', '.join(each.name for each in codebook.dimensions)}; the "
            f"panel has overall alone; add them, or rank by overall without {' and '.join(names)}"
        )
