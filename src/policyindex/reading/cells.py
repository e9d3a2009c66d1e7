"""Cells of a file to values, each repair noted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import countries
from .._wording import listed, quoted
from ..panel.check import PanelError, whole_years
from ..panel.numbers import Labelled
from ..typing import Scale
from .columns import Layout, Place, countries_in
from .findings import Note

SENTINELS = (-9, -66, -77, -88, -99, -999, -9999, 555, 666, 777, 888, 999, 9999)
"""Numbers that stand for "no score" in real files: 555 not in the TIP report, 666 special case."""

BLANKS = {
    "", ".", "..", "-", "\N{EN DASH}", "\N{EM DASH}", "na", "n/a", "n.a.", "#n/a", "nan", "none",
    "null", "no mention",
}  # fmt: skip
"""Cells that say that there is no value, in lower case."""

LONGEST_LABEL = 200
"""A label goes into every line that is written."""

LISTED = 50
"""Unknown countries with a note of their own."""

ABSENT = "an overall score is absent"

UNEQUAL = "an overall score is not the sum of its parts"
"""Findings from which it follows how many sums agree."""

NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?")

START = re.compile(r"\s*[+-]?\d+(\.\d+)?(?!\w)")
"""The number that a label such as ``5 full compliance`` starts with."""


def country_codes(
    table: pd.DataFrame, place: Place, unmatched: str, notes: list[Note], label: str
) -> pd.Series:
    """Return the ISO code of every row, missing where the country is unknown."""
    given = countries_in(table, place.country, place.kind)
    codes = pd.Series(countries.match(given, kind=place.kind), given.index, dtype=object)
    unknown = given[codes.isna()]
    if len(unknown) and unmatched == "raise":
        try:
            countries.iso3(given, kind=place.kind)
        except ValueError as error:
            raise PanelError(
                f"{label}: {error}; or leave their rows out with unmatched='drop'"
            ) from error
    notes.extend(_left_out(unknown))
    notes.extend(_contradicted(table, place, given, codes))
    return codes


def _left_out(unknown: pd.Series) -> Iterator[Note]:
    """Give a note for each of the unknown countries, the rest of very many in one."""
    rows: dict[str, list[Any]] = {}
    for row, value in unknown.items():
        rows.setdefault(quoted(value), []).append(row)
    for name, places in islice(rows.items(), LISTED):
        near = ", ".join(countries.nearest(str(unknown[places[0]])))
        finding = f"no country is known as {name}" + (f" (near: {near})" if near else "")
        yield Note(finding, len(places), f"row {places[0] + 1}", "left out", len(places))
    rest = [place for places in list(rows.values())[LISTED:] for place in places]
    if rest:
        finding = f"no country is known as {len(rows) - LISTED:,} further names"
        yield Note(finding, len(rest), f"row {min(rest) + 1}", "left out", len(rest))


def _contradicted(
    table: pd.DataFrame, place: Place, given: pd.Series, codes: pd.Series
) -> Iterator[Note]:
    """Give a note for each further column of countries that names others than those given."""
    for column, kind in place.others.items():
        others = countries_in(table, column, kind)
        told = pd.Series(countries.match(others, kind=kind), given.index, dtype=object)
        differ = (told.notna() & codes.notna() & (told != codes)).to_numpy()
        if differ.any():
            first = int(differ.argmax())
            rows = int(differ.sum())
            yield Note(
                f"{listed([column])} names another country than {listed([place.country])}",
                rows,
                f"{listed([others.iloc[first]])} against {listed([given.iloc[first]])}",
                f"{listed([place.country])} was followed"
                + ("" if place.is_given else "; choose with country="),
                0 if place.is_given else rows,
            )


def index_years(
    table: pd.DataFrame, year: str | int, report_years: bool, notes: list[Note]
) -> NDArray[np.int64]:
    """Return the index year of every row."""
    years = whole_years(table, year)
    if report_years:
        action = "moved to the year before, which the report describes"
        first = listed(years[:1])
        notes.append(Note("years are those of reports", len(table), first, action, 0))
        return years - 1
    return years


def values(
    cells: pd.DataFrame,
    scales: Mapping[str, Scale],
    sentinels: Sequence[float],
    notes: list[Note],
    *,
    levels: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Return numbers for cells, and rows that say the same only once.

    Text that is neither a number, nor blank, nor the words of a level stays as it is, for the
    check of the panel to refuse.
    """
    columns = {}
    for name, (low, high) in scales.items():
        outside = [number for number in sentinels if not low <= number <= high]
        words = _words((levels or {}).get(name, ()))
        spoken = _without_foreign_labels(cells[name], words, outside, notes)
        columns[name] = _without_sentinels(_numbers(spoken, words), outside, notes)
    table = pd.DataFrame(columns, index=cells.index)
    again = table.reset_index().duplicated().to_numpy()
    if again.any():
        notes.append(
            Note(
                "the row repeats an earlier one in every value",
                int(again.sum()),
                at(table.index, again),
                "kept once",
                0,
            )
        )
    return table[~again]


def add_up(panel: pd.DataFrame, layout: Layout, notes: list[Note]) -> pd.DataFrame:
    """Return scores whose overall is the sum of their parts, and missing where a part is."""
    if layout.codebook.dimensions[0].name not in panel:
        return panel
    total, wrong, first = sums(panel, layout)
    if wrong.any():
        raise PanelError(
            f"overall must be the sum of its parts; {wrong.sum()} are not, the first {first}; "
            f"correct the file"
        )
    if "overall" in panel:
        given = panel["overall"].notna()
        for mismatch, finding, action, lost in (
            (given & total.isna(), "an overall score lacks a part", "set to missing", True),
            (~given & total.notna(), ABSENT, "summed", False),
        ):
            if mismatch.any():
                rows = int(mismatch.sum())
                first = at(panel.index, mismatch.to_numpy())
                notes.append(Note(finding, rows, first, action, rows if lost else 0))
    return panel.assign(overall=total)


def sums(panel: pd.DataFrame, layout: Layout) -> tuple[pd.Series, NDArray[np.bool_], str]:
    """Return the sum of each row's parts, which of them is not the overall score, the first."""
    scores = panel.reindex(columns=list(layout.codebook.score_scales))
    given = scores.pop("overall")
    total = scores.sum(axis=1, skipna=False)
    wrong = (total.notna() & given.notna() & (total != given)).to_numpy()
    if not wrong.any():
        return total, wrong, ""
    first = int(wrong.argmax())
    told = f"{given.iloc[first]:g} at {at(panel.index, wrong)} whose parts sum to"
    return total, wrong, f"{told} {total.iloc[first]:g}"


def source(table: pd.DataFrame, layout: Layout, name: str) -> str:
    """Return the label that a table of scores gives itself, or else the name of the file."""
    # A table of codings may have a column of this name that says something else: HTI has.
    if layout.holds == "codings" or "source" not in table:
        return name
    labels = {" ".join(str(label).split()) for label in table["source"] if not pd.isna(label)}
    # Synthetic data say so, even where the label is cut.
    told = sorted(labels - {""}, key=lambda label: ("SYNTHETIC" not in label, label))
    if not told:
        return name
    label = told[0] if len(told) == 1 else f"{name} ({'; '.join(told)})"
    return label if len(label) <= LONGEST_LABEL else f"{label[:LONGEST_LABEL]}..."


def _words(levels: Sequence[str]) -> dict[str, int]:
    """Return the level that each word stands for."""
    words = {level.casefold(): place for place, level in enumerate(levels)}
    if len(levels) == 2 and not words.keys() & {"no", "yes"}:
        words |= {"no": 0, "yes": 1}
    if len(levels) == 2 and words.keys() >= {"no", "yes"}:
        words |= {"false": words["no"], "true": words["yes"]}
    return words


def _without_foreign_labels(
    cells: pd.Series, words: dict[str, int], outside: Sequence[float], notes: list[Note]
) -> pd.Series:
    """Return the numbers of labels that are neither numbers nor words of a level.

    Those that start with the number itself are numbers, and so are sentinels. The rest are only
    where no label of the column is understood, nor starts with another number than it stands for:
    then the numbers are but places in a list. A label of "none" is a level, unlike such a cell.
    """
    labels = {(str(cell), cell.number) for cell in cells if isinstance(cell, Labelled)}
    meaning = {each: _number(each[0], words, BLANKS - {"none"}) for each in labels}
    foreign = {each for each, known in meaning.items() if isinstance(known, str)}
    starts = {each: float(start[0]) for each in foreign if (start := START.match(each[0]))}
    understood = {known for known in meaning.values() if not isinstance(known, str)}
    if any(np.isfinite(known) and known not in outside for known in understood) or any(
        start != number for (_, number), start in starts.items()
    ):
        foreign = {each for each in foreign if each[1] in (*outside, starts.get(each))}
    rows = np.array(
        [isinstance(cell, Labelled) and (str(cell), cell.number) in foreign for cell in cells],
        dtype=np.bool_,
    )
    if not rows.any():
        return cells
    first = f"{quoted(str(cells.iloc[int(rows.argmax())]))} at {at(cells.index, rows)}"
    finding = f"{cells.name} has labels that are neither numbers nor levels"
    notes.append(Note(finding, int(rows.sum()), first, "read by their numbers", 0))
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


def _without_sentinels(column: pd.Series, outside: Sequence[float], notes: list[Note]) -> pd.Series:
    found = column.isin(outside).to_numpy()
    if not found.any():
        return column
    first = column.iloc[int(found.argmax())]
    notes.append(
        Note(
            f"{column.name} holds a code for missing values",
            int(found.sum()),
            f"{first:g} at {at(column.index, found)}",
            "set to missing",
            0,
        )
    )
    return column.mask(found)


def at(index: pd.Index, rows: NDArray[np.bool_]) -> str:
    """Name the first of the rows by its country and year."""
    country, year = index[int(rows.argmax())]
    return f"{country} {year}"
