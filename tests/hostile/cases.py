"""A hostile file: what it is, how it is made, and what a reader may answer."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

PARTS = ["prosecution", "protection", "prevention"]
HEADER = ["country", "year", *PARTS, "overall"]

Row = tuple[str, int, float, float, float, float]

COUNTRIES = {
    "AUS": "Australia",
    "AUT": "Austria",
    "BRA": "Brazil",
    "DEU": "Germany",
    "IND": "India",
    "JPN": "Japan",
    "KOR": "South Korea",
    "NGA": "Nigeria",
    "PRK": "North Korea",
    "ZAF": "South Africa",
}


class Case(NamedTuple):
    """One file of the corpus."""

    kind: str
    name: str
    make: Callable[[Path], None]
    """Make the file at a path."""
    truth: pd.DataFrame | None
    """The panel that the file holds, where that is known."""
    expected: str
    """``right``: the truth and nothing else. ``refused``: an error and nothing else.
    ``either``: the truth or an error. ``valid``: an error or any panel that keeps its contract,
    since the damage cannot be told from data."""
    unprivileged: bool = False
    """Whether it takes a reader without the rights of root."""


def case(
    kind: str,
    name: str,
    content: bytes | Callable[[], bytes],
    truth: pd.DataFrame | None = None,
    expected: str = "",
) -> Case:
    """Return the case of a file with this content, by default right or refused by its truth."""

    def make(path: Path) -> None:
        path.write_bytes(content if isinstance(content, bytes) else content())

    return Case(kind, name, make, truth, expected or ("refused" if truth is None else "right"))


def panel(rows: Iterable[Row]) -> pd.DataFrame:
    """Return scores as a panel must hold them: each row once, the overall where parts are all."""
    cells = {(row[0], row[1]): list(row[2:5]) for row in rows}
    index = pd.MultiIndex.from_tuples(sorted(cells), names=["country", "year"])
    table = pd.DataFrame([cells[key] for key in index], index, PARTS, dtype=np.float64)
    return table.assign(overall=table.sum(axis=1, skipna=False))


def table(random: random.Random, years: Iterable[int] = (2008, 2009)) -> list[Row]:
    """Return sound scores, a tenth of the parts missing."""
    rows = []
    for code in COUNTRIES:
        for year in years:
            parts = [random.choice([1.0, 2.0, 3.0, 4.0, 5.0]) for _ in PARTS]
            if random.random() < 0.3:
                parts[random.randrange(3)] = math.nan
            rows.append((code, year, parts[0], parts[1], parts[2], sum(parts)))
    return rows


def written(rows: Iterable[Row], separator: str = ",", newline: str = "\n") -> str:
    """Return scores as text, countries by name."""
    lines = [HEADER]
    for code, year, *scores in rows:
        cells = ["" if math.isnan(each) else f"{each:g}" for each in scores]
        lines.append([COUNTRIES[code], str(year), *cells])
    return newline.join(separator.join(line) for line in lines) + newline


def told(text: str) -> pd.DataFrame | None:
    """Return what plain text written by :func:`written` says, perhaps cut; None if it is broken.

    A reader of its own, so that none is judged by itself.
    """
    codes = {name: code for code, name in COUNTRIES.items()}
    header, *lines = text.split("\n")
    rows = []
    for line in filter(None, lines):
        cells = line.split(",")
        if len(cells) != len(HEADER) or cells[0] not in codes:
            return None
        year, *scores = (math.nan if cell == "" else float(cell) for cell in cells[1:])
        if math.isnan(year) or (sum(scores[:3]) != scores[3] and not math.isnan(sum(scores))):
            return None
        rows.append((codes[cells[0]], int(year), scores[0], scores[1], scores[2], scores[3]))
    return panel(rows) if rows and header.split(",") == HEADER else None


def cuts(random: random.Random, length: int, number: int) -> list[int]:
    """Return distinct places to cut something of a length, its first and last byte among them."""
    inner = random.sample(range(2, length - 1), number - 2)
    return sorted([1, length - 1, *inner])


def flipped(random: random.Random, content: bytes, number: int) -> Iterator[bytes]:
    """Give copies of bytes with one to four of them replaced."""
    for _ in range(number):
        damaged = bytearray(content)
        for place in random.sample(range(len(damaged)), random.randint(1, 4)):
            damaged[place] = random.randrange(256)
        yield bytes(damaged)
