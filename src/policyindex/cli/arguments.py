"""The commands, their arguments and help; the flags that stand for the library's arguments."""

from __future__ import annotations

import sys
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
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from .._options import Argument, OptionError
from .._version import __version__
from .._wording import JOINERS

if TYPE_CHECKING:
    from ..reading.findings import Finding

Subparsers: TypeAlias = "_SubParsersAction[ArgumentParser]"

EXAMPLES = """
  policyindex report                           a page about the demo: report.html (SYNTHETIC data)
  policyindex report published.dta --country Nigeria -o published.html
  policyindex explore published.dta --country Nigeria -o explore.html
  policyindex report published.dta --latent -o published.html
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
  policyindex latent published.dta --country Nigeria
  policyindex latent published.dta --model correlated -o latent.dta
  policyindex latent published.dta --table ranks --year 2013
  policyindex latent published.dta --table leads --country Italy --country Nigeria --year 2013
  policyindex latent published.dta --table improved --start 2000 --end 2013
  policyindex latent published.dta --table drift --item protection --since 2007
  policyindex chart trend published.dta --country Italy --country KOR -o trend.svg
  policyindex chart world published.dta --year 2009 -o world.png
  policyindex chart standings published.dta --year 2009 --accuracy 0.9 -o standings.pdf
  policyindex chart latent-scores published.dta --country Nigeria -o latent.png
  policyindex chart heatmap published.dta --region Africa --highlight Nigeria -o africa.png
  policyindex chart event-study published.dta --events laws.csv --event full_law -o laws.pdf
  policyindex standings published.dta --year 2009 -o standings.tex
  policyindex score codings.csv --codebook four.json -o scores.csv
  policyindex values gdp.xlsx --columns gdp=GDPpc -o gdp.dta
  policyindex splice published.dta later.csv -o both.xlsx
  policyindex codebook -o 3p.html              the default codebook as a page
  policyindex codebook four.xlsx -o four.docx
  policyindex compare published.dta mine.csv --dimension protection
  policyindex agreement ama.xlsx ben.xlsx -o agreement.csv
  policyindex adjudicate ama.xlsx ben.xlsx -o decisions.xlsx
  policyindex settle decisions.xlsx ama.xlsx ben.xlsx --decisions who.csv -o codings.csv
  policyindex template --coder Ama --country Nigeria --country Ghana --year 2015 -o ama.xlsx
  policyindex compare published.dta tiers.csv --values tier --scale 1 3 --lower-is-better
  policyindex release codings.csv --evidence evidence.csv --release 2015.1 -o 2015.1
  policyindex release codings.csv --release 2015.2 --previous 2015.1 -o 2015.2
  policyindex diff 2015.1 2015.2 --max-revised 5%
  policyindex report 2015.2 -o report.html     a release is read like a file
"""

READING = """
FILE is CSV, Excel, OpenDocument, Stata, SPSS, Parquet or JSON, or - for standard input, and holds
codings or scores; the word demo stands for the demonstration data. OUT is a file, or - for
standard output. The ending of the name of a table's file sets its format: .csv, .xlsx, .dta,
.parquet, .json, .md or .tex. Without OUT a terminal shows a formatted table; a pipe receives CSV.
The exit status is 0, 1 if the data have problems, or 2 if the command has."""


class _Parser(ArgumentParser):
    """Quote the words of a command in errors as a terminal can show them."""

    def error(self, message: str) -> NoReturn:
        super().error(line_of(message))


def parser() -> ArgumentParser:
    """Return the parser of all commands."""
    root: ArgumentParser = _Parser(
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
        _latent,
        _chart,
        _report,
        _explore,
        _brief,
        _values,
        _splice,
        _compare,
        _codebook,
        _template,
        _agreement,
        _adjudicate,
        _settle,
        _release,
        _diff,
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
    command.set_defaults(checks=False, published=False, codebook=None, endings=None, advice="")
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
    _add_evidence(command, "quote the evidence of the codings")
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
    _add_evidence(command, "count the codings without evidence, zeros apart,")
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


def _latent(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "latent",
        "FILE [options] [-o OUT]",
        "compute latent scores: the scores as measurements with error",
        "Fit a graded response model, and print the latent score of each country and year with\n"
        "its 95 % range, or another table of the model. A latent score is not the index.",
    )
    _add_file(command)
    _add_model(command)
    command.add_argument(
        "--table",
        choices=LATENT_TABLES,
        default="scores",
        help="the table: latent scores (default); those of each dimension, of a correlated model; "
        "the parameters of the items; the largest jumps that the model smooths; ranks in a year; "
        "leads, the probability that one country is ahead of another; improved, that a country "
        "rose between two years; drift, whether an item became stricter from a year on; predict, "
        "the probability of each level where one is missing; or check, how well levels that are "
        "hidden are predicted",
    )
    command.add_argument("--year", type=int, action="append", help="only this year; repeatable")
    _add_years(command, required=False)
    command.add_argument(
        "--item", metavar="NAME", help="of drift: the dimension or indicator that may have changed"
    )
    command.add_argument(
        "--since", type=int, metavar="YEAR", help="of drift: the first year after the change"
    )
    command.add_argument(
        "--folds",
        type=int,
        metavar="N",
        help="of check: the number of parts of which each is hidden once; 10 by default",
    )
    _add_rows(command)
    _add_output(command)
    _add_reading(command)


LATENT_TABLES = (
    "scores",
    "dimensions",
    "items",
    "jumps",
    "ranks",
    "leads",
    "improved",
    "drift",
    "predict",
    "check",
)
"""The tables of a latent model."""

MODELS = ("dynamic", "static", "correlated")


def _add_model(command: ArgumentParser) -> None:
    """Add the options of a latent model."""
    command.add_argument(
        "--model",
        choices=MODELS,
        help="dynamic (default): the position of a country lingers from year to year; static: "
        "every year is a case of its own; correlated: each of two or three dimensions has a "
        "position of its own, which takes about half a minute",
    )
    command.add_argument(
        "--items",
        choices=("dimensions", "indicators"),
        default="dimensions",
        help="the measurements: the scores of dimensions (default), or codings",
    )
    command.add_argument(
        "--silence",
        choices=("missing", "level"),
        default="missing",
        help="whether a missing coding of an indicator is missing (default), or a level below the "
        "worst",
    )
    command.add_argument(
        "--years", type=int, nargs=2, metavar=("FIRST", "LAST"), help="only these years"
    )
    command.add_argument(
        "--nodes",
        type=int,
        metavar="N",
        help="points of the grid on which the model is fitted; by default as many as it needs",
    )


def _report(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "report",
        "[FILE] [options] [-o OUT]",
        "write a report as one HTML file",
        "Write a report that works offline and prints well: who leads, who moved, how sure the\n"
        "ranking is, what is missing, and a section for each country.",
    )
    _add_file_or_published(command, "report on")
    command.add_argument(
        "--country",
        metavar="NAME",
        action="append",
        help="a section for this country only, by name or code; repeatable",
    )
    _add_evidence(command, "list the evidence of the codings")
    command.add_argument(
        "--latent",
        type=_model,
        nargs="?",
        const="dynamic",
        metavar="MODEL",
        help="add a section on latent scores, of a dynamic model by default, or a static or "
        "correlated one",
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
    _add_file_or_published(command, "explore")
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
    _add_evidence(command, "add an annex with the evidence of the codings")
    _add_output(command, default="brief.html", help="brief.html by default; - for standard output")
    command.set_defaults(endings=(".html", ".docx"), advice="for a PDF, write a page and print it")
    _add_reading(command)


def _codebook(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "codebook",
        "[BOOK] [-o OUT]",
        "write a codebook as a document, or in another format",
        "Write a codebook: its scales, what each score requires, and the guidance for coders on\n"
        "every level. BOOK is a file of JSON or Excel, or one of the names 3P (default) and HTI.\n"
        "The ending of the name sets the format: .json and .xlsx, which are read back, or .md,\n"
        ".html and .docx for Word, which needs the extra word. Without OUT, Markdown is printed.",
    )
    _complete_files(command.add_argument("file", metavar="BOOK", nargs="?", help=CODEBOOK["help"]))
    _add_output(command, help="a file, or - for Markdown on standard output")
    command.set_defaults(endings=(".json", ".xlsx", ".md", ".html", ".docx"))


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


def _template(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "template",
        "--coder NAME [--country NAME] [--year YEAR] [options] -o OUT",
        "write the workbook in which a coder codes countries and years",
        "Write the workbook in which a coder codes countries and years: an .xlsx with a row for\n"
        "each coding, lists of the levels, guidance, and room for a status and evidence.",
    )
    command.add_argument("--coder", metavar="NAME", required=True, help="the name of the coder")
    _add_rows(command, "code this country, by name or code; repeatable")
    command.add_argument(
        "--region",
        metavar="NAME",
        help="code the countries of this region, of the United Nations or the World Bank",
    )
    command.add_argument("--year", type=int, action="append", help="code this year; repeatable")
    _complete_files(
        command.add_argument(
            "--previous",
            metavar="FILE",
            help="codings of earlier years, a release, or demo: those of the year before stand "
            "beside each row. By default its countries are coded, in the year after its last",
        )
    )
    command.add_argument(
        "--layout",
        choices=("dimensions", "long"),
        default="dimensions",
        help="one sheet for each dimension (default), or one for all codings",
    )
    command.add_argument("--kind", help=READING_OPTIONS["--kind"]["help"])
    _add_codebook(command)
    _add_workbook(command)


def _add_workbook(command: ArgumentParser) -> None:
    """Add the workbook that a person fills in."""
    _add_output(command, required=True, help="an .xlsx, or - for standard output")
    command.add_argument(
        "--overwrite",
        action="store_true",
        help="replace OUT also if somebody has typed in it",
    )
    command.set_defaults(endings=(".xlsx",))


def _agreement(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "agreement",
        "FILE FILE [FILE ...] [options] [-o OUT]",
        "compute how far coders agree on each indicator",
        "Compute how far coders agree on each indicator: shares, kappa and alpha, with intervals\n"
        "over countries. Each FILE is the workbook of a coder, a release, or a table of codings\n"
        "or scores.",
    )
    _add_coders(command)
    command.add_argument(
        "--metric",
        choices=("nominal", "ordinal", "interval"),
        default="ordinal",
        help="the difference of two codings in alpha; ordinal by default",
    )
    command.add_argument(
        "--kappa-weights",
        choices=("unweighted", "linear", "quadratic"),
        default="quadratic",
        help="the weight of a disagreement in kappa; quadratic by default",
    )
    command.add_argument(
        "--cluster",
        choices=("country", "row"),
        default="country",
        help="what is sampled for intervals: countries with all their years (default), or rows",
    )
    _add_output(command)


def _adjudicate(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "adjudicate",
        "FILE FILE [FILE ...] [options] -o OUT",
        "write the workbook in which a senior coder decides where coders differ",
        "Write the workbook in which a senior coder decides where coders differ: the cases in the\n"
        "order of what they can change, the levels and the evidence of the coders, and room for a\n"
        "decision, a name, a reason and the reply of the country.",
    )
    _add_coders(command)
    _add_workbook(command)


def _settle(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "settle",
        "DECISIONS FILE FILE [FILE ...] [options] [-o OUT]",
        "settle the codings of coders by the decisions on where they differ",
        "Settle the codings of coders: where they differ, the decision counts. DECISIONS is the\n"
        "workbook of the command adjudicate, each FILE one that it was made from.",
    )
    _complete_files(command.add_argument("decisions", metavar="DECISIONS"))
    _add_coders(command)
    for option, words in (
        ("decisions", "write the decisions to this file: who decided what, and why"),
        ("evidence", "write the evidence of the coders and of the final codings to this file"),
    ):
        _complete_files(
            command.add_argument(f"--{option}", metavar="FILE", dest=f"{option}_to", help=words)
        )
    _add_output(command)


def _add_coders(command: ArgumentParser) -> None:
    """Add the files of several coders, and the codebook."""
    words = "the workbook of a coder, or a table of codings"
    _complete_files(command.add_argument("files", metavar="FILE", nargs="+", help=words))
    command.add_argument("--codebook", **CODEBOOK)


def _release(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "release",
        "FILE --release NAME [options] -o FOLDER",
        "write codings and their scores as a folder to cite and to compare",
        "Write a release: scores with bounds, codings, evidence and codebook as CSV, Parquet and\n"
        "Stata, with a description for programs, checksums, CITATION.cff and a page that says\n"
        "what changed. The same input gives the same bytes.",
    )
    _add_file(
        command,
        help="settled codings or those of one coder: a workbook, a table, the folder of a release, "
        "or demo",
    )
    command.add_argument(
        "--release", metavar="NAME", required=True, help="its number or name, e.g. 2015.1"
    )
    _complete_files(
        command.add_argument(
            "--previous", metavar="FOLDER", help="the release before, to say what changed"
        )
    )
    _complete_files(
        command.add_argument(
            "--evidence",
            metavar="FILE",
            help="the evidence of the codings, as settle writes it, or a workbook or release that "
            "has it; by default that in FILE",
        )
    )
    command.add_argument(
        "--author",
        metavar="NAME",
        action="append",
        help="whom to cite: Family, Given, or a body; repeatable",
    )
    command.add_argument("--date", metavar="DAY", default="", help="e.g. 2026-11-27; none is set")
    command.add_argument(
        "--license",
        metavar="ID",
        default="",
        help="the licence, as SPDX names it, e.g. CC-BY-4.0, or the address of its text",
    )
    command.add_argument(
        "--formats",
        nargs="*",
        choices=("parquet", "dta"),
        default=("parquet", "dta"),
        help="formats of the tables besides CSV; by default both",
    )
    command.add_argument(
        "--with-losses",
        action="store_true",
        help="write it although cells of the files could not be read",
    )
    command.add_argument(
        "--overwrite", action="store_true", help="replace another release in the folder"
    )
    command.add_argument("--source", **READING_OPTIONS["--source"])
    command.add_argument("--kind", help=READING_OPTIONS["--kind"]["help"])
    command.add_argument("--codebook", **CODEBOOK)
    _add_output(
        command,
        required=True,
        help="a new folder, or that of the same release",
    )
    command.set_defaults(endings=())


def _diff(subparsers: Subparsers) -> None:
    command = _command(
        subparsers,
        "diff",
        "OLD NEW [options] [-o OUT]",
        "split the scores that differ between two releases into causes",
        "Compare two releases, or two vintages of scores. Each score that differs is split, in\n"
        "points, into changed codings, changed rules, entered and left, with nothing left over.\n"
        "The exit status is 1 if a limit is exceeded.",
    )
    _add_files(command, "first", "second")
    command.add_argument(
        "--max-revised",
        type=_percentage,
        metavar="SHARE",
        help="most scores of both that may differ, overall and in each dimension, e.g. 5%%",
    )
    command.add_argument(
        "--max-left",
        type=_percentage,
        metavar="SHARE",
        help="most scores of OLD that NEW may lack, overall and in each dimension, e.g. 0%%",
    )
    command.add_argument(
        "--table",
        choices=("scores", "codings", "counts"),
        default="scores",
        help="the table: scores that differ (default), codings that differ, or counts by dimension",
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
        _kind(kinds, "profile", "one country: its scores and its rank", "--country NAME"),
        "by name or code; one country",
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
        help="the year of the window since which change is measured, counted from the event; -1 by "
        "default, the year before",
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

    _latent_kinds(kinds)

    for name, each in kinds.choices.items():
        _add_look(each, countries=name not in WITHOUT_COUNTRIES)
        _add_output(each, required=True, help="a file, or - for SVG on standard output")
        _add_reading(each)


def _latent_kinds(kinds: Subparsers) -> None:
    """Add the kinds of chart that draw a latent model."""
    latent_scores = _kind(
        kinds, "latent-scores", "latent scores over time, with their ranges", "--country NAME"
    )
    _add_countries(latent_scores)
    _add_model(latent_scores)
    latent_scores.add_argument(
        "--dimension", metavar="NAME", help="the position of one dimension, of a correlated model"
    )

    latent_ranks = _kind(
        kinds, "latent-ranks", "countries by latent score, with ranges of ranks", "--year YEAR"
    )
    latent_ranks.add_argument("--year", type=int, required=True)
    latent_improved = _kind(
        kinds,
        "latent-improved",
        "changes of latent scores between two years, with their ranges",
        "--start YEAR --end YEAR",
    )
    _add_years(latent_improved, required=True)
    for each in (latent_ranks, latent_improved):
        _add_model(each)
        each.add_argument(
            "--top", type=_top, metavar="N", help="only the first N countries; by default all"
        )
        _add_region(each)


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


def _add_file_or_published(command: ArgumentParser, verb: str) -> None:
    """Add a file, or the flag for the published scores in its place; `verb` says what is done."""
    _add_file(command, nargs="?")
    command.add_argument(
        "--published",
        action="store_true",
        help=f"{verb} the published scores, downloaded once (needs the extra fetch)",
    )


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


def _add_codebook(command: ArgumentParser) -> None:
    command.add_argument("--codebook", **CODEBOOK)


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


def _add_countries(command: ArgumentParser, words: str = "by name or code; repeatable") -> None:
    # A second country is refused by a chart of one; argparse would drop the first in silence.
    command.add_argument("--country", metavar="NAME", action="append", required=True, help=words)


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


def _add_evidence(command: ArgumentParser, words: str) -> None:
    command.add_argument(
        "--evidence",
        metavar="FILE",
        help=f"{words} from a table of evidence, a release or a coder's workbook",
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


def _model(text: str) -> str:
    if text in MODELS:
        return text
    raise ArgumentTypeError(f"must be one of {', '.join(MODELS)}, after FILE; got {text!r}")


def _fraction(text: str) -> Fraction:
    """Return the fraction of a text, or refuse a power of ten that would fill the memory."""
    if len(text) > 50 or len(text.lower().partition("e")[2]) > 4:
        raise ValueError(text)
    return Fraction(text)


def _share(text: str) -> Fraction:
    try:
        return _fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ArgumentTypeError(f"must be a number, e.g. 0.1 or 1/3; got {text!r}") from None


def _percentage(text: str) -> Fraction:
    try:
        share = _fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if 0 <= share <= 1:
        return share
    raise ArgumentTypeError(f"must be a percentage such as 5%, or a share of 0 to 1; got {text!r}")


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


CODEBOOK: dict[str, Any] = {
    "metavar": "BOOK",
    "help": "the codebook: a file of JSON or Excel, as the command codebook writes them, or one of "
    "the names 3P and HTI",
}
"""The option that names a codebook."""

READING_OPTIONS: dict[str, dict[str, Any]] = {
    "--codebook": CODEBOOK
    | {"help": f"{CODEBOOK['help']}; by default the one that has the columns"},
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
    if flag not in ("--codebook", "--holds", "--report-years", "--column")
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


def refuse_options(file: str, flags: list[str]) -> None:
    """Refuse reading options for a release, which says itself how it is read."""
    if flags:
        them = "it" if len(flags) == 1 else "them"
        raise ValueError(
            f"{file} is a release, which brings its own codebook and labels; drop {them}: "
            f"{', '.join(flags)}"
        )


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
    "model": "--model",
    "nodes": "--nodes",
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
    if option == ("overwrite", "True"):
        return "--overwrite"
    if name == "text":
        return (
            f"--text {'COLUMN' if value == '[...]' else ' '.join(map(quote, literal_eval(value)))}"
        )
    if option == ("columns", "[...]"):  # of a file of events
        return "--event COLUMN"
    if name == "codebook":
        return f"--codebook {value or 'BOOK'}"
    if name == "sentinels":
        if not value:
            return "--sentinel"
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


def visible(text: str) -> str:
    """Return text of several lines without signs that could act on a terminal.

    Everything that the commands print passes here: names of files, columns and countries may hold
    any sign, also those that move the cursor, hide text or type for the user.
    """
    return "".join(each if each.isprintable() or each in f"\n{JOINERS}" else " " for each in text)


def line_of(text: str) -> str:
    """Return text on one line, without signs that could act on a terminal."""
    return visible(text).replace("\n", " ")


def complain(message: str, status: int) -> int:
    """Print a message to standard error, if that is open, and return the exit status."""
    if sys.stderr is not None:
        print(f"policyindex: {line_of(message)}", file=sys.stderr)
    return status
