"""Read tables of evidence: those of workbooks, of settled codings and of releases."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .. import countries
from .._sheets import UNCALCULATED, Sheet
from .._wording import counted, listed, live, quoted
from ..codebooks.model import Codebook, check_codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError
from ..panel.evidence import EVIDENCE_COLUMNS, EVIDENCE_INDEX, check_evidence
from ..reading.findings import Finding, Findings, findings_in, warn_of
from ..reading.formats import content_of, opened
from ..reading.headers import plain
from ..typing import Readable
from .entries import kind_made
from .headings import Heading, Headings
from .identities import year_of_cell
from .workbooks import Workbook, read_workbook, sheets_of

OF_ROWS = ("id", "name", "source", "")
"""Columns by which the library's tables label their rows, and those without a header."""


def read_evidence(
    path: Readable, codebook: Codebook = THREE_P, *, coder: str | None = None
) -> pd.DataFrame:
    r"""Read the evidence of codings from a table of evidence or a coder's workbook.

    A table of evidence has the columns country, year and indicator, and one or more of status,
    report, page, quote and remark; a column of coders parts several. Other columns, e.g. who
    decided and why, stay under their headers, except the ids, names and source of rows that the
    library writes. Any other file is read by :func:`read_workbook`. Warns with
    :class:`policyindex.ReadingWarning` if part of a workbook is lost, or if a unit is not a country
    and others are.

    Parameters
    ----------
    path : str, path or file object
        The file, e.g. of Excel or OpenDocument, or CSV.
    codebook : Codebook
        The indicators that the evidence is about.
    coder : str, optional
        The coder of rows that name none; by default the name of the file.

    Returns
    -------
    DataFrame, index (coder, country, year, indicator)
        The status, report, page, quotation and remark, and then the other columns, as text, empty
        where there is none. Countries are codes, and units that are not countries their labels.

    Raises
    ------
    PanelError
        If the file is neither, a row or a header repeats, a cell stands below no header, an
        indicator, a year or a status is not valid, or Excel made a date or a time of a cell, e.g.
        of the pages 3-5.
    OSError
        If the file cannot be opened.

    See Also
    --------
    policyindex.explain : Quote the evidence behind a score.

    Examples
    --------
    >>> import io
    >>> text = "country,year,indicator,status,report,page\nGhana,2014,shelter,coded,TIP Report,12"
    >>> read_evidence(io.StringIO(text), coder="Ama")["page"]
    coder  country  year  indicator
    Ama    GHA      2014  shelter      12
    Name: page, dtype: object
    """
    evidence, workbook = evidence_and_workbook(path, codebook, coder)
    warn_of(findings_of(evidence, workbook), evidence.attrs["source"], stacklevel=2)
    return evidence


def findings_of(evidence: pd.DataFrame, workbook: Workbook | None) -> list[Finding]:
    """Return what is lost or in doubt of evidence, and of the workbook that it may come from."""
    of_workbook = [] if workbook is None else findings_in(workbook.findings)
    return [*of_workbook, *_units_in_doubt(evidence)]


def _units_in_doubt(evidence: pd.DataFrame) -> list[Finding]:
    """Return a finding for the units that are not countries, if others of the evidence are."""
    units = evidence.index.get_level_values("country")
    distinct = sorted({*map(str, units)})
    codes = countries._match(distinct)
    unknown = [unit for unit, code in zip(distinct, codes, strict=True) if code is None]
    if not unknown or len(unknown) == len(distinct):
        return []
    near = countries._near(unknown[0])
    rows = int(units.isin(unknown).sum())
    return [
        Finding(
            "unmatched",
            f"{counted(len(unknown), 'unit is not a country', 'units are not countries')}",
            rows,
            quoted(unknown[0]) + (f" ({near})" if near else ""),
            "they stay as they are, apart from all countries",
            rows,
        )
    ]


def evidence_and_workbook(
    path: Readable, codebook: Codebook, coder: str | None = None
) -> tuple[pd.DataFrame, Workbook | None]:
    """Return the evidence in a file, and the workbook if it is one and not a table of evidence."""
    headings = Headings(check_codebook(codebook))
    content, label = content_of(path)
    default = coder or PurePath(label).stem
    workbook = None
    rows: list[dict[str, Any]] = []
    faults = _Faults([], [], [], [], [])
    with opened(content, Findings(label)) as file:
        for sheet in sheets_of(file):
            rows += _rows(sheet, headings, default, faults, ragged=file.is_workbook)
    faults.refuse()
    if rows:
        columns = dict.fromkeys([*EVIDENCE_INDEX, *EVIDENCE_COLUMNS])
        columns |= {name: None for row in rows for name in row}
        table = pd.DataFrame(rows, columns=list(columns), dtype=object)
        table = table.where(table.notna(), "")
        evidence = checked_whole(table.set_index(list(EVIDENCE_INDEX)), codebook)
    else:
        is_path = isinstance(path, str | os.PathLike) and path != "-"
        workbook = read_workbook(path if is_path else io.BytesIO(content), codebook, coder=default)
        evidence = check_evidence(workbook.evidence, codebook)
    evidence.attrs["source"] = label
    return evidence, workbook


def checked_whole(evidence: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Check evidence, and return all its columns sorted, as text.

    Raises
    ------
    PanelError
        If it breaks the contract of evidence.
    """
    checked = check_evidence(evidence, codebook)
    others = evidence[[name for name in evidence.columns if name not in EVIDENCE_COLUMNS]]
    texts = others.astype(object).where(others.notna(), "").map(str)
    levels = [
        evidence.index.get_level_values(name).astype(np.int64 if name == "year" else object)
        for name in EVIDENCE_INDEX
    ]
    texts.index = pd.MultiIndex.from_arrays(levels, names=EVIDENCE_INDEX)
    return checked.join(texts)


class _Faults(NamedTuple):
    """Collect what a table of evidence must not have, with the place of each."""

    beside: list[str]
    """Cells below no header."""
    short: list[str]
    """Lines of a text that lack cells."""
    open: list[str]
    """Formulas that were not calculated."""
    made: list[str]
    """Cells of which Excel made a date or a time."""
    several: list[str]
    """Rows that name several countries."""

    def refuse(self) -> None:
        """Raise an error if there is a fault."""
        if self.beside:
            raise PanelError(
                f"each cell of evidence must stand below a header; "
                f"{counted(len(self.beside), 'does', 'do')} not, the first {self.beside[0]}; name "
                f"its column, or put text with a comma in quotation marks"
            )
        if self.short:
            raise PanelError(
                f"each line of evidence must have as many cells as the header; "
                f"{counted(len(self.short), 'has', 'have')} fewer, the first {self.short[0]}; it "
                f"may be cut off; correct it"
            )
        if self.open:
            raise PanelError(
                f"a cell of evidence must hold its text; "
                f"{counted(len(self.open), 'cell has', 'cells have')} {UNCALCULATED}, the first "
                f"{self.open[0]}; open the file in Excel and save it, or type the text"
            )
        if self.made:
            raise PanelError(
                f"evidence must hold what was typed; Excel made dates or times of "
                f"{counted(len(self.made), 'cell', 'cells')}, the first {self.made[0]}; format the "
                f"column as text, and type {'it' if len(self.made) == 1 else 'them'} again"
            )
        if self.several:
            raise PanelError(
                f"a row of evidence must name one country; "
                f"{counted(len(self.several), 'row names', 'rows name')} several, the first "
                f"{self.several[0]}; correct it"
            )


def _rows(
    sheet: Sheet, headings: Headings, coder: str, faults: _Faults, *, ragged: bool
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a sheet of evidence, and nothing of another sheet; note the faults."""
    heading, others, named, width = None, {}, set(), 0
    for label, row in sheet.every():
        if heading is None:
            heading = headings.of(row)
            if heading is not None and not _is_evidence(heading):
                return
            others = {} if heading is None else _other_columns(row, heading)
            # A first column without a header numbers the rows, as pandas writes it.
            width = len(row)
            named = {0, *(place for place, cell in enumerate(row) if str(cell).strip())}
        elif any(cell != "" for cell in row):
            outside = (cell for p, cell in enumerate(row) if cell != "" and p not in named)
            faults.beside.extend(f"{quoted(cell)} in {label}" for cell in outside)
            if len(row) < width and not ragged:
                faults.short.append(label)
            texts = {name: plain_cell(row[p]) for p, name in others.items() if p < len(row)}
            faults.open.extend(
                f"{heading.roles.get(p, others.get(p))} of {label}"
                for p, cell in enumerate(row)
                if cell == UNCALCULATED
            )
            faults.made.extend(
                f"{role} of {label}"
                for place, role in heading.roles.items()
                if place < len(row) and role in EVIDENCE_COLUMNS and kind_made(role, row[place])
            )
            codes = _countries(row, heading)
            if len(codes) > 1:
                faults.several.append(f"{listed(codes.values())} in {label}")
            yield _row(row, heading, headings, coder, next(iter(codes), None)) | texts


def _other_columns(header: Sequence[Any], heading: Heading) -> dict[int, str]:
    """Return the columns of a table of evidence that are not part of every one, by place."""
    names = {place: live(str(cell)).strip() for place, cell in enumerate(header)}
    first = {role: place for place, role in [*heading.roles.items()][::-1]}
    others = {
        place: name
        for place, name in names.items()
        if (name not in OF_ROWS or (name == "source" and place < len(header) - 1))
        and first.get(heading.roles.get(place, "")) != place
        if not (name == "country" and heading.roles.get(place) == name)
    }
    own = {*EVIDENCE_INDEX, *EVIDENCE_COLUMNS}  # a second column of that name would replace it
    repeated = [name for name, n in Counter(others.values()).items() if n > 1 or name in own]
    if repeated:
        raise PanelError(
            f"columns of evidence must have distinct headers; {listed(repeated)} "
            f"{'is' if len(repeated) == 1 else 'are'} repeated; drop or rename them"
        )
    return others


def _is_evidence(heading: Heading) -> bool:
    """Return whether columns hold evidence, and no level that a coder chose."""
    roles = {*heading.roles.values()}
    has_levels = bool({"level", "key"} & roles or heading.indicators)
    return {"country", "year", "indicator"} <= roles and not has_levels


def _row(
    row: Any, heading: Heading, headings: Headings, coder: str, country: str | None
) -> dict[str, Any]:
    """Return the labels and the texts of a row, with the code of its country if it has one."""
    cells = {
        role: live(row[place]) if isinstance(row[place], str) else row[place]
        for place, role in [*heading.roles.items()][::-1]
        if place < len(row)
    }
    name = cells.get("indicator", "")
    year = year_of_cell(cells.get("year", ""))
    labels = {
        "coder": str(cells.get("coder") or coder),
        "country": country or str(cells.get("country", "")),
        "year": cells.get("year", "") if year is None else year,
        "indicator": headings.indicators.get(plain(str(name)), name),
    }
    return labels | {role: cells.get(role, "") for role in EVIDENCE_COLUMNS}


def _countries(row: Any, heading: Heading) -> dict[str, Any]:
    """Return the codes of the countries that a row names, each with its cell."""
    cells = [
        row[place]
        for place, role in heading.roles.items()
        if role == "country" and place < len(row) and row[place] != ""
    ]
    return {code: cell for cell in cells if (code := countries._match([cell])[0]) is not None}


def plain_cell(cell: Any) -> str:
    """Return a cell as text, in its first form."""
    return f"{cell:.15g}" if isinstance(cell, float) else live(str(cell))
