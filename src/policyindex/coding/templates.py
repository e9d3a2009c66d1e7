"""Write the workbook in which a coder codes countries and years."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, product
from typing import Any, NamedTuple

import pandas as pd

from .. import countries as _countries
from .._atomic import check_ending, write_whole
from .._options import one_of, several, whole
from .._sheets.model import letters_of
from .._wording import listed, quoted, year_words
from ..codebooks.model import Codebook, Indicator
from ..codebooks.three_p import THREE_P
from ..panel.check import INDEX, YEARS, PanelError, check_panel
from ..panel.evidence import FINAL
from ..writing import MOST_ROWS
from .books import (
    Book,
    Look,
    height_of,
    level_rule,
    link_to,
    list_rule,
    mark_cells,
    note_on,
    safe_text,
    sheet_names,
    widen,
)
from .filled import refuse_filled
from .form import (
    ABOUT,
    ENTRIES,
    FACTS,
    FIRST_ROW,
    GUIDANCE,
    GUIDANCE_HEADERS,
    HEADERS,
    LISTS,
    MARK,
    STATUS_HEADERS,
    STATUSES,
    STEPS,
    Key,
    check_levels,
    guidance_lines,
    packed,
    seal_of,
    titles,
)

MOST_NOTES = 1_000
"""Rows of a workbook that all have the guidance as a comment; of a longer one those of the first
country and year have it, since comments are slow to draw."""

HEAD = Look(bold=True, color="FFFFFF", fill="1F4E79", wrap=True)
TITLE = Look(bold=True, size=14, is_bordered=False)
LOCKED = Look(fill="F2F2F2", wrap=True)
LINK = LOCKED._replace(color="1F4E79")
ENTRY = Look(locked=False, wrap=True)
PLAIN = Look(wrap=True)

ABOUT_WIDTHS = (24, 100)

GUIDANCE_WIDTH = 110

WIDTHS = {
    "key": 0,
    "place": 0,
    "code": 7,
    "country": 12,
    "year": 7,
    "dimension": 12,
    "indicator": 12,
    "previous": 13,
    "level": 22,
    "status": 16,
    "report": 20,
    "page": 8,
    "quote": 52,
    "remark": 34,
    "coder": 14,
}
"""The least width of each column, in characters; 0 hides it."""


class _Plan(NamedTuple):
    """Hold the content of a workbook."""

    codebook: Codebook
    countries: Sequence[str]
    names: Mapping[str, str]
    years: Sequence[int]
    coder: str
    previous: Mapping[Key, str]
    """The words of the levels of the year before, by the coding of this year."""
    are_units: bool
    """Whether the countries are other units."""

    @property
    def n_codings(self) -> int:
        """The number of codings."""
        return self.n_of(self.codebook.indicators)

    def n_of(self, indicators: Sequence[Indicator]) -> int:
        """Return the number of codings of some indicators."""
        return len(self.countries) * len(self.years) * len(indicators)


def template(
    path: str | os.PathLike[str],
    codebook: Codebook = THREE_P,
    countries: Iterable[str] = (),
    years: int | Iterable[int] = (),
    coder: str = "",
    *,
    previous: pd.DataFrame | None = None,
    layout: str = "dimensions",
    kind: str | None = None,
    overwrite: bool = False,
) -> None:
    """Write the workbook in which a coder codes countries and years.

    Each row is one coding: an indicator of a country in a year, with a list of its levels, a
    status, the report and the page, a quotation and a remark. The guidance of the codebook is a
    sheet, and a comment on each indicator. Cells in which a coder does not type are locked,
    without a password. :func:`read_workbook` reads the codings back.

    Parameters
    ----------
    path : str or path
        The file, whose name ends in ``.xlsx``. A workbook in which nobody has typed is replaced.
    codebook : Codebook
        The indicators and their levels.
    countries : str or iterable of str
        Names or codes of the countries, in the order of the rows.
    years : int or iterable of int
        The years that are coded.
    coder : str
        The name of the coder, which each row bears.
    previous : DataFrame, index (country, year), optional
        Codings of earlier years: those of the year before stand beside each row.
    layout : {"dimensions", "long"}
        One sheet for each dimension, or one sheet for all codings.
    kind : str, optional
        The scheme of the countries; see :func:`policyindex.countries.iso3`. ``"any"`` takes
        units that are not countries as they stand.
    overwrite : bool
        Replace an existing file also if it holds entries, or is anything else.

    Raises
    ------
    ValueError
        If a country is unknown, a year is not an integer, one of these or the coder is absent, an
        option is not valid, a sheet has no room for the rows, or the file holds entries.
    PanelError
        If ``previous`` is not a panel of codings on the scales of the codebook.
    ImportError
        If openpyxl is missing.
    OSError
        If the file cannot be written. An existing file then stays as it was.

    Notes
    -----
    The same arguments give the same bytes. A row is identified by a hidden key, and again by its
    country, year and indicator: so it can be read wherever it stands.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from policyindex import coding
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "ama.xlsx")
    ...     coding.template(path, countries=["Nigeria", "Ghana"], years=2015, coder="Ama")
    ...     workbook = coding.read_workbook(path)
    >>> workbook.codings["Ama"].shape
    (2, 19)
    """
    check_ending(path, (".xlsx",))
    refuse_filled(path, overwrite=overwrite)
    content = workbook_bytes(
        codebook, countries, years, coder, previous=previous, layout=layout, kind=kind
    )
    write_whole(path, content)


def workbook_bytes(
    codebook: Codebook,
    countries: Iterable[str],
    years: int | Iterable[int],
    coder: str,
    *,
    previous: pd.DataFrame | None = None,
    layout: str = "dimensions",
    kind: str | None = None,
) -> bytes:
    """Return the bytes of a workbook, as :func:`template` writes them."""
    one_of("layout", layout, ("dimensions", "long"))
    plan = _plan(check_levels(codebook), countries, years, coder, previous, kind)
    return _content(plan, layout)


def _plan(
    codebook: Codebook,
    countries: Iterable[str],
    years: int | Iterable[int],
    coder: Any,
    previous: pd.DataFrame | None,
    kind: str | None,
) -> _Plan:
    if not isinstance(coder, str) or not coder.strip():
        raise ValueError(f"coder must be a name; got {quoted(coder)}")
    if coder.strip().casefold() == FINAL:
        raise ValueError(f"coder must not be {FINAL}, which is the coder of settled codings")
    units = _units(several("countries", countries), kind)
    span = _years(list(years) if isinstance(years, Iterable) else [years])
    names = {unit: unit if kind == "any" else _countries.name(unit) for unit in units}
    earlier = {} if previous is None else _earlier(previous, codebook)
    if previous is not None:
        _warn_of_absent_years(previous, units, span)
    return _Plan(codebook, units, names, span, " ".join(coder.split()), earlier, kind == "any")


def _units(countries: Sequence[str], kind: str | None) -> list[str]:
    """Return the codes of the countries, each once."""
    if not countries:
        raise ValueError("countries must name at least one country; none is named")
    if kind != "any":
        return list(dict.fromkeys(_countries.iso3(countries, kind=kind)))
    labels = [" ".join(str(each).split()) for each in countries]
    if not all(labels):
        raise ValueError("countries must be texts that are not blank; one is blank")
    return list(dict.fromkeys(labels))


def _years(years: Sequence[int]) -> list[int]:
    if not years:
        raise ValueError("years must name at least one year; none is named")
    span = sorted({whole("a year", year) for year in years})
    if span[0] < YEARS[0] or span[-1] > YEARS[1]:
        raise ValueError(
            f"years must lie between {YEARS[0]} and {YEARS[1]}; got {year_words(span)}"
        )
    return span


def _earlier(previous: pd.DataFrame, codebook: Codebook) -> dict[Key, str]:
    """Return the words of each level, by the coding of the year after."""
    columns = list(check_panel(previous))
    scales = {name: scale for name, scale in codebook.scales.items() if name in columns}
    if not scales:
        raise PanelError(
            f"previous must have columns of indicators of the codebook {codebook.name}; it has "
            f"{listed(columns)}"
        )
    panel = check_panel(previous, scales=scales)
    levels = {each.name: each.levels for each in codebook.indicators}
    units, years = (panel.index.get_level_values(level) for level in INDEX)
    return {
        Key(unit, year + 1, name): levels[name][int(level)]
        for name in scales
        for unit, year, level in zip(units, years, panel[name], strict=True)
        if level == level  # noqa: PLR0124
    }


def _warn_of_absent_years(
    previous: pd.DataFrame, units: Sequence[str], years: Sequence[int]
) -> None:
    """Warn of earlier codings without a row of the year before, which stand beside no row."""
    before = [year - 1 for year in years]
    if not {*previous.index} & {*product(units, before)}:
        warnings.warn(
            f"previous has none of these countries in {year_words(before)}, so no level of the "
            f"year before stands beside a row",
            stacklevel=5,
        )


def _content(plan: _Plan, layout: str) -> bytes:
    groups = [(each.title, each.indicators) for each in plan.codebook.dimensions]
    if layout == "long":
        groups = [("Codings", plan.codebook.indicators)]
    most = MOST_ROWS - FIRST_ROW + 1
    for title, indicators in groups:
        if plan.n_of(indicators) > most:
            raise ValueError(
                f"a sheet of Excel has room for {most:,} codings; {listed([title])} would have "
                f"{plan.n_of(indicators):,}; write several workbooks, of fewer countries or years"
            )
    with Book() as book:
        _write_about(book, plan)
        names = sheet_names([title for title, _ in groups], (ABOUT, GUIDANCE, LISTS))
        for name, (_, indicators) in zip(names, groups, strict=True):
            _write_codings(book, plan, name, indicators, is_long=layout == "long")
        write_guidance(book, plan.codebook)
        _write_lists(book, plan.codebook)
        return book.content()


def _write_about(book: Book, plan: _Plan) -> None:
    """Write the sheet on the workbook: instructions, statuses, and facts that are read again."""
    sheet = book.sheet(ABOUT, tab="1F4E79")
    widen(sheet, {"A": ABOUT_WIDTHS[0], "B": ABOUT_WIDTHS[1]})
    codebook = plan.codebook
    labels = json.dumps(plan.countries) if plan.are_units else ", ".join(plan.countries)
    version = f", version {codebook.version}" if codebook.version else ""
    facts = (
        plan.coder,
        f"{codebook.title}{version}",
        codebook.rules,
        labels,
        ", ".join(map(str, plan.years)),
        f"{plan.n_codings:,}",
    )
    title = f"{codebook.title}: {plan.coder}"
    sheet.append([book.cell(sheet, title, TITLE)])
    texts = (title, *FACTS, *facts, *STEPS, *STATUS_HEADERS, *STATUSES, *STATUSES.values())
    sheet.row_dimensions[2].hidden = True
    sheet.append([book.cell(sheet, seal_of(map(safe_text, texts)), LOCKED)])
    for place, (name, text) in enumerate(zip(FACTS, facts, strict=True), FIRST_ROW):
        sheet.row_dimensions[place].height = height_of(text, ABOUT_WIDTHS[1])
        label = book.cell(sheet, name, LOCKED._replace(bold=True))
        sheet.append([label, book.cell(sheet, text, LOCKED)])
    sheet.append([])
    sheet.append([book.cell(sheet, STEPS[0], TITLE._replace(size=12))])
    for step in STEPS[1:]:
        sheet.append([book.cell(sheet, step, Look(is_bordered=False))])
    sheet.append([])
    sheet.append(book.row(sheet, STATUS_HEADERS, HEAD))
    for status in STATUSES.items():
        sheet.append(book.row(sheet, status, PLAIN))


def _write_codings(
    book: Book, plan: _Plan, name: str, indicators: Sequence[Indicator], *, is_long: bool
) -> None:
    """Write a sheet with a row for each coding."""
    roles = [
        role
        for role in HEADERS
        if (role != "dimension" or is_long) and (role != "previous" or plan.previous)
    ]
    last = FIRST_ROW - 1 + plan.n_of(indicators)
    sheet = book.sheet(name)
    letters = {role: letters_of(place) for place, role in enumerate(roles)}
    frame(sheet, letters, _widths(plan, roles), freeze="level", last=last)
    _add_rules(sheet, letters, last)
    write_headers(book, sheet, {role: HEADERS[role] for role in roles})
    for row in _rows(book, sheet, plan, indicators, roles):
        sheet.append(row)


def frame(
    sheet: Any,
    letters: Mapping[str, str],
    widths: Mapping[str, float],
    *,
    freeze: str,
    last: int,
) -> None:
    """Set the widths of a sheet's columns, hide the marks, and let rows be filtered.

    The columns before the role `freeze` stay in view; `last` is the last row.
    """
    widen(sheet, {letters[role]: width for role, width in widths.items()})
    sheet.row_dimensions[1].hidden = True
    sheet.freeze_panes = f"{letters[freeze]}{FIRST_ROW}"
    *_, end = letters.values()
    sheet.auto_filter.ref = f"{letters['code']}{FIRST_ROW - 1}:{end}{last}"
    sheet.print_title_rows = f"1:{FIRST_ROW - 1}"


def write_headers(book: Book, sheet: Any, headers: Mapping[str, str]) -> None:
    """Write the hidden marks of the columns, by their roles, and the headers below."""
    sheet.append(book.row(sheet, [f"{MARK}{role}" for role in headers], LOCKED))
    sheet.append(book.row(sheet, list(headers.values()), HEAD))


def _widths(plan: _Plan, roles: Sequence[str]) -> dict[str, float]:
    """Return the width of each column: that of its longest locked text, within limits."""
    texts = {
        "code": plan.countries,
        "country": plan.names.values(),
        "dimension": [each.title for each in plan.codebook.dimensions],
        "indicator": titles(plan.codebook).values(),
        "previous": plan.previous.values(),
        "coder": [plan.coder],
    }
    return {
        role: max([WIDTHS[role], *(min(len(text) + 2, 40) for text in texts.get(role, ()))])
        for role in roles
    }


def _add_rules(sheet: Any, letters: Mapping[str, str], last: int) -> None:
    """Offer the levels and the statuses as lists, and mark a level that its status contradicts."""
    sheet.data_validations.append(
        level_rule(
            letters,
            "level",
            last,
            advice="Choose a level from the list. If you are not sure, choose the best one and set "
            "the status to doubtful.",
        )
    )
    statuses = f"{LISTS}!$C$1:${letters_of(1 + len(STATUSES))}$1"
    sheet.data_validations.append(
        list_rule(
            statuses,
            f"{letters['status']}{FIRST_ROW}:{letters['status']}{last}",
            title="Not a status",
            advice="Choose a status from the list, or leave the cell empty.",
        )
    )
    level, status = (f"${letters[role]}{FIRST_ROW}" for role in ("level", "status"))
    mark_cells(
        sheet,
        f"{letters['level']}{FIRST_ROW}:{letters['status']}{last}",
        f'OR(AND({status}="not applicable",{level}<>""),AND({status}="coded",{level}=""))',
    )


def _rows(
    book: Book, sheet: Any, plan: _Plan, indicators: Sequence[Indicator], roles: Sequence[str]
) -> Iterator[list[Any]]:
    """Yield the rows of a sheet, country by country and year by year."""
    words = titles(plan.codebook)
    places = {each.name: place for place, each in enumerate(plan.codebook.indicators, 1)}
    parts = {each.name: part.title for part in plan.codebook.dimensions for each in part.indicators}
    anchors = anchors_of(plan.codebook)
    has_notes = plan.n_codings <= MOST_NOTES
    for unit, year in product(plan.countries, plan.years):
        is_first = (unit, year) == (plan.countries[0], plan.years[0])
        for each in indicators:
            key = Key(unit, year, each.name)
            earlier = plan.previous.get(key, "")
            cells: dict[str, str | int] = {
                "key": packed(key, earlier, plan.n_codings),
                "place": places[each.name],
                "code": unit,
                "country": plan.names[unit],
                "year": year,
                "dimension": parts[each.name],
                "indicator": words[each.name],
                "previous": earlier,
                "coder": plan.coder,
            }
            top = each is indicators[0]
            row = {
                role: book.cell(sheet, cells.get(role, ""), _look(role)._replace(top=top))
                for role in roles
            }
            link_to(row["indicator"], f"{GUIDANCE}!A{anchors[each.name]}")
            if has_notes or is_first:
                note_on(row["indicator"], _note(each, words[each.name]))
            yield list(row.values())


def _look(role: str) -> Look:
    if role in ENTRIES:
        return ENTRY
    if role == "year":
        return LOCKED._replace(is_centered=True)
    return LINK if role == "indicator" else LOCKED


def _note(indicator: Indicator, title: str) -> str:
    """Return the guidance of an indicator as one text."""
    lines = [f"{words}: {text}" if text else words for words, text in guidance_lines(indicator)]
    return "\n".join([title, *lines])


def anchors_of(codebook: Codebook) -> dict[str, int]:
    """Return the row of the sheet of guidance at which each indicator starts."""
    sizes = [len(each.levels) for each in codebook.indicators]
    starts = accumulate(sizes, initial=FIRST_ROW)
    return {each.name: row for each, row in zip(codebook.indicators, starts, strict=False)}


def write_guidance(book: Book, codebook: Codebook) -> None:
    """Write the sheet that explains each level of each indicator."""
    sheet = book.sheet(GUIDANCE, tab="7F7F7F")
    widen(sheet, {"A": 16, "B": 28, "C": 24, "D": GUIDANCE_WIDTH})
    sheet.row_dimensions[1].hidden = True
    sheet.freeze_panes = f"C{FIRST_ROW}"
    words = titles(codebook)
    lines = [
        (not place, (dimension.title, words[indicator.name], level, text))
        for dimension in codebook.dimensions
        for indicator in dimension.indicators
        for place, (level, text) in enumerate(guidance_lines(indicator))
    ]
    mark = f"{MARK}{GUIDANCE}"
    texts = (mark, *GUIDANCE_HEADERS, *chain.from_iterable(cells for _, cells in lines))
    sheet.append(book.row(sheet, [mark, seal_of(map(safe_text, texts))], LOCKED))
    sheet.append(book.row(sheet, GUIDANCE_HEADERS, HEAD))
    for row, (is_first, cells) in enumerate(lines, FIRST_ROW):
        *_, level, text = cells
        sheet.row_dimensions[row].height = max(
            height_of(level, 24), height_of(text, GUIDANCE_WIDTH)
        )
        sheet.append(book.row(sheet, cells, PLAIN._replace(top=is_first)))


def _write_lists(book: Book, codebook: Codebook) -> None:
    """Write the lists to choose from: statuses, then the levels of each indicator, a row each."""
    sheet = book.sheet(LISTS, is_hidden=True)
    lists = [(f"{MARK}{LISTS}", list(STATUSES))]
    lists += [(each.name, list(each.levels)) for each in codebook.indicators]
    for name, words in lists:
        sheet.append(book.row(sheet, [name, len(words), *words], LOCKED))
