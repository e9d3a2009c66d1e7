"""The page: everything that was found, handed to the template, and the page's own style and code.

All text is escaped by the template. The page may load nothing and run nothing but the one style
and the one script in it, which are named to the browser by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from .. import countries
from .._version import __version__
from ..scoring.explanation import explain
from . import _drawing, _sentences, _tables
from ._material import Material
from ._results import AGREEMENT, Findings

Progress = Callable[[int, int], object]


class Section(NamedTuple):
    """What is said of one country."""

    unit: str
    name: str
    sentences: list[str]
    panels: list[_drawing.Panel]
    table: _tables.Table
    reasons: list[str]
    """Why each dimension has its score in the last year, where codings tell."""


def rendered(
    material: Material, findings: Findings, units: list[str], progress: Progress | None
) -> str:
    """Return the page as HTML."""
    environment = Environment(
        loader=PackageLoader("policyindex.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    scale = material.codebook.score_scales["overall"]
    scores: Any = material.scores["overall"].xs(material.end, level="year")
    shades = _drawing.shades(scores, scale)
    style = _asset(environment, "report.css") + "".join(
        f".s{shade.score}{{fill:{shade.fill}}}.s{shade.score}+text{{fill:{shade.ink}}}\n"
        for shade in shades
    )
    script = _asset(environment, "report.js")
    tiles = _drawing.tiles(scores)
    shown = _tables.scored(material)
    sections = []
    for done, unit in enumerate(units, start=1):
        sections.append(_section(material, findings, shown, unit))
        if progress is not None:
            progress(done, len(units))
    return environment.get_template("report.html.jinja").render(
        material=material,
        findings=findings,
        names=material.names,
        version=__version__,
        agreement=AGREEMENT,
        style=Markup(style),
        script=Markup(script),
        hashes={"style": _hash(style), "script": _hash(script)},
        summary=_sentences.summary(material, findings),
        figures=_sentences.figures(material, findings),
        trending=_sentences.trending(findings),
        shades=shades,
        tiles=tiles,
        mapped=any(each.score is not None for each in tiles),
        absent=_drawing.absent(scores),
        tile=_drawing.TILE,
        panels=_averages(material, findings),
        averages=_tables.averages(findings),
        ranking=_tables.ranking(material, findings, shown),
        bar=_tables.BAR,
        moves=_tables.moves(material, findings),
        parts=_tables.parts(material, findings),
        coverage=_tables.coverage(material, findings),
        gaps=_sentences.gaps(material, findings),
        sections=sections,
        linked=set(units),
        address=_address,
    )


def _asset(environment: Environment, name: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _hash(content: str) -> str:
    """Name a style or a script to the browser, as a Content-Security-Policy does."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _address(unit: str) -> str:
    """Return the name that a country's section has in links: DEU, or New%20York."""
    return quote(unit, safe="")


def _averages(material: Material, findings: Findings) -> list[_drawing.Panel]:
    return [
        _drawing.panel(
            name,
            material.codebook.score_scales[name],
            (material.start, material.end),
            {"all": found.everyone["mean"], "fixed": found.cohort["mean"]},
            digits={"all": 2, "fixed": 2},
        )
        for name, found in findings.averages.items()
    ]


def _section(material: Material, findings: Findings, shown: _tables.Scored, unit: str) -> Section:
    years = _years(material, findings, unit)
    region = findings.regions[unit]
    panels = []
    for name in ("overall", *material.dimensions):
        lines = {"region": findings.by_region[name].loc[region, "mean"]} if pd.notna(region) else {}
        lines["own"] = material.scores.loc[unit, name]
        bounds: Any = None
        if material.bounds is not None:
            bounds = material.bounds.loc[unit, [f"{name}_low", f"{name}_high"]]
        panels.append(
            _drawing.panel(
                name,
                material.codebook.score_scales[name],
                (years[0], years[-1]),
                lines,
                digits={"own": 0, "region": 2},
                bounds=bounds,
            )
        )
    return Section(
        unit,
        countries.name(unit),
        _sentences.standing(material, findings, unit),
        panels,
        _tables.country(findings, shown, unit, years),
        _reasons(material, unit),
    )


def _years(material: Material, findings: Findings, unit: str) -> range:
    """Return the years compared, and those before and after in which the country is scored."""
    scored = findings.coverage.by_country.loc[unit, ["first_year", "last_year"]].dropna()
    every = [material.start, material.end, *scored.astype(int)]
    return range(min(every), max(every) + 1)


def _reasons(material: Material, unit: str) -> list[str]:
    if material.codings is None or (unit, material.end) not in material.codings.index:
        return []
    why = explain(material.codings.loc[[unit]], unit, material.end, codebook=material.codebook)
    return [str(dimension) for dimension in why.dimensions]
