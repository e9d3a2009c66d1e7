"""Make world_tiles.csv, a map of the world on which every country is one equal square.

Countries start at their latitude and longitude, drawn at a scale on which most of them overlap.
Those that overlap push each other away, those of other continents a tile further, until there is
room for all; then each is given a cell of the grid, with the least sum of squared distances.

Run as a script, this writes the file in its own folder. The file is the same on every machine: only
basic arithmetic and square roots are computed, positions are rounded at each step, and the costs of
the assignment are integers.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policyindex import countries

__all__ = ["tiles"]

DEGREES_PER_TILE = np.array([8.75, 7.0])
"""East to west and north to south: Europe and the islands find room, the oceans stay narrow."""

DATE_LINE = -130.0
"""Longitude of the edge of the map: Polynesia lies east of Australia, not west of Mexico."""

SUCH_AS_COUNTRIES = {"HKG", "MAC", "PSE"}
"""Territories on the map besides the members of the state system."""

APART, COASTS_APART = 1.1, 2.35
"""Distance in tiles that countries keep, within a landmass and across a sea."""

STEPS, PUSH, PULL = 200, 0.25, 0.04
"""Number of moves, share of an overlap in each, and strength of the pull back home."""

MARGIN = 6
"""Further cells of the grid beyond the outermost countries."""


def tiles() -> pd.DataFrame:
    """Return the tile of each country.

    Returns
    -------
    DataFrame, index iso3
        ``column`` from 0, west to east, and ``row`` from 0, north to south.
    """
    table = countries.table()
    placed = table[
        ~table["historical"] & (table["cow"].notna() | table.index.isin(SUCH_AS_COUNTRIES))
    ].sort_index()
    cells = _assigned(_spread(_home(placed), _distances(placed["un_region"])))
    cells -= cells.min(axis=0)
    return pd.DataFrame(cells, index=placed.index, columns=["column", "row"])


def _home(placed: pd.DataFrame) -> NDArray[np.float64]:
    longitude = placed["longitude"].to_numpy()
    east = np.where(longitude < DATE_LINE, longitude + 360, longitude)
    degrees = np.stack([east, -placed["latitude"].to_numpy()], axis=1)
    return np.asarray(degrees / DEGREES_PER_TILE)


def _distances(regions: pd.Series) -> NDArray[np.float64]:
    """Return the distance that each pair of countries keeps."""
    landmass = regions.replace({"Europe": "Eurasia", "Asia": "Eurasia"}).to_numpy()
    return np.where(landmass[:, None] == landmass, APART, COASTS_APART)


def _spread(home: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    places = home
    for step in range(STEPS):
        apart = places[:, None] - places
        distance = np.sqrt(apart[..., 0] ** 2 + apart[..., 1] ** 2)
        np.fill_diagonal(distance, np.inf)
        overlap = np.maximum(wanted - distance, 0) / distance
        moved = PUSH * (apart * overlap[..., None]).sum(axis=1)
        drawn = PULL * (1 - step / STEPS) * (home - places)
        places = np.round(places + moved + drawn, 6)
    return places


def _assigned(places: NDArray[np.float64]) -> NDArray[np.int64]:
    from scipy.optimize import linear_sum_assignment

    lowest = np.floor(places.min(axis=0)).astype(np.int64) - MARGIN
    width, height = np.ceil(places.max(axis=0)).astype(np.int64) + MARGIN - lowest
    grid = lowest + np.stack(np.divmod(np.arange(width * height), height), axis=1)
    squared = ((places[:, None] - grid) ** 2).sum(axis=2)
    _, cells = linear_sum_assignment(np.round(1000 * squared))
    return np.asarray(grid[cells])


def main() -> None:
    """Write the file in the folder of this script."""
    path = Path(__file__).with_name("world_tiles.csv")
    path.write_bytes(tiles().to_csv(lineterminator="\n").encode())


if __name__ == "__main__":
    main()
