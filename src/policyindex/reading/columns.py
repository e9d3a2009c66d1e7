"""Recognise the columns of a file by their names, and refuse those that could be one thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._options import Argument, OptionError, whole
from .._wording import absent, counted, listed, quoted
from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.check import INDEX, YEARS, PanelError
from ..panel.numbers import as_numbers, on_words, within
from ..typing import Scale
from . import hti, tiers
from .figures import MISSING, as_level, cell_text, truths, without_separators
from .findings import Findings
from .headers import (
    CODER_COLUMNS,
    SCORE_COLUMNS,
    VAGUE,
    YEAR_COLUMNS,
    is_spelt,
    plain,
    scale_in,
    unnumbered,
)
from .layouts import row_of


class Layout(NamedTuple):
    """Hold what a table holds, and in which columns."""

    holds: str
    codebook: Codebook
    """It says nothing of values that are neither codings nor scores."""
    columns: dict[str, str]
    """Dimension, indicator or series to its column."""
    scales: dict[str, Scale]
    """Of the columns that have one."""

    @property
    def words(self) -> dict[str, tuple[str, ...]]:
        """The words for the levels of each indicator; scores and other values have none."""
        indicators = self.codebook.indicators if self.holds == "codings" else ()
        return {each.name: each.levels for each in indicators}


class _Guess(NamedTuple):
    """Hold what a table may hold: to each name all columns that could be it."""

    holds: str
    codebook: Codebook
    columns: dict[str, list[str]]
    needed: list[str]
    scales: dict[str, Scale]

    @property
    def lacking(self) -> list[str]:
        """The names that lack a column and need one."""
        return [name for name in self.needed if not self.columns[name]]

    @property
    def share(self) -> float:
        """The share of the columns needed that the table has."""
        return 1 - len(self.lacking) / len(self.needed)

    def objection(self, named: Mapping[str, str]) -> str:
        """Return why the table does not hold this; empty text if it may."""
        if self.lacking:
            why = absent(self.lacking)
        elif foreign := [name for name in named if name not in self.columns]:
            why = f"{len(foreign)} of the names are foreign, the first {foreign[0]!r}"
        else:
            return ""
        return f"for {self.holds} of {self.codebook.name} {why}"


def locate_values(
    table: pd.DataFrame,
    findings: Findings,
    *,
    named: Mapping[str, str],
    codebook: Codebook | None = None,
    holds: str | None = None,
    lone: str | None = None,
) -> Layout:
    """Return the columns of a codebook's indicators or dimensions.

    A lone series of years side by side has no name; it is read as the overall score if it lies on
    the scale of that.
    """
    if lone is not None and holds != "codings" and not named:
        book = codebook or THREE_P
        scale = book.score_scales["overall"]
        if _is_on(table[lone], scale):
            scales = [book.score_scales[each.name] for each in book.dimensions]
            is_low = any(_is_on(table[lone], each) for each in scales)
            findings.add(
                "holds",
                f"the years hold one series, on the scale of the overall score "
                f"({scale[0]} to {scale[1]})",
                rows=len(table),
                action="read as overall",
                # Low scores may be those of a dimension as well.
                lost=len(table) if len(book.dimensions) > 1 and is_low else 0,
                option=Argument("columns"),
            )
            return Layout("scores", book, {"overall": lone}, {"overall": scale})
    refuse_odd_names(named)
    names = _plain_columns(table)
    guesses = []
    if holds != "scores":
        guesses += [_as_codings(names, book, named) for book in _codebooks(names, named, codebook)]
    if holds != "codings":
        guesses.append(_as_scores(names, codebook or THREE_P, named))
    _refuse_unknown(named, guesses)
    _refuse_absent(table, named.values(), findings)
    fitting = [guess for guess in guesses if not guess.objection(named)]
    if not fitting:
        raise _unrecognised(table, named, guesses, findings)
    guess = fitting[0]
    columns = {
        name: _one_of(table, name, candidates, Argument("columns", f"{{{name!r}: ...}}"), findings)
        for name, candidates in guess.columns.items()
        if candidates
    }
    refuse_shared(columns, findings)
    _refuse_vague(columns, named, findings)
    _refuse_scales(columns, guess, named, findings)
    if guess.holds == "codings":
        _refuse_coders(table, names, findings)
    _report_others(table, guess, fitting, findings)
    return Layout(
        guess.holds, guess.codebook, columns, {name: guess.scales[name] for name in columns}
    )


def _codebooks(
    names: Mapping[str, list[str]], named: Mapping[str, str], codebook: Codebook | None
) -> list[Codebook]:
    """Return the codebooks whose codings a table may hold, by default those of the library."""
    if codebook is not None:
        return [codebook]
    indicators = {plain(name) for name in hti.INDICATORS}
    if indicators & (names.keys() | {plain(str(name)) for name in named}):
        from ..codebooks.hti import HTI  # its rules are read from a file

        return [HTI, THREE_P]
    return [THREE_P]


def _report_others(
    table: pd.DataFrame, guess: _Guess, fitting: Iterable[_Guess], findings: Findings
) -> None:
    """Report scores besides codings."""
    for other in fitting:
        columns = [column for candidates in other.columns.values() for column in candidates[:1]]
        if other.holds != guess.holds and not _is_blank(table[columns]):
            findings.add(
                "holds",
                f"the file holds {other.holds} as well: {listed(columns)}",
                rows=len(table),
                action=f"its {guess.holds} were read",
                option=Argument("holds", repr(other.holds)),
            )


def _is_on(cells: pd.Series, scale: Scale) -> bool:
    """Return whether all numbers of a column lie on a scale, and it has some."""
    numbers = as_numbers(cells, booleans=False)
    numbers = numbers[~np.isnan(numbers)]
    return bool(len(numbers)) and bool(within(numbers, scale).all())


def _refuse_vague(columns: Mapping[str, str], named: Mapping[str, str], findings: Findings) -> None:
    """Refuse a lone column whose name may mean many things as the overall score."""
    if list(columns) == ["overall"] and "overall" not in named:
        column = columns["overall"]
        if plain(column) in VAGUE:
            raise PanelError(
                f"{findings.label} must name its overall score; {quoted(column)} without a column "
                f"for each dimension may be another total; if it is the overall score, pass",
                Argument("columns", f"{{'overall': {column!r}}}"),
            )


def _refuse_scales(
    columns: Mapping[str, str], guess: _Guess, named: Mapping[str, str], findings: Findings
) -> None:
    """Refuse columns whose header states another scale than that of the codebook."""
    stated = {
        name: scale_in(column)
        for name, column in columns.items()
        if name not in named and scale_in(column)
    }
    others = {name: each for name, each in stated.items() if each != guess.scales[name]}
    if others:
        name = next(iter(others))
        raise PanelError(
            f"{findings.label}: {name} must be {on_words(guess.scales[name])}; by the headers "
            f"{counted(len(others), 'column has', 'columns have')} another scale, the first "
            f"{quoted(columns[name])}; convert the scores, or if the header is wrong, pass",
            Argument("columns", f"{{{name!r}: {columns[name]!r}}}"),
        )


def _refuse_coders(table: pd.DataFrame, names: Mapping[str, list[str]], findings: Findings) -> None:
    """Refuse codings of several coders in one table."""
    for column in (column for name in CODER_COLUMNS for column in names.get(name, ())):
        coders = [str(coder) for coder in table[column].dropna().unique() if str(coder).strip()]
        if len(coders) > 1:
            raise PanelError(
                f"{findings.label} must have the codings of one coder; its column "
                f"{quoted(column)} names {len(coders)}: {listed(coders)}; read all with "
                f"coding.read_workbook"
            )


def _is_blank(table: pd.DataFrame) -> bool:
    """Return whether columns hold nothing, e.g. headings of the columns that follow."""
    return bool((table.isna() | table.map(lambda cell: str(cell).strip() == "")).all(axis=None))


def _unrecognised(
    table: pd.DataFrame, named: Mapping[str, str], guesses: list[_Guess], findings: Findings
) -> PanelError:
    """Return the refusal of a table that holds neither codings nor scores."""
    # Ties go to the later guess, the default codebook.
    likely = {guess.holds: guess for guess in sorted(guesses, key=lambda each: each.share)}
    near = [guess for guess in likely.values() if guess.share] or list(likely.values())
    message = (
        f"{findings.label} must have a column for every indicator or every dimension; "
        f"{'; '.join(guess.objection(named) for guess in reversed(near))}; it has "
        f"{listed(table.columns)}; "
    )
    # A table without any of them is of something else, unless its columns have other names.
    advice = (
        "leave a column that was not coded empty, and name the columns"
        if any(guess.share for guess in guesses)
        else "read other values with read_values (the command values), or name the columns"
    )
    return PanelError(
        f"{message}{advice} with",
        Argument("columns", "{...}"),
    )


def locate_free_values(
    table: pd.DataFrame,
    findings: Findings,
    *,
    named: Mapping[str, str] | Iterable[str] | None,
    text: Iterable[str],
    others: Iterable[str],
    codebook: Codebook | None,
) -> tuple[Layout, list[str]]:
    """Return the columns of values of any kind, and those among them that are kept as text.

    By default these are all columns of numbers. A column of text that is not asked for is
    reported.
    """
    texts = several("text", text)
    if named is None:
        aside = {*others, *texts}
        columns = {str(name): str(name) for name in table if name not in aside}
        lost = [name for name in columns if _is_text(table[name])]
        _refuse_odd_tiers(table[lost], findings)
        if lost:
            first = next(cell for cell in table[lost[0]] if cell_text(cell) not in MISSING)
            findings.add(
                "text",
                f"columns of text: {listed(lost)}",
                rows=len(lost),
                first=quoted(first),
                action="left out",
                lost=len(lost),
                option=Argument("text", "[...]"),
            )
        aside |= {*lost}
        columns = {name: name for name in columns if name not in aside}
    elif isinstance(named, Mapping):
        columns = {str(name): column for name, column in named.items()}
    else:
        columns = {name: name for name in several("columns", named)}
    refuse_odd_names(columns)
    if named is not None and not columns and not texts:
        raise ValueError("columns must name a column of values; it is empty")
    _refuse_absent(table, [*columns.values(), *texts], findings)
    columns |= {name: name for name in texts if name not in columns.values()}
    refuse_shared(columns, findings)
    _refuse_names_of_index(columns, findings)
    stay = [name for name, column in columns.items() if column in texts]
    return Layout("values", codebook or THREE_P, columns, {}), stay


def several(option: str, names: object) -> list[str]:
    """Return the names that an option takes: one, or several."""
    if isinstance(names, str):
        return [names]
    if not isinstance(names, Iterable):
        raise TypeError(f"{option} must be a name or several; got {quoted(names)}")
    return list(names)


def _refuse_names_of_index(columns: Mapping[str, str], findings: Findings) -> None:
    """Refuse values that would be called as a level of the index of a panel is."""
    taken = [name for name in columns if name in INDEX]
    if taken:
        raise PanelError(
            f"{findings.label}: values must not be called country or year, which are the index of "
            f"the panel; {len(taken)} {'is' if len(taken) == 1 else 'are'}, the first "
            f"{quoted(taken[0])}; leave it out, or rename it with",
            Argument("columns", f"{{'NEW': {columns[taken[0]]!r}}}"),
        )


def _refuse_odd_tiers(texts: pd.DataFrame, findings: Findings) -> None:
    """Refuse a column of text that would be tiers, except for words that are not one."""
    for name, cells in texts.items():
        odd = tiers.odd_words(cells.unique())
        if odd is not None:
            first = int((cells.map(str) == odd).to_numpy().argmax())
            raise PanelError(
                f"{findings.label}: tiers must be 1, 2, 2.5 (Tier 2 Watch List) or 3; "
                f"{listed([name])} holds {quoted(odd)} in {row_of(texts, first)}; correct it, or "
                f"keep the column as text with",
                Argument("text", "[...]"),
            )


def report_without_year(table: pd.DataFrame, names: Iterable[str], findings: Findings) -> None:
    """Report the columns beside years side by side, which belong to no year."""
    names = [name for name in names if not _is_blank(table[[name]])]
    if names:
        findings.add(
            "ignored",
            f"columns without a year beside those of years: {listed(names)}",
            rows=len(names),
            action="left out",
            lost=sum(not _is_text(table[name]) for name in names),
            option=Argument("columns", "[...]"),
        )


def without_values(table: pd.DataFrame, others: Iterable[object], findings: Findings) -> PanelError:
    """Return the refusal of a table without a column of values.

    `others` are the columns of countries, of years and of other things that are not values.
    """
    aside = set(map(str, others))
    texts = [name for name in table if str(name) not in aside]
    if not texts:
        return PanelError(
            f"{findings.label} must have a column of values; it has {listed(table.columns)} alone"
        )
    cells = table[texts[0]]
    first = next(
        (place for place, cell in enumerate(cells) if not _is_number(cell)),
        0,
    )
    verb = "holds" if len(texts) == 1 else "hold"
    return PanelError(
        f"{findings.label} must have a column of numbers; {listed(texts)} {verb} text, the first "
        f"{quoted(str(cells.iloc[first]))} in {row_of(table, first)}; write numbers as digits "
        f"alone, or keep a column of text with",
        Argument("text", "[...]"),
    )


def _is_number(cell: object) -> bool:
    """Return whether a cell holds a number, or nothing."""
    text = cell_text(as_level(cell))
    return text in MISSING or without_separators(text) is not None


def _is_text(cells: pd.Series) -> bool:
    """Return whether most of the cells of a column that are not blank hold no number."""
    if pd.api.types.is_numeric_dtype(cells.dtype) or tiers.is_tiers(cells.unique(), cells.name):
        return False
    if truths(cells.unique()) is not None:
        return False
    distinct = [
        each for each in map(cell_text, map(as_level, cells.unique())) if each not in MISSING
    ]
    numbers = [each for each in distinct if without_separators(each) is not None]
    return 2 * len(numbers) < len(distinct)


def locate_years(
    table: pd.DataFrame,
    findings: Findings,
    *,
    column: str | None = None,
    file_year: int | None = None,
) -> str | int:
    """Return the column of the year, or the one year that all rows describe."""
    if column is not None and file_year is not None:
        raise ValueError(
            "year_column and file_year must not be used together; leave one of them out"
        )
    if column is not None:
        _refuse_absent(table, [column], findings)
        return column
    names = _plain_columns(table)
    candidates = [column for name in YEAR_COLUMNS for column in names.get(name, ())]
    if file_year is not None:
        if candidates:
            raise PanelError(
                f"a year for all rows needs a file without a column of years; {findings.label} "
                f"has the column {quoted(candidates[0])}; leave out",
                Argument("file_year"),
            )
        return whole("file_year", file_year)
    if not candidates:
        below = [row for row in range(min(3, len(table))) if _are_years(table.iloc[row])]
        if below:
            raise PanelError(
                f"{findings.label} must have a header of one row or two; "
                f"{row_of(table, below[0])} below its header holds years; make one row of them"
            )
        raise PanelError(
            f"{findings.label} must have a column of years; none of its columns is known as one "
            f"({listed(table.columns)}); name the year column, or pass the one year of all rows "
            f"with",
            Argument("file_year"),
        )
    return _one_of(table, "the year", candidates, Argument("year_column"), findings)


def _are_years(cells: pd.Series) -> bool:
    """Return whether a row of a table holds years, and nothing in its first column."""
    years = within(as_numbers(cells, booleans=False), YEARS)
    return bool(years.any()) and not cell_text(cells.iloc[0])


def _as_codings(
    names: Mapping[str, list[str]], codebook: Codebook, named: Mapping[str, str]
) -> _Guess:
    titles = Counter(plain(each.title) for each in codebook.indicators)
    columns = {}
    for each in codebook.indicators:
        spellings = [plain(each.name)]
        if titles[plain(each.title)] == 1:
            spellings.append(plain(each.title))
        columns[each.name] = (
            [named[each.name]]
            if each.name in named
            else [column for name in dict.fromkeys(spellings) for column in names.get(name, ())]
        )
    return _Guess("codings", codebook, columns, list(columns), {**codebook.scales})


def _as_scores(
    names: Mapping[str, list[str]], codebook: Codebook, named: Mapping[str, str]
) -> _Guess:
    columns = {}
    for name in codebook.score_scales:
        spellings = {plain(name), *SCORE_COLUMNS.get(name, ())}
        candidates = [
            column
            for spelling, same in names.items()
            if is_spelt(spelling, spellings)
            for column in same
        ]
        exact_first = sorted(candidates, key=name.__ne__)
        columns[name] = [named[name]] if name in named else exact_first
    dimensions = [each.name for each in codebook.dimensions]
    alone = columns["overall"] and not any(columns[name] for name in dimensions)
    return _Guess(
        "scores", codebook, columns, ["overall"] if alone else dimensions, codebook.score_scales
    )


def _one_of(
    table: pd.DataFrame, name: str, columns: list[str], option: Argument, findings: Findings
) -> str:
    """Return the first of the columns that could be one thing, if all hold the same."""
    if len(columns) > 1:
        columns = [each for each in columns if not _is_blank(table[[each]])] or columns
    first, *others = columns
    for other in others:
        differ = _differ(table[first], table[other])
        if differ.any():
            row = int(differ.argmax())
            raise PanelError(
                f"{findings.label} must have one column for {name}; {len(columns)} could be it: "
                f"{listed(map(quoted, columns))}; {differ.sum()} rows differ, the first "
                f"{quoted(table[first].iloc[row])} against {quoted(table[other].iloc[row])} in "
                f"{row_of(table, row)}; choose one with",
                option,
            )
        findings.add(
            "column",
            f"{listed([other])} holds the same as {listed([first])}",
            rows=len(table),
            first="row 1",
            action=f"{listed([first])} was followed",
        )
    return first


def _differ(one: pd.Series, other: pd.Series) -> NDArray[np.bool_]:
    """Return which rows of two columns are neither the same number nor the same text."""
    numbers = [as_numbers(each, booleans=True) for each in (one, other)]
    text = [each.mask(each.isna(), "").map(str).to_numpy() for each in (one, other)]
    same: NDArray[np.bool_] = (numbers[0] == numbers[1]) | (text[0] == text[1])
    return ~same


def _plain_columns(table: pd.DataFrame) -> dict[str, list[str]]:
    """Return the columns of each plain name, also those that pandas numbered: ``overall.1``."""
    names: dict[str, list[str]] = {}
    columns = set(table.columns)
    for column in table.columns:
        names.setdefault(plain(unnumbered(column, columns)), []).append(column)
    return names


def refuse_odd_names(columns: Mapping[str, object]) -> None:
    """Refuse columns that are not named by text."""
    odd = [name for name, column in columns.items() if not isinstance(column, str)]
    if odd:
        raise TypeError(
            f"columns must map names to columns, e.g. {{'overall': 'total'}}; {quoted(odd[0])} is "
            f"mapped to {quoted(columns[odd[0]])}"
        )


def _refuse_absent(table: pd.DataFrame, columns: Iterable[str], findings: Findings) -> None:
    lacking = [column for column in columns if column not in table]
    if lacking:
        raise PanelError(
            f"{findings.label} must have the columns that you name; {absent(lacking)}; it has "
            f"{listed(table.columns)}"
        )


def _refuse_unknown(named: Mapping[str, str], guesses: list[_Guess]) -> None:
    names = {name for guess in guesses for name in guess.columns}
    for unknown in (name for name in named if name not in names):
        nearest = sorted(
            names, key=lambda name: (-SequenceMatcher(None, str(unknown), name).ratio(), name)
        )
        if named[unknown] in nearest:
            raise OptionError(
                f"columns must map names to columns; {quoted(unknown)} is mapped to the name "
                f"{quoted(named[unknown])}; swap the two:",
                Argument("columns", f"{{{named[unknown]!r}: {unknown!r}}}"),
            )
        raise ValueError(f"columns must name any of {listed(nearest)}; got {quoted(unknown)}")


def refuse_shared(columns: Mapping[str, str], findings: Findings) -> None:
    """Refuse a column that serves two names."""
    names: dict[str, list[str]] = {}
    for name, column in columns.items():
        names.setdefault(column, []).append(name)
    shared = [column for column, several in names.items() if len(several) > 1]
    if shared:
        raise PanelError(
            f"{findings.label} must have a column of its own for each of its names; {len(shared)} "
            f"serve several, the first {quoted(shared[0])} {' and '.join(names[shared[0]])}; "
            f"correct",
            Argument("columns"),
        )
