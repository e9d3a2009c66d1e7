"""The laws of ranks within a year."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .law import Answer, Breach, at, cells, family, form, order, relabelled, same, value
from .strategies import index_of, scores


def _labels(ranks: Answer, data: pd.Series) -> None:
    same(ranks(data), ranks(relabelled(data)[0]).set_axis(data.index))


def _years(ranks: Answer, data: pd.Series) -> None:
    answer, years = ranks(data), data.index.get_level_values("year")
    for year in sorted(set(years)):
        same(ranks(data[years == year]), answer[years == year])


def _missing(ranks: Answer, data: pd.Series) -> None:
    answer = ranks(data)
    expected = ranks(data.dropna()) if data.notna().any() else answer.iloc[:0]
    same(expected.reindex(data.index), answer)


def _ties(ranks: Answer, data: pd.Series) -> None:
    first: dict[Any, tuple[Any, float]] = {}
    for key, rank in cells(ranks(data[data.notna()]), "rank"):
        other, shared = first.setdefault((key[1], data[key]), (key, rank))
        if rank != shared:
            raise Breach(
                f"rank {value(shared)} at {at(key)}, as at {at(other)}", f"rank {value(rank)}"
            )


def _competition(ranks: Answer, data: pd.Series) -> None:
    present = data.dropna()
    years = present.index.get_level_values("year")
    above = [
        np.count_nonzero(present[years == year] > score)
        for year, score in zip(years, present, strict=True)
    ]
    expected = pd.DataFrame({"rank": np.array(above) + 1.0}, index=present.index)
    same(expected, ranks(present))


def _reversal(ranks: Answer, data: pd.Series) -> None:
    present = data.dropna()
    forth, back = ranks(present)["rank"], ranks(-present)["rank"]
    years = present.index.get_level_values("year")
    ranked = present.groupby(years).transform("size")
    tied = present.groupby([years, present]).transform("size")
    same((ranked + 2 - tied - forth).to_frame("rank"), back.to_frame("rank"))


def _worst(ranks: Answer, data: pd.Series) -> None:
    years = sorted(set(data.index.get_level_values("year")))
    worst = pd.Series(data.min() - 1, index=index_of(("ZWE", year) for year in years))
    rest = data.drop("ZWE", level="country", errors="ignore")
    if len(rest):
        same(ranks(rest), ranks(pd.concat([rest, worst])).loc[rest.index])


def _monotone(ranks: Answer, data: pd.Series) -> None:
    before = ranks(data)["rank"]
    for place, key in enumerate(data.index):
        if not pd.isna(data.iloc[place]):
            raised = data.copy()
            raised.iloc[place] += 1
            after = ranks(raised).loc[key, "rank"]
            if not after <= before.loc[key]:
                raise Breach(
                    f"rank of at most {value(before.loc[key])} at {at(key)} with a point more",
                    f"rank {value(after)}",
                )


_law = family(scores(scale=(1, 4), years=(2000, 2002), min_size=1), 1, ["rank"])

rank_laws = (
    _law("form", "Every row has a rank, or a missing one.", form),
    _law("order", "The order of rows does not matter.", order),
    _law("years", "The ranks of a year do not depend on other years.", _years),
    _law("permutation", "Countries that swap names swap ranks.", _labels),
    _law("missing", "A missing score is not ranked and does not affect other ranks.", _missing),
    _law("ties", "Equal scores of one year share one rank.", _ties),
    _law("monotone", "A higher score never makes a country's rank worse.", _monotone),
    _law("worst", "Another country with the lowest score changes no rank.", _worst),
    _law(
        "reversal",
        "A rank and the rank under reversed scores add up to the number of countries ranked plus "
        "two, minus the number that tie.",
        _reversal,
    ),
    _law(
        "competition",
        "A rank is one plus the number of countries with a higher score that year.",
        _competition,
    ),
)
"""The laws of ranks within a year, as :func:`policyindex.ranks` returns them."""
