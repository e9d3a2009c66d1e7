"""Read JSON in the form of `write_table`: a block of metadata, and a record for each row."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from .._wording import quoted, refuse_halves
from .figures import is_blurred

FORM = '{"metadata": {...}, "data": [{...}, ...]}'

MOST_DIGITS = 400
"""An integer with more digits is refused: no number of 64 bits is as large."""

HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")
"""An escape of half a character, as JSON writes one beyond the first 65,536 in two halves."""


def is_json(text: str) -> bool:
    """Return whether a text is JSON rather than a table of text."""
    start = "".join(text[:200].split())[:2]
    if not start.startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return start in ('{"', "[{", "[[")
    return True


def parse(text: str, *, most_cells: int) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the records of a text as a table, and its metadata.

    Raises
    ------
    ValueError
        If the text is not JSON of this form.
    """
    try:
        content = json.loads(
            text,
            object_pairs_hook=_distinct,
            parse_constant=_refuse_constant,
            parse_int=_integer,
            parse_float=_number,
        )
        if HALF_PAIR.search(text):
            refuse_halves(content)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"JSON must have the form {FORM}, as write_table writes it; from line {error.lineno}, "
            f"column {error.colno} it is not JSON; save other tables as CSV"
        ) from error
    except RecursionError as error:
        raise ValueError(f"its records must have the form {FORM}; it is nested too deep") from error
    if not (
        isinstance(content, dict)
        and set(content) == {"metadata", "data"}
        and isinstance(content["metadata"], dict)
        and isinstance(content["data"], list)
    ):
        raise ValueError(
            f"JSON must have the form {FORM}, as write_table writes it; save other tables as CSV"
        )
    return _table(content["data"], most_cells), content["metadata"]


def _table(records: list[Any], most_cells: int) -> pd.DataFrame:
    names: dict[str, None] = {}
    for place, record in enumerate(records, 1):
        if not isinstance(record, Mapping):
            raise ValueError(
                f"a record must be an object of names and values; record {place} is "
                f"{quoted(record)}"
            )
        names |= dict.fromkeys(record)
        if len(names) * len(records) > most_cells:
            raise ValueError(f"it must have at most {most_cells:,} cells")
        for name, cell in record.items():
            if isinstance(cell, dict | list):
                raise ValueError(
                    f"a value must be text, a number, a boolean or null; {quoted(name)} of record "
                    f"{place} is {quoted(cell)}"
                )
    for place, record in enumerate(records, 1):
        if len(record) < len(names):  # a name that is misspelt once would read as a missing value
            lacking = next(name for name in names if name not in record)
            raise ValueError(
                f"every record must have the same names, and null where a value is missing; "
                f"record {place} lacks {quoted(lacking)}"
            )
    columns = {name: [record[name] for record in records] for name in names}
    return pd.DataFrame(columns, index=range(len(records)), dtype=object)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        seen: set[str] = set()
        again = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ValueError(f"an object must have distinct names; {quoted(again)} is repeated")
    return content


def _number(digits: str) -> float | str:
    """Return a number, or its text if its last digits would make another one of it."""
    digits = digits.casefold()
    return digits if is_blurred(digits) else float(digits)


def _integer(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(
            f"a number must have at most {MOST_DIGITS} digits; one has {len(digits):,}"
        )
    return int(digits)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"a number must be finite; got {name}; write null for a missing value")
