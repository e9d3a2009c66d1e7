"""Write workbooks of Excel for coders: text that stays text, locked cells, the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Self

from .._atomic import undated
from .._wording import CONTROL, inert
from ..writing import LONGEST_CELL, missing_library
from .form import FIRST_ROW, LISTS

LONGEST_SHEET_NAME = 31

NOT_IN_SHEET_NAMES = str.maketrans("[]:*?/\\", "()-----")

A4 = 9
"""The number of the paper size."""

TEXT_FORMAT = "@"
"""The format of text, in which Excel does not make a date of pages such as 3-5."""


class Look(NamedTuple):
    """Describe how a cell looks, and whether a person may type in it."""

    bold: bool = False
    size: int = 11
    color: str = "1F1F1F"
    fill: str = ""
    wrap: bool = False
    locked: bool = True
    is_centered: bool = False
    is_bordered: bool = True
    top: bool = False
    """Whether a line parts it from the cell above."""


def safe_text(text: str) -> str:
    """Return text as a cell holds it: without control characters, and never a formula."""
    return inert(CONTROL.sub(" ", text))[:LONGEST_CELL]


def sheet_names(titles: Iterable[str], reserved: Iterable[str]) -> list[str]:
    """Return distinct names for sheets that Excel accepts, as near to their titles as can be."""
    taken = {name.casefold() for name in (*reserved, "History")}
    names = []
    for title in titles:
        plain = " ".join(CONTROL.sub(" ", title).translate(NOT_IN_SHEET_NAMES).split()).strip("'")
        name = plain[:LONGEST_SHEET_NAME].strip(" '") or "Sheet"
        name, stem, times = name[:1].upper() + name[1:], name[:1].upper() + name[1:], 1
        while name.casefold() in taken:
            times += 1
            end = f" {times}"
            name = f"{stem[: LONGEST_SHEET_NAME - len(end)]}{end}"
        taken.add(name.casefold())
        names.append(name)
    return names


class Book:
    """Collect the sheets of a workbook, and return its bytes.

    It is a context: sheets that an error or an interruption leaves open are closed at its end,
    since their streams would otherwise complain when they are collected.
    """

    def __init__(self) -> None:
        try:
            from openpyxl import Workbook  # type: ignore[import-untyped]
        except ImportError as error:
            raise missing_library(".xlsx", "openpyxl", "excel") from error
        self._book = Workbook(write_only=True)
        self._book.security.lockStructure = True
        self._styles: dict[Look, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for sheet in self._book.worksheets:
            if not sheet.closed:
                with suppress(Exception):
                    sheet.close()

    def sheet(self, name: str, *, is_hidden: bool = False, tab: str = "") -> Any:
        """Return a new sheet, protected without a password."""
        sheet = self._book.create_sheet(name)
        sheet.protection.sheet = True
        # What a coder may do though the sheet is protected.
        sheet.protection.autoFilter = sheet.protection.sort = False
        sheet.protection.formatColumns = sheet.protection.formatRows = False
        if is_hidden:
            sheet.sheet_state = "hidden"
        if tab:
            sheet.sheet_properties.tabColor = tab
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
        sheet.page_setup.paperSize = A4
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        return sheet

    def cell(self, sheet: Any, value: str | float, look: Look) -> Any:
        """Return a cell; text in it is never a formula."""
        from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]

        cell = WriteOnlyCell(sheet)
        if isinstance(value, str):
            if value:
                cell.value, cell.data_type = safe_text(value), "s"
        else:
            cell.value = value
        cell.style = self._style(look)
        return cell

    def row(self, sheet: Any, values: Sequence[str | int], look: Look) -> list[Any]:
        """Return the cells of a row that look alike."""
        return [self.cell(sheet, value, look) for value in values]

    def _style(self, look: Look) -> str:
        if look not in self._styles:
            from openpyxl.styles import (  # type: ignore[import-untyped]
                Alignment,
                Border,
                Font,
                NamedStyle,
                PatternFill,
                Protection,
                Side,
            )

            style = NamedStyle(f"coding {len(self._styles) + 1}")
            style.font = Font(name="Calibri", bold=look.bold, size=look.size, color=look.color)
            side = "center" if look.is_centered else None
            style.alignment = Alignment(horizontal=side, vertical="top", wrap_text=look.wrap)
            style.protection = Protection(locked=look.locked)
            style.number_format = "General" if look.locked else TEXT_FORMAT
            if look.is_bordered:
                thin = Side("thin", color="D0D0D0")
                top = Side("thin", color="606060") if look.top else thin
                style.border = Border(left=thin, right=thin, bottom=thin, top=top)
            if look.fill:
                style.fill = PatternFill("solid", fgColor=look.fill)
            self._book.add_named_style(style)
            self._styles[look] = style.name
        return self._styles[look]

    def content(self) -> bytes:
        """Return the bytes of the workbook, without the moment of writing."""
        stream = io.BytesIO()
        self._book.save(stream)
        return undated(stream.getvalue())


def widen(sheet: Any, widths: Mapping[str, float]) -> None:
    """Set the width of columns by their letters; 0 hides one."""
    for letters, width in widths.items():
        column = sheet.column_dimensions[letters]
        column.hidden = not width
        column.width = width or 2


def height_of(text: str, width: float) -> float:
    """Return the height of a row, in points, in which text of a width of characters is seen."""
    lines = sum(1 + int(len(line) // width) for line in text.split("\n"))
    return 15.0 * min(lines, 27)


def link_to(cell: Any, place: str) -> None:
    """Let a cell lead to another place of the workbook, e.g. ``Guidance!A3``."""
    from openpyxl.worksheet.hyperlink import Hyperlink  # type: ignore[import-untyped]

    cell.hyperlink = Hyperlink(ref="", location=place)


def note_on(cell: Any, text: str) -> None:
    """Attach a comment to a cell, large enough to be read."""
    from openpyxl.comments import Comment  # type: ignore[import-untyped]

    clean = CONTROL.sub(" ", text)[:LONGEST_CELL]
    lines = sum(1 + len(line) // 60 for line in clean.splitlines())
    cell.comment = Comment(clean, "policyindex", height=min(30 + 17 * lines, 600), width=420)


def level_rule(letters: Mapping[str, str], role: str, last: int, *, advice: str) -> Any:
    """Return the rule that offers the levels of each row's indicator in the column of a role.

    The list follows the hidden place in the row, since sorting does not move a rule.
    """
    place = f"${letters['place']}{FIRST_ROW}"
    return list_rule(
        f"OFFSET({LISTS}!$C$1,{place},0,1,INDEX({LISTS}!$B:$B,{place}+1))",
        f"{letters[role]}{FIRST_ROW}:{letters[role]}{last}",
        title="Not a level of this indicator",
        advice=advice,
    )


def list_rule(formula: str, cells: str, *, title: str, advice: str) -> Any:
    """Return the rule that offers a list in some cells, and refuses anything else."""
    from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped]

    rule = DataValidation("list", formula1=formula, sqref=cells)
    rule.errorTitle, rule.error = title, advice
    rule.showErrorMessage = rule.allowBlank = True
    return rule


def mark_cells(sheet: Any, cells: str, formula: str) -> None:
    """Fill cells with a warning color where a formula is true."""
    from openpyxl.formatting.rule import FormulaRule  # type: ignore[import-untyped]
    from openpyxl.styles import PatternFill

    fill = PatternFill("solid", bgColor="F8CBAD", fgColor="F8CBAD")
    sheet.conditional_formatting.add(cells, FormulaRule([formula], fill=fill))
