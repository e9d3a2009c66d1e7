"""Hostile paths: links, folders, pipes, devices, files that may not be read, odd names."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

from .cases import Case, panel

TEXT = b"country,year,prosecution,protection,prevention\nGermany,2009,5,5,5\n"
SOUND = panel([("DEU", 2009, 5, 5, 5, 15)])


def _pipe(content: bytes) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        os.mkfifo(path)
        Thread(target=_serve, args=(path, content), daemon=True).start()

    return make


def _serve(path: Path, content: bytes) -> None:
    """Give each reader of a pipe, one after the other, the content and no more."""
    following = path.with_name("following")
    while True:
        pipe = os.open(path, os.O_WRONLY)  # waits for a reader; the next one has another pipe
        os.mkfifo(following)
        following.replace(path)
        os.write(pipe, content)
        os.close(pipe)


def _link(target: str, content: bytes | None = None) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        if content is not None:
            path.with_name(target).write_bytes(content)
        path.symlink_to(target)

    return make


def _chain(path: Path) -> None:
    path.with_name("first").write_bytes(TEXT)
    for number in range(30):
        path.with_name(f"link-{number}").symlink_to(f"link-{number - 1}" if number else "first")
    path.symlink_to("link-29")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(path))


def _large(path: Path) -> None:
    with path.open("wb") as stream:
        stream.write(TEXT)
        stream.truncate(2**40)


def _forbidden(path: Path) -> None:
    path.write_bytes(TEXT)
    path.chmod(0)


def _sound(path: Path) -> None:
    path.write_bytes(TEXT)


def _nothing(path: Path) -> None:
    assert not path.exists()


def path_cases() -> Iterator[Case]:
    """Give every case of paths."""

    def case(
        name: str,
        make: Callable[[Path], object],
        *,
        right: bool = False,
        unprivileged: bool = False,
    ) -> Case:
        truth = SOUND if right else None
        expected = "right" if right else "refused"
        return Case(
            "paths", name, lambda path: (make(path), None)[1], truth, expected, unprivileged
        )

    def sound(path: Path) -> None:
        path.write_bytes(TEXT)

    yield case("link.csv", _link("aim.csv", TEXT), right=True)
    yield case("links.csv", _chain, right=True)
    yield case("dangling.csv", _link("absent.csv"))
    yield case("loop.csv", _link("loop.csv"))
    yield case("folder.csv", Path.mkdir)
    yield case("link-to-folder.csv", _link("."))
    yield case("absent.csv", _nothing)
    yield case("forbidden.csv", _forbidden)._replace(unprivileged=True)
    yield case("pipe.csv", _pipe(TEXT), right=True)
    yield case("empty-pipe.csv", _pipe(b""))
    yield case("socket.csv", _socket)
    yield case("null.csv", _link("/dev/null"))
    yield case("zero.csv", _link("/dev/zero"))
    yield case("random.csv", _link("/dev/urandom"))
    yield case("large.csv", _large)
    yield case("two\nlines.csv", _sound, right=True)
    yield case(os.fsdecode(b"latin-\xe9.csv"), _sound, right=True)
    yield case("\u202etrats.csv", _sound, right=True)
    yield case("n" * 251 + ".csv", _sound, right=True)
    yield case("n" * 300 + ".csv", lambda _: None)
    yield case("no-ending", _sound, right=True)
    yield case("-o", _sound, right=True)
