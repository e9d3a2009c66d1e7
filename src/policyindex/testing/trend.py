"""The laws of trends by country."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from .law import Answer, Breach, cells, family, form, order, relabelled, same, value
from .strategies import index_of, scores

__all__ = ["trend_laws"]

FIELDS = ["n", "s", "slope", "pvalue", "direction"]
LEVEL = 0.05
"""The level of significance at which the laws read a direction."""

SWAPPED = {"up": "down", "down": "up"}


def _labels(trends: Answer, data: pd.Series) -> None:
    other, new = relabelled(data)
    expected = trends(data)
    same(
        expected,
        trends(other).reindex([new[each] for each in expected.index]).set_axis(expected.index),
    )


def _locality(trends: Answer, data: pd.Series) -> None:
    found = trends(data)
    for country in found.index:
        alone = data[data.index.get_level_values("country") == country]
        same(trends(alone), found.loc[[country]])


def _shifted(data: pd.Series, year: Callable[[int], int]) -> pd.Series:
    return data.set_axis(index_of((country, year(when)) for country, when in data.index))


def _reversal(trends: Answer, data: pd.Series) -> None:
    forth, back = trends(data), trends(_shifted(data, lambda year: 4000 - year))
    turned = forth.assign(s=-forth["s"], slope=-forth["slope"])
    turned["direction"] = [SWAPPED.get(each, each) for each in forth["direction"]]
    same(turned, back, close=1e-12)


def _years(trends: Answer, data: pd.Series) -> None:
    found = trends(data)
    apart = _shifted(data, lambda year: 2000 + 2 * (year - 2000))
    same(found.assign(slope=found["slope"] / 2), trends(apart), close=1e-12)


def _scale(trends: Answer, data: pd.Series) -> None:
    same(
        trends(data).drop(columns="slope"), trends(np.exp(data)).drop(columns="slope"), close=1e-12
    )


def _gaps(trends: Answer, data: pd.Series) -> None:
    present = data[data.notna()]
    if len(present):
        found = trends(present)
        same(found, trends(data).loc[found.index], close=1e-12)


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
    climbing = trends(pd.Series(np.concatenate(ascending), index=first.index))
    floors = dict(cells(climbing, "pvalue"))
    for country, pvalue in cells(trends(first), "pvalue"):
        if pvalue < floors[country] - 1e-12:
            raise Breach(
                f"pvalue of at least {value(floors[country])} for {country}, as in ascending order",
                f"pvalue {value(pvalue)}",
            )


def _direction(trends: Answer, data: pd.Series) -> None:
    for country, row in trends(data).iterrows():
        if row["direction"] in SWAPPED:
            rises = "up" if row["s"] > 0 else "down"
            if not row["pvalue"] <= LEVEL or row["direction"] != rises:
                shown = f"{country}, with s {value(row['s'])} and pvalue {row['pvalue']:.3g}"
                raise Breach(
                    f"no direction for {shown}"
                    if not row["pvalue"] <= LEVEL
                    else f"direction {rises} for {shown}",
                    f"direction {row['direction']}",
                )
        elif row["direction"] == "none" and row["pvalue"] <= LEVEL:
            raise Breach(f"a direction for {country}, with pvalue {row['pvalue']:.3g}", "none")


_law = family(scores(scale=(1, 5), min_size=1), 1, FIELDS, by_country=True)

trend_laws = (
    _law("form", f"Every country has {', '.join(FIELDS[:-1])} and {FIELDS[-1]}.", form),
    _law("shuffling", "The order of rows does not matter.", order),
    _law("locality", "A country's trend does not depend on other countries.", _locality),
    _law("relabelling", "Countries that swap names swap trends.", _labels),
    _law("gaps", "A year without a row is a year without a score.", _gaps),
    _law("years", "Twice the time between scores halves the slope, and no more.", _years),
    _law("reversal", "Time turned round turns the trend round.", _reversal),
    _law("scale", "Only the order of the scores counts, but for the slope.", _scale),
    _law("constant", "Equal scores have no trend: s and slope 0, pvalue 1.", _constant),
    _law("ascending", "No order of the same scores has a smaller pvalue.", _sorted),
    _law(
        "direction",
        "The direction is up or down exactly where pvalue is at most 0.05, by the sign of s.",
        _direction,
    ),
)
"""The laws of trends by country, as :func:`policyindex.trends` gives them at ``alpha`` 0.05."""
