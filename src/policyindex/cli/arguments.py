"""The words that the command line understands, and its help."""

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
from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

from .._version import __version__
from . import charts as _charts
from . import commands as _commands

Commands: TypeAlias = "_SubParsersAction[ArgumentParser]"

EXAMPLES = """
  policyindex report                           a page on the demo: report.html (SYNTHETIC data)
  policyindex report published.dta -o published.html --country Nigeria
  policyindex score                            the demo's scores (SYNTHETIC data)
  policyindex score codings.csv -o scores.csv  codings to scores
  policyindex score published.dta --country Nigeria --country KOR
  policyindex trend published.dta --dimension protection --years 2000 2013 --cohort balanced
  policyindex change published.dta --start 2000 --end 2009
  policyindex rank published.dta --year 2009 --min-weight 0.1
  policyindex rank published.dta --year 2009 --error 0.9
  policyindex chart trend published.dta --country Italy --country KOR -o trend.svg
  policyindex chart world published.dta --year 2009 -o world.png
  policyindex chart event-study published.dta --events laws.csv --event full_law -o laws.pdf
  policyindex explain codings.csv "South Korea" 2009
  policyindex check scores.xlsx
"""

READING = """
FILE is CSV, Excel, Stata or Parquet, of codings or of scores; the word demo stands for the
demonstration data. A table is shown on a terminal, and is CSV to a file or a pipe. Exit status:
0; 1 when the data have problems; 2 when the command has."""


def _epilog(command: str = "") -> str:
    """Return the examples of a command, or of all of them."""
    lines = [line for line in EXAMPLES.splitlines() if f"policyindex {command}" in line]
    return "\n".join(["examples:", *lines, READING])


def parser() -> ArgumentParser:
    """Build the parser of the whole command line."""
    whole = ArgumentParser(
        "policyindex",
        description="Compute the 3P Anti-trafficking Policy Index, exactly.",
        epilog=_epilog(),
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    whole.add_argument("--version", action="version", version=f"policyindex {__version__}")
    whole.add_argument(
        "--print-completion",
        choices=("bash", "zsh", "tcsh"),
        action=_PrintCompletion,
        help="print the script that completes commands in this shell (needs the extra completion)",
    )
    commands = whole.add_subparsers(metavar="COMMAND", required=True)
    for add in (_score, _trend, _change, _rank, _chart, _report, _explain, _check):
        add(commands)
    return whole


class _PrintCompletion(Action):
    """Print the script that has a shell complete the commands, and stop."""

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
    commands: Commands, answer: Callable[..., object], summary: str, description: str
) -> ArgumentParser:
    command = commands.add_parser(
        answer.__name__,
        help=summary,
        description=description,
        epilog=_epilog(answer.__name__),
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.set_defaults(answer=answer, checks=False, published=False, endings=(".csv",))
    return command


def _add_file(command: ArgumentParser, **options: Any) -> None:
    _complete_files(command.add_argument("file", metavar="FILE", **options))


def _complete_files(argument: Action) -> None:
    """Have shtab complete an argument with the names of files."""
    names = {"bash": "_shtab_compgen_files", "zsh": "_files", "tcsh": "f"}
    argument.complete = names  # type: ignore[attr-defined]


def _score(commands: Commands) -> None:
    command = _command(
        commands,
        _commands.score,
        "score codings, or show scores",
        "Score codings; show scores as they are, with their sum.",
    )
    _add_file(command, nargs="?")
    command.add_argument("--year", type=int, action="append", help="only this year; repeatable")
    command.add_argument(
        "--bounds",
        action="store_true",
        help="add the lowest and highest score that the missing codings allow",
    )
    _add_table(command)
    add_reading(command)


def _trend(commands: Commands) -> None:
    command = _command(
        commands,
        _commands.trend,
        "test every country's scores for a trend",
        "Test every country's scores for a trend (Mann-Kendall, exact given the ties) and give "
        "its slope (Theil-Sen, points per year).",
    )
    _add_file(command)
    command.add_argument(
        "--cohort",
        type=_cohort,
        default="all",
        help="which countries: all (default), balanced (those with a score in each year), or a "
        "year (those with a score then)",
    )
    command.add_argument(
        "--years", type=int, nargs=2, metavar=("FIRST", "LAST"), help="only these years"
    )
    _add_dimension(command)
    _add_table(command)
    add_reading(command)


def _change(commands: Commands) -> None:
    command = _command(
        commands,
        _commands.change,
        "say who moved between two years",
        "Say who moved between two years, the largest gain first, and how much of the change of "
        "the mean is change within countries and how much is who entered and left.",
    )
    _add_file(command)
    command.add_argument("--start", type=int, metavar="YEAR", required=True)
    command.add_argument("--end", type=int, metavar="YEAR", required=True)
    _add_dimension(command)
    _add_table(command)
    add_reading(command)


def _rank(commands: Commands) -> None:
    command = _command(
        commands,
        _commands.rank,
        "rank the countries of a year, and say how firm each rank is",
        "Rank the countries of a year; from-to is the range that a rank can move in, under other "
        "weights, under coding error, or with the missing codings filled in.",
    )
    _add_file(command)
    command.add_argument("--year", type=int, required=True)
    command.add_argument(
        "--weights",
        metavar="any|equal|A,B,C",
        help="any (default): rank at equal weights, from-to over all weights; equal: at equal "
        "weights alone, from-to over the missing codings; or the weight of each dimension",
    )
    command.add_argument(
        "--min-weight", type=_share, metavar="SHARE", help="least weight of a dimension, as 0.1"
    )
    command.add_argument(
        "--error",
        type=_chance,
        metavar="CHANCE",
        help="from-to is 95 %% where a coded level is right with this chance, as 0.9",
    )
    _add_table(command)
    add_reading(command)


def _share(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ArgumentTypeError(f"must be a number such as 0.1 or 1/3; got {text!r}") from None


def _chance(text: str) -> float:
    try:
        chance = float(text)
    except ValueError:
        chance = -1
    if 0 <= chance <= 1:
        return chance
    raise ArgumentTypeError(f"must be a number from 0 to 1; got {text!r}")


CHART_OPTIONS: dict[str, dict[str, Any]] = {
    "country": {"metavar": "NAME", "action": "append", "help": "by name or code; repeatable"},
    "dimension": {"metavar": "NAME", "default": "overall", "help": "by default the overall index"},
    "mean": {
        "choices": ("all", "balanced", "region"),
        "help": "add the mean of all countries, of those scored in each year, or of the region",
    },
    "band": {
        "choices": ("sd", "se"),
        "help": "one standard deviation around the mean, or 1.96 standard errors",
    },
    "baseline": {
        "type": lambda text: int(text) if text.isdecimal() else text,
        "metavar": "YEAR|entry",
        "help": "a dashed line at the score of this year, or of each country's first",
    },
    "events": {"metavar": "FILE", "help": "years of events, a row for each country"},
    "event": {"metavar": "COLUMN", "help": "the column of that file, where it has several"},
    "year": {"type": int},
    "start": {"type": int, "metavar": "YEAR"},
    "end": {"type": int, "metavar": "YEAR"},
    "error": {
        "type": _chance,
        "metavar": "CHANCE",
        "help": "ranges of 95 %% where a coded level is right with this chance, as 0.9; by "
        "default ranges over all weights",
    },
}


def _chart(commands: Commands) -> None:
    command = _command(
        commands,
        _charts.chart,
        "draw a chart to a PNG, SVG or PDF file",
        "Draw a chart to a file: PNG, SVG or PDF, by the ending of its name.",
    )
    kinds = command.add_subparsers(metavar="KIND", dest="chart", required=True)
    for name, kind in _charts.KINDS.items():
        each = kinds.add_parser(
            name,
            help=kind.summary,
            description=f"Draw {kind.summary}.",
            epilog=_epilog(f"chart {name} "),
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        _add_file(each, help="a file of codings or scores, or demo")
        for option in kind.options.split():
            settings = CHART_OPTIONS[option.lower()] | {"required": option.isupper()}
            each.add_argument(f"--{option.lower()}", **settings)
        _add_output(each, required=True)
        each.set_defaults(endings=(".png", ".svg", ".pdf"))
        add_reading(each)


def _report(commands: Commands) -> None:
    command = _command(
        commands,
        _commands.report,
        "write a report as one HTML file",
        "Write a report that works offline and prints well: who leads, who moved, how firm the "
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
    _add_output(command, default="report.html", help="by default report.html")
    command.set_defaults(endings=(".html",))
    add_reading(command)


def _explain(commands: Commands) -> None:
    command = _command(
        commands,
        _commands.explain,
        "say why a country has its scores in a year",
        "Say why a country has its scores in a year, and what would raise them.",
    )
    _add_file(command, help="a file of codings, or demo")
    command.add_argument("country", metavar="COUNTRY", help="name or code")
    command.add_argument("year", metavar="YEAR", type=int)
    add_reading(command)


def _check(commands: Commands) -> None:
    command = _command(
        commands,
        _commands.check,
        "say what a file holds and what is wrong with it",
        "Say what a file holds, what had to be repaired, and what is missing.",
    )
    _add_file(command)
    command.set_defaults(checks=True, drop_unmatched=None)  # it sets all faults aside
    add_reading(command, without="--drop-unmatched")


def _add_table(command: ArgumentParser) -> None:
    """Add which rows of a table to show, and where to."""
    command.add_argument(
        "--country",
        metavar="NAME",
        action="append",
        help="show only this country, by name or code; repeatable",
    )
    _add_output(command, help="write CSV to this file")


def _add_output(command: ArgumentParser, **options: Any) -> None:
    _complete_files(command.add_argument("-o", "--output", metavar="OUT", **options))


def _add_dimension(command: ArgumentParser) -> None:
    command.add_argument(
        "--dimension", metavar="NAME", default="overall", help="by default the overall index"
    )


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


OPTIONS: dict[str, dict[str, Any]] = {
    "--holds": {
        "choices": ("codings", "scores"),
        "help": "what to read of a file that holds both; by default its codings",
    },
    "--country-column": {"metavar": "COLUMN", "help": "the column of countries"},
    "--kind": {
        "help": "what the countries are given as: name, iso2, iso3, numeric, cow, cowc, world_bank"
    },
    "--year-column": {"metavar": "COLUMN", "help": "the column of years"},
    "--file-year": {"metavar": "YEAR", "type": int, "help": "the year of all its rows"},
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
    "--sheet": {
        "help": "the sheet of an Excel file, by name or else by place, counted from 0; by default "
        "the first that is not hidden"
    },
    "--source": {"metavar": "LABEL", "help": "a label for the data"},
    "--drop-unmatched": {
        "action": "store_true",
        "default": None,
        "help": "leave rows of unknown countries out",
    },
}
"""How to read a file; what is not given is None."""


def add_reading(command: ArgumentParser, *, without: str = "") -> None:
    """Add the options of reading, but for one that makes no difference."""
    options = command.add_argument_group("how to read FILE, where it is not found by itself")
    for option, settings in OPTIONS.items():
        if option != without:
            options.add_argument(option, **settings)


def given(chosen: Namespace) -> list[str]:
    """Return the options of reading that were given."""
    names = {option: option.removeprefix("--").replace("-", "_") for option in OPTIONS}
    return [option for option, name in names.items() if getattr(chosen, name) is not None]
