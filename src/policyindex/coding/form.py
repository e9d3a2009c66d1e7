"""The form of a coder's workbook: its sheets, columns, statuses and marks."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from .._wording import quoted
from ..codebooks.model import Codebook, Indicator, check_codebook
from ..panel import evidence
from ..panel.check import YEARS
from ..reading import headers
from ..reading.headers import plain

MEANINGS = (
    "the report shows the level",
    "the report says nothing of it; leave the level empty, or choose the lowest",
    "the question makes no sense for the country; leave the level empty",
    "a level that you are not sure of, or cannot choose; say why under Remark",
)

STATUSES = dict(zip(evidence.STATUSES, MEANINGS, strict=True))
"""The statuses of a coding, and when a coder chooses each."""

STATUS_HEADERS = ("Status", "Meaning")

GUIDANCE_HEADERS = ("Dimension", "Indicator", "Level", "Guidance")

TEXTS = evidence.EVIDENCE_COLUMNS[1:]
"""The columns of evidence that hold text."""

IDENTIFIERS = {
    "key": "Key",
    "place": "Place",
    "code": "Code",
    "country": "Country",
    "year": "Year",
    "dimension": "Dimension",
    "indicator": "Indicator",
}
"""The columns that say of which coding a row is, by their role, and their headers."""

HEADERS = IDENTIFIERS | {
    "previous": "Year before",
    "level": "Level",
    "status": "Status",
    "report": "Report",
    "page": "Page",
    "quote": "Quotation",
    "remark": "Remark",
    "coder": "Coder",
}
"""The columns of a sheet of codings by their role, and their headers."""

ENTRIES = ("level", "status", *TEXTS)
"""The columns in which a coder types."""

DECISION_ENTRIES = ("decision", "by", "reason", "reply")
"""The columns of a workbook of decisions in which the senior coder types; they stand last."""

MARK = headers.MARK
"""The start of each cell in the hidden first row of a sheet, which names the role of its column
though the header may be changed."""

FIRST_ROW = 3
"""The row of the first coding, below the marks and the headers."""

ABOUT, GUIDANCE, LISTS = "About", "Guidance", "Lists"
"""The sheets besides those of codings: on the workbook, on the levels, and the drop-down lists."""

FACTS = ("Coder", "Index", "Rules", "Countries", "Years", "Codings")
"""The facts of the sheet About, which are read again."""

STEPS = (
    "How to fill in this workbook",
    "Each row is one coding: one indicator of one country in one year. Grey cells are locked.",
    "1. Choose a level from the list in the column Level. The sheet Guidance explains each level.",
    "2. Choose a status. If you leave it empty, a level counts as coded.",
    "3. Name the report and the page, and quote the sentence on which the level rests.",
    "4. Leave a row empty if you have not coded it; an empty row is missing, never zero.",
    "You may filter, and change the width of columns. Save the workbook as .xlsx or .ods.",
)
"""The instructions of the sheet About."""


class Key(NamedTuple):
    """Name a coding: a country, a year and an indicator."""

    country: str
    year: int
    indicator: str

    def __str__(self) -> str:
        return f"{self.country} {self.year} {self.indicator}"


class KeyCell(NamedTuple):
    """Hold what the cell of a key says."""

    key: Key
    previous: str = ""
    """The level of the year before."""
    n_codings: int = 0
    """The number of codings that the workbook was made with; 0 if the cell does not say."""


def packed(key: Key, previous: str = "", n_codings: int = 0) -> str:
    """Return a key as the text of one cell, with what else the cell says."""
    return json.dumps([*key, previous, n_codings] if previous or n_codings else key)


def unpacked(cell: object) -> Key | None:
    """Return the key in a cell, or None if the cell does not hold one."""
    whole = key_cell(cell)
    return None if whole is None else whole.key


def key_cell(cell: object) -> KeyCell | None:
    """Return what the cell of a key says, or None if a cell does not hold one."""
    return _key_cell(cell) if isinstance(cell, str) and cell.startswith("[") else None


@lru_cache(maxsize=100)
def _key_cell(text: str) -> KeyCell | None:
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match parts:
        case [str(unit), int(year), str(name), *more] if YEARS[0] <= year <= YEARS[1]:
            key = Key(unit, year, name)
            match more:
                case [str(previous), int(n_codings), *_]:
                    return KeyCell(key, previous, n_codings)
            return KeyCell(key)
    return None


def row_number(label: str) -> int:
    """Return the number of a row by its label, e.g. ``row 7``."""
    return int(label.rpartition(" ")[2])


def titles(codebook: Codebook) -> dict[str, str]:
    """Return distinct titles of the indicators, by name."""
    numbers = Counter(plain(each.title) for each in codebook.indicators)
    return {
        each.name: f"{word} ({each.name})" if numbers[plain(word)] > 1 else word
        for each in codebook.indicators
        for word in [_line(each.title)]
    }


def check_levels(codebook: Codebook) -> Codebook:
    """Return a codebook whose levels a cell can tell apart, or refuse it."""
    for indicator in check_codebook(codebook).indicators:
        words = [plain_text(level) for level in indicator.levels]
        if "" in words or len(set(words)) < len(words):
            raise ValueError(
                f"levels must be words that differ by more than blanks and case, so that a cell of "
                f"a workbook tells them apart; those of {quoted(indicator.name)} are "
                f"{', '.join(map(quoted, indicator.levels))}"
            )
    _refuse_like_names(codebook)
    return codebook


def _refuse_like_names(codebook: Codebook) -> None:
    """Refuse indicators that a header or a cell could not tell apart."""
    owners: dict[str, str] = {}
    words = [(each.name, each.name) for each in codebook.indicators]
    for word, name in [*words, *((title, name) for name, title in titles(codebook).items())]:
        other = owners.setdefault(plain(word), name)
        if other != name:
            raise ValueError(
                f"names and titles of indicators must differ by more than case, blanks and signs, "
                f"so that a header of a workbook tells them apart; {quoted(other)} and "
                f"{quoted(name)} share {quoted(word)}; rename one"
            )


def guidance_lines(indicator: Indicator) -> Iterator[tuple[str, str]]:
    """Yield the words and the guidance of each level of an indicator, worst first."""
    texts = indicator.guidance or ("",) * len(indicator.levels)
    yield from zip(indicator.levels, texts, strict=True)


SEAL = re.compile(r"seal [0-9a-f]{16}")
"""A hidden cell of a sheet without codings, by which a later version of the library knows that
nobody has typed in the sheet, though its own texts are others."""


def seal_of(texts: Iterable[object]) -> str:
    """Return the seal of the texts of a sheet, in any order; blanks and the seal do not count."""
    plain_texts = (plain_text(each) for each in texts if not SEAL.fullmatch(str(each)))
    content = "\n".join(sorted(filter(None, plain_texts)))
    return f"seal {sha256(content.encode('utf-8', 'replace')).hexdigest()[:16]}"


def own_texts(codebook: Codebook | None) -> frozenset[str]:
    """Return every text that the library writes into the sheets besides those of codings."""
    texts = {*STEPS, *FACTS, *STATUSES, *STATUSES.values(), *GUIDANCE_HEADERS, *STATUS_HEADERS}
    if codebook is not None:
        texts |= {*titles(codebook).values(), *(each.title for each in codebook.dimensions)}
        for each in codebook.indicators:
            texts |= {text for pair in guidance_lines(each) for text in pair}
    return frozenset(map(plain_text, texts))


def plain_text(text: object) -> str:
    """Return the text of a cell for a comparison: on one line, in lower case, unescaped."""
    return _line(str(text)).casefold().removeprefix("'")


def _line(text: str) -> str:
    return " ".join(text.split())
