"""Run the Python blocks of a page in order, and compare what they print with the page.

A block begins with ```` ```python ````. A ```` ```text ```` directly below it shows what the block
prints, its last expression included, or the error that ends it. A picture from ``pictures/``
directly below it is the chart that its last expression draws.

A block below ``<!-- test: ... -->`` or ``<!-- runs -->`` has a test of its own and does not run
here.

``python docs/pages.py`` rewrites the texts that are no longer true: read the changes before you
commit them.
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
    r"(?:\s*^```text\n(?P<text>.*?)^```\n)?"
    r"(?:\s*^!\[[^\]]*\]\((?P<picture>pictures/[^)]+)\))?",
    re.MULTILINE | re.DOTALL,
)

REAL_FILES = {
    "published_3p_2000_2013.dta": "published_3p_2000_2013.dta",
    "published.dta": "published_3p_2000_2013.dta",
    "hti_2001_2011.csv": "hti_2001_2011.csv",
    "events.csv": "events.csv",
}
"""Names of real files on the pages, and in the folder of POLICYINDEX_REAL_DATA."""


class Block(NamedTuple):
    """A Python block, with the text and the picture below it."""

    line: int
    code: str
    text: str | None
    picture: str | None

    @property
    def needs_real_files(self) -> bool:
        """Whether the block names a file that is not part of the project."""
        return any(f'"{name}"' in self.code for name in REAL_FILES)


class Untrue(NamedTuple):
    """A block that prints another text than its page shows."""

    place: str
    text: str
    printed: str

    def __str__(self) -> str:
        return f"{self.place} shows\n{self.text}\nbut its code prints\n{self.printed}"


def blocks(text: str) -> Iterator[Block]:
    """Yield the Python blocks of a page."""
    for match in BLOCK.finditer(text):
        if not match["elsewhere"]:
            line = text.count("\n", 0, match.start("code")) + 1
            yield Block(line, match["code"], match["text"], match["picture"])


def run(
    page: Path, *, pictures: Path | None = None, folder: Path | None = None
) -> tuple[int, list[Untrue]]:
    """Run the blocks of a page in one namespace, in a folder of their own.

    Parameters
    ----------
    page : Path
        A Markdown file.
    pictures : Path, optional
        The folder for the pictures; by default they are not drawn.
    folder : Path, optional
        The folder in which the blocks run; by default an empty one that is removed afterwards.

    Returns
    -------
    int, list of Untrue
        The number of blocks that ran, and those that print another text than the page shows. If
        POLICYINDEX_REAL_DATA is not set, the first block that needs a real file ends the run.
    """
    real = os.environ.get("POLICYINDEX_REAL_DATA")
    namespace: dict[str, Any] = {"__name__": page.stem, "pi": policyindex}
    untrue: list[Untrue] = []
    ran = 0
    own = tempfile.TemporaryDirectory() if folder is None else contextlib.nullcontext(folder)
    with own as place, contextlib.chdir(place):
        for name, target in REAL_FILES.items() if real else ():
            Path(name).symlink_to(Path(real or "", target))
        for block in blocks(page.read_text(encoding="utf-8")):
            if block.needs_real_files and not real:
                break
            ran += 1
            line = f"{page.name}:{block.line}"
            printed, value = _run(block, line, namespace)
            if block.text is not None and not _agrees(block.text, printed):
                untrue.append(Untrue(line, block.text, printed))
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
        # The pages that read a file name its repairs in words.
        warnings.simplefilter("ignore", policyindex.ReadingWarning)
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="dask")
        try:
            exec(compile(lines, place, "exec"), namespace)
            if expression:
                value = eval(compile(expression, place, "eval"), namespace)
                if value is not None:
                    print(repr(value))
        except Exception as error:
            name = type(error).__name__
            if not (block.text and block.text.startswith(f"{name}: ")):
                raise
            print(f"{name}: {error}")
    return printed.getvalue(), value


def _agrees(text: str, printed: str) -> bool:
    return OutputChecker().check_output(text, printed, NORMALIZE_WHITESPACE | ELLIPSIS)


def rewrite(page: Path) -> list[Untrue]:
    """Rewrite the texts of a page to what its blocks print."""
    _, untrue = run(page)
    text = page.read_text(encoding="utf-8")
    for each in untrue:
        text = text.replace(f"```text\n{each.text}```\n", f"```text\n{each.printed}```\n", 1)
    page.write_text(text, encoding="utf-8")
    return untrue


if __name__ == "__main__":
    os.environ.setdefault("MPLBACKEND", "Agg")
    for path in sorted(Path(__file__).parent.glob("*.md")):
        for each in rewrite(path):
            print(each.place)
