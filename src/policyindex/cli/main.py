"""The command line. Exit status: 0; 1 when the data have problems; 2 when the command has."""

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
from .._wording import joined
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError
from ..reading import files
from ..reading.files import Reading, ReadingWarning
from ..reading.findings import table_of
from .advice import as_options
from .arguments import given, parser
from .commands import Answer, note_lines


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
        with warnings.catch_warnings():
            warnings.showwarning = _telling(warnings.showwarning)
            status = _run(arguments)
        sys.stdout.flush()
        return status
    except PanelError as error:
        return _complain(error, 1)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _complain(
            f"{error.filename or 'output'}: {error.strerror}" if error.errno else error, 2
        )
    except (ValueError, ImportError) as error:
        return _complain(error, 2)
    except MemoryError:
        return _complain("there is not enough memory for this", 2)
    except KeyboardInterrupt:
        return _complain("interrupted", 130)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        chosen = parser().parse_args(arguments)
    except SystemExit as stop:  # argparse has said what is wrong, or was asked for help
        return int(stop.code or 0)
    _check_output(chosen)
    reading = _read(chosen)
    if not chosen.checks:
        for line in note_lines(reading.notes):
            _complain(f"note: {line}", 0)
    answer = chosen.answer(reading, chosen)
    if isinstance(answer, str):
        print(answer)
        return int(chosen.checks and (reading.notes["lost"] > 0).any())
    if chosen.output:
        write_whole(chosen.output, _csv(answer.table, reading.source).encode())
    elif sys.stdout.isatty():
        print(_shown(answer, reading.source))
    else:
        sys.stdout.write(_csv(answer.table, reading.source))
    return 0


def _check_output(chosen: Namespace) -> None:
    """Refuse an answer in the place of what is read, or under a name of another format."""
    output = getattr(chosen, "output", None)
    if not output:
        return
    for file in (chosen.file, getattr(chosen, "events", None)):
        there = [each for each in (file, output) if each and os.path.exists(each)]
        if len(there) == 2 and os.path.samefile(*there):
            raise ValueError(f"{output} is a file to be read; give the answer a name of its own")
    check_ending(output, chosen.endings)


def _complain(what: object, status: int) -> int:
    print(f"policyindex: {as_options(str(what))}", file=sys.stderr)
    return status


def _telling(show: Callable[..., None]) -> Callable[..., None]:
    """Have what is lost of a file of events told as what is lost of any other is."""

    def tell(message: Warning, category: type[Warning], *where: Any, **more: Any) -> None:
        if issubclass(category, ReadingWarning):
            _complain(f"note: {message}", 0)
        else:
            show(message, category, *where, **more)

    return tell


def _read(chosen: Namespace) -> Reading:
    demo = chosen.file is None or (chosen.file == "demo" and not Path("demo").is_file())
    if demo and (options := given(chosen)):
        raise ValueError(f"{joined(options)} must be for a file; give one, or leave that out")
    if chosen.published:
        if chosen.file is not None:
            raise ValueError(f"--published takes the place of a file; leave {chosen.file} out")
        return datasets.fetch_published()
    if demo:
        codings = datasets.load_demo()
        return Reading(codings, "codings", THREE_P, codings.attrs["source"], {}, table_of([]), "")
    return files.read(
        chosen.file,
        holds=chosen.holds,
        country=chosen.country_column,
        year=chosen.year_column or chosen.file_year,
        kind=chosen.kind,
        columns=dict(chosen.column or ()),
        report_years=chosen.report_years,
        unmatched="drop" if chosen.drop_unmatched else "raise",
        faults="set aside" if chosen.checks else "raise",
        sheet=chosen.sheet,
        source=chosen.source,
    )


def _csv(table: pd.DataFrame, source: str) -> str:
    return str(_whole(table).assign(source=source).to_csv(lineterminator="\n"))


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    """Have columns of whole numbers written without a decimal point."""
    whole = [name for name in table.select_dtypes("float") if (table[name].dropna() % 1 == 0).all()]
    return table.astype(dict.fromkeys(whole, "Int64"))


def _shown(answer: Answer, source: str) -> str:
    named = _whole(answer.brief).reset_index().astype(object)
    named = named.where(named.notna(), "-")
    named.insert(0, "name", named["country"].map(countries.name))
    text = named.to_string(index=False, float_format=lambda value: f"{value:.3g}")
    return f"{text}\n\n{answer.told} Source: {source}."
