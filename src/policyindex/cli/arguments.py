"""The commands, their arguments and help; the flags that stand for the library's arguments."""

from __future__ import annotations

from argparse import (
    Action,
    ArgumentParser,
    ArgumentTypeError,
    BooleanOptionalAction,
    Namespace,
    RawDescriptionHelpFormatter,
    _SubParsersAction,
)
from ast import literal_eval
from fractions import Fraction
from shlex import quote
from typing import Any, TypeAlias

from .._options import Argument, OptionError
from .._version import __version__
from ..reading.findings import Finding

Subparsers: TypeAlias = "_SubParsersAction[ArgumentParser]"

EXAMPLES = """
  policyindex report                           a page about the demo: report.html (SYNTHETIC data)
  policyindex report published.dta --country Nigeria -o published.html
  policyindex explore published.dta --country Nigeria -o explore.html
  policyindex brief published.dta Nigeria -o nigeria.html
  policyindex brief published.dta Nigeria --year 2010 --peer Ghana --peer Kenya -o nigeria.docx
  policyindex score                            the scores of the demo (SYNTHETIC data)
  policyindex score codings.csv -o scores.csv  from codings to scores
  policyindex score published.dta --country Nigeria --country KOR
  policyindex explain codings.csv "South Korea" 2009
  policyindex check scores.xlsx
  policyindex trends published.dta --dimension protection --years 2000 2013 --cohort balanced
  policyindex movers published.dta --start 2000 --end 2009
  policyindex standings published.dta --year 2009 --min-weight 0.1
  policyindex standings published.dta --year 2009 --accuracy 0.9
  policyindex chart trend published.dta --country Italy --country KOR -o trend.svg
  policyindex chart world published.dta --year 2009 -o world.png
  policyindex chart standings published.dta --year 2009 --accuracy 0.9 -o standings.pdf
  policyindex chart heatmap published.dta --region Africa --highlight Nigeria -o africa.png
  policyindex chart event-study published.dta --events laws.csv --event full_law -o laws.pdf
  policyindex standings published.dta --year 2009 -o standings.tex
  policyindex values gdp.xlsx --columns gdp=GDPpc -o gdp.dta
  policyindex splice published.dta later.csv -o both.csv
  policyindex compare published.dta mine.csv --dimension protection
  policyindex compare published.dta tiers.csv --values tier --scale 1 3 --lower-is-better
"""

READING = """
FILE is CSV, Excel, OpenDocument, Stata, SPSS, Parquet or JSON, or - for standard input, and holds
codings or scores; the word demo stands for the demonstration data. OUT is a file, or - for
standard output. The ending of the name of a table's file sets its format: .csv, .xlsx, .dta,
.parquet, .json, .md or .tex. Without OUT a terminal shows a formatted table; a pipe receives CSV.
The exit status is 0, 1 if the data have problems, or 2 if the command has."""


def parser() -> ArgumentParser:
    """Return the parser of all commands."""
    root = ArgumentParser(
        "policyindex",
        description="Compute the 3P Anti-trafficking Policy Index, exactly.",
        epilog=_epilog(),
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    root.add_argument("--version", action="version", version=f"policyindex {__version__}")
    root.add_argument(
        "--print-completion",
        choices=("bash", "zsh", "tcsh"),
        action=_PrintCompletion,
        help="print a script that completes commands in this shell (needs the extra completion)",
    )
    subparsers = root.add_subparsers(metavar="COMMAND", dest="command", required=True)
    for add in (
        _score,
        _explain,
        _check,
        _trends,
        _movers,
        _standings,
        _chart,
        _report,
        _explore,
        _brief,
        _values,
        _splice,
        _compare,
    ):
        add(subparsers)
    return root


def _epilog(command: str = "") -> str:
    """Return the examples of one command, or of all."""
    lines = [line for line in EXAMPLES.splitlines() if f"policyindex {command}" in line]
    return "\n".join(["examples:", *lines, READING])


class _PrintCompletion(Action):
    """Print the script with which a shell completes the commands, and exit."""

    def __call__(
        self, parser: ArgumentParser, _: Namespace, shell: Any, __: str | None = None
    ) -> None:
        try:
            import shtab
        except ImportError:
            parser.error("completion needs another library: install policyindex[completion]")
        print(shtab.complete(parser, shell))
        parser.exit()


def _command(
    subparsers: Subparsers, name: str, usage: str, summary: str, description: str = ""
) -> ArgumentParser:
    """Add a command; its summary, as a sentence, is the description by default."""
    command = subparsers.add_parser(
        name,
        usage=f"%(prog)s {usage}",
        help=summary,
        description=description or f"{summary[0].upper()}{summary[1:]}.",
        epilog=_epilog(name),
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.set_defaults(checks=False, published=False, endings=None, advice="")
    return command


def _score(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "score",
        "[FILE] [options] [-o OUT]",
        "score codings, or print scores",
        "Score codings. A file of scores is printed with the sum of its dimensions.",
    )
    _add_file(command, nargs="?")
    command.add_argument("--year", type=int, action="append", help="only this year; repeatable")
    command.add_argument(
        "--bounds",
        action="store_true",
        help="add the lowest and the highest score that the missing codings allow",
    )
    _add_rows(command)
    _add_output(command)
    _add_reading(command)


def _explain(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "explain",
        "FILE COUNTRY YEAR [options]",
        "explain the scores of a country in a year, and list the changes that would raise them",
    )
    _add_file(command, help="a file of codings, or demo")
    command.add_argument("country", metavar="COUNTRY", help="name or code")
    command.add_argument("year", metavar="YEAR", type=int)
    _add_reading(command)


def _check(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "check",
        "FILE [options]",
        "describe the content of a file, and list every problem in it",
        "Describe the content of a file; list what was repaired, what was dropped, and what is "
        "missing.",
    )
    _add_file(command)
    # Unknown countries are findings here, so the option of dropping them would change nothing.
    command.set_defaults(checks=True, drop_unmatched=None)
    _add_reading(command, without="--drop-unmatched")


def _trends(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "trends",
        "FILE [options] [-o OUT]",
        "test the scores of every country for a trend",
        "Test whether the scores of every country rise or fall by more than persistence explains\n"
        "(Mann-Kendall; persistence: how strongly scores linger from year to year, estimated from\n"
        "all countries), and estimate its slope (points per year).",
    )
    _add_file(command)
    command.add_argument(
        "--cohort",
        type=_cohort,
        default="all",
        help="the countries: all (default), balanced (with a score in every year), or a year "
        "(with a score in that year)",
    )
    command.add_argument(
        "--years", type=int, nargs=2, metavar=("FIRST", "LAST"), help="only these years"
    )
    command.add_argument(
        "--null",
        choices=("persistent", "exchangeable"),
        default="persistent",
        help="what scores without a trend do: linger from year to year (default), or come in any "
        "order",
    )
    command.add_argument(
        "--adjust",
        choices=("discrete", "bh"),
        default="discrete",
        help="adjustment of p-values for many countries: for discrete tests (default), or that of "
        "Benjamini and Hochberg, which also holds its level on scales of few levels",
    )
    command.add_argument(
        "--persistence",
        type=float,
        metavar="PHI",
        help="share of a departure from the usual level that is left a year later, 0 to 0.99 "
        "(default: estimated)",
    )
    _add_dimension(command)
    _add_rows(command)
    _add_output(command)
    _add_reading(command)


def _movers(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "movers",
        "FILE --start YEAR --end YEAR [options] [-o OUT]",
        "list the countries that moved between two years",
        "List the countries that moved between two years, the largest gain first. Split the\n"
        "change of the mean into change within countries, entry and exit.",
    )
    _add_file(command)
    _add_years(command, required=True)
    _add_dimension(command)
    _add_rows(command)
    _add_output(command)
    _add_reading(command)


def _standings(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "standings",
        "FILE --year YEAR [options] [-o OUT]",
        "rank the countries of a year, each rank with its range",
        "Rank the countries of a year. rank_low and rank_high are the range of a rank (1 = best):\n"
        "under other weights, under coding error, or over the missing codings.",
    )
    _add_file(command)
    command.add_argument("--year", type=int, required=True)
    command.add_argument(
        "--weights",
        metavar="any|equal|A,B,C",
        help="any (default): ranks at equal weights, ranges over any weights, zero included; "
        "equal: ranks at equal weights, ranges over the missing codings; A,B,C: the weight of "
        "each dimension, without ranges",
    )
    _add_range(command)
    _add_rows(command)
    _add_output(command)
    _add_reading(command)


def _report(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "report",
        "[FILE] [options] [-o OUT]",
        "write a report as one HTML file",
        "Write a report that works offline and prints well: who leads, who moved, how sure the\n"
        "ranking is, what is missing, and a section for each country.",
    )
    _add_file(command, nargs="?")
    command.add_argument(
        "--published",
        action="store_true",
        help="report on the published scores, downloaded once (needs the extra fetch)",
    )
    command.add_argument(
        "--country",
        metavar="NAME",
        action="append",
        help="a section for this country only, by name or code; repeatable",
    )
    _add_output(command, default="report.html", help="report.html by default")
    command.set_defaults(endings=(".html",))
    _add_reading(command)


def _explore(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "explore",
        "[FILE] [options] [-o OUT]",
        "write a page on which a reader chooses the weights, as one HTML file",
        "Write a page that works offline: a reader moves the weights of the dimensions, the year\n"
        "and the country, and the ranks of all countries follow, exactly.",
    )
    _add_file(command, nargs="?")
    command.add_argument(
        "--published",
        action="store_true",
        help="explore the published scores, downloaded once (needs the extra fetch)",
    )
    command.add_argument(
        "--country",
        metavar="NAME",
        help="the country that the page opens with, by name or code; by default the one whose "
        "rank moves most",
    )
    command.add_argument(
        "--year", type=int, help="the year that the page opens with; by default the last"
    )
    _add_output(command, default="explore.html", help="explore.html by default")
    command.set_defaults(endings=(".html",))
    _add_reading(command)


def _brief(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "brief",
        "FILE COUNTRY [options] [-o OUT]",
        "write a brief on one country, two sheets of A4",
        "Write a brief on one country that prints to two sheets of A4: where it stands and how\n"
        "firm that is, what its levels mean, neighbours, peers, what would raise the score, and\n"
        "what the numbers assume. The ending of the name sets the format: .html, or .docx for\n"
        "Word, which needs the extra word. For a PDF, write a page and print it.",
    )
    _add_file(command)
    command.add_argument("country", metavar="COUNTRY", help="name or code")
    command.add_argument(
        "--year",
        type=int,
        help="the year of the brief, by default the last in which the country has a score",
    )
    command.add_argument(
        "--peer",
        metavar="NAME",
        action="append",
        help="a country to compare with, by name or code; repeatable; by default those of the "
        "region with the nearest scores",
    )
    _add_output(command, default="brief.html", help="brief.html by default; - for standard output")
    command.set_defaults(endings=(".html", ".docx"), advice="for a PDF, write a page and print it")
    _add_reading(command)


def _values(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "values",
        "FILE [--columns NAME ...] [options] [-o OUT]",
        "print a table of any values by country and year",
        "Print any table by country and year, e.g. of GDP or of ratings, with the codes of the\n"
        "countries.",
    )
    _add_file(command, help="a file of values, one row or one column for each year")
    command.add_argument(
        "--columns",
        nargs="+",
        type=_column_of,
        metavar="NAME",
        help="only these columns; NEW=COLUMN renames one",
    )
    command.add_argument(
        "--text", nargs="+", metavar="COLUMN", default=[], help="columns to keep as text"
    )
    _add_rows(command)
    _add_output(command)
    _add_options(command, VALUE_OPTIONS)


def _splice(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "splice",
        "FIRST SECOND [options] [-o OUT]",
        "append the years or countries of a second file",
        "Append the years or countries of a second file to those of a first. Codings are scored\n"
        "if the other file holds scores.",
    )
    _add_files(command, "first", "second")
    command.add_argument(
        "--prefer",
        choices=("first", "second"),
        help="the file whose row counts where both have one",
    )
    command.add_argument(
        "--rules",
        choices=("mixed",),
        help="needed for scores by different rules, or if those of one file alone are stated",
    )
    _add_rows(command)
    _add_output(command)
    _add_reading(command, pairs=True)


def _compare(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "compare",
        "FILE OTHER [options] [-o OUT]",
        "compare two indices, or two vintages of one",
        "Compare the scores of two files, country-year by country-year.",
    )
    _add_files(command, "file", "other")
    _add_dimension(command)
    command.add_argument(
        "--table",
        choices=("years", "trends", "differing"),
        default="years",
        help="the table: agreement by year (default), the direction of each country in both, or "
        "the country-years that differ",
    )
    command.add_argument(
        "--values",
        metavar="COLUMN",
        dest="values_of_other",
        help="the column of OTHER to compare with, where it holds other values than scores",
    )
    command.add_argument(
        "--scale",
        nargs=2,
        type=int,
        metavar=("LOW", "HIGH"),
        help="the scale of OTHER, if it has one of its own: levels are then not compared",
    )
    command.add_argument(
        "--lower-is-better",
        action="store_true",
        help="the lowest value of OTHER is the best, as that of tiers is",
    )
    _add_output(command)
    _add_reading(command, pairs=True)


def _chart(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "chart",
        "KIND FILE [options] -o OUT",
        "draw a chart to a PNG, SVG or PDF file",
        "Draw a chart to a file. The ending of its name sets the format: PNG, SVG or PDF.\n"
        "Standard output receives SVG.",
    )
    kinds = command.add_subparsers(
        prog="policyindex chart", metavar="KIND", dest="kind_of_chart", required=True
    )

    trend = _kind(kinds, "trend", "countries over time", "--country NAME")
    _add_countries(trend)
    _add_dimension(trend)
    trend.add_argument(
        "--mean",
        choices=("all", "balanced", "region"),
        help="add the mean of all countries, of those with a score in every year, or of the region",
    )
    trend.add_argument(
        "--band",
        choices=("sd", "se"),
        help="one standard deviation around the mean, or 1.96 standard errors",
    )
    trend.add_argument(
        "--context",
        choices=("band", "lines", "none"),
        default="band",
        help="behind the countries: the median and the middle 80 %% of all (default), a line for "
        "each of the others, or neither",
    )
    _add_events(trend)

    multiples = _kind(kinds, "small-multiples", "a small chart for each country", "--country NAME")
    _add_countries(multiples)
    _add_dimension(multiples)
    multiples.add_argument(
        "--baseline",
        type=lambda text: int(text) if text.isdecimal() else text,
        metavar="YEAR|entry",
        help="a dashed line at the score of this year, or of each country's first year",
    )
    _add_events(multiples)

    _add_countries(
        _kind(kinds, "profile", "one country: its scores and its rank", "--country NAME")
    )

    heatmap = _kind(kinds, "heatmap", "all countries and years")
    _add_dimension(heatmap)
    heatmap.add_argument(
        "--order",
        choices=("region", "latest", "name", "listed"),
        help="rows by region (default), by the latest score, by name, or in the order of "
        "--country (default with it)",
    )
    _add_rows(heatmap, "only this country, by name or code; repeatable")
    _add_region(heatmap)

    movers = _kind(
        kinds, "movers", "countries that moved between two years", "--start YEAR --end YEAR"
    )
    _add_years(movers, required=True)
    _add_dimension(movers)
    movers.add_argument(
        "--top",
        type=_top,
        metavar="N|all",
        default=10,
        help="most countries to list each way; 10 by default",
    )

    standings = _kind(
        kinds, "standings", "countries by rank, each rank with its range", "--year YEAR"
    )
    standings.add_argument("--year", type=int, required=True)
    _add_range(standings)
    standings.add_argument(
        "--top", type=_top, metavar="N", help="only the first N countries; by default all"
    )
    _add_region(standings)

    _kind(kinds, "yearly-means", "yearly means of all countries and of a balanced cohort")

    decompose = _kind(kinds, "decompose", "the parts of the change of the mean, year by year")
    _add_years(decompose, required=False)
    _add_dimension(decompose)

    event_study = _kind(kinds, "event-study", "the change around an event", "--events FILE")
    _add_events(event_study, required=True)
    _add_dimension(event_study)
    event_study.add_argument(
        "--window",
        type=int,
        nargs=2,
        metavar=("FIRST", "LAST"),
        default=(-10, 10),
        help="first and last year around the event; -10 10 by default",
    )
    event_study.add_argument(
        "--base",
        type=int,
        metavar="YEARS",
        default=-1,
        help="years after the event since which change is measured; -1 by default, the year before",
    )
    event_study.add_argument(
        "--control",
        choices=("not_yet", "never", "none"),
        default="not_yet",
        help="countries compared to: without the event so far (default), never with it, or none",
    )

    _add_dimension(_kind(kinds, "transitions", "moves from level to level"))

    world = _kind(kinds, "world", "a map of equal squares", "--year YEAR")
    world.add_argument("--year", type=int, required=True)
    _add_dimension(world)
    _add_region(world)

    for name, each in kinds.choices.items():
        _add_look(each, countries=name not in WITHOUT_COUNTRIES)
        _add_output(each, required=True, help="a file, or - for SVG on standard output")
        _add_reading(each)


def _kind(kinds: Subparsers, name: str, summary: str, required: str = "") -> ArgumentParser:
    """Add a kind of chart; `required` are the options it needs, for its usage."""
    each = kinds.add_parser(
        name,
        usage=f"%(prog)s {f'FILE {required}'.strip()} [options] -o OUT",
        help=summary,
        description=f"Draw a chart: {summary}.",
        epilog=_epilog(f"chart {name} "),
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    each.set_defaults(endings=(".png", ".svg", ".pdf"))
    _add_file(each, help="a file of codings or scores, or demo")
    return each


def _add_file(command: ArgumentParser, **settings: Any) -> None:
    _complete_files(command.add_argument("file", metavar="FILE", **settings))


def _add_files(command: ArgumentParser, *names: str) -> None:
    for name in names:
        _complete_files(command.add_argument(name, metavar=name.upper()))


def _add_output(command: ArgumentParser, **settings: Any) -> None:
    settings = {
        "help": "write the table to this file, in the format of its ending, or CSV to - (standard "
        "output)"
    } | settings
    _complete_files(command.add_argument("-o", "--output", metavar="OUT", **settings))


def _complete_files(argument: Action) -> None:
    """Let shtab complete an argument with the names of files."""
    names = {"bash": "_shtab_compgen_files", "zsh": "_files", "tcsh": "f"}
    argument.complete = names  # type: ignore[attr-defined]


def _add_rows(
    command: ArgumentParser, words: str = "print only this country, by name or code; repeatable"
) -> None:
    command.add_argument("--country", metavar="NAME", action="append", help=words)


def _add_region(command: ArgumentParser) -> None:
    command.add_argument(
        "--region",
        metavar="NAME",
        help="only the countries of this region, of the United Nations or the World Bank",
    )


WITHOUT_COUNTRIES = ("yearly-means", "decompose", "event-study", "transitions")
"""Kinds of charts that show no single country, so that none can be stressed."""


def _add_look(command: ArgumentParser, *, countries: bool) -> None:
    """Add the options that all charts share."""
    look = command.add_argument_group("words and looks")
    look.add_argument("--title", metavar="TEXT", help="in the place of the default title")
    look.add_argument("--subtitle", metavar="TEXT", help="in the place of the default subtitle")
    look.add_argument("--note", metavar="TEXT", help="add a sentence to the footnote")
    if countries:
        look.add_argument(
            "--highlight",
            metavar="NAME",
            action="append",
            help="a country to stress, by name or code; repeatable",
        )
    else:
        look.set_defaults(highlight=None)
    look.add_argument(
        "--width",
        type=_width,
        metavar="INCHES",
        help="width of the picture, 4.5 to 30; its type keeps its size",
    )


def _add_countries(command: ArgumentParser) -> None:
    command.add_argument(
        "--country",
        metavar="NAME",
        action="append",
        required=True,
        help="by name or code; repeatable",
    )


def _add_dimension(command: ArgumentParser) -> None:
    command.add_argument(
        "--dimension", metavar="NAME", default="overall", help="the overall index by default"
    )


def _add_years(command: ArgumentParser, *, required: bool) -> None:
    for option in ("--start", "--end"):
        command.add_argument(option, type=int, metavar="YEAR", required=required)


def _add_range(command: ArgumentParser) -> None:
    options = command.add_mutually_exclusive_group()
    options.add_argument(
        "--min-weight",
        type=_share,
        metavar="SHARE",
        help="least weight of a dimension, e.g. 0.1; ranges are over all weights of at least this",
    )
    options.add_argument(
        "--accuracy",
        type=_probability,
        metavar="P",
        help="probability that a level is coded correctly, e.g. 0.9; adds 95 %% ranges of ranks",
    )


def _add_events(command: ArgumentParser, *, required: bool = False) -> None:
    _complete_files(
        command.add_argument(
            "--events",
            metavar="FILE",
            required=required,
            help="years of events, one row per country",
        )
    )
    command.add_argument(
        "--event", metavar="COLUMN", help="the column of that file, if it has several"
    )


def _share(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ArgumentTypeError(f"must be a number, e.g. 0.1 or 1/3; got {text!r}") from None


def _probability(text: str) -> float:
    try:
        probability = float(text)
    except ValueError:
        probability = -1
    if 0 <= probability <= 1:
        return probability
    raise ArgumentTypeError(f"must be a number from 0 to 1; got {text!r}")


def _top(text: str) -> int | None:
    if text == "all":
        return None
    if text.isdecimal() and int(text):
        return int(text)
    raise ArgumentTypeError(f"must be a positive integer, or all; got {text!r}")


def _width(text: str) -> float:
    try:
        width = float(text)
    except ValueError:
        width = 0
    if 4.5 <= width <= 30:
        return width
    raise ArgumentTypeError(f"must be a number of inches from 4.5 to 30; got {text!r}")


def _cohort(text: str) -> str | int:
    if text in ("all", "balanced"):
        return text
    if text.isdecimal():
        return int(text)
    raise ArgumentTypeError(f"must be all, balanced or a year; got {text!r}")


def _pair(text: str) -> tuple[str, str]:
    name, equals, column = text.partition("=")
    if not (name and equals and column):
        raise ArgumentTypeError(f"must be NAME=COLUMN; got {text!r}")
    return name, column


def _column_of(text: str) -> tuple[str, str]:
    return _pair(text) if "=" in text else (text, text)


def _header(text: str) -> int | tuple[int, ...]:
    numbers = text.split(",")
    if not all(number.isdecimal() for number in numbers) or len(numbers) > 2:
        raise ArgumentTypeError(f"must be the number of a row, or two as 3,4; got {text!r}")
    return int(text) if len(numbers) == 1 else tuple(map(int, numbers))


def _sentinel(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


READING_OPTIONS: dict[str, dict[str, Any]] = {
    "--holds": {
        "choices": ("codings", "scores"),
        "help": "the part to read of a file that holds both; codings by default",
    },
    "--country-column": {"metavar": "COLUMN", "help": "the column of countries"},
    "--kind": {
        "help": "the kind of name or code in it: name, iso2, iso3, numeric, cow, cowc, "
        "world_bank; any, for units that are not countries"
    },
    "--year-column": {"metavar": "COLUMN", "help": "the column of years"},
    "--file-year": {"metavar": "YEAR", "type": int, "help": "the year of all rows"},
    "--report-years": {
        "action": BooleanOptionalAction,
        "help": "the years are those of TIP reports, each of which describes the year before; by "
        "default only in a file of the Human Trafficking Indicators",
    },
    "--column": {
        "metavar": "NAME=COLUMN",
        "action": "append",
        "type": _pair,
        "help": "the column of a dimension or an indicator; repeatable",
    },
    "--sentinel": {
        "metavar": "CELL",
        "action": "append",
        "type": _sentinel,
        "help": "a number or text that stands for a missing value, besides the usual codes; "
        "repeatable",
    },
    "--sheet": {
        "help": "the sheet of a workbook, by name or by position, counted from 0, by default the "
        "first visible one; all, for a sheet for each year or dimension"
    },
    "--layout": {
        "choices": ("rows", "wide", "long"),
        "help": "a row for each country and year, a column for each year, or a row for each value; "
        "recognised by default",
    },
    "--header": {
        "metavar": "ROW",
        "type": _header,
        "help": "the row of the header, counted from 1, or its two rows as 3,4",
    },
    "--encoding": {"help": "the encoding of a text file, e.g. cp850"},
    "--source": {"metavar": "LABEL", "help": "a label for the data"},
    "--drop-unmatched": {
        "action": "store_true",
        "default": None,
        "help": "drop rows of unknown countries",
    },
}
"""The reading options; each is None unless the user sets it."""

VALUE_OPTIONS = {
    flag: settings
    for flag, settings in READING_OPTIONS.items()
    if flag not in ("--holds", "--report-years", "--column")
}
"""The options with which `values` reads."""


def _add_reading(command: ArgumentParser, *, pairs: bool = False, without: str = "") -> None:
    """Add the reading options, except `without`; of a pair of files each may have its own."""
    flags = {flag: settings for flag, settings in READING_OPTIONS.items() if flag != without}
    _add_options(command, flags, pairs=pairs)


def _add_options(
    command: ArgumentParser, flags: dict[str, dict[str, Any]], *, pairs: bool = False
) -> None:
    options = command.add_argument_group(
        f"how to read {'the files' if pairs else 'FILE'}, if policyindex cannot tell by itself",
        "An option counts for both files; repeat it if each needs its own." if pairs else None,
    )
    for option, settings in flags.items():
        twice: dict[str, Any] = {"action": "append"} if pairs and "action" not in settings else {}
        options.add_argument(option, **settings, **twice)


def reading_options(options: Namespace) -> list[str]:
    """List the reading options that the user set."""
    names = {flag: flag.removeprefix("--").replace("-", "_") for flag in READING_OPTIONS}
    return [flag for flag, name in names.items() if getattr(options, name, None) is not None]


def option_of(options: Namespace, name: str, place: int) -> Any:
    """Return a reading option for the first or the second file."""
    value = getattr(options, name)
    if not isinstance(value, list):
        return value
    if len(value) > 2:
        flag = f"--{name.replace('_', '-')}"
        raise ValueError(f"{flag} must be given once for each of two files; got {len(value)}")
    return value[place if len(value) == 2 else 0]


FLAGS = {
    "country_column": "--country-column",
    "encoding": "--encoding",
    "file_year": "--file-year",
    "header": "--header",
    "holds": "--holds",
    "kind": "--kind",
    "layout": "--layout",
    "min_weight": "--min-weight",
    "prefer": "--prefer",
    "report_years": "--report-years",
    "rules": "--rules",
    "sheet": "--sheet",
    "source": "--source",
    "year_column": "--year-column",
    "years": "--years",
}
"""Arguments of the library to flags that take the same value."""


def as_flag(option: Argument) -> str:
    """Return an argument as the command line writes it; as Python does if it has no flag."""
    name, value = option
    if option == ("unmatched", "'drop'"):
        return "--drop-unmatched"
    if name == "text":
        return (
            f"--text {'COLUMN' if value == '[...]' else ' '.join(map(quote, literal_eval(value)))}"
        )
    if option == ("columns", "[...]"):  # of a file of events
        return "--event COLUMN"
    if name == "sentinels":
        return " ".join(f"--sentinel {quote(str(cell))}" for cell in literal_eval(value))
    if name not in (*FLAGS, "columns"):
        return str(option)
    literal = literal_eval(value) if value else None
    if name == "columns":
        columns = literal if isinstance(literal, dict) else {"NAME": ...}
        pairs = [
            f"{key}={'COLUMN' if column is ... else column}" for key, column in columns.items()
        ]
        return " ".join(f"--column {quote(pair)}" for pair in pairs)
    return FLAGS[name] if literal is None else f"{FLAGS[name]} {quote(str(literal))}"


def with_flag(advice: OptionError | Finding) -> str:
    """Return the message of an error or a finding, and the flag that it advises."""
    return advice.message + (f" {as_flag(advice.option)}" if advice.option else "")
