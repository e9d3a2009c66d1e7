"""The explorer: the data that its page computes with, and what it shows before any script runs.

The page ranks, draws and words everything anew in the browser (``templates/weights.js`` and
``templates/explore.js``), by the methods of :mod:`policyindex._kernels.arrangement` and the
sentences of :mod:`._sentences`. Without scripts it shows equal weights.
"""

from __future__ import annotations

import json
import re
from math import isnan
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from jinja2 import Environment
from markupsafe import Markup
from numpy.typing import NDArray

from .. import countries
from .._kernels import arrangement
from .._version import __version__
from .._wording import capital, joined, spanned
from ..codebooks.model import Codebook
from ..panel.selection import in_year, scored_year, units
from ..plot._geometry import layout
from ..robustness.weights import _weight_distribution, _weight_ranks
from . import _drawing, _sentences
from ._assets import asset, environment_of_pages, hash_of
from ._material import Material
from ._search import search_terms

Ints = NDArray[np.int64]

CLASSES = (
    ("first", 0, 0),
    ("top 5 %", 1, 20),
    ("top 10 %", 1, 10),
    ("top 25 %", 1, 4),
    ("upper half", 1, 2),
    ("lower half", 3, 4),
    ("bottom 25 %", 9, 10),
    ("bottom 10 %", 1, 1),
)
"""The classes of ranks: a name, and the share of the ranked countries up to which it reaches, as
a fraction; the first has rank 1 alone."""

TOP, LEFT, RIGHT = (320, 42), (30, 544), (610, 544)
"""The corners of the triangle in the picture, in the order of the dimensions."""

STRIP = ((30, 70), (610, 70))
"""The ends of the strip of two dimensions."""

PAGE_WIDE = 24
"""Columns of a map that fills the width of a page; one with fewer has tiles of a fixed size."""

FEW_COLUMNS = 8
"""The narrowest map."""

THICK = 60
"""Height of the strip."""

HINT = (
    "Drag the handle, or move it with the arrow keys. Shift makes larger steps; Home returns to "
    "equal weights. Each thin line is where the country passes another: point at it."
)

THIRDS = ("", "\N{VULGAR FRACTION ONE THIRD}", "\N{VULGAR FRACTION TWO THIRDS}")

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
"""Small numbers as one character each."""

PUBLISHED = (
    ("1:2:3", "1 : 2 : 3 (Murray 2018)"),
    ("0:1:1", "0 : 1 : 1 (Kelley 2017)"),
)
"""Weights of prosecution, protection and prevention in published work."""


class Preset(NamedTuple):
    """Weights to try, and their name."""

    weights: str
    name: str


class Corner(NamedTuple):
    """The name of a dimension at its corner of the picture."""

    name: str
    x: int
    y: int
    anchor: str
    share: str


class KeyRow(NamedTuple):
    """A class of ranks, and the share of the weightings under which a country is in it."""

    kind: int
    name: str
    ranks: str
    share: float
    text: str


class Row(NamedTuple):
    """A country's row of the table."""

    cells: list[str]
    own: bool


class Map(NamedTuple):
    """The part of the world that holds the countries, in units of the picture."""

    x: int
    y: int
    width: int
    height: int

    @property
    def is_wide(self) -> bool:
        """Return whether it fills a page."""
        return self.width > PAGE_WIDE * _drawing.TILE


class Explorer(NamedTuple):
    """Everything that the template of the explorer prints."""

    title: str
    description: str
    lead: str
    method: str
    source: str
    made: str
    synthetic: bool
    dimensions: list[str]
    year: int
    years: list[int]
    sentence: str
    words: str
    fields: list[str]
    first_share: str
    viewbox: str
    """Of the picture; empty where there is none."""
    picture_words: str
    areas: list[tuple[int, str]]
    chords: str
    outline: str
    corners: list[Corner]
    centre: tuple[float, float]
    hint: str
    presets: list[Preset]
    key: list[KeyRow]
    exact: bool
    regions: list[str]
    rows: list[Row]
    unranked: str
    map: Map | None
    """Of the countries that have a place on it, if there are any."""
    data: Markup
    terms: Markup


def rendered(material: Material, country: str | None, year: int | None) -> str:
    """Return the page of the explorer as HTML."""
    environment = environment_of_pages()
    style = asset(environment, "explore_page.css") + style_of(environment)
    script = _plain(asset(environment, "search.js")) + script_of(environment, material.codebook)
    return environment.get_template("explore.html.jinja").render(
        x=explorer_of(material, country, year),
        version=__version__,
        style=Markup(style),
        script=Markup(script),
        hashes={"style": hash_of(style), "script": hash_of(script)},
    )


def section(environment: Environment, material: Material, order: list[str]) -> Markup | None:
    """Return the explorer as a section of the report, or nothing where nothing can be ranked."""
    if len(material.dimensions) < 2 or not material.scores["overall"].notna().any():
        return None
    template = environment.get_template("explorer.html.jinja")
    return Markup(template.render(x=explorer_of(material, order=order), level=3, page=False))


def style_of(environment: Environment) -> str:
    """Return the style of the explorer, the colours of the classes included."""
    colours = _shades()
    light, dark = _class_style(colours), _class_style(colours[::-1])
    dark = f"@media screen and (prefers-color-scheme: dark) {{\n{dark}}}\n"
    style = re.sub(r"(?<!\s)\s*([{};,])\s*|(:) ", r"\1\2", asset(environment, "explore.css"))
    return style.replace("}", "}\n") + light + dark


def _class_style(colours: list[tuple[str, str]]) -> str:
    return "".join(
        f".ex .k{kind},.ex .k{kind} rect{{fill:{fill}}}"
        f".ex svg .i{kind},.ex svg .k{kind} text{{fill:{ink}}}"
        f".ex .b{kind}{{background:{fill}}}\n"
        for kind, (fill, ink) in enumerate(colours)
    )


def script_of(environment: Environment, codebook: Codebook) -> str:
    """Return the code of the explorer, without comments and indents."""
    names = ["weights.js", "explore.js"]
    if not _is_tabulated(codebook):
        names.insert(1, "extremes.js")
    return _plain("\n".join(asset(environment, name) for name in names))


def _is_tabulated(codebook: Codebook) -> bool:
    """Return whether one cut of the weights serves all profiles of the scales."""
    return len(codebook.dimensions) != 3 or max(_spans(codebook)) <= arrangement.SPAN


def _plain(code: str) -> str:
    """Return code without comments, indents and breaks of statements; no text in it has any."""
    code = re.sub(r"(?m)^ *//.*\n", "", code)
    return re.sub(r"([;,{(\[])\n", r"\1", re.sub(r"(?m)^\s+", "", code))


def _shades() -> list[tuple[str, str]]:
    """Return the colour of each class, the darkest first, and the ink on it."""
    shades = _drawing.shades({}, (1, len(CLASSES)))
    return [(shade.fill, shade.ink) for shade in reversed(shades)]


def explorer_of(
    material: Material,
    country: str | None = None,
    year: int | None = None,
    *,
    order: list[str] | None = None,
) -> Explorer:
    """Return what the template prints: the data, and the view at equal weights.

    `order` lists the countries of a page that has terms for its search already.
    """
    codebook = material.codebook
    if len(codebook.dimensions) < 2:
        raise ValueError(f"codebook must have 2 or more dimensions; {codebook.name} has 1")
    view = _view(material, country, year)
    years = sorted({*_years(material), view.year})
    labels = list(material.names)
    title = _sentences.index_name(codebook)
    the_title = _sentences.the_index(codebook)
    span = spanned(years[0], years[-1], _sentences.TO)
    n = len(material.dimensions)
    equal = _equal_shares(n)
    made = f"Made with policyindex {__version__}."
    region_names, regions = _regions(labels)
    places = {label: (column, row) for label, column, row in layout().itertuples()}
    key = _key(view)
    width = len(str(max(each.highest for each in codebook.dimensions)))
    data = {
        "title": capital(title),
        "dimensions": material.dimensions,
        "lowest": [each.lowest for each in codebook.dimensions],
        "spans": _spans(codebook),
        "units": labels,
        "names": list(material.names.values()),
        "articles": "".join(
            str(int(_sentences.named(label) != name)) for label, name in material.names.items()
        ),
        "regions": "".join(regions.get(label, ".") for label in labels),
        "years": years,
        "width": width,
        "levels": _levels(material, years, width),
        "country": labels.index(view.unit),
        "year": years.index(view.year),
        "classes": CLASSES,
        "shades": _shades(),
        "tiles": "".join(
            "".join(DIGITS[each] for each in places[label]) if label in places else ".."
            for label in labels
        ),
        "source": material.source,
        "citation": material.citation,
        "made": made,
        "order": [labels.index(unit) for unit in order or ()],
    }
    return Explorer(
        title=capital(title),
        description=(
            f"Choose the weights of {joined(material.dimensions)} in {the_title} and see every "
            f"country's rank, {span}. One file that works offline."
        ),
        lead=(
            f"{capital(the_title)} weighs {joined(material.dimensions)} equally. Here you choose "
            f"the weights and see how every country ranks, {span}."
        ),
        method=_method(view, codebook),
        source=(material.citation or material.source).removesuffix(".") + ".",
        made=made,
        synthetic=material.synthetic,
        dimensions=material.dimensions,
        year=view.year,
        years=years,
        sentence=_sentence(view),
        words=f"Equal weights for {joined(material.dimensions)}.",
        fields=equal,
        first_share=f"{(1000 // n + (1000 % n > 0)) / 10:g}",
        **_picture(view, codebook),
        picture_words=_picture_words(view, material.dimensions, key),
        corners=_corners(material.dimensions, equal),
        hint=HINT,
        presets=_presets(material.dimensions),
        key=key,
        exact=view.exact,
        regions=region_names,
        rows=_rows(view, material.names),
        unranked=_unranked(view),
        map=_map([places[label] for label in labels if label in places]),
        data=_json(data),
        terms=Markup(search_terms(labels).json()) if order is None else Markup(""),
    )


def _map(places: list[tuple[int, int]]) -> Map | None:
    """Return the part of the world that holds some places, with room for the edge of a tile."""
    if not places:
        return None
    tile = _drawing.TILE
    (left, right), (top, bottom) = (
        (tile * min(each) - 2, tile * (max(each) + 1)) for each in zip(*places, strict=True)
    )
    rest = max(FEW_COLUMNS * tile - (right - left), 0)
    return Map(left - rest // 2, top, right - left + rest, bottom - top)


class View(NamedTuple):
    """One country in one year, and the ranks of all."""

    unit: str
    year: int
    scores: pd.DataFrame
    """The dimensions, index country."""
    ranks: pd.DataFrame
    """The columns of ``weight_ranks``, index country."""
    ranked: list[str]
    """The countries with a rank, best first; equal ones by name."""
    shares: NDArray[np.float64] | None
    """The share of the weightings for each rank, if the country has one."""
    exact: bool


def _view(material: Material, country: str | None, year: int | None) -> View:
    dims, labels = material.scores[material.dimensions], list(material.names)
    when = material.end
    if year is not None:
        when = scored_year(material.scores["overall"], "year", year)
    of_year = in_year(dims, when)
    answer = _weight_ranks(of_year, min_weight=0)
    ranks = answer.droplevel("year")
    low, high = (ranks[f"rank_{end}"].to_dict() for end in ("low", "high"))
    at_equal = ranks["rank"].to_dict()
    ranked = [label for label in labels if at_equal.get(label, np.nan) > 0]
    ranked.sort(key=lambda label: at_equal[label])
    if country is not None:
        (unit,) = units("country", [country], labels)
    else:
        unit = max(ranked or labels, key=lambda label: high.get(label, 0) - low.get(label, 0))
    shares = None
    if unit in ranked:
        shares = _weight_distribution(of_year, when, min_weight=0).loc[unit].to_numpy()
    exact = "exactly" in answer.attrs["weightings"]
    return View(unit, when, of_year.droplevel("year"), ranks, ranked, shares, exact)


def _years(material: Material) -> list[int]:
    """Return the years with an overall score that are not thin."""
    scored = material.scores["overall"].dropna().index.unique("year")
    return [int(year) for year in sorted(scored) if year not in material.thin]


def _spans(codebook: Codebook) -> list[int]:
    return [each.scores[-1] - each.scores[0] for each in codebook.dimensions]


def _sentence(view: View) -> str:
    name = _sentences.named(view.unit)
    if view.shares is None:
        lacks = _lacking(view, view.unit)
        lacks = f"it {lacks}" if lacks.startswith("lacks") else "it has no score"
        return f"{capital(name)} is not ranked in {view.year}: {lacks}."
    row: Any = view.ranks.loc[view.unit]
    rank = int(row["rank"])
    return _sentences.weighted(
        name,
        rank,
        len(view.ranked),
        rank,
        int(row["rank_low"]),
        int(row["rank_high"]),
        float(view.shares[:rank].sum()),
        exact=view.exact,
    )


def _lacking(view: View, unit: str) -> str:
    """Return why a country has no rank: it has no score, or lacks some dimensions."""
    if unit not in view.scores.index:
        return "no score"
    row: Any = view.scores.loc[unit]
    present = row.notna().tolist()
    absent = [name for name, has in zip(view.scores.columns, present, strict=True) if not has]
    return "no score" if len(absent) == len(present) else f"lacks {joined(absent)}"


def _unranked(view: View) -> str:
    labels = view.ranks.index
    groups: dict[str, list[str]] = {}
    for unit in sorted(set(labels) - set(view.ranked), key=countries.name):
        groups.setdefault(_lacking(view, unit), []).append(_sentences.named(unit))
    if not groups:
        return f"Every country of the data is ranked in {view.year}."
    texts = [f"{joined(names)} ({why})" for why, names in groups.items()]
    return f"Not ranked in {view.year}: {'; '.join(texts)}."


def _equal_shares(n: int) -> list[str]:
    """Return equal weights in percent that sum to 100: thirds where these are exact, or tenths."""
    whole, thirds = divmod(300 // n, 3)
    if 300 % n == 0:
        return [f"{whole}{THIRDS[thirds]}"] * n
    tenths = [1000 // n + (place < 1000 % n) for place in range(n)]
    return [f"{tenth / 10:.1f}".removesuffix(".0") for tenth in tenths]


def _presets(names: list[str]) -> list[Preset]:
    n = len(names)
    rows = [Preset(":".join(["1"] * n), "equal")]
    for place, name in enumerate(names):
        only = ["1" if each == place else "0" for each in range(n)]
        rows.append(Preset(":".join(only), f"{name} only"))
    if n > 2:
        for place, name in enumerate(names):
            half = [str(n - 1) if each == place else "1" for each in range(n)]
            rows.append(Preset(":".join(half), f"half on {name}"))
    if names == ["prosecution", "protection", "prevention"]:
        rows += [Preset(*each) for each in PUBLISHED]
    return rows


def _regions(labels: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return the regions, and by country the digit of its region."""
    regions: dict[Any, str] = countries._region(labels).dropna().to_dict()
    names = sorted(set(regions.values()))
    return names, {label: DIGITS[names.index(region)] for label, region in regions.items()}


def _levels(material: Material, years: list[int], width: int) -> list[str]:
    """Return the levels of each year as text, country by country; dots where one is missing."""
    table, absent = material.scores[material.dimensions], "." * width
    rows = {
        key: "".join(absent if isnan(level) else f"{level:.0f}".zfill(width) for level in levels)
        for key, levels in zip(table.index.tolist(), table.to_numpy().tolist(), strict=True)
    }
    blank = absent * table.shape[1]
    return ["".join(rows.get((unit, year), blank) for unit in material.names) for year in years]


def _rows(view: View, names: dict[str, str]) -> list[Row]:
    n = len(view.scores.columns)
    scores = dict(zip(view.scores.index.tolist(), view.scores.to_numpy().tolist(), strict=True))
    ranks = view.ranks[["rank", "rank_low", "rank_high"]].to_dict("index")
    rows = []
    for unit in view.ranked:
        rank, low, high = (f"{ranks[unit][each]:,.0f}" for each in ranks[unit])
        cells = [
            rank,
            names[unit],
            f"{sum(scores[unit]) / n:.2f}",
            *(f"{score:.0f}" for score in scores[unit]),
            f"{low}\N{EN DASH}{high}",
        ]
        rows.append(Row(cells, unit == view.unit))
    return rows


def _class(rank: int, n: int) -> int:
    return next(
        kind
        for kind, (_, top, bottom) in enumerate(CLASSES)
        if (rank * bottom <= n * top if top else rank == 1)
    )


def _key(view: View) -> list[KeyRow]:
    n = len(view.ranked)
    of_class: dict[int, list[int]] = {}
    for rank in range(1, n + 1):
        of_class.setdefault(_class(rank, n), []).append(rank)
    rows = []
    for kind, (name, _, _) in enumerate(CLASSES):
        ranks = of_class.get(kind, [])
        share = 0.0
        if view.shares is not None and ranks:
            share = float(view.shares[ranks[0] - 1 : ranks[-1]].sum())
        words = spanned(ranks[0], ranks[-1]) if ranks else "\N{EN DASH}"
        rows.append(KeyRow(kind, name, words, share, _share_words(view, ranks, share)))
    return rows


def _share_words(view: View, ranks: list[int], share: float) -> str:
    """Return the share of a class; a rank may occur on lines only, which have no area."""
    if view.shares is None or not ranks:
        return "\N{EN DASH}"
    row = view.ranks.loc[view.unit]
    if share or ranks[-1] < row["rank_low"] or ranks[0] > row["rank_high"]:
        return f"{_sentences.percent(share)} %"
    return "border only" if view.exact else "less than 1 %"


def _picture_words(view: View, names: list[str], key: list[KeyRow]) -> str:
    if view.shares is None:
        return _sentence(view)
    row = view.ranks.loc[view.unit]
    shape = "Strip" if len(names) == 2 else "Triangle"
    parts = "; ".join(f"{each.ranks}, {each.text}" for each in key if each.share > 0)
    return (
        f"{shape} of all weightings of {joined(names)} in {view.year}. The rank of "
        f"{_sentences.named(view.unit)}, from {row['rank_low']:.0f} to {row['rank_high']:.0f}: "
        f"{parts}."
    )


def _method(view: View, codebook: Codebook) -> str:
    names = joined(each.name for each in codebook.dimensions)
    text = (
        f"A score here is the weighted mean of {names}. The rank of a country is one more than "
        "the number of countries with a higher score; countries with the same score share a rank. "
    )
    if not view.exact and len(codebook.dimensions) < 4:
        return text + (
            "Ranges of ranks hold for all weightings, and are exact where the page may run its "
            "script; otherwise they are from sampled weightings and may be wider."
        )
    if not view.exact:
        return text + "Ranges of ranks are from sampled weightings and may be wider."
    return text + (
        "Ranges hold for all weightings, weights of zero and ties included. They are exact. "
        "Shares are parts of the area of all weightings."
    )


def _json(data: dict[str, Any]) -> Markup:
    """Return data as JSON that is safe within a template of a page."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))


# The picture at equal weights. A browser draws the same with templates/explore.js.


def _picture(view: View, codebook: Codebook) -> dict[str, Any]:
    n = len(codebook.dimensions)
    if n > 3:
        return {"viewbox": "", "areas": [], "chords": "", "outline": "", "centre": (0, 0)}
    ends = [tuple(int(each == place) for each in range(n)) for place in range(n)]
    outline = _loop(ends) if n == 3 else _bar(ends[0], ends[1])
    areas: list[tuple[int, str]] = []
    chords: list[str] = []
    if view.shares is not None and n == 3 and _is_tabulated(codebook):
        own = view.scores.loc[view.unit].to_numpy().astype(np.int64)
        profiles = view.scores.dropna().to_numpy().astype(np.int64)
        leads, counts = np.unique(profiles - own, axis=0, return_counts=True)
        lines = arrangement.arrange(arrangement.TRIANGLE)  # kept from the ranges
        ranks = 1 + (lines.points @ leads.T > 0) @ counts
        kind_of = np.array(
            [0, *(_class(rank, len(view.ranked)) for rank in range(1, len(view.ranked) + 1))]
        )
        loops = arrangement.outlines(lines, kind_of[ranks])
        areas = [
            (kind, "".join(_loop(lines.vertices[loop].tolist()) for loop in loops[kind]))
            for kind in sorted(loops)
        ]
        chords = [_chord(line) for line in arrangement.ties_of(leads).tolist()]
    return {
        "viewbox": "0 0 640 576" if n == 3 else "0 0 640 140",
        "areas": areas,
        "chords": "".join(chords),
        "outline": outline,
        "centre": _spot([1] * n),
    }


def _spot(point: Any) -> tuple[float, float]:
    """Return the place of weights in the picture, to a tenth."""
    corners = STRIP if len(point) == 2 else (TOP, LEFT, RIGHT)
    whole = sum(point)
    x, y = (
        sum(each * corner[axis] for each, corner in zip(point, corners, strict=True))
        for axis in (0, 1)
    )
    return _tenth(10 * x, whole), _tenth(10 * y, whole)


def _tenth(numerator: int, denominator: int) -> float:
    """Return a quotient rounded to an integer, a half upwards, over ten."""
    return (2 * numerator + denominator) // (2 * denominator) / 10


def _at(point: Any) -> str:
    return " ".join(f"{each:g}" for each in _spot(point))


def _loop(points: Any) -> str:
    return f"M{'L'.join(map(_at, points))}Z"


def _bar(start: Any, end: Any) -> str:
    (left, middle), (right, _) = _spot(start), _spot(end)
    top, bottom = middle - THICK / 2, middle + THICK / 2
    return f"M{left:g} {top:g}H{right:g}V{bottom:g}H{left:g}Z"


def _chord(line: list[int]) -> str:
    """Return the part of a line that lies in the triangle."""
    ends: list[str] = []
    for border in np.eye(3, dtype=np.int64):
        point = np.cross(line, border)
        point = point if point.min() >= 0 else -point
        if point.min() >= 0 and point.max() > 0 and _at(point.tolist()) not in ends:
            ends.append(_at(point.tolist()))
    return f"M{'L'.join(ends)}"


def _corners(names: list[str], shares: list[str]) -> list[Corner]:
    if len(names) == 2:
        (left, low), (right, _) = STRIP
        places = [(left, low + 58, "start"), (right, low + 58, "end")]
    else:
        places = [
            (TOP[0], TOP[1] - 16, "middle"),
            (LEFT[0] - 24, LEFT[1] + 26, "start"),
            (RIGHT[0] + 24, RIGHT[1] + 26, "end"),
        ]
    return [
        Corner(name, x, y, anchor, f"{share} %")
        for name, (x, y, anchor), share in zip(names, places, shares, strict=False)
    ]
