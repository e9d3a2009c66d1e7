"""Convert the cells of a file to codes of countries, years and values; report each repair."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from itertools import chain, combinations
from numbers import Real
from typing import Any, NamedTuple, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import infer_dtype, is_any_real_numeric_dtype, is_numeric_dtype

from .._options import Argument, OptionError
from .._wording import are_not, counted, joined, listed, live, quoted, rows_that
from ..codebooks.model import Codebook
from ..panel.check import YEARS, PanelError, whole_years
from ..panel.dimensions import aggregate_of, tolerance, totals
from ..panel.numbers import Labelled, as_numbers, as_years, on_words, within
from ..typing import Scale
from . import tiers
from .columns import Layout
from .figures import (
    MISSING,
    NUMBER,
    as_float,
    cell_text,
    has_decimal_comma,
    has_thousands,
    is_blurred,
    is_grouped,
    is_two_years,
    is_unclear,
    may_have_points,
    truths,
    unmarked,
    year_in,
)
from .figures import WORDS as MISSING_WORDS
from .findings import Findings, Kind
from .headers import scale_in, span_in
from .layouts import differing, row_of
from .once import Once

SENTINELS = (-9, -66, -77, -88, -99, -999, -9999, 555, 666, 777, 888, 999, 9999)
"""Numbers that mean "no score" in real files: 555 not in the TIP report, 666 special case."""

LONGEST_LABEL = 200
"""The label of the data is written into every line of an output."""

MOST_DIMENSIONS = 12
"""Columns that are tried as dimensions missing from the codebook."""

START = re.compile(r"\s*[+-]?\d+(\.\d+)?(?!\w)")
"""The number that a label such as ``5 full compliance`` starts with."""


class Origin(NamedTuple):
    """Hold where the rows of a panel come from."""

    keys: pd.MultiIndex
    """The country and year of each row."""
    names: pd.Series
    """The country of each row, as the file writes it; its index is that of the table."""
    table: pd.DataFrame
    used: set[str]
    """The columns of the table that are part of the panel; others may tell two rows apart."""

    def row(self, place: int) -> str:
        """Return where a row stands in the file."""
        return row_of(self.names.index, place)


def _report(
    column: Once,
    kind: Kind,
    finding: str,
    mask: Sequence[bool],
    findings: Findings,
    *,
    action: str,
) -> NDArray[np.bool_]:
    """Return the rows of the distinct cells in a mask; report them if there are any."""
    if not any(mask):
        return np.zeros(len(column.cells), dtype=np.bool_)
    rows = column.rows(mask)
    first = column.cells.iloc[int(rows.argmax())]
    findings.add(
        kind,
        f"{column.cells.name} {finding}",
        rows=int(rows.sum()),
        first=f"{quoted(str(first))} at {at(column.cells.index, rows)}",
        action=action,
    )
    return rows


def index_years(
    table: pd.DataFrame, year: str | int, findings: Findings, *, report_years: bool
) -> NDArray[np.int64]:
    """Return the index year of every row."""
    one = isinstance(year, int)
    years = whole_years(table, year) if one else _years(table, str(year), findings)
    if not one:
        _refuse_other_span(table, str(year), years, findings)
    if not report_years:
        return years
    findings.add(
        "report year",
        "years are those of reports",
        rows=len(table),
        first=listed(years[:1]),
        action="moved to the year before, which the report describes",
    )
    return years - 1


def _refuse_other_span(
    table: pd.DataFrame, name: str, years: NDArray[np.int64], findings: Findings
) -> None:
    """Refuse years beyond those that their header names in brackets, and one with a scale."""
    first, last = span_in(name) or scale_in(name) or YEARS
    other = (years < first) | (years > last)
    if other.any():
        row = int(other.argmax())
        raise PanelError(
            f"{findings.label}: {listed([name])} must hold what its header says; "
            f"{rows_that(other.sum(), 'holds', 'hold')} another year, the first {years[row]} in "
            f"{row_of(table, row)}; correct the header or the years"
        )


def _years(table: pd.DataFrame, name: str, findings: Findings) -> NDArray[np.int64]:
    """Return the years of a column; marks behind them are reported."""
    column = table[name]
    if is_any_real_numeric_dtype(column.dtype):
        return whole_years(table, name)
    once = Once.of(column)
    readings = [year_in(cell) for cell in once.distinct]
    two = once.rows([is_two_years(cell) for cell in once.distinct])
    if two.any():
        first = int(two.argmax())
        raise PanelError(
            f"{findings.label}: {listed([name])} must hold one year in each row; "
            f"{rows_that(two.sum(), 'holds', 'hold')} two, the first "
            f"{quoted(column.iloc[first])} in {row_of(table, first)}; choose one of them in the "
            f"file"
        )
    refuse_other_labels(once, findings)
    marks = once.rows([bool(mark) for _, mark in readings])
    if marks.any():
        findings.add(
            "footnote",
            f"{listed([name])} has years with a mark",
            rows=int(marks.sum()),
            first=quoted(column.iloc[int(marks.argmax())]),
            action="read without it",
        )
    values = np.empty(len(readings), dtype=object)
    values[:] = [value for value, _ in readings]
    years = as_years(pd.Series(values, dtype=object))[once.places]
    wrong = ~within(years, YEARS)
    if wrong.any():
        first = int(wrong.argmax())
        raise PanelError(
            f"year must be an integer from {YEARS[0]} to {YEARS[1]}; {are_not(wrong.sum())}, the "
            f"first {quoted(column.iloc[first])} in {row_of(table, first)}"
        )
    return years.astype(np.int64)


def refuse_other_labels(column: Once, findings: Findings) -> None:
    """Refuse years that the file labels with another year."""
    labels = column.rows([_is_another_year(cell) for cell in column.distinct])
    if labels.any():
        first = int(labels.argmax())
        cell = column.cells.iloc[first]
        raise PanelError(
            f"{findings.label}: {listed([column.cells.name])} must hold one year in each row; "
            f"{rows_that(labels.sum(), 'holds', 'hold')} a year with the label of another, the "
            f"first {cell.number:g} with the label {quoted(str(cell))} in "
            f"{row_of(column.cells.index, first)}; choose one of them in the file"
        )


def _is_another_year(cell: object) -> bool:
    """Return whether a cell is a year that the file labels with another one."""
    if not isinstance(cell, Labelled) or not cell.isdecimal():
        return False
    label = float(cell)
    return label != cell.number and bool(within(np.array([label, cell.number]), YEARS).all())


def values(
    cells: Mapping[str, pd.Series],
    index: pd.MultiIndex,
    scales: Mapping[str, Scale],
    findings: Findings,
    *,
    sentinels: Sequence[float | str],
    levels: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Return cells as numbers, with each repeated row once.

    Text that is not a number, a blank or the words of a level stays, for the check of the panel
    to refuse.
    """
    columns = {}
    texts = {str(each).strip().casefold() for each in sentinels if isinstance(each, str)}
    numbers = [each for each in sentinels if not isinstance(each, str)]
    _refuse_idle(numbers, scales)
    for name, (low, high) in scales.items():
        outside = [number for number in numbers if not low <= number <= high]
        words = _words((levels or {}).get(name, ()))
        column = cells[name]
        if is_numeric_dtype(column.dtype):
            columns[name] = _without_sentinels(column, outside, findings)
            continue
        plain = _without_texts(_truths_apart(Once.of(column)), texts, findings)
        plain = _without_foreign_labels(plain, words, outside, findings)
        columns[name] = _numbers(plain, words, outside, findings)
    return _once(pd.DataFrame(columns, index=index), findings)


def _refuse_idle(sentinels: Sequence[float], scales: Mapping[str, Scale]) -> None:
    """Refuse sentinels of the user that are values on every scale, and stand for nothing."""
    for each in (number for number in sentinels if number not in SENTINELS):
        if scales and all(low <= each <= high for low, high in scales.values()):
            raise OptionError(
                f"a sentinel must lie off the scale of the values; {each:g} is one of them; empty "
                f"these cells in the file, or correct",
                Argument("sentinels"),
            )


def as_sentinels(sentinels: object) -> tuple[float | str, ...]:
    """Return the numbers and words that stand for a missing value: one, or several."""
    is_one = isinstance(sentinels, str | bytes | bytearray | Mapping)
    is_one |= not isinstance(sentinels, Iterable)
    several: list[Any] = [sentinels] if is_one else list(cast("Iterable[Any]", sentinels))
    for each in several:
        if isinstance(each, bool) or not isinstance(each, str | Real):
            raise TypeError(f"sentinels must be numbers or text; got {quoted(each)}")
    # Text of a number stands for the number as well: the cells of a workbook are numbers.
    digits = [each.strip() for each in several if isinstance(each, str)]
    several += [as_float(each) for each in digits if NUMBER.fullmatch(each)]
    return tuple(each for each in several if not _is_missing(each))


def free_values(
    cells: Mapping[str, pd.Series],
    index: pd.MultiIndex,
    findings: Findings,
    *,
    text: Iterable[str],
    sentinels: Sequence[float | str],
) -> pd.DataFrame:
    """Return cells without a scale as numbers, or as text, with each repeated row once."""
    columns, stay = {}, set(text)
    _refuse_points({name: cells[name] for name in cells if name not in stay}, findings)
    texts = {str(each).strip().casefold() for each in sentinels if isinstance(each, str)}
    numbers = [float(each) for each in sentinels if not isinstance(each, str)]
    for name, column in cells.items():
        plain = column
        if not is_numeric_dtype(column.dtype):
            plain = _without_texts(_truths_apart(Once.of(column)), texts, findings).cells
        if name in stay:
            blank = plain.isna() | plain.map(lambda cell: str(cell).strip() == "")
            words = plain.map(str).astype(object)
            if findings.may_calculate:
                words = words.map(live).astype(object)
            columns[name] = words.mask(blank.to_numpy(), None)
            continue
        if doubt := tiers.doubt_about(plain.unique(), name):
            raise PanelError(f"{findings.label}: {doubt}")
        if tiers.is_tiers(plain.unique(), name):
            columns[name] = _tiers(plain, findings)
            continue
        _refuse_large(plain, findings)
        # Beside other numbers a truth is not a number: it stays, to be refused.
        if not is_numeric_dtype(plain.dtype) and (meaning := truths(plain.unique())) is not None:
            plain = _mapped(plain, meaning.get)
        if is_numeric_dtype(plain.dtype):
            columns[name] = _without_sentinels(plain, numbers, findings)
            continue
        once = _without_foreign_labels(Once.of(plain), {}, numbers, findings)
        columns[name] = _numbers(_without_thousands(once, findings), {}, numbers, findings)
    return _once(pd.DataFrame(columns, index=index), findings)


def _truths_apart(column: Once) -> Once:
    """Return a column with booleans beside other cells as text, since True equals 1."""
    cells = column.cells
    if all(isinstance(cell, str) for cell in column.distinct):
        return column
    if not infer_dtype(cells).startswith("mixed"):
        return column
    truths = [isinstance(cell, bool | np.bool_) for cell in cells]
    return Once.of(cells.mask(np.array(truths), cells.map(str))) if any(truths) else column


def _refuse_points(cells: Mapping[str, pd.Series], findings: Findings) -> None:
    """Refuse points that may separate thousands, if decimals have commas in the same table."""
    commas, points = {}, {}
    for name, column in cells.items():
        if not is_numeric_dtype(column.dtype):
            texts = {cell_text(cell) for cell in column.unique() if isinstance(cell, str)}
            commas[name] = any(map(has_decimal_comma, texts))
            points[name] = {text for text in texts if "." in text and NUMBER.fullmatch(text)}
    if not any(commas.values()):
        return
    for name, texts in points.items():
        if texts and all(map(may_have_points, texts)):
            column = cells[name]
            rows = column.map(cell_text).isin(texts).to_numpy()
            raise PanelError(
                f"{findings.label}: {listed([name])} must hold numbers with one reading; the point "
                f"of {counted(int(rows.sum()), 'cell', 'cells')} may stand for decimals or for "
                f"thousands, the first "
                f"{quoted(column.iloc[int(rows.argmax())])} at {at(column.index, rows)}, since "
                f"{listed([next(each for each in commas if commas[each])])} has decimals with a "
                f"comma; write them without separators of thousands"
            )


def _refuse_large(cells: pd.Series, findings: Findings) -> None:
    """Refuse integers that a number of 64 bits cannot hold to the last digit."""
    if is_numeric_dtype(cells.dtype) and cells.dtype.kind not in "iu":
        return
    large = [cell for cell in cells.unique() if _is_large(cell)]
    if large:
        rows = cells.isin(large).to_numpy()
        raise PanelError(
            f"{findings.label}: {listed([cells.name])} must hold integers of at most 2**53, which "
            f"a number can hold to the last digit; {are_not(rows.sum())}, the first "
            f"{quoted(large[0])} at {at(cells.index, rows)}; if these are labels, keep them with",
            Argument("text", f"[{str(cells.name)!r}]"),
        )


def _is_large(cell: object) -> bool:
    if isinstance(cell, str):
        text = cell.strip()
        return 15 < len(text) < 400 and text.lstrip("+-").isdecimal() and abs(int(text)) > 2**53
    return isinstance(cell, int | np.integer) and abs(int(cell)) > 2**53


def _tiers(cells: pd.Series, findings: Findings) -> pd.Series:
    """Return tiers as numbers: 1 (best), 2, 2.5 (watch list) and 3."""
    numbers, repairs = tiers.tier_numbers(cells)
    for repair in repairs:
        first = cells.iloc[int(repair.rows.argmax())]
        findings.add(
            repair.kind,
            f"{listed([cells.name])} {repair.finding}",
            rows=int(repair.rows.sum()),
            first=f"{quoted(first)} at {at(cells.index, repair.rows)}",
            action=repair.action,
        )
    return numbers


def _once(table: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    """Return a table with each repeated row once."""
    if not table.index.has_duplicates:
        return table
    again = table.reset_index().duplicated().to_numpy()
    if again.any():
        findings.add(
            "repeat",
            "the row repeats an earlier one in every value",
            rows=int(again.sum()),
            first=at(table.index, again),
            action="kept once",
        )
        return table[~again]
    return table


def _without_thousands(column: Once, findings: Findings) -> Once:
    """Return numbers without separators of thousands, or refuse commas that may be either."""
    cells = column.cells
    distinct = {text for text in map(cell_text, column.distinct) if "," in text}
    if not distinct:
        return column
    thousands = any(map(has_thousands, distinct))
    decimals = [text for text in distinct if has_decimal_comma(text)]
    unclear = [text for text in distinct if is_unclear(text)]
    if (thousands and decimals) or (unclear and not thousands and not decimals):
        rows = cells.map(cell_text).isin(unclear or decimals).to_numpy()
        raise PanelError(
            f"{findings.label}: {listed([cells.name])} must hold numbers with one reading; the "
            f"comma of {rows.sum()} cells may stand for decimals or for thousands, the first "
            f"{quoted(cells.iloc[int(rows.argmax())])} at {at(cells.index, rows)}; write them "
            f"without separators of thousands"
        )
    if not thousands:
        return column
    _report(
        column,
        "thousands",
        "has commas that separate thousands",
        [isinstance(cell, str) and is_grouped(cell_text(cell)) for cell in column.distinct],
        findings,
        action="read as such",
    )
    # a comma in another place, e.g. of 1.234,5, stays: the cell is refused
    bare = [
        cell.replace(",", "") if isinstance(cell, str) and is_grouped(cell_text(cell)) else cell
        for cell in cells
    ]
    return Once.of(pd.Series(bare, cells.index, object, cells.name))


def _without_texts(column: Once, texts: Set[str], findings: Findings) -> Once:
    """Return cells whose text stands for a missing value as missing."""
    if not texts:
        return column
    mask = [isinstance(cell, str) and cell.strip().casefold() in texts for cell in column.distinct]
    rows = _report(
        column,
        "sentinel",
        "holds a code for missing values",
        mask,
        findings,
        action="set to missing",
    )
    return Once.of(column.cells.mask(rows, None)) if rows.any() else column


def add_up(panel: pd.DataFrame, layout: Layout, findings: Findings) -> pd.DataFrame:
    """Return scores whose overall is the sum of the dimensions, missing where one is missing.

    Where scores are not whole, an overall score that is published with two decimals stays so.
    """
    total = sums(panel, layout)
    if total is None:
        return panel
    wrong, first = unequal(panel, total, layout.codebook)
    if wrong.any():
        raise PanelError(
            f"overall must be the {aggregate_of(layout.codebook)} of the codebook's dimensions; "
            f"{wrong.sum()} of {len(wrong)} rows differ, the first {first}; correct the file"
        )
    if "overall" in panel:
        scored = panel["overall"].notna()
        incomplete = (scored & total.isna()).to_numpy()
        if incomplete.any():
            findings.add(
                "incomplete",
                "an overall score lacks a dimension",
                rows=int(incomplete.sum()),
                first=at(panel.index, incomplete),
                action="set to missing",
                lost=int(incomplete.sum()),
            )
        absent = (~scored & total.notna()).to_numpy()
        if absent.any():
            findings.add(
                "summed",
                "an overall score is missing",
                rows=int(absent.sum()),
                first=at(panel.index, absent),
                action="summed",
            )
    if "overall" in panel and layout.codebook.divisor > 1:
        total = panel["overall"].where(total.notna(), total).fillna(total)
    return panel.assign(overall=total)


def refuse_repeated(cells: pd.DataFrame, origin: Origin) -> None:
    """Refuse two rows of a country and year that differ, and say where they stand."""
    if not cells.index.has_duplicates:
        return
    again = cells.index.duplicated()
    country, year = cells.index[int(again.argmax())]
    places = np.flatnonzero(origin.keys == (country, year))
    by_name = {str(origin.names.iloc[place]): place for place in places[::-1]}
    pair = sorted(by_name.values())[:2] if len(by_name) > 1 else places[:2]
    stands = [f"{quoted(origin.names.iloc[place])} in {origin.row(place)}" for place in pair]
    others = origin.table.drop(columns=list(origin.used))
    rows = pd.concat([others.loc[[origin.names.index[place]]].head(1) for place in pair])
    apart = differing(rows) if len(rows) == 2 else []
    hint = f"; they differ in {listed(apart)}" if apart else ""
    raise PanelError(
        f"a country must have one row a year; "
        f"{rows_that(int(again.sum()), 'repeats', 'repeat')} an earlier one, the first "
        f"{country} {year}: {joined(stands)}{hint}; drop or merge them"
    )


def refuse_text(cells: pd.DataFrame, findings: Findings) -> None:
    """Refuse values without a scale that are text, and name what makes them numbers."""
    for name, column in cells.items():
        if is_numeric_dtype(column.dtype):
            continue
        rows = column.map(lambda cell: isinstance(cell, str)).to_numpy(dtype=np.bool_)
        if not rows.any():
            continue
        first = str(column.iloc[int(rows.argmax())]).strip()
        is_short = len(first) <= 20
        message = (
            f"{findings.label}: {listed([name])} must hold numbers or nothing; "
            f"{are_not(rows.sum())}, the first {quoted(first)} at {at(cells.index, rows)}"
        )
        if is_short and not any(character.isdigit() for character in first):
            total = sum(str(cell).strip() == first for cell in column)
            raise PanelError(
                f"{message}; if {'this cell is' if total == 1 else f'these {total} cells are'} "
                f"missing, pass",
                Argument("sentinels", f"[{first!r}]"),
            )
        raise PanelError(
            f"{message}; write it as a number, or keep the column as text with",
            Argument("text", f"[{str(name)!r}]"),
        )


def without_early_years(
    table: pd.DataFrame, codes: pd.Series, year: str | int, findings: Findings
) -> tuple[pd.DataFrame, pd.Series]:
    """Return the rows from 1900 on of a table that starts in an earlier century.

    One early year alone may be an error, and stays to be refused.
    """
    if isinstance(year, int):
        return table, codes
    years = as_years(_mapped(table[year], lambda cell: year_in(cell)[0]))
    early = (years < YEARS[0]) & (years == np.floor(years))
    if len(np.unique(years[early])) < 2 or early.all():
        return table, codes
    first = int(early.argmax())
    findings.add(
        "year",
        f"years before {YEARS[0]}",
        rows=int(early.sum()),
        first=f"{years[first]:g} in {row_of(table, first)}",
        action="left out",
        lost=int(early.sum()),
    )
    return table[~early], codes[~early]


def refuse_words(cells: pd.DataFrame, layout: Layout) -> None:
    """Refuse text that is neither a number nor the words of a level, and say which words are."""
    words: dict[str, NDArray[np.bool_]] = {}
    for name, dtype in cells.dtypes.items():
        if not is_numeric_dtype(dtype):
            rows = cells[name].map(lambda cell: isinstance(cell, str)).to_numpy(dtype=np.bool_)
            if rows.any():
                words[str(name)] = rows
    if not words:
        return
    name, rows = next(iter(words.items()))
    first = str(cells[name].iloc[int(rows.argmax())])
    low, high = layout.scales[name]
    levels = layout.words.get(name, ())
    rule = on_words((low, high))
    if levels and len(set(levels)) == high - low + 1:
        own = {each.casefold() for each in levels}
        names = [*levels, *(each for each in ("no", "yes") if each in {*_words(levels)} - own)]
        rule = f"{rule}, one of {listed(names)},"
    total = sum(int((cells[each].map(str).str.strip() == first.strip()).sum()) for each in words)
    message = (
        f"{name} must be {rule} or missing; {are_not(rows.sum())}, the first "
        f"{quoted(first)} at {at(cells.index, rows)}"
    )
    if not any(character.isalnum() for character in first):
        raise PanelError(
            f"{message}; if the {total} cells of {quoted(first.strip())} are missing values, pass",
            Argument("sentinels", f"[{first.strip()!r}]"),
        )
    raise PanelError(message)


def sums(panel: pd.DataFrame, layout: Layout) -> pd.Series | None:
    """Return the sum, or mean, of each row's dimensions; None for overall scores alone."""
    dimensions = [each.name for each in layout.codebook.dimensions]
    if dimensions[0] not in panel:
        return None
    return pd.Series(totals(list(panel[dimensions].to_numpy().T), layout.codebook), panel.index)


def unequal(
    panel: pd.DataFrame, total: pd.Series | None, codebook: Codebook
) -> tuple[NDArray[np.bool_], str]:
    """Return in which rows the overall score is not the sum of the dimensions, and the first."""
    if total is None or "overall" not in panel:
        return np.zeros(len(panel), dtype=np.bool_), ""
    overall = panel["overall"]
    wrong = ((total - overall).abs() > tolerance(codebook)).to_numpy()
    if not wrong.any():
        return wrong, ""
    first = int(wrong.argmax())
    return wrong, (
        f"{overall.iloc[first]:g} at {at(panel.index, wrong)}, whose dimensions "
        f"{'sum to' if codebook.aggregate == 'sum' else 'have the mean'} {total.iloc[first]:g}"
    )


def refuse_missing_dimensions(
    table: pd.DataFrame, layout: Layout, unused: Iterable[str], findings: Findings
) -> None:
    """Refuse overall scores that are the sum only if columns outside the codebook count too."""
    dimensions = [each.name for each in layout.codebook.dimensions]
    if "overall" not in layout.columns or dimensions[0] not in layout.columns:
        return
    if not layout.codebook.is_sum:
        return  # further dimensions would change a mean, or have weights
    parts = {name: as_numbers(table[layout.columns[name]], booleans=False) for name in dimensions}
    total = np.sum(list(parts.values()), axis=0)
    overall = as_numbers(table[layout.columns["overall"]], booleans=False)
    on_scale = [within(part, layout.scales[name]) for name, part in parts.items()]
    rows = np.isfinite(overall) & np.logical_and.reduce(on_scale)
    lacking = (overall - total)[rows]
    if not lacking.any():
        return
    columns = {name: as_numbers(table[name], booleans=False)[rows] for name in unused}
    # A scale lies within 0 to 100, which excludes years and most covariates.
    columns = {name: each for name, each in columns.items() if within(each, (0, 100)).all()}
    tried = list(columns)[:MOST_DIMENSIONS]
    for names in chain.from_iterable(combinations(tried, size) for size in (1, 2, 3)):
        if (np.sum([columns[name] for name in names], axis=0) == lacking).all():
            differ = rows & (overall != total)
            first = int(differ.argmax())
            raise PanelError(
                f"{findings.label}: overall must be the sum of the codebook's dimensions; "
                f"{differ.sum()} of {rows.sum()} rows differ, the first {overall[first]:g} in "
                f"{row_of(table, first)}, whose dimensions sum to {total[first]:g}; "
                f"{'is' if len(names) == 1 else 'are'} {joined(names)} missing from the codebook?"
            )


def source(table: pd.DataFrame, layout: Layout, name: str) -> str:
    """Return the label in a table of scores or codings, or else the name of the file."""
    has_codings = layout.holds == "codings"
    # A table of codings may use this name for something else: HTI does. `write_table` puts it last.
    if "source" not in (table.columns[-1:] if has_codings else table):
        return name
    labels = {" ".join(live(str(label)).split()) for label in table["source"] if not pd.isna(label)}
    # Synthetic data are named as such even where the label is cut.
    ordered = sorted(labels - {""}, key=lambda label: ("SYNTHETIC" not in label, label))
    # Several are the reports of a table's rows, unless they mark it.
    are_reports = has_codings and len(ordered) > 1 and "SYNTHETIC" not in ordered[0]
    if not ordered or are_reports:
        return name
    label = ordered[0] if len(ordered) == 1 else f"{name} ({'; '.join(ordered)})"
    return label if len(label) <= LONGEST_LABEL else f"{label[:LONGEST_LABEL]}..."


def _words(levels: Sequence[str]) -> dict[str, int]:
    """Return the level of each word."""
    words = {_plain(level): place for place, level in enumerate(levels)}
    if len(levels) == 2 and not words.keys() & {"no", "yes"}:
        words |= {"no": 0, "yes": 1}
    if len(levels) == 2 and words.keys() >= {"no", "yes"}:
        words |= {"false": words["no"], "true": words["yes"]}
    return words


def _without_foreign_labels(
    column: Once,
    words: dict[str, int],
    outside: Sequence[float],
    findings: Findings,
) -> Once:
    """Return numbers for labels that are neither numbers nor words of a level.

    A label that starts with its own number is that number, and so is the label of a sentinel. The
    others are read as numbers unless a label of the column has a meaning, or starts with a number
    other than its code: the codes are then arbitrary. A label of "none" is a level, unlike such a
    cell.
    """
    if not any(isinstance(cell, Labelled) for cell in column.distinct):
        return column
    _refuse_shared_labels(column, words, findings)
    cells = column.cells
    labels = {(str(cell), cell.number) for cell in cells if isinstance(cell, Labelled)}
    meaning = {each: _number(each[0], words, MISSING - {"none"}) for each in labels}
    foreign = {each for each, value in meaning.items() if isinstance(value, str)}
    starts = {each: float(start[0]) for each in foreign if (start := START.match(each[0]))}
    understood = {value for value in meaning.values() if not isinstance(value, str)}
    if any(np.isfinite(value) and value not in outside for value in understood) or any(
        start != number for (_, number), start in starts.items()
    ):
        foreign = {each for each in foreign if each[1] in (*outside, starts.get(each))}
    rows = np.array(
        [isinstance(cell, Labelled) and (str(cell), cell.number) in foreign for cell in cells],
        dtype=np.bool_,
    )
    if not rows.any():
        return column
    findings.add(
        "label",
        f"{cells.name} has labels that are neither numbers nor levels",
        rows=int(rows.sum()),
        first=f"{quoted(str(cells.iloc[int(rows.argmax())]))} at {at(cells.index, rows)}",
        action="read by their numbers",
    )
    numbers = [cell.number if row else cell for cell, row in zip(cells, rows, strict=True)]
    return Once.of(pd.Series(numbers, cells.index, dtype=object, name=cells.name))


def _refuse_shared_labels(column: Once, words: dict[str, int], findings: Findings) -> None:
    """Refuse codes whose labels are the same number or level, or that of another code."""
    codes: dict[float, float] = {}
    for cell in column.cells:
        if isinstance(cell, Labelled):
            value, code = _number(cell, words, MISSING - {"none"}), cell.number
            number = code if isinstance(value, str) else value
            if not np.isfinite(number):
                continue
        elif isinstance(cell, Real) and not _is_missing(cell):
            number = code = float(cell)
        else:
            continue
        if codes.setdefault(number, code) != code:
            raise PanelError(
                f"{findings.label}: {listed([column.cells.name])} must have a label of its own "
                f"for each number; {codes[number]:g} and {code:g} both stand for {number:g} by "
                f"their labels; correct the labels, or remove them"
            )


def _numbers(
    column: Once, words: dict[str, int], outside: Sequence[float], findings: Findings
) -> pd.Series:
    """Return cells as numbers, and sentinels as missing.

    Sentinels, words for missing values and marks of footnotes are reported.
    """
    texts = ["" if _is_missing(cell) else str(cell) for cell in column.distinct]
    meaning: list[float | str] = [_number(text, words) for text in texts]
    plain = list(map(_plain, texts))
    bare = [
        unmarked(text) if isinstance(value, str) else None
        for text, value in zip(plain, meaning, strict=True)
    ]
    meaning = [
        value if number is None else as_float(number)
        for value, number in zip(meaning, bare, strict=True)
    ]
    _report(
        column,
        "footnote",
        "has numbers with the mark of a footnote",
        [number is not None for number in bare],
        findings,
        action="read without it",
    )
    _report(
        column,
        "missing",
        "has words for a missing value",
        [text in MISSING_WORDS and text not in words for text in plain],
        findings,
        action="set to missing",
    )
    are_numbers = all(isinstance(value, float) for value in meaning)
    values = np.empty(len(meaning), dtype=np.float64 if are_numbers else object)
    values[:] = meaning
    cells = column.cells
    numbers = pd.Series(values[column.places], cells.index, values.dtype, cells.name)
    has_sentinels = any(value in outside for value in meaning)
    return _without_sentinels(numbers, outside, findings) if has_sentinels else numbers


def _mapped(cells: pd.Series, function: Callable[[Any], object]) -> pd.Series:
    """Return cells after a function, as objects: pandas' own text cannot hold every character."""
    return pd.Series([function(cell) for cell in cells], cells.index, object, cells.name)


def _is_missing(cell: object) -> bool:
    return cell is None or cell is pd.NA or cell != cell  # noqa: PLR0124


def _plain(text: str) -> str:
    """Return text in lower case, with one blank for each run of them and none around it."""
    return " ".join(text.casefold().split())


def _number(text: str, words: dict[str, int], blanks: Set[str] = MISSING) -> float | str:
    plain = _plain(text)
    if plain in words:
        return float(words[plain])
    if plain in blanks:
        return np.nan
    return as_float(plain) if NUMBER.fullmatch(plain) and not is_blurred(plain) else text


def _without_sentinels(
    column: pd.Series, outside: Sequence[float], findings: Findings
) -> pd.Series:
    rows = column.isin(outside).to_numpy()
    if not rows.any():
        return column
    findings.add(
        "sentinel",
        f"{column.name} holds a code for missing values",
        rows=int(rows.sum()),
        first=f"{column.iloc[int(rows.argmax())]:g} at {at(column.index, rows)}",
        action="set to missing",
    )
    return column.mask(rows)


def at(index: pd.Index, rows: NDArray[np.bool_]) -> str:
    """Return the country and year of the first of the rows."""
    country, year = index[int(rows.argmax())]
    return f"{country} {year}"
