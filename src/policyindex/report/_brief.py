"""The brief on one country: its numbers and words, the same for the page and for Word."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import pandas as pd

from .. import countries
from .._options import several, whole
from .._wording import capital, counted, joined, listed, miscoded, quoted, signed, spanned
from ..codebooks.model import Dimension
from ..dynamics.neighbourhood import _peers
from ..panel.selection import units, year_of
from ..ranking import _ranks, _what_if
from ..scoring.explanation import _next_steps
from ..scoring.scores import _score
from . import _drawing, _evidence, _sentences
from ._material import Material, breaks
from ._results import ACCURACY, Results, lookup
from ._sentences import Statement, who

NEAREST = 6
"""Peers where the user names none."""

MOST_PEERS = 14
"""Rows of a table that the page has room for."""

MOST_CHARTS = 3
"""Dimensions with a chart of their own."""

MOST_WIDE = 9
"""Rows of a table that need not stand close."""

NONE = "\N{EN DASH}"


class Profile(NamedTuple):
    """The level of one dimension, beside the mean of other countries."""

    name: str
    score: str
    """E.g. 4 of 5."""
    others: str
    """The mean of the other countries of the region; empty without any."""
    words: str
    strip: Strip | None


class Strip(NamedTuple):
    """The scale of a dimension from left to right, in its own units."""

    ticks: list[tuple[float, int]]
    own: float
    others: float | None
    words: str
    """The same, for readers who cannot see it."""


class Rival(NamedTuple):
    """A row of a table that compares the country with others."""

    name: str
    score: str
    rank: str
    change: str
    weights: str
    own: bool


class Rivals(NamedTuple):
    """Countries to compare with, and who they are."""

    title: str
    note: str
    rows: list[Rival]


class Table(NamedTuple):
    """A small table; each row is its name and its cells."""

    columns: list[str]
    rows: list[tuple[str, list[str]]]


class Brief(NamedTuple):
    """Everything in a brief, in words."""

    material: Material
    unit: str
    name: str
    title: str
    """The name of the index."""
    year: int
    sentences: list[str]
    figures: list[_sentences.Figure]
    profile: list[Profile]
    others: str
    """The countries that the means are of, e.g. the 51 other countries of Africa."""
    meaning: str
    panels: list[_drawing.Panel]
    """Overall, then the dimensions if these are few."""
    changes: Table
    history: list[str]
    rivals: list[Rivals]
    is_dense: bool
    """Whether a table has so many rows that they must stand close."""
    before: int | None
    """The year that the changes of rivals are from."""
    what_if: list[str]
    steps: list[str]
    gaps: list[str]
    method: list[Statement]
    sources: list[Statement]
    listing: _evidence.Listing | None
    """The evidence of the codings of the year, for an annex, where there is any."""


def country_of(material: Material, country: str) -> str:
    """Return the label of the one country that a brief is about."""
    if not isinstance(country, str):
        raise ValueError(f"country must be one name or code; got {quoted(country)}")
    (unit,) = units("country", [country], material.names)
    return unit


def in_year(material: Material, unit: str, year: int | None) -> Material:
    """Return the material with another last year: that of the brief.

    By default it is the last year that is not thin in which the country has an overall score, or
    the last year of all if it has none.
    """
    total = material.scores["overall"]
    if year is None:
        scored = [int(each) for each in total[unit].dropna().index if each not in material.thin]
        end = max(scored, default=material.end)
    else:
        end = year_of(total, "year", whole("year", year))
    first, _ = material.axis
    return material._replace(start=min(material.start, end), end=end, axis=(min(first, end), end))


def peers_of(material: Material, unit: str, peers: str | Iterable[str] | None) -> list[str] | None:
    """Return the labels of the peers that a user names."""
    if peers is None:
        return None
    labels = list(dict.fromkeys(units("peers", several("peers", peers), material.names)))
    if unit in labels:
        raise ValueError(
            f"peers must be other countries; got {countries.name(unit)}, the country of the brief"
        )
    if len(labels) > MOST_PEERS:
        raise ValueError(
            f"peers must be at most {MOST_PEERS}, which fit on the page; got {len(labels)}"
        )
    return labels


def brief_of(
    material: Material, results: Results, unit: str, last: int, peers: list[str] | None
) -> Brief:
    """Put together what a brief says of a country; `last` is the last full year of the data."""
    end = material.end
    has_score = end in results.scores_of["overall"].get(unit, {})
    means = _others(material, unit)
    rivals = [
        _neighbours(material, results, unit),
        _nearest(material, results, unit) if peers is None else _with_peers(results, unit, peers),
    ]
    return Brief(
        material=material,
        unit=unit,
        name=countries.name(unit),
        title=_sentences.index_name(material.codebook),
        year=end,
        sentences=_first(material, results, unit, last),
        figures=_figures(material, results, unit) if has_score else [],
        profile=_profile(material, results, unit, means),
        others=_whom(results, unit, means),
        meaning=_sentences.meaning(material),
        panels=[
            _panel(material, results, unit, means, name) for name in ("overall", *_drawn(material))
        ],
        changes=_changes(material, results, unit),
        history=_history(material, results, unit, means),
        rivals=rivals,
        is_dense=max(len(each.rows) for each in rivals) > MOST_WIDE,
        before=None if results.before is None else results.before.year,
        what_if=_raised(material, unit) if has_score else [],
        steps=_steps(material, unit) if has_score else [],
        gaps=_gaps(material, results, unit),
        method=_method(material, results),
        sources=_sources(material),
        listing=_evidence.listings(material).get(unit),
    )


def _first(material: Material, results: Results, unit: str, last: int) -> list[str]:
    """Return the sentences at the top: the score, the rank, and how firm that is."""
    if material.end in results.scores_of["overall"].get(unit, {}):
        texts = [
            _sentences.scored(material, results, unit),
            _sentences.placed(results, unit),
            *_sentences.ranged(results, unit, list(results.ranges)[:1]),
        ]
    else:
        texts = [_sentences.unscored(material, results, unit)]
    if material.end in material.thin:
        texts.append(
            f"Only {_sentences.many(material.thin[material.end])} scored in {material.end}, too "
            f"few for a comparison."
        )
    elif material.end < last:
        texts.append(f"It has no score in {last}.")
    return texts


def _figures(material: Material, results: Results, unit: str) -> list[_sentences.Figure]:
    """Return the numbers to be seen first."""
    row, codebook = results.standing_of[unit], material.codebook
    rows = [
        _sentences.Figure(
            f"{row['overall']:g} of {codebook.highest}", f"overall score in {material.end}"
        ),
        _sentences.Figure(
            f"{_rank(results, unit)} of {results.ranked:,}",
            "rank, shared with others" if results.sharing[row["rank"]] > 1 else "rank",
        ),
    ]
    if "weights" in results.ranges:
        ends = _sentences.ends(row["weights_low"], row["weights_high"])
        rows.append(_sentences.Figure(ends, "rank with any weights of the dimensions"))
    ends = _sentences.ends(row["error_low"], row["error_high"])
    rows.append(_sentences.Figure(ends, f"rank if {miscoded(ACCURACY)} (95 % range)"))
    return rows


def _rank(results: Results, unit: str) -> str:
    """Return a rank as tables print it: =14 where it is shared."""
    row = results.standing_of.get(unit)
    if row is None or math.isnan(row["rank"]):
        return NONE
    return f"{'=' if results.sharing[row['rank']] > 1 else ''}{row['rank']:.0f}"


def _others(material: Material, unit: str) -> dict[str, pd.DataFrame]:
    """Return the means of the other countries of the region, by dimension and year."""
    if not countries._region([unit]).notna().all():
        return {}
    scores = material.scores
    together = scores["overall"].notna()
    by_name: dict[str, pd.DataFrame] = {}
    for name in scores.columns:
        column = scores[name].where(together)
        means: Any = _peers(column, by="region", codebook=material.codebook)
        by_name[str(name)] = means.xs(unit, level="country")
    return by_name


def _mean_of_others(means: dict[str, pd.DataFrame], name: str, year: int) -> float:
    if name not in means or year not in means[name].index:
        return math.nan
    mean: Any = means[name].loc[year, "mean"]
    return float(mean)


def _whom(results: Results, unit: str, means: dict[str, pd.DataFrame]) -> str:
    """Name the countries that the means are of."""
    year = results.groups.year
    if math.isnan(_mean_of_others(means, "overall", year)):
        return ""
    n: Any = means["overall"].loc[year, "n"]
    where = _sentences.region_name(results.regions[unit])
    if n == 1:
        return f"the other country scored in {where}"
    return f"the {n:,} other countries scored in {where}"


def _profile(
    material: Material, results: Results, unit: str, means: dict[str, pd.DataFrame]
) -> list[Profile]:
    by_name = {each.dimension: each for each in _sentences.meanings(material, results, unit)}
    rows = []
    for dimension in material.codebook.dimensions:
        mean = _mean_of_others(means, dimension.name, material.end)
        others = "" if math.isnan(mean) else f"{mean:.1f}"
        level = by_name.get(dimension.name)
        if level is None:
            words = _undecided(material, results, unit, dimension.name)
            rows.append(Profile(dimension.name, NONE, others, words, None))
            continue
        score = f"{level.score} of {level.highest}"
        rows.append(
            Profile(
                dimension.name,
                score,
                others,
                f"{capital(level.words)}.",
                _strip(dimension, level.score, mean),
            )
        )
    return rows


def _undecided(material: Material, results: Results, unit: str, name: str) -> str:
    for year, low, high in results.undecided[name].get(unit, ()):
        if year == material.end:
            return f"The missing codings leave it between {low:g} and {high:g}."
    return f"No score in {material.end}."


STRIP = 150
"""Width of a strip, in its own units; 8 of them are margin at each end."""


def _strip(dimension: Dimension, own: float, others: float) -> Strip:
    def at(value: float) -> float:
        span = max(dimension.highest - dimension.lowest, 1)
        return round(8 + (STRIP - 16) * (value - dimension.lowest) / span, 1)

    has_others = not math.isnan(others)
    words = f"{dimension.name}: {own:g} on a scale from {dimension.lowest} to {dimension.highest}"
    return Strip(
        [(at(tick), tick) for tick in dimension.scores],
        at(own),
        at(others) if has_others else None,
        words + (f"; other countries of the region {others:.1f}" if has_others else ""),
    )


def _drawn(material: Material) -> list[str]:
    """Return the dimensions that have a chart: all, if a row of the page has room for them."""
    names = material.dimensions
    return names if 1 < len(names) <= MOST_CHARTS else []


def _panel(
    material: Material, results: Results, unit: str, means: dict[str, pd.DataFrame], name: str
) -> _drawing.Panel:
    first, last = material.axis
    lines: dict[str, dict[int, float]] = {}
    if name in means:
        # in years without a row of the country, the others are the whole region
        region = results.regional[name].get(results.regions[unit], {})
        by_year = region | lookup(means[name]["mean"])
        lines["region"] = {
            int(year): by_year[year]
            for year in sorted(by_year)
            if year <= last and not math.isnan(by_year[year])
        }
    lines["own"] = results.scores_of[name].get(unit, {})
    return _drawing.panel(
        name,
        material.codebook.score_scales[name],
        (first, last),
        lines,
        digits={"own": 0, "region": 1},
        undecided=results.undecided[name].get(unit, ()),
        breaks=breaks(material.spans, unit),
    )


def _changes(material: Material, results: Results, unit: str) -> Table:
    """Return the scores of the first year, the year before and the last, and the changes."""
    end, before = material.end, results.before
    entry = results.entries.get(unit)
    years = [end]
    if before is not None:
        years.insert(0, before.year)
    if entry is not None and entry.year not in years:
        years.insert(0, entry.year)
    since = list(
        dict.fromkeys([*([before.year] if before else ()), *([entry.year] if entry else ())])
    )
    rows = []
    for name in ("overall", *material.dimensions):
        scores = results.scores_of[name].get(unit, {})
        cells = [f"{scores[year]:g}" if year in scores else NONE for year in years]
        for year in since:
            both = year in scores and end in scores
            cells.append(signed(scores[end] - scores[year], 0, plus=True) if both else NONE)
        rows.append((name, cells))
    return Table([*map(str, years), *(f"from {year}" for year in since)], rows)


def _history(
    material: Material, results: Results, unit: str, means: dict[str, pd.DataFrame]
) -> list[str]:
    """Return the change since the first score, how missing codings move the rank, the region."""
    texts = _sentences.since_entry(material, results, unit)
    if material.end in results.scores_of["overall"].get(unit, {}):
        texts += _sentences.ranged(results, unit, ["missing"])
    others = _whom(results, unit, means)
    if others:
        have = "has a score" if others.startswith("the other") else "have a mean"
        mean = _mean_of_others(means, "overall", material.end)
        texts.append(f"{capital(others)} {have} of {mean:.1f}.")
    return texts


def _rows(results: Results, units: Sequence[str], own: str) -> list[Rival]:
    """Return rows by rank, then by name; countries without a score come last."""
    rows = []
    for unit in dict.fromkeys([own, *units]):
        row = results.standing_of.get(unit)
        scored = row is not None and not math.isnan(row["rank"])
        moved = NONE
        if scored and results.before is not None:
            earlier = results.scores_of["overall"][unit].get(results.before.year)
            if earlier is not None and row is not None:
                moved = signed(row["overall"] - earlier, 0, plus=True)
        weights = NONE
        if row is not None and scored and "weights" in results.ranges:
            weights = spanned(row["weights_low"], row["weights_high"])
        rival = Rival(
            countries._short_name(unit),
            f"{row['overall']:g}" if row is not None and scored else NONE,
            _rank(results, unit),
            moved,
            weights,
            unit == own,
        )
        place = row["rank"] if row is not None and scored else math.inf
        rows.append((place, countries.name(unit), rival))
    return [rival for *_, rival in sorted(rows, key=lambda each: each[:2])]


def _neighbours(material: Material, results: Results, unit: str) -> Rivals:
    """Return the countries with a common border; for an island, those of its part of the world."""
    border = countries._borders().get(unit, ())
    inside = [each for each in border if each in material.names]
    if inside:
        absent = [each for each in border if each not in material.names]
        note = _equals(results, inside)
        if absent:
            note += f" Without a row in the data: {who(absent)}."
        return Rivals("Neighbours by border", note.strip(), _rows(results, inside, unit))
    part = lookup(countries._region([unit], scheme="un_intermediate").dropna()).get(unit)
    if part is None:
        return Rivals("Neighbours", "The library has no borders of it.", [])
    parts = countries._region(material.names, scheme="un_intermediate")
    inside = [str(each) for each in parts.index[parts == part] if each != unit]
    scored = [each for each in inside if _rank(results, each) != NONE]
    title = f"Countries of {part}"
    reason = "It has no land border with a country in the data."
    if len(scored) <= MOST_PEERS:
        return Rivals(title, reason, _rows(results, scored, unit))
    near = _by_score(material, results, unit, scored)[:MOST_PEERS]
    note = f"{reason} The {len(near)} of {len(scored)} with the nearest scores."
    return Rivals(title, note, _rows(results, near, unit))


def _equals(results: Results, near: Sequence[str]) -> str:
    """Return that all have the same score, if they do."""
    scores = {results.standing_of.get(unit, {}).get("overall", math.nan) for unit in near}
    if len(near) < 2 or len(scores) > 1 or any(map(math.isnan, scores)):
        return ""
    rank = results.standing_of[near[0]]["rank"]
    return f"They all score {scores.pop():g} and share rank {rank:.0f}."


def _by_score(material: Material, results: Results, unit: str, others: Iterable[str]) -> list[str]:
    """Sort countries by how near their overall scores are, then their dimensions, then by name."""
    end, names = material.end, material.dimensions
    own = {name: results.scores_of[name].get(unit, {}).get(end) for name in ("overall", *names)}

    def distance(other: str) -> tuple[float, float, str]:
        steps = {
            name: abs(results.scores_of[name][other][end] - score) if score is not None else 0.0
            for name, score in own.items()
        }
        return steps["overall"], sum(steps[name] for name in names), countries.name(other)

    return sorted(others, key=distance)


def _nearest(material: Material, results: Results, unit: str) -> Rivals:
    """Return the countries of the same region with the nearest scores."""
    region = results.regions.get(unit)
    scored = [each for each in results.standing_of if _rank(results, each) != NONE]
    inside = [each for each in scored if each != unit and results.regions.get(each) == region]
    if _rank(results, unit) == NONE:
        return Rivals("Peers", f"Peers are chosen by score; it has none in {material.end}.", [])
    if region is None or not inside:
        return Rivals("Peers", "No other country of its region has a score.", [])
    near = _by_score(material, results, unit, inside)[:NEAREST]
    return Rivals(
        f"Peers in {_sentences.region_name(region)}",
        "Peers have the nearest overall scores, then the nearest dimensions.",
        _rows(results, near, unit),
    )


def _with_peers(results: Results, unit: str, peers: list[str]) -> Rivals:
    return Rivals("Peers", "", _rows(results, peers, unit))


def _raised(material: Material, unit: str) -> list[str]:
    """Return the ranks that one point more would bring, in words."""
    table = _what_if(
        material.scores[material.dimensions], unit, material.end, codebook=material.codebook
    )
    return [what_if_words(lookup(table))]


def what_if_words(rows: dict[str, dict[str, float]]) -> str:
    """Return the rows of ``what_if`` as one sentence."""
    has_room = {name: row for name, row in rows.items() if not math.isnan(row["rank_raised"])}
    top = [name for name in rows if name not in has_room]
    if not has_room:
        return f"{capital(joined(top))} {'are' if len(top) > 1 else 'is'} at the top."
    texts: list[str] = []
    alike = groupby(has_room.items(), key=lambda item: (item[1]["rank_raised"], item[1]["others"]))
    for (rank, others), group in alike:
        first, *same = [name for name, _ in group]
        before = has_room[first]["rank"]
        start = "One point more in " if not texts else "in "
        moves = f"rank {before:.0f} to {rank:.0f}" if rank != before else f"rank {rank:.0f} as now"
        texts.append(f"{start}{first}: {moves}{_with(int(others))}")
        if same:
            texts.append(f"the same in {joined(same)}")
    if top:
        texts.append(f"{joined(top)} {'are' if len(top) > 1 else 'is'} at the top")
    return "; ".join(texts) + "."


def _with(others: int) -> str:
    if not others:
        return ""
    return f", with {'one other' if others == 1 else f'{others:,} others'}"


class Step(NamedTuple):
    """The fewest changes that raise one dimension."""

    dimension: str
    steps: int
    gain: int
    rank: float
    others: int
    words: str


def _steps(material: Material, unit: str) -> list[str]:
    """Return the changes of policies that would raise the score, the most points per step first."""
    codings, end, codebook = material.codings, material.end, material.codebook
    if codings is None or (unit, end) not in codings.index:
        return []
    row = codings.loc[[(unit, end)]]
    table: Any = _next_steps(row, codebook)
    total = material.scores["overall"]
    of_year = total[total.index.get_level_values("year") == end]
    now = float(_ranks(of_year)[unit, end])
    ways: list[Step] = []
    for dimension in codebook.dimensions:
        next_one = table.loc[(unit, end, dimension.name)]
        if math.isnan(next_one["steps"]):
            continue
        rise = dict(next_one["sets"][0])
        raised = of_year.copy()
        gains = _score(row.assign(**rise), codebook)["overall"].iloc[0]
        if math.isnan(gains):
            continue
        raised[unit, end] = gains
        ranks = _ranks(raised)
        rank = float(ranks[unit, end])
        ways.append(
            Step(
                dimension.name,
                int(next_one["steps"]),
                int(gains - of_year[unit, end]),
                rank,
                int((ranks == rank).sum()) - 1,
                _rise_words(dimension, rise, int(next_one["ways"])),
            )
        )
    return [_step_words(each, now) for each in sorted(ways, key=lambda each: _order(each, now))]


def _order(step: Step, now: float) -> tuple[float, float]:
    """Return what sorts the most points for a step first, then the most ranks for a step."""
    return -step.gain / step.steps, (step.rank - now) / step.steps


def _rise_words(dimension: Dimension, rise: dict[str, int], ways: int) -> str:
    by_name = {each.name: each for each in dimension.indicators}
    words = joined(
        f"{by_name[name].title}: {by_name[name].levels[level]}" for name, level in rise.items()
    )
    if ways > 1:
        words += f", or {counted(ways - 1, 'other way', 'other ways')}"
    return words


def _step_words(step: Step, now: float) -> str:
    """Return one way up: the points, the steps, the changes, and the rank."""
    moves = (
        f"rank {now:.0f} to {step.rank:.0f}{_with(step.others)}"
        if step.rank != now
        else f"rank {now:.0f} as now"
    )
    places = (now - step.rank) / step.steps
    each = f", {places:.3g} {'rank' if places == 1 else 'ranks'} a step" if step.steps > 1 else ""
    return (
        f"{capital(step.dimension)}, {counted(step.gain, 'point', 'points')} more in "
        f"{counted(step.steps, 'step', 'steps')} ({step.words}): {moves}{each}."
    )


def _gaps(material: Material, results: Results, unit: str) -> list[str]:
    """Return which scores are missing, and which codings of the last year."""
    texts = []
    years = _sentences.gaps(material, results).get(unit)
    if years:
        texts.append(f"Without an overall score between years with one: {years}.")
    codings = material.codings
    if codings is not None and (unit, material.end) in codings.index:
        row = codings.loc[[(unit, material.end)]]
        lacking = row.columns[row.isna().to_numpy()[0]]
        titles = {each.name: each.title for each in material.codebook.indicators}
        missing = [titles[str(name)] for name in lacking]
        if missing:
            texts.append(f"Not coded in {material.end}: {listed(missing, most=6)}.")
    texts += [
        f"In {year} the missing codings leave the score between {low:g} and {high:g}."
        for year, low, high in results.undecided["overall"].get(unit, ())
        if year > material.end
    ]
    if not texts:
        first = results.entries.get(unit)
        if first is not None:
            texts.append(f"No score of a year is missing between {first.year} and {material.end}.")
        elif results.scores_of["overall"].get(unit):
            texts.append("It has a single score, so no year between scores is missing.")
        else:
            texts.append("The data have no overall score of it.")
    return texts


def _method(material: Material, results: Results) -> list[Statement]:
    """Return the method in five lines, each with what it assumes."""
    lines = [
        Statement(
            "Scores",
            f"{_sentences.scale(material)} A missing dimension never counts as 0. A score "
            f"describes policies as they were coded, not their effect.",
        ),
        Statement(
            "Ranks",
            f"One plus the number of higher scores among those of {material.end}, of "
            f"{counted(results.ranked, 'country', 'countries')}. Equal scores share the better "
            f"rank.",
        ),
    ]
    if "weights" in results.ranges:
        lines.append(
            Statement(
                "Any weights",
                "The best and the worst rank over all weights of the dimensions, zero included. "
                "This assumes nothing.",
            )
        )
    lines += [
        Statement(
            "Coding error",
            f"Each level is coded correctly with a probability of {100 * ACCURACY:g} %, otherwise "
            f"as a neighbouring one, independently; true levels are as common as the codings of "
            f"all years suggest. The range is for one country alone.",
        ),
        Statement(
            "Changes",
            "One point more: all other countries stay as they are. A clear trend: more than "
            "scores that linger from year to year explain, by a Mann-Kendall test at 5 %.",
        ),
    ]
    return lines


def _sources(material: Material) -> list[Statement]:
    codebook = material.codebook
    rules = f"; scored by the rules {material.rules}" if material.rules else ""
    rows = [Statement("Source", f"{material.source}{rules}")]
    if material.citation:
        rows.append(Statement("Citation", material.citation))
    if codebook.citation and codebook.citation != material.citation:
        rows.append(Statement(f"Codebook {codebook.name}", codebook.citation))
    rows.append(Statement("SHA-256", f"of {material.hashed}: {material.sha256}"))
    return rows
