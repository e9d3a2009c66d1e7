"""Collect the codings in the sheets of a workbook, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .._sheets import Range, Sheet
from .._sheets.model import letters_of
from .._wording import listed, quoted
from ..codebooks.model import Codebook
from ..reading.findings import Findings
from .abouts import About, about_in, foreign_cells
from .form import (
    DECISION_ENTRIES,
    ENTRIES,
    FIRST_ROW,
    Key,
    key_cell,
    plain_text,
    row_number,
    unpacked,
)
from .headings import CODINGS, Form, Heading, Headings, marks_of
from .identities import Identities, live_text


class Row(NamedTuple):
    """Hold the cells of one coding, and where they stand."""

    key: Key
    coder: str
    """As the row names it; empty if it names none."""
    cells: Mapping[str, Any]
    """The cells in which the coder typed, by role."""
    places: Mapping[str, str]
    """The address of each of these cells, e.g. ``Protection!I7``."""
    where: str = ""
    """The row itself, e.g. ``row 7 of the sheet 'Protection'``."""
    n_codings: int = 0
    """The number of codings that its workbook was made with; 0 if the row does not say."""


class Rows:
    """Read the sheets of a workbook, and collect its codings and facts.

    Attributes
    ----------
    rows : list of Row
        The codings, also those of which a coder has entered nothing.
    abouts : list of About
        The facts of the workbooks whose sheets these are: one as a rule.
    n_sheets : int
        The number of sheets with codings.
    doubts : list of str
        Why rows were not read, one for each.
    unread : set of Key
        The keys of these rows, as far as they have one.
    marks : set of str
        The roles that the marks of the library name, also those of another form.
    """

    def __init__(
        self,
        codebook: Codebook,
        findings: Findings,
        *,
        kind: str | None = None,
        form: Form = CODINGS,
    ) -> None:
        self.rows: list[Row] = []
        self.abouts: list[About] = []
        self.n_sheets = 0
        self.doubts: list[str] = []
        self.unread: set[Key] = set()
        self.marks: set[str] = set()
        self._codebook = codebook
        self._findings = findings
        self._kind = kind
        self._form = form

    def read(self, sheets: Sequence[Sheet]) -> None:
        """Read all sheets: first the facts, then the codings."""
        headings = Headings(self._codebook, self._form)
        parts = [_Part(sheet, headings) for sheet in sheets]
        beside = [part for part in parts if part.heading is None]
        self.marks = {
            mark for part in parts for _, row in part.rows for mark in marks_of(row).values()
        }
        self.abouts = [about for part in beside if (about := about_in(part.rows))]
        for part in beside:
            self._report_foreign(part)
        kind = "any" if any(about.are_units for about in self.abouts) else self._kind
        identities = Identities(self._codebook, headings.indicators, kind)
        for part in parts:
            if part.heading is not None:
                self.n_sheets += 1
                self.rows += part.codings(identities, self._findings)
                self.doubts += part.doubts
                self.unread |= part.unread

    def _report_foreign(self, part: _Part) -> None:
        """Report the cells of a sheet without codings that the library did not write."""
        is_other = any(about.rules != self._codebook.rules for about in self.abouts)
        cells = foreign_cells(part.rows, None if is_other else self._codebook)
        first = next(cells, None)
        if first is None:
            return
        n = 1 + sum(1 for _ in cells)
        has_keys = any(unpacked(cell) is not None for _, row in part.rows for cell in row)
        what = "has codings without a row of headers" if has_keys else "holds cells besides codings"
        self._findings.add(
            "header" if has_keys else "sheet",
            f"{part.words} {what}",
            rows=n,
            first=f"{quoted(first.cell)} in {first.where}",
            action="not read",
            lost=n,
        )


class _Part:
    """Read one sheet of a workbook."""

    def __init__(self, sheet: Sheet, headings: Headings) -> None:
        self._sheet = sheet
        self._headings = headings
        self.rows = list(sheet.every())
        self.heading = next(filter(None, (headings.of(row) for _, row in self.rows)), None)
        self.words = f"the sheet {quoted(sheet.name)}" if sheet.name else "the file"
        self.doubts: list[str] = []
        """Why rows were not read, one for each."""
        self.unread: set[Key] = set()
        """The keys of these rows."""
        self._ignored: dict[int, tuple[int, str]] = {}
        """The number of cells of each column that is not read, and the first of them."""
        self._headers: dict[int, str] = {}

    def codings(self, identities: Identities, findings: Findings) -> Iterator[Row]:
        """Yield the codings of the sheet; report the rows and columns that are not read."""
        hidden = set(self._sheet.hidden())
        merged = _Merged(self._sheet.merged())
        n_hidden = 0
        for position, label, heading, cells in self._below_headers():
            row = merged.filled(position, cells, heading)
            if any(cell != "" for cell in row):
                n_hidden += position + 1 in hidden
                self._note_ignored(label, row, heading)
                if any(cell != "" and heading.names(p) for p, cell in enumerate(row)):
                    yield from self._codings_of(label, row, heading, identities, findings)
        if self._sheet.is_hidden:
            findings.add("sheet", f"{self.words} is hidden", rows=1, action="read too")
        if n_hidden:
            finding = f"{self.words} hides rows, as a filter does"
            findings.add("hidden", finding, rows=n_hidden, action="read too")
        if merged.n_filled:
            finding = f"{self.words} has cells merged over several rows"
            findings.add("merged", finding, rows=merged.n_filled, action="filled down")
        self._report_ignored(findings)
        self._report_lacking(findings)

    def _below_headers(self) -> Iterator[tuple[int, str, Heading, Sequence[Any]]]:
        """Yield the rows that are not headers, each with the heading that it is under.

        A heading holds until the next one: rows that were pasted may have brought their own. Below
        the row of marks stands the header that a person reads; its words are not used.
        """
        heading = self.heading
        is_below_marks = False
        for label, cells in self.rows:
            position = row_number(label) - 1
            other = self._headings.of(cells)
            is_changed = is_below_marks and _is_without_key(cells, heading)
            if other is None and not is_changed:
                is_below_marks &= all(cell == "" for cell in cells)
                if heading is not None:
                    yield position, label, heading, cells
                continue
            if other is not None and (other.is_marked or not is_below_marks):
                heading = other
            if other is None or not other.is_marked:
                self._headers |= {p: str(cell) for p, cell in enumerate(cells) if cell != ""}
            is_below_marks = other is not None and other.is_marked

    def _codings_of(
        self,
        label: str,
        row: Sequence[Any],
        heading: Heading,
        identities: Identities,
        findings: Findings,
    ) -> Iterator[Row]:
        """Yield the codings of a row, or report why it is not read."""
        entered: dict[str, int] = {}
        for role in self._headings.form.entries:
            for place in heading.places(role, row):
                if place in heading.indicators:
                    continue
                first = entered.setdefault(role, place)
                if plain_text(row[place]) != plain_text(row[first]):
                    findings.add(
                        "column",
                        f"{self.words} has two columns of {self._headings.form.headers[role]}, "
                        f"and they differ",
                        rows=1,
                        first=self._address(label, place),
                        action="the first was followed",
                        lost=1,
                    )
        levels = [(place, name) for place, name in heading.indicators.items() if place < len(row)]
        identity, where = identities.of(row, heading), f"{label} of {self.words}"
        hidden = next(filter(None, (key_cell(row[p]) for p in heading.places("key", row))), None)
        if identity.key is None:
            self.doubts.append(identity.doubt)
            if hidden is not None:
                self.unread.add(hidden.key)
            own = [p for p, cell in enumerate(row) if cell != "" and heading.names(p)]
            lost = len(entered) + sum(row[place] != "" for place, _ in levels)
            findings.add(
                "identifier",
                identity.doubt,
                rows=1,
                first=where,
                action="row not read",
                lost=lost if hidden or lost else len(own),
            )
            return
        for repair in identity.repairs:
            findings.add("identifier", repair, rows=1, first=where, action="read")
        if hidden is not None:
            self._report_former(label, row, heading, hidden.previous, findings)
        coders = [str(live_text(row[place])) for place in heading.places("coder", row)]
        codings = {identity.key: entered}
        if heading.indicators:
            codings = {
                identity.key._replace(indicator=name): entered
                | ({"level": place} if row[place] != "" else {})
                for place, name in levels
            }
        for key, places in codings.items():
            yield Row(
                key,
                " ".join(coders[0].split()) if coders else "",
                {role: row[place] for role, place in places.items()},
                {role: self._address(label, place) for role, place in places.items()},
                where,
                hidden.n_codings if hidden else 0,
            )

    def _address(self, label: str, place: int) -> str:
        """Return the address of a cell, e.g. ``Protection!I7``."""
        if not self._sheet.name:
            return f"{label}, column {place + 1}"
        return f"{self._sheet.name}!{letters_of(place)}{row_number(label)}"

    def _report_former(
        self, label: str, row: Sequence[Any], heading: Heading, level: str, findings: Findings
    ) -> None:
        """Report a cell that is not the level of the year before, as a coder may have typed it."""
        for place in heading.places("previous", row):
            if plain_text(row[place]) != plain_text(level):
                findings.add(
                    "ignored",
                    f"{quoted(row[place])} stands in the column of the year before, not "
                    f"{quoted(level)}",
                    rows=1,
                    first=self._address(label, place),
                    action="not read",
                    lost=1,
                )

    def _report_lacking(self, findings: Findings) -> None:
        """Report the columns in which a coder types and that a sheet of the library has lost."""
        if self.heading is None or not self.heading.is_marked:
            return
        roles, headers = {*self.heading.roles.values()}, self._headings.form.headers
        own = [role for role in (*ENTRIES, *DECISION_ENTRIES) if role in headers]
        lacking = [headers[role] for role in own if role not in roles]
        if lacking:
            findings.add(
                "ignored",
                f"{self.words} lacks {'the column' if len(lacking) == 1 else 'the columns'} "
                f"{listed(lacking)}",
                rows=len(lacking),
                action="nothing of it is read",
                lost=len(lacking) * max(len(self.rows) - FIRST_ROW + 1, 1),
            )

    def _note_ignored(self, label: str, row: Sequence[Any], heading: Heading) -> None:
        for place, cell in enumerate(row):
            if cell != "" and not heading.names(place):
                n, first = self._ignored.get(place, (0, ""))
                self._ignored[place] = n + 1, first or f"{quoted(cell)} in {label}"

    def _report_ignored(self, findings: Findings) -> None:
        for place, (n, first) in self._ignored.items():
            header = f", {listed([self._headers[place]])}," if place in self._headers else ""
            findings.add(
                "ignored",
                f"column {letters_of(place)}{header} of {self.words} is not part of the form",
                rows=n,
                first=first,
                action="not read",
                lost=n,
            )


class _Merged:
    """Fill cells merged over several rows down from the first of them."""

    def __init__(self, ranges: Sequence[Range]) -> None:
        self._starts: dict[int, list[tuple[int, int]]] = {}
        for top, left, bottom, _ in ranges:
            if bottom > top:
                self._starts.setdefault(top, []).append((left, bottom))
        self._open: dict[int, tuple[int, Any]] = {}
        """The last row and the value of the range that reaches down each column."""
        self.n_filled = 0

    def filled(self, position: int, cells: Sequence[Any], heading: Heading) -> Sequence[Any]:
        """Return the cells of a row, counted from 0, with those merged from above."""
        if not self._starts:
            return cells
        row = list(cells)
        for place in filter(heading.names, self._open):
            bottom, value = self._open[place]
            if position <= bottom and value != "":
                row += [""] * (place + 1 - len(row))
                self.n_filled += row[place] == ""
                row[place] = value if row[place] == "" else row[place]
        for left, bottom in self._starts.get(position, ()):
            self._open[left] = bottom, row[left] if left < len(row) else ""
        return row


def _is_without_key(cells: Sequence[Any], heading: Heading | None) -> bool:
    """Return whether a row has cells but lacks a key, e.g. a header that was changed."""
    return any(cell != "" for cell in cells) and not any(
        unpacked(cells[place]) for place in (heading.places("key", cells) if heading else ())
    )
