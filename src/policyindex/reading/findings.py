"""What is repaired, dropped or doubtful in a file: one collection for each reading."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import pandas as pd

from .._options import Argument, OptionError

Kind: TypeAlias = Literal[
    "encoding",  # the text is not UTF-8
    "sheet",  # other sheets hold tables too, or several were read together
    "around",  # rows above or below the table
    "header",  # a header of two rows, or one cell short
    "merged",  # cells merged over several rows were filled down
    "nameless",  # a column without a name holds cells
    "wide",  # years stood side by side
    "long",  # series stood below each other
    "ignored",  # columns without a part in the codebook
    "text",  # columns of text
    "rounded",  # a sheet shows fewer digits than it holds
    "holds",  # the file holds scores besides codings
    "column",  # two columns hold the same thing
    "country",  # two columns name different countries, or the scheme was inferred
    "aggregate",  # a row is of an aggregate of countries
    "several",  # a name stands for several countries
    "unmatched",  # a country is unknown
    "year",  # a year is not an integer of our time
    "report year",  # years of reports became those that the reports describe
    "label",  # labels of Stata without a meaning were read by their numbers
    "footnote",  # a name, a year or a number has the mark of a footnote
    "missing",  # a word stands for a missing value
    "thousands",  # commas separate thousands
    "tiers",  # words of tiers became numbers
    "special case",  # a country is a special case, without a tier
    "not in report",  # a country has no tier, since the report leaves it out
    "sentinel",  # a number that stands for a missing value
    "declared",  # a value that a file of SPSS declares as missing
    "value",  # a cell is off its scale
    "repeat",  # a row repeats an earlier one
    "contradiction",  # two rows of a country and year differ
    "incomplete",  # an overall score lacks a dimension
    "summed",  # an overall score was missing and could be summed
    "unequal",  # an overall score is not the sum of its dimensions
    "status",  # the status of a coding is unknown, or contradicts its level
    "coder",  # coders are named in two ways, or not at all
    "identifier",  # a row does not say clearly of which coding it is
    "hidden",  # a sheet hides rows
    "absent",  # a workbook lacks rows that it was made with
    "codebook",  # a workbook was made for another codebook
    "undecided",  # coders differ, and nobody decided
    "unsigned",  # a decision lacks a name or a reason
    "outside",  # a row is of a coding, or a decision a level, that was not asked for
    "changed",  # codings are not those that a decision was about
]
"""The sorts of findings: nothing in the library looks at their text."""


class Finding(NamedTuple):
    """Hold one repair or loss in reading a file."""

    kind: Kind
    finding: str
    """The fault, in words."""
    rows: int
    """How many rows, cells or sheets have it."""
    first: str
    """The first of them."""
    action: str
    """How the fault was met."""
    lost: int
    """How many rows, cells or sheets of the file are lost by it, or in doubt."""
    option: Argument | None = None
    """The argument that changes the action."""

    @property
    def message(self) -> str:
        """The finding as one line, without `lost` and `option`."""
        rows = "1 row" if self.rows == 1 else f"{self.rows} rows"
        where = f" ({rows}, the first {self.first})" if self.first else ""
        advice = "" if self.option is None else "; choose with"
        return f"{self.finding}: {self.action}{where}{advice}"

    @property
    def line(self) -> str:
        """The finding as one line, without `lost`; it ends with the option."""
        return self.message if self.option is None else f"{self.message} {self.option}"


class ReadingWarning(UserWarning):
    """Warn that cells or rows of a file are not in the panel read from it.

    Parameters
    ----------
    source : str
        The label of the data.
    losses : iterable of Finding
        The findings by which something is lost or in doubt.

    Examples
    --------
    >>> issubclass(ReadingWarning, UserWarning)
    True
    """

    def __init__(self, source: str, losses: Iterable[Any] = ()) -> None:
        self.source, self.losses = source, tuple(losses)
        super().__init__(source, self.losses)

    def __str__(self) -> str:
        lines = "; ".join(loss.line for loss in self.losses)
        return f"{self.source}: {lines}" if lines else self.source


class Findings:
    """Collect the findings of one reading, under the name of its file."""

    def __init__(self, label: str) -> None:
        self.label = label
        """The name of the file, with which every refusal starts."""
        self.encoding = ""
        """The encoding by which its text was read."""
        self.unfit: Sequence[str] = ()
        """The usual encodings that were tried before, and do not fit all of the text."""
        self.may_calculate = False
        """Whether it is of a format in which an apostrophe keeps text from being a formula."""
        self.metadata: Mapping[str, Any] = {}
        """The provenance that :func:`policyindex.write_table` wrote into it."""
        self._findings: list[Finding] = []

    def add(
        self,
        kind: Kind,
        finding: str,
        *,
        rows: int,
        action: str,
        first: str = "",
        lost: int = 0,
        option: Argument | None = None,
    ) -> None:
        """Append a finding."""
        self._findings.append(Finding(kind, finding, rows, first, action, lost, option))

    def sign(self, error: OptionError) -> None:
        """Let a refusal of the file start with its name."""
        if not error.message.startswith(self.label):
            error.message = f"{self.label}: {error.message}"
            option = "" if error.option is None else f" {error.option}"
            error.args = (f"{error.message}{option}",)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings)


def warn_of(findings: Iterable[Finding], source: str, *, stacklevel: int) -> None:
    """Warn of the findings by which something is lost or in doubt, if there are any.

    The stack level is that of the caller, as :func:`warnings.warn` counts it.
    """
    losses = [finding for finding in findings if finding.lost]
    if losses:
        warnings.warn(ReadingWarning(source, losses), stacklevel=stacklevel + 1)


MOST_APART = 5
"""Losses of one sort that are listed one by one; more are put together, as repairs always are."""


def alike(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings of one sort as one, with how many there are and the first of them."""
    listing = list(findings)
    sorts = [(each.kind, each.finding, each.action, each.option) for each in listing]
    numbers = Counter(sorts)
    groups: dict[object, Finding] = {}
    for place, (sort, each) in enumerate(zip(sorts, listing, strict=True)):
        key = place if each.lost and numbers[sort] <= MOST_APART else sort
        first = groups.get(key, each._replace(rows=0, lost=0))
        groups[key] = first._replace(rows=first.rows + each.rows, lost=first.lost + each.lost)
    return list(groups.values())


def table_of(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return a table with a row for each finding."""
    return pd.DataFrame(list(findings), columns=list(Finding._fields))


def findings_in(table: pd.DataFrame) -> list[Finding]:
    """Return the findings of a table."""
    return [Finding(*row) for row in table.itertuples(index=False)]
