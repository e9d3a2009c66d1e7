"""Run a command of which the arguments have been read."""

from __future__ import annotations

import sys
import warnings
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from .. import countries, datasets
from .._atomic import check_ending, path_of
from .._options import Argument
from .._wording import counted, joined, listed
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError
from ..panel.dimensions import indicators
from ..panel.labels import carry, label_of
from ..reading.cells import SENTINELS
from ..reading.files import Reading, read
from ..reading.findings import ReadingWarning, findings_in, table_of
from ..reading.layouts import WorkbookOfCodersError
from ..writing import bytes_of, ending_of, write_table
from . import commands
from .arguments import (
    complain,
    line_of,
    option_of,
    reading_options,
    refuse_options,
    visible,
    with_flag,
)
from .commands import Answer, Message

COMMANDS = {
    "score": "commands",
    "explain": "commands",
    "check": "commands",
    "trends": "commands",
    "movers": "commands",
    "standings": "commands",
    "latent": "positions",
    "chart": "charts",
    "report": "commands",
    "explore": "commands",
    "brief": "commands",
}
"""Commands about one file of codings or scores, and the module of each, loaded on use."""

PAIRS = {"splice": "commands", "compare": "commands", "diff": "coding"}
"""Commands about two of them."""

ALONE = {
    "codebook": "commands",
    "template": "coding",
    "agreement": "coding",
    "adjudicate": "coding",
    "settle": "coding",
    "release": "coding",
}
"""Commands that read their files themselves."""

INPUTS = ("file", "other", "first", "second", "previous", "files", "decisions")
"""Arguments that name a file to be read."""


OF_WORKBOOKS = {"codebook", "kind", "unmatched", "on_error"}
"""Reading settings that the workbook of a coder has too; `unmatched` changes nothing in it."""


def run(options: Namespace) -> int:
    """Run a command whose arguments have been read, and return the exit status."""
    with warnings.catch_warnings():
        warnings.showwarning = _as_note(warnings.showwarning)
        return _run(options)


def _run(options: Namespace) -> int:
    _check_output(options)
    if options.command in ALONE:
        answer = _command(ALONE, options)(options)
        if isinstance(answer, Answer):
            return _put(answer, commands.codebook_named(options.codebook), options)
        message = answer if isinstance(answer, Message) else Message(answer)
        _print_notes(message.notes)
        _print(message.content)
        return message.status
    if options.command == "values":
        other = _values(options)
        _print_notes([with_flag(finding) for finding in findings_in(other.findings)])
        return _put(commands.values(other, options), other.codebook, options)
    if options.command in PAIRS:
        names = [getattr(options, name) for name in INPUTS if name in options]
        if names.count("-") > 1:
            raise ValueError("one of two files may be standard input; got - for both")
        if all(map(_is_release, names)):
            flags = reading_options(options)
            refuse_options(names[0], [flag for flag in flags if flag != "--codebook"])
        first, second = (_read(options, name, place) for place, name in enumerate(names))
        for each in (first, second):
            notes = [f"{each.source}: {with_flag(one)}" for one in findings_in(each.findings)]
            _print_notes(notes)
        return _put(_command(PAIRS, options)(first, second, options), first.codebook, options)
    reading = _read(options, options.file)
    if not options.checks:
        _print_notes([with_flag(finding) for finding in findings_in(reading.findings)])
    answer = _command(COMMANDS, options)(reading, options)
    if isinstance(answer, Answer):
        table = carry(answer.table.copy(deep=False), answer.table, reading.panel)
        return _put(answer._replace(table=table), reading.codebook, options)
    _print(answer)
    return int(options.checks and (reading.findings["lost"] > 0).any())


def _command(modules: dict[str, str], options: Namespace) -> Callable[..., Any]:
    """Return the function of a command, from its module."""
    module = import_module(f".{modules[options.command]}", __package__)
    command: Callable[..., Any] = getattr(module, options.command)
    return command


def _print(answer: str | bytes) -> None:
    """Write text, or the bytes of a file, to standard output."""
    if isinstance(answer, str):
        print(visible(answer))
        return
    stream = None if sys.stdout.isatty() else getattr(sys.stdout, "buffer", None)
    if stream is None:  # a terminal, or a stream of text
        print(visible(_text_of(answer)), end="")
        return
    sys.stdout.flush()
    stream.write(answer)


def _text_of(content: bytes) -> str:
    """Return the text of a file, or refuse to print bytes that are not text."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(
            "a file that is not text must not be printed; name a file with -o, or redirect the "
            "output to one"
        ) from None


def _check_output(options: Namespace) -> None:
    """Refuse to overwrite an input file, or to use the ending of another format."""
    output: str | None = getattr(options, "output", None)
    if output is None or output == "-":
        return
    path_of(output)
    files = [getattr(options, name, None) for name in (*INPUTS, "events", "codebook", "evidence")]
    for file in chain.from_iterable(one if isinstance(one, list) else [one] for one in files):
        paths = [Path(name) for name in (file, output) if name and Path(name).exists()]
        if len(paths) == 2 and paths[0].samefile(paths[1]):
            raise ValueError(f"{output} is an input file; choose another name for the output")
    if options.endings is None:
        ending_of(output)
    elif options.endings:  # a folder has none
        check_ending(output, options.endings, options.advice)


def _print_notes(notes: Sequence[str]) -> None:
    for note in notes:
        complain(f"note: {note}", 0)


def _as_note(show: Callable[..., None]) -> Callable[..., None]:
    """Report warnings about an events file or a chart like the findings of the main file."""

    def show_note(message: Warning, category: type[Warning], *where: Any, **more: Any) -> None:
        if issubclass(category, ReadingWarning) or category is UserWarning:
            _print_notes([str(message)])
        else:
            show(category(line_of(str(message))), category, *where, **more)

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
    if _is_release(file):
        from ..coding import folders

        if options.command not in PAIRS:
            refuse_options(file, reading_options(options))
        source = folders.read_release(file)
        book = option_of(options, "codebook", place)
        if book is None:
            return folders.as_reading(source.codings, source.codebook)
        return _rescored(source.codings, file, commands.codebook_named(book))
    columns: Any = dict(options.column or ())
    settings = _settings(options, place) | {"on_error": "drop" if options.checks else "raise"}
    if options.sentinel:
        settings["sentinels"] = (*SENTINELS, *options.sentinel)
    if place == 1 and (column := getattr(options, "values_of_other", None)):
        settings |= {"holds": "values", "sentinels": tuple(options.sentinel or ())}
        columns = [column]
    try:
        return read(file, columns=columns, **settings)
    except WorkbookOfCodersError:
        if file == "-" or columns or not settings.keys() <= OF_WORKBOOKS:
            raise
        return _of_coder(file, **settings)


def _rescored(codings: pd.DataFrame, file: str, codebook: Codebook) -> Reading:
    """Return the codings of a release under other rules than its own."""
    from ..coding.folders import as_reading

    try:
        checked = indicators(codings, codebook)
    except PanelError as error:
        raise PanelError(
            f"the release {file} cannot be scored by the codebook {codebook.name}: {error.message}",
            Argument("codebook"),
        ) from error
    return as_reading(checked, codebook)


def _of_coder(
    file: str, *, on_error: str, codebook: Codebook = THREE_P, kind: str | None = None, **_: Any
) -> Reading:
    """Return the codings in the workbook of one coder; losses are refused as those of a table."""
    from ..coding.folders import as_reading
    from ..coding.workbooks import read_workbook

    workbook = read_workbook(file, codebook, kind=kind)
    if len(workbook.codings) != 1:
        raise PanelError(
            f"{file} must hold the codings of one coder; it has those of "
            f"{listed(workbook.codings)}; settle them first, with adjudicate and settle"
        )
    losses = [with_flag(one) for one in findings_in(workbook.findings) if one.lost]
    if losses and on_error == "raise":
        raise PanelError(
            f"{file} must be read without a loss; {counted(len(losses), 'finding', 'findings')} "
            f"with one, the first: {losses[0]}; the command check lists all"
        )
    (panel,) = workbook.codings.values()
    return as_reading(panel, codebook)._replace(findings=workbook.findings)


def _is_release(file: str) -> bool:
    """Return whether a file is the folder of a release."""
    if not Path(file).is_dir():
        return False
    from ..coding import folders  # most commands do without

    return folders.is_release(file)


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
    if "codebook" in settings:
        settings["codebook"] = commands.codebook_named(settings["codebook"])
    return settings | {"unmatched": "drop" if options.drop_unmatched else "raise"}


def _reading(panel: pd.DataFrame, holds: str) -> Reading:
    """Return a panel that needed no repairs as if it had been read from a file."""
    return Reading(panel, holds, THREE_P, panel.attrs["source"], {}, table_of([]), "")


def _put(answer: Answer, codebook: Codebook, options: Namespace) -> int:
    """Write a table to a file or, as CSV, to standard output; format it on a terminal."""
    _print_notes(answer.notes)
    output = options.output
    if output is None and sys.stdout.isatty():
        _print(_formatted(answer))
        return answer.status
    sentences = [answer.summary] if answer.has_message else []
    _print_notes([each.removesuffix(".") for each in (*sentences, answer.assumption) if each])
    assumption = answer.table.attrs.get("assumption") or answer.assumption
    table = answer.table.copy(deep=False)
    carry(table, table, assumption=assumption, summary=answer.summary)
    if output in (None, "-"):
        _print(bytes_of(table, ".csv"))
    else:
        write_table(table, output, codebook=codebook)
    return answer.status


def _formatted(answer: Answer) -> str:
    table = answer.table if answer.columns is None else answer.table[answer.columns]
    cells = _whole(table).reset_index().astype(object)
    cells = cells.where(cells.notna(), "-")
    if "country" in cells:
        cells.insert(0, "name", cells["country"].map(countries.name))
    summary = f"{answer.summary} {answer.assumption}".rstrip()
    return f"{_aligned(cells)}\n\n{line_of(f'{summary} Source: {label_of(answer.table.attrs)}.')}"


def _aligned(cells: pd.DataFrame) -> str:
    """Return a table as lines: two blanks between columns, text to the left, numbers to the right.

    Cells of text hold single blanks, so that two of them part columns without a doubt.
    """
    columns = []
    for name, column in cells.items():
        texts = [line_of(str(name)), *map(_cell, column)]
        is_text = any(isinstance(cell, str) and cell != "-" for cell in column)
        width = max(map(len, texts))
        columns.append([text.ljust(width) if is_text else text.rjust(width) for text in texts])
    return "\n".join("  ".join(row).rstrip() for row in zip(*columns, strict=True))


def _cell(cell: object) -> str:
    return f"{cell:.3g}" if isinstance(cell, float) else " ".join(str(cell).split())


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    """Convert columns of integers, so that they are printed without a decimal point."""
    whole = [name for name in table.select_dtypes("float") if (table[name].dropna() % 1 == 0).all()]
    return table.astype(dict.fromkeys(whole, "Int64"))
