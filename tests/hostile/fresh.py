"""Inputs whose meaning was damaged: ``python -m hostile.fresh`` in the folder of the tests.

A true table is written in a form of its own, and then one thing that it says is changed. Each input
states beforehand what is right: the exact answer as written in the file, a refusal, or either.
"""

from __future__ import annotations

import contextlib
import io
import json
import multiprocessing
import re
import resource
import tempfile
import traceback
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd

import policyindex as pi
from policyindex import coding
from policyindex.cli.main import main as command

from . import fresh_others, fresh_tables
from .fresh_forms import Input, panel_of

SUMMARY = ("form", "inputs", "right panel", "refused", "noted", "silent", "foreign")
HOUSE = (pi.PanelError, ValueError, TypeError)
RAW = "unpack|index out|NoneType|has no attribute|unhashable|codec can|subscript|Traceback"
"""Words of Python, which are not the rule that an input breaks."""


def _read(reader: str, path: Path) -> tuple[Any, list[str]]:
    if reader == "scores":
        reading = pi.read(path, holds="scores")
        return panel_of(reading.panel), [
            " ".join(map(str, row)) for row in reading.findings.to_numpy()
        ]
    if reader == "events":
        law = pi.read_events(path)["law"]
        return {unit: None if pd.isna(year) else year for unit, year in law.items()}, []
    if reader == "evidence":
        table = coding.read_evidence(path)[["status", "report", "page", "quote"]]
        return {
            f"{u} {y} {i}": list(row)
            for (_, u, y, i), row in zip(table.index, table.to_numpy(), strict=True)
        }, []
    if reader == "workbook":
        book = coding.read_workbook(path)
        notes = [" ".join(map(str, row)) for row in book.findings.to_numpy()]
        levels = panel_of(book.codings["Ama"]).items()
        return {f"{u[:3]} {name}": level for u, row in levels for name, level in row.items()}, notes
    if reader == "codebook":
        pi.codebooks.write(pi.codebooks.read(path), path.with_suffix(".json"))
        return json.loads(path.with_suffix(".json").read_text(encoding="utf-8")), []
    if reader == "release":
        return panel_of(coding.read_release(path).codings), []
    if reader != "check":
        raise LookupError(f"there is no reader {reader}")
    shown, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(errors):
        status = command(["check", str(path)])
    if status:
        raise ValueError(" ".join((errors.getvalue() or shown.getvalue()).split())[:2000])
    return {}, []


def _answer(reader: str, path: Path, pipe: Any) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            answer, notes = _read(reader, path)
        except Exception as error:  # which of them is foreign is judged below
            text = str(error)
            house = type(error) in HOUSE or isinstance(error, OSError)
            fits = (
                20 <= len(text) <= 2000 and len(text.splitlines()) == 1 and not re.search(RAW, text)
            )
            where = "".join(traceback.format_tb(error.__traceback__)[-1:])
            pipe.send(
                (
                    "refused" if house and fits else "foreign",
                    f"{type(error).__name__}: {text} {'' if house and fits else where}",
                )
            )
        else:
            foreign = [w for w in caught if not issubclass(w.category, pi.ReadingWarning)]
            pipe.send(
                (
                    "foreign" if foreign else "panel",
                    (answer, [*notes, *(str(w.message) for w in caught)]),
                )
            )


def judge(given: Input, place: Path) -> tuple[str, str]:
    """Return the outcome of an input, a column of the table, and what happened."""
    path = place / re.sub(r"\W", "_", given.name)[:20]
    given.write(path)
    context = multiprocessing.get_context("forkserver")
    mine, other = context.Pipe(duplex=False)
    child = context.Process(target=_answer, args=(given.reader, path, other))
    child.start()
    other.close()
    try:
        kind, value = mine.recv()
    except EOFError:
        kind, value = "foreign", "the process died"
    child.join()
    if kind != "panel":
        return kind, str(value)
    answer, notes = value
    if given.refusal == "must":
        return "silent", f"not refused: {str(notes)[:600]}"
    if given.reader == "codebook":
        answer = _subset(answer, given.right)
    if answer != given.right:
        wrong = [
            key for key in {**answer, **given.right} if answer.get(key) != given.right.get(key)
        ]
        return "silent", f"differs at {wrong[:4]}: {[answer.get(w) for w in wrong[:4]]}, {notes}"
    if given.note and not any(re.search(given.note, text) for text in notes):
        return "silent", f"not noted as {given.note}: {notes}"
    return ("noted" if notes else "right panel"), str(notes)


def _subset(whole: Any, part: Any) -> Any:
    """Return what a document says of the keys of another one."""
    if isinstance(part, dict):
        return {key: _subset(whole.get(key), value) for key, value in part.items()}
    if isinstance(part, list):
        return [_subset(one, other) for one, other in zip(whole, part, strict=True)]
    return whole


def inputs() -> list[Input]:
    """Return the whole list."""
    parts = [part() for part in (*fresh_tables.PARTS, *fresh_others.PARTS)]
    return [each for part in parts for each in part]


def run(given: list[Input]) -> list[tuple[Input, str, str]]:
    """Return each input with its outcome and what happened."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(["hostile.fresh_others"])
    answers = []
    for each in given:
        with tempfile.TemporaryDirectory() as place:
            answers.append((each, *judge(each, Path(place))))
    return answers


def main() -> None:
    """Print the outcomes by form, and what is wrong or was refused without need."""
    answers = run(inputs())
    print(*SUMMARY, sep="\t")
    for form in [*dict.fromkeys(each.form for each, *_ in answers), "all"]:
        counts = Counter(kind for each, kind, _ in answers if form in (each.form, "all"))
        print(form, counts.total(), *(counts[kind] for kind in SUMMARY[2:]), sep="\t")
    for each, kind, text in answers:
        needless = kind == "refused" and each.refusal == "never"
        if needless or kind in ("silent", "foreign"):
            print(f"{'needless' if needless else kind}: {each.form}, {each.name}: {text}")


if __name__ == "__main__":
    main()
