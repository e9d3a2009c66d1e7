"""The laws of trends by country."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .law import Answer, Breach, cells, family, form, order, relabelled, same, value
from .strategies import index_of, scores

Definition = Callable[[pd.Series], float]

FIELDS = ["n", "s", "slope", "pvalue", "direction"]

LEVEL = 0.05
"""The level of significance at which the laws read a direction."""

FEW = 6
"""The largest number of scores of which every order is tried."""

SWAPPED = {"up": "down", "down": "up"}


def _labels(trends: Answer, data: pd.Series) -> None:
    other, new = relabelled(data)
    expected = trends(data)
    same(
        expected,
        trends(other).reindex([new[each] for each in expected.index]).set_axis(expected.index),
    )


def _locality(trends: Answer, data: pd.Series) -> None:
    together = trends(data)
    for country in together.index:
        alone = data[data.index.get_level_values("country") == country]
        same(trends(alone), together.loc[[country]])


def _shifted(data: pd.Series, year: Callable[[int], int]) -> pd.Series:
    return data.set_axis(index_of((country, year(when)) for country, when in data.index))


def _reversal(trends: Answer, data: pd.Series) -> None:
    forth, back = trends(data), trends(_shifted(data, lambda year: 4000 - year))
    expected = forth.assign(s=-forth["s"], slope=-forth["slope"])
    expected["direction"] = [SWAPPED.get(each, each) for each in forth["direction"]]
    same(expected, back, close=1e-12)


def _years(trends: Answer, data: pd.Series) -> None:
    before = trends(data)
    apart = _shifted(data, lambda year: 2000 + 2 * (year - 2000))
    same(before.assign(slope=before["slope"] / 2), trends(apart), close=1e-12)


def _scale(trends: Answer, data: pd.Series) -> None:
    same(
        trends(data).drop(columns="slope"), trends(np.exp(data)).drop(columns="slope"), close=1e-12
    )


def _gaps(trends: Answer, data: pd.Series) -> None:
    present = data[data.notna()]
    if len(present):
        expected = trends(present)
        same(expected, trends(data).loc[expected.index], close=1e-12)


def _constant(trends: Answer, data: pd.Series) -> None:
    countries = data.index.get_level_values("country")
    level = data.where(data.isna(), data.groupby(countries).transform("max"))
    for country, row in trends(level).iterrows():
        if row["n"] > 1:
            expected = {"s": 0.0, "slope": 0.0, "pvalue": 1.0}
            same(pd.DataFrame(expected, [country]), row[list(expected)].to_frame().T)
            if row["direction"] in SWAPPED:
                raise Breach(f"no direction for {country}", f"direction {row['direction']}")


def _sorted(trends: Answer, data: pd.Series) -> None:
    """Compare with the scores of each country in ascending order."""
    first = data[data.notna()].sort_index()
    if not len(first):
        return
    ascending = [sorted(part) for _, part in first.groupby(level="country")]
    rising = trends(pd.Series(np.concatenate(ascending), index=first.index))
    floors = dict(cells(rising, "pvalue"))
    for country, pvalue in cells(trends(first), "pvalue"):
        if pvalue < floors[country] - 1e-12:
            raise Breach(
                f"pvalue of at least {value(floors[country])} for {country}, as in ascending order",
                f"pvalue {value(pvalue)}",
            )


def _defined(column: str, definition: Definition, trends: Answer, data: pd.Series) -> None:
    """Compare a column with its definition, for countries with two scores or more."""
    expected = {
        country: definition(series.droplevel("country").sort_index())
        for country, series in data.dropna().groupby(level="country")
        if len(series) > 1
    }
    if expected:
        table = pd.DataFrame({column: expected})
        same(table, trends(data).loc[table.index], close=1e-12)


def _pairs(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the later less the earlier of any two values along the last axis."""
    earlier, later = np.triu_indices(values.shape[-1], 1)
    return values[..., later] - values[..., earlier]


def _rising_less_falling(series: pd.Series) -> float:
    return float(np.sign(_pairs(series.to_numpy())).sum())


def _sign(trends: Answer, data: pd.Series) -> None:
    answer = trends(data)
    signs = dict(cells(answer, "s"))
    for country, slope in cells(answer, "slope"):
        if slope * signs.get(country, 0.0) < 0:
            raise Breach(
                f"a slope for {country} of the sign of s, {value(signs[country])}",
                f"slope {value(slope)}",
            )


def _share_of_orders(series: pd.Series) -> float:
    """Return the p-value over every order of the ranks, on which alone it may depend."""
    ranks = series.rank(method="dense").tolist()
    size = abs(_rising_less_falling(series))
    return float((_all_orders(tuple(sorted(ranks))) >= size).mean())


@cache
def _all_orders(values: tuple[float, ...]) -> NDArray[np.float64]:
    """Return the absolute S of every order."""
    sizes: NDArray[np.float64] = abs(
        np.sign(_pairs(np.array(list(permutations(values))))).sum(axis=-1)
    )
    return sizes


def _exact(trends: Answer, data: pd.Series) -> None:
    few = data.groupby(level="country").head(FEW)
    _defined("pvalue", _share_of_orders, trends, few)


def _direction(trends: Answer, data: pd.Series) -> None:
    for country, row in trends(data).iterrows():
        if row["direction"] in SWAPPED:
            rises = "up" if row["s"] > 0 else "down"
            if not row["pvalue"] <= LEVEL or row["direction"] != rises:
                case = f"{country}, with s {value(row['s'])} and pvalue {row['pvalue']:.3g}"
                raise Breach(
                    f"no direction for {case}"
                    if not row["pvalue"] <= LEVEL
                    else f"direction {rises} for {case}",
                    f"direction {row['direction']}",
                )
        elif row["direction"] == "unclear" and row["pvalue"] <= LEVEL:
            raise Breach(f"a direction for {country}, with pvalue {row['pvalue']:.3g}", "unclear")


_law = family(scores(scale=(1, 5), min_size=1), 1, FIELDS, by_country=True)

trend_laws = (
    _law("form", f"Every country has {', '.join(FIELDS[:-1])} and {FIELDS[-1]}.", form),
    _law("shuffling", "The order of rows does not matter.", order),
    _law("locality", "A country's trend does not depend on other countries.", _locality),
    _law("relabelling", "Countries that swap names swap trends.", _labels),
    _law("gaps", "A year without a row is a year without a score.", _gaps),
    _law("years", "Twice the time between scores halves the slope, and no more.", _years),
    _law("reversal", "Reversing time reverses the trend.", _reversal),
    _law("scale", "Only the order of the scores matters, except for the slope.", _scale),
    _law("constant", "Equal scores have no trend: s and slope 0, pvalue 1.", _constant),
    _law("ascending", "No order of the same scores has a smaller pvalue.", _sorted),
    _law("count", "Each score counts once in n, a missing one never.", partial(_defined, "n", len)),
    _law(
        "pairs",
        "Each pair of years counts in s: 1 for a rise, -1 for a fall.",
        partial(_defined, "s", _rising_less_falling),
    ),
    _law("sign", "The slope never has the opposite sign to s.", _sign),
    _law(
        "exact",
        "The pvalue of up to six scores is the share of their orders with as large an s, up or "
        "down.",
        _exact,
    ),
    _law(
        "direction",
        "The direction is up or down exactly where pvalue is at most 0.05, by the sign of s.",
        _direction,
    ),
)
"""The laws of trends by country, which :func:`policyindex.trends` keeps at ``alpha`` 0.05 with
``null="exchangeable"``: persistence is estimated from all countries, and from consecutive years.

``count``, ``pairs`` and ``exact`` compute ``n``, ``s`` and ``pvalue`` by brute force. Drop
``exact`` for a p-value that is an approximation on purpose.
"""
