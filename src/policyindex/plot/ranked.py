"""The list of one year: ranks, scores, and how far each rank can move."""

from __future__ import annotations

from fractions import Fraction
from typing import Unpack

import pandas as pd
from matplotlib.axes import Axes

from .. import countries as places
from .._options import whole
from .._wording import joined, miscoded, rank_words
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.dimensions import dimensions, to_weigh
from ..panel.selection import scored_year, some
from ..robustness.ranges import _standings, refuse_prior_alone
from ..robustness.truth import assumption
from ..scoring.scores import _overall
from ..typing import ChartOptions, CodingError, Prior
from . import _style as style
from ._lists import Words, draw_list, fix_ranks
from ._look import look_of
from ._regions import members
from ._time import thin_note


def standings(
    panel: pd.DataFrame,
    year: int,
    *,
    codebook: Codebook = THREE_P,
    min_weight: float | Fraction | None = None,
    error: CodingError | None = None,
    prior: Prior = "fitted",
    top: int | None = None,
    region: str | None = None,
    ax: Axes | None = None,
    **options: Unpack[ChartOptions],
) -> Axes:
    """Draw the ranks of one year as a list, each with the range in which it can move.

    Rank 1 is best; countries with the same score share the better rank, which has the sign =,
    and a band. Countries with a missing dimension are not ranked. A rank is always that among
    all ranked countries, also where the list has a part of them.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension of the codebook.
    year : int
        A year in which a country has every dimension.
    codebook : Codebook
        The dimensions and their scales.
    min_weight : float or Fraction, optional
        Draw the range over all weightings whose weights are at least this. Without it and
        without `error` the range is that over any weights, zero included, as with 0.
    error : float, DataFrame, matrix, or mapping of str to these, optional
        Draw the 95 % range for one country when each coded level may be wrong: the accuracy of
        the codings, e.g. 0.9, or matrices of their errors, as for :func:`policyindex.error_ranks`.
    prior : {"fitted", "coded"}, array, or mapping of str to array
        With `error`, the share of each true level; by default fitted to all years of the panel.
    top : int, optional
        List the first of them only. Where the Axes have no room for all, the first 30 or fewer
        are listed, which the footnote says.
    region : str, optional
        List the countries of a region of the United Nations (M49), e.g. Africa or Western
        Africa, or of the World Bank.
    ax : Axes, optional
        Where to draw; by default on new ones. The columns of the list are ``child_axes`` of it,
        whose labels are ``ranks``.
    **options
        ``title=``, ``subtitle=``, ``note=``, ``highlight=`` and ``palette=``, as for all charts;
        see :mod:`policyindex.plot`.
        Countries of ``highlight`` are listed even if they are not among the first; the first
        of them is the example of the range by error.

    Returns
    -------
    Axes
        `ax`, or those of a new figure.

    Raises
    ------
    PanelError
        If the panel breaks its contract, lacks a dimension or has no row, or a column
        ``overall`` is not the sum of the dimensions.
    ValueError
        If the year has no score, an option is out of range, both ranges are requested,
        `prior` is without `error`, or the region is unknown.

    See Also
    --------
    policyindex.standings : The numbers drawn.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> ax = standings(score(datasets.load_demo()), 2009, region="Africa", top=5)
    >>> [part.get_label() for part in ax.child_axes]
    ['ranks', 'heading']
    """
    if min_weight is not None and error is not None:
        raise ValueError("a rank must have one range at most; got min_weight and error")
    refuse_prior_alone(prior, error)
    first = None if top is None else whole("top", top, least=1)
    dims = some((dimensions if min_weight is None else to_weigh)(panel, codebook))
    overall = _overall(dims, codebook)
    year = scored_year(overall, "year", year)
    look = look_of(options, dims)
    bold = look.highlight
    if min_weight is None and error is None and dims.shape[1] > 1 and codebook.is_whole:
        min_weight = 0
    table = _standings(
        dims, year, codebook=codebook, min_weight=min_weight, error=error, prior=prior
    )
    table = table.dropna(subset="rank")
    table["name"] = [places._short_name(str(unit)) for unit in table.index]
    table = table.sort_values(["rank", "name"]).assign(
        tie=table["rank"].rank(method="dense"),
        shared=table["rank"].duplicated(keep=False),
        colour=None,
    )
    table["left"] = [*map(_rank_text, table["rank"], table["shared"])]
    table["right"] = [f"{score:g}" for score in table["overall"]]
    table = table.rename(columns={"rank_low": "low", "rank_high": "high"}).assign(at=table["rank"])
    ranked = len(table)
    within = table if region is None else table.loc[members(table.index, region)]
    title = f"{codebook.title}, {year}: {_finding(within, ranked, region)}"
    subtitle = _range_words(table, bold, min_weight, error)
    unranked = [places._short_name(unit) for unit in bold if unit not in table.index]
    n = style.number_of(ranked, "country", "countries")
    words = Words(
        title,
        subtitle,
        [
            f"n = {n} with every dimension, among which all ranks are",
            "Bands: countries with the same score",
        ],
        [
            "" if error is None else f"Assumption: {assumption(error, prior)}",
            f"Not ranked: {', '.join(unranked)}" if unranked else "",
            thin_note(overall, year),
        ],
        ("Rank", "Score"),
    )
    return draw_list(ax, within, first, words, look, dims.attrs, fix_ranks(ranked))


def _finding(table: pd.DataFrame, ranked: int, region: str | None) -> str:
    """Return who leads, and among how many."""
    if not len(table):
        return "no country is ranked"
    leaders = table[table["rank"] == table["rank"].min()]
    rank = int(leaders["rank"].iloc[0])
    who = sorted(places.name(str(unit)) for unit in leaders.index)
    where = "" if region is None else f" of {region.strip()}"
    if ranked == 1:
        return f"{who[0]} is the only country ranked, 1 of 1"
    if len(who) > NAMED:
        return f"{len(who)} countries{where} share rank {rank} of {ranked}"
    shared = "shares" if leaders["shared"].iloc[0] else "has"
    lead = f"{joined(who)} {shared if len(who) == 1 else 'share'} rank {rank} of {ranked}"
    return lead if region is None else f"{lead}, first in {region.strip()}"


NAMED = 3
"""Most leaders that a title names."""


def _rank_text(rank: float, shared: bool) -> str:
    return f"={rank:.0f}" if shared else f"{rank:.0f}"


def _range_words(
    table: pd.DataFrame,
    bold: list[str],
    min_weight: float | Fraction | None,
    error: CodingError | None,
) -> str:
    """Return what the dots and the lines are, and the assumption of the lines, with an example."""
    if error is not None and len(table):
        if isinstance(error, int | float):
            condition = miscoded(float(error))
        else:
            condition = "codings err as the matrices state"
        examples = [unit for unit in bold if unit in table.index]
        at = list(table.index).index(examples[0]) if examples else len(table) // 2
        name, *ends = (table[column].to_list()[at] for column in ("name", "low", "high"))
        words = rank_words(name, *ends)
        return f"Dot: rank as coded. Line: its range. If {condition}, {words}"
    if min_weight is None:
        return "1 is best; countries with the same score share a rank"
    if min_weight == 0:
        weights = "any weights, zero included"
    else:
        weights = f"weights of the dimensions of at least {float(min_weight):g}"
    return f"Dot: rank at equal weights. Line: range of the rank with {weights}"
