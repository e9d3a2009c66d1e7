"""Bring tables to one row per country and year: years side by side, long series, many sheets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from .._options import Argument, OptionError
from .._wording import counted, listed, quoted, rows_that, spanned
from ..panel.check import YEARS, PanelError
from ..panel.numbers import as_numbers, as_years
from . import identifiers
from .figures import MISSING, NUMBER, cell_text, year_in
from .findings import Findings
from .headers import (
    COUNTRY_COLUMNS,
    INDICATOR_COLUMNS,
    VALUE_COLUMNS,
    YEAR_COLUMNS,
    YEAR_IN_A_NAME,
    Dated,
    dated,
    is_score,
    names_of,
    of_sheet,
    plain,
)
from .layouts import differing, row_of

LAYOUTS = ("rows", "wide", "long")
"""One row per country and year; years side by side; a column of series beside one of values."""

STACKED = "0"
"""The values of a table that pandas has stacked; the names of their columns are in `level_2`."""

_LEVEL = re.compile(r"level_\d+")

_DIGITS = re.compile(r"\d[oO]{0,2}\d")
"""What the header of a year has, even where it is written in a way that is not read."""

YEAR, VALUE = "year", "value"
"""The columns that a table gets of years and values that stood side by side."""

MOST_LABELS = 10
"""Labels of a column that may break values down."""

_UNITS = {
    "unit", "units", "unitmeasure", "unitofmeasure", "currency", "unitmult", "unitmultiplier",
    "powercode", "multiplier",
}  # fmt: skip

_MARKS = {"obsstatus", "observationstatus", "status", "flag", "flags", "quality", "source"}
"""Columns that say how sure a value is, or where it is from, and not what it is."""


class Roles(NamedTuple):
    """Hold the columns that the user named, and the year of a file without a column of years."""

    country: str | None = None
    year: str | None = None
    file_year: int | None = None

    def countries(self, table: pd.DataFrame) -> list[str]:
        """Return the columns of countries, by their names."""
        names = {self.country}
        return [name for name in names_of(table) if name in names or plain(name) in COUNTRY_COLUMNS]

    def years(self, table: pd.DataFrame) -> list[str]:
        """Return the columns of years, by their names."""
        return [
            name for name in names_of(table) if name == self.year or plain(name) in YEAR_COLUMNS
        ]

    def has_year(self, table: pd.DataFrame) -> bool:
        """Return whether the year of each row is stated."""
        return self.file_year is not None or bool(self.years(table))


class Shaped(NamedTuple):
    """Hold a table of one row per country and year."""

    table: pd.DataFrame
    series: list[str] | None
    """The columns made of years or series; None if the table is as it was."""

    @property
    def others(self) -> list[str]:
        """The columns beside those made; none if the table is as it was."""
        if self.series is None:
            return []
        made = {*self.series}
        return [name for name in names_of(self.table) if name not in made]


def in_rows(
    table: pd.DataFrame,
    findings: Findings,
    *,
    roles: Roles,
    layout: str | None = None,
    dimension: Callable[[str], str] = lambda _: "",
) -> Shaped:
    """Return a table with one row per country and year.

    Of two columns of series one is preferred whose labels name dimensions.
    A table with a column of years is not wide; one with a column for each dimension is not long.

    Raises
    ------
    PanelError
        If the table has not the requested layout, or two cells stand for one.
    """
    if layout == "rows":
        return Shaped(table, None)
    series = _series_in(table)
    if layout != "long" and (layout == "wide" or not roles.has_year(table)):
        dates = _dated_columns(table, roles, is_requested=layout == "wide")
        if dates:
            wide = _below_each_other(table, dates, findings)
            _report_other_headers(wide, roles, findings)
            if series and any(not each.stem for each in dates.values()):
                return _side_by_side(wide.table, findings, roles, series, VALUE, dimension)
            return wide
        if layout == "wide":
            raise OptionError(
                f"a wide table must have a column for each year; {findings.label} has "
                f"{listed(table.columns)}; leave out",
                Argument("layout"),
            )
    values = _named(table, VALUE_COLUMNS)
    if series and values and (layout == "long" or not _has_dimensions(table)):
        _refuse_other_values(table, values, findings)
        return _side_by_side(table, findings, roles, series, values[0], dimension)
    if layout == "long":
        raise OptionError(
            f"a long table must have a column of series, such as indicator, and one of values, "
            f"such as value; {findings.label} has {listed(table.columns)}; leave out",
            Argument("layout"),
        )
    return Shaped(table, None)


def _refuse_other_values(table: pd.DataFrame, values: Sequence[str], findings: Findings) -> None:
    """Refuse a second column of values of a long table that holds other numbers."""
    first, *others = values
    ours = as_numbers(table[first], booleans=False)
    for name in others:
        numbers = as_numbers(table[name], booleans=False)
        differ = (ours != numbers) & ~np.isnan(numbers)
        if differ.any():
            row = int(differ.argmax())
            raise PanelError(
                f"{findings.label} must have one column of values; {listed(values)} could be it; "
                f"{rows_that(differ.sum(), 'differs', 'differ')}, the first "
                f"{quoted(table[first].iloc[row])} and {quoted(table[name].iloc[row])} in "
                f"{row_of(table, row)}; rename or delete the others in the file"
            )


def parts(names: Iterable[str], *, is_series: Callable[[str], bool]) -> str:
    """Return whether all sheets are named by years or by dimensions; empty text if not."""
    names = list(names)
    if all(of_sheet(name).year is not None for name in names):
        return "years"
    return "dimensions" if all(map(is_series, names)) else ""


def of_sheets(
    tables: Mapping[str, pd.DataFrame],
    findings: Findings,
    *,
    roles: Roles,
    is_series: Callable[[str], bool],
) -> pd.DataFrame:
    """Return one table of the tables of several sheets, each for a year or a series.

    A finding names the sheets that are neither.
    """
    kinds: dict[str, dict[str, pd.DataFrame]] = {"years": {}, "series": {}, "rows": {}}
    for name, table in tables.items():
        year = of_sheet(name).year
        if roles.has_year(table):
            kinds["rows"][name] = table
        elif dates := _dated_columns(table, roles, is_requested=False):
            wide = _below_each_other(table, dates, findings).table
            if VALUE in wide and not _named(wide, INDICATOR_COLUMNS):
                kinds["series"][name] = wide.assign(indicator=name)
            else:
                kinds["rows"][name] = wide
        elif year is not None:
            kinds["years"][name] = _without_year(table, year).assign(**{YEAR: year})
    unplaced = [name for name in tables if not any(name in each for each in kinds.values())]
    if _are_series(kinds["rows"], roles):
        for name, table in kinds["rows"].items():
            kinds["series"][name] = _long(name, table, roles)
        kinds["rows"] = {}
    named = {name: table for name, table in kinds["series"].items() if is_series(name)}
    kinds["series"] = named or kinds["series"]
    most = max(kinds, key=lambda kind: len(kinds[kind]))
    fitting = kinds[most]
    if most == "years":
        _refuse_years(fitting, [*fitting, *unplaced], findings)
    if not fitting:
        raise PanelError(
            f"{findings.label} must have a sheet for each year or each dimension; the names of its "
            f"sheets are neither: {listed(tables)}; choose one with",
            Argument("sheet"),
        )
    others = [name for name in tables if name not in fitting]
    if others:
        findings.add(
            "sheet",
            f"other sheets hold tables too: {listed(others)}",
            rows=len(others),
            action=f"{listed(fitting)} were read",
            lost=len(others),
            option=Argument("sheet"),
        )
    _report_other_years(fitting, tables, roles, findings)
    _report_absent_columns(fitting, roles, findings)
    what = {"years": "years", "series": "series", "rows": "tables"}[most]
    findings.add(
        "sheet",
        f"the sheets are {what}: {listed(fitting)}",
        rows=len(fitting),
        action="read as one table",
    )
    return pd.concat(list(fitting.values())).astype(object)


def _refuse_years(fitting: Iterable[str], names: Iterable[str], findings: Findings) -> None:
    """Refuse names of sheets unless each has one year, and they are alike apart from it."""
    rests = {name: of_sheet(name).rest for name in fitting}
    two = [name for name in names if of_sheet(name).is_of_two]
    two = [name for name in two if not rests or of_sheet(name).rest in rests.values()]
    if two:
        raise PanelError(
            f"{findings.label}: the name of each sheet must hold one year; "
            f"{counted(len(two), 'name holds', 'names hold')} two, the first {quoted(two[0])}; "
            f"choose one of them in the file, or one sheet with",
            Argument("sheet"),
        )
    usual = Counter(rests.values()).most_common(1)[0][0] if rests else ""
    others = [name for name, rest in rests.items() if rest != usual]
    if others:
        alike = next(name for name, rest in rests.items() if rest == usual)
        raise PanelError(
            f"{findings.label}: the names of sheets of years must be the same apart from the year; "
            f"{counted(len(others), 'name is', 'names are')} not, the first {quoted(others[0])} "
            f"beside {quoted(alike)}; rename or delete sheets, or choose one with",
            Argument("sheet"),
        )


def _report_other_years(
    fitting: Iterable[str],
    tables: Mapping[str, pd.DataFrame],
    roles: Roles,
    findings: Findings,
) -> None:
    """Report sheets that have no row of the year in their name, if all names have one."""
    named = {name: of_sheet(name).year for name in tables}
    if None in named.values():
        return
    others = {}
    for name in fitting:
        if columns := roles.years(tables[name]):
            column = tables[name][roles.year if roles.year in columns else columns[0]]
            years = as_years(pd.Series([year_in(cell)[0] for cell in column], dtype=object))
            if named[name] not in years:
                others[name] = column
    if others:
        column = next(iter(others.values()))
        findings.add(
            "sheet",
            f"the years of rows are not that of their sheet: {listed(others)}",
            rows=sum(map(len, others.values())),
            first=f"{quoted(column.iloc[0])} in {row_of(column.index, 0)}",
            action="the column was followed",
            lost=sum(map(len, others.values())),
        )


def _report_absent_columns(
    tables: Mapping[str, pd.DataFrame], roles: Roles, findings: Findings
) -> None:
    """Report sheets that lack columns of at least half of them, e.g. for a misspelt header."""
    columns: dict[str, dict[str, str]] = {}
    for name, table in tables.items():
        ids = _ids(table, roles)
        columns[name] = {plain(each): each for each in names_of(table) if each not in ids}
    counts = Counter(each for names in columns.values() for each in names)
    usual = [each for each, count in counts.items() if 2 * count >= len(tables)]
    lacking = {name: [each for each in usual if each not in columns[name]] for name in tables}
    lacking = {name: absent for name, absent in lacking.items() if absent}
    if lacking:
        name, absent = next(iter(lacking.items()))
        rows = sum(len(tables[name]) for name in lacking)
        findings.add(
            "sheet",
            f"sheets lack columns that others have: {listed(lacking)}",
            rows=rows,
            first=f"{name} lacks {listed(absent)}",
            action="set to missing",
            lost=rows,
        )


def _without_year(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return a table of one year without that year in its headers, e.g. ``score 2016``."""
    stems = {
        name: date.stem
        for name in names_of(table)
        if (date := dated(name)) is not None and date.year == year and date.stem
    }
    names = [stems.get(name, name) for name in names_of(table)]
    return table.set_axis(names, axis=1) if len(set(names)) == len(names) else table


def _are_series(tables: Mapping[str, pd.DataFrame], roles: Roles) -> bool:
    """Return whether sheets hold other values for the same countries and years."""
    if len(tables) < 2 or len({tuple(names_of(table)) for table in tables.values()}) > 1:
        return False
    rows = pd.concat(list(tables.values())).astype(str)
    if _named(rows, INDICATOR_COLUMNS):
        return False
    if any(map(is_score, names_of(rows))) and not _named(rows, VALUE_COLUMNS):
        return False
    again = rows.duplicated(_ids(rows, roles)) & ~rows.duplicated()
    return bool(again.any())


def _long(name: str, table: pd.DataFrame, roles: Roles) -> pd.DataFrame:
    """Return the table of a sheet with a row for each value, which the sheet and column name."""
    ids = _ids(table, roles)
    columns = [each for each in names_of(table) if each not in ids]
    pieces = [
        table[ids].assign(
            indicator=name if len(columns) == 1 else f"{name} {each}", value=table[each]
        )
        for each in columns
    ]
    return pd.concat(pieces)


def _ids(table: pd.DataFrame, roles: Roles) -> list[str]:
    """Return the columns of countries and years."""
    ids = list(dict.fromkeys([*roles.countries(table), *roles.years(table)]))
    return [*ids, YEAR] if YEAR in table and YEAR not in ids and roles.file_year is None else ids


def _series_in(table: pd.DataFrame) -> list[str]:
    """Return the columns that name the series of a row; of a stacked table pandas names them."""
    series = _named(table, INDICATOR_COLUMNS)
    names = names_of(table)
    if series or STACKED not in names:
        return series
    return [name for name in names if _LEVEL.fullmatch(name)]


def _named(table: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """Return the columns of the names, in the order of the names."""
    columns = {plain(column): column for column in reversed(list(table.columns))}
    return [columns[name] for name in names if name in columns]


def _has_dimensions(table: pd.DataFrame) -> bool:
    return sum(map(is_score, names_of(table))) > 1


def _dated_columns(table: pd.DataFrame, roles: Roles, *, is_requested: bool) -> dict[str, Dated]:
    """Return the columns of one year each; none if that is not the only reading."""
    countries = roles.countries(table)
    others = [name for name in names_of(table) if name not in countries]
    dates = {name: date for name in others if (date := dated(name)) is not None}
    # A second year, as in `gdp 2008-2010`, is part of the series only if that has other columns.
    times = Counter(plain(date.stem) for date in dates.values())
    dates = {
        name: date
        for name, date in dates.items()
        if times[plain(date.stem)] > 1 or not YEAR_IN_A_NAME.search(date.stem)
    }
    bare = {name: date for name, date in dates.items() if not date.stem}
    if bare:
        return bare
    several = len({date.year for date in dates.values()}) > 1
    return dates if several or is_requested or len(dates) == len(others) else {}


def _below_each_other(
    table: pd.DataFrame, dates: Mapping[str, Dated], findings: Findings
) -> Shaped:
    """Return a wide table with a row for each country and year."""
    early = [name for name, date in dates.items() if date.year < YEARS[0]]
    if early:
        findings.add(
            "year",
            f"columns of years before {YEARS[0]}",
            rows=len(early),
            first=early[0],
            action="left out",
            lost=len(early),
        )
    dates = {name: date for name, date in dates.items() if name not in early}
    columns: dict[tuple[str, int], str] = {}
    stems: dict[str, str] = {}
    for name, date in dates.items():
        stem = stems.setdefault(plain(date.stem), date.stem or VALUE)
        if (stem, date.year) in columns:
            raise PanelError(
                f"{findings.label} must have one column for each year; "
                f"{listed([columns[stem, date.year], name])} stand for the same"
            )
        columns[stem, date.year] = name
    years = sorted({year for _, year in columns})
    if not years:
        raise PanelError(
            f"{findings.label} must have columns of years from {YEARS[0]} to {YEARS[1]}; "
            f"it has {listed(early)}"
        )
    _report_gaps({stem for stem in stems.values() if is_score(stem)}, columns, findings)
    others = [name for name in names_of(table) if name not in dates and name not in early]
    _refuse_taken([*stems.values(), YEAR], others, findings)
    index = table.index.append([table.index] * (len(years) - 1))
    laid_out = {name: _stacked([table[name]] * len(years), index) for name in others}
    laid_out[YEAR] = pd.Series(np.repeat(years, len(table)), index)
    for stem in stems.values():
        of_years = [columns.get((stem, year)) for year in years]
        parts_of = [None if name is None else table[name] for name in of_years]
        laid_out[stem] = _stacked(parts_of, index)
    findings.add(
        "wide",
        f"the years stand side by side in {counted(len(dates), 'column', 'columns')}, "
        f"{spanned(years[0], years[-1], ' to ')}",
        rows=len(table),
        first=listed(list(dates)[:1]),
        action="laid out below each other",
        option=Argument("layout"),
    )
    return Shaped(pd.DataFrame(laid_out, index), list(stems.values()))


def _report_gaps(
    stems: Iterable[str], columns: Mapping[tuple[str, int], str], findings: Findings
) -> None:
    """Report scores that have no column for a year for which another score has one."""
    years = {year for stem, year in columns if stem in stems}
    lacking = [f"{stem} {year}" for stem in stems for year in years if (stem, year) not in columns]
    if lacking:
        findings.add(
            "year",
            f"scores lack years that others have: {listed(sorted(lacking))}",
            rows=len(lacking),
            action="set to missing",
            lost=len(lacking),
        )


def _report_other_headers(wide: Shaped, roles: Roles, findings: Findings) -> None:
    """Report columns beside those of years that may be years, written in another way.

    Such are `2009/10`, `FY2009`, `2009 est.` and `2009.1`.
    """
    countries = roles.countries(wide.table)
    others = [each for each in wide.others if each not in (*countries, YEAR)]
    counts = {each: _filled(wide.table[each]) for each in others if _DIGITS.search(each)}
    named = [each for each, filled in counts.items() if filled]
    if named:
        findings.add(
            "year",
            f"columns beside the years, whose headers are not one year: {listed(named)}",
            rows=len(named),
            first=named[0],
            action="left out",
            lost=sum(counts.values()),
        )


def _filled(column: pd.Series) -> int:
    """Return how many rows of the file have a cell in a column."""
    rows = column[~column.index.duplicated()]
    return sum(cell_text(cell) not in MISSING for cell in rows)


def _stacked(columns: Sequence[pd.Series | None], index: pd.Index) -> pd.Series:
    """Return columns of the same length below each other; None is a column of missing cells."""
    rows = len(index) // len(columns)
    is_numeric = all(each is None or is_numeric_dtype(each.dtype) for each in columns)
    dtype = np.dtype(np.float64 if is_numeric else object)
    missing = np.full(rows, np.nan if is_numeric else None, dtype=dtype)
    cells = [missing if each is None else each.to_numpy(dtype=dtype) for each in columns]
    return pd.Series(np.concatenate(cells), index, dtype)


def _side_by_side(
    table: pd.DataFrame,
    findings: Findings,
    roles: Roles,
    series: list[str],
    value: str,
    dimension: Callable[[str], str],
) -> Shaped:
    """Return a long table with a column for each series."""
    ids = [name for name in _ids(table, roles) if name not in (*series, value)]
    if not set(roles.countries(table)) & {*ids}:
        raise identifiers.no_column(table, findings)
    rows = table[ids].astype(str).groupby(ids, sort=False).ngroup().to_numpy()
    labels = {name: table[name].map(lambda cell: str(cell).strip()) for name in series}
    names_of_labels = {
        name: {label: dimension(label) for label in column.unique()}
        for name, column in labels.items()
    }
    _refuse_contradictions(labels, names_of_labels, findings)
    whole = [each for each in series if (labels[each] != "").all()] or series
    for name in sorted(whole, key=lambda each: not any(names_of_labels[each].values())):
        if not _refines(labels[name], labels[whole[0]]):
            continue
        codes, names = pd.factorize(labels[name].to_numpy(dtype=object))
        cells = pd.Series(rows * max(len(names), 1) + codes)
        again = cells.duplicated().to_numpy()
        if not again.any():
            break
    else:
        raise _repeated(table, findings, again, cells, series[0], value)
    blank = (labels[name] == "").to_numpy()
    if blank.any():
        raise PanelError(
            f"{findings.label}: {listed([name])} must name a series in every row; "
            f"{rows_that(blank.sum(), 'has', 'have')} none, the first is "
            f"{row_of(table, int(blank.argmax()))}"
        )
    _refuse_alike(names, findings)
    _refuse_taken(names, ids, findings)
    _, first = np.unique(rows, return_index=True)
    grid = np.full((len(first), len(names)), None, dtype=object)
    grid[rows, codes] = table[value].to_numpy(dtype=object)
    values = pd.DataFrame(grid, columns=list(names), index=table.index[first])
    findings.add(
        "long",
        f"{listed([name])} names {counted(len(names), 'series', 'series')}: {listed(names)}",
        rows=len(table),
        action="each became a column",
        option=Argument("layout"),
    )
    # A column of codes or titles says nothing that the labels do not say.
    spoken = [each for each in series if _refines(labels[name], labels[each])]
    unused = [each for each in names_of(table) if each not in (*ids, *spoken, value)]
    if unused:
        breakdown = _breakdown(table, unused, ids, labels[name])
        findings.add(
            "ignored",
            f"columns beside the values: {listed(unused)}",
            rows=len(unused),
            first=breakdown,
            action="left out",
            lost=len(table) if breakdown else 0,
        )
    shaped = table[ids].iloc[first]
    return Shaped(pd.concat([shaped, values], axis=1), list(names))


def _refuse_contradictions(
    labels: Mapping[str, pd.Series],
    dimensions: Mapping[str, Mapping[str, str]],
    findings: Findings,
) -> None:
    """Refuse two columns of the same labels that name different series in a row.

    Numbers are codes, which may be the same in both columns and mean different things.
    """
    if len(labels) < 2:
        return
    plain_labels = {
        name: column.map({label: of or plain(label) for label, of in dimensions[name].items()})
        for name, column in labels.items()
    }
    for one, other in combinations(labels, 2):
        both = set(plain_labels[one]) & set(plain_labels[other])
        both = {label for label in both if any(map(str.isalpha, label))}
        differ = plain_labels[one] != plain_labels[other]
        differ &= plain_labels[one].isin(both) & plain_labels[other].isin(both)
        if differ.any():
            first = int(differ.to_numpy().argmax())
            raise PanelError(
                f"{findings.label}: {listed([one, other])} must name the same series in each row; "
                f"{rows_that(differ.sum(), 'differs', 'differ')}, the first "
                f"{quoted(labels[one].iloc[first])} and {quoted(labels[other].iloc[first])} in "
                f"{row_of(labels[one].index, first)}; delete one of the two columns"
            )


def _refuse_alike(series: Iterable[str], findings: Findings) -> None:
    """Refuse series whose names differ in their case or blanks alone."""
    names: dict[str, str] = {}
    for name in series:
        other = names.setdefault("".join(name.casefold().split()), name)
        if other != name:
            raise PanelError(
                f"{findings.label} must have one name for each series; {quoted(other)} and "
                f"{quoted(name)} differ in case or blanks alone; write them alike"
            )


def _refuse_taken(series: Iterable[str], columns: Sequence[str], findings: Findings) -> None:
    """Refuse series that would replace a column of the same name."""
    taken = [each for each in series if each in columns]
    if taken:
        raise PanelError(
            f"{findings.label} must have series with other names than its columns; "
            f"{quoted(taken[0])} is both; rename it"
        )


def _refines(labels: pd.Series, others: pd.Series) -> bool:
    """Return whether each label goes with one of the others alone."""
    pairs = pd.DataFrame({"label": labels, "other": others}).drop_duplicates()
    return not pairs["label"].duplicated().any()


def _breakdown(
    table: pd.DataFrame, unused: Sequence[str], ids: Sequence[str], series: pd.Series
) -> str:
    """Return a column by which values of one series differ, e.g. ``Sex``, and its labels.

    It has a few words, each for several countries, and more than one in some country; or it holds
    several units of one series. Empty text without such a column.
    """
    countries = table[ids[0]].astype(str)
    for name in unused:
        cells = table[name].map(lambda cell: str(cell).strip())
        is_unit = plain(name) in _UNITS
        labels = [
            label for label in cells.unique() if label and (is_unit or not NUMBER.fullmatch(label))
        ]
        if not 1 < len(labels) <= MOST_LABELS or plain(name) in _MARKS or _refines(series, cells):
            continue
        pairs = pd.DataFrame({"country": countries, "label": cells}).drop_duplicates()
        pairs = pairs[pairs["label"].isin(labels)]
        is_shared = len(countries.unique()) == 1 or (pairs["label"].value_counts() > 1).all()
        if is_unit or (is_shared and pairs["country"].duplicated().any()):
            return f"{name} holds {listed(labels, most=MOST_LABELS)}"
    return ""


def _repeated(
    table: pd.DataFrame,
    findings: Findings,
    again: np.ndarray,
    cells: pd.Series,
    series: str,
    value: str,
) -> PanelError:
    """Return the refusal of two rows for one cell of a long table."""
    second = int(again.argmax())
    first = int((cells == cells.iloc[second]).to_numpy().argmax())
    pair = table.iloc[[first, second]]
    differ = [name for name in differing(pair) if name != value]
    hint = f"; they differ in {listed(differ)}: leave one of each in the file" if differ else ""
    return PanelError(
        f"{findings.label} must have one row for each country, year and {series}; "
        f"{rows_that(again.sum(), 'repeats', 'repeat')} an earlier one, the first "
        f"{quoted(pair[series].iloc[0])} in "
        f"{row_of(table, first)} and {row_of(table, second)}{hint}"
    )
