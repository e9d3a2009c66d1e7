"""Read the cells of one coding: its level, its status and its evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from .._sheets import UNCALCULATED
from .._sheets.display import OF_DAY, WITHOUT_YEAR
from .._wording import listed, live, quoted
from ..codebooks.model import Indicator
from ..reading.figures import MISSING, NUMBER, as_float
from ..reading.findings import Kind
from ..reading.identifiers import without_mark
from .form import STATUSES, TEXTS, plain_text

STATUS_WORDS = {each: each for each in STATUSES} | {
    "?": "doubtful",
    "doubt": "doubtful",
    "unsure": "doubtful",
    "not sure": "doubtful",
    "no mention": "not mentioned",
    "n/a": "not applicable",
    "n.a.": "not applicable",
    "na": "not applicable",
}
"""Words in the column Status, in lower case."""

WITH_CODE = re.compile(
    r"(?P<before>\d+)\s*[-:=.)\N{EN DASH}]?\s*(?P<word>\D.*)"
    r"|(?P<name>.*\S)\s*[(\[](?P<after>\d+)[)\]]"
)
"""The words of a level with its code, e.g. ``1 - limited`` or ``limited (1)``."""


MADE = {"a date": "3-5", "a date without a year": "3-5", "a time of day": "3:05"}
"""What Excel makes of text, with an example."""


class Coding(NamedTuple):
    """Hold what a coder entered for one coding."""

    level: int | None = None
    status: str = ""
    report: str = ""
    page: str = ""
    quote: str = ""
    remark: str = ""

    @property
    def has_evidence(self) -> bool:
        """Whether anything except a level was entered."""
        return bool(self.status or self.report or self.page or self.quote or self.remark)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was entered."""
        return self.level is None and not self.has_evidence

    def merged(self, other: Coding) -> Coding | None:
        """Return both entries as one, or None where they contradict each other."""
        values: list[Any] = []
        for mine, theirs in zip(self, other, strict=True):
            blanks = (None, "")
            if mine not in blanks and theirs not in blanks and mine != theirs:
                return None
            values.append(theirs if mine in blanks else mine)
        return Coding(*values)


class Problem(NamedTuple):
    """Hold a cell that was not read as it stands."""

    role: str
    kind: Kind
    finding: str
    action: str
    is_lost: bool
    """Whether the cell is lost or in doubt, and not only repaired."""


class Words:
    """Know the words of the levels of an indicator."""

    def __init__(self, indicator: Indicator) -> None:
        self.levels = indicator.levels
        self._by_word = {plain_text(word): level for level, word in enumerate(indicator.levels)}
        if {"no", "yes"} <= self._by_word.keys():
            no, yes = self._by_word["no"], self._by_word["yes"]
            self._by_word = {"n": no, "y": yes, "false": no, "true": yes} | self._by_word
        self._has_numbers = any(NUMBER.fullmatch(word) for word in self._by_word)

    def level(self, cell: object) -> int | None:
        """Return the level that a cell names by its words or its code, or None."""
        if isinstance(cell, bool):
            return int(cell) if len(self.levels) == 2 else None
        text = plain_text(
            live(cell)
            if isinstance(cell, str)
            else f"{cell:g}"
            if isinstance(cell, float)
            else cell
        )
        text = text if text in self._by_word else without_mark(text).strip(" .;,\"'")
        if text in self._by_word:
            return self._by_word[text]
        if NUMBER.fullmatch(text):
            return None if self._has_numbers else self._on_scale(as_float(text))
        if match := WITH_CODE.fullmatch(text):
            level = self._by_word.get(match["word"] or match["name"])
            code = self._on_scale(float(match["before"] or match["after"]))
            return level if level == code else None
        return None

    def _on_scale(self, number: float) -> int | None:
        return int(number) if number.is_integer() and 0 <= number < len(self.levels) else None


def coding_of(cells: Mapping[str, Any], words: Words) -> tuple[Coding, list[Problem]]:
    """Return what the cells of a row say, and each cell that was not read as it stands."""
    problems: list[Problem] = []
    level, status, is_doubtful = _level(cells.get("level", ""), words, problems)
    status = _status(cells.get("status", ""), status, problems)
    texts = {role: _text(role, cells.get(role, ""), problems) for role in TEXTS}
    if is_doubtful and status in ("", "coded"):
        status = "doubtful"
    if not status and any(texts.values()):
        status = "doubtful" if level is None else "coded"
        if level is None and not problems:
            finding = "evidence without a level and a status"
            problems.append(Problem("level", "status", finding, "read as doubtful", is_lost=False))
    _check_coded(cells, level, status, problems)
    level = _consistent(level, status, words, problems)
    return Coding(level, status, **texts), problems


def _level(cell: object, words: Words, problems: list[Problem]) -> tuple[int | None, str, bool]:
    """Return the level of a cell, a status that stands in its place, and whether it is doubtful."""
    if cell == "":
        return None, "", False
    level = words.level(cell)
    if level is not None:
        return level, "", False
    text = plain_text(cell)
    if text == "?":
        return None, "", True
    if text in STATUSES:
        problems.append(
            Problem(
                "level", "status", "a status stands in the column of levels", "read as such", False
            )
        )
        return None, text, False
    if text in MISSING:
        problems.append(
            Problem(
                "level",
                "missing",
                f"{quoted(cell)} stands for a missing value",
                "set to missing",
                is_lost=text.startswith("#"),  # an error of a formula
            )
        )
        return None, "", False
    level = words.level(text.rstrip("? ")) if text.endswith("?") else None
    if level is not None:
        problems.append(
            Problem("level", "status", "a level with a question mark", "read as doubtful", False)
        )
        return level, "", True
    number = "" if len(words.levels) > 12 else f" ({listed(words.levels)})"
    problems.append(
        Problem(
            "level",
            "value",
            f"{quoted(cell)} is not a level{number}",
            "set to missing",
            is_lost=True,
        )
    )
    return None, "", False


def _status(cell: object, instead: str, problems: list[Problem]) -> str:
    """Return the status of a cell, or else the one in the column of levels."""
    if cell == "":
        return instead
    status = STATUS_WORDS.get(plain_text(cell), "")
    if not status:
        problems.append(
            Problem(
                "status",
                "status",
                f"{quoted(cell)} is not a status ({listed(STATUSES)})",
                "left out",
                is_lost=True,
            )
        )
    if status and instead and status != instead:
        problems.append(
            Problem(
                "level",
                "status",
                f"the column of levels says {instead}, the status is {status}",
                "the status counts",
                is_lost=True,
            )
        )
    return status or instead


def _text(role: str, cell: object, problems: list[Problem]) -> str:
    """Return the text of a cell of evidence."""
    if cell == UNCALCULATED:
        problems.append(Problem(role, "value", UNCALCULATED, "left out", is_lost=True))
        return ""
    if kind := kind_made(role, cell):
        column = "pages" if role == "page" else f"{role}s"
        problems.append(
            Problem(
                role,
                "value",
                f"{kind} stands in the column of {column}; Excel makes one of text such as "
                f"{MADE[kind]}",
                "read as text",
                is_lost=True,
            )
        )
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    if kind and isinstance(cell, str):
        return cell.removesuffix(OF_DAY) if cell.endswith(OF_DAY) else cell[:10]
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return live(str(cell)).strip()


def kind_made(role: str, cell: object) -> str:
    """Return what Excel made of the text of a cell, empty if it is what was typed.

    A whole date may have been typed, except in the place of a page.
    """
    if isinstance(cell, date):
        return "a date" if role == "page" else ""
    if not isinstance(cell, str):
        return ""
    ends = {WITHOUT_YEAR: "a date without a year", OF_DAY: "a time of day"}
    return next((kind for end, kind in ends.items() if cell.endswith(end)), "")


def _consistent(
    level: int | None, status: str, words: Words, problems: list[Problem]
) -> int | None:
    """Return a level that does not contradict its status."""
    if level is not None and (status == "not applicable" or (status == "not mentioned" and level)):
        problems.append(
            Problem(
                "level",
                "status",
                f"the level {quoted(words.levels[level])} contradicts the status {status}",
                "level set to missing",
                is_lost=True,
            )
        )
        return None
    return level


def _check_coded(
    cells: Mapping[str, Any], level: int | None, status: str, problems: list[Problem]
) -> None:
    """Report a coding that is said to be coded, and has no level."""
    is_said = plain_text(cells.get("status", "")) == "coded"
    if level is not None or not is_said:
        return
    if any(each.role == "level" and each.is_lost for each in problems):
        return
    cell = cells.get("level", "")
    problems[:] = [each for each in problems if each.role != "level"]
    problems.append(
        Problem(
            "level" if cell != "" else "status",
            "status",
            f"the status is coded, and the level is {quoted(cell)}"
            if cell != ""
            else "the status is coded without a level",
            "read as doubtful" if status == "doubtful" else "left missing",
            is_lost=True,
        )
    )


def joined_texts(codings: Sequence[Coding]) -> list[Coding]:
    """Return entries for one coding with the evidence of all of them, each text once."""
    texts: dict[str, Any] = {
        role: "; ".join(dict.fromkeys(filter(None, (getattr(each, role) for each in codings))))
        for role in TEXTS
    }
    return [each._replace(**texts) for each in codings]


def fields_of(codings: Sequence[Coding]) -> Coding | None:
    """Return several entries for one coding as one, or None where two contradict each other."""
    answer: Coding | None = Coding()
    for each in codings:
        answer = None if answer is None else answer.merged(each)
    return answer
