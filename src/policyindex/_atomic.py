"""Write files whole or not at all, under names that fit their format."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


def check_ending(path: str | os.PathLike[str], endings: Sequence[str], advice: str = "") -> None:
    """Refuse a file name that promises another format; one without an ending promises none."""
    ending = Path(path).suffix.lower()
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
    ``.policyindex-``. A draft stays behind only if the process is killed before it can remove it.

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
        _write_whole(Path(path), content)
    except OSError as error:
        # The user knows the file by this name, and does not know of a draft.
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error


def _write_whole(path: Path, content: bytes) -> None:
    permissions = _permissions(path)
    target = path.resolve()
    draft = target.with_name(f".policyindex-{secrets.token_hex(8)}")
    try:
        with draft.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if permissions is not None:
            draft.chmod(permissions)
        draft.replace(target)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


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
