"""The numbers in sentences, for a reader who does not know the index."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .. import countries
from .._wording import (
    capital,
    counted,
    joined,
    miscoded,
    number,
    ordinal,
    rank_words,
    runs,
    signed,
    spanned,
)
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..dynamics.averages import Decomposition
from ..dynamics.change import Movers
from ._material import Material
from ._results import ACCURACY, Comparison, Results

TO = " to "
"""Between the ends of a range in a sentence."""

MOST_NAMES = 12
"""Of countries in one sentence; more are counted."""

FEW_NAMES = 3
"""Of countries below a number."""

LEVEL = 0.05
"""The level of significance of trends."""

TREND = {"up": "a clear improvement", "down": "a clear decline"}

ORDINALS = (
    "",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
)


class Statement(NamedTuple):
    """A question that a reader may have, and the answer."""

    about: str
    text: str


class Level(NamedTuple):
    """A level of a dimension, its words, and the countries that have it in the last year."""

    score: int
    words: str
    units: tuple[str, ...]


class Meaning(NamedTuple):
    """The level of a country in a dimension, and its words."""

    dimension: str
    score: int
    highest: int
    words: str


class Figure(NamedTuple):
    """A number to be seen first, and its meaning."""

    number: str
    words: str


def news(material: Material, results: Results) -> str:
    """Return what is new in one sentence: how many countries moved in the last year."""
    name, before = the_index(material.codebook), results.before
    if not any(results.ranked_in.values()):
        return f"In {name}, no country has an overall score in any year."
    if not results.groups.by_score:
        return f"In {name}, no country has an overall score in {material.end}."
    if before is None or not before.movers.n:
        mean = _mean_of(results, material.end)
        return f"In {name} of {material.end}, the mean is {mean} of {material.codebook.highest}."
    return f"In {name}, {_moves(before.movers)} from {before.year} to {material.end}."


def _moves(movers: Movers) -> str:
    """Return how many countries moved, the larger number first."""
    lost, gained = len(movers.lost), len(movers.gained)
    if not lost + gained:
        return "no country moved"
    if movers.n == 1:
        return f"{_alone(movers, 'both years')} {'improved' if gained else 'fell back'}"
    parts = [(lost, "fell back"), (gained, "improved")]
    (most, verb), (fewer, other) = parts if lost > gained else parts[::-1]
    return f"{_countries(most)} {verb} and {fewer or 'none'} {other}"


def _alone(movers: Movers, both: str) -> str:
    """Name the only country that is scored in both of two years."""
    (unit,) = (str(unit) for part in movers[:3] for unit in part.index)
    return f"{named(unit)}, the only country scored in {both},"


def highlights(material: Material, results: Results) -> list[Statement]:
    """Return three results for the first screen: the last year, the long run, the regions."""
    if not results.groups.by_score:
        return []
    before = results.before
    statements = []
    if before is not None and before.movers.n:
        texts = [_mean_moved(material, before), *_rarity(results, material.end)]
        statements.append(Statement("The last year", " ".join(texts)))
    if material.start < material.end and (before is None or material.start < before.year):
        texts = long_run(material, results)
        if texts:
            statements.append(Statement("The long run", " ".join(texts)))
    texts = [*between_regions(results), *_weakest(material, results)]
    statements.append(Statement("Regions and dimensions", " ".join(texts)))
    return statements


def _mean_moved(material: Material, before: Comparison) -> str:
    """Return the change of the mean of the same countries, or of the score of the only one."""
    change, end = before.parts["overall"].within, material.end
    if before.movers.n == 1:
        text = f"The score of {_alone(before.movers, 'both years')} "
        if not change:
            return f"{text}did not change from {before.year} to {end}; it is {before.mean_end:g}."
        verb = "rose" if change > 0 else "fell"
        ends = f"from {before.mean:g} in {before.year} to {before.mean_end:g} in {end}"
        return f"{text}{verb} by {points(abs(change))}, {ends}."
    text = f"The mean of the same {_countries(before.movers.n)} {rose(change)}"
    if not _average(change):
        return f"{text} from {before.year} to {end}; it is {before.mean_end:.1f}."
    return f"{text}, from {before.mean:.1f} in {before.year} to {before.mean_end:.1f} in {end}."


def _rarity(results: Results, end: int) -> list[str]:
    """Return in which other years the mean fell, if it fell in the last."""
    steps = results.steps
    if len(steps) < 3 or end not in steps:
        return []
    change = steps[end]
    falls = [year for year, step in steps.items() if step < 0 and year != end]
    if change < 0 and not falls:
        return ["It had not fallen in any year before."]
    if change < 0 and len(falls) <= FEW_NAMES:
        less = ", and by less" if change == min(steps.values()) else ""
        if len(falls) == 1:
            return [f"It fell in only one other year, {falls[0]}{less}."]
        return [f"It also fell in {_years(falls)}{less}."]
    if all(step > 0 for step in steps.values()):
        return [f"It has risen every year since {min(steps) - 1}."]
    return []


def between_regions(results: Results) -> list[str]:
    """Return which region has the highest mean, which the lowest, and who moved against others."""
    regions = [each for each in results.by_region if each.n > 1]
    if len(regions) < 2:
        return []
    ordered = sorted(regions, key=lambda each: (-each.mean, each.name))
    first, last = ordered[0], ordered[-1]
    texts = [
        (
            f"{capital(region_name(first.name))} {_has(first.name)} the highest mean, "
            f"{first.mean:.1f}, and {region_name(last.name)} the lowest, {last.mean:.1f}."
        )
    ]
    moved = [each for each in regions if each.since_before is not None]
    before = results.before
    if before is not None and len(moved) > 2:
        up = [each for each in moved if _change(each.since_before) > 0]
        down = [each for each in moved if _change(each.since_before) < 0]
        for few, many, verb in ((up, down, "gained"), (down, up, "lost")):
            if len(few) == 1 and len(many) == len(moved) - 1:
                part = few[0].since_before
                texts.append(
                    f"Since {before.year}, only {region_name(few[0].name)} {verb} "
                    f"({signed(_change(part), 1, plus=True)} points on average)."
                )
    return texts


def _change(part: Decomposition | None) -> float:
    return math.nan if part is None else part.within


def _weakest(material: Material, results: Results) -> list[str]:
    """Return the dimension with the lowest mean, where all have the same scale."""
    scales = {(each.lowest, each.highest) for each in material.codebook.dimensions}
    if len(material.dimensions) < 2 or len(scales) > 1:
        return []
    means = {name: _mean(results, name, material.end) for name in material.dimensions}
    name = min(means, key=lambda each: means[each])
    ((_, highest),) = scales
    return [
        f"Of the dimensions, {name} is the weakest, with a mean of {means[name]:.1f} of {highest}."
    ]


def _mean(results: Results, name: str, year: int) -> float:
    mean: Any = results.averages[name].everyone.loc[year, "mean"]
    return float(mean)


def _mean_of(results: Results, year: int) -> str:
    return f"{_mean(results, 'overall', year):.1f}"


def year_before(material: Material, results: Results) -> list[str]:
    """Return, sentence by sentence, what changed since the year before; nothing if there is none.

    The order: how many countries moved, the mean, its dimensions, the largest moves, the regions.
    """
    before, end = results.before, material.end
    if before is None or not before.movers.n:
        return []
    movers = before.movers
    texts = [
        f"From {before.year} to {end}, {_shares(movers)}.",
        _mean_moved(material, before),
        *_rarity(results, end),
    ]
    if len(material.dimensions) > 1:
        texts.append(f"By dimension: {_by_dimension(material, before.parts)}.")
    return [*texts, *_furthest(movers), *_by_region(results)]


def _shares(movers: Movers) -> str:
    """Return how many of the countries scored in both years moved in which direction."""
    if movers.n == 1:
        verb = "improved" if len(movers.gained) else "fell back"
        return f"{_alone(movers, 'both years')} {'stayed the same' if len(movers.stayed) else verb}"
    parts = [
        (len(movers.lost), "fell back"),
        (len(movers.gained), "improved"),
        (len(movers.stayed), "stayed the same"),
    ]
    if len(movers.gained) > len(movers.lost):
        parts[:2] = parts[1::-1]
    (n, verb), *others = parts
    rest = joined(f"{n or 'none'} {verb}" for n, verb in others)
    return f"{n or 'none'} of the {movers.n:,} countries scored in both years {verb}, {rest}"


def _by_dimension(material: Material, parts: Mapping[str, Decomposition]) -> str:
    """Return the change of the mean in each dimension, of the same countries."""
    texts, last = [], ""
    for name in material.dimensions:
        verb, _, size = rose(parts[name].within).partition(" by ")
        # prosecution fell by 0.2 points, protection by 0.1
        again = size and verb == last
        texts.append(
            f"{name} by {size.removesuffix(' points')}"
            if again
            else f"{name} {rose(parts[name].within)}"
        )
        last = verb
    return joined(texts)


def _furthest(movers: Movers) -> list[str]:
    """Return which countries gained most, and which lost most, of two or more."""
    if movers.n == 1:
        return []
    texts = []
    for change, verb in ((movers.gained, "gained"), (movers.lost, "lost")):
        if len(change):
            most = float(change.iloc[0])
            units = [str(unit) for unit in change.index[change == most]]
            texts.append(f"{capital(who(units))} {verb} most: {points(abs(most))}.")
    return texts


def _by_region(results: Results) -> list[str]:
    """Return the change of the mean of each region since the year before."""
    moved = [
        each
        for each in results.by_region
        if each.since_before is not None and each.since_before.n_stayers > 1
    ]
    if len(moved) < 2:
        return []
    ordered = sorted(moved, key=lambda each: (-_change(each.since_before), each.name))
    changes = joined(
        f"{region_name(each.name)} {signed(_change(each.since_before), 1, plus=True)}"
        for each in ordered
    )
    return [f"Change of the mean by region, in points: {changes}."]


def long_run(material: Material, results: Results) -> list[str]:
    """Return the change of the mean since the first year, with and without new countries."""
    whole, start, end = results.parts["overall"], material.start, material.end
    if start == end or math.isnan(whole.within):
        return []
    n = whole.n_stayers
    verb = "gained" if whole.within > 0 else "lost"
    if n == 1:
        name = capital(_alone(results.movers, f"both {start} and {end}"))
        moved = f"{verb} {points(abs(whole.within))}" if whole.within else "has the same score"
        return [f"{name} {moved}.", *_entered(whole)]
    size = _average(whole.within)
    who_both = f"The {_countries(n)} scored in both {start} and {end}"
    texts = [f"{who_both} {verb} {size} on average." if size else f"{who_both} hardly moved."]
    return texts + _entered(whole)


def _entered(whole: Decomposition) -> list[str]:
    """Return the effect on the mean of the countries added or dropped since the first year."""
    parts = []
    if whole.n_entrants and _average(whole.entry):
        parts.append(f"those added since score {'higher' if whole.entry > 0 else 'lower'}")
    if whole.n_leavers and _average(whole.exit):
        scored = "lower" if whole.exit > 0 else "higher"
        parts.append(f"those no longer scored had {scored} scores")
    if not parts:
        return []
    verb = "rises" if whole.total > 0 else "falls"
    size = _average(whole.total).removesuffix(" points")
    change = f"{verb} by {size}" if size else "hardly changes"
    return [f"{capital(joined(parts))}; with them the mean {change}."]


def meaning(material: Material) -> str:
    """Return where the words of the levels come from."""
    reconstructed = [
        each.name for each in material.codebook.dimensions if each in THREE_P.dimensions
    ]
    if not reconstructed:
        return f"The words are those of the codebook {material.codebook.name}."
    of = "" if len(reconstructed) == len(material.dimensions) else f" of {joined(reconstructed)}"
    return (
        f"The words{of} are a reconstruction by policyindex: the authors of the index describe "
        f"its levels, but publish no thresholds."
    )


def levels(material: Material, results: Results) -> dict[str, list[Level]]:
    """Return, by dimension, each level with its words and its countries, the best first."""
    answer: dict[str, list[Level]] = {}
    for dimension in material.codebook.dimensions:
        units = results.levels[dimension.name].by_score
        answer[dimension.name] = [
            Level(score, dimension.words(score), units.get(float(score), ()))
            for score in reversed(dimension.scores)
        ]
    return answer


def common_levels(material: Material, results: Results) -> list[str]:
    """Return the most common level of each dimension, with its words."""
    texts = []
    for name, rows in levels(material, results).items():
        most = max(rows, key=lambda each: len(each.units))
        if most.units:
            n = _countries(len(most.units))
            texts.append(f"The most common level of {name} is {most.score} ({n}): {most.words}.")
    return texts


def weighted(
    name: str,
    rank: int,
    n: int,
    equal: int,
    low: int,
    high: int,
    share: float,
    *,
    exact: bool = True,
) -> str:
    """Return what weights make of a country's rank, as the explorer prints it.

    `rank` is that of the weights, `equal` that of equal weights, both of `n` countries; `low` and
    `high` are the best and the worst rank of all weightings, `share` the share of the weightings
    with this rank or a better one: 0 where it occurs on lines only, which have no area.
    """
    text = f"With these weights {name} ranks {rank:,} of {n:,} ({equal:,} with equal weights). "
    if low == high:
        text += f"Over all weightings it keeps rank {low:,}."
    else:
        often = "on a border only" if exact else "in less than 1 %"
        if share:
            often = f"in {percent(share)} %"
        text += f"Over all weightings: {low:,} to {high:,}, {rank:,} or better {often}."
    return text if exact else f"{text} The range is sampled."


def percent(share: float) -> str:
    """Return a share in percent, a half rounded upwards; some is never none, nor nearly all all.

    The margin of 1e-9 lets a browser, whose shares differ in the last bits, print the same.
    """
    rounded = math.floor(100 * share + 0.5 + 1e-9)
    if share > 0 and rounded < 1:
        return "less than 1"
    return "more than 99" if share < 1 - 1e-9 and rounded > 99 else str(rounded)


def summary(material: Material, results: Results) -> list[Statement]:
    """Return the main results: who leads, who moved, what moved the mean, how firm ranks are."""
    statements = [Statement("What there is", covered(material, results))]
    if results.groups.by_score:
        statements.append(Statement("Who leads", leaders(results)))
        texts = year_before(material, results)
        if texts and results.before is not None and results.before.year > material.start:
            statements.append(Statement("The last year", " ".join(texts)))
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
    scale = f"{material.codebook.lowest} to {material.codebook.highest}"
    top = who(first) if len(first) <= FEW_NAMES else _countries(len(first))
    rows = [
        Figure(f"{scored:,}", f"{_plural(scored, 'country', 'countries')} scored in {end}"),
        Figure(_mean_of(results, end), f"points, the mean, on a scale from {scale}"),
        Figure(f"{best:g}", f"points, the top score, of {top}"),
    ]
    whole = results.parts["overall"]
    if start < end and not math.isnan(whole.within):
        both = f"both {start} and {end}"
        words = f"points on average in the {_countries(whole.n_stayers)} scored in {both}"
        if whole.n_stayers == 1:
            words = f"points, the change in {_alone(results.movers, both).removesuffix(',')}"
        rows.append(Figure(signed(whole.within, 1, plus=True), words))
    return rows


def lead(material: Material, results: Results) -> str:
    """Return how many countries have a score, in any year and in the last, and how many none."""
    by_country = results.coverage.by_country
    total, scored = int((by_country["years"] > 0).sum()), _scored_last(results)
    none = len(by_country) - total
    if not total:
        return "No country has a score that its codings determine"
    if total == scored:
        text = f"{_countries(total)} {_plural(total, 'has', 'have')} a score in {material.end}"
    else:
        text = (
            f"{_countries(total)} {_plural(total, 'has', 'have')} a score, {scored or 'none'} of "
            f"them in {material.end}"
        )
    return text + (f"; {number(none)} {_plural(none, 'has', 'have')} none" if none else "")


def scale(material: Material) -> str:
    """Return how the dimensions add up to the overall score."""
    codebook = material.codebook
    scales = {spanned(each.scores[0], each.scores[-1], TO) for each in codebook.dimensions}
    each = (
        f", each from {scales.pop()}," if len(scales) == 1 and len(codebook.dimensions) > 1 else ""
    )
    verb = _plural(len(codebook.dimensions), "gives", "add up to")
    return (
        f"{capital(joined(material.dimensions))}{each} {verb} an overall score from "
        f"{codebook.lowest} (worst) to {codebook.highest} (best)."
    )


def covered(material: Material, results: Results) -> str:
    """Return how many countries and years there are, of which source, and which are compared."""
    years = material.scores.index.unique("year")
    scored = _scored_last(results)
    n = len(material.names)
    have = f"{scored or 'none'} of them {'have' if scored > 1 else 'has'} an overall score"
    if n == 1:
        have = f"it has {'an' if scored else 'no'} overall score"
    text = (
        f"The data hold {_countries(n)}, {spanned(years.min(), years.max(), TO)}; {have} in "
        f"{material.end}."
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


def leaders(results: Results) -> str:
    """Return who is first, who follows and who is last."""
    (first, at_first), *others = results.groups.by_score.items()
    if len(at_first) == 1:
        text = f"{capital(who(at_first))} has the top score, {first:g}."
    else:
        several = capital(counted(len(at_first), "country", "countries"))
        text = f"{several} have the top score, {first:g}"
        text += f": {who(at_first)}." if len(at_first) <= MOST_NAMES else "."
    if not others:
        return text
    if len(others) > 1:
        second, at_second = others[0]
        verb = _plural(len(at_second), "follows", "follow")
        text += f" {capital(who(at_second))} {verb} with {second:g}."
    last, at_last = others[-1]
    verb = _plural(len(at_last), "has", "have")
    return f"{text} {capital(who(at_last))} {verb} the lowest score, {last:g}."


def moved(material: Material, results: Results) -> list[str]:
    """Return how many countries gained and lost since the first year, and who most."""
    movers, start, end = results.movers, material.start, material.end
    if start == end or movers.n < 2:
        return []
    texts = [
        (
            f"Of the {_countries(movers.n)} scored in both {start} and {end}, "
            f"{len(movers.gained) or 'none'} improved, {len(movers.lost) or 'none'} fell back and "
            f"{len(movers.stayed) or 'none'} stayed the same."
        )
    ]
    return [" ".join(texts + _furthest(movers))]


def driven(material: Material, results: Results) -> list[str]:
    """Return how the mean changed, and the change within countries."""
    texts = long_run(material, results)
    if not texts:
        return []
    whole = results.parts["overall"]
    if len(material.dimensions) > 1:
        parts = [
            f"{signed(results.parts[name].within, 1, plus=True)} in {name}"
            for name in material.dimensions
        ]
        n = _plural(whole.n_stayers, "country", f"{whole.n_stayers:,} countries")
        texts.append(f"Points by dimension, in the same {n}: {joined(parts)}.")
    return [" ".join(texts)]


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
        if always and first != always:
            verb = _plural(len(always), "keeps", "keep")
            texts.append(f"Only {who(always)} {verb} rank 1 with any weights.")
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
    text = (
        f"Scores linger from year to year (phi = {persistence['phi']:.2f}: the share of a "
        f"country's departure from its usual level that is left a year later). With that allowed "
        f"for, of {_countries(tested)} whose scores are enough for a trend to show, "
        f"{_trends_of(up, 'improvement')} and {_trends_of(down, 'decline')}, each at the 5 % level."
    )
    if up + down:
        results_stay = _plural(firm, "result remains", "results remain")
        text += f" After allowing for {counted(tested, 'test', 'tests')}, "
        text += f"{firm or 'none'} {results_stay if firm else 'remains'}."
    if tested > up + down:
        text += " For the others the data cannot tell."
    return text


def _trends_of(n: int, what: str) -> str:
    return f"{n or 'none'} {'show' if n > 1 else 'shows'} a clear {what}"


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
    if material.end in results.scores_of["overall"].get(unit, {}):
        texts = [scored(material, results, unit), placed(results, unit), *ranged(results, unit)]
    else:
        texts = [unscored(material, results, unit)]
    texts += since_entry(material, results, unit)
    texts += _outside(material, results, unit, years)
    return texts + _beside_region(material, results, unit)


def scored(material: Material, results: Results, unit: str) -> str:
    """Return the score of one country in the last year, and the change from the year before."""
    end, codebook = material.end, material.codebook
    score = results.scores_of["overall"][unit][end]
    text = f"{capital(named(unit))} scores {score:g} of {codebook.highest} in {end}"
    extreme = {codebook.lowest: ", the lowest score possible"}
    extreme[codebook.highest] = ", the highest score possible"
    text += extreme.get(int(score), "")
    before = results.before
    if before is None:
        return f"{text}."
    earlier = results.scores_of["overall"][unit].get(before.year)
    if earlier is None:
        return f"{text}. It has no score in {before.year}."
    change = score - earlier
    entry = results.entries.get(unit)
    entered = entry is not None and entry.year == before.year > material.start
    then = f"{before.year}, its first year in the index" if entered else f"{before.year}"
    if change:
        size = counted(int(abs(change)), "point", "points")
        than = f"{size} {'more' if change > 0 else 'less'} than in {then}"
    else:
        than = f"as in {then}"
    moves = _dimensions_moved(material, results, unit, before.year)
    text += f" and {than}" if int(score) in extreme and change else f", {than}"
    return f"{text}: {moves}." if moves else f"{text}."


def _dimensions_moved(material: Material, results: Results, unit: str, year: int) -> str:
    """Return which dimensions moved since an earlier year, e.g. prosecution fell from 5 to 4."""
    moves: dict[str, list[str]] = {"rose": [], "fell": []}
    for name in material.dimensions:
        scores = results.scores_of[name][unit]
        before, after = scores.get(year), scores.get(material.end)
        if before is not None and after is not None and before != after:
            verb = "rose" if after > before else "fell"
            moves[verb].append(f"{name} {{}}from {before:g} to {after:g}")
    first = "rose"
    total = results.scores_of["overall"][unit]
    if total[material.end] < total[year]:
        first = "fell"
    order = [first, "fell" if first == "rose" else "rose"]
    texts = [
        joined(each.format("" if place else f"{verb} ") for place, each in enumerate(moves[verb]))
        for verb in order
        if moves[verb]
    ]
    return ", but ".join(texts)


def placed(results: Results, unit: str) -> str:
    """Return the rank of one country, who shares it, and its rank within its region."""
    row = results.standing_of[unit]
    rank, end = row["rank"], results.groups.year
    if results.ranked == 1:
        return f"No other country has a score in {end}."
    equals = [each for each in results.groups.by_score[row["overall"]] if each != unit]
    of = f"rank {rank:.0f} of {results.ranked:,}"
    region, inside = results.regions.get(unit, ""), results.regional_ranks.get(unit)
    n = results.regional_n.get(region, 0)
    if inside is None or n < 2 or n == results.ranked:
        return f"It shares {of} with {_others(equals)}." if equals else f"It has {of}."
    assert end == results.groups.year
    near = [each for each in equals if results.regions.get(each) == region]
    where = f"{n} in {region_name(region)}"
    if not near:
        alone = f"is {'last' if inside == n else _place(inside)} of {where}"
        if equals:
            return f"It shares {of} with {_others(equals)} and {alone}."
        return f"It has {of} and {alone}."
    regional = f"rank {inside:.0f} of {where}"
    if len(near) == len(equals):
        return f"It shares {of}, and {regional}, with {_others(equals)}."
    return f"It shares {of} with {_others(equals)}, and {regional} with {_few(len(near))} of them."


def _others(units: Sequence[str]) -> str:
    """Name one or two other countries, or count them."""
    return who(units) if len(units) <= 2 else f"{len(units):,} others"


def many(n: int) -> str:
    """Return a number of countries and its verb, e.g. one country is, or 13 countries are."""
    return f"{counted(n, 'country', 'countries')} {_plural(n, 'is', 'are')}"


def ends(low: float, high: float) -> str:
    """Return a range of ranks, e.g. 1 to 50."""
    return spanned(low, high, TO)


def _few(n: int) -> str:
    return "one" if n == 1 else f"{n:,}"


def _place(rank: float) -> str:
    """Return a rank as a word, e.g. first, up to the twelfth; later ones as digits."""
    return ORDINALS[int(rank)] if int(rank) < len(ORDINALS) else ordinal(rank)


def ranged(results: Results, unit: str, reasons: Iterable[str] | None = None) -> list[str]:
    """Return how far the rank of one country may move, and why: by default for every reason."""
    row, texts = results.standing_of[unit], []
    for why in results.ranges:
        if reasons is not None and why not in reasons:
            continue
        if results.counts[why] == 1:
            continue  # a single country has no rank to lose
        low, high = row[f"{why}_low"], row[f"{why}_high"]
        if math.isnan(low):
            continue
        if why == "error":
            words = rank_words(named(unit), low, high)
            texts.append(f"If {miscoded(ACCURACY)}, {words}.")
            continue
        if why == "missing" and low == high == row["rank"]:
            continue
        of = f" of {results.counts[why]:,}" if why == "missing" else ""
        condition, wide, alone = RANGES[why]
        ends = alone if low == high else wide
        words = ends.format(low=low, high=high, best=ordinal(low), worst=ordinal(high))
        texts.append(f"{condition} {words}{of}.")
    return texts


RANGES = {
    "weights": (
        "With other weights",
        "it could stand anywhere from {best} to {worst}",
        "it would keep rank {low:.0f}",
    ),
    "missing": (
        "With the missing codings filled in",
        "it could stand anywhere from rank {low:.0f} to {high:.0f}",
        "it would have rank {low:.0f}",
    ),
}
"""By why a rank may move: the condition, a range of ranks, and a single rank."""


def unscored(material: Material, results: Results, unit: str) -> str:
    """Return why a country has no overall score in the last year, and which its last one was."""
    end, row = material.end, results.trend_of[unit]
    if not results.scores_of["overall"].get(unit) and not results.undecided["overall"].get(unit):
        return f"{capital(named(unit))} has no overall score in any year."
    text = f"{capital(named(unit))} has no overall score in {end}"
    for year, low, high in results.undecided["overall"].get(unit, ()):
        if year == end:
            place = results.standing_of[unit]
            ends = f"{place['missing_low']:.0f} and {place['missing_high']:.0f}"
            text += (
                f": the missing codings leave it between {low:g} and {high:g}, and its rank "
                f"between {ends} of {results.counts['missing']:,}"
            )
    parts = [
        f"{name} is {score:g}"
        for name in material.dimensions
        if (score := results.scores_of[name].get(unit, {}).get(end)) is not None
    ]
    if parts:
        text += f". {capital(joined(parts))}"
    if row["n"]:
        text += f". Its last score before was {row['last']:g}, in {row['last_year']:.0f}"
    return f"{text}."


def _dimensions(material: Material, results: Results, unit: str, year: int) -> str:
    scores = {name: results.scores_of[name][unit].get(year) for name in material.dimensions}
    parts = [f"{name} {score:g}" for name, score in scores.items() if score is not None]
    return joined(parts) if parts else ""


def since_entry(material: Material, results: Results, unit: str) -> list[str]:
    """Return how far a country moved since its first score, and whether the trend is clear."""
    row = results.trend_of[unit]
    if row["n"] < 2:
        return []
    entry = results.entries.get(unit)
    if entry is None:
        change, first, end = row["change"], int(row["first_year"]), f"{row['last_year']:.0f}"
    else:
        change, first, end = entry.change, entry.year, ""
        if results.before is not None and first == results.before.year:
            return []  # it is the change from the year before
    first_year = f"{first}, its first year in the index," if first > material.start else f"{first}"
    if not change:
        its = f"In {end} its score was" if end else "Its score is"
        texts = [f"{its} the same as in {first_year.removesuffix(',')}."]
    else:
        verb = f"{'gained' if change > 0 else 'lost'} {points(abs(change))}"
        since = f"From {first_year} to {end} it" if end else f"Since {first_year} it has"
        texts = [f"{since} {verb}."]
    if row["direction"] in TREND:
        texts.append(
            f"That is {TREND[row['direction']]}, if scores linger from year to year as they do in "
            f"all countries (p {_pvalue(row['pvalue'])}, for this country alone)."
        )
    return texts


def _beside_region(material: Material, results: Results, unit: str) -> list[str]:
    region = results.regions.get(unit, "")
    n = results.regional_n.get(region, 0)
    if n < 2:
        return []
    mean = results.regional["overall"][region][material.end]
    return [f"The {n} countries scored in {region_name(region)} have a mean of {mean:.1f}."]


def meanings(material: Material, results: Results, unit: str) -> list[Meaning]:
    """Return the level of each dimension of a country in the last year, with its words."""
    answer = []
    for dimension in material.codebook.dimensions:
        score = results.scores_of[dimension.name].get(unit, {}).get(material.end)
        if score is not None:
            words = dimension.words(score)
            answer.append(Meaning(dimension.name, int(score), dimension.scores[-1], words))
    return answer


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


def index_name(codebook: Codebook) -> str:
    """Return the name of an index, as its codebook bears it."""
    title = codebook.title
    is_short = title == codebook.name and not title.casefold().endswith("index")
    return f"{title} index" if is_short else title


def the_index(codebook: Codebook) -> str:
    """Return the name of an index within a sentence, e.g. the 3P index, or My Own Index."""
    name = index_name(codebook)
    first, _, rest = name.partition(" ")
    if first.casefold() == "the":
        return f"the {rest}"
    return name if first.casefold() in DETERMINERS else f"the {name}"


DETERMINERS = {"a", "an", "my", "our", "your", "his", "her", "its", "their", "this", "that"}
"""First words of a title that take no article."""


def region_name(name: str) -> str:
    return f"the {name}" if name in PLURAL_REGIONS else name


def _has(name: str) -> str:
    return "have" if name in PLURAL_REGIONS else "has"


PLURAL_REGIONS = {"Americas"}
"""Regions whose name is a plural, and takes an article."""


def who(units: Sequence[str]) -> str:
    """Name countries, or count them where they are many."""
    if len(units) > MOST_NAMES:
        return _countries(len(units))
    names = [named(unit) for unit in sorted(units, key=countries.name)]
    if len(names) > 1 and any(" and " in name for name in names):
        return f"{', '.join(names[:-1])}, and {names[-1]}"  # Antigua and Barbuda, and Chad
    return joined(names)


def named(unit: str) -> str:
    """Return the name of a country in a sentence, e.g. the Netherlands."""
    return countries._in_sentence(unit)


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
