"""Long commands, stopped at any moment, leave the old files or the new ones, never half of one.

A moment is a call that the command makes, so that it is the same on a slow machine. Half of the
moments are drawn from all calls, half from those while a draft is about.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

import policyindex as pi
from policyindex import coding
from policyindex._atomic import write_whole
from policyindex.cli.main import main

if sys.platform == "win32":
    pytest.skip("signals that end a process are those of other systems", allow_module_level=True)
pytest.importorskip("openpyxl", reason="openpyxl writes workbooks")

SEED = 12


class Long(NamedTuple):
    """A command, the files it writes, and the change that makes them new."""

    words: tuple[str, ...]
    outputs: tuple[str, ...]


COMMANDS = {
    "report": Long(("report", "in.csv", "-o", "out.html"), ("out.html",)),
    "explore": Long(("explore", "in.csv", "-o", "out.html"), ("out.html",)),
    "release": Long(("release", "in.csv", "--release", "2", "--overwrite", "-o", "out"), ("out",)),
    "settle": Long(
        ("settle", "decisions.xlsx", "a.csv", "b.csv", "--evidence", "why.csv", "-o", "final.csv"),
        ("why.csv", "final.csv"),
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write what the commands read."""
    monkeypatch.chdir(tmp_path)
    demo = pi.datasets.load_demo().loc[["DEU", "NGA", "SWE"]]
    demo = demo[demo.index.get_level_values("year") > 2007]
    demo.attrs = {}
    pi.write_table(demo, "in.csv")
    other = demo.copy()
    other.iloc[0, 0] = 2 - other.iloc[0, 0]
    for name, panel in {"a": demo, "b": other}.items():
        pi.write_table(panel, f"{name}.csv")
    coding.adjudicate({"a": demo, "b": other}, "decisions.xlsx")
    return tmp_path


def content(path: Path) -> object:
    if not path.is_dir():
        return path.read_bytes() if path.exists() else None
    return {each.name: each.read_bytes() for each in sorted(path.iterdir())}


def run_in_a_child(words: tuple[str, ...], watch: Callable[[], None] | None) -> int:
    """Run a command in a child process, silently; return its wait status."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        silent = os.open(os.devnull, os.O_WRONLY)
        sys.stdout = sys.stderr = os.fdopen(silent, "w")
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if watch is not None:
            watch()
        status = main(list(words))
        sys.setprofile(None)
    except BaseException:
        status = 99
    os._exit(status)


def watching(act: Callable[[int], None]) -> Callable[[], None]:
    """Return what makes a process call a function with the number of each call it makes."""
    count = 0

    def profile(_: object, event: str, __: object) -> None:
        nonlocal count
        if event in ("call", "c_call"):
            count += 1
            act(count)

    return lambda: sys.setprofile(profile)


def calls_of(words: tuple[str, ...], folder: Path) -> tuple[int, int]:
    """Return how many calls a command makes, and the first of them with a draft about."""
    log = folder.parent / "calls"
    numbers = [0, 0]

    def note(count: int) -> None:
        numbers[0] = count
        if not numbers[1] and count % 200 == 0:
            drafts = any(folder.glob(".policyindex-*"))
            numbers[1] = count if drafts else 0
        if count % 1000 == 0 or numbers[1]:
            log.write_bytes(pickle.dumps(numbers))

    run_in_a_child(words, watching(note))
    total, first = pickle.loads(log.read_bytes())
    return total, first or total * 9 // 10


def stopped_at_moments(command: str, folder: Path, number: int) -> list[object]:
    """Stop a command at some moments; return what became of it each time."""
    words, outputs = COMMANDS[command]
    before = [folder / "before" / name for name in outputs]
    targets = [folder / name for name in outputs]
    for path in (*before, *targets):
        path.parent.mkdir(exist_ok=True)
        if path.suffix:
            path.write_bytes(b"old\n" * 1000)
        else:
            coding.release(pi.read_codings("a.csv"), path, name="1", formats=())
    old = [content(path) for path in before]
    main(list(words))  # loads what the children need
    for path, earlier in zip(targets, old, strict=True):
        _restore(path, earlier)
    total, first = calls_of(words, folder)
    new = [content(path) for path in targets]
    assert new != old
    random = Random(f"{SEED} {command}")
    endings: list[object] = []
    for round_ in range(number):
        for path, earlier in zip(targets, old, strict=True):
            _restore(path, earlier)
        moment = random.randrange(1, total) if round_ % 2 else random.randrange(first, total)
        kind = signal.SIGKILL if round_ // 2 % 2 else signal.SIGINT

        def stop(count: int, moment: int = moment, kind: signal.Signals = kind) -> None:
            if count == moment:
                sys.setprofile(None)
                os.kill(os.getpid(), kind)

        status = run_in_a_child(words, watching(stop))
        after = [content(path) for path in targets]
        for each, earlier, later in zip(after, old, new, strict=True):
            assert each in (earlier, later), (command, kind.name, moment)
        ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        assert ended in (signal.SIGKILL, 130, 0, 1), (command, kind.name, moment, ended)
        write_whole(folder / "next.csv", b"next")
        left = [each.name for each in folder.iterdir() if each.name.startswith(".policyindex-")]
        assert left == [], (command, kind.name, moment)
        endings.append((kind.name, after == new))
    return endings


def _restore(path: Path, earlier: object) -> None:
    if isinstance(earlier, bytes):
        path.write_bytes(earlier)
        return
    assert isinstance(earlier, dict)
    for each in path.iterdir():
        each.unlink()
    for name, text in earlier.items():
        (path / name).write_bytes(text)


def test_a_command_stopped_at_a_moment_leaves_old_or_new(folder: Path) -> None:
    endings = stopped_at_moments("explore", folder, 6)
    assert len(endings) == 6
    assert {"SIGINT", "SIGKILL"} == {kind for kind, _ in endings}  # type: ignore[misc]


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_commands_stopped_at_60_moments_leave_old_or_new(command: str, folder: Path) -> None:
    endings = stopped_at_moments(command, folder, 60 // len(COMMANDS))
    assert len(endings) == 15
    assert {is_new for _, is_new in endings} >= {False}  # type: ignore[misc]
