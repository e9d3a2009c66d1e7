"""The laws of lags, of peers, of Moran's I and of neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import permutations, product
from typing import Any

import numpy as np
import pandas as pd

from .. import countries
from ..panel.selection import full_span
from .law import (
    Answer,
    Breach,
    Function,
    Law,
    ask,
    at,
    family,
    form,
    order,
    same,
    value,
)
from .strategies import index_of, scores

SCALE = (3, 15)

MIXED = ("AUT", "DEU", "ITA", "GHA", "NGA", "TGO")
"""Countries of two regions, some of which border each other."""

BORDERING = ("AUT", "CHE", "DEU", "ITA", "JPN", "SVN")
"""Countries that border each other, and an island; few enough to try every order."""

MEANS = ["mean", "n", "peers", "low", "high"]

FIGURES = ["i", "expected", "pvalue", "n"]

CLOSE = 1e-9


# Lags


def _countries(lag: Answer, data: pd.Series) -> None:
    together = lag(data)
    for country in data.index.unique("country"):
        alone = data.index.get_level_values("country") == country
        same(lag(data[alone]), together[alone])


def _gaps(answer: Answer, data: pd.Series) -> None:
    present = data[data.notna()]
    if len(present):
        same(answer(present), answer(data).loc[present.index])


def _calendar(lag: Answer, data: pd.Series, *, options: dict[str, int], years: int) -> None:
    values = data.to_dict()
    expected = [values.get((country, year - years), np.nan) for country, year in data.index]
    same(pd.DataFrame({"lag": expected}, data.index), lag(data, **options))


_lag_law = family(scores(scale=SCALE, min_size=1), SCALE[0], ["lag"])

lag_laws = (
    _lag_law("form", "Every row has a lag, or a missing one.", form),
    _lag_law("order", "The order of rows does not matter.", order),
    _lag_law("locality", "A country's lags do not depend on other countries.", _countries),
    _lag_law("gaps", "A year without a row is a year without a score.", _gaps),
    _lag_law(
        "calendar",
        "A lag is the score of the calendar year before, missing if that has none.",
        partial(_calendar, options={}, years=1),
    ),
    _lag_law(
        "longer",
        "With years=2 it is the score of two calendar years before.",
        partial(_calendar, options={"years": 2}, years=2),
    ),
    _lag_law(
        "lead",
        "With years=-1 it is the score of the calendar year after.",
        partial(_calendar, options={"years": -1}, years=-1),
    ),
)
"""The laws of a lag by calendar year, as :func:`policyindex.lag` returns it.

Leave out ``longer`` and ``lead`` for a function without an option ``years``.
"""


# Peers


def _own(peers: Answer, data: pd.Series) -> None:
    before, units = peers(data), data.index.get_level_values("country")
    for country in sorted(set(units)):
        mine = units == country
        for other in (sum(SCALE) - data, data * np.nan):
            same(before[mine], peers(data.where(~mine, other))[mine], close=CLOSE)


def _other_years(peers: Answer, data: pd.Series) -> None:
    answer, years = peers(data), data.index.get_level_values("year")
    for year in sorted(set(years)):
        same(peers(data.where(years == year))[years == year], answer[years == year], close=CLOSE)


def _missing(peers: Answer, data: pd.Series) -> None:
    for key, row in peers(data).iterrows():
        if pd.isna(row["mean"]) != (row["n"] == 0):
            raise Breach(
                f"a mean at {at(key)} exactly if n is not 0",
                f"mean {value(row['mean'])}, n {value(row['n'])}",
            )


def _count(peers: Answer, data: pd.Series) -> None:
    size = data.index.unique("country").size
    for key, row in peers(data).iterrows():
        if not 0 <= row["n"] <= row["peers"] < size:
            raise Breach(
                f"n at most peers at {at(key)}, and these fewer than {size} countries",
                f"n {value(row['n'])}, peers {value(row['peers'])}",
            )


def _constant(peers: Answer, data: pd.Series) -> None:
    level = data.where(data.isna(), data.max())
    means = peers(level)[["mean"]]
    same(means.where(means.isna(), data.max()), means, close=CLOSE)


def _reversal(peers: Answer, data: pd.Series) -> None:
    """Compare with the scores on the reversed scale."""
    ends = sum(SCALE)
    forth, back = peers(data), peers(ends - data)
    expected = forth.assign(
        mean=ends - forth["mean"], low=ends - forth["high"], high=ends - forth["low"]
    )
    same(expected, back, close=CLOSE)


def _bounds(peers: Answer, data: pd.Series) -> None:
    """Compare with the lowest and the highest scores of the countries without one."""
    every = index_of(product(data.index.unique("country"), data.index.unique("year")))
    bounds = peers(data)
    for end, name in zip(SCALE, ("low", "high"), strict=True):
        means = peers(data.reindex(every).fillna(end)).loc[data.index]
        same(means[["mean"]].set_axis([name], axis=1), bounds[[name]], close=CLOSE)


def _by_region(peers: Answer, data: pd.Series) -> None:
    units = sorted(data.index.unique("country"))
    regions, values = countries._region(units).to_dict(), data.dropna().to_dict()
    rows = []
    for unit, year in data.index:
        others = [each for each in units if each != unit and regions[each] == regions[unit]]
        scored = [values[each, year] for each in others if (each, year) in values]
        rows.append([np.mean(scored) if scored else np.nan, len(scored), len(others)])
    expected = pd.DataFrame(rows, data.index, MEANS[:3])
    same(expected, peers(data), close=CLOSE)


_peer_law = family(
    scores(scale=SCALE, countries=MIXED, years=(2000, 2001), min_size=1), SCALE[0], MEANS
)

peer_laws = (
    _peer_law("form", f"Every row has {', '.join(MEANS[:-1])} and {MEANS[-1]}.", form),
    _peer_law("order", "The order of rows does not matter.", order),
    _peer_law("own", "A country's own score does not enter.", _own),
    _peer_law("years", "The scores of other years do not matter.", _other_years),
    _peer_law("missing", "The mean is missing exactly where no peer has a score.", _missing),
    _peer_law("count", "The number of peers with a score is at most the number of peers.", _count),
    _peer_law("constant", "Where all scores are equal, the mean is equal to them.", _constant),
    _peer_law("reversal", "Reversing the scale reverses the mean and its bounds.", _reversal),
    _peer_law(
        "bounds",
        "The bounds are the means if all scores that are missing were lowest, and highest.",
        _bounds,
    ),
    _peer_law(
        "region",
        "The mean is that of the other countries of the UN region with a score in the same year.",
        _by_region,
    ),
)
"""The laws of means of peers, as :func:`policyindex.peers` returns them for scores from 3 to 15.

Leave out ``region`` for peers of another kind.
"""


# Moran's I


def _years(data: pd.Series) -> pd.Index:
    """Return the years from the first to the last that is not thin."""
    limits = full_span(data) or tuple(data.index.unique("year").sort_values()[[0, -1]])
    return pd.Index(np.arange(limits[0], limits[1] + 1), name="year")


def _of_years(answer: Any, years: pd.Index) -> Any:
    return answer.loc[answer.index.isin(years)] if isinstance(answer, pd.DataFrame) else answer


def _moran_law(name: str, statement: str, test: Callable[[Answer, Any], None]) -> Law:
    def run(function: Function, data: Any) -> None:
        def answer(variant: Any, **options: Any) -> pd.DataFrame:
            years = _years(variant)
            return ask(
                lambda series: _of_years(function(series, **options), years),
                variant,
                FIGURES,
                index=years,
            )

        test(answer, data)

    cases = scores(scale=SCALE, countries=BORDERING, years=(2000, 2001), min_size=1)
    return Law(name, statement, cases, run, SCALE[0])


def _year_order(moran: Answer, data: pd.Series) -> None:
    for other in (data.iloc[::-1], data.sort_index()):
        same(moran(data), moran(other), close=CLOSE)


def _each_year(moran: Answer, data: pd.Series) -> Iterator[tuple[int, pd.Series, pd.DataFrame]]:
    """Yield each year with a score, its scores, and its row of the answer."""
    together = moran(data)
    for year in together.index:
        of_year = data[data.index.get_level_values("year") == year]
        if of_year.notna().any():
            yield year, of_year, together.loc[[year]]


def _one_year(moran: Answer, data: pd.Series) -> None:
    for _, of_year, row in _each_year(moran, data):
        same(moran(of_year), row, close=CLOSE)
        same(moran(of_year.dropna()), row, close=CLOSE)


def _straight(moran: Answer, data: pd.Series) -> None:
    for other in (2 * data + 1, -data):
        same(moran(data), moran(other), close=CLOSE)


def _equal(moran: Answer, data: pd.Series) -> None:
    level = data.where(data.isna(), SCALE[0])
    answer = moran(level)[["i", "pvalue"]]
    same(answer * np.nan, answer)


def _expected(moran: Answer, data: pd.Series) -> None:
    answer = moran(data)
    defined = answer[answer["i"].notna()]
    same((-1 / (defined["n"] - 1)).to_frame("expected"), defined, close=CLOSE)


def _bordering(of_year: pd.Series) -> dict[str, list[str]]:
    """Return the scored neighbours of each scored country that has any."""
    scored = of_year.dropna().index.get_level_values("country")
    near = {
        unit: [each for each in countries.neighbours(unit) if each in scored] for unit in scored
    }
    return {unit: others for unit, others in sorted(near.items()) if others}


def _i(values: dict[str, float], near: dict[str, list[str]]) -> float:
    """Return Moran's I by its definition: the mean of neighbours, weighted by the own score."""
    mean = sum(values.values()) / len(values)
    apart = {unit: each - mean for unit, each in values.items()}
    products = [
        apart[unit] * sum(apart[other] for other in others) / len(others)
        for unit, others in near.items()
    ]
    return sum(products) / sum(each**2 for each in apart.values())


def _defined(moran: Answer, data: pd.Series) -> None:
    for year, of_year, row in _each_year(moran, data):
        near = _bordering(of_year)
        values = {unit: float(of_year[unit, year]) for unit in near}
        answer = np.nan
        if len(values) > 2 and len(set(values.values())) > 1:
            answer = _i(values, near)
        same(pd.DataFrame({"i": answer, "n": len(near)}, row.index), row, close=CLOSE)


def _every_order(moran: Answer, data: pd.Series) -> None:
    for year, of_year, row in _each_year(moran, data):
        near = _bordering(of_year)
        values = [float(of_year[unit, year]) for unit in near]
        if len(near) > 2 and len(set(values)) > 1:
            orders = np.array(
                [_i(dict(zip(near, each, strict=True)), near) for each in permutations(values)]
            )
            share = float((orders >= orders[0] - CLOSE).mean())
            same(pd.DataFrame({"pvalue": share}, row.index), row, close=CLOSE)


moran_laws = (
    _moran_law("form", f"Every year has {', '.join(FIGURES[:-1])} and {FIGURES[-1]}.", form),
    _moran_law("shuffling", "The order of rows does not matter.", _year_order),
    _moran_law("years", "A year depends on its own scores, a missing one being none.", _one_year),
    _moran_law("units", "Neither the unit nor the direction of the scores matters.", _straight),
    _moran_law("equal", "Equal scores have no I and no pvalue.", _equal),
    _moran_law("expected", "The expected I is -1 / (n - 1).", _expected),
    _moran_law(
        "definition",
        "I is that of countries with a neighbour scored in the same year, of which each has the "
        "same weight in all.",
        _defined,
    ),
    _moran_law(
        "exact",
        "The pvalue of a few countries is the share of all orders of their scores with at least "
        "this I.",
        _every_order,
    ),
)
"""The laws of Moran's I over land borders, as :func:`policyindex.dynamics.moran` returns it.

Leave out ``definition`` and ``exact`` for other links or weights, and ``exact`` for a p-value that
counts both sides.
"""


# Neighbours


def _near(neighbours: Function, country: str) -> list[str]:
    try:
        answer = neighbours(country)
    except Exception as error:
        raise Breach(f"an answer for {country}", f"{type(error).__name__}: {error}") from error
    return list(answer)


def _neighbour_law(name: str, statement: str, test: Callable[[Function, str], None]) -> Law:
    def run(function: Function, data: Any) -> None:
        for country in data.index.unique("country"):
            test(partial(_near, function), country)

    return Law(name, statement, scores(scale=SCALE, years=(2000, 2000), min_size=1), run, SCALE[0])


def _codes(neighbours: Function, country: str) -> None:
    answer, table = neighbours(country), countries._table()
    today = table.index[~table["historical"]]
    wrong = [each for each in answer if each not in today or each == country]
    if wrong or len(set(answer)) < len(answer):
        raise Breach(
            f"codes of other countries for {country}, each once", f"{', '.join(map(str, answer))}"
        )


def _both_sides(neighbours: Function, country: str) -> None:
    for other in neighbours(country):
        if country not in neighbours(other):
            raise Breach(f"{country} among the neighbours of {other}", "another list")


def _names(neighbours: Function, country: str) -> None:
    other = countries.name(country)
    if neighbours(other) != neighbours(country):
        raise Breach(f"the same neighbours for {other} and {country}", "two lists")


neighbour_laws = (
    _neighbour_law(
        "form", "The answer lists ISO codes of other countries of today, each once.", _codes
    ),
    _neighbour_law("symmetric", "Of two neighbours, each is one of the other.", _both_sides),
    _neighbour_law("names", "A country has the same neighbours by its name and code.", _names),
)
"""The laws of neighbours, as :func:`policyindex.countries.neighbours` returns them: of functions
that take a country. The data drawn hold the countries to ask about; their scores do not matter."""
