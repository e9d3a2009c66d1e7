"""Regions by name: the countries of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from .. import countries
from .._wording import listed, quoted

SCHEMES = ("un", "un_sub", "un_intermediate", "world_bank")
"""Schemes of regions, in the order in which a name is looked up."""


def members(units: Iterable[str], region: str) -> list[str]:
    """Return those of some countries that are in a region, or refuse an unknown region."""
    labels = list(units)
    tables = {
        scheme: countries.region(countries.table().index, scheme=scheme) for scheme in SCHEMES
    }
    for table in tables.values():
        of_region = table.index[_plain(table) == str(region).casefold().strip()]
        if len(of_region):
            inside = [each for each in labels if each in of_region]
            if not inside:
                raise ValueError(
                    f"region must have a country that the chart draws; {region} has none"
                )
            return inside
    raise ValueError(
        f"region must be a region of the United Nations or the World Bank, such as "
        f"{listed(_names(tables))}; got {quoted(region)}"
    )


def _plain(table: pd.Series) -> pd.Series:
    return table.astype(object).map(lambda name: str(name).casefold())


def _names(tables: Mapping[str, pd.Series]) -> list[str]:
    return sorted(tables["un"].dropna().unique())
