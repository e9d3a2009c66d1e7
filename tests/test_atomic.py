"""Writing under faults: the old file or the new one, never half of one, and nothing left over."""

from __future__ import annotations

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from policyindex._atomic import write_whole
from policyindex.cli.main import main

OLD, NEW = b"old\n" * 50_000, b"new!\n" * 50_000
CALLS = ("stat", "open", "chmod", "fsync", "replace", "unlink", "close")
NOBODY = 65534

needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can act for another user"
)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    path = tmp_path / "out.csv"
    path.write_bytes(OLD)
    return path


def in_a_child(deed: Callable[[], object]) -> int:
    """Call a function in a child process and return its wait status."""
    child = os.fork()
    if child == 0:
        try:
            deed()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitpid(child, 0)[1]


def names(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


def drafts(folder: Path) -> list[str]:
    return [name for name in names(folder) if name.startswith(".policyindex-")]


def stopped_at(number: int, stop: Callable[[], None]) -> Callable[[object, str, object], None]:
    """Return a profiler that acts at the n-th call to the system, before it or after it."""
    count = 0

    def watch(_: object, event: str, called: object) -> None:
        nonlocal count
        name = getattr(called, "__name__", "")
        if event in ("c_call", "c_return") and name in {*CALLS, "write", "flush", "__exit__"}:
            count += 1
            if count == number:
                stop()

    return watch


def stopping(path: Path, number: int, stop: Callable[[], None]) -> Callable[[], None]:
    def deed() -> None:
        sys.setprofile(stopped_at(number, stop))
        write_whole(path, NEW)
        sys.setprofile(None)

    return deed


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
def test_killed_at_each_call_it_leaves_the_old_file_or_the_new(out: Path) -> None:
    contents = []
    for number in range(1, 200):
        out.write_bytes(OLD)
        status = in_a_child(stopping(out, number, killed))
        contents.append(out.read_bytes())
        assert contents[-1] in (OLD, NEW)
        for draft in drafts(out.parent):  # no process can tidy up after SIGKILL
            (out.parent / draft).unlink()
        if not os.WIFSIGNALED(status):
            break
    assert os.waitstatus_to_exitcode(status) == 0
    assert len(contents) > 10
    assert contents == sorted(contents, reverse=True)  # once it is the new one it stays so


@pytest.mark.slow
def test_interrupted_at_each_call_it_leaves_nothing_behind(out: Path) -> None:
    def interrupted() -> None:
        sys.setprofile(None)
        raise KeyboardInterrupt

    for number in range(1, 200):
        out.write_bytes(OLD)
        status = in_a_child(stopping(out, number, interrupted))
        assert out.read_bytes() in (OLD, NEW)
        assert drafts(out.parent) == []
        if os.waitstatus_to_exitcode(status) == 0:
            break
    assert number > 10


@pytest.mark.parametrize("failing", ["fsync", "replace", "chmod"])
def test_a_failing_call_leaves_the_old_file(
    out: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(OSError, match=f"Input/output error: '{out}'"):
        write_whole(out, NEW)
    assert out.read_bytes() == OLD
    assert drafts(out.parent) == []


@pytest.mark.slow
def test_killed_at_any_moment_the_command_leaves_the_old_file_or_the_new(out: Path) -> None:
    main(["score", "demo", "-o", str(out)])
    new = out.read_bytes()
    random = Random(7)

    def again() -> None:
        while True:
            main(["score", "demo", "-o", str(out)])

    for _ in range(12):
        out.write_bytes(OLD)
        child = os.fork()
        if child == 0:
            again()
        # A slow machine must not be killed before it writes: then nothing would be tested.
        deadline = time.monotonic() + 60
        while not drafts(out.parent) and out.read_bytes() == OLD:
            assert time.monotonic() < deadline
            time.sleep(0.001)
        time.sleep(random.uniform(0, 0.15))
        os.kill(child, signal.SIGKILL)
        assert os.waitpid(child, 0)[1] == signal.SIGKILL
        assert out.read_bytes() in (OLD, new)
        for draft in drafts(out.parent):
            (out.parent / draft).unlink()


def test_a_full_disk_leaves_the_old_file(out: Path) -> None:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(NEW) // 2, len(NEW) // 2))
        with pytest.raises(OSError, match=f"File too large: '{out}'"):
            write_whole(out, NEW)

    assert in_a_child(limited) == 0
    assert out.read_bytes() == OLD
    assert drafts(out.parent) == []


@needs_root
def test_a_full_file_system_leaves_the_old_file(tmp_path: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", tmp_path],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("no file system may be mounted here")
    try:
        out = tmp_path / "out.csv"
        out.write_bytes(OLD)
        with pytest.raises(OSError, match=f"No space left on device: '{out}'"):
            write_whole(out, NEW)
        assert out.read_bytes() == OLD
        assert drafts(tmp_path) == []
        out.unlink()
        write_whole(out, NEW)
        assert out.read_bytes() == NEW
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def as_nobody(deed: Callable[[], object]) -> Callable[[], None]:
    def dropped() -> None:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        deed()

    return dropped


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """Yield a folder that every user may reach."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


@pytest.mark.parametrize("locked", ["folder", "file"])
def test_a_file_without_permission_to_write_stays(open_to_all: Path, locked: str) -> None:
    out = open_to_all / "out.csv"
    out.write_bytes(OLD)
    (open_to_all if locked == "folder" else out).chmod(0o555)

    def refused() -> None:
        with pytest.raises(PermissionError, match=f"Permission denied: '{out}'"):
            write_whole(out, NEW)

    assert in_a_child(as_nobody(refused)) == 0
    assert out.read_bytes() == OLD
    assert drafts(open_to_all) == []
    open_to_all.chmod(0o777)


def test_of_several_writers_one_wins(out: Path) -> None:
    contents = [bytes([65 + place]) * 200_000 for place in range(4)]
    children = []
    for content in contents:
        child = os.fork()
        if child == 0:
            for _ in range(20):
                write_whole(out, content)
            os._exit(0)
        children.append(child)
    contents_read = {out.read_bytes() for _ in range(100)}
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0, 0]
    assert contents_read <= {OLD, *contents}
    assert out.read_bytes() in contents
    assert drafts(out.parent) == []


def test_permissions_are_kept(out: Path) -> None:
    for mode in (0o600, 0o640, 0o664, 0o777):
        out.chmod(mode)
        write_whole(out, NEW)
        assert stat.S_IMODE(out.stat().st_mode) == mode
    fresh = out.with_name("fresh.csv")
    mask = os.umask(0o027)
    try:
        write_whole(fresh, NEW)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o640


def test_links_lead_to_the_file(out: Path) -> None:
    link, chain = out.with_name("link.csv"), out.with_name("chain.csv")
    link.symlink_to(out.name)
    chain.symlink_to(link)
    write_whole(chain, NEW)
    assert out.read_bytes() == NEW
    assert link.is_symlink()
    assert chain.is_symlink()
    out.unlink()
    write_whole(link, OLD)  # a link to a file that does not exist yet
    assert out.read_bytes() == OLD
    loop = out.with_name("loop.csv")
    loop.symlink_to(loop)
    with pytest.raises(OSError, match=f"symbolic links: '{loop}'"):
        write_whole(loop, NEW)


def test_a_folder_is_not_a_file(out: Path) -> None:
    with pytest.raises(IsADirectoryError, match=f"Is a directory: '{out.parent}'"):
        write_whole(out.parent, NEW)
    with pytest.raises(NotADirectoryError):
        write_whole(out / "further.csv", NEW)
    with pytest.raises(FileNotFoundError):
        write_whole(out.with_name("absent") / "out.csv", NEW)
    assert names(out.parent) == [out.name]


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    write_whole(path, NEW)
    assert names(tmp_path) == [path.name]


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    return path


REFUSAL = "devices and pipes are not written to; name a regular file"


def test_pipes_and_devices_are_refused_and_stay(pipe: Path) -> None:
    link = pipe.with_name("link.csv")
    link.symlink_to("/dev/null")
    for path in (pipe, link, "/dev/null", "/dev/stdout", "/dev/fd/1"):
        with pytest.raises(OSError, match=f"{REFUSAL}: '{path}'"):
            write_whole(path, NEW)
    assert pipe.is_fifo()
    assert Path("/dev/null").is_char_device()
    assert sorted(names(pipe.parent)) == ["link.csv", "pipe.csv"]


def test_the_command_refuses_a_device_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "demo", "--country", "NGA", "-o", "/dev/null"]) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", f"policyindex: /dev/null: {REFUSAL}\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_a_redirected_stream_keeps_its_content(tmp_path: Path, name: str) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"before\n")
    command = [sys.executable, "-m", "policyindex", "report", "--country", "NGA", "-o", name]
    with log.open("ab") as stream:
        done = subprocess.run(command, stdout=stream, stderr=subprocess.PIPE, check=False)
        stream.write(b"after\n")
    assert (done.returncode, done.stderr) == (2, f"policyindex: {name}: {REFUSAL}\n".encode())
    assert log.read_bytes() == b"before\nafter\n"
    assert names(tmp_path) == ["log"]
