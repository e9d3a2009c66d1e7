"""Numbers of pictures: ticks, colours, places of labels and of tiles. No matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from math import ceil
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

Colour: TypeAlias = tuple[float, float, float]
"""Red, green and blue, each from 0 to 1."""

VIRIDIS = (
    "44015444025645045745055946075a46085c460a5d460b5e470d60470e61471063471164471365481467"
    "48166848176948186a481a6c481b6d481c6e481d6f481f70482071482173482374482475482576482677"
    "482878482979472a7a472c7a472d7b472e7c472f7d46307e46327e46337f463480453581453781453882"
    "443983443a83443b84433d84433e85423f854240864241864142874144874045884046883f47883f4889"
    "3e49893e4a893e4c8a3d4d8a3d4e8a3c4f8a3c508b3b518b3b528b3a538b3a548c39558c39568c38588c"
    "38598c375a8c375b8d365c8d365d8d355e8d355f8d34608d34618d33628d33638d32648e32658e31668e"
    "31678e31688e30698e306a8e2f6b8e2f6c8e2e6d8e2e6e8e2e6f8e2d708e2d718e2c718e2c728e2c738e"
    "2b748e2b758e2a768e2a778e2a788e29798e297a8e297b8e287c8e287d8e277e8e277f8e27808e26818e"
    "26828e26828e25838e25848e25858e24868e24878e23888e23898e238a8d228b8d228c8d228d8d218e8d"
    "218f8d21908d21918c20928c20928c20938c1f948c1f958b1f968b1f978b1f988b1f998a1f9a8a1e9b8a"
    "1e9c891e9d891f9e891f9f881fa0881fa1881fa1871fa28720a38620a48621a58521a68522a78522a884"
    "23a98324aa8325ab8225ac8226ad8127ad8128ae8029af7f2ab07f2cb17e2db27d2eb37c2fb47c31b57b"
    "32b67a34b67935b77937b87838b9773aba763bbb753dbc743fbc7340bd7242be7144bf7046c06f48c16e"
    "4ac16d4cc26c4ec36b50c46a52c56954c56856c66758c7655ac8645cc8635ec96260ca6063cb5f65cb5e"
    "67cc5c69cd5b6ccd5a6ece5870cf5773d05675d05477d1537ad1517cd2507fd34e81d34d84d44b86d549"
    "89d5488bd6468ed64590d74393d74195d84098d83e9bd93c9dd93ba0da39a2da37a5db36a8db34aadc32"
    "addc30b0dd2fb2dd2db5de2bb8de29bade28bddf26c0df25c2df23c5e021c8e020cae11fcde11dd0e11c"
    "d2e21bd5e21ad8e219dae319dde318dfe318e2e418e5e419e7e419eae51aece51befe51cf1e51df4e61e"
    "f6e620f8e621fbe723fde725"
)
"""The 256 colours of viridis, six hexadecimal digits each (S. van der Walt and N. Smith, CC0)."""


def ticks(bounds: tuple[float, float]) -> list[int]:
    """Choose whole numbers that divide a scale evenly, its ends among them, at most eight."""
    low, high = (int(bound) for bound in bounds)
    parts = next(n for n in range(7, 0, -1) if (high - low) % n == 0)
    return list(range(low, high + 1, max((high - low) // parts, 1)))


def score_shades(bounds: tuple[float, float]) -> list[Colour]:
    """Return one colour for each integer score of a scale, the darker the better."""
    low, high = (int(bound) for bound in bounds)
    places = np.minimum((1 - np.linspace(0.03, 1, high - low + 1)) * 256, 255).astype(int)
    return [_viridis(place) for place in places.tolist()]


def _viridis(place: int) -> Colour:
    digits = VIRIDIS[6 * place : 6 * place + 6]
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def ink_on(shade: Sequence[float]) -> str:
    """Return the ink that is the more legible on a colour, by the luminance of the W3C."""
    return "white" if contrast(shade, (1, 1, 1)) > contrast(shade, (0, 0, 0)) else "black"


def layout() -> pd.DataFrame:
    """Load each country's place on the map: index iso3, ``column`` and ``row`` from 0."""
    return _layout().copy()


@cache
def _layout() -> pd.DataFrame:
    with files("policyindex.data").joinpath("world_tiles.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, index_col="iso3")


def narrow_layout() -> pd.DataFrame:
    """Return the places on a narrower map: the islands of Oceania stand south of Asia.

    With fewer columns, a tile of the same chart has room for a code and a score.
    """
    tiles = layout()
    return tiles.assign(
        column=tiles["column"] + [SHIFT[0] * (code in OCEANIA) for code in tiles.index],
        row=tiles["row"] + [SHIFT[1] * (code in OCEANIA) for code in tiles.index],
    )


OCEANIA = frozenset(
    [
        "AUS",
        "FJI",
        "FSM",
        "KIR",
        "MHL",
        "NRU",
        "NZL",
        "PLW",
        "PNG",
        "SLB",
        "TON",
        "TUV",
        "VUT",
        "WSM",
    ]
)
"""The countries that move on the narrower map."""

SHIFT = (-7, 3)
"""By how many columns and rows."""


def contrast(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the contrast of two colours, from 1 to 21, by the W3C."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Sequence[float]) -> float:
    channels = np.array(colour[:3])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def apart(wanted: Float64, room: float, low: float, high: float) -> Float64:
    """Move places at least `room` apart, and between two ends where they fit, by least squares.

    Equal places keep their order, the first on top.
    """
    order = np.lexsort((-np.arange(len(wanted)), wanted))
    shift = room * np.arange(len(wanted))
    level = _rising(wanted[order] - shift)
    last = high - room / 2 - room * max(len(wanted) - 1, 0)
    answer = np.empty_like(wanted)
    answer[order] = np.clip(level, min(low + room / 2, last), last) + shift
    return answer


def _rising(values: Float64) -> Float64:
    """Return the nearest values, by least squares, that never fall."""
    pools: list[tuple[float, int]] = []
    for value in values:
        mean, size = float(value), 1
        while pools and pools[-1][0] > mean:
            before, n = pools.pop()
            mean, size = (before * n + mean * size) / (n + size), n + size
        pools.append((mean, size))
    return np.repeat([mean for mean, _ in pools], [size for _, size in pools]).astype(np.float64)


class Bin(NamedTuple):
    """The changes from `low` to `high`, both included if they are equal."""

    low: float
    high: float
    n: int


MOST_BINS = 31
"""Most bars of a histogram that readers can still count."""


def histogram(changes: Float64) -> list[Bin]:
    """Count changes by size, the smallest first: each integer, or classes on either side of 0.

    Changes that are integers have a bin for every integer from the smallest to the largest, 0
    among them. Otherwise, or if these are more than 31, the bins have one width, 0 is a bin of
    its own, and a change at the border of two bins belongs to the one nearer to 0.
    """
    values = np.asarray(changes, dtype=np.float64)
    values = values[~np.isnan(values)]
    if not len(values):
        return []
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    if bool((values == np.floor(values)).all()) and high - low < MOST_BINS:
        steps = np.arange(low, high + 1)
        return [Bin(float(step), float(step), int((values == step).sum())) for step in steps]
    width = _round_width((high - low) / 12)
    place = np.sign(values) * np.ceil(np.round(np.abs(values) / width, 9))
    first, last = ceil(round(-low / width, 9)), ceil(round(high / width, 9))
    bins = []
    for step in range(-first, last + 1):
        ends = sorted((step * width, (step - np.sign(step)) * width))
        bins.append(Bin(float(ends[0]), float(ends[1]), int((place == step).sum())))
    return bins


def _round_width(width: float) -> float:
    """Return the next larger of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(width))
    return float(next(power * step for step in (1, 2, 5, 10) if power * step >= width * (1 - 1e-9)))
