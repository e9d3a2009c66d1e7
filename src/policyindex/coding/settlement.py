"""Read the decisions of a senior coder, and settle the codings by them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from math import isnan, nan
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .._sheets import Sheet
from .._wording import listed, quoted
from ..codebooks.model import Codebook, Indicator, check_codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError
from ..panel.display import as_html, as_text
from ..panel.evidence import EVIDENCE_COLUMNS, EVIDENCE_INDEX, FINAL, check_evidence
from ..panel.labels import carry
from ..reading.findings import Findings, alike, table_of
from ..reading.formats import content_of, opened
from ..reading.identifiers import ANY
from ..typing import Readable
from .adjudication import (
    CODED,
    NOT_CODED,
    _adjudicate,
    check_coders,
    headers_of,
    level_words,
)
from .entries import Words
from .form import DECISION_ENTRIES, Key, plain_text
from .headings import form_of, marks_of
from .rows import Row, Rows
from .stakes import Codings, codings_of, stakes

DETAILS = ("by", "reason", "reply")
"""The texts beside a decision."""


class Settlement(NamedTuple):
    """The final codings, who decided what and why, and the evidence."""

    codings: pd.DataFrame
    """Index (country, year), a column for each indicator: the level on which the coders agree,
    which one of them alone coded, or which was decided; missing if not coded, or undecided."""
    decisions: pd.DataFrame
    """Index (country, year, indicator), a row for each disagreement: its ``status`` (decided, not
    coded or undecided); ``level``, missing unless decided; ``by``, ``reason`` and the ``reply`` of
    the country, as text; ``moves``, the most that it can still change: rank, overall (score) or
    nothing."""
    levels: pd.DataFrame
    """The same index; the level of each coder, a column each, missing if not coded."""
    evidence: pd.DataFrame
    """Index (coder, country, year, indicator): that of the coders, and that of the final codings
    under the coder ``final``. Besides the columns of :func:`read_workbook` it has ``basis``
    (agreed, single, decided or undecided), ``by``, ``reason`` and ``reply``, empty for coders."""
    findings: pd.DataFrame
    """Repairs, losses and doubts, a row for each, as of :func:`policyindex.read`."""

    def __str__(self) -> str:
        n = len(self.decisions)
        if not n:
            return "No two codings of a country-year differ."
        undecided = int((self.decisions["status"] == "undecided").sum())
        open_cases = int((self.decisions["moves"] != "nothing").sum())
        names = [name for name in self.decisions["by"].unique() if name]
        who = f" by {listed(names, most=3)}" if names else ""
        cases = f"{n:,} {'disagreement' if n == 1 else 'disagreements'}: "
        if not undecided:
            return f"{cases}all decided{who}."
        rest = f"{open_cases:,} can still change a score" if open_cases else "none changes a score"
        return f"{cases}{n - undecided:,} decided{who}, {undecided:,} not, of which {rest}."

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), decisions=self.decisions, findings=self.findings)


class _Decision(NamedTuple):
    """Hold what was decided on one case; the level is missing if it is not to be coded."""

    status: str = "undecided"
    level: float = nan
    by: str = ""
    reason: str = ""
    reply: str = ""


def settle(
    path: Readable,
    codings: Mapping[str, pd.DataFrame],
    *,
    codebook: Codebook = THREE_P,
    evidence: pd.DataFrame | None = None,
) -> Settlement:
    r"""Read the workbook of :func:`adjudicate` back, and return the final codings.

    Where coders agree, or one alone coded, the level is final. Where they differ, it is the one
    that was decided; without a decision it stays missing, and the bounds of the scores allow for
    every level.

    Parameters
    ----------
    path : str, path or file object
        The workbook, e.g. of Excel or OpenDocument, or its sheet of decisions as CSV.
    codings : mapping of str to DataFrame, index (country, year)
        The panels of the coders, as for :func:`adjudicate`.
    codebook : Codebook
        The indicators, their levels and the rules.
    evidence : DataFrame, index (coder, country, year, indicator), optional
        The evidence of the codings, as :func:`read_workbook` returns it.

    Returns
    -------
    Settlement
        The final codings, the decisions, the evidence and the findings. A cell of the workbook
        that cannot be read leaves its case undecided, and a finding names it; more than five of
        one sort are one finding, which names the first.

    Raises
    ------
    PanelError
        If a panel or the evidence breaks its contract, a coder has no coding, or the file has no
        sheet of decisions.
    ValueError
        If there are fewer than two coders, or one of them is called ``final``.
    OSError
        If the file cannot be opened.

    Notes
    -----
    Rows may stand in any order and in any sheet, columns anywhere. Two rows of one case that
    differ are not read. Findings name decisions without a name or a reason, those that no coder
    gave, those about codings that have changed since, and disagreements that nobody decided.

    Examples
    --------
    >>> import io
    >>> from policyindex import datasets, score
    >>> ama = datasets.load_demo().loc[["NGA"]].tail(1)
    >>> codings = {"Ama": ama, "Ben": ama.assign(shelter=0)}
    >>> text = "country,year,indicator,decision,decided by\nNigeria,2009,shelter,yes,Chi"
    >>> settlement = settle(io.StringIO(text), codings)
    >>> print(settlement)
    1 disagreement: all decided by Chi.
    >>> score(settlement.codings)["overall"].item()
    14.0
    """
    check_codebook(codebook)
    table = codings_of(codings, codebook)
    check_coders(table)
    adjudication = _adjudicate(table, codebook)
    content, label = content_of(path)
    findings = Findings(label)
    kind = None if table.are_countries else ANY
    with opened(content, findings) as file:
        coders = [*table.coders, *_absent_coders(file.sheets, table.coders)]
        form = form_of(headers_of(coders), _roles(coders))
        rows = Rows(codebook, findings, kind=kind, form=form)
        rows.read(file.sheets)
    if not rows.n_sheets and "level" in rows.marks:
        raise PanelError(
            f"{label} must be the workbook of decisions, which comes first; it is that of a coder; "
            f"name the one that adjudicate has written"
        )
    if not rows.n_sheets:
        raise PanelError(
            f"{label} must have a sheet with the columns country, year, indicator and decision; "
            f"none has; make one with coding.adjudicate"
        )
    _report_strangers(table.coders, rows.marks, findings)
    decided = _decided(rows.rows, adjudication.levels, codebook, findings)
    final = _final(table, decided)
    decisions = _decisions(table, decided, adjudication.cases.index, codebook)
    _report_undecided(decisions, findings)
    settled = Settlement(
        carry(final, *codings.values()),
        decisions,
        carry(adjudication.levels, *codings.values()),
        _evidence(table, final, decided, evidence, codebook),
        table_of(alike(findings)),
    )
    carry(decisions, *codings.values())
    return settled


def _roles(coders: Sequence[str]) -> list[str]:
    """Return the roles of the columns that are read besides the identifiers."""
    return [*DECISION_ENTRIES, *(f"{CODED}{coder}" for coder in coders)]


# The decisions in the rows


def _decided(
    rows: Sequence[Row], levels: pd.DataFrame, codebook: Codebook, findings: Findings
) -> dict[Key, _Decision]:
    """Return the decision on each case that a row has; report the rows that are not read."""
    indicators = {each.name: each for each in codebook.indicators}
    rows_of: Any = levels.to_dict("index")
    cases = {Key(*case): coded for case, coded in rows_of.items()}
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        if row.key in cases:
            groups.setdefault(row.key, []).append(row)
        else:
            _report_foreign(row, findings)
    answer = {}
    for key, several in groups.items():
        reader = _Reader(indicators[key.indicator], cases[key], findings)
        answer[key] = reader.decision(several)
    return answer


def _coders_of(marks: Iterable[str]) -> set[str]:
    """Return the coders whose codings were before the senior coder."""
    return {mark.removeprefix(CODED) for mark in marks if mark.startswith(CODED)}


def _absent_coders(sheets: Iterable[Sheet], coders: Iterable[str]) -> list[str]:
    """Return the coders in the columns of a workbook whose codings are not at hand."""
    rows = (row for sheet in sheets for _, row in sheet.every())
    return sorted(_coders_of(mark for row in rows for mark in marks_of(row).values()) - {*coders})


def _report_strangers(coders: Sequence[str], marks: Set[str], findings: Findings) -> None:
    """Report coders who were not before the senior coder, and those who were and are missing."""
    before = _coders_of(marks)
    if not before:
        return
    for others, words, action in (
        (before - {*coders}, "; those of {} are not at hand", "settled without them"),
        ({*coders} - before, ", not of {}", "settled all the same"),
    ):
        if others:
            findings.add(
                "coder",
                f"the decisions were made on the codings of {listed(sorted(before))}"
                f"{words.format(listed(sorted(others)))}",
                rows=len(others),
                first=min(others),
                action=action,
                lost=len(others),
            )


def _report_foreign(row: Row, findings: Findings) -> None:
    """Report a row on which coders do not differ, if something was decided in it."""
    entries = [role for role in DECISION_ENTRIES if role in row.cells]
    if entries:
        findings.add(
            "changed",
            "coders do not differ in a row with a decision",
            rows=1,
            first=f"{row.key}, {row.places[entries[0]]}",
            action="not read",
            lost=len(entries),
        )


class _Reader:
    """Read the decision on one case."""

    def __init__(
        self, indicator: Indicator, levels: Mapping[Any, float], findings: Findings
    ) -> None:
        self._indicator = indicator
        self._words = Words(indicator)
        self._levels = levels
        self._findings = findings

    def decision(self, rows: Sequence[Row]) -> _Decision:
        """Return the decision in the rows of a case; it is undecided if they differ."""
        filled = [row for row in rows if any(role in row.cells for role in DECISION_ENTRIES)]
        decisions = [self._of(row) for row in filled]
        if len(set(decisions)) > 1:
            self._report(
                "contradiction", "rows of one case differ", filled, "not read", is_lost=True
            )
            return _Decision()
        if len(filled) > 1:
            self._report("repeat", "rows of one case repeat each other", filled, "read as one")
        if not filled:
            return _Decision()
        decision = decisions[0]
        if decision.status != "undecided":
            self._check(decision, filled)
        return decision

    def _of(self, row: Row) -> _Decision:
        by, reason, reply = (_text(row.cells.get(role, "")) for role in DETAILS)
        status, level = self._level(row)
        return _Decision(status, level, by, reason, reply)

    def _level(self, row: Row) -> tuple[str, float]:
        """Return the status and the level that a row decides."""
        cell = row.cells.get("decision", "")
        if cell == "":
            return "undecided", nan
        level = self._words.level(cell)
        if level is not None:
            return "decided", float(level)
        if plain_text(cell) in (NOT_CODED, "missing"):
            return "not coded", nan
        words = listed([*self._indicator.levels, NOT_CODED])
        self._findings.add(
            "value",
            f"{quoted(cell)} is not a decision ({words})",
            rows=1,
            first=f"{row.key}, {row.places['decision']}",
            action="undecided",
            lost=1,
        )
        return "undecided", nan

    def _check(self, decision: _Decision, rows: Sequence[Row]) -> None:
        """Report a decision without a name or reason, of a new level, or on changed codings."""
        lacking = [word for word in ("by", "reason") if not getattr(decision, word)]
        if lacking:
            missing = " and ".join({"by": "a name", "reason": "a reason"}[word] for word in lacking)
            self._report("unsigned", f"a decision lacks {missing}", rows, "read")
        coded = {level for level in self._levels.values() if not isnan(level)}
        if decision.status == "decided" and decision.level not in coded:
            self._report("outside", "a decision is a level that no coder gave", rows, "read")
        for coder, level in self._levels.items():
            word = level_words(self._indicator, level)
            for row in rows:
                cell = row.cells.get(f"{CODED}{coder}", word)
                if plain_text(cell) != plain_text(word):
                    finding = f"{coder} coded {quoted(cell)} when it was decided, and now {word}"
                    self._report("changed", finding, [row], "read", is_lost=True)

    def _report(
        self, kind: Any, finding: str, rows: Sequence[Row], action: str, *, is_lost: bool = False
    ) -> None:
        row = rows[0]
        where = row.places.get("decision", next(iter(row.places.values()), ""))
        first = f"{row.key}, {where}"
        lost = len(rows) if is_lost else 0
        self._findings.add(kind, finding, rows=len(rows), first=first, action=action, lost=lost)


def _text(cell: object) -> str:
    return " ".join(str(cell).split())


# The answer


def _final(table: Codings, decided: Mapping[Key, _Decision]) -> pd.DataFrame:
    """Return the final codings."""
    final = table.agreed
    levels, rows = final.to_numpy(copy=True), {row: place for place, row in enumerate(table.rows)}
    columns = {name: place for place, name in enumerate(table.names)}
    for key, decision in decided.items():
        levels[rows[key.country, key.year], columns[key.indicator]] = decision.level
    return pd.DataFrame(levels, final.index, final.columns)


def _decisions(
    table: Codings, decided: Mapping[Key, _Decision], cases: pd.Index, codebook: Codebook
) -> pd.DataFrame:
    """Return the decision on each case, and what it can still change."""
    listing = [decided.get(Key(*case), _Decision()) for case in cases]
    answer = pd.DataFrame(listing, index=cases, columns=list(_Decision._fields))
    undecided = table.disputed.copy()
    for row, column in np.argwhere(undecided):
        key = Key(*table.case(row, column))
        undecided[row, column] = decided.get(key, _Decision()).status == "undecided"
    open_cases = stakes(_final(table, decided), undecided, codebook)["moves"]
    answer["moves"] = open_cases.reindex(cases).fillna("nothing")
    return answer


def _report_undecided(decisions: pd.DataFrame, findings: Findings) -> None:
    undecided = decisions[decisions["status"] == "undecided"]
    if undecided.empty:
        return
    n = int((undecided["moves"] != "nothing").sum())
    findings.add(
        "undecided",
        f"coders differ and nobody decided; {n:,} of the cases can change a score",
        rows=len(undecided),
        first=str(Key(*undecided.index[0])),
        action="missing in the final codings",
        lost=n,
    )


def _evidence(
    table: Codings,
    final: pd.DataFrame,
    decided: Mapping[Key, _Decision],
    evidence: pd.DataFrame | None,
    codebook: Codebook,
) -> pd.DataFrame:
    """Return the evidence of the coders, and below it that of the final codings."""
    texts: dict[tuple[str, Key], tuple[str, ...]] = {}
    if evidence is not None:
        columns = check_evidence(evidence, codebook)[list(EVIDENCE_COLUMNS)]
        for index, row in zip(columns.index, columns.to_numpy(), strict=True):
            texts[str(index[0]), Key(index[1], int(index[2]), index[3])] = tuple(map(str, row))
    blank = ("",) * (1 + len(DETAILS))
    rows = [(coder, *key, *row, *blank) for (coder, key), row in texts.items()]
    rows += _final_rows(table, final, decided, texts)
    names = [*EVIDENCE_INDEX, *EVIDENCE_COLUMNS, "basis", *DETAILS]
    answer = pd.DataFrame(sorted(rows), columns=names, dtype=object)
    types = dict.fromkeys(names, pd.Index(["text"]).dtype) | {"year": np.dtype(np.int64)}
    return answer.astype(types).set_index(list(EVIDENCE_INDEX))


def _final_rows(
    table: Codings,
    final: pd.DataFrame,
    decided: Mapping[Key, _Decision],
    texts: Mapping[tuple[str, Key], tuple[str, ...]],
) -> Iterator[tuple[Any, ...]]:
    """Yield the evidence of each final coding that has any, or that was disputed."""
    places = {row: place for place, row in enumerate(table.rows)}
    columns = {name: place for place, name in enumerate(table.names)}
    disputed = [Key(*table.case(row, column)) for row, column in np.argwhere(table.disputed)]
    levels = final.to_numpy()
    for key in dict.fromkeys([*disputed, *(key for _, key in texts)]):
        row, column = places.get((key.country, key.year)), columns.get(key.indicator)
        if row is None or column is None:
            continue
        coded, level = table.of(row, column), levels[row, column]
        decision = decided.get(key, _Decision()) if table.disputed[row, column] else None
        own = _evidence_for(key, coded, level, texts)
        details = ("", "", "") if decision is None else decision[2:]
        yield (FINAL, *key, *own, _basis(coded, decision), *details)


def _basis(coded: Mapping[str, float], decision: _Decision | None) -> str:
    """Return what a final coding rests on."""
    if decision is not None:
        return "undecided" if decision.status == "undecided" else "decided"
    n = sum(not isnan(level) for level in coded.values())
    return "single" if n == 1 else "agreed"


def _evidence_for(
    key: Key,
    coded: Mapping[str, float],
    level: float,
    texts: Mapping[tuple[str, Key], tuple[str, ...]],
) -> tuple[str, ...]:
    """Return the evidence of a coder whose coding became final: the first that has a quotation."""
    agreeing = [
        texts[coder, key]
        for coder, own in coded.items()
        if (own == level or (isnan(own) and isnan(level))) and (coder, key) in texts
    ]
    quote = EVIDENCE_COLUMNS.index("quote")
    first = next((row for row in agreeing if row[quote]), agreeing[0] if agreeing else None)
    if first is not None:
        return first
    status = "doubtful" if isnan(level) else "coded"
    return (status, *[""] * (len(EVIDENCE_COLUMNS) - 1))
