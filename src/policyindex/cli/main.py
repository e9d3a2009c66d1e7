"""The command line. Exit status: 0; 1 if the data have problems; 2 if the command has.

Help and completion need the arguments alone, so that what computes is loaded after these are read.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from .._options import OptionError
from .arguments import complain, parser, with_flag


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after ``policyindex``; by default those of the command line.

    Returns
    -------
    int
        0; 1 if the data have problems; 2 if the command has.

    Examples
    --------
    >>> main(["explain", "demo", "Narnia", "2009"])
    2
    """
    if arguments is None:  # a process of a second or two: collections free next to nothing
        gc.set_threshold(1_000_000)
        atexit.register(gc.freeze)  # the end of the process frees all memory without them
        _fill_standard_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if sys.stdout is None:
        return complain("standard output must be open; redirect it, e.g. to a file", 2)
    with _noting_interrupts() as interrupts:
        try:
            status = _run(arguments)
            sys.stdout.flush()
        except BaseException as error:
            status = _status_of(KeyboardInterrupt() if interrupts else error)
    return status


def _fill_standard_streams() -> None:
    """Put the null device in the place of each standard stream that is closed.

    A file would get its number, and with it what libraries in C print to the stream.
    """
    number = 0
    while number <= 2:  # a file gets the lowest number that is free
        number = os.open(os.devnull, os.O_RDWR)
    os.close(number)


@contextmanager
def _noting_interrupts() -> Iterator[list[int]]:
    """Yield a list of the interrupts that come; NumPy makes another error of some of them."""
    interrupts: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        interrupts.append(number)
        signal.default_int_handler(number, frame)

    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield interrupts
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _status_of(error: BaseException) -> int:
    """Print in one line why a command ended, and return its status; raise what nobody foresaw."""
    match error:
        case KeyboardInterrupt():
            return complain("interrupted", 130)
        case OptionError():
            return complain(with_flag(error), 1 if _is_about_data(error) else 2)
        case BrokenPipeError():  # the reader of the pipe needs no more
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        case OSError():
            return complain(_words_of(error), 2)
        case ValueError() | ImportError():
            return complain(str(error), 2)
        case MemoryError():
            return complain("there is not enough memory for this", 2)
    raise error


def _run(arguments: Sequence[str] | None) -> int:
    try:
        options = parser().parse_args(arguments)
    except SystemExit as stop:  # argparse has printed its error, or the help
        return int(stop.code or 0)
    from .running import run

    return run(options)


def _words_of(error: OSError) -> str:
    """Return which file could not be opened or written, why, and what to do."""
    name = error.filename
    if error.errno is None:
        return str(error)
    if not isinstance(name, str | bytes):
        return f"the output could not be written: {error.strerror}"
    name = os.fsdecode(name)
    if _is_folder(name):
        return f"{name} must be a file; it is a folder, not one of a release; name a file"
    reasons: dict[type[OSError], str] = {
        FileNotFoundError: "it does not exist; check the name",
        NotADirectoryError: "a file stands in the place of a folder; choose another name",
        PermissionError: "you have no permission; change it, or choose another place",
    }
    return f"{name} cannot be opened: {reasons.get(type(error), error.strerror)}"


def _is_folder(name: str) -> bool:
    """Return whether a name is that of a folder; one that the system refuses is not."""
    with suppress(OSError):
        return Path(name).is_dir()
    return False


def _is_about_data(error: OptionError) -> bool:
    from ..panel.check import PanelError

    return isinstance(error, PanelError)
