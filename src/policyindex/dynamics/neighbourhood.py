"""Scores of other countries: means of peers, and whether neighbours are alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries
from .._kernels import neighbourhoods
from .._kernels.neighbourhoods import Weights
from .._options import draws_of, finite, generator
from .._wording import counted, listed, quoted
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError, check_scores
from ..panel.dimensions import scale_of
from ..panel.labels import carry
from ..panel.numbers import numbers_on
from ..panel.shape import groups, left_out, wide
from ..typing import Links, Scale, Seed, Years

LINKED = ("neighbours", "distance")
"""The values of `by` that link countries one by one; the others are groups."""

PAIR = ("country", "other")

STEEPEST = 20
"""The greatest power of a distance: with a higher one, far countries would have a weight of 0."""

EXCHANGEABLE = "within a year, scores are exchangeable over countries"


def peers(
    scores: pd.Series | pd.DataFrame,
    *,
    by: str | pd.Series = "region",
    links: Links | None = None,
    power: float = 1,
    codebook: Codebook = THREE_P,
    scale: Scale | None = None,
) -> pd.DataFrame:
    """Compute the mean score of each country's peers, without its own score.

    Peers are the other countries of the scores, scored or not, that a country is linked to. A
    country of the scores has a row in any year. Higher is better.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    by : {"region", "un_sub", "un_intermediate", "world_bank", "neighbours", "distance"} or Series
        The other countries of the same region, as :func:`policyindex.countries.region` has them;
        the countries that share a land border, see :func:`policyindex.countries.neighbours`; or
        all other countries, each weighted by the inverse of its distance. Or a group for each
        country or each (country, year): the peers are the others of the same group.
    links : Series or DataFrame, optional
        Weights of your own instead of `by`: a Series on an index (country, other), or a table
        with the columns ``country``, ``other`` and ``weight``. Each row is the weight that a
        country puts on another; rows need not add up to 1, and a link need not go both ways.
        Countries are named as in the scores, or as :func:`policyindex.countries.iso3` takes
        them. Links to countries without a row in the scores are not used.
    power : float
        Of ``by="distance"``, from 0 to 20: weights are 1 / distance ** power.
    codebook : Codebook
        The scales of scores by their names.
    scale : (int, int), optional
        Lowest and highest score, if the codebook does not state them.

    Returns
    -------
    DataFrame, index (country, year)
        ``mean`` of the scored peers, in points, also where the country itself has no score;
        missing if no peer is scored. ``n`` peers with a score in that year, and ``peers``, all
        peers. ``low`` and ``high``, the least and the greatest mean over all peers that scores
        on the scale could give those without one; missing without a peer, and everywhere if
        neither codebook nor `scale` states a scale.

    Raises
    ------
    PanelError
        If the scores break their contract, one is off the scale, no country of the scores is
        linked or has a group, or `links` break the rules above.
    ValueError
        If `by`, `power` or `scale` is not valid, or `links` is combined with `by`.

    See Also
    --------
    lag : The peers of the year before, as an exposure.
    policyindex.dynamics.moran : Whether linked countries have similar scores.

    Notes
    -----
    With weights w of the links and S the scored peers::

        mean = sum_S w s / sum_S w
        low  = (sum_S w s + lowest  * sum_not_S w) / sum w

    The mean is taken over scored peers, so it changes when the set of them changes; the bounds
    do not assume that the others are like them. Distances are in km between the label points of
    :func:`policyindex.countries.table`, along a great circle of a sphere of radius 6371.0088 km.
    States of the past have no neighbours, and units that are not countries have neither these
    nor distances. States that do not exist in a year are peers without a score in that year. If
    that matters, pass a Series by (country, year) with no group there.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["AUT", "CHE", "DEU"], [2008, 2009]],
    ...                                    names=["country", "year"])
    >>> scores = pd.Series([12, 13, 10, None, 14, 15], index=index, name="overall")
    >>> peers(scores, by="neighbours").loc["AUT"]
          mean  n  peers   low  high
    year
    2008  12.0  2      2  12.0  12.0
    2009  15.0  1      2   9.0  15.0
    """
    return _peers(
        check_scores(scores),
        by=by,
        links=links,
        power=power,
        codebook=codebook,
        scale=scale,
    )


def _peers(
    scores: pd.Series,
    *,
    by: str | pd.Series = "region",
    links: Links | None = None,
    power: float = 1,
    codebook: Codebook = THREE_P,
    scale: Scale | None = None,
) -> pd.DataFrame:
    ends = scale_of(scores, codebook, scale) or (np.nan, np.nan)
    _check_power(power)
    if links is not None and not (isinstance(by, str) and by == "region"):
        raise ValueError(f"links must not be combined with by; got by={quoted(by)}")
    table = wide(scores)
    if not len(table):
        empty = np.empty((0, 0))
        answer = neighbourhoods.group_means(empty, empty.astype(np.intp), *ends)
    elif links is None and not _is_linked(by):
        answer = neighbourhoods.group_means(table.to_numpy(), _groups(table, by), *ends)
    else:
        weights = _weights(table.index, by, links, power)
        answer = neighbourhoods.linked_means(table.to_numpy(), weights, *ends)
    index: Any = scores.index
    row = table.index.get_indexer(index.get_level_values("country"))
    column = table.columns.get_indexer(index.get_level_values("year"))
    cells = {name: values[row, column] for name, values in answer._asdict().items()}
    columns = pd.DataFrame(cells, index=index).astype({"n": np.int64, "peers": np.int64})
    return carry(columns, scores, by, links)


def moran(
    scores: pd.Series | pd.DataFrame,
    *,
    by: str | pd.Series = "neighbours",
    links: Links | None = None,
    power: float = 1,
    years: Years | None = None,
    permutations: int = 999,
    rng: Seed = None,
) -> pd.DataFrame:
    """Compute Moran's I of each year: whether linked countries have similar scores.

    Missing scores are not part of any figure. Countries without a link to another country
    scored in the same year, e.g. islands, are left out and counted.

    Parameters
    ----------
    scores : Series or DataFrame, index (country, year)
        One dimension or the overall index; a panel stands for its column ``overall``.
    by : {"neighbours", "distance", "region", "un_sub", "un_intermediate", "world_bank"} or Series
        Who is linked to whom, as for :func:`policyindex.peers`.
    links : Series or DataFrame, optional
        Links of your own instead of `by`, as for :func:`policyindex.peers`.
    power : float
        Of ``by="distance"``, from 0 to 20: weights are 1 / distance ** power.
    years : (int, int), optional
        First and last year; by default those that are not thin.
    permutations : int
        Number of random permutations. Where a year has no more than that many in all, all of
        them are used.
    rng : int or Generator, optional
        Source of the permutations; without it they are the same each time.

    Returns
    -------
    DataFrame, index year
        ``i``, Moran's I; ``expected``, its mean if scores are exchangeable; ``pvalue``, small
        if linked countries are more alike than that; ``n``, countries in the figures;
        ``unlinked``, countries with a score that are left out; ``permutations``, the number
        behind the p-value. The first three are missing with fewer than three countries or with
        equal scores. ``attrs["thin_years"]`` counts the scores of the thin years that are not
        used by default, or that `years` asks for.

    Raises
    ------
    PanelError
        If the scores break their contract, no country of the scores is linked or has a group,
        or `links` break their rules.
    ValueError
        If `by`, `power`, `years` or `permutations` is not valid, `links` is combined with `by`,
        or `rng` is not a source of random numbers.

    Notes
    -----
    With z the scores less their mean, over the n countries of a year, and weights w that are
    divided by their sum in each row, of which r are not empty::

        I = (n / r) * sum_ij w_ij z_i z_j / sum_i z_i ** 2

    I is above -1 / (n - 1) where linked countries are alike, and below where they differ. The
    p-value is one-sided: with b of m random permutations of the scores over the countries
    having at least the observed I, it is (b + 1) / (m + 1). Where all n! permutations are used,
    it is exact: the share of them, the observed one included, with at least this I.

    ASSUMPTION: within a year, scores are exchangeable over countries if they do not depend on
    links. Countries of a rich region are alike because they are rich: a small p-value is not
    evidence that policies spread. Simulated scores of which only the levels of sub-regions differ
    have one in 87 % of the cases. The years are not independent tests, since scores linger.

    References
    ----------
    Moran (1950), doi:10.1093/biomet/37.1-2.17. Cliff and Ord (1981), *Spatial Processes*. For
    (b + 1) / (m + 1): Phipson and Smyth (2010), doi:10.2202/1544-6115.1585.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([["DEU", "FRA", "JPN", "KEN", "POL", "UGA"], [2009]],
    ...                                    names=["country", "year"])
    >>> moran(pd.Series([15, 14, 10, 6, 13, 5], index=index)).round(3)
              i  expected  pvalue  n  unlinked  permutations
    year
    2009  1.007     -0.25   0.033  5         1           120
    """
    return _moran(
        check_scores(scores),
        by=by,
        links=links,
        power=power,
        years=years,
        permutations=permutations,
        rng=rng,
    )


def _moran(
    scores: pd.Series,
    *,
    by: str | pd.Series = "neighbours",
    links: Links | None = None,
    power: float = 1,
    years: Years | None = None,
    permutations: int = 999,
    rng: Seed = None,
) -> pd.DataFrame:
    most, random = draws_of(permutations, name="permutations"), generator(rng)
    _check_power(power)
    if links is not None and not (isinstance(by, str) and by == "neighbours"):
        raise ValueError(f"links must not be combined with by; got by={quoted(by)}")
    table = wide(scores, years=years, trim=True)
    values, rows = table.to_numpy(), []
    if len(table) and (links is not None or _is_linked(by)):
        weights = _weights(table.index, by, links, power)
        rows = [neighbourhoods.moran(year, weights, most, random) for year in values.T]
    elif len(table):
        members = _groups(table, by).T
        rows = [
            neighbourhoods.moran(year, neighbourhoods.pairs_within(group), most, random)
            for year, group in zip(values.T, members, strict=True)
        ]
    answer = pd.DataFrame(rows, index=table.columns, columns=neighbourhoods.Moran._fields)
    figures = answer["i"].notna()
    answer.insert(1, "expected", np.where(figures, -1 / (answer["n"] - 1).where(figures), np.nan))
    answer = answer[["i", "expected", "pvalue", "n", "unlinked", "permutations"]]
    whole_numbers = dict.fromkeys(("n", "unlinked", "permutations"), np.int64)
    return carry(
        answer.astype(whole_numbers),
        scores,
        by,
        links,
        assumption=EXCHANGEABLE,
        **left_out(scores, table, "all", years),
    )


def _is_linked(by: object) -> bool:
    return isinstance(by, str) and by in LINKED


def _groups(table: pd.DataFrame, by: str | pd.Series) -> NDArray[np.intp]:
    """Return the number of the group of each cell, -1 for none."""
    answer = np.full(table.shape, -1, dtype=np.intp)
    everyone = pd.DataFrame(1.0, index=table.index, columns=table.columns)
    try:
        for place, (_, part) in enumerate(groups(everyone, by)):
            answer[part.notna().to_numpy()] = place
    except ValueError as error:
        if isinstance(by, pd.Series):
            raise
        raise ValueError(f"{error}; by may also be {' or '.join(map(repr, LINKED))}") from error
    return answer


def _check_power(power: float) -> None:
    if not 0 <= finite("power", power) <= STEEPEST:
        raise ValueError(f"power must be from 0 to {STEEPEST}; got {quoted(power)}")


def _weights(units: pd.Index, by: object, links: Links | None, power: float) -> Weights:
    """Return the weights that each unit of the scores puts on others."""
    if links is not None:
        return _own_weights(units, links)
    today = countries._table().reindex(units)
    if today["latitude"].isna().all():
        raise PanelError(
            f"by={by!r} needs scores indexed by ISO alpha-3 codes of countries; none of "
            f"{len(units)} is one, the first {quoted(units[0])}; pass links of your own with links="
        )
    if by == "neighbours":
        borders = countries._borders()
        pairs = [(unit, other) for unit in units for other in borders.get(unit, ())]
        return _matrix(units, pairs, np.ones(len(pairs)))
    placed = np.flatnonzero(today["latitude"].notna())
    points = today.iloc[placed]
    distances = neighbourhoods.great_circles(
        points["latitude"].to_numpy(), points["longitude"].to_numpy()
    )
    np.fill_diagonal(distances, np.inf)
    if not distances.all():
        one, other = points.index[np.argwhere(distances == 0)[0]]
        raise PanelError(
            f"countries must lie apart for weights by distance; {one} and {other} have the same "
            f"point; pass links of your own with links="
        )
    # in units of the shortest distance, so that no power is too large
    nearest = distances.min(axis=1, keepdims=True, initial=4 * neighbourhoods.RADIUS)
    weights = (nearest / distances) ** float(power)
    np.fill_diagonal(weights, 0)
    rows, columns = (each.ravel() for each in np.meshgrid(placed, placed, indexing="ij"))
    return neighbourhoods.matrix(weights.ravel(), rows, columns, len(units))


def _own_weights(units: pd.Index, links: object) -> Weights:
    """Check a user's links and return their weights."""
    table = _link_table(links)
    weights, wrong = numbers_on(table["weight"], None)
    wrong |= np.isnan(weights) | (weights < 0)
    if wrong.any():
        place = int(wrong.argmax())
        raise PanelError(
            f"the weight of a link must be a finite number, at least 0; {wrong.sum()} of "
            f"{len(table)} are not, the first {quoted(table['weight'].iloc[place])} for "
            f"{_named(table, place)}"
        )
    codes = [_codes(units, table[side]) for side in PAIR]
    pairs = pd.MultiIndex.from_arrays(codes, names=PAIR)
    repeated = pairs.duplicated()
    if repeated.any():
        raise PanelError(
            f"links must have one weight for a pair; {repeated.sum()} rows repeat an earlier "
            f"pair, the first {_named(table, int(repeated.argmax()))}; drop or add them up"
        )
    own = (codes[0] == codes[1]) & (weights > 0)
    if own.any():
        raise PanelError(
            f"a country must not be linked to itself; {own.sum()} of {len(table)} links are, the "
            f"first {_named(table, int(own.argmax()))}; drop them"
        )
    used = pd.Index(codes[0]).isin(units) & pd.Index(codes[1]).isin(units) & (weights > 0)
    if not used.any():
        raise PanelError(
            f"links must join countries of the scores; none of {len(table)} does, with a weight "
            f"above 0"
        )
    return _matrix(units, list(pairs[used]), weights[used])


def _link_table(links: object) -> pd.DataFrame:
    """Return links as a table of country, other and weight, or refuse their form."""
    table = links
    if isinstance(table, pd.Series) and table.index.nlevels == 2:
        names = tuple(table.index.names)
        named = names if set(names) == set(PAIR) else PAIR
        table = table.rename_axis(named).rename("weight").reset_index()
    elif isinstance(table, pd.DataFrame) and table.index.nlevels == 2:
        table = table.reset_index()
    if not isinstance(table, pd.DataFrame) or not {*PAIR, "weight"} <= set(table.columns):
        message = (
            f"links must be a Series on an index (country, other), or a table with the columns "
            f"country, other and weight; got {_form(links)}"
        )
        if isinstance(links, pd.DataFrame) and links.shape[0] == links.shape[1] > 1:
            message += "; make a square table long with links.stack()"
        raise PanelError(message)
    columns = table[[*PAIR, "weight"]]
    if columns.shape[1] > 3:
        raise PanelError("links must have each of the columns country, other and weight once")
    return columns


def _form(links: object) -> str:
    if isinstance(links, pd.DataFrame):
        return f"a table with the columns {listed(links.columns)}"
    if isinstance(links, pd.Series):
        return f"a Series on an index of {counted(links.index.nlevels, 'level', 'levels')}"
    return f"a {type(links).__name__}"


def _codes(units: pd.Index, names: pd.Series) -> NDArray[np.object_]:
    """Return the labels of countries named in any way, or refuse the unknown."""
    labels = set(units)
    distinct = list(pd.unique(names.astype(object)))
    matched = [
        each if isinstance(each, str) and each in labels else countries._match([each])[0]
        for each in distinct
    ]
    unknown = [each for each, code in zip(distinct, matched, strict=True) if code is None]
    if unknown:
        raise PanelError(
            f"links must name countries as the scores do, or by a name or an ISO code; "
            f"{len(unknown)} of {len(distinct)} under {names.name!r} are not, the first "
            f"{quoted(unknown[0])}; correct or drop them"
        )
    codes = dict(zip(distinct, matched, strict=True))
    return np.array([codes[each] for each in names], dtype=object)


def _named(table: pd.DataFrame, place: int) -> str:
    return listed(table.iloc[place][list(PAIR)])


def _matrix(units: pd.Index, pairs: list[tuple[str, str]], weights: NDArray[np.float64]) -> Weights:
    """Return the weights of pairs as a matrix; pairs with others than the units are left out."""
    ends = [units.get_indexer(pd.Index([pair[side] for pair in pairs])) for side in (0, 1)]
    inside = (ends[0] >= 0) & (ends[1] >= 0)
    return neighbourhoods.matrix(weights[inside], ends[0][inside], ends[1][inside], len(units))
