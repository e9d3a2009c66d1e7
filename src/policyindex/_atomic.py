"""Write files and folders whole or not at all, under fitting names, and without a date."""

from __future__ import annotations

import ctypes
import errno
import io
import os
import re
import secrets
import shutil
import stat
import sys
import time
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ._wording import quoted

try:
    import fcntl
except ImportError:  # Windows
    LOCKS: Any = None
else:
    LOCKS = fcntl

MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


DRAFT = ".policyindex-"
"""The start of the name of a draft; 16 hexadecimal digits follow."""

ABANDONED = 3600
"""Seconds after which a draft counts as left over, where files cannot be locked."""


def path_of(path: object) -> Path:
    """Return the path that a user names, or refuse what no file can be called.

    Raises
    ------
    TypeError
        If it is neither text nor a path, e.g. an open file.
    ValueError
        If it is empty, holds a NUL, or cannot be written in the encoding of the system.
    """
    name = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(name, str):
        advice = "; decode it with os.fsdecode" if isinstance(name, bytes) else ""
        raise TypeError(f"a path must be text or a pathlib.Path; got {quoted(path)}{advice}")
    if not name:
        raise ValueError("a path must not be empty; name a file")
    if "\0" in name:
        raise ValueError(f"a path must not hold a NUL character; got {quoted(name)}")
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        raise ValueError(
            f"a path must be text that this system can encode; got {quoted(name)}"
        ) from None
    return Path(name)


def check_ending(path: str | os.PathLike[str], endings: Sequence[str], advice: str = "") -> None:
    """Refuse a file name that promises another format; one without an ending promises none."""
    ending = path_of(path).suffix.lower()
    if ending and ending not in endings:
        raise ValueError(
            f"the name of this file must end in {', '.join(endings)}; got {os.fspath(path)}"
            f"{advice and f'; {advice}'}"
        )


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file whole or not at all.

    Parameters
    ----------
    path : str or path
        The file, in a folder that exists. An existing file is replaced in one step and keeps its
        permissions. Links are followed.
    content : bytes
        The new content.

    Raises
    ------
    OSError
        If the file cannot be written, or the path is a device, a pipe or a folder. An existing
        file then stays as it was.

    Notes
    -----
    The content is first written to a draft in the same folder, whose name starts with
    ``.policyindex-``, and which no one can read who cannot read the file. A draft stays behind
    only if the process is killed before it can remove it; the next write to the folder does.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "out.csv")
    ...     write_whole(path, b"country,year")
    ...     path.read_bytes()
    b'country,year'
    """
    target = path_of(path)
    try:
        _write_whole(target, content)
    except OSError as error:
        # The user knows the file by this name, and does not know of a draft.
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error


def undated(content: bytes) -> bytes:
    """Return a workbook or a document of Word without the moment at which it was written."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = MOMENT.sub(b"2000-01-01T00:00:00Z", part)
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            target.writestr(member, part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _write_whole(path: Path, content: bytes) -> None:
    permissions = _permissions(path)
    target = path.resolve()
    _remove_left_over(target.parent)
    while not _has_written(target, content, permissions):
        pass


def _has_written(target: Path, content: bytes, permissions: int | None) -> bool:
    """Write a file by a draft; return False if another process removed that too early."""
    draft = _draft(target)

    def opened(name: str, flags: int) -> int:
        return os.open(name, flags, 0o666 if permissions is None else permissions)

    try:
        with open(draft, "xb", buffering=0, opener=opened) as stream:
            if not _is_held(draft, stream.fileno()):
                return False
            if permissions is not None:
                draft.chmod(permissions)  # the mask of the process may have withheld some
            _write(stream.fileno(), content)
            if LOCKS is None:  # Windows renames no open file
                stream.close()
            draft.replace(target)
            return True
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def _draft(target: Path) -> Path:
    return target.with_name(f"{DRAFT}{secrets.token_hex(8)}")


def _write(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.fsync(descriptor)


def _is_held(draft: Path, descriptor: int) -> bool:
    """Lock a new draft as long as it is open, and return whether it is still there."""
    _lock(descriptor, wait=True)
    return draft.exists()


def _lock(descriptor: int, *, wait: bool = False) -> bool:
    """Lock an open file or folder; return False if it is locked, or nothing here can be."""
    if LOCKS is None:
        return False
    try:
        LOCKS.flock(descriptor, LOCKS.LOCK_EX | (0 if wait else LOCKS.LOCK_NB))
    except OSError:
        return False
    return True


def _remove_left_over(folder: Path) -> None:
    """Remove the drafts of processes that were killed; those in use are locked, and stay."""
    with suppress(OSError):
        for draft in [Path(each) for each in os.scandir(folder) if _is_draft(each.name)]:
            with suppress(OSError):
                _remove_unless_used(draft)


def _is_draft(name: str) -> bool:
    digits = name.removeprefix(DRAFT)
    return digits != name and len(digits) == 16 and set(digits) <= set("0123456789abcdef")


def _remove_unless_used(draft: Path) -> None:
    status = draft.lstat()
    is_folder = stat.S_ISDIR(status.st_mode)
    if not is_folder and not stat.S_ISREG(status.st_mode):
        return
    if LOCKS is None:
        if time.time() - status.st_mtime > ABANDONED:
            _remove(draft, is_folder=is_folder)
        return
    if status.st_uid != os.geteuid():
        return
    descriptor = os.open(draft, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if _lock(descriptor) and os.fstat(descriptor).st_ino == status.st_ino:
            _remove(draft, is_folder=is_folder)
    finally:
        os.close(descriptor)


def _remove(draft: Path, *, is_folder: bool) -> None:
    if is_folder:
        shutil.rmtree(draft, ignore_errors=True)
    else:
        draft.unlink()


def _permissions(path: Path) -> int | None:
    """Return the permissions of a file that may be replaced, None if there is none, or refuse."""
    # A redirected /dev/stdout looks like the regular file behind it, so its folder decides.
    folder = path.absolute().parent.resolve()
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode) or folder == Path("/dev") or folder.is_relative_to("/proc"):
        raise OSError(errno.EINVAL, "devices and pipes are not written to; name a regular file")
    # Opened but not written to: a file that may not be written may not be replaced either.
    os.close(os.open(path, os.O_WRONLY))
    return stat.S_IMODE(mode)


def write_folder(path: str | os.PathLike[str], files: Mapping[str, bytes]) -> None:
    """Write a folder of files whole or not at all.

    Parameters
    ----------
    path : str or path
        The folder, in a folder that exists. All files of an existing folder are replaced at once;
        links are followed.
    files : mapping of str to bytes
        The content of each file by its name.

    Raises
    ------
    OSError
        If the folder cannot be written, or the path is a file. An existing folder then stays as it
        was.

    Notes
    -----
    The files are first written to a draft beside the folder, whose name starts with
    ``.policyindex-``. On Linux the two then change places in one step. Elsewhere the old folder is
    moved away first; a process that is killed between the two steps leaves it under such a name,
    with ``old-`` in it, and no later write removes it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     folder = pathlib.Path(place, "release")
    ...     write_folder(folder, {"a.csv": b"country,year", "b.csv": b""})
    ...     sorted(each.name for each in folder.iterdir())
    ['a.csv', 'b.csv']
    """
    target = path_of(path)
    try:
        _write_folder(target.resolve(), files)
    except OSError as error:
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error


def _write_folder(target: Path, files: Mapping[str, bytes]) -> None:
    _remove_left_over(target.parent)
    while not _has_written_folder(target, files):
        pass


def _has_written_folder(target: Path, files: Mapping[str, bytes]) -> bool:
    """Write a folder by a draft; return False if another process removed that too early."""
    draft, descriptor = _draft(target), None
    try:
        is_new = not target.exists()
        # An existing folder may be closed to others: its draft must be so too.
        draft.mkdir(0o777 if is_new else 0o700)
        if LOCKS is not None:
            descriptor = os.open(draft, os.O_RDONLY)
            if not _is_held(draft, descriptor):
                return False
        for name, content in files.items():
            with (draft / name).open("xb", buffering=0) as stream:
                _write(stream.fileno(), content)
        if is_new:
            draft.rename(target)
            return True
        if not target.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        draft.chmod(stat.S_IMODE(target.stat().st_mode))
        _exchange(draft, target)
        return True
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        if descriptor is not None:
            os.close(descriptor)


def _exchange(draft: Path, target: Path) -> None:
    """Let two folders change places: in one step if the system can, in three otherwise."""
    if _exchange_at_once(draft, target):
        return
    # Not named like a draft: if the process is killed here, it is the only copy.
    old = target.with_name(f"{DRAFT}old-{secrets.token_hex(8)}")
    target.rename(old)
    try:
        draft.rename(target)
    except BaseException:
        old.rename(target)
        raise
    old.rename(draft)


HERE = -100
"""Paths are relative to the current folder."""

SWAP = 2
"""Linux exchanges two names in one step."""


def _exchange_at_once(draft: Path, target: Path) -> bool:
    """Exchange two folders in one step, and return whether the system could."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    paths = (os.fsencode(draft), os.fsencode(target))
    return rename is not None and rename(HERE, paths[0], HERE, paths[1], SWAP) == 0
