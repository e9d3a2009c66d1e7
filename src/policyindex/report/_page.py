"""The page: material and results handed to the template, with the page's own style and code.

The template escapes all text. The page may load nothing and run nothing except the one style and
the one script in it, which are named to the browser by their hashes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from .._version import __version__
from ..scoring.explanation import _explain
from . import _drawing, _evidence, _exploring, _sentences, _tables
from ._assets import asset, environment_of_pages, hash_of
from ._material import Material, breaks
from ._results import ACCURACY, Results, lookup
from ._search import search_terms

if TYPE_CHECKING:
    from ..latent.models import Fit


class Section(NamedTuple):
    """The part of the page about one country."""

    unit: str
    name: str
    score: _tables.Cell
    rank: _tables.Cell
    sentences: list[str]
    panels: list[_drawing.Panel]
    meanings: list[_sentences.Meaning]
    rows: list[tuple[int, list[str]]]
    reasons: list[str]
    """Why each dimension has its score in the last year, where there are codings."""
    listing: _evidence.Listing | None
    """The evidence of its codings in the last year, where there is any."""


class Assets(NamedTuple):
    """A style and a script of the page, and the hashes that name them to the browser."""

    style: Markup
    script: Markup

    @property
    def hashes(self) -> dict[str, str]:
        """Return the hash of each, as a Content-Security-Policy names it."""
        return {"style": hash_of(self.style), "script": hash_of(self.script)}


def rendered(
    material: Material, results: Results, units: list[str], fitted: Fit | None = None
) -> str:
    """Return the page as HTML, with a section on latent scores if there is a fit."""
    environment = environment_of_pages()
    scores = {
        unit: by_year[material.end]
        for unit, by_year in results.scores_of["overall"].items()
        if material.end in by_year
    }
    cells = _tables.scored(material)
    ranking = _tables.ranking(material, results, cells)
    order = [row.unit for row in ranking]
    terms = search_terms(order).json()
    parts = [asset(environment, name) for name in SCRIPTS]
    shades = _drawing.shades(scores, material.codebook.score_scales["overall"])
    explorer = _exploring.section(environment, material, order)
    style = asset(environment, "report.css") + _colours(shades)
    if fitted is not None:
        style += asset(environment, "latent.css")
    script = "".join([*parts[:-1], f"const TERMS = {terms};\n", parts[-1]])
    if explorer is not None:
        style += _exploring.style_of(environment)
        script += _exploring.script_of(environment, material.codebook)
    assets = Assets(Markup(style), Markup(script))
    tiles = _drawing.tiles(scores)
    reasons, listings = _reasons(material, units), _evidence.listings(material)
    shared = _drawing.Shared()
    panels = _averages(material, results, shared)
    sections = [
        _section(material, results, cells, unit, reasons.get(unit, []), listings.get(unit), shared)
        for unit in units
    ]
    latent = None
    if fitted is not None:
        from ._latent import latent_of  # most reports do without

        spans = {unit: _years(material, results, unit) for unit in units}
        axes = {unit: (years[0], years[-1]) for unit, years in spans.items()}
        latent = latent_of(fitted, material, axes, shared)
    return environment.get_template("report.html.jinja").render(
        material=material,
        results=results,
        names=material.names,
        version=__version__,
        accuracy=ACCURACY,
        assets=assets,
        index_name=_sentences.index_name(material.codebook),
        news=_sentences.news(material, results),
        highlights=_sentences.highlights(material, results),
        lead=_sentences.lead(material, results),
        scale=_sentences.scale(material),
        summary=[
            each for each in _sentences.summary(material, results) if each.about not in SECTIONED
        ],
        missing=_sentences.missing(material, results),
        figures=_sentences.figures(material, results),
        year_before=_sentences.year_before(material, results),
        between_regions=_sentences.between_regions(results),
        meaning=_sentences.meaning(material),
        common_levels=_sentences.common_levels(material, results),
        levels=_sentences.levels(material, results),
        trending=_sentences.trending(results),
        persisting=_sentences.persisting(results),
        spans=_sentences.spans(material),
        seams=breaks(material.spans),
        shades=shades,
        tiles=tiles,
        mapped=any(each.score is not None for each in tiles),
        absent=_drawing.absent(scores),
        tile=_drawing.TILE,
        shared=shared,
        panels=panels,
        histogram=None if results.before is None else _drawing.histogram(results.before.counts),
        plot=_drawing.PLOT,
        averages=_tables.averages(results),
        regions=_tables.regions(material, results),
        columns=_tables.ranking_columns(material, results),
        ranking=ranking,
        bar=_tables.BAR,
        moves=_tables.moves(material, results),
        parts=_tables.parts(material, results),
        coverage=_tables.coverage(material, results),
        gaps=_sentences.gaps(material, results),
        evidence=_evidence.counts(material),
        evidence_headings=_evidence.HEADINGS,
        country_columns=_tables.country_columns(material),
        sections=sections,
        linked=set(units),
        alone=len(units) == 1 < len(material.names),
        address=_address,
        explorer=explorer,
        latent=latent,
    )


def _summary(material: Material, results: Results) -> list[_sentences.Statement]:
    statements = _sentences.summary(material, results)
    return [each for each in statements if each.about not in SECTIONED]


SECTIONED = {"The last year", "What is missing"}
"""Statements of the summary that have a section of their own."""

SCRIPTS = ("search.js", "saving.js", "report.js")


def _colours(shades: list[_drawing.Shade]) -> str:
    """Return the style of the tiles by their score: in a light page, and in a dark one."""
    light = "".join(map(_colour, shades))
    dark = "".join(_colour(shade.dark) for shade in shades if shade.dark is not None)
    return f"{light}@media screen and (prefers-color-scheme:dark){{{dark}}}\n"


def _colour(shade: _drawing.Shade) -> str:
    edge = "var(--edge)" if shade.edged else "none"
    return (
        f".s{shade.score}{{fill:{shade.fill};stroke:{edge}}}"
        f"svg .s{shade.score}+text{{fill:{shade.ink}}}\n"
    )


def _address(unit: str) -> str:
    """Return the name of a country's section in links: DEU, or New%20York."""
    return quote(unit, safe="")


def _averages(
    material: Material, results: Results, shared: _drawing.Shared
) -> list[_drawing.Panel]:
    return [
        _drawing.panel(
            name,
            material.codebook.score_scales[name],
            material.axis,
            {
                "all": lookup(pair.everyone["mean"].dropna()),
                "balanced": lookup(pair.cohort["mean"].dropna()),
            },
            digits={"all": 1, "balanced": 1},
            breaks=breaks(material.spans),
            shared=shared,
        )
        for name, pair in results.averages.items()
    ]


def _section(
    material: Material,
    results: Results,
    cells: _tables.Scored,
    unit: str,
    reasons: list[str],
    listing: _evidence.Listing | None,
    shared: _drawing.Shared,
) -> Section:
    years = _years(material, results, unit)
    region = results.regions.get(unit, "")
    seams = breaks(material.spans, unit)
    panels = []
    scales = material.codebook.score_scales
    for name in ("overall", *material.dimensions):
        lines = {"region": results.regional[name][region]} if region else {}
        lines["own"] = results.scores_of[name][unit]
        panels.append(
            _drawing.panel(
                name,
                scales[name],
                (years[0], years[-1]),
                lines,
                digits={"own": 0, "region": 1},
                undecided=results.undecided[name].get(unit, ()),
                breaks=seams,
                shared=shared,
            )
        )
    return Section(
        unit,
        material.names[unit],
        cells.get((unit, material.end), {}).get("overall", _tables.Cell(_tables.NONE)),
        _tables.rank_cell(results, unit),
        _sentences.standing(material, results, unit, years),
        panels,
        _sentences.meanings(material, results, unit),
        _tables.country(material, results, cells, unit, years),
        reasons,
        listing,
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
