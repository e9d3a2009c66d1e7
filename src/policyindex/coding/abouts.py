"""Read the sheets of a workbook that hold no codings: its facts, its guidance and its lists."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from .._wording import live
from ..codebooks.model import Codebook
from ..reading.provenance import lines_of
from .form import (
    ABOUT,
    FACTS,
    GUIDANCE,
    LISTS,
    MARK,
    SEAL,
    Key,
    own_texts,
    plain_text,
    seal_of,
)
from .identities import year_of_cell


class About(NamedTuple):
    """Hold the facts on a workbook that its first sheet states."""

    coder: str
    rules: str
    """The label of the codebook's rules."""
    countries: Sequence[str]
    years: Sequence[int]
    are_units: bool
    """Whether the countries are other units."""

    def keys(self, codebook: Codebook) -> Iterator[Key]:
        """Yield the codings that the workbook was made for."""
        names = [each.name for each in codebook.indicators]
        yield from (Key(*each) for each in product(self.countries, self.years, names))


class Foreign(NamedTuple):
    """Hold a cell that the library did not write, and that is not read."""

    where: str
    cell: object


def about_in(rows: Sequence[tuple[str, Sequence[Any]]]) -> About | None:
    """Return the facts that a sheet states, or None if it does not state them."""
    facts = _facts(rows)
    if not {"Coder", "Rules"} <= facts.keys():
        return None
    labels = facts.get("Countries", "")
    years = [year_of_cell(each.strip()) for each in facts.get("Years", "").split(",")]
    return About(
        " ".join(facts["Coder"].split()),
        facts["Rules"],
        _units(labels),
        [year for year in years if year is not None],
        labels.startswith("["),
    )


def foreign_cells(
    rows: Sequence[tuple[str, Sequence[Any]]], codebook: Codebook | None
) -> Iterator[Foreign]:
    """Yield the cells that somebody typed into a sheet without codings.

    Without the codebook, nothing tells the guidance from typed text, so that sheet is passed over.
    """
    facts = _facts(rows)
    first = next((row[0] for _, row in rows if row and row[0] != ""), "")
    is_about = len(facts) > 2
    is_guidance = codebook is None and first == f"{MARK}{GUIDANCE}"
    is_ours = first in (f"{MARK}{LISTS}", f"{MARK}{ABOUT}") or is_guidance
    if is_ours or lines_of([row for _, row in rows]):  # or the provenance of a table
        return
    cells = [cell for _, row in rows for cell in row if cell != ""]
    if seal_of(cells) in cells:
        return
    own: frozenset[str] = frozenset()
    if is_about or first == f"{MARK}{GUIDANCE}":
        own = own_texts(codebook) | {plain_text(each) for each in (first, *facts.values())}
    for place, (label, row) in enumerate(rows):
        for cell in row:
            is_ours = own and ((is_about and not place) or plain_text(cell) in own)
            if cell != "" and not is_ours and not SEAL.fullmatch(str(cell)):
                yield Foreign(label, cell)


def _facts(rows: Sequence[tuple[str, Sequence[Any]]]) -> Mapping[str, str]:
    return {str(row[0]): live(str(row[1])) for _, row in rows if len(row) > 1 and row[0] in FACTS}


def _units(labels: str) -> list[str]:
    """Return the countries of a workbook; labels of other units stand as a list of JSON."""
    if not labels.startswith("["):
        return [each.strip() for each in labels.split(",") if each.strip()]
    try:
        return [str(each) for each in json.loads(labels)]
    except (ValueError, RecursionError):
        return []  # cut short, as the list of very many units is
