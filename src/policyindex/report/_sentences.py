"""The numbers in sentences, for a reader who does not know the index."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from .. import countries
from .._wording import capital, counted, joined, ordinal, runs, signed, spanned
from ..dynamics.averages import Decomposition
from ._material import Material
from ._results import Results

TO = " to "
"""Between the ends of a range in a sentence."""

MOST_NAMES = 12
"""Of countries in one sentence; more are counted."""

FEW_NAMES = 3
"""Of countries below a number."""

WITH_ARTICLE = {"ANT", "BHS", "CAF", "COD", "COM", "DOM", "GMB", "IMN", "MDV", "NLD", "PHL", "SYC"}
"""Countries whose name takes an article in a sentence, besides United States and Islands."""

LEVEL = 0.05
"""The level of significance of trends."""

TREND = {"up": "an upward trend", "down": "a downward trend"}


class Statement(NamedTuple):
    """A question that a reader may have, and the answer."""

    about: str
    text: str


class Figure(NamedTuple):
    """A number to be seen first, and its meaning."""

    number: str
    words: str


def summary(material: Material, results: Results) -> list[Statement]:
    """Return the main results: who leads, who moved, what moved the mean, how firm ranks are."""
    statements = [Statement("What there is", covered(material, results))]
    if results.groups.by_score:
        statements.append(Statement("Who leads", leaders(material, results)))
        statements += [Statement("Who moved", text) for text in moved(material, results)]
        statements += [Statement("What drove the mean", text) for text in driven(material, results)]
        statements += [Statement("How firm the ranking is", text) for text in firmness(results)]
    return [*statements, Statement("What is missing", missing(material, results))]


def figures(material: Material, results: Results) -> list[Figure]:
    """Return the few numbers to be seen first."""
    groups, start, end = results.groups.by_score, material.start, material.end
    if not groups:
        return []
    scored = sum(map(len, groups.values()))
    (best, first), *_ = groups.items()
    mean: Any = results.averages["overall"].everyone.loc[end, "mean"]
    scale = f"{material.codebook.lowest} to {material.codebook.highest}"
    top = who(first) if len(first) <= FEW_NAMES else _countries(len(first))
    rows = [
        Figure(f"{scored:,}", f"{_plural(scored, 'country', 'countries')} scored in {end}"),
        Figure(f"{mean:.1f}", f"points, the mean, on a scale from {scale}"),
        Figure(f"{best:g}", f"points, the top score, of {top}"),
    ]
    whole = results.parts["overall"]
    if start < end and not math.isnan(whole.within):
        stayers = f"{_countries(whole.n_stayers)} scored in both {start} and {end}"
        rows.append(
            Figure(signed(whole.within, 1, plus=True), f"points on average in the {stayers}")
        )
    return rows


def lead(material: Material, results: Results) -> str:
    """Return how many countries have a score, in any year and in the last."""
    by_country = results.coverage.by_country
    total, scored = int((by_country["years"] > 0).sum()), _scored_last(results)
    return f"Scores of {_countries(total)}, {scored or 'none'} of them in {material.end}"


def covered(material: Material, results: Results) -> str:
    """Return how many countries and years there are, of which source, and which are compared."""
    years = material.scores.index.unique("year")
    scored = _scored_last(results)
    text = (
        f"The data hold {_countries(len(material.names))}, "
        f"{spanned(years.min(), years.max(), TO)}; {scored or 'none'} of them "
        f"{_plural(scored, 'has', 'have')} an overall score in {material.end}."
    )
    if len({span["source"] for span in material.spans}) > 1:
        text += f" They are from several sources: {joined(sources(material))}."
    if material.thin:
        thin = joined(f"{year} ({n:,})" for year, n in material.thin.items())
        text += (
            f" Too few countries are scored in {thin} for a comparison; "
            f"this report compares {spanned(material.start, material.end, TO)}."
        )
    return text


def sources(material: Material) -> list[str]:
    """Return each source with its years and, unless it has all, its number of countries."""
    texts = []
    for source in dict.fromkeys(str(span["source"]) for span in material.spans):
        parts = [span for span in material.spans if span["source"] == source]
        years = {year for span in parts for year in range(span["first"], span["last"] + 1)}
        units = {unit for span in parts for unit in span["countries"]}
        n = "" if len(units) == len(material.names) else f", {_countries(len(units))}"
        texts.append(f"{source} ({_years(sorted(years))}{n})")
    return texts


def spans(material: Material) -> list[str]:
    """Return the years, the countries and the rules of each part of spliced data."""
    return [
        f"{span['source']}: {spanned(span['first'], span['last'], TO)}, "
        f"{who(span['countries'])}"
        + (f"; scored by the rules {span['rules']}" if span.get("rules") else "")
        for span in material.spans
    ]


def leaders(material: Material, results: Results) -> str:
    """Return who is first, who follows and who is last."""
    (first, at_first), *others = results.groups.by_score.items()
    points = f"{first:g} of {material.codebook.highest} points"
    verb = f"leads with {points}" if len(at_first) == 1 else f"share the top score, {points}"
    text = f"In {material.end}, {who(at_first)} {verb}"
    if not others:
        return f"{text}; no country has another score."
    second, at_second = others[0]
    if len(others) > 1:
        text += f", followed by {who(at_second)} at {second:g}"
    last, at_last = others[-1]
    return f"{text}. The lowest score, {last:g}, is that of {who(at_last)}."


def moved(material: Material, results: Results) -> list[str]:
    """Return how many countries gained and lost since the first year, and who most."""
    movers, start, end = results.movers, material.start, material.end
    if start == end or not movers.n:
        return []
    stayed = len(movers.stayed)
    texts = [
        (
            f"Of the {_countries(movers.n)} scored in both {start} and {end}, "
            f"{len(movers.gained):,} improved, {len(movers.lost):,} fell back and "
            f"{stayed:,} stayed the same."
        )
    ]
    for change, verb in ((movers.gained, "gained"), (movers.lost, "lost")):
        if len(change):
            most = float(change.iloc[0])
            units = [str(unit) for unit in change.index[change == most]]
            texts.append(f"{capital(who(units))} {verb} most: {points(abs(most))}.")
    return [" ".join(texts)]


def driven(material: Material, results: Results) -> list[str]:
    """Return how the mean changed, and the change within countries."""
    whole, start, end = results.parts["overall"], material.start, material.end
    if start == end or math.isnan(whole.total):
        return []
    means = results.averages["overall"].everyone["mean"]
    texts = [
        (
            f"The mean of all countries scored {rose(whole.total)}, from {means[start]:.1f} in "
            f"{start} to {means[end]:.1f} in {end}."
        )
    ]
    if not math.isnan(whole.within):
        texts.append(_parted(whole))
        within = {name: results.parts[name].within for name in material.dimensions}
        parts = [f"{signed(each, 1, plus=True)} in {name}" for name, each in within.items()]
        texts.append(f"By dimension, the change within these countries is {joined(parts)}.")
    return [" ".join(texts)]


def _parted(whole: Decomposition) -> str:
    """Return the change of the mean within countries, and by those that entered or left."""
    text = f"Among the {_countries(whole.n_stayers)} scored in both years it {rose(whole.within)}."
    for n, verb, part in (
        (whole.n_entrants, "entered", whole.entry),
        (whole.n_leavers, "left", whole.exit),
    ):
        if n:
            effect = "raised" if part > 0 else "lowered"
            effect = f"{effect} it by {_average(part)}" if _average(part) else "left it unchanged"
            text += f" The {_countries(n)} that {verb} {effect}."
    return text


def firmness(results: Results) -> list[str]:
    """Return how far ranks may move, and who may be first."""
    ranked = results.ranking.dropna(subset=["rank"])
    if len(ranked) < 2:
        return []
    texts = []
    if "weights" in results.ranges:
        first = [str(unit) for unit in ranked.index[ranked["weights_low"] == 1]]
        always = [str(unit) for unit in ranked.index[ranked["weights_high"] == 1]]
        if first == always:
            texts.append(f"{capital(who(first))} would be first with any weights.")
        else:
            texts.append(
                f"Depending on the weights of the dimensions, {who(first)} could have rank 1."
            )
        texts.append(f"With other weights, {_spread(ranked, 'weights')}.")
    texts.append(f"If one coding in ten is one level off, {_spread(ranked, 'error')}.")
    return [" ".join(texts)]


def _spread(ranked: Any, why: str) -> str:
    """Return how wide half of the ranges are, or wider."""
    n = int((ranked[f"{why}_high"] - ranked[f"{why}_low"]).median())
    if not n:
        return "at least half of the countries keep their rank"
    if why == "error":
        return f"half of the countries have a 95 % range of {n + 1:,} ranks or more"
    return f"half of the countries could stand anywhere in a span of {n:,} ranks or more"


def missing(material: Material, results: Results) -> str:
    """Return who has no overall score in the last year, and how many countries have gaps."""
    without = [
        unit
        for unit in material.names
        if material.end not in results.scores_of["overall"].get(unit, {})
    ]
    text = (
        f"Without an overall score in {material.end}: {who(without)}."
        if without
        else f"No country lacks an overall score in {material.end}."
    )
    n = sum(map(bool, results.gaps.values()))
    if n:
        have = counted(n, "country has a gap", "countries have gaps")
        text += f" {capital(have)} between years with an overall score."
    return text


def gaps(material: Material, results: Results) -> dict[str, str]:
    """Return, in words, the years that each country lacks between two with an overall score."""
    return {unit: _years(results.gaps[unit]) for unit in material.names if results.gaps.get(unit)}


def trending(results: Results) -> str:
    """Return how many countries rise or fall by more than persistence explains."""
    trends = results.trends
    persistence, direction = trends.attrs["persistence"], trends["direction"]
    if math.isnan(persistence["phi"]):
        return (
            "Too few countries have five different scores to estimate how strongly scores linger "
            "from year to year. So trends are not tested."
        )
    tested = int(direction.notna().sum())
    if not tested:
        return "No country has scores in enough years for a trend to show."
    up, down = int((direction == "up").sum()), int((direction == "down").sum())
    firm = int((trends["pvalue_adjusted"] <= LEVEL).sum())
    n = _countries(up) if up else "no country"
    text = (
        f"Scores linger from year to year (phi = {persistence['phi']:.2f}: the share of a "
        f"country's departure from its usual level that is left a year later). Beyond that, "
        f"{n} {_plural(up, 'rises', 'rise') if up else 'rises'} and {down or 'none'} "
        f"{_plural(down, 'falls', 'fall') if down else 'falls'} at the 5 % level"
    )
    if up + down:
        allowing = counted(tested, "test", "tests")
        text += f"; after allowing for {allowing}, {firm or 'none'}"
    others = tested - up - down
    if others:
        text += f". For the other {_countries(others)} with enough scores the data cannot tell"
    return f"{text}."


def persisting(results: Results) -> str:
    """Return the estimate of persistence that the tests of trends rest on, or nothing."""
    persistence = results.trends.attrs["persistence"]
    if math.isnan(persistence["phi"]):
        return ""
    return (
        f"phi = {persistence['phi']:.2f}, standard error {persistence['se']:.2f}, "
        f"from {_countries(persistence['n'])}"
    )


def standing(material: Material, results: Results, unit: str, years: range) -> list[str]:
    """Return where one country stands, how it moved, and the mean of its region."""
    end = material.end
    scores = results.scores_of["overall"].get(unit, {})
    if end in scores:
        texts = [_scored(material, results, unit, end)]
        texts += _ranked(results, unit)
    else:
        texts = [_unscored(material, results, unit)]
    texts += _moved(results, unit)
    texts += _outside(material, results, unit, years)
    region = results.regions.get(unit, "")
    n = results.regional_n.get(region, 0)
    if n > 1:
        mean = results.regional["overall"][region][end]
        where = f"the {region}" if region == "Americas" else region
        texts.append(f"The mean of the {_countries(n)} scored in {where} in {end} is {mean:.1f}.")
    return texts


def _scored(material: Material, results: Results, unit: str, year: int) -> str:
    return (
        f"{capital(named(unit))} scores {results.scores_of['overall'][unit][year]:g} of "
        f"{material.codebook.highest} in {year} ({_dimensions(material, results, unit, year)})."
    )


def _dimensions(material: Material, results: Results, unit: str, year: int) -> str:
    scores = {name: results.scores_of[name][unit].get(year) for name in material.dimensions}
    return joined(f"{name} {score:g}" for name, score in scores.items() if score is not None)


def _unscored(material: Material, results: Results, unit: str) -> str:
    text = f"{capital(named(unit))} has no overall score in {material.end}"
    for year, low, high in results.undecided["overall"].get(unit, ()):
        if year == material.end:
            row = results.standing_of[unit]
            ranks = spanned(row["missing_low"], row["missing_high"], TO)
            text += (
                f": the missing codings leave it between {low:g} and {high:g}, and the rank at "
                f"{ranks} of {results.counts['missing']:,}"
            )
    row = results.trend_of[unit]
    if row["n"]:
        text += f"; the last is {row['last']:g}, of {row['last_year']:.0f}"
    return f"{text}."


def _ranked(results: Results, unit: str) -> list[str]:
    row = results.standing_of[unit]
    sharing = results.sharing[row["rank"]] - 1
    place = f"rank {row['rank']:.0f} of {results.ranked:,}"
    if sharing:
        others = f"{sharing:,} other {_plural(sharing, 'country', 'countries')}"
        texts = [f"It shares {place} with {others}."]
    else:
        texts = [f"It has {place}."]
    for why in results.ranges:
        low, high = row[f"{why}_low"], row[f"{why}_high"]
        if math.isnan(low):
            continue
        of = f" of {results.counts[why]:,}" if why == "missing" else ""
        condition, wide, alone = RANGES[why]
        ends = alone if low == high else wide
        words = ends.format(low=low, high=high, best=ordinal(low), worst=ordinal(high))
        texts.append(f"{condition} {words}{of}{NOTES.get(why, '')}.")
    return texts


RANGES = {
    "weights": (
        "With other weights",
        "it could stand anywhere from {best} to {worst}",
        "it would keep rank {low:.0f}",
    ),
    "error": (
        "If one coding in ten is one level off,",
        "its rank lies between {low:.0f} and {high:.0f}",
        "its rank is {low:.0f}",
    ),
    "missing": (
        "With the missing codings filled in",
        "it could stand anywhere from rank {low:.0f} to {high:.0f}",
        "it would have rank {low:.0f}",
    ),
}
"""By why a rank may move: the condition, a range of ranks, and a single rank."""

NOTES = {
    "error": (
        " (95 % range for one country, where coders err independently and levels common in all "
        "years are likelier)"
    )
}
"""What a range assumes besides its condition."""


def _moved(results: Results, unit: str) -> list[str]:
    row = results.trend_of[unit]
    if row["n"] < 2:
        return []
    change = row["change"]
    verb = f"{'gained' if change > 0 else 'lost'} {points(abs(change))}" if change else "stayed"
    text = f"From {row['first_year']:.0f} to {row['last_year']:.0f} it {verb}"
    if not change:
        text += f" at {row['last']:g}"
    if row["direction"] in TREND:
        text += (
            f", with {TREND[row['direction']]} by more than persistence explains "
            f"(p {_pvalue(row['pvalue'])})"
        )
    return [f"{text}."]


def _outside(material: Material, results: Results, unit: str, years: range) -> list[str]:
    """Return the scores of years that charts and tables leave out."""
    outside = {
        year
        for by_unit in results.scores_of.values()
        for year in by_unit.get(unit, ())
        if year not in years
    }
    if not outside:
        return []
    scores = joined(
        f"{year} ({_overall_of(results, unit, year)}{_dimensions(material, results, unit, year)})"
        for year in sorted(outside)
    )
    return [f"Charts and tables leave out years with too few scored countries: {scores}."]


def _overall_of(results: Results, unit: str, year: int) -> str:
    score = results.scores_of["overall"][unit].get(year)
    return "" if score is None else f"overall {score:g}: "


def _scored_last(results: Results) -> int:
    return sum(map(len, results.groups.by_score.values()))


def _years(years: Iterable[int]) -> str:
    """Return years in words, e.g. 2000 to 2003, 2005 and 2009."""
    return joined(spanned(*run, TO) for run in runs(years))


def _pvalue(pvalue: float) -> str:
    return "< 0.001" if pvalue < 0.001 else f"= {pvalue:.3f}"


def who(units: Sequence[str]) -> str:
    """Name countries, or count them where they are many."""
    if len(units) > MOST_NAMES:
        return _countries(len(units))
    return joined(named(unit) for unit in sorted(units, key=countries.name))


def named(unit: str) -> str:
    """Return the name of a country in a sentence, e.g. the Netherlands."""
    name = countries.name(unit)
    takes_article = name != unit and (name.startswith("United ") or name.endswith(" Islands"))
    return f"the {name}" if takes_article or unit in WITH_ARTICLE else name


def _countries(n: int) -> str:
    return f"{n:,} {_plural(n, 'country', 'countries')}"


def _plural(n: float, singular: str, plural: str) -> str:
    return singular if n == 1 else plural


def points(n: float) -> str:
    """Return points gained or lost, e.g. 2 points."""
    return f"{n:g} {_plural(n, 'point', 'points')}"


def _average(change: float) -> str:
    """Return the size of the change of a mean, e.g. 0.2 points, or nothing where it is below."""
    size = f"{abs(change):.1f}"
    return f"{size} points" if float(size) else ""


def rose(change: float) -> str:
    """Return the change of a mean, e.g. rose by 0.2 points."""
    if not _average(change):
        return "hardly changed" if change else "did not change"
    return f"{'rose' if change > 0 else 'fell'} by {_average(change)}"
