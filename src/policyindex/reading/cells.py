"""Convert the cells of a file to codes of countries, years and values; report each repair."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import chain, combinations, islice
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries
from .._options import Argument
from .._wording import joined, listed, live, quoted
from ..panel.check import PanelError, whole_years
from ..panel.numbers import Labelled, as_numbers, whole_within
from ..typing import Scale
from .columns import Countries, Layout, country_cells
from .findings import Findings

SENTINELS = (-9, -66, -77, -88, -99, -999, -9999, 555, 666, 777, 888, 999, 9999)
"""Numbers that mean "no score" in real files: 555 not in the TIP report, 666 special case."""

BLANKS = {
    "", ".", "..", "-", "\N{EN DASH}", "\N{EM DASH}", "na", "n/a", "n.a.", "#n/a", "nan", "none",
    "null", "no mention",
}  # fmt: skip
"""Cells without a value, in lower case."""

LONGEST_LABEL = 200
"""The label of the data is written into every line of an output."""

LISTED = 50
"""Unknown countries with a finding of their own."""

MOST_DIMENSIONS = 12
"""Columns that are tried as dimensions missing from the codebook."""

NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?")

START = re.compile(r"\s*[+-]?\d+(\.\d+)?(?!\w)")
"""The number that a label such as ``5 full compliance`` starts with."""


def country_codes(
    table: pd.DataFrame, where: Countries, findings: Findings, *, unmatched: str
) -> pd.Series:
    """Return the ISO code of every row, missing where the country is unknown."""
    cells = country_cells(table, where.column, where.kind)
    codes = pd.Series(countries._match(cells, kind=where.kind), cells.index, dtype=object)
    unknown = cells[codes.isna()]
    if len(unknown) and unmatched == "raise":
        raise _unmatched(unknown, where.kind, findings, of=len(cells))
    _report_unmatched(unknown, findings)
    _report_contradictions(table, where, cells, codes, findings)
    return codes


def _unmatched(unknown: pd.Series, kind: str | None, findings: Findings, *, of: int) -> PanelError:
    """Return the refusal of unknown countries."""
    message, advice, option = countries._complaint(unknown.tolist(), of=of, kind=kind)
    message = f"{findings.label}: {message}"
    if option is not None:
        return PanelError(f"{message}; {advice}", option)
    return PanelError(
        f"{message}; correct them, or drop their rows with", Argument("unmatched", "'drop'")
    )


def _report_unmatched(unknown: pd.Series, findings: Findings) -> None:
    """Report each of the unknown countries, and the rest of very many together."""
    rows: dict[str, list[Any]] = {}
    for row, value in unknown.items():
        rows.setdefault(quoted(value), []).append(row)
    for name, places in islice(rows.items(), LISTED):
        near = ", ".join(countries._nearest(str(unknown[places[0]])))
        findings.add(
            "unmatched",
            f"{name} is not a country" + (f" (nearest: {near})" if near else ""),
            rows=len(places),
            first=f"row {places[0] + 1}",
            action="dropped",
            lost=len(places),
        )
    rest = [place for places in list(rows.values())[LISTED:] for place in places]
    if rest:
        findings.add(
            "unmatched",
            f"{len(rows) - LISTED:,} further names are not countries",
            rows=len(rest),
            first=f"row {min(rest) + 1}",
            action="dropped",
            lost=len(rest),
        )


def _report_contradictions(
    table: pd.DataFrame, where: Countries, cells: pd.Series, codes: pd.Series, findings: Findings
) -> None:
    """Report each further column of countries that names others than the one followed."""
    for column, kind in where.others.items():
        others = country_cells(table, column, kind)
        theirs = pd.Series(countries._match(others, kind=kind), others.index, dtype=object)
        differ = (theirs.notna() & codes.notna() & (theirs != codes)).to_numpy()
        if differ.any():
            first, rows = int(differ.argmax()), int(differ.sum())
            findings.add(
                "country",
                f"{listed([column])} names another country than {listed([where.column])}",
                rows=rows,
                first=f"{listed([others.iloc[first]])} against {listed([cells.iloc[first]])}",
                action=f"{listed([where.column])} was followed",
                lost=0 if where.is_requested else rows,
                option=None if where.is_requested else Argument("country_column"),
            )


def index_years(
    table: pd.DataFrame, year: str | int, findings: Findings, *, report_years: bool
) -> NDArray[np.int64]:
    """Return the index year of every row."""
    years = whole_years(table, year)
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


def values(
    cells: pd.DataFrame,
    scales: Mapping[str, Scale],
    findings: Findings,
    *,
    sentinels: Sequence[float],
    levels: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Return cells as numbers, with each repeated row once.

    Text that is not a number, a blank or the words of a level stays, for the check of the panel
    to refuse.
    """
    columns = {}
    for name, (low, high) in scales.items():
        outside = [number for number in sentinels if not low <= number <= high]
        words = _words((levels or {}).get(name, ()))
        plain = _without_foreign_labels(cells[name], words, outside, findings)
        columns[name] = _without_sentinels(_numbers(plain, words), outside, findings)
    table = pd.DataFrame(columns, index=cells.index)
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


def add_up(panel: pd.DataFrame, layout: Layout, findings: Findings) -> pd.DataFrame:
    """Return scores whose overall is the sum of the dimensions, missing where one is missing."""
    total = sums(panel, layout)
    if total is None:
        return panel
    wrong, first = unequal(panel, total)
    if wrong.any():
        raise PanelError(
            f"overall must be the sum of the codebook's dimensions; {wrong.sum()} of {len(wrong)} "
            f"rows differ, the first {first}; correct the file"
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
    return panel.assign(overall=total)


def sums(panel: pd.DataFrame, layout: Layout) -> pd.Series | None:
    """Return the sum of each row's dimensions; None for overall scores alone."""
    dimensions = [each.name for each in layout.codebook.dimensions]
    if dimensions[0] not in panel:
        return None
    return panel[dimensions].sum(axis=1, skipna=False)


def unequal(panel: pd.DataFrame, total: pd.Series | None) -> tuple[NDArray[np.bool_], str]:
    """Return in which rows the overall score is not the sum of the dimensions, and the first."""
    if total is None or "overall" not in panel:
        return np.zeros(len(panel), dtype=np.bool_), ""
    overall = panel["overall"]
    wrong = (total.notna() & overall.notna() & (total != overall)).to_numpy()
    if not wrong.any():
        return wrong, ""
    first = int(wrong.argmax())
    return wrong, (
        f"{overall.iloc[first]:g} at {at(panel.index, wrong)}, whose dimensions sum to "
        f"{total.iloc[first]:g}"
    )


def refuse_missing_dimensions(
    table: pd.DataFrame, layout: Layout, unused: Iterable[str], findings: Findings
) -> None:
    """Refuse overall scores that are the sum only if columns outside the codebook count too."""
    dimensions = [each.name for each in layout.codebook.dimensions]
    if "overall" not in layout.columns or dimensions[0] not in layout.columns:
        return
    parts = {name: as_numbers(table[layout.columns[name]], booleans=False) for name in dimensions}
    total = np.sum(list(parts.values()), axis=0)
    overall = as_numbers(table[layout.columns["overall"]], booleans=False)
    on_scale = [whole_within(part, layout.scales[name]) for name, part in parts.items()]
    rows = np.isfinite(overall) & np.logical_and.reduce(on_scale)
    lacking = (overall - total)[rows]
    if not lacking.any():
        return
    columns = {name: as_numbers(table[name], booleans=False)[rows] for name in unused}
    # A scale lies within 0 to 100, which excludes years and most covariates.
    columns = {name: each for name, each in columns.items() if whole_within(each, (0, 100)).all()}
    tried = list(columns)[:MOST_DIMENSIONS]
    for names in chain.from_iterable(combinations(tried, size) for size in (1, 2, 3)):
        if (np.sum([columns[name] for name in names], axis=0) == lacking).all():
            differ = rows & (overall != total)
            first = int(differ.argmax())
            raise PanelError(
                f"{findings.label}: overall must be the sum of the codebook's dimensions; "
                f"{differ.sum()} of {rows.sum()} rows differ, the first {overall[first]:g} in row "
                f"{first + 1}, whose dimensions sum to {total[first]:g}; "
                f"{'is' if len(names) == 1 else 'are'} {joined(names)} missing from the codebook?"
            )


def source(table: pd.DataFrame, layout: Layout, name: str) -> str:
    """Return the label in a table of scores, or else the name of the file."""
    # A table of codings may use this name for something else: HTI does.
    if layout.holds == "codings" or "source" not in table:
        return name
    labels = {" ".join(live(str(label)).split()) for label in table["source"] if not pd.isna(label)}
    # Synthetic data are named as such even where the label is cut.
    ordered = sorted(labels - {""}, key=lambda label: ("SYNTHETIC" not in label, label))
    if not ordered:
        return name
    label = ordered[0] if len(ordered) == 1 else f"{name} ({'; '.join(ordered)})"
    return label if len(label) <= LONGEST_LABEL else f"{label[:LONGEST_LABEL]}..."


def _words(levels: Sequence[str]) -> dict[str, int]:
    """Return the level of each word."""
    words = {level.casefold(): place for place, level in enumerate(levels)}
    if len(levels) == 2 and not words.keys() & {"no", "yes"}:
        words |= {"no": 0, "yes": 1}
    if len(levels) == 2 and words.keys() >= {"no", "yes"}:
        words |= {"false": words["no"], "true": words["yes"]}
    return words


def _without_foreign_labels(
    cells: pd.Series, words: dict[str, int], outside: Sequence[float], findings: Findings
) -> pd.Series:
    """Return numbers for labels that are neither numbers nor words of a level.

    A label that starts with its own number is that number, and so is the label of a sentinel. The
    others are read as numbers unless a label of the column has a meaning, or starts with a number
    other than its code: the codes are then arbitrary. A label of "none" is a level, unlike such a
    cell.
    """
    if pd.api.types.is_numeric_dtype(cells.dtype):
        return cells
    labels = {(str(cell), cell.number) for cell in cells if isinstance(cell, Labelled)}
    if not labels:
        return cells
    meaning = {each: _number(each[0], words, BLANKS - {"none"}) for each in labels}
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
        return cells
    findings.add(
        "label",
        f"{cells.name} has labels that are neither numbers nor levels",
        rows=int(rows.sum()),
        first=f"{quoted(str(cells.iloc[int(rows.argmax())]))} at {at(cells.index, rows)}",
        action="read by their numbers",
    )
    numbers = [cell.number if row else cell for cell, row in zip(cells, rows, strict=True)]
    return pd.Series(numbers, cells.index, dtype=object, name=cells.name)


def _numbers(cells: pd.Series, words: dict[str, int]) -> pd.Series:
    if pd.api.types.is_numeric_dtype(cells.dtype):
        return cells
    absent = cells.isna().to_numpy()
    text = cells.where(~absent, "").map(str)
    meaning = {each: _number(each, words) for each in text.unique()}
    return text.map(meaning).mask(absent)


def _number(text: str, words: dict[str, int], blanks: Set[str] = BLANKS) -> float | str:
    plain = text.strip().casefold()
    if plain in words:
        return float(words[plain])
    if plain in blanks:
        return np.nan
    return float(plain.replace(",", ".")) if NUMBER.fullmatch(plain) else text


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
