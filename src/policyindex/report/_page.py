"""The page: material and results handed to the template, with the page's own style and code.

The template escapes all text. The page may load nothing and run nothing except the one style and
the one script in it, which are named to the browser by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from typing import NamedTuple
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from .._version import __version__
from ..scoring.explanation import _explain
from . import _drawing, _sentences, _tables
from ._material import Material, breaks
from ._results import ACCURACY, Results, lookup


class Section(NamedTuple):
    """The part of the page about one country."""

    unit: str
    name: str
    sentences: list[str]
    panels: list[_drawing.Panel]
    table: _tables.Table
    reasons: list[str]
    """Why each dimension has its score in the last year, where there are codings."""


def rendered(material: Material, results: Results, units: list[str]) -> str:
    """Return the page as HTML."""
    environment = Environment(
        loader=PackageLoader("policyindex.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    scores = {
        unit: by_year[material.end]
        for unit, by_year in results.scores_of["overall"].items()
        if material.end in by_year
    }
    shades = _drawing.shades(scores, material.codebook.score_scales["overall"])
    style = _asset(environment, "report.css") + "".join(
        f".s{shade.score}{{fill:{shade.fill}}}.s{shade.score}+text{{fill:{shade.ink}}}\n"
        for shade in shades
    )
    script = _asset(environment, "report.js")
    tiles = _drawing.tiles(scores)
    cells = _tables.scored(material)
    reasons = _reasons(material, units)
    return environment.get_template("report.html.jinja").render(
        material=material,
        results=results,
        names=material.names,
        version=__version__,
        accuracy=ACCURACY,
        style=Markup(style),
        script=Markup(script),
        hashes={"style": _hash(style), "script": _hash(script)},
        lead=_sentences.lead(material, results),
        scale=_sentences.scale(material),
        summary=_sentences.summary(material, results),
        figures=_sentences.figures(material, results),
        trending=_sentences.trending(results),
        persisting=_sentences.persisting(results),
        spans=_sentences.spans(material),
        seams=breaks(material.spans),
        shades=shades,
        tiles=tiles,
        mapped=any(each.score is not None for each in tiles),
        absent=_drawing.absent(scores),
        tile=_drawing.TILE,
        panels=_averages(material, results),
        averages=_tables.averages(results),
        ranking=_tables.ranking(material, results, cells),
        bar=_tables.BAR,
        moves=_tables.moves(material, results),
        parts=_tables.parts(material, results),
        coverage=_tables.coverage(material, results),
        gaps=_sentences.gaps(material, results),
        sections=[
            _section(material, results, cells, unit, reasons.get(unit, [])) for unit in units
        ],
        linked=set(units),
        address=_address,
    )


def _asset(environment: Environment, name: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _hash(content: str) -> str:
    """Return a hash by which a Content-Security-Policy names a style or a script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _address(unit: str) -> str:
    """Return the name of a country's section in links: DEU, or New%20York."""
    return quote(unit, safe="")


def _averages(material: Material, results: Results) -> list[_drawing.Panel]:
    return [
        _drawing.panel(
            name,
            material.codebook.score_scales[name],
            material.axis,
            {
                "all": lookup(pair.everyone["mean"].dropna()),
                "balanced": lookup(pair.cohort["mean"].dropna()),
            },
            digits={"all": 2, "balanced": 2},
            breaks=breaks(material.spans),
        )
        for name, pair in results.averages.items()
    ]


def _section(
    material: Material, results: Results, cells: _tables.Scored, unit: str, reasons: list[str]
) -> Section:
    years = _years(material, results, unit)
    region = results.regions.get(unit, "")
    seams = breaks(material.spans, unit)
    panels = []
    for name in ("overall", *material.dimensions):
        lines = {"region": results.regional[name][region]} if region else {}
        lines["own"] = results.scores_of[name][unit]
        panels.append(
            _drawing.panel(
                name,
                material.codebook.score_scales[name],
                (years[0], years[-1]),
                lines,
                digits={"own": 0, "region": 2},
                undecided=results.undecided[name].get(unit, ()),
                breaks=seams,
            )
        )
    return Section(
        unit,
        material.names[unit],
        _sentences.standing(material, results, unit, years),
        panels,
        _tables.country(material, results, cells, unit, years),
        reasons,
    )


def _years(material: Material, results: Results, unit: str) -> range:
    """Return the years compared, and those before and after with a score of the country."""
    first, last = material.axis
    scored = {year for by_unit in results.scores_of.values() for year in by_unit[unit]}
    every = [material.start, material.end, *(year for year in scored if first <= year <= last)]
    return range(min(every), max(every) + 1)


def _reasons(material: Material, units: list[str]) -> dict[str, list[str]]:
    """Explain the scores of the last year, by country, where there are codings."""
    if material.codings is None:
        return {}
    keys = {key: place for place, key in enumerate(material.codings.index.tolist())}
    places = {unit: keys[unit, material.end] for unit in units if (unit, material.end) in keys}
    rows = {unit: material.codings.iloc[place : place + 1] for unit, place in places.items()}
    return {
        unit: [str(each) for each in _explain(row, material.codebook).dimensions]
        for unit, row in rows.items()
    }
