"""Writing under faults: the old file or the new one, never half of one, and nothing left over."""

from __future__ import annotations

import errno
import os
import resource
import shutil
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

from policyindex import _atomic
from policyindex._atomic import write_folder, write_whole
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
        write_whole(out.with_name("other.csv"), NEW)
        assert drafts(out.parent) == []
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
        write_whole(out.with_name("other.csv"), NEW)
        assert drafts(out.parent) == []


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
    assert (captured.out, captured.err) == (
        "",
        f"policyindex: /dev/null cannot be opened: {REFUSAL}\n",
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_a_redirected_stream_keeps_its_content(tmp_path: Path, name: str) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"before\n")
    command = [sys.executable, "-m", "policyindex", "report", "--country", "NGA", "-o", name]
    with log.open("ab") as stream:
        done = subprocess.run(command, stdout=stream, stderr=subprocess.PIPE, check=False)
        stream.write(b"after\n")
    assert (done.returncode, done.stderr) == (
        2,
        f"policyindex: {name} cannot be opened: {REFUSAL}\n".encode(),
    )
    assert log.read_bytes() == b"before\nafter\n"
    assert names(tmp_path) == ["log"]


# Folders

EARLIER = {"a.csv": b"old a", "b.csv": b"old b", "gone.csv": b"old"}
LATER = {"a.csv": b"new a", "b.csv": b"new b", "more.csv": b"new"}


def contents(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_folder(tmp_path / "release", EARLIER)
    return tmp_path / "release"


@pytest.mark.parametrize("at_once", [True, False])
def test_a_folder_is_replaced_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    if not at_once:
        monkeypatch.setattr(_atomic, "_exchange_at_once", lambda *_: False)
    folder.chmod(0o750)
    write_folder(folder, LATER)
    assert contents(folder) == LATER
    assert names(folder.parent) == ["release"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone exchanges folders in one step")
def test_linux_exchanges_folders_at_once(folder: Path) -> None:
    write_folder(folder.with_name("other"), LATER)
    assert _atomic._exchange_at_once(folder, folder.with_name("other"))
    assert contents(folder) == LATER
    assert contents(folder.with_name("other")) == EARLIER
    assert not _atomic._exchange_at_once(folder, folder.with_name("nowhere"))


@pytest.mark.parametrize("failing", ["fsync", "mkdir", "rename"])
def test_a_failure_leaves_the_old_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(_atomic, "_exchange_at_once", lambda *_: False)
    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(OSError, match=r"No space left .*release"):
        write_folder(folder, LATER)
    monkeypatch.undo()
    assert contents(folder) == EARLIER
    assert names(folder.parent) == ["release"]


def test_a_failure_of_the_second_step_brings_the_old_folder_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, calls = os.rename, []

    def fail_once(old: object, new: object) -> None:
        calls.append(old)
        if len(calls) == 2:
            raise OSError(errno.EIO, "Input/output error")
        rename(old, new)

    monkeypatch.setattr(_atomic, "_exchange_at_once", lambda *_: False)
    monkeypatch.setattr(os, "rename", fail_once)
    with pytest.raises(OSError, match="Input/output error"):
        write_folder(folder, LATER)
    assert len(calls) == 3
    assert contents(folder) == EARLIER
    assert names(folder.parent) == ["release"]


def test_a_file_in_the_place_of_a_folder_is_refused(out: Path) -> None:
    with pytest.raises(OSError, match="Not a directory"):
        write_folder(out, LATER)
    assert out.read_bytes() == OLD
    assert names(out.parent) == ["out.csv"]
    with pytest.raises(OSError, match="No such file"):
        write_folder(out.parent / "nowhere" / "release", LATER)


def test_a_link_to_a_folder_is_followed(folder: Path) -> None:
    link = folder.with_name("link")
    link.symlink_to(folder)
    write_folder(link, LATER)
    assert link.is_symlink()
    assert contents(folder) == LATER


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone exchanges folders in one step")
def test_killed_at_each_call_it_leaves_the_old_folder_or_the_new(tmp_path: Path) -> None:
    target, seen = tmp_path / "release", []
    for number in range(1, 200):
        write_folder(target, EARLIER)

        def deed(number: int = number) -> None:
            sys.setprofile(stopped_at(number, killed))
            write_folder(target, LATER)
            sys.setprofile(None)

        status = in_a_child(deed)
        seen.append(contents(target))
        assert seen[-1] in (EARLIER, LATER)
        write_whole(tmp_path / "other.csv", NEW)
        assert drafts(tmp_path) == []
        if not os.WIFSIGNALED(status):
            break
    assert os.waitstatus_to_exitcode(status) == 0
    assert len(seen) > 10
    assert seen[0] == EARLIER
    assert seen[-1] == LATER


# Drafts


def locked(path: Path) -> int:
    import fcntl

    descriptor = os.open(path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def test_the_next_write_removes_drafts_that_are_left_and_no_other_file(tmp_path: Path) -> None:
    left = tmp_path / f".policyindex-{'0' * 16}"
    used = tmp_path / f".policyindex-{'1' * 16}"
    folder = tmp_path / f".policyindex-{'2' * 16}"
    for each in (left, used):
        each.write_bytes(OLD)
    folder.mkdir()
    (folder / "codings.csv").write_bytes(OLD)
    away = tmp_path / "away.csv"
    away.write_bytes(OLD)
    kept = [tmp_path / name for name in (".policyindex-old-0123", ".policyindex-notes", "mine.csv")]
    for each in kept:
        each.write_bytes(OLD)
    link = tmp_path / f".policyindex-{'3' * 16}"
    link.symlink_to(away)
    lock = locked(used)
    try:
        write_whole(tmp_path / "out.csv", NEW)
    finally:
        os.close(lock)
    assert not left.exists()
    assert not folder.exists()
    expected = {used, link, away, tmp_path / "out.csv", *kept}
    assert set(tmp_path.iterdir()) == expected
    write_folder(tmp_path / "release", LATER)
    assert set(tmp_path.iterdir()) == expected - {used} | {tmp_path / "release"}


def test_a_link_in_the_place_of_a_draft_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_atomic.secrets, "token_hex", lambda _: "0" * 16)
    away, link = tmp_path / "away.csv", tmp_path / f".policyindex-{'0' * 16}"
    away.write_bytes(OLD)
    link.symlink_to(away)
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "out.csv", NEW)
    assert away.read_bytes() == OLD
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_that_is_called_like_a_draft_stays(tmp_path: Path) -> None:
    pipe = tmp_path / f".policyindex-{'0' * 16}"
    os.mkfifo(pipe)
    write_whole(tmp_path / "out.csv", NEW)
    assert {*tmp_path.iterdir()} == {pipe, tmp_path / "out.csv"}


@needs_root
def test_a_draft_of_another_user_stays(open_to_all: Path) -> None:
    draft = open_to_all / f".policyindex-{'0' * 16}"
    draft.write_bytes(OLD)
    os.chown(draft, NOBODY, NOBODY)
    write_whole(open_to_all / "out.csv", NEW)
    assert draft.exists()


def test_a_draft_has_the_permissions_of_its_file_from_the_first_byte(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    write = os.write

    def spied(descriptor: int, content: bytes) -> int:
        status = os.fstat(descriptor)
        folder = next((each for each in out.parent.glob(".policyindex-*") if each.is_dir()), None)
        mode = (folder.stat() if folder else status).st_mode
        seen.append((stat.S_IMODE(mode), status.st_size))
        return write(descriptor, content)

    monkeypatch.setattr(os, "write", spied)
    for mode in (0o600, 0o640, 0o666):
        out.chmod(mode)
        write_whole(out, NEW)
        assert seen.pop() == (mode, 0)
    target = out.with_name("release")
    write_folder(target, EARLIER)
    target.chmod(0o750)
    seen.clear()
    write_folder(target, LATER)
    assert {mode for mode, _ in seen} == {0o700}  # until it has the mode of the old folder
    assert stat.S_IMODE(target.stat().st_mode) == 0o750


def test_a_draft_is_never_more_open_than_its_file_even_for_a_moment(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out.chmod(0o600)
    modes = []

    def noted(draft: Path, _: int) -> bool:
        modes.append(draft.stat().st_mode)
        return True

    monkeypatch.setattr(_atomic, "_is_held", noted)
    write_whole(out, NEW)
    assert [stat.S_IMODE(mode) for mode in modes] == [0o600]


@pytest.mark.skipif(_atomic.LOCKS is None, reason="nothing can be locked here")
def test_a_draft_is_locked_while_it_is_written(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, free = _atomic._is_held, []

    def noted(draft: Path, descriptor: int) -> bool:
        answer = held(draft, descriptor)
        with draft.open("rb") as other:
            free.append(_atomic._lock(other.fileno()))
        return answer

    monkeypatch.setattr(_atomic, "_is_held", noted)
    write_whole(out, NEW)
    with out.open("rb") as other:
        free.append(_atomic._lock(other.fileno()))
    assert free == [False, True]


def test_a_draft_that_another_process_removed_is_written_again(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, removed = _atomic._is_held, []

    def removed_once(draft: Path, descriptor: int) -> bool:
        if not removed:
            removed.append(draft)
            shutil.rmtree(draft) if draft.is_dir() else draft.unlink()
        return held(draft, descriptor)

    monkeypatch.setattr(_atomic, "_is_held", removed_once)
    write_whole(out, NEW)
    assert out.read_bytes() == NEW
    removed.clear()
    write_folder(out.with_name("release"), LATER)
    assert contents(out.with_name("release")) == LATER
    assert drafts(out.parent) == []


def test_without_locks_only_old_drafts_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_atomic, "LOCKS", None)
    monkeypatch.setattr(_atomic, "_exchange_at_once", lambda *_: False)
    fresh, left = (tmp_path / f".policyindex-{sign * 16}" for sign in "01")
    for each in (fresh, left):
        each.write_bytes(OLD)
    os.utime(left, (0, 0))
    write_folder(tmp_path / "release", EARLIER)
    write_folder(tmp_path / "release", LATER)
    write_whole(tmp_path / "out.csv", NEW)
    assert set(names(tmp_path)) == {fresh.name, "release", "out.csv"}
    assert contents(tmp_path / "release") == LATER


def test_a_folder_moved_away_by_a_process_that_was_killed_is_never_removed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deed() -> None:
        monkeypatch.setattr(_atomic, "_exchange_at_once", lambda *_: False)
        rename, calls = os.rename, []

        def second_stops(old: object, new: object) -> None:
            calls.append(old)
            if len(calls) == 2:
                os._exit(9)
            rename(old, new)  # type: ignore[arg-type]

        monkeypatch.setattr(os, "rename", second_stops)
        write_folder(folder, LATER)

    assert os.waitstatus_to_exitcode(in_a_child(deed)) == 9
    write_whole(folder.with_name("out.csv"), NEW)
    (moved,) = (each for each in folder.parent.iterdir() if "old-" in each.name)
    assert contents(moved) == EARLIER
    assert drafts(folder.parent) == [moved.name]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux exchanges names in one step")
def test_folders_named_from_the_current_one_are_exchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        Path(name).mkdir()
        Path(name, "file").write_text(name)
    if not _atomic._exchange_at_once(tmp_path / "a", tmp_path / "b"):
        pytest.skip("this file system exchanges no names")
    assert _atomic._exchange_at_once(Path("a"), Path("b"))
    assert Path("a", "file").read_text() == "a"
    assert _atomic._exchange_at_once(Path("a"), tmp_path / "b")
    assert Path("a", "file").read_text() == "b"
