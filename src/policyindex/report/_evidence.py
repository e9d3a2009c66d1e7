"""The evidence of codings, as report and brief list it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from .._wording import joined, printable
from ..codebooks.model import Indicator
from ..panel.counts import _by_indicator, unsourced_words
from ..panel.evidence import FINAL, Evidence, Grounds, grounds_of
from ..scoring.explanation import unsourced
from ._material import Material
from ._tables import Cell, Column, Table


class Line(NamedTuple):
    """The evidence of one coder for one coding, in words."""

    indicator: str
    level: str
    status: str
    quote: str
    source: str
    """The report and the page."""
    remark: str
    coder: str

    @property
    def words(self) -> str:
        """All of it except the indicator and the level, in one line."""
        quote = self.quote and f'"{self.quote}"'
        remark = self.remark and f"remark: {self.remark}"
        coder = "" if self.coder == FINAL else f"coder {self.coder}"
        return "; ".join(filter(None, [self.status, quote, self.source, remark, coder]))


class Listing(NamedTuple):
    """The evidence of a country's codings in the last year, in the order of the codebook."""

    lines: list[Line]
    unsourced: str
    """The codings without evidence that names a source, in a sentence, or nothing."""


HEADINGS = ("Indicator", "Level", "Status", "Quotation", "Report and page", "Remark", "Coder")
"""The columns of a listing."""


def listings(material: Material) -> dict[str, Listing]:
    """Return the evidence of the last year by country, for each country with codings in it."""
    if material.evidence is None or material.codings is None:
        return {}
    of_year = _in_year(material.evidence, material.end)
    grounds = grounds_of(of_year, material.codebook)
    codings = _in_year(material.codings, material.end)
    rows = zip(codings.index.tolist(), codings.to_dict("records"), strict=True)
    return {key[0]: _listing(material, row, grounds.get(key, {})) for key, row in rows}


def _in_year(table: pd.DataFrame, year: int) -> pd.DataFrame:
    return table[table.index.get_level_values("year") == year]


def _listing(material: Material, levels: Mapping[Any, float], grounds: Grounds) -> Listing:
    indicators = material.codebook.indicators
    lines = [
        _line(each, levels[each.name], one)
        for each in indicators
        for one in grounds.get(each.name, ())
    ]
    coded = [each for each in indicators if not math.isnan(levels[each.name])]
    bare = [each.title for each in unsourced(coded, grounds)]
    if not bare:
        return Listing(lines, "")
    if len(bare) == len(coded):
        return Listing(lines, "No coding has evidence that names a source.")
    return Listing(lines, f"Without evidence that names a source: {joined(bare)}.")


def _line(indicator: Indicator, level: float, one: Evidence) -> Line:
    return Line(
        indicator.title,
        "not coded" if math.isnan(level) else indicator.levels[int(level)],
        "" if one.status == "coded" else one.status,
        printable(one.quote),
        one.source,
        printable(one.remark),
        printable(one.coder),
    )


class Counts(NamedTuple):
    """How many codings of all years have no evidence: a sentence, and a row by indicator."""

    words: str
    table: Table


def counts(material: Material) -> Counts | None:
    """Return how many codings have no evidence, zeros apart; None where none was given."""
    if material.evidence is None or material.codings is None:
        return None
    by_indicator = _by_indicator(material.codings, material.evidence)
    titles = {each.name: each.title for each in material.codebook.indicators}
    rows = [
        (titles[str(name)], [Cell(f"{n:,}", float(n)) for n in row])
        for name, row in zip(by_indicator.index, by_indicator.to_numpy().tolist(), strict=True)
    ]
    columns = [
        Column(heading, str(field))
        for heading, field in zip(COLUMNS, by_indicator.columns, strict=True)
    ]
    return Counts(unsourced_words(by_indicator), Table(columns, rows))


COLUMNS = ("codings", "without evidence", "lowest level", "of these without evidence")
"""The headings of :func:`policyindex.coverage`'s counts by indicator."""
