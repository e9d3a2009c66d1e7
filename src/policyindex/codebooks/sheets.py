"""A codebook as the sheets of a workbook: its document as tables that people fill in.

- Codebook: a key and its value in each row; entries of the changelog have a date.
- Dimensions, Indicators: one row for each, in order. The scale of a dimension is of words, those
  of the sheet Levels, or of numbers, those that its rule returns.
- Levels: the words of each level; rows without an indicator are the scores of a dimension.
- Rules: the parameters of each rule. A rule within a rule has the name of its part, e.g. case 0.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from fractions import Fraction
from itertools import product
from math import prod
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from .._atomic import undated
from .._sheets import UNCALCULATED, Sheet, open_sheets
from .._sheets.display import OF_DAY, WITHOUT_YEAR
from .._wording import absent, inert, joined, listed, live, quoted
from .documents import FORMAT, Document

Line: TypeAlias = Sequence[str | int | float]

Sizes: TypeAlias = Mapping[str, int]
"""The number of levels of the indicators that a rule scores, by name, in order."""

COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Codebook": (("key", "value"), ("date",)),
    "Dimensions": (("dimension",), ("title", "scale", "lowest", "weight")),
    "Indicators": (("dimension", "indicator"), ("title",)),
    "Levels": (("dimension", "level", "words"), ("indicator", "guidance")),
    "Rules": (("dimension", "key"), ("part", "indicator", "level", "value")),
}
"""The sheets, and the columns that each must have and may have."""

ORDER: dict[str, tuple[str, ...]] = {
    "Codebook": ("key", "value", "date"),
    "Dimensions": ("dimension", "title", "scale", "lowest", "weight"),
    "Indicators": ("dimension", "indicator", "title"),
    "Levels": ("dimension", "indicator", "level", "words", "guidance"),
    "Rules": ("dimension", "part", "key", "indicator", "level", "value"),
}
"""The order in which the columns are written."""

SCALES = ("words", "numbers")
"""The scales of a dimension."""

WIDTHS = {"title": 36, "words": 44, "guidance": 100, "part": 18, "level": 16, "date": 12}

KEYS = {
    "table": ("score",),
    "count": ("threshold", "met"),
    "sum": ("threshold", "weight"),
    "gate": ("gate",),
    "min": (),
}
"""The keys of the rows of each kind of rule, besides its kind."""

MOST_UNPACKED = 200_000_000

MOST_SCORES = 20_000
"""The longest table of scores in a workbook."""

MOST_CELLS = 1_000_000

LONGEST_CELL = 32_767
"""Characters of a cell of Excel."""

ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
"""Characters that a workbook writes as their code, and text that looks like such a code."""

FRACTION = re.compile(r"\d{1,15}([./]\d{1,15})?", re.ASCII)

ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})

NO_TEXT = ERRORS | {UNCALCULATED}

CHANGED = (WITHOUT_YEAR, OF_DAY)
"""The ends of cells of which Excel made a date without a year or a time of day."""


class Row(NamedTuple):
    """Hold the filled cells of a row by column, and where it stands."""

    where: str
    """E.g. ``Levels, row 7``."""
    cells: dict[str, Any]

    def text(self, column: str) -> str:
        """Return a cell as text; an empty cell is empty text. Only a day may be a date."""
        if isinstance(self.cells.get(column), datetime) and column != "date":
            raise ValueError(
                f"{self.where}: {column} is the date {self._display(column)}, which Excel makes of "
                f"text such as 1-2; format the cell as text and type it again"
            )
        return self._display(column)

    def _display(self, column: str) -> str:
        cell = self.cells.get(column, "")
        if isinstance(cell, bool):
            return str(cell).upper()
        if isinstance(cell, datetime):
            return cell.date().isoformat() if cell == _midnight(cell) else cell.isoformat(" ")
        if isinstance(cell, float):
            return f"{cell:.15g}"
        return live(cell) if isinstance(cell, str) else str(cell)

    def name(self, column: str) -> str:
        """Return the name of a part of the codebook, without spaces around it."""
        return self.text(column).strip()

    def number(self, column: str) -> object:
        """Return a cell as a number, or as the text of a fraction such as 1/3."""
        cell = self.cells.get(column, "")
        if isinstance(cell, date | bool):
            raise ValueError(
                f"{self.where}: {column} must be a number; got {quoted(self._display(column))}; "
                f"write a fraction as 0.5, or format the cell as text before 1/2 is typed"
            )
        if isinstance(cell, float) and cell.is_integer():
            return int(cell)
        if isinstance(cell, str):
            text = live(cell).strip()
            return int(text) if re.fullmatch(r"[+-]?\d{1,15}", text, re.ASCII) else text
        return cell

    def integer(self, column: str) -> int:
        """Return a cell as an integer, or refuse it."""
        number = self.number(column)
        if not isinstance(number, int):
            raise ValueError(
                f"{self.where}: {column} must be an integer; got {quoted(self.text(column))}"
            )
        return number


def _midnight(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, moment.day)


# Reading


def document_in(content: bytes) -> Document:
    """Return the document that the sheets of a workbook hold."""
    try:
        with open_sheets(content, most_bytes=MOST_UNPACKED, most_cells=MOST_CELLS) as sheets:
            tables = _tables(sheets)
    except (ImportError, MemoryError):
        raise
    except ValueError:
        raise
    except Exception as error:  # third-party parsers may raise anything
        raise ValueError(f"the workbook is damaged ({type(error).__name__})") from error
    return _document(tables)


def _tables(sheets: Sequence[Sheet]) -> dict[str, list[Row]]:
    """Return the rows of each sheet of a codebook; other sheets are left alone."""
    by_name = {each.name.strip().casefold(): each for each in sheets}
    lacking = [name for name in COLUMNS if name.casefold() not in by_name]
    if lacking:
        raise ValueError(
            f"a workbook of a codebook must have the sheets {joined(COLUMNS)}; {absent(lacking)}; "
            f"it has {listed(each.name for each in sheets)}"
        )
    return {name: list(_rows(name, by_name[name.casefold()])) for name in COLUMNS}


def _rows(name: str, sheet: Sheet) -> Iterator[Row]:
    """Yield the rows below the header, except blank ones."""
    header: dict[int, str] = {}
    for number, cells in sheet.rows():
        filled = {place: cell for place, cell in enumerate(cells) if cell not in ("", None)}
        if not any(str(cell).strip() for cell in filled.values()):
            continue
        if not header:
            header = _header(name, filled)
            continue
        where = f"{name}, {number}"
        beyond = [place for place in filled if place not in header]
        if beyond:
            raise ValueError(f"{where}: {quoted(filled[beyond[0]])} stands below no column name")
        _refuse_cells(where, filled.values())
        yield Row(where, {header[place]: cell for place, cell in filled.items()})
    if not header:
        raise ValueError(f"the sheet {name} must have a row of column names; it is empty")


def _header(name: str, cells: Mapping[int, object]) -> dict[int, str]:
    """Return the columns of a sheet by place."""
    needed, optional = COLUMNS[name]
    header = {place: str(cell).strip().casefold() for place, cell in cells.items()}
    names = list(header.values())
    unknown = [each for each in names if each not in (*needed, *optional)]
    if unknown:
        close = get_close_matches(unknown[0][:80], (*needed, *optional), 1)
        advice = f"; is {close[0]} meant?" if close else ""
        raise ValueError(
            f"the sheet {name} has the columns {joined(ORDER[name])} and no others; got "
            f"{quoted(unknown[0])}{advice}"
        )
    lacking = [each for each in needed if each not in names]
    if lacking:
        raise ValueError(
            f"the sheet {name} must have the columns {joined(needed)}; {absent(lacking)}"
        )
    if len(set(names)) < len(names):
        raise ValueError(f"columns of the sheet {name} must be distinct; got {listed(names)}")
    return header


def _refuse_cells(where: str, cells: Iterable[object]) -> None:
    """Refuse formulas that failed or were never calculated, and text that Excel changed."""
    for cell in cells:
        if cell == UNCALCULATED:
            raise ValueError(f"{where} has a formula without its value; paste it as a value")
        if isinstance(cell, str) and cell in ERRORS:
            raise ValueError(f"{where} has the error {cell}; correct it or clear the cell")
        if isinstance(cell, str) and cell.endswith(CHANGED):
            raise ValueError(
                f"{where} has {quoted(cell)}; Excel makes such cells of text, e.g. of 3-5 or "
                f"3:05; format the cell as text and type it again"
            )


def _document(tables: Mapping[str, Sequence[Row]]) -> Document:
    document, changelog = _heading(tables["Codebook"])
    dimensions = _dimensions(tables)
    weights = {
        row.name("dimension"): row.number("weight")
        for row in tables["Dimensions"]
        if "weight" in row.cells
    }
    return document | {"changelog": changelog, "weights": weights, "dimensions": dimensions}


def _heading(rows: Sequence[Row]) -> tuple[Document, list[Document]]:
    """Return the keys of the codebook and its changelog."""
    document: Document = {}
    changelog = []
    for row in rows:
        key = row.name("key")
        if key == "changelog":
            changelog.append({"date": row.name("date"), "text": row.text("value")})
        elif key in document:
            raise ValueError(f"{row.where}: the key {quoted(key)} comes twice")
        elif not key:
            raise ValueError(f"{row.where}: a value needs a key")
        else:
            document[key] = row.number("value") if key == "format" else row.text("value")
    newest_first = sorted(changelog, key=itemgetter("date"), reverse=True)
    return document, newest_first


def _dimensions(tables: Mapping[str, Sequence[Row]]) -> list[Document]:
    owners, indicators = _indicators(tables["Indicators"])
    dimensions: dict[str, Document] = {}
    for row in tables["Dimensions"]:
        name = _new_name(row, "dimension", dimensions)
        dimensions[name] = {"name": name, **_optional(row, "title"), "rule": {}, "indicators": []}
        if "lowest" in row.cells:
            dimensions[name]["lowest"] = row.number("lowest")
        if _has_no_words(row):
            dimensions[name]["levels"] = []
    for indicator, (row, owner) in owners.items():
        _owner(row, owner, dimensions)["indicators"].append(indicators[indicator])
    _add_levels(tables["Levels"], dimensions, indicators, owners)
    by_owner: dict[str, list[Row]] = {name: [] for name in dimensions}
    for row in tables["Rules"]:
        _owner(row, row.name("dimension"), dimensions)
        by_owner[row.name("dimension")].append(row)
    for name, dimension in dimensions.items():
        sizes = {each["name"]: len(each.get("levels", "ny")) for each in dimension["indicators"]}
        dimension["rule"] = _rule(name, by_owner[name], sizes)
    return list(dimensions.values())


def _has_no_words(row: Row) -> bool:
    """Return whether the scale of a dimension is of numbers, or refuse another one."""
    scale = row.name("scale").casefold()
    if scale not in ("", *SCALES):
        raise ValueError(
            f"{row.where}: scale must be one of {listed(SCALES)}; got {quoted(row.text('scale'))}"
        )
    return scale == SCALES[1]


def _indicators(
    rows: Sequence[Row],
) -> tuple[dict[str, tuple[Row, str]], dict[str, Document]]:
    """Return the row and the dimension of each indicator, and its document."""
    owners: dict[str, tuple[Row, str]] = {}
    indicators: dict[str, Document] = {}
    for row in rows:
        name = _new_name(row, "indicator", indicators)
        owners[name] = row, row.name("dimension")
        indicators[name] = {"name": name, **_optional(row, "title")}
    return owners, indicators


def _new_name(row: Row, column: str, others: Mapping[str, object]) -> str:
    name = row.name(column)
    if not name or name in others:
        fault = f"{quoted(name)} comes twice" if name else "it is empty"
        raise ValueError(f"{row.where}: {column} must be a name of its own; {fault}")
    return name


def _optional(row: Row, column: str) -> dict[str, str]:
    return {column: row.text(column)} if column in row.cells else {}


def _owner(row: Row, name: str, dimensions: Mapping[str, Document]) -> Document:
    if name not in dimensions:
        raise ValueError(
            f"{row.where}: dimension must be one of the sheet Dimensions ({listed(dimensions)}); "
            f"got {quoted(name)}"
        )
    return dimensions[name]


def _add_levels(
    rows: Sequence[Row],
    dimensions: Mapping[str, Document],
    indicators: Mapping[str, Document],
    owners: Mapping[str, tuple[Row, str]],
) -> None:
    """Add the words and the guidance of levels to indicators and dimensions."""
    by_part: dict[tuple[str, str], dict[int, Row]] = {}
    for row in rows:
        dimension, indicator = row.name("dimension"), row.name("indicator")
        _owner(row, dimension, dimensions)
        if indicator and (indicator not in owners or owners[indicator][1] != dimension):
            raise ValueError(
                f"{row.where}: indicator must be one of {quoted(dimension)} on the sheet "
                f"Indicators, or empty for a score; got {quoted(indicator)}"
            )
        levels = by_part.setdefault((dimension, indicator), {})
        level = row.integer("level")
        if level in levels:
            raise ValueError(f"{row.where}: level {level} is also in {levels[level].where}")
        levels[level] = row
    for (dimension, indicator), levels in by_part.items():
        part = indicators[indicator] if indicator else dimensions[dimension]
        if not indicator and "levels" in part:
            raise ValueError(
                f"{next(iter(levels.values())).where}: the scores of {quoted(dimension)} have no "
                f"words, since its scale is of numbers"
            )
        lowest = 0 if indicator else part.setdefault("lowest", min(levels))
        if sorted(levels) != list(range(lowest, lowest + len(levels))):
            what = (
                f"levels of {quoted(indicator)}" if indicator else f"scores of {quoted(dimension)}"
            )
            raise ValueError(
                f"the {what} must count from {lowest}, one row for each; the sheet Levels has "
                f"{listed(sorted(levels))}"
            )
        in_order = [levels[level] for level in sorted(levels)]
        part["levels"] = [row.text("words") for row in in_order]
        guidance = [row.text("guidance") for row in in_order]
        if any(guidance):
            if not indicator:
                raise ValueError(f"{in_order[0].where}: the scores of a dimension have no guidance")
            part["guidance"] = guidance


def _rule(dimension: str, rows: Sequence[Row], sizes: Sizes) -> Document:
    """Return the rule of a dimension, whose rows may stand in any order."""
    by_part: dict[str, list[Row]] = {}
    for row in rows:
        by_part.setdefault(" ".join(row.name("part").casefold().split()), []).append(row)
    parts = _Parts(f"the rule of {quoted(dimension)}", by_part)
    rule = parts.rule("", sizes)
    unused = [rows[0] for rows in parts.rows.values()]
    if unused:
        raise ValueError(
            f"{unused[0].where}: part must be one of a rule of the kind gate (case 0, case 1, and "
            f"so on) or min (part 1, and so on); got {quoted(unused[0].name('part'))}"
        )
    return rule


class _Parts:
    """Put the rows of a rule, and of the rules within it, together."""

    def __init__(self, where: str, rows: dict[str, list[Row]]) -> None:
        self.where = where
        self.rows = rows
        """The rows of each part that is not yet a rule."""

    def rule(self, part: str, sizes: Sizes) -> Document:
        """Return the rule of a part that scores these indicators."""
        by_key: dict[str, list[Row]] = {}
        for row in self.rows.pop(part, []):
            by_key.setdefault(row.name("key").casefold(), []).append(row)
        place = f"{self.where}{f', {part}' if part else ''}"
        if len(by_key.get("kind", [])) != 1:
            raise ValueError(
                f"{place} must have one row of the sheet Rules with the key kind; it has "
                f"{len(by_key.get('kind', []))}"
            )
        (kind_row,) = by_key.pop("kind")
        kind = kind_row.name("value").casefold()
        if kind not in KEYS:
            raise ValueError(
                f"{kind_row.where}: the kind of a rule must be one of {listed(KEYS)}; got "
                f"{quoted(kind)}"
            )
        unknown = [row for key, rows in by_key.items() if key not in KEYS[kind] for row in rows]
        if unknown:
            raise ValueError(
                f"{unknown[0].where}: a rule of the kind {kind} has the keys "
                f"{listed(('kind', *KEYS[kind]))}; got {quoted(unknown[0].name('key'))}"
            )
        return {"kind": kind, **self._parameters(kind, part, by_key, sizes, place)}

    def _parameters(
        self, kind: str, part: str, rows: Mapping[str, list[Row]], sizes: Sizes, place: str
    ) -> Document:
        if kind == "table":
            return {"scores": _scores(rows.get("score", []), sizes, place)}
        if kind == "count":
            return {"thresholds": [], **_thresholds(rows), **_levels_by_name(rows, "met")}
        if kind == "sum":
            return {**_thresholds(rows), **_weights(rows)}
        if kind == "gate":
            gates = _levels_by_name(rows, "gate").get("gate", {})
            others = {name: size for name, size in sizes.items() if name not in gates}
            cases = [self.rule(each, others) for each in self._within(part, "case", 0)]
            return {"gates": gates, "cases": cases}
        return {"parts": [self._of_minimum(each, sizes) for each in self._within(part, "part", 1)]}

    def _of_minimum(self, part: str, sizes: Sizes) -> Document:
        rows = self.rows[part]
        self.rows[part] = [row for row in rows if row.name("key").casefold() != "indicator"]
        listing = [row for row in rows if row not in self.rows[part]]
        if all("level" in row.cells for row in listing):  # the place, in case rows were sorted
            listing.sort(key=lambda row: row.integer("level"))
        names = [_named(row) for row in listing]
        for row, name in zip(listing, names, strict=True):
            if name not in sizes:
                raise ValueError(
                    f"{row.where}: a part must have indicators of its rule ({listed(sizes)}); got "
                    f"{quoted(name)}"
                )
        own = {name: sizes[name] for name in names}
        return {"indicators": names, "rule": self.rule(part, own)}

    def _within(self, part: str, word: str, first: int) -> list[str]:
        """List the parts that stand directly within one, numbered from the first."""
        start = f"{part}, {word} " if part else f"{word} "
        n = sum(each.startswith(start) and "," not in each[len(start) :] for each in self.rows)
        within = [f"{start}{number}" for number in range(first, first + n)]
        lacking = [each for each in within if each not in self.rows]
        if lacking:
            raise ValueError(
                f"{self.where} must number its parts from {word} {first}; {quoted(lacking[0])} is "
                f"absent"
            )
        return within


def _scores(rows: Sequence[Row], sizes: Sizes, place: str) -> list[object]:
    """Return the scores of a table in order; the rows may stand in any."""
    scores: dict[tuple[int, ...], object] = {}
    for row in rows:
        words = row.text("level").replace(",", " ").split()
        levels = tuple(int(each) for each in words if each.isdecimal() and len(each) < 4)
        if len(levels) != len(words) or len(levels) != len(sizes):
            raise ValueError(
                f"{row.where}: level must hold the level of each indicator ({listed(sizes)}) as "
                f"numbers with spaces between; got {quoted(row.text('level'))}"
            )
        if levels in scores:
            raise ValueError(f"{row.where}: the combination {row.text('level')} comes twice")
        scores[levels] = row.number("value")
    combinations = prod(sizes.values())
    if combinations > MOST_SCORES:
        raise ValueError(
            f"{place} must have at most {MOST_SCORES:,} combinations of levels in a table; "
            f"it has {combinations:,}"
        )
    order = list(product(*map(range, sizes.values())))
    lacking = [levels for levels in order if levels not in scores]
    if lacking or len(scores) > len(order):
        levels = lacking[0] if lacking else next(each for each in scores if each not in set(order))
        fault = "is not among them" if lacking else "is not one"
        raise ValueError(
            f"{place} must have a row with the key score for each of the {len(order):,} "
            f"combinations of levels of {listed(sizes)}; {' '.join(map(str, levels))} {fault}"
        )
    return [scores[levels] for levels in order]


def _thresholds(rows: Mapping[str, list[Row]]) -> Document:
    """Return the thresholds, absent without rows; one empty row is an empty list."""
    listing = rows.get("threshold")
    if listing is None:
        return {}
    numbers = [row.number("value") for row in listing]
    if all(FRACTION.fullmatch(str(each)) for each in numbers):
        numbers.sort(key=lambda each: Fraction(str(each)))
    return {"thresholds": [] if numbers == [""] else numbers}


def _levels_by_name(rows: Mapping[str, list[Row]], key: str) -> Document:
    levels = {_named(row): row.integer("level") for row in rows.get(key, [])}
    return {key: _distinct(levels, rows[key])} if levels else {}


def _weights(rows: Mapping[str, list[Row]]) -> Document:
    weights = {_named(row): row.number("value") for row in rows.get("weight", [])}
    return {"weights": _distinct(weights, rows["weight"])} if weights else {}


def _named(row: Row) -> str:
    if not (name := row.name("indicator")):
        raise ValueError(f"{row.where}: the key {row.name('key')} needs an indicator")
    return name


def _distinct(values: dict[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    if len(values) < len(rows):
        names = [row.name("indicator") for row in rows]
        row = next(row for row in rows if names.count(row.name("indicator")) > 1)
        raise ValueError(f"{row.where}: {quoted(row.name('indicator'))} comes twice")
    return values


# Writing


def workbook_of(document: Document) -> bytes:
    """Return the workbook of a document."""
    try:
        from openpyxl import Workbook  # type: ignore[import-untyped]
        from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
        from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]
    except ImportError as error:
        raise ImportError(
            "a codebook in .xlsx needs openpyxl: python -m pip install 'policyindex[excel]'"
        ) from error
    bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    texts = {
        name: [
            [_cell_value(value, f"{name}, row {number}") for value in line]
            for number, line in enumerate([ORDER[name], *lines], start=1)
        ]
        for name, lines in _sheets_of(document).items()
    }

    def styled(sheet: Any, value: object, *, is_header: bool) -> Any:
        if sheet.title == "Rules" and not is_header:
            return value  # a style would double the time that a long table takes
        cell = WriteOnlyCell(sheet, value)
        cell.alignment = wrapped
        if is_header:
            cell.font = bold
        return cell

    book = Workbook(write_only=True)
    for name, lines in texts.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for place, column in enumerate(ORDER[name]):
            sheet.column_dimensions[chr(ord("A") + place)].width = WIDTHS.get(column, 24)
        if name == "Codebook":
            sheet.column_dimensions["B"].width = WIDTHS["guidance"]
        for number, line in enumerate(lines):
            sheet.append([styled(sheet, value, is_header=number == 0) for value in line])
    stream = io.BytesIO()
    book.save(stream)
    return undated(stream.getvalue())


def _cell_value(value: str | float, where: str) -> str | float | None:
    if isinstance(value, str):
        return _cell_text(value, where) or None
    return value


def _cell_text(text: str, where: str) -> str:
    """Return text as a cell holds it, or refuse text that no cell can hold."""
    text.encode()
    cell = ESCAPE.sub(lambda match: f"_x{ord(match[0]):04X}_", inert(text))
    if len(cell) > LONGEST_CELL or text in NO_TEXT or text.endswith(CHANGED):
        raise ValueError(
            f"a cell of Excel must have at most {LONGEST_CELL:,} characters and not be an error; "
            f"{where} would have {quoted(text)}; write .json"
        )
    return cell


def _sheets_of(document: Document) -> dict[str, list[Line]]:
    """Return the rows of each sheet, as wide as its columns."""
    heading = ("name", "title", "version", "citation", "aggregate")
    sheets: dict[str, list[Line]] = {name: [] for name in ORDER}
    sheets["Codebook"] = [
        ("format", FORMAT, ""),
        *((key, document[key], "") for key in heading),
        *(("changelog", each["text"], each["date"]) for each in document["changelog"]),
    ]
    for dimension in document["dimensions"]:
        name = _plain_name(dimension["name"])
        sizes = {}
        scale = SCALES[0 if dimension["levels"] else 1]
        weight = document.get("weights", {}).get(name, "")
        sheets["Dimensions"].append((name, dimension["title"], scale, dimension["lowest"], weight))
        for score, words in enumerate(dimension["levels"], start=dimension["lowest"]):
            sheets["Levels"].append((name, "", score, words, ""))
        for each in dimension["indicators"]:
            indicator = _plain_name(each["name"])
            sizes[indicator] = len(each["levels"])
            sheets["Indicators"].append((name, indicator, each["title"]))
            guidance = each.get("guidance", [""] * len(each["levels"]))
            for level, (words, text) in enumerate(zip(each["levels"], guidance, strict=True)):
                sheets["Levels"].append((name, indicator, level, words, text))
        sheets["Rules"] += [(name, *line) for line in _rule_lines(dimension["rule"], "", sizes)]
    return sheets


def _plain_name(name: str) -> str:
    if name != name.strip():
        raise ValueError(
            f"names in a workbook must not begin or end with a space; got {quoted(name)}; write "
            f".json"
        )
    return name


def _rule_lines(rule: Document, part: str, sizes: Sizes) -> Iterator[Line]:
    """Yield the rows of a rule, without the dimension: part, key, indicator, level and value."""
    yield part, "kind", "", "", rule["kind"]
    if rule["kind"] == "table":
        if len(rule["scores"]) > MOST_SCORES:
            raise ValueError(
                f"a table in a workbook must have at most {MOST_SCORES:,} combinations of "
                f"levels; one has {len(rule['scores']):,}; write .json"
            )
        order = product(*map(range, sizes.values()))
        for levels, score in zip(order, rule["scores"], strict=True):
            yield part, "score", "", " ".join(map(str, levels)), score
    if "thresholds" in rule:
        for value in rule["thresholds"] or [""]:
            yield part, "threshold", "", "", value
    for key, by_name in (("met", rule.get("met", {})), ("gate", rule.get("gates", {}))):
        for name, level in by_name.items():
            yield part, key, name, level, ""
    for name, weight in rule.get("weights", {}).items():
        yield part, "weight", name, "", weight
    start = f"{part}, " if part else ""
    others = {name: size for name, size in sizes.items() if name not in rule.get("gates", {})}
    for number, case in enumerate(rule.get("cases", [])):
        yield from _rule_lines(case, f"{start}case {number}", others)
    for number, each in enumerate(rule.get("parts", []), start=1):
        within = f"{start}part {number}"
        own = {name: sizes[name] for name in each["indicators"]}
        for place, name in enumerate(own, start=1):
            yield within, "indicator", name, place, ""
        yield from _rule_lines(each["rule"], within, own)
