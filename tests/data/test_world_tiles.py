"""The tile map: rebuilt from the coordinates, and like the world."""

from __future__ import annotations

from importlib.resources import files
from itertools import combinations
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from builders import script
from policyindex import countries, datasets

NEIGHBOURS = 4
"""Nearest countries that count as the neighbours of one."""


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    return script("data/build_world_tiles.py")


@pytest.fixture(scope="module")
def tiles() -> pd.DataFrame:
    with files("policyindex.data").joinpath("world_tiles.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, index_col="iso3")


@pytest.fixture(scope="module")
def pairs(tiles: pd.DataFrame) -> pd.DataFrame:
    """Each pair of neighbours: the way from one to the other on the globe and on the map."""
    known = countries.table().loc[tiles.index]
    east, north = (np.radians(known[name].to_numpy()) for name in ("longitude", "latitude"))
    points = np.stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=1
    )
    nearness = points @ points.T
    np.fill_diagonal(nearness, -np.inf)
    nearest = np.argsort(-nearness, axis=1)[:, :NEIGHBOURS]
    neighbours = {(min(a, b), max(a, b)) for a, row in enumerate(nearest) for b in row}
    first, second = np.array(sorted(neighbours)).T
    degrees = (east[second] - east[first] + np.pi) % (2 * np.pi) - np.pi
    return pd.DataFrame(
        {
            "east": degrees * np.cos((north[first] + north[second]) / 2),
            "south": north[first] - north[second],
            "columns": tiles["column"].to_numpy()[second] - tiles["column"].to_numpy()[first],
            "rows": tiles["row"].to_numpy()[second] - tiles["row"].to_numpy()[first],
        }
    )


def cosines(pairs: pd.DataFrame) -> pd.Series:
    """The cosine of the angle between the way on the globe and that on the map."""
    inner = pairs["east"] * pairs["columns"] + pairs["south"] * pairs["rows"]
    lengths = np.hypot(pairs["east"], pairs["south"]) * np.hypot(pairs["columns"], pairs["rows"])
    return inner.div(lengths)


def test_the_file_is_what_its_script_makes(builder: ModuleType) -> None:
    made = builder.tiles().to_csv(lineterminator="\n")
    assert files("policyindex.data").joinpath("world_tiles.csv").read_bytes() == made.encode()


def test_every_country_has_one_tile_of_its_own(tiles: pd.DataFrame) -> None:
    assert tiles.index.is_unique
    assert not tiles.duplicated().any()
    assert (tiles.min() == 0).all()
    assert (tiles.max() < [36, 18]).all()


def test_the_units_of_the_index_are_on_the_map(tiles: pd.DataFrame) -> None:
    assert set(datasets.load_demo().index.unique("country")) <= set(tiles.index)
    assert {"XKX", "TWN", "HKG", "MAC", "PSE", "USA"} <= set(tiles.index)


def test_the_published_units_are_on_the_map(tiles: pd.DataFrame, published: pd.DataFrame) -> None:
    assert set(published.index.unique("country")) <= set(tiles.index)


def test_neighbours_stay_near(pairs: pd.DataFrame) -> None:
    assert (pairs[["columns", "rows"]].abs().max(axis=1) <= 2).mean() > 0.9


def test_neighbours_keep_their_direction(pairs: pd.DataFrame) -> None:
    assert (cosines(pairs) >= np.cos(np.pi / 4)).mean() > 0.8
    assert (cosines(pairs) <= 0).mean() < 0.02


def test_north_stays_north_and_east_stays_east(pairs: pd.DataFrame) -> None:
    """Pairs of which one lies clearly north, or clearly east, of the other."""
    upright = pairs[pairs["south"].abs() > 2 * pairs["east"].abs()]
    lying = pairs[pairs["east"].abs() > 2 * pairs["south"].abs()]
    assert len(upright) > 100
    assert len(lying) > 100
    assert (upright["south"] * upright["rows"] > 0).mean() > 0.9
    assert (lying["east"] * lying["columns"] > 0).mean() > 0.9


@pytest.mark.slow
def test_seas_part_the_continents(tiles: pd.DataFrame) -> None:
    region = countries.region(tiles.index).replace({"Europe": "Eurasia", "Asia": "Eurasia"})
    touching = [
        (a, b)
        for a, b in combinations(tiles.index, 2)
        if (tiles.loc[a] - tiles.loc[b]).abs().max() == 1 and region[a] != region[b]
    ]
    assert touching == []
