"""Write the workbook in which a senior coder decides where coders differ."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from math import isnan, nan
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .. import countries
from .._atomic import check_ending, write_whole
from .._sheets.model import letters_of
from .._wording import listed, quoted, spanned
from ..codebooks.model import Codebook, Indicator, check_codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import PanelError
from ..panel.display import as_html, as_text
from ..panel.evidence import EVIDENCE_COLUMNS, FINAL, Evidence, check_evidence
from ..panel.labels import carry
from ..writing import MOST_ROWS
from .books import Book, Look, height_of, level_rule, link_to, widen
from .filled import refuse_filled
from .form import (
    ABOUT,
    DECISION_ENTRIES,
    FIRST_ROW,
    GUIDANCE,
    IDENTIFIERS,
    LISTS,
    MARK,
    Key,
    packed,
    titles,
)
from .stakes import DISPUTED, MISSING, Codings, Need, codings_of, needs_of, stakes
from .templates import (
    LINK,
    LOCKED,
    TITLE,
    anchors_of,
    frame,
    write_guidance,
    write_headers,
)

DECISIONS = "Decisions"

NOT_CODED = "not coded"
"""The decision that the level stays missing."""

HEADERS = IDENTIFIERS | {
    "moves": "Can change",
    "points": "Points",
    "overall": "Overall score",
    "places": "Places of rank",
    "needed": "Needed",
    "decision": "Decision",
    "by": "Decided by",
    "reason": "Reason",
    "reply": "Reply of the country",
}
"""The columns of the sheet of decisions by their role, besides those of each coder."""

WIDTHS = {
    "key": 0,
    "place": 0,
    "code": 7,
    "country": 20,
    "year": 7,
    "dimension": 14,
    "indicator": 26,
    "moves": 11,
    "points": 8,
    "overall": 10,
    "places": 10,
    "needed": 9,
    "decision": 20,
    "by": 14,
    "reason": 44,
    "reply": 44,
}
"""The width of each column, in characters; 0 hides it."""

CODED, EVIDENCE = "coded by ", "evidence of "
"""The start of the roles of the two columns of a coder, before the name."""

LONGEST_FORMULA = 8_000
"""Characters of a formula; Excel allows 8,192."""

LONGEST_TEXT = 255
"""Characters of a text in a formula."""

LINE = Look(is_bordered=False)
"""A line of the sheet About."""

ENTRY = Look(locked=False, wrap=True, fill="FFFBE6")

CENTERED = ("year", "points", "overall", "places", "needed")
"""The columns of numbers, and of what follows from them."""

STEPS = (
    "How to decide",
    "Each row is a coding in which coders differ. Decide them in the order in which they stand:",
    "first the rows of which one decision settles an overall score, then those that need two, and",
    "so on. Rows that cannot change any score come last.",
    "1. Read the levels and the evidence of the coders, and choose a level under Decision. You may",
    f"choose a level that no coder gave, or {NOT_CODED}.",
    "2. Write your name under Decided by, and why under Reason.",
    "3. Stop when no row has yes under Needed, which follows your decisions: nothing that is left",
    "can then change a score.",
    "4. Send a country its rows, and enter its answer under Reply of the country.",
    "Grey cells are locked, without a password. Leave the rows in their order, since Needed refers",
    "to other rows. Save as .xlsx or .ods.",
)
"""The instructions of the sheet About."""

MEANINGS = (
    "Can change: what the decision can move, whatever the other decisions are.",
    "Points and Places of rank: by how much at most, by itself.",
    "Overall score: what it may be while all is undecided. A disputed coding and a missing one may",
    "have any level, those of the other countries of the year too.",
)
"""What the columns of stakes mean."""


class Adjudication(NamedTuple):
    """Where coders differ, in the order in which to decide, and what each decision can change."""

    cases: pd.DataFrame
    """Index (country, year, indicator), in the order in which to decide. ``dimension``;
    ``moves``, the most that the decision can change: rank, overall (score) or nothing;
    ``dimension_change``, in points, and ``rank_change``, in places, the largest changes that the
    decision makes by itself, whatever the others; ``mean_change`` of the dimension if all levels
    of the others are equally likely; ``overall_low, overall_high, rank_low, rank_high`` of the
    country-year while all is undecided."""
    levels: pd.DataFrame
    """The same index; the level of each coder, a column each, missing if not coded."""

    def __str__(self) -> str:
        if self.cases.empty:
            return "No two codings of a country-year differ."
        moves = self.cases["moves"]
        rows = len(_rows_of(self.cases.index))
        return (
            f"{len(self.cases):,} {'disagreement' if len(self.cases) == 1 else 'disagreements'} in "
            f"{rows:,} {'country-year' if rows == 1 else 'country-years'}: "
            f"{(moves != 'nothing').sum():,} can change a score, {(moves == 'rank').sum():,} a "
            f"rank, {(moves == 'nothing').sum():,} nothing."
        )

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(str(self), cases=self.cases, levels=self.levels)


def adjudicate(
    codings: Mapping[str, pd.DataFrame],
    path: str | os.PathLike[str] | None = None,
    *,
    codebook: Codebook = THREE_P,
    evidence: pd.DataFrame | None = None,
    overwrite: bool = False,
) -> Adjudication:
    """List where coders differ, ordered by what a decision can change, and write a workbook of it.

    First come the disagreements of which one decision settles an overall score, those with most
    places of rank at stake before the others; then the country-years that need two decisions,
    and so on. Last come the disagreements that cannot change any score, whatever is decided. The
    workbook shows while it is filled in which decisions are still needed. :func:`settle` reads
    it back.

    Parameters
    ----------
    codings : mapping of str to DataFrame, index (country, year)
        The panel of each coder, two or more; columns are indicators of the codebook, missing
        means not coded. A coding by one coder alone is not a disagreement.
    path : str or path, optional
        The workbook, whose name ends in ``.xlsx``. A workbook in which nobody has typed is
        replaced. Without it, nothing is written.
    codebook : Codebook
        The indicators, their levels and the rules.
    evidence : DataFrame, index (coder, country, year, indicator), optional
        The evidence of the codings, as :func:`read_workbook` returns it; the workbook shows it
        beside the levels.
    overwrite : bool
        Replace an existing file also if it holds entries, or is anything else.

    Returns
    -------
    Adjudication
        ``cases`` in the order in which to decide, and the ``levels`` of the coders.

    Raises
    ------
    PanelError
        If a panel breaks its contract, lacks every indicator, has no coding or has a level off
        its scale, or if the evidence breaks its contract.
    ValueError
        If there are fewer than two coders, one of them is called ``final``, a sheet has no room
        for the rows, or the file holds entries.
    ImportError
        If openpyxl is missing.
    OSError
        If the file cannot be written. An existing file then stays as it was.

    Notes
    -----
    All is exact: a disagreement is listed as changing a score if and only if there are decisions
    on the others with which it changes the lowest or the highest score that the missing codings
    allow; what changes a dimension changes the overall score. A decision may be any level of the
    indicator, also one that no coder gave. A rank is that among the countries of the year, whose
    own disagreements are undecided too; it counts as changed if that of another country changes.
    Where a country-year has more than 2,000 possible overall scores, that many of them are tried.

    Examples
    --------
    >>> from policyindex import datasets
    >>> ama = datasets.load_demo().loc[["NGA"]].tail(1)
    >>> ben = ama.assign(penalty=1, shelter=0, campaigns=0)
    >>> adjudication = adjudicate({"Ama": ama, "Ben": ben})
    >>> print(adjudication)
    3 disagreements in 1 country-year: 2 can change a score, 0 a rank, 1 nothing.
    >>> adjudication.cases["moves"].droplevel(["country", "year"]).to_dict()
    {'shelter': 'overall', 'campaigns': 'overall', 'penalty': 'nothing'}
    """
    check_codebook(codebook)
    if path is not None:
        check_ending(path, (".xlsx",))
        refuse_filled(path, overwrite=overwrite)
    table = codings_of(codings, codebook)
    check_coders(table)
    texts = {} if evidence is None else _texts(check_evidence(evidence, codebook))
    answer = _adjudicate(table, codebook)
    for each in answer:
        carry(each, *codings.values())
    if path is not None:
        write_whole(path, _content(answer, table, codebook, texts))
    return answer


def check_coders(table: Codings) -> None:
    """Refuse a coder with the name of the final codings, or without a coding."""
    unnamed = [coder for coder in table.coders if not coder.strip()]
    if unnamed:
        raise ValueError(
            f"the name of a coder must not be blank; {quoted(unnamed[0])} is; name every coder"
        )
    if FINAL in table.coders:
        raise ValueError(f"a coder must not be called {FINAL}, which names the settled codings")
    blank = [
        coder
        for coder, levels in zip(table.coders, table.levels, strict=True)
        if np.isnan(levels).all()
    ]
    if blank:
        raise PanelError(
            f"each coder must have coded something; {listed(blank)} has no level in any row; leave "
            f"that coder out"
        )


def _adjudicate(table: Codings, codebook: Codebook) -> Adjudication:
    cases = stakes(table.agreed, table.disputed, codebook)
    places = {name: place for place, name in enumerate(table.names)}
    numbers = {row: number for number, row in enumerate(table.rows)}
    rows = [numbers[case[:2]] for case in cases.index]
    columns = [places[name] for name in cases.index.get_level_values("indicator")]
    levels = table.levels[:, rows, columns].T
    return Adjudication(cases, pd.DataFrame(levels, cases.index, list(table.coders)))


def _rows_of(cases: pd.Index) -> set[tuple[str, int]]:
    """Return the country-years of cases."""
    return {case[:2] for case in cases}


def _texts(evidence: pd.DataFrame) -> dict[tuple[Any, ...], str]:
    """Return the evidence of each coding as one text, a line for each part."""
    rows = zip(evidence.index, evidence[list(EVIDENCE_COLUMNS)].to_numpy(), strict=True)
    return {key: _text(Evidence("", "", *row)) for key, row in rows}


def _text(evidence: Evidence) -> str:
    status = "" if evidence.status == "coded" else evidence.status
    quote = evidence.quote and f'"{evidence.quote}"'
    return "\n".join(filter(None, [status, quote, evidence.source, evidence.remark]))


# The workbook


def _content(
    answer: Adjudication,
    table: Codings,
    codebook: Codebook,
    texts: Mapping[tuple[Any, ...], str],
) -> bytes:
    if len(answer.cases) > MOST_ROWS - FIRST_ROW:
        raise ValueError(
            f"a sheet of Excel has room for {MOST_ROWS - FIRST_ROW:,} disagreements; there are "
            f"{len(answer.cases):,}; adjudicate fewer countries or years at a time"
        )
    with Book() as book:
        _write_decisions(book, answer, table, codebook, texts)
        write_guidance(book, codebook)
        _write_about(book, answer, codebook)
        _write_lists(book, codebook)
        return book.content()


def _write_decisions(
    book: Book,
    answer: Adjudication,
    table: Codings,
    codebook: Codebook,
    texts: Mapping[tuple[Any, ...], str],
) -> None:
    headers = headers_of(table.coders, has_evidence=bool(texts))
    letters = {role: letters_of(place) for place, role in enumerate(headers)}
    last = FIRST_ROW + max(len(answer.cases), 1) - 1
    sheet = book.sheet(DECISIONS, tab="C55A11")
    widths = {role: _width(role) for role in headers}
    frame(sheet, letters, widths, freeze="moves", last=last)
    sheet.row_dimensions[FIRST_ROW - 1].height = height_of("Places\nof rank", WIDTHS["places"])
    _add_rules(sheet, letters, last)
    write_headers(book, sheet, headers)
    formulas = _formulas(answer, table, codebook, letters["decision"])
    anchors = dict(enumerate(anchors_of(codebook).values(), 1))
    rows = _rows(answer, table, codebook, texts)
    for number, ((is_first, cells), formula) in enumerate(
        zip(rows, formulas, strict=True), FIRST_ROW
    ):
        row = {
            role: book.cell(
                sheet,
                cells.get(role, ""),
                _look(role)._replace(top=is_first),
            )
            for role in headers
        }
        # A spreadsheet does not fit the height of rows that it has not written.
        sheet.row_dimensions[number].height = max(
            height_of(str(cell), widths[role]) for role, cell in cells.items() if widths[role]
        )
        row["needed"].value = formula
        link_to(row["indicator"], f"{GUIDANCE}!A{anchors[int(cells['place'])]}")
        sheet.append(list(row.values()))


def _look(role: str) -> Look:
    if role in DECISION_ENTRIES:
        return ENTRY
    if role in CENTERED:
        return LOCKED._replace(is_centered=True)
    return LINK if role == "indicator" else LOCKED


def _width(role: str) -> int:
    """Return the width of a column, in characters."""
    return WIDTHS.get(role, 44 if role.startswith(EVIDENCE) else 16)


def headers_of(coders: Sequence[str], *, has_evidence: bool = True) -> dict[str, str]:
    """Return the columns of the sheet of decisions, those of the coders before the entries."""
    headers = {role: HEADERS[role] for role in HEADERS if role not in DECISION_ENTRIES}
    headers |= {f"{CODED}{coder}": f"Coded by {coder}" for coder in coders}
    if has_evidence:
        headers |= {f"{EVIDENCE}{coder}": f"Evidence of {coder}" for coder in coders}
    return headers | {role: HEADERS[role] for role in DECISION_ENTRIES}


def _add_rules(sheet: Any, letters: Mapping[str, str], last: int) -> None:
    """Offer the levels as a list, and fade the rows that need no decision."""
    from openpyxl.formatting.rule import FormulaRule  # type: ignore[import-untyped]
    from openpyxl.styles import Font  # type: ignore[import-untyped]

    advice = f"Choose a level from the list, or {NOT_CODED}."
    sheet.data_validations.append(level_rule(letters, "decision", last, advice=advice))
    fade = FormulaRule([f'${letters["needed"]}{FIRST_ROW}="no"'], font=Font(color="9A9A9A"))
    sheet.conditional_formatting.add(f"A{FIRST_ROW}:{letters['reply']}{last}", fade)


def _rows(
    answer: Adjudication, table: Codings, codebook: Codebook, texts: Mapping[tuple[Any, ...], str]
) -> Iterator[tuple[bool, dict[str, str | float]]]:
    """Yield the cells of each case by role, and whether it starts another country-year."""
    words, parts = titles(codebook), {each.name: each.title for each in codebook.dimensions}
    indicators = {each.name: each for each in codebook.indicators}
    places = {name: place for place, name in enumerate(indicators, 1)}
    before, are_countries = None, table.are_countries
    levels = answer.levels.to_dict("index")
    cases: Any = answer.cases.itertuples()
    for case in cases:
        unit, year, name = case.Index
        cells: dict[str, str | float] = {
            "key": packed(Key(unit, int(year), name)),
            "place": places[name],
            "code": unit,
            "country": countries.name(unit) if are_countries else unit,
            "year": int(year),
            "dimension": parts[case.dimension],
            "indicator": words[name],
            "moves": case.moves,
            "points": case.dimension_change,
            "overall": spanned(case.overall_low, case.overall_high, " to "),
            "places": int(case.rank_change),
        }
        for coder, level in levels[case.Index].items():
            cells[f"{CODED}{coder}"] = level_words(indicators[name], level)
            if texts:
                cells[f"{EVIDENCE}{coder}"] = texts.get((coder, *case.Index), "")
        yield (unit, year) != before, cells
        before = (unit, year)


def level_words(indicator: Indicator, level: float) -> str:
    """Return a level in words; a missing one is blank."""
    return "" if isnan(level) else indicator.levels[int(level)]


def _formulas(
    answer: Adjudication, table: Codings, codebook: Codebook, letter: str
) -> Iterator[str]:
    """Yield the formula that tells of each case whether a decision is still needed."""
    rows = {case: FIRST_ROW + place for place, case in enumerate(answer.cases.index)}
    words = {
        each.name: {DISPUTED: "", MISSING: NOT_CODED, **dict(enumerate(each.levels))}
        for each in codebook.indicators
    }
    needs = needs_of(table.agreed, table.disputed, codebook)
    cases: Any = answer.cases.itertuples()
    for case in cases:
        own = f"TRIM({letter}{rows[case.Index]})"
        yield f'=IF({own}<>"","decided",{_is_idle(case, needs[case.Index], rows, words, letter)})'


def _is_idle(
    case: Any,
    need: Need,
    rows: Mapping[Any, int],
    words: Mapping[str, Mapping[int, str]],
    letter: str,
) -> str:
    """Return the part of a formula that is "no" if the case cannot change anything any more."""
    if case.moves == "nothing" or not need.idle:
        return '"no"' if case.moves == "nothing" else '"yes"'
    cells = '&"|"&'.join(f"{letter}{rows[(*case.Index[:2], name)]}" for name in need.others)
    texts = [
        "|".join(words[name][level] for name, level in zip(need.others, levels, strict=True))
        for levels in need.idle
    ]
    listing = ",".join('"' + text.replace('"', '""') + '"' for text in texts)
    formula = f'IF(SUMPRODUCT(--EXACT({cells},{{{listing}}}))>0,"no","yes")'
    too_long = len(formula) > LONGEST_FORMULA or max(map(len, texts)) > LONGEST_TEXT
    return '"yes"' if too_long else formula


def _write_about(book: Book, answer: Adjudication, codebook: Codebook) -> None:
    sheet = book.sheet(ABOUT, tab="1F4E79")
    widen(sheet, {"A": 110})
    sheet.row_dimensions[1].hidden = True
    sheet.append([book.cell(sheet, f"{MARK}{ABOUT}", LOCKED)])
    version = f", version {codebook.version}" if codebook.version else ""
    sheet.append([book.cell(sheet, f"{codebook.title}{version}: decisions", TITLE)])
    facts = (
        str(answer),
        f"Coders: {listed(answer.levels.columns)}",
        f"Rules: {codebook.rules}",
        "",
        *STEPS,
        "",
        *MEANINGS,
    )
    for line in facts:
        look = TITLE._replace(size=12) if line == STEPS[0] else LINE
        sheet.append([book.cell(sheet, line, look)])


def _write_lists(book: Book, codebook: Codebook) -> None:
    """Write the decisions to choose from, a row for each indicator."""
    sheet = book.sheet(LISTS, is_hidden=True)
    sheet.append([book.cell(sheet, f"{MARK}{LISTS}", LOCKED)])
    for each in codebook.indicators:
        words = decisions_of(each)
        sheet.append(book.row(sheet, [each.name, len(words), *words], LOCKED))


def decisions_of(indicator: Indicator) -> dict[str, float]:
    """Return the decisions that an indicator allows, and the level of each."""
    levels = {word: float(level) for level, word in enumerate(indicator.levels)}
    return levels if NOT_CODED in levels else levels | {NOT_CODED: nan}
