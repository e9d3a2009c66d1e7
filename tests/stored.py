"""Answers in words, compared to files that someone has read."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

NUMBER = re.compile(r"-?\d+\.?\d*(?:e[+-]?\d+)?")


def check_stored(lines: Sequence[str], path: Path) -> None:
    """Compare lines to those of a file; numbers may differ by a rounding of the second decimal.

    After a change that is wanted, delete the file and run the test: it writes the new one, and
    fails, so that someone reads it.
    """
    drawn = [each for line in lines for each in line.rstrip().split("\n")]
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(drawn) + "\n", encoding="utf-8")
        pytest.fail(f"{path} was written: read it, then run the test again")
    stored = path.read_text(encoding="utf-8").splitlines()
    for line, (one, other) in enumerate(itertools.zip_longest(drawn, stored, fillvalue=""), 1):
        assert one == other or is_like(one, other), f"{path}:{line}: {other}\nnow: {one}"


def is_like(one: str, other: str) -> bool:
    """Compare two lines; places of axes may also differ by the width of a letter's edge.

    A number that is printed with all its decimals, e.g. 1.50, is a text and must be the same.
    """
    room = 0.6 if one.startswith("axes") else 0.011
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=False)
    return NUMBER.sub("0", one) == NUMBER.sub("0", other) and all(
        a == b or (not (_is_text(a) or _is_text(b)) and abs(float(a) - float(b)) <= room)
        for a, b in pairs
    )


def _is_text(number: str) -> bool:
    return "." in number and number.endswith("0")


def in_words(value: Any, name: str = "", depth: int = 0) -> Iterator[str]:
    """Yield an answer line by line: tuples with their fields, tables with their rows."""
    start = f"{'  ' * depth}{name}:" if name else "  " * depth
    if isinstance(value, pd.DataFrame | pd.Series):
        heads = [str(each) for each in value] if isinstance(value, pd.DataFrame) else [value.name]
        yield f"{start} {' '.join(map(str, heads))}"
        for key, row in zip(value.index.tolist(), value.to_numpy().tolist(), strict=True):
            yield f"{'  ' * depth}  {key}: {_scalar(row)}"
    elif hasattr(value, "_fields") and not any(map(_is_deep, value)):
        yield f"{start} {type(value).__name__} {' | '.join(map(_scalar, value))}"
    elif hasattr(value, "_fields"):
        yield f"{start} {type(value).__name__}"
        for field, each in zip(value._fields, value, strict=True):
            yield from in_words(each, field, depth + 1)
    elif isinstance(value, Mapping):
        yield start
        for key, each in value.items():
            yield from in_words(each, str(key), depth + 1)
    elif isinstance(value, list | tuple) and any(map(_is_deep, value)):
        yield start
        for place, each in enumerate(value):
            yield from in_words(each, str(place), depth + 1)
    else:
        yield f"{start} {_scalar(value)}"


def _is_deep(value: Any) -> bool:
    return hasattr(value, "_fields") or isinstance(value, Mapping | pd.DataFrame | list | tuple)


def _scalar(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_scalar, value))
    if isinstance(value, float | np.floating):
        return f"{round(float(value), 2) + 0.0:g}"
    if value is None or isinstance(value, str | int | np.integer):
        return str(value)
    return f"a {type(value).__name__}"
