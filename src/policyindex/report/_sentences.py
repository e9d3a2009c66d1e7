"""What the numbers say, in sentences for a reader who does not know the index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import pandas as pd

from .. import countries
from .._wording import counted, joined, number, runs, spanned
from ..dynamics.averages import Decomposition
from ._material import Material
from ._results import Findings

TO = " to "
"""Between the ends of a range in a sentence."""

MOST_NAMES = 12
"""Of countries in one sentence; more are counted."""

WAYS = {
    "weights": "under any weights",
    "error": "if one coding in ten is a level off",
    "missing": "of {n:,} if the missing codings were filled in",
}
"""Why a rank may move, and among how many countries where it is not among those ranked."""

TREND = {"up": "an upward trend", "down": "a downward trend"}


class Said(NamedTuple):
    """What a reader may ask, and the answer."""

    about: str
    text: str


class Figure(NamedTuple):
    """A number to be seen first, and what it is."""

    number: str
    words: str


def summary(material: Material, findings: Findings) -> list[Said]:
    """Say what the report finds: who leads, who moved, what drove the mean, how firm it is."""
    told = [Said("What there is", covered(material, findings))]
    if findings.groups.by_score:
        told.append(Said("Who leads", leaders(material, findings)))
        told += [Said("Who moved", text) for text in moved(material, findings)]
        told += [Said("What drove the mean", text) for text in driven(material, findings)]
        told += [Said("How firm the ranking is", text) for text in firmness(findings)]
    return [*told, Said("What is missing", missing(material, findings))]


def figures(material: Material, findings: Findings) -> list[Figure]:
    """Choose the few numbers to be seen first."""
    groups, end = findings.groups.by_score, material.end
    if not groups:
        return []
    scored = sum(map(len, groups.values()))
    (best, first), *_ = groups.items()
    mean: Any = findings.averages["overall"].everyone.loc[end, "mean"]
    scale = f"{material.codebook.lowest} to {material.codebook.highest}"
    shown = [
        Figure(f"{scored:,}", f"{_plural(scored, 'country', 'countries')} scored in {end}"),
        Figure(f"{mean:.2f}", f"mean, on a scale from {scale}"),
        Figure(
            f"{best:g}",
            f"points, the highest score, of {counted(len(first), 'country', 'countries')}",
        ),
    ]
    whole = findings.parts["overall"]
    if material.start < end and pd.notna(whole.within):
        who_stayed = counted(whole.n_stayers, "country", "countries")
        words = (
            f"points on the mean since {material.start}, in the {who_stayed} scored then and now"
        )
        shown.append(Figure(signed(whole.within), words))
    return shown


def covered(material: Material, findings: Findings) -> str:
    """Say how many countries and years there are, and which years are compared."""
    years = material.scores.index.unique("year")
    scored = int(findings.ranking["overall"].notna().sum())
    told = (
        f"The data hold {counted(len(findings.coverage.by_country), 'country', 'countries')}, "
        f"{spanned(years.min(), years.max(), between=' to ')}; "
        f"{alone(scored)} {'have' if scored > 1 else 'has'} an overall score in {material.end}."
    )
    outside = [year for year in sorted(years) if not material.start <= year <= material.end]
    if outside:
        told += (
            f" Too few countries are scored in {_years(outside)} for a comparison; "
            f"this report compares {spanned(material.start, material.end, between=' to ')}."
        )
    return told


def _years(years: Iterable[int]) -> str:
    """Word years: 2000 to 2003, 2005 and 2009."""
    return joined(spanned(*run, TO) for run in runs(years))


def leaders(material: Material, findings: Findings) -> str:
    """Say who is first, who follows and who is last."""
    (first, at_first), *others = findings.groups.by_score.items()
    best = material.codebook.highest
    verb = _plural(len(at_first), "leads", "lead")
    told = f"In {material.end}, {who(at_first)} {verb} with {first:g} of {best} points"
    if not others:
        return f"{told}; no country has another score."
    second, at_second = others[0]
    if len(others) > 1:
        told += f", followed by {who(at_second)} at {second:g}"
    last, at_last = others[-1]
    return f"{told}. The lowest score, {last:g}, is that of {who(at_last)}."


def moved(material: Material, findings: Findings) -> list[str]:
    """Say how many countries gained and lost since the first year, and who most."""
    moves, start, end = findings.movers, material.start, material.end
    if start == end or not moves.n:
        return []
    told = [
        f"Of the {counted(moves.n, 'country', 'countries')} scored in both {start} and {end}, "
        f"{alone(len(moves.gained))} gained, {alone(len(moves.lost))} lost and "
        f"{alone(len(moves.stayed))} stayed as they were."
    ]
    for change, verb in ((moves.gained, "gained"), (moves.lost, "lost")):
        if len(change):
            most = float(change.iloc[0])
            units = [str(unit) for unit in change.index[change == most]]
            told.append(f"{capital(who(units))} {verb} most: {points(abs(most))}.")
    return [" ".join(told)]


def driven(material: Material, findings: Findings) -> list[str]:
    """Say how the mean changed, and what of it is change within countries."""
    whole = findings.parts["overall"]
    if material.start == material.end or pd.isna(whole.total):
        return []
    means = findings.averages["overall"].everyone["mean"]
    told = [
        f"The mean of all countries scored {rose(whole.total)}, from {means[material.start]:.2f} "
        f"in {material.start} to {means[material.end]:.2f} in {material.end}."
    ]
    if pd.notna(whole.within):
        told.append(_parted(whole))
        within = {name: findings.parts[name].within for name in material.dimensions}
        told.append(
            f"By dimension, the change within countries is "
            f"{joined(f'{signed(change)} in {name}' for name, change in within.items())}."
        )
    return [" ".join(told)]


def _parted(whole: Decomposition) -> str:
    stayers = counted(whole.n_stayers, "country", "countries")
    told = f"Change within the {stayers} scored in both years accounts for {signed(whole.within)}"
    parts = [
        f"{counted(n, 'country', 'countries')} that {verb} for {signed(part)}"
        for n, verb, part in (
            (whole.n_entrants, "entered", whole.entry),
            (whole.n_leavers, "left", whole.exit),
        )
        if n
    ]
    return told + (f", {' and '.join(parts)}." if parts else ".")


def firmness(findings: Findings) -> list[str]:
    """Say how far ranks may move, and who may be first."""
    ranked = findings.ranking.dropna(subset=["rank"])
    if len(ranked) < 2:
        return []
    told = []
    if "weights" in findings.ranges:
        first = [str(unit) for unit in ranked.index[ranked["weights_low"] == 1]]
        always = [str(unit) for unit in ranked.index[ranked["weights_high"] == 1]]
        if first == always:
            told.append(
                f"{capital(who(first))} would be first under any weights of the dimensions."
            )
        else:
            told.append(f"Under some weights of the dimensions {who(first)} would be first.")
        told.append(f"Over all weights, half of the ranks move by {_median(ranked, 'weights')}.")
    told.append(
        f"If one coding in ten is a level off, half of the ranks have a 95 % range of "
        f"{_median(ranked, 'error')}."
    )
    return [" ".join(told)]


def _median(ranked: pd.DataFrame, why: str) -> str:
    width = ranked[f"{why}_high"] - ranked[f"{why}_low"]
    return f"at most {counted(int(width.median()), 'place', 'places')}"


def missing(material: Material, findings: Findings) -> str:
    """Say who has no overall score in the last year, and how many countries have gaps."""
    ranking = findings.ranking
    scored = set(ranking.index[ranking["overall"].notna()])
    without = [unit for unit in material.names if unit not in scored]
    told = (
        f"Without an overall score in {material.end}: {who(without)}."
        if without
        else f"No country lacks an overall score in {material.end}."
    )
    n = len(gaps(material, findings))
    if n:
        who_has = counted(n, "country has a gap", "countries have gaps").capitalize()
        told += f" {who_has} between years with an overall score."
    return told


def gaps(material: Material, findings: Findings) -> dict[str, str]:
    """Word the years that each country lacks between two with an overall score."""
    found = findings.gaps
    return {unit: _years(found[unit]) for unit in material.names if found[unit]}


def trending(findings: Findings) -> str:
    """Say how many countries have a trend that is more than chance."""
    direction = findings.trends["direction"]
    up, down = int((direction == "up").sum()), int((direction == "down").sum())
    tested = int(direction.notna().sum())
    if not tested:
        return "No country has scores in enough years for a trend to show."
    return (
        f"Of the {counted(tested, 'country', 'countries')} scored in enough years for a trend to "
        f"show, {alone(up)} {_plural(up, 'rises', 'rise')} and {alone(down)} "
        f"{_plural(down, 'falls', 'fall')} by more than chance would have it "
        f"(exact Mann-Kendall test at 5 %)."
    )


def standing(material: Material, findings: Findings, unit: str) -> list[str]:
    """Say where one country stands, how it moved, and what its region's mean is."""
    told = [_scored(material, findings, unit)]
    if unit in findings.ranking["rank"].dropna():
        told.append(_ranked(findings, unit))
    told += _moved(findings, unit)
    region = findings.regions[unit]
    if isinstance(region, str):
        found: Any = findings.by_region["overall"].loc[(region, material.end)]
        if found["n"] > 1:
            told.append(
                f"Regional mean in {material.end}: {found['mean']:.2f} ({region}, n = "
                f"{found['n']:.0f})."
            )
    return told


def _scored(material: Material, findings: Findings, unit: str) -> str:
    year = material.end
    if unit in findings.ranking["overall"].dropna():
        row: Any = findings.ranking.loc[unit]
        parts = joined(f"{name} {row[name]:g}" for name in material.dimensions)
        return (
            f"Overall score in {year}: {row['overall']:g} of {material.codebook.highest} ({parts})."
        )
    told = f"No overall score in {year}"
    if material.bounds is not None and (unit, year) in material.bounds.index:
        low, high = material.bounds.loc[(unit, year), ["overall_low", "overall_high"]]
        ranked: Any = findings.ranking.loc[unit]
        span = spanned(ranked["missing_low"], ranked["missing_high"], TO)
        told += (
            f": the missing codings leave it between {low:g} and {high:g}, and the rank at {span} "
            f"of {findings.counted['missing']:,}"
        )
    last: Any = findings.trends.loc[unit]
    if last["n"]:
        told += f"; the last is {last['last']:g}, of {last['last_year']:.0f}"
    return f"{told}."


def _ranked(findings: Findings, unit: str) -> str:
    ranked = findings.ranking["rank"].dropna()
    rank = ranked[unit]
    sharing = int((ranked == rank).sum()) - 1
    told = f"Rank {rank:.0f} of {len(ranked)}"
    if sharing:
        told += f", shared with {counted(sharing, 'other', 'others')}"
    row: Any = findings.ranking.loc[unit]
    ways = [
        f"{spanned(row[f'{why}_low'], row[f'{why}_high'], between=' to ')} "
        + words.format(n=findings.counted[why])
        for why, words in WAYS.items()
        if why in findings.ranges and pd.notna(row[f"{why}_low"])
    ]
    return f"{told}; {joined(ways)}."


def _moved(findings: Findings, unit: str) -> list[str]:
    row: Any = findings.trends.loc[unit]
    if row["n"] < 2:
        return []
    span = f"From {row['first_year']:.0f} to {row['last_year']:.0f}"
    change = row["change"]
    verb = f"{'gained' if change > 0 else 'lost'} {points(abs(change))}" if change else "unchanged"
    told = f"{span}: {verb}"
    if row["direction"] in TREND:
        told += f", with {TREND[row['direction']]} (p {_pvalue(row['pvalue'])})"
    return [f"{told}."]


def _pvalue(pvalue: float) -> str:
    return "< 0.001" if pvalue < 0.001 else f"= {pvalue:.3f}"


def who(units: Sequence[str]) -> str:
    """Name countries, or count them where they are many."""
    if len(units) > MOST_NAMES:
        return counted(len(units), "country", "countries")
    return joined(sorted(countries.name(unit) for unit in units))


def _plural(n: float, singular: str, plural: str) -> str:
    return singular if n == 1 else plural


def alone(n: int) -> str:
    """Word a number that stands without what it counts."""
    return number(n) if n else "none"


def points(n: float) -> str:
    """Word points gained or lost: 2 points."""
    return f"{n:g} {_plural(n, 'point', 'points')}"


def rose(change: float) -> str:
    """Word the change of a mean: rose by 0.24 points."""
    if round(change, 2) == 0:
        return "is unchanged"
    return f"{'rose' if change > 0 else 'fell'} by {abs(change):.2f} points"


def signed(change: float, digits: int = 2) -> str:
    """Write a change with its sign, a minus being a minus: +0.24, \N{MINUS SIGN}1."""
    shown = f"{abs(change):.{digits}f}"
    if not float(shown):
        return shown
    return f"+{shown}" if change > 0 else f"\N{MINUS SIGN}{shown}"


def capital(words: str) -> str:
    """Begin with a capital, the rest being left as it is."""
    return words[:1].upper() + words[1:]
