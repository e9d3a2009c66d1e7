"""The Python blocks of a page: run in order, and what they show held against the page.

A block is what stands between ```` ```python ```` and its end. A ```` ```text ```` directly below
it is what it prints, its last expression included, or the error that it ends in. A picture from
``pictures/`` directly below it is the chart that its last expression draws.

A block below ``<!-- test: ... -->`` or ``<!-- runs -->`` is run by a test of its own, and not here.

``python docs/pages.py`` rewrites what the pages show where it is no longer so: read the changes
before you commit them.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import tempfile
import warnings
from collections.abc import Iterator
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

import policyindex

BLOCK = re.compile(
    r"(?P<elsewhere>^<!-- (?:test: [^>]*|runs) -->\n)?"
    r"^```python\n(?P<code>.*?)^```\n"
    r"(?:\s*^```text\n(?P<shown>.*?)^```\n)?"
    r"(?:\s*^!\[[^\]]*\]\((?P<picture>pictures/[^)]+)\))?",
    re.MULTILINE | re.DOTALL,
)

REAL_FILES = {
    "published_3p_2000_2013.dta": "published_3p_2000_2013.dta",
    "published.dta": "published_3p_2000_2013.dta",
    "hti_2001_2011.csv": "hti_2001_2011.csv",
    "events.csv": "events.csv",
}
"""What the pages call a real file, and its name in the folder of POLICYINDEX_REAL_DATA."""


class Block(NamedTuple):
    """A Python block, and what the page shows below it."""

    line: int
    code: str
    shown: str | None
    picture: str | None

    @property
    def needs_real_files(self) -> bool:
        """Whether the block names a file that is not part of the project."""
        return any(f'"{name}"' in self.code for name in REAL_FILES)


class Untrue(NamedTuple):
    """A block whose page shows something else than it prints."""

    place: str
    shown: str
    said: str

    def __str__(self) -> str:
        return f"{self.place} shows\n{self.shown}\nand not\n{self.said}"


def blocks(text: str) -> Iterator[Block]:
    """Give the Python blocks of a page."""
    for found in BLOCK.finditer(text):
        if not found["elsewhere"]:
            line = text.count("\n", 0, found.start("code")) + 1
            yield Block(line, found["code"], found["shown"], found["picture"])


def run(page: Path, *, pictures: Path | None = None) -> tuple[int, list[Untrue]]:
    """Run the blocks of a page in one namespace, in an empty folder of their own.

    Parameters
    ----------
    page : Path
        A Markdown file.
    pictures : Path, optional
        Where to draw the pictures; by default they are not drawn.

    Returns
    -------
    int, list of Untrue
        How many blocks ran, and where the page shows something else than they do. From the first
        block on that needs a real file none is run where POLICYINDEX_REAL_DATA is not set.
    """
    real = os.environ.get("POLICYINDEX_REAL_DATA")
    namespace: dict[str, Any] = {"__name__": page.stem, "pi": policyindex}
    untrue: list[Untrue] = []
    ran = 0
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, target in REAL_FILES.items() if real else ():
            Path(name).symlink_to(Path(real or "", target))
        for block in blocks(page.read_text(encoding="utf-8")):
            if block.needs_real_files and not real:
                break
            ran += 1
            place = f"{page.name}:{block.line}"
            said, value = _run(block, place, namespace)
            if block.shown is not None and not _agrees(block.shown, said):
                untrue.append(Untrue(place, block.shown, said))
            if block.picture and pictures:
                target_file = pictures / block.picture
                target_file.parent.mkdir(exist_ok=True)
                policyindex.plot.save(value, target_file)
    return ran, untrue


def _run(block: Block, place: str, namespace: dict[str, Any]) -> tuple[str, Any]:
    """Run a block; return what it prints, its last expression included, and that value."""
    lines = ast.parse(block.code, place)
    last = lines.body[-1]
    expression = ast.Expression(last.value) if isinstance(last, ast.Expr) else None
    if expression:
        lines.body.pop()
    printed, value = io.StringIO(), None
    with (
        contextlib.redirect_stdout(printed),
        warnings.catch_warnings(),
        pd.option_context("display.width", 100, "display.max_columns", 20),
    ):
        # What a file holds that is no score is told in words by the pages that read one.
        warnings.simplefilter("ignore", policyindex.ReadingWarning)
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="dask")
        try:
            exec(compile(lines, place, "exec"), namespace)
            if expression:
                value = eval(compile(expression, place, "eval"), namespace)
                if value is not None:
                    print(repr(value))
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
            if not (block.shown and block.shown.startswith(f"{type(error).__name__}: ")):
                raise
            print(told)
    return printed.getvalue(), value


def _agrees(shown: str, said: str) -> bool:
    return OutputChecker().check_output(shown, said, NORMALIZE_WHITESPACE | ELLIPSIS)


def rewrite(page: Path) -> list[Untrue]:
    """Have a page show what its blocks print."""
    _, untrue = run(page)
    text = page.read_text(encoding="utf-8")
    for each in untrue:
        text = text.replace(f"```text\n{each.shown}```\n", f"```text\n{each.said}```\n", 1)
    page.write_text(text, encoding="utf-8")
    return untrue


if __name__ == "__main__":
    os.environ.setdefault("MPLBACKEND", "Agg")
    for path in sorted(Path(__file__).parent.glob("*.md")):
        for each in rewrite(path):
            print(each.place)
