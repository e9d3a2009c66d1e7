"""Make demo_codings.csv, the SYNTHETIC codings of 177 countries from 2000 to 2009.

Policy in each country and dimension is a random walk with a drift, from a level of the country's
own; a report of a year adds noise that does not last. Therefore some countries lose, as in the
index. In each year one shift, common to all, turns the walks into scores of the target mean; a
score becomes codings near those of the year before; then some codings go missing. Limits for each
country keep the published facts of 2009 true for every value of the missing codings.

Run as a script, this writes the file in its own folder. The file is the same on every machine:
Python guarantees the stream of ``random.random`` only, and plain arithmetic rounds floats the same.
"""

from __future__ import annotations

import io
from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import accumulate, product
from math import floor, fsum
from pathlib import Path
from random import Random
from typing import NamedTuple

import pandas as pd

from policyindex._kernels import tables as _tables
from policyindex.codebooks.model import Dimension
from policyindex.codebooks.three_p import THREE_P
from policyindex.scoring.scores import score, score_bounds

__all__ = ["codings", "verify"]

Codes = tuple[int, ...]
Scores = tuple[int, ...]

SEED = 143
YEARS = range(2000, 2010)

COUNTS = (73, 89, 117, 133, 150, 157, 162, 168, 173, 177)
"""Countries by year: those with an overall score in the published file, in 2009 all 177."""

MEANS = {
    "prosecution": (2.888, 2.967, 3.084, 3.304, 3.382, 3.547, 3.601, 3.686, 3.724, 3.737),
    "protection": (2.260, 2.473, 2.746, 2.652, 2.719, 2.796, 2.761, 2.706, 2.792, 2.794),
    "prevention": (2.494, 2.787, 3.229, 2.963, 3.106, 3.189, 3.129, 3.053, 3.214, 3.270),
    "overall": (7.603, 8.225, 9.103, 8.985, 9.233, 9.580, 9.506, 9.446, 9.740, 9.816),
}
"""Means of the published scores by year, without Haiti 2009, which lacks a dimension."""

NEARNESS = {"prosecution": 0.1, "protection": 0.1, "prevention": 0.1, "overall": 0.25}
"""How far the means of the demonstration may be from these."""

LOSSES = {"from the first year to the last": 7 / 72, "from year to year": 311 / 1206}
"""Shares of the overall scores that fall in the published file: of countries, of steps."""

LOSSES_NEARNESS = 0.03
"""How far those of the demonstration may be from these."""

AT_15 = ["AUS", "BEL", "DEU", "ITA", "NLD", "SWE", "USA"]
AT_14 = ["AUT", "CAN", "FRA", "HRV", "KOR", "NGA", "NOR", "SVN"]

# A guess at the usual level of policy in a region, where the world is about 0.
REGIONS = {
    1.0: "AUS AUT BEL CHE DEU DNK ESP FIN FRA GBR IRL ISL ITA LUX NLD NOR NZL PRT SWE CAN USA",
    0.6: "ALB BGR BIH CYP CZE EST GRC HRV HUN LTU LVA MDA MKD MLT MNE POL ROU SRB SVK SVN XKX",
    0.3: "HKG JPN KOR TWN ARG BOL BRA CHL COL CRI DOM ECU GTM HND MEX NIC PAN PER PRY SLV URY",
    0.1: "ARM AZE BLR GEO KAZ KGZ RUS TJK TKM TUR UKR UZB ISR",
    0.0: "BRN CHN IDN KHM LAO MMR MNG MYS PHL PRK SGP THA TLS VNM",
    -0.1: "AFG BGD BTN IND LKA MDV NPL PAK",
    -0.2: "BHS BLZ BRB CUB GUY HTI JAM SUR TTO VEN BEN BFA CIV CMR GHA GMB GIN LBR MLI MRT NER "
    "NGA SEN SLE TGO ETH KEN MDG MOZ MUS MWI RWA TZA UGA ZAF ZMB NAM",
    -0.5: "ARE BHR DZA EGY IRN IRQ JOR KWT LBN LBY MAR OMN QAT SAU SYR TUN YEM",
    -0.7: "AGO BDI BWA CAF COD COG COM CPV DJI ERI GAB GNB GNQ LSO SDN SOM STP SWZ SYC TCD ZWE "
    "FJI PNG SLB VUT",
}

NOT_BEFORE = {"TLS": 2002, "MNE": 2006, "XKX": 2008}
"""Young states: the first year in which they can be coded."""

# Limits of the other countries, with sums of 5 and 13: none reaches the published extremes.
CEILINGS = ((5, 4, 4), (5, 4, 4), (5, 3, 5), (5, 3, 5), (5, 5, 3), (4, 4, 5), (4, 5, 4))
FLOORS = ((3, 1, 1), (2, 1, 2), (2, 2, 1), (1, 2, 2), (1, 1, 3))

# How common the policy is (0 to 1), and how often reports fall silent about it.
INDICATORS = {
    "specific_law": (0.6, 0.004),
    "other_laws": (0.6, 0.02),
    "enforcement": (0.5, 0.01),
    "penalty": (0.6, 0.03),
    "no_punishment": (0.6, 0.03),
    "identification": (0.4, 0.03),
    "legal_assistance": (0.5, 0.03),
    "shelter": (0.8, 0.01),
    "health_care": (0.6, 0.03),
    "job_training": (0.3, 0.05),
    "residence_permit": (0.3, 0.05),
    "repatriation": (0.6, 0.03),
    "campaigns": (0.8, 0.01),
    "training": (0.7, 0.02),
    "information_exchange": (0.5, 0.05),
    "border_monitoring": (0.4, 0.05),
    "action_plan": (0.5, 0.02),
    "domestic_cooperation": (0.6, 0.02),
    "international_cooperation": (0.7, 0.03),
}


class Country(NamedTuple):
    """Hold the fixed properties of a country; scores are by dimension."""

    level: float
    entry: int
    lowest: Scores
    highest: Scores

    def limits(self, place: int, year: int) -> tuple[int, int]:
        """Return the limits of a score; the lower ones rise two levels in five years, in turn."""
        return max(1, self.lowest[place] - (YEARS[-1] - year + place) * 2 // 5), self.highest[place]


def codings() -> str:
    """Return the text of demo_codings.csv, or raise if it misses a target."""
    rng = Random(SEED)
    countries = _countries(rng)
    columns = [
        _column(rng, dimension, place, countries)
        for place, dimension in enumerate(THREE_P.dimensions)
    ]
    lines = [",".join(["country", "year", *THREE_P.scales])]
    for code, country in countries.items():
        for year in range(country.entry, YEARS.stop):
            levels = [level for column in columns for level in column[code, year]]
            cells = ["" if level == _tables.MISSING else str(level) for level in levels]
            lines.append(",".join([code, str(year), *cells]))
    text = "\n".join(lines) + "\n"
    verify(text)
    return text


def verify(text: str) -> None:
    """Raise if the scores of policyindex miss a target."""
    panel = pd.read_csv(io.StringIO(text), index_col=["country", "year"])
    scores, bounds = score(panel), score_bounds(panel)
    last = bounds.xs(YEARS[-1], level="year")
    low, high = last["overall_low"], last["overall_high"]
    counts = tuple(scores.groupby(level="year").size())
    reached = {
        f"the countries by year are {COUNTS}": counts == COUNTS,
        "3 to 6 % of the codings are missing": 0.03 <= panel.isna().to_numpy().mean() <= 0.06,
        "5 to 10 % of the overall scores are undecided": 0.05
        <= scores["overall"].isna().mean()
        <= 0.1,
    }
    for name, means in MEANS.items():
        apart = scores[name].groupby(level="year").mean().sub(pd.Series(means, YEARS)).abs()
        words = f"yearly means of {name} are within {NEARNESS[name]} of the published ones"
        reached[words] = bool((apart <= NEARNESS[name]).all())
    overall = scores["overall"]
    first, final = (overall.xs(year, level="year") for year in (YEARS[0], YEARS[-1]))
    steps = overall.groupby(level="country").diff()
    for (words, share), changes in zip(LOSSES.items(), (final - first, steps), strict=True):
        distance = abs(float((changes.dropna() < 0).mean()) - share)
        reached[f"{share:.0%} of the overall scores fall {words}"] = distance <= LOSSES_NEARNESS
    for sum_, codes in {15: AT_15, 14: AT_14, 4: ["SOM"], 3: ["PRK"]}.items():
        at = list(low.index[(low == sum_) & (high == sum_)])
        near = list(low.index[(low <= sum_) & (high >= sum_)])
        reached[f"{', '.join(codes)} and no other country can be at {sum_}"] = at == near == codes
    missed = [words for words, met in reached.items() if not met]
    if missed:
        raise ValueError(
            f"the demonstration must meet its targets; {len(missed)} are missed: "
            f"{'; '.join(missed)}; try another seed"
        )


def _noise(rng: Random) -> float:
    """Draw from -1 to 1, most often near 0."""
    return rng.random() - rng.random()


def _pick(rng: Random, options: Sequence[Scores]) -> Scores:
    return options[int(rng.random() * len(options))]


def _countries(rng: Random) -> dict[str, Country]:
    usual = {code: level for level, codes in REGIONS.items() for code in codes.split()}
    levels = {code: usual[code] + 1.1 * _noise(rng) for code in sorted(usual)}
    levels |= {code: max(levels[code], 1.2) for code in (*AT_15, *AT_14)}
    levels |= {"PRK": -1.5, "SOM": -1.5}
    entries = _entries(rng, levels)
    return {
        code: Country(level, entries[code], *_lowest_and_highest(rng, code))
        for code, level in levels.items()
    }


def _entries(rng: Random, levels: dict[str, float]) -> dict[str, int]:
    """Return the first year of every country: weaker ones tend to enter later."""
    strength = {code: level + 3 * _noise(rng) for code, level in levels.items()}
    entries: dict[str, int] = {}
    for year, count in zip(YEARS, COUNTS, strict=True):
        waiting = [
            code
            for code in sorted(strength, key=lambda code: -strength[code])
            if code not in entries and NOT_BEFORE.get(code, year) <= year
        ]
        entries |= dict.fromkeys(waiting[: count - len(entries)], year)
    return entries


def _lowest_and_highest(rng: Random, code: str) -> tuple[Scores, Scores]:
    """Return the limits of the scores in the last year."""
    if code in AT_15:
        return (5, 5, 5), (5, 5, 5)
    if code in AT_14:
        scores = _pick(rng, [(4, 5, 5), (5, 4, 5), (5, 5, 4)])
        return scores, scores
    if code == "PRK":
        return (1, 1, 1), (1, 1, 1)
    if code == "SOM":
        return (2, 1, 1), (2, 1, 1)
    return _pick(rng, FLOORS), _pick(rng, CEILINGS)


def _column(
    rng: Random, dimension: Dimension, place: int, countries: dict[str, Country]
) -> dict[tuple[str, int], Codes]:
    """Code the indicators of one dimension, by country and year."""
    walks = {code: _walk(rng, country.level) for code, country in countries.items()}
    scores = [
        _scores(year, mean, place, walks, countries)
        for year, mean in zip(YEARS, MEANS[dimension.name], strict=True)
    ]
    column: dict[tuple[str, int], Codes] = {}
    for code, country in countries.items():
        years = range(country.entry, YEARS.stop)
        spelled = _spell(rng, dimension, [each[code] for each in scores if code in each])
        limits = [country.limits(place, year) for year in years]
        reported = _silence(rng, dimension, spelled, years, limits)
        column |= {(code, year): codes for year, codes in zip(years, reported, strict=True)}
    return column


def _walk(rng: Random, level: float) -> list[float]:
    start = 1.35 * (level + _noise(rng))
    drift = 0.45 * _noise(rng)
    lasting = accumulate((drift + 1.1 * _noise(rng) for _ in YEARS[1:]), initial=start)
    return [policy + 1.3 * _noise(rng) for policy in lasting]


def _scores(
    year: int,
    mean: float,
    place: int,
    walks: dict[str, list[float]],
    countries: dict[str, Country],
) -> dict[str, int]:
    """Score the countries of a year, their walks shifted until the scores have the mean."""
    present = [code for code, country in countries.items() if country.entry <= year]

    def shifted(hundredths: int) -> dict[str, int]:
        scores = {}
        for code in present:
            lowest, highest = countries[code].limits(place, year)
            walk = walks[code][YEARS.index(year)] + hundredths / 100
            scores[code] = min(max(floor(walk), lowest), highest)
        return scores

    shifts = range(-1000, 2000)
    total = round(mean * len(present))
    return shifted(shifts[bisect(shifts, total, key=lambda each: sum(shifted(each).values())) - 1])


def _spell(rng: Random, dimension: Dimension, scores: list[int]) -> Iterator[Codes]:
    """Yield codings for each year's score, near those of the year before."""
    spellings: dict[int, list[Codes]] = {}
    combinations = product(*map(range, dimension.shape))
    for codes, each in zip(combinations, dimension.table, strict=True):
        if _credible(dimension, codes):
            spellings.setdefault(int(each), []).append(codes)
    usual = [
        (len(each.levels) - 1) * min(max(INDICATORS[each.name][0] + 0.5 * _noise(rng), 0.0), 1.0)
        for each in dimension.indicators
    ]
    near: Sequence[float] = usual
    # A law is repealed only where no other spelling has the score: none is passed that a lower
    # score would end in a later year.
    lawful = dimension.name == "prosecution"
    most = [max(codes[0] for codes in spellings[each]) for each in scores]
    lasting = list(accumulate(reversed(most), min))[::-1]
    law = 0
    for each, last in zip(scores, lasting, strict=True):
        drawn = [0.8 * n + 0.2 * u + 0.7 * _noise(rng) for n, u in zip(near, usual, strict=True)]

        def unlikeness(
            codes: Codes, law: int = law, last: int = last, drawn: Sequence[float] = drawn
        ) -> tuple[bool, bool, float]:
            repealed = lawful and codes[0] < law
            return repealed, lawful and codes[0] > last, _distance(codes, drawn)

        codes = min(spellings[each], key=unlikeness)
        yield codes
        near, law = codes, codes[0]


def _credible(dimension: Dimension, codes: Codes) -> bool:
    """Return whether codings are credible: without a law nothing is enforced."""
    return dimension.name != "prosecution" or any(codes[:2]) or not any(codes)


def _distance(codes: Codes, drawn: Sequence[float]) -> float:
    # Not sum, which rounds differently from Python 3.12 on.
    return fsum((code - each) * (code - each) for code, each in zip(codes, drawn, strict=True))


def _silence(
    rng: Random,
    dimension: Dimension,
    spelled: Iterator[Codes],
    years: range,
    limits: list[tuple[int, int]],
) -> Iterator[Codes]:
    """Yield codings with gaps, more in early years, few in those that decide the score."""
    tables = _tables.bounds(dimension.shape, dimension.table)
    before: Codes = tuple(0 for _ in dimension.indicators)
    for codes, year, (lowest, highest) in zip(spelled, years, limits, strict=True):
        reported = codes
        for place, each in enumerate(dimension.indicators):
            seldom = INDICATORS[each.name][1] * (1.5 + (YEARS[-1] - year) / 5)
            chance = 0.5 if before[place] == _tables.MISSING else seldom
            silent, spared = rng.random() < chance, rng.random() < 0.87
            fewer = (*reported[:place], _tables.MISSING, *reported[place + 1 :])
            cell = tuple(code + 1 for code in fewer)
            low, high = int(tables.low[cell]), int(tables.high[cell])
            open_ = low < high
            if silent and not (open_ and (spared or low < lowest or high > highest)):
                reported = fewer
        yield reported
        before = reported


if __name__ == "__main__":
    # In bytes, so that no system turns the ends of lines into its own.
    Path(__file__).with_name("demo_codings.csv").write_bytes(codings().encode())
