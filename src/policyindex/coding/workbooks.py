"""Read the workbooks of coders, whatever became of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from functools import partial
from itertools import product
from pathlib import PurePath
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .._options import Argument
from .._sheets import Sheet
from .._wording import capital, counted, listed, number, quoted
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import INDEX, PanelError
from ..panel.display import as_html, as_text
from ..panel.evidence import (
    EVIDENCE_COLUMNS,
    EVIDENCE_INDEX,
    check_evidence,
    empty_evidence,
)
from ..reading.findings import Findings, alike, table_of
from ..reading.formats import File, content_of, opened
from ..typing import Readable
from .entries import Coding, Words, coding_of, fields_of, joined_texts
from .form import ABOUT, Key, check_levels
from .rows import Row, Rows


class Workbook(NamedTuple):
    """Hold the codings and the evidence of one or several coders.

    Examples
    --------
    >>> Workbook._fields
    ('codings', 'evidence', 'findings')
    """

    codings: dict[str, pd.DataFrame]
    """The panel of each coder: index (country, year), a column for each indicator, missing where
    the coder has not coded."""
    evidence: pd.DataFrame
    """A row for each coding with a status or evidence, indexed by ``coder``, ``country``, ``year``
    and ``indicator``: its ``status``, ``report``, ``page``, ``quote`` and ``remark``, as text."""
    findings: pd.DataFrame
    """Repairs and losses, a row for each, as of :func:`policyindex.read`."""

    def __str__(self) -> str:
        n = sum(int(panel.notna().sum().sum()) for panel in self.codings.values())
        losses = int(self.findings["lost"].gt(0).sum())
        repairs = "nothing was repaired or lost"
        if len(self.findings):
            repairs = (
                f"{counted(len(self.findings), 'finding', 'findings')}, "
                f"{number(losses) if losses else 'none'} with a loss"
            )
        return capital(
            f"{counted(n, 'coding', 'codings')} of "
            f"{counted(len(self.codings), 'coder', 'coders')} ({listed(self.codings)}), "
            f"{counted(len(self.evidence), 'row', 'rows')} of evidence; {repairs}."
        )

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), findings=self.findings, evidence=self.evidence)


def read_workbook(
    path: Readable,
    codebook: Codebook = THREE_P,
    *,
    coder: str | None = None,
    kind: str | None = None,
) -> Workbook:
    r"""Read the codings and the evidence of a coder's workbook, and report every loss.

    The workbook is one of :func:`template`, or any table with columns of countries and years and
    either an indicator and its level in each row, or indicators side by side; a column of coders
    parts several. Rows may stand in any order and in any sheet, columns anywhere. A level is read
    by its word or its number; blank cells are missing, and ``?`` is a doubtful coding without a
    level. Rows and columns that are hidden or filtered out are read too.

    Parameters
    ----------
    path : str, path or file object
        The file, e.g. of Excel or OpenDocument, or CSV.
    codebook : Codebook
        The indicators and their levels.
    coder : str, optional
        The coder of rows that name none, in a workbook that names none; by default the name of
        the file.
    kind : str, optional
        The scheme of the countries; see :func:`policyindex.countries.iso3`. ``"any"`` takes
        units that are not countries as they stand.

    Returns
    -------
    Workbook
        The panel of each coder, the evidence and the findings. A cell that cannot be read is
        missing, and a finding names it; more than five of one sort are one finding, which names
        the first.

    Raises
    ------
    PanelError
        If the file is not a workbook or table, or has no sheet of codings.
    ValueError
        If an option is not valid.
    OSError
        If the file cannot be opened.

    Notes
    -----
    Where a row contradicts itself, nothing shows which part of it is right: a row whose hidden key
    and visible country, year or indicator differ is not read, nor are two rows of one coding whose
    levels or statuses differ, nor a level that its status contradicts (not applicable; or not
    mentioned, with a level above the lowest). Levels that were moved from row to row without their
    rows cannot be noticed.

    Examples
    --------
    >>> import io
    >>> text = "country,year,indicator,level,page\nGhana,2014,shelter,yes,12"
    >>> workbook = read_workbook(io.StringIO(text), coder="Ama")
    >>> print(workbook)
    One coding of one coder (Ama), one row of evidence; nothing was repaired or lost.
    >>> workbook.evidence.loc[("Ama", "GHA", 2014, "shelter"), "page"]
    '12'
    """
    check_levels(codebook)
    if coder is not None and not isinstance(coder, str):
        raise ValueError(f"coder must be a name; got {quoted(coder)}")
    content, label = content_of(path)
    findings = Findings(label)
    rows = Rows(codebook, findings, kind=kind)
    with opened(content, findings) as file:
        rows.read(sheets_of(file))
    _check_codings(rows, codebook, label)
    entries = _entries(rows, codebook, findings, coder)
    _report_form(rows, codebook, findings)
    return Workbook(
        _panels(entries, codebook, label),
        _evidence(entries, codebook),
        table_of(alike(findings)),
    )


def _check_codings(rows: Rows, codebook: Codebook, label: str) -> None:
    """Refuse a file that holds something else, or codings by another codebook."""
    if not rows.n_sheets and "decision" in rows.marks:
        raise PanelError(
            f"{label} must hold the codings of coders; it is a workbook of decisions, which settle "
            f"takes before the files of the coders"
        )
    if not rows.n_sheets:
        raise PanelError(
            f"{label} must have a sheet with the columns country, year, indicator and level, or "
            f"with the columns country, year and the indicators of the codebook {codebook.name}; "
            f"none has; make one with coding.template"
        )
    n, n_read = len(rows.doubts), len(rows.rows)
    others = [each.rules for each in rows.abouts if each.rules != codebook.rules]
    if others and n > n_read:
        raise PanelError(
            f"{label} must be of the codebook {codebook.name}; it was made for "
            f"{quoted(others[0])}, and {n:,} of its {n + n_read:,} rows do not fit; pass",
            Argument("codebook"),
        )
    if not n or n_read:
        return
    is_other = any("indicator" in doubt for doubt in rows.doubts)
    noun = counted(n, "row", "rows")
    if is_other:
        raise PanelError(
            f"{label} must have rows of the indicators of the codebook {codebook.name}; none of "
            f"its {n:,} {'row' if n == 1 else 'rows'} is: {rows.doubts[0]}; pass",
            Argument("codebook"),
        )
    raise PanelError(
        f"{label} must have a country, a year and an indicator in each row; {noun}, all that it "
        f"has, cannot be read, the first: {rows.doubts[0]}; correct them"
    )


def sheets_of(file: File) -> Sequence[Sheet]:
    """Return the sheets of a file, and the table of a format that has none as one."""
    if file.table is None:
        return file.sheets
    table = file.table.astype(object).where(file.table.notna(), "")
    header = [str(name) for name in table.columns]
    listing = [header, *table.to_numpy(dtype=object).tolist()]
    rows = partial(_numbered, listing)
    return [Sheet("", False, rows, lambda: iter(listing), every=rows)]


def _numbered(listing: Sequence[Sequence[Any]]) -> Iterator[tuple[str, Any]]:
    return ((f"row {place}", row) for place, row in enumerate(listing))


Entries = dict[tuple[str, Key], Coding]


def _entries(rows: Rows, codebook: Codebook, findings: Findings, coder: str | None) -> Entries:
    """Return each coding of each coder once."""
    words = {each.name: Words(each) for each in codebook.indicators}
    coders = _Coders(rows, findings, coder)
    groups: dict[tuple[str, Key], list[tuple[Row, Coding]]] = {}
    for row in rows.rows:
        coding, problems = coding_of(row.cells, words[row.key.indicator])
        for each in problems:
            findings.add(
                each.kind,
                each.finding,
                rows=1,
                first=", ".join(filter(None, (str(row.key), row.places.get(each.role)))),
                action=each.action,
                lost=int(each.is_lost),
            )
        groups.setdefault((coders.name(row.coder), row.key), []).append((row, coding))
    return {entry: _once(entry, several, findings) for entry, several in groups.items()}


def _once(
    entry: tuple[str, Key], several: Sequence[tuple[Row, Coding]], findings: Findings
) -> Coding:
    """Return the rows of one coding as one, or a blank if they contradict each other."""
    codings = [coding for _, coding in several if not coding.is_blank]
    if len(codings) < 2:
        return codings[0] if codings else Coding()
    merged = fields_of(joined_texts(codings))
    differ = "" if fields_of(codings) else ", and their evidence differs"
    places = [next(iter(row.places.values()), "") for row, _ in several]
    coder, key = entry
    findings.add(
        "repeat" if merged else "contradiction",
        f"several rows of {coder} are of one coding"
        f"{differ if merged else ' and contradict each other'}",
        rows=len(codings),
        first=f"{key}, {listed(places)}",
        action=("the evidence of all is read" if differ else "read as one")
        if merged
        else "not read",
        lost=0 if merged else sum(len(row.cells) for row, _ in several),
    )
    return merged or Coding()


class _Coders:
    """Know the coders of a workbook, however their names are written."""

    def __init__(self, rows: Rows, findings: Findings, coder: str | None) -> None:
        stated = dict.fromkeys(about.coder for about in rows.abouts if about.coder)
        named = dict.fromkeys(row.coder for row in rows.rows if row.coder)
        self._default = coder or PurePath(findings.label).stem
        own = [*stated] or [*named]
        if len({name.casefold() for name in own}) == 1:
            self._default = own[0]
        self._names: dict[str, str] = {}
        for name in (*named, *stated):
            first = self._names.setdefault(name.casefold(), name)
            if first != name:
                findings.add(
                    "coder",
                    f"the coder {quoted(first)} is also written {quoted(name)}",
                    rows=1,
                    action="read as one coder",
                )
        others = [name for name in named if name.casefold() not in map(str.casefold, stated)]
        if stated and others:
            findings.add(
                "coder",
                f"the workbook is of {listed(stated)}, and rows are of {listed(others)}",
                rows=sum(row.coder in others for row in rows.rows),
                action="the rows count",
                lost=1,
            )
        if not (stated or coder) and any(not row.coder for row in rows.rows):
            findings.add(
                "coder",
                "rows name no coder",
                rows=sum(not row.coder for row in rows.rows),
                action=f"read as those of {quoted(self._default)}",
            )

    def name(self, name: str) -> str:
        """Return the name of a coder, or that of the workbook for a row without one."""
        return self._names.get(name.casefold(), self._default) if name else self._default


def _report_form(rows: Rows, codebook: Codebook, findings: Findings) -> None:
    """Report rows that the form has and the file lacks, and rows that the form does not have."""
    keys = {row.key for row in rows.rows} | rows.unread
    form: set[Key] = set()
    for about in rows.abouts:
        if about.rules != codebook.rules:
            findings.add(
                "codebook",
                f"the workbook was made for the codebook {quoted(about.rules)}",
                rows=1,
                action=f"read by {codebook.rules}",
            )
        own = list(about.keys(codebook))
        form |= {*own}
        absent = [key for key in own if key not in keys]
        if absent:
            findings.add(
                "absent",
                f"the workbook of {about.coder} lacks rows that it was made with",
                rows=len(absent),
                first=str(absent[0]),
                action="missing",
                lost=len(absent),
            )
    if not rows.abouts:
        form = _report_gone(rows, codebook, findings)
    strangers = [row for row in rows.rows if row.key not in form] if form else []
    if strangers:
        findings.add(
            "outside",
            "a row is of a coding that the workbook was not made for",
            rows=len(strangers),
            first=f"{strangers[0].key}, {strangers[0].where}",
            action="read all the same",
        )


def _grid(keys: Set[Key], codebook: Codebook) -> set[Key]:
    """Return the codings of all countries and years that occur, of every indicator."""
    units, years = {key.country for key in keys}, {key.year for key in keys}
    names = [each.name for each in codebook.indicators]
    return {Key(*each) for each in product(units, years, names)}


def _report_gone(rows: Rows, codebook: Codebook, findings: Findings) -> set[Key]:
    """Report the rows that are gone from a workbook that has lost its sheet on itself.

    The key of each row says how many there were. The rows of several coders or copies may stand
    in one file, each of them whole. Returned are the codings of the form, as far as rows tell.
    """
    by_size: dict[int, set[tuple[str, Key]]] = {}
    for row in rows.rows:
        if row.n_codings:
            by_size.setdefault(row.n_codings, set()).add((row.coder.casefold(), row.key))
    form: set[Key] = set()
    for n_codings, codings in by_size.items():
        keys = {key for _, key in codings}
        n = -(len(codings) + len(rows.unread - keys)) % n_codings
        keys |= rows.unread
        grid = _grid(keys, codebook)
        form |= grid
        if n:
            absent = sorted(grid - keys) if len(grid) <= n_codings else []
            findings.add(
                "absent",
                f"the workbook was made with {n_codings:,} rows; some are gone, and so is its "
                f"sheet {ABOUT}",
                rows=n,
                first=str(absent[0]) if absent else "",
                action="missing",
                lost=n,
            )
    return form


def _panels(entries: Entries, codebook: Codebook, label: str) -> dict[str, pd.DataFrame]:
    """Return the panel of each coder, the coders in the order of the rows."""
    places = {each.name: place for place, each in enumerate(codebook.indicators)}
    panels = {}
    for coder in dict.fromkeys(coder for coder, _ in entries):
        own = {key: coding for (name, key), coding in entries.items() if name == coder}
        units = sorted({(key.country, key.year) for key in own})
        order = {unit: place for place, unit in enumerate(units)}
        cells = np.full((len(units), len(places)), np.nan)
        for key, coding in own.items():
            if coding.level is not None:
                cells[order[key.country, key.year], places[key.indicator]] = coding.level
        index = pd.MultiIndex.from_tuples(units, names=INDEX)
        panels[coder] = pd.DataFrame(cells, index=index, columns=list(places))
        panels[coder].attrs["source"] = f"{label}, coder {coder}"
    return panels


def _evidence(entries: Entries, codebook: Codebook) -> pd.DataFrame:
    """Return a row for each coding with a status or evidence, sorted."""
    rows = sorted(
        (coder, *key, *coding[1:])
        for (coder, key), coding in entries.items()
        if coding.has_evidence
    )
    columns = [*EVIDENCE_INDEX, *EVIDENCE_COLUMNS]
    table = pd.DataFrame(rows, columns=columns, dtype=object).set_index(list(EVIDENCE_INDEX))
    return check_evidence(table, codebook) if rows else empty_evidence()
