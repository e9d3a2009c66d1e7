"""The command line. Exit status: 0; 1 if the data have problems; 2 if the command has."""

from __future__ import annotations

import os
import sys
import warnings
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from .. import countries, datasets
from .._atomic import check_ending, write_whole
from .._options import OptionError
from .._wording import joined
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError
from ..reading.files import Reading, read
from ..reading.findings import ReadingWarning, findings_in, table_of
from .arguments import parser, reading_options, with_flag
from .charts import chart
from .commands import (
    Answer,
    check,
    explain,
    movers,
    report,
    score,
    standings,
    trends,
)

COMMANDS: dict[str, Callable[[Reading, Namespace], Answer | str | bytes]] = {
    "score": score,
    "explain": explain,
    "check": check,
    "trends": trends,
    "movers": movers,
    "standings": standings,
    "chart": chart,
    "report": report,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after ``policyindex``; by default those of the command line.

    Returns
    -------
    int
        0; 1 if the data have problems; 2 if the command has.

    Examples
    --------
    >>> main(["explain", "demo", "Narnia", "2009"])
    2
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _as_note(warnings.showwarning)
            status = _run(arguments)
        sys.stdout.flush()
        return status
    except OptionError as error:
        return _complain(with_flag(error), 1 if isinstance(error, PanelError) else 2)
    except BrokenPipeError:  # the reader of the pipe needs no more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        name = error.filename or "output"
        return _complain(f"{name}: {error.strerror}" if error.errno else str(error), 2)
    except (ValueError, ImportError) as error:
        return _complain(str(error), 2)
    except MemoryError:
        return _complain("there is not enough memory for this", 2)
    except KeyboardInterrupt:
        return _complain("interrupted", 130)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        options = parser().parse_args(arguments)
    except SystemExit as stop:  # argparse has printed its error, or the help
        return int(stop.code or 0)
    _check_output(options)
    reading = _read(options)
    if not options.checks:
        _print_notes([with_flag(finding) for finding in findings_in(reading.findings)])
    answer = COMMANDS[options.command](reading, options)
    if isinstance(answer, Answer):
        _print_notes(answer.notes)
        _write_table(answer, reading.source, options.output)
    elif isinstance(answer, bytes):
        sys.stdout.flush()
        sys.stdout.buffer.write(answer)
    else:
        print(answer)
    return int(options.checks and (reading.findings["lost"] > 0).any())


def _check_output(options: Namespace) -> None:
    """Refuse to overwrite an input file, or to use the ending of another format."""
    output: str | None = getattr(options, "output", None)
    if output is None or output == "-":
        return
    for file in (options.file, getattr(options, "events", None)):
        paths = [Path(name) for name in (file, output) if name and Path(name).exists()]
        if len(paths) == 2 and paths[0].samefile(paths[1]):
            raise ValueError(f"{output} is an input file; choose another name for the output")
    check_ending(output, options.endings)


def _complain(message: str, status: int) -> int:
    print(f"policyindex: {message}", file=sys.stderr)
    return status


def _print_notes(notes: Sequence[str]) -> None:
    for note in notes:
        _complain(f"note: {note}", 0)


def _as_note(show: Callable[..., None]) -> Callable[..., None]:
    """Report warnings about an events file like the findings of the main file."""

    def show_note(message: Warning, category: type[Warning], *where: Any, **more: Any) -> None:
        if issubclass(category, ReadingWarning):
            _print_notes([str(message)])
        else:
            show(message, category, *where, **more)

    return show_note


def _read(options: Namespace) -> Reading:
    is_demo = options.file is None or (options.file == "demo" and not Path("demo").is_file())
    if is_demo and (flags := reading_options(options)):
        verb, them = ("need", "them") if len(flags) > 1 else ("needs", "the option")
        raise ValueError(f"{joined(flags)} {verb} a FILE; name one or drop {them}")
    if options.published:
        if options.file is not None:
            raise ValueError(f"--published takes the place of a file; drop {options.file}")
        return _reading(datasets.fetch_published(), "scores")
    if is_demo:
        return _reading(datasets.load_demo(), "codings")
    return read(
        options.file,
        holds=options.holds,
        country_column=options.country_column,
        year_column=options.year_column,
        file_year=options.file_year,
        kind=options.kind,
        columns=dict(options.column or ()),
        report_years=options.report_years,
        unmatched="drop" if options.drop_unmatched else "raise",
        on_error="drop" if options.checks else "raise",
        sheet=options.sheet,
        source=options.source,
    )


def _reading(panel: pd.DataFrame, holds: str) -> Reading:
    """Return a panel that needed no repairs as if it had been read from a file."""
    return Reading(panel, holds, THREE_P, panel.attrs["source"], {}, table_of([]), "")


def _write_table(answer: Answer, source: str, output: str | None) -> None:
    """Write a table as CSV, or formatted on a terminal."""
    if output is None and sys.stdout.isatty():
        print(_formatted(answer, source))
        return
    if answer.assumption:
        _print_notes([answer.assumption.removesuffix(".")])
    csv = str(_whole(answer.table).assign(source=source).to_csv(lineterminator="\n"))
    if output in (None, "-"):
        sys.stdout.write(csv)
    else:
        write_whole(output, csv.encode())


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    """Convert columns of integers, so that they are written without a decimal point."""
    whole = [name for name in table.select_dtypes("float") if (table[name].dropna() % 1 == 0).all()]
    return table.astype(dict.fromkeys(whole, "Int64"))


def _formatted(answer: Answer, source: str) -> str:
    table = answer.table if answer.columns is None else answer.table[answer.columns]
    cells = _whole(table).reset_index().astype(object)
    cells = cells.where(cells.notna(), "-")
    cells.insert(0, "name", cells["country"].map(countries.name))
    text = cells.to_string(index=False, float_format=lambda value: f"{value:.3g}")
    summary = f"{answer.summary} {answer.assumption}".rstrip()
    return f"{text}\n\n{summary} Source: {source}."
