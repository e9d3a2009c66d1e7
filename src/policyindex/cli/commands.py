"""What each command answers: a table with the sentence that sums it up, or a text."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from .. import countries
from .._options import in_order, one_of
from .._wording import listed
from ..dynamics.averages import decompose
from ..dynamics.change import movers
from ..dynamics.direction import trends
from ..panel.counts import coverage
from ..panel.selection import units_named
from ..reading.cells import ABSENT, UNEQUAL
from ..reading.files import Reading
from ..reading.findings import Note, notes_in
from ..robustness.matrices import coding_error
from ..robustness.ranges import standings
from ..scoring.explanation import explain as explanation
from ..scoring.scores import score as scored
from ..scoring.scores import score_bounds
from .advice import as_options

OPEN = " Countries whose score the missing codings leave open have no rank and count for none."

BRIEF_TREND = [
    "n",
    "first",
    "last",
    "change",
    "slope",
    "tau",
    "pvalue",
    "pvalue_adjusted",
    "direction",
]


class Answer(NamedTuple):
    """A table by country, or by country and year, and how a terminal shows it."""

    table: pd.DataFrame
    brief: pd.DataFrame
    """The table as a terminal shows it; countries are written out there."""
    told: str
    """A sentence or two below it."""


def score(reading: Reading, chosen: Namespace) -> Answer:
    """Score codings, or show scores."""
    table = scores_of(reading)
    if chosen.bounds:
        if reading.holds == "scores":
            raise ValueError("--bounds needs codings; this file holds scores")
        table = table.join(score_bounds(reading.panel, codebook=reading.codebook))
    table = _of_countries(table, chosen.country)
    if chosen.year:
        table = table[table.index.get_level_values("year").isin(chosen.year)]
        if table.empty:
            raise ValueError(f"there is no row of {', '.join(map(str, chosen.year))} to show")
    known = int(table["overall"].notna().sum())
    told = f"{len(table):,} country-years, {known:,} with an overall score."
    return Answer(table, table, told)


def trend(reading: Reading, chosen: Namespace) -> Answer:
    """Test every country's scores for a trend."""
    series = one_dimension(scores_of(reading), chosen.dimension)
    table = trends(series, years=chosen.years, cohort=chosen.cohort)
    if not table["n"].any():
        raise ValueError("no country of the cohort has a score in the years asked for")
    found = table["direction"].value_counts()
    told = (
        f"Trends of {series.name}, {len(table)} countries: {found.get('up', 0)} up, "
        f"{found.get('down', 0)} down, {found.get('none', 0)} neither, "
        f"{table['direction'].isna().sum()} with too few scores, or too many alike, to tell."
    )
    table = _of_countries(table, chosen.country)
    return Answer(table, table[BRIEF_TREND], told)


def change(reading: Reading, chosen: Namespace) -> Answer:
    """Say who moved between two years, and what that did to the mean."""
    series = one_dimension(scores_of(reading), chosen.dimension)
    start, end = chosen.start, chosen.end
    in_order(start, end)
    moved = movers(series, start=start, end=end)
    if not moved.n:
        raise ValueError(f"no country has a score in both {start} and {end}")
    changes = pd.concat([moved.gained, moved.stayed, moved.lost[::-1]])
    asked = units_named(series, chosen.country) if chosen.country else []
    lacking = [countries.name(unit) for unit in asked if unit not in changes.index]
    if lacking:
        raise ValueError(
            f"countries must have a score in both {start} and {end}; {listed(lacking)} "
            f"{'have' if len(lacking) > 1 else 'has'} not"
        )
    table = pd.DataFrame(
        {str(year): series.xs(year, level="year").reindex(changes.index) for year in (start, end)}
    ).assign(change=changes)
    parts = decompose(series, start=start, end=end)
    told = (
        f"{series.name}, {start} to {end}: of {moved.n} countries with both scores "
        f"{len(moved.gained)} gained, {len(moved.lost)} lost, {len(moved.stayed)} stayed. "
        f"The mean moved by {parts.total:+.2f}: {parts.within:+.2f} within countries, "
        f"{parts.entry:+.2f} by {parts.n_entrants} that entered, {parts.exit:+.2f} by "
        f"{parts.n_leavers} that left."
    )
    table = _of_countries(table, chosen.country)
    return Answer(table, table, told)


def rank(reading: Reading, chosen: Namespace) -> Answer:
    """Rank the countries of a year, each with the range its rank can move in."""
    panel = scores_of(reading).drop(columns="overall")
    options, told = _range(reading, chosen, list(panel.columns))
    ranked = standings(panel, year=chosen.year, **options)
    if ranked["rank_low"].isna().all():
        raise ValueError(f"no country has all its scores in {chosen.year}")
    table = _of_countries(ranked, chosen.country)
    brief = table.drop(columns=["rank_low", "rank_high"]).assign(
        **{"from-to": [_span(*ends) for ends in table[["rank_low", "rank_high"]].to_numpy()]}
    )
    known = ranked["rank"].notna().sum()
    return Answer(table, brief, f"Countries ranked in {chosen.year}: {known}. {told}")


def _range(reading: Reading, chosen: Namespace, names: list[str]) -> tuple[dict[str, Any], str]:
    """Return the range to ask standings for, and what it is in words."""
    left_out = OPEN if reading.holds == "codings" else ""
    if chosen.error is not None:
        if chosen.weights not in (None, "equal") or chosen.min_weight is not None:
            raise ValueError("--error ranks at equal weights; leave --weights and --min-weight out")
        told = f"From-to: 95 %, where a coded level is right with chance {chosen.error:g}."
        return {"error": coding_error(chosen.error)}, told + left_out
    if chosen.weights in (None, "any"):
        min_weight = chosen.min_weight or 0.0
        told = f"From-to: over all weights of at least {float(min_weight):g}."
        return {"min_weight": min_weight}, told + left_out
    if chosen.min_weight is not None:
        raise ValueError("--min-weight bounds the weights of --weights any; leave one of them out")
    if chosen.weights == "equal":
        if reading.holds == "scores":
            return {}, "From-to: at equal weights."
        bounds = score_bounds(reading.panel, codebook=reading.codebook)
        return {"bounds": bounds}, (
            "From-to: over all that the missing codings may be, among all countries with codings; "
            "a rank is given where it is the same whatever they are."
        )
    try:
        weights = dict(zip(names, map(float, chosen.weights.split(",")), strict=True))
    except ValueError:
        raise ValueError(
            f"--weights must be any, equal, or {len(names)} numbers with commas between, for "
            f"{', '.join(names)}; got {chosen.weights!r}"
        ) from None
    return {"weights": weights}, "Ranks by the weighted sum."


def _span(low: float, high: float) -> str:
    if pd.isna(low):
        return "-"
    return f"{low:g}" if low == high else f"{low:g}-{high:g}"


def explain(reading: Reading, chosen: Namespace) -> str:
    """Say why a country has its scores in a year."""
    if reading.holds == "scores":
        raise ValueError(f"explain needs codings; {chosen.file} holds scores")
    return str(explanation(reading.panel, chosen.country, chosen.year, codebook=reading.codebook))


def check(reading: Reading, _: Namespace) -> str:
    """Say what a file holds, what had to be repaired, and what is missing."""
    found = coverage(reading.panel)
    years = found.by_year.index
    span = f", {years.min()} to {years.max()}" if len(years) else ""
    with pd.option_context("display.width", None):
        by_year = found.by_year.to_string()
    gaps = found.by_country[found.by_country["gaps"].map(len) > 0]["gaps"]
    findings = note_lines(reading.notes)
    lines = [
        f"Source: {reading.source}",
        f"Holds: {reading.holds} of {reading.codebook.name}",
        *(f"  {name}: column {column}" for name, column in reading.columns.items()),
        f"Rows: {len(reading.panel):,}; countries: {len(found.by_country):,}{span}",
        f"\nKnown cells by year:\n{by_year}",
        f"\nCountries with years missing between known ones: {len(gaps)}",
        *(
            f"  {countries.name(str(unit))}: {', '.join(map(str, each))}"
            for unit, each in gaps.items()
        ),
        *(_open_scores(reading) if reading.holds == "codings" else _sums(reading)),
        f"\nFindings: {len(findings)}",
        *(f"  {finding}" for finding in findings),
    ]
    return "\n".join(lines)


def _sums(reading: Reading) -> list[str]:
    """Say whether the overall scores of a file are the sums of their parts."""
    if len(reading.panel.columns) == 1:
        return ["\nSums: the file has overall scores alone"]
    known = int(reading.panel["overall"].notna().sum())
    if "overall" not in reading.columns:
        return [f"\nSums: the file has no overall score; {known:,} rows have all parts"]
    notes = {note.finding: note for note in notes_in(reading.notes)}
    summed, unequal = (
        notes.get(finding, Note(finding, 0, "", "", 0)) for finding in (ABSENT, UNEQUAL)
    )
    compared = known - summed.rows + unequal.rows
    agree = f"{unequal.rows:,} do not, the first {unequal.first}" if unequal.rows else "all add up"
    return [f"\nSums: {compared:,} rows have all parts and an overall score; {agree}"]


def report(reading: Reading, chosen: Namespace) -> str:
    """Write a report as one HTML file."""
    from .. import report as page  # loads matplotlib, which most answers do without

    page.write(reading, chosen.output, countries=chosen.country, progress=_progress())
    size = Path(chosen.output).stat().st_size
    return f"{chosen.output}: the report on {reading.source}, {size / 1e6:.1f} MB"


def _progress() -> Callable[[int, int], None] | None:
    """Have a terminal told how far a slow command is, from its second second on."""
    if not sys.stderr.isatty():
        return None
    start = time.monotonic()

    def tell(done: int, all_of_them: int) -> None:
        if time.monotonic() - start > 1:
            end = "\n" if done == all_of_them else ""
            print(f"\r{done} of {all_of_them} countries", end=end, file=sys.stderr, flush=True)

    return tell


def note_lines(notes: pd.DataFrame) -> list[str]:
    """Write a reading's notes out, a line each."""
    return [as_options(note.line) for note in notes_in(notes)]


def _open_scores(reading: Reading) -> list[str]:
    bounds = score_bounds(reading.panel, codebook=reading.codebook)
    lines = ["\nScores that the missing codings leave open:"]
    for name in reading.codebook.score_scales:
        undecided = int((bounds[f"{name}_low"] < bounds[f"{name}_high"]).sum())
        lines.append(f"  {name}: {undecided:,} of {len(bounds):,}")
    return lines


def scores_of(reading: Reading) -> pd.DataFrame:
    """Return the scores that a file holds, or those of its codings."""
    if reading.holds == "scores":
        return reading.panel
    return scored(reading.panel, codebook=reading.codebook)


def one_dimension(scores: pd.DataFrame, dimension: str) -> pd.Series:
    """Return the scores of one dimension, or refuse an unknown one."""
    return scores[one_of("--dimension", dimension, tuple(scores.columns))]


def _of_countries(table: pd.DataFrame, names: list[str] | None) -> pd.DataFrame:
    if not names:
        return table
    return table[table.index.get_level_values("country").isin(units_named(table, names))]
