"""Read every hostile file, each in a process of its own within bounds, and print what became of it.

Run it in the folder ``tests``: ``python -m hostile.run``.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import re
import resource
import shutil
import signal
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import NamedTuple

import pandas as pd

from policyindex import PanelError, check_panel, read_codings, read_scores
from policyindex.cli.main import main

from .binaries import binary_cases
from .books import book_cases
from .cases import Case
from .containers import container_cases
from .paths import path_cases
from .text import text_cases

SEED = 3
SECONDS = 20
MEMORY = 4 * 2**30
LONGEST_MESSAGE = 2000
NOBODY = 65534
LIBRARIES = ("pandas", "pyarrow", "pyreadstat", "xlrd")


class Outcome(NamedTuple):
    """What became of a file."""

    answer: str
    """``panel``, or the name of the error."""
    wrong: str = ""
    """What is wrong with that; nothing, as it should be."""
    memory: int = 0
    """Peak memory of the process, in bytes."""


def cases() -> list[Case]:
    """Return the corpus, the same every time."""
    random = Random(SEED)
    corpus = [*text_cases(random), *book_cases(random), *binary_cases(random)]
    corpus += [*container_cases(random), *path_cases()]
    names = Counter((each.kind, each.name) for each in corpus)
    assert len(names) == len(corpus), names.most_common(1)
    return corpus


def outcome(case: Case) -> Outcome:
    """Read the file of a case in a process of its own."""
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(told)
            with os.fdopen(tell, "wb") as stream:
                pickle.dump(_judged(case, folder), stream)
        finally:
            os._exit(0)
    os.close(tell)
    with os.fdopen(told, "rb") as stream:
        answer = stream.read()
    _, status, used = os.wait4(child, 0)
    shutil.rmtree(folder)
    memory = used.ru_maxrss * 1024
    if os.WIFSIGNALED(status) or not answer:
        what = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else "no answer"
        return Outcome("none", what, memory)
    label, wrong = pickle.loads(answer)
    return Outcome(label, wrong, memory)


def _judged(case: Case, folder: Path) -> tuple[str, str]:
    path, out = folder / "in" / case.name, folder / "out"
    path.parent.mkdir()
    out.mkdir()
    _make(case, path)
    for each in (folder, path.parent, out):
        each.chmod(0o777)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.alarm(10 * SECONDS)  # whoever waits uses no CPU
    if case.unprivileged and os.geteuid() == 0:
        os.setuid(NOBODY)
    warnings.simplefilter("always")
    with warnings.catch_warnings(record=True):
        scores, answer, wrong = _read(read_scores, path)
        codings, _, wrong_codings = _read(read_codings, path)
        if codings is not None:
            wrong_codings = "scores were read as codings"
        complaints = [wrong, wrong_codings, *_of_the_panel(case, scores)]
        complaints += _of_the_commands(path, out, scores)
    return answer, "; ".join(filter(None, complaints))


def _make(case: Case, path: Path) -> None:
    """Make the file apart, so that the memory it takes to make counts for nothing."""
    if case.kind == "paths":  # whoever serves a pipe has to stay
        case.make(path)
        return
    maker = os.fork()
    if maker == 0:
        try:
            case.make(path)
        finally:
            os._exit(0)
    os.waitpid(maker, 0)


def _read(reader: object, path: Path) -> tuple[pd.DataFrame | None, str, str]:
    assert callable(reader)
    try:
        return reader(path), "panel", ""
    except Exception as error:
        name = "OSError" if isinstance(error, OSError) else type(error).__name__
        fits = type(error) in (PanelError, ValueError) or isinstance(error, OSError)
        return None, name, "" if fits and in_house_form(str(error)) else f"{name}: {error}"[:500]


def in_house_form(message: str) -> bool:
    """Say whether a message is brief, on one line, and says what must be or what went wrong."""
    said = re.search(r" must |cannot be read as|needs another library|\[Errno \d+\]", message)
    return bool(said) and "\n" not in message and len(message) <= LONGEST_MESSAGE


def _of_the_panel(case: Case, scores: pd.DataFrame | None) -> Iterator[str]:
    if scores is None:
        if case.expected == "right":
            yield "refused though it is sound"
        return
    if case.expected == "refused":
        yield f"read though it is broken: {scores.to_dict('split')}"[:500]
    pd.testing.assert_frame_equal(scores, check_panel(scores))
    if case.expected in ("right", "either") and not scores.equals(case.truth):
        yield f"not what the file says: {scores.to_dict('split')}"[:500]


def _of_the_commands(path: Path, out: Path, scores: pd.DataFrame | None) -> Iterator[str]:
    written = out / "scores.csv"
    for words in (["check", str(path)], ["score", str(path), "-o", str(written)]):
        shown, told = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(told):
            status = main(words)
        said = shown.getvalue() + told.getvalue()
        if "Traceback" in said:
            yield f"{words[0]} shows a traceback"
        if (status == 0) == (scores is None) and (words[0] == "score" or scores is None):
            yield f"{words[0]} ends with {status}"
        refused = re.fullmatch(r"policyindex: [^\n]+\n", told.getvalue())
        listed = words[0] == "check" and "\nFindings: " in shown.getvalue()
        if scores is None and not (refused or listed):
            yield f"{words[0]} says {said[:200]!r}"
    if sorted(out.iterdir()) != ([] if scores is None else [written]):
        yield f"left behind: {[each.name for each in out.iterdir()]}"
    if scores is not None and not read_scores(written).equals(scores):
        yield "what is written is not what was read"


def table(corpus: Iterable[Case], outcomes: Iterable[Outcome]) -> str:
    """Return the outcomes by kind, as the page shows them."""
    answers = ("panel", "PanelError", "ValueError", "OSError")
    kinds: dict[str, Counter[str]] = {}
    for case, each in zip(corpus, outcomes, strict=True):
        kinds.setdefault(case.kind, Counter())[each.answer if each.wrong == "" else "wrong"] += 1
    kinds["all"] = sum(kinds.values(), Counter())
    lines = ["| kind | files | right panel | `PanelError` | `ValueError` | `OSError` | wrong |"]
    lines.append("|---|---|---|---|---|---|---|")
    for kind, count in kinds.items():
        cells = (count.total(), *(count[each] for each in answers), count["wrong"])
        lines.append(f"| {kind} | {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def libraries() -> str:
    """Return the libraries that the outcomes depend on, with their versions."""
    return ", ".join(f"{name} {version(name)}" for name in LIBRARIES)


def _outcome_of(number: int) -> Outcome:
    return outcome(_CORPUS[number])


_CORPUS: list[Case] = []
"""The corpus, for the processes that read it."""


def _print_all() -> int:
    corpus = cases()
    _CORPUS[:] = corpus
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        outcomes = list(pool.map(_outcome_of, range(len(corpus)), chunksize=4))
    for case, each in zip(corpus, outcomes, strict=True):
        if each.wrong:
            print(f"{case.kind}: {case.name}: {each.wrong}", file=sys.stderr)
    largest = max(zip(outcomes, corpus, strict=True), key=lambda pair: pair[0].memory)
    print(table(corpus, outcomes))
    print(f"\nWith {libraries()}.")
    print(f"Bounds: {SECONDS} s of CPU and {MEMORY:,} bytes of address space a file.")
    print(f"Peak memory: {largest[0].memory / 2**20:,.0f} MiB, by {largest[1].name}.")
    return int(any(each.wrong for each in outcomes))


if __name__ == "__main__":
    sys.exit(_print_all())
