"""The command line. Exit status: 0; 1 when the data have problems; 2 when the command has."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from . import _cells, countries, datasets, files
from ._version import __version__
from .codebook import THREE_P
from .explanation import explain
from .files import Reading
from .panel import PanelError, coverage
from .scoring import score, score_bounds

__all__ = ["main"]

EXAMPLES = """examples:
  policyindex score                            the demo's scores (SYNTHETIC data)
  policyindex score codings.csv -o scores.csv  codings to scores
  policyindex score published.dta --country Nigeria --country KOR
  policyindex explain codings.csv "South Korea" 2009
  policyindex check scores.xlsx

FILE is CSV, Excel, Stata or Parquet, of codings or of scores; the word demo stands for the
demonstration data. Exit status: 0; 1 when the data have problems; 2 when the command has."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after ``policyindex``; by default those of the command line.

    Returns
    -------
    int
        0; 1 when the data have problems; 2 when the command has.

    Examples
    --------
    >>> main(["explain", "demo", "Narnia", "2009"])
    2
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        chosen = _parser().parse_args(arguments)
    except SystemExit as stop:  # argparse has said what is wrong, or was asked for help
        return int(stop.code or 0)
    try:
        return int(chosen.run(chosen))
    except PanelError as error:
        return _complain(error, 1)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _complain(f"{error.filename or 'output'}: {error.strerror or error}", 2)
    except ValueError as error:
        return _complain(error, 2)
    except KeyboardInterrupt:
        return _complain("interrupted", 130)


def _complain(what: object, status: int) -> int:
    print(f"policyindex: {what}", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        "policyindex",
        description="Compute the 3P Anti-trafficking Policy Index, exactly.",
        epilog=EXAMPLES,
        formatter_class=raw,
    )
    parser.add_argument("--version", action="version", version=f"policyindex {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    scoring = commands.add_parser(
        "score",
        help="score codings, or show scores",
        description="Score codings; show scores as they are, with their sum. A table on a "
        "terminal, CSV to a file or a pipe.",
        epilog=EXAMPLES,
        formatter_class=raw,
    )
    scoring.add_argument("file", metavar="FILE", nargs="?", default="demo")
    scoring.add_argument("-o", "--output", metavar="OUT", help="write CSV to this file")
    scoring.add_argument(
        "--country",
        metavar="NAME",
        action="append",
        help="only this country, by name or code; may be repeated",
    )
    scoring.add_argument(
        "--year", type=int, action="append", help="only this year; may be repeated"
    )
    scoring.add_argument(
        "--bounds",
        action="store_true",
        help="add the lowest and highest score that the missing codings allow",
    )
    scoring.set_defaults(run=_score)

    explaining = commands.add_parser(
        "explain",
        help="say why a country has its scores in a year",
        description="Say why a country has its scores in a year, and what would raise them.",
        epilog=EXAMPLES,
        formatter_class=raw,
    )
    explaining.add_argument("file", metavar="FILE", help="a file of codings, or demo")
    explaining.add_argument("country", metavar="COUNTRY", help="name or code")
    explaining.add_argument("year", metavar="YEAR", type=int)
    explaining.set_defaults(run=_explain)

    checking = commands.add_parser(
        "check",
        help="say what a file holds and what is wrong with it",
        description="Say what a file holds, what had to be repaired, and what is missing.",
        epilog=EXAMPLES,
        formatter_class=raw,
    )
    checking.add_argument("file", metavar="FILE")
    checking.set_defaults(run=_check)

    for command in (scoring, explaining, checking):
        _add_reading(command)
    return parser


def _add_reading(command: argparse.ArgumentParser) -> None:
    options = command.add_argument_group("how to read FILE, where it is not found by itself")
    options.add_argument("--country-column", metavar="COLUMN", help="the column of countries")
    options.add_argument(
        "--kind",
        help="what the countries are given as: name, iso2, iso3, numeric, cow, cowc, world_bank",
    )
    options.add_argument("--year-column", metavar="COLUMN", help="the column of years")
    options.add_argument("--file-year", metavar="YEAR", type=int, help="the year of all its rows")
    options.add_argument(
        "--report-years",
        action="store_true",
        default=None,
        help="the years are those of TIP reports, each of which describes the year before",
    )
    options.add_argument(
        "--column",
        metavar="NAME=COLUMN",
        action="append",
        type=_pair,
        default=[],
        help="the column of a dimension or an indicator; may be repeated",
    )
    options.add_argument("--sheet", default="0", help="the sheet of an Excel file, name or place")
    options.add_argument("--source", metavar="LABEL", help="a label for the data")
    options.add_argument(
        "--drop-unmatched", action="store_true", help="leave rows of unknown countries out"
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, column = text.partition("=")
    if not (name and equals and column):
        raise argparse.ArgumentTypeError(f"must be NAME=COLUMN; got {text!r}")
    return name, column


def _read(chosen: argparse.Namespace) -> Reading:
    if chosen.file == "demo" and not Path("demo").exists():
        demo = datasets.load_demo()
        empty = pd.DataFrame(columns=["finding", "rows", "first", "action", "lost"])
        return Reading(demo, "codings", THREE_P, demo.attrs["source"], {}, empty, "")
    return files.read(
        chosen.file,
        country=chosen.country_column,
        year=chosen.year_column or chosen.file_year,
        kind=chosen.kind,
        columns=dict(chosen.column),
        report_years=chosen.report_years,
        unmatched="drop" if chosen.drop_unmatched else "raise",
        sheet=int(chosen.sheet) if chosen.sheet.isdecimal() else chosen.sheet,
        source=chosen.source,
    )


def _score(chosen: argparse.Namespace) -> int:
    reading = _read(chosen)
    for note in _told(reading.notes):
        _complain(f"note: {note}", 0)
    scores = reading.panel
    if reading.holds == "codings":
        scores = score(reading.panel, codebook=reading.codebook)
        if chosen.bounds:
            scores = scores.join(score_bounds(reading.panel, codebook=reading.codebook))
    elif chosen.bounds:
        raise ValueError("--bounds needs codings; this file holds scores")
    scores = _select(scores, chosen.country, chosen.year)
    if chosen.output:
        files.write_whole(chosen.output, _csv(scores, reading.source).encode())
    elif sys.stdout.isatty():
        print(_shown(scores, reading.source))
    else:
        sys.stdout.write(_csv(scores, reading.source))
        sys.stdout.flush()
    return 0


def _select(scores: pd.DataFrame, names: list[str] | None, years: list[int] | None) -> pd.DataFrame:
    if names:
        codes = countries.iso3(names)
        absent = [code for code in codes if code not in scores.index.unique("country")]
        if absent:
            raise ValueError(f"the file has no row of {countries.name(absent[0])}")
        scores = scores[scores.index.get_level_values("country").isin(codes)]
    if years:
        scores = scores[scores.index.get_level_values("year").isin(years)]
        if scores.empty:
            raise ValueError(f"the file has no such row of {', '.join(map(str, years))}")
    return scores


def _csv(scores: pd.DataFrame, source: str) -> str:
    return str(scores.astype("Int64").assign(source=source).to_csv(lineterminator="\n"))


def _shown(scores: pd.DataFrame, source: str) -> str:
    named = scores.astype("Int64").reset_index()
    named.insert(0, "name", named["country"].map(countries.name))
    scored = int(scores["overall"].notna().sum())
    count = f"{len(scores):,} country-years, {scored:,} with an overall score"
    return f"{named.to_string(index=False, na_rep='-')}\n\n{count}. Source: {source}."


def _explain(chosen: argparse.Namespace) -> int:
    reading = _read(chosen)
    if reading.holds == "scores":
        raise ValueError(f"explain needs codings; {chosen.file} holds scores")
    print(explain(reading.panel, chosen.country, chosen.year, codebook=reading.codebook))
    return 0


def _check(chosen: argparse.Namespace) -> int:
    reading = _read(chosen)
    panel = reading.panel
    found = coverage(panel)
    years = found.by_year.index
    print(f"Source: {reading.source}")
    print(f"Holds: {reading.holds} of {reading.codebook.name}")
    for name, column in reading.columns.items():
        print(f"  {name}: column {column}")
    span = f", {years.min()} to {years.max()}" if len(years) else ""
    print(f"Rows: {len(panel):,}; countries: {len(found.by_country):,}{span}")
    with pd.option_context("display.width", None):
        print(f"\nKnown cells by year:\n{found.by_year.to_string()}")
    gaps = found.by_country[found.by_country["gaps"].map(len) > 0]
    print(f"\nCountries with years missing between known ones: {len(gaps)}")
    for country, years in gaps["gaps"].items():
        print(f"  {countries.name(str(country))}: {', '.join(map(str, years))}")
    if reading.holds == "codings":
        print(_open_scores(reading))
    told = _told(reading.notes)
    print(f"\nFindings: {len(told)}")
    for note in told:
        print(f"  {note}")
    return int((reading.notes["lost"] > 0).any())


def _open_scores(reading: Reading) -> str:
    bounds = score_bounds(reading.panel, codebook=reading.codebook)
    lines = ["\nScores that the missing codings leave open:"]
    for name in reading.codebook.score_scales:
        undecided = int((bounds[f"{name}_low"] < bounds[f"{name}_high"]).sum())
        lines.append(f"  {name}: {undecided:,} of {len(bounds):,}")
    return "\n".join(lines)


def _told(notes: pd.DataFrame) -> list[str]:
    return [
        f"{note.finding}: {note.action}"
        + (f" ({note.rows} rows, the first {note.first})" if note.first else "")
        for note in (_cells.Note(*row) for row in notes.itertuples(index=False))
    ]
