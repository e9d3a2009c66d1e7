"""Files under names that say what they hold, written whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

FORMATS = (".csv", ".dta", ".html", ".json", ".parquet", ".pdf", ".png", ".svg", ".xls", ".xlsx")
"""Endings of names that promise a format."""


def check_ending(path: str | os.PathLike[str], endings: Sequence[str]) -> None:
    """Refuse a name that promises another format than the one that is written."""
    ending = Path(path).suffix.lower()
    if ending in FORMATS and ending not in endings:
        raise ValueError(
            f"the name of this file must end on {', '.join(endings)}; got {os.fspath(path)}"
        )


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file whole or not at all.

    Parameters
    ----------
    path : str or path
        Where to. A file there is replaced in one step, its permissions kept; its folder must
        exist. Links are followed. A pipe, a device or the standard output is written to.
    content : bytes
        What to write.

    Raises
    ------
    OSError
        When it cannot be written; then whatever was there is left as it was.

    Notes
    -----
    The content is drafted in the same folder, under a name that starts with ``.policyindex-``. A
    draft stays behind only when the process is killed before it can remove it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "out.csv")
    ...     write_whole(path, b"country,year")
    ...     path.read_bytes()
    b'country,year'
    """
    try:
        _write_whole(path, content)
    except OSError as error:
        # The user knows the file by this name, and nothing of a draft.
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error


def _write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    try:
        old = os.stat(path)
    except FileNotFoundError:
        old = None
    if old is not None:
        standard = _standard_stream(old)
        # Opened though not written to: who may not write to a file may not replace it either.
        opened = os.open(path, os.O_WRONLY) if standard is None else os.dup(standard)
        with open(opened, "wb") as stream:
            if standard is not None or not stat.S_ISREG(old.st_mode):
                stream.write(content)
                return
    target = os.path.realpath(path)
    draft = os.path.join(os.path.dirname(target), f".policyindex-{secrets.token_hex(8)}")
    try:
        with open(draft, "xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if old is not None:
            _pass_on(old, draft)
        os.replace(draft, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft)
        raise


def _standard_stream(status: os.stat_result) -> int | None:
    """Return the stream that a file is, be it called ``/dev/stdout`` or by its own name."""
    for stream in (1, 2):
        with suppress(OSError):  # it may be closed
            if os.path.samestat(os.fstat(stream), status):
                return stream
    return None


def _pass_on(old: os.stat_result, draft: str) -> None:
    """Give a draft the owner, as far as one may, and the permissions of the file it replaces."""
    if hasattr(os, "chown"):
        for owner in ((-1, old.st_gid), (old.st_uid, -1)):
            with suppress(PermissionError):
                os.chown(draft, *owner)
    os.chmod(draft, stat.S_IMODE(old.st_mode))
