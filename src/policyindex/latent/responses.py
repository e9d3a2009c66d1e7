"""The levels of a panel as responses to items: which rows, which levels occur, who is of whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._options import one_of, whole
from .._wording import listed, quoted
from ..codebooks.model import Codebook
from ..panel.check import PanelError
from ..panel.dimensions import dimensions, indicators
from ..panel.selection import span
from ..typing import Years

Float64 = NDArray[np.float64]

Ints = NDArray[np.int64]

ITEMS = ("dimensions", "indicators")

SILENCE = ("missing", "level")


class Responses(NamedTuple):
    """The rows of a panel with any level, as positions among the levels that occur."""

    rows: pd.MultiIndex
    """Country and year, sorted."""
    names: tuple[str, ...]
    """The items."""
    levels: tuple[Ints, ...]
    """The levels of each item that occur, rising."""
    profiles: Ints
    """Shape (profiles, items): the distinct rows; -1 is missing."""
    place: Ints
    """Shape (rows,): the profile of each row."""
    units: Ints
    """Shape (rows,): the country of each row, from 0, rising."""
    years: Ints
    """Shape (rows,): years after the first."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of levels of each item that occur."""
        return tuple(len(each) for each in self.levels)

    @property
    def series(self) -> int:
        """The number of countries."""
        return int(self.units.max()) + 1

    @property
    def span(self) -> int:
        """The number of years from the first to the last."""
        return int(self.years.max()) + 1

    @property
    def codes(self) -> Ints:
        """Shape (rows, items)."""
        return self.profiles[self.place]

    def by_country(self, slopes: Float64) -> Float64:
        """Add up rows by country."""
        begins = np.searchsorted(self.units, np.arange(self.series))
        return np.add.reduceat(slopes, begins, axis=0)


def item_table(
    panel: pd.DataFrame,
    *,
    codebook: Codebook,
    items: str = "dimensions",
    silence: str = "missing",
    years: Years | None = None,
) -> pd.DataFrame:
    """Return the levels of the items, a column each, in the years asked for.

    With `silence="level"` a coding that is missing in a row with others is a level of its own,
    one below the lowest.
    """
    one_of("items", items, ITEMS)
    one_of("silence", silence, SILENCE)
    if silence == "level" and items != "indicators":
        raise ValueError('silence="level" is for items="indicators": a dimension is never silent')
    if items == "dimensions":
        table = dimensions(panel, codebook, whole_for="latent scores of dimensions")
    else:
        table = indicators(panel, codebook)
    if years is not None:
        first, last = span("years", years)
        calendar = table.index.get_level_values("year")
        table = table[(calendar >= first) & (calendar <= last)]
    if silence == "level":
        some = table.notna().any(axis=1)
        table = table.where(table.notna() | ~some.to_numpy()[:, None], -1.0)
    return table


def responses(table: pd.DataFrame, *, every: bool = False) -> Responses:
    """Return the responses of a table of levels, or refuse one from which nothing follows.

    `every` includes rows without a level.
    """
    some = table.notna().any(axis=1)
    present = table if every else table[some]
    if not some.any():
        raise PanelError("a latent score needs a level in some country and year; no row has one")
    codes, occurring = [], []
    for column in present.to_numpy().T:
        coded = ~np.isnan(column)
        levels, places = np.unique(column[coded], return_inverse=True)
        code = np.full(len(column), -1)
        code[coded] = places
        codes.append(code)
        occurring.append(levels.astype(np.int64))
    idle = [str(name) for name, each in zip(table, occurring, strict=True) if len(each) < 2]
    if idle:
        raise PanelError(
            f"every item must occur at two levels or more; {len(idle)} of {len(occurring)} do "
            f"not: {listed(idle)}; leave them out of the codebook, or take more years"
        )
    profiles, place = np.unique(np.column_stack(codes), axis=0, return_inverse=True)
    index = cast(pd.MultiIndex, present.index)
    years = index.get_level_values("year").to_numpy()
    units, _ = pd.factorize(index.get_level_values("country"))
    return Responses(
        index,
        tuple(str(name) for name in table),
        tuple(occurring),
        profiles,
        place.ravel(),
        units,
        (years - years.min()).astype(np.int64),
    )


def node_counts(nodes: int | Sequence[int], items: int, model: str) -> tuple[int, ...]:
    """Return the points of a grid for each latent position: one number counts for all."""
    latents = items if model == "correlated" else 1
    if isinstance(nodes, list | tuple):
        if len(nodes) != latents:
            raise ValueError(
                f"nodes must be a number, or one for each of {latents} latent positions; got "
                f"{quoted(nodes)}"
            )
        return tuple(whole("nodes", each, least=5) for each in nodes)
    return (whole("nodes", nodes, least=5),) * latents
