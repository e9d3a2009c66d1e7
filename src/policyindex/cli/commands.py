"""The answers of the commands: a table with a summary, a text, or the bytes of a file."""

from __future__ import annotations

import math
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pandas as pd

from .. import codebooks, countries
from .._options import one_of
from .._wording import counted, listed, miscoded, printable, rank_words
from ..codebooks import HTI, THREE_P, Codebook
from ..dynamics import averages, change, direction
from ..panel import splicing
from ..panel.counts import Coverage, coverage, unsourced_words
from ..panel.selection import thin_words, thin_years, units_named
from ..reading.files import Reading
from ..reading.findings import findings_in, warn_of
from ..reliability import vintages
from ..robustness import ranges
from ..scoring import explanation, scores
from .arguments import line_of, with_flag

TREND_COLUMNS = [
    "n",
    "first",
    "last",
    "change",
    "slope",
    "slope_low",
    "slope_high",
    "pvalue",
    "pvalue_adjusted",
    "direction",
]


class Answer(NamedTuple):
    """A table with its provenance, and a summary."""

    table: pd.DataFrame
    summary: str
    """One or more sentences; a terminal shows them below the table."""
    columns: list[str] | None = None
    """The columns that a terminal shows; by default all."""
    notes: Sequence[str] = ()
    """Warnings for standard error."""
    assumption: str = ""
    """Sentences on what p-values and ranges rest on: below the table on a terminal; otherwise on
    standard error, since the table goes elsewhere."""
    has_message: bool = False
    """Whether the summary goes to standard error where the table goes elsewhere."""
    status: int = 0
    """The exit status."""


def score(reading: Reading, options: Namespace) -> Answer:
    """Score codings, or return scores as they are."""
    table = scores_of(reading)
    if options.bounds:
        if reading.holds == "scores":
            raise ValueError("--bounds needs codings; this file holds scores")
        table = table.join(scores.score_bounds(reading.panel, codebook=reading.codebook))
    table = rows_of(table, options.country)
    if options.year:
        years = table.index.get_level_values("year")
        absent = [year for year in options.year if year not in years]
        if absent:
            raise ValueError(f"--year must be a year of the rows; got {listed(absent)}")
        table = table[years.isin(options.year)]
    n = int(table["overall"].notna().sum())
    return Answer(table, f"{len(table):,} country-years, {n:,} with an overall score.")


def explain(reading: Reading, options: Namespace) -> str:
    """Explain the scores of a country in a year."""
    if reading.holds == "scores":
        raise ValueError(f"explain needs codings; {options.file} holds scores")
    why = explanation.explain(
        reading.panel,
        options.country,
        options.year,
        codebook=reading.codebook,
        evidence=_evidence(reading, options),
    )
    return line_of(str(why))


def _evidence(reading: Reading, options: Namespace) -> pd.DataFrame | None:
    """Return the evidence of the file that an option names."""
    if options.evidence is None:
        return None
    from ..coding import folders, grounds  # load what the other commands do without
    from ..coding.evidence import findings_of

    if folders.is_release(options.evidence):
        return folders.read_release(options.evidence).evidence
    evidence, workbook = grounds.evidence_in(options.evidence, reading.codebook)
    warn_of(findings_of(evidence, workbook), options.evidence, stacklevel=1)
    if workbook is not None and reading.holds == "codings":
        grounds.refuse_other_levels(evidence, workbook, reading.panel, reading.codebook)
    return evidence


def trends(reading: Reading, options: Namespace) -> Answer:
    """Test the scores of every country for a trend."""
    series = one_dimension(scores_of(reading), options.dimension)
    table = direction.trends(
        series,
        years=options.years,
        cohort=options.cohort,
        null=options.null,
        persistence=options.persistence,
        adjust=options.adjust,
    )
    if not table["n"].any():
        raise ValueError("no country of the cohort has a score in these years")
    counts = table["direction"].value_counts()
    up, down = (int(counts.get(sign, 0)) for sign in ("up", "down"))
    summary = (
        f"Trends of {series.name}, {len(table)} countries: {up} up, {down} down, "
        f"{int(counts.sum()) - up - down} unclear, {table['direction'].isna().sum()} with too few "
        f"scores, or too many equal ones, for a test."
    )
    thin = thin_words(table.attrs.get("thin_years", {}), _fullest(series))
    notes = [f"the cohort leaves out {thin}"] if thin else []
    if math.isnan(table.attrs.get("persistence", {}).get("phi", 0.0)):
        tested = counted(table.attrs["persistence"]["n"], "country", "countries")
        notes.append(
            f"persistence cannot be estimated from {tested} with five unequal scores; p-values "
            f"need 10, or --persistence, or --null exchangeable"
        )
    rows = rows_of(table, options.country)
    return Answer(rows, summary, TREND_COLUMNS, notes, _assumption(table))


def _assumption(table: pd.DataFrame) -> str:
    """Return the assumption of the p-values of trends."""
    if table.attrs["null"] == "exchangeable":
        return (
            "The p-values assume that a country's years are exchangeable; scores linger from year "
            "to year, so they overstate the evidence."
        )
    persistence = table.attrs["persistence"]
    if math.isnan(persistence["phi"]):
        return "The p-values are missing: they need an estimate of how scores linger."
    estimate = f" {persistence['se']:.2f}, {persistence['n']} countries"
    source = f"standard error{estimate}" if persistence["n"] else "as stated"
    return (
        f"The p-values allow for scores that linger from year to year (phi = "
        f"{persistence['phi']:.2f}, {source})."
    )


def movers(reading: Reading, options: Namespace) -> Answer:
    """List the countries that moved between two years, and split the change of the mean."""
    series = one_dimension(scores_of(reading), options.dimension)
    start, end = options.start, options.end
    check_years(options)
    moved = change.movers(series, start, end)
    if not moved.n:
        raise ValueError(f"no country has a score in both {start} and {end}")
    changes = pd.concat([moved.gained, moved.stayed, moved.lost[::-1]])
    names = units_named(series, options.country) if options.country else []
    lacking = [countries.name(unit) for unit in names if unit not in changes.index]
    if lacking:
        raise ValueError(
            f"countries must have a score in both {start} and {end}; {listed(lacking)} "
            f"{'lack' if len(lacking) > 1 else 'lacks'} one"
        )
    table = pd.DataFrame(
        {str(year): series.xs(year, level="year").reindex(changes.index) for year in (start, end)}
    ).assign(change=changes)
    parts = averages.decompose(series, start=start, end=end)
    summary = (
        f"{series.name}, {start} to {end}: of {moved.n} countries with both scores "
        f"{len(moved.gained)} gained, {len(moved.lost)} lost, {len(moved.stayed)} stayed the same. "
        f"The mean moved by {parts.total:+.2f}: {parts.within:+.2f} within countries, "
        f"{parts.entry:+.2f} by entry (n = {parts.n_entrants}), {parts.exit:+.2f} by exit "
        f"(n = {parts.n_leavers})."
    )
    notes = _thin_notes(series, start, end)
    return Answer(rows_of(table, options.country), summary, notes=notes)


def standings(reading: Reading, options: Namespace) -> Answer:
    """Rank the countries of a year, each rank with its range."""
    panel = scores_of(reading)
    is_whole = list(panel.columns) == ["overall"]
    settings, sentence = _range(reading, options, is_whole=is_whole)
    ranking = ranges.standings(panel, year=options.year, codebook=reading.codebook, **settings)
    if ranking["rank_low"].isna().all():
        raise ValueError(f"no country has all its scores in {options.year}")
    n = int(ranking["rank"].notna().sum())
    rows = rows_of(ranking, options.country)
    summary = f"Countries ranked in {options.year}: {n}."
    if options.accuracy is not None and options.country:
        condition = f"If {miscoded(options.accuracy)}"
        for unit, row in rows.dropna(subset="rank").iterrows():
            words = rank_words(countries.name(str(unit)), row["rank_low"], row["rank_high"])
            summary += f" {condition}, {words}."
    notes = _thin_notes(panel["overall"], options.year)
    return Answer(rows, summary, None, notes, sentence)


def _range(reading: Reading, options: Namespace, *, is_whole: bool) -> tuple[dict[str, Any], str]:
    """Return the arguments of `standings` that set the range, and a sentence about it.

    Overall scores alone are not weighted anew.
    """
    if is_whole and options.weights is None and options.min_weight is None and not options.accuracy:
        return {}, "Range: the rank alone; other weights need the dimensions."
    undecided = (
        " Countries whose score depends on missing codings are not ranked."
        if reading.holds == "codings"
        else ""
    )
    weights, min_weight, accuracy = options.weights, options.min_weight, options.accuracy
    if accuracy is not None:
        if weights not in (None, "equal"):
            raise ValueError("--accuracy needs equal weights; drop --weights")
        sentence = (
            f"Range: 95 % for one country, if {miscoded(accuracy)}; coders err independently, and "
            "levels that are common in all years are likelier."
        )
        return {"error": accuracy}, sentence + undecided
    if weights in (None, "any"):
        sentence = (
            f"Range: over all weights of at least {float(min_weight):g}."
            if min_weight
            else "Range: any weights, zero included; columns in _tenth: each dimension keeps a "
            "tenth of the weight or more."
        )
        return {"min_weight": min_weight or 0}, sentence + undecided
    if min_weight is not None:
        raise ValueError("--min-weight needs --weights any; drop one of the two")
    if weights == "equal":
        if reading.holds == "scores":
            return {}, "Range: the rank at equal weights."
        bounds = scores.score_bounds(reading.panel, codebook=reading.codebook)
        return {"bounds": bounds}, (
            "Range: over all possible values of the missing codings. A rank is shown only where "
            "these do not change it."
        )
    names = [each.name for each in reading.codebook.dimensions]
    try:
        numbers = dict(zip(names, map(float, weights.split(",")), strict=True))
    except ValueError:
        raise ValueError(
            f"--weights must be any, equal, or {len(names)} numbers with commas between, for "
            f"{listed(names)}; got {weights!r}"
        ) from None
    return {"weights": numbers}, "Ranks by the weighted sum."


def check(reading: Reading, options: Namespace) -> str:
    """Describe a file: its content, its findings, and its missing cells."""
    evidence = _evidence(reading, options)
    counts = coverage(reading.panel, evidence=evidence, codebook=reading.codebook)
    years = counts.by_year.index
    span = f", {years.min()} to {years.max()}" if len(years) else ""
    with pd.option_context("display.width", None):
        by_year = counts.by_year.to_string()
    gaps = counts.by_country[counts.by_country["gaps"].map(len) > 0]["gaps"]
    findings = findings_in(reading.findings)
    lines = [
        f"Source: {printable(reading.source)}",
        f"Holds: {reading.holds} of {printable(reading.codebook.name)}",
        *(f"  {printable(f'{name}: column {col}')}" for name, col in reading.columns.items()),
        f"Rows: {len(reading.panel):,}; countries: {len(counts.by_country):,}{span}",
        f"\nCells with a value, by year:\n{by_year}",
        f"\nCountries with a gap between years: {len(gaps)}",
        *(
            f"  {countries.name(str(unit))}: {', '.join(map(str, each))}"
            for unit, each in gaps.items()
        ),
        *(_undecided(reading) if reading.holds == "codings" else _sums(reading)),
        *_unsourced(counts),
        f"\nFindings: {len(findings)}",
        *(f"  {with_flag(finding)}" for finding in findings),
    ]
    return "\n".join(lines)


def _unsourced(counts: Coverage) -> list[str]:
    """Count the codings without evidence, where evidence was given."""
    if counts.by_indicator is None:
        return []
    with pd.option_context("display.width", None):
        table = counts.by_indicator.to_string()
    return [f"\nEvidence: {unsourced_words(counts.by_indicator)}\n{table}"]


def _undecided(reading: Reading) -> list[str]:
    bounds = scores.score_bounds(reading.panel, codebook=reading.codebook)
    lines = ["\nScores that the missing codings leave undecided:"]
    for name in reading.codebook.score_scales:
        n = int((bounds[f"{name}_low"] < bounds[f"{name}_high"]).sum())
        lines.append(f"  {printable(name)}: {n:,} of {len(bounds):,}")
    return lines


def _sums(reading: Reading) -> list[str]:
    """Report whether the overall scores of a file are the sums of its dimensions."""
    if len(reading.panel.columns) == 1:
        return ["\nSums: the file has overall scores alone"]
    n = int(reading.panel["overall"].notna().sum())
    if "overall" not in reading.columns:
        return [f"\nSums: the file has no overall score; {n:,} rows have all dimensions"]
    verdict = "all add up"
    for finding in findings_in(reading.findings):
        if finding.kind == "summed":  # by the reader: the file has no overall score there
            n -= finding.rows
        elif finding.kind == "unequal":  # dropped by the reader
            n += finding.rows
            verdict = f"{finding.rows:,} do not, the first {finding.first}"
    return [f"\nSums: {n:,} rows have all dimensions and an overall score; {verdict}"]


def report(reading: Reading, options: Namespace) -> str | bytes:
    """Write a report as one HTML file."""
    from ..report import write  # loads templates, which the other commands do without

    evidence = _evidence(reading, options)
    latent = None
    if options.latent is not None:
        from .fitting import fit_for_report  # most reports do without

        latent = fit_for_report(scores_of(reading), options.latent, reading.codebook)

    def to_file(path: str) -> None:
        write(reading, path, countries=options.country, evidence=evidence, latent=latent)

    return _page(to_file, options.output, f"the report on {reading.source}")


def explore(reading: Reading, options: Namespace) -> str | bytes:
    """Write a page on which a reader chooses the weights, as one HTML file."""
    from ..report import explore as write

    def to_file(path: str) -> None:
        write(reading, path, country=options.country, year=options.year)

    return _page(to_file, options.output, f"choose the weights of {reading.source}")


def brief(reading: Reading, options: Namespace) -> str | bytes:
    """Write a brief on one country as an HTML or a Word file."""
    from .. import report as room  # loads templates, which the other commands do without

    evidence = _evidence(reading, options)

    def to_file(path: str) -> None:
        room.brief(
            reading,
            options.country,
            path,
            year=options.year,
            peers=options.peer,
            evidence=evidence,
        )

    (unit,) = units_named(reading.panel, options.country)
    return _page(to_file, options.output, f"the brief on {countries.name(unit)}, two sheets of A4")


def _page(to_file: Callable[[str], None], output: str, words: str) -> str | bytes:
    """Write a page to a file and name it with its size, or return it for standard output."""
    if output == "-":
        return content_of(to_file, "page.html")
    to_file(output)
    return f"{printable(output)}: {words}, {Path(output).stat().st_size / 1e3:,.0f} KB"


def values(reading: Reading, options: Namespace) -> Answer:
    """Return any table by country and year."""
    table = reading.panel
    rows = rows_of(table, options.country)
    n = len(rows.index.unique("country"))
    return Answer(rows, f"{len(rows):,} country-years of {counted(n, 'country', 'countries')}.")


def splice(first: Reading, second: Reading, options: Namespace) -> Answer:
    """Append the years or countries of a second file; score codings beside scores."""
    both_codings = first.holds == second.holds == "codings"
    panels = [each.panel if both_codings else scores_of(each) for each in (first, second)]
    table = splicing.splice(*panels, prefer=options.prefer, rules=options.rules)
    rows = rows_of(table, options.country)
    notes = (SPANS_LOST,) if str(options.output).endswith(".csv") else ()
    return Answer(rows, f"{len(rows):,} country-years of both files.", None, notes)


SPANS_LOST = (
    "a CSV file does not state where one source ends and the other begins, so that no chart marks "
    "it; .xlsx, .dta, .parquet and .json do"
)
"""The warning about two sources in one CSV file."""


def compare(first: Reading, second: Reading, options: Namespace) -> Answer:
    """Compare the scores of two files."""
    comparison = vintages.compare(
        one_dimension(scores_of(first), options.dimension),
        second.panel[options.values_of_other]
        if second.holds == "values"
        else one_dimension(scores_of(second), options.dimension),
        scale=None if options.scale is None else tuple(options.scale),
        lower_is_better=options.lower_is_better,
    )
    tables = {
        "years": comparison.by_year,
        "trends": comparison.trends,
        "differing": comparison.differing,
    }
    return Answer(tables[options.table], str(comparison), has_message=True)


class Message(NamedTuple):
    """What a command says, or the file that it writes to standard output."""

    content: str | bytes
    notes: Sequence[str] = ()
    status: int = 0


def content_of(write: Callable[[str], object], name: str) -> bytes:
    """Return the bytes that a function writes to a file."""
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        write(str(path))
        return path.read_bytes()


def codebook(options: Namespace) -> str:
    """Write a codebook as a document, or return it in Markdown."""
    book = codebook_named(options.file)
    output = options.output
    if output is None or output == "-":
        return content_of(lambda path: codebooks.write(book, path), "codebook.md").decode().rstrip()
    codebooks.write(book, output)
    return f"{printable(output)}: the codebook {listed([book.name])}, {listed([book.title])}"


def codebook_named(text: str | None) -> Codebook:
    """Return the codebook of a file or of a name; the default one without either."""
    names = {"3P": THREE_P, "THREE_P": THREE_P, "HTI": HTI}
    if text is None:
        return THREE_P
    if text.upper() in names and not Path(text).is_file():
        return names[text.upper()]
    return codebooks.read(text)


def scores_of(reading: Reading) -> pd.DataFrame:
    """Return the scores in a file, or those of its codings."""
    if reading.holds == "scores":
        return reading.panel
    return scores.score(reading.panel, codebook=reading.codebook)


def one_dimension(panel: pd.DataFrame, dimension: str) -> pd.Series:
    """Return the scores of one dimension, or refuse an unknown one."""
    return panel[one_of("--dimension", dimension, tuple(panel.columns))]


def check_years(options: Namespace) -> None:
    """Refuse a change that does not end after it starts."""
    if None not in (options.start, options.end) and options.start >= options.end:
        raise ValueError(f"--start must be before --end; got {options.start} and {options.end}")


def rows_of(table: pd.DataFrame, names: list[str] | None) -> pd.DataFrame:
    """Return the rows of named countries, or all rows."""
    if not names:
        return table
    return table[table.index.get_level_values("country").isin(units_named(table, names))]


def _thin_notes(series: pd.Series, *years: int) -> list[str]:
    """Describe the years that have too few scores for a comparison."""
    thin = thin_years(series)
    lines = []
    for year in years:
        if year in thin:
            countries_have = "country has" if thin[year] == 1 else "countries have"
            lines.append(
                f"{year} is a thin year: {thin[year]} {countries_have} a score, "
                f"{_fullest(series)} in the fullest year"
            )
    return lines


def _fullest(series: pd.Series) -> int:
    return int(series.groupby(level="year").count().max())
