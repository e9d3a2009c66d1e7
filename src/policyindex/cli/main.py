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
from .._atomic import check_ending
from .._options import OptionError
from .._wording import joined
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError
from ..panel.labels import carry, label_of
from ..reading.cells import SENTINELS
from ..reading.files import Reading, read
from ..reading.findings import ReadingWarning, findings_in, table_of
from ..writing import csv_of, ending_of, write_table
from .arguments import option_of, parser, reading_options, with_flag
from .charts import chart
from .commands import (
    Answer,
    brief,
    check,
    compare,
    explain,
    explore,
    movers,
    report,
    score,
    splice,
    standings,
    trends,
    values,
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
    "explore": explore,
    "brief": brief,
}
"""Commands about one file of codings or scores."""

PAIRS: dict[str, Callable[[Reading, Reading, Namespace], Answer]] = {
    "splice": splice,
    "compare": compare,
}
"""Commands about two of them."""

INPUTS = ("file", "other", "first", "second")
"""Arguments that name a file to be read."""


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
    if options.command == "values":
        other = _values(options)
        _print_notes([with_flag(finding) for finding in findings_in(other.findings)])
        return _put(values(other, options), other.codebook, options)
    if options.command in PAIRS:
        names = [getattr(options, name) for name in INPUTS if name in options]
        if names.count("-") > 1:
            raise ValueError("one of two files may be standard input; got - for both")
        first, second = (_read(options, name, place) for place, name in enumerate(names))
        for each in (first, second):
            notes = [f"{each.source}: {with_flag(one)}" for one in findings_in(each.findings)]
            _print_notes(notes)
        return _put(PAIRS[options.command](first, second, options), first.codebook, options)
    reading = _read(options, options.file)
    if not options.checks:
        _print_notes([with_flag(finding) for finding in findings_in(reading.findings)])
    answer = COMMANDS[options.command](reading, options)
    if isinstance(answer, Answer):
        table = carry(answer.table.copy(deep=False), answer.table, reading.panel)
        return _put(answer._replace(table=table), reading.codebook, options)
    if isinstance(answer, bytes):
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
    for file in (getattr(options, name, None) for name in (*INPUTS, "events")):
        paths = [Path(name) for name in (file, output) if name and Path(name).exists()]
        if len(paths) == 2 and paths[0].samefile(paths[1]):
            raise ValueError(f"{output} is an input file; choose another name for the output")
    if options.endings:
        check_ending(output, options.endings, options.advice)
    else:
        ending_of(output)


def _complain(message: str, status: int) -> int:
    print(f"policyindex: {message}", file=sys.stderr)
    return status


def _print_notes(notes: Sequence[str]) -> None:
    for note in notes:
        _complain(f"note: {note}", 0)


def _as_note(show: Callable[..., None]) -> Callable[..., None]:
    """Report warnings about an events file or a chart like the findings of the main file."""

    def show_note(message: Warning, category: type[Warning], *where: Any, **more: Any) -> None:
        if issubclass(category, ReadingWarning) or category is UserWarning:
            _print_notes([str(message)])
        else:
            show(message, category, *where, **more)

    return show_note


def _read(options: Namespace, file: str | None, place: int = 0) -> Reading:
    """Read the file of a command, or the first or second of two."""
    is_demo = file is None or (file == "demo" and not Path("demo").is_file())
    if is_demo and options.command not in PAIRS and (flags := reading_options(options)):
        verb, them = ("need", "them") if len(flags) > 1 else ("needs", "the option")
        raise ValueError(f"{joined(flags)} {verb} a FILE; name one or drop {them}")
    if options.published:
        if file is not None:
            raise ValueError(f"--published takes the place of a file; drop {file}")
        return _reading(datasets.fetch_published(), "scores")
    if is_demo or file is None:
        return _reading(datasets.load_demo(), "codings")
    columns: Any = dict(options.column or ())
    settings = _settings(options, place) | {"on_error": "drop" if options.checks else "raise"}
    if options.sentinel:
        settings["sentinels"] = (*SENTINELS, *options.sentinel)
    if place == 1 and (column := getattr(options, "values_of_other", None)):
        settings |= {"holds": "values", "sentinels": tuple(options.sentinel or ())}
        columns = [column]
    return read(file, columns=columns, **settings)


def _values(options: Namespace) -> Reading:
    """Read any table of countries and years."""
    columns: Any = options.columns
    if columns is not None:
        renamed = any(name != column for name, column in columns)
        columns = dict(columns) if renamed else [name for name, _ in columns]
    return read(
        options.file,
        holds="values",
        columns=columns,
        text=tuple(options.text),
        sentinels=tuple(options.sentinel or ()),
        **_settings(options),
    )


def _settings(options: Namespace, place: int = 0) -> dict[str, Any]:
    """Return the reading options that the user set, of the first or the second file."""
    flags = {flag.removeprefix("--").replace("-", "_") for flag in reading_options(options)}
    settings = {
        name: option_of(options, name, place)
        for name in flags - {"column", "drop_unmatched", "sentinel"}
    }
    return settings | {"unmatched": "drop" if options.drop_unmatched else "raise"}


def _reading(panel: pd.DataFrame, holds: str) -> Reading:
    """Return a panel that needed no repairs as if it had been read from a file."""
    return Reading(panel, holds, THREE_P, panel.attrs["source"], {}, table_of([]), "")


def _put(answer: Answer, codebook: Codebook, options: Namespace) -> int:
    """Write a table to a file or, as CSV, to standard output; format it on a terminal."""
    _print_notes(answer.notes)
    output = options.output
    if output is None and sys.stdout.isatty():
        print(_formatted(answer))
        return 0
    sentences = [answer.summary] if answer.has_message else []
    _print_notes([each.removesuffix(".") for each in (*sentences, answer.assumption) if each])
    assumption = answer.table.attrs.get("assumption") or answer.assumption
    table = answer.table.copy(deep=False)
    carry(table, table, assumption=assumption, summary=answer.summary)
    if output in (None, "-"):
        sys.stdout.flush()
        sys.stdout.buffer.write(csv_of(table))
    else:
        write_table(table, output, codebook=codebook)
    return 0


def _formatted(answer: Answer) -> str:
    table = answer.table if answer.columns is None else answer.table[answer.columns]
    cells = _whole(table).reset_index().astype(object)
    cells = cells.where(cells.notna(), "-")
    if "country" in cells:
        cells.insert(0, "name", cells["country"].map(countries.name))
    text = cells.to_string(index=False, float_format=lambda value: f"{value:.3g}")
    summary = f"{answer.summary} {answer.assumption}".rstrip()
    return f"{text}\n\n{summary} Source: {label_of(answer.table.attrs)}."


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    """Convert columns of integers, so that they are printed without a decimal point."""
    whole = [name for name in table.select_dtypes("float") if (table[name].dropna() % 1 == 0).all()]
    return table.astype(dict.fromkeys(whole, "Int64"))
